//! A second step of signing in: setting the app up, its recovery codes, and ending it.

use cairn_shared::second_step::{AskForSecret, Code, NewSecret, RecoveryCodes, SecondStep as Stands, Standing};
use cairn_shared::text::Email;
use yew::prelude::*;

use super::name::then_focus;
use super::once_more::SignInOnceMore;
use crate::api::{ApiError, second_step};
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::pages::award::picture;
use crate::parts::{form_problems, problem_at};
use crate::ui::{Button, ButtonKind, ErrorSummary, FormProblem, Icon, Note, Skeleton, TextField, Tone, Trouble};
use crate::words::{Moment, count};

const CODE: &str = "step-code";
const TODAY: &str = "step-code-today";
const BEGIN: &str = "begin-step";
const CODES: &str = "recovery-codes";

/// Whose.
#[derive(Properties, PartialEq)]
pub struct SecondStepProps {
    /// Where links to sign in go.
    pub email: Email,
    /// Told when how one signs in has changed.
    pub onchange: Callback<()>,
}

/// What is on the page.
#[derive(Clone, PartialEq)]
enum View {
    /// How it stands.
    Rest,
    /// The code of today is asked for, before a new app or the end.
    Ask { to_end: bool },
    /// A secret waits to be put into an app, and for the first code.
    SetUp(NewSecret),
    /// The recovery codes, this once.
    Codes(RecoveryCodes),
}

