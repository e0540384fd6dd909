//! Signing in, refreshing, signing out, and what one may change of oneself.

mod address;
mod password;
mod proof;

pub use address::{ask as ask_for_email_change, confirm as confirm_email_change, keep as keep_email};
pub use password::set as set_password;
pub use proof::show_who_it_is;

use super::store::{self, LinkRow, RefreshRow, SessionRow};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    award, celebration,
    config::SecondStepFor,
    db::{AsText, Conn, Tx},
    ids::{secret, secret_hash},
    mail::{self, Letter},
    person::{self, store::PersonRow},
    problem::{ApiError, ApiResult},
    second_step::{self, actions::Given},
    state::State,
    token::ACCESS_SECONDS,
};
use cairn_shared::{
    ids::{MailId, PersonId, SessionId},
    list::Page,
    person::{AccountState, Name, Role},
    second_step::Code,
    session::{AskForLink, Device, EditMe, EmailChange, Me, SessionSummary, SignIn, SignedIn},
    text::Email,
    time::Timestamp,
};

/// For how many seconds a sign-in link holds.
pub const LINK_SECONDS: i64 = 30 * 60;
/// For how many days an invitation holds.
pub const INVITATION_DAYS: i64 = 30;
/// For how many seconds a replaced refresh token still works, if its successor was never used: the answer may have
/// been lost on its way.
const GRACE_SECONDS: i64 = 60;

/// A session that was just opened or refreshed: what the body says and what the cookie carries.
pub struct Opened {
    /// The body.
    pub signed_in: SignedIn,
    /// The refresh token, for the cookie.
    pub refresh_token: String,
    /// For how many seconds the browser keeps the cookie; until it is closed, if none.
    pub keep_seconds: Option<i64>,
}

/// Who is calling, and whether they may act.
pub struct Identified {
    /// Who.
    pub actor: Actor,
    /// Whether what they are entrusted with waits until they have set up a second step.
    pub awaits_second_step: bool,
}

impl Identified {
    /// The caller, if they may act.
    ///
    /// # Errors
    /// [`ApiError::SecondStepFirst`] if that waits for their second step.
    pub fn acting(self) -> ApiResult<Actor> {
        if self.awaits_second_step { Err(ApiError::SecondStepFirst) } else { Ok(self.actor) }
    }
}

/// Looks up who is calling.
///
/// # Errors
/// [`ApiError::SignIn`] if the session is over.
pub async fn identify(state: &State, who: PersonId, session: SessionId) -> ApiResult<Identified> {
    let (now, asked_of) = (state.now(), state.config.second_step);
    state
        .db
        .glance(move |conn| {
            let roles = store::living_roles(conn, who, session)?.ok_or(ApiError::SignIn)?;
            let awaits_second_step = second_step::actions::is_awaited(conn, asked_of, who, &roles)?;
            Ok(Identified { actor: Actor { person: who, session, roles, now }, awaits_second_step })
        })
        .await
}

/// Sends a sign-in link, if there is such an account. The answer is the same if there is none.
///
/// # Errors
/// [`ApiError::SlowDown`] after too many tries.
pub async fn send_link(state: &State, ask: AskForLink, address: String) -> ApiResult<()> {
    let now = state.now();
    state.throttle.count(format!("link from {address}"), 30, now)?;
    state.throttle.count(format!("link to {}", ask.email), 5, now)?;
    let token = secret();
    let mail_id: MailId = state.fresh();
    let url = format!("{}/sign-in/{token}", state.config.public_url);
    let partnership = state.config.partnership.clone();
    let device = if ask.own_device { Device::Own } else { Device::Shared };
    state
        .db
        .write(move |tx| {
            let Some(person) = person::store::person_by_email(tx, &ask.email)? else { return Ok(()) };
            if *person.state == AccountState::Left {
                return Ok(());
            }
            let good_until = now.plus_seconds(LINK_SECONDS);
            store::add_link(tx, &link_row(&token, *person.id, "sign_in", device, now, good_until))?;
            let body = format!(
                "Dear {},\n\nHere is your link to sign in to Cairn. It works once, within half an hour.\n\n{url}\n\n\
                 If you did not ask for it, nothing has happened and you need do nothing.\n\n{partnership}\n",
                *person.given_name
            );
            let letter = Letter { id: mail_id, to: ask.email.clone(), subject: "Your link to sign in".into(), body };
            mail::write_link(tx, &letter, now, good_until)?;
            Ok(())
        })
        .await
}

