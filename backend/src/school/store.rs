//! Rows and queries of schools.

use crate::{
    actor::Viewer,
    db::{
        AsText, At, Conn, Tx, among, like_escaped,
        schema::{award, candidacy, membership, person, role_grant, round, school, submission},
    },
};
use cairn_shared::{
    award::{AwardStatus, AwardSummary},
    candidacy::Stage,
    fold::fold,
    ids::{AwardId, PersonId, SchoolId},
    person::{AccountState, Name, PersonName, Phase, Role},
    qualification::Qualification,
    school::SchoolName,
    time::Date,
};
use diesel::{
    dsl::exists,
    helper_types::{IntoBoxed, Select},
    prelude::*,
};

/// The columns of a [`SchoolRow`]: all but the name as it is looked for, which the store alone writes.
type Columns = (school::id, school::name, school::phase, school::urn, school::created_at);
const COLUMNS: Columns = (school::id, school::name, school::phase, school::urn, school::created_at);

/// A school.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = school)]
pub struct SchoolRow {
    /// Which.
    pub id: AsText<SchoolId>,
    /// Its name.
    pub name: AsText<SchoolName>,
    /// Its phase.
    pub phase: AsText<Phase>,
    /// Its unique reference number.
    pub urn: Option<String>,
    /// When it was added.
    pub created_at: At,
}

/// Whose schools are looked at.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// All of them: the coordinator's view.
    All,
    /// Those that the viewer leads today.
    LedBy(Viewer),
}

impl SchoolRow {
    /// Name and number as they are looked for and sorted. Whoever writes one of them writes this with it.
    pub fn folded(&self) -> String {
        fold(&format!("{} {}", *self.name, self.urn.as_deref().unwrap_or_default()))
    }
}

/// Where a school stands in the list: its name as it is sorted, and its id.
pub type ListKey = (String, SchoolId);

type Query<'a> = IntoBoxed<'a, Select<school::table, Columns>, <Conn as diesel::Connection>::Backend>;

fn seen_by<'a>(whose: Whose) -> Query<'a> {
    let query = school::table.select(COLUMNS).into_boxed();
    let Whose::LedBy(viewer) = whose else { return query };
    let day = viewer.today.to_string();
    query.filter(exists(
        membership::table
            .filter(membership::school_id.eq(school::id))
            .filter(membership::person_id.eq(viewer.person.to_string()))
            .filter(membership::leads.eq(true))
            .filter(membership::since.le(day.clone()))
            .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day))),
    ))
}

/// Schools by name, one more than `limit` if there are more.
///
/// # Errors
/// Those of the database.
pub fn schools(
    conn: &mut Conn,
    whose: Whose,
    words: &str,
    phase: Option<Phase>,
    after: Option<&ListKey>,
    limit: i64,
) -> QueryResult<Vec<SchoolRow>> {
    let mut query = seen_by(whose);
    for word in words.split_whitespace().take(8) {
        query = query.filter(school::folded.like(like_escaped(&fold(word))).escape('\\'));
    }
    if let Some(phase) = phase {
        query = query.filter(school::phase.eq(phase.code()));
    }
    if let Some((folded, id)) = after {
        let (folded, id) = (folded.clone(), id.to_string());
        query = query.filter(school::folded.gt(folded.clone()).or(school::folded.eq(folded).and(school::id.gt(id))));
    }
    query.order((school::folded, school::id)).limit(limit + 1).load(conn)
}

/// The school of that id, if it is to be seen.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn school(conn: &mut Conn, whose: Whose, id: SchoolId) -> QueryResult<SchoolRow> {
    seen_by(whose).filter(school::id.eq(id.to_string())).first(conn)
}

/// The name of the school that has that unique reference number.
///
/// # Errors
/// Those of the database.
pub fn name_by_urn(conn: &mut Conn, urn: &str) -> QueryResult<Option<String>> {
    school::table.filter(school::urn.assume_not_null().eq(urn)).select(school::name).first(conn).optional()
}

/// Writes a school.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &SchoolRow) -> QueryResult<()> {
    diesel::insert_into(school::table)
        .values((row.clone(), school::folded.eq(row.folded())))
        .execute(&mut **tx)
        .map(drop)
}

