//! Lists: pages of something, and lists that are never empty.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The things, in order.
    pub items: Vec<T>,
    /// The cursor to ask for the next page with (`?after=`), if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 1000)]
    pub next: Option<String>,
}

/// A list with at least one thing in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<T>", into = "Vec<T>")]
#[serde(bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>"))]
#[schema(value_type = Vec<T>)]
pub struct NonEmpty<T>(Vec<T>);

/// The list was empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Empty;

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Give at least one.")
    }
}

impl std::error::Error for Empty {}

impl<T> NonEmpty<T> {
    /// A list of one.
    pub fn one(first: T) -> Self {
        Self(vec![first])
    }

    /// The list, if there is anything in it.
    pub fn new(items: Vec<T>) -> Result<Self, Empty> {
        if items.is_empty() { Err(Empty) } else { Ok(Self(items)) }
    }

    /// The first, which is always there.
    pub fn first(&self) -> &T {
        &self.0[0]
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// All of them, as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> IntoIterator for NonEmpty<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> TryFrom<Vec<T>> for NonEmpty<T> {
    type Error = Empty;

    fn try_from(items: Vec<T>) -> Result<Self, Empty> {
        Self::new(items)
    }
}

impl<T> From<NonEmpty<T>> for Vec<T> {
    fn from(list: NonEmpty<T>) -> Vec<T> {
        list.0
    }
}
