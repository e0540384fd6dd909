//! The built web app, and the few pages that are made on the server.
//!
//! The app's files ship inside a release binary; a development build reads them from `frontend/dist`, so that a
//! change of the app needs no new server. Their names carry a hash of their content, so browsers keep them for good.

pub mod icons;

use crate::{
    db::DbError,
    openapi,
    problem::{ApiError, ApiResult, KINDS},
    routes::Methods,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{Method, header},
    web::{self, ServiceConfig},
};
use rust_embed::RustEmbed;
use std::{collections::BTreeMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// The offline checker, which is filled in before anybody gets it.
const CHECKER: &str = "checker.html";

/// For how long a browser keeps a file whose name tells its content.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// What the web app's pages may do: load from here, and nothing else. WASM asks for its own word.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; media-src 'self' blob:; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The address of an asset of the web app, by its plain name: `cairn.css`, `art/badge-qms.svg`.
pub fn asset(name: &str) -> String {
    let hashed = if cfg!(debug_assertions) { names().get(name).cloned() } else { NAMES.get(name).cloned() };
    format!("/{}", hashed.unwrap_or_else(|| name.to_owned()))
}

static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(names);

fn names() -> BTreeMap<String, String> {
    #[derive(serde::Deserialize)]
    struct Bundle {
        files: BTreeMap<String, String>,
    }
    Dist::get("bundle.json")
        .and_then(|file| serde_json::from_slice::<Bundle>(&file.data).ok())
        .map(|bundle| bundle.files)
        .unwrap_or_default()
}

/// The offline checker as it was built with the web app, if it was.
pub fn checker() -> Option<String> {
    String::from_utf8(Dist::get(CHECKER)?.data.into_owned()).ok()
}

/// Text, safe between tags and inside a quoted attribute.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
        safe
    })
}

/// Words as they begin a line: with a capital letter.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The cairn of the header, drawn in the colours of the page.
static LOGO: LazyLock<String> = LazyLock::new(|| {
    include_str!("../../frontend/assets/art/logo.svg").trim().replacen("<svg ", "<svg class=\"logo\" ", 1)
});

/// A page made on the server, in the frame that all of them share. `body` is HTML; the rest is escaped.
pub fn page(partnership: &str, title: &str, body: &str) -> HttpResponse {
    page_with(partnership, title, "", body)
}

/// The same, with more in its head: HTML as well.
pub fn page_with(partnership: &str, title: &str, head: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title} – Cairn</title>\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{css}\">{head}</head><body>\
         <a class=\"btn skip\" href=\"#main\">Skip to main content</a>\
         <header class=\"top\"><div><a class=\"brand\" href=\"/\">{logo}Cairn</a>\
         <div class=\"who\"><a class=\"btn q s\" href=\"/sign-in\">Sign in</a></div></div></header>\
         <main id=\"main\" class=\"wrap\">{body}</main>\
         <footer class=\"foot\"><div class=\"row x\"><span>Cairn · {partnership}</span><span class=\"row\"><a href=\"/help\">Help and contact</a>\
         <a href=\"/accessibility\">Accessibility</a><a href=\"/privacy\">Privacy</a></span></div></footer></body></html>",
        title = escape(title),
        icon = asset("art/icon.svg"),
        css = asset("cairn.css"),
        logo = *LOGO,
        partnership = escape(partnership),
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html)
}

/// The pages about the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(docs).service(document).service(problems).service(healthy).service(ready);
}

/// The OpenAPI document.
#[get("/api/v1/openapi.json")]
async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi::json())
}

/// The API, to be read in a browser, with no help from elsewhere.
#[get("/api/docs")]
async fn docs(state: web::Data<State>) -> HttpResponse {
    page(&state.config.partnership, "The API", &openapi::as_html())
}

/// Every kind of problem that the API answers with.
#[get("/problems")]
async fn problems(state: web::Data<State>) -> HttpResponse {
    let mut rows = String::new();
    for kind in KINDS {
        rows.push_str(&format!(
            "<section id=\"{}\"><h2 class=\"q1\">{}</h2><p><code>{}</code> · status {}</p><p>{}</p></section>",
            kind.slug,
            escape(kind.title),
            kind.slug,
            kind.status,
            escape(kind.meaning)
        ));
    }
    page(
        &state.config.partnership,
        "Problems that the API answers with",
        &format!(
            "<div class=\"read flow\"><h1>Problems that the API answers with</h1><p>Every answer with a status of 400 or more is <code>application/problem+json</code> (RFC 9457). Its <code>type</code> leads here.</p>{rows}</div>"
        ),
    )
}

/// The process is there.
#[get("/healthz")]
async fn healthy() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database answers, and the store takes files.
#[get("/readyz")]
async fn ready(state: web::Data<State>) -> ApiResult<HttpResponse> {
    is_ready(&state).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"))
}

/// Goes on if the database answers, and the store takes files.
///
/// # Errors
/// What is the matter with them.
pub async fn is_ready(state: &State) -> ApiResult<()> {
    state.db.read(|conn| -> ApiResult<()> { Ok(crate::person::store::answers(conn)?) }).await?;
    state.files.answers().await.map_err(|e| DbError::Unavailable(format!("the store of files: {e}")))?;
    Ok(())
}

/// Everything that has no route: a file of the web app, the app itself, or nothing.
pub async fn fallback(request: HttpRequest, methods: web::Data<Methods>) -> ApiResult<HttpResponse> {
    let path = request.path();
    if let Some(allow) = methods.of(path) {
        return Err(ApiError::Method { allow });
    }
    // What lies below these is the server's alone; the demonstration's pages are there only in the demonstration.
    if ["/api", "/demo", "/ims", "/.well-known"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|p| p.is_empty() || p.starts_with('/')))
    {
        return Err(ApiError::NotFound);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::Method { allow: "GET, HEAD".into() });
    }
    let name = path.trim_start_matches('/');
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    match (is_file, name) {
        (true, "bundle.json" | "index.html" | CHECKER) => Err(ApiError::NotFound),
        (true, name) => file(&request, name, FOR_GOOD).ok_or(ApiError::NotFound),
        (false, _) => file(&request, "index.html", "no-cache")
            .ok_or_else(|| ApiError::Internal("the web app isn't built: run `cargo xtask web`".into())),
    }
}

fn file(request: &HttpRequest, name: &str, cache: &str) -> Option<HttpResponse> {
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let accepts =
        |coding: &str| accepts.split(',').any(|part| part.split(';').next().is_some_and(|c| c.trim() == coding));
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, ending)| Dist::get(&format!("{name}{ending}")).map(|file| (coding, file)));
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type(name))
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, "Accept-Encoding"));
    if name.ends_with(".html") {
        response.insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY));
    }
    let content = match compressed {
        Some((coding, file)) => {
            response.insert_header((header::CONTENT_ENCODING, coding));
            file
        }
        None => Dist::get(name)?,
    };
    Some(response.body(content.data.into_owned()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml; charset=utf-8",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_person_wrote_becomes_markup() {
        assert_eq!(escape("<b a=\"x\" c='y'>&"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
    }
}
