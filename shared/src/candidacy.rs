//! Candidacies: one mentor working towards one qualification.
//!
//! ```text
//! Gathering ──submit──▶ Submitted ──review opens──▶ (in review) ──round released──▶ Awarded
//!     ▲                  │       ▲                                      │
//!     └─────withdraw─────┘       └──submit again── FurtherEvidence ◀────┘
//! ```
//!
//! A state's variant carries just what is true in that state, and each command consumes the old state and returns
//! the new one or says why not yet. Being *in review* is no state of its own: it follows from the round's dates and
//! the clock. From every state the award can still be reached, and there is no limit on submissions.

use crate::{
    code::codes,
    decision::{Decision, ReviewOutcome},
    edition::Edition,
    framework::PerStandard,
    ids::{AwardId, CandidacyId, PortfolioId, RoundId, SubmissionId},
    portfolio::PortfolioForm,
    qualification::Qualification,
    round::RoundDates,
    submission::Declaration,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Where a candidacy stands, with what is true there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidacy {
    /// Before the first release: the story grows.
    Gathering,
    /// A submission is with the partnership.
    Submitted(Submitted),
    /// The panel suggested a little more.
    FurtherEvidence(FurtherEvidence),
    /// The award.
    Awarded(Awarded),
}

/// A submission is with the partnership: waiting for its round, or being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Which submission.
    pub submission: SubmissionId,
    /// Its round, once one is planned.
    pub round: Option<RoundId>,
    /// Standards that earlier decisions secured.
    pub secured: PerStandard<bool>,
    /// The submission whose decision asked for further evidence, if this is a resubmission. A withdrawal returns
    /// there.
    pub after: Option<SubmissionId>,
}

/// The panel suggested a little more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FurtherEvidence {
    /// The submission that was decided on.
    pub after: SubmissionId,
    /// Standards that are secured, for good.
    pub secured: PerStandard<bool>,
}

/// The award.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awarded {
    /// Which award.
    pub award: AwardId,
    /// For which submission.
    pub submission: SubmissionId,
}

/// Why a portfolio can't be sent just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmitProblem {
    /// There is no text in it yet.
    NoText,
    /// The declaration isn't made.
    NoDeclaration,
    /// A submission is with the panel already.
    AlreadySubmitted,
    /// The award is held already.
    AlreadyAwarded,
}

impl fmt::Display for SubmitProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoText => "There is no text in your portfolio yet. Put in an entry that you have kept, or write a linking passage, then send it.",
            Self::NoDeclaration => "Tick both statements first: that this is your own account, and that no pupil or trainee can be identified.",
            Self::AlreadySubmitted => "Your portfolio is with the panel already. You can take it back until reading begins.",
            Self::AlreadyAwarded => "You hold this award. There is nothing more to send.",
        })
    }
}

impl std::error::Error for SubmitProblem {}

/// Why a submission can't be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawProblem {
    /// Nothing is with the panel.
    NotSubmitted,
    /// The panel has begun to read.
    ReadingHasBegun,
}

impl fmt::Display for WithdrawProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSubmitted => "Nothing of yours is with the panel now.",
            Self::ReadingHasBegun => "The panel has begun to read, so this can’t be taken back. Your portfolio stays yours: you can go on writing.",
        })
    }
}

impl std::error::Error for WithdrawProblem {}

/// Why a decision can't be carried out on a candidacy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWithThePanel;

impl fmt::Display for NotWithThePanel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This submission is no longer with the panel. Load the page again to see where it is.")
    }
}

impl std::error::Error for NotWithThePanel {}

/// All four standards, secured.
const ALL: PerStandard<bool> = PerStandard { s1: true, s2: true, s3: true, s4: true };

impl Candidacy {
    /// Standards that are secured, for good.
    pub fn secured(&self) -> PerStandard<bool> {
        match self {
            Self::Gathering => PerStandard::default(),
            Self::Submitted(s) => s.secured,
            Self::FurtherEvidence(f) => f.secured,
            Self::Awarded(_) => ALL,
        }
    }

