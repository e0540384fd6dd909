//! "What are you working towards?": starting with a qualification, or with the other one beside it.

use cairn_shared::candidacy::CandidacySummary;
use cairn_shared::qualification::Qualification;
use yew::prelude::*;

use crate::api::candidacy;
use crate::browser::focus;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::ui::{Button, ButtonKind, Choice, RadioCards, Trouble};

const GROUP: &str = "towards";

/// What it is for.
#[derive(Properties, PartialEq)]
pub struct StartProps {
    /// Told when it has been started.
    pub onstarted: Callback<()>,
    /// The qualification that is already in hand: then only the other one is offered, in a quiet line.
    #[prop_or_default]
    pub beside: Option<Qualification>,
}

fn choice(qualification: Qualification) -> Choice {
    let usual = match qualification {
        Qualification::Qms => "Usually the first.",
        Qualification::Qlms => "It does not ask for the other one first.",
    };
    Choice::new(qualification.code(), format!("{} ({})", qualification.heading(), qualification.letters()))
        .detail(format!("{}. {usual}", qualification.scope()))
}

/// Starts working towards a qualification.
#[component]
pub fn Start(props: &StartProps) -> Html {
    let notices = use_notices();
    let chosen = use_state_eq(|| None::<Qualification>);
    let wanted = use_state_eq(|| false);
    let key = use_key();
    let start = use_action(
        move |qualification: Qualification| {
            let key = key.clone();
            async move { candidacy::start(qualification, &key).await }
        },
        {
            let onstarted = props.onstarted.clone();
            move |started: CandidacySummary| {
                notices.say(format!(
                    "Your portfolio for {} is ready, and empty. Your story fills it when you like.",
                    started.qualification.title()
                ));
                onstarted.emit(());
            }
        },
    );
    let trouble = start.trouble.clone().map(|error| {
        html! { <Trouble title="It could not be started just now" detail={error.sentence()} /> }
    });
    if let Some(held) = props.beside {
        let other = match held {
            Qualification::Qms => Qualification::Qlms,
            Qualification::Qlms => Qualification::Qms,
        };
        let onclick = start.runner().reform(move |()| other);
        return html! {
            <section class="flow t">
                <p class="sm mut">{ format!("{}? There is {} as well; both may run side by side.", scope(other), other.title()) }</p>
                <Button kind={ButtonKind::Quiet} small=true class="start" busy={start.running} {onclick}>{ format!("Work towards {}", other.letters()) }</Button>
                { trouble }
            </section>
        };
    }
    let onchange = {
        let (chosen, wanted) = (chosen.setter(), wanted.setter());
        Callback::from(move |code: AttrValue| {
            wanted.set(false);
            chosen.set(code.parse().ok());
        })
    };
    let onsubmit = {
        let (chosen, wanted, start) = (chosen.clone(), wanted.setter(), start.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match *chosen {
                Some(qualification) => start.run(qualification),
                None => {
                    wanted.set(true);
                    focus(GROUP);
                }
            }
        })
    };
    html! {
        <form class="card flow" {onsubmit} aria-labelledby="start-heading">
            <div class="flow t">
                <h2 id="start-heading">{ "What are you working towards?" }</h2>
                <p class="mut lead">{ "You can write without it. With it, you have a portfolio to put your story in, and the panel’s dates beside it." }</p>
            </div>
            <RadioCards
                id={GROUP}
                legend="What are you working towards?"
                quiet=true
                options={Qualification::ALL.iter().map(|q| choice(*q)).collect::<Vec<_>>()}
                value={chosen.map(|q| AttrValue::Static(q.code()))}
                error={wanted.then_some(AttrValue::Static("Choose one of the two"))}
                {onchange}
            />
            { trouble }
            <Button submit=true class="start" busy={start.running}>{ "Begin" }</Button>
        </form>
    }
}

fn scope(qualification: Qualification) -> &'static str {
    match qualification {
        Qualification::Qms => "Do you guide a beginning teacher",
        Qualification::Qlms => "Do you support other mentors too",
    }
}
