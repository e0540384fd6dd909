//! Recording what the panel agrees, carrying over to the next round, and undoing both until release.

use super::board;
use crate::{
    actor::Actor,
    audit::{self, Action},
    candidacy, conflict,
    db::Conn,
    decision::store::{self, New},
    http::{Answer, Once, Versioned},
    problem::{ApiError, ApiResult},
    review,
    round::{
        self,
        actions::{Round, Sent, Sight},
    },
    state::State,
};
use cairn_shared::{
    candidacy::{Candidacy, NotWithThePanel},
    decision::{BoardCard, CarryOver, Decide, Decision, DecisionProblem, Finding},
    framework::PerStandard,
    ids::{DecisionId, SubmissionId},
    person::Role,
    problem::FieldError,
    round::RoundPhase,
};

/// How many suggestions a finding holds at the most.
const MOST_SUGGESTIONS: usize = 10;

/// A submission, for who presides over it.
struct Case {
    sent: Sent,
    round: Round,
}

/// Goes on if the caller presides over the submission.
fn preside(conn: &mut Conn, actor: &Actor, id: SubmissionId) -> ApiResult<Case> {
    let viewer = actor.viewer();
    let sent = round::actions::one(conn, id, Sight::Panel(viewer))?;
    let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
    let is_reviewer = actor.is(Role::Reviewer);
    if is_reviewer && round::actions::presides(conn, &round, viewer, sent.mentor.id)? {
        return Ok(Case { sent, round });
    }
    let on_panel = is_reviewer && round::actions::panel(conn, round.id)?.iter().any(|p| p.id == actor.person);
    // Before reading begins the panel doesn't know what was sent, so neither does this answer.
    if (on_panel && round.dates.reading_has_begun(actor.now)) || actor.is(Role::Coordinator) {
        return Err(ApiError::NotYours(
            "The panel’s chair records this, or the deputy where the chair has a conflict of interest.",
        ));
    }
    Err(ApiError::NotFound)
}

impl Case {
    /// Goes on from the meeting's day until release.
    fn is_before_the_panel(&self, actor: &Actor) -> ApiResult<()> {
        match self.round.phase(actor.now) {
            RoundPhase::Meeting => Ok(()),
            RoundPhase::Released => Err(ApiError::not_now(
                "This round is released, so what was decided is with the mentor. If it needs putting right, the \
                 coordinator can record a correction.",
            )),
            RoundPhase::Open | RoundPhase::InReview => Err(ApiError::NotNow(format!(
                "The panel meets on {}. Decisions are recorded from then on.",
                self.round.dates.meeting.in_words()
            ))),
        }
    }

    fn is_quorate(&self, conn: &mut Conn, actor: &Actor) -> ApiResult<()> {
        let panel = round::actions::panel(conn, self.round.id)?;
        let people: Vec<_> = panel.iter().map(|p| p.id).collect();
        let mentor = self.sent.mentor.id;
        let conflicts = conflict::actions::pairs(conn, &people, &[mentor], actor.viewer().today)?;
        if board::quorate(&self.round, &panel, |person| conflicts.contains_key(&(person, mentor))) {
            return Ok(());
        }
        Err(ApiError::not_now(
            "For this portfolio the panel needs whoever chairs it and three more people without a conflict of interest. \
             Ask the coordinator to add someone to the panel, or carry it over to the next round.",
        ))
    }

    /// Goes on if as many have sent their reading as the round asks for.
    fn is_read(&self, conn: &mut Conn, actor: &Actor) -> ApiResult<()> {
        let readings = review::actions::readings(conn, &[self.sent.id], actor.viewer().today)?;
        match board::waits(&self.round, &readings.iter().collect::<Vec<_>>()) {
            None => Ok(()),
            Some(words) => Err(ApiError::NotNow(format!(
                "{words} You can record this as soon as they are in, or carry the portfolio over to the next round now."
            ))),
        }
    }

    fn card(&self, conn: &mut Conn, actor: &Actor) -> ApiResult<BoardCard> {
        board::card(conn, &self.round, self.sent.id, actor.viewer(), actor.now)
    }
}

/// The standards that are secured, if that submission is with the panel.
fn secured(conn: &mut Conn, sent: &Sent) -> ApiResult<PerStandard<bool>> {
    match candidacy::actions::load(conn, sent.candidacy)?.state {
        Candidacy::Submitted(submitted) if submitted.submission == sent.id => Ok(submitted.secured),
        _ => Err(ApiError::not_now(NotWithThePanel)),
    }
}

/// Goes on if no finding has more suggestions than anyone would read.
pub(super) fn check_suggestions(findings: &PerStandard<Finding>) -> ApiResult<()> {
    let long = findings.iter().filter_map(|(standard, finding)| match finding {
        Finding::MoreNeeded { suggestions } if suggestions.as_slice().len() > MOST_SUGGESTIONS => Some(FieldError {
            pointer: format!("/findings/{standard}/suggestions"),
            code: "too_many".into(),
            detail: format!("Give at most {MOST_SUGGESTIONS} suggestions for a standard. Put some of them together."),
        }),
        _ => None,
    });
    let long: Vec<FieldError> = long.collect();
    if long.is_empty() { Ok(()) } else { Err(ApiError::Invalid(long)) }
}

/// Says of what can't be recorded where it stands.
pub(super) fn at_its_field(problem: DecisionProblem) -> ApiError {
    match problem {
        DecisionProblem::Secured(standard) => {
            ApiError::field(&format!("/findings/{standard}"), "secured", problem.to_string())
        }
        DecisionProblem::NoMessage => ApiError::field("/message", "empty", problem.to_string()),
        DecisionProblem::Unchanged => ApiError::field("/findings", "unchanged", problem.to_string()),
    }
}

