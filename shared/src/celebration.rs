//! Celebrations: the evening on which those who were awarded are celebrated, with their head teachers and their guests.

use crate::{
    code::codes,
    fold::fold,
    ids::{CelebrationId, InvitationId, RoundId},
    list::NonEmpty,
    person::PersonName,
    qualification::Qualification,
    round::RoundName,
    text::{Draft, Line, Prose},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use utoipa::ToSchema;

/// The most people that a celebration has room for.
pub const MOST_PLACES: u16 = 2000;
/// The most guests that anybody may bring.
pub const MOST_GUESTS: u16 = 5;
/// The most seats at a table.
pub const MOST_SEATS: u16 = 40;
/// For how many days after the evening diets and access needs are kept.
pub const NEEDS_KEPT_DAYS: i64 = 1;

codes! {
    /// What somebody answered to an invitation.
    #[schema(as = InvitationReply)]
    Reply {
        /// Nothing yet.
        Unanswered = "none",
        /// They are coming.
        Coming = "coming",
        /// They would come, and wait for a place.
        Waiting = "waiting",
        /// They are not coming.
        NotComing = "not_coming",
    }
}

codes! {
    /// As what somebody is invited.
    InvitedAs {
        /// They were awarded.
        Awarded = "awarded",
        /// They lead the school of somebody who was awarded.
        SchoolLead = "school_lead",
    }
}

codes! {
    /// Where a celebration stands.
    CelebrationStage {
        /// It is being planned. Nobody is invited.
        Planned = "planned",
        /// Invitations are out.
        Invited = "invited",
        /// It is over.
        Over = "over",
        /// It does not take place.
        Cancelled = "cancelled",
    }
}

codes! {
    /// How a list is wanted.
    ListForm {
        /// On paper: PDF/UA-1.
        Pdf = "pdf",
        /// For a spreadsheet: CSV in UTF-8, in which nothing is a formula.
        Csv = "csv",
    }
}

/// A list that is made for the evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EveningList {
    /// What the kitchen has to know: who doesn't eat what, at which table.
    Caterer,
    /// Who comes, by name, with table and access needs.
    Door,
    /// Who is called up, in which order.
    Running,
}

// ---- Places

/// Somebody with their guests, who stay together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Which invitation.
    pub id: InvitationId,
    /// How many they are, guests included.
    pub heads: u16,
    /// The school that they come from.
    pub school: Option<String>,
}

/// Whether there is room for so many more.
pub fn has_room(places: u16, taken: u32, heads: u16) -> bool {
    taken + u32::from(heads) <= u32::from(places)
}

/// Who of those waiting, the longest first, gets a place: each for whom there is one. A small party may so come in before a large one, and no
/// chair stays empty while somebody waits who fits.
pub fn move_up(places: u16, taken: u32, waiting: &[Party]) -> Vec<InvitationId> {
    let mut taken = taken;
    let mut up = Vec::new();
    for party in waiting {
        if has_room(places, taken, party.heads) {
            taken += u32::from(party.heads);
            up.push(party.id);
        }
    }
    up
}

// ---- Tables

/// Proposes who sits where: a school together as far as a table has seats, schools that leave seats with others that fit, and nobody apart
/// from their guests. Larger groups are seated first; the same parties give the same plan.
pub fn propose_tables(parties: &[Party], seats: u16) -> Vec<Vec<InvitationId>> {
    let seats = u32::from(seats.max(1));
    let heads = |group: &[&Party]| group.iter().map(|party| u32::from(party.heads)).sum::<u32>();
    let mut schools: BTreeMap<Option<&str>, Vec<&Party>> = BTreeMap::new();
    for party in parties {
        schools.entry(party.school.as_deref()).or_default().push(party);
    }
    // A school that is too large for one table is cut into groups that are not; who comes from no school is a group of their own.
    let mut groups: Vec<Vec<&Party>> = Vec::new();
    for (school, mut members) in schools {
        members.sort_by_key(|party| (std::cmp::Reverse(party.heads), party.id));
        let first = groups.len();
        for party in members {
            let fits = |group: &Vec<&Party>| heads(group) + u32::from(party.heads) <= seats;
            match groups[first..].iter_mut().find(|group| school.is_some() && fits(group)) {
                Some(group) => group.push(party),
                None => groups.push(vec![party]),
            }
        }
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(heads(group)), group[0].school.clone(), group[0].id));
    let mut tables: Vec<Vec<&Party>> = Vec::new();
    for group in groups {
        // The table on which it leaves the fewest seats empty.
        let best = tables
            .iter_mut()
            .filter(|table| heads(table) + heads(&group) <= seats)
            .min_by_key(|table| seats - heads(table) - heads(&group));
        match best {
            Some(table) => table.extend(group),
            None => tables.push(group),
        }
    }
    tables.into_iter().map(|table| table.into_iter().map(|party| party.id).collect()).collect()
}

