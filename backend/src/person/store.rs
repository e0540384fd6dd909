//! Rows and queries of people.

use crate::db::{
    AsText, At, Conn, Tx, like_escaped,
    schema::{membership, person, role_grant, school},
};
use cairn_shared::{
    ids::{PersonId, SchoolId},
    person::{AccountState, Name, PersonName, PersonSummary, Phase, Role, SchoolMembership},
    school::SchoolName,
    text::Email,
    time::{Date, Timestamp},
};
use diesel::{define_sql_function, dsl::exists, prelude::*, sql_types::Text};
use std::collections::HashMap;
use uuid::Uuid;

define_sql_function! {
    /// Small letters, as far as the database knows them.
    fn lower(text: Text) -> Text;
}

/// A person.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = person)]
pub struct PersonRow {
    /// Who.
    pub id: AsText<PersonId>,
    /// Given name.
    pub given_name: AsText<Name>,
    /// Family name.
    pub family_name: AsText<Name>,
    /// Where letters go.
    pub email: AsText<Email>,
    /// The phase that they work in.
    pub phase: Option<AsText<Phase>>,
    /// Where the account stands.
    pub state: AsText<AccountState>,
    /// The argon2id hash of a password, if one is set.
    pub password_hash: Option<String>,
    /// When the account was made.
    pub created_at: At,
    /// Raised with each change.
    pub version: i64,
}

impl PersonRow {
    /// The name alone.
    pub fn name(&self) -> PersonName {
        PersonName { id: *self.id, given_name: (*self.given_name).clone(), family_name: (*self.family_name).clone() }
    }
}

/// A stay at a school.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = membership)]
pub struct MembershipRow {
    /// Which.
    pub id: AsText<Uuid>,
    /// Whose.
    pub person_id: AsText<PersonId>,
    /// At which school.
    pub school_id: AsText<SchoolId>,
    /// The first day.
    pub since: AsText<Date>,
    /// The last day, once it is known.
    pub until: Option<AsText<Date>>,
    /// The first day on which it no longer makes a conflict of interest.
    pub conflict_until: Option<AsText<Date>>,
    /// Whether they lead the school, or its work with trainees.
    pub leads: bool,
}

/// What the coordinator looks for among people.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Words, each of which is in a name or the address.
    pub words: String,
    /// The phase that they work in.
    pub phase: Option<Phase>,
    /// What they may do.
    pub role: Option<Role>,
    /// The school that they are at today.
    pub school: Option<SchoolId>,
}

/// Where a person stands in the list.
pub type ListKey = (Name, Name, PersonId);

/// The person of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn person(conn: &mut Conn, id: PersonId) -> QueryResult<PersonRow> {
    person::table.filter(person::id.eq(id.to_string())).first(conn)
}

/// The person of that address.
///
/// # Errors
/// Those of the database.
pub fn person_by_email(conn: &mut Conn, email: &Email) -> QueryResult<Option<PersonRow>> {
    person::table.filter(person::email.eq(email.as_str())).first(conn).optional()
}

/// What a person may do.
///
/// # Errors
/// Those of the database.
pub fn roles(conn: &mut Conn, id: PersonId) -> QueryResult<Vec<Role>> {
    let mut roles: Vec<Role> = role_grant::table
        .filter(role_grant::person_id.eq(id.to_string()))
        .select(role_grant::role)
        .load::<AsText<Role>>(conn)?
        .into_iter()
        .map(AsText::into_inner)
        .collect();
    roles.sort_unstable();
    Ok(roles)
}

type Stay = (AsText<SchoolId>, AsText<SchoolName>, AsText<Date>, Option<AsText<Date>>, bool);

/// The schools that a person is at on that day.
///
/// # Errors
/// Those of the database.
pub fn memberships_on(conn: &mut Conn, id: PersonId, day: Date) -> QueryResult<Vec<SchoolMembership>> {
    let day = day.to_string();
    let rows: Vec<Stay> = membership::table
        .inner_join(school::table)
        .filter(membership::person_id.eq(id.to_string()))
        .filter(membership::since.le(day.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day)))
        .order(membership::since.desc())
        .select((school::id, school::name, membership::since, membership::until, membership::leads))
        .load(conn)?;
    Ok(rows.into_iter().map(stay).collect())
}

