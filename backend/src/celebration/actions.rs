//! Planning a celebration, inviting to it, answering, seating, and what follows.

use super::{
    letters::{About, Written},
    lists::{self, Guest},
    store::{self, CelebrationRow, GuestKey, InvitationRow, ListKey, Whom},
};
use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action, Stamp},
    award::certificate::{self, Facts},
    calendar::ics::Event,
    config::Config,
    db::{AsText, Conn, Tx},
    http::{Answer, IfMatch, Once, Paging, Versioned, page_of, tag_of},
    mail::{self, Letter},
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_print::Letters;
use cairn_shared::{
    celebration::{
        AnswerInvitation, CancelCelebration, CelebratedRound, CelebrationDetail, CelebrationPlan, CelebrationStage,
        CelebrationSummary, EveningList, Filling, Invitation, InvitedAs, InvitedGuest, MOST_PLACES, MOST_SEATS,
        NEEDS_KEPT_DAYS, Party, PlanCelebration, PlanProblem, Reply, RunningList, Table, TablePlan, ThankGuests,
        has_room, move_up, propose_tables,
    },
    ids::{CelebrationId, InvitationId, PersonId, RoundId},
    list::Page,
    person::Role,
    problem::FieldError,
    qualification::Qualification,
    text::{Draft, Email},
    time::{Date, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many days before the last day for answers those are reminded who have not answered.
const NUDGED_BEFORE: i32 = 5;
/// Nobody is reminded within so many days of being invited.
const LEFT_ALONE: i64 = 3;
/// How many days before the evening those are reminded who come, or earlier where that day is no working day.
const REMINDED_BEFORE: i32 = 2;

/// So many letters that can't be printed are named at the most.
const LETTERS_NAMED: usize = 20;

fn stage(row: &CelebrationRow, now: Timestamp) -> CelebrationStage {
    match () {
        () if row.cancelled_at.is_some() => CelebrationStage::Cancelled,
        () if Timestamp::from(row.ends_at) < now => CelebrationStage::Over,
        () if row.invited_at.is_some() => CelebrationStage::Invited,
        () => CelebrationStage::Planned,
    }
}

fn invitation_view(row: &InvitationRow) -> Invitation {
    Invitation {
        id: *row.id,
        etag: tag_of(row.version),
        invited_as: *row.invited_as,
        reply: *row.reply,
        guests: row.guests.lines().filter_map(|guest| guest.parse().ok()).collect(),
        diet: (*row.diet).clone(),
        access: (*row.access).clone(),
        photos: row.photos,
        table: row.table_number.and_then(|number| u16::try_from(number).ok()),
    }
}

/// Goes on if the celebration is to be seen: planners see all, others those that they are invited to.
fn seen(conn: &mut Conn, actor: &Actor, id: CelebrationId) -> ApiResult<(CelebrationRow, Option<InvitationRow>)> {
    let own = store::own(conn, actor.viewer(), id)?;
    if own.is_none() && !actor.is(Role::Coordinator) {
        return Err(ApiError::NotFound);
    }
    Ok((store::find(conn, id)?, own))
}

fn detail(conn: &mut Conn, actor: &Actor, row: CelebrationRow) -> ApiResult<Versioned<CelebrationDetail>> {
    let own = store::own(conn, actor.viewer(), *row.id)?;
    detail_with(conn, actor, row, own)
}

fn detail_with(
    conn: &mut Conn,
    actor: &Actor,
    row: CelebrationRow,
    own: Option<InvitationRow>,
) -> ApiResult<Versioned<CelebrationDetail>> {
    let plan = if actor.is(Role::Coordinator) { Some(plan_view(conn, &row, actor.viewer())?) } else { None };
    Ok(Versioned::new(view(&row, own.as_ref(), plan, actor.now), row.version))
}

fn view(
    row: &CelebrationRow,
    own: Option<&InvitationRow>,
    plan: Option<CelebrationPlan>,
    now: Timestamp,
) -> CelebrationDetail {
    CelebrationDetail {
        id: *row.id,
        title: (*row.title).clone(),
        place: (*row.place).clone(),
        details: (*row.details).clone(),
        starts_at: row.starts_at.into(),
        ends_at: row.ends_at.into(),
        reply_by: *row.reply_by,
        guests_each: u16::try_from(row.guests_each).unwrap_or(0),
        stage: stage(row, now),
        cancelled_why: row.cancelled_why.clone(),
        invitation: own.map(invitation_view),
        plan,
    }
}

fn plan_view(conn: &mut Conn, row: &CelebrationRow, viewer: Viewer) -> ApiResult<CelebrationPlan> {
    let rounds = store::rounds(conn, *row.id)?;
    let invited = store::invitations(conn, *row.id)?;
    let (to_invite, without_lead) = to_invite(conn, row, &invited, viewer)?;
    let with = |reply: Reply| invited.iter().filter(|(it, _)| *it.reply == reply).count() as i64;
    Ok(CelebrationPlan {
        rounds: rounds.into_iter().map(|(id, name)| CelebratedRound { id, name }).collect(),
        places: places(row),
        invited: invited.len() as i64,
        heads: i64::from(taken(&invited)),
        waiting: with(Reply::Waiting),
        not_coming: with(Reply::NotComing),
        unanswered: with(Reply::Unanswered),
        to_invite: to_invite.len() as i64,
        without_lead,
        thanked_at: row.thanked_at.map(Timestamp::from),
    })
}

fn places(row: &CelebrationRow) -> u16 {
    u16::try_from(row.places).unwrap_or(u16::MAX)
}

/// How many come, guests included.
fn taken(invited: &[(InvitationRow, Whom)]) -> u32 {
    invited.iter().filter(|(row, _)| *row.reply == Reply::Coming).map(|(row, _)| u32::from(row.heads())).sum()
}

/// Somebody who is to be invited: who, as what, and from which school.
type ToInvite = (Whom, InvitedAs, Option<String>);

/// Who is to be invited and is not yet: those awarded in its rounds, and who leads their schools; and the schools that nobody leads in Cairn.
fn to_invite(
    conn: &mut Conn,
    row: &CelebrationRow,
    invited: &[(InvitationRow, Whom)],
    viewer: Viewer,
) -> ApiResult<(Vec<ToInvite>, Vec<String>)> {
    let awarded = store::awarded(conn, *row.id)?;
    // The school at which it was earned celebrates, wherever its mentor teaches by now.
    let mut days: BTreeMap<Date, Vec<PersonId>> = BTreeMap::new();
    for ((name, _), _, _, awarded_on) in &awarded {
        days.entry(*awarded_on).or_default().push(name.id);
    }
    let mut schools = Vec::new();
    for (day, holders) in days {
        schools.extend(store::schools_of(conn, &holders, day)?);
    }
    let ids: Vec<_> = schools.iter().map(|(_, school, _)| *school).collect::<BTreeSet<_>>().into_iter().collect();
    let leads = store::leads_of(conn, &ids, viewer.today)?;
    let led: BTreeSet<_> = leads.iter().map(|(school, _)| *school).collect();
    let without_lead: BTreeSet<String> =
        schools.iter().filter(|(_, school, _)| !led.contains(school)).map(|(.., name)| name.clone()).collect();
    let mut known: BTreeSet<PersonId> = invited.iter().map(|(row, _)| *row.person_id).collect();
    let mut wanted: Vec<ToInvite> = Vec::new();
    for (whom, _, school, _) in awarded {
        if known.insert(whom.0.id) {
            wanted.push((whom, InvitedAs::Awarded, school));
        }
    }
    let names: HashMap<_, _> = schools.into_iter().map(|(_, school, name)| (school, name)).collect();
    for (school, whom) in leads {
        // Who was awarded and leads the school is invited once, for the award.
        if known.insert(whom.0.id) {
            wanted.push((whom, InvitedAs::SchoolLead, names.get(&school).cloned()));
        }
    }
    Ok((wanted, without_lead.into_iter().collect()))
}

/// Celebrations, the latest first: all for a coordinator, and for everybody else those that they are invited to.
///
/// # Errors
/// [`ApiError::Invalid`] if the page asked for can't be.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<CelebrationSummary>> {
    let (limit, after, actor) = (paging.limit()?, paging.cursor::<ListKey>()?, actor.clone());
    state
        .db
        .read(move |conn| {
            let invited = (!actor.is(Role::Coordinator)).then(|| actor.viewer());
            let rows = store::list(conn, invited, after, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |row| (Timestamp::from(row.starts_at), *row.id));
            let ids: Vec<CelebrationId> = rows.iter().map(|row| *row.id).collect();
            let replies: HashMap<CelebrationId, Reply> = store::own_to(conn, actor.viewer(), &ids)?
                .into_iter()
                .map(|own| (*own.celebration_id, *own.reply))
                .collect();
            let heads = if actor.is(Role::Coordinator) { store::heads(conn, &ids)? } else { HashMap::new() };
            let seen = |row: CelebrationRow| CelebrationSummary {
                id: *row.id,
                title: (*row.title).clone(),
                place: (*row.place).clone(),
                starts_at: row.starts_at.into(),
                ends_at: row.ends_at.into(),
                stage: stage(&row, actor.now),
                reply: replies.get(&row.id).copied(),
                filling: actor
                    .is(Role::Coordinator)
                    .then(|| Filling { heads: heads.get(&row.id).copied().unwrap_or(0), places: places(&row) }),
            };
            Ok(Page { items: rows.into_iter().map(seen).collect(), next })
        })
        .await
}

/// Whether somebody is invited to something that is not over.
///
/// # Errors
/// Those of the database.
pub fn is_invited(conn: &mut Conn, who: PersonId, now: Timestamp) -> ApiResult<bool> {
    let viewer = Viewer { person: who, today: now.london_date() };
    let ahead = store::ahead(conn, viewer, now.plus_days(-1))?;
    Ok(ahead.iter().any(|(row, own)| row.cancelled_at.is_none() && *own.reply != Reply::NotComing))
}

/// A celebration.
///
/// # Errors
/// [`ApiError::NotFound`] for who neither plans it nor is invited.
pub async fn read(state: &State, actor: &Actor, id: CelebrationId) -> ApiResult<Versioned<CelebrationDetail>> {
    let actor = actor.clone();
    state
        .db
        .read(move |conn| {
            let (row, own) = seen(conn, &actor, id)?;
            detail_with(conn, &actor, row, own)
        })
        .await
}

fn checked(plan: &PlanCelebration) -> ApiResult<()> {
    plan.check().map_err(|problem: PlanProblem| ApiError::field(problem.pointer(), problem.code(), problem.to_string()))
}

/// Goes on if nothing of what is chosen anew lies in the past: an evening that were over at once could never be put right.
fn still_ahead(plan: &PlanCelebration, before: Option<&CelebrationRow>, now: Timestamp) -> ApiResult<()> {
    let stays = |starts: Timestamp| before.is_some_and(|row| Timestamp::from(row.starts_at) == starts);
    let past = |pointer| Err(ApiError::field(pointer, "past", "This moment is in the past. Choose a later one."));
    if plan.starts_at <= now && !stays(plan.starts_at) {
        return past("/starts_at");
    }
    if plan.ends_at <= now {
        return past("/ends_at");
    }
    if plan.reply_by < now.london_date() && before.is_none_or(|row| *row.reply_by != plan.reply_by) {
        return Err(ApiError::field(
            "/reply_by",
            "past",
            "This day is in the past, so nobody could answer. Choose a later one.",
        ));
    }
    Ok(())
}

/// Goes on if each letter of those texts can be printed, because they stand on the lists of the evening. What can't is said to who writes
/// it: it must not keep the others’ list from the kitchen on the day itself.
fn can_be_listed<'a>(letters: &Letters, texts: impl IntoIterator<Item = (String, &'a str)>) -> ApiResult<()> {
    let problem = |(pointer, text): (String, &str)| {
        let lacking: BTreeSet<String> = text.split_whitespace().flat_map(|word| letters.lacking(word)).collect();
        let detail = format!(
            "This has letters that our lists on paper can’t show: {}. Please say it without them.",
            lacking.iter().map(String::as_str).take(LETTERS_NAMED).collect::<Vec<_>>().join(" ")
        );
        (!lacking.is_empty()).then(|| FieldError { pointer, code: "unprintable".into(), detail })
    };
    let problems: Vec<FieldError> = texts.into_iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(ApiError::Invalid(problems)) }
}

