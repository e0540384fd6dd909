//! What people and their devices really send: it comes back to the letter, or it is said what to change and where. Nothing
//! of it is lost, and nothing of it breaks the server.

use cairn_shared::{
    entry::{EntryDetail, EntrySummary, EntryVersion, VersionReason},
    list::Page,
    person::Role,
    problem::Overtaken,
    qualification::Qualification,
};
use cairn_tests::{Actor, House, Reply, Scene};
use serde_json::{Value, json};
use std::{collections::BTreeSet, thread};

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

/// Sends a body of JSON as it is.
fn raw(actor: &Actor<'_>, body: impl Into<Vec<u8>>) -> Reply {
    actor.ask("POST", "/entries").body("application/json", body).send()
}

fn entries(actor: &Actor<'_>) -> Vec<EntrySummary> {
    actor.sees::<Page<EntrySummary>>("/entries").items
}

/// Texts that are easily mistreated.
const TEXTS: [(&str, &str); 12] = [
    ("Hebrew with an embedded direction", "שלום עולם, \u{202b}ימין\u{202c} ושמאל"),
    ("Arabic with a left-to-right word", "قالت Priya: لماذا؟"),
    ("a family and a flag, joined by zero-width joiners", "👩🏽‍🏫 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿"),
    ("Welsh", "Ŵyn a’i ffrindiau, Llŷr"),
    ("combining marks, not composed", "e\u{301}a\u{308}\u{323}"),
    ("the same, composed", "éạ\u{308}"),
    ("a mark that combines with nothing", "\u{301}"),
    ("characters beyond the first plane", "𝔐𝔢𝔫𝔱𝔬𝔯 𠜎 🪨"),
    ("a zero-width space and a word joiner", "a\u{200b}b\u{2060}c"),
    ("the last character of all, and a private one", "\u{10ffff}\u{e000}\u{fffd}"),
    ("spaces, tabs and lines that mean something", "  two\t\ttabs \n\n\n  three lines  "),
    ("what other systems take for their own", "'; DROP TABLE entry; -- <script>alert(1)</script> {{7*7}} ${x} %s \\"),
];

#[test]
fn every_text_comes_back_to_the_letter() {
    let house = House::open();
    let ada = ada(&house);
    for (what, text) in TEXTS {
        // Written out, and as the escapes that some clients send for everything.
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for body in [json!({"text": text}).to_string(), format!("{{\"text\":\"{escaped}\"}}")] {
            let entry: EntryDetail = raw(&ada, body).expect(201).json();
            assert_eq!(entry.text.as_str(), text, "{what}");
            assert_eq!(ada.entry(&entry.id).text.as_str(), text, "{what}");
        }
    }
}

#[test]
fn every_text_comes_through_an_edit_a_version_and_an_edition() {
    let house = House::open();
    let scene = Scene::set(&house);
    let all = TEXTS.map(|(_, text)| text).join("\n");
    let entry = scene.ada.notes("First words.");
    let path = format!("/entries/{entry}");
    scene.ada.changes("PATCH", &path, &path, &json!({"text": all})).expect(200);
    house.waits(3600);
    scene.ada.changes("PATCH", &path, &path, &json!({"text": format!("{all}\nAnd more.")})).expect(200);
    let versions = scene.ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    assert!(versions.iter().any(|version| version.text.as_str() == all));
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    scene.ada.arranges(&portfolio, &[entry]);
    let sent = scene.ada.submits(&portfolio);
    assert!(serde_json::to_value(&sent.edition).unwrap()["pieces"][0]["text"] == json!(format!("{all}\nAnd more.")));
    assert_eq!(sent.edition.hash(), sent.hash);
}

