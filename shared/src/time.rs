//! Moments and days.
//!
//! A [`Timestamp`] is a moment: microseconds since 1970 in UTC, which both databases keep exactly. A [`Date`] is a
//! day in Europe/London, which is where rounds close and panels meet. The rule of British summer time (from the
//! last Sunday of March to the last of October, changing at 01:00 UTC; the Summer Time Order 2002) is all of the
//! time-zone data that Cairn needs.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The hours of London's clock between which people are at work.
const WORK: std::ops::Range<u8> = 8..17;

/// The text is not a time or a day as the API writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeProblem {
    /// A time is written like `2026-11-24T16:31:00Z`.
    NotATime,
    /// A day is written like `2026-11-24`.
    NotADay,
}

impl fmt::Display for TimeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotATime => "Write the time like 2026-11-24T16:31:00Z.",
            Self::NotADay => "Write the day like 2026-11-24.",
        })
    }
}

impl std::error::Error for TimeProblem {}

/// A moment: microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "date-time", max_length = 40, examples("2026-11-24T16:31:00Z"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that lies so many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The beginning of its second.
    pub const fn whole_second(self) -> Self {
        Self(self.0.div_euclid(SECOND) * SECOND)
    }

    /// The moment that lies so many seconds later (or, below nought, earlier).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * SECOND)
    }

    /// The moment that lies so many days of 24 hours later.
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY)
    }

    /// The day that it is in London.
    pub fn london_date(self) -> Date {
        Date(self.london_micros().div_euclid(DAY) as i32)
    }

    /// The time on a London clock, as hour and minute.
    pub fn london_clock(self) -> (u8, u8) {
        let of_day = self.london_micros().rem_euclid(DAY);
        ((of_day / HOUR) as u8, (of_day % HOUR / MINUTE) as u8)
    }

    /// This moment, if it lies in working hours (Monday to Friday from eight to five, by London's clock); otherwise the
    /// moment at which the next begin.
    pub fn in_working_hours(self) -> Self {
        let (today, (hour, _)) = (self.london_date(), self.london_clock());
        if today.is_working_day() && WORK.contains(&hour) {
            return self;
        }
        let mut day = if hour < WORK.start { today } else { today.plus_days(1) };
        while !day.is_working_day() {
            day = day.plus_days(1);
        }
        // Clocks change on Sundays, so a working day's eighth hour is always eight hours after its beginning.
        Self(day.starts().0 + i64::from(WORK.start) * HOUR)
    }

    fn london_micros(self) -> i64 {
        self.0 + if self.is_summer_time() { HOUR } else { 0 }
    }

    fn is_summer_time(self) -> bool {
        let year = Date(self.0.div_euclid(DAY) as i32).year();
        let change = |month| i64::from(Date::last_sunday(year, month).0) * DAY + HOUR;
        (change(3)..change(10)).contains(&self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = Date(self.0.div_euclid(DAY) as i32);
        let rest = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE / SECOND);
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}")?;
        match rest % SECOND {
            0 => f.write_str("Z"),
            fraction => write!(f, ".{fraction:06}Z"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeProblem;

    fn from_str(text: &str) -> Result<Self, TimeProblem> {
        parse_timestamp(text).ok_or(TimeProblem::NotATime)
    }
}

fn parse_timestamp(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let date: Date = date.parse().ok()?;
    let zone_at = clock.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = clock.split_at(zone_at);
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let minutes = two_digits(hours, 23)? * 60 + two_digits(minutes, 59)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}")[..6].parse().ok()?;
    let mut parts = clock.split(':');
    let (hour, minute, second) =
        (two_digits(parts.next()?, 23)?, two_digits(parts.next()?, 59)?, two_digits(parts.next()?, 59)?);
    if parts.next().is_some() {
        return None;
    }
    let days = i64::from(date.0) * DAY;
    Some(Timestamp(days + hour * HOUR + minute * MINUTE + second * SECOND + micros - offset * MINUTE))
}

fn two_digits(text: &str, most: i64) -> Option<i64> {
    if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|n| *n <= most)
}

impl TryFrom<String> for Timestamp {
    type Error = TimeProblem;

    fn try_from(text: String) -> Result<Self, TimeProblem> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> String {
        moment.to_string()
    }
}

/// A day in Europe/London, between the years 1900 and 2999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "date", max_length = 10, examples("2027-02-26"))]
pub struct Date(i32);

