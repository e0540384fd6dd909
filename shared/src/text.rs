//! Text that people write, parsed once at the edge.
//!
//! Three shapes cover it: a [`Line`] (one line, never empty), a [`Prose`] (some text, over several lines), and a
//! [`Draft`] (as prose, but it may still be empty). Each has its greatest length in its type. What is accepted is
//! kept to the letter, whatever its script or direction; only a line is trimmed and cleared of what would turn the words around it,
//! and line ends become `\n`.

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Why a text can't be taken as it is. Its `Display` is the sentence that a person reads beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextProblem {
    /// Nothing but white space.
    Empty,
    /// Longer than `most` characters.
    TooLong {
        /// The greatest length, in characters (Unicode scalar values).
        most: usize,
        /// The length of what was given.
        has: usize,
    },
    /// A control character that no keyboard writes, such as NUL.
    Control,
    /// More than one line where one is asked for.
    LineBreak,
    /// It is not an e-mail address.
    NotAnEmail,
}

impl TextProblem {
    /// The stable code of this problem in the API's `errors`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::Control => "control_character",
            Self::LineBreak => "line_break",
            Self::NotAnEmail => "not_an_email",
        }
    }
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Write something here first."),
            Self::TooLong { most, has } => {
                write!(f, "This is {has} characters long. Please shorten it to {most}.")
            }
            Self::Control => f.write_str(
                "There is an invisible control character in this text. Type it again, or paste it as plain text.",
            ),
            Self::LineBreak => f.write_str("Please keep this to one line."),
            Self::NotAnEmail => f.write_str("Write the address in full, like name@school.example."),
        }
    }
}

impl std::error::Error for TextProblem {}

fn checked(text: &str, most: usize) -> Result<(), TextProblem> {
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextProblem::Control);
    }
    let has = text.chars().count();
    if has > most { Err(TextProblem::TooLong { most, has }) } else { Ok(()) }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($prefix:literal, least $least:literal) = |$text:ident| $parse:block)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name<const MOST: usize>(String);

        impl<const MOST: usize> $name<MOST> {
            /// Takes the text, or says what to change.
            pub fn new($text: impl Into<String>) -> Result<Self, TextProblem> {
                let $text: String = $text.into();
                let text: String = $parse;
                checked(&text, MOST)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether there is nothing in it but white space.
            pub fn is_blank(&self) -> bool {
                self.0.trim().is_empty()
            }
        }

        impl<const MOST: usize> fmt::Display for $name<MOST> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MOST: usize> AsRef<str> for $name<MOST> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<const MOST: usize> TryFrom<String> for $name<MOST> {
            type Error = TextProblem;

            fn try_from(text: String) -> Result<Self, TextProblem> {
                Self::new(text)
            }
        }

        impl<const MOST: usize> FromStr for $name<MOST> {
            type Err = TextProblem;

            fn from_str(text: &str) -> Result<Self, TextProblem> {
                Self::new(text)
            }
        }

        impl<const MOST: usize> From<$name<MOST>> for String {
            fn from(text: $name<MOST>) -> String {
                text.0
            }
        }

        impl<const MOST: usize> PartialSchema for $name<MOST> {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($least))
                    .max_length(Some(MOST))
                    .into()
            }
        }

        impl<const MOST: usize> ToSchema for $name<MOST> {
            fn name() -> Cow<'static, str> {
                Cow::Owned(format!(concat!($prefix, "{}"), MOST))
            }
        }
    )*};
}

texts! {
    /// One line of text, trimmed, never empty, at most `MOST` characters.
    Line("Line", least 1) = |text| {
        let text = text.replace(turns_around, "").trim().to_owned();
        if text.is_empty() {
            return Err(TextProblem::Empty);
        }
        if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
            return Err(TextProblem::LineBreak);
        }
        text
    }

    /// Some text, over as many lines as it needs, at most `MOST` characters.
    Prose("Prose", least 1) = |text| {
        if text.trim().is_empty() {
            return Err(TextProblem::Empty);
        }
        unix_lines(text)
    }

    /// Text that is being written and may still be empty, at most `MOST` characters.
    Draft("Draft", least 0) = |text| { unix_lines(text) }
}

impl<const MOST: usize> Default for Draft<MOST> {
    fn default() -> Self {
        Self(String::new())
    }
}

impl<const MOST: usize> Draft<MOST> {
    /// The same text as prose, if there is some.
    pub fn to_prose(&self) -> Option<Prose<MOST>> {
        Prose::new(self.0.clone()).ok()
    }
}

impl<const MOST: usize> From<Prose<MOST>> for Draft<MOST> {
    fn from(prose: Prose<MOST>) -> Self {
        Self(prose.0)
    }
}

