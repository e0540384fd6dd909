//! `cairn backup`, `cairn restore` and `cairn copy`: what comes back is what there was, in either database, or nothing.

use cairn_backend::{
    db::rows::{Row, Tally},
    key::Keys,
};
use cairn_credential::{check::check, key::PublicKeys};
use cairn_migrations::Dialect;
use cairn_shared::{
    award::{AwardDetail, AwardSummary},
    celebration::CelebrationDetail,
    entry::{EntryDetail, EvidenceKind, Ticket},
    framework::Standard,
    list::Page,
    print_run::{PrintRun, PrintStage},
    qualification::Qualification,
    session::SignedIn,
};
use cairn_tests::{Database, House, Ran, Scene, Served, columns_of_sqlite, configured, files, run, until};
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    thread,
};

const PASSWORD: &str = "stones on the path";

fn backup(database: &Database, archive: &Path) -> Ran {
    run(configured(database).arg("backup").arg(archive))
}

fn restore(database: &Database, archive: &Path) -> Ran {
    run(configured(database).arg("restore").arg(archive))
}

fn archive_in(database: &Database) -> PathBuf {
    database.folder.join("everything.zip")
}

/// What was signed, and where whoever has the certificate finds it.
struct Signed {
    badges: Vec<String>,
    page: String,
    keys: PublicKeys,
}

/// The forms of a badge that are text.
const FORMS: [&str; 3] = ["json", "jwt", "svg"];

/// Ada, who has a password, sends a portfolio with a photo and a text, hears of one standard that is open, and sends it
/// again. What is signed of what she is awarded.
fn is_lived_in(database: &Database) -> Signed {
    // It issues under the address that a server has which is started from outside.
    let house = House::over(Database::lent(&database.folder), |state| {
        state.config.issuer_url = "https://cairn.example".into();
        state.keys = Keys::open(&state.config.keys, &state.config.issuer_url).expect("the keys open").into();
    });
    let scene = Scene::set(&house);
    scene.ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    let entry = scene.ada.notes_all_four();
    for (name, bytes, _) in files::taken().into_iter().filter(|(name, ..)| ["photo.jpg", "notes.txt"].contains(name)) {
        let path = format!("/entries/{entry}/evidence?name={name}");
        let now: EntryDetail =
            scene.ada.ask("POST", &path).body("application/octet-stream", bytes).send().expect(201).json();
        // What may show a pupil is not sealed.
        let path = format!("/evidence/{}", now.evidence.last().expect("it was attached").id);
        scene.ada.ask("PATCH", &path).json(&json!({ "pupils": "not_identifiable" })).send().expect(200);
    }
    scene.ada.notes("Quotes \" and \\ and\ttabs, 👩🏽‍🏫, ا, and a line\nbreak.");
    scene.ada.arranges(&portfolio, &[entry]);
    let submission = scene.ada.submits(&portfolio).submission.id;
    let awarded = scene.ada.sends_a_portfolio(Qualification::Qlms).submission.id;
    scene.reviewers_get(submission);
    scene.reviewers_get(awarded);
    scene.reviewers_agree(submission, &[Standard::S3]);
    scene.reviewers_agree(awarded, &[]);
    scene.panel_meets();
    scene.anwen.decides(awarded, cairn_tests::findings(&[]), "Dear Ada, thank you for this story.");
    scene.anwen.decides(submission, cairn_tests::findings(&[Standard::S3]), "Dear Ada, thank you for this story.");
    scene.coordinator.releases(scene.autumn);
    let award = scene.ada.sees::<Page<AwardSummary>>("/awards").items[0].id;
    let shown = scene.ada.ask("PUT", &format!("/awards/{award}/publication"));
    shown.json(&json!({ "in_register": true })).send().expect(200);
    celebrates(&scene);
    // A submission after another one, so that a row refers to one of its own table.
    scene.ada.submits(&portfolio);
    let detail: AwardDetail = scene.ada.sees(&format!("/awards/{award}"));
    let badge = |form: &str| scene.ada.get(&format!("/awards/{award}/badge?form={form}")).expect(200).text();
    let did: serde_json::Value = house.ask("GET", "//.well-known/did.json").send().expect(200).json();
    Signed {
        badges: FORMS.map(badge).to_vec(),
        page: detail.verify_url.strip_prefix(&house.url).expect("an address of this house").to_owned(),
        keys: PublicKeys::from_did_document(&did).expect("keys"),
    }
}

