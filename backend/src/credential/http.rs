//! Handlers of what machines read about awards. All of it is public.

use super::{
    actions::{self, Signatures},
    pages,
};
use crate::{
    art,
    http::{self, Routes, client, public},
    problem::{ApiError, ApiResult},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, Header as _},
    post,
    web::{Bytes, Data, Path},
};
use cairn_credential::bake;
use cairn_shared::{
    award::BadgeForm, credential::BadgeCheck, ids::CredentialId, problem::Problem, qualification::Qualification,
};
use serde_json::{Value, json};
use std::cmp::Reverse;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(check_badge)
        .service(read_credential)
        .service(read_achievement_image)
        .service(read_achievement)
        .service(read_issuer)
        .service(read_status_list);
}

/// What a client would rather have: a page to look at, or a form of the badge.
#[derive(Clone, Copy)]
enum Wanted {
    Page,
    Form(BadgeForm),
}

/// What a client would rather have (RFC 9110, section 12.5.1): of what it likes best the first that it names. JSON, if it names nothing that there
/// is.
fn preferred(request: &HttpRequest) -> Wanted {
    let mut accepted = header::Accept::parse(request).map(|accept| accept.0).unwrap_or_default();
    accepted.retain(|named| named.quality != header::Quality::ZERO);
    accepted.sort_by_key(|named| Reverse(named.quality));
    let mut named = accepted.iter().filter_map(|named| match named.item.essence_str() {
        "text/html" => Some(Wanted::Page),
        "application/vc+jwt" | "application/jwt" | "text/plain" => Some(Wanted::Form(BadgeForm::Jwt)),
        "application/vc+ld+json" | "application/vc" | "application/ld+json" | "application/json" => {
            Some(Wanted::Form(BadgeForm::Json))
        }
        "image/png" => Some(Wanted::Form(BadgeForm::Png)),
        "image/svg+xml" => Some(Wanted::Form(BadgeForm::Svg)),
        _ => None,
    });
    named.next().unwrap_or(Wanted::Form(BadgeForm::Json))
}

/// A badge in one of its forms: its type, and what it is.
///
/// # Errors
/// [`ApiError::Internal`] if our own picture is none.
pub fn in_form(
    qualification: Qualification,
    signed: &Signatures,
    form: BadgeForm,
) -> ApiResult<(&'static str, Vec<u8>)> {
    let broken = || ApiError::Internal("a badge can't be baked".into());
    Ok(match form {
        BadgeForm::Json => ("application/vc+ld+json", signed.json.clone().into_bytes()),
        BadgeForm::Jwt => ("application/vc+jwt", signed.jwt.clone().into_bytes()),
        BadgeForm::Png => ("image/png", bake::png(art::badge_png(qualification), &signed.jwt).ok_or_else(broken)?),
        BadgeForm::Svg => {
            let baked = bake::svg(art::badge_svg(qualification), &signed.jwt).ok_or_else(broken)?;
            ("image/svg+xml", baked.into_bytes())
        }
    })
}

/// An answer whose form follows from `Accept`.
fn negotiated(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
    response
}

/// A credential, as it was signed: JSON with a proof in it, a token, or the badge's picture with the token in it; to a browser, a page that
/// shows it. It is there once its holder shows it to everybody.
#[utoipa::path(
    tag = "credential", operation_id = "read_credential", summary = "Read a credential",
    params(("id" = String, Path, description = "Which. An ending, `.json`, `.jwt`, `.png` or `.svg`, asks for a form; otherwise `Accept` does", max_length = 41)),
    responses(
        (status = 200, description = "The credential", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "What tells whether it changed"))),
        (status = 304, description = "It is as it was"),
    )
)]
#[get("/public/credentials/{id}")]
async fn read_credential(state: Data<State>, request: HttpRequest, name: Path<String>) -> ApiResult<HttpResponse> {
    let (id, wanted) = match name.split_once('.') {
        Some((id, ending)) => (id, Wanted::Form(ending.parse().map_err(|_| ApiError::NotFound)?)),
        None => (name.as_str(), preferred(&request)),
    };
    let id: CredentialId = id.parse().map_err(|_| ApiError::NotFound)?;
    let (qualification, signed) = actions::published(&state, id).await?;
    Ok(negotiated(match wanted {
        Wanted::Page => pages::shown(&state, id, qualification, &signed)?,
        Wanted::Form(form) => {
            let (kind, body) = in_form(qualification, &signed, form)?;
            public::answer(&request, kind, body)
        }
    }))
}

