//! Handlers of second steps.

use super::actions;
use crate::{
    actor::{Actor, Caller},
    http::{self, Command, Id, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, get, post, web};
use cairn_shared::{
    ids::PersonId,
    problem::Problem,
    second_step::{AskForSecret, EndForSomebody, GiveCode, NewSecret, RecoveryCodes, SecondStep},
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(read_second_step)
        .service(ask_for_secret)
        .service(confirm_second_step)
        .service(end_second_step)
        .service(end_second_step_for_somebody);
}

/// How one's second step stands.
#[utoipa::path(
    tag = "second_step", operation_id = "read_second_step", summary = "Read one’s second step", security(("bearer" = [])),
    responses((status = 200, body = SecondStep))
)]
#[get("/me/second-step")]
async fn read_second_step(state: web::Data<State>, caller: Caller) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &caller).await?))
}

/// Makes a secret for an app that shows codes. It is in force once a code of it was given, within an hour.
#[utoipa::path(
    tag = "second_step", operation_id = "ask_for_second_step_secret", summary = "Begin to set up a second step",
    security(("bearer" = [])),
    request_body = AskForSecret,
    responses(
        (status = 200, body = NewSecret), (status = 403, body = Problem), (status = 429, body = Problem)
    )
)]
#[post("/me/second-step/secrets")]
async fn ask_for_secret(
    state: web::Data<State>,
    caller: Caller,
    command: Command<AskForSecret>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::ask_for_secret(&state, &caller, command.value).await?))
}

/// Gives the first code of the new app: signing in takes one from now on. The recovery codes are shown this once.
#[utoipa::path(
    tag = "second_step", operation_id = "confirm_second_step", summary = "Set up a second step", security(("bearer" = [])),
    request_body = GiveCode,
    responses((status = 200, body = RecoveryCodes), (status = 409, body = Problem), (status = 429, body = Problem))
)]
#[post("/me/second-step/confirmations")]
async fn confirm_second_step(
    state: web::Data<State>,
    caller: Caller,
    command: Command<GiveCode>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::confirm(&state, &caller, command.value.code).await?))
}

/// Ends one's second step.
#[utoipa::path(
    tag = "second_step", operation_id = "end_second_step", summary = "End one’s second step", security(("bearer" = [])),
    request_body = GiveCode,
    responses((status = 204, description = "Ended"), (status = 409, body = Problem), (status = 429, body = Problem))
)]
#[post("/me/second-step/endings")]
async fn end_second_step(
    state: web::Data<State>,
    caller: Caller,
    command: Command<GiveCode>,
) -> ApiResult<HttpResponse> {
    actions::end(&state, &caller, command.value.code).await?;
    Ok(http::no_content())
}

/// Ends somebody's second step, because their phone is gone. They are signed out everywhere.
#[utoipa::path(
    tag = "second_step", operation_id = "end_second_step_for_somebody", summary = "End somebody’s second step",
    security(("bearer" = [])),
    params(("id" = PersonId, Path)),
    request_body = EndForSomebody,
    responses(
        (status = 204, description = "Ended"), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 429, body = Problem)
    )
)]
#[post("/people/{id}/second-step/endings")]
async fn end_second_step_for_somebody(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
    command: Command<EndForSomebody>,
) -> ApiResult<HttpResponse> {
    actions::end_for(&state, &actor, id, command.value).await?;
    Ok(http::no_content())
}
