//! Portfolios on paper: registered with a cover sheet, received, read on the same screen, and returned.

use cairn_shared::{
    candidacy::Stage,
    framework::Standard,
    ids::{PortfolioId, ReviewId, SubmissionId},
    list::Page,
    paper::*,
    person::Role,
    portfolio::PortfolioForm,
    qualification::Qualification,
    review::*,
    submission::*,
};
use cairn_tests::{House, Scene, binder, readings};
use serde_json::json;

const DECLARED: Declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };

fn portfolio(scene: &Scene<'_>) -> PortfolioId {
    let id = scene.ada.starts(Qualification::Qms).portfolio_id;
    let entry = scene.ada.notes_all_four();
    scene.ada.arranges(&id, &[entry]);
    id
}

/// Ada registers a binder for autumn.
fn registered(scene: &Scene<'_>) -> SubmissionId {
    scene.ada.registers(&portfolio(scene)).submission.id
}

fn code_of(scene: &Scene<'_>, id: SubmissionId) -> CoverCode {
    scene.ada.paper(id).paper.code
}

#[test]
fn a_paper_portfolio_counts_when_it_is_registered_and_gets_a_cover_sheet() {
    let house = House::open();
    let scene = Scene::set(&house);
    let sent = scene.ada.registers(&portfolio(&scene));
    assert_eq!(sent.submission.form, PortfolioForm::Paper);
    assert_eq!(sent.submission.state, SubmissionState::Submitted);
    assert_eq!(sent.submission.round.as_ref().unwrap().id, scene.autumn);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Submitted);
    // What was written here is not sent with it.
    assert!(sent.edition.pieces.is_empty() && sent.left_out.is_empty());
    let sheet = scene.ada.paper(sent.submission.id);
    assert_eq!(sheet.paper.number, 1);
    assert_eq!(sheet.paper.custody, Custody::Registered);
    assert_eq!(sheet.paper.parts.as_str(), "One ring binder and a display folder");
    assert_eq!(sheet.paper.promised_for, house.today());
    assert_eq!((sheet.title.as_str(), sheet.registered_by), ("Learning to wait", None));
    assert_eq!(sheet.school.unwrap().as_str(), "Whinfell Primary");
    assert_eq!(sheet.address, format!("{}/paper/{}", house.url, sheet.paper.code));
    assert!(sheet.qr_svg.starts_with("<svg "));
    assert_eq!(sent.submission.paper.unwrap().code, sheet.paper.code);
    let letters = house.letters();
    let (to, subject, body) = letters.iter().find(|l| l.1.contains("is registered")).unwrap();
    assert_eq!(*to, scene.ada.address());
    assert!(subject.contains("Learning to wait") && body.contains(&sheet.paper.code.printed()));
}

#[test]
fn registered_late_it_goes_to_the_next_round_by_itself() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = portfolio(&scene);
    house.turns_to("2026-11-28");
    let submit = SubmitPortfolio {
        declaration: DECLARED,
        round_id: Some(scene.autumn),
        read_on: ReadOn::Paper { paper: binder(house.today()) },
    };
    let sent: SubmissionDetail = scene.ada.post(&format!("/portfolios/{id}/submissions"), &submit).expect(201).json();
    assert_eq!(sent.submission.round.unwrap().id, scene.spring);
    assert!(house.letters()[0].2.contains("has closed, so it goes to the next one by itself"));
}

#[test]
fn what_is_sent_says_what_is_on_paper_and_when_it_comes() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = portfolio(&scene);
    let path = format!("/portfolios/{id}/submissions");
    let ask = |read_on: serde_json::Value| scene.ada.post(&path, &json!({"declaration": DECLARED, "read_on": read_on}));
    let paper = |parts: &str, day: &str| json!({"parts": parts, "hand_in": "The desk", "promised_for": day});
    ask(json!({"form": "paper"})).problem(422, "invalid");
    ask(json!({"form": "paper", "paper": paper(" ", "2026-11-27")})).problem(422, "invalid");
    ask(json!({"form": "scroll", "paper": paper("A binder", "2026-11-27")})).problem(422, "invalid");
    let gone = ask(json!({"form": "paper", "paper": paper("A binder", "2026-11-23")}));
    gone.field("/read_on/paper/promised_for", "not_then");
    let late = ask(json!({"form": "mixed", "paper": paper("A binder", "2026-12-09")}));
    late.field("/read_on/paper/promised_for", "not_then");
    // Nothing of it was kept.
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Gathering);
    ask(json!({"form": "mixed", "paper": paper("A binder", "2026-12-08")})).expect(201);
}

