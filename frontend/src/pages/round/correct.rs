//! Correcting a released decision. A correction may only widen what is secured, and is recorded with its reason.

use cairn_shared::decision::{CorrectDecision, Finding, OutcomeDetail};
use cairn_shared::framework::PerStandard;
use cairn_shared::round::RoundSubmission;
use cairn_shared::text::{Draft, Prose};
use yew::prelude::*;

use crate::api::{self, ApiError};
use crate::hooks::{LoadState, use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::decision::findings::{self, Findings, FindingsText};
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem, Skeleton, TextArea, Trouble};

/// Which submission.
#[derive(Properties, PartialEq)]
pub struct CorrectDialogProps {
    /// The submission.
    pub submission: RoundSubmission,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Loads the round anew.
    pub again: Callback<()>,
}

/// What was released, where the person may read it.
async fn released(submission: &RoundSubmission) -> Result<Option<OutcomeDetail>, ApiError> {
    match api::decision::outcome(submission.id).await {
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) if matches!(error.status, 403 | 404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Correcting a released decision.
#[component]
pub fn CorrectDialog(props: &CorrectDialogProps) -> Html {
    let load = use_loaded(props.submission.clone(), |submission| async move { released(&submission).await });
    let title = format!("Correct the decision on “{}”", props.submission.title);
    html! {
        <Dialog open=true class="wide" {title} onclose={props.onclose.clone()}>
            { match &load.state {
                LoadState::Loading => html! { <Skeleton label="Loading what was released" card=false /> },
                LoadState::Problem(error) => html! {
                    <Trouble title={error.title.clone()} detail={error.sentence()} again={load.reloader()} />
                },
                LoadState::Loaded(outcome) => html! {
                    <CorrectForm
                        submission={props.submission.clone()}
                        outcome={(**outcome).clone()}
                        onclose={props.onclose.clone()}
                        again={props.again.clone()}
                    />
                },
            } }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct CorrectFormProps {
    submission: RoundSubmission,
    outcome: Option<OutcomeDetail>,
    onclose: Callback<()>,
    again: Callback<()>,
}

const MESSAGE: &str = "correct-message";
const REASON: &str = "correct-reason";

#[component]
fn CorrectForm(props: &CorrectFormProps) -> Html {
    let CorrectFormProps { submission, outcome, .. } = props;
    let notices = use_notices();
    let text = use_state(|| outcome.as_ref().map_or_else(FindingsText::default, |o| findings::written(&o.findings)));
    let message = use_state(|| outcome.as_ref().map(|o| o.message.to_string()).unwrap_or_default());
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let secured = outcome.as_ref().map_or_else(PerStandard::default, |outcome| {
        PerStandard::from_fn(|s| matches!(outcome.findings.get(s), Finding::Evidenced { .. }))
    });
    let correct = {
        let (id, onclose, again) = (submission.id, props.onclose.clone(), props.again.clone());
        use_action(
            move |correction: CorrectDecision| {
                let key = key.clone();
                async move { api::decision::correct(id, &correction, &key).await }
            },
            move |outcome: OutcomeDetail| {
                notices.say(format!("The decision on “{}” is corrected. The mentor is told.", outcome.title));
                again.emit(());
                onclose.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &correct.trouble {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/message" => Some(AttrValue::Static(MESSAGE)),
            "/reason" => Some(AttrValue::Static(REASON)),
            other => findings::field_of(other),
        }));
    }
    let onsubmit = {
        let (text, message, reason) = ((*text).clone(), (*message).clone(), (*reason).clone());
        let (problems, sent, correct) = (problems.setter(), sent.clone(), correct.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let found = findings::complete(&text).map_err(|more| needs.extend(more));
            let message = Draft::new(message.clone()).map_err(|e| needs.push(FormProblem::at(MESSAGE, e.to_string())));
            let reason = Prose::new(reason.clone()).map_err(|_| {
                needs.push(FormProblem::at(REASON, "Say why it is corrected. It is recorded for good."));
            });
            match (found, message, reason) {
                (Ok(findings), Ok(message), Ok(reason)) => correct.run(CorrectDecision { findings, message, reason }),
                _ => correct.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text: String| state.set(text))
    };
    html! {
        <form class="flow" novalidate=true {onsubmit}>
            <p>{ format!("{} reads the corrected decision at once. What is secured stays so: a correction can only add to it.", submission.mentor.full()) }</p>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(correct.trouble.is_some())} />
            <div>
                <Findings
                    value={(*text).clone()}
                    {secured}
                    problems={shown.clone()}
                    onchange={{ let text = text.setter(); Callback::from(move |value| text.set(value)) }}
                />
            </div>
            <TextArea
                id={MESSAGE}
                label={format!("The panel’s words to {}", submission.mentor.given_name)}
                hint="An award carries some."
                rows=5
                value={(*message).clone()}
                oninput={write(&message)}
                error={problem_at(&shown, MESSAGE)}
            />
            <TextArea
                id={REASON}
                label="Why is it corrected?"
                hint="Recorded for good. The mentor does not read it."
                rows=2
                maxlength={2000}
                value={(*reason).clone()}
                oninput={write(&reason)}
                error={problem_at(&shown, REASON)}
            />
            <div class="row">
                <Button submit=true busy={correct.running}>{ "Correct it" }</Button>
                <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it as it is" }</Button>
            </div>
        </form>
    }
}