/// Whether that is one of the invisible characters that set the direction of what follows (UAX #9, sections 2.1 to 2.5). A line is
/// put among others' words, on certificates and public pages, and one that turned those around could be read as another. Letters
/// bring their direction with them, so a name needs none; telephones wrap what they copy in such a pair, so they are left out
/// rather than refused.
pub(crate) fn turns_around(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn unix_lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// An e-mail address, kept in lower case: the one name under which an account signs in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "idn-email", max_length = 254, examples("priya@thornbeck.example"))]
pub struct Email(String);

impl Email {
    /// The greatest length of an address (RFC 5321, section 4.5.3.1).
    pub const MOST: usize = 254;

    /// Takes the address, or says what to change. It is judged by its shape alone: one `@`, something before it,
    /// and a host with a dot after it. Whether it exists, a letter to it shows.
    pub fn new(text: impl Into<String>) -> Result<Self, TextProblem> {
        let text = text.into().trim().to_lowercase();
        if text.is_empty() {
            return Err(TextProblem::Empty);
        }
        checked(&text, Self::MOST)?;
        let shaped = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains('@')
                && text.chars().all(|c| !c.is_whitespace() && !",;<>()[]\\\"".contains(c))
        });
        if shaped { Ok(Self(text)) } else { Err(TextProblem::NotAnEmail) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = TextProblem;

    fn try_from(text: String) -> Result<Self, TextProblem> {
        Self::new(text)
    }
}

impl FromStr for Email {
    type Err = TextProblem;

    fn from_str(text: &str) -> Result<Self, TextProblem> {
        Self::new(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_trimmed_and_never_empty() {
        assert_eq!(Line::<20>::new("  Learning to wait ").unwrap().as_str(), "Learning to wait");
        assert_eq!(Line::<20>::new("   "), Err(TextProblem::Empty));
        assert_eq!(Line::<20>::new("two\nlines"), Err(TextProblem::LineBreak));
        assert_eq!(Line::<3>::new("four"), Err(TextProblem::TooLong { most: 3, has: 4 }));
    }

    #[test]
    fn a_line_turns_no_words_around_it() {
        assert_eq!(Line::<20>::new("\u{2068}عمر\u{2069} Ashby\u{202e}").unwrap().as_str(), "عمر Ashby");
        assert_eq!(Line::<20>::new("\u{202e}\u{2066}"), Err(TextProblem::Empty));
        assert_eq!(Line::<20>::new("two\u{2028}lines"), Err(TextProblem::LineBreak));
        // Marks that only help where a word ends stay, and so does what holds a family together.
        assert_eq!(Line::<20>::new("a\u{200f}b\u{200d}c").unwrap().as_str(), "a\u{200f}b\u{200d}c");
    }

    #[test]
    fn prose_keeps_every_script_and_direction_unchanged() {
        for text in ["שלום\nעולם", "👩🏽‍🏫 well done", "  indented\n\n\ttabbed  ", "Łukasz ŵyn عمر"]
        {
            assert_eq!(Prose::<100>::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn nul_and_other_control_characters_are_named() {
        assert_eq!(Prose::<100>::new("a\0b"), Err(TextProblem::Control));
        assert_eq!(Draft::<100>::new("a\u{1b}b"), Err(TextProblem::Control));
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(Draft::<100>::new("a\r\nb\rc").unwrap().as_str(), "a\nb\nc");
    }

    #[test]
    fn an_address_is_judged_by_its_shape() {
        assert_eq!(Email::new(" Priya@Thornbeck.Example ").unwrap().as_str(), "priya@thornbeck.example");
        for bad in
            ["", "priya", "@thornbeck.example", "a@b", "a@b@c.d", "a b@c.d", "a@.d", "a@b.", "a@b.c\r\nBcc: x@y.z"]
        {
            assert!(Email::new(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again_as_it_is(text in any::<String>()) {
            if let Ok(line) = Line::<80>::new(text.clone()) {
                prop_assert!(line.as_str().chars().count() <= 80 && !line.as_str().contains(['\n', '\r']));
                prop_assert_eq!(Line::<80>::new(line.as_str()), Ok(line));
            }
            if let Ok(draft) = Draft::<80>::new(text.clone()) {
                prop_assert!(!draft.as_str().contains('\r'));
                prop_assert_eq!(Draft::<80>::new(draft.as_str()), Ok(draft));
            }
            if let Ok(email) = Email::new(text) {
                prop_assert_eq!(Email::new(email.as_str()), Ok(email));
            }
        }

        #[test]
        fn an_address_is_one_whatever_case_it_is_written_in(local in "[a-z0-9.]{1,20}", host in "[a-z0-9]{1,12}") {
            let written = format!(" {}@{}.EXAMPLE ", local.to_uppercase(), host);
            if let Ok(email) = Email::new(written) {
                prop_assert_eq!(email.as_str(), format!("{local}@{host}.example"));
            }
        }
    }
}
