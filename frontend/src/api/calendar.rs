//! The address at which one's own calendar asks what is on.

use cairn_shared::celebration::{CalendarFeed, CalendarFeedState};

use super::{ApiError, Method, Request, delete, get};

const PATH: &str = "/api/v1/me/calendar";

/// Whether there is one.
///
/// # Errors
/// What came in the way.
pub async fn read() -> Result<CalendarFeedState, ApiError> {
    get(PATH).await.map(|loaded| loaded.value)
}

/// Makes one; the one of before leads nowhere from then on.
///
/// # Errors
/// What came in the way.
pub async fn make() -> Result<CalendarFeed, ApiError> {
    Request::new(Method::Post, PATH).send().await.map(|loaded| loaded.value)
}

/// Ends it.
///
/// # Errors
/// What came in the way.
pub async fn end() -> Result<(), ApiError> {
    delete(PATH, None).await
}
