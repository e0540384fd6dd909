//! Carrying one row out, in the transaction of the caller: each deed by the slice whose it is.

use super::store::LineRow;
use crate::{
    audit::{self, Action, Stamp},
    db::{AsText, Tx},
    person::{
        self,
        actions::{Invitation, membership_row},
        store::{MembershipRow, PersonRow},
    },
    problem::{ApiError, ApiResult},
    school::{self, store::SchoolRow},
};
use cairn_shared::{
    ids::{PersonId, SchoolId},
    import::{
        Deed,
        plan::{Plan, Planner},
    },
    person::{AccountState, Phase, Role},
    school::SchoolName,
};

/// A row that is being carried out.
pub struct Applying<'a> {
    /// The row.
    pub line: &'a LineRow,
    /// What it does.
    pub plan: &'a Plan,
    /// Who does it, and when.
    pub stamp: &'a Stamp,
    /// The letter to somebody who is added, if one is written at once.
    pub invitation: Option<&'a Invitation>,
}

/// A database that no longer holds what the plan was made of, in the same transaction.
fn gone(what: &str) -> ApiError {
    ApiError::Internal(format!("a planned row found no {what}"))
}

impl Applying<'_> {
    /// Does it, and says whom it was about.
    ///
    /// # Errors
    /// Those of the database.
    pub fn carry_out(&self, tx: &mut Tx<'_>, planner: &mut Planner) -> ApiResult<Option<PersonId>> {
        let mut school = self.plan.school;
        let mut who = self.plan.person;
        for deed in &self.plan.deeds {
            match deed {
                Deed::AddSchool { school: name, phase, urn } => {
                    let id = self.add_school(tx, name, *phase, urn.clone())?;
                    planner.added(name, id);
                    school = Some(id);
                }
                Deed::NoteUrn { urn, .. } => {
                    school::actions::note_urn(tx, self.stamp, school.ok_or_else(|| gone("school"))?, urn)?;
                }
                Deed::AddPerson { roles, phase } => who = Some(self.add_person(tx, roles, *phase)?),
                Deed::BeginStay { since, leads, .. } => {
                    let (who, school) = (who.ok_or_else(|| gone("person"))?, school.ok_or_else(|| gone("school"))?);
                    let id = self.stamp.derive(&format!("stay of row {}", self.line.number));
                    person::actions::begin(tx, self.stamp, membership_row(id, who, school, *since, *leads))?;
                }
                Deed::EndStay { last_day, .. } => {
                    let stay = self.open_stay(tx, who, self.plan.leaves)?;
                    person::actions::end(tx, self.stamp, &stay, *last_day)?;
                }
                Deed::Lead { .. } => {
                    let stay = self.open_stay(tx, who, school)?;
                    person::store::lead(tx, &stay)?;
                    audit::record(tx, self.stamp, Action::MembershipChanged, "membership", *stay.id, who)?;
                }
                // Written together, below.
                Deed::AddRole { .. } | Deed::SetPhase { .. } => {}
            }
        }
        if let Some(known) = self.plan.person.filter(|_| !self.plan.deeds.is_empty()) {
            self.change_person(tx, known)?;
        }
        Ok(who)
    }

    fn add_school(&self, tx: &mut Tx<'_>, name: &SchoolName, phase: Phase, urn: Option<String>) -> ApiResult<SchoolId> {
        let id: SchoolId = self.stamp.derive(&format!("school of row {}", self.line.number));
        let row = SchoolRow {
            id: AsText::new(id),
            name: AsText::new(name.clone()),
            phase: AsText::new(phase),
            urn,
            created_at: self.stamp.now.into(),
        };
        school::actions::enter(tx, self.stamp, &row)?;
        Ok(id)
    }

    fn add_person(&self, tx: &mut Tx<'_>, roles: &[Role], phase: Option<Phase>) -> ApiResult<PersonId> {
        let newcomer = self.plan.newcomer.clone().ok_or_else(|| gone("name"))?;
        let id: PersonId = self.stamp.derive(&format!("person of row {}", self.line.number));
        let row = PersonRow {
            id: AsText::new(id),
            given_name: AsText::new(newcomer.given_name),
            family_name: AsText::new(newcomer.family_name),
            email: AsText::new(newcomer.email),
            phase: phase.map(AsText::new),
            state: AsText::new(AccountState::Invited),
            password_hash: None,
            created_at: self.stamp.now.into(),
            version: 1,
        };
        person::actions::enter(tx, self.stamp, &row, roles)?;
        if let Some(invitation) = self.invitation {
            invitation.send(tx, self.stamp, &row)?;
        }
        Ok(id)
    }

    fn open_stay(&self, tx: &mut Tx<'_>, who: Option<PersonId>, school: Option<SchoolId>) -> ApiResult<MembershipRow> {
        let (who, school) = (who.ok_or_else(|| gone("person"))?, school.ok_or_else(|| gone("school"))?);
        let stays = person::store::open_memberships(tx, who)?;
        stays.into_iter().find(|stay| *stay.school_id == school).ok_or_else(|| gone("stay"))
    }

    /// Roles and phase, and the version that tells that the person, or where they are, has changed.
    fn change_person(&self, tx: &mut Tx<'_>, who: PersonId) -> ApiResult<()> {
        let mut row = person::store::person(tx, who)?;
        let mut roles = false;
        for deed in &self.plan.deeds {
            match deed {
                Deed::AddRole { role } => {
                    person::store::grant(tx, who, *role, self.stamp.now)?;
                    roles = true;
                }
                Deed::SetPhase { phase, .. } => {
                    row.phase = Some(AsText::new(*phase));
                    audit::record(tx, self.stamp, Action::PersonChanged, "person", who, None)?;
                }
                _ => {}
            }
        }
        if roles {
            audit::record(tx, self.stamp, Action::RolesChanged, "person", who, None)?;
        }
        Ok(person::store::change(tx, &row)?)
    }
}
