//! Releasing a round: all its decisions reach their mentors at once, in one transaction. And putting right, later,
//! what was released.

use super::{decide, outcome};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    award::{self, actions::Grounds},
    candidacy, conflict, credential,
    db::{Conn, Tx},
    decision::store::{self, New, Recorded},
    http::{Answer, Once, Versioned},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    review,
    round::{
        self,
        actions::{Round, Sent, Sight},
    },
    state::State,
};
use cairn_shared::{
    candidacy::Candidacy,
    decision::{CorrectDecision, Correction, Decision, OutcomeDetail, ReleasedDecision, ReviewOutcome},
    ids::{AwardId, DecisionId, RoundId, SubmissionId},
    person::PersonName,
    round::{RoundDetail, RoundPhase},
    time::Timestamp,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What letters say of where they are from, and where they lead.
#[derive(Clone)]
struct Post {
    public_url: String,
    partnership: String,
}

impl Post {
    fn new(state: &State) -> Self {
        Self { public_url: state.config.public_url.clone(), partnership: state.config.partnership.clone() }
    }

    /// Tells a mentor that there is something to read, and not a word of what it is.
    fn tell(&self, tx: &mut Tx<'_>, stamp: &Stamp, sent: &Sent, subject: &str, page: &str) -> ApiResult<()> {
        let body = format!(
            "Dear {},\n\nThe panel has written to you about your portfolio. Its words are here, for you alone:\n\n\
             {}/submissions/{}{page}\n\n{}\n",
            sent.mentor.given_name, self.public_url, sent.id, self.partnership
        );
        let letter = Letter {
            id: stamp.derive(&format!("letter outcome {}", sent.id)),
            to: sent.email.clone(),
            subject: subject.into(),
            body,
        };
        Ok(mail::write(tx, &letter, stamp.now)?)
    }
}

/// Releases a round.
///
/// # Errors
/// If it is released already, the panel hasn't met, or something is neither decided nor carried over.
pub async fn release(
    state: &State,
    actor: &Actor,
    id: RoundId,
    once: Once,
) -> ApiResult<Answer<Versioned<RoundDetail>>> {
    actor.coordinates()?;
    let (coordinator, stamp, post) = (actor.clone(), state.stamp(actor.person), Post::new(state));
    // Awards are drawn up and signed before the transaction, and issued in it if they are still to be the same.
    let held = state.db.read(move |conn| round::actions::sent_to(conn, id, Sight::Server)).await?;
    let seeds: HashMap<SubmissionId, award::actions::Seed> =
        held.into_iter().map(|sent| (sent.id, award::actions::seed(state))).collect();
    let asked = coordinator.clone();
    let drafted =
        state.db.read(move |conn| -> ApiResult<_> { Ok(draft_all(conn, &stamp, &asked, id, &seeds)) }).await?;
    // Why a round can't be released is said in the transaction, unless the request is a repetition.
    let ready = match drafted {
        Ok(drafted) => sign(state, drafted, stamp.now).await?,
        Err(_) => HashMap::new(),
    };
    state
        .write_once(actor.person, once, move |tx| {
            let mut round = round::actions::find(tx, id)?;
            let sent = round::actions::sent_to(tx, id, Sight::Server)?;
            let decisions = may_release(tx, &coordinator, &round, &sent)?;
            let ids: Vec<SubmissionId> = sent.iter().map(|s| s.id).collect();
            review::actions::end_conflicted(tx, &stamp, &ids)?;
            let next = round::actions::next_accepting(tx, stamp.now, None)?;
            for sent in &sent {
                match decisions.get(&sent.id) {
                    Some(recorded) => {
                        carry_out(tx, &stamp, &round, sent, recorded, &ready)?;
                        post.tell(tx, &stamp, sent, "The panel has written to you", "/outcome")?;
                    }
                    None => {
                        round::actions::place(tx, &stamp, sent, next)?;
                        post.tell(tx, &stamp, sent, "The panel has written to you", "")?;
                    }
                }
            }
            round.released_at = Some(stamp.now);
            round::actions::change(tx, &mut round)?;
            audit::record(tx, &stamp, Action::RoundReleased, "round", id, None)?;
            round::actions::detail(tx, &coordinator, id)
        })
        .await
}

/// Goes on if the panel has met and everything is settled: with what was decided.
fn may_release(
    conn: &mut Conn,
    coordinator: &Actor,
    round: &Round,
    sent: &[Sent],
) -> ApiResult<HashMap<SubmissionId, Recorded>> {
    match round.phase(coordinator.now) {
        RoundPhase::Meeting => {}
        RoundPhase::Released => {
            return Err(ApiError::not_now("This round is released already. All its mentors have their letters."));
        }
        RoundPhase::Open | RoundPhase::InReview => {
            return Err(ApiError::NotNow(format!(
                "The panel meets on {}. The round can be released once it has.",
                round.dates.meeting.in_words()
            )));
        }
    }
    let ids: Vec<SubmissionId> = sent.iter().map(|s| s.id).collect();
    let decisions = store::holding(conn, &ids)?;
    let open: Vec<&Sent> =
        sent.iter().filter(|s| !decisions.contains_key(&s.id) && !s.is_carried_over(round)).collect();
    // Of one's own portfolio not even the coordinator learns anything before the release.
    let visible = open.iter().filter(|s| s.mentor.id != coordinator.person).count();
    match (open.len(), visible) {
        (0, _) => Ok(decisions),
        (_, 0) => {
            Err(ApiError::not_now("The chair has something left to settle in this round. Ask them when it is done."))
        }
        (_, 1) => Err(ApiError::not_now(
            "One portfolio is still to be decided, or carried over by the chair. Then all can be released together.",
        )),
        (_, visible) => Err(ApiError::NotNow(format!(
            "{visible} portfolios are still to be decided, or carried over by the chair. Then all can be released \
             together."
        ))),
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    round: &Round,
    sent: &Sent,
    recorded: &Recorded,
    ready: &HashMap<SubmissionId, award::actions::Ready>,
) -> ApiResult<()> {
    let record = candidacy::actions::load(tx, sent.candidacy)?;
    let award = match recorded.decision.outcome() {
        ReviewOutcome::FurtherEvidence { .. } => no_award(),
        ReviewOutcome::Award => issue(tx, stamp, ready.get(&sent.id), round, recorded, &record)?,
    };
    let released = record.state.release(&recorded.decision, award).map_err(ApiError::not_now)?;
    candidacy::actions::save(tx, sent.candidacy, &released)?;
    Ok(store::release(tx, recorded.id, stamp.now)?)
}

/// What stands where the domain asks for an award's id and there is no award.
fn no_award() -> AwardId {
    AwardId::new(Uuid::nil())
}

/// What an award for this decision is for.
fn grounds<'a>(
    round: &Round,
    recorded: &Recorded,
    candidacy: &'a candidacy::actions::Record,
    signed_by: &'a PersonName,
) -> Grounds<'a> {
    Grounds { submission: recorded.submission, candidacy, awarded_on: round.dates.meeting, signed_by }
}

