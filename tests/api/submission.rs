//! Sending a portfolio, and taking it back.

use cairn_shared::{
    candidacy::Stage,
    qualification::Qualification,
    round::RoundSummary,
    submission::{SubmissionDetail, SubmissionState, SubmissionSummary},
};
use cairn_shared::{edition::SealedPiece, list::Page};
use cairn_tests::{House, Scene};
use serde_json::json;

#[test]
fn what_was_sent_is_sealed_and_later_words_do_not_touch_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    let entry = scene.ada.notes_all_four();
    scene.ada.arranges(&portfolio, &[entry]);
    let sent = scene.ada.submits(&portfolio);
    let path = format!("/entries/{entry}");
    scene.ada.changes("PATCH", &path, &path, &json!({"text": "Quite other words."})).expect(200);
    let after = scene.ada.submission(sent.submission.id);
    assert_eq!((&after.edition, &after.hash), (&sent.edition, &sent.hash));
    let SealedPiece::Entry(sealed) = &after.edition.pieces[0] else { panic!("the entry is sealed") };
    assert!(sealed.text.contains("listened before I spoke"));
    assert_eq!(after.edition.hash(), after.hash);
}

#[test]
fn the_declaration_comes_first() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    scene.ada.arranges(&portfolio, &[scene.ada.notes_all_four()]);
    let half = json!({"declaration": {"own_work": true, "nobody_identifiable": false}});
    scene.ada.post(&format!("/portfolios/{portfolio}/submissions"), &half).field("/declaration", "not_declared");
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Gathering);
}

#[test]
fn an_empty_portfolio_waits_for_some_text() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    scene.ada.tries_to_submit(&portfolio).field("/pieces", "no_text");
}

#[test]
fn nothing_is_sent_twice() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    scene.ada.tries_to_submit(&sent.portfolio_id).problem(409, "not-now");
}

#[test]
fn there_is_one_candidacy_for_each_qualification() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada.starts(Qualification::Qms);
    scene.ada.starts(Qualification::Qlms);
    scene.ada.post("/candidacies", &json!({"qualification": "qms"})).problem(409, "not-now");
    assert_eq!(scene.ada.candidacies().len(), 2);
}

#[test]
fn a_portfolio_is_in_the_next_round_that_accepts_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    assert_eq!(sent.round.unwrap().id, scene.autumn);
    assert_eq!(sent.state, SubmissionState::Submitted);
}

#[test]
fn after_the_last_day_a_portfolio_goes_to_the_next_round_by_itself() {
    let house = House::open();
    let scene = Scene::set(&house);
    house.turns_to("2026-11-28");
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    assert_eq!(sent.round.unwrap().id, scene.spring);
}

#[test]
fn a_portfolio_meant_for_a_closed_round_goes_to_the_next() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    scene.ada.arranges(&portfolio, &[scene.ada.notes_all_four()]);
    house.turns_to("2026-11-28");
    let submit = json!({"declaration": {"own_work": true, "nobody_identifiable": true}, "round_id": scene.autumn});
    let sent: SubmissionDetail =
        scene.ada.post(&format!("/portfolios/{portfolio}/submissions"), &submit).expect(201).json();
    assert_eq!(sent.submission.round.unwrap().id, scene.spring);
}

#[test]
fn the_last_minute_of_the_last_day_is_in_time() {
    let house = House::open();
    let scene = Scene::set(&house);
    house.state.clock.turn_to("2026-11-27T23:58:00Z".parse().unwrap());
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    assert_eq!(sent.round.unwrap().id, scene.autumn);
}

#[test]
fn before_a_round_is_planned_a_portfolio_waits_and_is_placed_then() {
    let house = House::open();
    let ada = house.person("Ada", "Roe-Ashby", &[cairn_shared::person::Role::Mentor], None);
    let sent = ada.sends_a_portfolio(Qualification::Qms).submission;
    assert_eq!(sent.round, None);
    let rounds = house.coordinator().plans(&cairn_tests::year());
    assert_eq!(ada.submission(sent.id).submission.round.map(|r| r.id), Some(rounds[0].id));
}

#[test]
fn a_submission_can_be_taken_back_until_reading_begins() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms);
    assert!(sent.can_withdraw);
    house.turns_to("2026-11-29");
    let path = format!("/submissions/{}/withdrawal", sent.submission.id);
    let taken: SubmissionDetail = scene.ada.does(&path).expect(200).json();
    assert_eq!(taken.submission.state, SubmissionState::Withdrawn);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Gathering);
    assert!(scene.coordinator.round(scene.autumn).submissions.is_empty());
}

#[test]
fn once_reading_has_begun_a_submission_stays() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    scene.reading_begins();
    assert!(!scene.ada.submission(sent.id).can_withdraw);
    scene.ada.does(&format!("/submissions/{}/withdrawal", sent.id)).problem(409, "not-now");
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::InReview);
}

#[test]
fn after_taking_it_back_one_can_send_again() {
    let house = House::open();
    let scene = Scene::set(&house);
    let first = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    scene.ada.does(&format!("/submissions/{}/withdrawal", first.id)).expect(200);
    let second = scene.ada.submits(&first.portfolio_id).submission;
    assert_eq!(second.number, 2);
    assert_eq!(scene.ada.sees::<Page<SubmissionSummary>>("/submissions").items.len(), 2);
}

#[test]
fn the_submission_of_somebody_else_is_not_there() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.sends_a_portfolio(Qualification::Qms).submission;
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    for path in [format!("/submissions/{}", sent.id), format!("/portfolios/{}", sent.portfolio_id)] {
        bede.get(&path).problem(404, "not-found");
    }
    bede.does(&format!("/submissions/{}/withdrawal", sent.id)).problem(404, "not-found");
    assert!(bede.sees::<Page<SubmissionSummary>>("/submissions").items.is_empty());
}

#[test]
fn everyone_sees_the_rounds_soonest_first() {
    let house = House::open();
    let scene = Scene::set(&house);
    let rounds = scene.ada.sees::<Page<RoundSummary>>("/rounds").items;
    let names: Vec<&str> = rounds.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["Autumn 2026", "Spring 2027", "Summer 2027"]);
    scene.ada.get(&format!("/rounds/{}", scene.autumn)).problem(404, "not-found");
}
