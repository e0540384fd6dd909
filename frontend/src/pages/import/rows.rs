//! Rows as they are shown: what stands in them, and what they do or have done.

use cairn_shared::import::{Column, ImportRow, RowState, shown_name};
use yew::prelude::*;

use crate::router::Route;
use crate::ui::{Cell, Column as Heading, Go, RowHead, Table, Tag, Tone};

/// The headings of the table.
pub fn headings() -> Vec<Heading> {
    ["Row", "Name", "Email", "School", "Phase", "What will happen"].map(Heading::new).to_vec()
}

/// A table of rows.
pub fn table(caption: &'static str, rows: Html) -> Html {
    html! { <Table {caption} columns={headings()} class="imported">{ rows }</Table> }
}

/// What will happen, or has happened, in a word.
pub fn state_tag(row: &ImportRow) -> Html {
    let (tone, icon, words) = match (row.state, row.done) {
        (RowState::Needs, _) => (Tone::More, "circle-dashed", "Waiting"),
        (RowState::New, false) => (Tone::Good, "circle-plus", "Add"),
        (RowState::New, true) if row.deeds.is_empty() => (Tone::Plain, "check", "Was added by then"),
        (RowState::New, true) => (Tone::Good, "circle-check", "Added"),
        (RowState::School, false) => (Tone::Good, "school", "Add school"),
        (RowState::School, true) => (Tone::Good, "school", "School added"),
        (RowState::Changes, false) => (Tone::Info, "refresh-cw", "Change"),
        (RowState::Changes, true) => (Tone::Info, "refresh-cw", "Changed"),
        (RowState::Unchanged, _) => (Tone::Plain, "check", "Nothing changes"),
    };
    html! { <Tag {tone} {icon}>{ words }</Tag> }
}

/// The name, leading to the person's page where they are here.
pub fn name(row: &ImportRow) -> Html {
    let name = shown_name(&row.cells);
    let shown = match (name.is_empty(), row.cells.is_school()) {
        (true, true) => html! { <span class="mut">{ "A school" }</span> },
        (true, false) => html! { <span class="mut">{ "No name" }</span> },
        (false, _) => html! { <bdi>{ name }</bdi> },
    };
    match row.person_id {
        Some(id) => html! { <Go to={Route::Person(id.to_string().into())}>{ shown }</Go> },
        None => shown,
    }
}

/// What stands in a cell, or a dash.
pub fn cell(row: &ImportRow, column: Column) -> Html {
    match row.cells.get(column) {
        "" => html! { <span class="mut">{ "–" }</span> },
        text => html! { <bdi class="wraps">{ text }</bdi> },
    }
}

/// The school by its name, or by its number.
pub fn school(row: &ImportRow) -> Html {
    match (row.cells.get(Column::School), row.cells.get(Column::Urn)) {
        ("", urn) if !urn.is_empty() => html! { { format!("URN {urn}") } },
        _ => cell(row, Column::School),
    }
}

/// What it does, one line each, and what differs and stays.
pub fn deeds(row: &ImportRow) -> Html {
    if row.deeds.is_empty() && row.differences.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="sm deeds-done">
            { for row.deeds.iter().map(|deed| html! { <li>{ deed.sentence() }</li> }) }
            { for row.differences.iter().map(|differs| html! { <li class="mut">{ differs.sentence() }</li> }) }
        </ul>
    }
}

/// A row that needs nothing.
pub fn plain(row: &ImportRow) -> Html {
    html! {
        <tr key={row.row}>
            <RowHead>{ row.row }</RowHead>
            <Cell label="Name">{ name(row) }</Cell>
            <Cell label="Email">{ cell(row, Column::Email) }</Cell>
            <Cell label="School">{ school(row) }</Cell>
            <Cell label="Phase">{ cell(row, Column::Phase) }</Cell>
            <Cell><div class="flow t what">{ state_tag(row) }{ deeds(row) }</div></Cell>
        </tr>
    }
}
