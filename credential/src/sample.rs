//! A badge to try things with.

use crate::{
    badge::{Achievement, Alignment, Badge, HashedEmail, Holder, Issuer, StatusEntry},
    jwt,
    key::{KeyPair, PublicKeys},
    proof,
};
use cairn_shared::time::Timestamp;

/// A small picture.
pub const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8\"/></svg>";

/// A picture of one point.
pub fn png() -> Vec<u8> {
    let chunk = |kind: &[u8], content: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(content);
        [&(content.len() as u32).to_be_bytes()[..], kind, content, &sum.sum().to_be_bytes()].concat()
    };
    let pixels = [0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"IDAT", &pixels),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

/// When the badge is signed.
pub fn moment() -> Timestamp {
    "2027-03-18T12:00:00Z".parse().unwrap()
}

/// The keys of that generation.
pub fn pair(number: u32) -> KeyPair {
    KeyPair::new(number, &[number as u8; 32], &[number as u8 + 100; 32]).unwrap()
}

/// The issuer's public keys, of two generations.
pub fn keys() -> PublicKeys {
    PublicKeys::new("did:web:cairn.example".into(), vec![pair(1).public(), pair(2).public()])
}

/// A badge.
pub fn badge() -> Badge {
    let address = "https://cairn.example/api/v1/public";
    Badge {
        id: format!("{address}/credentials/01985c1e-0000-7000-8000-000000000001"),
        name: "Qualified mentor status".into(),
        valid_from: moment(),
        awarded_on: "2027-03-11".parse().unwrap(),
        number: "QMS-2027-0001".into(),
        issuer: Issuer {
            did: "did:web:cairn.example".into(),
            name: "University of Northfell Teacher Education Partnership".into(),
            url: "https://cairn.example".into(),
            email: Some("mentors@northfell.example".into()),
            ukprn: Some("10099999".into()),
        },
        holder: Holder {
            id: "urn:uuid:4a2c8a7e-95a0-4d63-8e1c-0f6f0f4b7a11".into(),
            name: "Priya Hartnell".into(),
            email: Some(HashedEmail::new("priya.hartnell@thornbeck.example", "c2FsdA".into())),
        },
        achievement: Achievement {
            id: format!("{address}/achievements/qms"),
            name: "Qualified mentor status".into(),
            description: "Supports and guides a beginning teacher.".into(),
            criteria: "A portfolio in which a panel finds all four mentor standards.".into(),
            image: format!("{address}/achievements/qms/image"),
            alignments: [
                ("S1", "Personal qualities"),
                ("S2", "Teaching"),
                ("S3", "Professionalism"),
                ("S4", "Self-development"),
            ]
            .map(|(code, name)| Alignment {
                code: code.into(),
                name: name.into(),
                framework: "National Standards for School-based ITT Mentors".into(),
                url: format!("https://cairn.example/ims/case/v1p1/CFItems/{code}"),
            })
            .into(),
        },
        status: StatusEntry { list: format!("{address}/status/revocation/1"), index: 94_213 },
    }
}

/// The badge, signed with the first generation's keys: with a proof in it, and as a token.
pub fn signed() -> (String, String) {
    let (badge, pair) = (badge(), pair(1));
    let credential = proof::sign(&badge.to_json(), &badge.issuer.did, &pair, badge.valid_from).unwrap();
    let token = jwt::sign(&credential, &pair).unwrap();
    (credential.to_string(), token)
}
