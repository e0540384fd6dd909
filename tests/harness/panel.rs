//! What coordinators, reviewers and chairs do.

use super::{Actor, Reply};
use cairn_shared::{
    conflict::{DeclareConflict, DeclaredConflict},
    decision::{Board, BoardCard, Decide, Finding, ReleasedDecision},
    framework::{PerStandard, Standard},
    ids::{PersonId, ReviewId, RoundId, SubmissionId},
    list::{NonEmpty, Page},
    paper::{PaperDetail, ReceivePaper, ReturnPaper},
    review::{
        AssignReviewer, DraftJudgement, PanelComment, PanelComments, ReviewDetail, ReviewDraft, ReviewSummary,
        Suggestion,
    },
    round::{Dates, NamePanel, PlanRound, PlanYear, RoundDates, RoundDetail, RoundSubmission, RoundSummary},
    text::Draft,
};

/// An academic year with three rounds: autumn and spring, whose dates the tests know, and summer.
///
/// # Panics
/// Never: the dates follow each other.
pub fn year() -> PlanYear {
    let round = |name: &str, dates: [&str; 5]| {
        let [submit_by, review_opens, review_by, meeting, tell_by] = dates.map(|d| d.parse().expect("a day"));
        let dates = Dates { submit_by, review_opens, review_by, meeting, tell_by };
        PlanRound {
            name: name.parse().expect("a name"),
            dates: RoundDates::new(dates).expect("dates follow each other"),
            readers: None,
        }
    };
    PlanYear {
        rounds: vec![
            round("Autumn 2026", ["2026-11-27", "2026-11-30", "2026-12-08", "2026-12-10", "2026-12-18"]),
            round("Spring 2027", ["2027-02-26", "2027-02-28", "2027-03-09", "2027-03-11", "2027-03-19"]),
            round("Summer 2027", ["2027-06-18", "2027-06-20", "2027-06-29", "2027-07-01", "2027-07-09"]),
        ],
    }
}

/// Draft judgements in which those standards would need a little more.
///
/// # Panics
/// Never.
pub fn readings(open: &[Standard]) -> ReviewDraft {
    ReviewDraft {
        judgements: PerStandard::from_fn(|s| {
            Some(if open.contains(&s) {
                DraftJudgement::MoreNeeded {
                    already_there: Draft::new("A good beginning.").expect("a text"),
                    would_help: Draft::new(format!("Two lines more on standard {}.", s.number())).expect("a text"),
                }
            } else {
                DraftJudgement::Evidenced
            })
        }),
        for_panel: Draft::new("A word for the panel alone.").expect("a text"),
    }
}

/// A finding that the standard is shown.
pub fn evidenced() -> Finding {
    Finding::Evidenced { note: Draft::default() }
}

/// A finding that a little more would help.
///
/// # Panics
/// If there is no text.
pub fn more_needed(would_help: &str) -> Finding {
    Finding::MoreNeeded {
        suggestions: NonEmpty::one(Suggestion {
            already_there: Draft::default(),
            would_help: would_help.parse().expect("a text"),
            who_can_help: None,
        }),
    }
}

/// Findings in which those standards would need a little more.
pub fn findings(open: &[Standard]) -> PerStandard<Finding> {
    PerStandard::from_fn(|s| {
        if open.contains(&s) {
            more_needed(&format!("Two lines more on standard {}.", s.number()))
        } else {
            evidenced()
        }
    })
}

