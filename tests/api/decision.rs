//! What the panel decides, and what the mentor hears of it, and when.

use cairn_shared::{
    candidacy::Stage,
    decision::{Board, BoardCard},
    framework::{PerStandard, Standard},
    qualification::Qualification,
    submission::SubmissionState,
};
use cairn_tests::{House, Scene, findings};
use serde_json::json;

#[test]
fn nothing_of_a_decision_is_visible_before_release() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.panel_meets();
    let look = || {
        let path = format!("/submissions/{submission}");
        let paths = ["/submissions", "/candidacies", "/awards", "/story", &path].map(str::to_owned);
        paths.map(|path| scene.ada.get(&path).expect(200).text())
    };
    let before = look();
    let letters = house.letters().len();
    scene.reading_begins();
    scene.reviewers_agree(submission, &[Standard::S3]);
    scene.panel_meets();
    scene.anwen.decides(submission, findings(&[Standard::S3]), "Dear Ada, nearly there.");
    assert_eq!(look(), before);
    scene.ada.get(&format!("/submissions/{submission}/outcome")).problem(404, "not-found");
    let later = house.letters();
    assert!(later[..later.len() - letters].iter().all(|(to, ..)| *to != scene.ada.address()));
}

#[test]
fn a_round_is_released_when_all_is_decided() {
    let house = House::open();
    let scene = Scene::set(&house);
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    let second = bede.sends_a_portfolio(Qualification::Qms).submission.id;
    scene.coordinator.assigns(&scene.rowan, second);
    scene.coordinator.assigns(&scene.tamsin, second);
    scene.ada_is_decided_on(&[]);
    assert!(!scene.coordinator.round(scene.autumn).before_release.is_empty());
    scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    scene.reviewers_agree(second, &[]);
    scene.anwen.decides(second, findings(&[]), "Dear Bede, thank you.");
    assert!(scene.coordinator.round(scene.autumn).before_release.is_empty());
    scene.coordinator.releases(scene.autumn);
    assert_eq!(bede.hears(second).outcome, cairn_shared::decision::ReviewOutcome::Award);
}

#[test]
fn a_round_is_released_once() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let letters = house.letters().len();
    let again = scene.coordinator.tries_to_release(scene.autumn);
    assert!(matches!(again.status, 200 | 409), "{}", again.text());
    assert_eq!(house.letters().len(), letters);
    assert_eq!(scene.ada.sees::<serde_json::Value>("/awards")["items"].as_array().unwrap().len(), 1);
}

#[test]
fn only_a_coordinator_releases() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_is_decided_on(&[]);
    for other in [&scene.anwen, &scene.rowan, &scene.ada] {
        let status = other.tries_to_release(scene.autumn).status;
        assert!(matches!(status, 403 | 404), "{status}");
    }
}

#[test]
fn a_decision_can_be_undone_until_release() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_is_decided_on(&[]);
    let path = format!("/submissions/{submission}/decision");
    let card: BoardCard = scene.anwen.delete(&path).expect(200).json();
    assert_eq!(card.decision, None);
    scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    scene.anwen.decides(submission, findings(&[Standard::S4]), "Dear Ada, nearly there.");
    scene.coordinator.releases(scene.autumn);
    let status = scene.anwen.delete(&path).status;
    assert!(matches!(status, 404 | 409), "{status}");
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::FurtherEvidence);
}

#[test]
fn a_decision_sent_again_takes_the_place_of_the_one_before() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_is_decided_on(&[]);
    scene.anwen.decides(submission, findings(&[Standard::S4]), "Dear Ada, nearly there.");
    scene.coordinator.releases(scene.autumn);
    let outcome = scene.ada.hears(submission);
    assert_eq!(outcome.message.as_str(), "Dear Ada, nearly there.");
    assert_eq!(outcome.suggestions.len(), 1);
}

#[test]
fn members_of_the_panel_watch_and_the_chair_decides() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    for other in [&scene.rowan, &scene.mair] {
        assert!(!other.board(scene.autumn).cards[0].may_decide);
        let status = other.tries_to_decide(submission, findings(&[]), "Dear Ada").status;
        assert!(matches!(status, 403 | 404), "{status}");
    }
    assert!(scene.anwen.board(scene.autumn).cards[0].may_decide);
    scene.ada.get(&format!("/rounds/{}/board", scene.autumn)).problem(404, "not-found");
}

