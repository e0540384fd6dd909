//! The story as its reviewer reads it: its passages lead to the notes, comments stand beside the words that they are
//! about, and selected words can be commented on.

use std::rc::Rc;

use cairn_shared::edition::{Edition, Passage, SealedEntry, SealedPiece};
use cairn_shared::ids::EntryId;
use cairn_shared::review::{ChangedEntry, Comment, EntryChange, ReviewDetail, ReviewSummary};
use yew::prelude::*;

use super::chapters::Chapter;
use super::comment::{About, CommentDialog, Written};
use super::read::Shown;
use crate::api::Loaded;
use crate::browser::{Listener, document};
use crate::hooks::{Shortcut, use_shortcuts};
use crate::parts::{EditionStory, EntryStory, Mark, Noted, Spot, selected_passage};
use crate::ui::{Button, ButtonKind, Tag, Tone};

/// What is read.
#[derive(Properties, PartialEq)]
pub struct StoryProps {
    /// The review.
    pub review: ReviewSummary,
    /// The sealed portfolio.
    pub edition: Edition,
    /// Its pages.
    pub chapters: Vec<Chapter>,
    /// What is shown of it.
    pub shown: Shown,
    /// The reviewer's comments.
    pub comments: Vec<Comment>,
    /// What is new or changed since the last edition.
    pub changed: Vec<ChangedEntry>,
    /// Whether comments can still be written.
    pub editable: bool,
    /// Told that a passage's number was chosen.
    pub on_mark: Callback<Mark>,
    /// Told how the review stands after a comment.
    pub on_comments: Callback<Loaded<ReviewDetail>>,
}

/// Words that somebody selected on the page.
#[derive(Clone, Debug, PartialEq)]
struct Picked {
    entry: EntryId,
    passage: Passage,
    words: String,
}

fn pick() -> Option<Picked> {
    selected_passage().map(|(entry, passage, words)| Picked { entry, passage, words })
}

fn pieces(edition: &Edition, from: usize, to: usize) -> Edition {
    Edition { pieces: edition.pieces[from..to].to_vec(), ..edition.clone() }
}

