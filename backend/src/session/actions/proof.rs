//! Showing once more who it is, before how one signs in is changed: a browser that was left open gives nobody the account.

use crate::{
    actor::Actor,
    person,
    problem::{ApiError, ApiResult},
    session::store,
    state::State,
};
use cairn_shared::{
    session::{FRESH_SECONDS, Password},
    time::Timestamp,
};

/// Goes on if the one who asks signed in a moment ago, or knows the password, which stands at `pointer`.
///
/// # Errors
/// [`ApiError::ShowItIsYou`] if neither is so, a field if the password is another, [`ApiError::SlowDown`] after too many
/// tries.
pub async fn show_who_it_is(state: &State, actor: &Actor, password: Option<Password>, pointer: &str) -> ApiResult<()> {
    let (who, session, now) = (actor.person, actor.session, actor.now);
    let (person, session) = state
        .db
        .read(move |conn| -> ApiResult<_> { Ok((person::store::person(conn, who)?, store::session(conn, session)?)) })
        .await?;
    let is_fresh = now < Timestamp::from(session.signed_in_at).plus_seconds(FRESH_SECONDS);
    match (person.password_hash, password) {
        (Some(hash), Some(password)) => {
            state.throttle.count(format!("password of {}", *person.email), 10, now)?;
            match state.passwords.verify(password, Some(hash)).await? {
                true => Ok(()),
                false => Err(ApiError::field(
                    pointer,
                    "not_right",
                    "This isn’t your password. If you don’t remember it, sign in again with a link by e-mail, and come \
                     back: then you need none.",
                )),
            }
        }
        _ if is_fresh => Ok(()),
        (Some(_), None) => Err(ApiError::ShowItIsYou(
            "You signed in a while ago. Give your password of today as well, or sign in again with a link by e-mail, so \
             that nobody else changes how you sign in.",
        )),
        (None, _) => Err(ApiError::ShowItIsYou(
            "You signed in a while ago. Sign in again with a link by e-mail, so that nobody else changes how you sign in, \
             and come back within a quarter of an hour.",
        )),
    }
}
