//! `cairn check`: it says whether all is whole, and names what is not.

use cairn_backend::db::{
    Conn,
    schema::{credential, edition, edition_file},
};
use cairn_shared::{entry::EntryDetail, qualification::Qualification};
use cairn_tests::{Database, House, Ran, Scene, configured, files, run};
use diesel::{connection::SimpleConnection, prelude::*};
use serde_json::json;
use std::fs;

fn check(database: &Database) -> Ran {
    run(configured(database).arg("check"))
}

/// Ada sends a portfolio with a photo and a text, and leaves a file behind that belongs to nothing.
fn in_a_house_with_a_portfolio(database: &Database, after: impl FnOnce(&House)) {
    let house = House::over(Database::lent(&database.folder), |_| {});
    let scene = Scene::set(&house);
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
    scene.ada.arranges(&portfolio, &[entry]);
    scene.ada.submits(&portfolio);
    after(&house);
}

#[test]
fn what_is_whole_is_called_so() {
    let database = Database::make();
    in_a_house_with_a_portfolio(&database, |_| {});
    let ran = check(&database);
    // The photo, its small picture, and the text.
    let said = "1 sealed editions, 0 badges and 3 files were looked at.\nAll of it is whole.\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), said, ""));
}

#[test]
fn a_file_that_belongs_to_nothing_does_no_harm() {
    let database = Database::make();
    in_a_house_with_a_portfolio(&database, |house| {
        let runtime = actix_web::rt::Runtime::new().unwrap();
        runtime.block_on(house.state.files.put(b"an upload whose row was never written")).expect("the disk takes it");
    });
    let ran = check(&database);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("\n1 files belong to nothing"), "{ran:?}");
}

#[test]
fn every_file_that_is_missing_or_was_altered_is_named() {
    let database = Database::make();
    let mut stored = Vec::new();
    in_a_house_with_a_portfolio(&database, |house| stored = house.stored());
    let [missing, altered, rest @ ..] = stored.as_slice() else { panic!("three files are stored") };
    assert_eq!(rest.len(), 1);
    fs::remove_file(missing).unwrap();
    // One bit, at the end.
    let mut bytes = fs::read(altered).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(altered, bytes).unwrap();
    let ran = check(&database);
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 2), "{ran:?}");
    assert!(ran.err.contains(&format!("The file {} is not there; it is kept for ", name(missing))), "{ran:?}");
    assert!(ran.err.contains(&format!("The file {} was altered; it is kept for ", name(altered))), "{ran:?}");
    assert!(!ran.out.contains("whole"), "{ran:?}");
}

#[test]
fn an_edition_that_is_not_what_was_sealed_is_named() {
    let database = Database::make();
    in_a_house_with_a_portfolio(&database, |house| {
        house.does(|tx| {
            // The database itself refuses; so somebody went round it.
            let off = match &mut **tx {
                Conn::Sqlite(conn) => conn.batch_execute("DROP TRIGGER edition_stays"),
                Conn::Postgres(conn) => conn.batch_execute("DROP TRIGGER edition_stays ON edition"),
            };
            off?;
            let content: String = edition::table.select(edition::content).first(&mut **tx)?;
            let other = content.replacen("Learning to wait", "Learning to rush", 1);
            assert_ne!(content, other);
            diesel::update(edition::table).set(edition::content.eq(other)).execute(&mut **tx)?;
            Ok(())
        });
    });
    let ran = check(&database);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
    assert!(ran.err.contains(" is not what was sealed: its hash is another."), "{ran:?}");
}

#[test]
fn a_badge_that_is_not_what_was_signed_is_named() {
    let database = Database::make();
    let house = House::over(Database::lent(&database.folder), |_| {});
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let ran = check(&database);
    assert!(ran.code == Some(0) && ran.out.contains(" 1 badges "), "{ran:?}");
    house.does(|tx| {
        let json: String = credential::table.select(credential::json).first(&mut **tx)?;
        let altered = json.replace("Ada Roe-Ashby", "Eve Roe-Ashby");
        diesel::update(credential::table).set(credential::json.eq(altered)).execute(&mut **tx)?;
        Ok(())
    });
    let ran = check(&database);
    assert!(ran.code == Some(1) && ran.err.contains("is not what was signed"), "{ran:?}");
}

#[test]
fn a_list_of_files_that_is_not_the_sealed_one_is_named() {
    let database = Database::make();
    in_a_house_with_a_portfolio(&database, |house| {
        house.does(|tx| {
            let one: String = edition_file::table.select(edition_file::evidence_id).first(&mut **tx)?;
            diesel::delete(edition_file::table.filter(edition_file::evidence_id.eq(one))).execute(&mut **tx)?;
            Ok(())
        });
    });
    let ran = check(&database);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
    assert!(ran.err.contains("The list of files beside the sealed edition "), "{ran:?}");
}

#[test]
fn it_makes_nothing_where_nothing_is() {
    let database = Database::empty();
    fs::remove_dir_all(&database.folder).unwrap();
    let ran = check(&database);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
    assert!(ran.err.contains(" is not there: say where the data are"), "{ran:?}");
    assert!(!database.folder.exists());
}
