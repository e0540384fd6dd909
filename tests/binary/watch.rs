//! What `cairn serve` tells those who look after it, on a port of its own.

use cairn_shared::{entry::EntryDetail, person::Role, session::SignedIn};
use cairn_tests::{
    Answer, Database, Exposition, Got, House, PostOffice, Served, agent, ask_at, configured, run, until,
};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

const PRIVATE: (&str, &str) = ("CAIRN_METRICS_BIND", "127.0.0.1:0");
const ORIGIN: (&str, &str) = ("origin", "https://cairn.example");
const ADDRESS: &str = "ada@cairn.example";

/// Where a server said that it tells its counts, without the path.
fn private(served: &Served) -> String {
    let said = served.said.iter().find_map(|line| line.strip_prefix("Counts are told at "));
    let said = said.unwrap_or_else(|| panic!("it says where: {:?}", served.said));
    said.split_once("/metrics").expect("with its path").0.to_owned()
}

fn ask_private(served: &Served, path: &str) -> Got {
    ask_at(&agent(), &private(served), "GET", path, &[], b"").expect("the private port answers")
}

fn counts(served: &Served) -> (String, Exposition) {
    let got = ask_private(served, "/metrics");
    assert_eq!(
        (got.status, got.headers["content-type"].to_str().unwrap()),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
    let read = Exposition::read(&got.text);
    (got.text, read)
}

/// Asks by a method that nobody has heard of.
fn brews(served: &Served, method: &str, path: &str) {
    let mut line = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).unwrap();
    write!(line, "{method} {path} HTTP/1.1\r\nhost: {method}.example\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
}

/// A house with Ada in it, who has a link to sign in.
fn with_ada() -> (Database, String) {
    let database = Database::make();
    let house = House::over(database.again(), |_| {});
    let link = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None).link.clone();
    drop(house);
    (database, link)
}

#[test]
fn what_is_asked_is_counted_and_nobody_is_named() {
    let (database, link) = with_ada();
    let office = PostOffice::open();
    let post = [("CAIRN_SMTP_URL", office.url()), ("CAIRN_MAIL_FROM", "cairn@northfell.example".to_owned())];
    let post: Vec<(&str, &str)> = post.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let served = Served::start(&database, &[&[PRIVATE], &*post].concat());
    let signs_in = |body: serde_json::Value| served.ask("POST", "/api/v1/sessions", &[ORIGIN], &body.to_string());
    for _ in 0..11 {
        signs_in(json!({ "email": ADDRESS, "password": "pebbles beside the path" }));
    }
    let got = signs_in(json!({ "token": link }));
    let token = serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token;
    let bearer = format!("Bearer {token}");
    let signed = [ORIGIN, ("authorization", bearer.as_str())];
    let entry = served.ask("POST", "/api/v1/entries", &signed, &json!({ "text": "A stone." }).to_string());
    let entry: EntryDetail = serde_json::from_str(&entry.text).unwrap();
    let path = format!("/api/v1/entries/{}", entry.id);
    for _ in 0..3 {
        assert_eq!(served.ask("GET", &format!("{path}?words=a+secret+word"), &signed, "").status, 200);
    }
    let file = served.ask(
        "POST",
        &format!("{path}/evidence?name=notes.txt"),
        &[signed[0], signed[1], ("content-type", "application/octet-stream")],
        "twelve bytes",
    );
    assert_eq!(file.status, 201, "{file:?}");
    for unknown in ["/wp-login.php", "/api/v1/nothing-at-all", "/api/v1/entries/x/y/z"] {
        assert_eq!(served.ask("GET", unknown, &[], "").status, 404, "{unknown}");
    }
    brews(&served, "BREW", "/api/v1/me");
    office.next("TEXT", Answer::Says("450 not just now"));
    assert_eq!(
        served.ask("POST", "/api/v1/sign-in-links", &[ORIGIN], &json!({ "email": ADDRESS }).to_string()).status,
        202
    );
    until("the letter was tried", || counts(&served).1.value("cairn_letters_total{kind=\"later\"}") == Some(1.0));

    let (text, read) = counts(&served);
    let value = |series: &str| read.value(series).unwrap_or_else(|| panic!("no {series} in {text}"));
    let requests = |method: &str, route: &str, class: &str| {
        value(&format!("cairn_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{class}\"}}"))
    };
    assert_eq!(requests("GET", "/api/v1/entries/{id}", "2xx"), 3.0);
    assert_eq!(requests("POST", "/api/v1/entries/{id}/evidence", "2xx"), 1.0);
    assert_eq!(requests("POST", "/api/v1/sessions", "4xx"), 11.0);
    assert_eq!(requests("POST", "/api/v1/sessions", "2xx"), 1.0);
    assert_eq!(requests("GET", "other", "4xx"), 3.0);
    assert_eq!(requests("other", "/api/v1/me", "4xx"), 1.0);
    assert_eq!(value("cairn_http_request_seconds_count{route=\"/api/v1/entries/{id}\"}"), 3.0);
    assert_eq!(value("cairn_http_requests_in_flight"), 0.0);
    assert_eq!(value("cairn_sign_ins_total{way=\"password\",outcome=\"not_taken\"}"), 10.0);
    assert_eq!(value("cairn_sign_ins_total{way=\"password\",outcome=\"slowed_down\"}"), 1.0);
    assert_eq!(value("cairn_sign_ins_total{way=\"link\",outcome=\"taken\"}"), 1.0);
    assert_eq!(value("cairn_slowed_down_total{kind=\"passwords_of_an_account\"}"), 1.0);
    assert_eq!(
        (value("cairn_problems_total{kind=\"slow-down\"}"), value("cairn_problems_total{kind=\"busy\"}")),
        (1.0, 0.0)
    );
    assert_eq!((value("cairn_uploads_total"), value("cairn_upload_bytes_total")), (1.0, 12.0));
    assert_eq!((value("cairn_letters_waiting"), value("cairn_database_up")), (1.0, 1.0));
    assert!(value("cairn_database_transaction_seconds_count{kind=\"write\"}") >= 3.0, "{text}");
    assert!(value("cairn_database_connections{state=\"idle\"}") >= 1.0, "{text}");
    assert_eq!((value("cairn_database_queue"), value("cairn_database_waiting")), (0.0, 0.0));
    assert!(value("process_resident_memory_bytes") > 1e6 && value("process_start_time_seconds") > 1.7e9, "{text}");
    assert!(text.contains("cairn_build_info{version=\""), "{text}");
    // SQLite's writer commits in groups; PostgreSQL has none.
    assert_eq!(value("cairn_database_group_size_count") > 0.0, database.url().starts_with("sqlite:"), "{text}");

    let labels: Vec<String> = read.label_names().into_iter().collect();
    assert_eq!(labels, ["cause", "kind", "le", "method", "outcome", "route", "state", "status", "version", "way"]);
    let id = entry.id.to_string();
    for secret in [
        ADDRESS,
        "cairn.example",
        "Ada",
        "Roe",
        &link,
        &token,
        &id,
        &id[..13],
        "127.0.0.1",
        "secret",
        "wp-login",
        "BREW",
        "notes.txt",
    ] {
        assert!(!text.contains(secret), "“{secret}” stands in {text}");
    }
}

