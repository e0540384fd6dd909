//! Signing in and out: how a person is known to the server, device by device.
//!
//! A browser holds an access token for some minutes, in memory, and a refresh token in a cookie that scripts can't
//! read. Each refresh replaces the token; one that comes back after its successor was used ends the session.

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
