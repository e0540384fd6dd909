//! Certificates on paper: one's own, those of a round as one document, and names that can stand on them.

use crate::requests::NOTHING;
use actix_web::rt::Runtime;
use cairn_backend::{
    award::certificate::of_round,
    config::Signatory,
    db::schema::{award, print_run},
    print_run::actions::forget,
};
use cairn_print::Letters;
use cairn_shared::{
    award::{AwardDetail, AwardStatus, AwardSummary, RoundAward, SIGNED_AS},
    ids::PrintRunId,
    import::{Column, ImportRow, ImportSummary, RowState},
    list::Page,
    person::{PersonSummary, Role},
    print_run::{PrintRun, PrintStage},
};
use cairn_tests::{Actor, Database, House, Scene, until};
use diesel::prelude::*;
use serde_json::json;

/// Names of the scripts that there are letters for.
const NAMES: [(&str, &str); 7] = [
    ("Łucja", "Żółkiewska-Brzęczyszczykiewicz"),
    ("Siân", "Llŷr ap Gŵyn"),
    ("Ελένη", "Παπαδοπούλου"),
    ("Людмила", "Щербакова"),
    ("محمد", "عبد الرحمن الشريف"),
    ("Nguyễn", "Thị Hồng"),
    ("Zoe\u{301}", "O’Neill‑Roe"),
];

/// Ada and Bede are awarded.
fn awarded<'h>(scene: &Scene<'h>) -> Actor<'h> {
    let bede = scene.house.mentor("Bede", "Holm", scene.whinfell);
    scene.are_to_be_awarded(&[&scene.ada, &bede]);
    scene.coordinator.releases(scene.autumn);
    bede
}

fn award_of(holder: &Actor<'_>) -> AwardSummary {
    holder.sees::<Page<AwardSummary>>("/awards").items.remove(0)
}

fn certificate_of(holder: &Actor<'_>) -> String {
    format!("/awards/{}/certificate", award_of(holder).id)
}

/// A name that was given before anybody looked whether it can be printed.
fn is_called(house: &House, holder: &Actor<'_>, family_name: &'static str) {
    let id = holder.id().to_string();
    house.does(move |tx| {
        let theirs = award::table.filter(award::person_id.eq(id.clone()));
        diesel::update(theirs).set(award::holder_family_name.eq(family_name)).execute(&mut **tx)?;
        Ok(())
    });
}

/// The whole name on an award, as it may have been issued.
fn sets_name(house: &House, holder: &Actor<'_>, (given, family): (&'static str, &'static str)) {
    let id = holder.id().to_string();
    house.does(move |tx| {
        let theirs = award::table.filter(award::person_id.eq(id.clone()));
        let name = (award::holder_given_name.eq(given), award::holder_family_name.eq(family));
        Ok(diesel::update(theirs).set(name).execute(&mut **tx).map(drop)?)
    });
}

fn prints(scene: &Scene<'_>) -> PrintRun {
    let begun: PrintRun = scene.coordinator.post("/print-runs", &json!({"round_id": scene.autumn})).expect(201).json();
    let path = format!("/print-runs/{}", begun.id);
    until("the certificates are printed", || scene.coordinator.sees::<PrintRun>(&path).stage == PrintStage::Ready);
    scene.coordinator.sees(&path)
}

