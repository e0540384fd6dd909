//! Finding paper by the code on its cover sheet, typed or scanned.

use cairn_shared::paper::{CoverCode, PaperDetail};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::hooks::use_action;
use crate::router::{Route, navigate};
use crate::ui::{Button, ButtonKind, TextField};

const CODE: &str = "cover-code";

/// Finding paper by its cover sheet.
#[component]
pub fn FindPaper() -> Html {
    let text = use_state(String::new);
    let problem = use_state(|| None::<AttrValue>);
    let find = use_action(api::paper::find, |found: Loaded<PaperDetail>| {
        navigate(&Route::SubmissionPaper(found.value.submission_id.to_string().into()));
    });
    let onsubmit = {
        let (text, problem, find) = (text.clone(), problem.setter(), find.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            find.clear();
            match text.parse::<CoverCode>() {
                Ok(code) => {
                    problem.set(None);
                    find.run(code);
                }
                Err(_) if text.trim().is_empty() => {
                    problem.set(Some("Type or scan the code on the cover sheet first.".into()));
                }
                Err(mistyped) => problem.set(Some(mistyped.to_string().into())),
            }
        })
    };
    let error = (*problem).clone().or_else(|| {
        find.trouble.as_ref().map(|error| {
            AttrValue::from(match error.status {
                404 => {
                    "There is no paper with this code that you may open. Look at the cover sheet once more.".to_owned()
                }
                _ => error.sentence(),
            })
        })
    });
    html! {
        <form class="card p flow t" role="search" aria-label="Find paper" novalidate=true {onsubmit}>
            <TextField
                id={CODE}
                label="Find a paper portfolio"
                hint="Type or scan the code on its cover sheet."
                placeholder="7F4K QM2X"
                autocomplete="off"
                spellcheck=false
                maxlength={400}
                value={(*text).clone()}
                oninput={{ let text = text.setter(); Callback::from(move |value| text.set(value)) }}
                {error}
            />
            <Button submit=true kind={ButtonKind::Quiet} icon="search" class="start" busy={find.running}>{ "Find it" }</Button>
        </form>
    }
}
