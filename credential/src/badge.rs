//! What a badge says, and how Open Badges 3.0 writes it down.
//!
//! There is exactly one way in which [`Badge::to_json`] writes a badge, and [`Badge::from_json`] takes nothing else: a key
//! too many, a key twice under another name or a word in another place is no badge of ours. So what is shown of a badge is
//! all that was signed.

use crate::{
    Unverified,
    canonical::{CREDENTIALS_V2, OPEN_BADGES_V3},
};
use cairn_shared::time::{Date, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What the words of a badge mean, in this order.
pub const CONTEXTS: [&str; 2] = [CREDENTIALS_V2, OPEN_BADGES_V3];

/// An award, as it is said to machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The credential's own address.
    pub id: String,
    /// What the award is called.
    pub name: String,
    /// From when the credential holds: the moment of its signing, in whole seconds.
    pub valid_from: Timestamp,
    /// The day of the panel's meeting. It stays when a credential is issued anew.
    pub awarded_on: Date,
    /// The award's number in the register. It stays when a credential is issued anew.
    pub number: String,
    /// Who awarded it.
    pub issuer: Issuer,
    /// Who holds it.
    pub holder: Holder,
    /// What it was awarded for.
    pub achievement: Achievement,
    /// Where to look up whether it still holds.
    pub status: StatusEntry,
}

/// Who issues badges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Its decentralised identifier: `did:web:…`.
    pub did: String,
    /// Its name.
    pub name: String,
    /// Its address on the web.
    pub url: String,
    /// Where to write to.
    pub email: Option<String>,
    /// Its number in the UK Register of Learning Providers.
    pub ukprn: Option<String>,
}

/// Who holds a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// An identifier that stays the holder's and says nothing: `urn:uuid:…`.
    pub id: String,
    /// The name on the certificate.
    pub name: String,
    /// The address by which a wallet knows that it is its owner's, as a hash.
    pub email: Option<HashedEmail>,
}

/// An e-mail address that can be recognised and not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedEmail {
    /// What is written behind the address before it is hashed.
    pub salt: String,
    /// `sha256$` and the hash in hexadecimal digits.
    pub hash: String,
}

impl HashedEmail {
    /// Hashes an address (Open Badges 3.0, `IdentityObject`): its small letters, then the salt.
    pub fn new(email: &str, salt: String) -> Self {
        let mut hash = Sha256::new();
        hash.update(email.to_lowercase());
        hash.update(&salt);
        Self { hash: format!("sha256${:x}", hash.finalize()), salt }
    }

    /// Whether this is that address.
    pub fn is(&self, email: &str) -> bool {
        Self::new(email, self.salt.clone()).hash == self.hash
    }
}

/// What is awarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achievement {
    /// Its address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it recognises.
    pub description: String,
    /// What has to be shown, in words.
    pub criteria: String,
    /// The address of its picture.
    pub image: String,
    /// The standards that it stands for.
    pub alignments: Vec<Alignment>,
}

/// A standard that an achievement stands for, as an item of a CASE framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// The standard's code: `S1`.
    pub code: String,
    /// Its title.
    pub name: String,
    /// The framework's title.
    pub framework: String,
    /// The item's address.
    pub url: String,
}

/// Where a credential stands in a status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// The list's address.
    pub list: String,
    /// Its place there.
    pub index: u32,
}

/// How many standards a badge may name: more than any framework has, and few enough to be looked at in no time.
const MOST_ALIGNMENTS: usize = 40;

/// What every portfolio is called in a badge: which it was is nobody's business.
const EVIDENCE: &str =
    "A portfolio of reflection and evidence, read by a panel of experienced mentors and tutors. It is private.";

impl Badge {
    /// The badge as the JSON of Open Badges 3.0, without a proof.
    pub fn to_json(&self) -> Value {
        json!({
            "@context": CONTEXTS,
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": self.name,
            "validFrom": self.valid_from,
            "awardedDate": format!("{}T00:00:00Z", self.awarded_on),
            "issuer": self.issuer.to_json(),
            "credentialSubject": {
                "id": self.holder.id,
                "type": ["AchievementSubject"],
                "identifier": self.holder.identifiers(),
                "licenseNumber": self.number,
                "achievement": self.achievement.to_json(),
            },
            "evidence": [{
                "type": ["Evidence"],
                "name": "Portfolio",
                "narrative": EVIDENCE,
                "genre": "Portfolio",
            }],
            "credentialStatus": {
                "id": format!("{}#{}", self.status.list, self.status.index),
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": self.status.index.to_string(),
                "statusListCredential": self.status.list,
            },
        })
    }

