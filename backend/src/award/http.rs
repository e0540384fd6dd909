//! Handlers of awards.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Paging, Query, Routes, client},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use cairn_shared::{
    award::{AwardDetail, AwardSummary, RevokeAward, Verification, VerifyCode},
    ids::AwardId,
    list::Page,
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(list_awards).service(read_award).service(revoke_award).service(verify_award);
}

/// One's own awards, the newest first.
#[utoipa::path(
    tag = "award", operation_id = "list_awards", summary = "List one's awards", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<AwardSummary>))
)]
#[get("/awards")]
async fn list_awards(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// One of one's own awards, with what its certificate shows. Nobody else reads it here.
#[utoipa::path(
    tag = "award", operation_id = "read_award", summary = "Read one's award", security(("bearer" = [])),
    params(("id" = AwardId, Path)),
    responses((status = 200, body = AwardDetail))
)]
#[get("/awards/{id}")]
async fn read_award(state: web::Data<State>, actor: Actor, Id(id): Id<AwardId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor, id).await?))
}

/// Ends an award that was issued in error. Its candidacy opens again with every standard secured.
#[utoipa::path(
    tag = "award", operation_id = "revoke_award", summary = "End an award issued in error", security(("bearer" = [])),
    params(("id" = AwardId, Path), Once),
    request_body = RevokeAward,
    responses((status = 200, body = AwardSummary), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[post("/awards/{id}/revocation")]
async fn revoke_award(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<AwardId>,
    command: Command<RevokeAward>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::revoke(&state, &actor, id, command.once, command.value).await?))
}

/// Says whether a printed code is genuine. It needs the holder's family name; whatever doesn't fit, the answer is the
/// same.
#[utoipa::path(
    tag = "award", operation_id = "verify_award", summary = "Verify a certificate",
    request_body = VerifyCode,
    responses((status = 200, body = Verification), (status = 404, body = Problem), (status = 429, body = Problem))
)]
#[post("/verifications")]
async fn verify_award(
    state: web::Data<State>,
    request: HttpRequest,
    command: Command<VerifyCode>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::verify(&state, command.value, client::address(&request)).await?))
}
