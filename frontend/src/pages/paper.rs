//! Portfolios on paper: the cover sheet and where the paper is, finding one by its code, and what a cover sheet says.

mod change;
mod fields;
mod find;
mod hands;
mod register;
mod sheet;
mod slip;
mod way;

pub use fields::{PaperFields, PaperText, field_of};
pub use find::FindPaper;
pub use hands::{HandOver, Hands};
pub use register::RegisterPaper;
pub use sheet::{PaperByCode, PaperOf};

use cairn_shared::paper::{Custody, PaperSummary};

use crate::parts::day;
use crate::words::{Day, Moment};

/// Where some paper is, in a sentence for its mentor.
pub fn whereabouts(paper: &PaperSummary) -> String {
    match &paper.custody {
        Custody::Registered => format!(
            "Registered with cover sheet {}. Hand it in by {}: {}.",
            paper.code.printed(),
            day(paper.promised_for),
            paper.hand_in
        ),
        Custody::Received { received_at, .. } => {
            format!("The paper has been with the university since {}.", Moment::from(*received_at).long())
        }
        Custody::Returned { returned_at, given_to, .. } => {
            format!("The paper went back on {}: {given_to}.", Day::from(returned_at.london_date()).long_with_year())
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use cairn_shared::paper::CoverCode;

    pub fn paper(custody: Custody) -> PaperSummary {
        PaperSummary {
            code: CoverCode::make([3; 7]),
            number: 1,
            parts: "One ring binder".parse().unwrap(),
            hand_in: "The front desk".parse().unwrap(),
            promised_for: "2027-02-26".parse().unwrap(),
            custody,
        }
    }

    pub fn received() -> Custody {
        Custody::Received {
            received_at: "2027-02-26T10:05:00Z".parse().unwrap(),
            shelf: "Room 12, the green shelf".parse().unwrap(),
        }
    }

    pub fn returned() -> Custody {
        Custody::Returned {
            received_at: "2027-02-26T10:05:00Z".parse().unwrap(),
            shelf: "Room 12, the green shelf".parse().unwrap(),
            returned_at: "2027-03-22T15:00:00Z".parse().unwrap(),
            given_to: "Priya Hartnell, in person".parse().unwrap(),
        }
    }

    #[test]
    fn each_step_is_said_in_words() {
        let said = |custody| whereabouts(&paper(custody));
        assert!(said(Custody::Registered).contains("Hand it in by Friday 26 February"));
        assert!(said(received()).ends_with("with the university since Friday 26 February, 10.05."));
        assert_eq!(said(returned()), "The paper went back on Monday 22 March 2027: Priya Hartnell, in person.");
    }
}