#[test]
fn a_certificate_is_its_holders_and_the_same_whenever_and_wherever_it_is_made() {
    let database = Database::make();
    let opens = || House::over(database.again(), |state| state.config.public_url = "https://cairn.example".into());
    let house = opens();
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let path = certificate_of(&scene.ada);
    let made = scene.ada.get(&path).expect(200);
    assert_eq!(made.header("content-type"), Some("application/pdf"));
    assert_eq!(made.header("content-disposition"), Some("attachment; filename=\"certificate-qms.pdf\""));
    assert!(made.body.starts_with(b"%PDF-"));
    house.turns_to("2027-05-03");
    assert!(scene.ada.get(&path).expect(200).body == made.body);
    let other = opens();
    other.turns_to("2028-02-29");
    assert!(scene.ada.at(&other).get(&path).expect(200).body == made.body, "of another server, a year later");
    // Nobody else gets it, nor learns that it is there.
    for who in [&scene.rowan, &scene.anwen, &scene.coordinator] {
        who.get(&path).problem(404, "not-found");
    }
    scene.ada.get(&format!("/awards/{NOTHING}/certificate")).problem(404, "not-found");
    // It keeps the name that it was issued under, until it is issued anew.
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Thrang"})).send().expect(200);
    assert!(scene.ada.get(&path).expect(200).body == made.body);
    let award = award_of(&scene.ada).id;
    scene.coordinator.does(&format!("/awards/{award}/reissue")).expect(200);
    assert!(scene.ada.get(&path).expect(200).body != made.body);
    let reason = json!({"reason": "It was issued to a namesake."});
    scene.coordinator.post(&format!("/awards/{award}/revocation"), &reason).expect(200);
    scene.ada.get(&path).problem(409, "not-now");
}

#[test]
fn who_signs_is_the_chair_or_whom_the_partnership_chose() {
    let signed = |signatory: Option<Signatory>| {
        let house = House::over(Database::make(), |state| state.config.signatory = signatory);
        let scene = Scene::set(&house);
        scene.ada_hears(&[]);
        let award: AwardDetail = scene.ada.sees(&format!("/awards/{}", award_of(&scene.ada).id));
        assert!(scene.ada.get(&certificate_of(&scene.ada)).expect(200).body.starts_with(b"%PDF-"));
        let (round, config) = (scene.autumn, house.state.config.clone());
        let facts = house.does(move |tx| of_round(tx, round, &config)).remove(0);
        let printed = facts.certificate();
        assert_eq!((printed.signed_by, printed.signed_as), (award.signed_by.as_deref(), award.signed_as.as_str()));
        (award.signed_by, award.signed_as)
    };
    assert_eq!(signed(None), (Some("Anwen Pugh".into()), SIGNED_AS.into()));
    let dean = Signatory { name: "Dr Siân Sorley".into(), role: "Dean of Education".into() };
    assert_eq!(signed(Some(dean)), (Some("Dr Siân Sorley".into()), "Dean of Education".into()));
}

#[test]
fn a_name_that_no_typeface_has_is_told_and_holds_up_nobody_else() {
    let house = House::open();
    let scene = Scene::set(&house);
    let bede = awarded(&scene);
    is_called(&house, &scene.ada, "王小");
    let told = scene.ada.get(&certificate_of(&scene.ada)).problem(409, "not-now");
    assert!(told.detail.contains("王 小") && told.detail.contains("can add one"), "{}", told.detail);
    let awards = scene.coordinator.sees::<Page<RoundAward>>(&format!("/rounds/{}/awards", scene.autumn)).items;
    let lacking =
        |who: &Actor<'_>| awards.iter().find(|award| award.holder.id == who.id()).expect("awarded").lacking.clone();
    assert_eq!((lacking(&scene.ada), lacking(&bede)), (vec!["王".to_owned(), "小".to_owned()], vec![]));
    let run = prints(&scene);
    assert_eq!((run.made, run.total, &run.left_out[..]), (1, 1, &["Ada 王小".to_owned()][..]));
    // Where there is none that can be printed, it is said whose they are.
    is_called(&house, &bede, "明");
    let told = scene.coordinator.post("/print-runs", &json!({"round_id": scene.autumn})).problem(409, "not-now");
    assert!(told.detail.contains("Ada 王小") && told.detail.contains("Bede 明"), "{}", told.detail);
}

