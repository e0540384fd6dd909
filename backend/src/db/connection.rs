//! Connections to either database, and how each is set up.

use super::DbError;
use cairn_migrations::Dialect;
use diesel::{
    Connection, ConnectionError, PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection, r2d2, sql_query,
};
use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// A connection to the database that the configuration names.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// To PostgreSQL.
    Postgres(PgConnection),
    /// To SQLite.
    Sqlite(SqliteConnection),
}

/// Where the data are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// In a file of SQLite.
    Sqlite(PathBuf),
    /// On a PostgreSQL server, by its address.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite:PATH`, or `postgres://…`.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // libpq would say it less clearly, and only when the first connection is made.
            if cfg!(not(feature = "pg-tls")) && asks_for_tls(url) {
                return Err(WITHOUT_TLS.to_owned());
            }
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))),
            _ => Err("DATABASE_URL has to begin with sqlite: and a path, or with postgres://".to_owned()),
        }
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// What is said of an address that asks for TLS, where it can't be had.
const WITHOUT_TLS: &str = "DATABASE_URL asks for TLS (sslmode), and this Cairn was built without it. Build it with `--features pg-tls`, \
     or leave sslmode out where the database is on this machine or in a network of your own";

/// Whether a database's address insists on TLS.
fn asks_for_tls(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|part| matches!(part, "sslmode=require" | "sslmode=verify-ca" | "sslmode=verify-full"))
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Only looking.
    Read,
    /// Changing.
    Write,
}

/// Opens a connection and sets it up.
pub fn open(target: &Target, purpose: Purpose) -> Result<AnyConnection, ConnectionError> {
    match target {
        Target::Postgres(url) => PgConnection::establish(&with_bounds(url)).map(AnyConnection::Postgres),
        Target::Sqlite(path) => open_sqlite(path, purpose).map(AnyConnection::Sqlite),
    }
}

/// The address with what makes a connection notice that the machine at its other end is gone without a word, where the
/// address says nothing of that itself.
fn with_bounds(url: &str) -> String {
    let mut url = url.to_owned();
    for bound in [
        "connect_timeout=5",
        "tcp_user_timeout=20000",
        "keepalives_idle=20",
        "keepalives_interval=5",
        "keepalives_count=3",
    ] {
        let (name, _) = bound.split_once('=').unwrap_or_default();
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(bound);
        }
    }
    url
}

/// How long a connection waits for one that makes the file anew, and how long until it looks again.
const TURN: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(10);

fn open_sqlite(path: &Path, purpose: Purpose) -> Result<SqliteConnection, ConnectionError> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
    // FULL: what was acknowledged survives a power cut. The group commit of the writer makes it cheap.
    let until = Instant::now() + TURN;
    loop {
        let set_up = connection.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
             PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456;",
        );
        match set_up.map_err(DbError::from) {
            Ok(()) => break,
            // Another one makes the file anew at this moment: for that, SQLite's own patience does not count.
            Err(DbError::Busy) if Instant::now() < until => thread::sleep(AGAIN),
            Err(error) => return Err(ConnectionError::BadConnection(error.to_string())),
        }
    }
    // The one that writes looks at every cell of a page, so that a damaged one is not written on. For those that only
    // look it would do so again with each look at a page of the mapped file, which took nearly half of their time.
    let own = match purpose {
        Purpose::Read => "PRAGMA query_only = ON",
        Purpose::Write => "PRAGMA cell_size_check = ON",
    };
    connection.batch_execute(own).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

impl AnyConnection {
    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Whether its server is gone.
    pub fn is_broken(&mut self) -> bool {
        match self {
            Self::Postgres(c) => r2d2::R2D2Connection::is_broken(c),
            Self::Sqlite(_) => false,
        }
    }

    /// Brings the schema up to date; see [`cairn_migrations::run`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn migrate(&mut self) -> QueryResult<Vec<&'static str>> {
        match self {
            Self::Postgres(c) => cairn_migrations::run(c, Dialect::Postgres),
            Self::Sqlite(c) => cairn_migrations::run(c, Dialect::Sqlite),
        }
    }

    /// Brings the schema to that migration; see [`cairn_migrations::run_to`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn migrate_to(&mut self, last: i64) -> QueryResult<Vec<&'static str>> {
        match self {
            Self::Postgres(c) => cairn_migrations::run_to(c, Dialect::Postgres, last),
            Self::Sqlite(c) => cairn_migrations::run_to(c, Dialect::Sqlite, last),
        }
    }

    /// The newest migration that it has; see [`cairn_migrations::version`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn schema(&mut self) -> QueryResult<i64> {
        match self {
            Self::Postgres(c) => cairn_migrations::version(c, Dialect::Postgres),
            Self::Sqlite(c) => cairn_migrations::version(c, Dialect::Sqlite),
        }
    }
}

/// What no request of ours needs, PostgreSQL ends: a statement that hangs, a wait for a lock, and a transaction whose
/// server is gone without a word and still holds locks.
const BOUNDS: &str =
    "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";

/// Makes connections for a pool.
#[derive(Debug)]
pub struct Manager {
    /// To where.
    pub target: Target,
    /// What for.
    pub purpose: Purpose,
    /// Whether [`BOUNDS`] are set.
    pub bounded: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, r2d2::Error> {
        let mut connection = open(&self.target, self.purpose).map_err(r2d2::Error::ConnectionError)?;
        if self.bounded
            && let AnyConnection::Postgres(connection) = &mut connection
        {
            connection.batch_execute(BOUNDS).map_err(r2d2::Error::QueryError)?;
        }
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), r2d2::Error> {
        sql_query("SELECT 1").execute(connection).map(drop).map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        connection.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_for_tls_is_taken_where_it_can_be_had_and_else_told_so() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let read = Target::parse(&format!("postgres://cairn@db.example/cairn?connect_timeout=3&sslmode={mode}"));
            assert_eq!(read.is_ok(), cfg!(feature = "pg-tls"), "{mode}");
            assert!(read.err().is_none_or(|problem| problem.contains("--features pg-tls")));
        }
        for url in ["postgres://db.example/cairn", "postgres://db.example/cairn?sslmode=prefer"] {
            assert!(Target::parse(url).is_ok(), "{url}");
        }
    }
}
