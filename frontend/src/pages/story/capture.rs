//! Writing a moment down: what the box on the story's page and the page for adding have in common.
//!
//! It saves itself while one writes: the first words begin an entry (a draft), the next ones change it, and what it
//! shows is written to the links of the whole entry. *Keep it* says no more than that the draft is done.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::entry::{BeginEntry, EditLink, EntryDetail, EntryState, LinkPassage, Shows, StandardLink, Text};
use cairn_shared::framework::Standard;
use cairn_shared::ids::{EntryId, LinkId};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::api::{ApiError, Key, Loaded, entry};
use crate::browser::random_id;
use crate::hooks::{Draft, DraftOptions, Sent, use_draft};
use crate::pages::entry::writing::{Words, not_taken, write};
use crate::ui::Save;
use crate::words::Day;

/// A moment as it is being written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capture {
    /// The key under which it begins its entry, at most once.
    key: String,
    /// What happened.
    pub text: String,
    /// The day, as a date field writes it.
    pub happened_on: String,
    /// The standards that it touches.
    pub standards: Vec<Standard>,
    /// What it shows about one's mentoring.
    pub shows: String,
    /// Whether it is done.
    pub keep: bool,
}

impl Capture {
    /// An empty one, of today.
    pub fn new(standards: Vec<Standard>) -> Self {
        Self {
            key: random_id(),
            text: String::new(),
            happened_on: Day::today().0.to_string(),
            standards,
            shows: String::new(),
            keep: false,
        }
    }
}

/// What to do with the link of a standard so that the whole entry is tied as the person chose.
#[derive(Debug, PartialEq)]
enum Step {
    Link(Standard),
    Unlink(LinkId),
    Say(LinkId),
}

/// The next step from the links that there are to those that are wanted. Linked passages are left alone.
fn step(links: &[StandardLink], wanted: &[Standard], shows: Option<&Shows>) -> Option<Step> {
    Standard::ALL.iter().find_map(|standard| {
        let there = links.iter().find(|link| link.anchor.is_none() && link.standard == *standard);
        match (wanted.contains(standard), there) {
            (true, None) => Some(Step::Link(*standard)),
            (false, Some(link)) => Some(Step::Unlink(link.id)),
            (true, Some(link)) => (link.shows.as_ref() != shows).then_some(Step::Say(link.id)),
            (false, None) => None,
        }
    })
}

/// One line out of what was written in a box.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the server has of it.
type Remote = Rc<RefCell<Option<Loaded<EntryDetail>>>>;

/// More steps than a moment can need: two for each standard.
const MOST_STEPS: usize = 8;

/// Brings the server's entry to what was written, and gives a tag that also names the entry.
async fn sync(remote: Remote, sent: Sent<Capture>) -> Result<Option<String>, ApiError> {
    let capture = sent.value;
    let shows = match one_line(&capture.shows) {
        line if line.is_empty() => None,
        line => Some(Shows::new(line).map_err(not_taken)?),
    };
    let known = remote.borrow().clone();
    let begun = sent.etag.as_deref().and_then(|tag| tag.split_once(' ')).and_then(|(id, _)| id.parse::<EntryId>().ok());
    let mut now = match (known, begun) {
        (Some(entry), _) => entry,
        // It was begun before this page was loaded.
        (None, Some(id)) => entry::read(&id).await?,
        (None, None) if capture.text.trim().is_empty() && shows.is_none() => return Ok(None),
        (None, None) => {
            let begin = BeginEntry {
                title: None,
                text: Text::new(capture.text.clone()).map_err(not_taken)?,
                happened_on: capture.happened_on.parse().ok(),
                state: Some(EntryState::Draft),
                standards: capture.standards.clone(),
            };
            entry::begin(&begin, &Key::kept(&capture.key)).await?
        }
    };
    remote.replace(Some(now.clone()));
    let id = now.value.id;
    let words = Words { title: Words::of(&now.value).title, text: capture.text, happened_on: capture.happened_on };
    now = write(&now, &words, now.etag.as_deref(), sent.last).await?;
    for _ in 0..MOST_STEPS {
        remote.replace(Some(now.clone()));
        now = match step(&now.value.links, &capture.standards, shows.as_ref()) {
            None => break,
            Some(Step::Link(standard)) => {
                let link = LinkPassage { standard, guide: None, anchor: None, shows: shows.clone() };
                entry::link(&id, &link, &Key::new()).await?
            }
            Some(Step::Unlink(link)) => entry::unlink(&id, &link).await?,
            Some(Step::Say(link)) => {
                let change = EditLink { shows: Some(shows.clone()), ..EditLink::default() };
                entry::edit_link(&id, &link, &change).await?
            }
        };
    }
    let state = if capture.keep { EntryState::Kept } else { EntryState::Draft };
    if now.value.state != state {
        now = entry::set_state(&id, state).await?;
    }
    let tag = format!("{id} {}", now.etag.as_deref().unwrap_or_default());
    remote.replace(Some(now));
    Ok(Some(tag))
}

