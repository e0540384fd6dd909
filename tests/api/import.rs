//! Importing people and schools: a preview row by row, and carried out safely however often, and wherever it broke off.

use cairn_shared::{
    conflict::ConflictKind,
    ids::{ImportId, PersonId},
    import::{Cells, Column, Encoding, ImportRow, ImportStage, ImportSummary, RowState, sheet::Sheet},
    list::Page,
    person::{AccountState, PersonSummary, Role},
    school::SchoolSummary,
    session::SignedIn,
};
use cairn_tests::{Actor, House, Reply, Scene};
use serde_json::json;

const HEADER: &str = "Email,Given name,Family name,Role,Phase,School,URN,Since,Leads";

fn sends(coordinator: &Actor<'_>, bytes: impl Into<Vec<u8>>) -> Reply {
    coordinator.ask("POST", "/imports?name=mentors.csv").body("text/csv", bytes).send()
}

fn preview(coordinator: &Actor<'_>, rows: &str) -> ImportSummary {
    sends(coordinator, format!("{HEADER}\n{rows}")).expect(201).json()
}

fn read(coordinator: &Actor<'_>, id: ImportId) -> ImportSummary {
    coordinator.sees(&format!("/imports/{id}"))
}

fn rows(coordinator: &Actor<'_>, id: ImportId, query: &str) -> Vec<ImportRow> {
    let (mut all, mut after): (Vec<ImportRow>, String) = (Vec::new(), String::new());
    loop {
        let page: Page<ImportRow> = coordinator.sees(&format!("/imports/{id}/rows?limit=100{query}{after}"));
        all.extend(page.items);
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

/// One row as one reads it: its number, its state, and what it does or needs.
fn said(row: &ImportRow) -> (i64, RowState, Vec<String>) {
    let needs = row.problems.iter().map(|problem| problem.code.clone());
    (row.row, row.state, row.deeds.iter().map(|deed| deed.sentence()).chain(needs).collect())
}

fn runs(coordinator: &Actor<'_>, id: ImportId, invite: bool, rows: u16) -> ImportSummary {
    coordinator.post(&format!("/imports/{id}/run"), &json!({"invite": invite, "rows": rows})).expect(200).json()
}

fn runs_through(coordinator: &Actor<'_>, id: ImportId, invite: bool) -> ImportSummary {
    loop {
        let import = runs(coordinator, id, invite, 200);
        if import.stage == ImportStage::Done {
            return import;
        }
    }
}

fn person(coordinator: &Actor<'_>, email: &str) -> PersonSummary {
    let found: Page<PersonSummary> = coordinator.sees(&format!("/people?search={}", email.replace('@', "%40")));
    assert_eq!(found.items.len(), 1, "{email}");
    found.items.into_iter().next().unwrap()
}

fn people(coordinator: &Actor<'_>) -> usize {
    let (mut n, mut after) = (0, String::new());
    loop {
        let page: Page<PersonSummary> = coordinator.sees(&format!("/people?limit=100{after}"));
        n += page.items.len();
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return n,
        }
    }
}

#[test]
fn a_preview_says_what_each_row_will_do_and_does_nothing() {
    let house = House::open();
    let coordinator = house.coordinator();
    let whinfell = house.school("Whinfell Primary");
    house.mentor("Ada", "Roe", whinfell);
    let import = preview(
        &coordinator,
        "xanthe@b.example,Xanthe,Lune,mentor; reviewer,,Whinfell Primary,,1/9/2026,\n\
         ada@cairn.example,Adeline,Roe,,,Whinfell Primary,,,\n\
         ada@cairn.example,Ada,Roe,,,,,,\n\
         ,Nobody,Known,,primary,,,,\n\
         yves@b.example,Yves,Lune,,secondary,Larkbeck High,112999,,\n\
         zoe@b.example,Zoe,Lune,,secondary,Larkbeck High,112999,,",
    );
    let counts = import.counts;
    assert_eq!((counts.rows, counts.new, counts.unchanged, counts.needs, counts.schools), (6, 3, 1, 2, 1));
    assert_eq!((import.stage, import.invite, import.encoding), (ImportStage::Preview, None, Encoding::Utf8));
    let all = rows(&coordinator, import.id, "");
    assert_eq!(
        said(&all[0]),
        (
            2,
            RowState::New,
            vec![
                "Is added: mentor, panel member, primary.".into(),
                "Is at Whinfell Primary since 1 September 2026.".into()
            ]
        )
    );
    assert_eq!(said(&all[1]), (3, RowState::Unchanged, vec![]));
    assert_eq!((all[1].differences[0].here.as_str(), all[1].differences[0].in_file.as_str()), ("Ada", "Adeline"));
    assert_eq!(said(&all[2]), (4, RowState::Needs, vec!["twice".into()]));
    assert_eq!(said(&all[3]), (5, RowState::Needs, vec!["empty".into()]));
    assert_eq!(all[5].deeds[0].sentence(), "Larkbeck High is added as a school: secondary, URN 112999.");
    assert_eq!(rows(&coordinator, import.id, "&state=needs").len(), 2);
    assert_eq!((people(&coordinator), house.letters().len()), (2, 0));
    let list: Page<ImportSummary> = coordinator.sees("/imports");
    assert_eq!(list.items, [import]);
}

#[test]
fn rows_are_carried_out_once_however_often_it_is_asked() {
    let house = House::open();
    let coordinator = house.coordinator();
    let file = "xanthe@b.example,Xanthe,Lune,,primary,Larkbeck School,112999,1/9/2026,\n\
                yves@b.example,Yves,Lune,school lead,,Larkbeck School,112999,1/9/2026,";
    let first = preview(&coordinator, file);
    let done = runs_through(&coordinator, first.id, true);
    assert_eq!((done.stage, done.counts.done, done.counts.new, done.counts.schools), (ImportStage::Done, 2, 2, 1));
    assert_eq!(house.letters().len(), 2);
    let xanthe = person(&coordinator, "xanthe@b.example");
    assert_eq!((xanthe.state, xanthe.roles.as_slice()), (AccountState::Invited, &[Role::Mentor][..]));
    assert_eq!(xanthe.schools[0].since.to_string(), "2026-09-01");
    assert!(xanthe.invited_at.is_some() && person(&coordinator, "yves@b.example").schools[0].leads);
    // What was done stands in the rows.
    let all = rows(&coordinator, first.id, "");
    assert!(all.iter().all(|row| row.done && row.state == RowState::New));
    assert_eq!(all[0].person_id, Some(xanthe.name.id));
    assert_eq!(all[0].deeds.len(), 3);
    assert_eq!(all[1].deeds.len(), 2, "the school was there by then");
    // Asked again, and sent again, it changes nothing and writes to nobody.
    assert_eq!(runs(&coordinator, first.id, true, 200), done);
    let second = preview(&coordinator, file);
    assert_eq!((second.counts.unchanged, second.counts.schools), (2, 0));
    assert_eq!(runs_through(&coordinator, second.id, true).counts.done, 2);
    assert_eq!((people(&coordinator), house.letters().len()), (3, 2));
    assert_eq!(person(&coordinator, "xanthe@b.example"), xanthe);
    let schools: Page<SchoolSummary> = coordinator.sees("/schools");
    assert_eq!(schools.items.len(), 1);
    // Who was invited comes in with the letter.
    let token = house.token_sent_to("xanthe@b.example");
    let signed_in: SignedIn = house.ask("POST", "/sessions").json(&json!({"token": token})).send().expect(200).json();
    assert_eq!(signed_in.me.name.full(), "Xanthe Lune");
}

/// A thousand and twenty people of eighty schools, as a spreadsheet in Britain writes them.
fn partnership() -> String {
    let mut file = String::from("\u{feff}First name;Surname;E-mail;Phase;School;Shoe size\r\n");
    for n in 0..1020 {
        let (school, phase) = (n % 80, if n % 9 == 0 { "Secondary" } else { "Primary" });
        file.push_str(&format!(
            "Given {n};O’Neill-{n};person{n}@school{school}.example;{phase};{} the Fells, no. {school};42\r\n",
            ["Alder", "Birch", "Cedar", "Damson"][school % 4]
        ));
    }
    file
}

#[test]
fn a_whole_partnership_comes_in_and_a_run_that_broke_off_goes_on() {
    let house = House::open();
    let coordinator = house.coordinator();
    let mut import: ImportSummary = sends(&coordinator, partnership()).expect(201).json();
    let counts = import.counts;
    assert_eq!((counts.rows, counts.new, counts.needs, counts.schools), (1020, 1020, 0, 80));
    assert_eq!(import.unused.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["Shoe size"]);
    // Two lots are done; then the browser is closed.
    for _ in 0..2 {
        import = runs(&coordinator, import.id, true, 150);
    }
    assert_eq!((import.stage, import.counts.done, people(&coordinator)), (ImportStage::Running, 300, 301));
    let wrong = json!({"invite": false});
    coordinator.post(&format!("/imports/{}/run", import.id), &wrong).field("/invite", "begun_otherwise");
    // Somebody sends the same file again meanwhile: it knows who is here.
    let other: ImportSummary = sends(&coordinator, partnership()).expect(201).json();
    assert_eq!((other.counts.new, other.counts.unchanged), (720, 300));
    // The next day it goes on, and the outcome is that of one go.
    house.waits(24 * 3600);
    let done = runs_through(&coordinator, import.id, true);
    assert_eq!((done.counts.done, done.counts.needs, people(&coordinator)), (1020, 0, 1021));
    assert!(
        rows(&coordinator, import.id, "")
            .iter()
            .all(|row| row.deeds.iter().any(|d| d.sentence().ends_with("24 November 2026.")))
    );
    // What the second file had in store is done by now, so nothing comes of it.
    let other = runs_through(&coordinator, other.id, true);
    assert_eq!((other.counts.done, other.counts.needs, people(&coordinator)), (1020, 0, 1021));
    let letters: i64 = house.does(|tx| Ok(cairn_backend::mail::newest(tx, 5000)?.len() as i64));
    assert_eq!(letters, 1020);
}

#[test]
fn a_row_is_put_right_where_it_is_and_a_school_for_all_that_name_it() {
    let house = House::open();
    let coordinator = house.coordinator();
    house.school("Thornbeck Primary School");
    let import = preview(
        &coordinator,
        "lpayne.larkbeck.example,Lorna,Esk-Payne,,primary,,,,\n\
         dai@b.example,Dai,Penhallow,,primary,Thornbek Primary,,,\n\
         ela@b.example,Ela,Penhallow,,primary,thornbek  primary,,,\n\
         farrah@b.example,Farrah,Idle-Brook,,,,,,",
    );
    assert_eq!((import.counts.needs, import.counts.new), (4, 0));
    let needs = rows(&coordinator, import.id, "&state=needs");
    let codes: Vec<&str> = needs.iter().map(|row| row.problems[0].code.as_str()).collect();
    assert_eq!(codes, ["not_an_email", "unknown_school", "unknown_school", "empty"]);
    assert_eq!(needs[1].problems[0].suggestions[0].as_str(), "Thornbeck Primary School");
    let at = format!("/imports/{}", import.id);
    let put = |row: i64, change: serde_json::Value| {
        coordinator.changes("PATCH", &at, &format!("{at}/rows/{row}"), &change).expect(200).json::<ImportRow>()
    };
    let lorna = put(2, json!({"email": " LPayne@larkbeck.example "}));
    assert_eq!((lorna.state, lorna.cells.get(Column::Email)), (RowState::New, "LPayne@larkbeck.example"));
    assert_eq!(put(3, json!({"school": "Thornbeck Primary School"})).state, RowState::New);
    assert_eq!(put(5, json!({"phase": "secondary"})).state, RowState::New);
    let import = read(&coordinator, import.id);
    assert_eq!((import.counts.needs, import.counts.new, import.counts.schools), (0, 4, 0));
    // The same file again, and this time the school is a new one.
    let again = preview(
        &coordinator,
        "dai@b.example,Dai,Penhallow,,primary,Thornbek Primary,,,\nela@b.example,Ela,P,,primary,Thornbek Primary,,,",
    );
    let at = format!("/imports/{}", again.id);
    coordinator.changes("PATCH", &at, &format!("{at}/rows/2"), &json!({"new_school": true})).expect(200);
    assert_eq!((read(&coordinator, again.id).counts.new, read(&coordinator, again.id).counts.schools), (2, 1));
    // An edit names the version that it is meant for, a row that is there, and columns that there are.
    let bare = |row: &str, tag: Option<&str>, body: serde_json::Value| {
        let ask = coordinator.ask("PATCH", &format!("{at}/rows/{row}"));
        tag.into_iter().fold(ask, |ask, tag| ask.if_match(tag)).json(&body).send()
    };
    bare("2", None, json!({})).problem(428, "needs-version");
    bare("2", Some("\"v1\""), json!({})).problem(412, "stale");
    bare("99", Some("\"v2\""), json!({})).problem(404, "not-found");
    bare("x", Some("\"v2\""), json!({})).problem(404, "not-found");
    bare("2", Some("\"v2\""), json!({"shoe_size": "42"})).problem(422, "invalid");
    bare("2", Some("\"v2\""), json!({"email": "x".repeat(301)})).problem(422, "invalid");
    runs_through(&coordinator, again.id, false);
    let tag = coordinator.get(&at).etag();
    bare("2", Some(&tag), json!({"phase": "primary"})).problem(409, "not-now");
}

#[test]
fn what_somebody_changed_meanwhile_is_never_done_blindly() {
    let house = House::open();
    let coordinator = house.coordinator();
    let (whinfell, larkbeck) = (house.school("Whinfell Primary"), house.school("Larkbeck Infants"));
    let ada = house.mentor("Ada", "Roe", whinfell);
    let import = preview(
        &coordinator,
        "xanthe@b.example,Xanthe,Lune,,primary,,,,\n\
         yves@b.example,Yves,Lune,,primary,,,,\n\
         ada@cairn.example,,,lead mentor,,Larkbeck Infants,,1/9/2026,\n\
         bede@b.example,Bede,Holm,,primary,Old School,,,",
    );
    // Xanthe is added by hand as the row would; Yves as somebody else; Ada moves to where the row would move her, and
    // becomes a lead mentor.
    let add = |given: &str, email: &str, phase: &str| {
        let person =
            json!({"given_name": given, "family_name": "Lune", "email": email, "phase": phase, "roles": ["mentor"]});
        coordinator.post("/people", &person).expect(201).json::<PersonSummary>()
    };
    add("Xanthe", "xanthe@b.example", "primary");
    add("Yves", "yves@b.example", "secondary");
    let stays = format!("/people/{}/memberships", ada.id());
    coordinator.delete(&format!("{stays}/{whinfell}?last_day=2026-08-31")).expect(204);
    coordinator.post(&stays, &json!({"school_id": larkbeck, "since": "2026-09-01"})).expect(201);
    let done = runs_through(&coordinator, import.id, false);
    assert_eq!((done.stage, done.counts.done, done.counts.needs), (ImportStage::Done, 3, 1));
    let all = rows(&coordinator, import.id, "");
    assert_eq!(said(&all[0]), (2, RowState::New, vec![]), "she was there already");
    assert_eq!(said(&all[1]), (3, RowState::Needs, vec!["changed_meanwhile".into()]));
    assert_eq!(said(&all[2]), (4, RowState::Changes, vec!["Becomes lead mentor as well.".into()]));
    assert_eq!(person(&coordinator, "yves").phase.map(|p| p.code()), Some("secondary"));
    // Looked at again, the row shows what it would do now, and may go on.
    let again: ImportSummary = coordinator.does(&format!("/imports/{}/preview", import.id)).expect(200).json();
    assert_eq!((again.stage, again.counts.needs, again.counts.changes), (ImportStage::Running, 0, 2));
    assert_eq!(runs_through(&coordinator, import.id, false).counts.done, 4);
    assert_eq!(person(&coordinator, "yves").phase.map(|p| p.code()), Some("primary"));
}

#[test]
fn whoever_left_is_not_brought_back_by_a_file() {
    let house = House::open();
    let coordinator = house.coordinator();
    let ada = house.person("Ada", "Roe", &[Role::Mentor], None);
    coordinator.does(&format!("/people/{}/departure", ada.id())).expect(200);
    let import = preview(&coordinator, "ada@cairn.example,Ada,Roe,mentor,primary,,,,");
    let row = rows(&coordinator, import.id, "").remove(0);
    assert_eq!((said(&row).2, row.person_id), (vec!["has_left".to_owned()], Some(ada.id())));
    let done = runs_through(&coordinator, import.id, true);
    assert_eq!((done.stage, done.counts.done, house.letters().len()), (ImportStage::Done, 0, 0));
    assert_eq!(person(&coordinator, "ada@cairn.example").state, AccountState::Left);
}

#[test]
fn a_move_leaves_the_conflict_of_interest_behind_for_two_years() {
    let house = House::open();
    let scene = Scene::set(&house);
    // Rowan is at Thornbeck and reads; Ada is at Whinfell. Ada moves to Thornbeck, and away again.
    let ada = scene.ada.address();
    let conflict = |who: PersonId| {
        let (mentor, today) = (scene.ada.id(), house.today());
        house.does(move |tx| Ok(cairn_backend::conflict::store::pairs(tx, &[who], &[mentor], today)?))
    };
    assert!(conflict(scene.rowan.id()).is_empty());
    let moves = |school: &str, since: &str| {
        let import = preview(&scene.coordinator, &format!("{ada},,,,,{school},,{since},"));
        assert_eq!(import.counts.changes, 1, "{school}");
        runs_through(&scene.coordinator, import.id, false)
    };
    moves("Thornbeck School", "1/11/2026");
    assert_eq!(conflict(scene.rowan.id()).iter().map(|pair| *pair.2).collect::<Vec<_>>(), [ConflictKind::SameSchool]);
    house.turns_to("2027-01-04");
    moves("Whinfell Primary", "4/1/2027");
    let schools: Vec<String> =
        person(&scene.coordinator, &ada).schools.iter().map(|stay| stay.school_name.to_string()).collect();
    assert_eq!(schools, ["Whinfell Primary"]);
    // The last day at Thornbeck was 3 January 2027.
    house.turns_to("2029-01-03");
    assert_eq!(conflict(scene.rowan.id()).len(), 1);
    house.turns_to("2029-01-04");
    assert!(conflict(scene.rowan.id()).is_empty());
}

#[test]
fn letters_can_wait_and_are_written_once() {
    let house = House::open();
    let coordinator = house.coordinator();
    let import =
        preview(&coordinator, "xanthe@b.example,Xanthe,Lune,,primary,,,,\nyves@b.example,Yves,Lune,,primary,,,,");
    runs_through(&coordinator, import.id, false);
    assert!(house.letters().is_empty());
    let waiting: serde_json::Value = coordinator.sees("/people/invitations");
    assert_eq!(waiting["waiting"], 2);
    assert!(person(&coordinator, "xanthe").invited_at.is_none());
    // Who waits for a letter still waits when the address is put right.
    let path = format!("/people/{}", person(&coordinator, "yves").name.id);
    coordinator.changes("PATCH", &path, &path, &json!({ "email": "yves@beck.example" })).expect(200);
    assert!(house.letters().is_empty() && person(&coordinator, "yves").invited_at.is_none());
    // One is written to by hand, the other with all that wait.
    let xanthe = person(&coordinator, "xanthe").name.id;
    coordinator.does(&format!("/people/{xanthe}/invitations")).expect(202);
    let answer = coordinator.does("/people/invitations").expect(200).json::<serde_json::Value>();
    assert_eq!((&answer["written"], &answer["waiting"]), (&json!(1), &json!(0)));
    let answer = coordinator.does("/people/invitations").expect(200).json::<serde_json::Value>();
    assert_eq!(answer["written"], 0);
    let mut to: Vec<String> = house.letters().into_iter().map(|(to, ..)| to).collect();
    to.sort();
    assert_eq!(to, ["xanthe@b.example", "yves@beck.example"]);
    let ada = house.person("Ada", "Roe", &[Role::Mentor], None);
    ada.get("/people/invitations").problem(404, "not-found");
    ada.does("/people/invitations").problem(404, "not-found");
}

#[test]
fn schools_come_in_by_themselves_too() {
    let house = House::open();
    let coordinator = house.coordinator();
    house.school("Whinfell Primary");
    let csv = "URN,EstablishmentName,PhaseOfEducation (name)\n112001,Whinfell Primary,Primary\n112002,Larkbeck High,Secondary\n,No phase,\n";
    let import: ImportSummary = sends(&coordinator, csv).expect(201).json();
    let all = rows(&coordinator, import.id, "");
    assert_eq!(said(&all[0]).2, ["Whinfell Primary gets its number: URN 112001."]);
    assert_eq!(said(&all[1]).2, ["Larkbeck High is added as a school: secondary, URN 112002."]);
    assert_eq!(said(&all[2]), (4, RowState::Needs, vec!["empty".into()]));
    let done = runs_through(&coordinator, import.id, false);
    assert_eq!((done.counts.done, done.counts.new, done.counts.school, done.counts.schools), (2, 0, 1, 1));
    let found: Page<SchoolSummary> = coordinator.sees("/schools?search=112001");
    assert_eq!(found.items[0].name.as_str(), "Whinfell Primary");
    let found: Page<SchoolSummary> = coordinator.sees("/schools?search=112002");
    assert_eq!(found.items[0].name.as_str(), "Larkbeck High");
}

#[test]
fn names_of_every_kind_are_kept_to_the_letter_and_formulas_are_asked_about() {
    let house = House::open();
    let coordinator = house.coordinator();
    let import = preview(
        &coordinator,
        "a@b.example,\"Anne \"\"Annie\"\"\",\"Smith, Jones\",,primary,,,,\n\
         b@b.example,Омар,عمر,,primary,,,,\n\
         c@b.example,\"=HYPERLINK(\"\"http://x.example\"\")\",Cell,,primary,,,,\n\
         d@b.example,Dee,@SUM(1),,primary,,,,\n\
         e@b.example,'=Tag,\"Two\r\nlines\",,primary,,,,",
    );
    assert_eq!((import.counts.new, import.counts.needs), (2, 3));
    runs_through(&coordinator, import.id, false);
    assert_eq!(person(&coordinator, "a@b.example").name.full(), "Anne \"Annie\" Smith, Jones");
    assert_eq!(person(&coordinator, "b@b.example").name.full(), "Омар عمر");
    // The rows that are left come back as a file that no spreadsheet takes for formulas.
    let reply = coordinator.get(&format!("/imports/{}/file?state=needs", import.id)).expect(200);
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"rows.csv\""));
    let text = reply.text();
    assert!(text.starts_with("\u{feff}Email,Given name,"), "{text}");
    for cell in text.lines().skip(1).flat_map(|line| line.split(',')) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
    }
    // Read again it says the same, but for the column with the advice.
    let sheet = Sheet::read(&reply.body).unwrap();
    assert_eq!(sheet.unused, ["What to put right"]);
    let again: Vec<&Cells> = sheet.rows.iter().map(|(_, cells)| cells).collect();
    let left = rows(&coordinator, import.id, "&state=needs");
    assert_eq!(again, left.iter().map(|row| &row.cells).collect::<Vec<_>>());
}

