//! Entries: dated moments and reflections, the passages tied to standards, and the evidence beside them.

use crate::{
    code::codes,
    framework::{PerStandard, Standard},
    ids::{EntryId, EvidenceId, LinkId, VersionId},
    text::{Draft, Line, Prose},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The title of an entry. It can wait.
pub type Title = Line<160>;
/// The text of an entry as it is being written.
pub type Text = Draft<60_000>;
/// The sentence that says what a passage shows.
pub type Shows = Line<400>;

codes! {
    /// How finished its writer calls an entry. A draft stays out of an edition.
    EntryState {
        /// Still being written.
        Draft = "draft",
        /// Kept in the story.
        Kept = "kept",
    }
}

/// Where a passage stands in a text. Positions count characters (Unicode scalar values) from the beginning.
///
/// An anchor keeps the passage's own words and a little of what stands round it, so that it can be found again
/// after the text was edited elsewhere (after the W3C Web Annotation Data Model, *Text Quote* and *Text Position*
/// selectors).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The words of the passage.
    pub quote: Prose<10_000>,
    /// Up to 32 characters before it.
    #[serde(default)]
    pub before: Draft<32>,
    /// Up to 32 characters after it.
    #[serde(default)]
    pub after: Draft<32>,
    /// The position of its first character.
    #[schema(maximum = 60_000)]
    pub start: u32,
}

/// Where an anchored passage is in the text of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From the first character to the one behind the last.
    At {
        /// First character.
        start: usize,
        /// The one behind the last.
        end: usize,
    },
    /// Its words are no longer in the text. The link is kept and shown to its writer, never dropped.
    Orphaned,
}

const CONTEXT: usize = 32;

impl Anchor {
    /// Anchors the characters from `start` to before `end`, if there is something to quote there.
    pub fn at(text: &str, start: usize, end: usize) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        if start >= end || end > chars.len() {
            return None;
        }
        let slice = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
        Some(Self {
            quote: Prose::new(slice(start, end)).ok()?,
            before: Draft::new(slice(start.saturating_sub(CONTEXT), start)).ok()?,
            after: Draft::new(slice(end, (end + CONTEXT).min(chars.len()))).ok()?,
            start: u32::try_from(start).ok()?,
        })
    }

    /// Finds the passage in a text: at its words, and where they stand more than once, at the place whose
    /// surroundings and position fit best.
    pub fn locate(&self, text: &str) -> Place {
        let chars: Vec<char> = text.chars().collect();
        let quote: Vec<char> = self.quote.as_str().chars().collect();
        let best = (0..(chars.len() + 1).saturating_sub(quote.len()))
            .filter(|&at| chars[at..at + quote.len()] == quote[..])
            .max_by_key(|&at| {
                let before = common_tail(&chars[..at], self.before.as_str());
                let after = common_head(&chars[at + quote.len()..], self.after.as_str());
                (before + after, std::cmp::Reverse(at.abs_diff(self.start as usize)))
            });
        match best {
            Some(start) => Place::At { start, end: start + quote.len() },
            None => Place::Orphaned,
        }
    }

    /// Follows the passage through an edit. What was typed inside it belongs to it; what was typed outside leaves
    /// it as it is; if its words are gone, the anchor keeps them, so that they can be found when they come back.
    pub fn follow(&self, old: &str, new: &str) -> Self {
        let Place::At { start, end } = self.locate(old) else {
            return self.settled(new);
        };
        let (old_chars, new_chars): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let same_before = old_chars.iter().zip(&new_chars).take_while(|(a, b)| a == b).count();
        let most = old_chars.len().min(new_chars.len()) - same_before;
        let same_after =
            old_chars.iter().rev().zip(new_chars.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
        let (edit_start, edit_end) = (same_before, old_chars.len() - same_after);
        let grown = new_chars.len() as isize - old_chars.len() as isize;
        let shift = |at: usize| (at as isize + grown) as usize;
        let followed = if end <= edit_start {
            Self::at(new, start, end)
        } else if start >= edit_end {
            Self::at(new, shift(start), shift(end))
        } else if start <= edit_start && edit_end <= end && (start, end) != (edit_start, edit_end) {
            Self::at(new, start, shift(end))
        } else {
            None
        };
        followed.unwrap_or_else(|| self.settled(new))
    }

    fn settled(&self, text: &str) -> Self {
        match self.locate(text) {
            Place::At { start, end } => Self::at(text, start, end).unwrap_or_else(|| self.clone()),
            Place::Orphaned => self.clone(),
        }
    }
}

fn common_tail(chars: &[char], context: &str) -> usize {
    context.chars().rev().zip(chars.iter().rev()).take_while(|(a, b)| a == *b).count()
}

fn common_head(chars: &[char], context: &str) -> usize {
    context.chars().zip(chars).take_while(|(a, b)| a == *b).count()
}