#[test]
fn the_coordinator_finds_it_by_its_code_and_a_mistyped_letter_is_told() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    let code = code_of(&scene, id);
    let sheet: PaperDetail = scene.coordinator.sees(&format!("/cover-sheets/{code}"));
    assert_eq!((sheet.submission_id, &sheet.mentor), (id, &scene.ada.name));
    assert!(sheet.may.receive && sheet.may.describe && !sheet.may.undo_receipt && !sheet.may.give_back);
    let typed = code.printed().to_lowercase().replace(' ', "%20");
    let again: PaperDetail = scene.coordinator.sees(&format!("/cover-sheets/{typed}"));
    assert_eq!(again.submission_id, id);
    let mut wrong = code.to_string();
    wrong.replace_range(0..1, if wrong.starts_with('2') { "3" } else { "2" });
    scene.coordinator.get(&format!("/cover-sheets/{wrong}")).field("/code", "mistyped");
    let nobodys = CoverCode::make([9; 7]);
    scene.coordinator.get(&format!("/cover-sheets/{nobodys}")).problem(404, "not-found");
}

#[test]
fn nobody_else_finds_it_and_a_conflict_closes_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    let code = code_of(&scene, id);
    let bede = house.mentor("Bede", "Holm", scene.thornbeck);
    let near = house.mentor("Cai", "Lund", scene.whinfell);
    let lead = house.person("Dot", "Moss", &[Role::SchoolLead], Some(scene.whinfell));
    let finds = |who: &cairn_tests::Actor<'_>| {
        let by_code = who.get(&format!("/cover-sheets/{code}")).status;
        let by_id = who.get(&format!("/submissions/{id}/paper")).status;
        assert_eq!(by_code, by_id);
        by_code
    };
    for other in [&bede, &near, &lead, &scene.anwen, &scene.rowan] {
        assert_eq!(finds(other), 404, "{}", other.name.full());
    }
    house.ask("GET", &format!("/cover-sheets/{code}")).send().problem(401, "sign-in");
    assert_eq!((finds(&scene.ada), finds(&scene.coordinator)), (200, 200));
    // A reader finds it once reading has begun, and no longer than they may read it.
    scene.coordinator.assigns(&scene.rowan, id);
    assert_eq!(finds(&scene.rowan), 404);
    scene.reading_begins();
    assert_eq!(finds(&scene.rowan), 200);
    let sheet: PaperDetail = scene.rowan.sees(&format!("/cover-sheets/{code}"));
    assert_eq!(sheet.may, MayDo::default());
    assert_eq!(sheet.review_id, Some(scene.rowan.reviews()[0].id));
    assert_eq!(finds(&scene.tamsin), 404);
    scene.coordinator.declares(&scene.rowan, &scene.ada);
    assert_eq!(finds(&scene.rowan), 404);
    // What happens with it is the coordinator's alone to note.
    let shelf = json!({"shelf": "Room 12"});
    let receipt = format!("/submissions/{id}/receipt");
    for other in [&bede, &scene.ada, &scene.rowan, &scene.anwen] {
        other.post(&receipt, &shelf).problem(404, "not-found");
        other.delete(&receipt).problem(404, "not-found");
        other.tries_to_return(id, "Somebody").problem(404, "not-found");
        other.delete(&format!("/submissions/{id}/return")).problem(404, "not-found");
    }
}

