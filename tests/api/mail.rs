//! Letters: sent once, whoever sends them; put off and given up where that is the way of things.

use actix_web::rt::Runtime;
use cairn_backend::{
    calendar::ics::{Event, Method, Status, When, calendar},
    mail::{Carrier, Letter, Outgoing, Post, Postman, Smtp, Trouble, outbox::MailRow, write, write_with_calendar},
};
use cairn_shared::{person::PersonSummary, time::Timestamp};
use cairn_tests::{Answer, House, PostOffice, Scene};
use futures_util::future::{Either, select};
use serde_json::json;
use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Barrier, mpsc},
    thread,
};
use tokio::sync::oneshot;

/// A postman of that house.
fn postman(house: &House, carrier: impl Carrier) -> Postman {
    Postman::new(house.state.clone().into_inner(), carrier).expect("a thread can be had")
}

/// A postman of that house goes once, by that post. How many letters were taken.
fn goes(house: &House, post: Post) -> usize {
    let postman = postman(house, Smtp::new(post));
    Runtime::new().unwrap().block_on(postman.sweep()).expect("the outbox can be looked into")
}

/// Puts a letter to that address in the outbox.
fn writes(house: &House, to: &str) {
    writes_words(house, to, "Some news", "Dear reader,\n\nHere it is.\n");
}

fn writes_words(house: &House, to: &str, subject: &str, body: &str) {
    let (subject, body) = (subject.to_owned(), body.to_owned());
    let letter = Letter { id: house.state.fresh(), to: to.parse().unwrap(), subject, body };
    let now = house.now();
    house.does(move |tx| Ok(write(tx, &letter, now)?));
}

/// The only letter there is.
fn the_letter(house: &House) -> MailRow {
    let mut outbox = house.outbox();
    assert_eq!(outbox.len(), 1);
    outbox.remove(0)
}

fn seconds_until_due(house: &House, row: &MailRow) -> i64 {
    (Timestamp::from(row.due_at).micros() - house.now().micros()) / 1_000_000
}

#[test]
fn a_letter_says_whom_it_is_from_and_that_a_program_wrote_it() {
    let (house, office) = (House::open(), PostOffice::open());
    let words = "Dear Łucja,\n\nA line that stands alone with its dot:\n.\n..\n\nhttps://cairn.example/x?a=b\n\nThat was “it”.\n";
    writes_words(&house, "priya@thornbeck.example", "Śniadanie and “stones”", words);
    let id = the_letter(&house).id;
    assert_eq!(goes(&house, office.post()), 1);
    let letter = office.letters().remove(0);
    assert_eq!((letter.from.as_str(), letter.to.as_str()), ("cairn@northfell.example", "priya@thornbeck.example"));
    let header = |name: &str| letter.header(name).unwrap_or_else(|| panic!("no {name}: {}", letter.raw));
    assert_eq!(header("From"), "\"Northfell Partnership\" <cairn@northfell.example>");
    assert_eq!(header("To"), "priya@thornbeck.example");
    assert_eq!(header("Message-ID"), format!("<{id}@northfell.example>"));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Content-Type"), "text/plain; charset=utf-8");
    assert!(header("Date").starts_with("Tue, 24 Nov 2026 09:0"), "{}", header("Date"));
    assert!(header("Subject").starts_with("=?utf-8?b?"), "{}", header("Subject"));
    assert!(letter.raw.is_ascii());
    assert_eq!(letter.text().trim_end(), words.trim_end());
}

#[test]
fn no_words_of_a_person_become_a_header() {
    let (house, office) = (House::open(), PostOffice::open());
    writes_words(&house, "priya@thornbeck.example", "News\r\nBcc: all@thornbeck.example\n\nBody", "Words.\n");
    assert_eq!(goes(&house, office.post()), 1);
    let letter = office.letters().remove(0);
    assert_eq!(letter.header("Bcc"), None);
    assert_eq!(letter.header("Subject").as_deref(), Some("News  Bcc: all@thornbeck.example  Body"));
    assert_eq!(office.heard().iter().filter(|line| line.starts_with("RCPT")).count(), 1);
}

#[test]
fn what_was_sent_is_kept_without_its_words() {
    let (house, office) = (House::open(), PostOffice::open());
    writes(&house, "priya@thornbeck.example");
    assert_eq!(goes(&house, office.post()), 1);
    let row = the_letter(&house);
    assert!(row.sent_at.is_some() && row.given_up_at.is_none() && row.trouble.is_none());
    assert_eq!((row.body.as_str(), row.attempts), ("", 1));
    house.waits(3 * 24 * 3600);
    assert_eq!(goes(&house, office.post()), 0);
    assert_eq!(office.letters().len(), 1);
}

