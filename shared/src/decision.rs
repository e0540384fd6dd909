//! Decisions: what the panel agreed, per standard.
//!
//! A decision is a finding for each of the four standards. The outcome follows: the award if and only if none is
//! open, and otherwise suggestions, at least one for each standard that is. There is no third outcome, in any form.

use crate::{
    award::AwardSummary,
    framework::{PerStandard, Standard},
    ids::{SubmissionId, SuggestionId},
    list::NonEmpty,
    person::PersonName,
    portfolio::PortfolioForm,
    qualification::Qualification,
    review::{Comment, Judgement, Recommendation, ReviewState, Suggestion},
    round::{Dates, RoundSummary},
    school::SchoolName,
    text::{Draft, Prose},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// What the panel found for one standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "finding", rename_all = "snake_case", deny_unknown_fields)]
pub enum Finding {
    /// The standard is shown: it is secured for this candidacy.
    Evidenced {
        /// What showed it, in a sentence.
        #[serde(default)]
        note: Draft<2000>,
    },
    /// A little more would help.
    MoreNeeded {
        /// What would help.
        #[schema(min_items = 1, max_items = 10)]
        suggestions: NonEmpty<Suggestion>,
    },
}

/// The two outcomes. There is no third.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewOutcome {
    /// All four standards are shown.
    Award,
    /// A little more, and what.
    FurtherEvidence {
        /// What would help, for each standard that is open.
        #[schema(min_items = 1)]
        suggestions: NonEmpty<StandardSuggestion>,
    },
}

/// A suggestion, and the standard that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardSuggestion {
    /// The standard.
    pub standard: Standard,
    /// What would help.
    pub suggestion: Suggestion,
}

/// What the panel decided on a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    findings: PerStandard<Finding>,
    message: Draft<20_000>,
}

/// Why a decision can't be recorded as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionProblem {
    /// A standard that is secured can't be opened again.
    Secured(Standard),
    /// An award carries a message from the panel.
    NoMessage,
    /// A correction says what the decision says already.
    Unchanged,
}

impl fmt::Display for DecisionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secured(s) => write!(
                f,
                "Standard {}, {}, is secured and stays so. Leave it as evidenced.",
                s.number(),
                s.short_title()
            ),
            Self::NoMessage => f.write_str("Write a few words from the panel to the mentor: an award carries them."),
            Self::Unchanged => {
                f.write_str("Nothing is different from what was decided. Change what is to be put right.")
            }
        }
    }
}

impl std::error::Error for DecisionProblem {}

impl Decision {
    /// Takes the panel's findings and its words to the mentor.
    ///
    /// # Errors
    /// If a secured standard would reopen, or an award has no message.
    pub fn new(
        findings: PerStandard<Finding>,
        message: Draft<20_000>,
        secured: &PerStandard<bool>,
    ) -> Result<Self, DecisionProblem> {
        for (standard, finding) in findings.iter() {
            if *secured.get(standard) && matches!(finding, Finding::MoreNeeded { .. }) {
                return Err(DecisionProblem::Secured(standard));
            }
        }
        let decision = Self { findings, message };
        if decision.outcome() == ReviewOutcome::Award && decision.message.is_blank() {
            return Err(DecisionProblem::NoMessage);
        }
        Ok(decision)
    }

    /// Takes what shall stand in the place of a released decision.
    ///
    /// # Errors
    /// As [`Decision::new`]; or if nothing is different. An award that has ended is made anew by the same words.
    pub fn correcting(
        before: &Self,
        findings: PerStandard<Finding>,
        message: Draft<20_000>,
        secured: &PerStandard<bool>,
    ) -> Result<Self, DecisionProblem> {
        let decision = Self::new(findings, message, secured)?;
        if decision == *before && decision.outcome() != ReviewOutcome::Award {
            return Err(DecisionProblem::Unchanged);
        }
        Ok(decision)
    }

