//! The board: what each submission's readers found, where they stand to each other, and what was decided.
//!
//! Each member of the panel has a board of their own: what they have a conflict with isn't on it, and what they still
//! have to read themselves shows nobody else's reading.

use crate::{
    actor::{Actor, Viewer},
    conflict,
    db::Conn,
    decision::store::{self, Recorded},
    portfolio,
    problem::{ApiError, ApiResult},
    review::{
        self,
        actions::{Reading, Written},
    },
    round::{
        self,
        actions::{Round, Sent, Sight, is_presiding},
    },
    state::State,
};
use cairn_shared::{
    decision::{Agreement, Board, BoardCard, BoardReading, DecisionRecorded, agreement, readings_needed},
    edition::Edition,
    ids::{PersonId, ReviewId, RoundId, SubmissionId},
    person::{PersonName, Role},
    review::{PanelComment, PanelComments, ReviewState, in_text_order, recommendation},
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
            let panel = panel_of(conn, &actor, id)?;
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

/// The panel of a round, to someone who is on it.
fn panel_of(conn: &mut Conn, actor: &Actor, round: RoundId) -> ApiResult<Vec<PersonName>> {
    let panel = round::actions::panel(conn, round)?;
    let is_on_it = actor.is(Role::Reviewer) && panel.iter().any(|p| p.id == actor.person);
    if is_on_it { Ok(panel) } else { Err(ApiError::NotFound) }
}

/// The reviews' comments on a submission, for someone on the panel of its round.
///
/// # Errors
/// [`ApiError::NotFound`] to everyone else, and before reading begins.
pub async fn comments(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<PanelComments> {
    let actor = actor.clone();
    state
        .db
        .read(move |conn| {
            let viewer = actor.viewer();
            let sent = round::actions::one(conn, id, Sight::Panel(viewer))?;
            let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
            panel_of(conn, &actor, round.id)?;
            if !round.dates.reading_has_begun(actor.now) {
                return Err(ApiError::NotFound);
            }
            let presides = round::actions::presides(conn, &round, viewer, sent.mentor.id)?;
            let readings = review::actions::readings(conn, &[id], viewer.today)?;
            let reviews: Vec<ReviewId> = readings.iter().map(|r| r.review).collect();
            let written = review::actions::comments(conn, &reviews)?;
            let edition = portfolio::actions::sealed(conn, sent.edition)?.edition;
            let seen = seen(&readings.iter().collect::<Vec<_>>(), &written, viewer.person);
            let may_edit = presides && round.released_at.is_none();
            let mut comments: Vec<PanelComment> =
                seen.comments.into_iter().map(|(r, written)| comment(r, written, &edition, may_edit)).collect();
            in_text_order(&mut comments, &edition, |of| &of.comment);
            Ok(PanelComments { comments })
        })
        .await
}

fn comment(reading: &Reading, written: &Written, edition: &Edition, may_edit: bool) -> PanelComment {
    let entry = edition.entries().find(|e| Some(e.id) == written.comment.entry_id);
    let words = entry.zip(written.comment.passage).map(|(entry, passage)| {
        let (start, end) = (passage.start as usize, passage.end as usize);
        entry.text.chars().skip(start).take(end.saturating_sub(start)).collect()
    });
    PanelComment {
        review_id: reading.review,
        reviewer: reading.reviewer.clone(),
        comment: written.comment.clone(),
        original: written.original.clone(),
        entry_title: entry.and_then(|e| e.title.clone()),
        words,
        editable: may_edit && written.is_meant_for_mentor(),
    }
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
        let of_it: Vec<&Reading> = readings.iter().filter(|r| r.submission == s.id).collect();
        let seen = seen(&of_it, &comments, viewer.person);
        let is_settled = decisions.contains_key(&s.id) || s.is_carried_over(round);
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
            decision: decisions.remove(&s.id).map(DecisionRecorded::from),
            may_decide: presiding && is_meeting,
            quorate: quorate(round, &panel, conflicted),
            waits: if presiding && !is_settled { waits(round, &of_it) } else { None },
            stepped_out: if presiding {
                panel.iter().filter(|p| conflicted(p.id)).cloned().collect()
            } else {
                Vec::new()
            },
            comments: seen.comments.len() as u32,
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

/// What a decision on a submission still waits for, by name: as many readings as the round asks for. For whoever
/// presides.
pub(super) fn waits(round: &Round, readings: &[&Reading]) -> Option<String> {
    let needed = readings_needed(round.readers);
    let (sent, coming): (Vec<&Reading>, Vec<&Reading>) = readings.iter().partition(|r| r.state == ReviewState::Sent);
    if sent.len() >= needed {
        return None;
    }
    let number = |n: usize| ["no", "one", "two", "three", "four", "five"].get(n).copied().unwrap_or("more");
    let mut words = format!("The panel decides on this portfolio once {} views are in", number(needed));
    words.push_str(match sent.len() {
        0 => ". None is in yet.",
        1 => ". So far one is.",
        2 => ". So far two are.",
        3 => ". So far three are.",
        _ => ". So far four are.",
    });
    let names: Vec<String> = coming.iter().map(|r| r.reviewer.full()).collect();
    match &names[..] {
        [] => {}
        [one] => words.push_str(&format!(" It waits for {one}.")),
        [others @ .., last] => words.push_str(&format!(" It waits for {} and {last}.", others.join(", "))),
    }
    match needed.saturating_sub(readings.len()) {
        0 => {}
        1 => words.push_str(" It wants one more reader, whom the coordinator can add."),
        n => words.push_str(&format!(" It wants {} more readers, whom the coordinator can add.", number(n))),
    }
    Some(words)
}

impl From<Recorded> for DecisionRecorded {
    fn from(recorded: Recorded) -> Self {
        Self {
            outcome: recorded.decision.outcome(),
            findings: recorded.decision.findings().clone(),
            message: recorded.decision.message().clone(),
            decided_at: recorded.decided_at,
        }
    }
}

/// What someone on the panel may see of a submission's readings.
struct Seen<'a> {
    readings: Vec<BoardReading>,
    agreement: Agreement,
    comments: Vec<(&'a Reading, &'a Written)>,
}

/// Lifts the seal or leaves it: whoever reads the submission too sees their own reading alone, until it is sent.
fn seen<'a>(all: &[&'a Reading], comments: &'a [Written], who: PersonId) -> Seen<'a> {
    let is_sealed = all.iter().any(|r| r.reviewer.id == who && r.state != ReviewState::Sent);
    let all_sent = all.iter().all(|r| r.state == ReviewState::Sent);
    let judgements: Vec<_> = all.iter().map(|r| r.judgements.clone()).collect();
    let written = all.iter().flat_map(|r| comments.iter().filter(|c| c.review == r.review).map(|c| (*r, c)));
    Seen {
        agreement: if all_sent { agreement(&judgements) } else { Agreement::Waiting },
        comments: if all_sent { written.collect() } else { Vec::new() },
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
        review::{Audience, Comment, Judgement},
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

    fn comment(n: u128) -> Written {
        let comment = Comment {
            id: Uuid::from_u128(200 + n).into(),
            entry_id: None,
            passage: None,
            place: None,
            audience: Audience::Panel,
            text: Prose::new("See page two.").unwrap(),
        };
        Written { review: Uuid::from_u128(100 + n).into(), comment, original: None }
    }

    #[test]
    fn who_still_has_to_read_sees_no_other_reading() {
        let readings = [reading(1, ReviewState::Sent), reading(2, ReviewState::Reading)];
        let comments = [comment(1), comment(2)];
        let readings: Vec<&Reading> = readings.iter().collect();
        let who = |n: u128| seen(&readings, &comments, person(n).id);
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
        let readings: Vec<&Reading> = readings.iter().collect();
        let seen = seen(&readings, &comments, person(3).id);
        assert_eq!(seen.agreement, Agreement::Award);
        let writers: Vec<_> = seen.comments.iter().map(|(reading, _)| reading.reviewer.id).collect();
        assert_eq!(writers, [person(1).id, person(2).id]);
    }
}
