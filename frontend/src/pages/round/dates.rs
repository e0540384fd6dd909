//! The five dates of a round while they are being written, checked as one types.

use cairn_shared::round::{Dates, RoundDates};
use cairn_shared::time::{Date, Weekday};
use yew::prelude::*;

use crate::parts::problem_at;
use crate::ui::{FormProblem, TextField};
use crate::words::Day;

/// The five, in their order: their name in the API, on the screen, and in what the rule says.
const FIVE: [(&str, &str, &str); 5] = [
    ("submit_by", "Send by", "send by"),
    ("review_opens", "Reading begins", "reading begins"),
    ("review_by", "Views are in by", "reviews by"),
    ("meeting", "The panel meets", "panel meets"),
    ("tell_by", "Mentors hear by", "mentors hear by"),
];

/// The five dates as they stand in their fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DatesText([String; 5]);

impl From<Dates> for DatesText {
    fn from(d: Dates) -> Self {
        Self([d.submit_by, d.review_opens, d.review_by, d.meeting, d.tell_by].map(|date| date.to_string()))
    }
}

fn field_id(prefix: &str, name: &str) -> String {
    format!("{prefix}-{name}")
}

impl DatesText {
    /// The dates, or all that they still need. With `whole`, empty fields are named too.
    pub fn complete(&self, prefix: &str, whole: bool) -> Result<RoundDates, Vec<FormProblem>> {
        let days: [Option<Date>; 5] = self.0.each_ref().map(|text| text.parse().ok());
        if let [Some(submit_by), Some(review_opens), Some(review_by), Some(meeting), Some(tell_by)] = days {
            let dates = Dates { submit_by, review_opens, review_by, meeting, tell_by };
            return RoundDates::new(dates).map_err(|wrong| {
                let name = FIVE.iter().find(|(_, _, said)| *said == wrong.then).map_or("tell_by", |(name, ..)| name);
                vec![FormProblem::at(field_id(prefix, name), wrong.to_string())]
            });
        }
        let needs = FIVE.iter().zip(days).filter(|(_, day)| whole && day.is_none());
        Err(needs
            .map(|((name, label, _), _)| {
                FormProblem::at(field_id(prefix, name), format!("Give the day: “{}”.", label.to_ascii_lowercase()))
            })
            .collect())
    }
}

/// The field that a pointer of the server means, below where the dates stand.
pub fn field_of(prefix: &str, rest: &str) -> AttrValue {
    let name = rest.trim_start_matches('/');
    let known = FIVE.iter().find(|(known, ..)| *known == name).map_or("submit_by", |(known, ..)| known);
    field_id(prefix, known).into()
}

/// The five fields.
#[derive(Properties, PartialEq)]
pub struct DatesFieldsProps {
    /// What their ids begin with.
    pub prefix: AttrValue,
    /// What stands in them.
    pub value: DatesText,
    /// What is to be put right, as the form found it when it was sent.
    pub problems: Vec<FormProblem>,
    /// Told what stands in them now.
    pub onchange: Callback<DatesText>,
}

/// The five fields, each with the day of the week below it.
#[component]
pub fn DatesFields(props: &DatesFieldsProps) -> Html {
    // Order is said as one types; an empty field only once the form is sent.
    let live = props.value.complete(&props.prefix, false).err().unwrap_or_default();
    html! {
        <div class="dates">
            { for FIVE.iter().enumerate().map(|(i, (name, label, _))| {
                let id = field_id(&props.prefix, name);
                let text = &props.value.0[i];
                let error = problem_at(&live, &id).or_else(|| problem_at(&props.problems, &id).filter(|_| text.is_empty()));
                let weekday = Day::parse(text).map(|day| AttrValue::from(day.weekday()));
                let oninput = {
                    let (value, onchange) = (props.value.clone(), props.onchange.clone());
                    Callback::from(move |text: String| {
                        let mut value = value.clone();
                        value.0[i] = text;
                        onchange.emit(value);
                    })
                };
                html! { <TextField key={*name} {id} label={*label} aside={weekday} kind="date" value={text.clone()} {oninput} {error} /> }
            }) }
        </div>
    }
}

/// The `n`-th such day of a month, from 1; the last with 0.
fn nth(year: i32, month: u32, weekday: Weekday, n: i32) -> Option<Date> {
    let first = Date::new(year, month, 1)?;
    let day = (0..7).map(|i| first.plus_days(i)).find(|day| day.weekday() == weekday)?;
    if n > 0 {
        return Some(day.plus_days(7 * (n - 1)));
    }
    (3..5).rev().map(|weeks| day.plus_days(7 * weeks)).find(|last| last.month() == month)
}

/// The next three rounds after a day, as a partnership usually has them: autumn closes in the middle of November,
/// spring at the end of February, summer in the middle of June. Reading begins on a Monday, the panel meets on a
/// Thursday, and mentors hear on a Friday.
pub fn next_three(after: Date) -> Vec<(String, Dates)> {
    let round = |name: &str, close: Option<Date>, days: [i32; 4]| {
        let submit_by = close?;
        let [review_opens, review_by, meeting, tell_by] = days.map(|n| submit_by.plus_days(n));
        Some((format!("{name} {}", submit_by.year()), Dates { submit_by, review_opens, review_by, meeting, tell_by }))
    };
    (after.year()..after.year() + 3)
        .flat_map(|year| {
            [
                round("Spring", nth(year, 2, Weekday::Friday, 0), [3, 11, 13, 21]),
                round("Summer", nth(year, 6, Weekday::Friday, 3), [3, 11, 13, 21]),
                round("Autumn", nth(year, 11, Weekday::Friday, 2), [3, 18, 20, 28]),
            ]
        })
        .flatten()
        .filter(|(_, dates)| dates.submit_by > after)
        .take(3)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_three_follow_each_other_and_the_rule() {
        let three = next_three(day("2026-11-24"));
        assert_eq!(
            three.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["Spring 2027", "Summer 2027", "Autumn 2027"]
        );
        let spring = &three[0].1;
        assert_eq!((spring.submit_by, spring.meeting), (day("2027-02-26"), day("2027-03-11")));
        assert_eq!(three[1].1.submit_by, day("2027-06-18"));
        for year in 2026..2060 {
            for (_, dates) in next_three(Date::new(year, 9, 1).unwrap()) {
                assert!(RoundDates::new(dates).is_ok());
                assert_eq!((dates.meeting.weekday(), dates.tell_by.weekday()), (Weekday::Thursday, Weekday::Friday));
            }
        }
        assert_eq!(next_three(day("2026-09-01"))[0].1.submit_by, day("2026-11-13"));
    }

    #[test]
    fn order_is_said_at_the_later_field_and_emptiness_only_when_sent() {
        let mut text = DatesText::from(next_three(day("2026-11-24"))[0].1);
        assert!(text.complete("a", false).is_ok());
        text.0[3] = "2027-03-01".into();
        assert_eq!(text.complete("a", false).unwrap_err()[0].field, "a-meeting");
        text.0[3] = String::new();
        assert!(text.complete("a", false).unwrap_err().is_empty());
        assert_eq!(text.complete("a", true).unwrap_err()[0].field, "a-meeting");
    }
}
