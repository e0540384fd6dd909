//! A credential as a signed token: a JWS in its compact form, ES256, with the credential at its top
//! (Open Badges 3.0, section 8.2.4; RFC 7515, RFC 7518).

use crate::{
    Unverified,
    key::{KeyPair, PublicKeys},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::time::Timestamp;
use p256::ecdsa::{
    Signature,
    signature::{Signer, Verifier},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a token says of itself. More may not stand there (Open Badges 3.0, section 8.2.4.1).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// The credential as a token of that issuer's. It may already hold a proof.
///
/// # Errors
/// [`Unverified::NotABadge`] if the credential has no issuer, id, holder or day from which it holds.
pub fn sign(credential: &Value, pair: &KeyPair) -> Result<String, Unverified> {
    let payload = with_claims(credential).ok_or(Unverified::NotABadge)?;
    let did = payload["iss"].as_str().unwrap_or_default();
    let header = Header { alg: "ES256".into(), kid: PublicKeys::p256_id(did, pair.number), typ: "JWT".into() };
    let header = serde_json::to_string(&header).map_err(|_| Unverified::NotABadge)?;
    let content = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload.to_string()));
    let signature: Signature = pair.p256.sign(content.as_bytes());
    Ok(format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
}

/// The credential in a token, once its signature holds, and the generation of the key that made it.
///
/// # Errors
/// [`Unverified::NotABadge`] if it is no token with a credential, [`Unverified::Altered`] if the signature does not hold,
/// [`Unverified::UnknownKey`] if it names a key that is newer than all of these.
pub fn verify(token: &str, keys: &PublicKeys) -> Result<(Value, u32), Unverified> {
    let (header, credential, signature) = read(token).ok_or(Unverified::NotABadge)?;
    let pair = keys.by_p256_id(&header.kid).ok_or_else(|| keys.without(&header.kid))?;
    let content = token.rsplit_once('.').map_or("", |(content, _)| content);
    pair.p256.verify(content.as_bytes(), &signature).map_err(|_| Unverified::Altered)?;
    Ok((credential, pair.number))
}

/// The credential in a token, whoever signed it.
pub(crate) fn unverified(token: &str) -> Option<Value> {
    Some(read(token)?.1)
}

fn read(token: &str) -> Option<(Header, Value, Signature)> {
    let mut parts = token.split('.');
    let mut part = || URL_SAFE_NO_PAD.decode(parts.next()?).ok();
    let (header, payload, signature) = (part()?, part()?, part()?);
    if parts.next().is_some() {
        return None;
    }
    let header: Header = serde_json::from_slice(&header).ok()?;
    if header.alg != "ES256" || header.typ != "JWT" {
        return None;
    }
    let payload: Value = serde_json::from_slice(&payload).ok()?;
    let mut credential = payload.clone();
    let claims = credential.as_object_mut()?;
    for claim in ["iss", "jti", "nbf", "sub"] {
        claims.remove(claim)?;
    }
    // The claims say what the credential says, and nothing else.
    (with_claims(&credential)? == payload).then_some(())?;
    Some((header, credential, Signature::from_slice(&signature).ok()?))
}

fn with_claims(credential: &Value) -> Option<Value> {
    let issuer = credential["issuer"].as_str().or_else(|| credential["issuer"]["id"].as_str())?;
    let from: Timestamp = credential["validFrom"].as_str()?.parse().ok()?;
    let mut payload = credential.clone();
    payload["iss"] = json!(issuer);
    payload["jti"] = json!(credential["id"].as_str()?);
    payload["nbf"] = json!(from.micros().div_euclid(1_000_000));
    payload["sub"] = json!(credential["credentialSubject"]["id"].as_str()?);
    Some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn encode(part: &Value) -> String {
        URL_SAFE_NO_PAD.encode(part.to_string())
    }

    #[test]
    fn what_is_signed_holds() {
        let (credential, keys) = (sample::badge().to_json(), sample::keys());
        let token = sign(&credential, &sample::pair(1)).unwrap();
        assert_eq!(verify(&token, &keys), Ok((credential, 1)));
    }

    #[test]
    fn an_algorithm_that_is_not_ours_is_no_badge() {
        let token = sign(&sample::badge().to_json(), &sample::pair(1)).unwrap();
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let kid = PublicKeys::p256_id(&sample::keys().did, 1);
        for header in [
            json!({"alg": "none", "kid": kid, "typ": "JWT"}),
            json!({"alg": "HS256", "kid": kid, "typ": "JWT"}),
            json!({"alg": "ES256", "kid": kid, "typ": "JWT", "jwk": {}}),
        ] {
            parts[0] = encode(&header);
            assert_eq!(verify(&parts.join("."), &sample::keys()), Err(Unverified::NotABadge), "{header}");
        }
    }

    #[test]
    fn claims_that_say_something_else_are_no_badge() {
        let token = sign(&sample::badge().to_json(), &sample::pair(1)).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        for (claim, other) in [("sub", json!("urn:uuid:1")), ("nbf", json!(1)), ("iss", json!("did:web:a.example"))] {
            let mut changed = payload.clone();
            changed[claim] = other;
            let token = [parts[0], &encode(&changed), parts[2]].join(".");
            assert_eq!(verify(&token, &sample::keys()), Err(Unverified::NotABadge), "{claim}");
        }
    }

    #[test]
    fn somebody_elses_key_does_not_hold() {
        let stranger = KeyPair::new(1, &[77; 32], &[78; 32]).unwrap();
        let token = sign(&sample::badge().to_json(), &stranger).unwrap();
        assert_eq!(verify(&token, &sample::keys()), Err(Unverified::Altered));
    }
}
