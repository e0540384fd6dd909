//! Evidence: what is taken, what a file looks like when it comes back, and who opens it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{
    entry::{EntryDetail, Evidence, EvidenceKind, Ticket},
    ids::{EntryId, EvidenceId},
    person::Role,
    qualification::Qualification,
    session::SignedIn,
};
use cairn_tests::{Actor, House, Reply, Scene, Upload, files, until};
use serde_json::json;
use std::{fs, path::PathBuf};

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

/// Attaches a file under a name that a URL holds as it is.
fn attach(actor: &Actor<'_>, entry: EntryId, name: &str, bytes: &[u8]) -> Reply {
    let path = format!("/entries/{entry}/evidence?name={}", encoded(name));
    actor.ask("POST", &path).body("application/octet-stream", bytes).send()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// The only piece of evidence of an answered entry.
fn only(reply: &Reply) -> Evidence {
    let entry: EntryDetail = reply.json();
    assert_eq!(entry.evidence.len(), 1);
    entry.evidence.into_iter().next().unwrap()
}

fn media_type(evidence: &Evidence) -> &str {
    match &evidence.kind {
        EvidenceKind::File { media_type, .. } => media_type,
        EvidenceKind::Link { .. } => panic!("a file was attached"),
    }
}

fn ticket(actor: &Actor<'_>, evidence: EvidenceId) -> Ticket {
    actor.does(&format!("/evidence/{evidence}/tickets")).expect(201).json()
}

/// What anyone gets who has that address.
fn opened(house: &House, url: &str) -> Reply {
    house.ask("GET", url.strip_prefix("/api/v1").expect("an address of the API")).send()
}

#[test]
fn every_kind_that_is_taken_comes_back() {
    let house = House::open();
    let ada = ada(&house);
    for (name, bytes, kind) in files::taken() {
        let evidence = only(&attach(&ada, ada.notes("A moment."), name, &bytes).expect(201));
        assert_eq!(media_type(&evidence), kind, "{name}");
        let file = opened(&house, &ticket(&ada, evidence.id).url).expect(200);
        let sent_as = if kind == "text/plain" { "text/plain; charset=utf-8" } else { kind };
        assert_eq!(file.header("content-type"), Some(sent_as), "{name}");
        if kind.starts_with("image/") {
            assert!(image::load_from_memory(&file.body).is_ok(), "{name}");
        } else {
            assert_eq!(file.body, bytes, "{name}");
        }
    }
}

#[test]
fn what_is_not_taken_is_told_what_is() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    for (name, bytes) in files::not_taken() {
        let reply = attach(&ada, entry, name, &bytes);
        assert_eq!(reply.status, 415, "{name}");
        let said = reply.problem(415, "media-type").detail;
        assert!(said.contains("JPEG"), "{name}: {said}");
    }
    assert!(ada.entry(&entry).evidence.is_empty());
    assert_eq!(house.stored(), [] as [PathBuf; 0]);
}

#[test]
fn a_photo_loses_what_was_hidden_in_it_and_stands_upright() {
    let house = House::open();
    let ada = ada(&house);
    let sent = files::photo_with_place();
    assert!(holds(&sent, b"GPS secret") && holds(&sent, b"Exif"));
    let evidence = only(&attach(&ada, ada.notes("A moment."), "photo.jpg", &sent).expect(201));
    let ticket = ticket(&ada, evidence.id);
    let (photo, small) = (opened(&house, &ticket.url), opened(&house, &ticket.thumbnail_url.expect("a small picture")));
    for file in [&photo, &small] {
        assert_eq!((file.status, file.header("content-type")), (200, Some("image/jpeg")));
        assert!(!holds(&file.body, b"GPS secret") && !holds(&file.body, b"Exif"));
    }
    // It was taken with the camera held sideways.
    let size = |file: &Reply| image::load_from_memory(&file.body).map(|p| (p.width(), p.height())).unwrap();
    assert_eq!(size(&photo), (600, 900));
    assert_eq!(size(&small), (213, 320));
    for file in house.stored() {
        assert!(!holds(&fs::read(file).unwrap(), b"GPS secret"));
    }
}

#[test]
fn a_picture_loses_the_words_that_were_hidden_in_it() {
    let house = House::open();
    let ada = ada(&house);
    let sent = files::png_with_words();
    assert!(holds(&sent, b"GPS secret"));
    let evidence = only(&attach(&ada, ada.notes("A moment."), "board.png", &sent).expect(201));
    let picture = opened(&house, &ticket(&ada, evidence.id).url).expect(200);
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(!holds(&picture.body, b"GPS secret"));
}

