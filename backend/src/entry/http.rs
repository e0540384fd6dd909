//! Handlers of entries, their links and versions.

use super::{actions, store::Narrowed};
use crate::{
    actor::Actor,
    http::{self, Command, Id, IfMatch, Once, Paging, PartId, Query, Routes},
    problem::{ApiError, ApiResult},
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use cairn_shared::{
    entry::{
        BeginEntry, EditEntry, EditLink, EntryDetail, EntryState, EntrySummary, EntryVersion, LinkPassage,
        StoryOverview,
    },
    framework::{Framework, Standard},
    ids::{EntryId, LinkId, VersionId},
    list::Page,
    problem::{Overtaken, Problem},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The operations of this slice.
pub fn routes(config: &mut impl Routes) {
    config
        .service(read_framework)
        .service(read_story)
        .service(list_entries)
        .service(begin_entry)
        .service(read_entry)
        .service(edit_entry)
        .service(bin_entry)
        .service(restore_entry)
        .service(link_passage)
        .service(edit_link)
        .service(unlink_passage)
        .service(list_versions)
        .service(restore_version);
}

/// What a list of entries is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EntryQuery {
    /// Tied to this standard.
    standard: Option<Standard>,
    /// Holding these words; the last may be the beginning of one.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Draft or kept.
    state: Option<EntryState>,
    /// Those in the bin, instead of those in the story.
    binned: Option<bool>,
    /// How many at the most, 1 to 100; 30, if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
    /// The `next` of the page before.
    #[param(max_length = 400)]
    after: Option<String>,
}

/// The standards that portfolios are written under.
#[utoipa::path(
    tag = "entry", operation_id = "read_framework", summary = "Read the standards",
    responses((status = 200, body = Framework))
)]
#[get("/framework")]
async fn read_framework() -> ApiResult<HttpResponse> {
    Ok(http::ok(Framework::current()))
}

/// The ridge of stones, drafts to finish, and this day last year.
#[utoipa::path(
    tag = "entry", operation_id = "read_story", summary = "Read the story at a glance", security(("bearer" = [])),
    responses((status = 200, body = StoryOverview))
)]
#[get("/story")]
async fn read_story(state: web::Data<State>, actor: Actor) -> ApiResult<HttpResponse> {
    Ok(http::ok(&actions::overview(&state, &actor).await?))
}

/// One's entries, the newest day first.
#[utoipa::path(
    tag = "entry", operation_id = "list_entries", summary = "List one's entries", security(("bearer" = [])),
    params(EntryQuery),
    responses((status = 200, body = Page<EntrySummary>))
)]
#[get("/entries")]
async fn list_entries(
    request: HttpRequest,
    state: web::Data<State>,
    actor: Actor,
    Query(query): Query<EntryQuery>,
) -> ApiResult<HttpResponse> {
    let words = query.search.filter(|words| !words.trim().is_empty());
    if words.as_ref().is_some_and(|words| words.chars().count() > 200) {
        return Err(ApiError::field("/search", "too_long", "Search for up to 200 characters."));
    }
    let narrowed =
        Narrowed { standard: query.standard, words, state: query.state, binned: query.binned.unwrap_or(false) };
    let paging = Paging { limit: query.limit, after: query.after };
    Ok(http::page(&request, &actions::list(&state, &actor, narrowed, paging).await?))
}

/// Begins an entry with its first words.
#[utoipa::path(
    tag = "entry", operation_id = "begin_entry", summary = "Begin an entry", security(("bearer" = [])),
    params(Once),
    request_body = BeginEntry,
    responses((status = 201, body = EntryDetail), (status = 403, body = Problem))
)]
#[post("/entries")]
async fn begin_entry(
    state: web::Data<State>,
    actor: Actor,
    Command { value, once }: Command<BeginEntry>,
) -> ApiResult<HttpResponse> {
    let answer = actions::begin(&state, &actor, once, value).await?;
    Ok(http::created(&answer, &format!("/api/v1/entries/{}", answer.value.value.id)))
}

/// One of one's entries, with its links and what goes with it.
#[utoipa::path(
    tag = "entry", operation_id = "read_entry", summary = "Read an entry", security(("bearer" = [])),
    params(("id" = EntryId, Path)),
    responses((status = 200, body = EntryDetail), (status = 304, description = "Unchanged"))
)]
#[get("/entries/{id}")]
async fn read_entry(
    request: HttpRequest,
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
) -> ApiResult<HttpResponse> {
    Ok(http::fresh(&request, &actions::read(&state, &actor, id).await?))
}

