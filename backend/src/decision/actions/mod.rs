//! What other slices may ask of decisions. `board` is what the panel looks at, `decide` what it records there,
//! `release` how that reaches the mentors, and `outcome` what a mentor then reads and answers.

mod board;
mod decide;
mod outcome;
mod release;

use super::store::{self, Recorded};
use crate::{db::Conn, problem::ApiResult, round::actions::Sent};
use cairn_shared::{
    decision::SuggestedBefore,
    framework::PerStandard,
    ids::{CandidacyId, SubmissionId},
};
use std::collections::{HashMap, HashSet};

pub use board::{board, comments};
pub use decide::{carry_over, decide, undo, undo_carry_over};
pub use outcome::{outcome, reply};
pub use release::{correct, decision, release};

/// Those of some submissions that have a decision, released or not. Not for a mentor's eyes.
///
/// # Errors
/// Those of the database.
pub fn decided(conn: &mut Conn, submissions: &[SubmissionId]) -> ApiResult<HashSet<SubmissionId>> {
    Ok(store::decided(conn, submissions)?)
}

/// Whether the mentor has heard what the panel decided on a submission.
///
/// # Errors
/// Those of the database.
pub fn is_released(conn: &mut Conn, id: SubmissionId) -> ApiResult<bool> {
    Ok(store::holding(conn, &[id])?.get(&id).is_some_and(|recorded| recorded.released_at.is_some()))
}

/// The standards that released decisions had secured when each of some submissions was sent.
///
/// # Errors
/// Those of the database.
pub fn secured_before(conn: &mut Conn, sent: &[Sent]) -> ApiResult<HashMap<SubmissionId, PerStandard<bool>>> {
    let candidacies: Vec<CandidacyId> = sent.iter().filter(|s| s.number > 1).map(|s| s.candidacy).collect();
    let evidenced = store::evidenced(conn, &candidacies)?;
    let secured = |s: &Sent| {
        let earlier = |(candidacy, number, _): &&_| *candidacy == s.candidacy && *number < i64::from(s.number);
        let mut secured = PerStandard::default();
        for (_, _, standard) in evidenced.iter().filter(earlier) {
            *secured.get_mut(*standard) = true;
        }
        secured
    };
    Ok(sent.iter().map(|s| (s.id, secured(s))).collect())
}

/// What the panel suggested with its released decision on a submission, and what the mentor says to it.
///
/// # Errors
/// Those of the database.
pub fn suggested(conn: &mut Conn, id: SubmissionId) -> ApiResult<Vec<SuggestedBefore>> {
    match store::holding(conn, &[id])?.remove(&id) {
        Some(recorded) if recorded.released_at.is_some() => with_replies(conn, &recorded),
        _ => Ok(Vec::new()),
    }
}

fn with_replies(conn: &mut Conn, recorded: &Recorded) -> ApiResult<Vec<SuggestedBefore>> {
    let ids: Vec<_> = recorded.suggestions.iter().map(|(id, _)| *id).collect();
    let mut replies = store::replies(conn, &ids)?;
    Ok(recorded
        .suggestions
        .iter()
        .map(|(id, of)| SuggestedBefore {
            id: *id,
            standard: of.standard,
            suggestion: of.suggestion.clone(),
            reply: replies.remove(id).unwrap_or_default(),
        })
        .collect())
}