#[test]
fn a_photo_that_is_a_page_as_well_is_a_photo_afterwards() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "photo.jpg", &files::polyglot()).expect(201));
    let photo = opened(&house, &ticket(&ada, evidence.id).url).expect(200);
    assert_eq!(photo.header("content-type"), Some("image/jpeg"));
    for file in house.stored() {
        assert!(!holds(&fs::read(file).unwrap(), b"script"));
    }
}

#[test]
fn a_picture_that_is_written_anew_as_another_kind_is_called_that() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "board.WebP", &files::webp()).expect(201));
    let EvidenceKind::File { name, media_type, .. } = evidence.kind else { panic!("a file was attached") };
    assert_eq!((name.as_str(), media_type.as_str()), ("board.jpg", "image/jpeg"));
}

#[test]
fn an_empty_file_is_named_as_such() {
    let house = House::open();
    let ada = ada(&house);
    attach(&ada, ada.notes("A moment."), "notes.txt", b"").field("", "empty_file");
}

#[test]
fn a_file_needs_a_name() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}/evidence", ada.notes("A moment."));
    for query in ["", "?name=", "?name=%0A", "?nam=notes.txt"] {
        let ask = ada.ask("POST", &format!("{path}{query}")).body("application/octet-stream", "words");
        ask.send().problem(422, "invalid");
    }
}

#[test]
fn a_file_is_called_what_it_was_called_without_its_folders() {
    let house = House::open();
    let ada = ada(&house);
    let names = [
        ("notes.txt", "notes.txt", "attachment; filename=\"notes.txt\""),
        ("..\\..\\C:\\fakepath\\notes.txt", "notes.txt", "attachment; filename=\"notes.txt\""),
        ("../../etc/notes.txt", "notes.txt", "attachment; filename=\"notes.txt\""),
        ("say \"hello\".txt", "say \"hello\".txt", "attachment; filename=\"say \\\"hello\\\".txt\""),
        (
            "Ŵyn 👩🏽‍🏫.txt",
            "Ŵyn 👩🏽‍🏫.txt",
            "attachment; filename=\"_yn ____.txt\"; \
             filename*=UTF-8''%C5%B4yn%20%F0%9F%91%A9%F0%9F%8F%BD%E2%80%8D%F0%9F%8F%AB.txt",
        ),
    ];
    for (sent, kept, header) in names {
        let evidence = only(&attach(&ada, ada.notes("A moment."), sent, b"words").expect(201));
        let EvidenceKind::File { name, .. } = &evidence.kind else { panic!("a file was attached") };
        assert_eq!(name.as_str(), kept);
        let file = opened(&house, &ticket(&ada, evidence.id).url).expect(200);
        assert_eq!(file.header("content-disposition"), Some(header));
    }
}

#[test]
fn a_file_is_handed_over_and_never_shown_as_a_page_of_ours() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"<script>alert(1)</script>").expect(201));
    let file = opened(&house, &ticket(&ada, evidence.id).url).expect(200);
    assert!(file.header("content-disposition").is_some_and(|d| d.starts_with("attachment;")));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(file.header("content-security-policy"), Some("sandbox; default-src 'none'; frame-ancestors 'none'"));
    assert_eq!(file.header("cache-control"), Some("private, no-store"));
    assert_eq!(file.header("cross-origin-resource-policy"), Some("same-origin"));
}

#[test]
fn a_part_of_a_file_can_be_asked_for() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"0123456789").expect(201));
    let url = ticket(&ada, evidence.id).url;
    let part = |range: &str| house.ask("GET", url.strip_prefix("/api/v1").unwrap()).header("range", range).send();
    for (range, bytes, says) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=0-", "0123456789", "bytes 0-9/10"),
    ] {
        let reply = part(range).expect(206);
        assert_eq!((reply.text().as_str(), reply.header("content-range")), (bytes, Some(says)), "{range}");
    }
    let beyond = part("bytes=10-20");
    beyond.problem(416, "range");
    assert_eq!(beyond.header("content-range"), Some("bytes */10"));
}

#[test]
fn a_ticket_is_over_after_a_minute() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"words").expect(201));
    let url = ticket(&ada, evidence.id).url;
    house.waits(58);
    opened(&house, &url).expect(200);
    house.waits(3);
    opened(&house, &url).problem(404, "not-found");
}

#[test]
fn a_ticket_ends_with_the_session_that_asked_for_it() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"words").expect(201));
    let signed_in = ada.signs_in();
    let bearer = format!("Bearer {}", signed_in.json::<SignedIn>().access_token);
    let path = format!("/evidence/{}/tickets", evidence.id);
    let asked = house.ask("POST", &path).header("authorization", &bearer).send();
    let url = asked.expect(201).json::<Ticket>().url;
    opened(&house, &url).expect(200);
    let cookie = format!("cairn-refresh={}", signed_in.cookie("cairn-refresh").unwrap());
    house.ask("DELETE", "/sessions/current").header("cookie", &cookie).send().expect(204);
    opened(&house, &url).problem(404, "not-found");
}

