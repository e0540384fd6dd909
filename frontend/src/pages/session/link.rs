//! The link in a sign-in e-mail or an invitation. It waits for a press, because mail scanners open links by themselves
//! and would use it up.

use cairn_shared::text::Line;
use yew::prelude::*;

use super::sign_in::link_is_over;
use crate::api::{ApiError, sessions};
use crate::art::{Contours, OneCairn};
use crate::hooks::use_action;
use crate::router::{Id, Route, replace};
use crate::session::use_session;
use crate::ui::{Button, Page, Trouble};

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
        |token: Id| async move {
            // What is not even shaped like a token has had its day, too.
            let token = Line::new(token.as_str()).map_err(|_| ApiError::answered(401, String::new(), None))?;
            sessions::with_link(token).await
        },
        move |grant| {
            session.enter(grant);
            replace(&Route::Home);
        },
    );
    let onclick = {
        let (enter, token) = (enter.runner(), props.token.clone());
        Callback::from(move |()| enter.emit(token.clone()))
    };
    let over = enter.trouble.as_ref().is_some_and(|e| !e.may_pass());
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
                            if let Some(error) = &enter.trouble {
                                <Trouble title={error.title.clone()} detail={error.sentence()} />
                            }
                            <p class="mut">{ "Your link has brought you here. One press, and you are in." }</p>
                            <Button big=true busy={enter.running} {onclick}>{ "Sign in" }</Button>
                        }
                    </div>
                </main>
            </div>
        </Page>
    }
}
