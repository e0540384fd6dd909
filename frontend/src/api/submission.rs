//! What the mentor sent to the panel.

use cairn_shared::decision::{Reply, SuggestedBefore};
use cairn_shared::ids::{SubmissionId, SuggestionId};
use cairn_shared::submission::{SubmissionDetail, SubmissionSummary};

use super::{ApiError, Key, Method, Request, every, get};
use crate::hooks::Sent;

/// Everything that I sent, the latest first.
///
/// # Errors
/// What came in the way.
pub async fn list() -> Result<Vec<SubmissionSummary>, ApiError> {
    every("/api/v1/submissions").await
}

/// One thing that I sent, with what was sealed.
///
/// # Errors
/// What came in the way.
pub async fn read(id: SubmissionId) -> Result<SubmissionDetail, ApiError> {
    get(&format!("/api/v1/submissions/{id}")).await.map(|loaded| loaded.value)
}

/// Takes it back, until reading begins.
///
/// # Errors
/// What came in the way; 409 where reading has begun.
pub async fn withdraw(id: SubmissionId, key: &Key) -> Result<SubmissionDetail, ApiError> {
    let request = Request::new(Method::Post, &format!("/api/v1/submissions/{id}/withdrawal"));
    request.key(key).send().await.map(|loaded| loaded.value)
}

/// Says something to a suggestion of the panel.
///
/// # Errors
/// What came in the way.
pub async fn reply(id: SuggestionId, sent: Sent<Reply>) -> Result<Option<String>, ApiError> {
    let request = Request::new(Method::Put, &format!("/api/v1/suggestions/{id}/reply"));
    let request = request.body(&sent.value).keepalive(sent.last);
    request.send::<SuggestedBefore>().await.map(|loaded| loaded.etag)
}
