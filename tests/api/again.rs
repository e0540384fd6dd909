//! A resubmission goes to those who read the one before it, where they can; else the coordinator sees why not.

use cairn_shared::{
    framework::Standard,
    ids::SubmissionId,
    person::Role,
    round::{EarlierReader, NotAgain, RoundSubmission},
};
use cairn_tests::{Actor, House, Scene, year};
use serde_json::json;

/// Ada sends a second time, in the winter, for spring.
fn again(scene: &Scene<'_>) -> SubmissionId {
    scene.house.turns_to("2027-01-10");
    let candidacy = scene.ada.candidacies().remove(0);
    scene.ada.submits(&candidacy.portfolio_id).submission.id
}

fn in_spring(scene: &Scene<'_>) -> RoundSubmission {
    scene.coordinator.round(scene.spring).submissions.remove(0)
}

fn readers(submission: &RoundSubmission) -> Vec<String> {
    let mut names: Vec<String> = submission.readers.iter().map(|r| r.person.given_name.to_string()).collect();
    names.sort();
    names
}

fn not_again(submission: &RoundSubmission, who: &Actor<'_>) -> Option<NotAgain> {
    let of = |r: &&EarlierReader| r.person.id == who.id();
    submission.read_before.iter().find(of).expect("an earlier reader").not_again
}

fn letters_to(house: &House, who: &Actor<'_>) -> usize {
    house.letters().iter().filter(|(to, ..)| *to == who.address()).count()
}

#[test]
fn the_same_people_read_it_again() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    let letters = letters_to(&house, &scene.rowan);
    let second = again(&scene);
    let seen = in_spring(&scene);
    assert_eq!(readers(&seen), ["Rowan", "Tamsin"]);
    assert_eq!(seen.read_before.len(), 2);
    assert_eq!((not_again(&seen, &scene.rowan), not_again(&seen, &scene.tamsin)), (None, None));
    // Until reading begins it isn't there for them, nor told of.
    assert!(scene.rowan.reviews().iter().all(|r| r.submission_id != second));
    assert_eq!(letters_to(&house, &scene.rowan), letters);
    house.turns_to("2027-02-28");
    assert_eq!(scene.rowan.reads(second).review.number, 2);
    // The record says that the server did it, and not the mentor who sent.
    let by: Vec<Option<String>> = house.does(|tx| {
        use cairn_backend::db::schema::audit;
        use diesel::prelude::*;
        let assigned = audit::table.filter(audit::action.eq("reviewer_assigned"));
        Ok(assigned.order(audit::at.desc()).limit(2).select(audit::actor_id).load(&mut **tx)?)
    });
    assert_eq!(by, [None, None]);
}

#[test]
fn who_is_not_on_the_panel_does_not_read_it_again_until_they_are_named() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    let all = [scene.anwen.id(), scene.rowan.id(), scene.tamsin.id(), scene.idris.id(), scene.mair.id()];
    let without_rowan = [all[0], all[2], all[3], all[4]];
    scene.coordinator.names_panel(scene.spring, all[0], None, &without_rowan);
    again(&scene);
    let seen = in_spring(&scene);
    assert_eq!(readers(&seen), ["Tamsin"]);
    assert_eq!(not_again(&seen, &scene.rowan), Some(NotAgain::NotOnPanel));
    let named = scene.coordinator.names_panel(scene.spring, all[0], None, &all);
    assert_eq!(readers(&named.submissions[0]), ["Rowan", "Tamsin"]);
    // What the coordinator takes back stays taken back, also when a panel is named anew.
    let of_rowan = |r: &&cairn_shared::round::Reader| r.person.id == scene.rowan.id();
    let review = named.submissions[0].readers.iter().find(of_rowan).expect("Rowan reads").review_id;
    scene.coordinator.delete(&format!("/reviews/{review}")).expect(204);
    let named = scene.coordinator.names_panel(scene.spring, all[0], Some(all[3]), &all);
    assert_eq!(readers(&named.submissions[0]), ["Tamsin"]);
    assert_eq!(not_again(&named.submissions[0], &scene.rowan), Some(NotAgain::TakenBack));
    scene.coordinator.assigns(&scene.rowan, named.submissions[0].id);
    assert_eq!(not_again(&in_spring(&scene), &scene.rowan), None);
}

