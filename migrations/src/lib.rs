//! The database schema.
//!
//! What both databases share stands once, in `common/`, in PostgreSQL's words; for SQLite a short, written map turns
//! its types into those of a STRICT table. What each says in its own way stands in `sqlite/` and `postgres/`. The
//! three folders are merged by their numbers. A migration, once released, never changes: add the next number.

use diesel::{
    Connection, QueryResult, QueryableByName, RunQueryDsl, connection::SimpleConnection, query_builder::SqlQuery,
    query_dsl::LoadQuery, sql_query, sql_types::BigInt,
};

/// A database that Cairn keeps its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// One step of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its number; steps run in the order of their numbers, each once.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    sql: &'static str,
    dialect: Option<Dialect>,
}

macro_rules! steps {
    ($($version:literal $name:literal $folder:literal $dialect:expr;)*) => {
        const STEPS: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../", $folder, "/", $name, ".sql")),
            dialect: $dialect,
        }),*];
    };
}

steps! {
    1 "0001_people" "common" None;
    2 "0002_story" "common" None;
    3 "0003_panel" "common" None;
    4 "0004_machinery" "common" None;
    5 "0005_dialect" "sqlite" Some(Dialect::Sqlite);
    5 "0005_dialect" "postgres" Some(Dialect::Postgres);
    6 "0006_second_step" "common" None;
    7 "0007_search" "sqlite" Some(Dialect::Sqlite);
    7 "0007_search" "postgres" Some(Dialect::Postgres);
    8 "0008_panel" "common" None;
    9 "0009_credential" "common" None;
    10 "0010_celebration" "common" None;
}

/// The map from the words of `common/` to SQLite's: a STRICT table knows five types.
pub const SQLITE_TYPES: &[(&str, &str)] = &[("BIGINT", "INTEGER"), ("BOOLEAN", "INTEGER")];

impl Migration {
    /// The steps of that database, in order.
    pub fn all(dialect: Dialect) -> impl Iterator<Item = Self> {
        STEPS.iter().copied().filter(move |step| step.dialect.is_none_or(|d| d == dialect))
    }

    /// The step's SQL, in the words of that database.
    pub fn sql(&self, dialect: Dialect) -> String {
        if self.dialect.is_some() || dialect == Dialect::Postgres {
            return self.sql.to_owned();
        }
        let mut sql = String::with_capacity(self.sql.len() + 200);
        let mut in_table = false;
        for line in self.sql.lines() {
            in_table |= line.starts_with("CREATE TABLE ");
            if in_table && line == ");" {
                sql.push_str(") STRICT;\n");
                in_table = false;
                continue;
            }
            let mut words = line.to_owned();
            if in_table {
                for (common, sqlite) in SQLITE_TYPES {
                    words = words.replace(&format!(" {common} "), &format!(" {sqlite} "));
                    if let Some(head) = words.strip_suffix(&format!(" {common},")) {
                        words = format!("{head} {sqlite},");
                    } else if let Some(head) = words.strip_suffix(&format!(" {common}")) {
                        words = format!("{head} {sqlite}");
                    }
                }
            }
            sql.push_str(&words);
            sql.push('\n');
        }
        sql
    }
}

