//! Awards: issuing them, ending one that was issued in error, and showing that one is genuine.
//!
//! The holder's own pages are part of the app. The page behind a certificate's QR code is made here, on the server,
//! so that anyone can read it at once, with any browser.

pub mod actions;
pub mod certificate;
mod http;
mod pages;
mod register;
mod store;

pub use http::routes;
pub use pages::pages;
