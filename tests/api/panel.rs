//! The rarer ways of the panel: the seal and the chair, carrying over, reminders, corrections, moved dates, and a
//! conflict that comes late.

use cairn_shared::{
    candidacy::Stage,
    conflict::*,
    decision::*,
    framework::{PerStandard, Standard},
    ids::*,
    list::Page,
    person::Role,
    qualification::Qualification,
    review::*,
    round::*,
    submission::*,
};
use cairn_tests::{Actor, House, Scene, findings, readings, year};
use serde_json::json;

fn comment(a: &Actor<'_>, s: SubmissionId, audience: &str, text: &str) -> (ReviewId, CommentId) {
    let r = a.reads(s).review.id;
    let d: ReviewDetail =
        a.post(&format!("/reviews/{r}/comments"), &json!({"audience": audience, "text": text})).expect(201).json();
    (r, d.comments.iter().find(|c| c.text.as_str() == text).unwrap().id)
}

#[test]
fn a_chair_who_reads_is_under_the_seal_and_edits_what_the_mentor_will_see() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    // before reading: chair sees card, member not
    assert_eq!(scene.anwen.board(scene.autumn).cards.len(), 1);
    assert!(scene.anwen.board(scene.autumn).presiding);
    assert!(scene.rowan.board(scene.autumn).cards.is_empty());
    scene.rowan.tries_to_decide(s, findings(&[]), "x").problem(404, "not-found");
    scene.coordinator.tries_to_decide(s, findings(&[]), "x").problem(403, "not-yours");
    scene.anwen.tries_to_decide(s, findings(&[]), "x").problem(409, "not-now");
    scene.coordinator.assigns(&scene.rowan, s);
    scene.coordinator.assigns(&scene.anwen, s);
    assert!(scene.rowan.reviews().is_empty());
    let rid = scene.coordinator.round(scene.autumn).submissions[0].readers[0].review_id;
    scene.rowan.get(&format!("/reviews/{rid}")).problem(404, "not-found");
    scene.coordinator.does(&format!("/reviews/{rid}/nudges")).problem(409, "not-now");
    scene.reading_begins();
    assert_eq!(scene.rowan.reviews()[0].state, ReviewState::Assigned);
    let (r, c) = comment(&scene.rowan, s, "mentor", "Spelling mistaik.");
    let (_, p) = comment(&scene.rowan, s, "panel", "Between us.");
    assert_eq!(scene.rowan.reviews()[0].state, ReviewState::Reading);
    scene.rowan.tries_to_decide(s, findings(&[]), "x").problem(403, "not-yours");
    scene.rowan.reviews_with_open(s, &[Standard::S2]);
    let card = &scene.anwen.board(scene.autumn).cards[0];
    assert_eq!(card.readings.len(), 1);
    assert_eq!(card.agreement, Agreement::Waiting);
    let edit =
        |t: &str| scene.anwen.ask("PATCH", &format!("/reviews/{r}/comments/{c}")).json(&json!({"text": t})).send();
    edit("x").problem(404, "not-found");
    scene.anwen.reviews_with_open(s, &[]);
    let card = &scene.anwen.board(scene.autumn).cards[0];
    assert_eq!(card.readings.len(), 2);
    assert_eq!(card.agreement, Agreement::Divergent { standards: vec![Standard::S2] });
    assert_eq!(card.comments, 2);
    let d: ReviewDetail = edit("Spelling mistake.").expect(200).json();
    assert!(!d.editable);
    assert_eq!(d.draft, readings(&[Standard::S2]));
    scene
        .anwen
        .ask("PATCH", &format!("/reviews/{r}/comments/{p}"))
        .json(&json!({"text": "y"}))
        .send()
        .problem(403, "not-yours");
    scene
        .tamsin
        .ask("PATCH", &format!("/reviews/{r}/comments/{c}"))
        .json(&json!({"text": "y"}))
        .send()
        .problem(404, "not-found");
    scene.panel_meets();
    scene.anwen.decides(s, findings(&[Standard::S2]), "");
    scene
        .rowan
        .ask("PATCH", &format!("/reviews/{r}/comments/{c}"))
        .json(&json!({"text": "y"}))
        .send()
        .problem(409, "not-now");
    edit("Spelling mistake!").expect(200);
    scene.rowan.tries_to_send(r).problem(409, "not-now");
    scene.coordinator.delete(&format!("/reviews/{r}")).problem(409, "not-now");
    scene.coordinator.tries_to_assign(scene.mair.id(), s).problem(409, "not-now");
    scene.coordinator.does(&format!("/reviews/{r}/nudges")).problem(409, "not-now");
    scene.coordinator.releases(scene.autumn);
    edit("z").problem(409, "not-now");
    let o = scene.ada.hears(s);
    assert_eq!(o.comments.len(), 1);
    assert_eq!(o.comments[0].text.as_str(), "Spelling mistake!");
    assert_ne!(o.comments[0].id, c);
    assert_eq!(o.next_round.unwrap().id, scene.spring);
    // a later conflict doesn't take the words from the mentor
    scene.coordinator.declares(&scene.rowan, &scene.ada);
    assert!(scene.rowan.reviews().is_empty());
    assert_eq!(scene.ada.hears(s).comments.len(), 1);
    scene.anwen.tries_to_decide(s, findings(&[]), "x").problem(409, "not-now");
    scene.anwen.delete(&format!("/submissions/{s}/decision")).problem(409, "not-now");
    let put = scene.coordinator.changes(
        "PUT",
        &format!("/rounds/{}", scene.autumn),
        &format!("/rounds/{}/panel", scene.autumn),
        &NamePanel { chair: scene.anwen.id(), deputy: None, members: vec![scene.anwen.id()] },
    );
    put.problem(409, "not-now");
}

