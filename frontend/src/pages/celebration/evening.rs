//! What the planner of a celebration does beside its guests: inviting, lists, certificates, thanks, and calling it off.

use cairn_shared::celebration::{
    CancelCelebration, CelebrationDetail, CelebrationPlan, CelebrationStage, ListForm, ThankGuests,
};
use cairn_shared::print_run::BeginPrintRun;
use cairn_shared::text::{Line, Prose};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::browser::hand_over;
use crate::hooks::{use_action, use_key};
use crate::notices::use_notices;
use crate::parts::{Printing, form_problems, problem_at};
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Details, Dialog, ErrorSummary, FormProblem, Go, Icon, TextArea, TextField};
use crate::words::{Moment, count};

/// A celebration, for its planner.
#[derive(Properties, PartialEq)]
pub struct PartProps {
    /// The celebration.
    pub detail: CelebrationDetail,
    /// What its planner knows of it.
    pub plan: CelebrationPlan,
    /// Told how it stands.
    pub on_celebration: Callback<Loaded<CelebrationDetail>>,
}

fn many(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn is_open(detail: &CelebrationDetail) -> bool {
    matches!(detail.stage, CelebrationStage::Planned | CelebrationStage::Invited)
}

/// Who comes, and inviting those who are to be invited.
#[component]
pub fn WhoComes(props: &PartProps) -> Html {
    let PartProps { detail, plan, on_celebration } = props;
    let id = detail.id.to_string();
    html! {
        <section class="card flow" aria-labelledby="who">
            <h2 id="who" class="q1">{ "Who comes" }</h2>
            <p><strong class="num">{ plan.heads }</strong>{ format!(" of {} are taken", count(plan.places.into(), "place", "places")) }</p>
            <dl class="kv">
                <dt>{ "Invited" }</dt><dd>{ plan.invited }</dd>
                <dt>{ "Not answered" }</dt><dd>{ plan.unanswered }</dd>
                <dt>{ "Waiting" }</dt><dd>{ plan.waiting }</dd>
                <dt>{ "Not coming" }</dt><dd>{ plan.not_coming }</dd>
                <dt>{ "Celebrates" }</dt><dd>{ plan.rounds.iter().map(|round| round.name.to_string()).collect::<Vec<_>>().join(", ") }</dd>
            </dl>
            if is_open(detail) { <Invite detail={detail.clone()} plan={plan.clone()} on_celebration={on_celebration.clone()} /> }
            <div class="row t">
                if plan.invited > 0 { <Go to={Route::CelebrationGuests(id.clone().into())} button={ButtonKind::Quiet} icon="users">{ "Guests" }</Go> }
                if plan.heads > 0 { <Go to={Route::CelebrationTables(id.into())} button={ButtonKind::Quiet} icon="utensils">{ "Tables and order" }</Go> }
            </div>
        </section>
    }
}

/// What else its planner does.
#[component]
pub fn Evening(props: &PartProps) -> Html {
    let PartProps { detail, plan, on_celebration } = props;
    let open = is_open(detail);
    html! {
        <>
            if plan.heads > 0 {
                <section class="card p flow t" aria-labelledby="paper">
                    <h2 id="paper" class="q2">{ "For the evening" }</h2>
                    <ListOf detail={detail.clone()} name="caterer-list" words="For the kitchen" />
                    <ListOf detail={detail.clone()} name="door-list" words="For the door" />
                    <ListOf detail={detail.clone()} name="running-list" words="Running list" />
                    <Printing of={BeginPrintRun { round_id: None, celebration_id: Some(detail.id) }} label="Print the certificates" />
                    <p class="sm mut">{ "Certificates come in the order of the running list." }</p>
                </section>
            }
            if detail.stage == CelebrationStage::Over { <Thanks detail={detail.clone()} plan={plan.clone()} on_celebration={on_celebration.clone()} /> }
            if open {
                <section class="card p flow t" aria-labelledby="plan">
                    <h2 id="plan" class="q2">{ "The plan" }</h2>
                    <div class="row t">
                        <Go to={Route::CelebrationEdit(detail.id.to_string().into())} button={ButtonKind::Quiet} class="s" icon="pencil-line">{ "Change it" }</Go>
                        <CallOff detail={detail.clone()} plan={plan.clone()} on_celebration={on_celebration.clone()} />
                    </div>
                </section>
            }
        </>
    }
}

/// Inviting those who are to be invited.
#[component]
fn Invite(props: &PartProps) -> Html {
    let notices = use_notices();
    let (id, wanted) = (props.detail.id, many(props.plan.to_invite));
    let invite = {
        let on_celebration = props.on_celebration.clone();
        use_action(
            move |()| {
                // Whoever is to be invited by now.
                let key = api::Key::new();
                async move { api::celebration::invite(id, &key).await }
            },
            move |loaded: Loaded<CelebrationDetail>| {
                notices.say(format!(
                    "{} on the way. Letters leave in working hours.",
                    if wanted == 1 { "The invitation is" } else { "The invitations are" }
                ));
                on_celebration.emit(loaded);
            },
        )
    };
    html! {
        <>
            if wanted > 0 {
                <Button icon="mail" class="start" busy={invite.running} onclick={invite.runner()}>
                    { format!("Invite {}", count(wanted, "person", "people")) }
                </Button>
                <p class="sm mut">{ "Those newly awarded, and who leads their schools. Each letter brings the evening for their calendar." }</p>
            } else if props.plan.invited == 0 {
                <p class="sm mut">{ "There is nobody to invite before the round is released." }</p>
            }
            if !props.plan.without_lead.is_empty() {
                <Details summary={format!("{} without a school lead in Cairn", count(props.plan.without_lead.len(), "school is", "schools are"))}>
                    <p class="sm">{ "So no head teacher hears of it there. Add a school lead under People, and they can be invited." }</p>
                    <ul class="plain-list sm">{ for props.plan.without_lead.iter().map(|name| html! { <li key={name.clone()}>{ name }</li> }) }</ul>
                </Details>
            }
            if let Some(error) = &invite.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ListOfProps {
    detail: CelebrationDetail,
    name: &'static str,
    words: &'static str,
}

/// A list, on paper and for a spreadsheet.
#[component]
fn ListOf(props: &ListOfProps) -> Html {
    let (id, name) = (props.detail.id, props.name);
    let take = use_action(
        move |form: ListForm| async move { api::celebration::evening_list(id, name, form).await.map(|bytes| (form, bytes)) },
        move |(form, bytes): (ListForm, Vec<u8>)| {
            let kind = if form == ListForm::Pdf { "application/pdf" } else { "text/csv" };
            hand_over(&format!("{name}.{}", form.code()), kind, &bytes);
        },
    );
    let button = |form: ListForm, words: &'static str| {
        html! {
            <Button kind={ButtonKind::Quiet} small=true icon="download" busy={take.running} onclick={take.runner().reform(move |()| form)}>
                { words }<span class="vh">{ format!(" – {}", props.words) }</span>
            </Button>
        }
    };
    html! {
        <div class="row x n">
            <span>{ props.words }</span>
            <span class="row t n">{ button(ListForm::Pdf, "PDF") }{ button(ListForm::Csv, "CSV") }</span>
            if let Some(error) = &take.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </div>
    }
}

const MESSAGE: &str = "message";

/// Thanks afterwards.
#[component]
fn Thanks(props: &PartProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let text = use_state(|| {
        "Thank you for coming, and for what you do for those who begin to teach. It was a good evening because of you."
            .to_owned()
    });
    let problem = use_state(|| None::<FormProblem>);
    let sent = use_state(|| 0_u32);
    let thank = {
        let (id, on_celebration) = (props.detail.id, props.on_celebration.clone());
        use_action(
            move |thanks: ThankGuests| {
                let key = key.clone();
                async move { api::celebration::thank(id, &thanks, &key).await }
            },
            move |loaded| {
                notices.say("Your thanks are on the way.");
                on_celebration.emit(loaded);
            },
        )
    };
    if let Some(at) = props.plan.thanked_at {
        return html! {
            <section class="card p flow t" aria-labelledby="thanks">
                <h2 id="thanks" class="q2">{ "Thanks" }</h2>
                <p class="sm"><Icon name="circle-check" />{ format!(" Sent on {}.", Moment::from(at).long()) }</p>
            </section>
        };
    }
    let mut shown: Vec<FormProblem> = (*problem).iter().cloned().collect();
    if let Some(error) = &thank.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/message").then(|| MESSAGE.into())));
    }
    let onsubmit = {
        let (text, problem, sent, thank) = ((*text).clone(), problem.setter(), sent.clone(), thank.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match Prose::new(text.as_str()) {
                Ok(message) => {
                    problem.set(None);
                    thank.run(ThankGuests { message });
                }
                Err(error) => problem.set(Some(FormProblem::at(MESSAGE, error.to_string()))),
            }
        })
    };
    html! {
        <section class="card p flow t" aria-labelledby="thanks">
            <h2 id="thanks" class="q2">{ "Thank those who came" }</h2>
            <form class="flow t" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(thank.trouble.is_some())} />
                <TextArea
                    id={MESSAGE}
                    label="Your words"
                    hint="“Dear …” stands above, and the partnership’s name below."
                    rows=4
                    maxlength=4000
                    value={(*text).clone()}
                    oninput={{ let text = text.setter(); Callback::from(move |value: String| text.set(value)) }}
                    error={problem_at(&shown, MESSAGE)}
                />
                <Button submit=true icon="send" class="start" busy={thank.running}>{ "Send thanks" }</Button>
            </form>
        </section>
    }
}

