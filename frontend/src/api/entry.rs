//! The mentor's own entries: reading and writing them, tying passages to standards, and what goes with them.
//!
//! The words of an entry are edited under its tag, so that two devices never overwrite each other. Everything beside
//! the words (links, evidence, the bin) concerns nobody's sentence: where the tag has moved on in the meantime, it is
//! done once more under the new one.

use std::future::Future;

use cairn_shared::entry::{
    AttachLink, BeginEntry, EditEntry, EditEvidence, EditLink, EntryDetail, EntrySummary, EntryVersion, LinkPassage,
    StoryOverview,
};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{EntryId, EvidenceId, LinkId, VersionId};
use cairn_shared::list::Page;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use web_sys::File;
use yew::Callback;

use super::{ApiError, Key, Loaded, Method, Request, Sent, Upload, delete, get, post};
use crate::router::encode;

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Only those tied to this standard.
    pub standard: Option<Standard>,
    /// Only those in which these words stand.
    pub search: String,
    /// Those in the bin instead.
    pub binned: bool,
}

fn list_path(wanted: &Wanted, limit: u32, after: Option<&str>) -> String {
    let mut path = format!("/api/v1/entries?limit={limit}");
    if let Some(standard) = wanted.standard {
        path.push_str("&standard=");
        path.push_str(standard.code());
    }
    if !wanted.search.trim().is_empty() {
        path.push_str("&search=");
        encode(wanted.search.trim(), &mut path);
    }
    if wanted.binned {
        path.push_str("&binned=true");
    }
    if let Some(after) = after {
        path.push_str("&after=");
        encode(after, &mut path);
    }
    path
}

/// The ridge, and what waits.
///
/// # Errors
/// What came in the way.
pub async fn overview() -> Result<StoryOverview, ApiError> {
    get("/api/v1/story").await.map(|loaded| loaded.value)
}

/// A page of entries, the newest moments first.
///
/// # Errors
/// What came in the way.
pub async fn list(wanted: &Wanted, after: Option<String>) -> Result<Page<EntrySummary>, ApiError> {
    get(&list_path(wanted, 12, after.as_deref())).await.map(|loaded| loaded.value)
}

fn at(id: &EntryId) -> String {
    format!("/api/v1/entries/{id}")
}

/// One entry, whole.
///
/// # Errors
/// What came in the way.
pub async fn read(id: &EntryId) -> Result<Loaded<EntryDetail>, ApiError> {
    get(&at(id)).await
}

/// Begins an entry, at most once under `key`.
///
/// # Errors
/// What came in the way.
pub async fn begin(entry: &BeginEntry, key: &Key) -> Result<Loaded<EntryDetail>, ApiError> {
    post("/api/v1/entries", entry, key).await
}

/// Changes the words, the day or the state of an entry. `last` is for a page that is about to go.
///
/// # Errors
/// What came in the way; 412 where it was changed elsewhere.
pub async fn edit(
    id: &EntryId,
    change: &EditEntry,
    etag: Option<&str>,
    last: bool,
) -> Result<Loaded<EntryDetail>, ApiError> {
    named(Request::new(Method::Patch, &at(id)).body(change).keepalive(last), etag).send().await
}

/// Does what an address means, with nothing more to say.
async fn act<T: DeserializeOwned>(path: &str) -> Result<Loaded<T>, ApiError> {
    Request::new(Method::Post, path).key(&Key::new()).send().await
}

fn named(request: Request, etag: Option<&str>) -> Request {
    match etag {
        Some(etag) => request.if_match(etag),
        None => request,
    }
}

/// Does something beside the words, and once more under the new tag where the entry moved on in the meantime.
async fn beside<T, F, A>(id: &EntryId, etag: Option<String>, act: A) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
    A: Fn(Option<String>) -> F,
{
    match act(etag).await {
        Err(error) if error.is_stale() => act(read(id).await?.etag).await,
        other => other,
    }
}

/// Changes the state of an entry and nothing else: kept, or a draft again.
///
/// # Errors
/// What came in the way.
pub async fn set_state(
    id: &EntryId,
    state: cairn_shared::entry::EntryState,
    etag: Option<String>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let change = EditEntry { state: Some(state), ..EditEntry::default() };
    beside(id, etag, |etag| {
        let change = change.clone();
        async move { edit(id, &change, etag.as_deref(), false).await }
    })
    .await
}

/// Puts an entry in the bin.
///
/// # Errors
/// What came in the way.
pub async fn bin(id: &EntryId, etag: Option<String>) -> Result<(), ApiError> {
    beside(id, etag, |etag| async move { delete(&at(id), etag.as_deref()).await }).await
}

/// Takes an entry out of the bin.
///
/// # Errors
/// What came in the way.
pub async fn restore(id: &EntryId) -> Result<Loaded<EntryDetail>, ApiError> {
    act(&format!("{}/restoration", at(id))).await
}

