//! Lines in the log for those who look after Cairn's safety: who tried to sign in, what was not let through, and who was
//! slowed down.
//!
//! They have a target of their own, `security`, which is shown as the log is set by default. They alone hold the
//! caller's address, as tries are counted under it ([`client::address`]); a person is their id, which says nothing
//! outside of the database, and an address to sign in with is a hash under a key ([`super::Accounts`]). No line holds
//! what was sent.

use super::metrics::{Outcome, Way};
use crate::{
    http::client,
    problem::{ApiError, ApiResult},
    session::actions::Opened,
    state::State,
};
use actix_web::{HttpMessage, HttpRequest};
use cairn_shared::{
    ids::PersonId,
    problem::Problem,
    session::{AskForLink, SignIn},
};
use tracing::field::display;

/// The id of a request, which problems and log lines carry.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Who was found to be calling, for the lines about what was not let through.
#[derive(Debug, Clone, Copy)]
pub struct Known(pub PersonId);

fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// A try to sign in, before it is known what it comes to.
pub struct Try {
    way: Way,
    account: Option<String>,
}

impl Try {
    /// Reads the way and, of a password, whose it is said to be.
    pub fn of(state: &State, sign_in: &SignIn) -> Self {
        let way = if sign_in.password.is_some() { Way::Password } else { Way::Link };
        Self { way, account: sign_in.email.as_ref().map(|email| state.accounts.name(email)) }
    }

    /// Counts it, and writes it down.
    pub fn came_to(self, state: &State, request: &HttpRequest, result: &ApiResult<Opened>) {
        let (outcome, me) = match result {
            Ok(opened) => (Outcome::Taken, Some(&opened.signed_in.me)),
            Err(ApiError::SignInAgain(_) | ApiError::SignIn) => (Outcome::NotTaken, None),
            // Who knows the password tries the code of the second step.
            Err(ApiError::Invalid(errors)) if errors.iter().any(|error| error.pointer == "/code") => {
                (Outcome::NotTaken, None)
            }
            Err(ApiError::SlowDown { .. }) => (Outcome::SlowedDown, None),
            // It was not understood, or the database was away: nothing was tried.
            Err(_) => return,
        };
        state.metrics.sign_in(self.way, outcome);
        let (way, outcome) = (self.way.word(), outcome.word());
        let account = self.account.or_else(|| me.map(|me| state.accounts.name(&me.email)));
        let (request_id, client) = (request_id(request), client::address(request));
        let person = me.map(|me| display(me.name.id));
        tracing::info!(
            target: "security", event = "sign_in", outcome, way, account, person, client, request = request_id,
            "somebody tries to sign in"
        );
    }
}

/// Writes down that a link to sign in was asked for, for an address whether or not it has an account.
pub fn asks_for_link(state: &State, request: &HttpRequest, ask: &AskForLink) {
    let (account, request_id, client) =
        (state.accounts.name(&ask.email), request_id(request), client::address(request));
    tracing::info!(
        target: "security", event = "link", account, client, request = request_id,
        "somebody asks for a link to sign in"
    );
}

/// What an answer says about safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Too many tries.
    SlowedDown,
    /// Without a session that lives, or not theirs to do or to see.
    NotLetThrough,
    /// None of our own pages asks like this.
    Odd,
}

/// What an answer of that status says, to somebody who is known or not.
fn said(status: u16, known: bool, has_route: bool) -> Option<Said> {
    match status {
        429 => Some(Said::SlowedDown),
        401 | 403 => Some(Said::NotLetThrough),
        // What is absent and what is somebody else's are one answer.
        404 if known && has_route => Some(Said::NotLetThrough),
        400 | 405 | 415 | 428 => Some(Said::Odd),
        _ => None,
    }
}

/// Writes down an answer that is a problem, if it says something about safety.
pub fn answered(request: &HttpRequest, route: Option<&str>, problem: &Problem) {
    let person = request.extensions().get::<Known>().map(|known| known.0);
    let Some(said) = said(problem.status, person.is_some(), route.is_some()) else { return };
    let (id, client) = (request_id(request), client::address(request));
    let (method, person) = (request.method(), person.map(display));
    let pattern = route.unwrap_or(super::metrics::OTHER);
    let status = problem.status;
    match said {
        Said::SlowedDown => tracing::warn!(
            target: "security", event = "slowed_down", status, %method, pattern, person, client, request = id,
            "too many tries"
        ),
        Said::NotLetThrough => tracing::info!(
            target: "security", event = "not_let_through", status, %method, pattern, person, client, request = id,
            "not let through"
        ),
        Said::Odd => tracing::info!(
            target: "security", event = "odd", status, %method, pattern, person, client, request = id,
            "none of our pages asks like this"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_says_something_about_those_alone_who_are_known() {
        assert_eq!(said(404, true, true), Some(Said::NotLetThrough));
        assert_eq!([said(404, false, true), said(404, true, false), said(422, true, true)], [None; 3]);
        assert_eq!(said(429, false, true), Some(Said::SlowedDown));
    }
}
