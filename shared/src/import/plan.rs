//! What a row will do: its cells, compared with who and what is here already.
//!
//! Rows are planned in their order, because a school that one row adds is known to the next. The plan of a row
//! depends on nothing else, so that it is the same in the preview and in the transaction that carries it out, unless
//! somebody changed something in between.

use super::{
    Cells, Column, Deed, Difference, RowProblem, RowState,
    read::{Said, read},
};
use crate::{
    fold::fold,
    ids::{PersonId, SchoolId},
    person::{AccountState, Name, Phase, Role},
    school::SchoolName,
    text::Email,
    time::Date,
};
use std::collections::HashMap;

/// A person who is here.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// Who.
    pub id: PersonId,
    /// Given name.
    pub given_name: Name,
    /// Family name.
    pub family_name: Name,
    /// The phase that they work in.
    pub phase: Option<Phase>,
    /// Where the account stands.
    pub state: AccountState,
    /// What they may do.
    pub roles: Vec<Role>,
    /// All their stays at schools, those that ended too.
    pub stays: Vec<KnownStay>,
}

/// A stay at a school.
#[derive(Debug, Clone)]
pub struct KnownStay {
    /// At which school.
    pub school: SchoolId,
    /// What it is called.
    pub school_name: SchoolName,
    /// The first day.
    pub since: Date,
    /// The last day, once it is known.
    pub until: Option<Date>,
    /// Whether they lead it.
    pub leads: bool,
}

/// A school that is here, or that a row before adds.
#[derive(Debug, Clone)]
pub struct KnownSchool {
    /// Which; none while it is only about to be added.
    pub id: Option<SchoolId>,
    /// Its name.
    pub name: SchoolName,
    /// Its phase.
    pub phase: Phase,
    /// Its number.
    pub urn: Option<String>,
}

/// What one row will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it does.
    pub deeds: Vec<Deed>,
    /// What differs and stays.
    pub differences: Vec<Difference>,
    /// What needs putting right first.
    pub problems: Vec<RowProblem>,
    /// Whom it is about, if they are here.
    pub person: Option<PersonId>,
    /// The school that it names, if it is here.
    pub school: Option<SchoolId>,
    /// The school that they leave.
    pub leaves: Option<SchoolId>,
    /// Who is added, if the row does that.
    pub newcomer: Option<Newcomer>,
    /// By what the school that it adds is told apart from others.
    pub adds_school: Option<String>,
}

/// Somebody who is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Given name.
    pub given_name: Name,
    /// Family name.
    pub family_name: Name,
    /// Where letters go.
    pub email: Email,
}

impl Plan {
    /// What will happen, in a word.
    pub fn state(&self) -> RowState {
        let adds = |deed: &Deed| matches!(deed, Deed::AddPerson { .. });
        if !self.problems.is_empty() {
            RowState::Needs
        } else if self.deeds.is_empty() {
            RowState::Unchanged
        } else if self.deeds.iter().any(adds) {
            RowState::New
        } else if self.deeds.iter().all(|deed| matches!(deed, Deed::AddSchool { .. })) {
            RowState::School
        } else {
            RowState::Changes
        }
    }

    /// Whether it does nothing but what was shown before. What somebody else did in the meantime need not be done.
    pub fn keeps_to(&self, shown: &[Deed]) -> bool {
        self.problems.is_empty() && self.deeds.iter().all(|deed| shown.contains(deed))
    }

    /// The same row, held back because the preview showed something else.
    pub fn held_back(mut self) -> Self {
        if self.problems.is_empty() {
            let detail = "Somebody changed this person or school after the preview was made, so nothing was done. Look at the row again.";
            self.problems.push(RowProblem::new(Column::Email, "changed_meanwhile", detail));
        }
        self.deeds.clear();
        self
    }
}

