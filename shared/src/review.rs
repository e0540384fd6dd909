//! Reviews: one reviewer's independent reading of one submission.
//!
//! A review judges each standard that is still open: evidenced, or a suggestion of what would help. There is no
//! third. Its recommendation follows from its judgements and is never stored beside them.

use crate::{
    code::codes,
    decision::SuggestedBefore,
    edition::{Edition, Hash, Passage},
    framework::{PerStandard, Standard},
    ids::{CommentId, EntryId, ReviewId, SubmissionId},
    list::NonEmpty,
    paper::PaperSummary,
    person::PersonName,
    portfolio::PortfolioForm,
    qualification::Qualification,
    round::RoundSummary,
    school::SchoolName,
    text::{Draft, Line, Prose},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// What extra evidence would help, for one standard. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// What is already there: it comes first.
    #[serde(default)]
    pub already_there: Draft<2000>,
    /// What would help.
    pub would_help: Prose<4000>,
    /// Who can help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who_can_help: Option<Line<200>>,
}

/// What a reviewer found for one standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "judgement", rename_all = "snake_case", deny_unknown_fields)]
pub enum Judgement {
    /// The standard is shown.
    Evidenced,
    /// A little more would help, and what.
    MoreNeeded {
        /// What would help.
        suggestion: Suggestion,
    },
}

/// A judgement that is being written: the suggestion may still be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "judgement", rename_all = "snake_case", deny_unknown_fields)]
pub enum DraftJudgement {
    /// The standard is shown.
    Evidenced,
    /// A little more would help.
    MoreNeeded {
        /// What is already there.
        #[serde(default)]
        already_there: Draft<2000>,
        /// What would help.
        #[serde(default)]
        would_help: Draft<4000>,
    },
}

/// A review that is being written. It autosaves; nothing in it is compulsory yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDraft {
    /// The judgement of each standard, where there is one.
    #[serde(default)]
    pub judgements: PerStandard<Option<DraftJudgement>>,
    /// Words for the panel alone.
    #[serde(default)]
    pub for_panel: Draft<8000>,
}

/// What a review still needs before it can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillNeeded {
    /// The standard hasn't been looked at.
    Judgement(Standard),
    /// The suggestion doesn't say what would help.
    Suggestion(Standard),
}

impl fmt::Display for StillNeeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Judgement(s) => {
                write!(f, "Choose “Evidenced” or “A little more” for standard {}, {}.", s.number(), s.short_title())
            }
            Self::Suggestion(s) => write!(f, "Say what would help for standard {}, {}.", s.number(), s.short_title()),
        }
    }
}

/// Complete judgements: one for each standard that is open, none for those that are secured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgements(PerStandard<Option<Judgement>>);

impl ReviewDraft {
    /// The draft as a review that can be sent, or all that it still needs. Secured standards are closed: whatever
    /// the draft says of them is left out.
    ///
    /// # Errors
    /// Every judgement and suggestion that is still needed, in the order of the standards.
    pub fn complete(self, secured: &PerStandard<bool>) -> Result<Judgements, NonEmpty<StillNeeded>> {
        let mut needed = Vec::new();
        let judgements = self.judgements.map(|standard, draft| {
            if *secured.get(standard) {
                return None;
            }
            match draft {
                None => {
                    needed.push(StillNeeded::Judgement(standard));
                    None
                }
                Some(DraftJudgement::Evidenced) => Some(Judgement::Evidenced),
                Some(DraftJudgement::MoreNeeded { already_there, would_help }) => match would_help.to_prose() {
                    Some(would_help) => Some(Judgement::MoreNeeded {
                        suggestion: Suggestion { already_there, would_help, who_can_help: None },
                    }),
                    None => {
                        needed.push(StillNeeded::Suggestion(standard));
                        None
                    }
                },
            }
        });
        match NonEmpty::new(needed) {
            Ok(needed) => Err(needed),
            Err(_) => Ok(Judgements(judgements)),
        }
    }
}

