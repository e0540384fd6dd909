//! Every kind of problem that the server knows is provoked once here. A new kind without a row is told so.

use cairn_backend::{
    config::SecondStepFor,
    db::{Conn, DbError},
    problem::KINDS,
};
use cairn_shared::{
    entry::{EntryDetail, Ticket},
    person::Role,
    problem::Problem,
    session::SignedIn,
    time::Timestamp,
};
use cairn_tests::{Authenticator, Database, House, Reply, Scene, findings};
use diesel::connection::SimpleConnection;
use serde_json::json;
use std::{
    fs,
    future::{Future, poll_fn},
    pin::pin,
    sync::mpsc,
    task::Poll,
    thread,
};

/// What provokes a problem.
type Provocation = fn(&Scene<'_>) -> Reply;

/// How each kind comes about.
const PROVOCATIONS: &[(&str, Provocation)] = &[
    ("sign-in", |scene| scene.house.ask("GET", "/me").send()),
    ("not-yours", |scene| scene.coordinator.post("/entries", &json!({"text": "Words."}))),
    ("give-code", |scene| {
        Authenticator::set_up(&scene.ada);
        scene.house.ask("POST", "/sessions").json(&json!({"token": scene.ada.link})).send()
    }),
    ("second-step-first", |_| {
        let house = House::over(Database::make(), |state| state.config.second_step = SecondStepFor::Staff);
        house.person("Hilda", "Streonshalh", &[Role::Coordinator], None).get("/people")
    }),
    ("show-it-is-you", |scene| {
        let cookie = scene.ada.signs_in().cookie("cairn-refresh").expect("a refresh cookie is set");
        scene.house.waits(16 * 60);
        let refresh = scene.house.ask("POST", "/sessions/refresh").header("cookie", &format!("cairn-refresh={cookie}"));
        let later: SignedIn = refresh.send().expect(200).json();
        let ask = scene.house.ask("POST", "/me/email-changes");
        let ask = ask.header("authorization", &format!("Bearer {}", later.access_token));
        ask.json(&json!({"email": "ada@elsewhere.example"})).send()
    }),
    ("not-found", |scene| scene.ada.get("/entries/not-an-id")),
    ("method", |scene| scene.ada.delete("/me")),
    ("not-now", |scene| {
        let submission = scene.ada_submits();
        scene.anwen.tries_to_decide(submission, findings(&[]), "Dear Ada")
    }),
    ("stale", |scene| {
        let path = format!("/entries/{}", scene.ada.notes("Words."));
        scene.ada.ask("PATCH", &path).if_match("\"v99\"").json(&json!({"text": "Others."})).send()
    }),
    ("too-large", |scene| scene.ada.post("/entries", &json!({"text": "x".repeat(1024 * 1024)}))),
    ("media-type", |scene| scene.ada.ask("POST", "/entries").body("text/plain", "{\"text\":\"Words.\"}").send()),
    ("range", |scene| {
        let url = file(scene);
        scene.house.ask("GET", &url).header("range", "bytes=100-").send()
    }),
    ("invalid", |scene| scene.ada.post("/entries", &json!({"text": "x".repeat(60_001)}))),
    ("key-reused", |scene| {
        let send =
            |text: &str| scene.ada.ask("POST", "/entries").key("my-key-0001").json(&json!({"text": text})).send();
        send("Words.").expect(201);
        send("Others.")
    }),
    ("needs-version", |scene| {
        let path = format!("/entries/{}", scene.ada.notes("Words."));
        scene.ada.ask("PATCH", &path).json(&json!({"text": "Others."})).send()
    }),
    ("slow-down", |scene| {
        let tries = || {
            scene
                .house
                .ask("POST", "/verifications")
                .json(&json!({"code": "QM26-2345-6789", "family_name": "X"}))
                .send()
        };
        (0..200).map(|_| tries()).find(|reply| reply.status == 429).expect("guessing is slowed down")
    }),
    ("malformed", |scene| scene.ada.ask("POST", "/entries").body("application/json", "{\"text\":").send()),
    ("internal", |scene| {
        let url = file(scene);
        // A disk that has lost a file.
        scene.house.stored().iter().for_each(|file| fs::remove_file(file).unwrap());
        scene.house.ask("GET", &url).breaks().send()
    }),
    ("busy", |_| busy()),
    ("full", |scene| {
        scene.house.does(|tx| {
            let fills = match &mut **tx {
                Conn::Sqlite(conn) => conn.batch_execute("PRAGMA max_page_count = 1"),
                // PostgreSQL has a disk of its own; this is what it says when that is full.
                Conn::Postgres(conn) => conn.batch_execute(
                    "CREATE FUNCTION fills() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION \
                     'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; \
                     CREATE TRIGGER fills BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION fills()",
                ),
            };
            Ok(fills.map_err(DbError::from)?)
        });
        // As large as may be, so that it needs room of its own.
        let note = || scene.ada.post("/entries", &json!({"text": "x".repeat(60_000)}));
        (0..20).map(|_| note()).find(|reply| reply.status != 201).expect("the room comes to an end")
    }),
];

/// The address of a file of Ada's.
fn file(scene: &Scene<'_>) -> String {
    let path = format!("/entries/{}/evidence?name=notes.txt", scene.ada.notes("Words."));
    let entry = scene.ada.ask("POST", &path).body("application/octet-stream", "words").send().expect(201);
    let id = entry.json::<EntryDetail>().evidence[0].id;
    let ticket: Ticket = scene.ada.does(&format!("/evidence/{id}/tickets")).expect(201).json();
    ticket.url.strip_prefix("/api/v1").expect("an address of the API").to_owned()
}

/// What is answered while somebody else has the only connection.
fn busy() -> Reply {
    let house = House::open_with(|options| options.connections = 1);
    let ada = house.person("Ada", "Roe-Ashby", &[cairn_shared::person::Role::Mentor], None);
    let bearer = format!("Bearer {}", ada.signs_in().json::<cairn_shared::session::SignedIn>().access_token);
    let (begun, has_begun) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| {
            let looking = house.state.db.read(move |_| -> Result<(), cairn_backend::db::DbError> {
                begun.send(()).unwrap();
                // Until the sender is dropped.
                let _ = is_done.recv();
                Ok(())
            });
            actix_web::rt::Runtime::new().unwrap().block_on(looking).unwrap();
        });
        has_begun.recv().unwrap();
        let reply = house.ask("GET", "/me").header("authorization", &bearer).send();
        drop(done);
        reply
    })
}

