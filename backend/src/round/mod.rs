//! Rounds: the three yearly cycles, their panels, who reads what, and the release.
//!
//! What is read is `review`'s, and what the panel agrees is `decision`'s; here stand the dates, the people and where
//! each submission is.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
