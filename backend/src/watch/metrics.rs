//! What Cairn counts of itself.
//!
//! Every label has a short list of values that stands in the code: methods, routes as they are declared, kinds of
//! problems. What is not in it counts as [`OTHER`].

use crate::{
    db::{Db, DbError},
    mail,
    problem::KINDS,
    throttle::Throttle,
};
use actix_web::http::Method;
use cairn_shared::{problem::Problem, time::Timestamp};
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use std::{fmt, fs, sync::atomic::AtomicU64, time::Instant};

/// What is in no list.
pub const OTHER: &str = "other";

/// Seconds of a request.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// A request, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Things that are told apart by one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignIn {
    way: &'static str,
    outcome: &'static str,
}

/// How somebody tries to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the token of a link or an invitation.
    Link,
    /// By a password.
    Password,
}

impl Way {
    const ALL: [Self; 2] = [Self::Link, Self::Password];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
        }
    }
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what was asked.
    Taken,
    /// It did not: a wrong password, a link that is over.
    NotTaken,
    /// There were too many of them.
    SlowedDown,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Taken, Self::NotTaken, Self::SlowedDown];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::NotTaken => "not_taken",
            Self::SlowedDown => "slowed_down",
        }
    }
}

/// What became of a letter that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// The mail server has it.
    Sent,
    /// It is tried again.
    Later,
    /// It is not tried again.
    GivenUp,
}

impl Letter {
    const ALL: [Self; 3] = [Self::Sent, Self::Later, Self::GivenUp];

    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Later => "later",
            Self::GivenUp => "given_up",
        }
    }
}

/// The counts of one server, since it started.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    problems: Family<Kind, Counter>,
    sign_ins: Family<SignIn, Counter>,
    letters: Family<Kind, Counter>,
    letters_waiting: Gauge<f64, AtomicU64>,
    uploads: Counter,
    upload_bytes: Counter,
    connections: Family<State, Gauge>,
    database_up: Gauge,
    memory: Gauge,
}

