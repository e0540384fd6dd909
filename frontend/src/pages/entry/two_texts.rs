//! Two texts of one entry, side by side. Neither is lost, whichever is chosen: the server keeps the other as an earlier
//! version.

use yew::prelude::*;

use super::together::{Part, compare};
use super::writing::Words;
use crate::browser::focus;
use crate::ui::{Button, ButtonKind, Note, Tone};
use crate::words::{Day, Moment};

const HEADING: &str = "two-texts";

/// The two.
#[derive(Properties, PartialEq)]
pub struct TwoTextsProps {
    /// What was written here.
    pub mine: Words,
    /// What was written elsewhere.
    pub theirs: Words,
    /// When that was saved.
    pub saved: Moment,
    /// Told what it is to be.
    pub onchoose: Callback<Words>,
}

/// Two texts of one entry.
#[component]
pub fn TwoTexts(props: &TwoTextsProps) -> Html {
    use_effect_with((), |()| focus(HEADING));
    let choose = |words: &Words| {
        let words = words.clone();
        props.onchoose.reform(move |()| words.clone())
    };
    let both = props.theirs.with(&props.mine);
    let elsewhere = format!("Written elsewhere, saved {}", props.saved.relative_to(Moment::now()));
    html! {
        <section class="flow" aria-labelledby={HEADING}>
            <h2 id={HEADING} class="q1" tabindex="-1">{ "You changed this on two devices" }</h2>
            <Note tone={Tone::More} icon="refresh-cw">
                <p>{ "We kept both. Choose one, or put both together and tidy up afterwards. The other one stays under “Earlier versions”." }</p>
            </Note>
            <div class="g2">
                { one("Written here, just now", &props.mine, &props.theirs, choose(&props.mine), "here") }
                { one(&elsewhere, &props.theirs, &props.mine, choose(&props.theirs), "elsewhere") }
            </div>
            <div><Button icon="layers" onclick={choose(&both)}>{ "Put both together" }</Button></div>
        </section>
    }
}

fn one(heading: &str, words: &Words, other: &Words, choose: Callback<()>, place: &str) -> Html {
    let id = format!("text-{place}");
    html! {
        <section class="card flow" aria-labelledby={id.clone()}>
            <h3 {id}>{ heading.to_owned() }</h3>
            <div><Button kind={ButtonKind::Quiet} label={format!("Use this one, written {place}")} onclick={choose}>{ "Use this one" }</Button></div>
            if !words.title.trim().is_empty() { <p class="b" dir="auto">{ &words.title }</p> }
            if let Some(day) = Day::parse(&words.happened_on) { <p class="sm mut">{ day.long_with_year() }</p> }
            <div class="story as-written" dir="auto">
                { for compare(&words.text, &other.text).into_iter().map(|part| match part {
                    Part::Both(lines) => html! { <div class="mut">{ lines.join("\n") }</div> },
                    Part::Each { first, .. } if first.is_empty() => Html::default(),
                    Part::Each { first, .. } => html! {
                        <div class="differs"><span class="vh">{ "Only here: " }</span>{ first.join("\n") }</div>
                    },
                }) }
            </div>
        </section>
    }
}
