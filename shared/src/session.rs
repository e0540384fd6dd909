//! Sessions: how a person is known to the server, device by device.

use crate::{
    code::codes,
    ids::{RoundId, SessionId},
    person::{Name, PersonName, Role, SchoolMembership},
    second_step::{Code, Standing},
    text::{Email, Line, TextProblem},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

/// The fewest characters of a password. Longer is better; nothing else is asked of it (NIST SP 800-63B, 5.1.1.2).
pub const PASSWORD_LEAST: usize = 10;
/// The most characters of a password.
pub const PASSWORD_MOST: usize = 200;

/// For how many seconds after signing in someone need not show again that it is them, before they change how they sign
/// in.
pub const FRESH_SECONDS: i64 = 15 * 60;

/// A password, as it was typed: nothing is taken off it, and it can't be written to a log by mistake.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Password(String);

impl Password {
    /// Takes it, whatever is in it.
    ///
    /// # Errors
    /// If it is empty, or longer than [`PASSWORD_MOST`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextProblem> {
        let text = text.into();
        match text.chars().count() {
            0 => Err(TextProblem::Empty),
            has if has > PASSWORD_MOST => Err(TextProblem::TooLong { most: PASSWORD_MOST, has }),
            _ => Ok(Self(text)),
        }
    }

    /// What was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl TryFrom<String> for Password {
    type Error = TextProblem;

    fn try_from(text: String) -> Result<Self, TextProblem> {
        Self::new(text)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> Self {
        password.0
    }
}

impl PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(1))
            .max_length(Some(PASSWORD_MOST))
            .into()
    }
}

impl ToSchema for Password {}

codes! {
    /// How long a device keeps someone signed in.
    Device {
        /// The person's own: 30 days without use.
        Own = "own",
        /// Shared with others: 30 minutes without use.
        Shared = "shared",
    }
}

impl Device {
    /// Seconds without use after which the session is over.
    pub const fn idle_seconds(self) -> i64 {
        match self {
            Self::Own => 30 * 24 * 60 * 60,
            Self::Shared => 30 * 60,
        }
    }

    /// Seconds after which the session is over, however much it was used.
    pub const fn longest_seconds(self) -> i64 {
        match self {
            Self::Own => 180 * 24 * 60 * 60,
            Self::Shared => 12 * 60 * 60,
        }
    }
}

// ---- On the wire

/// Asks for a sign-in link by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForLink {
    /// The account's address.
    pub email: Email,
    /// Whether this is the person's own device.
    #[serde(default)]
    pub own_device: bool,
}

/// Signs in: with the token of a link, or with a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The token of a link or an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub token: Option<Line<200>>,
    /// The account's address, with a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// The code of their second step, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Whether this is the person's own device. With a link it is as it was said when asking for it.
    #[serde(default)]
    pub own_device: bool,
}

/// What a signed-in browser works with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The token that each request carries (`Authorization: Bearer`). Kept in memory, never written down.
    #[schema(max_length = 2000)]
    pub access_token: String,
    /// For how many seconds it holds.
    pub expires_in: u32,
    /// Whose it is.
    pub me: Me,
}

/// The person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Who.
    #[serde(flatten)]
    pub name: PersonName,
    /// The address they sign in with.
    pub email: Email,
    /// Another address that they gave, until its link is followed or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<EmailChange>,
    /// What they may do.
    pub roles: Vec<Role>,
    /// The schools that they are at today.
    pub schools: Vec<SchoolMembership>,
    /// Rounds that they chair, or stand in for the chair, and that aren't released.
    pub chairs: Vec<RoundId>,
    /// The round whose panel they are on and that isn't released, the earliest first.
    pub panel_rounds: Vec<RoundId>,
    /// Whether there is an award in their name, also one that has ended.
    pub has_award: bool,
    /// Whether they are invited to a celebration that is not over.
    pub is_invited: bool,
    /// Whether a password is set, beside links by e-mail.
    pub has_password: bool,
    /// Whether they sign in with a second step.
    pub second_step: Standing,
    /// Whether this device is their own.
    pub device: Device,
    /// This session.
    pub session_id: SessionId,
    /// What the partnership is called.
    #[schema(max_length = 200)]
    pub partnership: String,
    /// Today, in London.
    pub today: Date,
    /// Whether this is the demonstration.
    pub demonstration: bool,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionSummary {
    /// Which.
    pub id: SessionId,
    /// The browser, as it names itself, in short.
    #[schema(max_length = 200)]
    pub agent: String,
    /// Own or shared.
    pub device: Device,
    /// When it signed in.
    pub signed_in_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Changes what is written of oneself. What is absent stays (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMe {
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Name>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Name>,
}

/// Asks to sign in with another address. A link goes to it, and the change is made when that is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForEmailChange {
    /// The new address.
    pub email: Email,
    /// The password, if one is set. Not needed within a quarter of an hour after signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
}

/// A change of address that waits for its link to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailChange {
    /// The new address.
    pub email: Email,
    /// Until when the link holds.
    pub expires_at: Timestamp,
}

/// Follows the link to a new address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmailChange {
    /// The link's token.
    #[schema(max_length = 200)]
    pub token: Line<200>,
}

/// Sets a password, beside links by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The password of today, if one is set. Not needed within a quarter of an hour after signing in.
    #[serde(default)]
    pub current: Option<Password>,
    /// The new one: at least 10 characters.
    pub new: Password,
}

/// Who a kept letter was to, and what it said. Only the demonstration shows letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptMail {
    /// To whom.
    pub to: Email,
    /// Subject.
    #[schema(max_length = 400)]
    pub subject: String,
    /// Plain text.
    #[schema(max_length = 20_000)]
    pub body: String,
    /// When.
    pub written_at: Timestamp,
}
