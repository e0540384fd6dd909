//! Signing in: a link by e-mail first, a password for those who have one.

use cairn_shared::second_step::Code;
use cairn_shared::session::Password;
use cairn_shared::text::Email;
use yew::prelude::*;

use crate::api::{ApiError, sessions};
use crate::art::{Contours, OneCairn};
use crate::browser::focus;
use crate::hooks::{use_action, use_key};
use crate::router::{Route, is_of_the_app, navigate_to, replace, use_query, use_route};
use crate::session::{State, use_session};
use crate::ui::{Button, ButtonKind, Check, ErrorSummary, FormProblem, Go, Icon, Note, Page, TextField, Tone, Trouble};

const EMAIL: &str = "email";
const PASSWORD: &str = "password";
const CODE: &str = "code";

/// What can be sent.
#[derive(Clone, Debug, PartialEq)]
enum Ready {
    Link(Email),
    Password(Email, Password, Option<Code>),
}

/// What can be sent, or what the form still needs.
fn ready(email: &str, password: Option<&str>, code: Option<&str>) -> Result<Ready, Vec<FormProblem>> {
    let address = Email::new(email)
        .map_err(|_| FormProblem::at(EMAIL, "Enter your school email address, like name@school.example"));
    let Some(password) = password else { return address.map(Ready::Link).map_err(|p| vec![p]) };
    let password = Password::new(password).map_err(|_| FormProblem::at(PASSWORD, "Enter your password"));
    let code = code.map(Code::new).transpose().map_err(|problem| FormProblem::at(CODE, problem.to_string()));
    match (address, password, code) {
        (Ok(address), Ok(password), Ok(code)) => Ok(Ready::Password(address, password, code)),
        (address, password, code) => Err(address.err().into_iter().chain(password.err()).chain(code.err()).collect()),
    }
}

/// What the server said about the form, field by field where it did.
fn said(error: &ApiError) -> Vec<FormProblem> {
    let fields: Vec<_> = [EMAIL, PASSWORD, CODE]
        .into_iter()
        .filter_map(|name| error.field(&format!("/{name}")).map(|text| FormProblem::at(name, text)))
        .collect();
    match error.status {
        _ if !fields.is_empty() => fields,
        401 => vec![FormProblem::whole(
            "That email address and password do not belong together. Check both, or ask for a link instead.",
        )],
        _ => vec![FormProblem::whole(error.sentence())],
    }
}

fn at(problems: &[FormProblem], field: &str) -> Option<AttrValue> {
    problems.iter().find(|p| p.field == field).map(|p| p.text.clone())
}

/// The first page of all.
#[component]
pub fn SignIn() -> Html {
    let session = use_session();
    let route = use_route();
    let next = use_query().get("next").map(str::to_owned);
    let signed_in = matches!(session.state, State::In(_));
    // Shown in place of a page that needs it, the page itself comes next. Else it is the one asked for, or home.
    use_effect_with((signed_in, route), move |(signed_in, route)| {
        if *signed_in && *route == Route::SignIn {
            // Whoever wrote the link chose what comes next: it leads nowhere but into the app.
            match next.filter(|next| is_of_the_app(next)) {
                Some(next) => navigate_to(&next),
                None => replace(&Route::Home),
            }
        }
    });
    html! {
        <Page title="Sign in" raw=true>
            <div class="hero whole">
                <Contours />
                <main id="main" class="wrap">
                    <div class="g2 wide-gap">
                        <div class="flow l">
                            <h1 class="h5">{ "Your mentoring, told stone by stone." }</h1>
                            <p class="big-lead">
                                { "Two minutes in a corridor is enough. Write it, say it or photograph it, and let your story towards qualified mentor status build itself." }
                            </p>
                            <OneCairn stones=5 class="cairn-s hm" />
                        </div>
                        <Form />
                    </div>
                </main>
            </div>
        </Page>
    }
}