#[test]
fn what_is_carried_over_goes_on_to_the_next_round_or_waits_for_one() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    scene.reviewers_get(s);
    scene.rowan.reviews_with_open(s, &[]);
    let path = format!("/submissions/{s}/carry-over");
    let words = |t: &str| json!({"message": t});
    scene.anwen.post(&path, &words("early")).problem(409, "not-now");
    scene.panel_meets();
    scene.rowan.post(&path, &words("x")).problem(403, "not-yours");
    let key = "abcdefgh-1";
    let once = || scene.anwen.ask("POST", &path).key(key).json(&words("First words.")).send();
    let card: BoardCard = once().expect(200).json();
    assert!(card.carried_over);
    let again = once().expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    scene.anwen.tries_to_decide(s, findings(&[]), "x").problem(409, "not-now");
    assert!(!scene.ada.get("/submissions").text().contains("First words"));
    // dates can't run away now
    let mut dates = year().rounds[0].dates;
    let mut d: Dates = dates.into();
    d.meeting = "2026-12-12".parse().unwrap();
    dates = RoundDates::new(d).unwrap();
    scene
        .coordinator
        .changes(
            "PATCH",
            &format!("/rounds/{}", scene.autumn),
            &format!("/rounds/{}", scene.autumn),
            &MoveDates { dates },
        )
        .problem(409, "not-now");
    let card: BoardCard = scene.anwen.delete(&path).expect(200).json();
    assert!(!card.carried_over);
    scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    scene.anwen.post(&path, &words("First words.")).expect(200);
    assert!(scene.coordinator.round(scene.autumn).submissions[0].carried_over);
    scene.coordinator.releases(scene.autumn);
    assert!(scene.coordinator.round(scene.autumn).submissions.is_empty());
    let spring = scene.coordinator.round(scene.spring);
    assert_eq!(spring.submissions.len(), 1);
    assert!(!spring.submissions[0].carried_over);
    assert_eq!(spring.submissions[0].readers.len(), 2);
    assert!(scene.rowan.reviews().is_empty());
    scene.ada.get(&format!("/submissions/{s}/outcome")).problem(404, "not-found");
    assert!(
        house
            .letters()
            .iter()
            .filter(|(to, sub, b)| *to == scene.ada.address()
                && sub.contains("The panel has written")
                && b.contains(&format!("/submissions/{s}\n"))
                && !b.contains("First words"))
            .count()
            == 1
    );
    house.turns_to("2027-03-11");
    assert_eq!(scene.rowan.reviews().len(), 1);
    scene.coordinator.tries_to_release(scene.spring).problem(409, "not-now");
    assert!(!scene.anwen.board(scene.spring).cards[0].carried_over);
    // drop summer by releasing it at its time: carry over to nowhere
    house.turns_to("2027-07-02");
    scene.anwen.post(&path, &words("Second words.")).expect(200);
    scene.coordinator.releases(scene.spring);
    let sub = scene.ada.submission(s).submission;
    assert_eq!(sub.round, None);
    assert!(matches!(sub.state, SubmissionState::CarriedOver { ref message } if message.as_str() == "Second words."));
    // assign while waiting
    scene.coordinator.assigns(&scene.mair, s);
    let mut next = year();
    next.rounds.truncate(1);
    let mut d: Dates = next.rounds[0].dates.into();
    for x in [&mut d.submit_by, &mut d.review_opens, &mut d.review_by, &mut d.meeting, &mut d.tell_by] {
        *x = x.plus_months(12);
    }
    next.rounds[0].dates = RoundDates::new(d).unwrap();
    let planned = scene.coordinator.plans(&next);
    assert_eq!(scene.ada.submission(s).submission.round.map(|r| r.id), Some(planned[0].id));
    assert!(house.letters().iter().any(|(to, sub, _)| *to == scene.ada.address() && sub.contains("has its round")));
    scene.ada.does(&format!("/submissions/{s}/withdrawal")).expect(200);
}