/// Records what the panel agreed. Recorded again, it takes the place of what was recorded before.
///
/// # Errors
/// If it isn't the caller's to record, the panel doesn't meet yet, isn't quorate or hasn't read it, or the round is
/// released.
pub async fn decide(state: &State, actor: &Actor, id: SubmissionId, decide: Decide) -> ApiResult<BoardCard> {
    let (actor, stamp, new): (_, _, DecisionId) = (actor.clone(), state.stamp(actor.person), state.fresh());
    state
        .db
        .write(move |tx| {
            let case = preside(tx, &actor, id)?;
            case.is_before_the_panel(&actor)?;
            if case.sent.is_carried_over(&case.round) {
                return Err(ApiError::not_now(
                    "This portfolio is carried over to the next round. Undo that first, then decide.",
                ));
            }
            case.is_quorate(tx, &actor)?;
            case.is_read(tx, &actor)?;
            let secured = secured(tx, &case.sent)?;
            check_suggestions(&decide.findings)?;
            let decision =
                Decision::new(decide.findings.clone(), decide.message.clone(), &secured).map_err(at_its_field)?;
            if let Some(before) = store::holding(tx, &[id])?.remove(&id) {
                store::remove(tx, before.id)?;
            }
            let row = New { id: new, submission: id, decision: &decision, decided_by: actor.person, corrects: None };
            store::add(tx, &stamp, &row)?;
            audit::record(tx, &stamp, Action::DecisionRecorded, "submission", id, Some(case.sent.mentor.id))?;
            case.card(tx, &actor)
        })
        .await
}

/// Undoes a decision, until release. Where there is none, nothing happens.
///
/// # Errors
/// If it isn't the caller's to undo, or the round is released.
pub async fn undo(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<BoardCard> {
    let (actor, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let case = preside(tx, &actor, id)?;
            case.is_before_the_panel(&actor)?;
            if let Some(before) = store::holding(tx, &[id])?.remove(&id) {
                store::remove(tx, before.id)?;
                audit::record(tx, &stamp, Action::DecisionUndone, "submission", id, Some(case.sent.mentor.id))?;
            }
            case.card(tx, &actor)
        })
        .await
}

/// Carries a submission over to the next round, with words to its mentor, which go with the release.
///
/// # Errors
/// If it isn't the caller's to carry over, the panel doesn't meet yet or has decided, or the round is released.
pub async fn carry_over(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    carry: CarryOver,
) -> ApiResult<Answer<Versioned<BoardCard>>> {
    let (chair, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .write_once(actor.person, once, move |tx| {
            let mut case = preside(tx, &chair, id)?;
            case.is_before_the_panel(&chair)?;
            secured(tx, &case.sent)?;
            if !store::decided(tx, &[id])?.is_empty() {
                return Err(ApiError::not_now(
                    "The panel has decided on this portfolio. Undo the decision first, then carry it over.",
                ));
            }
            store::carry_over(tx, id, Some((chair.now, &carry.message)))?;
            audit::record(tx, &stamp, Action::SubmissionCarriedOver, "submission", id, Some(case.sent.mentor.id))?;
            case.sent.carried_over_at = Some(chair.now);
            Ok(Versioned::new(case.card(tx, &chair)?, 0))
        })
        .await
}

/// Takes a carry-over back, until release. Where there is none, nothing happens.
///
/// # Errors
/// If it isn't the caller's to take back, or the round is released.
pub async fn undo_carry_over(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<BoardCard> {
    let (actor, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let case = preside(tx, &actor, id)?;
            case.is_before_the_panel(&actor)?;
            if case.sent.is_carried_over(&case.round) {
                store::carry_over(tx, id, None)?;
                audit::record(tx, &stamp, Action::CarryOverUndone, "submission", id, Some(case.sent.mentor.id))?;
            }
            case.card(tx, &actor)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::{
        list::NonEmpty,
        review::Suggestion,
        text::{Draft, Prose},
    };

    fn more(count: usize) -> Finding {
        let one = Suggestion {
            already_there: Draft::default(),
            would_help: Prose::new("Two lines.").unwrap(),
            who_can_help: None,
        };
        Finding::MoreNeeded { suggestions: NonEmpty::new(vec![one; count]).unwrap() }
    }

    fn pointer(findings: PerStandard<Finding>, secured: PerStandard<bool>) -> Option<String> {
        let decided = check_suggestions(&findings)
            .and_then(|()| Decision::new(findings, Draft::default(), &secured).map_err(at_its_field));
        match decided {
            Ok(_) => None,
            Err(ApiError::Invalid(errors)) => Some(errors[0].pointer.clone()),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_can_not_be_recorded_is_named_by_its_place() {
        let evidenced = || Finding::Evidenced { note: Draft::default() };
        let open = PerStandard::default();
        let s3 = |finding| PerStandard { s1: evidenced(), s2: evidenced(), s3: finding, s4: evidenced() };
        assert_eq!(pointer(s3(more(1)), open), None);
        assert_eq!(pointer(s3(more(11)), open), Some("/findings/s3/suggestions".into()));
        assert_eq!(pointer(s3(more(1)), PerStandard { s3: true, ..open }), Some("/findings/s3".into()));
        assert_eq!(pointer(s3(evidenced()), open), Some("/message".into()));
    }
}
