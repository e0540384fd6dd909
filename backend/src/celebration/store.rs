//! Rows and queries of celebrations and of invitations to them.

use crate::{
    actor::Viewer,
    db::{
        AsText, At, Conn, Tx, among,
        schema::{award, celebration, celebration_round, invitation, membership, person, round, submission},
    },
};
use cairn_shared::{
    award::AwardStatus,
    celebration::{InvitedAs, Reply},
    ids::{CelebrationId, InvitationId, PersonId, RoundId, SchoolId},
    person::{AccountState, Name, PersonName},
    qualification::Qualification,
    round::RoundName,
    text::{Draft, Email, Line},
    time::{Date, Timestamp},
};
use diesel::prelude::*;
use std::collections::HashMap;

/// A celebration.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = celebration, treat_none_as_null = true)]
pub struct CelebrationRow {
    /// Which.
    pub id: AsText<CelebrationId>,
    /// What it is called.
    pub title: AsText<Line<120>>,
    /// Where.
    pub place: AsText<Line<200>>,
    /// What else guests should know.
    pub details: AsText<Draft<2000>>,
    /// When it begins.
    pub starts_at: At,
    /// When it ends.
    pub ends_at: At,
    /// The last day on which guests can answer.
    pub reply_by: AsText<Date>,
    /// How many people there is room for.
    pub places: i64,
    /// How many guests each may bring.
    pub guests_each: i64,
    /// How often its entry in calendars was changed.
    pub sequence: i64,
    /// When it was planned.
    pub created_at: At,
    /// When the first invitations went out.
    pub invited_at: Option<At>,
    /// When it was called off.
    pub cancelled_at: Option<At>,
    /// Why.
    pub cancelled_why: Option<String>,
    /// When those who came were thanked.
    pub thanked_at: Option<At>,
    /// When diets and access needs were deleted.
    pub cleared_at: Option<At>,
    /// How often it was changed.
    pub version: i64,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = invitation, treat_none_as_null = true)]
pub struct InvitationRow {
    /// Which.
    pub id: AsText<InvitationId>,
    /// To what.
    pub celebration_id: AsText<CelebrationId>,
    /// Whose.
    pub person_id: AsText<PersonId>,
    /// As what they are invited.
    pub invited_as: AsText<InvitedAs>,
    /// The school that they come from.
    pub school_name: Option<String>,
    /// When it was sent.
    pub sent_at: At,
    /// What they answered.
    pub reply: AsText<Reply>,
    /// When.
    pub replied_at: Option<At>,
    /// Since when they wait for a place.
    pub waiting_since: Option<At>,
    /// Names of guests, a line each.
    pub guests: String,
    /// What they and their guests don't eat.
    pub diet: AsText<Draft<500>>,
    /// What they and their guests need.
    pub access: AsText<Draft<500>>,
    /// Whether they may be in photographs.
    pub photos: bool,
    /// Their table.
    pub table_number: Option<i64>,
    /// Their place in the running list.
    pub running_order: Option<i64>,
    /// When they were reminded to answer.
    pub nudged_at: Option<At>,
    /// When they were reminded of the evening.
    pub reminded_at: Option<At>,
    /// How often it was changed.
    pub version: i64,
}

impl InvitationRow {
    /// How many they are.
    pub fn heads(&self) -> u16 {
        party(&self.guests)
    }
}

/// How many somebody is with those guests.
fn party(guests: &str) -> u16 {
    1 + u16::try_from(guests.lines().count()).unwrap_or(u16::MAX - 1)
}

/// Somebody who is invited, or is to be: who, and where letters go.
pub type Whom = (PersonName, Email);

type PersonColumns = (person::id, person::given_name, person::family_name, person::email);
const PERSON: PersonColumns = (person::id, person::given_name, person::family_name, person::email);
type PersonParts = (AsText<PersonId>, AsText<Name>, AsText<Name>, AsText<Email>);

fn whom((id, given, family, email): PersonParts) -> Whom {
    let name = PersonName { id: *id, given_name: given.into_inner(), family_name: family.into_inner() };
    (name, email.into_inner())
}

/// Where a celebration stands in the list: its beginning, and its id.
pub type ListKey = (Timestamp, CelebrationId);

/// Celebrations, the latest first: all of them, or those that somebody is invited to.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    invited: Option<Viewer>,
    after: Option<ListKey>,
    limit: i64,
) -> QueryResult<Vec<CelebrationRow>> {
    let mut query = celebration::table.into_boxed();
    if let Some(viewer) = invited {
        let mine = invitation::table
            .filter(invitation::person_id.eq(viewer.person.to_string()))
            .select(invitation::celebration_id);
        query = query.filter(celebration::id.eq_any(mine));
    }
    if let Some((starts, id)) = after {
        let (starts, id) = (At::from(starts), id.to_string());
        query = query.filter(
            celebration::starts_at.lt(starts).or(celebration::starts_at.eq(starts).and(celebration::id.lt(id))),
        );
    }
    query.order((celebration::starts_at.desc(), celebration::id.desc())).limit(limit).load(conn)
}

