//! What a mentor reads after release, in one voice, and what they say to a suggestion.

use crate::{
    actor::Actor,
    candidacy,
    db::Conn,
    decision::store,
    person, portfolio,
    problem::{ApiError, ApiResult},
    review,
    round::{
        self,
        actions::{Sent, Sight},
    },
    state::State,
};
use cairn_shared::{
    candidacy::Candidacy,
    decision::{OutcomeDetail, Reply, SuggestedBefore},
    edition::Hash,
    ids::{CommentId, SubmissionId, SuggestionId},
    review::{Comment, in_text_order},
    time::Timestamp,
};

/// The released outcome of one's own submission.
///
/// # Errors
/// [`ApiError::NotFound`] before release, and if it isn't one's own.
pub async fn outcome(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<OutcomeDetail> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state
        .db
        .read(move |conn| {
            let sent = round::actions::one(conn, id, Sight::Own(viewer))?;
            let mut outcome = for_the_office(conn, &sent, now)?;
            outcome.comments = comments(conn, &sent)?;
            Ok(outcome)
        })
        .await
}

/// A released outcome without the reviewers' comments: of those the office knows nothing.
pub(super) fn for_the_office(conn: &mut Conn, sent: &Sent, now: Timestamp) -> ApiResult<OutcomeDetail> {
    let recorded = store::holding(conn, &[sent.id])?.remove(&sent.id).filter(|d| d.released_at.is_some());
    let recorded = recorded.ok_or(ApiError::NotFound)?;
    let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
    let next = round::actions::next_accepting(conn, now, None)?;
    Ok(OutcomeDetail {
        submission_id: sent.id,
        title: sent.title.clone(),
        qualification: sent.qualification,
        round_name: round.name.to_string(),
        dates: round.dates.into(),
        outcome: recorded.decision.outcome(),
        findings: recorded.decision.findings().clone(),
        message: recorded.decision.message().clone(),
        chair: Some(person::actions::name(conn, recorded.signed_by)?.0),
        suggestions: super::with_replies(conn, &recorded)?,
        comments: Vec::new(),
        award_id: store::award_of(conn, sent.id)?,
        portfolio_id: sent.portfolio,
        next_round: next.map(|next| round::actions::summary(conn, next, now)).transpose()?,
    })
}

/// The comments that are meant for the mentor: in the order of the text, without names or times.
fn comments(conn: &mut Conn, sent: &Sent) -> ApiResult<Vec<Comment>> {
    let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
    let Some(released_at) = round.released_at else { return Ok(Vec::new()) };
    let mut comments = review::actions::for_mentor(conn, sent.id, released_at)?;
    for comment in &mut comments {
        comment.id = without_time(comment.id);
    }
    in_text_order(&mut comments, &portfolio::actions::sealed(conn, sent.edition)?.edition, |comment| comment);
    Ok(comments)
}

/// Another id for a comment, always the same: that which it has tells when it was written, and so who may have.
fn without_time(id: CommentId) -> CommentId {
    let hash = Hash::of(id.uuid().as_bytes()).to_string();
    hash[..32].parse().unwrap_or(id)
}

/// Replies to a suggestion: until reading of the next submission begins, with which the replies go.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't a released suggestion to oneself, [`ApiError::NotNow`] once reading has begun.
pub async fn reply(state: &State, actor: &Actor, id: SuggestionId, reply: Reply) -> ApiResult<SuggestedBefore> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state
        .db
        .write(move |tx| {
            let submission = store::suggested_on(tx, viewer, id)?;
            let sent = round::actions::one(tx, submission, Sight::Own(viewer))?;
            let state = candidacy::actions::load(tx, sent.candidacy)?.state;
            let with_the_panel = match state {
                Candidacy::FurtherEvidence(further) if further.after == submission => false,
                Candidacy::Submitted(submitted) if submitted.after == Some(submission) => match submitted.round {
                    Some(round) => round::actions::dates(tx, round)?.0.reading_has_begun(now),
                    None => false,
                },
                _ => true,
            };
            if with_the_panel {
                return Err(ApiError::not_now(
                    "Your replies are with the panel, beside what you sent, so they stay as they are.",
                ));
            }
            store::set_reply(tx, id, &reply.text, now)?;
            super::suggested(tx, submission)?.into_iter().find(|s| s.id == id).ok_or(ApiError::NotFound)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_s_id_tells_its_mentor_nothing_of_when_it_was_written() {
        let ids: Vec<CommentId> =
            (0..50u128).map(|n| uuid::Uuid::from_u128(0x0193_589c_7b1e_7000_8000_0000_0000_0000 + n).into()).collect();
        let blind: Vec<CommentId> = ids.iter().map(|id| without_time(*id)).collect();
        assert_eq!(blind[0], without_time(ids[0]));
        assert!(blind.iter().all(|id| !ids.contains(id)));
        assert!(!blind.is_sorted());
    }
}