#[test]
fn it_is_read_on_the_same_screen_once_it_has_arrived() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    scene.reviewers_get(id);
    let listed = scene.rowan.reviews().remove(0);
    assert_eq!((listed.form, listed.title.as_str()), (PortfolioForm::Paper, "Learning to wait"));
    assert_eq!(listed.paper.unwrap().custody, Custody::Registered);
    let detail = scene.rowan.reads(id);
    let r = detail.review.id;
    assert_eq!((detail.review.state, detail.edition.pieces.len()), (ReviewState::Assigned, 0));
    assert_eq!(detail.paper_note.unwrap().as_str(), "Please begin with sheet 8.");
    let (at, draft) = (format!("/reviews/{r}"), format!("/reviews/{r}/draft"));
    scene.rowan.changes("PUT", &at, &draft, &readings(&[])).problem(409, "not-now");
    scene.rowan.tries_to_send(r).problem(409, "not-now");
    let reader = scene.coordinator.round(scene.autumn).submissions[0].readers[0].review_id;
    scene.coordinator.does(&format!("/reviews/{reader}/nudges")).problem(409, "not-now");

    let before = house.letters().len();
    let sheet = scene.coordinator.receives(id, "Room 12, the green shelf");
    let Custody::Received { received_at, shelf } = sheet.paper.custody else { panic!("it is here") };
    assert_eq!(shelf.as_str(), "Room 12, the green shelf");
    let told: Vec<String> = house.letters().into_iter().rev().skip(before).map(|(to, ..)| to).collect();
    assert_eq!(told.len(), 3);
    for who in [&scene.ada, &scene.rowan, &scene.tamsin] {
        assert!(told.contains(&who.address()));
    }
    // Noted again, the day stays and the place is the new one; nobody is told twice.
    house.waits(60);
    let moved = scene.coordinator.receives(id, "Room 14").paper.custody;
    assert_eq!(moved, Custody::Received { received_at, shelf: "Room 14".parse().unwrap() });
    assert_eq!(house.letters().len(), before + 3);
    let paper = scene.rowan.reads(id).review.paper.unwrap();
    assert_eq!(paper.custody, moved);

    // Comments name a place of the paper.
    let comment = |body: serde_json::Value| scene.rowan.post(&format!("/reviews/{r}/comments"), &body);
    let detail: ReviewDetail =
        comment(json!({"audience": "mentor", "text": "Lovely.", "place": "page 12"})).expect(201).json();
    assert_eq!(detail.comments[0].place.as_ref().unwrap().as_str(), "page 12");
    let c = detail.comments[0].id;
    let path = format!("/reviews/{r}/comments/{c}");
    let change = |body: serde_json::Value| scene.rowan.ask("PATCH", &path).json(&body).send().expect(200);
    let place = |reply: cairn_tests::Reply| reply.json::<ReviewDetail>().comments[0].place.clone().map(String::from);
    assert_eq!(place(change(json!({"place": ""}))), None);
    assert_eq!(place(change(json!({"place": "sheet 8", "text": "Quite lovely."}))), Some("sheet 8".into()));
    assert_eq!(place(change(json!({"audience": "mentor"}))), Some("sheet 8".into()));

    scene.reviewers_agree(id, &[]);
    scene.panel_meets();
    scene.anwen.decides(id, cairn_tests::findings(&[]), "Dear Ada, thank you for this binder.");
    scene.coordinator.tries_to_return(id, "Ada, in person").problem(409, "not-now");
    scene.coordinator.releases(scene.autumn);
    let heard = scene.ada.hears(id);
    assert_eq!(heard.comments[0].place.as_ref().unwrap().as_str(), "sheet 8");
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::Awarded);
}

#[test]
fn a_place_on_paper_is_not_for_a_text() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = portfolio(&scene);
    let read_on = ReadOn::Mixed { paper: binder(house.today()) };
    let sent: SubmissionDetail = scene.ada.tries_to_submit_on(&id, read_on).expect(201).json();
    // A mixed portfolio has its text too, and may be begun before the paper is there.
    assert_eq!(sent.edition.entries().count(), 1);
    let entry = sent.edition.entries().next().unwrap().id;
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    let other = bede.sends_a_portfolio(Qualification::Qms).submission.id;
    scene.coordinator.assigns(&scene.rowan, other);
    scene.reviewers_get(sent.submission.id);
    let comment = |r: ReviewId, body: serde_json::Value| scene.rowan.post(&format!("/reviews/{r}/comments"), &body);
    let r = scene.rowan.reads(sent.submission.id).review.id;
    let both = json!({"audience": "panel", "text": "Here.", "place": "page 2", "entry_id": entry});
    comment(r, both).field("/place", "two_places");
    comment(r, json!({"audience": "panel", "text": "Here.", "place": "page 2"})).expect(201);
    let on_screen = scene.rowan.reads(other).review.id;
    comment(on_screen, json!({"audience": "panel", "text": "Here.", "place": "page 2"})).field("/place", "no_paper");
    // It is sent once both were read.
    scene.rowan.judges(r, &readings(&[]));
    scene.rowan.tries_to_send(r).problem(409, "not-now");
    scene.coordinator.receives(sent.submission.id, "Room 12");
    scene.rowan.sends(r);
}

