//! Writing to those who were added and have not been written to.

use cairn_shared::person::InvitationsWaiting;
use yew::prelude::*;

use super::{figure, rows_of};
use crate::api::{self, Key};
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Note, Tone};

/// Who is told.
#[derive(Properties, PartialEq)]
pub struct LettersProps {
    /// Told when letters were written.
    #[prop_or_default]
    pub ondone: Callback<()>,
}

/// A note with a button, where somebody waits for an invitation; nothing otherwise.
#[component]
pub fn Letters(props: &LettersProps) -> Html {
    let notices = use_notices();
    let load = use_loaded((), |()| async move { api::person::invitations().await });
    let left = use_state(|| None::<i64>);
    let write = {
        let (left, again, ondone) = (left.setter(), load.reloader(), props.ondone.clone());
        use_action(
            move |()| {
                let left = left.clone();
                async move {
                    let mut written = 0;
                    loop {
                        let InvitationsWaiting { written: now, waiting } =
                            api::person::write_invitations(&Key::new()).await?;
                        written += now;
                        left.set(Some(waiting));
                        if waiting == 0 || now == 0 {
                            return Ok(written);
                        }
                    }
                }
            },
            move |written: i64| {
                notices.say(format!("{} on their way.", rows_of(written, "invitation is", "invitations are")));
                again.emit(());
                ondone.emit(());
            },
        )
    };
    let waiting = match &load.state {
        LoadState::Loaded(value) => left.unwrap_or(value.waiting),
        LoadState::Loading | LoadState::Problem(_) => 0,
    };
    if waiting == 0 && write.trouble.is_none() {
        return Html::default();
    }
    html! {
        <Note tone={Tone::More} icon="mail" title={format!("{} not been written to yet", rows_of(waiting, "person has", "people have"))}>
            <p>{ "They are here, and can sign in once they have their invitation." }</p>
            if let Some(error) = &write.trouble { <p role="alert">{ error.sentence() }</p> }
            <p class="row t">
                <Button small=true kind={ButtonKind::Quiet} icon="mail" busy={write.running} onclick={write.runner()}>
                    { if write.running { "Writing".to_owned() } else { format!("Invite {} by e-mail", if waiting == 1 { "them".into() } else { format!("all {}", figure(waiting)) }) } }
                </Button>
            </p>
        </Note>
    }
}
