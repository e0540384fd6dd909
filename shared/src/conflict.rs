//! Conflicts: reasons why someone on the panel must not read a submission.
//!
//! A conflicted person never reads, sees in a list, counts, searches or is notified of a submission: for them it
//! does not exist. The rule itself is the database's view `conflict_between`, which every query of the panel joins;
//! here stand its words and the one date that it needs.

use crate::{
    code::codes,
    ids::{ConflictId, PersonId},
    person::PersonName,
    text::Line,
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

codes! {
    /// Why someone must not read a submission.
    ConflictKind {
        /// It is their own.
        Themselves = "themselves",
        /// They are, or were within 24 months, at the same school.
        SameSchool = "same_school",
        /// One supports the other.
        Support = "support",
        /// They, or the coordinator, declared it.
        Declared = "declared",
    }
}

/// For how many months after leaving a school its people stay in conflict (`domain.md`, section 7, 3).
pub const SAME_SCHOOL_MONTHS: i32 = 24;

/// The first day on which a stay at a school that ended on `last_day` no longer makes a conflict.
pub fn same_school_until(last_day: Date) -> Date {
    last_day.plus_months(SAME_SCHOOL_MONTHS).plus_days(1)
}

// ---- On the wire

/// Steps aside from a submission. It needs no proof, and no reason unless one likes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepAside {
    /// What the chair should know. Seen by the chair and the coordinator alone.
    #[serde(default)]
    pub reason: Option<Line<400>>,
}

/// Declares that someone must not read another's submissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareConflict {
    /// The member of the panel.
    pub person_id: PersonId,
    /// The mentor.
    pub mentor_id: PersonId,
    /// What the chair should know.
    #[serde(default)]
    pub reason: Option<Line<400>>,
}

/// A declared conflict, as the coordinator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredConflict {
    /// Which.
    pub id: ConflictId,
    /// The member of the panel.
    pub person: PersonName,
    /// The mentor.
    pub mentor: PersonName,
    /// What the chair should know.
    pub reason: Option<Line<400>>,
    /// When it was declared.
    pub declared_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_that_ended_makes_a_conflict_for_two_more_years() {
        let left: Date = "2024-08-31".parse().unwrap();
        assert_eq!(same_school_until(left).to_string(), "2026-09-01");
    }
}
