//! The few things that the app asks of the browser itself: timers, listeners, storage and names.
//! Everything else speaks to the browser through these or through Yew.

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AddEventListenerOptions, Blob, BlobPropertyBag, Document, Event, EventTarget, HtmlAnchorElement, HtmlElement,
    Storage, Url, Window,
};

/// The window. The app never runs outside one.
pub fn window() -> Window {
    web_sys::window().expect("the app runs in a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("the window shows a document")
}

/// Milliseconds since 1970 by the device's clock.
pub fn now_millis() -> f64 {
    js_sys::Date::now()
}

/// Microseconds since 1970 by the device's clock, as the server counts them.
pub fn now_micros() -> i64 {
    (now_millis() * 1000.0) as i64
}

/// Whether the browser believes that it has a connection.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// A random UUID. Falls back to random numbers where `crypto.randomUUID` is not offered.
pub fn random_id() -> String {
    let crypto = Reflect::get(&window(), &"crypto".into()).unwrap_or(JsValue::UNDEFINED);
    method(&crypto, "randomUUID")
        .and_then(|make| make.call0(&crypto).ok())
        .and_then(|id| id.as_string())
        .unwrap_or_else(|| {
            let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
            let (a, b, c, d) = (part(), part(), part(), part());
            format!("{a:08x}-{:04x}-4{:03x}-a{:03x}-{c:08x}{:04x}", b >> 16, b & 0xfff, d >> 20, d & 0xffff)
        })
}

/// The function called `name` on `target`, if there is one.
pub fn method(target: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(target, &name.into()).ok()?.dyn_into().ok()
}

/// Runs something once, later. Dropping it before then cancels it.
#[must_use = "a timer that is dropped does not run"]
pub struct Timer {
    id: i32,
    _run: Closure<dyn FnMut()>,
}

impl Timer {
    /// Runs `f` after `millis` milliseconds.
    pub fn after(millis: u32, f: impl FnOnce() + 'static) -> Self {
        let run = Closure::once(f);
        let id = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), millis as i32)
            .unwrap_or_default();
        Self { id, _run: run }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.id);
    }
}

/// Waits. For use inside asynchronous code.
pub async fn sleep(millis: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis as i32);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Hears an event until it is dropped.
#[must_use = "a listener that is dropped hears nothing"]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    heard: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `f` for each event called `name` on `target`.
    pub fn on(target: &EventTarget, name: &'static str, f: impl FnMut(Event) + 'static) -> Self {
        Self::with(target, name, false, f)
    }

    /// The same, before anything inside `target` hears it.
    pub fn capture(target: &EventTarget, name: &'static str, f: impl FnMut(Event) + 'static) -> Self {
        Self::with(target, name, true, f)
    }

    fn with(target: &EventTarget, name: &'static str, capture: bool, f: impl FnMut(Event) + 'static) -> Self {
        let heard = Closure::new(f);
        let options = AddEventListenerOptions::new();
        options.set_capture(capture);
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name,
            heard.as_ref().unchecked_ref(),
            &options,
        );
        Self { target: target.clone(), name, capture, heard }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.name,
            self.heard.as_ref().unchecked_ref(),
            self.capture,
        );
    }
}

/// What stays on this device: `localStorage`, which a browser may refuse.
pub mod device {
    use super::{Storage, window};

    fn storage() -> Option<Storage> {
        window().local_storage().ok().flatten()
    }

    /// What is kept under `key`.
    pub fn get(key: &str) -> Option<String> {
        storage()?.get_item(key).ok().flatten()
    }

    /// Keeps `value` under `key`; `false` where the browser has no room or no leave.
    pub fn set(key: &str, value: &str) -> bool {
        storage().is_some_and(|s| s.set_item(key, value).is_ok())
    }

    /// Forgets what is kept under `key`.
    pub fn remove(key: &str) {
        if let Some(s) = storage() {
            let _ = s.remove_item(key);
        }
    }

    /// The keys that begin with `prefix`.
    pub fn keys(prefix: &str) -> Vec<String> {
        let Some(s) = storage() else { return Vec::new() };
        let count = s.length().unwrap_or(0);
        (0..count).filter_map(|i| s.key(i).ok().flatten()).filter(|k| k.starts_with(prefix)).collect()
    }
}

/// Hands the person a file that was made here.
pub fn hand_over(name: &str, kind: &str, bytes: &[u8]) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob =
        Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&js_sys::Uint8Array::from(bytes)), &options)
            .ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this id and brings it into view.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.focus();
    }
}
