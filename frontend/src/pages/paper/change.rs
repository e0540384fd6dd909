//! Changing what a cover sheet says, until the paper has arrived.

use cairn_shared::paper::{DescribePaper, PaperDetail};
use yew::prelude::*;

use super::fields::{PaperFields, PaperText, field_of};
use crate::api::{self, Loaded};
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::parts::form_problems;
use crate::session::use_me;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem};

/// Of which paper.
#[derive(Properties, PartialEq)]
pub struct ChangeDialogProps {
    /// The paper.
    pub detail: PaperDetail,
    /// The tag that the change must name.
    pub etag: Option<String>,
    /// Told how it stands after it.
    pub ondone: Callback<Loaded<PaperDetail>>,
    /// Told when the dialog should close.
    pub onclose: Callback<()>,
}

/// Changing what a cover sheet says.
#[component]
pub fn ChangeDialog(props: &ChangeDialogProps) -> Html {
    let detail = &props.detail;
    let me = use_me();
    let notices = use_notices();
    let text = use_state(|| {
        PaperText::from(&DescribePaper {
            parts: detail.paper.parts.clone(),
            hand_in: detail.paper.hand_in.clone(),
            promised_for: detail.paper.promised_for,
            note: detail.note.clone(),
        })
    });
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let keep = {
        let (id, etag) = (detail.submission_id, props.etag.clone().unwrap_or_default());
        let (ondone, onclose) = (props.ondone.clone(), props.onclose.clone());
        use_action(
            move |words: DescribePaper| {
                let etag = etag.clone();
                async move { api::paper::describe(id, &words, &etag).await }
            },
            move |loaded| {
                ondone.emit(loaded);
                onclose.emit(());
                notices.say("The cover sheet is changed. Print it again if you have printed it.");
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &keep.trouble {
        shown.extend(form_problems(error, field_of));
    }
    let onsubmit = {
        let (text, problems, sent, keep) = (text.clone(), problems.setter(), sent.clone(), keep.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match text.complete() {
                Ok(words) => {
                    problems.set(Vec::new());
                    keep.run(words);
                }
                Err(needs) => {
                    keep.clear();
                    problems.set(needs);
                }
            }
        })
    };
    html! {
        <Dialog open=true title="Change the details" onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(keep.trouble.is_some())} />
                <PaperFields
                    value={(*text).clone()}
                    onchange={{ let text = text.setter(); Callback::from(move |now| text.set(now)) }}
                    problems={shown}
                    today={me.today}
                    for_other={me.name.id != detail.mentor.id}
                />
                <div class="row">
                    <Button submit=true busy={keep.running}>{ "Keep it" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it as it is" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
