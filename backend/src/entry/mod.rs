//! A mentor's own writing: entries, the passages tied to standards, what goes with them, and earlier versions.
//!
//! Everything here is the owner's alone. What a panel reads is an `edition`, sealed by `portfolio`.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
