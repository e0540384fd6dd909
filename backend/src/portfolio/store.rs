//! Rows and queries of portfolios, their runs, and editions.

use super::sealing::{Attached, Moment, Tie};
use crate::{
    actor::Viewer,
    db::{
        AsJson, AsText, At, Conn, Tx, among,
        schema::{candidacy, edition, edition_file, entry, evidence, piece, portfolio, standard_link},
    },
};
use cairn_shared::{
    edition::{Edition, Hash, SealedKind},
    entry::{Anchor, EntryState, Pupils},
    framework::Standard,
    ids::{CandidacyId, EditionId, EntryId, EvidenceId, LinkId, PieceId, PortfolioId},
    portfolio::{Advice, Narrative, Piece, PortfolioForm, Title},
    text::{Draft, Prose},
    time::{Date, Timestamp},
};
use diesel::prelude::*;
use std::collections::HashMap;

/// A portfolio without its run.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = portfolio)]
pub struct PortfolioRow {
    /// Which.
    pub id: AsText<PortfolioId>,
    /// What it is for.
    pub candidacy_id: AsText<CandidacyId>,
    /// Its title.
    pub title: AsText<Title>,
    /// Electronic, paper or mixed.
    pub form: AsText<PortfolioForm>,
    /// When it was last changed.
    pub changed_at: At,
    /// Raised with each change.
    pub version: i64,
}

/// One piece of a run.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = piece)]
pub struct PieceRow {
    /// The portfolio.
    pub portfolio_id: AsText<PortfolioId>,
    /// Which.
    pub id: AsText<PieceId>,
    /// Its place in the run, from nought.
    pub position: i64,
    /// `part`, `narrative` or `entry`.
    pub kind: String,
    /// The title of a part.
    pub title: Option<AsText<Title>>,
    /// The words of a narrative.
    pub text: Option<AsText<Narrative>>,
    /// The entry.
    pub entry_id: Option<AsText<EntryId>>,
}

impl PieceRow {
    /// The row of a piece at that place.
    pub fn new(portfolio: PortfolioId, position: i64, piece: &Piece) -> Self {
        let (kind, title, text, entry_id) = match piece {
            Piece::Part { title, .. } => ("part", Some(AsText::new(title.clone())), None, None),
            Piece::Narrative { text, .. } => ("narrative", None, Some(AsText::new(text.clone())), None),
            Piece::Entry { entry_id, .. } => ("entry", None, None, Some(AsText::new(*entry_id))),
        };
        Self {
            portfolio_id: AsText::new(portfolio),
            id: AsText::new(piece.id()),
            position,
            kind: kind.into(),
            title,
            text,
            entry_id,
        }
    }

    /// The piece, if the columns agree with each other.
    pub fn piece(self) -> Option<Piece> {
        let id = *self.id;
        match (self.kind.as_str(), self.title, self.text, self.entry_id) {
            ("part", Some(title), None, None) => Some(Piece::Part { id, title: title.into_inner() }),
            ("narrative", None, Some(text), None) => Some(Piece::Narrative { id, text: text.into_inner() }),
            ("entry", None, None, Some(entry_id)) => Some(Piece::Entry { id, entry_id: *entry_id }),
            _ => None,
        }
    }
}

/// A sealed edition.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = edition)]
pub struct EditionRow {
    /// Which.
    pub id: AsText<EditionId>,
    /// The portfolio that it was sealed from.
    pub portfolio_id: AsText<PortfolioId>,
    /// What was sealed.
    pub content: AsJson<Edition>,
    /// Under which hash.
    pub hash: AsText<Hash>,
    /// How many words there are to read.
    pub words: i64,
    /// What stayed out, and why.
    pub left_out: AsJson<Vec<Advice>>,
    /// When.
    pub sealed_at: At,
}

/// A mentor's own portfolio.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer, id: PortfolioId) -> QueryResult<PortfolioRow> {
    portfolio::table
        .inner_join(candidacy::table)
        .filter(portfolio::id.eq(id.to_string()))
        .filter(candidacy::mentor_id.eq(viewer.person.to_string()))
        .select(portfolio::all_columns)
        .first(conn)
}

