//! Arranging a portfolio: its parts, its linking passages and its entries, in the order that its writer chooses.
//!
//! What is changed is seen at once and saved as one whole a little later. Where another device arranged it in the
//! meantime, both arrangements are put together (`run`) and nothing that was written is lost.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::candidacy::Stage;
use cairn_shared::entry::{EntryState, EntrySummary};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{EntryId, PieceId, PortfolioId};
use cairn_shared::portfolio::{ArrangePortfolio, Narrative, Piece, PieceEntry, PortfolioDetail, PortfolioForm, Title};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, HtmlElement};
use yew::prelude::*;

use super::add::{AddFromStory, called};
use super::advice::AdviceNotes;
use super::rename::Rename;
use super::run::{self, Way};
use super::{STEPS, closes};
use crate::api::{self, ApiError, Loaded};
use crate::art::OneCairn;
use crate::browser::focus;
use crate::hooks::{Draft, DraftOptions, Sent, Stale, use_draft, use_loaded};
use crate::notices::use_notices;
use crate::parts::{CairnsFigure, StandardMark, framed};
use crate::router::{Query, Route, navigate};
use crate::ui::{
    Button, ButtonKind, Empty, Go, Icon, Menu, Note, Page, PageHeader, Prose, SaveState, Steps, Tone, Trouble,
};
use crate::words::{Day, count};

/// Which portfolio.
#[derive(Properties, PartialEq)]
pub struct PortfolioProps {
    /// Its id.
    pub id: PortfolioId,
}

/// One portfolio, to arrange.
#[component]
pub fn Portfolio(props: &PortfolioProps) -> Html {
    let load = use_loaded(props.id, |id| async move { api::portfolio::read(id).await });
    framed(&load, "My portfolio", |loaded| {
        html! { <Arrange key={loaded.value.id.to_string()} loaded={loaded.clone()} /> }
    })
}

#[derive(Properties, PartialEq)]
struct ArrangeProps {
    loaded: Loaded<PortfolioDetail>,
}

/// Something to do with the run.
enum Act {
    Shift(PieceId, Way),
    Drop(PieceId, PieceId),
    Remove(PieceId),
    Rename(PieceId, Title),
    Write(PieceId, String),
    WriteBehind(PieceId),
}

fn new_piece() -> PieceId {
    uuid::Uuid::now_v7().into()
}

fn arrangement(detail: &PortfolioDetail) -> ArrangePortfolio {
    ArrangePortfolio { title: detail.title.clone(), form: detail.form, pieces: detail.pieces.clone() }
}

/// A text as a linking passage can hold it. Control characters that no keyboard writes are left out.
fn narrative(text: String) -> Narrative {
    let clean = |text: &str| {
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(20_000).collect::<String>()
    };
    Narrative::new(text.clone()).or_else(|_| Narrative::new(clean(&text))).unwrap_or_default()
}

/// What a piece is called when it is spoken of.
fn name_of(piece: &Piece, entries: &[PieceEntry]) -> String {
    match piece {
        Piece::Part { title, .. } => format!("“{title}”"),
        Piece::Narrative { .. } => "The linking passage".to_owned(),
        Piece::Entry { entry_id, .. } => entries
            .iter()
            .find(|entry| entry.id == *entry_id)
            .map_or_else(|| "The entry".to_owned(), |entry| format!("“{}”", entry.title)),
    }
}

/// An entry that was added just now, until the server has counted it.
fn provisional(entry: &EntrySummary) -> PieceEntry {
    PieceEntry {
        id: entry.id,
        title: called(entry),
        happened_on: entry.happened_on,
        state: entry.state,
        binned: false,
        standards: entry.standards.clone(),
        links: entry.links,
        evidence: entry.evidence,
        minutes: 0,
    }
}

