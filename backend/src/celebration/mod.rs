//! Celebrations: planning an evening, inviting to it, who comes, where they sit, what is printed for it, and thanks afterwards.

pub mod actions;
mod http;
mod letters;
mod lists;
mod store;

pub use http::routes;
