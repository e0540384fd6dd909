//! The database as the rest of the server sees it: [`Db::read`] and [`Db::write`].

use super::{
    ClosureError, Conn, DbError, Tx,
    connection::{Manager, Purpose, Target, open},
    meter::{self, Meter, OneMore},
    writer::Writer,
};
use diesel::{
    QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    r2d2,
    sqlite::Sqlite,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// How many times a transaction runs that PostgreSQL asks to run again.
const TRIES: u32 = 10;
/// The longest pause before it does, in milliseconds.
const LONGEST_PAUSE: u64 = 250;

/// How the database is used.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Where it is.
    pub target: Target,
    /// How many connections at the most.
    pub connections: u32,
    /// How long a request waits for a connection before it is told to come back.
    pub patience: Duration,
    /// How many writes may wait for SQLite's one writer. One more is told to come back.
    pub waiting: usize,
    /// Whether PostgreSQL ends what no request needs: a statement of half a minute, say.
    pub bounded: bool,
}

impl DbOptions {
    /// Two connections for each core, two seconds of patience, and a thousand writes that wait.
    pub fn new(target: Target) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get() as u32);
        Self {
            target,
            connections: (2 * cores).clamp(4, 32),
            patience: Duration::from_secs(2),
            waiting: 1024,
            bounded: true,
        }
    }

    /// For a program that has the time to read everything.
    pub fn unhurried(target: Target) -> Self {
        Self { bounded: false, ..Self::new(target) }
    }
}

