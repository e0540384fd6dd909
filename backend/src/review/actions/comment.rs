//! Comments beside the text: for the mentor after release, without a name, or for the panel alone.

use super::reading::{detail, own, still_open};
use crate::{
    actor::Actor,
    audit::{self, Action},
    db::Conn,
    http::{Answer, Once, Versioned},
    portfolio,
    problem::{ApiError, ApiResult},
    review::store::{self, ReviewRow, Written},
    round::{self, actions::Sight},
    state::State,
};
use cairn_shared::{
    edition::Edition,
    ids::{CommentId, ReviewId},
    person::Role,
    portfolio::PortfolioForm,
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
            check_paper(write.place.is_some(), sent.form)?;
            let comment = Comment {
                id: comment,
                entry_id: write.entry_id,
                passage: write.passage,
                place: write.place.clone(),
                audience: write.audience,
                text: write.text.clone(),
            };
            store::add_comment(tx, id, &comment, reader.now)?;
            Ok(comment.id)
        })
        .await?;
    Ok(Answer { value: super::read(state, actor, id).await?, repeated: written.repeated })
}

/// A place on paper is for what has paper.
fn check_paper(has_place: bool, form: PortfolioForm) -> ApiResult<()> {
    if has_place && form == PortfolioForm::Electronic {
        return Err(ApiError::field(
            "/place",
            "no_paper",
            "This portfolio has no paper. Choose a passage of its text.",
        ));
    }
    Ok(())
}

fn two_places() -> ApiError {
    ApiError::field(
        "/place",
        "two_places",
        "A comment stands on a passage of the text or on a place of the paper. Write two, if it is about both.",
    )
}

fn check_place(write: &WriteComment, edition: &Edition) -> ApiResult<()> {
    if write.place.is_some() && write.entry_id.is_some() {
        return Err(two_places());
    }
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

fn written(conn: &mut Conn, review: ReviewId, id: CommentId) -> ApiResult<Written> {
    store::comments(conn, &[review])?.into_iter().find(|w| w.comment.id == id).ok_or(ApiError::NotFound)
}

/// Puts the chair's change in the place of what its writer wrote, which the panel keeps; put back as it was, there is
/// nothing to keep.
fn put_otherwise(written: &mut Written, edit: &EditComment) {
    let first = written.original.take().unwrap_or_else(|| written.comment.text.clone());
    change(&mut written.comment, edit);
    let is_as_it_was = written.comment.text == first && written.comment.audience == Audience::Mentor;
    written.original = (!is_as_it_was).then_some(first);
}

fn change(comment: &mut Comment, edit: &EditComment) {
    comment.audience = edit.audience.unwrap_or(comment.audience);
    comment.text = edit.text.clone().unwrap_or_else(|| comment.text.clone());
}

/// Changes a comment: its writer until the panel decides; and what the mentor was to see, the chair until release.
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
            let mut written = written(tx, id, comment_id)?;
            if *row.reviewer_id == actor.person {
                change(&mut written.comment, &edit);
                // In their own words again, whatever the chair made of them before.
                written.original = None;
            } else if written.is_meant_for_mentor() {
                put_otherwise(&mut written, &edit);
                audit::record(tx, &stamp, Action::CommentEdited, "comment", comment_id, Some(*row.reviewer_id))?;
            } else {
                return Err(ApiError::NotYours(
                    "This is between the reviewer and the panel, and stays as it was written.",
                ));
            }
            if let Some(place) = &edit.place {
                let place = (!place.is_blank()).then(|| place.as_str().parse()).transpose();
                written.comment.place = place.map_err(|problem| ApiError::text("/place", problem))?;
                let sent = round::actions::one(tx, *row.submission_id, Sight::Panel(actor.viewer()))?;
                check_paper(written.comment.place.is_some(), sent.form)?;
                if written.comment.place.is_some() && written.comment.entry_id.is_some() {
                    return Err(two_places());
                }
            }
            store::change_comment(tx, &written)?;
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
            let written = written(tx, id, comment_id)?;
            store::remove_comment(tx, written.comment.id)?;
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
    fn what_the_chair_puts_otherwise_is_kept_until_it_is_put_back() {
        let words = |text: &str| Prose::new(text).unwrap();
        let comment = Comment {
            place: None,
            id: Uuid::from_u128(1).into(),
            entry_id: None,
            passage: None,
            audience: Audience::Mentor,
            text: words("Too short."),
        };
        let mut written = Written { review: Uuid::from_u128(2).into(), comment, original: None };
        let text = |text: &str| EditComment { place: None, audience: None, text: Some(words(text)) };
        put_otherwise(&mut written, &text("Say more here."));
        put_otherwise(&mut written, &text("We would gladly read more here."));
        assert_eq!(written.original, Some(words("Too short.")));
        put_otherwise(&mut written, &EditComment { place: None, audience: Some(Audience::Panel), text: None });
        assert!(written.is_meant_for_mentor());
        assert_eq!(written.comment.text, words("We would gladly read more here."));
        put_otherwise(&mut written, &text("Too short."));
        assert_eq!(written.original, Some(words("Too short.")), "the mentor doesn’t see it yet");
        put_otherwise(&mut written, &EditComment { place: None, audience: Some(Audience::Mentor), text: None });
        assert_eq!(written.original, None);
    }

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
                place: None,
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

    #[test]
    fn a_place_on_paper_is_for_what_has_paper() {
        assert!(check_paper(true, PortfolioForm::Paper).is_ok() && check_paper(true, PortfolioForm::Mixed).is_ok());
        assert!(check_paper(true, PortfolioForm::Electronic).is_err());
        assert!(check_paper(false, PortfolioForm::Electronic).is_ok());
    }
}
