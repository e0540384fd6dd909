//! Starting a candidacy, saying who may see how far it is, and what other slices need of it.

use super::store::{self, CandidacyRow};
use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action, Stamp},
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Versioned},
    portfolio,
    problem::{ApiError, ApiResult},
    round,
    state::State,
};
use cairn_shared::{
    candidacy::{Candidacy, CandidacySummary, ShareStage, Stage, StartCandidacy},
    ids::{CandidacyId, PersonId, PortfolioId},
    list::Page,
    person::PersonName,
    qualification::Qualification,
    time::Timestamp,
};

/// A candidacy as the database has it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Which.
    pub id: CandidacyId,
    /// Whose.
    pub mentor: PersonName,
    /// Towards what.
    pub qualification: Qualification,
    /// Where it stands.
    pub state: Candidacy,
    /// Whether the school's lead may see the stage.
    pub stage_shared: bool,
}

/// The candidacy of that id. Who asks has seen to it that the caller may know of it.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none.
pub fn load(conn: &mut Conn, id: CandidacyId) -> ApiResult<Record> {
    let (row, mentor) = store::find(conn, id)?;
    let state = state_of(conn, &row)?;
    Ok(Record { id, mentor, qualification: *row.qualification, state, stage_shared: row.stage_shared })
}

/// Saves where a candidacy stands. The round of what is with the panel is kept with the submission: this puts the
/// submission into it too.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such candidacy.
pub fn save(tx: &mut Tx<'_>, id: CandidacyId, state: &Candidacy) -> ApiResult<()> {
    let (mut row, _) = store::find(tx, id)?;
    row.set(state);
    store::change(tx, &row)?;
    if let Candidacy::Submitted(submitted) = state {
        store::place(tx, submitted.submission, submitted.round)?;
    }
    Ok(())
}

/// The stage that a person reads.
///
/// # Errors
/// Those of the database.
pub fn stage(conn: &mut Conn, state: &Candidacy, now: Timestamp) -> ApiResult<Stage> {
    let dates = match state {
        Candidacy::Submitted(submitted) => match submitted.round {
            Some(round) => Some(round::actions::dates(conn, round)?.0),
            None => None,
        },
        _ => None,
    };
    Ok(state.stage(dates.as_ref(), now))
}

fn state_of(conn: &mut Conn, row: &CandidacyRow) -> ApiResult<Candidacy> {
    let round = match &row.submission_id {
        Some(submission) => store::round_of(conn, **submission)?,
        None => None,
    };
    row.get(round)
        .ok_or_else(|| ApiError::Internal(format!("the columns of candidacy {} contradict each other", *row.id)))
}

fn summary(conn: &mut Conn, row: &CandidacyRow, now: Timestamp) -> ApiResult<CandidacySummary> {
    let state = state_of(conn, row)?;
    let (portfolio_id, title) = portfolio::actions::of_candidacy(conn, *row.id)?;
    let (submission_id, award_id) = match &state {
        Candidacy::Gathering => (None, None),
        Candidacy::Submitted(submitted) => (Some(submitted.submission), None),
        Candidacy::FurtherEvidence(further) => (Some(further.after), None),
        Candidacy::Awarded(awarded) => (Some(awarded.submission), Some(awarded.award)),
    };
    Ok(CandidacySummary {
        id: *row.id,
        qualification: *row.qualification,
        portfolio_id,
        title: title.to_string(),
        stage: stage(conn, &state, now)?,
        secured: state.secured(),
        submission_id,
        award_id,
        stage_shared: row.stage_shared,
    })
}

/// One's own candidacies: two at the most, as there are two qualifications.
///
/// # Errors
/// Those of the database.
pub async fn list(state: &State, actor: &Actor) -> ApiResult<Page<CandidacySummary>> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state
        .db
        .read(move |conn| {
            let rows = store::own(conn, viewer)?;
            let items = rows.iter().map(|row| summary(conn, row, now)).collect::<ApiResult<_>>()?;
            Ok(Page { items, next: None })
        })
        .await
}

/// Starts working towards a qualification, with an empty portfolio.
///
/// # Errors
/// [`ApiError::NotNow`] if one is working towards it already, [`ApiError::NotYours`] for who keeps no story.
pub async fn start(
    state: &State,
    actor: &Actor,
    once: Once,
    start: StartCandidacy,
) -> ApiResult<Answer<Versioned<CandidacySummary>>> {
    actor.writes()?;
    let ids: (CandidacyId, PortfolioId) = (state.fresh(), state.fresh());
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    state
        .write_once(actor.person, once, move |tx| {
            let own = store::own(tx, viewer)?;
            if own.iter().any(|row| *row.qualification == start.qualification) {
                return Err(ApiError::NotNow(format!(
                    "You are working towards {} already. Your portfolio for it is where you left it, under “My portfolio”.",
                    start.qualification.title()
                )));
            }
            let row = begin(tx, &stamp, ids, viewer.person, start.qualification)?;
            Ok(Versioned::new(summary(tx, &row, now)?, 0))
        })
        .await
}

/// A mentor's candidacy for a qualification; it begins, with those ids, if there was none.
///
/// # Errors
/// Those of the database.
pub fn find_or_begin(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    ids: (CandidacyId, PortfolioId),
    mentor: PersonId,
    qualification: Qualification,
) -> ApiResult<Record> {
    let own = store::own(tx, Viewer { person: mentor, today: stamp.now.london_date() })?;
    let id = match own.into_iter().find(|row| *row.qualification == qualification) {
        Some(row) => *row.id,
        None => *begin(tx, stamp, ids, mentor, qualification)?.id,
    };
    load(tx, id)
}

fn begin(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    (id, portfolio): (CandidacyId, PortfolioId),
    mentor: PersonId,
    qualification: Qualification,
) -> ApiResult<CandidacyRow> {
    let row = begun(id, mentor, qualification, stamp.now);
    store::add(tx, &row)?;
    portfolio::actions::start(tx, portfolio, id, stamp.now)?;
    let about = (stamp.actor != Some(mentor)).then_some(mentor);
    audit::record(tx, stamp, Action::CandidacyStarted, "candidacy", id, about)?;
    Ok(row)
}

fn begun(id: CandidacyId, mentor: PersonId, qualification: Qualification, now: Timestamp) -> CandidacyRow {
    CandidacyRow {
        id: AsText::new(id),
        mentor_id: AsText::new(mentor),
        qualification: AsText::new(qualification),
        state: "gathering".into(),
        secured_s1: false,
        secured_s2: false,
        secured_s3: false,
        secured_s4: false,
        submission_id: None,
        after_id: None,
        award_id: None,
        stage_shared: false,
        created_at: now.into(),
    }
}

/// Says whether the school's lead may see the stage.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn share_stage(
    state: &State,
    actor: &Actor,
    id: CandidacyId,
    share: ShareStage,
) -> ApiResult<CandidacySummary> {
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let own = store::own(tx, viewer)?;
            let mut row = own.into_iter().find(|row| *row.id == id).ok_or(ApiError::NotFound)?;
            if row.stage_shared != share.stage_shared {
                row.stage_shared = share.stage_shared;
                store::change(tx, &row)?;
                audit::record(tx, &stamp, Action::StageShared, "candidacy", id, None)?;
            }
            summary(tx, &row, now)
        })
        .await
}
