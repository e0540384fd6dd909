//! What I sent: where each is, and when I will hear.

use cairn_shared::submission::{SubmissionState, SubmissionSummary};
use yew::prelude::*;

use super::{of_interest, standing};
use crate::api;
use crate::art::OneCairn;
use crate::hooks::use_loaded;
use crate::pages::paper::whereabouts;
use crate::parts::framed;
use crate::router::Route;
use crate::ui::{ButtonKind, Empty, Go, Icon, Page, PageHeader, Tag};
use crate::words::{Moment, number};

/// What I sent.
#[component]
pub fn Submissions() -> Html {
    let load = use_loaded((), |()| async move { api::submission::list().await });
    framed(&load, "What I sent", |all| {
        html! {
            <Page title="What I sent">
                <div class="flow l">
                    <PageHeader title="What I sent" lead={html! { "Each is sealed as it was on its day. What you write in the meantime changes none of them." }} />
                    if all.is_empty() {
                        <Empty
                            title="Nothing is on its way yet"
                            text="When your story is told, send it to the panel. There is no hurry: rounds come three times a year."
                            picture={html! { <OneCairn stones=3 /> }}
                        >
                            <Go to={Route::MyPortfolio} button={ButtonKind::Main} icon="layers">{ "Open my portfolio" }</Go>
                        </Empty>
                    } else {
                        <ul class="flow" aria-label="What I sent">{ for all.iter().map(|one| html! { <li key={one.id.to_string()}>{ card(one) }</li> }) }</ul>
                    }
                </div>
            </Page>
        }
    })
}

/// "Sent for the second time on 12 February 2027, towards qualified mentor status".
fn about(one: &SubmissionSummary) -> String {
    let on = Moment::from(one.submitted_at).day().with_year();
    let towards = one.qualification.title();
    match one.number {
        0 | 1 => format!("Sent on {on}, towards {towards}"),
        2 => format!("Sent for the second time on {on}, towards {towards}"),
        3 => format!("Sent for the third time on {on}, towards {towards}"),
        n => format!("Sent {} times now, last on {on}, towards {towards}", number(n as usize)),
    }
}

fn card(one: &SubmissionSummary) -> Html {
    let said = standing(one);
    let id = one.id.to_string();
    html! {
        <section class="card flow t">
            <div class="row x">
                <h2 class="q1" dir="auto"><Go to={Route::Submission(id.clone().into())}>{ &one.title }</Go></h2>
                <Tag tone={said.tone} icon={said.icon}>{ said.short }</Tag>
            </div>
            <p class="sm mut">{ about(one) }</p>
            <p>{ said.long }</p>
            if let Some(paper) = one.paper.as_ref().filter(|_| of_interest(one)) {
                <p><Icon name="package" />{ " " }{ whereabouts(paper) }{ " " }<Go to={Route::SubmissionPaper(id.clone().into())}>{ "Its cover sheet" }<span class="vh">{ format!(" of {}", one.title) }</span></Go></p>
            }
            if let SubmissionState::CarriedOver { message } = &one.state {
                <blockquote class="said" dir="auto">{ message.as_str() }</blockquote>
            }
            if matches!(one.state, SubmissionState::Released { .. }) {
                <p><Go to={Route::SubmissionOutcome(id.into())} button={ButtonKind::Main}>{ "Read what the panel says" }</Go></p>
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_it_was_sent_is_said_in_words() {
        let mut one = super::super::tests::sent(SubmissionState::Submitted, true);
        assert_eq!(about(&one), "Sent on 12 February 2027, towards qualified mentor status");
        one.number = 2;
        assert!(about(&one).starts_with("Sent for the second time on 12 February 2027"));
    }
}
