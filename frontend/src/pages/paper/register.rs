//! Registering a mentor's paper portfolio on their behalf.

use cairn_shared::ids::{PersonId, RoundId};
use cairn_shared::paper::{PaperDetail, RegisterPaper as Register};
use cairn_shared::person::PersonSummary;
use cairn_shared::portfolio::Title;
use cairn_shared::qualification::Qualification;
use cairn_shared::round::RoundSummary;
use cairn_shared::submission::Declaration;
use yew::prelude::*;

use super::fields::{PaperFields, PaperText, field_of as paper_field};
use crate::api::{self, Loaded};
use crate::hooks::{use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::portfolio::{beginning, which_round};
use crate::parts::{form_problems, framed, problem_at};
use crate::router::{Route, replace};
use crate::session::use_me;
use crate::ui::{
    Back, Button, ButtonKind, Check, CheckGroup, Choice, ErrorSummary, FormProblem, Go, Page, PageHeader, Segmented,
    TextField, Trouble,
};

const TOWARDS: &str = "towards";
const TITLE: &str = "portfolio-title";
const DECLARED: &str = "declared";

/// Whose.
#[derive(Properties, PartialEq)]
pub struct RegisterPaperProps {
    /// The mentor.
    pub id: PersonId,
}

#[derive(Clone, PartialEq)]
struct Ready {
    person: PersonSummary,
    rounds: Vec<RoundSummary>,
}

/// Registering a mentor's paper portfolio on their behalf.
#[component]
pub fn RegisterPaper(props: &RegisterPaperProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let person = api::person::read(id).await?.value;
        let rounds = api::round::list_rounds().await?.into_iter().filter(|round| round.accepts).collect();
        Ok(Ready { person, rounds })
    });
    framed(&load, "Register a paper portfolio", |ready| {
        let id = ready.person.name.id.to_string();
        html! {
            <Page title="Register a paper portfolio">
                <div class="read flow l centre">
                    <div class="flow">
                        <PageHeader
                            back={html! { <Back to={Route::Person(id.into())}>{ ready.person.name.full() }</Back> }}
                            title="Register a paper portfolio"
                            lead={html! { { format!("For {}, on their behalf. It counts as sent from today. Nothing that they wrote here is opened, and they hear of it by e-mail.", ready.person.name.full()) } }}
                        />
                    </div>
                    <Form ready={ready.clone()} />
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct FormProps {
    ready: Ready,
}

fn field_of(pointer: &str) -> Option<AttrValue> {
    if let Some(rest) = pointer.strip_prefix("/paper") {
        return paper_field(rest);
    }
    Some(AttrValue::Static(match pointer {
        "/qualification" => TOWARDS,
        "/title" => TITLE,
        _ if pointer.starts_with("/declaration") => DECLARED,
        _ => return None,
    }))
}

#[component]
fn Form(props: &FormProps) -> Html {
    let Ready { person, rounds } = &props.ready;
    let me = use_me();
    let notices = use_notices();
    let key = use_key();
    let towards = use_state(|| None::<AttrValue>);
    let title = use_state(String::new);
    let round = use_state_eq(|| rounds.first().map(|round| round.id));
    let paper = use_state(|| PaperText::new(beginning(rounds.first(), me.today)));
    let declared = use_state_eq(|| false);
    let quotes = use_state_eq(|| false);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let register = {
        let (mentor, name) = (person.name.id, person.name.given_name.to_string());
        use_action(
            move |what: Register| {
                let key = key.clone();
                async move { api::paper::register(mentor, &what, &key).await }
            },
            move |loaded: Loaded<PaperDetail>| {
                replace(&Route::SubmissionPaper(loaded.value.submission_id.to_string().into()));
                notices.say(format!("It is registered, and {name} is told. Here is its cover sheet."));
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = register.trouble.as_ref().filter(|error| !error.may_pass()) {
        shown.extend(form_problems(error, field_of));
    }
    let onsubmit = {
        let (towards, title, round, paper) = (towards.clone(), title.clone(), *round, paper.clone());
        let (declared, quotes, problems, sent) = (*declared, *quotes, problems.setter(), sent.clone());
        let register = register.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            register.clear();
            match complete(towards.as_deref(), &title, &paper, declared, quotes, round) {
                Ok(what) => {
                    problems.set(Vec::new());
                    register.run(what);
                }
                Err(needs) => problems.set(needs),
            }
        })
    };
    let name = person.name.given_name.as_str();
    html! {
        <form class="flow l sending" novalidate=true {onsubmit}>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(register.trouble.is_some())} title="One or two things first" />
            if let Some(error) = register.trouble.as_ref().filter(|error| error.may_pass()) {
                <Trouble title={error.title.clone()} detail={error.sentence()} />
            }
            <div class="flow">
                <Segmented
                    id={TOWARDS}
                    legend="Towards what?"
                    options={Qualification::ALL.iter().map(|q| Choice::new(q.code(), q.heading())).collect::<Vec<_>>()}
                    value={(*towards).clone()}
                    onchange={{ let towards = towards.setter(); Callback::from(move |code| towards.set(Some(code))) }}
                    error={problem_at(&shown, TOWARDS)}
                />
                <TextField
                    id={TITLE}
                    label="What is it called?"
                    hint="As it stands on the front."
                    maxlength={160}
                    value={(*title).clone()}
                    oninput={{ let title = title.setter(); Callback::from(move |text| title.set(text)) }}
                    error={problem_at(&shown, TITLE)}
                />
                <PaperFields
                    value={(*paper).clone()}
                    onchange={{ let paper = paper.setter(); Callback::from(move |now| paper.set(now)) }}
                    problems={shown.clone()}
                    today={me.today}
                    for_other=true
                />
            </div>
            { which_round(rounds, *round, round.setter()) }
            <CheckGroup legend="What the mentor declared" error={problem_at(&shown, DECLARED)}>
                <Check id={DECLARED} checked={*declared} onchange={{ let declared = declared.setter(); Callback::from(move |on| declared.set(on)) }}>
                    { format!("{name} has signed that this is their own account of their own mentoring, and that no pupil and no trainee can be identified.") }
                </Check>
                <Check checked={*quotes} onchange={{ let quotes = quotes.setter(); Callback::from(move |on| quotes.set(on)) }} hint="If somebody is quoted">
                    { format!("{name} has agreement for what they quote.") }
                </Check>
            </CheckGroup>
            <div class="row">
                <Button submit=true big=true icon="package" busy={register.running}>{ "Register it" }</Button>
                <Go to={Route::Person(person.name.id.to_string().into())} button={ButtonKind::Text}>{ "Not now" }</Go>
            </div>
        </form>
    }
}

fn complete(
    towards: Option<&str>,
    title: &str,
    paper: &PaperText,
    declared: bool,
    quotes_agreed: bool,
    round_id: Option<RoundId>,
) -> Result<Register, Vec<FormProblem>> {
    let mut needs = Vec::new();
    let qualification = towards.and_then(|code| code.parse().ok());
    if qualification.is_none() {
        needs.push(FormProblem::at(TOWARDS, "Choose towards what it is sent"));
    }
    let title = Title::new(title).map_err(|problem| {
        let empty = title.trim().is_empty();
        needs
            .push(FormProblem::at(TITLE, if empty { "Say what it is called".to_owned() } else { problem.to_string() }));
    });
    let paper = paper.complete().map_err(|more| needs.extend(more));
    if !declared {
        needs.push(FormProblem::at(DECLARED, "Tick that the mentor has signed the declaration"));
    }
    match (qualification, title, paper, declared) {
        (Some(qualification), Ok(title), Ok(paper), true) => Ok(Register {
            qualification,
            title,
            paper,
            declaration: Declaration { own_work: true, nobody_identifiable: true, quotes_agreed },
            round_id,
        }),
        _ => Err(needs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_still_needed_is_named_at_once() {
        let paper = PaperText::new("2027-02-26".parse().unwrap());
        let needs = complete(None, "", &paper, false, false, None).unwrap_err();
        let fields: Vec<&str> = needs.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields.len(), 5);
        assert_eq!((fields[0], fields[1], fields[4]), (TOWARDS, TITLE, DECLARED));
        let paper = PaperText { parts: "A box".into(), hand_in: "The desk".into(), ..paper };
        let what = complete(Some("qms"), "A year at the harbour", &paper, true, true, None).unwrap();
        assert!(what.declaration.is_made() && what.declaration.quotes_agreed);
    }
}
