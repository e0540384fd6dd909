//! A second step of signing in: a code that an app shows.

use cairn_shared::ids::PersonId;
use cairn_shared::second_step::{AskForSecret, Code, EndForSomebody, GiveCode, NewSecret, RecoveryCodes, SecondStep};
use serde::Serialize;

use super::{ApiError, Method, Request, get};

/// How one's own stands.
///
/// # Errors
/// What came in the way.
pub async fn read() -> Result<SecondStep, ApiError> {
    get("/api/v1/me/second-step").await.map(|loaded| loaded.value)
}

/// Asks for a secret that an app then keeps.
///
/// # Errors
/// What came in the way; 403 says how to show who is asking, or wants a code of the app of today.
pub async fn ask_for_secret(ask: &AskForSecret) -> Result<NewSecret, ApiError> {
    post("/api/v1/me/second-step/secrets", ask).send().await.map(|loaded| loaded.value)
}

/// Gives the first code of a new app.
///
/// # Errors
/// What came in the way; 422 where the code isn't right.
pub async fn confirm(code: Code) -> Result<RecoveryCodes, ApiError> {
    post("/api/v1/me/second-step/confirmations", &GiveCode { code }).send().await.map(|loaded| loaded.value)
}

/// Ends one's own.
///
/// # Errors
/// What came in the way; 422 where the code isn't right.
pub async fn end(code: Code) -> Result<(), ApiError> {
    post("/api/v1/me/second-step/endings", &GiveCode { code }).raw().await.map(|_| ())
}

/// Ends somebody's, because their phone is gone.
///
/// # Errors
/// What came in the way; 403 wants a code of one's own app.
pub async fn end_for(who: PersonId, code: Option<Code>) -> Result<(), ApiError> {
    let path = format!("/api/v1/people/{who}/second-step/endings");
    post(&path, &EndForSomebody { code }).raw().await.map(|_| ())
}

/// None of these may be repeated from what a device keeps: what is said or answered is secret.
fn post<T: Serialize>(path: &str, body: &T) -> Request {
    Request::new(Method::Post, path).body(body)
}
