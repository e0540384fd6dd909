//! Handlers of submissions, as their mentor has them.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Paging, Query, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use cairn_shared::{
    ids::{PersonId, PortfolioId, SubmissionId},
    list::Page,
    paper::{PaperDetail, RegisterPaper},
    problem::Problem,
    submission::{SubmissionDetail, SubmissionSummary, SubmitPortfolio},
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(submit_portfolio)
        .service(register_paper)
        .service(list_submissions)
        .service(read_submission)
        .service(withdraw_submission);
}

/// Seals one's portfolio as it is now and sends it, with the declaration, to the next round that accepts it. If none
/// is planned, it waits for one.
#[utoipa::path(
    tag = "submission", operation_id = "submit_portfolio", summary = "Send one's portfolio", security(("bearer" = [])),
    params(("id" = PortfolioId, Path), Once),
    request_body = SubmitPortfolio,
    responses((status = 201, body = SubmissionDetail), (status = 409, body = Problem))
)]
#[post("/portfolios/{id}/submissions")]
async fn submit_portfolio(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PortfolioId>,
    command: Command<SubmitPortfolio>,
) -> ApiResult<HttpResponse> {
    let answer = actions::submit(&state, &actor, id, command.once, command.value).await?;
    let location = format!("{BASE}/submissions/{}", answer.value.value.submission.id);
    Ok(http::created(&answer, &location))
}

/// Registers a mentor's paper portfolio on their behalf, for who has it in hand rather than on a screen. Nothing of what
/// the mentor wrote in Cairn is opened or sealed; they hear of it, and can take it back.
#[utoipa::path(
    tag = "submission", operation_id = "register_paper", summary = "Register somebody's paper portfolio",
    security(("bearer" = [])), params(("id" = PersonId, Path), Once),
    request_body = RegisterPaper,
    responses((status = 201, body = PaperDetail), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[post("/people/{id}/submissions")]
async fn register_paper(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
    command: Command<RegisterPaper>,
) -> ApiResult<HttpResponse> {
    let answer = actions::register(&state, &actor, id, command.once, command.value).await?;
    let location = format!("{BASE}/submissions/{}/paper", answer.value.value.submission_id);
    Ok(http::created(&answer, &location))
}

/// One's own submissions, the newest first.
#[utoipa::path(
    tag = "submission", operation_id = "list_submissions", summary = "List one's submissions", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<SubmissionSummary>))
)]
#[get("/submissions")]
async fn list_submissions(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// One of one's own submissions: where it is, and what was sealed.
#[utoipa::path(
    tag = "submission", operation_id = "read_submission", summary = "Read one's submission", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = SubmissionDetail))
)]
#[get("/submissions/{id}")]
async fn read_submission(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor, id).await?))
}

/// Takes a submission back, until the panel begins to read.
#[utoipa::path(
    tag = "submission", operation_id = "withdraw_submission", summary = "Take a submission back", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    responses((status = 200, body = SubmissionDetail), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/withdrawal")]
async fn withdraw_submission(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::withdraw(&state, &actor, id, once).await?))
}
