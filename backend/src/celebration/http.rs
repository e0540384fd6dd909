//! Handlers of celebrations.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Paging, Query, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use cairn_shared::{
    celebration::{
        AnswerInvitation, CancelCelebration, CelebrationDetail, CelebrationSummary, EveningList, Invitation,
        InvitedGuest, ListForm, PlanCelebration, RunningList, TablePlan, ThankGuests,
    },
    ids::{CelebrationId, InvitationId},
    list::Page,
    problem::Problem,
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_celebrations)
        .service(plan_celebration)
        .service(read_celebration)
        .service(edit_celebration)
        .service(cancel_celebration)
        .service(invite_guests)
        .service(list_guests)
        .service(read_invitation)
        .service(answer_invitation)
        .service(propose_table_plan)
        .service(set_table_plan)
        .service(set_running_list)
        .service(read_caterer_list)
        .service(read_door_list)
        .service(read_running_list)
        .service(read_celebration_calendar)
        .service(thank_guests);
}

/// Celebrations, the latest first: all for a coordinator, and for everyone else those that they are invited to.
#[utoipa::path(
    tag = "celebration", operation_id = "list_celebrations", summary = "List celebrations", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Page<CelebrationSummary>))
)]
#[get("/celebrations")]
async fn list_celebrations(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// Plans a celebration for the awards of one or several rounds. Nobody hears of it before they are invited.
#[utoipa::path(
    tag = "celebration", operation_id = "plan_celebration", summary = "Plan a celebration", security(("bearer" = [])),
    params(Once),
    request_body = PlanCelebration,
    responses((status = 201, body = CelebrationDetail), (status = 404, body = Problem))
)]
#[post("/celebrations")]
async fn plan_celebration(
    state: web::Data<State>,
    actor: Actor,
    command: Command<PlanCelebration>,
) -> ApiResult<HttpResponse> {
    let answer = actions::plan(&state, &actor, command.value, command.once).await?;
    let location = format!("/api/v1/celebrations/{}", answer.value.value.id);
    Ok(http::created(&answer, &location))
}

/// A celebration, for its planner and for who is invited. Its planner sees how many come; everybody else their own invitation.
#[utoipa::path(
    tag = "celebration", operation_id = "read_celebration", summary = "Read a celebration", security(("bearer" = [])),
    params(("id" = CelebrationId, Path)),
    responses((status = 200, body = CelebrationDetail))
)]
#[get("/celebrations/{id}")]
async fn read_celebration(state: web::Data<State>, actor: Actor, Id(id): Id<CelebrationId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Changes a celebration. Where its name, place or time changes, everybody hears who is invited and has not said no, and their calendars too.
#[utoipa::path(
    tag = "celebration", operation_id = "edit_celebration", summary = "Change a celebration", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), IfMatch),
    request_body = PlanCelebration,
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[put("/celebrations/{id}")]
async fn edit_celebration(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    if_match: IfMatch,
    command: Command<PlanCelebration>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit(&state, &actor, id, if_match, command.value).await?))
}

/// Calls a celebration off, and tells everybody who is invited and has not said no.
#[utoipa::path(
    tag = "celebration", operation_id = "cancel_celebration", summary = "Call a celebration off", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), Once),
    request_body = CancelCelebration,
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[post("/celebrations/{id}/cancellation")]
async fn cancel_celebration(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    command: Command<CancelCelebration>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::cancel(&state, &actor, id, command.once, command.value).await?))
}

/// Invites everybody who is awarded in its rounds, and who leads their schools, and is not invited yet. Each gets a letter that brings the
/// evening for their calendar.
#[utoipa::path(
    tag = "celebration", operation_id = "invite_guests", summary = "Invite to a celebration", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), Once),
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[post("/celebrations/{id}/invitations")]
async fn invite_guests(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    once: Once,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::invite(&state, &actor, id, once).await?))
}

/// Everybody who is invited, by name, with what they answered: for coordinators.
#[utoipa::path(
    tag = "celebration", operation_id = "list_guests", summary = "List the guests of a celebration", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), Paging),
    responses((status = 200, body = Page<InvitedGuest>))
)]
#[get("/celebrations/{id}/invitations")]
async fn list_guests(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::guests(&state, &actor, id, paging).await?))
}

/// An invitation with what was answered: one's own, or for coordinators anybody's.
#[utoipa::path(
    tag = "celebration", operation_id = "read_invitation", summary = "Read an invitation", security(("bearer" = [])),
    params(("id" = InvitationId, Path)),
    responses((status = 200, body = Invitation), (status = 304, description = "It is as it was"))
)]
#[get("/invitations/{id}")]
async fn read_invitation(
    state: web::Data<State>,
    request: HttpRequest,
    actor: Actor,
    Id(id): Id<InvitationId>,
) -> ApiResult<HttpResponse> {
    Ok(http::fresh(&request, &actions::read_invitation(&state, &actor, id).await?))
}

/// Answers an invitation: one's own, or as a coordinator that of who answers by telephone. Where there is no room, one waits for a place. `If-Match`
/// takes the `etag` of the invitation that was read.
#[utoipa::path(
    tag = "celebration", operation_id = "answer_invitation", summary = "Answer an invitation", security(("bearer" = [])),
    params(("id" = InvitationId, Path), IfMatch),
    request_body = AnswerInvitation,
    responses((status = 200, body = Invitation), (status = 409, body = Problem))
)]
#[put("/invitations/{id}/reply")]
async fn answer_invitation(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<InvitationId>,
    if_match: IfMatch,
    command: Command<AnswerInvitation>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::answer(&state, &actor, id, if_match, command.value).await?))
}

