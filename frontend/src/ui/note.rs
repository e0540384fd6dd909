//! A message in the run of a page: what is the case, and what to do.

use yew::prelude::*;

use super::{Button, ButtonKind, Icon, Tone};
use crate::router::Route;

/// What it says.
#[derive(Properties, PartialEq)]
pub struct NoteProps {
    /// What kind of message it is; `Plain` has a frame and no colour.
    #[prop_or(Tone::Info)]
    pub tone: Tone,
    /// The picture; the kind's own without one.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    /// The first line.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// Whether it is set small.
    #[prop_or_default]
    pub small: bool,
    /// Whether it is read out when it appears.
    #[prop_or_default]
    pub live: bool,
    /// The rest.
    #[prop_or_default]
    pub children: Html,
}

/// A message in the run of a page.
#[component]
pub fn Note(props: &NoteProps) -> Html {
    let (class, icon) = match props.tone {
        Tone::Plain => ("flat", "info"),
        Tone::Good => ("good", "circle-check"),
        Tone::More => ("more", "scale"),
        Tone::Info => ("", "info"),
        Tone::Bad => ("bad", "triangle-alert"),
    };
    let icon = props.icon.clone().unwrap_or(AttrValue::Static(icon));
    html! {
        <div class={classes!("note", class, props.small.then_some("sm"))} role={props.live.then_some("status")}>
            <Icon name={icon} />
            <div class="grow">
                if let Some(title) = &props.title { <p><strong>{ title }</strong></p> }
                { props.children.clone() }
            </div>
        </div>
    }
}

/// What came in the way, and another try.
#[derive(Properties, PartialEq)]
pub struct TroubleProps {
    /// What happened.
    pub title: AttrValue,
    /// What to do.
    pub detail: AttrValue,
    /// Tries again.
    #[prop_or_default]
    pub again: Option<Callback<()>>,
    /// What trying again does, where that is not to send the same once more.
    #[prop_or(AttrValue::Static("Try again"))]
    pub label: AttrValue,
    /// The way back.
    #[prop_or_default]
    pub back: Option<Route>,
}

/// Something did not come: what happened, where the work is, and another try.
#[component]
pub fn Trouble(props: &TroubleProps) -> Html {
    html! {
        <Note tone={Tone::Bad} title={props.title.clone()} live=true>
            <p>{ &props.detail }</p>
            if props.again.is_some() || props.back.is_some() {
                <p class="row t">
                    if let Some(again) = &props.again {
                        <Button kind={ButtonKind::Quiet} small=true icon="refresh-cw" onclick={again.clone()}>{ &props.label }</Button>
                    }
                    if let Some(back) = &props.back { <super::Go to={back.clone()}>{ "Go back" }</super::Go> }
                </p>
            }
        </Note>
    }
}