#[test]
fn a_reviewer_is_reminded_kindly_and_may_step_aside() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    scene.reviewers_get(s);
    let detail = scene.coordinator.round(scene.autumn);
    let r = detail.submissions[0].readers.iter().find(|r| r.person.id == scene.rowan.id()).unwrap().review_id;
    let nudge = || scene.coordinator.does(&format!("/reviews/{r}/nudges"));
    let sub: RoundSubmission = nudge().expect(201).json();
    assert!(sub.readers.iter().any(|r| r.nudged_at.is_some()));
    nudge().problem(409, "not-now");
    house.waits(24 * 3600 + 1);
    nudge().expect(201);
    scene.rowan.reviews_with_open(s, &[]);
    house.waits(24 * 3600 + 1);
    nudge().problem(409, "not-now");
    let member = |d: &RoundDetail, who: PersonId| {
        d.panel.iter().find(|m| m.person.id == who).map(|m| (m.assigned, m.sent)).unwrap()
    };
    assert_eq!(member(&scene.coordinator.round(scene.autumn), scene.rowan.id()), (1, 1));
    let key = "key-step-aside";
    let aside = || {
        scene
            .rowan
            .ask("POST", &format!("/reviews/{r}/conflict"))
            .key(key)
            .json(&json!({"reason": "We taught together."}))
            .send()
    };
    aside().expect(204);
    aside().expect(204);
    assert_eq!(member(&scene.coordinator.round(scene.autumn), scene.rowan.id()), (0, 0));
    nudge().problem(404, "not-found");
    let t = scene.tamsin.reviews_with_open(s, &[Standard::S1]);
    assert!(scene.tamsin.review(t).others.is_empty());
    scene.panel_meets();
    let card = scene.anwen.board(scene.autumn).cards.remove(0);
    assert_eq!(card.readings.len(), 1);
    assert_eq!(card.stepped_out.len(), 1);
    assert!(scene.mair.board(scene.autumn).cards[0].stepped_out.is_empty());
    assert!(card.quorate);
    let conflicts = scene.coordinator.sees::<Page<DeclaredConflict>>("/conflicts").items;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].reason.as_ref().unwrap().as_str(), "We taught together.");
    scene.anwen.get("/conflicts").problem(404, "not-found");
    scene
        .coordinator
        .post("/conflicts", &json!({"person_id": scene.rowan.id(), "mentor_id": scene.ada.id()}))
        .problem(409, "not-now");
    // quorum
    scene.coordinator.declares(&scene.mair, &scene.ada);
    assert!(!scene.anwen.board(scene.autumn).cards[0].quorate);
    scene.anwen.tries_to_decide(s, findings(&[]), "Dear").problem(409, "not-now");
}

