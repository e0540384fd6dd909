//! Giving a submission to a reader, by hand: who is free to read it, how much each has, and who may not, and why.

use cairn_shared::ids::PersonId;
use cairn_shared::round::{PanelMember, RoundPhase, RoundSubmission, RoundSummary};
use yew::prelude::*;

use super::submissions::why;
use crate::api;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{day, form_problems};
use crate::ui::{Button, ButtonKind, Choice, Dialog, ErrorSummary, FormProblem, Note, RadioCards, Tone};
use crate::words::{number, sentence};

const READER: &str = "reader";

/// Which submission.
#[derive(Properties, PartialEq)]
pub struct AssignDialogProps {
    /// The submission.
    pub submission: RoundSubmission,
    /// The panel.
    pub panel: Vec<PanelMember>,
    /// The round.
    pub round: RoundSummary,
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
        let hears = match props.round.phase {
            RoundPhase::Open => {
                format!("It is in their list when reading begins, on {}.", day(props.round.dates.review_opens))
            }
            _ => "They hear by e-mail.".to_owned(),
        };
        use_action(
            move |reader: PersonId| {
                let key = key.clone();
                async move { api::round::assign(id, reader, &key).await }
            },
            move |submission: RoundSubmission| {
                notices.say(format!("“{}” has a new reader. {hears}", submission.title));
                on_submission.emit(submission);
                onclose.emit(());
            },
        )
    };
    let conflict = |who: PersonId| submission.conflicts.iter().find(|note| note.person_id == who);
    let reads = |who: PersonId| submission.readers.iter().any(|reader| reader.person.id == who);
    let mut free: Vec<&PanelMember> =
        panel.iter().filter(|m| conflict(m.person.id).is_none() && !reads(m.person.id)).collect();
    let read_before = |who: PersonId| submission.read_before.iter().any(|earlier| earlier.person.id == who);
    free.sort_by_key(|member| (!read_before(member.person.id), member.assigned));
    let closed: Vec<_> =
        panel.iter().filter_map(|m| conflict(m.person.id).map(|note| (m.person.full(), why(note.kind)))).collect();
    let options: Vec<Choice> = free
        .iter()
        .map(|member| {
            let load = match member.assigned {
                0 => "Nothing to read yet".to_owned(),
                n => {
                    let sent = if member.sent == 0 { "none".to_owned() } else { number(member.sent as usize) };
                    sentence(&format!("{} to read in this round, {sent} sent", number(n as usize)))
                }
            };
            let load = if read_before(member.person.id) { format!("Read it before. {load}") } else { load };
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
        <Dialog open=true class="wide" title={format!("Who reads “{}”?", submission.title)} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown} sent={*sent + u32::from(assign.trouble.is_some())} />
                if !closed.is_empty() {
                    <Note tone={Tone::Plain} icon="scale" title="Set aside for this one" small=true>
                        <ul>{ for closed.iter().map(|(name, why)| html! { <li>{ format!("{name}: {why}") }</li> }) }</ul>
                    </Note>
                }
                if options.is_empty() {
                    <Note tone={Tone::More}><p>{ "Everyone on the panel reads it already, or may not. Add someone to the panel first." }</p></Note>
                } else {
                    <RadioCards
                        id={READER}
                        legend="On the panel, and free to read it"
                        hint={if !free.iter().any(|member| read_before(member.person.id)) { "Those with least to read come first." } else { "Those who read it before come first, then those with least to read." }}
                        {options}
                        value={(*chosen).clone()}
                        onchange={{ let chosen = chosen.setter(); Callback::from(move |id| chosen.set(Some(id))) }}
                    />
                }
                <div class="row deeds">
                    if !free.is_empty() { <Button submit=true busy={assign.running}>{ "Give it to them" }</Button> }
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
