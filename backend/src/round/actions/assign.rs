//! Who reads what: assigning, taking back, and reminding.

use super::{Sent, Sight, plan::not_decided};
use crate::{
    actor::Actor,
    audit::Stamp,
    conflict,
    db::Tx,
    http::{Answer, Once, Versioned},
    mail::{self, Letter},
    person,
    problem::{ApiError, ApiResult},
    review,
    round::store,
    state::State,
};
use cairn_shared::{
    conflict::ConflictKind,
    ids::{PersonId, ReviewId, SubmissionId},
    person::PersonName,
    review::{AssignReviewer, ReviewState},
    round::RoundSubmission,
};

/// After how many seconds a reviewer may be reminded again.
const NUDGE_SECONDS: i64 = 24 * 60 * 60;

/// Assigns a reviewer to a submission.
///
/// # Errors
/// If they don't read for the panel, have a conflict, read it already, or the panel has decided.
pub async fn assign(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
    assign: AssignReviewer,
) -> ApiResult<Answer<Versioned<RoundSubmission>>> {
    actor.coordinates()?;
    let (viewer, stamp, review): (_, _, ReviewId) = (actor.viewer(), state.stamp(actor.person), state.fresh());
    let (url, partnership) = (state.config.public_url.clone(), state.config.partnership.clone());
    state
        .write_once(actor.person, once, move |tx| {
            let sent = super::one(tx, id, Sight::Office(viewer))?;
            not_decided(tx, &sent)?;
            if !store::reviewers_among(tx, &[assign.reviewer_id])?.contains(&assign.reviewer_id) {
                return Err(ApiError::field(
                    "/reviewer_id",
                    "not_a_reviewer",
                    "They don’t read for the panel. Add “Panel member” to their account first, or choose someone else.",
                ));
            }
            if let Some(kind) = conflict::actions::between(tx, assign.reviewer_id, sent.mentor.id, viewer.today)? {
                let (reviewer, _) = person::actions::name(tx, assign.reviewer_id)?;
                return Err(ApiError::NotNow(why_not(kind, &reviewer, &sent.mentor)));
            }
            if !review::actions::assign(tx, &stamp, review, id, assign.reviewer_id)? {
                let (reviewer, _) = person::actions::name(tx, assign.reviewer_id)?;
                return Err(ApiError::NotNow(format!(
                    "{} reads this portfolio already. Choose someone else for a further reading.",
                    reviewer.full()
                )));
            }
            tell_of_reading(tx, &stamp, &sent, review, assign.reviewer_id, (&url, &partnership))?;
            Ok(Versioned::new(super::view(tx, id, viewer)?, 0))
        })
        .await
}

/// Tells a reviewer of something to read, once reading has begun: before that it isn't there for them.
fn tell_of_reading(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    sent: &Sent,
    review: ReviewId,
    reviewer: PersonId,
    (url, partnership): (&str, &str),
) -> ApiResult<()> {
    let Some(round) = sent.round else { return Ok(()) };
    let round = store::find(tx, round)?;
    if !round.dates.reading_has_begun(stamp.now) {
        return Ok(());
    }
    let (name, email) = person::actions::name(tx, reviewer)?;
    let by_when = match stamp.now < round.dates.review_by.ends() {
        true => format!("Reviews are kindly asked for by {}", round.dates.review_by.in_words()),
        false => format!("The panel meets on {}", round.dates.meeting.in_words()),
    };
    let body = format!(
        "Dear {},\n\nA portfolio in “{}” has been given to you to read. {by_when}; a few pages at a time is fine, and your \
         place is kept.\n\n{url}/reviews/{review}\n\nIf you can’t read it fairly, step aside there: \
         it needs no proof.\n\n{partnership}\n",
        name.given_name, round.name,
    );
    let id = stamp.derive(&format!("letter reading {review}"));
    let letter = Letter { id, to: email, subject: "A portfolio for you to read".into(), body };
    Ok(mail::write(tx, &letter, stamp.now)?)
}