/// What was awarded is celebrated and printed: a document is kept in the database itself.
fn celebrates(scene: &Scene<'_>) {
    let (office, round) = (&scene.coordinator, scene.autumn);
    let evening: CelebrationDetail = office
        .post(
            "/celebrations",
            &json!({
                "title": "Celebration meal", "place": "Carrow Hall", "details": "", "starts_at": "2027-01-22T18:00:00Z",
                "ends_at": "2027-01-22T22:00:00Z", "reply_by": "2027-01-15", "places": 9, "guests_each": 1, "rounds": [round],
            }),
        )
        .expect(201)
        .json();
    let path = format!("/celebrations/{}", evening.id);
    office.does(&format!("{path}/invitations")).expect(200);
    let invited: CelebrationDetail = scene.ada.sees(&path);
    let invitation = invited.invitation.expect("Ada is invited");
    let answer = json!({ "coming": true, "guests": ["Grace Roe"], "diet": "No nuts,\nplease" });
    let ask = scene.ada.ask("PUT", &format!("/invitations/{}/reply", invitation.id));
    ask.header("if-match", &invitation.etag).json(&answer).send().expect(200);
    scene.ada.does("/me/calendar").expect(200);
    let run: PrintRun = office.post("/print-runs", &json!({ "celebration_id": evening.id })).expect(201).json();
    let path = format!("/print-runs/{}", run.id);
    until("the certificate is printed", || office.sees::<PrintRun>(&path).stage == PrintStage::Ready);
}

/// Each kind of database that there is here, holding nothing.
fn each_empty() -> Vec<Database> {
    match std::env::var("CAIRN_TEST_DATABASE").as_deref() {
        Ok("postgres") => vec![Database::empty(), Database::empty_file()],
        _ => vec![Database::empty()],
    }
}

fn is_back_in(database: &Database, signed_before: &Signed) {
    // It has no keys to sign with: what was signed is as it was all the same.
    let served = Served::start(database, &[]);
    let origin = ("origin", "https://cairn.example");
    let sign_in = json!({ "email": "ada@cairn.example", "password": PASSWORD }).to_string();
    let got = served.ask("POST", "/api/v1/sessions", &[origin], &sign_in);
    assert_eq!(got.status, 200, "{got:?}");
    let bearer = format!("Bearer {}", serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token);
    let signed = [origin, ("authorization", bearer.as_str())];
    let found = served.ask("GET", "/api/v1/entries?search=quotes", &signed, "");
    assert!(found.text.contains("👩🏽‍🏫"), "{found:?}");
    let all = served.ask("GET", "/api/v1/entries", &signed, "");
    let all: serde_json::Value = serde_json::from_str(&all.text).unwrap();
    let with_files = all["items"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap());
    let mut opened = 0;
    for id in with_files {
        let entry = served.ask("GET", &format!("/api/v1/entries/{id}"), &signed, "");
        for one in serde_json::from_str::<EntryDetail>(&entry.text).unwrap().evidence {
            let EvidenceKind::File { thumbnail: false, .. } = one.kind else { continue };
            let ticket = served.ask("POST", &format!("/api/v1/evidence/{}/tickets", one.id), &signed, "");
            let ticket: Ticket = serde_json::from_str(&ticket.text).unwrap();
            let file = served.ask("GET", &ticket.url, &[], "");
            assert_eq!((file.status, file.text.starts_with("Łukasz")), (200, true), "{file:?}");
            opened += 1;
        }
    }
    assert_eq!(opened, 1);
    let awards = served.ask("GET", "/api/v1/awards", &signed, "");
    let awards: Page<AwardSummary> = serde_json::from_str(&awards.text).unwrap();
    let badge = |form: &str| {
        served.ask("GET", &format!("/api/v1/awards/{}/badge?form={form}", awards.items[0].id), &signed, "").text
    };
    assert_eq!(FORMS.map(badge).to_vec(), signed_before.badges);
    assert!(check(signed_before.badges[1].as_bytes(), &signed_before.keys).is_ok());
    let page = served.ask("GET", &signed_before.page, &[], "");
    assert!(page.status == 200 && page.text.contains("genuine and in force"), "{page:?}");
    let checked = served.ask(
        "POST",
        "/api/v1/badge-checks",
        &[("content-type", "application/octet-stream")],
        &signed_before.badges[1],
    );
    assert!(checked.text.contains("\"verdict\":\"in_force\""), "{checked:?}");
}

