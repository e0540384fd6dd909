//! Who may open a piece of evidence: its owner, and those who may read an edition that holds it.

use crate::{
    actor::Viewer,
    conflict,
    db::{
        Conn,
        schema::{candidacy, edition_file, entry, evidence, review, round, submission},
    },
    entry::store::EvidenceRow,
};
use cairn_shared::ids::EvidenceId;
use diesel::prelude::*;

/// The piece of evidence, if the viewer wrote it, or reads or presides over a submission whose edition holds it.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn openable(conn: &mut Conn, viewer: Viewer, id: EvidenceId) -> QueryResult<EvidenceRow> {
    let me = viewer.person.to_string();
    let row: (EvidenceRow, String) = evidence::table
        .inner_join(entry::table)
        .filter(evidence::id.eq(id.to_string()))
        .select((evidence::all_columns, entry::owner_id))
        .first(conn)?;
    let (row, owner) = row;
    if owner == me && row.removed_at.is_none() {
        return Ok(row);
    }
    let today = viewer.today.to_string();
    let sealed = || {
        submission::table
            .inner_join(edition_file::table.on(edition_file::edition_id.eq(submission::edition_id)))
            .inner_join(candidacy::table)
            .inner_join(round::table)
            .filter(edition_file::evidence_id.eq(id.to_string()))
            .filter(submission::withdrawn_at.is_null())
    };
    let mine: i64 = sealed().filter(candidacy::mentor_id.eq(me.clone())).count().get_result(conn)?;
    let read: i64 = sealed()
        .filter(round::review_opens.le(today))
        .filter(
            diesel::dsl::exists(
                review::table
                    .filter(review::submission_id.eq(submission::id))
                    .filter(review::reviewer_id.eq(me.clone()))
                    .filter(review::ended_at.is_null()),
            )
            .or(round::chair_id.assume_not_null().eq(me.clone()))
            .or(round::deputy_id.assume_not_null().eq(me)),
        )
        .filter(conflict::store::no_conflict(viewer))
        .count()
        .get_result(conn)?;
    if mine + read > 0 { Ok(row) } else { Err(diesel::result::Error::NotFound) }
}
