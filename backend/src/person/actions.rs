//! What the coordinator does with people, and what other slices may ask about them.

use super::store::{self, ListKey, MembershipRow, PersonRow, Sought};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    award::certificate,
    celebration,
    db::{AsText, Conn, Tx},
    http::{Answer, IfMatch, Once, Paging, Versioned, page_of},
    ids::secret,
    mail::{self, Letter},
    problem::{ApiError, ApiResult},
    session,
    state::State,
};
use cairn_print::Letters;
use cairn_shared::{
    conflict::same_school_until,
    ids::{MailId, PersonId, SchoolId},
    list::Page,
    person::{
        AccountState, BeginMembership, EditPerson, InvitationsWaiting, InvitePerson, Name, PersonName, PersonSummary,
        Role, SchoolMembership,
    },
    text::Email,
    time::{Date, Timestamp},
};
use std::collections::HashMap;
use uuid::Uuid;

/// A person's name and address.
///
/// # Errors
/// [`NotFound`](crate::problem::ApiError::NotFound) if there is no such person.
pub fn name(conn: &mut Conn, id: PersonId) -> ApiResult<(PersonName, Email)> {
    let row = store::person(conn, id)?;
    let email = row.email.clone().into_inner();
    Ok((row.name(), email))
}

/// Those people's names and addresses.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, ids: &[PersonId]) -> ApiResult<HashMap<PersonId, (PersonName, Email)>> {
    let rows = store::persons(conn, ids)?;
    Ok(rows.into_iter().map(|row| (*row.id, (row.name(), row.email.into_inner()))).collect())
}

/// The schools that a person is at on that day.
///
/// # Errors
/// Those of the database.
pub fn schools_on(conn: &mut Conn, id: PersonId, day: Date) -> ApiResult<Vec<SchoolMembership>> {
    Ok(store::memberships_on(conn, id, day)?)
}

/// Whether a person keeps a story: is a mentor, and has not left.
///
/// # Errors
/// [`NotFound`](crate::problem::ApiError::NotFound) if there is no such person.
pub fn keeps_a_story(conn: &mut Conn, id: PersonId) -> ApiResult<bool> {
    let left = *store::person(conn, id)?.state == AccountState::Left;
    Ok(!left && store::roles(conn, id)?.into_iter().any(Role::writes))
}

/// People, by name.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn list(state: &State, actor: &Actor, sought: Sought, paging: Paging) -> ApiResult<Page<PersonSummary>> {
    actor.coordinates()?;
    let (limit, after) = (paging.limit()?, paging.cursor::<ListKey>()?);
    let today = actor.viewer().today;
    state
        .db
        .read(move |conn| {
            let rows = store::people(conn, &sought, today, after.as_ref(), limit)?;
            let (rows, next) = page_of(rows, limit, |row| (row.folded(), *row.id));
            Ok(Page { items: store::summaries(conn, rows, today)?, next })
        })
        .await
}

/// One person.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn read(state: &State, actor: &Actor, id: PersonId) -> ApiResult<Versioned<PersonSummary>> {
    actor.coordinates()?;
    let today = actor.viewer().today;
    state.db.read(move |conn| summary(conn, id, today)).await
}

fn summary(conn: &mut Conn, id: PersonId, today: Date) -> ApiResult<Versioned<PersonSummary>> {
    let row = store::person(conn, id)?;
    let version = row.version;
    let summary = store::summaries(conn, vec![row], today)?.pop().ok_or(ApiError::NotFound)?;
    Ok(Versioned::new(summary, version))
}

/// Goes on if each letter of a person's name can be on a certificate.
///
/// # Errors
/// [`ApiError::Invalid`] with the letters that can't.
pub fn can_be_printed(letters: &Letters, given: Option<&Name>, family: Option<&Name>) -> ApiResult<()> {
    let names = [(given, "/given_name"), (family, "/family_name")];
    let names = names.into_iter().filter_map(|(name, pointer)| Some((name?.as_str(), pointer)));
    certificate::can_be_printed(letters, names)
}

