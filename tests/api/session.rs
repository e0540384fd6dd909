//! Signing in and out.

use cairn_shared::{
    list::Page,
    person::Role,
    session::{Device, Me, SessionSummary, SignedIn},
};
use cairn_tests::{Actor, House, Reply};
use serde_json::json;

const COOKIE: &str = "cairn-refresh";

fn refresh(house: &House, token: &str) -> Reply {
    house.ask("POST", "/sessions/refresh").header("cookie", &format!("{COOKIE}={token}")).send()
}

fn cookie(reply: &Reply) -> String {
    reply.cookie(COOKIE).expect("a refresh cookie is set")
}

fn me_with(house: &House, access_token: &str) -> Reply {
    house.ask("GET", "/me").header("authorization", &format!("Bearer {access_token}")).send()
}

fn ada(house: &House) -> Actor<'_> {
    let school = house.school("Whinfell Primary");
    house.mentor("Ada", "Roe-Ashby", school)
}

#[test]
fn a_link_by_e_mail_signs_in() {
    let house = House::open();
    let ada = ada(&house);
    house.ask("POST", "/sign-in-links").json(&json!({"email": ada.address(), "own_device": true})).send().expect(202);
    let token = house.token_sent_to(&ada.address());
    let signed_in: SignedIn = house.ask("POST", "/sessions").json(&json!({"token": token})).send().expect(200).json();
    assert_eq!(signed_in.me.name, ada.name);
    assert_eq!(signed_in.me.roles, [Role::Mentor]);
    assert_eq!(signed_in.me.device, Device::Own);
    let me: Me = me_with(&house, &signed_in.access_token).expect(200).json();
    assert_eq!(me.name, ada.name);
}

#[test]
fn asking_for_a_link_tells_nobody_whether_there_is_an_account() {
    let house = House::open();
    let ada = ada(&house);
    let ask = |address: &str| house.ask("POST", "/sign-in-links").json(&json!({"email": address})).send().expect(202);
    let (known, unknown) = (ask(&ada.address()), ask("nobody@cairn.example"));
    assert_eq!(known.body, unknown.body);
    assert_eq!(house.letters().len(), 1);
}

#[test]
fn a_link_that_is_over_is_answered_kindly() {
    let house = House::open();
    let ada = ada(&house);
    house.ask("POST", "/sign-in-links").json(&json!({"email": ada.address()})).send().expect(202);
    let token = house.token_sent_to(&ada.address());
    house.waits(31 * 60);
    house.ask("POST", "/sessions").json(&json!({"token": token})).send().problem(401, "sign-in");
}

#[test]
fn a_password_signs_in_once_it_is_set() {
    let house = House::open();
    let ada = ada(&house);
    ada.ask("PUT", "/me/password").json(&json!({"new": "stones on the path"})).send().expect(204);
    let sign_in = json!({"email": ada.address(), "password": "stones on the path"});
    let signed_in: SignedIn = house.ask("POST", "/sessions").json(&sign_in).send().expect(200).json();
    assert!(signed_in.me.has_password);
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let house = House::open();
    let ada = ada(&house);
    ada.ask("PUT", "/me/password").json(&json!({"new": "stones on the path"})).send().expect(204);
    let answer = |address: &str| {
        let sign_in = json!({"email": address, "password": "another one"});
        let mut problem = house.ask("POST", "/sessions").json(&sign_in).send().problem(401, "sign-in");
        problem.instance.clear();
        problem
    };
    assert_eq!(answer(&ada.address()), answer("nobody@cairn.example"));
}

#[test]
fn many_wrong_passwords_are_slowed_down() {
    let house = House::open();
    let ada = ada(&house);
    let sign_in = json!({"email": ada.address(), "password": "a wrong one"});
    for _ in 0..10 {
        house.ask("POST", "/sessions").json(&sign_in).send().problem(401, "sign-in");
    }
    let slowed = house.ask("POST", "/sessions").json(&sign_in).send();
    slowed.problem(429, "slow-down");
    assert!(slowed.header("retry-after").is_some_and(|s| s.parse::<u32>().is_ok_and(|s| s > 0)));
}

