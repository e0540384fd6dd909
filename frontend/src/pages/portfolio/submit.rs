//! Sending a portfolio to the panel: what a reader will find, which round, and the declaration.
//!
//! Readiness is advice. What sending needs is some text, or the paper that carries it, and the declaration; the button
//! says so when it is pressed.

use cairn_shared::candidacy::{Stage, SubmitProblem};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{PortfolioId, RoundId};
use cairn_shared::paper::ReadOn;
use cairn_shared::portfolio::{PortfolioDetail, PortfolioForm, PortfolioPreview as Preview};
use cairn_shared::round::RoundSummary;
use cairn_shared::submission::{Declaration, SubmissionDetail, SubmitPortfolio};
use cairn_shared::time::Date;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::advice::{say, stays_out, way};
use super::{STEPS, preview};
use crate::api::{self, Key};
use crate::hooks::{use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::paper::{PaperFields, PaperText, field_of as paper_field};
use crate::parts::{day, form_problems, framed, problem_at};
use crate::router::{Route, replace, use_query};
use crate::session::use_me;
use crate::ui::{
    Back, Button, ButtonKind, Check, CheckGroup, Choice, ErrorSummary, FormProblem, Go, Note, Page, PageHeader,
    RadioCards, Segmented, Steps, Tag, Tone, Trouble,
};
use crate::words::count;

const OWN: &str = "own-work";
const NOBODY: &str = "nobody-identifiable";
const ROUND: &str = "round";
const FORM: &str = "form";

/// What the page stands on.
#[derive(Clone, PartialEq)]
struct Ready {
    detail: PortfolioDetail,
    preview: Preview,
    rounds: Vec<RoundSummary>,
}

/// Which portfolio.
#[derive(Properties, PartialEq)]
pub struct PortfolioSubmitProps {
    /// Its id.
    pub id: PortfolioId,
}

/// Sending a portfolio to the panel.
#[component]
pub fn PortfolioSubmit(props: &PortfolioSubmitProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let detail = api::portfolio::read(id).await?.value;
        let preview = api::portfolio::preview(id).await?;
        let rounds = api::round::list_rounds().await?.into_iter().filter(|round| round.accepts).collect();
        Ok(Ready { detail, preview, rounds })
    });
    framed(&load, "Send to the panel", |ready| {
        let id = ready.detail.id.to_string();
        html! {
            <Page title="Send to the panel">
                <div class="read flow l centre">
                    <div class="flow">
                        <PageHeader
                            back={html! { <Back to={Route::PortfolioPreview(id.clone().into())}>{ "Read it through" }</Back> }}
                            title="Send to the panel"
                            lead={html! { "What you send is sealed as it is now. You can take it back until the panel begins to read, and go on writing in the meantime." }}
                        />
                    </div>
                    <Steps steps={STEPS.map(AttrValue::Static).to_vec()} at=2 />
                    if let Some(note) = closed(ready) { { note } } else { <Form ready={ready.clone()} /> }
                </div>
            </Page>
        }
    })
}

/// Why there is nothing to send now, if so.
fn closed(ready: &Ready) -> Option<Html> {
    let (tone, problem, to, words) = match ready.detail.stage {
        Stage::Gathering | Stage::FurtherEvidence => return None,
        Stage::Submitted | Stage::InReview => {
            (Tone::Info, SubmitProblem::AlreadySubmitted, Route::Submissions, "See what you sent")
        }
        Stage::Awarded => (Tone::Good, SubmitProblem::AlreadyAwarded, Route::Awards, "See your award"),
    };
    Some(html! {
        <Note {tone}>
            <p>{ problem.to_string() }</p>
            <p><Go {to} button={ButtonKind::Quiet}>{ words }</Go></p>
        </Note>
    })
}

#[derive(Properties, PartialEq)]
struct FormProps {
    ready: Ready,
}

