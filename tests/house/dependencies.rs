//! What Cairn is built on: licences that ask for nothing but their notice, and one place that all of it comes from.
//! `deny.toml` says which licences; `cargo deny check` looks at more, where it is installed.

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// Where every crate comes from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Where every package of the browser tests comes from.
const NPM: &str = "https://registry.npmjs.org/";
/// For what Cairn is built: the server where it runs, and the web app.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"];
/// Packages of the browser tests under other licences, and why they may be there.
const TOLERATED: &[(&str, &str, &str)] = &[
    ("axe-core", "MPL-2.0", "looks at pages in tests, as it is; nothing of it is in what is given out"),
    ("ical.js", "MPL-2.0", "reads calendars in tests, as Thunderbird does; nothing of it is in what is given out"),
    (
        "@digitalbazaar/credentials-context",
        "SEE LICENSE IN LICENSE.md",
        "BSD-3-Clause, and the contexts in it W3C Software and Document License",
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project's root")
}

fn toml(file: &str) -> toml::Table {
    let text = fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{file} is there"));
    text.parse().unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn allowed() -> Vec<Licensee> {
    let deny = toml("deny.toml");
    let allow = deny["licenses"]["allow"].as_array().expect("a list of licences");
    allow.iter().map(|one| Licensee::parse(one.as_str().expect("a name")).expect("a licence of SPDX")).collect()
}

/// Whether an expression can be fulfilled with those licences alone.
fn is_fine(expression: &str, allowed: &[Licensee]) -> bool {
    // Older crates write a stroke for “or”.
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|read| read.evaluate(|asked| allowed.iter().any(|licence| licence.satisfies(asked))))
}

/// Every package that is built for that target, as cargo knows it.
fn packages(target: &str) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target]);
    let output = command.output().expect("cargo can be asked");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    match said["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("no packages: {other}"),
    }
}

#[test]
fn whoever_takes_cairn_owes_nothing_but_notices() {
    let allowed = allowed();
    let mut looked_at = BTreeSet::new();
    let mut found = Vec::new();
    for package in TARGETS.into_iter().flat_map(packages) {
        let (name, version) = (package["name"].as_str().expect("a name"), &package["version"]);
        let licence = package["license"].as_str().unwrap_or("none that is named");
        if !is_fine(licence, &allowed) {
            found.push(format!("{name} {version}: {licence}"));
        }
        looked_at.insert(format!("{name} {version}"));
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(looked_at.len() > 300, "only {} packages were looked at", looked_at.len());
}

#[test]
fn every_crate_comes_from_one_place_with_its_hash() {
    let lock = toml("Cargo.lock");
    let ours = ["cairn-"];
    let mut theirs = 0;
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        match package.get("source").and_then(|source| source.as_str()) {
            None => {
                assert!(name == "xtask" || ours.iter().any(|begins| name.starts_with(begins)), "{name} has no source")
            }
            Some(source) => {
                assert_eq!(source, CRATES_IO, "{name}");
                let hash = package.get("checksum").and_then(|hash| hash.as_str()).unwrap_or_default();
                assert_eq!(hash.len(), 64, "{name} has no hash");
                theirs += 1;
            }
        }
    }
    assert!(theirs > 300, "only {theirs} crates were looked at");
}

#[test]
fn no_version_of_what_we_ask_for_is_left_to_chance() {
    let ours = packages(TARGETS[0]).into_iter().filter(|package| package["source"].is_null());
    let mut found = Vec::new();
    for package in ours {
        for asked in package["dependencies"].as_array().expect("dependencies") {
            let is_path = asked.get("path").is_some_and(|path| !path.is_null());
            if asked["req"] == "*" && !is_path {
                found.push(format!("{} asks for any {}", package["name"], asked["name"]));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_browser_tests_use_what_may_be_used_from_one_place() {
    let allowed = allowed();
    let text = fs::read_to_string(root().join("tests/browser/package-lock.json")).expect("the lock is there");
    let lock: Value = serde_json::from_str(&text).expect("JSON");
    let packages = lock["packages"].as_object().expect("packages");
    // The first is the tests themselves.
    let theirs: Vec<_> = packages.iter().filter(|(path, _)| !path.is_empty()).collect();
    assert!(!theirs.is_empty());
    for (path, package) in theirs {
        let name = path.rsplit("node_modules/").next().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or("none that is named");
        let tolerated = TOLERATED.iter().any(|(who, what, _)| (*who, *what) == (name, licence));
        assert!(tolerated || is_fine(licence, &allowed), "{name}: {licence}");
        let from = package["resolved"].as_str().unwrap_or(NPM);
        assert!(from.starts_with(NPM), "{name} comes from {from}");
        assert!(package["integrity"].as_str().is_some_and(|hash| hash.starts_with("sha512-")), "{name} has no hash");
    }
}

#[test]
fn a_licence_that_asks_for_more_is_found() {
    let allowed = allowed();
    for fine in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(is_fine(fine, &allowed), "{fine}");
    }
    for not in ["GPL-3.0", "AGPL-3.0-only", "MIT AND GPL-2.0-only", "LGPL-3.0", "none that is named", ""] {
        assert!(!is_fine(not, &allowed), "{not}");
    }
}
