//! How far something has come: the browser's own bar. Words beside it say the same.

use yew::prelude::*;

use crate::hooks::use_id;

/// How far.
#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// How much is done.
    pub value: u64,
    /// How much there is.
    pub max: u64,
    /// In words: "Sending 64%, 3 of 5 MB".
    pub label: AttrValue,
    /// Whether the words are only heard, because they stand elsewhere.
    #[prop_or_default]
    pub quiet: bool,
}

/// How far something has come.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let id = use_id("progress");
    html! {
        <span class="going">
            <label for={id.clone()} class={if props.quiet { "vh" } else { "sm mut" }}>{ &props.label }</label>
            <progress {id} class="prog" value={props.value.to_string()} max={props.max.max(1).to_string()} />
        </span>
    }
}
