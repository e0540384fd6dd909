//! Paper: the cover sheet of a portfolio that is read on paper, and where the paper is.
//!
//! A paper portfolio counts when it is registered, and its reading starts when it is received. Between the two it is on
//! its way, and when the mentor has heard it goes back.

use crate::{
    code::{ALPHABET, Mistyped, RANDOM_LETTERS, as_typed, check_letter, letters},
    ids::{ReviewId, RoundId, SubmissionId},
    person::PersonName,
    portfolio::{PortfolioForm, Title},
    qualification::Qualification,
    round::{RoundDates, RoundSummary},
    school::SchoolName,
    submission::Declaration,
    text::{Draft, Line},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;

/// The code on a cover sheet: `7F4K-QM2X`, seven random letters and a check letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 400, examples("7F4K-QM2X"))]
pub struct CoverCode(String);

impl CoverCode {
    /// Makes a code from random bytes.
    pub fn make(random: [u8; RANDOM_LETTERS]) -> Self {
        let mut plain: String = letters(random).collect();
        plain.push(check_letter(&plain));
        Self(format!("{}-{}", &plain[..4], &plain[4..]))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as it is printed: two groups with a space between them.
    pub fn printed(&self) -> String {
        self.0.replace('-', " ")
    }
}

impl FromStr for CoverCode {
    type Err = Mistyped;

    /// Reads a code as people type it, or the whole address that a scanner types for them.
    fn from_str(text: &str) -> Result<Self, Mistyped> {
        let last = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let plain = as_typed(last);
        if plain.len() != RANDOM_LETTERS + 1 || !plain.bytes().all(|b| ALPHABET.contains(&b)) {
            return Err(Mistyped);
        }
        let (head, check) = plain.split_at(RANDOM_LETTERS);
        if check.starts_with(check_letter(head)) {
            Ok(Self(format!("{}-{}", &plain[..4], &plain[4..])))
        } else {
            Err(Mistyped)
        }
    }
}

impl TryFrom<String> for CoverCode {
    type Error = Mistyped;

    fn try_from(text: String) -> Result<Self, Mistyped> {
        text.parse()
    }
}

impl From<CoverCode> for String {
    fn from(code: CoverCode) -> String {
        code.0
    }
}

impl fmt::Display for CoverCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where paper is kept: a room, a shelf.
pub type Shelf = Line<120>;
/// To whom paper went back, and how.
pub type GivenTo = Line<160>;

/// Where the paper is, with what is true there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Custody {
    /// Registered, and on its way.
    Registered,
    /// With the partnership: its reading may start.
    Received {
        /// Since when.
        received_at: Timestamp,
        /// Where it is kept.
        shelf: Shelf,
    },
    /// Back with its mentor.
    Returned {
        /// When it had come.
        received_at: Timestamp,
        /// Where it was kept.
        shelf: Shelf,
        /// When it went back.
        returned_at: Timestamp,
        /// To whom.
        given_to: GivenTo,
    },
}

/// Why paper can't change hands just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustodyProblem {
    /// It is still on its way.
    OnItsWay,
    /// The panel has it, and the mentor hasn't heard.
    WithThePanel,
    /// A view on it was sent, so it was here.
    WasRead,
    /// It went back.
    WentBack,
    /// It has come, so what was promised is done.
    HasCome,
    /// It has not gone back.
    StillHere,
}

impl fmt::Display for CustodyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnItsWay => "This paper is still on its way. Note first that it has arrived.",
            Self::WithThePanel => {
                "The panel still needs this paper. It goes back once the mentor has heard, or takes the portfolio back."
            }
            Self::WasRead => {
                "A reader has sent a view on this paper, so it did arrive. If it is somewhere else now, say where."
            }
            Self::WentBack => "This paper went back. If that is not so, undo that first.",
            Self::StillHere => "This paper has not gone back: there is nothing to undo.",
            Self::HasCome => {
                "This paper has arrived, so its cover sheet stays as it is. If something on it is different, tell the \
                 coordinator."
            }
        })
    }
}

impl std::error::Error for CustodyProblem {}

impl Custody {
    /// Since when it is there to be read. It stays known after the paper went back.
    pub const fn received_at(&self) -> Option<Timestamp> {
        match self {
            Self::Registered => None,
            Self::Received { received_at, .. } | Self::Returned { received_at, .. } => Some(*received_at),
        }
    }

    /// Notes that it has arrived, and where it is kept. Noted again, the first time stays, and the place is the new one.
    ///
    /// # Errors
    /// If it went back.
    pub fn receive(self, shelf: Shelf, now: Timestamp) -> Result<Self, CustodyProblem> {
        match self {
            Self::Registered => Ok(Self::Received { received_at: now, shelf }),
            Self::Received { received_at, .. } => Ok(Self::Received { received_at, shelf }),
            Self::Returned { .. } => Err(CustodyProblem::WentBack),
        }
    }

