//! The postman: looks into the outbox, and gives what is due to the mail server, one letter after the other.
//!
//! Every server has one. A letter is taken in a transaction, which moves its `due_at` on, so that only one postman has
//! it. One who dies after the mail server took a letter, and before that was written down, leaves it to be sent once
//! more: with the same Message-ID, by which mailboxes know it.

use super::{
    Carrier, Outgoing, Trouble,
    outbox::{self, Taken},
};
use crate::{
    db::{DbError, Tx},
    ids::random_bytes,
    state::State,
    watch::metrics::Letter,
};
use cairn_shared::time::Timestamp;
use diesel::QueryResult;
use futures_util::future::select;
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// How long the outbox is left alone if nothing rings. Letters of other servers, and those that were put off, are found
/// this way.
const TICK: Duration = Duration::from_secs(30);
/// For how many seconds a letter that was taken is nobody else's: far longer than any mail server is waited for.
const LEASE_SECONDS: i64 = 15 * 60;
/// How many times a letter is tried. With the pauses between, that is two days and a half: a weekend.
const MOST_TRIES: i64 = 20;
/// Seconds after the first try; then twice as many each time.
const FIRST_PAUSE: i64 = 30;
/// The most seconds between two tries.
const LONGEST_PAUSE: i64 = 6 * 60 * 60;
/// How long the letter in hand is waited for when the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// How many times it is tried to write down what became of a letter, and the pause between.
const WRITING_DOWN: (u32, Duration) = (20, Duration::from_millis(500));

/// A postman.
pub struct Postman {
    state: Arc<State>,
    hand: Hand,
    stops: Arc<AtomicBool>,
    /// Whether the mail server took the last letter, so that the log tells of a change, and not of each try.
    reached: AtomicBool,
}

/// A postman at work.
pub struct Working {
    stops: Arc<AtomicBool>,
    call: Arc<Notify>,
    done: JoinHandle<()>,
}

impl Postman {
    /// One who gives letters to that carrier.
    ///
    /// # Errors
    /// If there can't be a thread for it.
    pub fn new(state: Arc<State>, carrier: impl Carrier) -> io::Result<Self> {
        Ok(Self { state, hand: Hand::new(carrier)?, stops: Arc::default(), reached: AtomicBool::new(true) })
    }

    /// Begins to work, until told to stop.
    pub fn start(self) -> Working {
        let (stops, call) = (Arc::clone(&self.stops), Arc::new(Notify::new()));
        let called = Arc::clone(&call);
        let done = tokio::spawn(async move {
            while !self.stops.load(Ordering::Relaxed) {
                if let Err(error) = self.sweep().await {
                    tracing::error!(%error, "could not look for letters");
                }
                let rung = pin!(self.state.db.bell().notified());
                let _ = timeout(TICK, select(rung, pin!(called.notified()))).await;
            }
        });
        Working { stops, call, done }
    }

    /// Sends what is due, until nothing is or the mail server can't be reached. How many letters it took.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<usize, DbError> {
        let mut sent = 0;
        while !self.stops.load(Ordering::Relaxed) {
            let Some(taken) = self.take().await? else { break };
            let result = self.hand.carry(taken.letter.clone()).await;
            self.write_down(&taken, result).await?;
            match result {
                Ok(()) => sent += 1,
                Err(Trouble::Unreachable { .. }) => break,
                Err(_) => {}
            }
            self.tell(result);
        }
        self.hand.rest();
        Ok(sent)
    }

    async fn take(&self) -> Result<Option<Taken>, DbError> {
        let now = self.state.now();
        if !self.state.db.read(move |conn| -> Result<_, DbError> { Ok(outbox::is_due(conn, now)?) }).await? {
            return Ok(None);
        }
        let take = move |tx: &mut Tx<'_>| -> Result<_, DbError> {
            let put_aside = outbox::put_aside(tx, now, MOST_TRIES)?;
            Ok((put_aside, outbox::take(tx, now, now.plus_seconds(LEASE_SECONDS))?))
        };
        let (put_aside, taken) = self.state.db.write(take).await?;
        self.state.metrics.letters(Letter::GivenUp, put_aside);
        if put_aside > 0 {
            tracing::warn!(letters = put_aside, "letters were put aside: it was too late for them");
        }
        Ok(taken)
    }

    /// Writes down what became of a letter. The mail server has it, or has said no, so this is worth some patience.
    async fn write_down(&self, taken: &Taken, result: Result<(), Trouble>) -> Result<(), DbError> {
        let now = self.state.now();
        let fate = fate(taken.attempt, result, random_bytes::<1>()[0]);
        if let Fate::GivenUp(trouble) = fate {
            tracing::warn!(letter = %taken.letter.id, tries = taken.attempt, %trouble, "a letter could not be delivered");
        }
        self.state.metrics.letters(fate.counted(), 1);
        let (most, pause) = WRITING_DOWN;
        for attempt in 1.. {
            let taken = taken.clone();
            let written = self.state.db.write(move |tx| Ok::<_, DbError>(keep(tx, &taken, fate, now)?)).await;
            match written {
                Err(_) if attempt < most => sleep(pause).await,
                written => return written,
            }
        }
        unreachable!("the loop returns")
    }

    fn tell(&self, result: Result<(), Trouble>) {
        let reached = !matches!(result, Err(Trouble::Unreachable { .. }));
        if self.reached.swap(reached, Ordering::Relaxed) == reached {
            return;
        }
        match result {
            Err(trouble) => tracing::warn!(%trouble, "letters wait"),
            Ok(()) => tracing::warn!("the mail server takes letters again"),
        }
    }
}

