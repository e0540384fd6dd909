//! The reviewer's own work: the list, the reading, the draft, the sending, and stepping aside.

use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action},
    conflict,
    db::{AsJson, Conn},
    decision,
    http::{IfMatch, Once, Paging, Versioned, page_of},
    paper, portfolio,
    problem::{ApiError, ApiResult},
    review::store::{self, ReviewRow},
    round::{
        self,
        actions::{Sent, Sight},
    },
    state::State,
};
use cairn_shared::{
    conflict::StepAside,
    framework::{PerStandard, Standard},
    ids::{ConflictId, ReviewId, RoundId},
    list::Page,
    paper::PaperSummary,
    person::Role,
    portfolio::{PortfolioForm, reading_minutes},
    problem::FieldError,
    review::{
        DraftJudgement, Judgement, OtherReading, ReviewDetail, ReviewDraft, ReviewState, ReviewSummary, StillNeeded,
        in_text_order, recommendation,
    },
    round::RoundSummary,
    school::SchoolName,
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// One's own review, if one reads for the panel and it exists for one.
pub(super) fn own(conn: &mut Conn, actor: &Actor, id: ReviewId) -> ApiResult<ReviewRow> {
    if !actor.is(Role::Reviewer) {
        return Err(ApiError::NotFound);
    }
    Ok(store::mine(conn, actor.viewer(), id)?)
}

/// Goes on if the review can still be changed.
pub(super) fn still_open(conn: &mut Conn, sent: &Sent) -> ApiResult<()> {
    if !decision::actions::decided(conn, &[sent.id])?.is_empty() {
        return Err(ApiError::not_now(
            "The panel has decided on this portfolio, so your view is closed and kept as you sent it. If the chair \
             undoes the decision, it opens again.",
        ));
    }
    if sent.is_on_its_way() {
        return Err(ApiError::not_now(
            "This portfolio is on paper, and on its way to you. Its reading begins when the coordinator has noted that \
             it arrived.",
        ));
    }
    Ok(())
}

/// A page of one's reviews, those of the latest round first.
///
/// # Errors
/// If the paging is off.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<ReviewSummary>> {
    let (actor, limit, behind) = (actor.clone(), paging.limit()?, paging.cursor()?);
    state
        .db
        .read(move |conn| {
            if !actor.is(Role::Reviewer) {
                return Ok(Page { items: Vec::new(), next: None });
            }
            let rows = store::list(conn, actor.viewer(), behind, limit + 1)?;
            let (rows, next) = page_of(rows, limit, |(row, review_by)| (*review_by, *row.id));
            let rows: Vec<ReviewRow> = rows.into_iter().map(|(row, _)| row).collect();
            Ok(Page { items: summaries(conn, &rows, actor.viewer(), actor.now)?, next })
        })
        .await
}

fn summaries(conn: &mut Conn, rows: &[ReviewRow], viewer: Viewer, now: Timestamp) -> ApiResult<Vec<ReviewSummary>> {
    let ids = rows.iter().map(|row| *row.submission_id).collect();
    let sent = round::actions::these(conn, ids, Sight::Panel(viewer))?;
    let mentors: Vec<_> = sent.iter().map(|s| s.mentor.id).collect();
    let schools = round::actions::schools(conn, &mentors, viewer.today)?;
    let secured = decision::actions::secured_before(conn, &sent)?;
    let papers = paper::actions::of(conn, &sent.iter().map(|s| s.id).collect::<Vec<_>>())?;
    let ids: HashSet<RoundId> = sent.iter().filter_map(|s| s.round).collect();
    let rounds: HashMap<RoundId, RoundSummary> =
        ids.into_iter().map(|id| Ok((id, round::actions::summary(conn, id, now)?))).collect::<ApiResult<_>>()?;
    let of = |row: &ReviewRow| {
        let sent = sent.iter().find(|s| s.id == *row.submission_id)?;
        let round = rounds.get(&sent.round?)?.clone();
        let school = schools.get(&sent.mentor.id).cloned();
        let paper = papers.get(&sent.id).map(|(paper, _)| paper.clone());
        Some(summary(row, sent, secured.get(&sent.id).copied().unwrap_or_default(), school, paper, round))
    };
    Ok(rows.iter().filter_map(of).collect())
}

fn summary(
    row: &ReviewRow,
    sent: &Sent,
    secured: PerStandard<bool>,
    school: Option<SchoolName>,
    paper: Option<PaperSummary>,
    round: RoundSummary,
) -> ReviewSummary {
    let (judged, open) = progress(&row.draft, &secured);
    ReviewSummary {
        id: *row.id,
        submission_id: sent.id,
        title: sent.title.clone(),
        mentor: sent.mentor.clone(),
        school,
        qualification: sent.qualification,
        form: sent.form,
        number: sent.number,
        minutes: reading_minutes(usize::try_from(sent.words).unwrap_or_default()),
        state: ReviewState::of(row.opened_at.is_some(), row.sent_at.is_some()),
        sent_at: row.sent_at.map(Timestamp::from),
        judged,
        open,
        paper,
        round,
    }
}

