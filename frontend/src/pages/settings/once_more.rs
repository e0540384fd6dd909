//! Signing in once more, before how one signs in is changed.

use cairn_shared::text::Email;
use yew::prelude::*;

use crate::api::sessions;
use crate::hooks::{use_action, use_key};
use crate::session::is_own_device;
use crate::ui::{Button, ButtonKind, Note, Tone};

#[derive(Properties, PartialEq)]
pub(super) struct SignInOnceMoreProps {
    pub email: Email,
    pub why: AttrValue,
}

/// The sign-in is a while ago, so the address of today gets a link first.
#[component]
pub(super) fn SignInOnceMore(props: &SignInOnceMoreProps) -> Html {
    let key = use_key();
    let gone = use_state_eq(|| false);
    let send = {
        let (email, gone) = (props.email.clone(), gone.setter());
        use_action(
            move |()| {
                let (email, key) = (email.clone(), key.clone());
                async move { sessions::send_link(email, is_own_device(), &key).await }
            },
            move |()| gone.set(true),
        )
    };
    html! {
        <Note tone={Tone::More} icon="key-round" live=true title="Sign in once more first">
            <p>{ &props.why }</p>
            if let Some(error) = &send.trouble { <p>{ error.sentence() }</p> }
            if *gone {
                <p>{ format!("A link is on its way to {}. Open it in this browser, then come back to this page.", props.email) }</p>
            } else {
                <p class="row t">
                    <Button kind={ButtonKind::Quiet} small=true icon="mail" busy={send.running} onclick={send.runner()}>{ "Email me a sign-in link" }</Button>
                </p>
            }
        </Note>
    }
}