/// By what a school's name is told apart: its letters and figures, whatever their case and accents.
pub fn school_key(name: &str) -> String {
    let folded = fold(name).replace('&', " and ").replace(['\'', '.'], "");
    let words: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same without the words that people leave out.
fn loose_key(key: &str) -> String {
    key.split(' ').filter(|word| !matches!(*word, "the" | "school")).collect::<Vec<_>>().join(" ")
}

/// Schools, found by number and by name.
#[derive(Debug, Clone, Default)]
struct Schools {
    all: Vec<KnownSchool>,
    by_urn: HashMap<String, usize>,
    by_key: HashMap<String, Vec<usize>>,
    by_loose: HashMap<String, Vec<usize>>,
}

impl Schools {
    fn add(&mut self, school: KnownSchool) {
        let at = self.all.len();
        let key = school_key(school.name.as_str());
        if let Some(urn) = &school.urn {
            self.by_urn.insert(urn.clone(), at);
        }
        self.by_loose.entry(loose_key(&key)).or_default().push(at);
        self.by_key.entry(key).or_default().push(at);
        self.all.push(school);
    }

    /// Schools of that name: exactly so, or but for words that people leave out.
    fn named(&self, name: &SchoolName) -> &[usize] {
        match self.exactly(name) {
            [] => self.by_loose.get(&loose_key(&school_key(name.as_str()))).map_or(&[], Vec::as_slice),
            exact => exact,
        }
    }

    /// Schools of exactly that name.
    fn exactly(&self, name: &SchoolName) -> &[usize] {
        self.by_key.get(&school_key(name.as_str())).map_or(&[], Vec::as_slice)
    }

    /// Schools whose names are but a slip or two away, the nearest first. Figures are never a slip: “No. 1” and “No. 2”
    /// are two schools.
    fn like(&self, name: &SchoolName) -> Vec<SchoolName> {
        let key = loose_key(&school_key(name.as_str()));
        let most = if key.chars().count() < 8 { 1 } else { 2 };
        let mut near: Vec<(usize, &KnownSchool)> = self
            .by_loose
            .iter()
            .filter(|(other, _)| figures(other).eq(figures(&key)))
            .filter_map(|(other, found)| Some((slips(&key, other, most)?, &self.all[*found.first()?])))
            .collect();
        near.sort_by(|a, b| (a.0, a.1.name.as_str()).cmp(&(b.0, b.1.name.as_str())));
        near.into_iter().take(3).map(|(_, school)| school.name.clone()).collect()
    }
}

fn figures(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(char::is_ascii_digit)
}

/// How many letters are to be added, left out or changed to come from one to the other, if it is at most so many.
fn slips(from: &str, to: &str, most: usize) -> Option<usize> {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len().abs_diff(to.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
        if row.iter().all(|slips| *slips > most) {
            return None;
        }
    }
    row.last().copied().filter(|slips| *slips <= most)
}

/// Plans rows, one after the other.
#[derive(Debug, Clone)]
pub struct Planner {
    /// The first day at a school where the file says none.
    day: Date,
    schools: Schools,
    rows: HashMap<Email, i64>,
}

/// What is to be said of a name that can't be on a certificate, if it can't.
pub type Unprintable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The row that is being planned.
struct Draft<'a> {
    said: Said,
    unprintable: Unprintable<'a>,
    /// Whether the school is a new one, however like another its name is.
    new_school: bool,
    /// Whether this row is the first to name the school that it adds.
    first_to_name: bool,
    /// The school that gets this number by this row.
    notes_urn: Option<(usize, String)>,
    plan: Plan,
}

impl Draft<'_> {
    /// Names that come anew are looked at before anybody is added, and not on the day of the award.
    fn can_be_printed(&mut self, column: Column, name: &str) -> bool {
        let problem = (self.unprintable)(name);
        let can_be = problem.is_none();
        if let Some(detail) = problem {
            self.needs(column, "unprintable", detail);
        }
        can_be
    }

    fn needs(&mut self, column: Column, code: &str, detail: impl Into<String>) {
        self.plan.problems.push(RowProblem::new(column, code, detail));
    }

    fn differs(&mut self, column: Column, here: &str, in_file: &str) {
        self.plan.differences.push(Difference { column, here: here.to_owned(), in_file: in_file.to_owned() });
    }
}

impl Planner {
    /// Knows those schools. `day` is the first day at a school where the file says none.
    pub fn new(day: Date, schools: impl IntoIterator<Item = KnownSchool>) -> Self {
        let mut planner = Self { day, schools: Schools::default(), rows: HashMap::new() };
        schools.into_iter().for_each(|school| planner.schools.add(school));
        planner
    }

    /// Knows that a row which is done already has that address.
    pub fn took(&mut self, row: i64, email: Email) {
        self.rows.entry(email).or_insert(row);
    }

    /// Learns the id of a school that was only about to be added.
    pub fn added(&mut self, name: &SchoolName, id: SchoolId) {
        let pending = self.schools.all.iter_mut().rev().find(|school| school.id.is_none() && school.name == *name);
        if let Some(school) = pending {
            school.id = Some(id);
        }
    }

