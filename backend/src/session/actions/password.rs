//! Setting a password, beside links by e-mail.

use super::{end_links_of, proof::show_who_it_is};
use crate::{
    actor::Actor,
    audit::{self, Action},
    mail::{self, Letter},
    password::is_guessed_early,
    person::{self, store::PersonRow},
    problem::{ApiError, ApiResult},
    session::store,
    state::State,
};
use cairn_shared::{
    ids::MailId,
    session::{PASSWORD_LEAST, SetPassword},
};

/// Sets a password. Other devices are signed out, links that are under way are over, and a letter tells the owner.
///
/// Whoever forgot the one of today signs in with a link, and needs it no more.
///
/// # Errors
/// If it is too short or would be guessed early, or it isn't shown who is asking.
pub async fn set(state: &State, actor: &Actor, set: SetPassword) -> ApiResult<()> {
    if set.new.as_str().chars().count() < PASSWORD_LEAST {
        return Err(ApiError::field(
            "/new",
            "too_short",
            format!("Give it at least {PASSWORD_LEAST} characters. A few words in a row are good."),
        ));
    }
    let (who, session, now, stamp) = (actor.person, actor.session, actor.now, state.stamp(actor.person));
    show_who_it_is(state, actor, set.current, "/current").await?;
    let person = state.db.read(move |conn| -> ApiResult<_> { Ok(person::store::person(conn, who)?) }).await?;
    let about =
        [person.given_name.as_str(), person.family_name.as_str(), person.email.as_str(), &state.config.partnership];
    if is_guessed_early(&set.new, &about) {
        return Err(ApiError::field(
            "/new",
            "guessed_early",
            "This is one of the first that somebody else would try. Put three or four words together that only you would.",
        ));
    }
    let hash = state.passwords.hash(set.new).await?;
    let (letter, partnership) = (state.fresh(), state.config.partnership.clone());
    // The demonstration's printed links work for as long as it runs.
    let ends_links = !state.config.demonstration;
    state
        .db
        .write(move |tx| {
            let mut person = person::store::person(tx, who)?;
            person.password_hash = Some(hash.clone());
            store::change_person(tx, &person)?;
            store::end_others(tx, who, session, now)?;
            if ends_links {
                end_links_of(tx, who, now)?;
            }
            audit::record(tx, &stamp, Action::PasswordSet, "person", who, None)?;
            mail::write(tx, &told(letter, &person, &partnership), now)?;
            Ok(())
        })
        .await
}

/// Tells the owner, so that it is noticed if it was somebody else.
fn told(id: MailId, person: &PersonRow, partnership: &str) -> Letter {
    let body = format!(
        "Dear {},\n\nA new password was set for your account at Cairn. Other devices on which you were signed in are \
         signed out. Links by e-mail work as before.\n\nIf it was not you: ask for a link to sign in, set a password of \
         your own under “Your account”, and tell your coordinator.\n\n{partnership}\n",
        *person.given_name
    );
    Letter { id, to: (*person.email).clone(), subject: "A new password for your account".into(), body }
}
