//! What runs to its end: `migrate`, `create-admin`, `openapi`; and `serve`, where it can't start.

use cairn_tests::{Database, Served, cairn, configured, run};
use std::{net::TcpListener, path::Path};

/// The lines of what was said.
fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn serve_says_all_that_it_needs_at_once() {
    let ran = run(cairn().arg("serve"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let said = lines(&ran.err);
    assert_eq!(said.len(), 2, "{ran:?}");
    assert!(said[0].starts_with("cairn: CAIRN_PUBLIC_URL is needed"), "{ran:?}");
    assert!(said[1].starts_with("cairn: CAIRN_SECRET is needed"), "{ran:?}");
    assert_eq!(ran.out, "");
}

#[test]
fn serve_says_all_that_is_not_right_at_once() {
    let settings = [
        ("CAIRN_BIND", "nowhere"),
        ("CAIRN_METRICS_BIND", "nowhere either"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"),
        ("CAIRN_PUBLIC_URL", "http://cairn.example"),
        ("CAIRN_SECRET", "short"),
        ("DATABASE_URL", "mysql://x"),
        ("CAIRN_SMTP_URL", "mail.example"),
        ("CAIRN_MAIL_FROM", "Cairn"),
    ];
    let ran = run(cairn().arg("serve").envs(settings));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let said = lines(&ran.err);
    assert_eq!(said.len(), settings.len(), "{ran:?}");
    for (name, _) in settings {
        assert!(said.iter().any(|line| line.contains(name)), "{name}: {ran:?}");
    }
    assert!(!ran.err.contains("short") || !ran.err.contains("“short”"), "a secret is never said: {ran:?}");
}

#[test]
fn a_place_that_is_taken_is_one_sentence() {
    let database = Database::make();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run(configured(&database).arg("serve").env("CAIRN_BIND", &address));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let expected =
        format!("cairn: Something listens on {address} already. Stop it, or give another address with --bind.");
    assert_eq!(lines(&ran.err), [expected.as_str()]);
}

#[test]
fn a_database_that_is_not_there_is_one_sentence() {
    let database = Database::make();
    for url in ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:/nowhere/at/all/cairn.sqlite"] {
        let ran = run(configured(&database).arg("migrate").env("DATABASE_URL", url));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert_eq!(lines(&ran.err).len(), 1, "{ran:?}");
        assert!(ran.err.contains("database"), "{ran:?}");
    }
}

#[test]
fn migrating_twice_is_migrating_once() {
    let database = Database::empty();
    for _ in 0..2 {
        let ran = run(configured(&database).arg("migrate"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), "The schema is up to date.\n"), "{ran:?}");
        assert_eq!(ran.err, "");
    }
    let served = Served::start(&database, &[]);
    assert_eq!(served.ask("GET", "/readyz", &[], "").status, 200);
}

#[test]
fn servers_that_start_together_make_the_schema_once() {
    let database = Database::empty();
    let both = [configured(&database), configured(&database)]
        .map(|mut command| std::thread::spawn(move || run(command.arg("migrate"))));
    for one in both {
        let ran = one.join().expect("it runs");
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

#[test]
fn openapi_prints_the_committed_document() {
    let ran = run(cairn().arg("openapi"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let committed = std::fs::read_to_string(committed).expect("openapi/openapi.json is committed");
    assert!(ran.out == committed, "openapi/openapi.json is not what the routes say: run `cargo xtask openapi`");
}

#[test]
fn an_unknown_command_is_told_which_there_are() {
    let ran = run(cairn().arg("help"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for command in ["serve", "demo", "migrate", "create-admin", "check", "openapi"] {
        assert!(ran.out.contains(command), "{command}: {ran:?}");
    }
    assert_eq!(run(cairn().arg("dance")).code, Some(2));
}
