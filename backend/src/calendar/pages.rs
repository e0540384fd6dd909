//! The address at which calendars ask. Whoever has it may know: calendars can't sign in.

use super::actions;
use crate::{
    http::client,
    problem::{ApiError, ApiResult},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CACHE_CONTROL, HeaderName},
    web::{Data, Path, ServiceConfig},
};

/// The pages of this slice, outside of the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(feed);
}

#[get("/calendar/{name}")]
async fn feed(state: Data<State>, request: HttpRequest, name: Path<String>) -> ApiResult<HttpResponse> {
    let token = name.strip_suffix(".ics").ok_or(ApiError::NotFound)?;
    let text = actions::answer(&state, token, &client::address(&request)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, max-age=300"))
        .insert_header((HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"))
        .content_type("text/calendar; charset=utf-8")
        .body(text))
}
