//! The API's document, as tests read it: which operations there are, where they are and what they ask for. A test
//! that goes through it can forget none.

use serde_json::Value;
use std::{collections::BTreeSet, sync::LazyLock};

/// What is said of an operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name: `read_entry`.
    pub id: String,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// Where it is, below `/api/v1`: `/entries/{id}`.
    pub path: String,
    /// Whether it answers without an access token.
    pub is_public: bool,
    /// Whether it asks for `If-Match`.
    pub asks_for_version: bool,
    /// Whether it answers page by page.
    pub has_pages: bool,
    /// The statuses of its success.
    pub successes: Vec<u16>,
}

impl Operation {
    /// Its address, with those ids in the places of `{id}`, `{code}`, `{ticket}` and `{part_id}`.
    pub fn at(&self, id: &str, part: &str) -> String {
        let whole = ["{id}", "{code}", "{ticket}"].iter().fold(self.path.clone(), |path, name| path.replace(name, id));
        whole.replace("{part_id}", part)
    }

    /// The noun that it is about: `entries`.
    pub fn noun(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// Whether it is about one thing, whose id or code is in its address.
    pub fn has_id(&self) -> bool {
        self.path.contains("{id}") || self.is_by_code()
    }

    /// Whether it is about one thing, whose code is in its address.
    pub fn is_by_code(&self) -> bool {
        self.path.contains("{code}")
    }

    fn new(path: &str, method: &str, said: &Value) -> Self {
        let named = |name: &str| said["parameters"].as_array().into_iter().flatten().any(|p| p["name"] == name);
        let statuses = said["responses"].as_object().into_iter().flat_map(|r| r.keys());
        let statuses: Vec<u16> = statuses.filter_map(|status| status.parse().ok()).collect();
        Self {
            id: said["operationId"].as_str().expect("an operation has a name").into(),
            method: method.to_uppercase(),
            path: path.strip_prefix("/api/v1").expect("an operation is below /api/v1").into(),
            is_public: said["security"].as_array().is_none_or(Vec::is_empty),
            asks_for_version: statuses.contains(&428),
            has_pages: named("after"),
            successes: statuses.into_iter().filter(|status| (200..300).contains(status)).collect(),
        }
    }
}

/// Every operation of the document, in its order.
///
/// # Panics
/// If the committed document isn't one.
pub fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(read);
    &OPERATIONS
}

fn read() -> Vec<Operation> {
    let document = super::document();
    let paths = document["paths"].as_object().expect("paths");
    let said = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten().filter(|(_, said)| said["operationId"].is_string());
        operations.map(move |(method, said)| Operation::new(path, method, said))
    });
    said.collect()
}

/// Goes on if these are the names of those operations of the document, each of them.
///
/// # Panics
/// With the names of operations that are nowhere, and names that are no operation's.
pub fn expect_each_operation<'a>(wanted: impl Fn(&Operation) -> bool, named: impl Iterator<Item = &'a str>) {
    let named: BTreeSet<&str> = named.collect();
    let known: BTreeSet<&str> =
        operations().iter().filter(|operation| wanted(operation)).map(|operation| operation.id.as_str()).collect();
    let forgotten: Vec<&&str> = known.difference(&named).collect();
    let unknown: Vec<&&str> = named.difference(&known).collect();
    assert!(forgotten.is_empty(), "operations of the document that have no row here: {forgotten:?}");
    assert!(unknown.is_empty(), "rows whose operation is not in the document: {unknown:?}");
}
