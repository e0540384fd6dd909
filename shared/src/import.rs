//! Importing people and schools from a file: what each row will do, before it does it, and safely twice.
//!
//! A file becomes a [`Sheet`](sheet::Sheet) of [`Cells`]; the [`Planner`](plan::Planner) compares each row with what
//! is known and says what will happen ([`Deed`]), what differs and is left as it is ([`Difference`]), or what needs
//! putting right first ([`RowProblem`]). The same planner runs again inside the transaction that carries a row out.

pub mod plan;
mod read;
pub mod sheet;

use crate::{
    code::codes,
    fold::fold,
    ids::{ImportId, PersonId},
    person::{PersonName, Phase, Role},
    school::SchoolName,
    text::{Draft, Email, Line},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The most rows of a file.
pub const MOST_ROWS: usize = 5_000;
/// The most characters of a cell that are kept: more than any column takes.
pub const MOST_CELL: usize = 300;
/// For how many days an import is kept, with the names and addresses in it.
pub const KEPT_DAYS: i64 = 30;

/// The text of a cell.
pub type Cell = Draft<MOST_CELL>;

codes! {
    /// What a column of a file is for.
    Column {
        /// Given name.
        GivenName = "given_name",
        /// Family name.
        FamilyName = "family_name",
        /// Where letters go, and by what people are told apart.
        Email = "email",
        /// What they may do: one role or several.
        Role = "role",
        /// The phase that they work in.
        Phase = "phase",
        /// The school that they are at, by its name or its number.
        School = "school",
        /// The number (URN) of that school.
        Urn = "urn",
        /// The first day at that school.
        Since = "since",
        /// Whether they lead the school, or its work with trainees.
        Leads = "leads",
    }
}

impl Column {
    /// What the column is called on screens and in the template.
    pub const fn title(self) -> &'static str {
        match self {
            Self::GivenName => "Given name",
            Self::FamilyName => "Family name",
            Self::Email => "Email",
            Self::Role => "Role",
            Self::Phase => "Phase",
            Self::School => "School",
            Self::Urn => "URN",
            Self::Since => "Since",
            Self::Leads => "Leads",
        }
    }

    /// The column that is meant by such a heading, whatever its case, spaces and hyphens.
    pub fn named(heading: &str) -> Option<Self> {
        let plain: String = fold(heading).chars().filter(|c| c.is_alphanumeric()).collect();
        Some(match plain.as_str() {
            "givenname" | "givennames" | "firstname" | "firstnames" | "forename" | "forenames" | "first" => {
                Self::GivenName
            }
            "familyname" | "lastname" | "surname" | "secondname" | "last" => Self::FamilyName,
            "email" | "emailaddress" | "mail" | "workemail" | "workemailaddress" | "schoolemail" => Self::Email,
            "role" | "roles" => Self::Role,
            "phase" | "phaseofeducation" | "phaseofeducationname" => Self::Phase,
            "school" | "schoolname" | "nameofschool" | "establishment" | "establishmentname" | "setting" => {
                Self::School
            }
            "urn" | "schoolurn" | "urnnumber" => Self::Urn,
            "since" | "from" | "startdate" | "firstday" | "atschoolsince" | "schoolsince" => Self::Since,
            "leads" | "leadsschool" | "leadstheschool" => Self::Leads,
            _ => return None,
        })
    }
}

/// A file with nothing but its headings, for a spreadsheet to fill in.
pub fn template() -> String {
    format!("\u{feff}{}", sheet::csv_line(Column::ALL.iter().map(|column| column.title())))
}

codes! {
    /// How the letters of a file were written.
    Encoding {
        /// UTF-8: every letter is as it was written.
        Utf8 = "utf-8",
        /// UTF-16: every letter is as it was written.
        Utf16 = "utf-16",
        /// Windows-1252, taken because it was not UTF-8. Names with accents are worth a look.
        Windows1252 = "windows-1252",
    }
}

codes! {
    /// What will happen with a row, in a word.
    RowState {
        /// It needs putting right first. Until then nothing happens with it.
        Needs = "needs",
        /// Somebody is added.
        New = "new",
        /// A school is added, and nobody.
        School = "school",
        /// Somebody, or a school, who is here already changes.
        Changes = "changes",
        /// They are here already, and nothing changes.
        Unchanged = "unchanged",
    }
}

