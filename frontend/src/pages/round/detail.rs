//! One round as its coordinator runs it, and as its chair sees it: dates, panel, what was sent to it, and its release.

use cairn_shared::ids::RoundId;
use cairn_shared::person::Role;
use cairn_shared::round::{MoveDates, RoundDetail, RoundPhase, RoundSubmission};
use yew::prelude::*;

use super::awards::AwardsOfRound;
use super::conflicts::Conflicts;
use super::dates::{self, DatesFields, DatesText};
use super::panel::Panel;
use super::release::Release;
use super::submissions::Submissions;
use crate::api::{self, Loaded};
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::pages::paper::FindPaper;
use crate::parts::{PhaseTag, day, form_problems, framed};
use crate::router::Route;
use crate::session::{has, use_me};
use crate::ui::{Back, Button, ButtonKind, Dialog, ErrorSummary, FormProblem, Go, Page, PageHeader, Trouble};
use crate::words::count;

/// Which round.
#[derive(Properties, PartialEq)]
pub struct RoundProps {
    /// The round.
    pub id: RoundId,
}

/// One round.
#[component]
pub fn Round(props: &RoundProps) -> Html {
    let me = use_me();
    let load = use_loaded(props.id, api::round::read_round);
    let latest = use_mut_ref(|| None::<Loaded<RoundDetail>>);
    *latest.borrow_mut() = load.value().map(|loaded| (*loaded).clone());
    let on_round = {
        let load = load.clone();
        Callback::from(move |loaded: Loaded<RoundDetail>| load.put(loaded))
    };
    // What else the change brings (what stands before release, who has how much to read) comes with the reload.
    let on_submission = {
        let load = load.clone();
        Callback::from(move |submission: RoundSubmission| {
            let now = latest.borrow().clone();
            if let Some(mut loaded) = now
                && let Some(old) = loaded.value.submissions.iter_mut().find(|s| s.id == submission.id)
            {
                *old = submission;
                load.put(loaded);
            }
            load.reload();
        })
    };
    let coordinates = has(&me, Role::Coordinator);
    framed(&load, "Round", |loaded| {
        let detail = &loaded.value;
        let round = &detail.round;
        let on_panel = me.panel_rounds.contains(&round.id) || me.chairs.contains(&round.id);
        let actions = on_panel.then(|| {
            html! {
                <Go to={Route::Meeting(round.id.to_string().into())} button={ButtonKind::Quiet} icon="list-checks">
                    { "The panel’s board" }
                </Go>
            }
        });
        html! {
            <Page title={round.name.to_string()}>
                <div class="flow l">
                    <PageHeader
                        title={round.name.to_string()}
                        back={html! { <Back to={Route::Rounds}>{ if coordinates { "Overview" } else { "Rounds" } }</Back> }}
                        eyebrow={html! { <PhaseTag round={round.clone()} /> }}
                        actions={actions.unwrap_or_default()}
                    />
                    if let Some(error) = &load.trouble {
                        <Trouble title="What you see may be a little old" detail={error.sentence()} again={load.reloader()} />
                    }
                    <div class="three" role="group" aria-label="The round">
                        <TheDates detail={detail.clone()} etag={loaded.etag.clone()} {coordinates} on_round={on_round.clone()} again={load.reloader()} />
                        <Panel detail={detail.clone()} etag={loaded.etag.clone()} {coordinates} on_round={on_round.clone()} again={load.reloader()} />
                        <Release detail={detail.clone()} {coordinates} on_round={on_round.clone()} again={load.reloader()} />
                    </div>
                    if coordinates && round.phase == RoundPhase::Released { <AwardsOfRound id={round.id} /> }
                    if coordinates { <div class="narrow-box"><FindPaper /></div> }
                    <Submissions detail={detail.clone()} {coordinates} on_submission={on_submission.clone()} again={load.reloader()} />
                    if coordinates { <Conflicts detail={detail.clone()} again={load.reloader()} /> }
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct TheDatesProps {
    detail: RoundDetail,
    etag: Option<String>,
    coordinates: bool,
    on_round: Callback<Loaded<RoundDetail>>,
    again: Callback<()>,
}

/// The five dates, and moving them.
#[component]
fn TheDates(props: &TheDatesProps) -> Html {
    let round = &props.detail.round;
    let moving = use_state(|| false);
    let dates = &round.dates;
    let rows = [
        ("Send by", dates.submit_by),
        ("Reading begins", dates.review_opens),
        ("Views are in by", dates.review_by),
        ("The panel meets", dates.meeting),
        ("Mentors hear by", dates.tell_by),
    ];
    html! {
        <section class="card p flow t" aria-labelledby="dates">
            <h2 id="dates" class="q2">{ "Dates" }</h2>
            <dl class="kv">
                { for rows.into_iter().map(|(name, date)| html! { <><dt>{ name }</dt><dd>{ day(date) }</dd></> }) }
            </dl>
            if props.coordinates && round.phase != RoundPhase::Released {
                <Button
                    kind={ButtonKind::Quiet}
                    small=true
                    icon="calendar"
                    class="start"
                    onclick={{ let moving = moving.setter(); Callback::from(move |()| moving.set(true)) }}
                >
                    { "Move the dates" }
                </Button>
            }
            if *moving {
                <MoveDialog
                    detail={props.detail.clone()}
                    etag={props.etag.clone()}
                    on_round={props.on_round.clone()}
                    again={props.again.clone()}
                    onclose={{ let moving = moving.setter(); Callback::from(move |()| moving.set(false)) }}
                />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct MoveDialogProps {
    detail: RoundDetail,
    etag: Option<String>,
    on_round: Callback<Loaded<RoundDetail>>,
    again: Callback<()>,
    onclose: Callback<()>,
}

const PREFIX: &str = "move";

/// Who hears of moved dates.
fn concerned(detail: &RoundDetail) -> String {
    let mentors = detail.submissions.len();
    let panel = detail.panel.len();
    match (mentors, panel) {
        (0, 0) => "Nobody has sent a portfolio, and the panel isn’t named yet, so nobody needs to be told.".into(),
        (0, n) => format!("{} of the panel hear by e-mail.", count(n, "member", "members")),
        (n, 0) => format!("{} whose portfolio is in it hear by e-mail.", count(n, "mentor", "mentors")),
        (n, p) => format!(
            "{} whose portfolio is in it, and {} of the panel, hear by e-mail.",
            count(n, "mentor", "mentors"),
            count(p, "member", "members")
        ),
    }
}

#[component]
fn MoveDialog(props: &MoveDialogProps) -> Html {
    let round = &props.detail.round;
    let notices = use_notices();
    let text = use_state(|| DatesText::from(round.dates));
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let shift = {
        let (id, etag) = (round.id, props.etag.clone().unwrap_or_default());
        let (on_round, onclose) = (props.on_round.clone(), props.onclose.clone());
        use_action(
            move |dates: MoveDates| {
                let etag = etag.clone();
                async move { api::round::move_dates(id, &dates, &etag).await }
            },
            move |loaded| {
                on_round.emit(loaded);
                onclose.emit(());
                notices.say("The dates are moved. Those concerned hear by e-mail.");
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &shift.trouble {
        shown.extend(form_problems(error, |pointer| {
            pointer.strip_prefix("/dates").map(|rest| dates::field_of(PREFIX, rest))
        }));
    }
    use_effect_with(shift.trouble.clone(), {
        let again = props.again.clone();
        move |trouble| {
            if trouble.as_ref().is_some_and(|e| e.is_stale()) {
                again.emit(());
            }
        }
    });
    let onsubmit = {
        let (text, problems, sent, shift) = ((*text).clone(), problems.setter(), sent.clone(), shift.clone());
        let now = round.dates;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match text.complete(PREFIX, true) {
                Ok(dates) if *dates == now => {
                    shift.clear();
                    problems
                        .set(vec![FormProblem::whole("These are the dates as they are. Change one, or leave them.")]);
                }
                Ok(dates) => {
                    problems.set(Vec::new());
                    shift.run(MoveDates { dates });
                }
                Err(needs) => {
                    shift.clear();
                    problems.set(needs);
                }
            }
        })
    };
    html! {
        <Dialog open=true title={format!("Move the dates of {}", round.name)} onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <p>{ concerned(&props.detail) }</p>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(shift.trouble.is_some())} />
                <DatesFields
                    prefix={PREFIX}
                    value={(*text).clone()}
                    problems={shown}
                    onchange={{ let text = text.setter(); Callback::from(move |value| text.set(value)) }}
                />
                <div class="row">
                    <Button submit=true busy={shift.running}>{ "Move them" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave them" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
