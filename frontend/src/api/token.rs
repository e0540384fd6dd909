//! The access token: in memory alone, renewed quietly, by one tab at a time.
//!
//! The refresh token is a cookie that no script can read. It rotates, so two tabs must not use it at once: a Web Lock
//! sees to that. Signing out in one tab signs out the others.

use std::cell::RefCell;
use std::future::Future;

use cairn_shared::session::SignedIn;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use yew::Callback;

use super::error::{ApiError, Why};
use super::send::{Loaded, Method, Request};
use crate::browser::{device, method, now_millis, window};

struct Held {
    token: String,
    /// When to renew it, by the device's clock.
    renew_at: f64,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    static TOLD: RefCell<Option<Callback<Option<SignedIn>>>> = const { RefCell::new(None) };
}

/// The key under which the tabs tell each other that somebody signed in or out.
pub const TABS_KEY: &str = "cairn-session";

/// Sets who hears of each renewal (`Some`) and of the session's end (`None`).
pub fn tell(told: Option<Callback<Option<SignedIn>>>) {
    TOLD.set(told);
}

/// Takes a grant into use.
pub fn accept(grant: &SignedIn) {
    let life = f64::from(grant.expires_in) * 1000.0;
    // Renewed while a fifth of its life, at least ten seconds, is left.
    let renew_at = now_millis() + (life * 0.8).min(life - 10_000.0).max(0.0);
    HELD.set(Some(Held { token: grant.access_token.clone(), renew_at }));
    crate::words::today_is(grant.me.today);
}

/// Forgets the token.
pub fn forget() {
    HELD.set(None);
}

/// Tells the other tabs that the session changed.
pub fn tell_tabs(what: &str) {
    device::set(TABS_KEY, &format!("{what} {}", now_millis()));
}

/// The token as it is, for a last word before the page goes.
pub fn current() -> Option<String> {
    HELD.with_borrow(|held| held.as_ref().map(|h| h.token.clone()))
}

/// In how many milliseconds the token should be renewed.
pub fn renew_in() -> Option<u32> {
    HELD.with_borrow(|held| held.as_ref().map(|h| (h.renew_at - now_millis()).max(0.0) as u32))
}

/// The token, renewed first where it is about to end.
pub async fn fresh() -> Option<String> {
    if renew_in() == Some(0) {
        let _ = renew(current()).await;
    }
    current()
}

/// Renews the token unless somebody else here already replaced `old`.
pub async fn renew(old: Option<String>) -> Result<(), ApiError> {
    under_lock(move || async move {
        if old.is_some() && current() != old && current().is_some() {
            return Ok(());
        }
        let answer =
            Request::new(Method::Post, "/api/v1/sessions/refresh").anonymous().send::<Option<SignedIn>>().await;
        match answer {
            Ok(Loaded { value: Some(grant), .. }) => {
                accept(&grant);
                say(Some(grant));
                Ok(())
            }
            // Nobody is signed in on this device: no news, and nothing in the way.
            Ok(Loaded { value: None, .. }) => {
                forget();
                say(None);
                Err(ApiError::answered(401, String::new(), None))
            }
            Err(error) => {
                if matches!(error.status, 400..=404) {
                    forget();
                    say(None);
                }
                Err(error)
            }
        }
    })
    .await
}

fn say(grant: Option<SignedIn>) {
    let told = TOLD.with_borrow(Clone::clone);
    if let Some(told) = told {
        told.emit(grant);
    }
}

/// Does `work` while no other tab does, where the browser has Web Locks; else at once.
async fn under_lock<W, F>(work: W) -> Result<(), ApiError>
where
    W: FnOnce() -> F + 'static,
    F: Future<Output = Result<(), ApiError>> + 'static,
{
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let Some(request) = method(&locks, "request") else { return work().await };
    let result = std::rc::Rc::new(RefCell::new(None));
    let kept = result.clone();
    let granted = Closure::once(move |_lock: JsValue| -> Promise {
        future_to_promise(async move {
            let done = work().await;
            kept.borrow_mut().replace(done);
            Ok(JsValue::UNDEFINED)
        })
    });
    let options = Object::new();
    let waited = request
        .call3(&locks, &"cairn-refresh".into(), &options, granted.as_ref().unchecked_ref::<Function>())
        .map(Promise::from);
    if let Ok(promise) = waited {
        let _ = JsFuture::from(promise).await;
    }
    let done = result.borrow_mut().take();
    done.unwrap_or_else(|| Err(ApiError::without_answer(Why::Unreadable)))
}
