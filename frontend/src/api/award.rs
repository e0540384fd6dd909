//! The awards that one holds.

use cairn_shared::award::{AwardDetail, AwardSummary};
use cairn_shared::ids::AwardId;

use super::{ApiError, every, get};

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
