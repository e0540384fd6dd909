//! A device of somebody's is in other hands.

use cairn_shared::ids::PersonId;
use yew::prelude::*;

use crate::api::sessions;
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Details, Trouble};

/// Whose.
#[derive(Properties, PartialEq)]
pub struct LostDeviceProps {
    /// The person.
    pub id: PersonId,
    /// Their given name.
    pub name: AttrValue,
}

/// Signing somebody out on all of their devices.
#[component]
pub fn LostDevice(props: &LostDeviceProps) -> Html {
    let notices = use_notices();
    let end = {
        let (id, name) = (props.id, props.name.clone());
        use_action(
            move |()| async move { sessions::end_for(id).await },
            move |()| notices.say(format!("{name} is signed out on all devices.")),
        )
    };
    html! {
        <Details summary={format!("{}’s device is in other hands", props.name)}>
            <div class="card flow gap-top">
                <p>{ format!("Sign {} out on every device, if one was lost or left open. Nothing is lost but what was typed and not saved yet; they sign in again as always, and are told by letter.", props.name) }</p>
                if let Some(error) = end.trouble.clone() { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
                <div><Button kind={ButtonKind::Quiet} icon="door-open" busy={end.running} onclick={end.runner()}>{ "Sign them out everywhere" }</Button></div>
            </div>
        </Details>
    }
}
