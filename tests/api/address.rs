//! Changing the address that one signs in with.

use cairn_shared::{
    ids::PersonId,
    list::Page,
    person::Role,
    session::{Me, SessionSummary, SignedIn},
};
use cairn_tests::{Actor, Ask, House, Reply};
use diesel::prelude::*;
use serde_json::json;

const NEW: &str = "ada@elsewhere.example";
const PASSWORD: &str = "stones on the path";

fn ada(house: &House) -> Actor<'_> {
    let school = house.school("Whinfell Primary");
    house.mentor("Ada", "Roe-Ashby", school)
}

fn asks(who: &Actor<'_>, email: &str) -> Reply {
    who.post("/me/email-changes", &json!({ "email": email }))
}

fn follows(who: &Actor<'_>, token: &str) -> Reply {
    who.post("/me/email-changes/confirmations", &json!({ "token": token }))
}

fn token(house: &House, address: &str) -> String {
    house.token_in("/email-change/", address)
}

/// The subjects of the letters to that address, the newest first.
fn subjects(house: &House, address: &str) -> Vec<String> {
    house.letters().into_iter().filter(|(to, _, _)| to == address).map(|(_, subject, _)| subject).collect()
}

fn signs_in_by_link(house: &House, address: &str) -> SignedIn {
    house.ask("POST", "/sign-in-links").json(&json!({ "email": address })).send().expect(202);
    let token = house.token_sent_to(address);
    house.ask("POST", "/sessions").json(&json!({ "token": token })).send().expect(200).json()
}

/// What the record says of a person's address, in order.
fn record_of(house: &House, who: PersonId) -> Vec<String> {
    use cairn_backend::db::schema::audit;
    house.does(move |tx| {
        let about = audit::table.filter(audit::object_id.eq(who.to_string())).filter(audit::action.like("address%"));
        Ok(about.order(audit::at).select(audit::action).load(&mut **tx)?)
    })
}

fn with<'h>(house: &'h House, signed_in: &SignedIn, method: &str, path: &str) -> Ask<'h> {
    house.ask(method, path).header("authorization", &format!("Bearer {}", signed_in.access_token))
}

#[test]
fn a_link_to_the_new_address_changes_it() {
    let house = House::open();
    let ada = ada(&house);
    let old = ada.address();
    let me: Me = asks(&ada, "Ada@Elsewhere.Example").expect(200).json();
    let change = me.email_change.expect("a change that waits");
    assert_eq!((me.email.as_str(), change.email.as_str()), (old.as_str(), NEW));
    let (now, until) = (house.now(), change.expires_at);
    assert!(now.plus_seconds(29 * 60) < until && until <= now.plus_seconds(30 * 60), "{until}");
    assert_eq!(subjects(&house, &old), ["Another address for your account"]);
    assert_eq!(subjects(&house, NEW), ["Your new address at Cairn"]);
    let me: Me = follows(&ada, &token(&house, NEW)).expect(200).json();
    assert_eq!((me.email.as_str(), me.email_change), (NEW, None));
    assert_eq!(subjects(&house, &old)[0], "Your account has another address now");
    // From now on the new one signs in, and the old one is nobody's.
    assert_eq!(signs_in_by_link(&house, NEW).me.name, ada.name);
    let letters = house.letters().len();
    house.ask("POST", "/sign-in-links").json(&json!({ "email": old })).send().expect(202);
    assert_eq!(house.letters().len(), letters);
}

#[test]
fn no_letter_tells_an_address_the_other() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, NEW).expect(200);
    follows(&ada, &token(&house, NEW)).expect(200);
    for (to, _, body) in house.letters() {
        let other = if to == NEW { ada.address() } else { NEW.to_owned() };
        assert!(!body.contains(&other), "{to}: {body}");
        // A mistyped address is a stranger's.
        assert!(to != NEW || !body.contains("Ada"), "{body}");
    }
}

#[test]
fn following_the_link_signs_the_other_devices_out() {
    let house = House::open();
    let ada = ada(&house);
    let other: SignedIn = ada.signs_in().json();
    asks(&ada, NEW).expect(200);
    with(&house, &other, "GET", "/me").send().expect(200);
    follows(&ada, &token(&house, NEW)).expect(200);
    with(&house, &other, "GET", "/me").send().problem(401, "sign-in");
    assert_eq!(ada.sees::<Page<SessionSummary>>("/sessions").items.len(), 1);
}

#[test]
fn the_link_works_once_for_half_an_hour_and_for_the_one_who_asked() {
    let house = House::open();
    let ada = ada(&house);
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    asks(&ada, NEW).expect(200);
    let link = token(&house, NEW);
    let over = follows(&bede, &link).problem(409, "not-now");
    house.waits(30 * 60);
    let late = follows(&ada, &link).problem(409, "not-now");
    let never = follows(&ada, "never-a-token").problem(409, "not-now");
    assert!(over.detail == late.detail && late.detail == never.detail);
    asks(&ada, NEW).expect(200);
    let link = token(&house, NEW);
    follows(&ada, &link).expect(200);
    follows(&ada, &link).problem(409, "not-now");
    // It signs nobody in, either.
    house.ask("POST", "/sessions").json(&json!({ "token": link })).send().problem(401, "sign-in");
}

#[test]
fn a_sign_in_link_is_no_link_to_a_new_address() {
    let house = House::open();
    let ada = ada(&house);
    house.ask("POST", "/sign-in-links").json(&json!({ "email": ada.address() })).send().expect(202);
    follows(&ada, &house.token_sent_to(&ada.address())).problem(409, "not-now");
}

