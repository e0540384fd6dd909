//! One's name, as it shall stand on a certificate.

use cairn_shared::person::Name as NameText;
use cairn_shared::session::{EditMe, Me};
use yew::prelude::*;

use crate::api::sessions;
use crate::browser::{focus, sleep};
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, ErrorSummary, FormProblem, TextField};

const GIVEN: &str = "given-name";
const FAMILY: &str = "family-name";
const CHANGE: &str = "change-name";

/// Whose.
#[derive(Properties, PartialEq)]
pub struct NameProps {
    /// Who is signed in.
    pub me: Me,
    /// Told who they are now.
    pub onchange: Callback<Me>,
}

/// What the form gives, or what it still needs.
fn change(given: &str, family: &str) -> Result<EditMe, Vec<FormProblem>> {
    let name = |field, text: &str, empty| {
        NameText::new(text).map_err(|problem| match text.trim() {
            "" => FormProblem::at(field, empty),
            _ => FormProblem::at(field, problem.to_string()),
        })
    };
    let given = name(GIVEN, given, "Enter your given name");
    let family = name(FAMILY, family, "Enter your family name");
    match (given, family) {
        (Ok(given), Ok(family)) => Ok(EditMe { given_name: Some(given), family_name: Some(family) }),
        (given, family) => Err([given.err(), family.err()].into_iter().flatten().collect()),
    }
}

fn field_of(pointer: &str) -> Option<AttrValue> {
    match pointer {
        "/given_name" => Some(AttrValue::Static(GIVEN)),
        "/family_name" => Some(AttrValue::Static(FAMILY)),
        _ => None,
    }
}

/// Moves the focus, once what it goes to is there.
pub(super) async fn then_focus(id: &'static str) {
    sleep(60).await;
    focus(id);
}

/// One's name, and changing it.
#[component]
pub fn Name(props: &NameProps) -> Html {
    let notices = use_notices();
    let open = use_state_eq(|| false);
    let given = use_state_eq(String::new);
    let family = use_state_eq(String::new);
    let problems = use_state_eq(Vec::<FormProblem>::new);
    let sent = use_state_eq(|| 0_u32);
    let save = use_action(
        {
            let problems = problems.setter();
            move |change: EditMe| {
                let problems = problems.clone();
                async move {
                    let answer = sessions::edit_me(&change).await;
                    if let Err(error) = &answer {
                        problems.set(form_problems(error, field_of));
                    }
                    answer
                }
            }
        },
        {
            let (open, onchange) = (open.setter(), props.onchange.clone());
            move |now: Me| {
                open.set(false);
                onchange.emit(now);
                notices.say("Your name is changed.");
                wasm_bindgen_futures::spawn_local(then_focus(CHANGE));
            }
        },
    );
    if !*open {
        let onclick = {
            let (open, given, family) = (open.setter(), given.setter(), family.setter());
            let name = props.me.name.clone();
            Callback::from(move |()| {
                given.set(name.given_name.to_string());
                family.set(name.family_name.to_string());
                open.set(true);
                wasm_bindgen_futures::spawn_local(then_focus(GIVEN));
            })
        };
        return html! {
            <div class="row x">
                <p><strong dir="auto">{ props.me.name.full() }</strong><br /><span class="sm mut">{ "as it should appear on a certificate" }</span></p>
                <Button id={CHANGE} kind={ButtonKind::Quiet} small=true icon="pencil-line" {onclick}>{ "Change your name" }</Button>
            </div>
        };
    }
    let set = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text| state.set(text))
    };
    let onsubmit = {
        let (given, family, problems, sent, save) =
            (given.clone(), family.clone(), problems.setter(), sent.clone(), save.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match change(&given, &family) {
                Ok(change) => {
                    problems.set(Vec::new());
                    save.run(change);
                }
                Err(needs) => problems.set(needs),
            }
        })
    };
    let close = {
        let (open, problems) = (open.setter(), problems.setter());
        Callback::from(move |()| {
            problems.set(Vec::new());
            open.set(false);
            wasm_bindgen_futures::spawn_local(then_focus(CHANGE));
        })
    };
    html! {
        <form class="card flow" {onsubmit} aria-label="Your name" novalidate=true>
            <ErrorSummary problems={(*problems).clone()} sent={*sent} />
            <div class="g2">
                <TextField id={GIVEN} label="Given name" value={(*given).clone()} oninput={set(&given)} autocomplete="given-name" maxlength=80 spellcheck=false error={problem_at(&problems, GIVEN)} />
                <TextField id={FAMILY} label="Family name" value={(*family).clone()} oninput={set(&family)} autocomplete="family-name" maxlength=80 spellcheck=false error={problem_at(&problems, FAMILY)} />
            </div>
            <p class="sm mut">{ "Awards that you already hold keep the name that they were given in." }</p>
            <div class="row">
                <Button submit=true busy={save.running}>{ "Save your name" }</Button>
                <Button kind={ButtonKind::Text} onclick={close}>{ "Leave it as it was" }</Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_are_asked_for_at_once() {
        let needs = change(" ", "").unwrap_err();
        assert_eq!(needs.iter().map(|need| need.field.as_str()).collect::<Vec<_>>(), [GIVEN, FAMILY]);
        assert!(change("x", &"y".repeat(81)).unwrap_err()[0].text.contains("80"));
        assert_eq!(change(" Priya ", "Hartnell").unwrap().given_name.unwrap().as_str(), "Priya");
    }
}