    /// What follows from the findings.
    pub fn outcome(&self) -> ReviewOutcome {
        let open = self.findings.iter().flat_map(|(standard, finding)| match finding {
            Finding::Evidenced { .. } => Vec::new(),
            Finding::MoreNeeded { suggestions } => {
                suggestions.iter().map(|s| StandardSuggestion { standard, suggestion: s.clone() }).collect()
            }
        });
        match NonEmpty::new(open.collect()) {
            Ok(suggestions) => ReviewOutcome::FurtherEvidence { suggestions },
            Err(_) => ReviewOutcome::Award,
        }
    }

    /// The standards that this decision leaves secured.
    pub fn secured(&self) -> PerStandard<bool> {
        PerStandard::from_fn(|s| matches!(self.findings.get(s), Finding::Evidenced { .. }))
    }

    /// The findings.
    pub const fn findings(&self) -> &PerStandard<Finding> {
        &self.findings
    }

    /// The panel's words to the mentor.
    pub const fn message(&self) -> &Draft<20_000> {
        &self.message
    }
}

/// How many readings a decision stands on at the least, whatever a round asks for.
const FEWEST_READINGS: u8 = 2;

/// How many readings have to be sent before the panel decides, where the round asks for so many.
pub fn readings_needed(asked: u8) -> usize {
    usize::from(asked.max(FEWEST_READINGS))
}

// ---- On the wire

/// Records what the panel agreed. Sent again, it takes the place of what was recorded before, until release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// What was found, per standard.
    pub findings: PerStandard<Finding>,
    /// The panel's words to the mentor; an award carries some.
    #[serde(default)]
    pub message: Draft<20_000>,
}

/// The panel's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Board {
    /// The round.
    pub round: RoundSummary,
    /// Who chairs.
    pub chair: Option<PersonName>,
    /// Whether the caller presides, over all or (as deputy) over some.
    pub presiding: bool,
    /// What is on the board for the caller: what they have a conflict with isn't there.
    pub cards: Vec<BoardCard>,
}

/// A submission on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoardCard {
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
    /// The first, second, third ... of its candidacy.
    pub number: u32,
    /// Standards that are secured already.
    pub secured: PerStandard<bool>,
    /// What its reviewers found.
    pub readings: Vec<BoardReading>,
    /// Where the readings stand to each other.
    pub agreement: Agreement,
    /// What was decided, if it was.
    pub decision: Option<DecisionRecorded>,
    /// Whether the caller may decide on it.
    pub may_decide: bool,
    /// Whether enough people without a conflict are on the panel.
    pub quorate: bool,
    /// What the decision still waits for, in words: for whoever presides alone.
    #[schema(max_length = 2000)]
    pub waits: Option<String>,
    /// Who stepped out: for the chair and the coordinator alone.
    pub stepped_out: Vec<PersonName>,
    /// How many comments on the text the reviews hold, once all are sent.
    pub comments: u32,
    /// Whether the chair carried it over to the next round.
    pub carried_over: bool,
}

/// One reviewer's reading on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoardReading {
    /// Who read.
    pub reviewer: PersonName,
    /// How far they are.
    pub state: ReviewState,
    /// What they found, once sent.
    pub judgements: PerStandard<Option<Judgement>>,
    /// What it comes to, once sent.
    pub recommendation: Option<Recommendation>,
    /// Words for the panel alone, once sent.
    pub for_panel: Draft<8000>,
}

/// Where the readings of one submission stand to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "agreement", rename_all = "snake_case")]
pub enum Agreement {
    /// Not all reviews are sent.
    Waiting,
    /// All say award.
    Award,
    /// All would like more for the same standards.
    FurtherEvidence,
    /// They differ.
    Divergent {
        /// On these standards.
        standards: Vec<Standard>,
    },
}

/// Compares complete readings, standard by standard. Fewer than two are not yet a comparison.
pub fn agreement(readings: &[PerStandard<Option<Judgement>>]) -> Agreement {
    if readings.len() < 2 {
        return Agreement::Waiting;
    }
    let evidenced = |r: &PerStandard<Option<Judgement>>, s| !matches!(r.get(s), Some(Judgement::MoreNeeded { .. }));
    let standards: Vec<_> = Standard::ALL
        .iter()
        .copied()
        .filter(|&s| readings.iter().any(|r| evidenced(r, s) != evidenced(&readings[0], s)))
        .collect();
    if !standards.is_empty() {
        Agreement::Divergent { standards }
    } else if Standard::ALL.iter().all(|&s| evidenced(&readings[0], s)) {
        Agreement::Award
    } else {
        Agreement::FurtherEvidence
    }
}