fn plan_can_be_listed(state: &State, plan: &PlanCelebration) -> ApiResult<()> {
    can_be_listed(
        &state.config.letters,
        [("/title".to_owned(), plan.title.as_str()), ("/place".to_owned(), plan.place.as_str())],
    )
}

fn rounds_of(conn: &mut Conn, plan: &PlanCelebration) -> ApiResult<Vec<RoundId>> {
    let rounds: Vec<RoundId> = plan.rounds.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if store::known_rounds(conn, &rounds)? != rounds.len() {
        return Err(ApiError::field("/rounds", "unknown", "One of these rounds is not there any more. Choose again."));
    }
    Ok(rounds)
}

fn take(row: &mut CelebrationRow, plan: &PlanCelebration) {
    row.title = AsText::new(plan.title.clone());
    row.place = AsText::new(plan.place.clone());
    row.details = AsText::new(plan.details.clone());
    row.starts_at = plan.starts_at.into();
    row.ends_at = plan.ends_at.into();
    row.reply_by = AsText::new(plan.reply_by);
    row.places = i64::from(plan.places);
    row.guests_each = i64::from(plan.guests_each);
}

/// Plans a celebration. Nobody hears of it before they are invited.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator; and what can't be as it is planned.
pub async fn plan(
    state: &State,
    actor: &Actor,
    plan: PlanCelebration,
    once: Once,
) -> ApiResult<Answer<Versioned<CelebrationDetail>>> {
    actor.coordinates()?;
    checked(&plan)?;
    still_ahead(&plan, None, actor.now)?;
    plan_can_be_listed(state, &plan)?;
    let (id, stamp, actor) = (state.fresh::<CelebrationId>(), state.stamp(actor.person), actor.clone());
    state
        .write_once(actor.person, once, move |tx| {
            let rounds = rounds_of(tx, &plan)?;
            let mut row = CelebrationRow {
                id: AsText::new(id),
                title: AsText::new(plan.title.clone()),
                place: AsText::new(plan.place.clone()),
                details: AsText::new(plan.details.clone()),
                starts_at: plan.starts_at.into(),
                ends_at: plan.ends_at.into(),
                reply_by: AsText::new(plan.reply_by),
                places: 0,
                guests_each: 0,
                sequence: 0,
                created_at: stamp.now.into(),
                invited_at: None,
                cancelled_at: None,
                cancelled_why: None,
                thanked_at: None,
                cleared_at: None,
                version: 1,
            };
            take(&mut row, &plan);
            store::add(tx, &row)?;
            store::set_rounds(tx, id, &rounds)?;
            audit::record(tx, &stamp, Action::CelebrationPlanned, "celebration", id, None)?;
            detail(tx, &actor, row)
        })
        .await
}

