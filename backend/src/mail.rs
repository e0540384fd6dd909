//! Letters: written into the outbox in the transaction of what they tell of, and sent afterwards.
//!
//! The demonstration sends nothing: its letters are kept and can be read at `/demo/mail`.

use crate::db::{At, Conn, Tx, schema::mail as table};
use cairn_shared::{ids::MailId, text::Email, time::Timestamp};
use diesel::prelude::*;

/// A letter: plain text, from the partnership's own address.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its id, made before the transaction.
    pub id: MailId,
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Puts a letter in the outbox.
///
/// # Errors
/// Those of the database.
pub fn write(tx: &mut Tx<'_>, letter: &Letter, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(table::table)
        .values((
            table::id.eq(letter.id.to_string()),
            table::to_address.eq(letter.to.as_str()),
            // A header is one line, whatever a name in it holds.
            table::subject.eq(letter.subject.replace(['\r', '\n'], " ")),
            table::body.eq(&letter.body),
            table::written_at.eq(At::from(now)),
            table::due_at.eq(At::from(now)),
            table::attempts.eq(0i64),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// A letter in the outbox.
#[derive(Debug, Queryable)]
pub struct MailRow {
    /// Which.
    pub id: String,
    /// To whom.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When it was written.
    pub written_at: At,
}

/// The newest letters, sent or not.
///
/// # Errors
/// Those of the database.
pub fn newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<MailRow>> {
    table::table
        .order((table::written_at.desc(), table::id.desc()))
        .limit(limit)
        .select((table::id, table::to_address, table::subject, table::body, table::written_at))
        .load(conn)
}
