//! Stepping aside from the portfolio that one is reading: ordinary, and without proof.

use cairn_shared::conflict::StepAside;
use cairn_shared::review::ReviewSummary;
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api;
use crate::hooks::{drafts, use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::router::{Route, navigate};
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem, TextField};

const REASON: &str = "aside-reason";

/// Which review.
#[derive(Properties, PartialEq)]
pub struct AsideProps {
    /// The review.
    pub review: ReviewSummary,
}

/// The way out of reading, for who can't read it fairly.
#[component]
pub fn Aside(props: &AsideProps) -> Html {
    let asking = use_state_eq(|| false);
    let show = |open: bool| {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(open))
    };
    html! {
        <>
            <Button kind={ButtonKind::Text} icon="scale" class="start np" onclick={show(true)}>{ "I can’t read this one fairly" }</Button>
            if *asking { <AsideDialog review={props.review.clone()} onclose={show(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct AsideDialogProps {
    review: ReviewSummary,
    onclose: Callback<()>,
}

#[component]
fn AsideDialog(props: &AsideDialogProps) -> Html {
    let AsideDialogProps { review, .. } = props;
    let notices = use_notices();
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let leave = {
        let id = review.id;
        use_action(
            move |why: StepAside| {
                let key = key.clone();
                async move { api::review::step_aside(id, &why, &key).await }
            },
            move |()| {
                // The notes are put away on the server; none wait on this device for a portfolio that is gone.
                drafts::forget(&format!("review:{id}"));
                notices.say("You have stepped aside. The portfolio moves to another reader.");
                navigate(&Route::Reviews);
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &leave.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/reason").then_some(AttrValue::Static(REASON))));
    }
    let onsubmit = {
        let (reason, problems, sent, leave) = (reason.clone(), problems.setter(), sent.clone(), leave.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            let words = match reason.trim() {
                "" => Ok(None),
                text => Line::new(text).map(Some),
            };
            match words {
                Ok(reason) => {
                    problems.set(Vec::new());
                    leave.run(StepAside { reason });
                }
                Err(problem) => {
                    leave.clear();
                    problems.set(vec![FormProblem::at(REASON, problem.to_string())]);
                }
            }
        })
    };
    html! {
        <Dialog open=true title={format!("Step aside from “{}”?", review.title)} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(leave.trouble.is_some())} />
                <p>
                    { format!("If you work with {}, mentor, teach or know them well, somebody else reads it. That is ordinary and needs no proof.", review.mentor.full()) }
                </p>
                <p class="sm mut">{ "Your notes are put away unread. From then on this portfolio is no longer there for you, and you leave the room when it is discussed." }</p>
                <TextField
                    id={REASON}
                    label="What should the chair know?"
                    aside="If you like"
                    hint="Seen by the chair and the coordinator alone."
                    maxlength={400}
                    value={(*reason).clone()}
                    oninput={{ let reason = reason.setter(); Callback::from(move |text| reason.set(text)) }}
                    error={problem_at(&shown, REASON)}
                />
                <div class="row">
                    <Button submit=true busy={leave.running}>{ "Step aside" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Read on" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