#[test]
fn however_much_is_made_up_there_are_no_more_series() {
    let database = Database::make();
    let served = Served::start(&database, &[PRIVATE]);
    let ask = |number: usize| {
        served.ask("GET", &format!("/api/v1/entries/{number}"), &[], "");
        served.ask("GET", &format!("/made-up-{number}/{number}.php"), &[], "");
        brews(&served, &format!("BREW{number}"), &format!("/v/made-up-{number}"));
    };
    ask(0);
    let lines = |text: String| text.lines().count();
    let before = lines(counts(&served).0);
    (1..30).for_each(ask);
    assert_eq!(lines(counts(&served).0), before);
}

#[test]
fn each_port_has_its_own_and_nothing_of_the_other() {
    let database = Database::make();
    let served = Served::start(&database, &[PRIVATE]);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            (ask_private(&served, path).status, ask_private(&served, path).text.as_str()),
            (200, "ok\n"),
            "{path}"
        );
    }
    for path in ["/", "/api/v1/openapi.json", "/api/v1/me", "/api/docs", "/sign-in", "/demo", "/index.html"] {
        assert_eq!(ask_private(&served, path).status, 404, "{path}");
    }
    let public = served.ask("GET", "/metrics", &[], "");
    assert!(!public.text.contains("cairn_"), "{public:?}");
    std::fs::remove_dir_all(database.folder.join("files")).expect("the folder of files was there");
    assert_eq!((ask_private(&served, "/healthz").status, ask_private(&served, "/readyz").status), (200, 503));
}

#[test]
fn without_a_port_for_them_no_counts_are_told() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    assert!(served.said.iter().all(|line| !line.contains("Counts")), "{:?}", served.said);
}

#[test]
fn a_private_port_that_is_taken_is_one_sentence() {
    let database = Database::make();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run(configured(&database).arg("serve").env("CAIRN_METRICS_BIND", &address));
    let sentence = format!(
        "cairn: Something listens on {address} already. Stop it, or give another address with --metrics-bind.\n"
    );
    assert_eq!((ran.code, ran.err.as_str(), ran.out.as_str()), (Some(1), sentence.as_str(), ""));
}

#[test]
fn both_ports_end_when_it_is_asked_to_stop() {
    let database = Database::make();
    let mut served = Served::start(&database, &[PRIVATE]);
    let private = private(&served).strip_prefix("http://").unwrap().to_owned();
    // Somebody who keeps the line open keeps nobody from stopping.
    let _line = TcpStream::connect(&private).unwrap();
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
    assert!(TcpStream::connect(&private).is_err(), "nobody listens any more");
}