#[test]
fn a_coordinator_who_mentors_sees_nothing_of_their_own_submission() {
    let house = House::open();
    let scene = Scene::set(&house);
    let jo = house.person("Jo", "Lamb", &[Role::Coordinator, Role::Mentor], Some(scene.whinfell));
    let own = jo.sends_a_portfolio(Qualification::Qms).submission.id;
    let s = scene.ada_submits();
    assert_eq!(jo.round(scene.autumn).submissions.len(), 1);
    jo.tries_to_assign(scene.rowan.id(), own).problem(404, "not-found");
    scene.coordinator.assigns(&scene.rowan, own);
    let r =
        scene.coordinator.round(scene.autumn).submissions.iter().find(|x| x.id == own).unwrap().readers[0].review_id;
    jo.delete(&format!("/reviews/{r}")).problem(404, "not-found");
    jo.assigns(&scene.rowan, s);
    let m = jo.round(scene.autumn).panel.into_iter().find(|m| m.person.id == scene.rowan.id()).unwrap();
    assert_eq!(m.assigned, 1);
    scene.coordinator.assigns(&scene.tamsin, s);
    for reader in [&scene.tamsin, &scene.mair] {
        scene.coordinator.assigns(reader, own);
    }
    scene.reading_begins();
    scene.reviewers_agree(s, &[Standard::S1]);
    let r = scene.rowan.reads(own).review.id;
    scene.rowan.post(&format!("/reviews/{r}/conflict"), &json!({})).expect(204);
    for reader in [&scene.tamsin, &scene.mair] {
        reader.reviews_with_open(own, &[]);
    }
    assert!(jo.sees::<Page<DeclaredConflict>>("/conflicts").items.is_empty());
    let c = scene.coordinator.sees::<Page<DeclaredConflict>>("/conflicts").items[0].id;
    jo.delete(&format!("/conflicts/{c}")).problem(404, "not-found");
    jo.post("/conflicts", &json!({"person_id": scene.rowan.id(), "mentor_id": jo.id()})).problem(403, "not-yours");
    scene.panel_meets();
    scene.anwen.decides(s, findings(&[Standard::S1]), "Dear Ada");
    assert!(jo.round(scene.autumn).before_release.is_empty());
    jo.tries_to_release(scene.autumn).problem(409, "not-now");
    scene.anwen.decides(own, findings(&[]), "Dear Jo");
    jo.releases(scene.autumn);
    assert_eq!(jo.hears(own).outcome, ReviewOutcome::Award);
    // conflicted coordinator: same school as Ada
    let correct = json!({"findings": findings(&[]), "message": "Dear Ada", "reason": "Overlooked."});
    jo.post(&format!("/submissions/{s}/corrections"), &correct).problem(403, "not-yours");
    let key = "correct-once";
    let post =
        || scene.coordinator.ask("POST", &format!("/submissions/{s}/corrections")).key(key).json(&correct).send();
    let o: OutcomeDetail = post().expect(201).json();
    assert_eq!(o.chair.unwrap().id, scene.anwen.id());
    assert!(o.award_id.is_some());
    post().expect(201);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
    scene.coordinator.post(&format!("/submissions/{s}/corrections"), &correct).problem(409, "not-now");
    scene.coordinator.post(&format!("/submissions/{own}/corrections"), &correct).problem(409, "not-now");
}

