//! Registering paper, finding it by its cover sheet, and noting that it has arrived and that it went back.

use super::store::{self, Found, PaperRow, Sight, Which};
use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action, Stamp},
    config::Config,
    db::{AsText, Conn, Tx},
    decision,
    http::{Answer, IfMatch, Once, Versioned},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    qr, review, round,
    state::State,
};
use cairn_shared::{
    code::RANDOM_LETTERS,
    ids::{MailId, PersonId, ReviewId, SubmissionId},
    paper::{
        CoverCode, Custody, CustodyProblem, DescribePaper, MayDo, PaperDetail, PaperSummary, ReceivePaper, ReturnPaper,
        check_promise,
    },
    person::{PersonName, Role},
    review::ReviewState,
    round::RoundDates,
    text::Draft,
    time::Date,
};
use std::collections::HashMap;

/// What is random about a cover sheet, made before the transaction that registers it.
#[derive(Debug, Clone, Copy)]
pub struct Seed([u8; RANDOM_LETTERS]);

/// Makes what is random about one cover sheet.
pub fn seed(state: &State) -> Seed {
    Seed(state.ids.bytes())
}

/// Whose paper is registered, for which submission.
#[derive(Debug, Clone, Copy)]
pub struct Registering {
    /// What is random about its cover sheet.
    pub seed: Seed,
    /// The submission.
    pub submission: SubmissionId,
    /// Whose it is.
    pub mentor: PersonId,
}

/// Registers the paper of a submission, in the transaction of the caller. `dates` are those of its round; `pointer` is
/// where the paper stands in the command.
///
/// # Errors
/// [`ApiError::Invalid`] if it is promised for a day on which it can't be read.
pub fn register(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    Registering { seed, submission, mentor }: Registering,
    words: &DescribePaper,
    dates: Option<&RoundDates>,
    pointer: &str,
) -> ApiResult<()> {
    promised(words, stamp.now.london_date(), dates, pointer)?;
    let row = PaperRow {
        submission_id: AsText::new(submission),
        code: AsText::new(free_code(tx, seed)?),
        parts: AsText::new(words.parts.clone()),
        hand_in: AsText::new(words.hand_in.clone()),
        promised_for: AsText::new(words.promised_for),
        note: AsText::new(words.note.clone()),
        registered_by: AsText::new(stamp.actor.unwrap_or(mentor)),
        received_at: None,
        shelf: None,
        returned_at: None,
        given_to: None,
        version: 1,
    };
    store::add(tx, &row)?;
    let about = (stamp.actor != Some(mentor)).then_some(mentor);
    Ok(audit::record(tx, stamp, Action::PaperRegistered, "submission", submission, about)?)
}

fn promised(words: &DescribePaper, today: Date, dates: Option<&RoundDates>, pointer: &str) -> ApiResult<()> {
    check_promise(words.promised_for, today, dates)
        .map_err(|problem| ApiError::field(&format!("{pointer}/promised_for"), "not_then", problem.to_string()))
}

