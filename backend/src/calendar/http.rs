//! Handlers of calendar feeds.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, delete, get, post, web};
use cairn_shared::celebration::{CalendarFeed, CalendarFeedState};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(read_calendar_feed).service(make_calendar_feed).service(end_calendar_feed);
}

/// Whether one's calendar has an address to ask at. The address itself is told once, when it is made.
#[utoipa::path(
    tag = "calendar", operation_id = "read_calendar_feed", summary = "See whether one’s calendar has an address", security(("bearer" = [])),
    responses((status = 200, body = CalendarFeedState))
)]
#[get("/me/calendar")]
async fn read_calendar_feed(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor).await?))
}

/// Makes an address at which one's calendar asks what is on: celebrations, and the days of rounds. The one of before leads nowhere from then on.
///
/// It takes no `Idempotency-Key`: the address is a secret that is told once and not kept, so no first answer could be told again. Asked twice, there is
/// still one address, the later.
#[utoipa::path(
    tag = "calendar", operation_id = "make_calendar_feed", summary = "Make an address for one’s calendar", security(("bearer" = [])),
    responses((status = 200, body = CalendarFeed))
)]
#[post("/me/calendar")]
async fn make_calendar_feed(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::make(&state, &actor).await?))
}

/// Ends the address at which one's calendar asks.
#[utoipa::path(
    tag = "calendar", operation_id = "end_calendar_feed", summary = "End the address for one’s calendar", security(("bearer" = [])),
    responses((status = 204))
)]
#[delete("/me/calendar")]
async fn end_calendar_feed(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    actions::end(&state, &actor).await?;
    Ok(http::no_content())
}
