//! Traces: a span for each request and, below it, one for each transaction, sent to a collector by OpenTelemetry's
//! protocol (OTLP), where one is configured.
//!
//! A span holds what a line of the log holds: method, route, status, the id of the request. It holds no address, no
//! query, and nothing that a person wrote. Whose trace a request belongs to is believed of the configured proxies
//! alone, and of what they say only `traceparent`: anybody can write that header, and `tracestate` holds anything.
//!
//! Spans are gathered and sent by a thread of their own. A collector that is slow or away costs the spans that find no
//! room, never a request.

use actix_web::{dev::ServiceRequest, http::Method};
use async_trait::async_trait;
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{SpanKind, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long the collector is waited for, at each step, also when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer that are read.
const MOST_ANSWER: u64 = 64 * 1024;
/// The header in which proxies say whose trace a request belongs to.
const TRACEPARENT: &str = "traceparent";

/// There is one for the process, as there is one log.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Traces, while they are sent.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send spans to the collector at that address: `http://127.0.0.1:4318`, say.
    ///
    /// # Errors
    /// A sentence, if the address can't be one.
    pub fn begin(endpoint: &str) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| format!("OTEL_EXPORTER_OTLP_ENDPOINT can't be used: {error}."))?;
        let about = Resource::builder()
            .with_service_name("cairn")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(about.build()).build();
        let _ = TRACER.set(provider.tracer("cairn"));
        Ok(Self(provider))
    }

    /// Sends what is left, if the collector takes it soon enough.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "some traces were not sent");
        }
    }
}

/// What belongs to a request, for its span and those below it; nothing, where no traces are sent. It ends when the last
/// copy is dropped.
#[derive(Clone)]
pub struct Traced(Option<Context>);

impl Traced {
    /// A request that came in. What its peer says of a trace is heeded if the peer is believed.
    pub fn begins(request: &ServiceRequest, id: &str, believed: bool) -> Self {
        let Some(tracer) = TRACER.get() else { return Self(None) };
        let parent = if believed { TraceContextPropagator::new().extract(&Said(request)) } else { Context::new() };
        let method = super::metrics::word_of(request.method());
        let span = tracer
            .span_builder(method)
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method),
                KeyValue::new("cairn.request", id.to_owned()),
            ])
            .start_with_context(tracer, &parent);
        Self(Some(parent.with_span(span)))
    }

    /// What to do the work in, so that what it does belongs to the request.
    pub fn context(&self) -> Context {
        self.0.clone().unwrap_or_default()
    }

    /// How it was answered.
    pub fn answered(&self, method: &Method, route: Option<&str>, status: u16) {
        let Some(context) = &self.0 else { return };
        let (span, method) = (context.span(), super::metrics::word_of(method));
        let route = route.unwrap_or(super::metrics::OTHER).to_owned();
        span.update_name(format!("{method} {route}"));
        span.set_attribute(KeyValue::new("http.route", route));
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        if status >= 500 {
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// A transaction, below the request that it is for; nothing, where there is none.
pub struct Transaction(Option<Context>);

impl Transaction {
    /// One that begins now: to read, or to write.
    pub fn begins(kind: &'static str, database: &'static str) -> Self {
        let Some(tracer) = TRACER.get() else { return Self(None) };
        let parent = Context::current();
        if !parent.has_active_span() {
            return Self(None);
        }
        let span = tracer
            .span_builder(kind)
            .with_kind(SpanKind::Client)
            .with_attributes([KeyValue::new("db.system.name", database), KeyValue::new("db.operation.name", kind)])
            .start_with_context(tracer, &parent);
        Self(Some(parent.with_span(span)))
    }

    /// It came to nothing, because of the database.
    pub fn not_done(&self, cause: &'static str) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new("error.type", cause));
            context.span().set_status(Status::error(""));
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

/// What a believed proxy says of a trace.
struct Said<'a>(&'a ServiceRequest);

impl Extractor for Said<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.0.headers().get_all(TRACEPARENT);
        let value = values.next().filter(|_| key == TRACEPARENT)?;
        if values.next().is_some() { None } else { value.to_str().ok() }
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

/// Speaks HTTP with the collector, on the thread that gathers spans.
#[derive(Debug)]
struct Client {
    agent: ureq::Agent,
    /// Whether it took the last spans, so that the log tells of a change, and not of each try.
    reached: AtomicBool,
}

impl Client {
    fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: agent.into(), reached: AtomicBool::new(true) }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let (parts, mut body) = self.agent.run(Request::from_parts(parts, &body[..]))?.into_parts();
        let answer = body.with_config().limit(MOST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, answer.into()))
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request);
        let reached = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        if self.reached.swap(reached, Ordering::Relaxed) != reached {
            match &answer {
                _ if reached => tracing::warn!("the collector takes traces again"),
                Ok(answer) => tracing::warn!(status = answer.status().as_u16(), "the collector does not take traces"),
                Err(error) => tracing::warn!(%error, "the collector can't be reached; traces are lost meanwhile"),
            }
        }
        answer
    }
}
