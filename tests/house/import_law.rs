//! Who may know whom: http → actions → store → db, and the domain knows nobody.

use crate::sources::{Source, rust};

/// Whether a source is that layer of its slice: `round/store.rs`, or `round/store/cards.rs`.
fn is(source: &Source, layer: &str) -> bool {
    source.path.ends_with(&format!("/{layer}.rs")) || source.path.contains(&format!("/{layer}/"))
}

/// Those of the sources in which a forbidden word stands, and where.
fn naming(sources: &[Source], layer: Option<&str>, forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| layer.is_none_or(|layer| is(s, layer))) {
        for (number, line) in source.code().lines().enumerate() {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{} names {word} (line {} of its code): {}", source.path, number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn handlers_never_name_diesel() {
    let found = naming(&rust("backend/src"), Some("http"), &["diesel"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn actions_never_name_the_web_framework() {
    let found = naming(&rust("backend/src"), Some("actions"), &["actix_web", "HttpResponse", "HttpRequest"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn actions_leave_queries_to_the_store() {
    let found = naming(&rust("backend/src"), Some("actions"), &["diesel::", "use diesel", "schema::"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn stores_never_name_the_error_of_the_api() {
    let found = naming(&rust("backend/src"), Some("store"), &["ApiError", "ApiResult", "actix_web"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_domain_asks_neither_the_clock_nor_the_world() {
    let outside = [
        "SystemTime",
        "Instant::now",
        "std::env",
        "std::fs",
        "std::net",
        "std::process",
        "std::thread",
        "getrandom",
        "rand::",
    ];
    let found = naming(&rust("shared/src"), None, &outside);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_configuration_reads_the_environment_and_only_the_clock_the_time() {
    let sources = rust("backend/src");
    let (config, clock) = ("backend/src/config.rs", "backend/src/clock.rs");
    let elsewhere = |but: &str| {
        sources
            .iter()
            .filter(|s| s.path != but)
            .map(|s| Source { path: s.path.clone(), text: s.text.clone() })
            .collect::<Vec<_>>()
    };
    let mut found = naming(&elsewhere(config), None, &["std::env", "env::var"]);
    found.extend(naming(&elsewhere(clock), None, &["SystemTime"]));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_web_app_knows_the_domain_and_not_the_server() {
    let found = naming(&rust("frontend/src"), None, &["cairn_backend", "diesel", "actix_web"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    let folders = [
        "backend/src",
        "checker/src",
        "credential/src",
        "print/src",
        "frontend/src",
        "shared/src",
        "migrations/src",
        "openapi/src",
        "tests",
        "xtask/src",
    ];
    let silent: Vec<String> = folders
        .iter()
        .flat_map(|folder| rust(folder))
        .filter(|s| !s.text.starts_with("//! ") || s.text.lines().next().is_none_or(|l| l.len() < 12))
        .map(|s| s.path)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn whoever_writes_what_is_searched_writes_it_as_it_is_searched() {
    let searched = [
        "person::given_name.eq(",
        "person::family_name.eq(",
        "school::name.eq(",
        "entry::title.eq(",
        "entry::text.eq(",
    ];
    let found: Vec<String> = rust("backend/src")
        .iter()
        .filter(|source| searched.iter().any(|column| source.product().contains(column)))
        .filter(|source| !source.product().contains("::folded.eq("))
        .map(|source| source.path.clone())
        .collect();
    assert!(found.is_empty(), "these write a name or a text without its folded form: {found:#?}");
}