/// How the portfolio is read, or what is still to be said of it.
fn read_on(form: PortfolioForm, has_text: bool, paper: &PaperText) -> Result<ReadOn, Vec<FormProblem>> {
    match form {
        PortfolioForm::Electronic if !has_text => Err(vec![FormProblem::whole(SubmitProblem::NoText.to_string())]),
        PortfolioForm::Electronic => Ok(ReadOn::Electronic),
        PortfolioForm::Paper => paper.complete().map(|paper| ReadOn::Paper { paper }),
        PortfolioForm::Mixed => paper.complete().map(|paper| ReadOn::Mixed { paper }),
    }
}

/// What the declaration still needs.
fn needs(declaration: Declaration) -> Vec<FormProblem> {
    let mut needs = Vec::new();
    if !declaration.own_work {
        needs.push(FormProblem::at(OWN, "Tick that this is your own account of your own mentoring"));
    }
    if !declaration.nobody_identifiable {
        needs.push(FormProblem::at(NOBODY, "Tick that no pupil and no trainee can be identified"));
    }
    needs
}

/// The field that a pointer of the server means.
fn field_of(pointer: &str) -> Option<AttrValue> {
    if let Some(rest) = pointer.strip_prefix("/read_on/paper") {
        return paper_field(rest);
    }
    Some(AttrValue::Static(match pointer {
        "/declaration" | "/declaration/own_work" => OWN,
        "/declaration/nobody_identifiable" => NOBODY,
        "/round_id" => ROUND,
        "/read_on" | "/read_on/form" => FORM,
        _ => return None,
    }))
}