codes! {
    /// How far an import is.
    ImportStage {
        /// It can be looked at. Nothing has happened yet.
        Preview = "preview",
        /// Some rows are done, and others wait to be.
        Running = "running",
        /// Every row that was ready is done.
        Done = "done",
    }
}

/// The cells of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Cells {
    /// Given name.
    pub given_name: Cell,
    /// Family name.
    pub family_name: Cell,
    /// The address.
    pub email: Cell,
    /// One role or several.
    pub role: Cell,
    /// Primary or secondary.
    pub phase: Cell,
    /// The school, by its name or its number.
    pub school: Cell,
    /// The school's number (URN).
    pub urn: Cell,
    /// The first day there.
    pub since: Cell,
    /// Yes or no.
    pub leads: Cell,
}

impl Cells {
    /// What stands in that column.
    pub fn get(&self, column: Column) -> &str {
        match column {
            Column::GivenName => &self.given_name,
            Column::FamilyName => &self.family_name,
            Column::Email => &self.email,
            Column::Role => &self.role,
            Column::Phase => &self.phase,
            Column::School => &self.school,
            Column::Urn => &self.urn,
            Column::Since => &self.since,
            Column::Leads => &self.leads,
        }
        .as_str()
    }

    /// Writes into that column.
    pub fn set(&mut self, column: Column, text: Cell) {
        match column {
            Column::GivenName => self.given_name = text,
            Column::FamilyName => self.family_name = text,
            Column::Email => self.email = text,
            Column::Role => self.role = text,
            Column::Phase => self.phase = text,
            Column::School => self.school = text,
            Column::Urn => self.urn = text,
            Column::Since => self.since = text,
            Column::Leads => self.leads = text,
        }
    }

    /// Whether nothing stands in any of them.
    pub fn is_blank(&self) -> bool {
        Column::ALL.iter().all(|column| self.get(*column).is_empty())
    }

    /// The address, if it is one.
    pub fn address(&self) -> Option<Email> {
        read::address(self.email.as_str()).ok()
    }

    /// Whether the row is about a school alone: it names one, and nobody.
    pub fn is_school(&self) -> bool {
        let empty = |column| self.get(column).is_empty();
        let nobody = [Column::GivenName, Column::FamilyName, Column::Email, Column::Role].into_iter().all(empty);
        nobody && !(empty(Column::School) && empty(Column::Urn))
    }
}

/// One thing that a row does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deed {
    /// A person is added.
    AddPerson {
        /// What they may do.
        #[schema(max_items = 5)]
        roles: Vec<Role>,
        /// The phase that they work in.
        phase: Option<Phase>,
    },
    /// A school is added, unless a row before has done so.
    AddSchool {
        /// Its name.
        school: SchoolName,
        /// Its phase.
        phase: Phase,
        /// Its number (URN).
        #[schema(max_length = 12)]
        urn: Option<String>,
    },
    /// A school that is here gets its number.
    NoteUrn {
        /// Which school.
        school: SchoolName,
        /// Its number (URN).
        #[schema(max_length = 12)]
        urn: String,
    },
    /// They may do one thing more.
    AddRole {
        /// What.
        role: Role,
    },
    /// They work in another phase.
    SetPhase {
        /// The phase from now on.
        phase: Phase,
        /// The phase before, if it was known.
        before: Option<Phase>,
    },
    /// They are no longer at a school. It goes on making a conflict of interest for 24 months.
    EndStay {
        /// Which school.
        school: SchoolName,
        /// The last day there.
        last_day: Date,
    },
    /// They are at a school.
    BeginStay {
        /// Which school.
        school: SchoolName,
        /// The first day there.
        since: Date,
        /// Whether they lead it, or its work with trainees.
        leads: bool,
    },
    /// They lead a school that they are at already, or its work with trainees.
    Lead {
        /// Which school.
        school: SchoolName,
    },
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Primary => "primary",
        Phase::Secondary => "secondary",
    }
}

