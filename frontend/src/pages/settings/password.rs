//! A password, beside links by e-mail. Nobody needs one.

use cairn_shared::session::{PASSWORD_LEAST, PASSWORD_MOST, Password as Typed, SetPassword};
use cairn_shared::text::Email;
use yew::prelude::*;

use super::once_more::SignInOnceMore;
use crate::api::sessions;
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, Details, ErrorSummary, FormProblem, TextField, Trouble};

const CURRENT: &str = "current-password";
const NEW: &str = "new-password";

/// How one signs in.
#[derive(Properties, PartialEq)]
pub struct PasswordProps {
    /// Whether a password is set.
    pub has_password: bool,
    /// The address that it goes with.
    pub email: Email,
    /// Told when that has changed.
    pub onchange: Callback<()>,
}

/// What the form gives, or what it still needs.
fn wanted(has_password: bool, current: &str, new: &str) -> Result<SetPassword, Vec<FormProblem>> {
    let mut needs = Vec::new();
    // Left empty by whoever forgot it and came in with a link; the server knows how long ago that was.
    let current = Typed::new(current).ok().filter(|_| has_password);
    let letters = new.chars().count();
    if letters < PASSWORD_LEAST {
        needs.push(FormProblem::at(NEW, format!("Choose a password of at least {PASSWORD_LEAST} characters")));
    }
    match Typed::new(new) {
        Ok(new) if needs.is_empty() => return Ok(SetPassword { current, new }),
        Err(problem) if letters >= PASSWORD_LEAST => needs.push(FormProblem::at(NEW, problem.to_string())),
        _ => {}
    }
    Err(needs)
}

fn field_of(pointer: &str) -> Option<AttrValue> {
    match pointer {
        "/current" => Some(AttrValue::Static(CURRENT)),
        "/new" => Some(AttrValue::Static(NEW)),
        _ => None,
    }
}

/// Setting or changing a password.
#[component]
pub fn Password(props: &PasswordProps) -> Html {
    let notices = use_notices();
    let current = use_state_eq(String::new);
    let new = use_state_eq(String::new);
    let shown = use_state_eq(|| false);
    let problems = use_state_eq(Vec::<FormProblem>::new);
    let sent = use_state_eq(|| 0_u32);
    let has = props.has_password;
    let save = use_action(
        {
            let (problems, sent) = (problems.setter(), sent.clone());
            move |password: SetPassword| {
                let (problems, sent) = (problems.clone(), sent.clone());
                async move {
                    let answer = sessions::set_password(&password).await;
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
            let (current, new, onchange) = (current.setter(), new.setter(), props.onchange.clone());
            move |()| {
                current.set(String::new());
                new.set(String::new());
                onchange.emit(());
                notices.say("Your password is set, and other devices are signed out. Links by email work as before.");
            }
        },
    );
    let onsubmit = {
        let (current, new, problems, sent, save) =
            (current.clone(), new.clone(), problems.setter(), sent.clone(), save.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match wanted(has, &current, &new) {
                Ok(password) => {
                    problems.set(Vec::new());
                    save.run(password);
                }
                Err(needs) => problems.set(needs),
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text| state.set(text))
    };
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(!*shown))
    };
    let trouble = save.trouble.as_ref();
    html! {
        <section class="flow" aria-labelledby="sign-in-ways">
            <h2 id="sign-in-ways" class="q1">{ "How you sign in" }</h2>
            <p>
                { if has {
                    "With a link that we email you, or with your password."
                } else {
                    "With a link that we email you. There is no password to remember, and you need none."
                } }
            </p>
            <Details summary={if has { "Change your password" } else { "Set a password as well" }}>
                <form class="card flow gap-top" {onsubmit} aria-label="Password" novalidate=true>
                    <ErrorSummary problems={(*problems).clone()} sent={*sent} />
                    if let Some(error) = trouble.filter(|e| e.wants_proof()) {
                        <SignInOnceMore email={props.email.clone()} why={error.sentence()} />
                    } else if let Some(error) = trouble.filter(|e| e.may_pass()) {
                        <Trouble title={error.title.clone()} detail={error.sentence()} />
                    }
                    // For the browser's own keeper of passwords, so that it knows whose this is.
                    <input type="text" name="username" autocomplete="username" value={props.email.to_string()} hidden=true readonly=true />
                    if has {
                        <TextField id={CURRENT} label="The password that you use now" hint="Not to be found? Sign in with a link, come back within a quarter of an hour, and leave this empty." kind="password" autocomplete="current-password" value={(*current).clone()} oninput={set(&current)} spellcheck=false maxlength={PASSWORD_MOST as u32} class="narrow" error={problem_at(&problems, CURRENT)} />
                    }
                    <TextField
                        id={NEW}
                        label="New password"
                        hint={format!("At least {PASSWORD_LEAST} characters. Three or four words that only you would put together are good.")}
                        kind={if *shown { "text" } else { "password" }}
                        autocomplete="new-password"
                        value={(*new).clone()}
                        oninput={set(&new)}
                        spellcheck=false
                        maxlength={PASSWORD_MOST as u32}
                        class="narrow"
                        error={problem_at(&problems, NEW)}
                    />
                    <div class="row">
                        <Button submit=true busy={save.running}>{ if has { "Change the password" } else { "Set the password" } }</Button>
                        <Button kind={ButtonKind::Text} icon="eye" pressed={*shown} onclick={toggle}>{ "Show it" }</Button>
                    </div>
                </form>
            </Details>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_nothing_else_is_asked_of_it() {
        assert_eq!(wanted(false, "", "correct horse").unwrap().new.as_str(), "correct horse");
        assert_eq!(wanted(false, "", "short").unwrap_err()[0].field, NEW);
        assert_eq!(wanted(false, "", " as it is typed ").unwrap().new.as_str(), " as it is typed ");
        assert!(wanted(true, "what it was", "correct horse").unwrap().current.is_some());
        assert!(wanted(true, "", "correct horse").unwrap().current.is_none(), "who came in with a link needs none");
        assert!(wanted(false, "", &"x".repeat(201)).unwrap_err()[0].text.contains("200"));
    }
}