/// The day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Date {
    /// The day of that year, month (1 to 12) and day of the month, if there is one.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1900..=2999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return None;
        }
        Some(Self(days_from_civil(year, month, day)))
    }

    fn last_sunday(year: i32, month: u32) -> Self {
        let last = days_from_civil(year, month, days_in(year, month));
        // 1970-01-01 was a Thursday, so day 3 was a Sunday.
        Self(last - (last - 3).rem_euclid(7))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.civil().1
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.civil().2
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        use Weekday::*;
        [Thursday, Friday, Saturday, Sunday, Monday, Tuesday, Wednesday][self.0.rem_euclid(7) as usize]
    }

    /// Whether people are at work: Monday to Friday, and no bank holiday.
    pub fn is_working_day(self) -> bool {
        !matches!(self.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.is_bank_holiday()
    }

    /// Whether it is a bank holiday in England and Wales (Banking and Financial Dealings Act 1971, schedule 1, and the two by custom); of one
    /// that falls on a weekend, the working day instead. Those that are proclaimed once, as for a coronation, are not known.
    pub fn is_bank_holiday(self) -> bool {
        use Weekday::*;
        let (_, month, day) = self.civil();
        let weekday = self.weekday();
        match (month, day) {
            (1, 1) => true,
            (1, 2 | 3) => weekday == Monday,
            (5, 1..=7) | (5, 25..=31) | (8, 25..=31) if weekday == Monday => true,
            (12, 25 | 26) => true,
            // Two days in a row: where one or both fall on a weekend, the Monday and the Tuesday behind it.
            (12, 27 | 28) => matches!(weekday, Monday | Tuesday),
            _ => matches!(self.days_since(Self::easter(self.year())), -2 | 1),
        }
    }

    /// Easter Sunday of a year. J. Meeus, “Astronomical Algorithms” (1991), chapter 8.
    fn easter(year: i32) -> Self {
        let (a, b, c) = (year % 19, year / 100, year % 100);
        let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
        let g = (b - f + 1) / 3;
        let h = (19 * a + b - d - g + 15) % 30;
        let (i, k) = (c / 4, c % 4);
        let l = (32 + 2 * e + 2 * i - h - k) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let whole = h + l - 7 * m + 114;
        Self(days_from_civil(year, (whole / 31) as u32, (whole % 31 + 1) as u32))
    }

    /// So many days later (or, below nought, earlier).
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// So many months later, on the same day of the month or, where that month is shorter, on its last.
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let index = year * 12 + month as i32 - 1 + months;
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
        Self(days_from_civil(year, month, day.min(days_in(year, month))))
    }

    /// How many days from `earlier` to this day.
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The day as it stands in a letter: "11 March 2027".
    pub fn in_words(self) -> String {
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
        let (year, month, day) = self.civil();
        format!("{day} {} {year}", MONTHS[month as usize - 1])
    }

    /// The moment at which the day begins in London.
    pub fn starts(self) -> Timestamp {
        let midnight = Timestamp(i64::from(self.0) * DAY);
        // Summer time changes at 01:00 UTC, never at midnight, so the hour before tells what holds at midnight.
        let shifted = Timestamp(midnight.0 - HOUR);
        if shifted.is_summer_time() { shifted } else { midnight }
    }

    /// The moment at which a London clock shows that time on this day: of the hour that comes twice in autumn the first one, and
    /// of a time that is left out in spring the one that the clock shows instead, an hour later.
    pub fn at(self, hour: u8, minute: u8) -> Timestamp {
        let wanted = i64::from(hour) * HOUR + i64::from(minute) * MINUTE;
        let midnight = self.starts();
        let plain = Timestamp(midnight.0 + wanted);
        // Where the clock changed since midnight, it shows an hour more or less than has passed.
        let shown = |moment: Timestamp| moment.london_micros() - i64::from(self.0) * DAY;
        let earlier = Timestamp(plain.0 - HOUR);
        let later = Timestamp(plain.0 + HOUR);
        [earlier, plain, later].into_iter().find(|moment| shown(*moment) == wanted).unwrap_or(plain)
    }

    /// The moment at which the day is over in London: the first of the next.
    pub fn ends(self) -> Timestamp {
        self.plus_days(1).starts()
    }

    // Days to civil date and back: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain).
    fn civil(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
        (year_of_era + era * 400 + i32::from(month <= 2), month, day)
    }
}

fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month as i32 + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = TimeProblem;

    fn from_str(text: &str) -> Result<Self, TimeProblem> {
        let parse = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            Self::new(year.parse().ok()?, two_digits(month, 12)? as u32, two_digits(day, 31)? as u32)
        };
        parse().ok_or(TimeProblem::NotADay)
    }
}

impl TryFrom<String> for Date {
    type Error = TimeProblem;

    fn try_from(text: String) -> Result<Self, TimeProblem> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn bank_holidays_are_those_that_the_government_lists() {
        // https://www.gov.uk/bank-holidays, England and Wales.
        for listed in [
            "2026-01-01",
            "2026-04-03",
            "2026-04-06",
            "2026-05-04",
            "2026-05-25",
            "2026-08-31",
            "2026-12-25",
            "2026-12-28",
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-05-03",
            "2027-05-31",
            "2027-08-30",
            "2027-12-27",
            "2027-12-28",
            "2028-01-03",
            "2028-04-14",
            "2028-04-17",
            "2028-05-01",
            "2028-05-29",
            "2028-08-28",
            "2028-12-25",
            "2028-12-26",
        ] {
            assert!(!day(listed).is_working_day(), "{listed}");
        }
        let worked = |year: &str| {
            (0..365).map(|n| day(&format!("{year}-01-01")).plus_days(n)).filter(|d| d.is_working_day()).count()
        };
        // 261 weekdays each, less eight.
        assert_eq!((worked("2026"), worked("2027")), (253, 253));
        let eve: Timestamp = "2026-12-24T18:00:00Z".parse().unwrap();
        assert_eq!(eve.in_working_hours().to_string(), "2026-12-29T08:00:00Z");
    }

