//! An issuer's keys: a pair of each kind that badges are signed with, and the pages on which the public halves stand.
//!
//! A key is never taken back. Rotation adds a pair, which signs from then on; whatever the pairs before it signed is still
//! held against them.

use crate::Unverified;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek as ed25519;
use p256::{EncodedPoint, ecdsa};
use serde_json::{Value, json};

/// What stands before an Ed25519 key in a Multikey (multicodec `ed25519-pub`).
const ED25519_PUBLIC: [u8; 2] = [0xed, 0x01];

/// The keys of one generation: for the embedded proof, and for the JWT.
#[derive(Clone)]
pub struct KeyPair {
    /// Which generation, from 1.
    pub number: u32,
    pub(crate) ed25519: ed25519::SigningKey,
    pub(crate) p256: ecdsa::SigningKey,
}

impl KeyPair {
    /// The pair that is made of these random bytes.
    ///
    /// # Errors
    /// `None` if the second is no key on P-256, which of 2³² tries happens to none.
    pub fn new(number: u32, ed25519: &[u8; 32], p256: &[u8; 32]) -> Option<Self> {
        Some(Self {
            number,
            ed25519: ed25519::SigningKey::from_bytes(ed25519),
            p256: ecdsa::SigningKey::from_slice(p256).ok()?,
        })
    }

    /// Its public halves.
    pub fn public(&self) -> PublicPair {
        PublicPair { number: self.number, ed25519: self.ed25519.verifying_key(), p256: *self.p256.verifying_key() }
    }
}

/// The public halves of one generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPair {
    /// Which generation, from 1.
    pub number: u32,
    pub(crate) ed25519: ed25519::VerifyingKey,
    pub(crate) p256: ecdsa::VerifyingKey,
}

impl PublicPair {
    /// The two keys as text: a Multikey, and a compressed point in base64url.
    pub fn to_text(&self) -> (String, String) {
        (multibase(&self.ed25519), URL_SAFE_NO_PAD.encode(self.p256.to_encoded_point(true)))
    }

    /// The pair of that number that is written so.
    ///
    /// # Errors
    /// `None` if these are no keys.
    pub fn from_text(number: u32, ed25519: &str, p256: &str) -> Option<Self> {
        let point = URL_SAFE_NO_PAD.decode(p256).ok()?;
        let p256 = ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
        Some(Self { number, ed25519: from_multibase(ed25519)?, p256 })
    }
}

/// Who an issuer is, and all keys that it ever signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// The issuer's decentralised identifier.
    pub did: String,
    pairs: Vec<PublicPair>,
}

/// The decentralised identifier of whoever answers at an address (did:web Method Specification): the host, with a colon
/// before its port written `%3A`, and the path's parts behind colons.
///
/// # Errors
/// `None` if it is no web address.
pub fn did_web(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let mut parts = rest.trim_end_matches('/').split('/');
    let host = parts.next().filter(|host| !host.is_empty())?.replace(':', "%3A");
    Some(parts.fold(format!("did:web:{host}"), |did, part| did + ":" + part))
}

impl PublicKeys {
    /// The keys of that issuer, oldest first.
    pub fn new(did: String, pairs: Vec<PublicPair>) -> Self {
        Self { did, pairs }
    }

    /// The id of a generation's Ed25519 key.
    pub(crate) fn ed25519_id(did: &str, number: u32) -> String {
        format!("{did}#key-ed25519-{number}")
    }

    /// The id of a generation's P-256 key.
    pub(crate) fn p256_id(did: &str, number: u32) -> String {
        format!("{did}#key-p256-{number}")
    }

    /// The pair whose Ed25519 key has that id.
    pub(crate) fn by_ed25519_id(&self, id: &str) -> Option<&PublicPair> {
        self.pairs.iter().find(|pair| Self::ed25519_id(&self.did, pair.number) == id)
    }

    /// The pair whose P-256 key has that id.
    pub(crate) fn by_p256_id(&self, id: &str) -> Option<&PublicPair> {
        self.pairs.iter().find(|pair| Self::p256_id(&self.did, pair.number) == id)
    }

    /// Why nothing can be held against the key of that id, which is not here. Numbers grow and no key is ever taken back, so
    /// one that is newer than all of these may have been made since these were written down; any other never was ours.
    pub(crate) fn without(&self, id: &str) -> Unverified {
        let number = id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let is_named_so =
            [Self::ed25519_id(&self.did, number), Self::p256_id(&self.did, number)].iter().any(|ours| ours == id);
        let is_newer = self.pairs.iter().all(|pair| pair.number < number);
        if is_named_so && is_newer { Unverified::UnknownKey } else { Unverified::Altered }
    }

    /// The issuer's DID document (Decentralized Identifiers 1.0; Controlled Identifiers 1.0 for Multikey). Ids are whole,
    /// and `assertionMethod` holds nothing but them: 1EdTech's validator takes no other form. The newest keys come first,
    /// and of them the one under tokens: some verifiers hold a status list against the first alone.
    pub fn did_document(&self) -> Value {
        let mut methods = Vec::new();
        for pair in self.pairs.iter().rev() {
            methods.push(json!({
                "id": Self::p256_id(&self.did, pair.number),
                "type": "JsonWebKey",
                "controller": self.did,
                "publicKeyJwk": jwk(&pair.p256),
            }));
            methods.push(json!({
                "id": Self::ed25519_id(&self.did, pair.number),
                "type": "Multikey",
                "controller": self.did,
                "publicKeyMultibase": multibase(&pair.ed25519),
            }));
        }
        let ids: Vec<Value> = methods.iter().map(|method| method["id"].clone()).collect();
        json!({
            "@context": [
                "https://www.w3.org/ns/did/v1",
                "https://w3id.org/security/multikey/v1",
                "https://w3id.org/security/jwk/v1",
            ],
            "id": self.did,
            "verificationMethod": methods,
            "assertionMethod": ids,
        })
    }

