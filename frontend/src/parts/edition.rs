//! A sealed portfolio on the screen: parts as headings, the story set as literature, linked passages marked with the
//! numbers of their standards and what they show, and what goes with each entry.
//!
//! The mentor's preview, the mentor's submission, the outcome and the reviewer's page show the same parts:
//! [`EditionStory`] for the whole, [`EntryStory`] for one entry. A page puts its own things between the paragraphs
//! through `slot` (comments, tags), and hears about the numbers through `on_mark`.

mod runs;

use cairn_shared::edition::{Edition, Passage, SealedEntry, SealedEvidence, SealedKind, SealedLink, SealedPiece};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{EntryId, LinkId};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Node};
use yew::prelude::*;

pub use runs::{Block, Run, blocks};

use super::StandardMark;
use crate::api::entry::ticket;
use crate::browser::{method, window};
use crate::hooks::use_loaded;
use crate::ui::Icon;
use crate::words::{Day, size};

/// A number behind a passage was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// In which entry.
    pub entry: EntryId,
    /// Which link.
    pub link: LinkId,
    /// To which standard.
    pub standard: Standard,
}

/// A place where a page may put something of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Under the heading of an entry.
    Heading(EntryId),
    /// Behind a paragraph, which has this share of the entry's characters.
    Block {
        /// In which entry.
        entry: EntryId,
        /// The first character of the share.
        from: usize,
        /// The one behind the last.
        to: usize,
    },
    /// Behind an entry, with all that goes with it.
    Foot(EntryId),
}

impl Spot {
    /// Whether something said of this passage of this entry belongs here: behind the paragraph where the passage
    /// ends, or behind the entry where there is no passage. Exactly one spot holds each.
    pub fn holds(self, said_of: EntryId, passage: Option<Passage>) -> bool {
        match (self, passage) {
            (Self::Heading(_), _) => false,
            (Self::Block { entry, from, to }, Some(passage)) => {
                entry == said_of && (from..to).contains(&(passage.end.saturating_sub(1) as usize))
            }
            (Self::Foot(entry), None) => entry == said_of,
            (Self::Block { .. }, None) | (Self::Foot(_), Some(_)) => false,
        }
    }
}

/// A passage that somebody said something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// In which entry.
    pub entry: EntryId,
    /// Which characters.
    pub passage: Passage,
}

/// A sealed portfolio.
#[derive(Properties, PartialEq)]
pub struct EditionStoryProps {
    /// What was sealed, or would be.
    pub edition: Edition,
    /// Told when a number behind a passage is chosen. Without it the number leads to what the passage shows.
    #[prop_or_default]
    pub on_mark: Option<Callback<Mark>>,
    /// Where a number leads, for its name: "Standard 2, Teaching. What it shows".
    #[prop_or(AttrValue::Static("What it shows"))]
    pub mark_name: AttrValue,
    /// What the page puts between the paragraphs, such as comments.
    #[prop_or_default]
    pub slot: Option<Callback<Spot, Html>>,
    /// Passages that somebody said something of: a dotted line under them.
    #[prop_or_default]
    pub noted: Vec<Noted>,
    /// Whether the list of what the passages show stands under each entry.
    #[prop_or(true)]
    pub shows: bool,
}

/// A sealed portfolio, without its title (which is the page's heading).
#[component]
pub fn EditionStory(props: &EditionStoryProps) -> Html {
    let mut parts = false;
    html! {
        <div class="edition flow">
            { for props.edition.pieces.iter().enumerate().map(|(i, piece)| match piece {
                SealedPiece::Part { title } => {
                    parts = true;
                    html! { <h2 key={i} class="part" dir="auto">{ title }</h2> }
                }
                SealedPiece::Narrative { text } => html! {
                    <div key={i} class="story linking" dir="auto">
                        { for blocks(text, &[]).iter().map(|block| paragraph(block, &|run| html! { { &run.text } })) }
                    </div>
                },
                SealedPiece::Entry(entry) => html! {
                    <EntryStory
                        key={i}
                        entry={entry.clone()}
                        level={if parts { 3 } else { 2 }}
                        on_mark={props.on_mark.clone()}
                        mark_name={props.mark_name.clone()}
                        slot={props.slot.clone()}
                        noted={props.noted.clone()}
                        shows={props.shows}
                    />
                },
            }) }
        </div>
    }
}

