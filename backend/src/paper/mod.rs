//! Paper: cover sheets of portfolios that are read on paper, and where the paper is.
//!
//! Sending one, on paper or not, is `submission`'s; what is read of it is judged in `review`, like any other.

pub mod actions;
mod http;
mod store;

pub use http::routes;
