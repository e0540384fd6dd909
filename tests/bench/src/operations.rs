//! What is asked, of each server in its own words: the same of Cairn on both databases, of the limit by the key of the
//! row, of the floor by the number of bytes.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    client::{Asker, Connection, Reply, request},
    server::Server,
    subjects::{COMMON, RARE, Subjects, Theirs, authorization},
};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contestant {
    /// As many bytes, and nothing else.
    Floor,
    /// The same rows, and no rules.
    Limit,
    /// Cairn on SQLite.
    Sqlite,
    /// Cairn on PostgreSQL.
    Postgres,
}

impl Contestant {
    /// Whether it is Cairn.
    pub fn is_cairn(self) -> bool {
        matches!(self, Self::Sqlite | Self::Postgres)
    }
}

/// A question about one subject, to each of them.
pub struct Question {
    who: Option<String>,
    method: &'static str,
    path: String,
    kind: &'static str,
    body: Vec<u8>,
    /// What the limit is asked, where it makes the same answer.
    limit: Option<String>,
    /// How long Cairn's answer is.
    pub bytes: usize,
    /// How long the limit's is.
    pub limit_bytes: usize,
}

/// Something that is looked at, about several subjects in turn.
pub struct Look {
    /// What it is called in the tables.
    pub name: &'static str,
    /// The questions.
    pub questions: Vec<Question>,
    /// How many were left out, because the subject is not there for who asks.
    pub left_out: usize,
    /// What stands near the beginning of each of Cairn's answers, where its status does not say all of it.
    holds: &'static str,
}

const JSON: &str = "application/json";

fn get(theirs: &Theirs, path: String, limit: String) -> Question {
    Question { limit: Some(limit), ..get_without_limit(theirs, path) }
}

fn get_without_limit(theirs: &Theirs, path: String) -> Question {
    Question {
        who: Some(theirs.person.clone()),
        method: "GET",
        path,
        kind: JSON,
        body: Vec::new(),
        limit: None,
        bytes: 0,
        limit_bytes: 0,
    }
}

/// The badges of those awards, as their holders take them along: as JSON, and as a picture.
///
/// # Errors
/// If one isn't there.
pub async fn badges(server: &Server, awards: &[Theirs]) -> Result<Vec<[Vec<u8>; 2]>> {
    let mut connection = Connection::open(server.address).await?;
    let mut badges = Vec::new();
    for award in awards {
        let authorization = authorization(&award.person)?;
        let mut forms = [const { Vec::new() }; 2];
        for (form, badge) in ["json", "png"].into_iter().zip(&mut forms) {
            let path = format!("/api/v1/awards/{}/badge?form={form}", award.id);
            let reply =
                connection.ask(&request("GET", &path, &[("Authorization", authorization.as_str())], b"")).await?;
            ensure!(reply.status == 200, "a badge: {} {}", reply.status, String::from_utf8_lossy(reply.body));
            badge.extend_from_slice(reply.body);
        }
        badges.push(forms);
    }
    Ok(badges)
}

/// What is asked to have a badge checked.
pub const CHECKS: &str = "/badge-checks";
/// As what a badge is sent.
pub const OCTETS: &str = "application/octet-stream";
/// What is said of a badge that is genuine.
pub const GENUINE: &str = "\"in_force\"";
/// The row of a certificate.
pub const CERTIFICATE: &str = "a certificate as PDF";

