//! A second step of signing in: beside a link or a password, a code that an app on one's phone shows (RFC 6238).
//!
//! Everybody may have one. Those whose account opens much need one: coordinators, and whoever chairs a round that isn't
//! released, or stands in for the chair.

use crate::{code::codes, session::Password, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// How many figures the app shows.
pub const FIGURES: usize = 6;
/// For how many seconds it shows them.
pub const STEP_SECONDS: u64 = 30;
/// How many letters and figures are in a recovery code: 5 bits each, 120 bits in all, which nobody guesses.
pub const RECOVERY_LETTERS: usize = 24;
/// How many recovery codes someone gets.
pub const RECOVERY_CODES: usize = 8;

codes! {
    /// Whether somebody signs in with a second step.
    Standing {
        /// They don't, and need not.
        Open = "open",
        /// They don't yet, and what they are entrusted with waits for it.
        Needed = "needed",
        /// They do.
        InForce = "in_force",
    }
}

/// What someone gives as their second step. White space and hyphens in it don't matter, nor do small letters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Code {
    /// The figures that the app shows.
    Shown(String),
    /// A recovery code, of which each holds once.
    Recovery(String),
}

/// Why something is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoCode;

impl fmt::Display for NoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Give the six figures that your app shows now, or one of your recovery codes.")
    }
}

impl std::error::Error for NoCode {}

impl Code {
    /// Takes a code as it was typed.
    ///
    /// # Errors
    /// If it has not the shape of one.
    pub fn new(typed: &str) -> Result<Self, NoCode> {
        let code: String =
            typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
        match code.len() {
            FIGURES if code.bytes().all(|b| b.is_ascii_digit()) => Ok(Self::Shown(code)),
            RECOVERY_LETTERS if code.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')) => {
                Ok(Self::Recovery(code))
            }
            _ => Err(NoCode),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl TryFrom<String> for Code {
    type Error = NoCode;

    fn try_from(typed: String) -> Result<Self, NoCode> {
        Self::new(&typed)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        match code {
            Code::Shown(code) | Code::Recovery(code) => code,
        }
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(FIGURES)).max_length(Some(60)).into()
    }
}

impl ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "SecondStepCode".into()
    }
}

/// In groups of four, as it is read from paper or typed into an app.
pub fn grouped(letters: &str) -> String {
    letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

// ---- On the wire

/// How one's second step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondStep {
    /// Whether it is in force.
    pub state: Standing,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub codes_left: u32,
}

/// Begins to set up a second step: asks for a secret that an app then keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForSecret {
    /// The password, if one is set. Not needed within a quarter of an hour after signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// A code of the app of today, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// A secret for an app. It is in force once a code of it was given, and is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewSecret {
    /// To be typed into the app: base32, in groups of four.
    #[schema(max_length = 80)]
    pub secret: String,
    /// To be opened on the phone itself: an `otpauth` address.
    #[schema(max_length = 600)]
    pub address: String,
    /// The address as a QR code, an SVG picture.
    #[schema(max_length = 60_000)]
    pub qr_svg: String,
}

/// Gives a code: the first one of a new app, or one that shows who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveCode {
    /// The code.
    pub code: Code,
}

/// Ends somebody's second step, because their phone is gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndForSomebody {
    /// A code of one's own app, if one signs in with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// Recovery codes, for when the phone is not at hand. Each holds once. They are shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes, in groups of four.
    #[schema(max_items = 8)]
    pub codes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_taken_as_people_type_it() {
        assert_eq!(Code::new(" 123 456 "), Ok(Code::Shown("123456".into())));
        let recovery = Code::new("abcd-efgh ijkl mnop qrst 2345");
        assert_eq!(recovery, Ok(Code::Recovery("ABCDEFGHIJKLMNOPQRST2345".into())));
        for other in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "abcd efgh ijkl mnop qrst 2341"] {
            assert_eq!(Code::new(other), Err(NoCode), "{other}");
        }
    }

    #[test]
    fn nobody_reads_a_code_in_a_log() {
        assert_eq!(format!("{:?}", Code::new("123456").unwrap()), "Code(…)");
    }

    #[test]
    fn groups_of_four() {
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(Code::new(&grouped("ABCDEFGHIJKLMNOPQRST2345")), Code::new("ABCDEFGHIJKLMNOPQRST2345"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_code_or_told_what_one_is(typed in ".{0,60}") {
            if let Ok(code) = Code::new(&typed) {
                prop_assert_eq!(Code::new(&String::from(code.clone())), Ok(code));
            }
        }
    }
}
