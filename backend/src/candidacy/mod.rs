//! Candidacies: one mentor working towards one qualification, and where that stands.
//!
//! What may follow what is said by `cairn_shared::candidacy`; here it is kept, and started.

pub mod actions;
mod http;
mod store;

pub use http::routes;
