//! Adding a person, who is invited by e-mail.

use cairn_shared::ids::SchoolId;
use cairn_shared::person::{InvitePerson, Name, PersonSummary, Role};
use cairn_shared::text::Email;
use yew::prelude::*;

use super::list::phase_choices;
use crate::api;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::pages::school::SchoolFinder;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, Choice, Dialog, ErrorSummary, FormProblem, Picker, SelectField, TextField};

/// Who is told.
#[derive(Properties, PartialEq)]
pub struct InviteDialogProps {
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Told that there is somebody new.
    pub ondone: Callback<()>,
}

const GIVEN: &str = "given-name";
const FAMILY: &str = "family-name";
const EMAIL: &str = "invite-email";
const PHASE: &str = "invite-phase";
const ROLES: &str = "invite-roles";
const SCHOOL: &str = "invite-school";

/// The field that a pointer of the server means.
fn field_of(pointer: &str) -> Option<AttrValue> {
    let field = match pointer.split('/').nth(1)? {
        "given_name" => GIVEN,
        "family_name" => FAMILY,
        "email" => EMAIL,
        "phase" => PHASE,
        "roles" => ROLES,
        "school_id" => SCHOOL,
        _ => return None,
    };
    Some(AttrValue::Static(field))
}

/// The roles to choose from.
pub fn role_choices() -> Vec<Choice> {
    Role::ALL.iter().map(|role| Choice::new(role.code(), role.title())).collect()
}

/// The dialog that adds a person.
#[component]
pub fn InviteDialog(props: &InviteDialogProps) -> Html {
    let notices = use_notices();
    let given = use_state(String::new);
    let family = use_state(String::new);
    let email = use_state(String::new);
    let phase = use_state(AttrValue::default);
    let roles = use_state(|| vec![AttrValue::Static(Role::Mentor.code())]);
    let school = use_state(|| None::<SchoolId>);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let invite = {
        let (onclose, ondone) = (props.onclose.clone(), props.ondone.clone());
        use_action(
            move |person: InvitePerson| {
                let key = key.clone();
                async move { api::person::invite(&person, &key).await }
            },
            move |person: PersonSummary| {
                notices.say(format!("{} is invited by e-mail.", person.name.full()));
                ondone.emit(());
                onclose.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &invite.trouble {
        shown.extend(form_problems(error, field_of));
    }
    let onsubmit = {
        let (given, family, email) = ((*given).clone(), (*family).clone(), (*email).clone());
        let (phase, roles, school) = ((*phase).clone(), (*roles).clone(), *school);
        let (problems, sent, invite) = (problems.setter(), sent.clone(), invite.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let mut need = |field: &'static str, words: String| needs.push(FormProblem::at(field, words));
            let given = Name::new(given.clone()).map_err(|e| need(GIVEN, e.to_string()));
            let family = Name::new(family.clone()).map_err(|e| need(FAMILY, e.to_string()));
            let email = Email::new(email.clone()).map_err(|e| need(EMAIL, e.to_string()));
            match (given, family, email) {
                (Ok(given_name), Ok(family_name), Ok(email)) => invite.run(InvitePerson {
                    given_name,
                    family_name,
                    email,
                    phase: phase.parse().ok(),
                    roles: roles.iter().filter_map(|code| code.parse().ok()).collect(),
                    school_id: school,
                }),
                _ => invite.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text: String| state.set(text))
    };
    html! {
        <Dialog open=true title="Add someone" onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <p>{ "They hear by e-mail and sign in with a link. Names stand on certificates as they are written here." }</p>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(invite.trouble.is_some())} />
                <div class="g2">
                    <TextField id={GIVEN} label="Given name" maxlength={80} autocomplete="off" value={(*given).clone()} oninput={write(&given)} error={problem_at(&shown, GIVEN)} />
                    <TextField id={FAMILY} label="Family name" maxlength={80} autocomplete="off" value={(*family).clone()} oninput={write(&family)} error={problem_at(&shown, FAMILY)} />
                </div>
                <TextField id={EMAIL} label="E-mail address" kind="email" autocomplete="off" spellcheck=false value={(*email).clone()} oninput={write(&email)} error={problem_at(&shown, EMAIL)} />
                <Picker
                    id={ROLES}
                    legend="What may they do?"
                    options={role_choices()}
                    chosen={(*roles).clone()}
                    onchange={{ let roles = roles.setter(); Callback::from(move |chosen| roles.set(chosen)) }}
                    error={problem_at(&shown, ROLES)}
                />
                <SelectField
                    id={PHASE}
                    label="Phase"
                    aside="If you know it"
                    options={phase_choices()}
                    blank="Not said"
                    value={(*phase).clone()}
                    onchange={{ let phase = phase.setter(); Callback::from(move |code| phase.set(code)) }}
                    error={problem_at(&shown, PHASE)}
                />
                <SchoolFinder
                    id={SCHOOL}
                    label="School"
                    aside="If they are at one"
                    value={*school}
                    onchange={{ let school = school.setter(); Callback::from(move |id| school.set(id)) }}
                    error={problem_at(&shown, SCHOOL)}
                />
                <div class="row">
                    <Button submit=true icon="mail" busy={invite.running}>{ "Invite" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
