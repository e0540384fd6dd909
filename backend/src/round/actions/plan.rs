//! Planning a year, moving dates, naming a panel, and placing what waited for a round.

use super::{Round, Sent, Sight, again};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    candidacy,
    db::Tx,
    decision,
    http::{Answer, IfMatch, Once, Versioned},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    round::store,
    state::State,
};
use cairn_shared::{
    ids::{PersonId, RoundId},
    list::Page,
    problem::FieldError,
    round::{MoveDates, NamePanel, PlanRound, PlanYear, RoundDates, RoundDetail, RoundPhase, RoundSummary},
    time::{Date, Timestamp},
};
use std::collections::BTreeSet;

/// How many reviewers read each submission, if the plan doesn't say.
const READERS: u8 = 2;

/// Plans a year's rounds in one step, and places what waited for one.
///
/// # Errors
/// If there are none or more than six, or they are out of order.
pub async fn plan_year(
    state: &State,
    actor: &Actor,
    once: Once,
    plan: PlanYear,
) -> ApiResult<Answer<Versioned<Page<RoundSummary>>>> {
    actor.coordinates()?;
    check_year(&plan.rounds)?;
    let rounds: Vec<(RoundId, PlanRound)> = plan.rounds.into_iter().map(|round| (state.fresh(), round)).collect();
    let (now, stamp) = (actor.now, state.stamp(actor.person));
    state
        .write_once(actor.person, once, move |tx| {
            let mut items = Vec::new();
            for (id, plan) in &rounds {
                store::add(tx, *id, plan, plan.readers.unwrap_or(READERS), now)?;
                audit::record(tx, &stamp, Action::RoundPlanned, "round", *id, None)?;
                items.push(store::find(tx, *id)?.summary(now));
            }
            place_waiting(tx, &stamp, now)?;
            Ok(Versioned::new(Page { items, next: None }, 0))
        })
        .await
}

fn check_year(rounds: &[PlanRound]) -> ApiResult<()> {
    if !(1..=6).contains(&rounds.len()) {
        return Err(ApiError::field("/rounds", "out_of_range", "Plan one to six rounds at a time; a year has three."));
    }
    let mut errors = Vec::new();
    for (i, plan) in rounds.iter().enumerate() {
        if plan.readers.is_some_and(|readers| !(2..=5).contains(&readers)) {
            errors.push(FieldError {
                pointer: format!("/rounds/{i}/readers"),
                code: "out_of_range".into(),
                detail: "Two to five people read each portfolio.".into(),
            });
        }
        if i > 0 && rounds[i - 1].dates.submit_by >= plan.dates.submit_by {
            errors.push(FieldError {
                pointer: format!("/rounds/{i}/dates"),
                code: "out_of_order".into(),
                detail: format!(
                    "“{}” has to close after “{}”. Put the rounds in order.",
                    plan.name,
                    rounds[i - 1].name
                ),
            });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(errors)) }
}

/// Places what was sent late, or before a round was planned, in the soonest round that accepts, and tells each mentor.
///
/// # Errors
/// Those of the database.
pub fn place_waiting(tx: &mut Tx<'_>, stamp: &Stamp, now: Timestamp) -> ApiResult<()> {
    let waiting = store::waiting(tx)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let Some(round) = super::next_accepting(tx, now, None)? else { return Ok(()) };
    let round = store::find(tx, round)?;
    for sent in super::these(tx, waiting, Sight::Server)? {
        place(tx, stamp, &sent, Some(round.id))?;
        let body = format!(
            "Dear {},\n\nThe portfolio that you sent waited for its round, and now it has one: {}.\n\n\
             The panel begins to read on {}, meets on {}, and you hear by {}. You need do nothing. Until reading \
             begins you can take it back, and you can go on writing at any time.\n",
            sent.mentor.given_name,
            round.name,
            round.dates.review_opens.in_words(),
            round.dates.meeting.in_words(),
            round.dates.tell_by.in_words(),
        );
        let letter = Letter {
            id: stamp.derive(&format!("letter placed {}", sent.id)),
            to: sent.email.clone(),
            subject: "Your portfolio has its round".into(),
            body,
        };
        mail::write_for_working_hours(tx, &letter, now)?;
    }
    Ok(())
}

/// Puts a submission in a round, or lets it wait for one. In a round, those who read it before get it again.
///
/// # Errors
/// If it is no longer with the panel.
pub fn place(tx: &mut Tx<'_>, stamp: &Stamp, sent: &Sent, round: Option<RoundId>) -> ApiResult<()> {
    let record = candidacy::actions::load(tx, sent.candidacy)?;
    let placed = record.state.place(round).map_err(ApiError::not_now)?;
    candidacy::actions::save(tx, sent.candidacy, &placed)?;
    if round.is_some() {
        audit::record(tx, stamp, Action::SubmissionPlaced, "submission", sent.id, Some(sent.mentor.id))?;
        again::give_again(tx, stamp, sent.id)?;
    }
    Ok(())
}