/// Draws up the awards that a round's decisions come to, in the order in which they will be issued.
fn draft_all(
    conn: &mut Conn,
    stamp: &Stamp,
    coordinator: &Actor,
    id: RoundId,
    seeds: &HashMap<SubmissionId, award::actions::Seed>,
) -> ApiResult<Drafted> {
    let round = round::actions::find(conn, id)?;
    let sent = round::actions::sent_to(conn, id, Sight::Server)?;
    let decisions = may_release(conn, coordinator, &round, &sent)?;
    let mut drafts = Vec::new();
    for sent in &sent {
        let awarded = decisions.get(&sent.id).filter(|d| matches!(d.decision.outcome(), ReviewOutcome::Award));
        if let (Some(recorded), Some(seed)) = (awarded, seeds.get(&sent.id)) {
            let record = candidacy::actions::load(conn, sent.candidacy)?;
            let (chair, _) = person::actions::name(conn, recorded.signed_by)?;
            let grounds = grounds(&round, recorded, &record, &chair);
            drafts.push(award::actions::draft(conn, stamp, seed, grounds, &drafts)?);
        }
    }
    Ok(Drafted { drafts, taken: credential::actions::taken(conn)? })
}

/// What was drawn up, and what has to be known to sign it.
struct Drafted {
    drafts: Vec<award::actions::Draft>,
    taken: Vec<i64>,
}

