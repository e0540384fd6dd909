//! Where a round is, in a few words.

use cairn_shared::round::{RoundPhase, RoundSummary};
use yew::prelude::*;

use crate::ui::{Tag, Tone};
use crate::words::Day;

/// A round's phase.
#[derive(Properties, PartialEq)]
pub struct PhaseTagProps {
    /// The round.
    pub round: RoundSummary,
}

/// Where a round is, in a few words.
#[component]
pub fn PhaseTag(props: &PhaseTagProps) -> Html {
    let round = &props.round;
    let (tone, icon, words) = match round.phase {
        RoundPhase::Open if round.accepts => (Tone::Good, "door-open", "Open"),
        RoundPhase::Open => (Tone::Plain, "calendar", "Closed, reading begins soon"),
        RoundPhase::InReview => (Tone::Info, "book-open", "Being read"),
        RoundPhase::Meeting => (Tone::More, "users", "The panel decides"),
        RoundPhase::Released => (Tone::Good, "circle-check", "Mentors have heard"),
    };
    html! { <Tag {tone} {icon}>{ words }</Tag> }
}

/// "Friday 26 February".
pub fn day(date: cairn_shared::time::Date) -> String {
    Day::from(date).long()
}

/// "26 Feb".
pub fn short_day(date: cairn_shared::time::Date) -> String {
    Day::from(date).short()
}
