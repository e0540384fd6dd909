//! People of the partnership, for its coordinator.

use cairn_shared::ids::{PersonId, SchoolId};
use cairn_shared::list::Page;
use cairn_shared::person::{EditPerson, InvitationsWaiting, InvitePerson, PersonSummary, Phase, Role};
use cairn_shared::time::Date;
use serde::Serialize;
use serde::de::IgnoredAny;

use super::{ApiError, Key, Loaded, Method, Request, delete, every, get, post};
use crate::router::Query;

/// Which people are meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeopleFilter {
    /// Words of a name or an address.
    pub search: String,
    /// Those of this phase.
    pub phase: Option<Phase>,
    /// Those with this role.
    pub role: Option<Role>,
}

/// People, a page at a time.
///
/// # Errors
/// What came in the way.
pub async fn list(filter: &PeopleFilter, after: Option<&str>) -> Result<Page<PersonSummary>, ApiError> {
    let query = Query::default()
        .with("search", filter.search.trim())
        .with("phase", filter.phase.map_or("", Phase::code))
        .with("role", filter.role.map_or("", Role::code))
        .with("after", after.unwrap_or_default());
    get(&format!("/api/v1/people{}", query.print())).await.map(|loaded| loaded.value)
}

/// Everyone who may read for a panel.
///
/// # Errors
/// What came in the way.
pub async fn reviewers() -> Result<Vec<PersonSummary>, ApiError> {
    every("/api/v1/people?role=reviewer").await
}

/// Adds a person and invites them.
///
/// # Errors
/// What came in the way; 409 where the address is known.
pub async fn invite(person: &InvitePerson, key: &Key) -> Result<PersonSummary, ApiError> {
    post("/api/v1/people", person, key).await.map(|loaded| loaded.value)
}

/// One person.
///
/// # Errors
/// What came in the way.
pub async fn read(id: PersonId) -> Result<Loaded<PersonSummary>, ApiError> {
    get(&format!("/api/v1/people/{id}")).await
}

/// Changes what is written of a person.
///
/// # Errors
/// What came in the way; 412 where somebody else changed it.
pub async fn edit(id: PersonId, change: &EditPerson, etag: Option<&str>) -> Result<Loaded<PersonSummary>, ApiError> {
    let request = Request::new(Method::Patch, &format!("/api/v1/people/{id}")).body(change);
    match etag {
        Some(etag) => request.if_match(etag).send().await,
        None => request.send().await,
    }
}

/// Invites a person once more.
///
/// # Errors
/// What came in the way.
pub async fn invite_again(id: PersonId, key: &Key) -> Result<(), ApiError> {
    let request = Request::new(Method::Post, &format!("/api/v1/people/{id}/invitations"));
    request.key(key).send::<IgnoredAny>().await.map(|_| ())
}

/// A stay at a school that begins.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Join {
    /// Which school.
    pub school_id: SchoolId,
    /// Its first day; today without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Whether they lead the school, or its work with trainees.
    pub leads: bool,
}

/// Notes that a person is at a school.
///
/// # Errors
/// What came in the way.
pub async fn join_school(id: PersonId, join: &Join, key: &Key) -> Result<(), ApiError> {
    post::<_, IgnoredAny>(&format!("/api/v1/people/{id}/memberships"), join, key).await.map(|_| ())
}

/// Notes that a person has left a school.
///
/// # Errors
/// What came in the way.
pub async fn leave_school(id: PersonId, school: SchoolId) -> Result<(), ApiError> {
    delete(&format!("/api/v1/people/{id}/memberships/{school}"), None).await
}

/// How many people were added and have not been written to.
///
/// # Errors
/// What came in the way.
pub async fn invitations() -> Result<InvitationsWaiting, ApiError> {
    get("/api/v1/people/invitations").await.map(|loaded| loaded.value)
}

/// Writes to the next of those who have not been written to.
///
/// # Errors
/// What came in the way.
pub async fn write_invitations(key: &Key) -> Result<InvitationsWaiting, ApiError> {
    let request = Request::new(Method::Post, "/api/v1/people/invitations").key(key).within(60);
    request.send().await.map(|loaded| loaded.value)
}
