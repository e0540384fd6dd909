//! `cairn serve`: what it answers, and how it ends.

use cairn_backend::idempotency;
use cairn_shared::{
    person::Role,
    session::{Me, SignedIn},
};
use cairn_tests::{Answer, Database, Got, House, PostOffice, Ran, Served, configured, run};
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

const PUBLIC: &str = "https://cairn.example";
const COOKIE: &str = "__Host-cairn-refresh";

fn create_admin(database: &Database, given: &str, email: &str) -> Ran {
    let who = ["--given-name", given, "--family-name", "Office", "--email", email];
    run(configured(database).arg("create-admin").args(who))
}

/// The token of the link that was printed.
fn token(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let (_, token) = ran.out.split_once("https://cairn.example/sign-in/").unwrap_or_else(|| panic!("no link: {ran:?}"));
    token.trim().to_owned()
}

/// Follows a sign-in link, as a browser behind the proxy does.
fn signs_in(served: &Served, token: &str) -> Got {
    served.ask("POST", "/api/v1/sessions", &[("origin", PUBLIC)], &json!({ "token": token }).to_string())
}

fn cookie(got: &Got) -> String {
    let set = got.headers.get("set-cookie").and_then(|v| v.to_str().ok()).expect("a cookie is set");
    set.to_owned()
}

fn signed_in(got: &Got) -> SignedIn {
    assert_eq!(got.status, 200, "{got:?}");
    serde_json::from_str(&got.text).expect("a signed-in person")
}

#[test]
fn it_is_there_and_ready() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    for path in ["/healthz", "/readyz"] {
        let got = served.ask("GET", path, &[], "");
        assert_eq!((got.status, got.text.as_str()), (200, "ok\n"), "{path}");
    }
    let got = served.ask("GET", "/api/v1/openapi.json", &[], "");
    assert_eq!(got.status, 200);
    assert_eq!(got.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
}

#[test]
fn secrets_come_out_of_files_that_nobody_else_opens() {
    let database = Database::make();
    let given = |name: &str, text: &str| {
        let path = database.folder.join(name);
        std::fs::write(&path, text).unwrap();
        format!("file:{}", path.display())
    };
    // A token that was signed with what is in the file is believed by a server that was told the same in plain words.
    const SECRET: &str = "a secret in a file, long enough for anyone";
    let (secret, url) = (given("secret", &format!("{SECRET}\n")), given("url", &database.url()));
    let ran = create_admin(&database, "Ada", "office@cairn.example");
    let served = Served::start(&database, &[("CAIRN_SECRET", &secret), ("DATABASE_URL", &url)]);
    let bearer = format!("Bearer {}", signed_in(&signs_in(&served, &token(&ran))).access_token);
    drop(served);
    let served = Served::start(&database, &[("CAIRN_SECRET", SECRET)]);
    assert_eq!(served.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").status, 200);

    let (empty, nowhere) = (given("empty", "\n"), "file:/nowhere/secret");
    let mut serve = configured(&database);
    let ran = run(serve.arg("serve").envs([("CAIRN_SECRET", empty.as_str()), ("DATABASE_URL", nowhere)]));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let said: Vec<&str> = ran.err.lines().collect();
    assert_eq!(said.len(), 2, "{ran:?}");
    assert!(said[0].starts_with("cairn: CAIRN_SECRET: the file ") && said[0].ends_with("empty is empty."), "{ran:?}");
    assert!(said[1].starts_with("cairn: DATABASE_URL: the file /nowhere/secret can't be read: "), "{ran:?}");
}

#[test]
fn what_was_answered_days_ago_is_forgotten_soon_after_it_started() {
    let database = Database::make();
    let house = House::over(Database::lent(&database.folder), |_| {});
    let ada = house.person("Ada", "Thwaite", &[Role::Mentor], None).id();
    let days_ago = house.now().plus_days(-2);
    house.does(move |tx| idempotency::keep(tx, ada, "a-click", "its hash", &json!("an answer"), days_ago));
    let is_kept = || house.does(move |tx| idempotency::find::<String>(&mut *tx, ada, "a-click", "its hash")).is_some();
    assert!(is_kept());
    let _served = Served::start(&database, &[]);
    for _ in 0..100 {
        if !is_kept() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it is still kept");
}

#[test]
fn it_is_not_ready_without_its_files() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    std::fs::remove_dir_all(database.folder.join("files")).expect("the folder of files was there");
    assert_eq!(served.ask("GET", "/healthz", &[], "").status, 200);
    let got = served.ask("GET", "/readyz", &[], "");
    assert_eq!((got.status, got.headers["content-type"].to_str().unwrap()), (503, "application/problem+json"));
}

#[test]
fn nothing_of_the_demonstration_is_there() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    assert!(served.said.iter().all(|line| !line.contains("/sign-in/")), "{:?}", served.said);
    for (method, path) in [("GET", "/demo"), ("GET", "/demo/"), ("GET", "/demo/mail"), ("POST", "/demo/clock")] {
        let got = served.ask(method, path, &[], "");
        assert_eq!(got.status, 404, "{method} {path}: {got:?}");
        assert_eq!(got.headers["content-type"], "application/problem+json", "{method} {path}");
    }
}

