//! Handlers of paper.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use cairn_shared::{
    ids::SubmissionId,
    paper::{DescribePaper, PaperDetail, ReceivePaper, ReturnPaper},
    problem::Problem,
};

/// The operations of this slice. Registering paper is sending it: that is `submission`'s.
pub fn routes(config: &mut impl Routes) {
    config
        .service(find_paper)
        .service(read_paper)
        .service(describe_paper)
        .service(receive_paper)
        .service(undo_receipt)
        .service(return_paper)
        .service(undo_return);
}

/// The paper with that code on its cover sheet, for its mentor, the coordinator, and its readers. Its check letter
/// tells a mistyped code from one that there is not.
#[utoipa::path(
    tag = "paper", operation_id = "find_paper", summary = "Find paper by its cover sheet", security(("bearer" = [])),
    params(("code" = String, Path, description = "The code, as people type it", max_length = 40, example = "7F4K-QM2X")),
    responses((status = 200, body = PaperDetail), (status = 422, body = Problem))
)]
#[get("/cover-sheets/{code}")]
async fn find_paper(state: web::Data<State>, actor: Actor, code: web::Path<String>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::by_code(&state, &actor, &code).await?))
}

/// The paper of a submission: its cover sheet, and where it is.
#[utoipa::path(
    tag = "paper", operation_id = "read_paper", summary = "Read a cover sheet", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = PaperDetail))
)]
#[get("/submissions/{id}/paper")]
async fn read_paper(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Changes what a cover sheet says, until the paper has arrived.
#[utoipa::path(
    tag = "paper", operation_id = "describe_paper", summary = "Change a cover sheet", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), IfMatch),
    request_body = DescribePaper,
    responses((status = 200, body = PaperDetail), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[put("/submissions/{id}/paper")]
async fn describe_paper(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    if_match: IfMatch,
    command: Command<DescribePaper>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::describe(&state, &actor, id, if_match, command.value).await?))
}

/// Notes that paper has arrived, and where it is kept. Its reading starts now. Noted again, the first time stays, and the
/// place is the new one.
#[utoipa::path(
    tag = "paper", operation_id = "receive_paper", summary = "Note that paper arrived", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    request_body = ReceivePaper,
    responses((status = 200, body = PaperDetail), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/receipt")]
async fn receive_paper(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<ReceivePaper>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::receive(&state, &actor, id, command.once, command.value).await?))
}

/// Undoes that paper has arrived, unless a reader has sent a view on it.
#[utoipa::path(
    tag = "paper", operation_id = "undo_receipt", summary = "Undo that paper arrived", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = PaperDetail), (status = 409, body = Problem))
)]
#[delete("/submissions/{id}/receipt")]
async fn undo_receipt(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::undo_receipt(&state, &actor, id).await?))
}

/// Notes that paper went back to its mentor: once they have heard, or took the portfolio back.
#[utoipa::path(
    tag = "paper", operation_id = "return_paper", summary = "Note that paper went back", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    request_body = ReturnPaper,
    responses((status = 200, body = PaperDetail), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/return")]
async fn return_paper(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<ReturnPaper>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::give_back(&state, &actor, id, command.once, command.value).await?))
}

/// Undoes that paper went back.
#[utoipa::path(
    tag = "paper", operation_id = "undo_return", summary = "Undo that paper went back", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = PaperDetail), (status = 409, body = Problem))
)]
#[delete("/submissions/{id}/return")]
async fn undo_return(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::undo_return(&state, &actor, id).await?))
}
