//! Rows and queries of decisions, their findings and suggestions, and the mentors' replies.

use crate::{
    actor::Viewer,
    audit::Stamp,
    db::{
        AsText, At, Conn, Tx, among,
        schema::{award, candidacy, decision, finding, submission, suggestion, suggestion_reply},
    },
};
use cairn_shared::{
    decision::{Decision, Finding, StandardSuggestion},
    framework::{PerStandard, Standard},
    ids::{AwardId, CandidacyId, DecisionId, PersonId, SubmissionId, SuggestionId},
    list::NonEmpty,
    review::{Recommendation, Suggestion},
    text::{Draft, Line, Prose},
    time::Timestamp,
};
use diesel::{prelude::*, result::Error};
use std::collections::{HashMap, HashSet};

#[derive(Queryable)]
struct DecisionRow {
    id: AsText<DecisionId>,
    submission_id: AsText<SubmissionId>,
    #[expect(dead_code, reason = "it follows from the findings; the column is for the database's own check")]
    outcome: AsText<Recommendation>,
    message: AsText<Draft<20_000>>,
    decided_by: AsText<PersonId>,
    decided_at: At,
    released_at: Option<At>,
    corrects_id: Option<AsText<DecisionId>>,
    #[expect(dead_code, reason = "it is read with its correction, by a query of its own")]
    reason: Option<String>,
}

/// The decision that holds on a submission: the first, or the last that corrects it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Which.
    pub id: DecisionId,
    /// On what.
    pub submission: SubmissionId,
    /// What was decided.
    pub decision: Decision,
    /// Its suggestions, in the order of the standards.
    pub suggestions: Vec<(SuggestionId, StandardSuggestion)>,
    /// Who signs for the panel: who recorded the first decision.
    pub signed_by: PersonId,
    /// When it was recorded.
    pub decided_at: Timestamp,
    /// When it was released.
    pub released_at: Option<Timestamp>,
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::DeserializationError(Box::new(error))
}

/// The decisions that hold on some submissions.
///
/// # Errors
/// Those of the database.
pub fn holding(conn: &mut Conn, submissions: &[SubmissionId]) -> QueryResult<HashMap<SubmissionId, Recorded>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<DecisionRow> = decision::table.filter(among(decision::submission_id, ids)).load(conn)?;
    let corrected: HashSet<DecisionId> = rows.iter().filter_map(|row| row.corrects_id.as_deref().copied()).collect();
    let signed: HashMap<SubmissionId, PersonId> =
        rows.iter().filter(|row| row.corrects_id.is_none()).map(|row| (*row.submission_id, *row.decided_by)).collect();
    let holding: Vec<DecisionRow> = rows.into_iter().filter(|row| !corrected.contains(&*row.id)).collect();
    let ids: Vec<DecisionId> = holding.iter().map(|row| *row.id).collect();
    let mut suggestions = suggestions(conn, &ids)?;
    let mut findings = findings(conn, &ids)?;
    holding
        .into_iter()
        .map(|row| {
            let suggestions = suggestions.remove(&*row.id).unwrap_or_default();
            let findings = complete(findings.remove(&*row.id).unwrap_or_default(), &suggestions)?;
            let decision =
                Decision::new(findings, row.message.into_inner(), &PerStandard::default()).map_err(broken)?;
            let recorded = Recorded {
                id: *row.id,
                submission: *row.submission_id,
                decision,
                suggestions,
                signed_by: signed.get(&*row.submission_id).copied().unwrap_or(*row.decided_by),
                decided_at: row.decided_at.into(),
                released_at: row.released_at.map(Timestamp::from),
            };
            Ok((*row.submission_id, recorded))
        })
        .collect()
}

/// A finding without its suggestions: the note of what is evidenced, or nothing.
type Noted = PerStandard<Option<Option<Draft<2000>>>>;

