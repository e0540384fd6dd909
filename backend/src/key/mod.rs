//! The keys that badges are signed with: one bundle, made once, encrypted, and kept apart from the database; and the pages
//! on which their public halves stand for whoever checks a badge.
//!
//! A key signs until the next is made, and is believed for good: no award may stop being genuine because a key was changed.

pub mod actions;
mod bundle;
mod http;
mod pages;
pub mod store;

pub use bundle::{Bundle, Keys};
pub use http::routes;
pub use pages::pages;
