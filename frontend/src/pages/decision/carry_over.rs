//! Carrying a submission over to the next round, with words to its mentor.

use cairn_shared::decision::{BoardCard, CarryOver as Words};
use cairn_shared::text::Prose;
use yew::prelude::*;

use crate::api;
use crate::hooks::{use_action, use_key};
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem, TextArea};

const WORDS: &str = "carry-over-words";

/// Which submission.
#[derive(Properties, PartialEq)]
pub struct CarryOverProps {
    /// The submission.
    pub card: BoardCard,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Told how the submission stands now.
    pub ondone: Callback<BoardCard>,
}

/// The dialog that carries a submission over.
#[component]
pub fn CarryOver(props: &CarryOverProps) -> Html {
    let card = &props.card;
    let words = use_state(|| {
        format!(
            "Dear {},\n\nwe would like to give “{}” the time that it deserves, so the panel reads it at its next meeting. You need do nothing, and nothing of yours is lost.",
            card.mentor.given_name, card.title
        )
    });
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let carry = {
        let (id, done) = (card.submission_id, props.ondone.clone());
        use_action(
            move |words: Words| {
                let key = key.clone();
                async move { api::decision::carry_over(id, &words, &key).await }
            },
            move |card| done.emit(card),
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &carry.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/message").then_some(AttrValue::Static(WORDS))));
    }
    let onsubmit = {
        let (words, problems, sent, carry) = (words.clone(), problems.setter(), sent.clone(), carry.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            carry.clear();
            match Prose::new((*words).clone()) {
                Ok(message) => {
                    problems.set(Vec::new());
                    carry.run(Words { message });
                }
                Err(problem) => problems.set(vec![FormProblem::at(WORDS, problem.to_string())]),
            }
        })
    };
    html! {
        <Dialog open=true title={format!("Carry “{}” over to the next round", card.title)} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(carry.trouble.is_some())} />
                <p>{ "The panel reads it next time. You can change your mind until the round is released." }</p>
                <TextArea
                    id={WORDS}
                    label={format!("Your words to {}", card.mentor.given_name)}
                    hint="They go out when the round is released."
                    rows=5
                    value={(*words).clone()}
                    oninput={{ let words = words.setter(); Callback::from(move |text| words.set(text)) }}
                    error={problem_at(&shown, WORDS)}
                />
                <div class="row">
                    <Button submit=true busy={carry.running}>{ "Carry it over" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it in this round" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