/// A sealed entry.
#[derive(Properties, PartialEq)]
pub struct EntryStoryProps {
    /// The entry.
    pub entry: SealedEntry,
    /// The level of its heading. At 1 the page's own heading is its title, and it has none.
    #[prop_or(2)]
    pub level: u8,
    /// As in [`EditionStoryProps`].
    #[prop_or_default]
    pub on_mark: Option<Callback<Mark>>,
    /// As in [`EditionStoryProps`].
    #[prop_or(AttrValue::Static("What it shows"))]
    pub mark_name: AttrValue,
    /// As in [`EditionStoryProps`].
    #[prop_or_default]
    pub slot: Option<Callback<Spot, Html>>,
    /// As in [`EditionStoryProps`].
    #[prop_or_default]
    pub noted: Vec<Noted>,
    /// As in [`EditionStoryProps`].
    #[prop_or(true)]
    pub shows: bool,
}

/// What an entry is called: its title, or its day.
pub fn entry_name(entry: &SealedEntry) -> String {
    entry.title.clone().unwrap_or_else(|| Day::from(entry.happened_on).long_with_year())
}

/// A sealed entry: its story with its marks, what the passages show, and what goes with it.
#[component]
pub fn EntryStory(props: &EntryStoryProps) -> Html {
    let EntryStoryProps { entry, slot, .. } = props;
    let id = entry.id;
    let spot = |spot: Spot| slot.as_ref().map(|slot| slot.emit(spot)).unwrap_or_default();
    // The passages: first the links that have one, then what somebody said something of.
    let linked: Vec<(&SealedLink, Passage)> =
        entry.links.iter().filter_map(|link| link.passage.map(|passage| (link, passage))).collect();
    let noted = props.noted.iter().filter(|noted| noted.entry == id).map(|noted| noted.passage);
    let spans: Vec<(usize, usize)> = linked
        .iter()
        .map(|(_, passage)| *passage)
        .chain(noted)
        .map(|passage| (passage.start as usize, passage.end as usize))
        .collect();
    let show = |run: &Run| {
        let number = |at: &usize| linked.get(*at).map(|(link, _)| mark_link(props, link));
        let text = html! { <span data-at={run.start.to_string()}>{ &run.text }</span> };
        let inner = html! { <>{ text }{ for run.closing.iter().filter_map(number) }</> };
        run.over.iter().rev().enumerate().fold(inner, |inside, (depth, at)| {
            let class = match linked.get(*at) {
                Some((link, _)) => classes!(link.standard.code(), depth_class(depth)),
                None => classes!("noted", depth_class(depth)),
            };
            let anchor =
                linked.get(*at).filter(|_| run.opening.contains(at)).map(|(link, _)| format!("at-{}", link.id));
            html! { <mark {class} id={anchor}>{ inside }</mark> }
        })
    };
    let heading = format!("entry-{id}");
    let day = Day::from(entry.happened_on);
    html! {
        <article class="sealed flow" data-entry={id.to_string()} aria-labelledby={(props.level > 1).then(|| heading.clone())}>
            if props.level > 1 {
                <header>
                    <@{format!("h{}", props.level)} id={heading} class="title" dir="auto">{ entry_name(entry) }</@>
                    if entry.title.is_some() { <p class="eyebrow">{ day.with_year() }</p> }
                </header>
            }
            { spot(Spot::Heading(id)) }
            <div class="story" dir="auto">
                { for blocks(&entry.text, &spans).iter().map(|block| html! {
                    <>
                        { paragraph(block, &show) }
                        { spot(Spot::Block { entry: id, from: block.from, to: block.to }) }
                    </>
                }) }
            </div>
            if props.shows && !entry.links.is_empty() { <Shows level={props.level + 1} links={entry.links.clone()} text={entry.text.clone()} /> }
            if !entry.evidence.is_empty() {
                <ul class="goes-with" aria-label="What goes with it">
                    { for entry.evidence.iter().map(|evidence| html! {
                        <li key={evidence.id.to_string()}><EvidenceCard evidence={evidence.clone()} /></li>
                    }) }
                </ul>
            }
            { spot(Spot::Foot(id)) }
        </article>
    }
}

