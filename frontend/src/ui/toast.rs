//! What just happened, at the foot of the page, with a way to undo it. It goes after 8 seconds, but waits while
//! somebody points at it or has the focus in it. Pages say things through `notices`.

use std::cell::RefCell;

use yew::prelude::*;

use super::{Button, ButtonKind};
use crate::browser::Timer;

const STAYS: u32 = 8_000;

/// What just happened.
#[derive(Properties, PartialEq)]
pub struct ToastProps {
    /// In one sentence.
    pub text: AttrValue,
    /// Undoes it.
    #[prop_or_default]
    pub undo: Option<Callback<()>>,
    /// Told when it goes.
    pub onclose: Callback<()>,
}

/// What just happened.
#[component]
pub fn Toast(props: &ToastProps) -> Html {
    let timer = use_memo((), |()| RefCell::new(None::<Timer>));
    let run = {
        let (timer, onclose) = (timer.clone(), props.onclose.clone());
        move || {
            let onclose = onclose.clone();
            timer.replace(Some(Timer::after(STAYS, move || onclose.emit(()))));
        }
    };
    use_effect_with((), {
        let (run, timer) = (run.clone(), timer.clone());
        move |()| {
            run();
            move || drop(timer.take())
        }
    });
    let wait = {
        let timer = timer.clone();
        move || drop(timer.take())
    };
    let undo = props.undo.clone().map(|undo| {
        let onclose = props.onclose.clone();
        Callback::from(move |()| {
            undo.emit(());
            onclose.emit(());
        })
    });
    html! {
        <div
            class="toast np"
            onmouseover={let wait = wait.clone(); move |_: MouseEvent| wait()}
            onmouseout={let run = run.clone(); move |_: MouseEvent| run()}
            onfocusin={move |_: FocusEvent| wait()}
            onfocusout={move |_: FocusEvent| run()}
        >
            <span>{ &props.text }</span>
            if let Some(undo) = undo {
                <Button kind={ButtonKind::Text} icon="undo-2" onclick={undo}>{ "Undo" }</Button>
            }
            <Button kind={ButtonKind::Text} icon="x" label="Close this message" onclick={props.onclose.clone()} />
        </div>
    }
}
