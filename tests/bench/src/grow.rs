//! The demonstration, ten times and a hundred times: its rows are copied by one INSERT … SELECT for each table, which
//! every CHECK, foreign key and trigger of the schema sees. The copies are other people, at other schools, with other
//! portfolios; the rounds stay the same, so that each of them has ten times as many portfolios and readers.
//!
//! An id of a copy is that of its original with the copy's number in place of the twelve bits behind its time. No files
//! are made: evidence of a copy names the file of its original.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use cairn_shared::{award::AwardCode, paper::CoverCode, qualification::Qualification};
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// What is copied, each after what it refers to. The rest (sessions, links to sign in, imports, answers to repeat) is
/// nobody's data; rounds stay as they are.
pub const TABLES: &[&str] = &[
    "school",
    "person",
    "role_grant",
    "membership",
    "support",
    "placement",
    "entry",
    "entry_version",
    "standard_link",
    "evidence",
    "candidacy",
    "portfolio",
    "piece",
    "edition",
    "edition_file",
    "panel_member",
    "submission",
    "paper",
    "declared_conflict",
    "review",
    "judgement",
    "review_comment",
    "decision",
    "finding",
    "suggestion",
    "suggestion_reply",
    "award",
    "mail",
    "audit",
];

/// Tables that stay as they are at every size.
pub const NOT_COPIED: &[&str] = &[
    "round",
    "session",
    "refresh_token",
    "sign_in_link",
    "import",
    "import_row",
    "idempotent_reply",
    "migration",
    "second_step",
    "recovery_code",
    "signing_key",
    // Signed ones can't be copied.
    "credential",
    "publication",
    "celebration",
    "celebration_round",
    "invitation",
    "print_run",
    "calendar_feed",
];

/// Where an INSERT … SELECT is run.
pub trait Database {
    /// Runs some SQL.
    ///
    /// # Errors
    /// Those of the database.
    fn run(&mut self, sql: &str) -> Result<()>;

    /// What a query finds in its only column, which is called `text`.
    ///
    /// # Errors
    /// Those of the database.
    fn texts(&mut self, sql: &str) -> Result<Vec<String>>;
}

impl Database for Connection {
    fn run(&mut self, sql: &str) -> Result<()> {
        Ok(self.execute_batch(sql)?)
    }

    fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        Ok(self.prepare(sql)?.query_map([], |row| row.get("text"))?.collect::<Result<_, _>>()?)
    }
}

impl Database for PgConnection {
    fn run(&mut self, sql: &str) -> Result<()> {
        Ok(self.batch_execute(sql)?)
    }

    fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Text)]
            text: String,
        }
        Ok(sql_query(sql).load::<Found>(self)?.into_iter().map(|found| found.text).collect())
    }
}

/// What of the demonstration the copies are made of: read once from the SQLite file, the same for both databases.
pub struct Original {
    columns: Vec<(&'static str, Vec<String>)>,
    awards: Vec<(String, Qualification, i32)>,
    papers: Vec<String>,
}

impl Original {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(file: &Path) -> Result<Self> {
        let connection = Connection::open(file)?;
        let columns = TABLES.iter().map(|table| Ok((*table, columns(&connection, table)?))).collect::<Result<_>>()?;
        let mut of_awards = connection.prepare("SELECT id, qualification, substr(awarded_on, 1, 4) FROM award")?;
        let awards = of_awards
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?
            .map(|row| {
                let (id, qualification, year) = row?;
                Ok((id, qualification.parse().context("a qualification")?, year.parse()?))
            })
            .collect::<Result<_>>()?;
        let mut of_papers = connection.prepare("SELECT submission_id FROM paper")?;
        let papers = of_papers.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Self { columns, awards, papers })
    }

