//! Submissions, as their mentor has them: sending a portfolio, seeing where it is, taking it back.
//!
//! What the panel and the coordinator do with them is `round`'s, `review`'s and `decision`'s.

pub mod actions;
mod http;
mod store;

pub use http::routes;
