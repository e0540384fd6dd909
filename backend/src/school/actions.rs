//! Listing, adding and reading schools.

use super::store::{self, ListKey, SchoolRow, Whose};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    award::certificate,
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Paging, Versioned, page_of},
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_shared::{
    ids::{PersonId, SchoolId},
    list::Page,
    person::{Phase, Role},
    school::{AddSchool, SchoolDetail, SchoolMentor, SchoolSummary, SharedStage},
    time::Date,
};

/// The coordinator sees all schools; a lead sees those that they lead today.
fn whose(actor: &Actor) -> Whose {
    if actor.is(Role::Coordinator) { Whose::All } else { Whose::LedBy(actor.viewer()) }
}

/// Schools, by name.
///
/// # Errors
/// Those of the database, and of the paging.
pub async fn list(
    state: &State,
    actor: &Actor,
    words: String,
    phase: Option<Phase>,
    paging: Paging,
) -> ApiResult<Page<SchoolSummary>> {
    let (limit, after) = (paging.limit()?, paging.cursor::<ListKey>()?);
    let (whose, today) = (whose(actor), actor.viewer().today);
    state
        .db
        .read(move |conn| {
            let rows = store::schools(conn, whose, &words, phase, after.as_ref(), limit)?;
            let (rows, next) = page_of(rows, limit, |row| (row.folded(), *row.id));
            Ok(Page { items: summaries(conn, rows, today)?, next })
        })
        .await
}

fn summaries(conn: &mut Conn, rows: Vec<SchoolRow>, today: Date) -> ApiResult<Vec<SchoolSummary>> {
    let schools: Vec<SchoolId> = rows.iter().map(|row| *row.id).collect();
    let mentors = store::mentors_on(conn, &schools, today)?;
    let people: Vec<PersonId> = mentors.iter().map(|(_, person)| person.id).collect();
    let awards = store::awards_of(conn, &people)?;
    let held = |who: PersonId| awards.iter().filter(|(holder, _)| *holder == who).count() as i64;
    Ok(rows
        .into_iter()
        .map(|row| {
            let here = || mentors.iter().filter(|(school, _)| school == &*row.id);
            let (mentors, awards) = (here().count() as i64, here().map(|(_, person)| held(person.id)).sum());
            summary(row, mentors, awards)
        })
        .collect())
}

fn summary(row: SchoolRow, mentors: i64, awards: i64) -> SchoolSummary {
    SchoolSummary { id: *row.id, name: row.name.into_inner(), phase: *row.phase, urn: row.urn, mentors, awards }
}

/// Adds a school.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators; if the number belongs to another school, or its name can't be on a certificate.
pub async fn add(
    state: &State,
    actor: &Actor,
    add: AddSchool,
    once: Once,
) -> ApiResult<Answer<Versioned<SchoolSummary>>> {
    actor.coordinates()?;
    certificate::can_be_printed(&state.config.letters, [(add.name.as_str(), "/name")])?;
    let (id, now, stamp): (SchoolId, _, _) = (state.fresh(), actor.now, state.stamp(actor.person));
    let row = SchoolRow {
        id: AsText::new(id),
        name: AsText::new(add.name),
        phase: AsText::new(add.phase),
        urn: add.urn.map(String::from),
        created_at: now.into(),
    };
    state
        .write_once(actor.person, once, move |tx| {
            if let Some(urn) = &row.urn
                && let Some(name) = store::name_by_urn(tx, urn)?
            {
                let detail = format!(
                    "{name} has this number already. Look at the number again, or look for the school in the list."
                );
                return Err(ApiError::field("/urn", "known", detail));
            }
            enter(tx, &stamp, &row)?;
            // A school never changes yet, so its version tells nothing and no ETag is sent.
            Ok(Versioned::new(summary(row.clone(), 0, 0), 0))
        })
        .await
}

/// Adds a school, in the transaction of the caller.
///
/// # Errors
/// Those of the database.
pub fn enter(tx: &mut Tx<'_>, stamp: &Stamp, row: &SchoolRow) -> ApiResult<()> {
    store::add(tx, row)?;
    Ok(audit::record(tx, stamp, Action::SchoolAdded, "school", *row.id, None)?)
}

/// Notes the number of a school that had none, in the transaction of the caller.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such school.
pub fn note_urn(tx: &mut Tx<'_>, stamp: &Stamp, id: SchoolId, urn: &str) -> ApiResult<()> {
    let mut row = store::school(tx, Whose::All, id)?;
    row.urn = Some(urn.to_owned());
    store::change(tx, &row)?;
    Ok(audit::record(tx, stamp, Action::SchoolChanged, "school", id, None)?)
}

/// A school with its mentors of today, their awards, and how far they are where they agreed to show it.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators and the school's own leads.
pub async fn read(state: &State, actor: &Actor, id: SchoolId) -> ApiResult<SchoolDetail> {
    let (whose, today) = (whose(actor), actor.viewer().today);
    state
        .db
        .read(move |conn| {
            let row = store::school(conn, whose, id)?;
            let mentors = store::mentors_on(conn, &[id], today)?;
            let people: Vec<PersonId> = mentors.iter().map(|(_, person)| person.id).collect();
            let awards = store::awards_of(conn, &people)?;
            let stages = store::shared_stages(conn, &people, today)?;
            let mentors: Vec<SchoolMentor> = mentors
                .into_iter()
                .map(|(_, person)| SchoolMentor {
                    awards: awards.iter().filter(|(who, _)| *who == person.id).map(|(_, a)| a.clone()).collect(),
                    stages: stages
                        .iter()
                        .filter(|(who, ..)| *who == person.id)
                        .map(|(_, qualification, stage)| SharedStage { qualification: *qualification, stage: *stage })
                        .collect(),
                    person,
                })
                .collect();
            let school = summary(row, mentors.len() as i64, awards.len() as i64);
            Ok(SchoolDetail { school, mentors })
        })
        .await
}
