//! Access tokens: what a signed-in browser shows with each request, for some minutes.
//!
//! They are signed with Ed25519 by a key that is derived from the configured secret, so that all servers share it
//! and it is written down nowhere else. The secret before it still verifies, so that changing it signs nobody out.
//! Signing out takes effect at once all the same: the session behind a token is looked up with every request.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{
    ids::{EvidenceId, PersonId, SessionId},
    time::Timestamp,
};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use hkdf::Hkdf;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// For how many seconds a token holds.
pub const ACCESS_SECONDS: u32 = 600;

const AUDIENCE: &str = "cairn-api";
const TYPE: &str = "at+jwt";
const FILES: &str = "cairn-files";
const TICKET_TYPE: &str = "ticket+jwt";

/// For how many seconds a ticket opens a file.
pub const TICKET_SECONDS: i64 = 60;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Whose it is.
    pub sub: PersonId,
    /// The session that it belongs to.
    pub sid: SessionId,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What a ticket opens. It says nothing of the file itself: two tickets don't tell that two files are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFile {
    /// Which piece of evidence.
    pub evidence: EvidenceId,
    /// Whether its small picture is meant.
    pub small: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct TicketClaims {
    iss: String,
    aud: String,
    sub: PersonId,
    sid: SessionId,
    file: OpenFile,
    nbf: i64,
    exp: i64,
}

struct Key {
    id: String,
    sign: EncodingKey,
    verify: DecodingKey,
}

/// Signs and verifies access tokens.
pub struct Tokens {
    issuer: String,
    /// The first signs; all verify.
    keys: Vec<Key>,
    /// Access tokens whose signature was found right, with what they say: a page shows the same one with each request,
    /// and to look at a signature takes as long as to look into the database.
    right: Mutex<HashMap<String, Claims>>,
}

/// How many tokens are known as right, at the most.
const KNOWN: usize = 5_000;

impl Tokens {
    /// Derives the keys of the secrets, the one of today first.
    ///
    /// # Panics
    /// If there is no secret, which the configuration rules out.
    pub fn new(issuer: &str, secrets: &[String]) -> Self {
        assert!(!secrets.is_empty(), "tokens need a secret");
        Self {
            issuer: issuer.to_owned(),
            keys: secrets.iter().map(|s| Key::derive(s)).collect(),
            right: Mutex::default(),
        }
    }

    /// Signs a token for that session.
    pub fn sign(&self, person: PersonId, session: SessionId, token_id: String, now: Timestamp) -> String {
        let now = now.micros() / 1_000_000;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: person,
            sid: session,
            jti: token_id,
            iat: now,
            nbf: now,
            exp: now + i64::from(ACCESS_SECONDS),
        };
        self.encode(TYPE, &claims)
    }

    /// Signs a ticket that opens a file for that session.
    pub fn sign_ticket(&self, person: PersonId, session: SessionId, file: OpenFile, now: Timestamp) -> String {
        let now = now.micros() / 1_000_000;
        let claims = TicketClaims {
            iss: self.issuer.clone(),
            aud: FILES.into(),
            sub: person,
            sid: session,
            file,
            nbf: now,
            exp: now + TICKET_SECONDS,
        };
        self.encode(TICKET_TYPE, &claims)
    }

    /// Whose ticket it is and what it opens, if it is one of ours and holds now.
    pub fn verify_ticket(&self, ticket: &str, now: Timestamp) -> Option<(PersonId, SessionId, OpenFile)> {
        let claims: TicketClaims = self.decode(TICKET_TYPE, FILES, ticket)?;
        holds(claims.nbf, claims.exp, now).then_some((claims.sub, claims.sid, claims.file))
    }

    fn encode(&self, token_type: &str, claims: &impl Serialize) -> String {
        let key = &self.keys[0];
        let header =
            Header { kid: Some(key.id.clone()), typ: Some(token_type.into()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, claims, &key.sign).expect("claims are plain data and the key is an Ed25519 key")
    }

    /// The claims, if the token is of that type, for that audience, and signed by one of our keys. Time is judged by
    /// the caller, by our clock.
    fn decode<T: DeserializeOwned>(&self, token_type: &str, audience: &str, token: &str) -> Option<T> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(token_type) {
            return None;
        }
        let key = self.keys.iter().find(|key| header.kid.as_deref() == Some(&key.id))?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        rules.validate_exp = false;
        rules.validate_nbf = false;
        Some(decode::<T>(token, &key.verify, &rules).ok()?.claims)
    }

    /// What the token says, if it is one of ours and holds now.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let right = self.right.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        let claims = match right {
            Some(claims) => claims,
            None => {
                let claims: Claims = self.decode(TYPE, AUDIENCE, token)?;
                self.keep(token, &claims, now);
                claims
            }
        };
        holds(claims.nbf, claims.exp, now).then_some(claims)
    }

    fn keep(&self, token: &str, claims: &Claims, now: Timestamp) {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        if right.len() >= KNOWN {
            right.retain(|_, claims| holds(claims.nbf, claims.exp, now));
        }
        // Where thousands hold at once, those that come last are looked at each time.
        if right.len() < KNOWN {
            right.insert(token.to_owned(), claims.clone());
        }
    }
}

