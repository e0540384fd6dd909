//! Signing in and out.

use cairn_shared::session::{AskForLink, SignIn, SignedIn};
use cairn_shared::text::{Email, Line};

use super::{ApiError, Key, Method, Request, delete};

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
/// What came in the way.
pub async fn with_password(email: Email, password: Line<200>, own_device: bool) -> Result<SignedIn, ApiError> {
    sign_in(&SignIn { token: None, email: Some(email), password: Some(password), own_device }).await
}

/// Signs in with the token of a sign-in link. Whose device it is was said when asking for the link.
///
/// # Errors
/// What came in the way.
pub async fn with_link(token: Line<200>) -> Result<SignedIn, ApiError> {
    sign_in(&SignIn { token: Some(token), email: None, password: None, own_device: false }).await
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
