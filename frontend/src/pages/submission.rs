//! What the mentor sent: the list, one submission with what was sealed, and what the panel said.

mod list;
mod one;
mod outcome;
mod reply;

pub use list::Submissions;
pub use one::Submission;
pub use outcome::SubmissionOutcome;

use cairn_shared::candidacy::Stage;
use cairn_shared::paper::Custody;
use cairn_shared::submission::{SubmissionState, SubmissionSummary};

use crate::parts::day;
use crate::ui::Tone;

/// Where a submission is, in words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub tone: Tone,
    pub icon: &'static str,
    /// In two or three words.
    pub short: &'static str,
    /// In a sentence or two, with the promised date.
    pub long: String,
}

/// Whether it is still told where the paper is: not of what was taken back before it came.
pub(super) fn of_interest(one: &SubmissionSummary) -> bool {
    let came = one.paper.as_ref().is_some_and(|paper| paper.custody != Custody::Registered);
    came || one.state != SubmissionState::Withdrawn
}

/// Says where a submission is, and when one will hear.
pub(super) fn standing(submission: &SubmissionSummary) -> Standing {
    let said = |tone, icon, short, long| Standing { tone, icon, short, long };
    let dates = submission.round.as_ref().map(|round| (&round.name, &round.dates));
    match (&submission.state, dates) {
        (SubmissionState::Submitted, Some((name, dates))) => said(
            Tone::Info,
            "send",
            "Sent",
            format!(
                "It is in for {name}. Reading begins on {}, and until then you can take it back. You hear by {}.",
                day(dates.review_opens),
                day(dates.tell_by)
            ),
        ),
        (SubmissionState::Submitted, None) => said(
            Tone::Info,
            "calendar",
            "Waiting for the next round",
            "It is safe with us. The next round is not planned yet; we tell you as soon as its dates are known.".into(),
        ),
        (SubmissionState::InReview, Some((_, dates))) => said(
            Tone::Info,
            "book-open",
            "With the panel",
            format!("The panel meets on {}. You hear by {}.", day(dates.meeting), day(dates.tell_by)),
        ),
        (SubmissionState::InReview, None) => said(
            Tone::Info,
            "book-open",
            "With the panel",
            "The panel is reading it. You hear after its meeting.".into(),
        ),
        (SubmissionState::Withdrawn, _) => said(
            Tone::Plain,
            "undo-2",
            "Taken back",
            "You took it back. Your portfolio is with you, to change and to send whenever you like.".into(),
        ),
        (SubmissionState::CarriedOver { .. }, dates) => said(
            Tone::More,
            "calendar",
            "In the next round",
            match dates {
                Some((name, dates)) => format!("It is read in {name}. You hear by {}.", day(dates.tell_by)),
                None => "It is read in the next round. We tell you as soon as its dates are known.".into(),
            },
        ),
        (SubmissionState::Released { stage: Stage::Awarded }, _) => {
            said(Tone::Good, "award", "Awarded", "The panel has written to you.".into())
        }
        (SubmissionState::Released { .. }, _) => said(
            Tone::More,
            "circle-plus",
            "A little more",
            "The panel has written to you: what they found, and what would help.".into(),
        ),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use cairn_shared::portfolio::PortfolioForm;
    use cairn_shared::qualification::Qualification;
    use cairn_shared::round::{Dates, RoundPhase, RoundSummary};
    use cairn_shared::text::Prose;

    pub fn sent(state: SubmissionState, placed: bool) -> SubmissionSummary {
        let day = |text: &str| text.parse().unwrap();
        let id = uuid::Uuid::from_u128(1);
        SubmissionSummary {
            id: id.into(),
            candidacy_id: id.into(),
            portfolio_id: id.into(),
            qualification: Qualification::Qms,
            number: 1,
            title: "Learning to wait".into(),
            form: PortfolioForm::Electronic,
            paper: None,
            submitted_at: "2027-02-12T16:31:00Z".parse().unwrap(),
            round: placed.then(|| RoundSummary {
                id: id.into(),
                name: "Spring 2027".parse().unwrap(),
                dates: Dates {
                    submit_by: day("2027-02-26"),
                    review_opens: day("2027-02-28"),
                    review_by: day("2027-03-09"),
                    meeting: day("2027-03-11"),
                    tell_by: day("2027-03-19"),
                },
                phase: RoundPhase::Open,
                accepts: true,
            }),
            state,
        }
    }

    #[test]
    fn every_state_is_said_with_its_promised_date() {
        let carried = SubmissionState::CarriedOver { message: Prose::new("Two readers were ill.").unwrap() };
        for state in [SubmissionState::Submitted, SubmissionState::InReview, carried] {
            let placed = standing(&sent(state.clone(), true));
            assert!(placed.long.contains("You hear by Friday 19 March"), "{placed:?}");
            assert!(standing(&sent(state, false)).long.ends_with('.'));
        }
        let more = SubmissionState::Released { stage: Stage::FurtherEvidence };
        assert_eq!(standing(&sent(more, true)).short, "A little more");
        assert_eq!(standing(&sent(SubmissionState::Submitted, false)).short, "Waiting for the next round");
    }
}