fn stay((school_id, school_name, since, until, leads): Stay) -> SchoolMembership {
    SchoolMembership {
        school_id: *school_id,
        school_name: school_name.into_inner(),
        since: *since,
        until: until.map(AsText::into_inner),
        leads,
    }
}

/// People by their names, one more than `limit` if there are more.
///
/// # Errors
/// Those of the database.
pub fn people(
    conn: &mut Conn,
    sought: &Sought,
    today: Date,
    after: Option<&ListKey>,
    limit: i64,
) -> QueryResult<Vec<PersonRow>> {
    let mut query = person::table.into_boxed();
    for word in sought.words.split_whitespace().take(8) {
        // SQLite's `lower` knows A to Z alone, so a name that begins with another capital is looked for as written.
        let small = like_escaped(word);
        let capital = capitalised(&small);
        query = query.filter(
            lower(person::given_name)
                .like(small.clone())
                .escape('\\')
                .or(lower(person::family_name).like(small.clone()).escape('\\'))
                .or(person::email.like(small).escape('\\'))
                .or(person::given_name.like(capital.clone()).escape('\\'))
                .or(person::family_name.like(capital).escape('\\')),
        );
    }
    if let Some(phase) = sought.phase {
        query = query.filter(person::phase.assume_not_null().eq(phase.code()));
    }
    if let Some(role) = sought.role {
        query = query.filter(exists(
            role_grant::table.filter(role_grant::person_id.eq(person::id)).filter(role_grant::role.eq(role.code())),
        ));
    }
    if let Some(at) = sought.school {
        let day = today.to_string();
        query = query.filter(exists(
            membership::table
                .filter(membership::person_id.eq(person::id))
                .filter(membership::school_id.eq(at.to_string()))
                .filter(membership::since.le(day.clone()))
                .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day))),
        ));
    }
    if let Some((family, given, id)) = after {
        let (family, given, id) = (family.as_str().to_owned(), given.as_str().to_owned(), id.to_string());
        query = query.filter(
            person::family_name.gt(family.clone()).or(person::family_name
                .eq(family)
                .and(person::given_name.gt(given.clone()).or(person::given_name.eq(given).and(person::id.gt(id))))),
        );
    }
    query.order((person::family_name, person::given_name, person::id)).limit(limit + 1).load(conn)
}

fn capitalised(pattern: &str) -> String {
    let mut chars = pattern.chars();
    let mut capital: String = chars.by_ref().take(1).collect();
    capital.extend(chars.by_ref().take(1).flat_map(char::to_uppercase));
    capital.extend(chars);
    capital
}

/// People as the coordinator's list shows them, in the order given.
///
/// # Errors
/// Those of the database.
pub fn summaries(conn: &mut Conn, rows: Vec<PersonRow>, today: Date) -> QueryResult<Vec<PersonSummary>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let day = today.to_string();
    let mut roles: HashMap<PersonId, Vec<Role>> = HashMap::new();
    let granted: Vec<(AsText<PersonId>, AsText<Role>)> = role_grant::table
        .filter(role_grant::person_id.eq_any(ids.clone()))
        .select((role_grant::person_id, role_grant::role))
        .load(conn)?;
    for (who, role) in granted {
        roles.entry(*who).or_default().push(*role);
    }
    let mut schools: HashMap<PersonId, Vec<SchoolMembership>> = HashMap::new();
    let stays: Vec<(AsText<PersonId>, Stay)> = membership::table
        .inner_join(school::table)
        .filter(membership::person_id.eq_any(ids))
        .filter(membership::since.le(day.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day)))
        .order(membership::since.desc())
        .select((
            membership::person_id,
            (school::id, school::name, membership::since, membership::until, membership::leads),
        ))
        .load(conn)?;
    for (who, row) in stays {
        schools.entry(*who).or_default().push(stay(row));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut roles = roles.remove(&row.id).unwrap_or_default();
            roles.sort_unstable();
            PersonSummary {
                name: row.name(),
                schools: schools.remove(&row.id).unwrap_or_default(),
                email: row.email.into_inner(),
                phase: row.phase.map(AsText::into_inner),
                roles,
                state: row.state.into_inner(),
            }
        })
        .collect())
}