fn depth_class(depth: usize) -> Option<&'static str> {
    match depth {
        0 => None,
        1 => Some("over1"),
        _ => Some("over2"),
    }
}

/// The number behind a passage.
fn mark_link(props: &EntryStoryProps, link: &SealedLink) -> Html {
    let standard = link.standard;
    let target = format!("shows-{}", link.id);
    let onclick = props.on_mark.clone().map(|on_mark| {
        let mark = Mark { entry: props.entry.id, link: link.id, standard };
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            on_mark.emit(mark);
        })
    });
    let name = format!("Standard {}, {}. {}", standard.number(), standard.short_title(), props.mark_name);
    html! { <a class={standard.code()} href={format!("#{target}")} aria-label={name} {onclick}>{ standard.number() }</a> }
}

/// A paragraph or a quotation, each run shown by `show`.
fn paragraph(block: &Block, show: &dyn Fn(&Run) -> Html) -> Html {
    let lines = html! {
        { for block.lines.iter().enumerate().map(|(i, line)| html! {
            <>
                if i > 0 { <br /> }
                { for line.iter().map(show) }
            </>
        }) }
    };
    if block.quote {
        html! { <blockquote><p>{ lines }</p></blockquote> }
    } else {
        html! { <p>{ lines }</p> }
    }
}

#[derive(Properties, PartialEq)]
struct ShowsProps {
    level: u8,
    links: Vec<SealedLink>,
    text: AttrValue,
}

/// How many letters of a passage stand before what it shows.
const QUOTED: usize = 64;

/// The beginning of a passage, in quotation marks.
pub fn quoted(text: &str, passage: Passage) -> String {
    let length = passage.end.saturating_sub(passage.start) as usize;
    let words: String = text.chars().skip(passage.start as usize).take(length.min(QUOTED)).collect();
    // Whole words alone, where it is cut.
    let whole = words.rsplit_once(char::is_whitespace).map_or(words.as_str(), |(whole, _)| whole);
    let words = if length > QUOTED { whole } else { words.as_str() };
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches(|c| matches!(c, '“' | '”' | '"' | '>' | ' '));
    if length > QUOTED { format!("“{words} …”") } else { format!("“{words}”") }
}

/// What the passages show, each with its standard.
#[component]
fn Shows(props: &ShowsProps) -> Html {
    html! {
        <div class="shows">
            <@{format!("h{}", props.level)} class="about">{ "What this shows" }</@>
            <ul class="flow t">
                { for props.links.iter().map(|link| html! {
                    <li key={link.id.to_string()} id={format!("shows-{}", link.id)} tabindex="-1">
                        <StandardMark number={usize::from(link.standard.number())} />
                        <div>
                            if let Some(shows) = &link.shows { <p dir="auto">{ shows }</p> }
                            <p class="sm mut">
                                if let Some(passage) = link.passage {
                                    <a class="mut" href={format!("#at-{}", link.id)} dir="auto">{ quoted(&props.text, passage) }</a>
                                } else {
                                    { "The whole entry" }
                                }
                            </p>
                        </div>
                    </li>
                }) }
            </ul>
        </div>
    }
}

/// A file or a link that goes with an entry.
#[derive(Properties, PartialEq)]
pub struct EvidenceCardProps {
    /// Which.
    pub evidence: SealedEvidence,
}

