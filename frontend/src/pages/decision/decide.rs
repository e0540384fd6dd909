//! The dialog in which the chair records what the panel agreed: a finding per standard, and words to the mentor.

use cairn_shared::decision::{self, BoardCard, Decide as Decision};
use cairn_shared::framework::Standard;
use cairn_shared::text::Draft;
use yew::prelude::*;

use super::comments::Comments;
use super::findings::{self, Findings, FindingsText};
use crate::api;
use crate::browser::window;
use crate::hooks::use_action;
use crate::parts::{form_problems, problem_at};
use crate::router::Hold;
use crate::ui::{Button, ButtonKind, Details, Dialog, ErrorSummary, FormProblem, Icon, Note, TextArea, Tone};
use crate::words::{number, sentence};

const MESSAGE: &str = "panel-message";

/// Kind words to begin from. The chair makes them their own.
pub fn message_for(card: &BoardCard, open: usize) -> String {
    let (name, title) = (&card.mentor.given_name, &card.title);
    match open {
        0 => format!(
            "Dear {name},\n\nthe panel read “{title}” with pleasure and found all four standards in it. {} is yours.\n\nWith warm good wishes from the panel",
            card.qualification.heading()
        ),
        _ => {
            let there = match Standard::ALL.len() - open {
                0 => "We can see where it is going, and would like to hear a little more from you.".to_owned(),
                1 => "One of the four standards is clearly in it. For the others we would like to hear a little more from you."
                    .to_owned(),
                n => format!(
                    "{} of the four standards are clearly in it. For the {} we would like to hear a little more from you.",
                    sentence(&number(n)),
                    if open == 1 { "other" } else { "others" },
                ),
            };
            format!(
                "Dear {name},\n\nthe panel enjoyed “{title}”. {there} What would help stands below. What is evidenced stays evidenced, and you can send it again whenever you are ready.\n\nWith good wishes from the panel"
            )
        }
    }
}

/// What is decided on.
#[derive(Properties, PartialEq)]
pub struct DecideProps {
    /// The submission.
    pub card: BoardCard,
    /// Whether the chair pressed *Award*.
    pub award: bool,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Told how the submission stands now.
    pub ondone: Callback<BoardCard>,
    /// Told when the server knows better, so that the board is loaded anew.
    pub onstale: Callback<()>,
}

/// The dialog in which a decision is recorded.
#[component]
pub fn Decide(props: &DecideProps) -> Html {
    let card = &props.card;
    let text = use_state(|| findings::begin(card, props.award));
    // Until the chair writes their own, the words follow the findings.
    let own_words = use_state(|| card.decision.as_ref().map(|d| d.message.to_string()));
    let before = use_state(|| card.decision.clone());
    let touched = use_state(|| false);
    let hold = use_mut_ref(|| None::<Hold>);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);

    let open = findings::open(&text);
    let message = (*own_words).clone().unwrap_or_else(|| message_for(card, open));
    let record = {
        let (id, done, hold) = (card.submission_id, props.ondone.clone(), hold.clone());
        use_action(
            move |decision: Decision| async move { api::decision::decide(id, &decision).await },
            move |card| {
                hold.take();
                done.emit(card);
            },
        )
    };
    use_effect_with(record.trouble.clone(), {
        let (problems, sent, count, stale) = (problems.setter(), sent.setter(), *sent, props.onstale.clone());
        move |trouble| {
            if let Some(error) = trouble {
                problems.set(form_problems(error, |pointer| match pointer {
                    "/message" => Some(AttrValue::Static(MESSAGE)),
                    other => findings::field_of(other),
                }));
                sent.set(count + 1);
                if error.status == 409 {
                    stale.emit(());
                }
            }
        }
    });
    let touch = {
        let (touched, hold) = (touched.setter(), hold.clone());
        move || {
            touched.set(true);
            hold.borrow_mut().get_or_insert_with(Hold::new);
        }
    };
    let onclose = {
        let (onclose, hold) = (props.onclose.clone(), hold.clone());
        Callback::from(move |()| {
            let asked = "Close this without keeping what you wrote?";
            if hold.borrow().is_none() || window().confirm_with_message(asked).unwrap_or(true) {
                hold.take();
                onclose.emit(());
            }
        })
    };
    let onsubmit = {
        let (text, secured, message) = ((*text).clone(), card.secured, message.clone());
        let (problems, sent, record) = (problems.setter(), sent.clone(), record.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let found = findings::complete(&text).map_err(|more| needs.extend(more)).ok();
            let words = Draft::new(message.clone())
                .map_err(|problem| needs.push(FormProblem::at(MESSAGE, problem.to_string())))
                .ok();
            if let (Some(findings), Some(message)) = (found, words) {
                match decision::Decision::new(findings.clone(), message.clone(), &secured) {
                    Ok(_) => record.run(Decision { findings, message }),
                    Err(problem) => needs.push(FormProblem::at(MESSAGE, problem.to_string())),
                }
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let change = {
        let (text, touch) = (text.setter(), touch.clone());
        Callback::from(move |value: FindingsText| {
            touch();
            text.set(value);
        })
    };
    let write = {
        let own_words = own_words.setter();
        Callback::from(move |value: String| {
            touch();
            own_words.set(Some(value));
        })
    };
    let whose = format!("{} · {}", card.mentor.full(), card.qualification.letters());
    html! {
        <Dialog
            open=true
            class="wide"
            title={format!("{}: “{}”", if open == 0 { "Award" } else { "A little more" }, card.title)}
            onclose={onclose.clone()}
        >
            <p class="mut">{ whose }</p>
            if card.comments > 0 {
                // Beside the form, not in it: a comment has a form of its own.
                <Details summary={format!("What {} will read beside the text", card.mentor.given_name)}>
                    <div class="flow t">
                        <p class="sm mut">
                            { format!("The readers’ comments for {}. They go out with the release, without names, in the order of the text. You can put them otherwise until then.", card.mentor.given_name) }
                        </p>
                        <Comments card={card.clone()} for_mentor=true />
                    </div>
                </Details>
            }
            <form class="flow" novalidate=true {onsubmit}>
                if card.decision != *before {
                    <Note tone={Tone::More} title="This was decided in the meantime." live=true>
                        <p>{ "What you record here takes the place of it." }</p>
                    </Note>
                }
                <ErrorSummary problems={(*problems).clone()} sent={*sent} />
                if !props.award && open == 0 && !*touched {
                    <Note tone={Tone::Info} small=true>
                        <p>{ "Every standard is evidenced so far. Choose “A little more” where the panel would like to hear more." }</p>
                    </Note>
                }
                <div>
                    <Findings
                        value={(*text).clone()}
                        secured={card.secured}
                        problems={(*problems).clone()}
                        onchange={change}
                    />
                </div>
                <TextArea
                    id={MESSAGE}
                    label={format!("The panel’s words to {}", card.mentor.given_name)}
                    hint="Read when the round is released, in the panel’s one voice."
                    rows=6
                    value={message}
                    oninput={write}
                    error={problem_at(&problems, MESSAGE)}
                />
                <div class="row deeds">
                    <Button submit=true icon={if open == 0 { "check" } else { "circle-plus" }} busy={record.running}>
                        { if open == 0 { "Award" } else { "Suggest more" } }
                    </Button>
                    <Button kind={ButtonKind::Text} onclick={onclose}>{ "Not now" }</Button>
                    <span class="sm mut row t"><Icon name="undo-2" />{ "You can undo it until the round is released." }</span>
                </div>
            </form>
        </Dialog>
    }
}
