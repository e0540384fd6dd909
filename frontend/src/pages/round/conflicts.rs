//! Conflicts of interest that somebody declared. Those that follow from schools and support are found without it.

use cairn_shared::conflict::{DeclareConflict, DeclaredConflict};
use cairn_shared::ids::{ConflictId, PersonId};
use cairn_shared::round::RoundDetail;
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api;
use crate::hooks::{LoadState, use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Details, Dialog, ErrorSummary, FormProblem, RowHead, SelectField,
    Skeleton, Table, TextField, Trouble,
};
use crate::words::Moment;

/// A round.
#[derive(Properties, PartialEq)]
pub struct ConflictsProps {
    /// The round.
    pub detail: RoundDetail,
    /// Loads the round anew: a conflict takes readers away.
    pub again: Callback<()>,
}

/// Conflicts that somebody declared.
#[component]
pub fn Conflicts(props: &ConflictsProps) -> Html {
    let notices = use_notices();
    let load = use_loaded((), |()| api::round::conflicts());
    let declaring = use_state(|| false);
    let remove = {
        let (again, load) = (props.again.clone(), load.reloader());
        use_action(
            |id: ConflictId| async move { api::round::remove_conflict(id).await },
            move |()| {
                notices.say("The conflict is taken back.");
                load.emit(());
                again.emit(());
            },
        )
    };
    let here = |conflict: &&DeclaredConflict| {
        props.detail.submissions.iter().any(|s| s.mentor.id == conflict.mentor.id)
            || props.detail.panel.iter().any(|m| m.person.id == conflict.person.id)
    };
    let ondone = {
        let (load, again, declaring) = (load.reloader(), props.again.clone(), declaring.setter());
        Callback::from(move |()| {
            declaring.set(false);
            load.emit(());
            again.emit(());
        })
    };
    let body = match &load.state {
        LoadState::Loading => html! { <Skeleton label="Loading conflicts" card=false lines=2 /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={load.reloader()} />
        },
        LoadState::Loaded(all) => {
            let shown: Vec<_> = all.iter().filter(here).collect();
            let columns = vec![
                Column::new("On the panel"),
                Column::new("Does not read"),
                Column::new("Since"),
                Column::new("What was said"),
                Column::quiet("Action"),
            ];
            html! {
                if shown.is_empty() {
                    <p class="mut">{ "None is declared among the people of this round." }</p>
                } else {
                    <Table caption="Declared conflicts" {columns}>
                        { for shown.into_iter().map(|conflict| {
                            let id = conflict.id;
                            html! {
                                <tr key={id.to_string()}>
                                    <RowHead>{ conflict.person.full() }</RowHead>
                                    <Cell label="Does not read">{ conflict.mentor.full() }</Cell>
                                    <Cell label="Since">{ Moment::from(conflict.declared_at).day().with_year() }</Cell>
                                    <Cell label="What was said">{ conflict.reason.as_ref().map_or("–", |r| r.as_str()) }</Cell>
                                    <Cell>
                                        <Button small=true kind={ButtonKind::Text} icon="undo-2" busy={remove.running} onclick={remove.runner().reform(move |()| id)}>
                                            { "Take back" }<span class="vh">{ format!(" – {} and {}", conflict.person.full(), conflict.mentor.full()) }</span>
                                        </Button>
                                    </Cell>
                                </tr>
                            }
                        }) }
                    </Table>
                }
            }
        }
    };
    html! {
        <section class="flow" aria-label="Conflicts of interest">
            <Details summary="Conflicts that were declared">
                <div class="flow">
                    <p class="sm mut">{ "Same school, support and one’s own portfolio are set aside without being declared. Only you and the chair see this." }</p>
                    if let Some(error) = &remove.trouble {
                        <Trouble title="The conflict still stands" detail={error.sentence()} again={load.reloader()} />
                    }
                    { body }
                    <Button
                        small=true
                        kind={ButtonKind::Quiet}
                        icon="plus"
                        class="start"
                        onclick={{ let declaring = declaring.setter(); Callback::from(move |()| declaring.set(true)) }}
                    >
                        { "Declare one" }
                    </Button>
                </div>
            </Details>
            if *declaring {
                <DeclareDialog
                    detail={props.detail.clone()}
                    {ondone}
                    onclose={{ let declaring = declaring.setter(); Callback::from(move |()| declaring.set(false)) }}
                />
            }
        </section>
    }
}

