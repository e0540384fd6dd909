//! Reading one portfolio: the story at the left, the four standards at the right, and a bar at the foot of a phone.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::ids::ReviewId;
use cairn_shared::review::{ReviewDetail, ReviewDraft, ReviewState};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::chapters::{self, Chapter};
use super::folder::Folder;
use super::notes::Notes;
use super::story::Story;
use crate::api::{self, Loaded};
use crate::browser::{by_id, device};
use crate::hooks::{Shortcut, use_loaded, use_shortcuts};
use crate::parts::{KeyHints, Mark, framed};
use crate::router::{Query, Route, navigate_with, use_query};
use crate::session::{is_own_device, who};
use crate::ui::{Back, Details, Go, Icon, Note, Page, Tone};
use crate::words::{count, reading_minutes};

/// Which review.
#[derive(Properties, PartialEq)]
pub struct ReviewProps {
    /// The review.
    pub id: ReviewId,
}

/// Reading one portfolio.
#[component]
pub fn Review(props: &ReviewProps) -> Html {
    let load = use_loaded(props.id, api::review::read);
    let latest = use_mut_ref(|| None::<Loaded<ReviewDetail>>);
    *latest.borrow_mut() = load.value().map(|loaded| (*loaded).clone());
    let on_detail = {
        let load = load.clone();
        Callback::from(move |loaded: Loaded<ReviewDetail>| load.put(loaded))
    };
    // What the server has of the notes, as far as this page knows. A comment raises the review's version without
    // touching them; where the answer has the same notes, its tag is theirs, and else only its comments are taken.
    let known = use_mut_ref(|| None::<ReviewDraft>);
    let on_comments = {
        let (load, known) = (load.clone(), known.clone());
        Callback::from(move |answer: Loaded<ReviewDetail>| {
            let now = latest.borrow().clone();
            if let Some(mut loaded) = now {
                if known.borrow().as_ref() == Some(&answer.value.draft) && answer.etag.is_some() {
                    loaded.etag = answer.etag;
                    loaded.value.draft = answer.value.draft;
                }
                loaded.value.comments = answer.value.comments;
                load.put(loaded);
            }
        })
    };
    framed(&load, "Reading", |loaded| {
        html! {
            <Reading
                key={props.id.to_string()}
                detail={loaded.value.clone()}
                etag={loaded.etag.clone()}
                on_detail={on_detail.clone()}
                on_comments={on_comments.clone()}
                known={Known(known.clone())}
            />
        }
    })
}

/// The notes that the server has, shared between what asks it.
#[derive(Clone)]
pub struct Known(pub Rc<RefCell<Option<ReviewDraft>>>);

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct ReadingProps {
    detail: ReviewDetail,
    etag: Option<String>,
    on_detail: Callback<Loaded<ReviewDetail>>,
    on_comments: Callback<Loaded<ReviewDetail>>,
    known: Known,
}

/// What is shown of the portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// One chapter, from 0.
    One(usize),
    /// All of it.
    Whole,
}

impl Shown {
    fn parse(text: &str, chapters: usize) -> Option<Self> {
        match text {
            "all" => Some(Self::Whole),
            number => number.parse().ok().filter(|n| (1..=chapters).contains(n)).map(|n: usize| Self::One(n - 1)),
        }
    }

    /// As it stands in the address.
    pub fn query(self) -> Query {
        let page = match self {
            Self::One(at) => (at + 1).to_string(),
            Self::Whole => "all".to_owned(),
        };
        Query::default().with("page", &page)
    }
}

fn place_key(id: ReviewId) -> String {
    format!("cairn-place:{}:{id}", who())
}

/// Brings an element into view and moves the focus there.
pub fn show(id: &str) {
    if let Some(element) = by_id(id) {
        if element.tab_index() < 0 {
            let _ = element.set_attribute("tabindex", "-1");
        }
        let first = element
            .query_selector("input,textarea")
            .ok()
            .flatten()
            .filter(|_| element.id().starts_with("standard-"))
            .and_then(|e| e.dyn_into::<HtmlElement>().ok());
        element.scroll_into_view();
        let _ = first.unwrap_or(element).focus();
    }
}

