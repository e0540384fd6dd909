//! People: the coordinator's list of them.

use cairn_shared::{
    ids::{PersonId, SchoolId},
    list::Page,
    person::{AccountState, PersonSummary, Role},
    session::SignedIn,
};
use cairn_tests::{Actor, House, Reply};
use serde_json::json;

fn found(coordinator: &Actor<'_>, query: &str) -> Vec<String> {
    let page: Page<PersonSummary> = coordinator.sees(&format!("/people?{query}"));
    page.items.iter().map(|p| p.name.given_name.to_string()).collect()
}

fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn invite(coordinator: &Actor<'_>, email: &str) -> Reply {
    let invite = json!({"given_name": "Łucja", "family_name": "O’Neill", "email": email, "roles": ["mentor", "reviewer", "mentor"]});
    coordinator.post("/people", &invite)
}

#[test]
fn an_invited_person_gets_a_letter_and_comes_in_with_it() {
    let house = House::open();
    let coordinator = house.coordinator();
    let reply = invite(&coordinator, "Lucja@Thornbeck.Example").expect(201);
    let person: PersonSummary = reply.json();
    assert_eq!(reply.header("location"), Some(format!("/api/v1/people/{}", person.name.id).as_str()));
    assert_eq!((person.state, person.roles), (AccountState::Invited, vec![Role::Mentor, Role::Reviewer]));
    house.waits(29 * 24 * 3600);
    let token = house.token_sent_to("lucja@thornbeck.example");
    let signed_in: SignedIn = house.ask("POST", "/sessions").json(&json!({"token": token})).send().expect(200).json();
    assert_eq!(signed_in.me.name.full(), "Łucja O’Neill");
    let person: PersonSummary = coordinator.sees(&format!("/people/{}", person.name.id));
    assert_eq!(person.state, AccountState::Active);
}

#[test]
fn an_address_that_is_known_is_named_kindly() {
    let house = House::open();
    let coordinator = house.coordinator();
    invite(&coordinator, "lucja@thornbeck.example").expect(201);
    invite(&coordinator, "LUCJA@thornbeck.example").field("/email", "known");
    assert_eq!(house.letters().len(), 1);
}

#[test]
fn an_invitation_needs_a_role_and_a_school_that_is_there() {
    let house = House::open();
    let coordinator = house.coordinator();
    let with = |roles: serde_json::Value, school: Option<SchoolId>| {
        let person =
            json!({"given_name": "A", "family_name": "B", "email": "a@b.example", "roles": roles, "school_id": school});
        coordinator.post("/people", &person)
    };
    with(json!([]), None).field("/roles", "empty");
    with(json!(["mentor"]), Some(house.state.fresh())).field("/school_id", "unknown");
    with(json!(["king"]), None).problem(422, "invalid");
    assert_eq!(found(&coordinator, ""), ["Carys"]);
    let school = house.school("Whinfell Primary");
    let person: PersonSummary = with(json!(["mentor"]), Some(school)).expect(201).json();
    assert_eq!(person.schools[0].school_id, school);
}

#[test]
fn the_list_is_the_coordinators_alone() {
    let house = House::open();
    let (coordinator, ada) = (house.coordinator(), house.person("Ada", "Roe", &[Role::Mentor, Role::Reviewer], None));
    for path in ["/people".to_owned(), format!("/people/{}", coordinator.id()), format!("/people/{}", ada.id())] {
        ada.get(&path).problem(404, "not-found");
    }
    invite(&ada, "x@y.example").problem(404, "not-found");
    ada.does(&format!("/people/{}/departure", coordinator.id())).problem(404, "not-found");
}

#[test]
fn people_are_found_by_name_address_role_and_school() {
    let house = House::open();
    let coordinator = house.coordinator();
    let (whinfell, thornbeck) = (house.school("Whinfell Primary"), house.school("Thornbeck School"));
    house.mentor("Ada", "Roe-Ashby", whinfell);
    house.person("Bede", "Holm", &[Role::Reviewer], Some(thornbeck));
    house.mentor("Łucja", "100%_Real", thornbeck);
    assert_eq!(found(&coordinator, "search=ROE"), ["Ada"]);
    assert_eq!(found(&coordinator, "search=ada%20roe"), ["Ada"]);
    assert_eq!(found(&coordinator, "search=bede%40cairn"), ["Bede"]);
    assert_eq!(found(&coordinator, "search=%C5%82ucja"), ["Łucja"]);
    assert_eq!(found(&coordinator, "search=%C5%81ucja"), ["Łucja"]);
    assert_eq!(found(&coordinator, "search=100%25_"), ["Łucja"]);
    assert_eq!(found(&coordinator, "search=%25"), ["Łucja"]);
    assert_eq!(found(&coordinator, "role=mentor"), ["Łucja", "Ada"]);
    assert_eq!(found(&coordinator, &format!("school_id={thornbeck}")), ["Łucja", "Bede"]);
    assert_eq!(found(&coordinator, &format!("school_id={thornbeck}&role=mentor&phase=primary")), ["Łucja"]);
    assert!(found(&coordinator, "phase=secondary").is_empty());
    assert_eq!(found(&coordinator, "search=").len(), 4);
    coordinator.get("/people?search=a%00b").problem(422, "invalid");
    coordinator.get("/people?role=king").problem(422, "invalid");
}

