//! What can come in the way of a request, in words that a person can use.

use cairn_shared::problem::FieldError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// There is no connection.
    Offline,
    /// The server did not answer in time.
    Timeout,
    /// The person stopped it.
    Cancelled,
    /// The server answered, and said why not.
    Answered,
    /// The server answered something that this version does not understand.
    Unreadable,
}

/// A request that brought nothing, and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// What kind of thing came in the way.
    pub why: Why,
    /// The HTTP status, 0 where there was no answer.
    pub status: u16,
    /// The address that names this kind of problem.
    pub kind: String,
    /// A short title.
    pub title: String,
    /// A kind sentence that says what to do next.
    pub detail: String,
    /// What single fields need.
    pub errors: Vec<FieldError>,
    /// After how many seconds to try again, where the server said.
    pub retry_after: Option<u32>,
    /// The answer's text, for what a problem carries besides (the current state after 412).
    pub body: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    #[serde(rename = "type")]
    kind: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    errors: Vec<FieldError>,
}

impl ApiError {
    /// A request without an answer.
    pub fn without_answer(why: Why) -> Self {
        let (title, detail) = match why {
            Why::Offline => (
                "You are offline",
                "There is no connection just now. What you wrote is still here; try again when you are back online.",
            ),
            Why::Timeout => (
                "This is taking long",
                "The server did not answer in time. What you wrote is still here; please try again in a minute.",
            ),
            Why::Cancelled => ("Stopped", "You stopped this. Nothing was sent."),
            Why::Answered | Why::Unreadable => (
                "The answer could not be read",
                "The server answered in a way that this page does not understand. Please load the page again.",
            ),
        };
        Self {
            why,
            status: 0,
            kind: String::new(),
            title: title.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            body: String::new(),
        }
    }

    /// What an answer with a status of 400 or more says (RFC 9457, or whatever stands between us and the server).
    pub fn answered(status: u16, body: String, retry_after: Option<u32>) -> Self {
        let problem: Problem = serde_json::from_str(&body).unwrap_or_default();
        let (title, detail) = match status {
            401 => ("You are signed out", "Please sign in again. What you wrote is still here."),
            403 => {
                ("This is not open to you", "Your account does not include this. Your coordinator can tell you more.")
            }
            404 => (
                "There is no path here",
                "The page may have moved, or it is not yours to open. Nothing of yours is lost.",
            ),
            409 => (
                "This cannot be done just now",
                "Something has changed since you opened this page. Please load it again.",
            ),
            412 => (
                "This was changed elsewhere",
                "It was changed on another device or by another person in the meantime. We keep both.",
            ),
            413 => ("That is too large to send", "The file is larger than we can take. A smaller copy will do."),
            415 => ("That kind of file cannot be used", "Please use a photograph, a PDF, a document or a recording."),
            422 => ("Something needs putting right", "Please look at what is marked, and send it again."),
            429 => ("One moment, please", "That was a lot at once. Please wait a minute and try again."),
            502..=504 => (
                "We are not there just now",
                "The server is not to be reached. What you wrote is still here; please try again in a minute.",
            ),
            _ => (
                "Something went wrong with us",
                "It is not your doing. What you wrote is still here; please try again in a minute.",
            ),
        };
        let or = |said: Option<String>, ours: &str| said.filter(|text| !text.is_empty()).unwrap_or_else(|| ours.into());
        Self {
            why: Why::Answered,
            status,
            kind: problem.kind.unwrap_or_default(),
            title: or(problem.title, title),
            detail: or(problem.detail, detail),
            errors: problem.errors,
            retry_after,
            body,
        }
    }

    /// The sentence to show.
    pub fn sentence(&self) -> String {
        self.detail.clone()
    }

    /// What the field at `pointer` (such as `/email`) needs.
    pub fn field(&self, pointer: &str) -> Option<String> {
        self.errors.iter().find(|e| e.pointer == pointer).map(|e| e.detail.clone())
    }

    /// Whether somebody or another device changed it in the meantime (412).
    pub fn is_stale(&self) -> bool {
        self.status == 412
    }

    /// Whether the server wants to be shown once more that it is this person who asks.
    pub fn wants_proof(&self) -> bool {
        self.status == 403 && self.kind.ends_with("#show-it-is-you")
    }

    /// Whether the code of a second step has to come along (403).
    pub fn wants_code(&self) -> bool {
        self.status == 403 && self.kind.ends_with("#give-code")
    }

    /// Whether the same request may well succeed later.
    pub fn may_pass(&self) -> bool {
        matches!(self.why, Why::Offline | Why::Timeout) || matches!(self.status, 408 | 425 | 429 | 500..=599)
    }

    /// Something that the problem carries besides, by its name: `current` of a 412, `when` of a 409.
    pub fn carries<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&self.body).ok()?;
        serde_json::from_value(fields.remove(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_read_whole() {
        let body = r#"{"type":"https://cairn.example/problems/invalid","title":"Two fields need something","status":422,
            "detail":"Please look at the two fields.","instance":"01","errors":[
            {"pointer":"/email","code":"format","detail":"Enter your school email address, like name@school.example"}]}"#;
        let error = ApiError::answered(422, body.into(), Some(3));
        assert_eq!(error.title, "Two fields need something");
        assert_eq!(error.retry_after, Some(3));
        assert!(error.field("/email").unwrap().starts_with("Enter your school email"));
        assert_eq!(error.field("/name"), None);
    }

    #[test]
    fn an_answer_that_is_no_problem_still_has_kind_words() {
        for (status, body) in [(502, "<html>Bad gateway</html>"), (404, ""), (418, "[]"), (500, "{\"title\":null}")] {
            let error = ApiError::answered(status, body.into(), None);
            assert!(!error.title.is_empty() && error.detail.ends_with('.'), "{status}");
        }
    }

    #[test]
    fn a_stale_answer_carries_the_current_text() {
        let error = ApiError::answered(412, r#"{"title":"Stale","current":{"text":"hers"}}"#.into(), None);
        #[derive(Deserialize)]
        struct Text {
            text: String,
        }
        assert!(error.is_stale());
        assert_eq!(error.carries::<Text>("current").unwrap().text, "hers");
        assert!(error.carries::<Text>("other").is_none());
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        assert!(ApiError::without_answer(Why::Offline).may_pass());
        assert!(ApiError::answered(503, String::new(), None).may_pass());
        assert!(!ApiError::answered(422, String::new(), None).may_pass());
        assert!(!ApiError::without_answer(Why::Cancelled).may_pass());
    }
}
