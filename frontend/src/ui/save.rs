//! How it stands with saving, in words that are read out when they change.

use yew::prelude::*;

use super::Icon;
use crate::browser::is_online;
use crate::words::Moment;

/// How it stands with saving.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Save {
    /// Nothing was changed.
    #[default]
    Unchanged,
    /// It is being written on a shared device, and is nowhere else yet.
    Writing,
    /// It is on its way.
    Saving,
    /// The server has it, since then.
    Saved(Moment),
    /// There is no connection; this device keeps it.
    OnDevice,
    /// There is no connection, and nothing else keeps it.
    NotYet,
    /// So many of so many are on their way.
    Sending {
        /// Which one it is at.
        at: usize,
        /// How many there are.
        of: usize,
    },
    /// The server could not take it, for this reason.
    NotTaken(AttrValue),
    /// There are two texts.
    TwoTexts,
}

/// How it stands.
#[derive(Properties, PartialEq)]
pub struct SaveStateProps {
    /// How it stands.
    pub save: Save,
}

/// How it stands with saving.
#[component]
pub fn SaveState(props: &SaveStateProps) -> Html {
    let (off, icon, words) = match &props.save {
        Save::Unchanged => (false, "", String::new()),
        Save::Writing => (false, "pencil-line", "Not saved yet".into()),
        Save::Saving => (false, "cloud-upload", "Saving".into()),
        Save::Saved(moment) => (false, "cloud-check", format!("Saved {}", moment.clock())),
        Save::OnDevice if is_online() => (true, "cloud-upload", "Saved on this device, not sent yet".into()),
        Save::OnDevice => (true, "wifi-off", "Offline. Saved on this device".into()),
        Save::NotYet => (true, "wifi-off", "Not saved yet. We keep trying".into()),
        Save::Sending { at, of } => (false, "cloud-upload", format!("Sending {at} of {of}")),
        Save::NotTaken(why) => (true, "triangle-alert", format!("Not saved yet. {why}")),
        Save::TwoTexts => (true, "refresh-cw", "Changed on two devices. We kept both".into()),
    };
    html! {
        <span class={classes!("save", off.then_some("off"))} role="status">
            if !icon.is_empty() { <Icon name={icon} /> }
            { words }
        </span>
    }
}