/// "19 November · 4 minute read · 2 linked passages · 1 attachment"; with the year where it is another one.
fn about(entry: &PieceEntry, today: Day) -> String {
    let day = Day::from(entry.happened_on);
    let mut said = vec![if day.0.year() == today.0.year() { day.plain() } else { day.with_year() }];
    if entry.minutes > 0 {
        said.push(format!("{} minute read", entry.minutes));
    }
    let counted = |n: i64| usize::try_from(n).unwrap_or(0);
    if entry.links > 0 {
        said.push(count(counted(entry.links), "linked passage", "linked passages"));
    }
    if entry.evidence > 0 {
        said.push(count(counted(entry.evidence), "attachment", "attachments"));
    }
    said.join(" · ")
}

type Shown = Rc<RefCell<Option<Draft<ArrangePortfolio>>>>;

#[component]
fn Arrange(props: &ArrangeProps) -> Html {
    let id = props.loaded.value.id;
    let detail = use_state(|| Rc::new(props.loaded.value.clone()));
    // What the arrangement here began from, to put it together with what came from elsewhere.
    let base = use_mut_ref(|| arrangement(&props.loaded.value));
    let shown: Shown = use_mut_ref(|| None);
    let added = use_state(Vec::<PieceEntry>::new);
    let said = use_state_eq(String::new);
    let dragged = use_mut_ref(|| None::<PieceId>);
    let over = use_state_eq(|| None::<PieceId>);
    let renaming = use_state_eq(|| None::<Option<PieceId>>);
    let adding = use_state_eq(|| false);
    let stuck = use_state_eq(|| None::<ApiError>);
    let then_focus = use_mut_ref(|| None::<String>);
    let notices = use_notices();

    let take_up = use_callback((), {
        let (shown, base, detail, stuck, notices) =
            (shown.clone(), base.clone(), detail.setter(), stuck.setter(), notices.clone());
        move |stale: Stale<ArrangePortfolio>, ()| {
            let (shown, base, detail, stuck, notices) =
                (shown.clone(), base.clone(), detail.clone(), stuck.clone(), notices.clone());
            spawn_local(async move {
                match api::portfolio::read(id).await {
                    Ok(loaded) => {
                        let theirs = arrangement(&loaded.value);
                        let draft = shown.borrow().clone();
                        let mine = draft.as_ref().map_or(stale.mine, |draft| draft.value.clone());
                        let both = run::put_together(&base.borrow(), &mine, &theirs, new_piece);
                        base.replace(theirs);
                        detail.set(Rc::new(loaded.value));
                        stuck.set(None);
                        if let Some(draft) = draft {
                            draft.settle(both, loaded.etag);
                        }
                        notices.say(
                            "This portfolio was also arranged on another device. Both are put together; have a look.",
                        );
                    }
                    Err(error) => stuck.set(Some(error)),
                }
            });
        }
    });
    let draft = use_draft(
        DraftOptions {
            name: format!("portfolio:{id}"),
            start: arrangement(&props.loaded.value),
            etag: props.loaded.etag.clone(),
            on_stale: take_up.clone(),
        },
        {
            let (base, detail) = (base.clone(), detail.setter());
            move |sent: Sent<ArrangePortfolio>| {
                let (base, detail, value) = (base.clone(), detail.clone(), sent.value.clone());
                async move {
                    let loaded = api::portfolio::arrange(id, sent).await?;
                    base.replace(value);
                    detail.set(Rc::new(loaded.value));
                    Ok(loaded.etag)
                }
            }
        },
    );
    let first = use_mut_ref(|| true);
    if first.replace(false) && draft.restored {
        let since = run::unknown_base(&draft.value, &base.borrow());
        base.replace(since);
    }
    shown.replace(Some(draft.clone()));
    use_effect({
        let then_focus = then_focus.clone();
        move || {
            if let Some(id) = then_focus.take() {
                focus(&id);
            }
        }
    });

    let entries: Vec<PieceEntry> = {
        let known = detail.entries.iter();
        let new = added.iter().filter(|new| detail.entries.iter().all(|entry| entry.id != new.id));
        known.chain(new).cloned().collect()
    };
    let pieces = &draft.value.pieces;

    let act = {
        let (draft, said, entries, notices) = (draft.clone(), said.setter(), entries.clone(), notices.clone());
        let (then_focus, renaming) = (then_focus.clone(), renaming.setter());
        Callback::from(move |act: Act| match act {
            Act::Shift(id, way) => {
                let mut pieces = draft.value.pieces.clone();
                let Some(name) = pieces.iter().find(|p| p.id() == id).map(|p| name_of(p, &entries)) else { return };
                if run::shift(&mut pieces, id, way) {
                    let way = match way {
                        Way::Up => "up",
                        Way::Down => "down",
                    };
                    said.set(format!("{name} moved {way}. Now {}.", run::standing(&pieces, id)));
                    // A part is moved from its menu, which has closed.
                    let part = matches!(pieces.iter().find(|p| p.id() == id), Some(Piece::Part { .. }));
                    let button = if part { "rename" } else { way };
                    *then_focus.borrow_mut() = Some(format!("{button}-{id}"));
                    draft.change(|a| a.pieces = pieces);
                } else {
                    let end = if way == Way::Up { "first" } else { "last" };
                    said.set(format!("{name} is {end} already."));
                }
            }
            Act::Drop(id, target) => {
                let mut pieces = draft.value.pieces.clone();
                let place = |id| pieces.iter().position(|p| p.id() == id);
                let (Some(from), Some(to)) = (place(id), place(target)) else { return };
                let behind = from < to || matches!(pieces[to], Piece::Part { .. });
                let name = name_of(&pieces[from], &entries);
                if run::drop_at(&mut pieces, id, target, behind) {
                    said.set(format!("{name} moved. Now {}.", run::standing(&pieces, id)));
                    draft.change(|a| a.pieces = pieces);
                }
            }
            Act::Remove(id) => {
                let Some(at) = draft.value.pieces.iter().position(|p| p.id() == id) else { return };
                let piece = draft.value.pieces[at].clone();
                let text = match &piece {
                    Piece::Part { title, .. } => format!("The heading “{title}” is out. What was in it stays."),
                    Piece::Narrative { .. } => "The linking passage is out.".to_owned(),
                    Piece::Entry { .. } => {
                        format!("{} is out of the portfolio. It stays in your story.", name_of(&piece, &entries))
                    }
                };
                draft.change(|a| {
                    a.pieces.retain(|p| p.id() != id);
                });
                *then_focus.borrow_mut() = Some("arranged".to_owned());
                let undo = {
                    let draft = draft.clone();
                    Callback::from(move |()| {
                        draft.change(|a| {
                            if a.pieces.iter().all(|p| p.id() != id) {
                                a.pieces.insert(at.min(a.pieces.len()), piece.clone());
                            }
                        });
                    })
                };
                notices.say_with_undo(text, undo);
            }
            Act::Rename(id, title) => {
                draft.change(|a| {
                    if let Some(Piece::Part { title: old, .. }) = a.pieces.iter_mut().find(|p| p.id() == id) {
                        *old = title;
                    }
                });
                renaming.set(None);
                *then_focus.borrow_mut() = Some(format!("rename-{id}"));
            }
            Act::Write(id, words) => draft.change(|a| {
                if let Some(Piece::Narrative { text, .. }) = a.pieces.iter_mut().find(|p| p.id() == id) {
                    *text = narrative(words);
                }
            }),
            Act::WriteBehind(id) => {
                let new = new_piece();
                draft.change(|a| {
                    let at = a.pieces.iter().position(|p| p.id() == id).map_or(a.pieces.len(), |at| at + 1);
                    a.pieces.insert(at, Piece::Narrative { id: new, text: Narrative::default() });
                });
                *then_focus.borrow_mut() = Some(format!("words-{new}"));
            }
        })
    };
    let write = {
        let (draft, then_focus) = (draft.clone(), then_focus.clone());
        Callback::from(move |()| {
            let id = new_piece();
            draft.change(|a| a.pieces.push(Piece::Narrative { id, text: Narrative::default() }));
            *then_focus.borrow_mut() = Some(format!("words-{id}"));
        })
    };
    let new_part = {
        let (draft, renaming) = (draft.clone(), renaming.setter());
        Callback::from(move |()| {
            let Ok(title) = Title::new(run::next_part(&draft.value.pieces)) else { return };
            let id = new_piece();
            draft.change(|a| a.pieces.push(Piece::Part { id, title }));
            renaming.set(Some(Some(id)));
        })
    };
    let onadd = {
        let (draft, added, said) = (draft.clone(), added.clone(), said.setter());
        Callback::from(move |entry: EntrySummary| {
            let mut now = (*added).clone();
            now.push(provisional(&entry));
            added.set(now);
            said.set(format!("“{}” is in your portfolio now, at the end.", called(&entry)));
            draft.change(|a| {
                if a.pieces.iter().all(|p| p.entry_id() != Some(entry.id)) {
                    a.pieces.push(Piece::Entry { id: new_piece(), entry_id: entry.id });
                }
            });
        })
    };
    let open = {
        let adding = adding.setter();
        Callback::from(move |()| adding.set(true))
    };
    let close = use_callback((), {
        let adding = adding.setter();
        move |(), ()| adding.set(false)
    });
    let drag = Drag { dragged: dragged.clone(), over: over.clone(), act: act.clone() };

    let rename_title = {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(Some(None)))
    };
    let keep_title = {
        let (draft, renaming, then_focus) = (draft.clone(), renaming.setter(), then_focus.clone());
        Callback::from(move |title: Title| {
            draft.change(|a| a.title = title);
            renaming.set(None);
            *then_focus.borrow_mut() = Some("rename-title".to_owned());
        })
    };
    let leave_name = {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(None))
    };
    let onward = {
        let draft = draft.clone();
        let to = Route::PortfolioPreview(id.to_string().into());
        Callback::from(move |event: MouseEvent| {
            let other = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
            if !other && draft.is_unsent() {
                // The page to come reads what the server has.
                event.prevent_default();
                let (draft, to) = (draft.clone(), to.clone());
                spawn_local(async move {
                    draft.saved().await;
                    navigate(&to);
                });
            }
        })
    };
    let again = {
        let (take_up, draft) = (take_up, draft.clone());
        stuck.as_ref().map(|error| {
            let error = error.clone();
            Callback::from(move |()| take_up.emit(Stale { mine: draft.value.clone(), error: error.clone() }))
        })
    };

    let stones = Standard::ALL.iter().map(|s| *detail.stones.get(*s) as usize).collect::<Vec<_>>();
    let counts: [usize; 4] = stones.try_into().unwrap_or_default();
    let included: Vec<EntryId> = pieces.iter().filter_map(Piece::entry_id).collect();
    let title = draft.value.title.to_string();
    let eyebrow = html! {
        <>{ format!("Portfolio for {} · ", detail.qualification.title()) }<Icon name="lock" />{ " Only you can see this" }</>
    };
    html! {
        <Page title={title.clone()}>
            <div class="split">
                <section class="flow" aria-label="Your portfolio">
                    <PageHeader
                        {title}
                        {eyebrow}
                        lead={html! { "There is no template. Begin where your story begins, leave out what does not help it, and stop when it is told." }}
                        actions={html! { <Button id="rename-title" kind={ButtonKind::Text} small=true icon="pencil-line" onclick={rename_title}>{ "Rename" }<span class="vh">{ " the portfolio" }</span></Button> }}
                    />
                    if *renaming == Some(None) {
                        <Rename
                            id="portfolio-title"
                            label="What your portfolio is called"
                            value={draft.value.title.to_string()}
                            onkeep={keep_title}
                            onleave={leave_name.clone()}
                        />
                    }
                    <div class="row x">
                        // Who holds the award sends no more: the portfolio is theirs to read and to add to.
                        if detail.stage != Stage::Awarded { <Steps steps={STEPS.map(AttrValue::Static).to_vec()} at=0 /> }
                        <SaveState save={draft.save.clone()} />
                    </div>
                    <Standing stage={detail.stage} />
                    if let (Some(error), Some(again)) = ((*stuck).clone(), again) {
                        <Trouble title={error.title.clone()} detail={format!("It was also arranged on another device. {}", error.sentence())} {again} />
                    }
                    <p class="vh" role="status">{ &*said }</p>
                    <div id="arranged" tabindex="-1" class="flow t">
                        { run_of(pieces, &entries, &act, &drag, &renaming, &leave_name, &draft) }
                    </div>
                    if pieces.is_empty() {
                        <Empty
                            title="Begin where your story begins"
                            text="Choose the first entry, or write a few lines that open it."
                            picture={html! { <OneCairn stones=0 /> }}
                        >
                            <Button icon="plus" onclick={open.clone()}>{ "Add from my story" }</Button>
                            <Button kind={ButtonKind::Quiet} icon="quote" onclick={write.clone()}>{ "Write a linking passage" }</Button>
                        </Empty>
                    } else {
                        <div class="row">
                            <Button kind={ButtonKind::Quiet} icon="plus" onclick={open}>{ "Add from my story" }</Button>
                            <Button kind={ButtonKind::Quiet} icon="quote" onclick={write}>{ "Write a linking passage" }</Button>
                            <Button kind={ButtonKind::Text} onclick={new_part}>{ "New part" }</Button>
                        </div>
                    }
                    <AddFromStory open={*adding} onclose={close} {included} {onadd} />
                </section>
                <aside class="flow stick" aria-label="Coverage and sending">
                    <CairnsFigure {counts} label="The four cairns of this portfolio" />
                    <Secured secured={detail.secured} />
                    <AdviceNotes advice={detail.advice.clone()} />
                    <a class="btn big" href={Route::PortfolioPreview(id.to_string().into()).path()} onclick={onward}>
                        { "Read it through" }<Icon name="arrow-right" />
                    </a>
                    if detail.stage != Stage::Awarded { <NextRound paper={matches!(detail.stage, Stage::Gathering | Stage::FurtherEvidence).then_some(id)} /> }
                    <p class="sm mut">
                        <Go to={Route::MyPortfolio} query={Query::default().with("choose", "1")}>{ "What I am working towards" }</Go>
                    </p>
                </aside>
            </div>
        </Page>
    }
}

