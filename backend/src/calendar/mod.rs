//! Calendars: what is on for somebody, as their own calendar reads it.

pub mod actions;
mod http;
pub mod ics;
mod pages;
mod store;

pub use http::routes;
pub use pages::pages;
