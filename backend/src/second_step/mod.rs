//! A second step of signing in: a code that an app shows, beside a link or a password. It is what the standards call a
//! second factor (ASVS 5.0.0, 6.3.3), by RFC 6238.
//!
//! Everybody may have one. Coordinators and whoever chairs need one, unless the configuration leaves it to them: until
//! they have set it up, they reach nothing but that.

pub mod actions;
mod app;
mod http;
pub mod store;

pub use app::Seals;
pub use http::routes;
