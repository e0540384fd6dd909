//! Sending a portfolio, seeing where it is, and taking it back.

use super::store::{self, Cursor, Sent, SubmissionRow};
use crate::{
    actor::{Actor, Viewer},
    audit::{self, Action, Stamp},
    candidacy,
    config::Config,
    db::{AsText, Conn, Tx},
    http::{Answer, Once, Paging, Versioned, page_of},
    mail::{self, Letter},
    paper, person,
    portfolio::{self, actions::Ready},
    problem::{ApiError, ApiResult},
    round,
    state::State,
};
use cairn_shared::{
    candidacy::{Candidacy, Stage, SubmitProblem, WithdrawProblem},
    ids::{CandidacyId, EditionId, PersonId, PortfolioId, RoundId, SubmissionId},
    list::Page,
    paper::{PaperDetail, ReadOn, RegisterPaper},
    person::PersonName,
    portfolio::PortfolioForm,
    problem::FieldError,
    round::{RoundDates, RoundSummary},
    submission::{Declaration, SubmissionDetail, SubmissionState, SubmissionSummary, SubmitPortfolio},
    time::Timestamp,
};

/// A submission's round: how it is shown, and its dates.
type InRound = Option<(RoundSummary, RoundDates)>;

/// A submission that is on its way into the database, with what is random about it.
struct Sending {
    submission: SubmissionId,
    edition: EditionId,
    cover: paper::actions::Seed,
    declaration: Declaration,
    wanted: Option<RoundId>,
    read_on: ReadOn,
    /// Where its paper stands in the command, for what is said of its fields.
    pointer: &'static str,
}

impl Sending {
    fn new(
        state: &State,
        declaration: Declaration,
        wanted: Option<RoundId>,
        read_on: ReadOn,
        pointer: &'static str,
    ) -> Self {
        Self {
            submission: state.fresh(),
            edition: state.fresh(),
            cover: paper::actions::seed(state),
            declaration,
            wanted,
            read_on,
            pointer,
        }
    }
}

/// Seals one's portfolio as it is now and sends it to the next round that accepts it. If none is planned, it waits for
/// one. What is on paper is registered.
///
/// # Errors
/// [`ApiError::Invalid`] names what is still to be done, [`ApiError::NotNow`] if something is with the panel already
/// or the award is held.
pub async fn submit(
    state: &State,
    actor: &Actor,
    id: PortfolioId,
    once: Once,
    submit: SubmitPortfolio,
) -> ApiResult<Answer<Versioned<SubmissionDetail>>> {
    let sending = Sending::new(state, submit.declaration, submit.round_id, submit.read_on, "/read_on/paper");
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    let config = state.config.clone();
    state
        .write_once(actor.person, once, move |tx| {
            let form = sending.read_on.form();
            let ready = portfolio::actions::ready(tx, viewer, id)?.in_form(form);
            send(tx, &stamp, &ready, &sending)?;
            portfolio::actions::remember_form(tx, viewer, id, form)?;
            let detail = detail(tx, viewer, sending.submission, now)?;
            let begins = match form {
                PortfolioForm::Electronic => "has arrived",
                PortfolioForm::Paper | PortfolioForm::Mixed => "is registered",
            };
            confirm(tx, &stamp, viewer.person, &detail.submission, begins, sending.wanted, &config)?;
            Ok(Versioned::new(detail, 0))
        })
        .await
}