/// Both databases take lists of values in a notation of their own (`backend/src/db/among.rs`), with marks of its own.
#[test]
fn addresses_are_found_again_whatever_marks_they_have() {
    let house = House::open();
    let coordinator = house.coordinator();
    house.school("Whinfell Primary");
    let of = |addresses: &[&str]| -> String {
        addresses.iter().map(|a| format!("{a},Ada,Roe,mentor,primary,Whinfell Primary,,,\n")).collect()
    };
    let addresses = [
        "o'brien@b.example",
        "{nil}@b.example",
        "null@b.example",
        "a%b_c@b.example",
        "$1?@b.example",
        "ü{}'@b.example",
    ];
    let first = preview(&coordinator, &of(&addresses));
    assert_eq!(runs_through(&coordinator, first.id, false).counts.done, addresses.len() as i64);
    let again = preview(&coordinator, &of(&[&addresses[..], &["a-b-c@b.example"]].concat()));
    assert_eq!((again.counts.unchanged, again.counts.new), (addresses.len() as i64, 1));
}

#[test]
fn a_file_that_can_not_be_used_is_told_why() {
    let house = House::open();
    let coordinator = house.coordinator();
    sends(&coordinator, "").field("", "empty");
    sends(&coordinator, "Name,Shoe size\nAda,38").field("", "no_columns");
    sends(&coordinator, "Email,E-mail\na@b.example,").field("", "two_columns");
    sends(&coordinator, "Email\n\"a@b.example").field("", "open_quote");
    sends(&coordinator, format!("Email\n{}", "a@b.example\n".repeat(5001))).field("", "too_many_rows");
    sends(&coordinator, "PK\u{3}\u{4}…").problem(415, "media-type");
    sends(&coordinator, "%PDF-1.7").problem(415, "media-type");
    sends(&coordinator, vec![b'x'; 2 * 1024 * 1024 + 1]).problem(413, "too-large");
    coordinator.ask("POST", "/imports?name=x").json(&json!({})).send().problem(415, "media-type");
    coordinator.ask("POST", "/imports").body("text/csv", "Email").send().problem(422, "invalid");
    let windows = sends(&coordinator, b"Email,Given name,Family name,Phase\na@b.example,Si\xe2n,\xd3 Neill,p".to_vec());
    let import: ImportSummary = windows.expect(201).json();
    assert_eq!(import.encoding, Encoding::Windows1252);
    assert_eq!(rows(&coordinator, import.id, "")[0].cells.get(Column::FamilyName), "Ó Neill");
    coordinator
        .post(&format!("/imports/{}/run", import.id), &json!({"invite": true, "rows": 0}))
        .field("/rows", "out_of_range");
}