#[component]
fn Form(props: &FormProps) -> Html {
    let Ready { detail, preview, rounds } = &props.ready;
    let id = detail.id;
    let me = use_me();
    let notices = use_notices();
    let key = use_key();
    let declaration =
        use_state_eq(|| Declaration { own_work: false, nobody_identifiable: false, quotes_agreed: false });
    let round = use_state_eq(|| rounds.first().map(|round| round.id));
    let asked = use_query().get("form").and_then(|code| code.parse().ok());
    let form = use_state_eq(|| asked.unwrap_or(detail.form));
    let paper = use_state_eq(|| PaperText::new(beginning(rounds.first(), me.today)));
    let problems = use_state_eq(Vec::<FormProblem>::new);
    let sent = use_state_eq(|| 0_u32);
    let send = use_action(
        move |what: SubmitPortfolio| {
            let key = key.clone();
            async move { api::portfolio::submit(id, &what, &key).await }
        },
        move |done: SubmissionDetail| {
            let submission = done.submission.id;
            let undo = Callback::from(move |()| {
                spawn_local(async move {
                    if api::submission::withdraw(submission, &Key::new()).await.is_ok() {
                        replace(&Route::Portfolio(id.to_string().into()));
                    }
                });
            });
            let id = submission.to_string().into();
            if done.submission.paper.is_some() {
                replace(&Route::SubmissionPaper(id));
                notices
                    .say_with_undo("It is registered, and counts as sent from today. Here is its cover sheet.", undo);
            } else {
                replace(&Route::Submission(id));
                notices.say_with_undo("Your portfolio is on its way to the panel.", undo);
            }
        },
    );
    use_effect_with(send.trouble.clone(), {
        let (problems, sent, count) = (problems.setter(), sent.setter(), *sent);
        move |trouble| {
            if let Some(error) = trouble.as_ref().filter(|error| !error.may_pass()) {
                problems.set(form_problems(error, field_of));
                sent.set(count + 1);
            }
        }
    });
    let has_text = preview.edition.has_text();
    let onsubmit = {
        let (declaration, round, form, paper) = (*declaration, *round, *form, (*paper).clone());
        let (problems, sent, send) = (problems.setter(), sent.clone(), send.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut all = Vec::new();
            let read_on = read_on(form, has_text, &paper).map_err(|more| all.extend(more));
            all.extend(needs(declaration));
            sent.set(*sent + 1);
            if let (Ok(read_on), true) = (read_on, all.is_empty()) {
                send.run(SubmitPortfolio { declaration, round_id: round, read_on });
            }
            problems.set(all);
        })
    };
    let tick = |change: fn(&mut Declaration, bool)| {
        let declaration = declaration.clone();
        Callback::from(move |on| {
            let mut now = *declaration;
            change(&mut now, on);
            declaration.set(now);
        })
    };
    let told: Vec<String> =
        [OWN, NOBODY].iter().filter_map(|field| problem_at(&problems, field)).map(|text| text.to_string()).collect();
    let chosen = rounds.iter().find(|one| Some(one.id) == *round);
    let schools: Vec<String> = me.schools.iter().map(|school| school.school_name.to_string()).collect();
    html! {
        <>
            <form class="flow l sending" novalidate=true {onsubmit}>
                <ErrorSummary problems={(*problems).clone()} sent={*sent} title="One or two things first" />
                { how_it_is_read(*form, form.setter()) }
                if *form != PortfolioForm::Paper { <Readiness ready={props.ready.clone()} /> }
                if *form != PortfolioForm::Electronic {
                    <section class="flow" aria-labelledby="on-paper">
                        <h2 id="on-paper" class="q1">{ "What is on paper" }</h2>
                        <PaperFields
                            value={(*paper).clone()}
                            onchange={{ let paper = paper.setter(); Callback::from(move |now| paper.set(now)) }}
                            problems={(*problems).clone()}
                            today={me.today}
                        />
                    </section>
                }
                if let Some(error) = send.trouble.as_ref().filter(|error| error.may_pass()) {
                    <Trouble title={error.title.clone()} detail={format!("{} Nothing was sent yet, and your portfolio is as it was.", error.sentence())} />
                }
                { which_round(rounds, *round, round.setter()) }
                <CheckGroup legend="Before you send it" error={(!told.is_empty()).then(|| AttrValue::from(told.join(". ")))}>
                    <Check id={OWN} checked={declaration.own_work} onchange={tick(|d, on| d.own_work = on)}>
                        { "This is my own account of my own mentoring." }
                    </Check>
                    <Check id={NOBODY} checked={declaration.nobody_identifiable} onchange={tick(|d, on| d.nobody_identifiable = on)}>
                        { "No pupil and no trainee can be identified." }
                    </Check>
                    <Check checked={declaration.quotes_agreed} onchange={tick(|d, on| d.quotes_agreed = on)} hint="If you quote somebody">
                        { "I have agreement for what I quote." }
                    </Check>
                </CheckGroup>
                <Note icon="eye" title="Who will read it"><p class="sm">{ readers(&schools) }</p></Note>
                <div class="row">
                    <Button submit=true big=true icon={if *form == PortfolioForm::Electronic { "send" } else { "package" }} busy={send.running}>
                        { match (chosen, *form) {
                            (Some(round), PortfolioForm::Electronic) => format!("Send it for {}", round.name),
                            (None, PortfolioForm::Electronic) => "Send it to the panel".to_owned(),
                            (Some(round), _) => format!("Register it for {}", round.name),
                            (None, _) => "Register it".to_owned(),
                        } }
                    </Button>
                    if *form != PortfolioForm::Paper {
                        <Go to={Route::PortfolioPreview(id.to_string().into())} button={ButtonKind::Quiet}>{ "Preview as a reader" }</Go>
                    }
                    if send.running { <span class="sm mut" role="status">{ "Sending" }</span> }
                </div>
            </form>
        </>
    }
}

/// Who will read it, in words.
fn readers(schools: &[String]) -> String {
    let nobody = match schools {
        [] => "Nobody who has a tie to you".to_owned(),
        [one] => format!("Nobody from {one}, and nobody else who has a tie to you"),
        [first, .., last] => format!("Nobody from {first} or {last}, and nobody else who has a tie to you"),
    };
    format!(
        "The panel members who are asked to, and the panel at its meeting. {nobody}. Your school does not see what you wrote."
    )
}

