//! What the panel said: the award, or a little more. There is no third.

use cairn_shared::decision::{Finding, OutcomeDetail, ReviewOutcome, SuggestedBefore};
use cairn_shared::edition::Edition;
use cairn_shared::framework::Standard;
use cairn_shared::ids::SubmissionId;
use cairn_shared::review::Comment;
use yew::prelude::*;

use super::reply::ReplyField;
use crate::api;
use crate::art::{Badge, Contours};
use crate::hooks::use_loaded;
use crate::parts::{StandardMark, blocks, day, entry_name, framed, quoted};
use crate::router::{Query, Route};
use crate::session::use_me;
use crate::ui::{Back, ButtonKind, Go, Icon, Page, PageHeader, Steps, Tag, Tone};
use crate::words::{Day, number};

/// Of which submission.
#[derive(Properties, PartialEq)]
pub struct SubmissionOutcomeProps {
    /// Its id.
    pub id: SubmissionId,
}

/// What the panel said, and what they read.
#[derive(Clone, PartialEq)]
struct Said {
    outcome: OutcomeDetail,
    edition: Edition,
}

/// What the panel said.
#[component]
pub fn SubmissionOutcome(props: &SubmissionOutcomeProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let outcome = api::decision::outcome(id).await?;
        let edition = api::submission::read(id).await?.edition;
        Ok(Said { outcome, edition })
    });
    framed(&load, "What the panel says", |said| match said.outcome.outcome {
        ReviewOutcome::Award => html! { <Award said={said.clone()} /> },
        ReviewOutcome::FurtherEvidence { .. } => html! { <More said={said.clone()} /> },
    })
}

#[derive(Properties, PartialEq)]
struct SaidProps {
    said: Said,
}

/// "Spring 2027 panel · Thursday 11 March 2027".
fn eyebrow(outcome: &OutcomeDetail) -> String {
    format!("{} panel · {}", outcome.round_name, Day::from(outcome.dates.meeting).long_with_year())
}

#[component]
fn Award(props: &SaidProps) -> Html {
    let outcome = &props.said.outcome;
    let me = use_me();
    let qualification = outcome.qualification;
    html! {
        <Page title={format!("You are {}", qualification.holder())} raw=true>
            <main id="main">
                <div class="hero">
                    <Contours width=1200 height=520 seed=31 levels=10 />
                    <div class="wrap hero-wrap">
                        <div class="g2 wide-gap">
                            <div class="flow">
                                <p class="eyebrow">{ eyebrow(outcome) }</p>
                                <h1 class="h5">{ format!("Congratulations, {}. You are {}.", me.name.given_name, qualification.holder()) }</h1>
                                <p class="big-lead">
                                    { format!("The panel read “{}” and found all four standards in it. {} is yours, from today and for good.", outcome.title, qualification.heading()) }
                                </p>
                                if let Some(award) = outcome.award_id {
                                    <div class="row">
                                        <Go to={Route::Certificate(award.to_string().into())} button={ButtonKind::Main} class="big" icon="award">{ "See your certificate" }</Go>
                                        <Go to={Route::Award(award.to_string().into())} button={ButtonKind::Quiet} class="big" icon="share-2">{ "Share your badge" }</Go>
                                    </div>
                                }
                            </div>
                            <Badge
                                kind={qualification.code()}
                                size=400
                                class="medal new centre-self"
                                alt={format!("Your badge: {}, a cairn of stones on a fell", qualification.heading())}
                            />
                        </div>
                    </div>
                </div>
                <div class="wrap after-hero">
                    <div class="split">
                        <Letter outcome={outcome.clone()} />
                        <aside class="flow" aria-label="What the panel found">
                            if me.is_invited {
                                <section class="card p flow t" aria-labelledby="celebrate">
                                    <h2 id="celebrate" class="q2">{ "Come and celebrate" }</h2>
                                    <p>{ "You are invited to a celebration, with those who were awarded beside you." }</p>
                                    <Go to={Route::Celebrations} button={ButtonKind::Main} icon="utensils" class="start">{ "Say whether you are coming" }</Go>
                                </section>
                            }
                            <section class="card p flow t">
                                <h2 class="q2">{ "What the panel found" }</h2>
                                <ul class="flow gap-top">{ for findings(outcome).map(|(standard, note)| evidenced(standard, &note, false)) }</ul>
                            </section>
                            <Go to={Route::Submission(outcome.submission_id.to_string().into())} button={ButtonKind::Quiet} icon="book-open">{ "Read again what you sent" }</Go>
                        </aside>
                    </div>
                    <Comments said={props.said.clone()} />
                </div>
            </main>
        </Page>
    }
}

