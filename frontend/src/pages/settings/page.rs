//! Your account, in one page.

use cairn_shared::session::Me;
use yew::prelude::*;

use super::address::Address;
use super::calendar::Calendar;
use super::devices::Devices;
use super::name::Name;
use super::password::Password;
use super::second_step::SecondStep;
use crate::api::sessions;
use crate::hooks::use_loaded;
use crate::pages::story::{let_suggest, suggests};
use crate::parts::{ShortcutSettings, SignOut, framed};
use crate::router::Route;
use crate::session::{awaits_second_step, use_session, writes};
use crate::theme::Theme;
use crate::ui::{Check, Choice, Go, Page, PageHeader, Segmented};

/// My account.
#[component]
pub fn Settings() -> Html {
    let session = use_session();
    let me = use_loaded((), |()| sessions::me());
    let anew = {
        let (me, session) = (me.clone(), session.clone());
        Callback::from(move |now: Me| {
            me.put(now);
            // The corner of each page shows the name as well.
            let session = session.clone();
            wasm_bindgen_futures::spawn_local(async move { session.ask_again().await });
        })
    };
    let reload = me.reloader();
    let stepped = {
        let (reload, session) = (reload.clone(), session.clone());
        Callback::from(move |()| {
            reload.emit(());
            // What waited for the second step is there from now on.
            let session = session.clone();
            wasm_bindgen_futures::spawn_local(async move { session.ask_again().await });
        })
    };
    // How one signs in was changed: other devices are signed out, and their list is another.
    let changes = use_state_eq(|| 0_u32);
    let changed = {
        let (changes, reload) = (changes.clone(), reload.clone());
        Callback::from(move |()| {
            changes.set(*changes + 1);
            reload.emit(());
        })
    };
    framed(&me, "Your account", |me| {
        let (changed, stepped) = (changed.clone(), stepped.clone());
        html! {
            <Page title="Your account">
                <div class="read flow l centre">
                    <PageHeader title="Your account" />
                    if awaits_second_step(me) { <SecondStep email={me.email.clone()} onchange={stepped.clone()} /> }
                    <section class="flow" aria-labelledby="you">
                        <h2 id="you" class="q1">{ "You" }</h2>
                        <Name me={me.clone()} onchange={anew.clone()} />
                        <Address me={me.clone()} onchange={anew} reload={reload.clone()} />
                        <dl class="kv">
                            { for me.schools.iter().map(|school| html! { <><dt>{ "School" }</dt><dd>{ school.school_name.to_string() }</dd></> }) }
                            <dt>{ "You are" }</dt>
                            <dd>{ me.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ") }</dd>
                        </dl>
                        <p class="sm mut">
                            { "If you have moved school, your coordinator puts it right. " }
                            <Go to={Route::Help}>{ "Whom to ask" }</Go>
                        </p>
                    </section>
                    <section class="flow" aria-labelledby="looks">
                        <h2 id="looks" class="q1">{ "How it looks" }</h2>
                        <Looks writes={writes(me)} />
                    </section>
                    <Calendar />
                    <section class="flow" aria-labelledby="keys">
                        <h2 id="keys" class="q1">{ "Keyboard" }</h2>
                        <ShortcutSettings />
                    </section>
                    <Password has_password={me.has_password} email={me.email.clone()} onchange={changed} />
                    if !awaits_second_step(me) { <SecondStep email={me.email.clone()} onchange={stepped} /> }
                    <Devices key={*changes} />
                    <section class="flow" aria-labelledby="leave">
                        <h2 id="leave" class="q1">{ "Sign out" }</h2>
                        <p>{ "On this device. What you wrote is safe, and is here when you come back." }</p>
                        <div><SignOut /></div>
                    </section>
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct LooksProps {
    writes: bool,
}

/// Light or dark, and the suggestions on the story's page. Kept on this device.
#[component]
fn Looks(props: &LooksProps) -> Html {
    let theme = use_state_eq(Theme::kept);
    let suggesting = use_state_eq(suggests);
    let choose = {
        let theme = theme.setter();
        Callback::from(move |name: AttrValue| {
            let chosen = Theme::parse(&name);
            chosen.keep();
            theme.set(chosen);
        })
    };
    let suggest = {
        let suggesting = suggesting.setter();
        Callback::from(move |on| {
            let_suggest(on);
            suggesting.set(on);
        })
    };
    html! {
        <>
            <Segmented
                id="theme"
                legend="Light or dark"
                options={vec![
                    Choice::new(Theme::Device.name(), "Same as my device"),
                    Choice::new(Theme::Light.name(), "Light"),
                    Choice::new(Theme::Dark.name(), "Dark"),
                ]}
                value={AttrValue::Static(theme.name())}
                onchange={choose}
            />
            if props.writes {
                <Check checked={*suggesting} onchange={suggest} hint="“If you have three minutes”. They are never counted.">
                    { "Suggestions on my story’s page" }
                </Check>
            }
        </>
    }
}
