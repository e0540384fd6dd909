//! Entries: kept, edited, tied to standards, found again.

use cairn_shared::{
    entry::{EntryDetail, EntryState, EntrySummary, EntryVersion, StoryOverview, VersionReason},
    framework::Standard,
    ids::EntryId,
    list::Page,
    person::Role,
    problem::Overtaken,
};
use cairn_tests::{Actor, House};
use serde_json::json;
use std::thread;

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

fn found(actor: &Actor<'_>, query: &str) -> Vec<EntryId> {
    actor.sees::<Page<EntrySummary>>(&format!("/entries?{query}")).items.into_iter().map(|e| e.id).collect()
}

#[test]
fn an_entry_is_kept_as_it_was_written() {
    let house = House::open();
    let ada = ada(&house);
    let reply = ada.post("/entries", &json!({"text": "I waited.\n\nShe found it herself."})).expect(201);
    let entry: EntryDetail = reply.json();
    assert_eq!(reply.header("location"), Some(format!("/api/v1/entries/{}", entry.id).as_str()));
    assert_eq!(entry.state, EntryState::Draft);
    assert_eq!(entry.happened_on, house.today());
    assert_eq!(ada.entry(&entry.id), entry);
}

#[test]
fn every_script_and_direction_comes_back_unchanged() {
    let house = House::open();
    let ada = ada(&house);
    for text in ["שלום עולם, \u{202b}ימין\u{202c}", "👩🏽‍🏫🏴󠁧󠁢󠁷󠁬󠁳󠁿 well done", "ŵyn e\u{301} é ﷺ", "  two  spaces \n\ttab "]
    {
        let entry = ada.notes(text);
        assert_eq!(ada.entry(&entry).text.as_str(), text);
    }
}

#[test]
fn a_nul_is_named_and_nothing_is_kept() {
    let house = House::open();
    let ada = ada(&house);
    ada.post("/entries", &json!({"text": "a\u{0}b"})).problem(422, "invalid");
    ada.post("/entries", &json!({"text": "x", "title": "a\u{0}b"})).problem(422, "invalid");
    assert!(found(&ada, "").is_empty());
}

#[test]
fn an_edit_says_which_version_it_means() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    let tag = ada.get(&path).expect(200).etag();
    let edited = ada.ask("PATCH", &path).if_match(&tag).json(&json!({"text": "Better words."})).send().expect(200);
    assert_ne!(edited.etag(), tag);
    assert_eq!(edited.json::<EntryDetail>().text.as_str(), "Better words.");
}

#[test]
fn an_edit_without_a_version_is_told_to_read_first() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    ada.ask("PATCH", &path).json(&json!({"text": "Others."})).send().problem(428, "needs-version");
}

#[test]
fn words_written_on_two_devices_are_both_kept() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    let tag = ada.get(&path).expect(200).etag();
    let edit = |text: &str| ada.ask("PATCH", &path).if_match(&tag).json(&json!({"text": text})).send();
    edit("From the desk.").expect(200);
    let stale = edit("From the phone.");
    stale.problem(412, "stale");
    let current = stale.json::<Overtaken<EntryDetail>>().current;
    assert_eq!((current.text.as_str(), stale.etag()), ("From the desk.", ada.get(&path).expect(200).etag()));
    let versions = ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    let kept = versions.iter().find(|v| v.reason == VersionReason::OtherDevice).expect("the phone's words are kept");
    assert_eq!(kept.text.as_str(), "From the phone.");
    assert_eq!(ada.sees::<EntryDetail>(&path).text.as_str(), "From the desk.");
}

#[test]
fn an_earlier_text_can_be_brought_back() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    house.waits(3600);
    ada.changes("PATCH", &path, &path, &json!({"text": "Second words."})).expect(200);
    let versions = ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    let first = versions.iter().find(|v| v.text.as_str() == "First words.").expect("the first words are kept");
    ada.does(&format!("{path}/versions/{}/restoration", first.id)).expect(200);
    assert_eq!(ada.sees::<EntryDetail>(&path).text.as_str(), "First words.");
    let versions = ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    assert!(versions.iter().any(|v| v.text.as_str() == "Second words."));
}

