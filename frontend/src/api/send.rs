//! One request and its answer: headers, time limit, one renewal of the token after 401.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use gloo_net::http::Request as Fetch;
use js_sys::Reflect;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::{AbortController, RequestInit};

use super::error::{ApiError, Why};
use super::token;
use crate::browser::{Timer, random_id};

/// What to do with what stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read it.
    Get,
    /// Make something there.
    Post,
    /// Change a part of it (RFC 7396 merge patch).
    Patch,
    /// Put something in its place.
    Put,
    /// Take it away.
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What came, with the tag that an edit of it must name.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded<T> {
    /// What came.
    pub value: T,
    /// Its entity tag, for `If-Match` and `If-None-Match`.
    pub etag: Option<String>,
}

/// The key under which a form makes its thing at most once, however often it is sent.
///
/// It stays the same until the server gave a final answer, so that a second try after a lost answer finds the first.
#[derive(Clone, Debug)]
pub struct Key(Rc<RefCell<String>>);

impl Default for Key {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(random_id())))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Key {
    /// A new key.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that was kept with a text on this device.
    pub fn kept(value: &str) -> Self {
        Self(Rc::new(RefCell::new(value.to_owned())))
    }

    /// The key as the server sees it.
    pub fn value(&self) -> String {
        self.0.borrow().clone()
    }

    fn renew(&self) {
        self.0.replace(random_id());
    }
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    path: String,
    body: Option<String>,
    headers: Vec<(&'static str, String)>,
    key: Option<Key>,
    signed: bool,
    keepalive: bool,
    millis: u32,
}

/// An answer as it came: 2xx or 304.
pub(super) struct Raw {
    pub status: u16,
    pub body: Vec<u8>,
    pub etag: Option<String>,
}

impl Request {
    /// A request to an address of the API, such as `/api/v1/entries`.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
            headers: vec![("Accept", "application/json".to_owned())],
            key: None,
            signed: true,
            keepalive: false,
            millis: 20_000,
        }
    }

    /// With this as its body.
    #[must_use]
    pub fn body<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.body = serde_json::to_string(body).ok();
        let kind = if self.method == Method::Patch { "application/merge-patch+json" } else { "application/json" };
        self.headers.push(("Content-Type", kind.to_owned()));
        self
    }

    /// Only if it is still what this tag names.
    #[must_use]
    pub fn if_match(mut self, etag: &str) -> Self {
        self.headers.push(("If-Match", etag.to_owned()));
        self
    }

    /// Only if it is no longer what this tag names.
    #[must_use]
    pub fn if_none_match(mut self, etag: &str) -> Self {
        self.headers.push(("If-None-Match", etag.to_owned()));
        self
    }

    /// At most once under this key.
    #[must_use]
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Without saying who asks.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.signed = false;
        self
    }

    /// Also when the page is about to go (64 KB at most).
    #[must_use]
    pub fn keepalive(mut self, on: bool) -> Self {
        self.keepalive = on;
        self
    }

    /// With another time limit than 20 seconds.
    #[must_use]
    pub fn within(mut self, seconds: u32) -> Self {
        self.millis = seconds * 1000;
        self
    }

    /// Sends it and reads the answer.
    ///
    /// # Errors
    /// What came in the way, with a sentence for the person.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Loaded<T>, ApiError> {
        let raw = self.raw().await?;
        read(raw)
    }

    /// Sends it; `None` where the server says that nothing changed since `if_none_match`.
    ///
    /// # Errors
    /// What came in the way, with a sentence for the person.
    pub async fn send_if_changed<T: DeserializeOwned>(self) -> Result<Option<Loaded<T>>, ApiError> {
        let raw = self.raw().await?;
        if raw.status == 304 { Ok(None) } else { read(raw).map(Some) }
    }

    /// Behind a pointer, so that sending is compiled once and not for each kind of answer.
    pub(super) fn raw(self) -> Pin<Box<dyn Future<Output = Result<Raw, ApiError>>>> {
        Box::pin(async move {
            let key = self.key.clone();
            let answer = self.with_token().await;
            if let Some(key) = key {
                let open = answer.as_ref().is_err_and(|e| e.may_pass() || matches!(e.status, 0 | 401 | 409));
                if !open {
                    key.renew();
                }
            }
            answer
        })
    }

    async fn with_token(self) -> Result<Raw, ApiError> {
        if !self.signed {
            return self.once(None).await;
        }
        // A last word before the page goes has no time to renew anything.
        let token = if self.keepalive { token::current() } else { Box::pin(token::fresh()).await };
        let answer = self.once(token.as_deref()).await;
        match answer {
            Err(error) if error.status == 401 && !self.keepalive => match Box::pin(token::renew(token)).await {
                Ok(()) => self.once(token::current().as_deref()).await,
                Err(other) if other.may_pass() => Err(other),
                Err(_) => Err(error),
            },
            other => other,
        }
    }

    async fn once(&self, token: Option<&str>) -> Result<Raw, ApiError> {
        let unreadable = || ApiError::without_answer(Why::Unreadable);
        let stop = AbortController::new().map_err(|_| unreadable())?;
        let init = RequestInit::new();
        init.set_method(self.method.name());
        init.set_signal(Some(&stop.signal()));
        let headers = web_sys::Headers::new().map_err(|_| unreadable())?;
        for (name, value) in &self.headers {
            let _ = headers.set(name, value);
        }
        if let Some(token) = token {
            let _ = headers.set("Authorization", &format!("Bearer {token}"));
        }
        if let Some(key) = &self.key {
            let _ = headers.set("Idempotency-Key", &key.value());
        }
        init.set_headers(&headers);
        if let Some(body) = &self.body {
            init.set_body(&body.into());
        }
        if self.keepalive {
            let _ = Reflect::set(&init, &"keepalive".into(), &true.into());
        }
        let request = web_sys::Request::new_with_str_and_init(&self.path, &init).map_err(|_| unreadable())?;

        let late = Rc::new(Cell::new(false));
        let limit = Timer::after(self.millis, {
            let late = late.clone();
            move || {
                late.set(true);
                stop.abort();
            }
        });
        let no_answer = || {
            ApiError::without_answer(match late.get() {
                true => Why::Timeout,
                // A browser says that it is online where a cable is plugged in; a request that could not be sent knows better.
                false => Why::Offline,
            })
        };
        let answer = Fetch::from(request).send().await.map_err(|_| no_answer())?;
        let etag = answer.headers().get("etag");
        let retry_after = answer.headers().get("retry-after").and_then(|s| s.trim().parse().ok());
        let status = answer.status();
        let body = answer.binary().await.map_err(|_| no_answer())?;
        drop(limit);
        if answer.ok() || status == 304 {
            Ok(Raw { status, body, etag })
        } else {
            Err(ApiError::answered(status, String::from_utf8_lossy(&body).into_owned(), retry_after))
        }
    }
}

pub(super) fn read<T: DeserializeOwned>(raw: Raw) -> Result<Loaded<T>, ApiError> {
    let body: &[u8] = if raw.body.trim_ascii().is_empty() { b"null" } else { &raw.body };
    match serde_json::from_slice(body) {
        Ok(value) => Ok(Loaded { value, etag: raw.etag }),
        Err(_) => Err(ApiError { status: raw.status, ..ApiError::without_answer(Why::Unreadable) }),
    }
}
