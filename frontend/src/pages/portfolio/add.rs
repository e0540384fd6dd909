//! Adding entries of one's story to a portfolio: a dialog with a search.

use std::cell::RefCell;

use cairn_shared::entry::{EntryState, EntrySummary};
use cairn_shared::ids::EntryId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::entry::{Wanted, list};
use crate::art::OneCairn;
use crate::browser::Timer;
use crate::hooks::{LoadState, use_loaded};
use crate::pages::entry::places::beginning;
use crate::parts::StandardMark;
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Dialog, Empty, Go, LoadMore, Skeleton, Tag, TextField, Tone, Trouble};
use crate::words::{Day, count};

/// What an entry is called: its title, or its first words.
pub fn called(entry: &EntrySummary) -> String {
    match (&entry.title, entry.opening.trim()) {
        (Some(title), _) => title.to_string(),
        (None, "") => format!("{}, without words yet", Day::from(entry.happened_on).with_year()),
        (None, opening) => beginning(opening.lines().next().unwrap_or(opening), 80),
    }
}

/// What is there already, and whom to tell.
#[derive(Properties, PartialEq)]
pub struct AddFromStoryProps {
    /// Whether the dialog is open.
    pub open: bool,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// The entries that are in the portfolio.
    pub included: Vec<EntryId>,
    /// Told which entry to add.
    pub onadd: Callback<EntrySummary>,
}

/// A dialog that adds entries of one's story.
#[component]
pub fn AddFromStory(props: &AddFromStoryProps) -> Html {
    html! {
        <Dialog open={props.open} title="Add from my story" onclose={props.onclose.clone()} class="wide">
            <Finder included={props.included.clone()} onadd={props.onadd.clone()} />
            <div class="row"><Button onclick={props.onclose.clone()}>{ "Done" }</Button></div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct FinderProps {
    included: Vec<EntryId>,
    onadd: Callback<EntrySummary>,
}

/// What came of further pages of one search.
#[derive(Clone, Default, PartialEq)]
struct Further {
    search: String,
    items: Vec<EntrySummary>,
    next: Option<String>,
    any: bool,
}

#[component]
fn Finder(props: &FinderProps) -> Html {
    let typed = use_state_eq(String::new);
    let search = use_state_eq(String::new);
    let waiting = use_memo((), |()| RefCell::new(None::<Timer>));
    let further = use_state_eq(Further::default);
    let busy = use_state_eq(|| false);
    let first =
        use_loaded(
            (*search).clone(),
            |search| async move { list(&Wanted { search, ..Wanted::default() }, None).await },
        );
    let oninput = {
        let (typed, search) = (typed.setter(), search.setter());
        Callback::from(move |text: String| {
            typed.set(text.clone());
            let search = search.clone();
            waiting.replace(Some(Timer::after(300, move || search.set(text))));
        })
    };
    let shown = match &first.state {
        LoadState::Loading => html! { <Skeleton label="Looking through your story" lines=4 card=false /> },
        LoadState::Problem(error) => {
            html! { <Trouble title={error.title.clone()} detail={error.sentence()} again={first.reloader()} /> }
        }
        LoadState::Loaded(page) if page.items.is_empty() && search.trim().is_empty() => html! {
            <Empty
                title="Your story begins with a moment"
                text="Write down what you noticed this week. It can go into a portfolio at any time."
                picture={html! { <OneCairn stones=0 /> }}
                level="h3"
            >
                <Go to={Route::StoryNew} button={ButtonKind::Main} icon="pencil-line">{ "Write it" }</Go>
            </Empty>
        },
        LoadState::Loaded(page) if page.items.is_empty() => html! {
            <p class="mut">{ "Nothing in your story has these words. Try fewer of them, or others." }</p>
        },
        LoadState::Loaded(page) => {
            let same = further.any && further.search == *search;
            let next = if same { further.next.clone() } else { page.next.clone() };
            let items: Vec<EntrySummary> =
                page.items.iter().chain(further.items.iter().filter(|_| same)).cloned().collect();
            let onmore = {
                let (next, further, busy, search) = (next.clone(), further.clone(), busy.setter(), (*search).clone());
                Callback::from(move |()| {
                    let (next, further, busy, search) = (next.clone(), further.clone(), busy.clone(), search.clone());
                    busy.set(true);
                    spawn_local(async move {
                        let wanted = Wanted { search: search.clone(), ..Wanted::default() };
                        if let Ok(page) = list(&wanted, next).await {
                            let mut items = if same { further.items.clone() } else { Vec::new() };
                            items.extend(page.items);
                            further.set(Further { search, items, next: page.next, any: true });
                        }
                        busy.set(false);
                    });
                })
            };
            html! {
                <>
                    <ul class="tl found" aria-label="Your story">
                        { for items.iter().map(|entry| row(entry, props.included.contains(&entry.id), &props.onadd)) }
                    </ul>
                    <LoadMore more={next.is_some()} busy={*busy} {onmore} />
                </>
            }
        }
    };
    let found = match &first.state {
        LoadState::Loaded(page) if !search.trim().is_empty() && page.next.is_none() => {
            format!("{} found", count(page.items.len(), "entry", "entries"))
        }
        _ => String::new(),
    };
    html! {
        <>
            <TextField id="find-entry" autofocus=true label="Search your story" kind="search" value={(*typed).clone()} {oninput} />
            <p class="vh" role="status">{ found }</p>
            { shown }
        </>
    }
}

fn row(entry: &EntrySummary, there: bool, onadd: &Callback<EntrySummary>) -> Html {
    let name = called(entry);
    let onclick = {
        let (entry, onadd) = (entry.clone(), onadd.clone());
        Callback::from(move |()| onadd.emit(entry.clone()))
    };
    html! {
        <li key={entry.id.to_string()}>
            <span class="flow t">
                <strong dir="auto">{ &name }</strong>
                <span class="sm mut">
                    { Day::from(entry.happened_on).with_year() }
                    if entry.state == EntryState::Draft { { " · draft" } }
                </span>
                if !entry.standards.is_empty() {
                    <span class="row close">
                        { for entry.standards.iter().map(|s| html! { <StandardMark number={usize::from(s.number())} /> }) }
                    </span>
                }
            </span>
            if there {
                <Tag tone={Tone::Good} icon="check">{ "In your portfolio" }</Tag>
            } else {
                <Button kind={ButtonKind::Quiet} small=true icon="plus" label={format!("Add “{name}”")} {onclick}>{ "Add" }</Button>
            }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_title_is_called_by_its_first_words() {
        let mut entry = EntrySummary {
            id: uuid::Uuid::from_u128(1).into(),
            title: None,
            opening: "We threw away her plan at ten to four.\nIt was a good plan.".into(),
            happened_on: "2026-11-19".parse().unwrap(),
            created_at: "2026-11-19T16:31:00Z".parse().unwrap(),
            state: EntryState::Kept,
            standards: Vec::new(),
            links: 0,
            evidence: 0,
        };
        assert_eq!(called(&entry), "We threw away her plan at ten to four.");
        entry.opening = "x".repeat(120);
        assert_eq!(called(&entry).chars().count(), 81);
        entry.opening = " ".into();
        assert_eq!(called(&entry), "19 November 2026, without words yet");
    }
}
