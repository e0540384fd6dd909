//! The demonstration partnership: fictional, deterministic, and alive in every screen.
//!
//! What it holds is a pure function of an anchor date. Under `serve` nothing of it exists.

mod dice;
mod make;
mod names;
mod pages;
mod store;
mod texts;

pub use make::{SignIn, Size, make, prepare};
pub use pages::pages;
