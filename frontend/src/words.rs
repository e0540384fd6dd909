//! How Cairn says times, dates and numbers: "Friday 26 February", "16.31", "2 stones".
//! What days and moments are, and when London puts its clocks forward, `cairn_shared::time` knows.

use std::cell::Cell;

use cairn_shared::time::{Date, Timestamp};

thread_local! {
    /// How many days the server's calendar is ahead of the device's: the clock of the demonstration is moved on, and
    /// devices keep wrong days.
    static AHEAD: Cell<i32> = const { Cell::new(0) };
}

/// The server says which day it is in London: what is said and offered as today follows it.
pub fn today_is(date: Date) {
    let device = Moment::of_device().0.london_date();
    AHEAD.set(date.days_since(device));
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day, to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl Day {
    /// Reads `2027-02-26`, as a date field writes it.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Today in London.
    pub fn today() -> Self {
        Moment::now().day()
    }

    fn month(self) -> &'static str {
        MONTHS[self.0.month() as usize - 1]
    }

    /// "Friday".
    pub fn weekday(self) -> &'static str {
        DAYS[self.0.weekday() as usize]
    }

    /// "26 February".
    pub fn plain(self) -> String {
        format!("{} {}", self.0.day(), self.month())
    }

    /// "Friday 26 February".
    pub fn long(self) -> String {
        format!("{} {}", self.weekday(), self.plain())
    }

    /// "Friday 26 February 2027".
    pub fn long_with_year(self) -> String {
        format!("{} {}", self.long(), self.0.year())
    }

    /// "26 February 2027".
    pub fn with_year(self) -> String {
        format!("{} {}", self.plain(), self.0.year())
    }

    /// "26 Feb".
    pub fn short(self) -> String {
        format!("{} {}", self.0.day(), &self.month()[..3])
    }

    /// "February 2027".
    pub fn month_and_year(self) -> String {
        format!("{} {}", self.month(), self.0.year())
    }
}

/// A moment, to be said as the clocks in London show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl Moment {
    /// Now: the day as the server has it, the time by the device's clock.
    pub fn now() -> Self {
        Self(Self::of_device().0.plus_days(AHEAD.get().into()))
    }

    fn of_device() -> Self {
        Self(Timestamp::from_micros(crate::browser::now_micros()))
    }

    /// "16.31".
    pub fn clock(self) -> String {
        let (hour, minute) = self.0.london_clock();
        format!("{hour}.{minute:02}")
    }

    /// The day in London.
    pub fn day(self) -> Day {
        Day(self.0.london_date())
    }

    /// "Friday 26 February, 16.31".
    pub fn long(self) -> String {
        format!("{}, {}", self.day().long(), self.clock())
    }

    /// "16.31" today, "yesterday, 16.31", "19 November, 16.31" this year, and "19 November 2025" before that.
    pub fn relative_to(self, now: Self) -> String {
        let (then, today) = (self.day(), now.day());
        match today.0.days_since(then.0) {
            0 => self.clock(),
            1 => format!("yesterday, {}", self.clock()),
            _ if then.0.year() == today.0.year() => format!("{}, {}", then.plain(), self.clock()),
            _ => then.with_year(),
        }
    }
}

/// "1 stone", "4 stones".
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// "one" to "twelve" in words, more in figures.
pub fn number(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// The first letter, one of the English alphabet, made a capital: "four portfolios" → "Four portfolios".
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect())
}

/// "1.2 MB", "640 KB".
pub fn size(bytes: u64) -> String {
    match bytes {
        0..=999_949 => format!("{} KB", bytes.div_ceil(1000).max(1)),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                part => format!("{}.{part} MB", tenths / 10),
            }
        }
    }
}

/// "Good morning", "Good afternoon" or "Good evening".
pub fn greeting(moment: Moment) -> &'static str {
    match moment.0.london_clock().0 {
        0..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    }
}

/// The minutes that a text of so many words takes to read, never less than one.
pub fn reading_minutes(words: usize) -> usize {
    words.div_ceil(220).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment(text.parse().unwrap())
    }

    #[test]
    fn days_are_said_as_people_say_them() {
        let day = Day::parse("2027-02-26").unwrap();
        assert_eq!(day.long(), "Friday 26 February");
        assert_eq!(day.long_with_year(), "Friday 26 February 2027");
        assert_eq!(day.short(), "26 Feb");
        assert_eq!(day.month_and_year(), "February 2027");
        assert_eq!(Day::parse("2026-11-24").unwrap().weekday(), "Tuesday");
        assert_eq!(Day::parse("2027-02-29"), None);
        let week = (0..7).map(|n| Day(Day::parse("2027-02-22").unwrap().0.plus_days(n)).weekday());
        assert!(week.eq(DAYS));
    }

    #[test]
    fn clocks_are_londons() {
        assert_eq!(moment("2027-02-26T16:31:00Z").clock(), "16.31");
        assert_eq!(moment("2027-07-01T08:05:00Z").clock(), "9.05");
        assert_eq!(moment("2027-07-01T23:30:00Z").long(), "Friday 2 July, 0.30");
    }

    #[test]
    fn moments_are_said_by_their_distance() {
        let now = moment("2026-11-24T16:40:00Z");
        let say = |text| moment(text).relative_to(now);
        assert_eq!(say("2026-11-24T11:42:00Z"), "11.42");
        assert_eq!(say("2026-11-23T11:42:00Z"), "yesterday, 11.42");
        assert_eq!(say("2026-09-04T11:42:00Z"), "4 September, 12.42");
        assert_eq!(say("2025-09-04T11:42:00Z"), "4 September 2025");
    }

    #[test]
    fn numbers_sizes_and_names() {
        assert_eq!(count(1, "stone", "stones"), "1 stone");
        assert_eq!(count(4, "stone", "stones"), "4 stones");
        assert_eq!(sentence(&format!("{} portfolios to read", number(4))), "Four portfolios to read");
        assert_eq!(number(13), "13");
        assert_eq!(size(1), "1 KB");
        assert_eq!(size(640_000), "640 KB");
        assert_eq!(size(1_240_000), "1.2 MB");
        assert_eq!(size(50_000_000), "50 MB");
        assert_eq!(reading_minutes(0), 1);
        assert_eq!(reading_minutes(660), 3);
    }
}