#[test]
fn a_view_is_revised_a_suggestion_answered_and_a_decision_corrected() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    scene
        .coordinator
        .post(
            &format!("/submissions/{s}/corrections"),
            &json!({"findings": findings(&[]), "message": "Dear Ada", "reason": "x"}),
        )
        .problem(409, "not-now");
    scene.reviewers_get(s);
    let r = scene.rowan.reviews_with_open(s, &[Standard::S3]);
    scene.tamsin.reviews_with_open(s, &[]);
    scene.rowan.judges(r, &readings(&[Standard::S4]));
    assert_eq!(
        scene.anwen.board(scene.autumn).cards[0].agreement,
        Agreement::Divergent { standards: vec![Standard::S3] }
    );
    scene.rowan.sends(r);
    assert_eq!(
        scene.anwen.board(scene.autumn).cards[0].agreement,
        Agreement::Divergent { standards: vec![Standard::S4] }
    );
    let first: Option<String> = house.does(move |tx| {
        use cairn_backend::db::schema::review;
        use diesel::prelude::*;
        Ok(review::table.filter(review::id.eq(r.to_string())).select(review::first_reading).first(&mut **tx)?)
    });
    assert_eq!(serde_json::from_str::<ReviewDraft>(&first.unwrap()).unwrap(), readings(&[Standard::S3]));
    scene.panel_meets();
    scene.anwen.decides(s, findings(&[Standard::S3, Standard::S4]), "");
    scene.coordinator.releases(scene.autumn);
    let o = scene.ada.hears(s);
    assert_eq!(o.suggestions.len(), 2);
    scene
        .rowan
        .ask("PUT", &format!("/suggestions/{}/reply", o.suggestions[0].id))
        .json(&json!({"text": "x"}))
        .send()
        .problem(404, "not-found");
    scene.ada.replies(o.suggestions[1].id, "On the fourth.");
    scene.ada.replies(o.suggestions[0].id, "On the third.");
    scene.ada.replies(o.suggestions[0].id, "On the third, again.");
    scene
        .coordinator
        .post(
            &format!("/submissions/{s}/corrections"),
            &json!({"findings": findings(&[Standard::S4]), "message": "", "reason": "Seen."}),
        )
        .expect(201);
    let o = scene.ada.hears(s);
    assert_eq!(o.suggestions.len(), 1);
    assert_eq!(o.suggestions[0].reply.as_str(), "On the fourth.");
    let candidacy = scene.ada.candidacies().remove(0);
    let second = scene.ada.submits(&candidacy.portfolio_id).submission.id;
    scene.ada.replies(o.suggestions[0].id, "Until reading begins.");
    scene
        .coordinator
        .post(
            &format!("/submissions/{s}/corrections"),
            &json!({"findings": findings(&[]), "message": "D", "reason": "Seen."}),
        )
        .problem(409, "not-now");
    scene.coordinator.assigns(&scene.mair, second);
    house.turns_to("2027-02-28");
    scene
        .ada
        .ask("PUT", &format!("/suggestions/{}/reply", o.suggestions[0].id))
        .json(&json!({"text": "x"}))
        .send()
        .problem(409, "not-now");
    let d = scene.mair.reads(second);
    assert_eq!(d.secured, PerStandard { s1: true, s2: true, s3: true, s4: false });
    assert_eq!(d.suggested_before[0].reply.as_str(), "Until reading begins.");
    assert!(d.changed_entries.is_empty());
    assert_eq!((d.review.open, d.review.number), (1, 2));
}

