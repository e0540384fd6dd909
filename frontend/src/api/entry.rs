//! The mentor's own entries: reading and writing them, tying passages to standards, and what goes with them.
//!
//! The words of an entry are edited under its tag, so that two devices never overwrite each other. What stands beside
//! the words (links, evidence, the bin) moves the tag on, and needs none.

use cairn_shared::entry::{
    AttachLink, BeginEntry, EditEntry, EditEvidence, EditLink, EntryDetail, EntryState, EntrySummary, EntryVersion,
    LinkPassage, StoryOverview, Ticket,
};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{EntryId, EvidenceId, LinkId, VersionId};
use cairn_shared::list::Page;
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

/// Changes the state of an entry and nothing else: kept, or a draft again. It concerns no word, so it is done whatever
/// the tag is by now.
///
/// # Errors
/// What came in the way.
pub async fn set_state(id: &EntryId, state: EntryState) -> Result<Loaded<EntryDetail>, ApiError> {
    let change = EditEntry { state: Some(state), ..EditEntry::default() };
    let mut again = true;
    loop {
        let now = read(id).await?;
        match edit(id, &change, now.etag.as_deref(), false).await {
            Err(error) if error.is_stale() && again => again = false,
            other => return other,
        }
    }
}

/// Puts an entry in the bin.
///
/// # Errors
/// What came in the way.
pub async fn bin(id: &EntryId) -> Result<(), ApiError> {
    delete(&at(id), None).await
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
pub async fn edit_link(id: &EntryId, link: &LinkId, change: &EditLink) -> Result<Loaded<EntryDetail>, ApiError> {
    Request::new(Method::Patch, &format!("{}/links/{link}", at(id))).body(change).send().await
}

/// Takes a link away.
///
/// # Errors
/// What came in the way.
pub async fn unlink(id: &EntryId, link: &LinkId) -> Result<Loaded<EntryDetail>, ApiError> {
    Request::new(Method::Delete, &format!("{}/links/{link}", at(id))).send().await
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
pub async fn bring_back(id: &EntryId, version: &VersionId) -> Result<Loaded<EntryDetail>, ApiError> {
    act(&format!("{}/versions/{version}/restoration", at(id))).await
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

/// Changes what is said of a piece of evidence.
///
/// # Errors
/// What came in the way.
pub async fn edit_evidence(id: &EvidenceId, change: &EditEvidence) -> Result<Loaded<EntryDetail>, ApiError> {
    Request::new(Method::Patch, &format!("/api/v1/evidence/{id}")).body(change).send().await
}

/// Takes a piece of evidence away.
///
/// # Errors
/// What came in the way.
pub async fn remove_evidence(id: &EvidenceId) -> Result<Loaded<EntryDetail>, ApiError> {
    Request::new(Method::Delete, &format!("/api/v1/evidence/{id}")).send().await
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
