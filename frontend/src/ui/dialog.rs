//! A question or a small form in front of the page: the browser's own dialog, with its focus and its Escape key.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{Button, ButtonKind};
use crate::browser::{Listener, document};
use crate::hooks::use_id;

/// What it is about.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Whether it is open.
    pub open: bool,
    /// Its heading.
    pub title: AttrValue,
    /// Told when it should close: Escape, or the button in its corner.
    pub onclose: Callback<()>,
    /// More classes (`wide`).
    #[prop_or_default]
    pub class: Classes,
    /// What stands in it. Made only while it is open.
    pub children: Html,
}

/// A question or a small form in front of the page.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    let heading = use_id("dialog");
    use_effect_with(props.open, {
        let (dialog, onclose) = (dialog.clone(), props.onclose.clone());
        move |open| {
            let dialog = dialog.cast::<HtmlDialogElement>();
            // Where the focus goes back to; the browser only remembers it for a dialog that stays in the page.
            let before = document().active_element();
            let mut heard = None;
            if let Some(dialog) = dialog.as_ref().filter(|_| *open) {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
                heard = Some(Listener::on(dialog, "cancel", move |event| {
                    event.prevent_default();
                    onclose.emit(());
                }));
            }
            let opened = *open;
            move || {
                drop(heard);
                if let Some(dialog) = dialog.filter(|_| opened) {
                    dialog.close();
                    use wasm_bindgen::JsCast;
                    if let Some(before) = before.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                        let _ = before.focus();
                    }
                }
            }
        }
    });
    html! {
        <dialog ref={dialog} class={classes!("dlg", "flow", props.class.clone())} aria-labelledby={heading.clone()}>
            if props.open {
                <div class="row n x">
                    <h2 id={heading} class="q2">{ &props.title }</h2>
                    <Button kind={ButtonKind::Quiet} small=true icon="x" label="Close" onclick={props.onclose.clone()} />
                </div>
                { props.children.clone() }
            }
        </dialog>
    }
}