/// Says what a badge is: a file in any of its forms, or the credential itself.
#[utoipa::path(
    tag = "credential", operation_id = "check_badge", summary = "Check a badge",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = BadgeCheck), (status = 429, body = Problem))
)]
#[post("/badge-checks")]
async fn check_badge(state: Data<State>, request: HttpRequest, shown: Bytes) -> ApiResult<HttpResponse> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if kind != "application/octet-stream" {
        return Err(ApiError::MediaType("Send the badge as application/octet-stream."));
    }
    Ok(http::ok(&actions::check(&state, &shown, client::address(&request)).await?))
}

/// A qualification, as an achievement of Open Badges 3.0.
#[utoipa::path(
    tag = "credential", operation_id = "read_achievement", summary = "Read an achievement",
    params(("id" = Qualification, Path)),
    responses(
        (status = 200, description = "The achievement", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "What tells whether it changed"))),
        (status = 304, description = "It is as it was"),
    )
)]
#[get("/public/achievements/{id}")]
async fn read_achievement(state: Data<State>, request: HttpRequest, code: Path<String>) -> ApiResult<HttpResponse> {
    let qualification: Qualification = code.parse().map_err(|_| ApiError::NotFound)?;
    let achievement = in_context(actions::achievement(&state.config, qualification).to_json());
    Ok(public::answer(&request, "application/ld+json", achievement.to_string().into_bytes()))
}

/// A qualification's badge, without anybody's credential in it.
#[utoipa::path(
    tag = "credential", operation_id = "read_achievement_image", summary = "See a badge",
    params(("id" = Qualification, Path)),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "What tells whether it changed"))),
        (status = 304, description = "It is as it was"),
    )
)]
#[get("/public/achievements/{id}/image")]
async fn read_achievement_image(request: HttpRequest, code: Path<String>) -> ApiResult<HttpResponse> {
    let qualification: Qualification = code.parse().map_err(|_| ApiError::NotFound)?;
    Ok(public::answer(&request, "image/svg+xml", art::badge_svg(qualification).into()))
}

/// Who issues badges here, as a profile of Open Badges 3.0.
#[utoipa::path(
    tag = "credential", operation_id = "read_issuer", summary = "Read the issuer",
    responses(
        (status = 200, description = "The issuer", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "What tells whether it changed"))),
        (status = 304, description = "It is as it was"),
    )
)]
#[get("/public/issuer")]
async fn read_issuer(state: Data<State>, request: HttpRequest) -> HttpResponse {
    let issuer = in_context(actions::issuer(&state.config, &state.keys.did).to_json());
    public::answer(&request, "application/ld+json", issuer.to_string().into_bytes())
}

/// Which credentials have ended, signed (Bitstring Status List 1.0): JSON with a proof in it, or a token, as `Accept` says.
#[utoipa::path(
    tag = "credential", operation_id = "read_status_list", summary = "Read the status list",
    params(("id" = u32, Path, description = "Which list", minimum = 1, maximum = 1)),
    responses(
        (status = 200, description = "The list", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "What tells whether it changed"))),
        (status = 304, description = "It is as it was"),
    )
)]
#[get("/public/status/revocation/{id}")]
async fn read_status_list(state: Data<State>, request: HttpRequest, list: Path<String>) -> ApiResult<HttpResponse> {
    if list.as_str() != "1" {
        return Err(ApiError::NotFound);
    }
    let status = actions::status(&state).await?;
    Ok(negotiated(match preferred(&request) {
        Wanted::Form(BadgeForm::Jwt) => public::answer(&request, "application/vc+jwt", status.jwt.into_bytes()),
        _ => public::answer(&request, "application/vc+ld+json", status.json.into_bytes()),
    }))
}

/// What stands alone says itself what its words mean.
fn in_context(mut thing: Value) -> Value {
    thing["@context"] = json!(cairn_credential::badge::CONTEXTS);
    thing
}