/// Whether a token that holds from then to then holds now; servers' clocks may differ by half a minute.
fn holds(not_before: i64, expires: i64, now: Timestamp) -> bool {
    let now = now.micros() / 1_000_000;
    not_before <= now + 30 && now < expires
}

impl Key {
    fn derive(secret: &str) -> Self {
        let mut seed = [0; 32];
        Hkdf::<Sha256>::new(None, secret.as_bytes())
            .expand(b"cairn access token ed25519", &mut seed)
            .expect("32 bytes is a length that HKDF gives");
        let signing = SigningKey::from_bytes(&seed);
        let public = signing.verifying_key();
        let der = signing.to_pkcs8_der().expect("an Ed25519 key has a PKCS #8 form");
        Self {
            id: URL_SAFE_NO_PAD.encode(&Sha256::digest(public.as_bytes())[..9]),
            sign: EncodingKey::from_ed_der(der.as_bytes()),
            verify: DecodingKey::from_ed_der(public.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn tokens(secrets: &[&str]) -> Tokens {
        Tokens::new("https://cairn.example", &secrets.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
    }

    fn token(tokens: &Tokens) -> String {
        tokens.sign(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), "t1".into(), NOW)
    }

    #[test]
    fn a_token_says_whose_it_is_until_it_is_over() {
        let keys = tokens(&["one"]);
        let token = token(&keys);
        assert_eq!(keys.verify(&token, NOW).unwrap().sub, Uuid::from_u128(1).into());
        assert!(keys.verify(&token, NOW.plus_seconds(599)).is_some());
        assert!(keys.verify(&token, NOW.plus_seconds(600)).is_none());
        assert!(keys.verify(&token, NOW.plus_seconds(-60)).is_none());
    }

    #[test]
    fn a_token_that_is_known_is_over_when_its_time_is_over_and_makes_room() {
        let keys = tokens(&["one"]);
        let many: Vec<String> = (0..KNOWN + 10)
            .map(|n| keys.sign(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), n.to_string(), NOW))
            .collect();
        for _ in 0..2 {
            assert!(many.iter().all(|token| keys.verify(token, NOW).is_some()));
        }
        assert_eq!(keys.right.lock().unwrap().len(), KNOWN);
        let later = NOW.plus_seconds(600);
        assert!(many.iter().all(|token| keys.verify(token, later).is_none()));
        assert!(keys.right.lock().unwrap().len() <= 10);
    }

    #[test]
    fn a_new_secret_signs_nobody_out() {
        let old = token(&tokens(&["old"]));
        assert!(tokens(&["new", "old"]).verify(&old, NOW).is_some());
        assert!(tokens(&["new"]).verify(&old, NOW).is_none());
    }

    #[test]
    fn another_issuer_a_changed_word_and_another_algorithm_are_nothing() {
        let keys = tokens(&["one"]);
        let good = token(&keys);
        let other = Tokens::new("https://other.example", &["one".into()]);
        assert!(other.verify(&good, NOW).is_none());
        let parts: Vec<&str> = good.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"none","typ":"{TYPE}","kid":"{}"}}"#, keys.keys[0].id));
        assert!(keys.verify(&format!("{none}.{}.", parts[1]), NOW).is_none());
        let hmac = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"HS256","typ":"{TYPE}","kid":"{}"}}"#, keys.keys[0].id));
        assert!(keys.verify(&format!("{hmac}.{}.{}", parts[1], parts[2]), NOW).is_none());
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        let forged = URL_SAFE_NO_PAD.encode(payload.replace("000000000001", "000000000003"));
        assert_ne!(forged, parts[1]);
        assert!(keys.verify(&format!("{}.{forged}.{}", parts[0], parts[2]), NOW).is_none());
    }

    proptest! {
        #[test]
        fn no_other_text_is_a_token(text in "[A-Za-z0-9_.-]{0,200}", at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
            let keys = tokens(&["one"]);
            prop_assert!(keys.verify(&text, NOW).is_none());
            let mut changed = token(&keys);
            let at = at.index(changed.len());
            changed.replace_range(at..=at, &letter);
            // Sixty-four bytes in base64 leave four bits unused, which may be written either way.
            let claims = keys.verify(&changed, NOW);
            prop_assert!(claims.is_none_or(|claims| claims.sub == Uuid::from_u128(1).into()));
        }
    }
}
