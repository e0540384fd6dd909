//! One entry: read and edited on one page.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::entry::{Anchor, EditLink, EntryDetail, EntryState, LinkPassage, StandardLink};
use cairn_shared::ids::{EntryId, LinkId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::editor::Editor;
use super::evidence::Evidence;
use super::linking::{LinkForm, Tie};
use super::links::Links;
use super::places::{beginning, cut, unselect};
use super::put_in::PutIn;
use super::reading::{Found, Reading, find};
use super::two_texts::TwoTexts;
use super::writing::{Unwritten, Words, write};
use crate::api::{ApiError, Key, Loaded, Why, entry};
use crate::browser::{by_id, focus, sleep};
use crate::hooks::{DraftOptions, Sent, use_action, use_draft, use_loaded};
use crate::notices::use_notices;
use crate::pages::story::glance::called;
use crate::parts::framed;
use crate::router::{Route, navigate, set_query, use_query};
use crate::ui::{Back, Button, ButtonKind, Go, Icon, Note, Page, Save, SaveState, Tag, Tone, Trouble};
use crate::words::{Day, Moment};

/// Which entry.
#[derive(Properties, PartialEq)]
pub struct EntryPageProps {
    /// Its id.
    pub id: EntryId,
}

/// One entry.
#[component]
pub fn EntryPage(props: &EntryPageProps) -> Html {
    let entry = use_loaded(props.id, |id| async move { entry::read(&id).await });
    framed(&entry, "Your entry", |loaded| html! { <Open key={props.id.to_string()} entry={loaded.clone()} /> })
}

#[derive(Properties, PartialEq)]
struct OpenProps {
    entry: Loaded<EntryDetail>,
}

const HEADING: &str = "entry-title";

/// What the person is about to link.
#[derive(Clone, Debug, PartialEq)]
enum Linking {
    /// These words of the text.
    Words(usize, usize),
    /// The whole entry.
    Whole,
}

/// A problem that the page itself found.
fn own_problem(sentence: &str) -> ApiError {
    ApiError { detail: sentence.to_owned(), ..ApiError::answered(422, String::new(), None) }
}

fn not_saved() -> ApiError {
    ApiError {
        detail: "Your words are not saved yet, so they cannot be linked. They are still here; try again in a minute."
            .into(),
        ..ApiError::without_answer(Why::Offline)
    }
}

/// The link that is in `new` and was not in `old`.
fn added<'a>(old: &[StandardLink], new: &'a [StandardLink]) -> Option<&'a StandardLink> {
    new.iter().find(|link| old.iter().all(|before| before.id != link.id))
}

