//! Putting a released decision right: a correction, which may only widen what is secured, or the end of an award that
//! was issued in error. Both are recorded for good with their reason.

use cairn_shared::award::{AwardStatus, AwardSummary, RevokeAward};
use cairn_shared::decision::{self, CorrectDecision, Finding, OutcomeDetail, ReleasedDecision};
use cairn_shared::framework::{PerStandard, Standard};
use cairn_shared::ids::SubmissionId;
use cairn_shared::round::RoundSubmission;
use cairn_shared::text::{Draft, Line, Prose};
use yew::prelude::*;

use crate::api;
use crate::hooks::{LoadState, use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::decision::findings::{self, Findings, FindingsText};
use crate::parts::{day, form_problems, problem_at};
use crate::ui::{
    Button, ButtonKind, Details, Dialog, ErrorSummary, FormProblem, Icon, Note, Skeleton, TextArea, Tone, Trouble,
};
use crate::words::Moment;

/// Which submission.
#[derive(Properties, PartialEq)]
pub struct CorrectDialogProps {
    /// The submission.
    pub submission: RoundSubmission,
    /// Told when it should close.
    pub onclose: Callback<()>,
    /// Loads the round anew.
    pub again: Callback<()>,
}

/// Putting a released decision right.
#[component]
pub fn CorrectDialog(props: &CorrectDialogProps) -> Html {
    let CorrectDialogProps { submission, .. } = props;
    let load = use_loaded(submission.id, |id: SubmissionId| async move { api::decision::released(id).await });
    let ending = use_state_eq(|| false);
    let title = match *ending {
        true => format!("End the award for “{}”", submission.title),
        false => format!("Correct the decision on “{}”", submission.title),
    };
    let end = |on: bool| {
        let ending = ending.setter();
        Callback::from(move |()| ending.set(on))
    };
    html! {
        <Dialog open=true class="wide" {title} onclose={props.onclose.clone()}>
            { match &load.state {
                LoadState::Loading => html! { <Skeleton label="Loading what was released" card=false /> },
                LoadState::Problem(error) => html! {
                    <Trouble title={error.title.clone()} detail={error.sentence()} again={load.reloader()} />
                },
                LoadState::Loaded(released) => {
                    let award = released.award.clone().filter(|award| award.status == AwardStatus::InForce);
                    html! {
                        <>
                            { before(released) }
                            { match (award, *ending, &released.closed) {
                                (Some(award), true, _) => html! {
                                    <EndForm
                                        submission={submission.clone()}
                                        {award}
                                        onclose={end(false)}
                                        ondone={{
                                            let (again, onclose) = (props.again.clone(), props.onclose.clone());
                                            Callback::from(move |()| {
                                                again.emit(());
                                                onclose.emit(());
                                            })
                                        }}
                                    />
                                },
                                (award, _, Some(closed)) => html! {
                                    <>
                                        <Note tone={Tone::Plain}><p>{ closed }</p></Note>
                                        if let Some(award) = &award {
                                            <Anew award={award.clone()} name={submission.mentor.full()} />
                                        }
                                        <div class="row">
                                            if award.is_some() {
                                                <Button kind={ButtonKind::Quiet} icon="award" onclick={end(true)}>{ "End the award" }</Button>
                                            }
                                            <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it as it is" }</Button>
                                        </div>
                                    </>
                                },
                                (_, _, None) => html! {
                                    <CorrectForm
                                        submission={submission.clone()}
                                        released={(**released).clone()}
                                        onclose={props.onclose.clone()}
                                        again={props.again.clone()}
                                    />
                                },
                            } }
                        </>
                    }
                },
            } }
        </Dialog>
    }
}

/// How it was corrected before, if it was.
fn before(released: &ReleasedDecision) -> Html {
    if released.corrections.is_empty() {
        return Html::default();
    }
    html! {
        <Details summary={format!("Corrected before, {}", released.corrections.len())}>
            <ul class="plain-list flow t">
                { for released.corrections.iter().map(|it| html! {
                    <li class="sm">
                        { format!("{}, by {}: ", Moment::from(it.at).day().with_year(), it.by.full()) }
                        <span class="prewrap" dir="auto">{ it.reason.as_str() }</span>
                    </li>
                }) }
            </ul>
        </Details>
    }
}

#[derive(Properties, PartialEq)]
struct CorrectFormProps {
    submission: RoundSubmission,
    released: ReleasedDecision,
    onclose: Callback<()>,
    again: Callback<()>,
}

const MESSAGE: &str = "correct-message";
const REASON: &str = "correct-reason";

#[component]
fn CorrectForm(props: &CorrectFormProps) -> Html {
    let CorrectFormProps { submission, released, .. } = props;
    let notices = use_notices();
    let before = &released.decision;
    let text = use_state(|| findings::written(&before.findings));
    let message = use_state(|| before.message.to_string());
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let secured = PerStandard::from_fn(|s| matches!(before.findings.get(s), Finding::Evidenced { .. }));
    let correct = {
        let (id, onclose, again) = (submission.id, props.onclose.clone(), props.again.clone());
        let name = submission.mentor.given_name.clone();
        use_action(
            move |correction: CorrectDecision| {
                let key = key.clone();
                async move { api::decision::correct(id, &correction, &key).await }
            },
            move |outcome: OutcomeDetail| {
                notices.say(format!("The decision on “{}” is corrected. {name} is told.", outcome.title));
                again.emit(());
                onclose.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &correct.trouble {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/message" => Some(AttrValue::Static(MESSAGE)),
            "/reason" => Some(AttrValue::Static(REASON)),
            other => findings::field_of(other),
        }));
    }
    let onsubmit = {
        let (text, message, reason) = ((*text).clone(), (*message).clone(), (*reason).clone());
        let (problems, sent, correct) = (problems.setter(), sent.clone(), correct.clone());
        let before = decision::Decision::new(before.findings.clone(), before.message.clone(), &PerStandard::default());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let found = findings::complete(&text).map_err(|more| needs.extend(more));
            let message = Draft::new(message.clone()).map_err(|e| needs.push(FormProblem::at(MESSAGE, e.to_string())));
            let reason = Prose::new(reason.clone()).map_err(|_| {
                needs.push(FormProblem::at(REASON, "Say why it is corrected. It is recorded for good."));
            });
            if let (Ok(findings), Ok(message), Ok(before)) = (&found, &message, &before) {
                let corrected =
                    decision::Decision::correcting(before, findings.clone(), message.clone(), &before.secured());
                if let Err(problem) = corrected {
                    needs.push(FormProblem::at(MESSAGE, problem.to_string()));
                }
            }
            match (found, message, reason) {
                (Ok(findings), Ok(message), Ok(reason)) if needs.is_empty() => {
                    correct.run(CorrectDecision { findings, message, reason });
                }
                _ => correct.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text: String| state.set(text))
    };
    let name = &submission.mentor.given_name;
    html! {
        <form class="flow" novalidate=true {onsubmit}>
            <p class="mut">{ "This is what was released. What is evidenced stays so: a correction can only add to it." }</p>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(correct.trouble.is_some())} />
            <div>
                <Findings
                    value={(*text).clone()}
                    {secured}
                    closed="Evidenced, and stays so"
                    problems={shown.clone()}
                    onchange={{ let text = text.setter(); Callback::from(move |value| text.set(value)) }}
                />
            </div>
            <TextArea
                id={MESSAGE}
                label={format!("The panel’s words to {name}")}
                hint={format!("{name} reads them in the place of those that were sent.")}
                rows=5
                value={(*message).clone()}
                oninput={write(&message)}
                error={problem_at(&shown, MESSAGE)}
            />
            <TextArea
                id={REASON}
                label="Why is it corrected?"
                hint={format!("Recorded for good. {name} does not read it.")}
                rows=2
                maxlength={2000}
                value={(*reason).clone()}
                oninput={write(&reason)}
                error={problem_at(&shown, REASON)}
            />
            <Note icon="mail" title={format!("What {name} hears")}>
                <p class="sm">{ told(submission, released, &text) }</p>
            </Note>
            <div class="row deeds">
                <Button submit=true busy={correct.running}>{ "Correct it" }</Button>
                <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it as it is" }</Button>
            </div>
        </form>
    }
}

