//! Declaring and withdrawing conflicts, and what other slices may ask of them.

use super::store::{self, ConflictRow};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Paging, Versioned, page_of},
    person,
    problem::{ApiError, ApiResult},
    review,
    state::State,
};
use cairn_shared::{
    conflict::{ConflictKind, DeclareConflict, DeclaredConflict},
    ids::{ConflictId, PersonId},
    list::Page,
    text::Line,
    time::Date,
};
use std::collections::HashMap;

/// The conflicts between some people and some mentors on that day, with one reason for each pair.
///
/// # Errors
/// Those of the database.
pub fn pairs(
    conn: &mut Conn,
    people: &[PersonId],
    mentors: &[PersonId],
    today: Date,
) -> ApiResult<HashMap<(PersonId, PersonId), ConflictKind>> {
    let mut pairs = HashMap::new();
    for (person, mentor, kind) in store::pairs(conn, people, mentors, today)? {
        let first = pairs.entry((*person, *mentor)).or_insert(*kind);
        *first = (*first).min(*kind);
    }
    Ok(pairs)
}

/// Why that person must not know of that mentor's submissions, if so.
///
/// # Errors
/// Those of the database.
pub fn between(conn: &mut Conn, person: PersonId, mentor: PersonId, today: Date) -> ApiResult<Option<ConflictKind>> {
    Ok(pairs(conn, &[person], &[mentor], today)?.remove(&(person, mentor)))
}

/// Declares a conflict in the transaction of the caller, and withdraws from sight whatever that person reads of that
/// mentor.
///
/// # Errors
/// Those of the database.
pub fn set_apart(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    id: ConflictId,
    person: PersonId,
    mentor: PersonId,
    reason: Option<Line<400>>,
) -> ApiResult<()> {
    let row = ConflictRow {
        id: AsText::new(id),
        person_id: AsText::new(person),
        mentor_id: AsText::new(mentor),
        reason: reason.map(AsText::new),
        declared_by: AsText::new(stamp.actor.unwrap_or(person)),
        declared_at: stamp.now.into(),
        withdrawn_at: None,
    };
    store::add(tx, &row)?;
    audit::record(tx, stamp, Action::ConflictDeclared, "conflict", id, Some(person))?;
    review::actions::end_between(tx, stamp, person, mentor)
}

fn declared(conn: &mut Conn, row: ConflictRow) -> ApiResult<DeclaredConflict> {
    Ok(DeclaredConflict {
        id: *row.id,
        person: person::actions::name(conn, *row.person_id)?.0,
        mentor: person::actions::name(conn, *row.mentor_id)?.0,
        reason: row.reason.map(AsText::into_inner),
        declared_at: row.declared_at.into(),
    })
}

/// Declares that someone must not read another's submissions.
///
/// # Errors
/// If there is no such person, or it is declared already.
pub async fn declare(
    state: &State,
    actor: &Actor,
    once: Once,
    declare: DeclareConflict,
) -> ApiResult<Answer<Versioned<DeclaredConflict>>> {
    actor.coordinates()?;
    if declare.person_id == declare.mentor_id {
        return Err(ApiError::field(
            "/mentor_id",
            "themselves",
            "Nobody reads their own portfolio, so there is nothing to declare. Choose two people.",
        ));
    }
    if declare.mentor_id == actor.person {
        return Err(ApiError::NotYours(
            "This is about your own portfolio. Ask another coordinator to declare it for you.",
        ));
    }
    let (viewer, stamp, id): (_, _, ConflictId) = (actor.viewer(), state.stamp(actor.person), state.fresh());
    state
        .write_once(actor.person, once, move |tx| {
            for (pointer, person) in [("/person_id", declare.person_id), ("/mentor_id", declare.mentor_id)] {
                if !store::is_someone(tx, person)? {
                    return Err(ApiError::field(
                        pointer,
                        "unknown",
                        "There is no such person. Choose one from the list.",
                    ));
                }
            }
            if store::is_declared(tx, declare.person_id, declare.mentor_id)? {
                return Err(ApiError::not_now("This is declared already. There is nothing more to do."));
            }
            set_apart(tx, &stamp, id, declare.person_id, declare.mentor_id, declare.reason.clone())?;
            let row = store::find(tx, viewer, id)?;
            Ok(Versioned::new(declared(tx, row)?, 0))
        })
        .await
}

/// The declared conflicts that stand, the latest first.
///
/// # Errors
/// If the paging is off.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<DeclaredConflict>> {
    actor.coordinates()?;
    let (viewer, limit, behind) = (actor.viewer(), paging.limit()?, paging.cursor()?);
    state
        .db
        .read(move |conn| {
            let rows = store::list(conn, viewer, behind, limit + 1)?;
            let (rows, next) =
                page_of(rows, limit, |row| (cairn_shared::time::Timestamp::from(row.declared_at), *row.id));
            let items = rows.into_iter().map(|row| declared(conn, row)).collect::<ApiResult<_>>()?;
            Ok(Page { items, next })
        })
        .await
}

/// Withdraws a declared conflict. What it took from a reviewer does not come back by itself: assign it again.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none.
pub async fn withdraw(state: &State, actor: &Actor, id: ConflictId) -> ApiResult<()> {
    actor.coordinates()?;
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let row = store::find(tx, viewer, id)?;
            store::withdraw(tx, id, now)?;
            Ok(audit::record(tx, &stamp, Action::ConflictWithdrawn, "conflict", id, Some(*row.person_id))?)
        })
        .await
}