/// What is dragged, and over what.
#[derive(Clone)]
struct Drag {
    /// Not a state: what is dropped must be what was taken up, however soon.
    dragged: Rc<RefCell<Option<PieceId>>>,
    over: UseStateHandle<Option<PieceId>>,
    act: Callback<Act>,
}

impl Drag {
    /// The handle by which a piece is dragged. Only heard of by those who see it: the buttons do the same.
    fn handle(&self, id: PieceId, shown: Html) -> Html {
        let start = {
            let dragged = self.dragged.clone();
            Callback::from(move |event: DragEvent| {
                if let Some(transfer) = event.data_transfer() {
                    transfer.set_effect_allowed("move");
                    let _ = transfer.set_data("text/plain", "");
                    let item = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok());
                    if let Some(item) = item.and_then(|i| i.closest("li").ok().flatten()) {
                        transfer.set_drag_image(&item, 16, 16);
                    }
                }
                dragged.replace(Some(id));
            })
        };
        let end = {
            let (dragged, over) = (self.dragged.clone(), self.over.setter());
            Callback::from(move |_: DragEvent| {
                dragged.take();
                over.set(None);
            })
        };
        html! {
            <span class="no grip" draggable="true" ondragstart={start} ondragend={end} title="Drag to move">{ shown }</span>
        }
    }

    /// What a place must hear so that something can be dropped there.
    fn place(&self, id: PieceId) -> (Callback<DragEvent>, Callback<DragEvent>, bool) {
        let hover = {
            let (dragged, over) = (self.dragged.clone(), self.over.setter());
            Callback::from(move |event: DragEvent| {
                let moved = *dragged.borrow();
                if moved.is_some() {
                    event.prevent_default();
                    over.set(Some(id).filter(|_| moved != Some(id)));
                }
            })
        };
        let drop = {
            let (dragged, over, act) = (self.dragged.clone(), self.over.setter(), self.act.clone());
            Callback::from(move |event: DragEvent| {
                event.prevent_default();
                over.set(None);
                if let Some(moved) = dragged.take() {
                    act.emit(Act::Drop(moved, id));
                }
            })
        };
        (hover, drop, *self.over == Some(id))
    }
}