/// Adds a person and invites them.
///
/// # Errors
/// If someone with that address is here already, there is no such school, or no role was chosen.
pub async fn invite(
    state: &State,
    actor: &Actor,
    invite: InvitePerson,
    once: Once,
) -> ApiResult<Answer<Versioned<PersonSummary>>> {
    actor.coordinates()?;
    let roles = distinct(&invite.roles)?;
    can_be_printed(&state.config.letters, Some(&invite.given_name), Some(&invite.family_name))?;
    let (id, stay): (PersonId, Uuid) = (state.fresh(), state.fresh());
    let (now, today, stamp) = (actor.now, actor.viewer().today, state.stamp(actor.person));
    let invitation = Invitation::new(state);
    let row = PersonRow {
        id: AsText::new(id),
        given_name: AsText::new(invite.given_name),
        family_name: AsText::new(invite.family_name),
        email: AsText::new(invite.email),
        phase: invite.phase.map(AsText::new),
        state: AsText::new(AccountState::Invited),
        password_hash: None,
        created_at: now.into(),
        version: 1,
    };
    state
        .write_once(actor.person, once, move |tx| {
            is_free(tx, &row.email)?;
            enter(tx, &stamp, &row, &roles)?;
            if let Some(school) = invite.school_id {
                let leads = roles.contains(&Role::SchoolLead);
                begin(tx, &stamp, membership_row(stay, id, school, today, leads))?;
            }
            invitation.send(tx, &stamp, &row)?;
            summary(tx, id, today)
        })
        .await
}

/// Adds a person with their roles, in the transaction of the caller.
///
/// # Errors
/// Those of the database.
pub fn enter(tx: &mut Tx<'_>, stamp: &Stamp, row: &PersonRow, roles: &[Role]) -> ApiResult<()> {
    store::add(tx, row)?;
    for role in roles {
        store::grant(tx, *row.id, *role, stamp.now)?;
    }
    Ok(audit::record(tx, stamp, Action::PersonAdded, "person", *row.id, None)?)
}

/// What an invitation consists of, made before the transaction.
pub struct Invitation {
    token: String,
    mail_id: MailId,
    url: String,
    partnership: String,
}

impl Invitation {
    /// An invitation for whomever it is sent to.
    pub fn new(state: &State) -> Self {
        let token = secret();
        Self {
            url: format!("{}/sign-in/{token}", state.config.public_url),
            token,
            mail_id: state.fresh(),
            partnership: state.config.partnership.clone(),
        }
    }

    /// Writes the letter, in the transaction of the caller.
    ///
    /// # Errors
    /// Those of the database.
    pub fn send(&self, tx: &mut Tx<'_>, stamp: &Stamp, person: &PersonRow) -> ApiResult<()> {
        let now = stamp.now;
        session::actions::invite(tx, &self.token, *person.id, now)?;
        audit::record(tx, stamp, Action::PersonInvited, "person", *person.id, None)?;
        let body = format!(
            "Dear {},\n\nWelcome to Cairn, where mentors of the {} keep the story of their mentoring.\n\n\
             Open this link to begin. It works once, within {} days.\n\n{}\n\n\
             If the link is over when you come to it, ask for a new one on the first page.\n\n{}\n",
            *person.given_name,
            self.partnership,
            session::actions::INVITATION_DAYS,
            self.url,
            self.partnership
        );
        let letter =
            Letter { id: self.mail_id, to: (*person.email).clone(), subject: "Your invitation to Cairn".into(), body };
        Ok(mail::write_link(tx, &letter, now, now.plus_days(session::actions::INVITATION_DAYS))?)
    }
}

fn distinct(roles: &[Role]) -> ApiResult<Vec<Role>> {
    if roles.len() > Role::ALL.len() {
        return Err(ApiError::field("/roles", "too_many", "Name each role once."));
    }
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        return Err(ApiError::field("/roles", "empty", "Choose at least one role. It can be changed at any time."));
    }
    Ok(roles)
}

/// A stay that begins.
pub fn membership_row(id: Uuid, who: PersonId, school: SchoolId, since: Date, leads: bool) -> MembershipRow {
    MembershipRow {
        id: AsText::new(id),
        person_id: AsText::new(who),
        school_id: AsText::new(school),
        since: AsText::new(since),
        until: None,
        conflict_until: None,
        leads,
    }
}

/// Begins a stay, in the transaction of the caller.
///
/// # Errors
/// If there is no such school.
pub fn begin(tx: &mut Tx<'_>, stamp: &Stamp, row: MembershipRow) -> ApiResult<()> {
    if !store::is_school(tx, *row.school_id)? {
        return Err(ApiError::field(
            "/school_id",
            "unknown",
            "There is no such school. Choose one from the list, or add it first.",
        ));
    }
    store::begin_membership(tx, &row)?;
    Ok(audit::record(tx, stamp, Action::MembershipBegun, "membership", *row.id, Some(*row.person_id))?)
}