    /// Plans one row.
    pub fn plan(
        &mut self,
        row: i64,
        cells: &Cells,
        new_school: bool,
        people: &HashMap<Email, KnownPerson>,
        unprintable: Unprintable<'_>,
    ) -> Plan {
        let mut problems = Vec::new();
        let said = read(cells, &mut problems);
        let known = said.email.as_ref().and_then(|email| people.get(email));
        let plan = Plan {
            deeds: Vec::new(),
            differences: Vec::new(),
            problems,
            person: known.map(|known| known.id),
            school: None,
            leaves: None,
            newcomer: None,
            adds_school: None,
        };
        let mut draft = Draft { said, unprintable, new_school, first_to_name: false, notes_urn: None, plan };
        let school = self.school(&mut draft, cells.is_school());
        if !cells.is_school() {
            self.once(&mut draft, row, cells);
            match known {
                Some(known) if known.state == AccountState::Left => draft.needs(
                    Column::Email,
                    "has_left",
                    format!(
                        "{} {} has left the partnership. If they are back, invite them on their page, and look at this row again.",
                        known.given_name, known.family_name
                    ),
                ),
                Some(known) => self.changes(&mut draft, known, school),
                None => self.adds(&mut draft, cells, school),
            }
        }
        self.finish(draft, school)
    }

    /// An address stands once in a file.
    fn once(&mut self, draft: &mut Draft<'_>, row: i64, cells: &Cells) {
        let Some(email) = draft.said.email.clone() else {
            if cells.get(Column::Email).is_empty() {
                draft.needs(Column::Email, "empty", "There is no e-mail address. People are told apart by it.");
            }
            return;
        };
        let first = *self.rows.entry(email).or_insert(row);
        if first != row {
            let detail = format!("This address stands in row {first} already. Take one of the two out, or change it.");
            draft.needs(Column::Email, "twice", detail);
        }
    }

    /// The school that the row names: found here, or about to be added.
    fn school(&mut self, draft: &mut Draft<'_>, alone: bool) -> Option<usize> {
        let (name, urn) = (draft.said.school.clone(), draft.said.urn.clone());
        if let Some(urn) = &urn
            && let Some(at) = self.schools.by_urn.get(urn).copied()
        {
            let here = &self.schools.all[at].name;
            if let Some(name) = &name
                && !same_school(here, name)
            {
                let detail = format!("URN {urn} is {here} here, and the file says “{name}”. Put one of the two right.");
                draft.needs(Column::Urn, "other_school", detail);
                return None;
            }
            return Some(at);
        }
        let Some(name) = name else {
            if let Some(urn) = urn {
                let detail = format!("No school here has the URN {urn}. Give its name as well, and it is added.");
                draft.needs(Column::School, "unknown_urn", detail);
            }
            return None;
        };
        let found = if draft.new_school { self.schools.exactly(&name) } else { self.schools.named(&name) };
        let found = found.to_vec();
        match found[..] {
            [at] => {
                let school = &self.schools.all[at];
                if let Some(phase) = draft.said.phase.filter(|phase| alone && *phase != school.phase) {
                    draft.differs(Column::Phase, school.phase.code(), phase.code());
                }
                self.with_urn(draft, at, urn)
            }
            [] => self.new_school(draft, &name, urn),
            [..] => {
                let detail = format!("Several schools are called {name}. Give the URN of the one that is meant.");
                draft.needs(Column::Urn, "several_schools", detail);
                None
            }
        }
    }

    /// A school found by its name, where the file also gives a number that nobody has yet.
    fn with_urn(&self, draft: &mut Draft<'_>, at: usize, urn: Option<String>) -> Option<usize> {
        let school = &self.schools.all[at];
        match (&school.urn, urn) {
            (Some(here), Some(urn)) => {
                let detail = format!(
                    "{} has the URN {here} here, and the file says {urn}. Put one of the two right.",
                    school.name
                );
                draft.needs(Column::Urn, "other_urn", detail);
                None
            }
            (None, Some(urn)) => {
                draft.plan.deeds.push(Deed::NoteUrn { school: school.name.clone(), urn: urn.clone() });
                draft.notes_urn = Some((at, urn));
                Some(at)
            }
            _ => Some(at),
        }
    }

