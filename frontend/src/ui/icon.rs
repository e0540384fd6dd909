//! One picture of the sprite in the page. It never carries meaning alone: words stand beside it, or a label names it.

use yew::prelude::*;

/// Which one.
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// Its Lucide name, such as `lock`. The sprite is `assets/art/icons.svg`.
    pub name: AttrValue,
}

/// A picture.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class="ic" aria-hidden="true" focusable="false"><use href={format!("#i-{}", props.name)} /></svg>
    }
}
