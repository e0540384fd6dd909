//! A second step of signing in: a code that an app shows.

use actix_web::rt::Runtime;
use cairn_backend::{
    config::SecondStepFor,
    db::schema::recovery_code,
    person,
    second_step::{
        Seals,
        actions::{is_awaited, seal_anew, stands},
    },
};
use cairn_shared::{
    person::Role,
    second_step::{NewSecret, RECOVERY_CODES, SecondStep, Standing},
    session::{Me, SignedIn},
};
use cairn_tests::{Actor, Authenticator, Database, House, Reply, Scene};
use diesel::{QueryDsl, RunQueryDsl};
use serde_json::{Value, json};
use std::sync::Arc;

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

/// Where coordinators and chairs need it.
fn strict() -> House {
    House::over(Database::make(), |state| state.config.second_step = SecondStepFor::Staff)
}

/// Signs in with the link, and that code.
fn signs_in(who: &Actor<'_>, code: Option<&str>) -> Reply {
    let mut body = json!({ "token": who.link });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    who.house().ask("POST", "/sessions").json(&body).send()
}

fn step_of(who: &Actor<'_>) -> SecondStep {
    who.sees("/me/second-step")
}

fn as_in(house: &House, session: &SignedIn, method: &str, path: &str, body: &Value) -> Reply {
    house.ask(method, path).header("authorization", &format!("Bearer {}", session.access_token)).json(body).send()
}

#[test]
fn once_set_up_signing_in_takes_a_code() {
    let house = House::open();
    let ada = ada(&house);
    assert_eq!(step_of(&ada).state, Standing::Open);
    let app = Authenticator::set_up(&ada);
    let stands = step_of(&ada);
    assert_eq!((stands.state, stands.since.is_some(), stands.codes_left), (Standing::InForce, true, 8));
    signs_in(&ada, None).problem(403, "give-code");
    house.waits(30);
    let signed_in: SignedIn = signs_in(&ada, Some(&app.shows(house.now()))).expect(200).json();
    assert_eq!(signed_in.me.second_step, Standing::InForce);
}

#[test]
fn a_password_takes_one_as_well() {
    let house = House::open();
    let ada = ada(&house);
    ada.ask("PUT", "/me/password").json(&json!({ "new": "stones on the path" })).send().expect(204);
    let app = Authenticator::set_up(&ada);
    let mut body = json!({ "email": ada.address(), "password": "stones on the path" });
    house.ask("POST", "/sessions").json(&body).send().problem(403, "give-code");
    house.waits(30);
    body["code"] = json!(app.shows(house.now()));
    house.ask("POST", "/sessions").json(&body).send().expect(200);
    // Who doesn't know the password isn't told that there is a second step.
    body["password"] = json!("another one");
    house.ask("POST", "/sessions").json(&body).send().problem(401, "sign-in");
}

#[test]
fn a_try_without_the_right_code_does_not_use_the_link_up() {
    let house = House::over(Database::make(), |state| state.config.demonstration = false);
    let ada = ada(&house);
    let app = Authenticator::set_up(&ada);
    house.ask("POST", "/sign-in-links").json(&json!({ "email": ada.address() })).send().expect(202);
    let token = house.token_sent_to(&ada.address());
    let with = |code: Option<&str>| {
        let body = match code {
            Some(code) => json!({ "token": token, "code": code }),
            None => json!({ "token": token }),
        };
        house.ask("POST", "/sessions").json(&body).send()
    };
    with(None).problem(403, "give-code");
    house.waits(30);
    let right = app.shows(house.now());
    let wrong = if right == "000000" { "111111" } else { "000000" };
    with(Some(wrong)).field("/code", "not_right");
    with(Some(&right)).expect(200);
    with(Some(&right)).problem(401, "sign-in");
}

#[test]
fn a_code_is_taken_once_and_not_an_old_one() {
    let house = House::open();
    let ada = ada(&house);
    let app = Authenticator::set_up(&ada);
    // That of setting it up was taken already.
    signs_in(&ada, Some(&app.shows(house.now()))).field("/code", "not_right");
    house.waits(60);
    let now = app.shows(house.now());
    signs_in(&ada, Some(&now)).expect(200);
    signs_in(&ada, Some(&now)).field("/code", "not_right");
    let old = app.shows(house.now());
    house.waits(5 * 60);
    signs_in(&ada, Some(&old)).field("/code", "not_right");
}

