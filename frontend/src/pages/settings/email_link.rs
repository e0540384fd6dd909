//! The link to a new address. It waits for a press, because mail scanners open links by themselves; and for somebody who
//! is signed in, because a mistyped address brings it to a stranger.

use cairn_shared::session::Me;
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api::{ApiError, sessions};
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::framed;
use crate::router::{Id, Route, replace};
use crate::session::use_session;
use crate::ui::{Button, ButtonKind, Go, Note, Page, PageHeader, Tone, Trouble};

const TITLE: &str = "Your new address";

/// The link.
#[derive(Properties, PartialEq)]
pub struct EmailLinkProps {
    /// What makes it good, once.
    pub token: Id,
}

/// The link to a new address.
#[component]
pub fn EmailLink(props: &EmailLinkProps) -> Html {
    let me = use_loaded((), |()| sessions::me());
    framed(&me, TITLE, |me| {
        html! {
            <Page title={TITLE}>
                <div class="read flow l centre">
                    <PageHeader title={TITLE} />
                    <Follow token={props.token.clone()} me={me.clone()} />
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct FollowProps {
    token: Id,
    me: Me,
}

/// One press, and the new address is the one that signs in.
#[component]
fn Follow(props: &FollowProps) -> Html {
    let (session, notices) = (use_session(), use_notices());
    let confirm = use_action(
        |token: Id| async move {
            // What is not even shaped like a token has had its day, too.
            let token = Line::new(token.as_str()).map_err(|_| ApiError::answered(409, String::new(), None))?;
            sessions::confirm_email_change(token).await
        },
        move |_: Me| {
            let session = session.clone();
            wasm_bindgen_futures::spawn_local(async move { session.ask_again().await });
            notices.say("Your address is changed. Your other devices are signed out.");
            replace(&Route::Settings);
        },
    );
    let onclick = {
        let (confirm, token) = (confirm.runner(), props.token.clone());
        Callback::from(move |()| confirm.emit(token.clone()))
    };
    let over = confirm.trouble.as_ref().is_some_and(|e| !e.may_pass());
    let Some(change) = props.me.email_change.as_ref().filter(|_| !over) else {
        return html! {
            <Note tone={Tone::More} icon="clock" live=true title="This link has had its day">
                <p>{ "A link to a new address works once, within half an hour, for the person who asked for it." }</p>
                <p>{ "You sign in with " }<strong class="wraps">{ props.me.email.as_str() }</strong>{ "." }</p>
                <p><Go to={Route::Settings} button={ButtonKind::Main}>{ "Go to your account" }</Go></p>
            </Note>
        };
    };
    html! {
        <section class="card flow" aria-label={TITLE}>
            if let Some(error) = &confirm.trouble {
                <Trouble title={error.title.clone()} detail={error.sentence()} />
            }
            <p>{ "One press, and you sign in with " }<strong class="wraps">{ change.email.as_str() }</strong>{ ". Letters go there, too, and your other devices are signed out." }</p>
            <div class="row">
                <Button big=true busy={confirm.running} {onclick}>{ "Use this address" }</Button>
                <Go to={Route::Settings}>{ "Not now" }</Go>
            </div>
        </section>
    }
}
