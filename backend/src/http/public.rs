//! Answers that are for everybody: pages of other sites may read them, and whoever has one asks only whether it changed.

use crate::ids;
use actix_web::{HttpRequest, HttpResponse, http::header};

/// For how long a copy may be used without asking again, in seconds. An award that ends is known everywhere within a minute.
const FRESH: &str = "public, max-age=30";

/// 200 with a body whose ETag is its content, or 304 if the client has it already.
pub fn answer(request: &HttpRequest, kind: &str, body: Vec<u8>) -> HttpResponse {
    let tag = format!("\"{}\"", &ids::content_hash(&body)[..22]);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let has_it = known.is_some_and(|known| known.split(',').any(|t| t.trim() == tag));
    let mut response = if has_it { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, FRESH))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"));
    if has_it { response.finish() } else { response.content_type(kind).body(body) }
}