/// The run: a heading for each part, and its pieces in a list.
fn run_of(
    pieces: &[Piece],
    entries: &[PieceEntry],
    act: &Callback<Act>,
    drag: &Drag,
    renaming: &UseStateHandle<Option<Option<PieceId>>>,
    leave_name: &Callback<()>,
    draft: &Draft<ArrangePortfolio>,
) -> Html {
    let mut groups: Vec<(Option<&Piece>, Vec<&Piece>)> = vec![(None, Vec::new())];
    for piece in pieces {
        match piece {
            Piece::Part { .. } => groups.push((Some(piece), Vec::new())),
            _ => groups.last_mut().map(|group| group.1.push(piece)).unwrap_or_default(),
        }
    }
    let (mut entry_number, mut passage_number) = (0, 0);
    let mut item = |piece: &Piece| match piece {
        Piece::Entry { id, entry_id } => {
            entry_number += 1;
            let entry = entries.iter().find(|entry| entry.id == *entry_id);
            entry_item(*id, entry_number, entry, act, drag)
        }
        Piece::Narrative { id, text } => {
            passage_number += 1;
            narrative_item(*id, passage_number, text, act, drag, draft)
        }
        Piece::Part { .. } => Html::default(),
    };
    html! {
        { for groups.into_iter().filter(|(part, pieces)| part.is_some() || !pieces.is_empty()).map(|(part, pieces)| {
            let key = part.map_or_else(|| "begin".to_owned(), |part| part.id().to_string());
            let label = match part {
                Some(Piece::Part { title, .. }) => title.to_string(),
                _ => "The beginning".to_owned(),
            };
            html! {
                <div {key} class="part-group">
                    if let Some(Piece::Part { id, title }) = part {
                        if **renaming == Some(Some(*id)) {
                            <Rename
                                id={format!("part-{id}")}
                                label="What this part is called"
                                value={title.to_string()}
                                onkeep={act.reform({ let id = *id; move |title| Act::Rename(id, title) })}
                                onleave={leave_name.clone()}
                            />
                        } else {
                            { part_head(*id, title, act, drag, renaming) }
                        }
                    }
                    <ol class="arr" aria-label={label}>{ for pieces.into_iter().map(&mut item) }</ol>
                </div>
            }
        }) }
    }
}

