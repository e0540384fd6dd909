//! Credentials: an award as machines read it (Open Badges 3.0). Each is signed before the transaction that issues its award,
//! kept in it as the bytes that were signed, and served as those bytes for good.
//!
//! Whether one still holds stands in a status list, which is signed too, so that anybody who has both can tell without asking.

pub mod actions;
mod checker;
mod http;
mod pages;
pub mod store;

pub use checker::Template;
pub use http::{in_form, routes};
pub use pages::pages;
