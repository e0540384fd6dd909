//! All rounds: where each is, what waits for the coordinator, and the way to plan a year.

use cairn_shared::paper::Custody;
use cairn_shared::person::Role;
use cairn_shared::review::ReviewState;
use cairn_shared::round::{RoundDetail, RoundPhase, RoundSummary};
use cairn_shared::session::Me;
use cairn_shared::time::Date;
use yew::prelude::*;

use super::plan::Plan;
use crate::api::{self, ApiError};
use crate::art::OneCairn;
use crate::hooks::use_loaded;
use crate::pages::paper::FindPaper;
use crate::parts::{PhaseTag, day, framed, short_day};
use crate::router::{Query, Route, use_query};
use crate::session::{has, use_me};
use crate::ui::{ButtonKind, Cell, Column, Details, Empty, Go, Page, PageHeader, RowHead, Table, Tag, Tone};
use crate::words::{Day, count};

#[derive(PartialEq)]
struct Overview {
    rounds: Vec<RoundSummary>,
    /// The rounds that aren't released, in full, where the person may see them so.
    details: Vec<RoundDetail>,
}

async fn load(full: bool) -> Result<Overview, ApiError> {
    let mut rounds = api::round::list_rounds().await?;
    rounds.sort_by_key(|round| round.dates.submit_by);
    let mut details = Vec::new();
    if full {
        for round in rounds.iter().filter(|r| r.phase != RoundPhase::Released).take(6) {
            details.push(api::round::read_round(round.id).await?.value);
        }
    }
    Ok(Overview { rounds, details })
}

/// Something that waits for the coordinator.
#[derive(Clone, Debug, PartialEq)]
struct Waiting {
    words: String,
    to: Route,
}

/// What waits for the coordinator, round by round.
fn waiting(overview: &Overview, today: Date) -> Vec<Waiting> {
    let mut all = Vec::new();
    for detail in &overview.details {
        let round = &detail.round;
        let to = Route::Round(round.id.to_string().into());
        let mut say = |words: String| all.push(Waiting { words, to: to.clone() });
        let many = |n: usize| count(n, "portfolio", "portfolios");
        if detail.chair.is_none() {
            say(format!("{}: name the panel and its chair", round.name));
        }
        let thin = detail.submissions.iter().filter(|s| s.readers.len() < usize::from(detail.readers)).count();
        if thin > 0 && detail.chair.is_some() {
            let have = if thin == 1 { "wants" } else { "want" };
            say(format!("{}: {} {have} another reader", round.name, many(thin)));
        }
        let coming = detail
            .submissions
            .iter()
            .filter(|s| s.paper.as_ref().is_some_and(|paper| paper.custody == Custody::Registered))
            .count();
        if coming > 0 {
            say(format!("{}: {} on paper, not yet received", round.name, many(coming)));
        }
        let (sent, of) = views(detail);
        if sent < of && today > round.dates.review_by {
            say(format!("{}: {} of {of} views are still to come", round.name, of - sent));
        }
        let ready = detail.before_release.is_empty() && !detail.submissions.is_empty();
        if round.phase == RoundPhase::Meeting && ready {
            say(format!("{} is ready to be released", round.name));
        } else if round.phase == RoundPhase::Meeting && today > round.dates.tell_by {
            say(format!("{}: mentors expect to hear since {}", round.name, day(round.dates.tell_by)));
        }
    }
    if !overview.rounds.iter().any(|round| round.accepts) {
        all.push(Waiting { words: "No round is open. Plan a year".into(), to: Route::Rounds });
    }
    all
}

/// How many views are in, and how many there are to be.
fn views(detail: &RoundDetail) -> (usize, usize) {
    let readers = detail.submissions.iter().flat_map(|s| &s.readers);
    readers.fold((0, 0), |(sent, of), reader| (sent + usize::from(reader.state == ReviewState::Sent), of + 1))
}

fn planning() -> Query {
    Query::default().with("plan", "year")
}

