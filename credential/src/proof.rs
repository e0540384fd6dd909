//! The proof inside a credential: `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2).

use crate::{
    Unverified, canonical,
    key::{KeyPair, PublicKeys},
};
use cairn_shared::time::Timestamp;
use ed25519_dalek::{Signature, Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The document with a proof of that issuer's in it.
///
/// # Errors
/// [`Unverified::NotABadge`] if the document is no JSON-LD of known contexts, and so nothing to sign.
pub fn sign(document: &Value, did: &str, pair: &KeyPair, created: Timestamp) -> Result<Value, Unverified> {
    let mut proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": created,
        "verificationMethod": PublicKeys::ed25519_id(did, pair.number),
        "proofPurpose": "assertionMethod",
    });
    let signature = pair.ed25519.sign(&hash(document, &proof)?);
    proof["proofValue"] = json!(format!("z{}", bs58::encode(signature.to_bytes()).into_string()));
    let mut signed = document.clone();
    signed["proof"] = json!([proof]);
    Ok(signed)
}

/// The document without its proof, once the proof holds, and the generation of the key that made it.
///
/// # Errors
/// [`Unverified::NotABadge`] if there is no proof of that kind, [`Unverified::Altered`] if it does not hold,
/// [`Unverified::UnknownKey`] if it names a key that is newer than all of these.
pub fn verify(signed: &Value, keys: &PublicKeys) -> Result<(Value, u32), Unverified> {
    let mut document = signed.clone();
    let proofs = document.as_object_mut().and_then(|keys| keys.remove("proof")).ok_or(Unverified::NotABadge)?;
    let Some([proof]) = proofs.as_array().map(Vec::as_slice) else { return Err(Unverified::NotABadge) };
    let mut options = proof.clone();
    let value = options.as_object_mut().and_then(|keys| keys.remove("proofValue")).ok_or(Unverified::NotABadge)?;
    let names = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose"];
    let is_known = options.as_object().is_some_and(|keys| keys.len() == names.len())
        && names.iter().all(|name| options[name].is_string())
        && options["type"] == "DataIntegrityProof"
        && options["cryptosuite"] == "eddsa-rdfc-2022"
        && options["proofPurpose"] == "assertionMethod";
    if !is_known {
        return Err(Unverified::NotABadge);
    }
    let method = options["verificationMethod"].as_str().unwrap_or_default();
    let pair = keys.by_ed25519_id(method).ok_or_else(|| keys.without(method))?;
    let signature = value.as_str().and_then(signature).ok_or(Unverified::Altered)?;
    pair.ed25519.verify_strict(&hash(&document, &options)?, &signature).map_err(|_| Unverified::Altered)?;
    Ok((document, pair.number))
}

/// A document as it is without its proof.
pub(crate) fn without(signed: &Value) -> Value {
    let mut document = signed.clone();
    if let Some(keys) = document.as_object_mut() {
        keys.remove("proof");
    }
    document
}

fn signature(text: &str) -> Option<Signature> {
    let bytes: [u8; 64] = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?.try_into().ok()?;
    Some(Signature::from_bytes(&bytes))
}

/// What is signed (section 3.2.4): the hash of the proof's options, then that of the document.
fn hash(document: &Value, options: &Value) -> Result<[u8; 64], Unverified> {
    let mut options = options.clone();
    options["@context"] = document["@context"].clone();
    let mut both = [0; 64];
    both[..32].copy_from_slice(&Sha256::digest(canonical::n_quads(&options)?));
    both[32..].copy_from_slice(&Sha256::digest(canonical::n_quads(document)?));
    Ok(both)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_is_signed_holds_and_a_changed_word_does_not() {
        let (document, keys) = (sample::badge().to_json(), sample::keys());
        let signed = sign(&document, &keys.did, &sample::pair(2), sample::moment()).unwrap();
        assert_eq!(verify(&signed, &keys), Ok((document, 2)));
        let mut changed = signed.clone();
        changed["credentialSubject"]["identifier"][0]["identityHash"] = json!("Priya Hartwell");
        assert_eq!(verify(&changed, &keys), Err(Unverified::Altered));
        let mut moved = signed.clone();
        moved["proof"][0]["created"] = json!("2027-03-19T12:00:00Z");
        assert_eq!(verify(&moved, &keys), Err(Unverified::Altered));
    }

    #[test]
    fn somebody_elses_key_does_not_hold() {
        let keys = sample::keys();
        let stranger = KeyPair::new(1, &[77; 32], &[78; 32]).unwrap();
        let signed = sign(&sample::badge().to_json(), &keys.did, &stranger, sample::moment()).unwrap();
        assert_eq!(verify(&signed, &keys), Err(Unverified::Altered));
    }

    #[test]
    fn the_same_is_signed_in_the_same_way() {
        let (document, did) = (sample::badge().to_json(), sample::keys().did);
        let sign = || sign(&document, &did, &sample::pair(1), sample::moment()).unwrap();
        assert_eq!(sign(), sign());
    }
}