/// What kind of file it is, in words, and its picture.
pub fn kind_of(media_type: &str) -> (&'static str, &'static str) {
    match media_type.split_once('/').unwrap_or((media_type, "")) {
        ("image", _) => ("Photo", "image"),
        ("audio", _) => ("Recording", "audio-lines"),
        (_, "pdf") => ("PDF", "file-text"),
        ("text", _) => ("Text", "file-text"),
        (_, kind) if kind.contains("presentation") => ("Slides", "file-text"),
        _ => ("Document", "file-text"),
    }
}

/// Opens a file in a tab of its own. The tab is opened at once, while the browser still knows that it was asked for.
pub fn open(id: cairn_shared::ids::EvidenceId, trouble: UseStateSetter<Option<String>>) {
    let tab = window().open_with_url_and_target("", "_blank").ok().flatten();
    spawn_local(async move {
        match ticket(&id).await {
            Ok(came) => {
                trouble.set(None);
                let location = tab.as_ref().map_or_else(|| window().location(), web_sys::Window::location);
                let _ = location.set_href(&came.url);
            }
            Err(error) => {
                if let Some(close) = tab.as_ref().and_then(|tab| method(tab, "close")) {
                    let _ = close.call0(tab.as_ref().map_or(&wasm_bindgen::JsValue::UNDEFINED, |tab| tab));
                }
                trouble.set(Some(error.sentence()));
            }
        }
    });
}

/// A file or a link that goes with an entry. A file is opened by an address that holds for a minute.
#[component]
pub fn EvidenceCard(props: &EvidenceCardProps) -> Html {
    let evidence = &props.evidence;
    let trouble = use_state_eq(|| None::<String>);
    let pictured = matches!(evidence.kind, SealedKind::File { thumbnail: true, .. });
    let small = use_loaded((evidence.id, pictured), |(id, pictured)| async move {
        Ok(if pictured { ticket(&id).await?.thumbnail_url } else { None })
    });
    let small = small.value().and_then(|url| (*url).clone());
    match &evidence.kind {
        SealedKind::File { name, media_type, bytes, .. } => {
            let called = evidence.caption.clone().unwrap_or_else(|| name.clone());
            let (kind, icon) = kind_of(media_type);
            let onclick = {
                let (id, trouble) = (evidence.id, trouble.setter());
                Callback::from(move |_: MouseEvent| open(id, trouble.clone()))
            };
            html! {
                <div class="card p row n">
                    <span class="th">
                        if let Some(src) = small { <img {src} alt="" width="52" height="52" /> } else { <Icon name={icon} /> }
                    </span>
                    <span class="grow">
                        <button type="button" class="linkish" {onclick} dir="auto">{ called }</button>
                        <br />
                        <span class="sm mut">{ format!("{kind}, {}", size(u64::try_from(*bytes).unwrap_or(0))) }</span>
                        <span class="sm msg" role="status">{ (*trouble).clone().unwrap_or_default() }</span>
                    </span>
                </div>
            }
        }
        SealedKind::Link { url } => {
            let called = evidence.caption.clone().unwrap_or_else(|| url.clone());
            let web = url.starts_with("https://") || url.starts_with("http://");
            html! {
                <div class="card p row n">
                    <span class="th"><Icon name="link-2" /></span>
                    <span class="grow">
                        if web {
                            <a href={url.clone()} target="_blank" rel="noopener noreferrer" dir="auto">{ called }</a>
                        } else {
                            { called }
                        }
                        <br />
                        <span class="sm mut">{ "A page elsewhere on the web" }</span>
                    </span>
                </div>
            }
        }
    }
}

