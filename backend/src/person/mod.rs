//! People: their names, roles and schools, and the coordinator's list of them.
//!
//! Signing in is `session`'s; what people write is `entry`'s.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