const WHY: &str = "why";

/// Calling it off.
#[component]
fn CallOff(props: &PartProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let asking = use_state_eq(|| false);
    let text = use_state(String::new);
    let problem = use_state(|| None::<FormProblem>);
    let sent = use_state(|| 0_u32);
    let cancel = {
        let (id, on_celebration, asking) = (props.detail.id, props.on_celebration.clone(), asking.setter());
        use_action(
            move |why: CancelCelebration| {
                let key = key.clone();
                async move { api::celebration::cancel(id, &why, &key).await }
            },
            move |loaded| {
                asking.set(false);
                notices.say("It is called off. Everybody who is invited hears now.");
                on_celebration.emit(loaded);
            },
        )
    };
    let mut shown: Vec<FormProblem> = (*problem).iter().cloned().collect();
    if let Some(error) = &cancel.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/why").then(|| WHY.into())));
    }
    let ask = |on: bool| {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(on))
    };
    let onsubmit = {
        let (text, problem, sent, cancel) = ((*text).clone(), problem.setter(), sent.clone(), cancel.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match Line::new(text.as_str()) {
                Ok(why) => {
                    problem.set(None);
                    cancel.run(CancelCelebration { why });
                }
                Err(_) if text.trim().is_empty() => problem.set(Some(FormProblem::at(WHY, "Say why, in a sentence"))),
                Err(error) => problem.set(Some(FormProblem::at(WHY, error.to_string()))),
            }
        })
    };
    let concerned = many(props.plan.invited - props.plan.not_coming);
    html! {
        <>
            <Button kind={ButtonKind::Text} small=true class="start" onclick={ask(true)}>{ "Call it off" }</Button>
            <Dialog open={*asking} title={format!("Call “{}” off?", props.detail.title)} onclose={ask(false)}>
                <form class="flow" novalidate=true {onsubmit}>
                    <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(cancel.trouble.is_some())} />
                    <p>{ match concerned {
                        0 => "Nobody is invited yet, so nobody needs to be told.".to_owned(),
                        n => format!("{} by e-mail, with what takes it out of their calendars. It cannot be undone.", count(n, "guest hears", "guests hear")),
                    } }</p>
                    <TextField
                        id={WHY}
                        label="Why"
                        hint="It stands in the letter."
                        maxlength=500
                        value={(*text).clone()}
                        oninput={{ let text = text.setter(); Callback::from(move |value: String| text.set(value)) }}
                        error={problem_at(&shown, WHY)}
                    />
                    <div class="row">
                        <Button submit=true busy={cancel.running}>{ "Call it off" }</Button>
                        <Button kind={ButtonKind::Text} onclick={ask(false)}>{ "Keep it" }</Button>
                    </div>
                </form>
            </Dialog>
        </>
    }
}
