//! The manners of the API, once for all slices: how a request is read and how an answer is written.

pub mod client;
pub mod public;
mod routes;
mod unreadable;

pub use routes::Routes;

use crate::{
    ids,
    problem::{ApiError, ApiResult},
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use cairn_shared::edition::Hash;
use futures_util::future::{LocalBoxFuture, Ready, ready};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use sha2::{Digest, Sha256};
use std::str::FromStr;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::Type,
    },
};

/// The largest JSON body, in bytes.
pub const MOST_JSON: usize = 1024 * 1024;

/// How short and how long an Idempotency-Key may be.
const KEY_LENGTH: (usize, usize) = (8, 100);

/// A command: the JSON body of a request, parsed, with what makes it safe to repeat.
pub struct Command<T> {
    /// What is asked for.
    pub value: T,
    /// What makes a repetition have one effect.
    pub once: Once,
}

/// What makes a repetition of a request have one effect: its key, and what it asked for.
#[derive(Debug, Clone, Default)]
pub struct Once {
    /// The Idempotency-Key, if the client sent one.
    pub key: Option<String>,
    /// The SHA-256 of method, path and body.
    pub request_hash: String,
}

impl Once {
    /// Reads the key, and what was asked for, whose body was read before.
    ///
    /// # Errors
    /// If the key can't be one.
    pub fn read(request: &HttpRequest, body: &[u8]) -> ApiResult<Self> {
        let key = match request.headers().get("idempotency-key") {
            None => None,
            Some(value) => match value.to_str() {
                Ok(key) if (KEY_LENGTH.0..=KEY_LENGTH.1).contains(&key.len()) => Some(key.to_owned()),
                _ => {
                    return Err(ApiError::Malformed(
                        "An Idempotency-Key has 8 to 100 plain letters, figures or hyphens.".into(),
                    ));
                }
            },
        };
        let mut hash = Sha256::new();
        hash.update(request.method().as_str());
        hash.update([0]);
        hash.update(request.uri().to_string());
        hash.update([0]);
        hash.update(body);
        Ok(Self { key, request_hash: ids_of(&hash.finalize()) })
    }
}

impl IntoParams for Once {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "A key of the client's own that makes a repetition harmless: the first answer is repeated";
        vec![header_parameter("Idempotency-Key", about, Required::False, KEY_LENGTH)]
    }
}

/// A header as a parameter in the document: text of so many characters.
fn header_parameter(name: &str, about: &str, required: Required, (least, most): (usize, usize)) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(least)).max_length(Some(most));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(about))
        .required(required)
        .schema(Some(text))
        .build()
}

impl Once {
    /// The same, where the body came as a stream: with the hash of what it was.
    pub fn with_body(self, sha256: Hash) -> Self {
        Self { key: self.key, request_hash: format!("{}:{sha256}", self.request_hash) }
    }
}

fn ids_of(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl FromRequest for Once {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request, b""))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Command<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let bytes = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let declared = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
            let essence = declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
            if essence != "application/json" && essence != "application/merge-patch+json" {
                return Err(ApiError::MediaType("Send this as application/json."));
            }
            let body = bytes.await.map_err(|error| {
                if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
                    ApiError::TooLarge("Send at most 1 MB of text at a time.")
                } else {
                    ApiError::Malformed("The request broke off before its end. Send it again.".into())
                }
            })?;
            let once = Once::read(&request, &body)?;
            Ok(Self { value: parse(&body)?, once })
        })
    }
}

/// Parses JSON, and says of a value that doesn't fit where it stands and what to do.
fn parse<T: DeserializeOwned>(body: &[u8]) -> ApiResult<T> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut json);
    let value = parsed.map_err(|error| {
        use serde_json::error::Category;
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            Category::Data => {
                let said = inner.to_string();
                let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
                ApiError::Invalid(vec![unreadable::field_error(pointer, said)])
            }
            _ if is_half_a_character(&inner) => ApiError::field(
                &pointer,
                "half_character",
                "Half of a character stands in this text, as when an emoji is cut in two. Type that character again.",
            ),
            // A list where a word is awaited stops serde as a misplaced comma does.
            _ if str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok()) => {
                ApiError::field(&pointer, "invalid", "This value doesn’t fit. The API’s document says which do.")
            }
            _ => ApiError::Malformed("The body is not JSON. Check its commas, quotes and brackets.".into()),
        }
    })?;
    json.end().map_err(|_| ApiError::Malformed("There is something behind the end of the JSON.".into()))?;
    // A list of the right values in the right order would be read as an object.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(ApiError::field("", "invalid", "Send one object, in curly brackets."));
    }
    Ok(value)
}

/// Whether a string of the JSON holds one half of a surrogate pair, which browsers can send and Unicode text can't hold.
fn is_half_a_character(error: &serde_json::Error) -> bool {
    let said = error.to_string();
    said.starts_with("lone leading surrogate") || said.starts_with("unexpected end of hex escape")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}

/// A typed id from the path. What isn't one is simply not there.
pub struct Id<T>(pub T);

