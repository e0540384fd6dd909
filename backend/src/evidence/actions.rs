//! Attaching, describing, removing and opening what goes with an entry.

use super::store::{self, Sealed};
use crate::{
    actor::{Actor, Viewer},
    db::{AsText, Conn},
    entry::{
        actions::detail,
        store::{self as entries, EvidenceRow},
    },
    http::{Answer, Once, Versioned},
    problem::{ApiError, ApiResult},
    round, session,
    state::State,
    token::OpenFile,
};
use cairn_shared::{
    edition::Hash,
    entry::{AttachLink, EditEvidence, EntryDetail, Pupils, Ticket},
    ids::{EntryId, EvidenceId},
    person::Role,
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

/// How many files one person attaches in a quarter of an hour. Nobody comes near it; a program that went wrong does.
const UPLOADS: u32 = 200;

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
    let name = bare(&name);
    // Whoever may not attach here sends nothing to the disk.
    state.db.read(move |conn| -> ApiResult<_> { Ok(entries::entry(conn, owner, id)?) }).await?;
    let uploads = format!("uploads of {owner}");
    state.throttle.count(uploads.clone(), UPLOADS, now)?;
    // What broke off, was not taken, or is a repetition is none.
    let forgive = || state.throttle.forgive(&uploads);
    let kept = state.files.receive(name.as_str(), body).await.inspect_err(|_| forgive())?;
    state.metrics.upload(kept.bytes);
    let (name, once) = (called(name, kept.media_type), once.with_body(kept.sha256));
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
    let answer = state
        .write_once(owner, once, move |tx| {
            entries::entry(tx, owner, id)?;
            entries::add_evidence(tx, &row)?;
            entries::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await;
    if answer.as_ref().map_or(true, |answer| answer.repeated) {
        forgive();
    }
    answer
}

/// A piece of evidence, if the caller may open it: their own, one that they were given to read, or one in a submission
/// that they preside over.
fn openable(conn: &mut Conn, actor: &Actor, id: EvidenceId) -> ApiResult<EvidenceRow> {
    let viewer = actor.viewer();
    if let Some(row) = store::own(conn, viewer, id)? {
        return Ok(row);
    }
    if !actor.is(Role::Reviewer) {
        return Err(ApiError::NotFound);
    }
    for sealed in store::sealed(conn, viewer, id)? {
        if sealed.is_given || presides(conn, viewer, &sealed)? {
            return Ok(sealed.row);
        }
    }
    Err(ApiError::NotFound)
}

fn presides(conn: &mut Conn, viewer: Viewer, sealed: &Sealed) -> ApiResult<bool> {
    let round = round::actions::find(conn, sealed.round)?;
    round::actions::presides(conn, &round, viewer, sealed.mentor)
}

/// An address under which a file can be opened for a minute, by this session alone.
///
/// # Errors
/// [`ApiError::NotFound`] if the caller may not open it, or it is a web link.
pub async fn ticket(state: &State, actor: &Actor, id: EvidenceId) -> ApiResult<Ticket> {
    let reader = actor.clone();
    let row = state.db.read(move |conn| openable(conn, &reader, id)).await?;
    row.sha256.ok_or(ApiError::NotFound)?;
    let url = |small| {
        let file = OpenFile { evidence: id, small };
        format!("/api/v1/files/{}", state.tokens.sign_ticket(actor.person, actor.session, file, actor.now))
    };
    Ok(Ticket { url: url(false), thumbnail_url: row.thumbnail_sha256.map(|_| url(true)) })
}

/// A file that may be read.
pub struct Readable {
    /// Where it lies in the store.
    pub hash: Hash,
    /// The name that it was sent under.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

/// What a ticket opens, if it holds, its session is alive, and its owner may still open that.
///
/// # Errors
/// [`ApiError::NotFound`] otherwise.
pub async fn open(state: &State, ticket: &str) -> ApiResult<Readable> {
    let (who, session, file) = state.tokens.verify_ticket(ticket, state.now()).ok_or(ApiError::NotFound)?;
    let reader = session::actions::identify(state, who, session)
        .await
        .and_then(session::actions::Identified::acting)
        .map_err(|_| ApiError::NotFound)?;
    let row = state.db.read(move |conn| openable(conn, &reader, file.evidence)).await?;
    let name = row.name.as_ref().map_or("file", |name| name.as_str()).to_owned();
    let (hash, name, media_type) = if file.small {
        (row.thumbnail_sha256, "small.jpg".into(), Some("image/jpeg".into()))
    } else {
        (row.sha256, name, row.media_type)
    };
    let hash = hash.and_then(|hash| hash.parse().ok()).ok_or(ApiError::NotFound)?;
    Ok(Readable { hash, name, media_type: media_type.ok_or(ApiError::NotFound)? })
}

/// What a file is called, without the folders that it lay in: some browsers send those along.
fn bare(name: &Line<200>) -> Line<200> {
    let last = name.as_str().rsplit(['/', '\\']).next().unwrap_or_default();
    last.parse().unwrap_or_else(|_| name.clone())
}

/// The name with the ending of what the file has become: a photo in WebP is kept as a JPEG.
fn called(name: Line<200>, media_type: &str) -> Line<200> {
    let Some((stem, ending)) = name.as_str().rsplit_once('.') else { return name };
    let becomes_jpeg = media_type == "image/jpeg" && !matches!(ending.to_ascii_lowercase().as_str(), "jpg" | "jpeg");
    if becomes_jpeg { format!("{stem}.jpg").parse().unwrap_or(name) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_the_file_alone() {
        for (sent, kept) in [
            ("photo.jpg", "photo.jpg"),
            ("C:\\fakepath\\photo.jpg", "photo.jpg"),
            ("../../etc/notes.txt", "notes.txt"),
            ("Ŵyn a’i ffrindiau.jpg", "Ŵyn a’i ffrindiau.jpg"),
        ] {
            assert_eq!(bare(&sent.parse().unwrap()).as_str(), kept);
        }
    }
}
