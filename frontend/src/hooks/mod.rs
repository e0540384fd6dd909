//! What pages do again and again: load, act, write, and know whether there is a connection.

mod action;
mod draft;
pub mod drafts;
mod loaded;
mod online;
mod pages;
pub mod shortcuts;

pub use action::{Action, use_action};
pub use draft::{Draft, DraftOptions, Sent, Stale, use_draft};
pub use loaded::{Load, LoadState, use_loaded};
pub use online::use_online;
pub use pages::{Pages, use_pages};
pub use shortcuts::{Shortcut, use_shortcuts};

use yew::prelude::*;

use crate::api::Key;
use crate::browser::document;

/// Sets the document's title: "My story – Cairn".
#[hook]
pub fn use_title(title: &AttrValue) {
    use_effect_with(title.clone(), |title| document().set_title(&format!("{title} – Cairn")));
}

/// The key under which this form makes its thing at most once. It renews itself after a final answer.
#[hook]
pub fn use_key() -> Key {
    (*use_memo((), |()| Key::new())).clone()
}

/// An id that no other element of the page has, for labels and descriptions.
#[hook]
pub fn use_id(prefix: &'static str) -> AttrValue {
    thread_local! {
        static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    (*use_memo((), |()| {
        NEXT.set(NEXT.get() + 1);
        AttrValue::from(format!("{prefix}-{}", NEXT.get()))
    }))
    .clone()
}