#[test]
fn what_was_noted_by_mistake_is_undone() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    let (receipt, back) = (format!("/submissions/{id}/receipt"), format!("/submissions/{id}/return"));
    scene.coordinator.delete(&receipt).problem(409, "not-now");
    scene.coordinator.delete(&back).problem(409, "not-now");
    scene.coordinator.tries_to_return(id, "Ada").problem(409, "not-now");
    assert!(scene.coordinator.receives(id, "Room 12").may.undo_receipt);
    let sheet: PaperDetail = scene.coordinator.delete(&receipt).expect(200).json();
    assert_eq!(sheet.paper.custody, Custody::Registered);
    scene.coordinator.receives(id, "Room 12");
    scene.reviewers_get(id);
    scene.rowan.reviews_with_open(id, &[]);
    scene.coordinator.delete(&receipt).problem(409, "not-now");
    assert!(!scene.coordinator.sees::<PaperDetail>(&format!("/submissions/{id}/paper")).may.undo_receipt);
    let e = house.mentor("Bede", "Holm", scene.whinfell);
    house.turns_to("2026-11-25");
    let e = e.sends_a_portfolio(Qualification::Qms).submission.id;
    scene.coordinator.post(&format!("/submissions/{e}/receipt"), &json!({"shelf": "Here"})).problem(409, "not-now");
    scene.coordinator.get(&format!("/submissions/{e}/paper")).problem(404, "not-found");
}

#[test]
fn a_resubmission_has_a_second_cover_sheet_and_the_first_paper_went_back() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = portfolio(&scene);
    let first = scene.ada.registers(&id).submission.id;
    scene.coordinator.receives(first, "Room 12");
    scene.reviewers_get(first);
    scene.reviewers_agree(first, &[Standard::S3]);
    scene.panel_meets();
    scene.anwen.decides(first, cairn_tests::findings(&[Standard::S3]), "");
    scene.coordinator.releases(scene.autumn);
    house.waits(60);
    let key = "return-of-the-first";
    let give = || {
        let ask = scene.coordinator.ask("POST", &format!("/submissions/{first}/return")).key(key);
        ask.json(&json!({"given_to": "Ada Roe-Ashby, in person"})).send().expect(200)
    };
    let sheet: PaperDetail = give().json();
    assert_eq!(give().header("idempotent-replayed"), Some("true"));
    let Custody::Returned { given_to, .. } = &sheet.paper.custody else { panic!("it went back") };
    assert_eq!(given_to.as_str(), "Ada Roe-Ashby, in person");
    assert!(sheet.may.undo_return && !sheet.may.receive);
    let listed = scene.ada.submission(first).submission.paper.unwrap();
    assert_eq!(listed.custody, sheet.paper.custody);
    scene.coordinator.tries_to_return(first, "Ada").problem(409, "not-now");
    let undone: PaperDetail = scene.coordinator.delete(&format!("/submissions/{first}/return")).expect(200).json();
    assert!(matches!(undone.paper.custody, Custody::Received { .. }) && undone.may.give_back);

    let second = scene.ada.registers(&id).submission;
    let sheet = scene.ada.paper(second.id);
    assert_eq!((second.number, sheet.paper.number), (2, 2));
    assert_ne!(sheet.paper.code, scene.ada.paper(first).paper.code);
    assert_eq!(second.round.unwrap().id, scene.spring);
    scene.coordinator.receives(second.id, "Room 12");
    // Who read the one before reads this one without being asked to.
    house.turns_to("2027-02-28");
    let detail = scene.rowan.reads(second.id);
    assert!(detail.secured.s1 && !detail.secured.s3);
    assert_eq!(detail.suggested_before.len(), 1);
    assert_eq!(detail.review.paper.unwrap().code, sheet.paper.code);
}

#[test]
fn a_cover_sheet_is_changed_until_the_paper_has_arrived() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    let path = format!("/submissions/{id}/paper");
    let words = DescribePaper { parts: "Two binders".parse().unwrap(), ..binder("2026-11-27".parse().unwrap()) };
    let code = code_of(&scene, id);
    let changed: PaperDetail = scene.ada.changes("PUT", &path, &path, &words).expect(200).json();
    assert_eq!((changed.paper.parts.as_str(), &changed.paper.code), ("Two binders", &code));
    scene.ada.ask("PUT", &path).json(&words).send().problem(428, "needs-version");
    scene.ada.ask("PUT", &path).if_match("\"v1\"").json(&words).send().problem(412, "stale");
    let gone = binder("2026-11-20".parse().unwrap());
    scene.coordinator.changes("PUT", &path, &path, &gone).field("/promised_for", "not_then");
    scene.coordinator.changes("PUT", &path, &path, &words).expect(200);
    scene.coordinator.assigns(&scene.rowan, id);
    scene.coordinator.receives(id, "Room 12");
    scene.ada.changes("PUT", &path, &path, &words).problem(409, "not-now");
    assert!(!scene.ada.paper(id).may.describe);
    scene.reading_begins();
    scene.rowan.changes("PUT", &path, &path, &words).problem(403, "not-yours");
}