#[test]
fn line_ends_of_every_system_become_one() {
    let house = House::open();
    let entry: EntryDetail = raw(&ada(&house), r#"{"text":"a\r\nb\rc\nd"}"#).expect(201).json();
    assert_eq!(entry.text.as_str(), "a\nb\nc\nd");
}

#[test]
fn half_a_character_is_named_by_its_place() {
    let house = House::open();
    let ada = ada(&house);
    for half in ["\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\ud83d", "words \\ude00\\ud83d words"] {
        raw(&ada, format!("{{\"text\":\"{half}\"}}")).field("/text", "half_character");
        raw(&ada, format!("{{\"text\":\"x\",\"title\":\"{half}\"}}")).field("/title", "half_character");
    }
    assert!(entries(&ada).is_empty());
}

#[test]
fn a_character_that_no_keyboard_writes_is_named_by_its_place() {
    let house = House::open();
    let ada = ada(&house);
    for control in ["\\u0000", "\\u0007", "\\u001b[31m", "\\u007f", "\\u0085"] {
        raw(&ada, format!("{{\"text\":\"a{control}b\"}}")).field("/text", "invalid");
        raw(&ada, format!("{{\"text\":\"x\",\"title\":\"a{control}b\"}}")).field("/title", "invalid");
    }
    // Not written as an escape it isn't JSON.
    raw(&ada, b"{\"text\":\"a\0b\"}".to_vec()).problem(400, "malformed");
    assert!(entries(&ada).is_empty());
}

#[test]
fn a_nul_is_nowhere_taken() {
    let house = House::open();
    let scene = Scene::set(&house);
    let entry = scene.ada.notes("Words.");
    let link = json!({"standard": "s1", "anchor": {"quote": "Wor\u{0}ds", "start": 0}});
    scene.ada.post(&format!("/entries/{entry}/links"), &link).problem(422, "invalid");
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Roe\u{0}"})).send().problem(422, "invalid");
    scene.coordinator.post("/schools", &json!({"name": "A\u{0}B", "phase": "primary"})).problem(422, "invalid");
    house.ask("POST", "/sign-in-links").json(&json!({"email": "a\u{0}@b.example"})).send().problem(422, "invalid");
    house.ask("POST", "/sessions").json(&json!({"token": "a\u{0}b"})).send().problem(422, "invalid");
    let verify = json!({"code": "QM26\u{0}", "family_name": "Roe"});
    house.ask("POST", "/verifications").json(&verify).send().problem(422, "invalid");
    for query in ["search=a%00b", "after=%00", "standard=%00"] {
        let status = scene.ada.get(&format!("/entries?{query}")).status;
        assert_eq!(status, if query.starts_with("search") { 200 } else { 422 }, "{query}");
    }
}

#[test]
fn values_of_another_type_are_named_by_their_place() {
    let house = House::open();
    let ada = ada(&house);
    for value in [json!(null), json!(7), json!(true), json!([]), json!({}), json!(["Words."])] {
        ada.post("/entries", &json!({"text": value})).field("/text", "invalid");
    }
    for value in [json!(null), json!(7), json!("s1"), json!({}), json!([["s1"]])] {
        ada.post("/entries", &json!({"text": "x", "standards": value})).problem(422, "invalid");
    }
    for body in ["null", "7", "\"words\"", "[]", "[{\"text\":\"x\"}]", "true"] {
        raw(&ada, body).problem(422, "invalid");
    }
    for date in
        ["2026-02-30", "26-02-2026", "2026-2-3", "tomorrow", "", "2026-11-24T09:00:00Z", "9999-12-31", "0000-01-01"]
    {
        ada.post("/entries", &json!({"text": "x", "happened_on": date})).field("/happened_on", "invalid");
    }
}

#[test]
fn a_key_that_is_sent_twice_or_is_nobodys_is_told_so() {
    let house = House::open();
    let ada = ada(&house);
    raw(&ada, r#"{"text":"one","text":"two"}"#).field("/text", "twice");
    for key in ["id", "owner_id", "version", "created_at", "__proto__", "Text"] {
        raw(&ada, format!("{{\"text\":\"x\",\"{key}\":1}}")).field(&format!("/{key}"), "not_known");
    }
    raw(&ada, r#"{"text":"x","standards":["s1"],"a/b~c":1}"#).field("/a~1b~0c", "not_known");
    raw(&ada, "{\"text\":\"x\",\"text\\u0000\":1}").problem(422, "invalid");
    assert!(entries(&ada).is_empty());
}

#[test]
fn what_is_needed_is_named() {
    let house = House::open();
    let ada = ada(&house);
    raw(&ada, "{}").field("/text", "needed");
    let link = format!("/entries/{}/links", ada.notes("Words."));
    ada.post(&link, &json!({"standard": "s1", "anchor": {"start": 0}})).field("/anchor/quote", "needed");
    ada.post(&link, &json!({"standard": "s1", "anchor": {"quote": "W", "start": 0, "end": 1}}))
        .field("/anchor/end", "not_known");
    ada.post(&link, &json!({"standard": "s1", "anchor": {"quote": "W", "start": -1}}))
        .field("/anchor/start", "invalid");
}

#[test]
fn a_query_that_is_odd_is_named_by_its_place() {
    let house = House::open();
    let ada = ada(&house);
    for (query, pointer, code) in [
        ("limit=many", "/limit", "invalid"),
        ("standard=s1&limit=-1", "/limit", "invalid"),
        ("limit=0", "/limit", "out_of_range"),
        ("limit=101", "/limit", "out_of_range"),
        ("standard=s9&limit=2", "/standard", "invalid"),
        ("binned=perhaps", "/binned", "invalid"),
        ("owner_id=me", "/owner_id", "not_known"),
        ("after=nonsense", "/after", "not_a_cursor"),
    ] {
        ada.get(&format!("/entries?{query}")).field(pointer, code);
    }
}

#[test]
fn no_word_of_a_programmer_reaches_a_person() {
    let house = House::open();
    let ada = ada(&house);
    let bodies = [
        "{}",
        "null",
        "[]",
        "{\"text\":7}",
        "{\"text\":\"x\",\"state\":\"y\"}",
        "{\"x\":1}",
        "{\"text\":\"x\",\"standards\":1}",
    ];
    for body in bodies {
        let problem = raw(&ada, body).problem(422, "invalid");
        let said = format!("{} {}", problem.detail, problem.errors[0].detail);
        for word in ["missing", "expected", "variant", "struct", "field", "invalid", "type"] {
            assert!(!said.contains(word), "{body}: {said}");
        }
    }
}

#[test]
fn what_is_no_json_is_told_so() {
    let house = House::open();
    let ada = ada(&house);
    let bodies: [&[u8]; 14] = [
        b"",
        b" ",
        b"{",
        b"}",
        b"{\"text\":\"x\"",
        b"{\"text\":\"x\",}",
        b"{text:\"x\"}",
        b"{'text':'x'}",
        b"{\"text\":\"x\"}{\"text\":\"y\"}",
        b"{\"text\":\"a\nb\"}",
        b"{\"text\":\"\\x41\"}",
        b"{\"text\":NaN}",
        b"\xef\xbb\xbf{\"text\":\"x\"}",
        b"{\"text\":\"\xff\"}",
    ];
    for body in bodies {
        raw(&ada, body).problem(400, "malformed");
    }
    assert!(entries(&ada).is_empty());
}

#[test]
fn json_that_is_nested_deeply_is_not_followed() {
    let house = House::open();
    let ada = ada(&house);
    for depth in [200, 100_000] {
        let nested = "[".repeat(depth) + &"]".repeat(depth);
        let status = raw(&ada, format!("{{\"text\":{nested}}}")).status;
        assert_eq!(status, 422, "the text is no list, however deep");
        raw(&ada, format!("{{\"nobody\":{nested}}}")).problem(422, "invalid");
        raw(&ada, nested).problem(422, "invalid");
        let objects = "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
        raw(&ada, objects).problem(422, "invalid");
    }
    ada.get("/me").expect(200);
}

#[test]
fn the_longest_text_is_taken_and_one_character_more_is_not() {
    let house = House::open();
    let ada = ada(&house);
    // Characters are counted, not bytes: these have four each.
    let longest = "🪨".repeat(60_000);
    let entry: EntryDetail = ada.post("/entries", &json!({"text": longest})).expect(201).json();
    assert_eq!(ada.entry(&entry.id).text.as_str(), longest);
    let problem = ada.post("/entries", &json!({"text": longest + "x"})).problem(422, "invalid");
    assert!(problem.errors[0].pointer == "/text" && problem.detail.contains("60000"), "{problem:?}");
}

#[test]
fn a_list_that_is_too_long_is_named_and_one_that_repeats_itself_is_tidied() {
    let house = House::open();
    let ada = ada(&house);
    ada.post("/entries", &json!({"text": "x", "standards": ["s1", "s1", "s1", "s1", "s1"]}))
        .field("/standards", "too_many");
    let entry: EntryDetail =
        ada.post("/entries", &json!({"text": "x", "standards": ["s2", "s1", "s2"]})).expect(201).json();
    assert_eq!(entry.links.len(), 2);
    let invite = json!({"given_name": "A", "family_name": "B", "email": "a@b.example", "roles": vec!["mentor"; 6]});
    house.coordinator().post("/people", &invite).field("/roles", "too_many");
}

#[test]
fn a_header_that_is_odd_is_told_so() {
    let house = House::open();
    let ada = ada(&house);
    let send =
        |name: &str, value: &str| ada.ask("POST", "/entries").header(name, value).json(&json!({"text": "x"})).send();
    for key in ["short", &"x".repeat(101)] {
        send("idempotency-key", key).problem(400, "malformed");
    }
    let path = format!("/entries/{}", ada.notes("Words."));
    for tag in ["", "v1", "W/\"v1\"", "*", "\"v1\", \"v2\"", "\"v-1\"", "\"v99999999999999999999\"", "\"v0\""] {
        ada.ask("PATCH", &path).if_match(tag).json(&json!({"text": "Others."})).send().problem(412, "stale");
    }
    for bearer in
        ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer x.y.z", &format!("Bearer {}", "x".repeat(5000))]
    {
        house.ask("GET", "/me").header("authorization", bearer).send().problem(401, "sign-in");
    }
    assert_eq!(ada.sees::<EntryDetail>(&path).text.as_str(), "Words.");
}

// ---- Twice, at once, and too late

#[test]
fn a_double_click_from_two_threads_has_one_effect() {
    let house = House::open();
    let ada = ada(&house);
    let portfolio = ada.starts(Qualification::Qms).portfolio_id;
    ada.arranges(&portfolio, &[ada.notes_all_four()]);
    let submit = json!({"declaration": {"own_work": true, "nobody_identifiable": true}});
    let path = format!("/portfolios/{portfolio}/submissions");
    let click = || ada.ask("POST", &path).key("the-same-click").json(&submit).send().expect(201);
    let answers: Vec<Reply> = thread::scope(|scope| {
        let clicks: Vec<_> = (0..2).map(|_| scope.spawn(click)).collect();
        clicks.into_iter().map(|c| c.join().unwrap()).collect()
    });
    assert_eq!(answers[0].json::<Value>()["submission"]["id"], answers[1].json::<Value>()["submission"]["id"]);
    assert_eq!(answers.iter().filter(|a| a.header("idempotent-replayed") == Some("true")).count(), 1);
    assert_eq!(ada.sees::<Value>("/submissions")["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.letters().iter().filter(|(to, ..)| *to == ada.address()).count(), 1);
    let other = json!({"declaration": {"own_work": true, "nobody_identifiable": true, "quotes_agreed": true}});
    ada.ask("POST", &path).key("the-same-click").json(&other).send().problem(422, "key-reused");
    // The key is this request's alone: neither another address nor another method may use it.
    ada.ask("POST", "/entries").key("the-same-click").json(&json!({"text": "x"})).send().problem(422, "key-reused");
}

#[test]
fn what_did_not_succeed_can_be_tried_again_with_its_key() {
    let house = House::open();
    let ada = ada(&house);
    let portfolio = ada.starts(Qualification::Qms).portfolio_id;
    let path = format!("/portfolios/{portfolio}/submissions");
    let submit = json!({"declaration": {"own_work": true, "nobody_identifiable": true}});
    let send = || ada.ask("POST", &path).key("the-same-click").json(&submit).send();
    send().field("/pieces", "no_text");
    ada.arranges(&portfolio, &[ada.notes_all_four()]);
    send().expect(201);
}

#[test]
fn a_stale_edit_carries_the_text_of_today_and_keeps_its_own() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    let tag = ada.get(&path).expect(200).etag();
    let edit = |tag: &str, text: &str| ada.ask("PATCH", &path).if_match(tag).json(&json!({"text": text})).send();
    edit(&tag, "From the desk.").expect(200);
    let stale = edit(&tag, "From the phone.");
    let problem = stale.problem(412, "stale");
    assert!(problem.detail.contains("Nothing that you wrote is lost"));
    let overtaken: Overtaken<EntryDetail> = stale.json();
    assert_eq!(overtaken.current, ada.sees::<EntryDetail>(&path));
    // With the tag of that answer the two are put together, without asking once more.
    edit(&stale.etag(), "From the desk. From the phone.").expect(200);
    let versions = ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    let kept: BTreeSet<&str> =
        versions.iter().filter(|v| v.reason == VersionReason::OtherDevice).map(|v| v.text.as_str()).collect();
    assert_eq!(kept, BTreeSet::from(["From the phone."]));
}

#[test]
fn a_late_submission_is_told_that_it_goes_to_the_next_round() {
    let house = House::open();
    let scene = Scene::set(&house);
    let portfolio = scene.ada.starts(Qualification::Qms).portfolio_id;
    scene.ada.arranges(&portfolio, &[scene.ada.notes_all_four()]);
    // The first minute after the last day, in London.
    house.state.clock.turn_to("2026-11-28T00:00:00Z".parse().unwrap());
    let submit = json!({"declaration": {"own_work": true, "nobody_identifiable": true}, "round_id": scene.autumn});
    let sent = scene.ada.post(&format!("/portfolios/{portfolio}/submissions"), &submit).expect(201);
    assert_eq!(sent.json::<Value>()["submission"]["round"]["id"], json!(scene.spring));
    let (_, _, letter) = house.letters().into_iter().find(|(to, ..)| *to == scene.ada.address()).expect("a letter");
    assert!(letter.contains("it goes to the next one by itself"), "{letter}");
}

#[test]
fn what_was_answered_is_kept_for_a_day_to_be_repeated() {
    let house = House::open();
    let ada = house.person("Ada", "Thwaite", &[Role::Mentor], None);
    ada.ask("POST", "/entries").key("the-same-click").json(&json!({"text": "Only for me."})).send().expect(201);
    let forgets_after = |hours: i64| {
        let then = house.now().plus_seconds(hours * 60 * 60);
        house.does(move |tx| Ok(cairn_backend::idempotency::forget(tx, then)?))
    };
    assert_eq!([forgets_after(23), forgets_after(25), forgets_after(25)], [0, 1, 0]);
}