#[test]
fn case_and_accents_make_no_difference_to_a_search() {
    let house = House::open();
    let coordinator = house.coordinator();
    house.person("Łukasz", "Żółty", &[Role::Mentor], None);
    house.person("Elan", "Ŵyn-Jônes", &[Role::Mentor], None);
    house.person("Siân", "O’Neill", &[Role::Mentor], None);
    for words in ["lukasz", "ŁUKASZ", "Łukasz", "zolty", "ŻÓŁTY lukasz"] {
        assert_eq!(found(&coordinator, &format!("search={}", encoded(words))), ["Łukasz"], "{words}");
    }
    for words in ["élan", "Elan", "ELAN", "wyn-jones", "E\u{301}lan"] {
        assert_eq!(found(&coordinator, &format!("search={}", encoded(words))), ["Elan"], "{words}");
    }
    assert_eq!(found(&coordinator, &format!("search={}", encoded("sian o'neill"))), ["Siân"]);
    // A name that is changed is found as it is now, by whoever changed it.
    let ada = house.person("Ada", "Roe", &[Role::Mentor], None);
    ada.ask("PATCH", "/me").json(&json!({"given_name": "Ådá"})).send().expect(200);
    assert_eq!(found(&coordinator, "search=ADA"), ["Ådá"]);
    let path = format!("/people/{}", ada.id());
    coordinator.changes("PATCH", &path, &path, &json!({"given_name": "Œdipa"})).expect(200);
    assert_eq!(found(&coordinator, "search=oedipa"), ["Œdipa"]);
    assert!(found(&coordinator, &format!("search={}", encoded("Ådá"))).is_empty());
}

#[test]
fn people_stand_in_the_order_of_their_letters() {
    let house = House::open();
    let coordinator = house.coordinator();
    for (given, family) in [("A", "zabel"), ("B", "Łow"), ("C", "de Souza"), ("D", "Élan"), ("E", "Zest")] {
        house.person(given, family, &[Role::Mentor], None);
    }
    assert_eq!(found(&coordinator, "role=mentor"), ["C", "D", "B", "A", "E"]);
}

