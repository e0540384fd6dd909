//! Comments beside the text: for the mentor after release, without a name, or for the panel alone.

use super::reading::{detail, own, still_open};
use crate::{
    actor::Actor,
    audit::{self, Action},
    db::Conn,
    http::{Answer, Once, Versioned},
    portfolio,
    problem::{ApiError, ApiResult},
    review::store::{self, ReviewRow},
    round::{self, actions::Sight},
    state::State,
};
use cairn_shared::{
    edition::Edition,
    ids::{CommentId, ReviewId},
    person::Role,
    review::{Audience, Comment, EditComment, ReviewDetail, ReviewState, WriteComment},
};

/// Writes a comment beside the text that is read.
///
/// # Errors
/// If its place isn't in the text, or the panel has decided.
pub async fn comment(
    state: &State,
    actor: &Actor,
    id: ReviewId,
    once: Once,
    write: WriteComment,
) -> ApiResult<Answer<Versioned<ReviewDetail>>> {
    let (reader, comment): (_, CommentId) = (actor.clone(), state.fresh());
    // The answer holds the whole edition, so only the comment's id is kept to be repeated.
    let written = state
        .write_once(actor.person, once, move |tx| {
            let row = own(tx, &reader, id)?;
            let sent = round::actions::one(tx, *row.submission_id, Sight::Panel(reader.viewer()))?;
            still_open(tx, &sent)?;
            check_place(&write, &portfolio::actions::sealed(tx, sent.edition)?.edition)?;
            let comment = Comment {
                id: comment,
                entry_id: write.entry_id,
                passage: write.passage,
                audience: write.audience,
                text: write.text.clone(),
            };
            store::add_comment(tx, id, &comment, reader.now)?;
            Ok(comment.id)
        })
        .await?;
    Ok(Answer { value: super::read(state, actor, id).await?, repeated: written.repeated })
}

fn check_place(write: &WriteComment, edition: &Edition) -> ApiResult<()> {
    let Some(entry_id) = write.entry_id else {
        return match write.passage {
            None => Ok(()),
            Some(_) => Err(ApiError::field("/entry_id", "needed", "Say which entry the passage is in.")),
        };
    };
    let Some(entry) = edition.entries().find(|e| e.id == entry_id) else {
        return Err(ApiError::field("/entry_id", "unknown", "This entry isn’t in the portfolio that you read."));
    };
    match write.passage {
        Some(p) if p.start >= p.end || p.end as usize > entry.text.chars().count() => Err(ApiError::field(
            "/passage",
            "out_of_range",
            "The passage isn’t within the entry. Select its words again.",
        )),
        _ => Ok(()),
    }
}

/// The review of a comment that the chair would put right: sent, and on something that they preside over and that
/// isn't released. A chair who also reads it is under the seal until their own view is sent.
fn presided(conn: &mut Conn, actor: &Actor, id: ReviewId) -> ApiResult<ReviewRow> {
    if !actor.is(Role::Reviewer) {
        return Err(ApiError::NotFound);
    }
    let viewer = actor.viewer();
    let row = store::live(conn, id, viewer.today)?;
    let sent = round::actions::one(conn, *row.submission_id, Sight::Panel(viewer))?;
    let round = round::actions::find(conn, sent.round.ok_or(ApiError::NotFound)?)?;
    let is_sealed = super::readings(conn, &[sent.id], viewer.today)?
        .iter()
        .any(|r| r.reviewer.id == viewer.person && r.state != ReviewState::Sent);
    if row.sent_at.is_none() || is_sealed || !round::actions::presides(conn, &round, viewer, sent.mentor.id)? {
        return Err(ApiError::NotFound);
    }
    if round.released_at.is_some() {
        return Err(ApiError::not_now("This round is released, so its comments are with the mentors as they are."));
    }
    Ok(row)
}

