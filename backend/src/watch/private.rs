//! The private port: what this server counts, and whether it is there and ready. It tells nobody's secrets, and is for
//! those who look after Cairn all the same: nothing asks who is calling.

use crate::{state::State, web as pages};
use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    get,
    http::header,
    web::{self, Data},
};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use std::{io, net::TcpListener, time::Duration};

const PLAIN: &str = "text/plain; charset=utf-8";

/// Serves on that listener, with one thread, until it is told to stop. It heeds no signals: whoever starts it stops it.
///
/// # Errors
/// Those of the listener.
pub fn start(state: Data<State>, listener: TcpListener) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .service(metrics)
            .service(healthy)
            .service(ready)
            .default_service(web::to(nothing))
    })
    .workers(1)
    .client_request_timeout(Duration::from_secs(5))
    .shutdown_timeout(1)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

fn plain(mut response: actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type(PLAIN).body(text)
}

#[get("/metrics")]
async fn metrics(state: Data<State>) -> HttpResponse {
    match state.metrics.text(&state.db).await {
        Ok(text) => {
            HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).content_type(CONTENT_TYPE).body(text)
        }
        Err(_) => plain(HttpResponse::InternalServerError(), "The counts could not be written.\n"),
    }
}

#[get("/healthz")]
async fn healthy() -> HttpResponse {
    plain(HttpResponse::Ok(), "ok\n")
}

#[get("/readyz")]
async fn ready(state: Data<State>) -> HttpResponse {
    match pages::is_ready(&state).await {
        Ok(()) => plain(HttpResponse::Ok(), "ok\n"),
        Err(_) => plain(HttpResponse::ServiceUnavailable(), "not ready\n"),
    }
}

async fn nothing() -> HttpResponse {
    plain(HttpResponse::NotFound(), "There is nothing here but /metrics, /healthz and /readyz.\n")
}
