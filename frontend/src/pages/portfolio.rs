//! The mentor's portfolios: which one, arranging it, reading it through, and sending it.

mod add;
pub mod advice;
mod arrange;
mod mine;
mod preview;
mod rename;
mod run;
mod submit;

pub use arrange::Portfolio;
pub use mine::MyPortfolio;
pub use preview::{PortfolioPreview, StaysOut};
pub use submit::{PortfolioSubmit, beginning, which_round};

use cairn_shared::round::RoundSummary;

use crate::words::{Day, count};

/// The way of a portfolio to the panel.
pub(super) const STEPS: [&str; 3] = ["Arrange", "Read it through", "Send to the panel"];

/// Until when a round takes portfolios, and how far off that is.
pub(super) fn closes(round: &RoundSummary, today: Day) -> String {
    let last = Day::from(round.dates.submit_by);
    let days = usize::try_from(last.0.days_since(today.0)).unwrap_or(0);
    let far = match days {
        0 => "That is today.".to_owned(),
        1 => "That is tomorrow.".to_owned(),
        2..=13 => format!("That is in {days} days."),
        _ => format!("That is in {}.", count(days / 7, "week", "weeks")),
    };
    format!("{} takes portfolios until {}. {far}", round.name, last.long())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::round::{Dates, RoundPhase};

    #[test]
    fn it_is_said_until_when_a_round_takes_portfolios() {
        let day = |text: &str| text.parse().unwrap();
        let round = RoundSummary {
            id: uuid::Uuid::from_u128(1).into(),
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
        };
        let on = |today: &str| closes(&round, Day::parse(today).unwrap());
        assert_eq!(on("2026-11-24"), "Spring 2027 takes portfolios until Friday 26 February. That is in 13 weeks.");
        assert!(on("2027-02-26").ends_with("That is today."));
        assert!(on("2027-02-25").ends_with("That is tomorrow."));
        assert!(on("2027-02-20").ends_with("That is in 6 days."));
    }
}