#[test]
fn dates_move_and_panels_change_until_they_no_longer_may() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    let path = format!("/rounds/{}", scene.autumn);
    let mut d: Dates = year().rounds[0].dates.into();
    d.tell_by = "2026-12-20".parse().unwrap();
    let moved = json!({"dates": d});
    scene.coordinator.ask("PATCH", &path).json(&moved).send().problem(428, "needs-version");
    scene.coordinator.ask("PATCH", &path).if_match("\"v99\"").json(&moved).send().problem(412, "stale");
    scene.ada.ask("PATCH", &path).if_match("\"v99\"").json(&moved).send().problem(404, "not-found");
    let before = house.letters().len();
    let round: RoundDetail = scene.coordinator.changes("PATCH", &path, &path, &moved).expect(200).json();
    assert_eq!(round.round.dates, d);
    let letters = house.letters();
    assert_eq!(letters.len(), before + 6);
    assert!(letters.iter().any(|(to, sub, body)| *to == scene.ada.address()
        && sub == "New dates for Autumn 2026"
        && body.contains("20 December 2026")));
    // no change, no letters
    scene.coordinator.changes("PATCH", &path, &path, &moved).expect(200);
    assert_eq!(house.letters().len(), before + 6);
    d.submit_by = "2026-11-01".parse().unwrap();
    scene.coordinator.changes("PATCH", &path, &path, &json!({"dates": d})).problem(422, "invalid");
    d.submit_by = "2027-11-01".parse().unwrap();
    scene.coordinator.changes("PATCH", &path, &path, &json!({"dates": d})).problem(422, "invalid");
    let panel = |chair: PersonId, members: &[PersonId]| {
        scene.coordinator.changes(
            "PUT",
            &path,
            &format!("{path}/panel"),
            &NamePanel { chair, deputy: None, members: members.to_vec() },
        )
    };
    panel(scene.ada.id(), &[scene.ada.id()]).problem(422, "invalid");
    panel(scene.anwen.id(), &[]).problem(422, "invalid");
    panel(scene.mair.id(), &[scene.mair.id(), scene.rowan.id()]).expect(200);
    scene.anwen.get(&path).problem(404, "not-found");
    scene.anwen.get(&format!("{path}/board")).problem(404, "not-found");
    assert_eq!(scene.mair.round(scene.autumn).submissions.len(), 1);
    scene.coordinator.post("/rounds", &json!({"rounds": []})).problem(422, "invalid");
    scene.mair.post("/rounds", &year()).problem(404, "not-found");
    scene.coordinator.tries_to_assign(scene.ada.id(), s).problem(422, "invalid");
    scene.coordinator.tries_to_release(scene.autumn).problem(409, "not-now");
    let page: Page<RoundSummary> = scene.ada.sees("/rounds?limit=2");
    let rest: Page<RoundSummary> = scene.ada.sees(&format!("/rounds?limit=2&after={}", page.next.unwrap()));
    assert_eq!((page.items.len(), rest.items.len(), rest.next), (2, 1, None));
    scene.ada.get("/rounds?limit=0").problem(422, "invalid");
    scene.ada.get("/rounds?after=zzz").problem(422, "invalid");
}

#[test]
fn a_conflict_that_comes_late_silences_a_review() {
    let house = House::open();
    let scene = Scene::set(&house);
    let s = scene.ada_submits();
    scene.reviewers_get(s);
    scene.coordinator.assigns(&scene.mair, s);
    comment(&scene.rowan, s, "mentor", "From Rowan.");
    comment(&scene.tamsin, s, "mentor", "From Tamsin.");
    scene.reviewers_agree(s, &[Standard::S1]);
    scene.mair.reviews_with_open(s, &[Standard::S1]);
    let stay = json!({"school_id": scene.whinfell});
    scene.coordinator.post(&format!("/people/{}/memberships", scene.rowan.id()), &stay).expect(201);
    scene.panel_meets();
    assert_eq!(scene.anwen.board(scene.autumn).cards[0].readings.len(), 2);
    scene.anwen.decides(s, findings(&[Standard::S1]), "");
    scene.coordinator.releases(scene.autumn);
    let said: Vec<String> = scene.ada.hears(s).comments.iter().map(|c| c.text.to_string()).collect();
    assert_eq!(said, ["From Tamsin."]);
    scene.coordinator.post(&format!("/people/{}/memberships", scene.tamsin.id()), &stay).expect(201);
    assert_eq!(scene.ada.hears(s).comments.len(), 1);
}

#[test]
fn reviews_come_in_pages() {
    let house = House::open();
    let scene = Scene::set(&house);
    let mut sent = Vec::new();
    for n in ["Bede", "Cole", "Dara"] {
        let m = house.mentor(n, "Holm", scene.whinfell);
        let s = m.sends_a_portfolio(Qualification::Qms).submission.id;
        scene.coordinator.assigns(&scene.rowan, s);
        sent.push(s);
    }
    scene.reading_begins();
    let a: Page<ReviewSummary> = scene.rowan.sees("/reviews?limit=2");
    let b: Page<ReviewSummary> = scene.rowan.sees(&format!("/reviews?limit=2&after={}", a.next.unwrap()));
    let ids: Vec<_> = a.items.iter().chain(&b.items).map(|r| r.submission_id).collect();
    assert_eq!(ids, sent);
    assert!(scene.ada.sees::<Page<ReviewSummary>>("/reviews").items.is_empty());
    scene.rowan.get("/reviews/not-an-id").problem(404, "not-found");
}
