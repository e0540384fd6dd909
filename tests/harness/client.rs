//! Asking the server something over HTTP, and looking at what it answers.

use super::House;
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
    /// What was sent.
    pub sent: String,
    /// The status of the answer.
    pub status: u16,
    /// The answer.
    pub answer: String,
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |text: &str| text.chars().take(600).collect::<String>();
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
}

impl<'h> Ask<'h> {
    /// A question without a body. Paths that don't begin with `//` are below `/api/v1`.
    pub fn new(house: &'h House, method: &str, path: &str) -> Self {
        let path = match path.strip_prefix("//") {
            Some(outside) => format!("/{outside}"),
            None => format!("/api/v1{path}"),
        };
        Self { house, method: method.into(), path, headers: Vec::new(), body: Vec::new() }
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

    /// Asks.
    ///
    /// # Panics
    /// If the server doesn't answer.
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
            sent: String::from_utf8_lossy(&self.body).into_owned(),
            status,
            answer: String::from_utf8_lossy(&body).into_owned(),
        };
        self.house.keep(exchange.clone());
        Reply { status, headers, body, exchange }
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
    exchange: Exchange,
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
        self.headers.get(name).and_then(|v| v.to_str().ok())
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
