//! The bin: what was put away, and taking it out again.

use cairn_shared::entry::{EntryDetail, EntrySummary};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::glance::{called, opening};
use crate::api::Loaded;
use crate::api::entry::{self, Wanted};
use crate::art::OneCairn;
use crate::hooks::{LoadState, use_action, use_pages};
use crate::notices::use_notices;
use crate::router::Route;
use crate::ui::{Back, Button, ButtonKind, Empty, Go, LoadMore, Page, PageHeader, Skeleton, Trouble};
use crate::words::Day;

/// What I put in the bin.
#[component]
pub fn Bin() -> Html {
    let list =
        use_pages(
            (),
            |(), after| async move { entry::list(&Wanted { binned: true, ..Wanted::default() }, after).await },
        );
    html! {
        <Page title="The bin">
            <div class="read centre flow">
                <PageHeader
                    title="The bin"
                    back={html! { <Back to={Route::Story}>{ "My story" }</Back> }}
                    lead={html! { "What lies here is in no portfolio that you send. It stays until you take it out again." }}
                />
                { match &list.state {
                    LoadState::Loading => html! { <Skeleton label="Loading the bin" /> },
                    LoadState::Problem(error) => html! {
                        <Trouble title="The bin did not come" detail={error.sentence()} again={list.reload.clone()} />
                    },
                    LoadState::Loaded(entries) if entries.is_empty() => html! {
                        <Empty title="Nothing in here" text="All that you wrote is in your story." picture={html! { <OneCairn stones=3 /> }}>
                            <Go to={Route::Story} button={ButtonKind::Main}>{ "Back to my story" }</Go>
                        </Empty>
                    },
                    LoadState::Loaded(entries) => html! {
                        <ul class="tl">
                            { for entries.iter().map(|entry| html! {
                                <Binned key={entry.id.to_string()} entry={entry.clone()} onchange={list.reload.clone()} />
                            }) }
                        </ul>
                    },
                } }
                if let Some(error) = &list.trouble {
                    <Trouble title="The rest did not come" detail={error.sentence()} again={list.reload.clone()} />
                }
                <LoadMore more={list.more} busy={list.busy} onmore={list.load_more.clone()} />
            </div>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct BinnedProps {
    entry: EntrySummary,
    onchange: Callback<()>,
}

/// One entry in the bin.
#[component]
fn Binned(props: &BinnedProps) -> Html {
    let notices = use_notices();
    let entry = &props.entry;
    let id = entry.id;
    let name = called(entry.title.as_ref(), entry.happened_on);
    let restore = use_action(move |()| async move { entry::restore(&id).await }, {
        let (name, onchange) = (name.clone(), props.onchange.clone());
        move |_: Loaded<EntryDetail>| {
            let undo = {
                let onchange = onchange.clone();
                Callback::from(move |()| {
                    let onchange = onchange.clone();
                    spawn_local(async move {
                        let _ = entry::bin(&id).await;
                        onchange.emit(());
                    });
                })
            };
            notices.say_with_undo(format!("“{name}” is back in your story."), undo);
            onchange.emit(());
        }
    });
    html! {
        <li>
            <span class="flow t grow">
                <span class="eyebrow">{ Day(entry.happened_on).long_with_year() }</span>
                <strong>{ &name }</strong>
                <span class="sm mut">{ crate::pages::entry::places::beginning(&opening(entry), 140) }</span>
                if let Some(error) = &restore.trouble {
                    <Trouble title="It is still in the bin" detail={error.sentence()} />
                }
            </span>
            <Button kind={ButtonKind::Quiet} small=true icon="undo-2" label={format!("Take it out: {name}")} busy={restore.running} onclick={restore.runner()}>
                { "Take it out" }
            </Button>
        </li>
    }
}
