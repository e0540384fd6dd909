//! Servers, databases and disks that come to grief in the middle of work. What was acknowledged is there afterwards,
//! once; what was not can be sent again under its key, and then is there once as well.
//!
//! Meanwhile four mentors write their stories, two others send portfolios and take them back, and two panels read and
//! decide. Each disaster has a file of its own.

mod bucket;
mod gone;
mod kill;
mod panel;
mod power;
mod sending;
mod story;
mod two;

use cairn_backend::{
    clock::Clock,
    db::{DbError, schema::audit},
};
use cairn_shared::{person::Role, session::SignedIn};
use cairn_tests::{Actor, Database, Got, House, Served, agent, ask_at, configured, run};
use diesel::prelude::*;
use panel::Panel;
use sending::Sender;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};
use story::Writer;

const WRITERS: [&str; 4] = ["Aled", "Beth", "Callum", "Dilys"];
const PASSWORD: &str = "stones on the path";
const PUBLIC: &str = "https://cairn.example";
/// How long somebody tries before they give up.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

/// What everybody knows.
#[derive(Default)]
struct Town {
    /// Where the servers of now listen.
    urls: RwLock<Vec<String>>,
    over: AtomicBool,
    /// How many requests were under way when a server was gone.
    interrupted: AtomicUsize,
    /// How many were told to come back in a moment.
    put_off: AtomicUsize,
    /// How many were answered.
    answered: AtomicUsize,
    /// How often somebody signed in.
    signed_in: AtomicUsize,
}

impl Town {
    /// Tells everybody where to go from now on.
    fn points_to(&self, urls: &[&str]) {
        *self.urls.write().unwrap_or_else(PoisonError::into_inner) = urls.iter().map(ToString::to_string).collect();
    }

    fn counts(&self) -> [usize; 3] {
        [&self.interrupted, &self.put_off, &self.answered].map(|count| count.load(SeqCst))
    }

    /// Waits until so many more requests were answered.
    fn works_on(&self, requests: usize) {
        let (begun, before) = (Instant::now(), self.answered.load(SeqCst));
        while self.answered.load(SeqCst) < before + requests {
            assert!(begun.elapsed() < PATIENCE, "nobody is answered: {:?}", self.counts());
            thread::sleep(PAUSE);
        }
    }
}

/// Moments that look random and are the same in each run; what is under way then never is.
struct Moments(u64);

impl Moments {
    fn next(&mut self, most_millis: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((self.0 >> 33) % most_millis)
    }
}

/// Somebody who uses whichever server there is.
struct Client<'t> {
    town: &'t Town,
    agent: ureq::Agent,
    name: &'static str,
    bearer: String,
    turn: AtomicUsize,
}

impl<'t> Client<'t> {
    fn new(town: &'t Town, name: &'static str) -> Self {
        Self { town, agent: agent(), name, bearer: String::new(), turn: AtomicUsize::new(0) }
    }

