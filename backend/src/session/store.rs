//! Rows and queries of sessions, refresh tokens and sign-in links.

use crate::db::{
    AsText, At, Conn, Tx,
    schema::{panel_member, person, refresh_token, role_grant, round, session, sign_in_link},
};
use cairn_shared::{
    ids::{PersonId, RoundId, SessionId},
    person::Role,
    session::Device,
    text::Email,
    time::Timestamp,
};
use diesel::prelude::*;

/// A signed-in device.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = session)]
pub struct SessionRow {
    /// Which.
    pub id: AsText<SessionId>,
    /// Whose.
    pub person_id: AsText<PersonId>,
    /// Own or shared.
    pub device: AsText<Device>,
    /// The browser, as it names itself, in short.
    pub agent: String,
    /// When it signed in.
    pub signed_in_at: At,
    /// When it was last refreshed.
    pub used_at: At,
    /// When it ended.
    pub ended_at: Option<At>,
}

/// A refresh token, by its hash.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = refresh_token)]
pub struct RefreshRow {
    /// The SHA-256 of the token.
    pub hash: String,
    /// The session that it belongs to.
    pub session_id: AsText<SessionId>,
    /// When it was made.
    pub issued_at: At,
    /// When it was replaced.
    pub replaced_at: Option<At>,
    /// By which.
    pub successor: Option<String>,
    /// When it was first used.
    pub first_used_at: Option<At>,
}

/// A link by e-mail, by the hash of its token.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = sign_in_link)]
pub struct LinkRow {
    /// The SHA-256 of the token.
    pub hash: String,
    /// Whom it signs in.
    pub person_id: AsText<PersonId>,
    /// `sign_in`, `invitation` or `email_change`.
    pub purpose: String,
    /// The device that was said when it was asked for.
    pub device: AsText<Device>,
    /// The new address, for a change of address.
    pub email: Option<String>,
    /// When it was made.
    pub created_at: At,
    /// Until when it holds.
    pub expires_at: At,
    /// When it was used.
    pub used_at: Option<At>,
}

