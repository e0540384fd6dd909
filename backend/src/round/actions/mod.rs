//! Looking at rounds, and what other slices may ask of them. `plan` makes and moves rounds and names their panels;
//! `assign` says who reads what, and `again` who reads what they read before.

mod again;
mod assign;
mod plan;

use super::store::{self, Which};
use crate::{
    actor::{Actor, Viewer},
    conflict,
    db::Conn,
    decision,
    http::{Paging, Versioned, page_of},
    paper,
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_shared::{
    ids::{PersonId, RoundId, SubmissionId},
    list::Page,
    person::{PersonName, Role},
    review::ReviewState,
    round::{ConflictNote, PanelMember, RoundDates, RoundDetail, RoundPhase, RoundSubmission, RoundSummary},
    school::SchoolName,
    time::{Date, Timestamp},
};
use std::collections::{HashMap, HashSet};

pub use super::store::{Round, Sent, Sight};
pub use again::give_again;
pub use assign::{assign, nudge, take_back};
pub use plan::{move_dates, name_panel, place, place_waiting, plan_year};

/// The round of that id.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none.
pub fn find(conn: &mut Conn, id: RoundId) -> ApiResult<Round> {
    Ok(store::find(conn, id)?)
}

/// A round as everyone in the partnership sees it.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such round.
pub fn summary(conn: &mut Conn, id: RoundId, now: Timestamp) -> ApiResult<RoundSummary> {
    Ok(store::find(conn, id)?.summary(now))
}

/// The dates of a round, and when it was released.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such round.
pub fn dates(conn: &mut Conn, id: RoundId) -> ApiResult<(RoundDates, Option<Timestamp>)> {
    let round = store::find(conn, id)?;
    Ok((round.dates, round.released_at))
}

/// The round that what is sent now is in: the wanted one if it accepts, else the soonest that does, if one is planned.
///
/// # Errors
/// Those of the database.
pub fn next_accepting(conn: &mut Conn, now: Timestamp, wanted: Option<RoundId>) -> ApiResult<Option<RoundId>> {
    Ok(store::next_accepting(conn, now.london_date(), wanted)?)
}

/// Who is on a round's panel, by name.
///
/// # Errors
/// Those of the database.
pub fn panel(conn: &mut Conn, id: RoundId) -> ApiResult<Vec<PersonName>> {
    Ok(store::panel(conn, id)?)
}

/// Those of some people who may read for the panel.
///
/// # Errors
/// Those of the database.
pub fn reviewers_among(conn: &mut Conn, people: &[PersonId]) -> ApiResult<HashSet<PersonId>> {
    Ok(store::reviewers_among(conn, people)?)
}

/// The school that each of some mentors is at on that day.
///
/// # Errors
/// Those of the database.
pub fn schools(conn: &mut Conn, mentors: &[PersonId], today: Date) -> ApiResult<HashMap<PersonId, SchoolName>> {
    Ok(store::schools(conn, mentors, today)?)
}

/// A submission, if it exists for who looks.
///
/// # Errors
/// [`ApiError::NotFound`] if it doesn't.
pub fn one(conn: &mut Conn, id: SubmissionId, sight: Sight) -> ApiResult<Sent> {
    store::sent(conn, &Which::These(vec![id]), sight)?.pop().ok_or(ApiError::NotFound)
}

/// Those of some submissions that exist for who looks.
///
/// # Errors
/// Those of the database.
pub fn these(conn: &mut Conn, ids: Vec<SubmissionId>, sight: Sight) -> ApiResult<Vec<Sent>> {
    Ok(store::sent(conn, &Which::These(ids), sight)?)
}

/// What is in a round, for who looks.
///
/// # Errors
/// Those of the database.
pub fn sent_to(conn: &mut Conn, round: RoundId, sight: Sight) -> ApiResult<Vec<Sent>> {
    Ok(store::sent(conn, &Which::In(round), sight)?)
}

/// Saves a round as its next version, in the transaction of the caller.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut crate::db::Tx<'_>, round: &mut Round) -> ApiResult<()> {
    Ok(store::change(tx, round)?)
}

