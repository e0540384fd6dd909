//! Arranging a portfolio, seeing what its readers would get, and sealing editions of it.

use super::{
    sealing::{Material, Sealing, seal as seal_material},
    store::{self, EditionRow, PieceRow, PortfolioRow},
};
use crate::{
    actor::{Actor, Viewer},
    candidacy::{self, actions::Record},
    db::{AsJson, AsText, Conn, Tx},
    http::{IfMatch, Versioned},
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_shared::{
    edition::{Edition, Hash},
    framework::{Framework, Standard},
    ids::{CandidacyId, EditionId, EntryId, PortfolioId},
    portfolio::{
        Advice, ArrangePortfolio, MOST_PIECES, Piece, PieceEntry, PortfolioDetail, PortfolioForm, PortfolioPreview,
        Title, reading_minutes,
    },
    problem::FieldError,
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// What a portfolio is called until its mentor calls it something.
const FIRST_TITLE: &str = "My mentoring story";

/// A sealed edition, as it was sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What was sealed.
    pub edition: Edition,
    /// Under which hash.
    pub hash: Hash,
    /// How many words there are to read.
    pub words: i64,
}

/// A portfolio, ready to be sealed as it is now.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Which portfolio.
    pub portfolio: PortfolioId,
    /// The candidacy that it is for.
    pub candidacy: Record,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// What would be sealed.
    pub edition: Edition,
    /// What stays out, and why.
    pub left_out: Vec<Advice>,
}

impl Ready {
    /// The same, to be read in that form. On paper alone, nothing of what was written here is sealed but the title.
    pub fn in_form(mut self, form: PortfolioForm) -> Self {
        self.form = form;
        if form == PortfolioForm::Paper {
            self.edition.pieces.clear();
            self.left_out.clear();
        }
        self
    }
}

/// Begins the empty portfolio of a new candidacy.
///
/// # Errors
/// Those of the database.
pub fn start(tx: &mut Tx<'_>, id: PortfolioId, candidacy: CandidacyId, now: Timestamp) -> ApiResult<()> {
    let title = Title::new(FIRST_TITLE).map_err(|problem| ApiError::text("/title", problem))?;
    let row = PortfolioRow {
        id: AsText::new(id),
        candidacy_id: AsText::new(candidacy),
        title: AsText::new(title),
        form: AsText::new(PortfolioForm::Electronic),
        changed_at: now.into(),
        version: 1,
    };
    Ok(store::add(tx, &row)?)
}

/// The portfolio of a candidacy, and its title.
///
/// # Errors
/// Those of the database.
pub fn of_candidacy(conn: &mut Conn, id: CandidacyId) -> ApiResult<(PortfolioId, Title)> {
    let row = store::of_candidacy(conn, id)?;
    Ok((*row.id, row.title.into_inner()))
}

/// A sealed edition, checked against its hash. Who asks has seen to it that the caller may read it.
///
/// # Errors
/// [`ApiError::Internal`] if it isn't what was sealed.
pub fn sealed(conn: &mut Conn, id: EditionId) -> ApiResult<Sealed> {
    let row = store::edition(conn, id)?;
    let (edition, hash) = (row.content.into_inner(), *row.hash);
    if edition.hash() != hash {
        return Err(ApiError::Internal(format!("edition {id} is not what was sealed under its hash")));
    }
    Ok(Sealed { edition, hash, words: row.words })
}

/// What stayed out of an edition when it was sealed, and why: for its mentor alone.
///
/// # Errors
/// Those of the database.
pub fn left_out(conn: &mut Conn, id: EditionId) -> ApiResult<Vec<Advice>> {
    Ok(store::edition(conn, id)?.left_out.into_inner())
}

/// One's own portfolio, ready to be sealed as it is now.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub fn ready(conn: &mut Conn, viewer: Viewer, id: PortfolioId) -> ApiResult<Ready> {
    let (row, candidacy, material) = load(conn, viewer, id)?;
    let sealing = seal(&material);
    let left_out = sealing.left_out();
    Ok(Ready { portfolio: id, candidacy, form: *row.form, edition: sealing.edition, left_out })
}