    /// A school that nobody here knows: a slip of the pen, or a new one.
    fn new_school(&mut self, draft: &mut Draft<'_>, name: &SchoolName, urn: Option<String>) -> Option<usize> {
        let like = if draft.new_school { Vec::new() } else { self.schools.like(name) };
        if !like.is_empty() {
            let meant: Vec<&str> = like.iter().map(SchoolName::as_str).collect();
            let detail =
                format!("We do not know “{name}”. Did you mean {}? Or is it a new school?", meant.join(" or "));
            let problem = RowProblem::new(Column::School, "unknown_school", detail);
            draft.plan.problems.push(RowProblem { suggestions: like, ..problem });
            return None;
        }
        if !draft.can_be_printed(Column::School, name.as_str()) {
            return None;
        }
        // What could not be read was named before; what is not there is asked for once.
        let Some(phase) = draft.said.phase else {
            let known = draft.plan.problems.iter().any(|problem| problem.column == Column::Phase);
            if !known {
                let detail = format!("{name} is new here, so its phase is needed. Choose primary or secondary.");
                draft.needs(Column::Phase, "empty", detail);
            }
            return None;
        };
        draft.first_to_name = true;
        self.schools.add(KnownSchool { id: None, name: name.clone(), phase, urn });
        Some(self.schools.all.len() - 1)
    }

    /// Somebody who is not here yet.
    fn adds(&self, draft: &mut Draft<'_>, cells: &Cells, school: Option<usize>) {
        for (column, name) in [(Column::GivenName, "given name"), (Column::FamilyName, "family name")] {
            if cells.get(column).is_empty() {
                draft.needs(column, "empty", format!("The {name} is empty. It stands on the certificate one day."));
            }
        }
        let names =
            [(Column::GivenName, draft.said.given_name.clone()), (Column::FamilyName, draft.said.family_name.clone())];
        for (column, name) in names {
            if let Some(name) = name {
                draft.can_be_printed(column, name.as_str());
            }
        }
        let mut roles = draft.said.roles.clone();
        if roles.is_empty() {
            roles.push(Role::Mentor);
        }
        let phase = draft.said.phase.or_else(|| school.map(|at| self.schools.all[at].phase));
        let asked =
            draft.plan.problems.iter().any(|p| matches!(p.column, Column::Phase | Column::School | Column::Urn));
        if phase.is_none() && !asked && roles.iter().any(|role| role.writes()) {
            draft.needs(Column::Phase, "empty", "The phase is empty. Choose primary or secondary.");
        }
        if roles.contains(&Role::SchoolLead) && school.is_none() && !asked {
            draft.needs(Column::School, "empty", "Say which school they lead.");
        }
        draft.plan.deeds.push(Deed::AddPerson { roles, phase });
        if let Some(at) = school {
            let stay = Deed::BeginStay {
                school: self.schools.all[at].name.clone(),
                since: draft.said.since.unwrap_or(self.day),
                leads: draft.said.leads,
            };
            draft.plan.deeds.push(stay);
        }
        let said = &draft.said;
        draft.plan.newcomer = match (&said.given_name, &said.family_name, &said.email) {
            (Some(given_name), Some(family_name), Some(email)) => Some(Newcomer {
                given_name: given_name.clone(),
                family_name: family_name.clone(),
                email: email.clone(),
            }),
            _ => None,
        };
    }

    /// Somebody who is here already.
    fn changes(&self, draft: &mut Draft<'_>, known: &KnownPerson, school: Option<usize>) {
        let (given, family) = (draft.said.given_name.clone(), draft.said.family_name.clone());
        if let Some(given) = given.filter(|given| *given != known.given_name) {
            draft.differs(Column::GivenName, known.given_name.as_str(), given.as_str());
        }
        if let Some(family) = family.filter(|family| *family != known.family_name) {
            draft.differs(Column::FamilyName, known.family_name.as_str(), family.as_str());
        }
        for role in draft.said.roles.clone() {
            if !known.roles.contains(&role) {
                draft.plan.deeds.push(Deed::AddRole { role });
            }
        }
        if let Some(phase) = draft.said.phase.filter(|phase| Some(*phase) != known.phase) {
            draft.plan.deeds.push(Deed::SetPhase { phase, before: known.phase });
        }
        if let Some(at) = school {
            self.stays(draft, known, at);
        }
    }