    /// The badge that a JSON says, if it is written as [`to_json`](Self::to_json) writes it.
    ///
    /// # Errors
    /// [`Unverified::NotABadge`] if it is written in any other way.
    pub fn from_json(document: &Value) -> Result<Self, Unverified> {
        let badge = Self::read(document).ok_or(Unverified::NotABadge)?;
        if badge.to_json() == *document { Ok(badge) } else { Err(Unverified::NotABadge) }
    }

    /// Takes out what differs from badge to badge. Whether the rest is as it should be is for the caller to compare.
    fn read(document: &Value) -> Option<Self> {
        let subject = &document["credentialSubject"];
        Some(Self {
            id: name(&document["id"])?,
            name: text(&document["name"])?,
            valid_from: text(&document["validFrom"])?.parse().ok()?,
            awarded_on: text(&document["awardedDate"])?.split('T').next()?.parse().ok()?,
            number: text(&subject["licenseNumber"])?,
            issuer: Issuer::read(&document["issuer"])?,
            holder: Holder::read(subject)?,
            achievement: Achievement::read(&subject["achievement"])?,
            status: StatusEntry {
                list: name(&document["credentialStatus"]["statusListCredential"])?,
                index: text(&document["credentialStatus"]["statusListIndex"])?.parse().ok()?,
            },
        })
    }
}

impl Issuer {
    /// The issuer's profile (Open Badges 3.0, `Profile`).
    pub fn to_json(&self) -> Value {
        let mut profile = json!({ "id": self.did, "type": ["Profile"], "name": self.name, "url": self.url });
        if let Some(email) = &self.email {
            profile["email"] = json!(email);
        }
        if let Some(ukprn) = &self.ukprn {
            profile["otherIdentifier"] =
                json!([{ "type": ["IdentifierEntry"], "identifierType": "ext:UKPRN", "identifier": ukprn }]);
        }
        profile
    }

    fn read(profile: &Value) -> Option<Self> {
        Some(Self {
            did: name(&profile["id"])?,
            name: text(&profile["name"])?,
            url: name(&profile["url"])?,
            email: text(&profile["email"]),
            ukprn: text(&profile["otherIdentifier"][0]["identifier"]),
        })
    }
}

impl Holder {
    fn identifiers(&self) -> Value {
        let mut identifiers = vec![json!({
            "type": "IdentityObject", "hashed": false, "identityHash": self.name, "identityType": "name",
        })];
        if let Some(email) = &self.email {
            identifiers.push(json!({
                "type": "IdentityObject", "hashed": true, "identityHash": email.hash, "identityType": "emailAddress",
                "salt": email.salt,
            }));
        }
        Value::Array(identifiers)
    }

    fn read(subject: &Value) -> Option<Self> {
        let email = &subject["identifier"][1];
        Some(Self {
            id: name(&subject["id"])?,
            name: text(&subject["identifier"][0]["identityHash"])?,
            email: text(&email["identityHash"])
                .and_then(|hash| Some(HashedEmail { hash, salt: text(&email["salt"])? })),
        })
    }
}

impl Achievement {
    /// The achievement as Open Badges 3.0 writes it (`Achievement`).
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": ["Achievement"],
            "achievementType": "Certification",
            "name": self.name,
            "description": self.description,
            "criteria": { "id": self.id, "narrative": self.criteria },
            "image": { "id": self.image, "type": "Image", "caption": format!("Badge: {}", self.name) },
            "alignment": self.alignments.iter().map(Alignment::to_json).collect::<Vec<_>>(),
        })
    }

    fn read(achievement: &Value) -> Option<Self> {
        Some(Self {
            id: name(&achievement["id"])?,
            name: text(&achievement["name"])?,
            description: text(&achievement["description"])?,
            criteria: text(&achievement["criteria"]["narrative"])?,
            image: name(&achievement["image"]["id"])?,
            alignments: achievement["alignment"]
                .as_array()
                .filter(|alignments| alignments.len() <= MOST_ALIGNMENTS)?
                .iter()
                .map(Alignment::read)
                .collect::<Option<_>>()?,
        })
    }
}