fn part_head(
    id: PieceId,
    title: &Title,
    act: &Callback<Act>,
    drag: &Drag,
    renaming: &UseStateHandle<Option<Option<PieceId>>>,
) -> Html {
    let rename = {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(Some(Some(id))))
    };
    let (hover, drop, over) = drag.place(id);
    html! {
        <div class={classes!("row", "x", "part-head", over.then_some("over"))} ondragover={hover} ondrop={drop}>
            <h2 class="q2" dir="auto">{ title.as_str() }</h2>
            <span class="row t">
                <Button id={format!("rename-{id}")} kind={ButtonKind::Text} small=true icon="pencil-line" onclick={rename}>
                    { "Rename" }<span class="vh">{ format!(" “{title}”") }</span>
                </Button>
                <Menu label={format!("More about “{title}”")}>
                    <Button kind={ButtonKind::Text} icon="arrow-up" id={format!("up-{id}")} onclick={act.reform(move |()| Act::Shift(id, Way::Up))}>
                        { "Move this part up" }
                    </Button>
                    <Button kind={ButtonKind::Text} icon="arrow-down" id={format!("down-{id}")} onclick={act.reform(move |()| Act::Shift(id, Way::Down))}>
                        { "Move this part down" }
                    </Button>
                    <Button kind={ButtonKind::Text} icon="quote" onclick={act.reform(move |()| Act::WriteBehind(id))}>
                        { "Write a passage to open it" }
                    </Button>
                    <Button kind={ButtonKind::Text} icon="x" onclick={act.reform(move |()| Act::Remove(id))}>
                        { "Take the heading out" }
                    </Button>
                </Menu>
            </span>
        </div>
    }
}

