//! What the mentor is working towards, and putting an entry in the portfolio for it.

use cairn_shared::candidacy::{CandidacySummary, StartCandidacy};
use cairn_shared::ids::{EntryId, PieceId, PortfolioId};
use cairn_shared::list::Page;
use cairn_shared::portfolio::{ArrangePortfolio, Piece, PortfolioDetail};
use cairn_shared::qualification::Qualification;
use uuid::{Builder, Uuid};

use super::{ApiError, Key, get, portfolio, post};
use crate::browser::{now_millis, random_id};
use crate::hooks::Sent;

/// What I am working towards, or hold.
///
/// # Errors
/// What came in the way.
pub async fn mine() -> Result<Vec<CandidacySummary>, ApiError> {
    get::<Page<CandidacySummary>>("/api/v1/candidacies").await.map(|loaded| loaded.value.items)
}

/// Starts working towards a qualification, with an empty portfolio for it.
///
/// # Errors
/// What came in the way.
pub async fn start(qualification: Qualification, key: &Key) -> Result<CandidacySummary, ApiError> {
    post("/api/v1/candidacies", &StartCandidacy { qualification }, key).await.map(|loaded| loaded.value)
}

/// Where an entry was put.
#[derive(Clone, Debug, PartialEq)]
pub struct PutIn {
    /// The portfolio.
    pub portfolio: PortfolioId,
    /// What it is called.
    pub title: String,
    /// The new piece of its run; none where the entry was in it already.
    pub piece: Option<PieceId>,
}

/// A new id for a piece (UUIDv7), from the device's clock and these random bytes.
fn piece_id(millis: u64, random: &[u8; 10]) -> PieceId {
    Builder::from_unix_timestamp_millis(millis, random).into_uuid().into()
}

fn new_piece_id() -> PieceId {
    let mut random = [0; 10];
    if let Ok(id) = Uuid::try_parse(&random_id()) {
        random.copy_from_slice(&id.as_bytes()[..10]);
    }
    piece_id(now_millis() as u64, &random)
}

/// How often a change of the run is tried where somebody else (oneself on another device) is changing it as well.
const TRIES: usize = 3;

async fn rearrange(
    id: PortfolioId,
    change: impl Fn(&PortfolioDetail) -> Option<Vec<Piece>>,
) -> Result<(String, bool), ApiError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let now = portfolio::read(id).await?;
        let title = now.value.title.to_string();
        let Some(pieces) = change(&now.value) else { return Ok((title, false)) };
        let value = ArrangePortfolio { title: now.value.title, form: now.value.form, pieces };
        match portfolio::arrange(id, Sent { value, etag: now.etag, last: false }).await {
            Ok(_) => return Ok((title, true)),
            Err(error) if error.is_stale() && tries < TRIES => {}
            Err(error) => return Err(error),
        }
    }
}

/// Puts an entry at the end of a portfolio's run, unless it is in it.
///
/// # Errors
/// What came in the way.
pub async fn put_in(portfolio: PortfolioId, entry: EntryId) -> Result<PutIn, ApiError> {
    let piece = new_piece_id();
    let (title, put) = rearrange(portfolio, |now| {
        let there = now.pieces.iter().any(|piece| piece.entry_id() == Some(entry));
        let added = Piece::Entry { id: piece, entry_id: entry };
        (!there).then(|| now.pieces.iter().cloned().chain([added]).collect())
    })
    .await?;
    Ok(PutIn { portfolio, title, piece: put.then_some(piece) })
}

/// Takes a piece out of a portfolio's run.
///
/// # Errors
/// What came in the way.
pub async fn take_out(portfolio: PortfolioId, piece: PieceId) -> Result<(), ApiError> {
    rearrange(portfolio, |now| {
        let there = now.pieces.iter().any(|one| one.id() == piece);
        there.then(|| now.pieces.iter().filter(|one| one.id() != piece).cloned().collect())
    })
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_ids_that_grow_with_the_clock() {
        let (first, second) = (piece_id(1_795_536_000_000, &[255; 10]), piece_id(1_795_536_000_001, &[0; 10]));
        assert!(first < second);
        assert_eq!(first.uuid().get_version_num(), 7);
    }
}
