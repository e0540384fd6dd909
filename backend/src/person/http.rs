//! Handlers of people: the coordinator's.

use super::{actions, store::Sought};
use crate::{
    actor::Actor,
    http::{self, Answer, Command, Id, IfMatch, Once, Paging, PartId, Query, Routes, Versioned},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use cairn_shared::{
    ids::{PersonId, SchoolId},
    list::Page,
    person::{BeginMembership, EditPerson, InvitationsWaiting, InvitePerson, PersonSummary, Phase, Role},
    problem::Problem,
    text::Draft,
    time::Date,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_people)
        .service(invite_person)
        // Before those of one person, whose pattern would take the word for an id.
        .service(read_invitations)
        .service(write_invitations)
        .service(read_person)
        .service(edit_person)
        .service(invite_person_again)
        .service(begin_membership)
        .service(end_membership)
        .service(depart_person);
}

/// What the coordinator looks for, and which page of it.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Seek {
    /// Words, each of which is in a name or the address.
    #[param(value_type = Option<String>, max_length = 100)]
    search: Option<Draft<100>>,
    /// The phase that they work in.
    #[param(inline)]
    phase: Option<Phase>,
    /// What they may do.
    #[param(inline)]
    role: Option<Role>,
    /// The school that they are at today.
    #[param(inline)]
    school_id: Option<SchoolId>,
    /// How many at the most, 1 to 100; 30, if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
    /// The `next` of the page before.
    #[param(max_length = 400)]
    after: Option<String>,
}

/// When a stay ended.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LastDay {
    /// The last day; today, if absent.
    #[param(inline)]
    last_day: Option<Date>,
}

/// People, by name.
#[utoipa::path(
    tag = "person", operation_id = "list_people", summary = "List people", security(("bearer" = [])), params(Seek),
    responses(
        (status = 200, body = Page<PersonSummary>), (status = 404, body = Problem), (status = 422, body = Problem)
    )
)]
#[get("/people")]
async fn list_people(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Query(seek): Query<Seek>,
) -> ApiResult<HttpResponse> {
    let words = seek.search.map(String::from).unwrap_or_default();
    let sought = Sought { words, phase: seek.phase, role: seek.role, school: seek.school_id };
    let paging = Paging { limit: seek.limit, after: seek.after };
    Ok(http::page(&request, &actions::list(&state, &actor, sought, paging).await?))
}

/// Adds a person and invites them by e-mail.
#[utoipa::path(
    tag = "person", operation_id = "invite_person", summary = "Invite a person", security(("bearer" = [])),
    params(Once),
    request_body = InvitePerson,
    responses((status = 201, body = PersonSummary), (status = 404, body = Problem))
)]
#[post("/people")]
async fn invite_person(
    state: web::Data<State>,
    actor: Actor,
    command: Command<InvitePerson>,
) -> ApiResult<HttpResponse> {
    let answer = actions::invite(&state, &actor, command.value, command.once).await?;
    let location = format!("/api/v1/people/{}", answer.value.value.name.id);
    Ok(http::created(&answer, &location))
}

/// How many people were added and have not been written to.
#[utoipa::path(
    tag = "person", operation_id = "read_invitations", summary = "Count invitations that wait", security(("bearer" = [])),
    responses((status = 200, body = InvitationsWaiting), (status = 404, body = Problem))
)]
#[get("/people/invitations")]
async fn read_invitations(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::invitations(&state, &actor).await?))
}

/// Invites those who were added and have not been written to: up to 200 with each request, until none waits.
#[utoipa::path(
    tag = "person", operation_id = "write_invitations", summary = "Write invitations that wait", security(("bearer" = [])),
    params(Once),
    responses((status = 200, body = InvitationsWaiting), (status = 404, body = Problem))
)]
#[post("/people/invitations")]
async fn write_invitations(state: web::Data<State>, actor: Actor, once: Once) -> ApiResult<HttpResponse> {
    let answer = actions::invite_waiting(&state, &actor, once).await?;
    Ok(http::done(&Answer { value: Versioned::new(answer.value, 0), repeated: answer.repeated }))
}

/// One person.
#[utoipa::path(
    tag = "person", operation_id = "read_person", summary = "Read a person", security(("bearer" = [])),
    params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonSummary))
)]
#[get("/people/{id}")]
async fn read_person(state: web::Data<State>, actor: Actor, Id(id): Id<PersonId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Changes names, phase and roles.
#[utoipa::path(
    tag = "person", operation_id = "edit_person", summary = "Change a person", security(("bearer" = [])),
    params(("id" = PersonId, Path), IfMatch),
    request_body = EditPerson,
    responses((status = 200, body = PersonSummary), (status = 409, body = Problem))
)]
#[patch("/people/{id}")]
async fn edit_person(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
    if_match: IfMatch,
    command: Command<EditPerson>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit(&state, &actor, id, if_match, command.value).await?))
}

/// Sends another invitation. Someone who had left is welcome back with it.
#[utoipa::path(
    tag = "person", operation_id = "invite_person_again", summary = "Invite a person again", security(("bearer" = [])),
    params(("id" = PersonId, Path)),
    responses(
        (status = 202, description = "The letter is on its way"), (status = 409, body = Problem),
        (status = 429, body = Problem)
    )
)]
#[post("/people/{id}/invitations")]
async fn invite_person_again(state: web::Data<State>, actor: Actor, Id(id): Id<PersonId>) -> ApiResult<HttpResponse> {
    actions::invite_again(&state, &actor, id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Begins a stay at a school.
#[utoipa::path(
    tag = "person", operation_id = "begin_membership", summary = "Begin a stay at a school", security(("bearer" = [])),
    params(("id" = PersonId, Path), Once),
    request_body = BeginMembership,
    responses((status = 201, body = PersonSummary))
)]
#[post("/people/{id}/memberships")]
async fn begin_membership(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
    command: Command<BeginMembership>,
) -> ApiResult<HttpResponse> {
    let location = format!("/api/v1/people/{id}/memberships/{}", command.value.school_id);
    let answer = actions::begin_membership(&state, &actor, id, command.value, command.once).await?;
    Ok(http::created(&answer, &location))
}

/// Ends the stay at a school. The second id is the school's.
#[utoipa::path(
    tag = "person", operation_id = "end_membership", summary = "End a stay at a school", security(("bearer" = [])),
    params(("id" = PersonId, Path), ("part_id" = SchoolId, Path), LastDay),
    responses((status = 204, description = "Ended"), (status = 422, body = Problem))
)]
#[delete("/people/{id}/memberships/{part_id}")]
async fn end_membership(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
    PartId(school): PartId<SchoolId>,
    Query(query): Query<LastDay>,
) -> ApiResult<HttpResponse> {
    actions::end_membership(&state, &actor, id, school, query.last_day).await?;
    Ok(http::no_content())
}

/// Someone leaves the partnership: stays at schools end, and so do their sessions, on every device.
#[utoipa::path(
    tag = "person", operation_id = "depart_person", summary = "Let a person leave", security(("bearer" = [])),
    params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonSummary), (status = 409, body = Problem))
)]
#[post("/people/{id}/departure")]
async fn depart_person(state: web::Data<State>, actor: Actor, Id(id): Id<PersonId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::depart(&state, &actor, id).await?))
}