#[component]
fn Form() -> Html {
    let session = use_session();
    let email = use_state(String::new);
    let password = use_state(|| None::<String>);
    // Asked for once the server says that they have a second step.
    let code = use_state(|| None::<String>);
    let own_device = use_state(|| false);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let link_to = use_state(|| None::<Email>);
    let key = use_key();

    let by_link = {
        let (link_to, own) = (link_to.setter(), *own_device);
        use_action(
            move |email: Email| {
                let key = key.clone();
                async move { sessions::send_link(email.clone(), own, &key).await.map(|()| email) }
            },
            move |email| link_to.set(Some(email)),
        )
    };
    let by_password = {
        use_action(
            |(email, password, code, own): (Email, Password, Option<Code>, bool)| async move {
                sessions::with_password(email, password, code, own).await
            },
            move |grant| session.enter(grant),
        )
    };
    let busy = by_link.running || by_password.running;

    // What the server said takes the place of what the form found.
    let trouble = by_link.trouble.clone().or(by_password.trouble.clone());
    use_effect_with(trouble.clone(), {
        let (problems, sent, count, wants_code) = (problems.setter(), sent.setter(), *sent, code.setter());
        move |trouble| {
            if trouble.as_ref().is_some_and(ApiError::wants_code) {
                problems.set(Vec::new());
                wants_code.set(Some(String::new()));
                wasm_bindgen_futures::spawn_local(async { focus(CODE) });
            } else if let Some(error) = trouble.as_ref().filter(|e| !e.may_pass()) {
                problems.set(said(error));
                sent.set(count + 1);
            }
        }
    });

    use_effect_with((*link_to).is_some(), |sent| {
        if *sent {
            focus("sent");
        }
    });

    let onsubmit = {
        let (email, password, code, own) = ((*email).clone(), (*password).clone(), (*code).clone(), *own_device);
        let (problems, sent) = (problems.setter(), sent.clone());
        let (by_link, by_password) = (by_link.clone(), by_password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match ready(&email, password.as_deref(), code.as_deref()) {
                Ok(form) => {
                    problems.set(Vec::new());
                    match form {
                        Ready::Link(email) => by_link.run(email),
                        Ready::Password(email, password, code) => by_password.run((email, password, code, own)),
                    }
                }
                Err(needs) => problems.set(needs),
            }
        })
    };
    let other_way = {
        let (password, problems, code) = (password.clone(), problems.setter(), code.setter());
        let (by_link, by_password) = (by_link.clone(), by_password.clone());
        Callback::from(move |()| {
            problems.set(Vec::new());
            code.set(None);
            by_link.clear();
            by_password.clear();
            password.set(if password.is_some() { None } else { Some(String::new()) });
        })
    };

    if let Some(address) = &*link_to {
        let again = {
            let link_to = link_to.setter();
            Callback::from(move |()| link_to.set(None))
        };
        return html! {
            <section class="card flow side-card" aria-labelledby="sent">
                <h2 id="sent" tabindex="-1">{ "Look in your email" }</h2>
                <p role="status">
                    { "If " }<strong>{ address.as_str() }</strong>{ " is known here, a link is on its way. It works once, within half an hour." }
                </p>
                <p class="sm mut">{ "Nothing there? Look where unwanted mail goes, or ask your coordinator which address we know." }</p>
                <Button kind={ButtonKind::Quiet} icon="arrow-left" onclick={again}>{ "Use another address" }</Button>
            </section>
        };
    }

    let passing = trouble.filter(ApiError::may_pass);
    let set = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text| state.set(text))
    };
    html! {
        <form class="card flow side-card" novalidate=true {onsubmit}>
            <h2>{ "Sign in" }</h2>
            <ErrorSummary problems={(*problems).clone()} sent={*sent} />
            if let Some(error) = passing { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
            <TextField
                id={EMAIL}
                label="School email address"
                hint={if password.is_some() { None } else { Some("We send you a link. There is no password to remember.") }}
                kind="email"
                autocomplete="username"
                spellcheck=false
                value={(*email).clone()}
                oninput={set(&email)}
                error={at(&problems, EMAIL)}
            />
            if let Some(text) = &*password {
                <TextField
                    id={PASSWORD}
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    value={text.clone()}
                    oninput={{ let password = password.setter(); Callback::from(move |text| password.set(Some(text))) }}
                    error={at(&problems, PASSWORD)}
                />
            }
            if let Some(text) = &*code {
                { code_field(CODE, text, { let code = code.setter(); Callback::from(move |text| code.set(Some(text))) }, at(&problems, CODE)) }
            }
            <Check
                checked={*own_device}
                onchange={{ let own = own_device.setter(); Callback::from(move |on| own.set(on)) }}
                hint="You stay signed in, and what you write offline is kept here."
            >
                { "This is my own device" }
            </Check>
            if password.is_some() {
                <Button submit=true big=true icon="key-round" {busy}>{ "Sign in" }</Button>
            } else {
                <Button submit=true big=true icon="mail" {busy}>{ "Email me a sign-in link" }</Button>
            }
            <div class="row n mut sm or" aria-hidden="true"><hr class="grow" />{ "or" }<hr class="grow" /></div>
            <Button kind={ButtonKind::Quiet} icon={if password.is_some() { "mail" } else { "key-round" }} onclick={other_way}>
                { if password.is_some() { "Email me a link instead" } else { "Use a password instead" } }
            </Button>
            <p class="sm mut">
                { "New to Cairn? Your school mentor coordinator or the university invites you. " }
                <Go to={Route::Help}>{ "Ask for an invitation" }</Go>
                { ". Checking an award? " }
                <a href="/verify">{ "Verify a certificate" }</a>
                { "." }
            </p>
        </form>
    }
}