#[component]
fn Open(props: &OpenProps) -> Html {
    let notices = use_notices();
    let query = use_query();
    let now = use_state(|| props.entry.clone());
    // The same, for what is under way while the page is drawn anew.
    let current = use_memo((), |()| RefCell::new(props.entry.clone()));
    let theirs = use_state(|| None::<Loaded<EntryDetail>>);
    let id = now.value.id;

    let draft = use_draft(
        DraftOptions {
            name: format!("entry:{id}"),
            start: Words::of(&now.value),
            etag: now.etag.clone(),
            on_stale: Callback::noop(),
        },
        {
            let (current, now, theirs) = (current.clone(), now.setter(), theirs.setter());
            move |sent: Sent<Words>| {
                let base = current.borrow().clone();
                let (current, now, theirs) = (current.clone(), now.clone(), theirs.clone());
                async move {
                    match write(&base, &sent.value, sent.etag.as_deref(), sent.last).await {
                        Ok(written) => {
                            let etag = written.etag.clone();
                            current.replace(written.clone());
                            now.set(written);
                            Ok(etag)
                        }
                        Err(Unwritten::TwoTexts(other, error)) => {
                            current.replace((*other).clone());
                            theirs.set(Some(*other));
                            Err(error)
                        }
                        Err(Unwritten::Other(error)) => Err(error),
                    }
                }
            }
        },
    );

    // What the server has after something beside the words was changed. Where it brought other words as well, the next
    // save finds out.
    let take = {
        let (current, now, draft) = (current.clone(), now.setter(), draft.clone());
        Callback::from(move |came: Loaded<EntryDetail>| {
            let same = Words::of(&came.value).says_the_same(&Words::of(&current.borrow().value));
            if same {
                draft.moved_on(came.etag.clone());
            }
            current.replace(came.clone());
            now.set(came);
        })
    };

    let blank = draft.value.text.trim().is_empty();
    let binned = now.value.binned_at.is_some();
    let editing = use_state_eq(|| query.get("edit").is_some() || draft.restored || blank);
    let selected = use_state_eq(|| None::<(usize, usize)>);
    let linking = use_state_eq(|| None::<Linking>);
    let changing = use_state_eq(|| None::<LinkId>);
    let moving = use_state_eq(|| None::<LinkId>);

    // Ties words, or the whole entry, to a standard: first the words are saved, so that both know the same text.
    let tie = use_action(
        {
            let (draft, current) = (draft.clone(), current.clone());
            move |(linking, tie): (Linking, Tie)| {
                let (draft, current) = (draft.clone(), current.clone());
                async move {
                    let anchor = match linking {
                        Linking::Whole => None,
                        Linking::Words(start, end) => Some(anchored(&draft, &current, start, end).await?),
                    };
                    let old = current.borrow().value.links.clone();
                    let link = LinkPassage { standard: tie.standard, guide: None, anchor, shows: tie.shows };
                    entry::link(&id, &link, &Key::new()).await.map(|now| (old, now))
                }
            }
        },
        {
            let (take, linking, selected, notices) =
                (take.clone(), linking.setter(), selected.setter(), notices.clone());
            move |(old, came): (Vec<StandardLink>, Loaded<EntryDetail>)| {
                linking.set(None);
                selected.set(None);
                unselect();
                let new = added(&old, &came.value.links).map(|link| (link.id, link.standard, link.shows.is_some()));
                take.emit(came);
                let Some((link, standard, explained)) = new else { return };
                let take = take.clone();
                let undo = Callback::from(move |()| {
                    let take = take.clone();
                    spawn_local(async move {
                        if let Ok(now) = entry::unlink(&id, &link).await {
                            take.emit(now);
                        }
                    });
                });
                let words = match explained {
                    true => format!("Linked to {}. Another stone.", standard.short_title()),
                    false => format!("Linked to {}. A sentence makes it a stone.", standard.short_title()),
                };
                notices.say_with_undo(words, undo);
                spawn_local(async move {
                    sleep(60).await;
                    // Back to where the work goes on: the number behind the words, or the writing.
                    let place = [format!("at-{link}"), "text".to_owned(), format!("link-{link}")];
                    if let Some(place) = place.iter().find(|place| by_id(place).is_some()) {
                        focus(place);
                    }
                });
            }
        },
    );
    let change = use_action(
        move |(link, tie): (LinkId, Tie)| async move {
            let change = EditLink { standard: Some(tie.standard), anchor: None, shows: Some(tie.shows) };
            entry::edit_link(&id, &link, &change).await.map(|now| (link, now))
        },
        {
            let (take, changing) = (take.clone(), changing.setter());
            move |(link, came): (LinkId, Loaded<EntryDetail>)| {
                changing.set(None);
                take.emit(came);
                spawn_local(async move {
                    sleep(60).await;
                    focus(&format!("link-{link}"));
                });
            }
        },
    );
    // Gives a link that lost its words other ones.
    let move_link = use_action(
        {
            let (draft, current) = (draft.clone(), current.clone());
            move |(link, start, end): (LinkId, usize, usize)| {
                let (draft, current) = (draft.clone(), current.clone());
                async move {
                    let anchor = Some(anchored(&draft, &current, start, end).await?);
                    let change = EditLink { anchor, ..EditLink::default() };
                    entry::edit_link(&id, &link, &change).await
                }
            }
        },
        {
            let (take, moving, selected, notices) = (take.clone(), moving.setter(), selected.setter(), notices.clone());
            move |came: Loaded<EntryDetail>| {
                moving.set(None);
                selected.set(None);
                unselect();
                take.emit(came);
                notices.say("The link has its new words.");
            }
        },
    );
    let unlink = use_action(
        move |link: StandardLink| async move { entry::unlink(&id, &link.id).await.map(|now| (link, now)) },
        {
            let (take, notices) = (take.clone(), notices.clone());
            move |(link, came): (StandardLink, Loaded<EntryDetail>)| {
                take.emit(came);
                let undo = {
                    let (take, link) = (take.clone(), link.clone());
                    Callback::from(move |()| {
                        let (take, link) = (take.clone(), link.clone());
                        spawn_local(async move {
                            // Words that are gone cannot be linked again; what was said of them can.
                            let anchor = link.anchor.filter(|_| !link.orphaned);
                            let again = LinkPassage { standard: link.standard, guide: None, anchor, shows: link.shows };
                            if let Ok(now) = entry::link(&id, &again, &Key::new()).await {
                                take.emit(now);
                            }
                        });
                    })
                };
                notices.say_with_undo(format!("The link to {} is taken away.", link.standard.short_title()), undo);
                focus("linked");
            }
        },
    );
    let keep = use_action(
        {
            let draft = draft.clone();
            move |state: EntryState| {
                let draft = draft.clone();
                async move {
                    if !draft.saved().await {
                        return Err(not_saved());
                    }
                    entry::set_state(&id, state).await
                }
            }
        },
        {
            let (take, notices, editing) = (take.clone(), notices.clone(), editing.setter());
            move |came: Loaded<EntryDetail>| {
                take.emit(came);
                editing.set(false);
                let take = take.clone();
                let undo = Callback::from(move |()| {
                    let take = take.clone();
                    spawn_local(async move {
                        if let Ok(now) = entry::set_state(&id, EntryState::Draft).await {
                            take.emit(now);
                        }
                    });
                });
                notices.say_with_undo("It is in your story.", undo);
            }
        },
    );
    let bin = use_action(
        {
            let draft = draft.clone();
            move |()| {
                let draft = draft.clone();
                async move {
                    let _ = draft.saved().await;
                    entry::bin(&id).await
                }
            }
        },
        {
            let notices = notices.clone();
            move |()| {
                navigate(&Route::Story);
                let undo = Callback::from(move |()| {
                    spawn_local(async move {
                        if entry::restore(&id).await.is_ok() {
                            navigate(&Route::Entry(id.to_string().into()));
                        }
                    });
                });
                notices.say_with_undo("Entry moved to the bin.", undo);
            }
        },
    );
    let restore = use_action(move |()| async move { entry::restore(&id).await }, {
        let (take, notices) = (take.clone(), notices.clone());
        move |came| {
            take.emit(came);
            notices.say("It is back in your story.");
        }
    });

    let found = find(&now.value.links, now.value.text.as_str(), &draft.value.text);
    let lost: Vec<LinkId> = now
        .value
        .links
        .iter()
        .enumerate()
        .filter(|(i, link)| link.anchor.is_some() && found.iter().all(|found| found.link != Some(*i)))
        .map(|(_, link)| link.id)
        .collect();

    let edit = {
        let (editing, linking, selected) = (editing.setter(), linking.setter(), selected.setter());
        Callback::from(move |()| {
            linking.set(None);
            selected.set(None);
            editing.set(true);
            spawn_local(async {
                sleep(60).await;
                focus("text");
            });
        })
    };
    let read = {
        let (editing, linking, draft) = (editing.setter(), linking.setter(), draft.clone());
        Callback::from(move |()| {
            draft.flush();
            linking.set(None);
            editing.set(false);
            set_query(&crate::router::Query::default());
            spawn_local(async {
                sleep(60).await;
                focus(HEADING);
            });
        })
    };
    let onselected = {
        let (selected, busy) = (selected.setter(), linking.is_some());
        use_callback(busy, move |came: Option<(usize, usize)>, busy| {
            // While the form is open, its own words stay.
            if !*busy {
                selected.set(came);
            }
        })
    };
    let begin = {
        let (linking, moving, move_link) = (linking.setter(), moving.clone(), move_link.clone());
        Callback::from(move |(start, end): (usize, usize)| match *moving {
            Some(link) => move_link.run((link, start, end)),
            None => linking.set(Some(Linking::Words(start, end))),
        })
    };
    let whole = {
        let linking = linking.setter();
        Callback::from(move |()| linking.set(Some(Linking::Whole)))
    };
    let close = {
        let (linking, selected, tie) = (linking.setter(), selected.setter(), tie.clone());
        Callback::from(move |()| {
            linking.set(None);
            selected.set(None);
            tie.clear();
            unselect();
        })
    };
    let choose = {
        let (draft, theirs, current, now) = (draft.clone(), theirs.clone(), current.clone(), now.setter());
        let editing = editing.setter();
        Callback::from(move |words: Words| {
            let Some(other) = (*theirs).clone() else { return };
            current.replace(other.clone());
            let etag = other.etag.clone();
            now.set(other);
            theirs.set(None);
            editing.set(true);
            draft.settle(words, etag);
            spawn_local(async {
                sleep(60).await;
                focus("text");
            });
        })
    };

    let form = linking.as_ref().map(|what| {
        let quote = match what {
            Linking::Whole => None,
            Linking::Words(start, end) => Some(AttrValue::from(cut(&draft.value.text, *start, *end))),
        };
        let title = if quote.is_some() { "Link this passage" } else { "Link the whole entry" };
        let onlink = {
            let what = what.clone();
            tie.runner().reform(move |tie| (what.clone(), tie))
        };
        html! { <LinkForm {title} {quote} busy={tie.running} trouble={tie.trouble.clone()} {onlink} onclose={close.clone()} /> }
    });
    let (beside_text, beside_list) = match &*linking {
        Some(Linking::Whole) => (None, form),
        _ => (form, None),
    };

    let day = draft.value.happened_on.parse().unwrap_or(now.value.happened_on);
    let title = match cairn_shared::entry::Title::new(draft.value.title.clone()) {
        Ok(title) => title.to_string(),
        Err(_) => called(None, day),
    };
    let draft_state = now.value.state == EntryState::Draft;
    let save = match &draft.save {
        Save::Unchanged => html! {
            <span class="save"><Icon name="cloud-check" />{ format!("Saved {}", Moment(now.value.changed_at).relative_to(Moment::now())) }</span>
        },
        save => html! { <SaveState save={save.clone()} /> },
    };
    let two = theirs.as_ref().map(|other| {
        html! {
            <TwoTexts mine={draft.value.clone()} theirs={Words::of(&other.value)} saved={Moment(other.value.changed_at)} onchoose={choose} />
        }
    });
    let all_found: Vec<Found> = match &*linking {
        Some(Linking::Words(start, end)) => {
            found.iter().cloned().chain([Found { link: None, start: *start, end: *end }]).collect()
        }
        _ => found.clone(),
    };
    let behind = match &*linking {
        Some(Linking::Words(_, end)) => Some(*end),
        Some(Linking::Whole) => None,
        None => selected.map(|(_, end)| end),
    };
    let bar = selected.filter(|_| linking.is_none() && !binned).map(|(start, end)| {
        let onclick = begin.reform(move |()| (start, end));
        // The selection stays while the button is pressed.
        let hold = Callback::from(|event: MouseEvent| event.prevent_default());
        html! {
            <div class="card p row x linker np" role="group" aria-label="The words that you chose" onmousedown={hold}>
                <span class="serif quote-words thin" dir="auto">{ format!("“{}”", beginning(&cut(&draft.value.text, start, end), 70)) }</span>
                <span class="row n t">
                    <Button small=true icon="link-2" busy={move_link.running} {onclick}>
                        { if moving.is_some() { "Link it to these words" } else { "Link this passage" } }
                    </Button>
                    <Button kind={ButtonKind::Quiet} small=true icon="x" label="Not now" onclick={close.clone()} />
                </span>
            </div>
        }
    });
    html! {
        <Page title={title.clone()}>
            <div class="split">
                <article class="flow">
                    <div class="row x">
                        <Back to={Route::Story}>{ "My story" }</Back>
                        <span class="row">
                            { save }
                            if draft_state { <Tag icon="pencil-line">{ "Draft" }</Tag> }
                            <Tag icon="lock">{ "Only you" }</Tag>
                        </span>
                    </div>
                    <div class="flow t">
                        <p class="eyebrow">{ Day(day).long_with_year() }</p>
                        <h1 id={HEADING} class={classes!(editing.then_some("h2"))} tabindex="-1" dir="auto">{ title.clone() }</h1>
                    </div>
                    if binned {
                        <Note tone={Tone::More} icon="info" title="This lies in the bin.">
                            <p>{ "It is in no portfolio that you send. You can take it out at any time." }</p>
                            <p><Button kind={ButtonKind::Quiet} small=true icon="undo-2" busy={restore.running} onclick={restore.runner()}>{ "Take it out" }</Button></p>
                        </Note>
                    }
                    if draft.restored && two.is_none() {
                        <Note tone={Tone::Info} icon="history" small=true>
                            <p>{ "Some of this was still on your device, so we kept it for you." }</p>
                        </Note>
                    }
                    if moving.is_some() {
                        <Note tone={Tone::Info} icon="quote" small=true live=true>
                            <p>{ "Choose the words that the link belongs to now, then press “Link it to these words”." }</p>
                            if let Some(error) = &move_link.trouble { <p class="msg">{ error.sentence() }</p> }
                        </Note>
                    }
                    if let Some(two) = two {
                        { two }
                    } else if *editing && !binned {
                        <Editor draft={draft.clone()} onlink={begin} moving={moving.is_some()}>
                            { beside_text.unwrap_or_default() }
                        </Editor>
                    } else if blank {
                        <p class="mut">{ "There are no words here yet." }</p>
                    } else {
                        <Reading
                            entry={id}
                            text={draft.value.text.clone()}
                            links={now.value.links.clone()}
                            found={all_found}
                            {onselected}
                            {behind}
                        >
                            { beside_text.or(bar).unwrap_or_default() }
                        </Reading>
                    }
                    if theirs.is_none() && !binned {
                        <div class="row gap-top np">
                            if draft_state {
                                <Button icon="check" busy={keep.running} onclick={keep.runner().reform(|()| EntryState::Kept)}>{ "Keep it" }</Button>
                            }
                            if *editing {
                                <Button kind={if draft_state { ButtonKind::Quiet } else { ButtonKind::Main }} icon="book-open" onclick={read}>{ "Done writing" }</Button>
                            } else {
                                if !draft_state { <PutIn entry={id} main=true /> }
                                <Button kind={ButtonKind::Quiet} icon="pencil-line" onclick={edit.clone()}>{ "Edit" }</Button>
                            }
                            <Go to={Route::EntryVersions(id.to_string().into())} button={ButtonKind::Text} icon="history">{ "Earlier versions" }</Go>
                            <Button kind={ButtonKind::Text} icon="x" busy={bin.running} onclick={bin.runner()}>{ "Move to the bin" }</Button>
                        </div>
                        if draft_state && !*editing {
                            <p class="sm mut">{ "A draft stays out of what you send. Keep it when it says what you want." }</p>
                        }
                        if let Some(error) = keep.trouble.clone().or(bin.trouble.clone()).or(unlink.trouble.clone()) {
                            <Trouble title="That was not done just now" detail={error.sentence()} />
                        }
                        if !*editing && !blank && found.is_empty() {
                            <p class="sm mut row n t top-line np"><Icon name="quote" />{ "Choose some words with the mouse or a finger to link them. With the keyboard: Edit, Shift and the arrow keys, then “Link a passage”." }</p>
                        }
                    }
                </article>
                <aside class="flow stick l" aria-label="About this entry">
                    <Links
                        links={now.value.links.clone()}
                        {lost}
                        changing={*changing}
                        moving={*moving}
                        busy={change.running}
                        trouble={change.trouble.clone()}
                        onchange={let changing = changing.setter(); Callback::from(move |link| changing.set(link))}
                        onchanged={change.runner()}
                        onunlink={unlink.runner()}
                        onmove={let moving = moving.setter(); Callback::from(move |link| moving.set(link))}
                        onwhole={whole}
                    />
                    { beside_list.unwrap_or_default() }
                    <Evidence entry={id} pieces={now.value.evidence.clone()} onchange={take} />
                    <Note tone={Tone::Plain} small=true>
                        <p>{ "Something shown beats something stored. If a file needs no sentence from you, it may not need to be here." }</p>
                    </Note>
                </aside>
            </div>
        </Page>
    }
}

/// Saves the words and anchors these of them.
async fn anchored(
    draft: &crate::hooks::Draft<Words>,
    current: &Rc<RefCell<Loaded<EntryDetail>>>,
    start: usize,
    end: usize,
) -> Result<Anchor, ApiError> {
    if !draft.saved().await {
        return Err(not_saved());
    }
    let text = current.borrow().value.text.to_string();
    Anchor::at(&text, start, end)
        .ok_or_else(|| own_problem("That is too long for one passage. Choose the sentences that matter most."))
}

#[cfg(test)]
mod tests {
    use cairn_shared::framework::Standard;

    use super::*;

    #[test]
    fn the_new_link_is_the_one_that_was_not_there() {
        let link = |n: u8| StandardLink {
            id: format!("0193589c-7b1e-7d3a-9c35-3f1d5e0b7a{n:02}").parse().unwrap(),
            standard: Standard::S1,
            guide: None,
            anchor: None,
            orphaned: false,
            shows: None,
        };
        let (old, new) = ([link(1), link(3)], [link(1), link(2), link(3)]);
        assert_eq!(added(&old, &new).map(|link| link.id), Some(new[1].id));
        assert_eq!(added(&new, &old), None);
    }
}
