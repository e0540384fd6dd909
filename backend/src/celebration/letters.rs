//! What is written to those who are invited, and what their calendars get with it.

use super::store::{CelebrationRow, InvitationRow};
use crate::calendar::ics::{self, Event, Method, Status, When};
use cairn_shared::{
    celebration::{InvitedAs, Reply},
    person::PersonName,
    time::Timestamp,
};

/// From where a letter comes, and what it is about.
#[derive(Clone)]
pub struct About {
    /// The celebration.
    pub row: CelebrationRow,
    /// The address under which people reach Cairn.
    pub public_url: String,
    /// What the partnership is called.
    pub partnership: String,
    /// The address that letters are from, if any leave the house.
    pub organiser: Option<String>,
}

/// A letter: its subject, and its text.
pub type Written = (String, String);

impl About {
    /// Where the invitation is answered.
    pub fn address(&self) -> String {
        format!("{}/celebrations/{}", self.public_url, *self.row.id)
    }

    /// When and where it is, as it stands in letters.
    pub fn when_and_where(&self) -> String {
        let (starts, ends): (Timestamp, Timestamp) = (self.row.starts_at.into(), self.row.ends_at.into());
        let ((hour, minute), (to_hour, to_minute)) = (starts.london_clock(), ends.london_clock());
        let day = starts.london_date();
        format!(
            "{:?} {}, {hour}.{minute:02} to {to_hour}.{to_minute:02}\n{}",
            day.weekday(),
            day.in_words(),
            *self.row.place
        )
    }

    fn letter(&self, to: &PersonName, subject: String, body: &str) -> Written {
        (subject, format!("Dear {},\n\n{body}\n\n{}\n", to.given_name, self.partnership))
    }

    fn with_details(&self) -> String {
        let details = self.row.details.as_str().trim();
        if details.is_empty() { self.when_and_where() } else { format!("{}\n\n{details}", self.when_and_where()) }
    }

    /// An invitation.
    pub fn invitation(&self, to: &PersonName, invited_as: InvitedAs, school: Option<&str>, guests: i64) -> Written {
        let why = match (invited_as, school) {
            (InvitedAs::Awarded, _) => {
                "You were awarded, and that is worth an evening. Please come and celebrate with us.".to_owned()
            }
            (InvitedAs::SchoolLead, Some(school)) => {
                format!("A mentor of {school} was awarded, and we would be glad to have you with us when we celebrate.")
            }
            (InvitedAs::SchoolLead, None) => {
                "A mentor of your school was awarded, and we would be glad to have you with us when we celebrate."
                    .to_owned()
            }
        };
        let guests = match guests {
            0 => String::new(),
            1 => " You may bring a guest.".to_owned(),
            guests => format!(" You may bring up to {guests} guests."),
        };
        let body = format!(
            "{why}{guests}\n\n{}\n\n{}\n\nPlease say by {} whether you are coming:\n\n{}",
            *self.row.title,
            self.with_details(),
            self.row.reply_by.in_words(),
            self.address(),
        );
        self.letter(to, format!("You are invited: {}", *self.row.title), &body)
    }

    /// Something about it has changed.
    pub fn changed(&self, to: &PersonName) -> Written {
        let body = format!(
            "Something about “{}” has changed. This is how it stands now:\n\n{}\n\nIf you can’t come any more, please say so:\n\n{}",
            *self.row.title,
            self.with_details(),
            self.address(),
        );
        self.letter(to, format!("Changed: {}", *self.row.title), &body)
    }

    /// It does not take place.
    pub fn cancelled(&self, to: &PersonName, why: &str) -> Written {
        let body = format!(
            "We are sorry: “{}” does not take place.\n\n{why}\n\nEvery award is as it was, and so is every certificate.",
            *self.row.title,
        );
        self.letter(to, format!("Cancelled: {}", *self.row.title), &body)
    }

    /// What they answered has arrived, or was changed for them.
    pub fn answered(&self, to: &PersonName, row: &InvitationRow) -> Option<Written> {
        let guests: Vec<&str> = row.guests.lines().collect();
        let with = if guests.is_empty() { String::new() } else { format!(", with {}", guests.join(" and ")) };
        let (subject, body) = match *row.reply {
            Reply::Coming => (
                format!("See you there: {}", *self.row.title),
                format!(
                    "Thank you. We are looking forward to seeing you{with}.\n\n{}\n\nYou can change your answer until {}:\n\n{}",
                    self.when_and_where(),
                    self.row.reply_by.in_words(),
                    self.address(),
                ),
            ),
            Reply::Waiting => (
                format!("You are on the waiting list: {}", *self.row.title),
                format!(
                    "Thank you. All places for “{}” are taken just now, so you{with} are on the waiting list. As soon as there is \
                     room we write to you.\n\n{}",
                    *self.row.title,
                    self.address(),
                ),
            ),
            Reply::NotComing | Reply::Unanswered => return None,
        };
        Some(self.letter(to, subject, &body))
    }

    /// There is a place now.
    pub fn moved_up(&self, to: &PersonName) -> Written {
        let body = format!(
            "Good news: there is room for you now.\n\n{}\n\n{}\n\nIf you can’t come any more, please say so, so that somebody else can:\n\n{}",
            *self.row.title,
            self.with_details(),
            self.address(),
        );
        self.letter(to, format!("There is room for you: {}", *self.row.title), &body)
    }

    /// They have not answered yet.
    pub fn nudge(&self, to: &PersonName) -> Written {
        let body = format!(
            "We would love to know whether you are coming to “{}”. Two taps are enough, until {}:\n\n{}\n\n{}",
            *self.row.title,
            self.row.reply_by.in_words(),
            self.address(),
            self.when_and_where(),
        );
        self.letter(to, format!("Are you coming? {}", *self.row.title), &body)
    }

    /// It is soon.
    pub fn reminder(&self, to: &PersonName, table: Option<i64>) -> Written {
        let table = table.map(|number| format!("\n\nYou are at table {number}.")).unwrap_or_default();
        let body =
            format!("We are looking forward to seeing you.\n\n{}\n\n{}{table}", *self.row.title, self.with_details());
        self.letter(to, format!("Soon: {}", *self.row.title), &body)
    }

    /// Thanks to those who came.
    pub fn thanks(&self, to: &PersonName, message: &str) -> Written {
        self.letter(to, format!("Thank you for coming: {}", *self.row.title), message)
    }

    /// It as calendars know it of whoever answered so.
    pub fn event(&self, stamp: Timestamp, reply: Reply) -> Event {
        Event {
            uid: self.row.id.to_string(),
            sequence: self.row.sequence,
            stamp,
            when: When::From(self.row.starts_at.into(), self.row.ends_at.into()),
            summary: self.row.title.as_str().to_owned(),
            place: Some(self.row.place.as_str().to_owned()),
            details: self.row.details.as_str().to_owned(),
            url: self.address(),
            organiser: self.organiser.clone().map(|address| (self.partnership.clone(), address)),
            status: match (self.row.cancelled_at, reply) {
                (Some(_), _) => Status::Cancelled,
                (None, Reply::Coming) => Status::Confirmed,
                (None, Reply::Unanswered | Reply::Waiting | Reply::NotComing) => Status::Tentative,
            },
        }
    }

    /// What a letter brings along for the calendar.
    pub fn calendar(&self, stamp: Timestamp, reply: Reply) -> String {
        let method = if self.row.cancelled_at.is_some() { Method::Cancel } else { Method::Publish };
        ics::calendar(method, None, &[self.event(stamp, reply)])
    }
}
