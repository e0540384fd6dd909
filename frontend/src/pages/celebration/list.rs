//! Celebrations: those that one is invited to, and for a coordinator all of them.

use cairn_shared::celebration::CelebrationSummary;
use cairn_shared::person::Role;
use yew::prelude::*;

use super::{reply_tag, stage_tag, when};
use crate::api;
use crate::art::OneCairn;
use crate::hooks::use_loaded;
use crate::parts::framed;
use crate::router::Route;
use crate::session::{has, use_me};
use crate::ui::{ButtonKind, Empty, Go, Icon, Page, PageHeader};
use crate::words::count;

/// Celebrations.
#[component]
pub fn Celebrations() -> Html {
    let me = use_me();
    let coordinates = has(&me, Role::Coordinator);
    let load = use_loaded((), |()| async move { api::celebration::list().await });
    let new =
        || html! { <Go to={Route::CelebrationNew} button={ButtonKind::Main} icon="plus">{ "Plan a celebration" }</Go> };
    framed(&load, "Celebrations", |all| {
        html! {
            <Page title="Celebrations">
                <div class="flow l">
                    <PageHeader
                        title="Celebrations"
                        lead={html! { { "An award is worth an evening together." } }}
                        actions={(coordinates && !all.is_empty()).then(new).unwrap_or_default()}
                    />
                    if all.is_empty() {
                        <Empty
                            title="Nothing is on just now"
                            text={if coordinates {
                                "Plan an evening for the awards of a round. Nobody hears of it before you invite them."
                            } else {
                                "When you are invited to a celebration, it stands here, and you get a letter."
                            }}
                            picture={html! { <OneCairn stones=4 /> }}
                        >
                            if coordinates { { new() } } else { <Go to={Route::Awards} button={ButtonKind::Quiet} icon="award">{ "See my awards" }</Go> }
                        </Empty>
                    } else {
                        <ul class="tl" aria-label="Celebrations">{ for all.iter().map(row) }</ul>
                    }
                </div>
            </Page>
        }
    })
}

fn row(one: &CelebrationSummary) -> Html {
    let id = one.id.to_string();
    html! {
        <li key={id.clone()}>
            <span class="flow t">
                <span class="eyebrow">{ when(one.starts_at, one.ends_at) }</span>
                <Go to={Route::Celebration(id.into())}>{ one.title.to_string() }</Go>
                <span class="sm mut"><Icon name="utensils" />{ format!(" {}", one.place) }</span>
                if let Some(filling) = one.filling {
                    <span class="sm">{ format!("{} of {} coming", filling.heads, count(filling.places.into(), "place", "places")) }</span>
                }
            </span>
            if one.filling.is_some() { { stage_tag(one.stage) } } else if let Some(reply) = one.reply { { reply_tag(reply) } }
        </li>
    }
}
