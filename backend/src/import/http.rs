//! Handlers of imports: the coordinator's.

use super::actions;
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Paging, PartId, Query, Routes},
    problem::{ApiError, ApiResult},
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, http::header, patch, post, web};
use cairn_shared::{
    ids::ImportId,
    import::{ImportRow, ImportSummary, MOST_BYTES, PutRowRight, RowState, RunImport},
    list::Page,
    problem::Problem,
    text::Line,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list_imports)
        .service(make_import)
        .service(read_import)
        .service(list_import_rows)
        .service(put_import_row_right)
        .service(download_import_rows)
        .service(preview_import)
        .service(run_import);
}

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    /// Its name: `mentors.csv`.
    #[param(value_type = String, max_length = 200)]
    name: Line<200>,
}

/// Which rows, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RowsQuery {
    /// Those of one kind.
    #[param(inline)]
    state: Option<RowState>,
    /// How many at the most, 1 to 100; 30, if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
    /// The `next` of the page before.
    #[param(max_length = 400)]
    after: Option<String>,
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct KindQuery {
    /// Those of one kind.
    #[param(inline)]
    state: Option<RowState>,
}

const TOO_LARGE: &str = "Send at most 2 MB at a time: split the file in two.";

/// The bytes of a CSV file, whatever browsers call one.
async fn csv(request: &HttpRequest, body: web::Payload) -> ApiResult<web::Bytes> {
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let known = ["text/csv", "text/plain", "text/tab-separated-values", "application/csv", "application/octet-stream"];
    // Windows takes every CSV file for one of Excel's.
    if !essence.is_empty() && essence != "application/vnd.ms-excel" && !known.contains(&essence.as_str()) {
        return Err(ApiError::MediaType("Send a CSV file, as text/csv."));
    }
    match body.to_bytes_limited(MOST_BYTES).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(ApiError::Malformed("The file broke off before its end. Send it again.".into())),
        Err(_) => Err(ApiError::TooLarge(TOO_LARGE)),
    }
}

/// Imports of the last 30 days, the newest first.
#[utoipa::path(
    tag = "import", operation_id = "list_imports", summary = "List imports", security(("bearer" = [])), params(Paging),
    responses((status = 200, body = Page<ImportSummary>), (status = 404, body = Problem))
)]
#[get("/imports")]
async fn list_imports(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::list(&state, &actor, paging).await?))
}

/// Keeps a preview of a CSV file: what each row will do. Nothing else happens. The body is the file, at most 2 MB and
/// 5,000 rows; its first row names the columns, in any order.
#[utoipa::path(
    tag = "import", operation_id = "make_import", summary = "Preview a file", security(("bearer" = [])),
    params(FileQuery, Once), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = ImportSummary), (status = 404, body = Problem), (status = 429, body = Problem))
)]
#[post("/imports")]
async fn make_import(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Query(file): Query<FileQuery>,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    actor.coordinates()?;
    let bytes = csv(&request, body).await?;
    let once = Once::read(&request, &bytes)?;
    let answer = actions::make(&state, &actor, file.name, &bytes, once).await?;
    Ok(http::created(&answer, &format!("/api/v1/imports/{}", answer.value.value.id)))
}

/// An import, and how far it is.
#[utoipa::path(
    tag = "import", operation_id = "read_import", summary = "Read an import", security(("bearer" = [])),
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportSummary), (status = 304, description = "Unchanged"))
)]
#[get("/imports/{id}")]
async fn read_import(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Id(id): Id<ImportId>,
) -> ApiResult<HttpResponse> {
    Ok(http::fresh(&request, &actions::read(&state, &actor, id).await?))
}

/// The rows of an import, in their order: what each will do, or has done.
#[utoipa::path(
    tag = "import", operation_id = "list_import_rows", summary = "List the rows of an import", security(("bearer" = [])),
    params(("id" = ImportId, Path), RowsQuery),
    responses((status = 200, body = Page<ImportRow>))
)]
#[get("/imports/{id}/rows")]
async fn list_import_rows(
    state: web::Data<State>,
    actor: Actor,
    request: HttpRequest,
    Id(id): Id<ImportId>,
    Query(query): Query<RowsQuery>,
) -> ApiResult<HttpResponse> {
    let paging = Paging { limit: query.limit, after: query.after };
    Ok(http::page(&request, &actions::rows(&state, &actor, id, query.state, paging).await?))
}

/// Puts cells of a row right. The second id is the row's number; the version is the import's.
#[utoipa::path(
    tag = "import", operation_id = "put_import_row_right", summary = "Put a row right", security(("bearer" = [])),
    params(("id" = ImportId, Path), ("part_id" = i64, Path, minimum = 1, maximum = 2_000_000), IfMatch),
    request_body = PutRowRight,
    responses((status = 200, body = ImportRow), (status = 409, body = Problem))
)]
#[patch("/imports/{id}/rows/{part_id}")]
async fn put_import_row_right(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ImportId>,
    PartId(row): PartId<i64>,
    if_match: IfMatch,
    command: Command<PutRowRight>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::put_right(&state, &actor, id, row, if_match, command.value).await?))
}

/// The rows as a CSV file, whose last column says what to put right. Put right there, they can be imported by themselves.
#[utoipa::path(
    tag = "import", operation_id = "download_import_rows", summary = "Download rows", security(("bearer" = [])),
    params(("id" = ImportId, Path), KindQuery),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"))
)]
#[get("/imports/{id}/file")]
async fn download_import_rows(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ImportId>,
    Query(query): Query<KindQuery>,
) -> ApiResult<HttpResponse> {
    let csv = actions::file(&state, &actor, id, query.state).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"rows.csv\""))
        .body(csv))
}

/// Looks at all rows again that are not done: somebody may have changed people or schools.
#[utoipa::path(
    tag = "import", operation_id = "preview_import", summary = "Preview an import again", security(("bearer" = [])),
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportSummary))
)]
#[post("/imports/{id}/preview")]
async fn preview_import(state: web::Data<State>, actor: Actor, Id(id): Id<ImportId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::look_again(&state, &actor, id).await?))
}

/// Carries out the next rows, each lot in one transaction. Ask again until the stage is `done`. However often it is asked,
/// and wherever it breaks off, each row is done once.
#[utoipa::path(
    tag = "import", operation_id = "run_import", summary = "Carry an import out", security(("bearer" = [])),
    params(("id" = ImportId, Path), Once),
    request_body = RunImport,
    responses((status = 200, body = ImportSummary))
)]
#[post("/imports/{id}/run")]
async fn run_import(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<ImportId>,
    command: Command<RunImport>,
) -> ApiResult<HttpResponse> {
    Ok(http::done(&actions::run(&state, &actor, id, command.value, command.once).await?))
}
