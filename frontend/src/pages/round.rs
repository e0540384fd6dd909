//! The coordinator's pages: all rounds, a year that is planned, and one round with its panel and what was sent to it.

mod assign;
mod awards;
mod conflicts;
mod correct;
mod dates;
mod detail;
mod overview;
mod panel;
mod plan;
mod release;
mod submissions;

pub use detail::Round;
pub use overview::Rounds;
