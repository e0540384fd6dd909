//! Handlers of reviews: the reviewer's own.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Paging, PartId, Query, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use cairn_shared::{
    conflict::StepAside,
    ids::{CommentId, ReviewId},
    list::Page,
    problem::Problem,
    review::{EditComment, ReviewDetail, ReviewDraft, ReviewSummary, WriteComment},
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_reviews)
        .service(read_review)
        .service(save_review)
        .service(send_review)
        .service(step_aside)
        .service(write_comment)
        .service(edit_comment)
        .service(remove_comment);
}

/// What one was given to read, the latest round first. A round's portfolios are there once reading begins.
#[utoipa::path(
    tag = "review", operation_id = "list_reviews", summary = "List one's reviews", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<ReviewSummary>))
)]
#[get("/reviews")]
async fn list_reviews(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// One's review with the sealed portfolio. Others' readings are there once one's own is sent.
#[utoipa::path(
    tag = "review", operation_id = "read_review", summary = "Read one's review", security(("bearer" = [])),
    params(("id" = ReviewId, Path)),
    responses((status = 200, body = ReviewDetail))
)]
#[get("/reviews/{id}")]
async fn read_review(state: web::Data<State>, actor: Actor, Id(id): Id<ReviewId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Saves the draft of one's review. Nothing in it is compulsory yet; after sending, it waits to be sent again.
#[utoipa::path(
    tag = "review", operation_id = "save_review", summary = "Save the draft of a review", security(("bearer" = [])),
    params(("id" = ReviewId, Path), IfMatch),
    request_body = ReviewDraft,
    responses((status = 200, body = ReviewDetail), (status = 409, body = Problem))
)]
#[put("/reviews/{id}/draft")]
async fn save_review(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    if_match: IfMatch,
    command: Command<ReviewDraft>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::save_draft(&state, &actor, id, if_match, command.value).await?))
}

/// Sends one's view to the panel, or sends it again after a change. The first reading is kept.
#[utoipa::path(
    tag = "review", operation_id = "send_review", summary = "Send one's view", security(("bearer" = [])),
    params(("id" = ReviewId, Path), Once),
    responses((status = 200, body = ReviewDetail), (status = 409, body = Problem))
)]
#[post("/reviews/{id}/sending")]
async fn send_review(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::send(&state, &actor, id, once).await?))
}

/// Steps aside from a portfolio. It is ordinary and needs no proof.
#[utoipa::path(
    tag = "review", operation_id = "step_aside", summary = "Step aside", security(("bearer" = [])),
    params(("id" = ReviewId, Path), Once),
    request_body = StepAside,
    responses((status = 204, description = "Stepped aside"))
)]
#[post("/reviews/{id}/conflict")]
async fn step_aside(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    command: Command<StepAside>,
) -> ApiResult<HttpResponse> {
    actions::step_aside(&state, &actor, id, command.once, command.value).await?;
    Ok(http::no_content())
}

/// Writes a comment on a passage, an entry or the whole portfolio.
#[utoipa::path(
    tag = "review", operation_id = "write_comment", summary = "Write a comment", security(("bearer" = [])),
    params(("id" = ReviewId, Path), Once),
    request_body = WriteComment,
    responses((status = 201, body = ReviewDetail), (status = 409, body = Problem))
)]
#[post("/reviews/{id}/comments")]
async fn write_comment(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    command: Command<WriteComment>,
) -> ApiResult<HttpResponse> {
    let answer = actions::comment(&state, &actor, id, command.once, command.value).await?;
    Ok(http::created(&answer, &format!("{BASE}/reviews/{id}")))
}

/// Changes a comment: its writer until the panel decides, and the chair, where the mentor will see it, until release.
#[utoipa::path(
    tag = "review", operation_id = "edit_comment", summary = "Change a comment", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("part_id" = CommentId, Path)),
    request_body = EditComment,
    responses((status = 200, body = ReviewDetail), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[patch("/reviews/{id}/comments/{part_id}")]
async fn edit_comment(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    PartId(part): PartId<CommentId>,
    command: Command<EditComment>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit_comment(&state, &actor, id, part, command.value).await?))
}

/// Removes one's comment, until the panel decides.
#[utoipa::path(
    tag = "review", operation_id = "remove_comment", summary = "Remove a comment", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("part_id" = CommentId, Path)),
    responses((status = 200, body = ReviewDetail), (status = 409, body = Problem))
)]
#[delete("/reviews/{id}/comments/{part_id}")]
async fn remove_comment(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ReviewId>,
    PartId(part): PartId<CommentId>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::remove_comment(&state, &actor, id, part).await?))
}
