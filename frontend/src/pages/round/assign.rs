//! Giving a submission to a reader, by hand: who is free to read it, how much each has, and who may not, and why.

use cairn_shared::ids::PersonId;
use cairn_shared::round::{PanelMember, RoundSubmission};
use yew::prelude::*;

use super::submissions::why;
use crate::api;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::form_problems;
use crate::ui::{Button, ButtonKind, Choice, Dialog, ErrorSummary, FormProblem, Note, RadioCards, Tone};
use crate::words::number;

const READER: &str = "reader";

/// Which submission.
#[derive(Properties, PartialEq)]
pub struct AssignDialogProps {
    /// The submission.
    pub submission: RoundSubmission,
    /// The panel.
    pub panel: Vec<PanelMember>,
    /// Told how the submission stands.
    pub on_submission: Callback<RoundSubmission>,
    /// Told when it should close.
    pub onclose: Callback<()>,
}

/// Giving a submission to a reader.
#[component]
pub fn AssignDialog(props: &AssignDialogProps) -> Html {
    let AssignDialogProps { submission, panel, .. } = props;
    let notices = use_notices();
    let chosen = use_state(|| None::<AttrValue>);
    let sent = use_state(|| 0_u32);
    let problems = use_state(Vec::<FormProblem>::new);
    let key = use_key();
    let assign = {
        let (id, on_submission, onclose) = (submission.id, props.on_submission.clone(), props.onclose.clone());
        use_action(
            move |reader: PersonId| {
                let key = key.clone();
                async move { api::round::assign(id, reader, &key).await }
            },
            move |submission: RoundSubmission| {
                notices.say(format!("“{}” has a new reader, who hears by e-mail.", submission.title));
                on_submission.emit(submission);
                onclose.emit(());
            },
        )
    };
    let conflict = |who: PersonId| submission.conflicts.iter().find(|note| note.person_id == who);
    let reads = |who: PersonId| submission.readers.iter().any(|reader| reader.person.id == who);
    let mut free: Vec<&PanelMember> =
        panel.iter().filter(|m| conflict(m.person.id).is_none() && !reads(m.person.id)).collect();
    free.sort_by_key(|member| member.assigned);
    let closed: Vec<_> =
        panel.iter().filter_map(|m| conflict(m.person.id).map(|note| (m.person.full(), why(note.kind)))).collect();
    let options: Vec<Choice> = free
        .iter()
        .map(|member| {
            let load = match member.assigned {
                0 => "Nothing to read yet".to_owned(),
                n => format!("{} to read in this round, {} sent", number(n as usize), number(member.sent as usize)),
            };
            Choice::new(member.person.id.to_string(), member.person.full()).detail(load)
        })
        .collect();
    let mut shown = (*problems).clone();
    if let Some(error) = &assign.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/reviewer_id").then_some(AttrValue::Static(READER))));
    }
    let onsubmit = {
        let (chosen, problems, sent, assign) = (chosen.clone(), problems.setter(), sent.clone(), assign.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match chosen.as_ref().and_then(|id| id.parse().ok()) {
                Some(reader) => {
                    problems.set(Vec::new());
                    assign.run(reader);
                }
                None => {
                    assign.clear();
                    problems.set(vec![FormProblem::at(READER, "Choose who reads it.")]);
                }
            }
        })
    };
    html! {
        <Dialog open=true title={format!("Who reads “{}”?", submission.title)} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown} sent={*sent + u32::from(assign.trouble.is_some())} />
                if options.is_empty() {
                    <Note tone={Tone::More}><p>{ "Everyone on the panel reads it already, or may not. Add someone to the panel first." }</p></Note>
                } else {
                    <RadioCards
                        id={READER}
                        legend="On the panel, and free to read it"
                        hint="Those with least to read come first."
                        {options}
                        value={(*chosen).clone()}
                        onchange={{ let chosen = chosen.setter(); Callback::from(move |id| chosen.set(Some(id))) }}
                    />
                }
                if !closed.is_empty() {
                    <div class="sm">
                        <p class="mut">{ "Set aside for this one:" }</p>
                        <ul>{ for closed.iter().map(|(name, why)| html! { <li>{ format!("{name}: {why}") }</li> }) }</ul>
                    </div>
                }
                <div class="row">
                    if !free.is_empty() { <Button submit=true busy={assign.running}>{ "Give it to them" }</Button> }
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
