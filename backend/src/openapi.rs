//! The OpenAPI document: written from the routes, and shown as a page that needs nothing from elsewhere.

mod manners;

use crate::{
    routes,
    web::{escape, sentence},
};
use actix_web::App;
use cairn_shared::problem::Problem;
use serde_json::Value;
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
    ("second_step", "A second step when signing in, and recovery codes for when it is lost"),
    ("entry", "A mentor's moments and reflections, their links to standards, and what goes with them"),
    ("candidacy", "Working towards a qualification"),
    ("portfolio", "Telling the story"),
    ("submission", "Sending it to the panel, and what comes back"),
    ("paper", "Cover sheets of what is read on paper, and where the paper is"),
    ("round", "The three yearly cycles and their panels"),
    ("conflict", "Who must not read whose"),
    ("review", "A reviewer's reading"),
    ("decision", "What the panel agreed"),
    ("award", "The lasting recognition, and whether it is genuine"),
    ("credential", "Awards as machines read them: Open Badges 3.0"),
    ("key", "How the keys stand that badges are signed with"),
    ("print_run", "The certificates of a round or of an evening as one document"),
    ("celebration", "Evenings for those who were awarded: invitations, answers, tables and lists"),
    ("calendar", "What is on, as one's own calendar reads it"),
    ("person", "People"),
    ("school", "Partner schools"),
    ("import", "People and schools from a file, with a preview"),
];

/// The document, written once.
pub fn document() -> &'static OpenApi {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| {
        let app = App::new()
            .into_utoipa_app()
            .openapi(base())
            .service(scope::scope(routes::BASE).configure(|describing| routes::api(describing)));
        let mut document = app.split_for_parts().1;
        manners::complete(&mut document);
        document
    });
    &DOCUMENT
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
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("bearer", SecurityScheme::Http(bearer))
                .schema_from::<Problem>()
                .build(),
        ))
        .build()
}

/// The document as HTML: every operation with what it takes and answers.
pub fn as_html() -> String {
    let document: Value = serde_json::from_str(json()).unwrap_or_default();
    let mut html = String::from(
        "<div class=\"read flow\"><h1>The API</h1><p>The machine-readable document is <a href=\"/api/v1/openapi.json\">openapi.json</a>. \
         What can go wrong is described under <a href=\"/problems\">problems</a>.</p>",
    );
    for (tag, about) in TAGS {
        html.push_str(&format!(
            "<section class=\"flow t\"><h2 id=\"{tag}\">{}</h2><p class=\"mut\">{}</p>",
            sentence(&tag.replace('_', " ")),
            escape(about)
        ));
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"][0].as_str() == Some(tag) {
                    html.push_str(&operation_html(&document, path, method, operation));
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

fn operation_html(document: &Value, path: &str, method: &str, operation: &Value) -> String {
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
        let response = resolved(document, response);
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

/// What stands elsewhere in the document, if that is said; itself otherwise.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn schema_name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|r| r.rsplit('/').next())
}
