//! "Put in my portfolio": at the end of its run, with a way back.

use cairn_shared::candidacy::CandidacySummary;
use cairn_shared::ids::{EntryId, PortfolioId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::candidacy::{self, PutIn as Put};
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Dialog, Go, Note, Tone, Trouble};

/// What is put in.
#[derive(Properties, PartialEq)]
pub struct PutInProps {
    /// Which entry.
    pub entry: EntryId,
    /// Whether it is the main thing to do here.
    pub main: bool,
}

enum Came {
    Put(Put),
    Choose(Vec<CandidacySummary>),
    Nothing,
}

/// What the page says about it afterwards.
#[derive(Clone, PartialEq)]
enum Said {
    NoPortfolio,
    There(PortfolioId, String),
}

/// Puts an entry at the end of a portfolio's run.
#[component]
pub fn PutIn(props: &PutInProps) -> Html {
    let notices = use_notices();
    let entry = props.entry;
    let choices = use_state(Vec::<CandidacySummary>::new);
    let said = use_state_eq(|| None::<Said>);
    let put = use_action(
        move |to: Option<PortfolioId>| async move {
            if let Some(portfolio) = to {
                return candidacy::put_in(portfolio, entry).await.map(Came::Put);
            }
            let mut mine = candidacy::mine().await?;
            match mine.len() {
                0 => Ok(Came::Nothing),
                1 => candidacy::put_in(mine.remove(0).portfolio_id, entry).await.map(Came::Put),
                _ => Ok(Came::Choose(mine)),
            }
        },
        {
            let (choices, said) = (choices.setter(), said.setter());
            move |came: Came| match came {
                Came::Nothing => said.set(Some(Said::NoPortfolio)),
                Came::Choose(mine) => choices.set(mine),
                Came::Put(put) => {
                    choices.set(Vec::new());
                    said.set(Some(Said::There(put.portfolio, put.title.clone())));
                    let Some(piece) = put.piece else {
                        notices.say(format!("It is in “{}” already.", put.title));
                        return;
                    };
                    let undo = {
                        let said = said.clone();
                        Callback::from(move |()| {
                            let said = said.clone();
                            spawn_local(async move {
                                if candidacy::take_out(put.portfolio, piece).await.is_ok() {
                                    said.set(None);
                                }
                            });
                        })
                    };
                    notices.say_with_undo(format!("It is in “{}”, at the end.", put.title), undo);
                }
            }
        },
    );
    let close = {
        let choices = choices.setter();
        Callback::from(move |()| choices.set(Vec::new()))
    };
    let kind = if props.main { ButtonKind::Main } else { ButtonKind::Quiet };
    html! {
        <>
            { match &*said {
                Some(Said::There(portfolio, title)) => html! {
                    <Go to={Route::Portfolio(portfolio.to_string().into())} button={ButtonKind::Quiet} icon="layers">{ format!("See it in “{title}”") }</Go>
                },
                _ => html! {
                    <Button {kind} icon="layers" busy={put.running} onclick={put.runner().reform(|()| None)}>{ "Put in my portfolio" }</Button>
                },
            } }
            if *said == Some(Said::NoPortfolio) {
                <Note tone={Tone::Info} icon="layers" live=true title="You have no portfolio yet.">
                    <p>{ "Say first what you are working towards. It takes a moment. " }<Go to={Route::Story}>{ "Choose it on your story’s page" }</Go></p>
                </Note>
            }
            if let Some(error) = put.trouble.clone() {
                <Trouble title="It was not put in" detail={error.sentence()} again={put.runner().reform(|()| None)} />
            }
            <Dialog open={!choices.is_empty()} title="Into which portfolio?" onclose={close}>
                <div class="flow t">
                    { for choices.iter().map(|candidacy| {
                        let id = candidacy.portfolio_id;
                        html! {
                            <Button key={id.to_string()} kind={ButtonKind::Quiet} icon="layers" busy={put.running} onclick={put.runner().reform(move |()| Some(id))}>
                                { format!("{} ({})", candidacy.title, candidacy.qualification.letters()) }
                            </Button>
                        }
                    }) }
                </div>
            </Dialog>
        </>
    }
}
