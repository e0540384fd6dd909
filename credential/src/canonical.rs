//! The one form in which a document is hashed: its statements (RDF, by JSON-LD 1.1), with blank nodes named by RDFC-1.0,
//! as sorted N-Quads (W3C RDF Dataset Canonicalization).

use crate::Unverified;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{
    Dataset,
    dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm},
};
use serde_json::Value;

/// The context of Verifiable Credentials 2.0.
pub const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The context of Open Badges 3.0, in its revision 3.0.3.
pub const OPEN_BADGES_V3: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// A document's statements in their canonical form.
///
/// # Errors
/// [`Unverified::NotABadge`] if it is no JSON-LD, or names a context that does not ship with this crate.
pub fn n_quads(document: &Value) -> Result<String, Unverified> {
    let text = document.to_string();
    let parser = JsonLdParser::new().for_slice(&text).with_load_document_callback(|address, _| {
        let document = match address {
            CREDENTIALS_V2 => include_str!("contexts/credentials-v2.jsonld"),
            OPEN_BADGES_V3 => include_str!("contexts/context-3.0.3.json"),
            other => return Err(format!("the context {other} is not known here").into()),
        };
        Ok(JsonLdRemoteDocument { document: document.into(), document_url: address.to_owned() })
    });
    let mut statements = parser.collect::<Result<Dataset, _>>().map_err(|_| Unverified::NotABadge)?;
    statements
        .canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
    let mut lines: Vec<String> = statements.iter().map(|statement| format!("{statement} .\n")).collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_count_and_a_word_does() {
        let one = json!({"@context": [CREDENTIALS_V2], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": "A"});
        let same = json!({"name": "A", "type": "VerifiableCredential", "id": "urn:x:1", "@context": [CREDENTIALS_V2]});
        let other =
            json!({"@context": [CREDENTIALS_V2], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": "B"});
        assert_eq!(n_quads(&one), n_quads(&same));
        assert_ne!(n_quads(&one), n_quads(&other));
        assert_eq!(n_quads(&one).unwrap().lines().count(), 2);
    }

    #[test]
    fn nothing_is_fetched() {
        let document = json!({"@context": "https://www.w3.org/2018/credentials/v1", "id": "urn:x:1"});
        assert_eq!(n_quads(&document), Err(Unverified::NotABadge));
    }
}
