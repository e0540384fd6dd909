//! Handlers of the board, of decisions and their release, and of what a mentor reads then.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use cairn_shared::{
    decision::{
        Board, BoardCard, CarryOver, CorrectDecision, Decide, OutcomeDetail, ReleasedDecision, Reply, SuggestedBefore,
    },
    ids::{RoundId, SubmissionId, SuggestionId},
    problem::Problem,
    review::PanelComments,
    round::RoundDetail,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(read_board)
        .service(read_comments)
        .service(record_decision)
        .service(undo_decision)
        .service(carry_over)
        .service(undo_carry_over)
        .service(release_round)
        .service(read_decision)
        .service(correct_decision)
        .service(read_outcome)
        .service(reply_to_suggestion);
}

/// The panel's board. Ask again every few seconds with If-None-Match: 304 says that nothing has changed.
#[utoipa::path(
    tag = "decision", operation_id = "read_board", summary = "Read a round's board", security(("bearer" = [])),
    params(("id" = RoundId, Path)),
    responses((status = 200, body = Board), (status = 304, description = "As it was"))
)]
#[get("/rounds/{id}/board")]
async fn read_board(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Id(id): Id<RoundId>,
) -> ApiResult<HttpResponse> {
    Ok(http::fresh_content(&request, &actions::board(&state, &actor, id).await?))
}

/// The reviews' comments on a submission, for its panel, once all are sent: with who wrote them and what they are
/// about. What the mentor will see can be changed at `/reviews/{id}/comments/{part_id}` by whoever presides.
#[utoipa::path(
    tag = "decision", operation_id = "read_comments", summary = "Read the comments on a submission", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = PanelComments))
)]
#[get("/submissions/{id}/comments")]
async fn read_comments(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::comments(&state, &actor, id).await?))
}

/// Records what the panel agreed: the chair, or the deputy where the chair has a conflict. It can be recorded again,
/// and undone, until release.
#[utoipa::path(
    tag = "decision", operation_id = "record_decision", summary = "Record a decision", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    request_body = Decide,
    responses((status = 200, body = BoardCard), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[put("/submissions/{id}/decision")]
async fn record_decision(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<Decide>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::decide(&state, &actor, id, command.value).await?))
}

/// Undoes a decision, until release.
#[utoipa::path(
    tag = "decision", operation_id = "undo_decision", summary = "Undo a decision", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = BoardCard), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[delete("/submissions/{id}/decision")]
async fn undo_decision(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::undo(&state, &actor, id).await?))
}

/// Carries a submission over to the next round, with words to its mentor, which go with the release.
#[utoipa::path(
    tag = "decision", operation_id = "carry_over", summary = "Carry a submission over", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    request_body = CarryOver,
    responses((status = 200, body = BoardCard), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/carry-over")]
async fn carry_over(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<CarryOver>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::carry_over(&state, &actor, id, command.once, command.value).await?))
}

/// Takes a carry-over back, until release.
#[utoipa::path(
    tag = "decision", operation_id = "undo_carry_over", summary = "Undo a carry-over", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = BoardCard), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[delete("/submissions/{id}/carry-over")]
async fn undo_carry_over(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::undo_carry_over(&state, &actor, id).await?))
}

/// Releases a round: all its decisions reach their mentors together, awards are issued, and what was carried over goes
/// to the next round.
#[utoipa::path(
    tag = "decision", operation_id = "release_round", summary = "Release a round", security(("bearer" = [])),
    params(("id" = RoundId, Path), Once),
    responses((status = 200, body = RoundDetail), (status = 409, body = Problem))
)]
#[post("/rounds/{id}/release")]
async fn release_round(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<RoundId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::release(&state, &actor, id, once).await?))
}

/// What was released on a submission, for a coordinator who would put it right: with how it was corrected before, the
/// award, and why it can't be corrected now, if so.
#[utoipa::path(
    tag = "decision", operation_id = "read_decision", summary = "Read a released decision", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = ReleasedDecision), (status = 403, body = Problem))
)]
#[get("/submissions/{id}/decision")]
async fn read_decision(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::decision(&state, &actor, id).await?))
}

/// Corrects a released decision, with a reason that is recorded for good. It may only widen what is secured. The
/// answer leaves out the reviewers' comments, which are the mentor's alone.
#[utoipa::path(
    tag = "decision", operation_id = "correct_decision", summary = "Correct a released decision", security(("bearer" = [])),
    params(("id" = SubmissionId, Path), Once),
    request_body = CorrectDecision,
    responses((status = 201, body = OutcomeDetail), (status = 403, body = Problem), (status = 409, body = Problem))
)]
#[post("/submissions/{id}/corrections")]
async fn correct_decision(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SubmissionId>,
    command: Command<CorrectDecision>,
) -> ApiResult<HttpResponse> {
    let answer = actions::correct(&state, &actor, id, command.once, command.value).await?;
    Ok(http::created(&answer, &format!("{BASE}/submissions/{id}/outcome")))
}

/// The released outcome of one's own submission. Before release there is none.
#[utoipa::path(
    tag = "decision", operation_id = "read_outcome", summary = "Read an outcome", security(("bearer" = [])),
    params(("id" = SubmissionId, Path)),
    responses((status = 200, body = OutcomeDetail))
)]
#[get("/submissions/{id}/outcome")]
async fn read_outcome(state: web::Data<State>, actor: Actor, Id(id): Id<SubmissionId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::outcome(&state, &actor, id).await?))
}

/// Replies to a suggestion. The reply goes to the readers with the next submission.
#[utoipa::path(
    tag = "decision", operation_id = "reply_to_suggestion", summary = "Reply to a suggestion", security(("bearer" = [])),
    params(("id" = SuggestionId, Path)),
    request_body = Reply,
    responses((status = 200, body = SuggestedBefore), (status = 409, body = Problem))
)]
#[put("/suggestions/{id}/reply")]
async fn reply_to_suggestion(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<SuggestionId>,
    command: Command<Reply>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::reply(&state, &actor, id, command.value).await?))
}
