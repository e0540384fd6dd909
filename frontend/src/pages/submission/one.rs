//! One thing that I sent: what was sealed, how to tell that it is unchanged, and taking it back.

use cairn_shared::ids::SubmissionId;
use cairn_shared::paper::Custody;
use cairn_shared::portfolio::PortfolioForm;
use cairn_shared::submission::{SubmissionDetail, SubmissionState};
use yew::prelude::*;

use super::{of_interest, standing};
use crate::api;
use crate::browser::focus;
use crate::hooks::{use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::paper::whereabouts;
use crate::pages::portfolio::StaysOut;
use crate::parts::{EditionStory, day, framed};
use crate::router::Route;
use crate::ui::{
    Back, Button, ButtonKind, CopyButton, Details, Dialog, Go, Icon, Note, Page, PageHeader, Tone, Trouble,
};
use crate::words::Moment;

const STANDING: &str = "standing";

/// Which one.
#[derive(Properties, PartialEq)]
pub struct SubmissionProps {
    /// Its id.
    pub id: SubmissionId,
}

/// One thing that I sent.
#[component]
pub fn Submission(props: &SubmissionProps) -> Html {
    let load = use_loaded(props.id, |id| async move { api::submission::read(id).await });
    let put = {
        let load = load.clone();
        Callback::from(move |detail| load.put(detail))
    };
    framed(&load, "What I sent", |detail| html! { <Show detail={detail.clone()} onchange={put.clone()} /> })
}

#[derive(Properties, PartialEq)]
struct ShowProps {
    detail: SubmissionDetail,
    onchange: Callback<SubmissionDetail>,
}

#[component]
fn Show(props: &ShowProps) -> Html {
    let detail = &props.detail;
    let submission = &detail.submission;
    let said = standing(submission);
    // What was pressed is gone with it, so the focus goes to what it came to.
    let before = use_mut_ref(|| detail.can_withdraw);
    use_effect_with(detail.can_withdraw, move |can| {
        if before.replace(*can) && !can {
            focus(STANDING);
        }
    });
    let released = matches!(submission.state, SubmissionState::Released { .. });
    html! {
        <Page title={format!("Sent: {}", submission.title)}>
            <div class="split">
                <div class="flow l">
                    <div class="flow">
                        <PageHeader
                            back={html! { <Back to={Route::Submissions}>{ "What I sent" }</Back> }}
                            title={submission.title.clone()}
                            eyebrow={html! { <>{ format!("Sent on {} · ", Moment::from(submission.submitted_at).long()) }<Icon name="lock" />{ " You and the panel can see this" }</> }}
                        />
                        <div id={STANDING} tabindex="-1">
                            <Note tone={said.tone} icon={said.icon} title={said.short}>
                                <p>{ said.long }</p>
                                if let SubmissionState::CarriedOver { message } = &submission.state {
                                    <p class="said" dir="auto">{ message.as_str() }</p>
                                }
                                if released {
                                    <p><Go to={Route::SubmissionOutcome(submission.id.to_string().into())} button={ButtonKind::Main}>{ "Read what the panel says" }</Go></p>
                                }
                            </Note>
                        </div>
                    </div>
                    if submission.form == PortfolioForm::Paper {
                        <Note tone={Tone::Plain} icon="package"><p>{ "All of it is on paper. What you wrote here was not sent with it." }</p></Note>
                    } else {
                        <div class="measure-in"><EditionStory edition={detail.edition.clone()} /></div>
                    }
                </div>
                <aside class="flow stick" aria-label="About this submission">
                    if let Some(paper) = submission.paper.as_ref().filter(|_| of_interest(submission)) {
                        <section class="card p flow t np">
                            <h2 class="q2">{ "The paper" }</h2>
                            <p dir="auto">{ paper.parts.as_str() }</p>
                            <p>{ whereabouts(paper) }</p>
                            <Go to={Route::SubmissionPaper(submission.id.to_string().into())} button={if paper.custody == Custody::Registered { ButtonKind::Main } else { ButtonKind::Quiet }} class="start" icon="printer">
                                { "The cover sheet" }
                            </Go>
                        </section>
                    }
                    if detail.can_withdraw { <TakeBack detail={detail.clone()} onchange={props.onchange.clone()} /> }
                    <section class="card p flow t np">
                        <h2 class="q2">{ "What you declared" }</h2>
                        <ul class="nud">
                            <li><Icon name="check" /><span>{ "This is my own account of my own mentoring." }</span></li>
                            <li><Icon name="check" /><span>{ "No pupil and no trainee can be identified." }</span></li>
                            if detail.declaration.quotes_agreed {
                                <li><Icon name="check" /><span>{ "I have agreement for what I quote." }</span></li>
                            }
                        </ul>
                    </section>
                    <StaysOut advice={detail.left_out.clone()} sealed=true />
                    <section class="card p">
                        <Details summary="How you can tell that it is unchanged">
                            <div class="flow t">
                                <p class="sm">
                                    { "When you sent it, every word, link, order and file was sealed under this number. If anything in it changed, even a comma, the number would be another one. The panel reads what stands under this number, and nothing else." }
                                </p>
                                <p class="hash sm num">{ detail.hash.to_string() }</p>
                                <CopyButton text={detail.hash.to_string()} small=true />
                            </div>
                        </Details>
                    </section>
                    <Go to={Route::Portfolio(submission.portfolio_id.to_string().into())} button={ButtonKind::Quiet} icon="layers">
                        { "Carry on with my portfolio" }
                    </Go>
                </aside>
            </div>
        </Page>
    }
}

/// Taking it back, with words that say how to undo it.
#[component]
fn TakeBack(props: &ShowProps) -> Html {
    let asks = use_state_eq(|| false);
    let key = use_key();
    let notices = use_notices();
    let id = props.detail.submission.id;
    let take = {
        let (asks, onchange) = (asks.setter(), props.onchange.clone());
        use_action(
            move |()| {
                let key = key.clone();
                async move { api::submission::withdraw(id, &key).await }
            },
            move |detail: SubmissionDetail| {
                asks.set(false);
                onchange.emit(detail);
                notices.say("It is back with you. Send it again whenever you like.");
            },
        )
    };
    let set = |on| {
        let asks = asks.setter();
        Callback::from(move |()| asks.set(on))
    };
    let round = props.detail.submission.round.as_ref();
    let again = match round {
        Some(round) if round.accepts => {
            format!(
                "Nothing is lost. To undo this, send it again: {} takes it until the end of {}.",
                round.name,
                day(round.dates.submit_by)
            )
        }
        Some(_) => {
            "Nothing is lost. To undo this, send it again: it then goes into the round after this one.".to_owned()
        }
        None => {
            "Nothing is lost. To undo this, send it again at any time: it waits for the next round, as it does now."
                .to_owned()
        }
    };
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon="undo-2" onclick={set(true)}>{ "Take it back" }</Button>
            <Dialog open={*asks} title="Take it back" onclose={set(false)}>
                <p>{ again }</p>
                if let Some(error) = &take.trouble {
                    <Trouble title={error.title.clone()} detail={error.sentence()} />
                }
                <div class="row">
                    <Button icon="undo-2" busy={take.running} onclick={take.runner()}>{ "Take it back for now" }</Button>
                    <Button kind={ButtonKind::Quiet} onclick={set(false)}>{ "Leave it with the panel" }</Button>
                </div>
            </Dialog>
        </>
    }
}
