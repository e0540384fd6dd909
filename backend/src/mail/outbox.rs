//! Rows and queries of the outbox.

use super::{Letter, Outgoing, Trouble};
use crate::db::{AsText, At, Conn, Tx, among, schema::mail as table};
use cairn_shared::{ids::MailId, time::Timestamp};
use diesel::{dsl::max, prelude::*};
use std::collections::HashMap;

/// A letter in the outbox.
#[derive(Debug, Queryable)]
pub struct MailRow {
    /// Which.
    pub id: String,
    /// To whom.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Plain text; nothing, once it was sent or given up.
    pub body: String,
    /// When it was written.
    pub written_at: At,
    /// When it is to be sent, or to be tried again.
    pub due_at: At,
    /// How many times it was tried.
    pub attempts: i64,
    /// What came in the way, the last time.
    pub trouble: Option<String>,
    /// When the mail server took it.
    pub sent_at: Option<At>,
    /// When it was given up.
    pub given_up_at: Option<At>,
    /// What it brings for the reader's calendar; nothing, once it was sent or given up.
    pub calendar: Option<String>,
}

/// A letter that was taken to be sent, and the how manieth try this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The letter.
    pub letter: Outgoing,
    /// 1 for the first try.
    pub attempt: i64,
}

/// Writes a letter.
pub(super) fn add(
    tx: &mut Tx<'_>,
    letter: &Letter,
    calendar: Option<&str>,
    now: Timestamp,
    due_at: Timestamp,
    good_until: Option<Timestamp>,
) -> QueryResult<()> {
    diesel::insert_into(table::table)
        .values((
            table::id.eq(letter.id.to_string()),
            table::to_address.eq(letter.to.as_str()),
            // A header is one line, whatever a name in it holds.
            table::subject.eq(letter.subject.replace(char::is_control, " ")),
            table::body.eq(&letter.body),
            table::calendar.eq(calendar),
            table::written_at.eq(At::from(now)),
            table::due_at.eq(At::from(due_at)),
            table::good_until.eq(good_until.map(At::from)),
            table::attempts.eq(0i64),
        ))
        .execute(&mut **tx)?;
    tx.ring();
    Ok(())
}

/// The newest letters, sent or not.
///
/// # Errors
/// Those of the database.
pub fn newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<MailRow>> {
    table::table
        .order((table::written_at.desc(), table::id.desc()))
        .limit(limit)
        .select((
            table::id,
            table::to_address,
            table::subject,
            table::body,
            table::written_at,
            table::due_at,
            table::attempts,
            table::trouble,
            table::sent_at,
            table::given_up_at,
            table::calendar,
        ))
        .load(conn)
}

/// Those of the addresses that the last letter could not be delivered to, and when it was given up. A letter that came
/// too late says nothing about its address.
///
/// # Errors
/// Those of the database.
pub fn undelivered(conn: &mut Conn, addresses: &[String]) -> QueryResult<HashMap<String, Timestamp>> {
    let given_up: Vec<(String, Option<At>)> = table::table
        .filter(among(table::to_address, addresses.to_vec()))
        .filter(table::given_up_at.is_not_null())
        .filter(table::trouble.assume_not_null().ne("too_late"))
        .group_by(table::to_address)
        .select((table::to_address, max(table::given_up_at)))
        .load(conn)?;
    if given_up.is_empty() {
        return Ok(HashMap::new());
    }
    let sent: Vec<(String, Option<At>)> = table::table
        .filter(among(table::to_address, addresses.to_vec()))
        .filter(table::sent_at.is_not_null())
        .group_by(table::to_address)
        .select((table::to_address, max(table::sent_at)))
        .load(conn)?;
    let sent: HashMap<String, Option<At>> = sent.into_iter().collect();
    let last = |(address, at): (String, Option<At>)| {
        let got_one_since = sent.get(&address).is_some_and(|sent| *sent > at);
        at.filter(|_| !got_one_since).map(|at| (address, at.into()))
    };
    Ok(given_up.into_iter().filter_map(last).collect())
}

/// How many letters wait, whether or not their time has come.
///
/// # Errors
/// Those of the database.
pub fn waiting(conn: &mut Conn) -> QueryResult<i64> {
    table::table.filter(table::sent_at.is_null()).filter(table::given_up_at.is_null()).count().get_result(conn)
}

