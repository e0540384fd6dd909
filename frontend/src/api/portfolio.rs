//! The mentor's portfolios: arranging them, reading them as their readers would, and sending them.

use cairn_shared::ids::PortfolioId;
use cairn_shared::portfolio::{ArrangePortfolio, PortfolioDetail, PortfolioPreview};
use cairn_shared::submission::{SubmissionDetail, SubmitPortfolio};

use super::{ApiError, Key, Loaded, Method, Request, get, post};
use crate::hooks::Sent;

fn at(id: PortfolioId) -> String {
    format!("/api/v1/portfolios/{id}")
}

/// One portfolio, with all its pieces.
///
/// # Errors
/// What came in the way.
pub async fn read(id: PortfolioId) -> Result<Loaded<PortfolioDetail>, ApiError> {
    get(&at(id)).await
}

/// Puts title and run in the place of what the tag names.
///
/// # Errors
/// What came in the way; 412 where it was changed elsewhere.
pub async fn arrange(id: PortfolioId, sent: Sent<ArrangePortfolio>) -> Result<Loaded<PortfolioDetail>, ApiError> {
    let request = Request::new(Method::Put, &at(id)).body(&sent.value).keepalive(sent.last);
    request.if_match(sent.etag.as_deref().unwrap_or("\"\"")).send().await
}

/// The portfolio as its readers would get it now.
///
/// # Errors
/// What came in the way.
pub async fn preview(id: PortfolioId) -> Result<PortfolioPreview, ApiError> {
    get(&format!("{}/preview", at(id))).await.map(|loaded| loaded.value)
}

/// Seals the portfolio as it is and sends it, at most once under `key`.
///
/// # Errors
/// What came in the way; 422 names what is still needed.
pub async fn submit(id: PortfolioId, what: &SubmitPortfolio, key: &Key) -> Result<SubmissionDetail, ApiError> {
    post(&format!("{}/submissions", at(id)), what, key).await.map(|loaded| loaded.value)
}
