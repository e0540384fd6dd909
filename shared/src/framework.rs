//! The standards, as versioned data.
//!
//! A framework is loaded from a file, so that a later one can stand beside it and an old portfolio keeps the one
//! that it was written under. What the code knows is that there are four standards; their words are data.

use crate::{code::codes, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use utoipa::ToSchema;
use uuid::Uuid;

codes! {
    /// One of the four mentor standards.
    Standard {
        /// S1, personal qualities.
        S1 = "s1",
        /// S2, teaching.
        S2 = "s2",
        /// S3, professionalism.
        S3 = "s3",
        /// S4, self-development and working in partnership.
        S4 = "s4",
    }
}

impl Standard {
    /// Its number, 1 to 4, as people say it.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The name that fits on a label. The full title is the framework's.
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::S1 => "Personal qualities",
            Self::S2 => "Teaching",
            Self::S3 => "Professionalism",
            Self::S4 => "Self-development and partnership",
        }
    }
}

/// One thing for each of the four standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerStandard<T> {
    /// For S1.
    pub s1: T,
    /// For S2.
    pub s2: T,
    /// For S3.
    pub s3: T,
    /// For S4.
    pub s4: T,
}

impl<T> PerStandard<T> {
    /// Makes one for each standard, in order.
    pub fn from_fn(mut make: impl FnMut(Standard) -> T) -> Self {
        Self { s1: make(Standard::S1), s2: make(Standard::S2), s3: make(Standard::S3), s4: make(Standard::S4) }
    }

    /// The one for that standard.
    pub fn get(&self, standard: Standard) -> &T {
        match standard {
            Standard::S1 => &self.s1,
            Standard::S2 => &self.s2,
            Standard::S3 => &self.s3,
            Standard::S4 => &self.s4,
        }
    }

    /// The one for that standard, to change.
    pub fn get_mut(&mut self, standard: Standard) -> &mut T {
        match standard {
            Standard::S1 => &mut self.s1,
            Standard::S2 => &mut self.s2,
            Standard::S3 => &mut self.s3,
            Standard::S4 => &mut self.s4,
        }
    }

    /// Each standard with its own, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Standard, &T)> {
        Standard::ALL.iter().map(|s| (*s, self.get(*s)))
    }

    /// Turns each into something else.
    pub fn map<U>(self, mut change: impl FnMut(Standard, T) -> U) -> PerStandard<U> {
        PerStandard {
            s1: change(Standard::S1, self.s1),
            s2: change(Standard::S2, self.s2),
            s3: change(Standard::S3, self.s3),
            s4: change(Standard::S4, self.s4),
        }
    }
}

/// A version of the standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Framework {
    /// What it is called among all frameworks that there are (CASE 1.1). It never changes.
    pub id: Uuid,
    /// Its name among versions: `ns-2016`.
    #[schema(max_length = 40)]
    pub version: String,
    /// Its title.
    #[schema(max_length = 400)]
    pub title: String,
    /// Whose words these are.
    #[schema(max_length = 200)]
    pub creator: String,
    /// When something of this description was last put otherwise.
    pub changed_at: Timestamp,
    /// Where it is from.
    #[schema(max_length = 1000)]
    pub source: String,
    /// Under which licence its words are used.
    #[schema(max_length = 400)]
    pub licence: String,
    /// The four standards, in order.
    pub standards: Vec<StandardText>,
}

/// The words of one standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardText {
    /// What it is called among all standards that there are (CASE 1.1). It never changes.
    pub id: Uuid,
    /// What the tie from the standard to its framework is called among all that there are (CASE 1.1). It never changes.
    pub association_id: Uuid,
    /// Which one.
    pub code: Standard,
    /// Its full title.
    #[schema(max_length = 400)]
    pub title: String,
    /// What it asks of a mentor, in a sentence.
    #[schema(max_length = 1000)]
    pub summary: String,
    /// Finer pointers, always optional, never judged.
    pub guides: Vec<Guide>,
}

/// A finer pointer under a standard, in our own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Guide {
    /// Its code: `1a`, `2d`.
    #[schema(max_length = 8)]
    pub code: String,
    /// Its words.
    #[schema(max_length = 400)]
    pub title: String,
}

impl Framework {
    /// The framework that new portfolios are written under.
    pub fn current() -> &'static Self {
        static NS_2016: LazyLock<Framework> = LazyLock::new(|| {
            serde_json::from_str(include_str!("../framework/ns-2016.json")).expect("ns-2016.json is checked by a test")
        });
        &NS_2016
    }

    /// The words of that standard.
    ///
    /// # Panics
    /// If the framework's file lacks the standard, which a test of the file rules out.
    pub fn standard(&self, standard: Standard) -> &StandardText {
        self.standards.iter().find(|s| s.code == standard).expect("a framework has all four standards")
    }

    /// Whether the standard has that guide.
    pub fn has_guide(&self, standard: Standard, code: &str) -> bool {
        self.standard(standard).guides.iter().any(|g| g.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_four_standards_in_order_with_source_and_licence() {
        let framework = Framework::current();
        assert_eq!(framework.version, "ns-2016");
        assert_eq!(framework.standards.iter().map(|s| s.code).collect::<Vec<_>>(), Standard::ALL);
        assert!(framework.source.contains("Department for Education"));
        assert!(framework.licence.contains("Open Government Licence"));
        for standard in &framework.standards {
            assert!(standard.guides.iter().all(|g| g.code.starts_with(&standard.code.number().to_string())));
        }
        assert!(framework.has_guide(Standard::S2, "2d"));
        assert!(!framework.has_guide(Standard::S1, "2d"));
    }
}
