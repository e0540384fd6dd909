//! Portfolios: one mentor's free-style story for one qualification.
//!
//! There is no template. A portfolio is an ordered run of parts, narratives and entries, in the order that the
//! mentor chooses. It stays the mentor's own and editable in every state of the candidacy.

use crate::{
    candidacy::Stage,
    code::codes,
    edition::Edition,
    entry::{EntryState, Stones},
    framework::{PerStandard, Standard},
    ids::{CandidacyId, EntryId, PieceId, PortfolioId},
    qualification::Qualification,
    text::{Draft, Line},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The title of a portfolio or of a part of it.
pub type Title = Line<160>;
/// A linking passage between entries.
pub type Narrative = Draft<20_000>;

/// The most pieces that one portfolio holds.
pub const MOST_PIECES: usize = 400;

codes! {
    /// Whether a portfolio is read on a screen, on paper, or both.
    PortfolioForm {
        /// On a screen.
        Electronic = "electronic",
        /// On paper.
        Paper = "paper",
        /// Both.
        Mixed = "mixed",
    }
}

/// One piece of a portfolio's run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Piece {
    /// The heading of a new part.
    Part {
        /// Which piece.
        id: PieceId,
        /// The part's title.
        title: Title,
    },
    /// A linking passage, written for the portfolio alone.
    Narrative {
        /// Which piece.
        id: PieceId,
        /// Its words. Empty ones are left out of an edition.
        text: Narrative,
    },
    /// An entry of the story.
    Entry {
        /// Which piece.
        id: PieceId,
        /// Which entry.
        entry_id: EntryId,
    },
}

impl Piece {
    /// The id of the piece.
    pub const fn id(&self) -> PieceId {
        match self {
            Self::Part { id, .. } | Self::Narrative { id, .. } | Self::Entry { id, .. } => *id,
        }
    }

    /// The entry that the piece includes, if it is one.
    pub const fn entry_id(&self) -> Option<EntryId> {
        match self {
            Self::Entry { entry_id, .. } => Some(*entry_id),
            _ => None,
        }
    }
}

/// Something that a reader would notice. Advice, never a gate: the panel decides, not the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Advice {
    /// No explained passage is linked to this standard yet.
    NothingLinked {
        /// Which standard.
        standard: Standard,
    },
    /// One or two explained passages: it may be enough if they say it well.
    RoomForMore {
        /// Which standard.
        standard: Standard,
        /// How many there are.
        stones: u32,
    },
    /// An entry of the run is still a draft; it stays out unless it is finished.
    StillADraft {
        /// Which entry.
        entry_id: EntryId,
        /// Its title or its first words.
        #[schema(max_length = 300)]
        title: String,
    },
    /// A piece of evidence has no caption.
    NoCaption {
        /// The entry that it goes with.
        entry_id: EntryId,
        /// Its file name or address.
        #[schema(max_length = 2000)]
        name: String,
    },
    /// Evidence stays out because "are pupils identifiable?" is unanswered, or answered yes.
    EvidenceStaysOut {
        /// The entry that it goes with.
        entry_id: EntryId,
        /// Its file name or address.
        #[schema(max_length = 2000)]
        name: String,
    },
    /// A linked passage has no sentence that says what it shows.
    NotExplained {
        /// Which entry.
        entry_id: EntryId,
        /// To which standard.
        standard: Standard,
    },
    /// The words of a linked passage are no longer in the text.
    Orphaned {
        /// Which entry.
        entry_id: EntryId,
        /// To which standard.
        standard: Standard,
    },
}

/// Advice about coverage: for each standard that is still open, whether its cairn has room.
pub fn advise_on_coverage(stones: &Stones, secured: &PerStandard<bool>) -> Vec<Advice> {
    stones
        .iter()
        .filter(|(standard, _)| !secured.get(*standard))
        .filter_map(|(standard, &stones)| match stones {
            0 => Some(Advice::NothingLinked { standard }),
            1..=2 => Some(Advice::RoomForMore { standard, stones }),
            _ => None,
        })
        .collect()
}

// ---- On the wire

/// A portfolio with all its pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioDetail {
    /// Which.
    pub id: PortfolioId,
    /// The candidacy that it is for.
    pub candidacy_id: CandidacyId,
    /// Towards what.
    pub qualification: Qualification,
    /// Its title.
    pub title: Title,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// The run, in order.
    pub pieces: Vec<Piece>,
    /// What the entries of the run are called, in the order of the run.
    pub entries: Vec<PieceEntry>,
    /// Explained passages of each standard, over the run's kept entries.
    pub stones: PerStandard<u32>,
    /// Standards that the panel has secured.
    pub secured: PerStandard<bool>,
    /// Where the candidacy stands.
    pub stage: Stage,
    /// What a reader would notice.
    pub advice: Vec<Advice>,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// What the run shows of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PieceEntry {
    /// Which entry.
    pub id: EntryId,
    /// Its title or its first words.
    #[schema(max_length = 300)]
    pub title: String,
    /// The day that it tells of.
    pub happened_on: Date,
    /// Draft or kept.
    pub state: EntryState,
    /// Whether it lies in the bin, and so stays out.
    pub binned: bool,
    /// The standards that it is tied to.
    pub standards: Vec<Standard>,
    /// How many passages are linked.
    pub links: i64,
    /// How many things are attached.
    pub evidence: i64,
    /// How long it takes to read, in minutes, at least one.
    pub minutes: u32,
}

/// Arranges a portfolio: its title and its whole run, as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrangePortfolio {
    /// Its title.
    pub title: Title,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// The run, in order. Pieces keep their ids; new pieces bring one of their own making (UUIDv7).
    #[schema(max_items = 400)]
    pub pieces: Vec<Piece>,
}

/// The portfolio as its readers would get it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioPreview {
    /// What would be sealed.
    pub edition: Edition,
    /// What a reader would notice.
    pub advice: Vec<Advice>,
    /// How long it takes to read, in minutes.
    pub minutes: u32,
}

/// How many minutes so many words take to read, at least one (at 220 words a minute, as attentive readers of prose
/// do: Brysbaert 2019, *Journal of Memory and Language* 109, gives 238 for silent reading).
pub fn reading_minutes(words: usize) -> u32 {
    words.div_ceil(220).max(1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_asks_only_about_open_standards() {
        let stones = PerStandard { s1: 0, s2: 2, s3: 0, s4: 5 };
        let secured = PerStandard { s1: false, s2: false, s3: true, s4: false };
        assert_eq!(
            advise_on_coverage(&stones, &secured),
            [
                Advice::NothingLinked { standard: Standard::S1 },
                Advice::RoomForMore { standard: Standard::S2, stones: 2 }
            ]
        );
    }

    #[test]
    fn a_piece_carries_its_kind_in_json() {
        let piece: Piece = serde_json::from_str(
            r#"{"kind":"part","id":"0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11","title":"Part one: the autumn"}"#,
        )
        .unwrap();
        assert!(matches!(piece, Piece::Part { .. }));
    }
}
