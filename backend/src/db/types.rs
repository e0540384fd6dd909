//! How values of the domain are written in the database, and parsed again on the way out.
//!
//! A cell that no longer parses (because someone changed it by hand) is an error that names the value's type, and
//! never reaches the domain.

use cairn_shared::time::Timestamp;
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::{BigInt, Text},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fmt::{Debug, Display},
    ops::Deref,
    str::FromStr,
};

/// A value of the domain that is stored as the text that it is displayed as.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct AsText<T: Debug + 'static> {
    value: T,
    text: String,
}

impl<T: Debug + Display> AsText<T> {
    /// The value, ready to be stored.
    pub fn new(value: T) -> Self {
        Self { text: value.to_string(), value }
    }
}

impl<T: Debug> AsText<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: Debug> Deref for AsText<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Debug, DB: Backend> ToSql<Text, DB> for AsText<T>
where
    String: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text.to_sql(out)
    }
}

impl<T, DB: Backend> FromSql<Text, DB> for AsText<T>
where
    String: FromSql<Text, DB>,
    T: FromStr + Debug,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        match text.parse() {
            Ok(value) => Ok(Self { value, text }),
            Err(_) => Err(format!("a cell does not hold a {}", std::any::type_name::<T>()).into()),
        }
    }
}

/// A value that is stored as JSON text.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct AsJson<T: Debug + 'static> {
    value: T,
    text: String,
}

impl<T: Debug + Serialize> AsJson<T> {
    /// The value, ready to be stored.
    pub fn new(value: T) -> Self {
        let text = serde_json::to_string(&value).expect("the domain's values always have a JSON form");
        Self { value, text }
    }
}

impl<T: Debug> AsJson<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: Debug> Deref for AsJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Debug, DB: Backend> ToSql<Text, DB> for AsJson<T>
where
    String: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text.to_sql(out)
    }
}

impl<T, DB: Backend> FromSql<Text, DB> for AsJson<T>
where
    String: FromSql<Text, DB>,
    T: DeserializeOwned + Debug,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        match serde_json::from_str(&text) {
            Ok(value) => Ok(Self { value, text }),
            Err(_) => Err(format!("a cell does not hold a {}", std::any::type_name::<T>()).into()),
        }
    }
}

/// A moment, stored as microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct At(i64);

impl From<Timestamp> for At {
    fn from(moment: Timestamp) -> Self {
        Self(moment.micros())
    }
}

impl From<At> for Timestamp {
    fn from(at: At) -> Self {
        Self::from_micros(at.0)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for At
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for At
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

/// What someone searches for, as a pattern of LIKE that means just these characters, anywhere.
pub fn like_escaped(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