/// A celebration that can still be changed.
fn open(conn: &mut Conn, id: CelebrationId, now: Timestamp) -> ApiResult<CelebrationRow> {
    let row = store::find(conn, id)?;
    match stage(&row, now) {
        CelebrationStage::Cancelled => {
            Err(ApiError::not_now("It is called off, so nothing about it changes any more."))
        }
        CelebrationStage::Over => Err(ApiError::not_now("It is over, so nothing about it changes any more.")),
        CelebrationStage::Planned | CelebrationStage::Invited => Ok(row),
    }
}

/// Changes a celebration. Where invitations are out, and its name, place or time changes, everybody hears who has not said no, and their calendars
/// too; where there is more room, who waits moves up.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::Stale`] if somebody else changed it, [`ApiError::NotNow`] if it is over; and what
/// can't be as it is planned.
pub async fn edit(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    if_match: IfMatch,
    plan: PlanCelebration,
) -> ApiResult<Versioned<CelebrationDetail>> {
    actor.coordinates()?;
    checked(&plan)?;
    plan_can_be_listed(state, &plan)?;
    let (stamp, actor, house) = (state.stamp(actor.person), actor.clone(), House::of(state));
    state
        .db
        .write(move |tx| {
            let mut row = open(tx, id, stamp.now)?;
            if_match.check(row.version)?;
            still_ahead(&plan, Some(&row), stamp.now)?;
            let rounds = rounds_of(tx, &plan)?;
            let mut invited = store::invitations(tx, id)?;
            let heads = taken(&invited);
            if u32::from(plan.places) < heads {
                let detail = format!("{heads} people are coming already. Give at least so many places.");
                return Err(ApiError::field("/places", "taken", detail));
            }
            let before = row.clone();
            take(&mut row, &plan);
            let tells = |row: &CelebrationRow| (row.title.clone(), row.place.clone(), row.starts_at, row.ends_at);
            let is_news = tells(&before) != tells(&row);
            row.sequence += i64::from(is_news);
            store::change(tx, &mut row)?;
            store::set_rounds(tx, id, &rounds)?;
            let about = house.about(&row);
            if is_news {
                for (invitation, (name, email)) in invited.iter_mut().filter(|(it, _)| *it.reply != Reply::NotComing) {
                    let letter = letter_to(
                        &stamp,
                        &format!("changed {} {}", *invitation.id, row.sequence),
                        email,
                        about.changed(name),
                    );
                    tell(tx, &stamp, &about, invitation, &letter)?;
                    // Of another evening they are reminded once more.
                    (invitation.nudged_at, invitation.reminded_at) = (None, None);
                    store::note(tx, invitation)?;
                }
            }
            seat_those_who_wait(tx, &stamp, &about, &mut invited)?;
            audit::record(tx, &stamp, Action::CelebrationChanged, "celebration", id, None)?;
            detail(tx, &actor, row)
        })
        .await
}

