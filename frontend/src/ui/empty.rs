//! Nothing here yet: one picture, one sentence, one or two things to do.

use yew::prelude::*;

/// What could be here.
#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    /// The heading.
    pub title: AttrValue,
    /// One sentence.
    #[prop_or_default]
    pub text: Option<AttrValue>,
    /// A picture, such as `<OneCairn stones=0 />`.
    #[prop_or_default]
    pub picture: Html,
    /// `h2` unless the page needs another level.
    #[prop_or(AttrValue::Static("h2"))]
    pub level: AttrValue,
    /// What to do: one or two buttons.
    #[prop_or_default]
    pub children: Html,
}

/// Nothing here yet.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="card empty flow">
            { props.picture.clone() }
            <@{props.level.to_string()} class="h3">{ &props.title }</@>
            if let Some(text) = &props.text { <p class="mut">{ text }</p> }
            if props.children != Html::default() { <div class="row mid">{ props.children.clone() }</div> }
        </div>
    }
}