codes! {
    /// The writer's answer to "Are pupils identifiable?". Only `not_identifiable` may enter an edition.
    Pupils {
        /// Not answered yet.
        Unanswered = "unanswered",
        /// No pupil can be identified.
        NotIdentifiable = "not_identifiable",
        /// Someone could be identified.
        Identifiable = "identifiable",
    }
}

/// How full a cairn looks. A cairn stops at six stones: there is nothing to gain by piling up.
pub const MOST_STONES: usize = 6;

/// The stones of each standard: passages that are linked *and* explained, never files.
pub type Stones = PerStandard<u32>;

// ---- On the wire

/// An entry in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntrySummary {
    /// Which.
    pub id: EntryId,
    /// Its title, if it has one yet.
    pub title: Option<Title>,
    /// The beginning of its text, at most 240 characters.
    #[schema(max_length = 300)]
    pub opening: String,
    /// The day that it tells of.
    pub happened_on: Date,
    /// When it was first written.
    pub created_at: Timestamp,
    /// Draft or kept.
    pub state: EntryState,
    /// The standards that it is tied to.
    pub standards: Vec<Standard>,
    /// How many passages are linked.
    pub links: i64,
    /// How many things are attached.
    pub evidence: i64,
}

/// An entry, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryDetail {
    /// Which.
    pub id: EntryId,
    /// Its title, if it has one yet.
    pub title: Option<Title>,
    /// Its text.
    pub text: Text,
    /// The day that it tells of.
    pub happened_on: Date,
    /// Draft or kept.
    pub state: EntryState,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was put in the bin, if it is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub binned_at: Option<Timestamp>,
    /// The passages that are tied to standards, in the order of the text; orphaned ones last.
    pub links: Vec<StandardLink>,
    /// What goes with it.
    pub evidence: Vec<Evidence>,
}

/// The tie from an entry, or a passage of it, to a standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardLink {
    /// Which.
    pub id: LinkId,
    /// To which standard.
    pub standard: Standard,
    /// A finer pointer, if the writer likes.
    #[schema(max_length = 8)]
    pub guide: Option<String>,
    /// The passage; without one, the whole entry is meant.
    pub anchor: Option<Anchor>,
    /// Whether the passage's words are no longer in the text.
    pub orphaned: bool,
    /// What this shows, in a sentence. It can wait.
    pub shows: Option<Shows>,
}

/// Something attached to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// Which.
    pub id: EvidenceId,
    /// A file or a link.
    pub kind: EvidenceKind,
    /// What it is, in the writer's words.
    pub caption: Option<Line<300>>,
    /// The writer's answer to "Are pupils identifiable?".
    pub pupils: Pupils,
}

/// A file or a web link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A file that Cairn keeps.
    File {
        /// The name that it was sent under.
        name: Line<200>,
        /// Its media type, found by its content.
        #[schema(max_length = 100)]
        media_type: String,
        /// Its size in bytes, after hidden data were removed.
        bytes: i64,
        /// Whether there is a small picture of it.
        thumbnail: bool,
    },
    /// A page on the web.
    Link {
        /// Its address.
        #[schema(max_length = 2000)]
        url: String,
    },
}

/// Begins an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginEntry {
    /// A title, if there is one already.
    #[serde(default)]
    pub title: Option<Title>,
    /// The first words.
    pub text: Text,
    /// The day that it tells of; today, if absent.
    #[serde(default)]
    pub happened_on: Option<Date>,
    /// Draft or kept; a draft, if absent.
    #[serde(default)]
    pub state: Option<EntryState>,
    /// Standards that the whole entry touches.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub standards: Vec<Standard>,
}

/// Changes an entry. What is absent stays; `null` clears the title (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditEntry {
    /// The title; `null` for none.
    #[serde(default, with = "crate::problem::clearable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Title>)]
    pub title: Option<Option<Title>>,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// The day that it tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_on: Option<Date>,
    /// Draft or kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<EntryState>,
}

/// Ties an entry, or a passage of it, to a standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkPassage {
    /// To which standard.
    pub standard: Standard,
    /// A finer pointer, if the writer likes.
    #[serde(default)]
    #[schema(max_length = 8)]
    pub guide: Option<Line<8>>,
    /// The passage; without one, the whole entry is meant.
    #[serde(default)]
    pub anchor: Option<Anchor>,
    /// What this shows, in a sentence. It can wait.
    #[serde(default)]
    pub shows: Option<Shows>,
}

/// Changes a link. What is absent stays; `null` clears (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditLink {
    /// To which standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Standard>,
    /// The passage, to tie an orphaned link anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// What this shows; `null` for nothing yet.
    #[serde(default, with = "crate::problem::clearable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Shows>)]
    pub shows: Option<Option<Shows>>,
}

/// Changes what is said of a piece of evidence. What is absent stays; `null` clears (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditEvidence {
    /// What it is, in the writer's words; `null` for none.
    #[serde(default, with = "crate::problem::clearable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Line<300>>)]
    pub caption: Option<Option<Line<300>>>,
    /// The answer to "Are pupils identifiable?".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pupils: Option<Pupils>,
}

