//! What the API says when something can't be done now (RFC 9457, *Problem Details for HTTP APIs*).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A problem, as every answer with a status of 400 or more carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The address of a page that documents this kind of problem.
    #[serde(rename = "type")]
    #[schema(max_length = 400)]
    pub kind: String,
    /// The kind in a few words, always the same.
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened, where the work is now, and what to do next: a sentence for a person.
    #[schema(max_length = 2000)]
    pub detail: String,
    /// The id of the request, to quote when asking for help.
    #[schema(max_length = 100)]
    pub instance: String,
    /// What to change, field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// The problem of a change to an older version, with what stands there now, so that the two can be put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overtaken<T> {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// What stands there now. The answer's ETag is its version.
    pub current: T,
}

/// What to change in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Which field, as a JSON pointer (RFC 6901).
    #[schema(max_length = 400)]
    pub pointer: String,
    /// A stable code.
    #[schema(max_length = 100)]
    pub code: String,
    /// What to do about it.
    #[schema(max_length = 1000)]
    pub detail: String,
}

/// Serde for a field of a merge patch (RFC 7396) that may be absent, `null` or a value.
pub mod clearable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A field that is present, `null` or not.
    ///
    /// # Errors
    /// Those of the value.
    pub fn deserialize<'de, T, D>(from: D) -> Result<Option<Option<T>>, D::Error>
    where
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Option::<T>::deserialize(from).map(Some)
    }

    /// Writes `null` or the value. An absent field is skipped by `skip_serializing_if`.
    ///
    /// # Errors
    /// Those of the value.
    pub fn serialize<T, S>(field: &Option<Option<T>>, to: S) -> Result<S::Ok, S::Error>
    where
        T: Serialize,
        S: Serializer,
    {
        field.as_ref().and_then(Option::as_ref).serialize(to)
    }
}
