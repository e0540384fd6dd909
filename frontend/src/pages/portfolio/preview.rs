//! Reading a portfolio through, as its readers will: the story with its marks, what goes with it, and what stays out.

use cairn_shared::framework::Standard;
use cairn_shared::ids::PortfolioId;
use cairn_shared::portfolio::{Advice, PortfolioPreview as Preview};
use yew::prelude::*;

use super::STEPS;
use super::advice::{say, say_sealed, stays_out, way};
use crate::api;
use crate::art::OneCairn;
use crate::hooks::use_loaded;
use crate::parts::{CairnsFigure, EditionStory, framed};
use crate::router::Route;
use crate::ui::{Back, ButtonKind, Empty, Go, Icon, Note, Page, PageHeader, Steps, Tone};
use crate::words::count;

/// Which portfolio.
#[derive(Properties, PartialEq)]
pub struct PortfolioPreviewProps {
    /// Its id.
    pub id: PortfolioId,
}

/// A portfolio as its readers will see it.
#[component]
pub fn PortfolioPreview(props: &PortfolioPreviewProps) -> Html {
    let id = props.id;
    let load = use_loaded(id, |id| async move { api::portfolio::preview(id).await });
    framed(&load, "Read it through", |preview| show(id, preview))
}

fn show(id: PortfolioId, preview: &Preview) -> Html {
    let edition = &preview.edition;
    let at = |to: fn(AttrValue) -> Route| to(id.to_string().into());
    let stones = edition.stones();
    let counts: [usize; 4] = std::array::from_fn(|i| *stones.get(Standard::ALL[i]) as usize);
    html! {
        <Page title={format!("Read it through: {}", edition.title)}>
            <div class="split">
                <div class="flow l">
                    <div class="flow">
                        <PageHeader
                            back={html! { <Back to={at(Route::Portfolio)}>{ "My portfolio" }</Back> }}
                            title={edition.title.clone()}
                            eyebrow={html! { <>{ format!("Towards {} · ", edition.qualification.title()) }<Icon name="eye" />{ " As its readers will see it" }</> }}
                        />
                        <div class="np"><Steps steps={STEPS.map(AttrValue::Static).to_vec()} at=1 /></div>
                    </div>
                    if edition.pieces.is_empty() {
                        <Empty
                            title="There is nothing to read yet"
                            text="Add a piece of your story that is no longer a draft, or write a linking passage."
                            picture={html! { <OneCairn stones=0 /> }}
                        >
                            <Go to={at(Route::Portfolio)} button={ButtonKind::Main}>{ "Arrange it" }</Go>
                        </Empty>
                    } else {
                        <div class="measure-in"><EditionStory edition={edition.clone()} /></div>
                    }
                </div>
                <aside class="flow stick np" aria-label="About this reading">
                    <CairnsFigure {counts} label="The four cairns of this portfolio" />
                    <p class="mut">{ length(preview) }</p>
                    <StaysOut advice={preview.advice.clone()} />
                    <Go to={at(Route::PortfolioSubmit)} button={ButtonKind::Main} class="big">
                        { "Go on to sending" }<Icon name="arrow-right" />
                    </Go>
                    <Go to={at(Route::Portfolio)} button={ButtonKind::Quiet}>{ "Change something" }</Go>
                </aside>
            </div>
        </Page>
    }
}

/// How long it is: "5 pieces, about 16 minutes to read. 17 linked passages."
fn length(preview: &Preview) -> String {
    let linked = preview.edition.entries().map(|entry| entry.links.len()).sum::<usize>();
    format!("{}. {}.", to_read(preview), count(linked, "linked passage", "linked passages"))
}

/// "5 pieces, about 16 minutes to read".
pub(super) fn to_read(preview: &Preview) -> String {
    let minutes = count(preview.minutes as usize, "minute", "minutes");
    format!("{}, about {minutes} to read", count(preview.edition.pieces.len(), "piece", "pieces"))
}

/// What a reader would notice.
#[derive(Properties, PartialEq)]
pub struct StaysOutProps {
    /// All advice; only what is about staying out is shown.
    pub advice: Vec<Advice>,
    /// Whether it is about what was sent, when nothing can be done about it any more.
    #[prop_or_default]
    pub sealed: bool,
}

/// What stays out of an edition, and why.
#[component]
pub fn StaysOut(props: &StaysOutProps) -> Html {
    let said = |advice| if props.sealed { say_sealed(advice) } else { say(advice) };
    let out: Vec<_> = props.advice.iter().filter(|a| stays_out(a)).map(said).collect();
    if out.is_empty() {
        return if props.sealed {
            Html::default()
        } else {
            html! { <Note tone={Tone::Good}><p>{ "Everything in your portfolio goes with it. Nothing stays out." }</p></Note> }
        };
    }
    html! {
        <section class="card p flow t" aria-labelledby="stays-out">
            <h2 id="stays-out" class="q2">{ if props.sealed { "What stayed out" } else { "What stays out, and why" } }</h2>
            <ul class="nud">
                { for out.iter().map(|said| html! {
                    <li>
                        <Icon name="circle-dashed" />
                        <span>
                            <strong>{ &said.title }</strong>{ " " }{ said.text }{ " " }{ way(said) }
                        </span>
                    </li>
                }) }
            </ul>
        </section>
    }
}
