//! The board's cards: what the readers found, side by side, and what can be done with it.

use cairn_shared::decision::{Agreement, BoardCard, BoardReading};
use cairn_shared::framework::Standard;
use cairn_shared::portfolio::PortfolioForm;
use cairn_shared::review::{Judgement, ReviewState};
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

use super::comments::Comments;
use crate::parts::StandardMark;
use crate::ui::{Button, ButtonKind, Icon, Menu, Note, Tone};
use crate::words::count;

/// What the chair can do with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Award.
    Award,
    /// Suggest a little more.
    More,
    /// Carry it over to the next round.
    CarryOver,
}

/// "M. Oyelade-Pike".
pub fn short_name(person: &cairn_shared::person::PersonName) -> String {
    let initial: String = person.given_name.as_str().chars().take(1).collect();
    format!("{initial}. {}", person.family_name)
}

/// "Priya Hartnell · Thornbeck · QMS · paper".
pub fn whose(card: &BoardCard) -> String {
    let mut parts = vec![card.mentor.full()];
    parts.extend(card.school.as_ref().map(ToString::to_string));
    parts.push(card.qualification.letters().to_owned());
    match card.form {
        PortfolioForm::Electronic => {}
        PortfolioForm::Paper => parts.push("paper".into()),
        PortfolioForm::Mixed => parts.push("screen and paper".into()),
    }
    if card.number > 1 {
        parts.push("sent again".into());
    }
    parts.join(" · ")
}

fn reading_row(card: &BoardCard, reading: &BoardReading) -> Html {
    let cell = |s: Standard| {
        let (class, icon, words) = match reading.judgements.get(s) {
            _ if *card.secured.get(s) => ("y", "shield-check", "Secured before"),
            Some(Judgement::Evidenced) => ("y", "check", "Evidenced"),
            Some(Judgement::MoreNeeded { .. }) => ("o", "circle-plus", "A little more"),
            None => ("", "circle-dashed", "Not said"),
        };
        html! { <td class={class}><Icon name={icon} /><span class="vh">{ words }</span></td> }
    };
    html! {
        <tr key={reading.reviewer.id.to_string()}>
            <th scope="row"><span aria-hidden="true">{ short_name(&reading.reviewer) }</span><span class="vh">{ reading.reviewer.full() }</span></th>
            { match reading.state {
                ReviewState::Sent => html! { <>{ for Standard::ALL.iter().map(|s| cell(*s)) }</> },
                ReviewState::Reading => html! { <td colspan="4" class="mut">{ "Reading" }</td> },
                ReviewState::Assigned => html! { <td colspan="4" class="mut">{ "Not opened yet" }</td> },
            } }
        </tr>
    }
}

/// Who found what.
fn matrix(card: &BoardCard) -> Html {
    html! {
        <table class="mx">
            <caption class="vh">{ format!("What the readers of “{}” found", card.title) }</caption>
            <thead>
                <tr>
                    <th scope="col"><span class="vh">{ "Reader" }</span></th>
                    { for Standard::ALL.iter().map(|s| html! {
                        <th scope="col"><span class="vh">{ "Standard " }</span>{ s.number() }<span class="vh">{ format!(", {}", s.short_title()) }</span></th>
                    }) }
                </tr>
            </thead>
            <tbody>{ for card.readings.iter().map(|reading| reading_row(card, reading)) }</tbody>
        </table>
    }
}

fn listed(standards: &[Standard]) -> Html {
    let last = standards.len().saturating_sub(1);
    standards
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let joint = match i {
                0 => "",
                _ if i == last => " and ",
                _ => ", ",
            };
            html! { <>{ joint }<strong>{ format!("{} {}", s.number(), s.short_title()) }</strong></> }
        })
        .collect()
}

/// The line that says where the readers stand to each other.
fn standing(card: &BoardCard) -> Html {
    let line = |words: Html| html! { <p class="sm"><Icon name="message-square-quote" />{ " " }{ words }</p> };
    match &card.agreement {
        Agreement::Divergent { standards } => line(html! { <>{ "They differ on " }{ listed(standards) }{ "." }</> }),
        Agreement::FurtherEvidence => {
            let open: Vec<_> = Standard::ALL
                .iter()
                .copied()
                .filter(|s| {
                    card.readings.iter().any(|r| matches!(r.judgements.get(*s), Some(Judgement::MoreNeeded { .. })))
                })
                .collect();
            line(html! { <>{ "They would like to hear more on " }{ listed(&open) }{ "." }</> })
        }
        Agreement::Award | Agreement::Waiting => Html::default(),
    }
}

/// A card, for what is part of it.
#[derive(Properties, PartialEq)]
struct WritingProps {
    card: BoardCard,
}

