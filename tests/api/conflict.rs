//! Conflicts of interest: who must not read a submission never learns of it.

use cairn_shared::{framework::Standard, ids::SubmissionId, person::Role, qualification::Qualification};
use cairn_tests::{Actor, House, Scene};
use serde_json::json;

/// What a member of the panel sees, with what differs in every answer taken out.
fn sees(actor: &Actor<'_>, scene: &Scene<'_>) -> Vec<(String, u16, String)> {
    let round = scene.autumn;
    [
        "/me",
        "/reviews",
        "/rounds",
        &format!("/rounds/{round}"),
        &format!("/rounds/{round}/board"),
        "/submissions",
        "/awards",
    ]
    .into_iter()
    .map(|path| {
        let reply = actor.get(path);
        let mut body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        for (key, value) in body.as_object_mut().into_iter().flatten() {
            if matches!(key.as_str(), "session_id" | "instance") {
                *value = json!(null);
            }
        }
        (path.to_owned(), reply.status, body.to_string())
    })
    .collect()
}

/// Everything that somebody who must not know may try on a submission.
fn tries(actor: &Actor<'_>, submission: SubmissionId) {
    actor.get(&format!("/submissions/{submission}")).problem(404, "not-found");
    actor.tries_to_decide(submission, cairn_tests::findings(&[]), "Dear Ada").problem(404, "not-found");
}

#[test]
fn a_reviewer_of_the_same_school_can_not_be_assigned() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    let cerys = house.person("Cerys", "Eaves", &[Role::Reviewer], Some(scene.whinfell));
    scene.coordinator.tries_to_assign(cerys.id(), submission).problem(409, "not-now");
}

#[test]
fn a_later_conflict_takes_the_review_out_of_sight() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let stay = json!({"school_id": scene.whinfell});
    scene.coordinator.post(&format!("/people/{}/memberships", scene.rowan.id()), &stay).expect(201);
    assert!(scene.rowan.reviews().is_empty());
    scene.rowan.get(&format!("/reviews/{review}")).problem(404, "not-found");
    scene.rowan.tries_to_send(review).problem(404, "not-found");
    let draft = scene.rowan.ask("PUT", &format!("/reviews/{review}/draft")).if_match("\"v1\"");
    draft.json(&cairn_tests::readings(&[])).send().problem(404, "not-found");
    assert!(scene.rowan.board(scene.autumn).cards.is_empty());
    assert_eq!(scene.tamsin.reviews().len(), 1);
    tries(&scene.rowan, submission);
}

#[test]
fn a_conflict_lasts_24_months_after_leaving_the_school() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    let cerys = house.person("Cerys", "Eaves", &[Role::Reviewer], Some(scene.whinfell));
    let path = format!("/people/{}/memberships/{}", cerys.id(), scene.whinfell);
    scene.coordinator.delete(&format!("{path}?last_day=2026-01-31")).expect(204);
    scene.coordinator.tries_to_assign(cerys.id(), submission).problem(409, "not-now");
}

#[test]
fn a_declared_conflict_counts_until_it_is_withdrawn() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let conflict = scene.coordinator.declares(&scene.rowan, &scene.ada);
    assert!(scene.rowan.reviews().is_empty());
    scene.coordinator.delete(&format!("/conflicts/{}", conflict.id)).expect(204);
    assert_eq!(scene.rowan.board(scene.autumn).cards.len(), 1);
}

#[test]
fn a_reviewer_can_step_aside_without_a_reason() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    scene.rowan.post(&format!("/reviews/{review}/conflict"), &json!({})).expect(204);
    assert!(scene.rowan.reviews().is_empty());
    assert!(scene.rowan.board(scene.autumn).cards.is_empty());
    let listed = &scene.coordinator.round(scene.autumn).submissions[0];
    assert!(listed.readers.iter().all(|r| r.person.id != scene.rowan.id()));
    assert!(listed.conflicts.iter().any(|c| c.person_id == scene.rowan.id()));
}

#[test]
fn two_worlds_with_and_without_the_submission_look_the_same_to_who_must_not_know() {
    let house = House::open();
    let scene = Scene::set(&house);
    let cerys = house.person("Cerys", "Eaves", &[Role::Reviewer], Some(scene.whinfell));
    let members =
        [scene.anwen.id(), scene.rowan.id(), scene.tamsin.id(), scene.idris.id(), scene.mair.id(), cerys.id()];
    scene.coordinator.names_panel(scene.autumn, scene.anwen.id(), None, &members);
    let days = ["2026-11-24", "2026-11-30", "2026-12-10"];
    let without: Vec<_> = days
        .iter()
        .map(|day| {
            house.turns_to(day);
            sees(&cerys, &scene)
        })
        .collect();
    house.turns_to(days[0]);
    let submission = scene.ada_submits();
    scene.coordinator.assigns(&scene.rowan, submission);
    scene.coordinator.assigns(&scene.tamsin, submission);
    assert_eq!(sees(&cerys, &scene), without[0]);
    house.turns_to(days[1]);
    scene.reviewers_agree(submission, &[]);
    assert_eq!(sees(&cerys, &scene), without[1]);
    house.turns_to(days[2]);
    scene.anwen.decides(submission, cairn_tests::findings(&[]), "Dear Ada, thank you.");
    assert_eq!(sees(&cerys, &scene), without[2]);
    tries(&cerys, submission);
    assert!(house.letters().iter().all(|(to, _, body)| *to != cerys.address() || !body.contains("Ada")));
}

#[test]
fn nobody_reads_or_decides_on_their_own_portfolio() {
    let house = House::open();
    let scene = Scene::set(&house);
    let wyn = house.person("Wyn", "Garth", &[Role::Mentor, Role::Reviewer], None);
    let members = [wyn.id(), scene.rowan.id(), scene.tamsin.id(), scene.idris.id(), scene.mair.id(), scene.anwen.id()];
    scene.coordinator.names_panel(scene.autumn, wyn.id(), Some(scene.anwen.id()), &members);
    let submission = wyn.sends_a_portfolio(Qualification::Qms).submission.id;
    scene.coordinator.tries_to_assign(wyn.id(), submission).problem(409, "not-now");
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    assert!(wyn.board(scene.autumn).cards.is_empty());
    wyn.tries_to_decide(submission, cairn_tests::findings(&[]), "Dear me").problem(404, "not-found");
    scene.anwen.decides(submission, cairn_tests::findings(&[]), "Dear Wyn, thank you.");
}

#[test]
fn a_chair_with_a_conflict_learns_nothing_and_the_deputy_decides() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[Standard::S2]);
    scene.coordinator.declares(&scene.anwen, &scene.ada);
    scene.panel_meets();
    assert!(scene.anwen.board(scene.autumn).cards.is_empty());
    let round = scene.anwen.get(&format!("/rounds/{}", scene.autumn));
    assert!(!round.text().contains("Roe-Ashby"), "{}", round.text());
    tries(&scene.anwen, submission);
    scene.idris.decides(submission, cairn_tests::findings(&[Standard::S2]), "Dear Ada, nearly there.");
}
