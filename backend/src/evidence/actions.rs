//! Attaching, describing, removing and opening what goes with an entry.

use super::store;
use crate::{
    actor::Actor,
    db::AsText,
    entry::{
        actions::detail,
        store::{self as entries, EvidenceRow},
    },
    http::{Answer, Once, Versioned},
    problem::{ApiError, ApiResult},
    session,
    state::State,
    token::OpenFile,
};
use cairn_shared::{
    entry::{AttachLink, EditEvidence, EntryDetail, Pupils, Ticket},
    ids::{EntryId, EvidenceId},
    text::Line,
};

/// Attaches a web link.
///
/// # Errors
/// If it isn't an address of the web.
pub async fn attach_link(
    state: &State,
    actor: &Actor,
    id: EntryId,
    once: Once,
    attach: AttachLink,
) -> ApiResult<Answer<Versioned<EntryDetail>>> {
    let (owner, now, evidence_id) = (actor.person, actor.now, state.fresh::<EvidenceId>());
    let url = attach.url.as_str().to_owned();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or("");
    if host.is_empty() || host.starts_with('/') || url.contains(char::is_whitespace) {
        return Err(ApiError::field("/url", "not_a_web_address", "Give the whole address, beginning with https://."));
    }
    let row = EvidenceRow {
        id: AsText::new(evidence_id),
        entry_id: AsText::new(id),
        kind: "link".into(),
        name: None,
        media_type: None,
        bytes: None,
        sha256: None,
        thumbnail_sha256: None,
        url: Some(url),
        caption: attach.caption.map(AsText::new),
        pupils: AsText::new(Pupils::Unanswered),
        created_at: now.into(),
        removed_at: None,
    };
    state
        .write_once(owner, once, move |tx| {
            entries::entry(tx, owner, id)?;
            entries::add_evidence(tx, &row)?;
            entries::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await
}

/// Changes what is said of a piece of evidence.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn edit_evidence(
    state: &State,
    actor: &Actor,
    id: EvidenceId,
    edit: EditEvidence,
) -> ApiResult<Versioned<EntryDetail>> {
    change_evidence(state, actor, id, move |row| {
        if let Some(caption) = &edit.caption {
            row.caption = caption.clone().map(AsText::new);
        }
        if let Some(pupils) = edit.pupils {
            row.pupils = AsText::new(pupils);
        }
    })
    .await
}

/// Takes a piece of evidence off its entry. Editions that hold it keep it.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn remove_evidence(state: &State, actor: &Actor, id: EvidenceId) -> ApiResult<Versioned<EntryDetail>> {
    let now = actor.now;
    change_evidence(state, actor, id, move |row| row.removed_at = Some(now.into())).await
}

async fn change_evidence(
    state: &State,
    actor: &Actor,
    id: EvidenceId,
    change: impl Fn(&mut EvidenceRow) + Send + 'static,
) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now) = (actor.person, actor.now);
    state
        .db
        .write(move |tx| {
            let mut row = entries::one_evidence(tx, owner, id)?;
            change(&mut row);
            entries::change_evidence(tx, &row)?;
            entries::touch(tx, *row.entry_id, now)?;
            detail(tx, owner, *row.entry_id)
        })
        .await
}

/// Attaches a file.
///
/// # Errors
/// If it is too large or of another kind, and [`ApiError::NotFound`].
pub async fn attach_file<B: AsRef<[u8]>, E>(
    state: &State,
    actor: &Actor,
    id: EntryId,
    once: Once,
    name: Line<200>,
    body: impl futures_util::Stream<Item = Result<B, E>> + Unpin,
) -> ApiResult<Answer<Versioned<EntryDetail>>> {
    let (owner, now, evidence_id) = (actor.person, actor.now, state.fresh::<EvidenceId>());
    // Whoever may not attach here sends nothing to the disk.
    state.db.read(move |conn| -> ApiResult<_> { Ok(entries::entry(conn, owner, id)?) }).await?;
    let kept = state.files.receive(name.as_str(), body).await?;
    let row = EvidenceRow {
        id: AsText::new(evidence_id),
        entry_id: AsText::new(id),
        kind: "file".into(),
        name: Some(AsText::new(name)),
        media_type: Some(kept.media_type.into()),
        bytes: Some(kept.bytes as i64),
        sha256: Some(kept.sha256.to_string()),
        thumbnail_sha256: kept.thumbnail.map(|t| t.to_string()),
        url: None,
        caption: None,
        pupils: AsText::new(Pupils::Unanswered),
        created_at: now.into(),
        removed_at: None,
    };
    state
        .write_once(owner, once, move |tx| {
            entries::entry(tx, owner, id)?;
            entries::add_evidence(tx, &row)?;
            entries::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await
}

/// An address under which a file can be opened for a minute, by this session alone.
///
/// # Errors
/// [`ApiError::NotFound`] if the caller may not open it, or it is a web link.
pub async fn ticket(state: &State, actor: &Actor, id: EvidenceId) -> ApiResult<Ticket> {
    let viewer = actor.viewer();
    let row = state.db.read(move |conn| -> ApiResult<_> { Ok(store::openable(conn, viewer, id)?) }).await?;
    let sha256 = row.sha256.ok_or(ApiError::NotFound)?;
    let name = row.name.as_ref().map_or("file", |name| name.as_str()).to_owned();
    let media_type = row.media_type.unwrap_or_default();
    let url = |sha256: String, name: &str, media_type: &str| {
        let file = OpenFile { sha256, name: name.into(), media_type: media_type.into() };
        format!("/api/v1/files/{}", state.tokens.sign_ticket(actor.person, actor.session, file, actor.now))
    };
    Ok(Ticket {
        url: url(sha256, &name, &media_type),
        thumbnail_url: row.thumbnail_sha256.map(|t| url(t, "small.jpg", "image/jpeg")),
    })
}

/// What a ticket opens, if it holds and its session is alive.
///
/// # Errors
/// [`ApiError::NotFound`] otherwise.
pub async fn open(state: &State, ticket: &str) -> ApiResult<OpenFile> {
    let (who, session, file) = state.tokens.verify_ticket(ticket, state.now()).ok_or(ApiError::NotFound)?;
    session::actions::identify(state, who, session).await.map_err(|_| ApiError::NotFound)?;
    Ok(file)
}