/// A letter to a guest; `which` tells it apart from every other that is written in the same request, so that each has an id of its own.
fn letter_to(stamp: &Stamp, which: &str, to: &Email, (subject, body): Written) -> Letter {
    Letter { id: stamp.derive(which), to: to.clone(), subject, body }
}

/// Tells a guest something about an evening, with what it changes in their calendar: never before the invitation has left.
fn tell(tx: &mut Tx<'_>, stamp: &Stamp, about: &About, to: &InvitationRow, letter: &Letter) -> ApiResult<()> {
    let due_at = stamp.now.max(to.sent_at.into());
    Ok(mail::write_with_calendar(tx, letter, &about.calendar(stamp.now, *to.reply), stamp.now, due_at)?)
}

/// What letters need to know of the house, taken along into a transaction.
#[derive(Clone)]
pub struct House {
    public_url: String,
    partnership: String,
    organiser: Option<String>,
}

impl House {
    /// Of this one.
    pub fn of(state: &State) -> Self {
        let config = &state.config;
        let organiser = config.post.as_ref().map(|post| post.from.email.to_string());
        Self { public_url: config.public_url.clone(), partnership: config.partnership.clone(), organiser }
    }

    fn about(&self, row: &CelebrationRow) -> About {
        About {
            row: row.clone(),
            public_url: self.public_url.clone(),
            partnership: self.partnership.clone(),
            organiser: self.organiser.clone(),
        }
    }
}

/// Gives places to those who wait, as far as there are any, and writes to them.
fn seat_those_who_wait(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    about: &About,
    invited: &mut [(InvitationRow, Whom)],
) -> ApiResult<()> {
    // Once it has begun, nobody is called to it any more.
    if Timestamp::from(about.row.starts_at) <= stamp.now {
        return Ok(());
    }
    let mut waiting: Vec<(Option<Timestamp>, Party)> = invited
        .iter()
        .filter(|(row, _)| *row.reply == Reply::Waiting)
        .map(|(row, _)| {
            (row.waiting_since.map(Timestamp::from), Party { id: *row.id, heads: row.heads(), school: None })
        })
        .collect();
    waiting.sort_by_key(|(since, party)| (*since, party.id));
    let waiting: Vec<Party> = waiting.into_iter().map(|(_, party)| party).collect();
    let up = move_up(places(&about.row), taken(invited), &waiting);
    for (row, (name, email)) in invited.iter_mut().filter(|(row, _)| up.contains(&row.id)) {
        row.reply = AsText::new(Reply::Coming);
        row.waiting_since = None;
        store::answer(tx, row)?;
        let letter = letter_to(stamp, &format!("moved up {} {}", *row.id, row.version), email, about.moved_up(name));
        tell(tx, stamp, about, row, &letter)?;
    }
    Ok(())
}

/// Invites everybody who is to be invited and is not yet. Who is invited already hears nothing.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotNow`] if it is over or called off, nobody could answer any more, or there is nobody to
/// invite.
pub async fn invite(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    once: Once,
) -> ApiResult<Answer<Versioned<CelebrationDetail>>> {
    actor.coordinates()?;
    let (stamp, actor, house) = (state.stamp(actor.person), actor.clone(), House::of(state));
    state
        .write_once(actor.person, once, move |tx| {
            let mut row = open(tx, id, stamp.now)?;
            if actor.viewer().today > *row.reply_by {
                return Err(ApiError::not_now(
                    "The last day for answers is over, so nobody invited now could answer. Choose a later one first.",
                ));
            }
            let invited = store::invitations(tx, id)?;
            let (wanted, _) = to_invite(tx, &row, &invited, actor.viewer())?;
            if wanted.is_empty() {
                return Err(ApiError::not_now(
                    "There is nobody to invite just now. Whoever is awarded in its rounds, and leads their schools, can be invited once the \
                     round is released.",
                ));
            }
            row.invited_at.get_or_insert(stamp.now.into());
            store::change(tx, &mut row)?;
            let about = house.about(&row);
            let calendar = about.calendar(stamp.now, Reply::Unanswered);
            for ((name, email), invited_as, school) in wanted {
                let invitation = InvitationRow {
                    id: AsText::new(stamp.derive(&format!("invitation to {id} {}", name.id))),
                    celebration_id: AsText::new(id),
                    person_id: AsText::new(name.id),
                    invited_as: AsText::new(invited_as),
                    school_name: school,
                    sent_at: stamp.now.in_working_hours().into(),
                    reply: AsText::new(Reply::Unanswered),
                    replied_at: None,
                    waiting_since: None,
                    guests: String::new(),
                    diet: AsText::new(Draft::default()),
                    access: AsText::new(Draft::default()),
                    photos: false,
                    table_number: None,
                    running_order: None,
                    nudged_at: None,
                    reminded_at: None,
                    version: 1,
                };
                store::invite(tx, &invitation)?;
                let letter = letter_to(&stamp, &format!("letter about {id} {}", name.id), &email, about.invitation(&name, invited_as, invitation.school_name.as_deref(), row.guests_each));
                mail::write_with_calendar(tx, &letter, &calendar, stamp.now, stamp.now.in_working_hours())?;
                audit::record(tx, &stamp, Action::GuestInvited, "celebration", id, Some(name.id))?;
            }
            detail(tx, &actor, row)
        })
        .await
}

