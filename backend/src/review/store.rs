//! Rows and queries of reviews, their judgements and their comments.

use crate::{
    actor::Viewer,
    conflict::store::{no_conflict, reader_apart},
    db::{
        AsJson, AsText, At, Conn, Tx, among,
        schema::{candidacy, judgement, person, review, review_comment, round, submission},
    },
};
use cairn_shared::{
    edition::Passage,
    framework::Standard,
    ids::{CommentId, EntryId, PersonId, ReviewId, SubmissionId},
    person::{Name, PersonName},
    review::{Audience, Comment, Judgement, Judgements, PaperPlace, ReviewDraft, Suggestion},
    text::{Draft, Line, Prose},
    time::{Date, Timestamp},
};
use diesel::{dsl::not, prelude::*, result::Error};

/// A review.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = review)]
pub struct ReviewRow {
    /// Which.
    pub id: AsText<ReviewId>,
    /// What is read.
    pub submission_id: AsText<SubmissionId>,
    /// Who reads.
    pub reviewer_id: AsText<PersonId>,
    /// What is written so far.
    pub draft: AsJson<ReviewDraft>,
    /// What was first sent, before anything was discussed.
    pub first_reading: Option<AsJson<ReviewDraft>>,
    /// When it was assigned.
    pub assigned_at: At,
    /// When it was first opened.
    pub opened_at: Option<At>,
    /// When it was first sent.
    pub sent_at: Option<At>,
    /// When it was taken back or stepped aside from.
    pub ended_at: Option<At>,
    /// When its reviewer was last reminded.
    pub nudged_at: Option<At>,
    /// Raised with each change of the draft.
    pub version: i64,
}

/// Writes a review.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &ReviewRow) -> QueryResult<()> {
    diesel::insert_into(review::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// One's own review, if it exists for its reviewer: assigned, in a round whose reading has begun, and without a
/// conflict.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn mine(conn: &mut Conn, viewer: Viewer, id: ReviewId) -> QueryResult<ReviewRow> {
    review::table
        .inner_join(submission::table.inner_join(candidacy::table).inner_join(round::table))
        .filter(review::reviewer_id.eq(viewer.person.to_string()))
        .filter(review::ended_at.is_null())
        .filter(submission::withdrawn_at.is_null())
        .filter(round::review_opens.le(viewer.today.to_string()))
        .filter(no_conflict(viewer))
        .filter(review::id.eq(id.to_string()))
        .select(review::all_columns)
        .first(conn)
}

/// One's own reviews, as [`mine`], those of the latest round first; each with the day that reviews are asked for by.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    viewer: Viewer,
    behind: Option<(Date, ReviewId)>,
    limit: i64,
) -> QueryResult<Vec<(ReviewRow, Date)>> {
    let mut query = review::table
        .inner_join(submission::table.inner_join(candidacy::table).inner_join(round::table))
        .filter(review::reviewer_id.eq(viewer.person.to_string()))
        .filter(review::ended_at.is_null())
        .filter(submission::withdrawn_at.is_null())
        .filter(round::review_opens.le(viewer.today.to_string()))
        .filter(no_conflict(viewer))
        .select((review::all_columns, round::review_by))
        .into_boxed();
    if let Some((day, id)) = behind {
        let (day, id) = (day.to_string(), id.to_string());
        query = query.filter(round::review_by.lt(day.clone()).or(round::review_by.eq(day).and(review::id.gt(id))));
    }
    let rows: Vec<(ReviewRow, AsText<Date>)> =
        query.order((round::review_by.desc(), review::id)).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(row, day)| (row, *day)).collect())
}

/// A review that was neither taken back nor stepped aside from, and whose reviewer has no conflict by now.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn live(conn: &mut Conn, id: ReviewId, today: Date) -> QueryResult<ReviewRow> {
    review::table
        .inner_join(submission::table.inner_join(candidacy::table))
        .filter(review::ended_at.is_null())
        .filter(reader_apart(today.to_string()))
        .filter(review::id.eq(id.to_string()))
        .select(review::all_columns)
        .first(conn)
}