/// The standards that were found, with the panel's note.
fn findings(outcome: &OutcomeDetail) -> impl Iterator<Item = (Standard, String)> {
    outcome.findings.iter().filter_map(|(standard, finding)| match finding {
        Finding::Evidenced { note } => Some((standard, note.as_str().trim().to_owned())),
        Finding::MoreNeeded { .. } => None,
    })
}

fn evidenced(standard: Standard, note: &str, card: bool) -> Html {
    html! {
        <li key={standard.code()} class={classes!(card.then_some("card p"), "flow", "t")}>
            <div class="row x n">
                <StandardMark number={usize::from(standard.number())} />
                <Tag tone={Tone::Good} icon="circle-check">{ "Evidenced" }</Tag>
            </div>
            if !note.is_empty() { <p class={classes!((!card).then_some("sm"))} dir="auto">{ format!("“{}”", note.trim_matches(['“', '”'])) }</p> }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct LetterProps {
    outcome: OutcomeDetail,
    /// Whether its heading is seen, where the letter stands further down the page.
    #[prop_or_default]
    titled: bool,
}

/// The panel's words, signed.
#[component]
fn Letter(props: &LetterProps) -> Html {
    let outcome = &props.outcome;
    let chair = outcome.chair.as_ref().map(cairn_shared::person::PersonName::full);
    html! {
        <section class="story letter" aria-labelledby="letter">
            <h2 id="letter" class={if props.titled { "q1" } else { "vh" }}>{ "The panel’s letter" }</h2>
            { paragraphs(outcome.message.as_str()) }
            if !is_signed(outcome.message.as_str(), chair.as_deref()) {
                <p>
                    if let Some(chair) = chair { <em>{ chair }</em><br /> }
                    <span class="mut signed">{ "for the portfolio review panel" }</span>
                </p>
            }
        </section>
    }
}

/// Whether whoever wrote the letter has put a name under it: then it needs no second one.
fn is_signed(letter: &str, chair: Option<&str>) -> bool {
    let last = || letter.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(3);
    chair.is_some_and(|chair| last().any(|line| line.ends_with(chair)))
}

fn paragraphs(text: &str) -> Html {
    let line = |line: &Vec<_>| line.iter().map(|run: &crate::parts::Run| run.text.as_str()).collect::<String>();
    html! {
        { for blocks(text, &[]).iter().map(|block| {
            let lines = html! { { for block.lines.iter().enumerate().map(|(i, l)| html! { <>if i > 0 { <br /> }{ line(l) }</> }) } };
            if block.quote { html! { <blockquote><p dir="auto">{ lines }</p></blockquote> } } else { html! { <p dir="auto">{ lines }</p> } }
        }) }
    }
}

/// "and found two of the four standards clearly in it. For the other two they would like to hear a little more."
fn lead(name: &str, title: &str, found: usize) -> String {
    match found {
        0 => format!(
            "{name}, thank you for “{title}”. For each of the four standards the panel would like to hear a little more from you."
        ),
        3 => format!(
            "{name}, the panel read “{title}” and found three of the four standards clearly in it. For the other one they would like to hear a little more from you."
        ),
        n => format!(
            "{name}, the panel read “{title}” and found {} of the four standards clearly in it. For the other {} they would like to hear a little more from you.",
            number(n),
            number(4_usize.saturating_sub(n))
        ),
    }
}

/// "Professionalism", "Teaching and Professionalism".
fn names(standards: &[Standard]) -> String {
    let names: Vec<&str> = standards.iter().map(|s| s.short_title()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[component]
fn More(props: &SaidProps) -> Html {
    let outcome = &props.said.outcome;
    let me = use_me();
    let open: Vec<Standard> = outcome
        .findings
        .iter()
        .filter(|(_, finding)| matches!(finding, Finding::MoreNeeded { .. }))
        .map(|(standard, _)| standard)
        .collect();
    let found = 4_usize.saturating_sub(open.len());
    html! {
        <Page title="A little more, and you are there">
            <div class="split">
                <div class="flow l">
                    <div class="flow">
                        <PageHeader
                            back={html! { <Back to={Route::Submissions}>{ "What I sent" }</Back> }}
                            title="A little more, and you are there"
                            eyebrow={html! { { eyebrow(outcome) } }}
                            lead={html! { <span class="big-lead wide-lead">{ lead(me.name.given_name.as_str(), &outcome.title, found) }</span> }}
                        />
                    </div>
                    <section class="flow">
                        <h2 class="q1">{ "What the panel found" }</h2>
                        <ul class="flow findings">
                            { for outcome.findings.iter().map(|(standard, finding)| match finding {
                                Finding::Evidenced { note } => evidenced(standard, note.as_str().trim(), true),
                                Finding::MoreNeeded { .. } => {
                                    let all: Vec<_> = outcome.suggestions.iter().filter(|s| s.standard == standard).cloned().collect();
                                    html! { <li key={standard.code()} class="card p flow asked"><Suggested {standard} suggestions={all} /></li> }
                                }
                            }) }
                        </ul>
                    </section>
                    <Again outcome={outcome.clone()} {open} />
                    if !outcome.message.is_blank() { <Letter outcome={outcome.clone()} titled=true /> }
                    <Comments said={props.said.clone()} />
                </div>
                <aside class="flow stick" aria-label="Carrying on">
                    <section class="card p flow t">
                        <h2 class="q2">{ "Yours, for good" }</h2>
                        <p class="sm">
                            { match found {
                                0 => "Nothing that you wrote is lost, and there is no limit on how often you send it.".to_owned(),
                                1 => "One standard is secured and stays so. There is no limit on how often you send it.".to_owned(),
                                n => format!("The {} standards that were evidenced are secured and stay so. There is no limit on how often you send it.", number(n)),
                            } }
                        </p>
                    </section>
                    <Go to={Route::Submission(outcome.submission_id.to_string().into())} button={ButtonKind::Quiet} icon="book-open">{ "Read again what you sent" }</Go>
                </aside>
            </div>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct SuggestedProps {
    standard: Standard,
    suggestions: Vec<SuggestedBefore>,
}

/// What would help for one standard: first what is already there, then what would help, then a way to begin.
#[component]
fn Suggested(props: &SuggestedProps) -> Html {
    let standard = props.standard;
    let many = props.suggestions.len() > 1;
    html! {
        <>
            <div class="row x n">
                <StandardMark number={usize::from(standard.number())} />
                <Tag tone={Tone::More} icon="circle-plus">{ "A little more" }</Tag>
            </div>
            { for props.suggestions.iter().enumerate().map(|(i, one)| {
                let suggestion = &one.suggestion;
                let numbered = |words: &str| if many { format!("{}. {words}: ", i + 1) } else { format!("{words}: ") };
                html! {
                    <div key={one.id.to_string()} class="flow t">
                        if !suggestion.already_there.is_blank() {
                            <p dir="auto"><strong>{ numbered("What is already there") }</strong>{ suggestion.already_there.as_str() }</p>
                        }
                        <p dir="auto"><strong>{ numbered("What would help") }</strong>{ suggestion.would_help.as_str() }</p>
                        if let Some(who) = &suggestion.who_can_help {
                            <p dir="auto"><strong>{ "Who can help: " }</strong>{ who.as_str() }</p>
                        }
                    </div>
                }
            }) }
            <div class="row">
                <Go to={Route::StoryNew} query={Query::default().with("standard", standard.code())} button={ButtonKind::Main} class="s" icon="pencil-line">
                    { "Start now" }<span class="vh">{ format!(" on {}", standard.short_title()) }</span>
                </Go>
                <Go to={Route::Story} query={Query::default().with("standard", standard.code())} button={ButtonKind::Quiet} class="s">
                    { "Look in your story" }<span class="vh">{ format!(" for {}", standard.short_title()) }</span>
                </Go>
            </div>
            { for props.suggestions.iter().enumerate().map(|(i, one)| {
                let about = if many { format!("{}, {}", standard.short_title(), i + 1) } else { standard.short_title().to_owned() };
                html! { <ReplyField key={one.id.to_string()} suggestion={one.clone()} {about} /> }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct AgainProps {
    outcome: OutcomeDetail,
    open: Vec<Standard>,
}

/// Sending it again: the steps and the next round's dates.
#[component]
fn Again(props: &AgainProps) -> Html {
    let outcome = &props.outcome;
    let steps: Vec<AttrValue> = match &outcome.next_round {
        Some(round) => vec![
            "Add a little".into(),
            format!("Send again by {}", Day::from(round.dates.submit_by).plain()).into(),
            format!("Hear by {}", Day::from(round.dates.tell_by).plain()).into(),
        ],
        None => vec!["Add a little".into(), "Send again when you like".into(), "Hear after the next meeting".into()],
    };
    let id = outcome.portfolio_id.to_string();
    html! {
        <section class="card flow t" aria-labelledby="again">
            <h2 id="again" class="q1">{ "Sending it again" }</h2>
            <p>
                { "Nothing you have written is lost, and nobody asks again about what is already evidenced. The same readers, where they are free, look only at " }
                { names(&props.open) }{ "." }
            </p>
            <div class="steps-line"><Steps {steps} at=0 label="Sending it again" /></div>
            if let Some(round) = &outcome.next_round {
                <p class="sm mut">{ format!("{} closes at the end of {}. The panel meets on {}.", round.name, day(round.dates.submit_by), day(round.dates.meeting)) }</p>
            } else {
                <p class="sm mut">{ "The next round is not planned yet. What you send waits for it, and we tell you its dates." }</p>
            }
            <div class="row">
                <Go to={Route::Portfolio(id.clone().into())} button={ButtonKind::Main}>{ "Carry on with my portfolio" }</Go>
                <Go to={Route::PortfolioPreview(id.into())} button={ButtonKind::Quiet}>{ "Read it through" }</Go>
            </div>
        </section>
    }
}

/// What the panel wrote beside the words of the portfolio.
#[component]
fn Comments(props: &SaidProps) -> Html {
    let Said { outcome, edition } = &props.said;
    if outcome.comments.is_empty() {
        return Html::default();
    }
    html! {
        <section class="flow gap-top-l" aria-labelledby="beside">
            <h2 id="beside" class="q1">{ "Beside your words" }</h2>
            <ul class="flow beside">{ for outcome.comments.iter().map(|comment| html! { <li key={comment.id.to_string()}>{ beside(comment, edition) }</li> }) }</ul>
        </section>
    }
}

fn beside(comment: &Comment, edition: &Edition) -> Html {
    let entry = comment.entry_id.and_then(|id| edition.entries().find(|entry| entry.id == id));
    html! {
        <div class="com flow t">
            <p class="sm mut" dir="auto">
                <Icon name="message-square-quote" />
                { " " }
                { match (entry, comment.passage) {
                    (Some(entry), Some(passage)) => format!("{}, in “{}”", quoted(&entry.text, passage), entry_name(entry)),
                    (Some(entry), None) => format!("On “{}”", entry_name(entry)),
                    (None, _) => match &comment.place {
                        Some(place) => format!("On paper: {place}"),
                        None => "On the whole portfolio".to_owned(),
                    },
                } }
            </p>
            { paragraphs(comment.text.as_str()) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lead_counts_what_was_found_and_never_what_was_not() {
        assert!(
            lead("Callum", "Twelve Tuesdays", 2)
                .contains("found two of the four standards clearly in it. For the other two")
        );
        assert!(lead("Callum", "Twelve Tuesdays", 3).contains("For the other one"));
        assert!(lead("Callum", "Twelve Tuesdays", 0).contains("thank you"));
    }

    #[test]
    fn a_letter_is_signed_once() {
        let letter =
            "Dear Beth,\n\nIt is yours.\n\nWith warm good wishes,\nAnwen Sorley\nfor the portfolio review panel\n";
        assert!(is_signed(letter, Some("Anwen Sorley")));
        assert!(!is_signed(letter, Some("Marcus Oyelade-Pike")) && !is_signed(letter, None));
        assert!(!is_signed("Anwen Sorley read this twice.\n\na\n\nb\n\nc", Some("Anwen Sorley")));
    }

    #[test]
    fn standards_are_named_in_a_sentence() {
        assert_eq!(names(&[Standard::S3]), "Professionalism");
        assert_eq!(
            names(&[Standard::S1, Standard::S2, Standard::S3]),
            "Personal qualities, Teaching and Professionalism"
        );
    }
}