/// On a screen, on paper, or both.
fn how_it_is_read(form: PortfolioForm, set: UseStateSetter<PortfolioForm>) -> Html {
    let hint = match form {
        PortfolioForm::Electronic => "Your readers get what is arranged here, as the preview shows it.",
        PortfolioForm::Paper => {
            "Your readers get the paper itself, and you get a cover sheet for its front. What you wrote here stays with you."
        }
        PortfolioForm::Mixed => {
            "Your readers get what is arranged here, and the paper beside it. You get a cover sheet for its front."
        }
    };
    html! {
        <Segmented
            id={FORM}
            legend="How will it be read?"
            {hint}
            options={vec![
                Choice::new(PortfolioForm::Electronic.code(), "On a screen"),
                Choice::new(PortfolioForm::Paper.code(), "On paper"),
                Choice::new(PortfolioForm::Mixed.code(), "Both"),
            ]}
            value={Some(AttrValue::Static(form.code()))}
            onchange={Callback::from(move |code: AttrValue| set.set(code.parse().unwrap_or(PortfolioForm::Electronic)))}
        />
    }
}

/// By which day one says that the paper will come, at first: the day on which the round closes, or a week from now.
pub fn beginning(round: Option<&RoundSummary>, today: Date) -> Date {
    round.map_or(today.plus_days(7), |round| round.dates.submit_by)
}

/// The rounds that a portfolio could go to, or what becomes of it where none is planned.
pub fn which_round(rounds: &[RoundSummary], chosen: Option<RoundId>, set: UseStateSetter<Option<RoundId>>) -> Html {
    if rounds.is_empty() {
        return html! {
            <Note icon="calendar" title="The next round is not planned yet">
                <p>{ "You can send it now. It waits for the next round, and we tell you as soon as the dates are known." }</p>
            </Note>
        };
    }
    let options = rounds.iter().map(|round| {
        let dates = &round.dates;
        Choice::new(round.id.to_string(), round.name.to_string()).detail(format!(
            "Closes at the end of {}. The panel meets on {}. You hear by {}.",
            day(dates.submit_by),
            day(dates.meeting),
            day(dates.tell_by)
        ))
    });
    html! {
        <RadioCards
            id={ROUND}
            legend="Which round?"
            options={options.collect::<Vec<_>>()}
            value={chosen.map(|id| AttrValue::from(id.to_string()))}
            onchange={Callback::from(move |id: AttrValue| set.set(id.parse().ok()))}
        />
    }
}

#[derive(Properties, PartialEq)]
struct ReadinessProps {
    ready: Ready,
}

