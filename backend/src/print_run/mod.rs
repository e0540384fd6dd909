//! Print runs: the certificates of a round or of an evening as one document, made beside the requests, with its progress to be seen.

pub mod actions;
mod http;
mod store;

pub use http::routes;
