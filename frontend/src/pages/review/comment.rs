//! Comments of a reviewer: what is said of which words, and who will see it. Two destinations, never more.

use cairn_shared::edition::{Passage, SealedEntry};
use cairn_shared::review::{Audience, Comment, EditComment, ReviewDetail, ReviewSummary, WriteComment};
use cairn_shared::text::{Draft, Prose};
use yew::prelude::*;

use crate::api::{self, ApiError, Key, Loaded};
use crate::browser::window;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{blocks, form_problems, problem_at, quoted};
use crate::router::Hold;
use crate::ui::{
    Button, ButtonKind, Choice, Dialog, ErrorSummary, FormProblem, Icon, Menu, Segmented, SelectField, TextArea,
    TextField, Trouble,
};

const TEXT: &str = "comment-text";
const AUDIENCE: &str = "comment-audience";
const WORDS: &str = "comment-words";
const PAPER: &str = "comment-paper";

/// What a new comment is about, or which one is changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    entry: Option<SealedEntry>,
    passage: Option<Passage>,
    words: Option<String>,
    /// Whether it is about the paper.
    on_paper: bool,
    old: Option<Comment>,
}

impl About {
    /// A whole entry, or a paragraph of it, chosen in the form.
    pub fn entry(entry: SealedEntry) -> Self {
        Self { entry: Some(entry), ..Self::default() }
    }

    /// Words that were selected.
    pub fn passage(entry: SealedEntry, passage: Passage, words: String) -> Self {
        Self { entry: Some(entry), passage: Some(passage), words: Some(words), ..Self::default() }
    }

    /// The paper, at a place that is said in words.
    pub fn paper() -> Self {
        Self { on_paper: true, ..Self::default() }
    }

    /// A comment that is changed.
    pub fn old(comment: Comment) -> Self {
        Self { on_paper: comment.place.is_some(), old: Some(comment), ..Self::default() }
    }
}

/// The two destinations.
fn destinations(review: &ReviewSummary) -> Vec<Choice> {
    vec![
        Choice::new("mentor", format!("{} will see this", review.mentor.given_name)).icon("eye"),
        Choice::new("panel", "For the panel only").icon("lock"),
    ]
}

/// The paragraphs of an entry, to choose from without a mouse.
fn paragraphs(entry: &SealedEntry) -> Vec<Passage> {
    let letters: Vec<char> = entry.text.chars().collect();
    let filled = |from: usize, to: usize| {
        let first = (from..to).find(|i| !letters[*i].is_whitespace())?;
        let last = (first..to).rev().find(|i| !letters[*i].is_whitespace())?;
        Some(Passage { start: first as u32, end: last as u32 + 1 })
    };
    blocks(&entry.text, &[]).iter().filter_map(|block| filled(block.from, block.to.min(letters.len()))).collect()
}

fn passage_code(passage: Option<Passage>) -> String {
    passage.map_or_else(String::new, |p| format!("{}-{}", p.start, p.end))
}

fn passage_of(code: &str) -> Option<Passage> {
    let (start, end) = code.split_once('-')?;
    Some(Passage { start: start.parse().ok()?, end: end.parse().ok()? })
}

/// What is written.
#[derive(Properties, PartialEq)]
pub struct CommentDialogProps {
    /// The review.
    pub review: ReviewSummary,
    /// What it is about.
    pub about: About,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Told how the review stands after it.
    pub on_comments: Callback<Loaded<ReviewDetail>>,
}

enum Deed {
    Write(WriteComment),
    Edit(cairn_shared::ids::CommentId, EditComment),
}