/// The field for the code of a second step, shared with the page that opens a link.
pub(super) fn code_field(id: &'static str, text: &str, oninput: Callback<String>, error: Option<AttrValue>) -> Html {
    html! {
        <TextField
            {id}
            label="Code"
            hint="The six figures that your app shows now, or a recovery code."
            autocomplete="one-time-code"
            spellcheck=false
            maxlength=60
            value={text.to_owned()}
            {oninput}
            {error}
        />
    }
}

/// Words for a link that no longer works, shared with the page that opens it.
pub(super) fn link_is_over() -> Html {
    html! {
        <Note tone={Tone::More} icon="clock" title="This link has had its day">
            <p>{ "A sign-in link works once, within half an hour. Ask for a new one; it takes a moment." }</p>
            <p><Go to={Route::SignIn} button={ButtonKind::Main}><Icon name="mail" />{ "Send me a new link" }</Go></p>
        </Note>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_all_that_it_needs() {
        assert_eq!(ready("", Some(""), None).unwrap_err().len(), 2);
        assert_eq!(ready("", Some(""), Some("12345")).unwrap_err().len(), 3);
        assert_eq!(ready("priya.hartnell", None, None).unwrap_err()[0].field, EMAIL);
        assert_eq!(ready("p@thornbeck.example", Some(""), None).unwrap_err()[0].field, PASSWORD);
        let address = Email::new("p@thornbeck.example").unwrap();
        assert_eq!(ready(" P@Thornbeck.example ", None, None), Ok(Ready::Link(address.clone())));
        let password = Password::new("a quiet lane").unwrap();
        assert_eq!(
            ready("p@thornbeck.example", Some("a quiet lane"), Some("123 456")),
            Ok(Ready::Password(address, password, Code::new("123456").ok()))
        );
    }

    #[test]
    fn the_servers_words_go_to_their_fields() {
        let body = r#"{"errors":[{"pointer":"/email","code":"format","detail":"Enter your school email address"}]}"#;
        assert_eq!(said(&ApiError::answered(422, body.into(), None))[0].field, EMAIL);
        assert_eq!(said(&ApiError::answered(401, String::new(), None))[0].field, "");
    }
}