/// Whether someone presides over what a mentor sent to the round: as its chair, or as the deputy where the chair has
/// a conflict.
///
/// # Errors
/// Those of the database.
pub fn presides(conn: &mut Conn, round: &Round, viewer: Viewer, mentor: PersonId) -> ApiResult<bool> {
    let people: Vec<PersonId> = [Some(viewer.person), round.chair].into_iter().flatten().collect();
    let pairs = conflict::actions::pairs(conn, &people, &[mentor], viewer.today)?;
    Ok(is_presiding(round, viewer.person, |person| pairs.contains_key(&(person, mentor))))
}

/// [`presides`], where the conflicts with the mentor are known.
pub fn is_presiding(round: &Round, who: PersonId, conflicted: impl Fn(PersonId) -> bool) -> bool {
    let Some(chair) = round.chair else { return false };
    let presiding = if conflicted(chair) { round.deputy } else { Some(chair) };
    presiding == Some(who) && !conflicted(who)
}

/// A page of all rounds, in the order of their closing.
///
/// # Errors
/// If the paging is off.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<RoundSummary>> {
    let (now, limit, behind) = (actor.now, paging.limit()?, paging.cursor()?);
    state
        .db
        .read(move |conn| {
            let rounds = store::list(conn, behind, limit + 1)?;
            let (rounds, next) = page_of(rounds, limit, |round| (round.dates.submit_by, round.id));
            Ok(Page { items: rounds.iter().map(|round| round.summary(now)).collect(), next })
        })
        .await
}

/// A round as its coordinator and its chair see it.
///
/// # Errors
/// [`ApiError::NotFound`] to everyone else.
pub async fn read(state: &State, actor: &Actor, id: RoundId) -> ApiResult<Versioned<RoundDetail>> {
    let actor = actor.clone();
    state.db.read(move |conn| detail(conn, &actor, id)).await
}

/// A round as its coordinator and its chair see it, inside a transaction.
///
/// # Errors
/// [`ApiError::NotFound`] to everyone else.
pub fn detail(conn: &mut Conn, actor: &Actor, id: RoundId) -> ApiResult<Versioned<RoundDetail>> {
    let (viewer, now) = (actor.viewer(), actor.now);
    let round = store::find(conn, id)?;
    let sight = if actor.is(Role::Coordinator) {
        Sight::Office(viewer)
    } else if round.chair == Some(actor.person) && actor.is(Role::Reviewer) {
        Sight::Panel(viewer)
    } else {
        return Err(ApiError::NotFound);
    };
    let panel = store::panel(conn, id)?;
    let sent = store::sent(conn, &Which::In(id), sight)?;
    let submissions = views(conn, &sent, Some(&round), &panel, viewer.today)?;
    let open = submissions.iter().filter(|s| !s.decided && !s.carried_over).count();
    let by_id = |id: Option<PersonId>| panel.iter().find(|p| Some(p.id) == id).cloned();
    let value = RoundDetail {
        round: round.summary(now),
        chair: by_id(round.chair),
        deputy: by_id(round.deputy),
        readers: round.readers,
        released_at: round.released_at,
        before_release: before_release(round.phase(now), round.dates.meeting, round.chair.is_some(), open),
        panel: panel.into_iter().map(|person| member(person, &submissions)).collect(),
        submissions,
    };
    Ok(Versioned::new(value, round.version))
}

fn member(person: PersonName, submissions: &[RoundSubmission]) -> PanelMember {
    let theirs = || submissions.iter().flat_map(|s| &s.readers).filter(|r| r.person.id == person.id);
    let assigned = theirs().count() as i64;
    let sent = theirs().filter(|r| r.state == ReviewState::Sent).count() as i64;
    PanelMember { assigned, sent, person }
}

/// What still stands between a round and its release, in words.
fn before_release(phase: RoundPhase, meeting: Date, has_chair: bool, open: usize) -> Vec<String> {
    let mut words = Vec::new();
    if phase == RoundPhase::Released {
        return words;
    }
    if !has_chair {
        words.push("The panel isn’t named yet.".into());
    }
    if phase != RoundPhase::Meeting {
        words.push(format!("The panel meets on {}.", meeting.in_words()));
    }
    match open {
        0 => {}
        1 => words.push("One portfolio is still to be decided, or carried over by the chair.".into()),
        _ => words.push(format!("{open} portfolios are still to be decided, or carried over by the chair.")),
    }
    words
}

