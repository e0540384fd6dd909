//! Adding a moment, with room for its day, its standards, and what it shows. Everything but the first line can wait.

use cairn_shared::framework::Standard;
use cairn_shared::ids::EntryId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::capture::use_capture;
use crate::api::entry;
use crate::browser::focus;
use crate::notices::use_notices;
use crate::parts::StandardPicker;
use crate::router::{Route, navigate, use_query};
use crate::ui::{
    Button, ButtonKind, ErrorSummary, FormProblem, Go, Icon, Note, Page, Prose, Save, SaveState, TextField, Tone,
};
use crate::words::Day;

const TEXT: &str = "what-happened";

/// Add to my story.
#[component]
pub fn StoryNew() -> Html {
    let notices = use_notices();
    let query = use_query();
    let preset: Vec<Standard> = query.get("standard").and_then(|code| code.parse().ok()).into_iter().collect();
    let on_kept = Callback::from(move |id: EntryId| {
        let undo = Callback::from(move |()| {
            spawn_local(async move {
                if entry::bin(&id).await.is_ok() {
                    navigate(&Route::Story);
                }
            });
        });
        notices.say_with_undo("It is in your story.", undo);
        navigate(&Route::Story);
    });
    let capturing = use_capture(preset, on_kept);
    let draft = capturing.draft.clone();
    let problems = use_state_eq(Vec::<FormProblem>::new);
    let sent = use_state_eq(|| 0_u32);

    let onsubmit = {
        let (capturing, problems, sent) = (capturing.clone(), problems.setter(), sent.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            if capturing.is_blank() {
                problems.set(vec![FormProblem::at(TEXT, "Write a line first; it can be a short one")]);
            } else {
                problems.set(Vec::new());
                capturing.keep();
            }
        })
    };
    let close = {
        let draft = draft.clone();
        Callback::from(move |()| {
            let draft = draft.clone();
            spawn_local(async move {
                // Leaving asks for itself where it could not be saved.
                let _ = draft.saved().await;
                navigate(&Route::Story);
            });
        })
    };
    // The first thing to do here is to write.
    use_effect_with((), |()| focus(TEXT));

    let text = {
        let (draft, problems) = (draft.clone(), problems.setter());
        Callback::from(move |text| {
            problems.set(Vec::new());
            draft.change(|capture| capture.text = text);
        })
    };
    let shows = {
        let draft = draft.clone();
        Callback::from(move |text| draft.change(|capture| capture.shows = text))
    };
    let day = {
        let draft = draft.clone();
        Callback::from(move |text| draft.change(|capture| capture.happened_on = text))
    };
    let chosen: Vec<AttrValue> = draft.value.standards.iter().map(|s| AttrValue::Static(s.code())).collect();
    let onchange = {
        let draft = draft.clone();
        Callback::from(move |codes: Vec<AttrValue>| {
            draft.change(|capture| capture.standards = codes.iter().filter_map(|code| code.parse().ok()).collect());
        })
    };
    let told = draft.value.shows.trim().is_empty() || !draft.value.standards.is_empty();
    let save = if capturing.is_blank() && capturing.entry().is_none() { Save::Unchanged } else { draft.save.clone() };
    html! {
        <Page title="Add to my story">
            <form class="read flow centre" {onsubmit}>
                <div class="row x">
                    <h1 class="h2">{ "Add to my story" }</h1>
                    <SaveState save={save.clone()} />
                </div>
                <ErrorSummary problems={(*problems).clone()} sent={*sent} />
                if draft.restored {
                    <Note tone={Tone::Info} icon="history" small=true><p>{ "This was still on your device, so we kept it for you." }</p></Note>
                }
                if save == Save::TwoTexts {
                    <Note tone={Tone::More} icon="refresh-cw" title="You changed this on two devices." live=true>
                        <p>
                            { "We kept both. " }
                            if let Some(id) = capturing.entry() {
                                <Go to={Route::EntryVersions(id.to_string().into())}>{ "Compare them" }</Go>
                            }
                        </p>
                    </Note>
                }
                if capturing.waits() {
                    <Note tone={Tone::Info} icon="wifi-off" title="You are offline. Carry on." live=true>
                        <p>{ "It goes into your story by itself as soon as there is a connection." }</p>
                    </Note>
                }
                <Prose
                    id={TEXT}
                    label="What happened?"
                    value={draft.value.text.clone()}
                    oninput={text}
                    onblur={draft.blur()}
                    rows=5
                    placeholder="Two lines are plenty. You can come back to it."
                    error={problems.first().map(|problem| problem.text.clone())}
                />
                <TextField
                    id="happened-on"
                    label="When was it?"
                    kind="date"
                    class="narrow"
                    value={draft.value.happened_on.clone()}
                    oninput={day}
                    onblur={draft.blur()}
                    max={Day::today().0.to_string()}
                />
                <StandardPicker id="touches" aside="If you like" {chosen} {onchange} />
                <Prose
                    id="shows"
                    label="What does this show about my mentoring?"
                    hint={if told { "This is the line the panel will care about most. It can wait." } else { "Choose a standard above, so that this line has its place." }}
                    value={draft.value.shows.clone()}
                    oninput={shows}
                    onblur={draft.blur()}
                    rows=2
                    maxlength=400
                />
                <Note tone={Tone::Plain} icon="shield-check" small=true>
                    <p>{ "Please use initials for trainees, and leave pupils out of photographs. You can attach photos and documents as soon as it is kept." }</p>
                </Note>
                <p class="sm mut row n t top-line"><Icon name="lock" />{ "Only you can see this until you put it in your portfolio and send it." }</p>
                <div class="dock">
                    <Button kind={ButtonKind::Quiet} class="shrink" onclick={close}>{ "Close" }</Button>
                    <Button submit=true busy={capturing.is_going()}>{ "Keep it" }</Button>
                </div>
            </form>
        </Page>
    }
}
