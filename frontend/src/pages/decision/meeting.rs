//! The panel's meeting: the board with what the readers found, what is decided, and how far it has come. It asks again
//! every 2.5 seconds, so that everyone in the room sees the same.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cairn_shared::decision::{Agreement, Board, BoardCard, Decide as Decision, ReviewOutcome};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{RoundId, SubmissionId};
use cairn_shared::round::RoundPhase;
use cairn_shared::text::Draft;
use wasm_bindgen_futures::spawn_local;
use web_sys::VisibilityState;
use yew::prelude::*;

use super::board::{Card, Deed, whose};
use super::carry_over::CarryOver;
use super::decide::{Decide, message_for};
use super::findings;
use crate::api::{self, ApiError, Loaded};
use crate::art::OneCairn;
use crate::browser::{document, is_online, sleep};
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::{day, framed};
use crate::router::{Route, replace};
use crate::session::use_me;
use crate::ui::{
    Button, ButtonKind, Cell as TableCell, Column, Coming, Empty, Go, Note, Page, PageHeader, Progress, RowHead, Table,
    Tag, Tone, Trouble,
};
use crate::words::number;

const AGAIN: u32 = 2_500;

/// `/meeting`: the board of the round that is in hand.
#[component]
pub fn MyMeeting() -> Html {
    let me = use_me();
    let round = me.panel_rounds.first().or(me.chairs.first()).copied();
    use_effect_with(round, |round| {
        if let Some(round) = round {
            replace(&Route::Meeting(round.to_string().into()));
        }
    });
    if round.is_some() {
        return html! { <Coming title="Panel meeting" label="Opening the board" /> };
    }
    html! {
        <Page title="Panel meeting">
            <Empty
                title="No panel is waiting for you"
                text="When the coordinator names you for a round, its board stands here."
                picture={html! { <OneCairn stones=4 class="cairn-s" /> }}
                level="h1"
            >
                <Go to={Route::Rounds} button={ButtonKind::Quiet}>{ "See when panels meet" }</Go>
            </Empty>
        </Page>
    }
}

/// Which round.
#[derive(Properties, PartialEq)]
pub struct MeetingProps {
    /// The round.
    pub round: RoundId,
}

/// What is open in front of the board.
#[derive(Clone, Copy, PartialEq)]
struct InHand {
    submission: SubmissionId,
    deed: Deed,
}

/// Whether the chair has done with it.
fn is_settled(card: &BoardCard) -> bool {
    card.decision.is_some() || card.carried_over
}

/// Takes the server's card into the board.
fn with_card(board: &Loaded<Board>, card: BoardCard) -> Loaded<Board> {
    let mut board = board.clone();
    if let Some(old) = board.value.cards.iter_mut().find(|c| c.submission_id == card.submission_id) {
        *old = card;
    }
    board
}

