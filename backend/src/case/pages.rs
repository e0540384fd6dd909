//! Handlers of the framework, outside of the API: their addresses and answers are those of CASE 1.1.

use super::documents::{BASE, Case};
use crate::{
    http::{Query, public},
    problem::OwnBody,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::LINK,
    web::{Data, Path, ServiceConfig},
};
use cairn_shared::framework::{Framework, StandardText};
use serde_json::{Value, json};
use uuid::Uuid;

/// The pages of this slice.
pub fn pages(config: &mut ServiceConfig) {
    config
        .service(documents)
        .service(document)
        .service(package)
        .service(item)
        .service(item_associations)
        .service(association);
}

fn case(state: &State) -> Case<'_> {
    Case { framework: Framework::current(), origin: &state.config.issuer_url, publisher: &state.config.partnership }
}

fn answer(request: &HttpRequest, found: Option<Value>) -> HttpResponse {
    match found {
        Some(found) => public::answer(request, "application/json", found.to_string().into_bytes()),
        None => trouble(HttpResponse::NotFound(), "unknownobject", "There is nothing of that identifier here."),
    }
}

/// What went wrong, as 1EdTech's services say it (section 3.5 of the REST binding).
fn trouble(mut response: actix_web::HttpResponseBuilder, code: &str, about: &str) -> HttpResponse {
    let mut response = response.insert_header(("Access-Control-Allow-Origin", "*")).json(json!({
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": about,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                { "imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": code },
            ],
        },
    }));
    response.extensions_mut().insert(OwnBody);
    response
}

/// The standard that has that id, as an item or by what ties it to the framework.
fn standard(id: &str, by: impl Fn(&StandardText) -> Uuid) -> Option<&'static StandardText> {
    let id: Uuid = id.parse().ok()?;
    Framework::current().standards.iter().find(|standard| by(standard) == id)
}

fn is_the_framework(id: &str) -> bool {
    id.parse() == Ok(Framework::current().id)
}

/// Which part of the list.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Part {
    limit: Option<usize>,
    offset: Option<usize>,
}

/// How many documents there are. A later framework stands beside it.
const DOCUMENTS: usize = 1;

/// Every framework.
#[get("/ims/case/v1p1/CFDocuments")]
async fn documents(
    state: Data<State>,
    request: HttpRequest,
    part: Result<Query<Part>, crate::problem::ApiError>,
) -> HttpResponse {
    let Ok(Query(Part { limit, offset })) = part else {
        return trouble(
            HttpResponse::BadRequest(),
            "invalid_query_parameter",
            "`limit` and `offset` are whole numbers of nought and more.",
        );
    };
    let (limit, offset) = (limit.unwrap_or(100), offset.unwrap_or(0));
    let all = [case(&state).document()];
    let here: Vec<&Value> = all.iter().skip(offset).take(limit).collect();
    let mut response = public::answer(&request, "application/json", json!({ "CFDocuments": here }).to_string().into());
    let own = format!("{}{BASE}/CFDocuments?limit={limit}&offset", state.config.issuer_url);
    let links = format!("<{own}=0>; rel=\"first\", <{own}=0>; rel=\"last\"");
    let headers = response.headers_mut();
    headers.insert("X-Total-Count".parse().expect("a name"), DOCUMENTS.into());
    if let Ok(links) = links.parse() {
        headers.insert(LINK, links);
    }
    response
}

/// One framework.
#[get("/ims/case/v1p1/CFDocuments/{id}")]
async fn document(state: Data<State>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    answer(&request, is_the_framework(&id).then(|| case(&state).document()))
}

/// One framework with all that it consists of.
#[get("/ims/case/v1p1/CFPackages/{id}")]
async fn package(state: Data<State>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    answer(&request, is_the_framework(&id).then(|| case(&state).package()))
}

/// One standard.
#[get("/ims/case/v1p1/CFItems/{id}")]
async fn item(state: Data<State>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    answer(&request, standard(&id, |s| s.id).map(|standard| case(&state).item(standard)))
}

/// One standard with what ties it to its framework.
#[get("/ims/case/v1p1/CFItemAssociations/{id}")]
async fn item_associations(state: Data<State>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    answer(&request, standard(&id, |s| s.id).map(|standard| case(&state).item_with_associations(standard)))
}

/// What ties a standard to its framework.
#[get("/ims/case/v1p1/CFAssociations/{id}")]
async fn association(state: Data<State>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    answer(&request, standard(&id, |s| s.association_id).map(|standard| case(&state).association(standard)))
}
