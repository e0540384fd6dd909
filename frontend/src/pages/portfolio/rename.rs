//! Giving a portfolio or a part of it another name, in place.

use cairn_shared::portfolio::Title;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::browser::focus;
use crate::ui::{Button, ButtonKind, TextField};

/// What is renamed.
#[derive(Properties, PartialEq)]
pub struct RenameProps {
    /// The id of its field.
    pub id: AttrValue,
    /// What the field asks.
    pub label: AttrValue,
    /// Its name of today.
    pub value: String,
    /// Told the new name.
    pub onkeep: Callback<Title>,
    /// Told that the name stays as it is.
    pub onleave: Callback<()>,
}

/// A field for another name. Enter keeps it, Escape leaves it as it was.
#[component]
pub fn Rename(props: &RenameProps) -> Html {
    let value = use_state(|| props.value.clone());
    let error = use_state_eq(|| None::<AttrValue>);
    use_effect_with(props.id.clone(), |id| focus(id));
    let onsubmit = {
        let (value, error, onkeep) = (value.clone(), error.setter(), props.onkeep.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match Title::new(value.as_str()) {
                Ok(title) => onkeep.emit(title),
                Err(problem) => error.set(Some(problem.to_string().into())),
            }
        })
    };
    let onkeydown = {
        let onleave = props.onleave.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                onleave.emit(());
            }
        })
    };
    html! {
        <form class="row end-line" novalidate=true {onsubmit} {onkeydown}>
            <TextField
                id={props.id.clone()}
                label={props.label.clone()}
                class="grow"
                maxlength=160
                value={(*value).clone()}
                oninput={let value = value.setter(); Callback::from(move |text| value.set(text))}
                error={(*error).clone()}
            />
            <Button submit=true>{ "Keep it" }</Button>
            <Button kind={ButtonKind::Text} onclick={props.onleave.clone()}>{ "Leave it" }</Button>
        </form>
    }
}
