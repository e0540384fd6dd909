//! The panel's meeting: its board, what it decides, and what it carries over.

use cairn_shared::decision::{Board, BoardCard, CarryOver, CorrectDecision, Decide, OutcomeDetail, ReleasedDecision};
use cairn_shared::ids::{RoundId, SubmissionId};
use cairn_shared::review::{PanelComment, PanelComments};

use super::{ApiError, Key, Loaded, Method, Request, get, get_if_changed, post, put};

/// The panel's board, as the person may see it.
///
/// # Errors
/// What came in the way.
pub async fn board(round: RoundId) -> Result<Loaded<Board>, ApiError> {
    get(&format!("/api/v1/rounds/{round}/board")).await
}

/// The board, unless it is still what `etag` names.
///
/// # Errors
/// What came in the way.
pub async fn board_if_changed(round: RoundId, etag: &str) -> Result<Option<Loaded<Board>>, ApiError> {
    get_if_changed(&format!("/api/v1/rounds/{round}/board"), etag).await
}

/// Records what the panel agreed.
///
/// # Errors
/// What came in the way; 409 where it is not the time, or not enough people may decide.
pub async fn decide(submission: SubmissionId, decision: &Decide) -> Result<BoardCard, ApiError> {
    put(&format!("/api/v1/submissions/{submission}/decision"), decision, None).await.map(|loaded| loaded.value)
}

/// Takes a decision back, until release.
///
/// # Errors
/// What came in the way.
pub async fn undo(submission: SubmissionId) -> Result<BoardCard, ApiError> {
    let request = Request::new(Method::Delete, &format!("/api/v1/submissions/{submission}/decision"));
    request.send().await.map(|loaded| loaded.value)
}

/// The reviews' comments on a submission, as its panel reads them.
///
/// # Errors
/// What came in the way.
pub async fn comments(submission: SubmissionId) -> Result<Vec<PanelComment>, ApiError> {
    get::<PanelComments>(&format!("/api/v1/submissions/{submission}/comments"))
        .await
        .map(|loaded| loaded.value.comments)
}

/// Carries a submission over to the next round.
///
/// # Errors
/// What came in the way.
pub async fn carry_over(submission: SubmissionId, words: &CarryOver, key: &Key) -> Result<BoardCard, ApiError> {
    post(&format!("/api/v1/submissions/{submission}/carry-over"), words, key).await.map(|loaded| loaded.value)
}

/// Keeps a submission in this round after all.
///
/// # Errors
/// What came in the way.
pub async fn undo_carry_over(submission: SubmissionId) -> Result<BoardCard, ApiError> {
    let request = Request::new(Method::Delete, &format!("/api/v1/submissions/{submission}/carry-over"));
    request.send().await.map(|loaded| loaded.value)
}

/// What the panel's decision says, once it is released.
///
/// # Errors
/// What came in the way; 404 before release, and where it is not the person's to read.
pub async fn outcome(submission: SubmissionId) -> Result<OutcomeDetail, ApiError> {
    get(&format!("/api/v1/submissions/{submission}/outcome")).await.map(|loaded| loaded.value)
}

/// What was released on a submission, for a coordinator who would put it right.
///
/// # Errors
/// What came in the way; 403 where the coordinator has a conflict with its mentor.
pub async fn released(submission: SubmissionId) -> Result<ReleasedDecision, ApiError> {
    get(&format!("/api/v1/submissions/{submission}/decision")).await.map(|loaded| loaded.value)
}

/// Corrects a released decision. It may only widen what is secured.
///
/// # Errors
/// What came in the way.
pub async fn correct(
    submission: SubmissionId,
    correction: &CorrectDecision,
    key: &Key,
) -> Result<OutcomeDetail, ApiError> {
    post(&format!("/api/v1/submissions/{submission}/corrections"), correction, key).await.map(|loaded| loaded.value)
}