#[test]
fn null_clears_the_title_and_absence_leaves_it() {
    let house = House::open();
    let ada = ada(&house);
    let entry: EntryDetail = ada.post("/entries", &json!({"title": "Waiting", "text": "x"})).expect(201).json();
    let path = format!("/entries/{}", entry.id);
    let kept: EntryDetail = ada.changes("PATCH", &path, &path, &json!({"text": "y"})).expect(200).json();
    assert_eq!(kept.title, entry.title);
    let cleared: EntryDetail = ada.changes("PATCH", &path, &path, &json!({"title": null})).expect(200).json();
    assert_eq!(cleared.title, None);
}

#[test]
fn the_entry_of_somebody_else_is_just_not_there() {
    let house = House::open();
    let (ada, bede) = (ada(&house), house.person("Bede", "Holm", &[Role::Mentor], None));
    let path = format!("/entries/{}", ada.notes("Private words."));
    let nowhere = format!("/entries/{}", house.state.fresh::<EntryId>());
    let twin = |method: &str, path: &str, rest: &str| {
        let ask = bede.ask(method, &format!("{path}{rest}")).if_match("\"v1\"");
        let ask = if method == "GET" || method == "DELETE" { ask } else { ask.json(&json!({"text": "mine"})) };
        let mut problem = ask.send().problem(404, "not-found");
        problem.instance.clear();
        problem
    };
    for (method, rest) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/versions"), ("POST", "/restoration")] {
        assert_eq!(twin(method, &path, rest), twin(method, &nowhere, rest), "{method} {rest}");
    }
    assert!(found(&bede, "search=private").is_empty());
    assert!(found(&bede, "").is_empty());
}

#[test]
fn a_coordinator_can_not_open_what_is_not_submitted() {
    let house = House::open();
    let entry = ada(&house).notes("Private words.");
    house.coordinator().get(&format!("/entries/{entry}")).problem(404, "not-found");
}

#[test]
fn words_are_found_in_title_and_text() {
    let house = House::open();
    let ada = ada(&house);
    let waiting: EntryDetail =
        ada.post("/entries", &json!({"title": "Parents’ evening", "text": "We waited."})).expect(201).json();
    let other = ada.notes("A lesson on volcanoes.");
    assert_eq!(found(&ada, "search=evening"), [waiting.id]);
    assert_eq!(found(&ada, "search=VOLCANOES"), [other]);
    assert!(found(&ada, "search=nothing%20like%20that").is_empty());
}

#[test]
fn case_and_accents_make_no_difference_to_a_search() {
    let house = House::open();
    let ada = ada(&house);
    let entry: EntryDetail =
        ada.post("/entries", &json!({"title": "Łukasz", "text": "A lesson with élan."})).expect(201).json();
    // lukasz, ŁUKASZ, Łukasz; Elan, élan, ÉLAN, and the beginning of a word.
    for words in ["lukasz", "%C5%81UKASZ", "%C5%81ukasz", "Elan", "%C3%A9lan", "%C3%89LAN", "lesson%20%C3%89l"] {
        assert_eq!(found(&ada, &format!("search={words}")), [entry.id], "{words}");
    }
    // What is written anew is found as it is now.
    let path = format!("/entries/{}", entry.id);
    ada.changes("PATCH", &path, &path, &json!({"text": "A naïve question."})).expect(200);
    assert_eq!(found(&ada, "search=NAIVE%20lukasz"), [entry.id]);
    assert!(found(&ada, "search=elan").is_empty());
}

#[test]
fn what_is_searched_for_is_words_and_never_a_query_language() {
    let house = House::open();
    let ada = ada(&house);
    ada.notes("A lesson on volcanoes.");
    for search in [
        "%22",
        "%27",
        "a%20AND",
        "*",
        "%25",
        "_",
        "(",
        "NEAR(",
        "-",
        ":",
        "%5C",
        "col%3Ax",
        "%F0%9F%91%A9",
        "%20",
        "a%00b",
    ] {
        ada.get(&format!("/entries?search={search}")).expect(200);
    }
}