/// Ties a passage, or the whole entry, to a standard.
///
/// # Errors
/// What came in the way.
pub async fn link(id: &EntryId, link: &LinkPassage, key: &Key) -> Result<Loaded<EntryDetail>, ApiError> {
    post(&format!("{}/links", at(id)), link, key).await
}

/// Changes a link: its standard, its sentence, or its passage.
///
/// # Errors
/// What came in the way.
pub async fn edit_link(
    id: &EntryId,
    link: &LinkId,
    change: &EditLink,
    etag: Option<String>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let path = format!("{}/links/{link}", at(id));
    beside(id, etag, |etag| {
        let request = named(Request::new(Method::Patch, &path).body(change), etag.as_deref());
        async move { request.send().await }
    })
    .await
}

/// Takes a link away.
///
/// # Errors
/// What came in the way.
pub async fn unlink(id: &EntryId, link: &LinkId, etag: Option<String>) -> Result<Loaded<EntryDetail>, ApiError> {
    let path = format!("{}/links/{link}", at(id));
    beside(id, etag, |etag| {
        let request = named(Request::new(Method::Delete, &path), etag.as_deref());
        async move { request.send().await }
    })
    .await
}

/// What an entry said before, the latest first.
///
/// # Errors
/// What came in the way.
pub async fn versions(id: &EntryId, after: Option<String>) -> Result<Page<EntryVersion>, ApiError> {
    let mut path = format!("{}/versions?limit=30", at(id));
    if let Some(after) = after {
        path.push_str("&after=");
        encode(&after, &mut path);
    }
    get(&path).await.map(|loaded| loaded.value)
}

/// Brings an earlier version back. What stood there becomes a version itself.
///
/// # Errors
/// What came in the way.
pub async fn bring_back(
    id: &EntryId,
    version: &VersionId,
    etag: Option<String>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let path = format!("{}/versions/{version}/restoration", at(id));
    let key = Key::new();
    beside(id, etag, |etag| {
        let request = named(Request::new(Method::Post, &path).key(&key), etag.as_deref());
        async move { request.send().await }
    })
    .await
}

/// Sends a file to go with an entry.
///
/// # Errors
/// What came in the way.
pub async fn attach(
    id: &EntryId,
    file: &File,
    upload: &Upload,
    key: &Key,
    progress: Callback<Sent>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let mut path = format!("{}/evidence?name=", at(id));
    encode(&file.name(), &mut path);
    upload.send_file(&path, file, key, progress).await
}

/// Lets a page on the web go with an entry.
///
/// # Errors
/// What came in the way.
pub async fn attach_link(id: &EntryId, link: &AttachLink, key: &Key) -> Result<Loaded<EntryDetail>, ApiError> {
    post(&format!("{}/evidence-links", at(id)), link, key).await
}

/// Changes what is said of a piece of evidence of that entry.
///
/// # Errors
/// What came in the way.
pub async fn edit_evidence(
    entry: &EntryId,
    id: &EvidenceId,
    change: &EditEvidence,
    etag: Option<String>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let path = format!("/api/v1/evidence/{id}");
    beside(entry, etag, |etag| {
        let request = named(Request::new(Method::Patch, &path).body(change), etag.as_deref());
        async move { request.send().await }
    })
    .await
}

/// Takes a piece of evidence away from that entry.
///
/// # Errors
/// What came in the way.
pub async fn remove_evidence(
    entry: &EntryId,
    id: &EvidenceId,
    etag: Option<String>,
) -> Result<Loaded<EntryDetail>, ApiError> {
    let path = format!("/api/v1/evidence/{id}");
    beside(entry, etag, |etag| {
        let request = named(Request::new(Method::Delete, &path), etag.as_deref());
        async move { request.send().await }
    })
    .await
}

/// Where a file can be fetched for the next minute.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Ticket {
    /// The file.
    pub url: String,
    /// A small picture of it, if there is one.
    #[serde(default)]
    pub thumbnail_url: Option<String>,
}

/// Asks for the addresses of a file. They hold for a minute.
///
/// # Errors
/// What came in the way.
pub async fn ticket(id: &EvidenceId) -> Result<Ticket, ApiError> {
    act(&format!("/api/v1/evidence/{id}/tickets")).await.map(|loaded| loaded.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_asked_for_by_its_filters() {
        assert_eq!(list_path(&Wanted::default(), 12, None), "/api/v1/entries?limit=12");
        let wanted = Wanted { standard: Some(Standard::S3), search: " exit & ticket ".into(), binned: true };
        assert_eq!(
            list_path(&wanted, 5, Some("a=")),
            "/api/v1/entries?limit=5&standard=s3&search=exit%20%26%20ticket&binned=true&after=a%3D"
        );
    }
}
