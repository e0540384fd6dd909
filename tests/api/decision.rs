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
    scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    assert_eq!(house.letters().len(), letters);
    assert_eq!(scene.ada.sees::<serde_json::Value>("/awards")["items"].as_array().unwrap().len(), 1);
}

#[test]
fn only_a_coordinator_releases() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_is_decided_on(&[]);
    for other in [&scene.anwen, &scene.rowan, &scene.ada] {
        other.tries_to_release(scene.autumn).problem(404, "not-found");
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
    scene.anwen.delete(&path).problem(409, "not-now");
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
        other.tries_to_decide(submission, findings(&[]), "Dear Ada").problem(403, "not-yours");
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
    scene.anwen.tries_to_decide(submission, findings(&[]), " ").field("/message", "empty");
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
fn a_decision_waits_for_the_readings_and_says_for_whose() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.coordinator.assigns(&scene.rowan, submission);
    scene.panel_meets();
    let tries = || scene.anwen.tries_to_decide(submission, findings(&[]), "Dear Ada");
    let waits = |actor: &cairn_tests::Actor<'_>| actor.board(scene.autumn).cards[0].waits.clone();
    let said = tries().problem(409, "not-now").detail;
    for words in ["two views are in. None is in yet.", "for Rowan Ash.", "one more reader", "carry the portfolio over"]
    {
        assert!(said.contains(words), "{said}");
    }
    // Who presides reads it beforehand, and nobody else.
    assert!(said.starts_with(&waits(&scene.anwen).expect("words")));
    assert_eq!(waits(&scene.mair), None);
    // The others hear no name.
    let watching = scene.mair.tries_to_decide(submission, findings(&[]), "Dear Ada");
    assert!(!watching.problem(403, "not-yours").detail.contains("Rowan"));
    scene.coordinator.assigns(&scene.tamsin, submission);
    scene.rowan.reviews_with_open(submission, &[]);
    let said = tries().problem(409, "not-now").detail;
    assert!(said.contains("So far one is. It waits for Tamsin Birk. You"), "{said}");
    scene.tamsin.reviews_with_open(submission, &[Standard::S2]);
    assert_eq!(waits(&scene.anwen), None);
    tries().expect(200);
    // A reading that is taken out of sight later counts no more, should the panel decide again.
    scene.coordinator.declares(&scene.tamsin, &scene.ada);
    assert!(tries().problem(409, "not-now").detail.contains("one more reader"));
    assert!(scene.anwen.board(scene.autumn).cards[0].decision.is_some());
}

#[test]
fn a_round_may_ask_for_more_readings_than_two() {
    let house = House::open();
    let scene = Scene::set(&house);
    let mut three = cairn_tests::year();
    three.rounds.truncate(1);
    let mut dates = cairn_shared::round::Dates::from(three.rounds[0].dates);
    for day in
        [&mut dates.submit_by, &mut dates.review_opens, &mut dates.review_by, &mut dates.meeting, &mut dates.tell_by]
    {
        *day = day.plus_days(-1);
    }
    three.rounds[0].dates = cairn_shared::round::RoundDates::new(dates).unwrap();
    three.rounds[0].readers = Some(3);
    let round = scene.coordinator.plans(&three)[0].id;
    let members = [scene.anwen.id(), scene.rowan.id(), scene.tamsin.id(), scene.idris.id(), scene.mair.id()];
    scene.coordinator.names_panel(round, scene.anwen.id(), None, &members);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    let said = scene.anwen.tries_to_decide(submission, findings(&[]), "Dear Ada").problem(409, "not-now").detail;
    assert!(said.contains("three views are in. So far two are. It wants one more reader"), "{said}");
    scene.coordinator.assigns(&scene.mair, submission);
    scene.mair.reviews_with_open(submission, &[]);
    scene.anwen.decides(submission, findings(&[]), "Dear Ada, thank you.");
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
    scene.coordinator.post(&path, &correct(&[Standard::S1, Standard::S3])).field("/findings/s1", "secured");
    scene.coordinator.post(&path, &correct(&[Standard::S3])).expect(201);
    let secured = PerStandard { s1: true, s2: true, s3: false, s4: true };
    assert_eq!(scene.ada.candidacies()[0].secured, secured);
    scene.coordinator.post(&path, &correct(&[])).expect(201);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
}

#[test]
fn a_coordinator_reads_what_was_decided_before_correcting_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_is_decided_on(&[Standard::S2, Standard::S3]);
    let path = format!("/submissions/{submission}/decision");
    scene.coordinator.get(&path).problem(404, "not-found");
    scene.coordinator.releases(scene.autumn);
    let released = scene.coordinator.released(submission);
    assert_eq!(released.decision.findings, findings(&[Standard::S2, Standard::S3]));
    assert_eq!(released.decision.message.as_str(), "Dear Ada, thank you for this story.");
    assert_eq!((released.corrections.len(), released.award, released.closed), (0, None, None));
    assert_eq!(released.awarded_on.to_string(), "2026-12-10");
    for other in [&scene.ada, &scene.anwen, &scene.rowan] {
        other.get(&path).problem(404, "not-found");
    }
    let jo = house.person("Jo", "Lamb", &[cairn_shared::person::Role::Coordinator], Some(scene.whinfell));
    jo.get(&path).problem(403, "not-yours");
    let corrections = format!("/submissions/{submission}/corrections");
    let correct = |open: &[Standard], message: &str| json!({"findings": findings(open), "message": message, "reason": "A page was overlooked."});
    // What says nothing new is no correction.
    let same = correct(&[Standard::S2, Standard::S3], "Dear Ada, thank you for this story.");
    let problem = scene.coordinator.post(&corrections, &same).problem(422, "invalid");
    assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("/findings", "unchanged"));
    scene
        .coordinator
        .post(&corrections, &json!({"findings": findings(&[]), "message": "Dear Ada", "reason": " "}))
        .problem(422, "invalid");
    scene.coordinator.post(&corrections, &correct(&[Standard::S3], "Dear Ada")).expect(201);
    let released = scene.coordinator.released(submission);
    assert_eq!(released.decision.findings, findings(&[Standard::S3]));
    assert_eq!(released.corrections.len(), 1);
    assert_eq!(released.corrections[0].by.id, scene.coordinator.id());
    assert_eq!(released.corrections[0].reason.as_str(), "A page was overlooked.");
    scene.coordinator.post(&corrections, &correct(&[], "Dear Ada, all four.")).expect(201);
    let released = scene.coordinator.released(submission);
    assert_eq!(released.corrections.len(), 2);
    assert!(released.closed.expect("words").contains("the award is held"));
    assert!(released.award.is_some());
}

