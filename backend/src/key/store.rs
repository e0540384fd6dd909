//! Rows and queries of public keys.

use crate::db::{
    At, Conn, Tx,
    schema::{credential, signing_key},
};
use cairn_credential::key::PublicPair;
use cairn_shared::time::Timestamp;
use diesel::{prelude::*, result::Error};

/// The public halves of every generation that ever signed, oldest first.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<PublicPair>> {
    let rows: Vec<(i64, String, String)> = signing_key::table
        .order(signing_key::number)
        .select((signing_key::number, signing_key::ed25519, signing_key::p256))
        .load(conn)?;
    rows.iter().map(|(number, ed25519, p256)| pair(*number, ed25519, p256)).collect()
}

/// The public halves of one generation.
///
/// # Errors
/// Those of the database.
pub fn one(conn: &mut Conn, number: u32) -> QueryResult<Option<PublicPair>> {
    let row: Option<(String, String)> = signing_key::table
        .find(i64::from(number))
        .select((signing_key::ed25519, signing_key::p256))
        .first(conn)
        .optional()?;
    row.map(|(ed25519, p256)| pair(i64::from(number), &ed25519, &p256)).transpose()
}

/// The generations, oldest first: since when each signs, and how many badges it signed.
///
/// # Errors
/// Those of the database.
pub fn used(conn: &mut Conn) -> QueryResult<Vec<(u32, Timestamp, i64)>> {
    let keys: Vec<(i64, At)> =
        signing_key::table.order(signing_key::number).select((signing_key::number, signing_key::since)).load(conn)?;
    let counts: Vec<(i64, i64)> = credential::table
        .group_by(credential::key_number)
        .select((credential::key_number, diesel::dsl::count_star()))
        .load(conn)?;
    let signed = |number: i64| counts.iter().find(|(key, _)| *key == number).map_or(0, |(_, signed)| *signed);
    let known = |(number, since): (i64, At)| Some((u32::try_from(number).ok()?, since.into(), signed(number)));
    Ok(keys.into_iter().filter_map(known).collect())
}

fn pair(number: i64, ed25519: &str, p256: &str) -> QueryResult<PublicPair> {
    u32::try_from(number)
        .ok()
        .and_then(|number| PublicPair::from_text(number, ed25519, p256))
        .ok_or_else(|| Error::DeserializationError(format!("the signing key {number} is no key").into()))
}

/// Writes the public halves of a generation down.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, pair: &PublicPair, since: Timestamp) -> QueryResult<()> {
    let (ed25519, p256) = pair.to_text();
    diesel::insert_into(signing_key::table)
        .values((
            signing_key::number.eq(i64::from(pair.number)),
            signing_key::ed25519.eq(ed25519),
            signing_key::p256.eq(p256),
            signing_key::since.eq(At::from(since)),
        ))
        .execute(&mut **tx)
        .map(drop)
}