#[test]
fn tries_are_counted_for_each_caller_behind_the_proxy() {
    let house = House::open();
    let tries = |from: &str, number: usize| {
        let sign_in = json!({"email": format!("{number}@cairn.example"), "password": "a wrong one"});
        house.ask("POST", "/sessions").header("x-forwarded-for", from).json(&sign_in).send().status
    };
    // A caller who writes another address each time is still the one that the proxy names last.
    for number in 0..100 {
        assert_eq!(tries(&format!("198.51.100.{number}, 203.0.113.9"), number), 401);
    }
    assert_eq!(tries("203.0.113.9", 100), 429);
    assert_eq!(tries("203.0.113.10", 101), 401);
}

#[test]
fn a_short_password_is_named() {
    let house = House::open();
    ada(&house).ask("PUT", "/me/password").json(&json!({"new": "short"})).send().field("/new", "too_short");
}

#[test]
fn the_refresh_cookie_is_kept_from_scripts_and_other_sites() {
    let house = House::open();
    let reply = ada(&house).signs_in();
    let set = reply.header("set-cookie").unwrap();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(word), "{set}");
    }
    assert!(!reply.text().contains(&cookie(&reply)));
}

#[test]
fn a_refresh_replaces_the_token() {
    let house = House::open();
    let first = cookie(&ada(&house).signs_in());
    let reply = refresh(&house, &first).expect(200);
    let second = cookie(&reply);
    assert_ne!(first, second);
    me_with(&house, &reply.json::<SignedIn>().access_token).expect(200);
    refresh(&house, &second).expect(200);
}

#[test]
fn an_access_token_holds_for_minutes_only() {
    let house = House::open();
    let signed_in: SignedIn = ada(&house).signs_in().json();
    house.waits(i64::from(signed_in.expires_in) + 1);
    me_with(&house, &signed_in.access_token).problem(401, "sign-in");
}

#[test]
fn a_token_that_was_tampered_with_is_nobody() {
    let house = House::open();
    let token = ada(&house).signs_in().json::<SignedIn>().access_token;
    let (head, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for token in [forged.as_str(), "", "x", "a.b.c"] {
        me_with(&house, token).problem(401, "sign-in");
    }
    house.ask("GET", "/me").send().problem(401, "sign-in");
}

#[test]
fn a_token_that_comes_back_after_its_successor_was_used_ends_the_session() {
    let house = House::open();
    let first = cookie(&ada(&house).signs_in());
    let second = cookie(&refresh(&house, &first).expect(200));
    let reply = refresh(&house, &second).expect(200);
    let (third, access) = (cookie(&reply), reply.json::<SignedIn>().access_token);
    refresh(&house, &first).problem(401, "sign-in");
    refresh(&house, &third).problem(401, "sign-in");
    me_with(&house, &access).problem(401, "sign-in");
}

#[test]
fn an_answer_that_was_lost_on_its_way_can_be_asked_for_again() {
    let house = House::open();
    let first = cookie(&ada(&house).signs_in());
    let lost = cookie(&refresh(&house, &first).expect(200));
    house.waits(30);
    let second = cookie(&refresh(&house, &first).expect(200));
    assert_ne!(lost, second);
    refresh(&house, &second).expect(200);
}

#[test]
fn a_replaced_token_is_over_after_a_minute() {
    let house = House::open();
    let first = cookie(&ada(&house).signs_in());
    refresh(&house, &first).expect(200);
    house.waits(61);
    refresh(&house, &first).problem(401, "sign-in");
}

#[test]
fn a_page_of_another_site_can_not_refresh() {
    let house = House::open();
    let token = cookie(&ada(&house).signs_in());
    let ask = || house.ask("POST", "/sessions/refresh").header("cookie", &format!("{COOKIE}={token}"));
    ask().header("origin", "https://elsewhere.example").send().problem(401, "sign-in");
    ask().header("sec-fetch-site", "cross-site").send().problem(401, "sign-in");
    ask().header("origin", &house.url).header("sec-fetch-site", "same-origin").send().expect(200);
}

#[test]
fn signing_out_takes_effect_at_once() {
    let house = House::open();
    let reply = ada(&house).signs_in();
    let (token, access) = (cookie(&reply), reply.json::<SignedIn>().access_token);
    let out =
        house.ask("DELETE", "/sessions/current").header("cookie", &format!("{COOKIE}={token}")).send().expect(204);
    assert_eq!(out.cookie(COOKIE).as_deref(), Some(""));
    me_with(&house, &access).problem(401, "sign-in");
    refresh(&house, &token).problem(401, "sign-in");
}

#[test]
fn a_session_on_another_device_can_be_ended() {
    let house = House::open();
    let ada = ada(&house);
    let other: SignedIn = ada.signs_in().json();
    let listed = ada.sees::<Page<SessionSummary>>("/sessions").items;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed.iter().filter(|s| s.current).count(), 1);
    ada.delete(&format!("/sessions/{}", other.me.session_id)).expect(204);
    me_with(&house, &other.access_token).problem(401, "sign-in");
    assert_eq!(ada.sees::<Page<SessionSummary>>("/sessions").items.len(), 1);
}

