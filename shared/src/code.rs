//! Codes: words of a closed list, written the same way in the API, in the database and in the code; and the short codes
//! that people copy from paper.

use std::fmt;

/// Letters and figures that can't be taken for each other: no I, O, 0 or 1.
pub const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// How many random letters stand in a code that is copied from paper, beside its check letter: 35 bits.
pub const RANDOM_LETTERS: usize = 7;

/// The code was mistyped: its check letter doesn't fit, or it has a letter that codes don't use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistyped;

impl fmt::Display for Mistyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "This isn’t a code that Cairn writes: a letter of it is a different one. Look again at the paper that it \
             stands on: a code never has I, O, 0 or 1.",
        )
    }
}

impl std::error::Error for Mistyped {}

/// A code as people type it, without what only helps the eye: spaces, hyphens and the case of letters.
pub(crate) fn as_typed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// Random bytes as letters of the alphabet.
pub(crate) fn letters(random: [u8; RANDOM_LETTERS]) -> impl Iterator<Item = char> {
    random.into_iter().map(|b| ALPHABET[usize::from(b % 32)] as char)
}

/// A check letter that notices every single wrong letter, and every swap of two letters that are next to each other or
/// have one between them. The letters are the coefficients of a polynomial over the field of 32 elements, whose value
/// at a generator, with the check letter, is nought: no two places of a code have the same weight. (MOD 33,32 of
/// ISO/IEC 7064, which is as long, lets some swaps pass.) Figures outside of the alphabet count by their value.
pub(crate) fn check_letter(plain: &str) -> char {
    let value = |c: char| match ALPHABET.iter().position(|a| *a as char == c) {
        Some(position) => position as u32,
        None => c.to_digit(36).unwrap_or(0) % 32,
    };
    // x⁵ + x² + 1 is primitive, so x generates the field: its first 31 powers are distinct.
    let times_x = |a: u32| (a << 1) ^ if a & 0b1_0000 == 0 { 0 } else { 0b10_0101 };
    let sum = plain.chars().fold(0, |sum, c| times_x(sum ^ value(c)));
    ALPHABET[sum as usize] as char
}

/// The word is not one of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This is not a word that Cairn uses here.")
    }
}

impl std::error::Error for UnknownCode {}

/// Declares an enum without data whose variants have a code each: `Display`, `FromStr`, serde and the OpenAPI
/// document all speak that code, and `ALL` lists the variants in the order given. The code is matched as a token: as a
/// literal it would reach the document's derive wrapped, which then takes the variant's name in its place.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:tt,)* }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$doc])*
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code in the API and the database.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::code::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|it| it.code() == code).ok_or($crate::code::UnknownCode)
            }
        }
    };
}

pub(crate) use codes;
