//! Holding a badge that somebody shows against the keys and the register.

use super::store;
use crate::{key, problem::ApiResult, state::State};
use actix_web::web::Data;
use cairn_credential::{Unverified, badge::Badge, check};
use cairn_shared::{
    credential::{BadgeCheck, BadgeVerdict, CheckedBadge},
    ids::CredentialId,
};

/// The largest badge that is looked at, in bytes: some ten times our own pictures.
pub const MOST_BYTES: usize = 1024 * 1024;

/// What a badge turns out to be: a file, or what was pasted.
///
/// # Errors
/// [`SlowDown`](crate::problem::ApiError::SlowDown) after too many tries, and those of the database.
pub async fn check(state: &Data<State>, shown: &[u8], address: String) -> ApiResult<BadgeCheck> {
    let now = state.now();
    state.throttle.count(format!("badge from {address}"), 60, now)?;
    let told = |verdict, badge| BadgeCheck { verdict, badge, checked_at: now };
    let shared = state.clone();
    let keys = state.db.read(move |conn| key::actions::public(conn, &shared)).await?;
    let badge = match check::check(shown, &keys) {
        Ok(verified) => verified.badge,
        Err(Unverified::NotABadge) => return Ok(told(BadgeVerdict::NotABadge, None)),
        Err(Unverified::NotOurs) => return Ok(told(BadgeVerdict::NotOurs, None)),
        Err(Unverified::Altered) => return Ok(told(BadgeVerdict::Altered, None)),
    };
    let id: Option<CredentialId> = badge.id.rsplit('/').next().and_then(|id| id.parse().ok());
    let found = state
        .db
        .read(move |conn| -> ApiResult<_> {
            match id {
                Some(id) => Ok(store::ended_as(conn, id)?),
                None => Ok(None),
            }
        })
        .await?;
    let verdict = match found.as_ref().map(Option::as_deref) {
        None => BadgeVerdict::NotRegistered,
        Some(None) => BadgeVerdict::InForce,
        Some(Some("replaced")) => BadgeVerdict::Replaced,
        Some(Some(_)) => BadgeVerdict::Revoked,
    };
    // Nothing is said in the name of somebody who is in no register.
    let said = (verdict != BadgeVerdict::NotRegistered).then(|| said(badge));
    Ok(told(verdict, said))
}

fn said(badge: Badge) -> CheckedBadge {
    CheckedBadge {
        holder: badge.holder.name,
        name: badge.name,
        awarded_on: badge.awarded_on,
        awarded_by: badge.issuer.name,
        number: badge.number,
        signed_at: badge.valid_from,
    }
}