#[test]
fn every_kind_of_problem_is_provoked_once() {
    let provoked: Vec<&str> = PROVOCATIONS.iter().map(|(kind, _)| *kind).collect();
    for kind in KINDS {
        assert!(provoked.contains(&kind.slug), "{} has no row in PROVOCATIONS", kind.slug);
    }
    for (name, provoke) in PROVOCATIONS {
        let kind = KINDS.iter().find(|kind| kind.slug == *name).unwrap_or_else(|| panic!("the server knows no {name}"));
        let house = House::open();
        let problem = provoke(&Scene::set(&house)).problem(kind.status, kind.slug);
        assert_eq!(problem.title, kind.title);
    }
}

#[test]
fn every_kind_is_documented_where_its_type_leads() {
    let house = House::open();
    let page = house.ask("GET", "//problems").send().expect(200).text();
    for kind in KINDS {
        assert!(page.contains(&format!("id=\"{}\"", kind.slug)), "{}", kind.slug);
    }
}

#[test]
fn a_panic_is_answered_and_the_server_goes_on() {
    let house = House::open();
    // A clock at the end of time can't go on: asking it panics.
    house.state.clock.turn_to(Timestamp::from_micros(i64::MAX));
    let problem = house.ask("POST", "/sessions").json(&json!({"token": "x"})).breaks().send().problem(500, "internal");
    assert!(!problem.detail.contains("panic") && !problem.detail.contains("overflow"), "{problem:?}");
    house.ask("GET", "//healthz").send().expect(200);
}

#[test]
fn not_now_says_when() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    let said = |problem: Problem| problem.detail;
    let decide = scene.anwen.tries_to_decide(submission, findings(&[]), "Dear Ada").problem(409, "not-now");
    assert!(said(decide).contains("10 December"));
    let release = scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    assert!(said(release).contains("10 December"));
}

#[test]
fn every_field_that_needs_a_change_is_named() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(cairn_shared::qualification::Qualification::Qms).portfolio_id;
    let undeclared = json!({"declaration": {"own_work": false, "nobody_identifiable": false}});
    let problem = scene.ada.post(&format!("/portfolios/{portfolio}/submissions"), &undeclared).problem(422, "invalid");
    let pointers: Vec<&str> = problem.errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(pointers, ["/declaration", "/pieces"]);
    assert!(problem.errors.iter().all(|e| !e.detail.is_empty() && !e.code.is_empty()));
}

#[test]
fn a_queue_of_writes_that_is_full_says_when_to_come_back() {
    let house = House::open_with(|options| (options.connections, options.waiting) = (1, 1));
    let (begun, has_begun) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let db = &house.state.db;
        scope.spawn(move || {
            let writing = db.write(move |_| -> Result<(), cairn_backend::db::DbError> {
                begun.send(()).unwrap();
                // Until the sender is dropped.
                let _ = is_done.recv();
                Ok(())
            });
            actix_web::rt::Runtime::new().unwrap().block_on(writing).unwrap();
        });
        has_begun.recv().unwrap();
        actix_web::rt::Runtime::new().unwrap().block_on(async {
            // One more waits, or was sent away where the one connection is all there is.
            let mut waiting = pin!(db.write(|_| -> Result<(), cairn_backend::db::DbError> { Ok(()) }));
            poll_fn(|context| {
                let _ = waiting.as_mut().poll(context);
                Poll::Ready(())
            })
            .await;
            let ask = json!({"email": "ada@cairn.example"});
            house.ask("POST", "/sign-in-links").json(&ask).send().problem(503, "busy");
        });
        drop(done);
    });
    let ask = json!({"email": "ada@cairn.example"});
    house.ask("POST", "/sign-in-links").json(&ask).send().expect(202);
}
