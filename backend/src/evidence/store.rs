//! Who may open a piece of evidence: its owner, and those who may read an edition that holds it.

use crate::{
    actor::Viewer,
    conflict,
    db::{
        AsText, Conn,
        schema::{candidacy, edition_file, entry, evidence, review, round, submission},
    },
    entry::store::EvidenceRow,
};
use cairn_shared::ids::{EvidenceId, PersonId, RoundId};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};

/// The viewer's own piece of evidence. What was taken off its entry is there as long as an edition holds it.
///
/// # Errors
/// Those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer, id: EvidenceId) -> QueryResult<Option<EvidenceRow>> {
    let is_sealed = exists(edition_file::table.filter(edition_file::evidence_id.eq(evidence::id)));
    evidence::table
        .inner_join(entry::table)
        .filter(evidence::id.eq(id.to_string()))
        .filter(entry::owner_id.eq(viewer.person.to_string()))
        .filter(not(evidence::removed_at.is_not_null().and(not(is_sealed))))
        .select(evidence::all_columns)
        .first(conn)
        .optional()
}

/// A piece of evidence in a submission whose reading has begun and that the viewer has no conflict with.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The evidence.
    pub row: EvidenceRow,
    /// The round that the submission is in.
    pub round: RoundId,
    /// Whose it is.
    pub mentor: PersonId,
    /// Whether the viewer was given it to read. If not, they are the round's chair or the deputy.
    pub is_given: bool,
}

/// The submissions that hold a piece of evidence and that the viewer was given to read, or is chair or deputy over.
///
/// # Errors
/// Those of the database.
pub fn sealed(conn: &mut Conn, viewer: Viewer, id: EvidenceId) -> QueryResult<Vec<Sealed>> {
    type Row = (EvidenceRow, AsText<RoundId>, AsText<PersonId>, bool);
    let me = viewer.person.to_string();
    let given = || {
        exists(
            review::table
                .filter(review::submission_id.eq(submission::id))
                .filter(review::reviewer_id.eq(me.clone()))
                .filter(review::ended_at.is_null()),
        )
    };
    let rows: Vec<Row> = evidence::table
        .inner_join(edition_file::table)
        .inner_join(submission::table.on(submission::edition_id.eq(edition_file::edition_id)))
        .inner_join(candidacy::table.on(candidacy::id.eq(submission::candidacy_id)))
        .inner_join(round::table.on(round::id.nullable().eq(submission::round_id)))
        .filter(evidence::id.eq(id.to_string()))
        .filter(submission::withdrawn_at.is_null())
        .filter(round::review_opens.le(viewer.today.to_string()))
        .filter(conflict::store::no_conflict(viewer))
        .filter(
            given()
                .or(round::chair_id.assume_not_null().eq(me.clone()))
                .or(round::deputy_id.assume_not_null().eq(me.clone())),
        )
        .select((evidence::all_columns, round::id, candidacy::mentor_id, given()))
        .load(conn)?;
    let sealed = |(row, round, mentor, is_given): Row| Sealed { row, round: *round, mentor: *mentor, is_given };
    Ok(rows.into_iter().map(sealed).collect())
}
