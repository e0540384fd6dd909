//! Rows and queries of rounds, of their panels, and of the submissions in them.

use crate::{
    actor::Viewer,
    conflict::store::{no_conflict, reader_apart},
    db::{
        AsText, At, Conn, Tx, among,
        schema::{
            candidacy, edition, membership, panel_member, paper, person, review, role_grant, round, school, submission,
        },
    },
};
use cairn_shared::{
    ids::{CandidacyId, EditionId, PersonId, PortfolioId, ReviewId, RoundId, SubmissionId},
    person::{AccountState, Name, PersonName, Role},
    portfolio::PortfolioForm,
    qualification::Qualification,
    review::ReviewState,
    round::{Dates, PlanRound, Reader, RoundDates, RoundName, RoundPhase, RoundSummary},
    school::SchoolName,
    text::Email,
    time::{Date, Timestamp},
};
use diesel::{
    define_sql_function,
    prelude::*,
    result::Error,
    sql_types::{Integer, Text},
};
use std::collections::{HashMap, HashSet};

#[derive(Queryable)]
struct RoundRow {
    id: AsText<RoundId>,
    name: AsText<RoundName>,
    submit_by: AsText<Date>,
    review_opens: AsText<Date>,
    review_by: AsText<Date>,
    meeting: AsText<Date>,
    tell_by: AsText<Date>,
    readers: i64,
    chair_id: Option<AsText<PersonId>>,
    deputy_id: Option<AsText<PersonId>>,
    released_at: Option<At>,
    #[expect(dead_code, reason = "nobody asks for it yet")]
    created_at: At,
    version: i64,
}

/// A round.
#[derive(Debug, Clone)]
pub struct Round {
    /// Which.
    pub id: RoundId,
    /// What it is called.
    pub name: RoundName,
    /// Its dates.
    pub dates: RoundDates,
    /// How many reviewers read each submission, at the least.
    pub readers: u8,
    /// Who chairs.
    pub chair: Option<PersonId>,
    /// Who chairs what the chair has a conflict with.
    pub deputy: Option<PersonId>,
    /// When it was released.
    pub released_at: Option<Timestamp>,
    /// Raised with each change.
    pub version: i64,
}

impl Round {
    fn of(row: RoundRow) -> QueryResult<Self> {
        let dates = RoundDates::new(Dates {
            submit_by: *row.submit_by,
            review_opens: *row.review_opens,
            review_by: *row.review_by,
            meeting: *row.meeting,
            tell_by: *row.tell_by,
        })
        .map_err(|problem| Error::DeserializationError(Box::new(problem)))?;
        Ok(Self {
            id: *row.id,
            name: row.name.into_inner(),
            dates,
            readers: u8::try_from(row.readers).map_err(|e| Error::DeserializationError(Box::new(e)))?,
            chair: row.chair_id.map(AsText::into_inner),
            deputy: row.deputy_id.map(AsText::into_inner),
            released_at: row.released_at.map(Timestamp::from),
            version: row.version,
        })
    }

    /// Where it is.
    pub fn phase(&self, now: Timestamp) -> RoundPhase {
        self.dates.phase(now, self.released_at)
    }

    /// The round as everyone in the partnership sees it.
    pub fn summary(&self, now: Timestamp) -> RoundSummary {
        RoundSummary {
            id: self.id,
            name: self.name.clone(),
            dates: self.dates.into(),
            phase: self.phase(now),
            accepts: self.released_at.is_none() && self.dates.accepts(now),
        }
    }
}

/// The round of that id.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn find(conn: &mut Conn, id: RoundId) -> QueryResult<Round> {
    round::table.filter(round::id.eq(id.to_string())).first(conn).and_then(Round::of)
}

/// Rounds in the order of their closing, behind that of the key, if there is one.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, behind: Option<(Date, RoundId)>, limit: i64) -> QueryResult<Vec<Round>> {
    let mut query = round::table.into_boxed();
    if let Some((day, id)) = behind {
        let (day, id) = (day.to_string(), id.to_string());
        query = query.filter(round::submit_by.gt(day.clone()).or(round::submit_by.eq(day).and(round::id.gt(id))));
    }
    let rows: Vec<RoundRow> = query.order((round::submit_by, round::id)).limit(limit).load(conn)?;
    rows.into_iter().map(Round::of).collect()
}

