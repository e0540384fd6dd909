//! The seam to the database: one set of queries, two databases.
//!
//! A store function that looks takes `&mut Conn`; one that changes takes `&mut Tx`. Only [`Db::write`] makes a
//! [`Tx`], and nobody else begins a transaction.
//!
//! On SQLite there is one writer: a thread that takes all writes that wait, runs each in a savepoint of one
//! transaction, commits them together with one sync to disk, and only then answers. On PostgreSQL the same closures
//! run on the pool, serialisable, and run again when the database asks for it. So a write closure may run twice:
//! ids, the time and randomness are made before it.

mod among;
mod connection;
pub mod meter;
mod pool;
pub mod rows;
pub mod schema;
mod types;
mod writer;

pub use among::among;
pub(crate) use connection::MultiBackend;
pub use connection::{AnyConnection as Conn, Target};
pub use pool::{Db, DbOptions};
pub use types::{AsJson, AsText, At, like_escaped};

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

/// A transaction that may change things. Made by [`Db::write`] alone.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    rings: bool,
}

impl<'a> Tx<'a> {
    fn new(conn: &'a mut Conn) -> Self {
        Self { conn, rings: false }
    }
}

impl Tx<'_> {
    /// Rings [`Db::bell`] once this is committed: something was put in the outbox.
    pub fn ring(&mut self) {
        self.rings = true;
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

/// Why the database did not do what it was asked.
#[derive(Debug)]
pub enum DbError {
    /// Too much waits already. Asking again in a moment helps.
    Busy,
    /// The database can't be reached.
    Unavailable(String),
    /// It went away while it was asked to commit: whether it did is not known.
    Uncertain(String),
    /// The disk has no room.
    Full,
    /// Two transactions met at the same row, and this one has to run again.
    Met,
    /// It answered with an error.
    Query(diesel::result::Error),
    /// What stands there is not what this version of Cairn knows; the sentence says what.
    Unfit(String),
    /// A closure panicked. Its changes were undone.
    Panicked,
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too much waits for the database"),
            Self::Unavailable(why) => write!(f, "the database can't be reached: {why}"),
            Self::Uncertain(why) => write!(f, "the database went away during a commit: {why}"),
            Self::Full => f.write_str("the disk has no room"),
            Self::Met => f.write_str("two transactions met at the same row"),
            Self::Query(error) => write!(f, "the database answered: {error}"),
            Self::Unfit(what) => f.write_str(what),
            Self::Panicked => f.write_str("a database closure panicked"),
        }
    }
}

impl std::error::Error for DbError {}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            // libpq's answer to a statement for a connection that it knows is lost; no server said it, so it has no kind.
            Error::DatabaseError(_, info) if info.message().starts_with("no connection to the server") => {
                Self::Unavailable(info.message().trim().to_owned())
            }
            // What `BOUNDS` ended (SQLSTATE 55P03 and 57014).
            Error::DatabaseError(_, info) if info.message().starts_with("canceling statement due to ") => Self::Busy,
            // SQLITE_BUSY: another program holds the file for longer than anybody waits.
            Error::DatabaseError(_, info) if info.message() == "database is locked" => Self::Busy,
            Error::DatabaseError(_, info) if DbError::says_full(info.message()) => Self::Full,
            other => Self::Query(other),
        }
    }
}

impl DbError {
    /// Whether that message says that the disk is full: SQLITE_FULL, or what PostgreSQL says with SQLSTATE 53100.
    fn says_full(message: &str) -> bool {
        message.contains("database or disk is full") || message.contains("No space left on device")
    }

    /// Whether the same transaction may succeed when it runs again (SQLSTATE 40001 and 40P01,
    /// and what a store found out itself).
    pub fn asks_to_run_again(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Met | Self::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Self::Query(Error::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
            _ => false,
        }
    }
}

/// An error that a database closure may end with.
pub trait ClosureError: From<DbError> + From<diesel::result::Error> + Send + 'static {
    /// The database's part in it, if it has one.
    fn database(&self) -> Option<&DbError>;
}

impl ClosureError for DbError {
    fn database(&self) -> Option<&DbError> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::{DatabaseErrorKind, Error};

    #[test]
    fn a_connection_that_is_known_to_be_lost_is_a_database_that_is_away() {
        let lost = "no connection to the server\n".to_owned();
        let lost = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(lost));
        assert!(matches!(DbError::from(lost), DbError::Unavailable(_)));
    }
}