/// The panel's board.
#[component]
pub fn Meeting(props: &MeetingProps) -> Html {
    let round = props.round;
    let load = use_loaded(round, |round| async move { api::decision::board(round).await });
    let own = use_loaded((), |()| api::review::list());
    let quiet = use_state_eq(|| false);

    // What the poll needs to know of the page, without beginning anew with each render.
    let tag = use_mut_ref(|| None::<String>);
    let deeds = use_memo((), |()| Cell::new(0_u32));
    *tag.borrow_mut() = load.value().and_then(|board| board.etag.clone());
    use_effect_with(round, {
        let (tag, deeds, load, quiet): (Rc<RefCell<_>>, Rc<Cell<u32>>, _, _) =
            (tag.clone(), deeds.clone(), load.clone(), quiet.setter());
        move |round| {
            let here = Rc::new(Cell::new(true));
            spawn_local({
                let (here, round) = (here.clone(), *round);
                async move {
                    let mut unheard = 0;
                    loop {
                        sleep(AGAIN).await;
                        if !here.get() {
                            return;
                        }
                        let known = tag.borrow().clone();
                        let Some(known) = known else { continue };
                        if document().visibility_state() == VisibilityState::Hidden || !is_online() {
                            continue;
                        }
                        let before = deeds.get();
                        let answer = api::decision::board_if_changed(round, &known).await;
                        if !here.get() {
                            return;
                        }
                        match answer {
                            // An answer that was on its way while the chair did something is older than that.
                            Ok(Some(board)) if deeds.get() == before => load.put(board),
                            Ok(_) => {}
                            Err(_) => {
                                unheard += 1;
                                quiet.set(unheard > 1);
                                continue;
                            }
                        }
                        unheard = 0;
                        quiet.set(false);
                    }
                }
            });
            move || here.set(false)
        }
    });

    let took = {
        let (load, deeds) = (load.clone(), deeds.clone());
        Callback::from(move |card: BoardCard| {
            deeds.set(deeds.get() + 1);
            if let Some(board) = load.value() {
                load.put(with_card(&board, card));
            }
        })
    };
    framed(&load, "Panel meeting", |board| {
        let reviews = own.value();
        let own = |submission: SubmissionId| {
            let review = reviews.as_ref()?.iter().find(|r| r.submission_id == submission)?;
            Some(Route::Review(review.id.to_string().into()))
        };
        html! {
            <Whole
                board={board.value.clone()}
                own={board.value.cards.iter().filter_map(|c| Some((c.submission_id, own(c.submission_id)?))).collect::<Vec<_>>()}
                quiet={*quiet}
                {took}
                again={load.reloader()}
            />
        }
    })
}

#[derive(Properties, PartialEq)]
struct WholeProps {
    board: Board,
    /// The reader's own reviews of what is on the board.
    own: Vec<(SubmissionId, Route)>,
    /// Whether the server has not been heard for a while.
    quiet: bool,
    took: Callback<BoardCard>,
    again: Callback<()>,
}

/// Takes back what the chair did: a decision, or a carrying over.
async fn take_back(cards: Vec<(SubmissionId, bool)>) -> Result<Vec<BoardCard>, ApiError> {
    let mut after = Vec::new();
    for (id, carried_over) in cards {
        after.push(if carried_over {
            api::decision::undo_carry_over(id).await?
        } else {
            api::decision::undo(id).await?
        });
    }
    Ok(after)
}

async fn award_all(cards: Vec<BoardCard>) -> Result<Vec<BoardCard>, ApiError> {
    let mut after = Vec::new();
    for card in cards {
        let Ok(found) = findings::complete(&findings::begin(&card, true)) else { continue };
        let message = Draft::new(message_for(&card, 0)).unwrap_or_default();
        after.push(api::decision::decide(card.submission_id, &Decision { findings: found, message }).await?);
    }
    Ok(after)
}

