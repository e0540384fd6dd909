//! What `cairn serve` sends to a collector of traces, and what it never sends.

use cairn_shared::{entry::EntryDetail, person::Role, session::SignedIn};
use cairn_tests::{Collector, Database, House, Served, says};
use serde_json::json;

const ORIGIN: (&str, &str) = ("origin", "https://cairn.example");
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: (&str, &str) = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_request_and_its_transactions_are_spans_without_a_word_of_a_person() {
    let (database, collector) = (Database::make(), Collector::open());
    let link = {
        let house = House::over(database.again(), |_| {});
        house.person("Ada", "Roe-Ashby", &[Role::Mentor], None).link.clone()
    };
    let mut served = Served::start(&database, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())]);
    let got = served.ask("POST", "/api/v1/sessions", &[ORIGIN], &json!({ "token": link }).to_string());
    let token = serde_json::from_str::<SignedIn>(&got.text).unwrap().access_token;
    let bearer = format!("Bearer {token}");
    let signed =
        [ORIGIN, ("authorization", &bearer), PARENT, ("tracestate", "who=ada"), ("user-agent", "a-browser-of-adas")];
    let written = served.ask("POST", "/api/v1/entries", &signed, &json!({ "text": "Nia waited longer." }).to_string());
    let entry: EntryDetail = serde_json::from_str(&written.text).unwrap();
    let path = format!("/api/v1/entries/{}", entry.id);
    assert_eq!(served.ask("GET", &format!("{path}?words=a+secret+word"), &signed, "").status, 200);
    assert_eq!(served.ask("GET", "/made-up/by-ada.php", &[], "").status, 404);
    // What was not sent yet goes before the end.
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));

    let spans = collector.spans();
    let named = |name: &str| {
        let found = spans.iter().find(|(span, _)| span.name == name);
        found.unwrap_or_else(|| panic!("no {name}: {:?}", spans.iter().map(|(span, _)| &span.name).collect::<Vec<_>>()))
    };
    let (post, about) = named("POST /api/v1/entries");
    assert_eq!(says(about, "service.name").as_deref(), Some("cairn"));
    let of = |key: &str| says(&post.attributes, key);
    assert_eq!(of("http.route").as_deref(), Some("/api/v1/entries"));
    assert_eq!(of("http.request.method").as_deref(), Some("POST"));
    assert_eq!(of("http.response.status_code").as_deref(), Some("201"));
    assert_eq!(of("cairn.request").as_deref(), written.headers["x-request-id"].to_str().ok());
    // Our own proxy says whose trace it is, and of nothing else it is heard.
    assert_eq!((hex(&post.trace_id), hex(&post.parent_span_id)), (TRACE.to_owned(), "b7ad6b7169203331".to_owned()));
    assert_eq!(post.trace_state, "");
    let below: Vec<_> = spans.iter().filter(|(span, _)| span.parent_span_id == post.span_id).map(|(s, _)| s).collect();
    let kinds: Vec<&str> = below.iter().map(|span| span.name.as_str()).collect();
    assert!(kinds.contains(&"write") && kinds.iter().all(|kind| ["read", "write"].contains(kind)), "{kinds:?}");
    assert!(below.iter().all(|span| span.trace_id == post.trace_id));
    assert!(below.iter().all(|span| post.start_time_unix_nano <= span.start_time_unix_nano));
    named("GET /api/v1/entries/{id}");
    named("GET other");

    let id = entry.id.to_string();
    let heard = collector.heard();
    for secret in
        ["@", "Ada", "Roe", "who=", "Nia", "secret", "127.0.0.1", "made-up", "a-browser", &link, &token, &id, "Bearer"]
    {
        assert!(!heard.contains(secret), "“{secret}” was sent");
    }
}

#[test]
fn a_trace_is_believed_of_the_configured_proxies_alone() {
    let (database, collector) = (Database::make(), Collector::open());
    let endpoint = collector.url();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("CAIRN_PROXIES", "192.0.2.7")];
    let mut served = Served::start(&database, &settings);
    let forged = [PARENT, ("x-forwarded-for", "192.0.2.7")];
    assert_eq!(served.ask("GET", "/healthz", &forged, "").status, 200);
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
    let spans = collector.spans();
    assert_eq!(spans.len(), 1, "{spans:#?}");
    assert!(hex(&spans[0].0.trace_id) != TRACE && spans[0].0.parent_span_id.is_empty(), "{spans:#?}");
}

#[test]
fn a_collector_that_is_away_keeps_nobody_waiting() {
    let database = Database::make();
    let mut served = Served::start(
        &database,
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_BSP_SCHEDULE_DELAY", "50")],
    );
    for _ in 0..20 {
        assert_eq!(served.ask("GET", "/readyz", &[], "").status, 200);
    }
    served.is_asked_to_stop();
    assert_eq!(served.ends(), Some(0));
    let log = served.log();
    let told: Vec<_> = log.iter().filter(|line| line.contains("the collector can't be reached")).collect();
    assert_eq!(told.len(), 1, "{log:#?}");
}