/// The round that takes what is sent on that day: the wanted one if it does, else the soonest that does.
///
/// # Errors
/// Those of the database.
pub fn next_accepting(conn: &mut Conn, today: Date, wanted: Option<RoundId>) -> QueryResult<Option<RoundId>> {
    let accepting: Vec<AsText<RoundId>> = round::table
        .filter(round::released_at.is_null())
        .filter(round::submit_by.ge(today.to_string()))
        .order((round::submit_by, round::id))
        .select(round::id)
        .load(conn)?;
    let accepting: Vec<RoundId> = accepting.into_iter().map(AsText::into_inner).collect();
    let wanted = wanted.filter(|wanted| accepting.contains(wanted));
    Ok(wanted.or(accepting.first().copied()))
}

/// Writes a round.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, id: RoundId, plan: &PlanRound, readers: u8, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(round::table)
        .values((
            round::id.eq(id.to_string()),
            round::name.eq(plan.name.as_str()),
            round::submit_by.eq(plan.dates.submit_by.to_string()),
            round::review_opens.eq(plan.dates.review_opens.to_string()),
            round::review_by.eq(plan.dates.review_by.to_string()),
            round::meeting.eq(plan.dates.meeting.to_string()),
            round::tell_by.eq(plan.dates.tell_by.to_string()),
            round::readers.eq(i64::from(readers)),
            round::created_at.eq(At::from(now)),
            round::version.eq(1i64),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Saves the dates, the people and the release of a round, as its next version.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, round: &mut Round) -> QueryResult<()> {
    round.version += 1;
    diesel::update(round::table.filter(round::id.eq(round.id.to_string())))
        .set((
            round::submit_by.eq(round.dates.submit_by.to_string()),
            round::review_opens.eq(round.dates.review_opens.to_string()),
            round::review_by.eq(round.dates.review_by.to_string()),
            round::meeting.eq(round.dates.meeting.to_string()),
            round::tell_by.eq(round.dates.tell_by.to_string()),
            round::chair_id.eq(round.chair.map(|id| id.to_string())),
            round::deputy_id.eq(round.deputy.map(|id| id.to_string())),
            round::released_at.eq(round.released_at.map(At::from)),
            round::version.eq(round.version),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// The rows of a name: id, given name, family name.
type NameRow = (AsText<PersonId>, AsText<Name>, AsText<Name>);

fn name((id, given_name, family_name): NameRow) -> PersonName {
    PersonName { id: *id, given_name: given_name.into_inner(), family_name: family_name.into_inner() }
}

/// Who is on a round's panel, by name.
///
/// # Errors
/// Those of the database.
pub fn panel(conn: &mut Conn, id: RoundId) -> QueryResult<Vec<PersonName>> {
    let rows: Vec<NameRow> = panel_member::table
        .inner_join(person::table)
        .filter(panel_member::round_id.eq(id.to_string()))
        .order((person::family_name, person::given_name, person::id))
        .select((person::id, person::given_name, person::family_name))
        .load(conn)?;
    Ok(rows.into_iter().map(name).collect())
}

/// Names a round's panel anew.
///
/// # Errors
/// Those of the database.
pub fn set_panel(tx: &mut Tx<'_>, id: RoundId, members: &[PersonId]) -> QueryResult<()> {
    diesel::delete(panel_member::table.filter(panel_member::round_id.eq(id.to_string()))).execute(&mut **tx)?;
    for member in members {
        diesel::insert_into(panel_member::table)
            .values((panel_member::round_id.eq(id.to_string()), panel_member::person_id.eq(member.to_string())))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Those of some people who may read for the panel: they hold the role, and have not left.
///
/// # Errors
/// Those of the database.
pub fn reviewers_among(conn: &mut Conn, people: &[PersonId]) -> QueryResult<HashSet<PersonId>> {
    let people: Vec<String> = people.iter().map(PersonId::to_string).collect();
    let rows: Vec<AsText<PersonId>> = role_grant::table
        .inner_join(person::table)
        .filter(role_grant::role.eq(Role::Reviewer.code()))
        .filter(person::state.ne(AccountState::Left.code()))
        .filter(among(person::id, people))
        .select(person::id)
        .load(conn)?;
    Ok(rows.into_iter().map(AsText::into_inner).collect())
}

/// The school that each of some mentors is at on that day; of several, the one that they came to last.
///
/// # Errors
/// Those of the database.
pub fn schools(conn: &mut Conn, mentors: &[PersonId], today: Date) -> QueryResult<HashMap<PersonId, SchoolName>> {
    let mentors: Vec<String> = mentors.iter().map(PersonId::to_string).collect();
    let today = today.to_string();
    let rows: Vec<(AsText<PersonId>, AsText<SchoolName>)> = membership::table
        .inner_join(school::table)
        .filter(among(membership::person_id, mentors))
        .filter(membership::since.le(today.clone()))
        .filter(membership::until.is_null().or(membership::until.assume_not_null().ge(today)))
        .order((membership::since, membership::id))
        .select((membership::person_id, school::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(mentor, school)| (*mentor, school.into_inner())).collect())
}

/// Who looks at submissions, and so which ones there are for them.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// The server itself: all.
    Server,
    /// Someone of the panel: those that they have no conflict with.
    Panel(Viewer),
    /// A coordinator: where each one is, but for their own.
    Office(Viewer),
    /// Its mentor: their own.
    Own(Viewer),
}

/// Which submissions are looked for.
#[derive(Debug, Clone)]
pub enum Which {
    /// Those in a round.
    In(RoundId),
    /// Those of that list.
    These(Vec<SubmissionId>),
}

/// A submission that was not withdrawn, without what is in it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Which.
    pub id: SubmissionId,
    /// Its candidacy.
    pub candidacy: CandidacyId,
    /// What was sealed.
    pub edition: EditionId,
    /// Its portfolio.
    pub portfolio: PortfolioId,
    /// The portfolio's title as sealed.
    pub title: String,
    /// How many words there are to read.
    pub words: i64,
    /// The first, second, third ... of its candidacy.
    pub number: u32,
    /// Its round.
    pub round: Option<RoundId>,
    /// Electronic, paper or mixed.
    pub form: PortfolioForm,
    /// In a resubmission, the one whose decision suggested more.
    pub after: Option<SubmissionId>,
    /// When the paper arrived.
    pub received_at: Option<Timestamp>,
    /// When it was last carried over.
    pub carried_over_at: Option<Timestamp>,
    /// Towards what.
    pub qualification: Qualification,
    /// Whose.
    pub mentor: PersonName,
    /// Where the mentor's letters go.
    pub email: Email,
}

impl Sent {
    /// Whether the chair carried it over in that round, so that it goes to the next one with the release.
    pub fn is_carried_over(&self, round: &Round) -> bool {
        self.carried_over_at.is_some_and(|at| round.dates.carried_over_here(at))
    }

    /// Whether a paper portfolio hasn't arrived yet, so that there is nothing to read.
    pub fn is_on_its_way(&self) -> bool {
        self.form == PortfolioForm::Paper && self.received_at.is_none()
    }
}

type SentRow = (
    (AsText<SubmissionId>, AsText<CandidacyId>, i64, Option<AsText<RoundId>>, AsText<PortfolioForm>),
    (Option<AsText<SubmissionId>>, Option<At>, Option<At>),
    (AsText<EditionId>, AsText<PortfolioId>, i64, String),
    AsText<Qualification>,
    NameRow,
    AsText<Email>,
);

define_sql_function! {
    /// A part of a text, counted from 1.
    fn substr(text: Text, start: Integer, length: Integer) -> Text
}

/// How much of a sealed edition's JSON surely holds its title: four short fields, and 160 characters at six each.
const TITLE_WITHIN: i32 = 1200;

/// The title out of the beginning of an edition's JSON: lists show it, and an edition may be a whole book.
fn title_of(beginning: &str) -> String {
    const KEY: &str = "\"title\":";
    let title = beginning.find(KEY).map(|at| &beginning[at + KEY.len()..]);
    title.and_then(|json| serde_json::Deserializer::from_str(json).into_iter().next()?.ok()).unwrap_or_default()
}

/// Submissions that were not withdrawn, in the order in which they were sent.
///
/// # Errors
/// Those of the database.
pub fn sent(conn: &mut Conn, which: &Which, sight: Sight) -> QueryResult<Vec<Sent>> {
    let mut query = submission::table
        .inner_join(candidacy::table.inner_join(person::table))
        .inner_join(edition::table)
        .left_join(paper::table)
        .filter(submission::withdrawn_at.is_null())
        .select((
            (submission::id, submission::candidacy_id, submission::number, submission::round_id, submission::form),
            (submission::after_id, paper::received_at.nullable(), submission::carried_over_at),
            (edition::id, edition::portfolio_id, edition::words, substr(edition::content, 1, TITLE_WITHIN)),
            candidacy::qualification,
            (person::id, person::given_name, person::family_name),
            person::email,
        ))
        .order((submission::submitted_at, submission::id))
        .into_boxed();
    query = match which {
        Which::In(round) => query.filter(submission::round_id.eq(Some(round.to_string()))),
        Which::These(ids) => {
            query.filter(among(submission::id, ids.iter().map(SubmissionId::to_string).collect::<Vec<_>>()))
        }
    };
    query = match sight {
        Sight::Server => query,
        Sight::Panel(viewer) => query.filter(no_conflict(viewer)),
        Sight::Office(viewer) => query.filter(candidacy::mentor_id.ne(viewer.person.to_string())),
        Sight::Own(viewer) => query.filter(candidacy::mentor_id.eq(viewer.person.to_string())),
    };
    let rows: Vec<SentRow> = query.load(conn)?;
    rows.into_iter().map(sent_of).collect()
}

fn sent_of((what, since, edition, qualification, mentor, email): SentRow) -> QueryResult<Sent> {
    let (id, candidacy, number, round, form) = what;
    let (after, received_at, carried_over_at) = since;
    let (edition, portfolio, words, beginning) = edition;
    Ok(Sent {
        id: *id,
        candidacy: *candidacy,
        edition: *edition,
        portfolio: *portfolio,
        title: title_of(&beginning),
        words,
        number: u32::try_from(number).map_err(|e| Error::DeserializationError(Box::new(e)))?,
        round: round.map(AsText::into_inner),
        form: *form,
        after: after.map(AsText::into_inner),
        received_at: received_at.map(Timestamp::from),
        carried_over_at: carried_over_at.map(Timestamp::from),
        qualification: *qualification,
        mentor: name(mentor),
        email: email.into_inner(),
    })
}

/// What waits for a round: with the panel, and in none.
///
/// # Errors
/// Those of the database.
pub fn waiting(conn: &mut Conn) -> QueryResult<Vec<SubmissionId>> {
    let rows: Vec<AsText<SubmissionId>> = submission::table
        .inner_join(candidacy::table)
        .filter(submission::round_id.is_null())
        .filter(submission::withdrawn_at.is_null())
        .filter(candidacy::submission_id.eq(submission::id.nullable()))
        .filter(candidacy::state.eq("submitted"))
        .order((submission::submitted_at, submission::id))
        .select(submission::id)
        .load(conn)?;
    Ok(rows.into_iter().map(AsText::into_inner).collect())
}

/// A reviewer of a submission, and how far they are.
#[derive(Debug, Clone)]
pub struct ReaderOf {
    /// The submission.
    pub submission: SubmissionId,
    /// The reviewer.
    pub reader: Reader,
}

/// Who reads some submissions, in the order in which they were assigned; nobody who has a conflict by now.
///
/// # Errors
/// Those of the database.
pub fn readers(conn: &mut Conn, submissions: &[SubmissionId], today: Date) -> QueryResult<Vec<ReaderOf>> {
    type Row = (AsText<SubmissionId>, AsText<ReviewId>, NameRow, Option<At>, Option<At>, Option<At>);
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<Row> = review::table
        .inner_join(person::table)
        .inner_join(submission::table.inner_join(candidacy::table))
        .filter(among(review::submission_id, ids))
        .filter(review::ended_at.is_null())
        .filter(reader_apart(today.to_string()))
        .order((review::assigned_at, review::id))
        .select((
            review::submission_id,
            review::id,
            (person::id, person::given_name, person::family_name),
            review::opened_at,
            review::sent_at,
            review::nudged_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(submission, id, person, opened_at, sent_at, nudged_at)| ReaderOf {
            submission: *submission,
            reader: Reader {
                review_id: *id,
                person: name(person),
                state: ReviewState::of(opened_at.is_some(), sent_at.is_some()),
                nudged_at: nudged_at.map(Timestamp::from),
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::edition::{Edition, FORMAT};

    #[test]
    fn the_title_stands_at_the_beginning_of_an_edition() {
        for title in ["Learning to wait", "“Why?” she asked, \"quietly\"", &"\u{1f469}\u{1f3fd}\\".repeat(50)] {
            let edition = Edition {
                format: FORMAT,
                framework: "ns-2016".into(),
                qualification: Qualification::Qlms,
                title: title.into(),
                pieces: Vec::new(),
            };
            let json = serde_json::to_string(&edition).unwrap();
            let beginning: String = json.chars().take(TITLE_WITHIN as usize).collect();
            assert_eq!(title_of(&beginning), title);
        }
        assert_eq!(title_of("{"), "");
    }
}
