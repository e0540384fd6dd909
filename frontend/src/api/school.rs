//! Partner schools.

use cairn_shared::ids::SchoolId;
use cairn_shared::list::Page;
use cairn_shared::person::Phase;
use cairn_shared::school::{AddSchool, SchoolDetail, SchoolSummary};

use super::{ApiError, Key, get, post};
use crate::router::Query;

/// Schools, a page at a time.
///
/// # Errors
/// What came in the way.
pub async fn list(search: &str, phase: Option<Phase>, after: Option<&str>) -> Result<Page<SchoolSummary>, ApiError> {
    let query = Query::default()
        .with("search", search.trim())
        .with("phase", phase.map_or("", Phase::code))
        .with("after", after.unwrap_or_default());
    get(&format!("/api/v1/schools{}", query.print())).await.map(|loaded| loaded.value)
}

/// Adds a school.
///
/// # Errors
/// What came in the way.
pub async fn add(school: &AddSchool, key: &Key) -> Result<SchoolSummary, ApiError> {
    post("/api/v1/schools", school, key).await.map(|loaded| loaded.value)
}

/// A school with its mentors.
///
/// # Errors
/// What came in the way.
pub async fn read(id: SchoolId) -> Result<SchoolDetail, ApiError> {
    get(&format!("/api/v1/schools/{id}")).await.map(|loaded| loaded.value)
}
