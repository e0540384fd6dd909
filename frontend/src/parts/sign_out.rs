//! Signing out. Where a text waits on this device, it first offers to send it or to download it.

use yew::prelude::*;

use crate::browser::hand_over;
use crate::hooks::{drafts, use_action};
use crate::session::use_session;
use crate::ui::{Button, ButtonKind, Dialog, Trouble};
use crate::words;

/// How it looks.
#[derive(Properties, PartialEq)]
pub struct SignOutProps {
    /// The kind of button.
    #[prop_or(ButtonKind::Quiet)]
    pub kind: ButtonKind,
}

/// A button that signs out.
#[component]
pub fn SignOut(props: &SignOutProps) -> Html {
    let session = use_session();
    let asks = use_state_eq(|| 0_usize);
    let leave = use_action(
        move |()| {
            let session = session.clone();
            async move { session.sign_out().await }
        },
        |()| {},
    );
    let onclick = {
        let (asks, leave) = (asks.setter(), leave.runner());
        Callback::from(move |()| match drafts::all_waiting().len() {
            0 => leave.emit(()),
            waiting => asks.set(waiting),
        })
    };
    let close = {
        let asks = asks.setter();
        Callback::from(move |()| asks.set(0))
    };
    let download = Callback::from(|()| {
        let texts: serde_json::Map<String, serde_json::Value> = drafts::all_waiting()
            .into_iter()
            .map(|(name, text)| (name, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))))
            .collect();
        hand_over(
            "cairn-not-sent-yet.json",
            "application/json",
            &serde_json::to_vec_pretty(&texts).unwrap_or_default(),
        );
    });
    html! {
        <>
            <div><Button kind={props.kind} icon="door-open" busy={leave.running} {onclick}>{ "Sign out" }</Button></div>
            if let Some(error) = leave.trouble.clone() {
                <Trouble
                    title="You are still signed in"
                    detail={format!("{} Until then, close the browser if others use this device.", error.sentence())}
                    again={leave.runner()}
                />
            }
            <Dialog open={*asks > 0} title="Something is not sent yet" onclose={close.clone()}>
                <p>
                    { format!(
                        "{} on this device, and signing out takes it away from here. Stay and go online to send it, or download it first.",
                        words::sentence(&match *asks { 1 => "one text waits".to_owned(), n => format!("{} texts wait", words::number(n)) })
                    ) }
                </p>
                <div class="row">
                    <Button onclick={close}>{ "Stay" }</Button>
                    <Button kind={ButtonKind::Quiet} icon="download" onclick={download}>{ "Download it" }</Button>
                    <Button kind={ButtonKind::Text} busy={leave.running} onclick={leave.runner()}>{ "Sign out all the same" }</Button>
                </div>
            </Dialog>
        </>
    }
}
