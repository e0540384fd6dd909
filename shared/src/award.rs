//! Awards: the lasting recognition.

use crate::{
    code::{ALPHABET, Mistyped, RANDOM_LETTERS, as_typed, check_letter, codes, letters},
    ids::AwardId,
    person::PersonName,
    qualification::Qualification,
    text::Line,
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;

/// The short code on a certificate: `QM27-8H3T-K4W3`. It says the qualification and the year, then seven random
/// letters and a check letter. It is accepted only together with the holder's family name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 24, examples("QM27-8H3T-K4W3"))]
pub struct AwardCode(String);

impl AwardCode {
    /// Makes the code of an award of that year, from random bytes.
    pub fn make(qualification: Qualification, year: i32, random: [u8; RANDOM_LETTERS]) -> Self {
        let prefix = match qualification {
            Qualification::Qms => "QM",
            Qualification::Qlms => "QL",
        };
        let mut plain = format!("{prefix}{:02}", year.rem_euclid(100));
        // Years may hold 0 and 1; only what is random and checked comes from the alphabet.
        plain.extend(letters(random));
        plain.push(check_letter(&plain));
        Self(spaced(&plain))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn spaced(plain: &str) -> String {
    format!("{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..])
}

impl FromStr for AwardCode {
    type Err = Mistyped;

    fn from_str(text: &str) -> Result<Self, Mistyped> {
        let plain = as_typed(text);
        if !plain.is_ascii() || plain.len() != 4 + RANDOM_LETTERS + 1 {
            return Err(Mistyped);
        }
        let (head, check) = plain.split_at(plain.len() - 1);
        let random_ok = head[4..].bytes().all(|b| ALPHABET.contains(&b));
        let head_ok = matches!(&head[..2], "QM" | "QL") && head[2..4].bytes().all(|b| b.is_ascii_digit());
        if head_ok && random_ok && check.starts_with(check_letter(head)) {
            Ok(Self(spaced(&plain)))
        } else {
            Err(Mistyped)
        }
    }
}

impl TryFrom<String> for AwardCode {
    type Error = Mistyped;

    fn try_from(text: String) -> Result<Self, Mistyped> {
        text.parse()
    }
}

impl From<AwardCode> for String {
    fn from(code: AwardCode) -> String {
        code.0
    }
}

impl fmt::Display for AwardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a certificate says that an award is for, behind the qualification.
pub const SHOWN: &str = "having shown, in a portfolio of reflection and evidence, the four mentor standards: personal qualities; \
                         teaching; professionalism; self-development and working in partnership.";

/// As what a certificate is signed, unless the partnership chose somebody else to sign.
pub const SIGNED_AS: &str = "Chair, portfolio review panel";

codes! {
    /// Whether an award holds.
    AwardStatus {
        /// Genuine and in force.
        InForce = "in_force",
        /// Ended, because it was issued in error.
        Revoked = "revoked",
    }
}

// ---- On the wire

/// An award in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AwardSummary {
    /// Which.
    pub id: AwardId,
    /// What it recognises.
    pub qualification: Qualification,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
    /// Its running number in the register.
    #[schema(max_length = 40)]
    pub number: String,
    /// Whether it holds.
    pub status: AwardStatus,
}

/// An award, as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AwardDetail {
    /// The award.
    pub award: AwardSummary,
    /// The holder.
    pub holder: PersonName,
    /// The school that the holder was at.
    #[schema(max_length = 160)]
    pub school: Option<String>,
    /// The partnership that awarded it.
    #[schema(max_length = 200)]
    pub partnership: String,
    /// Who signs.
    #[schema(max_length = 200)]
    pub signed_by: Option<String>,
    /// As what.
    #[schema(max_length = 200)]
    pub signed_as: String,
    /// The short code on the certificate.
    pub code: AwardCode,
    /// The address that the QR code leads to.
    #[schema(max_length = 400)]
    pub verify_url: String,
    /// That address as a QR code: an SVG picture.
    #[schema(max_length = 40_000)]
    pub qr_svg: String,
    /// The submission that it was awarded for.
    pub submission_id: crate::ids::SubmissionId,
    /// The address of its badge for machines, which is there for everybody once the award is shown. Absent, while none is
    /// signed.
    #[schema(max_length = 400)]
    pub credential_url: Option<String>,
    /// How the holder shows it to everybody; absent, if they don't.
    pub publication: Option<Publication>,
}

/// How a holder shows an award to everybody: its badge can be read by whoever has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Whether it also stands in the public register of awards.
    pub in_register: bool,
}

/// An award in the public register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredAward {
    /// The holder's name.
    pub holder: String,
    /// What it recognises.
    pub qualification: Qualification,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
}