/// The buttons of a piece: up, down, and a few more things to do.
fn buttons(id: PieceId, name: &str, act: &Callback<Act>, more: Html) -> Html {
    html! {
        <span class="row n t">
            <Button
                id={format!("up-{id}")}
                kind={ButtonKind::Quiet}
                small=true
                icon="arrow-up"
                label={format!("Move {name} up")}
                onclick={act.reform(move |()| Act::Shift(id, Way::Up))}
            />
            <Button
                id={format!("down-{id}")}
                kind={ButtonKind::Quiet}
                small=true
                icon="arrow-down"
                label={format!("Move {name} down")}
                onclick={act.reform(move |()| Act::Shift(id, Way::Down))}
            />
            <Menu label={format!("More about {name}")}>
                { more }
                <Button kind={ButtonKind::Text} icon="quote" onclick={act.reform(move |()| Act::WriteBehind(id))}>
                    { "Write a passage behind it" }
                </Button>
                <Button kind={ButtonKind::Text} icon="x" onclick={act.reform(move |()| Act::Remove(id))}>
                    { "Take it out" }
                </Button>
            </Menu>
        </span>
    }
}

fn entry_item(id: PieceId, number: usize, entry: Option<&PieceEntry>, act: &Callback<Act>, drag: &Drag) -> Html {
    let (hover, drop, over) = drag.place(id);
    let name = entry.map_or_else(|| "this entry".to_owned(), |entry| entry.title.clone());
    html! {
        <li key={id.to_string()} class={classes!(over.then_some("over"))} ondragover={hover} ondrop={drop}>
            { drag.handle(id, html! { { number } }) }
            <span class="flow t">
                if let Some(entry) = entry {
                    <Go to={Route::Entry(entry.id.to_string().into())} class="b">{ &entry.title }</Go>
                    <span class="sm mut">
                        { about(entry, Day::today()) }
                        if entry.binned {
                            { " · in the bin, so it stays out when you send" }
                        } else if entry.state == EntryState::Draft {
                            { " · draft, not yet included when you send" }
                        }
                    </span>
                    if !entry.standards.is_empty() {
                        <span class="row close">
                            { for entry.standards.iter().map(|s| html! { <StandardMark number={usize::from(s.number())} /> }) }
                        </span>
                    }
                } else {
                    <span class="mut">{ "This entry is no longer in your story." }</span>
                }
            </span>
            { buttons(id, &name, act, Html::default()) }
        </li>
    }
}

