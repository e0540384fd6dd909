//! A password, beside links by e-mail.

use cairn_shared::{
    person::Role,
    session::{Me, SignedIn},
};
use cairn_tests::{Actor, Database, House, Reply};
use serde_json::{Value, json};

const FIRST: &str = "stones on the path";
const SECOND: &str = "four words only mine";

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

fn sets(who: &Actor<'_>, body: Value) -> Reply {
    who.ask("PUT", "/me/password").json(&body).send()
}

fn with_password(house: &House, address: &str, password: &str) -> Reply {
    house.ask("POST", "/sessions").json(&json!({ "email": address, "password": password })).send()
}

/// Sets a password in a session of its own.
fn sets_in(house: &House, session: &SignedIn, body: Value) -> Reply {
    let bearer = format!("Bearer {}", session.access_token);
    house.ask("PUT", "/me/password").header("authorization", &bearer).json(&body).send()
}

#[test]
fn a_forgotten_password_is_replaced_after_signing_in_with_a_link() {
    let house = House::open();
    let ada = ada(&house);
    sets(&ada, json!({ "new": FIRST })).expect(204);
    house.waits(60 * 60);
    let by_link: SignedIn = ada.signs_in().expect(200).json();
    sets_in(&house, &by_link, json!({ "new": SECOND })).expect(204);
    with_password(&house, &ada.address(), FIRST).problem(401, "sign-in");
    with_password(&house, &ada.address(), SECOND).expect(200);
}

#[test]
fn who_signed_in_a_while_ago_shows_that_it_is_them() {
    let house = House::open();
    let ada = ada(&house);
    let early: SignedIn = ada.signs_in().expect(200).json();
    // Within ten minutes, because an access token holds no longer; the session then counts from its beginning.
    house.waits(9 * 60);
    sets_in(&house, &early, json!({ "new": FIRST })).expect(204);
    let reply = ada.signs_in().expect(200);
    let cookie = reply.cookie("cairn-refresh").expect("a refresh cookie");
    house.waits(16 * 60);
    let later: SignedIn = house
        .ask("POST", "/sessions/refresh")
        .header("cookie", &format!("cairn-refresh={cookie}"))
        .send()
        .expect(200)
        .json();
    let problem = sets_in(&house, &later, json!({ "new": SECOND })).problem(403, "show-it-is-you");
    assert!(problem.detail.contains("password of today"), "{}", problem.detail);
    sets_in(&house, &later, json!({ "current": "another one", "new": SECOND })).field("/current", "not_right");
    with_password(&house, &ada.address(), FIRST).expect(200);
    sets_in(&house, &later, json!({ "current": FIRST, "new": SECOND })).expect(204);
    with_password(&house, &ada.address(), SECOND).expect(200);
}

#[test]
fn a_first_password_needs_a_session_that_has_just_begun() {
    let house = House::open();
    let ada = ada(&house);
    let cookie = ada.signs_in().cookie("cairn-refresh").expect("a refresh cookie");
    house.waits(16 * 60);
    let refreshed = house.ask("POST", "/sessions/refresh").header("cookie", &format!("cairn-refresh={cookie}")).send();
    let later: SignedIn = refreshed.expect(200).json();
    let problem = sets_in(&house, &later, json!({ "new": FIRST })).problem(403, "show-it-is-you");
    assert!(problem.detail.contains("link by e-mail"), "{}", problem.detail);
    assert!(!ada.sees::<Me>("/me").has_password);
}

#[test]
fn a_new_password_signs_the_other_devices_out_and_this_one_stays() {
    let house = House::open();
    let ada = ada(&house);
    let other: SignedIn = ada.signs_in().expect(200).json();
    sets(&ada, json!({ "new": FIRST })).expect(204);
    ada.get("/me").expect(200);
    let bearer = format!("Bearer {}", other.access_token);
    house.ask("GET", "/me").header("authorization", &bearer).send().problem(401, "sign-in");
}

#[test]
fn links_that_are_under_way_are_over_with_a_new_password() {
    // Only for real: the demonstration's printed links work for as long as it runs.
    let house = House::over(Database::make(), |state| state.config.demonstration = false);
    let ada = ada(&house);
    house.ask("POST", "/sign-in-links").json(&json!({ "email": ada.address() })).send().expect(202);
    let stolen = house.token_sent_to(&ada.address());
    sets(&ada, json!({ "new": FIRST })).expect(204);
    house.ask("POST", "/sessions").json(&json!({ "token": stolen })).send().problem(401, "sign-in");
    with_password(&house, &ada.address(), FIRST).expect(200);
}

#[test]
fn a_letter_tells_the_owner_and_does_not_say_the_password() {
    let house = House::open();
    let ada = ada(&house);
    sets(&ada, json!({ "new": FIRST })).expect(204);
    let letters = house.letters();
    let [(to, subject, body)] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!((to.as_str(), subject.as_str()), (ada.address().as_str(), "A new password for your account"));
    assert!(body.contains("If it was not you") && !body.contains(FIRST));
}

#[test]
fn a_password_that_others_would_try_first_is_named_and_not_taken() {
    let house = House::open();
    let ada = ada(&house);
    for common in ["1234567890", "password123", "roe-ashby2026", "northfell partnership"] {
        sets(&ada, json!({ "new": common })).field("/new", "guessed_early");
    }
    sets(&ada, json!({ "new": "short" })).field("/new", "too_short");
    sets(&ada, json!({ "new": "x".repeat(201) })).problem(422, "invalid");
    assert!(!ada.sees::<Me>("/me").has_password && house.letters().is_empty());
}

#[test]
fn a_password_is_kept_as_it_is_typed() {
    let house = House::open();
    let ada = ada(&house);
    let typed = " stones\ton the påth \u{1faa8} ";
    sets(&ada, json!({ "new": typed })).expect(204);
    with_password(&house, &ada.address(), typed.trim()).problem(401, "sign-in");
    with_password(&house, &ada.address(), typed).expect(200);
}
