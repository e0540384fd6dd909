//! Speaking with the server: plain asynchronous functions, one file per capability, on this small client.
//!
//! Every function gives `Result<_, ApiError>`, and an [`ApiError`] always has a sentence that can be shown.

pub mod award;
pub mod calendar;
pub mod candidacy;
pub mod celebration;
pub mod decision;
pub mod entry;
mod error;
pub mod import;
pub mod paper;
pub mod person;
pub mod portfolio;
pub mod print_run;
pub mod review;
pub mod round;
pub mod school;
pub mod second_step;
mod send;
pub mod sessions;
pub mod submission;
pub mod token;
mod upload;

use cairn_shared::list::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::router::encode;

pub use cairn_shared::problem::FieldError;
pub use error::{ApiError, Why};
pub use send::{Key, Loaded, Method, Request};
pub use upload::{Sent, Upload};

/// Reads what stands at `path`.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<Loaded<T>, ApiError> {
    Request::new(Method::Get, path).send().await
}

/// Reads the text that stands at `path`.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn text(path: &str) -> Result<String, ApiError> {
    bytes(path).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads what stands at `path`, whatever it is: a document, to be handed to the person.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn bytes(path: &str) -> Result<Vec<u8>, ApiError> {
    Request::new(Method::Get, path).within(60).raw().await.map(|raw| raw.body)
}

/// Reads a list to its end, page by page. For lists that stay short.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn every<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, ApiError> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page: Loaded<Page<T>> = get(&format!("{path}{joint}limit=100{after}")).await?;
        all.extend(page.value.items);
        let Some(next) = page.value.next else { return Ok(all) };
        after = String::from("&after=");
        encode(&next, &mut after);
    }
}

/// Reads what stands at `path` unless it is still what `etag` names.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn get_if_changed<T: DeserializeOwned>(path: &str, etag: &str) -> Result<Option<Loaded<T>>, ApiError> {
    Request::new(Method::Get, path).if_none_match(etag).send_if_changed().await
}

/// Makes something, at most once under `key`.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn post<B: Serialize + ?Sized, T: DeserializeOwned>(
    path: &str,
    body: &B,
    key: &Key,
) -> Result<Loaded<T>, ApiError> {
    Request::new(Method::Post, path).body(body).key(key).send().await
}

/// Changes a part of what `etag` names.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn patch<B: Serialize + ?Sized, T: DeserializeOwned>(
    path: &str,
    body: &B,
    etag: &str,
) -> Result<Loaded<T>, ApiError> {
    Request::new(Method::Patch, path).body(body).if_match(etag).send().await
}

/// Puts something in the place of what `etag` names, or where nothing was.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn put<B: Serialize + ?Sized, T: DeserializeOwned>(
    path: &str,
    body: &B,
    etag: Option<&str>,
) -> Result<Loaded<T>, ApiError> {
    let request = Request::new(Method::Put, path).body(body);
    match etag {
        Some(etag) => request.if_match(etag).send().await,
        None => request.send().await,
    }
}

/// Takes away what `etag` names.
///
/// # Errors
/// What came in the way, with a sentence for the person.
pub async fn delete(path: &str, etag: Option<&str>) -> Result<(), ApiError> {
    let request = Request::new(Method::Delete, path);
    let request = match etag {
        Some(etag) => request.if_match(etag),
        None => request,
    };
    request.raw().await.map(|_| ())
}
