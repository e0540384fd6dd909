//! The last step: whether to write to people now, carrying the rows out, how far it is, and what has come of it.

use cairn_shared::import::{ImportCounts, ImportStage, ImportSummary};
use yew::prelude::*;

use super::{Letters, figure, rows_of};
use crate::api::{self, Key, Loaded};
use crate::browser::focus;
use crate::hooks::{use_action, use_online};
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Choice, ErrorSummary, FormProblem, Go, Note, Progress, RadioCards, Tone, Trouble};

/// Which import.
#[derive(Properties, PartialEq)]
pub struct RunProps {
    /// The import as it is now.
    pub import: ImportSummary,
    /// Told how far it is, after each lot of rows.
    pub onrun: Callback<Loaded<ImportSummary>>,
}

const LETTERS: &str = "letters";
const OUTCOME: &str = "outcome";

/// Carrying it out.
#[component]
pub fn Run(props: &RunProps) -> Html {
    let RunProps { import, .. } = props;
    let counts = import.counts;
    let online = use_online();
    let choice = use_state(|| None::<AttrValue>);
    let asked = use_state(|| 0_u32);
    let run = {
        let (id, onrun) = (import.id, props.onrun.clone());
        use_action(
            move |invite: bool| {
                let onrun = onrun.clone();
                async move {
                    loop {
                        let loaded = api::import::run(id, invite, &Key::new()).await?;
                        let stage = loaded.value.stage;
                        onrun.emit(loaded);
                        if stage == ImportStage::Done {
                            return Ok(());
                        }
                    }
                }
            },
            |()| {},
        )
    };
    let begun = import.stage == ImportStage::Running;
    if import.stage == ImportStage::Done || (counts.ready() == 0 && !begun) {
        return Html::default();
    }
    let invite = match import.invite {
        Some(invite) => Some(invite),
        None if counts.new == 0 => Some(false),
        None => choice.as_ref().map(|choice| choice == "now"),
    };
    let begin = {
        let (run, asked) = (run.clone(), asked.clone());
        Callback::from(move |()| match invite {
            Some(invite) => run.run(invite),
            None => asked.set(*asked + 1),
        })
    };
    let needs = invite.is_none() && *asked > 0;
    let problem = "Choose whether they are written to now or later.";
    html! {
        <section class="flow" aria-labelledby="carry-out">
            <h2 id="carry-out" class="q1">{ if begun { "It is half way" } else { "Import them" } }</h2>
            if needs { <ErrorSummary problems={vec![FormProblem::at(LETTERS, problem)]} sent={*asked} title="One thing first" /> }
            if counts.new > 0 && import.invite.is_none() && !run.running {
                <RadioCards
                    id={LETTERS}
                    legend={format!("How do {} hear of it?", rows_of(counts.new, "new person", "new people"))}
                    options={vec![
                        Choice::new("now", "Invite them by e-mail now").detail("Each gets a letter with a link to begin. It holds for 30 days."),
                        Choice::new("later", "Later").detail("They are added, and hear nothing yet. You write to all of them from the page of people."),
                    ]}
                    value={(*choice).clone()}
                    onchange={{ let choice = choice.setter(); Callback::from(move |value: AttrValue| choice.set(Some(value))) }}
                    error={needs.then_some(AttrValue::Static(problem))}
                />
            }
            if begun || run.running {
                <div class="card flow t" role="status">
                    <Progress
                        value={counts.done as u64}
                        max={(counts.done + counts.waiting()) as u64}
                        label={format!("{} of {} are done", figure(counts.done), rows_of(counts.done + counts.waiting(), "row", "rows"))}
                    />
                    if run.running { <p class="sm mut">{ "You may leave this page open and do something else. If it is closed, go on from here later: nothing is done twice." }</p> }
                </div>
            }
            if let Some(error) = &run.trouble {
                <Trouble
                    title={error.title.clone()}
                    detail={format!("{} What was done is kept, and nothing is done twice. Go on when you are ready.", error.sentence())}
                />
            }
            if !online { <Note tone={Tone::More} icon="wifi-off" title="You are offline"><p>{ "Importing goes on once there is a connection again." }</p></Note> }
            if !run.running {
                <Button class="start" onclick={begin}>
                    { if begun { format!("Go on with the other {}", figure(counts.waiting())) } else { import_words(counts) } }
                </Button>
            }
        </section>
    }
}

