//! Rows and queries of people.

use crate::{
    db::{
        AsText, At, Conn, Tx, among, like_escaped,
        schema::{membership, person, role_grant, school, sign_in_link},
    },
    mail,
};
use cairn_shared::{
    fold::fold,
    ids::{PersonId, SchoolId},
    person::{AccountState, Name, PersonName, PersonSummary, Phase, Role, SchoolMembership},
    school::SchoolName,
    text::Email,
    time::{Date, Timestamp},
};
use diesel::{
    dsl::{auto_type, exists, not},
    prelude::*,
    select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns of a [`PersonRow`]: all but the name as it is looked for, which the store alone writes.
type Columns = (
    person::id,
    person::given_name,
    person::family_name,
    person::email,
    person::phase,
    person::state,
    person::password_hash,
    person::created_at,
    person::version,
);
const COLUMNS: Columns = (
    person::id,
    person::given_name,
    person::family_name,
    person::email,
    person::phase,
    person::state,
    person::password_hash,
    person::created_at,
    person::version,
);

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

    /// The name as it is looked for and sorted. Whoever writes a name writes this with it.
    pub fn folded(&self) -> String {
        fold(&format!("{} {}", *self.family_name, *self.given_name))
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

/// Where a person stands in the list: their name as it is sorted, and their id.
pub type ListKey = (String, PersonId);

/// The person of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn person(conn: &mut Conn, id: PersonId) -> QueryResult<PersonRow> {
    person::table.filter(person::id.eq(id.to_string())).select(COLUMNS).first(conn)
}

/// Those people, in no order.
///
/// # Errors
/// Those of the database.
pub fn persons(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<Vec<PersonRow>> {
    let ids = ids.iter().map(PersonId::to_string);
    person::table.filter(among(person::id, ids)).select(COLUMNS).load(conn)
}

/// The person of that address.
///
/// # Errors
/// Those of the database.
pub fn person_by_email(conn: &mut Conn, email: &Email) -> QueryResult<Option<PersonRow>> {
    person::table.filter(person::email.eq(email.as_str())).select(COLUMNS).first(conn).optional()
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
    let mut query = person::table.select(COLUMNS).into_boxed();
    for word in sought.words.split_whitespace().take(8) {
        query = query.filter(
            person::folded
                .like(like_escaped(&fold(word)))
                .escape('\\')
                .or(person::email.like(like_escaped(word)).escape('\\')),
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
    if let Some((folded, id)) = after {
        let (folded, id) = (folded.clone(), id.to_string());
        query = query.filter(person::folded.gt(folded.clone()).or(person::folded.eq(folded).and(person::id.gt(id))));
    }
    query.order((person::folded, person::id)).limit(limit + 1).load(conn)
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
        .filter(among(role_grant::person_id, ids.clone()))
        .select((role_grant::person_id, role_grant::role))
        .load(conn)?;
    for (who, role) in granted {
        roles.entry(*who).or_default().push(*role);
    }
    let mut schools: HashMap<PersonId, Vec<SchoolMembership>> = HashMap::new();
    let stays: Vec<(AsText<PersonId>, Stay)> = membership::table
        .inner_join(school::table)
        .filter(among(membership::person_id, ids))
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
    let addresses: Vec<String> = rows.iter().map(|row| row.email.to_string()).collect();
    let undelivered = mail::undelivered(conn, &addresses)?;
    let invited: Vec<String> =
        rows.iter().filter(|row| *row.state == AccountState::Invited).map(|row| row.id.to_string()).collect();
    let letters: HashMap<PersonId, Timestamp> = sign_in_link::table
        .filter(sign_in_link::purpose.eq(INVITATION))
        .filter(among(sign_in_link::person_id, invited))
        .order(sign_in_link::created_at)
        .select((sign_in_link::person_id, sign_in_link::created_at))
        .load::<(AsText<PersonId>, At)>(conn)?
        .into_iter()
        .map(|(who, at)| (*who, at.into()))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut roles = roles.remove(&row.id).unwrap_or_default();
            roles.sort_unstable();
            PersonSummary {
                invited_at: letters.get(&row.id).copied(),
                name: row.name(),
                schools: schools.remove(&row.id).unwrap_or_default(),
                undelivered_at: undelivered.get(row.email.as_str()).copied(),
                email: row.email.into_inner(),
                phase: row.phase.map(AsText::into_inner),
                roles,
                state: row.state.into_inner(),
            }
        })
        .collect())
}

/// What the link of an invitation is for.
const INVITATION: &str = "invitation";

/// How many people were added and have never been written to.
///
/// # Errors
/// Those of the database.
pub fn count_uninvited(conn: &mut Conn) -> QueryResult<i64> {
    person::table
        .filter(person::state.eq(AccountState::Invited.code()))
        .filter(never_invited())
        .count()
        .get_result(conn)
}

/// People who were added and have never been written to, by name.
///
/// # Errors
/// Those of the database.
pub fn uninvited(conn: &mut Conn, limit: i64) -> QueryResult<Vec<PersonRow>> {
    person::table
        .filter(person::state.eq(AccountState::Invited.code()))
        .filter(never_invited())
        .order((person::folded, person::id))
        .select(COLUMNS)
        .limit(limit)
        .load(conn)
}

/// Whether a letter with an invitation was ever written to that person.
///
/// # Errors
/// Those of the database.
pub fn was_invited(conn: &mut Conn, id: PersonId) -> QueryResult<bool> {
    select(exists(person::table.filter(person::id.eq(id.to_string())).filter(not(never_invited())))).get_result(conn)
}

/// Holds for a person to whom no letter with an invitation was written.
#[auto_type]
fn never_invited() -> _ {
    let purpose: &'static str = INVITATION;
    not(exists(
        sign_in_link::table.filter(sign_in_link::person_id.eq(person::id)).filter(sign_in_link::purpose.eq(purpose)),
    ))
}

/// Writes a person.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &PersonRow) -> QueryResult<()> {
    diesel::insert_into(person::table)
        .values((row.clone(), person::folded.eq(row.folded())))
        .execute(&mut **tx)
        .map(drop)
}

/// Changes a person's names, address, phase and state, and raises the version.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &PersonRow) -> QueryResult<()> {
    diesel::update(person::table.filter(person::id.eq(row.id.to_string())))
        .set((
            person::given_name.eq(row.given_name.clone()),
            person::family_name.eq(row.family_name.clone()),
            person::email.eq(row.email.clone()),
            person::folded.eq(row.folded()),
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

/// Says that they lead the school where they stay, or its work with trainees.
///
/// # Errors
/// Those of the database.
pub fn lead(tx: &mut Tx<'_>, row: &MembershipRow) -> QueryResult<()> {
    diesel::update(membership::table.filter(membership::id.eq(row.id.to_string())))
        .set(membership::leads.eq(true))
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
