//! Planning a celebration, and changing one.

use cairn_shared::celebration::{CelebrationDetail, MOST_GUESTS, PlanCelebration};
use cairn_shared::ids::{CelebrationId, RoundId};
use cairn_shared::list::NonEmpty;
use cairn_shared::round::RoundSummary;
use cairn_shared::text::{Draft, Line};
use cairn_shared::time::{Date, Timestamp};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::hooks::{use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::parts::{form_problems, framed, problem_at};
use crate::router::{Hold, Route, navigate};
use crate::ui::{
    Back, Button, ButtonKind, Choice, ErrorSummary, FormProblem, Go, Page, PageHeader, Picker, SelectField, TextArea,
    TextField,
};
use crate::words::Day;

const TITLE: &str = "title";
const PLACE: &str = "place";
const DAY: &str = "day";
const STARTS: &str = "starts";
const ENDS: &str = "ends";
const REPLY_BY: &str = "reply-by";
const PLACES: &str = "places";
const GUESTS: &str = "guests";
const ROUNDS: &str = "rounds";
const DETAILS: &str = "details";

/// What stands in the form.
#[derive(Clone, Debug, PartialEq)]
struct PlanText {
    title: String,
    place: String,
    day: String,
    starts: String,
    ends: String,
    reply_by: String,
    places: String,
    guests: AttrValue,
    rounds: Vec<AttrValue>,
    details: String,
}

/// "18:30", as a time field writes it.
fn clock(moment: Timestamp) -> String {
    let (hour, minute) = moment.london_clock();
    format!("{hour:02}:{minute:02}")
}

fn read_clock(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

impl PlanText {
    fn begin(today: Date) -> Self {
        let day = today.plus_days(60);
        Self {
            title: "Celebration meal".into(),
            place: String::new(),
            day: day.to_string(),
            starts: "18:00".into(),
            ends: "21:30".into(),
            reply_by: day.plus_days(-14).to_string(),
            places: "120".into(),
            guests: "1".into(),
            rounds: Vec::new(),
            details: String::new(),
        }
    }

    fn of(detail: &CelebrationDetail) -> Self {
        let plan = detail.plan.as_ref();
        Self {
            title: detail.title.to_string(),
            place: detail.place.to_string(),
            day: detail.starts_at.london_date().to_string(),
            starts: clock(detail.starts_at),
            ends: clock(detail.ends_at),
            reply_by: detail.reply_by.to_string(),
            places: plan.map(|plan| plan.places.to_string()).unwrap_or_default(),
            guests: detail.guests_each.to_string().into(),
            rounds: plan.iter().flat_map(|plan| &plan.rounds).map(|round| round.id.to_string().into()).collect(),
            details: detail.details.to_string(),
        }
    }

    fn complete(&self) -> Result<PlanCelebration, Vec<FormProblem>> {
        let mut needs = Vec::new();
        let mut need = |field: &'static str, words: String| needs.push(FormProblem::at(field, words));
        let line =
            |text: &str, words: &str, error: String| if text.trim().is_empty() { words.to_owned() } else { error };
        let title = Line::new(self.title.as_str())
            .map_err(|e| need(TITLE, line(&self.title, "Say what it is called", e.to_string())))
            .ok();
        let place = Line::new(self.place.as_str())
            .map_err(|e| need(PLACE, line(&self.place, "Say where it is", e.to_string())))
            .ok();
        let day: Option<Date> = self.day.parse().map_err(|_| need(DAY, "Say on which day it is".into())).ok();
        let starts = read_clock(&self.starts).or_else(|| {
            need(STARTS, "Say when it begins, like 18:00".into());
            None
        });
        let ends = read_clock(&self.ends).or_else(|| {
            need(ENDS, "Say when it ends, like 21:30".into());
            None
        });
        let reply_by: Option<Date> =
            self.reply_by.parse().map_err(|_| need(REPLY_BY, "Say by when guests answer".into())).ok();
        let places: Option<u16> =
            self.places.trim().parse().map_err(|_| need(PLACES, "Give a number of places from 1 to 2000".into())).ok();
        let rounds: Vec<RoundId> = self.rounds.iter().filter_map(|id| id.parse().ok()).collect();
        let rounds = NonEmpty::new(rounds).map_err(|_| need(ROUNDS, "Choose at least one round".into())).ok();
        let details = Draft::new(self.details.trim()).map_err(|e| need(DETAILS, e.to_string())).ok();
        let (
            Some(title),
            Some(place),
            Some(day),
            Some(starts),
            Some(ends),
            Some(reply_by),
            Some(places),
            Some(rounds),
            Some(details),
        ) = (title, place, day, starts, ends, reply_by, places, rounds, details)
        else {
            return Err(needs);
        };
        // An evening may end after midnight.
        let last_day = if ends <= starts { day.plus_days(1) } else { day };
        let plan = PlanCelebration {
            title,
            place,
            details,
            starts_at: day.at(starts.0, starts.1),
            ends_at: last_day.at(ends.0, ends.1),
            reply_by,
            places,
            guests_each: self.guests.parse().unwrap_or(0),
            rounds,
        };
        match plan.check() {
            Ok(()) => Ok(plan),
            Err(problem) => {
                Err(vec![FormProblem::at(field_of(problem.pointer()).unwrap_or_default(), problem.to_string())])
            }
        }
    }
}

/// The field that a pointer of the server means.
fn field_of(pointer: &str) -> Option<AttrValue> {
    Some(AttrValue::Static(match pointer {
        "/title" => TITLE,
        "/place" => PLACE,
        "/starts_at" => DAY,
        "/ends_at" => ENDS,
        "/reply_by" => REPLY_BY,
        "/places" => PLACES,
        "/guests_each" => GUESTS,
        "/details" => DETAILS,
        _ if pointer.starts_with("/rounds") => ROUNDS,
        _ => return None,
    }))
}

/// Planning one.
#[component]
pub fn CelebrationNew() -> Html {
    let load = use_loaded((), |()| async move { api::round::list_rounds().await });
    framed(&load, "Plan a celebration", |rounds| {
        html! { <PlanForm rounds={rounds.clone()} celebration={None::<Loaded<CelebrationDetail>>} /> }
    })
}

/// Which celebration is changed.
#[derive(Properties, PartialEq)]
pub struct CelebrationEditProps {
    /// Its id.
    pub id: CelebrationId,
}

/// Changing one.
#[component]
pub fn CelebrationEdit(props: &CelebrationEditProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let celebration = api::celebration::read(id).await?;
        Ok((api::round::list_rounds().await?, celebration))
    });
    framed(&load, "Change a celebration", |(rounds, celebration)| {
        html! { <PlanForm rounds={rounds.clone()} celebration={Some(celebration.clone())} /> }
    })
}

