//! Partner schools, and what their leads see.

use cairn_shared::{
    candidacy::{CandidacySummary, Stage},
    ids::SchoolId,
    list::Page,
    person::Role,
    qualification::Qualification,
    school::{SchoolDetail, SchoolSummary},
};
use cairn_tests::{Actor, House, Scene};
use serde_json::json;

fn found(actor: &Actor<'_>, query: &str) -> Vec<String> {
    let page: Page<SchoolSummary> = actor.sees(&format!("/schools?{query}"));
    page.items.iter().map(|s| s.name.to_string()).collect()
}

#[test]
fn a_school_is_added_once_for_each_number() {
    let house = House::open();
    let coordinator = house.coordinator();
    let add = |name: &str| coordinator.post("/schools", &json!({"name": name, "phase": "primary", "urn": "112345"}));
    let school: SchoolSummary = add("Whinfell Primary").expect(201).json();
    assert_eq!((school.mentors, school.awards), (0, 0));
    add("Thornbeck School").field("/urn", "known");
    coordinator.post("/schools", &json!({"name": "No number", "phase": "secondary"})).expect(201);
    assert_eq!(found(&coordinator, ""), ["No number", "Whinfell Primary"]);
    assert_eq!(found(&coordinator, "search=WHIN"), ["Whinfell Primary"]);
    assert_eq!(found(&coordinator, "search=1123"), ["Whinfell Primary"]);
    assert_eq!(found(&coordinator, "phase=secondary"), ["No number"]);
}

#[test]
fn case_and_accents_make_no_difference_to_a_search() {
    let house = House::open();
    let coordinator = house.coordinator();
    house.school("Ysgol Llŷn");
    house.school("École St Bega’s");
    for words in ["llyn", "LL%C5%B6N", "ysgol%20ll%C5%B7n"] {
        assert_eq!(found(&coordinator, &format!("search={words}")), ["Ysgol Llŷn"], "{words}");
    }
    for words in ["ecole", "%C3%89COLE", "bega%27s"] {
        assert_eq!(found(&coordinator, &format!("search={words}")), ["École St Bega’s"], "{words}");
    }
}

#[test]
fn only_coordinators_add_schools() {
    let house = House::open();
    let ada = house.person("Ada", "Roe", &[Role::Mentor], None);
    ada.post("/schools", &json!({"name": "Mine", "phase": "primary"})).problem(404, "not-found");
}

#[test]
fn a_school_counts_its_mentors_of_today_and_their_awards() {
    let house = House::open();
    let scene = Scene::set(&house);
    house.mentor("Bede", "Holm", scene.whinfell);
    house.person("Head", "Teacher", &[Role::SchoolLead], Some(scene.whinfell));
    scene.ada_hears(&[]);
    let school: SchoolDetail = scene.coordinator.sees(&format!("/schools/{}", scene.whinfell));
    assert_eq!((school.school.mentors, school.school.awards), (2, 1));
    let page: Page<SchoolSummary> = scene.coordinator.sees("/schools?search=whinfell");
    assert_eq!(page.items, [school.school]);
    let path = format!("/people/{}/memberships/{}", scene.ada.id(), scene.whinfell);
    scene.coordinator.delete(&format!("{path}?last_day=2026-12-09")).expect(204);
    let school: SchoolDetail = scene.coordinator.sees(&format!("/schools/{}", scene.whinfell));
    assert_eq!((school.school.mentors, school.school.awards), (1, 0));
}

#[test]
fn a_lead_sees_their_own_school_and_no_other() {
    let house = House::open();
    let scene = Scene::set(&house);
    let head = house.person("Head", "Teacher", &[Role::SchoolLead], Some(scene.whinfell));
    assert_eq!(found(&head, ""), ["Whinfell Primary"]);
    head.get(&format!("/schools/{}", scene.whinfell)).expect(200);
    head.get(&format!("/schools/{}", scene.thornbeck)).problem(404, "not-found");
    scene.ada.get(&format!("/schools/{}", scene.whinfell)).problem(404, "not-found");
    scene.ada.get(&format!("/schools/{}", house.state.fresh::<SchoolId>())).problem(404, "not-found");
    assert!(found(&scene.ada, "").is_empty());
}

#[test]
fn a_stage_is_shown_only_where_the_mentor_agreed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let head = house.person("Head", "Teacher", &[Role::SchoolLead], Some(scene.whinfell));
    scene.ada_submits();
    let look = || {
        let school: SchoolDetail = head.sees(&format!("/schools/{}", scene.whinfell));
        school.mentors.iter().find(|m| m.person.id == scene.ada.id()).unwrap().stages.clone()
    };
    assert!(look().is_empty());
    let candidacy: CandidacySummary = scene.ada.candidacies().remove(0);
    scene
        .ada
        .ask("PATCH", &format!("/candidacies/{}", candidacy.id))
        .json(&json!({"stage_shared": true}))
        .send()
        .expect(200);
    assert_eq!(
        look().iter().map(|s| (s.qualification, s.stage)).collect::<Vec<_>>(),
        [(Qualification::Qms, Stage::Submitted)]
    );
    scene.reading_begins();
    assert_eq!(look()[0].stage, Stage::InReview);
}
