//! Handlers of declared conflicts.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, Once, Paging, Query, Routes},
    problem::ApiResult,
    routes::BASE,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use cairn_shared::{
    conflict::{DeclareConflict, DeclaredConflict},
    ids::ConflictId,
    list::Page,
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(declare_conflict).service(list_conflicts).service(withdraw_conflict);
}

/// Declares that someone must not read another's submissions. What they were reading of them goes out of sight.
#[utoipa::path(
    tag = "conflict", operation_id = "declare_conflict", summary = "Declare a conflict of interest", security(("bearer" = [])),
    params(Once),
    request_body = DeclareConflict,
    responses(
        (status = 201, body = DeclaredConflict), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
#[post("/conflicts")]
async fn declare_conflict(
    state: web::Data<State>,
    actor: Actor,
    command: Command<DeclareConflict>,
) -> ApiResult<HttpResponse> {
    let answer = actions::declare(&state, &actor, command.once, command.value).await?;
    let location = format!("{BASE}/conflicts/{}", answer.value.value.id);
    Ok(http::created(&answer, &location))
}

/// The declared conflicts that stand, the latest first.
#[utoipa::path(
    tag = "conflict", operation_id = "list_conflicts", summary = "List declared conflicts", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<DeclaredConflict>), (status = 404, body = Problem))
)]
#[get("/conflicts")]
async fn list_conflicts(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// Withdraws a declared conflict. Assignments that it ended stay ended.
#[utoipa::path(
    tag = "conflict", operation_id = "withdraw_conflict", summary = "Withdraw a declared conflict", security(("bearer" = [])),
    params(("id" = ConflictId, Path)),
    responses((status = 204, description = "Withdrawn"))
)]
#[delete("/conflicts/{id}")]
async fn withdraw_conflict(state: web::Data<State>, actor: Actor, Id(id): Id<ConflictId>) -> ApiResult<HttpResponse> {
    actions::withdraw(&state, &actor, id).await?;
    Ok(http::no_content())
}
