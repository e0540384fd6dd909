//! Handlers of portfolios.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Routes},
    problem::ApiResult,
    state::State,
};
use actix_web::{HttpResponse, get, put, web};
use cairn_shared::{
    ids::PortfolioId,
    portfolio::{ArrangePortfolio, PortfolioDetail, PortfolioPreview},
};

/// The operations of this slice. Sending a portfolio is `submission`'s.
pub fn routes(config: &mut impl Routes) {
    config.service(read_portfolio).service(arrange_portfolio).service(preview_portfolio);
}

/// One's own portfolio: its run, and what a reader would notice.
#[utoipa::path(
    tag = "portfolio", operation_id = "read_portfolio", summary = "Read one's portfolio", security(("bearer" = [])),
    params(("id" = PortfolioId, Path)),
    responses((status = 200, body = PortfolioDetail))
)]
#[get("/portfolios/{id}")]
async fn read_portfolio(state: web::Data<State>, actor: Actor, Id(id): Id<PortfolioId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::read(&state, &actor, id).await?))
}

/// Arranges one's portfolio: its title, its form and its whole run, as they shall be. What was sent before stays as
/// it was sealed.
#[utoipa::path(
    tag = "portfolio", operation_id = "arrange_portfolio", summary = "Arrange one's portfolio", security(("bearer" = [])),
    params(("id" = PortfolioId, Path), IfMatch),
    request_body = ArrangePortfolio,
    responses((status = 200, body = PortfolioDetail))
)]
#[put("/portfolios/{id}")]
async fn arrange_portfolio(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<PortfolioId>,
    if_match: IfMatch,
    command: Command<ArrangePortfolio>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::arrange(&state, &actor, id, if_match, command.value).await?))
}

/// One's own portfolio as its readers would get it now. Nothing is kept or sent.
#[utoipa::path(
    tag = "portfolio", operation_id = "preview_portfolio", summary = "Preview one's portfolio", security(("bearer" = [])),
    params(("id" = PortfolioId, Path)),
    responses((status = 200, body = PortfolioPreview))
)]
#[get("/portfolios/{id}/preview")]
async fn preview_portfolio(state: web::Data<State>, actor: Actor, Id(id): Id<PortfolioId>) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::preview(&state, &actor, id).await?))
}