#[test]
fn a_letter_brings_what_it_tells_of_for_the_readers_calendar() {
    let (house, office) = (House::open(), PostOffice::open());
    let (title, body) = ("Śniadanie, with “stones”; and more", "Dear Łucja,\n\nPlease come.\n");
    let event = Event {
        uid: "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11".into(),
        sequence: 2,
        stamp: house.now(),
        when: When::From(house.now().plus_days(7), house.now().plus_days(8)),
        summary: title.into(),
        place: Some("Carrow Hall".into()),
        details: "METHOD:CANCEL\nEND:VCALENDAR\r\nBEGIN:VCALENDAR".into(),
        url: "https://cairn.example/celebrations/1".into(),
        organiser: None,
        status: Status::Confirmed,
    };
    let brings = |method: Method| {
        let letter = Letter {
            id: house.state.fresh(),
            to: "priya@thornbeck.example".parse().unwrap(),
            subject: title.into(),
            body: body.into(),
        };
        let (calendar, now) = (calendar(method, None, std::slice::from_ref(&event)), house.now());
        house.does(move |tx| Ok(write_with_calendar(tx, &letter, &calendar, now, now)?));
        assert_eq!(goes(&house, office.post()), 1);
        office.letters().pop().expect("a letter")
    };
    for (method, word) in [(Method::Publish, "PUBLISH"), (Method::Cancel, "CANCEL")] {
        let letter = brings(method);
        assert!(letter.raw.is_ascii());
        assert!(
            letter.header("Content-Type").is_some_and(|kind| kind.starts_with("multipart/mixed;")),
            "{}",
            letter.raw
        );
        let parts = letter.parts();
        assert_eq!(parts.len(), 2, "{}", letter.raw);
        assert_eq!(parts[0].header("Content-Type").as_deref(), Some("text/plain; charset=utf-8"));
        assert_eq!(parts[0].text().trim_end(), body.trim_end());
        let kind = parts[1].header("Content-Type").expect("a kind").replace('"', "");
        assert_eq!(kind, format!("text/calendar; charset=utf-8; method={word}"));
        assert!(parts[1].header("Content-Disposition").is_some_and(|name| name.contains("celebration.ics")));
        let text = parts[1].text().replace("\n ", "");
        assert!(
            text.starts_with(&format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Cairn//Cairn//EN\nCALSCALE:GREGORIAN\nMETHOD:{word}\n"
            )),
            "{text}"
        );
        assert!(text.contains("SUMMARY:Śniadanie\\, with “stones”\\; and more\n"), "{text}");
        // What somebody wrote begins no line of its own.
        assert_eq!(
            text.lines().filter(|line| line.starts_with("METHOD:") || line.starts_with("END:VC")).count(),
            2,
            "{text}"
        );
    }
    // Once it is sent, the outbox has forgotten it, as it has the text.
    assert!(house.outbox().iter().all(|row| row.sent_at.is_some() && row.calendar.is_none() && row.body.is_empty()));
    office.next("RCPT", Answer::Says("550 5.1.1 no such user"));
    let letter = Letter {
        id: house.state.fresh(),
        to: "nobody@thornbeck.example".parse().unwrap(),
        subject: title.into(),
        body: body.into(),
    };
    let now = house.now();
    house.does(move |tx| Ok(write_with_calendar(tx, &letter, "BEGIN:VCALENDAR\r\n", now, now)?));
    assert_eq!(goes(&house, office.post()), 0);
    let given_up = house.outbox().into_iter().find(|row| row.given_up_at.is_some()).expect("it is given up");
    assert_eq!((given_up.calendar, given_up.body.as_str()), (None, ""));
}

