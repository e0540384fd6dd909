//! Changing the address that one signs in with: by a link to the new one, and never without telling the old one.
//!
//! The link is followed on a device on which its person is signed in. A mistyped address hands a stranger a link, and
//! must not hand them the account.

use super::{Here, LINK_SECONDS, link_row, me, proof::show_who_it_is, read_me};
use crate::{
    actor::Actor,
    audit::{self, Action},
    db::Tx,
    http::{Answer, Once, Versioned},
    ids::{secret, secret_hash},
    mail::{self, Letter},
    person::{self, store::PersonRow},
    problem::{ApiError, ApiResult},
    session::store::{self, LinkRow},
    state::State,
};
use cairn_shared::{
    ids::{MailId, PersonId},
    session::{AskForEmailChange, ConfirmEmailChange, Device, Me},
    text::Email,
    time::Timestamp,
};

/// What is said of a link that was used, is over, was never one, or belongs to somebody else.
const OVER: &str = "This link has been used, or is over. Ask for a new one under “Your account”: it takes a moment.";

/// Sends a link to a new address. Whether somebody has that address already, only they are told.
///
/// # Errors
/// If it is the address of today, it isn't shown who is asking, or after too many tries.
pub async fn ask(state: &State, actor: &Actor, ask: AskForEmailChange, once: Once) -> ApiResult<Answer<Versioned<Me>>> {
    let (who, session, now, stamp) = (actor.person, actor.session, actor.now, state.stamp(actor.person));
    state.throttle.count(format!("new address of {who}"), 5, now)?;
    state.throttle.count(format!("new address {}", ask.email), 5, now)?;
    show_who_it_is(state, actor, ask.password, "/password").await?;
    let (token, new) = (secret(), ask.email);
    let letters = Letters {
        url: format!("{}/email-change/{token}", state.config.public_url),
        partnership: state.config.partnership.clone(),
        to_new: state.fresh(),
        to_old: state.fresh(),
    };
    let good_until = now.plus_seconds(LINK_SECONDS);
    let link = LinkRow {
        email: Some(new.to_string()),
        ..link_row(&token, who, "email_change", Device::Shared, now, good_until)
    };
    let here = Here::of(state);
    state
        .write_once(who, once, move |tx| {
            let person = person::store::person(tx, who)?;
            if *person.email == new {
                return Err(ApiError::field("/email", "same", "This is your address already. Give the new one."));
            }
            store::end_email_changes(tx, who, now)?;
            store::add_link(tx, &link)?;
            let is_known = person::store::person_by_email(tx, &new)?.is_some();
            let letter = if is_known { letters.known(&new) } else { letters.link(&new) };
            mail::write_link(tx, &letter, now, good_until)?;
            mail::write(tx, &letters.asked(&person), now)?;
            audit::record(tx, &stamp, Action::AddressChangeAsked, "person", who, None)?;
            Ok(Versioned::new(read_me(tx, who, session, now, here.clone())?, 0))
        })
        .await
}

