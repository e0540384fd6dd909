//! Every row of every table, in words that both databases share: what a backup holds, and what moves between them.
//!
//! A row is a JSON object of its columns: text as text, numbers as numbers, yes and no as 1 and 0, bytes as `\x` and
//! hexadecimal figures, as PostgreSQL writes them. Which tables and columns there are is asked of the database itself, so
//! a migration can't be forgotten here.

use super::{Conn, DbError, Target, connection};
use cairn_migrations::Dialect;
use diesel::{
    QueryableByName, RunQueryDsl,
    connection::{DefaultLoadingMode, LoadConnection, SimpleConnection},
    pg::PgRowByRowLoadingMode,
    sql_query,
    sql_types::{Bool, Text},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};

/// How many bytes of rows are written with one statement, about.
const TOGETHER: usize = 1 << 20;

/// A row: its columns by their names.
pub type Row = BTreeMap<String, Value>;

/// A table of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    holds: Holds,
}

/// What a column holds, as far as the databases write it in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Text or numbers, which both write alike.
    Plain,
    /// A yes or no, which SQLite keeps as 1 or 0.
    Boolean,
    /// Bytes, for which JSON has no form of its own.
    Bytes,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// All tables but the list of migrations and what a database makes for itself, such as an index for searching.
///
/// # Errors
/// Those of the database, and a column of a type that is not known here.
pub fn tables(conn: &mut Conn) -> Result<Vec<Table>, DbError> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS table_name, c.name AS column_name, c.type AS kind \
             FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND t.name NOT IN (SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')) \
             ORDER BY 1, 2"
        }
        Conn::Postgres(_) => {
            "SELECT c.table_name::text, c.column_name::text, upper(c.data_type::text) AS kind \
             FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
             ORDER BY c.table_name COLLATE \"C\", c.column_name COLLATE \"C\""
        }
    };
    let found: Vec<Found> = sql_query(sql).load(conn)?;
    let mut tables: Vec<Table> = Vec::new();
    for Found { table_name, column_name, kind } in found {
        if table_name == "migration" {
            continue;
        }
        let holds = match kind.as_str() {
            "TEXT" | "INTEGER" | "BIGINT" => Holds::Plain,
            "BOOLEAN" => Holds::Boolean,
            "BLOB" | "BYTEA" => Holds::Bytes,
            other => {
                return Err(DbError::Unfit(format!("{table_name}.{column_name} is of the unknown type {other}")));
            }
        };
        let column = Column { name: column_name, holds };
        match tables.last_mut() {
            Some(table) if table.name == table_name => table.columns.push(column),
            _ => tables.push(Table { name: table_name, columns: vec![column] }),
        }
    }
    if tables.is_empty() {
        return Err(DbError::Unfit("There is no table that may be read here.".into()));
    }
    Ok(tables)
}

impl Table {
    /// Tells of each row, in no order. They are read one by one, however many there are.
    ///
    /// # Errors
    /// Those of the database, and the first of the closure.
    pub fn each<E: From<DbError>>(&self, conn: &mut Conn, mut tell: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        match conn {
            Conn::Sqlite(conn) => {
                let pairs = self.columns.iter().map(|Column { name, holds }| match holds {
                    // Nothing stays nothing.
                    Holds::Bytes => format!("'{name}', iif(\"{name}\" IS NULL, NULL, '\\x' || lower(hex(\"{name}\")))"),
                    Holds::Plain | Holds::Boolean => format!("'{name}', \"{name}\""),
                });
                let sql = format!("SELECT json_object({}) AS said FROM \"{}\"", list(pairs), self.name);
                stream::<_, DefaultLoadingMode, E>(conn, &sql, &mut tell)
            }
            Conn::Postgres(conn) => {
                let pairs = self.columns.iter().map(|Column { name, holds }| match holds {
                    Holds::Boolean => format!("'{name}', \"{name}\"::int"),
                    // However the server is set to write bytes.
                    Holds::Bytes => format!("'{name}', '\\x' || encode(\"{name}\", 'hex')"),
                    Holds::Plain => format!("'{name}', \"{name}\""),
                });
                let sql = format!("SELECT json_build_object({})::text AS said FROM \"{}\"", list(pairs), self.name);
                stream::<_, PgRowByRowLoadingMode, E>(conn, &sql, &mut tell)
            }
        }
    }

    /// Writes rows, as [`Table::each`] tells them.
    fn write(&self, conn: &mut Conn, rows: &str) -> Result<(), DbError> {
        let names = list(self.columns.iter().map(|column| format!("\"{}\"", column.name)));
        let values = match conn {
            Conn::Sqlite(_) => {
                let values = self.columns.iter().map(|Column { name, holds }| {
                    let value = format!("json_extract(value, '$.\"{name}\"')");
                    if *holds == Holds::Bytes { format!("unhex(substr({value}, 3))") } else { value }
                });
                format!("SELECT {} FROM json_each(?)", list(values))
            }
            Conn::Postgres(_) => {
                format!("SELECT {names} FROM json_populate_recordset(NULL::\"{}\", $1::json)", self.name)
            }
        };
        let sql = format!("INSERT INTO \"{}\" ({names}) {values}", self.name);
        sql_query(sql).bind::<Text, _>(rows).execute(conn)?;
        Ok(())
    }

    /// Whether that is a row of this table: it has its columns and no others.
    pub fn fits(&self, row: &Row) -> bool {
        row.len() == self.columns.len() && self.columns.iter().all(|column| row.contains_key(&column.name))
    }
}

