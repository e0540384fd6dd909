//! `cairn keys`: the keys that badges are signed with are made once, added to, and open with their secret alone.

use cairn_tests::{Database, Ran, Served, configured, run};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

const SECRET: &str = "a secret that only these servers know";

fn file(database: &Database) -> PathBuf {
    database.folder.join("keys.json")
}

fn keys(database: &Database, verb: &str, secret: &str) -> Ran {
    run(configured(database).args(["keys", verb]).env("CAIRN_KEYS_SECRET", secret))
}

/// The keys as everybody finds them at a server.
fn told(database: &Database) -> Vec<String> {
    let mut served = Served::start(database, &[("CAIRN_KEYS_SECRET", SECRET)]);
    let got = served.ask("GET", "/.well-known/did.json", &[], "");
    assert_eq!(got.status, 200, "{got:?}");
    let document: Value = serde_json::from_str(&got.text).expect("JSON");
    assert_eq!(document["id"], "did:web:cairn.example");
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
    let methods = document["assertionMethod"].as_array().expect("a list").iter();
    methods.map(|id| id.as_str().expect("an id").to_owned()).collect()
}

#[test]
fn they_are_made_once_and_added_to_and_each_stands_where_everybody_finds_it() {
    let database = Database::make();
    let made = keys(&database, "init", SECRET);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("of number 1 are in"), "{made:?}");
    let mode = fs::metadata(file(&database)).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(file(&database)).expect("the file can be read");

    let again = keys(&database, "init", SECRET);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.err.contains("is there already"), "{again:?}");
    assert_eq!(fs::read(file(&database)).expect("the file can be read"), before);

    let first = told(&database);
    assert_eq!(first, ["did:web:cairn.example#key-p256-1", "did:web:cairn.example#key-ed25519-1"]);
    assert_eq!(keys(&database, "rotate", SECRET).code, Some(0));
    let both = told(&database);
    assert_eq!(both.len(), 4);
    assert!(both.ends_with(&first), "{both:?}");
}

#[test]
fn a_server_whose_file_is_another_or_an_older_one_does_not_start() {
    let (database, other) = (Database::make(), Database::make());
    for one in [&database, &other] {
        assert_eq!(keys(one, "init", SECRET).code, Some(0));
    }
    let own = fs::read(file(&database)).expect("the file can be read");
    told(&database);
    let starts = |keys: &[u8], said: &str| {
        fs::write(file(&database), keys).expect("the file can be written");
        let ran = run(configured(&database).arg("serve").env("CAIRN_KEYS_SECRET", SECRET));
        assert!(ran.code == Some(1) && ran.err.contains(said), "{ran:?}");
    };
    starts(&fs::read(file(&other)).expect("the file can be read"), "are not those that signed earlier badges");
    fs::write(file(&database), &own).expect("the file can be written");
    assert_eq!(keys(&database, "rotate", SECRET).code, Some(0));
    assert_eq!(told(&database).len(), 4);
    starts(&own, "number 2 signs already");
    // Where the file is lost, new keys go on behind the numbers of the old ones, which stay where everybody finds them.
    fs::remove_file(file(&database)).expect("the file can be removed");
    assert!(keys(&database, "init", SECRET).out.contains("of number 3 are in"));
    assert_eq!(told(&database).len(), 6);
}

#[test]
fn without_keys_a_server_serves_and_signs_nothing() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    let got = served.ask("GET", "/.well-known/did.json", &[], "");
    assert!(got.text.contains("\"verificationMethod\":[]"), "{got:?}");
    assert_eq!(served.ask("GET", "/api/v1/public/status/revocation/1", &[], "").status, 404);
}

#[test]
fn what_can_not_be_used_is_said_in_a_sentence() {
    let database = Database::make();
    assert_eq!(keys(&database, "init", SECRET).code, Some(0));
    for (verb, secret, said) in [
        ("rotate", "another secret that only they know", "don’t open with CAIRN_KEYS_SECRET"),
        ("rotate", "short", "CAIRN_KEYS_SECRET is too short"),
    ] {
        let ran = keys(&database, verb, secret);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(said), "{ran:?}");
    }
    let ran = run(configured(&database).arg("serve").env("CAIRN_KEYS_SECRET", "another secret that only they know"));
    assert!(ran.code == Some(1) && ran.err.contains("don’t open with CAIRN_KEYS_SECRET"), "{ran:?}");
    let ran = run(configured(&database).args(["keys", "init"]));
    assert!(ran.code == Some(1) && ran.err.contains("CAIRN_KEYS_SECRET is needed"), "{ran:?}");
    fs::remove_file(file(&database)).expect("the file can be removed");
    let ran = keys(&database, "rotate", SECRET);
    assert!(ran.code == Some(1) && ran.err.contains("`cairn keys init` makes it"), "{ran:?}");
    let local = [("CAIRN_PUBLIC_URL", "https://localhost:8443"), ("CAIRN_KEYS_SECRET", SECRET)];
    let ran = run(configured(&database).args(["keys", "init"]).envs(local));
    assert!(ran.code == Some(1) && ran.err.contains("badges carry it for good"), "{ran:?}");
}