/// A link's row.
pub fn link_row(
    token: &str,
    who: PersonId,
    purpose: &str,
    device: Device,
    now: Timestamp,
    expires_at: Timestamp,
) -> LinkRow {
    LinkRow {
        hash: secret_hash(token),
        person_id: AsText::new(who),
        purpose: purpose.into(),
        device: AsText::new(device),
        email: None,
        created_at: now.into(),
        expires_at: expires_at.into(),
        used_at: None,
    }
}

/// Signs in with the token of a link, or with a password.
///
/// # Errors
/// A kind sentence if it didn't work, the same whatever the cause.
pub async fn sign_in(state: &State, sign_in: SignIn, agent: String, address: String) -> ApiResult<Opened> {
    let now = state.now();
    state.throttle.count(format!("sign in from {address}"), 100, now)?;
    match (sign_in.token, sign_in.email, sign_in.password) {
        (Some(token), None, None) => with_link(state, token.as_str().to_owned(), sign_in.code, agent, now).await,
        (None, Some(email), Some(password)) => {
            state.throttle.count(format!("password of {email}"), 10, now)?;
            let device = if sign_in.own_device { Device::Own } else { Device::Shared };
            let key = format!("password of {email}");
            let found = state
                .db
                .read(move |conn| -> ApiResult<_> { Ok(person::store::person_by_email(conn, &email)?) })
                .await
                .inspect_err(|_| {
                    // Nothing was tried while the database is away, so nobody is made to wait for it afterwards.
                    state.throttle.forgive(&key);
                    state.throttle.forgive(&format!("sign in from {address}"));
                })?;
            let hash = found.as_ref().and_then(|p| p.password_hash.clone());
            let right = state.passwords.verify(password, hash).await?;
            match found {
                Some(person) if right && *person.state != AccountState::Left => {
                    let given = Given::new(state, *person.id, sign_in.code)?;
                    open(state, *person.id, device, agent, now, None, given).await
                }
                _ => Err(ApiError::SignInAgain(
                    "That address and password don’t go together. Try again, or ask for a link by e-mail instead.",
                )),
            }
        }
        _ => Err(ApiError::field(
            "/token",
            "one_way",
            "Sign in either with a link’s token, or with e-mail and password.",
        )),
    }
}

async fn with_link(
    state: &State,
    token: String,
    code: Option<Code>,
    agent: String,
    now: Timestamp,
) -> ApiResult<Opened> {
    let hash = secret_hash(&token);
    let looked_up = hash.clone();
    let link = state.db.read(move |conn| -> ApiResult<_> { Ok(store::link(conn, &looked_up)?) }).await?;
    match link {
        Some(link) if link.used_at.is_none() && now < link.expires_at.into() && link.purpose != "email_change" => {
            // The demonstration's printed links work as often as one likes.
            let used = if state.config.demonstration { None } else { Some(hash) };
            let given = Given::new(state, *link.person_id, code)?;
            open(state, *link.person_id, *link.device, agent, now, used, given).await
        }
        _ => Err(ApiError::SignInAgain("This link has been used, or is over. Ask for a new one: it takes a moment.")),
    }
}

async fn open(
    state: &State,
    who: PersonId,
    device: Device,
    agent: String,
    now: Timestamp,
    link: Option<String>,
    given: Given,
) -> ApiResult<Opened> {
    let session: SessionId = state.fresh();
    let refresh_token = secret();
    let hash = secret_hash(&refresh_token);
    let stamp = state.stamp(who);
    let row = SessionRow {
        id: AsText::new(session),
        person_id: AsText::new(who),
        device: AsText::new(device),
        agent: short_agent(&agent),
        signed_in_at: now.into(),
        used_at: now.into(),
        ended_at: None,
    };
    state
        .db
        .write(move |tx| {
            if let Some(link) = &link {
                // Looked at again inside the transaction: two clicks at once open one session.
                if store::link(tx, link)?.is_none_or(|l| l.used_at.is_some()) {
                    return Err(ApiError::SignInAgain(
                        "This link has been used. Ask for a new one: it takes a moment.",
                    ));
                }
                store::use_link(tx, link, now)?;
            }
            if *person::store::person(tx, who)?.state == AccountState::Left {
                return Err(ApiError::SignInAgain(
                    "This link is over. If you would like to come back, write to the coordinator.",
                ));
            }
            // Only now: a link is not used up, nor a code, by a try that comes to nothing.
            given.show(tx, who, now)?;
            store::activate(tx, who)?;
            store::add(tx, &row)?;
            store::add_refresh_token(tx, &refresh_row(&hash, session, now))?;
            audit::record(tx, &stamp, Action::SignedIn, "session", session, None)?;
            Ok(())
        })
        .await?;
    opened(state, who, session, device, refresh_token, now).await
}

