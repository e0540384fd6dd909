//! Whether something that somebody shows us is a badge of this issuer's, in whichever of its four forms.
//!
//! Whether the badge still holds is another question, for whoever has the status list.

use crate::{Unverified, badge::Badge, bake, jwt, key::PublicKeys, proof};
use serde_json::Value;

/// The largest badge that is looked at, in bytes: some ten times our own pictures.
pub const MOST_BYTES: usize = 1024 * 1024;

/// The form in which a badge was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON with a proof in it.
    Json,
    /// A signed token.
    Jwt,
    /// A PNG with a credential in it.
    Png,
    /// An SVG with a credential in it.
    Svg,
}

/// A badge that this issuer signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub badge: Badge,
    /// The form in which it was shown.
    pub form: Form,
    /// The generation of the key that signed it.
    pub key: u32,
}

/// What a credential of ours with a proof in it says. Whether the proof holds is not looked at.
///
/// # Errors
/// [`Unverified::NotABadge`] if it is not written as we write it.
pub fn said(credential: &str) -> Result<Badge, Unverified> {
    let credential: Value = serde_json::from_str(credential).map_err(|_| Unverified::NotABadge)?;
    Badge::from_json(&proof::without(&credential))
}

/// Holds a badge, pasted or as a file, against the issuer's keys.
///
/// # Errors
/// [`Unverified`] says what it is instead.
pub fn check(shown: &[u8], keys: &PublicKeys) -> Result<Verified, Unverified> {
    if bake::is_png(shown) {
        let credential = bake::in_png(shown).ok_or(Unverified::NotABadge)?;
        return check_text(&credential, keys, Some(Form::Png));
    }
    let text = std::str::from_utf8(shown).map_err(|_| Unverified::NotABadge)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        let credential = bake::in_svg(text).ok_or(Unverified::NotABadge)?;
        return check_text(&credential, keys, Some(Form::Svg));
    }
    check_text(text, keys, None)
}

fn check_text(text: &str, keys: &PublicKeys, form: Option<Form>) -> Result<Verified, Unverified> {
    let (credential, key, plain) = if text.starts_with('{') {
        let credential: Value = serde_json::from_str(text).map_err(|_| Unverified::NotABadge)?;
        is_ours(&credential, keys)?;
        (credential, None, Form::Json)
    } else {
        let claimed = jwt::unverified(text).ok_or(Unverified::NotABadge)?;
        is_ours(&claimed, keys)?;
        let (credential, key) = jwt::verify(text, keys)?;
        (credential, Some(key), Form::Jwt)
    };
    // First the shape: what is not written as we write it may be made so that its canonical form takes for ever (RDF
    // Dataset Canonicalization, section 7.1).
    let badge = Badge::from_json(&proof::without(&credential)).map_err(|_| Unverified::Altered)?;
    // A token holds the credential with its proof, and both have to hold.
    let (_, proof_key) = proof::verify(&credential, keys)?;
    if key.is_some_and(|key| key != proof_key) {
        return Err(Unverified::Altered);
    }
    Ok(Verified { badge, form: form.unwrap_or(plain), key: proof_key })
}

