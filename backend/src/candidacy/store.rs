//! Rows and queries of candidacies.

use crate::{
    actor::Viewer,
    db::{
        AsText, At, Conn, Tx,
        schema::{candidacy, person, submission},
    },
};
use cairn_shared::{
    candidacy::{Awarded, Candidacy, FurtherEvidence, Submitted},
    framework::PerStandard,
    ids::{AwardId, CandidacyId, PersonId, RoundId, SubmissionId},
    person::{Name, PersonName},
    qualification::Qualification,
};
use diesel::prelude::*;

/// A candidacy. What is set follows from the state; the database checks it too.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = candidacy)]
pub struct CandidacyRow {
    /// Which.
    pub id: AsText<CandidacyId>,
    /// Whose.
    pub mentor_id: AsText<PersonId>,
    /// Towards what.
    pub qualification: AsText<Qualification>,
    /// `gathering`, `submitted`, `further_evidence` or `awarded`.
    pub state: String,
    /// Whether S1 is secured.
    pub secured_s1: bool,
    /// Whether S2 is secured.
    pub secured_s2: bool,
    /// Whether S3 is secured.
    pub secured_s3: bool,
    /// Whether S4 is secured.
    pub secured_s4: bool,
    /// The submission that is with the panel, or that was awarded.
    pub submission_id: Option<AsText<SubmissionId>>,
    /// The submission whose decision suggested more.
    pub after_id: Option<AsText<SubmissionId>>,
    /// The award.
    pub award_id: Option<AsText<AwardId>>,
    /// Whether the school's lead may see the stage.
    pub stage_shared: bool,
    /// When it was started.
    pub created_at: At,
}

impl CandidacyRow {
    /// Writes a state into the columns. The round of a submission stands in the submission's own row.
    pub fn set(&mut self, state: &Candidacy) {
        let PerStandard { s1, s2, s3, s4 } = state.secured();
        (self.secured_s1, self.secured_s2, self.secured_s3, self.secured_s4) = (s1, s2, s3, s4);
        let (word, submission, after, award) = match state {
            Candidacy::Gathering => ("gathering", None, None, None),
            Candidacy::Submitted(s) => ("submitted", Some(s.submission), s.after, None),
            Candidacy::FurtherEvidence(f) => ("further_evidence", None, Some(f.after), None),
            Candidacy::Awarded(a) => ("awarded", Some(a.submission), None, Some(a.award)),
        };
        self.state = word.into();
        self.submission_id = submission.map(AsText::new);
        self.after_id = after.map(AsText::new);
        self.award_id = award.map(AsText::new);
    }

    /// Reads the state out of the columns, if they agree with each other. `round` is that of the submission.
    pub fn get(&self, round: Option<RoundId>) -> Option<Candidacy> {
        let secured =
            PerStandard { s1: self.secured_s1, s2: self.secured_s2, s3: self.secured_s3, s4: self.secured_s4 };
        let submission = self.submission_id.as_ref().map(|id| **id);
        let after = self.after_id.as_ref().map(|id| **id);
        let award = self.award_id.as_ref().map(|id| **id);
        let state = match (self.state.as_str(), submission, after, award) {
            ("gathering", None, None, None) => Candidacy::Gathering,
            ("submitted", Some(submission), after, None) => {
                Candidacy::Submitted(Submitted { submission, round, secured, after })
            }
            ("further_evidence", None, Some(after), None) => {
                Candidacy::FurtherEvidence(FurtherEvidence { after, secured })
            }
            ("awarded", Some(submission), None, Some(award)) => Candidacy::Awarded(Awarded { award, submission }),
            _ => return None,
        };
        (state.secured() == secured).then_some(state)
    }
}

type Named = (CandidacyRow, AsText<Name>, AsText<Name>);

fn named((row, given_name, family_name): Named) -> (CandidacyRow, PersonName) {
    let id = *row.mentor_id;
    (row, PersonName { id, given_name: given_name.into_inner(), family_name: family_name.into_inner() })
}

/// A candidacy and its mentor's name.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn find(conn: &mut Conn, id: CandidacyId) -> QueryResult<(CandidacyRow, PersonName)> {
    candidacy::table
        .inner_join(person::table)
        .filter(candidacy::id.eq(id.to_string()))
        .select((candidacy::all_columns, person::given_name, person::family_name))
        .first(conn)
        .map(named)
}