/// Submissions as the round's coordinator sees them: where they are, and no word of what is in them.
fn views(
    conn: &mut Conn,
    sent: &[Sent],
    round: Option<&Round>,
    panel: &[PersonName],
    today: Date,
) -> ApiResult<Vec<RoundSubmission>> {
    let ids: Vec<SubmissionId> = sent.iter().map(|s| s.id).collect();
    let mentors: Vec<PersonId> = sent.iter().map(|s| s.mentor.id).collect();
    let people: Vec<PersonId> = panel.iter().map(|p| p.id).collect();
    let readers = store::readers(conn, &ids, today)?;
    let decided = decision::actions::decided(conn, &ids)?;
    let conflicts = conflict::actions::pairs(conn, &people, &mentors, today)?;
    let schools = store::schools(conn, &mentors, today)?;
    let mut before = again::read_before(conn, sent, panel, today)?;
    let papers = paper::actions::of(conn, &ids)?;
    let mut view = |s: &Sent| RoundSubmission {
        id: s.id,
        mentor: s.mentor.clone(),
        school: schools.get(&s.mentor.id).cloned(),
        qualification: s.qualification,
        title: s.title.clone(),
        number: s.number,
        form: s.form,
        paper: papers.get(&s.id).map(|(paper, _)| paper.clone()),
        readers: readers.iter().filter(|r| r.submission == s.id).map(|r| r.reader.clone()).collect(),
        read_before: before.remove(&s.id).unwrap_or_default(),
        decided: decided.contains(&s.id),
        carried_over: round.is_some_and(|round| s.is_carried_over(round)),
        conflicts: people
            .iter()
            .filter_map(|id| {
                conflicts.get(&(*id, s.mentor.id)).map(|kind| ConflictNote { person_id: *id, kind: *kind })
            })
            .collect(),
    };
    Ok(sent.iter().map(&mut view).collect())
}

/// One submission as the round's coordinator sees it.
fn view(conn: &mut Conn, id: SubmissionId, viewer: Viewer) -> ApiResult<RoundSubmission> {
    let sent = one(conn, id, Sight::Office(viewer))?;
    let round = sent.round.map(|round| store::find(conn, round)).transpose()?;
    let panel = match &round {
        Some(round) => store::panel(conn, round.id)?,
        None => Vec::new(),
    };
    views(conn, &[sent], round.as_ref(), &panel, viewer.today)?.pop().ok_or(ApiError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::round::Dates;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        Uuid::from_u128(n).into()
    }

    fn round() -> Round {
        let day = |text: &str| text.parse().unwrap();
        let dates = RoundDates::new(Dates {
            submit_by: day("2027-02-26"),
            review_opens: day("2027-02-27"),
            review_by: day("2027-03-09"),
            meeting: day("2027-03-11"),
            tell_by: day("2027-03-19"),
        })
        .unwrap();
        Round {
            id: Uuid::from_u128(1).into(),
            name: "Spring 2027".parse().unwrap(),
            dates,
            readers: 2,
            chair: Some(person(1)),
            deputy: Some(person(2)),
            released_at: None,
            version: 1,
        }
    }

    #[test]
    fn the_deputy_presides_only_where_the_chair_has_a_conflict() {
        let presides = |who: u128, conflicted: &[u128]| {
            is_presiding(&round(), person(who), |p| conflicted.iter().any(|n| person(*n) == p))
        };
        assert!(presides(1, &[]));
        assert!(!presides(2, &[]));
        assert!(presides(2, &[1]));
        assert!(!presides(1, &[1]));
        assert!(!presides(2, &[1, 2]));
        assert!(!presides(3, &[1]));
        assert!(!is_presiding(&Round { chair: None, ..round() }, person(2), |_| false));
    }

    #[test]
    fn what_stands_before_a_release_is_said_in_words() {
        let meeting = "2027-03-11".parse().unwrap();
        assert_eq!(before_release(RoundPhase::Released, meeting, true, 3), Vec::<String>::new());
        assert_eq!(before_release(RoundPhase::Meeting, meeting, true, 0), Vec::<String>::new());
        assert_eq!(
            before_release(RoundPhase::InReview, meeting, false, 2),
            [
                "The panel isn’t named yet.",
                "The panel meets on 11 March 2027.",
                "2 portfolios are still to be decided, or carried over by the chair."
            ]
        );
    }
}
