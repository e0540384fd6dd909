//! Making keys, and telling the world their public halves.

use super::{Bundle, store};
use crate::{
    actor::Actor,
    config::KeysAt,
    credential,
    db::Tx,
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_credential::key::{PublicKeys, PublicPair};
use cairn_shared::{
    credential::{BadgeKey, BadgeKeys},
    time::Timestamp,
};

/// Writes the public halves of keys down, before what they sign is kept.
///
/// # Errors
/// If another key of that number signed before: then the bundle is not that of these servers.
pub fn register(tx: &mut Tx<'_>, pair: &PublicPair, since: Timestamp) -> ApiResult<()> {
    match store::one(tx, pair.number)? {
        Some(known) if known == *pair => Ok(()),
        Some(_) => Err(ApiError::Internal("the badge keys are not those that signed earlier badges".into())),
        None => Ok(store::add(tx, pair, since)?),
    }
}

/// Every key that a badge of this issuer may be signed with: those that ever signed, and those of the bundle.
///
/// # Errors
/// Those of the database.
pub async fn public(state: &State) -> ApiResult<PublicKeys> {
    let mut pairs = state.db.read(|conn| -> ApiResult<_> { Ok(store::all(conn)?) }).await?;
    for (pair, _) in state.keys.public() {
        if pairs.iter().all(|known| known.number != pair.number) {
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.number);
    Ok(PublicKeys::new(state.keys.did.clone(), pairs))
}

/// How the keys stand.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator.
pub async fn read(state: &State, actor: &Actor) -> ApiResult<BadgeKeys> {
    actor.coordinates()?;
    let here = state.keys.newest().map(|pair| pair.number);
    let found =
        state.db.read(|conn| -> ApiResult<_> { Ok((store::used(conn)?, credential::actions::awards_without(conn)?)) });
    let (used, without_badge) = found.await?;
    let keys = used.into_iter().rev().map(|(number, since, badges)| BadgeKey {
        number,
        since,
        signs: here == Some(number),
        badges,
    });
    Ok(BadgeKeys { issuer: state.keys.did.clone(), keys: keys.collect(), without_badge })
}

/// Takes the bundle up at a start: from now on every server tells its public halves, before anything is signed with them.
///
/// # Errors
/// A sentence, if it is not the bundle that signs for this database, or not the newest.
pub async fn take_up(state: &State) -> ApiResult<Result<(), String>> {
    let pairs: Vec<_> = state.keys.public().collect();
    let Some(newest) = pairs.last().map(|(pair, _)| pair.number) else { return Ok(Ok(())) };
    state
        .db
        .write(move |tx| {
            let known = store::all(tx)?;
            if let Some(later) = known.iter().find(|known| known.number > newest) {
                return Ok(Err(format!(
                    "The badge keys here end with number {newest}, and number {} signs already. Copy the newest file of \
                     keys to this server.",
                    later.number
                )));
            }
            if let Some((other, _)) = pairs.iter().find(|(pair, _)| known.iter().any(|k| k.number == pair.number && k != pair))
            {
                return Ok(Err(format!(
                    "The badge keys of number {} are not those that signed earlier badges. Bring back the file that \
                     `cairn keys init` made for this database.",
                    other.number
                )));
            }
            for (pair, since) in &pairs {
                register(tx, pair, *since)?;
            }
            Ok::<_, ApiError>(Ok(()))
        })
        .await
}

/// Makes the bundle, once. Where keys signed before and are lost, the new ones go on behind their numbers.
///
/// # Errors
/// A sentence: there is a bundle, or no place or secret for it.
pub async fn init(state: &State) -> Result<u32, String> {
    let (file, secret) = place(state)?;
    let known = state.db.read(|conn| -> ApiResult<_> { Ok(store::all(conn)?) }).await;
    let known = known.map_err(|error| error.problem().detail)?;
    let number = known.last().map_or(0, |last| last.number) + 1;
    Bundle::fresh(number, state.now()).write_new(file, secret)?;
    Ok(number)
}

/// Adds keys that sign from now on, and returns their number.
///
/// # Errors
/// A sentence: there is no bundle yet, or it can't be written.
pub fn rotate(state: &State) -> Result<u32, String> {
    let (file, secret) = place(state)?;
    let bundle = Bundle::read(file, secret)?;
    let mut bundle = bundle.ok_or_else(|| format!("{} is not there: `cairn keys init` makes it.", file.display()))?;
    let number = bundle.rotate(state.now());
    bundle.replace(file, secret)?;
    Ok(number)
}

fn place(state: &State) -> Result<(&std::path::Path, &str), String> {
    match &state.config.keys {
        KeysAt::File { file, secret } => Ok((file, secret)),
        KeysAt::Nowhere => {
            Err("CAIRN_KEYS_SECRET is needed: at least 32 random characters that the keys are encrypted with.".into())
        }
        KeysAt::Demonstration => Err("The demonstration has its own keys.".into()),
    }
}
