//! My portfolio, whichever one is in hand: straight to it where there is one, a choice where there are two, and a
//! beginning where there is none.

use cairn_shared::candidacy::{CandidacySummary, Stage};
use cairn_shared::qualification::Qualification;
use yew::prelude::*;

use crate::api::{ApiError, candidacy};
use crate::art::{Badge, OneCairn};
use crate::hooks::{use_action, use_key, use_loaded};
use crate::parts::{StandardMark, framed};
use crate::router::{Route, navigate, replace, use_query};
use crate::session::{use_me, writes};
use crate::ui::{Button, ButtonKind, Coming, Go, Note, Page, PageHeader, Tag, Tone, Trouble};
use crate::words::count;

/// Where a candidacy stands, in a few words.
fn standing(stage: Stage) -> (Tone, &'static str, &'static str) {
    match stage {
        Stage::Gathering => (Tone::Plain, "footprints", "Growing"),
        Stage::Submitted => (Tone::Info, "send", "Sent"),
        Stage::InReview => (Tone::Info, "book-open", "With the panel"),
        Stage::FurtherEvidence => (Tone::More, "circle-plus", "A little more"),
        Stage::Awarded => (Tone::Good, "award", "Awarded"),
    }
}

/// The one portfolio that there is no choice about.
fn only(candidacies: &[CandidacySummary]) -> Option<&CandidacySummary> {
    match candidacies {
        [one] => Some(one),
        _ => None,
    }
}

/// My portfolio.
#[component]
pub fn MyPortfolio() -> Html {
    let asked = use_query().get("choose").is_some();
    let mine = writes(&use_me());
    let load = use_loaded((), |()| async move { candidacy::mine().await });
    let straight = load.value().and_then(|all| only(&all).map(|one| one.portfolio_id)).filter(|_| !asked);
    use_effect_with(straight, |straight| {
        if let Some(id) = straight {
            replace(&Route::Portfolio(id.to_string().into()));
        }
    });
    if straight.is_some() {
        return html! { <Coming title="My portfolio" label="Opening your portfolio" /> };
    }
    if !mine {
        return html! {
            <Page title="My portfolio"><div class="read flow"><h1>{ "My portfolio" }</h1><Note tone={Tone::Plain}><p>{ "Portfolios are for those who mentor. If that is you, your coordinator can add it to your account." }</p></Note></div></Page>
        };
    }
    framed(&load, "My portfolio", |all| html! { <Choose candidacies={all.clone()} /> })
}

#[derive(Properties, PartialEq)]
struct ChooseProps {
    candidacies: Vec<CandidacySummary>,
}

#[component]
fn Choose(props: &ChooseProps) -> Html {
    let all = &props.candidacies;
    let open: Vec<Qualification> =
        Qualification::ALL.iter().copied().filter(|q| all.iter().all(|c| c.qualification != *q)).collect();
    let none = all.is_empty();
    let lead = if none {
        "A portfolio is your own story of your mentoring, in your own order and your own words. Begin it today: it grows with what you write, and nobody sees it until you send it."
    } else {
        "Each portfolio is a story of its own. Your entries can go into both."
    };
    html! {
        <Page title="My portfolio">
            <div class="flow l">
                <PageHeader title={if none { "Start your portfolio" } else { "My portfolio" }} lead={html! { { lead } }} />
                if !none {
                    <ul class="g2" aria-label="My portfolios">{ for all.iter().map(|one| html! { <li>{ card(one) }</li> }) }</ul>
                }
                if !open.is_empty() {
                    <section class="flow">
                        if !none { <h2 class="q1">{ "Start another" }</h2> }
                        <div class="g2">
                            { for open.into_iter().map(|qualification| html! { <Start key={qualification.code()} {qualification} main={none} /> }) }
                        </div>
                    </section>
                }
            </div>
        </Page>
    }
}

