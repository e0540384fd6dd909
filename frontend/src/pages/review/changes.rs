//! A portfolio that was sent again: what was suggested, what the mentor says to it, and what is new, side by side.

use cairn_shared::edition::SealedEntry;
use cairn_shared::ids::ReviewId;
use cairn_shared::review::{ChangedEntry, EntryChange, ReviewDetail, ReviewState};
use yew::prelude::*;

use super::chapters;
use super::read::Shown;
use crate::api;
use crate::hooks::use_loaded;
use crate::pages::entry::places::beginning;
use crate::parts::{StandardMark, blocks, entry_name, framed};
use crate::router::Route;
use crate::ui::{Back, ButtonKind, Details, Go, Note, Page, PageHeader, Tag, Tone};
use crate::words::count;

/// Which review.
#[derive(Properties, PartialEq)]
pub struct ReviewChangesProps {
    /// The review.
    pub id: ReviewId,
}

/// What is new since the panel last read it.
#[component]
pub fn ReviewChanges(props: &ReviewChangesProps) -> Html {
    let load = use_loaded(props.id, api::review::read);
    framed(&load, "What is new", |loaded| changes(&loaded.value))
}

fn plain(text: &str) -> Html {
    html! {
        { for blocks(text, &[]).iter().map(|block| {
            let lines: Html = block
                .lines
                .iter()
                .enumerate()
                .map(|(i, line)| {
                    let words: String = line.iter().map(|run| run.text.as_str()).collect();
                    html! { <>if i > 0 { <br /> }{ words }</> }
                })
                .collect();
            if block.quote { html! { <blockquote><p>{ lines }</p></blockquote> } } else { html! { <p>{ lines }</p> } }
        }) }
    }
}

/// What an entry is called beside a suggestion, where several may be of one day: its title, or its first words.
fn named(entry: &SealedEntry) -> String {
    entry.title.clone().unwrap_or_else(|| beginning(&entry.text, 80))
}