#[test]
fn the_first_coordinator_comes_in_with_a_printed_link() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    let printed = token(&create_admin(&database, "Carys", "Carys@Northfell.example"));
    let got = signs_in(&served, &printed);
    let me = signed_in(&got).me;
    assert_eq!((me.name.full().as_str(), me.email.as_str()), ("Carys Office", "carys@northfell.example"));
    assert_eq!((me.roles.as_slice(), me.demonstration), ([Role::Coordinator].as_slice(), false));
    let set = cookie(&got);
    assert!(set.starts_with(&format!("{COOKIE}=")), "{set}");
    for word in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.split("; ").any(|part| part == word), "{word}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    // The cookie holds, for pages of the public address alone.
    let (cookie, _) = set.split_once(';').expect("a cookie has attributes");
    let refresh =
        |origin: &str| served.ask("POST", "/api/v1/sessions/refresh", &[("cookie", cookie), ("origin", origin)], "");
    assert_eq!(refresh("https://elsewhere.example").status, 401);
    assert_eq!(refresh(PUBLIC).status, 200);
    // A link works once.
    assert_eq!(signs_in(&served, &printed).status, 401);
}

#[test]
fn asking_for_the_same_coordinator_again_is_kind() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    let first = create_admin(&database, "Carys", "carys@northfell.example");
    assert!(!first.out.contains("already"), "{first:?}");
    let again = create_admin(&database, "Somebody", "CARYS@northfell.example");
    assert!(again.out.starts_with("That address is Carys Office’s already"), "{again:?}");
    let names = [first, again].map(|ran| signed_in(&signs_in(&served, &token(&ran))).me.name);
    assert_eq!(names[0], names[1]);
    let ran = create_admin(&database, "Carys", "not an address");
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
}

#[test]
fn it_finishes_what_it_began_when_it_is_asked_to_stop() {
    let database = Database::make();
    let mut served = Served::start(&database, &[]);
    let body = json!({ "email": "carys@northfell.example" }).to_string();
    let mut line = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).unwrap();
    write!(
        line,
        "POST /api/v1/sign-in-links HTTP/1.1\r\nhost: cairn.example\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .unwrap();
    let mut answer = BufReader::new(line.try_clone().unwrap());
    let mut first = String::new();
    answer.read_line(&mut first).unwrap();
    assert_eq!(first, "HTTP/1.1 100 Continue\r\n", "it waits for the body now");
    served.is_asked_to_stop();
    line.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 202"), "{rest}");
    assert_eq!(served.ends(), Some(0));
}

#[test]
fn it_says_that_letters_are_kept_where_there_is_no_mail_server() {
    let database = Database::make();
    let mut served = Served::start(&database, &[]);
    assert!(served.said[0].starts_with("Cairn serves https://cairn.example on 127.0.0.1:"), "{:?}", served.said);
    assert!(served.said[1].starts_with("Letters are kept and not sent"), "{:?}", served.said);
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
}

