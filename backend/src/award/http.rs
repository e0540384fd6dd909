//! Handlers of awards.

use super::{actions, certificate};
use crate::{
    actor::Actor,
    credential,
    http::{self, Command, Id, Once, Paging, Query, Routes, client},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, http::header::CONTENT_DISPOSITION, post, put, web};
use cairn_shared::{
    award::{AwardDetail, AwardSummary, BadgeForm, Publication, RevokeAward, RoundAward, Verification, VerifyCode},
    ids::{AwardId, RoundId},
    list::Page,
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_awards)
        .service(read_badge)
        .service(read_certificate)
        .service(list_round_awards)
        .service(publish_award)
        .service(withdraw_award)
        .service(reissue_award)
        .service(read_award)
        .service(revoke_award)
        .service(verify_award);
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

/// Which form of a badge.
#[derive(Debug, Clone, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct FormQuery {
    /// The form; JSON, if absent.
    #[param(inline)]
    form: Option<BadgeForm>,
}

/// The badge of one of one's own awards, to take along: whether it is shown to others or not.
#[utoipa::path(
    tag = "award", operation_id = "read_badge", summary = "Take one's badge along", security(("bearer" = [])),
    params(("id" = AwardId, Path), FormQuery),
    responses((status = 200, description = "The badge", body = Vec<u8>, content_type = "*/*"))
)]
#[get("/awards/{id}/badge")]
async fn read_badge(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<AwardId>,
    Query(query): Query<FormQuery>,
) -> ApiResult<HttpResponse> {
    let (qualification, signed) = actions::badge(&state, &actor, id).await?;
    let form = query.form.unwrap_or(BadgeForm::Json);
    let (kind, body) = credential::in_form(qualification, &signed, form)?;
    let name = format!("attachment; filename=\"badge-{}.{}\"", qualification.code(), form.code());
    Ok(HttpResponse::Ok().insert_header((CONTENT_DISPOSITION, name)).content_type(kind).body(body))
}

/// The certificate of one of one's own awards: a page of A4 as PDF/UA-1, to be printed or read out. It is the same, byte for byte, whenever it
/// is asked for.
#[utoipa::path(
    tag = "award", operation_id = "read_certificate", summary = "Print one's certificate", security(("bearer" = [])),
    params(("id" = AwardId, Path)),
    responses(
        (status = 200, description = "The certificate", body = Vec<u8>, content_type = "application/pdf"),
        (status = 409, body = Problem)
    )
)]
#[get("/awards/{id}/certificate")]
async fn read_certificate(state: web::Data<State>, actor: Actor, Id(id): Id<AwardId>) -> ApiResult<HttpResponse> {
    let (qualification, pdf) = certificate::read(&state, &actor, id).await?;
    Ok(http::document(&format!("certificate-{}.pdf", qualification.code()), "application/pdf", pdf))
}

/// The awards of a round, those that have ended too, by their holders' names: for coordinators.
#[utoipa::path(
    tag = "award", operation_id = "list_round_awards", summary = "List the awards of a round", security(("bearer" = [])),
    params(("id" = RoundId, Path), Paging),
    responses((status = 200, body = Page<RoundAward>))
)]
#[get("/rounds/{id}/awards")]
async fn list_round_awards(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Id(id): Id<RoundId>,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::of_round(&state, &actor, id, paging).await?))
}

/// Shows one of one's own awards to everybody: from then on its badge can be read by whoever has the address.
#[utoipa::path(
    tag = "award", operation_id = "publish_award", summary = "Show one's award to everybody", security(("bearer" = [])),
    params(("id" = AwardId, Path)),
    request_body = Publication,
    responses((status = 200, body = AwardDetail), (status = 409, body = Problem))
)]
#[put("/awards/{id}/publication")]
async fn publish_award(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<AwardId>,
    command: Command<Publication>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::publish(&state, &actor, id, command.value).await?))
}

/// Shows one of one's own awards to nobody any more. Whoever has the certificate can still check it.
#[utoipa::path(
    tag = "award", operation_id = "withdraw_award", summary = "Show one's award to nobody", security(("bearer" = [])),
    params(("id" = AwardId, Path)),
    responses((status = 204))
)]
#[delete("/awards/{id}/publication")]
async fn withdraw_award(state: web::Data<State>, actor: Actor, Id(id): Id<AwardId>) -> ApiResult<HttpResponse> {
    actions::withdraw(&state, &actor, id).await?;
    Ok(http::no_content())
}

/// Issues an award's certificate and badge anew, to the name and the address that its holder has by now.
#[utoipa::path(
    tag = "award", operation_id = "reissue_award", summary = "Issue an award anew", security(("bearer" = [])),
    params(("id" = AwardId, Path), Once),
    responses((status = 200, body = AwardSummary), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[post("/awards/{id}/reissue")]
async fn reissue_award(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<AwardId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::reissue(&state, &actor, id, once).await?))
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