#[test]
fn a_recovery_code_holds_once_and_a_letter_tells_of_it() {
    let house = House::open();
    let ada = ada(&house);
    let app = Authenticator::set_up(&ada);
    assert_eq!(app.recovery.len(), RECOVERY_CODES);
    let code = app.recovery[3].to_lowercase().replace(' ', "-");
    signs_in(&ada, Some(&code)).expect(200);
    signs_in(&ada, Some(&code)).field("/code", "not_right");
    assert_eq!(step_of(&ada).codes_left, 7);
    let (to, subject, body) = house.letters().remove(0);
    assert_eq!((to, subject.as_str()), (ada.address(), "A recovery code was used"));
    assert!(body.contains("7 are left"), "{body}");
    // Another's code opens nothing.
    let bede = house.person("Bede", "Holm", &[Role::Mentor], None);
    let of_bede = Authenticator::set_up(&bede);
    signs_in(&ada, Some(&of_bede.recovery[0])).field("/code", "not_right");
}

#[test]
fn figures_are_tried_slowly_and_a_recovery_code_still_works() {
    let house = House::open();
    let ada = ada(&house);
    let app = Authenticator::set_up(&ada);
    house.waits(30);
    let right = app.shows(house.now());
    let wrong = if right == "000000" { "111111" } else { "000000" };
    // One of ten was the code of setting it up.
    for _ in 0..9 {
        signs_in(&ada, Some(wrong)).field("/code", "not_right");
    }
    signs_in(&ada, Some(&right)).problem(429, "slow-down");
    signs_in(&ada, Some(&app.recovery[0])).expect(200);
}

#[test]
fn what_is_no_code_is_named_before_anything_is_tried() {
    let house = House::open();
    let ada = ada(&house);
    Authenticator::set_up(&ada);
    signs_in(&ada, Some("12345")).problem(422, "invalid");
}

#[test]
fn setting_it_up_signs_other_devices_out_and_tells_the_owner() {
    let house = House::open();
    let ada = ada(&house);
    let other: SignedIn = signs_in(&ada, None).expect(200).json();
    Authenticator::set_up(&ada);
    ada.get("/me").expect(200);
    as_in(&house, &other, "GET", "/me", &json!({})).problem(401, "sign-in");
    assert_eq!(house.letters()[0].1, "A second step for your account");
}

#[test]
fn it_is_in_force_only_once_a_code_was_given_within_the_hour() {
    let house = House::open();
    let ada = ada(&house);
    let app = Authenticator::begin(&ada);
    signs_in(&ada, None).expect(200);
    house.waits(61 * 60);
    let code = json!({ "code": app.shows(house.now()) });
    ada.post("/me/second-step/confirmations", &code).problem(409, "not-now");
    let app = Authenticator::begin(&ada);
    ada.post("/me/second-step/confirmations", &json!({ "code": "AAAABBBBCCCCDDDDEEEEFFFF" }))
        .field("/code", "not_right");
    let again = Authenticator::begin(&ada);
    let of_the_first = app.shows(house.now());
    if of_the_first != again.shows(house.now()) {
        ada.post("/me/second-step/confirmations", &json!({ "code": of_the_first })).field("/code", "not_right");
    }
    ada.post("/me/second-step/confirmations", &json!({ "code": again.shows(house.now()) })).expect(200);
}

#[test]
fn a_new_app_asks_for_a_code_of_the_one_of_today_which_holds_until_then() {
    let house = House::open();
    let ada = ada(&house);
    let old = Authenticator::set_up(&ada);
    ada.post("/me/second-step/secrets", &json!({})).problem(403, "give-code");
    house.waits(30);
    let new: NewSecret =
        ada.post("/me/second-step/secrets", &json!({ "code": old.shows(house.now()) })).expect(200).json();
    assert!(
        new.address.starts_with("otpauth://totp/Cairn:ada@cairn.example?secret=") && new.qr_svg.starts_with("<svg ")
    );
    house.waits(30);
    signs_in(&ada, Some(&old.shows(house.now()))).expect(200);
}

#[test]
fn it_asks_who_it_is_before_a_secret_is_given() {
    let house = House::open();
    let ada = ada(&house);
    let cookie = ada.signs_in().cookie("cairn-refresh").expect("a refresh cookie");
    house.waits(16 * 60);
    let refresh = house.ask("POST", "/sessions/refresh").header("cookie", &format!("cairn-refresh={cookie}"));
    let later: SignedIn = refresh.send().expect(200).json();
    as_in(&house, &later, "POST", "/me/second-step/secrets", &json!({})).problem(403, "show-it-is-you");
}

#[test]
fn it_ends_with_a_code() {
    let house = House::open();
    let ada = ada(&house);
    ada.post("/me/second-step/endings", &json!({ "code": "123456" })).problem(409, "not-now");
    let app = Authenticator::set_up(&ada);
    house.waits(30);
    let right = app.shows(house.now());
    let wrong = if right == "000000" { "111111" } else { "000000" };
    ada.post("/me/second-step/endings", &json!({ "code": wrong })).field("/code", "not_right");
    ada.post("/me/second-step/endings", &json!({ "code": right })).expect(204);
    signs_in(&ada, None).expect(200);
    assert_eq!(step_of(&ada).state, Standing::Open);
    assert_eq!(house.letters()[0].1, "No second step for your account");
}

