//! What the operations have in common, said once: which problems can be in the way, and which headers go along.
//!
//! A handler says what it takes and what it answers when all is well. What follows from that is written into the document
//! here: whoever needs a token may have none, what has an id in its address may not be there, what takes a body may get
//! one that can't be read. What is particular to an operation (403, 409, 429) its handler says itself.

use crate::problem::{KINDS, Kind};
use std::collections::BTreeSet;
use utoipa::openapi::{
    Content, Header, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema,
    path::{Operation, ParameterIn},
    schema::Type,
};

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";
/// What merge patches are called (RFC 7396). They are JSON, and taken under either name.
const MERGE_PATCH: &str = "application/merge-patch+json";
/// The shapes that are answered with an ETag: what can be edited with If-Match, and the board, which is asked for again
/// and again.
const VERSIONED: &[&str] = &[
    "Board",
    "CelebrationDetail",
    "EntryDetail",
    "ImportRow",
    "ImportSummary",
    "Invitation",
    "PaperDetail",
    "PersonSummary",
    "PortfolioDetail",
    "ReviewDetail",
    "RoundDetail",
];

/// Completes every operation.
pub fn complete(document: &mut OpenApi) {
    let mut met = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        if let Some(patch) = &mut item.patch {
            take_merge_patches(patch);
        }
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            leave_bytes_as_they_are(operation);
            name_headers(operation);
            met.extend(name_problems(operation));
        }
    }
    let components = document.components.get_or_insert_default();
    for kind in met.iter().filter_map(|status| kind_of(*status)) {
        components.responses.insert(kind.slug.into(), problem(&kind).into());
    }
}

/// The kind that stands for a status: the first of it.
fn kind_of(status: u16) -> Option<Kind> {
    KINDS.iter().copied().find(|kind| kind.status == status)
}

/// The answer with that kind of problem.
fn problem(kind: &Kind) -> Response {
    let mut response = ResponseBuilder::new()
        .description(kind.title)
        .content(PROBLEM, Content::new(Some(Ref::from_schema_name("Problem"))));
    match kind.status {
        429 | 503 | 507 => response = response.header("Retry-After", number("For how many seconds to wait", 86_400.0)),
        416 => {
            response = response
                .header("Accept-Ranges", text("`bytes`", 5))
                .header("Content-Range", text("How long the file is", 40));
        }
        _ => {}
    }
    response.build()
}

/// Writes down the problems that can be in the way of an operation, and returns their statuses.
fn name_problems(operation: &mut Operation) -> BTreeSet<u16> {
    let particular = operation.responses.responses.iter().filter(|(_, response)| is_plain_problem(response));
    let mut statuses: BTreeSet<u16> = particular.filter_map(|(status, _)| status.parse().ok()).collect();
    statuses.extend(in_the_way(operation));
    for kind in statuses.iter().filter_map(|status| kind_of(*status)) {
        let responses = &mut operation.responses.responses;
        let here = responses.entry(kind.status.to_string());
        let here = here.or_insert_with(|| RefOr::Ref(Ref::from_response_name(kind.slug)));
        if is_plain_problem(here) {
            *here = RefOr::Ref(Ref::from_response_name(kind.slug));
        }
    }
    statuses
}

/// The statuses that follow from what an operation takes.
fn in_the_way(operation: &Operation) -> BTreeSet<u16> {
    let mut statuses = BTreeSet::from([500, 503, 507]);
    if operation.security.is_some() {
        // There is no token, or who has one needs a second step first.
        statuses.extend([401, 403]);
    }
    if operation.request_body.is_some() {
        statuses.extend([400, 413, 415, 422]);
    }
    for parameter in parameters(operation) {
        match (parameter.parameter_in.clone(), parameter.name.as_str()) {
            (ParameterIn::Path, _) => statuses.extend([404]),
            (ParameterIn::Query, _) => statuses.extend([422]),
            (ParameterIn::Header, "If-Match") => statuses.extend([412, 428]),
            (ParameterIn::Header, "Idempotency-Key") => statuses.extend([400, 422]),
            _ => {}
        }
    }
    statuses
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &utoipa::openapi::path::Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// Whether an answer is a problem and nothing more.
fn is_plain_problem(response: &RefOr<Response>) -> bool {
    matches!(response, RefOr::T(response) if shape(response).is_some_and(|name| name == "Problem"))
}

/// The name of the shape that an answer has.
fn shape(response: &Response) -> Option<&str> {
    let RefOr::T(content) = response.content.get(JSON)? else { return None };
    match content.schema.as_ref()? {
        RefOr::Ref(to) => to.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

/// What comes in whichever form is asked for has no schema (OpenAPI 3.1.1, section 4.8.14.3): files, pictures, and credentials,
/// whose JSON-LD has its shape from another standard.
fn leave_bytes_as_they_are(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        if let Some(RefOr::T(content)) = response.content.get_mut("*/*") {
            content.schema = None;
        }
    }
}

/// Writes down the headers that go along with what is answered when all is well.
fn name_headers(operation: &mut Operation) {
    let has = |name: &str| parameters(operation).any(|p| p.name == name);
    let (pages, repeatable) = (has("after"), has("Idempotency-Key"));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let mut headers: Vec<(&str, Header)> = Vec::new();
        if status == "304" || shape(response).is_some_and(|name| VERSIONED.contains(&name)) {
            headers.push(("ETag", text("The version of what is answered, for If-Match and If-None-Match", 100)));
        }
        if status == "201" {
            headers.push(("Location", text("Where what was made is found", 4000)));
        }
        if status == "200" && pages {
            headers.push(("Link", text("Where the next page is, if there is one (RFC 8288)", 4000)));
        }
        if status.starts_with('2') && repeatable {
            headers.push(("Idempotent-Replayed", text("`true` where an answer of before is repeated", 5)));
        }
        response.headers.extend(headers.into_iter().map(|(name, header)| (name.to_owned(), header.into())));
    }
}

fn take_merge_patches(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    if let Some(json) = body.content.get(JSON).cloned() {
        body.content.insert(MERGE_PATCH.into(), json);
    }
}

/// A header whose value is text of at most so many characters.
fn text(about: &str, most: usize) -> Header {
    let schema: Schema = ObjectBuilder::new().schema_type(Type::String).max_length(Some(most)).into();
    HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
}

/// A header whose value is a whole number from 1 to `most`.
fn number(about: &str, most: f64) -> Header {
    let schema: Schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0)).maximum(Some(most)).into();
    HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
}
