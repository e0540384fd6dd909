//! A box to tick, with words that say what is ticked.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Icon;

/// A box to tick.
#[derive(Properties, PartialEq)]
pub struct CheckProps {
    /// Its id, where the error summary leads.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Whether it is ticked.
    pub checked: bool,
    /// Told whether it is ticked now.
    pub onchange: Callback<bool>,
    /// A line that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// The words.
    pub children: Html,
}

/// A box to tick.
#[component]
pub fn Check(props: &CheckProps) -> Html {
    let onchange = props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="ck">
            <input id={props.id.clone()} type="checkbox" checked={props.checked} {onchange} />
            <span>
                { props.children.clone() }
                if let Some(hint) = &props.hint { <span class="hint">{ hint }</span> }
            </span>
        </label>
    }
}

/// Boxes under one question.
#[derive(Properties, PartialEq)]
pub struct CheckGroupProps {
    /// The question.
    pub legend: AttrValue,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// The boxes.
    pub children: Html,
}

/// Boxes under one question.
#[component]
pub fn CheckGroup(props: &CheckGroupProps) -> Html {
    html! {
        <fieldset class={classes!("group", props.error.is_some().then_some("bad"))}>
            <legend>{ &props.legend }</legend>
            if let Some(error) = &props.error { <p class="msg"><Icon name="triangle-alert" />{ error }</p> }
            <div>{ props.children.clone() }</div>
        </fieldset>
    }
}