/// By what those who are called up are sorted: as somebody put them, and behind those by school, however its name is written. Those of a school stay as
/// they came, which is by name.
pub fn called_up<N: Ord>(order: Option<N>, school: Option<&str>) -> impl Ord + use<N> {
    (order.is_none(), order, school.map(fold))
}

// ---- On the wire

/// A celebration, as it is planned or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanCelebration {
    /// What it is called.
    pub title: Line<120>,
    /// Where.
    pub place: Line<200>,
    /// What else guests should know: how to get there, what to wear.
    pub details: Draft<2000>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The last day on which guests can answer.
    pub reply_by: Date,
    /// How many people there is room for.
    #[schema(minimum = 1, maximum = 2000)]
    pub places: u16,
    /// How many guests each may bring.
    #[schema(minimum = 0, maximum = 5)]
    pub guests_each: u16,
    /// The rounds whose awards are celebrated.
    pub rounds: NonEmpty<RoundId>,
}

/// Why a celebration can't be as it is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanProblem {
    /// It ends before it begins.
    EndsFirst,
    /// It takes longer than a day.
    TooLong,
    /// Guests could answer when it has begun.
    RepliesTooLate,
    /// There is room for nobody, or for too many.
    Places,
    /// Too many guests each.
    Guests,
}

impl PlanProblem {
    /// The field that needs a change, as a JSON pointer.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::EndsFirst | Self::TooLong => "/ends_at",
            Self::RepliesTooLate => "/reply_by",
            Self::Places => "/places",
            Self::Guests => "/guests_each",
        }
    }

    /// The stable code of this problem in the API's `errors`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndsFirst => "ends_first",
            Self::TooLong => "too_long",
            Self::RepliesTooLate => "too_late",
            Self::Places | Self::Guests => "out_of_range",
        }
    }
}

impl fmt::Display for PlanProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsFirst => f.write_str("It ends before it begins. Give it a later end."),
            Self::TooLong => f.write_str("It takes longer than a day. Give it an earlier end."),
            Self::RepliesTooLate => {
                f.write_str("This day is after the evening. Choose an earlier one, so that the kitchen knows in time.")
            }
            Self::Places => write!(f, "Give a number of places from 1 to {MOST_PLACES}."),
            Self::Guests => write!(f, "Give a number of guests from 0 to {MOST_GUESTS}."),
        }
    }
}

impl std::error::Error for PlanProblem {}

impl PlanCelebration {
    /// Whether it can be so.
    ///
    /// # Errors
    /// The first problem.
    pub fn check(&self) -> Result<(), PlanProblem> {
        if self.ends_at <= self.starts_at {
            return Err(PlanProblem::EndsFirst);
        }
        if self.ends_at > self.starts_at.plus_days(1) {
            return Err(PlanProblem::TooLong);
        }
        if self.reply_by > self.starts_at.london_date() {
            return Err(PlanProblem::RepliesTooLate);
        }
        if !(1..=MOST_PLACES).contains(&self.places) {
            return Err(PlanProblem::Places);
        }
        if self.guests_each > MOST_GUESTS { Err(PlanProblem::Guests) } else { Ok(()) }
    }
}

/// A round whose awards are celebrated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CelebratedRound {
    /// Which.
    pub id: RoundId,
    /// What it is called.
    pub name: RoundName,
}

/// A celebration, as it stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CelebrationSummary {
    /// Which.
    pub id: CelebrationId,
    /// What it is called.
    pub title: Line<120>,
    /// Where.
    pub place: Line<200>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Where it stands.
    pub stage: CelebrationStage,
    /// What one has answered oneself; absent for who plans it and is not invited.
    pub reply: Option<Reply>,
    /// How full it is, for its planner; absent for everybody else.
    pub filling: Option<Filling>,
}

/// How many of the places at a celebration are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Filling {
    /// How many people come, guests included.
    pub heads: i64,
    /// How many people there is room for.
    pub places: u16,
}

/// A celebration, as everybody sees it who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CelebrationDetail {
    /// Which.
    pub id: CelebrationId,
    /// What it is called.
    pub title: Line<120>,
    /// Where.
    pub place: Line<200>,
    /// What else guests should know.
    pub details: Draft<2000>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The last day on which guests can answer.
    pub reply_by: Date,
    /// How many guests each may bring.
    pub guests_each: u16,
    /// Where it stands.
    pub stage: CelebrationStage,
    /// Why it does not take place.
    #[schema(max_length = 500)]
    pub cancelled_why: Option<String>,
    /// One's own invitation; absent for who plans it and is not invited.
    pub invitation: Option<Invitation>,
    /// What its planner knows of it; absent for everybody else.
    pub plan: Option<CelebrationPlan>,
}

