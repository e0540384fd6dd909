//! What an entry said before: to read, and to bring back.

use cairn_shared::entry::{EntryDetail, EntryVersion, VersionReason};
use cairn_shared::ids::{EntryId, VersionId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::writing::{Words, write};
use crate::api::{Loaded, entry};
use crate::art::OneCairn;
use crate::hooks::{LoadState, use_action, use_loaded, use_pages};
use crate::notices::use_notices;
use crate::pages::NotFound;
use crate::pages::story::glance::called;
use crate::router::{Route, navigate};
use crate::ui::{Back, Button, ButtonKind, Details, Empty, Go, LoadMore, Page, PageHeader, Skeleton, Trouble};
use crate::words::Moment;

/// Of which entry.
#[derive(Properties, PartialEq)]
pub struct VersionsProps {
    /// Its id.
    pub id: EntryId,
}

/// Why there is a version, in words.
fn why(reason: VersionReason) -> &'static str {
    match reason {
        VersionReason::Replaced => "Later words took its place",
        VersionReason::OtherDevice => "Written at the same time on another device",
        VersionReason::BroughtBack => "An earlier version was brought back over it",
    }
}

/// What an entry said before.
#[component]
pub fn Versions(props: &VersionsProps) -> Html {
    let id = props.id;
    let notices = use_notices();
    let entry = use_loaded(id, |id| async move { entry::read(&id).await });
    let list = use_pages(id, |id: EntryId, after| async move { entry::versions(&id, after).await });
    let bring_back = use_action(
        move |version: VersionId| async move {
            let before = entry::read(&id).await?;
            entry::bring_back(&id, &version).await.map(|now| (before, now))
        },
        move |(before, now): (Loaded<EntryDetail>, Loaded<EntryDetail>)| {
            let route = Route::Entry(id.to_string().into());
            navigate(&route);
            let undo = Callback::from(move |()| {
                let (before, now) = (Words::of(&before.value), now.clone());
                spawn_local(async move {
                    if write(&now, &before, now.etag.as_deref(), false).await.is_ok() {
                        navigate(&Route::EntryVersions(id.to_string().into()));
                    }
                });
            });
            notices.say_with_undo("It is back. What stood there before is among the earlier versions.", undo);
        },
    );
    if let LoadState::Problem(error) = &entry.state
        && error.status == 404
    {
        return html! { <NotFound /> };
    }
    let name = entry.value().map(|entry| called(entry.value.title.as_ref(), entry.value.happened_on));
    html! {
        <Page title="Earlier versions">
            <div class="read centre flow">
                <PageHeader
                    title="Earlier versions"
                    back={html! { <Back to={Route::Entry(id.to_string().into())}>{ name.clone().unwrap_or_else(|| "Your entry".to_owned()) }</Back> }}
                    lead={html! { "A version is put aside when you come back to a text after a while, and whenever two devices wrote at the same time. Only you can see them." }}
                />
                { match &list.state {
                    LoadState::Loading => html! { <Skeleton label="Loading the earlier versions" /> },
                    LoadState::Problem(error) => html! {
                        <Trouble title="The earlier versions did not come" detail={error.sentence()} again={list.reload.clone()} />
                    },
                    LoadState::Loaded(versions) if versions.is_empty() => html! {
                        <Empty title="This is the first version" text="Earlier ones appear here as you come back to it." picture={html! { <OneCairn stones=1 next=true /> }}>
                            <Go to={Route::Entry(id.to_string().into())} button={ButtonKind::Main}>{ "Back to the entry" }</Go>
                        </Empty>
                    },
                    LoadState::Loaded(versions) => html! {
                        <ol class="tl versions">
                            { for versions.iter().map(|version| shown(version, &bring_back.runner(), bring_back.running)) }
                        </ol>
                    },
                } }
                if let Some(error) = bring_back.trouble.clone().or(list.trouble.clone()) {
                    <Trouble title="That was not done just now" detail={error.sentence()} again={list.reload.clone()} />
                }
                <LoadMore more={list.more} busy={list.busy} onmore={list.load_more.clone()} />
            </div>
        </Page>
    }
}

fn shown(version: &EntryVersion, bring_back: &Callback<VersionId>, busy: bool) -> Html {
    let id = version.id;
    let when = Moment(version.made_at).relative_to(Moment::now());
    let words = version.text.as_str().split_whitespace().count();
    html! {
        <li key={id.to_string()}>
            <div class="flow t grow">
                <h2 class="h3">{ format!("Put aside {when}") }</h2>
                <p class="sm mut">{ format!("{} · {}", why(version.reason), crate::words::count(words, "word", "words")) }</p>
                <Details summary="Read it">
                    <div class="card p flow" tabindex="0" role="group" aria-label={format!("What was put aside {when}")}>
                        if let Some(title) = &version.title { <p class="b" dir="auto">{ title.to_string() }</p> }
                        <div class="story as-written" dir="auto">{ version.text.to_string() }</div>
                    </div>
                </Details>
                <Button kind={ButtonKind::Quiet} small=true class="start" icon="undo-2" {busy} label={format!("Bring it back, put aside {when}")} onclick={bring_back.reform(move |()| id)}>
                    { "Bring it back" }
                </Button>
            </div>
        </li>
    }
}
