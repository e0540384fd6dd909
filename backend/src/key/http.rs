//! Handlers of keys: how they stand. They are made and changed on the machine alone (`cairn keys`).

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, get, web};
use cairn_shared::{credential::BadgeKeys, problem::Problem};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config.service(read_badge_keys);
}

/// How the keys stand that badges are signed with, for coordinators: which there are, since when, and how much they signed. They are made and
/// changed on the machine alone.
#[utoipa::path(
    tag = "key", operation_id = "read_badge_keys", summary = "See how the badge keys stand", security(("bearer" = [])),
    responses((status = 200, body = BadgeKeys), (status = 404, body = Problem))
)]
#[get("/badge-keys")]
async fn read_badge_keys(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::read(&state, &actor).await?))
}