/// A server that sends its letters to that post office.
fn with_post(database: &Database, office: &PostOffice) -> Served {
    Served::start(database, &[("CAIRN_SMTP_URL", &office.url()), ("CAIRN_MAIL_FROM", "cairn@northfell.example")])
}

fn asks_for_a_link(served: &Served, email: &str) {
    let got = served.ask("POST", "/api/v1/sign-in-links", &[], &json!({ "email": email }).to_string());
    assert_eq!(got.status, 202, "{got:?}");
}

fn token_in(text: &str, page: &str) -> String {
    let (_, rest) = text.split_once(&format!("{PUBLIC}{page}")).unwrap_or_else(|| panic!("no link: {text}"));
    rest.split_whitespace().next().expect("a token").to_owned()
}

#[test]
fn a_sign_in_link_arrives_at_once_and_signs_in() {
    let (database, office) = (Database::make(), PostOffice::open());
    token(&create_admin(&database, "Carys", "carys@northfell.example"));
    let mut served = with_post(&database, &office);
    assert_eq!(served.said[1], "Letters go to 127.0.0.1.");
    asks_for_a_link(&served, "carys@northfell.example");
    let letter = office.waits_for(1).remove(0);
    assert_eq!(letter.to, "carys@northfell.example");
    signed_in(&signs_in(&served, &token_in(&letter.text(), "/sign-in/")));
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
}

#[test]
fn two_servers_send_a_letter_once() {
    let (database, office) = (Database::make(), PostOffice::open());
    token(&create_admin(&database, "Carys", "carys@northfell.example"));
    let mut servers = [with_post(&database, &office), with_post(&database, &office)];
    for (number, served) in [0, 1, 0, 1].map(|at| &servers[at]).into_iter().enumerate() {
        asks_for_a_link(served, "carys@northfell.example");
        office.waits_for(number + 1);
    }
    for served in &mut servers {
        served.is_asked_to_stop();
        assert_eq!(served.ends(), Some(0));
    }
    assert_eq!(office.letters().len(), 4);
}

#[test]
fn a_mail_server_that_does_not_answer_keeps_nobody_from_stopping() {
    let (database, office) = (Database::make(), PostOffice::open());
    token(&create_admin(&database, "Carys", "carys@northfell.example"));
    office.next("TEXT", Answer::HangsUp);
    let mut served = with_post(&database, &office);
    asks_for_a_link(&served, "carys@northfell.example");
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
}

#[test]
fn a_new_address_ends_every_link_to_the_old_one() {
    let (database, office) = (Database::make(), PostOffice::open());
    let printed = token(&create_admin(&database, "Carys", "carys@northfell.example"));
    let served = with_post(&database, &office);
    let here = signed_in(&signs_in(&served, &printed));
    let bearer = format!("Bearer {}", here.access_token);
    asks_for_a_link(&served, "carys@northfell.example");
    let old = token_in(&office.waits_for(1)[0].text(), "/sign-in/");
    let ask = json!({ "email": "carys@elsewhere.example" }).to_string();
    assert_eq!(served.ask("POST", "/api/v1/me/email-changes", &[("authorization", &bearer)], &ask).status, 200);
    let letters = office.waits_for(3);
    let to_new = letters.iter().find(|letter| letter.to == "carys@elsewhere.example").expect("a link went there");
    let link = json!({ "token": token_in(&to_new.text(), "/email-change/") }).to_string();
    let got = served.ask("POST", "/api/v1/me/email-changes/confirmations", &[("authorization", &bearer)], &link);
    let me: Me = serde_json::from_str(&got.text).unwrap_or_else(|_| panic!("{got:?}"));
    assert_eq!(me.email.as_str(), "carys@elsewhere.example");
    assert_eq!(signs_in(&served, &old).status, 401);
    assert_eq!(office.waits_for(4)[3].to, "carys@northfell.example");
}
