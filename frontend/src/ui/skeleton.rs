//! The shape of what is coming. It shows itself only after 300 ms, so that quick answers do not flicker.

use yew::prelude::*;

use crate::browser::Timer;

/// What is coming.
#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    /// What is coming, for readers of screens: "Loading your story".
    pub label: AttrValue,
    /// How many lines of text.
    #[prop_or(3)]
    pub lines: usize,
    /// Whether it stands on a card.
    #[prop_or(true)]
    pub card: bool,
    /// Another shape instead of lines.
    #[prop_or_default]
    pub children: Html,
}

/// The shape of what is coming.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    let shown = use_state_eq(|| false);
    use_effect_with((), {
        let shown = shown.setter();
        move |()| {
            let timer = Timer::after(300, move || shown.set(true));
            move || drop(timer)
        }
    });
    html! {
        <div class={classes!("flow", props.card.then_some("card"), (!*shown).then_some("soon"))} role="status" aria-busy="true">
            <span class="vh">{ &props.label }</span>
            if props.children == Html::default() {
                <div class="skel w4" />
                <div class="skel w7 tall" />
                { for (0..props.lines).map(|i| html! { <div class={classes!("skel", (i % 3 == 1).then_some("w9"))} /> }) }
            } else {
                { props.children.clone() }
            }
        </div>
    }
}