impl Judgements {
    /// The judgement of a standard; none where it is secured.
    pub fn get(&self, standard: Standard) -> Option<&Judgement> {
        self.0.get(standard).as_ref()
    }

    /// What the reviewer recommends: the award, if and only if no standard is open.
    pub fn recommendation(&self) -> Recommendation {
        recommendation(&self.0)
    }
}

/// What complete judgements come to: the award, if and only if no standard is open.
pub fn recommendation(judgements: &PerStandard<Option<Judgement>>) -> Recommendation {
    let open = judgements.iter().any(|(_, j)| matches!(j, Some(Judgement::MoreNeeded { .. })));
    if open { Recommendation::FurtherEvidence } else { Recommendation::Award }
}

codes! {
    /// What a review comes to.
    Recommendation {
        /// The award.
        Award = "award",
        /// Further evidence, with suggestions.
        FurtherEvidence = "further_evidence",
    }
}

codes! {
    /// How far a review is.
    ReviewState {
        /// Not opened yet.
        Assigned = "assigned",
        /// Being read.
        Reading = "reading",
        /// Sent to the panel.
        Sent = "sent",
    }
}

impl ReviewState {
    /// How far a review is that was opened and sent, or not yet.
    pub const fn of(opened: bool, sent: bool) -> Self {
        match (opened, sent) {
            (_, true) => Self::Sent,
            (true, false) => Self::Reading,
            (false, false) => Self::Assigned,
        }
    }
}

codes! {
    /// Who will see a comment. Two destinations, never more.
    Audience {
        /// The mentor will see this, after release, without a name.
        Mentor = "mentor",
        /// For the panel only.
        Panel = "panel",
    }
}

// ---- On the wire

/// A review in the reviewer's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewSummary {
    /// Which.
    pub id: ReviewId,
    /// The submission.
    pub submission_id: SubmissionId,
    /// The portfolio's title.
    #[schema(max_length = 160)]
    pub title: String,
    /// Whose it is.
    pub mentor: PersonName,
    /// The school that the mentor is at.
    pub school: Option<SchoolName>,
    /// Towards what.
    pub qualification: Qualification,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// The first, second, third ... submission of its candidacy.
    pub number: u32,
    /// How long it takes to read, in minutes.
    pub minutes: u32,
    /// How far the review is.
    pub state: ReviewState,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_at: Option<Timestamp>,
    /// How many standards are judged, of those that are open.
    pub judged: u32,
    /// How many standards are open.
    pub open: u32,
    /// The paper that belongs to it. Until it is received it is on its way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paper: Option<PaperSummary>,
    /// The round that it is for.
    pub round: RoundSummary,
}

/// A review with what is read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewDetail {
    /// The review.
    pub review: ReviewSummary,
    /// The sealed portfolio.
    pub edition: Edition,
    /// The hash that it was sealed under.
    pub hash: Hash,
    /// What the mentor says of the paper, such as where to begin.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paper_note: Option<Draft<2000>>,
    /// Standards that the panel has secured: shown, and closed.
    pub secured: PerStandard<bool>,
    /// What is written so far.
    pub draft: ReviewDraft,
    /// The reviewer's comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// In a resubmission: what was suggested, and what the mentor says to it.
    pub suggested_before: Vec<SuggestedBefore>,
    /// The entries that are new or changed since the last edition.
    pub changed_entries: Vec<ChangedEntry>,
    /// The other reviewers' readings, once this one is sent.
    pub others: Vec<OtherReading>,
    /// Whether it can be written on: not before its paper has arrived, and not once the panel has decided.
    pub editable: bool,
}

/// How an entry of a resubmission differs from the last edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedEntry {
    /// Which entry.
    pub entry_id: EntryId,
    /// New, or changed.
    pub change: EntryChange,
    /// The text that it had in the last edition, where it was there.
    #[schema(max_length = 60_000)]
    pub before: Option<String>,
}