/// Everything that is looked at.
pub fn looks(s: &Subjects) -> Vec<Look> {
    let search = |word: &'static str| {
        let of = s.entries.iter();
        of.map(|t| get(t, format!("/entries?search={word}"), format!("/search/{}/{word}", t.person))).collect()
    };
    let verify = |(code, name): &(String, String)| Question {
        who: None,
        method: "POST",
        path: "/verifications".into(),
        kind: JSON,
        body: json!({ "code": code, "family_name": name }).to_string().into_bytes(),
        limit: Some(format!("/award/{code}")),
        bytes: 0,
        limit_bytes: 0,
    };
    let check = |badge: &Vec<u8>| Question {
        who: None,
        method: "POST",
        path: CHECKS.into(),
        kind: OCTETS,
        body: badge.clone(),
        limit: None,
        bytes: 0,
        limit_bytes: 0,
    };
    let of = |name, questions| Look { name, questions, left_out: 0, holds: "" };
    let [json, picture] = [0, 1].map(|form: usize| s.shown.iter().map(|forms| check(&forms[form])).collect());
    vec![
        of("story list", s.entries.iter().map(|t| get(t, "/entries".into(), format!("/list/{}", t.person))).collect()),
        of(
            "story list, a full page",
            s.whole.iter().map(|t| get(t, "/entries".into(), format!("/list/{}", t.person))).collect(),
        ),
        of(
            "entry",
            s.entries.iter().map(|t| get(t, format!("/entries/{}", t.id), format!("/entry/{}", t.id))).collect(),
        ),
        of(
            "portfolio preview",
            s.portfolios
                .iter()
                .map(|t| get(t, format!("/portfolios/{}/preview", t.id), format!("/preview/{}", t.id)))
                .collect(),
        ),
        of(
            "portfolio preview, 50 entries",
            s.whole
                .iter()
                .map(|t| get(t, format!("/portfolios/{}/preview", t.id), format!("/preview/{}", t.id)))
                .collect(),
        ),
        of(
            "reviewer’s list",
            s.reviews.iter().map(|t| get(t, "/reviews".into(), format!("/reviews/{}", t.person))).collect(),
        ),
        of(
            "review screen",
            s.reviews.iter().map(|t| get(t, format!("/reviews/{}", t.id), format!("/review/{}", t.id))).collect(),
        ),
        of(
            "coordinator’s overview",
            vec![get(&s.round, format!("/rounds/{}", s.round.id), format!("/round/{}", s.round.id))],
        ),
        of(
            "find a person",
            s.names
                .iter()
                .map(|name| get(&s.round, format!("/people?search={name}"), format!("/people/{name}")))
                .collect(),
        ),
        of("search, a rare word", search(RARE)),
        of("search, a very common word", search(COMMON)),
        of("verify an award", s.awards.iter().map(verify).collect()),
        Look { holds: GENUINE, ..of("check a badge", json) },
        Look { holds: GENUINE, ..of("check a badge, a picture", picture) },
        Look {
            holds: "%PDF-",
            ..of(
                CERTIFICATE,
                s.certificates.iter().map(|t| get_without_limit(t, format!("/awards/{}/certificate", t.id))).collect(),
            )
        },
    ]
}

/// Someone is at some address; everyone asks from another one, as people do.
#[derive(Clone, Default)]
pub struct Addresses(Rc<Cell<u32>>);

impl Addresses {
    /// The next one.
    pub fn next(&self) -> String {
        let n = self.0.get();
        self.0.set(n + 1);
        // Twenty tries each, below what anyone may try in a quarter of an hour.
        let [a, b, c, _] = ((n / 20) << 8).to_be_bytes();
        format!("10.{a}.{b}.{c}")
    }
}

impl Question {
    fn to_cairn(&self, address: Option<&str>) -> Result<Vec<u8>> {
        let token = self.who.as_deref().map(authorization).transpose()?;
        let mut headers = Vec::new();
        headers.extend(token.as_deref().map(|token| ("Authorization", token)));
        headers.extend(address.map(|address| ("X-Forwarded-For", address)));
        if !self.body.is_empty() {
            headers.push(("Content-Type", self.kind));
        }
        Ok(request(self.method, &format!("/api/v1{}", self.path), &headers, &self.body))
    }

    /// The floor takes the same body, and gives as many bytes.
    fn to_floor(&self) -> Vec<u8> {
        let kind = ("Content-Type", self.kind);
        let headers: &[(&str, &str)] = if self.body.is_empty() { &[] } else { &[kind] };
        request(self.method, &format!("/{}", self.bytes), headers, &self.body)
    }
}

/// Whether that stands near the beginning of an answer.
fn begins_with(body: &[u8], holds: &str) -> bool {
    let beginning = &body[..body.len().min(200)];
    holds.is_empty() || beginning.windows(holds.len()).any(|window| window == holds.as_bytes())
}

impl Look {
    /// Whether it is asked of them: the limit does not make every answer.
    pub fn is_asked_of(&self, whom: Contestant) -> bool {
        whom != Contestant::Limit || self.questions.iter().all(|question| question.limit.is_some())
    }

