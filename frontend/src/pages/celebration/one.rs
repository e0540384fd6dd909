//! One celebration: what it is, one's own invitation, and what its planner does.

use cairn_shared::celebration::{CelebrationDetail, CelebrationStage, Invitation, Reply};
use cairn_shared::ids::CelebrationId;
use yew::prelude::*;

use super::evening::{Evening, WhoComes};
use super::reply::ReplyForm;
use super::{reply_tag, stage_tag, when};
use crate::api::{self, Loaded};
use crate::art::Contours;
use crate::browser::hand_over;
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::{day, framed};
use crate::router::Route;
use crate::ui::{Back, Button, ButtonKind, Icon, Note, Page, PageHeader, Tone, Trouble};
use crate::words::Day;

/// Which celebration.
#[derive(Properties, PartialEq)]
pub struct CelebrationProps {
    /// Its id.
    pub id: CelebrationId,
}

/// One celebration.
#[component]
pub fn Celebration(props: &CelebrationProps) -> Html {
    let load = use_loaded(props.id, |id| async move { api::celebration::read(id).await });
    let put = {
        let load = load.clone();
        Callback::from(move |loaded: Loaded<CelebrationDetail>| load.put(loaded))
    };
    framed(&load, "Celebration", |loaded| {
        let detail = &loaded.value;
        let onanswer = {
            let (load, loaded) = (load.clone(), loaded.clone());
            Callback::from(move |invitation: Invitation| {
                let value = CelebrationDetail { invitation: Some(invitation), ..loaded.value.clone() };
                load.put(Loaded { value, etag: loaded.etag.clone() });
                // How many come is others' answers, too.
                load.reload();
            })
        };
        html! {
            <Page title={detail.title.to_string()}>
                <div class="flow l">
                    <PageHeader
                        title={detail.title.to_string()}
                        back={html! { <Back to={Route::Celebrations}>{ "Celebrations" }</Back> }}
                        eyebrow={html! { { when(detail.starts_at, detail.ends_at) } }}
                        actions={if detail.plan.is_some() { stage_tag(detail.stage) } else { html! {} }}
                    />
                    if let Some(error) = &load.trouble {
                        <Trouble title="What you see may be a little old" detail={error.sentence()} again={load.reloader()} />
                    }
                    if detail.stage == CelebrationStage::Cancelled {
                        <Note tone={Tone::Info} title="It does not take place">
                            <p dir="auto">{ detail.cancelled_why.clone().unwrap_or_default() }</p>
                        </Note>
                    }
                    <div class="split">
                        <div class="flow">
                            <Where detail={detail.clone()} />
                            if detail.invitation.is_some() { <Invited detail={detail.clone()} {onanswer} again={load.reloader()} /> }
                            if let Some(plan) = &detail.plan {
                                <WhoComes detail={detail.clone()} plan={plan.clone()} on_celebration={put.clone()} />
                            }
                        </div>
                        <aside class="flow" aria-label="The evening">
                            if let Some(plan) = &detail.plan {
                                <Evening detail={detail.clone()} plan={plan.clone()} on_celebration={put.clone()} />
                            } else {
                                <Table detail={detail.clone()} />
                            }
                        </aside>
                    </div>
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct WhereProps {
    detail: CelebrationDetail,
}

/// Where and when, and taking it into one's calendar.
#[component]
fn Where(props: &WhereProps) -> Html {
    let detail = &props.detail;
    let id = detail.id;
    let keep = use_action(
        move |()| async move { api::celebration::calendar(id).await },
        |calendar: Vec<u8>| {
            hand_over("celebration.ics", "text/calendar", &calendar);
        },
    );
    let open = matches!(detail.stage, CelebrationStage::Planned | CelebrationStage::Invited);
    html! {
        <section class="card hero flow" aria-labelledby="where">
            <Contours seed=23 levels=9 />
            <h2 id="where" class="vh">{ "Where and when" }</h2>
            <dl class="kv">
                <dt>{ "When" }</dt><dd class="b">{ when(detail.starts_at, detail.ends_at) }</dd>
                <dt>{ "Where" }</dt><dd dir="auto">{ detail.place.to_string() }</dd>
                if open { <dt>{ "Answer by" }</dt><dd>{ day(detail.reply_by) }</dd> }
            </dl>
            if !detail.details.is_blank() { <p class="prose" dir="auto">{ for detail.details.as_str().lines().map(|line| html! { <>{ line }<br /></> }) }</p> }
            if open {
                <Button kind={ButtonKind::Quiet} small=true icon="calendar" class="start" busy={keep.running} onclick={keep.runner()}>{ "Put it in my calendar" }</Button>
            }
            if let Some(error) = &keep.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct InvitedProps {
    detail: CelebrationDetail,
    onanswer: Callback<Invitation>,
    again: Callback<()>,
}

/// One's own invitation.
#[component]
fn Invited(props: &InvitedProps) -> Html {
    let notices = use_notices();
    let Some(invitation) = props.detail.invitation.clone() else { return html! {} };
    let onanswer = props.onanswer.reform(move |invitation: Invitation| {
        notices.say(match invitation.reply {
            Reply::Coming => "Thank you. See you there.",
            Reply::Waiting => "You are on the waiting list. We write as soon as there is room.",
            Reply::NotComing | Reply::Unanswered => "Thank you for saying so.",
        });
        invitation
    });
    let open = matches!(props.detail.stage, CelebrationStage::Invited);
    html! {
        <section class="card flow" aria-labelledby="invitation">
            <div class="row x"><h2 id="invitation" class="q1">{ "Your invitation" }</h2>{ reply_tag(invitation.reply) }</div>
            if invitation.reply == Reply::Waiting {
                <Note tone={Tone::Info}><p>{ "All places are taken just now. As soon as there is room you move up by yourself, and get a letter." }</p></Note>
            }
            if open {
                <ReplyForm {invitation} guests={props.detail.guests_each} {onanswer} again={props.again.clone()} />
                <p class="sm mut">{ match Day::today().0 <= props.detail.reply_by {
                    true => format!("You can change it until {}.", day(props.detail.reply_by)),
                    false => format!("Answers were wanted by {}. If you can’t come any more, you can still say so here; for anything else, write to your coordinator.", day(props.detail.reply_by)),
                } }</p>
            }
        </section>
    }
}

/// Where one sits.
#[component]
fn Table(props: &WhereProps) -> Html {
    let table = props.detail.invitation.as_ref().filter(|it| it.reply == Reply::Coming).and_then(|it| it.table);
    html! {
        <section class="card p flow t" aria-labelledby="table">
            <h2 id="table" class="q2">{ "Your table" }</h2>
            if let Some(number) = table {
                <p class="b">{ format!("Table {number}") }</p>
            } else {
                <p class="sm">{ "It stands here once the tables are planned. Schools sit together." }</p>
            }
        </section>
    }
}