#[test]
fn two_postmen_send_each_letter_once() {
    let (house, office) = (House::open(), PostOffice::open());
    for number in 0..40 {
        writes(&house, &format!("reader{number}@thornbeck.example"));
    }
    let begin = Barrier::new(2);
    let sent: usize = thread::scope(|scope| {
        let work = || {
            begin.wait();
            // One that lost a race too often stops for now, as it does at work, and goes again.
            let postman = postman(&house, Smtp::new(office.post()));
            let runtime = Runtime::new().unwrap();
            (0..20).map(|_| runtime.block_on(postman.sweep()).unwrap_or(0)).sum::<usize>()
        };
        let both = [scope.spawn(work), scope.spawn(work)];
        both.into_iter().map(|one| one.join().expect("a postman works")).sum()
    });
    let mut arrived = BTreeMap::<String, usize>::new();
    for letter in office.letters() {
        *arrived.entry(letter.to).or_default() += 1;
    }
    assert_eq!(arrived.len(), 40);
    assert!(arrived.values().all(|times| *times == 1), "{arrived:?}");
    assert_eq!(sent, 40);
}

#[test]
fn a_letter_that_is_not_taken_just_now_is_tried_again_and_holds_up_nobody() {
    let (house, office) = (House::open(), PostOffice::open());
    office.next("RCPT", Answer::Says("451 4.7.1 come back later"));
    writes(&house, "first@thornbeck.example");
    writes(&house, "second@thornbeck.example");
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(office.letters()[0].to, "second@thornbeck.example");
    let waiting = house.outbox().pop().unwrap();
    assert_eq!((waiting.trouble.as_deref(), waiting.attempts), (Some("not_now"), 1));
    assert!((15..40).contains(&seconds_until_due(&house, &waiting)), "{waiting:?}");
    assert_eq!(goes(&house, office.post()), 0);
    house.waits(40);
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(office.letters()[1].to, "first@thornbeck.example");
}

#[test]
fn pauses_grow_until_a_letter_is_given_up() {
    let (house, office) = (House::open(), PostOffice::open());
    office.always("TEXT", "452 4.2.2 mailbox full");
    writes(&house, "priya@thornbeck.example");
    let mut pauses = Vec::new();
    for _ in 0..19 {
        assert_eq!(goes(&house, office.post()), 0);
        let pause = seconds_until_due(&house, &the_letter(&house));
        pauses.push(pause);
        house.waits(pause + 1);
    }
    assert!(pauses[0] < 40 && pauses[1] > pauses[0] && pauses[18] > 4 * 3600, "{pauses:?}");
    assert!(the_letter(&house).given_up_at.is_none());
    assert_eq!(goes(&house, office.post()), 0);
    let row = the_letter(&house);
    assert!(row.given_up_at.is_some() && row.sent_at.is_none());
    assert_eq!((row.trouble.as_deref(), row.attempts, row.body.as_str()), (Some("not_now"), 20, ""));
    house.waits(7 * 24 * 3600);
    assert_eq!(goes(&house, office.post()), 0);
    assert_eq!(the_letter(&house).attempts, 20);
}

#[test]
fn an_address_that_nobody_has_is_shown_to_the_coordinator() {
    let (house, office) = (House::open(), PostOffice::open());
    let coordinator = house.coordinator();
    let whinfell = house.school("Whinfell Primary");
    let ada = house.mentor("Ada", "Roe-Ashby", whinfell);
    let path = format!("/people/{}", ada.id());
    let undelivered = || coordinator.sees::<PersonSummary>(&path).undelivered_at;
    office.next("RCPT", Answer::Says("550 5.1.1 no such user"));
    writes(&house, &ada.address());
    assert_eq!(undelivered(), None);
    assert_eq!(goes(&house, office.post()), 0);
    let row = the_letter(&house);
    assert_eq!((row.trouble.as_deref(), row.attempts), (Some("not_taken"), 1));
    assert_eq!(undelivered(), row.given_up_at.map(Timestamp::from));
    // It is given up for good, and the next one that gets through settles it.
    house.waits(24 * 3600);
    assert_eq!(goes(&house, office.post()), 0);
    writes(&house, &ada.address());
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(undelivered(), None);
}

#[test]
fn letters_wait_while_the_mail_server_is_away() {
    let (house, mut office) = (House::open(), PostOffice::open());
    office.closes();
    for to in ["first@thornbeck.example", "second@thornbeck.example"] {
        writes(&house, to);
    }
    assert_eq!(goes(&house, office.post()), 0);
    // One try tells enough: the second letter was not even taken up.
    let outbox = house.outbox();
    let seen: Vec<_> = outbox.iter().map(|row| (row.attempts, row.trouble.as_deref())).collect();
    assert_eq!(seen, [(0, None), (1, Some("unreachable"))]);
    office.opens_again();
    house.waits(60);
    assert_eq!(goes(&house, office.post()), 2);
    assert_eq!(office.letters().len(), 2);
}