/// Where a typeface was added, a name in its letters is taken, printed, and no box.
#[test]
fn a_typeface_that_the_partnership_adds_brings_its_letters() {
    let one_letter = include_bytes!("../../print/src/one-letter.ttf").to_vec();
    let house = House::over(Database::make(), move |state| {
        state.config.letters = Letters::new(vec![one_letter]).expect("a typeface");
    });
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "王"})).send().expect(200);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "明"})).send().field("/family_name", "unprintable");
    scene.coordinator.does(&format!("/awards/{}/reissue", award_of(&scene.ada).id)).expect(200);
    let award: AwardDetail = scene.ada.sees(&format!("/awards/{}", award_of(&scene.ada).id));
    assert_eq!(award.holder.full(), "Ada 王");
    assert!(scene.ada.get(&certificate_of(&scene.ada)).expect(200).body.starts_with(b"%PDF-"));
    assert_eq!(prints(&scene).made, 1);
}

#[test]
fn a_name_is_looked_at_when_it_is_written() {
    let house = House::open();
    let coordinator = house.coordinator();
    let ada = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
    let path = format!("/people/{}", ada.id());
    for (number, (given, family)) in NAMES.into_iter().enumerate() {
        let name = json!({"given_name": given, "family_name": family});
        ada.ask("PATCH", "/me").json(&name).send().expect(200);
        coordinator.changes("PATCH", &path, &path, &name).expect(200);
        let new = json!({
            "given_name": given, "family_name": family, "email": format!("new{number}@cairn.example"), "roles": ["mentor"],
        });
        coordinator.post("/people", &new).expect(201);
    }
    for (key, pointer) in [("given_name", "/given_name"), ("family_name", "/family_name")] {
        for name in ["王", "Ada 😀", "தமிழ்"] {
            ada.ask("PATCH", "/me").json(&json!({key: name})).send().field(pointer, "unprintable");
            coordinator.changes("PATCH", &path, &path, &json!({key: name})).field(pointer, "unprintable");
            let mut new =
                json!({"given_name": "A", "family_name": "B", "email": "c@cairn.example", "roles": ["mentor"]});
            new[key] = json!(name);
            coordinator.post("/people", &new).field(pointer, "unprintable");
        }
    }
    let school = |name: &str| coordinator.post("/schools", &json!({"name": name, "phase": "primary"}));
    school("王 Primary").field("/name", "unprintable");
    school("Ysgol Dŵr Glân, عمر").expect(201);
    let told =
        ada.ask("PATCH", "/me").json(&json!({"given_name": "王", "family_name": "明"})).send().problem(422, "invalid");
    assert_eq!(told.errors.len(), 2, "both at once");
    assert!(
        told.errors[0].detail.contains('王') && told.errors[0].detail.contains("typeface"),
        "{}",
        told.errors[0].detail
    );
}

#[test]
fn a_name_in_a_file_is_looked_at_before_anybody_is_added() {
    let house = House::open();
    let coordinator = house.coordinator();
    let rows = NAMES
        .iter()
        .enumerate()
        .map(|(n, (given, family))| format!("new{n}@b.example,{given},{family},mentor,primary\n"));
    let file = format!(
        "Email,Given name,Family name,Role,Phase\nwang@b.example,王,Wang,mentor,primary\n{}",
        rows.collect::<String>()
    );
    let sent = coordinator.ask("POST", "/imports?name=mentors.csv").body("text/csv", file).send().expect(201);
    let import: ImportSummary = sent.json();
    assert_eq!((import.counts.new, import.counts.needs), (7, 1));
    let at = format!("/imports/{}", import.id);
    // A school that is not here yet stands on certificates, too.
    let school = coordinator.changes(
        "PATCH",
        &at,
        &format!("{at}/rows/3"),
        &json!({"school": "王 Primary", "new_school": true}),
    );
    let school: ImportRow = school.expect(200).json();
    assert_eq!((school.state, school.problems[0].column), (RowState::Needs, Column::School));
    assert_eq!(school.problems[0].code, "unprintable");
    coordinator.changes("PATCH", &at, &format!("{at}/rows/3"), &json!({"school": "", "new_school": false})).expect(200);
    let needs: Page<ImportRow> = coordinator.sees(&format!("{at}/rows?state=needs"));
    let problem = &needs.items[0].problems[0];
    assert_eq!((problem.column, problem.code.as_str()), (Column::GivenName, "unprintable"));
    assert!(problem.detail.contains('王'), "{}", problem.detail);
    let people = || coordinator.sees::<Page<PersonSummary>>("/people?search=wang").items.len();
    coordinator.post(&format!("{at}/run"), &json!({"invite": false})).expect(200);
    assert_eq!(people(), 0, "it waits to be put right");
    let right = coordinator.changes("PATCH", &at, &format!("{at}/rows/2"), &json!({"given_name": "Wei"}));
    assert_eq!(right.expect(200).json::<ImportRow>().state, RowState::New);
    coordinator.post(&format!("{at}/run"), &json!({"invite": false})).expect(200);
    assert_eq!(people(), 1);
}