/// The dialog in which a comment is written or changed.
#[component]
pub fn CommentDialog(props: &CommentDialogProps) -> Html {
    let CommentDialogProps { review, about, .. } = props;
    let old = about.old.as_ref();
    let text = use_state(|| old.map(|c| c.text.to_string()).unwrap_or_default());
    let audience = use_state(|| old.map(|c| AttrValue::from(c.audience.code())));
    let place = use_state(|| AttrValue::from(passage_code(about.passage)));
    let on_paper = use_state(|| old.and_then(|c| c.place.as_ref()).map(ToString::to_string).unwrap_or_default());
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let hold = use_mut_ref(|| None::<Hold>);
    let key = use_key();
    let keep = {
        let (id, hold) = (review.id, hold.clone());
        let (onclose, on_comments) = (props.onclose.clone(), props.on_comments.clone());
        use_action(
            move |deed: Deed| {
                let key = key.clone();
                async move {
                    match deed {
                        Deed::Write(comment) => api::review::write_comment(id, &comment, &key).await,
                        Deed::Edit(comment, change) => api::review::edit_comment(id, comment, &change).await,
                    }
                }
            },
            move |loaded| {
                hold.take();
                on_comments.emit(loaded);
                onclose.emit(());
            },
        )
    };
    let field_of = |pointer: &str| match pointer {
        "/text" => Some(AttrValue::Static(TEXT)),
        "/audience" => Some(AttrValue::Static(AUDIENCE)),
        "/place" => Some(AttrValue::Static(PAPER)),
        "/passage" | "/passage/start" | "/passage/end" => Some(AttrValue::Static(WORDS)),
        _ => None,
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &keep.trouble {
        shown.extend(form_problems(error, field_of));
    }
    let onclose = {
        let (onclose, hold) = (props.onclose.clone(), hold.clone());
        Callback::from(move |()| {
            let asked = "Close this without keeping the comment?";
            if hold.borrow().is_none() || window().confirm_with_message(asked).unwrap_or(true) {
                hold.take();
                onclose.emit(());
            }
        })
    };
    let onsubmit = {
        let (text, audience, place, entry) = (text.clone(), audience.clone(), place.clone(), about.entry.clone());
        let (problems, sent, keep, old) = (problems.setter(), sent.clone(), keep.clone(), about.old.clone());
        let (on_paper, is_on_paper) = (on_paper.clone(), about.on_paper);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let to = audience.as_ref().and_then(|code| code.parse::<Audience>().ok());
            if to.is_none() {
                needs.push(FormProblem::at(AUDIENCE, "Choose who will see it."));
            }
            let words = Prose::new((*text).clone()).map_err(|e| needs.push(FormProblem::at(TEXT, e.to_string()))).ok();
            let at =
                Draft::<80>::new(on_paper.trim()).map_err(|e| needs.push(FormProblem::at(PAPER, e.to_string()))).ok();
            if let (Some(audience), Some(text), Some(at)) = (to, words, at) {
                keep.run(match &old {
                    Some(old) => {
                        let place = is_on_paper.then_some(at);
                        Deed::Edit(old.id, EditComment { place, audience: Some(audience), text: Some(text) })
                    }
                    None => Deed::Write(WriteComment {
                        place: at.as_str().parse().ok(),
                        entry_id: entry.as_ref().map(|entry| entry.id),
                        passage: passage_of(&place),
                        audience,
                        text,
                    }),
                });
            } else {
                keep.clear();
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = {
        let (text, hold) = (text.setter(), hold.clone());
        Callback::from(move |value: String| {
            hold.borrow_mut().get_or_insert_with(Hold::new);
            text.set(value);
        })
    };
    let places = about.entry.as_ref().map(|entry| {
        let mut places = Vec::new();
        if let (Some(passage), Some(words)) = (about.passage, &about.words) {
            let words = words.split_whitespace().take(9).collect::<Vec<_>>().join(" ");
            places.push(Choice::new(passage_code(Some(passage)), format!("The words you selected: “{words} …”")));
        }
        places.push(Choice::new("", "The whole entry"));
        places.extend(paragraphs(entry).into_iter().enumerate().map(|(i, passage)| {
            let name = format!("Paragraph {}: {}", i + 1, quoted(&entry.text, passage));
            Choice::new(passage_code(Some(passage)), name)
        }));
        places
    });
    html! {
        <Dialog open=true title={if old.is_some() { "Your comment" } else { "A comment" }} onclose={onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(keep.trouble.is_some())} />
                if let Some(options) = places {
                    <SelectField
                        id={WORDS}
                        label="On which words?"
                        {options}
                        value={(*place).clone()}
                        onchange={{ let place = place.setter(); Callback::from(move |code| place.set(code)) }}
                        error={problem_at(&shown, WORDS)}
                    />
                }
                if about.on_paper {
                    <TextField
                        id={PAPER}
                        class="narrow"
                        label="Where on the paper?"
                        aside="If you like"
                        placeholder="Page 12"
                        maxlength={80}
                        value={(*on_paper).clone()}
                        oninput={{ let on_paper = on_paper.setter(); Callback::from(move |text| on_paper.set(text)) }}
                        error={problem_at(&shown, PAPER)}
                    />
                }
                <TextArea
                    id={TEXT}
                    label="What would you like to say?"
                    rows=4
                    maxlength={4000}
                    value={(*text).clone()}
                    oninput={write}
                    error={problem_at(&shown, TEXT)}
                />
                <Segmented
                    id={AUDIENCE}
                    legend="Who will see it?"
                    hint="The mentor reads comments after the round is released, without names."
                    options={destinations(review)}
                    value={(*audience).clone()}
                    onchange={{ let audience = audience.setter(); Callback::from(move |code| audience.set(Some(code))) }}
                    error={problem_at(&shown, AUDIENCE)}
                />
                <div class="row">
                    <Button submit=true busy={keep.running}>{ "Keep it" }</Button>
                    <Button kind={ButtonKind::Text} onclick={onclose}>{ "Never mind" }</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// A comment that stands.
#[derive(Properties, PartialEq)]
pub struct WrittenProps {
    /// The review.
    pub review: ReviewSummary,
    /// The comment.
    pub comment: Comment,
    /// Whether it can still be changed.
    pub editable: bool,
    /// Told how the review stands after it.
    pub on_comments: Callback<Loaded<ReviewDetail>>,
}

async fn again(review: &ReviewSummary, comment: &Comment) -> Result<Loaded<ReviewDetail>, ApiError> {
    let written = WriteComment {
        entry_id: comment.entry_id,
        passage: comment.passage,
        place: comment.place.clone(),
        audience: comment.audience,
        text: comment.text.clone(),
    };
    api::review::write_comment(review.id, &written, &Key::new()).await
}

/// A comment that stands: first who will see it, then its words.
#[component]
pub fn Written(props: &WrittenProps) -> Html {
    let WrittenProps { review, comment, .. } = props;
    let notices = use_notices();
    let editing = use_state(|| false);
    let back = {
        let (review, comment, on_comments) = (review.clone(), comment.clone(), props.on_comments.clone());
        use_action(
            move |()| {
                let (review, comment) = (review.clone(), comment.clone());
                async move { again(&review, &comment).await }
            },
            move |loaded| on_comments.emit(loaded),
        )
    };
    let remove = {
        let (id, comment, on_comments) = (review.id, comment.id, props.on_comments.clone());
        let back = back.runner();
        use_action(
            move |()| async move { api::review::remove_comment(id, comment).await },
            move |loaded| {
                on_comments.emit(loaded);
                notices.say_with_undo("The comment is taken away.", back.clone());
            },
        )
    };
    let edit = {
        let editing = editing.setter();
        Callback::from(move |()| editing.set(true))
    };
    let (icon, who) = match comment.audience {
        Audience::Mentor => ("eye", format!("{} will see this", review.mentor.given_name)),
        Audience::Panel => ("lock", "For the panel only".to_owned()),
    };
    html! {
        <div class="com" role="note" aria-label="Your comment">
            <div class="row n x">
                <p><strong>{ "You" }</strong>{ " " }<span class="sm mut">{ "· " }<Icon name={icon} />{ " " }{ who }</span></p>
                if props.editable {
                    <Menu label="More about this comment">
                        <Button kind={ButtonKind::Text} icon="pencil-line" onclick={edit}>{ "Change" }</Button>
                        <Button kind={ButtonKind::Text} icon="x" busy={remove.running} onclick={remove.runner()}>{ "Take away" }</Button>
                    </Menu>
                }
            </div>
            if let Some(place) = &comment.place { <p class="sm mut" dir="auto">{ place.as_str() }</p> }
            <p class="prewrap" dir="auto">{ comment.text.as_str() }</p>
            if let Some(error) = &remove.trouble {
                <Trouble title="The comment is still there" detail={error.sentence()} again={remove.runner()} />
            }
            if *editing {
                <CommentDialog
                    review={review.clone()}
                    about={About::old(comment.clone())}
                    onclose={{
                        let editing = editing.setter();
                        Callback::from(move |()| editing.set(false))
                    }}
                    on_comments={props.on_comments.clone()}
                />
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::time::Date;

    #[test]
    fn paragraphs_are_offered_without_the_space_around_them() {
        let entry = SealedEntry {
            id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            title: None,
            happened_on: Date::new(2026, 11, 24).unwrap(),
            text: "\nŴyn said.\n\n> “Wait.”\n\n  \nAnd she did.\n".into(),
            links: Vec::new(),
            evidence: Vec::new(),
        };
        let letters: Vec<char> = entry.text.chars().collect();
        let cut: Vec<String> = paragraphs(&entry)
            .into_iter()
            .map(|p| letters[p.start as usize..p.end as usize].iter().collect())
            .collect();
        assert_eq!(cut, ["Ŵyn said.", "> “Wait.”", "And she did."]);
        let passage = Passage { start: 3, end: 9 };
        assert_eq!(passage_of(&passage_code(Some(passage))), Some(passage));
        assert_eq!(passage_of(&passage_code(None)), None);
    }
}
