//! What was sent to a round: where each is, who reads it, and no word of what is in it.

use cairn_shared::conflict::ConflictKind;
use cairn_shared::ids::{ReviewId, SubmissionId};
use cairn_shared::paper::{Custody, PaperDetail};
use cairn_shared::person::PersonName;
use cairn_shared::portfolio::PortfolioForm;
use cairn_shared::review::ReviewState;
use cairn_shared::round::{EarlierReader, NotAgain, Reader, RoundDetail, RoundPhase, RoundSubmission};
use yew::prelude::*;

use super::assign::AssignDialog;
use super::correct::CorrectDialog;
use crate::api::{self, ApiError, Key, Loaded};
use crate::art::OneCairn;
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::pages::paper::{HandOver, Hands};
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Cell, Column, Details, Empty, Go, Menu, RowHead, Table, Tag, Tone, Trouble};
use crate::words::Moment;

/// What was sent to a round.
#[derive(Properties, PartialEq)]
pub struct SubmissionsProps {
    /// The round.
    pub detail: RoundDetail,
    /// Whether the person runs the round.
    pub coordinates: bool,
    /// Told how a submission stands.
    pub on_submission: Callback<RoundSubmission>,
    /// Loads the round anew.
    pub again: Callback<()>,
}

/// What can be done with a submission or with a reader of it.
#[derive(Clone, PartialEq)]
enum Deed {
    Nudge(ReviewId, String),
    TakeBack(SubmissionId, ReviewId, PersonName),
}

enum Done {
    Nudged(String, Box<RoundSubmission>),
    TakenBack(SubmissionId, PersonName),
}

async fn act(deed: Deed) -> Result<Done, ApiError> {
    let key = Key::new();
    Ok(match deed {
        Deed::Nudge(review, name) => Done::Nudged(name, Box::new(api::round::nudge(review, &key).await?)),
        Deed::TakeBack(submission, review, person) => {
            api::round::take_back(review).await?;
            Done::TakenBack(submission, person)
        }
    })
}

/// Why somebody may not read a submission, in words.
pub fn why(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Themselves => "it is their own",
        ConflictKind::SameSchool => "same school, now or in the last two years",
        ConflictKind::Support => "one supports the other",
        ConflictKind::Declared => "stepped aside, or declared",
    }
}

/// Of those who read the submission before this one, who doesn't read it again, and why.
fn not_again(submission: &RoundSubmission) -> Vec<String> {
    let reads = |who| submission.readers.iter().any(|reader| reader.person.id == who);
    let earlier = submission.read_before.iter().filter(|earlier| !reads(earlier.person.id));
    let words = |earlier: &EarlierReader| {
        let why = match earlier.not_again {
            Some(NotAgain::NotOnPanel) => "is not on this panel",
            Some(NotAgain::Conflict) => "may not read it by now",
            Some(NotAgain::NotReading) => "no longer reads for the panel",
            Some(NotAgain::TakenBack) => "was to read it again, and no longer does",
            None => "is free to read it again",
        };
        format!("{} read it before, and {why}.", earlier.person.full())
    };
    earlier.map(words).collect()
}

/// Which dialog is open.
#[derive(Clone, PartialEq)]
enum Open {
    Assign(SubmissionId),
    Correct(SubmissionId),
    Hand(SubmissionId, Hands),
}