codes! {
    /// How an entry differs from the last edition.
    EntryChange {
        /// It wasn't there.
        Added = "added",
        /// Its words, links or evidence are different.
        Changed = "changed",
    }
}

/// Another reviewer's reading of the same submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherReading {
    /// Who.
    pub reviewer: PersonName,
    /// What they found.
    pub judgements: PerStandard<Option<Judgement>>,
    /// What it comes to.
    pub recommendation: Recommendation,
    /// Words for the panel alone.
    pub for_panel: Draft<8000>,
}

/// Where something stands on paper, in words: "page 12".
pub type PaperPlace = Line<80>;

/// A comment: on a passage of a sealed entry, on a place of the paper, or on the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// The entry of the edition; without one, the whole portfolio is meant.
    pub entry_id: Option<EntryId>,
    /// The passage, as character positions in the sealed text; without one, the whole entry is meant.
    pub passage: Option<Passage>,
    /// Where on the paper, if it is about the paper.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<PaperPlace>,
    /// Who will see it.
    pub audience: Audience,
    /// Its words.
    pub text: Prose<4000>,
}

/// Puts comments in the order of the text: first what is meant for the whole portfolio, then what stands on paper, by
/// the first number in its place, then entry by entry in the order of the run, what is meant for a whole entry before
/// its passages. Those on the same place stay as they were.
pub fn in_text_order<T>(comments: &mut [T], edition: &Edition, comment: impl Fn(&T) -> &Comment) {
    let entries: Vec<EntryId> = edition.entries().map(|e| e.id).collect();
    comments.sort_by_key(|of| {
        let comment = comment(of);
        let entry = comment.entry_id.map(|id| entries.iter().position(|e| *e == id).unwrap_or(entries.len()));
        (entry, comment.place.as_ref().map(first_number), comment.passage.map(|p| (p.start, p.end)))
    });
}

/// The reviews' comments on a submission, as its panel reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelComments {
    /// The comments, in the order of the text; none before all reviews are sent.
    pub comments: Vec<PanelComment>,
}

/// A comment with its writer and with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelComment {
    /// The review that it belongs to.
    pub review_id: ReviewId,
    /// Who wrote it.
    pub reviewer: PersonName,
    /// The comment as it stands.
    pub comment: Comment,
    /// What the reviewer wrote, where the chair has put it otherwise since. The mentor never sees it.
    pub original: Option<Prose<4000>>,
    /// The title of the entry that it is about.
    #[schema(max_length = 160)]
    pub entry_title: Option<String>,
    /// The words of the entry that it is about.
    #[schema(max_length = 60_000)]
    pub words: Option<String>,
    /// Whether the caller may put it otherwise: whoever presides, until release, where the mentor was to see it.
    pub editable: bool,
}

/// The first number in a place: 12 in "page 12, at the foot". A place without one comes before all that have one.
fn first_number(place: &PaperPlace) -> u64 {
    let digits = place.as_str().chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit);
    digits.fold(0, |number: u64, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit.to_digit(10).unwrap_or(0)))
    })
}

/// Writes a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteComment {
    /// The entry of the edition.
    #[serde(default)]
    pub entry_id: Option<EntryId>,
    /// The passage.
    #[serde(default)]
    pub passage: Option<Passage>,
    /// Where on the paper, if it is about the paper: then it names no entry.
    #[serde(default)]
    pub place: Option<PaperPlace>,
    /// Who will see it.
    pub audience: Audience,
    /// Its words.
    pub text: Prose<4000>,
}

/// Changes a comment. What is absent stays (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditComment {
    /// Where on the paper. An empty one takes the place away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Draft<80>>,
    /// Who will see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Prose<4000>>,
}