/// The database.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    places: Arc<Semaphore>,
    writer: Option<Writer>,
    bell: Arc<Notify>,
    patience: Duration,
    meter: Meter,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// If it can't be reached, or a migration can't be finished.
    pub fn open(options: &DbOptions) -> Result<Self, DbError> {
        let unavailable = |error: diesel::ConnectionError| DbError::Unavailable(error.to_string());
        open(&options.target, Purpose::Write).map_err(unavailable)?.migrate()?;
        Self::as_it_is(options)
    }

    /// Opens the database, and leaves its schema as it is.
    ///
    /// # Errors
    /// If it can't be reached.
    pub fn as_it_is(options: &DbOptions) -> Result<Self, DbError> {
        let (bell, meter) = (Arc::new(Notify::new()), Meter::default());
        let writer = match &options.target {
            Target::Sqlite(_) => {
                Some(Writer::start(&options.target, options.waiting, Arc::clone(&bell), meter.clone())?)
            }
            Target::Postgres(_) => None,
        };
        let purpose = if writer.is_some() { Purpose::Read } else { Purpose::Write };
        let pool = r2d2::Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .connection_timeout(options.patience)
            // The first words of each transaction are the test.
            .test_on_check_out(false)
            .build_unchecked(Manager { target: options.target.clone(), purpose, bounded: options.bounded });
        let places = Arc::new(Semaphore::new(options.connections as usize));
        Ok(Self { pool, places, writer, bell, patience: options.patience, meter })
    }

    /// Rings after each commit of this server that put something in the outbox ([`Tx::ring`]).
    pub fn bell(&self) -> &Notify {
        &self.bell
    }

    /// What it counts of itself.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// How many connections there are, and how many of them nobody uses.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    fn name(&self) -> &'static str {
        if self.writer.is_some() { "sqlite" } else { "postgresql" }
    }

    /// Looks. All queries of the closure see the same state of the database.
    ///
    /// # Errors
    /// Those of the closure, and of the database.
    pub async fn read<T, E>(&self, closure: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: ClosureError,
    {
        let looked = self.on_pool(move |pool| finish(&mut *begun(pool, Begin::Looking)?, closure));
        self.meter.watch(meter::READ, self.name(), looked).await
    }

    /// Looks without a transaction, for what one statement answers, or what may be a moment apart: each request looks up
    /// who is calling. The closure runs again on another connection, if the first one's server went away since it was last
    /// used.
    ///
    /// # Errors
    /// Those of the closure, and of the database.
    pub async fn glance<T, E>(&self, closure: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: ClosureError,
    {
        // A file that is mapped answers sooner than another thread could be woken.
        if self.writer.is_some()
            && let Ok(_place) = self.places.try_acquire()
            && let Some(mut connection) = self.pool.try_get()
        {
            let inline = async {
                catch_unwind(AssertUnwindSafe(|| closure(&mut connection)))
                    .unwrap_or_else(|_| Err(E::from(DbError::Panicked)))
            };
            return self.meter.watch(meter::READ, self.name(), inline).await;
        }
        let looked = self.on_pool(move |pool| {
            for _ in 0..pool.max_size() {
                let mut connection = taken(pool)?;
                let result = closure(&mut connection);
                if result.is_ok() || !connection.is_broken() {
                    return result;
                }
            }
            closure(&mut *taken(pool)?)
        });
        self.meter.watch(meter::READ, self.name(), looked).await
    }

    /// Changes. What the closure did is on disk when this answers; if it ends with an error, it did nothing.
    /// The closure may run more than once.
    ///
    /// # Errors
    /// Those of the closure, and of the database.
    pub async fn write<T, E>(&self, closure: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: ClosureError,
    {
        self.meter.watch(meter::WRITE, self.name(), self.change(closure)).await
    }

    async fn change<T, E>(&self, mut closure: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: ClosureError,
    {
        if let Some(writer) = &self.writer {
            return writer.run(move |tx| closure(tx)).await;
        }
        let (bell, again) = (Arc::clone(&self.bell), self.meter.again.clone());
        self.on_pool(move |pool| {
            let mut connection = begun(pool, Begin::Changing)?;
            for attempt in 1.. {
                if attempt > 1 {
                    say(&mut connection, Begin::Changing).map_err(DbError::from)?;
                }
                let result = finish(&mut connection, |c| {
                    let mut tx = Tx::new(c);
                    closure(&mut tx).map(|value| (value, tx.rings))
                });
                match result {
                    Err(error) if E::database(&error).is_some_and(DbError::asks_to_run_again) => {
                        again.inc();
                        if attempt == TRIES {
                            return Err(DbError::Busy.into());
                        }
                        // Growing pauses that differ between threads, so that two that met do not meet again.
                        let longest = LONGEST_PAUSE.min(4 << attempt);
                        let part = u64::from(uuid::Uuid::new_v4().as_bytes()[0]) + 1;
                        std::thread::sleep(Duration::from_millis(longest * part / 256));
                    }
                    Err(error) => return Err(error),
                    Ok((value, rings)) => {
                        if rings {
                            bell.notify_one();
                        }
                        return Ok(value);
                    }
                }
            }
            unreachable!("the loop returns")
        })
        .await
    }

    async fn on_pool<T, E>(
        &self,
        work: impl FnOnce(&r2d2::Pool<Manager>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: ClosureError,
    {
        // Waiting happens here, before a thread is taken, so that threads are never more than connections.
        let waiting = OneMore::of(&self.meter.waiting);
        let place = match timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => place,
            _ => return Err(DbError::Busy.into()),
        };
        drop(waiting);
        let pool = self.pool.clone();
        let done = spawn_blocking(move || {
            let result = work(&pool);
            drop(place);
            result
        });
        done.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }
}

/// How a transaction that changes begins, on PostgreSQL. One that reads a whole table, because it is small, meets everyone
/// who writes to it, and has to run again; one that looks into an index meets those at the same place.
const CHANGING: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL enable_seqscan = off";

/// What a transaction is for that begins.
#[derive(Clone, Copy)]
enum Begin {
    Looking,
    Changing,
}

fn say(connection: &mut Conn, begin: Begin) -> QueryResult<()> {
    match (connection, begin) {
        (Conn::Sqlite(c), _) => Words("BEGIN").execute(c).map(drop),
        (Conn::Postgres(c), Begin::Looking) => c.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        (Conn::Postgres(c), Begin::Changing) => c.batch_execute(CHANGING),
    }
}

fn commit(connection: &mut Conn) -> QueryResult<()> {
    match connection {
        Conn::Sqlite(c) => Words("COMMIT").execute(c).map(drop),
        Conn::Postgres(c) => c.batch_execute("COMMIT"),
    }
}

/// A statement of SQLite's that stays prepared, as a batch does not.
struct Words(&'static str);

impl QueryFragment<Sqlite> for Words {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryId for Words {
    type QueryId = ();
    // The statement is known by its words.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Words {}

type Taken = r2d2::PooledConnection<Manager>;

fn taken(pool: &r2d2::Pool<Manager>) -> Result<Taken, DbError> {
    pool.get().map_err(|e| DbError::Unavailable(e.to_string()))
}

/// A connection of the pool on which a transaction has begun. One whose server went away since it was last used says so
/// when it begins, and another is taken, in the end a fresh one. A test of its own would make each request longer.
fn begun(pool: &r2d2::Pool<Manager>, begin: Begin) -> Result<Taken, DbError> {
    for _ in 0..pool.max_size() {
        let mut connection = taken(pool)?;
        match say(&mut connection, begin) {
            Err(_) if connection.is_broken() => {}
            done => return done.map(|()| connection).map_err(DbError::from),
        }
    }
    let mut connection = taken(pool)?;
    say(&mut connection, begin)?;
    Ok(connection)
}

/// Does the work in the transaction that has begun, and ends it.
fn finish<T, E: ClosureError>(connection: &mut Conn, closure: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let result =
        catch_unwind(AssertUnwindSafe(|| closure(connection))).unwrap_or_else(|_| Err(E::from(DbError::Panicked)));
    if result.is_ok() {
        if let Err(error) = commit(connection) {
            let _ = connection.batch_execute("ROLLBACK");
            return Err(E::from(match error.into() {
                DbError::Unavailable(why) => DbError::Uncertain(why),
                other => other,
            }));
        }
    } else {
        let _ = connection.batch_execute("ROLLBACK");
    }
    result
}
