//! The link in a sign-in e-mail or an invitation. It waits for a press, because mail scanners open links by themselves
//! and would use it up.

use cairn_shared::second_step::Code;
use cairn_shared::text::Line;
use yew::prelude::*;

use super::sign_in::{code_field, link_is_over};
use crate::api::{ApiError, sessions};
use crate::art::{Contours, OneCairn};
use crate::browser::focus;
use crate::hooks::use_action;
use crate::router::{Id, Route, replace};
use crate::session::use_session;
use crate::ui::{Button, Page, Trouble};

const CODE: &str = "code";

/// The link.
#[derive(Properties, PartialEq)]
pub struct SignInLinkProps {
    /// What makes it good, once.
    pub token: Id,
    /// Whether it is an invitation, so that there is no "back".
    #[prop_or_default]
    pub first: bool,
}

/// The link in a sign-in e-mail or an invitation.
#[component]
pub fn SignInLink(props: &SignInLinkProps) -> Html {
    let session = use_session();
    let enter = use_action(
        |(token, code): (Id, Option<Code>)| async move {
            // What is not even shaped like a token has had its day, too.
            let token = Line::new(token.as_str()).map_err(|_| ApiError::answered(401, String::new(), None))?;
            sessions::with_link(token, code).await
        },
        move |grant| {
            session.enter(grant);
            replace(&Route::Home);
        },
    );
    // Asked for once the server says that they have a second step.
    let code = use_state(|| None::<String>);
    let needs = use_state(|| None::<AttrValue>);
    use_effect_with(enter.trouble.clone(), {
        let (code, needs) = (code.clone(), needs.setter());
        move |trouble| {
            if let Some(error) = trouble {
                if error.wants_code() && code.is_none() {
                    code.set(Some(String::new()));
                    wasm_bindgen_futures::spawn_local(async { focus(CODE) });
                }
                needs.set(error.field("/code").map(AttrValue::from));
            }
        }
    });
    let onsubmit = {
        let (enter, token, code, needs) = (enter.runner(), props.token.clone(), code.clone(), needs.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match code.as_deref().map(Code::new).transpose() {
                Ok(code) => {
                    needs.set(None);
                    enter.emit((token.clone(), code));
                }
                Err(problem) => needs.set(Some(problem.to_string().into())),
            }
        })
    };
    let asks = |error: &ApiError| error.wants_code() || error.field("/code").is_some();
    let over = enter.trouble.as_ref().is_some_and(|e| !e.may_pass() && !asks(e));
    html! {
        <Page title="Sign in" raw=true>
            <div class="hero whole">
                <Contours />
                <main id="main" class="wrap">
                    <div class="card flow side-card centre">
                        <OneCairn stones={if props.first { 1 } else { 5 }} next={props.first} class="cairn-s centre" />
                        <h1 class="h2">{ if props.first { "Welcome to Cairn" } else { "Welcome back" } }</h1>
                        if over {
                            { link_is_over() }
                        } else {
                            if let Some(error) = enter.trouble.as_ref().filter(|e| !asks(e)) {
                                <Trouble title={error.title.clone()} detail={error.sentence()} />
                            }
                            <form class="flow" novalidate=true {onsubmit}>
                                if let Some(text) = &*code {
                                    { code_field(CODE, text, { let code = code.setter(); Callback::from(move |text| code.set(Some(text))) }, (*needs).clone()) }
                                } else {
                                    <p class="mut">{ "Your link has brought you here. One press, and you are in." }</p>
                                }
                                <Button submit=true big=true busy={enter.running}>{ "Sign in" }</Button>
                            </form>
                        }
                    </div>
                </main>
            </div>
        </Page>
    }
}