#[test]
fn the_timeline_is_filtered_by_standard_and_state() {
    let house = House::open();
    let ada = ada(&house);
    let linked = ada.notes("I listened first.");
    ada.links(&linked, "listened", Standard::S1, "That I listen.");
    let draft: EntryDetail = ada.post("/entries", &json!({"text": "Not yet."})).expect(201).json();
    assert_eq!(found(&ada, "standard=s1"), [linked]);
    assert!(found(&ada, "standard=s2").is_empty());
    assert_eq!(found(&ada, "state=draft"), [draft.id]);
    ada.get("/entries?standard=s9").problem(422, "invalid");
}

#[test]
fn pages_follow_each_other_while_entries_are_added() {
    let house = House::open();
    let ada = ada(&house);
    let notes: Vec<EntryId> = (0..5).map(|n| ada.notes(&format!("Entry {n}."))).collect();
    let reply = ada.get("/entries?limit=2").expect(200);
    let first: Page<EntrySummary> = reply.json();
    assert!(reply.header("link").is_some_and(|link| link.ends_with("rel=\"next\"")));
    ada.notes("One more, newer than all.");
    let second: Page<EntrySummary> = ada.sees(&format!("/entries?limit=2&after={}", first.next.unwrap()));
    let third: Page<EntrySummary> = ada.sees(&format!("/entries?limit=2&after={}", second.next.unwrap()));
    assert_eq!(third.next, None);
    let seen: Vec<EntryId> = [first.items, second.items, third.items].concat().iter().map(|e| e.id).collect();
    assert_eq!(seen, notes.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn a_page_has_1_to_100_things_and_a_cursor_of_ours() {
    let house = House::open();
    let ada = ada(&house);
    for query in ["limit=0", "limit=101", "limit=x", "limit=-1", "after=x", "after=bm90aGluZw"] {
        ada.get(&format!("/entries?{query}")).problem(422, "invalid");
    }
}

#[test]
fn the_bin_gives_back_what_was_put_in() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Words.");
    ada.delete(&format!("/entries/{entry}")).expect(204);
    assert!(found(&ada, "").is_empty());
    assert_eq!(found(&ada, "binned=true"), [entry]);
    let back: EntryDetail = ada.does(&format!("/entries/{entry}/restoration")).expect(200).json();
    assert_eq!(back.binned_at, None);
    assert_eq!(found(&ada, ""), [entry]);
}

#[test]
fn a_link_follows_its_words_through_an_edit() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Today I listened first.");
    ada.links(&entry, "listened first", Standard::S1, "That I listen.");
    let path = format!("/entries/{entry}");
    let text = "👩🏽‍🏫 Before that, much happened. Today I listened first.";
    let edited: EntryDetail = ada.changes("PATCH", &path, &path, &json!({"text": text})).expect(200).json();
    let anchor = edited.links[0].anchor.as_ref().unwrap();
    let at: String = text.chars().skip(anchor.start as usize).take("listened first".len()).collect();
    assert_eq!(at, "listened first");
    assert!(!edited.links[0].orphaned);
}

#[test]
fn a_link_whose_words_are_gone_is_shown_and_comes_back_with_them() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Today I listened first.");
    ada.links(&entry, "listened first", Standard::S1, "That I listen.");
    let path = format!("/entries/{entry}");
    let edited: EntryDetail =
        ada.changes("PATCH", &path, &path, &json!({"text": "Something else."})).expect(200).json();
    assert!(edited.links[0].orphaned);
    assert_eq!(edited.links[0].anchor.as_ref().unwrap().quote.as_str(), "listened first");
    let back: EntryDetail =
        ada.changes("PATCH", &path, &path, &json!({"text": "Now: I listened first."})).expect(200).json();
    assert!(!back.links[0].orphaned);
}