#[test]
fn what_is_restored_is_what_there_was_in_either_database() {
    let database = Database::make();
    let signed = is_lived_in(&database);
    let archive = archive_in(&database);
    let ran = backup(&database, &archive);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&archive).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "only its owner reads it");
    }
    for other in each_empty() {
        let ran = restore(&other, &archive);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        assert!(
            ran.out.ends_with("3 sealed editions, 1 badges and 3 files were looked at.\nAll of it is whole.\n"),
            "{ran:?}"
        );
        is_back_in(&other, &signed);
    }
    // Seen from outside of it, table by table.
    let other = Database::empty();
    restore(&other, &archive);
    let ledger = |database: &Database| House::over(Database::lent(&database.folder), |_| {}).ledger();
    assert_eq!(ledger(&other).differing_from(&ledger(&database)), [""; 0]);
    assert_ne!(ledger(&other), ledger(&Database::make()));
}

#[test]
fn a_copy_is_the_same_in_the_other_database_and_back() {
    let database = Database::make();
    is_lived_in(&database);
    let mut from = database.url();
    let mut copied = Vec::new();
    for other in each_empty().into_iter().chain([Database::empty()]) {
        // An address may hold a password, so it can come out of a file.
        let address = other.folder.join("address");
        fs::write(&address, format!("{from}\n")).unwrap();
        let from_file = format!("file:{}", address.display());
        let ran = run(configured(&other).args(["copy", "--from", &from_file, "--to", &other.url()]));
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        from = other.url();
        copied.push((ran.out, other));
    }
    assert!(copied.iter().all(|(said, _)| *said == copied[0].0), "the same number of rows each time");
    let (_, last) = copied.last().unwrap();
    let ledger = |database: &Database| House::over(Database::lent(&database.folder), |_| {}).ledger();
    assert_eq!(ledger(last).differing_from(&ledger(&database)), [""; 0]);
}

#[test]
fn a_database_that_holds_data_is_left_alone() {
    let (database, other) = (Database::make(), Database::make());
    is_lived_in(&database);
    let archive = archive_in(&database);
    backup(&database, &archive);
    House::over(Database::lent(&other.folder), |_| {}).school("Whinfell Primary");
    let ledger = || House::over(Database::lent(&other.folder), |_| {}).ledger();
    let before = ledger();
    let refused = "cairn: The database holds data already. Give one that is empty.\n";
    let ran = restore(&other, &archive);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), refused), "{ran:?}");
    let ran = run(configured(&other).args(["copy", "--from", &database.url(), "--to", &other.url()]));
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), refused), "{ran:?}");
    assert_eq!(ledger(), before);
}

#[test]
fn an_archive_that_is_not_whole_changes_nothing() {
    let database = Database::make();
    is_lived_in(&database);
    let archive = archive_in(&database);
    backup(&database, &archive);
    let bytes = fs::read(&archive).unwrap();
    let spoilt = database.folder.join("spoilt.zip");
    let is_refused = |what: &str, bytes: &[u8]| {
        fs::write(&spoilt, bytes).unwrap();
        let other = Database::empty();
        fs::remove_dir_all(&other.folder).unwrap();
        let ran = restore(&other, &spoilt);
        assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{what}: {ran:?}");
        assert!(!other.folder.exists(), "{what}: nothing was made");
    };
    is_refused("cut off", &bytes[..bytes.len() / 2]);
    is_refused("empty", b"");
    is_refused("something else", b"PK\x03\x04 is how a zip begins");
    // A byte in each part of it, wherever it may fall.
    for part in 1..40 {
        let mut bytes = bytes.clone();
        let at = bytes.len() * part / 40;
        bytes[at] ^= 1;
        fs::write(&spoilt, &bytes).unwrap();
        let other = Database::empty_file();
        let ran = restore(&other, &spoilt);
        if ran.code != Some(0) {
            assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "byte {at}: {ran:?}");
            assert_eq!(fs::read_dir(&other.folder).unwrap().count(), 0, "byte {at}: nothing was made");
        } else {
            // What a zip says of itself beside the content, such as the time, may change and change nothing.
            let again = other.folder.join("again.zip");
            backup(&other, &again);
            assert_eq!(manifest(&again), manifest(&archive), "byte {at}");
        }
    }
}

