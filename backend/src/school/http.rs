//! Handlers of schools.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Paging, Query, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use cairn_shared::{
    ids::SchoolId,
    list::Page,
    person::Phase,
    problem::Problem,
    school::{AddSchool, SchoolDetail, SchoolSummary},
    text::Draft,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(list_schools).service(add_school).service(read_school);
}

/// Which schools, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Seek {
    /// Words, each of which is in the name or the number.
    #[param(value_type = Option<String>, max_length = 100)]
    search: Option<Draft<100>>,
    /// The school's phase.
    #[param(inline)]
    phase: Option<Phase>,
    /// How many at the most, 1 to 100; 30, if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
    /// The `next` of the page before.
    #[param(max_length = 400)]
    after: Option<String>,
}

/// Schools by name: all for a coordinator, and for everyone else those that they lead.
#[utoipa::path(
    tag = "school", operation_id = "list_schools", summary = "List schools", security(("bearer" = [])), params(Seek),
    responses((status = 200, body = Page<SchoolSummary>), (status = 422, body = Problem))
)]
#[get("/schools")]
async fn list_schools(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Query(seek): Query<Seek>,
) -> ApiResult<HttpResponse> {
    let words = seek.search.map(String::from).unwrap_or_default();
    let paging = Paging { limit: seek.limit, after: seek.after };
    Ok(http::page(&request, &actions::list(&state, &actor, words, seek.phase, paging).await?))
}

/// Adds a school.
#[utoipa::path(
    tag = "school", operation_id = "add_school", summary = "Add a school", security(("bearer" = [])),
    params(Once),
    request_body = AddSchool,
    responses((status = 201, body = SchoolSummary), (status = 404, body = Problem))
)]
#[post("/schools")]
async fn add_school(state: web::Data<State>, actor: Actor, command: Command<AddSchool>) -> ApiResult<HttpResponse> {
    let answer = actions::add(&state, &actor, command.value, command.once).await?;
    let location = format!("/api/v1/schools/{}", answer.value.value.id);
    Ok(http::created(&answer, &location))
}

/// A school, for a coordinator and the school's own leads.
#[utoipa::path(
    tag = "school", operation_id = "read_school", summary = "Read a school", security(("bearer" = [])),
    params(("id" = SchoolId, Path)),
    responses((status = 200, body = SchoolDetail))
)]
#[get("/schools/{id}")]
async fn read_school(state: web::Data<State>, actor: Actor, Id(id): Id<SchoolId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor, id).await?))
}
