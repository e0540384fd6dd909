//! The shortcuts' list, the switch that turns single keys on, and what they do where no page does more.

use yew::prelude::*;

use crate::hooks::Shortcut;
use crate::hooks::shortcuts::{LIST, are_on, go_to_search, turn, use_keyboard};
use crate::router::{Route, navigate};
use crate::session::{use_session, writes};
use crate::ui::{Button, ButtonKind, Check, Dialog, Go};

/// Hears the shortcuts, for the whole app.
#[component]
pub fn Shortcuts() -> Html {
    let listing = use_state_eq(|| false);
    let may_add = use_session().me().is_some_and(|me| writes(&me));
    let otherwise = use_callback(may_add, {
        let listing = listing.setter();
        move |shortcut: Shortcut, may_add| match shortcut {
            Shortcut::Add if *may_add => {
                navigate(&Route::StoryNew);
                true
            }
            Shortcut::Search => go_to_search(),
            Shortcut::List => {
                listing.set(true);
                true
            }
            _ => false,
        }
    });
    use_keyboard(otherwise);
    html! {
        if *listing {
            <ShortcutList onclose={{ let listing = listing.setter(); Callback::from(move |()| listing.set(false)) }} />
        }
    }
}

#[derive(Properties, PartialEq)]
struct ShortcutListProps {
    onclose: Callback<()>,
}

/// The list, in front of the page.
#[component]
fn ShortcutList(props: &ShortcutListProps) -> Html {
    html! {
        <Dialog open=true title="Keyboard shortcuts" onclose={props.onclose.clone()}>
            <dl class="keys">
                { for LIST.iter().map(|(keys, what, _)| html! {
                    <div>
                        <dt>
                            { for keys.iter().enumerate().map(|(i, key)| html! {
                                <>if i > 0 { { if keys[0] == "Ctrl" { "+" } else { " " } } }<kbd>{ *key }</kbd></>
                            }) }
                        </dt>
                        <dd>{ *what }</dd>
                    </div>
                }) }
            </dl>
            <SingleKeys />
            <p class="sm mut">{ "They rest while you write in a field, and while something like this stands in front of the page." }</p>
        </Dialog>
    }
}

/// The switch that turns single keys on.
#[component]
pub fn SingleKeys() -> Html {
    let on = use_state_eq(are_on);
    let onchange = {
        let on = on.setter();
        Callback::from(move |now| {
            turn(now);
            on.set(now);
        })
    };
    html! {
        <Check checked={*on} {onchange} hint="On this device. Leave them off if you speak to your computer: it would take letters for keys.">
            { "Single-key shortcuts" }
        </Check>
    }
}

/// The switch, and the way to the list by mouse.
#[component]
pub fn ShortcutSettings() -> Html {
    let listing = use_state_eq(|| false);
    let show = |open: bool| {
        let listing = listing.setter();
        Callback::from(move |()| listing.set(open))
    };
    html! {
        <>
            // Anew after the list, where it can be turned as well.
            if !*listing { <SingleKeys /> }
            <Button kind={ButtonKind::Quiet} small=true icon="list" class="start" onclick={show(true)}>{ "See the list" }</Button>
            if *listing { <ShortcutList onclose={show(false)} /> }
        </>
    }
}

/// The keys of a page, said on it to those who turned them on.
#[derive(Properties, PartialEq)]
pub struct KeyHintsProps {
    /// The keys and what they do here.
    pub keys: Vec<(&'static str, &'static str)>,
}

/// The keys of a page.
#[component]
pub fn KeyHints(props: &KeyHintsProps) -> Html {
    if !are_on() {
        return Html::default();
    }
    html! {
        <p class="sm mut hm np">
            { for props.keys.iter().map(|(key, what)| html! { <><kbd>{ *key }</kbd>{ format!(" {what} · ") }</> }) }
            <kbd>{ "?" }</kbd>{ " all keys · " }<Go to={Route::Settings}>{ "Turn off" }</Go>
        </p>
    }
}
