//! Rows and queries of imports, and what they need to know of people and schools.

use crate::db::{
    AsJson, AsText, At, Conn, Tx,
    schema::{import, import_row, membership, person, role_grant, school},
};
use cairn_shared::{
    ids::{ImportId, PersonId, SchoolId},
    import::{
        Cell, Cells, Column, Deed, Difference, Encoding, ImportCounts, RowProblem, RowState,
        plan::{KnownPerson, KnownSchool, KnownStay},
    },
    person::{AccountState, Name, PersonName, Phase, Role},
    school::SchoolName,
    text::{Email, Line},
    time::{Date, Timestamp},
};
use diesel::{dsl::count_star, prelude::*};
use std::collections::HashMap;

/// An import.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = import)]
pub struct ImportRow {
    /// Which.
    pub id: AsText<ImportId>,
    /// What the file is called.
    pub name: AsText<Line<200>>,
    /// Who sent it.
    pub made_by: AsText<PersonId>,
    /// When.
    pub made_at: At,
    /// The first day at a school where the file says none.
    pub day: AsText<Date>,
    /// How its letters were written.
    pub encoding: AsText<Encoding>,
    /// The columns that are used.
    pub uses: AsJson<Vec<Column>>,
    /// The names of those that are not.
    pub unused: AsJson<Vec<Cell>>,
    /// Whether those who are added are written to at once; none until it has begun.
    pub invite: Option<bool>,
    /// Raised with each change of it or its rows.
    pub version: i64,
}

/// A row of an import.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = import_row)]
pub struct LineRow {
    /// Of which import.
    pub import_id: AsText<ImportId>,
    /// Its number in the spreadsheet.
    pub number: i64,
    /// What stands in it.
    pub cells: AsJson<Cells>,
    /// By what the school that it names is told apart; empty if it names none.
    pub school_key: String,
    /// Whether that school is a new one, however like another its name is.
    pub new_school: bool,
    /// What will happen with it.
    pub state: AsText<RowState>,
    /// What it does, or has done.
    pub deeds: AsJson<Vec<Deed>>,
    /// What differs and stays.
    pub differences: AsJson<Vec<Difference>>,
    /// What needs putting right.
    pub problems: AsJson<Vec<RowProblem>>,
    /// By what the school that it adds is told apart.
    pub adds_school: Option<String>,
    /// Whom it is about, once they are here.
    pub person_id: Option<AsText<PersonId>>,
    /// When it was done.
    pub done_at: Option<At>,
}

/// Writes an import.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &ImportRow) -> QueryResult<()> {
    diesel::insert_into(import::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// The import of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn import(conn: &mut Conn, id: ImportId) -> QueryResult<ImportRow> {
    import::table.filter(import::id.eq(id.to_string())).first(conn)
}

/// Imports, the newest first, one more than `limit` if there are more.
///
/// # Errors
/// Those of the database.
pub fn imports(conn: &mut Conn, after: Option<(Timestamp, ImportId)>, limit: i64) -> QueryResult<Vec<ImportRow>> {
    let mut query = import::table.into_boxed();
    if let Some((at, id)) = after {
        let at = At::from(at);
        query = query.filter(import::made_at.lt(at).or(import::made_at.eq(at).and(import::id.lt(id.to_string()))));
    }
    query.order((import::made_at.desc(), import::id.desc())).limit(limit + 1).load(conn)
}

/// Writes whether those who are added are written to, and the version.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &ImportRow) -> QueryResult<()> {
    diesel::update(import::table.filter(import::id.eq(row.id.to_string())))
        .set((import::invite.eq(row.invite), import::version.eq(row.version)))
        .execute(&mut **tx)
        .map(drop)
}