#[test]
fn an_award_that_ended_can_be_made_anew_by_a_correction() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_hears(&[]);
    let first = scene.coordinator.released(submission).award.expect("an award");
    let end = json!({"reason": "The name was spelt wrongly."});
    let revocation = format!("/awards/{}/revocation", first.id);
    let jo = house.person("Jo", "Lamb", &[cairn_shared::person::Role::Coordinator], Some(scene.whinfell));
    jo.post(&revocation, &end).problem(403, "not-yours");
    scene.coordinator.post(&revocation, &end).expect(200);
    let released = scene.coordinator.released(submission);
    assert_eq!(released.closed, None);
    assert_eq!(released.award.as_ref().map(|a| a.status.code()), Some("revoked"));
    let decision = released.decision;
    let anew = json!({"findings": decision.findings, "message": decision.message, "reason": "With the right name."});
    scene.coordinator.post(&format!("/submissions/{submission}/corrections"), &anew).expect(201);
    let second = scene.coordinator.released(submission).award.expect("an award");
    assert_eq!(second.status.code(), "in_force");
    assert_ne!(second.number, first.number);
}

#[test]
fn the_chair_puts_a_comment_otherwise_and_the_panel_keeps_what_was_written() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let read = scene.rowan.reads(submission);
    let review = read.review.id;
    let entry = read.edition.entries().next().expect("an entry").clone();
    let write = |comment: serde_json::Value| {
        scene.rowan.post(&format!("/reviews/{review}/comments"), &comment).expect(201);
    };
    write(
        json!({"entry_id": entry.id, "passage": {"start": 2, "end": 10}, "audience": "mentor", "text": "Too short."}),
    );
    write(json!({"audience": "panel", "text": "Between us: lovely."}));
    scene.rowan.reviews_with_open(submission, &[]);
    assert!(scene.anwen.comments(submission).is_empty(), "one view is still to come");
    scene.tamsin.reviews_with_open(submission, &[]);
    assert_eq!(scene.anwen.board(scene.autumn).cards[0].comments, 2);
    let all = scene.anwen.comments(submission);
    let words: String = entry.text.chars().skip(2).take(8).collect();
    assert_eq!(all.iter().map(|c| c.editable).collect::<Vec<_>>(), [false, true]);
    assert_eq!((all[1].words.as_deref(), &all[1].entry_title), (Some(words.as_str()), &entry.title));
    assert_eq!(all[1].reviewer.id, scene.rowan.id());
    let path = format!("/reviews/{review}/comments/{}", all[1].comment.id);
    let edit = |actor: &cairn_tests::Actor<'_>, edit: serde_json::Value| actor.ask("PATCH", &path).json(&edit).send();
    // Not by another reviewer, nor by the office, nor by the mentor.
    for other in [&scene.tamsin, &scene.mair, &scene.coordinator, &scene.ada] {
        edit(other, json!({"text": "x"})).problem(404, "not-found");
    }
    for outside in [&scene.coordinator, &scene.ada] {
        outside.get(&format!("/submissions/{submission}/comments")).problem(404, "not-found");
    }
    edit(&scene.anwen, json!({"text": "We would gladly read more here."})).expect(200);
    let stands = |actor: &cairn_tests::Actor<'_>| {
        let comment = actor.comments(submission).remove(1);
        (comment.comment.text.to_string(), comment.original.map(|o| o.to_string()), comment.editable)
    };
    let otherwise = "We would gladly read more here.".to_owned();
    assert_eq!(stands(&scene.anwen), (otherwise.clone(), Some("Too short.".into()), true));
    assert_eq!(stands(&scene.mair), (otherwise.clone(), Some("Too short.".into()), false));
    // Kept among the panel, and shown again.
    edit(&scene.anwen, json!({"audience": "panel"})).expect(200);
    edit(&scene.anwen, json!({"audience": "mentor"})).expect(200);
    scene.panel_meets();
    scene.anwen.decides(submission, findings(&[]), "Dear Ada, thank you.");
    scene.coordinator.releases(scene.autumn);
    edit(&scene.anwen, json!({"text": "y"})).problem(409, "not-now");
    assert!(!stands(&scene.anwen).2);
    let said = scene.ada.get(&format!("/submissions/{submission}/outcome")).expect(200).text();
    assert!(said.contains(&otherwise) && !said.contains("Too short."), "{said}");
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
