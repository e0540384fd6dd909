//! Shortcuts: single keys for those who turned them on, and `Ctrl+Enter`, which sends for everyone. They are heard in
//! one place, and pages say what theirs do.
//!
//! Single keys are off until turned on (WCAG 2.1.4): whoever speaks to a computer says letters all day. The choice
//! stays with the person *and* the device, because a keyboard belongs to one device and a voice to another, and the
//! next person at the same keyboard has not chosen. On a shared device it lasts as long as the page is open.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cairn_shared::framework::Standard;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, KeyboardEvent};
use yew::prelude::*;

use crate::browser::{Listener, device, document};
use crate::session;

/// Something that a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Adds a moment.
    Add,
    /// Goes to the search.
    Search,
    /// Goes to the next page.
    Next,
    /// Goes to the page before.
    Previous,
    /// Comments on what is selected, or shown.
    Comment,
    /// Goes to, or chooses, a standard.
    Standard(Standard),
    /// Sends what stands open.
    Send,
    /// Lists the shortcuts.
    List,
}

impl Shortcut {
    /// The shortcut of a single key, as the browser names it.
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "a" | "A" => Self::Add,
            "/" => Self::Search,
            "n" | "N" => Self::Next,
            "p" | "P" => Self::Previous,
            "c" | "C" => Self::Comment,
            "?" => Self::List,
            digit => Self::Standard(*Standard::ALL.iter().find(|s| s.number().to_string() == digit)?),
        })
    }
}

/// All of them, as they are listed: the keys, what they do, and whether they are single keys.
pub const LIST: &[(&[&str], &str, bool)] = &[
    (&["Ctrl", "Enter"], "Send what you are writing, from anywhere in its form", false),
    (&["A"], "Add a moment to my story", true),
    (&["/"], "Go to the search, where a page has one", true),
    (&["N"], "Next page, while reading for the panel", true),
    (&["P"], "The page before", true),
    (&["C"], "Comment on the words that I selected, or on the entry", true),
    (&["1", "2", "3", "4"], "Go to a standard, or choose it for a link", true),
    (&["?"], "Show this list", true),
];

const KEY: &str = "cairn-shortcuts:";

thread_local! {
    static HANDLERS: RefCell<Vec<(u32, Latest)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
    /// For whom they are on, where the device keeps nothing.
    static FOR_NOW: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether single keys are on, for this person on this device.
pub fn are_on() -> bool {
    let who = session::who();
    !who.is_empty() && (device::get(&format!("{KEY}{who}")).is_some() || FOR_NOW.with_borrow(|w| *w == Some(who)))
}

/// Turns single keys on or off, for this person on this device.
pub fn turn(on: bool) {
    let who = session::who();
    let key = format!("{KEY}{who}");
    FOR_NOW.set(on.then_some(who));
    if !on {
        device::remove(&key);
    } else if session::is_own_device() {
        device::set(&key, "1");
    }
}

type Handler = Rc<dyn Fn(Shortcut) -> bool>;
type Latest = Rc<RefCell<Option<Handler>>>;

/// What shortcuts do on this page, as long as it is shown: `handle` says whether it did something. What is shown last
/// is asked first.
///
/// ```text
/// use_shortcuts(move |shortcut| match shortcut {
///     Shortcut::Next => { next.emit(()); true }
///     _ => false,
/// });
/// ```
#[hook]
pub fn use_shortcuts(handle: impl Fn(Shortcut) -> bool + 'static) {
    let latest = use_mut_ref(|| None::<Handler>);
    latest.borrow_mut().replace(Rc::new(handle));
    use_effect_with((), move |()| {
        let id = NEXT.get();
        NEXT.set(id + 1);
        HANDLERS.with_borrow_mut(|all| all.push((id, latest)));
        move || HANDLERS.with_borrow_mut(|all| all.retain(|(other, _)| *other != id))
    });
}

/// Asks those who are shown, the last one first, whether they do it.
fn done_by_page(shortcut: Shortcut) -> bool {
    // Whatever a handler does may change who is shown.
    let all: Vec<Latest> = HANDLERS.with_borrow(|all| all.iter().rev().map(|(_, latest)| latest.clone()).collect());
    all.into_iter().any(|latest| {
        let handler = latest.borrow().clone();
        handler.is_some_and(|handle| handle(shortcut))
    })
}

/// Hears the keys, once for the whole app. What no page does itself, `otherwise` does, if it does.
#[hook]
pub fn use_keyboard(otherwise: Callback<Shortcut, bool>) {
    use_effect_with(otherwise, |otherwise| {
        let otherwise = otherwise.clone();
        let heard = Listener::on(&document(), "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.default_prevented() || event.is_composing() || event.repeat() {
                return;
            }
            let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
            let done = if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                send(target.as_ref())
            } else if event.ctrl_key() || event.meta_key() || event.alt_key() || target.is_some_and(|t| takes_keys(&t))
            {
                false
            } else {
                match Shortcut::of(&event.key()) {
                    Some(shortcut) if are_on() && !in_dialog() => done_by_page(shortcut) || otherwise.emit(shortcut),
                    _ => false,
                }
            };
            if done {
                event.prevent_default();
            }
        });
        move || drop(heard)
    });
}

/// Sends the form that the focus is in, or what the page sends without one.
fn send(target: Option<&Element>) -> bool {
    let form = target.and_then(|t| t.closest("form").ok().flatten()).and_then(|f| f.dyn_into::<HtmlFormElement>().ok());
    match form {
        Some(form) => form.request_submit().is_ok(),
        None => !in_dialog() && done_by_page(Shortcut::Send),
    }
}

/// Whether somebody may be typing there.
fn takes_keys(target: &Element) -> bool {
    const FIELDS: &str = "textarea,select,input:not([type=checkbox],[type=radio],[type=button],[type=submit])";
    target.matches(FIELDS).unwrap_or(false)
        || target.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable)
}

/// Whether something stands in front of the page.
fn in_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Moves the focus to the page's search, if it has one.
pub fn go_to_search() -> bool {
    let search = document().query_selector("main input[type=search]").ok().flatten();
    search.and_then(|s| s.dyn_into::<HtmlElement>().ok()).is_some_and(|s| s.focus().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_the_list_says() {
        let keys = LIST.iter().filter(|(.., single)| *single).flat_map(|(keys, ..)| keys.iter());
        for key in keys {
            assert!(Shortcut::of(key).is_some(), "{key}");
        }
        assert_eq!(Shortcut::of("3"), Some(Shortcut::Standard(Standard::S3)));
        assert_eq!(Shortcut::of("n"), Shortcut::of("N"));
        for other in ["5", "0", "Enter", "b", " ", "Tab", "12"] {
            assert_eq!(Shortcut::of(other), None, "{other}");
        }
    }
}