/// "Import the 46 that are ready".
fn import_words(counts: ImportCounts) -> String {
    match (counts.ready(), counts.needs) {
        (1, _) => "Import the one that is ready".to_owned(),
        (n, 0) => format!("Import all {}", figure(n)),
        (n, _) => format!("Import the {} that are ready", figure(n)),
    }
}

/// "31 people were added, 15 were changed and 2 schools were added."
fn outcome(counts: ImportCounts) -> String {
    let some = |n: i64, one: &str, many: &str| (n > 0).then(|| rows_of(n, one, many));
    let all = [
        some(counts.new, "person was added", "people were added"),
        some(counts.changes, "person or school was changed", "were changed"),
        some(counts.schools, "school was added", "schools were added"),
        some(counts.unchanged, "was here as the file says", "were here as the file says"),
    ];
    let parts: Vec<String> = all.into_iter().flatten().collect();
    match parts.split_last() {
        None => "Nothing was changed.".to_owned(),
        Some((last, [])) => format!("{last}."),
        Some((last, before)) => format!("{} and {last}.", before.join(", ")),
    }
}

/// What has come of it, and what to do next.
#[component]
pub fn Outcome(props: &OutcomeProps) -> Html {
    let import = &props.import;
    let counts = import.counts;
    // Whoever has just pressed the button finds themselves at what came of it.
    use_effect_with(props.just_now, |just_now| {
        if *just_now {
            focus(OUTCOME);
        }
    });
    html! {
        <section class="flow l outcome" id={OUTCOME} tabindex="-1" aria-label="What has come of it">
            <Note tone={Tone::Good} title="The import is done" live=true>
                <p>{ outcome(counts) }</p>
                if import.invite == Some(true) && counts.new > 0 {
                    <p>{ format!("{} on their way.", rows_of(counts.new, "invitation is", "invitations are")) }</p>
                }
                if counts.needs > 0 {
                    <p>{ format!("{} to be put right below; then import just {}.", rows_of(counts.needs, "row waits", "rows wait"), if counts.needs == 1 { "that" } else { "those" }) }</p>
                }
            </Note>
            <Letters />
            <div class="row">
                <Go to={Route::People} button={ButtonKind::Main}>{ "See everyone" }</Go>
                <Go to={Route::Schools} button={ButtonKind::Quiet}>{ "See the schools" }</Go>
                <Go to={Route::PeopleImport} button={ButtonKind::Quiet} icon="upload">{ "Import another file" }</Go>
            </div>
        </section>
    }
}

/// Which import.
#[derive(Properties, PartialEq)]
pub struct OutcomeProps {
    /// The import, which is done.
    pub import: ImportSummary,
    /// Whether it was carried out just now, on this page.
    pub just_now: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_of_it_is_one_sentence() {
        let counts =
            |new, changes, schools, unchanged| ImportCounts { new, changes, schools, unchanged, ..Default::default() };
        assert_eq!(outcome(counts(0, 0, 0, 0)), "Nothing was changed.");
        assert_eq!(outcome(counts(1, 0, 0, 0)), "1 person was added.");
        assert_eq!(
            outcome(counts(1020, 15, 2, 0)),
            "1,020 people were added, 15 were changed and 2 schools were added."
        );
        assert_eq!(
            import_words(ImportCounts { new: 46, needs: 3, ..Default::default() }),
            "Import the 46 that are ready"
        );
        assert_eq!(import_words(ImportCounts { new: 1020, ..Default::default() }), "Import all 1,020");
    }
}