fn narrative_item(
    id: PieceId,
    number: usize,
    text: &Narrative,
    act: &Callback<Act>,
    drag: &Drag,
    draft: &Draft<ArrangePortfolio>,
) -> Html {
    let (hover, drop, over) = drag.place(id);
    let name = format!("linking passage {number}");
    html! {
        <li key={id.to_string()} class={classes!("words", over.then_some("over"))} ondragover={hover} ondrop={drop}>
            { drag.handle(id, html! { <Icon name="quote" /> }) }
            <Prose
                id={format!("words-{id}")}
                label={format!("Linking passage {number}")}
                quiet=true
                rows=2
                maxlength=20000
                placeholder="A few lines that lead from one piece to the next."
                value={text.to_string()}
                oninput={act.reform(move |text| Act::Write(id, text))}
                onblur={draft.blur()}
            />
            { buttons(id, &name, act, Html::default()) }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct StandingProps {
    stage: Stage,
}

/// Where the candidacy stands, where that matters for who arranges.
#[component]
fn Standing(props: &StandingProps) -> Html {
    let (tone, icon, text, to, link) = match props.stage {
        Stage::Gathering => return Html::default(),
        Stage::Submitted | Stage::InReview => (
            Tone::Info,
            "send",
            "What you sent is sealed. Carry on here as you like: it changes nothing of what the panel reads. ",
            Route::Submissions,
            "See what you sent",
        ),
        Stage::FurtherEvidence => (
            Tone::More,
            "circle-plus",
            "The panel would like to hear a little more. What they found evidenced is secured, for good. ",
            Route::Submissions,
            "Read what would help",
        ),
        Stage::Awarded => (
            Tone::Good,
            "award",
            "You hold this award. Your portfolio stays yours, to read and to add to. ",
            Route::Awards,
            "See your award",
        ),
    };
    html! { <Note {tone} {icon}><p>{ text }<Go {to}>{ link }</Go></p></Note> }
}

#[derive(Properties, PartialEq)]
struct SecuredProps {
    secured: cairn_shared::framework::PerStandard<bool>,
}

/// Which standards the panel has secured.
#[component]
fn Secured(props: &SecuredProps) -> Html {
    let secured: Vec<Standard> = props.secured.iter().filter(|(_, is)| **is).map(|(s, _)| s).collect();
    if secured.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card p flow t" aria-label="Secured">
            <p class="row t"><Icon name="circle-check" /><strong>{ "Secured, for good" }</strong></p>
            <p class="row close">{ for secured.iter().map(|s| html! { <StandardMark number={usize::from(s.number())} /> }) }</p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NextRoundProps {
    /// The portfolio, if it could be sent on paper.
    paper: Option<PortfolioId>,
}

/// When the next round closes, and that paper will do.
#[component]
fn NextRound(props: &NextRoundProps) -> Html {
    let rounds = use_loaded((), |()| async move { api::round::list_rounds().await });
    let Some(rounds) = rounds.value() else { return Html::default() };
    let text = match rounds.iter().find(|round| round.accepts) {
        Some(round) => closes(round, Day::today()),
        None => "The next round is not planned yet. You can send at any time: it waits for the next round.".to_owned(),
    };
    html! {
        <p class="sm mut">
            { text }
            if let Some(id) = props.paper {
                { " Prefer paper? " }
                <Go to={Route::PortfolioSubmit(id.to_string().into())} query={Query::default().with("form", PortfolioForm::Paper.code())}>{ "Register a paper portfolio" }</Go>
                { "." }
            }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> PieceEntry {
        PieceEntry {
            id: uuid::Uuid::from_u128(1).into(),
            title: "Being wrong in front of J.".into(),
            happened_on: "2026-11-13".parse().unwrap(),
            state: EntryState::Kept,
            binned: false,
            standards: vec![Standard::S1],
            links: 2,
            evidence: 1,
            minutes: 3,
        }
    }

    #[test]
    fn an_entry_is_described_in_one_line() {
        let today = Day::parse("2026-11-24").unwrap();
        assert_eq!(about(&entry(), today), "13 November · 3 minute read · 2 linked passages · 1 attachment");
        let bare = PieceEntry { links: 0, evidence: 0, minutes: 0, ..entry() };
        assert_eq!(about(&bare, Day::parse("2027-01-08").unwrap()), "13 November 2026");
    }

    #[test]
    fn a_linking_passage_takes_what_a_keyboard_writes() {
        assert_eq!(narrative("a\u{0}b\nc".into()).as_str(), "ab\nc");
        assert_eq!(narrative("x".repeat(30_000)).as_str().len(), 20_000);
        assert_eq!(narrative("Łukasz 🪨".into()).as_str(), "Łukasz 🪨");
    }
}
