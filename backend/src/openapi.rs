//! The OpenAPI document: written from the routes, and shown as a page that needs nothing from elsewhere.

use crate::{routes, web::escape};
use actix_web::App;
use std::sync::LazyLock;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder,
    security::{Http, HttpAuthScheme, SecurityScheme},
    tag::TagBuilder,
};
use utoipa_actix_web::{AppExt, scope};

/// The capabilities, in the order of a newcomer's reading.
const TAGS: &[(&str, &str)] = &[
    ("session", "Signing in and out, and oneself"),
    ("entry", "A mentor's moments and reflections, their links to standards, and what goes with them"),
    ("candidacy", "Working towards a qualification"),
    ("portfolio", "Telling the story"),
    ("submission", "Sending it to the panel, and what comes back"),
    ("round", "The three yearly cycles and their panels"),
    ("conflict", "Who must not read whose"),
    ("review", "A reviewer's reading"),
    ("decision", "What the panel agreed"),
    ("award", "The lasting recognition, and whether it is genuine"),
    ("person", "People"),
    ("school", "Partner schools"),
];

/// The document.
pub fn document() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(base()).service(scope::scope(routes::BASE).configure(routes::api));
    app.split_for_parts().1
}

/// The document as it is committed and served.
pub fn json() -> &'static str {
    static JSON: LazyLock<String> = LazyLock::new(|| {
        let mut json = document().to_pretty_json().expect("the document has a JSON form");
        json.push('\n');
        json
    });
    &JSON
}

fn base() -> OpenApi {
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".into());
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Cairn")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Mentor qualifications: from a first moment to the award. Errors are application/problem+json \
                     (RFC 9457). Edits need If-Match with the ETag of what was read; commands that make something \
                     take an Idempotency-Key. Lists are pages: follow `next`.",
                ))
                .build(),
        )
        .tags(Some(TAGS.iter().map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build())))
        .components(Some(ComponentsBuilder::new().security_scheme("bearer", SecurityScheme::Http(bearer)).build()))
        .build()
}

/// The document as HTML: every operation with what it takes and answers.
pub fn as_html() -> String {
    let document: serde_json::Value = serde_json::from_str(json()).unwrap_or_default();
    let mut html = String::from(
        "<div class=\"read flow\"><h1>The API</h1><p>The machine-readable document is <a href=\"/api/v1/openapi.json\">openapi.json</a>. \
         What can go wrong is described under <a href=\"/problems\">problems</a>.</p>",
    );
    for (tag, about) in TAGS {
        html.push_str(&format!(
            "<section class=\"flow t\"><h2 id=\"{tag}\">{tag}</h2><p class=\"mut\">{}</p>",
            escape(about)
        ));
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"][0].as_str() == Some(tag) {
                    html.push_str(&operation_html(path, method, operation));
                }
            }
        }
        html.push_str("</section>");
    }
    html.push_str("<section class=\"flow t\"><h2 id=\"schemas\">Shapes</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let pretty = serde_json::to_string_pretty(schema).unwrap_or_default();
        html.push_str(&format!(
            "<details id=\"schema-{name}\"><summary>{name}</summary><pre tabindex=\"0\">{}</pre></details>",
            escape(&pretty)
        ));
    }
    html.push_str("</section></div>");
    html
}

fn operation_html(path: &str, method: &str, operation: &serde_json::Value) -> String {
    let text = |key: &str| escape(operation[key].as_str().unwrap_or(""));
    let mut lines = String::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        lines.push_str(&format!(
            "<li><code>{}</code> in {}: {}</li>",
            escape(parameter["name"].as_str().unwrap_or("")),
            escape(parameter["in"].as_str().unwrap_or("")),
            escape(parameter["description"].as_str().unwrap_or(""))
        ));
    }
    if let Some(body) = schema_name(&operation["requestBody"]["content"]["application/json"]["schema"]) {
        lines.push_str(&format!("<li>takes <a href=\"#schema-{body}\">{body}</a></li>"));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let body =
            response["content"].as_object().and_then(|c| c.values().next()).and_then(|c| schema_name(&c["schema"]));
        let body = body.map_or(String::new(), |b| format!(" <a href=\"#schema-{b}\">{b}</a>"));
        lines.push_str(&format!("<li>{status}{body} {}</li>", escape(response["description"].as_str().unwrap_or(""))));
    }
    format!(
        "<details><summary><code>{} {}</code> {}</summary><p>{}</p><ul>{lines}</ul></details>",
        method.to_uppercase(),
        escape(path),
        text("summary"),
        text("description")
    )
}

fn schema_name(schema: &serde_json::Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|r| r.rsplit('/').next())
}
