//! One's own calendar: an address at which it asks what is on.

use cairn_shared::celebration::CalendarFeed;
use yew::prelude::*;

use crate::api;
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, CopyButton, Icon, Skeleton, Trouble};
use crate::words::Moment;

/// One's own calendar.
#[component]
pub fn Calendar() -> Html {
    let notices = use_notices();
    let load = use_loaded((), |()| async move { api::calendar::read().await });
    let made = use_state_eq(|| None::<String>);
    let make = {
        let (made, load) = (made.setter(), load.clone());
        use_action(
            move |()| async move { api::calendar::make().await },
            move |feed: CalendarFeed| {
                made.set(Some(feed.url));
                load.reload();
            },
        )
    };
    let end = {
        let (made, load) = (made.setter(), load.clone());
        use_action(
            move |()| async move { api::calendar::end().await },
            move |()| {
                made.set(None);
                notices.say("That address leads nowhere any more.");
                load.reload();
            },
        )
    };
    html! {
        <section class="flow" aria-labelledby="calendar">
            <h2 id="calendar" class="q1">{ "Your calendar" }</h2>
            <p class="sm">{ "Celebrations that you are invited to, and the days of rounds, can stand in the calendar on your phone or computer. It follows by itself when something changes." }</p>
            { match &load.state {
                LoadState::Loading => html! { <Skeleton label="Loading" lines=1 card=false /> },
                LoadState::Problem(error) => html! { <Trouble title="This did not come" detail={error.sentence()} again={load.reloader()} /> },
                LoadState::Loaded(state) => html! {
                    <>
                        if let Some(url) = made.as_ref() {
                            <div class="note good flow t" role="status">
                                <p><strong>{ "Give this address to your calendar" }</strong>{ ", under “subscribe” or “from the web”. It is shown this once; whoever has it sees what is on for you." }</p>
                                <p class="brk"><code>{ url }</code></p>
                                <CopyButton text={url.clone()} label="Copy the address" small=true />
                            </div>
                        } else if let Some(since) = state.since {
                            <p class="sm"><Icon name="circle-check" />{ format!(" Your calendar has had an address since {}.", Moment::from(since).day().with_year()) }</p>
                        }
                        <div class="row t">
                            <Button kind={ButtonKind::Quiet} icon="calendar" busy={make.running} onclick={make.runner()}>
                                { if state.since.is_some() { "Make a new address" } else { "Make an address" } }
                            </Button>
                            if state.since.is_some() {
                                <Button kind={ButtonKind::Text} busy={end.running} onclick={end.runner()}>{ "End it" }</Button>
                            }
                        </div>
                        if let Some(error) = make.trouble.as_ref().or(end.trouble.as_ref()) { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
                    </>
                },
            } }
        </section>
    }
}