    /// Sends an edition. `round` is the next round that accepts it, if one is planned; a paper portfolio carries
    /// its text outside.
    ///
    /// # Errors
    /// If something is with the panel, the award is held, or text or declaration are still to come.
    pub fn submit(
        self,
        submission: SubmissionId,
        edition: &Edition,
        form: PortfolioForm,
        declaration: Declaration,
        round: Option<RoundId>,
    ) -> Result<Self, SubmitProblem> {
        let after = match self {
            Self::Gathering => None,
            Self::FurtherEvidence(f) => Some(f.after),
            Self::Submitted(_) => return Err(SubmitProblem::AlreadySubmitted),
            Self::Awarded(_) => return Err(SubmitProblem::AlreadyAwarded),
        };
        if !declaration.is_made() {
            return Err(SubmitProblem::NoDeclaration);
        }
        if form == PortfolioForm::Electronic && !edition.has_text() {
            return Err(SubmitProblem::NoText);
        }
        Ok(Self::Submitted(Submitted { submission, round, secured: self.secured(), after }))
    }

    /// Takes a submission back, until reading begins.
    ///
    /// # Errors
    /// If nothing is with the panel, or reading has begun. `round` is that of the submission.
    pub fn withdraw(self, round: Option<&RoundDates>, now: Timestamp) -> Result<Self, WithdrawProblem> {
        let Self::Submitted(submitted) = self else { return Err(WithdrawProblem::NotSubmitted) };
        if round.is_some_and(|dates| dates.reading_has_begun(now)) {
            return Err(WithdrawProblem::ReadingHasBegun);
        }
        Ok(match submitted.after {
            Some(after) => Self::FurtherEvidence(FurtherEvidence { after, secured: submitted.secured }),
            None => Self::Gathering,
        })
    }

    /// Places a submission in a round: because one was planned, or because the chair carried it over.
    ///
    /// # Errors
    /// If nothing is with the panel.
    pub fn place(self, round: Option<RoundId>) -> Result<Self, NotWithThePanel> {
        match self {
            Self::Submitted(submitted) => Ok(Self::Submitted(Submitted { round, ..submitted })),
            _ => Err(NotWithThePanel),
        }
    }

    /// Carries out a decision as its round is released. `award` is the id of the award, should it be one.
    ///
    /// # Errors
    /// If nothing is with the panel.
    pub fn release(self, decision: &Decision, award: AwardId) -> Result<Self, NotWithThePanel> {
        let Self::Submitted(Submitted { submission, secured, .. }) = self else { return Err(NotWithThePanel) };
        Ok(match decision.outcome() {
            ReviewOutcome::Award => Self::Awarded(Awarded { award, submission }),
            ReviewOutcome::FurtherEvidence { .. } => Self::FurtherEvidence(FurtherEvidence {
                after: submission,
                secured: union(&secured, &decision.secured()),
            }),
        })
    }

    /// Corrects what was released. It may only widen what is secured; a correction that secures all is the award.
    ///
    /// # Errors
    /// If the candidacy has moved on from that submission.
    pub fn correct(
        self,
        submission: SubmissionId,
        decision: &Decision,
        award: AwardId,
    ) -> Result<Self, NotWithThePanel> {
        match self {
            Self::FurtherEvidence(f) if f.after == submission => {
                let secured = union(&f.secured, &decision.secured());
                Ok(match decision.outcome() {
                    ReviewOutcome::Award => Self::Awarded(Awarded { award, submission }),
                    ReviewOutcome::FurtherEvidence { .. } => {
                        Self::FurtherEvidence(FurtherEvidence { after: submission, secured })
                    }
                })
            }
            _ => Err(NotWithThePanel),
        }
    }

    /// Reopens the candidacy of an award that was issued in error, with its secured standards.
    ///
    /// # Errors
    /// If no award is held.
    pub fn revoke(self) -> Result<Self, NotWithThePanel> {
        match self {
            Self::Awarded(a) => Ok(Self::FurtherEvidence(FurtherEvidence { after: a.submission, secured: ALL })),
            _ => Err(NotWithThePanel),
        }
    }

