//! Answers that are repeated when the same request arrives again (`Idempotency-Key`).

use crate::{
    db::{At, Conn, DbError, Tx, schema::idempotent_reply as table},
    problem::{ApiError, ApiResult},
};
use cairn_shared::{ids::PersonId, time::Timestamp};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use serde::{Serialize, de::DeserializeOwned};

/// For how many days an answer is kept.
const KEPT_DAYS: i64 = 1;

/// The answer that was given before to that key, if there is one.
///
/// # Errors
/// If the key belongs to another request.
pub fn find<T: DeserializeOwned>(
    conn: &mut Conn,
    who: PersonId,
    key: &str,
    request_hash: &str,
) -> ApiResult<Option<T>> {
    let found: Option<(String, String)> = table::table
        .filter(table::person_id.eq(who.to_string()))
        .filter(table::key.eq(key))
        .select((table::request_hash, table::body))
        .first(conn)
        .optional()?;
    match found {
        None => Ok(None),
        Some((hash, _)) if hash != request_hash => Err(ApiError::KeyReused),
        Some((_, body)) => serde_json::from_str(&body).map(Some).map_err(|e| ApiError::Internal(e.to_string())),
    }
}

/// Keeps an answer, in the transaction of its effect. One time in 256 it drops those that are too old to be asked for:
/// whoever looks through the table each time stands in the way of everyone else who keeps an answer.
///
/// # Errors
/// Those of the database.
pub fn keep<T: Serialize>(
    tx: &mut Tx<'_>,
    who: PersonId,
    key: &str,
    request_hash: &str,
    value: &T,
    now: Timestamp,
) -> ApiResult<()> {
    let conn = &mut **tx;
    if request_hash.starts_with("00") {
        diesel::delete(table::table.filter(table::created_at.lt(At::from(now.plus_days(-KEPT_DAYS))))).execute(conn)?;
    }
    let body = serde_json::to_string(value).map_err(|e| ApiError::Internal(e.to_string()))?;
    diesel::insert_into(table::table)
        .values((
            table::person_id.eq(who.to_string()),
            table::key.eq(key),
            table::request_hash.eq(request_hash),
            table::status.eq(200i64),
            table::body.eq(body),
            table::created_at.eq(At::from(now)),
        ))
        .execute(conn)
        // The same request was just answered elsewhere, perhaps for a server that was killed since. The next run finds
        // that answer.
        .map_err(|error| match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => DbError::Met,
            other => other.into(),
        })?;
    Ok(())
}
