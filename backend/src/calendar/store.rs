//! Rows and queries of calendar feeds.

use crate::db::{
    AsText, At, Conn, Tx,
    schema::{calendar_feed, panel_member, round},
};
use cairn_shared::{
    ids::{PersonId, RoundId},
    time::{Date, Timestamp},
};
use diesel::prelude::*;

/// Since when somebody has a feed.
///
/// # Errors
/// Those of the database.
pub fn since(conn: &mut Conn, who: PersonId) -> QueryResult<Option<Timestamp>> {
    let found: Option<At> =
        calendar_feed::table.find(who.to_string()).select(calendar_feed::since).first(conn).optional()?;
    Ok(found.map(Timestamp::from))
}

/// Whose feed it is.
///
/// # Errors
/// Those of the database.
pub fn owner(conn: &mut Conn, token_hash: &str) -> QueryResult<Option<PersonId>> {
    let found: Option<AsText<PersonId>> = calendar_feed::table
        .filter(calendar_feed::token_hash.eq(token_hash))
        .select(calendar_feed::person_id)
        .first(conn)
        .optional()?;
    Ok(found.map(AsText::into_inner))
}

/// Gives somebody a feed; the one of before is over.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut Tx<'_>, who: PersonId, token_hash: &str, now: Timestamp) -> QueryResult<()> {
    end(tx, who)?;
    diesel::insert_into(calendar_feed::table)
        .values((
            calendar_feed::person_id.eq(who.to_string()),
            calendar_feed::token_hash.eq(token_hash),
            calendar_feed::since.eq(At::from(now)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Ends somebody's feed. Whether there was one.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, who: PersonId) -> QueryResult<bool> {
    let gone = diesel::delete(calendar_feed::table.find(who.to_string())).execute(&mut **tx)?;
    Ok(gone > 0)
}

/// A round, with the days of it that stand in calendars.
#[derive(Debug, Clone, Queryable)]
pub struct RoundDays {
    /// Which.
    pub id: AsText<RoundId>,
    /// What it is called.
    pub name: String,
    /// Portfolios sent by the end of this day are in it.
    pub submit_by: AsText<Date>,
    /// Reviews are sent by the end of this day.
    pub review_by: AsText<Date>,
    /// The panel meets.
    pub meeting: AsText<Date>,
    /// When it was planned.
    pub created_at: At,
}

/// Rounds whose meeting is on that day or later, and whether the person is of their panels.
///
/// # Errors
/// Those of the database.
pub fn rounds_from(conn: &mut Conn, day: Date, who: PersonId) -> QueryResult<Vec<(RoundDays, bool)>> {
    let rounds: Vec<RoundDays> = round::table
        .filter(round::meeting.ge(day.to_string()))
        .order((round::meeting, round::id))
        .select((round::id, round::name, round::submit_by, round::review_by, round::meeting, round::created_at))
        .load(conn)?;
    let member: Vec<AsText<RoundId>> = panel_member::table
        .filter(panel_member::person_id.eq(who.to_string()))
        .select(panel_member::round_id)
        .load(conn)?;
    let chairs: Vec<AsText<RoundId>> =
        round::table.filter(round::chair_id.assume_not_null().eq(who.to_string())).select(round::id).load(conn)?;
    let is_of_panel = |id: &AsText<RoundId>| member.contains(id) || chairs.contains(id);
    Ok(rounds
        .into_iter()
        .map(|round| {
            let of_panel = is_of_panel(&round.id);
            (round, of_panel)
        })
        .collect())
}
