//! What the log says: enough to find out what happened, and nothing that is secret or that a person wrote.

use cairn_shared::{
    entry::{EntryDetail, Ticket},
    person::Role,
    session::SignedIn,
};
use cairn_tests::{Answer, Database, Got, House, PostOffice, Served, until};
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
    secrets.extend(["ada@cairn.example", "Roe-Ashby"].map(str::to_owned));
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

#[test]
fn who_tries_and_who_is_not_let_through_is_in_the_log_as_it_is_set_by_default() {
    let database = Database::make();
    let link = {
        let house = House::over(database.again(), |_| {});
        house.person("Ada", "Roe-Ashby", &[Role::Mentor], None).link.clone()
    };
    let served = Served::start(&database, &[("CAIRN_LOG_FORMAT", "json")]);
    // What a caller makes up to stand in the log does not: of an address that is none, nothing is believed.
    let callers = |who: &'static str| [("origin", "https://cairn.example"), ("x-forwarded-for", who)];
    let signs_in = |who, body: Value| served.ask("POST", "/api/v1/sessions", &callers(who), &body.to_string());
    let wrong = json!({ "email": "Ada@cairn.example", "password": WRONG });
    let tried: Vec<_> = (0..11).map(|_| signs_in("203.0.113.9", wrong.clone())).collect();
    assert_eq!(tried.iter().map(|got| got.status).collect::<Vec<_>>(), [[401; 10].as_slice(), &[429]].concat());
    let nobody =
        signs_in("2001:db8:7:8:9::1, event=odd", json!({ "email": "nobody@cairn.example", "password": WRONG }));
    let got = signs_in("203.0.113.9", json!({ "token": link }));
    let signed_in = serde_json::from_str::<SignedIn>(&got.text).unwrap();
    let (bearer, ada) = (format!("Bearer {}", signed_in.access_token), signed_in.me.name.id.to_string());
    let signed = [("authorization", bearer.as_str())];
    let foreign = served.ask("GET", "/api/v1/entries/01a3b2c4-0000-7000-8000-000000000000", &signed, "");
    let office = served.ask("GET", "/api/v1/people", &signed, "");
    let stranger = served.ask("GET", "/api/v1/me", &[("authorization", "Bearer made-up")], "");
    let odd = served.ask("DELETE", "/api/v1/people", &signed, "");
    let asked = served.ask("POST", "/api/v1/sign-in-links", &[], &json!({ "email": "ada@cairn.example" }).to_string());
    assert_eq!([foreign.status, office.status, stranger.status, odd.status, asked.status], [404, 404, 401, 405, 202]);

    let lines: Vec<Value> = served.log().iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |event: &str, got: &Got| {
        let id = got.headers["x-request-id"].to_str().unwrap();
        let found: Vec<_> = lines.iter().filter(|line| line["event"] == event && line["request"] == id).collect();
        assert!(found.len() == 1 && found[0]["target"] == "security", "one line of {event}: {lines:#?}");
        found[0].clone()
    };
    let first = of("sign_in", &tried[0]);
    assert_eq!(
        (&first["outcome"], &first["way"], &first["level"]),
        (&json!("not_taken"), &json!("password"), &json!("INFO"))
    );
    assert_eq!((&first["client"], first["account"].as_str().map(str::len)), (&json!("203.0.113.9"), Some(16)));
    let too_many = of("sign_in", &tried[10]);
    assert_eq!((&too_many["outcome"], &too_many["account"]), (&json!("slowed_down"), &first["account"]));
    assert_eq!(of("slowed_down", &tried[10])["level"], "WARN");
    let nobody = of("sign_in", &nobody);
    assert_eq!((nobody["account"] != first["account"], &nobody["client"]), (true, &json!("127.0.0.1")));
    let taken = of("sign_in", &got);
    assert_eq!((&taken["outcome"], &taken["way"], &taken["person"]), (&json!("taken"), &json!("link"), &json!(ada)));
    assert_eq!((&taken["account"], &of("link", &asked)["account"]), (&first["account"], &first["account"]));
    for (got, pattern) in [(&foreign, "/api/v1/entries/{id}"), (&office, "/api/v1/people")] {
        let line = of("not_let_through", got);
        assert_eq!((&line["person"], &line["pattern"]), (&json!(ada), &json!(pattern)), "{line}");
    }
    assert_eq!(of("not_let_through", &stranger)["person"], Value::Null);
    assert_eq!(of("odd", &odd)["status"], 405);
    // No line for what went as it should.
    assert!(lines.iter().all(|line| line["status"] != 200), "{lines:#?}");
    let all = lines.iter().map(Value::to_string).collect::<String>().to_lowercase();
    for secret in ["@", "roe", WRONG, &link.to_lowercase(), "01a3b2c4", "made-up", "2001:db8"] {
        assert!(!all.contains(secret), "“{secret}” stands in {all}");
    }
}