#[test]
fn the_certificates_of_a_round_become_one_document_beside_the_requests() {
    let house = House::open();
    let scene = Scene::set(&house);
    let office = &scene.coordinator;
    // Which certificates, has to be said; and there have to be some.
    let both = json!({"round_id": scene.autumn, "celebration_id": NOTHING});
    for asked in [json!({}), both] {
        office.post("/print-runs", &asked).field("/round_id", "one_of_two");
    }
    let of_autumn = json!({"round_id": scene.autumn});
    office.post("/print-runs", &of_autumn).problem(409, "not-now");
    office.post("/print-runs", &json!({"round_id": NOTHING})).problem(404, "not-found");
    office.post("/print-runs", &json!({"celebration_id": NOTHING})).problem(404, "not-found");
    scene.anwen.post("/print-runs", &of_autumn).problem(404, "not-found");

    awarded(&scene);
    let begins = || office.ask("POST", "/print-runs").key("print-run-1").json(&of_autumn).send().expect(201);
    let begun = begins();
    let run: PrintRun = begun.json();
    let path = format!("/print-runs/{}", run.id);
    assert_eq!(begun.header("location"), Some(format!("/api/v1{path}").as_str()));
    assert_eq!((run.stage, run.made, run.total, run.left_out.len()), (PrintStage::Making, 0, 2, 0));
    let again = begins();
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &begun.body));
    until("the certificates are printed", || office.sees::<PrintRun>(&path).stage == PrintStage::Ready);
    let run: PrintRun = office.sees(&path);
    assert_eq!((run.made, run.total), (2, 2));
    let document = office.get(&format!("{path}/document")).expect(200);
    assert_eq!(document.header("content-disposition"), Some("attachment; filename=\"certificates.pdf\""));
    assert!(document.body.starts_with(b"%PDF-"));
    for who in [&scene.anwen, &scene.ada] {
        who.get(&path).problem(404, "not-found");
        who.get(&format!("{path}/document")).problem(404, "not-found");
    }
    let second = office.get(&format!("/print-runs/{}/document", prints(&scene).id)).expect(200);
    assert!(second.body == document.body, "the same certificates are the same document");
    // Ready stays ready, however long ago it was, until it is forgotten the day after.
    let forgets = || Runtime::new().unwrap().block_on(forget(&house.state)).expect("runs can be forgotten");
    house.waits(23 * 3600);
    assert_eq!((office.sees::<PrintRun>(&path).stage, forgets()), (PrintStage::Ready, 0));
    house.waits(2 * 3600);
    assert_eq!(forgets(), 2);
    office.get(&path).problem(404, "not-found");
    office.get(&format!("{path}/document")).problem(404, "not-found");
}