    /// At the school already, newly at one, or moved from another.
    fn stays(&self, draft: &mut Draft<'_>, known: &KnownPerson, at: usize) {
        let school = &self.schools.all[at];
        let (since, leads) = (draft.said.since.unwrap_or(self.day), draft.said.leads);
        let here = |stay: &&KnownStay| Some(stay.school) == school.id;
        let open: Vec<&KnownStay> = known.stays.iter().filter(|stay| stay.until.is_none()).collect();
        if let Some(stay) = open.iter().copied().find(here) {
            if let Some(said) = draft.said.since.filter(|said| *said != stay.since) {
                draft.differs(Column::Since, &stay.since.in_words(), &said.in_words());
            }
            if leads && !stay.leads {
                draft.plan.deeds.push(Deed::Lead { school: school.name.clone() });
            }
            return;
        }
        let before = known.stays.iter().filter(here).find(|stay| Some(stay.since) == draft.said.since);
        if let Some(until) = before.and_then(|stay| stay.until) {
            let detail = format!(
                "They were at {} from {} to {}. If they are back, give the day of that.",
                school.name,
                since.in_words(),
                until.in_words()
            );
            return draft.needs(Column::Since, "was_there", detail);
        }
        match open[..] {
            [] => {}
            [stay] if stay.since < since => {
                let last_day = since.plus_days(-1);
                draft.plan.deeds.push(Deed::EndStay { school: stay.school_name.clone(), last_day });
                draft.plan.leaves = Some(stay.school);
            }
            [stay] => {
                let detail = format!(
                    "They came to {} on {}, so they can’t be at {} since {}. Give the day on which they moved.",
                    stay.school_name,
                    stay.since.in_words(),
                    school.name,
                    since.in_words()
                );
                return draft.needs(Column::Since, "before_the_other", detail);
            }
            [..] => {
                let names: Vec<&str> = open.iter().map(|stay| stay.school_name.as_str()).collect();
                let detail = format!(
                    "They are at {} now. Say on their page which they have left, and look at this row again.",
                    names.join(" and at ")
                );
                return draft.needs(Column::School, "several_stays", detail);
            }
        }
        draft.plan.deeds.push(Deed::BeginStay { school: school.name.clone(), since, leads });
    }

    /// A school that is not here yet is added by each row that names it; whichever comes first does it. A row that
    /// needs something put right does nothing, and what it alone names is not there for the others.
    fn finish(&mut self, draft: Draft<'_>, school: Option<usize>) -> Plan {
        let mut plan = draft.plan;
        plan.school = school.and_then(|at| self.schools.all[at].id);
        if !plan.problems.is_empty() {
            plan.deeds.clear();
            if draft.first_to_name {
                self.schools.forget_last();
            }
            return plan;
        }
        if let Some((at, urn)) = draft.notes_urn {
            self.schools.all[at].urn = Some(urn.clone());
            self.schools.by_urn.insert(urn, at);
        }
        if let Some(at) = school.filter(|at| self.schools.all[*at].id.is_none()) {
            let KnownSchool { name, phase, urn, .. } = self.schools.all[at].clone();
            plan.adds_school = Some(school_key(name.as_str()));
            plan.deeds.insert(0, Deed::AddSchool { school: name, phase, urn });
        }
        plan
    }
}

impl Schools {
    fn forget_last(&mut self) {
        let Some(school) = self.all.pop() else { return };
        let at = self.all.len();
        self.by_urn.retain(|_, found| *found != at);
        let key = school_key(school.name.as_str());
        for (map, key) in [(&mut self.by_loose, loose_key(&key)), (&mut self.by_key, key)] {
            if let Some(found) = map.get_mut(&key) {
                found.retain(|other| *other != at);
                if found.is_empty() {
                    map.remove(&key);
                }
            }
        }
    }
}