    /// Makes so many times the original of it, in a database that has it once.
    ///
    /// # Errors
    /// Those of the database.
    pub fn grow(&self, database: &mut dyn Database, times: u32, mut says: impl FnMut(&str)) -> Result<()> {
        database.run("BEGIN")?;
        database.run(
            "CREATE TEMP TABLE mark (copy BIGINT NOT NULL, mark TEXT NOT NULL, digits TEXT NOT NULL);
             CREATE TEMP TABLE fresh_code (of_id TEXT NOT NULL, copy BIGINT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (of_id, copy))",
        )?;
        let marks = (1..times).map(|copy| format!("({copy}, '8{copy:03x}', '{copy:03}')"));
        insert(database, "mark", marks)?;
        let random = |id: &str, copy: u32| -> [u8; 7] {
            let hash = Sha256::digest(format!("{id} {copy}"));
            std::array::from_fn(|n| hash[n])
        };
        let awards = self.awards.iter().flat_map(|(id, qualification, year)| {
            (1..times).map(move |copy| {
                format!("('{id}', {copy}, '{}')", AwardCode::make(*qualification, *year, random(id, copy)).as_str())
            })
        });
        insert(database, "fresh_code", awards)?;
        let papers = self.papers.iter().flat_map(|id| {
            (1..times).map(move |copy| format!("('{id}', {copy}, '{}')", CoverCode::make(random(id, copy)).as_str()))
        });
        insert(database, "fresh_code", papers)?;
        for (table, columns) in &self.columns {
            let began = Instant::now();
            database.run(&copy(table, columns)).with_context(|| format!("copying {table}"))?;
            if began.elapsed().as_secs() >= 2 {
                says(&format!("{table}: {} s", began.elapsed().as_secs()));
            }
        }
        database.run("COMMIT")
    }
}

fn insert(database: &mut dyn Database, table: &str, rows: impl Iterator<Item = String>) -> Result<()> {
    let rows: Vec<String> = rows.collect();
    for some in rows.chunks(500) {
        database.run(&format!("INSERT INTO {table} VALUES {}", some.join(", ")))?;
    }
    Ok(())
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut of = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    Ok(of.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The statement that makes all copies of one table's rows.
fn copy(table: &str, columns: &[String]) -> String {
    let copied: Vec<String> = columns.iter().map(|column| copied(table, column)).collect();
    let codes = match table {
        "award" => " JOIN fresh_code f ON f.of_id = t.id AND f.copy = m.copy",
        "paper" => " JOIN fresh_code f ON f.of_id = t.submission_id AND f.copy = m.copy",
        _ => "",
    };
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM mark m CROSS JOIN {table} t{codes}",
        columns.join(", "),
        copied.join(", ")
    )
}

/// What stands in a column of a copy.
fn copied(table: &str, column: &str) -> String {
    match (table, column) {
        // What stays: rounds, the files of evidence, and the entry of a sealed edition, whose text is not rewritten.
        (_, "round_id") | ("review_comment", "entry_id") => format!("t.{column}"),
        ("person", "email") | ("mail", "to_address") => format!("'c' || m.digits || '.' || t.{column}"),
        ("school", "urn") | ("award", "number" | "token") => format!("t.{column} || m.digits"),
        ("award" | "paper", "code") => "f.code".into(),
        (_, "id" | "declared_by" | "registered_by" | "decided_by") => fresh_id(column),
        (_, column) if column.ends_with("_id") => fresh_id(column),
        _ => format!("t.{column}"),
    }
}

fn fresh_id(column: &str) -> String {
    format!("substr(t.{column}, 1, 14) || m.mark || substr(t.{column}, 19)")
}

/// How much a database holds.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Held {
    /// Rows of all tables.
    pub rows: u64,
    /// People.
    pub people: u64,
    /// Entries.
    pub entries: u64,
    /// Portfolios that were sent.
    pub submissions: u64,
}

/// Counts what a SQLite file holds.
///
/// # Errors
/// Those of the database.
pub fn held(file: &Path) -> Result<Held> {
    let connection = Connection::open(file)?;
    let count = |table: &str| -> Result<u64> {
        Ok(connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))? as u64)
    };
    let rows = TABLES.iter().chain(NOT_COPIED).map(|table| count(table)).sum::<Result<u64>>()?;
    Ok(Held { rows, people: count("person")?, entries: count("entry")?, submissions: count("submission")? })
}

