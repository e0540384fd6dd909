//! The disk is full: what can't be kept is refused with a clear answer, everything can be read, and nothing is spoilt.

use cairn_shared::{entry::EntryDetail, person::Role, session::SignedIn};
use cairn_tests::{Database, Disk, Got, House, Served, configured, run};
use serde_json::{Value, json};

const PASSWORD: &str = "stones on the path";

#[test]
fn a_full_disk_is_told_and_spoils_nothing() {
    let database = Database::make();
    {
        let house = House::over(database.again(), |_| {});
        let ada = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
        ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
    }
    let disk = Disk::under(&database);
    let settings = disk.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let served = Served::start(&database, &settings);
    let origin = ("origin", "https://cairn.example");
    let sign_in = json!({ "email": "ada@cairn.example", "password": PASSWORD }).to_string();
    let got = served.ask("POST", "/api/v1/sessions", &[origin], &sign_in);
    let bearer = format!("Bearer {}", serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token);
    let signed = [origin, ("authorization", bearer.as_str())];
    let note = |text: &str| served.ask("POST", "/api/v1/entries", &signed, &json!({ "text": text }).to_string());
    let attach = |entry: &EntryDetail| {
        let path = format!("/api/v1/entries/{}/evidence?name=notes.txt", entry.id);
        let kind = ("content-type", "application/octet-stream");
        served.ask("POST", &path, &[origin, signed[1], kind], "Words that are worth keeping.")
    };
    let entry: EntryDetail = serde_json::from_str(&note("Before.").text).unwrap();

    disk.is_full(true);
    let is_told = |got: &Got| {
        let problem: Value = serde_json::from_str(&got.text).unwrap();
        assert_eq!((got.status, &problem["type"]), (507, &json!("/problems#full")), "{got:?}");
        assert_eq!(got.headers["retry-after"], "60");
    };
    is_told(&attach(&entry));
    // PostgreSQL has a disk of its own.
    if database.url().starts_with("sqlite:") {
        is_told(&note("While it is full."));
        is_told(&note("And once more."));
    }
    let found = served.ask("GET", &format!("/api/v1/entries/{}", entry.id), &signed, "");
    assert_eq!(serde_json::from_str::<EntryDetail>(&found.text).unwrap(), entry);

    disk.is_full(false);
    assert_eq!(note("Afterwards.").status, 201);
    assert_eq!(attach(&entry).status, 201);
    let all = served.ask("GET", "/api/v1/entries", &signed, "");
    let all: Value = serde_json::from_str(&all.text).unwrap();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
    drop(served);
    let checked = run(configured(&database).arg("check"));
    assert_eq!((checked.code, checked.err.as_str()), (Some(0), ""), "{checked:?}");
}