#[test]
fn a_run_whose_server_is_silent_for_a_minute_has_stopped() {
    let house = House::open();
    let scene = Scene::set(&house);
    let office = &scene.coordinator;
    let (id, now) = (house.state.fresh::<PrintRunId>(), house.now().micros());
    let (round, by) = (scene.autumn.to_string(), office.id().to_string());
    house.does(move |tx| {
        use cairn_backend::db::At;
        let at = At::from(cairn_shared::time::Timestamp::from_micros(now));
        diesel::insert_into(print_run::table)
            .values((
                print_run::id.eq(id.to_string()),
                print_run::round_id.eq(Some(round.clone())),
                print_run::made_by.eq(by.clone()),
                print_run::begun_at.eq(at),
                print_run::moved_at.eq(at),
                print_run::made.eq(3i64),
                print_run::total.eq(40i64),
                print_run::left_out.eq(""),
            ))
            .execute(&mut **tx)?;
        Ok(())
    });
    let path = format!("/print-runs/{id}");
    let seen: PrintRun = office.sees(&path);
    assert_eq!((seen.stage, seen.made, seen.total), (PrintStage::Making, 3, 40));
    house.waits(61);
    assert_eq!(office.sees::<PrintRun>(&path).stage, PrintStage::Stopped);
    office.get(&format!("{path}/document")).problem(409, "not-now");
}

#[test]
fn the_awards_of_a_round_are_listed_with_those_that_ended_or_may_be_issued_anew() {
    let house = House::open();
    let scene = Scene::set(&house);
    let path = format!("/rounds/{}/awards", scene.autumn);
    let listed = || scene.coordinator.sees::<Page<RoundAward>>(&path).items;
    assert!(listed().is_empty());
    scene.coordinator.get(&format!("/rounds/{NOTHING}/awards")).problem(404, "not-found");
    let bede = awarded(&scene);
    for who in [&scene.anwen, &scene.ada, &scene.rowan] {
        who.get(&path).problem(404, "not-found");
    }
    let seen = |who: &Actor<'_>| listed().into_iter().find(|award| award.holder.id == who.id()).expect("awarded");
    let names: Vec<String> = listed().iter().map(|award| award.holder.full()).collect();
    assert_eq!(names, ["Bede Holm", "Ada Roe-Ashby"], "by family name");
    // A page at a time nobody is left out or comes twice, whichever part of the name is the same.
    for (who, name) in [(&bede, ("Ada", "Roe-Ashby")), (&bede, ("Zoe", "Roe-Ashby")), (&bede, ("Bede", "Holm"))] {
        sets_name(&house, who, name);
        let first: Page<RoundAward> = scene.coordinator.sees(&format!("{path}?limit=1"));
        let next = first.next.expect("another page");
        let rest: Page<RoundAward> = scene.coordinator.sees(&format!("{path}?limit=1&after={next}"));
        assert_eq!([first.items, rest.items].concat(), listed(), "{name:?}");
        assert_eq!((listed().len(), rest.next), (2, None));
    }
    let award = seen(&scene.ada);
    assert_eq!(
        (award.has_badge, award.can_be_issued_anew, award.school.as_deref()),
        (true, false, Some("Whinfell Primary"))
    );
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Thrang"})).send().expect(200);
    let award = seen(&scene.ada);
    assert_eq!((award.can_be_issued_anew, award.holder.full().as_str()), (true, "Ada Roe-Ashby"));
    scene.coordinator.does(&format!("/awards/{}/reissue", award.award.id)).expect(200);
    let award = seen(&scene.ada);
    assert_eq!((award.can_be_issued_anew, award.holder.full().as_str()), (false, "Ada Thrang"));
    let reason = json!({"reason": "It was issued to a namesake."});
    scene.coordinator.post(&format!("/awards/{}/revocation", award.award.id), &reason).expect(200);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Roe"})).send().expect(200);
    let award = seen(&scene.ada);
    assert_eq!((award.award.status, award.can_be_issued_anew), (AwardStatus::Revoked, false));
    assert_eq!(seen(&bede).award.status, AwardStatus::InForce);
    // What has ended is not printed.
    assert_eq!(prints(&scene).total, 1);
}