/// Writes a person.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &PersonRow) -> QueryResult<()> {
    diesel::insert_into(person::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Changes a person's names, phase and state, and raises the version.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &PersonRow) -> QueryResult<()> {
    diesel::update(person::table.filter(person::id.eq(row.id.to_string())))
        .set((
            person::given_name.eq(row.given_name.clone()),
            person::family_name.eq(row.family_name.clone()),
            person::phase.eq(row.phase.clone()),
            person::state.eq(row.state.clone()),
            person::version.eq(row.version + 1),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Grants a role.
///
/// # Errors
/// Those of the database.
pub fn grant(tx: &mut Tx<'_>, who: PersonId, role: Role, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(role_grant::table)
        .values((
            role_grant::person_id.eq(who.to_string()),
            role_grant::role.eq(role.code()),
            role_grant::granted_at.eq(At::from(now)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Takes a role back.
///
/// # Errors
/// Those of the database.
pub fn take_back(tx: &mut Tx<'_>, who: PersonId, role: Role) -> QueryResult<()> {
    let granted =
        role_grant::table.filter(role_grant::person_id.eq(who.to_string())).filter(role_grant::role.eq(role.code()));
    diesel::delete(granted).execute(&mut **tx).map(drop)
}

/// How many coordinators there are beside that person, those who left not counted.
///
/// # Errors
/// Those of the database.
pub fn other_coordinators(conn: &mut Conn, who: PersonId) -> QueryResult<i64> {
    role_grant::table
        .inner_join(person::table)
        .filter(role_grant::role.eq(Role::Coordinator.code()))
        .filter(role_grant::person_id.ne(who.to_string()))
        .filter(person::state.ne(AccountState::Left.code()))
        .count()
        .get_result(conn)
}

/// Whether there is such a school.
///
/// # Errors
/// Those of the database.
pub fn is_school(conn: &mut Conn, id: SchoolId) -> QueryResult<bool> {
    let found: i64 = school::table.filter(school::id.eq(id.to_string())).count().get_result(conn)?;
    Ok(found == 1)
}

/// Writes a stay.
///
/// # Errors
/// Those of the database.
pub fn begin_membership(tx: &mut Tx<'_>, row: &MembershipRow) -> QueryResult<()> {
    diesel::insert_into(membership::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// A person's stays whose last day isn't known yet.
///
/// # Errors
/// Those of the database.
pub fn open_memberships(conn: &mut Conn, who: PersonId) -> QueryResult<Vec<MembershipRow>> {
    membership::table
        .filter(membership::person_id.eq(who.to_string()))
        .filter(membership::until.is_null())
        .order(membership::since)
        .load(conn)
}

/// Says when a stay ended, and until when it makes a conflict.
///
/// # Errors
/// Those of the database.
pub fn end_membership(tx: &mut Tx<'_>, row: &MembershipRow, last_day: Date, conflict_until: Date) -> QueryResult<()> {
    diesel::update(membership::table.filter(membership::id.eq(row.id.to_string())))
        .set((
            membership::until.eq(Some(last_day.to_string())),
            membership::conflict_until.eq(Some(conflict_until.to_string())),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Takes a stay away that never began.
///
/// # Errors
/// Those of the database.
pub fn drop_membership(tx: &mut Tx<'_>, row: &MembershipRow) -> QueryResult<()> {
    diesel::delete(membership::table.filter(membership::id.eq(row.id.to_string()))).execute(&mut **tx).map(drop)
}

/// Asks the database for anything at all.
///
/// # Errors
/// If it doesn't answer.
pub fn answers(conn: &mut Conn) -> QueryResult<()> {
    person::table.select(person::id).first::<String>(conn).optional().map(drop)
}

/// Whether there is anybody at all.
///
/// # Errors
/// Those of the database.
pub fn any(conn: &mut Conn) -> QueryResult<bool> {
    Ok(person::table.select(person::id).first::<String>(conn).optional()?.is_some())
}
