//! Portfolios: the run of parts, narratives and entries that a mentor arranges, and the editions sealed from it.
//!
//! What an edition holds is decided in `sealing`, which reads plain values; sending one is `submission`'s.

pub mod actions;
mod http;
mod sealing;
mod store;

pub use http::routes;