/// How many seats a table has.
#[derive(Debug, Clone, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Seats {
    /// Seats at a table; 8, if absent.
    #[param(minimum = 1, maximum = 40)]
    seats: Option<u16>,
}

/// Proposes who sits where: schools together, nobody apart from their guests. Nothing is changed.
#[utoipa::path(
    tag = "celebration", operation_id = "propose_table_plan", summary = "Propose who sits where", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), Seats),
    responses((status = 200, body = TablePlan))
)]
#[get("/celebrations/{id}/table-plan/proposal")]
async fn propose_table_plan(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    Query(query): Query<Seats>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::propose(&state, &actor, id, query.seats.unwrap_or(8)).await?))
}

/// Says where everybody sits who comes. Whoever is not named sits nowhere yet.
#[utoipa::path(
    tag = "celebration", operation_id = "set_table_plan", summary = "Say who sits where", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), IfMatch),
    request_body = TablePlan,
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[put("/celebrations/{id}/table-plan")]
async fn set_table_plan(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    if_match: IfMatch,
    command: Command<TablePlan>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::seat(&state, &actor, id, if_match, command.value).await?))
}

/// Says in which order those awarded are called up. Certificates are printed in the same order.
#[utoipa::path(
    tag = "celebration", operation_id = "set_running_list", summary = "Say in which order people are called up", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), IfMatch),
    request_body = RunningList,
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[put("/celebrations/{id}/running-list")]
async fn set_running_list(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    if_match: IfMatch,
    command: Command<RunningList>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::order(&state, &actor, id, if_match, command.value).await?))
}

/// How a list is wanted.
#[derive(Debug, Clone, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The form; PDF, if absent.
    #[param(inline)]
    form: Option<ListForm>,
}

async fn evening_list(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    query: &ListQuery,
    (which, name): (EveningList, &str),
) -> ApiResult<HttpResponse> {
    let form = query.form.unwrap_or(ListForm::Pdf);
    let bytes = actions::evening_list(state, actor, id, which, form == ListForm::Pdf).await?;
    let kind = match form {
        ListForm::Pdf => "application/pdf",
        ListForm::Csv => "text/csv; charset=utf-8",
    };
    Ok(http::document(&format!("{name}.{}", form.code()), kind, bytes))
}

/// What the kitchen has to know: how many come, and who does not eat what, at which table.
#[utoipa::path(
    tag = "celebration", operation_id = "read_caterer_list", summary = "Fetch the list for the kitchen", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), ListQuery),
    responses((status = 200, description = "The list", body = Vec<u8>, content_type = "*/*"), (status = 409, body = Problem))
)]
#[get("/celebrations/{id}/caterer-list")]
async fn read_caterer_list(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    Query(query): Query<ListQuery>,
) -> ApiResult<HttpResponse> {
    evening_list(&state, &actor, id, &query, (EveningList::Caterer, "kitchen")).await
}

/// Who comes, by name, with guests, table, consent to photographs, and what they need.
#[utoipa::path(
    tag = "celebration", operation_id = "read_door_list", summary = "Fetch the list for the door", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), ListQuery),
    responses((status = 200, description = "The list", body = Vec<u8>, content_type = "*/*"), (status = 409, body = Problem))
)]
#[get("/celebrations/{id}/door-list")]
async fn read_door_list(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    Query(query): Query<ListQuery>,
) -> ApiResult<HttpResponse> {
    evening_list(&state, &actor, id, &query, (EveningList::Door, "door")).await
}

/// Who is called up, in which order.
#[utoipa::path(
    tag = "celebration", operation_id = "read_running_list", summary = "Fetch the running list", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), ListQuery),
    responses((status = 200, description = "The list", body = Vec<u8>, content_type = "*/*"), (status = 409, body = Problem))
)]
#[get("/celebrations/{id}/running-list")]
async fn read_running_list(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    Query(query): Query<ListQuery>,
) -> ApiResult<HttpResponse> {
    evening_list(&state, &actor, id, &query, (EveningList::Running, "running-list")).await
}

/// A celebration for one's own calendar (iCalendar).
#[utoipa::path(
    tag = "celebration", operation_id = "read_celebration_calendar", summary = "Fetch a celebration for one’s calendar", security(("bearer" = [])),
    params(("id" = CelebrationId, Path)),
    responses((status = 200, description = "The calendar", body = Vec<u8>, content_type = "text/calendar"))
)]
#[get("/celebrations/{id}/calendar")]
async fn read_celebration_calendar(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
) -> ApiResult<HttpResponse> {
    let bytes = actions::calendar(&state, &actor, id).await?;
    Ok(http::document("celebration.ics", "text/calendar; charset=utf-8", bytes))
}

/// Thanks those who came, once, after the evening.
#[utoipa::path(
    tag = "celebration", operation_id = "thank_guests", summary = "Thank those who came", security(("bearer" = [])),
    params(("id" = CelebrationId, Path), Once),
    request_body = ThankGuests,
    responses((status = 200, body = CelebrationDetail), (status = 409, body = Problem))
)]
#[post("/celebrations/{id}/thanks")]
async fn thank_guests(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<CelebrationId>,
    command: Command<ThankGuests>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::thank(&state, &actor, id, command.once, command.value).await?))
}