    /// Undoes that it has arrived. `was_read` says whether a reader has sent a view on it.
    ///
    /// # Errors
    /// If it isn't here, or was read.
    pub fn undo_receipt(self, was_read: bool) -> Result<Self, CustodyProblem> {
        match self {
            Self::Registered => Err(CustodyProblem::OnItsWay),
            Self::Returned { .. } => Err(CustodyProblem::WentBack),
            Self::Received { .. } if was_read => Err(CustodyProblem::WasRead),
            Self::Received { .. } => Ok(Self::Registered),
        }
    }

    /// Notes that it went back. `is_with_panel` says whether the panel still needs it.
    ///
    /// # Errors
    /// If it hasn't come, the panel still needs it, or it went back before.
    pub fn give_back(self, given_to: GivenTo, is_with_panel: bool, now: Timestamp) -> Result<Self, CustodyProblem> {
        match self {
            Self::Registered => Err(CustodyProblem::OnItsWay),
            Self::Returned { .. } => Err(CustodyProblem::WentBack),
            Self::Received { .. } if is_with_panel => Err(CustodyProblem::WithThePanel),
            Self::Received { received_at, shelf } => {
                Ok(Self::Returned { received_at, shelf, returned_at: now, given_to })
            }
        }
    }

    /// Undoes that it went back.
    ///
    /// # Errors
    /// If it did not.
    pub fn undo_return(self) -> Result<Self, CustodyProblem> {
        match self {
            Self::Returned { received_at, shelf, .. } => Ok(Self::Received { received_at, shelf }),
            Self::Registered => Err(CustodyProblem::OnItsWay),
            Self::Received { .. } => Err(CustodyProblem::StillHere),
        }
    }
}

/// Why paper can't be promised for that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseProblem {
    /// The day has gone.
    Gone,
    /// The round's readings are over by then.
    AfterReading(Date),
}

impl fmt::Display for PromiseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("This day has gone. Say on which day you will hand the paper in."),
            Self::AfterReading(by) => write!(
                f,
                "The panel reads until {}. Choose a day well before it, so that there is time to read.",
                by.in_words()
            ),
        }
    }
}

impl std::error::Error for PromiseProblem {}

/// Whether paper may be promised for that day: today or later, and while its round still reads.
///
/// # Errors
/// Says why it may not.
pub fn check_promise(day: Date, today: Date, round: Option<&RoundDates>) -> Result<(), PromiseProblem> {
    if day < today {
        return Err(PromiseProblem::Gone);
    }
    match round {
        Some(dates) if day > dates.review_by => Err(PromiseProblem::AfterReading(dates.review_by)),
        _ => Ok(()),
    }
}

// ---- On the wire

/// What a cover sheet says of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribePaper {
    /// What will arrive: "One ring binder and a display folder".
    pub parts: Line<200>,
    /// Where it is handed in.
    pub hand_in: Line<200>,
    /// By which day it is promised.
    pub promised_for: Date,
    /// What its readers should know, such as where to begin.
    #[serde(default)]
    pub note: Draft<2000>,
}

/// How a portfolio is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "form", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReadOn {
    /// On a screen: what was arranged here.
    #[default]
    Electronic,
    /// On paper alone: nothing of what was written here is sealed but the title.
    Paper {
        /// The paper.
        paper: DescribePaper,
    },
    /// Both.
    Mixed {
        /// The paper.
        paper: DescribePaper,
    },
}

impl ReadOn {
    /// The form that it comes to.
    pub const fn form(&self) -> PortfolioForm {
        match self {
            Self::Electronic => PortfolioForm::Electronic,
            Self::Paper { .. } => PortfolioForm::Paper,
            Self::Mixed { .. } => PortfolioForm::Mixed,
        }
    }

    /// What there is on paper.
    pub const fn paper(&self) -> Option<&DescribePaper> {
        match self {
            Self::Electronic => None,
            Self::Paper { paper } | Self::Mixed { paper } => Some(paper),
        }
    }
}

/// Registers a mentor's paper portfolio on their behalf: the declaration is the one that they made on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterPaper {
    /// Towards what.
    pub qualification: Qualification,
    /// What the portfolio is called.
    pub title: Title,
    /// The paper.
    pub paper: DescribePaper,
    /// What the mentor declared.
    pub declaration: Declaration,
    /// The round that it is meant for; the next one that accepts it, if absent or closed by now.
    #[serde(default)]
    pub round_id: Option<RoundId>,
}