/// A code that no other cover sheet has. Two alike are not to be expected; if they come, the next letters are taken.
fn free_code(tx: &mut Tx<'_>, Seed(mut letters): Seed) -> ApiResult<CoverCode> {
    loop {
        let code = CoverCode::make(letters);
        if !store::is_taken(tx, &code)? {
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

/// The paper of some submissions, each with what its readers should know. Who asks has seen to it that the caller may
/// know of the submissions.
///
/// # Errors
/// Those of the database.
pub fn of(
    conn: &mut Conn,
    submissions: &[SubmissionId],
) -> ApiResult<HashMap<SubmissionId, (PaperSummary, Draft<2000>)>> {
    Ok(store::of(conn, submissions)?)
}

/// Some paper, as its mentor, as a coordinator or as one of its readers has it.
fn look(conn: &mut Conn, actor: &Actor, which: &Which) -> ApiResult<(Found, Sight)> {
    let viewer = actor.viewer();
    let sights = [
        Some(Sight::Own(viewer)),
        actor.is(Role::Coordinator).then_some(Sight::Office(viewer)),
        actor.is(Role::Reviewer).then_some(Sight::Reader(viewer)),
    ];
    for sight in sights.into_iter().flatten() {
        if let Some(found) = store::find(conn, which, sight)? {
            return Ok((found, sight));
        }
    }
    Err(ApiError::NotFound)
}

/// The paper of a submission.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, or it isn't there for one.
pub async fn read(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<Versioned<PaperDetail>> {
    found(state, actor, Which::Of(id)).await
}

/// The paper with that code on its cover sheet.
///
/// # Errors
/// [`ApiError::Invalid`] if the code was mistyped, [`ApiError::NotFound`] if there is none, or it isn't there for one.
pub async fn by_code(state: &State, actor: &Actor, code: &str) -> ApiResult<Versioned<PaperDetail>> {
    let code = code
        .parse()
        .map_err(|mistyped: cairn_shared::code::Mistyped| ApiError::field("/code", "mistyped", mistyped.to_string()))?;
    found(state, actor, Which::With(code)).await
}

/// The paper of a submission, inside a transaction.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, or it isn't there for one.
pub fn of_submission(
    conn: &mut Conn,
    actor: &Actor,
    id: SubmissionId,
    config: &Config,
) -> ApiResult<Versioned<PaperDetail>> {
    detail(conn, actor, &Which::Of(id), config)
}

async fn found(state: &State, actor: &Actor, which: Which) -> ApiResult<Versioned<PaperDetail>> {
    let (actor, config) = (actor.clone(), state.config.clone());
    state.db.read(move |conn| detail(conn, &actor, &which, &config)).await
}

fn detail(conn: &mut Conn, actor: &Actor, which: &Which, config: &Config) -> ApiResult<Versioned<PaperDetail>> {
    let (found, sight) = look(conn, actor, which)?;
    let viewer = actor.viewer();
    let submission = *found.row.submission_id;
    let is_with_panel = is_with_panel(conn, &found)?;
    let custody = &found.summary.custody;
    let may = match sight {
        Sight::Own(_) => MayDo::as_its_mentor(custody, is_with_panel),
        Sight::Office(_) => MayDo::in_the_office(custody, is_with_panel, was_read(conn, submission, viewer.today)?),
        Sight::Reader(_) => MayDo::default(),
    };
    let round = found.round.map(|round| round::actions::summary(conn, round, actor.now)).transpose()?;
    let registered_by = match *found.row.registered_by {
        mentor if mentor == found.mentor.id => None,
        other => Some(person::actions::name(conn, other)?.0),
    };
    let address = format!("{}/paper/{}", config.public_url, found.summary.code);
    let detail = PaperDetail {
        submission_id: submission,
        note: (*found.row.note).clone(),
        school: round::actions::schools(conn, &[found.mentor.id], viewer.today)?.remove(&found.mentor.id),
        qualification: found.qualification,
        title: found.title,
        form: found.form,
        round,
        registered_at: found.registered_at,
        registered_by,
        withdrawn: found.withdrawn,
        partnership: config.partnership.clone(),
        qr_svg: qr::svg(&address)?,
        address,
        review_id: own_review(conn, submission, viewer, sight)?,
        may,
        mentor: found.mentor,
        paper: found.summary,
    };
    Ok(Versioned::new(detail, found.row.version))
}

/// Whether the panel still needs it: neither has its mentor heard, nor taken it back.
fn is_with_panel(conn: &mut Conn, found: &Found) -> ApiResult<bool> {
    let released = decision::actions::is_released(conn, *found.row.submission_id)?;
    Ok(!found.withdrawn && !released)
}

/// Whether a reader has sent a view on it.
fn was_read(conn: &mut Conn, id: SubmissionId, today: Date) -> ApiResult<bool> {
    Ok(review::actions::readings(conn, &[id], today)?.iter().any(|r| r.state == ReviewState::Sent))
}

fn own_review(conn: &mut Conn, id: SubmissionId, viewer: Viewer, sight: Sight) -> ApiResult<Option<ReviewId>> {
    match sight {
        Sight::Reader(_) => {
            let readings = review::actions::readings(conn, &[id], viewer.today)?;
            Ok(readings.into_iter().find(|r| r.reviewer.id == viewer.person).map(|r| r.review))
        }
        _ => Ok(None),
    }
}

/// Changes what a cover sheet says, until the paper has arrived: its mentor, or a coordinator for them.
///
/// # Errors
/// If it was changed in the meantime, has arrived, or is promised for a day on which it can't be read.
pub async fn describe(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    if_match: IfMatch,
    words: DescribePaper,
) -> ApiResult<Versioned<PaperDetail>> {
    let (actor, stamp, config) = (actor.clone(), state.stamp(actor.person), state.config.clone());
    state
        .db
        .write(move |tx| {
            let which = Which::Of(id);
            let (mut found, sight) = look(tx, &actor, &which)?;
            if matches!(sight, Sight::Reader(_)) {
                return Err(ApiError::NotYours("What a cover sheet says is for its mentor, or for the coordinator."));
            }
            if_match.check(found.row.version)?;
            if found.summary.custody != Custody::Registered {
                return Err(ApiError::not_now(CustodyProblem::HasCome));
            }
            let dates = match found.round {
                Some(round) => Some(round::actions::dates(tx, round)?.0),
                None => None,
            };
            promised(&words, actor.now.london_date(), dates.as_ref(), "")?;
            found.row.describe(&words);
            store::change(tx, &found.row)?;
            audit::record(tx, &stamp, Action::PaperDescribed, "submission", id, Some(found.mentor.id))?;
            detail(tx, &actor, &which, &config)
        })
        .await
}

/// Notes that paper has arrived, and where it is kept: its reading starts now. Noted again, the first time stays, and
/// the place is the new one. Its mentor and its readers are told the first time.
///
/// # Errors
/// If it is electronic, or went back.
pub async fn receive(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    receive: ReceivePaper,
) -> ApiResult<Answer<Versioned<PaperDetail>>> {
    let (url, partnership) = (state.config.public_url.clone(), state.config.partnership.clone());
    hand_over(state, actor, id, once, Action::PaperReceived, move |tx, stamp, found| {
        let is_new = found.summary.custody == Custody::Registered;
        let custody =
            found.summary.custody.clone().receive(receive.shelf.clone(), stamp.now).map_err(ApiError::not_now)?;
        if is_new {
            tell_that_it_came(tx, stamp, found, receive.shelf.as_str(), &url, &partnership)?;
        }
        Ok(custody)
    })
    .await
}

/// Undoes that paper has arrived.
///
/// # Errors
/// If it isn't here, or a reader has sent a view on it.
pub async fn undo_receipt(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<Versioned<PaperDetail>> {
    let done = hand_over(state, actor, id, Once::default(), Action::PaperReceiptUndone, move |tx, stamp, found| {
        let was_read = was_read(tx, id, stamp.now.london_date())?;
        found.summary.custody.clone().undo_receipt(was_read).map_err(ApiError::not_now)
    });
    Ok(done.await?.value)
}

/// Notes that paper went back to its mentor, and tells them.
///
/// # Errors
/// If it hasn't come, or the panel still needs it.
pub async fn give_back(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    give: ReturnPaper,
) -> ApiResult<Answer<Versioned<PaperDetail>>> {
    let partnership = state.config.partnership.clone();
    hand_over(state, actor, id, once, Action::PaperReturned, move |tx, stamp, found| {
        let with_panel = is_with_panel(tx, found)?;
        let custody = found.summary.custody.clone().give_back(give.given_to.clone(), with_panel, stamp.now);
        let custody = custody.map_err(ApiError::not_now)?;
        let (name, email) = person::actions::name(tx, found.mentor.id)?;
        let body = format!(
            "Dear {},\n\nYour paper portfolio “{}” went back today: {}.\n\nIf it is not with you within a few days, please \
             tell the coordinator. Its cover sheet has the code {}.\n\n{partnership}\n",
            name.given_name,
            found.title,
            give.given_to,
            found.summary.code.printed()
        );
        let id = stamp.derive(&format!("letter paper returned {id}"));
        mail::write(tx, &Letter { id, to: email, subject: "Your paper portfolio went back".into(), body }, stamp.now)?;
        Ok(custody)
    })
    .await
}

/// Undoes that paper went back.
///
/// # Errors
/// If it did not.
pub async fn undo_return(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<Versioned<PaperDetail>> {
    let done = hand_over(state, actor, id, Once::default(), Action::PaperReturnUndone, move |_, _, found| {
        found.summary.custody.clone().undo_return().map_err(ApiError::not_now)
    });
    Ok(done.await?.value)
}

/// What a coordinator does with paper: asks where it is, lets the domain say where it is then, saves and records it.
async fn hand_over(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    action: Action,
    mut to: impl FnMut(&mut Tx<'_>, &Stamp, &Found) -> ApiResult<Custody> + Send + 'static,
) -> ApiResult<Answer<Versioned<PaperDetail>>> {
    actor.coordinates()?;
    let (actor, stamp, config) = (actor.clone(), state.stamp(actor.person), state.config.clone());
    state
        .write_once(actor.person, once, move |tx| {
            let which = Which::Of(id);
            let Some(mut found) = store::find(tx, &which, Sight::Office(actor.viewer()))? else {
                round::actions::one(tx, id, round::actions::Sight::Office(actor.viewer()))?;
                return Err(ApiError::not_now(
                    "This portfolio is read on a screen: no paper belongs to it. Look for another one of the same mentor.",
                ));
            };
            let custody = to(tx, &stamp, &found)?;
            if custody != found.summary.custody {
                found.row.set_custody(&custody);
                store::change(tx, &found.row)?;
                audit::record(tx, &stamp, action, "submission", id, Some(found.mentor.id))?;
            }
            detail(tx, &actor, &which, &config)
        })
        .await
}

/// Tells the mentor that the paper has come and, once reading has begun, its readers where it is.
fn tell_that_it_came(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    found: &Found,
    shelf: &str,
    url: &str,
    partnership: &str,
) -> ApiResult<()> {
    let submission = *found.row.submission_id;
    let code = found.summary.code.printed();
    let write = |tx: &mut Tx<'_>, person: PersonId, subject: &str, body: &dyn Fn(&PersonName) -> String| {
        let (name, to) = person::actions::name(tx, person)?;
        let id: MailId = stamp.derive(&format!("letter paper {submission} {person}"));
        let body = format!("Dear {},\n\n{}\n\n{partnership}\n", name.given_name, body(&name));
        Ok::<_, ApiError>(mail::write(tx, &Letter { id, to, subject: subject.into(), body }, stamp.now)?)
    };
    write(tx, found.mentor.id, "Your paper portfolio has arrived", &|_| {
        format!(
            "Your paper portfolio “{}” has arrived, and is safe with us. Its cover sheet has the code {code}. We write to \
             you when it goes back.\n\n{url}/submissions/{submission}",
            found.title
        )
    })?;
    let Some(round) = found.round.filter(|_| !found.withdrawn) else { return Ok(()) };
    if !round::actions::dates(tx, round)?.0.reading_has_begun(stamp.now) {
        return Ok(());
    }
    for reading in review::actions::readings(tx, &[submission], stamp.now.london_date())? {
        write(tx, reading.reviewer.id, "A paper portfolio is there to be read", &|_| {
            format!(
                "The paper portfolio “{}” has arrived, and its reading starts now. It is kept here: {shelf}. Its cover \
                 sheet has the code {code}. Your notes have their place on the screen, as always.\n\n{url}/reviews/{}",
                found.title, reading.review
            )
        })?;
    }
    Ok(())
}
