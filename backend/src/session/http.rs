//! Handlers of sessions, and the cookie that carries the refresh token.

use super::actions::{self, Opened};
use crate::{
    actor::{Actor, Caller},
    http::{self, Command, Id, Once, Routes, client},
    problem::{ApiError, ApiResult},
    state::State,
    watch::security::{self, Try},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    delete, get,
    http::header,
    patch, post, put, web,
};
use cairn_shared::{
    ids::{PersonId, SessionId},
    list::Page,
    problem::Problem,
    session::{
        AskForEmailChange, AskForLink, ConfirmEmailChange, EditMe, Me, SessionSummary, SetPassword, SignIn, SignedIn,
    },
};

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(send_link)
        .service(sign_in)
        .service(refresh)
        .service(sign_out)
        .service(list_sessions)
        .service(end_session)
        .service(end_sessions_of_somebody)
        .service(read_me)
        .service(edit_me)
        .service(ask_for_email_change)
        .service(confirm_email_change)
        .service(keep_email)
        .service(set_password);
}

/// Under `serve` the cookie is bound to the host and to TLS; the demonstration on loopback has neither.
fn cookie_name(state: &State) -> &'static str {
    if state.config.demonstration { "cairn-refresh" } else { "__Host-cairn-refresh" }
}

fn cookie<'a>(state: &State, token: String, keep_seconds: Option<i64>) -> Cookie<'a> {
    let mut cookie = Cookie::build(cookie_name(state), token)
        .path("/")
        .http_only(true)
        .secure(!state.config.demonstration)
        .same_site(SameSite::Strict)
        .finish();
    cookie.set_max_age(keep_seconds.map(Duration::seconds));
    cookie
}

fn open(state: &State, opened: Opened) -> HttpResponse {
    HttpResponse::Ok().cookie(cookie(state, opened.refresh_token, opened.keep_seconds)).json(opened.signed_in)
}

/// The cookie's token, if the request comes from a page of our own.
fn refresh_token(state: &State, request: &HttpRequest) -> ApiResult<String> {
    let foreign = |name: &str, ours: &dyn Fn(&str) -> bool| {
        request.headers().get(name).is_some_and(|v| !v.to_str().is_ok_and(ours))
    };
    if foreign("origin", &|origin| origin == state.config.public_url)
        || foreign("sec-fetch-site", &|site| matches!(site, "same-origin" | "none"))
    {
        return Err(ApiError::SignIn);
    }
    request.cookie(cookie_name(state)).map(|c| c.value().to_owned()).ok_or(ApiError::SignIn)
}

fn agent(request: &HttpRequest) -> String {
    request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
}

/// Sends a sign-in link by e-mail. The answer is the same whether or not there is such an account.
#[utoipa::path(
    tag = "session", operation_id = "send_sign_in_link", summary = "Ask for a sign-in link",
    request_body = AskForLink,
    responses(
        (status = 202, description = "If the address has an account, a link is on its way"),
        (status = 429, body = Problem)
    )
)]
#[post("/sign-in-links")]
async fn send_link(
    state: web::Data<State>,
    request: HttpRequest,
    command: Command<AskForLink>,
) -> ApiResult<HttpResponse> {
    security::asks_for_link(&state, &request, &command.value);
    actions::send_link(&state, command.value, client::address(&request)).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Signs in with the token of a link or an invitation, or with e-mail and password.
#[utoipa::path(
    tag = "session", operation_id = "sign_in", summary = "Sign in",
    request_body = SignIn,
    responses(
        (status = 200, body = SignedIn), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 429, body = Problem)
    )
)]
#[post("/sessions")]
async fn sign_in(state: web::Data<State>, request: HttpRequest, command: Command<SignIn>) -> ApiResult<HttpResponse> {
    let tried = Try::of(&state, &command.value);
    let opened = actions::sign_in(&state, command.value, agent(&request), client::address(&request)).await;
    tried.came_to(&state, &request, &opened);
    let opened = opened?;
    // What this browser held before is nobody's any more: its cookie is replaced.
    if let Ok(former) = refresh_token(&state, &request) {
        actions::sign_out(&state, former).await?;
    }
    Ok(open(&state, opened))
}

/// Gives a new access token for the cookie's refresh token, and replaces that. Without a cookie nobody is signed in,
/// which is no problem: 204.
#[utoipa::path(
    tag = "session", operation_id = "refresh_session", summary = "Refresh the session",
    responses(
        (status = 200, body = SignedIn), (status = 204, description = "Nobody is signed in here"),
        (status = 401, body = Problem)
    )
)]
#[post("/sessions/refresh")]
async fn refresh(state: web::Data<State>, request: HttpRequest) -> ApiResult<HttpResponse> {
    if request.cookie(cookie_name(&state)).is_none() {
        return Ok(http::no_content());
    }
    let token = refresh_token(&state, &request)?;
    let opened = actions::refresh(&state, token).await?;
    Ok(open(&state, opened))
}

