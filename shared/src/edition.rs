//! Editions: sealed, hashed, immutable snapshots of a portfolio.
//!
//! Submitting seals an edition; later edits of the portfolio never touch it. Anyone who is entitled to read it can
//! check its hash, which covers every word, link, order and file, and nothing else: no id, and no name of a person.

use crate::{
    entry::{EntryState, Pupils},
    framework::{PerStandard, Standard},
    ids::{EntryId, EvidenceId, LinkId},
    qualification::Qualification,
    review::{ChangedEntry, EntryChange},
    time::Date,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use utoipa::ToSchema;

/// The version of the canonical form that hashes are taken over.
pub const FORMAT: u8 = 1;

/// A sealed portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Edition {
    /// The version of the canonical form, today 1.
    pub format: u8,
    /// The framework that it was written under.
    #[schema(max_length = 40)]
    pub framework: String,
    /// Towards what.
    pub qualification: Qualification,
    /// The portfolio's title.
    #[schema(max_length = 160)]
    pub title: String,
    /// The run, in order.
    pub pieces: Vec<SealedPiece>,
}

/// One piece of the run, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SealedPiece {
    /// The heading of a new part.
    Part {
        /// The part's title.
        #[schema(max_length = 160)]
        title: String,
    },
    /// A linking passage.
    Narrative {
        /// Its words.
        #[schema(max_length = 20_000)]
        text: String,
    },
    /// An entry.
    Entry(SealedEntry),
}

/// An entry, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealedEntry {
    /// The entry that it was sealed from. Not hashed.
    pub id: EntryId,
    /// Its title, if it had one.
    #[schema(max_length = 160)]
    pub title: Option<String>,
    /// The day that it tells of.
    pub happened_on: Date,
    /// Its text.
    #[schema(max_length = 60_000)]
    pub text: String,
    /// Its ties to standards, in the order of the text.
    pub links: Vec<SealedLink>,
    /// What goes with it.
    pub evidence: Vec<SealedEvidence>,
}

/// A tie to a standard, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealedLink {
    /// The link that it was sealed from. Not hashed.
    pub id: LinkId,
    /// To which standard.
    pub standard: Standard,
    /// A finer pointer.
    #[schema(max_length = 8)]
    pub guide: Option<String>,
    /// The passage, as character positions in the text; without one, the whole entry is meant.
    pub passage: Option<Passage>,
    /// What this shows, in a sentence.
    #[schema(max_length = 400)]
    pub shows: Option<String>,
}

/// A run of characters in a sealed text, which never moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Passage {
    /// The first character.
    pub start: u32,
    /// The one behind the last.
    pub end: u32,
}

/// A piece of evidence, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealedEvidence {
    /// The evidence that it was sealed from; its file is asked for by this. Not hashed.
    pub id: EvidenceId,
    /// What it is, in the writer's words.
    #[schema(max_length = 300)]
    pub caption: Option<String>,
    /// A file or a link.
    pub kind: SealedKind,
}

/// A file or a web link, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SealedKind {
    /// A file.
    File {
        /// The name that it was sent under.
        #[schema(max_length = 200)]
        name: String,
        /// Its media type.
        #[schema(max_length = 100)]
        media_type: String,
        /// Its size in bytes.
        bytes: i64,
        /// The SHA-256 of its content, after hidden data were removed.
        sha256: Hash,
        /// Whether there is a small picture of it. Not hashed.
        thumbnail: bool,
    },
    /// A page on the web.
    Link {
        /// Its address.
        #[schema(max_length = 2000)]
        url: String,
    },
}

/// A SHA-256 hash, written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A hash that was computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Hash {
    type Err = crate::code::UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 || !bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(crate::code::UnknownCode);
        }
        let mut hash = [0; 32];
        for (i, pair) in hash.iter_mut().enumerate() {
            *pair = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| crate::code::UnknownCode)?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for Hash {
    type Error = crate::code::UnknownCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        hash.to_string()
    }
}

/// Whether an entry enters an edition: kept, not in the bin, and with some text.
pub fn entry_enters(state: EntryState, binned: bool, text: &str) -> bool {
    state == EntryState::Kept && !binned && !text.trim().is_empty()
}

/// Whether a piece of evidence enters an edition (`decisions.md`, 12).
pub fn evidence_enters(pupils: Pupils) -> bool {
    pupils == Pupils::NotIdentifiable
}

