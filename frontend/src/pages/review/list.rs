//! What a panel member is asked to read, and stepping aside from what they can't read fairly.

use cairn_shared::conflict::StepAside;
use cairn_shared::ids::ReviewId;
use cairn_shared::paper::Custody;
use cairn_shared::portfolio::PortfolioForm;
use cairn_shared::review::{ReviewState, ReviewSummary};
use cairn_shared::round::{RoundPhase, RoundSummary};
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api::{self, ApiError, Key};
use crate::art::OneCairn;
use crate::browser::focus;
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::{day, framed, problem_at, short_day};
use crate::router::Route;
use crate::ui::{
    Button, ButtonKind, Cell, Check, CheckGroup, Column, Details, Empty, ErrorSummary, FormProblem, Go, Page,
    PageHeader, RowHead, Table, Tag, TextField, Tone, Trouble,
};
use crate::words::{Moment, number, sentence};

/// A length of time as people say it: "16 minutes", "an hour and ten minutes".
fn span(minutes: u32) -> String {
    let some = |n: u32, one: &str, many: &str| match n {
        1 => one.to_owned(),
        n => format!("{} {many}", number(n as usize)),
    };
    if minutes < 60 {
        return some(minutes.max(1), "a minute", "minutes");
    }
    // Nobody plans an afternoon to the minute.
    let tens = (minutes + 5) / 10;
    let hours = some(tens / 6, "an hour", "hours");
    match tens % 6 * 10 {
        0 => hours,
        rest => format!("{hours} and {} minutes", number(rest as usize)),
    }
}

fn is_open(review: &ReviewSummary) -> bool {
    review.state != ReviewState::Sent && review.round.phase != RoundPhase::Released
}

/// The rounds that aren't released, in the order of the list.
fn rounds_in_hand(reviews: &[ReviewSummary]) -> Vec<RoundSummary> {
    let mut rounds: Vec<RoundSummary> = Vec::new();
    for review in reviews.iter().filter(|r| r.round.phase != RoundPhase::Released) {
        if !rounds.iter().any(|round| round.id == review.round.id) {
            rounds.push(review.round.clone());
        }
    }
    rounds.sort_by_key(|round| round.dates.meeting);
    rounds
}