/// Ends the session of the cookie at once, and clears what the browser keeps.
#[utoipa::path(
    tag = "session", operation_id = "sign_out", summary = "Sign out",
    responses((status = 204, description = "Signed out"))
)]
#[delete("/sessions/current")]
async fn sign_out(state: web::Data<State>, request: HttpRequest) -> ApiResult<HttpResponse> {
    if let Ok(token) = refresh_token(&state, &request) {
        actions::sign_out(&state, token).await?;
    }
    let mut gone = cookie(&state, String::new(), None);
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).insert_header(("Clear-Site-Data", "\"cache\"")).finish())
}

/// The devices that one is signed in on.
#[utoipa::path(
    tag = "session", operation_id = "list_sessions", summary = "List one's sessions", security(("bearer" = [])),
    responses((status = 200, body = Page<SessionSummary>))
)]
#[get("/sessions")]
async fn list_sessions(state: web::Data<State>, Caller(actor): Caller) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::list(&state, &actor).await?))
}

/// Signs one of one's devices out.
#[utoipa::path(
    tag = "session", operation_id = "end_session", summary = "End one of one's sessions", security(("bearer" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 204, description = "Ended"))
)]
#[delete("/sessions/{id}")]
async fn end_session(state: web::Data<State>, Caller(actor): Caller, Id(id): Id<SessionId>) -> ApiResult<HttpResponse> {
    actions::end(&state, &actor, id).await?;
    Ok(http::no_content())
}

/// Signs somebody out on all of their devices, because one of them is in other hands.
#[utoipa::path(
    tag = "session", operation_id = "end_sessions_of_somebody", summary = "Sign somebody out everywhere",
    security(("bearer" = [])),
    params(("id" = PersonId, Path)),
    responses(
        (status = 204, description = "Signed out"), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
#[post("/people/{id}/sessions/endings")]
async fn end_sessions_of_somebody(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PersonId>,
) -> ApiResult<HttpResponse> {
    actions::end_all_for(&state, &actor, id).await?;
    Ok(http::no_content())
}

/// Who is signed in, and what they may do.
#[utoipa::path(
    tag = "session", operation_id = "read_me", summary = "Read oneself", security(("bearer" = [])),
    responses((status = 200, body = Me))
)]
#[get("/me")]
async fn read_me(state: web::Data<State>, Caller(actor): Caller) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::me(&state, actor.person, actor.session).await?))
}

/// Changes one's own name.
#[utoipa::path(
    tag = "session", operation_id = "edit_me", summary = "Change one's name", security(("bearer" = [])),
    request_body = EditMe,
    responses((status = 200, body = Me))
)]
#[patch("/me")]
async fn edit_me(state: web::Data<State>, actor: Actor, command: Command<EditMe>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::edit_me(&state, &actor, command.value).await?))
}

/// Asks to sign in with another address. A link goes to it, and word to the one of today. The answer is the same
/// whether or not somebody has the new address already.
#[utoipa::path(
    tag = "session", operation_id = "ask_for_email_change", summary = "Ask to change one's address", security(("bearer" = [])),
    params(Once),
    request_body = AskForEmailChange,
    responses((status = 200, body = Me), (status = 403, body = Problem), (status = 429, body = Problem))
)]
#[post("/me/email-changes")]
async fn ask_for_email_change(
    state: web::Data<State>,
    actor: Actor,
    command: Command<AskForEmailChange>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::ask_for_email_change(&state, &actor, command.value, command.once).await?))
}

/// Follows the link to a new address: from now on it is the one that signs in, and other devices are signed out.
#[utoipa::path(
    tag = "session", operation_id = "confirm_email_change", summary = "Follow the link to a new address", security(("bearer" = [])),
    request_body = ConfirmEmailChange,
    responses((status = 200, body = Me), (status = 409, body = Problem), (status = 429, body = Problem))
)]
#[post("/me/email-changes/confirmations")]
async fn confirm_email_change(
    state: web::Data<State>,
    actor: Actor,
    command: Command<ConfirmEmailChange>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::confirm_email_change(&state, &actor, command.value).await?))
}

/// Keeps the address of today: a link to another one is over at once.
#[utoipa::path(
    tag = "session", operation_id = "keep_email", summary = "Keep one's address", security(("bearer" = [])),
    responses((status = 204, description = "The address stays"))
)]
#[delete("/me/email-changes/current")]
async fn keep_email(state: web::Data<State>, Caller(actor): Caller) -> ApiResult<HttpResponse> {
    actions::keep_email(&state, &actor).await?;
    Ok(http::no_content())
}

/// Sets a password, beside links by e-mail.
#[utoipa::path(
    tag = "session", operation_id = "set_password", summary = "Set a password", security(("bearer" = [])),
    request_body = SetPassword,
    responses((status = 204, description = "Set"), (status = 403, body = Problem), (status = 429, body = Problem))
)]
#[put("/me/password")]
async fn set_password(
    state: web::Data<State>,
    Caller(actor): Caller,
    command: Command<SetPassword>,
) -> ApiResult<HttpResponse> {
    actions::set_password(&state, &actor, command.value).await?;
    Ok(http::no_content())
}