    /// The stage that a person reads. `round` is that of the submission, if it has one.
    pub fn stage(&self, round: Option<&RoundDates>, now: Timestamp) -> Stage {
        match self {
            Self::Gathering => Stage::Gathering,
            Self::Submitted(_) if round.is_some_and(|dates| dates.reading_has_begun(now)) => Stage::InReview,
            Self::Submitted(_) => Stage::Submitted,
            Self::FurtherEvidence(_) => Stage::FurtherEvidence,
            Self::Awarded(_) => Stage::Awarded,
        }
    }
}

fn union(a: &PerStandard<bool>, b: &PerStandard<bool>) -> PerStandard<bool> {
    PerStandard::from_fn(|s| *a.get(s) || *b.get(s))
}

codes! {
    /// Where a candidacy stands, in a word.
    Stage {
        /// The story grows.
        Gathering = "gathering",
        /// Sent; reading hasn't begun.
        Submitted = "submitted",
        /// With the panel.
        InReview = "in_review",
        /// A little more, and it is there.
        FurtherEvidence = "further_evidence",
        /// Awarded.
        Awarded = "awarded",
    }
}

// ---- On the wire

/// A candidacy, as its mentor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CandidacySummary {
    /// Which.
    pub id: CandidacyId,
    /// Towards what.
    pub qualification: Qualification,
    /// Its portfolio.
    pub portfolio_id: PortfolioId,
    /// The portfolio's title.
    #[schema(max_length = 160)]
    pub title: String,
    /// Where it stands.
    pub stage: Stage,
    /// Standards that are secured.
    pub secured: PerStandard<bool>,
    /// The submission that is with the panel, or was decided on last.
    pub submission_id: Option<SubmissionId>,
    /// The award.
    pub award_id: Option<AwardId>,
    /// Whether the school's lead may see the stage.
    pub stage_shared: bool,
}

/// Starts working towards a qualification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartCandidacy {
    /// Towards what.
    pub qualification: Qualification,
}

