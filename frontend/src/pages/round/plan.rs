//! Planning a year: three rounds in one form, with dates that a partnership usually has.

use std::rc::Rc;

use cairn_shared::round::{PlanRound, PlanYear, RoundName, RoundSummary};
use cairn_shared::time::Date;
use yew::prelude::*;

use super::dates::{self, DatesFields, DatesText, next_three};
use crate::api;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::router::{Hold, Route, navigate};
use crate::ui::{
    Back, Button, ButtonKind, Choice, ErrorSummary, FormProblem, Go, Page, PageHeader, SelectField, TextField,
};
use crate::words::{number, sentence};

/// One round that is being planned.
#[derive(Clone, Debug, PartialEq)]
struct RoundText {
    name: String,
    dates: DatesText,
    readers: AttrValue,
}

fn begin(after: Date) -> Vec<RoundText> {
    next_three(after)
        .into_iter()
        .map(|(name, dates)| RoundText { name, dates: dates.into(), readers: AttrValue::Static("2") })
        .collect()
}

fn prefix(at: usize) -> String {
    format!("round-{at}")
}

fn complete(rounds: &[RoundText]) -> Result<PlanYear, Vec<FormProblem>> {
    let (mut needs, mut planned) = (Vec::new(), Vec::new());
    for (at, round) in rounds.iter().enumerate() {
        let name = RoundName::new(round.name.clone())
            .map_err(|e| needs.push(FormProblem::at(format!("{}-name", prefix(at)), e.to_string())));
        let dates = round.dates.complete(&prefix(at), true).map_err(|more| needs.extend(more));
        if let (Ok(name), Ok(dates)) = (name, dates) {
            planned.push(PlanRound { name, dates, readers: round.readers.parse().ok() });
        }
    }
    if needs.is_empty() { Ok(PlanYear { rounds: planned }) } else { Err(needs) }
}

/// The field that a pointer of the server means: `/rounds/1/dates/meeting`.
fn field_of(pointer: &str) -> Option<AttrValue> {
    let (at, rest) = pointer.strip_prefix("/rounds/")?.split_once('/')?;
    let prefix = prefix(at.parse().ok()?);
    match rest.strip_prefix("dates") {
        Some(rest) => Some(dates::field_of(&prefix, rest)),
        None => Some(format!("{prefix}-{rest}").into()),
    }
}

/// What is planned already.
#[derive(Properties, PartialEq)]
pub struct PlanProps {
    /// Today.
    pub today: Date,
    /// The rounds that there are.
    pub rounds: Vec<RoundSummary>,
    /// Told that there are more now.
    pub ondone: Callback<()>,
}

