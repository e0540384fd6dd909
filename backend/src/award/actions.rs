//! Issuing awards, showing them to their holders and to anyone with a certificate in hand, and ending one.

use super::{
    certificate::Facts,
    store::{self, AwardRow, Cursor, RoundKey},
};
use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action, Stamp},
    candidacy::{self, actions::Record},
    config::{Config, Signatory},
    conflict,
    credential::{
        self,
        actions::{Said, Signatures, Signed},
    },
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Paging, Versioned, page_of},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    qr, round,
    state::State,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{
    award::{
        AwardCode, AwardDetail, AwardStatus, AwardSummary, Publication, RegisteredAward, RevokeAward, RoundAward,
        SIGNED_AS, Verification, VerifyCode, comparable_name,
    },
    code::RANDOM_LETTERS,
    conflict::ConflictKind,
    fold::fold,
    ids::{AwardId, CredentialId, MailId, PersonId, RoundId, SubmissionId},
    list::Page,
    person::PersonName,
    qualification::Qualification,
    text::Email,
    time::{Date, Timestamp},
};

/// What is random about an award, made before it is drawn up.
#[derive(Clone)]
pub struct Seed {
    id: AwardId,
    token: String,
    letters: [u8; RANDOM_LETTERS],
    credential: credential::actions::Seed,
    /// Who signs in place of the chair. It is no chance, and known as early.
    signatory: Option<Signatory>,
}

/// Makes what is random about one award.
pub fn seed(state: &State) -> Seed {
    Seed {
        id: state.fresh(),
        token: URL_SAFE_NO_PAD.encode(state.ids.bytes::<16>()),
        letters: state.ids.bytes(),
        credential: credential::actions::seed(state),
        signatory: state.config.signatory.clone(),
    }
}

/// What an award is for.
#[derive(Clone, Copy)]
pub struct Grounds<'a> {
    /// The submission that it is awarded for.
    pub submission: SubmissionId,
    /// The candidacy that it ends.
    pub candidacy: &'a Record,
    /// The day of the panel's meeting.
    pub awarded_on: Date,
    /// Who chaired the panel.
    pub signed_by: &'a PersonName,
}

/// An award, drawn up to be signed: to the names and the school of the day. It has a number, and is not issued yet.
#[derive(Clone)]
pub struct Draft {
    row: AwardRow,
    seed: Seed,
    email: Email,
}

/// Draws an award up. `before` are those that will be issued before it.
///
/// # Errors
/// Those of the database.
pub fn draft(conn: &mut Conn, stamp: &Stamp, seed: &Seed, grounds: Grounds<'_>, before: &[Draft]) -> ApiResult<Draft> {
    let Grounds { submission, candidacy, awarded_on, signed_by } = grounds;
    let holder = &candidacy.mentor;
    let (_, email) = person::actions::name(conn, holder.id)?;
    let schools = person::actions::schools_on(conn, holder.id, awarded_on)?;
    let beginning = format!("{}-{}-", candidacy.qualification.letters(), awarded_on.year());
    let mut numbers = store::numbers(conn, &beginning)?;
    numbers.extend(before.iter().map(|draft| draft.row.number.clone()));
    let row = AwardRow {
        id: AsText::new(seed.id),
        candidacy_id: AsText::new(candidacy.id),
        submission_id: AsText::new(submission),
        person_id: AsText::new(holder.id),
        qualification: AsText::new(candidacy.qualification),
        number: next_number(&beginning, &numbers),
        code: AsText::new(free_code(conn, candidacy.qualification, awarded_on.year(), seed.letters)?),
        token: seed.token.clone(),
        awarded_on: AsText::new(awarded_on),
        holder_given_name: AsText::new(holder.given_name.clone()),
        holder_family_name: AsText::new(holder.family_name.clone()),
        school_name: schools.into_iter().next().map(|school| school.school_name.to_string()),
        signed_by: Some(seed.signatory.as_ref().map_or_else(|| signed_by.full(), |by| by.name.clone())),
        status: AsText::new(AwardStatus::InForce),
        issued_at: stamp.now.into(),
        revoked_at: None,
        revoked_reason: None,
        signed_as: seed.signatory.as_ref().map(|by| by.role.clone()),
    };
    Ok(Draft { row, seed: seed.clone(), email })
}