/// What the mentor hears of a correction as it is written now.
fn told(submission: &RoundSubmission, released: &ReleasedDecision, text: &FindingsText) -> String {
    let name = &submission.mentor.given_name;
    let was_open = |s: Standard| matches!(released.decision.findings.get(s), Finding::MoreNeeded { .. });
    let (mut added, mut open) = (Vec::new(), Vec::new());
    for s in Standard::ALL.iter().copied() {
        match text.get(s).evidenced {
            Some(true) if was_open(s) => added.push(s.number().to_string()),
            Some(false) | None => open.push(s.number().to_string()),
            Some(true) => {}
        }
    }
    let letter =
        "An e-mail says that the panel has written again, and the corrected decision stands on the page of the first.";
    if open.is_empty() {
        let award = submission.qualification.heading();
        let anew = if released.award.is_some() { "anew, with a new number" } else { "with its certificate and badge" };
        return format!(
            "{letter} All four standards are evidenced: {award} is made {anew}, dated {}.",
            day(released.awarded_on)
        );
    }
    let standards = |numbers: &[String]| match numbers {
        [one] => format!("standard {one}"),
        many => format!("standards {}", many.join(", ")),
    };
    let added = match added.len() {
        0 => String::new(),
        1 => format!(" {} is evidenced as well.", crate::words::sentence(&standards(&added))),
        _ => format!(" {} are evidenced as well.", crate::words::sentence(&standards(&added))),
    };
    format!("{letter}{added} {name} can carry on with {}, as suggested.", standards(&open))
}