fn findings(conn: &mut Conn, decisions: &[DecisionId]) -> QueryResult<HashMap<DecisionId, Noted>> {
    type Row = (AsText<DecisionId>, AsText<Standard>, String, AsText<Draft<2000>>);
    let ids: Vec<String> = decisions.iter().map(DecisionId::to_string).collect();
    let rows: Vec<Row> = finding::table.filter(among(finding::decision_id, ids)).load(conn)?;
    let mut findings: HashMap<DecisionId, Noted> = HashMap::new();
    for (decision, standard, found, note) in rows {
        let noted = (found == "evidenced").then(|| note.into_inner());
        *findings.entry(*decision).or_default().get_mut(*standard) = Some(noted);
    }
    Ok(findings)
}

fn complete(noted: Noted, suggestions: &[(SuggestionId, StandardSuggestion)]) -> QueryResult<PerStandard<Finding>> {
    let finding = |standard: Standard| match noted.get(standard) {
        None => Err(Error::DeserializationError("a decision has no finding for a standard".into())),
        Some(Some(note)) => Ok(Finding::Evidenced { note: note.clone() }),
        Some(None) => {
            let of_it = suggestions.iter().filter(|(_, s)| s.standard == standard);
            let suggestions = of_it.map(|(_, s)| s.suggestion.clone()).collect();
            Ok(Finding::MoreNeeded { suggestions: NonEmpty::new(suggestions).map_err(broken)? })
        }
    };
    Ok(PerStandard {
        s1: finding(Standard::S1)?,
        s2: finding(Standard::S2)?,
        s3: finding(Standard::S3)?,
        s4: finding(Standard::S4)?,
    })
}

type SuggestionRow = (
    AsText<SuggestionId>,
    AsText<DecisionId>,
    AsText<Standard>,
    AsText<Draft<2000>>,
    AsText<Prose<4000>>,
    Option<AsText<Line<200>>>,
);
type Suggestions = HashMap<DecisionId, Vec<(SuggestionId, StandardSuggestion)>>;

fn suggestions(conn: &mut Conn, decisions: &[DecisionId]) -> QueryResult<Suggestions> {
    let ids: Vec<String> = decisions.iter().map(DecisionId::to_string).collect();
    let rows: Vec<SuggestionRow> = suggestion::table
        .filter(among(suggestion::decision_id, ids))
        .order((suggestion::standard, suggestion::position))
        .select((
            suggestion::id,
            suggestion::decision_id,
            suggestion::standard,
            suggestion::already_there,
            suggestion::would_help,
            suggestion::who_can_help,
        ))
        .load(conn)?;
    let mut suggestions = Suggestions::new();
    for (id, decision, standard, already_there, would_help, who_can_help) in rows {
        let suggestion = Suggestion {
            already_there: already_there.into_inner(),
            would_help: would_help.into_inner(),
            who_can_help: who_can_help.map(AsText::into_inner),
        };
        suggestions.entry(*decision).or_default().push((*id, StandardSuggestion { standard: *standard, suggestion }));
    }
    Ok(suggestions)
}

/// The corrections of the decision on a submission, the earliest first: when, by whom, and why.
///
/// # Errors
/// Those of the database.
pub fn corrections(conn: &mut Conn, id: SubmissionId) -> QueryResult<Vec<(Timestamp, PersonId, Prose<2000>)>> {
    let rows: Vec<(At, AsText<PersonId>, AsText<Prose<2000>>)> = decision::table
        .filter(decision::submission_id.eq(id.to_string()))
        .filter(decision::reason.is_not_null())
        .order((decision::decided_at, decision::id))
        .select((decision::decided_at, decision::decided_by, decision::reason.assume_not_null()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(at, by, reason)| (at.into(), *by, reason.into_inner())).collect())
}

/// Those of some submissions that have a decision, released or not.
///
/// # Errors
/// Those of the database.
pub fn decided(conn: &mut Conn, submissions: &[SubmissionId]) -> QueryResult<HashSet<SubmissionId>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<AsText<SubmissionId>> =
        decision::table.filter(among(decision::submission_id, ids)).select(decision::submission_id).load(conn)?;
    Ok(rows.into_iter().map(AsText::into_inner).collect())
}

