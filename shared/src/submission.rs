//! Submissions: an edition, sent to a round with a declaration.

use crate::{
    candidacy::Stage,
    edition::{Edition, Hash},
    ids::{CandidacyId, EditionId, PortfolioId, RoundId, SubmissionId},
    paper::{PaperSummary, ReadOn},
    portfolio::{Advice, PortfolioForm},
    qualification::Qualification,
    round::RoundSummary,
    text::Prose,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a mentor declares when sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// This is my own account of my own mentoring.
    pub own_work: bool,
    /// No pupil and no trainee can be identified.
    pub nobody_identifiable: bool,
    /// I have agreement for what I quote. Optional.
    #[serde(default)]
    pub quotes_agreed: bool,
}

impl Declaration {
    /// Whether what has to be declared is declared.
    pub const fn is_made(self) -> bool {
        self.own_work && self.nobody_identifiable
    }
}

// ---- On the wire

/// Seals the portfolio as it is now and sends it to the next round that accepts it, or to a later one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitPortfolio {
    /// The declaration.
    pub declaration: Declaration,
    /// The round that it is meant for; the next one that accepts it, if absent or closed by now.
    #[serde(default)]
    pub round_id: Option<RoundId>,
    /// How it is read; on a screen, if absent. What is on paper is registered, and counts as sent.
    #[serde(default)]
    pub read_on: ReadOn,
}

/// A submission in its mentor's list of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionSummary {
    /// Which.
    pub id: SubmissionId,
    /// Its candidacy.
    pub candidacy_id: CandidacyId,
    /// Its portfolio.
    pub portfolio_id: PortfolioId,
    /// Towards what.
    pub qualification: Qualification,
    /// The first, second, third ... of its candidacy.
    pub number: u32,
    /// The portfolio's title as sealed.
    #[schema(max_length = 160)]
    pub title: String,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// The paper that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paper: Option<PaperSummary>,
    /// When the server received it.
    pub submitted_at: Timestamp,
    /// Its round, once one is planned.
    pub round: Option<RoundSummary>,
    /// Where it is.
    pub state: SubmissionState,
}

/// Where a submission is, for its mentor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SubmissionState {
    /// Sent. It can be taken back until reading begins.
    Submitted,
    /// With the panel.
    InReview,
    /// Taken back by its mentor.
    Withdrawn,
    /// Read in the next round, with words from the chair.
    CarriedOver {
        /// The chair's words.
        message: Prose<4000>,
    },
    /// The panel's outcome is there to read.
    Released {
        /// Where that left the candidacy.
        stage: Stage,
    },
}

/// A submission with what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionDetail {
    /// The submission.
    pub submission: SubmissionSummary,
    /// The sealed edition's id.
    pub edition_id: EditionId,
    /// What was sealed.
    pub edition: Edition,
    /// The hash that it was sealed under.
    pub hash: Hash,
    /// What was declared.
    pub declaration: Declaration,
    /// Whether it can be taken back now.
    pub can_withdraw: bool,
    /// What stayed out of the edition, and why.
    pub left_out: Vec<Advice>,
}
