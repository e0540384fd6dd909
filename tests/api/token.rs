//! Tokens that nobody of ours signed, or that were signed for something else, are nobody's.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_backend::token::Tokens;
use cairn_shared::{
    ids::{PersonId, SessionId},
    session::SignedIn,
};
use cairn_tests::{Actor, House, Reply};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

fn me_with(house: &House, token: &str) -> Reply {
    house.ask("GET", "/me").header("authorization", &format!("Bearer {token}")).send()
}

fn token_of(actor: &Actor<'_>) -> String {
    actor.signs_in().json::<SignedIn>().access_token
}

/// The three parts of a token: header and claims as JSON, and the signature.
fn parts(token: &str) -> (Value, Value, &str) {
    let [header, claims, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let read = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON");
    (read(header), read(claims), signature)
}

fn written(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn is_nobody(house: &House, what: &str, token: &str) {
    let reply = me_with(house, token);
    assert_eq!(reply.status, 401, "{what} was believed");
    reply.problem(401, "sign-in");
}

#[test]
fn a_header_that_names_another_algorithm_is_not_followed() {
    let house = House::open();
    let ada = house.person("Ada", "Roe-Ashby", &[], None);
    let token = token_of(&ada);
    me_with(&house, &token).expect(200);
    let (header, claims, signature) = parts(&token);
    for algorithm in ["none", "None", "NONE", "HS256", "RS256", "ES256", ""] {
        let mut other = header.clone();
        other["alg"] = json!(algorithm);
        for signature in ["", signature] {
            is_nobody(&house, algorithm, &format!("{}.{}.{signature}", written(&other), written(&claims)));
        }
    }
    // Signed by HMAC, even with the very secret: a signature of that kind means nothing here.
    let secret = house.state.config.secrets[0].as_bytes();
    let mut other = Header::new(Algorithm::HS256);
    other.typ = header["typ"].as_str().map(str::to_owned);
    other.kid = header["kid"].as_str().map(str::to_owned);
    is_nobody(&house, "HMAC", &encode(&other, &claims, &EncodingKey::from_secret(secret)).unwrap());
}

#[test]
fn claims_that_were_changed_are_not_believed() {
    let house = House::open();
    let (ada, ben) = (house.person("Ada", "Roe-Ashby", &[], None), house.person("Ben", "Cole", &[], None));
    let token = token_of(&ada);
    let (header, claims, signature) = parts(&token);
    let others = token_of(&ben);
    let (_, others, _) = parts(&others);
    for (name, value) in [
        ("sub", others["sub"].clone()),
        ("sid", others["sid"].clone()),
        ("exp", json!(claims["exp"].as_i64().unwrap() + 3600)),
        ("aud", json!("cairn-files")),
        ("roles", json!(["coordinator"])),
    ] {
        let mut changed = claims.clone();
        changed[name] = value;
        is_nobody(&house, name, &format!("{}.{}.{signature}", written(&header), written(&changed)));
    }
    for (name, value) in [("kid", json!("another")), ("typ", json!("JWT")), ("crit", json!(["exp"]))] {
        let mut changed = header.clone();
        changed[name] = value;
        is_nobody(&house, name, &format!("{}.{}.{signature}", written(&changed), written(&claims)));
    }
}

#[test]
fn a_token_of_another_house_or_secret_opens_nothing() {
    let house = House::open();
    let ada = house.person("Ada", "Roe-Ashby", &[], None);
    let token = token_of(&ada);
    let (_, claims, _) = parts(&token);
    let person: PersonId = claims["sub"].as_str().unwrap().parse().unwrap();
    let session: SessionId = claims["sid"].as_str().unwrap().parse().unwrap();
    let (issuer, secrets) = (&house.state.config.public_url, house.state.config.secrets.clone());
    let signed =
        |issuer: &str, secrets: &[String], at| Tokens::new(issuer, secrets).sign(person, session, "x".into(), at);
    let now = house.now();
    // That this is how a token is made, and the differences below alone are in the way.
    me_with(&house, &signed(issuer, &secrets, now)).expect(200);
    is_nobody(&house, "another issuer", &signed("https://elsewhere.example", &secrets, now));
    is_nobody(&house, "another secret", &signed(issuer, &["another secret of at least 32 letters".into()], now));
    is_nobody(&house, "one that is over", &signed(issuer, &secrets, now.plus_seconds(-601)));
    is_nobody(&house, "one that does not hold yet", &signed(issuer, &secrets, now.plus_seconds(600)));
    // Ben's session does not make Ada of whoever says so.
    let ben = house.person("Ben", "Cole", &[], None);
    let others = token_of(&ben);
    let (_, others, _) = parts(&others);
    let foreign: SessionId = others["sid"].as_str().unwrap().parse().unwrap();
    let mixed = Tokens::new(issuer, &secrets).sign(person, foreign, "x".into(), now);
    is_nobody(&house, "a person with somebody else's session", &mixed);
}
