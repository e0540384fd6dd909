//! A button that copies a text, and says so.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::{Button, ButtonKind};
use crate::browser::window;

/// What is copied.
#[derive(Properties, PartialEq)]
pub struct CopyButtonProps {
    /// The text.
    pub text: AttrValue,
    /// What the button says.
    #[prop_or(AttrValue::Static("Copy"))]
    pub label: AttrValue,
    /// Whether it is small.
    #[prop_or_default]
    pub small: bool,
}

/// A button that copies a text.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let said = use_state_eq(|| "");
    use_effect_with(props.text.clone(), {
        let said = said.setter();
        move |_| said.set("")
    });
    let onclick = {
        let (text, said) = (props.text.clone(), said.setter());
        Callback::from(move |()| {
            let (text, said) = (text.clone(), said.clone());
            spawn_local(async move {
                let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
                said.set(if copied {
                    "Copied"
                } else {
                    "Your browser keeps us from copying. Select the text instead."
                });
            });
        })
    };
    html! {
        <span class="row t">
            <Button kind={ButtonKind::Quiet} small={props.small} icon="copy" {onclick}>{ &props.label }</Button>
            <span class="sm mut" role="status">{ *said }</span>
        </span>
    }
}
