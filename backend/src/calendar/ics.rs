//! Calendars as text (iCalendar, RFC 5545), and how a letter that brings one means it (iTIP, RFC 5546).

use cairn_shared::time::{Date, Timestamp};
use std::fmt::Write;

/// The longest line, in bytes, its end not counted (RFC 5545, section 3.1).
const LONGEST: usize = 75;

/// How a calendar is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Here is what is on.
    Publish,
    /// This does not take place.
    Cancel,
}

impl Method {
    const fn word(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// When something is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From one moment to another.
    From(Timestamp, Timestamp),
    /// All that day.
    On(Date),
}

/// Something that is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// By what calendars know it, whatever else of it changes.
    pub uid: String,
    /// How often it was changed: of two with the same `uid`, the higher one counts.
    pub sequence: i64,
    /// When this was written down.
    pub stamp: Timestamp,
    /// When it is.
    pub when: When,
    /// What it is.
    pub summary: String,
    /// Where it is.
    pub place: Option<String>,
    /// More about it.
    pub details: String,
    /// Where more of it stands.
    pub url: String,
    /// Who invites to it: a name, and an address.
    pub organiser: Option<(String, String)>,
    /// How it stands.
    pub status: Status,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// They will be there.
    Confirmed,
    /// They may be there.
    Tentative,
    /// It does not take place.
    Cancelled,
}

/// A calendar with those events, in their order. One that is subscribed to has a name; what comes with a letter has none, or it would be put beside the
/// reader's own calendar instead of into it.
pub fn calendar(method: Method, name: Option<&str>, events: &[Event]) -> String {
    let mut text = String::new();
    let mut line = |words: &str| fold(&mut text, words);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Cairn//Cairn//EN");
    line("CALSCALE:GREGORIAN");
    line(&format!("METHOD:{}", method.word()));
    if let Some(name) = name {
        line(&format!("X-WR-CALNAME:{}", escaped(name)));
        // Calendars that subscribe need not ask more often (RFC 7986, section 5.7).
        line("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
    }
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", event.uid));
        line(&format!("SEQUENCE:{}", event.sequence));
        line(&format!("DTSTAMP:{}", moment(event.stamp)));
        match event.when {
            When::From(starts, ends) => {
                line(&format!("DTSTART:{}", moment(starts)));
                line(&format!("DTEND:{}", moment(ends)));
            }
            When::On(day) => {
                line(&format!("DTSTART;VALUE=DATE:{}", date(day)));
                line(&format!("DTEND;VALUE=DATE:{}", date(day.plus_days(1))));
                // It is a day to know of, and nobody is busy for it.
                line("TRANSP:TRANSPARENT");
            }
        }
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        if let Some(place) = &event.place {
            line(&format!("LOCATION:{}", escaped(place)));
        }
        if !event.details.is_empty() {
            line(&format!("DESCRIPTION:{}", escaped(&event.details)));
        }
        line(&format!("URL:{}", event.url));
        if let Some((name, address)) = &event.organiser {
            // A parameter's value in quotes has no quotes in it (section 3.2), and no way to write one.
            line(&format!("ORGANIZER;CN=\"{}\":mailto:{address}", quoted(name)));
        }
        line(match event.status {
            Status::Confirmed => "STATUS:CONFIRMED",
            Status::Tentative => "STATUS:TENTATIVE",
            Status::Cancelled => "STATUS:CANCELLED",
        });
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

/// Writes a line, and goes on in the next where it is too long, never within a character.
fn fold(text: &mut String, line: &str) {
    let mut room = LONGEST;
    for c in line.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = LONGEST - 1;
        }
        room -= c.len_utf8();
        text.push(c);
    }
    text.push_str("\r\n");
}

/// What people wrote, as a value (section 3.3.11). Nothing in it begins a line of its own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn quoted(name: &str) -> String {
    name.chars().map(|c| if c == '"' || c.is_control() { '\'' } else { c }).collect()
}

fn date(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// A moment in UTC, which needs no table of time zones.
fn moment(at: Timestamp) -> String {
    let text = at.whole_second().to_string();
    let mut plain = String::with_capacity(16);
    for c in text.chars().filter(|c| !matches!(c, '-' | ':')) {
        let _ = plain.write_char(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn evening() -> Event {
        Event {
            uid: "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11".into(),
            sequence: 2,
            stamp: "2027-05-01T08:00:00.5Z".parse().unwrap(),
            when: When::From("2027-07-09T17:00:00Z".parse().unwrap(), "2027-07-09T21:00:00Z".parse().unwrap()),
            summary: "Celebration meal; with music, and more".into(),
            place: Some("Carrow Hall".into()),
            details: "Bring a coat.\nThe door opens at six.".into(),
            url: "https://cairn.example/celebrations/1".into(),
            organiser: Some(("Northfell, \"Partnership\"".into(), "cairn@northfell.example".into())),
            status: Status::Confirmed,
        }
    }

    /// The lines as a calendar reads them: what was folded is whole again.
    fn read(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_stands_as_calendars_read_it() {
        let text = calendar(Method::Publish, Some("Cairn"), &[evening()]);
        let lines = read(&text);
        for line in [
            "BEGIN:VCALENDAR",
            "METHOD:PUBLISH",
            "UID:0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11",
            "SEQUENCE:2",
            "DTSTAMP:20270501T080000Z",
            "DTSTART:20270709T170000Z",
            "DTEND:20270709T210000Z",
            "SUMMARY:Celebration meal\\; with music\\, and more",
            "DESCRIPTION:Bring a coat.\\nThe door opens at six.",
            "ORGANIZER;CN=\"Northfell, 'Partnership'\":mailto:cairn@northfell.example",
            "STATUS:CONFIRMED",
            "END:VCALENDAR",
        ] {
            assert!(lines.iter().any(|it| it == line), "{line}\n{text}");
        }
        let day = Event { when: When::On("2027-02-28".parse().unwrap()), ..evening() };
        let text = calendar(Method::Publish, Some("Cairn"), &[day]);
        assert!(text.contains("DTSTART;VALUE=DATE:20270228\r\nDTEND;VALUE=DATE:20270301\r\n"));
        let off = calendar(Method::Cancel, None, &[Event { status: Status::Cancelled, sequence: 3, ..evening() }]);
        assert!(off.contains("METHOD:CANCEL\r\n") && off.contains("STATUS:CANCELLED\r\n"));
    }

    proptest! {
        #[test]
        fn what_people_write_stays_a_value_on_lines_that_are_short_enough(text in any::<String>()) {
            let written = calendar(Method::Publish, Some(&text), &[Event { summary: text.clone(), details: text.clone(), place: Some(text.clone()), ..evening() }]);
            prop_assert!(written.split("\r\n").all(|line| line.len() <= LONGEST));
            prop_assert_eq!(written.matches("\r\n").count(), written.matches('\n').count());
            let lines = read(&written);
            prop_assert_eq!(lines.iter().filter(|line| line.starts_with("BEGIN:")).count(), 2);
            let begins = ["SUMMARY:", "DESCRIPTION:", "LOCATION:", "X-WR-CALNAME:"];
            let known = ["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "REFRESH-INTERVAL", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "URL", "STATUS", "ORGANIZER", "END"];
            prop_assert!(lines.iter().all(|line| begins.iter().any(|it| line.starts_with(it)) || known.iter().any(|it| line.starts_with(it))));
        }
    }
}