/// One's own review, as long as it can be changed.
fn open_own(conn: &mut Conn, actor: &Actor, id: ReviewId) -> ApiResult<ReviewRow> {
    let row = own(conn, actor, id)?;
    let sent = round::actions::one(conn, *row.submission_id, Sight::Panel(actor.viewer()))?;
    still_open(conn, &sent)?;
    Ok(row)
}

fn comment_of(conn: &mut Conn, review: ReviewId, id: CommentId) -> ApiResult<Comment> {
    let comments = store::comments(conn, &[review])?;
    comments.into_iter().map(|(_, comment)| comment).find(|c| c.id == id).ok_or(ApiError::NotFound)
}

/// Changes a comment: its writer until the panel decides; and what the mentor will see, the chair until release.
///
/// # Errors
/// [`ApiError::NotFound`] if it doesn't exist for one.
pub async fn edit_comment(
    state: &State,
    actor: &Actor,
    id: ReviewId,
    comment_id: CommentId,
    edit: EditComment,
) -> ApiResult<Versioned<ReviewDetail>> {
    let (actor, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let row = match open_own(tx, &actor, id) {
                Ok(row) => row,
                // Whoever presides may still put it right, their own too.
                Err(closed) => presided(tx, &actor, id).map_err(|other| match (closed, other) {
                    (closed @ ApiError::NotNow(_), ApiError::NotFound) => closed,
                    (_, other) => other,
                })?,
            };
            let mut comment = comment_of(tx, id, comment_id)?;
            if *row.reviewer_id != actor.person {
                if comment.audience == Audience::Panel {
                    return Err(ApiError::NotYours(
                        "This is between the reviewer and the panel, and stays as it was written.",
                    ));
                }
                audit::record(tx, &stamp, Action::CommentEdited, "comment", comment_id, Some(*row.reviewer_id))?;
            }
            comment.audience = edit.audience.unwrap_or(comment.audience);
            comment.text = edit.text.clone().unwrap_or(comment.text);
            store::change_comment(tx, &comment)?;
            detail(tx, row, actor.viewer(), actor.now)
        })
        .await
}

/// Removes one's own comment, until the panel decides.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't there.
pub async fn remove_comment(
    state: &State,
    actor: &Actor,
    id: ReviewId,
    comment_id: CommentId,
) -> ApiResult<Versioned<ReviewDetail>> {
    let actor = actor.clone();
    state
        .db
        .write(move |tx| {
            let row = open_own(tx, &actor, id)?;
            let comment = comment_of(tx, id, comment_id)?;
            store::remove_comment(tx, comment.id)?;
            detail(tx, row, actor.viewer(), actor.now)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::{
        edition::{FORMAT, Passage, SealedEntry, SealedPiece},
        ids::EntryId,
        qualification::Qualification,
        text::Prose,
    };
    use uuid::Uuid;

    #[test]
    fn a_comment_stands_on_a_passage_of_the_text_that_is_read() {
        let entry = |n: u128| EntryId::new(Uuid::from_u128(n));
        let edition = Edition {
            format: FORMAT,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces: vec![SealedPiece::Entry(SealedEntry {
                id: entry(1),
                title: None,
                happened_on: "2026-11-24".parse().unwrap(),
                text: "Łukasz \u{1f469}\u{1f3fd} spoke.".into(),
                links: Vec::new(),
                evidence: Vec::new(),
            })],
        };
        let check = |entry_id, passage: Option<(u32, u32)>| {
            let write = WriteComment {
                entry_id,
                passage: passage.map(|(start, end)| Passage { start, end }),
                audience: Audience::Mentor,
                text: Prose::new("Lovely.").unwrap(),
            };
            check_place(&write, &edition).is_ok()
        };
        assert!(check(None, None));
        assert!(check(Some(entry(1)), None));
        assert!(check(Some(entry(1)), Some((0, 16))));
        assert!(!check(Some(entry(1)), Some((0, 17))));
        assert!(!check(Some(entry(1)), Some((4, 4))));
        assert!(!check(Some(entry(2)), None));
        assert!(!check(None, Some((0, 1))));
    }
}
