//! Rounds: the three yearly cycles, and the panel that meets in each.

use crate::{
    code::codes,
    ids::{PersonId, RoundId},
    person::PersonName,
    qualification::Qualification,
    text::Line,
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// What a round is called: "Spring 2027".
pub type RoundName = Line<60>;

/// The five dates of a round, each after the one before. Days in Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Dates", into = "Dates")]
#[schema(as = RoundDates)]
pub struct RoundDates {
    dates: Dates,
}

/// The dates of a round, before it is known that they follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// Portfolios sent by the end of this day are in the round.
    pub submit_by: Date,
    /// Reviewers begin to read; a submission can be taken back until then.
    pub review_opens: Date,
    /// Reviews are sent by the end of this day.
    pub review_by: Date,
    /// The panel meets.
    pub meeting: Date,
    /// Mentors hear by the end of this day.
    pub tell_by: Date,
}

/// Two dates of a round are in the wrong order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfOrder {
    /// The name of the one that should come first.
    pub first: &'static str,
    /// The name of the one that should come after it.
    pub then: &'static str,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The date “{}” has to come before “{}”. Move one of them.", self.first, self.then)
    }
}

impl std::error::Error for OutOfOrder {}

impl RoundDates {
    /// Takes the dates if each comes after the one before.
    ///
    /// # Errors
    /// Names the first two that don't.
    pub fn new(dates: Dates) -> Result<Self, OutOfOrder> {
        let order = [
            ("send by", dates.submit_by),
            ("reading begins", dates.review_opens),
            ("reviews by", dates.review_by),
            ("panel meets", dates.meeting),
            ("mentors hear by", dates.tell_by),
        ];
        match order.windows(2).find(|pair| pair[0].1 >= pair[1].1) {
            Some(pair) => Err(OutOfOrder { first: pair[0].0, then: pair[1].0 }),
            None => Ok(Self { dates }),
        }
    }

    /// Whether a portfolio that the server receives now is in this round.
    pub fn accepts(&self, now: Timestamp) -> bool {
        now < self.dates.submit_by.ends()
    }

    /// Whether reviewers may read now.
    pub fn reading_has_begun(&self, now: Timestamp) -> bool {
        now >= self.dates.review_opens.starts()
    }

    /// Whether what was carried over at that moment was carried over in this round, and so waits for its release:
    /// the chair does so from the meeting's day on, and the round that it is carried to meets later.
    pub fn carried_over_here(&self, at: Timestamp) -> bool {
        at >= self.dates.meeting.starts()
    }

    /// The phase that the dates and the clock give, while the round isn't released.
    pub fn phase(&self, now: Timestamp, released_at: Option<Timestamp>) -> RoundPhase {
        match released_at {
            Some(_) => RoundPhase::Released,
            None if now >= self.dates.meeting.starts() => RoundPhase::Meeting,
            None if self.reading_has_begun(now) => RoundPhase::InReview,
            None => RoundPhase::Open,
        }
    }
}

impl std::ops::Deref for RoundDates {
    type Target = Dates;

    fn deref(&self) -> &Dates {
        &self.dates
    }
}

impl TryFrom<Dates> for RoundDates {
    type Error = OutOfOrder;

    fn try_from(dates: Dates) -> Result<Self, OutOfOrder> {
        Self::new(dates)
    }
}

impl From<RoundDates> for Dates {
    fn from(dates: RoundDates) -> Self {
        dates.dates
    }
}

codes! {
    /// Where a round is. All but the last follow from its dates and the clock.
    RoundPhase {
        /// Portfolios are sent, and can be taken back.
        Open = "open",
        /// Reviewers read.
        InReview = "in_review",
        /// The panel meets, and until release.
        Meeting = "meeting",
        /// All decisions are with the mentors.
        Released = "released",
    }
}

/// A member of a round's panel, as quorum looks at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// Whether they have a conflict with the submission in hand.
    pub conflicted: bool,
}