/// All that the readers wrote. The comments come once it is opened.
#[component]
fn Writing(props: &WritingProps) -> Html {
    let card = &props.card;
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| open.set(event.target_unchecked_into::<HtmlDetailsElement>().open()))
    };
    let readings = card.readings.iter().filter(|r| r.state == ReviewState::Sent).map(|reading| {
        let suggestions = Standard::ALL.iter().filter_map(|s| match reading.judgements.get(*s) {
            Some(Judgement::MoreNeeded { suggestion }) => Some((*s, suggestion)),
            _ => None,
        });
        html! {
            <div class="flow t" key={reading.reviewer.id.to_string()}>
                <p><strong>{ reading.reviewer.full() }</strong></p>
                { for suggestions.map(|(s, suggestion)| html! {
                    <div class="sm">
                        <StandardMark number={usize::from(s.number())} />
                        if !suggestion.already_there.is_blank() {
                            <p class="prewrap"><strong>{ "Already there: " }</strong>{ suggestion.already_there.as_str() }</p>
                        }
                        <p class="prewrap"><strong>{ "Would help: " }</strong>{ suggestion.would_help.as_str() }</p>
                        if let Some(who) = &suggestion.who_can_help {
                            <p><strong>{ "Who can help: " }</strong>{ who.as_str() }</p>
                        }
                    </div>
                }) }
                if !reading.for_panel.is_blank() {
                    <p class="sm prewrap"><Icon name="lock" /><span class="vh">{ "For the panel only:" }</span>{ " " }{ reading.for_panel.as_str() }</p>
                }
            </div>
        }
    });
    html! {
        <details {ontoggle}>
            <summary>{ "What the readers wrote" }</summary>
            <div class="flow">
                { for readings }
                if card.comments > 0 {
                    <div class="flow t">
                        <p><strong>{ count(card.comments as usize, "comment on the text", "comments on the text") }</strong></p>
                        if *open { <Comments card={card.clone()} /> }
                    </div>
                }
            </div>
        </details>
    }
}

/// A card of the board.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// The submission.
    pub card: BoardCard,
    /// The reader's own review of it, if they have one.
    #[prop_or_default]
    pub own: Option<crate::router::Route>,
    /// Told what the chair wants to do with it.
    pub ondeed: Callback<Deed>,
}

/// A card of the board.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let card = &props.card;
    let about = |word: &'static str, joint: &'static str| {
        html! { <>{ word }<span class="vh">{ format!("{joint} {}", card.title) }</span></> }
    };
    let deed = |deed: Deed| {
        let ondeed = props.ondeed.clone();
        Callback::from(move |()| ondeed.emit(deed))
    };
    let more_first = card.agreement == Agreement::FurtherEvidence;
    let award = html! {
        <Button small=true icon="check" kind={if more_first { ButtonKind::Quiet } else { ButtonKind::Main }} onclick={deed(Deed::Award)}>
            { about("Award", "") }
        </Button>
    };
    let more = html! {
        <Button small=true kind={if more_first { ButtonKind::Main } else { ButtonKind::Quiet }} onclick={deed(Deed::More)}>
            { about("Suggest more", " for") }
        </Button>
    };
    let any_sent = card.readings.iter().any(|r| r.state == ReviewState::Sent);
    html! {
        <li class="card p bc flow t">
            <h3 class="q2">
                if let Some(own) = &props.own {
                    <crate::ui::Go to={own.clone()} class="plain">{ &card.title }</crate::ui::Go>
                } else {
                    { &card.title }
                }
            </h3>
            <p class="sm mut">{ whose(card) }</p>
            if card.readings.is_empty() {
                <p class="sm mut">{ "It has no reader yet." }</p>
            } else {
                { matrix(card) }
            }
            { standing(card) }
            if any_sent { <Writing card={card.clone()} /> }
            if !card.quorate {
                <Note tone={Tone::More} icon="users" small=true>
                    <p>{ "Deciding needs the chair, or the deputy, and three more who are free to. Ask the coordinator to add to the panel." }</p>
                </Note>
            }
            if let Some(waits) = &card.waits {
                <Note tone={Tone::More} icon="clock" small=true><p>{ waits }</p></Note>
            }
            if card.may_decide && card.waits.is_some() {
                <Button small=true kind={ButtonKind::Quiet} icon="calendar" class="start" onclick={deed(Deed::CarryOver)}>
                    { about("Carry over to the next round", ":") }
                </Button>
            } else if card.may_decide {
                <div class="row t">
                    if more_first { { more }{ award } } else { { award }{ more } }
                    <Menu label={format!("More about {}", card.title)}>
                        <Button kind={ButtonKind::Text} icon="calendar" onclick={deed(Deed::CarryOver)}>
                            { "Carry over to the next round" }
                        </Button>
                    </Menu>
                </div>
            }
        </li>
    }
}