/// An award that is drawn up and signed. All that is left is to issue it, if it is still to be as it was drawn up.
#[derive(Clone)]
pub struct Ready {
    draft: Draft,
    credential: Option<Signed>,
}

impl Ready {
    /// The submission that it is for.
    pub fn submission(&self) -> SubmissionId {
        *self.draft.row.submission_id
    }
}

/// Signs what was drawn up, outside of any transaction: that takes a while. `taken` are the places in the status list
/// that are somebody's.
///
/// # Errors
/// [`ApiError::Internal`] if it can't be signed.
pub async fn sign(state: &State, drafts: Vec<Draft>, taken: Vec<i64>, now: Timestamp) -> ApiResult<Vec<Ready>> {
    let said: Vec<_> =
        drafts.iter().map(|draft| (said(&draft.row, &draft.email), draft.seed.credential.clone())).collect();
    let signed = credential::actions::sign(state, said, taken, now).await?;
    Ok(drafts.into_iter().zip(signed).map(|(draft, credential)| Ready { draft, credential }).collect())
}

fn said(row: &AwardRow, email: &Email) -> Said {
    Said {
        award: *row.id,
        qualification: *row.qualification,
        number: row.number.clone(),
        awarded_on: *row.awarded_on,
        holder: *row.person_id,
        name: full_name(row),
        email: email.clone(),
    }
}

pub(super) fn full_name(row: &AwardRow) -> String {
    format!("{} {}", *row.holder_given_name, *row.holder_family_name)
}

/// Issues an award that was drawn up and signed before. The candidacy is saved by the caller.
///
/// # Errors
/// [`ApiError::NotNow`] if it would be drawn up in another way by now: somebody's name changed, or another award took its
/// number.
pub fn issue(tx: &mut Tx<'_>, stamp: &Stamp, ready: Option<&Ready>, grounds: Grounds<'_>) -> ApiResult<AwardId> {
    let changed = || ApiError::not_now("Something changed at the same moment. Nothing was sent. Please try again.");
    let ready = ready.ok_or_else(changed)?;
    let now = draft(tx, stamp, &ready.draft.seed, grounds, &[])?;
    if now.row != ready.draft.row || now.email != ready.draft.email {
        return Err(changed());
    }
    store::add(tx, &now.row)?;
    if let Some(signed) = &ready.credential {
        credential::actions::keep(tx, signed)?;
    }
    audit::record(tx, stamp, Action::AwardIssued, "award", *now.row.id, Some(*now.row.person_id))?;
    Ok(*now.row.id)
}

