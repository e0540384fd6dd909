//! Handlers of print runs.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, get, post, web};
use cairn_shared::{
    ids::PrintRunId,
    print_run::{BeginPrintRun, PrintRun},
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(begin_print_run).service(read_print_run).service(read_print_run_document);
}

/// Begins to set all certificates of a round or of an evening as one document. Ask how far it is until it is ready; it is kept for a day.
#[utoipa::path(
    tag = "print_run", operation_id = "begin_print_run", summary = "Print certificates", security(("bearer" = [])),
    params(Once),
    request_body = BeginPrintRun,
    responses((status = 201, body = PrintRun), (status = 404, body = Problem), (status = 409, body = Problem))
)]
#[post("/print-runs")]
async fn begin_print_run(
    state: web::Data<State>,
    actor: Actor,
    command: Command<BeginPrintRun>,
) -> ApiResult<HttpResponse> {
    let answer = actions::begin(&state.into_inner(), &actor, command.value, command.once).await?;
    let location = format!("/api/v1/print-runs/{}", answer.value.value.id);
    Ok(http::created(&answer, &location))
}

/// How far a print run is.
#[utoipa::path(
    tag = "print_run", operation_id = "read_print_run", summary = "See how far a print run is", security(("bearer" = [])),
    params(("id" = PrintRunId, Path)),
    responses((status = 200, body = PrintRun))
)]
#[get("/print-runs/{id}")]
async fn read_print_run(state: web::Data<State>, actor: Actor, Id(id): Id<PrintRunId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor, id).await?))
}

/// The certificates of a print run: PDF/UA-1, a page of A4 each.
#[utoipa::path(
    tag = "print_run", operation_id = "read_print_run_document", summary = "Fetch printed certificates", security(("bearer" = [])),
    params(("id" = PrintRunId, Path)),
    responses(
        (status = 200, description = "The certificates", body = Vec<u8>, content_type = "application/pdf"),
        (status = 409, body = Problem)
    )
)]
#[get("/print-runs/{id}/document")]
async fn read_print_run_document(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PrintRunId>,
) -> ApiResult<HttpResponse> {
    Ok(http::document("certificates.pdf", "application/pdf", actions::document(&state, &actor, id).await?))
}
