//! Conflicts of interest: who must never know of whose submissions.
//!
//! Here stand the declared ones, and the predicate that every query of the panel joins. Which pairs follow from
//! schools and support is said by the view `conflict_between` of the database.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