/// Assigns a reviewer to a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignReviewer {
    /// Who is to read it.
    pub reviewer_id: crate::ids::PersonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(s3: Option<DraftJudgement>) -> ReviewDraft {
        ReviewDraft {
            judgements: PerStandard {
                s1: Some(DraftJudgement::Evidenced),
                s2: Some(DraftJudgement::Evidenced),
                s3,
                s4: Some(DraftJudgement::Evidenced),
            },
            for_panel: Draft::default(),
        }
    }

    fn more(would_help: &str) -> Option<DraftJudgement> {
        Some(DraftJudgement::MoreNeeded {
            already_there: Draft::default(),
            would_help: Draft::new(would_help).unwrap(),
        })
    }

    const OPEN: PerStandard<bool> = PerStandard { s1: false, s2: false, s3: false, s4: false };

    #[test]
    fn a_review_needs_each_open_standard_and_each_suggestion_some_words() {
        let needed = draft(None).complete(&OPEN).unwrap_err();
        assert_eq!(needed.as_slice(), [StillNeeded::Judgement(Standard::S3)]);
        let needed = draft(more("  ")).complete(&OPEN).unwrap_err();
        assert_eq!(needed.as_slice(), [StillNeeded::Suggestion(Standard::S3)]);
        let sent = draft(more("Two lines on parents’ evening.")).complete(&OPEN).unwrap();
        assert_eq!(sent.recommendation(), Recommendation::FurtherEvidence);
        let sent = draft(Some(DraftJudgement::Evidenced)).complete(&OPEN).unwrap();
        assert_eq!(sent.recommendation(), Recommendation::Award);
    }

    #[test]
    fn a_secured_standard_is_closed_whatever_the_draft_says() {
        let secured = PerStandard { s3: true, ..OPEN };
        let sent = draft(more("Once more?")).complete(&secured).unwrap();
        assert_eq!(sent.get(Standard::S3), None);
        assert_eq!(sent.recommendation(), Recommendation::Award);
    }

    #[test]
    fn comments_stand_in_the_order_of_the_text() {
        use crate::edition::{FORMAT, SealedEntry, SealedPiece};
        use uuid::Uuid;
        let entry = |n: u128| EntryId::new(Uuid::from_u128(n));
        let sealed = |n: u128| {
            SealedPiece::Entry(SealedEntry {
                id: entry(n),
                title: None,
                happened_on: "2026-11-24".parse().unwrap(),
                text: "Some text.".into(),
                links: Vec::new(),
                evidence: Vec::new(),
            })
        };
        let edition = Edition {
            format: FORMAT,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces: vec![sealed(9), sealed(1)],
        };
        let comment = |n: u128, entry_id: Option<EntryId>, start: Option<u32>| Comment {
            id: Uuid::from_u128(n).into(),
            entry_id,
            passage: start.map(|start| Passage { start, end: start + 2 }),
            place: None,
            audience: Audience::Mentor,
            text: Prose::new("Lovely.").unwrap(),
        };
        let mut comments = [
            comment(1, Some(entry(1)), Some(0)),
            comment(2, Some(entry(9)), Some(5)),
            comment(3, Some(entry(9)), Some(2)),
            comment(4, Some(entry(9)), None),
            Comment { place: Some("page 12, at the foot".parse().unwrap()), ..comment(7, None, None) },
            Comment { place: Some("Page 9".parse().unwrap()), ..comment(6, None, None) },
            comment(5, None, None),
        ];
        in_text_order(&mut comments, &edition, |comment| comment);
        let order: Vec<u128> = comments.iter().map(|c| c.id.uuid().as_u128()).collect();
        assert_eq!(order, [5, 6, 7, 4, 3, 2, 1]);
    }

    #[test]
    fn json_knows_no_third_judgement() {
        for other in ["rejected", "failed", "no", ""] {
            let json = format!(r#"{{"judgement":"{other}"}}"#);
            assert!(serde_json::from_str::<Judgement>(&json).is_err());
        }
        assert!(serde_json::from_str::<Judgement>(r#"{"judgement":"more_needed"}"#).is_err());
    }
}