const PERSON: &str = "conflict-person";
const MENTOR: &str = "conflict-mentor";
const REASON: &str = "conflict-reason";

#[derive(Properties, PartialEq)]
struct DeclareDialogProps {
    detail: RoundDetail,
    ondone: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn DeclareDialog(props: &DeclareDialogProps) -> Html {
    let DeclareDialogProps { detail, .. } = props;
    let notices = use_notices();
    let person = use_state(AttrValue::default);
    let mentor = use_state(AttrValue::default);
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let declare = {
        let ondone = props.ondone.clone();
        use_action(
            move |conflict: DeclareConflict| {
                let key = key.clone();
                async move { api::round::declare_conflict(&conflict, &key).await }
            },
            move |conflict: DeclaredConflict| {
                let words = format!("{} no longer sees what {} sent.", conflict.person.full(), conflict.mentor.full());
                notices.say(words);
                ondone.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &declare.trouble {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/person_id" => Some(AttrValue::Static(PERSON)),
            "/mentor_id" => Some(AttrValue::Static(MENTOR)),
            "/reason" => Some(AttrValue::Static(REASON)),
            _ => None,
        }));
    }
    let onsubmit = {
        let (person, mentor, reason) = ((*person).clone(), (*mentor).clone(), (*reason).clone());
        let (problems, sent, declare) = (problems.setter(), sent.clone(), declare.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let person_id =
                person.parse::<PersonId>().map_err(|_| needs.push(FormProblem::at(PERSON, "Choose who steps aside.")));
            let mentor_id = mentor
                .parse::<PersonId>()
                .map_err(|_| needs.push(FormProblem::at(MENTOR, "Choose whose portfolio it is.")));
            let reason = match reason.trim() {
                "" => Ok(None),
                text => Line::new(text).map(Some).map_err(|e| needs.push(FormProblem::at(REASON, e.to_string()))),
            };
            match (person_id, mentor_id, reason) {
                (Ok(person_id), Ok(mentor_id), Ok(reason)) => {
                    declare.run(DeclareConflict { person_id, mentor_id, reason });
                }
                _ => declare.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let mut mentors: Vec<Choice> = Vec::new();
    for submission in &detail.submissions {
        let id = submission.mentor.id.to_string();
        if !mentors.iter().any(|choice| choice.value == id) {
            mentors.push(Choice::new(id, submission.mentor.full()));
        }
    }
    let panel: Vec<Choice> =
        detail.panel.iter().map(|m| Choice::new(m.person.id.to_string(), m.person.full())).collect();
    let choose = |state: &UseStateHandle<AttrValue>| {
        let state = state.setter();
        Callback::from(move |value| state.set(value))
    };
    html! {
        <Dialog open=true title="Declare a conflict" onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <p>{ "From then on the portfolio does not exist for them: not in lists, counts or the meeting. A view that they wrote of it is set aside." }</p>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(declare.trouble.is_some())} />
                <SelectField id={PERSON} label="Who steps aside?" options={panel} blank="Choose from the panel" value={(*person).clone()} onchange={choose(&person)} error={problem_at(&shown, PERSON)} />
                <SelectField id={MENTOR} label="From whose portfolio?" options={mentors} blank="Choose a mentor" value={(*mentor).clone()} onchange={choose(&mentor)} error={problem_at(&shown, MENTOR)} />
                <TextField
                    id={REASON}
                    label="What should the chair know?"
                    aside="If you like"
                    maxlength={400}
                    value={(*reason).clone()}
                    oninput={{ let reason = reason.setter(); Callback::from(move |text| reason.set(text)) }}
                    error={problem_at(&shown, REASON)}
                />
                <div class="row">
                    <Button submit=true busy={declare.running}>{ "Declare it" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
