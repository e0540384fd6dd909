//! One cover sheet, for its mentor, for the coordinator, and for its readers: the slip to print, and where the paper is.

use cairn_shared::ids::SubmissionId;
use cairn_shared::paper::{CoverCode, Custody, PaperDetail};
use cairn_shared::portfolio::PortfolioForm;
use yew::prelude::*;

use super::change::ChangeDialog;
use super::hands::{HandOver, Hands};
use super::slip::Slip;
use super::way::Way;
use super::whereabouts;
use crate::api::{self, Loaded};
use crate::browser::window;
use crate::hooks::{Load, use_action, use_loaded};
use crate::parts::framed;
use crate::router::Route;
use crate::session::use_me;
use crate::ui::{Back, Button, ButtonKind, Go, Note, Page, PageHeader, Tone, Trouble};

const TITLE: &str = "Cover sheet";

/// Of which submission.
#[derive(Properties, PartialEq)]
pub struct PaperOfProps {
    /// Its id.
    pub id: SubmissionId,
}

/// The paper of a submission.
#[component]
pub fn PaperOf(props: &PaperOfProps) -> Html {
    show(&use_loaded(props.id, api::paper::read))
}

/// With which code.
#[derive(Properties, PartialEq)]
pub struct PaperByCodeProps {
    /// The code.
    pub code: CoverCode,
}

/// The paper that a scanned code leads to.
#[component]
pub fn PaperByCode(props: &PaperByCodeProps) -> Html {
    show(&use_loaded(props.code.clone(), api::paper::find))
}

fn show(load: &Load<Loaded<PaperDetail>>) -> Html {
    let put = {
        let load = load.clone();
        Callback::from(move |loaded| load.put(loaded))
    };
    framed(load, TITLE, |loaded| {
        html! { <Sheet detail={loaded.value.clone()} etag={loaded.etag.clone()} ondone={put.clone()} again={load.reloader()} /> }
    })
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    detail: PaperDetail,
    etag: Option<String>,
    ondone: Callback<Loaded<PaperDetail>>,
    again: Callback<()>,
}

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Change,
    Hand(Hands),
}

/// Heading and lead, for whoever looks.
fn said(detail: &PaperDetail, mine: bool) -> (&'static str, String) {
    let custody = &detail.paper.custody;
    if !mine {
        let whose = match &detail.school {
            Some(school) => format!("{}, {school}", detail.mentor.full()),
            None => detail.mentor.full(),
        };
        return ("A paper portfolio", whose);
    }
    let lead = match custody {
        Custody::Registered if detail.withdrawn => {
            "You took it back, so there is nothing to hand in. When you send it again, it gets another cover sheet.".into()
        }
        Custody::Registered => {
            "Good. Print the slip, put it on the front, and hand it in. Whoever receives it notes so here, so you always know where it is.".into()
        }
        _ => whereabouts(&detail.paper),
    };
    let title = match detail.form {
        PortfolioForm::Mixed => "A part of your portfolio is on paper",
        PortfolioForm::Paper | PortfolioForm::Electronic => "Your portfolio is on paper",
    };
    (title, lead)
}