/// A decision as the panel sees it before release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionRecorded {
    /// What was found.
    pub findings: PerStandard<Finding>,
    /// What follows.
    pub outcome: ReviewOutcome,
    /// The panel's words to the mentor.
    pub message: Draft<20_000>,
    /// When it was recorded.
    pub decided_at: Timestamp,
}

/// Carries a submission over to the next round, with words to the mentor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// Why it is read next time, kindly.
    pub message: Prose<4000>,
}

/// What was released on a submission, as a coordinator reads it who would put it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReleasedDecision {
    /// The submission.
    pub submission_id: SubmissionId,
    /// What was decided, as it stands now.
    pub decision: DecisionRecorded,
    /// How it was corrected, the earliest first.
    pub corrections: Vec<Correction>,
    /// The award that was made, if there is one; the latest, if it was made anew.
    pub award: Option<AwardSummary>,
    /// The day that an award would bear.
    pub awarded_on: Date,
    /// Why it can't be corrected now, in words.
    #[schema(max_length = 400)]
    pub closed: Option<String>,
}

/// One correction of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who recorded it.
    pub by: PersonName,
    /// Why.
    pub reason: Prose<2000>,
}

/// Corrects a released decision. It may only widen what is secured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectDecision {
    /// What was found, per standard.
    pub findings: PerStandard<Finding>,
    /// The panel's words to the mentor.
    #[serde(default)]
    pub message: Draft<20_000>,
    /// Why it is corrected. Recorded for good.
    pub reason: Prose<2000>,
}

/// A released outcome, as its mentor reads it: in one voice, the panel's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutcomeDetail {
    /// The submission.
    pub submission_id: SubmissionId,
    /// The portfolio's title.
    #[schema(max_length = 160)]
    pub title: String,
    /// Towards what.
    pub qualification: Qualification,
    /// What the round was called.
    #[schema(max_length = 60)]
    pub round_name: String,
    /// The round's dates.
    pub dates: Dates,
    /// What follows.
    pub outcome: ReviewOutcome,
    /// What was found, per standard.
    pub findings: PerStandard<Finding>,
    /// The panel's words.
    pub message: Draft<20_000>,
    /// Who signs for the panel.
    pub chair: Option<PersonName>,
    /// The suggestions, with what the mentor says to each.
    pub suggestions: Vec<SuggestedBefore>,
    /// Comments on passages, unattributed, in the order of the text.
    pub comments: Vec<Comment>,
    /// The award, if it is one.
    pub award_id: Option<crate::ids::AwardId>,
    /// The portfolio to carry on with.
    pub portfolio_id: crate::ids::PortfolioId,
    /// The next round that a new submission would be in, if one is planned.
    pub next_round: Option<RoundSummary>,
}

/// A suggestion of the panel, and the mentor's reply to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuggestedBefore {
    /// Which.
    pub id: SuggestionId,
    /// The standard.
    pub standard: Standard,
    /// What would help.
    pub suggestion: Suggestion,
    /// What the mentor says to it.
    pub reply: Draft<4000>,
}