impl Edition {
    /// Whether there is some text in it, which is all that a submission asks of it.
    pub fn has_text(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            SealedPiece::Part { .. } => false,
            SealedPiece::Narrative { text } => !text.trim().is_empty(),
            SealedPiece::Entry(entry) => !entry.text.trim().is_empty(),
        })
    }

    /// Its entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = &SealedEntry> {
        self.pieces.iter().filter_map(|piece| match piece {
            SealedPiece::Entry(entry) => Some(entry),
            _ => None,
        })
    }

    /// The number of words to read.
    pub fn words(&self) -> usize {
        let count = |text: &str| text.split_whitespace().count();
        self.pieces
            .iter()
            .map(|piece| match piece {
                SealedPiece::Part { title } => count(title),
                SealedPiece::Narrative { text } => count(text),
                SealedPiece::Entry(entry) => count(&entry.text),
            })
            .sum()
    }

    /// Explained links of each standard.
    pub fn stones(&self) -> PerStandard<u32> {
        let mut stones = PerStandard::default();
        for link in self.entries().flat_map(|e| &e.links).filter(|l| l.shows.is_some()) {
            *stones.get_mut(link.standard) += 1;
        }
        stones
    }

    /// The entries that are new or different since an earlier edition, in the order of this one. An entry is
    /// different if it would be hashed differently; where it stands in the run doesn't count.
    pub fn changes_since(&self, earlier: &Self) -> Vec<ChangedEntry> {
        self.entries()
            .filter_map(|entry| {
                let before = earlier.entries().find(|e| e.id == entry.id);
                let change = match before {
                    None => EntryChange::Added,
                    Some(before) if before.hash() != entry.hash() => EntryChange::Changed,
                    Some(_) => return None,
                };
                Some(ChangedEntry { entry_id: entry.id, change, before: before.map(|e| e.text.clone()) })
            })
            .collect()
    }

    /// The hash of the canonical form.
    ///
    /// The canonical form is a run of fields, each written as the decimal length of its UTF-8 bytes, a colon and
    /// the bytes (a netstring without the comma). Absence is written as `-`, and every list is preceded by its
    /// length, so that no two editions share a form. Ids are left out: they say nothing about what was sent.
    pub fn hash(&self) -> Hash {
        let mut form = Canonical(Sha256::new());
        form.text("cairn-edition");
        form.text(&self.format.to_string());
        form.text(&self.framework);
        form.text(self.qualification.code());
        form.text(&self.title);
        form.count(self.pieces.len());
        for piece in &self.pieces {
            match piece {
                SealedPiece::Part { title } => {
                    form.text("part");
                    form.text(title);
                }
                SealedPiece::Narrative { text } => {
                    form.text("narrative");
                    form.text(text);
                }
                SealedPiece::Entry(entry) => form.entry(entry),
            }
        }
        Hash(form.0.finalize().into())
    }
}

impl SealedEntry {
    fn hash(&self) -> Hash {
        let mut form = Canonical(Sha256::new());
        form.entry(self);
        Hash(form.0.finalize().into())
    }
}

struct Canonical(Sha256);

impl Canonical {
    fn text(&mut self, text: &str) {
        self.0.update(format!("{}:", text.len()));
        self.0.update(text);
    }

    fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.update("-"),
        }
    }

    fn count(&mut self, count: usize) {
        self.0.update(format!("[{count}]"));
    }

    fn entry(&mut self, entry: &SealedEntry) {
        self.text("entry");
        self.maybe(entry.title.as_deref());
        self.text(&entry.happened_on.to_string());
        self.text(&entry.text);
        self.count(entry.links.len());
        for link in &entry.links {
            self.text(link.standard.code());
            self.maybe(link.guide.as_deref());
            self.maybe(link.passage.map(|p| format!("{}-{}", p.start, p.end)).as_deref());
            self.maybe(link.shows.as_deref());
        }
        self.count(entry.evidence.len());
        for evidence in &entry.evidence {
            self.maybe(evidence.caption.as_deref());
            match &evidence.kind {
                SealedKind::File { name, media_type, bytes, sha256, thumbnail: _ } => {
                    self.text("file");
                    self.text(name);
                    self.text(media_type);
                    self.text(&bytes.to_string());
                    self.text(&sha256.to_string());
                }
                SealedKind::Link { url } => {
                    self.text("link");
                    self.text(url);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn texts() -> impl Strategy<Value = String> {
        "[a-c:0-9-]{0,6}"
    }

    fn links() -> impl Strategy<Value = SealedLink> {
        (
            0usize..4,
            proptest::option::of(texts()),
            proptest::option::of((0u32..9, 9u32..20)),
            proptest::option::of(texts()),
        )
            .prop_map(|(s, guide, passage, shows)| SealedLink {
                id: Uuid::nil().into(),
                standard: Standard::ALL[s],
                guide,
                passage: passage.map(|(start, end)| Passage { start, end }),
                shows,
            })
    }

    fn evidence() -> impl Strategy<Value = SealedEvidence> {
        let file = (texts(), texts(), 0i64..99, any::<u8>()).prop_map(|(name, media_type, bytes, h)| {
            SealedKind::File { name, media_type, bytes, sha256: Hash::of(&[h]), thumbnail: false }
        });
        let kind = prop_oneof![file, texts().prop_map(|url| SealedKind::Link { url })];
        (proptest::option::of(texts()), kind).prop_map(|(caption, kind)| SealedEvidence {
            id: Uuid::nil().into(),
            caption,
            kind,
        })
    }

    fn pieces() -> impl Strategy<Value = SealedPiece> {
        let entry = (
            proptest::option::of(texts()),
            0i32..99,
            texts(),
            proptest::collection::vec(links(), 0..3),
            proptest::collection::vec(evidence(), 0..3),
        )
            .prop_map(|(title, day, text, links, evidence)| {
                SealedPiece::Entry(SealedEntry {
                    id: Uuid::nil().into(),
                    title,
                    happened_on: Date::new(2026, 1, 1).unwrap().plus_days(day),
                    text,
                    links,
                    evidence,
                })
            });
        prop_oneof![
            texts().prop_map(|title| SealedPiece::Part { title }),
            texts().prop_map(|text| SealedPiece::Narrative { text }),
            entry
        ]
    }

    fn editions() -> impl Strategy<Value = Edition> {
        (texts(), proptest::collection::vec(pieces(), 0..5)).prop_map(|(title, pieces)| Edition {
            format: FORMAT,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title,
            pieces,
        })
    }

    fn with_other_ids(edition: &Edition) -> Edition {
        let mut other = edition.clone();
        for piece in &mut other.pieces {
            if let SealedPiece::Entry(entry) = piece {
                entry.id = Uuid::max().into();
                entry.links.iter_mut().for_each(|l| l.id = Uuid::max().into());
                for evidence in &mut entry.evidence {
                    evidence.id = Uuid::max().into();
                    if let SealedKind::File { thumbnail, .. } = &mut evidence.kind {
                        *thumbnail = true;
                    }
                }
            }
        }
        other
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_hash_changes_with_any_difference_and_with_nothing_else(a in editions(), b in editions()) {
            prop_assert_eq!(a.hash() == b.hash(), a == b);
            prop_assert_eq!(a.hash(), with_other_ids(&a).hash());
        }

        #[test]
        fn the_hash_changes_with_the_order(edition in editions(), i in 0usize..5, j in 0usize..5) {
            let mut moved = edition.clone();
            if i < moved.pieces.len() && j < moved.pieces.len() {
                moved.pieces.swap(i, j);
                prop_assert_eq!(moved.hash() == edition.hash(), moved == edition);
            }
        }

        #[test]
        fn an_edition_survives_json_with_its_hash(edition in editions()) {
            let json = serde_json::to_string(&edition).unwrap();
            let back: Edition = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.hash(), edition.hash());
        }
    }

    #[test]
    fn a_resubmission_shows_what_was_added_and_what_was_changed() {
        let entry = |n: u128, text: &str, shows: Option<&str>| SealedEntry {
            id: Uuid::from_u128(n).into(),
            title: None,
            happened_on: Date::new(2026, 11, 24).unwrap(),
            text: text.into(),
            links: vec![SealedLink {
                id: Uuid::nil().into(),
                standard: Standard::S3,
                guide: None,
                passage: None,
                shows: shows.map(str::to_owned),
            }],
            evidence: Vec::new(),
        };
        let edition = |entries: Vec<SealedEntry>| Edition {
            format: FORMAT,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces: entries.into_iter().map(SealedPiece::Entry).collect(),
        };
        let first = edition(vec![
            entry(1, "One.", None),
            entry(2, "Two.", None),
            entry(3, "Three.", None),
            entry(4, "Four.", None),
        ]);
        let again = edition(vec![
            entry(3, "Three.", Some("How J. met a parent.")),
            entry(1, "One.", None),
            entry(2, "Two, and more.", None),
            entry(5, "Five.", None),
        ]);
        let changed = |n: u128, change, before: Option<&str>| ChangedEntry {
            entry_id: Uuid::from_u128(n).into(),
            change,
            before: before.map(str::to_owned),
        };
        assert_eq!(
            again.changes_since(&first),
            [
                changed(3, EntryChange::Changed, Some("Three.")),
                changed(2, EntryChange::Changed, Some("Two.")),
                changed(5, EntryChange::Added, None),
            ]
        );
        assert_eq!(first.changes_since(&first), []);
    }

    #[test]
    fn the_form_of_today_is_the_form_of_tomorrow() {
        let edition = Edition {
            format: 1,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces: vec![SealedPiece::Narrative { text: "It began in September.".into() }],
        };
        // Written down once. If this changes, sealed editions no longer verify: raise FORMAT and keep both.
        assert_eq!(edition.hash().to_string(), "bb87191089c02972087893dd524b2e56a6706a58715ff79d824009dea611cfc3");
    }
}