impl Deed {
    /// What it does, as a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::AddPerson { roles, phase } => {
                let roles: Vec<String> = roles.iter().map(|role| role.title().to_ascii_lowercase()).collect();
                let phase = phase.map(|phase| format!(", {}", phase_word(phase))).unwrap_or_default();
                format!("Is added: {}{phase}.", roles.join(", "))
            }
            Self::AddSchool { school, phase, urn } => {
                let urn = urn.as_ref().map(|urn| format!(", URN {urn}")).unwrap_or_default();
                format!("{school} is added as a school: {}{urn}.", phase_word(*phase))
            }
            Self::NoteUrn { school, urn } => format!("{school} gets its number: URN {urn}."),
            Self::AddRole { role } => format!("Becomes {} as well.", role.title().to_ascii_lowercase()),
            Self::SetPhase { phase, before: Some(before) } => {
                format!("Phase: {} instead of {}.", phase_word(*phase), phase_word(*before))
            }
            Self::SetPhase { phase, before: None } => format!("Phase: {}.", phase_word(*phase)),
            Self::EndStay { school, last_day } => format!("Leaves {school} on {}.", last_day.in_words()),
            Self::BeginStay { school, since, leads } => {
                let leads = if *leads { ", and leads it" } else { "" };
                format!("Is at {school} since {}{leads}.", since.in_words())
            }
            Self::Lead { school } => format!("Leads {school}."),
        }
    }
}

/// Something that the file says otherwise, and that is left as it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// In which column.
    pub column: Column,
    /// What stands here, and stays.
    #[schema(max_length = 300)]
    pub here: String,
    /// What the file says.
    #[schema(max_length = 300)]
    pub in_file: String,
}

impl Difference {
    /// What differs, as a sentence.
    pub fn sentence(&self) -> String {
        let what = self.column.title().to_ascii_lowercase();
        format!("The {what} here is “{}” and stays so; the file says “{}”.", self.here, self.in_file)
    }
}

/// What needs putting right in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowProblem {
    /// In which column.
    pub column: Column,
    /// A stable code.
    #[schema(max_length = 40)]
    pub code: String,
    /// What to do about it: a sentence for a person.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// Schools that may be meant, where one was not found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub suggestions: Vec<SchoolName>,
}

impl RowProblem {
    /// A problem with that cell.
    pub fn new(column: Column, code: &str, detail: impl Into<String>) -> Self {
        Self { column, code: code.into(), detail: detail.into(), suggestions: Vec::new() }
    }
}

// ---- On the wire

/// How many rows there are, of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    /// All rows.
    pub rows: i64,
    /// Rows that need putting right.
    pub needs: i64,
    /// Rows that add somebody.
    pub new: i64,
    /// Rows that add a school, and nobody.
    pub school: i64,
    /// Rows that change somebody, or a school.
    pub changes: i64,
    /// Rows that change nothing.
    pub unchanged: i64,
    /// Rows that are done.
    pub done: i64,
    /// Schools that are added, each counted once.
    pub schools: i64,
}

impl ImportCounts {
    /// Rows of which something comes.
    pub const fn ready(self) -> i64 {
        self.new + self.school + self.changes
    }

    /// Rows that wait to be done: all that need nothing put right, and are not done.
    pub const fn waiting(self) -> i64 {
        self.rows - self.needs - self.done
    }
}

/// An import: a file, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportSummary {
    /// Which.
    pub id: ImportId,
    /// What the file is called.
    pub name: Line<200>,
    /// When it was sent.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: PersonName,
    /// The day that is taken for the first at a school where the file says none.
    pub day: Date,
    /// How its letters were written.
    pub encoding: Encoding,
    /// The columns that are used.
    #[schema(max_items = 9)]
    pub columns: Vec<Column>,
    /// The names of those that are not used.
    #[schema(max_items = 100)]
    pub unused: Vec<Cell>,
    /// How far it is.
    pub stage: ImportStage,
    /// Whether those who are added are written to at once; absent until it has begun.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invite: Option<bool>,
    /// How many rows there are, of which kind.
    pub counts: ImportCounts,
}

/// A row of an import: what it says, and what it does or has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// Its number in the spreadsheet. The first row holds the headings.
    #[schema(minimum = 1, maximum = 2_000_000)]
    pub row: i64,
    /// What stands in it.
    pub cells: Cells,
    /// What will happen with it, in a word.
    pub state: RowState,
    /// Whether that has happened.
    pub done: bool,
    /// What it does, or has done.
    pub deeds: Vec<Deed>,
    /// What the file says otherwise, and is left as it is.
    pub differences: Vec<Difference>,
    /// What needs putting right first.
    pub problems: Vec<RowProblem>,
    /// The person whom it is about, once they are here.
    pub person_id: Option<PersonId>,
}

