//! The board: what each submission's readers found, where they stand to each other, and what was decided.
//!
//! Each member of the panel has a board of their own: what they have a conflict with isn't on it, and what they still
//! have to read themselves shows nobody else's reading.

use crate::{
    actor::{Actor, Viewer},
    conflict,
    db::Conn,
    decision::store::{self, Recorded},
    problem::{ApiError, ApiResult},
    review::{self, actions::Reading},
    round::{
        self,
        actions::{Round, Sent, Sight, is_presiding},
    },
    state::State,
};
use cairn_shared::{
    decision::{Agreement, AttributedComment, Board, BoardCard, BoardReading, DecisionRecorded, agreement},
    ids::{PersonId, ReviewId, RoundId, SubmissionId},
    person::{PersonName, Role},
    review::{Comment, ReviewState, recommendation},
    round::{RoundPhase, Seat, is_quorate},
    time::Timestamp,
};

/// The board of a round, for someone on its panel.
///
/// # Errors
/// [`ApiError::NotFound`] to everyone else.
pub async fn board(state: &State, actor: &Actor, id: RoundId) -> ApiResult<Board> {
    let actor = actor.clone();
    state
        .db
        .read(move |conn| {
            let (viewer, now) = (actor.viewer(), actor.now);
            let round = round::actions::find(conn, id)?;
            let panel = round::actions::panel(conn, id)?;
            if !actor.is(Role::Reviewer) || !panel.iter().any(|p| p.id == actor.person) {
                return Err(ApiError::NotFound);
            }
            let sent = round::actions::sent_to(conn, id, Sight::Panel(viewer))?;
            let mut cards = cards(conn, &round, &sent, viewer, now)?;
            let is_chair = round.chair == Some(actor.person);
            let presiding = is_chair || cards.iter().any(|(_, presiding)| *presiding);
            // Until reading begins a submission can be taken back: only who presides knows of it.
            cards.retain(|(_, presiding)| *presiding || round.dates.reading_has_begun(now));
            Ok(Board {
                round: round.summary(now),
                chair: panel.iter().find(|p| Some(p.id) == round.chair).cloned(),
                presiding,
                cards: cards.into_iter().map(|(card, _)| card).collect(),
            })
        })
        .await
}

/// One card of the board.
pub(super) fn card(
    conn: &mut Conn,
    round: &Round,
    id: SubmissionId,
    viewer: Viewer,
    now: Timestamp,
) -> ApiResult<BoardCard> {
    let sent = round::actions::one(conn, id, Sight::Panel(viewer))?;
    let card = cards(conn, round, &[sent], viewer, now)?.pop();
    card.map(|(card, _)| card).ok_or(ApiError::NotFound)
}

/// The cards of some submissions that the viewer has no conflict with, each with whether they preside over it.
fn cards(
    conn: &mut Conn,
    round: &Round,
    sent: &[Sent],
    viewer: Viewer,
    now: Timestamp,
) -> ApiResult<Vec<(BoardCard, bool)>> {
    let ids: Vec<SubmissionId> = sent.iter().map(|s| s.id).collect();
    let mentors: Vec<PersonId> = sent.iter().map(|s| s.mentor.id).collect();
    let panel = round::actions::panel(conn, round.id)?;
    let people: Vec<PersonId> = panel.iter().map(|p| p.id).collect();
    let conflicts = conflict::actions::pairs(conn, &people, &mentors, viewer.today)?;
    let schools = round::actions::schools(conn, &mentors, viewer.today)?;
    let secured = super::secured_before(conn, sent)?;
    let mut decisions = store::holding(conn, &ids)?;
    let readings = review::actions::readings(conn, &ids, viewer.today)?;
    let of_reviews: Vec<ReviewId> = readings.iter().map(|r| r.review).collect();
    let comments = review::actions::comments(conn, &of_reviews)?;
    let is_meeting = round.phase(now) == RoundPhase::Meeting;
    let mut card = |s: &Sent| {
        let conflicted = |person: PersonId| conflicts.contains_key(&(person, s.mentor.id));
        let presiding = is_presiding(round, viewer.person, conflicted);
        let seen = seen(readings.iter().filter(|r| r.submission == s.id), &comments, viewer.person);
        let card = BoardCard {
            submission_id: s.id,
            title: s.title.clone(),
            mentor: s.mentor.clone(),
            school: schools.get(&s.mentor.id).cloned(),
            qualification: s.qualification,
            form: s.form,
            number: s.number,
            secured: secured.get(&s.id).copied().unwrap_or_default(),
            readings: seen.readings,
            agreement: seen.agreement,
            decision: decisions.remove(&s.id).map(recorded),
            may_decide: presiding && is_meeting,
            quorate: quorate(round, &panel, conflicted),
            stepped_out: if presiding {
                panel.iter().filter(|p| conflicted(p.id)).cloned().collect()
            } else {
                Vec::new()
            },
            comments: seen.comments,
            carried_over: s.is_carried_over(round),
        };
        (card, presiding)
    };
    Ok(sent.iter().map(&mut card).collect())
}