/// Follows the link to a new address: from now on it is the one that signs in. Other devices are signed out.
///
/// # Errors
/// If the link was used, is over, or belongs to somebody else: the same answer.
pub async fn confirm(state: &State, actor: &Actor, confirm: ConfirmEmailChange) -> ApiResult<Me> {
    let (who, session, now, stamp) = (actor.person, actor.session, actor.now, state.stamp(actor.person));
    state.throttle.count(format!("link to the new address of {who}"), 20, now)?;
    let hash = secret_hash(confirm.token.as_str());
    let letters = Letters {
        url: state.config.public_url.clone(),
        partnership: state.config.partnership.clone(),
        to_new: state.fresh(),
        to_old: state.fresh(),
    };
    // The demonstration's printed links work for as long as it runs.
    let ends_links = !state.config.demonstration;
    state
        .db
        .write(move |tx| {
            let new = followed(tx, &hash, who, now)?;
            let person = person::store::person(tx, who)?;
            store::change_address(tx, &person, &new)?;
            store::use_link(tx, &hash, now)?;
            if ends_links {
                store::end_links(tx, who, now)?;
            }
            store::end_others(tx, who, session, now)?;
            audit::record(tx, &stamp, Action::AddressChanged, "person", who, None)?;
            mail::write(tx, &letters.changed(&person), now)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    me(state, who, session).await
}

/// The new address that a link leads to, if it is still to be had.
fn followed(tx: &mut Tx<'_>, hash: &str, who: PersonId, now: Timestamp) -> ApiResult<Email> {
    let over = || ApiError::not_now(OVER);
    let link = store::link(tx, hash)?.ok_or_else(over)?;
    let is_good = link.purpose == "email_change"
        && *link.person_id == who
        && link.used_at.is_none()
        && now < link.expires_at.into();
    let address = link.email.filter(|_| is_good).ok_or_else(over)?;
    let address = Email::new(address).map_err(|problem| ApiError::Internal(problem.to_string()))?;
    // Somebody may have come in with it since.
    match person::store::person_by_email(tx, &address)? {
        None => Ok(address),
        Some(_) => Err(over()),
    }
}

/// Keeps the address of today: a link to another one is over at once.
///
/// # Errors
/// Those of the database.
pub async fn keep(state: &State, actor: &Actor) -> ApiResult<()> {
    let (who, now, stamp) = (actor.person, actor.now, state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            if store::end_email_changes(tx, who, now)? > 0 {
                audit::record(tx, &stamp, Action::AddressChangeEnded, "person", who, None)?;
            }
            Ok(())
        })
        .await
}

/// What is written about a change of address, and what it is made of before the transaction.
struct Letters {
    url: String,
    partnership: String,
    to_new: MailId,
    to_old: MailId,
}

impl Letters {
    /// To the new address, which may be a stranger's: no name stands in it.
    fn link(&self, to: &Email) -> Letter {
        let body = format!(
            "Hello,\n\nOpen this link to use this address at Cairn from now on. It works once, within half an hour, in a \
             browser in which you are signed in to Cairn.\n\n{}\n\nIf you did not ask for it, somebody mistyped an \
             address. Nothing has happened, and you need do nothing.\n\n{}\n",
            self.url, self.partnership
        );
        Letter { id: self.to_new, to: to.clone(), subject: "Your new address at Cairn".into(), body }
    }

    /// To an address that is somebody's already: they alone hear of it.
    fn known(&self, to: &Email) -> Letter {
        let body = format!(
            "Hello,\n\nSomebody asked to use this address for another account at Cairn. It belongs to yours, so nothing \
             was changed, and you need do nothing.\n\nIf it was you, and you have two accounts: your coordinator can put \
             that right.\n\n{}\n",
            self.partnership
        );
        Letter { id: self.to_new, to: to.clone(), subject: "Your address at Cairn".into(), body }
    }

    /// To the old address, before anything is changed.
    fn asked(&self, person: &PersonRow) -> Letter {
        let body = format!(
            "Dear {},\n\nAnother address was given for your account at Cairn, and a link was sent to it. Until that link \
             is opened, this address stays the one that you sign in with.\n\nIf it was not you: sign in, choose “Keep my \
             address” under “Your account”, sign out the devices there that you do not know, and tell your \
             coordinator.\n\n{}\n",
            *person.given_name, self.partnership
        );
        self.to_old(person, "Another address for your account", body)
    }

    /// To the old address, for the last time.
    fn changed(&self, person: &PersonRow) -> Letter {
        let body = format!(
            "Dear {},\n\nYour account at Cairn has another address now. Links to sign in go there, and this address no \
             longer opens the account. Other devices on which you were signed in are signed out.\n\nIf it was not you, \
             tell your coordinator at once.\n\n{}\n",
            *person.given_name, self.partnership
        );
        self.to_old(person, "Your account has another address now", body)
    }

    fn to_old(&self, person: &PersonRow, subject: &str, body: String) -> Letter {
        Letter { id: self.to_old, to: (*person.email).clone(), subject: subject.into(), body }
    }
}
