//! Rounds: their dates, their panels, and what was sent to them.

use cairn_shared::conflict::{DeclareConflict, DeclaredConflict};
use cairn_shared::ids::{ConflictId, PersonId, ReviewId, RoundId, SubmissionId};
use cairn_shared::list::Page;
use cairn_shared::review::AssignReviewer;
use cairn_shared::round::{MoveDates, NamePanel, PlanYear, RoundDetail, RoundSubmission, RoundSummary};

use super::{ApiError, Key, Loaded, Method, Request, delete, every, get, patch, post, put};

/// All rounds, the soonest first.
///
/// # Errors
/// What came in the way.
pub async fn list_rounds() -> Result<Vec<RoundSummary>, ApiError> {
    every("/api/v1/rounds").await
}

/// Plans a year.
///
/// # Errors
/// What came in the way; 422 names the dates that are out of order.
pub async fn plan_year(year: &PlanYear, key: &Key) -> Result<Vec<RoundSummary>, ApiError> {
    post::<_, Page<RoundSummary>>("/api/v1/rounds", year, key).await.map(|loaded| loaded.value.items)
}

/// One round, with its panel and what was sent to it.
///
/// # Errors
/// What came in the way.
pub async fn read_round(id: RoundId) -> Result<Loaded<RoundDetail>, ApiError> {
    get(&format!("/api/v1/rounds/{id}")).await
}

/// Moves the dates of a round.
///
/// # Errors
/// What came in the way; 412 where somebody else changed the round.
pub async fn move_dates(id: RoundId, dates: &MoveDates, etag: &str) -> Result<Loaded<RoundDetail>, ApiError> {
    patch(&format!("/api/v1/rounds/{id}"), dates, etag).await
}

/// Names a round's panel.
///
/// # Errors
/// What came in the way; 412 where somebody else changed the round.
pub async fn name_panel(id: RoundId, panel: &NamePanel, etag: &str) -> Result<Loaded<RoundDetail>, ApiError> {
    put(&format!("/api/v1/rounds/{id}/panel"), panel, Some(etag)).await
}

/// Releases a round: all its mentors hear at once.
///
/// # Errors
/// What came in the way; 409 where something is still to be decided.
pub async fn release(id: RoundId, key: &Key) -> Result<Loaded<RoundDetail>, ApiError> {
    Request::new(Method::Post, &format!("/api/v1/rounds/{id}/release")).key(key).within(60).send().await
}

/// Gives a submission to a reader.
///
/// # Errors
/// What came in the way.
pub async fn assign(submission: SubmissionId, reviewer: PersonId, key: &Key) -> Result<RoundSubmission, ApiError> {
    let command = AssignReviewer { reviewer_id: reviewer };
    post(&format!("/api/v1/submissions/{submission}/assignments"), &command, key).await.map(|loaded| loaded.value)
}

/// Takes a submission back from a reader.
///
/// # Errors
/// What came in the way.
pub async fn take_back(review: ReviewId) -> Result<(), ApiError> {
    delete(&format!("/api/v1/reviews/{review}"), None).await
}

/// Sends a reader a kind reminder.
///
/// # Errors
/// What came in the way.
pub async fn nudge(review: ReviewId, key: &Key) -> Result<RoundSubmission, ApiError> {
    let request = Request::new(Method::Post, &format!("/api/v1/reviews/{review}/nudges"));
    request.key(key).send().await.map(|loaded| loaded.value)
}

/// Every conflict that somebody declared.
///
/// # Errors
/// What came in the way.
pub async fn conflicts() -> Result<Vec<DeclaredConflict>, ApiError> {
    every("/api/v1/conflicts").await
}

/// Declares that somebody must not read another's submissions.
///
/// # Errors
/// What came in the way.
pub async fn declare_conflict(conflict: &DeclareConflict, key: &Key) -> Result<DeclaredConflict, ApiError> {
    post("/api/v1/conflicts", conflict, key).await.map(|loaded| loaded.value)
}

/// Takes a declared conflict back.
///
/// # Errors
/// What came in the way.
pub async fn remove_conflict(id: ConflictId) -> Result<(), ApiError> {
    delete(&format!("/api/v1/conflicts/{id}"), None).await
}