impl Working {
    /// Stops. The letter in hand is still given to the mail server, if that takes no longer than some seconds; if it
    /// does, it is sent again later.
    pub async fn stop(self) {
        self.stops.store(true, Ordering::Relaxed);
        self.call.notify_one();
        if timeout(STOP_PATIENCE, self.done).await.is_err() {
            tracing::warn!("the mail server keeps us waiting; the letter in hand is sent again later");
        }
    }
}

/// What becomes of a letter after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sent,
    /// Tried again after so many seconds.
    Later(i64, Trouble),
    GivenUp(Trouble),
}

impl Fate {
    const fn counted(self) -> Letter {
        match self {
            Self::Sent => Letter::Sent,
            Self::Later(..) => Letter::Later,
            Self::GivenUp(_) => Letter::GivenUp,
        }
    }
}

/// What becomes of a letter after its how manieth try. The dice keep letters that met trouble together from coming
/// back together: the pause is a quarter shorter at the least, and a quarter longer at the most.
fn fate(attempt: i64, result: Result<(), Trouble>, dice: u8) -> Fate {
    let trouble = match result {
        Ok(()) => return Fate::Sent,
        Err(trouble @ Trouble::NotTaken { .. }) => return Fate::GivenUp(trouble),
        Err(trouble) if attempt >= MOST_TRIES => return Fate::GivenUp(trouble),
        Err(trouble) => trouble,
    };
    let doubled = (attempt - 1).clamp(0, 20) as u32;
    let pause = (FIRST_PAUSE << doubled).min(LONGEST_PAUSE);
    Fate::Later(pause * (384 + i64::from(dice)) / 512, trouble)
}

fn keep(tx: &mut Tx<'_>, taken: &Taken, fate: Fate, now: Timestamp) -> QueryResult<()> {
    match fate {
        Fate::Sent => outbox::sent(tx, taken.letter.id, now),
        Fate::Later(pause, trouble) => outbox::later(tx, taken, now.plus_seconds(pause), trouble),
        Fate::GivenUp(trouble) => outbox::give_up(tx, taken, now, trouble),
    }
}

/// The thread that waits for the mail server, so that nobody else has to, and the process can end without it.
struct Hand(mpsc::Sender<Work>);

enum Work {
    Carry(Outgoing, oneshot::Sender<Result<(), Trouble>>),
    Rest,
}

impl Hand {
    fn new(mut carrier: impl Carrier) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        thread::Builder::new().name("cairn-mail".into()).spawn(move || {
            while let Ok(work) = receive.recv() {
                match work {
                    Work::Carry(letter, answer) => {
                        let carried = catch_unwind(AssertUnwindSafe(|| carrier.carry(&letter)));
                        // Whoever asked may have stopped waiting.
                        let _ = answer.send(carried.unwrap_or(Err(Trouble::NotNow { code: None })));
                    }
                    Work::Rest => carrier.rest(),
                }
            }
        })?;
        Ok(Self(send))
    }

    async fn carry(&self, letter: Outgoing) -> Result<(), Trouble> {
        let gone = Trouble::Unreachable { why: "the thread for letters has ended", code: None };
        let (send, receive) = oneshot::channel();
        self.0.send(Work::Carry(letter, send)).map_err(|_| gone)?;
        receive.await.unwrap_or(Err(gone))
    }

    fn rest(&self) {
        let _ = self.0.send(Work::Rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Result<(), Trouble> = Err(Trouble::NotNow { code: Some(451) });

    fn pause(attempt: i64, dice: u8) -> i64 {
        match fate(attempt, LATER, dice) {
            Fate::Later(seconds, _) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pauses_grow_to_six_hours_and_differ() {
        assert_eq!([pause(1, 0), pause(1, 128), pause(1, 255)], [22, 30, 37]);
        assert_eq!([pause(2, 128), pause(3, 128), pause(11, 128), pause(19, 128)], [60, 120, 21_600, 21_600]);
        let all: i64 = (1..MOST_TRIES).map(|attempt| pause(attempt, 128)).sum();
        assert!((60 * 3600..72 * 3600).contains(&all), "a weekend is got over: {all} seconds");
    }

    #[test]
    fn what_is_never_taken_is_given_up_at_once_and_the_rest_in_the_end() {
        let never = Trouble::NotTaken { code: Some(550) };
        assert_eq!(fate(1, Err(never), 0), Fate::GivenUp(never));
        assert!(matches!(fate(MOST_TRIES, LATER, 0), Fate::GivenUp(Trouble::NotNow { code: Some(451) })));
        assert_eq!(fate(MOST_TRIES, Ok(()), 0), Fate::Sent);
    }
}