#[test]
fn imports_are_the_coordinators_alone() {
    let house = House::open();
    let coordinator = house.coordinator();
    let import = preview(&coordinator, "x@b.example,X,Y,,primary,,,,").id;
    let ada = house.person("Ada", "Roe", &[Role::Mentor, Role::Reviewer, Role::SchoolLead], None);
    sends(&ada, "Email\nx@b.example").problem(404, "not-found");
    for path in [
        "/imports".to_owned(),
        format!("/imports/{import}"),
        format!("/imports/{import}/rows"),
        format!("/imports/{import}/file"),
    ] {
        ada.get(&path).problem(404, "not-found");
    }
    ada.post(&format!("/imports/{import}/run"), &json!({"invite": true})).problem(404, "not-found");
    ada.does(&format!("/imports/{import}/preview")).problem(404, "not-found");
    let row = ada.ask("PATCH", &format!("/imports/{import}/rows/2")).if_match("\"v1\"").json(&json!({})).send();
    row.problem(404, "not-found");
    coordinator.get(&format!("/imports/{}", house.state.fresh::<ImportId>())).problem(404, "not-found");
    coordinator.get(&format!("/imports/{}/rows", house.state.fresh::<ImportId>())).problem(404, "not-found");
}

#[test]
fn a_repeated_request_makes_one_import_and_an_old_one_is_forgotten() {
    let house = House::open();
    let coordinator = house.coordinator();
    let send = |text: &str| {
        coordinator.ask("POST", "/imports?name=x.csv").key("one-and-the-same").body("text/csv", text).send()
    };
    let first: ImportSummary = send("Email\nx@b.example").expect(201).json();
    let second = send("Email\nx@b.example").expect(201);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.json::<ImportSummary>().id, first.id);
    send("Email\ny@b.example").problem(422, "key-reused");
    house.waits(31 * 24 * 3600);
    let other = preview(&coordinator, "x@b.example,X,Y,,primary,,,,");
    let list: Page<ImportSummary> = coordinator.sees("/imports");
    assert_eq!(list.items.iter().map(|import| import.id).collect::<Vec<_>>(), [other.id]);
    coordinator.get(&format!("/imports/{}", first.id)).problem(404, "not-found");
}