/// Puts cells of a row right. What is absent stays. What is said of a school holds for every row that names it so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutRowRight {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given_name: Option<Cell>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family_name: Option<Cell>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<Cell>,
    /// One role or several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<Cell>,
    /// Primary or secondary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phase: Option<Cell>,
    /// The school, by its name or its number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub school: Option<Cell>,
    /// The school's number (URN).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub urn: Option<Cell>,
    /// The first day there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Cell>,
    /// Yes or no.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leads: Option<Cell>,
    /// Whether the school is a new one, however like another its name is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_school: Option<bool>,
}

impl PutRowRight {
    /// The same, with a change of that column.
    #[must_use]
    pub fn with(mut self, column: Column, text: Cell) -> Self {
        *self.field(column) = Some(text);
        self
    }

    fn field(&mut self, column: Column) -> &mut Option<Cell> {
        match column {
            Column::GivenName => &mut self.given_name,
            Column::FamilyName => &mut self.family_name,
            Column::Email => &mut self.email,
            Column::Role => &mut self.role,
            Column::Phase => &mut self.phase,
            Column::School => &mut self.school,
            Column::Urn => &mut self.urn,
            Column::Since => &mut self.since,
            Column::Leads => &mut self.leads,
        }
    }

    /// What it says of the school alone, if it says anything.
    pub fn about_school(&self) -> Option<Self> {
        let about =
            Self { school: self.school.clone(), urn: self.urn.clone(), new_school: self.new_school, ..Self::default() };
        (about != Self::default()).then_some(about)
    }

    /// Writes what it says into the cells.
    pub fn apply(mut self, cells: &mut Cells) {
        for column in Column::ALL {
            if let Some(text) = self.field(*column).take() {
                cells.set(*column, sheet::cell(text.as_str()));
            }
        }
    }
}

/// Carries an import out, some rows at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunImport {
    /// Whether those who are added are written to at once. It can be done later, too.
    pub invite: bool,
    /// How many rows at the most, 1 to 500; 200, if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 500)]
    pub rows: Option<u16>,
}

/// The name of a person in a row, as it is shown: whatever of it there is.
pub fn shown_name(cells: &Cells) -> String {
    format!("{} {}", cells.given_name.as_str(), cells.family_name.as_str()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_names_every_column_and_is_read_again() {
        let template = template();
        assert_eq!(template, "\u{feff}Given name,Family name,Email,Role,Phase,School,URN,Since,Leads\r\n");
        let filled = format!("{template}Ada,Roe,ada@b.example,mentor,primary,Whinfell,,,\r\n");
        let sheet = sheet::Sheet::read(filled.as_bytes()).unwrap();
        assert_eq!((sheet.columns.as_slice(), sheet.unused.len()), (Column::ALL, 0));
        assert_eq!(shown_name(&sheet.rows[0].1), "Ada Roe");
    }

    #[test]
    fn a_deed_is_a_sentence() {
        let school: SchoolName = "Whinfell Primary".parse().unwrap();
        let day: Date = "2026-08-31".parse().unwrap();
        for (deed, sentence) in [
            (
                Deed::AddPerson { roles: vec![Role::Mentor, Role::Reviewer], phase: Some(Phase::Primary) },
                "Is added: mentor, panel member, primary.",
            ),
            (
                Deed::AddSchool { school: school.clone(), phase: Phase::Primary, urn: Some("112345".into()) },
                "Whinfell Primary is added as a school: primary, URN 112345.",
            ),
            (Deed::EndStay { school: school.clone(), last_day: day }, "Leaves Whinfell Primary on 31 August 2026."),
            (
                Deed::BeginStay { school, since: day, leads: true },
                "Is at Whinfell Primary since 31 August 2026, and leads it.",
            ),
            (
                Deed::SetPhase { phase: Phase::Secondary, before: Some(Phase::Primary) },
                "Phase: secondary instead of primary.",
            ),
        ] {
            assert_eq!(deed.sentence(), sentence);
        }
    }
}
