//! Signing in and out, and what one says of oneself.

use cairn_shared::ids::{PersonId, SessionId};
use cairn_shared::list::Page;
use cairn_shared::second_step::Code;
use cairn_shared::session::{
    AskForEmailChange, AskForLink, ConfirmEmailChange, EditMe, Me, Password, SessionSummary, SetPassword, SignIn,
    SignedIn,
};
use cairn_shared::text::{Email, Line};

use super::{ApiError, Key, Method, Request, delete, get, post};

/// Asks for a sign-in link by e-mail. The answer is the same whether or not anybody has that address.
///
/// # Errors
/// What came in the way.
pub async fn send_link(email: Email, own_device: bool, key: &Key) -> Result<(), ApiError> {
    let request = Request::new(Method::Post, "/api/v1/sign-in-links").anonymous().key(key);
    request.body(&AskForLink { email, own_device }).raw().await.map(|_| ())
}

/// Signs in with a password.
///
/// # Errors
/// What came in the way; 403 wants the code of a second step.
pub async fn with_password(
    email: Email,
    password: Password,
    code: Option<Code>,
    own_device: bool,
) -> Result<SignedIn, ApiError> {
    sign_in(&SignIn { token: None, email: Some(email), password: Some(password), code, own_device }).await
}

/// Signs in with the token of a sign-in link. Whose device it is was said when asking for the link.
///
/// # Errors
/// What came in the way; 403 wants the code of a second step.
pub async fn with_link(token: Line<200>, code: Option<Code>) -> Result<SignedIn, ApiError> {
    sign_in(&SignIn { token: Some(token), email: None, password: None, code, own_device: false }).await
}

async fn sign_in(how: &SignIn) -> Result<SignedIn, ApiError> {
    let request = Request::new(Method::Post, "/api/v1/sessions").anonymous();
    request.body(how).send().await.map(|loaded| loaded.value)
}

/// Ends the session on this device.
///
/// # Errors
/// What came in the way.
pub async fn sign_out() -> Result<(), ApiError> {
    delete("/api/v1/sessions/current", None).await
}

/// Who is signed in, with all that the account says of them.
///
/// # Errors
/// What came in the way.
pub async fn me() -> Result<Me, ApiError> {
    get("/api/v1/me").await.map(|loaded| loaded.value)
}

/// Changes one's name.
///
/// # Errors
/// What came in the way; 422 names the field.
pub async fn edit_me(change: &EditMe) -> Result<Me, ApiError> {
    Request::new(Method::Patch, "/api/v1/me").body(change).send().await.map(|loaded| loaded.value)
}

/// Asks to sign in with another address. A link goes to it; the answer tells of the change that waits.
///
/// # Errors
/// What came in the way; 422 names the field, and 403 says how to show who is asking.
pub async fn ask_for_email_change(ask: &AskForEmailChange, key: &Key) -> Result<Me, ApiError> {
    post("/api/v1/me/email-changes", ask, key).await.map(|loaded| loaded.value)
}

/// Follows the link to a new address.
///
/// # Errors
/// What came in the way; 409 where the link is over.
pub async fn confirm_email_change(token: Line<200>) -> Result<Me, ApiError> {
    let request = Request::new(Method::Post, "/api/v1/me/email-changes/confirmations");
    request.body(&ConfirmEmailChange { token }).send().await.map(|loaded| loaded.value)
}

/// Keeps the address of today: a link to another one is over.
///
/// # Errors
/// What came in the way.
pub async fn keep_email() -> Result<(), ApiError> {
    delete("/api/v1/me/email-changes/current", None).await
}

/// Sets a password, beside links by e-mail.
///
/// # Errors
/// What came in the way; 422 names the field, and 403 says how to show who is asking.
pub async fn set_password(password: &SetPassword) -> Result<(), ApiError> {
    Request::new(Method::Put, "/api/v1/me/password").body(password).raw().await.map(|_| ())
}

/// The devices that are signed in.
///
/// # Errors
/// What came in the way.
pub async fn list() -> Result<Vec<SessionSummary>, ApiError> {
    get::<Page<SessionSummary>>("/api/v1/sessions").await.map(|loaded| loaded.value.items)
}

/// Signs a device out.
///
/// # Errors
/// What came in the way.
pub async fn end(id: SessionId) -> Result<(), ApiError> {
    delete(&format!("/api/v1/sessions/{id}"), None).await
}

/// Signs somebody out on all of their devices.
///
/// # Errors
/// What came in the way.
pub async fn end_for(who: PersonId) -> Result<(), ApiError> {
    Request::new(Method::Post, &format!("/api/v1/people/{who}/sessions/endings")).raw().await.map(|_| ())
}