#[component]
fn Reading(props: &ReadingProps) -> Html {
    let ReadingProps { detail, .. } = props;
    let review = &detail.review;
    let id = review.id;
    let chapters = use_memo(detail.edition.clone(), chapters::of);
    let hash = use_memo(detail.edition.clone(), |edition| edition.hash());
    let query = use_query();
    let kept = use_memo(id, |id| device::get(&place_key(*id)));
    let shown = query
        .get("page")
        .or(kept.as_deref())
        .and_then(|text| Shown::parse(text, chapters.len()))
        .unwrap_or(if chapters.is_empty() { Shown::Whole } else { Shown::One(0) });
    use_effect_with((id, shown), |(id, shown)| {
        if is_own_device() {
            device::set(&place_key(*id), shown.query().get("page").unwrap_or("1"));
        }
    });

    // Where to go once the page that it is on is shown.
    let target = use_mut_ref(|| None::<String>);
    use_effect({
        let target = target.clone();
        move || {
            if let Some(to) = target.take() {
                show(&to);
            }
        }
    });
    let update = use_force_update();
    let on_passage = {
        let (chapters, target) = (chapters.clone(), target.clone());
        Callback::from(move |(entry, anchor): (_, String)| {
            target.replace(Some(anchor));
            let at = chapters.iter().position(|chapter| chapter.entry == Some(entry));
            match at {
                Some(at) if shown != Shown::Whole && shown != Shown::One(at) => {
                    navigate_with(&Route::Review(id.to_string().into()), &Shown::One(at).query());
                }
                _ => update.force_update(),
            }
        })
    };
    let on_mark = use_callback((), |mark: Mark, ()| show(&format!("standard-{}", mark.standard)));

    let looked_at = use_state_eq(|| (review.judged, review.open));
    let on_count = {
        let looked_at = looked_at.setter();
        use_callback((), move |count: (u32, u32), ()| looked_at.set(count))
    };
    let (judged, open) = *looked_at;
    let (title, page_title) = match shown {
        Shown::One(at) => (chapters[at].title.clone(), format!("Reading: {}", chapters[at].title)),
        Shown::Whole => (detail.edition.title.clone(), format!("Reading: {}", detail.edition.title)),
    };
    let next = match shown {
        Shown::One(at) if at + 1 < chapters.len() => Some(at + 1),
        _ => None,
    };
    let to = Route::Review(id.to_string().into());
    use_shortcuts({
        let (to, previous) = (to.clone(), matches!(shown, Shown::One(at) if at > 0));
        move |shortcut| {
            let page = match (shortcut, shown) {
                (Shortcut::Next, _) => next,
                (Shortcut::Previous, Shown::One(at)) if previous => Some(at - 1),
                (Shortcut::Standard(s), _) => {
                    show(&format!("standard-{s}"));
                    return true;
                }
                _ => None,
            };
            if let Some(page) = page {
                navigate_with(&to, &Shown::One(page).query());
            }
            page.is_some()
        }
    });
    html! {
        <Page title={page_title} raw=true>
            <div class="rev">
                <main id="main">
                    <div class="measure flow">
                        <div class="row x">
                            <Back to={Route::Reviews}>{ "My reviews" }</Back>
                            <span class="sm mut">{ progress(&chapters, shown) }</span>
                        </div>
                        <Contents id={id} chapters={(*chapters).clone()} {shown} />
                        <div class="flow t">
                            <p class="eyebrow">{ about(detail) }</p>
                            if let Shown::One(at) = shown {
                                if let Some(part) = &chapters[at].part { <p class="eyebrow">{ part }</p> }
                            }
                            <h1 class="h2" dir="auto">{ title }</h1>
                        </div>
                        { notices(detail) }
                        <Story
                            review={review.clone()}
                            edition={detail.edition.clone()}
                            chapters={(*chapters).clone()}
                            {shown}
                            comments={detail.comments.clone()}
                            changed={detail.changed_entries.clone()}
                            editable={detail.editable}
                            {on_mark}
                            on_comments={props.on_comments.clone()}
                        />
                        { turning(&chapters, shown, &to) }
                        <KeyHints keys={vec![("N", "next page"), ("P", "back"), ("C", "comment"), ("1–4", "a standard")]} />
                        if !chapters.is_empty() { <Seal hash={detail.hash.to_string()} holds={*hash == detail.hash} /> }
                    </div>
                </main>
                <Notes
                    detail={detail.clone()}
                    etag={props.etag.clone()}
                    on_detail={props.on_detail.clone()}
                    known={props.known.clone()}
                    {on_passage}
                    {on_count}
                />
            </div>
            <nav class="dock hd" aria-label="Reading">
                if let Some(next) = next {
                    <Go
                        to={to.clone()}
                        query={Shown::One(next).query()}
                        button={crate::ui::ButtonKind::Quiet}
                        class="shrink"
                        icon="arrow-right"
                        label={format!("Next page: {}", chapters[next].title)}
                    />
                }
                <a class="btn" href="#notes" onclick={Callback::from(|event: MouseEvent| {
                    event.prevent_default();
                    show("notes");
                })}>
                    <Icon name="pencil-line" />{ format!("My notes, {judged} of {open}") }
                </a>
            </nav>
        </Page>
    }
}