#[derive(Properties, PartialEq)]
struct PlanFormProps {
    rounds: Vec<RoundSummary>,
    celebration: Option<Loaded<CelebrationDetail>>,
}

#[component]
fn PlanForm(props: &PlanFormProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let known = props.celebration.as_ref();
    let text =
        use_state(|| known.map_or_else(|| PlanText::begin(Day::today().0), |loaded| PlanText::of(&loaded.value)));
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let hold = use_mut_ref(|| None::<Hold>);
    let back = known.map_or(Route::Celebrations, |loaded| Route::Celebration(loaded.value.id.to_string().into()));
    let save = {
        let (hold, known) =
            (hold.clone(), known.map(|loaded| (loaded.value.id, loaded.etag.clone().unwrap_or_default())));
        let is_new = known.is_none();
        use_action(
            move |plan: PlanCelebration| {
                let (key, known) = (key.clone(), known.clone());
                async move {
                    match known {
                        None => api::celebration::plan(&plan, &key).await,
                        Some((id, etag)) => api::celebration::edit(id, &plan, &etag).await.map(|loaded| loaded.value),
                    }
                }
            },
            move |detail: CelebrationDetail| {
                hold.take();
                notices.say(if is_new {
                    "It is planned. Nobody hears of it before you invite them."
                } else {
                    "It is changed."
                });
                navigate(&Route::Celebration(detail.id.to_string().into()));
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &save.trouble {
        shown.extend(form_problems(error, field_of));
    }
    let set = {
        let (text, hold) = (text.clone(), hold);
        Callback::from(move |now: PlanText| {
            hold.borrow_mut().get_or_insert_with(Hold::new);
            text.set(now);
        })
    };
    let edit = |with: fn(&mut PlanText, String)| {
        let (text, set) = (text.clone(), set.clone());
        Callback::from(move |value: String| {
            let mut now = (*text).clone();
            with(&mut now, value);
            set.emit(now);
        })
    };
    let onsubmit = {
        let (text, problems, sent, save) = ((*text).clone(), problems.setter(), sent.clone(), save.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match text.complete() {
                Ok(plan) => {
                    problems.set(Vec::new());
                    save.run(plan);
                }
                Err(needs) => {
                    save.clear();
                    problems.set(needs);
                }
            }
        })
    };
    let onrounds = {
        let (text, set) = (text.clone(), set.clone());
        Callback::from(move |rounds: Vec<AttrValue>| set.emit(PlanText { rounds, ..(*text).clone() }))
    };
    let onguests = {
        let (text, set) = (text.clone(), set.clone());
        Callback::from(move |guests: AttrValue| set.emit(PlanText { guests, ..(*text).clone() }))
    };
    let choices: Vec<Choice> =
        props.rounds.iter().map(|round| Choice::new(round.id.to_string(), round.name.to_string())).collect();
    let invited = known.and_then(|loaded| loaded.value.plan.as_ref()).map_or(0, |plan| plan.invited);
    let title = if known.is_some() { "Change a celebration" } else { "Plan a celebration" };
    html! {
        <Page {title}>
            <form class="read flow l" novalidate=true {onsubmit}>
                <PageHeader
                    {title}
                    back={html! { <Back to={back.clone()}>{ if known.is_some() { "The celebration" } else { "Celebrations" } }</Back> }}
                    lead={html! { { if invited > 0 { "Where its name, place or time changes, everybody hears who is invited and has not said no, with the change for their calendars." } else { "Nobody hears of it before you invite them." } } }}
                />
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(save.trouble.is_some())} />
                <TextField id={TITLE} label="What it is called" maxlength=120 value={text.title.clone()} oninput={edit(|t, v| t.title = v)} error={problem_at(&shown, TITLE)} />
                <TextField id={PLACE} label="Where" hint="With the street and the postcode, for whoever comes by car." maxlength=200 value={text.place.clone()} oninput={edit(|t, v| t.place = v)} error={problem_at(&shown, PLACE)} />
                <div class="row stretch">
                    <TextField id={DAY} kind="date" label="Day" value={text.day.clone()} oninput={edit(|t, v| t.day = v)} error={problem_at(&shown, DAY)} />
                    <TextField id={STARTS} kind="time" label="Begins" value={text.starts.clone()} oninput={edit(|t, v| t.starts = v)} error={problem_at(&shown, STARTS)} />
                    <TextField id={ENDS} kind="time" label="Ends" value={text.ends.clone()} oninput={edit(|t, v| t.ends = v)} error={problem_at(&shown, ENDS)} />
                </div>
                <div class="row stretch">
                    <TextField id={REPLY_BY} kind="date" label="Answers by" value={text.reply_by.clone()} oninput={edit(|t, v| t.reply_by = v)} error={problem_at(&shown, REPLY_BY)} />
                    <TextField id={PLACES} kind="number" min="1" max="2000" inputmode="numeric" label="Places" hint="Guests included." class="narrow" value={text.places.clone()} oninput={edit(|t, v| t.places = v)} error={problem_at(&shown, PLACES)} />
                    <SelectField id={GUESTS} label="Guests each" options={(0..=MOST_GUESTS).map(|n| Choice::new(n.to_string(), n.to_string())).collect::<Vec<_>>()} value={text.guests.clone()} onchange={onguests} error={problem_at(&shown, GUESTS)} />
                </div>
                <Picker id={ROUNDS} legend="Whose awards it celebrates" hint="Those awarded in these rounds are invited, and who leads their schools." options={choices} chosen={text.rounds.clone()} onchange={onrounds} error={problem_at(&shown, ROUNDS)} />
                <TextArea id={DETAILS} label="What else guests should know" aside="If you like" hint="How to get there, what to wear, who speaks." rows=4 maxlength=2000 value={text.details.clone()} oninput={edit(|t, v| t.details = v)} error={problem_at(&shown, DETAILS)} />
                <div class="row">
                    <Button submit=true busy={save.running}>{ if known.is_some() { "Save the changes" } else { "Plan it" } }</Button>
                    <Go to={back} button={ButtonKind::Text}>{ "Not now" }</Go>
                </div>
            </form>
        </Page>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> PlanText {
        PlanText {
            place: "Carrow Hall".into(),
            rounds: vec!["0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11".into()],
            ..PlanText::begin("2027-05-10".parse().unwrap())
        }
    }

    #[test]
    fn what_is_suggested_can_be_planned_once_place_and_rounds_are_said() {
        let plan = text().complete().unwrap();
        assert_eq!(plan.starts_at.to_string(), "2027-07-09T17:00:00Z");
        assert_eq!(plan.ends_at.to_string(), "2027-07-09T20:30:00Z");
        let empty = PlanText { place: String::new(), rounds: Vec::new(), ..text() }.complete().unwrap_err();
        assert_eq!(empty.iter().map(|p| p.field.to_string()).collect::<Vec<_>>(), [PLACE, ROUNDS]);
    }

    #[test]
    fn an_evening_may_end_after_midnight() {
        let plan = PlanText { ends: "01:00".into(), ..text() }.complete().unwrap();
        assert_eq!(plan.ends_at.to_string(), "2027-07-10T00:00:00Z");
    }

    #[test]
    fn answers_come_before_the_evening() {
        let late = PlanText { reply_by: "2027-07-10".into(), ..text() }.complete().unwrap_err();
        assert_eq!(late[0].field, REPLY_BY);
    }
}
