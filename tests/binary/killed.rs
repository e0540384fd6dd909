//! A server that is killed in the middle of work, again and again. What it acknowledged is there, once; what it did not
//! acknowledge can be sent again under its key, and then is there once as well.
//!
//! `kill -9` leaves what the operating system holds; that what was acknowledged was also flushed to the disk is shown
//! elsewhere.

use cairn_shared::{
    entry::{EntryDetail, EntrySummary, EvidenceKind, Ticket},
    ids::EntryId,
    list::Page,
    person::Role,
    session::SignedIn,
};
use cairn_tests::{Database, Got, House, Served, agent, ask_at, configured, run};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::{
    collections::BTreeMap,
    env, io,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

/// How often the server is killed, unless `CAIRN_TEST_KILLS` says.
const KILLS: usize = 10;
/// A kill that found nobody at work proves nothing and is not counted. So many of them are too many.
const MOST_IDLE: usize = 20;
const WRITERS: [&str; 4] = ["Ada", "Beth", "Callum", "Dilys"];
const PASSWORD: &str = "stones on the path";
const PUBLIC: &str = "https://cairn.example";
const PAUSE: Duration = Duration::from_millis(5);

/// What all writers know.
struct Town {
    /// Where the server of now listens; nothing while there is none.
    url: RwLock<Option<String>>,
    over: AtomicBool,
    /// How many requests were under way when a server was killed.
    interrupted: AtomicUsize,
    /// How many were told to come back in a moment.
    put_off: AtomicUsize,
}

/// An entry as it was acknowledged.
#[derive(Debug, PartialEq)]
struct Wrote {
    text: String,
    files: Vec<String>,
}

struct Writer<'t> {
    town: &'t Town,
    agent: ureq::Agent,
    name: &'static str,
    bearer: String,
}