#[test]
fn an_address_that_somebody_has_is_answered_as_a_free_one_and_they_alone_hear_of_it() {
    let house = House::open();
    let ada = ada(&house);
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    let free: Me = asks(&ada, NEW).expect(200).json();
    let taken: Me = asks(&ada, &bede.address()).expect(200).json();
    let change = taken.email_change.clone().expect("it looks as if a link had gone");
    assert_eq!(change.email.as_str(), bede.address());
    assert_eq!(Me { email_change: None, ..free }, Me { email_change: None, ..taken });
    assert_eq!(subjects(&house, &bede.address()), ["Your address at Cairn"]);
    assert!(house.letters().iter().all(|(to, _, body)| *to != bede.address() || !body.contains("/email-change/")));
    assert_eq!(subjects(&house, &ada.address()).len(), 2);
}

#[test]
fn an_address_that_was_taken_meanwhile_stays_with_who_has_it() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, "bede@cairn.example").expect(200);
    let link = token(&house, "bede@cairn.example");
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    follows(&ada, &link).problem(409, "not-now");
    assert_eq!(signs_in_by_link(&house, &bede.address()).me.name, bede.name);
}

#[test]
fn asking_again_ends_the_link_before_it() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, "typo@elsewhere.example").expect(200);
    asks(&ada, NEW).expect(200);
    follows(&ada, &token(&house, "typo@elsewhere.example")).problem(409, "not-now");
    follows(&ada, &token(&house, NEW)).expect(200);
}

#[test]
fn one_may_think_better_of_it() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, NEW).expect(200);
    ada.delete("/me/email-changes/current").expect(204);
    assert_eq!(ada.sees::<Me>("/me").email_change, None);
    follows(&ada, &token(&house, NEW)).problem(409, "not-now");
    ada.delete("/me/email-changes/current").expect(204);
}

#[test]
fn a_change_that_is_over_is_not_shown() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, NEW).expect(200);
    house.waits(30 * 60);
    assert_eq!(ada.sees::<Me>("/me").email_change, None);
}

#[test]
fn a_request_that_is_repeated_sends_one_link() {
    let house = House::open();
    let ada = ada(&house);
    let ask = || ada.ask("POST", "/me/email-changes").key("the-same-form").json(&json!({ "email": NEW })).send();
    ask().expect(200);
    assert_eq!(ask().expect(200).header("idempotent-replayed"), Some("true"));
    assert_eq!(subjects(&house, NEW).len(), 1);
}

#[test]
fn the_address_of_today_is_no_new_one_and_what_is_none_is_named() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, &ada.address()).field("/email", "same");
    asks(&ada, "ada").problem(422, "invalid");
    assert!(house.letters().is_empty());
}

#[test]
fn who_signed_in_a_while_ago_shows_that_it_is_them() {
    let house = House::open();
    let ada = ada(&house);
    let signed_in: SignedIn = ada.signs_in().json();
    let cookie = |reply: &Reply| reply.cookie("cairn-refresh").expect("a refresh cookie is set");
    let refresh = |token: &str| {
        house.ask("POST", "/sessions/refresh").header("cookie", &format!("cairn-refresh={token}")).send().expect(200)
    };
    let other = ada.signs_in();
    house.waits(16 * 60);
    let later = refresh(&cookie(&other));
    let later: SignedIn = later.json();
    let ask = |body: serde_json::Value| with(&house, &later, "POST", "/me/email-changes").json(&body).send();
    let problem = ask(json!({ "email": NEW })).problem(403, "show-it-is-you");
    assert!(problem.detail.contains("link by e-mail"), "{}", problem.detail);
    assert!(house.letters().is_empty());
    // Where a password is set, it does as well.
    ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
    let other = ada.signs_in();
    house.waits(16 * 60);
    let later: SignedIn = refresh(&cookie(&other)).json();
    let ask = |body: serde_json::Value| with(&house, &later, "POST", "/me/email-changes").json(&body).send();
    let problem = ask(json!({ "email": NEW })).problem(403, "show-it-is-you");
    assert!(problem.detail.contains("password"), "{}", problem.detail);
    ask(json!({ "email": NEW, "password": "another one" })).field("/password", "not_right");
    assert!(subjects(&house, NEW).is_empty());
    ask(json!({ "email": NEW, "password": PASSWORD })).expect(200);
    assert_eq!(subjects(&house, NEW).len(), 1);
    assert_ne!(signed_in.me.session_id, later.me.session_id);
}

#[test]
fn a_wrong_password_is_wrong_also_just_after_signing_in() {
    let house = House::open();
    let ada = ada(&house);
    ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
    ada.post("/me/email-changes", &json!({ "email": NEW, "password": "another one" })).field("/password", "not_right");
}

#[test]
fn asking_many_times_is_slowed_down() {
    let house = House::open();
    let ada = ada(&house);
    for _ in 0..5 {
        asks(&ada, NEW).expect(200);
    }
    asks(&ada, NEW).problem(429, "slow-down");
    // Nor can one mailbox be filled by many.
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    asks(&bede, NEW).problem(429, "slow-down");
    asks(&bede, "bede@elsewhere.example").expect(200);
}

#[test]
fn what_was_done_is_on_record() {
    let house = House::open();
    let ada = ada(&house);
    asks(&ada, "typo@elsewhere.example").expect(200);
    ada.delete("/me/email-changes/current").expect(204);
    asks(&ada, NEW).expect(200);
    follows(&ada, &token(&house, NEW)).expect(200);
    let expected = ["address_change_asked", "address_change_ended", "address_change_asked", "address_changed"];
    assert_eq!(record_of(&house, ada.id()), expected);
}