/// The passage of an entry that is selected on the page, and its words: what a comment is written on.
pub fn selected_passage() -> Option<(EntryId, Passage, String)> {
    let selection = window().get_selection().ok().flatten().filter(|s| !s.is_collapsed())?;
    let range = selection.get_range_at(0).ok()?;
    let (from, to) = (range.start_container().ok()?, range.end_container().ok()?);
    let entry = element(&from)?.closest("[data-entry]").ok().flatten()?;
    let id: EntryId = entry.get_attribute("data-entry")?.parse().ok()?;
    let runs = entry.query_selector_all("[data-at]").ok()?;
    let (mut start, mut end) = (None, 0_u32);
    for i in 0..runs.length() {
        let Some(run) = runs.item(i) else { continue };
        if !range.intersects_node(&run).unwrap_or(false) {
            continue;
        }
        let Some(at) = run.dyn_ref::<Element>().and_then(|r| r.get_attribute("data-at")?.parse::<u32>().ok()) else {
            continue;
        };
        let text = run.text_content().unwrap_or_default();
        let inside = |node: &Node, offset: u32, otherwise: u32| {
            // Within the text itself the browser counts UTF-16 units; we count characters.
            if node.node_type() == Node::TEXT_NODE && run.contains(Some(node)) {
                letters_before(&text, offset)
            } else {
                otherwise
            }
        };
        let whole = text.chars().count() as u32;
        let first = at + inside(&from, range.start_offset().unwrap_or(0), 0);
        let last = at + inside(&to, range.end_offset().unwrap_or(0), whole);
        if last > first {
            start = start.or(Some(first));
            end = last;
        }
    }
    let start = start?;
    let words = String::from(selection.to_string());
    (end > start).then_some((id, Passage { start, end }, words))
}

fn element(node: &Node) -> Option<Element> {
    node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())
}

/// How many characters stand before the `units`-th UTF-16 unit.
fn letters_before(text: &str, units: u32) -> u32 {
    let mut seen = 0;
    text.chars()
        .take_while(|letter| {
            let before = seen < units;
            seen += letter.len_utf16() as u32;
            before
        })
        .count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> EntryId {
        uuid::Uuid::from_u128(n).into()
    }

    #[test]
    fn each_comment_has_exactly_one_place() {
        let text = "one\n\ntwo three\n\nfour";
        let cut = blocks(text, &[]);
        let spots: Vec<Spot> = cut
            .iter()
            .map(|b| Spot::Block { entry: id(1), from: b.from, to: b.to })
            .chain([Spot::Heading(id(1)), Spot::Foot(id(1)), Spot::Foot(id(2))])
            .collect();
        let places = |entry, passage| spots.iter().filter(|s| s.holds(entry, passage)).count();
        for start in 0..22 {
            for end in start + 1..40 {
                assert_eq!(places(id(1), Some(Passage { start, end })), 1, "{start}..{end}");
            }
        }
        assert_eq!((places(id(1), None), places(id(2), None), places(id(3), None)), (1, 1, 0));
        assert!(spots[1].holds(id(1), Some(Passage { start: 0, end: 14 })));
    }

    #[test]
    fn passages_are_quoted_by_their_beginning() {
        let text =
            "> “I’ve been planning what I’ll do. I haven’t been planning what they’ll think, not once this term.”";
        assert_eq!(quoted(text, Passage { start: 2, end: 36 }), "“I’ve been planning what I’ll do.”");
        let long = quoted(text, Passage { start: 0, end: 100 });
        assert!(long.starts_with("“I’ve been") && long.ends_with(" …”"), "{long}");
        assert_eq!(quoted("ab", Passage { start: 9, end: 12 }), "“”");
    }

    #[test]
    fn utf16_units_become_characters() {
        assert_eq!(letters_before("a🪨b", 0), 0);
        assert_eq!(letters_before("a🪨b", 1), 1);
        assert_eq!(letters_before("a🪨b", 3), 2);
        assert_eq!(letters_before("a🪨b", 9), 3);
    }

    #[test]
    fn kinds_of_file_are_said_in_words() {
        assert_eq!(kind_of("image/jpeg").0, "Photo");
        assert_eq!(kind_of("application/pdf").0, "PDF");
        assert_eq!(kind_of("application/vnd.openxmlformats-officedocument.presentationml.presentation").0, "Slides");
        assert_eq!(kind_of("").0, "Document");
    }
}
