//! What this device keeps of texts that the server has not acknowledged yet. Own devices only.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::browser::device;
use crate::session;

const PREFIX: &str = "cairn-draft:";

/// A text that waits, with the tag of what it was written upon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting<T> {
    /// What was written.
    pub value: T,
    /// The tag of the server's text that it began from.
    pub etag: Option<String>,
}

fn key(name: &str) -> String {
    format!("{PREFIX}{}:{name}", session::who())
}

/// Keeps a text, and says whether the device did.
pub fn keep<T: Serialize>(name: &str, value: &T, etag: Option<&str>) -> bool {
    #[derive(Serialize)]
    struct Borrowed<'a, T> {
        value: &'a T,
        etag: Option<&'a str>,
    }
    session::is_own_device()
        && serde_json::to_string(&Borrowed { value, etag }).is_ok_and(|text| device::set(&key(name), &text))
}

/// What waits under this name.
pub fn waiting<T: DeserializeOwned>(name: &str) -> Option<Waiting<T>> {
    serde_json::from_str(&device::get(&key(name))?).ok()
}

/// Forgets what waits under this name.
pub fn forget(name: &str) {
    device::remove(&key(name));
}

/// The names and texts of all that waits for this person, for an offer to download it.
pub fn all_waiting() -> Vec<(String, String)> {
    let prefix = key("");
    device::keys(&prefix)
        .into_iter()
        .filter_map(|key| {
            let text = device::get(&key)?;
            Some((key[prefix.len()..].to_owned(), text))
        })
        .collect()
}

/// Forgets all that waits for the person with this id.
pub fn forget_all(person: &str) {
    for key in device::keys(&format!("{PREFIX}{person}:")) {
        device::remove(&key);
    }
}
