//! The address that one signs in with, and changing it: a link goes to the new one.

use cairn_shared::session::{AskForEmailChange, EmailChange, Me, PASSWORD_MOST, Password};
use cairn_shared::text::Email;
use yew::prelude::*;

use super::name::then_focus;
use super::once_more::SignInOnceMore;
use crate::api::sessions;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, ErrorSummary, FormProblem, Note, TextField, Tone, Trouble};
use crate::words::Moment;

const EMAIL: &str = "new-email";
const PASSWORD: &str = "email-password";
const CHANGE: &str = "change-email";

/// Whose.
#[derive(Properties, PartialEq)]
pub struct AddressProps {
    /// Who is signed in.
    pub me: Me,
    /// Told who they are now.
    pub onchange: Callback<Me>,
    /// Asks the server who they are now.
    pub reload: Callback<()>,
}

/// What the form gives, or what it still needs.
fn wanted(me: &Me, email: &str, password: &str) -> Result<AskForEmailChange, Vec<FormProblem>> {
    let mut needs = Vec::new();
    let email = match Email::new(email) {
        Ok(email) if email == me.email => Err("This is your address already. Enter the new one"),
        Ok(email) => Ok(email),
        Err(_) => Err("Enter the new address, like name@school.example"),
    };
    let password = match (me.has_password, Password::new(password)) {
        (false, _) => None,
        (true, Ok(password)) => Some(password),
        (true, Err(_)) => {
            needs.push(FormProblem::at(PASSWORD, "Enter your password"));
            None
        }
    };
    match email {
        Ok(email) if needs.is_empty() => Ok(AskForEmailChange { email, password }),
        Ok(_) => Err(needs),
        Err(need) => {
            needs.insert(0, FormProblem::at(EMAIL, need));
            Err(needs)
        }
    }
}

fn field_of(pointer: &str) -> Option<AttrValue> {
    match pointer {
        "/email" => Some(AttrValue::Static(EMAIL)),
        "/password" => Some(AttrValue::Static(PASSWORD)),
        _ => None,
    }
}