/// A mentor's own candidacies, in the order in which they were started.
///
/// # Errors
/// Those of the database.
pub fn own(conn: &mut Conn, viewer: Viewer) -> QueryResult<Vec<CandidacyRow>> {
    candidacy::table
        .filter(candidacy::mentor_id.eq(viewer.person.to_string()))
        .order((candidacy::created_at, candidacy::id))
        .load(conn)
}

/// The round that a submission is in.
///
/// # Errors
/// Those of the database.
pub fn round_of(conn: &mut Conn, id: SubmissionId) -> QueryResult<Option<RoundId>> {
    let found: Option<Option<AsText<RoundId>>> = submission::table
        .filter(submission::id.eq(id.to_string()))
        .select(submission::round_id)
        .first(conn)
        .optional()?;
    Ok(found.flatten().map(AsText::into_inner))
}

/// Puts a submission into a round, or into none.
///
/// # Errors
/// Those of the database.
pub fn place(tx: &mut Tx<'_>, id: SubmissionId, round: Option<RoundId>) -> QueryResult<()> {
    diesel::update(submission::table.filter(submission::id.eq(id.to_string())))
        .set(submission::round_id.eq(round.map(|r| r.to_string())))
        .execute(&mut **tx)
        .map(drop)
}

/// Writes a candidacy.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &CandidacyRow) -> QueryResult<()> {
    diesel::insert_into(candidacy::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Changes where a candidacy stands, and whether that is shared.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &CandidacyRow) -> QueryResult<()> {
    diesel::update(candidacy::table.filter(candidacy::id.eq(row.id.to_string())))
        .set((
            candidacy::state.eq(row.state.clone()),
            candidacy::secured_s1.eq(row.secured_s1),
            candidacy::secured_s2.eq(row.secured_s2),
            candidacy::secured_s3.eq(row.secured_s3),
            candidacy::secured_s4.eq(row.secured_s4),
            candidacy::submission_id.eq(row.submission_id.clone()),
            candidacy::after_id.eq(row.after_id.clone()),
            candidacy::award_id.eq(row.award_id.clone()),
            candidacy::stage_shared.eq(row.stage_shared),
        ))
        .execute(&mut **tx)
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::time::Timestamp;
    use uuid::Uuid;

    fn row() -> CandidacyRow {
        CandidacyRow {
            id: AsText::new(Uuid::from_u128(1).into()),
            mentor_id: AsText::new(Uuid::from_u128(2).into()),
            qualification: AsText::new(Qualification::Qms),
            state: "gathering".into(),
            secured_s1: false,
            secured_s2: false,
            secured_s3: false,
            secured_s4: false,
            submission_id: None,
            after_id: None,
            award_id: None,
            stage_shared: false,
            created_at: Timestamp::from_micros(0).into(),
        }
    }

    fn states() -> Vec<Candidacy> {
        let (submission, after) = (Uuid::from_u128(3).into(), Uuid::from_u128(4).into());
        let secured = PerStandard { s1: true, s2: false, s3: true, s4: false };
        let round = Some(Uuid::from_u128(5).into());
        vec![
            Candidacy::Gathering,
            Candidacy::Submitted(Submitted { submission, round, secured: PerStandard::default(), after: None }),
            Candidacy::Submitted(Submitted { submission, round, secured, after: Some(after) }),
            Candidacy::FurtherEvidence(FurtherEvidence { after, secured }),
            Candidacy::Awarded(Awarded { award: Uuid::from_u128(6).into(), submission }),
        ]
    }

    #[test]
    fn every_state_comes_back_from_its_row_whatever_it_was_before() {
        let round = Some(Uuid::from_u128(5).into());
        for before in states() {
            for state in states() {
                let mut row = row();
                row.set(&before);
                row.set(&state);
                assert_eq!(row.get(round), Some(state));
            }
        }
    }

    #[test]
    fn columns_that_contradict_each_other_are_no_state() {
        let mut row = row();
        row.secured_s1 = true;
        assert_eq!(row.get(None), None);
        row.set(&Candidacy::Gathering);
        row.state = "awarded".into();
        assert_eq!(row.get(None), None);
    }
}
