//! Rows and queries of awards.

use crate::{
    actor::Viewer,
    db::{
        AsText, At, Conn, Tx,
        schema::{award, credential, publication, submission},
    },
};
use cairn_shared::{
    award::{AwardCode, AwardStatus, Publication},
    ids::{AwardId, CandidacyId, PersonId, RoundId, SubmissionId},
    person::Name,
    qualification::Qualification,
    time::{Date, Timestamp},
};
use diesel::prelude::*;

/// An award, with the names of the day on which it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = award)]
pub struct AwardRow {
    /// Which.
    pub id: AsText<AwardId>,
    /// The candidacy that it ends.
    pub candidacy_id: AsText<CandidacyId>,
    /// The submission that it was awarded for.
    pub submission_id: AsText<SubmissionId>,
    /// The holder.
    pub person_id: AsText<PersonId>,
    /// What it recognises.
    pub qualification: AsText<Qualification>,
    /// Its running number in the register.
    pub number: String,
    /// The short code on the certificate.
    pub code: AsText<AwardCode>,
    /// What the QR code leads to: 128 random bits.
    pub token: String,
    /// The day of the panel's meeting.
    pub awarded_on: AsText<Date>,
    /// The holder's given name.
    pub holder_given_name: AsText<Name>,
    /// The holder's family name.
    pub holder_family_name: AsText<Name>,
    /// The school that the holder was at.
    pub school_name: Option<String>,
    /// Who chaired the panel.
    pub signed_by: Option<String>,
    /// Whether it holds.
    pub status: AsText<AwardStatus>,
    /// When it was issued.
    pub issued_at: At,
    /// When it ended.
    pub revoked_at: Option<At>,
    /// Why it ended. Private.
    pub revoked_reason: Option<String>,
    /// As what the signatory signs, where it is not the panel's chair.
    pub signed_as: Option<String>,
}

/// Where a page of awards begins: behind the one of that day and id.
pub type Cursor = (Date, AwardId);

/// A person's own awards, the newest first.
///
/// # Errors
/// Those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer, after: Option<Cursor>, limit: i64) -> QueryResult<Vec<AwardRow>> {
    let mut query = award::table.filter(award::person_id.eq(viewer.person.to_string())).into_boxed();
    if let Some((day, id)) = after {
        let (day, id) = (day.to_string(), id.to_string());
        query = query.filter(award::awarded_on.lt(day.clone()).or(award::awarded_on.eq(day).and(award::id.lt(id))));
    }
    query.order((award::awarded_on.desc(), award::id.desc())).limit(limit).load(conn)
}

/// Whether there is an award in a person's name.
///
/// # Errors
/// Those of the database.
pub fn holds_any(conn: &mut Conn, who: PersonId) -> QueryResult<bool> {
    let found: i64 = award::table.filter(award::person_id.eq(who.to_string())).count().get_result(conn)?;
    Ok(found > 0)
}

/// One of a person's own awards.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn own_one(conn: &mut Conn, viewer: Viewer, id: AwardId) -> QueryResult<AwardRow> {
    award::table.filter(award::id.eq(id.to_string())).filter(award::person_id.eq(viewer.person.to_string())).first(conn)
}

/// The award of that id: for the register, which the coordinator keeps.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn registered(conn: &mut Conn, id: AwardId) -> QueryResult<AwardRow> {
    award::table.filter(award::id.eq(id.to_string())).first(conn)
}

/// The award of that code, and its holder's family name, which whoever asks has to know as well.
///
/// # Errors
/// Those of the database.
pub fn named_by_code(conn: &mut Conn, code: &AwardCode) -> QueryResult<Option<(AwardId, String)>> {
    let found: Option<(AsText<AwardId>, String)> = award::table
        .filter(award::code.eq(code.as_str()))
        .select((award::id, award::holder_family_name))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, name)| (*id, name)))
}

/// The award of that token.
///
/// # Errors
/// Those of the database.
pub fn by_token(conn: &mut Conn, token: &str) -> QueryResult<Option<AwardRow>> {
    award::table.filter(award::token.eq(token)).first(conn).optional()
}

/// All numbers in the register that begin like that.
///
/// # Errors
/// Those of the database.
pub fn numbers(conn: &mut Conn, beginning: &str) -> QueryResult<Vec<String>> {
    award::table.filter(award::number.like(format!("{beginning}%"))).select(award::number).load(conn)
}