/// The celebration of that id, for its planner.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn find(conn: &mut Conn, id: CelebrationId) -> QueryResult<CelebrationRow> {
    celebration::table.find(id.to_string()).first(conn)
}

/// Writes a new one.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &CelebrationRow) -> QueryResult<()> {
    diesel::insert_into(celebration::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes what has changed, and a new version with it.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &mut CelebrationRow) -> QueryResult<()> {
    row.version += 1;
    diesel::update(celebration::table.find(row.id.to_string())).set(row.clone()).execute(&mut **tx).map(drop)
}

/// The rounds whose awards it celebrates, the earliest first.
///
/// # Errors
/// Those of the database.
pub fn rounds(conn: &mut Conn, id: CelebrationId) -> QueryResult<Vec<(RoundId, RoundName)>> {
    let found: Vec<(AsText<RoundId>, AsText<RoundName>)> = celebration_round::table
        .inner_join(round::table)
        .filter(celebration_round::celebration_id.eq(id.to_string()))
        .order((round::meeting, round::id))
        .select((round::id, round::name))
        .load(conn)?;
    Ok(found.into_iter().map(|(id, name)| (*id, name.into_inner())).collect())
}

/// How many of those rounds there are.
///
/// # Errors
/// Those of the database.
pub fn known_rounds(conn: &mut Conn, rounds: &[RoundId]) -> QueryResult<usize> {
    let ids: Vec<String> = rounds.iter().map(RoundId::to_string).collect();
    let found: i64 = round::table.filter(among(round::id, ids)).count().get_result(conn)?;
    Ok(usize::try_from(found).unwrap_or(0))
}

