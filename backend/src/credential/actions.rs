//! Signing what an award says to machines, keeping it, and telling whether it still holds.

use super::store::{self, CredentialRow};
use crate::{
    case,
    config::Config,
    db::{AsText, Conn, Tx},
    key::{self, Keys},
    problem::{ApiError, ApiResult},
    state::State,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_credential::{
    Unverified,
    badge::{Achievement, Alignment, Badge, HashedEmail, Holder, Issuer, StatusEntry},
    check, jwt,
    key::PublicPair,
    proof,
    snapshot::Snapshot,
    status::{LENGTH, StatusList},
};
use cairn_shared::{
    credential::{BadgeCheck, BadgeVerdict},
    framework::Framework,
    ids::{AwardId, CredentialId, PersonId},
    qualification::Qualification,
    text::Email,
    time::{Date, Timestamp},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};
use tokio::task::spawn_blocking;

/// What is random about one credential, made before the transaction that keeps it.
#[derive(Clone)]
pub struct Seed {
    id: CredentialId,
    salt: String,
    place: u32,
}

/// Makes what is random about one credential.
pub fn seed(state: &State) -> Seed {
    let id = uuid::Builder::from_random_bytes(state.ids.bytes()).into_uuid();
    Seed {
        id: CredentialId::new(id),
        salt: URL_SAFE_NO_PAD.encode(state.ids.bytes::<16>()),
        place: u32::from_le_bytes(state.ids.bytes()) % LENGTH,
    }
}

/// What an award says to machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which award.
    pub award: AwardId,
    /// What it recognises.
    pub qualification: Qualification,
    /// Its number in the register.
    pub number: String,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
    /// Who holds it.
    pub holder: PersonId,
    /// Their name on the certificate.
    pub name: String,
    /// The address that they sign in with.
    pub email: Email,
}

impl Signed {
    /// Of which award it is.
    pub fn award(&self) -> AwardId {
        *self.row.award_id
    }
}

/// A credential that is signed and not yet kept.
#[derive(Debug, Clone)]
pub struct Signed {
    row: CredentialRow,
    key: PublicPair,
    since: Timestamp,
}

/// Signs some credentials, beside the threads that answer requests; none of them, where there are no keys. `taken` are the places in the status list
/// that are somebody's.
///
/// # Errors
/// [`ApiError::Internal`] if one can't be signed, or the list is full.
pub async fn sign(
    state: &State,
    said: Vec<(Said, Seed)>,
    taken: Vec<i64>,
    now: Timestamp,
) -> ApiResult<Vec<Option<Signed>>> {
    if state.keys.newest().is_none() {
        return Ok(vec![None; said.len()]);
    }
    // A credential holds from a whole second, which its token repeats.
    let from = now.whole_second();
    let mut taken: BTreeSet<u32> = taken.into_iter().filter_map(|place| u32::try_from(place).ok()).collect();
    let mut badges = Vec::with_capacity(said.len());
    for (said, seed) in said {
        let free = (0..LENGTH).map(|step| (seed.place + step) % LENGTH).find(|place| !taken.contains(place));
        let place = free.ok_or_else(|| unsigned("the status list is full"))?;
        taken.insert(place);
        let badge = badge(&state.config, &state.keys.did, &said, &seed, place, from);
        badges.push((said.award, seed.id, badge));
    }
    let keys = state.keys.clone();
    let signed = spawn_blocking(move || {
        let one =
            |(award, id, badge): &(AwardId, CredentialId, Badge)| signed(&keys, *award, *id, badge, now).map(Some);
        badges.iter().map(one).collect()
    });
    signed.await.map_err(|_| unsigned("it was given up half-way"))?
}

fn unsigned(why: &str) -> ApiError {
    ApiError::Internal(format!("a badge can't be signed: {why}"))
}

fn signed(keys: &Keys, award: AwardId, id: CredentialId, badge: &Badge, now: Timestamp) -> ApiResult<Signed> {
    let (Some(pair), Some((key, since))) = (keys.newest(), keys.public().last()) else {
        return Err(unsigned("there are no keys"));
    };
    let credential =
        proof::sign(&badge.to_json(), &keys.did, pair, badge.valid_from).map_err(|e| unsigned(&e.to_string()))?;
    let row = CredentialRow {
        id: AsText::new(id),
        award_id: AsText::new(award),
        key_number: i64::from(pair.number),
        status_index: i64::from(badge.status.index),
        jwt: jwt::sign(&credential, pair).map_err(|e| unsigned(&e.to_string()))?,
        json: credential.to_string(),
        issued_at: now.into(),
        ended_at: None,
        ended_as: None,
    };
    Ok(Signed { row, key: key.clone(), since })
}