/// The reviews of some submissions, as [`live`], in the order in which they were assigned, with their reviewers.
///
/// # Errors
/// Those of the database.
pub fn of_submissions(
    conn: &mut Conn,
    submissions: &[SubmissionId],
    today: Date,
) -> QueryResult<Vec<(ReviewRow, PersonName)>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<(ReviewRow, AsText<Name>, AsText<Name>)> = review::table
        .inner_join(person::table)
        .inner_join(submission::table.inner_join(candidacy::table))
        .filter(among(review::submission_id, ids))
        .filter(review::ended_at.is_null())
        .filter(reader_apart(today.to_string()))
        .order((review::assigned_at, review::id))
        .select((review::all_columns, person::given_name, person::family_name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, given_name, family_name)| {
            let id = *row.reviewer_id;
            (row, PersonName { id, given_name: given_name.into_inner(), family_name: family_name.into_inner() })
        })
        .collect())
}

/// Whether that reviewer reads that submission already.
///
/// # Errors
/// Those of the database.
pub fn reads(conn: &mut Conn, submission: SubmissionId, reviewer: PersonId) -> QueryResult<bool> {
    let found: i64 = review::table
        .filter(review::submission_id.eq(submission.to_string()))
        .filter(review::reviewer_id.eq(reviewer.to_string()))
        .filter(review::ended_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

type ReadRow = (AsText<SubmissionId>, AsText<PersonId>, AsText<Name>, AsText<Name>);

/// Who read some submissions, of those that were released: their reviews were sent, and stood at the release. Whether
/// they have a conflict by now makes no difference here.
///
/// # Errors
/// Those of the database.
pub fn read_until_release(
    conn: &mut Conn,
    submissions: &[SubmissionId],
) -> QueryResult<Vec<(SubmissionId, PersonName)>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<ReadRow> = review::table
        .inner_join(person::table)
        .inner_join(submission::table.inner_join(round::table))
        .filter(among(review::submission_id, ids))
        .filter(review::sent_at.is_not_null())
        .filter(round::released_at.is_not_null())
        .filter(
            review::ended_at.is_null().or(review::ended_at.assume_not_null().gt(round::released_at.assume_not_null())),
        )
        .order((review::assigned_at, review::id))
        .select((review::submission_id, person::id, person::given_name, person::family_name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(submission, id, given_name, family_name)| {
            let name =
                PersonName { id: *id, given_name: given_name.into_inner(), family_name: family_name.into_inner() };
            (*submission, name)
        })
        .collect())
}

/// To whom some submissions were given, also where that has ended since: and whether it has.
///
/// # Errors
/// Those of the database.
pub fn given(conn: &mut Conn, submissions: &[SubmissionId]) -> QueryResult<Vec<(SubmissionId, PersonId, bool)>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<(AsText<SubmissionId>, AsText<PersonId>, Option<At>)> = review::table
        .filter(among(review::submission_id, ids))
        .order((review::assigned_at, review::id))
        .select((review::submission_id, review::reviewer_id, review::ended_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(submission, reviewer, ended)| (*submission, *reviewer, ended.is_some())).collect())
}

/// What a person reads of a mentor: review by review.
///
/// # Errors
/// Those of the database.
pub fn live_between(conn: &mut Conn, person: PersonId, mentor: PersonId) -> QueryResult<Vec<ReviewId>> {
    let rows: Vec<AsText<ReviewId>> = review::table
        .inner_join(submission::table.inner_join(candidacy::table))
        .filter(review::reviewer_id.eq(person.to_string()))
        .filter(candidacy::mentor_id.eq(mentor.to_string()))
        .filter(review::ended_at.is_null())
        .order(review::id)
        .select(review::id)
        .load(conn)?;
    Ok(rows.into_iter().map(AsText::into_inner).collect())
}

/// Reviews of some submissions whose reviewers have a conflict by now, though nobody took them back.
///
/// # Errors
/// Those of the database.
pub fn conflicted(conn: &mut Conn, submissions: &[SubmissionId], today: Date) -> QueryResult<Vec<ReviewId>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<AsText<ReviewId>> = review::table
        .inner_join(submission::table.inner_join(candidacy::table))
        .filter(among(review::submission_id, ids))
        .filter(review::ended_at.is_null())
        .filter(not(reader_apart(today.to_string())))
        .order(review::id)
        .select(review::id)
        .load(conn)?;
    Ok(rows.into_iter().map(AsText::into_inner).collect())
}

/// The reviewer of a review, live or not.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn reviewer_of(conn: &mut Conn, id: ReviewId) -> QueryResult<PersonId> {
    let reviewer: AsText<PersonId> =
        review::table.filter(review::id.eq(id.to_string())).select(review::reviewer_id).first(conn)?;
    Ok(*reviewer)
}

