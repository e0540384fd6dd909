//! Celebrations: planning them, and answering invitations to them.

use cairn_shared::celebration::{
    AnswerInvitation, CancelCelebration, CelebrationDetail, CelebrationSummary, Invitation, InvitedGuest, ListForm,
    PlanCelebration, RunningList, TablePlan, ThankGuests,
};
use cairn_shared::ids::{CelebrationId, InvitationId};

use super::{ApiError, Key, Loaded, Method, Request, bytes, every, get, post, put};

/// Those that one plans, or is invited to, the latest first.
///
/// # Errors
/// What came in the way.
pub async fn list() -> Result<Vec<CelebrationSummary>, ApiError> {
    every("/api/v1/celebrations").await
}

/// Plans one.
///
/// # Errors
/// What came in the way.
pub async fn plan(plan: &PlanCelebration, key: &Key) -> Result<CelebrationDetail, ApiError> {
    post("/api/v1/celebrations", plan, key).await.map(|loaded| loaded.value)
}

/// One celebration.
///
/// # Errors
/// What came in the way.
pub async fn read(id: CelebrationId) -> Result<Loaded<CelebrationDetail>, ApiError> {
    get(&format!("/api/v1/celebrations/{id}")).await
}

/// Changes it.
///
/// # Errors
/// What came in the way; 412 where somebody else changed it.
pub async fn edit(
    id: CelebrationId,
    plan: &PlanCelebration,
    etag: &str,
) -> Result<Loaded<CelebrationDetail>, ApiError> {
    put(&format!("/api/v1/celebrations/{id}"), plan, Some(etag)).await
}

/// Calls it off.
///
/// # Errors
/// What came in the way.
pub async fn cancel(
    id: CelebrationId,
    why: &CancelCelebration,
    key: &Key,
) -> Result<Loaded<CelebrationDetail>, ApiError> {
    post(&format!("/api/v1/celebrations/{id}/cancellation"), why, key).await
}

/// Invites everybody who is to be invited and is not yet.
///
/// # Errors
/// What came in the way; 409 where there is nobody.
pub async fn invite(id: CelebrationId, key: &Key) -> Result<Loaded<CelebrationDetail>, ApiError> {
    let request = Request::new(Method::Post, &format!("/api/v1/celebrations/{id}/invitations"));
    request.key(key).within(60).send().await
}

/// Everybody who is invited.
///
/// # Errors
/// What came in the way.
pub async fn guests(id: CelebrationId) -> Result<Vec<InvitedGuest>, ApiError> {
    every(&format!("/api/v1/celebrations/{id}/invitations")).await
}

/// Answers an invitation.
///
/// # Errors
/// What came in the way; 412 where somebody else answered it since, 409 where it is too late, or there is no room for another guest.
pub async fn answer(id: InvitationId, answer: &AnswerInvitation, etag: &str) -> Result<Invitation, ApiError> {
    put(&format!("/api/v1/invitations/{id}/reply"), answer, Some(etag)).await.map(|loaded| loaded.value)
}

/// A proposal of who sits where.
///
/// # Errors
/// What came in the way.
pub async fn propose(id: CelebrationId, seats: u16) -> Result<TablePlan, ApiError> {
    get(&format!("/api/v1/celebrations/{id}/table-plan/proposal?seats={seats}")).await.map(|loaded| loaded.value)
}

/// Says who sits where.
///
/// # Errors
/// What came in the way; 412 where somebody else changed the celebration.
pub async fn seat(id: CelebrationId, plan: &TablePlan, etag: &str) -> Result<Loaded<CelebrationDetail>, ApiError> {
    put(&format!("/api/v1/celebrations/{id}/table-plan"), plan, Some(etag)).await
}

/// Says in which order people are called up.
///
/// # Errors
/// What came in the way; 412 where somebody else changed the celebration.
pub async fn order(id: CelebrationId, list: &RunningList, etag: &str) -> Result<Loaded<CelebrationDetail>, ApiError> {
    put(&format!("/api/v1/celebrations/{id}/running-list"), list, Some(etag)).await
}

/// A list for the evening: `caterer-list`, `door-list` or `running-list`.
///
/// # Errors
/// What came in the way.
pub async fn evening_list(id: CelebrationId, list: &str, form: ListForm) -> Result<Vec<u8>, ApiError> {
    bytes(&format!("/api/v1/celebrations/{id}/{list}?form={}", form.code())).await
}

/// It for one's calendar.
///
/// # Errors
/// What came in the way.
pub async fn calendar(id: CelebrationId) -> Result<Vec<u8>, ApiError> {
    bytes(&format!("/api/v1/celebrations/{id}/calendar")).await
}

/// Thanks those who came.
///
/// # Errors
/// What came in the way.
pub async fn thank(id: CelebrationId, thanks: &ThankGuests, key: &Key) -> Result<Loaded<CelebrationDetail>, ApiError> {
    post(&format!("/api/v1/celebrations/{id}/thanks"), thanks, key).await
}
