//! Where whoever checks a badge finds the issuer's keys: a DID document (did:web) and a JWK Set.

use super::actions;
use crate::{http::public, problem::ApiResult, state::State};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, ServiceConfig},
};

/// The pages of this slice, outside of the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(did_document).service(jwks);
}

/// The issuer and its keys (did:web Method Specification; Decentralized Identifiers 1.0).
#[get("/.well-known/did.json")]
async fn did_document(state: Data<State>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let document = actions::public(&state).await?.did_document();
    Ok(public::answer(&request, "application/did+ld+json", document.to_string().into_bytes()))
}

/// The keys under badges that are tokens (RFC 7517).
#[get("/.well-known/jwks.json")]
async fn jwks(state: Data<State>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let set = actions::public(&state).await?.jwks();
    Ok(public::answer(&request, "application/jwk-set+json", set.to_string().into_bytes()))
}
