//! Rows and queries of credentials.

use crate::db::{
    AsText, At, Conn, Tx, among,
    schema::{award, credential, publication},
};
use cairn_shared::{
    award::AwardStatus,
    ids::{AwardId, CredentialId},
    qualification::Qualification,
    time::Timestamp,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// A credential as it was signed.
#[derive(Debug, Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = credential)]
pub struct CredentialRow {
    /// Which.
    pub id: AsText<CredentialId>,
    /// Of which award.
    pub award_id: AsText<AwardId>,
    /// The generation of the keys that signed it.
    pub key_number: i64,
    /// Its place in the status list.
    pub status_index: i64,
    /// With a proof in it: the bytes that are served.
    pub json: String,
    /// As a token: the bytes that are served.
    pub jwt: String,
    /// When it was signed.
    pub issued_at: At,
    /// When it ended.
    pub ended_at: Option<At>,
    /// As what: `replaced` by a newer one, or `revoked` with its award.
    pub ended_as: Option<String>,
}

/// Writes a credential.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &CredentialRow) -> QueryResult<()> {
    diesel::insert_into(credential::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Ends the credential of an award that holds, if there is one.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, id: AwardId, ended_as: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(
        credential::table.filter(credential::award_id.eq(id.to_string())).filter(credential::ended_at.is_null()),
    )
    .set((credential::ended_at.eq(Some(At::from(now))), credential::ended_as.eq(Some(ended_as.to_owned()))))
    .execute(&mut **tx)
    .map(drop)
}

/// The places in the status list that are somebody's.
///
/// # Errors
/// Those of the database.
pub fn places(conn: &mut Conn) -> QueryResult<Vec<i64>> {
    credential::table.select(credential::status_index).load(conn)
}

/// Whether a place in the status list is somebody's.
///
/// # Errors
/// Those of the database.
pub fn is_taken(conn: &mut Conn, place: i64) -> QueryResult<bool> {
    let found: i64 = credential::table.filter(credential::status_index.eq(place)).count().get_result(conn)?;
    Ok(found > 0)
}

/// The places of credentials that have ended, and when the last of them did.
///
/// # Errors
/// Those of the database.
pub fn ended(conn: &mut Conn) -> QueryResult<(Vec<i64>, Option<Timestamp>)> {
    let rows: Vec<(i64, Option<At>)> = credential::table
        .filter(credential::ended_at.is_not_null())
        .order(credential::status_index)
        .select((credential::status_index, credential::ended_at))
        .load(conn)?;
    let last = rows.iter().filter_map(|(_, at)| at.map(Timestamp::from)).max();
    Ok((rows.into_iter().map(|(place, _)| place).collect(), last))
}

/// Of each of those awards the credential that holds, or the last that did.
///
/// # Errors
/// Those of the database.
pub fn of_awards(conn: &mut Conn, ids: &[AwardId]) -> QueryResult<HashMap<AwardId, CredentialRow>> {
    let mut rows: Vec<CredentialRow> =
        credential::table.filter(among(credential::award_id, ids.iter().map(AwardId::to_string))).load(conn)?;
    // What holds has no end, and comes last; the two databases do not agree on where nothing is sorted.
    rows.sort_by_key(|row| (row.ended_at.is_none(), row.ended_at.map(Timestamp::from), *row.id));
    Ok(rows.into_iter().map(|row| (*row.award_id, row)).collect())
}

/// A credential that holds, whose award its holder shows to everybody, and what it is of.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn published(conn: &mut Conn, id: CredentialId) -> QueryResult<(CredentialRow, Qualification)> {
    let (row, qualification): (CredentialRow, AsText<Qualification>) = credential::table
        .inner_join(award::table)
        .inner_join(publication::table.on(publication::award_id.eq(award::id)))
        .filter(credential::id.eq(id.to_string()))
        // What was replaced may hold a name that somebody no longer bears.
        .filter(credential::ended_at.is_null())
        .select((credential::all_columns, award::qualification))
        .first(conn)?;
    Ok((row, qualification.into_inner()))
}

/// The credential of that id, for whoever has it in hand.
///
/// # Errors
/// Those of the database.
pub fn registered(conn: &mut Conn, id: CredentialId) -> QueryResult<Option<CredentialRow>> {
    credential::table.find(id.to_string()).first(conn).optional()
}

/// How many awards in force have no credential.
///
/// # Errors
/// Those of the database.
pub fn awards_without(conn: &mut Conn) -> QueryResult<i64> {
    award::table
        .left_join(credential::table)
        .filter(credential::id.is_null())
        .filter(award::status.eq(AwardStatus::InForce.code()))
        .count()
        .get_result(conn)
}
