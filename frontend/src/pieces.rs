//! The app travels in pieces. What surrounds every page comes at once; the rest is cut off by `cargo xtask web`, piece by
//! piece, and fetched when it is wanted, or a moment before.
//!
//! A piece is a function from a route to its page, below. Whatever only it uses travels with it.

use std::cell::Cell;

use cairn_shared::ids;
use cairn_shared::paper::CoverCode;
use cairn_shared::person::Role;
use cairn_shared::session::Me;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use crate::api::{ApiError, Why};
use crate::hooks::{LoadState, use_loaded};
use crate::pages::{self, with_id};
use crate::router::Route;
use crate::session::{has, writes};
use crate::ui::{Coming, Page, Trouble};

/// A part of the app that travels by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Signing in.
    Door,
    /// What is wanted most: the story, and noting a moment.
    Story,
    /// What mentors do beside their story: an entry, the portfolio, sending it, the outcome, the award; and one's account.
    Writing,
    /// What a panel does: reading, and its meeting.
    Panel,
    /// What a coordinator does, and a school's own page: rounds, people, schools.
    Office,
    /// Celebrations: being invited to them, and planning them.
    Evening,
}

/// What a piece comes to: the page of each of its routes.
type PageOf = fn(Route) -> Html;

thread_local! {
    static HERE: Cell<[Option<PageOf>; 6]> = const { Cell::new([None; 6]) };
}

impl Piece {
    /// The piece in which a route's page is; none where it came with the app.
    pub fn of(route: &Route) -> Option<Self> {
        match route {
            Route::SignIn | Route::SignInLink(_) | Route::Invitation(_) => Some(Self::Door),
            Route::Story | Route::StoryNew => Some(Self::Story),
            Route::Entry(_)
            | Route::EntryVersions(_)
            | Route::Bin
            | Route::MyPortfolio
            | Route::Portfolio(_)
            | Route::PortfolioPreview(_)
            | Route::PortfolioSubmit(_)
            | Route::Submissions
            | Route::Submission(_)
            | Route::SubmissionPaper(_)
            | Route::SubmissionOutcome(_)
            | Route::Awards
            | Route::Award(_)
            | Route::Certificate(_)
            | Route::Settings
            | Route::EmailChange(_)
            | Route::Accessibility
            | Route::Privacy
            | Route::Help => Some(Self::Writing),
            Route::Reviews | Route::Review(_) | Route::ReviewChanges(_) | Route::MyMeeting | Route::Meeting(_) => {
                Some(Self::Panel)
            }
            Route::Paper(_)
            | Route::PersonPaper(_)
            | Route::Rounds
            | Route::Round(_)
            | Route::People
            | Route::PeopleImport
            | Route::Import(_)
            | Route::Person(_)
            | Route::Schools
            | Route::School(_) => Some(Self::Office),
            Route::Celebrations
            | Route::CelebrationNew
            | Route::Celebration(_)
            | Route::CelebrationEdit(_)
            | Route::CelebrationGuests(_)
            | Route::CelebrationTables(_) => Some(Self::Evening),
            _ => None,
        }
    }

    /// The pieces that this person will want sooner or later, the likeliest first.
    fn wanted_by(me: &Me) -> Vec<Self> {
        let panel = has(me, Role::Reviewer) || !me.chairs.is_empty() || !me.panel_rounds.is_empty();
        let office = has(me, Role::Coordinator) || has(me, Role::SchoolLead);
        let evening = me.is_invited || has(me, Role::Coordinator);
        let wanted = [
            (writes(me), Self::Story),
            (writes(me), Self::Writing),
            (panel, Self::Panel),
            (office, Self::Office),
            (evening, Self::Evening),
        ];
        wanted.into_iter().filter_map(|(wanted, piece)| wanted.then_some(piece)).collect()
    }

    fn here(self) -> Option<PageOf> {
        HERE.get()[self as usize]
    }

    /// Fetches it, unless it is here. Where the connection is gone, or a newer Cairn no longer has this one's pieces,
    /// there is an answer that a person can be told.
    async fn fetch(self) -> Result<PageOf, ApiError> {
        if let Some(here) = self.here() {
            return Ok(here);
        }
        let came = match self {
            Self::Door => door().await,
            Self::Story => story().await,
            Self::Writing => writing().await,
            Self::Panel => panel().await,
            Self::Office => office().await,
            Self::Evening => evening().await,
        };
        let page = came.map_err(|_| ApiError::without_answer(Why::Offline))?;
        let mut here = HERE.get();
        here[self as usize] = Some(page);
        HERE.set(here);
        Ok(page)
    }
}