/// Registers a mentor's paper portfolio on their behalf. Nothing of what they wrote in Cairn is opened or sealed.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, [`ApiError::NotYours`] for one's own,
/// [`ApiError::NotNow`] if they keep no story, something of theirs is with the panel already, or they hold the award.
pub async fn register(
    state: &State,
    actor: &Actor,
    mentor: PersonId,
    once: Once,
    register: RegisterPaper,
) -> ApiResult<Answer<Versioned<PaperDetail>>> {
    actor.coordinates()?;
    if mentor == actor.person {
        return Err(ApiError::NotYours("This is you. Send your own portfolio from its page, on paper or not."));
    }
    let read_on = ReadOn::Paper { paper: register.paper };
    let sending = Sending::new(state, register.declaration, register.round_id, read_on, "/paper");
    let ids: (CandidacyId, PortfolioId) = (state.fresh(), state.fresh());
    let (actor, stamp, config) = (actor.clone(), state.stamp(actor.person), state.config.clone());
    state
        .write_once(actor.person, once, move |tx| {
            if !person::actions::keeps_a_story(tx, mentor)? {
                return Err(ApiError::not_now(
                    "Portfolios are for those who mentor. Add “Mentor” to this account first.",
                ));
            }
            let candidacy = candidacy::actions::find_or_begin(tx, &stamp, ids, mentor, register.qualification)?;
            let ready = portfolio::actions::on_paper(tx, candidacy, register.title.clone())?;
            send(tx, &stamp, &ready, &sending)?;
            let own = Viewer { person: mentor, today: actor.viewer().today };
            let sent = detail(tx, own, sending.submission, actor.now)?.submission;
            let begins = "is registered by the coordinator";
            confirm(tx, &stamp, mentor, &sent, begins, sending.wanted, &config)?;
            paper::actions::of_submission(tx, &actor, sending.submission, &config)
        })
        .await
}

/// Asks the domain, and writes all that sending comes to.
fn send(tx: &mut Tx<'_>, stamp: &Stamp, ready: &Ready, sending: &Sending) -> ApiResult<()> {
    let (now, mentor) = (stamp.now, ready.candidacy.mentor.id);
    let round = round::actions::next_accepting(tx, now, sending.wanted)?;
    let candidacy = sent(sending.submission, ready, sending.declaration, round)?;
    portfolio::actions::keep(tx, sending.edition, ready, now)?;
    let after = match &candidacy {
        Candidacy::Submitted(submitted) => submitted.after,
        _ => None,
    };
    let row = SubmissionRow {
        id: AsText::new(sending.submission),
        candidacy_id: AsText::new(ready.candidacy.id),
        edition_id: AsText::new(sending.edition),
        number: store::count(tx, ready.candidacy.id)? + 1,
        round_id: round.map(AsText::new),
        form: AsText::new(ready.form),
        after_id: after.map(AsText::new),
        quotes_agreed: sending.declaration.quotes_agreed,
        submitted_at: now.into(),
        withdrawn_at: None,
        carried_over_at: None,
        carried_over_message: None,
        version: 1,
    };
    store::add(tx, &row)?;
    candidacy::actions::save(tx, ready.candidacy.id, &candidacy)?;
    let about = (stamp.actor != Some(mentor)).then_some(mentor);
    audit::record(tx, stamp, Action::SubmissionSent, "submission", sending.submission, about)?;
    if let Some(words) = sending.read_on.paper() {
        let dates = match round {
            Some(round) => Some(round::actions::dates(tx, round)?.0),
            None => None,
        };
        let registering = paper::actions::Registering { seed: sending.cover, submission: sending.submission, mentor };
        paper::actions::register(tx, stamp, registering, words, dates.as_ref(), sending.pointer)?;
    }
    round::actions::give_again(tx, stamp, sending.submission)
}

/// Asks the domain. What is still to be done is named field by field, all of it at once.
fn sent(id: SubmissionId, ready: &Ready, declaration: Declaration, round: Option<RoundId>) -> ApiResult<Candidacy> {
    let candidacy = ready.candidacy.state;
    let problem = match candidacy.submit(id, &ready.edition, ready.form, declaration, round) {
        Ok(submitted) => return Ok(submitted),
        Err(problem) => problem,
    };
    let declared = Declaration { own_work: true, nobody_identifiable: true, ..declaration };
    let behind_it = candidacy.submit(id, &ready.edition, ready.form, declared, round).err();
    let mut errors = Vec::new();
    for problem in [Some(problem), behind_it.filter(|other| *other != problem)].into_iter().flatten() {
        let (pointer, code) = match problem {
            SubmitProblem::NoDeclaration => ("/declaration", "not_declared"),
            SubmitProblem::NoText => ("/pieces", "no_text"),
            SubmitProblem::AlreadySubmitted | SubmitProblem::AlreadyAwarded => return Err(ApiError::not_now(problem)),
        };
        errors.push(FieldError { pointer: pointer.into(), code: code.into(), detail: problem.to_string() });
    }
    Err(ApiError::Invalid(errors))
}

