//! Links to pages of the app. They are plain links: they open in a new tab, can be copied, and the router follows them.

use yew::prelude::*;

use super::{ButtonKind, Icon};
use crate::router::{Query, Route};

/// Where it leads.
#[derive(Properties, PartialEq)]
pub struct GoProps {
    /// The page.
    pub to: Route,
    /// The page's query.
    #[prop_or_default]
    pub query: Query,
    /// Looks like a button of this kind.
    #[prop_or_default]
    pub button: Option<ButtonKind>,
    /// More classes (`s`, `big` for buttons).
    #[prop_or_default]
    pub class: Classes,
    /// A picture before the words.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    /// Its name where the words do not suffice.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Whether it is the place where one is.
    #[prop_or_default]
    pub current: bool,
    /// What it says.
    #[prop_or_default]
    pub children: Html,
}

/// A link to a page of the app.
#[component]
pub fn Go(props: &GoProps) -> Html {
    let class = classes!(props.button.map(ButtonKind::class), props.class.clone());
    let class = (!class.is_empty()).then_some(class);
    html! {
        <a
            href={format!("{}{}", props.to.path(), props.query.print())}
            {class}
            aria-label={props.label.clone()}
            aria-current={props.current.then_some("page")}
        >
            if let Some(icon) = &props.icon { <Icon name={icon.clone()} /> }
            { props.children.clone() }
        </a>
    }
}

/// Where it leads back to.
#[derive(Properties, PartialEq)]
pub struct BackProps {
    /// The page.
    pub to: Route,
    /// What it is called.
    pub children: Html,
}

/// The way back up, above a page's heading.
#[component]
pub fn Back(props: &BackProps) -> Html {
    html! { <Go to={props.to.clone()} class="row t back np" icon="arrow-left">{ props.children.clone() }</Go> }
}
