//! The contract: what `openapi/openapi.json`, as committed, says of every exchange.
//!
//! Each exchange of the test client is held against it, so no test has to ask for that: the operation, the status, the
//! content type, the headers and every key of the body are those that the document names. What is sent is held against
//! it where the server took it; what it did not take is often wrong on purpose.

use super::{Exchange, Shapes};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

/// Below this address everything is the document's.
const BASE: &str = "/api/v1/";
/// The document itself, which it doesn't describe.
const DOCUMENT: &str = "/api/v1/openapi.json";
const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";
/// Headers of which the document says with which answers they come. An answer has those that are named and no others.
const NAMED: [&str; 5] = ["etag", "location", "retry-after", "content-range", "accept-ranges"];
/// Headers that come with some answers of an operation only: with the first pages, with a repetition.
const SOMETIMES: [&str; 2] = ["link", "idempotent-replayed"];

/// What the document says.
pub struct Contract {
    paths: BTreeMap<String, Map<String, Value>>,
    /// Answers that several operations share.
    shared: Value,
    shapes: Shapes,
}

impl Contract {
    /// The document as committed, read once.
    ///
    /// # Panics
    /// If it can't be read.
    pub fn committed() -> &'static Self {
        static COMMITTED: OnceLock<Contract> = OnceLock::new();
        COMMITTED.get_or_init(|| Self::of(&document()))
    }

    /// What that document says.
    ///
    /// # Panics
    /// If it has no paths.
    pub fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().expect("the document has paths");
        let operations = |item: &Value| item.as_object().cloned().unwrap_or_default();
        let paths = paths.iter().map(|(path, item)| (path.clone(), operations(item))).collect();
        Self { paths, shared: document["components"]["responses"].clone(), shapes: Shapes::of(document) }
    }

    /// In what an exchange differs from the document: a sentence each, none if it doesn't.
    pub fn differences(&self, exchange: &Exchange) -> Vec<String> {
        let mut found = Found(Vec::new());
        let path = exchange.path.split('?').next().unwrap_or_default();
        self.manners(exchange, &mut found);
        if path.starts_with(BASE) && path != DOCUMENT {
            let method = exchange.method.to_lowercase();
            match self.item(path) {
                None => found.unless(exchange.status == 404, "no such path is documented, and the answer is not 404"),
                Some(item) => match item.get(&method) {
                    None => self.other_method(item, exchange, &mut found),
                    Some(operation) => self.operation(operation, exchange, &mut found),
                },
            }
        }
        found.0
    }

    /// The operations at an address. One that is written out wins over a pattern that also fits.
    fn item(&self, path: &str) -> Option<&Map<String, Value>> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &str| {
            let pattern: Vec<&str> = pattern.split('/').collect();
            pattern.len() == asked.len() && pattern.iter().zip(&asked).all(|(p, a)| p.starts_with('{') || p == a)
        };
        self.paths.get(path).or_else(|| self.paths.iter().find(|(pattern, _)| fits(pattern)).map(|(_, item)| item))
    }

    /// What holds for every answer, of whatever operation.
    fn manners(&self, exchange: &Exchange, found: &mut Found) {
        let id = exchange.header("x-request-id");
        found.unless(id.is_some(), "the answer has no X-Request-Id");
        found.unless(exchange.header("x-content-type-options") == Some("nosniff"), "its type may be guessed");
        let seconds = exchange.header("retry-after").and_then(|s| s.parse::<u32>().ok());
        if matches!(exchange.status, 429 | 503) {
            found.unless(seconds.is_some_and(|s| s > 0), "it doesn't say in Retry-After when to ask again");
        }
        if exchange.status == 500 && !exchange.breaks {
            found.0.push("the server met a mistake of its own".into());
        }
        let is_page = exchange.content_type().starts_with("text/html") && !exchange.path.starts_with(BASE);
        // Services of 1EdTech say in words of their own what is the matter (`tests/api/case.rs`).
        let is_of_1edtech = exchange.path.starts_with("/ims/");
        if exchange.status < 400 || is_page || is_of_1edtech {
            return;
        }
        found.unless(exchange.content_type() == PROBLEM, "what went wrong is no application/problem+json");
        let Ok(problem) = serde_json::from_slice::<Value>(&exchange.answer) else {
            return found.0.push("the problem is no JSON".into());
        };
        found.unless(problem["status"] == json!(exchange.status), "the problem names another status");
        found.unless(problem["instance"].as_str() == id, "the problem names another request");
    }

    /// An address that the document knows, asked with a method that it doesn't.
    fn other_method(&self, item: &Map<String, Value>, exchange: &Exchange, found: &mut Found) {
        found.unless(exchange.status == 405, "no such method is documented, and the answer is not 405");
        let mut known: Vec<String> = item.keys().map(|method| method.to_uppercase()).collect();
        let allow = exchange.header("allow").unwrap_or_default();
        let mut allowed: Vec<String> = allow.split(',').map(|method| method.trim().to_owned()).collect();
        known.sort();
        allowed.sort();
        found.unless(allowed == known, &format!("Allow is {allow:?}, and the document knows {}", known.join(", ")));
    }

    fn operation(&self, operation: &Value, exchange: &Exchange, found: &mut Found) {
        let taken = matches!(exchange.status, 200..=399 | 409 | 412);
        if taken {
            self.question(operation, exchange, found);
        }
        let response = &operation["responses"][exchange.status.to_string()];
        let response = match response["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
            Some(name) => &self.shared[name],
            None => response,
        };
        if response.is_null() {
            return found.0.push(format!("the status {} is not documented", exchange.status));
        }
        self.headers(response, exchange, found);
        match response["content"].as_object() {
            None => found.unless(exchange.answer.is_empty(), "the document knows of no body here"),
            Some(content) => self.body("answered", content, exchange.content_type(), &exchange.answer, found),
        }
    }

    /// What was sent, and taken.
    fn question(&self, operation: &Value, exchange: &Exchange, found: &mut Found) {
        match operation["requestBody"]["content"].as_object() {
            None => found.unless(exchange.sent.is_empty(), "a body was taken of which the document says nothing"),
            Some(content) => self.body("taken", content, exchange.sent_type(), &exchange.sent, found),
        }
        let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
        let named = |place: &str, name: &str| {
            parameters
                .iter()
                .find(|p| p["in"] == place && p["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
        };
        for (name, value) in exchange.query() {
            match named("query", &name) {
                None => found.0.push(format!("?{name}= was taken, and is not documented")),
                Some(parameter) => found.unless(
                    self.reads(&parameter["schema"], &value),
                    &format!("?{name}={value} was taken, and is not as documented"),
                ),
            }
        }
        for parameter in parameters.iter().filter(|p| p["in"] == "header" && p["required"] == true) {
            let name = parameter["name"].as_str().unwrap_or_default();
            found.unless(exchange.asked(name).is_some(), &format!("{name} is needed, and the server did without"));
        }
    }

    /// Whether a text in a query is a value of that schema: the text itself, or the number or the word that it spells.
    fn reads(&self, schema: &Value, text: &str) -> bool {
        let spelt = serde_json::from_str::<Value>(text).ok();
        [Some(json!(text)), spelt].into_iter().flatten().any(|value| self.shapes.differences(schema, &value).is_empty())
    }

    fn headers(&self, response: &Value, exchange: &Exchange, found: &mut Found) {
        let documented = |name: &str| {
            response["headers"].as_object().is_some_and(|h| h.keys().any(|k| k.eq_ignore_ascii_case(name)))
        };
        for name in NAMED {
            match (documented(name), exchange.header(name).is_some()) {
                (true, false) => found.0.push(format!("the header {name} is documented, and not there")),
                (false, true) => found.0.push(format!("the header {name} is there, and not documented")),
                _ => {}
            }
        }
        for name in SOMETIMES {
            let there = exchange.header(name).is_some();
            found.unless(!there || documented(name), &format!("the header {name} is there, and not documented"));
        }
        self.next_page(&documented, exchange, found);
    }

    /// `Link` leads to where `next` does, where a page says that there is one.
    fn next_page(&self, documented: &dyn Fn(&str) -> bool, exchange: &Exchange, found: &mut Found) {
        if !documented("link") {
            return;
        }
        let page: Value = serde_json::from_slice(&exchange.answer).unwrap_or_default();
        let link = exchange.header("link");
        match page["next"].as_str() {
            None => found.unless(link.is_none(), "there is a Link, and no next page"),
            Some(next) => found.unless(
                link.is_some_and(|link| link.contains(&format!("after={next}>")) && link.ends_with("; rel=\"next\"")),
                "the Link to the next page doesn't lead there",
            ),
        }
    }

    fn body(&self, what: &str, content: &Map<String, Value>, kind: &str, body: &[u8], found: &mut Found) {
        let Some(media) = content.get(kind).or_else(|| content.get("*/*")) else {
            let known: Vec<&String> = content.keys().collect();
            return found.0.push(format!("the type {kind:?} was {what}, and the document knows {known:?}"));
        };
        // What is JSON-LD has its shape from another standard, and is held against that (`tests/api/credential.rs`).
        let is_ours = kind == JSON || kind == PROBLEM || kind.ends_with("+json") && !kind.ends_with("ld+json");
        if !is_ours {
            return;
        }
        match serde_json::from_slice::<Value>(body) {
            Err(error) => found.0.push(format!("what was {what} is no JSON: {error}")),
            Ok(value) => {
                let differences = self.shapes.differences(&media["schema"], &value);
                found.0.extend(differences.into_iter().map(|d| format!("what was {what} differs at {d}")));
            }
        }
    }
}

/// The document as committed.
///
/// # Panics
/// If it can't be read.
pub fn document() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let text = fs::read_to_string(path).expect("the document is committed");
    serde_json::from_str(&text).expect("the document is JSON")
}

/// The differences found so far.
struct Found(Vec<String>);

impl Found {
    fn unless(&mut self, is_so: bool, otherwise: &str) {
        if !is_so {
            self.0.push(otherwise.into());
        }
    }
}
