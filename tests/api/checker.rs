//! The checker that people keep: what they take along, and what it says once they have it.

use crate::credential::{award, badge, ends, keys};
use cairn_backend::{config::KeysAt, credential::Template, key::Keys, state::State};
use cairn_credential::{snapshot::Snapshot, words};
use cairn_shared::credential::BadgeVerdict;
use cairn_tests::{Database, House, Reply, Scene};

/// The page as it is in the project: what `cargo xtask web` puts in stays open.
const PAGE: &str = include_str!("../../checker/page/index.html");

fn with_a_checker(state: &mut State) {
    state.checker = Some(Template::new(PAGE));
}

fn house() -> House {
    House::over(Database::make(), with_a_checker)
}

fn download(house: &House) -> Reply {
    house.ask("GET", "//verify/checker.html").send().expect(200)
}

/// What a file knows, as its own script reads it.
fn snapshot(file: &Reply) -> Snapshot {
    let text = file.text();
    let (_, rest) = text.split_once("<script type=\"application/json\" id=\"snapshot\">").expect("a snapshot");
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("it can be read")
}

fn page_for_badges(house: &House) -> String {
    house.ask("GET", "//verify/badge").send().expect(200).text()
}

#[test]
fn the_checker_is_a_file_with_the_keys_and_the_signed_list_of_this_minute() {
    let house = house();
    let link = "<a href=\"/verify/checker.html\" download>Keep a checker</a>";
    assert!(page_for_badges(&house).contains(link));
    let file = download(&house);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-disposition", "attachment; filename=\"badge-checker-2026-11-24.html\""),
        ("x-robots-tag", "noindex"),
        ("cache-control", "public, max-age=30"),
    ] {
        assert_eq!(file.header(name), Some(value), "{name}");
    }
    let text = file.text();
    assert!(text.contains("badges of Northfell Partnership") && text.contains("24 November 2026, 9.00"), "{text}");
    assert!(text.contains(&format!("{}/verify/badge", house.url)));
    let known = snapshot(&file);
    assert_eq!((known.name.as_str(), known.keys), ("Northfell Partnership", keys(&house).did_document()));
    let list: serde_json::Value = house.ask("GET", "/public/status/revocation/1").send().expect(200).json();
    assert_eq!(known.lists, [list]);
}

#[test]
fn whoever_has_the_checker_of_this_minute_already_is_told_so() {
    let house = house();
    let tag = download(&house).header("etag").expect("a tag").to_owned();
    let again = || house.ask("GET", "//verify/checker.html").header("If-None-Match", &tag).send();
    assert!(again().expect(304).body.is_empty());
    house.waits(60);
    assert!(again().expect(200).text().contains("24 November 2026, 9.01"));
}

#[test]
fn a_checker_says_what_held_when_it_was_made() {
    let house = house();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let before = snapshot(&download(&house));
    let signed = ["json", "jwt", "png", "svg"].map(|form| badge(&scene.ada, &award, form).body);
    for shown in &signed {
        let told = before.tell(shown);
        assert_eq!(told.words.title, format!("This badge is genuine and in force, as of {}.", before.as_of()));
        assert_eq!(told.badge.expect("it can be believed").holder, "Ada Roe-Ashby");
    }
    ends(&scene, &award);
    let after = snapshot(&download(&house));
    for shown in &signed {
        assert_eq!(after.tell(shown).words.title, "This badge is genuine, and no longer in force.");
        assert!(before.tell(shown).words.title.contains("in force, as of"));
    }
}

#[test]
fn of_what_is_no_genuine_badge_the_checker_and_the_server_say_the_same() {
    let house = house();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let known = snapshot(&download(&house));
    let text = badge(&scene.ada, &award, "json").text();
    for (shown, verdict) in [
        (text.replace("Ada Roe-Ashby", "Eve Roe-Ashby"), BadgeVerdict::Altered),
        (text.replace("did:web:cairn.northfell", "did:web:elsewhere"), BadgeVerdict::NotOurs),
        ("a holiday picture".to_owned(), BadgeVerdict::NotABadge),
    ] {
        let told = known.tell(shown.as_bytes());
        assert_eq!((told.words, told.badge), (words::verdict(verdict), None));
        let body = format!("--end\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n{shown}\r\n--end--\r\n");
        let page = house.ask("POST", "//verify/badge").body("multipart/form-data; boundary=end", body).send();
        assert!(page.expect(200).text().contains(&words::verdict(verdict).title));
    }
}

#[test]
fn where_there_are_no_keys_or_no_web_app_there_is_no_checker_and_no_link_to_one() {
    let without_keys = House::over(Database::make(), |state| {
        with_a_checker(state);
        state.keys = Keys::open(&KeysAt::Nowhere, &state.config.issuer_url).expect("no keys").into();
    });
    let not_built = House::over(Database::make(), |state| state.checker = None);
    for house in [without_keys, not_built] {
        house.ask("GET", "//verify/checker.html").send().problem(404, "not-found");
        assert!(!page_for_badges(&house).contains("Keep a checker"));
        // Nobody gets it before it is filled in.
        house.ask("GET", "//checker.html").send().problem(404, "not-found");
    }
}