fn badge(config: &Config, did: &str, said: &Said, seed: &Seed, place: u32, now: Timestamp) -> Badge {
    Badge {
        id: format!("{}/credentials/{}", public(config), seed.id),
        name: said.qualification.heading().into(),
        valid_from: now,
        awarded_on: said.awarded_on,
        number: said.number.clone(),
        issuer: issuer(config, did),
        holder: Holder {
            id: holder(said.holder),
            name: said.name.clone(),
            email: Some(HashedEmail::new(said.email.as_str(), seed.salt.clone())),
        },
        achievement: achievement(config, said.qualification),
        status: StatusEntry { list: status_address(config), index: place },
    }
}

/// Where what is public stands.
fn public(config: &Config) -> String {
    format!("{}/api/v1/public", config.issuer_url)
}

fn status_address(config: &Config) -> String {
    format!("{}/status/revocation/1", public(config))
}

/// Who issues badges here.
pub fn issuer(config: &Config, did: &str) -> Issuer {
    Issuer {
        did: did.into(),
        name: config.partnership.clone(),
        url: config.issuer_url.clone(),
        email: config.post.as_ref().map(|post| post.from.email.to_string()),
        ukprn: config.ukprn.clone(),
    }
}

/// What a qualification is as an achievement, with the four standards as the items of its framework.
pub fn achievement(config: &Config, qualification: Qualification) -> Achievement {
    let framework = Framework::current();
    let id = format!("{}/achievements/{}", public(config), qualification.code());
    Achievement {
        name: qualification.heading().into(),
        description: format!("{}.", qualification.scope()),
        criteria:
            "A panel of experienced mentors and tutors reads a portfolio of reflection and evidence, and awards the \
                   status when it finds all four national mentor standards in it."
                .into(),
        image: format!("{id}/image"),
        id,
        alignments: framework
            .standards
            .iter()
            .map(|standard| Alignment {
                code: standard.code.code().to_uppercase(),
                name: standard.title.clone(),
                framework: framework.title.clone(),
                url: case::item_address(&config.issuer_url, standard),
            })
            .collect(),
    }
}

