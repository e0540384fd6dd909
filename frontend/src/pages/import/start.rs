//! The first step: a file is dropped, chosen or pasted. Beside it, what the columns are, and the files of the last days.

use cairn_shared::import::{Column, ImportStage, ImportSummary, KEPT_DAYS, MOST_BYTES, template};
use web_sys::File;
use yew::prelude::*;

use super::{rows_of, steps};
use crate::api::{self, Sent, Upload, Why};
use crate::browser::hand_over;
use crate::hooks::{LoadState, use_action, use_key, use_online, use_pages};
use crate::router::{Route, navigate};
use crate::ui::{
    Back, Button, ButtonKind, Cell, Choice, Column as Heading, Drop, Go, LoadMore, Note, Page, PageHeader, Progress,
    RowHead, Segmented, Skeleton, Table, Tag, TextArea, Tone, Trouble,
};
use crate::words::{Moment, size};

/// The first step.
#[component]
pub fn Imports() -> Html {
    let online = use_online();
    html! {
        <Page title="Import people">
            <div class="flow l">
                <PageHeader
                    title="Import people"
                    back={html! { <Back to={Route::People}>{ "People" }</Back> }}
                    lead={html! { { "A CSV file with one person on each row. They are matched by their e-mail address, so importing twice is safe. You see what each row will do before anything happens." } }}
                />
                { steps(0) }
                if !online {
                    <Note tone={Tone::More} icon="wifi-off" title="You are offline" live=true>
                        <p>{ "A file can be checked once there is a connection again. It stays on your device until then." }</p>
                    </Note>
                }
                <div class="split">
                    <div class="flow">
                        <Choose />
                        <Recent />
                    </div>
                    <Columns />
                </div>
            </div>
        </Page>
    }
}

/// Choosing or pasting.
#[component]
fn Choose() -> Html {
    let way = use_state(|| AttrValue::Static("file"));
    let text = use_state(String::new);
    let sent = use_state(Sent::default);
    let upload = use_state(Upload::new);
    let too_large = use_state_eq(|| None::<u64>);
    let key = use_key();
    let send = {
        let (sent, upload) = (sent.setter(), upload.clone());
        use_action(
            move |file: File| {
                let (fresh, key, sent) = (Upload::new(), key.clone(), sent.clone());
                upload.set(fresh.clone());
                sent.set(Sent::default());
                async move {
                    let progress = Callback::from(move |so_far: Sent| sent.set(so_far));
                    api::import::make(&fresh, &file, &key, progress).await
                }
            },
            |import: ImportSummary| navigate(&Route::Import(import.id.to_string().into())),
        )
    };
    let onfiles = {
        let (send, too_large) = (send.clone(), too_large.setter());
        Callback::from(move |files: Vec<File>| {
            let Some(file) = files.into_iter().next() else { return };
            let bytes = file.size() as u64;
            too_large.set((bytes > MOST_BYTES as u64).then_some(bytes));
            if bytes <= MOST_BYTES as u64 {
                send.run(file);
            }
        })
    };
    let onpaste = {
        let (onfiles, text) = (onfiles.clone(), text.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let parts = js_sys::Array::of1(&text.as_str().into());
            if let Ok(file) = File::new_with_str_sequence(&parts, "Pasted rows") {
                onfiles.emit(vec![file]);
            }
        })
    };
    let trouble = send.trouble.as_ref().filter(|error| error.why != Why::Cancelled);
    let choices = vec![Choice::new("file", "A file").icon("upload"), Choice::new("paste", "Paste rows").icon("copy")];
    html! {
        <section class="flow" aria-label="Choose a file">
            if let Some(bytes) = *too_large {
                <Trouble
                    title="This file is too large"
                    detail={format!("It is {} and the most is 2 MB, or 5,000 rows. Split it in two; nothing was sent.", size(bytes))}
                />
            }
            if let Some(error) = trouble {
                <Trouble title={error.title.clone()} detail={error.sentence()} />
            }
            if send.running {
                <div class="card flow t" role="status">
                    <Progress value={sent.bytes} max={sent.of.max(1)} label={going(*sent)} />
                    <Button
                        kind={ButtonKind::Text}
                        small=true
                        class="start"
                        onclick={{ let upload = (*upload).clone(); Callback::from(move |()| upload.cancel()) }}
                    >{ "Stop" }</Button>
                </div>
            } else {
                <Segmented
                    id="way"
                    legend="Where are the rows?"
                    quiet=true
                    options={choices}
                    value={Some((*way).clone())}
                    onchange={{ let way = way.setter(); Callback::from(move |value: AttrValue| way.set(value)) }}
                />
                if *way == "paste" {
                    <form class="flow" onsubmit={onpaste}>
                        <TextArea
                            id="rows"
                            label="Rows"
                            hint="Copy them in your spreadsheet, with the row of the headings, and paste them here."
                            rows={8}
                            value={(*text).clone()}
                            oninput={{ let text = text.setter(); Callback::from(move |typed: String| text.set(typed)) }}
                        />
                        <Button submit=true class="start">{ "Check these rows" }</Button>
                    </form>
                } else {
                    <Drop
                        label="Drop a CSV file here"
                        hint="From any spreadsheet: “Save as”, then “CSV”. Up to 5,000 rows and 2 MB."
                        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
                        many=false
                        {onfiles}
                    />
                }
            }
        </section>
    }
}

