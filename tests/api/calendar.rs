//! Calendars: the address at which somebody's own calendar asks what is on, and what it hears there.

use crate::requests::celebration;
use cairn_shared::celebration::{CalendarFeed, CalendarFeedState, CelebrationDetail};
use cairn_tests::{Actor, House, Reply, Scene};
use serde_json::{Value, json};

/// The path of a fresh address of somebody's.
fn address(who: &Actor<'_>) -> String {
    let feed: CalendarFeed = who.does("/me/calendar").expect(200).json();
    let path = feed.url.strip_prefix(&who.house().url).expect("an address of this house");
    assert!(path.starts_with("/calendar/") && path.ends_with(".ics"), "{path}");
    format!("/{path}")
}

fn asks(house: &House, address: &str) -> Reply {
    house.ask("GET", address).send()
}

/// The lines of a calendar, those that were folded whole again.
fn lines(house: &House, address: &str) -> Vec<String> {
    let reply = asks(house, address).expect(200);
    assert_eq!(reply.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(reply.header("cache-control"), Some("private, max-age=300"));
    reply.text().replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// What begins so.
fn those<'a>(lines: &'a [String], begins: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(begins)).collect()
}

fn since(who: &Actor<'_>) -> bool {
    who.sees::<CalendarFeedState>("/me/calendar").since.is_some()
}

#[test]
fn an_address_is_told_once_and_leads_nowhere_once_there_is_another_or_none() {
    let house = House::open();
    let scene = Scene::set(&house);
    assert!(!since(&scene.ada));
    let first = address(&scene.ada);
    assert!(since(&scene.ada) && !since(&scene.rowan));
    assert!(!scene.ada.get("/me/calendar").text().contains(first.trim_start_matches("//calendar/")));
    asks(&house, &first).expect(200);
    let second = address(&scene.ada);
    assert_ne!(first, second);
    let nowhere = |address: &str| {
        let mut problem = asks(&house, address).problem(404, "not-found");
        problem.instance.clear();
        problem
    };
    let before = nowhere(&first);
    asks(&house, &second).expect(200);
    for _ in 0..2 {
        scene.ada.delete("/me/calendar").expect(204);
        assert!(!since(&scene.ada));
    }
    // Of one that was, one that never was, and one whose owner has left, one hears the same.
    assert_eq!(nowhere(&second), before);
    let third = address(&scene.ada);
    scene.coordinator.does(&format!("/people/{}/departure", scene.ada.id())).expect(200);
    for address in [&third, "//calendar/AAAAAAAAAAAAAAAAAAAAAA.ics", "//calendar/.ics", third.trim_end_matches(".ics")]
    {
        assert_eq!(nowhere(address), before, "{address}");
    }
}

#[test]
fn somebody_hears_of_the_days_that_are_theirs_to_know() {
    let house = House::open();
    let scene = Scene::set(&house);
    let heard = |who: &Actor<'_>| lines(&house, &address(who));
    let of_ada = heard(&scene.ada);
    assert_eq!(those(&of_ada, "X-WR-CALNAME:"), ["Northfell Partnership"]);
    let until_midnight =
        ["Autumn 2026", "Spring 2027", "Summer 2027"].map(|round| format!("{round}: portfolios until midnight"));
    assert_eq!(those(&of_ada, "SUMMARY:"), until_midnight.each_ref().map(String::as_str));
    assert_eq!(those(&of_ada, "DTSTART;VALUE=DATE:"), ["20261127", "20270226", "20270618"]);
    let autumn = scene.autumn;
    assert_eq!(those(&of_ada, "UID:")[0], format!("{autumn}-submit-by"));
    let of_rowan = heard(&scene.rowan);
    assert_eq!(
        those(&of_rowan, "SUMMARY:")[..2],
        ["Autumn 2026: reviews until midnight", "Autumn 2026: the panel meets"]
    );
    assert_eq!(those(&of_rowan, "DTSTART;VALUE=DATE:")[..2], ["20261208", "20261210"]);
    assert_eq!(those(&of_rowan, "UID:")[..2], [format!("{autumn}-review-by"), format!("{autumn}-meeting")]);
    // Who has nothing to do with it has an empty calendar, and what is long over is gone.
    assert!(those(&heard(&scene.coordinator), "SUMMARY:").is_empty());
    house.turns_to("2027-03-01");
    assert_eq!(those(&heard(&scene.ada), "SUMMARY:").len(), 2);
}

