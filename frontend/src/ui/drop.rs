//! A place for files: drop them, or choose them from the device. Dragging is an extra, never the only way.

use web_sys::{DragEvent, File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::Icon;
use crate::hooks::use_id;

/// What may come.
#[derive(Properties, PartialEq)]
pub struct DropProps {
    /// What to drop: "Drop photos, recordings or documents here".
    pub label: AttrValue,
    /// What to know beforehand: kinds, the largest size, whom to leave out.
    pub hint: AttrValue,
    /// What the browser offers to choose, such as `image/*,.pdf`.
    #[prop_or_default]
    pub accept: Option<AttrValue>,
    /// Whether several may come at once.
    #[prop_or(true)]
    pub many: bool,
    /// Told which files came.
    pub onfiles: Callback<Vec<File>>,
}

fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|i| list.get(i)).collect()).unwrap_or_default()
}

/// A place for files.
#[component]
pub fn Drop(props: &DropProps) -> Html {
    let id = use_id("files");
    let over = use_state_eq(|| false);
    let onchange = props.onfiles.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let chosen = files(input.files());
        // The same file may be chosen again after it was taken away.
        input.set_value("");
        chosen
    });
    let hover = |on: bool| {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(on);
        })
    };
    let ondrop = {
        let (onfiles, over) = (props.onfiles.clone(), over.setter());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let came = files(event.data_transfer().and_then(|t| t.files()));
            if !came.is_empty() {
                onfiles.emit(came);
            }
        })
    };
    html! {
        <div class={classes!("drop", "flow", "t", over.then_some("over"))} ondragover={hover(true)} ondragleave={hover(false)} {ondrop}>
            <p class="b">{ &props.label }</p>
            <p class="sm mut">{ "or" }</p>
            <div>
                <input id={id.clone()} class="vh file" type="file" multiple={props.many} accept={props.accept.clone()} {onchange} aria-describedby={format!("{id}-hint")} />
                <label for={id.clone()} class="btn q"><Icon name="upload" />{ "Choose from this device" }</label>
            </div>
            <p class="sm mut" id={format!("{id}-hint")}>{ &props.hint }</p>
        </div>
    }
}
