//! The reviewer's own readings: what is given to them, what they find, and their comments.

use cairn_shared::conflict::StepAside;
use cairn_shared::ids::{CommentId, ReviewId};
use cairn_shared::review::{EditComment, ReviewDetail, ReviewDraft, ReviewSummary, WriteComment};
use serde::de::IgnoredAny;

use super::{ApiError, Key, Loaded, Method, Request, every, get, post};
use crate::hooks::Sent;

/// Everything that the person is asked to read, or has read.
///
/// # Errors
/// What came in the way.
pub async fn list() -> Result<Vec<ReviewSummary>, ApiError> {
    every("/api/v1/reviews").await
}

/// One review, with what is read for it.
///
/// # Errors
/// What came in the way.
pub async fn read(id: ReviewId) -> Result<Loaded<ReviewDetail>, ApiError> {
    get(&format!("/api/v1/reviews/{id}")).await
}

/// Saves what is written so far; gives the new tag.
///
/// # Errors
/// What came in the way; 412 where another device was faster.
pub async fn save_draft(id: ReviewId, sent: Sent<ReviewDraft>) -> Result<Option<String>, ApiError> {
    let request = Request::new(Method::Put, &format!("/api/v1/reviews/{id}/draft"))
        .body(&sent.value)
        .if_match(sent.etag.as_deref().unwrap_or("\"\""))
        .keepalive(sent.last);
    request.send::<IgnoredAny>().await.map(|loaded| loaded.etag)
}

/// Sends the view to the panel.
///
/// # Errors
/// What came in the way; 422 names what each standard still needs (`/judgements/s3`).
pub async fn send(id: ReviewId, key: &Key) -> Result<Loaded<ReviewDetail>, ApiError> {
    Request::new(Method::Post, &format!("/api/v1/reviews/{id}/sending")).key(key).send().await
}

/// Steps aside from a submission.
///
/// # Errors
/// What came in the way.
pub async fn step_aside(id: ReviewId, why: &StepAside, key: &Key) -> Result<(), ApiError> {
    post::<_, IgnoredAny>(&format!("/api/v1/reviews/{id}/conflict"), why, key).await.map(|_| ())
}

/// Writes a comment.
///
/// # Errors
/// What came in the way.
pub async fn write_comment(id: ReviewId, comment: &WriteComment, key: &Key) -> Result<Loaded<ReviewDetail>, ApiError> {
    post(&format!("/api/v1/reviews/{id}/comments"), comment, key).await
}

/// Changes a comment's words, or who will see it.
///
/// # Errors
/// What came in the way.
pub async fn edit_comment(
    id: ReviewId,
    comment: CommentId,
    change: &EditComment,
) -> Result<Loaded<ReviewDetail>, ApiError> {
    Request::new(Method::Patch, &format!("/api/v1/reviews/{id}/comments/{comment}")).body(change).send().await
}

/// Takes a comment away.
///
/// # Errors
/// What came in the way.
pub async fn remove_comment(id: ReviewId, comment: CommentId) -> Result<Loaded<ReviewDetail>, ApiError> {
    Request::new(Method::Delete, &format!("/api/v1/reviews/{id}/comments/{comment}")).send().await
}
