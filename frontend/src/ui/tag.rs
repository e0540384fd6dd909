//! A state in a few words, always with a picture beside them.

use yew::prelude::*;

use super::Icon;

/// What kind of state or message it is. Colour says it a third time, after picture and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// Good.
    Good,
    /// A little more, or waiting.
    More,
    /// Information.
    Info,
    /// Something needs putting right.
    Bad,
}

impl Tone {
    /// Its class in the stylesheet.
    pub fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("good"),
            Self::More => Some("more"),
            Self::Info => Some("info"),
            Self::Bad => Some("bad"),
        }
    }
}

/// What it says.
#[derive(Properties, PartialEq)]
pub struct TagProps {
    /// What kind of state it is.
    #[prop_or_default]
    pub tone: Tone,
    /// The picture.
    pub icon: AttrValue,
    /// The words.
    pub children: Html,
}

/// A state in a few words.
#[component]
pub fn Tag(props: &TagProps) -> Html {
    html! {
        <span class={classes!("tag", props.tone.class())}>
            <Icon name={props.icon.clone()} />{ props.children.clone() }
        </span>
    }
}