/// What the planner of a celebration knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CelebrationPlan {
    /// The rounds whose awards are celebrated.
    pub rounds: Vec<CelebratedRound>,
    /// How many people there is room for.
    pub places: u16,
    /// How many are invited.
    pub invited: i64,
    /// How many come, guests included.
    pub heads: i64,
    /// How many invitations wait for a place.
    pub waiting: i64,
    /// How many have said that they are not coming.
    pub not_coming: i64,
    /// How many have not answered.
    pub unanswered: i64,
    /// How many there are to be invited who are not: newly awarded, or leads of their schools.
    pub to_invite: i64,
    /// Schools of those awarded that nobody leads in Cairn, so that no head teacher hears of it.
    pub without_lead: Vec<String>,
    /// When thanks were sent.
    pub thanked_at: Option<Timestamp>,
}

/// An invitation, as its receiver sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Its ETag, which `If-Match` takes where it is answered: what has changed since, such as another answer, is not written over.
    #[schema(max_length = 40)]
    pub etag: String,
    /// As what they are invited.
    pub invited_as: InvitedAs,
    /// What they answered.
    pub reply: Reply,
    /// Who comes with them.
    pub guests: Vec<Line<80>>,
    /// What they and their guests don't eat.
    pub diet: Draft<500>,
    /// What they and their guests need to be there in comfort.
    pub access: Draft<500>,
    /// Whether they and their guests may be in photographs.
    pub photos: bool,
    /// Their table, once there is a plan.
    pub table: Option<u16>,
}

/// Answers an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInvitation {
    /// Whether they come.
    pub coming: bool,
    /// Who comes with them.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub guests: Vec<Line<80>>,
    /// What they and their guests don't eat. Deleted after the evening.
    #[serde(default)]
    #[schema(value_type = Option<Draft<500>>)]
    pub diet: Draft<500>,
    /// What they and their guests need to be there in comfort. Deleted after the evening.
    #[serde(default)]
    #[schema(value_type = Option<Draft<500>>)]
    pub access: Draft<500>,
    /// Whether they and their guests may be in photographs.
    #[serde(default)]
    pub photos: bool,
}

/// An invitation, as the planner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitedGuest {
    /// Who.
    pub person: PersonName,
    /// The school that they come from.
    #[schema(max_length = 160)]
    pub school: Option<String>,
    /// What they were awarded.
    pub awards: Vec<Qualification>,
    /// The invitation.
    pub invitation: Invitation,
    /// Their place in the running list.
    pub running_order: Option<u16>,
}

/// A table, and who sits there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its number, from 1.
    #[schema(minimum = 1, maximum = 2000)]
    pub number: u16,
    /// Whose invitations; their guests sit with them.
    pub invitations: Vec<InvitationId>,
}

/// Who sits where. Whoever is not named sits nowhere yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TablePlan {
    /// The tables.
    #[schema(max_items = 2000)]
    pub tables: Vec<Table>,
}

/// In which order those awarded are called up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunningList {
    /// Their invitations, in order. Whoever is not named comes behind them, by school and name.
    #[schema(max_items = 2000)]
    pub invitations: Vec<InvitationId>,
}

/// Calls a celebration off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelCelebration {
    /// Why, for those who are invited.
    pub why: Line<500>,
}

/// Thanks those who came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThankGuests {
    /// What is written to them, below “Dear …”.
    pub message: Prose<4000>,
}

/// The address under which a calendar asks for what is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarFeed {
    /// The address. It is told this once; whoever has it sees what is on for you.
    #[schema(max_length = 400)]
    pub url: String,
}

