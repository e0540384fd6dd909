//! What other slices may ask of reviews. `reading` is the reviewer's own work, and `comment` what they note beside the
//! text.

mod comment;
mod reading;

pub use super::store::Written;
use super::store::{self, ReviewRow};
use crate::{
    audit::{self, Action, Stamp},
    db::{AsJson, AsText, Conn, Tx},
    problem::ApiResult,
};
use cairn_shared::{
    framework::PerStandard,
    ids::{PersonId, ReviewId, SubmissionId},
    person::PersonName,
    review::{Comment, Judgement, ReviewDraft, ReviewState},
    text::Draft,
    time::{Date, Timestamp},
};
use std::collections::HashMap;

pub use comment::{comment, edit_comment, remove_comment};
pub use reading::{list, read, save_draft, send, step_aside};

/// A reviewer's reading of a submission, as the panel may see it: nothing of it before it is sent.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The review.
    pub review: ReviewId,
    /// The submission.
    pub submission: SubmissionId,
    /// Who reads.
    pub reviewer: PersonName,
    /// How far they are.
    pub state: ReviewState,
    /// What they found.
    pub judgements: PerStandard<Option<Judgement>>,
    /// Words for the panel alone.
    pub for_panel: Draft<8000>,
}

/// The readings of some submissions, in the order in which they were assigned.
///
/// # Errors
/// Those of the database.
pub fn readings(conn: &mut Conn, submissions: &[SubmissionId], today: Date) -> ApiResult<Vec<Reading>> {
    let rows = store::of_submissions(conn, submissions, today)?;
    let sent: Vec<ReviewId> = rows.iter().filter(|(row, _)| row.sent_at.is_some()).map(|(row, _)| *row.id).collect();
    let mut found: HashMap<ReviewId, PerStandard<Option<Judgement>>> = HashMap::new();
    for (review, standard, judgement) in store::judgements(conn, &sent)? {
        *found.entry(review).or_default().get_mut(standard) = Some(judgement);
    }
    Ok(rows
        .into_iter()
        .map(|(row, reviewer)| {
            let is_sent = row.sent_at.is_some();
            Reading {
                review: *row.id,
                submission: *row.submission_id,
                reviewer,
                state: ReviewState::of(row.opened_at.is_some(), is_sent),
                judgements: found.remove(&*row.id).unwrap_or_default(),
                for_panel: if is_sent { row.draft.into_inner().for_panel } else { Draft::default() },
            }
        })
        .collect())
}

/// The comments of some reviews, in the order in which they were written.
///
/// # Errors
/// Those of the database.
pub fn comments(conn: &mut Conn, reviews: &[ReviewId]) -> ApiResult<Vec<Written>> {
    Ok(store::comments(conn, reviews)?)
}

/// The comments on a released submission that are meant for its mentor, in no order that tells who wrote them or when.
///
/// # Errors
/// Those of the database.
pub fn for_mentor(conn: &mut Conn, submission: SubmissionId, released_at: Timestamp) -> ApiResult<Vec<Comment>> {
    Ok(store::for_mentor(conn, submission, released_at)?)
}

/// Assigns a reviewer, in the transaction of the caller. Whether they did not read it already.
///
/// # Errors
/// Those of the database.
pub fn assign(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    id: ReviewId,
    submission: SubmissionId,
    reviewer: PersonId,
) -> ApiResult<bool> {
    if store::reads(tx, submission, reviewer)? {
        return Ok(false);
    }
    let row = ReviewRow {
        id: AsText::new(id),
        submission_id: AsText::new(submission),
        reviewer_id: AsText::new(reviewer),
        draft: AsJson::new(ReviewDraft::default()),
        first_reading: None,
        assigned_at: stamp.now.into(),
        opened_at: None,
        sent_at: None,
        ended_at: None,
        nudged_at: None,
        version: 1,
    };
    store::add(tx, &row)?;
    audit::record(tx, stamp, Action::ReviewerAssigned, "review", id, Some(reviewer))?;
    Ok(true)
}

/// Who read some released submissions, in the order in which they were given to read.
///
/// # Errors
/// Those of the database.
pub fn read_until_release(conn: &mut Conn, submissions: &[SubmissionId]) -> ApiResult<Vec<(SubmissionId, PersonName)>> {
    Ok(store::read_until_release(conn, submissions)?)
}

/// To whom some submissions were given, also where that has ended since: and whether it has.
///
/// # Errors
/// Those of the database.
pub fn given(conn: &mut Conn, submissions: &[SubmissionId]) -> ApiResult<Vec<(SubmissionId, PersonId, bool)>> {
    Ok(store::given(conn, submissions)?)
}

/// What a review that stands is of, and whose it is. Who asks has seen to it that the caller may know of it.
///
/// # Errors
/// [`NotFound`](crate::problem::ApiError::NotFound) if there is none.
pub fn assignment(conn: &mut Conn, id: ReviewId, today: Date) -> ApiResult<(SubmissionId, PersonId)> {
    let row = store::live(conn, id, today)?;
    Ok((*row.submission_id, *row.reviewer_id))
}

/// Ends a review, in the transaction of the caller.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, stamp: &Stamp, id: ReviewId) -> ApiResult<()> {
    let reviewer = store::reviewer_of(tx, id)?;
    store::end(tx, id, stamp.now)?;
    Ok(audit::record(tx, stamp, Action::AssignmentEnded, "review", id, Some(reviewer))?)
}

/// Ends whatever a person reads of a mentor.
///
/// # Errors
/// Those of the database.
pub fn end_between(tx: &mut Tx<'_>, stamp: &Stamp, person: PersonId, mentor: PersonId) -> ApiResult<()> {
    for id in store::live_between(tx, person, mentor)? {
        end(tx, stamp, id)?;
    }
    Ok(())
}

/// Ends the reviews of some submissions whose reviewers have a conflict by now. It is done with the release, so that
/// what a mentor reads then stays as it is, whoever moves to which school later.
///
/// # Errors
/// Those of the database.
pub fn end_conflicted(tx: &mut Tx<'_>, stamp: &Stamp, submissions: &[SubmissionId]) -> ApiResult<()> {
    for id in store::conflicted(tx, submissions, stamp.now.london_date())? {
        end(tx, stamp, id)?;
    }
    Ok(())
}

/// Notes that a reviewer was reminded.
///
/// # Errors
/// Those of the database.
pub fn nudged(tx: &mut Tx<'_>, stamp: &Stamp, id: ReviewId, reviewer: PersonId) -> ApiResult<()> {
    store::nudge(tx, id, stamp.now)?;
    Ok(audit::record(tx, stamp, Action::ReviewerNudged, "review", id, Some(reviewer))?)
}
