//! Decisions: the panel's board, what is agreed there, its release to the mentors, and what a mentor then reads.
//!
//! Nothing of a decision exists for its mentor before the round is released; then all of a round's exist at once.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