/// The number behind the highest of those given, which all begin alike.
fn next_number(beginning: &str, given: &[String]) -> String {
    let highest = given.iter().filter_map(|n| n.strip_prefix(beginning)?.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{beginning}{:04}", highest + 1)
}

/// A code that no other award has. Two alike are not to be expected; if they come, the next letters are taken.
fn free_code(
    conn: &mut Conn,
    qualification: Qualification,
    year: i32,
    mut letters: [u8; RANDOM_LETTERS],
) -> ApiResult<AwardCode> {
    loop {
        let code = AwardCode::make(qualification, year, letters);
        if store::named_by_code(conn, &code)?.is_none() {
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

fn detail(row: AwardRow, shown: Shown, config: &Config) -> ApiResult<AwardDetail> {
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
        signed_as: row.signed_as.unwrap_or_else(|| SIGNED_AS.to_owned()),
        code: row.code.into_inner(),
        qr_svg: qr::svg(&verify_url)?,
        verify_url,
        submission_id: *row.submission_id,
        credential_url: shown.credential.map(|id| credential_url(config, id)),
        publication: shown.publication,
    })
}

/// Where a badge is found, at this server.
fn credential_url(config: &Config, id: CredentialId) -> String {
    format!("{}/api/v1/public/credentials/{id}", config.public_url)
}

/// What an award is beside its certificate.
struct Shown {
    credential: Option<CredentialId>,
    publication: Option<Publication>,
}

fn shown(conn: &mut Conn, id: AwardId) -> ApiResult<Shown> {
    let credential = credential::actions::of_award(conn, id)?.map(|(id, _)| id);
    Ok(Shown { credential, publication: store::publication(conn, id)? })
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
    let found =
        state.db.read(move |conn| -> ApiResult<_> { Ok((store::own_one(conn, viewer, id)?, shown(conn, id)?)) });
    let (row, shown) = found.await?;
    detail(row, shown, &state.config)
}

/// The public register: awards in force whose holders want to stand in it, the newest first.
///
/// # Errors
/// [`ApiError::Invalid`] if the page asked for can't be.
pub async fn register(state: &State, paging: Paging) -> ApiResult<Page<RegisteredAward>> {
    let (limit, after) = (paging.limit()?, paging.cursor::<Cursor>()?);
    state
        .db
        .read(move |conn| {
            let rows = store::in_register(conn, after, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |row| (*row.awarded_on, *row.id));
            Ok(Page { items: rows.iter().map(in_register).collect(), next })
        })
        .await
}

/// How often a caller may look for a name in the register within a quarter of an hour: enough for a school behind one address.
const LOOKS_AT_MOST: u32 = 300;

fn in_register(row: &AwardRow) -> RegisteredAward {
    RegisteredAward { holder: full_name(row), qualification: *row.qualification, awarded_on: *row.awarded_on }
}

/// Those in the public register whose names have all words of what is looked for, the newest awards first: `most` of them, and whether there are more.
/// Capitals and accents are no matter.
///
/// # Errors
/// [`ApiError::SlowDown`] after too many questions from there.
pub async fn find_in_register(
    state: &State,
    name: &str,
    most: usize,
    address: String,
) -> ApiResult<(Vec<RegisteredAward>, bool)> {
    state.throttle.count(format!("register from {address}"), LOOKS_AT_MOST, state.now())?;
    let folded = fold(name);
    state
        .db
        .read(move |conn| {
            // Whoever is awarded in all of a partnership's years fits into memory many times over.
            let all = store::in_register(conn, None, i64::MAX)?;
            let mut found = all.iter().map(in_register).filter(|award| {
                let holder = fold(&award.holder);
                folded.split_whitespace().all(|word| holder.contains(word))
            });
            let shown = found.by_ref().take(most).collect();
            Ok((shown, found.next().is_some()))
        })
        .await
}

/// How many awards without a badge are signed at a time.
const SIGNED_AT_ONCE: i64 = 50;

/// Signs the awards that have no badge, because there were no keys when they were issued. Returns how many.
///
/// # Errors
/// Those of the database, and of signing.
pub async fn sign_what_is_not(state: &State) -> ApiResult<usize> {
    if state.keys.newest().is_none() {
        return Ok(0);
    }
    let mut signed = 0;
    loop {
        let now = state.now();
        let found = state.db.read(|conn| -> ApiResult<_> {
            let rows = store::without_badge(conn, SIGNED_AT_ONCE)?;
            let with_email = |row: AwardRow| -> ApiResult<_> {
                let (_, email) = person::actions::name(conn, *row.person_id)?;
                Ok((row, email))
            };
            let rows = rows.into_iter().map(with_email).collect::<ApiResult<Vec<_>>>()?;
            Ok((rows, credential::actions::taken(conn)?))
        });
        let (rows, taken) = found.await?;
        let said: Vec<_> =
            rows.iter().map(|(row, email)| (said(row, email), credential::actions::seed(state))).collect();
        let ready = credential::actions::sign(state, said, taken, now).await?;
        if ready.is_empty() {
            return Ok(signed);
        }
        signed += ready.len();
        let drawn_up: Vec<_> = rows.into_iter().zip(ready).collect();
        state
            .db
            .write(move |tx| {
                for ((row, _), ready) in &drawn_up {
                    // Another server may have been faster, or somebody may have ended or renamed the award.
                    let stays = store::registered(tx, *row.id)? == *row;
                    if let (true, None, Some(ready)) = (stays, credential::actions::of_award(tx, *row.id)?, ready) {
                        credential::actions::keep(tx, ready)?;
                    }
                }
                Ok::<_, ApiError>(())
            })
            .await?;
    }
}

/// Issues an award's certificate and badge anew, to the name and the address that its holder has by now. It is the same
/// award, with its number, its code and its day; the badge of before is marked as replaced.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotYours`] for one's own award and that of someone with
/// whom one has a conflict, [`ApiError::NotNow`] if it has ended, or nothing has changed.
pub async fn reissue(
    state: &State,
    actor: &Actor,
    id: AwardId,
    once: Once,
) -> ApiResult<Answer<Versioned<AwardSummary>>> {
    actor.coordinates()?;
    let (viewer, stamp, mail_id) = (actor.viewer(), state.stamp(actor.person), state.fresh());
    let (seed, partnership, public_url) =
        (credential::actions::seed(state), state.config.partnership.clone(), state.config.public_url.clone());
    let found =
        state.db.read(move |conn| -> ApiResult<_> { Ok((anew(conn, viewer, id), credential::actions::taken(conn)?)) });
    let (found, taken) = found.await?;
    let ready = match &found {
        Ok((row, email)) => {
            credential::actions::sign(state, vec![(said(row, email), seed)], taken, stamp.now).await?.pop().flatten()
        }
        // Said once more in the transaction, unless the request is a repetition.
        Err(_) => None,
    };
    let signed = found.ok();
    state
        .write_once(actor.person, once, move |tx| {
            let (row, email) = anew(tx, viewer, id)?;
            if signed.as_ref().is_none_or(|(before, address)| (before, address) != (&row, &email)) {
                return Err(ApiError::not_now("Something changed at the same moment. Please try again."));
            }
            store::rename(tx, &row)?;
            match &ready {
                Some(ready) => credential::actions::replace(tx, ready, stamp.now)?,
                None if credential::actions::of_award(tx, id)?.is_some() => {
                    return Err(ApiError::not_now(
                        "The keys that badges are signed with are not on this server, so the badge would keep the old name. \
                         Please tell those who look after Cairn.",
                    ));
                }
                None => {}
            }
            audit::record(tx, &stamp, Action::AwardReissued, "award", id, Some(*row.person_id))?;
            let body = issued_anew(&row, &public_url, &partnership);
            let letter = Letter { id: mail_id, to: email, subject: "Your award was issued anew".into(), body };
            mail::write(tx, &letter, stamp.now)?;
            Ok(Versioned::new(summary(&row), 0))
        })
        .await
}

fn issued_anew(row: &AwardRow, public_url: &str, partnership: &str) -> String {
    format!(
        "Dear {},\n\nYour award {} ({}) was issued anew, to the name and the e-mail address that you have in Cairn today. It is \
         the same award, with its number, its code and its day.\n\nYour certificate and your badge are here. Please use them \
         instead of the earlier ones: whoever checks the earlier badge reads that there is a newer one.\n\n{public_url}/awards/{}\n\n\
         {partnership}\n",
        *row.holder_given_name,
        row.number,
        row.qualification.title(),
        *row.id,
    )
}

/// An award as it would be issued anew, and the address of its holder.
fn anew(conn: &mut Conn, viewer: Viewer, id: AwardId) -> ApiResult<(AwardRow, Email)> {
    let mut row = store::registered(conn, id)?;
    not_their_own(conn, viewer, &row)?;
    if *row.status == AwardStatus::Revoked {
        return Err(ApiError::not_now("This award is no longer in force, so it is not issued anew."));
    }
    let (name, email) = person::actions::name(conn, *row.person_id)?;
    (row.holder_given_name, row.holder_family_name) = (AsText::new(name.given_name), AsText::new(name.family_name));
    if credential::actions::made_out(conn, &[id])?.get(&id).is_some_and(|badge| badge.to(&full_name(&row), &email)) {
        return Err(ApiError::not_now(
            "The certificate and the badge say the name and the e-mail address of today already.",
        ));
    }
    Ok((row, email))
}

/// Goes on unless the award is the viewer's own, or that of somebody with whom they have a conflict.
fn not_their_own(conn: &mut Conn, viewer: Viewer, row: &AwardRow) -> ApiResult<()> {
    match conflict::actions::between(conn, viewer.person, *row.person_id, viewer.today)? {
        None => Ok(()),
        Some(ConflictKind::Themselves) => {
            Err(ApiError::NotYours("This award is your own. Please ask another coordinator to look at it."))
        }
        Some(_) => Err(ApiError::NotYours(
            "You have a conflict of interest with this mentor. Ask another coordinator to look at it.",
        )),
    }
}

/// The badge of one of one's own awards, whether it is shown to others or not.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, or has no badge.
pub async fn badge(state: &State, actor: &Actor, id: AwardId) -> ApiResult<(Qualification, Signatures)> {
    let viewer = actor.viewer();
    state
        .db
        .read(move |conn| {
            let row = store::own_one(conn, viewer, id)?;
            let (_, signatures) = credential::actions::of_award(conn, id)?.ok_or(ApiError::NotFound)?;
            Ok((*row.qualification, signatures))
        })
        .await
}

/// Shows one of one's own awards to everybody, or shows it in another way.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, [`ApiError::NotNow`] if it has ended.
pub async fn publish(state: &State, actor: &Actor, id: AwardId, publication: Publication) -> ApiResult<AwardDetail> {
    let (viewer, stamp) = (actor.viewer(), state.stamp(actor.person));
    let written = state.db.write(move |tx| {
        let row = store::own_one(tx, viewer, id)?;
        if *row.status == AwardStatus::Revoked {
            return Err(ApiError::not_now("This award is no longer in force, so there is nothing to show."));
        }
        store::publish(tx, id, publication, stamp.now)?;
        audit::record(tx, &stamp, Action::AwardPublished, "award", id, None)?;
        Ok((row, shown(tx, id)?))
    });
    let (row, shown) = written.await?;
    detail(row, shown, &state.config)
}

/// Shows one of one's own awards to nobody any more. Whoever has the certificate can still check it.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn withdraw(state: &State, actor: &Actor, id: AwardId) -> ApiResult<()> {
    let (viewer, stamp) = (actor.viewer(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            store::own_one(tx, viewer, id)?;
            if store::withdraw(tx, id)? {
                audit::record(tx, &stamp, Action::AwardWithdrawn, "award", id, None)?;
            }
            Ok(())
        })
        .await
}

/// Whether there is an award in somebody's name, also one that has ended.
///
/// # Errors
/// Those of the database.
pub fn holds_any(conn: &mut Conn, who: PersonId) -> ApiResult<bool> {
    Ok(store::holds_any(conn, who)?)
}

/// The awards of a round, those that have ended too, by their holders' names.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, and if there is no such round; [`ApiError::Invalid`] if the page asked for can't be.
pub async fn of_round(state: &State, actor: &Actor, round: RoundId, paging: Paging) -> ApiResult<Page<RoundAward>> {
    actor.coordinates()?;
    let (limit, after) = (paging.limit()?, paging.cursor::<RoundKey>()?);
    let config = state.config.clone();
    let found = state.db.read(move |conn| {
        round::actions::find(conn, round)?;
        let rows = store::of_round(conn, round, after, limit + 1)?;
        let (rows, next) = page_of(rows, limit, |row| {
            (row.holder_family_name.to_string(), row.holder_given_name.to_string(), *row.id)
        });
        let holders: Vec<PersonId> = rows.iter().map(|row| *row.person_id).collect();
        let awards: Vec<AwardId> = rows.iter().map(|row| *row.id).collect();
        let (people, badges) = (person::actions::names(conn, &holders)?, credential::actions::made_out(conn, &awards)?);
        let seen = |row: AwardRow| -> ApiResult<_> {
            let (name, email) = people.get(&row.person_id).ok_or(ApiError::NotFound)?;
            let badge = badges.get(&row.id);
            let as_today = name.given_name == *row.holder_given_name && name.family_name == *row.holder_family_name;
            let says = badge.map_or(as_today, |badge| badge.to(&name.full(), email));
            let holder = PersonName {
                id: *row.person_id,
                given_name: row.holder_given_name.clone().into_inner(),
                family_name: row.holder_family_name.clone().into_inner(),
            };
            Ok(RoundAward {
                award: summary(&row),
                lacking: Facts::new(row.clone(), &config).lacking(&config.letters),
                holder,
                school: row.school_name,
                submission_id: *row.submission_id,
                has_badge: badge.is_some(),
                can_be_issued_anew: *row.status == AwardStatus::InForce && !says,
            })
        };
        Ok(Page { items: rows.into_iter().map(seen).collect::<ApiResult<_>>()?, next })
    });
    found.await
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
            not_their_own(tx, viewer, &row)?;
            if *row.status == AwardStatus::Revoked {
                return Err(ApiError::NotNow("This award has ended already. Nothing more is to be done.".into()));
            }
            let candidacy = candidacy::actions::load(tx, *row.candidacy_id)?;
            let reopened = candidacy.state.revoke().map_err(ApiError::not_now)?;
            store::revoke(tx, id, revoke.reason.as_str(), now)?;
            credential::actions::revoke(tx, id, now)?;
            store::withdraw(tx, id)?;
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
    // Of a code that there is a name is read, and nothing more is done than for one that there isn't, until the name is right: how long the
    // answer takes tells no more than its words.
    let found = state.db.read(move |conn| {
        let named = store::named_by_code(conn, &code)?;
        let (id, holder) = named.map_or((None, String::from("–")), |(id, name)| (Some(id), name));
        let is_right = same_name(&holder, ask.family_name.as_str());
        let found = id.filter(|_| is_right).map(|id| store::registered(conn, id)).transpose()?;
        with_shown(conn, found)
    });
    let (row, shown) = found.await?.ok_or(ApiError::NotFound)?;
    Ok(verification(row, &shown, &state.config, now))
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
    let found = state.db.read(move |conn| {
        let found = store::by_token(conn, &token)?;
        with_shown(conn, found)
    });
    let (row, shown) = found.await?.ok_or(ApiError::NotFound)?;
    Ok(verification(row, &shown, &state.config, now))
}

fn verification(row: AwardRow, shown: &Shown, config: &Config, now: Timestamp) -> Verification {
    Verification {
        holder: full_name(&row),
        qualification: *row.qualification,
        awarded_on: *row.awarded_on,
        status: *row.status,
        awarded_by: config.partnership.clone(),
        code: row.code.into_inner(),
        checked_at: now,
        credential_url: shown.publication.and(shown.credential).map(|id| credential_url(config, id)),
    }
}

/// With an award, how it is shown to others.
fn with_shown(conn: &mut Conn, found: Option<AwardRow>) -> ApiResult<Option<(AwardRow, Shown)>> {
    let Some(row) = found else { return Ok(None) };
    let shown = shown(conn, *row.id)?;
    Ok(Some((row, shown)))
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
