//! What opens in place: `Details` for more to read, `Menu` for a few things to do.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDetailsElement, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use super::Icon;
use crate::browser::{Listener, document};

/// More to read.
#[derive(Properties, PartialEq)]
pub struct DetailsProps {
    /// The line that opens it.
    pub summary: AttrValue,
    /// Whether it is open at first.
    #[prop_or_default]
    pub open: bool,
    /// What opens.
    pub children: Html,
}

/// More to read, opened by a line.
#[component]
pub fn Details(props: &DetailsProps) -> Html {
    html! { <details open={props.open}><summary>{ &props.summary }</summary>{ props.children.clone() }</details> }
}

/// A few things to do.
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// What it is called.
    pub label: AttrValue,
    /// The picture of its button.
    #[prop_or(AttrValue::Static("ellipsis"))]
    pub icon: AttrValue,
    /// Whether the name is seen beside the picture.
    #[prop_or_default]
    pub named: bool,
    /// Buttons (`kind=Text`) and links, one a line.
    pub children: Html,
}

/// A few things to do, behind one button. Escape, a click elsewhere, and each choice close it.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let menu = use_node_ref();
    use_effect_with((), {
        let menu = menu.clone();
        move |()| {
            let element = move || menu.cast::<HtmlDetailsElement>().filter(HtmlDetailsElement::open);
            let other = element.clone();
            let heard = [
                Listener::on(&document(), "click", move |event| {
                    let Some(menu) = element() else { return };
                    let target = event.target().and_then(|t| t.dyn_into::<Node>().ok());
                    let summary = menu.query_selector("summary").ok().flatten();
                    if !summary.is_some_and(|s| s.contains(target.as_ref())) {
                        menu.set_open(false);
                    }
                }),
                Listener::on(&document(), "keydown", move |event| {
                    let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|e| e.key() == "Escape");
                    let Some(menu) = other().filter(|_| escape) else { return };
                    menu.set_open(false);
                    let summary = menu.query_selector("summary").ok().flatten();
                    if let Some(summary) = summary.and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                        let _ = summary.focus();
                    }
                }),
            ];
            move || drop(heard)
        }
    });
    html! {
        <details ref={menu} class="menu">
            <summary class={classes!("btn", "q", "s", (!props.named).then_some("i"))} aria-label={(!props.named).then(|| props.label.clone())}>
                <Icon name={props.icon.clone()} />
                if props.named { { &props.label } }
            </summary>
            <div class="card p flow t">{ props.children.clone() }</div>
        </details>
    }
}