impl<T: FromStr + 'static> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or(ApiError::NotFound))
    }
}

/// A second typed id from the path: that of a part of the first.
pub struct PartId<T>(pub T);

impl<T: FromStr + 'static> FromRequest for PartId<T> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("part_id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or(ApiError::NotFound))
    }
}

/// The query of a request, parsed.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = request.query_string();
        ready(web::Query::<T>::from_query(query).map(|q| Self(q.into_inner())).map_err(|error| {
            let said = error.to_string();
            let said = said.rsplit_once("deserialize error: ").map_or(said.as_str(), |(_, said)| said);
            ApiError::Invalid(vec![unreadable::field_error(odd_one::<T>(query), said)])
        }))
    }
}

/// The JSON pointer to what can't be read in a query: the one without which it can be. None, if there are several.
fn odd_one<T: DeserializeOwned>(query: &str) -> String {
    let pairs: Vec<&str> = query.split('&').collect();
    let without = |odd: usize| {
        let rest: Vec<&str> = pairs.iter().enumerate().filter(|(i, _)| *i != odd).map(|(_, pair)| *pair).collect();
        web::Query::<T>::from_query(&rest.join("&")).is_ok()
    };
    let odd = (0..pairs.len()).find(|index| without(*index)).map(|index| pairs[index]);
    odd.map_or_else(String::new, |pair| format!("/{}", pair.split('=').next().unwrap_or_default()))
}

/// Which version a change is meant for: the `If-Match` header, compulsory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(header::IF_MATCH).map(|v| v.to_str().unwrap_or(""));
        ready(match header {
            None => Err(ApiError::NeedsVersion),
            // A tag that we did not write names no version that there is.
            Some(tag) => Ok(Self(version_of(tag).unwrap_or(-1))),
        })
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_parameter("If-Match", "The ETag of what was read", Required::True, (1, 100))]
    }
}

impl IfMatch {
    /// Goes on if that is the version of today.
    ///
    /// # Errors
    /// [`ApiError::Stale`] if it isn't.
    pub fn check(self, version: i64) -> ApiResult<()> {
        if self.0 == version { Ok(()) } else { Err(ApiError::Stale) }
    }
}

/// The ETag of a version.
pub fn tag_of(version: i64) -> String {
    format!("\"v{version}\"")
}

fn version_of(tag: &str) -> Option<i64> {
    tag.trim().strip_prefix("\"v")?.strip_suffix('"')?.parse().ok()
}

/// Something with the version that its ETag tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Versioned<T> {
    /// The thing.
    pub value: T,
    /// Its version.
    pub version: i64,
}

impl<T> Versioned<T> {
    /// The thing with its version.
    pub const fn new(value: T, version: i64) -> Self {
        Self { value, version }
    }
}

/// An answer that may have been given before.
#[derive(Debug)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// Whether it was given before, and is only repeated.
    pub repeated: bool,
}

/// 200 with a body.
pub fn ok<T: Serialize>(value: &T) -> HttpResponse {
    HttpResponse::Ok().json(value)
}

/// 200 with a body and its ETag.
pub fn ok_versioned<T: Serialize>(versioned: &Versioned<T>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, tag_of(versioned.version))).json(&versioned.value)
}

/// 200 with a body and its ETag, or 304 if the client has that version already.
pub fn fresh<T: Serialize>(request: &HttpRequest, versioned: &Versioned<T>) -> HttpResponse {
    let tag = tag_of(versioned.version);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|t| t.trim() == tag)) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    ok_versioned(versioned)
}

/// 200 with a body whose ETag is its content, or 304 if the client has it already.
pub fn fresh_content<T: Serialize>(request: &HttpRequest, value: &T) -> HttpResponse {
    let body = serde_json::to_vec(value).unwrap_or_default();
    let tag = format!("\"{}\"", &ids::secret_hash(&String::from_utf8_lossy(&body))[..22]);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|t| t.trim() == tag)) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type("application/json").body(body)
}

/// 201 with a body, its address and its ETag.
pub fn created<T: Serialize>(answer: &Answer<Versioned<T>>, location: &str) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, location));
    if answer.value.version > 0 {
        response.insert_header((header::ETAG, tag_of(answer.value.version)));
    }
    if answer.repeated {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.json(&answer.value.value)
}

/// 200 with a body that may be repeated: for commands that make nothing with an address of its own.
pub fn done<T: Serialize>(answer: &Answer<Versioned<T>>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if answer.value.version > 0 {
        response.insert_header((header::ETAG, tag_of(answer.value.version)));
    }
    if answer.repeated {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.json(&answer.value.value)
}

/// 204.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// 200 with a document that the browser shows or keeps under that name, which holds nothing but letters, figures, hyphens and a dot.
pub fn document(name: &str, kind: &'static str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .content_type(kind)
        .body(bytes)
}

/// A page of a list: how many, and after what.
#[derive(Debug, Clone, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many at the most, 1 to 100; 30, if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u16>,
    /// The `next` of the page before.
    #[param(max_length = 1000)]
    pub after: Option<String>,
}