#[test]
fn an_archive_that_was_changed_with_care_is_found_out() {
    let database = Database::make();
    is_lived_in(&database);
    let archive = archive_in(&database);
    backup(&database, &archive);
    let is_refused = |says: &str, change: Change<'_>| {
        let spoilt = database.folder.join("spoilt.zip");
        rezip(&archive, &spoilt, change);
        let other = Database::empty_file();
        let ran = restore(&other, &spoilt);
        assert_eq!(ran.code, Some(1), "{says}: {ran:?}");
        assert!(ran.err.contains(says), "{ran:?}");
        assert_eq!(fs::read_dir(&other.folder).unwrap().count(), 0, "{says}: nothing was made");
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    is_refused("the table entry is another", &|name, bytes| {
        let other = (name == "rows/entry.ndjson").then(|| text(&bytes).replacen("tabs", "TABS", 1).into());
        Some(other.unwrap_or(bytes))
    });
    is_refused("a row of entry can't be read", &|name, bytes| {
        Some(if name == "rows/entry.ndjson" { [&bytes[..], b"{\n"].concat() } else { bytes })
    });
    is_refused("the table audit is another", &|name, bytes| {
        let fewer = (name == "rows/audit.ndjson").then(|| text(&bytes).split_once('\n').unwrap().1.into());
        Some(fewer.unwrap_or(bytes))
    });
    is_refused(" is another.", &|name, mut bytes| {
        if name.starts_with("files/") {
            bytes.push(b'!');
        }
        Some(bytes)
    });
    is_refused("its list of files is another", &|name, bytes| (!name.starts_with("files/")).then_some(bytes));
    is_refused("its list of files is another", &|name, bytes| {
        Some(if name == "backup.json" { text(&bytes).replace("\"files\": 3", "\"files\": 2").into() } else { bytes })
    });
    is_refused("A newer Cairn made this archive", &|name, bytes| {
        Some(if name == "backup.json" { text(&bytes).replace("\"form\": 1", "\"form\": 2").into() } else { bytes })
    });
    is_refused("This is no backup of Cairn.", &|name, bytes| (name != "backup.json").then_some(bytes));
}

#[test]
fn an_archive_of_any_earlier_schema_comes_back_and_is_brought_up_to_date() {
    let database = Database::make();
    is_lived_in(&database);
    let archive = archive_in(&database);
    backup(&database, &archive);
    let whole = manifest(&archive);
    let newest = cairn_migrations::newest(Dialect::Sqlite);
    assert_eq!(whole["schema"], newest);
    for schema in 1..newest {
        let mut then = SqliteConnection::establish(":memory:").unwrap();
        cairn_migrations::run_to(&mut then, Dialect::Sqlite, schema).unwrap();
        let columns = columns_of_sqlite(&mut then);
        let mut tables: BTreeSet<&str> = columns.keys().filter_map(|name| Some(name.split_once('.')?.0)).collect();
        tables.remove("migration");
        let older = database.folder.join(format!("{schema}.zip"));
        let (mut archived, mut expected) = (whole.clone(), whole.clone());
        archived["schema"] = schema.into();
        archived["tables"].as_object_mut().unwrap().retain(|table, _| tables.contains(table.as_str()));
        // A column of today that there was not then is not in the rows, and holds nothing once they are brought up to date.
        let mut parts = BTreeMap::new();
        for (table, now) in rows_in(&archive).into_iter().filter(|(table, _)| tables.contains(table.as_str())) {
            let knew = |column: &str| columns.contains_key(&format!("{table}.{column}"));
            let (mut then, mut later) = (now.clone(), now);
            for row in &mut then {
                row.retain(|column, _| knew(column));
            }
            for (column, value) in later.iter_mut().flatten() {
                if !knew(column) {
                    *value = Value::Null;
                }
            }
            archived["tables"][&table] = tallied(&then);
            expected["tables"][&table] = tallied(&later);
            let lines = then.iter().map(|row| serde_json::to_string(row).unwrap() + "\n");
            parts.insert(format!("rows/{table}.ndjson"), lines.collect::<String>());
        }
        rezip(&archive, &older, &|name, bytes| match name {
            "backup.json" => Some(archived.to_string().into()),
            _ if name.starts_with("rows/") => parts.get(name).map(|rows| rows.clone().into()),
            _ => Some(bytes),
        });
        for other in each_empty() {
            let ran = restore(&other, &older);
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{schema}: {ran:?}");
            let again = other.folder.join("again.zip");
            assert_eq!(backup(&other, &again).code, Some(0));
            let now = manifest(&again);
            assert_eq!(now["schema"], newest);
            for table in &tables {
                assert_eq!(now["tables"][table], expected["tables"][table], "{table} since {schema}");
            }
        }
    }
}