/// What a holder is called in badges: the same in all of theirs, and nothing that leads to them.
fn holder(id: PersonId) -> String {
    let hash = Sha256::digest(format!("holder of badges {id}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().urn().to_string()
}

/// Keeps a credential, in the transaction that issues its award.
///
/// # Errors
/// [`ApiError::NotNow`] if its place in the status list was taken in the meantime.
pub fn keep(tx: &mut Tx<'_>, signed: &Signed) -> ApiResult<()> {
    if store::is_taken(tx, signed.row.status_index)? {
        return Err(ApiError::not_now(
            "Another award was issued at the same moment. Nothing was sent. Please try again.",
        ));
    }
    key::actions::register(tx, &signed.key, signed.since)?;
    Ok(store::add(tx, &signed.row)?)
}

/// Keeps a credential in the place of the one before, which is marked.
///
/// # Errors
/// As with [`keep`].
pub fn replace(tx: &mut Tx<'_>, signed: &Signed, now: Timestamp) -> ApiResult<()> {
    store::end(tx, signed.award(), "replaced", now)?;
    keep(tx, signed)
}

/// The places in the status list that are somebody's.
///
/// # Errors
/// Those of the database.
pub fn taken(conn: &mut Conn) -> ApiResult<Vec<i64>> {
    Ok(store::places(conn)?)
}

/// Ends an award's credential with it.
///
/// # Errors
/// Those of the database.
pub fn revoke(tx: &mut Tx<'_>, award: AwardId, now: Timestamp) -> ApiResult<()> {
    Ok(store::end(tx, award, "revoked", now)?)
}

/// What was signed, in the two forms in which it was.
#[derive(Debug, Clone)]
pub struct Signatures {
    /// With a proof in it.
    pub json: String,
    /// As a token.
    pub jwt: String,
}

/// A credential whose holder shows it to everybody, and what it is of.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, or it is not shown.
pub async fn published(state: &State, id: CredentialId) -> ApiResult<(Qualification, Signatures)> {
    let (row, qualification) = state.db.read(move |conn| -> ApiResult<_> { Ok(store::published(conn, id)?) }).await?;
    Ok((qualification, Signatures { json: row.json, jwt: row.jwt }))
}

/// The newest credential of an award, for who may see the award.
///
/// # Errors
/// Those of the database.
pub fn of_award(conn: &mut Conn, award: AwardId) -> ApiResult<Option<(CredentialId, Signatures)>> {
    let row = store::of_awards(conn, &[award])?.remove(&award);
    Ok(row.map(|row| (*row.id, Signatures { json: row.json, jwt: row.jwt })))
}

/// The status list as it was last signed: the places that were in it, and by which keys.
#[derive(Default)]
pub struct Listed(Mutex<Option<(Vec<i64>, u32, Signatures)>>);

/// Which credentials have ended, signed. Servers with the same keys make the same of the same database.
///
/// # Errors
/// [`ApiError::NotFound`] where there are no keys.
pub async fn status(state: &State) -> ApiResult<Signatures> {
    let pair = state.keys.newest().ok_or(ApiError::NotFound)?;
    let since = state.keys.public().last().map(|(_, since)| since);
    let (places, last) = state.db.read(|conn| -> ApiResult<_> { Ok(store::ended(conn)?) }).await?;
    let mut kept = state.status.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((known, number, status)) = &*kept
        && *known == places
        && *number == pair.number
    {
        return Ok(status.clone());
    }
    let mut list = StatusList::default();
    places.iter().filter_map(|place| u32::try_from(*place).ok()).for_each(|place| list.revoke(place));
    let from = last.max(since).unwrap_or(Timestamp::from_micros(0)).whole_second();
    let document = list.to_json(&status_address(&state.config), &state.keys.did, from);
    let broken = |error: Unverified| ApiError::Internal(format!("the status list can't be signed: {error}"));
    let signed = proof::sign(&document, &state.keys.did, pair, from).map_err(broken)?;
    let status = Signatures { jwt: jwt::sign(&signed, pair).map_err(broken)?, json: signed.to_string() };
    *kept = Some((places, pair.number, status.clone()));
    Ok(status)
}

/// What a badge turns out to be: a file, or what was pasted.
///
/// # Errors
/// [`ApiError::SlowDown`] after too many tries, and those of the database.
pub async fn check(state: &State, shown: &[u8], address: String) -> ApiResult<BadgeCheck> {
    let now = state.now();
    state.throttle.count(format!("badge from {address}"), 60, now)?;
    let told = |verdict, badge| BadgeCheck { verdict, badge, checked_at: now };
    let keys = key::actions::public(state).await?;
    let badge = match check::check(shown, &keys) {
        Ok(verified) => verified.badge,
        Err(Unverified::NotABadge) => return Ok(told(BadgeVerdict::NotABadge, None)),
        Err(Unverified::NotOurs) => return Ok(told(BadgeVerdict::NotOurs, None)),
        // Every key that ever signed is known here.
        Err(Unverified::Altered | Unverified::UnknownKey) => return Ok(told(BadgeVerdict::Altered, None)),
    };
    let id: Option<CredentialId> = badge.id.rsplit('/').next().and_then(|id| id.parse().ok());
    let found = state.db.read(move |conn| -> ApiResult<_> {
        Ok(match id {
            Some(id) => store::registered(conn, id)?,
            None => None,
        })
    });
    // Whoever has stolen keys can sign what they like, under the id of somebody's badge; in the register is what we signed.
    let registered = found.await?.filter(|row| check::said(&row.json).as_ref() == Ok(&badge));
    let verdict = match registered.as_ref().map(|row| row.ended_as.as_deref()) {
        None => BadgeVerdict::NotRegistered,
        Some(None) => BadgeVerdict::InForce,
        Some(Some("replaced")) => BadgeVerdict::Replaced,
        Some(Some(_)) => BadgeVerdict::Revoked,
    };
    // Nothing is said in the name of somebody for whom we did not sign it.
    Ok(told(verdict, registered.map(|_| badge.into())))
}

/// What an offline checker knows: the keys, and the signed status list of this minute.
///
/// # Errors
/// [`ApiError::NotFound`] where there are no keys, and those of the database.
pub async fn snapshot(state: &State) -> ApiResult<Snapshot> {
    // Before anything is looked up, so that no badge that ended meanwhile is said to have been in force.
    let now = state.now();
    let list = serde_json::from_str(&status(state).await?.json);
    let list = list.map_err(|e| ApiError::Internal(format!("the status list is no JSON: {e}")))?;
    let keys = key::actions::public(state).await?;
    Ok(Snapshot::new(state.config.partnership.clone(), &keys, vec![list], now))
}

/// How many awards in force have no badge.
///
/// # Errors
/// Those of the database.
pub fn awards_without(conn: &mut Conn) -> ApiResult<i64> {
    Ok(store::awards_without(conn)?)
}

/// To whom an award's newest badge is made out.
pub struct MadeOut(Option<Badge>);

impl MadeOut {
    /// Whether it says that name and that address.
    pub fn to(&self, name: &str, email: &Email) -> bool {
        self.0.as_ref().is_some_and(|badge| {
            badge.holder.name == name && badge.holder.email.as_ref().is_some_and(|hashed| hashed.is(email.as_str()))
        })
    }
}

/// Of those awards that have a badge, to whom the newest is made out.
///
/// # Errors
/// Those of the database.
pub fn made_out(conn: &mut Conn, awards: &[AwardId]) -> ApiResult<HashMap<AwardId, MadeOut>> {
    let badges = store::of_awards(conn, awards)?;
    Ok(badges.into_iter().map(|(award, row)| (award, MadeOut(check::said(&row.json).ok()))).collect())
}
