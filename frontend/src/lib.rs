//! Cairn's web app.
//!
//! Three kinds of state and no fourth: the address (`router`), the server (`api`, `hooks::use_loaded`), the form
//! (`use_state`, `hooks::use_draft`). Context holds the session and the notices alone.
//!
//! A page is a file under `pages/`, and one line in `app.rs` or `pieces.rs`. It is built from `ui` (the kit), `parts` (the standards,
//! the cairns), `art` (drawings) and `hooks`.

#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::result_large_err, reason = "it is large on 64 bits alone, where only tests run")
)]

pub mod api;
pub mod app;
pub mod art;
pub mod assets;
pub mod browser;
pub mod hooks;
pub mod notices;
pub mod pages;
pub mod partnership;
pub mod parts;
pub mod pieces;
pub mod router;
pub mod session;
pub mod theme;
pub mod ui;
pub mod words;

pub use app::start;