#[test]
fn an_award_carries_words() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    let reply = scene.anwen.tries_to_decide(submission, findings(&[]), " ");
    assert!(matches!(reply.status, 409 | 422), "{}", reply.text());
}

#[test]
fn there_is_no_third_outcome() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    for third in [json!({"finding": "rejected"}), json!({"finding": "more_needed", "suggestions": []}), json!(null)] {
        let yes = json!({"finding": "evidenced"});
        let decide = json!({"findings": {"s1": yes, "s2": yes, "s3": yes, "s4": third}, "message": "Dear Ada"});
        scene
            .anwen
            .ask("PUT", &format!("/submissions/{submission}/decision"))
            .json(&decide)
            .send()
            .problem(422, "invalid");
    }
}

#[test]
fn the_board_is_answered_anew_only_when_it_changed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    let path = format!("/rounds/{}/board", scene.autumn);
    let tag = scene.anwen.get(&path).expect(200).etag();
    let ask = || scene.anwen.ask("GET", &path).header("if-none-match", &tag).send();
    assert!(ask().expect(304).body.is_empty());
    scene.anwen.decides(submission, findings(&[]), "Dear Ada, thank you.");
    assert!(ask().expect(200).json::<Board>().cards[0].decision.is_some());
}

#[test]
fn readings_that_differ_are_shown_by_standard() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.rowan.reviews_with_open(submission, &[Standard::S3]);
    scene.tamsin.reviews_with_open(submission, &[]);
    scene.panel_meets();
    let card = &scene.anwen.board(scene.autumn).cards[0];
    let differ = cairn_shared::decision::Agreement::Divergent { standards: vec![Standard::S3] };
    assert_eq!(card.agreement, differ);
}

#[test]
fn the_chair_can_carry_a_submission_over_with_words_to_the_mentor() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.panel_meets();
    let path = format!("/submissions/{submission}/carry-over");
    scene.anwen.post(&path, &json!({"message": "We would like to read this with more time."})).expect(200);
    scene.coordinator.releases(scene.autumn);
    let carried = scene.ada.submission(submission).submission;
    assert_eq!(carried.round.as_ref().map(|r| r.id), Some(scene.spring));
    assert!(matches!(carried.state, SubmissionState::CarriedOver { .. }), "{:?}", carried.state);
}

#[test]
fn the_mentor_hears_one_voice() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    for (reviewer, audience, text) in
        [(&scene.rowan, "mentor", "This says it well."), (&scene.tamsin, "panel", "Between us: lovely.")]
    {
        let review = reviewer.reads(submission).review.id;
        reviewer.post(&format!("/reviews/{review}/comments"), &json!({"audience": audience, "text": text})).expect(201);
    }
    scene.reviewers_agree(submission, &[Standard::S3]);
    scene.panel_meets();
    scene.anwen.decides(submission, findings(&[Standard::S3]), "Dear Ada, nearly there.");
    scene.coordinator.releases(scene.autumn);
    let said = scene.ada.get(&format!("/submissions/{submission}/outcome")).expect(200).text();
    assert!(said.contains("This says it well."));
    for hidden in ["Rowan", "Tamsin", "Between us", "A word for the panel alone", &scene.rowan.id().to_string()] {
        assert!(!said.contains(hidden), "{hidden}: {said}");
    }
}

#[test]
fn a_correction_widens_what_is_secured_and_never_narrows_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_hears(&[Standard::S2, Standard::S3]);
    let path = format!("/submissions/{submission}/corrections");
    let correct = |open: &[Standard]| json!({"findings": findings(open), "message": "Dear Ada", "reason": "A page was overlooked."});
    let narrower = scene.coordinator.post(&path, &correct(&[Standard::S1, Standard::S3]));
    assert!(matches!(narrower.status, 409 | 422), "{}", narrower.text());
    scene.coordinator.post(&path, &correct(&[Standard::S3])).expect(201);
    let secured = PerStandard { s1: true, s2: true, s3: false, s4: true };
    assert_eq!(scene.ada.candidacies()[0].secured, secured);
    scene.coordinator.post(&path, &correct(&[])).expect(201);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
}

#[test]
fn reading_still_to_come_leaves_a_submission_undecided_by_the_board() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.rowan.reviews_with_open(submission, &[]);
    scene.panel_meets();
    let card = &scene.anwen.board(scene.autumn).cards[0];
    assert_eq!(card.agreement, cairn_shared::decision::Agreement::Waiting);
}
