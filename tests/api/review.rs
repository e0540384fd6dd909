//! Reading for the panel: sealed first, then together.

use cairn_shared::{
    framework::Standard,
    review::{ReviewDetail, ReviewDraft, ReviewState},
};
use cairn_tests::{House, Scene, readings};
use serde_json::json;

#[test]
fn a_reviewer_reads_what_was_sealed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission);
    assert_eq!(review.hash, scene.ada.submission(submission).hash);
    assert_eq!(review.edition.hash(), review.hash);
}

#[test]
fn what_is_assigned_to_others_is_not_there() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    for other in [&scene.tamsin, &scene.mair, &scene.anwen, &scene.coordinator, &scene.ada] {
        other.get(&format!("/reviews/{review}")).problem(404, "not-found");
    }
    assert!(scene.mair.reviews().is_empty());
}

#[test]
fn a_draft_is_saved_and_comes_back() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let draft = readings(&[Standard::S3]);
    scene.rowan.judges(review, &draft);
    let read = scene.rowan.review(review);
    assert_eq!(read.draft, draft);
    assert_eq!(read.review.state, ReviewState::Reading);
}

#[test]
fn an_older_draft_does_not_overwrite_a_newer() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let path = format!("/reviews/{review}");
    let tag = scene.rowan.get(&path).expect(200).etag();
    let save = |draft: &ReviewDraft| scene.rowan.ask("PUT", &format!("{path}/draft")).if_match(&tag).json(draft).send();
    save(&readings(&[])).expect(200);
    save(&readings(&[Standard::S1])).problem(412, "stale");
}

#[test]
fn a_review_is_sent_when_each_standard_is_judged() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let mut draft = readings(&[]);
    draft.judgements.s3 = None;
    scene.rowan.judges(review, &draft);
    let reply = scene.rowan.tries_to_send(review);
    let problem = reply.problem(422, "invalid");
    let pointers: Vec<&str> = problem.errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(pointers, ["/judgements/s3"]);
}

#[test]
fn more_needed_says_what_would_help() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let mut draft = serde_json::to_value(readings(&[Standard::S2])).unwrap();
    draft["judgements"]["s2"]["would_help"] = json!("  ");
    scene.rowan.judges(review, &serde_json::from_value(draft).unwrap());
    let problem = scene.rowan.tries_to_send(review).problem(422, "invalid");
    assert!(problem.errors[0].pointer.starts_with("/judgements/s2"), "{problem:?}");
}

#[test]
fn nobody_sees_another_reading_before_their_own_is_sent() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let of_rowan = scene.rowan.reviews_with_open(submission, &[Standard::S3]);
    let of_tamsin = scene.tamsin.reads(submission);
    assert!(of_tamsin.others.is_empty());
    let board = scene.tamsin.get(&format!("/rounds/{}/board", scene.autumn)).expect(200).text();
    for sealed in ["more_needed", "A word for the panel alone", "Two lines more"] {
        assert!(!board.contains(sealed), "{board}");
    }
    assert!(scene.rowan.review(of_rowan).others.is_empty());
    let of_tamsin = scene.tamsin.reviews_with_open(submission, &[]);
    let others = scene.tamsin.review(of_tamsin).others;
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].reviewer.id, scene.rowan.id());
    assert_eq!(scene.rowan.review(of_rowan).others.len(), 1);
}

#[test]
fn a_comment_on_a_passage_can_be_written_changed_and_taken_away() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission);
    let cairn_shared::edition::SealedPiece::Entry(entry) = &review.edition.pieces[0] else { panic!("an entry") };
    let path = format!("/reviews/{}/comments", review.review.id);
    let comment = json!({"entry_id": entry.id, "passage": {"start": 2, "end": 10}, "audience": "mentor", "text": "This says it well."});
    let written: ReviewDetail = scene.rowan.post(&path, &comment).expect(201).json();
    assert_eq!(written.comments.len(), 1);
    let one = format!("{path}/{}", written.comments[0].id);
    let changed = scene.rowan.ask("PATCH", &one).if_match("*").json(&json!({"audience": "panel"})).send();
    assert_eq!(changed.expect(200).json::<ReviewDetail>().comments[0].audience.code(), "panel");
    assert!(scene.rowan.delete(&one).expect(200).json::<ReviewDetail>().comments.is_empty());
}

#[test]
fn a_comment_points_into_the_sealed_text() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission);
    let cairn_shared::edition::SealedPiece::Entry(entry) = &review.edition.pieces[0] else { panic!("an entry") };
    let path = format!("/reviews/{}/comments", review.review.id);
    for passage in [json!({"start": 5, "end": 5}), json!({"start": 0, "end": 50_000}), json!({"start": 9, "end": 2})] {
        let comment = json!({"entry_id": entry.id, "passage": passage, "audience": "mentor", "text": "x"});
        scene.rowan.post(&path, &comment).problem(422, "invalid");
    }
    let elsewhere =
        json!({"entry_id": house.state.fresh::<cairn_shared::ids::EntryId>(), "audience": "mentor", "text": "x"});
    scene.rowan.post(&path, &elsewhere).problem(422, "invalid");
}

#[test]
fn an_assignment_can_be_taken_back() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    scene.coordinator.delete(&format!("/reviews/{review}")).expect(204);
    scene.rowan.get(&format!("/reviews/{review}")).problem(404, "not-found");
    assert!(scene.rowan.reviews().is_empty());
    scene.coordinator.assigns(&scene.rowan, submission);
    assert_eq!(scene.rowan.reviews().len(), 1);
}

#[test]
fn nobody_is_assigned_twice() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.coordinator.assigns(&scene.rowan, submission);
    scene.coordinator.tries_to_assign(scene.rowan.id(), submission).problem(409, "not-now");
}

#[test]
fn a_reminder_goes_by_mail() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_submits();
    scene.reviewers_get(submission);
    let review = scene.rowan.reads(submission).review.id;
    let before = house.letters().iter().filter(|(to, ..)| *to == scene.rowan.address()).count();
    scene.coordinator.does(&format!("/reviews/{review}/nudges")).expect(201);
    let after = house.letters().iter().filter(|(to, ..)| *to == scene.rowan.address()).count();
    assert_eq!(after, before + 1);
}
