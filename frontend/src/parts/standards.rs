//! The four standards on the screen: a number in a stone and a name. Colour is only the third cue.

use yew::prelude::*;

use crate::art::Ridge;
use crate::ui::{Choice, Picker};
use crate::words::count;

/// Their short names, first to fourth.
pub const STANDARDS: [&str; 4] =
    ["Personal qualities", "Teaching", "Professionalism", "Self-development and partnership"];

const CLASSES: [&str; 4] = ["s1", "s2", "s3", "s4"];

/// A standard.
#[derive(Properties, PartialEq)]
pub struct StandardMarkProps {
    /// Which one, 1 to 4.
    pub number: usize,
    /// Whether the name is only heard.
    #[prop_or_default]
    pub short: bool,
}

/// A standard: its number in a stone, and its name.
#[component]
pub fn StandardMark(props: &StandardMarkProps) -> Html {
    let i = props.number.clamp(1, 4) - 1;
    html! {
        <span class={classes!("std", CLASSES[i])}>
            <b>{ i + 1 }</b>
            if props.short { <span class="vh">{ STANDARDS[i] }</span> } else { { STANDARDS[i] } }
        </span>
    }
}

/// The four to choose from, with the values `s1` to `s4`.
pub fn standard_choices() -> Vec<Choice> {
    (0..4).map(|i| Choice::new(CLASSES[i], STANDARDS[i]).mark((i + 1).to_string()).class(CLASSES[i])).collect()
}

/// Which standards it touches.
#[derive(Properties, PartialEq)]
pub struct StandardPickerProps {
    /// The id of the group.
    pub id: AttrValue,
    /// The question.
    #[prop_or(AttrValue::Static("Which standards does it touch?"))]
    pub legend: AttrValue,
    /// Small words after the question.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// Whether the question is only heard.
    #[prop_or_default]
    pub quiet: bool,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// What is chosen: `s1` to `s4`.
    pub chosen: Vec<AttrValue>,
    /// Told what is chosen now.
    pub onchange: Callback<Vec<AttrValue>>,
}

/// Any of the four standards.
#[component]
pub fn StandardPicker(props: &StandardPickerProps) -> Html {
    html! {
        <Picker
            id={props.id.clone()}
            legend={props.legend.clone()}
            aside={props.aside.clone()}
            quiet={props.quiet}
            error={props.error.clone()}
            options={standard_choices()}
            chosen={props.chosen.clone()}
            onchange={props.onchange.clone()}
        />
    }
}

/// The four cairns.
#[derive(Properties, PartialEq)]
pub struct CairnsFigureProps {
    /// How many stones each has.
    pub counts: [usize; 4],
    /// The cairn (0 to 3) whose topmost stone was laid just now.
    #[prop_or_default]
    pub fresh: Option<usize>,
    /// Whether a line below says what a stone is.
    #[prop_or_default]
    pub caption: bool,
    /// What the figure is called.
    #[prop_or(AttrValue::Static("Your four cairns"))]
    pub label: AttrValue,
}

/// How a cairn stands, in words.
fn standing(stones: usize) -> &'static str {
    match stones {
        0..=2 => "Room for more",
        3..=4 => "Growing",
        _ => "Plenty here",
    }
}

/// The four cairns with their legend, which carries what the picture shows.
#[component]
pub fn CairnsFigure(props: &CairnsFigureProps) -> Html {
    html! {
        <figure class="card z" aria-label={props.label.clone()}>
            <Ridge counts={props.counts} fresh={props.fresh} />
            <ul class="legend">
                { for props.counts.iter().enumerate().map(|(i, stones)| html! {
                    <li>
                        <StandardMark number={i + 1} />
                        <small>
                            { count(*stones, "stone", "stones") }
                            <span class="hm">{ " · " }{ standing(*stones) }</span>
                        </small>
                    </li>
                }) }
            </ul>
            if props.caption {
                <figcaption class="sm mut cap-line">
                    { "Each stone is a passage you linked and explained. A cairn stops at six: after that, choose rather than add." }
                </figcaption>
            }
        </figure>
    }
}