/// Notes that paper has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivePaper {
    /// Where it is kept, so that its readers find it.
    pub shelf: Shelf,
}

/// Notes that paper went back to its mentor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnPaper {
    /// To whom, and how: "Priya Hartnell, in person".
    pub given_to: GivenTo,
}

/// The paper of a submission: its cover sheet, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperSummary {
    /// The code on its cover sheet.
    pub code: CoverCode,
    /// The first, second, third ... submission of its candidacy: the number of its cover sheet.
    pub number: u32,
    /// What it is.
    pub parts: Line<200>,
    /// Where it is handed in.
    pub hand_in: Line<200>,
    /// By which day it is promised.
    pub promised_for: Date,
    /// Where it is.
    pub custody: Custody,
}

/// A cover sheet with all that it says, for whoever may know of it: its mentor, the coordinator, and its readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperDetail {
    /// The submission that it belongs to.
    pub submission_id: SubmissionId,
    /// The paper.
    pub paper: PaperSummary,
    /// What its readers should know.
    pub note: Draft<2000>,
    /// Whose.
    pub mentor: PersonName,
    /// The school that the mentor is at.
    pub school: Option<SchoolName>,
    /// Towards what.
    pub qualification: Qualification,
    /// What the portfolio is called.
    #[schema(max_length = 160)]
    pub title: String,
    /// Paper or mixed.
    pub form: PortfolioForm,
    /// Its round, once one is planned.
    pub round: Option<RoundSummary>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Who registered it, if not its mentor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub registered_by: Option<PersonName>,
    /// Whether its mentor took it back.
    pub withdrawn: bool,
    /// The partnership that it goes to.
    #[schema(max_length = 200)]
    pub partnership: String,
    /// The address that the QR code leads to.
    #[schema(max_length = 400)]
    pub address: String,
    /// That address as a QR code: an SVG picture.
    #[schema(max_length = 40_000)]
    pub qr_svg: String,
    /// The caller's own review of it, if they read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub review_id: Option<ReviewId>,
    /// What the caller may do with it now.
    pub may: MayDo,
}

/// What the caller may do with paper now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct MayDo {
    /// Change what its cover sheet says.
    pub describe: bool,
    /// Note that it has arrived, or where it is kept.
    pub receive: bool,
    /// Undo that it has arrived.
    pub undo_receipt: bool,
    /// Note that it went back.
    pub give_back: bool,
    /// Undo that it went back.
    pub undo_return: bool,
}

impl MayDo {
    /// What a coordinator may do.
    pub fn in_the_office(custody: &Custody, is_with_panel: bool, was_read: bool) -> Self {
        Self {
            describe: *custody == Custody::Registered,
            receive: !matches!(custody, Custody::Returned { .. }),
            undo_receipt: custody.clone().undo_receipt(was_read).is_ok(),
            give_back: matches!(custody, Custody::Received { .. }) && !is_with_panel,
            undo_return: matches!(custody, Custody::Returned { .. }),
        }
    }