/// Ends a review: it stays on record, out of sight.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, id: ReviewId, now: Timestamp) -> QueryResult<()> {
    diesel::update(review::table.filter(review::id.eq(id.to_string())))
        .set(review::ended_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// Notes that a review was opened, once.
///
/// # Errors
/// Those of the database.
pub fn open(tx: &mut Tx<'_>, id: ReviewId, now: Timestamp) -> QueryResult<()> {
    diesel::update(review::table.filter(review::id.eq(id.to_string())).filter(review::opened_at.is_null()))
        .set(review::opened_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// Notes that a reviewer was reminded.
///
/// # Errors
/// Those of the database.
pub fn nudge(tx: &mut Tx<'_>, id: ReviewId, now: Timestamp) -> QueryResult<()> {
    diesel::update(review::table.filter(review::id.eq(id.to_string())))
        .set(review::nudged_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// Saves the draft of a review and what was first sent of it, as its next version.
///
/// # Errors
/// Those of the database.
pub fn save(tx: &mut Tx<'_>, row: &ReviewRow) -> QueryResult<()> {
    diesel::update(review::table.filter(review::id.eq(row.id.to_string())))
        .set((
            review::draft.eq(row.draft.clone()),
            review::first_reading.eq(row.first_reading.clone()),
            review::opened_at.eq(row.opened_at),
            review::sent_at.eq(row.sent_at),
            review::version.eq(row.version + 1),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Writes the judgements of a review that is sent, in the place of those that it sent before.
///
/// # Errors
/// Those of the database.
pub fn set_judgements(tx: &mut Tx<'_>, id: ReviewId, judgements: &Judgements) -> QueryResult<()> {
    diesel::delete(judgement::table.filter(judgement::review_id.eq(id.to_string()))).execute(&mut **tx)?;
    for standard in Standard::ALL {
        let (found, already_there, would_help, who_can_help) = match judgements.get(*standard) {
            None => continue,
            Some(Judgement::Evidenced) => ("evidenced", "", "", None),
            Some(Judgement::MoreNeeded { suggestion: s }) => (
                "more_needed",
                s.already_there.as_str(),
                s.would_help.as_str(),
                s.who_can_help.as_ref().map(Line::as_str),
            ),
        };
        diesel::insert_into(judgement::table)
            .values((
                judgement::review_id.eq(id.to_string()),
                judgement::standard.eq(standard.code()),
                judgement::found.eq(found),
                judgement::already_there.eq(already_there),
                judgement::would_help.eq(would_help),
                judgement::who_can_help.eq(who_can_help),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// What some reviews that were sent found, standard by standard.
///
/// # Errors
/// Those of the database.
pub fn judgements(conn: &mut Conn, reviews: &[ReviewId]) -> QueryResult<Vec<(ReviewId, Standard, Judgement)>> {
    type Row = (AsText<ReviewId>, AsText<Standard>, String, AsText<Draft<2000>>, String, Option<AsText<Line<200>>>);
    let ids: Vec<String> = reviews.iter().map(ReviewId::to_string).collect();
    let rows: Vec<Row> = judgement::table
        .filter(among(judgement::review_id, ids))
        .select((
            judgement::review_id,
            judgement::standard,
            judgement::found,
            judgement::already_there,
            judgement::would_help,
            judgement::who_can_help,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(review, standard, found, already_there, would_help, who_can_help)| {
            let judgement = match found.as_str() {
                "evidenced" => Judgement::Evidenced,
                _ => Judgement::MoreNeeded {
                    suggestion: Suggestion {
                        already_there: already_there.into_inner(),
                        would_help: Prose::new(would_help).map_err(|e| Error::DeserializationError(Box::new(e)))?,
                        who_can_help: who_can_help.map(AsText::into_inner),
                    },
                },
            };
            Ok((*review, *standard, judgement))
        })
        .collect()
}

/// A comment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The review that it belongs to.
    pub review: ReviewId,
    /// The comment.
    pub comment: Comment,
    /// What the reviewer wrote, where the chair has put it otherwise since.
    pub original: Option<Prose<4000>>,
}

impl Written {
    /// Whether its writer meant it for the mentor. The chair may have kept it among the panel since.
    pub fn is_meant_for_mentor(&self) -> bool {
        self.comment.audience == Audience::Mentor || self.original.is_some()
    }
}

type CommentRow = (
    (AsText<ReviewId>, AsText<CommentId>),
    (Option<AsText<EntryId>>, Option<i64>, Option<i64>, Option<AsText<PaperPlace>>),
    AsText<Audience>,
    AsText<Prose<4000>>,
    Option<AsText<Prose<4000>>>,
);

fn written((ids, place, audience, text, original): CommentRow) -> QueryResult<Written> {
    let (entry_id, start, end, on_paper) = place;
    let position = |at: i64| u32::try_from(at).map_err(|e| Error::DeserializationError(Box::new(e)));
    let passage = match (start, end) {
        (Some(start), Some(end)) => Some(Passage { start: position(start)?, end: position(end)? }),
        _ => None,
    };
    let comment = Comment {
        id: *ids.1,
        entry_id: entry_id.map(AsText::into_inner),
        passage,
        place: on_paper.map(AsText::into_inner),
        audience: *audience,
        text: text.into_inner(),
    };
    Ok(Written { review: *ids.0, comment, original: original.map(AsText::into_inner) })
}

/// The comments of some reviews, in the order in which they were written.
///
/// # Errors
/// Those of the database.
pub fn comments(conn: &mut Conn, reviews: &[ReviewId]) -> QueryResult<Vec<Written>> {
    let ids: Vec<String> = reviews.iter().map(ReviewId::to_string).collect();
    let rows: Vec<CommentRow> = review_comment::table
        .filter(among(review_comment::review_id, ids))
        .order((review_comment::created_at, review_comment::id))
        .select((
            (review_comment::review_id, review_comment::id),
            (
                review_comment::entry_id,
                review_comment::passage_start,
                review_comment::passage_end,
                review_comment::place,
            ),
            review_comment::audience,
            review_comment::text,
            review_comment::original,
        ))
        .load(conn)?;
    rows.into_iter().map(written).collect()
}

/// The comments on a submission that are meant for its mentor, by reviews that stood when it was released.
///
/// # Errors
/// Those of the database.
pub fn for_mentor(conn: &mut Conn, submission: SubmissionId, released_at: Timestamp) -> QueryResult<Vec<Comment>> {
    let released_at = At::from(released_at);
    let rows: Vec<CommentRow> = review_comment::table
        .inner_join(review::table)
        .filter(review::submission_id.eq(submission.to_string()))
        .filter(review::sent_at.is_not_null())
        .filter(review::ended_at.is_null().or(review::ended_at.assume_not_null().gt(released_at)))
        .filter(review_comment::audience.eq(Audience::Mentor.code()))
        .order(review_comment::id)
        .select((
            (review_comment::review_id, review_comment::id),
            (
                review_comment::entry_id,
                review_comment::passage_start,
                review_comment::passage_end,
                review_comment::place,
            ),
            review_comment::audience,
            review_comment::text,
            review_comment::original,
        ))
        .load(conn)?;
    rows.into_iter().map(|row| written(row).map(|written| written.comment)).collect()
}

/// Writes a comment.
///
/// # Errors
/// Those of the database.
pub fn add_comment(tx: &mut Tx<'_>, review: ReviewId, comment: &Comment, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(review_comment::table)
        .values((
            review_comment::id.eq(comment.id.to_string()),
            review_comment::review_id.eq(review.to_string()),
            review_comment::entry_id.eq(comment.entry_id.map(|id| id.to_string())),
            review_comment::passage_start.eq(comment.passage.map(|p| i64::from(p.start))),
            review_comment::passage_end.eq(comment.passage.map(|p| i64::from(p.end))),
            review_comment::place.eq(comment.place.as_ref().map(PaperPlace::as_str)),
            review_comment::audience.eq(comment.audience.code()),
            review_comment::text.eq(comment.text.as_str()),
            review_comment::created_at.eq(At::from(now)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Changes where on paper a comment stands, who will see it, its words, and what is kept of those that were there before.
///
/// # Errors
/// Those of the database.
pub fn change_comment(tx: &mut Tx<'_>, Written { comment, original, .. }: &Written) -> QueryResult<()> {
    diesel::update(review_comment::table.filter(review_comment::id.eq(comment.id.to_string())))
        .set((
            review_comment::audience.eq(comment.audience.code()),
            review_comment::text.eq(comment.text.as_str()),
            review_comment::place.eq(comment.place.as_ref().map(PaperPlace::as_str)),
            review_comment::original.eq(original.as_ref().map(Prose::as_str)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Removes a comment.
///
/// # Errors
/// Those of the database.
pub fn remove_comment(tx: &mut Tx<'_>, id: CommentId) -> QueryResult<()> {
    diesel::delete(review_comment::table.filter(review_comment::id.eq(id.to_string()))).execute(&mut **tx).map(drop)
}
