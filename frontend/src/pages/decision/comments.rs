//! What the readers said of the text: who will see it, what it is about, and, for whoever presides, the way to put
//! otherwise what the mentor will read. What was written first stays with the panel.

use cairn_shared::decision::BoardCard;
use cairn_shared::ids::{CommentId, ReviewId};
use cairn_shared::review::{Audience, EditComment, PanelComment};
use cairn_shared::text::Prose;
use yew::prelude::*;

use super::board::short_name;
use crate::api::{self, ApiError};
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Choice, Details, Icon, Segmented, Skeleton, TextArea, Trouble};

/// On which submission.
#[derive(Properties, PartialEq)]
pub struct CommentsProps {
    /// The submission.
    pub card: BoardCard,
    /// Whether only what was written for the mentor is shown.
    #[prop_or_default]
    pub for_mentor: bool,
}

fn is_for_mentor(it: &PanelComment) -> bool {
    it.comment.audience == Audience::Mentor || it.original.is_some()
}

/// The comments on a submission.
#[component]
pub fn Comments(props: &CommentsProps) -> Html {
    let card = &props.card;
    let load =
        use_loaded((card.submission_id, card.comments), |(id, _)| async move { api::decision::comments(id).await });
    let name = card.mentor.given_name.to_string();
    match &load.state {
        LoadState::Loading => html! { <Skeleton label="Loading the comments" card=false lines=2 /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={load.reloader()} />
        },
        LoadState::Loaded(all) => {
            let shown: Vec<_> = all.iter().filter(|it| !props.for_mentor || is_for_mentor(it)).cloned().collect();
            if shown.is_empty() {
                return html! { <p class="sm mut">{ format!("Nobody wrote a comment for {name}.") }</p> };
            }
            html! {
                <ul class="flow t comments">
                    { for shown.iter().map(|it| html! {
                        <One key={it.comment.id.to_string()} it={it.clone()} name={name.clone()} again={load.reloader()} />
                    }) }
                </ul>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct OneProps {
    it: PanelComment,
    /// Whose portfolio it is.
    name: AttrValue,
    again: Callback<()>,
}

/// What the chair makes of a comment.
type Edit = (Audience, Prose<4000>);

/// Changes it, and gives who will see it.
async fn change(review: ReviewId, id: CommentId, (audience, text): Edit) -> Result<Audience, ApiError> {
    let edit = EditComment { place: None, audience: Some(audience), text: Some(text) };
    api::review::edit_comment(review, id, &edit).await.map(|_| audience)
}

#[component]
fn One(props: &OneProps) -> Html {
    let OneProps { it, name, .. } = props;
    let notices = use_notices();
    let editing = use_state_eq(|| false);
    let (review, id) = (it.review_id, it.comment.id);
    let back = {
        let again = props.again.clone();
        use_action(move |edit: Edit| async move { change(review, id, edit).await }, move |_| again.emit(()))
    };
    let put = {
        let (again, editing, name, back) = (props.again.clone(), editing.setter(), name.clone(), back.runner());
        let before: Edit = (it.comment.audience, it.comment.text.clone());
        use_action(
            move |edit: Edit| async move { change(review, id, edit).await },
            move |audience| {
                let words = match audience {
                    Audience::Mentor => format!("{name} will read it as it stands now."),
                    Audience::Panel => format!("It stays among the panel: {name} will not see it."),
                };
                let before = before.clone();
                notices.say_with_undo(words, back.reform(move |()| before.clone()));
                editing.set(false);
                again.emit(());
            },
        )
    };
    let show = |open: bool| {
        let editing = editing.setter();
        Callback::from(move |()| editing.set(open))
    };
    html! {
        <li class="com flow t">
            <div class="row n x">
                <p>
                    <strong>{ short_name(&it.reviewer) }</strong>
                    <span class="sm mut">
                        { " · " }
                        { match it.comment.audience {
                            Audience::Mentor => html! { <><Icon name="eye" />{ format!(" {name} will see this") }</> },
                            Audience::Panel => html! { <><Icon name="lock" />{ " For the panel only" }</> },
                        } }
                    </span>
                </p>
                if it.editable && !*editing {
                    <Button small=true kind={ButtonKind::Text} icon="pencil-line" busy={put.running} onclick={show(true)}>
                        { "Change" }<span class="vh">{ format!(" the comment by {}", it.reviewer.full()) }</span>
                    </Button>
                }
            </div>
            { about(it) }
            if *editing {
                <Editor it={it.clone()} name={name.clone()} busy={put.running} onedit={put.runner()} onclose={show(false)} />
            } else {
                <p class="prewrap" dir="auto">{ it.comment.text.as_str() }</p>
            }
            if let Some(original) = &it.original {
                <Details summary="Changed by the chair. See what was written">
                    <p class="sm prewrap" dir="auto">{ original.as_str() }</p>
                    <p class="sm mut">{ format!("{} wrote this for {name}, who does not see it.", it.reviewer.full()) }</p>
                </Details>
            }
            if let Some(error) = put.trouble.as_ref().or(back.trouble.as_ref()) {
                <Trouble title="The comment is as it was" detail={error.sentence()} />
            }
        </li>
    }
}

/// What it is about: some words, an entry, or all of it.
fn about(it: &PanelComment) -> Html {
    const MOST: usize = 160;
    if let Some(place) = &it.comment.place {
        return html! { <p class="sm mut">{ format!("On paper: {place}") }</p> };
    }
    let entry = match (&it.entry_title, it.comment.entry_id) {
        (Some(title), _) => format!("“{title}”"),
        (None, Some(_)) => "an entry without a title".to_owned(),
        (None, None) => return html! { <p class="sm mut">{ "On the whole portfolio" }</p> },
    };
    match &it.words {
        None => html! { <p class="sm mut">{ format!("On all of {entry}") }</p> },
        Some(words) => {
            let short: String = words.chars().take(MOST).collect();
            let rest = if words.chars().count() > MOST { " …" } else { "" };
            html! { <p class="sm mut" dir="auto">{ "On " }<q>{ format!("{short}{rest}") }</q>{ format!(" in {entry}") }</p> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct EditorProps {
    it: PanelComment,
    name: AttrValue,
    busy: bool,
    onedit: Callback<Edit>,
    onclose: Callback<()>,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let EditorProps { it, name, .. } = props;
    let text = use_state(|| it.comment.text.to_string());
    let audience = use_state_eq(|| it.comment.audience);
    let wrong = use_state_eq(|| None::<AttrValue>);
    let (words, who) = (format!("words-{}", it.comment.id), format!("who-{}", it.comment.id));
    let onsubmit = {
        let (text, audience, wrong, onedit) = (text.clone(), *audience, wrong.setter(), props.onedit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match Prose::new((*text).clone()) {
                Ok(text) => onedit.emit((audience, text)),
                Err(problem) => wrong.set(Some(problem.to_string().into())),
            }
        })
    };
    html! {
        <form class="flow t" novalidate=true {onsubmit}>
            <TextArea
                id={words}
                label="What it says"
                hint={format!("{} wrote it. The panel keeps what was written.", it.reviewer.full())}
                rows=3
                maxlength={4000}
                value={(*text).clone()}
                oninput={{ let text = text.setter(); Callback::from(move |words| text.set(words)) }}
                error={(*wrong).clone()}
            />
            <Segmented
                id={who}
                legend="Who will see it?"
                options={vec![
                    Choice::new("mentor", format!("{name} will see this")).icon("eye"),
                    Choice::new("panel", "For the panel only").icon("lock"),
                ]}
                value={AttrValue::Static(audience.code())}
                onchange={{
                    let audience = audience.setter();
                    Callback::from(move |code: AttrValue| if let Ok(to) = code.parse() { audience.set(to) })
                }}
            />
            <div class="row t">
                <Button submit=true small=true busy={props.busy}>{ "Keep it so" }</Button>
                <Button kind={ButtonKind::Text} small=true onclick={props.onclose.clone()}>{ "Leave it" }</Button>
            </div>
        </form>
    }
}