    #[test]
    fn a_time_on_a_london_clock_is_a_moment() {
        let at = |day: &str, hour, minute| day.parse::<Date>().unwrap().at(hour, minute).to_string();
        assert_eq!(at("2027-07-09", 18, 30), "2027-07-09T17:30:00Z");
        assert_eq!(at("2027-01-09", 18, 30), "2027-01-09T18:30:00Z");
        // Clocks go forward on 28 March 2027 at one, and back on 31 October at two.
        assert_eq!(at("2027-03-28", 12, 0), "2027-03-28T11:00:00Z");
        assert_eq!(at("2027-03-28", 1, 30), "2027-03-28T01:30:00Z");
        assert_eq!(at("2027-10-31", 1, 30), "2027-10-31T00:30:00Z");
        assert_eq!(at("2027-10-31", 12, 0), "2027-10-31T12:00:00Z");
    }

    #[test]
    fn a_round_closes_at_midnight_in_london_in_winter_and_in_summer() {
        assert_eq!(day("2027-02-26").ends(), at("2027-02-27T00:00:00Z"));
        assert_eq!(day("2027-06-18").ends(), at("2027-06-18T23:00:00Z"));
    }

    #[test]
    fn the_days_on_which_the_clocks_change_are_23_and_25_hours_long() {
        let length = |d: Date| (d.ends().micros() - d.starts().micros()) / HOUR;
        assert_eq!(length(day("2027-03-28")), 23);
        assert_eq!(length(day("2027-10-31")), 25);
        assert_eq!(length(day("2027-10-30")), 24);
    }

    #[test]
    fn london_reads_the_clock_of_the_season() {
        assert_eq!(at("2026-11-24T16:31:00Z").london_clock(), (16, 31));
        assert_eq!(at("2026-07-24T16:31:00Z").london_clock(), (17, 31));
        assert_eq!(at("2026-07-24T23:30:00Z").london_date(), day("2026-07-25"));
    }

    #[test]
    fn offsets_and_fractions_are_read() {
        assert_eq!(at("2026-11-24T17:31:00.5+01:00"), at("2026-11-24T16:31:00.500000Z"));
        assert_eq!(at("1969-12-31T23:59:59.999999Z").micros(), -1);
        for bad in [
            "",
            "2026-11-24",
            "2026-11-24T25:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-24T16:31Z",
            "2026-11-24T16:31:00",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(day("2026-08-31").plus_months(6), day("2027-02-28"));
        assert_eq!(day("2024-02-29").plus_months(24), day("2026-02-28"));
        assert_eq!(day("2026-11-24").weekday(), Weekday::Tuesday);
        assert_eq!(day("2027-03-11").in_words(), "11 March 2027");
        assert!("2026-02-29".parse::<Date>().is_err());
    }

    #[test]
    fn evenings_and_weekends_wait_for_the_next_morning_at_eight() {
        for (moment, then) in [
            // Tuesday in winter: at work, before it, at its last minute, and after it.
            ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
            ("2026-11-24T07:59:59Z", "2026-11-24T08:00:00Z"),
            ("2026-11-24T16:59:59Z", "2026-11-24T16:59:59Z"),
            ("2026-11-24T17:00:00Z", "2026-11-25T08:00:00Z"),
            // In summer London's eight o'clock is seven in UTC.
            ("2026-07-24T06:59:00Z", "2026-07-24T07:00:00Z"),
            ("2026-07-24T16:00:00Z", "2026-07-27T07:00:00Z"),
            // A weekend, and the one on which the clocks go back.
            ("2026-11-28T12:00:00Z", "2026-11-30T08:00:00Z"),
            ("2026-11-29T23:00:00Z", "2026-11-30T08:00:00Z"),
            ("2026-10-23T18:00:00Z", "2026-10-26T08:00:00Z"),
        ] {
            assert_eq!(at(moment).in_working_hours(), at(then), "{moment}");
        }
    }

    proptest! {
        #[test]
        fn working_hours_are_near_and_stay_what_they_are(micros in 0i64..4_000_000_000_000_000) {
            let moment = Timestamp::from_micros(micros);
            let then = moment.in_working_hours();
            // Christmas or Easter with a weekend is the longest time that nobody works.
            prop_assert!(then >= moment && then.micros() - moment.micros() < 5 * DAY);
            prop_assert!(then.london_date().is_working_day() && WORK.contains(&then.london_clock().0));
            prop_assert_eq!(then.in_working_hours(), then);
        }

        #[test]
        fn every_moment_comes_back_from_its_text(micros in -2_000_000_000_000_000i64..30_000_000_000_000_000) {
            let moment = Timestamp::from_micros(micros);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
        }

        #[test]
        fn every_day_comes_back_and_holds_its_own_hours(days in -25_000i32..376_000) {
            let date = Date(days);
            prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
            prop_assert_eq!(date.starts().london_date(), date);
            prop_assert_eq!(Timestamp(date.ends().0 - 1).london_date(), date);
        }
    }
}
