//! Handlers of evidence.

use super::{actions, sent::sent};
use crate::{
    actor::Actor,
    files,
    http::{self, Command, Id, Once, Query, Routes},
    problem::{ApiError, ApiResult},
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, patch, post, web};
use cairn_shared::{
    entry::{AttachLink, EditEvidence, EntryDetail, Ticket},
    ids::{EntryId, EvidenceId},
    problem::Problem,
    text::Line,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(attach_file)
        .service(attach_link)
        .service(edit_evidence)
        .service(remove_evidence)
        .service(open_evidence)
        .service(read_file);
}

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    /// Its name with its ending: `photo.jpg`.
    #[param(value_type = String, max_length = 200)]
    name: Line<200>,
}

/// Attaches a file: the body is its bytes. Photos lose their hidden data, such as where they were taken.
#[utoipa::path(
    tag = "entry", operation_id = "attach_file", summary = "Attach a file", security(("bearer" = [])),
    params(("id" = EntryId, Path), FileQuery, Once),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = EntryDetail), (status = 429, body = Problem))
)]
#[post("/entries/{id}/evidence")]
async fn attach_file(
    request: HttpRequest,
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    Query(file): Query<FileQuery>,
    once: Once,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    // What says beforehand that it is too large need not be sent.
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|bytes| bytes > files::MOST_BYTES) {
        return Err(ApiError::TooLarge(files::TOO_LARGE));
    }
    let answer = actions::attach_file(&state, &actor, id, once, file.name, body).await?;
    Ok(http::created(&answer, &format!("/api/v1/entries/{id}")))
}

/// Attaches a web link.
#[utoipa::path(
    tag = "entry", operation_id = "attach_link", summary = "Attach a web link", security(("bearer" = [])),
    params(("id" = EntryId, Path), Once),
    request_body = AttachLink,
    responses((status = 201, body = EntryDetail))
)]
#[post("/entries/{id}/evidence-links")]
async fn attach_link(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    Command { value, once }: Command<AttachLink>,
) -> ApiResult<HttpResponse> {
    let answer = actions::attach_link(&state, &actor, id, once, value).await?;
    Ok(http::created(&answer, &format!("/api/v1/entries/{id}")))
}

/// Changes a caption, or the answer to “Are pupils identifiable?”.
#[utoipa::path(
    tag = "entry", operation_id = "edit_evidence", summary = "Describe evidence", security(("bearer" = [])),
    params(("id" = EvidenceId, Path)),
    request_body = EditEvidence,
    responses((status = 200, body = EntryDetail))
)]
#[patch("/evidence/{id}")]
async fn edit_evidence(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EvidenceId>,
    command: Command<EditEvidence>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit_evidence(&state, &actor, id, command.value).await?))
}

/// Takes a file or link off its entry. What was sent to the panel keeps it.
#[utoipa::path(
    tag = "entry", operation_id = "remove_evidence", summary = "Remove evidence", security(("bearer" = [])),
    params(("id" = EvidenceId, Path)),
    responses((status = 200, body = EntryDetail))
)]
#[delete("/evidence/{id}")]
async fn remove_evidence(state: web::Data<State>, actor: Actor, Id(id): Id<EvidenceId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::remove_evidence(&state, &actor, id).await?))
}

/// An address under which the file can be opened for a minute, by this session alone.
#[utoipa::path(
    tag = "entry", operation_id = "open_evidence", summary = "Open evidence", security(("bearer" = [])),
    params(("id" = EvidenceId, Path)),
    responses((status = 201, body = Ticket))
)]
#[post("/evidence/{id}/tickets")]
async fn open_evidence(state: web::Data<State>, actor: Actor, Id(id): Id<EvidenceId>) -> ApiResult<HttpResponse> {
    let ticket = actions::ticket(&state, &actor, id).await?;
    Ok(HttpResponse::Created().insert_header((header::LOCATION, ticket.url.as_str())).json(ticket))
}

/// The file that a ticket opens. It is never shown as a page of ours.
#[utoipa::path(
    tag = "entry", operation_id = "read_file", summary = "Read a file",
    params(("ticket" = String, Path, max_length = 4000), ("Range" = Option<String>, Header, max_length = 200)),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "*/*", headers(("Accept-Ranges" = String, description = "`bytes`"))),
        (status = 206, description = "The part of it that was asked for", body = Vec<u8>, content_type = "*/*", headers(("Accept-Ranges" = String, description = "`bytes`"), ("Content-Range" = String, description = "Which part it is"))),
        (status = 404, body = Problem),
        (status = 416, body = Problem)
    )
)]
#[get("/files/{ticket}")]
async fn read_file(
    request: HttpRequest,
    state: web::Data<State>,
    ticket: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let file = actions::open(&state, &ticket).await?;
    sent(&request, &state.files, &file).await
}