#[test]
fn an_evening_stays_the_same_entry_whatever_becomes_of_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let office = &scene.coordinator;
    let ada = address(&scene.ada);
    scene.ada_hears(&[]);
    let plan = celebration("2027-01-22", scene.autumn);
    let id = office.post("/celebrations", &plan).expect(201).json::<CelebrationDetail>().id;
    let path = format!("/celebrations/{id}");
    // Of the event: its lines, from its UID on.
    let event = |address: &str| -> Option<Vec<String>> {
        let lines = lines(&house, address);
        let begins = lines.iter().position(|line| *line == format!("UID:{id}"))?;
        Some(lines[begins..].iter().take_while(|line| *line != "END:VEVENT").cloned().collect())
    };
    let has = |address: &str, line: &str| event(address).is_some_and(|event| event.iter().any(|it| it == line));
    assert_eq!(event(&ada), None, "nobody is invited yet");
    office.does(&format!("{path}/invitations")).expect(200);
    for line in
        ["SEQUENCE:0", "DTSTART:20270122T180000Z", "DTEND:20270122T220000Z", "LOCATION:Carrow Hall", "STATUS:TENTATIVE"]
    {
        assert!(has(&ada, line), "{line}: {:?}", event(&ada));
    }
    assert!(has(&ada, &format!("URL:{}{path}", house.url)));
    let rowan = address(&scene.rowan);
    assert_eq!(event(&rowan), None);

    let answers = |coming: bool| {
        let seen: CelebrationDetail = scene.ada.sees(&path);
        let invitation = seen.invitation.expect("Ada is invited");
        let path = format!("/invitations/{}/reply", invitation.id);
        let ask = scene.ada.ask("PUT", &path).header("if-match", &invitation.etag);
        ask.json(&json!({"coming": coming})).send().expect(200);
    };
    answers(false);
    assert_eq!(event(&ada), None, "who stays away keeps the evening free");
    answers(true);
    assert!(has(&ada, "STATUS:CONFIRMED"), "who comes has no doubt about it");
    let changed = |key: &str, value: Value| {
        let mut plan = plan.clone();
        plan[key] = value;
        plan
    };
    // Words that would be something else in a calendar stay words.
    let place = "The Hall; by the lake, \\n END:VEVENT";
    office.changes("PUT", &path, &path, &changed("place", json!(place))).expect(200);
    assert!(
        has(&ada, "SEQUENCE:1") && has(&ada, "LOCATION:The Hall\\; by the lake\\, \\\\n END:VEVENT"),
        "{:?}",
        event(&ada)
    );
    office.post(&format!("{path}/cancellation"), &json!({"why": "The hall has no heating."})).expect(200);
    assert!(has(&ada, "SEQUENCE:2") && has(&ada, "STATUS:CANCELLED"), "{:?}", event(&ada));
}

#[test]
fn asking_is_slowed_down() {
    let house = House::open();
    for _ in 0..600 {
        let _ = house.state.throttle.count("calendar from 127.0.0.1".into(), u32::MAX, house.now());
    }
    asks(&house, "//calendar/AAAAAAAAAAAAAAAAAAAAAA.ics").problem(429, "slow-down");
    house.waits(901);
    asks(&house, "//calendar/AAAAAAAAAAAAAAAAAAAAAA.ics").problem(404, "not-found");
}