/// Changes an entry. If it was changed elsewhere in the meantime, what was sent is kept as a version.
#[utoipa::path(
    tag = "entry", operation_id = "edit_entry", summary = "Change an entry", security(("bearer" = [])),
    params(("id" = EntryId, Path), IfMatch),
    request_body = EditEntry,
    responses((status = 200, body = EntryDetail), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 412, description = "Changed in the meantime: with what stands there now", body = Overtaken<EntryDetail>, content_type = "application/problem+json", headers(("ETag" = String, description = "The version of what stands there now"))), (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem))
)]
#[patch("/entries/{id}")]
async fn edit_entry(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    if_match: IfMatch,
    command: Command<EditEntry>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit(&state, &actor, id, if_match, command.value).await?))
}

/// Puts an entry in the bin. It stays there until it is brought back.
#[utoipa::path(
    tag = "entry", operation_id = "bin_entry", summary = "Put an entry in the bin", security(("bearer" = [])),
    params(("id" = EntryId, Path)),
    responses((status = 204, description = "In the bin"))
)]
#[delete("/entries/{id}")]
async fn bin_entry(state: web::Data<State>, actor: Actor, Id(id): Id<EntryId>) -> ApiResult<HttpResponse> {
    actions::bin(&state, &actor, id).await?;
    Ok(http::no_content())
}

/// Brings an entry back from the bin.
#[utoipa::path(
    tag = "entry", operation_id = "restore_entry", summary = "Bring an entry back", security(("bearer" = [])),
    params(("id" = EntryId, Path)),
    responses((status = 200, body = EntryDetail))
)]
#[post("/entries/{id}/restoration")]
async fn restore_entry(state: web::Data<State>, actor: Actor, Id(id): Id<EntryId>) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::unbin(&state, &actor, id).await?))
}

/// Ties the entry, or a passage of it, to a standard.
#[utoipa::path(
    tag = "entry", operation_id = "link_passage", summary = "Link a passage", security(("bearer" = [])),
    params(("id" = EntryId, Path), Once),
    request_body = LinkPassage,
    responses((status = 201, body = EntryDetail))
)]
#[post("/entries/{id}/links")]
async fn link_passage(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    Command { value, once }: Command<LinkPassage>,
) -> ApiResult<HttpResponse> {
    let answer = actions::link(&state, &actor, id, once, value).await?;
    Ok(http::created(&answer, &format!("/api/v1/entries/{id}")))
}

/// Changes a link: its standard, its passage, or what it shows.
#[utoipa::path(
    tag = "entry", operation_id = "edit_link", summary = "Change a link", security(("bearer" = [])),
    params(("id" = EntryId, Path), ("part_id" = LinkId, Path)),
    request_body = EditLink,
    responses((status = 200, body = EntryDetail))
)]
#[patch("/entries/{id}/links/{part_id}")]
async fn edit_link(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    PartId(link): PartId<LinkId>,
    command: Command<EditLink>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::edit_link(&state, &actor, id, link, command.value).await?))
}

/// Unties a link.
#[utoipa::path(
    tag = "entry", operation_id = "unlink_passage", summary = "Unlink a passage", security(("bearer" = [])),
    params(("id" = EntryId, Path), ("part_id" = LinkId, Path)),
    responses((status = 200, body = EntryDetail))
)]
#[delete("/entries/{id}/links/{part_id}")]
async fn unlink_passage(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    PartId(link): PartId<LinkId>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::unlink(&state, &actor, id, link).await?))
}

/// The earlier texts of an entry, the newest first.
#[utoipa::path(
    tag = "entry", operation_id = "list_versions", summary = "List earlier versions", security(("bearer" = [])),
    params(("id" = EntryId, Path), Paging),
    responses((status = 200, body = Page<EntryVersion>))
)]
#[get("/entries/{id}/versions")]
async fn list_versions(
    request: HttpRequest,
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    Query(paging): Query<Paging>,
) -> ApiResult<HttpResponse> {
    Ok(http::page(&request, &actions::versions(&state, &actor, id, paging).await?))
}

/// Brings an earlier text back. The text of today is kept as a version in its turn.
#[utoipa::path(
    tag = "entry", operation_id = "restore_version", summary = "Bring an earlier version back", security(("bearer" = [])),
    params(("id" = EntryId, Path), ("part_id" = VersionId, Path)),
    responses((status = 200, body = EntryDetail))
)]
#[post("/entries/{id}/versions/{part_id}/restoration")]
async fn restore_version(
    state: web::Data<State>,
    actor: Actor,
    Id(id): Id<EntryId>,
    PartId(version): PartId<VersionId>,
) -> ApiResult<HttpResponse> {
    Ok(http::ok_versioned(&actions::bring_back(&state, &actor, id, version).await?))
}
