//! Rows and queries of submissions, as their mentor has them.

use crate::{
    actor::Viewer,
    db::{
        AsJson, AsText, At, Conn, Tx,
        schema::{candidacy, decision, edition, portfolio, review, submission},
    },
};
use cairn_shared::{
    edition::Edition,
    ids::{CandidacyId, EditionId, PortfolioId, RoundId, SubmissionId},
    portfolio::PortfolioForm,
    qualification::Qualification,
    text::Prose,
    time::Timestamp,
};
use diesel::prelude::*;

/// A submission.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = submission)]
pub struct SubmissionRow {
    /// Which.
    pub id: AsText<SubmissionId>,
    /// Its candidacy.
    pub candidacy_id: AsText<CandidacyId>,
    /// What was sealed.
    pub edition_id: AsText<EditionId>,
    /// The first, second, third ... of its candidacy.
    pub number: i64,
    /// Its round, once one is planned.
    pub round_id: Option<AsText<RoundId>>,
    /// Electronic, paper or mixed.
    pub form: AsText<PortfolioForm>,
    /// The submission whose decision suggested more, if this is a resubmission.
    pub after_id: Option<AsText<SubmissionId>>,
    /// Whether the mentor has agreement for what they quote.
    pub quotes_agreed: bool,
    /// When the server received it.
    pub submitted_at: At,
    /// When it was taken back.
    pub withdrawn_at: Option<At>,
    /// When the chair carried it over.
    pub carried_over_at: Option<At>,
    /// The chair's words.
    pub carried_over_message: Option<AsText<Prose<4000>>>,
    /// Raised with each change.
    pub version: i64,
}

/// A submission, with what stands in other tables.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The submission.
    pub row: SubmissionRow,
    /// Towards what.
    pub qualification: Qualification,
    /// Its portfolio.
    pub portfolio: PortfolioId,
    /// The portfolio's title as sealed.
    pub title: String,
}

type SentRow = (SubmissionRow, AsText<Qualification>, AsText<PortfolioId>, AsJson<Edition>);

fn sent((row, qualification, portfolio, edition): SentRow) -> Sent {
    Sent { row, qualification: *qualification, portfolio: *portfolio, title: edition.into_inner().title }
}

/// Where a page of submissions begins: behind the one that was received then.
pub type Cursor = (Timestamp, SubmissionId);

/// A mentor's own submissions, the newest first.
///
/// # Errors
/// Those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer, after: Option<Cursor>, limit: i64) -> QueryResult<Vec<Sent>> {
    let mut query = submission::table
        .inner_join(candidacy::table.inner_join(portfolio::table))
        .inner_join(edition::table)
        .filter(candidacy::mentor_id.eq(viewer.person.to_string()))
        .select((submission::all_columns, candidacy::qualification, portfolio::id, edition::content))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = At::from(at);
        query = query.filter(
            submission::submitted_at.lt(at).or(submission::submitted_at.eq(at).and(submission::id.lt(id.to_string()))),
        );
    }
    let rows: Vec<SentRow> =
        query.order((submission::submitted_at.desc(), submission::id.desc())).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(sent).collect())
}

/// One of a mentor's own submissions.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn own_one(conn: &mut Conn, viewer: Viewer, id: SubmissionId) -> QueryResult<Sent> {
    submission::table
        .inner_join(candidacy::table.inner_join(portfolio::table))
        .inner_join(edition::table)
        .filter(submission::id.eq(id.to_string()))
        .filter(candidacy::mentor_id.eq(viewer.person.to_string()))
        .select((submission::all_columns, candidacy::qualification, portfolio::id, edition::content))
        .first::<SentRow>(conn)
        .map(sent)
}

/// How many submissions a candidacy has had.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn, candidacy: CandidacyId) -> QueryResult<i64> {
    submission::table.filter(submission::candidacy_id.eq(candidacy.to_string())).count().get_result(conn)
}

/// The outcome that the mentor was told: `award` or `further_evidence`. A correction stands for what it corrects.
///
/// # Errors
/// Those of the database.
pub fn released(conn: &mut Conn, id: SubmissionId) -> QueryResult<Option<String>> {
    decision::table
        .filter(decision::submission_id.eq(id.to_string()))
        .filter(decision::released_at.is_not_null())
        .order((decision::decided_at.desc(), decision::id.desc()))
        .select(decision::outcome)
        .first(conn)
        .optional()
}

/// Writes a submission.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &SubmissionRow) -> QueryResult<()> {
    diesel::insert_into(submission::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Takes a submission back, and ends the readings that were given out.
///
/// # Errors
/// Those of the database.
pub fn withdraw(tx: &mut Tx<'_>, row: &SubmissionRow, now: Timestamp) -> QueryResult<()> {
    let now = Some(At::from(now));
    diesel::update(submission::table.filter(submission::id.eq(row.id.to_string())))
        .set((submission::withdrawn_at.eq(now), submission::version.eq(row.version + 1)))
        .execute(&mut **tx)?;
    let live = review::table.filter(review::submission_id.eq(row.id.to_string())).filter(review::ended_at.is_null());
    diesel::update(live)
        .set((review::ended_at.eq(now), review::version.eq(review::version + 1)))
        .execute(&mut **tx)
        .map(drop)
}