/// How many standards are judged, of those that are open; and how many are open.
fn progress(draft: &ReviewDraft, secured: &PerStandard<bool>) -> (u32, u32) {
    let open = || Standard::ALL.iter().filter(|s| !secured.get(**s));
    let judged = open().filter(|s| draft.judgements.get(**s).is_some()).count();
    (judged as u32, open().count() as u32)
}

/// One's own review with what is read for it. The first look is noted.
///
/// # Errors
/// [`ApiError::NotFound`] if it doesn't exist for one.
pub async fn read(state: &State, actor: &Actor, id: ReviewId) -> ApiResult<Versioned<ReviewDetail>> {
    let reader = actor.clone();
    let (found, is_first) = state
        .db
        .read(move |conn| {
            let row = own(conn, &reader, id)?;
            let sent = round::actions::one(conn, *row.submission_id, Sight::Panel(reader.viewer()))?;
            let is_first = row.opened_at.is_none() && !sent.is_on_its_way();
            Ok::<_, ApiError>((detail(conn, row, reader.viewer(), reader.now)?, is_first))
        })
        .await?;
    if !is_first {
        return Ok(found);
    }
    let reader = actor.clone();
    state
        .db
        .write(move |tx| {
            own(tx, &reader, id)?;
            store::open(tx, id, reader.now)?;
            let row = own(tx, &reader, id)?;
            detail(tx, row, reader.viewer(), reader.now)
        })
        .await
}

/// A review with what is read for it. To its chair, who may put right what the mentor will see, it shows what was sent.
pub(super) fn detail(
    conn: &mut Conn,
    row: ReviewRow,
    viewer: Viewer,
    now: Timestamp,
) -> ApiResult<Versioned<ReviewDetail>> {
    let sent = round::actions::one(conn, *row.submission_id, Sight::Panel(viewer))?;
    let sealed = portfolio::actions::sealed(conn, sent.edition)?;
    let secured = decision::actions::secured_before(conn, std::slice::from_ref(&sent))?;
    let is_own = *row.reviewer_id == viewer.person;
    let review = summaries(conn, std::slice::from_ref(&row), viewer, now)?.pop().ok_or(ApiError::NotFound)?;
    let readings = super::readings(conn, &[sent.id], viewer.today)?;
    let draft = match readings.iter().find(|r| r.review == *row.id) {
        Some(reading) if !is_own => as_sent(reading),
        _ => (*row.draft).clone(),
    };
    let others = readings
        .into_iter()
        .filter(|r| row.sent_at.is_some() && r.review != *row.id && r.state == ReviewState::Sent)
        .map(|r| OtherReading {
            reviewer: r.reviewer,
            recommendation: recommendation(&r.judgements),
            judgements: r.judgements,
            for_panel: r.for_panel,
        })
        .collect();
    let mut comments: Vec<_> = store::comments(conn, &[*row.id])?.into_iter().map(|written| written.comment).collect();
    in_text_order(&mut comments, &sealed.edition, |comment| comment);
    let (suggested_before, changed_entries) = match sent.after {
        None => (Vec::new(), Vec::new()),
        Some(after) => {
            let earlier = round::actions::one(conn, after, Sight::Panel(viewer))?;
            let earlier = portfolio::actions::sealed(conn, earlier.edition)?;
            let suggested = decision::actions::suggested(conn, after)?;
            (suggested, sealed.edition.changes_since(&earlier.edition))
        }
    };
    let paper_note = paper::actions::of(conn, &[sent.id])?.remove(&sent.id).map(|(_, note)| note);
    let editable = is_own && !sent.is_on_its_way() && decision::actions::decided(conn, &[sent.id])?.is_empty();
    let value = ReviewDetail {
        review,
        edition: sealed.edition,
        hash: sealed.hash,
        paper_note,
        secured: secured.get(&sent.id).copied().unwrap_or_default(),
        draft,
        comments,
        suggested_before,
        changed_entries,
        others,
        editable,
    };
    Ok(Versioned::new(value, row.version))
}

fn as_sent(reading: &super::Reading) -> ReviewDraft {
    let judgements = reading.judgements.clone().map(|_, judgement| {
        judgement.map(|judgement| match judgement {
            Judgement::Evidenced => DraftJudgement::Evidenced,
            Judgement::MoreNeeded { suggestion } => DraftJudgement::MoreNeeded {
                already_there: suggestion.already_there,
                would_help: suggestion.would_help.into(),
            },
        })
    });
    ReviewDraft { judgements, for_panel: reading.for_panel.clone() }
}

