//! The second step: what each row will do. What needs putting right comes first, and can be put right here.

use std::collections::HashMap;

use cairn_shared::ids::ImportId;
use cairn_shared::import::{Encoding, ImportCounts, ImportRow, ImportStage, ImportSummary, RowState};
use yew::prelude::*;

use super::fix::{Fix, row_id};
use super::rows::{plain, table};
use super::run::{Outcome, Run};
use super::{figure, rows_of, steps};
use crate::api::{self, Loaded};
use crate::browser::{focus, hand_over};
use crate::hooks::{LoadState, Pages, use_action, use_pages};
use crate::notices::use_notices;
use crate::parts::framed;
use crate::router::{Route, set_query, use_query};
use crate::ui::{
    Back, Button, ButtonKind, Choice, LoadMore, Note, Page, PageHeader, SelectField, Skeleton, Tone, Trouble,
};
use crate::words::{Moment, number, sentence};

/// Which import.
#[derive(Properties, PartialEq)]
pub struct ImportProps {
    /// The import.
    pub id: ImportId,
}

/// The second step, and the third.
#[component]
pub fn Import(props: &ImportProps) -> Html {
    let id = props.id;
    let load = crate::hooks::use_loaded(id, api::import::read);
    let query = use_query();
    let show: Option<RowState> = query.get("show").and_then(|code| code.parse().ok());
    let needs = use_pages((id, RowState::Needs), |(id, state), after| async move {
        api::import::rows(id, Some(state), after.as_deref()).await
    });
    let all =
        use_pages((id, show), |(id, show), after| async move { api::import::rows(id, show, after.as_deref()).await });
    // Rows that were put right stay where they are, as they are now, until the list is loaded anew.
    let put = use_state(HashMap::<i64, ImportRow>::new);
    let notices = use_notices();
    let anew = {
        let (load, needs, all, put) = (load.reloader(), needs.reload.clone(), all.reload.clone(), put.setter());
        Callback::from(move |()| {
            put.set(HashMap::new());
            load.emit(());
            needs.emit(());
            all.emit(());
        })
    };
    let again = {
        let (load, anew) = (load.clone(), anew.clone());
        use_action(
            move |()| async move { api::import::look_again(id).await },
            move |loaded: Loaded<ImportSummary>| {
                notices.say("Every row was looked at again.");
                load.put(loaded);
                anew.emit(());
            },
        )
    };
    let onput = {
        let (load, all, put, anew) = (load.clone(), all.reload.clone(), put.clone(), anew.clone());
        Callback::from(move |(row, about_school): (Loaded<ImportRow>, bool)| {
            if about_school {
                // It may have settled other rows.
                return anew.emit(());
            }
            if let Some(import) = load.value() {
                load.put(Loaded { value: import.value.clone(), etag: row.etag.clone() });
            }
            let mut rows = (*put).clone();
            rows.insert(row.value.row, row.value);
            put.set(rows);
            load.reload();
            all.emit(());
        })
    };
    let just_now = use_state_eq(|| false);
    let onrun = {
        let (load, needs, all, just_now) = (load.clone(), needs.reload.clone(), all.reload.clone(), just_now.setter());
        Callback::from(move |loaded: Loaded<ImportSummary>| {
            let done = loaded.value.stage == ImportStage::Done;
            load.put(loaded);
            if done {
                needs.emit(());
                all.emit(());
                just_now.set(true);
            }
        })
    };
    framed(&load, "Import people", |loaded| {
        let import = &loaded.value;
        let counts = import.counts;
        html! {
            <Page title={format!("{}: import", import.name)}>
                <div class="flow l">
                    <PageHeader
                        title="Import people"
                        back={html! { <Back to={Route::PeopleImport}>{ "Choose another file" }</Back> }}
                        lead={html! { { "Nothing happens before you say so. People are matched by their e-mail address, so importing twice is safe." } }}
                    />
                    { steps(if import.stage == ImportStage::Preview { 1 } else { 2 }) }
                    if import.stage == ImportStage::Done { <Outcome import={import.clone()} just_now={*just_now} /> }
                    { aside(import) }
                    if counts.needs > 0 || !put.is_empty() {
                        { to_put_right(id, loaded, &needs, &put, &onput, &anew) }
                        <div class="row">
                            <Download {id} needs={counts.needs} />
                            <Button kind={ButtonKind::Text} icon="refresh-cw" busy={again.running} onclick={again.runner()}>{ "Look at every row again" }</Button>
                        </div>
                        if let Some(error) = &again.trouble { <Trouble title={error.title.clone()} detail={error.sentence()} again={again.runner()} /> }
                    }
                    <Run import={import.clone()} {onrun} />
                    { everything(import, &all, show) }
                </div>
            </Page>
        }
    })
}