/// Which standards released decisions found evidenced, of some candidacies, and on which submission of each.
///
/// # Errors
/// Those of the database.
pub fn evidenced(conn: &mut Conn, candidacies: &[CandidacyId]) -> QueryResult<Vec<(CandidacyId, i64, Standard)>> {
    let ids: Vec<String> = candidacies.iter().map(CandidacyId::to_string).collect();
    let rows: Vec<(AsText<CandidacyId>, i64, AsText<Standard>)> = finding::table
        .inner_join(decision::table.inner_join(submission::table))
        .filter(among(submission::candidacy_id, ids))
        .filter(decision::released_at.is_not_null())
        .filter(finding::found.eq("evidenced"))
        .select((submission::candidacy_id, submission::number, finding::standard))
        .load(conn)?;
    Ok(rows.into_iter().map(|(candidacy, number, standard)| (*candidacy, number, *standard)).collect())
}

/// How a decision came to be.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// Which.
    pub id: DecisionId,
    /// On what.
    pub submission: SubmissionId,
    /// What was decided.
    pub decision: &'a Decision,
    /// Who recorded it.
    pub decided_by: PersonId,
    /// In a correction, which decision it corrects, and why.
    pub corrects: Option<(DecisionId, &'a Prose<2000>)>,
}

/// Writes a decision with its findings and suggestions. A correction is released at once.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, stamp: &Stamp, new: &New<'_>) -> QueryResult<()> {
    use cairn_shared::decision::ReviewOutcome;
    let outcome = match new.decision.outcome() {
        ReviewOutcome::Award => Recommendation::Award,
        ReviewOutcome::FurtherEvidence { .. } => Recommendation::FurtherEvidence,
    };
    diesel::insert_into(decision::table)
        .values((
            decision::id.eq(new.id.to_string()),
            decision::submission_id.eq(new.submission.to_string()),
            decision::outcome.eq(outcome.code()),
            decision::message.eq(new.decision.message().as_str()),
            decision::decided_by.eq(new.decided_by.to_string()),
            decision::decided_at.eq(At::from(stamp.now)),
            decision::released_at.eq(new.corrects.map(|_| At::from(stamp.now))),
            decision::corrects_id.eq(new.corrects.map(|(id, _)| id.to_string())),
            decision::reason.eq(new.corrects.map(|(_, reason)| reason.as_str())),
        ))
        .execute(&mut **tx)?;
    for (standard, found) in new.decision.findings().iter() {
        let (code, note) = match found {
            Finding::Evidenced { note } => ("evidenced", note.as_str()),
            Finding::MoreNeeded { .. } => ("more_needed", ""),
        };
        diesel::insert_into(finding::table)
            .values((
                finding::decision_id.eq(new.id.to_string()),
                finding::standard.eq(standard.code()),
                finding::found.eq(code),
                finding::note.eq(note),
            ))
            .execute(&mut **tx)?;
        if let Finding::MoreNeeded { suggestions } = found {
            for (position, suggestion) in suggestions.iter().enumerate() {
                let id: SuggestionId = stamp.derive(&format!("suggestion {} {standard} {position}", new.id));
                add_suggestion(tx, new.id, standard, position, id, suggestion)?;
            }
        }
    }
    Ok(())
}

