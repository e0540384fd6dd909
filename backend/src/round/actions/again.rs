//! A resubmission goes to those who read the one before it, where they can (`decisions.md`, 9).
//!
//! It does so when it comes to a round, and when a round's panel is named. What was taken back from somebody, or what
//! they stepped aside from, does not come to them again by itself.

use super::{Sent, Sight};
use crate::{
    audit::Stamp,
    conflict,
    db::{Conn, Tx},
    problem::ApiResult,
    review,
    round::store,
};
use cairn_shared::{
    ids::{PersonId, RoundId, SubmissionId},
    person::PersonName,
    round::{EarlierReader, NotAgain},
    time::Date,
};
use std::collections::{HashMap, HashSet};

/// Gives a submission that came to a round to those who read the one before it, where they can.
///
/// # Errors
/// Those of the database.
pub fn give_again(tx: &mut Tx<'_>, stamp: &Stamp, id: SubmissionId) -> ApiResult<()> {
    let sent = super::one(tx, id, Sight::Server)?;
    let Some(round) = sent.round else { return Ok(()) };
    give(tx, stamp, round, &[sent])
}

/// Gives all resubmissions of a round to those who read the ones before them, where they can.
///
/// # Errors
/// Those of the database.
pub(super) fn give_all_again(tx: &mut Tx<'_>, stamp: &Stamp, round: RoundId) -> ApiResult<()> {
    let sent = super::sent_to(tx, round, Sight::Server)?;
    give(tx, stamp, round, &sent)
}

fn give(tx: &mut Tx<'_>, stamp: &Stamp, round: RoundId, sent: &[Sent]) -> ApiResult<()> {
    let today = stamp.now.london_date();
    // The server does this, whoever set it off: a mentor who sends doesn't choose who reads.
    let stamp = Stamp { actor: None, ..*stamp };
    let round = store::find(tx, round)?;
    let panel = store::panel(tx, round.id)?;
    let before = read_before(tx, sent, &panel, today)?;
    let given = review::actions::given(tx, &sent.iter().map(|s| s.id).collect::<Vec<_>>())?;
    for sent in sent {
        let reads = |who: PersonId| given.iter().any(|(s, p, ended)| *s == sent.id && *p == who && !ended);
        if given.iter().filter(|(s, _, ended)| *s == sent.id && !ended).count() >= usize::from(round.readers) {
            continue;
        }
        let free = before.get(&sent.id).into_iter().flatten().filter(|r| r.not_again.is_none());
        for reader in free.filter(|r| !reads(r.person.id)) {
            let id = stamp.derive(&format!("review {} {}", sent.id, reader.person.id));
            review::actions::assign(tx, &stamp, id, sent.id, reader.person.id)?;
        }
    }
    Ok(())
}

/// Who read the ones before some resubmissions, and why not again, if so.
///
/// # Errors
/// Those of the database.
pub(super) fn read_before(
    conn: &mut Conn,
    sent: &[Sent],
    panel: &[PersonName],
    today: Date,
) -> ApiResult<HashMap<SubmissionId, Vec<EarlierReader>>> {
    let after: Vec<SubmissionId> = sent.iter().filter_map(|s| s.after).collect();
    if after.is_empty() {
        return Ok(HashMap::new());
    }
    let before = review::actions::read_until_release(conn, &after)?;
    let people: Vec<PersonId> = before.iter().map(|(_, person)| person.id).collect();
    let mentors: Vec<PersonId> = sent.iter().map(|s| s.mentor.id).collect();
    let known = Known {
        panel: panel.iter().map(|p| p.id).collect(),
        reading: store::reviewers_among(conn, &people)?,
        conflicts: conflict::actions::pairs(conn, &people, &mentors, today)?.into_keys().collect(),
        given: review::actions::given(conn, &sent.iter().map(|s| s.id).collect::<Vec<_>>())?,
    };
    let of = |s: &Sent| {
        let earlier = before.iter().filter(|(submission, _)| Some(*submission) == s.after);
        let reader =
            |person: &PersonName| EarlierReader { person: person.clone(), not_again: known.not_again(person.id, s) };
        (s.id, earlier.map(|(_, person)| reader(person)).collect())
    };
    Ok(sent.iter().map(of).collect())
}

/// What decides whether somebody reads a portfolio again.
struct Known {
    panel: HashSet<PersonId>,
    reading: HashSet<PersonId>,
    conflicts: HashSet<(PersonId, PersonId)>,
    given: Vec<(SubmissionId, PersonId, bool)>,
}

impl Known {
    fn not_again(&self, who: PersonId, sent: &Sent) -> Option<NotAgain> {
        let given: Vec<bool> =
            self.given.iter().filter(|(s, p, _)| *s == sent.id && *p == who).map(|(.., ended)| *ended).collect();
        if self.conflicts.contains(&(who, sent.mentor.id)) {
            Some(NotAgain::Conflict)
        } else if given.contains(&false) {
            None
        } else if given.contains(&true) {
            Some(NotAgain::TakenBack)
        } else if !self.reading.contains(&who) {
            Some(NotAgain::NotReading)
        } else if !self.panel.contains(&who) {
            Some(NotAgain::NotOnPanel)
        } else {
            None
        }
    }
}