fn not_released(round: &Round) -> ApiResult<()> {
    match round.released_at {
        None => Ok(()),
        Some(at) => Err(ApiError::NotNow(format!(
            "“{}” was released on {}, so it stays as it is. Plan another round for what comes next.",
            round.name,
            at.london_date().in_words()
        ))),
    }
}

/// Moves the dates of a round, and tells its panel and those whose portfolios are in it.
///
/// # Errors
/// If the round was changed in the meantime or released, or a date can't move there any more.
pub async fn move_dates(
    state: &State,
    actor: &Actor,
    id: RoundId,
    if_match: IfMatch,
    moved: MoveDates,
) -> ApiResult<Versioned<RoundDetail>> {
    actor.coordinates()?;
    let (actor, stamp, partnership) = (actor.clone(), state.stamp(actor.person), state.config.partnership.clone());
    state
        .db
        .write(move |tx| {
            let mut round = store::find(tx, id)?;
            if_match.check(round.version)?;
            not_released(&round)?;
            if moved.dates != round.dates {
                let sent = super::sent_to(tx, id, Sight::Server)?;
                let ids: Vec<_> = sent.iter().map(|s| s.id).collect();
                let is_decided = !decision::actions::decided(tx, &ids)?.is_empty();
                check_move(&round, &moved.dates, &sent, is_decided, actor.now)?;
                round.dates = moved.dates;
                store::change(tx, &mut round)?;
                audit::record(tx, &stamp, Action::DatesMoved, "round", id, None)?;
                tell_of_dates(tx, &stamp, &round, &sent, &partnership)?;
                // The round may accept again.
                place_waiting(tx, &stamp, actor.now)?;
            }
            super::detail(tx, &actor, id)
        })
        .await
}

fn check_move(round: &Round, dates: &RoundDates, sent: &[Sent], is_decided: bool, now: Timestamp) -> ApiResult<()> {
    let today = now.london_date();
    if round.dates.accepts(now) && dates.submit_by < today {
        return Err(ApiError::field(
            "/dates/submit_by",
            "in_the_past",
            "Portfolios are still on their way to this round. Let it close today at the earliest.",
        ));
    }
    // What is carried over waits for the release of the round whose meeting had come: that day can't run away from it.
    let here = |dates: &RoundDates, s: &Sent| s.carried_over_at.map(|at| dates.carried_over_here(at));
    let runs_away = sent.iter().any(|s| here(&round.dates, s) != here(dates, s));
    if runs_away || (is_decided && dates.phase(now, None) != RoundPhase::Meeting) {
        return Err(ApiError::not_now(
            "The panel has begun to decide, so its meeting has been held. Move the day by which mentors hear, or ask the \
             chair to undo the decisions first.",
        ));
    }
    Ok(())
}

fn tell_of_dates(tx: &mut Tx<'_>, stamp: &Stamp, round: &Round, sent: &[Sent], partnership: &str) -> ApiResult<()> {
    let mut people: BTreeSet<PersonId> = store::panel(tx, round.id)?.into_iter().map(|p| p.id).collect();
    people.extend(sent.iter().map(|s| s.mentor.id));
    for id in people {
        let (name, email) = person::actions::name(tx, id)?;
        let body = format!(
            "Dear {},\n\nThe dates of “{}” have moved. They are now:\n\n{}\n\
             What you have sent or begun is where you left it.\n\n{partnership}\n",
            name.given_name,
            round.name,
            in_lines(&round.dates),
        );
        let letter = Letter {
            id: stamp.derive(&format!("letter dates {} {id}", round.id)),
            to: email,
            subject: format!("New dates for {}", round.name),
            body,
        };
        mail::write_for_working_hours(tx, &letter, stamp.now)?;
    }
    Ok(())
}

fn in_lines(dates: &RoundDates) -> String {
    let line = |what: &str, day: Date| format!("{what} {}\n", day.in_words());
    [
        line("Send by", dates.submit_by),
        line("Reading begins on", dates.review_opens),
        line("Reviews by", dates.review_by),
        line("The panel meets on", dates.meeting),
        line("Mentors hear by", dates.tell_by),
    ]
    .concat()
}