    /// Asks each question once, notes how long the answers are, and leaves out what is not there for who asks.
    ///
    /// # Errors
    /// If hardly anything is there, or the limit's answers are shorter than Cairn's by more than a fifth.
    pub async fn tries(&mut self, cairn: &Server, limit: &Server, addresses: &Addresses) -> Result<()> {
        let (mut to_cairn, mut to_limit) =
            (Connection::open(cairn.address).await?, Connection::open(limit.address).await?);
        let all = self.questions.len();
        let mut first = None;
        let mut kept = Vec::with_capacity(all);
        for mut question in std::mem::take(&mut self.questions) {
            let reply = to_cairn.ask(&question.to_cairn(Some(&addresses.next()))?).await?;
            if reply.status != 200 || !begins_with(reply.body, self.holds) {
                first.get_or_insert_with(|| format!("{} {}", reply.status, String::from_utf8_lossy(reply.body)));
                continue;
            }
            question.bytes = reply.body.len();
            if let Some(limit) = &question.limit {
                let reply = to_limit.ask(&request("GET", limit, &[], b"")).await?;
                ensure!(reply.status == 200, "the limit says of {limit}: {}", String::from_utf8_lossy(reply.body));
                question.limit_bytes = reply.body.len();
            }
            kept.push(question);
        }
        self.left_out = all - kept.len();
        self.questions = kept;
        ensure!(self.questions.len() * 2 > all, "{}: too little is there: {}", self.name, first.unwrap_or_default());
        let sum = |of: fn(&Question) -> usize| self.questions.iter().map(of).sum::<usize>();
        let (bytes, limit) = (sum(|q| q.bytes), sum(|q| q.limit_bytes));
        ensure!(
            limit * 5 >= bytes * 4 || !self.is_asked_of(Contestant::Limit),
            "{}: the limit answers {limit} bytes where Cairn answers {bytes}",
            self.name
        );
        Ok(())
    }

    /// The average length of Cairn's answers, and of the limit's.
    pub fn bytes(&self) -> (usize, usize) {
        let mean =
            |of: fn(&Question) -> usize| self.questions.iter().map(of).sum::<usize>() / self.questions.len().max(1);
        (mean(|q| q.bytes), mean(|q| q.limit_bytes))
    }

    /// Those who ask that contestant, so many at once.
    ///
    /// # Errors
    /// If somebody can't be signed in.
    pub fn askers(&self, whom: Contestant, many: usize, addresses: &Addresses) -> Result<Vec<Box<dyn Asker>>> {
        let requests: Vec<Vec<u8>> = self
            .questions
            .iter()
            .map(|q| match whom {
                Contestant::Floor => Ok(q.to_floor()),
                Contestant::Limit => {
                    let limit = q.limit.as_deref().context("the limit is not asked about everything")?;
                    Ok(request("GET", limit, &[], b""))
                }
                // Where nobody signs in, the address counts, and each question comes from another one.
                Contestant::Sqlite | Contestant::Postgres => q.to_cairn(q.who.is_none().then_some(ADDRESS)),
            })
            .collect::<Result<_>>()?;
        let (requests, all) = (Rc::new(requests), self.questions.len());
        let holds = if whom.is_cairn() { self.holds } else { "" };
        let asker = |n: usize| -> Box<dyn Asker> {
            let (requests, addresses) = (Rc::clone(&requests), addresses.clone());
            Box::new(Looking { requests, at: n * all / many, addresses, holds, asking: Vec::new() })
        };
        Ok((0..many).map(asker).collect())
    }
}

/// What an address is put in place of.
const ADDRESS: &str = "ADDRESS.ADDRESS";

struct Looking {
    requests: Rc<Vec<Vec<u8>>>,
    at: usize,
    addresses: Addresses,
    holds: &'static str,
    asking: Vec<u8>,
}

impl Asker for Looking {
    fn next(&mut self) -> Option<&[u8]> {
        self.at = (self.at + 1) % self.requests.len();
        let request = &self.requests[self.at];
        let place = request.windows(ADDRESS.len()).position(|window| window == ADDRESS.as_bytes());
        let Some(place) = place else { return Some(request) };
        self.asking.clear();
        self.asking.extend_from_slice(&request[..place]);
        self.asking.extend_from_slice(self.addresses.next().as_bytes());
        self.asking.extend_from_slice(&request[place + ADDRESS.len()..]);
        Some(&self.asking)
    }

    fn hears(&mut self, reply: &Reply<'_>) -> bool {
        reply.status == 200 && begins_with(reply.body, self.holds)
    }
}

