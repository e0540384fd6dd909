//! How requests reach an S3-compatible store: over one pool of connections, encrypted with rustls and ring, as letters are.
//!
//! Connections and answers are waited for so long and no longer. `object_store` would bring a larger client of its own,
//! with HTTP/2 and a second library for cryptography.

use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector as Tcp},
    rt::{TokioExecutor, TokioTimer},
};
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
        HttpResponseBody, HttpService,
    },
};
use std::{sync::Arc, time::Duration};
use tokio::time::{error::Elapsed, timeout};

/// How long a connection is waited for.
const CONNECTION: Duration = Duration::from_secs(3);
/// How long the beginning of an answer is waited for, beside what the request takes to be sent.
const ANSWER: Duration = Duration::from_secs(5);
/// The same, while the store puts the parts of a large file together.
const PUT_TOGETHER: Duration = Duration::from_secs(60);
/// How many bytes a store takes in a second, at the least.
const BYTES_A_SECOND: usize = 256 * 1024;
/// How long a connection is kept that nobody uses. Stores close them after a minute or so.
const IDLE: Duration = Duration::from_secs(20);

/// Makes the client.
#[derive(Debug, Clone, Copy)]
pub struct Transport;

impl HttpConnector for Transport {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut tcp = Tcp::new();
        // Where `http` may be, the configuration says.
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECTION));
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(Arc::new(rustls::crypto::ring::default_provider()))
            .map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build::<_, HttpRequestBody>(tls);
        Ok(HttpClient::new(Requests(client)))
    }
}

#[derive(Debug)]
struct Requests(Client<HttpsConnector<Tcp>, HttpRequestBody>);

#[async_trait::async_trait]
impl HttpService for Requests {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let length = request.body().content_length();
        let patience = match request.method().as_str() {
            // The list of its parts.
            "POST" if length > 0 => PUT_TOGETHER,
            _ => ANSWER + Duration::from_secs((length / BYTES_A_SECOND) as u64),
        };
        match timeout(patience, self.0.request(request)).await {
            Ok(Ok(answer)) => Ok(answer.map(|body| HttpResponseBody::new(body.map_err(interrupted)))),
            Ok(Err(error)) => Err(not_answered(error)),
            Err(error) => Err(HttpError::new::<Elapsed>(HttpErrorKind::Timeout, error)),
        }
    }
}

fn not_answered(error: Error) -> HttpError {
    if error.is_connect() { HttpError::new(HttpErrorKind::Connect, error) } else { interrupted(error) }
}

/// It is tried again where that does no harm; the store's client knows where.
fn interrupted(error: impl std::error::Error + Send + Sync + 'static) -> HttpError {
    HttpError::new(HttpErrorKind::Interrupted, error)
}
