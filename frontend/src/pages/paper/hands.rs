//! Paper changes hands: it has arrived and is kept somewhere, or it went back to somebody. One dialog for both.

use cairn_shared::ids::SubmissionId;
use cairn_shared::paper::{PaperDetail, ReceivePaper, ReturnPaper};
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api::{self, Key, Loaded};
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem, TextField};

const WORDS: &str = "hand-over-words";

/// Which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// To the partnership, or to another place there.
    In,
    /// Back to its mentor.
    Back,
}

/// What the dialog says.
struct Words {
    title: &'static str,
    lead: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    done: &'static str,
}

impl Hands {
    const fn words(self) -> Words {
        match self {
            Self::In => Words {
                title: "It has arrived",
                lead: "Its reading starts now. Its mentor is told that it is safe here, and its readers where to find it.",
                label: "Where is it kept?",
                hint: "Its readers read this: a room, a shelf.",
                button: "Note that it is here",
                done: "It is noted that the paper is here.",
            },
            Self::Back => Words {
                title: "It went back",
                lead: "Its mentor is told today.",
                label: "To whom, and how?",
                hint: "In person, by post, by the school’s van.",
                button: "Note that it went back",
                done: "It is noted that the paper went back.",
            },
        }
    }
}

async fn hand_over(
    id: SubmissionId,
    way: Hands,
    words: String,
    key: Key,
) -> Result<Loaded<PaperDetail>, api::ApiError> {
    match way {
        Hands::In => {
            let shelf = Line::new(words).map_err(|_| api::ApiError::without_answer(api::Why::Unreadable))?;
            api::paper::receive(id, &ReceivePaper { shelf }, &key).await
        }
        Hands::Back => {
            let given_to = Line::new(words).map_err(|_| api::ApiError::without_answer(api::Why::Unreadable))?;
            api::paper::give_back(id, &ReturnPaper { given_to }, &key).await
        }
    }
}

/// What is wrong with the words, if something is.
fn problem(way: Hands, words: &str) -> Option<String> {
    let checked = match way {
        Hands::In => Line::<120>::new(words).err(),
        Hands::Back => Line::<160>::new(words).err(),
    };
    match (checked, way) {
        (None, _) => None,
        (Some(_), Hands::In) if words.trim().is_empty() => Some("Say where it is kept".to_owned()),
        (Some(_), Hands::Back) if words.trim().is_empty() => Some("Say to whom it went".to_owned()),
        (Some(problem), _) => Some(problem.to_string()),
    }
}

/// Which paper, and which way it goes.
#[derive(Properties, PartialEq)]
pub struct HandOverProps {
    /// Its submission.
    pub id: SubmissionId,
    /// Which way.
    pub way: Hands,
    /// What stands in the field at first.
    #[prop_or_default]
    pub start: AttrValue,
    /// Told how it stands after it.
    pub ondone: Callback<Loaded<PaperDetail>>,
    /// Told when the dialog should close.
    pub onclose: Callback<()>,
}

/// The dialog in which it is noted.
#[component]
pub fn HandOver(props: &HandOverProps) -> Html {
    let HandOverProps { id, way, .. } = *props;
    let said = way.words();
    let notices = use_notices();
    let key = use_key();
    let words = use_state(|| props.start.to_string());
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let undo = {
        let ondone = props.ondone.clone();
        use_action(
            move |()| async move {
                match way {
                    Hands::In => api::paper::undo_receipt(id).await,
                    Hands::Back => api::paper::undo_return(id).await,
                }
            },
            move |loaded| ondone.emit(loaded),
        )
    };
    let hand = {
        let (ondone, onclose, undo) = (props.ondone.clone(), props.onclose.clone(), undo.runner());
        use_action(
            move |words: String| hand_over(id, way, words, key.clone()),
            move |loaded| {
                ondone.emit(loaded);
                onclose.emit(());
                notices.say_with_undo(way.words().done, undo.clone());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &hand.trouble {
        shown.extend(form_problems(error, |pointer| {
            matches!(pointer, "/shelf" | "/given_to").then_some(AttrValue::Static(WORDS))
        }));
    }
    let onsubmit = {
        let (words, problems, sent, hand) = (words.clone(), problems.setter(), sent.clone(), hand.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match problem(way, &words) {
                Some(problem) => {
                    hand.clear();
                    problems.set(vec![FormProblem::at(WORDS, problem)]);
                }
                None => {
                    problems.set(Vec::new());
                    hand.run((*words).clone());
                }
            }
        })
    };
    html! {
        <Dialog open=true title={said.title} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <p>{ said.lead }</p>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(hand.trouble.is_some())} />
                <TextField
                    id={WORDS}
                    label={said.label}
                    hint={said.hint}
                    maxlength={if way == Hands::In { 120 } else { 160 }}
                    autofocus=true
                    value={(*words).clone()}
                    oninput={{ let words = words.setter(); Callback::from(move |text| words.set(text)) }}
                    error={problem_at(&shown, WORDS)}
                />
                <div class="row">
                    <Button submit=true icon="package" busy={hand.running}>{ said.button }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_notes_it_says_where_or_to_whom() {
        assert_eq!(problem(Hands::In, "Room 12"), None);
        assert_eq!(problem(Hands::In, " ").as_deref(), Some("Say where it is kept"));
        assert_eq!(problem(Hands::Back, "").as_deref(), Some("Say to whom it went"));
        assert!(problem(Hands::In, &"x".repeat(121)).unwrap().contains("120"));
    }
}
