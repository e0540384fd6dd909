//! Sending a file, with how far it has come and a way to stop. `fetch` cannot tell the first, so this is the older way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};
use yew::Callback;

use super::error::{ApiError, Why};
use super::send::{Key, Loaded, Raw, read};
use super::token;
use crate::browser::Listener;

/// How far a file has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sent {
    /// Bytes that have gone.
    pub bytes: u64,
    /// All its bytes.
    pub of: u64,
}

/// What goes.
enum Body<'a> {
    Form(&'a FormData),
    File(&'a File),
}

/// A file on its way. Dropping it stops nothing; [`Upload::cancel`] does.
#[derive(Clone, Default)]
pub struct Upload {
    request: Rc<RefCell<Option<XmlHttpRequest>>>,
    cancelled: Rc<Cell<bool>>,
}

impl PartialEq for Upload {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.request, &other.request)
    }
}

impl Upload {
    /// A file that has not set off yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops it.
    pub fn cancel(&self) {
        self.cancelled.set(true);
        if let Some(request) = self.request.borrow().as_ref() {
            let _ = request.abort();
        }
    }

    /// Posts `form` to `path` under `key` and tells how far it has come.
    ///
    /// # Errors
    /// What came in the way, with a sentence for the person.
    pub async fn send<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &FormData,
        key: &Key,
        progress: Callback<Sent>,
    ) -> Result<Loaded<T>, ApiError> {
        self.whatever(path, &Body::Form(form), key, progress).await
    }

    /// Posts `file` itself to `path` under `key` and tells how far it has come.
    ///
    /// # Errors
    /// What came in the way, with a sentence for the person.
    pub async fn send_file<T: DeserializeOwned>(
        &self,
        path: &str,
        file: &File,
        key: &Key,
        progress: Callback<Sent>,
    ) -> Result<Loaded<T>, ApiError> {
        self.whatever(path, &Body::File(file), key, progress).await
    }

    async fn whatever<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Body<'_>,
        key: &Key,
        progress: Callback<Sent>,
    ) -> Result<Loaded<T>, ApiError> {
        let mut token = token::fresh().await;
        let mut answer = self.once(path, body, key, token.as_deref(), progress.clone()).await;
        if answer.as_ref().is_err_and(|e| e.status == 401) && token::renew(token).await.is_ok() {
            token = token::current();
            answer = self.once(path, body, key, token.as_deref(), progress).await;
        }
        read(answer?)
    }

    async fn once(
        &self,
        path: &str,
        body: &Body<'_>,
        key: &Key,
        token: Option<&str>,
        progress: Callback<Sent>,
    ) -> Result<Raw, ApiError> {
        if self.cancelled.get() {
            return Err(ApiError::without_answer(Why::Cancelled));
        }
        let unreadable = |_: JsValue| ApiError::without_answer(Why::Unreadable);
        let request = XmlHttpRequest::new().map_err(unreadable)?;
        request.open_with_async("POST", path, true).map_err(unreadable)?;
        for (name, value) in [("Accept", "application/json"), ("Idempotency-Key", &key.value())] {
            let _ = request.set_request_header(name, value);
        }
        if let Some(token) = token {
            let _ = request.set_request_header("Authorization", &format!("Bearer {token}"));
        }
        self.request.replace(Some(request.clone()));

        let watched = request.upload().ok().map(|upload| {
            Listener::on(&upload, "progress", move |event| {
                use wasm_bindgen::JsCast;
                if let Some(event) = event.dyn_ref::<ProgressEvent>() {
                    progress.emit(Sent { bytes: event.loaded() as u64, of: event.total() as u64 });
                }
            })
        });
        // `loadend` comes after an answer, a broken line and a stop alike.
        let mut ended = None;
        let promise = Promise::new(&mut |resolve, _| {
            ended = Some(Listener::on(&request, "loadend", move |_| {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }));
        });
        match body {
            Body::Form(form) => request.send_with_opt_form_data(Some(form)).map_err(unreadable)?,
            Body::File(file) => {
                let kind = file.type_();
                let kind = if kind.is_empty() { "application/octet-stream" } else { &kind };
                let _ = request.set_request_header("Content-Type", kind);
                request.send_with_opt_blob(Some(file)).map_err(unreadable)?;
            }
        }
        let _ = JsFuture::from(promise).await;
        drop((watched, ended));
        self.request.replace(None);

        let status = request.status().unwrap_or(0);
        let body = request.response_text().ok().flatten().unwrap_or_default();
        let header = |name| request.get_response_header(name).ok().flatten();
        match status {
            0 if self.cancelled.get() => Err(ApiError::without_answer(Why::Cancelled)),
            0 => Err(ApiError::without_answer(Why::Offline)),
            200..=299 => Ok(Raw { status, body: body.into_bytes(), etag: header("etag") }),
            _ => Err(ApiError::answered(status, body, header("retry-after").and_then(|s| s.trim().parse().ok()))),
        }
    }
}