/// Planning a year.
#[component]
pub fn Plan(props: &PlanProps) -> Html {
    let notices = use_notices();
    let after = props.rounds.iter().map(|r| r.dates.submit_by).chain([props.today]).max().unwrap_or(props.today);
    let rounds = use_state(|| begin(after));
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let hold = use_mut_ref(|| None::<Hold>);
    let key = use_key();
    let plan = {
        let (hold, ondone) = (hold.clone(), props.ondone.clone());
        use_action(
            move |year: PlanYear| {
                let key = key.clone();
                async move { api::round::plan_year(&year, &key).await }
            },
            move |planned: Vec<RoundSummary>| {
                hold.take();
                let many = if planned.len() == 1 { "round is" } else { "rounds are" };
                notices.say(sentence(&format!("{} {many} planned.", number(planned.len()))));
                ondone.emit(());
                navigate(&Route::Rounds);
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &plan.trouble {
        shown.extend(form_problems(error, field_of));
    }
    let change: Rc<dyn Fn(usize, Option<RoundText>)> = {
        let (rounds, hold) = (rounds.clone(), hold);
        Rc::new(move |at, round| {
            hold.borrow_mut().get_or_insert_with(Hold::new);
            let mut now = (*rounds).clone();
            match round {
                Some(round) => now[at] = round,
                None => drop(now.remove(at)),
            }
            rounds.set(now);
        })
    };
    let onsubmit = {
        let (rounds, problems, sent, plan) = ((*rounds).clone(), problems.setter(), sent.clone(), plan.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match complete(&rounds) {
                Ok(year) => {
                    problems.set(Vec::new());
                    plan.run(year);
                }
                Err(needs) => {
                    plan.clear();
                    problems.set(needs);
                }
            }
        })
    };
    let several = rounds.len() > 1;
    html! {
        <Page title="Plan a year">
            <form class="flow l" novalidate=true {onsubmit}>
                <PageHeader
                    title="Plan a year"
                    back={html! { <Back to={Route::Rounds}>{ "Overview" }</Back> }}
                    lead={html! { { "Three rounds with dates that usually work. Change what you like: each date has to come after the one before it." } }}
                />
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(plan.trouble.is_some())} />
                { for rounds.iter().enumerate().map(|(at, round)| {
                    let edit = |with: fn(&mut RoundText, String)| {
                        let (change, round) = (change.clone(), round.clone());
                        Callback::from(move |text: String| {
                            let mut round = round.clone();
                            with(&mut round, text);
                            change(at, Some(round));
                        })
                    };
                    let onreaders = edit(|round, text| round.readers = text.into());
                    let ondates = {
                        let (change, round) = (change.clone(), round.clone());
                        Callback::from(move |dates| change(at, Some(RoundText { dates, ..round.clone() })))
                    };
                    let onremove = {
                        let change = change.clone();
                        Callback::from(move |()| change(at, None))
                    };
                    let name = format!("{}-name", prefix(at));
                    let heading = if round.name.trim().is_empty() { format!("Round {}", at + 1) } else { round.name.clone() };
                    html! {
                        <fieldset class="card flow" key={at}>
                            <legend class="vh">{ &heading }</legend>
                            <div class="row x">
                                <h2 class="q1" aria-hidden="true">{ &heading }</h2>
                                if several {
                                    <Button kind={ButtonKind::Text} small=true icon="x" onclick={onremove}>
                                        { "Leave it out" }<span class="vh">{ format!(" – {heading}") }</span>
                                    </Button>
                                }
                            </div>
                            <div class="row stretch">
                                <TextField
                                    id={name.clone()}
                                    label="What it is called"
                                    class="grow"
                                    maxlength={60}
                                    value={round.name.clone()}
                                    oninput={edit(|round, text| round.name = text)}
                                    error={problem_at(&shown, &name)}
                                />
                                <SelectField
                                    id={format!("{}-readers", prefix(at))}
                                    label="Readers for each portfolio"
                                    options={(2..=5).map(|n| Choice::new(n.to_string(), n.to_string())).collect::<Vec<_>>()}
                                    value={round.readers.clone()}
                                    onchange={onreaders.reform(|value: AttrValue| value.to_string())}
                                />
                            </div>
                            <DatesFields prefix={prefix(at)} value={round.dates.clone()} problems={shown.clone()} onchange={ondates} />
                        </fieldset>
                    }
                }) }
                <div class="row">
                    <Button submit=true busy={plan.running}>
                        { if rounds.len() == 1 { "Plan this round".to_owned() } else { format!("Plan these {} rounds", number(rounds.len())) } }
                    </Button>
                    <Go to={Route::Rounds} button={ButtonKind::Text}>{ "Not now" }</Go>
                </div>
            </form>
        </Page>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suggested_year_can_be_planned_as_it_is() {
        let mut rounds = begin("2026-11-24".parse().unwrap());
        assert_eq!(complete(&rounds).unwrap().rounds.len(), 3);
        rounds[1].name = "  ".into();
        assert_eq!(complete(&rounds).unwrap_err()[0].field, "round-1-name");
    }

    #[test]
    fn pointers_lead_to_their_fields() {
        assert_eq!(field_of("/rounds/1/dates/meeting").unwrap(), "round-1-meeting");
        assert_eq!(field_of("/rounds/0/name").unwrap(), "round-0-name");
        assert_eq!(field_of("/rounds/2/dates").unwrap(), "round-2-submit_by");
        assert_eq!(field_of("/rounds"), None);
    }
}
