//! A collector of traces, as far as one server notices: it takes spans over HTTP and keeps them.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A collector. It listens until the process ends.
pub struct Collector {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    /// Begins to listen.
    ///
    /// # Panics
    /// If it can't.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
        let address = listener.local_addr().expect("a listener has an address");
        let got = Arc::default();
        let kept = Arc::clone(&got);
        thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || hears(&line, &kept));
            }
        });
        Self { address, got }
    }

    /// Where it listens, as the configuration names it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that it was told in words. Random ids are left out: by chance, their bytes are a word now and then.
    ///
    /// # Panics
    /// If what was sent to it isn't what the protocol says.
    pub fn heard(&self) -> String {
        let spans = self.spans().into_iter().map(|(mut span, about)| {
            for id in [&mut span.trace_id, &mut span.span_id, &mut span.parent_span_id] {
                id.clear();
            }
            format!("{span:?} {about:?}\n")
        });
        spans.collect()
    }

    /// The spans that it was told of, and what was said of where they come from.
    ///
    /// # Panics
    /// If what was sent to it isn't what the protocol says.
    pub fn spans(&self) -> Vec<(Span, Vec<KeyValue>)> {
        let got = self.got.lock().unwrap();
        let read = got.iter().map(|body| ExportTraceServiceRequest::decode(body.as_slice()).expect("spans"));
        let resources = read.flat_map(|request| request.resource_spans);
        let spans = resources.flat_map(|of| {
            let about = of.resource.unwrap_or_default().attributes;
            let spans: Vec<Span> = of.scope_spans.into_iter().flat_map(|scope| scope.spans).collect();
            spans.into_iter().map(move |span| (span, about.clone()))
        });
        spans.collect()
    }
}

/// What a span or its resource says under that key.
pub fn says(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|one| one.key == key)?.value.clone()?;
    match found {
        AnyValue { value: Some(Value::StringValue(text)) } => Some(text),
        AnyValue { value: Some(Value::IntValue(number)) } => Some(number.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}

fn hears(line: &TcpStream, kept: &Mutex<Vec<Vec<u8>>>) {
    let mut reader = BufReader::new(line);
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if reader.read_until(b'\n', &mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.expect("a length").parse().expect("a length")];
        reader.read_exact(&mut body).expect("all of it arrives");
        assert!(head.starts_with("post /v1/traces http/1.1"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        kept.lock().unwrap().push(body);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        (&mut &*line).write_all(answer).expect("the answer goes");
    }
}
