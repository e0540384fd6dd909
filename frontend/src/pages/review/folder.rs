//! What is read on paper: which folder to take and where it is, and what its mentor says of it.

use cairn_shared::paper::{Custody, PaperSummary};
use cairn_shared::portfolio::PortfolioForm;
use cairn_shared::review::ReviewSummary;
use cairn_shared::text::Draft;
use yew::prelude::*;

use crate::parts::day;
use crate::router::Route;
use crate::ui::{Go, Icon, Note, Tone};
use crate::words::Day;

/// Of which review.
#[derive(Properties, PartialEq)]
pub struct FolderProps {
    /// The review.
    pub review: ReviewSummary,
    /// What the mentor says of the paper.
    pub note: Option<Draft<2000>>,
}

/// What is read on paper, where something is.
#[component]
pub fn Folder(props: &FolderProps) -> Html {
    let review = &props.review;
    let Some(paper) = &review.paper else { return Html::default() };
    let sheet = html! {
        <Go to={Route::SubmissionPaper(review.submission_id.to_string().into())}>{ format!("cover sheet {}", paper.code.printed()) }</Go>
    };
    let name = &review.mentor.given_name;
    let note = props.note.as_ref().filter(|note| !note.is_blank()).map(|note| {
        html! {
            <div>
                <p class="sm mut">{ format!("{name} says") }</p>
                <p class="said" dir="auto">{ note.as_str() }</p>
            </div>
        }
    });
    if paper.custody == Custody::Registered {
        return html! {
            <Note tone={Tone::More} icon="package" title={coming(review.form)}>
                <p class="sm">{ promise(paper) }{ " " }{ "It has " }{ sheet }{ "." }</p>
            </Note>
        };
    }
    html! {
        <section class="card p flow t folder" aria-labelledby="folder">
            <div class="row n top-line">
                <Icon name="package" />
                <div class="flow t grow">
                    <h2 id="folder" class="q2">{ if review.form == PortfolioForm::Mixed { "There is paper as well" } else { "This one is read on paper" } }</h2>
                    <dl class="kv">
                        <dt>{ "Take" }</dt><dd dir="auto">{ paper.parts.as_str() }{ ", with " }{ sheet }</dd>
                        <dt>{ "From" }</dt><dd dir="auto">{ place(paper) }</dd>
                    </dl>
                    { note.unwrap_or_default() }
                    <p class="sm mut">{ "Your notes on the four standards have their place here, as for any other. A comment can name a page." }</p>
                </div>
            </div>
        </section>
    }
}

/// That it is on its way, kindly.
fn coming(form: PortfolioForm) -> &'static str {
    match form {
        PortfolioForm::Mixed => "A part of it is on paper, and on its way to you.",
        PortfolioForm::Paper | PortfolioForm::Electronic => "It is on paper, and on its way to you.",
    }
}

fn promise(paper: &PaperSummary) -> String {
    format!(
        "{}, promised for {}. We write to you as soon as it has arrived; until then there is nothing to do.",
        paper.parts,
        day(paper.promised_for)
    )
}

/// Where it is, for who comes to take it.
fn place(paper: &PaperSummary) -> String {
    match &paper.custody {
        Custody::Registered => String::new(),
        Custody::Received { shelf, .. } => shelf.to_string(),
        Custody::Returned { returned_at, .. } => {
            format!("It went back to its mentor on {}", Day::from(returned_at.london_date()).long())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::paper::tests::{paper, received, returned};
    use super::*;

    #[test]
    fn a_reader_hears_where_the_folder_is() {
        assert_eq!(place(&paper(received())), "Room 12, the green shelf");
        assert!(place(&paper(returned())).contains("Monday 22 March"));
        assert!(promise(&paper(Custody::Registered)).contains("promised for Friday 26 February"));
    }
}