#[test]
fn the_session_of_somebody_else_is_not_there() {
    let house = House::open();
    let ada = ada(&house);
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    let of_ada: SignedIn = ada.signs_in().json();
    bede.delete(&format!("/sessions/{}", of_ada.me.session_id)).problem(404, "not-found");
    me_with(&house, &of_ada.access_token).expect(200);
}

#[test]
fn a_shared_device_forgets_within_the_hour() {
    let house = House::open();
    let ada = ada(&house);
    house.ask("POST", "/sign-in-links").json(&json!({"email": ada.address()})).send().expect(202);
    let token = house.token_sent_to(&ada.address());
    let token = cookie(&house.ask("POST", "/sessions").json(&json!({"token": token})).send().expect(200));
    house.waits(31 * 60);
    refresh(&house, &token).problem(401, "sign-in");
}

#[test]
fn one_can_change_ones_own_name() {
    let house = House::open();
    let ada = ada(&house);
    let me: Me = ada.ask("PATCH", "/me").json(&json!({"family_name": "Ashby"})).send().expect(200).json();
    assert_eq!(me.name.full(), "Ada Ashby");
}

#[test]
fn signing_in_anew_ends_what_the_browser_held_before() {
    let house = House::open();
    let ada = ada(&house);
    let reply = ada.signs_in();
    let (held, before) = (cookie(&reply), reply.json::<SignedIn>().access_token);
    let sign_in = json!({"token": ada.link});
    let again = house.ask("POST", "/sessions").header("cookie", &format!("{COOKIE}={held}")).json(&sign_in).send();
    let now: SignedIn = again.expect(200).json();
    me_with(&house, &before).problem(401, "sign-in");
    me_with(&house, &now.access_token).expect(200);
}

#[test]
fn a_session_has_a_last_day_however_much_it_is_used() {
    let house = House::open();
    let ada = ada(&house);
    let mut token = cookie(&ada.signs_in());
    // On one's own device: 30 days without use, and 180 at the most.
    for _ in 0..6 {
        house.waits(29 * 24 * 60 * 60);
        token = cookie(&refresh(&house, &token).expect(200));
    }
    house.waits(7 * 24 * 60 * 60);
    refresh(&house, &token).problem(401, "sign-in");
}

#[test]
fn a_coordinator_signs_somebody_out_everywhere() {
    let house = House::open();
    let ada = house.person("Ada", "Thwaite", &[Role::Mentor], None);
    let hilda = house.person("Hilda", "Streonshalh", &[Role::Coordinator], None);
    let on_another_device: SignedIn = ada.signs_in().expect(200).json();
    let asks = |token: &str| house.ask("GET", "/me").header("authorization", &format!("Bearer {token}")).send();
    asks(&on_another_device.access_token).expect(200);
    let path = format!("/people/{}/sessions/endings", ada.id());
    ada.does(&path).expect(404);
    hilda.does(&path).expect(204);
    ada.get("/me").problem(401, "sign-in");
    asks(&on_another_device.access_token).problem(401, "sign-in");
    let told = || {
        let letters = house.letters();
        letters.into_iter().filter(|(_, subject, _)| subject == "You are signed out everywhere").collect::<Vec<_>>()
    };
    assert_eq!(told().iter().map(|(to, ..)| to.clone()).collect::<Vec<_>>(), [ada.address()]);
    // Who is signed in nowhere is told nothing.
    hilda.does(&path).expect(204);
    assert_eq!(told().len(), 1);
    let own = format!("/people/{}/sessions/endings", hilda.id());
    hilda.does(&own).problem(409, "not-now");
}