async fn sign(
    state: &State,
    drafted: Drafted,
    now: Timestamp,
) -> ApiResult<HashMap<SubmissionId, award::actions::Ready>> {
    let ready = award::actions::sign(state, drafted.drafts, drafted.taken, now).await?;
    Ok(ready.into_iter().map(|ready| (ready.submission(), ready)).collect())
}

fn issue(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    ready: Option<&award::actions::Ready>,
    round: &Round,
    recorded: &Recorded,
    record: &candidacy::actions::Record,
) -> ApiResult<AwardId> {
    let (chair, _) = person::actions::name(tx, recorded.signed_by)?;
    award::actions::issue(tx, stamp, ready, grounds(round, recorded, record, &chair))
}

/// What was released on a submission, if it is, for a coordinator who may put it right.
fn released(conn: &mut Conn, coordinator: &Actor, id: SubmissionId) -> ApiResult<(Sent, Option<Recorded>)> {
    let viewer = coordinator.viewer();
    let sent = round::actions::one(conn, id, Sight::Office(viewer))?;
    if conflict::actions::between(conn, viewer.person, sent.mentor.id, viewer.today)?.is_some() {
        return Err(ApiError::NotYours(
            "You have a conflict of interest with this mentor. Ask another coordinator to record it.",
        ));
    }
    let recorded = store::holding(conn, &[id])?.remove(&id).filter(|d| d.released_at.is_some());
    Ok((sent, recorded))
}

/// Why the decision on that submission can't be corrected, if so.
fn closed(state: &Candidacy, id: SubmissionId) -> Option<&'static str> {
    match state {
        Candidacy::FurtherEvidence(further) if further.after == id => None,
        Candidacy::Awarded(awarded) if awarded.submission == id => Some(
            "All four standards are evidenced and the award is held, so a correction has nothing to add. If the award \
             was issued in error, end it.",
        ),
        _ => Some(
            "Since this decision the mentor has moved on: there is a later submission. What is open can be put right \
             with that one.",
        ),
    }
}