/// Makes a SQLite file that holds so many times another one.
///
/// # Errors
/// Those of the database and the disk.
pub fn grow_file(original: &Path, grown: &Path, times: u32, says: impl FnMut(&str)) -> Result<()> {
    let part = PathBuf::from(format!("{}.part", grown.display()));
    fs::copy(original, &part)?;
    let mut connection = Connection::open(&part)?;
    // Nothing is lost but some minutes if this is broken off, so nothing waits for the disk while it grows.
    connection.run(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA cache_size = -400000; \
         PRAGMA temp_store = MEMORY;",
    )?;
    Original::read(original)?.grow(&mut connection, times, says)?;
    connection.run("PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, error)| error)?;
    fs::File::open(&part)?.sync_all()?;
    Ok(fs::rename(part, grown)?)
}

/// Makes so many times of it in a PostgreSQL database that has it once.
///
/// # Errors
/// Those of the database.
pub fn grow_postgres(original: &Path, url: &str, times: u32, says: impl FnMut(&str)) -> Result<()> {
    let mut connection = PgConnection::establish(url)?;
    Original::read(original)?.grow(&mut connection, times, says)?;
    // What autovacuum does by itself some minutes after so many rows came.
    connection.run("VACUUM ANALYZE")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_migrations::Dialect;
    use diesel::SqliteConnection;

    fn empty() -> PathBuf {
        let file = std::env::temp_dir().join(format!(
            "cairn-bench-{}-{:?}.db",
            std::process::id(),
            std::thread::current().id()
        ));
        let _ = fs::remove_file(&file);
        let mut connection = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
        cairn_migrations::run(&mut connection, Dialect::Sqlite).unwrap();
        file
    }

    #[test]
    fn every_table_is_copied_or_known_to_stay() {
        let file = empty();
        let connection = Connection::open(&file).unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(tables).unwrap();
        let there: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in &there {
            assert!(TABLES.contains(&table.as_str()) != NOT_COPIED.contains(&table.as_str()), "{table}");
        }
        assert_eq!(there.len(), TABLES.len() + NOT_COPIED.len());
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn copies_keep_every_rule_of_the_schema_and_are_found() {
        let file = empty();
        let connection = Connection::open(&file).unwrap();
        let id = |n: u32| format!("01890000-0000-7abc-8def-{n:012}");
        let (person, entry, award) = (id(1), id(2), id(3));
        connection
            .execute_batch(&format!(
                "INSERT INTO person VALUES ('{person}', 'Ada', 'Thwaite', 'ada@x.example', NULL, 'active', NULL, 0, 1, 'ada thwaite');
                 INSERT INTO entry VALUES ('{entry}', '{person}', NULL, 'A lantern.', '2026-01-01', 'kept', 0, 0, NULL, 1, 'a lantern.');
                 INSERT INTO candidacy VALUES ('{0}', '{person}', 'qms', 'gathering', 0, 0, 0, 0, NULL, NULL, NULL, 0, 0);
                 INSERT INTO portfolio VALUES ('{1}', '{0}', 'Mine', 'electronic', 0, 1);
                 INSERT INTO edition VALUES ('{2}', '{1}', '{{}}', '{4}', 1, '[]', 0);
                 INSERT INTO submission VALUES ('{3}', '{0}', '{2}', 1, NULL, 'electronic', NULL, 0, 0, NULL, NULL, NULL, 1);
                 INSERT INTO award VALUES ('{award}', '{0}', '{3}', '{person}', 'qms', 'QMS-2026-0001', 'x', 'y', '2026-03-01', 'Ada', 'Thwaite', NULL, NULL, 'in_force', 0, NULL, NULL, NULL);",
                id(4), id(5), id(6), id(7), "0".repeat(64)
            ))
            .unwrap();
        drop(connection);
        let grown = file.with_extension("grown");
        grow_file(&file, &grown, 10, |_| ()).unwrap();
        let connection = Connection::open(&grown).unwrap();
        let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(one("SELECT count(*) FROM person"), 10);
        assert_eq!(one("SELECT count(*) FROM entry WHERE folded = 'a lantern.'"), 10);
        assert_eq!(one("SELECT count(*) FROM entry JOIN person ON person.id = owner_id"), 10);
        assert_eq!(one("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        let code: String = connection
            .query_row("SELECT code FROM award WHERE number = 'QMS-2026-0001009'", [], |row| row.get(0))
            .unwrap();
        assert!(code.parse::<AwardCode>().is_ok(), "{code}");
        for file in [file, grown] {
            fs::remove_file(file).unwrap();
        }
    }
}
