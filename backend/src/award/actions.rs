//! Issuing awards, showing them to their holders and to anyone with a certificate in hand, and ending one.

use super::store::{self, AwardRow, Cursor};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    candidacy::{self, actions::Record},
    config::Config,
    conflict,
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Paging, Versioned, page_of},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    qr,
    state::State,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{
    award::{
        AwardCode, AwardDetail, AwardStatus, AwardSummary, RevokeAward, Verification, VerifyCode, comparable_name,
    },
    code::RANDOM_LETTERS,
    conflict::ConflictKind,
    ids::{AwardId, MailId, PersonId, SubmissionId},
    list::Page,
    person::PersonName,
    qualification::Qualification,
    time::{Date, Timestamp},
};

/// What is random about an award, made before the transaction that issues it.
#[derive(Clone)]
pub struct Seed {
    /// The award's id.
    pub id: AwardId,
    token: String,
    letters: [u8; RANDOM_LETTERS],
}

/// Makes what is random about one award.
pub fn seed(state: &State) -> Seed {
    Seed { id: state.fresh(), token: URL_SAFE_NO_PAD.encode(state.ids.bytes::<16>()), letters: state.ids.bytes() }
}

/// Issues an award for a submission, to the names and the school of that day. The candidacy is saved by the caller.
///
/// # Errors
/// Those of the database.
pub fn issue(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    seed: &Seed,
    submission: SubmissionId,
    candidacy: &Record,
    awarded_on: Date,
    signed_by: Option<String>,
) -> ApiResult<AwardId> {
    let holder = &candidacy.mentor;
    let schools = person::actions::schools_on(tx, holder.id, awarded_on)?;
    let beginning = format!("{}-{}-", candidacy.qualification.letters(), awarded_on.year());
    let number = next_number(&beginning, &store::numbers(tx, &beginning)?);
    let row = AwardRow {
        id: AsText::new(seed.id),
        candidacy_id: AsText::new(candidacy.id),
        submission_id: AsText::new(submission),
        person_id: AsText::new(holder.id),
        qualification: AsText::new(candidacy.qualification),
        number,
        code: AsText::new(free_code(tx, candidacy.qualification, awarded_on.year(), seed.letters)?),
        token: seed.token.clone(),
        awarded_on: AsText::new(awarded_on),
        holder_given_name: AsText::new(holder.given_name.clone()),
        holder_family_name: AsText::new(holder.family_name.clone()),
        school_name: schools.into_iter().next().map(|school| school.school_name.to_string()),
        signed_by,
        status: AsText::new(AwardStatus::InForce),
        issued_at: stamp.now.into(),
        revoked_at: None,
        revoked_reason: None,
    };
    store::add(tx, &row)?;
    audit::record(tx, stamp, Action::AwardIssued, "award", seed.id, Some(holder.id))?;
    Ok(seed.id)
}

/// The number behind the highest of those given, which all begin alike.
fn next_number(beginning: &str, given: &[String]) -> String {
    let highest = given.iter().filter_map(|n| n.strip_prefix(beginning)?.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{beginning}{:04}", highest + 1)
}

/// A code that no other award has. Two alike are not to be expected; if they come, the next letters are taken.
fn free_code(
    tx: &mut Tx<'_>,
    qualification: Qualification,
    year: i32,
    mut letters: [u8; RANDOM_LETTERS],
) -> ApiResult<AwardCode> {
    loop {
        let code = AwardCode::make(qualification, year, letters);
        if store::by_code(tx, &code)?.is_none() {
            return Ok(code);
        }
        for letter in &mut letters {
            *letter = letter.wrapping_add(1);
            if *letter % 32 != 0 {
                break;
            }
        }
    }
}

fn summary(row: &AwardRow) -> AwardSummary {
    AwardSummary {
        id: *row.id,
        qualification: *row.qualification,
        awarded_on: *row.awarded_on,
        number: row.number.clone(),
        status: *row.status,
    }
}

fn detail(row: AwardRow, config: &Config) -> ApiResult<AwardDetail> {
    let verify_url = format!("{}/v/{}", config.public_url, row.token);
    Ok(AwardDetail {
        award: summary(&row),
        holder: PersonName {
            id: *row.person_id,
            given_name: row.holder_given_name.into_inner(),
            family_name: row.holder_family_name.into_inner(),
        },
        school: row.school_name,
        partnership: config.partnership.clone(),
        signed_by: row.signed_by,
        code: row.code.into_inner(),
        qr_svg: qr::svg(&verify_url)?,
        verify_url,
        submission_id: *row.submission_id,
    })
}

/// One's own awards, the newest first.
///
/// # Errors
/// [`ApiError::Invalid`] if the page asked for can't be.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<AwardSummary>> {
    let (viewer, limit, after) = (actor.viewer(), paging.limit()?, paging.cursor::<Cursor>()?);
    state
        .db
        .read(move |conn| {
            let rows = store::own(conn, viewer, after, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |row| (*row.awarded_on, *row.id));
            Ok(Page { items: rows.iter().map(summary).collect(), next })
        })
        .await
}

/// One of one's own awards, with what its certificate shows.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn read(state: &State, actor: &Actor, id: AwardId) -> ApiResult<AwardDetail> {
    let viewer = actor.viewer();
    let row = state.db.read(move |conn| -> ApiResult<_> { Ok(store::own_one(conn, viewer, id)?) }).await?;
    detail(row, &state.config)
}