#[test]
fn a_quote_that_is_not_in_the_text_can_not_be_linked() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Today I listened first.");
    let link = json!({"standard": "s1", "anchor": {"quote": "never said", "start": 0}});
    ada.post(&format!("/entries/{entry}/links"), &link).field("/anchor", "not_in_text");
}

#[test]
fn a_link_can_be_changed_and_taken_away() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Today I listened first.");
    let linked = ada.links(&entry, "listened first", Standard::S1, "That I listen.");
    let path = format!("/entries/{entry}/links/{}", linked.links[0].id);
    let edited: EntryDetail = ada
        .changes("PATCH", &format!("/entries/{entry}"), &path, &json!({"standard": "s4", "shows": null}))
        .expect(200)
        .json();
    assert_eq!((edited.links[0].standard, edited.links[0].shows.clone()), (Standard::S4, None));
    let gone = ada.ask("DELETE", &path).if_match(&ada.get(&format!("/entries/{entry}")).etag()).send().expect(200);
    assert!(gone.json::<EntryDetail>().links.is_empty());
}

#[test]
fn stones_count_passages_that_are_linked_and_explained() {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes("Today I listened first.");
    ada.post(&format!("/entries/{entry}/links"), &json!({"standard": "s2"})).expect(201);
    ada.links(&entry, "listened first", Standard::S1, "That I listen.");
    let story: StoryOverview = ada.sees("/story");
    assert_eq!((story.stones.s1, story.stones.s2), (1, 0));
}

#[test]
fn the_same_key_has_one_effect() {
    let house = House::open();
    let ada = ada(&house);
    let send = || ada.ask("POST", "/entries").key("my-key-0001").json(&json!({"text": "Once."})).send().expect(201);
    let (first, second) = (send(), send());
    assert_eq!(first.json::<EntryDetail>(), second.json::<EntryDetail>());
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(found(&ada, "").len(), 1);
}

#[test]
fn a_key_belongs_to_one_request() {
    let house = House::open();
    let ada = ada(&house);
    let send = |text: &str| ada.ask("POST", "/entries").key("my-key-0001").json(&json!({"text": text})).send();
    send("Once.").expect(201);
    send("Another.").problem(422, "key-reused");
    assert_eq!(found(&ada, "").len(), 1);
}

#[test]
fn a_key_is_its_senders_own() {
    let house = House::open();
    let (ada, bede) = (ada(&house), house.person("Bede", "Holm", &[Role::Mentor], None));
    let send = |who: &Actor<'_>| {
        let reply = who.ask("POST", "/entries").key("my-key-0001").json(&json!({"text": "Once."})).send().expect(201);
        reply.json::<EntryDetail>().id
    };
    assert_ne!(send(&ada), send(&bede));
}

#[test]
fn a_double_click_has_one_effect() {
    let house = House::open();
    let ada = ada(&house);
    ada.get("/me").expect(200);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                ada.ask("POST", "/entries").key("my-key-0001").json(&json!({"text": "Once."})).send().expect(201);
            });
        }
    });
    assert_eq!(found(&ada, "").len(), 1);
}

#[test]
fn two_edits_at_once_are_never_both_taken() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("First words."));
    let tag = ada.get(&path).expect(200).etag();
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let edit = |n: usize| {
            ada.ask("PATCH", &path).if_match(&tag).json(&json!({"text": format!("Words {n}.")})).send().status
        };
        let all: Vec<_> = (0..4).map(|n| scope.spawn(move || edit(n))).collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412]);
    let versions = ada.sees::<Page<EntryVersion>>(&format!("{path}/versions")).items;
    assert_eq!(versions.iter().filter(|v| v.reason == VersionReason::OtherDevice).count(), 3);
}

#[test]
fn only_those_who_mentor_keep_a_story() {
    let house = House::open();
    let coordinator = house.coordinator();
    coordinator.post("/entries", &json!({"text": "x"})).problem(403, "not-yours");
}