fn why_not(kind: ConflictKind, reviewer: &PersonName, mentor: &PersonName) -> String {
    let (reviewer, mentor) = (reviewer.full(), mentor.full());
    match kind {
        ConflictKind::Themselves => format!("This is {mentor}’s own portfolio. Choose someone else to read it."),
        ConflictKind::SameSchool => format!(
            "{reviewer} and {mentor} are at the same school, or were until less than two years ago. Choose someone else."
        ),
        ConflictKind::Support => format!("{reviewer} and {mentor} support one another. Choose someone else."),
        ConflictKind::Declared => {
            format!("{reviewer} is not to read what {mentor} sends: that was declared. Choose someone else.")
        }
    }
}

/// Takes an assignment back. What was written stays on record, and out of sight.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, [`ApiError::NotNow`] once the panel has decided.
pub async fn take_back(state: &State, actor: &Actor, id: ReviewId) -> ApiResult<()> {
    actor.coordinates()?;
    let (viewer, stamp) = (actor.viewer(), state.stamp(actor.person));
    state
        .db
        .write(move |tx| {
            let (submission, _) = review::actions::assignment(tx, id, viewer.today)?;
            let sent = super::one(tx, submission, Sight::Office(viewer))?;
            not_decided(tx, &sent)?;
            review::actions::end(tx, &stamp, id)
        })
        .await
}

/// Reminds a reviewer kindly, by mail.
///
/// # Errors
/// If there is nothing to be reminded of, or they were reminded within a day.
pub async fn nudge(
    state: &State,
    actor: &Actor,
    id: ReviewId,
    once: Once,
) -> ApiResult<Answer<Versioned<RoundSubmission>>> {
    actor.coordinates()?;
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    let (url, partnership) = (format!("{}/reviews/{id}", state.config.public_url), state.config.partnership.clone());
    state
        .write_once(actor.person, once, move |tx| {
            let (submission, reviewer) = review::actions::assignment(tx, id, viewer.today)?;
            let sent = super::one(tx, submission, Sight::Office(viewer))?;
            not_decided(tx, &sent)?;
            let readers = store::readers(tx, &[submission], viewer.today)?;
            let reader = readers.into_iter().map(|r| r.reader).find(|r| r.review_id == id).ok_or(ApiError::NotFound)?;
            if reader.state == ReviewState::Sent {
                return Err(ApiError::NotNow(format!(
                    "{} has sent this view already. There is nothing to remind them of.",
                    reader.person.full()
                )));
            }
            if reader.nudged_at.is_some_and(|at| now < at.plus_seconds(NUDGE_SECONDS)) {
                return Err(ApiError::NotNow(format!(
                    "{} had a reminder within the last day. Write to them again tomorrow, if it is needed then.",
                    reader.person.full()
                )));
            }
            if sent.is_on_its_way() {
                return Err(ApiError::not_now(
                    "This portfolio is on paper and hasn’t arrived yet. Note its arrival first: its reading starts then.",
                ));
            }
            let round = sent.round.ok_or_else(|| {
                ApiError::not_now("This portfolio waits for its round, so there is nothing to read yet.")
            })?;
            let round = store::find(tx, round)?;
            if !round.dates.reading_has_begun(now) {
                return Err(ApiError::NotNow(format!(
                    "Reading begins on {}. Until then there is nothing to remind anyone of.",
                    round.dates.review_opens.in_words()
                )));
            }
            let (name, email) = person::actions::name(tx, reviewer)?;
            let body = format!(
                "Dear {},\n\nA portfolio in “{}” would like to be read by you. Reviews are kindly asked for by {}; a few \
                 pages at a time is fine, and your place is kept.\n\n{url}\n\nIf you can’t read it fairly, step aside there: \
                 it needs no proof.\n\n{partnership}\n",
                name.given_name,
                round.name,
                round.dates.review_by.in_words(),
            );
            let letter = Letter {
                id: stamp.derive(&format!("letter nudge {id}")),
                to: email,
                subject: "A portfolio is waiting for you".into(),
                body,
            };
            mail::write_for_working_hours(tx, &letter, now)?;
            review::actions::nudged(tx, &stamp, id, reviewer)?;
            Ok(Versioned::new(super::view(tx, submission, viewer)?, 0))
        })
        .await
}
