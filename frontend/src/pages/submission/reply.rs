//! What the mentor says to a suggestion. It saves itself, and its readers see it beside the suggestion.

use cairn_shared::decision::{Reply, SuggestedBefore};
use yew::prelude::*;

use crate::api;
use crate::hooks::{DraftOptions, Sent, use_draft};
use crate::ui::{SaveState, TextArea};

/// To which suggestion.
#[derive(Properties, PartialEq)]
pub struct ReplyFieldProps {
    /// The suggestion, with what was said to it so far.
    pub suggestion: SuggestedBefore,
    /// Its name for the field: "Professionalism".
    pub about: AttrValue,
}

/// A place for a reply to a suggestion.
#[component]
pub fn ReplyField(props: &ReplyFieldProps) -> Html {
    let id = props.suggestion.id;
    let draft = use_draft(
        DraftOptions {
            name: format!("reply:{id}"),
            start: Reply { text: props.suggestion.reply.clone() },
            etag: None,
            on_stale: Callback::noop(),
        },
        move |sent: Sent<Reply>| async move { api::submission::reply(id, sent).await },
    );
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            if let Ok(text) = cairn_shared::text::Draft::new(text) {
                draft.set(Reply { text });
            }
        })
    };
    html! {
        <div class="flow t">
            <TextArea
                id={format!("reply-{id}")}
                label={format!("Your reply about {}", props.about)}
                aside="If you like"
                hint="Say where to look, or what you did. Your readers see it beside their suggestion when you send again."
                rows=2
                maxlength=4000
                value={draft.value.text.to_string()}
                {oninput}
                onblur={draft.blur()}
            />
            <SaveState save={draft.save.clone()} />
        </div>
    }
}