impl<'t> Writer<'t> {
    fn new(town: &'t Town, name: &'static str) -> Self {
        Self { town, agent: agent(), name, bearer: String::new() }
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
        loop {
            let url = self.town.url.read().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(url) = url {
                let all = [headers, &[("authorization", self.bearer.as_str()), ("origin", PUBLIC)]].concat();
                match ask_at(&self.agent, &url, method, path, &all, body) {
                    Ok(got) if got.status != 503 => return got,
                    Ok(_) => {
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
        self.bearer = format!("Bearer {}", read::<SignedIn>(&got, 200).access_token);
    }

    fn sees<T: DeserializeOwned>(&mut self, path: &str) -> T {
        read(&self.sends("GET", path, &[], b""), 200)
    }

    /// Notes a moment, writes on, and attaches a file to every third, until it is over.
    fn writes(mut self) -> BTreeMap<EntryId, Wrote> {
        let mut wrote = BTreeMap::new();
        let mut number = 0;
        while !self.town.over.load(SeqCst) {
            number += 1;
            let (id, etag) = self.begins(number);
            let text = format!("{} noticed moment {number}. And on reflection, why.", self.name);
            self.writes_on(id, &etag, &text);
            let files = if number % 3 == 0 { vec![self.attaches(id, number)] } else { vec![] };
            assert!(wrote.insert(id, Wrote { text, files }).is_none(), "two entries are one: {id}");
        }
        wrote
    }

    fn begins(&mut self, number: usize) -> (EntryId, String) {
        let key = format!("{}-begins-{number}", self.name);
        let body = json!({ "text": format!("{} noticed moment {number}.", self.name) }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let got = self.sends("POST", "/api/v1/entries", &headers, body.as_bytes());
        let etag = got.headers["etag"].to_str().expect("a tag is plain text").to_owned();
        (read::<EntryDetail>(&got, 201).id, etag)
    }

    fn writes_on(&mut self, id: EntryId, etag: &str, text: &str) {
        let body = json!({ "text": text }).to_string();
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", etag)];
        let got = self.sends("PATCH", &format!("/api/v1/entries/{id}"), &headers, body.as_bytes());
        // The answer to the first try may have been lost, and not its effect.
        if got.status == 412 {
            assert_eq!(self.sees::<EntryDetail>(&format!("/api/v1/entries/{id}")).text.as_str(), text);
        } else {
            assert_eq!(got.status, 200, "{got:?}");
        }
    }

    fn attaches(&mut self, id: EntryId, number: usize) -> String {
        let key = format!("{}-attaches-{number}", self.name);
        let words = format!("{} keeps file {number}. ", self.name).repeat(2_000);
        let headers = [("content-type", "application/octet-stream"), ("idempotency-key", key.as_str())];
        let path = format!("/api/v1/entries/{id}/evidence?name=notes.txt");
        let got = self.sends("POST", &path, &headers, words.as_bytes());
        assert_eq!(read::<EntryDetail>(&got, 201).evidence.len(), 1);
        words
    }

    /// All that the server has of them.
    fn finds(&mut self) -> BTreeMap<EntryId, Wrote> {
        let mut found = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page: Page<EntrySummary> = self.sees(&format!("/api/v1/entries?limit=100{after}"));
            for entry in &page.items {
                let entry: EntryDetail = self.sees(&format!("/api/v1/entries/{}", entry.id));
                let files = entry.evidence.iter().map(|one| {
                    assert!(matches!(one.kind, EvidenceKind::File { .. }));
                    let tickets = format!("/api/v1/evidence/{}/tickets", one.id);
                    let ticket: Ticket = read(&self.sends("POST", &tickets, &[], b""), 201);
                    let got = self.sends("GET", &ticket.url, &[], b"");
                    assert_eq!(got.status, 200, "{got:?}");
                    got.text
                });
                let wrote = Wrote { files: files.collect(), text: entry.text.to_string() };
                assert!(found.insert(entry.id, wrote).is_none(), "{} stands twice in the list", entry.id);
            }
            let Some(next) = page.next else { return found };
            after = format!("&after={next}");
        }
    }
}

#[track_caller]
fn read<T: DeserializeOwned>(got: &Got, status: u16) -> T {
    assert_eq!(got.status, status, "{got:?}");
    serde_json::from_str(&got.text).expect("what the document says")
}

#[test]
fn what_was_acknowledged_is_there_once_however_often_the_server_is_killed() {
    let kills = env::var("CAIRN_TEST_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number of kills"));
    let database = Database::make();
    {
        let house = House::over(Database::lent(&database.folder), |_| {});
        for name in WRITERS {
            let writer = house.person(name, "Roe", &[Role::Mentor], None);
            writer.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
        }
    }
    let town = &Town {
        url: RwLock::default(),
        over: AtomicBool::new(false),
        interrupted: AtomicUsize::new(0),
        put_off: AtomicUsize::new(0),
    };
    let points_to = |url: Option<String>| *town.url.write().unwrap_or_else(PoisonError::into_inner) = url;

    let wrote = thread::scope(|scope| {
        let writers = WRITERS.map(|name| scope.spawn(move || Writer::new(town, name).writes()));
        let (mut counted, mut idle, mut moment) = (0, 0, 7_u64);
        while counted < kills {
            let served = Served::start(&database, &[]);
            points_to(Some(served.url.clone()));
            // Moments that look random and are the same in each run; what is under way then never is.
            moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            thread::sleep(Duration::from_millis(100 + (moment >> 33) % 500));
            let before = town.interrupted.load(SeqCst);
            served.is_killed();
            points_to(None);
            // Those who were interrupted notice at once.
            thread::sleep(Duration::from_millis(50));
            match town.interrupted.load(SeqCst) - before {
                0 => idle += 1,
                _ => counted += 1,
            }
            assert!(idle <= MOST_IDLE, "{idle} of {} kills found nobody at work", idle + counted);
        }
        let served = Served::start(&database, &[]);
        points_to(Some(served.url.clone()));
        town.over.store(true, SeqCst);
        let wrote = writers.map(|writer| writer.join().expect("a writer was always answered well in the end"));
        for (name, wrote) in WRITERS.iter().zip(&wrote) {
            assert_eq!(Writer::new(town, name).finds(), *wrote, "{name}");
        }
        wrote
    });

    let interrupted = town.interrupted.load(SeqCst);
    let (entries, files) = wrote
        .iter()
        .flat_map(BTreeMap::values)
        .fold((0, 0), |(entries, files), one| (entries + 1, files + one.files.len()));
    let put_off = town.put_off.load(SeqCst);
    eprintln!("{kills} kills interrupted {interrupted} requests, {put_off} were told to come back.");
    eprintln!("{entries} entries and {files} files are there, once.");
    assert!(interrupted >= kills && entries > kills);

    let checked = run(configured(&database).arg("check"));
    assert_eq!(checked.code, Some(0), "{checked:?}");
}
