//! What a checker that is kept on a disk knows: an issuer's keys, and which badges had ended when it was made.
//!
//! With it a badge is checked where there is neither a server nor a network. What a snapshot can't know, it says: what
//! became of an award since, and whether a badge that is signed stands in the register.

use crate::{
    Unverified, check,
    key::PublicKeys,
    proof,
    status::StatusList,
    words::{self, Tone, Words},
};
use cairn_shared::{
    credential::{BadgeVerdict, CheckedBadge},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many seconds a snapshot's time leaves out: it names the minute in which it was made.
const MINUTE: i64 = 60;

/// What the issuer tells everybody, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The issuer's name.
    pub name: String,
    /// Its keys: its DID document.
    pub keys: Value,
    /// Which badges had ended: its status lists, signed.
    pub lists: Vec<Value>,
    /// The minute of which all this is true.
    pub made_at: Timestamp,
}

/// What a badge turns out to be, told by a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The sentence.
    pub words: Words,
    /// What the badge says; absent where nothing that it says can be believed.
    pub badge: Option<CheckedBadge>,
}

/// A status list of a snapshot, once its signature held.
struct List {
    address: String,
    ended: StatusList,
}

impl Snapshot {
    /// A snapshot of that moment.
    pub fn new(name: String, keys: &PublicKeys, lists: Vec<Value>, now: Timestamp) -> Self {
        let second = now.micros().div_euclid(1_000_000);
        let made_at = Timestamp::from_micros(second.div_euclid(MINUTE) * MINUTE * 1_000_000);
        Self { name, keys: keys.did_document(), lists, made_at }
    }

    /// The moment as it is said: “24 November 2026, 9.00”.
    pub fn as_of(&self) -> String {
        words::moment(self.made_at)
    }

    /// Says what something is that somebody shows: a file, or what was pasted.
    pub fn tell(&self, shown: &[u8]) -> Told {
        let told = |words| Told { words, badge: None };
        if shown.trim_ascii().is_empty() {
            return told(Words::empty());
        }
        if shown.len() > check::MOST_BYTES {
            return told(Words::too_large());
        }
        let Ok((keys, lists)) = self.open() else { return Self::unreadable() };
        let badge = match check::check(shown, &keys) {
            Ok(verified) => verified.badge,
            Err(Unverified::NotABadge) => return told(words::verdict(BadgeVerdict::NotABadge)),
            Err(Unverified::NotOurs) => return told(words::verdict(BadgeVerdict::NotOurs)),
            Err(Unverified::Altered) => return told(words::verdict(BadgeVerdict::Altered)),
            Err(Unverified::UnknownKey) => return told(self.unknown_key()),
        };
        let list = lists.iter().find(|list| list.address == badge.status.list);
        let words = match list {
            // The list speaks of badges that were there, and nobody can have ended one that was not.
            Some(_) if badge.valid_from >= self.made_at.plus_seconds(MINUTE) => self.too_old(),
            None => self.too_old(),
            Some(list) if list.ended.is_revoked(badge.status.index) => self.ended(),
            Some(_) => self.in_force(),
        };
        Told { words, badge: Some(badge.into()) }
    }

    /// What is told by whoever finds no snapshot where one was.
    pub fn unreadable() -> Told {
        Told { words: broken(), badge: None }
    }

    /// The keys, and the lists that one of them signed.
    ///
    /// # Errors
    /// [`Unverified`] if it is not as it was made.
    fn open(&self) -> Result<(PublicKeys, Vec<List>), Unverified> {
        let keys = PublicKeys::from_did_document(&self.keys)?;
        let list = |signed: &Value| {
            let (document, _) = proof::verify(signed, &keys)?;
            let address = document["id"].as_str().ok_or(Unverified::NotABadge)?.to_owned();
            let (ended, _) = StatusList::from_json(&document, &address, &keys.did)?;
            Ok(List { address, ended })
        };
        let lists = self.lists.iter().map(list).collect::<Result<_, Unverified>>()?;
        Ok((keys, lists))
    }

    fn in_force(&self) -> Words {
        let (name, as_of) = (&self.name, self.as_of());
        Words::new(
            Tone::Good,
            format!("This badge is genuine and in force, as of {as_of}."),
            format!("{name} signed what it says, and when this file was made the award held."),
        )
    }

    fn ended(&self) -> Words {
        let (name, as_of) = (&self.name, self.as_of());
        Words::new(
            Tone::Bad,
            "This badge is genuine, and no longer in force.",
            format!(
                "{name} signed it. As of {as_of} its award had ended, or had been issued anew with a newer badge: ask its \
                 holder for the current one."
            ),
        )
    }

    fn too_old(&self) -> Words {
        let (name, as_of) = (&self.name, self.as_of());
        Words::new(
            Tone::Note,
            "This badge is genuine, and newer than this file.",
            format!(
                "{name} signed it after this file was made ({as_of}), so whether it is in force can’t be told here. Get a \
                 fresh checker."
            ),
        )
    }

    fn unknown_key(&self) -> Words {
        let (name, as_of) = (&self.name, self.as_of());
        Words::new(
            Tone::First,
            "This badge is signed with a key that this file doesn’t know.",
            format!(
                "Either it is not from {name}, or it was signed after this file was made ({as_of}). Please don’t rely on \
                 it before you have checked it with a fresh checker."
            ),
        )
    }
}