/// What was sent to a round.
#[component]
pub fn Submissions(props: &SubmissionsProps) -> Html {
    let SubmissionsProps { detail, coordinates, .. } = props;
    let notices = use_notices();
    let open = use_state(|| None::<Open>);
    let back = {
        let on_submission = props.on_submission.clone();
        use_action(
            |(submission, person): (SubmissionId, PersonName)| async move {
                api::round::assign(submission, person.id, &Key::new()).await
            },
            move |submission| on_submission.emit(submission),
        )
    };
    let deed = {
        let (on_submission, again, back) = (props.on_submission.clone(), props.again.clone(), back.runner());
        use_action(act, move |done| match done {
            Done::Nudged(name, submission) => {
                notices.say(format!("A kind reminder goes to {name}, in working hours."));
                on_submission.emit(*submission);
            }
            Done::TakenBack(submission, person) => {
                let words = format!("{} no longer reads it.", person.full());
                notices.say_with_undo(words, back.reform(move |()| (submission, person.clone())));
                again.emit(());
            }
        })
    };
    let close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let trouble = deed.trouble.as_ref().or(back.trouble.as_ref());
    let columns = vec![
        Column::new("Portfolio"),
        Column::new("Towards"),
        Column::new("Readers"),
        Column::new("Where it is"),
        Column::quiet("Action"),
    ];
    let find = |id: &SubmissionId| detail.submissions.iter().find(|s| s.id == *id);
    html! {
        <section class="flow" aria-labelledby="submissions">
            <h2 id="submissions" class="q1">{ "Portfolios" }{ " " }<span class="mut">{ detail.submissions.len() }</span></h2>
            if let Some(error) = trouble {
                <Trouble title="That did not go through" detail={error.sentence()} again={props.again.clone()} />
            }
            if detail.submissions.is_empty() {
                <Empty
                    title="Nothing is sent to this round yet"
                    text="Portfolios stand here as they come in, until the day on which the round closes."
                    picture={html! { <OneCairn stones=1 class="cairn-s" /> }}
                    level="h3"
                />
            } else {
                <Table caption={format!("Portfolios in {}", detail.round.name)} {columns}>
                    { for detail.submissions.iter().map(|submission| row(
                        submission, detail, *coordinates, deed.running, &deed.runner(), &open.setter(),
                    )) }
                </Table>
            }
            { match &*open {
                Some(Open::Assign(id)) => find(id).map(|submission| html! {
                    <AssignDialog
                        submission={submission.clone()}
                        panel={detail.panel.clone()}
                        round={detail.round.clone()}
                        on_submission={props.on_submission.clone()}
                        onclose={close}
                    />
                }),
                Some(Open::Correct(id)) => find(id).map(|submission| html! {
                    <CorrectDialog submission={submission.clone()} onclose={close} again={props.again.clone()} />
                }),
                Some(Open::Hand(id, way)) => Some(html! {
                    <HandOver id={*id} way={*way} ondone={props.again.reform(|_: Loaded<PaperDetail>| ())} onclose={close} />
                }),
                None => None,
            }.unwrap_or_default() }
        </section>
    }
}

fn where_it_is(submission: &RoundSubmission, round: RoundPhase) -> Html {
    html! {
        <span class="row t">
            { match (submission.carried_over, submission.decided, round) {
                (true, ..) => html! { <Tag tone={Tone::More} icon="calendar">{ "In the next round" }</Tag> },
                (_, _, RoundPhase::Released) => html! { <Tag tone={Tone::Good} icon="circle-check">{ "The mentor has heard" }</Tag> },
                (_, true, _) => html! { <Tag tone={Tone::Good} icon="circle-check">{ "Decided" }</Tag> },
                _ => {
                    let sent = submission.readers.iter().filter(|r| r.state == ReviewState::Sent).count();
                    html! { <Tag tone={Tone::Info} icon="book-open">{ format!("{sent} of {} views in", submission.readers.len()) }</Tag> }
                }
            } }
            { match submission.paper.as_ref().map(|paper| &paper.custody) {
                None => Html::default(),
                Some(Custody::Registered) => html! { <Tag tone={Tone::More} icon="package">{ "Paper on its way" }</Tag> },
                Some(Custody::Received { .. }) => html! { <Tag icon="package">{ "Paper is here" }</Tag> },
                Some(Custody::Returned { .. }) => html! { <Tag tone={Tone::Good} icon="package">{ "Paper went back" }</Tag> },
            } }
        </span>
    }
}

/// What is to be noted of a submission's paper next.
fn handing(submission: &RoundSubmission, round: RoundPhase) -> Option<(Hands, &'static str)> {
    match submission.paper.as_ref()?.custody {
        Custody::Registered => Some((Hands::In, "It has arrived")),
        Custody::Received { .. } if round == RoundPhase::Released && !submission.carried_over => {
            Some((Hands::Back, "It went back"))
        }
        Custody::Received { .. } | Custody::Returned { .. } => None,
    }
}

fn reader_state(reader: &Reader) -> Html {
    match reader.state {
        ReviewState::Sent => html! { <Tag tone={Tone::Good} icon="circle-check">{ "Sent" }</Tag> },
        ReviewState::Reading => html! { <Tag tone={Tone::Info} icon="book-open">{ "Reading" }</Tag> },
        ReviewState::Assigned => html! { <Tag icon="circle-dashed">{ "Not opened" }</Tag> },
    }
}

