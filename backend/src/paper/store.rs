//! Rows and queries of paper.

use crate::{
    actor::Viewer,
    conflict::store::no_conflict,
    db::{
        AsJson, AsText, At, Conn, Tx, among,
        schema::{candidacy, edition, paper, person, review, round, submission},
    },
};
use cairn_shared::{
    edition::Edition,
    ids::{PersonId, RoundId, SubmissionId},
    paper::{CoverCode, Custody, DescribePaper, GivenTo, PaperSummary, Shelf},
    person::{Name, PersonName},
    portfolio::PortfolioForm,
    qualification::Qualification,
    text::{Draft, Line},
    time::{Date, Timestamp},
};
use diesel::{prelude::*, result::Error};
use std::collections::HashMap;

/// The paper of a submission.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = paper)]
pub struct PaperRow {
    /// The submission.
    pub submission_id: AsText<SubmissionId>,
    /// The code on its cover sheet.
    pub code: AsText<CoverCode>,
    /// What it is.
    pub parts: AsText<Line<200>>,
    /// Where it is handed in.
    pub hand_in: AsText<Line<200>>,
    /// By which day it is promised.
    pub promised_for: AsText<Date>,
    /// What its readers should know.
    pub note: AsText<Draft<2000>>,
    /// Who registered it.
    pub registered_by: AsText<PersonId>,
    /// Since when it is here.
    pub received_at: Option<At>,
    /// Where it is kept.
    pub shelf: Option<AsText<Shelf>>,
    /// When it went back.
    pub returned_at: Option<At>,
    /// To whom.
    pub given_to: Option<AsText<GivenTo>>,
    /// Raised with each change.
    pub version: i64,
}

impl PaperRow {
    /// Reads out of the columns where it is, if they agree with each other.
    pub fn custody(&self) -> QueryResult<Custody> {
        let shelf = self.shelf.as_ref().map(|shelf| (**shelf).clone());
        let given_to = self.given_to.as_ref().map(|to| (**to).clone());
        let (received_at, returned_at) = (self.received_at.map(Timestamp::from), self.returned_at.map(Timestamp::from));
        match (received_at, shelf, returned_at, given_to) {
            (None, None, None, None) => Ok(Custody::Registered),
            (Some(received_at), Some(shelf), None, None) => Ok(Custody::Received { received_at, shelf }),
            (Some(received_at), Some(shelf), Some(returned_at), Some(given_to)) => {
                Ok(Custody::Returned { received_at, shelf, returned_at, given_to })
            }
            _ => Err(Error::DeserializationError("the columns of a paper contradict each other".into())),
        }
    }

    /// Writes into the columns where it is.
    pub fn set_custody(&mut self, custody: &Custody) {
        let (received, returned) = match custody {
            Custody::Registered => (None, None),
            Custody::Received { received_at, shelf } => (Some((received_at, shelf)), None),
            Custody::Returned { received_at, shelf, returned_at, given_to } => {
                (Some((received_at, shelf)), Some((returned_at, given_to)))
            }
        };
        self.received_at = received.map(|(at, _)| At::from(*at));
        self.shelf = received.map(|(_, shelf)| AsText::new(shelf.clone()));
        self.returned_at = returned.map(|(at, _)| At::from(*at));
        self.given_to = returned.map(|(_, to)| AsText::new(to.clone()));
    }

    /// Writes into the columns what its cover sheet says.
    pub fn describe(&mut self, words: &DescribePaper) {
        self.parts = AsText::new(words.parts.clone());
        self.hand_in = AsText::new(words.hand_in.clone());
        self.promised_for = AsText::new(words.promised_for);
        self.note = AsText::new(words.note.clone());
    }

    fn summary(&self, number: i64) -> QueryResult<PaperSummary> {
        Ok(PaperSummary {
            code: (*self.code).clone(),
            number: u32::try_from(number).map_err(|e| Error::DeserializationError(Box::new(e)))?,
            parts: (*self.parts).clone(),
            hand_in: (*self.hand_in).clone(),
            promised_for: *self.promised_for,
            custody: self.custody()?,
        })
    }
}

/// As whom somebody looks for paper, and so which there is for them.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// Its mentor: their own.
    Own(Viewer),
    /// A coordinator: all but their own.
    Office(Viewer),
    /// A reader: what they read now, and have no conflict with.
    Reader(Viewer),
}

/// Which paper is looked for.
#[derive(Debug, Clone)]
pub enum Which {
    /// That of a submission.
    Of(SubmissionId),
    /// That with a code on its cover sheet.
    With(CoverCode),
}

/// Paper, with what stands in other tables.
#[derive(Debug, Clone)]
pub struct Found {
    /// The paper.
    pub row: PaperRow,
    /// What it is, and where.
    pub summary: PaperSummary,
    /// Paper or mixed.
    pub form: PortfolioForm,
    /// The round of its submission.
    pub round: Option<RoundId>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Whether its mentor took it back.
    pub withdrawn: bool,
    /// What the portfolio is called.
    pub title: String,
    /// Towards what.
    pub qualification: Qualification,
    /// Whose.
    pub mentor: PersonName,
}

type FoundRow = (
    PaperRow,
    (i64, AsText<PortfolioForm>, Option<AsText<RoundId>>, At, Option<At>),
    AsJson<Edition>,
    AsText<Qualification>,
    (AsText<PersonId>, AsText<Name>, AsText<Name>),
);