/// The story.
#[component]
pub fn Story(props: &StoryProps) -> Html {
    let picked = use_state_eq(|| None::<Picked>);
    let writing = use_state(|| None::<About>);

    use_effect_with(props.editable, {
        let picked = picked.setter();
        move |editable| {
            let heard = editable.then(|| Listener::on(&document(), "selectionchange", move |_| picked.set(pick())));
            move || drop(heard)
        }
    });

    let entries: Rc<Vec<SealedEntry>> =
        (*use_memo(props.edition.clone(), |edition| Rc::new(edition.entries().cloned().collect::<Vec<_>>()))).clone();
    let write = {
        let writing = writing.setter();
        Callback::from(move |about: About| writing.set(Some(about)))
    };
    let slot = {
        let deps = (props.comments.clone(), props.changed.clone(), props.editable);
        let (review, on_comments, write) = (props.review.clone(), props.on_comments.clone(), write.clone());
        let entries = entries.clone();
        use_memo(deps, move |(comments, changed, editable)| {
            let (comments, changed, editable) = (comments.clone(), changed.clone(), *editable);
            Callback::from(move |spot: Spot| {
                let shown = comments
                    .iter()
                    .filter(|comment| comment.entry_id.is_some_and(|entry| spot.holds(entry, comment.passage)));
                let extra = match spot {
                    Spot::Heading(entry) => changed.iter().find(|c| c.entry_id == entry).map(change_tag),
                    Spot::Foot(entry) if editable => entries.iter().find(|e| e.id == entry).map(|entry| {
                        let (write, entry) = (write.clone(), entry.clone());
                        let onclick = Callback::from(move |()| write.emit(About::entry(entry.clone())));
                        html! {
                            <Button kind={ButtonKind::Text} icon="message-square" class="start edge np" {onclick}>
                                { "Comment on this entry" }
                            </Button>
                        }
                    }),
                    _ => None,
                };
                html! {
                    <>
                        { for shown.map(|comment| html! {
                            <Written
                                key={comment.id.to_string()}
                                review={review.clone()}
                                comment={comment.clone()}
                                editable={editable}
                                on_comments={on_comments.clone()}
                            />
                        }) }
                        { extra.unwrap_or_default() }
                    </>
                }
            })
        })
    };
    let noted: Vec<Noted> = props
        .comments
        .iter()
        .filter_map(|comment| Some(Noted { entry: comment.entry_id?, passage: comment.passage? }))
        .collect();
    // Comments on the whole portfolio stand at its end.
    let on_all: Vec<_> = props.comments.iter().filter(|comment| comment.entry_id.is_none()).collect();

    let body = match props.shown {
        Shown::Whole => html! {
            <EditionStory
                edition={props.edition.clone()}
                on_mark={props.on_mark.clone()}
                mark_name="Go to my notes"
                slot={(*slot).clone()}
                {noted}
            />
        },
        Shown::One(at) => {
            let (from, to) = props.chapters[at].pieces;
            let entry_at = (from..to).find(|i| matches!(props.edition.pieces[*i], SealedPiece::Entry(_)));
            let (before, entry, after) = match entry_at {
                Some(i) => {
                    (pieces(&props.edition, from, i), Some(&props.edition.pieces[i]), pieces(&props.edition, i + 1, to))
                }
                None => (pieces(&props.edition, from, to), None, pieces(&props.edition, to, to)),
            };
            // The part's name stands above the page's heading already.
            let without_part = |edition: Edition| Edition {
                pieces: edition.pieces.into_iter().filter(|p| !matches!(p, SealedPiece::Part { .. })).collect(),
                ..edition
            };
            html! {
                <>
                    if before.has_text() { <EditionStory edition={without_part(before)} /> }
                    if let Some(SealedPiece::Entry(entry)) = entry {
                        <EntryStory
                            key={entry.id.to_string()}
                            entry={entry.clone()}
                            level=1
                            on_mark={props.on_mark.clone()}
                            mark_name="Go to my notes"
                            slot={(*slot).clone()}
                            {noted}
                        />
                    }
                    if after.has_text() { <EditionStory edition={after} /> }
                </>
            }
        }
    };
    let comment_on = {
        let (write, entries, picked) = (write.clone(), entries, (*picked).clone());
        Callback::from(move |()| {
            let Some(picked) = picked.clone() else { return };
            if let Some(entry) = entries.iter().find(|e| e.id == picked.entry) {
                write.emit(About::passage(entry.clone(), picked.passage, picked.words.clone()));
            }
        })
    };
    use_shortcuts({
        let (comment_on, write, is_free) = (comment_on.clone(), write.clone(), props.editable && writing.is_none());
        let (is_picked, shown) = (picked.is_some(), shown_entry(props));
        move |shortcut| {
            if shortcut != Shortcut::Comment || !is_free {
                return false;
            }
            match &shown {
                _ if is_picked => comment_on.emit(()),
                Some(entry) => write.emit(About::entry(entry.clone())),
                None => return false,
            }
            true
        }
    });
    html! {
        <>
            { body }
            if props.review.paper.is_some() && props.editable {
                <Button kind={ButtonKind::Text} icon="message-square" class="start edge np" onclick={write.reform(|()| About::paper())}>
                    { "Comment on the paper" }
                </Button>
            }
            if !on_all.is_empty() {
                <div>
                    { for on_all.into_iter().map(|comment| html! {
                        <Written
                            key={comment.id.to_string()}
                            review={props.review.clone()}
                            comment={comment.clone()}
                            editable={props.editable}
                            on_comments={props.on_comments.clone()}
                        />
                    }) }
                </div>
            }
            // The bar is there from the beginning, so that readers of screens hear when something is selected.
            <div class={classes!("picked", "np", picked.is_none().then_some("none"))} role="status">
                if picked.is_some() && writing.is_none() {
                    <Button icon="message-square" onclick={comment_on}>{ "Comment on these words" }</Button>
                }
            </div>
            if let Some(about) = &*writing {
                <CommentDialog
                    review={props.review.clone()}
                    about={about.clone()}
                    onclose={{
                        let writing = writing.setter();
                        Callback::from(move |()| writing.set(None))
                    }}
                    on_comments={props.on_comments.clone()}
                />
            }
        </>
    }
}

/// The entry of the page that is shown, where one is.
fn shown_entry(props: &StoryProps) -> Option<SealedEntry> {
    let Shown::One(at) = props.shown else { return None };
    let id = props.chapters[at].entry?;
    props.edition.entries().find(|entry| entry.id == id).cloned()
}

fn change_tag(change: &ChangedEntry) -> Html {
    match change.change {
        EntryChange::Added => html! { <p><Tag tone={Tone::Info} icon="plus">{ "New since last time" }</Tag></p> },
        EntryChange::Changed => {
            html! { <p><Tag tone={Tone::Info} icon="pencil-line">{ "Changed since last time" }</Tag></p> }
        }
    }
}