/// Whether enough people may decide on a submission: the chair, or the deputy where the chair has a conflict, and
/// three more without one (`decisions.md`, 8).
pub fn is_quorate(chair: Seat, deputy: Option<Seat>, members: &[Seat]) -> bool {
    let presiding = if chair.conflicted { deputy.filter(|d| !d.conflicted) } else { Some(chair) };
    presiding.is_some_and(|presiding| {
        members.iter().filter(|m| !m.conflicted && m.person != presiding.person && m.person != chair.person).count()
            >= 3
    })
}

// ---- On the wire

/// A round as everyone in the partnership sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundSummary {
    /// Which.
    pub id: RoundId,
    /// What it is called.
    pub name: RoundName,
    /// Its dates.
    pub dates: Dates,
    /// Where it is.
    pub phase: RoundPhase,
    /// Whether a portfolio sent now would be in it.
    pub accepts: bool,
}

/// A round as its coordinator and chair see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundDetail {
    /// The round.
    pub round: RoundSummary,
    /// Who chairs.
    pub chair: Option<PersonName>,
    /// Who chairs what the chair has a conflict with.
    pub deputy: Option<PersonName>,
    /// Who reads and decides, the chair included.
    pub panel: Vec<PanelMember>,
    /// How many reviewers read each submission, at the least.
    pub readers: u8,
    /// What was sent to it.
    pub submissions: Vec<RoundSubmission>,
    /// When it was released.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub released_at: Option<Timestamp>,
    /// What still stands between the round and its release, in words.
    #[schema(max_items = 400)]
    pub before_release: Vec<String>,
}

/// Someone on a round's panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelMember {
    /// Who.
    #[serde(flatten)]
    pub person: PersonName,
    /// How many submissions they are to read in this round.
    pub assigned: i64,
    /// How many of those reviews they have sent.
    pub sent: i64,
}

/// A submission as the round's coordinator sees it: where it is, and no word of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundSubmission {
    /// Which.
    pub id: crate::ids::SubmissionId,
    /// Whose.
    pub mentor: PersonName,
    /// The school that the mentor is at.
    pub school: Option<crate::school::SchoolName>,
    /// Towards what.
    pub qualification: Qualification,
    /// The portfolio's title.
    #[schema(max_length = 160)]
    pub title: String,
    /// The first, second, third ... of its candidacy.
    pub number: u32,
    /// Electronic, paper or mixed.
    pub form: crate::portfolio::PortfolioForm,
    /// The paper that belongs to it. Its reading starts when it is received.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paper: Option<crate::paper::PaperSummary>,
    /// Who reads it.
    pub readers: Vec<Reader>,
    /// In a resubmission, who read the one before it. They read it again by themselves, where they can.
    pub read_before: Vec<EarlierReader>,
    /// Whether the panel has decided.
    pub decided: bool,
    /// Whether the chair carried it over to the next round.
    pub carried_over: bool,
    /// The panel's members who may not read it, and why, in words.
    pub conflicts: Vec<ConflictNote>,
}

codes! {
    /// Why someone who read a portfolio before does not read it again.
    NotAgain {
        /// They are not on this round's panel.
        NotOnPanel = "not_on_panel",
        /// They have a conflict of interest with its mentor by now.
        Conflict = "conflict",
        /// They have left, or no longer read for the panel.
        NotReading = "not_reading",
        /// It was theirs, and was taken back.
        TakenBack = "taken_back",
    }
}

/// Someone who read the submission before a resubmission: for the coordinator and the chair alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EarlierReader {
    /// Who.
    pub person: PersonName,
    /// Why they don't read it again; nothing where they do, or where they can be asked to.
    pub not_again: Option<NotAgain>,
}

/// Who may not read a submission, and why: for the coordinator and the chair alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConflictNote {
    /// Who.
    pub person_id: PersonId,
    /// Why.
    pub kind: crate::conflict::ConflictKind,
}

/// A reviewer of a submission, and how far they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reader {
    /// The review.
    pub review_id: crate::ids::ReviewId,
    /// Who.
    pub person: PersonName,
    /// How far they are.
    pub state: crate::review::ReviewState,
    /// When they were last reminded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nudged_at: Option<Timestamp>,
}

