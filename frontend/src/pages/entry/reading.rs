//! The text as it is read: paragraphs and quotations, with the linked passages marked and numbered.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::entry::{Anchor, Place, StandardLink};
use cairn_shared::ids::EntryId;
use yew::prelude::*;

use super::places::selected_in_story;
use crate::browser::{Listener, Timer, document};
use crate::parts::{Run, blocks};

/// A passage that is found in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Which of the links; none for the words that are being linked just now.
    pub link: Option<usize>,
    /// Its first character.
    pub start: usize,
    /// The one behind its last.
    pub end: usize,
}

/// Finds the linked passages in `text`. The links are those of `base`, which may be a few keys older.
pub fn find(links: &[StandardLink], base: &str, text: &str) -> Vec<Found> {
    let place = |anchor: &Anchor| match base == text {
        true => anchor.locate(text),
        false => anchor.follow(base, text).locate(text),
    };
    links
        .iter()
        .enumerate()
        .filter_map(|(i, link)| match place(link.anchor.as_ref()?) {
            Place::At { start, end } => Some(Found { link: Some(i), start, end }),
            Place::Orphaned => None,
        })
        .collect()
}

/// The text as it is read.
#[derive(Properties, PartialEq)]
pub struct ReadingProps {
    /// Which entry it is of.
    pub entry: EntryId,
    /// The text.
    pub text: AttrValue,
    /// Its links.
    pub links: Vec<StandardLink>,
    /// The passages that are found in it.
    pub found: Vec<Found>,
    /// Told what is selected, in characters.
    pub onselected: Callback<Option<(usize, usize)>>,
    /// What stands in the run of the text behind this position: the form that links it.
    #[prop_or_default]
    pub behind: Option<usize>,
    /// What stands there.
    #[prop_or_default]
    pub children: Html,
}

/// The text as it is read.
#[component]
pub fn Reading(props: &ReadingProps) -> Html {
    use_effect_with((props.entry, props.text.clone(), props.onselected.clone()), {
        move |(entry, text, onselected)| {
            let (entry, text, onselected) = (*entry, text.clone(), onselected.clone());
            let soon = Rc::new(RefCell::new(None::<Timer>));
            let heard = Listener::on(&document(), "selectionchange", {
                let soon = soon.clone();
                move |_| {
                    let (text, onselected) = (text.clone(), onselected.clone());
                    // Not while the hand is still moving.
                    let timer = Timer::after(350, move || onselected.emit(selected_in_story(entry, &text)));
                    soon.replace(Some(timer));
                }
            });
            move || {
                drop(heard);
                soon.take();
            }
        }
    });
    let passages: Vec<(usize, usize)> = props.found.iter().map(|found| (found.start, found.end)).collect();
    let blocks = blocks(&props.text, &passages);
    let behind = props.behind.map(|end| blocks.iter().rposition(|block| block.from < end).unwrap_or_default());
    html! {
        <div class="story" data-entry={props.entry.to_string()} dir="auto">
            { for blocks.iter().enumerate().map(|(i, block)| {
                let lines = block.lines.iter().enumerate().map(|(n, line)| html! {
                    <>
                        if n > 0 { <br /> }
                        { for line.iter().map(|run| self::run(run, props)) }
                    </>
                });
                html! {
                    <>
                        if block.quote {
                            <blockquote><p>{ for lines }</p></blockquote>
                        } else {
                            <p>{ for lines }</p>
                        }
                        if behind == Some(i) { <div class="behind">{ props.children.clone() }</div> }
                    </>
                }
            }) }
        </div>
    }
}

fn run(run: &Run, props: &ReadingProps) -> Html {
    let link = |mark: usize| props.found.get(mark).and_then(|found| found.link).and_then(|i| props.links.get(i));
    let letters = html! { <span data-at={run.start.to_string()}>{ &run.text }</span> };
    let numbers = run.closing.iter().filter_map(|mark| {
        let link = link(*mark)?;
        let (class, number) = (link.standard.code(), link.standard.number());
        let name = format!("Linked to standard {number}, {}", link.standard.short_title());
        Some(html! { <a {class} id={format!("at-{}", link.id)} href={format!("#link-{}", link.id)} aria-label={name}>{ number }</a> })
    });
    let inside = html! { <>{ letters }{ for numbers }</> };
    let depth = run.over.len();
    run.over.iter().enumerate().rev().fold(inside, |inside, (level, mark)| {
        let class = link(*mark).map_or("pending", |link| link.standard.code());
        // The widest of several has its line lowest.
        let over = match depth - level {
            1 => None,
            2 => Some("over1"),
            _ => Some("over2"),
        };
        html! { <mark class={classes!(class, over)}>{ inside }</mark> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str, quote: &str) -> StandardLink {
        let start = text[..text.find(quote).unwrap()].chars().count();
        StandardLink {
            id: "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11".parse().unwrap(),
            standard: cairn_shared::framework::Standard::S2,
            guide: None,
            anchor: Anchor::at(text, start, start + quote.chars().count()),
            orphaned: false,
            shows: None,
        }
    }

    #[test]
    fn passages_follow_words_that_are_not_saved_yet() {
        let base = "I asked, she wrote.";
        let links = [link(base, "she wrote"), StandardLink { anchor: None, ..link(base, "I") }];
        let at =
            |text: &str| find(&links, base, text).into_iter().map(|f| (f.link, f.start, f.end)).collect::<Vec<_>>();
        assert_eq!(at(base), [(Some(0), 9, 18)]);
        assert_eq!(at("Then I asked, she wrote."), [(Some(0), 14, 23)]);
        assert_eq!(at("I asked, she slowly wrote."), [(Some(0), 9, 25)]);
        assert_eq!(at("I asked."), []);
    }
}
