//! Writing, linking, binning and bringing back.

use super::store::{self, EntryRow, EvidenceRow, LinkRow, Narrowed, VersionRow};
use crate::{
    actor::Actor,
    db::{AsText, Conn, Tx},
    http::{Answer, IfMatch, Once, Paging, Versioned, page_of},
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_shared::{
    entry::{
        Anchor, BeginEntry, EditEntry, EditLink, EntryDetail, EntryState, EntrySummary, EntryVersion, Evidence,
        EvidenceKind, LinkPassage, Place, StandardLink, Stones, StoryOverview, VersionReason,
    },
    framework::{Framework, Standard},
    ids::{EntryId, LinkId, PersonId, VersionId},
    list::Page,
    text::Line,
    time::{Date, Timestamp},
};
use std::collections::{BTreeSet, HashMap};

/// How long a text must have rested before the next words put it aside as an earlier version: ten minutes. Shorter,
/// and each autosave would make one.
const VERSION_AFTER_SECONDS: i64 = 10 * 60;
/// How many characters of an entry a list shows.
const OPENING: usize = 240;

/// The story at a glance.
///
/// # Errors
/// Those of the database.
pub async fn overview(state: &State, actor: &Actor) -> ApiResult<StoryOverview> {
    let (owner, today) = (actor.person, actor.now.london_date());
    state
        .db
        .read(move |conn| {
            let mut stones = Stones::default();
            for (standard, count) in store::stones(conn, owner)? {
                *stones.get_mut(*standard) = u32::try_from(count).unwrap_or(u32::MAX);
            }
            let drafts = Narrowed { state: Some(EntryState::Draft), ..Narrowed::default() };
            let drafts = store::list(conn, owner, &drafts, None, 3)?;
            let a_year_ago = today.plus_months(-12);
            let last_year = store::between(conn, owner, a_year_ago.plus_days(-3), a_year_ago.plus_days(3))?;
            Ok(StoryOverview {
                stones,
                drafts: summaries(conn, drafts)?,
                last_year: summaries(conn, last_year.into_iter().collect())?.pop(),
            })
        })
        .await
}

/// A page of one's entries.
///
/// # Errors
/// If the paging is off.
pub async fn list(state: &State, actor: &Actor, narrowed: Narrowed, paging: Paging) -> ApiResult<Page<EntrySummary>> {
    let (owner, limit) = (actor.person, paging.limit()?);
    let after = paging.cursor::<(Date, EntryId)>()?;
    state
        .db
        .read(move |conn| {
            let rows = store::list(conn, owner, &narrowed, after, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |row| (*row.happened_on, *row.id));
            Ok(Page { items: summaries(conn, rows)?, next })
        })
        .await
}

fn summaries(conn: &mut Conn, rows: Vec<EntryRow>) -> ApiResult<Vec<EntrySummary>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let mut links: HashMap<EntryId, Vec<LinkRow>> = HashMap::new();
    for link in store::links(conn, &ids)? {
        links.entry(*link.entry_id).or_default().push(link);
    }
    let mut evidence: HashMap<EntryId, i64> = HashMap::new();
    for row in store::evidence(conn, &ids)? {
        *evidence.entry(*row.entry_id).or_default() += 1;
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let links = links.remove(&*row.id).unwrap_or_default();
            let mut standards: Vec<Standard> = links.iter().map(|l| *l.standard).collect();
            standards.sort_unstable();
            standards.dedup();
            EntrySummary {
                id: *row.id,
                title: row.title.as_ref().map(|t| (**t).clone()),
                opening: row.text.as_str().chars().take(OPENING).collect(),
                happened_on: *row.happened_on,
                created_at: row.created_at.into(),
                state: *row.state,
                standards,
                links: links.iter().filter(|l| l.quote.is_some()).count() as i64,
                evidence: evidence.get(&*row.id).copied().unwrap_or(0),
            }
        })
        .collect())
}

/// One of one's entries.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't.
pub async fn read(state: &State, actor: &Actor, id: EntryId) -> ApiResult<Versioned<EntryDetail>> {
    let owner = actor.person;
    state.db.read(move |conn| detail(conn, owner, id)).await
}