/// Writing a moment down. Get it with [`use_capture`].
#[derive(Clone)]
pub struct Capturing {
    /// What is written, and how it stands with saving it.
    pub draft: Draft<Capture>,
    remote: Remote,
}

impl Capturing {
    /// The entry that it began, once there is one.
    pub fn entry(&self) -> Option<EntryId> {
        self.remote.borrow().as_ref().map(|entry| entry.value.id)
    }

    /// Whether there is nothing to keep yet.
    pub fn is_blank(&self) -> bool {
        self.draft.value.text.trim().is_empty()
    }

    /// Whether it is done and on its way.
    pub fn is_going(&self) -> bool {
        self.draft.value.keep && matches!(self.draft.save, Save::Saving)
    }

    /// Whether it is done and waits for a connection, on this device or on this page alone.
    pub fn waits(&self) -> bool {
        self.draft.value.keep && matches!(self.draft.save, Save::OnDevice | Save::NotYet)
    }

    /// Says that it is done.
    pub fn keep(&self) {
        self.draft.change(|capture| capture.keep = true);
        self.draft.flush();
    }
}

/// Writing a moment down. `on_kept` is told when the server has it and it is done.
#[hook]
pub fn use_capture(start: Vec<Standard>, on_kept: Callback<EntryId>) -> Capturing {
    let start = use_memo((), |()| Capture::new(start));
    let remote: Remote = (*use_memo((), |()| Remote::default())).clone();
    let draft = use_draft(
        DraftOptions { name: "capture".into(), start: (*start).clone(), etag: None, on_stale: Callback::noop() },
        {
            let remote = remote.clone();
            move |sent| sync(remote.clone(), sent)
        },
    );
    let done = draft.value.keep && matches!(draft.save, Save::Saved(_)) && !draft.is_unsent();
    let stopped = draft.value.keep && matches!(draft.save, Save::NotTaken(_));
    use_effect_with((done, stopped), {
        let (draft, remote) = (draft.clone(), remote.clone());
        move |(done, stopped)| {
            let entry = remote.borrow().as_ref().map(|entry| entry.value.id);
            if let Some(entry) = entry.filter(|_| *done) {
                on_kept.emit(entry);
            }
            // It goes on as a draft until the person says again that it is done.
            if *stopped {
                draft.change(|capture| capture.keep = false);
            }
        }
    });
    Capturing { draft, remote }
}

#[cfg(test)]
mod tests {
    use cairn_shared::entry::Anchor;

    use super::*;

    fn link(standard: Standard, anchored: bool, shows: Option<&str>) -> StandardLink {
        StandardLink {
            id: "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11".parse().unwrap(),
            standard,
            guide: None,
            anchor: anchored.then(|| Anchor::at("I waited.", 0, 8).unwrap()),
            orphaned: false,
            shows: shows.map(|text| Shows::new(text).unwrap()),
        }
    }

    #[test]
    fn the_whole_entry_is_tied_as_chosen_and_passages_stay() {
        let says = Shows::new("Trust.").unwrap();
        let there = [link(Standard::S1, true, None), link(Standard::S2, false, Some("Trust."))];
        assert_eq!(step(&there, &[Standard::S2], Some(&says)), None);
        assert_eq!(step(&there, &[Standard::S1, Standard::S2], Some(&says)), Some(Step::Link(Standard::S1)));
        assert_eq!(step(&there, &[Standard::S2], None), Some(Step::Say(there[1].id)));
        assert_eq!(step(&there, &[], None), Some(Step::Unlink(there[1].id)));
    }

    #[test]
    fn what_it_shows_is_one_line() {
        assert_eq!(one_line(" trust sometimes\nlooks like  nothing "), "trust sometimes looks like nothing");
    }
}
