//! Paper: cover sheets, and where the paper is.

use cairn_shared::ids::{PersonId, SubmissionId};
use cairn_shared::paper::{CoverCode, DescribePaper, PaperDetail, ReceivePaper, RegisterPaper, ReturnPaper};

use super::{ApiError, Key, Loaded, Method, Request, get, post, put};

fn at(id: SubmissionId, what: &str) -> String {
    format!("/api/v1/submissions/{id}/{what}")
}

/// The paper of a submission.
///
/// # Errors
/// What came in the way; 404 where there is none for this person.
pub async fn read(id: SubmissionId) -> Result<Loaded<PaperDetail>, ApiError> {
    get(&at(id, "paper")).await
}

/// The paper with that code on its cover sheet.
///
/// # Errors
/// What came in the way; 404 where there is none for this person.
pub async fn find(code: CoverCode) -> Result<Loaded<PaperDetail>, ApiError> {
    get(&format!("/api/v1/cover-sheets/{code}")).await
}

/// Changes what a cover sheet says.
///
/// # Errors
/// What came in the way; 409 once the paper has arrived.
pub async fn describe(id: SubmissionId, words: &DescribePaper, etag: &str) -> Result<Loaded<PaperDetail>, ApiError> {
    put(&at(id, "paper"), words, Some(etag)).await
}

/// Registers somebody's paper portfolio on their behalf.
///
/// # Errors
/// What came in the way; 422 names what is still needed.
pub async fn register(mentor: PersonId, what: &RegisterPaper, key: &Key) -> Result<Loaded<PaperDetail>, ApiError> {
    post(&format!("/api/v1/people/{mentor}/submissions"), what, key).await
}

/// Notes that paper has arrived, and where it is kept.
///
/// # Errors
/// What came in the way.
pub async fn receive(id: SubmissionId, receive: &ReceivePaper, key: &Key) -> Result<Loaded<PaperDetail>, ApiError> {
    post(&at(id, "receipt"), receive, key).await
}

/// Undoes that paper has arrived.
///
/// # Errors
/// What came in the way; 409 once somebody has sent a view on it.
pub async fn undo_receipt(id: SubmissionId) -> Result<Loaded<PaperDetail>, ApiError> {
    Request::new(Method::Delete, &at(id, "receipt")).send().await
}

/// Notes that paper went back.
///
/// # Errors
/// What came in the way; 409 while the panel needs it.
pub async fn give_back(id: SubmissionId, give: &ReturnPaper, key: &Key) -> Result<Loaded<PaperDetail>, ApiError> {
    post(&at(id, "return"), give, key).await
}

/// Undoes that paper went back.
///
/// # Errors
/// What came in the way.
pub async fn undo_return(id: SubmissionId) -> Result<Loaded<PaperDetail>, ApiError> {
    Request::new(Method::Delete, &at(id, "return")).send().await
}