/// One's second step.
#[component]
pub fn SecondStep(props: &SecondStepProps) -> Html {
    let load = use_loaded((), |()| second_step::read());
    let view = use_state_eq(|| View::Rest);
    let show = {
        let view = view.setter();
        Callback::from(move |to: View| {
            let focus = match &to {
                View::Rest => BEGIN,
                View::Ask { .. } => TODAY,
                View::SetUp(_) => CODE,
                View::Codes(_) => CODES,
            };
            view.set(to);
            wasm_bindgen_futures::spawn_local(then_focus(focus));
        })
    };
    let done = {
        let (show, onchange, load) = (show.clone(), props.onchange.clone(), load.reloader());
        Callback::from(move |()| {
            show.emit(View::Rest);
            load.emit(());
            onchange.emit(());
        })
    };
    let content = match (&load.state, &*view) {
        (LoadState::Loading, _) => html! { <Skeleton label="Loading your second step" lines=2 card=false /> },
        (LoadState::Problem(error), _) => html! {
            <Trouble title="This did not come" detail={error.sentence()} again={load.reloader()} />
        },
        (LoadState::Loaded(stands), View::Rest) => {
            html! { <Rest stands={(**stands).clone()} email={props.email.clone()} {show} /> }
        }
        (_, View::Ask { to_end }) => html! {
            <Ask to_end={*to_end} email={props.email.clone()} {show} ended={done} />
        },
        (_, View::SetUp(secret)) => html! { <SetUp secret={secret.clone()} {show} /> },
        (_, View::Codes(codes)) => html! { <Codes codes={codes.clone()} {done} /> },
    };
    html! {
        <section class="flow" aria-labelledby="second-step">
            <h2 id="second-step" class="q1">{ "A second step" }</h2>
            { content }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct RestProps {
    stands: Stands,
    email: Email,
    show: Callback<View>,
}

/// How it stands, and what can be done.
#[component]
fn Rest(props: &RestProps) -> Html {
    let begin = use_action(|()| async { second_step::ask_for_secret(&AskForSecret::default()).await }, {
        let show = props.show.clone();
        move |secret| show.emit(View::SetUp(secret))
    });
    let ask = |to_end: bool| {
        let show = props.show.clone();
        Callback::from(move |()| show.emit(View::Ask { to_end }))
    };
    if props.stands.state == Standing::InForce {
        let since = props.stands.since.map(|at| Moment(at).day().long()).unwrap_or_default();
        let left = match props.stands.codes_left {
            0 => "no recovery code is left: set the app up anew to get some".to_owned(),
            left => format!("{} left", count(left as usize, "recovery code is", "recovery codes are")),
        };
        return html! {
            <>
                <p>{ format!("Since {since}, signing in takes a code from your app as well; {left}.") }</p>
                <div class="row">
                    <Button id={BEGIN} kind={ButtonKind::Quiet} icon="key-round" onclick={ask(false)}>{ "Set up a new app" }</Button>
                    <Button kind={ButtonKind::Text} onclick={ask(true)}>{ "End the second step" }</Button>
                </div>
            </>
        };
    }
    html! {
        <>
            if props.stands.state == Standing::Needed {
                <Note tone={Tone::More} icon="key-round" title="Before you begin: two minutes">
                    <p>{ "You look after other people’s work, so your account needs more than a mailbox to open it. Set up a second step, and everything is there." }</p>
                </Note>
            }
            <p>{ "A code from an app on your phone, beside your link or your password. Whoever gets into your mailbox does not get in here then." }</p>
            <Troubles trouble={begin.trouble.clone()} email={props.email.clone()} />
            <div><Button id={BEGIN} kind={if props.stands.state == Standing::Needed { ButtonKind::Main } else { ButtonKind::Quiet }} icon="key-round" busy={begin.running} onclick={begin.runner()}>{ "Set it up" }</Button></div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TroublesProps {
    trouble: Option<ApiError>,
    email: Email,
}

/// What came in the way, and what to do about it.
#[component]
fn Troubles(props: &TroublesProps) -> Html {
    match &props.trouble {
        Some(error) if error.wants_proof() => {
            html! { <SignInOnceMore email={props.email.clone()} why={error.sentence()} /> }
        }
        Some(error) if error.field("/code").is_none() => {
            html! { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
        }
        _ => Html::default(),
    }
}

fn field_of(pointer: &str, field: &'static str) -> Option<AttrValue> {
    (pointer == "/code").then_some(AttrValue::Static(field))
}

/// What was typed as a code, or what it needs.
fn typed(code: &str, field: &'static str) -> Result<Code, Vec<FormProblem>> {
    Code::new(code).map_err(|problem| vec![FormProblem::at(field, problem.to_string())])
}

/// A form for one code: its field, and what is said of it.
struct CodeForm {
    code: UseStateHandle<String>,
    problems: UseStateHandle<Vec<FormProblem>>,
    sent: UseStateHandle<u32>,
}

#[hook]
fn use_code_form() -> CodeForm {
    CodeForm { code: use_state_eq(String::new), problems: use_state_eq(Vec::new), sent: use_state_eq(|| 0) }
}

impl CodeForm {
    fn field(&self, id: &'static str, label: &'static str, hint: &'static str) -> Html {
        let set = self.code.setter();
        html! {
            <TextField {id} {label} {hint} autocomplete="one-time-code" value={(*self.code).clone()} oninput={Callback::from(move |text| set.set(text))} spellcheck=false maxlength=60 class="narrow" error={problem_at(&self.problems, id)} />
        }
    }

    fn summary(&self) -> Html {
        html! { <ErrorSummary problems={(*self.problems).clone()} sent={*self.sent} /> }
    }

    fn onsubmit(&self, field: &'static str, run: Callback<Code>) -> Callback<SubmitEvent> {
        let (code, problems, sent) = (self.code.clone(), self.problems.setter(), self.sent.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match typed(&code, field) {
                Ok(code) => {
                    problems.set(Vec::new());
                    run.emit(code);
                }
                Err(needs) => problems.set(needs),
            }
        })
    }

    /// Shows at the field what the server says of it.
    fn hears(&self, field: &'static str) -> impl Fn(&ApiError) + Clone + 'static {
        let (problems, sent) = (self.problems.setter(), self.sent.clone());
        move |error| {
            if error.field("/code").is_some() {
                problems.set(form_problems(error, |pointer| field_of(pointer, field)));
                sent.set(*sent + 1);
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct AskProps {
    to_end: bool,
    email: Email,
    show: Callback<View>,
    ended: Callback<()>,
}

/// Asks for a code of the app of today, or a recovery code.
#[component]
fn Ask(props: &AskProps) -> Html {
    let notices = use_notices();
    let form = use_code_form();
    let (to_end, hears) = (props.to_end, form.hears(TODAY));
    let go_on = use_action(
        move |code: Code| {
            let hears = hears.clone();
            async move {
                let answer = match to_end {
                    true => second_step::end(code).await.map(|()| None),
                    false => {
                        second_step::ask_for_secret(&AskForSecret { password: None, code: Some(code) }).await.map(Some)
                    }
                };
                answer.inspect_err(hears)
            }
        },
        {
            let (show, ended) = (props.show.clone(), props.ended.clone());
            move |secret: Option<NewSecret>| match secret {
                Some(secret) => show.emit(View::SetUp(secret)),
                None => {
                    notices.say("Signing in takes no second step any more.");
                    ended.emit(());
                }
            }
        },
    );
    let back = {
        let show = props.show.clone();
        Callback::from(move |()| show.emit(View::Rest))
    };
    let (why, words) = match to_end {
        true => ("From then on a link or your password is enough.", "End the second step"),
        false => ("The app that you use today holds until the new one is set up.", "Go on"),
    };
    html! {
        <form class="card flow" aria-label="Your code" novalidate=true onsubmit={form.onsubmit(TODAY, go_on.runner())}>
            { form.summary() }
            <Troubles trouble={go_on.trouble.clone()} email={props.email.clone()} />
            <p>{ why }</p>
            { form.field(TODAY, "Code", "The six figures that your app shows now, or a recovery code.") }
            <div class="row">
                <Button submit=true busy={go_on.running}>{ words }</Button>
                <Button kind={ButtonKind::Text} onclick={back}>{ "Leave it as it was" }</Button>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct SetUpProps {
    secret: NewSecret,
    show: Callback<View>,
}

/// The secret, to be put into an app, and the first code of it.
#[component]
fn SetUp(props: &SetUpProps) -> Html {
    let form = use_code_form();
    let hears = form.hears(CODE);
    let confirm = use_action(
        move |code: Code| {
            let hears = hears.clone();
            async move { second_step::confirm(code).await.inspect_err(hears) }
        },
        {
            let show = props.show.clone();
            move |codes| show.emit(View::Codes(codes))
        },
    );
    let back = {
        let show = props.show.clone();
        Callback::from(move |()| show.emit(View::Rest))
    };
    let other = confirm.trouble.as_ref().filter(|error| error.field("/code").is_none());
    html! {
        <form class="card flow" aria-label="Set up a second step" novalidate=true onsubmit={form.onsubmit(CODE, confirm.runner())}>
            { form.summary() }
            if let Some(error) = other { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
            <p><strong>{ "1. Put this into an app that shows codes." }</strong>{ " Many keepers of passwords do it, and phones have one of their own." }</p>
            <div class="row t">
                <img class="qr" src={picture(&props.secret.qr_svg)} alt="QR code for the app" width="200" height="200" />
                <div class="flow t shrink">
                    <p>{ "Scan it, or, if you read this on the phone itself, " }<a href={props.secret.address.clone()}>{ "open it in the app" }</a>{ "." }</p>
                    <p class="sm mut">{ "Or type this in:" }</p>
                    <p class="wraps"><code>{ &props.secret.secret }</code></p>
                </div>
            </div>
            { form.field(CODE, "2. The six figures that it shows now", "They change twice a minute. The present ones are right.") }
            <div class="row">
                <Button submit=true icon="key-round" busy={confirm.running}>{ "Switch it on" }</Button>
                <Button kind={ButtonKind::Text} onclick={back}>{ "Not now" }</Button>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct CodesProps {
    codes: RecoveryCodes,
    done: Callback<()>,
}

/// The recovery codes, this once.
#[component]
fn Codes(props: &CodesProps) -> Html {
    let done = props.done.clone();
    html! {
        <div class="card flow">
            <h3 id={CODES} tabindex="-1"><Icon name="circle-check" />{ " It is switched on" }</h3>
            <p>{ "One thing more. If your phone is not at hand, a recovery code does instead, each of them once. Print them, or copy them to where you keep passwords: they are shown only now." }</p>
            <ul class="plain-list flow t">
                { for props.codes.codes.iter().map(|code| html! { <li><code>{ code }</code></li> }) }
            </ul>
            <div><Button onclick={Callback::from(move |()| done.emit(()))}>{ "I have kept them" }</Button></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_looked_at_before_it_is_sent() {
        assert!(typed("12 34 56", CODE).is_ok());
        let needs = typed("12345", CODE).unwrap_err();
        assert_eq!(needs[0].field, CODE);
        assert!(needs[0].text.contains("six figures"));
    }
}