fn changes(detail: &ReviewDetail) -> Html {
    let review = &detail.review;
    let to = Route::Review(review.id.to_string().into());
    let chapters = chapters::of(&detail.edition);
    let place = |entry: &SealedEntry| {
        chapters.iter().position(|chapter| chapter.entry == Some(entry.id)).map_or(Shown::Whole, Shown::One)
    };
    let found = |change: &ChangedEntry| {
        detail.edition.entries().find(|entry| entry.id == change.entry_id).map(|entry| (change.clone(), entry.clone()))
    };
    let changed: Vec<(ChangedEntry, SealedEntry)> = detail.changed_entries.iter().filter_map(found).collect();
    let lead = format!(
        "{} sent “{}” again. What was secured stays secured; this is what was suggested, and what is new.",
        review.mentor.full(),
        detail.edition.title
    );
    html! {
        <Page title={format!("What is new: {}", detail.edition.title)}>
            <div class="flow l">
                <PageHeader
                    title="What is new"
                    back={html! { <Back to={to.clone()}>{ "Back to the reading" }</Back> }}
                    eyebrow={html! { { format!("Submission {} · towards {}", review.number, review.qualification.letters()) } }}
                    lead={html! { { lead } }}
                />
                { secured(detail) }
                <section class="flow" aria-labelledby="suggested">
                    <h2 id="suggested" class="q1">{ "Suggestion, reply and change" }</h2>
                    if detail.suggested_before.is_empty() {
                        <Note tone={Tone::Plain}><p>{ "Nothing was suggested before." }</p></Note>
                    }
                    { for detail.suggested_before.iter().map(|before| {
                        let touching: Vec<_> = changed
                            .iter()
                            .filter(|(_, entry)| entry.links.iter().any(|link| link.standard == before.standard))
                            .collect();
                        html! {
                            <article class="card flow t" key={before.id.to_string()}>
                                <StandardMark number={usize::from(before.standard.number())} />
                                <div class="three">
                                    <div class="flow t">
                                        <h3 class="q2">{ "The panel suggested" }</h3>
                                        if !before.suggestion.already_there.is_blank() {
                                            <p class="prewrap"><strong>{ "Already there: " }</strong>{ before.suggestion.already_there.as_str() }</p>
                                        }
                                        <p class="prewrap"><strong>{ "Would help: " }</strong>{ before.suggestion.would_help.as_str() }</p>
                                        if let Some(who) = &before.suggestion.who_can_help {
                                            <p><strong>{ "Who can help: " }</strong>{ who.as_str() }</p>
                                        }
                                    </div>
                                    <div class="flow t">
                                        <h3 class="q2">{ format!("{} says", review.mentor.given_name) }</h3>
                                        if before.reply.is_blank() {
                                            <p class="mut">{ "Nothing beside the story itself." }</p>
                                        } else {
                                            <p class="prewrap" dir="auto">{ before.reply.as_str() }</p>
                                        }
                                    </div>
                                    <div class="flow t">
                                        <h3 class="q2">{ "What is new" }</h3>
                                        if touching.is_empty() {
                                            <p class="mut">{ "No new or changed entry is linked to this standard." }</p>
                                        } else {
                                            <ul class="flow t">
                                                { for touching.into_iter().map(|(change, entry)| html! {
                                                    <li key={entry.id.to_string()}>
                                                        <Go to={to.clone()} query={place(entry).query()}>{ named(entry) }</Go>
                                                        <br /><span class="sm mut">{ word(change) }</span>
                                                    </li>
                                                }) }
                                            </ul>
                                        }
                                    </div>
                                </div>
                            </article>
                        }
                    }) }
                </section>
                <section class="flow" aria-labelledby="entries">
                    <h2 id="entries" class="q1">{ "Entries, before and now" }</h2>
                    if changed.is_empty() {
                        <Note tone={Tone::Plain}><p>{ "The entries are as they were." }</p></Note>
                    } else {
                        <p class="mut">{ format!("{} new or changed since the panel last read it.", count(changed.len(), "entry is", "entries are")) }</p>
                    }
                    { for changed.iter().map(|(change, entry)| html! {
                        <article class="card flow t" key={entry.id.to_string()}>
                            <div class="row x">
                                <h3 class="h3" dir="auto">{ entry_name(entry) }</h3>
                                <Tag tone={Tone::Info} icon={if change.change == EntryChange::Added { "plus" } else { "pencil-line" }}>
                                    { word(change) }
                                </Tag>
                            </div>
                            { match &change.before {
                                Some(before) if *before != entry.text => html! {
                                    <div class="g2 before">
                                        <div class="story" dir="auto"><h4 class="eyebrow">{ "Before" }</h4>{ plain(before) }</div>
                                        <div class="story" dir="auto"><h4 class="eyebrow">{ "Now" }</h4>{ plain(&entry.text) }</div>
                                    </div>
                                },
                                Some(_) => html! {
                                    <>
                                        <p class="mut">{ "The words are the same; its links, or what goes with it, are not." }</p>
                                        <Details summary="Read it"><div class="story" dir="auto">{ plain(&entry.text) }</div></Details>
                                    </>
                                },
                                None => html! { <div class="story measure-in" dir="auto">{ plain(&entry.text) }</div> },
                            } }
                            <p><Go to={to.clone()} query={place(entry).query()}>{ "Open it in the reading" }<span class="vh">{ format!(" – {}", entry_name(entry)) }</span></Go></p>
                        </article>
                    }) }
                </section>
                <div class="row">
                    <Go {to} button={ButtonKind::Main}>
                        { if review.state == ReviewState::Sent { "Back to the reading" } else { "Read on, and write my view" } }
                    </Go>
                </div>
            </div>
        </Page>
    }
}

/// What is settled already: shown, and closed.
fn secured(detail: &ReviewDetail) -> Html {
    if !detail.secured.iter().any(|(_, secured)| *secured) {
        return Html::default();
    }
    html! {
        <section class="flow t" aria-labelledby="secured">
            <h2 id="secured" class="q1">{ "Secured before" }</h2>
            <ul class="row">
                { for detail.secured.iter().filter(|(_, secured)| **secured).map(|(s, _)| html! {
                    <li key={s.code()} class="card p row x">
                        <StandardMark number={usize::from(s.number())} />
                        <Tag tone={Tone::Good} icon="shield-check">{ "Closed" }</Tag>
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn word(change: &ChangedEntry) -> &'static str {
    match change.change {
        EntryChange::Added => "New",
        EntryChange::Changed => "Changed",
    }
}
