//! The offline checker: what `cairn-credential` says of a badge, for the page in `page/`.
//!
//! The page is one file, which anybody takes along from `/verify/badge` and opens from a disk when there is neither a network
//! nor a partnership left. It holds this crate as WebAssembly, and a [`Snapshot`] of what the issuer told everybody when it was
//! made. Nothing here fetches or keeps anything: bytes go in, words come out.

use cairn_credential::{
    snapshot::Snapshot,
    words::{self, Words},
};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// What the page shows.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    words: Words,
    badge: Option<Badge>,
}

/// What a badge says that can be believed.
#[derive(Serialize)]
struct Badge {
    holder: String,
    name: String,
    facts: [(&'static str, String); 4],
}

/// Says what a badge is, as JSON: a sentence with its tone, what it means, and what the badge says where that can be believed.
/// `snapshot` is what the page knows of the issuer, and `shown` a file, or what was pasted.
#[wasm_bindgen]
pub fn check(snapshot: &str, shown: &[u8]) -> String {
    let told = match serde_json::from_str::<Snapshot>(snapshot) {
        Ok(snapshot) => snapshot.tell(shown),
        Err(_) => Snapshot::unreadable(),
    };
    let badge = told.badge.map(|badge| Badge { facts: words::facts(&badge), holder: badge.holder, name: badge.name });
    serde_json::to_string(&Shown { words: told.words, badge }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_credential::key::{KeyPair, PublicKeys};
    use serde_json::Value;

    fn told(snapshot: &str, shown: &[u8]) -> Value {
        serde_json::from_str(&check(snapshot, shown)).unwrap()
    }

    #[test]
    fn what_comes_out_is_what_the_page_reads() {
        let pair = KeyPair::new(1, &[1; 32], &[101; 32]).unwrap();
        let keys = PublicKeys::new("did:web:cairn.example".into(), vec![pair.public()]);
        let now = "2027-06-16T09:14:30Z".parse().unwrap();
        let snapshot = Snapshot::new("Northfell Partnership".into(), &keys, Vec::new(), now);
        let snapshot = serde_json::to_string(&snapshot).unwrap();
        let said = told(&snapshot, b"a holiday picture");
        assert_eq!(said["title"], "There is no badge in this.");
        assert_eq!((&said["tone"], &said["badge"]), (&"other".into(), &Value::Null));
    }

    #[test]
    fn a_page_whose_snapshot_is_no_longer_one_says_so() {
        let said = told("{}", b"{}");
        assert_eq!((&said["tone"], &said["title"]), (&"bad".into(), &"This checker is not as it was made.".into()));
    }
}