#[test]
fn a_ticket_that_nobody_signed_opens_nothing() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"words").expect(201));
    let url = ticket(&ada, evidence.id).url;
    let (rest, signature) = url.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let access = token(&ada);
    for forged in [
        format!("{rest}.{other}{}", &signature[1..]),
        format!("{rest}."),
        "/api/v1/files/x".into(),
        "/api/v1/files/..%2F..%2Fcairn.sqlite".into(),
        // A token of another kind is no ticket.
        format!("/api/v1/files/{access}"),
    ] {
        opened(&house, &forged).problem(404, "not-found");
    }
}

#[test]
fn nobody_else_gets_a_ticket() {
    let house = House::open();
    let school = house.school("Whinfell Primary");
    let (ada, bede) = (house.mentor("Ada", "Roe-Ashby", school), house.mentor("Bede", "Holm", school));
    let coordinator = house.coordinator();
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"words").expect(201));
    let path = format!("/evidence/{}/tickets", evidence.id);
    let nowhere = format!("/evidence/{}/tickets", house.state.fresh::<EvidenceId>());
    for other in [&bede, &coordinator] {
        let strip = |path: &str| {
            let mut problem = other.does(path).problem(404, "not-found");
            problem.instance.clear();
            problem
        };
        assert_eq!(strip(&path), strip(&nowhere));
        other.ask("PATCH", &format!("/evidence/{}", evidence.id)).json(&json!({"caption": "Mine"})).send().expect(404);
        other.delete(&format!("/evidence/{}", evidence.id)).problem(404, "not-found");
        attach(other, ada.notes("Another."), "notes.txt", b"words").problem(404, "not-found");
    }
    assert_eq!(ada.entry(&ada.notes("One more.")).evidence, []);
    house.ask("POST", &path).send().problem(401, "sign-in");
}

#[test]
fn a_ticket_opens_what_may_still_be_opened() {
    let house = House::open();
    let ada = ada(&house);
    let evidence = only(&attach(&ada, ada.notes("A moment."), "notes.txt", b"words").expect(201));
    let url = ticket(&ada, evidence.id).url;
    ada.delete(&format!("/evidence/{}", evidence.id)).expect(200);
    opened(&house, &url).problem(404, "not-found");
    ada.does(&format!("/evidence/{}/tickets", evidence.id)).problem(404, "not-found");
}

#[test]
fn a_reviewer_opens_what_was_sealed_until_a_conflict_comes() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    let entry = scene.ada.notes_all_four();
    let evidence = only(&attach(&scene.ada, entry, "notes.txt", b"words").expect(201));
    let path = format!("/evidence/{}", evidence.id);
    scene.ada.ask("PATCH", &path).json(&json!({"pupils": "not_identifiable", "caption": "Notes"})).send().expect(200);
    scene.ada.arranges(&portfolio, &[entry]);
    let submission = scene.ada.submits(&portfolio).submission.id;
    scene.rowan.does(&format!("{path}/tickets")).problem(404, "not-found");
    scene.reviewers_get(submission);
    // What was sealed stays with its readers when its writer takes it off the entry.
    scene.ada.delete(&path).expect(200);
    let url = ticket(&scene.rowan, evidence.id).url;
    assert_eq!(opened(&house, &url).expect(200).text(), "words");
    for other in [&scene.coordinator, &scene.idris, &scene.mair] {
        other.does(&format!("{path}/tickets")).problem(404, "not-found");
    }
    scene.coordinator.declares(&scene.rowan, &scene.ada);
    opened(&house, &url).problem(404, "not-found");
    scene.rowan.does(&format!("{path}/tickets")).problem(404, "not-found");
}