/// What a reader will find. Nothing of it stands in the way of sending.
#[component]
fn Readiness(props: &ReadinessProps) -> Html {
    let Ready { detail, preview, .. } = &props.ready;
    let edition = &preview.edition;
    let links: Vec<_> = edition.entries().flat_map(|entry| &entry.links).collect();
    let explained = links.iter().filter(|link| link.shows.is_some()).count();
    let attached: usize = edition.entries().map(|entry| entry.evidence.len()).sum();
    let secured: Vec<Standard> = detail.secured.iter().filter(|(_, is)| **is).map(|(s, _)| s).collect();
    let ready = || html! { <span>{ "Ready" }</span> };
    let choice = || html! { <Tag tone={Tone::More} icon="circle-dashed">{ "Your choice" }</Tag> };
    html! {
        <section aria-labelledby="ready">
            <h2 id="ready" class="q1">{ "Ready to read" }</h2>
            <ul class="tl gap-top">
                <li>
                    <span>
                        <Go to={Route::Portfolio(detail.id.to_string().into())}>{ &edition.title }</Go><br />
                        <span class="sm mut">{ preview::to_read(preview) }</span>
                    </span>
                    if edition.has_text() { { ready() } } else { { choice() } }
                </li>
                <li>
                    <span>
                        <strong>{ "Passages linked to the standards" }</strong><br />
                        <span class="sm mut">{ passages(links.len(), explained) }</span>
                    </span>
                    if explained > 0 { { ready() } } else { { choice() } }
                </li>
                if attached > 0 {
                    <li>
                        <span>
                            <strong>{ "What goes with it" }</strong><br />
                            <span class="sm mut">{ count(attached, "attachment", "attachments") }</span>
                        </span>
                        { ready() }
                    </li>
                }
                if !secured.is_empty() {
                    <li>
                        <span>
                            <strong>{ "Secured, for good" }</strong><br />
                            <span class="sm mut">
                                { secured.iter().map(|s| s.short_title()).collect::<Vec<_>>().join(" · ") }
                            </span>
                        </span>
                        { ready() }
                    </li>
                }
                { for preview.advice.iter().map(|advice| {
                    let said = say(advice);
                    html! {
                        <li>
                            <span>
                                <strong>{ &said.title }</strong><br />
                                <span class="sm mut">{ said.text }{ " " }{ way(&said) }</span>
                            </span>
                            if stays_out(advice) { { choice() } } else { <Tag icon="info">{ "Advice" }</Tag> }
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

/// "17 passages, each with a sentence from you".
fn passages(all: usize, explained: usize) -> String {
    let passages = count(all, "passage", "passages");
    match (all, explained) {
        (0, _) => "None yet. A reader then finds the standards without your help.".to_owned(),
        (1, 1) => format!("{passages}, with a sentence from you"),
        _ if all == explained => format!("{passages}, each with a sentence from you"),
        _ => format!("{passages}, {explained} of them with a sentence from you"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_needs_some_text_and_the_declaration_and_nothing_else() {
        let none = Declaration { own_work: false, nobody_identifiable: false, quotes_agreed: true };
        assert_eq!(needs(none).len(), 2);
        let made = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };
        assert!(needs(made).is_empty());
        assert_eq!(needs(Declaration { own_work: false, ..made })[0].field, OWN);
        let paper = PaperText::new("2027-02-26".parse().unwrap());
        assert_eq!(read_on(PortfolioForm::Electronic, false, &paper).unwrap_err().len(), 1);
        assert_eq!(read_on(PortfolioForm::Electronic, true, &paper), Ok(ReadOn::Electronic));
    }

    #[test]
    fn paper_needs_to_be_described_and_no_text() {
        let paper = PaperText::new("2027-02-26".parse().unwrap());
        assert_eq!(read_on(PortfolioForm::Paper, false, &paper).unwrap_err().len(), 2);
        let paper = PaperText { parts: "A box".into(), hand_in: "The desk".into(), ..paper };
        assert_eq!(read_on(PortfolioForm::Paper, false, &paper).unwrap().form(), PortfolioForm::Paper);
        assert_eq!(read_on(PortfolioForm::Mixed, true, &paper).unwrap().form(), PortfolioForm::Mixed);
        assert_eq!(field_of("/read_on/paper/parts"), paper_field("/parts"));
    }

    #[test]
    fn passages_are_counted_in_words() {
        assert_eq!(passages(17, 17), "17 passages, each with a sentence from you");
        assert_eq!(passages(1, 1), "1 passage, with a sentence from you");
        assert_eq!(passages(3, 1), "3 passages, 1 of them with a sentence from you");
    }

    #[test]
    fn readers_are_said_in_words() {
        assert!(readers(&["Thornbeck Primary School".into()]).contains("Nobody from Thornbeck Primary School, and"));
        assert!(readers(&[]).contains("Nobody who has a tie to you."));
        assert!(readers(&["A".into(), "B".into()]).contains("from A or B,"));
    }
}