/// What is to be known of the whole file.
fn aside(import: &ImportSummary) -> Html {
    let unused: Vec<&str> = import.unused.iter().map(|name| name.as_str()).collect();
    let nothing = import.stage == ImportStage::Preview && import.counts.ready() == 0;
    html! {
        <>
            if import.encoding == Encoding::Windows1252 {
                <Note tone={Tone::More} icon="eye" title="Look at names with accents">
                    <p>{ "The file is written in Windows’ own way rather than in UTF-8, and was read so. If a name looks odd, save it as “CSV UTF-8” and send it again." }</p>
                </Note>
            }
            if !unused.is_empty() {
                <Note tone={Tone::Plain} small=true>
                    <p>{ format!("Not used: {}.", unused.join(", ")) }</p>
                </Note>
            }
            if nothing {
                <Note tone={Tone::Info} title={if import.counts.needs > 0 { "Nothing is ready yet" } else { "There is nothing to do" }}>
                    <p>{ if import.counts.needs > 0 { "Put the rows below right, and they can be imported." } else { "Everyone in this file is here already, as the file says." } }</p>
                </Note>
            }
        </>
    }
}

/// The rows that need something: named above, to be put right below.
fn to_put_right(
    id: ImportId,
    loaded: &Loaded<ImportSummary>,
    needs: &Pages<ImportRow>,
    put: &HashMap<i64, ImportRow>,
    onput: &Callback<(Loaded<ImportRow>, bool)>,
    anew: &Callback<()>,
) -> Html {
    const NAMED: usize = 8;
    let counts = loaded.value.counts;
    let rows = match &needs.state {
        LoadState::Loading => return html! { <Skeleton label="Loading the rows that need a look" lines=4 /> },
        LoadState::Problem(error) => {
            return html! { <Trouble title={error.title.clone()} detail={error.sentence()} again={needs.reload.clone()} /> };
        }
        LoadState::Loaded(rows) => rows,
    };
    let now = |row: &ImportRow| put.get(&row.row).cloned().unwrap_or_else(|| row.clone());
    let open: Vec<ImportRow> = rows.iter().map(now).filter(|row| row.state == RowState::Needs).collect();
    let more = counts.needs - open.len().min(NAMED) as i64;
    html! {
        <>
            if counts.needs > 0 {
                <section class="sum" aria-labelledby="needs">
                    <h2 id="needs" class="q2">{ needs_words(counts) }</h2>
                    <ul>
                        { for open.iter().take(NAMED).map(|row| {
                            let target = row_id(row.row);
                            let onclick = {
                                let target = target.clone();
                                Callback::from(move |event: MouseEvent| { event.prevent_default(); focus(&target); })
                            };
                            let what: Vec<&str> = row.problems.iter().map(|problem| problem.detail.as_str()).collect();
                            html! { <li key={row.row}><a href={format!("#{target}")} {onclick}>{ format!("Row {}: {}", row.row, what.join(" ")) }</a></li> }
                        }) }
                        if more > 0 { <li>{ format!("And {} more.", figure(more)) }</li> }
                    </ul>
                </section>
            }
            <section class="card flow scroll-x" tabindex="0" role="region" aria-label="Rows to put right">
                { table("Rows to put right", html! {
                    { for rows.iter().map(|row| html! {
                        <Fix key={row.row} {id} row={now(row)} etag={loaded.etag.clone()} onput={onput.clone()} onstale={anew.clone()} />
                    }) }
                }) }
                if let Some(error) = &needs.trouble { <Trouble title="The rest did not come" detail={error.sentence()} again={needs.reload.clone()} /> }
                <LoadMore more={needs.more} busy={needs.busy} onmore={needs.load_more.clone()} />
            </section>
        </>
    }
}