/// Whether there is an award in somebody's name, also one that has ended.
///
/// # Errors
/// Those of the database.
pub fn holds_any(conn: &mut Conn, who: PersonId) -> ApiResult<bool> {
    Ok(store::holds_any(conn, who)?)
}

/// An award as it stands in the register, for who keeps it.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none of that id.
pub fn registered(conn: &mut Conn, id: AwardId) -> ApiResult<AwardSummary> {
    Ok(summary(&store::registered(conn, id)?))
}

/// Ends an award that was issued in error. Its candidacy opens again with all that is secured; whoever asks at the
/// verification page hears that the award is no longer in force, and nothing of why.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotYours`] for one's own award and that of someone with
/// whom one has a conflict,
/// [`ApiError::NotNow`] if it has ended already.
pub async fn revoke(
    state: &State,
    actor: &Actor,
    id: AwardId,
    once: Once,
    revoke: RevokeAward,
) -> ApiResult<Answer<Versioned<AwardSummary>>> {
    actor.coordinates()?;
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    let mail_id: MailId = state.fresh();
    let partnership = state.config.partnership.clone();
    state
        .write_once(actor.person, once, move |tx| {
            let row = store::registered(tx, id)?;
            match conflict::actions::between(tx, viewer.person, *row.person_id, viewer.today)? {
                None => {}
                Some(ConflictKind::Themselves) => {
                    return Err(ApiError::NotYours(
                        "This award is your own. Please ask another coordinator to look at it.",
                    ));
                }
                Some(_) => {
                    return Err(ApiError::NotYours(
                        "You have a conflict of interest with this mentor. Ask another coordinator to look at it.",
                    ));
                }
            }
            if *row.status == AwardStatus::Revoked {
                return Err(ApiError::NotNow("This award has ended already. Nothing more is to be done.".into()));
            }
            let candidacy = candidacy::actions::load(tx, *row.candidacy_id)?;
            let reopened = candidacy.state.revoke().map_err(ApiError::not_now)?;
            store::revoke(tx, id, revoke.reason.as_str(), now)?;
            candidacy::actions::save(tx, candidacy.id, &reopened)?;
            audit::record(tx, &stamp, Action::AwardRevoked, "award", id, Some(*row.person_id))?;
            let (name, email) = person::actions::name(tx, *row.person_id)?;
            mail::write(
                tx,
                &Letter {
                    id: mail_id,
                    to: email,
                    subject: "About your award".into(),
                    body: ended(&name, &row, &partnership),
                },
                now,
            )?;
            Ok(Versioned::new(summary(&store::registered(tx, id)?), 0))
        })
        .await
}

fn ended(name: &PersonName, row: &AwardRow, partnership: &str) -> String {
    format!(
        "Dear {},\n\nYour award {} ({}) was issued in error, and is no longer in force. We are sorry. The partnership’s \
         coordinator will explain it to you in person.\n\nEvery standard that was secured stays secured, and your story \
         and your portfolio are as you left them. You can send your portfolio to the next round whenever you like.\n\n{partnership}\n",
        name.given_name,
        row.number,
        row.qualification.title(),
    )
}

/// Looks up a printed code together with the holder's family name. Whatever doesn't fit, the answer is the same.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such award, [`ApiError::SlowDown`] after too many tries.
pub async fn verify(state: &State, ask: VerifyCode, address: String) -> ApiResult<Verification> {
    let now = state.now();
    state.throttle.count(format!("verification from {address}"), 30, now)?;
    let code: AwardCode = ask.code.as_str().parse().map_err(|_| ApiError::NotFound)?;
    let found = state.db.read(move |conn| -> ApiResult<_> { Ok(store::by_code(conn, &code)?) }).await?;
    match found {
        Some(row) if same_name(row.holder_family_name.as_str(), ask.family_name.as_str()) => {
            Ok(verification(row, &state.config, now))
        }
        _ => Err(ApiError::NotFound),
    }
}

fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (comparable_name(one), comparable_name(other));
    !one.is_empty() && one == other
}

/// Looks up the award that a QR code leads to.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none.
pub async fn look_up(state: &State, token: String) -> ApiResult<Verification> {
    let now = state.now();
    let found = state.db.read(move |conn| -> ApiResult<_> { Ok(store::by_token(conn, &token)?) }).await?;
    Ok(verification(found.ok_or(ApiError::NotFound)?, &state.config, now))
}

fn verification(row: AwardRow, config: &Config, now: Timestamp) -> Verification {
    Verification {
        holder: format!("{} {}", *row.holder_given_name, *row.holder_family_name),
        qualification: *row.qualification,
        awarded_on: *row.awarded_on,
        status: *row.status,
        awarded_by: config.partnership.clone(),
        code: row.code.into_inner(),
        checked_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_on_and_never_come_back() {
        let given = |numbers: &[&str]| numbers.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(next_number("QMS-2027-", &[]), "QMS-2027-0001");
        assert_eq!(next_number("QMS-2027-", &given(&["QMS-2027-0041", "QMS-2027-0009"])), "QMS-2027-0042");
        assert_eq!(next_number("QMS-2027-", &given(&["QMS-2027-9999"])), "QMS-2027-10000");
        assert_eq!(next_number("QMS-2027-", &given(&["QMS-2027-10000", "QMS-2027-9999"])), "QMS-2027-10001");
    }

    #[test]
    fn a_family_name_of_signs_alone_opens_nothing() {
        assert!(same_name("Hartnell", " hartnell"));
        assert!(!same_name("–", "’"));
    }
}