/// Writes to a mentor that their portfolio has come in, and what becomes of it.
fn confirm(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    mentor: PersonId,
    submission: &SubmissionSummary,
    begins: &str,
    wanted: Option<RoundId>,
    config: &Config,
) -> ApiResult<()> {
    let (name, email) = person::actions::name(tx, mentor)?;
    let letter = Letter {
        id: stamp.derive(&format!("letter sent {}", submission.id)),
        to: email,
        subject: format!("Your portfolio “{}” {begins}", submission.title),
        body: confirmation(&name, submission, begins, wanted, config),
    };
    Ok(mail::write(tx, &letter, stamp.now)?)
}

fn confirmation(
    name: &PersonName,
    submission: &SubmissionSummary,
    begins: &str,
    wanted: Option<RoundId>,
    Config { public_url, partnership, .. }: &Config,
) -> String {
    let what_now = match &submission.round {
        Some(round) => {
            let moved = match wanted {
                Some(wanted) if wanted != round.id => {
                    "The round that you had in mind has closed, so it goes to the next one by itself. "
                }
                _ => "",
            };
            format!(
                "{moved}It is in the round {}. The panel begins to read on {}; until then you can take it back. You \
                 will hear by {}.",
                round.name,
                round.dates.review_opens.in_words(),
                round.dates.tell_by.in_words()
            )
        }
        None => "It is safe here and waits for the next round, which is not planned yet. It goes there by itself, and \
                 we will write to you with the dates. Until the panel begins to read you can take it back."
            .to_owned(),
    };
    let sealed = match submission.form {
        PortfolioForm::Paper => "",
        PortfolioForm::Electronic | PortfolioForm::Mixed => {
            "What you sent is sealed as it is. Your portfolio stays yours, and you can go on writing in it.\n\n"
        }
    };
    let on_paper = submission.paper.as_ref().map_or_else(String::new, |paper| {
        format!(
            "Its cover sheet has the code {}. Print it, put it on the front, and hand the paper in ({}) by {}. It counts as \
             sent from today; its reading starts when it has arrived, and we write to you then.\n\n\
             {public_url}/submissions/{}/paper\n\n",
            paper.code.printed(),
            paper.hand_in,
            paper.promised_for.in_words(),
            submission.id
        )
    });
    format!(
        "Dear {},\n\nYour portfolio “{}” for {} {begins}. Thank you.\n\n{what_now}\n\n{on_paper}{sealed}\
         {public_url}/submissions/{}\n\n{partnership}\n",
        name.given_name,
        submission.title,
        submission.qualification.title(),
        submission.id
    )
}

/// One's own submissions, the newest first.
///
/// # Errors
/// [`ApiError::Invalid`] if the page asked for can't be.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<SubmissionSummary>> {
    let (viewer, now, limit, after) = (actor.viewer(), actor.now, paging.limit()?, paging.cursor::<Cursor>()?);
    state
        .db
        .read(move |conn| {
            let sent = store::own(conn, viewer, after, limit + 1)?;
            let (sent, next) = page_of(sent, limit, |s| (Timestamp::from(s.row.submitted_at), *s.row.id));
            let summarised = |s| {
                let round = round_of(conn, &s, now)?;
                summary(conn, s, &round, now)
            };
            Ok(Page { items: sent.into_iter().map(summarised).collect::<ApiResult<_>>()?, next })
        })
        .await
}

/// One of one's own submissions, with what was sealed.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own.
pub async fn read(state: &State, actor: &Actor, id: SubmissionId) -> ApiResult<SubmissionDetail> {
    let (viewer, now) = (actor.viewer(), actor.now);
    state.db.read(move |conn| detail(conn, viewer, id, now)).await
}

/// Takes a submission back, until the panel begins to read. Its candidacy is then where it was before.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, [`ApiError::NotNow`] if it is no longer to be taken back.
pub async fn withdraw(
    state: &State,
    actor: &Actor,
    id: SubmissionId,
    once: Once,
) -> ApiResult<Answer<Versioned<SubmissionDetail>>> {
    let (viewer, now, stamp) = (actor.viewer(), actor.now, state.stamp(actor.person));
    state
        .write_once(actor.person, once, move |tx| {
            let sent = store::own_one(tx, viewer, id)?;
            let round = round_of(tx, &sent, now)?;
            let candidacy = candidacy::actions::load(tx, *sent.row.candidacy_id)?;
            let back = taken_back(candidacy.state, id, round.as_ref().map(|r| &r.1), now).map_err(ApiError::not_now)?;
            store::withdraw(tx, &sent.row, now)?;
            candidacy::actions::save(tx, candidacy.id, &back)?;
            audit::record(tx, &stamp, Action::SubmissionWithdrawn, "submission", id, None)?;
            Ok(Versioned::new(detail(tx, viewer, id, now)?, 0))
        })
        .await
}