#[component]
fn Whole(props: &WholeProps) -> Html {
    let WholeProps { board, .. } = props;
    let notices = use_notices();
    let in_hand = use_state(|| None::<InHand>);
    let undo = {
        let (took, again) = (props.took.clone(), props.again.clone());
        use_action(
            |cards| async move { take_back(cards).await },
            move |cards: Vec<BoardCard>| {
                cards.into_iter().for_each(|card| took.emit(card));
                again.emit(());
            },
        )
    };
    let tell = {
        let (took, notices, undo, in_hand) = (props.took.clone(), notices, undo.runner(), in_hand.setter());
        let again = props.again.clone();
        Callback::from(move |cards: Vec<BoardCard>| {
            in_hand.set(None);
            let words = match &cards[..] {
                [] => return,
                [card] if card.carried_over => format!("“{}” is carried over to the next round.", card.title),
                [card] => match card.decision.as_ref().map(|d| &d.outcome) {
                    Some(ReviewOutcome::Award) => {
                        format!(
                            "“{}” awarded. {} hears when the round is released.",
                            card.title, card.mentor.given_name
                        )
                    }
                    _ => format!("A little more for “{}” is noted.", card.title),
                },
                all => format!("{} awarded. They hear when the round is released.", all.len()),
            };
            let back = cards.iter().map(|card| (card.submission_id, card.carried_over)).collect::<Vec<_>>();
            cards.into_iter().for_each(|card| took.emit(card));
            again.emit(());
            notices.say_with_undo(words, undo.reform(move |()| back.clone()));
        })
    };
    let all = use_action(|cards| async move { award_all(cards).await }, {
        let tell = tell.clone();
        move |cards| tell.emit(cards)
    });

    let (settled, waiting): (Vec<_>, Vec<_>) = board.cards.iter().partition(|card| is_settled(card));
    let of = |want: fn(&Agreement) -> bool| -> Vec<BoardCard> {
        waiting.iter().filter(|card| want(&card.agreement)).map(|card| (*card).clone()).collect()
    };
    let differ = of(|a| matches!(a, Agreement::Divergent { .. }));
    let more = of(|a| matches!(a, Agreement::FurtherEvidence));
    let award = of(|a| matches!(a, Agreement::Award));
    let reading = of(|a| matches!(a, Agreement::Waiting));
    let both = if board.cards.iter().any(|card| card.readings.len() > 2) { "All" } else { "Both" };
    let released = board.round.phase == RoundPhase::Released;
    let (done, total) = (settled.len(), board.cards.len());

    let column = |title: String, cards: &[BoardCard], foot: Html| {
        html! {
            <section class="col" aria-label={title.clone()}>
                <h2>{ &title }{ " " }<span class="mut">{ cards.len() }</span></h2>
                if cards.is_empty() {
                    <p class="sm mut none">{ "Nothing here just now." }</p>
                } else {
                    <ul>
                        { for cards.iter().map(|card| {
                            let ondeed = {
                                let (in_hand, submission) = (in_hand.setter(), card.submission_id);
                                Callback::from(move |deed| in_hand.set(Some(InHand { submission, deed })))
                            };
                            let own = props.own.iter().find(|(id, _)| *id == card.submission_id).map(|(_, to)| to.clone());
                            html! { <Card key={card.submission_id.to_string()} card={card.clone()} {own} {ondeed} /> }
                        }) }
                    </ul>
                }
                { foot }
            </section>
        }
    };
    let together: Vec<_> =
        award.iter().filter(|card| card.may_decide && card.quorate && card.waits.is_none()).cloned().collect();
    let foot = if together.len() > 1 {
        let words =
            if together.len() == 2 { "Award both".to_owned() } else { format!("Award all {}", number(together.len())) };
        let onclick = all.runner().reform(move |()| together.clone());
        html! { <Button kind={ButtonKind::Quiet} class="full" busy={all.running} {onclick}>{ words }</Button> }
    } else {
        Html::default()
    };

    let round = &board.round;
    let eyebrow = match &board.chair {
        Some(chair) => format!("{} · {} · chaired by {}", round.name, day(round.dates.meeting), chair.full()),
        None => format!("{} · {}", round.name, day(round.dates.meeting)),
    };
    let decided = format!("{done} of {total} decided");
    let actions = (total > 0).then(|| html! {
        <>
            if board.cards.iter().all(|card| card.quorate) {
                <Tag tone={Tone::Good} icon="users">{ "Enough to decide" }</Tag>
            }
            <span class="row t">
                <span class="sm mut" role="status">{ &decided }</span>
                <span class="prog-s"><Progress value={done as u64} max={total as u64} label={"Portfolios decided"} quiet=true /></span>
            </span>
        </>
    });
    let stepped_out: Vec<_> = board.cards.iter().filter(|card| !card.stepped_out.is_empty()).collect();
    let trouble = undo.trouble.clone().or(all.trouble.clone());
    html! {
        <Page title="Panel meeting">
            <div class="flow l">
                <PageHeader title="Panel meeting" eyebrow={html! { { eyebrow } }} actions={actions.unwrap_or_default()} />
                if props.quiet {
                    <Note tone={Tone::More} icon="wifi-off" small=true live=true>
                        <p>{ "Not heard from the server for a moment. What you see may be a little old; we keep asking." }</p>
                    </Note>
                }
                if let Some(error) = trouble {
                    <Trouble title="That did not go through" detail={error.sentence()} again={props.again.clone()} />
                }
                { time_note(board, done == total && total > 0) }
                if !stepped_out.is_empty() {
                    <Note tone={Tone::More} icon="door-open">
                        { for stepped_out.iter().map(|card| {
                            let names: Vec<_> = card.stepped_out.iter().map(|p| p.full()).collect();
                            let have = if names.len() == 1 { "has" } else { "have" };
                            let deputy = card.stepped_out.iter().any(|p| board.chair.as_ref().is_some_and(|c| c.id == p.id));
                            html! {
                                <p>
                                    <strong>{ format!("{} {have} stepped out for “{}”.", names.join(" and "), card.title) }</strong>
                                    if deputy { { " You chair it in the chair’s place." } }
                                </p>
                            }
                        }) }
                        <p class="sm">{ "They see neither its notes nor this decision. Only you and the coordinator know." }</p>
                    </Note>
                }
                if total == 0 {
                    <Empty
                        title="Nothing is on the board yet"
                        text="Portfolios stand here once they are sent to this round."
                        picture={html! { <OneCairn stones=2 class="cairn-s" /> }}
                    >
                        <Go to={Route::Reviews} button={ButtonKind::Quiet}>{ "Open my reviews" }</Go>
                    </Empty>
                } else if done < total {
                    <div class="board">
                        { column("Readers differ".into(), &differ, Html::default()) }
                        { column(format!("{both} suggest more"), &more, Html::default()) }
                        { column(format!("{both} say award"), &award, foot) }
                    </div>
                    if !reading.is_empty() {
                        <details class="card waiting" open={reading.len() <= 6}>
                            <summary>{ format!("Still being read, {}", reading.len()) }</summary>
                            { column("Still being read".into(), &reading, Html::default()) }
                        </details>
                    }
                }
                if !settled.is_empty() {
                    <section class="card">
                        <details open=true>
                            <summary>{ format!("Decided, {}", settled.len()) }</summary>
                            <Settled
                                cards={settled.into_iter().cloned().collect::<Vec<_>>()}
                                {released}
                                ondeed={{
                                    let in_hand = in_hand.setter();
                                    Callback::from(move |(submission, deed)| in_hand.set(Some(InHand { submission, deed })))
                                }}
                                onundo={undo.runner().reform(|one| vec![one])}
                            />
                        </details>
                    </section>
                }
            </div>
            if let Some(InHand { submission, deed }) = *in_hand {
                if let Some(card) = board.cards.iter().find(|card| card.submission_id == submission) {
                    { dialog(card, deed, &in_hand, &tell, &props.again) }
                }
            }
        </Page>
    }
}