/// Calls a celebration off, and tells everybody who is invited and has not said no.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotNow`] if it is over or called off already.
pub async fn cancel(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    once: Once,
    cancel: CancelCelebration,
) -> ApiResult<Answer<Versioned<CelebrationDetail>>> {
    actor.coordinates()?;
    let (stamp, actor, house) = (state.stamp(actor.person), actor.clone(), House::of(state));
    state
        .write_once(actor.person, once, move |tx| {
            let mut row = open(tx, id, stamp.now)?;
            row.cancelled_at = Some(stamp.now.into());
            row.cancelled_why = Some(cancel.why.to_string());
            row.sequence += 1;
            store::change(tx, &mut row)?;
            let about = house.about(&row);
            for (invitation, (name, email)) in
                store::invitations(tx, id)?.iter().filter(|(it, _)| *it.reply != Reply::NotComing)
            {
                let letter = letter_to(
                    &stamp,
                    &format!("cancelled {}", *invitation.id),
                    email,
                    about.cancelled(name, cancel.why.as_str()),
                );
                tell(tx, &stamp, &about, invitation, &letter)?;
            }
            audit::record(tx, &stamp, Action::CelebrationCancelled, "celebration", id, None)?;
            detail(tx, &actor, row)
        })
        .await
}

/// The invitation of that id, if it is one's own, or one plans celebrations.
fn seen_invitation(conn: &mut Conn, actor: &Actor, id: InvitationId) -> ApiResult<InvitationRow> {
    let row = store::invitation(conn, id)?;
    if *row.person_id == actor.person || actor.is(Role::Coordinator) { Ok(row) } else { Err(ApiError::NotFound) }
}

/// An invitation with what was answered.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, for who is no coordinator.
pub async fn read_invitation(state: &State, actor: &Actor, id: InvitationId) -> ApiResult<Versioned<Invitation>> {
    let actor = actor.clone();
    state
        .db
        .read(move |conn| {
            let row = seen_invitation(conn, &actor, id)?;
            Ok(Versioned::new(invitation_view(&row), row.version))
        })
        .await
}

/// Answers an invitation: one's own until the last day for answers (and to say no, until it begins), and as a coordinator for those who answer by
/// telephone. Where there is no room, one waits.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, [`ApiError::Stale`] if it has changed since it was read, [`ApiError::NotNow`] if it is too late, or
/// there is no room for another guest; and more guests than each may bring.
pub async fn answer(
    state: &State,
    actor: &Actor,
    id: InvitationId,
    if_match: IfMatch,
    answer: AnswerInvitation,
) -> ApiResult<Versioned<Invitation>> {
    let guests = answer.guests.iter().enumerate().map(|(at, guest)| (format!("/guests/{at}"), guest.as_str()));
    let needs = [("/diet".to_owned(), answer.diet.as_str()), ("/access".to_owned(), answer.access.as_str())];
    can_be_listed(&state.config.letters, guests.chain(needs))?;
    let (stamp, actor, house) = (state.stamp(actor.person), actor.clone(), House::of(state));
    state
        .db
        .write(move |tx| {
            let mut row = seen_invitation(tx, &actor, id)?;
            let celebration = open(tx, *row.celebration_id, stamp.now)?;
            if_match.check(row.version)?;
            if answer.coming && !actor.is(Role::Coordinator) && actor.viewer().today > *celebration.reply_by {
                return Err(ApiError::not_now(format!(
                    "Answers were wanted by {}. Please write to your coordinator, who can still change yours.",
                    celebration.reply_by.in_words()
                )));
            }
            let most = usize::try_from(celebration.guests_each).unwrap_or(0);
            if answer.coming && answer.guests.len() > most {
                let detail = match most {
                    0 => "There is room for those who are invited alone.".to_owned(),
                    most => format!("Each may bring {most}. Take a name away."),
                };
                return Err(ApiError::field("/guests", "too_many", detail));
            }
            let mut invited = store::invitations(tx, *row.celebration_id)?;
            let about = house.about(&celebration);
            let before = row.clone();
            let guests: Vec<&str> = answer.guests.iter().map(|guest| guest.as_str()).collect();
            row.guests = if answer.coming { guests.join("\n") } else { String::new() };
            row.diet = AsText::new(if answer.coming { answer.diet.clone() } else { Draft::default() });
            row.access = AsText::new(if answer.coming { answer.access.clone() } else { Draft::default() });
            row.photos = answer.coming && answer.photos;
            row.replied_at = Some(stamp.now.into());
            let others: u32 = taken(&invited) - if *before.reply == Reply::Coming { u32::from(before.heads()) } else { 0 };
            let reply = match (answer.coming, has_room(places(&celebration), others, row.heads()), *before.reply) {
                (false, ..) => Reply::NotComing,
                (true, true, _) => Reply::Coming,
                (true, false, Reply::Coming) => {
                    return Err(ApiError::not_now(
                        "There is no place left for another guest just now, so your answer stays as it was. You are coming.",
                    ));
                }
                (true, false, _) => Reply::Waiting,
            };
            row.reply = AsText::new(reply);
            row.waiting_since = match reply {
                Reply::Waiting => Some(before.waiting_since.unwrap_or(stamp.now.into())),
                _ => None,
            };
            if reply != Reply::Coming {
                row.table_number = None;
            }
            store::answer(tx, &mut row)?;
            let mut news = false;
            for (it, _) in invited.iter_mut().filter(|(it, _)| *it.id == id) {
                news = it.reply != row.reply;
                *it = row.clone();
            }
            if let Some((_, (name, email))) = invited.iter().find(|(it, _)| *it.id == id).filter(|_| news)
                && let Some(written) = about.answered(name, &row)
            {
                let letter = letter_to(&stamp, &format!("answered {id} {}", row.version), email, written);
                mail::write(tx, &letter, stamp.now)?;
            }
            seat_those_who_wait(tx, &stamp, &about, &mut invited)?;
            let about_whom = (*row.person_id != actor.person).then_some(*row.person_id);
            audit::record(tx, &stamp, Action::InvitationAnswered, "invitation", id, about_whom)?;
            // Whoever waits after this answer waits because there was no room, so nobody of those who moved up is its giver.
            Ok(Versioned::new(invitation_view(&row), row.version))
        })
        .await
}

