//! The awards that one holds, and ending one that was issued in error.

use cairn_shared::award::{AwardDetail, AwardSummary, BadgeForm, Publication, RevokeAward, RoundAward};
use cairn_shared::credential::BadgeKeys;
use cairn_shared::ids::{AwardId, RoundId};

use super::{ApiError, Key, Method, Request, bytes, delete, every, get, post, put, text};

/// My awards.
///
/// # Errors
/// What came in the way.
pub async fn list() -> Result<Vec<AwardSummary>, ApiError> {
    every("/api/v1/awards").await
}

/// One award, with its code and its picture of it.
///
/// # Errors
/// What came in the way.
pub async fn read(id: AwardId) -> Result<AwardDetail, ApiError> {
    get(&format!("/api/v1/awards/{id}")).await.map(|loaded| loaded.value)
}

/// The badge of one award, in a form that is text.
///
/// # Errors
/// What came in the way.
pub async fn badge(id: AwardId, form: BadgeForm) -> Result<String, ApiError> {
    text(&format!("/api/v1/awards/{id}/badge?form={}", form.code())).await
}

/// The certificate of one award, as PDF.
///
/// # Errors
/// What came in the way; 409 where a letter of it is in no typeface.
pub async fn certificate(id: AwardId) -> Result<Vec<u8>, ApiError> {
    bytes(&format!("/api/v1/awards/{id}/certificate")).await
}

/// The awards of a round.
///
/// # Errors
/// What came in the way.
pub async fn of_round(id: RoundId) -> Result<Vec<RoundAward>, ApiError> {
    every(&format!("/api/v1/rounds/{id}/awards")).await
}

/// How the badge keys stand.
///
/// # Errors
/// What came in the way.
pub async fn keys() -> Result<BadgeKeys, ApiError> {
    get("/api/v1/badge-keys").await.map(|loaded| loaded.value)
}

/// Shows an award to everybody, or in another way.
///
/// # Errors
/// What came in the way.
pub async fn publish(id: AwardId, publication: Publication) -> Result<(), ApiError> {
    put::<_, AwardDetail>(&format!("/api/v1/awards/{id}/publication"), &publication, None).await.map(drop)
}

/// Shows an award to nobody any more.
///
/// # Errors
/// What came in the way.
pub async fn withdraw(id: AwardId) -> Result<(), ApiError> {
    delete(&format!("/api/v1/awards/{id}/publication"), None).await
}

/// Issues an award anew, to the name and the address that its holder has by now.
///
/// # Errors
/// What came in the way; 409 where it has ended.
pub async fn reissue(id: AwardId, key: &Key) -> Result<AwardSummary, ApiError> {
    Request::new(Method::Post, &format!("/api/v1/awards/{id}/reissue")).key(key).send().await.map(|loaded| loaded.value)
}

/// Ends an award that was issued in error, with a reason that is recorded for good.
///
/// # Errors
/// What came in the way; 409 where it has ended already.
pub async fn end(id: AwardId, why: &RevokeAward, key: &Key) -> Result<AwardSummary, ApiError> {
    post(&format!("/api/v1/awards/{id}/revocation"), why, key).await.map(|loaded| loaded.value)
}