/// Changes what is written of a person, roles included.
///
/// # Errors
/// If it was changed in the meantime, the last coordinator would stop being one, or another address is given for someone
/// who has signed in before.
pub async fn edit(
    state: &State,
    actor: &Actor,
    id: PersonId,
    if_match: IfMatch,
    edit: EditPerson,
) -> ApiResult<Versioned<PersonSummary>> {
    actor.coordinates()?;
    can_be_printed(&state.config.letters, edit.given_name.as_ref(), edit.family_name.as_ref())?;
    let roles = edit.roles.as_deref().map(distinct).transpose()?;
    let (now, today, stamp) = (actor.now, actor.viewer().today, state.stamp(actor.person));
    let invitation = Invitation::new(state);
    state
        .db
        .write(move |tx| {
            let mut row = store::person(tx, id)?;
            if_match.check(row.version)?;
            if let Some(roles) = &roles {
                change_roles(tx, &stamp, id, roles, now)?;
            }
            if edit.given_name.is_some() || edit.family_name.is_some() || edit.phase.is_some() {
                audit::record(tx, &stamp, Action::PersonChanged, "person", id, None)?;
            }
            if let Some(name) = &edit.given_name {
                row.given_name = AsText::new(name.clone());
            }
            if let Some(name) = &edit.family_name {
                row.family_name = AsText::new(name.clone());
            }
            if let Some(phase) = edit.phase {
                row.phase = Some(AsText::new(phase));
            }
            if let Some(email) = edit.email.as_ref().filter(|email| **email != *row.email) {
                let invited = store::was_invited(tx, id)?;
                correct(tx, &stamp, &mut row, email)?;
                // Whoever was brought in to be written to later is not written to for a spelling.
                if invited {
                    invitation.send(tx, &stamp, &row)?;
                }
            }
            store::change(tx, &row)?;
            summary(tx, id, today)
        })
        .await
}

/// Puts the address of someone right who has not signed in: links that went to the other one are over.
fn correct(tx: &mut Tx<'_>, stamp: &Stamp, row: &mut PersonRow, email: &Email) -> ApiResult<()> {
    if *row.state != AccountState::Invited {
        return Err(ApiError::field(
            "/email",
            "theirs",
            "They have signed in before, so nobody else changes their address: they do it themselves, under “Your account”.",
        ));
    }
    is_free(tx, email)?;
    session::actions::end_links_of(tx, *row.id, stamp.now)?;
    row.email = AsText::new(email.clone());
    Ok(audit::record(tx, stamp, Action::AddressChanged, "person", *row.id, None)?)
}

/// Goes on if nobody has that address.
fn is_free(conn: &mut Conn, email: &Email) -> ApiResult<()> {
    let Some(known) = store::person_by_email(conn, email)? else { return Ok(()) };
    let detail = format!(
        "{} is here already with this address. Look for them in the list: you can change their roles there.",
        known.name().full()
    );
    Err(ApiError::field("/email", "known", detail))
}

fn change_roles(tx: &mut Tx<'_>, stamp: &Stamp, id: PersonId, roles: &[Role], now: Timestamp) -> ApiResult<()> {
    let before = store::roles(tx, id)?;
    if before == roles {
        return Ok(());
    }
    if before.contains(&Role::Coordinator) && !roles.contains(&Role::Coordinator) {
        leaves_a_coordinator(tx, id)?;
    }
    for role in before.iter().filter(|role| !roles.contains(role)) {
        store::take_back(tx, id, *role)?;
    }
    for role in roles.iter().filter(|role| !before.contains(role)) {
        store::grant(tx, id, *role, now)?;
    }
    Ok(audit::record(tx, stamp, Action::RolesChanged, "person", id, None)?)
}

/// The partnership always has someone who can let others in.
fn leaves_a_coordinator(conn: &mut Conn, id: PersonId) -> ApiResult<()> {
    if store::other_coordinators(conn, id)? == 0 {
        return Err(ApiError::not_now(
            "This is the only coordinator. Make somebody else a coordinator first, then come back to this.",
        ));
    }
    Ok(())
}

/// Sends another invitation. Someone who had left is welcome back with it.
///
/// # Errors
/// If they sign in already, or after too many letters.
pub async fn invite_again(state: &State, actor: &Actor, id: PersonId) -> ApiResult<()> {
    actor.coordinates()?;
    let stamp = state.stamp(actor.person);
    state.throttle.count(format!("invitation of {id}"), 5, actor.now)?;
    let invitation = Invitation::new(state);
    state
        .db
        .write(move |tx| {
            let mut row = store::person(tx, id)?;
            if *row.state == AccountState::Active {
                return Err(ApiError::not_now(
                    "They have signed in before. If a link got lost, they can ask for a new one on the first page.",
                ));
            }
            row.state = AsText::new(AccountState::Invited);
            store::change(tx, &row)?;
            invitation.send(tx, &stamp, &row)
        })
        .await
}

/// How many letters are written in one go, at the most.
const LETTERS_AT_ONCE: usize = 200;

/// How many people were added and have not been written to.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn invitations(state: &State, actor: &Actor) -> ApiResult<InvitationsWaiting> {
    actor.coordinates()?;
    state.db.read(|conn| Ok(InvitationsWaiting { written: 0, waiting: store::count_uninvited(conn)? })).await
}