fn row(
    submission: &RoundSubmission,
    detail: &RoundDetail,
    coordinates: bool,
    busy: bool,
    deed: &Callback<Deed>,
    open: &UseStateSetter<Option<Open>>,
) -> Html {
    let id = submission.id;
    let round = detail.round.phase;
    let settled = submission.decided || submission.carried_over || round == RoundPhase::Released;
    let whose = match &submission.school {
        Some(school) => format!("{}, {school}", submission.mentor.full()),
        None => submission.mentor.full(),
    };
    let towards = match submission.form {
        PortfolioForm::Electronic => submission.qualification.letters().to_owned(),
        PortfolioForm::Paper => format!("{} · paper", submission.qualification.letters()),
        PortfolioForm::Mixed => format!("{} · screen and paper", submission.qualification.letters()),
    };
    let about = html! { <span class="vh">{ format!(" – {}", submission.title) }</span> };
    let to_open = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(Some(what.clone())))
    };
    let named = |who| detail.panel.iter().find(|m| m.person.id == who).map(|m| m.person.full());
    let closed: Vec<_> =
        submission.conflicts.iter().filter_map(|note| Some((named(note.person_id)?, why(note.kind)))).collect();
    let needs = !settled && submission.readers.len() < usize::from(detail.readers);
    html! {
        <tr key={id.to_string()}>
            <RowHead>
                { &submission.title }
                <br /><span class="sm mut thin">{ whose }</span>
                if let Some(paper) = &submission.paper {
                    <br /><span class="sm thin">
                        <Go to={Route::SubmissionPaper(id.to_string().into())}>{ format!("Cover sheet {}", paper.code.printed()) }</Go>
                    </span>
                }
                if submission.number > 1 { <br /><span class="sm thin">{ format!("Sent again, number {}", submission.number) }</span> }
            </RowHead>
            <Cell label="Towards">{ towards }</Cell>
            <Cell label="Readers">
                <div class="flow t readers">
                    { for submission.readers.iter().map(|reader| {
                        let name = reader.person.full();
                        html! {
                            <div class="row n x t" key={reader.review_id.to_string()}>
                                <span>
                                    { &name }
                                    <br />{ reader_state(reader) }
                                    if let Some(at) = reader.nudged_at {
                                        <br /><span class="sm mut">{ format!("Reminded {}", Moment::from(at).relative_to(Moment::now())) }</span>
                                    }
                                </span>
                                if coordinates && !settled && reader.state != ReviewState::Sent {
                                    <Menu label={format!("More about {name} and {}", submission.title)}>
                                        <Button
                                            kind={ButtonKind::Text}
                                            icon="mail"
                                            {busy}
                                            onclick={deed.reform({
                                                let (review, name) = (reader.review_id, name.clone());
                                                move |()| Deed::Nudge(review, name.clone())
                                            })}
                                        >
                                            { "Remind kindly" }
                                        </Button>
                                        <Button
                                            kind={ButtonKind::Text}
                                            icon="undo-2"
                                            {busy}
                                            onclick={deed.reform({
                                                let (review, person) = (reader.review_id, reader.person.clone());
                                                move |()| Deed::TakeBack(id, review, person.clone())
                                            })}
                                        >
                                            { "Take it back" }
                                        </Button>
                                    </Menu>
                                }
                            </div>
                        }
                    }) }
                    if needs { <span><Tag tone={Tone::More} icon="user">{ "Wants another reader" }</Tag></span> }
                    { for not_again(submission).into_iter().map(|words| html! { <span class="sm mut">{ words }</span> }) }
                    if !closed.is_empty() {
                        <Details summary={format!("{} may not read it", closed.len())}>
                            <ul class="sm">
                                { for closed.iter().map(|(name, why)| html! { <li>{ format!("{name}: {why}") }</li> }) }
                            </ul>
                        </Details>
                    }
                </div>
            </Cell>
            <Cell label="Where it is">{ where_it_is(submission, round) }</Cell>
            <Cell>
                <span class="row t">
                    if coordinates && !settled {
                        <Button small=true kind={if needs { ButtonKind::Main } else { ButtonKind::Quiet }} onclick={to_open(Open::Assign(id))}>
                            { "Add a reader" }{ about.clone() }
                        </Button>
                    }
                    if let Some((way, words)) = handing(submission, round).filter(|_| coordinates) {
                        <Button small=true kind={ButtonKind::Quiet} icon="package" onclick={to_open(Open::Hand(id, way))}>
                            { words }{ about.clone() }
                        </Button>
                    }
                    if coordinates && round == RoundPhase::Released && !submission.carried_over {
                        <Button small=true kind={ButtonKind::Text} icon="pencil-line" onclick={to_open(Open::Correct(id))}>
                            { "Correct the decision" }{ about }
                        </Button>
                    }
                </span>
            </Cell>
        </tr>
    }
}