/// Changes a school's name and number.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &SchoolRow) -> QueryResult<()> {
    diesel::update(school::table.filter(school::id.eq(row.id.to_string())))
        .set((school::name.eq(row.name.clone()), school::urn.eq(row.urn.clone()), school::folded.eq(row.folded())))
        .execute(&mut **tx)
        .map(drop)
}

/// Who mentors at which of those schools on that day, by name. Someone may be at two.
///
/// # Errors
/// Those of the database.
pub fn mentors_on(conn: &mut Conn, schools: &[SchoolId], day: Date) -> QueryResult<Vec<(SchoolId, PersonName)>> {
    type Row = (AsText<SchoolId>, AsText<PersonId>, AsText<Name>, AsText<Name>);
    let ids: Vec<String> = schools.iter().map(SchoolId::to_string).collect();
    let day = day.to_string();
    let writes: Vec<&str> = Role::ALL.iter().filter(|role| role.writes()).map(|role| role.code()).collect();
    let mut rows: Vec<Row> = membership::table
        .inner_join(person::table)
        .filter(among(membership::school_id, ids))
        .filter(membership::since.le(day.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day)))
        .filter(person::state.ne(AccountState::Left.code()))
        .filter(exists(
            role_grant::table
                .filter(role_grant::person_id.eq(membership::person_id))
                .filter(role_grant::role.eq_any(writes)),
        ))
        .order((person::folded, person::id))
        .select((membership::school_id, person::id, person::given_name, person::family_name))
        .load(conn)?;
    // Someone who left and came back on the same day is there once.
    rows.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
    Ok(rows
        .into_iter()
        .map(|(school, id, given, family)| {
            (*school, PersonName { id: *id, given_name: given.into_inner(), family_name: family.into_inner() })
        })
        .collect())
}

/// The awards in force of those people, the earliest first.
///
/// # Errors
/// Those of the database.
pub fn awards_of(conn: &mut Conn, people: &[PersonId]) -> QueryResult<Vec<(PersonId, AwardSummary)>> {
    type Row = (AsText<PersonId>, AsText<AwardId>, AsText<Qualification>, AsText<Date>, String);
    let ids: Vec<String> = people.iter().map(PersonId::to_string).collect();
    let rows: Vec<Row> = award::table
        .filter(among(award::person_id, ids))
        .filter(award::status.eq(AwardStatus::InForce.code()))
        .order((award::awarded_on, award::id))
        .select((award::person_id, award::id, award::qualification, award::awarded_on, award::number))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(who, id, qualification, awarded_on, number)| {
            let status = AwardStatus::InForce;
            (*who, AwardSummary { id: *id, qualification: *qualification, awarded_on: *awarded_on, number, status })
        })
        .collect())
}

/// How far those people are, where they agreed to show it. Reading has begun from the day that the round says.
///
/// # Errors
/// Those of the database.
pub fn shared_stages(
    conn: &mut Conn,
    people: &[PersonId],
    today: Date,
) -> QueryResult<Vec<(PersonId, Qualification, Stage)>> {
    type Row = (AsText<PersonId>, AsText<Qualification>, AsText<Stage>, Option<String>);
    let ids: Vec<String> = people.iter().map(PersonId::to_string).collect();
    let rows: Vec<Row> = candidacy::table
        .filter(among(candidacy::mentor_id, ids))
        .filter(candidacy::stage_shared.eq(true))
        .order((candidacy::mentor_id, candidacy::qualification))
        .select((candidacy::mentor_id, candidacy::qualification, candidacy::state, candidacy::submission_id))
        .load(conn)?;
    let sent: Vec<String> = rows.iter().filter_map(|row| row.3.clone()).collect();
    let read: Vec<String> = submission::table
        .inner_join(round::table)
        .filter(among(submission::id, sent))
        .filter(round::review_opens.le(today.to_string()))
        .select(submission::id)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(who, qualification, state, submission)| {
            let stage = match *state {
                Stage::Submitted if submission.is_some_and(|s| read.contains(&s)) => Stage::InReview,
                stage => stage,
            };
            (*who, *qualification, stage)
        })
        .collect())
}