#[test]
fn who_has_left_does_not_read_it_again() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    let roles = json!({"roles": [Role::Mentor]});
    let path = format!("/people/{}", scene.rowan.id());
    scene.coordinator.changes("PATCH", &path, &path, &roles).expect(200);
    again(&scene);
    let seen = in_spring(&scene);
    assert_eq!(readers(&seen), ["Tamsin"]);
    assert_eq!(not_again(&seen, &scene.rowan), Some(NotAgain::NotReading));
}

#[test]
fn who_has_a_conflict_by_now_never_learns_of_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    house.turns_to("2027-01-10");
    scene.coordinator.declares(&scene.rowan, &scene.ada);
    let looks = || {
        let spring = scene.spring;
        let paths = ["/me", "/reviews", "/rounds", &format!("/rounds/{spring}/board"), "/submissions", "/awards"];
        paths.map(|path| {
            let reply = scene.rowan.get(path);
            let mut body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            for (key, value) in body.as_object_mut().into_iter().flatten() {
                if matches!(key.as_str(), "session_id" | "instance") {
                    *value = json!(null);
                }
            }
            (reply.status, body.to_string())
        })
    };
    let days = ["2027-01-10", "2027-02-28", "2027-03-11"];
    let without = days.map(|day| {
        house.turns_to(day);
        looks()
    });
    let letters = letters_to(&house, &scene.rowan);
    let second = again(&scene);
    let seen = in_spring(&scene);
    assert_eq!(readers(&seen), ["Tamsin"]);
    assert_eq!(not_again(&seen, &scene.rowan), Some(NotAgain::Conflict));
    scene.coordinator.assigns(&scene.mair, second);
    for (day, without) in days.iter().zip(&without) {
        house.turns_to(day);
        assert_eq!(looks(), *without, "{day}");
    }
    scene.tamsin.reviews_with_open(second, &[]);
    scene.mair.reviews_with_open(second, &[]);
    scene.anwen.decides(second, cairn_tests::findings(&[]), "Dear Ada, how you grew.");
    assert_eq!(looks(), without[2]);
    scene.rowan.get(&format!("/submissions/{second}/comments")).problem(404, "not-found");
    assert_eq!(letters_to(&house, &scene.rowan), letters);
}

#[test]
fn what_waits_for_a_round_goes_to_them_once_it_has_one() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    let candidacy = scene.ada.candidacies().remove(0);
    house.turns_to("2027-07-10");
    let late = scene.ada.submits(&candidacy.portfolio_id).submission;
    assert!(late.round.is_none());
    let mut next = year();
    next.rounds.truncate(1);
    let mut dates = cairn_shared::round::Dates::from(next.rounds[0].dates);
    for day in
        [&mut dates.submit_by, &mut dates.review_opens, &mut dates.review_by, &mut dates.meeting, &mut dates.tell_by]
    {
        *day = day.plus_months(12);
    }
    next.rounds[0].dates = cairn_shared::round::RoundDates::new(dates).unwrap();
    let round = scene.coordinator.plans(&next)[0].id;
    // There is a round, and nobody on its panel yet.
    let waits = scene.coordinator.round(round).submissions.remove(0);
    assert_eq!(readers(&waits), Vec::<String>::new());
    assert_eq!(not_again(&waits, &scene.tamsin), Some(NotAgain::NotOnPanel));
    let members = [scene.anwen.id(), scene.tamsin.id(), scene.idris.id(), scene.mair.id()];
    let named = scene.coordinator.names_panel(round, scene.anwen.id(), None, &members);
    assert_eq!(readers(&named.submissions[0]), ["Tamsin"]);
}

#[test]
fn a_letter_tells_of_something_to_read_once_it_can_be_read() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    let before = letters_to(&house, &scene.rowan);
    scene.coordinator.assigns(&scene.rowan, submission);
    assert_eq!(letters_to(&house, &scene.rowan), before);
    scene.reading_begins();
    scene.coordinator.assigns(&scene.tamsin, submission);
    let (_, subject, body) =
        house.letters().into_iter().find(|(to, ..)| *to == scene.tamsin.address()).expect("a letter");
    assert_eq!(subject, "A portfolio for you to read");
    assert!(body.contains("by 8 December 2026") && !body.contains("Ada"), "{body}");
}
