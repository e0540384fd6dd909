//! Starting and stopping, and the door that every request goes through.
//!
//! The order at the door, from outside: a request gets its id; a panic becomes an answer; what was answered gets its
//! headers; what went wrong gets its body as a problem, and one line in the log. No line holds what a person wrote.

use crate::{
    award, calendar, case, credential, demo,
    http::client,
    key, openapi,
    problem::{ApiError, Cause, Current, OwnBody},
    routes::{self, Methods},
    state::State,
    watch::{
        security::{self, RequestId},
        traces::Traced,
    },
    web,
};
use actix_web::{
    App, HttpMessage, HttpResponse, HttpServer, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Server, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderName, HeaderValue},
    middleware::{Next, from_fn},
    web::{Data, PayloadConfig, scope, to},
};
use cairn_shared::problem::{Overtaken, Problem};
use futures_util::FutureExt;
use opentelemetry::context::FutureExt as _;
use std::{
    io,
    net::TcpListener,
    num::NonZeroUsize,
    panic::AssertUnwindSafe,
    thread::available_parallelism,
    time::{Duration, Instant},
};

/// Serves on that listener, until it is told to stop; then it finishes what is in flight.
///
/// # Errors
/// Those of the listener.
pub fn start(state: Data<State>, listener: TcpListener) -> io::Result<Server> {
    let methods = Data::new(Methods::new(openapi::document()));
    let demonstration = state.config.demonstration;
    let workers = state.config.workers.or_else(|| available_parallelism().ok()).map_or(2, NonZeroUsize::get);
    let server = HttpServer::new(move || {
        let app = App::new()
            .app_data(state.clone())
            .app_data(methods.clone())
            .app_data(PayloadConfig::new(crate::http::MOST_JSON))
            .wrap(from_fn(door))
            // First, because the document stands inside of the API's scope, and a scope answers for all below it.
            .configure(web::pages)
            .service(scope(routes::BASE).configure(routes::api))
            .configure(award::pages)
            .configure(credential::pages)
            .configure(key::pages)
            .configure(calendar::pages)
            .configure(case::pages);
        let app = if demonstration { app.configure(demo::pages) } else { app };
        app.default_service(to(web::fallback))
    })
    .workers(workers)
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(15))
    .shutdown_timeout(20)
    .listen(listener)?;
    Ok(server.run())
}

async fn door(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = RequestId(uuid::Uuid::new_v4().simple().to_string());
    let began = Instant::now();
    let method = request.method().clone();
    let state = request.app_data::<Data<State>>().cloned();
    let https = state.as_ref().is_some_and(|s| s.config.public_url.starts_with("https://"));
    let in_flight = state.as_ref().map(|state| state.metrics.in_flight());
    request.extensions_mut().insert(id.clone());
    let believed = state.as_ref().is_some_and(|s| client::is_believed(request.peer_addr(), &s.config.proxies));
    let traced = Traced::begins(&request, &id.0, believed);
    // No copy of the request is kept: the routes need it for themselves alone.
    let called = AssertUnwindSafe(next.call(request)).catch_unwind().with_context(traced.context()).await;
    let (http_request, response) = match called {
        Ok(Ok(response)) => {
            let (http_request, response) = response.map_into_boxed_body().into_parts();
            (Some(http_request), response)
        }
        Ok(Err(error)) => (None, error.error_response()),
        Err(_) => (None, ApiError::Internal("a handler panicked".into()).error_response()),
    };
    let status = response.status();
    let cause = response.extensions().get::<Cause>().map(|c| c.0.clone());
    let problem = response.extensions().get::<Problem>().cloned();
    let mut response = match status.is_client_error() || status.is_server_error() {
        true if !is_page(&response) && !response.extensions().contains::<OwnBody>() => with_problem(response, &id),
        _ => response,
    };
    // The pattern, not the address: an address may hold a secret.
    let route = http_request.as_ref().and_then(|r| r.match_pattern());
    if let (Some(request), Some(problem)) = (&http_request, &problem) {
        security::answered(request, route.as_deref(), problem);
    }
    traced.answered(&method, route.as_deref(), status.as_u16());
    let pattern = route.as_deref().unwrap_or("-");
    let millis = began.elapsed().as_millis() as u64;
    match cause {
        Some(cause) => tracing::error!(request = %id.0, %method, pattern, status = status.as_u16(), millis, cause),
        None => tracing::info!(request = %id.0, %method, pattern, status = status.as_u16(), millis),
    }
    if let Some(state) = &state {
        if let Some(problem) = &problem {
            state.metrics.problem(problem);
        }
        state.metrics.answered(&method, route, status.as_u16(), began);
    }
    drop(in_flight);
    add_headers(&mut response, https, &id);
    match http_request {
        Some(http_request) => Ok(ServiceResponse::new(http_request, response)),
        // The request went with what panicked; an error carries the answer past it.
        None => Err(InternalError::from_response("answered at the door", response).into()),
    }
}

/// Whether an answer is a page for a person, which says itself what is the matter (`/verify`).
fn is_page(response: &HttpResponse) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Gives an answer of 400 or more its body. What has no problem of ours (actix's own answers) gets one by its status.
fn with_problem(response: HttpResponse, id: &RequestId) -> HttpResponse {
    let status = response.status();
    let known = response.extensions().get::<Problem>().cloned();
    let mut problem = known.unwrap_or_else(|| {
        match status.as_u16() {
            404 => ApiError::NotFound,
            413 => ApiError::TooLarge("Send at most 1 MB of text at a time."),
            416 => ApiError::Range,
            400..=499 => {
                ApiError::Malformed("The request could not be read. Check its address, headers and body.".into())
            }
            _ => ApiError::Internal("an answer without a problem".into()),
        }
        .problem()
    });
    problem.instance = id.0.clone();
    problem.status = status.as_u16();
    let current = response.extensions().get::<Current>().cloned();
    let body = match current {
        Some(Current(current)) => serde_json::to_vec(&Overtaken { problem, current }),
        None => serde_json::to_vec(&problem),
    };
    let body = body.unwrap_or_default();
    let mut response = response.set_body(BoxBody::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn add_headers(response: &mut HttpResponse, https: bool, id: &RequestId) {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
