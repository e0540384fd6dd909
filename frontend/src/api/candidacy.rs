//! What the mentor is working towards.

use cairn_shared::candidacy::{CandidacySummary, StartCandidacy};
use cairn_shared::list::Page;
use cairn_shared::qualification::Qualification;

use super::{ApiError, Key, get, post};

/// What I am working towards, or hold.
///
/// # Errors
/// What came in the way.
pub async fn mine() -> Result<Vec<CandidacySummary>, ApiError> {
    get::<Page<CandidacySummary>>("/api/v1/candidacies").await.map(|loaded| loaded.value.items)
}

/// Starts working towards a qualification, with an empty portfolio for it.
///
/// # Errors
/// What came in the way.
pub async fn start(qualification: Qualification, key: &Key) -> Result<CandidacySummary, ApiError> {
    post("/api/v1/candidacies", &StartCandidacy { qualification }, key).await.map(|loaded| loaded.value)
}
