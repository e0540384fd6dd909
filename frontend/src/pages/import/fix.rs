//! A row that needs putting right, with a field for each thing that does.

use cairn_shared::ids::ImportId;
use cairn_shared::import::{Cell as Text, Column, ImportRow, PutRowRight, RowProblem, RowState};
use yew::prelude::*;

use super::rows::{cell, deeds, name, school, state_tag};
use crate::api::{self, Loaded};
use crate::browser::focus;
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::pages::person::phase_choices;
use crate::ui::{Button, ButtonKind, Cell, Choice, RowHead, SelectField, TextField};

/// The choice that is no name of a school.
const NEW_SCHOOL: &str = "\u{1}";

/// Which row.
#[derive(Properties, PartialEq)]
pub struct FixProps {
    /// The import.
    pub id: ImportId,
    /// The row.
    pub row: ImportRow,
    /// The tag of the import.
    pub etag: Option<String>,
    /// Told what has become of the row, and whether it was about a school, which may settle others.
    pub onput: Callback<(Loaded<ImportRow>, bool)>,
    /// Told that the import was changed by somebody else.
    pub onstale: Callback<()>,
}

/// Whether the row can be put right here. What stands elsewhere is put right there.
fn is_here(problem: &RowProblem) -> bool {
    !matches!(problem.code.as_str(), "has_left" | "several_stays" | "changed_meanwhile")
}

/// The id of the row, where the summary leads.
pub fn row_id(row: i64) -> String {
    format!("row-{row}")
}

/// A row that needs putting right.
#[component]
pub fn Fix(props: &FixProps) -> Html {
    let FixProps { id, row, .. } = props;
    let notices = use_notices();
    // What was written so far, column by column.
    let written = use_state(Vec::<(Column, String)>::new);
    let put = {
        let (id, number, etag) = (*id, row.row, props.etag.clone());
        let (onput, written) = (props.onput.clone(), written.setter());
        use_action(
            move |change: PutRowRight| {
                let (etag, about_school) = (etag.clone(), change.about_school().is_some());
                async move {
                    let loaded = api::import::put_right(id, number, &change, etag.as_deref()).await?;
                    Ok((loaded, about_school))
                }
            },
            move |(loaded, about_school): (Loaded<ImportRow>, bool)| {
                let state = loaded.value.state;
                notices.say(match state {
                    RowState::Needs => format!("Row {number} needs one thing more."),
                    _ => format!("Row {number} is ready."),
                });
                if state != RowState::Needs {
                    written.set(Vec::new());
                }
                onput.emit((loaded, about_school));
                focus(&row_id(number));
            },
        )
    };
    let stale = put.trouble.as_ref().is_some_and(|error| error.is_stale());
    {
        let onstale = props.onstale.clone();
        use_effect_with(stale, move |stale| {
            if *stale {
                onstale.emit(());
            }
        });
    }
    let keep = {
        let (written, put, notices) = (written.clone(), put.clone(), use_notices());
        Callback::from(move |()| {
            let change = written.iter().fold(PutRowRight::default(), |change, (column, text)| {
                if *column == Column::School && text == NEW_SCHOOL {
                    return PutRowRight { new_school: Some(true), ..change };
                }
                change.with(*column, Text::new(text.clone()).unwrap_or_default())
            });
            if change == PutRowRight::default() {
                notices.say("Write or choose something first.");
            } else {
                put.run(change);
            }
        })
    };
    let onkeydown = {
        let keep = keep.clone();
        Callback::from(move |event: KeyboardEvent| {
            let field = event.target_dyn_into::<web_sys::HtmlInputElement>().is_some();
            if field && event.key() == "Enter" {
                event.prevent_default();
                keep.emit(());
            }
        })
    };
    let write = |column: Column| {
        let written = written.clone();
        Callback::from(move |text: String| {
            let mut all = (*written).clone();
            all.retain(|(other, _)| *other != column);
            all.push((column, text));
            written.set(all);
        })
    };
    let value = |column: Column| {
        let found = written.iter().find(|(other, _)| *other == column);
        found.map_or_else(|| row.cells.get(column).to_owned(), |(_, text)| text.clone())
    };
    let field = |column: Column| {
        let problem = row.problems.iter().find(|problem| problem.column == column && is_here(problem))?;
        Some(control(row.row, problem, value(column), write(column)))
    };
    let either = |column: Column, shown: Html| field(column).unwrap_or(shown);
    let names = match (field(Column::GivenName), field(Column::FamilyName)) {
        (None, None) => name(row),
        (given, family) => html! {
            <span class="flow t">
                { given.unwrap_or_else(|| cell(row, Column::GivenName)) }
                { family.unwrap_or_else(|| cell(row, Column::FamilyName)) }
            </span>
        },
    };
    let others: Vec<Html> = [Column::Role, Column::Since, Column::Leads].into_iter().filter_map(&field).collect();
    let elsewhere: Vec<&RowProblem> = row.problems.iter().filter(|problem| !is_here(problem)).collect();
    let can_keep = row.problems.iter().any(is_here);
    html! {
        <tr id={row_id(row.row)} tabindex="-1" {onkeydown}>
            <RowHead>{ row.row }</RowHead>
            <Cell label="Name">{ names }</Cell>
            <Cell label="Email">{ either(Column::Email, cell(row, Column::Email)) }</Cell>
            <Cell label="School">
                { either(Column::School, school(row)) }
                if let Some(urn) = field(Column::Urn) { { urn } }
            </Cell>
            <Cell label="Phase">{ either(Column::Phase, cell(row, Column::Phase)) }</Cell>
            <Cell>
                <div class="flow t what">
                    { state_tag(row) }
                    { deeds(row) }
                    { for others }
                    { for elsewhere.iter().map(|problem| html! { <p class="sm">{ &problem.detail }</p> }) }
                    if let Some(error) = put.trouble.as_ref().filter(|_| !stale) {
                        <p class="sm msg" role="alert">{ error.sentence() }</p>
                    }
                    if can_keep {
                        <Button small=true kind={ButtonKind::Quiet} class="start" busy={put.running} onclick={keep}>
                            { "Keep" }<span class="vh">{ format!(" row {}", row.row) }</span>
                        </Button>
                    }
                </div>
            </Cell>
        </tr>
    }
}

/// The field for one thing.
fn control(row: i64, problem: &RowProblem, value: String, write: Callback<String>) -> Html {
    let column = problem.column;
    let id = format!("{column}-{row}");
    let label = format!("{}, row {row}", column.title());
    let error = AttrValue::from(problem.detail.clone());
    let choose = |options: Vec<Choice>, value: String| {
        html! {
            <SelectField
                id={id.clone()}
                label={label.clone()}
                quiet=true
                {options}
                blank="Choose"
                {value}
                onchange={write.reform(|value: AttrValue| value.to_string())}
                error={error.clone()}
            />
        }
    };
    match column {
        Column::Phase => {
            let known = phase_choices().iter().any(|choice| choice.value == value);
            choose(phase_choices(), if known { value } else { String::new() })
        }
        Column::School if !problem.suggestions.is_empty() => {
            let meant = problem.suggestions.iter().map(|school| Choice::new(school.to_string(), school.to_string()));
            let options: Vec<Choice> = meant.chain([Choice::new(NEW_SCHOOL, "It is a new school")]).collect();
            let known = options.iter().any(|choice| choice.value == value);
            choose(options, if known { value } else { String::new() })
        }
        _ => html! {
            <TextField {id} {label} quiet=true maxlength={300} autocomplete="off" spellcheck=false {value} oninput={write} {error} />
        },
    }
}