/// The portfolio of a candidacy.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn of_candidacy(conn: &mut Conn, id: CandidacyId) -> QueryResult<PortfolioRow> {
    portfolio::table.filter(portfolio::candidacy_id.eq(id.to_string())).first(conn)
}

/// The pieces of a run, in order.
///
/// # Errors
/// Those of the database.
pub fn pieces(conn: &mut Conn, id: PortfolioId) -> QueryResult<Vec<PieceRow>> {
    piece::table.filter(piece::portfolio_id.eq(id.to_string())).order(piece::position).load(conn)
}

/// Which of these entries are the viewer's own.
///
/// # Errors
/// Those of the database.
pub fn own_entries(conn: &mut Conn, viewer: Viewer, ids: &[EntryId]) -> QueryResult<Vec<EntryId>> {
    let found: Vec<AsText<EntryId>> = entry::table
        .filter(entry::owner_id.eq(viewer.person.to_string()))
        .filter(among(entry::id, texts(ids)))
        .select(entry::id)
        .load(conn)?;
    Ok(found.into_iter().map(AsText::into_inner).collect())
}

fn texts(ids: &[EntryId]) -> Vec<String> {
    ids.iter().map(EntryId::to_string).collect()
}

#[derive(Queryable)]
struct EntryRow {
    id: AsText<EntryId>,
    title: Option<String>,
    text: String,
    happened_on: AsText<Date>,
    state: AsText<EntryState>,
    binned_at: Option<At>,
}

#[derive(Queryable)]
struct LinkRow {
    id: AsText<LinkId>,
    entry_id: AsText<EntryId>,
    standard: AsText<Standard>,
    guide: Option<String>,
    quote: Option<AsText<Prose<10_000>>>,
    before: Option<AsText<Draft<32>>>,
    after: Option<AsText<Draft<32>>>,
    start: Option<i64>,
    shows: Option<String>,
}

#[derive(Queryable)]
struct EvidenceRow {
    id: AsText<EvidenceId>,
    entry_id: AsText<EntryId>,
    name: Option<String>,
    media_type: Option<String>,
    bytes: Option<i64>,
    sha256: Option<AsText<Hash>>,
    thumbnail_sha256: Option<String>,
    url: Option<String>,
    caption: Option<String>,
    pupils: AsText<Pupils>,
}

impl LinkRow {
    fn tie(self) -> Tie {
        let anchor = self.quote.zip(self.start).map(|(quote, start)| Anchor {
            quote: quote.into_inner(),
            before: self.before.map(AsText::into_inner).unwrap_or_default(),
            after: self.after.map(AsText::into_inner).unwrap_or_default(),
            start: u32::try_from(start).unwrap_or(0),
        });
        Tie { id: *self.id, standard: *self.standard, guide: self.guide, anchor, shows: self.shows }
    }
}

impl EvidenceRow {
    fn attached(self) -> Option<Attached> {
        let kind = match (self.url, self.name, self.media_type, self.bytes, self.sha256) {
            (Some(url), ..) => SealedKind::Link { url },
            (None, Some(name), Some(media_type), Some(bytes), Some(sha256)) => SealedKind::File {
                name,
                media_type,
                bytes,
                sha256: *sha256,
                thumbnail: self.thumbnail_sha256.is_some(),
            },
            _ => return None,
        };
        Some(Attached { id: *self.id, caption: self.caption, pupils: *self.pupils, kind })
    }
}

