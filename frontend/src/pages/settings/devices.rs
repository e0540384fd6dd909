//! The devices that are signed in, and signing one out from here.

use cairn_shared::session::{Device, SessionSummary};
use yew::prelude::*;

use crate::api::sessions;
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Icon, Skeleton, Tag, Tone, Trouble};
use crate::words::Moment;

/// The devices that are signed in.
#[component]
pub fn Devices() -> Html {
    let list = use_loaded((), |()| sessions::list());
    html! {
        <section class="flow" aria-labelledby="devices">
            <h2 id="devices" class="q1">{ "Where you are signed in" }</h2>
            { match &list.state {
                LoadState::Loading => html! { <Skeleton label="Loading your devices" lines=2 card=false /> },
                LoadState::Problem(error) => html! {
                    <Trouble title="Your devices did not come" detail={error.sentence()} again={list.reloader()} />
                },
                LoadState::Loaded(all) => html! {
                    <ul class="tl">
                        { for all.iter().map(|one| html! {
                            <Signed key={one.id.to_string()} session={one.clone()} onended={list.reloader()} />
                        }) }
                    </ul>
                },
            } }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SignedProps {
    session: SessionSummary,
    onended: Callback<()>,
}

/// What kind of device it is, and how long it stays signed in.
fn kind(device: Device) -> &'static str {
    match device {
        Device::Own => "Your own device",
        Device::Shared => "Shared device",
    }
}

/// One device.
#[component]
fn Signed(props: &SignedProps) -> Html {
    let notices = use_notices();
    let session = &props.session;
    let id = session.id;
    let end = use_action(move |()| sessions::end(id), {
        let onended = props.onended.clone();
        move |()| {
            onended.emit(());
            notices.say("That device is signed out.");
        }
    });
    let used = Moment(session.used_at).relative_to(Moment::now());
    let name = match session.agent.trim() {
        "" => "A browser",
        agent => agent,
    };
    html! {
        <li>
            <span class="flow t grow">
                <strong>{ name }</strong>
                <span class="sm mut">{ format!("{} · last used {used} · signed in {}", kind(session.device), Moment(session.signed_in_at).relative_to(Moment::now())) }</span>
                if let Some(error) = &end.trouble { <span class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</span> }
            </span>
            if session.current {
                <Tag tone={Tone::Good} icon="circle-check">{ "This one" }</Tag>
            } else {
                <Button kind={ButtonKind::Quiet} small=true busy={end.running} label={format!("Sign it out: {name}")} onclick={end.runner()}>{ "Sign it out" }</Button>
            }
        </li>
    }
}