#[test]
fn what_is_there_is_not_overwritten() {
    let database = Database::make();
    is_lived_in(&database);
    let archive = archive_in(&database);
    fs::write(&archive, "a backup of yesterday").unwrap();
    let ran = backup(&database, &archive);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.ends_with(" is there already. Give another name.\n"), "{ran:?}");
    assert_eq!(fs::read(&archive).unwrap(), b"a backup of yesterday");
    let ran = backup(&database, Path::new("/nowhere/everything.zip"));
    assert!(ran.code == Some(1) && ran.err.contains("can't be written"), "{ran:?}");
}

#[test]
fn files_that_are_gone_are_told_and_the_rest_is_carried() {
    let database = Database::make();
    is_lived_in(&database);
    let stored = House::over(Database::lent(&database.folder), |_| {}).stored();
    fs::remove_file(&stored[0]).unwrap();
    fs::write(&stored[1], "something else").unwrap();
    let archive = archive_in(&database);
    let ran = backup(&database, &archive);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.starts_with("cairn: 2 files are not in it"), "{ran:?}");
    let other = Database::empty();
    let ran = restore(&other, &archive);
    assert!(ran.out.contains("2 files were not in the archive"), "{ran:?}");
    // All the rows are back, and what they miss is told again.
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 2), "{ran:?}");
}

#[test]
fn a_backup_beside_a_server_at_work_is_one_state_of_it() {
    let database = Database::make();
    is_lived_in(&database);
    let served = Served::start(&database, &[]);
    let origin = ("origin", "https://cairn.example");
    let sign_in = json!({ "email": "ada@cairn.example", "password": PASSWORD }).to_string();
    let got = served.ask("POST", "/api/v1/sessions", &[origin], &sign_in);
    let bearer = format!("Bearer {}", serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token);
    let signed = [origin, ("authorization", bearer.as_str())];
    let archives: Vec<_> = (0..3).map(|number| database.folder.join(format!("{number}.zip"))).collect();
    thread::scope(|scope| {
        let backing_up = scope.spawn(|| archives.iter().map(|archive| backup(&database, archive)).collect::<Vec<_>>());
        let mut number = 0;
        while !backing_up.is_finished() || number <= 3 {
            number += 1;
            let note = json!({ "text": format!("Moment {number}, noted during the backup.") }).to_string();
            assert_eq!(served.ask("POST", "/api/v1/entries", &signed, &note).status, 201);
        }
        assert!(backing_up.join().unwrap().iter().all(|ran| ran.code == Some(0)));
    });
    for archive in archives {
        // An entry and its first version are written together: each is carried, or neither.
        let ran = restore(&Database::empty(), &archive);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    }
}

fn manifest(archive: &Path) -> serde_json::Value {
    let mut zip = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    serde_json::from_reader(zip.by_name("backup.json").unwrap()).unwrap()
}

/// All rows of an archive, by table.
fn rows_in(archive: &Path) -> BTreeMap<String, Vec<Row>> {
    let mut zip = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
    let tables = names.iter().filter_map(|name| Some((name, name.strip_prefix("rows/")?.strip_suffix(".ndjson")?)));
    let rows = tables.map(|(name, table)| {
        let text = std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
        (table.to_owned(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    });
    rows.collect()
}

/// What an archive says of the rows of a table.
fn tallied(rows: &[Row]) -> Value {
    let mut tally = Tally::default();
    for row in rows {
        tally.count(row);
    }
    let (rows, sha256) = tally.end();
    json!({ "rows": rows, "sha256": sha256 })
}

/// What becomes of a part of an archive, by its name; nothing, if it is left out.
type Change<'c> = &'c dyn Fn(&str, Vec<u8>) -> Option<Vec<u8>>;

/// Writes the archive again, with parts that are changed or left out, as someone would who knows what a zip is.
fn rezip(from: &Path, to: &Path, change: Change<'_>) {
    let mut zip = zip::ZipArchive::new(fs::File::open(from).unwrap()).unwrap();
    let mut out = zip::ZipWriter::new(fs::File::create(to).unwrap());
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let (name, mut bytes) = (entry.name().to_owned(), Vec::new());
        std::io::copy(&mut entry, &mut bytes).unwrap();
        if let Some(bytes) = change(&name, bytes) {
            out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut out, &bytes).unwrap();
        }
    }
    out.finish().unwrap();
}
