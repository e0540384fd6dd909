//! Rows and queries of print runs.

use crate::db::{AsText, At, Conn, Tx, schema::print_run};
use base64::{Engine, engine::general_purpose::STANDARD};
use cairn_shared::{
    ids::{CelebrationId, PersonId, PrintRunId, RoundId},
    time::Timestamp,
};
use diesel::{prelude::*, result::Error};

/// A print run, without its document.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = print_run)]
pub struct PrintRunRow {
    /// Which.
    pub id: AsText<PrintRunId>,
    /// The round whose certificates it has.
    pub round_id: Option<AsText<RoundId>>,
    /// The celebration whose certificates it has.
    pub celebration_id: Option<AsText<CelebrationId>>,
    /// Who began it.
    pub made_by: AsText<PersonId>,
    /// When.
    pub begun_at: At,
    /// When its maker last told how far it is.
    pub moved_at: At,
    /// How many pages are set.
    pub made: i64,
    /// Of how many.
    pub total: i64,
    /// Who is not in it: a line each.
    pub left_out: String,
}

/// Writes a new one.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &PrintRunRow) -> QueryResult<()> {
    diesel::insert_into(print_run::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// The run of that id, and whether its document is there.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn find(conn: &mut Conn, id: PrintRunId) -> QueryResult<(PrintRunRow, bool)> {
    print_run::table
        .find(id.to_string())
        .select((
            (
                print_run::id,
                print_run::round_id,
                print_run::celebration_id,
                print_run::made_by,
                print_run::begun_at,
                print_run::moved_at,
                print_run::made,
                print_run::total,
                print_run::left_out,
            ),
            print_run::document.is_not_null(),
        ))
        .first(conn)
}

/// Its document, once it is made.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn document(conn: &mut Conn, id: PrintRunId) -> QueryResult<Option<Vec<u8>>> {
    let found: Option<String> = print_run::table.find(id.to_string()).select(print_run::document).first(conn)?;
    found.map(|text| STANDARD.decode(text)).transpose().map_err(|error| Error::DeserializationError(error.into()))
}

/// Notes how far it is, and its document once that is there.
///
/// # Errors
/// Those of the database.
pub fn moved(tx: &mut Tx<'_>, id: PrintRunId, made: i64, document: Option<&[u8]>, now: Timestamp) -> QueryResult<()> {
    diesel::update(print_run::table.find(id.to_string()))
        .set((
            print_run::made.eq(made),
            print_run::document.eq(document.map(|bytes| STANDARD.encode(bytes))),
            print_run::moved_at.eq(At::from(now)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Deletes those that were begun before then. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(print_run::table.filter(print_run::begun_at.lt(At::from(before)))).execute(&mut **tx)
}