/// What is sealed for a paper portfolio that someone else registers: its title, and nothing of what its mentor wrote.
///
/// # Errors
/// Those of the database.
pub fn on_paper(conn: &mut Conn, candidacy: Record, title: Title) -> ApiResult<Ready> {
    let row = store::of_candidacy(conn, candidacy.id)?;
    let nothing = Material {
        title,
        qualification: candidacy.qualification,
        pieces: Vec::new(),
        entries: HashMap::new(),
        secured: candidacy.state.secured(),
    };
    let edition = seal(&nothing).edition;
    Ok(Ready { portfolio: *row.id, candidacy, form: PortfolioForm::Paper, edition, left_out: Vec::new() })
}

/// Remembers in which form a portfolio was last sent, so that the next time begins there.
///
/// # Errors
/// Those of the database.
pub fn remember_form(tx: &mut Tx<'_>, viewer: Viewer, id: PortfolioId, form: PortfolioForm) -> ApiResult<()> {
    let row = store::own(tx, viewer, id)?;
    if *row.form != form {
        store::change(tx, id, &row.title, form, row.version + 1, row.changed_at.into())?;
    }
    Ok(())
}

/// Keeps an edition for good.
///
/// # Errors
/// Those of the database.
pub fn keep(tx: &mut Tx<'_>, id: EditionId, ready: &Ready, now: Timestamp) -> ApiResult<()> {
    let row = EditionRow {
        id: AsText::new(id),
        portfolio_id: AsText::new(ready.portfolio),
        content: AsJson::new(ready.edition.clone()),
        hash: AsText::new(ready.edition.hash()),
        words: ready.edition.words() as i64,
        left_out: AsJson::new(ready.left_out.clone()),
        sealed_at: now.into(),
    };
    Ok(store::keep(tx, &row)?)
}

fn seal(material: &Material) -> Sealing {
    seal_material(material, &Framework::current().version)
}

fn load(conn: &mut Conn, viewer: Viewer, id: PortfolioId) -> ApiResult<(PortfolioRow, Record, Material)> {
    let row = store::own(conn, viewer, id)?;
    let candidacy = candidacy::actions::load(conn, *row.candidacy_id)?;
    let pieces = store::pieces(conn, id)?
        .into_iter()
        .map(|row| row.piece().ok_or_else(|| ApiError::Internal(format!("a piece of portfolio {id} is of no kind"))))
        .collect::<ApiResult<Vec<Piece>>>()?;
    let ids: Vec<EntryId> = pieces.iter().filter_map(Piece::entry_id).collect();
    let material = Material {
        title: (*row.title).clone(),
        qualification: candidacy.qualification,
        pieces,
        entries: store::moments(conn, viewer, &ids)?,
        secured: candidacy.state.secured(),
    };
    Ok((row, candidacy, material))
}

fn detail(conn: &mut Conn, viewer: Viewer, id: PortfolioId, now: Timestamp) -> ApiResult<Versioned<PortfolioDetail>> {
    let (row, candidacy, material) = load(conn, viewer, id)?;
    let Sealing { edition, advice } = seal(&material);
    let detail = PortfolioDetail {
        id,
        candidacy_id: candidacy.id,
        qualification: candidacy.qualification,
        title: row.title.into_inner(),
        form: *row.form,
        entries: entries_of(&material),
        pieces: material.pieces,
        stones: edition.stones(),
        secured: material.secured,
        stage: candidacy::actions::stage(conn, &candidacy.state, now)?,
        advice,
        changed_at: row.changed_at.into(),
    };
    Ok(Versioned::new(detail, row.version))
}

fn entries_of(material: &Material) -> Vec<PieceEntry> {
    let in_order = material.pieces.iter().filter_map(Piece::entry_id).filter_map(|id| material.entries.get(&id));
    in_order
        .map(|moment| PieceEntry {
            id: moment.id,
            title: moment.name(),
            happened_on: moment.happened_on,
            state: moment.state,
            binned: moment.binned,
            standards: Standard::ALL
                .iter()
                .copied()
                .filter(|standard| moment.ties.iter().any(|tie| tie.standard == *standard))
                .collect(),
            links: moment.ties.len() as i64,
            evidence: moment.attached.len() as i64,
            minutes: reading_minutes(moment.words()),
        })
        .collect()
}

/// One's own portfolio.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn read(state: &State, actor: &Actor, id: PortfolioId) -> ApiResult<Versioned<PortfolioDetail>> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state.db.read(move |conn| detail(conn, viewer, id, now)).await
}