/// The snapshot is not as its issuer made it.
fn broken() -> Words {
    Words::new(
        Tone::Bad,
        "This checker is not as it was made.",
        "What it knows of the partnership’s keys and badges was altered, so it can’t tell anything. Get a fresh checker from \
         the partnership’s own address.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bake, jwt, sample};
    use serde_json::json;

    const LIST: &str = "https://cairn.example/api/v1/public/status/revocation/1";

    fn snapshot_with(ended: &[u32], keys: &PublicKeys, signed_by: u32, now: &str) -> Snapshot {
        let mut list = StatusList::default();
        ended.iter().for_each(|place| list.revoke(*place));
        let document = list.to_json(LIST, &keys.did, sample::moment());
        let signed = proof::sign(&document, &keys.did, &sample::pair(signed_by), sample::moment()).unwrap();
        Snapshot::new("Northfell Partnership".into(), keys, vec![signed], now.parse().unwrap())
    }

    fn snapshot(ended: &[u32]) -> Snapshot {
        snapshot_with(ended, &sample::keys(), 2, "2027-06-16T09:14:30Z")
    }

    /// As it comes out of the file that it was written into.
    fn read(snapshot: &Snapshot) -> Snapshot {
        serde_json::from_str(&serde_json::to_string(snapshot).unwrap()).unwrap()
    }

    fn title(snapshot: &Snapshot, shown: &[u8]) -> String {
        read(snapshot).tell(shown).words.title
    }

    #[test]
    fn a_badge_in_force_is_told_in_every_form_with_the_minute_of_the_snapshot() {
        let (json, token) = sample::signed();
        let forms = [
            json.clone().into_bytes(),
            token.clone().into_bytes(),
            bake::png(&sample::png(), &token).unwrap(),
            bake::svg(sample::SVG, &json).unwrap().into_bytes(),
        ];
        for shown in forms {
            let told = read(&snapshot(&[1, 94_214])).tell(&shown);
            assert_eq!(told.words.title, "This badge is genuine and in force, as of 16 June 2027, 10.14.");
            assert!(told.words.detail.starts_with("Northfell Partnership signed"), "{told:?}");
            assert_eq!(told.badge, Some(sample::badge().into()));
        }
    }

    #[test]
    fn one_that_has_ended_is_genuine_and_told_apart() {
        let (_, token) = sample::signed();
        let told = snapshot(&[94_213]).tell(token.as_bytes());
        assert_eq!(
            (told.words.tone, told.words.title.as_str()),
            (Tone::Bad, "This badge is genuine, and no longer in force.")
        );
        assert!(told.words.detail.contains("As of 16 June 2027, 10.14") && told.badge.is_some(), "{told:?}");
    }

    #[test]
    fn what_is_newer_than_the_snapshot_is_said_to_be() {
        let (json, token) = sample::signed();
        let before = snapshot_with(&[], &sample::keys(), 2, "2027-03-18T11:59:59Z");
        assert!(title(&before, token.as_bytes()).contains("genuine, and newer than this file"));
        // In the same minute it is not.
        let same = snapshot_with(&[], &sample::keys(), 2, "2027-03-18T12:00:00Z");
        assert!(title(&same, token.as_bytes()).contains("in force, as of"));
        // A list that is not there can't be looked into.
        let without = Snapshot { lists: Vec::new(), ..snapshot(&[]) };
        assert!(title(&without, json.as_bytes()).contains("newer than this file"));
    }

    #[test]
    fn a_key_that_came_later_is_not_known_and_nothing_is_said_in_its_name() {
        let first = PublicKeys::new(sample::keys().did, vec![sample::pair(1).public()]);
        let snapshot = snapshot_with(&[], &first, 1, "2027-06-16T09:14:30Z");
        let badge = sample::badge();
        let json = proof::sign(&badge.to_json(), &badge.issuer.did, &sample::pair(2), badge.valid_from).unwrap();
        let token = jwt::sign(&json, &sample::pair(2)).unwrap();
        for shown in [json.to_string(), token] {
            let told = snapshot.tell(shown.as_bytes());
            assert!(told.words.title.contains("a key that this file doesn’t know"), "{told:?}");
            assert_eq!((told.words.tone, told.badge), (Tone::First, None));
        }
    }

    #[test]
    fn what_is_no_genuine_badge_is_told_as_the_server_tells_it() {
        let (json, _) = sample::signed();
        let told = |shown: &str| title(&snapshot(&[]), shown.as_bytes());
        let said = |verdict| words::verdict(verdict).title;
        assert_eq!(told(&json.replace("Priya", "Prija")), said(BadgeVerdict::Altered));
        assert_eq!(told(&json.replace("did:web:cairn", "did:web:other")), said(BadgeVerdict::NotOurs));
        assert_eq!(told("a holiday picture"), said(BadgeVerdict::NotABadge));
        assert_eq!(told(" \n"), Words::empty().title);
        assert_eq!(title(&snapshot(&[]), &vec![b'x'; check::MOST_BYTES + 1]), Words::too_large().title);
    }

    /// Whoever takes a badge out of the list has to sign it again, and can't.
    #[test]
    fn a_snapshot_that_was_altered_tells_nothing() {
        let (json, _) = sample::signed();
        let mut other_list = snapshot(&[94_213]);
        other_list.lists[0]["credentialSubject"]["encodedList"] =
            snapshot(&[]).lists[0]["credentialSubject"]["encodedList"].clone();
        let stranger = sample::pair(3);
        let mut other_key = snapshot(&[]);
        other_key.keys["verificationMethod"][1]["publicKeyMultibase"] = json!(stranger.public().to_text().0);
        for altered in [other_list, other_key] {
            let told = read(&altered).tell(json.as_bytes());
            assert_eq!((told.words.title.as_str(), told.badge), ("This checker is not as it was made.", None));
        }
    }
}