/// Writes to those who were added and have not been written to, so many in one go.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn invite_waiting(state: &State, actor: &Actor, once: Once) -> ApiResult<Answer<InvitationsWaiting>> {
    actor.coordinates()?;
    let stamp = state.stamp(actor.person);
    let invitations: Vec<Invitation> = (0..LETTERS_AT_ONCE).map(|_| Invitation::new(state)).collect();
    state
        .write_once(actor.person, once, move |tx| {
            let rows = store::uninvited(tx, LETTERS_AT_ONCE as i64)?;
            for (row, invitation) in rows.iter().zip(&invitations) {
                invitation.send(tx, &stamp, row)?;
            }
            Ok(InvitationsWaiting { written: rows.len() as i64, waiting: store::count_uninvited(tx)? })
        })
        .await
}

/// Begins a stay at a school.
///
/// # Errors
/// If there is no such school, or they are there already.
pub async fn begin_membership(
    state: &State,
    actor: &Actor,
    id: PersonId,
    stay: BeginMembership,
    once: Once,
) -> ApiResult<Answer<Versioned<PersonSummary>>> {
    actor.coordinates()?;
    let (today, stamp, membership) = (actor.viewer().today, state.stamp(actor.person), state.fresh());
    let since = stay.since.unwrap_or(today);
    state
        .write_once(actor.person, once, move |tx| {
            let row = store::person(tx, id)?;
            if store::open_memberships(tx, id)?.iter().any(|m| *m.school_id == stay.school_id) {
                return Err(ApiError::field(
                    "/school_id",
                    "already_there",
                    "They are at this school already. Say when that ends first, or choose another.",
                ));
            }
            begin(tx, &stamp, membership_row(membership, id, stay.school_id, since, stay.leads))?;
            store::change(tx, &row)?;
            summary(tx, id, today)
        })
        .await
}

/// Ends the stay at a school. It goes on making a conflict of interest for 24 months.
///
/// # Errors
/// [`ApiError::NotFound`] if they aren't there; and if the last day comes before the first.
pub async fn end_membership(
    state: &State,
    actor: &Actor,
    id: PersonId,
    school: SchoolId,
    last_day: Option<Date>,
) -> ApiResult<()> {
    actor.coordinates()?;
    let stamp = state.stamp(actor.person);
    let last_day = last_day.unwrap_or(actor.viewer().today);
    state
        .db
        .write(move |tx| {
            let row = store::person(tx, id)?;
            let stays = store::open_memberships(tx, id)?;
            let stay = stays.iter().find(|m| *m.school_id == school).ok_or(ApiError::NotFound)?;
            if last_day < *stay.since {
                let detail = format!("They came on {}. Give that day, or a later one, as the last.", *stay.since);
                return Err(ApiError::field("/last_day", "before_since", detail));
            }
            end(tx, &stamp, stay, last_day)?;
            store::change(tx, &row)?;
            Ok(())
        })
        .await
}

/// Ends a stay, in the transaction of the caller.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, stamp: &Stamp, stay: &MembershipRow, last_day: Date) -> ApiResult<()> {
    if last_day < *stay.since {
        // It never began, so it makes no conflict either.
        store::drop_membership(tx, stay)?;
    } else {
        store::end_membership(tx, stay, last_day, same_school_until(last_day))?;
    }
    Ok(audit::record(tx, stamp, Action::MembershipEnded, "membership", *stay.id, Some(*stay.person_id))?)
}

/// Someone leaves the partnership: their stays end, they are signed out everywhere, and their story stays theirs.
///
/// # Errors
/// If they have left already, or are the last coordinator.
pub async fn depart(state: &State, actor: &Actor, id: PersonId) -> ApiResult<Versioned<PersonSummary>> {
    actor.coordinates()?;
    let (now, today, stamp) = (actor.now, actor.viewer().today, state.stamp(actor.person));
    let house = celebration::actions::House::of(state);
    state
        .db
        .write(move |tx| {
            let mut row = store::person(tx, id)?;
            if *row.state == AccountState::Left {
                return Err(ApiError::not_now("They have left already. An invitation brings them back."));
            }
            if store::roles(tx, id)?.contains(&Role::Coordinator) {
                leaves_a_coordinator(tx, id)?;
            }
            for stay in store::open_memberships(tx, id)? {
                end(tx, &stamp, &stay, today)?;
            }
            session::actions::end_all_of(tx, id, now)?;
            celebration::actions::leaves(tx, &stamp, &house, id)?;
            row.state = AsText::new(AccountState::Left);
            store::change(tx, &row)?;
            audit::record(tx, &stamp, Action::PersonLeft, "person", id, None)?;
            summary(tx, id, today)
        })
        .await
}
