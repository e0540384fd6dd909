//! What the database's seam counts of itself, for [`crate::watch`].

use super::{ClosureError, DbError};
use crate::watch::traces::Transaction;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
};
use std::time::Instant;

/// Seconds, from what memory answers to what a request is given up for.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// How many writes share a commit.
const TOGETHER: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Use {
    /// `read` or `write`.
    pub kind: &'static str,
}

/// [`crate::db::Db::read`].
pub const READ: Use = Use { kind: "read" };
/// [`crate::db::Db::write`].
pub const WRITE: Use = Use { kind: "write" };

/// Why a transaction was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Why {
    /// What the database was: `busy`, `unavailable`, `uncertain` or `full`.
    pub cause: &'static str,
}

/// The counts. A copy counts together with what it was copied from.
#[derive(Debug, Clone)]
pub struct Meter {
    /// How long transactions took, with their waiting, in seconds.
    pub seconds: Family<Use, Histogram, fn() -> Histogram>,
    /// Who waits for a connection of the pool.
    pub waiting: Gauge,
    /// Writes that wait for SQLite's one writer.
    pub queue: Gauge,
    /// How many writes shared a commit of SQLite's writer.
    pub groups: Histogram,
    /// How often PostgreSQL asked for a transaction to run again.
    pub again: Counter,
    /// Transactions that came to nothing because of the database.
    pub not_done: Family<Why, Counter>,
}

impl Default for Meter {
    fn default() -> Self {
        let not_done = Family::default();
        for cause in ["busy", "unavailable", "uncertain", "full"] {
            drop(Family::<Why, Counter>::get_or_create(&not_done, &Why { cause }));
        }
        Self {
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            waiting: Gauge::default(),
            queue: Gauge::default(),
            groups: Histogram::new(TOGETHER),
            again: Counter::default(),
            not_done,
        }
    }
}

impl Meter {
    /// Counts and traces a transaction, from its beginning to its end.
    pub(super) async fn watch<T, E: ClosureError>(
        &self,
        kind: Use,
        database: &'static str,
        done: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let (began, traced) = (Instant::now(), Transaction::begins(kind.kind, database));
        let result = done.await;
        self.seconds.get_or_create(&kind).observe(began.elapsed().as_secs_f64());
        self.ended(&traced, &result);
        result
    }

    fn ended<T, E: ClosureError>(&self, traced: &Transaction, result: &Result<T, E>) {
        let cause = match result.as_ref().err().and_then(E::database) {
            Some(DbError::Busy) => "busy",
            Some(DbError::Unavailable(_)) => "unavailable",
            Some(DbError::Uncertain(_)) => "uncertain",
            Some(DbError::Full) => "full",
            _ => return,
        };
        traced.not_done(cause);
        self.not_done.get_or_create(&Why { cause }).inc();
    }
}

/// One more, until it is dropped: also where the one who asked has gone away.
pub struct OneMore<'a>(&'a Gauge);

impl<'a> OneMore<'a> {
    /// Counts one more.
    pub fn of(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for OneMore<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