/// Sets the rounds whose awards it celebrates.
///
/// # Errors
/// Those of the database.
pub fn set_rounds(tx: &mut Tx<'_>, id: CelebrationId, rounds: &[RoundId]) -> QueryResult<()> {
    diesel::delete(celebration_round::table.filter(celebration_round::celebration_id.eq(id.to_string())))
        .execute(&mut **tx)?;
    for round in rounds {
        diesel::insert_into(celebration_round::table)
            .values((
                celebration_round::celebration_id.eq(id.to_string()),
                celebration_round::round_id.eq(round.to_string()),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// What somebody was awarded: who, what, at which school, and on which day.
pub type Awarded = (Whom, Qualification, Option<String>, Date);

/// Who was awarded what in its rounds, by name. Only awards in force.
///
/// # Errors
/// Those of the database.
pub fn awarded(conn: &mut Conn, id: CelebrationId) -> QueryResult<Vec<Awarded>> {
    let rounds = celebration_round::table
        .filter(celebration_round::celebration_id.eq(id.to_string()))
        .select(celebration_round::round_id.nullable());
    type Row = (PersonParts, AsText<Qualification>, Option<String>, AsText<Date>);
    let found: Vec<Row> = award::table
        .inner_join(submission::table)
        .inner_join(person::table)
        .filter(submission::round_id.eq_any(rounds))
        .filter(award::status.eq(AwardStatus::InForce.code()))
        .filter(person::state.ne(AccountState::Left.code()))
        .order((person::folded, person::id, award::qualification))
        .select((PERSON, award::qualification, award::school_name, award::awarded_on))
        .load(conn)?;
    let seen = |(who, qualification, school, on): Row| (whom(who), *qualification, school, *on);
    Ok(found.into_iter().map(seen).collect())
}

/// The schools of those people on that day.
///
/// # Errors
/// Those of the database.
pub fn schools_of(conn: &mut Conn, people: &[PersonId], day: Date) -> QueryResult<Vec<(PersonId, SchoolId, String)>> {
    let ids: Vec<String> = people.iter().map(PersonId::to_string).collect();
    let day = day.to_string();
    let found: Vec<(AsText<PersonId>, AsText<SchoolId>, String)> = membership::table
        .inner_join(crate::db::schema::school::table)
        .filter(among(membership::person_id, ids))
        .filter(membership::since.le(day.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day)))
        .order((membership::person_id, membership::since, membership::id))
        .select((membership::person_id, membership::school_id, crate::db::schema::school::name))
        .load(conn)?;
    Ok(found.into_iter().map(|(who, school, name)| (*who, *school, name)).collect())
}

/// Who leads those schools on that day, by name.
///
/// # Errors
/// Those of the database.
pub fn leads_of(conn: &mut Conn, schools: &[SchoolId], day: Date) -> QueryResult<Vec<(SchoolId, Whom)>> {
    let ids: Vec<String> = schools.iter().map(SchoolId::to_string).collect();
    let day = day.to_string();
    let found: Vec<(AsText<SchoolId>, PersonParts)> = membership::table
        .inner_join(person::table)
        .filter(among(membership::school_id, ids))
        .filter(membership::leads.eq(true))
        .filter(membership::since.le(day.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(day)))
        .filter(person::state.ne(AccountState::Left.code()))
        .order((person::folded, person::id))
        .select((membership::school_id, PERSON))
        .load(conn)?;
    Ok(found.into_iter().map(|(school, who)| (*school, whom(who))).collect())
}

/// Everybody who is invited, by name.
///
/// # Errors
/// Those of the database.
pub fn invitations(conn: &mut Conn, id: CelebrationId) -> QueryResult<Vec<(InvitationRow, Whom)>> {
    let found: Vec<(InvitationRow, PersonParts)> = invitation::table
        .inner_join(person::table)
        .filter(invitation::celebration_id.eq(id.to_string()))
        .order((person::folded, person::id))
        .select((invitation::all_columns, PERSON))
        .load(conn)?;
    Ok(found.into_iter().map(|(row, who)| (row, whom(who))).collect())
}

/// Where a guest stands in the list: the name as it is sorted, and the person.
pub type GuestKey = (String, PersonId);

/// Who is invited, by name, from a place in the list on; each with that place.
///
/// # Errors
/// Those of the database.
pub fn invitations_after(
    conn: &mut Conn,
    id: CelebrationId,
    after: Option<GuestKey>,
    limit: i64,
) -> QueryResult<Vec<(InvitationRow, Whom, GuestKey)>> {
    let mut query = invitation::table
        .inner_join(person::table)
        .filter(invitation::celebration_id.eq(id.to_string()))
        .select((invitation::all_columns, PERSON, person::folded))
        .into_boxed();
    if let Some((folded, who)) = after {
        let who = who.to_string();
        query = query.filter(person::folded.gt(folded.clone()).or(person::folded.eq(folded).and(person::id.gt(who))));
    }
    let found: Vec<(InvitationRow, PersonParts, String)> =
        query.order((person::folded, person::id)).limit(limit).load(conn)?;
    let seen = |(row, who, folded): (InvitationRow, PersonParts, String)| {
        let key = (folded, *row.person_id);
        (row, whom(who), key)
    };
    Ok(found.into_iter().map(seen).collect())
}

/// Of each of those celebrations, how many people come, guests included.
///
/// # Errors
/// Those of the database.
pub fn heads(conn: &mut Conn, of: &[CelebrationId]) -> QueryResult<HashMap<CelebrationId, i64>> {
    let coming: Vec<(AsText<CelebrationId>, String)> = invitation::table
        .filter(among(invitation::celebration_id, of.iter().map(CelebrationId::to_string)))
        .filter(invitation::reply.eq(Reply::Coming.code()))
        .select((invitation::celebration_id, invitation::guests))
        .load(conn)?;
    let mut heads = HashMap::new();
    for (celebration, guests) in coming {
        *heads.entry(*celebration).or_default() += i64::from(party(&guests));
    }
    Ok(heads)
}

/// One's own invitations to those celebrations.
///
/// # Errors
/// Those of the database.
pub fn own_to(conn: &mut Conn, viewer: Viewer, to: &[CelebrationId]) -> QueryResult<Vec<InvitationRow>> {
    let ids = to.iter().map(CelebrationId::to_string);
    invitation::table
        .filter(among(invitation::celebration_id, ids))
        .filter(invitation::person_id.eq(viewer.person.to_string()))
        .load(conn)
}

/// One's own invitation to a celebration.
///
/// # Errors
/// Those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer, id: CelebrationId) -> QueryResult<Option<InvitationRow>> {
    invitation::table
        .filter(invitation::celebration_id.eq(id.to_string()))
        .filter(invitation::person_id.eq(viewer.person.to_string()))
        .first(conn)
        .optional()
}

/// What somebody is invited to that begins then or later, the earliest first.
///
/// # Errors
/// Those of the database.
pub fn ahead(conn: &mut Conn, viewer: Viewer, from: Timestamp) -> QueryResult<Vec<(CelebrationRow, InvitationRow)>> {
    celebration::table
        .inner_join(invitation::table)
        .filter(invitation::person_id.eq(viewer.person.to_string()))
        .filter(celebration::starts_at.ge(At::from(from)))
        .order((celebration::starts_at, celebration::id))
        .load(conn)
}

/// The invitation of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn invitation(conn: &mut Conn, id: InvitationId) -> QueryResult<InvitationRow> {
    invitation::table.find(id.to_string()).first(conn)
}

/// Writes a new one.
///
/// # Errors
/// Those of the database.
pub fn invite(tx: &mut Tx<'_>, row: &InvitationRow) -> QueryResult<()> {
    diesel::insert_into(invitation::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes what has changed of it, and a new version with it.
///
/// # Errors
/// Those of the database.
pub fn answer(tx: &mut Tx<'_>, row: &mut InvitationRow) -> QueryResult<()> {
    row.version += 1;
    diesel::update(invitation::table.find(row.id.to_string())).set(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes what was noted about it, such as a reminder: nothing that its receiver said.
///
/// # Errors
/// Those of the database.
pub fn note(tx: &mut Tx<'_>, row: &InvitationRow) -> QueryResult<()> {
    diesel::update(invitation::table.find(row.id.to_string())).set(row.clone()).execute(&mut **tx).map(drop)
}

/// Sets where those sit who are named, and nobody else. Whose table changes has an invitation that reads otherwise.
///
/// # Errors
/// Those of the database.
pub fn seat(tx: &mut Tx<'_>, id: CelebrationId, seats: &[(InvitationId, i64)]) -> QueryResult<()> {
    let seats: HashMap<InvitationId, i64> = seats.iter().copied().collect();
    let before: Vec<(AsText<InvitationId>, Option<i64>)> = invitation::table
        .filter(invitation::celebration_id.eq(id.to_string()))
        .select((invitation::id, invitation::table_number))
        .load(&mut **tx)?;
    for (guest, table) in before {
        let now = seats.get(&guest).copied();
        if now != table {
            diesel::update(invitation::table.find(guest.to_string()))
                .set((invitation::table_number.eq(now), invitation::version.eq(invitation::version + 1)))
                .execute(&mut **tx)?;
        }
    }
    Ok(())
}

/// Sets in which order those are called up who are named, and nobody else.
///
/// # Errors
/// Those of the database.
pub fn order(tx: &mut Tx<'_>, id: CelebrationId, order: &[InvitationId]) -> QueryResult<()> {
    let all = invitation::table.filter(invitation::celebration_id.eq(id.to_string()));
    diesel::update(all).set(invitation::running_order.eq(None::<i64>)).execute(&mut **tx)?;
    for (at, guest) in (1i64..).zip(order) {
        diesel::update(invitation::table.find(guest.to_string()))
            .set(invitation::running_order.eq(Some(at)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Celebrations to which invitations are out, and that are not called off, which begin then or later.
///
/// # Errors
/// Those of the database.
pub fn to_come(conn: &mut Conn, from: Timestamp) -> QueryResult<Vec<CelebrationRow>> {
    celebration::table
        .filter(celebration::invited_at.is_not_null())
        .filter(celebration::cancelled_at.is_null())
        .filter(celebration::starts_at.ge(At::from(from)))
        .order((celebration::starts_at, celebration::id))
        .load(conn)
}

/// Deletes what nobody needs any more once an evening is over or called off: diets, access needs, and the names of guests, who have no account and
/// never asked to stand here. How many there were stays. How many evenings.
///
/// # Errors
/// Those of the database.
pub fn clear(tx: &mut Tx<'_>, over_before: Timestamp, now: Timestamp) -> QueryResult<usize> {
    let over: Vec<String> = celebration::table
        .filter(celebration::cleared_at.is_null())
        .filter(celebration::ends_at.lt(At::from(over_before)).or(celebration::cancelled_at.is_not_null()))
        .select(celebration::id)
        .load(&mut **tx)?;
    for id in &over {
        diesel::update(invitation::table.filter(invitation::celebration_id.eq(id)))
            .set((invitation::diet.eq(""), invitation::access.eq(""), invitation::version.eq(invitation::version + 1)))
            .execute(&mut **tx)?;
        let named: Vec<(String, String)> = invitation::table
            .filter(invitation::celebration_id.eq(id))
            .filter(invitation::guests.ne(""))
            .select((invitation::id, invitation::guests))
            .load(&mut **tx)?;
        for (of, guests) in named {
            let unnamed: Vec<&str> = guests.lines().map(|_| "A guest").collect();
            diesel::update(invitation::table.find(of))
                .set(invitation::guests.eq(unnamed.join("\n")))
                .execute(&mut **tx)?;
        }
        diesel::update(celebration::table.find(id))
            .set(celebration::cleared_at.eq(Some(At::from(now))))
            .execute(&mut **tx)?;
    }
    Ok(over.len())
}