impl Metrics {
    /// The counts of a server that started then, with that database.
    pub fn new(db: &Db, throttle: &Throttle, now: Timestamp) -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            problems: Family::default(),
            sign_ins: Family::default(),
            letters: Family::default(),
            letters_waiting: Gauge::default(),
            uploads: Counter::default(),
            upload_bytes: Counter::default(),
            connections: Family::default(),
            database_up: Gauge::default(),
            memory: Gauge::default(),
        };
        metrics.begin_at_nothing();
        metrics.registered(db, throttle, now)
    }

    /// What has not happened yet is told as nothing: whoever watches a rate has to see the first one.
    fn begin_at_nothing(&self) {
        for kind in KINDS {
            drop(self.problems.get_or_create(&Kind { kind: kind.slug }));
        }
        for letter in Letter::ALL {
            drop(self.letters.get_or_create(&Kind { kind: letter.word() }));
        }
        for way in Way::ALL {
            for outcome in Outcome::ALL {
                drop(self.sign_ins.get_or_create(&SignIn { way: way.word(), outcome: outcome.word() }));
            }
        }
    }

    fn registered(mut self, db: &Db, throttle: &Throttle, now: Timestamp) -> Self {
        let meter = db.meter();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let started: Gauge = Gauge::default();
        started.set(now.micros() / 1_000_000);
        let all = &mut self.registry;
        all.register("process_start_time_seconds", "When this server started, in seconds since 1970", started);
        all.register("process_resident_memory_bytes", "Memory in use; 0 where it can't be read", self.memory.clone());
        let all = all.sub_registry_with_prefix("cairn");
        all.register("build", "Which Cairn this is", build);
        all.register(
            "http_requests",
            "Requests that were answered, by method, route and class of status",
            self.requests.clone(),
        );
        all.register_with_unit(
            "http_request",
            "How long until an answer began, by route",
            Unit::Seconds,
            self.seconds.clone(),
        );
        all.register("http_requests_in_flight", "Requests that wait for their answer", self.in_flight.clone());
        all.register(
            "problems",
            "Answers that are a problem, by its kind; `busy` is too much at once",
            self.problems.clone(),
        );
        all.register("sign_ins", "Tries to sign in, by the way and what they came to", self.sign_ins.clone());
        all.register("slowed_down", "Tries that were too many, by what was tried", throttle.slowed_down().clone());
        all.register("letters", "Letters that were tried, by what became of them", self.letters.clone());
        all.register(
            "letters_waiting",
            "Letters in the outbox; NaN while the database is away",
            self.letters_waiting.clone(),
        );
        all.register("uploads", "Files that were taken and kept", self.uploads.clone());
        all.register("upload_bytes", "Bytes of the files that were kept", self.upload_bytes.clone());
        all.register("database_up", "Whether the database answers", self.database_up.clone());
        all.register(
            "database_connections",
            "Connections to the database, by whether they are used",
            self.connections.clone(),
        );
        all.register("database_waiting", "Transactions that wait for a connection", meter.waiting.clone());
        all.register("database_queue", "Writes that wait for SQLite's one writer", meter.queue.clone());
        all.register("database_group_size", "How many writes shared a commit of SQLite's writer", meter.groups.clone());
        all.register("database_again", "Transactions that PostgreSQL asked to run again", meter.again.clone());
        all.register(
            "database_not_done",
            "Transactions that came to nothing because of the database",
            meter.not_done.clone(),
        );
        all.register_with_unit(
            "database_transaction",
            "How long transactions took, with their waiting",
            Unit::Seconds,
            meter.seconds.clone(),
        );
        self
    }

    /// One more request that waits for its answer, until this is dropped.
    pub fn in_flight(&self) -> impl Drop + use<> {
        struct One(Gauge);
        impl Drop for One {
            fn drop(&mut self) {
                self.0.dec();
            }
        }
        self.in_flight.inc();
        One(self.in_flight.clone())
    }

    /// Counts a request that began then and was answered so.
    pub fn answered(&self, method: &Method, route: Option<String>, status: u16, began: Instant) {
        let route = Route { route: route.unwrap_or_else(|| OTHER.into()) };
        self.seconds.get_or_create(&route).observe(began.elapsed().as_secs_f64());
        let request = Request { method: word_of(method), route: route.route, status: class_of(status) };
        self.requests.get_or_create(&request).inc();
    }

    /// Counts an answer that is a problem.
    pub fn problem(&self, problem: &Problem) {
        let slug = problem.kind.rsplit('#').next().unwrap_or_default();
        let kind = KINDS.iter().map(|kind| kind.slug).find(|known| *known == slug).unwrap_or(OTHER);
        self.problems.get_or_create(&Kind { kind }).inc();
    }

    /// Counts a try to sign in.
    pub fn sign_in(&self, way: Way, outcome: Outcome) {
        self.sign_ins.get_or_create(&SignIn { way: way.word(), outcome: outcome.word() }).inc();
    }

    /// Counts letters of which that became.
    pub fn letters(&self, letter: Letter, how_many: usize) {
        self.letters.get_or_create(&Kind { kind: letter.word() }).inc_by(how_many as u64);
    }

    /// Counts a file that was kept.
    pub fn upload(&self, bytes: u64) {
        self.uploads.inc();
        self.upload_bytes.inc_by(bytes);
    }

    /// All of it, as Prometheus reads it. Looks at the database, which may take as long as it is patient.
    ///
    /// # Errors
    /// None that is known: a text has room for any count.
    pub async fn text(&self, db: &Db) -> Result<String, fmt::Error> {
        let waiting = db.read(|conn| -> Result<_, DbError> { Ok(mail::waiting(conn)?) }).await;
        self.database_up.set(i64::from(waiting.is_ok()));
        self.letters_waiting.set(waiting.map_or(f64::NAN, |letters| letters as f64));
        let (connections, idle) = db.connections();
        self.connections.get_or_create(&State { state: "idle" }).set(idle.into());
        self.connections.get_or_create(&State { state: "used" }).set(connections.saturating_sub(idle).into());
        self.memory.set(resident_bytes().unwrap_or(0));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The methods that there are; anybody can send another.
pub(super) fn word_of(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}

fn class_of(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// The memory of this process, where the system tells (Linux).
fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_can_make_up_is_one_label() {
        assert_eq!(word_of(&Method::GET), "GET");
        assert_eq!(word_of(&Method::from_bytes(b"BREW").unwrap()), OTHER);
        assert_eq!([class_of(200), class_of(404), class_of(507), class_of(799)], ["2xx", "4xx", "5xx", "5xx"]);
    }

    #[test]
    fn this_process_has_some_memory() {
        assert!(!cfg!(target_os = "linux") || resident_bytes().is_some_and(|bytes| bytes > 1_000_000));
    }
}
