//! What the log says: enough to find out what happened, and nothing that is secret or that a person wrote.

use cairn_shared::{
    entry::{EntryDetail, Ticket},
    person::Role,
    session::SignedIn,
};
use cairn_tests::{Answer, Database, House, PostOffice, Served, until};
use serde_json::{Value, json};

const PASSWORD: &str = "stones on the path";
const WRONG: &str = "pebbles beside the path";
const WORDS: &str = "Nia waited longer than she was used to.";

/// Signs in by password and by link, refreshes, notes, attaches, opens, verifies, signs out, and is refused now and then;
/// gives the log at its most talkative, and every secret that went to and fro.
fn a_talkative_day(settings: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let (database, office) = (Database::make(), PostOffice::open());
    let link = {
        let house = House::over(database.again(), |_| {});
        let ada = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
        ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
        ada.link.clone()
    };
    let (url, from) = (office.url(), "cairn@northfell.example");
    let post = [("CAIRN_SMTP_URL", url.as_str()), ("CAIRN_MAIL_FROM", from)];
    let served = Served::start(&database, &[settings, &post].concat());
    let origin = ("origin", "https://cairn.example");
    let mut secrets = vec![PASSWORD.to_owned(), WRONG.into(), WORDS.into(), link.clone()];

    let signs_in = |body: Value| served.ask("POST", "/api/v1/sessions", &[origin], &body.to_string());
    assert_eq!(signs_in(json!({ "email": "ada@cairn.example", "password": WRONG })).status, 401);
    assert_eq!(signs_in(json!({ "token": link })).status, 200);
    let got = signs_in(json!({ "email": "ada@cairn.example", "password": PASSWORD }));
    let cookie = got.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let token = serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token;
    let bearer = format!("Bearer {token}");
    let signed = [origin, ("authorization", bearer.as_str())];

    let entry = served.ask("POST", "/api/v1/entries", &signed, &json!({ "text": WORDS }).to_string());
    let entry: EntryDetail = serde_json::from_str(&entry.text).unwrap();
    let path = format!("/api/v1/entries/{}/evidence?name=notes.txt", entry.id);
    let attached = served.ask("POST", &path, &[origin, signed[1], ("content-type", "application/octet-stream")], WORDS);
    let attached: EntryDetail = serde_json::from_str(&attached.text).unwrap();
    let ticket = format!("/api/v1/evidence/{}/tickets", attached.evidence[0].id);
    let ticket: Ticket = serde_json::from_str(&served.ask("POST", &ticket, &signed, "").text).unwrap();
    assert_eq!(served.ask("GET", &ticket.url, &[], "").text, WORDS);
    assert_eq!(served.ask("GET", "/v/q0Q0-secret-code-of-a-certificate", &[], "").status, 404);
    // A letter with a link that does not go at first.
    office.next("TEXT", Answer::Says("450 not just now"));
    let body = json!({ "email": "ada@cairn.example" }).to_string();
    assert_eq!(served.ask("POST", "/api/v1/sign-in-links", &[origin], &body).status, 202);
    until("the letter was tried", || office.heard().iter().any(|line| line.starts_with("DATA")));

    let refresh = served.ask("POST", "/api/v1/sessions/refresh", &[origin, ("cookie", &cookie)], "");
    assert_eq!(refresh.status, 200);
    let out = served.ask("DELETE", "/api/v1/sessions/current", &[origin, ("cookie", &cookie)], "");
    assert!(out.status == 204 || out.status == 401, "{out:?}");
    secrets.push(token);
    secrets.push(cookie.split_once('=').unwrap().1.to_owned());
    secrets.push(ticket.url.rsplit_once('/').unwrap().1.to_owned());
    secrets.push("q0Q0-secret-code-of-a-certificate".into());
    secrets.push("a secret of tests alone".into());
    (served.log(), secrets)
}

#[test]
fn no_line_of_the_log_holds_a_secret_or_what_a_person_wrote() {
    // Everything that Cairn and what it is built on can say, but for the wire itself, which says what goes over it.
    let talkative = "trace,actix_http=info,actix_server=info,mio=info,hyper=info";
    let (log, secrets) = a_talkative_day(&[("RUST_LOG", talkative)]);
    assert!(log.len() > 10, "it says something: {log:#?}");
    for secret in secrets {
        let found: Vec<_> = log.iter().filter(|line| line.contains(&secret)).collect();
        assert!(found.is_empty(), "“{secret}” stands in {found:#?}");
    }
}

#[test]
fn a_line_for_programs_is_json_with_the_request_and_how_it_ended() {
    let (log, _) = a_talkative_day(&[("RUST_LOG", "info"), ("CAIRN_LOG_FORMAT", "json")]);
    let lines: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let found = lines.iter().find(|line| line["pattern"] == "/api/v1/entries" && line["method"] == "POST");
    let found = found.unwrap_or_else(|| panic!("the request has a line: {log:#?}"));
    assert_eq!((&found["status"], &found["level"]), (&json!(201), &json!("INFO")));
    assert_eq!(found["request"].as_str().map(str::len), Some(32), "{found}");
    assert!(found["millis"].is_u64() && found["timestamp"].is_string(), "{found}");
}
