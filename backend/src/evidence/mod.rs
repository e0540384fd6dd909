//! What goes with an entry: files and web links, with a caption and an answer to "Are pupils identifiable?".
//!
//! The bytes are the `files` port's. A file is opened by a ticket: an address that is bound to the session that asked
//! for it and holds for a minute, because pictures and sound can't carry an access token.

pub mod actions;
mod http;
mod sent;
pub mod store;

pub use http::routes;
