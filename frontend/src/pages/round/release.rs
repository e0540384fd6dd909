//! Releasing a round: what still stands before it, what will happen, and then the act itself.

use cairn_shared::round::{RoundDetail, RoundPhase};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{day, form_problems};
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, FormProblem, Tag, Tone};
use crate::words::{Moment, count};

/// A round.
#[derive(Properties, PartialEq)]
pub struct ReleaseProps {
    /// The round.
    pub detail: RoundDetail,
    /// Whether the person may release it.
    pub coordinates: bool,
    /// Told how the round stands.
    pub on_round: Callback<Loaded<RoundDetail>>,
    /// Loads the round anew.
    pub again: Callback<()>,
}

/// Releasing a round.
#[component]
pub fn Release(props: &ReleaseProps) -> Html {
    let ReleaseProps { detail, .. } = props;
    let notices = use_notices();
    let asking = use_state(|| false);
    let pressed = use_state(|| 0_u32);
    let key = use_key();
    let release = {
        let (id, on_round, asking) = (detail.round.id, props.on_round.clone(), asking.setter());
        use_action(
            move |()| {
                let key = key.clone();
                async move { api::round::release(id, &key).await }
            },
            move |loaded: Loaded<RoundDetail>| {
                notices.say(format!("{} is released. Every mentor hears now.", loaded.value.round.name));
                asking.set(false);
                on_round.emit(loaded);
            },
        )
    };
    use_effect_with(release.trouble.clone(), {
        let (asking, again, pressed, times) = (asking.setter(), props.again.clone(), pressed.setter(), *pressed);
        move |trouble| {
            if trouble.as_ref().is_some_and(|e| !e.may_pass()) {
                asking.set(false);
                pressed.set(times + 1);
                again.emit(());
            }
        }
    });
    if let Some(at) = detail.released_at {
        return html! {
            <section class="card p flow t" aria-labelledby="release">
                <h2 id="release" class="q2">{ "Released" }</h2>
                <p><Tag tone={Tone::Good} icon="circle-check">{ Moment::from(at).long() }</Tag></p>
                <p class="sm mut">{ "All its mentors have heard. A decision changes now only by a correction, recorded with its reason." }</p>
            </section>
        };
    }
    let before: Vec<FormProblem> =
        detail.before_release.iter().map(|words| FormProblem::whole(words.clone())).collect();
    let ready = before.is_empty() && detail.round.phase == RoundPhase::Meeting;
    let problems = match &release.trouble {
        Some(error) if !error.may_pass() && before.is_empty() => form_problems(error, |_| None),
        _ => before.clone(),
    };
    let press = {
        let (asking, pressed, open, clear) = (asking.setter(), pressed.clone(), before.is_empty(), release.clone());
        Callback::from(move |()| {
            pressed.set(*pressed + 1);
            clear.clear();
            asking.set(open);
        })
    };
    let all = detail.submissions.len();
    let on = detail.submissions.iter().filter(|s| s.carried_over).count();
    html! {
        <section class="card p flow t" aria-labelledby="release">
            <h2 id="release" class="q2">{ "Release" }</h2>
            if *pressed > 0 && !problems.is_empty() {
                <ErrorSummary {problems} sent={*pressed} title="Before it can be released" />
            } else if before.is_empty() {
                <p>{ if all == 0 { "Nothing was sent to this round." } else { "Nothing stands before it any more." } }</p>
            } else {
                <p class="mut">{ "Still to do:" }</p>
                <ul class="plain-list sm">{ for detail.before_release.iter().map(|words| html! { <li>{ words }</li> }) }</ul>
            }
            if props.coordinates {
                <Button kind={if ready { ButtonKind::Main } else { ButtonKind::Quiet }} icon="send" class="start" onclick={press}>
                    { "Release the round" }
                </Button>
            }
            <p class="sm mut">{ format!("Mentors are told to expect it by {}.", day(detail.round.dates.tell_by)) }</p>
            <Dialog
                open={*asking}
                title={format!("Release {}?", detail.round.name)}
                onclose={{ let asking = asking.setter(); Callback::from(move |()| asking.set(false)) }}
            >
                <p>{ "This is what happens, all at once:" }</p>
                <ul class="plain-list flow t">
                    <li>{ format!("{} hear at the same moment, by e-mail and on their own page.", count(all - on, "mentor", "mentors")) }</li>
                    <li>{ format!("Awards are made, dated {}, each with its certificate and badge.", day(detail.round.dates.meeting)) }</li>
                    <li>{ "Those who are asked for a little more can carry on straight away. What is evidenced is secured." }</li>
                    if on > 0 {
                        <li>{ format!("{} moves to the next round, with the chair’s words.", count(on, "portfolio", "portfolios")) }</li>
                    }
                </ul>
                <p>{ "It cannot be undone. Afterwards a decision changes only by a correction, recorded with its reason." }</p>
                if let Some(error) = release.trouble.as_ref().filter(|e| e.may_pass()) {
                    <crate::ui::Trouble title="It is not released yet" detail={error.sentence()} />
                }
                <div class="row">
                    <Button icon="send" busy={release.running} onclick={release.runner()}>{ "Release it now" }</Button>
                    <Button
                        kind={ButtonKind::Text}
                        onclick={{ let asking = asking.setter(); Callback::from(move |()| asking.set(false)) }}
                    >
                        { "Not yet" }
                    </Button>
                </div>
            </Dialog>
        </section>
    }
}