fn list(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn stream<C, M, E>(conn: &mut C, sql: &str, tell: &mut impl FnMut(Row) -> Result<(), E>) -> Result<(), E>
where
    C: LoadConnection<M>,
    E: From<DbError>,
    for<'q> diesel::query_builder::SqlQuery: diesel::query_dsl::methods::LoadQuery<'q, C, Said, M>,
{
    for said in sql_query(sql).load_iter::<Said, M>(conn).map_err(DbError::from)? {
        let said = said.map_err(DbError::from)?.said;
        let row = serde_json::from_str(&said).map_err(|error| DbError::Unfit(error.to_string()))?;
        tell(row)?;
    }
    Ok(())
}

/// Takes rows of one table and writes them, many with one statement.
pub struct Loader<'a> {
    conn: &'a mut Conn,
    table: &'a Table,
    waiting: String,
}

impl<'a> Loader<'a> {
    /// Begins with that table.
    pub fn new(conn: &'a mut Conn, table: &'a Table) -> Self {
        Self { conn, table, waiting: String::new() }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// Those of the database, and a row that doesn't fit.
    pub fn take(&mut self, row: &Row) -> Result<(), DbError> {
        if !self.table.fits(row) {
            return Err(DbError::Unfit(format!("a row does not fit the table {}", self.table.name)));
        }
        self.waiting.push(if self.waiting.is_empty() { '[' } else { ',' });
        self.waiting.push_str(&serde_json::to_string(row).map_err(|e| DbError::Unfit(e.to_string()))?);
        if self.waiting.len() > TOGETHER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), DbError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting.push(']');
        self.table.write(self.conn, &self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(mut self) -> Result<(), DbError> {
        self.flush()
    }
}

/// How many rows a table has, and one hash over all of them, whatever their order.
#[derive(Debug, Default)]
pub struct Tally {
    rows: Vec<[u8; 32]>,
}

impl Tally {
    /// Counts a row in.
    pub fn count(&mut self, row: &Row) {
        // A map that is ordered, so that the same row is the same text wherever it comes from.
        let text = serde_json::to_vec(row).unwrap_or_default();
        self.rows.push(Sha256::digest(text).into());
    }

    /// The number of rows, and the hash in hexadecimal digits.
    pub fn end(mut self) -> (u64, String) {
        self.rows.sort_unstable();
        let mut all = Sha256::new();
        for row in &self.rows {
            all.update(row);
        }
        let hex = all.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        (self.rows.len() as u64, hex)
    }
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether any of these tables holds a row.
fn any(conn: &mut Conn, tables: &[Table]) -> Result<bool, DbError> {
    for Table { name, .. } in tables {
        let answer: Answer = sql_query(format!("SELECT EXISTS (SELECT 1 FROM \"{name}\") AS yes")).get_result(conn)?;
        if answer.yes {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens a database, with its schema as it was at that migration, if it is empty.
///
/// # Errors
/// Those of the database; and if it holds data, or a newer schema.
pub fn make_ready(target: &Target, schema: i64) -> Result<Conn, DbError> {
    let opened = connection::open(target, connection::Purpose::Write);
    let mut conn = opened.map_err(|error| DbError::Unavailable(error.to_string()))?;
    conn.migrate_to(schema)?;
    is_empty(&mut conn)?;
    if conn.schema()? != schema {
        return Err(DbError::Unfit("The database has a newer schema already. Give one that is new.".into()));
    }
    Ok(conn)
}

fn is_empty(conn: &mut Conn) -> Result<(), DbError> {
    let tables = tables(conn)?;
    if any(conn, &tables)? {
        return Err(DbError::Unfit("The database holds data already. Give one that is empty.".into()));
    }
    Ok(())
}

/// Fills a database if it is empty: makes the schema as it was at that migration, runs the closure in a transaction in
/// which rows may come before those that they refer to, and brings the schema up to date afterwards.
///
/// # Errors
/// Those of the database and of the closure; then the tables are as empty as before.
pub fn fill<E: From<DbError>>(
    target: &Target,
    schema: i64,
    closure: impl FnOnce(&mut Conn) -> Result<(), E>,
) -> Result<(), E> {
    let mut conn = make_ready(target, schema)?;
    let begin = match conn.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON",
        Dialect::Postgres => "BEGIN",
    };
    conn.batch_execute(begin).map_err(DbError::from)?;
    // Once more, now that nobody else can write: a server may have been started meanwhile.
    let filled = is_empty(&mut conn).and_then(|()| loosen(&mut conn)).map_err(E::from).and_then(|fasten| {
        closure(&mut conn)?;
        Ok(conn.batch_execute(&fasten).map_err(DbError::from)?)
    });
    match filled {
        Ok(()) => conn.batch_execute("COMMIT").map_err(DbError::from)?,
        Err(error) => {
            let _ = conn.batch_execute("ROLLBACK");
            return Err(error);
        }
    }
    conn.migrate().map_err(DbError::from)?;
    if conn.dialect() == Dialect::Postgres {
        // PostgreSQL plans by what it knows of the rows, and would find out a minute later, in the middle of work.
        conn.batch_execute("ANALYZE").map_err(DbError::from)?;
    }
    Ok(())
}

/// Lets PostgreSQL look at references at the end of the transaction, and gives what makes it look at once again. SQLite
/// was asked to wait already.
fn loosen(conn: &mut Conn) -> Result<String, DbError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok("SELECT 1".into());
    }
    let references: Vec<Said> = sql_query(
        "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname) AS said \
         FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
    )
    .load(conn)?;
    let all = |end: &str| references.iter().map(|one| format!("{} {end};", one.said)).collect::<String>();
    conn.batch_execute(&all("DEFERRABLE INITIALLY DEFERRED"))?;
    Ok(format!("SET CONSTRAINTS ALL IMMEDIATE; {}", all("NOT DEFERRABLE")))
}