impl Paging {
    /// How many.
    ///
    /// # Errors
    /// If it is outside of 1 to 100.
    pub fn limit(&self) -> ApiResult<i64> {
        match self.limit.unwrap_or(30) {
            limit @ 1..=100 => Ok(i64::from(limit)),
            _ => Err(ApiError::field("/limit", "out_of_range", "Ask for 1 to 100 at a time.")),
        }
    }

    /// Where the page begins: the sort key and the id of the last one of the page before.
    ///
    /// # Errors
    /// If it is no cursor that we wrote.
    pub fn cursor<K: DeserializeOwned>(&self) -> ApiResult<Option<K>> {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let Some(text) = &self.after else { return Ok(None) };
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .map(Some)
            .ok_or_else(|| ApiError::field("/after", "not_a_cursor", "Send the `next` of the page before, unchanged."))
    }
}

/// The cursor that begins behind a thing with that sort key.
pub fn cursor<K: Serialize>(key: &K) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// A page out of rows of which one more was asked for than fits.
pub fn page_of<R, K: Serialize>(mut rows: Vec<R>, limit: i64, key: impl Fn(&R) -> K) -> (Vec<R>, Option<String>) {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = if more { rows.last().map(|row| cursor(&key(row))) } else { None };
    (rows, next)
}

/// 200 with a page, and the `Link` to the next.
pub fn page<T: Serialize>(request: &HttpRequest, page: &cairn_shared::list::Page<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(next) = &page.next {
        let kept = request.query_string().split('&').filter(|p| !p.is_empty() && !p.starts_with("after="));
        let query: Vec<String> = kept.map(str::to_owned).chain([format!("after={next}")]).collect();
        response.insert_header((header::LINK, format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&"))));
    }
    response.json(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::entry::BeginEntry;
    use proptest::prelude::*;

    #[test]
    fn a_value_that_does_not_fit_is_named_by_its_place() {
        let error = parse::<BeginEntry>(br#"{"text":"x","standards":["s1","s9"]}"#).unwrap_err();
        let ApiError::Invalid(errors) = error else { panic!() };
        assert_eq!(errors[0].pointer, "/standards/1");
        let error = parse::<BeginEntry>(br#"{"text":"x","owner_id":"me"}"#).unwrap_err();
        assert!(matches!(error, ApiError::Invalid(_)));
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in [&b""[..], b"{", b"{\"text\":}", b"{\"text\":\"x\"} more"] {
            assert!(matches!(parse::<BeginEntry>(body), Err(ApiError::Malformed(_))));
        }
    }

    #[test]
    fn half_a_character_is_named_by_its_place() {
        for half in ["\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\u0041"] {
            let error = parse::<BeginEntry>(format!("{{\"text\":\"{half}\"}}").as_bytes()).unwrap_err();
            let ApiError::Invalid(errors) = error else { panic!("{half}: {error:?}") };
            assert_eq!((errors[0].pointer.as_str(), errors[0].code.as_str()), ("/text", "half_character"));
        }
        assert!(parse::<BeginEntry>(br#"{"text":"\ud83d\ude00"}"#).is_ok());
    }

    #[test]
    fn a_list_is_no_object_whatever_stands_in_it() {
        let list = br#"[null,"Words.",null,null,[]]"#;
        assert!(serde_json::from_slice::<BeginEntry>(list).is_ok());
        assert!(matches!(parse::<BeginEntry>(list), Err(ApiError::Invalid(_))));
    }

    #[test]
    fn only_our_own_tags_name_a_version() {
        assert_eq!(version_of(&tag_of(12)), Some(12));
        assert_eq!(version_of("W/\"v12\""), None);
        assert_eq!(version_of("*"), None);
    }

    proptest! {
        #[test]
        fn whatever_a_body_is_it_is_read_or_named(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            text in "[{}\\[\\]\":,a-z0-9\\\\ ]{0,80}",
        ) {
            for body in [bytes.as_slice(), text.as_bytes()] {
                if let Err(error) = parse::<BeginEntry>(body) {
                    prop_assert!(matches!(error, ApiError::Invalid(_) | ApiError::Malformed(_)), "{error:?}");
                }
            }
        }

        #[test]
        fn a_cursor_is_ours_or_named(text in "[A-Za-z0-9_-]{0,60}", key in (any::<String>(), any::<i64>())) {
            let page = |after: String| Paging { limit: None, after: Some(after) };
            prop_assert_eq!(page(cursor(&key)).cursor::<(String, i64)>().unwrap(), Some(key));
            if let Err(error) = page(text).cursor::<(String, i64)>() {
                prop_assert!(matches!(error, ApiError::Invalid(_)));
            }
        }

        #[test]
        fn a_tag_names_the_version_it_was_made_of(version in any::<i64>(), text in ".{0,24}") {
            prop_assert_eq!(version_of(&tag_of(version)), Some(version));
            if let Some(version) = version_of(&text) {
                prop_assert_eq!(tag_of(version), text);
            }
        }
    }
}