/// An entry of that owner, as it is shown.
///
/// # Errors
/// [`ApiError::NotFound`].
pub fn detail(conn: &mut Conn, owner: PersonId, id: EntryId) -> ApiResult<Versioned<EntryDetail>> {
    let row = store::entry(conn, owner, id)?;
    let ids = [id.to_string()];
    let links = in_order_of_text(store::links(conn, &ids)?, row.text.as_str());
    let evidence = store::evidence(conn, &ids)?.into_iter().map(shown_evidence).collect();
    let detail = EntryDetail {
        id,
        title: row.title.as_ref().map(|t| (**t).clone()),
        text: (*row.text).clone(),
        happened_on: *row.happened_on,
        state: *row.state,
        created_at: row.created_at.into(),
        changed_at: row.changed_at.into(),
        binned_at: row.binned_at.map(Into::into),
        links,
        evidence,
    };
    Ok(Versioned::new(detail, row.version))
}

/// Links as they are shown: the whole entry's first, then in the order of the text, orphaned ones last.
fn in_order_of_text(rows: Vec<LinkRow>, text: &str) -> Vec<StandardLink> {
    let mut links: Vec<(usize, StandardLink)> = rows
        .into_iter()
        .map(|row| {
            let anchor = row.anchor();
            let place = anchor.as_ref().map(|a| a.locate(text));
            let order = match place {
                None => 0,
                Some(Place::At { start, .. }) => start + 1,
                Some(Place::Orphaned) => usize::MAX,
            };
            let anchor = match (anchor, place) {
                (Some(_), Some(Place::At { start, end })) => Anchor::at(text, start, end),
                (anchor, _) => anchor,
            };
            let link = StandardLink {
                id: *row.id,
                standard: *row.standard,
                guide: row.guide,
                anchor,
                orphaned: place == Some(Place::Orphaned),
                shows: row.shows.map(AsText::into_inner),
            };
            (order, link)
        })
        .collect();
    links.sort_by_key(|(order, _)| *order);
    links.into_iter().map(|(_, link)| link).collect()
}

/// A piece of evidence as its owner sees it.
fn shown_evidence(row: EvidenceRow) -> Evidence {
    let kind = match row.url {
        Some(url) => EvidenceKind::Link { url },
        None => EvidenceKind::File {
            name: row.name.map_or_else(unnamed, AsText::into_inner),
            media_type: row.media_type.unwrap_or_default(),
            bytes: row.bytes.unwrap_or(0),
            thumbnail: row.thumbnail_sha256.is_some(),
        },
    };
    Evidence { id: *row.id, kind, caption: row.caption.map(AsText::into_inner), pupils: *row.pupils }
}

fn unnamed() -> Line<200> {
    Line::new("file").expect("the word is a line")
}

/// Begins an entry.
///
/// # Errors
/// If the person keeps no story.
pub async fn begin(
    state: &State,
    actor: &Actor,
    once: Once,
    begin: BeginEntry,
) -> ApiResult<Answer<Versioned<EntryDetail>>> {
    actor.writes()?;
    let (owner, now, id) = (actor.person, actor.now, state.fresh::<EntryId>());
    if begin.standards.len() > Standard::ALL.len() {
        return Err(ApiError::field("/standards", "too_many", "There are four standards. Name each of them once."));
    }
    let standards: BTreeSet<Standard> = begin.standards.iter().copied().collect();
    let link_ids: Vec<LinkId> = standards.iter().map(|_| state.fresh()).collect();
    let row = EntryRow {
        id: AsText::new(id),
        owner_id: AsText::new(owner),
        title: begin.title.clone().map(AsText::new),
        text: AsText::new(begin.text.clone()),
        happened_on: AsText::new(begin.happened_on.unwrap_or_else(|| now.london_date())),
        state: AsText::new(begin.state.unwrap_or(EntryState::Draft)),
        created_at: now.into(),
        changed_at: now.into(),
        binned_at: None,
        version: 1,
    };
    state
        .write_once(owner, once, move |tx| {
            store::add(tx, &row)?;
            for (link_id, standard) in link_ids.iter().zip(&standards) {
                store::add_link(tx, &link_row(*link_id, id, *standard, now))?;
            }
            detail(tx, owner, id)
        })
        .await
}

fn link_row(id: LinkId, entry: EntryId, standard: Standard, now: Timestamp) -> LinkRow {
    LinkRow {
        id: AsText::new(id),
        entry_id: AsText::new(entry),
        standard: AsText::new(standard),
        guide: None,
        quote: None,
        quote_before: None,
        quote_after: None,
        quote_start: None,
        shows: None,
        created_at: now.into(),
    }
}