fn refresh_row(hash: &str, session: SessionId, now: Timestamp) -> RefreshRow {
    RefreshRow {
        hash: hash.into(),
        session_id: AsText::new(session),
        issued_at: now.into(),
        replaced_at: None,
        successor: None,
        first_used_at: None,
    }
}

async fn opened(
    state: &State,
    who: PersonId,
    session: SessionId,
    device: Device,
    refresh_token: String,
    now: Timestamp,
) -> ApiResult<Opened> {
    let me = me(state, who, session).await?;
    let access_token = state.tokens.sign(who, session, secret(), now);
    let keep_seconds = (device == Device::Own).then_some(device.idle_seconds());
    Ok(Opened { signed_in: SignedIn { access_token, expires_in: ACCESS_SECONDS, me }, refresh_token, keep_seconds })
}

/// What a refresh token came to.
enum Refreshed {
    Alive { who: PersonId, session: SessionId, device: Device },
    Over,
}

/// Replaces a refresh token and gives a new access token.
///
/// # Errors
/// [`ApiError::SignIn`] if the session is over, or the token was used before.
pub async fn refresh(state: &State, token: String) -> ApiResult<Opened> {
    let now = state.now();
    let new_token = secret();
    let new_hash = secret_hash(&new_token);
    let stamp = Stamp { actor: None, now, seed: state.fresh() };
    let refreshed = state.db.write(move |tx| replace(tx, &secret_hash(&token), &new_hash, now, &stamp)).await?;
    match refreshed {
        Refreshed::Alive { who, session, device } => opened(state, who, session, device, new_token, now).await,
        Refreshed::Over => Err(ApiError::SignIn),
    }
}

fn replace(tx: &mut Tx<'_>, hash: &str, new_hash: &str, now: Timestamp, stamp: &Stamp) -> ApiResult<Refreshed> {
    let Some(token) = store::refresh_token(tx, hash)? else { return Ok(Refreshed::Over) };
    let session = store::session(tx, *token.session_id)?;
    let (who, id, device) = (*session.person_id, *session.id, *session.device);
    let idle = Timestamp::from(session.used_at).plus_seconds(device.idle_seconds());
    let last = Timestamp::from(session.signed_in_at).plus_seconds(device.longest_seconds());
    if session.ended_at.is_some() || now >= idle || now >= last || !store::is_alive(tx, who, id)? {
        return Ok(Refreshed::Over);
    }
    if let (Some(replaced_at), Some(successor)) = (token.replaced_at, &token.successor) {
        let unused = store::refresh_token(tx, successor)?.is_some_and(|s| s.first_used_at.is_none());
        if !unused || now >= Timestamp::from(replaced_at).plus_seconds(GRACE_SECONDS) {
            // Whoever holds this token holds an old copy: one of the two is a thief, so the session ends for both.
            store::end(tx, who, id, now)?;
            audit::record(tx, stamp, Action::TokenReused, "session", id, Some(who))?;
            return Ok(Refreshed::Over);
        }
        store::drop_refresh_token(tx, successor)?;
    }
    store::add_refresh_token(tx, &refresh_row(new_hash, id, now))?;
    store::replace_refresh_token(tx, hash, new_hash, now)?;
    store::used(tx, id, now)?;
    Ok(Refreshed::Alive { who, session: id, device })
}

/// Ends the session that a refresh token belongs to, without asking for an access token: signing out always works.
///
/// # Errors
/// Those of the database.
pub async fn sign_out(state: &State, token: String) -> ApiResult<()> {
    let now = state.now();
    let stamp = Stamp { actor: None, now, seed: state.fresh() };
    state
        .db
        .write(move |tx| {
            if let Some(token) = store::refresh_token(tx, &secret_hash(&token))? {
                let session = store::session(tx, *token.session_id)?;
                if store::end(tx, *session.person_id, *session.id, now)? == 1 {
                    audit::record(tx, &stamp, Action::SignedOut, "session", *session.id, None)?;
                }
            }
            Ok(())
        })
        .await
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one.
pub async fn end(state: &State, actor: &Actor, id: SessionId) -> ApiResult<()> {
    let (who, now, stamp) = (actor.person, actor.now, state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            if store::end(tx, who, id, now)? == 0 {
                return Err(ApiError::NotFound);
            }
            audit::record(tx, &stamp, Action::SignedOut, "session", id, None)?;
            Ok(())
        })
        .await
}