impl Alignment {
    fn to_json(&self) -> Value {
        json!({
            "type": ["Alignment"],
            "targetType": "CFItem",
            "targetCode": self.code,
            "targetName": self.name,
            "targetFramework": self.framework,
            "targetUrl": self.url,
        })
    }

    fn read(alignment: &Value) -> Option<Self> {
        Some(Self {
            code: text(&alignment["targetCode"])?,
            name: text(&alignment["targetName"])?,
            framework: text(&alignment["targetFramework"])?,
            url: name(&alignment["targetUrl"])?,
        })
    }
}

/// An identifier that names something. A blank one, `_:…`, would be one of many to a canonical form.
fn name(value: &Value) -> Option<String> {
    text(value).filter(|id| ["https://", "did:", "urn:"].iter().any(|begins| id.starts_with(begins)))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{canonical, sample};

    #[test]
    fn what_is_written_is_read() {
        let badge = sample::badge();
        assert_eq!(Badge::from_json(&badge.to_json()), Ok(badge.clone()));
        let bare = Badge {
            holder: Holder { email: None, ..badge.holder.clone() },
            issuer: Issuer { email: None, ukprn: None, ..badge.issuer.clone() },
            ..badge
        };
        assert_eq!(Badge::from_json(&bare.to_json()), Ok(bare));
    }

    /// JSON-LD passes over a key that no context knows: it would be under no signature.
    #[test]
    fn every_key_is_known_to_the_contexts() {
        fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
            match value {
                Value::Object(keys) => {
                    keys.iter().for_each(|(key, inner)| leaves(inner, &format!("{path}/{key}"), found))
                }
                Value::Array(items) => {
                    items.iter().enumerate().for_each(|(at, inner)| leaves(inner, &format!("{path}/{at}"), found));
                }
                _ => found.push(path.to_owned()),
            }
        }
        let document = sample::badge().to_json();
        let signed = canonical::n_quads(&document).unwrap();
        let mut found = Vec::new();
        leaves(&document, "", &mut found);
        found.retain(|path| !path.starts_with("/@context"));
        assert!(found.len() > 50, "{found:?}");
        for path in found {
            let mut other = document.clone();
            let leaf = other.pointer_mut(&path).unwrap();
            *leaf = match leaf.take() {
                Value::Bool(held) => json!(!held),
                // An address stays one, a type has to be another's.
                Value::String(held) if path.contains("/type") => {
                    json!(if held == "Image" { "Evidence" } else { "Image" })
                }
                Value::String(held) => json!(format!("{held}9")),
                other => panic!("{path}: {other}"),
            };
            assert_ne!(canonical::n_quads(&other).unwrap(), signed, "{path} is not signed");
        }
    }

    #[test]
    fn what_is_written_otherwise_is_no_badge_of_ours() {
        let written = sample::badge().to_json();
        for (at, other) in [
            ("/type/1", json!("AchievementCredential")),
            ("/credentialSubject/type", json!("AchievementSubject")),
            ("/evidence", json!([])),
            ("/issuer/type/0", json!("Image")),
            ("/credentialStatus/id", json!("https://cairn.example/status#1")),
            ("/validFrom", json!("2027-03-18T12:00:00+00:00")),
            ("/credentialSubject/id", json!("_:somebody")),
        ] {
            let mut changed = written.clone();
            *changed.pointer_mut(at).unwrap() = other;
            assert_eq!(Badge::from_json(&changed), Err(Unverified::NotABadge), "{at}");
        }
        let mut more = written.clone();
        more["credentialSubject"]["grade"] = json!("A");
        assert_eq!(Badge::from_json(&more), Err(Unverified::NotABadge));
        assert_eq!(Badge::from_json(&json!([])), Err(Unverified::NotABadge));
    }

    #[test]
    fn an_address_is_recognised_and_not_read() {
        let hashed = HashedEmail::new("Priya.Hartnell@School.example", "pepper".into());
        assert!(hashed.is("priya.hartnell@school.example") && !hashed.is("priya@school.example"));
        assert!(!format!("{hashed:?}").to_lowercase().contains("priya"));
    }
}
