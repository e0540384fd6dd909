//! Rows and queries of second steps and recovery codes.

use crate::db::{
    AsText, At, Conn, Tx,
    schema::{recovery_code, round, second_step},
};
use cairn_shared::ids::PersonId;
use diesel::prelude::*;

/// Somebody's second step, in force, or being set up, or both: a new app beside that of today.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = second_step, treat_none_as_null = true)]
pub struct SecondStepRow {
    /// Whose.
    pub person_id: AsText<PersonId>,
    /// The app's secret, sealed.
    pub sealed: Option<String>,
    /// Since when it is in force.
    pub since: Option<At>,
    /// The last half minute whose code was taken.
    pub last_step: i64,
    /// The secret of an app that is being set up, sealed.
    pub pending: Option<String>,
    /// Since when.
    pub pending_since: Option<At>,
}

/// Somebody's second step.
///
/// # Errors
/// Those of the database.
pub fn of(conn: &mut Conn, who: PersonId) -> QueryResult<Option<SecondStepRow>> {
    second_step::table.filter(second_step::person_id.eq(who.to_string())).first(conn).optional()
}

/// All second steps.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<SecondStepRow>> {
    second_step::table.order(second_step::person_id).load(conn)
}

/// Whether somebody's second step is in force.
///
/// # Errors
/// Those of the database.
pub fn is_in_force(conn: &mut Conn, who: PersonId) -> QueryResult<bool> {
    let found: i64 = second_step::table
        .filter(second_step::person_id.eq(who.to_string()))
        .filter(second_step::sealed.is_not_null())
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

/// Whether somebody chairs a round that isn't released, or stands in for its chair.
///
/// # Errors
/// Those of the database.
pub fn chairs(conn: &mut Conn, who: PersonId) -> QueryResult<bool> {
    let who = who.to_string();
    let found: i64 = round::table
        .filter(round::released_at.is_null())
        .filter(round::chair_id.assume_not_null().eq(who.clone()).or(round::deputy_id.assume_not_null().eq(who)))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Writes it, whether or not there was one.
///
/// # Errors
/// Those of the database.
pub fn put(tx: &mut Tx<'_>, row: &SecondStepRow) -> QueryResult<()> {
    let own = second_step::table.filter(second_step::person_id.eq(row.person_id.to_string()));
    if diesel::update(own).set(row).execute(&mut **tx)? == 0 {
        diesel::insert_into(second_step::table).values(row.clone()).execute(&mut **tx)?;
    }
    Ok(())
}

/// Takes it away, with its recovery codes.
///
/// # Errors
/// Those of the database.
pub fn drop(tx: &mut Tx<'_>, who: PersonId) -> QueryResult<()> {
    drop_codes(tx, who)?;
    diesel::delete(second_step::table.filter(second_step::person_id.eq(who.to_string()))).execute(&mut **tx).map(|_| ())
}

/// Takes all second steps away: those of the demonstration, whose secret is another after each start.
///
/// # Errors
/// Those of the database.
pub fn drop_all(tx: &mut Tx<'_>) -> QueryResult<()> {
    diesel::delete(recovery_code::table).execute(&mut **tx)?;
    diesel::delete(second_step::table).execute(&mut **tx).map(|_| ())
}

/// Writes recovery codes, by their hashes, in place of those before.
///
/// # Errors
/// Those of the database.
pub fn put_codes(tx: &mut Tx<'_>, who: PersonId, hashes: &[String]) -> QueryResult<()> {
    drop_codes(tx, who)?;
    for hash in hashes {
        diesel::insert_into(recovery_code::table)
            .values((recovery_code::hash.eq(hash), recovery_code::person_id.eq(who.to_string())))
            .execute(&mut **tx)?;
    }
    Ok(())
}

fn drop_codes(tx: &mut Tx<'_>, who: PersonId) -> QueryResult<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(who.to_string())))
        .execute(&mut **tx)
        .map(|_| ())
}

/// Uses a recovery code up. Whether there was one.
///
/// # Errors
/// Those of the database.
pub fn use_code(tx: &mut Tx<'_>, who: PersonId, hash: &str) -> QueryResult<bool> {
    let code =
        recovery_code::table.filter(recovery_code::hash.eq(hash)).filter(recovery_code::person_id.eq(who.to_string()));
    Ok(diesel::delete(code).execute(&mut **tx)? == 1)
}

/// How many recovery codes somebody has left.
///
/// # Errors
/// Those of the database.
pub fn codes_left(conn: &mut Conn, who: PersonId) -> QueryResult<u32> {
    let left: i64 =
        recovery_code::table.filter(recovery_code::person_id.eq(who.to_string())).count().get_result(conn)?;
    Ok(u32::try_from(left).unwrap_or(u32::MAX))
}