/// What was released on a submission, for a coordinator who would put it right.
///
/// # Errors
/// [`ApiError::NotFound`] before release, [`ApiError::NotYours`] to who has a conflict with its mentor.
pub async fn decision(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<ReleasedDecision> {
    actor.coordinates()?;
    let coordinator = actor.clone();
    state
        .db
        .read(move |conn| {
            let (sent, recorded) = released(conn, &coordinator, id)?;
            let recorded = recorded.ok_or(ApiError::NotFound)?;
            let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
            let corrections = store::corrections(conn, id)?;
            let correction = |(at, by, reason)| Ok(Correction { at, by: person::actions::name(conn, by)?.0, reason });
            Ok(ReleasedDecision {
                submission_id: id,
                corrections: corrections.into_iter().map(correction).collect::<ApiResult<_>>()?,
                award: match store::award_of(conn, id)? {
                    Some(award) => Some(award::actions::registered(conn, award)?),
                    None => None,
                },
                awarded_on: round.dates.meeting,
                closed: closed(&candidacy::actions::load(conn, sent.candidacy)?.state, id).map(str::to_owned),
                decision: recorded.into(),
            })
        })
        .await
}

/// Corrects a released decision, with a reason that is recorded for good. It may only widen what is secured.
///
/// # Errors
/// If it isn't released, would take something back or change nothing, or the candidacy has moved on.
pub async fn correct(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    correct: CorrectDecision,
) -> ApiResult<Answer<Versioned<OutcomeDetail>>> {
    actor.coordinates()?;
    let (coordinator, stamp, post) = (actor.clone(), state.stamp(actor.person), Post::new(state));
    let (new, seed): (DecisionId, _) = (state.fresh(), award::actions::seed(state));
    let asked = coordinator.clone();
    let drafted = state.db.read(move |conn| -> ApiResult<_> { Ok(draft_one(conn, &stamp, &asked, id, &seed)) }).await?;
    let ready = match drafted {
        Ok(drafted) => sign(state, drafted, stamp.now).await?,
        Err(_) => HashMap::new(),
    };
    state
        .write_once(actor.person, once, move |tx| {
            let now: Timestamp = coordinator.now;
            let (sent, before) = released(tx, &coordinator, id)?;
            let before = before.ok_or_else(|| {
                ApiError::not_now(
                    "Nothing is released on this portfolio yet. Until release the chair can decide again.",
                )
            })?;
            let round = round::actions::find(tx, sent.round.ok_or(ApiError::NotFound)?)?;
            let record = candidacy::actions::load(tx, sent.candidacy)?;
            // Asked before an award is issued, so that a candidacy that has moved on gets none.
            if let Some(closed) = closed(&record.state, id) {
                return Err(ApiError::not_now(closed));
            }
            decide::check_suggestions(&correct.findings)?;
            let (findings, message) = (correct.findings.clone(), correct.message.clone());
            let decision = Decision::correcting(&before.decision, findings, message, &record.state.secured())
                .map_err(decide::at_its_field)?;
            let award = match decision.outcome() {
                ReviewOutcome::FurtherEvidence { .. } => no_award(),
                ReviewOutcome::Award => issue(tx, &stamp, ready.get(&id), &round, &before, &record)?,
            };
            let corrected = record.state.correct(id, &decision, award).map_err(ApiError::not_now)?;
            candidacy::actions::save(tx, sent.candidacy, &corrected)?;
            let corrects = Some((before.id, &correct.reason));
            let row = New { id: new, submission: id, decision: &decision, decided_by: coordinator.person, corrects };
            store::add(tx, &stamp, &row)?;
            keep_replies(tx, &before, id, now)?;
            audit::record(tx, &stamp, Action::DecisionCorrected, "submission", id, Some(sent.mentor.id))?;
            post.tell(tx, &stamp, &sent, "The panel has written to you again", "/outcome")?;
            Ok(Versioned::new(outcome::for_the_office(tx, &sent, now)?, 0))
        })
        .await
}

/// Draws up the award that a correction may come to. Why there can be none is said where the correction is recorded.
fn draft_one(
    conn: &mut Conn,
    stamp: &Stamp,
    coordinator: &Actor,
    id: SubmissionId,
    seed: &award::actions::Seed,
) -> ApiResult<Drafted> {
    let (sent, recorded) = released(conn, coordinator, id)?;
    let recorded = recorded.ok_or(ApiError::NotFound)?;
    let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
    let record = candidacy::actions::load(conn, sent.candidacy)?;
    let (chair, _) = person::actions::name(conn, recorded.signed_by)?;
    let draft = award::actions::draft(conn, stamp, seed, grounds(&round, &recorded, &record, &chair), &[])?;
    Ok(Drafted { drafts: vec![draft], taken: credential::actions::taken(conn)? })
}

/// What the mentor said to a suggestion stays with it, where the correction makes the same suggestion again.
fn keep_replies(tx: &mut Tx<'_>, before: &Recorded, id: SubmissionId, now: Timestamp) -> ApiResult<()> {
    let ids: Vec<_> = before.suggestions.iter().map(|(id, _)| *id).collect();
    let replies = store::replies(tx, &ids)?;
    let after = store::holding(tx, &[id])?.remove(&id).map(|d| d.suggestions).unwrap_or_default();
    for (new, suggestion) in after {
        let same = before.suggestions.iter().find(|(_, s)| {
            s.standard == suggestion.standard && s.suggestion.would_help == suggestion.suggestion.would_help
        });
        if let Some(reply) = same.and_then(|(old, _)| replies.get(old)) {
            store::set_reply(tx, new, reply, now)?;
        }
    }
    Ok(())
}
