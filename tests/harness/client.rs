//! Asking the server something over HTTP, and looking at what it answers.

use super::{Contract, House};
use cairn_shared::problem::Problem;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;
use ureq::http::{HeaderMap, Request};

/// A question and its answer, as they went over the wire.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The address, from the first slash on.
    pub path: String,
    /// The headers that were sent.
    pub asked: Vec<(String, String)>,
    /// The body that was sent.
    pub sent: Vec<u8>,
    /// Whether the server is meant to meet a mistake of its own.
    pub breaks: bool,
    /// The status of the answer.
    pub status: u16,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The body of the answer.
    pub answer: Vec<u8>,
}

impl Exchange {
    /// A header that was sent.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.asked.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The type of the body that was sent, without what follows a semicolon.
    pub fn sent_type(&self) -> &str {
        essence(self.asked("content-type"))
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// The type of the answer's body, without what follows a semicolon.
    pub fn content_type(&self) -> &str {
        essence(self.header("content-type"))
    }

    /// The names and values of the query, decoded.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let parts = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        parts.map(|(name, value)| (decoded(name), decoded(value))).collect()
    }
}

fn essence(content_type: Option<&str>) -> &str {
    content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// A part of a query as it was meant.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, behind @ ..] = rest {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &behind[2..]),
            None => (bytes.push(if *first == b'+' { b' ' } else { *first }), rest = behind),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(2400)]);
            text.chars().take(600).collect::<String>()
        };
        let (sent, answer) = (short(&self.sent), short(&self.answer));
        write!(f, "{} {} {sent}\n    {} {answer}", self.method, self.path, self.status)
    }
}

/// A question to the server.
pub struct Ask<'h> {
    house: &'h House,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    breaks: bool,
}

impl<'h> Ask<'h> {
    /// A question without a body. Paths that don't begin with `//` are below `/api/v1`.
    pub fn new(house: &'h House, method: &str, path: &str) -> Self {
        let path = match path.strip_prefix("//") {
            Some(outside) => format!("/{outside}"),
            None => format!("/api/v1{path}"),
        };
        Self { house, method: method.into(), path, headers: Vec::new(), body: Vec::new(), breaks: false }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Only if it is that version.
    pub fn if_match(self, tag: &str) -> Self {
        self.header("if-match", tag)
    }

    /// With a key that makes its repetition harmless.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    ///
    /// # Panics
    /// If the value has no JSON form.
    pub fn json<T: Serialize>(self, value: &T) -> Self {
        let bytes = serde_json::to_vec(value).expect("a command has a JSON form");
        self.body("application/json", bytes)
    }

    /// With a body of that kind.
    pub fn body(mut self, kind: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self.header("content-type", kind)
    }

    /// Where the server is meant to meet a mistake of its own.
    pub fn breaks(self) -> Self {
        Self { breaks: true, ..self }
    }

    /// Asks.
    ///
    /// # Panics
    /// If the server doesn't answer, or in another way than the document says.
    #[track_caller]
    pub fn send(self) -> Reply {
        let mut request =
            Request::builder().method(self.method.as_str()).uri(format!("{}{}", self.house.url, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = if self.body.is_empty() && matches!(self.method.as_str(), "GET" | "DELETE" | "HEAD") {
            self.house.agent.run(request.body(()).expect("a request can be built"))
        } else {
            self.house.agent.run(request.body(&self.body[..]).expect("a request can be built"))
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.body_mut().with_config().limit(50_000_000).read_to_vec().expect("an answer can be read");
        let exchange = Exchange {
            method: self.method,
            path: self.path,
            asked: self.headers,
            sent: self.body,
            breaks: self.breaks,
            status,
            headers,
            answer: body,
        };
        self.house.keep(&exchange);
        let differences = Contract::committed().differences(&exchange);
        assert!(differences.is_empty(), "openapi.json says otherwise: {differences:#?}\n{exchange}");
        Reply { status, headers: exchange.headers.clone(), body: exchange.answer.clone(), exchange }
    }
}

/// What the server answered.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// What went over the wire.
    pub exchange: Exchange,
}

impl Reply {
    /// Goes on if the status is that.
    ///
    /// # Panics
    /// With the exchange, if it isn't.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.exchange);
        self
    }

    /// The body, parsed.
    ///
    /// # Panics
    /// With the exchange, if it isn't what was meant.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.exchange))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.exchange.header(name)
    }

    /// The ETag.
    ///
    /// # Panics
    /// With the exchange, if there is none.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag: {}", self.exchange)).to_owned()
    }

    /// The value of a cookie that was set; empty, if it was cleared.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        set.filter_map(|c| c.split(';').next()?.split_once('='))
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.to_owned())
    }

    /// The problem that was answered, of that status and kind.
    ///
    /// # Panics
    /// With the exchange, if it is another one, or not as problems are written.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> Problem {
        assert_eq!(self.status, status, "{}", self.exchange);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.exchange);
        let problem: Problem = self.json();
        assert_eq!(problem.kind, format!("/problems#{kind}"), "{}", self.exchange);
        assert_eq!(problem.status, status, "{}", self.exchange);
        assert!(!problem.detail.is_empty() && !problem.instance.is_empty(), "{}", self.exchange);
        problem
    }

    /// The problem of one field: 422, with that pointer and code.
    ///
    /// # Panics
    /// With the exchange, if it is another one.
    #[track_caller]
    pub fn field(&self, pointer: &str, code: &str) {
        let problem = self.problem(422, "invalid");
        let found = problem.errors.iter().any(|e| e.pointer == pointer && e.code == code);
        assert!(found, "{}", self.exchange);
    }
}
