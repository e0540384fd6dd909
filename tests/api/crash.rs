//! A server that dies while it receives a file leaves the whole file or none of it, and no row without its file.
//!
//! The server that dies is this test program, called by itself with a step to die at.

use cairn_backend::files::Step;
use cairn_shared::{
    edition::Hash,
    entry::{EntryDetail, Ticket},
    ids::EntryId,
    person::Role,
    session::SignedIn,
};
use cairn_tests::{Database, House, Upload, files, until};
use serde_json::json;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
};

/// What the program is told when it calls itself: the folder of the database, the step, the entry, and a sign-in link.
const TOLD: [&str; 4] = ["CAIRN_TEST_FOLDER", "CAIRN_TEST_STEP", "CAIRN_TEST_ENTRY", "CAIRN_TEST_LINK"];
/// The steps, and how many whole files a death there leaves.
const STEPS: [(&str, usize); 4] = [("begun", 0), ("half written", 0), ("flushed", 0), ("settled", 1)];
const WORDS: &str = "Words that are worth keeping.";
const HALF: usize = WORDS.len() / 2;

fn die_when_flushed(step: Step) {
    if step == Step::Flushed {
        process::abort();
    }
}

fn die_when_settled(step: Step) {
    if step == Step::Settled {
        process::abort();
    }
}

#[test]
fn a_crash_at_any_step_leaves_the_whole_file_or_none() {
    if let Ok(told) = TOLD.map(env::var).into_iter().collect::<Result<Vec<_>, _>>() {
        die(Path::new(&told[0]), &told[1], told[2].parse().unwrap(), &told[3]);
    }
    for (step, whole) in STEPS {
        let database = Database::make();
        let (entry, link) = {
            let house = House::over(Database::lent(&database.folder), |_| {});
            let ada = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
            (ada.notes("A moment."), ada.link.clone())
        };
        let told = [database.folder.to_string_lossy().into_owned(), step.into(), entry.to_string(), link.clone()];
        let died = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::a_crash_at_any_step_leaves_the_whole_file_or_none", "--nocapture"])
            .envs(TOLD.into_iter().zip(told))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&died.stderr);
        assert!(died.status.code().is_none(), "{step}: it went on to its end: {said}");
        let left = files::incoming(&database.folder);
        assert_eq!(left.len(), usize::from(step != "settled"), "{step}: {left:?}");

        let house = House::over(Database::lent(&database.folder), |_| {});
        assert_eq!(house.incoming(), [] as [PathBuf; 0], "{step}");
        let stored = house.stored();
        assert_eq!(stored.len(), whole, "{step}");
        for file in stored {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(Hash::of(&fs::read(&file).unwrap()).to_string(), name, "{step}");
        }
        assert_eq!(evidence(&house, &link, entry), None, "{step}");
        // Sent again, it arrives.
        let token = signs_in(&house, &link);
        let mut upload = Upload::begin(&house, &token, entry, &framing());
        upload.sends(WORDS.as_bytes());
        let answer = upload.answer();
        assert!(answer.starts_with("HTTP/1.1 201"), "{step}: {answer}");
        assert_eq!(evidence(&house, &link, entry).as_deref(), Some(WORDS), "{step}");
    }
}

/// Receives a file, and dies at that step of it.
fn die(folder: &Path, step: &str, entry: EntryId, link: &str) -> ! {
    let house = House::over(Database::lent(folder), |state| match step {
        "flushed" => state.files.tell(die_when_flushed),
        "settled" => state.files.tell(die_when_settled),
        _ => {}
    });
    let token = signs_in(&house, link);
    let mut upload = Upload::begin(&house, &token, entry, &framing());
    let arrived = |least: u64| house.incoming().iter().any(|file| fs::metadata(file).is_ok_and(|m| m.len() >= least));
    match step {
        "begun" => until("the file", || arrived(0)),
        "half written" => {
            upload.sends(&WORDS.as_bytes()[..HALF]);
            until("half of the file", || arrived(1));
        }
        _ => {
            upload.sends(WORDS.as_bytes());
            panic!("the server went past {step}: {}", upload.answer());
        }
    }
    process::abort();
}

/// Says how long the file is.
fn framing() -> String {
    format!("content-length: {}", WORDS.len())
}

fn signs_in(house: &House, link: &str) -> String {
    let reply = house.ask("POST", "/sessions").json(&json!({"token": link})).send().expect(200);
    reply.json::<SignedIn>().access_token
}

/// What the entry's only piece of evidence holds, if it has one.
fn evidence(house: &House, link: &str, entry: EntryId) -> Option<String> {
    let bearer = format!("Bearer {}", signs_in(house, link));
    let ask = |method: &str, path: &str| house.ask(method, path).header("authorization", &bearer).send();
    let entry: EntryDetail = ask("GET", &format!("/entries/{entry}")).expect(200).json();
    let id = entry.evidence.first()?.id;
    let ticket: Ticket = ask("POST", &format!("/evidence/{id}/tickets")).expect(201).json();
    Some(house.ask("GET", ticket.url.strip_prefix("/api/v1").unwrap()).send().expect(200).text())
}

#[test]
fn a_server_that_starts_leaves_what_another_is_receiving() {
    let database = Database::make();
    let first = House::over(Database::lent(&database.folder), |_| {});
    let ada = first.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
    let entry = ada.notes("A moment.");
    let token = ada.signs_in().json::<SignedIn>().access_token;
    let mut upload = Upload::begin(&first, &token, entry, &framing());
    upload.sends(&WORDS.as_bytes()[..HALF]);
    until("half of the file", || first.incoming().iter().any(|file| fs::metadata(file).is_ok_and(|m| m.len() > 0)));
    let second = House::over(Database::lent(&database.folder), |_| {});
    upload.sends(&WORDS.as_bytes()[HALF..]);
    let answer = upload.answer();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(evidence(&second, &ada.link, entry).as_deref(), Some(WORDS));
}