#[derive(Properties, PartialEq)]
struct AnewProps {
    award: AwardSummary,
    name: String,
}

/// Issuing an award anew, where its holder is called otherwise by now.
#[component]
fn Anew(props: &AnewProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let id = props.award.id;
    let name = props.name.clone();
    let anew = use_action(
        move |()| {
            let key = key.clone();
            async move { api::award::reissue(id, &key).await }
        },
        move |award: AwardSummary| notices.say(format!("Award {} is issued anew, to {name}.", award.number)),
    );
    html! {
        <section class="flow t" aria-labelledby="anew">
            <h3 id="anew" class="q2">{ "Another name or e-mail address?" }</h3>
            <p class="sm">{ format!("Certificate and badge can be issued anew, to the name and the e-mail address that {} has in Cairn today. It stays the same award, with its number, its code and its day; the earlier badge is marked as replaced, and its holder gets a letter.", props.name) }</p>
            if let Some(error) = &anew.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
            <p><Button kind={ButtonKind::Quiet} small=true icon="refresh-cw" busy={anew.running} onclick={anew.runner()}>{ "Issue it anew" }</Button></p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct EndFormProps {
    submission: RoundSubmission,
    award: AwardSummary,
    onclose: Callback<()>,
    ondone: Callback<()>,
}

const WHY: &str = "end-reason";

/// Ending an award that was issued in error.
#[component]
fn EndForm(props: &EndFormProps) -> Html {
    let EndFormProps { submission, award, .. } = props;
    let notices = use_notices();
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let end = {
        let (id, ondone) = (award.id, props.ondone.clone());
        use_action(
            move |why: RevokeAward| {
                let key = key.clone();
                async move { api::award::end(id, &why, &key).await }
            },
            move |award: AwardSummary| {
                notices.say(format!("Award {} is no longer in force.", award.number));
                ondone.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &end.trouble {
        shown.extend(form_problems(error, |pointer| (pointer == "/reason").then_some(AttrValue::Static(WHY))));
    }
    let onsubmit = {
        let (reason, problems, sent, end) = (reason.clone(), problems.setter(), sent.clone(), end.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            let words = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            match Line::new(words.clone()) {
                Ok(reason) => {
                    problems.set(Vec::new());
                    end.run(RevokeAward { reason });
                }
                Err(problem) => {
                    let needed = match words.is_empty() {
                        true => "Say what was issued in error. It is recorded for good.".to_owned(),
                        false => problem.to_string(),
                    };
                    end.clear();
                    problems.set(vec![FormProblem::at(WHY, needed)]);
                }
            }
        })
    };
    let name = &submission.mentor.given_name;
    html! {
        <form class="flow" novalidate=true {onsubmit}>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(end.trouble.is_some())} />
            <p>{ format!("An award ends only where it was issued in error. This is what happens to {}, {}, at once:", award.number, submission.mentor.full()) }</p>
            <ul class="plain-list flow t">
                <li>{ "Whoever checks the certificate reads that it is no longer in force, and nothing of why." }</li>
                <li>{ format!("{name} hears by e-mail, without the reason: it is for you to explain, in person.") }</li>
                <li>{ "All four standards stay secured. A new award, by a correction or by sending again, has a new number." }</li>
            </ul>
            <TextArea
                id={WHY}
                label="What was issued in error?"
                hint="Recorded for good, and private."
                rows=2
                maxlength={1000}
                value={(*reason).clone()}
                oninput={{ let reason = reason.setter(); Callback::from(move |text| reason.set(text)) }}
                error={problem_at(&shown, WHY)}
            />
            <p>{ "It cannot be undone." }</p>
            <div class="row">
                <Button submit=true busy={end.running}>{ "End the award" }</Button>
                <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Leave it in force" }</Button>
            </div>
        </form>
    }
}
