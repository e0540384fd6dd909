//! Somebody's phone is gone, and with it the codes that they sign in with.

use cairn_shared::ids::PersonId;
use cairn_shared::second_step::Code;
use yew::prelude::*;

use crate::api::{ApiError, second_step};
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Details, TextField, Trouble};

const CODE: &str = "own-code";

/// Whose.
#[derive(Properties, PartialEq)]
pub struct LostPhoneProps {
    /// The person.
    pub id: PersonId,
    /// Their given name.
    pub name: AttrValue,
}

/// Ending somebody's second step. It takes a code of one's own, if one signs in with one.
#[component]
pub fn LostPhone(props: &LostPhoneProps) -> Html {
    let notices = use_notices();
    let code = use_state_eq(String::new);
    let asked = use_state_eq(|| false);
    let need = use_state_eq(|| None::<AttrValue>);
    let end = {
        let (id, name, asks, code) = (props.id, props.name.clone(), asked.setter(), code.setter());
        use_action(
            move |code: Option<Code>| {
                let asks = asks.clone();
                async move {
                    second_step::end_for(id, code).await.inspect_err(|error| {
                        if error.wants_code() {
                            asks.set(true);
                        }
                    })
                }
            },
            move |()| {
                code.set(String::new());
                notices.say(format!("{name} signs in without a second step now, and is told by letter."));
            },
        )
    };
    let onsubmit = {
        let (end, code, asked, need) = (end.runner(), code.clone(), *asked, need.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match asked.then(|| Code::new(&code)).transpose() {
                Ok(code) => {
                    need.set(None);
                    end.emit(code);
                }
                Err(problem) => need.set(Some(problem.to_string().into())),
            }
        })
    };
    let said = end.trouble.as_ref().and_then(|error| error.field("/code")).map(AttrValue::from);
    let other = end.trouble.as_ref().filter(|e: &&ApiError| !e.wants_code() && e.field("/code").is_none());
    html! {
        <Details summary={format!("{}’s phone is gone", props.name)}>
            <form class="card flow gap-top" novalidate=true {onsubmit} aria-label="Second step">
                <p>{ format!("If {} signs in with a code from an app, and has neither the phone nor a recovery code, end that second step here. They are signed out everywhere, and sign in with a link. Be sure first that it is {} who asks: see them, or ring them up.", props.name, props.name) }</p>
                if let Some(error) = other { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
                if *asked {
                    <TextField id={CODE} label="Your own code" hint="The six figures that your app shows now." autocomplete="one-time-code" value={(*code).clone()} oninput={{ let code = code.setter(); Callback::from(move |text| code.set(text)) }} spellcheck=false maxlength=60 class="narrow" error={(*need).clone().or(said)} />
                }
                <div><Button submit=true kind={ButtonKind::Quiet} icon="key-round" busy={end.running}>{ "End their second step" }</Button></div>
            </form>
        </Details>
    }
}