fn going(sent: Sent) -> String {
    match sent {
        Sent { of: 0, .. } => "Getting ready".to_owned(),
        Sent { bytes, of } if bytes >= of => "Sent. One moment, each row is being looked at".to_owned(),
        Sent { bytes, of } => format!("Sending {}%", bytes * 100 / of),
    }
}

/// What each column is for.
#[component]
fn Columns() -> Html {
    let about = |column: Column| match column {
        Column::GivenName | Column::FamilyName => "As it should appear on a certificate. Needed for somebody new.",
        Column::Email => "This is how people are told apart. Always needed.",
        Column::Role => {
            "Mentor, lead mentor, panel member or school lead; several with commas. Mentor, if empty. A file makes nobody a coordinator."
        }
        Column::Phase => "Primary or secondary. If empty, that of the school.",
        Column::School => "Its name or its URN. One that is not here yet is added.",
        Column::Urn => "The school’s number, so that no two schools are taken for one.",
        Column::Since => {
            "The first day there, like 01/09/2026. Today, if empty. Whoever was at another school has left that one the day before."
        }
        Column::Leads => "Yes, if they lead the school, or its work with trainees.",
    };
    let download = Callback::from(|()| {
        hand_over("people-template.csv", "text/csv", template().as_bytes());
    });
    html! {
        <aside class="flow" aria-labelledby="columns">
            <section class="card p flow t">
                <h2 id="columns" class="q2">{ "The columns" }</h2>
                <p class="sm mut">{ "In any order; the first row names them. Other columns are left aside." }</p>
                <dl class="flow t terms">
                    { for Column::ALL.iter().map(|column| html! {
                        <div><dt class="b">{ column.title() }</dt><dd class="sm">{ about(*column) }</dd></div>
                    }) }
                </dl>
                <p class="sm mut">{ "A row without a person, with a school, a phase and a URN, adds a school by itself." }</p>
                <Button kind={ButtonKind::Quiet} icon="download" class="start" onclick={download}>{ "Download a template" }</Button>
            </section>
        </aside>
    }
}

/// Files of the last days.
#[component]
fn Recent() -> Html {
    let files = use_pages((), |(), after| async move { api::import::list(after.as_deref()).await });
    let list = match &files.state {
        LoadState::Loading => html! { <Skeleton label="Loading the files of the last days" lines=2 /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={files.reload.clone()} />
        },
        LoadState::Loaded(all) if all.is_empty() => {
            html! { <p class="mut">{ "None yet. A file that you check or import is listed here for a month." }</p> }
        }
        LoadState::Loaded(all) => html! {
            <>
                { table(all) }
                if let Some(error) = &files.trouble {
                    <Trouble title="The rest did not come" detail={error.sentence()} again={files.reload.clone()} />
                }
                <LoadMore more={files.more} busy={files.busy} onmore={files.load_more.clone()} />
            </>
        },
    };
    html! {
        <section class="flow t gap-top-l" aria-labelledby="recent">
            <h2 id="recent" class="q1">{ "Files of the last month" }</h2>
            { list }
            <p class="sm mut">{ format!("The names in a file are kept for {KEPT_DAYS} days, then they go. Who was imported stays.") }</p>
        </section>
    }
}

/// How far a file is.
pub fn stage_tag(stage: ImportStage) -> Html {
    match stage {
        ImportStage::Preview => html! { <Tag tone={Tone::Info} icon="eye">{ "Looked at" }</Tag> },
        ImportStage::Running => html! { <Tag tone={Tone::More} icon="circle-dashed">{ "Half way" }</Tag> },
        ImportStage::Done => html! { <Tag tone={Tone::Good} icon="circle-check">{ "Imported" }</Tag> },
    }
}

fn table(files: &[ImportSummary]) -> Html {
    let columns = vec![Heading::new("File"), Heading::new("Rows"), Heading::new("How far")];
    let now = Moment::now();
    html! {
        <Table caption="Files of the last month" {columns}>
            { for files.iter().map(|file| html! {
                <tr>
                    <RowHead>
                        <Go to={Route::Import(file.id.to_string().into())}>{ file.name.as_str() }</Go>
                        <br /><span class="sm mut thin">{ format!("{}, {}", file.made_by.full(), Moment::from(file.made_at).relative_to(now)) }</span>
                    </RowHead>
                    <Cell label="Rows">{ rows_of(file.counts.rows, "row", "rows") }</Cell>
                    <Cell label="How far">{ stage_tag(file.stage) }</Cell>
                </tr>
            }) }
        </Table>
    }
}