#[wasm_split(door, fallible)]
fn door() -> Result<PageOf, SplitLoaderError> {
    Ok(door_page)
}

#[wasm_split(story, fallible)]
fn story() -> Result<PageOf, SplitLoaderError> {
    Ok(story_page)
}

#[wasm_split(writing, fallible)]
fn writing() -> Result<PageOf, SplitLoaderError> {
    Ok(writing_page)
}

#[wasm_split(panel, fallible)]
fn panel() -> Result<PageOf, SplitLoaderError> {
    Ok(panel_page)
}

#[wasm_split(office, fallible)]
fn office() -> Result<PageOf, SplitLoaderError> {
    Ok(office_page)
}

#[wasm_split(evening, fallible)]
fn evening() -> Result<PageOf, SplitLoaderError> {
    Ok(evening_page)
}

fn door_page(route: Route) -> Html {
    match route {
        Route::SignIn => html! { <pages::session::SignIn /> },
        Route::SignInLink(token) => html! { <pages::session::SignInLink {token} /> },
        Route::Invitation(token) => html! { <pages::session::SignInLink {token} first=true /> },
        _ => html! { <pages::NotFound /> },
    }
}

fn story_page(route: Route) -> Html {
    match route {
        Route::Story => html! { <pages::story::Story /> },
        Route::StoryNew => html! { <pages::story::StoryNew /> },
        _ => html! { <pages::NotFound /> },
    }
}

fn writing_page(route: Route) -> Html {
    match route {
        Route::Entry(id) => {
            with_id(&id, |id: ids::EntryId| html! { <pages::entry::EntryPage key={id.to_string()} {id} /> })
        }
        Route::EntryVersions(id) => {
            with_id(&id, |id: ids::EntryId| html! { <pages::entry::Versions key={id.to_string()} {id} /> })
        }
        Route::Bin => html! { <pages::story::Bin /> },
        Route::MyPortfolio => html! { <pages::portfolio::MyPortfolio /> },
        Route::Portfolio(id) => with_id(&id, |id: ids::PortfolioId| html! { <pages::portfolio::Portfolio {id} /> }),
        Route::PortfolioPreview(id) => {
            with_id(&id, |id: ids::PortfolioId| html! { <pages::portfolio::PortfolioPreview {id} /> })
        }
        Route::PortfolioSubmit(id) => {
            with_id(&id, |id: ids::PortfolioId| html! { <pages::portfolio::PortfolioSubmit {id} /> })
        }
        Route::Submissions => html! { <pages::submission::Submissions /> },
        Route::Submission(id) => with_id(&id, |id: ids::SubmissionId| html! { <pages::submission::Submission {id} /> }),
        Route::SubmissionPaper(id) => with_id(&id, |id: ids::SubmissionId| html! { <pages::paper::PaperOf {id} /> }),
        Route::SubmissionOutcome(id) => {
            with_id(&id, |id: ids::SubmissionId| html! { <pages::submission::SubmissionOutcome {id} /> })
        }
        Route::Awards => html! { <pages::award::Awards /> },
        Route::Award(id) => with_id(&id, |id: ids::AwardId| html! { <pages::award::Award {id} /> }),
        Route::Certificate(id) => with_id(&id, |id: ids::AwardId| html! { <pages::award::Certificate {id} /> }),
        Route::Settings => html! { <pages::settings::Settings /> },
        Route::EmailChange(token) => html! { <pages::settings::EmailLink {token} /> },
        Route::Accessibility => html! { <pages::about::Accessibility /> },
        Route::Privacy => html! { <pages::about::Privacy /> },
        Route::Help => html! { <pages::about::Help /> },
        _ => html! { <pages::NotFound /> },
    }
}

fn panel_page(route: Route) -> Html {
    match route {
        Route::Reviews => html! { <pages::review::Reviews /> },
        Route::Review(id) => {
            with_id(&id, |id: ids::ReviewId| html! { <pages::review::Review key={id.to_string()} {id} /> })
        }
        Route::ReviewChanges(id) => with_id(&id, |id: ids::ReviewId| html! { <pages::review::ReviewChanges {id} /> }),
        Route::MyMeeting => html! { <pages::decision::MyMeeting /> },
        Route::Meeting(id) => {
            with_id(&id, |round: ids::RoundId| html! { <pages::decision::Meeting key={round.to_string()} {round} /> })
        }
        _ => html! { <pages::NotFound /> },
    }
}

