//! Partner schools: the coordinator's list of them, and each school as its own lead sees it.
//!
//! Who is at which school is `person`'s; how far someone is, is shown only where they agreed to it.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