/// Ends all sessions of somebody, because a device of theirs is in other hands. A letter tells them, if they were signed in.
///
/// # Errors
/// To everybody but a coordinator nothing is there. [`ApiError::NotNow`] if it is their own account.
pub async fn end_all_for(state: &State, actor: &Actor, somebody: PersonId) -> ApiResult<()> {
    actor.coordinates()?;
    let (now, stamp) = (actor.now, state.stamp(actor.person));
    if somebody == actor.person {
        return Err(ApiError::not_now("This is your own account: sign your devices out under “Your account”."));
    }
    let (letter, partnership) = (state.fresh(), state.config.partnership.clone());
    state
        .db
        .write(move |tx| {
            let person = person::store::person(tx, somebody)?;
            if store::end_all(tx, somebody, now)? == 0 {
                return Ok(());
            }
            audit::record(tx, &stamp, Action::SignedOut, "person", somebody, Some(somebody))?;
            let body = format!(
                "Dear {},\n\nA coordinator of the partnership has signed you out of Cairn on all of your devices. Nothing of \
                 yours is lost: sign in again as always. If you did not ask for this, and wonder why, ask your coordinator.\n\n\
                 {partnership}\n",
                *person.given_name
            );
            let letter =
                Letter { id: letter, to: person.email.into_inner(), subject: "You are signed out everywhere".into(), body };
            Ok(mail::write(tx, &letter, now)?)
        })
        .await
}

