//! Handlers of candidacies.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use cairn_shared::{
    candidacy::{CandidacySummary, ShareStage, StartCandidacy},
    ids::CandidacyId,
    list::Page,
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(list_candidacies).service(start_candidacy).service(share_stage);
}

/// One's own candidacies, the first begun first. There are two at the most.
#[utoipa::path(
    tag = "candidacy", operation_id = "list_candidacies", summary = "List one's candidacies", security(("bearer" = [])),
    responses((status = 200, body = Page<CandidacySummary>))
)]
#[get("/candidacies")]
async fn list_candidacies(state: web::Data<State>, request: HttpRequest, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor).await?))
}

/// Starts working towards a qualification, with an empty portfolio. There is one candidacy for each qualification.
#[utoipa::path(
    tag = "candidacy", operation_id = "start_candidacy", summary = "Start a candidacy", security(("bearer" = [])),
    params(Once),
    request_body = StartCandidacy,
    responses(
        (status = 201, body = CandidacySummary), (status = 403, body = Problem), (status = 409, body = Problem)
    )
)]
#[post("/candidacies")]
async fn start_candidacy(
    state: web::Data<State>,
    actor: Actor,
    command: Command<StartCandidacy>,
) -> ApiResult<HttpResponse> {
    let answer = actions::start(&state, &actor, command.once, command.value).await?;
    let location = format!("{BASE}/portfolios/{}", answer.value.value.portfolio_id);
    Ok(http::created(&answer, &location))
}

/// Says whether the lead of one's school may see how far one is. The writing stays private either way.
#[utoipa::path(
    tag = "candidacy", operation_id = "share_stage", summary = "Share one's stage, or no longer", security(("bearer" = [])),
    params(("id" = CandidacyId, Path)),
    request_body = ShareStage,
    responses((status = 200, body = CandidacySummary))
)]
#[patch("/candidacies/{id}")]
async fn share_stage(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CandidacyId>,
    command: Command<ShareStage>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::share_stage(&state, &actor, id, command.value).await?))
}
