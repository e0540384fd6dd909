//! Partner schools.

use crate::{
    award::AwardSummary,
    candidacy::Stage,
    ids::SchoolId,
    person::{PersonName, Phase},
    qualification::Qualification,
    text::Line,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A school's name.
pub type SchoolName = Line<160>;

// ---- On the wire

/// A school in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchoolSummary {
    /// Which.
    pub id: SchoolId,
    /// Its name.
    pub name: SchoolName,
    /// Its phase.
    pub phase: Phase,
    /// Its unique reference number (URN), by which other systems know it.
    #[schema(max_length = 12)]
    pub urn: Option<String>,
    /// How many mentors are there today.
    pub mentors: i64,
    /// How many awards those mentors hold.
    pub awards: i64,
}

/// Adds a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSchool {
    /// Its name.
    pub name: SchoolName,
    /// Its phase.
    pub phase: Phase,
    /// Its unique reference number (URN).
    #[serde(default)]
    #[schema(max_length = 12)]
    pub urn: Option<Line<12>>,
}

/// A school as its lead sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchoolDetail {
    /// The school.
    pub school: SchoolSummary,
    /// Its mentors.
    pub mentors: Vec<SchoolMentor>,
}

/// A mentor as their school's lead sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchoolMentor {
    /// Who.
    pub person: PersonName,
    /// Their awards, which are public.
    pub awards: Vec<AwardSummary>,
    /// How far they are, only where they agreed to show it.
    pub stages: Vec<SharedStage>,
}

/// How far a mentor is, shown with their agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SharedStage {
    /// Towards what.
    pub qualification: Qualification,
    /// How far.
    pub stage: Stage,
}