/// My reviews.
#[component]
pub fn Reviews() -> Html {
    let load = use_loaded((), |()| api::review::list());
    framed(&load, "My reviews", |reviews| {
        if reviews.is_empty() {
            return html! {
                <Page title="My reviews">
                    <Empty
                        title="Nothing to read just now"
                        text="When the coordinator gives you a portfolio to read, it stands here from the day on which reading begins."
                        picture={html! { <OneCairn stones=3 class="cairn-s" /> }}
                        level="h1"
                    >
                        <Go to={Route::Rounds} button={ButtonKind::Quiet}>{ "See when panels meet" }</Go>
                    </Empty>
                </Page>
            };
        }
        let rounds = rounds_in_hand(reviews);
        let open: Vec<_> = reviews.iter().filter(|r| is_open(r)).cloned().collect();
        let before: Vec<_> = reviews.iter().filter(|r| r.round.phase == RoundPhase::Released).cloned().collect();
        let title = match open.len() {
            0 if rounds.is_empty() => "Nothing to read just now".to_owned(),
            0 => "All your views are sent".to_owned(),
            1 => "One portfolio to read".to_owned(),
            n => sentence(&format!("{} portfolios to read", number(n))),
        };
        let minutes: u32 = open.iter().filter(|r| r.form != PortfolioForm::Paper).map(|r| r.minutes).sum();
        let lead = match (open.len(), minutes) {
            (0, _) => "Thank you. You can read them again, and read what the others found.".to_owned(),
            (_, 0) => "Take the time that it takes.".to_owned(),
            (1, _) => format!("About {}. Your place is kept, so a few pages at a time is fine.", span(minutes)),
            _ => format!("About {} in all. Your place is kept, so a few pages at a time is fine.", span(minutes)),
        };
        let eyebrow = rounds.first().map(|round| format!("{} · panel meets {}", round.name, day(round.dates.meeting)));
        html! {
            <Page title="My reviews">
                <div class="flow l">
                    <PageHeader {title} eyebrow={html! { { eyebrow.unwrap_or_default() } }} lead={html! { { lead } }} />
                    <div class="split">
                        <div class="flow l">
                            { for rounds.iter().map(|round| {
                                let mut mine: Vec<_> =
                                    reviews.iter().filter(|r| r.round.id == round.id).cloned().collect();
                                // What is begun comes first, then what is not, then what is done.
                                mine.sort_by_key(|r| match r.state {
                                    ReviewState::Reading => 0,
                                    ReviewState::Assigned => 1,
                                    ReviewState::Sent => 2,
                                });
                                html! { <OneRound round={round.clone()} reviews={mine} named={rounds.len() > 1} /> }
                            }) }
                            if !rounds.is_empty() {
                                <p class="sm mut">
                                    { "At least two readers see every portfolio. You cannot see another reader’s view until you have sent yours." }
                                </p>
                            }
                            if !before.is_empty() {
                                <Details summary={format!("Earlier rounds, {}", before.len())}>
                                    <Listed caption="Portfolios that you read in earlier rounds" reviews={before} />
                                </Details>
                            }
                        </div>
                        if !open.is_empty() {
                            <aside class="flow" aria-label="Conflicts of interest">
                                <Fairness reviews={open} ondone={load.reloader()} />
                            </aside>
                        }
                    </div>
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct OneRoundProps {
    round: RoundSummary,
    reviews: Vec<ReviewSummary>,
    named: bool,
}

#[component]
fn OneRound(props: &OneRoundProps) -> Html {
    let OneRoundProps { round, reviews, named } = props;
    html! {
        <section class="flow" aria-label={round.name.to_string()}>
            if *named {
                <h2 class="q1">{ round.name.as_str() }</h2>
            }
            <p class="mut">
                { match round.phase {
                    RoundPhase::Open => format!(
                        "Reading begins on {}, views are in by {}.", day(round.dates.review_opens), day(round.dates.review_by)
                    ),
                    RoundPhase::InReview => format!("Please send your views by {}.", day(round.dates.review_by)),
                    _ => format!("The panel met on {}, or is meeting now.", day(round.dates.meeting)),
                } }
            </p>
            <Listed caption={format!("Portfolios given to you, {}", round.name)} reviews={reviews.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ListedProps {
    caption: AttrValue,
    reviews: Vec<ReviewSummary>,
}

/// The reviews of one round, as a table.
#[component]
fn Listed(props: &ListedProps) -> Html {
    let columns = vec![
        Column::new("Portfolio"),
        Column::new("Towards"),
        Column::new("To read"),
        Column::new("Where you are"),
        Column::quiet("Action"),
    ];
    html! {
        <Table caption={props.caption.clone()} {columns}>
            { for props.reviews.iter().enumerate().map(|(i, review)| row(review, i == 0)) }
        </Table>
    }
}

/// Whether there is paper that hasn't come.
fn is_coming(review: &ReviewSummary) -> bool {
    review.paper.as_ref().is_some_and(|paper| paper.custody == Custody::Registered)
}

fn state_tag(review: &ReviewSummary) -> Html {
    match review.state {
        ReviewState::Sent => {
            let when = review.sent_at.map(|at| Moment::from(at).day());
            let when = when.map_or_else(|| "Sent".to_owned(), |day| format!("Sent {}", day.short()));
            html! { <Tag tone={Tone::Good} icon="circle-check">{ when }</Tag> }
        }
        _ if is_coming(review) => {
            html! { <Tag tone={Tone::More} icon="package">{ "On its way to you" }</Tag> }
        }
        ReviewState::Assigned if review.round.phase == RoundPhase::Open => html! {
            <Tag icon="calendar">{ format!("From {}", short_day(review.round.dates.review_opens)) }</Tag>
        },
        ReviewState::Assigned => html! { <Tag icon="circle-dashed">{ "Not opened" }</Tag> },
        ReviewState::Reading if review.judged == review.open => {
            html! { <Tag tone={Tone::Info} icon="send">{ "Ready to send" }</Tag> }
        }
        ReviewState::Reading => html! {
            <Tag tone={Tone::Info} icon="book-open">{ format!("{} of {} looked at", review.judged, review.open) }</Tag>
        },
    }
}

fn row(review: &ReviewSummary, first: bool) -> Html {
    let readable = review.round.phase != RoundPhase::Open;
    let to = Route::Review(review.id.to_string().into());
    let whose = match &review.school {
        Some(school) => format!("{}, {school}", review.mentor.full()),
        None => review.mentor.full(),
    };
    let towards = match review.form {
        PortfolioForm::Electronic => review.qualification.letters().to_owned(),
        PortfolioForm::Paper => format!("{} · paper", review.qualification.letters()),
        PortfolioForm::Mixed => format!("{} · screen and paper", review.qualification.letters()),
    };
    let to_read = match (review.form, &review.paper) {
        (PortfolioForm::Paper, Some(paper)) => html! { { paper.parts.as_str() } },
        (_, Some(paper)) => {
            html! { <><span class="nw">{ format!("{} min", review.minutes) }</span><br />{ paper.parts.as_str() }</> }
        }
        (_, None) => html! { <span class="nw">{ format!("{} min", review.minutes) }</span> },
    };
    let (kind, word) = match review.state {
        ReviewState::Assigned => (ButtonKind::Quiet, "Start"),
        ReviewState::Reading if first => (ButtonKind::Main, "Carry on"),
        ReviewState::Reading => (ButtonKind::Quiet, "Carry on"),
        ReviewState::Sent => (ButtonKind::Text, "Read again"),
    };
    let joint = if review.state == ReviewState::Reading { " with" } else { "" };
    html! {
        <tr key={review.id.to_string()}>
            <RowHead>
                if readable {
                    <Go to={to.clone()}>{ &review.title }</Go>
                } else {
                    { &review.title }
                }
                <br /><span class="sm mut thin">{ whose }</span>
                if review.number > 1 {
                    <br /><span class="sm thin">
                        { "Sent again · " }
                        if readable {
                            <Go to={Route::ReviewChanges(review.id.to_string().into())}>
                                { "what is new" }<span class="vh">{ format!(" in {}", review.title) }</span>
                            </Go>
                        } else {
                            { "what is open was suggested before" }
                        }
                    </span>
                }
            </RowHead>
            <Cell label="Towards">{ towards }</Cell>
            <Cell label="To read"><span>{ to_read }</span></Cell>
            <Cell label="Where you are">{ state_tag(review) }</Cell>
            <Cell>
                if review.form == PortfolioForm::Paper && is_coming(review) {
                    <Go to={Route::SubmissionPaper(review.submission_id.to_string().into())} button={ButtonKind::Quiet} class="s">
                        { "Where is it?" }<span class="vh">{ format!(" {}", review.title) }</span>
                    </Go>
                } else if readable {
                    <Go {to} button={kind} class="s">
                        { word }<span class="vh">{ format!("{joint} {}", review.title) }</span>
                    </Go>
                }
            </Cell>
        </tr>
    }
}

#[derive(Properties, PartialEq)]
struct FairnessProps {
    reviews: Vec<ReviewSummary>,
    ondone: Callback<()>,
}

const WHICH: &str = "step-aside";
const REASON: &str = "step-aside-reason";
const LATER: &str = "step-aside-later";

/// Stepping aside from all of these, one after the other. What went through stays so.
async fn step_aside(ids: Vec<ReviewId>, reason: Option<Line<400>>) -> Result<usize, ApiError> {
    for id in &ids {
        let why = StepAside { reason: reason.clone() };
        api::review::step_aside(*id, &why, &Key::new()).await?;
    }
    Ok(ids.len())
}

/// "Can you read these fairly?"
#[component]
fn Fairness(props: &FairnessProps) -> Html {
    let notices = use_notices();
    let chosen = use_state(Vec::<ReviewId>::new);
    let reason = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let closed = use_state(|| false);
    let leave = {
        let (chosen, reason, done) = (chosen.setter(), reason.setter(), props.ondone.clone());
        use_action(
            |(ids, reason): (Vec<ReviewId>, Option<Line<400>>)| step_aside(ids, reason),
            move |count| {
                chosen.set(Vec::new());
                reason.set(String::new());
                notices.say(match count {
                    1 => "You have stepped aside. The portfolio moves to another reader.".to_owned(),
                    n => format!("You have stepped aside from {}. They move to other readers.", number(n)),
                });
                done.emit(());
            },
        )
    };
    let onsubmit = {
        let (chosen, reason, problems, sent) = ((*chosen).clone(), (*reason).clone(), problems.setter(), sent.clone());
        let leave = leave.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            if chosen.is_empty() {
                needs.push(FormProblem::at(WHICH, "Tick the portfolio that you would rather not read."));
            }
            let reason = match reason.trim() {
                "" => None,
                text => Line::new(text).map_err(|e| needs.push(FormProblem::at(REASON, e.to_string()))).ok(),
            };
            let ready = needs.is_empty();
            problems.set(needs);
            sent.set(*sent + 1);
            if ready {
                leave.run((chosen.clone(), reason));
            }
        })
    };
    let carry_on = {
        let closed = closed.setter();
        Callback::from(move |()| closed.set(true))
    };
    // The form goes from under the focus, so the focus moves to what takes its place.
    use_effect_with(*closed, |closed| {
        if *closed {
            focus(LATER);
        }
    });
    if *closed {
        let again = closed.setter();
        return html! {
            <Button id={LATER} kind={ButtonKind::Text} icon="scale" class="start" onclick={move |()| again.set(false)}>
                { "Step aside from one of these" }
            </Button>
        };
    }
    html! {
        <>
            <form class="card flow" aria-labelledby="fairly" novalidate=true {onsubmit}>
                <h2 id="fairly" class="q2">{ "Can you read these fairly?" }</h2>
                <p class="sm">
                    { "Portfolios from your own school are set aside already. Is there anyone here you work with, mentor, teach, or know well?" }
                </p>
                <ErrorSummary problems={(*problems).clone()} sent={*sent} />
                if let Some(error) = &leave.trouble {
                    <Trouble title="You have not stepped aside yet" detail={error.sentence()} />
                }
                <CheckGroup legend="Whose would you rather not read?" error={problem_at(&problems, WHICH)}>
                    { for props.reviews.iter().enumerate().map(|(i, review)| {
                        let id = review.id;
                        let onchange = {
                            let chosen = chosen.clone();
                            Callback::from(move |on: bool| {
                                let mut now: Vec<_> = chosen.iter().copied().filter(|c| *c != id).collect();
                                if on {
                                    now.push(id);
                                }
                                chosen.set(now);
                            })
                        };
                        let name = match &review.school {
                            Some(school) => format!("{}, {school}", review.mentor.full()),
                            None => review.mentor.full(),
                        };
                        html! {
                            <Check
                                key={id.to_string()}
                                id={(i == 0).then_some(AttrValue::Static(WHICH))}
                                checked={chosen.contains(&id)}
                                {onchange}
                            >
                                { name }
                            </Check>
                        }
                    }) }
                </CheckGroup>
                <TextField
                    id={REASON}
                    label="What should the chair know?"
                    aside="If you like"
                    hint="Seen by the chair and the coordinator alone."
                    maxlength={400}
                    value={(*reason).clone()}
                    oninput={{ let reason = reason.setter(); Callback::from(move |text| reason.set(text)) }}
                    error={problem_at(&problems, REASON)}
                />
                <Button submit=true kind={ButtonKind::Quiet} busy={leave.running}>
                    { match chosen.len() {
                        0 => "Step aside".to_owned(),
                        n => format!("Step aside from {}", number(n)),
                    } }
                </Button>
                <Button kind={ButtonKind::Text} onclick={carry_on}>{ "None of these, carry on" }</Button>
            </form>
            <p class="sm mut">
                { "Stepping aside is ordinary and needs no proof. The portfolio moves to another reader, and you leave the room when it is discussed." }
            </p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_said_as_people_say_them() {
        assert_eq!(span(0), "a minute");
        assert_eq!(span(16), "16 minutes");
        assert_eq!(span(59), "59 minutes");
        assert_eq!(span(69), "an hour and ten minutes");
        assert_eq!(span(60), "an hour");
        assert_eq!(span(124), "two hours");
        assert_eq!(span(150), "two hours and 30 minutes");
    }
}