/// Writes an award.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &AwardRow) -> QueryResult<()> {
    diesel::insert_into(award::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Ends an award.
///
/// # Errors
/// Those of the database.
pub fn revoke(tx: &mut Tx<'_>, id: AwardId, reason: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(award::table.filter(award::id.eq(id.to_string())))
        .set((
            award::status.eq(AsText::new(AwardStatus::Revoked)),
            award::revoked_at.eq(Some(At::from(now))),
            award::revoked_reason.eq(Some(reason.to_owned())),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// How an award is shown to everybody, if it is.
///
/// # Errors
/// Those of the database.
pub fn publication(conn: &mut Conn, id: AwardId) -> QueryResult<Option<Publication>> {
    let found: Option<bool> =
        publication::table.find(id.to_string()).select(publication::in_register).first(conn).optional()?;
    Ok(found.map(|in_register| Publication { in_register }))
}

/// Notes that an award is shown to everybody, and how.
///
/// # Errors
/// Those of the database.
pub fn publish(tx: &mut Tx<'_>, id: AwardId, shown: Publication, now: Timestamp) -> QueryResult<()> {
    let changed = diesel::update(publication::table.find(id.to_string()))
        .set(publication::in_register.eq(shown.in_register))
        .execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(publication::table)
            .values((
                publication::award_id.eq(id.to_string()),
                publication::since.eq(At::from(now)),
                publication::in_register.eq(shown.in_register),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Notes that an award is shown to nobody any more. Whether it was.
///
/// # Errors
/// Those of the database.
pub fn withdraw(tx: &mut Tx<'_>, id: AwardId) -> QueryResult<bool> {
    let gone = diesel::delete(publication::table.find(id.to_string())).execute(&mut **tx)?;
    Ok(gone > 0)
}

/// Awards in force whose holders want to stand in the public register, the newest first.
///
/// # Errors
/// Those of the database.
pub fn in_register(conn: &mut Conn, after: Option<Cursor>, limit: i64) -> QueryResult<Vec<AwardRow>> {
    let mut query = award::table
        .inner_join(publication::table.on(publication::award_id.eq(award::id)))
        .filter(publication::in_register.eq(true))
        .filter(award::status.eq(AwardStatus::InForce.code()))
        .select(award::all_columns)
        .into_boxed();
    if let Some((day, id)) = after {
        let (day, id) = (day.to_string(), id.to_string());
        query = query.filter(award::awarded_on.lt(day.clone()).or(award::awarded_on.eq(day).and(award::id.lt(id))));
    }
    query.order((award::awarded_on.desc(), award::id.desc())).limit(limit).load(conn)
}

/// Where an award stands among those of its round: its holder's family name and given name, and its id.
pub type RoundKey = (String, String, AwardId);

/// The awards of a round, by their holders' names as they were issued, from a place on.
///
/// # Errors
/// Those of the database.
pub fn of_round(conn: &mut Conn, round: RoundId, after: Option<RoundKey>, limit: i64) -> QueryResult<Vec<AwardRow>> {
    let mut query = award::table
        .inner_join(submission::table)
        .filter(submission::round_id.eq(Some(round.to_string())))
        .select(award::all_columns)
        .into_boxed();
    if let Some((family, given, id)) = after {
        let id = id.to_string();
        let later_given =
            award::holder_given_name.gt(given.clone()).or(award::holder_given_name.eq(given).and(award::id.gt(id)));
        query = query.filter(
            award::holder_family_name.gt(family.clone()).or(award::holder_family_name.eq(family).and(later_given)),
        );
    }
    query.order((award::holder_family_name, award::holder_given_name, award::id)).limit(limit).load(conn)
}

/// Awards in force that have no badge, oldest first.
///
/// # Errors
/// Those of the database.
pub fn without_badge(conn: &mut Conn, most: i64) -> QueryResult<Vec<AwardRow>> {
    award::table
        .left_join(credential::table)
        .filter(credential::id.is_null())
        .filter(award::status.eq(AwardStatus::InForce.code()))
        .order((award::issued_at, award::id))
        .limit(most)
        .select(award::all_columns)
        .load(conn)
}

/// Writes down to whom an award is issued by now.
///
/// # Errors
/// Those of the database.
pub fn rename(tx: &mut Tx<'_>, row: &AwardRow) -> QueryResult<()> {
    diesel::update(award::table.filter(award::id.eq(row.id.to_string())))
        .set((
            award::holder_given_name.eq(row.holder_given_name.clone()),
            award::holder_family_name.eq(row.holder_family_name.clone()),
        ))
        .execute(&mut **tx)
        .map(drop)
}