/// Whether somebody has such an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarFeedState {
    /// Since when there is one; absent, if there is none.
    pub since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn party(number: u128, heads: u16, school: Option<&str>) -> Party {
        Party { id: InvitationId::new(Uuid::from_u128(number)), heads, school: school.map(str::to_owned) }
    }

    #[test]
    fn whoever_was_put_somewhere_is_called_up_first_and_the_others_by_school() {
        let mut people = [
            (None, Some("St Ódhran")),
            (Some(2), Some("Zennor")),
            (None, None),
            (None, Some("Ángles")),
            (Some(1), None),
            (None, Some("st odhran")),
        ];
        people.sort_by_cached_key(|(order, school)| called_up(*order, *school));
        let order: Vec<_> = people.map(|(order, school)| (order, school.unwrap_or(""))).into();
        let expected = [
            (Some(1), ""),
            (Some(2), "Zennor"),
            (None, ""),
            (None, "Ángles"),
            (None, "St Ódhran"),
            (None, "st odhran"),
        ];
        assert_eq!(order, expected);
    }

    fn plan() -> PlanCelebration {
        PlanCelebration {
            title: "Celebration meal".parse().unwrap(),
            place: "Carrow Hall".parse().unwrap(),
            details: Draft::default(),
            starts_at: "2027-07-09T17:00:00Z".parse().unwrap(),
            ends_at: "2027-07-09T21:00:00Z".parse().unwrap(),
            reply_by: "2027-06-25".parse().unwrap(),
            places: 120,
            guests_each: 1,
            rounds: NonEmpty::one(RoundId::new(Uuid::from_u128(1))),
        }
    }

    #[test]
    fn an_evening_has_an_end_and_room_and_answers_come_before_it() {
        assert_eq!(plan().check(), Ok(()));
        let changed = |change: &dyn Fn(&mut PlanCelebration)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err()
        };
        assert_eq!(changed(&|p| p.ends_at = p.starts_at), PlanProblem::EndsFirst);
        assert_eq!(changed(&|p| p.ends_at = p.starts_at.plus_days(2)), PlanProblem::TooLong);
        assert_eq!(changed(&|p| p.reply_by = "2027-07-10".parse().unwrap()), PlanProblem::RepliesTooLate);
        assert_eq!(changed(&|p| p.places = 0), PlanProblem::Places);
        assert_eq!(changed(&|p| p.places = 2001), PlanProblem::Places);
        assert_eq!(changed(&|p| p.guests_each = 6), PlanProblem::Guests);
    }

    #[test]
    fn whoever_waits_longest_moves_up_and_no_chair_stays_empty() {
        let waiting = [party(1, 3, None), party(2, 1, None), party(3, 2, None)];
        assert_eq!(move_up(10, 9, &waiting), [waiting[1].id]);
        assert_eq!(move_up(10, 7, &waiting), [waiting[0].id]);
        assert_eq!(move_up(10, 10, &waiting), []);
        assert_eq!(move_up(10, 0, &waiting).len(), 3);
    }

    #[test]
    fn a_school_sits_together_and_nobody_sits_apart_from_their_guests() {
        let parties = [
            party(1, 2, Some("Thornbeck")),
            party(2, 2, Some("Thornbeck")),
            party(3, 2, Some("Carrow")),
            party(4, 1, None),
            party(5, 3, Some("Moor End")),
        ];
        let tables = propose_tables(&parties, 8);
        let at = |id: u128| tables.iter().position(|table| table.contains(&party(id, 1, None).id)).unwrap();
        assert_eq!(at(1), at(2));
        assert_eq!(tables.len(), 2);
    }

    proptest! {
        #[test]
        fn everybody_has_a_seat_and_no_table_is_too_full(
            sizes in prop::collection::vec((1u16..=6, 0usize..8), 0..60), seats in 6u16..=12
        ) {
            let schools = ["A", "B", "C", "D", "E", "F", "G"];
            let parties: Vec<Party> = sizes
                .iter()
                .enumerate()
                .map(|(at, (heads, school))| party(at as u128, *heads, schools.get(*school).copied()))
                .collect();
            let tables = propose_tables(&parties, seats);
            let mut seated: Vec<InvitationId> = tables.iter().flatten().copied().collect();
            seated.sort_unstable();
            prop_assert_eq!(seated, parties.iter().map(|party| party.id).collect::<Vec<_>>());
            for table in &tables {
                let heads: u16 = table.iter().map(|id| parties.iter().find(|p| p.id == *id).unwrap().heads).sum();
                prop_assert!(heads <= seats && !table.is_empty());
            }
            prop_assert_eq!(propose_tables(&parties, seats), tables);
        }

        #[test]
        fn nobody_moves_up_without_a_place(sizes in prop::collection::vec(1u16..=6, 0..30), taken in 0u32..60, places in 1u16..60) {
            let waiting: Vec<Party> = sizes.iter().enumerate().map(|(at, heads)| party(at as u128, *heads, None)).collect();
            let up = move_up(places, taken, &waiting);
            let heads: u32 = waiting.iter().filter(|p| up.contains(&p.id)).map(|p| u32::from(p.heads)).sum();
            prop_assert!(up.is_empty() || taken + heads <= u32::from(places));
            let left = waiting.iter().filter(|p| !up.contains(&p.id)).map(|p| u32::from(p.heads)).min();
            prop_assert!(left.is_none_or(|least| taken + heads + least > u32::from(places)));
        }
    }
}