/// The viewer's own entries of these ids, with their links and what is attached.
///
/// # Errors
/// Those of the database.
pub fn moments(conn: &mut Conn, viewer: Viewer, ids: &[EntryId]) -> QueryResult<HashMap<EntryId, Moment>> {
    let owner = viewer.person.to_string();
    let entries: Vec<EntryRow> = entry::table
        .filter(entry::owner_id.eq(owner.clone()))
        .filter(among(entry::id, texts(ids)))
        .select((entry::id, entry::title, entry::text, entry::happened_on, entry::state, entry::binned_at))
        .load(conn)?;
    let links: Vec<LinkRow> = standard_link::table
        .inner_join(entry::table)
        .filter(entry::owner_id.eq(owner.clone()))
        .filter(among(entry::id, texts(ids)))
        .order((standard_link::created_at, standard_link::id))
        .select((
            standard_link::id,
            standard_link::entry_id,
            standard_link::standard,
            standard_link::guide,
            standard_link::quote,
            standard_link::quote_before,
            standard_link::quote_after,
            standard_link::quote_start,
            standard_link::shows,
        ))
        .load(conn)?;
    let attached: Vec<EvidenceRow> = evidence::table
        .inner_join(entry::table)
        .filter(entry::owner_id.eq(owner))
        .filter(among(entry::id, texts(ids)))
        .filter(evidence::removed_at.is_null())
        .order((evidence::created_at, evidence::id))
        .select((
            evidence::id,
            evidence::entry_id,
            evidence::name,
            evidence::media_type,
            evidence::bytes,
            evidence::sha256,
            evidence::thumbnail_sha256,
            evidence::url,
            evidence::caption,
            evidence::pupils,
        ))
        .load(conn)?;
    let mut moments: HashMap<EntryId, Moment> = entries
        .into_iter()
        .map(|row| {
            let moment = Moment {
                id: *row.id,
                title: row.title,
                text: row.text,
                happened_on: *row.happened_on,
                state: *row.state,
                binned: row.binned_at.is_some(),
                ties: Vec::new(),
                attached: Vec::new(),
            };
            (moment.id, moment)
        })
        .collect();
    for row in links {
        if let Some(moment) = moments.get_mut(&row.entry_id) {
            moment.ties.push(row.tie());
        }
    }
    for row in attached {
        if let Some(moment) = moments.get_mut(&row.entry_id) {
            moment.attached.extend(row.attached());
        }
    }
    Ok(moments)
}

/// Writes a portfolio.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &PortfolioRow) -> QueryResult<()> {
    diesel::insert_into(portfolio::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Changes a portfolio's title and form, and raises its version.
///
/// # Errors
/// Those of the database.
pub fn change(
    tx: &mut Tx<'_>,
    id: PortfolioId,
    title: &Title,
    form: PortfolioForm,
    version: i64,
    now: Timestamp,
) -> QueryResult<()> {
    diesel::update(portfolio::table.filter(portfolio::id.eq(id.to_string())))
        .set((
            portfolio::title.eq(AsText::new(title.clone())),
            portfolio::form.eq(AsText::new(form)),
            portfolio::changed_at.eq(At::from(now)),
            portfolio::version.eq(version),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Makes the run what it shall be. Pieces that stay as they are aren't touched.
///
/// # Errors
/// Those of the database.
pub fn arrange(tx: &mut Tx<'_>, id: PortfolioId, wanted: Vec<PieceRow>) -> QueryResult<()> {
    let there = pieces(tx, id)?;
    let old: HashMap<PieceId, &PieceRow> = there.iter().map(|row| (*row.id, row)).collect();
    let (kept, new): (Vec<PieceRow>, Vec<PieceRow>) =
        wanted.into_iter().partition(|row| old.get(&*row.id).is_some_and(|old| *old == row));
    // What goes, goes first: two pieces never share a place, not even for a moment.
    for row in there.iter().filter(|row| !kept.iter().any(|kept| kept.id == row.id)) {
        let this = piece::table.filter(piece::portfolio_id.eq(id.to_string())).filter(piece::id.eq(row.id.to_string()));
        diesel::delete(this).execute(&mut **tx)?;
    }
    for row in new {
        diesel::insert_into(piece::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// Keeps a sealed edition, and which files it refers to.
///
/// # Errors
/// Those of the database.
pub fn keep(tx: &mut Tx<'_>, row: &EditionRow) -> QueryResult<()> {
    diesel::insert_into(edition::table).values(row.clone()).execute(&mut **tx)?;
    for evidence in row.content.entries().flat_map(|entry| &entry.evidence) {
        if let SealedKind::File { sha256, .. } = &evidence.kind {
            diesel::insert_into(edition_file::table)
                .values((
                    edition_file::edition_id.eq(row.id.to_string()),
                    edition_file::evidence_id.eq(evidence.id.to_string()),
                    edition_file::sha256.eq(sha256.to_string()),
                ))
                .execute(&mut **tx)?;
        }
    }
    Ok(())
}

/// A sealed edition.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn edition(conn: &mut Conn, id: EditionId) -> QueryResult<EditionRow> {
    edition::table.filter(edition::id.eq(id.to_string())).first(conn)
}
