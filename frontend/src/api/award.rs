//! The awards that one holds, and ending one that was issued in error.

use cairn_shared::award::{AwardDetail, AwardSummary, RevokeAward};
use cairn_shared::ids::AwardId;

use super::{ApiError, Key, every, get, post};

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

/// Ends an award that was issued in error, with a reason that is recorded for good.
///
/// # Errors
/// What came in the way; 409 where it has ended already.
pub async fn end(id: AwardId, why: &RevokeAward, key: &Key) -> Result<AwardSummary, ApiError> {
    post(&format!("/api/v1/awards/{id}/revocation"), why, key).await.map(|loaded| loaded.value)
}