/// Whether that session is alive and its person hasn't left.
///
/// # Errors
/// Those of the database.
pub fn is_alive(conn: &mut Conn, who: PersonId, id: SessionId) -> QueryResult<bool> {
    let found: i64 = session::table
        .inner_join(person::table)
        .filter(session::id.eq(id.to_string()))
        .filter(session::person_id.eq(who.to_string()))
        .filter(session::ended_at.is_null())
        .filter(person::state.ne("left"))
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

/// What a person may do whose session is alive and who hasn't left; nothing, if it isn't so.
///
/// # Errors
/// Those of the database.
pub fn living_roles(conn: &mut Conn, who: PersonId, id: SessionId) -> QueryResult<Option<Vec<Role>>> {
    let rows: Vec<Option<AsText<Role>>> = session::table
        .inner_join(person::table.left_join(role_grant::table))
        .filter(session::id.eq(id.to_string()))
        .filter(session::person_id.eq(who.to_string()))
        .filter(session::ended_at.is_null())
        .filter(person::state.ne("left"))
        .select(role_grant::role.nullable())
        .load(conn)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut roles: Vec<Role> = rows.into_iter().flatten().map(AsText::into_inner).collect();
    roles.sort_unstable();
    Ok(Some(roles))
}

/// Writes a session.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &SessionRow) -> QueryResult<()> {
    diesel::insert_into(session::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// The session of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn session(conn: &mut Conn, id: SessionId) -> QueryResult<SessionRow> {
    session::table.filter(session::id.eq(id.to_string())).first(conn)
}

/// A person's living sessions, the last used first.
///
/// # Errors
/// Those of the database.
pub fn living(conn: &mut Conn, who: PersonId) -> QueryResult<Vec<SessionRow>> {
    session::table
        .filter(session::person_id.eq(who.to_string()))
        .filter(session::ended_at.is_null())
        .order(session::used_at.desc())
        .load(conn)
}

/// Notes that a session was used.
///
/// # Errors
/// Those of the database.
pub fn used(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> QueryResult<()> {
    diesel::update(session::table.filter(session::id.eq(id.to_string())))
        .set(session::used_at.eq(At::from(now)))
        .execute(&mut **tx)
        .map(drop)
}

/// Ends a living session of that person. How many there were: one or none.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, who: PersonId, id: SessionId, now: Timestamp) -> QueryResult<usize> {
    let living = session::table
        .filter(session::id.eq(id.to_string()))
        .filter(session::person_id.eq(who.to_string()))
        .filter(session::ended_at.is_null());
    diesel::update(living).set(session::ended_at.eq(At::from(now))).execute(&mut **tx)
}

/// Ends all living sessions of that person, and says how many there were.
///
/// # Errors
/// Those of the database.
pub fn end_all(tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> QueryResult<usize> {
    let living = session::table.filter(session::person_id.eq(who.to_string())).filter(session::ended_at.is_null());
    diesel::update(living).set(session::ended_at.eq(At::from(now))).execute(&mut **tx)
}

/// Ends all living sessions of that person but this one.
///
/// # Errors
/// Those of the database.
pub fn end_others(tx: &mut Tx<'_>, who: PersonId, kept: SessionId, now: Timestamp) -> QueryResult<()> {
    let others = session::table
        .filter(session::person_id.eq(who.to_string()))
        .filter(session::id.ne(kept.to_string()))
        .filter(session::ended_at.is_null());
    diesel::update(others).set(session::ended_at.eq(At::from(now))).execute(&mut **tx).map(drop)
}

/// The refresh token of that hash.
///
/// # Errors
/// Those of the database.
pub fn refresh_token(conn: &mut Conn, hash: &str) -> QueryResult<Option<RefreshRow>> {
    refresh_token::table.filter(refresh_token::hash.eq(hash)).first(conn).optional()
}

/// Writes a refresh token.
///
/// # Errors
/// Those of the database.
pub fn add_refresh_token(tx: &mut Tx<'_>, row: &RefreshRow) -> QueryResult<()> {
    diesel::insert_into(refresh_token::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Notes that a refresh token was replaced.
///
/// # Errors
/// Those of the database.
pub fn replace_refresh_token(tx: &mut Tx<'_>, hash: &str, successor: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(refresh_token::table.filter(refresh_token::hash.eq(hash)))
        .set((
            refresh_token::replaced_at.eq(Some(At::from(now))),
            refresh_token::successor.eq(Some(successor.to_owned())),
            refresh_token::first_used_at.eq(Some(At::from(now))),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Forgets a refresh token that was never used.
///
/// # Errors
/// Those of the database.
pub fn drop_refresh_token(tx: &mut Tx<'_>, hash: &str) -> QueryResult<()> {
    diesel::delete(refresh_token::table.filter(refresh_token::hash.eq(hash))).execute(&mut **tx).map(drop)
}

/// Writes a link.
///
/// # Errors
/// Those of the database.
pub fn add_link(tx: &mut Tx<'_>, row: &LinkRow) -> QueryResult<()> {
    diesel::insert_into(sign_in_link::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// The link of that hash.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, hash: &str) -> QueryResult<Option<LinkRow>> {
    sign_in_link::table.filter(sign_in_link::hash.eq(hash)).first(conn).optional()
}

/// Notes that a link was used.
///
/// # Errors
/// Those of the database.
pub fn use_link(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(sign_in_link::table.filter(sign_in_link::hash.eq(hash)))
        .set(sign_in_link::used_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// The change of address that waits for its link to be followed.
///
/// # Errors
/// Those of the database.
pub fn email_change(conn: &mut Conn, who: PersonId, now: Timestamp) -> QueryResult<Option<LinkRow>> {
    sign_in_link::table
        .filter(sign_in_link::person_id.eq(who.to_string()))
        .filter(sign_in_link::purpose.eq("email_change"))
        .filter(sign_in_link::used_at.is_null())
        .filter(sign_in_link::expires_at.gt(At::from(now)))
        .order(sign_in_link::created_at.desc())
        .first(conn)
        .optional()
}

/// Ends all changes of address that wait. How many there were.
///
/// # Errors
/// Those of the database.
pub fn end_email_changes(tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> QueryResult<usize> {
    let waiting = sign_in_link::table
        .filter(sign_in_link::person_id.eq(who.to_string()))
        .filter(sign_in_link::purpose.eq("email_change"))
        .filter(sign_in_link::used_at.is_null());
    diesel::update(waiting).set(sign_in_link::used_at.eq(Some(At::from(now)))).execute(&mut **tx)
}

/// Ends all links of a person, whatever they were for.
///
/// # Errors
/// Those of the database.
pub fn end_links(tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> QueryResult<()> {
    let open =
        sign_in_link::table.filter(sign_in_link::person_id.eq(who.to_string())).filter(sign_in_link::used_at.is_null());
    diesel::update(open).set(sign_in_link::used_at.eq(Some(At::from(now)))).execute(&mut **tx).map(drop)
}

/// An invited person who signs in is active from then on.
///
/// # Errors
/// Those of the database.
pub fn activate(tx: &mut Tx<'_>, who: PersonId) -> QueryResult<()> {
    diesel::update(person::table.filter(person::id.eq(who.to_string())).filter(person::state.eq("invited")))
        .set(person::state.eq("active"))
        .execute(&mut **tx)
        .map(drop)
}

/// Changes the address that a person signs in with.
///
/// # Errors
/// Those of the database.
pub fn change_address(tx: &mut Tx<'_>, row: &crate::person::store::PersonRow, address: &Email) -> QueryResult<()> {
    diesel::update(person::table.filter(person::id.eq(row.id.to_string())))
        .set((person::email.eq(address.as_str()), person::version.eq(row.version + 1)))
        .execute(&mut **tx)
        .map(drop)
}

/// Changes a person's names or password.
///
/// # Errors
/// Those of the database.
pub fn change_person(tx: &mut Tx<'_>, row: &crate::person::store::PersonRow) -> QueryResult<()> {
    diesel::update(person::table.filter(person::id.eq(row.id.to_string())))
        .set((
            person::given_name.eq(row.given_name.clone()),
            person::family_name.eq(row.family_name.clone()),
            person::folded.eq(row.folded()),
            person::password_hash.eq(row.password_hash.clone()),
            person::version.eq(row.version + 1),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Unreleased rounds that the person chairs (or stands in for the chair), and those whose panel they are on; both
/// by their meeting, the earliest first.
///
/// # Errors
/// Those of the database.
pub fn rounds_of(conn: &mut Conn, who: PersonId) -> QueryResult<(Vec<RoundId>, Vec<RoundId>)> {
    let who = who.to_string();
    let chairs: Vec<AsText<RoundId>> = round::table
        .filter(round::released_at.is_null())
        .filter(
            round::chair_id.assume_not_null().eq(who.clone()).or(round::deputy_id.assume_not_null().eq(who.clone())),
        )
        .order(round::meeting)
        .select(round::id)
        .load(conn)?;
    let member: Vec<AsText<RoundId>> = round::table
        .inner_join(panel_member::table)
        .filter(round::released_at.is_null())
        .filter(panel_member::person_id.eq(who))
        .order(round::meeting)
        .select(round::id)
        .load(conn)?;
    let ids = |rows: Vec<AsText<RoundId>>| rows.into_iter().map(AsText::into_inner).collect();
    Ok((ids(chairs), ids(member)))
}
