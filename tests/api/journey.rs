//! The whole way, from a first moment to the award.

use cairn_shared::{
    award::{AwardDetail, AwardStatus, AwardSummary},
    candidacy::Stage,
    decision::ReviewOutcome,
    framework::{PerStandard, Standard},
    list::Page,
    qualification::Qualification,
    submission::SubmissionState,
};
use cairn_tests::{House, Scene, findings, readings};
use serde_json::json;

#[test]
fn from_a_first_moment_to_the_award() {
    let house = House::open();
    let scene = Scene::set(&house);
    let candidacy = scene.ada.starts(Qualification::Qms);
    let entry = scene.ada.notes_all_four();
    let portfolio = scene.ada.arranges(&candidacy.portfolio_id, &[entry]);
    assert_eq!(portfolio.stage, Stage::Gathering);
    assert_eq!(portfolio.stones, PerStandard { s1: 1, s2: 1, s3: 1, s4: 1 });
    let submission = scene.ada.submits(&candidacy.portfolio_id).submission.id;
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Submitted);
    scene.reviewers_get(submission);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::InReview);
    scene.reviewers_agree(submission, &[]);
    scene.panel_meets();
    scene.anwen.decides(submission, findings(&[]), "Dear Ada, thank you for this story.");
    scene.coordinator.releases(scene.autumn);

    let outcome = scene.ada.hears(submission);
    assert_eq!(outcome.outcome, ReviewOutcome::Award);
    assert_eq!(outcome.message.as_str(), "Dear Ada, thank you for this story.");
    assert_eq!(outcome.chair.map(|c| c.id), Some(scene.anwen.id()));
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
    let awards = scene.ada.sees::<Page<AwardSummary>>("/awards").items;
    assert_eq!(awards.len(), 1);
    assert_eq!(awards[0].status, AwardStatus::InForce);
    assert_eq!(awards[0].awarded_on.to_string(), "2026-12-10");
    assert_eq!(Some(awards[0].id), outcome.award_id);
    let award: AwardDetail = scene.ada.sees(&format!("/awards/{}", awards[0].id));
    assert_eq!(award.holder.full(), "Ada Roe-Ashby");
    assert_eq!(award.school.as_deref(), Some("Whinfell Primary"));
    assert!(award.code.as_str().starts_with("QM26-"));
    assert!(house.letters().iter().any(|(to, ..)| *to == scene.ada.address()), "Ada is told");
    scene.ada.tries_to_submit(&candidacy.portfolio_id).problem(409, "not-now");
}

#[test]
fn a_little_more_evidence_and_then_the_award() {
    let house = House::open();
    let scene = Scene::set(&house);
    let first = scene.ada_hears(&[Standard::S3]);
    let outcome = scene.ada.hears(first);
    assert!(matches!(outcome.outcome, ReviewOutcome::FurtherEvidence { .. }));
    assert_eq!(outcome.suggestions.len(), 1);
    assert_eq!(outcome.suggestions[0].standard, Standard::S3);
    assert_eq!(outcome.next_round.map(|r| r.id), Some(scene.spring));
    let candidacy = &scene.ada.candidacies()[0];
    assert_eq!(candidacy.stage, Stage::FurtherEvidence);
    assert_eq!(candidacy.secured, PerStandard { s1: true, s2: true, s3: false, s4: true });
    let SubmissionState::Released { stage } = scene.ada.submission(first).submission.state else { panic!("released") };
    assert_eq!(stage, Stage::FurtherEvidence);

    scene.ada.replies(outcome.suggestions[0].id, "I wrote about parents’ evening.");
    let entry = scene.ada.notes("At parents’ evening I explained what we stand for.");
    scene.ada.links(&entry, "explained what we stand for", Standard::S3, "Our values.");
    let before = scene.ada.portfolio(&candidacy.portfolio_id).entries[0].id;
    scene.ada.arranges(&candidacy.portfolio_id, &[before, entry]);
    let second = scene.ada.submits(&candidacy.portfolio_id).submission;
    assert_eq!((second.number, second.round.map(|r| r.id)), (2, Some(scene.spring)));

    // It goes to those who read the first, without anyone's doing.
    house.turns_to("2027-02-28");
    let review = scene.rowan.reads(second.id);
    assert_eq!(review.secured, PerStandard { s1: true, s2: true, s3: false, s4: true });
    assert_eq!(review.review.open, 1);
    assert_eq!(review.suggested_before.len(), 1);
    assert_eq!(review.suggested_before[0].reply.as_str(), "I wrote about parents’ evening.");
    assert_eq!(review.changed_entries.iter().map(|c| c.entry_id).collect::<Vec<_>>(), [entry]);
    scene.rowan.judges(review.review.id, &readings(&[Standard::S1]));
    scene.rowan.sends(review.review.id);
    scene.tamsin.reviews_with_open(second.id, &[]);
    house.turns_to("2027-03-11");
    // A secured standard stays secured.
    scene.anwen.tries_to_decide(second.id, findings(&[Standard::S1]), "Dear Ada").field("/findings/s1", "secured");
    scene.anwen.decides(second.id, findings(&[]), "Dear Ada, how you grew.");
    scene.coordinator.releases(scene.spring);
    assert_eq!(scene.ada.hears(second.id).outcome, ReviewOutcome::Award);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
    assert_eq!(scene.ada.sees::<Page<AwardSummary>>("/awards").items.len(), 1);
    assert!(matches!(scene.ada.hears(first).outcome, ReviewOutcome::FurtherEvidence { .. }));
}

#[test]
fn taking_a_resubmission_back_returns_to_further_evidence() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[Standard::S3]);
    let candidacy = scene.ada.candidacies().remove(0);
    let second = scene.ada.submits(&candidacy.portfolio_id).submission.id;
    scene.ada.does(&format!("/submissions/{second}/withdrawal")).expect(200);
    let back = scene.ada.candidacies().remove(0);
    assert_eq!((back.stage, back.secured), (candidacy.stage, candidacy.secured));
}

#[test]
fn two_qualifications_can_be_on_their_way_at_once() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let lead = scene.ada.starts(Qualification::Qlms);
    assert_eq!(lead.stage, Stage::Gathering);
    assert_eq!(lead.secured, PerStandard::default());
    let entry = scene.ada.notes_all_four();
    scene.ada.arranges(&lead.portfolio_id, &[entry]);
    assert_eq!(scene.ada.submits(&lead.portfolio_id).submission.number, 1);
}

#[test]
fn what_was_decided_is_on_record() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let actions: Vec<String> = house.does(|tx| {
        use cairn_backend::db::schema::audit;
        use diesel::prelude::*;
        Ok(audit::table.order(audit::id).select(audit::action).load(&mut **tx)?)
    });
    for action in [
        "candidacy_started",
        "submission_sent",
        "reviewer_assigned",
        "review_sent",
        "decision_recorded",
        "round_released",
        "award_issued",
    ] {
        assert!(actions.iter().any(|a| a == action), "{action} is recorded: {actions:?}");
    }
}

#[test]
fn a_drafts_words_stay_out_of_what_is_sealed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    let draft: cairn_shared::entry::EntryDetail =
        scene.ada.post("/entries", &json!({"text": "Not for anybody yet."})).expect(201).json();
    let kept = scene.ada.notes_all_four();
    scene.ada.arranges(&portfolio, &[draft.id, kept]);
    let sent = scene.ada.submits(&portfolio);
    assert!(!serde_json::to_string(&sent.edition).unwrap().contains("Not for anybody yet"));
    assert!(!sent.left_out.is_empty());
}