/// All rounds.
#[component]
pub fn Rounds() -> Html {
    let me = use_me();
    let query = use_query();
    let coordinates = has(&me, Role::Coordinator);
    let loaded = use_loaded(coordinates, load);
    framed(&loaded, "Rounds", |overview| {
        if coordinates && query.get("plan").is_some() {
            return html! { <Plan today={me.today} rounds={overview.rounds.clone()} ondone={loaded.reloader()} /> };
        }
        let (before, now): (Vec<_>, Vec<_>) =
            overview.rounds.iter().cloned().partition(|round| round.phase == RoundPhase::Released);
        let title = if coordinates { "The partnership this term" } else { "When panels meet" };
        let actions = (coordinates && !overview.rounds.is_empty()).then(|| {
            html! {
                <Go to={Route::Rounds} query={planning()} button={ButtonKind::Main} icon="plus">{ "Plan a year" }</Go>
            }
        });
        html! {
            <Page title={if coordinates { "Overview" } else { "Rounds" }}>
                <div class="flow l">
                    <PageHeader
                        {title}
                        eyebrow={html! { { Day::from(me.today).long_with_year() } }}
                        actions={actions.unwrap_or_default()}
                    />
                    if overview.rounds.is_empty() {
                        { none_yet(coordinates) }
                    } else {
                        <div class={classes!(coordinates.then_some("split"))}>
                            <div class="flow l">
                                <section class="flow" aria-labelledby="rounds">
                                    <h2 id="rounds" class="q1">{ "Rounds" }</h2>
                                    { table("Review rounds", &now, &overview.details, &me) }
                                </section>
                                if !before.is_empty() {
                                    <Details summary={format!("Earlier rounds, {}", before.len())}>
                                        { table("Earlier review rounds", &before, &[], &me) }
                                    </Details>
                                }
                            </div>
                            if coordinates {
                                <aside class="flow stick" aria-label="Waiting for you">
                                    { waits(&waiting(overview, me.today)) }
                                    <FindPaper />
                                </aside>
                            }
                        </div>
                    }
                </div>
            </Page>
        }
    })
}

fn none_yet(coordinates: bool) -> Html {
    html! {
        <Empty
            title="No round is planned yet"
            text="Three rounds a year, planned in one go: when portfolios are sent, read and decided on."
            picture={html! { <OneCairn stones=0 class="cairn-s" /> }}
        >
            if coordinates {
                <Go to={Route::Rounds} query={planning()} button={ButtonKind::Main} icon="plus">{ "Plan a year" }</Go>
            }
        </Empty>
    }
}

fn waits(waiting: &[Waiting]) -> Html {
    html! {
        <section class="card p flow t">
            <h2 class="q2">{ "Waiting for you" }</h2>
            if waiting.is_empty() {
                <p class="mut">{ "Nothing just now." }</p>
            } else {
                <ul class="tl">
                    { for waiting.iter().map(|one| html! {
                        <li>
                            <Go to={one.to.clone()} query={if one.to == Route::Rounds { planning() } else { Query::default() }}>{ &one.words }</Go>
                        </li>
                    }) }
                </ul>
            }
        </section>
    }
}

fn table(caption: &'static str, rounds: &[RoundSummary], details: &[RoundDetail], me: &Me) -> Html {
    let coordinates = has(me, Role::Coordinator);
    let full = !details.is_empty();
    let mut columns = vec![Column::new("Round"), Column::new("Closes"), Column::new("Panel meets")];
    columns.push(if full { Column::number("Portfolios") } else { Column::new("Mentors hear") });
    columns.push(Column::new("Where it is"));
    if !coordinates {
        columns.push(Column::quiet("Action"));
    }
    html! {
        <Table {caption} {columns}>
            { for rounds.iter().enumerate().map(|(i, round)| {
                // What is sent now goes to the first that is open; the others are planned.
                let later = rounds[..i].iter().any(|earlier| earlier.accepts);
                let detail = details.iter().find(|d| d.round.id == round.id);
                let id = || round.id.to_string().into();
                let opens = coordinates || me.chairs.contains(&round.id);
                let on_panel = me.panel_rounds.contains(&round.id) || me.chairs.contains(&round.id);
                html! {
                    <tr key={round.id.to_string()}>
                        <RowHead>
                            if opens { <Go to={Route::Round(id())}>{ round.name.as_str() }</Go> } else { { round.name.as_str() } }
                        </RowHead>
                        <Cell label="Closes"><span class="nw">{ short_day(round.dates.submit_by) }</span></Cell>
                        <Cell label="Panel meets"><span class="nw">{ short_day(round.dates.meeting) }</span></Cell>
                        if full {
                            <Cell label="Portfolios" number=true>
                                { detail.map_or_else(|| "–".to_owned(), |d| d.submissions.len().to_string()) }
                            </Cell>
                        } else {
                            <Cell label="Mentors hear"><span class="nw">{ short_day(round.dates.tell_by) }</span></Cell>
                        }
                        <Cell label="Where it is">{ state(round, detail, later) }</Cell>
                        if !coordinates {
                            <Cell>
                                if on_panel {
                                    <Go to={Route::Meeting(id())} button={ButtonKind::Quiet} class="s">
                                        { "The board" }<span class="vh">{ format!(" of {}", round.name) }</span>
                                    </Go>
                                }
                            </Cell>
                        }
                    </tr>
                }
            }) }
        </Table>
    }
}

fn state(round: &RoundSummary, detail: Option<&RoundDetail>, later: bool) -> Html {
    match detail.map(views) {
        _ if later && round.phase == RoundPhase::Open => html! { <Tag icon="calendar">{ "Planned" }</Tag> },
        Some((sent, of)) if of > 0 && round.phase == RoundPhase::InReview => {
            html! { <Tag tone={Tone::Info} icon="book-open">{ format!("{sent} of {of} views in") }</Tag> }
        }
        _ => html! { <PhaseTag round={round.clone()} /> },
    }
}