fn dialog(
    card: &BoardCard,
    deed: Deed,
    in_hand: &UseStateHandle<Option<InHand>>,
    tell: &Callback<Vec<BoardCard>>,
    again: &Callback<()>,
) -> Html {
    let onclose = {
        let in_hand = in_hand.setter();
        Callback::from(move |()| in_hand.set(None))
    };
    let ondone = tell.reform(|card| vec![card]);
    let key = card.submission_id.to_string();
    match deed {
        Deed::CarryOver => html! { <CarryOver {key} card={card.clone()} {onclose} {ondone} /> },
        deed => html! {
            <Decide {key} card={card.clone()} award={deed == Deed::Award} {onclose} {ondone} onstale={again.clone()} />
        },
    }
}

/// Where the round is in its time, where that is worth a word.
fn time_note(board: &Board, all_done: bool) -> Html {
    let dates = &board.round.dates;
    match board.round.phase {
        RoundPhase::Open => html! {
            <Note><p>{ format!("Reading begins on {}. The panel decides from {}.", day(dates.review_opens), day(dates.meeting)) }</p></Note>
        },
        RoundPhase::InReview => html! {
            <Note><p>{ format!("Views are in by {}. The panel decides from {}; until then the board fills.", day(dates.review_by), day(dates.meeting)) }</p></Note>
        },
        RoundPhase::Meeting if all_done => html! {
            <Note tone={Tone::Good} title="Everything is decided." live=true>
                <p>{ format!("The coordinator can release the round; mentors hear by {}.", day(dates.tell_by)) }</p>
            </Note>
        },
        RoundPhase::Meeting => Html::default(),
        RoundPhase::Released => html! {
            <Note tone={Tone::Good} title="This round is released."><p>{ "All its mentors have heard. What was decided stays as it is." }</p></Note>
        },
    }
}