/// A step that the database has.
#[doc(hidden)]
#[derive(QueryableByName)]
pub struct Done {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Brings the schema up to date and says which steps it ran. Running it again runs none; two servers that start
/// together run each step once, because each takes the database's lock before it looks.
///
/// # Errors
/// Those of the database. A step that could not be finished leaves nothing behind.
pub fn run<C>(connection: &mut C, dialect: Dialect) -> QueryResult<Vec<&'static str>>
where
    C: Connection + SimpleConnection,
    for<'a> SqlQuery: LoadQuery<'a, C, Done>,
{
    run_to(connection, dialect, newest(dialect))
}

/// The number of the newest step.
pub fn newest(dialect: Dialect) -> i64 {
    Migration::all(dialect).map(|step| step.version).max().unwrap_or(0)
}

/// The number of the newest step that the database has; 0 if it has none.
///
/// # Errors
/// Those of the database.
pub fn version<C>(connection: &mut C, dialect: Dialect) -> QueryResult<i64>
where
    C: Connection + SimpleConnection,
    for<'a> SqlQuery: LoadQuery<'a, C, Done>,
{
    let there = match dialect {
        Dialect::Sqlite => "SELECT count(*) AS version FROM sqlite_schema WHERE name = 'migration'",
        Dialect::Postgres => {
            "SELECT count(*) AS version FROM pg_tables WHERE tablename = 'migration' AND schemaname = current_schema()"
        }
    };
    let there: Vec<Done> = sql_query(there).load(connection)?;
    if there.iter().all(|count| count.version == 0) {
        return Ok(0);
    }
    let done: Vec<Done> = sql_query("SELECT version FROM migration").load(connection)?;
    Ok(done.iter().map(|step| step.version).max().unwrap_or(0))
}

/// As [`run`], but ends with that step, as an earlier version of this program did.
///
/// # Errors
/// Those of the database. A step that could not be finished leaves nothing behind.
pub fn run_to<C>(connection: &mut C, dialect: Dialect, last: i64) -> QueryResult<Vec<&'static str>>
where
    C: Connection + SimpleConnection,
    for<'a> SqlQuery: LoadQuery<'a, C, Done>,
{
    // Nothing is locked where nothing is to be done: a start must not wait for a server that is at work.
    if version(connection, dialect)? >= last {
        return Ok(Vec::new());
    }
    let begin = match dialect {
        Dialect::Sqlite => "BEGIN EXCLUSIVE",
        // Any number that is ours alone; the lock goes with the transaction.
        Dialect::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(20260916)",
    };
    connection.batch_execute(begin)?;
    let result = run_locked(connection, dialect, last);
    connection.batch_execute(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

fn run_locked<C>(connection: &mut C, dialect: Dialect, last: i64) -> QueryResult<Vec<&'static str>>
where
    C: Connection + SimpleConnection,
    for<'a> SqlQuery: LoadQuery<'a, C, Done>,
{
    let strict = if dialect == Dialect::Sqlite { " STRICT" } else { "" };
    let integer = if dialect == Dialect::Sqlite { "INTEGER" } else { "BIGINT" };
    connection.batch_execute(&format!(
        "CREATE TABLE IF NOT EXISTS migration (version {integer} NOT NULL PRIMARY KEY, name TEXT NOT NULL){strict}"
    ))?;
    let done: Vec<Done> = sql_query("SELECT version FROM migration").load(connection)?;
    let mut ran = Vec::new();
    for step in Migration::all(dialect).take_while(|step| step.version <= last) {
        if done.iter().any(|d| d.version == step.version) {
            continue;
        }
        connection.batch_execute(&step.sql(dialect))?;
        connection.batch_execute(&format!(
            "INSERT INTO migration (version, name) VALUES ({}, '{}')",
            step.version, step.name
        ))?;
        ran.push(step.name);
    }
    Ok(ran)
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::SqliteConnection;

    #[test]
    fn every_file_is_listed_and_numbers_rise() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let versions: Vec<_> = Migration::all(dialect).map(|m| m.version).collect();
            assert!(versions.windows(2).all(|pair| pair[0] < pair[1]));
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files =
            ["common", "sqlite", "postgres"].iter().flat_map(|f| std::fs::read_dir(root.join(f)).unwrap()).count();
        assert_eq!(files, STEPS.len());
    }

    #[test]
    fn every_table_of_sqlite_is_strict_and_no_foreign_word_is_left() {
        for step in Migration::all(Dialect::Sqlite) {
            let sql = step.sql(Dialect::Sqlite);
            assert_eq!(sql.matches("CREATE TABLE ").count(), sql.matches(") STRICT;").count(), "{}", step.name);
            assert!(SQLITE_TYPES.iter().all(|(common, _)| !sql.contains(common)), "{}", step.name);
        }
    }

    #[test]
    fn running_twice_runs_once() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        assert_eq!(version(&mut connection, Dialect::Sqlite).unwrap(), 0);
        assert_eq!(run_to(&mut connection, Dialect::Sqlite, 2).unwrap().len(), 2);
        assert_eq!(version(&mut connection, Dialect::Sqlite).unwrap(), 2);
        let newest = newest(Dialect::Sqlite);
        assert_eq!(run(&mut connection, Dialect::Sqlite).unwrap().len() as i64, newest - 2);
        assert_eq!(version(&mut connection, Dialect::Sqlite).unwrap(), newest);
        assert!(run(&mut connection, Dialect::Sqlite).unwrap().is_empty());
    }
}