fn back(detail: &PaperDetail, mine: bool) -> Html {
    match (mine, detail.review_id, &detail.round) {
        (true, ..) => {
            html! { <Back to={Route::Submission(detail.submission_id.to_string().into())}>{ "What I sent" }</Back> }
        }
        (false, Some(_), _) => html! { <Back to={Route::Reviews}>{ "My reviews" }</Back> },
        (false, None, Some(round)) => {
            html! { <Back to={Route::Round(round.id.to_string().into())}>{ round.name.as_str() }</Back> }
        }
        (false, None, None) => html! { <Back to={Route::Rounds}>{ "Overview" }</Back> },
    }
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let detail = &props.detail;
    let may = detail.may;
    let me = use_me();
    let mine = detail.mentor.id == me.name.id;
    let open = use_state_eq(|| None::<Open>);
    let id = detail.submission_id;
    let undo = {
        let ondone = props.ondone.clone();
        use_action(
            move |way: Hands| async move {
                match way {
                    Hands::In => api::paper::undo_receipt(id).await,
                    Hands::Back => api::paper::undo_return(id).await,
                }
            },
            move |loaded| ondone.emit(loaded),
        )
    };
    let to_open = |what: Open| {
        let open = open.setter();
        Callback::from(move |()| open.set(Some(what)))
    };
    let close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let print = Callback::from(|()| {
        let _ = window().print();
    });
    let (title, lead) = said(detail, mine);
    let shelf = match &detail.paper.custody {
        Custody::Received { shelf, .. } => Some(shelf.to_string()),
        _ => None,
    };
    // The one thing to do now is the filled button.
    let to_print = mine && detail.paper.custody == Custody::Registered;
    html! {
        <Page title={format!("{TITLE}: {}", detail.title)}>
            <div class="split">
                <div class="flow l">
                    <div class="flow t np">
                        <PageHeader {title} back={back(detail, mine)} lead={html! { { lead } }} />
                    </div>
                    if let Some(error) = &undo.trouble {
                        <Trouble title="That stays as it was" detail={error.sentence()} again={props.again.clone()} />
                    }
                    if !mine && detail.withdrawn {
                        <div class="np">
                            <Note tone={Tone::More} icon="undo-2" title="Its mentor took it back."><p class="sm">{ "Nobody reads it now. If the paper is here, it goes back." }</p></Note>
                        </div>
                    }
                    <Slip detail={detail.clone()} />
                    <div class="row np">
                        if may.receive && shelf.is_none() {
                            <Button icon="package" onclick={to_open(Open::Hand(Hands::In))}>{ "It has arrived" }</Button>
                        }
                        if may.give_back {
                            <Button icon="package" onclick={to_open(Open::Hand(Hands::Back))}>{ "It went back" }</Button>
                        }
                        if let Some(review) = detail.review_id {
                            <Go to={Route::Review(review.to_string().into())} button={ButtonKind::Main} icon="book-open">{ "Go to my notes" }</Go>
                        }
                        <Button kind={if to_print { ButtonKind::Main } else { ButtonKind::Quiet }} icon="printer" onclick={print}>{ "Print the slip" }</Button>
                        if may.describe {
                            <Button kind={ButtonKind::Quiet} onclick={to_open(Open::Change)}>{ "Change the details" }</Button>
                        }
                        if may.receive && shelf.is_some() {
                            <Button kind={ButtonKind::Quiet} onclick={to_open(Open::Hand(Hands::In))}>{ "It is kept somewhere else now" }</Button>
                        }
                        if may.undo_receipt {
                            <Button kind={ButtonKind::Text} icon="undo-2" busy={undo.running} onclick={undo.runner().reform(|()| Hands::In)}>{ "It has not arrived yet" }</Button>
                        }
                        if may.undo_return {
                            <Button kind={ButtonKind::Text} icon="undo-2" busy={undo.running} onclick={undo.runner().reform(|()| Hands::Back)}>{ "It has not gone back yet" }</Button>
                        }
                    </div>
                    if !mine && !detail.note.is_blank() {
                        <section class="flow t np">
                            <h2 class="q2">{ format!("{} says to the readers", detail.mentor.given_name) }</h2>
                            <p class="said" dir="auto">{ detail.note.as_str() }</p>
                        </section>
                    }
                </div>
                <aside class="flow np" aria-label="Where it is">
                    <h2 class="q2">{ "Where it is" }</h2>
                    <Way detail={detail.clone()} {mine} />
                    if mine && detail.paper.custody == Custody::Registered && !detail.withdrawn {
                        <Note tone={Tone::Plain} icon="link-2" small=true>
                            { "The four standards: pencil a number in the margin, or put a note beside the words. That is all the linking we need." }
                        </Note>
                    }
                </aside>
            </div>
            { match *open {
                Some(Open::Change) => html! {
                    <ChangeDialog detail={detail.clone()} etag={props.etag.clone()} ondone={props.ondone.clone()} onclose={close} />
                },
                Some(Open::Hand(way)) => html! {
                    <HandOver {id} {way} start={shelf.filter(|_| way == Hands::In).unwrap_or_default()} ondone={props.ondone.clone()} onclose={close} />
                },
                None => Html::default(),
            } }
        </Page>
    }
}
