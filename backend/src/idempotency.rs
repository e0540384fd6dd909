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

/// Drops the answers that are too old to be asked for, and says how many there were. Whoever keeps one doesn't do it: to look
/// through the table stands in the way of everyone else who keeps an answer.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> QueryResult<usize> {
    let old = table::table.filter(table::created_at.lt(At::from(now.plus_days(-KEPT_DAYS))));
    diesel::delete(old).execute(&mut **tx)
}

/// Keeps an answer, in the transaction of its effect.
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
