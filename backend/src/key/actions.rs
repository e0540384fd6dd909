//! Making keys, and telling the world their public halves.

use super::{Bundle, store};
use crate::{
    config::KeysAt,
    db::{Conn, Tx},
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_credential::key::{PublicKeys, PublicPair};

/// Writes the newest keys' public halves down, before what they sign is kept.
///
/// # Errors
/// If another key of that number signed before: then the bundle is not that of these servers.
pub fn register(tx: &mut Tx<'_>, pair: &PublicPair, since: cairn_shared::time::Timestamp) -> ApiResult<()> {
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
pub fn public(conn: &mut Conn, state: &State) -> ApiResult<PublicKeys> {
    let mut pairs = store::all(conn)?;
    for (pair, _) in state.keys.public() {
        if pairs.iter().all(|known| known.number != pair.number) {
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.number);
    Ok(PublicKeys::new(state.keys.did.clone(), pairs))
}

/// Whether the bundle holds the keys that signed before.
///
/// # Errors
/// A sentence, if it holds others.
pub async fn agree(state: &State) -> ApiResult<Result<(), String>> {
    let known = state.db.read(|conn| -> ApiResult<_> { Ok(store::all(conn)?) }).await?;
    let other = state.keys.public().find(|(pair, _)| known.iter().any(|k| k.number == pair.number && k != pair));
    Ok(other.map_or(Ok(()), |(pair, _)| {
        Err(format!(
            "The badge keys of number {} are not those that signed earlier badges. Bring back the file that `cairn keys \
             init` made for this database.",
            pair.number
        ))
    }))
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