#[test]
fn what_its_mentor_took_back_goes_back_too() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    scene.coordinator.receives(id, "Room 12");
    scene.ada.does(&format!("/submissions/{id}/withdrawal")).expect(200);
    let code = code_of(&scene, id);
    let sheet: PaperDetail = scene.coordinator.sees(&format!("/cover-sheets/{code}"));
    assert!(sheet.withdrawn && sheet.may.give_back);
    scene.coordinator.tries_to_return(id, "Ada, in person").expect(200);
}

#[test]
fn the_coordinator_registers_for_a_mentor_who_has_only_paper() {
    let house = House::open();
    let scene = Scene::set(&house);
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    let register = RegisterPaper {
        qualification: Qualification::Qms,
        title: "A year at the harbour".parse().unwrap(),
        paper: binder(house.today()),
        declaration: DECLARED,
        round_id: Some(scene.autumn),
    };
    let path = format!("/people/{}/submissions", bede.id());
    for other in [&scene.ada, &bede, &scene.anwen] {
        other.post(&path, &register).problem(404, "not-found");
    }
    let key = "register-for-bede";
    let once = || scene.coordinator.ask("POST", &path).key(key).json(&register).send().expect(201);
    let first = once();
    let sheet: PaperDetail = first.json();
    assert_eq!(first.header("location").unwrap(), format!("/api/v1/submissions/{}/paper", sheet.submission_id));
    assert_eq!(once().header("idempotent-replayed"), Some("true"));
    assert_eq!((&sheet.mentor, sheet.title.as_str()), (&bede.name, "A year at the harbour"));
    assert_eq!(sheet.registered_by.as_ref(), Some(&scene.coordinator.name));
    let sent = bede.submission(sheet.submission_id);
    assert!(sent.can_withdraw && sent.edition.pieces.is_empty());
    assert_eq!(bede.paper(sheet.submission_id).registered_by, Some(scene.coordinator.name.clone()));
    let (to, subject, _) = house.letters().remove(0);
    assert_eq!(to, bede.address());
    assert!(subject.contains("by the coordinator"));
    // It is the same as any: one with the panel at a time.
    scene.coordinator.post(&path, &register).problem(409, "not-now");
    let list: Page<SubmissionSummary> = bede.sees("/submissions");
    assert_eq!(list.items.len(), 1);
    // Not for oneself, not for who doesn't mentor, not without the declaration.
    let to = |who: &cairn_tests::Actor<'_>| format!("/people/{}/submissions", who.id());
    scene.coordinator.post(&to(&scene.coordinator), &register).problem(403, "not-yours");
    scene.coordinator.post(&to(&scene.anwen), &register).problem(409, "not-now");
    let undeclared = RegisterPaper { declaration: Declaration { own_work: false, ..DECLARED }, ..register.clone() };
    scene.coordinator.post(&to(&scene.ada), &undeclared).field("/declaration", "not_declared");
    let gone = RegisterPaper { paper: binder("2026-11-01".parse().unwrap()), ..register };
    scene.coordinator.post(&to(&scene.ada), &gone).field("/paper/promised_for", "not_then");
    assert!(scene.ada.candidacies().is_empty());
}

#[test]
fn every_step_is_on_record() {
    let house = House::open();
    let scene = Scene::set(&house);
    let id = registered(&scene);
    let then = || house.waits(1);
    then();
    scene.coordinator.receives(id, "Room 12");
    then();
    scene.coordinator.receives(id, "Room 12");
    scene.coordinator.delete(&format!("/submissions/{id}/receipt")).expect(200);
    then();
    scene.coordinator.receives(id, "Room 12");
    then();
    scene.ada.does(&format!("/submissions/{id}/withdrawal")).expect(200);
    scene.coordinator.tries_to_return(id, "Ada").expect(200);
    then();
    scene.coordinator.delete(&format!("/submissions/{id}/return")).expect(200);
    let recorded: Vec<(String, Option<String>)> = house.does(move |tx| {
        use cairn_backend::db::schema::audit;
        use diesel::prelude::*;
        let of_it = audit::table.filter(audit::object_id.eq(id.to_string())).filter(audit::action.like("paper%"));
        Ok(of_it.order((audit::at, audit::id)).select((audit::action, audit::actor_id)).load(&mut **tx)?)
    });
    let (ada, office) = (Some(scene.ada.id().to_string()), Some(scene.coordinator.id().to_string()));
    let by = |action: &str, who: &Option<String>| (action.to_owned(), who.clone());
    let wanted = [
        by("paper_registered", &ada),
        by("paper_received", &office),
        by("paper_receipt_undone", &office),
        by("paper_received", &office),
        by("paper_returned", &office),
        by("paper_return_undone", &office),
    ];
    assert_eq!(recorded, wanted);
}
