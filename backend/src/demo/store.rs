//! Rows that only the demonstration writes, and what it looks up while it is made.

use crate::db::{
    AsText, Conn, Tx,
    schema::{judgement, placement, review},
};
use cairn_shared::{
    framework::Standard,
    ids::{PersonId, SubmissionId},
    person::Phase,
    review::Suggestion,
    text::{Draft, Prose},
    time::Date,
};
use diesel::prelude::*;

/// A trainee on placement.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = placement)]
pub struct PlacementRow {
    /// Which.
    pub id: String,
    /// With whom.
    pub mentor_id: AsText<PersonId>,
    /// All that is known of the trainee.
    pub initials: String,
    /// In which phase.
    pub phase: AsText<Phase>,
    /// Since when.
    pub since: AsText<Date>,
    /// Until when.
    pub until: Option<AsText<Date>>,
}

/// Writes a placement.
pub fn add_placement(tx: &mut Tx<'_>, row: &PlacementRow) -> QueryResult<()> {
    diesel::insert_into(placement::table).values(row.clone()).execute(&mut **tx).map(drop)
}

type SuggestedRow = (AsText<Standard>, AsText<Draft<2000>>, AsText<Prose<4000>>);

/// What the readers of a submission suggest.
pub fn suggested(conn: &mut Conn, id: SubmissionId) -> QueryResult<Vec<(Standard, Suggestion)>> {
    let rows: Vec<SuggestedRow> = judgement::table
        .inner_join(review::table)
        .filter(review::submission_id.eq(id.to_string()))
        .filter(review::ended_at.is_null())
        .filter(judgement::found.eq("more_needed"))
        .order((judgement::standard, review::id))
        .select((judgement::standard, judgement::already_there, judgement::would_help))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(standard, already_there, would_help)| {
            let (already_there, would_help) = (already_there.into_inner(), would_help.into_inner());
            (*standard, Suggestion { already_there, would_help, who_can_help: None })
        })
        .collect())
}