/// Somebody leaves the partnership: they come to no evening that is still ahead, and who waits for a place moves up.
///
/// # Errors
/// Those of the database.
pub fn leaves(tx: &mut Tx<'_>, stamp: &Stamp, house: &House, who: PersonId) -> ApiResult<()> {
    let viewer = Viewer { person: who, today: stamp.now.london_date() };
    for (celebration, mut own) in store::ahead(tx, viewer, stamp.now)? {
        own.reply = AsText::new(Reply::NotComing);
        own.guests.clear();
        (own.diet, own.access) = (AsText::new(Draft::default()), AsText::new(Draft::default()));
        (own.waiting_since, own.table_number, own.running_order) = (None, None, None);
        store::answer(tx, &mut own)?;
        if celebration.cancelled_at.is_none() {
            let mut invited = store::invitations(tx, *celebration.id)?;
            seat_those_who_wait(tx, stamp, &house.about(&celebration), &mut invited)?;
        }
    }
    Ok(())
}

/// Everybody who is invited, by name, with what they answered.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::Invalid`] if the page asked for can't be.
pub async fn guests(state: &State, actor: &Actor, id: CelebrationId, paging: Paging) -> ApiResult<Page<InvitedGuest>> {
    actor.coordinates()?;
    let (limit, after) = (paging.limit()?, paging.cursor::<GuestKey>()?);
    state
        .db
        .read(move |conn| {
            store::find(conn, id)?;
            let rows = store::invitations_after(conn, id, after, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |(.., key)| key.clone());
            let mut awards = awards_of_guests(conn, id)?;
            let seen = |(row, (person, _), _): (InvitationRow, Whom, GuestKey)| InvitedGuest {
                invitation: invitation_view(&row),
                running_order: row.running_order.and_then(|at| u16::try_from(at).ok()),
                awards: awards.remove(&person.id).unwrap_or_default(),
                person,
                school: row.school_name,
            };
            Ok(Page { items: rows.into_iter().map(seen).collect(), next })
        })
        .await
}

fn awards_of_guests(conn: &mut Conn, id: CelebrationId) -> ApiResult<BTreeMap<PersonId, Vec<Qualification>>> {
    let mut awards: BTreeMap<PersonId, Vec<Qualification>> = BTreeMap::new();
    for ((name, _), qualification, ..) in store::awarded(conn, id)? {
        awards.entry(name.id).or_default().push(qualification);
    }
    Ok(awards)
}

/// Everybody who is invited, by name, with what they were awarded in its rounds.
///
/// # Errors
/// Those of the database.
pub fn invited(conn: &mut Conn, id: CelebrationId) -> ApiResult<Vec<Guest>> {
    let awards = awards_of_guests(conn, id)?;
    let with_awards = |(row, (name, _)): (InvitationRow, Whom)| Guest {
        awards: awards.get(&name.id).cloned().unwrap_or_default(),
        row,
        name,
    };
    Ok(store::invitations(conn, id)?.into_iter().map(with_awards).collect())
}

/// Proposes who sits where, by school. Nothing is changed.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, and if so many seats can't be.
pub async fn propose(state: &State, actor: &Actor, id: CelebrationId, seats: u16) -> ApiResult<TablePlan> {
    actor.coordinates()?;
    if !(1..=MOST_SEATS).contains(&seats) {
        return Err(ApiError::field(
            "/seats",
            "out_of_range",
            format!("Give a number of seats from 1 to {MOST_SEATS}."),
        ));
    }
    let read = state.db.read(move |conn| {
        store::find(conn, id)?;
        Ok::<_, ApiError>(store::invitations(conn, id)?)
    });
    let coming = read.await?.into_iter().filter(|(row, _)| *row.reply == Reply::Coming);
    let parties: Vec<Party> =
        coming.map(|(row, _)| Party { id: *row.id, heads: row.heads(), school: row.school_name }).collect();
    let tables = (1..).zip(propose_tables(&parties, seats)).map(|(number, invitations)| Table { number, invitations });
    Ok(TablePlan { tables: tables.collect() })
}

/// Says where everybody sits. Whoever is not named sits nowhere.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::Stale`] if somebody else changed it; and somebody who does not come, or is named
/// twice.
pub async fn seat(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    if_match: IfMatch,
    plan: TablePlan,
) -> ApiResult<Versioned<CelebrationDetail>> {
    actor.coordinates()?;
    let seats: Vec<(InvitationId, i64)> = plan
        .tables
        .iter()
        .flat_map(|table| table.invitations.iter().map(|guest| (*guest, i64::from(table.number))))
        .collect();
    if plan.tables.iter().any(|table| !(1..=MOST_PLACES).contains(&table.number)) {
        let detail = format!("Tables are numbered from 1 to {MOST_PLACES}.");
        return Err(ApiError::field("/tables", "out_of_range", detail));
    }
    let (now, actor) = (actor.now, actor.clone());
    state
        .db
        .write(move |tx| {
            let mut row = open(tx, id, now)?;
            if_match.check(row.version)?;
            named_once(tx, id, seats.iter().map(|(guest, _)| *guest), "/tables", |it| *it.reply == Reply::Coming)?;
            store::seat(tx, id, &seats)?;
            store::change(tx, &mut row)?;
            detail(tx, &actor, row)
        })
        .await
}