fn office_page(route: Route) -> Html {
    match route {
        Route::Paper(code) => with_id(&code, |code: CoverCode| html! { <pages::paper::PaperByCode {code} /> }),
        Route::PersonPaper(id) => with_id(&id, |id: ids::PersonId| html! { <pages::paper::RegisterPaper {id} /> }),
        Route::Rounds => html! { <pages::round::Rounds /> },
        Route::Round(id) => {
            with_id(&id, |id: ids::RoundId| html! { <pages::round::Round key={id.to_string()} {id} /> })
        }
        Route::People => html! { <pages::person::People /> },
        Route::PeopleImport => html! { <pages::import::Imports /> },
        Route::Import(id) => {
            with_id(&id, |id: ids::ImportId| html! { <pages::import::Import key={id.to_string()} {id} /> })
        }
        Route::Person(id) => {
            with_id(&id, |id: ids::PersonId| html! { <pages::person::Person key={id.to_string()} {id} /> })
        }
        Route::Schools => html! { <pages::school::Schools /> },
        Route::School(id) => {
            with_id(&id, |id: ids::SchoolId| html! { <pages::school::School key={id.to_string()} {id} /> })
        }
        _ => html! { <pages::NotFound /> },
    }
}

fn evening_page(route: Route) -> Html {
    match route {
        Route::Celebrations => html! { <pages::celebration::Celebrations /> },
        Route::CelebrationNew => html! { <pages::celebration::CelebrationNew /> },
        Route::Celebration(id) => with_id(
            &id,
            |id: ids::CelebrationId| html! { <pages::celebration::Celebration key={id.to_string()} {id} /> },
        ),
        Route::CelebrationEdit(id) => with_id(
            &id,
            |id: ids::CelebrationId| html! { <pages::celebration::CelebrationEdit key={id.to_string()} {id} /> },
        ),
        Route::CelebrationGuests(id) => {
            with_id(&id, |id: ids::CelebrationId| html! { <pages::celebration::Guests key={id.to_string()} {id} /> })
        }
        Route::CelebrationTables(id) => {
            with_id(&id, |id: ids::CelebrationId| html! { <pages::celebration::Tables key={id.to_string()} {id} /> })
        }
        _ => html! { <pages::NotFound /> },
    }
}

/// What [`Arriving`] shows.
#[derive(Properties, PartialEq)]
pub struct ArrivingProps {
    /// The piece that the page is in.
    pub piece: Piece,
    /// Whose page.
    pub route: Route,
}

/// A page of a piece that may be on its way. Once it is here, there is nothing to wait for.
#[component]
pub fn Arriving(props: &ArrivingProps) -> Html {
    let came = use_loaded(props.piece, Piece::fetch);
    let page = props.piece.here();
    match (&page, &came.state) {
        (Some(page), _) => page(props.route.clone()),
        (None, LoadState::Problem(_)) => html! {
            <Page title="Not here yet">
                <div class="read flow"><h1>{ "This page is not here yet" }</h1>
                <Trouble
                    title="A part of Cairn could not be fetched"
                    detail="What you wrote is safe. If you are connected, load this page anew: there may be a newer Cairn."
                    again={came.reloader()}
                /></div>
            </Page>
        },
        (None, _) => html! { <Coming title="One moment" label="Opening the page" lines=2 card=false /> },
    }
}

/// Fetches what this person will want, once there is nothing more urgent: then a page opens at once, and also where the
/// connection has gone meanwhile.
/// The piece of the page that they came for begins to come at once, while the server is still asked who they are.
#[hook]
pub fn use_pieces(me: Option<&Me>, route: &Route) {
    /// After this many milliseconds the first page has mostly come.
    const MEANWHILE: u32 = 1500;
    let first = Piece::of(route);
    use_effect_with((), move |()| {
        if let Some(piece) = first {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = piece.fetch().await;
            });
        }
    });
    let wanted: Vec<Piece> = me.map(Piece::wanted_by).unwrap_or_default();
    use_effect_with(wanted, |wanted| {
        let wanted = wanted.clone();
        let timer = crate::browser::Timer::after(MEANWHILE, move || {
            wasm_bindgen_futures::spawn_local(async move {
                for piece in wanted {
                    // Whoever opens a page of it is told if it did not come.
                    let _ = piece.fetch().await;
                }
            });
        });
        move || drop(timer)
    });
}