/// Where a candidacy is once that submission is taken back. An earlier one is no longer to be taken back.
fn taken_back(
    candidacy: Candidacy,
    id: SubmissionId,
    dates: Option<&RoundDates>,
    now: Timestamp,
) -> Result<Candidacy, WithdrawProblem> {
    match &candidacy {
        Candidacy::Submitted(submitted) if submitted.submission == id => candidacy.withdraw(dates, now),
        _ => Err(WithdrawProblem::NotSubmitted),
    }
}

fn round_of(conn: &mut Conn, sent: &Sent, now: Timestamp) -> ApiResult<InRound> {
    let Some(id) = sent.row.round_id.as_ref().map(|id| **id) else { return Ok(None) };
    Ok(Some((round::actions::summary(conn, id, now)?, round::actions::dates(conn, id)?.0)))
}

fn summary(conn: &mut Conn, sent: Sent, round: &InRound, now: Timestamp) -> ApiResult<SubmissionSummary> {
    let released = match store::released(conn, *sent.row.id)?.as_deref() {
        None => None,
        Some("award") => Some(Stage::Awarded),
        Some(_) => Some(Stage::FurtherEvidence),
    };
    let state = state_of(&sent.row, released, round.as_ref().map(|r| &r.1), now);
    Ok(SubmissionSummary {
        id: *sent.row.id,
        candidacy_id: *sent.row.candidacy_id,
        portfolio_id: sent.portfolio,
        qualification: sent.qualification,
        number: u32::try_from(sent.row.number).unwrap_or(u32::MAX),
        title: sent.title,
        form: *sent.row.form,
        paper: paper::actions::of(conn, &[*sent.row.id])?.remove(&*sent.row.id).map(|(paper, _)| paper),
        submitted_at: sent.row.submitted_at.into(),
        round: round.as_ref().map(|r| r.0.clone()),
        state,
    })
}

/// Where a submission is, for its mentor. That the chair carried it over is told once its round is released and it is
/// placed anew; until then it is being read, as far as the mentor can see.
fn state_of(
    row: &SubmissionRow,
    released: Option<Stage>,
    dates: Option<&RoundDates>,
    now: Timestamp,
) -> SubmissionState {
    match (&row.withdrawn_at, released, &row.carried_over_message) {
        (Some(_), _, _) => SubmissionState::Withdrawn,
        (None, Some(stage), _) => SubmissionState::Released { stage },
        (None, None, _) if dates.is_some_and(|dates| dates.reading_has_begun(now)) => SubmissionState::InReview,
        (None, None, Some(message)) => SubmissionState::CarriedOver { message: (**message).clone() },
        (None, None, None) => SubmissionState::Submitted,
    }
}