#[derive(Properties, PartialEq)]
struct SettledProps {
    cards: Vec<BoardCard>,
    released: bool,
    ondeed: Callback<(SubmissionId, Deed)>,
    onundo: Callback<(SubmissionId, bool)>,
}

fn decision_tag(card: &BoardCard) -> Html {
    match card.decision.as_ref().map(|d| &d.outcome) {
        None => html! { <Tag tone={Tone::More} icon="calendar">{ "In the next round" }</Tag> },
        Some(ReviewOutcome::Award) => {
            html! { <Tag tone={Tone::Good} icon="award">{ format!("Award {}", card.qualification.letters()) }</Tag> }
        }
        Some(ReviewOutcome::FurtherEvidence { suggestions }) => {
            let open: Vec<_> = Standard::ALL
                .iter()
                .filter(|s| suggestions.iter().any(|one| one.standard == **s))
                .map(|s| s.number().to_string())
                .collect();
            let word = if open.len() == 1 { "standard" } else { "standards" };
            html! { <Tag tone={Tone::More} icon="circle-plus">{ format!("A little more, {word} {}", open.join(", ")) }</Tag> }
        }
    }
}

#[component]
fn Settled(props: &SettledProps) -> Html {
    let columns = vec![
        Column::new("Portfolio"),
        Column::new("Mentor"),
        Column::new("Decision"),
        Column::new("The mentor hears"),
        Column::quiet("Action"),
    ];
    html! {
        <Table caption="What is decided" {columns} class="gap-top">
            { for props.cards.iter().map(|card| {
                let id = card.submission_id;
                let carried_over = card.carried_over;
                let award = matches!(card.decision.as_ref().map(|d| &d.outcome), Some(ReviewOutcome::Award));
                let deed = if award { Deed::Award } else { Deed::More };
                let about = html! { <span class="vh">{ format!(" – {}", card.title) }</span> };
                html! {
                    <tr key={id.to_string()}>
                        <RowHead>{ &card.title }</RowHead>
                        <TableCell label="Mentor">{ whose(card) }</TableCell>
                        <TableCell label="Decision">{ decision_tag(card) }</TableCell>
                        <TableCell label="The mentor hears">
                            { if props.released { "Has heard" } else { "When the round is released" } }
                        </TableCell>
                        <TableCell>
                            if card.may_decide && !props.released {
                                <span class="row t">
                                    if !carried_over {
                                        <Button
                                            kind={ButtonKind::Text}
                                            small=true
                                            icon="pencil-line"
                                            onclick={props.ondeed.reform(move |()| (id, deed))}
                                        >
                                            { "Change" }{ about.clone() }
                                        </Button>
                                    }
                                    <Button
                                        kind={ButtonKind::Text}
                                        small=true
                                        icon="undo-2"
                                        onclick={props.onundo.reform(move |()| (id, carried_over))}
                                    >
                                        { "Undo" }{ about }
                                    </Button>
                                </span>
                            }
                        </TableCell>
                    </tr>
                }
            }) }
        </Table>
    }
}