/// Whether a letter waits whose time has come.
pub(super) fn is_due(conn: &mut Conn, now: Timestamp) -> QueryResult<bool> {
    let due: i64 = table::table
        .filter(table::sent_at.is_null())
        .filter(table::given_up_at.is_null())
        .filter(table::due_at.le(At::from(now)))
        .count()
        .get_result(conn)?;
    Ok(due > 0)
}

/// Puts aside what nobody shall get any more: letters whose link is over, and letters that were tried `most` times
/// without anyone living to tell. How many.
pub(super) fn put_aside(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> QueryResult<usize> {
    let late = table::table
        .filter(table::sent_at.is_null())
        .filter(table::given_up_at.is_null())
        .filter(table::good_until.assume_not_null().le(At::from(now)));
    let gone = (
        table::given_up_at.eq(Some(At::from(now))),
        table::trouble.eq(Some("too_late")),
        table::body.eq(""),
        table::calendar.eq(None::<&str>),
    );
    let late = diesel::update(late).set(gone).execute(&mut **tx)?;
    let worn = table::table
        .filter(table::sent_at.is_null())
        .filter(table::given_up_at.is_null())
        .filter(table::due_at.le(At::from(now)))
        .filter(table::attempts.ge(most));
    let gone = (
        table::given_up_at.eq(Some(At::from(now))),
        table::trouble.eq(Some("not_now")),
        table::body.eq(""),
        table::calendar.eq(None::<&str>),
    );
    Ok(late + diesel::update(worn).set(gone).execute(&mut **tx)?)
}

/// Takes the letter that has waited longest, until `lease`: until then nobody else takes it.
pub(super) fn take(tx: &mut Tx<'_>, now: Timestamp, lease: Timestamp) -> QueryResult<Option<Taken>> {
    type Row = (AsText<MailId>, String, String, String, Option<String>, i64);
    let found: Option<Row> = table::table
        .filter(table::sent_at.is_null())
        .filter(table::given_up_at.is_null())
        .filter(table::due_at.le(At::from(now)))
        .order((table::due_at, table::id))
        .select((table::id, table::to_address, table::subject, table::body, table::calendar, table::attempts))
        .first(&mut **tx)
        .optional()?;
    let Some((id, to, subject, body, calendar, attempts)) = found else { return Ok(None) };
    diesel::update(table::table.filter(table::id.eq(id.to_string())))
        .set((table::due_at.eq(At::from(lease)), table::attempts.eq(attempts + 1)))
        .execute(&mut **tx)?;
    Ok(Some(Taken { letter: Outgoing { id: *id, to, subject, body, calendar, at: now }, attempt: attempts + 1 }))
}

/// The mail server took it.
pub(super) fn sent(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> QueryResult<()> {
    diesel::update(table::table.filter(table::id.eq(id.to_string())).filter(table::sent_at.is_null()))
        .set((
            table::sent_at.eq(Some(At::from(now))),
            table::given_up_at.eq(None::<At>),
            table::trouble.eq(None::<&str>),
            table::body.eq(""),
            table::calendar.eq(None::<&str>),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// It is tried again then. Nothing happens if someone else has taken it since.
pub(super) fn later(tx: &mut Tx<'_>, taken: &Taken, due_at: Timestamp, trouble: Trouble) -> QueryResult<()> {
    let mine = table::table
        .filter(table::id.eq(taken.letter.id.to_string()))
        .filter(table::attempts.eq(taken.attempt))
        .filter(table::sent_at.is_null());
    diesel::update(mine)
        .set((table::due_at.eq(At::from(due_at)), table::trouble.eq(Some(trouble.word()))))
        .execute(&mut **tx)
        .map(drop)
}

/// It is not tried again. Nothing happens if someone else has taken it since.
pub(super) fn give_up(tx: &mut Tx<'_>, taken: &Taken, now: Timestamp, trouble: Trouble) -> QueryResult<()> {
    let mine = table::table
        .filter(table::id.eq(taken.letter.id.to_string()))
        .filter(table::attempts.eq(taken.attempt))
        .filter(table::sent_at.is_null());
    diesel::update(mine)
        .set((
            table::given_up_at.eq(Some(At::from(now))),
            table::trouble.eq(Some(trouble.word())),
            table::body.eq(""),
            table::calendar.eq(None::<&str>),
        ))
        .execute(&mut **tx)
        .map(drop)
}