#[test]
fn pages_of_people_follow_each_other_even_among_namesakes() {
    let house = House::open();
    let coordinator = house.coordinator();
    for n in 0..5 {
        invite(&coordinator, &format!("lucja{n}@thornbeck.example")).expect(201);
    }
    let (mut seen, mut after): (Vec<PersonId>, String) = (Vec::new(), String::new());
    loop {
        let page: Page<PersonSummary> = coordinator.sees(&format!("/people?limit=2{after}"));
        seen.extend(page.items.iter().map(|p| p.name.id));
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

#[test]
fn changed_roles_take_effect_at_once() {
    let house = House::open();
    let (coordinator, ada) = (house.coordinator(), house.person("Ada", "Roe", &[Role::Mentor], None));
    let path = format!("/people/{}", ada.id());
    ada.post("/entries", &json!({"text": "x"})).expect(201);
    let edit = json!({"family_name": "Ashby", "roles": ["coordinator"]});
    let edited: PersonSummary = coordinator.changes("PATCH", &path, &path, &edit).expect(200).json();
    assert_eq!((edited.name.full().as_str(), edited.roles), ("Ada Ashby", vec![Role::Coordinator]));
    ada.get("/people").expect(200);
    ada.post("/entries", &json!({"text": "x"})).problem(403, "not-yours");
    coordinator.ask("PATCH", &path).json(&json!({})).send().problem(428, "needs-version");
    coordinator.ask("PATCH", &path).if_match("\"v1\"").json(&json!({})).send().problem(412, "stale");
}

#[test]
fn the_last_coordinator_stays() {
    let house = House::open();
    let coordinator = house.coordinator();
    let path = format!("/people/{}", coordinator.id());
    coordinator.changes("PATCH", &path, &path, &json!({"roles": ["mentor"]})).problem(409, "not-now");
    coordinator.does(&format!("{path}/departure")).problem(409, "not-now");
    coordinator.get("/people").expect(200);
}

#[test]
fn who_leaves_is_signed_out_everywhere_and_can_be_invited_back() {
    let house = House::open();
    let coordinator = house.coordinator();
    let school = house.school("Whinfell Primary");
    let ada = house.mentor("Ada", "Roe", school);
    let access = ada.signs_in().json::<SignedIn>().access_token;
    let left: PersonSummary = coordinator.does(&format!("/people/{}/departure", ada.id())).expect(200).json();
    assert_eq!(left.state, AccountState::Left);
    house.ask("GET", "/me").header("authorization", &format!("Bearer {access}")).send().problem(401, "sign-in");
    house.ask("POST", "/sessions").json(&json!({"token": ada.link})).send().problem(401, "sign-in");
    coordinator.does(&format!("/people/{}/departure", ada.id())).problem(409, "not-now");
    coordinator.does(&format!("/people/{}/invitations", ada.id())).expect(202);
    let token = house.token_sent_to(&ada.address());
    house.ask("POST", "/sessions").json(&json!({"token": token})).send().expect(200);
}

#[test]
fn who_has_signed_in_needs_no_invitation() {
    let house = House::open();
    let (coordinator, ada) = (house.coordinator(), house.person("Ada", "Roe", &[Role::Mentor], None));
    coordinator.does(&format!("/people/{}/invitations", ada.id())).problem(409, "not-now");
}

#[test]
fn a_stay_at_a_school_begins_and_ends() {
    let house = House::open();
    let coordinator = house.coordinator();
    let school = house.school("Whinfell Primary");
    let ada = house.person("Ada", "Roe", &[Role::Mentor], None);
    let stays = format!("/people/{}/memberships", ada.id());
    let begin = json!({"school_id": school, "since": "2026-09-01", "leads": true});
    let person: PersonSummary = coordinator.post(&stays, &begin).expect(201).json();
    assert!(person.schools[0].leads);
    coordinator.post(&stays, &begin).field("/school_id", "already_there");
    let one = format!("{stays}/{school}");
    coordinator.delete(&format!("{one}?last_day=2026-08-31")).field("/last_day", "before_since");
    coordinator.delete(&format!("{one}?last_day=2026-11-23")).expect(204);
    coordinator.delete(&one).problem(404, "not-found");
    let person: PersonSummary = coordinator.sees(&format!("/people/{}", ada.id()));
    assert!(person.schools.is_empty());
}

#[test]
fn an_address_that_was_mistyped_is_put_right_until_they_sign_in() {
    let house = House::open();
    let coordinator = house.coordinator();
    let person: PersonSummary = invite(&coordinator, "lucja@thornbek.example").expect(201).json();
    let path = format!("/people/{}", person.name.id);
    let corrects = |email: &str| coordinator.changes("PATCH", &path, &path, &json!({ "email": email }));
    let mistyped = house.token_sent_to("lucja@thornbek.example");
    corrects("carys@cairn.example").field("/email", "known");
    corrects("lucja").problem(422, "invalid");
    let person: PersonSummary = corrects("Lucja@Thornbeck.example").expect(200).json();
    assert_eq!(person.email.as_str(), "lucja@thornbeck.example");
    let sign_in = |token: &str| house.ask("POST", "/sessions").json(&json!({ "token": token })).send();
    sign_in(&mistyped).problem(401, "sign-in");
    // The same address again is no change, and sends nothing.
    let letters = house.letters().len();
    corrects("lucja@thornbeck.example").expect(200);
    assert_eq!(house.letters().len(), letters);
    sign_in(&house.token_sent_to("lucja@thornbeck.example")).expect(200);
    corrects("lucja@elsewhere.example").field("/email", "theirs");
    // What else is changed with it stays as it was, too.
    let both = json!({ "given_name": "Lucy", "email": "lucja@elsewhere.example" });
    coordinator.changes("PATCH", &path, &path, &both).field("/email", "theirs");
    let person: PersonSummary = coordinator.sees(&path);
    assert_eq!((person.name.given_name.as_str(), person.email.as_str()), ("Łucja", "lucja@thornbeck.example"));
}