#[test]
fn a_mail_server_that_goes_away_in_the_middle_gets_the_letter_later() {
    for word in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"] {
        let (house, office) = (House::open(), PostOffice::open());
        office.next(word, Answer::HangsUp);
        writes(&house, "priya@thornbeck.example");
        assert_eq!(goes(&house, office.post()), 0, "{word}");
        assert_eq!(the_letter(&house).trouble.as_deref(), Some("unreachable"), "{word}");
        house.waits(60);
        assert_eq!(goes(&house, office.post()), 1, "{word}");
        assert_eq!(office.letters().len(), 1, "{word}");
    }
}

#[test]
fn a_letter_whose_taking_was_not_heard_comes_twice_under_one_name() {
    let (house, office) = (House::open(), PostOffice::open());
    office.next("TEXT", Answer::TakesAndHangsUp);
    writes(&house, "priya@thornbeck.example");
    assert_eq!(goes(&house, office.post()), 0);
    house.waits(60);
    assert_eq!(goes(&house, office.post()), 1);
    let names: Vec<_> = office.letters().iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].is_some() && names[0] == names[1], "{names:?}");
}

#[test]
fn what_is_wrong_with_us_loses_no_letter() {
    for (word, says) in [("MAIL", "550 5.7.1 sender not welcome"), ("AUTH", "535 5.7.8 who are you")] {
        let (house, office) = (House::open(), PostOffice::open());
        office.next(word, Answer::Says(says));
        for to in ["first@thornbeck.example", "second@thornbeck.example"] {
            writes(&house, to);
        }
        let post = || office.post_with_login("cairn", "a-secret");
        assert_eq!(goes(&house, post()), 0, "{word}");
        assert!(house.outbox().iter().all(|row| row.given_up_at.is_none()), "{word}");
        house.waits(60);
        assert_eq!(goes(&house, post()), 2, "{word}");
    }
}

#[test]
fn the_password_is_given_where_one_is_set() {
    let (house, office) = (House::open(), PostOffice::open());
    writes(&house, "priya@thornbeck.example");
    assert_eq!(goes(&house, office.post_with_login("cairn", "a-secret")), 1);
    // "\0cairn\0a-secret", as RFC 4616 has it.
    assert!(office.heard().contains(&"AUTH PLAIN AGNhaXJuAGEtc2VjcmV0".to_owned()), "{:?}", office.heard());
}

#[test]
fn nothing_is_said_over_the_open_net() {
    for offers in [false, true] {
        let (house, office) = (House::open(), PostOffice::open());
        if offers {
            // It says that it can, and then speaks no TLS.
            office.always("EHLO", "250-post.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN");
        }
        writes(&house, "priya@thornbeck.example");
        assert_eq!(goes(&house, office.post_from_afar()), 0);
        assert_eq!(the_letter(&house).trouble.as_deref(), Some("unreachable"));
        let heard = office.heard();
        let told = |word: &str| heard.iter().any(|line| line.contains(word));
        assert!(told("EHLO") && !told("MAIL") && !told("AUTH") && !told("priya"), "{heard:?}");
    }
}

#[test]
fn an_address_in_another_script_is_sent_where_the_mail_server_can() {
    let (house, office) = (House::open(), PostOffice::open());
    let to = "zażółć@thornbeck.example";
    writes(&house, to);
    assert_eq!(goes(&house, office.post()), 0);
    assert_eq!(the_letter(&house).trouble.as_deref(), Some("not_taken"));
    office.always("EHLO", "250-post.example\r\n250-SMTPUTF8\r\n250 8BITMIME");
    writes(&house, to);
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(office.letters()[0].to, to);
}

/// A postman's hand that says when it has a letter, and then does nothing more until it is let go.
struct Holds {
    says: Option<oneshot::Sender<()>>,
    lets_go: mpsc::Receiver<()>,
}

impl Carrier for Holds {
    fn carry(&mut self, _: &Outgoing) -> Result<(), Trouble> {
        if let Some(says) = self.says.take() {
            let _ = says.send(());
        }
        let _ = self.lets_go.recv();
        Err(Trouble::NotNow { code: None })
    }
}