codes! {
    /// A form in which a holder takes their badge along.
    BadgeForm {
        /// JSON with a proof in it.
        Json = "json",
        /// A signed token.
        Jwt = "jwt",
        /// A picture made of points, with the token in it.
        Png = "png",
        /// A picture made of outlines, with the token in it.
        Svg = "svg",
    }
}

/// An award as the coordinator sees it beside the others of its round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundAward {
    /// The award.
    pub award: AwardSummary,
    /// To whom it was issued: the name on the certificate.
    pub holder: PersonName,
    /// The school that the holder was at.
    #[schema(max_length = 160)]
    pub school: Option<String>,
    /// The submission that it was awarded for.
    pub submission_id: crate::ids::SubmissionId,
    /// Whether it has a badge.
    pub has_badge: bool,
    /// Whether the holder has another name or address by now than the certificate and the badge say, so that it may be issued
    /// anew.
    pub can_be_issued_anew: bool,
    /// Letters of its certificate, such as of the name or the school, that no typeface of this server has, so that it can't be printed.
    pub lacking: Vec<String>,
}

/// Asks whether a printed code is genuine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyCode {
    /// The code, as printed.
    pub code: Line<40>,
    /// The holder's family name, as printed.
    pub family_name: Line<80>,
}

/// What anyone with a certificate in hand may know: four facts, and nothing else. Where its holder shows the award to everybody,
/// it says where the badge is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// The holder's name.
    #[schema(max_length = 200)]
    pub holder: String,
    /// What it recognises.
    pub qualification: Qualification,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
    /// Whether it holds.
    pub status: AwardStatus,
    /// The partnership that awarded it.
    #[schema(max_length = 200)]
    pub awarded_by: String,
    /// The short code on the certificate.
    pub code: AwardCode,
    /// When this was looked up.
    pub checked_at: Timestamp,
    /// The address of its badge for machines; absent where its holder does not show the award to everybody.
    #[schema(max_length = 400)]
    pub credential_url: Option<String>,
}

/// Ends an award that was issued in error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeAward {
    /// Why. Recorded for good, and private.
    pub reason: Line<1000>,
}

/// A family name as two spellings of it are compared: letter case, accents of spacing and hyphens don't count.
pub fn comparable_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_code_that_is_shown_as_an_example_could_be_one() {
        assert!("QM27-8H3T-K4W3".parse::<AwardCode>().is_ok());
    }

    proptest! {
        #[test]
        fn a_code_is_read_as_people_type_it_and_one_wrong_letter_is_noticed(
            random in any::<[u8; RANDOM_LETTERS]>(), at in 4usize..11, other in 0usize..32
        ) {
            let code = AwardCode::make(Qualification::Qms, 2027, random);
            prop_assert_eq!(code.as_str().to_lowercase().replace('-', " ").parse::<AwardCode>().unwrap(), code.clone());
            let mut plain: Vec<u8> = code.as_str().replace('-', "").into_bytes();
            if plain[at] != ALPHABET[other] {
                plain[at] = ALPHABET[other];
                prop_assert!(String::from_utf8(plain).unwrap().parse::<AwardCode>().is_err());
            }
        }

        #[test]
        fn swapped_letters_are_noticed(random in any::<[u8; RANDOM_LETTERS]>(), at in 4usize..11, apart in 1usize..3) {
            let code = AwardCode::make(Qualification::Qlms, 2026, random);
            let mut plain: Vec<u8> = code.as_str().replace('-', "").into_bytes();
            let other = (at + apart).min(plain.len() - 1);
            if plain[at] != plain[other] {
                plain.swap(at, other);
                prop_assert!(String::from_utf8(plain).unwrap().parse::<AwardCode>().is_err());
            }
        }
    }

    #[test]
    fn names_compare_as_people_write_them() {
        assert_eq!(comparable_name("Roe-Ashby"), comparable_name("roe ashby"));
        assert_eq!(comparable_name("O’Neill"), comparable_name("O'NEILL"));
        assert_ne!(comparable_name("Quill"), comparable_name("Quell"));
    }
}
