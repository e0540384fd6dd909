//! Which badges have ended: a long row of bits, one for each badge, signed like a badge (W3C Bitstring Status List 1.0).

use crate::{Unverified, canonical::CREDENTIALS_V2};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::time::Timestamp;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};
use std::io::{Read, Write};

/// How many badges a list has room for. Fewer would tell how many there are (section 6.1: at least 16 KB).
pub const LENGTH: u32 = 131_072;

/// A list of badges, of which some have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList(Vec<u8>);

impl Default for StatusList {
    fn default() -> Self {
        Self(vec![0; LENGTH as usize / 8])
    }
}

impl StatusList {
    /// Notes that the badge at that place has ended. A place outside the list is nobody's.
    pub fn revoke(&mut self, index: u32) {
        if let Some(byte) = self.0.get_mut(index as usize / 8) {
            *byte |= 0x80 >> (index % 8);
        }
    }

    /// Whether the badge at that place has ended. Nobody's place counts as ended.
    pub fn is_revoked(&self, index: u32) -> bool {
        self.0.get(index as usize / 8).is_none_or(|byte| byte & (0x80 >> (index % 8)) != 0)
    }

    /// The list as a credential without a proof.
    pub fn to_json(&self, address: &str, did: &str, valid_from: Timestamp) -> Value {
        Self::document(&self.encode(), address, did, valid_from)
    }

    fn document(encoded: &str, address: &str, did: &str, valid_from: Timestamp) -> Value {
        json!({
            "@context": [CREDENTIALS_V2],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": did,
            "validFrom": valid_from,
            "credentialSubject": {
                "id": format!("{address}#list"),
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": encoded,
            },
        })
    }

    /// The list in a credential of that address and issuer, and the moment that it speaks of.
    ///
    /// # Errors
    /// [`Unverified::NotABadge`] if it is written in any other way than [`to_json`](Self::to_json) writes it. The same bits can be
    /// packed in more than one way, and what packs here need not be what packs on the server.
    pub fn from_json(document: &Value, address: &str, did: &str) -> Result<(Self, Timestamp), Unverified> {
        let read = || {
            let from: Timestamp = document["validFrom"].as_str()?.parse().ok()?;
            let encoded = document["credentialSubject"]["encodedList"].as_str()?;
            (Self::document(encoded, address, did, from) == *document).then_some((Self::decode(encoded)?, from))
        };
        read().ok_or(Unverified::NotABadge)
    }

    fn encode(&self) -> String {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&self.0).expect("memory takes every byte");
        format!("u{}", URL_SAFE_NO_PAD.encode(packed.finish().expect("memory takes every byte")))
    }

    /// Not one byte more is unpacked than a list is long.
    fn decode(text: &str) -> Option<Self> {
        let packed = URL_SAFE_NO_PAD.decode(text.strip_prefix('u')?).ok()?;
        let mut bits = Vec::new();
        GzDecoder::new(&packed[..]).take(u64::from(LENGTH / 8) + 1).read_to_end(&mut bits).ok()?;
        (bits.len() == LENGTH as usize / 8).then_some(Self(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{proof, sample};
    use proptest::prelude::*;

    const ADDRESS: &str = "https://cairn.example/api/v1/public/status/revocation/1";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn what_has_ended_is_found_and_nothing_else(ended in proptest::collection::btree_set(0..LENGTH, 0..40)) {
            let mut list = StatusList::default();
            ended.iter().for_each(|index| list.revoke(*index));
            let document = list.to_json(ADDRESS, "did:web:cairn.example", sample::moment());
            let (list, _) = StatusList::from_json(&document, ADDRESS, "did:web:cairn.example").unwrap();
            for index in 0..LENGTH {
                prop_assert_eq!(list.is_revoked(index), ended.contains(&index));
            }
            prop_assert!(list.is_revoked(LENGTH));
        }
    }

    /// Section 6.1.1, with its own example: the left-most bit is the first.
    #[test]
    fn the_first_bit_is_the_highest() {
        let mut list = StatusList::default();
        list.revoke(0);
        list.revoke(9);
        assert_eq!(list.0[..2], [0b1000_0000, 0b0100_0000]);
    }

    #[test]
    fn a_list_is_signed_like_a_badge() {
        let keys = sample::keys();
        let list = StatusList::default().to_json(ADDRESS, &keys.did, sample::moment());
        let signed = proof::sign(&list, &keys.did, &sample::pair(2), sample::moment()).unwrap();
        assert_eq!(proof::verify(&signed, &keys), Ok((list, 2)));
    }

    #[test]
    fn a_list_that_was_packed_in_another_way_is_the_same() {
        let mut list = StatusList::default();
        list.revoke(7);
        let mut packed = GzEncoder::new(Vec::new(), Compression::none());
        packed.write_all(&list.0).unwrap();
        let encoded = format!("u{}", URL_SAFE_NO_PAD.encode(packed.finish().unwrap()));
        assert_ne!(encoded, list.encode());
        let document = StatusList::document(&encoded, ADDRESS, "did:web:cairn.example", sample::moment());
        let read = StatusList::from_json(&document, ADDRESS, "did:web:cairn.example");
        assert_eq!(read, Ok((list, sample::moment())));
    }

    #[test]
    fn a_list_that_unpacks_without_end_is_none() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&vec![0; 50_000_000]).unwrap();
        assert_eq!(StatusList::decode(&format!("u{}", URL_SAFE_NO_PAD.encode(packed.finish().unwrap()))), None);
        assert_eq!(StatusList::decode("u"), None);
    }
}