    /// Sends something until it is answered, whichever server answers.
    fn sends(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Got {
        loop {
            let got = self.tries(method, path, headers, body);
            if got.status != 401 {
                return got;
            }
            self.signs_in();
        }
    }

    fn tries(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Got {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{method} {path} is not answered");
            let urls = self.town.urls.read().unwrap_or_else(PoisonError::into_inner).clone();
            // Each time another one, as a balancer does.
            let turn = self.turn.fetch_add(1, SeqCst);
            if let Some(url) = urls.get(turn % urls.len().max(1)) {
                let all = [headers, &[("authorization", self.bearer.as_str()), ("origin", PUBLIC)]].concat();
                match ask_at(&self.agent, url, method, path, &all, body) {
                    Ok(got) if got.status != 503 => {
                        self.town.answered.fetch_add(1, SeqCst);
                        return got;
                    }
                    Ok(got) => {
                        assert!(got.headers.contains_key("retry-after"), "{got:?}");
                        self.town.put_off.fetch_add(1, SeqCst);
                    }
                    // Nobody listened any more, so nothing was under way.
                    Err(ureq::Error::Io(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                    Err(_) => {
                        self.town.interrupted.fetch_add(1, SeqCst);
                    }
                }
            }
            thread::sleep(PAUSE);
        }
    }

    fn signs_in(&mut self) {
        self.bearer.clear();
        let email = format!("{}@cairn.example", self.name.to_lowercase());
        let sign_in = json!({ "email": email, "password": PASSWORD }).to_string();
        let got = self.tries("POST", "/api/v1/sessions", &[("content-type", "application/json")], sign_in.as_bytes());
        self.town.signed_in.fetch_add(1, SeqCst);
        self.bearer = format!("Bearer {}", read::<SignedIn>(&got, 200).access_token);
    }

    fn sees<T: DeserializeOwned>(&mut self, path: &str) -> T {
        read(&self.sends("GET", path, &[], b""), 200)
    }

    /// Sends a command under a key, so that it has one effect however often it has to be sent.
    fn commands<T: DeserializeOwned>(&mut self, path: &str, key: &str, body: &Value, status: u16) -> T {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        read(&self.sends("POST", path, &headers, body.as_bytes()), status)
    }
}

#[track_caller]
fn read<T: DeserializeOwned>(got: &Got, status: u16) -> T {
    assert_eq!(got.status, status, "{got:?}");
    serde_json::from_str(&got.text).expect("what the document says")
}

/// How often the record has an action, by the object that it was done to.
type Recorded = BTreeMap<String, usize>;

fn recorded(house: &House, action: &'static str) -> Recorded {
    let objects: Vec<String> = house.does(move |tx| {
        let found = audit::table.filter(audit::action.eq(action)).select(audit::object_id).load(&mut **tx);
        Ok(found.map_err(DbError::from)?)
    });
    objects.into_iter().fold(Recorded::new(), |mut all, object| {
        *all.entry(object).or_default() += 1;
        all
    })
}

/// Everybody works while that happens; it ends with a server that goes on. Says what is there afterwards, once.
fn everybody_works(database: &Database, happens: impl FnOnce(&Town) -> Served) -> String {
    everybody_works_with(database, &[], happens)
}

/// The same, with more settings for `cairn check`, which looks at everything in the end.
fn everybody_works_with(
    database: &Database,
    settings: &[(&str, &str)],
    happens: impl FnOnce(&Town) -> Served,
) -> String {
    let (sending, panels) = {
        let house = House::over(database.again(), |_| {});
        let today = Clock::default().now().london_date();
        for name in WRITERS {
            knows_a_password(&house.person(name, "Roe", &[Role::Mentor], None));
        }
        let scene = panel::scene(&house, today);
        (sending::ready(&scene), panel::ready(&scene))
    };
    let town = &Town::default();
    let (stories, sent, decided) = thread::scope(|scope| {
        let writers = WRITERS.map(|name| scope.spawn(move || Writer::new(town, name).writes()));
        let senders = sending.map(|portfolio| scope.spawn(move || Sender::new(town, portfolio).sends_and_takes_back()));
        let panels = panels.map(|given| scope.spawn(move || Panel::new(town, given).reads_and_decides()));
        let served = happens(town);
        town.points_to(&[&served.url]);
        town.over.store(true, SeqCst);
        let well = "everybody was always answered well in the end";
        let stories = writers.map(|writer| writer.join().expect(well));
        let sent = senders.map(|sender| sender.join().expect(well));
        let decided = panels.map(|panel| panel.join().expect(well));
        for (name, story) in WRITERS.iter().zip(&stories) {
            assert_eq!(Writer::new(town, name).finds(), *story, "{name}");
        }
        panel::finds_what_was_sent(town, decided.iter().flatten());
        (stories, sent, decided)
    });
    let house = House::over(database.again(), |_| {});
    let counts = [
        story::counted(&stories),
        sending::is_there_once(&house, &sent),
        panel::is_there_once(&house, decided.iter().flatten()),
    ];
    let checked = run(configured(database).arg("check").envs(settings.iter().copied()));
    assert_eq!(checked.code, Some(0), "{checked:?}");
    format!("There once: {}.", counts.join(", "))
}

fn knows_a_password(actor: &Actor<'_>) {
    actor.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
}