/// One's own portfolio as its readers would get it now.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn preview(state: &State, actor: &Actor, id: PortfolioId) -> ApiResult<PortfolioPreview> {
    let viewer = actor.viewer();
    state
        .db
        .read(move |conn| {
            let (_, _, material) = load(conn, viewer, id)?;
            let Sealing { edition, advice } = seal(&material);
            let minutes = reading_minutes(edition.words());
            Ok(PortfolioPreview { edition, advice, minutes })
        })
        .await
}

/// Arranges one's portfolio: its title and its whole run.
///
/// # Errors
/// [`ApiError::Invalid`] names the pieces that can't be in it; [`ApiError::Stale`] if it was changed meanwhile.
pub async fn arrange(
    state: &State,
    actor: &Actor,
    id: PortfolioId,
    if_match: IfMatch,
    arrange: ArrangePortfolio,
) -> ApiResult<Versioned<PortfolioDetail>> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state
        .db
        .write(move |tx| {
            let row = store::own(tx, viewer, id)?;
            if_match.check(row.version)?;
            let asked: Vec<EntryId> = arrange.pieces.iter().filter_map(Piece::entry_id).collect();
            let own = store::own_entries(tx, viewer, &asked)?.into_iter().collect();
            let errors = problems_of(&arrange.pieces, &own);
            if !errors.is_empty() {
                return Err(ApiError::Invalid(errors));
            }
            let rows = arrange.pieces.iter().zip(0i64..).map(|(piece, at)| PieceRow::new(id, at, piece)).collect();
            store::arrange(tx, id, rows)?;
            store::change(tx, id, &arrange.title, arrange.form, row.version + 1, now)?;
            detail(tx, viewer, id, now)
        })
        .await
}

/// What is in the way of a run. `own` are those of its entries that are the mentor's own.
fn problems_of(pieces: &[Piece], own: &HashSet<EntryId>) -> Vec<FieldError> {
    let error =
        |pointer: String, code: &str, detail: &str| FieldError { pointer, code: code.into(), detail: detail.into() };
    if pieces.len() > MOST_PIECES {
        let detail = format!(
            "A portfolio holds up to {MOST_PIECES} pieces, and this has {}. Put some of them together.",
            pieces.len()
        );
        return vec![error("/pieces".into(), "too_many", &detail)];
    }
    let (mut ids, mut entries) = (HashSet::new(), HashSet::new());
    let mut errors = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if !ids.insert(piece.id()) {
            errors.push(error(format!("/pieces/{at}/id"), "twice", "Another piece has this id. Give each its own."));
        }
        let Some(entry) = piece.entry_id() else { continue };
        let pointer = format!("/pieces/{at}/entry_id");
        if !own.contains(&entry) {
            errors.push(error(pointer, "not_yours", "There is no entry of yours with this id."));
        } else if !entries.insert(entry) {
            errors.push(error(pointer, "twice", "This entry is in the portfolio already. It stands in it once."));
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::ids::PieceId;
    use uuid::Uuid;

    fn entry_piece(id: u128, entry: u128) -> Piece {
        Piece::Entry { id: PieceId::new(Uuid::from_u128(id)), entry_id: EntryId::new(Uuid::from_u128(entry)) }
    }

    fn own(ids: &[u128]) -> HashSet<EntryId> {
        ids.iter().map(|id| EntryId::new(Uuid::from_u128(*id))).collect()
    }

    #[test]
    fn what_is_in_the_way_of_a_run_is_named_by_its_place() {
        let run = [entry_piece(1, 11), entry_piece(2, 12), entry_piece(2, 13), entry_piece(4, 11)];
        let errors = problems_of(&run, &own(&[11, 13]));
        let told: Vec<(&str, &str)> = errors.iter().map(|e| (e.pointer.as_str(), e.code.as_str())).collect();
        assert_eq!(
            told,
            [("/pieces/1/entry_id", "not_yours"), ("/pieces/2/id", "twice"), ("/pieces/3/entry_id", "twice")]
        );
    }

    #[test]
    fn a_run_has_an_end() {
        let run: Vec<Piece> = (0..=MOST_PIECES as u128).map(|n| entry_piece(n, n)).collect();
        let all: Vec<u128> = (0..=MOST_PIECES as u128).collect();
        assert_eq!(problems_of(&run, &own(&all))[0].pointer, "/pieces");
        assert!(problems_of(&run[1..], &own(&all)).is_empty());
    }
}
