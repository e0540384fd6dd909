//! Where one is in a short run of steps.

use yew::prelude::*;

/// The steps.
#[derive(Properties, PartialEq)]
pub struct StepsProps {
    /// What each is called.
    pub steps: Vec<AttrValue>,
    /// Which one is now, from 0. Those before it are done.
    pub at: usize,
    /// What the whole is called.
    #[prop_or(AttrValue::Static("Steps"))]
    pub label: AttrValue,
}

/// Where one is in a short run of steps.
#[component]
pub fn Steps(props: &StepsProps) -> Html {
    html! {
        <ol class="steps" aria-label={props.label.clone()}>
            { for props.steps.iter().enumerate().map(|(i, step)| html! {
                <li class={classes!((i < props.at).then_some("ok"))} aria-current={(i == props.at).then_some("step")}>
                    { step }
                    if i < props.at { <span class="vh">{ ", done" }</span> }
                </li>
            }) }
        </ol>
    }
}