impl Actor<'_> {
    /// Plans a year.
    #[track_caller]
    pub fn plans(&self, year: &PlanYear) -> Vec<RoundSummary> {
        self.post("/rounds", year).expect(201).json::<Page<RoundSummary>>().items
    }

    /// A round, as coordinator and chair see it.
    #[track_caller]
    pub fn round(&self, round: RoundId) -> RoundDetail {
        self.sees(&format!("/rounds/{round}"))
    }

    /// Names a panel.
    #[track_caller]
    pub fn names_panel(
        &self,
        round: RoundId,
        chair: PersonId,
        deputy: Option<PersonId>,
        members: &[PersonId],
    ) -> RoundDetail {
        let panel = NamePanel { chair, deputy, members: members.to_vec() };
        let path = format!("/rounds/{round}");
        self.changes("PUT", &path, &format!("{path}/panel"), &panel).expect(200).json()
    }

    /// Asks to assign a reviewer.
    #[track_caller]
    pub fn tries_to_assign(&self, reviewer: PersonId, submission: SubmissionId) -> Reply {
        self.post(&format!("/submissions/{submission}/assignments"), &AssignReviewer { reviewer_id: reviewer })
    }

    /// Assigns a reviewer.
    #[track_caller]
    pub fn assigns(&self, reviewer: &Actor<'_>, submission: SubmissionId) -> RoundSubmission {
        self.tries_to_assign(reviewer.id(), submission).expect(201).json()
    }

    /// Declares a conflict of somebody with a mentor.
    #[track_caller]
    pub fn declares(&self, person: &Actor<'_>, mentor: &Actor<'_>) -> DeclaredConflict {
        let declare = DeclareConflict { person_id: person.id(), mentor_id: mentor.id(), reason: None };
        self.post("/conflicts", &declare).expect(201).json()
    }

    /// Asks to release a round.
    #[track_caller]
    pub fn tries_to_release(&self, round: RoundId) -> Reply {
        self.does(&format!("/rounds/{round}/release"))
    }

    /// Releases a round.
    #[track_caller]
    pub fn releases(&self, round: RoundId) -> RoundDetail {
        self.tries_to_release(round).expect(200).json()
    }

    /// Notes that paper has arrived.
    #[track_caller]
    pub fn receives(&self, submission: SubmissionId, shelf: &str) -> PaperDetail {
        let receive = ReceivePaper { shelf: shelf.parse().expect("a text") };
        self.post(&format!("/submissions/{submission}/receipt"), &receive).expect(200).json()
    }

    /// Asks to note that paper went back.
    #[track_caller]
    pub fn tries_to_return(&self, submission: SubmissionId, given_to: &str) -> Reply {
        let give = ReturnPaper { given_to: given_to.parse().expect("a text") };
        self.post(&format!("/submissions/{submission}/return"), &give)
    }

    /// One's own reviews.
    #[track_caller]
    pub fn reviews(&self) -> Vec<ReviewSummary> {
        self.sees::<Page<ReviewSummary>>("/reviews").items
    }

    /// Opens one's own review of a submission.
    #[track_caller]
    pub fn reads(&self, submission: SubmissionId) -> ReviewDetail {
        let review = self.reviews().into_iter().find(|r| r.submission_id == submission);
        self.review(review.expect("the submission is in the list of reviews").id)
    }

    /// A review of one's own.
    #[track_caller]
    pub fn review(&self, review: ReviewId) -> ReviewDetail {
        self.sees(&format!("/reviews/{review}"))
    }

    /// Writes what one finds.
    #[track_caller]
    pub fn judges(&self, review: ReviewId, draft: &ReviewDraft) -> ReviewDetail {
        let path = format!("/reviews/{review}");
        self.changes("PUT", &path, &format!("{path}/draft"), draft).expect(200).json()
    }

    /// Asks to send a review.
    #[track_caller]
    pub fn tries_to_send(&self, review: ReviewId) -> Reply {
        self.does(&format!("/reviews/{review}/sending"))
    }

    /// Sends a review.
    #[track_caller]
    pub fn sends(&self, review: ReviewId) -> ReviewDetail {
        self.tries_to_send(review).expect(200).json()
    }

    /// Reads, judges and sends, with those standards still open.
    #[track_caller]
    pub fn reviews_with_open(&self, submission: SubmissionId, open: &[Standard]) -> ReviewId {
        let review = self.reads(submission).review.id;
        self.judges(review, &readings(open));
        self.sends(review);
        review
    }

    /// The board of a round.
    #[track_caller]
    pub fn board(&self, round: RoundId) -> Board {
        self.sees(&format!("/rounds/{round}/board"))
    }

    /// The comments on a submission, as its panel reads them.
    #[track_caller]
    pub fn comments(&self, submission: SubmissionId) -> Vec<PanelComment> {
        self.sees::<PanelComments>(&format!("/submissions/{submission}/comments")).comments
    }

    /// What was released on a submission, as a coordinator reads it.
    #[track_caller]
    pub fn released(&self, submission: SubmissionId) -> ReleasedDecision {
        self.sees(&format!("/submissions/{submission}/decision"))
    }

    /// Asks to record a decision.
    #[track_caller]
    pub fn tries_to_decide(&self, submission: SubmissionId, findings: PerStandard<Finding>, message: &str) -> Reply {
        let decide = Decide { findings, message: message.parse().expect("a text") };
        self.ask("PUT", &format!("/submissions/{submission}/decision")).json(&decide).send()
    }

    /// Records a decision.
    #[track_caller]
    pub fn decides(&self, submission: SubmissionId, findings: PerStandard<Finding>, message: &str) -> BoardCard {
        self.tries_to_decide(submission, findings, message).expect(200).json()
    }
}