/// Goes on if each of those is invited, fits, and is named once.
fn named_once(
    conn: &mut Conn,
    id: CelebrationId,
    named: impl Iterator<Item = InvitationId>,
    pointer: &str,
    fits: impl Fn(&InvitationRow) -> bool,
) -> ApiResult<()> {
    let mut free: BTreeSet<InvitationId> =
        store::invitations(conn, id)?.iter().filter(|(row, _)| fits(row)).map(|(row, _)| *row.id).collect();
    for guest in named {
        if !free.remove(&guest) {
            let detail =
                "Somebody is named here who does not come (any more), or is named twice. Load the guests again.";
            return Err(ApiError::field(pointer, "not_coming", detail));
        }
    }
    Ok(())
}

/// Says in which order those awarded are called up.
///
/// # Errors
/// As with [`seat`].
pub async fn order(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    if_match: IfMatch,
    list: RunningList,
) -> ApiResult<Versioned<CelebrationDetail>> {
    actor.coordinates()?;
    let (now, actor) = (actor.now, actor.clone());
    state
        .db
        .write(move |tx| {
            let mut row = open(tx, id, now)?;
            if_match.check(row.version)?;
            // Whoever was invited as a school's lead may have been awarded since, and is called up like the others.
            let awarded: BTreeSet<PersonId> =
                store::awarded(tx, id)?.into_iter().map(|((name, _), ..)| name.id).collect();
            let fits = |it: &InvitationRow| {
                *it.reply == Reply::Coming && (*it.invited_as == InvitedAs::Awarded || awarded.contains(&it.person_id))
            };
            named_once(tx, id, list.invitations.iter().copied(), "/invitations", fits)?;
            store::order(tx, id, &list.invitations)?;
            store::change(tx, &mut row)?;
            detail(tx, &actor, row)
        })
        .await
}

/// One of the lists of the evening, for a spreadsheet or on paper.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator; [`ApiError::NotNow`] if something in it has letters that no typeface has.
pub async fn evening_list(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    which: EveningList,
    on_paper: bool,
) -> ApiResult<Vec<u8>> {
    actor.coordinates()?;
    let house = House::of(state);
    let read = state.db.read(move |conn| {
        let about = house.about(&store::find(conn, id)?);
        Ok::<_, ApiError>((about, invited(conn, id)?))
    });
    let (about, guests) = read.await?;
    let sheet = lists::make(which, &about, guests);
    if !on_paper {
        return Ok(sheet.csv());
    }
    let letters = state.config.letters.clone();
    certificate::set(state, move || sheet.pdf(&letters, &about)).await
}

/// A celebration for one's own calendar.
///
/// # Errors
/// [`ApiError::NotFound`] for who neither plans it nor is invited.
pub async fn calendar(state: &State, actor: &Actor, id: CelebrationId) -> ApiResult<Vec<u8>> {
    let (actor, house) = (actor.clone(), House::of(state));
    let read = state.db.read(move |conn| -> ApiResult<_> {
        let (row, own) = seen(conn, &actor, id)?;
        // Its planner is there, invited or not.
        Ok((house.about(&row), own.map_or(Reply::Coming, |own| *own.reply)))
    });
    let (about, reply) = read.await?;
    Ok(about.calendar(about.row.created_at.into(), reply).into_bytes())
}

/// Thanks those who came. Once.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotNow`] before it is over, and a second time.
pub async fn thank(
    state: &State,
    actor: &Actor,
    id: CelebrationId,
    once: Once,
    thank: ThankGuests,
) -> ApiResult<Answer<Versioned<CelebrationDetail>>> {
    actor.coordinates()?;
    let (stamp, actor, house) = (state.stamp(actor.person), actor.clone(), House::of(state));
    state
        .write_once(actor.person, once, move |tx| {
            let mut row = store::find(tx, id)?;
            match (stage(&row, stamp.now), row.thanked_at) {
                (CelebrationStage::Over, None) => {}
                (CelebrationStage::Over, Some(_)) => return Err(ApiError::not_now("Your thanks were sent already.")),
                (CelebrationStage::Cancelled, _) => {
                    return Err(ApiError::not_now("It did not take place, so there is nobody to thank for coming."));
                }
                _ => return Err(ApiError::not_now("Thanks can be sent once the evening is over.")),
            }
            row.thanked_at = Some(stamp.now.into());
            store::change(tx, &mut row)?;
            let about = house.about(&row);
            for (invitation, (name, email)) in
                store::invitations(tx, id)?.iter().filter(|(it, _)| *it.reply == Reply::Coming)
            {
                let letter = letter_to(
                    &stamp,
                    &format!("thanks {}", *invitation.id),
                    email,
                    about.thanks(name, thank.message.as_str()),
                );
                mail::write_for_working_hours(tx, &letter, stamp.now)?;
            }
            audit::record(tx, &stamp, Action::GuestsThanked, "celebration", id, None)?;
            detail(tx, &actor, row)
        })
        .await
}