/// Plans one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRound {
    /// What it is called.
    pub name: RoundName,
    /// Its dates.
    #[schema(value_type = Dates)]
    pub dates: RoundDates,
    /// How many reviewers read each submission, at the least; two, if absent.
    #[serde(default)]
    #[schema(minimum = 2, maximum = 5)]
    pub readers: Option<u8>,
}

/// Plans an academic year in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanYear {
    /// The rounds, in order; three in an ordinary year.
    #[schema(min_items = 1, max_items = 6)]
    pub rounds: Vec<PlanRound>,
}

/// Moves the dates of a round, and tells those concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveDates {
    /// All five, as they shall be.
    #[schema(value_type = Dates)]
    pub dates: RoundDates,
}

/// Names a round's panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamePanel {
    /// Who chairs; one of the members.
    pub chair: PersonId,
    /// Who chairs what the chair has a conflict with; one of the members.
    #[serde(default)]
    pub deputy: Option<PersonId>,
    /// Everyone on the panel, the chair included.
    #[schema(min_items = 1, max_items = 60)]
    pub members: Vec<PersonId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn spring() -> Dates {
        Dates {
            submit_by: day("2027-02-26"),
            review_opens: day("2027-02-27"),
            review_by: day("2027-03-09"),
            meeting: day("2027-03-11"),
            tell_by: day("2027-03-19"),
        }
    }

    #[test]
    fn dates_follow_each_other() {
        assert!(RoundDates::new(spring()).is_ok());
        let swapped = Dates { review_by: day("2027-03-11"), ..spring() };
        assert_eq!(RoundDates::new(swapped), Err(OutOfOrder { first: "reviews by", then: "panel meets" }));
    }

    #[test]
    fn the_phase_follows_the_clock_until_release() {
        let dates = RoundDates::new(spring()).unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(dates.accepts(at("2027-02-26T23:59:59.999999Z")));
        assert!(!dates.accepts(at("2027-02-27T00:00:00Z")));
        assert_eq!(dates.phase(at("2027-02-26T12:00:00Z"), None), RoundPhase::Open);
        assert_eq!(dates.phase(at("2027-02-27T00:00:00Z"), None), RoundPhase::InReview);
        assert_eq!(dates.phase(at("2027-03-11T09:00:00Z"), None), RoundPhase::Meeting);
        assert_eq!(dates.phase(at("2027-12-01T09:00:00Z"), None), RoundPhase::Meeting);
        assert_eq!(dates.phase(at("2027-03-12T09:00:00Z"), Some(at("2027-03-12T08:00:00Z"))), RoundPhase::Released);
    }

    #[test]
    fn what_is_carried_over_waits_in_the_round_whose_meeting_has_come() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let spring = RoundDates::new(spring()).unwrap();
        let summer = RoundDates::new(Dates {
            submit_by: day("2027-06-18"),
            review_opens: day("2027-06-19"),
            review_by: day("2027-06-29"),
            meeting: day("2027-07-01"),
            tell_by: day("2027-07-09"),
        })
        .unwrap();
        assert!(spring.carried_over_here(at("2027-03-11T15:00:00Z")));
        assert!(!summer.carried_over_here(at("2027-03-11T15:00:00Z")));
    }

    #[test]
    fn four_may_decide_and_a_deputy_stands_in_for_a_conflicted_chair() {
        let seat = |n: u128, conflicted| Seat { person: Uuid::from_u128(n).into(), conflicted };
        let members = [seat(1, false), seat(2, false), seat(3, false), seat(4, false)];
        assert!(is_quorate(seat(1, false), None, &members));
        assert!(!is_quorate(seat(1, false), None, &members[..3]));
        assert!(!is_quorate(seat(1, true), None, &members));
        assert!(!is_quorate(seat(1, true), Some(seat(2, false)), &members));
        let five = [seat(1, true), seat(2, false), seat(3, false), seat(4, false), seat(5, false)];
        assert!(is_quorate(seat(1, true), Some(seat(2, false)), &five));
        assert!(!is_quorate(seat(1, true), Some(seat(2, true)), &five));
    }
}
