//! My awards.

use cairn_shared::award::{AwardStatus, AwardSummary};
use yew::prelude::*;

use crate::api;
use crate::art::{Badge, OneCairn};
use crate::hooks::use_loaded;
use crate::parts::framed;
use crate::router::Route;
use crate::session::{use_me, writes};
use crate::ui::{ButtonKind, Empty, Go, Page, PageHeader, Tag, Tone};
use crate::words::Day;

/// My awards.
#[component]
pub fn Awards() -> Html {
    let me = use_me();
    let load = use_loaded((), |()| async move { api::award::list().await });
    framed(&load, "Awards", |all| {
        html! {
            <Page title="Awards">
                <div class="flow l">
                    <PageHeader title="Awards" lead={html! { "What you were awarded is yours for good, wherever you teach." }} />
                    if all.is_empty() {
                        <Empty
                            title="Your award will stand here"
                            text="It comes when the panel has found all four standards in your story."
                            picture={html! { <OneCairn stones=4 next=true /> }}
                        >
                            if writes(&me) {
                                <Go to={Route::MyPortfolio} button={ButtonKind::Main} icon="layers">{ "Open my portfolio" }</Go>
                            }
                            <a class="btn q" href="/verify">{ "Verify a certificate" }</a>
                        </Empty>
                    } else {
                        <ul class="g2" aria-label="Awards">{ for all.iter().map(|award| html! { <li key={award.id.to_string()}>{ card(award) }</li> }) }</ul>
                    }
                </div>
            </Page>
        }
    })
}

fn card(award: &AwardSummary) -> Html {
    let id = award.id.to_string();
    html! {
        <section class="card row n top-line full-high">
            <Badge kind={award.qualification.code()} size=120 />
            <div class="flow t grow">
                <h2 class="q1"><Go to={Route::Award(id.clone().into())}>{ award.qualification.heading() }</Go></h2>
                <p class="mut">{ format!("Awarded on {}", Day::from(award.awarded_on).with_year()) }</p>
                if award.status == AwardStatus::Revoked {
                    <p><Tag icon="info">{ "No longer in force" }</Tag></p>
                } else {
                    <p><Tag tone={Tone::Good} icon="circle-check">{ "In force" }</Tag></p>
                    <p><Go to={Route::Certificate(id.into())} button={ButtonKind::Quiet} class="s" icon="award">{ "Certificate" }</Go></p>
                }
            </div>
        </section>
    }
}