/// Says whether the school's lead may see the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareStage {
    /// Whether they may.
    pub stage_shared: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decision::Finding,
        edition::{FORMAT, SealedPiece},
        framework::Standard,
        list::NonEmpty,
        review::Suggestion,
        round::Dates,
        text::{Draft, Prose},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn edition(text: &str) -> Edition {
        Edition {
            format: FORMAT,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces: vec![SealedPiece::Narrative { text: text.into() }],
        }
    }

    const MADE: Declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };

    fn submission(n: u128) -> SubmissionId {
        Uuid::from_u128(n).into()
    }

    fn award() -> AwardId {
        Uuid::from_u128(99).into()
    }

    fn decision(evidenced: PerStandard<bool>, secured: &PerStandard<bool>) -> Option<Decision> {
        let findings = evidenced.map(|_, e| match e {
            true => Finding::Evidenced { note: Draft::default() },
            false => Finding::MoreNeeded {
                suggestions: NonEmpty::one(Suggestion {
                    already_there: Draft::default(),
                    would_help: Prose::new("Two lines.").unwrap(),
                    who_can_help: None,
                }),
            },
        });
        Decision::new(findings, Draft::new("Dear Priya").unwrap(), secured).ok()
    }

    fn dates() -> RoundDates {
        let day = |text: &str| text.parse().unwrap();
        RoundDates::new(Dates {
            submit_by: day("2027-02-26"),
            review_opens: day("2027-02-28"),
            review_by: day("2027-03-09"),
            meeting: day("2027-03-11"),
            tell_by: day("2027-03-19"),
        })
        .unwrap()
    }

    #[derive(Debug, Clone)]
    enum Command {
        Submit,
        Withdraw { reading: bool },
        Place,
        Release([bool; 4]),
        Correct([bool; 4]),
        Revoke,
    }

    fn commands() -> impl Strategy<Value = Vec<Command>> {
        let one = prop_oneof![
            3 => Just(Command::Submit),
            1 => any::<bool>().prop_map(|reading| Command::Withdraw { reading }),
            1 => Just(Command::Place),
            3 => any::<[bool; 4]>().prop_map(Command::Release),
            1 => any::<[bool; 4]>().prop_map(Command::Correct),
            1 => Just(Command::Revoke),
        ];
        proptest::collection::vec(one, 0..24)
    }

    fn four([s1, s2, s3, s4]: [bool; 4]) -> PerStandard<bool> {
        PerStandard { s1, s2, s3, s4 }
    }

    /// Carries out the command if it is legal, and else leaves the candidacy where it was.
    fn obey(candidacy: Candidacy, command: &Command, n: u128) -> Candidacy {
        let secured = candidacy.secured();
        let next = match command {
            Command::Submit => {
                candidacy.submit(submission(n), &edition("Some text."), PortfolioForm::Electronic, MADE, None).ok()
            }
            Command::Withdraw { reading } => {
                let day = if *reading { dates().review_opens } else { dates().submit_by };
                candidacy.withdraw(Some(&dates()), day.starts()).ok()
            }
            Command::Place => candidacy.place(Some(Uuid::from_u128(7).into())).ok(),
            Command::Release(found) => {
                decision(four(*found), &secured).and_then(|d| candidacy.release(&d, award()).ok())
            }
            Command::Correct(found) => match candidacy {
                Candidacy::FurtherEvidence(f) => {
                    decision(four(*found), &secured).and_then(|d| candidacy.correct(f.after, &d, award()).ok())
                }
                _ => None,
            },
            Command::Revoke => candidacy.revoke().ok(),
        };
        next.unwrap_or(candidacy)
    }

    proptest! {
        #[test]
        fn after_any_legal_commands_the_award_can_still_be_reached(commands in commands()) {
            let mut candidacy = Candidacy::Gathering;
            for (n, command) in commands.iter().enumerate() {
                candidacy = obey(candidacy, command, n as u128);
            }
            if !matches!(candidacy, Candidacy::Awarded(_)) {
                candidacy = obey(candidacy, &Command::Submit, 1000);
                candidacy = obey(candidacy, &Command::Release([true; 4]), 1001);
            }
            prop_assert!(matches!(candidacy, Candidacy::Awarded(_)));
        }

        #[test]
        fn a_secured_standard_stays_secured_whatever_comes(commands in commands()) {
            let mut candidacy = Candidacy::Gathering;
            for (n, command) in commands.iter().enumerate() {
                let before = candidacy.secured();
                candidacy = obey(candidacy, command, n as u128);
                for s in Standard::ALL {
                    prop_assert!(!before.get(*s) || *candidacy.secured().get(*s));
                }
            }
        }
    }

    #[test]
    fn sending_asks_for_text_and_the_declaration_and_for_nothing_else() {
        let send = |text: &str, declaration| {
            Candidacy::Gathering.submit(submission(1), &edition(text), PortfolioForm::Electronic, declaration, None)
        };
        assert!(send("A line.", MADE).is_ok());
        assert_eq!(send("  ", MADE), Err(SubmitProblem::NoText));
        assert_eq!(send("A line.", Declaration { own_work: false, ..MADE }), Err(SubmitProblem::NoDeclaration));
        let paper = Candidacy::Gathering.submit(submission(1), &edition(""), PortfolioForm::Paper, MADE, None);
        assert!(paper.is_ok());
    }

    #[test]
    fn a_withdrawn_resubmission_returns_to_where_it_came_from() {
        let more = FurtherEvidence { after: submission(1), secured: four([true, true, false, false]) };
        let again = Candidacy::FurtherEvidence(more)
            .submit(submission(2), &edition("More."), PortfolioForm::Electronic, MADE, None)
            .unwrap();
        assert_eq!(again.withdraw(None, dates().submit_by.starts()), Ok(Candidacy::FurtherEvidence(more)));
    }

    #[test]
    fn what_is_being_read_is_not_taken_back() {
        let sent = Candidacy::Gathering
            .submit(submission(1), &edition("Text."), PortfolioForm::Electronic, MADE, None)
            .unwrap();
        assert_eq!(sent.withdraw(Some(&dates()), dates().review_opens.starts()), Err(WithdrawProblem::ReadingHasBegun));
        assert_eq!(sent.stage(Some(&dates()), dates().review_opens.starts()), Stage::InReview);
        assert_eq!(sent.stage(Some(&dates()), dates().submit_by.starts()), Stage::Submitted);
        assert_eq!(Candidacy::Gathering.withdraw(None, dates().submit_by.starts()), Err(WithdrawProblem::NotSubmitted));
    }
}