    /// The keys under the JWTs as a JWK Set (RFC 7517).
    pub fn jwks(&self) -> Value {
        let keys = self.pairs.iter().map(|pair| {
            let mut key = jwk(&pair.p256);
            key["kid"] = json!(Self::p256_id(&self.did, pair.number));
            key["alg"] = json!("ES256");
            key["use"] = json!("sig");
            key
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }

    /// The keys that a DID document of ours names, as [`did_document`](Self::did_document) writes it.
    ///
    /// # Errors
    /// [`Unverified::NotABadge`] if it is written in any other way.
    pub fn from_did_document(document: &Value) -> Result<Self, Unverified> {
        let read = || {
            let did = document["id"].as_str()?.to_owned();
            let methods = document["verificationMethod"].as_array()?;
            let pairs = methods.chunks(2).rev().map(|pair| {
                let (p256, ed25519) = (pair.first()?, pair.get(1)?);
                Some(PublicPair {
                    number: ed25519["id"].as_str()?.rsplit('-').next()?.parse().ok()?,
                    ed25519: from_multibase(ed25519["publicKeyMultibase"].as_str()?)?,
                    p256: from_jwk(&p256["publicKeyJwk"])?,
                })
            });
            Some(Self { did, pairs: pairs.collect::<Option<_>>()? })
        };
        read().filter(|keys: &Self| keys.did_document() == *document).ok_or(Unverified::NotABadge)
    }
}

fn multibase(key: &ed25519::VerifyingKey) -> String {
    let bytes = [&ED25519_PUBLIC[..], key.as_bytes()].concat();
    format!("z{}", bs58::encode(bytes).into_string())
}

fn from_multibase(text: &str) -> Option<ed25519::VerifyingKey> {
    let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
    let key: [u8; 32] = bytes.strip_prefix(&ED25519_PUBLIC)?.try_into().ok()?;
    ed25519::VerifyingKey::from_bytes(&key).ok()
}

fn jwk(key: &ecdsa::VerifyingKey) -> Value {
    let point = key.to_encoded_point(false);
    let coordinate = |bytes: Option<_>| bytes.map(|bytes: &p256::FieldBytes| URL_SAFE_NO_PAD.encode(bytes));
    json!({ "kty": "EC", "crv": "P-256", "x": coordinate(point.x()), "y": coordinate(point.y()) })
}

fn from_jwk(key: &Value) -> Option<ecdsa::VerifyingKey> {
    let coordinate =
        |name: &str| -> Option<[u8; 32]> { URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok()?.try_into().ok() };
    let point = EncodedPoint::from_affine_coordinates(&coordinate("x")?.into(), &coordinate("y")?.into(), false);
    ecdsa::VerifyingKey::from_encoded_point(&point).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn an_address_becomes_an_identifier() {
        assert_eq!(did_web("https://cairn.example").as_deref(), Some("did:web:cairn.example"));
        assert_eq!(did_web("http://127.0.0.1:8080/").as_deref(), Some("did:web:127.0.0.1%3A8080"));
        assert_eq!(did_web("https://uni.example/a/b").as_deref(), Some("did:web:uni.example:a:b"));
        assert_eq!(did_web("ftp://uni.example"), None);
        assert_eq!(did_web("https://"), None);
    }

    #[test]
    fn the_page_of_the_keys_is_read_again() {
        let keys = sample::keys();
        assert_eq!(PublicKeys::from_did_document(&keys.did_document()), Ok(keys.clone()));
        let mut other = keys.did_document();
        other["verificationMethod"][1]["controller"] = json!("did:web:elsewhere.example");
        assert_eq!(PublicKeys::from_did_document(&other), Err(Unverified::NotABadge));
        assert_eq!(PublicKeys::from_did_document(&json!({})), Err(Unverified::NotABadge));
    }

    #[test]
    fn a_key_that_is_not_here_is_newer_or_never_was() {
        let keys = sample::keys();
        for (id, why) in [
            ("did:web:cairn.example#key-ed25519-3", Unverified::UnknownKey),
            ("did:web:cairn.example#key-p256-40", Unverified::UnknownKey),
            ("did:web:cairn.example#key-ed25519-0", Unverified::Altered),
            ("did:web:cairn.example#key-ed25519-03", Unverified::Altered),
            ("did:web:cairn.example#key-rsa-3", Unverified::Altered),
            ("did:web:elsewhere.example#key-ed25519-3", Unverified::Altered),
            ("", Unverified::Altered),
        ] {
            assert_eq!(keys.without(id), why, "{id}");
        }
    }

    #[test]
    fn a_pair_is_read_again() {
        let pair = sample::pair(2).public();
        let (ed25519, p256) = pair.to_text();
        assert_eq!(PublicPair::from_text(2, &ed25519, &p256), Some(pair));
        assert_eq!(PublicPair::from_text(2, &p256, &ed25519), None);
    }

    #[test]
    fn nothing_private_stands_on_a_page() {
        let keys = sample::keys();
        for page in [keys.did_document(), keys.jwks()] {
            assert!(!page.to_string().contains("\"d\""), "{page}");
        }
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);
    }
}