#[test]
fn no_answer_tells_that_two_files_are_the_same() {
    let house = House::open();
    let (ada, bede) = (ada(&house), house.person("Bede", "Holm", &[Role::Mentor], None));
    let bytes = b"The same words.";
    let hash = cairn_shared::edition::Hash::of(bytes).to_string();
    let sent: Vec<(EvidenceId, Reply)> = [&ada, &bede]
        .map(|who| {
            let reply = attach(who, who.notes("A moment."), "notes.txt", bytes).expect(201);
            (only(&reply).id, reply)
        })
        .into();
    assert_ne!(sent[0].0, sent[1].0);
    let names = |reply: &Reply| {
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&sent[0].1), names(&sent[1].1));
    let mut told = String::new();
    for (who, (id, reply)) in [&ada, &bede].into_iter().zip(&sent) {
        let asked = who.does(&format!("/evidence/{id}/tickets")).expect(201);
        let file = opened(&house, &asked.json::<Ticket>().url).expect(200);
        assert_eq!((file.header("etag"), file.header("last-modified")), (None, None));
        told += &format!("{:?} {} {:?} {:?}", reply.headers, reply.text(), asked.headers, file.headers);
        let claims = asked.json::<Ticket>().url.split('.').nth(1).map(|part| URL_SAFE_NO_PAD.decode(part));
        told += std::str::from_utf8(&claims.expect("claims").expect("in base64")).expect("in UTF-8");
    }
    assert!(!told.contains(&hash), "{told}");
    // One file is kept for both, and goes on being there for the one when the other's is taken away.
    assert_eq!(house.stored().len(), 1);
    ada.delete(&format!("/evidence/{}", sent[0].0)).expect(200);
    assert_eq!(opened(&house, &ticket(&bede, sent[1].0).url).expect(200).body, bytes);
}

#[test]
fn a_repetition_with_the_same_key_attaches_one_file() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    let path = format!("/entries/{entry}/evidence?name=notes.txt");
    let send = |bytes: &str| ada.ask("POST", &path).key("my-key-0001").body("application/octet-stream", bytes).send();
    let first = send("words").expect(201);
    let again = send("words").expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(only(&first).id, only(&again).id);
    send("other words").problem(422, "key-reused");
    assert_eq!(ada.entry(&entry).evidence.len(), 1);
}

// ---- Large files and broken lines

const MEGABYTE: usize = 1024 * 1024;

#[test]
fn a_file_goes_to_the_disk_while_it_arrives() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    let mut upload = Upload::begin(&house, &token(&ada), entry, "transfer-encoding: chunked");
    let on_disk = || house.incoming().iter().filter_map(|path| fs::metadata(path).ok()).map(|m| m.len()).sum::<u64>();
    // What the system keeps between the two is a few megabytes; the rest is on the disk before the file has ended.
    for _ in 0..32 {
        assert!(upload.sends_chunk(MEGABYTE));
    }
    until("most of the file on the disk", || on_disk() > 16 * MEGABYTE as u64);
    assert!(upload.sends_chunk(0));
    let answer = upload.answer();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!((house.incoming().len(), house.stored().len()), (0, 1));
}

#[test]
fn fifty_megabytes_are_the_most() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    let mut upload = Upload::begin(&house, &token(&ada), entry, "transfer-encoding: chunked");
    // The server answers in the middle of it. It may read on until the end, or hang up.
    let _ = (0..60).all(|_| upload.sends_chunk(MEGABYTE)) && upload.sends_chunk(0);
    let answer = upload.answer();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems#too-large"), "{answer}");
    assert!(answer.contains("50 MB"), "{answer}");
    assert!(ada.entry(&entry).evidence.is_empty());
    until("the temporary file gone", || house.incoming().is_empty());
    assert_eq!(house.stored(), [] as [PathBuf; 0]);
}

#[test]
fn a_file_that_says_it_is_too_large_need_not_be_sent() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    let upload = Upload::begin(&house, &token(&ada), entry, &format!("content-length: {}", 50 * MEGABYTE + 1));
    let answer = upload.answer();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems#too-large"), "{answer}");
}

#[test]
fn a_file_that_breaks_off_leaves_nothing() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("A moment.");
    let mut upload = Upload::begin(&house, &token(&ada), entry, "content-length: 1000");
    upload.sends(&[b'x'; 500]);
    until("half of the file there", || !house.incoming().is_empty());
    upload.breaks_off();
    until("the half gone", || house.incoming().is_empty());
    assert_eq!(house.stored(), [] as [PathBuf; 0]);
    assert!(ada.entry(&entry).evidence.is_empty());
}

fn token(actor: &Actor<'_>) -> String {
    actor.signs_in().json::<SignedIn>().access_token
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_program_that_attaches_without_end_is_slowed_down() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("We planned the unit together.");
    // Neither what was not taken nor what was repeated counts.
    attach(&ada, entry, "plan.exe", b"MZ").expect(415);
    for _ in 0..2 {
        let path = format!("/entries/{entry}/evidence?name=plan.txt");
        let ask = ada.ask("POST", &path).key("the-same-click");
        ask.body("application/octet-stream", b"Plan 0".as_slice()).send().expect(201);
    }
    for number in 1..200 {
        attach(&ada, entry, "plan.txt", format!("Plan {number}").as_bytes()).expect(201);
    }
    attach(&ada, entry, "plan.txt", b"Plan 200").problem(429, "slow-down");
    house.waits(15 * 60);
    attach(&ada, entry, "plan.txt", b"Plan 200").expect(201);
}
