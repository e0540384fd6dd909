//! What a badge that somebody shows turns out to be.

use crate::{
    code::codes,
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

codes! {
    /// What a badge is that was held against the issuer's keys and its register.
    BadgeVerdict {
        /// Genuine, and in force.
        InForce = "in_force",
        /// Genuine, and its award has ended.
        Revoked = "revoked",
        /// Genuine, and there is a newer one for the same award.
        Replaced = "replaced",
        /// Signed with the issuer's key, and not in its register.
        NotRegistered = "not_registered",
        /// Says that somebody else issued it.
        NotOurs = "not_ours",
        /// Not what the issuer signed.
        Altered = "altered",
        /// No Open Badges 3.0 credential at all.
        NotABadge = "not_a_badge",
    }
}

/// What a badge that somebody shows turns out to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadgeCheck {
    /// What it is.
    pub verdict: BadgeVerdict,
    /// What it says; absent where nothing that it says can be believed.
    pub badge: Option<CheckedBadge>,
    /// When this was looked up.
    pub checked_at: Timestamp,
}

/// What a genuine badge says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckedBadge {
    /// Who holds it.
    #[schema(max_length = 200)]
    pub holder: String,
    /// What was awarded.
    #[schema(max_length = 200)]
    pub name: String,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
    /// Who awarded it.
    #[schema(max_length = 200)]
    pub awarded_by: String,
    /// Its number in the register.
    #[schema(max_length = 40)]
    pub number: String,
    /// When the badge was signed.
    pub signed_at: Timestamp,
}

/// The keys that badges are signed with, as a coordinator sees them: never a key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadgeKeys {
    /// Who signs: the issuer that badges name.
    #[schema(max_length = 400)]
    pub issuer: String,
    /// Every generation of keys, the newest first.
    pub keys: Vec<BadgeKey>,
    /// How many awards in force have no badge, because there were no keys when they were issued.
    pub without_badge: i64,
}

/// A generation of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadgeKey {
    /// Its number.
    pub number: u32,
    /// Since when it signs.
    pub since: Timestamp,
    /// Whether this server signs with it now. What earlier ones signed stays genuine.
    pub signs: bool,
    /// How many badges it signed.
    pub badges: i64,
}
