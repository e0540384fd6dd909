//! A button. One filled button a view; the others are quiet.

use yew::prelude::*;

use super::Icon;

/// How much it asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here.
    #[default]
    Main,
    /// Another thing to do here.
    Quiet,
    /// Like a link.
    Text,
    /// A switch in a row of tools.
    Toggle,
}

impl ButtonKind {
    /// Its classes in the stylesheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Main => "btn",
            Self::Quiet => "btn q",
            Self::Text => "btn k",
            Self::Toggle => "tog btn",
        }
    }
}

/// What it says and does.
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// How much it asks for attention.
    #[prop_or_default]
    pub kind: ButtonKind,
    /// 36 px high instead of 44.
    #[prop_or_default]
    pub small: bool,
    /// 54 px high.
    #[prop_or_default]
    pub big: bool,
    /// A picture before the words.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    /// Its name where there are no words, or where they do not suffice.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Whether it sends the form that it stands in.
    #[prop_or_default]
    pub submit: bool,
    /// For "nothing to do here yet" alone. A send button is never disabled.
    #[prop_or_default]
    pub disabled: bool,
    /// Whether what it does is being done: clicks pass it by, and it says so.
    #[prop_or_default]
    pub busy: bool,
    /// Whether it is on, for a switch.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// Whether what it opens is open.
    #[prop_or_default]
    pub expanded: Option<bool>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// An id to move the focus to.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// What it does.
    #[prop_or_default]
    pub onclick: Callback<()>,
    /// What it says.
    #[prop_or_default]
    pub children: Html,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let word = |on: Option<bool>| on.map(|on| if on { "true" } else { "false" });
    let icon_only = props.children == Html::default();
    let class = classes!(
        props.kind.class(),
        props.small.then_some("s"),
        props.big.then_some("big"),
        icon_only.then_some("i"),
        props.class.clone()
    );
    let onclick = {
        let (onclick, busy) = (props.onclick.clone(), props.busy);
        let submit = props.submit;
        Callback::from(move |event: MouseEvent| {
            if busy {
                event.prevent_default();
            } else if !submit {
                onclick.emit(());
            }
        })
    };
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            id={props.id.clone()}
            {class}
            disabled={props.disabled}
            aria-disabled={props.busy.then_some("true")}
            aria-label={props.label.clone()}
            aria-pressed={word(props.pressed)}
            aria-expanded={word(props.expanded)}
            {onclick}
        >
            if let Some(icon) = &props.icon { <Icon name={icon.clone()} /> }
            { props.children.clone() }
        </button>
    }
}
