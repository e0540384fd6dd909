//! Mentors who note moments, write on, and attach files.

use super::{Client, Town, read};
use cairn_shared::{
    entry::{EntryDetail, EntrySummary, EvidenceKind, Ticket},
    ids::EntryId,
    list::Page,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::atomic::Ordering::SeqCst};

/// An entry as it was acknowledged.
#[derive(Debug, PartialEq)]
pub(super) struct Wrote {
    text: String,
    files: Vec<String>,
}

pub(super) struct Writer<'t> {
    town: &'t Town,
    name: &'static str,
    client: Client<'t>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(town: &'t Town, name: &'static str) -> Self {
        Self { town, name, client: Client::new(town, name) }
    }

    /// Notes a moment, writes on, and attaches a file to every third, until it is over.
    pub(super) fn writes(mut self) -> BTreeMap<EntryId, Wrote> {
        let mut wrote = BTreeMap::new();
        let mut number = 0;
        while !self.town.over.load(SeqCst) {
            number += 1;
            let (id, etag) = self.begins(number);
            let text = format!("{} noticed moment {number}. And on reflection, why.", self.name);
            self.writes_on(id, &etag, &text);
            let files = if number % 3 == 0 { vec![self.attaches(id, number)] } else { vec![] };
            assert!(wrote.insert(id, Wrote { text, files }).is_none(), "two entries are one: {id}");
        }
        wrote
    }

    fn begins(&mut self, number: usize) -> (EntryId, String) {
        let key = format!("{}-begins-{number}", self.name);
        let body = json!({ "text": format!("{} noticed moment {number}.", self.name) }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let got = self.client.sends("POST", "/api/v1/entries", &headers, body.as_bytes());
        let etag = got.headers["etag"].to_str().expect("a tag is plain text").to_owned();
        (read::<EntryDetail>(&got, 201).id, etag)
    }

    fn writes_on(&mut self, id: EntryId, etag: &str, text: &str) {
        let body = json!({ "text": text }).to_string();
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", etag)];
        let got = self.client.sends("PATCH", &format!("/api/v1/entries/{id}"), &headers, body.as_bytes());
        // The answer to the first try may have been lost, and not its effect.
        if got.status == 412 {
            assert_eq!(self.client.sees::<EntryDetail>(&format!("/api/v1/entries/{id}")).text.as_str(), text);
        } else {
            assert_eq!(got.status, 200, "{got:?}");
        }
    }

    fn attaches(&mut self, id: EntryId, number: usize) -> String {
        let key = format!("{}-attaches-{number}", self.name);
        let words = format!("{} keeps file {number}. ", self.name).repeat(2_000);
        let headers = [("content-type", "application/octet-stream"), ("idempotency-key", key.as_str())];
        let path = format!("/api/v1/entries/{id}/evidence?name=notes.txt");
        let got = self.client.sends("POST", &path, &headers, words.as_bytes());
        assert_eq!(read::<EntryDetail>(&got, 201).evidence.len(), 1);
        words
    }

    /// All that the server has of them.
    pub(super) fn finds(&mut self) -> BTreeMap<EntryId, Wrote> {
        let mut found = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page: Page<EntrySummary> = self.client.sees(&format!("/api/v1/entries?limit=100{after}"));
            for entry in &page.items {
                let entry: EntryDetail = self.client.sees(&format!("/api/v1/entries/{}", entry.id));
                let files = entry.evidence.iter().map(|one| {
                    assert!(matches!(one.kind, EvidenceKind::File { .. }));
                    let tickets = format!("/api/v1/evidence/{}/tickets", one.id);
                    let ticket: Ticket = read(&self.client.sends("POST", &tickets, &[], b""), 201);
                    let got = self.client.sends("GET", &ticket.url, &[], b"");
                    assert_eq!(got.status, 200, "{got:?}");
                    got.text
                });
                let wrote = Wrote { files: files.collect(), text: entry.text.to_string() };
                assert!(found.insert(entry.id, wrote).is_none(), "{} stands twice in the list", entry.id);
            }
            let Some(next) = page.next else { return found };
            after = format!("&after={next}");
        }
    }
}

/// How many entries and files those are.
pub(super) fn counted(stories: &[BTreeMap<EntryId, Wrote>]) -> String {
    let all = stories.iter().flat_map(BTreeMap::values);
    let (entries, files) = all.fold((0, 0), |(entries, files), one| (entries + 1, files + one.files.len()));
    format!("{entries} entries, {files} files")
}
