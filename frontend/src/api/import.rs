//! Importing people and schools from a file, for the coordinator.

use cairn_shared::ids::ImportId;
use cairn_shared::import::{ImportRow, ImportSummary, PutRowRight, RowState, RunImport};
use cairn_shared::list::Page;
use web_sys::File;
use yew::Callback;

use super::{ApiError, Key, Loaded, Method, Request, Sent, Upload, get, text};
use crate::router::{Query, encode};

fn address(id: ImportId, rest: &str) -> String {
    format!("/api/v1/imports/{id}{rest}")
}

/// Sends a file and hears what each of its rows will do.
///
/// # Errors
/// What came in the way; 415 and 422 where nothing of the file can be used.
pub async fn make(
    upload: &Upload,
    file: &File,
    key: &Key,
    progress: Callback<Sent>,
) -> Result<ImportSummary, ApiError> {
    let mut path = String::from("/api/v1/imports?name=");
    let name: String = file.name().chars().filter(|c| !c.is_control()).take(200).collect();
    encode(if name.trim().is_empty() { "people.csv" } else { &name }, &mut path);
    upload.send_file(&path, file, key, progress).await.map(|loaded| loaded.value)
}

/// The files of the last days, the newest first.
///
/// # Errors
/// What came in the way.
pub async fn list(after: Option<&str>) -> Result<Page<ImportSummary>, ApiError> {
    let query = Query::default().with("limit", "5").with("after", after.unwrap_or_default());
    get(&format!("/api/v1/imports{}", query.print())).await.map(|loaded| loaded.value)
}

/// One file, and how far it is.
///
/// # Errors
/// What came in the way.
pub async fn read(id: ImportId) -> Result<Loaded<ImportSummary>, ApiError> {
    get(&address(id, "")).await
}

/// Its rows, or those of one kind, a page at a time.
///
/// # Errors
/// What came in the way.
pub async fn rows(id: ImportId, state: Option<RowState>, after: Option<&str>) -> Result<Page<ImportRow>, ApiError> {
    let query =
        Query::default().with("state", state.map_or("", RowState::code)).with("after", after.unwrap_or_default());
    get(&address(id, &format!("/rows{}", query.print()))).await.map(|loaded| loaded.value)
}

/// Puts cells of a row right. The tag that comes with the row is the file's.
///
/// # Errors
/// What came in the way; 412 where somebody else changed the file.
pub async fn put_right(
    id: ImportId,
    row: i64,
    change: &PutRowRight,
    etag: Option<&str>,
) -> Result<Loaded<ImportRow>, ApiError> {
    let request = Request::new(Method::Patch, &address(id, &format!("/rows/{row}"))).body(change);
    request.if_match(etag.unwrap_or_default()).send().await
}

/// Looks at all rows again that are not done.
///
/// # Errors
/// What came in the way.
pub async fn look_again(id: ImportId) -> Result<Loaded<ImportSummary>, ApiError> {
    Request::new(Method::Post, &address(id, "/preview")).within(60).send().await
}

/// Carries the next rows out.
///
/// # Errors
/// What came in the way.
pub async fn run(id: ImportId, invite: bool, key: &Key) -> Result<Loaded<ImportSummary>, ApiError> {
    let command = RunImport { invite, rows: Some(100) };
    Request::new(Method::Post, &address(id, "/run")).body(&command).key(key).within(60).send().await
}

/// Rows of one kind as a CSV file, with what to put right.
///
/// # Errors
/// What came in the way.
pub async fn file(id: ImportId, state: RowState) -> Result<String, ApiError> {
    let csv = text(&address(id, &format!("/file?state={}", state.code()))).await?;
    // The browser takes the mark away that tells a spreadsheet that this is UTF-8.
    Ok(format!("\u{feff}{}", csv.trim_start_matches('\u{feff}')))
}