/// Ends all sessions of a person who leaves the partnership, on every device.
///
/// # Errors
/// Those of the database.
pub fn end_all_of(tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> ApiResult<()> {
    store::end_all(tx, who, now)?;
    Ok(())
}

/// Ends all links that were sent to a person, because they went to an address that isn't theirs.
///
/// # Errors
/// Those of the database.
pub fn end_links_of(tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> ApiResult<()> {
    Ok(store::end_links(tx, who, now)?)
}

/// Writes the link of an invitation, which holds for [`INVITATION_DAYS`].
///
/// # Errors
/// Those of the database.
pub fn invite(tx: &mut Tx<'_>, token: &str, who: PersonId, now: Timestamp) -> ApiResult<()> {
    let row = link_row(token, who, "invitation", Device::Own, now, now.plus_days(INVITATION_DAYS));
    Ok(store::add_link(tx, &row)?)
}

/// One's own living sessions.
///
/// # Errors
/// Those of the database.
pub async fn list(state: &State, actor: &Actor) -> ApiResult<Page<SessionSummary>> {
    let (who, current, now) = (actor.person, actor.session, actor.now);
    state
        .db
        .read(move |conn| {
            let rows = store::living(conn, who)?;
            let alive = |row: &SessionRow| now < Timestamp::from(row.used_at).plus_seconds(row.device.idle_seconds());
            let items = rows
                .into_iter()
                .filter(alive)
                .map(|row| SessionSummary {
                    id: *row.id,
                    agent: row.agent.clone(),
                    device: *row.device,
                    signed_in_at: row.signed_in_at.into(),
                    used_at: row.used_at.into(),
                    current: *row.id == current,
                })
                .collect();
            Ok(Page { items, next: None })
        })
        .await
}

/// Who is signed in.
///
/// # Errors
/// Those of the database.
pub async fn me(state: &State, who: PersonId, session: SessionId) -> ApiResult<Me> {
    let (now, here) = (state.now(), Here::of(state));
    state.db.read(move |conn| read_me(conn, who, session, now, here)).await
}

/// What is said of oneself beside what the database knows: where one is.
#[derive(Clone)]
struct Here {
    partnership: String,
    demonstration: bool,
    asked_of: SecondStepFor,
}

impl Here {
    fn of(state: &State) -> Self {
        let config = &state.config;
        Self {
            partnership: config.partnership.clone(),
            demonstration: config.demonstration,
            asked_of: config.second_step,
        }
    }
}

fn read_me(conn: &mut Conn, who: PersonId, session: SessionId, now: Timestamp, here: Here) -> ApiResult<Me> {
    let person = person::store::person(conn, who)?;
    let today = now.london_date();
    let roles = person::store::roles(conn, who)?;
    let (chairs, panel_rounds) = store::rounds_of(conn, who)?;
    let email_change = store::email_change(conn, who, now)?.and_then(|link| {
        let email = Email::new(link.email?).ok()?;
        Some(EmailChange { email, expires_at: link.expires_at.into() })
    });
    Ok(Me {
        name: person.name(),
        email: (*person.email).clone(),
        email_change,
        second_step: second_step::actions::stands(conn, here.asked_of, who, &roles)?,
        roles,
        schools: person::store::memberships_on(conn, who, today)?,
        chairs,
        panel_rounds,
        has_award: award::actions::holds_any(conn, who)?,
        is_invited: celebration::actions::is_invited(conn, who, now)?,
        has_password: person.password_hash.is_some(),
        device: *store::session(conn, session)?.device,
        session_id: session,
        partnership: here.partnership,
        today,
        demonstration: here.demonstration,
    })
}

/// Changes one's own name.
///
/// # Errors
/// Those of the database.
pub async fn edit_me(state: &State, actor: &Actor, edit: EditMe) -> ApiResult<Me> {
    person::actions::can_be_printed(&state.config.letters, edit.given_name.as_ref(), edit.family_name.as_ref())?;
    let (who, stamp) = (actor.person, state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let mut person = person::store::person(tx, who)?;
            if let Some(name) = &edit.given_name {
                person.given_name = AsText::new(name.clone());
            }
            if let Some(name) = &edit.family_name {
                person.family_name = AsText::new(name.clone());
            }
            store::change_person(tx, &person)?;
            audit::record(tx, &stamp, Action::PersonChanged, "person", who, None)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    me(state, who, actor.session).await
}

/// The browser in a few words, from what it says of itself: enough to know one's phone from one's desk.
fn short_agent(agent: &str) -> String {
    let has = |word: &str| agent.contains(word);
    let browser = match () {
        () if has("Edg/") => "Edge",
        () if has("Firefox/") => "Firefox",
        () if has("Chrome/") => "Chrome",
        () if has("Safari/") => "Safari",
        () => "A browser",
    };
    let system = match () {
        () if has("iPhone") => "iPhone",
        () if has("iPad") => "iPad",
        () if has("Android") => "Android",
        () if has("Windows") => "Windows",
        () if has("Mac OS") => "Mac",
        () if has("Linux") => "Linux",
        () => return browser.to_owned(),
    };
    format!("{browser} on {system}")
}

/// Makes a coordinator's account, or makes the account of that address a coordinator's, and gives a link to sign in
/// with. Someone who had left is welcome back. If asked to, it ends their second step, so that a lone coordinator whose
/// phone is gone can set up a new one.
///
/// # Errors
/// If a name or the address can't be taken as it is.
pub async fn create_coordinator(
    state: &State,
    given: &str,
    family: &str,
    email: &str,
    new_second_step: bool,
) -> ApiResult<Created> {
    let given = Name::new(given).map_err(|p| ApiError::text("/given_name", p))?;
    let family = Name::new(family).map_err(|p| ApiError::text("/family_name", p))?;
    person::actions::can_be_printed(&state.config.letters, Some(&given), Some(&family))?;
    let email = Email::new(email).map_err(|p| ApiError::text("/email", p))?;
    let (now, token) = (state.now(), secret());
    let new = PersonRow {
        id: AsText::new(state.fresh()),
        given_name: AsText::new(given),
        family_name: AsText::new(family),
        email: AsText::new(email),
        phase: None,
        state: AsText::new(AccountState::Invited),
        password_hash: None,
        created_at: now.into(),
        version: 1,
    };
    let stamp = Stamp { actor: None, now, seed: state.fresh() };
    let url = format!("{}/sign-in/{token}", state.config.public_url);
    let known = state
        .db
        .write(move |tx| {
            let known = person::store::person_by_email(tx, &new.email)?;
            let id = *known.as_ref().unwrap_or(&new).id;
            match &known {
                None => person::store::add(tx, &new)?,
                Some(known) if *known.state == AccountState::Left => {
                    let back = PersonRow { state: AsText::new(AccountState::Invited), ..known.clone() };
                    person::store::change(tx, &back)?;
                }
                Some(_) => {}
            }
            if !person::store::roles(tx, id)?.contains(&Role::Coordinator) {
                person::store::grant(tx, id, Role::Coordinator, now)?;
                audit::record(tx, &stamp, Action::RolesChanged, "person", id, None)?;
            }
            if new_second_step && second_step::store::is_in_force(tx, id)? {
                second_step::store::drop(tx, id)?;
                store::end_all(tx, id, now)?;
                audit::record(tx, &stamp, Action::SecondStepEnded, "person", id, None)?;
            }
            let expires = now.plus_seconds(LINK_SECONDS);
            store::add_link(tx, &link_row(&token, id, "sign_in", Device::Shared, now, expires))?;
            Ok::<_, ApiError>(known.map(|known| known.name().full()))
        })
        .await?;
    Ok(Created { url, known })
}

/// A coordinator's account that was made, or found.
pub struct Created {
    /// The link to sign in with.
    pub url: String,
    /// The name of the person whom the address belonged to already.
    pub known: Option<String>,
}
