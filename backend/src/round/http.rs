//! Handlers of rounds, of their panels, and of who reads what.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Paging, Query, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use cairn_shared::{
    ids::{ReviewId, RoundId, SubmissionId},
    list::Page,
    problem::Problem,
    review::AssignReviewer,
    round::{MoveDates, NamePanel, PlanYear, RoundDetail, RoundSubmission, RoundSummary},
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_rounds)
        .service(plan_year)
        .service(read_round)
        .service(move_dates)
        .service(name_panel)
        .service(assign_reviewer)
        .service(end_assignment)
        .service(nudge_reviewer);
}

/// All rounds, in the order of their closing.
#[utoipa::path(
    tag = "round", operation_id = "list_rounds", summary = "List rounds", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<RoundSummary>))
)]
#[get("/rounds")]
async fn list_rounds(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// Plans an academic year in one step. What waited for a round is placed in the soonest, and its mentors are told.
#[utoipa::path(
    tag = "round", operation_id = "plan_year", summary = "Plan a year's rounds", security(("bearer" = [])),
    params(Once),
    request_body = PlanYear,
    responses((status = 201, body = Page<RoundSummary>), (status = 404, body = Problem))
)]
#[post("/rounds")]
async fn plan_year(state: web::Data<State>, actor: Actor, command: Command<PlanYear>) -> ApiResult<HttpResponse> {
    let answer = actions::plan_year(&state, &actor, command.once, command.value).await?;
    Ok(http::created(&answer, &format!("{BASE}/rounds")))
}

/// A round as its coordinator and its chair see it: dates, panel, and where each submission is.
#[utoipa::path(
    tag = "round", operation_id = "read_round", summary = "Read a round", security(("bearer" = [])),
    params(("id" = RoundId, Path)),
    responses((status = 200, body = RoundDetail))
)]
#[get("/rounds/{id}")]
async fn read_round(state: web::Data<State>, actor: Actor, Id(id): Id<RoundId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Moves the dates of a round. Its panel and those whose portfolios are in it get a letter.
#[utoipa::path(
    tag = "round", operation_id = "move_dates", summary = "Move a round's dates", security(("bearer" = [])),
    params(("id" = RoundId, Path), IfMatch),
    request_body = MoveDates,
    responses((status = 200, body = RoundDetail), (status = 409, body = Problem))
)]
#[patch("/rounds/{id}")]
async fn move_dates(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<RoundId>,
    if_match: IfMatch,
    command: Command<MoveDates>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::move_dates(&state, &actor, id, if_match, command.value).await?))
}

/// Names a round's panel: who chairs, who stands in for the chair, and everyone on it.
#[utoipa::path(
    tag = "round", operation_id = "name_panel", summary = "Name a round's panel", security(("bearer" = [])),
    params(("id" = RoundId, Path), IfMatch),
    request_body = NamePanel,
    responses((status = 200, body = RoundDetail), (status = 409, body = Problem))
)]
#[put("/rounds/{id}/panel")]
async fn name_panel(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<RoundId>,
    if_match: IfMatch,
    command: Command<NamePanel>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::name_panel(&state, &actor, id, if_match, command.value).await?))
}

/// Assigns a reviewer to a submission. Reading begins with the round, not before.
#[utoipa::path(
    tag = "round", operation_id = "assign_reviewer", summary = "Assign a reviewer", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    request_body = AssignReviewer,
    responses((status = 201, body = RoundSubmission), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/assignments")]
async fn assign_reviewer(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<AssignReviewer>,
) -> ApiResult<HttpResponse> {
    let answer = actions::assign(&state, &actor, id, command.once, command.value).await?;
    Ok(http::created(&answer, &format!("{BASE}/submissions/{id}/assignments")))
}

/// Takes an assignment back. What was written stays on record, out of sight.
#[utoipa::path(
    tag = "round", operation_id = "end_assignment", summary = "Take an assignment back", security(("bearer" = [])),
    params(("id" = ReviewId, Path)),
    responses((status = 204, description = "Taken back"), (status = 409, body = Problem))
)]
#[delete("/reviews/{id}")]
async fn end_assignment(state: web::Data<State>, actor: Actor, Id(id): Id<ReviewId>) -> ApiResult<HttpResponse> {
    actions::take_back(&state, &actor, id).await?;
    Ok(http::no_content())
}

/// Reminds a reviewer kindly, by mail: once a day at the most.
#[utoipa::path(
    tag = "round", operation_id = "nudge_reviewer", summary = "Remind a reviewer", security(("bearer" = [])),
    params(("id" = ReviewId, Path), Once),
    responses((status = 201, body = RoundSubmission), (status = 409, body = Problem))
)]
#[post("/reviews/{id}/nudges")]
async fn nudge_reviewer(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    let answer = actions::nudge(&state, &actor, id, once).await?;
    Ok(http::created(&answer, &format!("{BASE}/reviews/{id}/nudges")))
}