fn is_ours(credential: &Value, keys: &PublicKeys) -> Result<(), Unverified> {
    match credential["issuer"]["id"].as_str().or_else(|| credential["issuer"].as_str()) {
        Some(issuer) if issuer == keys.did => Ok(()),
        Some(_) => Err(Unverified::NotOurs),
        None => Err(Unverified::NotABadge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn forms() -> [(Form, Vec<u8>); 6] {
        let (json, token) = sample::signed();
        [
            (Form::Json, json.clone().into_bytes()),
            (Form::Jwt, token.clone().into_bytes()),
            (Form::Png, bake::png(&sample::png(), &token).unwrap()),
            (Form::Png, bake::png(&sample::png(), &json).unwrap()),
            (Form::Svg, bake::svg(sample::SVG, &token).unwrap().into_bytes()),
            (Form::Svg, bake::svg(sample::SVG, &json).unwrap().into_bytes()),
        ]
    }

    #[test]
    fn every_form_says_the_same() {
        for (form, shown) in forms() {
            let verified = check(&shown, &sample::keys()).unwrap();
            assert_eq!(verified, Verified { badge: sample::badge(), form, key: 1 });
        }
    }

    /// A thousand changes of one byte to each form: what is not told apart says exactly what was signed.
    #[test]
    fn a_changed_byte_is_noticed_or_changes_nothing() {
        let keys = sample::keys();
        for (form, shown) in forms() {
            let (mut noticed, mut state) = (0, 0x9e37_79b9_u64);
            for _ in 0..1000 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let mut changed = shown.clone();
                let at = (state >> 33) as usize % changed.len();
                changed[at] ^= 1 + (state >> 24) as u8 % 255;
                match check(&changed, &keys) {
                    Ok(verified) => assert_eq!(verified.badge, sample::badge(), "{form:?}: byte {at}"),
                    Err(_) => noticed += 1,
                }
            }
            // A blank between two values, or a bit of the picture that no sum covers, may change.
            assert!(noticed > 900, "{form:?}: only {noticed} of 1,000 were noticed");
        }
    }

    /// Where each value stands in a document.
    fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(keys) => keys.iter().for_each(|(key, inner)| leaves(inner, &format!("{path}/{key}"), found)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, inner)| leaves(inner, &format!("{path}/{at}"), found));
            }
            _ => found.push(path.to_owned()),
        }
    }

    /// The document with one letter of a value changed: at the beginning, in the middle, or at the end.
    fn changed(document: &Value, path: &str) -> Vec<Value> {
        let value = document.pointer(path).unwrap();
        let letters: Vec<char> = value.as_str().map_or_else(Vec::new, |text| text.chars().collect());
        let places = BTreeSet::from([0, letters.len() / 2, letters.len().saturating_sub(1)]);
        let others: Vec<Value> = match value {
            Value::Bool(held) => vec![json!(!held)],
            Value::Number(number) => vec![json!(number.as_i64().unwrap() + 1)],
            Value::String(_) => places
                .into_iter()
                .map(|at| {
                    let mut other = letters.clone();
                    other[at] = if other[at] == 'x' { 'y' } else { 'x' };
                    json!(other.into_iter().collect::<String>())
                })
                .collect(),
            other => panic!("{path} is {other}"),
        };
        let with = |other: Value| {
            let mut document = document.clone();
            *document.pointer_mut(path).unwrap() = other;
            document
        };
        others.into_iter().map(with).collect()
    }

    #[test]
    fn every_changed_claim_is_noticed_in_every_form() {
        let (json, token) = sample::signed();
        let keys = sample::keys();
        let refused = |shown: &[u8], what: &str| assert!(check(shown, &keys).is_err(), "{what}");
        let [header, payload, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        for (is_token, document) in [(false, serde_json::from_str(&json).unwrap()), (true, payload)] {
            let mut paths = Vec::new();
            leaves(&document, "", &mut paths);
            assert!(paths.len() > 55, "{paths:?}");
            for path in paths {
                for (at, other) in changed(&document, &path).iter().enumerate() {
                    let text = match is_token {
                        true => format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(other.to_string())),
                        false => other.to_string(),
                    };
                    refused(text.as_bytes(), &path);
                    // In a picture it is the same text, which is looked at once.
                    if at == 0 {
                        refused(&bake::png(&sample::png(), &text).unwrap(), &path);
                        refused(bake::svg(sample::SVG, &text).unwrap().as_bytes(), &path);
                    }
                }
            }
        }
    }

    #[test]
    fn somebody_elses_badge_is_told_apart_from_a_changed_one() {
        let (json, token) = sample::signed();
        let elsewhere = PublicKeys::new("did:web:elsewhere.example".into(), vec![sample::pair(1).public()]);
        assert_eq!(check(json.as_bytes(), &elsewhere), Err(Unverified::NotOurs));
        assert_eq!(check(token.as_bytes(), &elsewhere), Err(Unverified::NotOurs));
        let later = PublicKeys::new(sample::keys().did, vec![sample::pair(2).public()]);
        assert_eq!(check(json.as_bytes(), &later), Err(Unverified::Altered));
    }

    /// A clique of blank nodes takes a canonical form's maker longer than anybody waits: it is never made one of.
    #[test]
    fn what_is_made_to_take_for_ever_is_seen_through_at_once() {
        let nodes: Vec<Value> = (0..12)
            .map(|at| {
                let others: Vec<Value> =
                    (0..12).filter(|o| *o != at).map(|o| json!({ "id": format!("_:n{o}") })).collect();
                json!({ "id": format!("_:n{at}"), "type": ["Evidence"], "evidence": others })
            })
            .collect();
        let (signed, _) = sample::signed();
        let mut poison: Value = serde_json::from_str(&signed).unwrap();
        poison["evidence"] = json!(nodes);
        assert_eq!(check(poison.to_string().as_bytes(), &sample::keys()), Err(Unverified::Altered));
        let mut many: Value = serde_json::from_str(&signed).unwrap();
        let one = many["credentialSubject"]["achievement"]["alignment"][0].clone();
        many["credentialSubject"]["achievement"]["alignment"] = json!(vec![one; 2000]);
        assert_eq!(check(many.to_string().as_bytes(), &sample::keys()), Err(Unverified::Altered));
    }

    #[test]
    fn a_key_that_stands_twice_says_what_is_signed() {
        let (json, _) = sample::signed();
        let twice = json.replacen("{\"@context\"", "{\"name\":\"Headteacher\",\"@context\"", 1);
        assert_ne!(twice, json);
        if let Ok(verified) = check(twice.as_bytes(), &sample::keys()) {
            assert_eq!(verified.badge, sample::badge());
        }
        let last = format!(
            "{},\"name\":\"Headteacher\"}}",
            json.trim_end_matches('}').to_owned() + &"}".repeat(json.len() - json.trim_end_matches('}').len() - 1)
        );
        assert!(check(last.as_bytes(), &sample::keys()).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_shown_nothing_breaks(shown in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(check(&shown, &sample::keys()).is_err());
        }

        #[test]
        fn whatever_is_pasted_nothing_breaks(shown in "[{<a-z.\"]{1}.{0,200}") {
            prop_assert!(check(shown.as_bytes(), &sample::keys()).is_err());
        }
    }
}