fn detail(conn: &mut Conn, viewer: Viewer, id: SubmissionId, now: Timestamp) -> ApiResult<SubmissionDetail> {
    let sent = store::own_one(conn, viewer, id)?;
    let round = round_of(conn, &sent, now)?;
    let candidacy = candidacy::actions::load(conn, *sent.row.candidacy_id)?;
    let edition_id = *sent.row.edition_id;
    let sealed = portfolio::actions::sealed(conn, edition_id)?;
    Ok(SubmissionDetail {
        edition_id,
        edition: sealed.edition,
        hash: sealed.hash,
        // The first two are what sending asks for: there is no submission without them.
        declaration: Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: sent.row.quotes_agreed },
        can_withdraw: taken_back(candidacy.state, id, round.as_ref().map(|r| &r.1), now).is_ok(),
        left_out: portfolio::actions::left_out(conn, edition_id)?,
        submission: summary(conn, sent, &round, now)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidacy::actions::Record;
    use cairn_shared::{
        candidacy::Submitted,
        edition::{Edition, FORMAT},
        framework::PerStandard,
        qualification::Qualification,
        round::Dates,
    };
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn dates() -> RoundDates {
        let day = |text: &str| text.parse().unwrap();
        RoundDates::new(Dates {
            submit_by: day("2027-02-26"),
            review_opens: day("2027-02-28"),
            review_by: day("2027-03-09"),
            meeting: day("2027-03-11"),
            tell_by: day("2027-03-19"),
        })
        .unwrap()
    }

    fn row() -> SubmissionRow {
        SubmissionRow {
            id: AsText::new(id(1)),
            candidacy_id: AsText::new(id(2)),
            edition_id: AsText::new(id(3)),
            number: 1,
            round_id: None,
            form: AsText::new(PortfolioForm::Electronic),
            after_id: None,
            quotes_agreed: false,
            submitted_at: Timestamp::from_micros(0).into(),
            withdrawn_at: None,
            carried_over_at: None,
            carried_over_message: None,
            version: 1,
        }
    }

    fn empty(state: Candidacy) -> Ready {
        let name = "Priya".parse::<cairn_shared::person::Name>().unwrap();
        Ready {
            portfolio: id(5),
            candidacy: Record {
                id: id(2),
                mentor: PersonName { id: id(6), given_name: name.clone(), family_name: name },
                qualification: Qualification::Qms,
                state,
                stage_shared: false,
            },
            form: PortfolioForm::Electronic,
            edition: Edition {
                format: FORMAT,
                framework: "ns-2016".into(),
                qualification: Qualification::Qms,
                title: "Learning to wait".into(),
                pieces: Vec::new(),
            },
            left_out: Vec::new(),
        }
    }

    #[test]
    fn all_that_is_still_to_be_done_is_named_at_once() {
        let nothing = Declaration { own_work: false, nobody_identifiable: true, quotes_agreed: false };
        let Err(ApiError::Invalid(errors)) = sent(id(1), &empty(Candidacy::Gathering), nothing, None) else { panic!() };
        let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["/declaration", "/pieces"]);
        let made = Declaration { own_work: true, ..nothing };
        let Err(ApiError::Invalid(errors)) = sent(id(1), &empty(Candidacy::Gathering), made, None) else { panic!() };
        assert_eq!(errors.len(), 1);
        let submitted = Submitted { submission: id(9), round: None, secured: PerStandard::default(), after: None };
        let busy = sent(id(1), &empty(Candidacy::Submitted(submitted)), nothing, None);
        assert!(matches!(busy, Err(ApiError::NotNow(_))));
    }

    #[test]
    fn a_mentor_reads_of_a_carry_over_only_once_it_is_placed_anew() {
        let carried = SubmissionRow {
            carried_over_at: Some(dates().meeting.starts().into()),
            carried_over_message: Some(AsText::new("We ran out of time, and we are sorry.".parse().unwrap())),
            ..row()
        };
        let meeting = dates().meeting.starts();
        assert_eq!(state_of(&carried, None, Some(&dates()), meeting), SubmissionState::InReview);
        assert!(matches!(state_of(&carried, None, None, meeting), SubmissionState::CarriedOver { .. }));
        let before_reading = dates().submit_by.starts();
        assert!(matches!(
            state_of(&carried, None, Some(&dates()), before_reading),
            SubmissionState::CarriedOver { .. }
        ));
        let released = state_of(&carried, Some(Stage::Awarded), Some(&dates()), meeting);
        assert_eq!(released, SubmissionState::Released { stage: Stage::Awarded });
        assert_eq!(state_of(&row(), None, Some(&dates()), before_reading), SubmissionState::Submitted);
        let withdrawn = SubmissionRow { withdrawn_at: Some(meeting.into()), ..row() };
        assert_eq!(state_of(&withdrawn, None, Some(&dates()), meeting), SubmissionState::Withdrawn);
    }

    #[test]
    fn only_what_is_with_the_panel_can_be_taken_back() {
        let submitted = Submitted { submission: id(1), round: None, secured: PerStandard::default(), after: None };
        let candidacy = Candidacy::Submitted(submitted);
        let now = dates().submit_by.starts();
        assert_eq!(taken_back(candidacy, id(1), Some(&dates()), now), Ok(Candidacy::Gathering));
        assert_eq!(taken_back(candidacy, id(8), Some(&dates()), now), Err(WithdrawProblem::NotSubmitted));
    }
}