/// What somebody is invited to and has not said no to, as their calendar knows it.
///
/// # Errors
/// Those of the database.
pub fn events(conn: &mut Conn, viewer: Viewer, public_url: &str, days_back: i32) -> ApiResult<Vec<Event>> {
    let from = viewer.today.plus_days(-days_back).starts();
    let ahead =
        store::ahead(conn, viewer, from)?.into_iter().filter(|(_, invitation)| *invitation.reply != Reply::NotComing);
    Ok(ahead
        .map(|(row, invitation)| {
            let stamp = row.created_at.into();
            About { row, public_url: public_url.to_owned(), partnership: String::new(), organiser: None }
                .event(stamp, *invitation.reply)
        })
        .collect())
}

/// The certificates of those who come, in the order in which they are called up.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such celebration.
pub fn certificates(conn: &mut Conn, id: CelebrationId, config: &Config) -> ApiResult<Vec<Facts>> {
    store::find(conn, id)?;
    let mut facts = Vec::new();
    for (round, _) in store::rounds(conn, id)? {
        facts.extend(certificate::of_round(conn, round, config)?);
    }
    let mut guests = invited(conn, id)?;
    guests.retain(|guest| *guest.row.reply == Reply::Coming);
    lists::in_running_order(&mut guests);
    let order: HashMap<PersonId, usize> = guests.iter().enumerate().map(|(at, guest)| (guest.name.id, at)).collect();
    facts.retain(|facts| order.contains_key(&facts.person()));
    facts.sort_by_key(|facts| order.get(&facts.person()).copied());
    Ok(facts)
}

/// The day from which on those are reminded who come: a working day, so that the letter for a Sunday leaves on the Friday.
fn reminded_on(starts: Timestamp) -> Date {
    let mut day = starts.london_date().plus_days(-REMINDED_BEFORE);
    while !day.is_working_day() {
        day = day.plus_days(-1);
    }
    day
}

/// Reminds who has not answered, and who comes, each once, by letters that leave in working hours. How many letters.
///
/// # Errors
/// Those of the database.
pub async fn remind(state: &State) -> ApiResult<usize> {
    let (now, house, seed) = (state.now(), House::of(state), state.fresh());
    let stamp = Stamp { actor: None, now, seed };
    state
        .db
        .write(move |tx| {
            let today = now.london_date();
            // A letter that would leave when it is of no use any more is not written.
            let leaves = now.in_working_hours();
            let mut letters = 0;
            for celebration in store::to_come(tx, now)? {
                let about = house.about(&celebration);
                let starts: Timestamp = celebration.starts_at.into();
                let answers_soon = celebration.reply_by.days_since(today) <= NUDGED_BEFORE
                    && leaves.london_date() <= *celebration.reply_by;
                let is_soon = today >= reminded_on(starts) && leaves < starts;
                if !answers_soon && !is_soon {
                    continue;
                }
                for (mut row, (name, email)) in store::invitations(tx, *celebration.id)? {
                    let sent: Timestamp = row.sent_at.into();
                    let (written, good_until) = match *row.reply {
                        Reply::Unanswered
                            if answers_soon && row.nudged_at.is_none() && sent.plus_days(LEFT_ALONE) <= now =>
                        {
                            row.nudged_at = Some(now.into());
                            (about.nudge(&name), celebration.reply_by.ends())
                        }
                        Reply::Coming if is_soon && row.reminded_at.is_none() => {
                            row.reminded_at = Some(now.into());
                            (about.reminder(&name, row.table_number), starts)
                        }
                        _ => continue,
                    };
                    store::note(tx, &row)?;
                    let which = format!("reminder {} {:?}", *row.id, row.reminded_at);
                    let letter = letter_to(&stamp, &which, &email, written);
                    mail::write_for_working_hours_until(tx, &letter, now, good_until)?;
                    letters += 1;
                }
            }
            Ok(letters)
        })
        .await
}

/// Deletes diets and access needs of evenings that are over, or called off. How many evenings.
///
/// # Errors
/// Those of the database.
pub async fn clear(state: &State) -> ApiResult<usize> {
    let now = state.now();
    state.db.write(move |tx| Ok::<_, ApiError>(store::clear(tx, now.plus_days(-NEEDS_KEPT_DAYS), now)?)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_evening_stands_follows_from_its_dates_and_what_was_done() {
        let now: Timestamp = "2027-07-01T09:00:00Z".parse().unwrap();
        let mut row = CelebrationRow {
            id: AsText::new(CelebrationId::new(uuid::Uuid::nil())),
            title: AsText::new("Meal".parse().unwrap()),
            place: AsText::new("Hall".parse().unwrap()),
            details: AsText::new(Draft::default()),
            starts_at: now.plus_days(8).into(),
            ends_at: now.plus_days(9).into(),
            reply_by: AsText::new("2027-07-05".parse().unwrap()),
            places: 10,
            guests_each: 1,
            sequence: 0,
            created_at: now.into(),
            invited_at: None,
            cancelled_at: None,
            cancelled_why: None,
            thanked_at: None,
            cleared_at: None,
            version: 1,
        };
        assert_eq!(stage(&row, now), CelebrationStage::Planned);
        row.invited_at = Some(now.into());
        assert_eq!(stage(&row, now), CelebrationStage::Invited);
        assert_eq!(stage(&row, now.plus_days(10)), CelebrationStage::Over);
        row.cancelled_at = Some(now.into());
        assert_eq!(stage(&row, now.plus_days(10)), CelebrationStage::Cancelled);
    }

    #[test]
    fn reminders_leave_on_the_last_working_day_but_one_or_before() {
        let on = |evening: &str| reminded_on(evening.parse().unwrap()).to_string();
        assert_eq!(on("2027-07-09T17:00:00Z"), "2027-07-07", "a Friday");
        assert_eq!(on("2027-07-11T17:00:00Z"), "2027-07-09", "a Sunday");
        assert_eq!(on("2027-07-12T17:00:00Z"), "2027-07-09", "a Monday");
        assert_eq!(on("2027-07-13T17:00:00Z"), "2027-07-09", "a Tuesday");
    }
}