/// Whether enough of the panel may decide, where those are in conflict.
pub(super) fn quorate(round: &Round, panel: &[PersonName], conflicted: impl Fn(PersonId) -> bool) -> bool {
    let seat = |person: PersonId| Seat { person, conflicted: conflicted(person) };
    let members: Vec<Seat> = panel.iter().map(|p| seat(p.id)).collect();
    round.chair.is_some_and(|chair| is_quorate(seat(chair), round.deputy.map(seat), &members))
}

fn recorded(recorded: Recorded) -> DecisionRecorded {
    DecisionRecorded {
        outcome: recorded.decision.outcome(),
        findings: recorded.decision.findings().clone(),
        message: recorded.decision.message().clone(),
        decided_at: recorded.decided_at,
    }
}

/// What someone on the panel may see of a submission's readings.
struct Seen {
    readings: Vec<BoardReading>,
    agreement: Agreement,
    comments: Vec<AttributedComment>,
}

/// Lifts the seal or leaves it: whoever reads the submission too sees their own reading alone, until it is sent.
fn seen<'a>(readings: impl Iterator<Item = &'a Reading>, comments: &[(ReviewId, Comment)], who: PersonId) -> Seen {
    let all: Vec<&Reading> = readings.collect();
    let is_sealed = all.iter().any(|r| r.reviewer.id == who && r.state != ReviewState::Sent);
    let all_sent = all.iter().all(|r| r.state == ReviewState::Sent);
    let judgements: Vec<_> = all.iter().map(|r| r.judgements.clone()).collect();
    let writers = || all.iter().flat_map(|r| comments.iter().filter(|c| c.0 == r.review).map(|c| (*r, &c.1)));
    Seen {
        agreement: if all_sent { agreement(&judgements) } else { Agreement::Waiting },
        comments: if all_sent {
            writers()
                .map(|(r, comment)| AttributedComment { reviewer: r.reviewer.clone(), comment: comment.clone() })
                .collect()
        } else {
            Vec::new()
        },
        readings: all.iter().filter(|r| !is_sealed || r.reviewer.id == who).map(|r| reading(r)).collect(),
    }
}

fn reading(reading: &Reading) -> BoardReading {
    BoardReading {
        reviewer: reading.reviewer.clone(),
        state: reading.state,
        judgements: reading.judgements.clone(),
        recommendation: (reading.state == ReviewState::Sent).then(|| recommendation(&reading.judgements)),
        for_panel: reading.for_panel.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::{
        framework::PerStandard,
        review::{Audience, Judgement},
        text::{Draft, Prose},
    };
    use uuid::Uuid;

    fn person(n: u128) -> PersonName {
        PersonName {
            id: Uuid::from_u128(n).into(),
            given_name: "Hester".parse().unwrap(),
            family_name: "Askew-Moor".parse().unwrap(),
        }
    }

    fn reading(n: u128, state: ReviewState) -> Reading {
        let judgement = (state == ReviewState::Sent).then_some(Judgement::Evidenced);
        Reading {
            review: Uuid::from_u128(100 + n).into(),
            submission: Uuid::from_u128(1).into(),
            reviewer: person(n),
            state,
            judgements: PerStandard::from_fn(|_| judgement.clone()),
            for_panel: Draft::default(),
        }
    }

    fn comment(n: u128) -> (ReviewId, Comment) {
        let comment = Comment {
            id: Uuid::from_u128(200 + n).into(),
            entry_id: None,
            passage: None,
            audience: Audience::Panel,
            text: Prose::new("See page two.").unwrap(),
        };
        (Uuid::from_u128(100 + n).into(), comment)
    }

    #[test]
    fn who_still_has_to_read_sees_no_other_reading() {
        let readings = [reading(1, ReviewState::Sent), reading(2, ReviewState::Reading)];
        let comments = [comment(1), comment(2)];
        let who = |n: u128| seen(readings.iter(), &comments, person(n).id);
        assert_eq!(who(1).readings.len(), 2);
        let sealed = who(2);
        assert_eq!(sealed.readings.len(), 1);
        assert_eq!(sealed.readings[0].reviewer, person(2));
        assert_eq!(sealed.readings[0].recommendation, None);
        assert_eq!((sealed.agreement, sealed.comments.len()), (Agreement::Waiting, 0));
        assert_eq!(who(3).readings.len(), 2);
    }

    #[test]
    fn readings_are_compared_and_comments_shown_once_all_are_sent() {
        let readings = [reading(1, ReviewState::Sent), reading(2, ReviewState::Sent)];
        let comments = [comment(2), comment(1), comment(7)];
        let seen = seen(readings.iter(), &comments, person(3).id);
        assert_eq!(seen.agreement, Agreement::Award);
        let writers: Vec<_> = seen.comments.iter().map(|c| c.reviewer.id).collect();
        assert_eq!(writers, [person(1).id, person(2).id]);
    }
}
