//! Letters: written into the outbox in the transaction of what they tell of, and sent afterwards by the postman.
//!
//! The demonstration sends nothing: its letters are kept and can be read at `/demo/mail`.

pub mod outbox;
mod postman;
mod smtp;

pub use outbox::{newest, undelivered, waiting};
pub use postman::{Postman, Working};
pub use smtp::{Security, Server, Smtp};

use crate::db::Tx;
use cairn_shared::{ids::MailId, text::Email, time::Timestamp};
use diesel::QueryResult;
use lettre::message::Mailbox;
use std::fmt;

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

/// Puts a letter in the outbox, to be sent at once: it tells what the reader waits for.
///
/// # Errors
/// Those of the database.
pub fn write(tx: &mut Tx<'_>, letter: &Letter, now: Timestamp) -> QueryResult<()> {
    outbox::add(tx, letter, None, now, now, None)
}

/// Puts a letter in the outbox that nobody waits for: it is sent in working hours, never in the evening or at a
/// weekend.
///
/// # Errors
/// Those of the database.
pub fn write_for_working_hours(tx: &mut Tx<'_>, letter: &Letter, now: Timestamp) -> QueryResult<()> {
    outbox::add(tx, letter, None, now, now.in_working_hours(), None)
}

/// Puts a letter in the outbox that brings something for the reader's calendar (iCalendar), to be sent at `due_at`.
///
/// # Errors
/// Those of the database.
pub fn write_with_calendar(
    tx: &mut Tx<'_>,
    letter: &Letter,
    calendar: &str,
    now: Timestamp,
    due_at: Timestamp,
) -> QueryResult<()> {
    outbox::add(tx, letter, Some(calendar), now, due_at, None)
}

/// Puts a letter in the outbox that nobody waits for, and that is of no use after some moment: it is sent in working hours before then, or not at all.
///
/// # Errors
/// Those of the database.
pub fn write_for_working_hours_until(
    tx: &mut Tx<'_>,
    letter: &Letter,
    now: Timestamp,
    good_until: Timestamp,
) -> QueryResult<()> {
    outbox::add(tx, letter, None, now, now.in_working_hours(), Some(good_until))
}

/// Puts a letter in the outbox that is of no use once its link is over: it is sent at once, or not at all.
///
/// # Errors
/// Those of the database.
pub fn write_link(tx: &mut Tx<'_>, letter: &Letter, now: Timestamp, good_until: Timestamp) -> QueryResult<()> {
    outbox::add(tx, letter, None, now, now, Some(good_until))
}

/// How letters leave the house.
#[derive(Debug, Clone)]
pub struct Post {
    /// The mail server.
    pub server: Server,
    /// Whom letters are from.
    pub from: Mailbox,
}

impl Post {
    /// Reads the mail server's address, and whom letters are from: an address alone is given the partnership's name.
    ///
    /// # Errors
    /// All problems, a sentence each.
    pub fn parse(server: &str, from: &str, partnership: &str) -> Result<Self, Vec<String>> {
        let server = Server::parse(server);
        let from = from.parse::<Mailbox>().ok().filter(|from| from.email.to_string().is_ascii());
        match (server, from) {
            (Ok(server), Some(mut from)) => {
                from.name.get_or_insert_with(|| partnership.to_owned());
                Ok(Self { server, from })
            }
            (server, from) => {
                let from = from.is_none().then(|| {
                    "CAIRN_MAIL_FROM has to be an address, like cairn@university.example, or a name and an address, like \
                     Cairn <cairn@university.example>."
                        .to_owned()
                });
                Err(server.err().into_iter().chain(from).collect())
            }
        }
    }
}

/// A letter on its way to the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which.
    pub id: MailId,
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// What it brings for the reader's calendar.
    pub calendar: Option<String>,
    /// When it leaves.
    pub at: Timestamp,
}

/// Takes letters to where they are delivered.
pub trait Carrier: Send + 'static {
    /// Takes one. What it answers with `Ok` is in the hands of the mail server.
    ///
    /// # Errors
    /// What came in the way.
    fn carry(&mut self, letter: &Outgoing) -> Result<(), Trouble>;

    /// There is nothing more to carry for now.
    fn rest(&mut self) {}
}

/// Why a letter was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The mail server is not there, or does not let us in. No letter would get through; all of them wait.
    Unreachable {
        /// What is the matter, for the log.
        why: &'static str,
        /// What it answered, if it did.
        code: Option<u16>,
    },
    /// It does not take this letter just now.
    NotNow {
        /// What it answered.
        code: Option<u16>,
    },
    /// It will never take this letter.
    NotTaken {
        /// What it answered; nothing, if the address can't be one.
        code: Option<u16>,
    },
}

impl Trouble {
    /// The word under which it is kept.
    const fn word(self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::NotNow { .. } => "not_now",
            Self::NotTaken { .. } => "not_taken",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, code) = match self {
            Self::Unreachable { why, code } => (*why, code),
            Self::NotNow { code } => ("the mail server does not take this letter just now", code),
            Self::NotTaken { code } => ("the mail server does not take this letter", code),
        };
        match code {
            Some(code) => write!(f, "{what} ({code})"),
            None => f.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_alone_gets_the_name_of_the_partnership() {
        let from = |text: &str| Post::parse("smtps://mail.example", text, "Northfell, Partnership").unwrap().from;
        assert_eq!(from("cairn@u.example").to_string(), "\"Northfell, Partnership\" <cairn@u.example>");
        assert_eq!(from("Cairn <cairn@u.example>").name.as_deref(), Some("Cairn"));
    }

    #[test]
    fn what_is_not_right_is_said_all_at_once() {
        let problems = Post::parse("mail.example", "Cairn", "P").unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(Post::parse("smtps://mail.example", "a@b.c\r\nBcc: x@y.z", "P").unwrap_err().len(), 1);
    }
}