fn card(one: &CandidacySummary) -> Html {
    let (tone, icon, words) = standing(one.stage);
    let secured: Vec<_> = one.secured.iter().filter(|(_, is)| **is).map(|(s, _)| s).collect();
    html! {
        <section class="card flow t full-high">
            <div class="row x">
                <span class="eyebrow">{ one.qualification.heading() }</span>
                <Tag {tone} {icon}>{ words }</Tag>
            </div>
            <h2 class="q1" dir="auto">{ &one.title }</h2>
            if !secured.is_empty() && one.stage != Stage::Awarded {
                <p class="sm mut">{ format!("{} secured, for good", count(secured.len(), "standard", "standards")) }</p>
                <p class="row close">{ for secured.iter().map(|s| html! { <StandardMark number={usize::from(s.number())} /> }) }</p>
            }
            <div class="row gap-top">
                <Go to={Route::Portfolio(one.portfolio_id.to_string().into())} button={ButtonKind::Main}>{ "Open it" }</Go>
                { beside(one) }
            </div>
        </section>
    }
}

/// The other thing to look at: what was sent, what the panel said, the award.
fn beside(one: &CandidacySummary) -> Html {
    let (to, words) = match (one.stage, one.submission_id, one.award_id) {
        (Stage::Awarded, _, Some(award)) => (Route::Award(award.to_string().into()), "See your award"),
        (Stage::FurtherEvidence, Some(id), _) => {
            (Route::SubmissionOutcome(id.to_string().into()), "Read what would help")
        }
        (Stage::Submitted | Stage::InReview, Some(id), _) => {
            (Route::Submission(id.to_string().into()), "See what you sent")
        }
        _ => return Html::default(),
    };
    html! { <Go {to} button={ButtonKind::Quiet}>{ words }</Go> }
}

#[derive(Properties, PartialEq)]
struct StartProps {
    qualification: Qualification,
    main: bool,
}

/// Begins to work towards a qualification.
#[component]
fn Start(props: &StartProps) -> Html {
    let qualification = props.qualification;
    let key = use_key();
    let start = use_action(
        move |()| {
            let key = key.clone();
            async move { candidacy::start(qualification, &key).await }
        },
        |one: CandidacySummary| navigate(&Route::Portfolio(one.portfolio_id.to_string().into())),
    );
    let trouble = start.trouble.as_ref().map(|error: &ApiError| {
        html! { <Trouble title={error.title.clone()} detail={error.sentence()} /> }
    });
    html! {
        <section class="card flow full-high">
            <div class="row n">
                if props.main { <OneCairn stones={if qualification == Qualification::Qms { 4 } else { 5 }} class="cairn-s hm" /> } else { <Badge kind={qualification.code()} size=84 /> }
                <div class="flow t">
                    <h2 class="q1">{ qualification.heading() }</h2>
                    <p class="mut">{ format!("{}.", qualification.scope()) }</p>
                </div>
            </div>
            { trouble }
            <Button
                class="start"
                kind={if props.main && qualification == Qualification::Qms { ButtonKind::Main } else { ButtonKind::Quiet }}
                icon="layers"
                busy={start.running}
                onclick={start.runner()}
            >
                { format!("Start towards {}", qualification.letters()) }
                <span class="vh">{ format!(", {}", qualification.title()) }</span>
            </Button>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(n: u128) -> CandidacySummary {
        CandidacySummary {
            id: uuid::Uuid::from_u128(n).into(),
            qualification: Qualification::Qms,
            portfolio_id: uuid::Uuid::from_u128(n).into(),
            title: "Learning to wait".into(),
            stage: Stage::Gathering,
            secured: Default::default(),
            submission_id: None,
            award_id: None,
            stage_shared: false,
        }
    }

    #[test]
    fn one_portfolio_leaves_nothing_to_choose() {
        assert!(only(&[]).is_none());
        assert!(only(&[one(1)]).is_some());
        assert!(only(&[one(1), one(2)]).is_none());
    }
}
