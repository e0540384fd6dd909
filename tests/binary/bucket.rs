//! Files in a bucket of an S3-compatible store: several servers share them, and each part of them is sent as from the disk.

use cairn_shared::{
    entry::{EntryDetail, EvidenceKind, Ticket},
    person::Role,
    session::SignedIn,
};
use cairn_test_s3::S3;
use cairn_tests::{Database, Got, House, Ran, Served, agent, ask_at, configured, files, run};
use serde_json::json;
use std::{
    fs,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

const PASSWORD: &str = "stones on the path";
const PUBLIC: &str = "https://cairn.example";
/// More than goes to a bucket in one piece, in bytes.
const LARGE: usize = 9 * 1024 * 1024;

/// A server's settings, as its environment has them.
type Settings<'s> = Vec<(&'s str, &'s str)>;

/// The settings of a server with that store, and a data folder of its own below that of the database.
fn with<'s>(store: &'s [(&'static str, String)], folder: &'s str) -> Settings<'s> {
    let mut settings: Settings = store.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.push(("CAIRN_DATA", folder));
    settings
}

fn folder_of(database: &Database, name: &str) -> String {
    let folder = database.folder.join(name);
    fs::create_dir_all(&folder).unwrap();
    folder.to_string_lossy().into_owned()
}

fn command(database: &Database, settings: &[(&str, &str)], words: &[&Path]) -> Ran {
    run(configured(database).args(words).envs(settings.iter().copied()))
}

/// Ada, who has a password.
fn house_of_ada(database: &Database) {
    let house = House::over(database.again(), |_| {});
    let ada = house.person("Ada", "Roe-Ashby", &[Role::Mentor], None);
    ada.ask("PUT", "/me/password").json(&json!({ "new": PASSWORD })).send().expect(204);
}

/// Ada, at one of the servers.
struct Ada {
    bearer: String,
}

impl Ada {
    fn signs_in(served: &Served) -> Self {
        let sign_in = json!({ "email": "ada@cairn.example", "password": PASSWORD }).to_string();
        let got = served.ask("POST", "/api/v1/sessions", &[("origin", PUBLIC)], &sign_in);
        Self { bearer: format!("Bearer {}", serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token) }
    }

    fn asks(&self, served: &Served, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Got {
        let headers = [&[("authorization", self.bearer.as_str()), ("origin", PUBLIC)], more].concat();
        ask_at(&agent(), &served.url, method, path, &headers, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn notes(&self, served: &Served) -> EntryDetail {
        let note = json!({ "text": "A moment." }).to_string();
        let got =
            self.asks(served, "POST", "/api/v1/entries", &[("content-type", "application/json")], note.as_bytes());
        assert_eq!(got.status, 201, "{got:?}");
        serde_json::from_str(&got.text).unwrap()
    }

    fn attaches(&self, served: &Served, entry: &EntryDetail, name: &str, bytes: &[u8]) -> Got {
        let path = format!("/api/v1/entries/{}/evidence?name={name}", entry.id);
        let kind = ("content-type", "application/octet-stream");
        let key = format!("ada-attaches-{name}");
        self.asks(served, "POST", &path, &[kind, ("idempotency-key", &key)], bytes)
    }

    /// Where the last file of that answer can be opened, and its small picture.
    fn may_open(&self, served: &Served, attached: &Got) -> Ticket {
        let entry: EntryDetail = serde_json::from_str(&attached.text).unwrap_or_else(|_| panic!("{attached:?}"));
        let path = format!("/api/v1/evidence/{}/tickets", entry.evidence.last().unwrap().id);
        serde_json::from_str(&self.asks(served, "POST", &path, &[], b"").text).unwrap()
    }
}

fn words(bytes: usize) -> String {
    let mut words: String = (0..bytes / 8).map(|number| format!("{number:07} ")).collect();
    words.truncate(bytes);
    words
}

#[test]
fn what_is_attached_on_one_server_is_read_on_the_other() {
    let (store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    let (settings, [here, there]) = (store.settings(), ["here", "there"].map(|name| folder_of(&database, name)));
    let one = Served::start(&database, &with(&settings, &here));
    let other = Served::start(&database, &with(&settings, &there));
    let ada = Ada::signs_in(&one);
    let entry = ada.notes(&one);
    let (small, large) = (words(1_000), words(LARGE));
    for (name, sent) in [("small.txt", &small), ("large.txt", &large), ("small.txt", &small)] {
        let attached = ada.attaches(&one, &entry, name, sent.as_bytes());
        assert_eq!(attached.status, 201, "{name}: {attached:?}");
        let url = ada.may_open(&other, &attached).url;
        assert!(ada.asks(&other, "GET", &url, &[], b"").text == *sent, "{name} comes back");
        let middle = sent.len() / 2;
        let range = format!("bytes={middle}-{}", middle + 9);
        let part = ada.asks(&other, "GET", &url, &[("range", &range)], b"");
        assert_eq!((part.status, part.text.as_str()), (206, &sent[middle..middle + 10]), "{name}");
    }
    let (name, photo, _) = files::taken().into_iter().find(|(name, ..)| *name == "photo.jpg").unwrap();
    let attached = ada.attaches(&other, &entry, name, &photo);
    let ticket = ada.may_open(&one, &attached);
    for url in [ticket.url, ticket.thumbnail_url.expect("a small picture")] {
        let mut opened = agent().get(format!("{}{url}", one.url)).call().unwrap();
        assert!(image::load_from_memory(&opened.body_mut().read_to_vec().unwrap()).is_ok(), "{url}");
    }
    // The small text, which was sent twice under one key; the large one; the photo, and its small picture.
    assert_eq!(store.objects().unwrap().len(), 4);
    assert_eq!(store.parts().unwrap(), [] as [std::path::PathBuf; 0]);
    drop((one, other));
    for data in [&here, &there] {
        assert_eq!(files::incoming(Path::new(data)), [] as [std::path::PathBuf; 0]);
        assert_eq!(fs::read_dir(Path::new(data).join("files")).unwrap().count(), 1, "nothing but what is received");
        let ran = command(&database, &with(&settings, data), &["check".as_ref()]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        assert!(ran.out.contains("4 files were looked at."), "{ran:?}");
    }
}

#[test]
fn a_part_is_sent_from_a_bucket_as_from_the_disk() {
    let (store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    let (settings, [here, there]) = (store.settings(), ["here", "there"].map(|name| folder_of(&database, name)));
    let disk = Served::start(&database, &[("CAIRN_DATA", &here)]);
    let bucket = Served::start(&database, &with(&settings, &there));
    let ada = Ada::signs_in(&disk);
    let entry = ada.notes(&disk);
    let sent = words(300);
    // The same row, whose file lies in both.
    let attached = ada.attaches(&disk, &entry, "Ŵyn.txt".replace('Ŵ', "%C5%B4").as_str(), sent.as_bytes());
    assert_eq!(ada.attaches(&bucket, &entry, "other.txt", sent.as_bytes()).status, 201);
    let mut statuses = Vec::new();
    let whole = [None];
    let ranges = [
        "bytes=0-9",
        "bytes=290-",
        "bytes=-5",
        "bytes=0-299",
        "bytes=0-",
        "bytes=0-9999",
        "bytes=-9999",
        "bytes=299-299",
        "bytes=300-",
        "bytes=5-4",
        "bytes=-0",
        "bytes=",
        "",
        "lines=1-2",
        "bytes=0-1,5-6",
        "bytes=900-,0-1",
        "bytes=a-b",
    ];
    for range in whole.into_iter().chain(ranges.map(Some)) {
        for more in [
            &[][..],
            &[("accept-encoding", "gzip")],
            &[("if-none-match", "*")],
            &[("if-none-match", "\"x\"")],
            &[("if-match", "*")],
            &[("if-match", "\"x\"")],
            &[("if-range", "\"x\"")],
        ] {
            let headers: Vec<_> = range.map(|range| ("range", range)).into_iter().chain(more.iter().copied()).collect();
            let [from_disk, from_bucket] = [&disk, &bucket].map(|served| {
                let url = ada.may_open(served, &attached).url;
                let mut got = ada.asks(served, "GET", &url, &headers, b"");
                for own in ["x-request-id", "date"] {
                    got.headers.remove(own);
                }
                // A problem has the id of its request.
                let text = got.text.split("\"instance\"").next().unwrap().to_owned();
                let mut named: Vec<_> = got.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
                named.sort();
                (got.status, named, text)
            });
            statuses.push(from_disk.0);
            assert_eq!(from_disk, from_bucket, "{headers:?}");
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, [200, 206, 304, 412, 416]);
}

#[test]
fn a_server_does_not_start_without_its_bucket_and_says_why() {
    let (mut store, database) = (S3::start().unwrap(), Database::make());
    let settings = store.settings();
    let data = folder_of(&database, "here");
    let ends = |change: (&str, &str), said: &str| {
        let mut settings = with(&settings, &data);
        settings.retain(|(name, _)| *name != change.0);
        settings.push(change);
        let begun = Instant::now();
        let mut serve = configured(&database);
        serve.arg("serve").envs(settings).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut serve = serve.spawn().unwrap();
        while serve.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(40) {
                serve.kill().unwrap();
            }
            thread::sleep(Duration::from_millis(20));
        }
        let ran = serve.wait_with_output().unwrap();
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!((ran.status.code(), told.lines().count()), (Some(1), 1), "{change:?}: {told}");
        assert!(told.starts_with("cairn: Can't keep files in s3://") && told.contains(said), "{change:?}: {told}");
        assert!(!told.contains("tests alone"), "{told}");
    };
    ends(("CAIRN_FILES", "s3://elsewhere/cairn"), "it is not there");
    ends(("CAIRN_S3_SECRET", "another key, of tests alone"), "does not take the key");
    ends(("CAIRN_S3_KEY_ID", "SOMEBODYELSE"), "does not take the key");
    store.goes_away();
    ends(("RUST_LOG", "warn"), "Connection refused");
    store.falls_silent().unwrap();
    ends(("RUST_LOG", "warn"), "");
}

#[test]
fn every_object_that_is_missing_or_was_altered_is_named() {
    let (store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    let (settings, data) = (store.settings(), folder_of(&database, "here"));
    let settings = with(&settings, &data);
    {
        let served = Served::start(&database, &settings);
        let ada = Ada::signs_in(&served);
        let entry = ada.notes(&served);
        for (name, size) in [("one.txt", 100), ("two.txt", 200), ("three.txt", 300)] {
            assert_eq!(ada.attaches(&served, &entry, name, words(size).as_bytes()).status, 201);
        }
    }
    let objects = store.objects().unwrap();
    let [missing, altered, _] = objects.as_slice() else { panic!("three files are stored: {objects:?}") };
    fs::remove_file(missing).unwrap();
    let mut bytes = fs::read(altered).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(altered, bytes).unwrap();
    let ran = command(&database, &settings, &["check".as_ref()]);
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 2), "{ran:?}");
    assert!(ran.err.contains(&format!("The file {} is not there; it is kept for ", name(missing))), "{ran:?}");
    assert!(ran.err.contains(&format!("The file {} was altered; it is kept for ", name(altered))), "{ran:?}");
    let archive = database.folder.join("everything.zip");
    let ran = command(&database, &settings, &["backup".as_ref(), archive.as_ref()]);
    assert!(ran.code == Some(1) && ran.err.starts_with("cairn: 2 files are not in it"), "{ran:?}");
}

#[test]
fn files_move_from_the_folder_into_a_bucket_and_back() {
    let (store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    let sent = [words(500), words(LARGE)];
    {
        let served = Served::start(&database, &[]);
        let ada = Ada::signs_in(&served);
        let entry = ada.notes(&served);
        for (name, sent) in ["small.txt", "large.txt"].into_iter().zip(&sent) {
            assert_eq!(ada.attaches(&served, &entry, name, sent.as_bytes()).status, 201);
        }
    }
    let is_back = |database: &Database, settings: &[(&str, &str)]| {
        let served = Served::start(database, settings);
        let ada = Ada::signs_in(&served);
        let all: serde_json::Value =
            serde_json::from_str(&ada.asks(&served, "GET", "/api/v1/entries", &[], b"").text).unwrap();
        let path = format!("/api/v1/entries/{}", all["items"][0]["id"].as_str().unwrap());
        let entry = ada.asks(&served, "GET", &path, &[], b"");
        for one in serde_json::from_str::<EntryDetail>(&entry.text).unwrap().evidence {
            assert!(matches!(one.kind, EvidenceKind::File { .. }));
            let ticket = ada.asks(&served, "POST", &format!("/api/v1/evidence/{}/tickets", one.id), &[], b"");
            let url = serde_json::from_str::<Ticket>(&ticket.text).unwrap().url;
            let text = ada.asks(&served, "GET", &url, &[], b"").text;
            assert!(sent.contains(&text), "{} bytes", text.len());
        }
    };
    let carries = |from: (&Database, &[(&str, &str)]), to: (&Database, &[(&str, &str)])| {
        let archive = from.0.folder.join("everything.zip");
        let ran = command(from.0, from.1, &["backup".as_ref(), archive.as_ref()]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        let ran = command(to.0, to.1, &["restore".as_ref(), archive.as_ref()]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        assert!(ran.out.contains("and 2 files are back.") && ran.out.ends_with("All of it is whole.\n"), "{ran:?}");
        is_back(to.0, to.1);
    };
    let (second, third) = (Database::empty(), Database::empty());
    let (settings, data) = (store.settings(), folder_of(&second, "here"));
    let bucket = with(&settings, &data);
    carries((&database, &[]), (&second, &bucket));
    assert_eq!(store.objects().unwrap().len(), 2);
    carries((&second, &bucket), (&third, &[]));
}

#[test]
fn nothing_is_brought_back_while_the_bucket_is_away() {
    let (mut store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    {
        let served = Served::start(&database, &[]);
        let ada = Ada::signs_in(&served);
        assert_eq!(ada.attaches(&served, &ada.notes(&served), "one.txt", words(100).as_bytes()).status, 201);
    }
    let archive = database.folder.join("everything.zip");
    assert_eq!(command(&database, &[], &["backup".as_ref(), archive.as_ref()]).code, Some(0));
    let other = Database::empty();
    let (settings, data) = (store.settings(), folder_of(&other, "here"));
    let settings = with(&settings, &data);
    store.goes_away();
    let ran = command(&other, &settings, &["restore".as_ref(), archive.as_ref()]);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
    assert!(ran.err.contains("the bucket of files: "), "{ran:?}");
    store.comes_back().unwrap();
    let ran = command(&other, &settings, &["restore".as_ref(), archive.as_ref()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    store.goes_away();
    for words in [&["check".as_ref()][..], &["backup".as_ref(), other.folder.join("again.zip").as_path()]] {
        let ran = command(&other, &settings, words);
        assert!(ran.code == Some(1) && ran.err.contains("the bucket of files: "), "{ran:?}");
    }
    assert!(!other.folder.join("again.zip").exists());
}

#[test]
fn while_the_bucket_is_away_uploads_are_told_to_come_back_and_the_rest_goes_on() {
    let (mut store, database) = (S3::start().unwrap(), Database::make());
    house_of_ada(&database);
    let (settings, data) = (store.settings(), folder_of(&database, "here"));
    let served = Served::start(&database, &with(&settings, &data));
    let ada = Ada::signs_in(&served);
    let entry = ada.notes(&served);
    let attached = ada.attaches(&served, &entry, "before.txt", words(100).as_bytes());
    let ready = |served: &Served| served.ask("GET", "/readyz", &[], "").status;
    assert_eq!(ready(&served), 200);
    for falls_silent in [false, true] {
        if falls_silent {
            store.falls_silent().unwrap();
        } else {
            store.goes_away();
        }
        let begun = Instant::now();
        for (name, size) in [("small.txt", 100), ("large.txt", LARGE)] {
            let got = ada.attaches(&served, &entry, name, words(size).as_bytes());
            assert_eq!((got.status, got.headers.contains_key("retry-after")), (503, true), "{got:?}");
            assert!(got.text.contains("/problems#busy"), "{got:?}");
        }
        let got = ada.asks(&served, "GET", &ada.may_open(&served, &attached).url, &[], b"");
        assert_eq!((got.status, got.headers.contains_key("retry-after")), (503, true), "{got:?}");
        assert_eq!(ready(&served), 503);
        eprintln!("Away (silent: {falls_silent}): {:?} for three answers and a look.", begun.elapsed());
        // The rest goes on, and does not wait for it.
        let begun = Instant::now();
        assert_eq!(served.ask("GET", "/healthz", &[], "").status, 200);
        ada.notes(&served);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(files::incoming(Path::new(&data)), [] as [std::path::PathBuf; 0], "nothing is left");

        store.comes_back().unwrap();
        assert_eq!(ready(&served), 200);
    }
    // Under the same keys as before.
    for (name, size) in [("small.txt", 100), ("large.txt", LARGE)] {
        let got = ada.attaches(&served, &entry, name, words(size).as_bytes());
        assert_eq!(got.status, 201, "{got:?}");
    }
    let found = ada.asks(&served, "GET", &format!("/api/v1/entries/{}", entry.id), &[], b"");
    assert_eq!(serde_json::from_str::<EntryDetail>(&found.text).unwrap().evidence.len(), 3);
    drop(served);
    let ran = command(&database, &with(&settings, &data), &["check".as_ref()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
}
