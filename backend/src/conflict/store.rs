//! Rows and queries of conflicts, and the predicate that keeps them.

use crate::{
    actor::Viewer,
    db::{
        AsText, At, Conn, Tx, among,
        schema::{candidacy, conflict_between, declared_conflict, person, review},
    },
};
use cairn_shared::{
    conflict::ConflictKind,
    ids::{ConflictId, PersonId},
    text::Line,
    time::{Date, Timestamp},
};
use diesel::{
    dsl::{auto_type, exists, not},
    prelude::*,
};

pub use predicates::{apart, reader_apart};

/// Holds for a submission, joined with its candidacy, that the person has no conflict with on that day. Every query
/// of the panel filters by it, counts too: to someone with a conflict the submission does not exist.
///
/// # Example
/// `submission::table.inner_join(candidacy::table).filter(no_conflict(viewer))`
pub fn no_conflict(viewer: Viewer) -> apart {
    apart(viewer.person.to_string(), viewer.today.to_string())
}

mod predicates {
    #![expect(missing_docs, reason = "auto_type names a type after each function, and can't give it a sentence")]
    // An offset of nought leaves out nothing. It keeps PostgreSQL from putting together all conflicts that there are, to
    // hold some rows against them: with it, each row's own pair is looked up in the indexes.

    use super::*;

    /// What [`no_conflict`] is made of.
    #[auto_type]
    pub fn apart(who: String, today: String) -> _ {
        let until: String = today.clone();
        not(exists(
            conflict_between::table
                .filter(conflict_between::person_id.eq(who))
                .filter(conflict_between::mentor_id.eq(candidacy::mentor_id))
                .filter(
                    conflict_between::until_one.is_null().or(conflict_between::until_one.assume_not_null().gt(today)),
                )
                .filter(
                    conflict_between::until_other
                        .is_null()
                        .or(conflict_between::until_other.assume_not_null().gt(until)),
                )
                .offset(0i64),
        ))
    }

    /// Holds for a review, joined with its submission's candidacy, whose reviewer has no conflict on that day: a later
    /// conflict takes the review out of everyone's sight.
    #[auto_type]
    pub fn reader_apart(today: String) -> _ {
        let until: String = today.clone();
        not(exists(
            conflict_between::table
                .filter(conflict_between::person_id.eq(review::reviewer_id))
                .filter(conflict_between::mentor_id.eq(candidacy::mentor_id))
                .filter(
                    conflict_between::until_one.is_null().or(conflict_between::until_one.assume_not_null().gt(today)),
                )
                .filter(
                    conflict_between::until_other
                        .is_null()
                        .or(conflict_between::until_other.assume_not_null().gt(until)),
                )
                .offset(0i64),
        ))
    }
}

/// A person, a mentor whose submissions they must not know of, and why.
pub type Pair = (AsText<PersonId>, AsText<PersonId>, AsText<ConflictKind>);

/// The conflicts between some people and some mentors on that day. A pair may have several.
///
/// # Errors
/// Those of the database.
pub fn pairs(conn: &mut Conn, people: &[PersonId], mentors: &[PersonId], today: Date) -> QueryResult<Vec<Pair>> {
    let text = |ids: &[PersonId]| ids.iter().map(PersonId::to_string).collect::<Vec<_>>();
    let today = today.to_string();
    conflict_between::table
        .filter(among(conflict_between::person_id, text(people)))
        .filter(among(conflict_between::mentor_id, text(mentors)))
        .filter(
            conflict_between::until_one.is_null().or(conflict_between::until_one.assume_not_null().gt(today.clone())),
        )
        .filter(conflict_between::until_other.is_null().or(conflict_between::until_other.assume_not_null().gt(today)))
        .select((conflict_between::person_id, conflict_between::mentor_id, conflict_between::kind))
        .load(conn)
}

/// A declared conflict.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = declared_conflict)]
pub struct ConflictRow {
    /// Which.
    pub id: AsText<ConflictId>,
    /// The member of the panel.
    pub person_id: AsText<PersonId>,
    /// The mentor.
    pub mentor_id: AsText<PersonId>,
    /// What the chair should know.
    pub reason: Option<AsText<Line<400>>>,
    /// Who declared it.
    pub declared_by: AsText<PersonId>,
    /// When.
    pub declared_at: At,
    /// When it was withdrawn.
    pub withdrawn_at: Option<At>,
}

/// Writes a declared conflict.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &ConflictRow) -> QueryResult<()> {
    diesel::insert_into(declared_conflict::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Whether that conflict is declared and stands.
///
/// # Errors
/// Those of the database.
pub fn is_declared(conn: &mut Conn, person: PersonId, mentor: PersonId) -> QueryResult<bool> {
    let found: i64 = declared_conflict::table
        .filter(declared_conflict::withdrawn_at.is_null())
        .filter(declared_conflict::person_id.eq(person.to_string()))
        .filter(declared_conflict::mentor_id.eq(mentor.to_string()))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// A declared conflict that stands. Those about the viewer's own submissions do not exist for them: they would tell
/// who was asked to read.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn find(conn: &mut Conn, viewer: Viewer, id: ConflictId) -> QueryResult<ConflictRow> {
    declared_conflict::table
        .filter(declared_conflict::withdrawn_at.is_null())
        .filter(declared_conflict::mentor_id.ne(viewer.person.to_string()))
        .filter(declared_conflict::id.eq(id.to_string()))
        .first(conn)
}

/// Declared conflicts that stand, the latest first, but for those about the viewer's own submissions.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    viewer: Viewer,
    behind: Option<(Timestamp, ConflictId)>,
    limit: i64,
) -> QueryResult<Vec<ConflictRow>> {
    let mut query = declared_conflict::table
        .filter(declared_conflict::withdrawn_at.is_null())
        .filter(declared_conflict::mentor_id.ne(viewer.person.to_string()))
        .into_boxed();
    if let Some((at, id)) = behind {
        let at = At::from(at);
        query = query.filter(
            declared_conflict::declared_at
                .lt(at)
                .or(declared_conflict::declared_at.eq(at).and(declared_conflict::id.lt(id.to_string()))),
        );
    }
    query.order((declared_conflict::declared_at.desc(), declared_conflict::id.desc())).limit(limit).load(conn)
}

/// Withdraws a declared conflict.
///
/// # Errors
/// Those of the database.
pub fn withdraw(tx: &mut Tx<'_>, id: ConflictId, now: Timestamp) -> QueryResult<()> {
    diesel::update(declared_conflict::table.filter(declared_conflict::id.eq(id.to_string())))
        .set(declared_conflict::withdrawn_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// Whether there is such a person.
///
/// # Errors
/// Those of the database.
pub fn is_someone(conn: &mut Conn, id: PersonId) -> QueryResult<bool> {
    let found: i64 = person::table.filter(person::id.eq(id.to_string())).count().get_result(conn)?;
    Ok(found == 1)
}
