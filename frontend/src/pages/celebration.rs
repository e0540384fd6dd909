//! Celebrations: the list, one evening with one's own invitation, and what its planner does.

mod evening;
mod guests;
mod list;
mod one;
mod plan;
mod reply;
mod tables;

pub use guests::Guests;
pub use list::Celebrations;
pub use one::Celebration;
pub use plan::{CelebrationEdit, CelebrationNew};
pub use tables::Tables;

use cairn_shared::celebration::{CelebrationStage, Reply};
use cairn_shared::time::Timestamp;
use yew::prelude::*;

use crate::ui::{Tag, Tone};
use crate::words::Moment;

/// "Friday 9 July 2027, 18.00 to 22.00".
fn when(starts: Timestamp, ends: Timestamp) -> String {
    let (starts, ends) = (Moment::from(starts), Moment::from(ends));
    format!("{}, {} to {}", starts.day().long_with_year(), starts.clock(), ends.clock())
}

/// Where an evening stands, for its planner.
fn stage_tag(stage: CelebrationStage) -> Html {
    let (tone, icon, words) = match stage {
        CelebrationStage::Planned => (Tone::Plain, "circle-dashed", "Being planned"),
        CelebrationStage::Invited => (Tone::Good, "mail", "Invitations are out"),
        CelebrationStage::Over => (Tone::Info, "circle-check", "Over"),
        CelebrationStage::Cancelled => (Tone::More, "info", "Called off"),
    };
    html! { <Tag {tone} {icon}>{ words }</Tag> }
}

/// What somebody answered, in a few words.
fn reply_tag(reply: Reply) -> Html {
    let (tone, icon, words) = match reply {
        Reply::Unanswered => (Tone::Plain, "circle-dashed", "Not answered yet"),
        Reply::Coming => (Tone::Good, "circle-check", "Coming"),
        Reply::Waiting => (Tone::More, "clock", "On the waiting list"),
        Reply::NotComing => (Tone::Plain, "info", "Not coming"),
    };
    html! { <Tag {tone} {icon}>{ words }</Tag> }
}