/// Removes imports that were made before that moment, with all that stands in them.
///
/// # Errors
/// Those of the database.
pub fn forget_before(tx: &mut Tx<'_>, moment: Timestamp) -> QueryResult<()> {
    let old: Vec<String> =
        import::table.filter(import::made_at.lt(At::from(moment))).select(import::id).load(&mut **tx)?;
    diesel::delete(import_row::table.filter(import_row::import_id.eq_any(old.clone()))).execute(&mut **tx)?;
    diesel::delete(import::table.filter(import::id.eq_any(old))).execute(&mut **tx).map(drop)
}

/// Writes a row.
///
/// # Errors
/// Those of the database.
pub fn add_line(tx: &mut Tx<'_>, row: &LineRow) -> QueryResult<()> {
    diesel::insert_into(import_row::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes what stands in a row, and what comes of it.
///
/// # Errors
/// Those of the database.
pub fn change_line(tx: &mut Tx<'_>, row: &LineRow) -> QueryResult<()> {
    let one = import_row::table
        .filter(import_row::import_id.eq(row.import_id.to_string()))
        .filter(import_row::number.eq(row.number));
    diesel::update(one)
        .set((
            import_row::cells.eq(row.cells.clone()),
            import_row::school_key.eq(row.school_key.clone()),
            import_row::new_school.eq(row.new_school),
            import_row::state.eq(row.state.clone()),
            import_row::deeds.eq(row.deeds.clone()),
            import_row::differences.eq(row.differences.clone()),
            import_row::problems.eq(row.problems.clone()),
            import_row::adds_school.eq(row.adds_school.clone()),
            import_row::person_id.eq(row.person_id.clone()),
            import_row::done_at.eq(row.done_at),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Which rows of an import are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those of which this will come.
    In(RowState),
    /// Those that need nothing put right and are not done.
    Waiting,
}

/// Rows of an import behind that number, in order, so many at the most.
///
/// # Errors
/// Those of the database.
pub fn lines(conn: &mut Conn, id: ImportId, which: Which, after: i64, limit: i64) -> QueryResult<Vec<LineRow>> {
    let mut query = import_row::table
        .filter(import_row::import_id.eq(id.to_string()))
        .filter(import_row::number.gt(after))
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::In(state) => query.filter(import_row::state.eq(state.code())),
        Which::Waiting => {
            query.filter(import_row::state.ne(RowState::Needs.code())).filter(import_row::done_at.is_null())
        }
    };
    query.order(import_row::number).limit(limit).load(conn)
}

/// How many rows of which kind those imports have.
///
/// # Errors
/// Those of the database.
pub fn counts(conn: &mut Conn, ids: &[String]) -> QueryResult<HashMap<ImportId, ImportCounts>> {
    let mut counts: HashMap<ImportId, ImportCounts> = HashMap::new();
    let by_state: Vec<(AsText<ImportId>, AsText<RowState>, i64)> = import_row::table
        .filter(import_row::import_id.eq_any(ids.to_vec()))
        .group_by((import_row::import_id, import_row::state))
        .select((import_row::import_id, import_row::state, count_star()))
        .load(conn)?;
    for (id, state, n) in by_state {
        let counts = counts.entry(*id).or_default();
        counts.rows += n;
        match *state {
            RowState::Needs => counts.needs = n,
            RowState::New => counts.new = n,
            RowState::School => counts.school = n,
            RowState::Changes => counts.changes = n,
            RowState::Unchanged => counts.unchanged = n,
        }
    }
    let done: Vec<(AsText<ImportId>, i64)> = import_row::table
        .filter(import_row::import_id.eq_any(ids.to_vec()))
        .filter(import_row::done_at.is_not_null())
        .group_by(import_row::import_id)
        .select((import_row::import_id, count_star()))
        .load(conn)?;
    for (id, n) in done {
        counts.entry(*id).or_default().done = n;
    }
    let schools: Vec<(AsText<ImportId>, Option<String>)> = import_row::table
        .filter(import_row::import_id.eq_any(ids.to_vec()))
        .filter(import_row::adds_school.is_not_null())
        .filter(import_row::state.ne(RowState::Needs.code()))
        .select((import_row::import_id, import_row::adds_school))
        .distinct()
        .load(conn)?;
    for (id, _) in schools {
        counts.entry(*id).or_default().schools += 1;
    }
    Ok(counts)
}

/// The names of those people.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, ids: &[String]) -> QueryResult<HashMap<PersonId, PersonName>> {
    let rows: Vec<(AsText<PersonId>, AsText<Name>, AsText<Name>)> = person::table
        .filter(person::id.eq_any(ids.to_vec()))
        .select((person::id, person::given_name, person::family_name))
        .load(conn)?;
    let name = |(id, given, family): (AsText<PersonId>, AsText<Name>, AsText<Name>)| {
        (*id, PersonName { id: *id, given_name: given.into_inner(), family_name: family.into_inner() })
    };
    Ok(rows.into_iter().map(name).collect())
}

// ---- What is known

/// All schools, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn known_schools(conn: &mut Conn) -> QueryResult<Vec<KnownSchool>> {
    type Row = (AsText<SchoolId>, AsText<SchoolName>, AsText<Phase>, Option<String>);
    let rows: Vec<Row> = school::table
        .order((school::created_at, school::id))
        .select((school::id, school::name, school::phase, school::urn))
        .load(conn)?;
    let known =
        |(id, name, phase, urn): Row| KnownSchool { id: Some(*id), name: name.into_inner(), phase: *phase, urn };
    Ok(rows.into_iter().map(known).collect())
}

type StayRow = (AsText<PersonId>, AsText<SchoolId>, AsText<SchoolName>, AsText<Date>, Option<AsText<Date>>, bool);
type PersonRow =
    (AsText<PersonId>, AsText<Name>, AsText<Name>, AsText<Email>, Option<AsText<Phase>>, AsText<AccountState>);

/// People of those addresses, with their roles and all their stays at schools.
///
/// # Errors
/// Those of the database.
pub fn known_people(conn: &mut Conn, emails: &[Email]) -> QueryResult<HashMap<Email, KnownPerson>> {
    let emails: Vec<String> = emails.iter().map(|email| email.as_str().to_owned()).collect();
    let people: Vec<PersonRow> = person::table
        .filter(person::email.eq_any(emails))
        .select((person::id, person::given_name, person::family_name, person::email, person::phase, person::state))
        .load(conn)?;
    let ids: Vec<String> = people.iter().map(|row| row.0.to_string()).collect();
    let mut roles: HashMap<PersonId, Vec<Role>> = HashMap::new();
    let granted: Vec<(AsText<PersonId>, AsText<Role>)> = role_grant::table
        .filter(role_grant::person_id.eq_any(ids.clone()))
        .select((role_grant::person_id, role_grant::role))
        .load(conn)?;
    for (who, role) in granted {
        roles.entry(*who).or_default().push(*role);
    }
    let mut stays: HashMap<PersonId, Vec<KnownStay>> = HashMap::new();
    let rows: Vec<StayRow> = membership::table
        .inner_join(school::table)
        .filter(membership::person_id.eq_any(ids))
        .order((membership::since, membership::id))
        .select((
            membership::person_id,
            school::id,
            school::name,
            membership::since,
            membership::until,
            membership::leads,
        ))
        .load(conn)?;
    for (who, school, name, since, until, leads) in rows {
        stays.entry(*who).or_default().push(KnownStay {
            school: *school,
            school_name: name.into_inner(),
            since: *since,
            until: until.map(AsText::into_inner),
            leads,
        });
    }
    let known = |(id, given, family, email, phase, state): PersonRow| {
        let person = KnownPerson {
            id: *id,
            given_name: given.into_inner(),
            family_name: family.into_inner(),
            phase: phase.map(AsText::into_inner),
            state: *state,
            roles: roles.remove(&*id).unwrap_or_default(),
            stays: stays.remove(&*id).unwrap_or_default(),
        };
        (email.into_inner(), person)
    };
    Ok(people.into_iter().map(known).collect())
}