/// Changes an entry. Links follow the text; the text that was there rests as an earlier version. If somebody (oneself
/// on another device) changed it in the meantime, what was sent is kept as a version before the answer says so.
///
/// # Errors
/// [`ApiError::Overtaken`] in that case, and [`ApiError::NotFound`].
pub async fn edit(
    state: &State,
    actor: &Actor,
    id: EntryId,
    if_match: IfMatch,
    edit: EditEntry,
) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now, version_id) = (actor.person, actor.now, state.fresh::<VersionId>());
    let (in_time, entry) = state
        .db
        .write(move |tx| -> ApiResult<_> {
            let row = store::entry(tx, owner, id)?;
            let in_time = if_match.check(row.version).is_ok();
            if in_time {
                apply(tx, row, &edit, version_id, now)?;
            } else {
                keep_other_device(tx, &row, &edit, version_id, now)?;
            }
            Ok((in_time, detail(tx, owner, id)?))
        })
        .await?;
    if in_time { Ok(entry) } else { Err(ApiError::overtaken(&entry)) }
}

fn keep_other_device(
    tx: &mut Tx<'_>,
    row: &EntryRow,
    edit: &EditEntry,
    id: VersionId,
    now: Timestamp,
) -> ApiResult<()> {
    let Some(text) = &edit.text else { return Ok(()) };
    if text == &*row.text || text.is_blank() {
        return Ok(());
    }
    let title = match &edit.title {
        Some(title) => title.clone().map(AsText::new),
        None => row.title.clone(),
    };
    store::add_version(
        tx,
        &VersionRow {
            id: AsText::new(id),
            entry_id: row.id.clone(),
            title,
            text: AsText::new(text.clone()),
            made_at: now.into(),
            reason: AsText::new(VersionReason::OtherDevice),
        },
    )?;
    Ok(())
}

fn apply(tx: &mut Tx<'_>, mut row: EntryRow, edit: &EditEntry, version_id: VersionId, now: Timestamp) -> ApiResult<()> {
    if let Some(text) = &edit.text
        && text != &*row.text
    {
        let rested = now >= Timestamp::from(row.changed_at).plus_seconds(VERSION_AFTER_SECONDS);
        let shrank = text.as_str().len() * 2 < row.text.as_str().len();
        if !row.text.is_blank() && (rested || shrank) {
            put_aside(tx, &row, version_id, VersionReason::Replaced, now)?;
        }
        follow_links(tx, *row.id, row.text.as_str(), text.as_str())?;
        row.text = AsText::new(text.clone());
    }
    if let Some(title) = &edit.title {
        row.title = title.clone().map(AsText::new);
    }
    if let Some(day) = edit.happened_on {
        row.happened_on = AsText::new(day);
    }
    if let Some(state) = edit.state {
        row.state = AsText::new(state);
    }
    row.changed_at = now.into();
    row.version += 1;
    store::change(tx, &row)?;
    Ok(())
}

fn put_aside(tx: &mut Tx<'_>, row: &EntryRow, id: VersionId, reason: VersionReason, now: Timestamp) -> ApiResult<()> {
    store::add_version(
        tx,
        &VersionRow {
            id: AsText::new(id),
            entry_id: row.id.clone(),
            title: row.title.clone(),
            text: row.text.clone(),
            made_at: now.into(),
            reason: AsText::new(reason),
        },
    )?;
    Ok(())
}

fn follow_links(tx: &mut Tx<'_>, id: EntryId, old: &str, new: &str) -> ApiResult<()> {
    for mut link in store::links(tx, &[id.to_string()])? {
        if let Some(anchor) = link.anchor() {
            let followed = anchor.follow(old, new);
            if followed != anchor {
                link.set_anchor(Some(followed));
                store::change_link(tx, &link)?;
            }
        }
    }
    Ok(())
}

/// Puts an entry in the bin, where it stays until it is brought back.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn bin(state: &State, actor: &Actor, id: EntryId) -> ApiResult<()> {
    set_binned(state, actor, id, true).await.map(drop)
}

/// Brings an entry back from the bin.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn unbin(state: &State, actor: &Actor, id: EntryId) -> ApiResult<Versioned<EntryDetail>> {
    set_binned(state, actor, id, false).await
}

async fn set_binned(state: &State, actor: &Actor, id: EntryId, binned: bool) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now) = (actor.person, actor.now);
    state
        .db
        .write(move |tx| {
            let mut row = store::entry(tx, owner, id)?;
            if row.binned_at.is_some() != binned {
                row.binned_at = binned.then(|| now.into());
                row.version += 1;
                store::change(tx, &row)?;
            }
            detail(tx, owner, id)
        })
        .await
}