/// Some paper, if it exists for who looks.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, which: &Which, sight: Sight) -> QueryResult<Option<Found>> {
    let mut query = paper::table
        .inner_join(submission::table.inner_join(candidacy::table.inner_join(person::table)).inner_join(edition::table))
        .select((
            paper::all_columns,
            (
                submission::number,
                submission::form,
                submission::round_id,
                submission::submitted_at,
                submission::withdrawn_at,
            ),
            edition::content,
            candidacy::qualification,
            (person::id, person::given_name, person::family_name),
        ))
        .into_boxed();
    query = match which {
        Which::Of(submission) => query.filter(paper::submission_id.eq(submission.to_string())),
        Which::With(code) => query.filter(paper::code.eq(code.to_string())),
    };
    query = match sight {
        Sight::Own(viewer) => query.filter(candidacy::mentor_id.eq(viewer.person.to_string())),
        Sight::Office(viewer) => query.filter(candidacy::mentor_id.ne(viewer.person.to_string())),
        Sight::Reader(viewer) => query
            .filter(submission::withdrawn_at.is_null())
            .filter(
                submission::id.eq_any(
                    review::table
                        .filter(review::reviewer_id.eq(viewer.person.to_string()))
                        .filter(review::ended_at.is_null())
                        .select(review::submission_id),
                ),
            )
            .filter(submission::round_id.eq_any(
                round::table.filter(round::review_opens.le(viewer.today.to_string())).select(round::id.nullable()),
            ))
            .filter(no_conflict(viewer)),
    };
    query.first::<FoundRow>(conn).optional()?.map(found).transpose()
}

fn found((row, sent, edition, qualification, mentor): FoundRow) -> QueryResult<Found> {
    let (number, form, round, registered_at, withdrawn_at) = sent;
    let (id, given_name, family_name) = mentor;
    Ok(Found {
        summary: row.summary(number)?,
        row,
        form: *form,
        round: round.map(AsText::into_inner),
        registered_at: registered_at.into(),
        withdrawn: withdrawn_at.is_some(),
        title: edition.into_inner().title,
        qualification: *qualification,
        mentor: PersonName { id: *id, given_name: given_name.into_inner(), family_name: family_name.into_inner() },
    })
}

/// The paper of some submissions, each with what its readers should know. Who asks has seen to it that the caller may
/// know of the submissions.
///
/// # Errors
/// Those of the database.
pub fn of(
    conn: &mut Conn,
    submissions: &[SubmissionId],
) -> QueryResult<HashMap<SubmissionId, (PaperSummary, Draft<2000>)>> {
    let ids: Vec<String> = submissions.iter().map(SubmissionId::to_string).collect();
    let rows: Vec<(PaperRow, i64)> = paper::table
        .inner_join(submission::table)
        .filter(among(paper::submission_id, ids))
        .select((paper::all_columns, submission::number))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, number)| Ok((*row.submission_id, (row.summary(number)?, row.note.into_inner()))))
        .collect()
}

/// Whether a cover sheet has that code.
///
/// # Errors
/// Those of the database.
pub fn is_taken(conn: &mut Conn, code: &CoverCode) -> QueryResult<bool> {
    let found: i64 = paper::table.filter(paper::code.eq(code.to_string())).count().get_result(conn)?;
    Ok(found > 0)
}

/// Writes the paper of a submission.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &PaperRow) -> QueryResult<()> {
    diesel::insert_into(paper::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Changes what the cover sheet says and where the paper is, as its next version.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &PaperRow) -> QueryResult<()> {
    diesel::update(paper::table.filter(paper::submission_id.eq(row.submission_id.to_string())))
        .set((
            paper::parts.eq(row.parts.clone()),
            paper::hand_in.eq(row.hand_in.clone()),
            paper::promised_for.eq(row.promised_for.clone()),
            paper::note.eq(row.note.clone()),
            paper::received_at.eq(row.received_at),
            paper::shelf.eq(row.shelf.clone()),
            paper::returned_at.eq(row.returned_at),
            paper::given_to.eq(row.given_to.clone()),
            paper::version.eq(row.version + 1),
        ))
        .execute(&mut **tx)
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row() -> PaperRow {
        PaperRow {
            submission_id: AsText::new(Uuid::from_u128(1).into()),
            code: AsText::new(CoverCode::make([5; 7])),
            parts: AsText::new("A binder".parse().unwrap()),
            hand_in: AsText::new("The front desk".parse().unwrap()),
            promised_for: AsText::new("2027-02-26".parse().unwrap()),
            note: AsText::new(Draft::default()),
            registered_by: AsText::new(Uuid::from_u128(2).into()),
            received_at: None,
            shelf: None,
            returned_at: None,
            given_to: None,
            version: 1,
        }
    }

    #[test]
    fn where_it_is_comes_back_from_its_row_whatever_it_was_before() {
        let at = Timestamp::from_micros;
        let shelf: Shelf = "Room 12".parse().unwrap();
        let given_to: GivenTo = "Priya Hartnell".parse().unwrap();
        let all = [
            Custody::Registered,
            Custody::Received { received_at: at(1), shelf: shelf.clone() },
            Custody::Returned { received_at: at(1), shelf, returned_at: at(2), given_to },
        ];
        for before in &all {
            for custody in &all {
                let mut row = row();
                row.set_custody(before);
                row.set_custody(custody);
                assert_eq!(row.custody().unwrap(), *custody);
            }
        }
        let torn = PaperRow { received_at: Some(at(1).into()), ..row() };
        assert!(torn.custody().is_err());
    }
}