    /// What its mentor may do.
    pub fn as_its_mentor(custody: &Custody, is_with_panel: bool) -> Self {
        Self { describe: *custody == Custody::Registered && is_with_panel, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::Dates;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cover_code_is_read_as_people_type_it_and_one_wrong_letter_is_noticed(
            random in any::<[u8; RANDOM_LETTERS]>(), at in 0usize..8, other in 0usize..32
        ) {
            let code = CoverCode::make(random);
            prop_assert_eq!(code.printed().to_lowercase().parse::<CoverCode>().unwrap(), code.clone());
            let mut plain: Vec<u8> = code.as_str().replace('-', "").into_bytes();
            if plain[at] != ALPHABET[other] {
                plain[at] = ALPHABET[other];
                prop_assert!(String::from_utf8(plain).unwrap().parse::<CoverCode>().is_err());
            }
        }

        #[test]
        fn neighbours_that_were_swapped_are_noticed(random in any::<[u8; RANDOM_LETTERS]>(), at in 0usize..7) {
            let mut plain: Vec<u8> = CoverCode::make(random).as_str().replace('-', "").into_bytes();
            if plain[at] != plain[at + 1] {
                plain.swap(at, at + 1);
                prop_assert!(String::from_utf8(plain).unwrap().parse::<CoverCode>().is_err());
            }
        }
    }

    #[test]
    fn a_scanner_types_the_whole_address() {
        let code = CoverCode::make([3; RANDOM_LETTERS]);
        assert_eq!(format!(" https://cairn.example/paper/{code}\n").parse(), Ok(code.clone()));
        assert_eq!(format!("https://cairn.example/paper/{code}/").parse(), Ok(code));
        for other in ["", "/", "7F4K", "7F4K-QM2X-7F4K", "ÄÖÜß", "https://cairn.example/paper/"] {
            assert_eq!(other.parse::<CoverCode>(), Err(Mistyped), "{other}");
        }
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_days(day)
    }

    fn shelf(text: &str) -> Shelf {
        text.parse().unwrap()
    }

    #[test]
    fn paper_is_registered_received_and_returned() {
        let received = Custody::Registered.receive(shelf("Room 12"), at(1)).unwrap();
        assert_eq!(received.received_at(), Some(at(1)));
        let moved = received.receive(shelf("Room 14"), at(2)).unwrap();
        assert_eq!(moved, Custody::Received { received_at: at(1), shelf: shelf("Room 14") });
        let to: GivenTo = "Priya Hartnell, in person".parse().unwrap();
        assert_eq!(moved.clone().give_back(to.clone(), true, at(9)), Err(CustodyProblem::WithThePanel));
        let returned = moved.clone().give_back(to.clone(), false, at(9)).unwrap();
        assert_eq!(returned.received_at(), Some(at(1)));
        assert_eq!(returned.clone().give_back(to.clone(), false, at(10)), Err(CustodyProblem::WentBack));
        assert_eq!(returned.clone().receive(shelf("Room 1"), at(10)), Err(CustodyProblem::WentBack));
        assert_eq!(returned.undo_return(), Ok(moved));
        assert_eq!(Custody::Registered.give_back(to, false, at(9)), Err(CustodyProblem::OnItsWay));
    }

    #[test]
    fn what_was_noted_by_mistake_is_undone_unless_it_was_read() {
        let received = Custody::Registered.receive(shelf("Room 12"), at(1)).unwrap();
        assert_eq!(received.clone().undo_receipt(true), Err(CustodyProblem::WasRead));
        assert_eq!(received.undo_receipt(false), Ok(Custody::Registered));
        assert_eq!(Custody::Registered.undo_receipt(false), Err(CustodyProblem::OnItsWay));
    }

    #[test]
    fn what_may_be_done_is_what_the_rules_allow() {
        let to: GivenTo = "Priya Hartnell".parse().unwrap();
        let received = Custody::Registered.receive(shelf("Room 12"), at(1)).unwrap();
        let returned = received.clone().give_back(to.clone(), false, at(2)).unwrap();
        for custody in [Custody::Registered, received, returned] {
            for (is_with_panel, was_read) in [(true, true), (true, false), (false, true), (false, false)] {
                let may = MayDo::in_the_office(&custody, is_with_panel, was_read);
                assert_eq!(may.receive, custody.clone().receive(shelf("Here"), at(3)).is_ok());
                assert_eq!(may.undo_receipt, custody.clone().undo_receipt(was_read).is_ok());
                assert_eq!(may.give_back, custody.clone().give_back(to.clone(), is_with_panel, at(3)).is_ok());
                assert_eq!(may.undo_return, custody.clone().undo_return().is_ok());
            }
        }
    }

    #[test]
    fn paper_is_promised_for_a_day_on_which_it_can_still_be_read() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let dates = RoundDates::new(Dates {
            submit_by: day("2027-02-26"),
            review_opens: day("2027-02-28"),
            review_by: day("2027-03-09"),
            meeting: day("2027-03-11"),
            tell_by: day("2027-03-19"),
        })
        .unwrap();
        let today = day("2027-02-20");
        assert_eq!(check_promise(today, today, Some(&dates)), Ok(()));
        assert_eq!(check_promise(day("2027-02-19"), today, None), Err(PromiseProblem::Gone));
        assert_eq!(check_promise(day("2027-03-09"), today, Some(&dates)), Ok(()));
        let late = check_promise(day("2027-03-10"), today, Some(&dates));
        assert_eq!(late, Err(PromiseProblem::AfterReading(day("2027-03-09"))));
        assert_eq!(check_promise(day("2028-01-01"), today, None), Ok(()));
    }

    #[test]
    fn the_form_says_whether_there_is_paper() {
        let read_on: ReadOn = serde_json::from_str(
            r#"{"form":"mixed","paper":{"parts":"A binder","hand_in":"The desk","promised_for":"2027-02-26"}}"#,
        )
        .unwrap();
        assert_eq!(read_on.form(), PortfolioForm::Mixed);
        assert_eq!(read_on.paper().unwrap().parts.as_str(), "A binder");
        assert!(serde_json::from_str::<ReadOn>(r#"{"form":"paper"}"#).is_err());
        assert_eq!(ReadOn::default().paper(), None);
    }
}
