//! The timeline by month. Pure.

use cairn_shared::time::Date;

use crate::words::Day;

/// The things of one month, in the order in which they came.
#[derive(Clone, Debug, PartialEq)]
pub struct Month<'a, T> {
    /// "November 2026".
    pub name: String,
    /// Its things.
    pub items: Vec<&'a T>,
}

/// Groups things by the month of their day. Things of one month that do not follow each other stay apart, so that the
/// order is the server's.
pub fn by_month<'a, T>(items: &'a [T], day: impl Fn(&T) -> Date) -> Vec<Month<'a, T>> {
    let mut months: Vec<((i32, u32), Month<'a, T>)> = Vec::new();
    for item in items {
        let date = day(item);
        let which = (date.year(), date.month());
        match months.last_mut().filter(|(last, _)| *last == which) {
            Some((_, month)) => month.items.push(item),
            None => months.push((which, Month { name: Day(date).month_and_year(), items: vec![item] })),
        }
    }
    months.into_iter().map(|(_, month)| month).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_named_once() {
        let days: Vec<Date> =
            ["2026-11-23", "2026-11-01", "2026-10-31", "2025-10-30"].iter().map(|day| day.parse().unwrap()).collect();
        let months = by_month(&days, |day| *day);
        let names: Vec<_> = months.iter().map(|month| (month.name.as_str(), month.items.len())).collect();
        assert_eq!(names, [("November 2026", 2), ("October 2026", 1), ("October 2025", 1)]);
        assert!(by_month(&[] as &[Date], |day| *day).is_empty());
    }
}
