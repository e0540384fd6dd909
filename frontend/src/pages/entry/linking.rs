//! "Link this passage": the small form that ties words, or the whole entry, to a standard.

use cairn_shared::entry::Shows;
use cairn_shared::framework::{Framework, Standard};
use yew::prelude::*;

use super::places::beginning;
use crate::api::ApiError;
use crate::browser::{by_id, focus};
use crate::hooks::{Shortcut, use_shortcuts};
use crate::parts::standard_choices;
use crate::ui::{Button, ButtonKind, Icon, Picker, TextField};

const STANDARD: &str = "link-standard";
const WHY: &str = "link-why";

/// What the form gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// To which standard.
    pub standard: Standard,
    /// One sentence for the reader; it can wait.
    pub shows: Option<Shows>,
}

/// The form.
#[derive(Properties, PartialEq)]
pub struct LinkFormProps {
    /// The words that are linked; none for the whole entry.
    #[prop_or_default]
    pub quote: Option<AttrValue>,
    /// What it is called.
    #[prop_or(AttrValue::Static("Link this passage"))]
    pub title: AttrValue,
    /// The standard at first.
    #[prop_or_default]
    pub standard: Option<Standard>,
    /// The sentence at first.
    #[prop_or_default]
    pub shows: AttrValue,
    /// What its button says.
    #[prop_or(AttrValue::Static("Link it"))]
    pub action: AttrValue,
    /// Whether it is being linked.
    #[prop_or_default]
    pub busy: bool,
    /// Why it could not be linked.
    #[prop_or_default]
    pub trouble: Option<ApiError>,
    /// Told what to link.
    pub onlink: Callback<Tie>,
    /// Told when it is not wanted.
    pub onclose: Callback<()>,
}

/// The small form that ties words to a standard: number, then one sentence.
#[component]
pub fn LinkForm(props: &LinkFormProps) -> Html {
    let standard = use_state_eq(|| props.standard);
    let shows = use_state_eq(|| props.shows.to_string());
    let wanted = use_state_eq(|| false);
    let long = use_state_eq(|| None::<AttrValue>);

    // The form takes the focus, so that the keyboard is where the work goes on; the sheet of a phone is in view anyway.
    use_effect_with((), |()| {
        if let Some(first) = by_id(STANDARD) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(false);
            let _ = first.focus_with_options(&options);
        }
    });

    let onsubmit = {
        let (standard, shows, onlink) = (standard.clone(), shows.clone(), props.onlink.clone());
        let (wanted, long, busy) = (wanted.setter(), long.setter(), props.busy);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(standard) = *standard else {
                wanted.set(true);
                focus(STANDARD);
                return;
            };
            let shows = match shows.trim() {
                "" => None,
                text => match Shows::new(text) {
                    Ok(shows) => Some(shows),
                    Err(problem) => {
                        long.set(Some(problem.to_string().into()));
                        focus(WHY);
                        return;
                    }
                },
            };
            if !busy {
                onlink.emit(Tie { standard, shows });
            }
        })
    };
    let onkeydown = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                onclose.emit(());
            }
        })
    };
    let choose = {
        let (standard, wanted) = (standard.setter(), wanted.setter());
        Callback::from(move |chosen: Vec<AttrValue>| {
            wanted.set(false);
            standard.set(chosen.first().and_then(|code| code.parse().ok()));
        })
    };
    use_shortcuts({
        let (standard, wanted) = (standard.setter(), wanted.setter());
        move |shortcut| match shortcut {
            Shortcut::Standard(chosen) => {
                wanted.set(false);
                standard.set(Some(chosen));
                focus(WHY);
                true
            }
            _ => false,
        }
    });
    let oninput = {
        let (shows, long) = (shows.setter(), long.setter());
        Callback::from(move |text| {
            long.set(None);
            shows.set(text);
        })
    };
    let chosen = standard.iter().map(|s| AttrValue::Static(s.code())).collect::<Vec<_>>();
    html! {
        <form class="card p flow t np linker" aria-label={props.title.clone()} {onsubmit} {onkeydown}>
            <div class="row n x">
                <strong class="row t"><Icon name="quote" />{ &props.title }</strong>
                <Button kind={ButtonKind::Quiet} small=true icon="x" label="Close" onclick={props.onclose.clone()} />
            </div>
            if let Some(quote) = &props.quote {
                <p class="serif quote-words">{ format!("“{}”", beginning(quote, 160)) }</p>
            }
            <Picker
                id={STANDARD}
                legend="Which standard does it speak to?"
                quiet=true
                one=true
                options={standard_choices()}
                {chosen}
                onchange={choose}
                error={wanted.then_some(AttrValue::Static("Choose a standard"))}
            />
            if let Some(standard) = *standard {
                <p class="sm mut">{ &Framework::current().standard(standard).summary }</p>
            }
            <TextField
                id={WHY}
                label="Why here?"
                aside="One sentence for the reader"
                hint="It makes the stone. It can wait."
                value={(*shows).clone()}
                {oninput}
                maxlength=400
                error={(*long).clone()}
            />
            if let Some(error) = &props.trouble {
                <p class="msg" role="alert"><Icon name="triangle-alert" />{ error.sentence() }</p>
            }
            <div class="row">
                <Button submit=true small=true busy={props.busy}>{ &props.action }</Button>
                <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
            </div>
        </form>
    }
}