/// One's address, and changing it.
#[component]
pub fn Address(props: &AddressProps) -> Html {
    let open = use_state_eq(|| false);
    let close = {
        let open = open.setter();
        Callback::from(move |()| {
            open.set(false);
            wasm_bindgen_futures::spawn_local(then_focus(CHANGE));
        })
    };
    if *open {
        return html! { <Form me={props.me.clone()} onchange={props.onchange.clone()} {close} /> };
    }
    let onclick = {
        let open = open.setter();
        Callback::from(move |()| {
            open.set(true);
            wasm_bindgen_futures::spawn_local(then_focus(EMAIL));
        })
    };
    let words = if props.me.email_change.is_some() { "Give another address" } else { "Change your address" };
    html! {
        <>
            <div class="row x">
                <p class="shrink wraps"><strong>{ props.me.email.as_str() }</strong><br /><span class="sm mut">{ "the address that you sign in with" }</span></p>
                <Button id={CHANGE} kind={ButtonKind::Quiet} small=true icon="pencil-line" {onclick}>{ words }</Button>
            </div>
            if let Some(change) = &props.me.email_change {
                <Waiting change={change.clone()} reload={props.reload.clone()} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WaitingProps {
    change: EmailChange,
    reload: Callback<()>,
}

/// A link to a new address has gone out and waits to be opened.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let notices = use_notices();
    let keep = use_action(|()| sessions::keep_email(), {
        let reload = props.reload.clone();
        move |()| {
            reload.emit(());
            notices.say("Your address stays as it is.");
            wasm_bindgen_futures::spawn_local(then_focus(CHANGE));
        }
    });
    let until = Moment(props.change.expires_at).clock();
    html! {
        <Note tone={Tone::More} icon="mail" live=true title="A link is on its way to your new address">
            <p class="wraps">
                { "It goes to " }<strong>{ props.change.email.as_str() }</strong>
                { format!(". Open it by {until}, in a browser in which you are signed in. Until then you sign in with the address above.") }
            </p>
            if let Some(error) = &keep.trouble { <p>{ error.sentence() }</p> }
            <p class="row t">
                <Button kind={ButtonKind::Quiet} small=true busy={keep.running} onclick={keep.runner()}>{ "Keep my address" }</Button>
            </p>
        </Note>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    me: Me,
    onchange: Callback<Me>,
    close: Callback<()>,
}

/// Giving a new address.
#[component]
fn Form(props: &FormProps) -> Html {
    let FormProps { me, .. } = props;
    let key = use_key();
    let email = use_state_eq(String::new);
    let password = use_state_eq(String::new);
    let problems = use_state_eq(Vec::<FormProblem>::new);
    let sent = use_state_eq(|| 0_u32);
    let ask = use_action(
        {
            let (problems, sent) = (problems.setter(), sent.clone());
            move |ask: AskForEmailChange| {
                let (problems, sent, key) = (problems.clone(), sent.clone(), key.clone());
                async move {
                    let answer = sessions::ask_for_email_change(&ask, &key).await;
                    if let Err(error) = &answer
                        && !error.wants_proof()
                        && !error.may_pass()
                    {
                        problems.set(form_problems(error, field_of));
                        sent.set(*sent + 1);
                    }
                    answer
                }
            }
        },
        {
            let (onchange, close) = (props.onchange.clone(), props.close.clone());
            move |now: Me| {
                onchange.emit(now);
                close.emit(());
            }
        },
    );
    let onsubmit = {
        let (me, email, password) = (me.clone(), (*email).clone(), (*password).clone());
        let (problems, sent, ask) = (problems.setter(), sent.clone(), ask.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match wanted(&me, &email, &password) {
                Ok(wanted) => {
                    problems.set(Vec::new());
                    ask.run(wanted);
                }
                Err(needs) => problems.set(needs),
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text| state.set(text))
    };
    let trouble = ask.trouble.as_ref();
    html! {
        <form class="card flow" {onsubmit} aria-label="Your address" novalidate=true>
            <ErrorSummary problems={(*problems).clone()} sent={*sent} />
            if let Some(error) = trouble.filter(|e| e.wants_proof()) {
                <SignInOnceMore email={me.email.clone()} why={error.sentence()} />
            } else if let Some(error) = trouble.filter(|e| e.may_pass()) {
                <Trouble title={error.title.clone()} detail={error.sentence()} />
            }
            <TextField
                id={EMAIL}
                label="New email address"
                hint="We send a link to it. Your account keeps its address until you open that."
                kind="email"
                autocomplete="email"
                spellcheck=false
                value={(*email).clone()}
                oninput={set(&email)}
                error={problem_at(&problems, EMAIL)}
            />
            if me.has_password {
                <TextField id={PASSWORD} label="Your password" kind="password" autocomplete="current-password" value={(*password).clone()} oninput={set(&password)} spellcheck=false maxlength={PASSWORD_MOST as u32} class="narrow" error={problem_at(&problems, PASSWORD)} />
            }
            <div class="row">
                <Button submit=true icon="mail" busy={ask.running}>{ "Send a link to it" }</Button>
                <Button kind={ButtonKind::Text} onclick={props.close.clone()}>{ "Leave it as it was" }</Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me(has_password: bool) -> Me {
        Me { has_password, ..crate::session::sample() }
    }

    #[test]
    fn the_form_says_all_that_it_needs() {
        let fields = |me: &Me, email: &str| -> Vec<AttrValue> {
            wanted(me, email, "").unwrap_err().into_iter().map(|need| need.field).collect()
        };
        assert_eq!(fields(&me(true), "priya"), [EMAIL, PASSWORD]);
        assert_eq!(fields(&me(true), "p@new.example"), [PASSWORD]);
        assert_eq!(fields(&me(false), ""), [EMAIL]);
        assert_eq!(fields(&me(false), " M@Thornbeck.example"), [EMAIL], "the address of today is no new one");
    }

    #[test]
    fn a_password_goes_along_where_there_is_one() {
        let ask = wanted(&me(true), "P@New.example", "a quiet lane").unwrap();
        assert_eq!(ask.email.as_str(), "p@new.example");
        assert_eq!(ask.password.unwrap().as_str(), "a quiet lane");
        assert!(wanted(&me(false), "p@new.example", "typed by habit").unwrap().password.is_none());
    }
}
