//! The way to the rest of a long list.

use yew::prelude::*;

use super::{Button, ButtonKind};

/// The rest of a list.
#[derive(Properties, PartialEq)]
pub struct LoadMoreProps {
    /// Whether there is more.
    pub more: bool,
    /// Whether it is coming.
    #[prop_or_default]
    pub busy: bool,
    /// Asks for it.
    pub onmore: Callback<()>,
    /// What the button says.
    #[prop_or(AttrValue::Static("Show more"))]
    pub label: AttrValue,
}

/// A button for the rest of a long list, where there is more.
#[component]
pub fn LoadMore(props: &LoadMoreProps) -> Html {
    if !props.more {
        return Html::default();
    }
    html! {
        <Button kind={ButtonKind::Quiet} class="start" busy={props.busy} onclick={props.onmore.clone()}>
            { if props.busy { AttrValue::Static("One moment") } else { props.label.clone() } }
        </Button>
    }
}
