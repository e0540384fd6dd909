//! The words of an entry as they are written: what has changed, and sending it so that no text is lost.

use cairn_shared::entry::{EditEntry, EntryDetail, Text, Title};
use cairn_shared::time::Date;
use serde::{Deserialize, Serialize};

use super::together::together;
use crate::api::{ApiError, Loaded, entry};

/// The words of an entry, and the day that it tells of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The title; empty for none.
    pub title: String,
    /// The text.
    pub text: String,
    /// The day, as a date field writes it.
    pub happened_on: String,
}

impl Words {
    /// The words that an entry has.
    pub fn of(entry: &EntryDetail) -> Self {
        Self {
            title: entry.title.as_ref().map(ToString::to_string).unwrap_or_default(),
            text: entry.text.to_string(),
            happened_on: entry.happened_on.to_string(),
        }
    }

    /// Whether both say the same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let day = |words: &Self| words.happened_on.parse::<Date>().ok();
        self.title.trim() == other.title.trim()
            && self.text == other.text
            && (day(self) == day(other) || day(self).is_none() || day(other).is_none())
    }

    /// What to change of an entry so that it says this.
    ///
    /// # Errors
    /// A sentence where a text cannot be taken as it is.
    pub fn change(&self, base: &EntryDetail) -> Result<EditEntry, ApiError> {
        let mut change = EditEntry::default();
        if self.text != base.text.as_str() {
            change.text = Some(Text::new(self.text.clone()).map_err(not_taken)?);
        }
        let title = match self.title.trim() {
            "" => None,
            title => Some(Title::new(title).map_err(not_taken)?),
        };
        if title != base.title {
            change.title = Some(title);
        }
        // An emptied date field changes nothing.
        change.happened_on = self.happened_on.parse().ok().filter(|day| *day != base.happened_on);
        Ok(change)
    }

    /// Both texts in one, under this one's title and day.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let title = if self.title.trim().is_empty() { &other.title } else { &self.title };
        Self { title: title.clone(), text: together(&self.text, &other.text), happened_on: self.happened_on.clone() }
    }
}

/// A text that cannot be taken as it is, as the server would say it.
pub fn not_taken(problem: cairn_shared::text::TextProblem) -> ApiError {
    let mut error = ApiError::answered(422, String::new(), None);
    error.detail = problem.to_string();
    error
}

/// Why words were not written.
#[derive(Debug)]
pub enum Unwritten {
    /// There are two texts. This is what the server has now; it keeps what was sent as an earlier version.
    TwoTexts(Box<Loaded<EntryDetail>>, ApiError),
    /// Something else came in the way.
    Other(ApiError),
}

impl From<ApiError> for Unwritten {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<Unwritten> for ApiError {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::TwoTexts(_, error) | Unwritten::Other(error) => error,
        }
    }
}

/// Writes words upon what `base` was. `etag` is the tag that they were written upon.
///
/// Where only something beside the words has changed (a link, a photo), they are written all the same.
///
/// # Errors
/// Two texts, or what came in the way.
pub async fn write(
    base: &Loaded<EntryDetail>,
    words: &Words,
    etag: Option<&str>,
    last: bool,
) -> Result<Loaded<EntryDetail>, Unwritten> {
    let change = words.change(&base.value)?;
    let same = etag.is_none() || etag == base.etag.as_deref();
    if same && change == EditEntry::default() {
        return Ok(base.clone());
    }
    let id = &base.value.id;
    match entry::edit(id, &change, etag.or(base.etag.as_deref()), last).await {
        Err(error) if error.is_stale() => {
            let now = entry::read(id).await?;
            if Words::of(&now.value).says_the_same(words) {
                return Ok(now);
            }
            let beside = same && Words::of(&now.value).says_the_same(&Words::of(&base.value));
            if !beside {
                return Err(Unwritten::TwoTexts(Box::new(now), error));
            }
            match entry::edit(id, &change, now.etag.as_deref(), last).await {
                Err(error) if error.is_stale() => Err(Unwritten::TwoTexts(Box::new(entry::read(id).await?), error)),
                other => Ok(other?),
            }
        }
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> EntryDetail {
        serde_json::from_str(
            r#"{"id":"0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11","title":"Waiting","text":"I waited.",
            "happened_on":"2026-11-19","state":"kept","created_at":"2026-11-19T16:31:00Z",
            "changed_at":"2026-11-19T16:31:00Z","links":[],"evidence":[]}"#,
        )
        .unwrap()
    }

    #[test]
    fn only_what_changed_is_sent() {
        let base = entry();
        let words = Words::of(&base);
        assert_eq!(words.change(&base).unwrap(), EditEntry::default());
        let longer = Words { text: "I waited. She spoke.".into(), ..words.clone() };
        let change = longer.change(&base).unwrap();
        assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"text":"I waited. She spoke."}"#);
        let untitled = Words { title: "  ".into(), happened_on: "2026-11-18".into(), ..words.clone() };
        assert_eq!(
            serde_json::to_string(&untitled.change(&base).unwrap()).unwrap(),
            r#"{"title":null,"happened_on":"2026-11-18"}"#
        );
        let spaced = Words { title: "Waiting ".into(), happened_on: String::new(), ..words };
        assert_eq!(spaced.change(&base).unwrap(), EditEntry::default());
    }

    #[test]
    fn what_cannot_be_taken_is_said() {
        let base = entry();
        let words = Words { title: "x".repeat(161), ..Words::of(&base) };
        assert!(words.change(&base).unwrap_err().detail.contains("160"));
        let words = Words { text: "a\u{0}".into(), ..Words::of(&base) };
        assert!(words.change(&base).unwrap_err().detail.contains("invisible"));
    }

    #[test]
    fn two_texts_are_put_together_whole() {
        let words = |title: &str, text: &str| Words { title: title.into(), text: text.into(), ..Words::default() };
        let both = words("", "Theirs.\n").with(&words("Mine", "Mine."));
        assert_eq!((both.title.as_str(), both.text.as_str()), ("Mine", "Theirs.\n\nMine."));
        assert_eq!(words("", "").with(&words("", "Mine.")).text, "Mine.");
        assert!(words("a ", "b").says_the_same(&words("a", "b")));
        assert!(!words("a", "b").says_the_same(&words("a", "b ")));
    }
}