/// Names a round's panel.
///
/// # Errors
/// If the round was changed in the meantime or released, or someone can't be on it.
pub async fn name_panel(
    state: &State,
    actor: &Actor,
    id: RoundId,
    if_match: IfMatch,
    panel: NamePanel,
) -> ApiResult<Versioned<RoundDetail>> {
    actor.coordinates()?;
    let (actor, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let mut round = store::find(tx, id)?;
            if_match.check(round.version)?;
            not_released(&round)?;
            check_panel(&panel, &store::reviewers_among(tx, &panel.members)?)?;
            store::set_panel(tx, id, &panel.members)?;
            (round.chair, round.deputy) = (Some(panel.chair), panel.deputy);
            store::change(tx, &mut round)?;
            audit::record(tx, &stamp, Action::PanelNamed, "round", id, None)?;
            again::give_all_again(tx, &stamp, id)?;
            super::detail(tx, &actor, id)
        })
        .await
}

fn check_panel(panel: &NamePanel, reviewers: &std::collections::HashSet<PersonId>) -> ApiResult<()> {
    let mut errors = Vec::new();
    let mut needs = |pointer: String, code: &str, detail: &str| {
        errors.push(FieldError { pointer, code: code.into(), detail: detail.into() });
    };
    if !(1..=60).contains(&panel.members.len()) {
        needs("/members".into(), "out_of_range", "A panel has one to sixty members.");
    }
    for (i, member) in panel.members.iter().enumerate() {
        if panel.members[..i].contains(member) {
            needs(format!("/members/{i}"), "twice", "They are on the panel already. Name everyone once.");
        } else if !reviewers.contains(member) {
            needs(
                format!("/members/{i}"),
                "not_a_reviewer",
                "They don’t read for the panel. Add “Panel member” to their account first, or choose someone else.",
            );
        }
    }
    if !panel.members.contains(&panel.chair) {
        needs("/chair".into(), "not_a_member", "The chair is one of the panel. Add them to its members.");
    }
    if let Some(deputy) = panel.deputy {
        if deputy == panel.chair {
            needs("/deputy".into(), "is_the_chair", "The deputy stands in for the chair, so choose someone else.");
        } else if !panel.members.contains(&deputy) {
            needs("/deputy".into(), "not_a_member", "The deputy is one of the panel. Add them to its members.");
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(errors)) }
}

/// Whether someone has decided on a submission already, said to who would change who reads it.
pub(super) fn not_decided(tx: &mut Tx<'_>, sent: &Sent) -> ApiResult<()> {
    if decision::actions::decided(tx, &[sent.id])?.is_empty() {
        return Ok(());
    }
    Err(ApiError::not_now(
        "The panel has decided on this portfolio, so its reading is over. If there is more to read, ask the chair to \
         undo the decision first.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        Uuid::from_u128(n).into()
    }

    fn pointers(result: ApiResult<()>) -> Vec<String> {
        match result {
            Ok(()) => Vec::new(),
            Err(ApiError::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_panel_is_of_reviewers_each_named_once_with_chair_and_deputy_among_them() {
        let reviewers = (1..=4).map(person).collect();
        let panel = |chair, deputy: Option<u128>, members: &[u128]| NamePanel {
            chair: person(chair),
            deputy: deputy.map(person),
            members: members.iter().map(|n| person(*n)).collect(),
        };
        let check = |panel| pointers(check_panel(&panel, &reviewers));
        assert_eq!(check(panel(1, Some(2), &[1, 2, 3, 4])), Vec::<String>::new());
        assert_eq!(check(panel(1, Some(1), &[1, 2])), ["/deputy"]);
        assert_eq!(check(panel(3, Some(4), &[1, 2])), ["/chair", "/deputy"]);
        assert_eq!(check(panel(1, None, &[1, 1, 9])), ["/members/1", "/members/2"]);
        assert_eq!(check(panel(1, None, &[])), ["/members", "/chair"]);
    }

    fn plan(submit_by: &str, readers: Option<u8>) -> PlanRound {
        let submit_by: Date = submit_by.parse().unwrap();
        let dates = cairn_shared::round::Dates {
            submit_by,
            review_opens: submit_by.plus_days(1),
            review_by: submit_by.plus_days(11),
            meeting: submit_by.plus_days(13),
            tell_by: submit_by.plus_days(21),
        };
        PlanRound { name: "A round".parse().unwrap(), dates: RoundDates::new(dates).unwrap(), readers }
    }

    #[test]
    fn a_year_is_planned_in_order() {
        let year = [plan("2026-11-13", None), plan("2027-02-26", Some(3)), plan("2027-06-18", Some(5))];
        assert_eq!(pointers(check_year(&year)), Vec::<String>::new());
        assert_eq!(pointers(check_year(&[])), ["/rounds"]);
        let swapped = [plan("2027-02-26", Some(1)), plan("2026-11-13", Some(6))];
        assert_eq!(pointers(check_year(&swapped)), ["/rounds/0/readers", "/rounds/1/readers", "/rounds/1/dates"]);
    }
}