/// Ties an entry, or a passage of it, to a standard.
///
/// # Errors
/// If the passage isn't in the text, or the guide isn't one of the standard's.
pub async fn link(
    state: &State,
    actor: &Actor,
    id: EntryId,
    once: Once,
    passage: LinkPassage,
) -> ApiResult<Answer<Versioned<EntryDetail>>> {
    let (owner, now, link_id) = (actor.person, actor.now, state.fresh::<LinkId>());
    if let Some(guide) = &passage.guide
        && !Framework::current().has_guide(passage.standard, guide.as_str())
    {
        return Err(ApiError::field(
            "/guide",
            "unknown_guide",
            "This pointer belongs to another standard. Choose one of this standard’s, or none.",
        ));
    }
    state
        .write_once(owner, once, move |tx| {
            let entry = store::entry(tx, owner, id)?;
            let mut row = link_row(link_id, id, passage.standard, now);
            row.guide = passage.guide.as_ref().map(ToString::to_string);
            row.shows = passage.shows.clone().map(AsText::new);
            row.set_anchor(settled(passage.anchor.as_ref(), entry.text.as_str())?);
            store::add_link(tx, &row)?;
            store::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await
}

/// The anchor as it stands in the text of today.
fn settled(anchor: Option<&Anchor>, text: &str) -> ApiResult<Option<Anchor>> {
    let Some(anchor) = anchor else { return Ok(None) };
    match anchor.locate(text) {
        Place::At { start, end } => Ok(Anchor::at(text, start, end)),
        Place::Orphaned => Err(ApiError::field(
            "/anchor",
            "not_in_text",
            "These words are no longer in the text. Load the entry again, and choose the passage once more.",
        )),
    }
}

/// Changes a link.
///
/// # Errors
/// [`ApiError::NotFound`], and if the new passage isn't in the text.
pub async fn edit_link(
    state: &State,
    actor: &Actor,
    id: EntryId,
    link_id: LinkId,
    edit: EditLink,
) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now) = (actor.person, actor.now);
    state
        .db
        .write(move |tx| {
            let entry = store::entry(tx, owner, id)?;
            let links = store::links(tx, &[id.to_string()])?;
            let mut row = links.into_iter().find(|l| *l.id == link_id).ok_or(ApiError::NotFound)?;
            if let Some(standard) = edit.standard {
                row.standard = AsText::new(standard);
                row.guide = None;
            }
            if edit.anchor.is_some() {
                row.set_anchor(settled(edit.anchor.as_ref(), entry.text.as_str())?);
            }
            if let Some(shows) = &edit.shows {
                row.shows = shows.clone().map(AsText::new);
            }
            store::change_link(tx, &row)?;
            store::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await
}

/// Unties a link.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn unlink(state: &State, actor: &Actor, id: EntryId, link_id: LinkId) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now) = (actor.person, actor.now);
    state
        .db
        .write(move |tx| {
            store::entry(tx, owner, id)?;
            if store::remove_link(tx, id, link_id)? == 0 {
                return Err(ApiError::NotFound);
            }
            store::touch(tx, id, now)?;
            detail(tx, owner, id)
        })
        .await
}

/// The earlier texts of an entry, the newest first.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn versions(state: &State, actor: &Actor, id: EntryId, paging: Paging) -> ApiResult<Page<EntryVersion>> {
    let (owner, limit) = (actor.person, paging.limit()?);
    let after = paging.cursor::<VersionId>()?;
    state
        .db
        .read(move |conn| {
            store::entry(conn, owner, id)?;
            let (rows, next) = page_of(store::versions(conn, id, after, limit + 1)?, limit, |row| *row.id);
            let items = rows
                .into_iter()
                .map(|row| EntryVersion {
                    id: *row.id,
                    title: row.title.map(AsText::into_inner),
                    text: row.text.into_inner(),
                    made_at: row.made_at.into(),
                    reason: *row.reason,
                })
                .collect();
            Ok(Page { items, next })
        })
        .await
}

/// Brings an earlier text back. The text of today rests as a version in its turn.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn bring_back(
    state: &State,
    actor: &Actor,
    id: EntryId,
    version: VersionId,
) -> ApiResult<Versioned<EntryDetail>> {
    let (owner, now, aside) = (actor.person, actor.now, state.fresh::<VersionId>());
    state
        .db
        .write(move |tx| {
            let mut row = store::entry(tx, owner, id)?;
            let earlier = store::version(tx, id, version)?;
            put_aside(tx, &row, aside, VersionReason::BroughtBack, now)?;
            follow_links(tx, id, row.text.as_str(), earlier.text.as_str())?;
            row.text = earlier.text;
            row.title = earlier.title;
            row.changed_at = now.into();
            row.version += 1;
            store::change(tx, &row)?;
            detail(tx, owner, id)
        })
        .await
}