/// Replies to a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What the mentor says; empty for nothing.
    pub text: Draft<4000>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn suggestion() -> Suggestion {
        Suggestion {
            already_there: Draft::default(),
            would_help: Prose::new("Two lines on parents’ evening.").unwrap(),
            who_can_help: None,
        }
    }

    fn finding(evidenced: bool) -> Finding {
        if evidenced {
            Finding::Evidenced { note: Draft::default() }
        } else {
            Finding::MoreNeeded { suggestions: NonEmpty::one(suggestion()) }
        }
    }

    fn four() -> impl Strategy<Value = PerStandard<bool>> {
        any::<[bool; 4]>().prop_map(|[s1, s2, s3, s4]| PerStandard { s1, s2, s3, s4 })
    }

    proptest! {
        #[test]
        fn award_if_and_only_if_nothing_is_open(evidenced in four()) {
            let none = PerStandard::default();
            let decision =
                Decision::new(evidenced.map(|_, e| finding(e)), Draft::new("Dear Priya").unwrap(), &none).unwrap();
            let all = evidenced.iter().all(|(_, e)| *e);
            prop_assert_eq!(decision.outcome() == ReviewOutcome::Award, all);
            if let ReviewOutcome::FurtherEvidence { suggestions } = decision.outcome() {
                for (standard, evidenced) in evidenced.iter() {
                    prop_assert_eq!(suggestions.iter().any(|s| s.standard == standard), !evidenced);
                }
            }
        }

        #[test]
        fn a_secured_standard_never_reopens(evidenced in four(), secured in four()) {
            let decision = Decision::new(evidenced.map(|_, e| finding(e)), Draft::new("Dear Priya").unwrap(), &secured);
            let reopens = Standard::ALL.iter().any(|&s| *secured.get(s) && !*evidenced.get(s));
            prop_assert_eq!(decision.is_err(), reopens);
            if let Ok(decision) = decision {
                for (standard, was) in secured.iter() {
                    prop_assert!(!was || *decision.secured().get(standard));
                }
            }
        }
    }

    #[test]
    fn a_correction_changes_something() {
        let decision = |s3: bool, message: &str| {
            let found = PerStandard { s1: true, s2: true, s3, s4: true };
            (found.map(|_, e| finding(e)), Draft::new(message).unwrap())
        };
        let none = PerStandard::default();
        let new = |(findings, message)| Decision::new(findings, message, &none).unwrap();
        let correct = |before, (findings, message)| Decision::correcting(before, findings, message, &none);
        let before = new(decision(false, "Dear Priya"));
        assert_eq!(correct(&before, decision(false, "Dear Priya")), Err(DecisionProblem::Unchanged));
        assert!(correct(&before, decision(false, "Dear Priya, we are sorry")).is_ok());
        let award = new(decision(true, "Dear Priya"));
        assert!(correct(&award, decision(true, "Dear Priya")).is_ok());
    }

    #[test]
    fn an_award_carries_a_message() {
        let all = PerStandard { s1: true, s2: true, s3: true, s4: true };
        let decision = Decision::new(all.map(|_, e| finding(e)), Draft::new(" \n").unwrap(), &PerStandard::default());
        assert_eq!(decision, Err(DecisionProblem::NoMessage));
    }

    #[test]
    fn json_can_say_nothing_but_the_two_outcomes() {
        assert!(serde_json::from_str::<ReviewOutcome>(r#"{"outcome":"award"}"#).is_ok());
        for other in [
            r#"{"outcome":"fail"}"#,
            r#"{"outcome":"further_evidence"}"#,
            r#"{"outcome":"further_evidence","suggestions":[]}"#,
            r#"{}"#,
        ] {
            assert!(serde_json::from_str::<ReviewOutcome>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_decision_stands_on_two_readings_or_on_as_many_as_the_round_asks_for() {
        assert_eq!([0, 1, 2, 5].map(readings_needed), [2, 2, 2, 5]);
    }

    #[test]
    fn readings_agree_or_differ_by_standard() {
        let all = |e: bool| {
            PerStandard::from_fn(|_| {
                Some(if e { Judgement::Evidenced } else { Judgement::MoreNeeded { suggestion: suggestion() } })
            })
        };
        let mut s3 = all(true);
        s3.s3 = Some(Judgement::MoreNeeded { suggestion: suggestion() });
        assert_eq!(agreement(&[all(true)]), Agreement::Waiting);
        assert_eq!(agreement(&[all(true), all(true)]), Agreement::Award);
        assert_eq!(agreement(&[s3.clone(), s3.clone()]), Agreement::FurtherEvidence);
        assert_eq!(agreement(&[all(true), s3]), Agreement::Divergent { standards: vec![Standard::S3] });
    }
}