/// Saves the draft of one's review. What was sent before stays with the panel until it is sent again.
///
/// # Errors
/// If it was changed in the meantime, or the panel has decided.
pub async fn save_draft(
    state: &State,
    actor: &Actor,
    id: ReviewId,
    if_match: IfMatch,
    draft: ReviewDraft,
) -> ApiResult<Versioned<ReviewDetail>> {
    let actor = actor.clone();
    state
        .db
        .write(move |tx| {
            let mut row = own(tx, &actor, id)?;
            if_match.check(row.version)?;
            let sent = round::actions::one(tx, *row.submission_id, Sight::Panel(actor.viewer()))?;
            still_open(tx, &sent)?;
            row.draft = AsJson::new(draft.clone());
            row.opened_at = row.opened_at.or(Some(actor.now.into()));
            store::save(tx, &row)?;
            let row = own(tx, &actor, id)?;
            detail(tx, row, actor.viewer(), actor.now)
        })
        .await
}

/// Sends one's view to the panel, or sends it again after a change. The first reading is kept.
///
/// # Errors
/// All that it still needs, standard by standard; or if the panel has decided.
pub async fn send(state: &State, actor: &Actor, id: ReviewId, once: Once) -> ApiResult<Versioned<ReviewDetail>> {
    let (sender, stamp) = (actor.clone(), state.stamp(actor.person));
    state
        .write_once(actor.person, once, move |tx| {
            let mut row = own(tx, &sender, id)?;
            let sent = round::actions::one(tx, *row.submission_id, Sight::Panel(sender.viewer()))?;
            still_open(tx, &sent)?;
            if sent.form != PortfolioForm::Electronic && sent.received_at.is_none() {
                return Err(ApiError::not_now(
                    "A part of this portfolio is on paper, and on its way to you. Your view is saved: send it when you \
                     have read both.",
                ));
            }
            let secured = decision::actions::secured_before(tx, std::slice::from_ref(&sent))?;
            let secured = secured.get(&sent.id).copied().unwrap_or_default();
            let judgements = (*row.draft)
                .clone()
                .complete(&secured)
                .map_err(|needed| ApiError::Invalid(needed.iter().copied().map(field).collect()))?;
            store::set_judgements(tx, id, &judgements)?;
            row.first_reading = row.first_reading.or(Some(row.draft.clone()));
            row.opened_at = row.opened_at.or(Some(sender.now.into()));
            row.sent_at = row.sent_at.or(Some(sender.now.into()));
            store::save(tx, &row)?;
            Ok(audit::record(tx, &stamp, Action::ReviewSent, "review", id, Some(sent.mentor.id))?)
        })
        .await?;
    read(state, actor, id).await
}

fn field(needed: StillNeeded) -> FieldError {
    let (standard, code) = match needed {
        StillNeeded::Judgement(standard) => (standard, "judgement_needed"),
        StillNeeded::Suggestion(standard) => (standard, "suggestion_needed"),
    };
    FieldError { pointer: format!("/judgements/{standard}"), code: code.into(), detail: needed.to_string() }
}

/// Steps aside from a submission: from then on nothing of this mentor exists for the reviewer.
///
/// # Errors
/// [`ApiError::NotFound`] if the review doesn't exist for one.
pub async fn step_aside(state: &State, actor: &Actor, id: ReviewId, once: Once, step: StepAside) -> ApiResult<()> {
    let (reader, stamp, conflict): (_, _, ConflictId) = (actor.clone(), state.stamp(actor.person), state.fresh());
    state
        .write_once(actor.person, once, move |tx| {
            let row = own(tx, &reader, id)?;
            let sent = round::actions::one(tx, *row.submission_id, Sight::Panel(reader.viewer()))?;
            audit::record(tx, &stamp, Action::SteppedAside, "review", id, Some(sent.mentor.id))?;
            conflict::actions::set_apart(tx, &stamp, conflict, reader.person, sent.mentor.id, step.reason.clone())
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_only_standards_that_are_open() {
        let judged = Some(DraftJudgement::Evidenced);
        let judgements = PerStandard { s1: judged.clone(), s2: judged, s3: None, s4: None };
        let draft = ReviewDraft { judgements, ..ReviewDraft::default() };
        assert_eq!(progress(&draft, &PerStandard::default()), (2, 4));
        let secured = PerStandard { s1: true, s2: false, s3: true, s4: false };
        assert_eq!(progress(&draft, &secured), (1, 2));
    }

    #[test]
    fn what_a_review_still_needs_is_named_by_its_standard() {
        let field = field(StillNeeded::Suggestion(Standard::S3));
        assert_eq!((field.pointer.as_str(), field.code.as_str()), ("/judgements/s3", "suggestion_needed"));
    }
}