#[test]
fn a_letter_of_a_server_that_died_is_sent_by_another() {
    let (house, office) = (House::open(), PostOffice::open());
    writes(&house, "priya@thornbeck.example");
    let (says, has_it) = oneshot::channel();
    let (_held, lets_go) = mpsc::channel();
    let dies = postman(&house, Holds { says: Some(says), lets_go });
    Runtime::new().unwrap().block_on(async {
        // It stops in the middle, and never says what became of the letter.
        assert!(matches!(select(pin!(dies.sweep()), has_it).await, Either::Right(_)));
    });
    assert_eq!(goes(&house, office.post()), 0, "the letter is still the other's");
    house.waits(16 * 60);
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(the_letter(&house).attempts, 2);
}

/// Comes to grief over one letter.
struct Stumbles(Option<Smtp>);

impl Carrier for Stumbles {
    fn carry(&mut self, letter: &Outgoing) -> Result<(), Trouble> {
        assert!(!letter.to.starts_with("first"), "this one is too much");
        self.0.as_mut().expect("a mail server").carry(letter)
    }
}

#[test]
fn a_letter_that_is_too_much_holds_up_nobody() {
    let (house, office) = (House::open(), PostOffice::open());
    for to in ["first@thornbeck.example", "second@thornbeck.example"] {
        writes(&house, to);
    }
    let postman = postman(&house, Stumbles(Some(Smtp::new(office.post()))));
    assert_eq!(Runtime::new().unwrap().block_on(postman.sweep()).unwrap(), 1);
    assert_eq!(office.letters()[0].to, "second@thornbeck.example");
    assert_eq!(house.outbox().pop().unwrap().trouble.as_deref(), Some("not_now"));
}

#[test]
fn a_link_that_is_over_is_not_sent_any_more() {
    let (house, office) = (House::open(), PostOffice::open());
    let whinfell = house.school("Whinfell Primary");
    let ada = house.mentor("Ada", "Roe-Ashby", whinfell);
    house.ask("POST", "/sign-in-links").json(&json!({"email": ada.address()})).send().expect(202);
    house.waits(31 * 60);
    assert_eq!(goes(&house, office.post()), 0);
    let row = the_letter(&house);
    assert_eq!((row.trouble.as_deref(), row.body.as_str(), row.attempts), (Some("too_late"), "", 0));
    // Which says nothing about the address.
    let coordinator = house.coordinator();
    let seen: PersonSummary = coordinator.sees(&format!("/people/{}", ada.id()));
    assert_eq!(seen.undelivered_at, None);
}

#[test]
fn a_sign_in_link_goes_at_once_and_a_reminder_in_working_hours() {
    let (house, office) = (House::open(), PostOffice::open());
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    // The evening of a Friday.
    house.turns_to("2026-12-04");
    house.waits(9 * 3600);
    goes(&house, office.post());
    let before = office.letters().len();
    scene.coordinator.does(&format!("/reviews/{}/nudges", scene.rowan.reads(submission).review.id)).expect(201);
    house.ask("POST", "/sign-in-links").json(&json!({"email": scene.rowan.address()})).send().expect(202);
    assert_eq!(goes(&house, office.post()), 1);
    assert_eq!(office.letters()[before].header("Subject").as_deref(), Some("Your link to sign in"));
    house.turns_to("2026-12-05");
    assert_eq!(goes(&house, office.post()), 0, "a Saturday");
    house.turns_to("2026-12-07");
    assert_eq!(goes(&house, office.post()), 1);
    let letter = office.letters().remove(before + 1);
    assert_eq!(letter.header("Subject").as_deref(), Some("A portfolio is waiting for you"));
    assert_eq!(letter.to, scene.rowan.address());
}

#[test]
fn a_postman_at_work_is_woken_by_a_letter_and_stops_when_told() {
    let (house, office) = (House::open(), PostOffice::open());
    let postman = postman(&house, Smtp::new(office.post()));
    let (stop, stops) = oneshot::channel();
    let works = thread::spawn(move || {
        Runtime::new().unwrap().block_on(async {
            let working = postman.start();
            let _ = stops.await;
            working.stop().await;
        });
    });
    for to in ["first@thornbeck.example", "second@thornbeck.example"] {
        writes(&house, to);
    }
    // They come long before the postman would look by itself.
    assert_eq!(office.waits_for(2).len(), 2);
    stop.send(()).expect("the postman is at work");
    works.join().expect("the postman stops");
    writes(&house, "third@thornbeck.example");
    assert_eq!(house.outbox()[0].attempts, 0);
    assert_eq!(office.letters().len(), 2);
}
