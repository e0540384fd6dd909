//! The pages of partner schools: all of them, and one with its mentors.

mod detail;
mod finder;
mod list;

pub use detail::School;
pub use finder::SchoolFinder;
pub use list::Schools;