/// "Page 3 of 5 · 7 minutes left".
fn progress(chapters: &[Chapter], shown: Shown) -> String {
    let left = |from: usize| reading_minutes(chapters[from..].iter().map(|c| c.words).sum());
    match shown {
        Shown::Whole if chapters.is_empty() => "On paper".to_owned(),
        Shown::Whole => "All on one page".to_owned(),
        Shown::One(at) => {
            format!("Page {} of {} · {} left", at + 1, chapters.len(), count(left(at), "minute", "minutes"))
        }
    }
}

fn about(detail: &ReviewDetail) -> String {
    let review = &detail.review;
    let mut parts = vec![review.mentor.full()];
    parts.extend(review.school.as_ref().map(ToString::to_string));
    parts.push(format!("towards {}", review.qualification.letters()));
    parts.join(" · ")
}

/// What to know before reading on: paper, a second reading, that it is sent.
fn notices(detail: &ReviewDetail) -> Html {
    let review = &detail.review;
    html! {
        <>
            <Folder review={review.clone()} note={detail.paper_note.clone()} />
            if review.number > 1 {
                <Note icon="refresh-cw" title="This was sent again.">
                    <p class="sm">
                        { "Standards that are secured stay so. " }
                        <Go to={Route::ReviewChanges(review.id.to_string().into())}>{ "See what was suggested, and what is new" }</Go>
                    </p>
                </Note>
            }
            if review.state == ReviewState::Sent {
                <Note tone={Tone::Good} title="Your view is with the panel.">
                    <p class="sm">
                        { if detail.editable {
                            "You can read what the others found, and change yours until the panel decides."
                        } else {
                            "The panel has decided, so it stays as it is."
                        } }
                    </p>
                </Note>
            }
        </>
    }
}

/// The way back and the way on.
fn turning(chapters: &[Chapter], shown: Shown, to: &Route) -> Html {
    let Shown::One(at) = shown else { return Html::default() };
    let step = |at: usize, icon: &'static str| {
        let chapter = &chapters[at];
        let name = format!("{}: {}", if icon == "arrow-left" { "Previous page" } else { "Next page" }, chapter.title);
        html! {
            <Go to={to.clone()} query={Shown::One(at).query()} button={crate::ui::ButtonKind::Quiet} label={name} class="turn">
                if icon == "arrow-left" { <Icon name={icon} /> }
                <span class="cut">{ &chapter.title }</span>
                if icon == "arrow-right" { <Icon name={icon} /> }
            </Go>
        }
    };
    html! {
        <nav class="row x turning np" aria-label="Pages">
            if at > 0 { { step(at - 1, "arrow-left") } } else { <span></span> }
            if at + 1 < chapters.len() {
                { step(at + 1, "arrow-right") }
            } else {
                <span class="sm mut">{ "This is the last page." }</span>
            }
        </nav>
    }
}

#[derive(Properties, PartialEq)]
struct ContentsProps {
    id: ReviewId,
    chapters: Vec<Chapter>,
    shown: Shown,
}

/// All pages by their names, and the whole on one.
#[component]
fn Contents(props: &ContentsProps) -> Html {
    let to = Route::Review(props.id.to_string().into());
    if props.chapters.len() < 2 {
        return Html::default();
    }
    html! {
        <div class="np">
            <Details summary={format!("Contents, {}", count(props.chapters.len(), "page", "pages"))}>
                <ol class="contents flow t">
                    { for props.chapters.iter().enumerate().map(|(at, chapter)| html! {
                        <li key={at}>
                            if let Some(part) = &chapter.part { <span class="eyebrow">{ part }</span> }
                            <Go to={to.clone()} query={Shown::One(at).query()} current={props.shown == Shown::One(at)}>
                                { &chapter.title }
                            </Go>
                            <span class="sm mut">{ format!(" · {} min", reading_minutes(chapter.words)) }</span>
                        </li>
                    }) }
                </ol>
                <p>
                    <Go to={to} query={Shown::Whole.query()} current={props.shown == Shown::Whole}>{ "Read it all on one page" }</Go>
                </p>
            </Details>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SealProps {
    hash: AttrValue,
    holds: bool,
}

/// Whether what is read is what was sealed.
#[component]
fn Seal(props: &SealProps) -> Html {
    html! {
        <div class="np">
            <Details summary="Is this what was sent?">
                if props.holds {
                    <p class="sm"><Icon name="shield-check" />{ " Yes. Every word, link and file was counted anew just now, and the seal holds." }</p>
                } else {
                    <p class="sm"><Icon name="triangle-alert" />{ " The seal does not fit this text. Please tell the coordinator before you read on." }</p>
                }
                <p class="sm mut seal">{ &props.hash }</p>
            </Details>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_knows_its_page() {
        for shown in [Shown::One(0), Shown::One(4), Shown::Whole] {
            assert_eq!(Shown::parse(shown.query().get("page").unwrap(), 5), Some(shown));
        }
        for text in ["", "0", "6", "-1", "everything"] {
            assert_eq!(Shown::parse(text, 5), None, "{text}");
        }
    }
}