fn add_suggestion(
    tx: &mut Tx<'_>,
    decision: DecisionId,
    standard: Standard,
    position: usize,
    id: SuggestionId,
    text: &Suggestion,
) -> QueryResult<()> {
    diesel::insert_into(suggestion::table)
        .values((
            suggestion::id.eq(id.to_string()),
            suggestion::decision_id.eq(decision.to_string()),
            suggestion::standard.eq(standard.code()),
            suggestion::position.eq(position as i64),
            suggestion::already_there.eq(text.already_there.as_str()),
            suggestion::would_help.eq(text.would_help.as_str()),
            suggestion::who_can_help.eq(text.who_can_help.as_ref().map(Line::as_str)),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Removes a decision that wasn't released.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &mut Tx<'_>, id: DecisionId) -> QueryResult<()> {
    let id = id.to_string();
    diesel::delete(suggestion::table.filter(suggestion::decision_id.eq(id.clone()))).execute(&mut **tx)?;
    diesel::delete(finding::table.filter(finding::decision_id.eq(id.clone()))).execute(&mut **tx)?;
    diesel::delete(decision::table.filter(decision::id.eq(id)).filter(decision::released_at.is_null()))
        .execute(&mut **tx)
        .map(drop)
}

/// Releases a decision.
///
/// # Errors
/// Those of the database.
pub fn release(tx: &mut Tx<'_>, id: DecisionId, now: Timestamp) -> QueryResult<()> {
    diesel::update(decision::table.filter(decision::id.eq(id.to_string())))
        .set(decision::released_at.eq(Some(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// Carries a submission over with the chair's words, or takes that back.
///
/// # Errors
/// Those of the database.
pub fn carry_over(tx: &mut Tx<'_>, id: SubmissionId, words: Option<(Timestamp, &Prose<4000>)>) -> QueryResult<()> {
    diesel::update(submission::table.filter(submission::id.eq(id.to_string())))
        .set((
            submission::carried_over_at.eq(words.map(|(at, _)| At::from(at))),
            submission::carried_over_message.eq(words.map(|(_, message)| message.as_str())),
            submission::version.eq(submission::version + 1),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// The award for a submission, the latest if it was issued again.
///
/// # Errors
/// Those of the database.
pub fn award_of(conn: &mut Conn, id: SubmissionId) -> QueryResult<Option<AwardId>> {
    let found: Option<AsText<AwardId>> = award::table
        .filter(award::submission_id.eq(id.to_string()))
        .order((award::issued_at.desc(), award::id.desc()))
        .select(award::id)
        .first(conn)
        .optional()?;
    Ok(found.map(AsText::into_inner))
}

/// On which of one's own submissions a released suggestion was made.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn suggested_on(conn: &mut Conn, viewer: Viewer, id: SuggestionId) -> QueryResult<SubmissionId> {
    let found: AsText<SubmissionId> = suggestion::table
        .inner_join(decision::table.on(decision::id.eq(suggestion::decision_id)))
        .inner_join(submission::table.on(submission::id.eq(decision::submission_id)))
        .inner_join(candidacy::table.on(candidacy::id.eq(submission::candidacy_id)))
        .filter(candidacy::mentor_id.eq(viewer.person.to_string()))
        .filter(decision::released_at.is_not_null())
        .filter(suggestion::id.eq(id.to_string()))
        .select(submission::id)
        .first(conn)?;
    Ok(*found)
}

/// What mentors said to some suggestions.
///
/// # Errors
/// Those of the database.
pub fn replies(conn: &mut Conn, suggestions: &[SuggestionId]) -> QueryResult<HashMap<SuggestionId, Draft<4000>>> {
    let ids: Vec<String> = suggestions.iter().map(SuggestionId::to_string).collect();
    let rows: Vec<(AsText<SuggestionId>, AsText<Draft<4000>>)> = suggestion_reply::table
        .filter(among(suggestion_reply::suggestion_id, ids))
        .select((suggestion_reply::suggestion_id, suggestion_reply::text))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, text)| (*id, text.into_inner())).collect())
}

/// Writes what a mentor says to a suggestion, in the place of what they said before.
///
/// # Errors
/// Those of the database.
pub fn set_reply(tx: &mut Tx<'_>, id: SuggestionId, text: &Draft<4000>, now: Timestamp) -> QueryResult<()> {
    let changed = diesel::update(suggestion_reply::table.filter(suggestion_reply::suggestion_id.eq(id.to_string())))
        .set((suggestion_reply::text.eq(text.as_str()), suggestion_reply::changed_at.eq(At::from(now))))
        .execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(suggestion_reply::table)
            .values((
                suggestion_reply::suggestion_id.eq(id.to_string()),
                suggestion_reply::text.eq(text.as_str()),
                suggestion_reply::changed_at.eq(At::from(now)),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}