/// Whether a name in a file may be that of the school whose number stands beside it.
fn same_school(here: &SchoolName, in_file: &SchoolName) -> bool {
    let (here, said) = (loose_key(&school_key(here.as_str())), loose_key(&school_key(in_file.as_str())));
    here.starts_with(&said) || said.starts_with(&here) || slips(&here, &said, 3).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Sheet;
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn id(n: u128) -> SchoolId {
        SchoolId::new(Uuid::from_u128(n))
    }

    fn schools() -> Vec<KnownSchool> {
        let school = |n, name: &str, phase, urn: Option<&str>| KnownSchool {
            id: Some(id(n)),
            name: name.parse().unwrap(),
            phase,
            urn: urn.map(str::to_owned),
        };
        vec![
            school(1, "Thornbeck Primary School", Phase::Primary, Some("112001")),
            school(2, "Wrenthwaite High", Phase::Secondary, Some("112002")),
            school(3, "St Bega’s School", Phase::Primary, None),
            school(4, "Holme Primary", Phase::Primary, Some("112004")),
            school(5, "Holme Primary", Phase::Primary, Some("112005")),
        ]
    }

    fn stay(n: u128, name: &str, since: &str, until: Option<&str>) -> KnownStay {
        KnownStay {
            school: id(n),
            school_name: name.parse().unwrap(),
            since: day(since),
            until: until.map(day),
            leads: false,
        }
    }

    fn people() -> HashMap<Email, KnownPerson> {
        let person = |n, given: &str, state, stays| KnownPerson {
            id: PersonId::new(Uuid::from_u128(n)),
            given_name: given.parse().unwrap(),
            family_name: "Roe".parse().unwrap(),
            phase: Some(Phase::Primary),
            state,
            roles: vec![Role::Mentor],
            stays,
        };
        let thornbeck = |since, until| stay(1, "Thornbeck Primary School", since, until);
        let high = |since, until| stay(2, "Wrenthwaite High", since, until);
        let active = AccountState::Active;
        [
            person(1, "Ada", active, vec![thornbeck("2024-09-01", None)]),
            person(2, "Bede", AccountState::Left, vec![thornbeck("2020-09-01", Some("2024-07-31"))]),
            person(3, "Cleo", active, vec![thornbeck("2024-09-01", None), high("2025-09-01", None)]),
            person(4, "Dai", active, vec![thornbeck("2020-09-01", Some("2023-08-31")), high("2023-09-01", None)]),
            person(5, "Esk", active, vec![]),
        ]
        .into_iter()
        .map(|p| (Email::new(format!("{}@b.example", p.given_name)).unwrap(), p))
        .collect()
    }

    fn plans(csv: &str) -> Vec<Plan> {
        let sheet = Sheet::read(csv.as_bytes()).unwrap();
        let mut planner = Planner::new(day("2026-11-24"), schools());
        let people = people();
        sheet.rows.iter().map(|(row, cells)| planner.plan(i64::from(*row), cells, false, &people, &|_| None)).collect()
    }

    const HEADER: &str = "Email,Given name,Family name,Role,Phase,School,URN,Since,Leads";

    /// One row: its state, and its deeds and problems as one reads them.
    fn row(cells: &str) -> (RowState, Vec<String>) {
        let plan = plans(&format!("{HEADER}\n{cells}")).remove(0);
        let said = plan.deeds.iter().map(Deed::sentence).chain(plan.problems.iter().map(|p| p.code.clone()));
        let differs = plan.differences.iter().map(|d| format!("{} differs", d.column));
        (plan.state(), said.chain(differs).collect())
    }

    #[test]
    fn each_row_says_what_will_happen() {
        use RowState::{Changes, Needs, New, School, Unchanged};
        let table: &[(&str, RowState, &[&str])] = &[
            // Somebody new.
            (
                "x@b.example,Xanthe,Lune,,,Thornbeck Primary,,,",
                New,
                &["Is added: mentor, primary.", "Is at Thornbeck Primary School since 24 November 2026."],
            ),
            (
                "x@b.example,Xanthe,Lune,school lead,,112002,,1/9/26,",
                New,
                &["Is added: school lead, secondary.", "Is at Wrenthwaite High since 1 September 2026, and leads it."],
            ),
            ("x@b.example,Xanthe,Lune,reviewer,,,,,", New, &["Is added: panel member."]),
            ("x@b.example,Xanthe,Lune,,,,,,", Needs, &["empty"]),
            ("x@b.example,,Lune,,primary,,,,", Needs, &["empty"]),
            (",Xanthe,Lune,,primary,,,,", Needs, &["empty"]),
            ("x.b.example,Xanthe,Lune,,primary,,,,", Needs, &["not_an_email"]),
            ("x@b.example,Xanthe,Lune,coordinator,primary,,,,", Needs, &["coordinator"]),
            ("x@b.example,Xanthe,Lune,school lead,,,,,", Needs, &["empty"]),
            // A school that nobody knows.
            (
                "x@b.example,Xanthe,Lune,,primary,Larkbeck,112009,,",
                New,
                &[
                    "Larkbeck is added as a school: primary, URN 112009.",
                    "Is added: mentor, primary.",
                    "Is at Larkbeck since 24 November 2026.",
                ],
            ),
            ("x@b.example,Xanthe,Lune,,,Larkbeck,,,", Needs, &["empty"]),
            ("x@b.example,Xanthe,Lune,,primary,Thornbek Primary,,,", Needs, &["unknown_school"]),
            ("x@b.example,Xanthe,Lune,,primary,,112999,,", Needs, &["unknown_urn"]),
            ("x@b.example,Xanthe,Lune,,primary,Holme Primary,,,", Needs, &["several_schools"]),
            (
                "x@b.example,Xanthe,Lune,,,Holme Primary,112005,,",
                New,
                &["Is added: mentor, primary.", "Is at Holme Primary since 24 November 2026."],
            ),
            ("x@b.example,Xanthe,Lune,,primary,Larkbeck,112001,,", Needs, &["other_school"]),
            ("x@b.example,Xanthe,Lune,,primary,Thornbeck Primary School,112777,,", Needs, &["other_urn"]),
            (
                "x@b.example,Xanthe,Lune,,,st begas,112003,,",
                New,
                &[
                    "St Bega’s School gets its number: URN 112003.",
                    "Is added: mentor, primary.",
                    "Is at St Bega’s School since 24 November 2026.",
                ],
            ),
            // Somebody who is here.
            ("ADA@B.example,Ada,Roe,mentor,primary,Thornbeck Primary School,112001,1/9/2024,no", Unchanged, &[]),
            ("ada@b.example,,,,,,,,", Unchanged, &[]),
            ("ada@b.example,Adeline,Roe,,,,,,", Unchanged, &["given_name differs"]),
            ("ada@b.example,Ada,Roe,,,Thornbeck Primary School,,1/9/2025,", Unchanged, &["since differs"]),
            (
                "ada@b.example,Ada,Roe,lead mentor; reviewer,secondary,,,,",
                Changes,
                &[
                    "Becomes lead mentor as well.",
                    "Becomes panel member as well.",
                    "Phase: secondary instead of primary.",
                ],
            ),
            ("ada@b.example,,,,,Thornbeck Primary School,,,yes", Changes, &["Leads Thornbeck Primary School."]),
            (
                "ada@b.example,,,,,Wrenthwaite High,,1/9/2026,",
                Changes,
                &[
                    "Leaves Thornbeck Primary School on 31 August 2026.",
                    "Is at Wrenthwaite High since 1 September 2026.",
                ],
            ),
            ("ada@b.example,,,,,Wrenthwaite High,,1/9/2023,", Needs, &["before_the_other"]),
            ("bede@b.example,Bede,Roe,,,,,,", Needs, &["has_left"]),
            ("cleo@b.example,,,,,St Bega’s School,,,", Needs, &["several_stays"]),
            ("cleo@b.example,,,,,Wrenthwaite High,,,", Unchanged, &[]),
            ("dai@b.example,,,,,Thornbeck Primary School,,1/9/2020,", Needs, &["was_there"]),
            (
                "dai@b.example,,,,,Thornbeck Primary School,,,",
                Changes,
                &[
                    "Leaves Wrenthwaite High on 23 November 2026.",
                    "Is at Thornbeck Primary School since 24 November 2026.",
                ],
            ),
            (
                "esk@b.example,,,,,Wrenthwaite High,,1/9/26,",
                Changes,
                &["Is at Wrenthwaite High since 1 September 2026."],
            ),
            (
                "x@b.example,Xanthe,Lune,,primary,Thornbeck Primary School 2,,,",
                New,
                &[
                    "Thornbeck Primary School 2 is added as a school: primary.",
                    "Is added: mentor, primary.",
                    "Is at Thornbeck Primary School 2 since 24 November 2026.",
                ],
            ),
            // A school alone.
            (",,,,secondary,Larkbeck,112009,,", School, &["Larkbeck is added as a school: secondary, URN 112009."]),
            (",,,,,Larkbeck,,,", Needs, &["empty"]),
            (",,,,primary,Thornbeck Primary School,112001,,", Unchanged, &[]),
            (",,,,,St Bega’s School,112003,,", Changes, &["St Bega’s School gets its number: URN 112003."]),
        ];
        for (cells, state, said) in table {
            let (found, words) = row(cells);
            assert_eq!(
                (found, words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
                (*state, *said),
                "{cells}"
            );
        }
    }

    #[test]
    fn a_school_that_nobody_knows_is_asked_about_with_those_that_are_like_it() {
        let plan = plans("Email,Given name,Family name,School\nx@b.example,X,Y,Thornbek Primary").remove(0);
        assert_eq!(plan.problems[0].suggestions, ["Thornbeck Primary School".parse().unwrap()]);
        let mut planner = Planner::new(day("2026-11-24"), schools());
        let csv = b"Email,Given name,Family name,School,Phase\nx@b.example,X,Y,Thornbek Primary,p\ny@b.example,X,Y,thornbek primary,p";
        let sheet = Sheet::read(csv).unwrap();
        let new = planner.plan(2, &sheet.rows[0].1, true, &HashMap::new(), &|_| None);
        assert_eq!(new.state(), RowState::New);
        let again = planner.plan(3, &sheet.rows[1].1, true, &HashMap::new(), &|_| None);
        assert_eq!((again.adds_school.as_deref(), planner.schools.all.len()), (Some("thornbek primary"), 6));
    }

    #[test]
    fn a_name_that_can_not_be_printed_is_told_and_its_row_brings_nothing_to_the_others() {
        let mut planner = Planner::new(day("2026-11-24"), schools());
        let csv = "Email,Given name,Family name,School,Phase\nw@b.example,王,Wang,Larkbeck,p\na@b.example,Ann,Holm,Larkbeck,\n\
                   b@b.example,Bea,Holm,Skelbeck ☃,p\nc@b.example,Cai,Holm,skelbeck,p\n"
            .to_owned();
        let sheet = Sheet::read(csv.as_bytes()).unwrap();
        let unprintable =
            |name: &str| (!name.chars().all(|c| c.is_ascii() || c == '’')).then(|| "No letters.".to_owned());
        let plans: Vec<Plan> = sheet
            .rows
            .iter()
            .map(|(row, cells)| planner.plan(*row as i64, cells, false, &HashMap::new(), &unprintable))
            .collect();
        let problems = |at: usize| plans[at].problems.iter().map(|p| (p.column, p.code.as_str())).collect::<Vec<_>>();
        assert_eq!(problems(0), [(Column::GivenName, "unprintable")]);
        assert!(plans[0].deeds.is_empty() && plans[0].adds_school.is_none());
        // What that row alone names is not there for the next, which has to say more of it.
        assert_eq!(problems(1), [(Column::Phase, "empty")]);
        assert_eq!(problems(2), [(Column::School, "unprintable")]);
        assert_eq!((problems(3), plans[3].adds_school.as_deref()), (vec![], Some("skelbeck")));
    }

    #[test]
    fn an_address_stands_once_in_a_file() {
        let found =
            plans("Email,Given name,Family name,Phase\nx@b.example,X,Y,p\ny@b.example,X,Y,p\n X@B.EXAMPLE ,X,Y,p");
        assert_eq!(found.iter().map(Plan::state).collect::<Vec<_>>(), [RowState::New, RowState::New, RowState::Needs]);
        assert_eq!(
            found[2].problems[0].detail,
            "This address stands in row 2 already. Take one of the two out, or change it."
        );
    }

    #[test]
    fn a_school_of_several_rows_is_added_by_whichever_comes_first() {
        let csv = format!(
            "{HEADER}\n1.example,A,A,,primary,Larkbeck,,,\n2@b.example,B,B,,primary,Larkbeck,,,\n3@b.example,C,C,,,The Larkbeck School,112009,,"
        );
        let found = plans(&csv);
        assert_eq!(found[0].state(), RowState::Needs);
        assert_eq!(found[1].deeds[0].sentence(), "Larkbeck is added as a school: primary.");
        assert_eq!(found[2].deeds[0].sentence(), "Larkbeck is added as a school: primary, URN 112009.");
        assert_eq!(found[2].deeds[1].sentence(), "Larkbeck gets its number: URN 112009.");
        assert_eq!(found[1].adds_school, found[2].adds_school);
    }

    #[test]
    fn a_plan_keeps_to_what_was_shown_or_is_held_back() {
        let [moves, stays] = ["Wrenthwaite High", "Thornbeck Primary School"]
            .map(|school| plans(&format!("Email,School,Since\nada@b.example,{school},1/9/2026")).remove(0));
        assert!(moves.keeps_to(&moves.deeds) && stays.keeps_to(&moves.deeds) && !moves.keeps_to(&stays.deeds));
        let back = moves.held_back();
        assert_eq!((back.state(), back.problems[0].code.as_str()), (RowState::Needs, "changed_meanwhile"));
    }

    #[test]
    fn slips_of_the_pen_are_counted() {
        for (from, to, most, slips_of) in [
            ("thornbek", "thornbeck", 2, Some(1)),
            ("holme", "holme", 2, Some(0)),
            ("abc", "xyz", 2, None),
            ("", "abc", 2, None),
        ] {
            assert_eq!(slips(from, to, most), slips_of, "{from} {to}");
        }
    }
}