#[test]
fn a_coordinator_ends_it_for_whoever_lost_their_phone() {
    let house = House::open();
    let ada = ada(&house);
    let hilda = house.person("Hilda", "Streonshalh", &[Role::Coordinator], None);
    let path = format!("/people/{}/second-step/endings", ada.id());
    hilda.post(&path, &json!({})).problem(409, "not-now");
    Authenticator::set_up(&ada);
    let of_hilda = Authenticator::set_up(&hilda);
    hilda.post(&path, &json!({})).problem(403, "give-code");
    house.waits(30);
    hilda.post(&path, &json!({ "code": of_hilda.shows(house.now()) })).expect(204);
    signs_in(&ada, None).expect(200);
    let letters = house.letters();
    assert!(
        letters.iter().any(|(to, subject, _)| *to == ada.address() && subject == "No second step for your account")
    );
    let own = format!("/people/{}/second-step/endings", hilda.id());
    hilda.post(&own, &json!({})).problem(409, "not-now");
}

#[test]
fn a_coordinator_without_one_reaches_nothing_but_setting_it_up() {
    let house = strict();
    let hilda = house.person("Hilda", "Streonshalh", &[Role::Coordinator], None);
    let me: Me = hilda.sees("/me");
    assert_eq!(me.second_step, Standing::Needed);
    for path in ["/people", "/schools", "/rounds", "/story"] {
        hilda.get(path).problem(403, "second-step-first");
    }
    hilda.post("/schools", &json!({ "name": "A school", "phase": "primary" })).problem(403, "second-step-first");
    Authenticator::set_up(&hilda);
    hilda.get("/people").expect(200);
    assert_eq!(hilda.sees::<Me>("/me").second_step, Standing::InForce);
}

#[test]
fn a_chair_needs_one_and_a_member_of_the_panel_does_not() {
    let house = House::open();
    let scene = Scene::set(&house);
    let asked = |who: &Actor<'_>, asked_of: SecondStepFor| {
        let who = who.id();
        house.does(move |tx| {
            let roles = person::store::roles(tx, who)?;
            Ok((stands(tx, asked_of, who, &roles)?, is_awaited(tx, asked_of, who, &roles)?))
        })
    };
    assert_eq!(asked(&scene.anwen, SecondStepFor::Staff), (Standing::Needed, true));
    assert_eq!(asked(&scene.anwen, SecondStepFor::Offered), (Standing::Open, false));
    // The deputy as well.
    assert_eq!(asked(&scene.idris, SecondStepFor::Staff), (Standing::Needed, true));
    for other in [&scene.rowan, &scene.mair, &scene.ada] {
        assert_eq!(asked(other, SecondStepFor::Staff), (Standing::Open, false));
    }
    Authenticator::set_up(&scene.anwen);
    assert_eq!(asked(&scene.anwen, SecondStepFor::Staff), (Standing::InForce, false));
}

#[test]
fn a_new_secret_of_the_server_leaves_every_app_good() {
    let (before, now) = ("the secret of last year, long enough", "the secret of this year, long enough");
    let database = Database::make();
    let sealed_with =
        |secrets: &[&str]| Arc::new(Seals::new(&secrets.iter().map(ToString::to_string).collect::<Vec<_>>()));
    let house = House::over(database.again(), |state| state.seals = sealed_with(&[before]));
    let ada = ada(&house);
    let app = Authenticator::set_up(&ada);
    let both = House::over(database.again(), |state| state.seals = sealed_with(&[now, before]));
    let runtime = Runtime::new().expect("a runtime");
    assert_eq!(runtime.block_on(seal_anew(&both.state)).expect("it is sealed"), 1);
    assert_eq!(runtime.block_on(seal_anew(&both.state)).expect("it is sealed"), 0);
    // The one before is taken out.
    let later = House::over(database.again(), |state| state.seals = sealed_with(&[now]));
    let code = app.shows(later.now().plus_seconds(30));
    later.waits(30);
    later.ask("POST", "/sessions").json(&json!({ "token": ada.link, "code": code })).send().expect(200);
}

#[test]
fn the_secret_is_nowhere_to_be_read_in_the_database() {
    let house = House::open();
    let ada = ada(&house);
    let new: NewSecret = ada.post("/me/second-step/secrets", &json!({})).expect(200).json();
    let app = Authenticator::set_up(&ada);
    let who = ada.id();
    let row = house.does(move |tx| Ok(cairn_backend::second_step::store::of(tx, who)?)).expect("a row");
    let kept = format!("{row:?}");
    assert!(!kept.contains(&new.secret.replace(' ', "")) && row.pending.is_none());
    let all: Vec<String> = house.does(|tx| Ok(recovery_code::table.select(recovery_code::hash).load(&mut **tx)?));
    assert_eq!(all.len(), RECOVERY_CODES);
    for code in &app.recovery {
        assert!(!all.contains(&code.replace(' ', "")));
    }
}
