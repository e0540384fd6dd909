//! People: who they are, and what they may do.

use crate::{
    code::codes,
    ids::{PersonId, SchoolId},
    text::{Email, Line},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A given or family name, as it shall stand on a certificate.
pub type Name = Line<80>;

codes! {
    /// The phase of education that someone works in.
    Phase {
        /// Pupils of 3 to 11 years.
        Primary = "primary",
        /// Pupils of 11 to 18 years.
        Secondary = "secondary",
    }
}

codes! {
    /// What a person may do, beside being themselves. One person may hold several.
    Role {
        /// Writes a story towards a qualification.
        Mentor = "mentor",
        /// Supports other mentors, and writes as well.
        LeadMentor = "lead_mentor",
        /// Reads for the panel. Who chairs is said by each round.
        Reviewer = "reviewer",
        /// Runs the rounds: the university's office.
        Coordinator = "coordinator",
        /// Leads a school, or its work with trainees.
        SchoolLead = "school_lead",
    }
}

impl Role {
    /// What the role is called on screens.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mentor => "Mentor",
            Self::LeadMentor => "Lead mentor",
            Self::Reviewer => "Panel member",
            Self::Coordinator => "Coordinator",
            Self::SchoolLead => "School lead",
        }
    }

    /// Whether someone with this role keeps a story of their own.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Mentor | Self::LeadMentor)
    }
}

codes! {
    /// Where a person's account stands.
    AccountState {
        /// Invited; has not yet signed in.
        Invited = "invited",
        /// In use.
        Active = "active",
        /// Has left the partnership. The story stays theirs; roles rest.
        Left = "left",
    }
}

/// A name on a screen: who is meant, without more about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonName {
    /// Who.
    pub id: PersonId,
    /// Given name.
    pub given_name: Name,
    /// Family name.
    pub family_name: Name,
}

impl PersonName {
    /// The whole name.
    pub fn full(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// First letters, for the little stone in the corner.
    pub fn initials(&self) -> String {
        [self.given_name.as_str(), self.family_name.as_str()].iter().filter_map(|n| n.chars().next()).collect()
    }
}

// ---- On the wire

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonSummary {
    /// Who.
    #[serde(flatten)]
    pub name: PersonName,
    /// Where letters go.
    pub email: Email,
    /// The phase that they work in.
    pub phase: Option<Phase>,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Where the account stands.
    pub state: AccountState,
    /// The schools that they are at today.
    pub schools: Vec<SchoolMembership>,
    /// When a letter to them was given up, if none has reached them since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered_at: Option<Timestamp>,
    /// When they were last written to with an invitation, if they were and have not signed in yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invited_at: Option<Timestamp>,
}

/// One stay at a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchoolMembership {
    /// Which school.
    pub school_id: SchoolId,
    /// Its name.
    pub school_name: Line<160>,
    /// The first day.
    pub since: Date,
    /// The last day, once it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Date>,
    /// Whether they lead the school, or its work with trainees.
    pub leads: bool,
}

/// Adds a person and invites them by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePerson {
    /// Given name.
    pub given_name: Name,
    /// Family name.
    pub family_name: Name,
    /// Where the invitation goes.
    pub email: Email,
    /// The phase that they work in.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// What they may do.
    #[schema(max_items = 5)]
    pub roles: Vec<Role>,
    /// The school that they are at, if any.
    #[serde(default)]
    pub school_id: Option<SchoolId>,
}

/// Changes what is written of a person. What is absent stays (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPerson {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given_name: Option<Name>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family_name: Option<Name>,
    /// Where letters go, as long as they haven't signed in. If they were invited, another invitation goes to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<Email>,
    /// The phase that they work in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phase: Option<Phase>,
    /// What they may do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_items = 5)]
    pub roles: Option<Vec<Role>>,
}

/// Begins a stay at a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginMembership {
    /// Which school.
    pub school_id: SchoolId,
    /// The first day; today, if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Date>,
    /// Whether they lead the school, or its work with trainees.
    #[serde(default)]
    pub leads: bool,
}

/// How many people were added and have not been written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationsWaiting {
    /// How many letters were written just now.
    #[schema(minimum = 0)]
    pub written: i64,
    /// How many people wait for one.
    #[schema(minimum = 0)]
    pub waiting: i64,
}