/// Those who correct a text of theirs again and again, each on a device of their own.
///
/// # Errors
/// If an entry can't be read.
pub async fn savers(whom: Contestant, server: &Server, entries: &[Theirs], many: usize) -> Result<Vec<Box<dyn Asker>>> {
    let mut connection = Connection::open(server.address).await?;
    let mut savers: Vec<Box<dyn Asker>> = Vec::new();
    for theirs in entries.iter().cycle().take(many.min(entries.len())) {
        let authorization = authorization(&theirs.person)?;
        let path = match whom {
            Contestant::Floor => "/1500".into(),
            Contestant::Limit => format!("/save/{}", theirs.id),
            Contestant::Sqlite | Contestant::Postgres => format!("/api/v1/entries/{}", theirs.id),
        };
        let mut saver = Saving {
            whom,
            path,
            authorization,
            version: String::new(),
            text: "a".repeat(900),
            times: 0,
            asking: Vec::new(),
        };
        if whom.is_cairn() {
            let headers = [("Authorization", saver.authorization.as_str())];
            let reply = connection.ask(&request("GET", &saver.path, &headers, b"")).await?;
            saver.version = reply.etag.clone().context("an entry has a version")?;
            let entry: serde_json::Value = serde_json::from_slice(reply.body)?;
            saver.text = entry["text"].as_str().context("an entry has a text")?.to_owned();
        }
        savers.push(Box::new(saver));
    }
    Ok(savers)
}

struct Saving {
    whom: Contestant,
    path: String,
    authorization: String,
    version: String,
    text: String,
    times: u32,
    asking: Vec<u8>,
}

impl Asker for Saving {
    fn next(&mut self) -> Option<&[u8]> {
        self.times += 1;
        let text = format!("{} {}", self.text, self.times);
        self.asking = if self.whom.is_cairn() {
            let headers = [
                ("Authorization", self.authorization.as_str()),
                ("If-Match", &self.version),
                ("Content-Type", "application/json"),
            ];
            request("PATCH", &self.path, &headers, json!({ "text": text }).to_string().as_bytes())
        } else {
            request("PATCH", &self.path, &[("Content-Type", "text/plain; charset=utf-8")], text.as_bytes())
        };
        Some(&self.asking)
    }

    fn hears(&mut self, reply: &Reply<'_>) -> bool {
        if let Some(version) = &reply.etag {
            self.version.clone_from(version);
        }
        reply.status == 200
    }
}

/// Requests that are sent once each, by whoever has a hand free.
pub type Heap = Rc<RefCell<VecDeque<Vec<u8>>>>;

/// The sending of these portfolios.
///
/// # Errors
/// If somebody can't be signed in.
pub fn sendings(portfolios: &[Theirs]) -> Result<VecDeque<Vec<u8>>> {
    let body = json!({ "declaration": { "own_work": true, "nobody_identifiable": true } }).to_string();
    let of = |theirs: &Theirs| {
        let (authorization, key) = (authorization(&theirs.person)?, format!("sending-{}", theirs.id));
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Idempotency-Key", &key),
            ("Content-Type", "application/json"),
        ];
        Ok(request("POST", &format!("/api/v1/portfolios/{}/submissions", theirs.id), &headers, body.as_bytes()))
    };
    portfolios.iter().map(of).collect()
}

/// The upload of that picture to each of these entries, as another file each time.
///
/// # Errors
/// If somebody can't be signed in.
pub fn uploads(entries: &[Theirs], pictures: &[Vec<u8>]) -> Result<VecDeque<Vec<u8>>> {
    let of = |(n, picture): (usize, &Vec<u8>)| {
        let theirs = &entries[n % entries.len()];
        let authorization = authorization(&theirs.person)?;
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/octet-stream")];
        Ok(request("POST", &format!("/api/v1/entries/{}/evidence?name=photo.jpg", theirs.id), &headers, picture))
    };
    pictures.iter().enumerate().map(of).collect()
}

/// So many who take from the heap.
pub fn takers(heap: VecDeque<Vec<u8>>, many: usize) -> Vec<Box<dyn Asker>> {
    let heap: Heap = Rc::new(RefCell::new(heap));
    let taker = |_| -> Box<dyn Asker> { Box::new(Taking { heap: Rc::clone(&heap), asking: Vec::new() }) };
    (0..many).map(taker).collect()
}

struct Taking {
    heap: Heap,
    asking: Vec<u8>,
}

impl Asker for Taking {
    fn next(&mut self) -> Option<&[u8]> {
        self.asking = self.heap.borrow_mut().pop_front()?;
        Some(&self.asking)
    }

    fn hears(&mut self, reply: &Reply<'_>) -> bool {
        reply.status == 201
    }
}