/// "Three rows need a look".
fn needs_words(counts: ImportCounts) -> String {
    match counts.needs {
        1 => "One row needs a look".to_owned(),
        n if n <= 12 => sentence(&format!("{} rows need a look", number(n as usize))),
        n => format!("{} rows need a look", figure(n)),
    }
}

#[derive(Properties, PartialEq)]
struct DownloadProps {
    id: ImportId,
    needs: i64,
}

/// The rows that need something, as a file for a spreadsheet.
#[component]
fn Download(props: &DownloadProps) -> Html {
    let id = props.id;
    let download = use_action(
        move |()| async move { api::import::file(id, RowState::Needs).await },
        |csv: String| {
            hand_over("rows-to-put-right.csv", "text/csv", csv.as_bytes());
        },
    );
    if props.needs == 0 {
        return Html::default();
    }
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon="download" busy={download.running} onclick={download.runner()}>
                { format!("Download the {}", rows_of(props.needs, "row", "rows")) }
            </Button>
            if let Some(error) = &download.trouble { <span class="sm" role="alert">{ error.sentence() }</span> }
        </>
    }
}

/// "49 rows · 46 ready · 3 to look at · 31 new, 15 changed".
fn counted(counts: ImportCounts) -> String {
    let some = |n: i64, words: &str| (n > 0).then(|| format!("{} {words}", figure(n)));
    let parts = [
        Some(rows_of(counts.rows, "row", "rows")),
        some(counts.needs, "to look at"),
        some(counts.new, if counts.new == 1 { "new person" } else { "new people" }),
        some(counts.changes, "to change"),
        some(counts.unchanged, "as they are"),
        some(counts.schools, if counts.schools == 1 { "new school" } else { "new schools" }),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// All rows, or those of one kind.
fn everything(import: &ImportSummary, all: &Pages<ImportRow>, show: Option<RowState>) -> Html {
    let name = |state: RowState| match state {
        RowState::Needs => "To look at",
        RowState::New => "New people",
        RowState::School => "Schools alone",
        RowState::Changes => "Changes",
        RowState::Unchanged => "As they are",
    };
    let options: Vec<Choice> = RowState::ALL.iter().map(|state| Choice::new(state.code(), name(*state))).collect();
    let query = crate::router::Query::default();
    let rows = match &all.state {
        LoadState::Loading => html! { <Skeleton label="Loading the rows" lines=6 card=false /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={all.reload.clone()} />
        },
        LoadState::Loaded(rows) if rows.is_empty() => html! { <p class="mut">{ "No row is of this kind." }</p> },
        LoadState::Loaded(rows) => html! {
            <>
                { table("Every row", html! { { for rows.iter().map(plain) } }) }
                if let Some(error) = &all.trouble { <Trouble title="The rest did not come" detail={error.sentence()} again={all.reload.clone()} /> }
                <LoadMore more={all.more} busy={all.busy} onmore={all.load_more.clone()} />
            </>
        },
    };
    let made =
        format!("Sent by {}, {}.", import.made_by.full(), Moment::from(import.made_at).relative_to(Moment::now()));
    html! {
        <section class="card flow scroll-x" tabindex="0" role="region" aria-label="Every row">
            <div class="row x">
                <h2 class="q2"><bdi class="wraps">{ import.name.as_str() }</bdi></h2>
                <span class="mut sm">{ counted(import.counts) }</span>
            </div>
            <div class="row x end-line">
                <span class="sm mut">{ made }</span>
                <SelectField
                    id="show"
                    label="Show"
                    class="narrow"
                    {options}
                    blank="All rows"
                    value={show.map_or(AttrValue::default(), |state| AttrValue::Static(state.code()))}
                    onchange={Callback::from(move |value: AttrValue| set_query(&query.with("show", &value)))}
                />
            </div>
            { rows }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_counted_in_words() {
        let counts = ImportCounts { rows: 1049, needs: 3, new: 1031, changes: 15, schools: 1, ..Default::default() };
        assert_eq!(counted(counts), "1,049 rows · 3 to look at · 1,031 new people · 15 to change · 1 new school");
        assert_eq!(needs_words(counts), "Three rows need a look");
        assert_eq!(needs_words(ImportCounts { needs: 14, ..counts }), "14 rows need a look");
    }
}