/// Attaches a web link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachLink {
    /// Its address, beginning with `https://` or `http://`.
    pub url: Line<2000>,
    /// What it is, in the writer's words.
    #[serde(default)]
    pub caption: Option<Line<300>>,
}

/// Where a file can be opened for the next minute, by the session that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// The file's address.
    #[schema(max_length = 4000)]
    pub url: String,
    /// The address of its small picture, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 4000)]
    pub thumbnail_url: Option<String>,
}

/// The mentor's story at a glance: the ridge and where the candidacies stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoryOverview {
    /// Explained passages of each standard, over all kept entries.
    pub stones: PerStandard<u32>,
    /// Drafts that wait to be finished, newest first, at most three.
    pub drafts: Vec<EntrySummary>,
    /// An entry of this day last year, give or take three days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_year: Option<EntrySummary>,
}

/// An earlier text of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryVersion {
    /// Which.
    pub id: VersionId,
    /// The title that it had.
    pub title: Option<Title>,
    /// The text that it had.
    pub text: Text,
    /// When that text was put aside.
    pub made_at: Timestamp,
    /// Why there is a version: replaced by later words, or written on another device at the same time.
    pub reason: VersionReason,
}

codes! {
    /// Why an earlier text was kept.
    VersionReason {
        /// Later words took its place.
        Replaced = "replaced",
        /// It was written at the same time on another device.
        OtherDevice = "other_device",
        /// An earlier version was brought back over it.
        BroughtBack = "brought_back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "So we started at the other end. I asked, she wrote. I asked, she wrote.";

    fn anchor(text: &str, quote: &str, nth: usize) -> Anchor {
        let at = text.match_indices(quote).nth(nth).unwrap().0;
        let start = text[..at].chars().count();
        Anchor::at(text, start, start + quote.chars().count()).unwrap()
    }

    fn words(anchor: &Anchor, text: &str) -> Option<String> {
        match anchor.locate(text) {
            Place::At { start, end } => Some(text.chars().skip(start).take(end - start).collect()),
            Place::Orphaned => None,
        }
    }

    #[test]
    fn a_passage_is_found_by_its_words_and_surroundings() {
        let second = anchor(TEXT, "I asked, she wrote.", 1);
        let Place::At { start, .. } = second.locate(&format!("New beginning. {TEXT}")) else { panic!() };
        assert_eq!(start, 15 + 52);
    }

    #[test]
    fn typing_before_inside_and_after_is_followed() {
        let passage = anchor(TEXT, "started at the other end", 0);
        let before = passage.follow(TEXT, &format!("Well. {TEXT}"));
        assert_eq!(before.start, passage.start + 6);
        let grown = TEXT.replace("the other end", "quite the other end");
        assert_eq!(passage.follow(TEXT, &grown).quote.as_str(), "started at quite the other end");
        let after = format!("{TEXT} And so on.");
        assert_eq!(passage.follow(TEXT, &after).start, passage.start);
    }

    #[test]
    fn an_orphan_keeps_its_words_and_comes_home_when_they_return() {
        let passage = anchor(TEXT, "So we started at the other end.", 0);
        let gone = "I asked, she wrote. I asked, she wrote.";
        let orphan = passage.follow(TEXT, gone);
        assert_eq!(orphan.locate(gone), Place::Orphaned);
        assert_eq!(orphan.quote, passage.quote);
        assert!(words(&orphan.follow(gone, TEXT), TEXT).is_some());
    }

    #[test]
    fn emoji_and_right_to_left_letters_count_as_characters() {
        let text = "👩🏽‍🏫 שלום עולם and then";
        let passage = anchor(text, "שלום", 0);
        assert_eq!(words(&passage, &format!("🙂{text}")).as_deref(), Some("שלום"));
    }

    proptest! {
        #[test]
        fn following_never_panics_and_what_it_finds_is_what_it_quotes(
            old in "[ab .]{0,40}", new in "[ab .]{0,40}", from in 0usize..40, length in 1usize..10
        ) {
            if let Some(passage) = Anchor::at(&old, from, from + length) {
                let followed = passage.follow(&old, &new);
                if let Some(found) = words(&followed, &new) {
                    prop_assert_eq!(found, followed.quote.as_str());
                }
            }
        }

        #[test]
        fn text_typed_outside_leaves_the_quote_alone(before in "[xyz ]{0,20}", after in "[xyz ]{0,20}") {
            let passage = anchor(TEXT, "started at the other end", 0);
            let new = format!("{before}{TEXT}{after}");
            let followed = passage.follow(TEXT, &format!("{before}{TEXT}"));
            let followed = followed.follow(&format!("{before}{TEXT}"), &new);
            prop_assert_eq!(followed.quote, passage.quote);
        }
    }
}
