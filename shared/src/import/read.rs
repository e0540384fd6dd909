//! Cells as people write them, read as what they mean: roles, phases, days, yes and no. What can't be read is named.

use super::{Cells, Column, RowProblem};
use crate::{
    fold::fold,
    person::{Name, Phase, Role},
    school::SchoolName,
    text::{Email, TextProblem},
    time::Date,
};

/// What a row says, as far as it can be read.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Given name.
    pub given_name: Option<Name>,
    /// Family name.
    pub family_name: Option<Name>,
    /// The address.
    pub email: Option<Email>,
    /// Roles, each once, in order.
    pub roles: Vec<Role>,
    /// The phase.
    pub phase: Option<Phase>,
    /// The school's name.
    pub school: Option<SchoolName>,
    /// The school's number.
    pub urn: Option<String>,
    /// The first day there.
    pub since: Option<Date>,
    /// Whether they lead it.
    pub leads: bool,
}

/// Reads a row, and puts what can't be read with the problems.
pub fn read(cells: &Cells, problems: &mut Vec<RowProblem>) -> Said {
    let mut reader = Reader { cells, problems };
    let given_name = reader.name(Column::GivenName);
    let family_name = reader.name(Column::FamilyName);
    let email = reader.email();
    let roles = reader.roles();
    let phase = reader.phase();
    let (school, urn) = reader.school();
    let since = reader.since();
    let leads = reader.leads() || (roles.contains(&Role::SchoolLead) && (school.is_some() || urn.is_some()));
    Said { given_name, family_name, email, roles, phase, school, urn, since, leads }
}

struct Reader<'a> {
    cells: &'a Cells,
    problems: &'a mut Vec<RowProblem>,
}

impl<'a> Reader<'a> {
    fn text(&self, column: Column) -> Option<&'a str> {
        Some(self.cells.get(column)).filter(|text| !text.is_empty())
    }

    fn needs(&mut self, column: Column, code: &str, detail: impl Into<String>) {
        self.problems.push(RowProblem::new(column, code, detail));
    }

    /// A name of a person or a school: no formula, and no letter that could not be read.
    fn line<T>(&mut self, column: Column, parse: impl Fn(&str) -> Result<T, TextProblem>) -> Option<T> {
        let text = self.text(column)?;
        let what = column.title().to_ascii_lowercase();
        if text.contains('\u{fffd}') {
            self.needs(column, "unreadable", format!("A letter of the {what} could not be read. Write it again."));
            return None;
        }
        if super::sheet::begins_like_a_formula(text) {
            self.needs(
                column,
                "formula",
                format!("The {what} begins like a formula: “{text}”. Write it as it is to be read."),
            );
            return None;
        }
        parse(text).map_err(|problem| self.needs(column, problem.code(), problem.to_string())).ok()
    }

    fn name(&mut self, column: Column) -> Option<Name> {
        self.line(column, |text| Name::new(text))
    }

    fn email(&mut self) -> Option<Email> {
        let text = self.text(Column::Email)?;
        if !text.contains('@') {
            self.needs(Column::Email, "not_an_email", "The e-mail address has no @ sign.");
            return None;
        }
        let problem = match address(text) {
            Ok(email) => return Some(email),
            Err(TextProblem::NotAnEmail) => {
                format!("“{text}” is not a whole e-mail address. Write it like name@school.example.")
            }
            Err(problem) => problem.to_string(),
        };
        self.needs(Column::Email, "not_an_email", problem);
        None
    }

    fn roles(&mut self) -> Vec<Role> {
        let Some(text) = self.text(Column::Role) else { return Vec::new() };
        let text = text.replace(" and ", ",").replace(" And ", ",");
        let mut roles = Vec::new();
        for word in text.split([',', ';', '/', '&', '+', '|']).map(str::trim).filter(|word| !word.is_empty()) {
            match role(word) {
                Some(Role::Coordinator) => self.needs(
                    Column::Role,
                    "coordinator",
                    "Nobody becomes a coordinator by a file. Do that on the person’s own page.",
                ),
                Some(role) => roles.push(role),
                None => self.needs(
                    Column::Role,
                    "unknown_role",
                    format!("“{word}” is not a role here. Write mentor, lead mentor, panel member or school lead."),
                ),
            }
        }
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    fn phase(&mut self) -> Option<Phase> {
        let text = self.text(Column::Phase)?;
        let phase = phase(text);
        if phase.is_none() {
            self.needs(
                Column::Phase,
                "unknown_phase",
                format!("“{text}” is not a phase here. Choose primary or secondary."),
            );
        }
        phase
    }

    /// The school's name and number; a name that is a number is one.
    fn school(&mut self) -> (Option<SchoolName>, Option<String>) {
        let (name, number) = (self.text(Column::School), self.text(Column::Urn));
        let is_number = |text: &str| (4..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let bare = |text: &str| text.trim_start_matches("URN").trim().to_owned();
        if let (Some(text), None) = (name, number)
            && is_number(&bare(text))
        {
            return (None, Some(bare(text)));
        }
        let urn = number.and_then(|text| {
            let urn = bare(text);
            if !is_number(&urn) {
                self.needs(
                    Column::Urn,
                    "not_a_number",
                    format!("“{text}” is not a school’s number. A URN has six figures."),
                );
                return None;
            }
            Some(urn)
        });
        (self.line(Column::School, |text| SchoolName::new(text)), urn)
    }

    fn since(&mut self) -> Option<Date> {
        let text = self.text(Column::Since)?;
        let day = day(text).filter(|day| day.year() >= 1950);
        if day.is_none() {
            self.needs(
                Column::Since,
                "not_a_day",
                format!("“{text}” is not a day. Write it like 1 September 2026 or 01/09/2026."),
            );
        }
        day
    }

    fn leads(&mut self) -> bool {
        let Some(text) = self.text(Column::Leads) else { return false };
        match fold(text).as_str() {
            "yes" | "y" | "true" | "1" | "x" | "✓" | "leads" => true,
            "no" | "n" | "false" | "0" | "-" | "–" => false,
            _ => {
                self.needs(
                    Column::Leads,
                    "not_yes_or_no",
                    format!("“{text}” is neither yes nor no. Write one of the two."),
                );
                false
            }
        }
    }
}

/// An address, as it stands or as a spreadsheet makes a link of it.
pub fn address(text: &str) -> Result<Email, TextProblem> {
    Email::new(text.strip_prefix("mailto:").unwrap_or(text))
}

fn role(word: &str) -> Option<Role> {
    let plain: String = fold(word).chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match plain.trim_end_matches('s') {
        "mentor" => Role::Mentor,
        "leadmentor" => Role::LeadMentor,
        "reviewer" | "panelmember" | "panel" => Role::Reviewer,
        "schoollead" | "schoolleader" | "head" | "headteacher" | "professionalmentor" | "ittcoordinator" => {
            Role::SchoolLead
        }
        "coordinator" => Role::Coordinator,
        _ => return None,
    })
}

fn phase(text: &str) -> Option<Phase> {
    Some(match fold(text).trim_end_matches(" phase").trim_end_matches(" school") {
        "primary"
        | "p"
        | "prim"
        | "nursery"
        | "early years"
        | "eyfs"
        | "infant"
        | "junior"
        | "middle deemed primary" => Phase::Primary,
        "secondary" | "s" | "sec" | "16 plus" | "sixth form" | "post-16" | "middle deemed secondary" => {
            Phase::Secondary
        }
        _ => return None,
    })
}

/// A day as people in Britain write it: 2026-09-01, 01/09/2026, 1.9.26, 1 September 2026, 1-Sep-26.
fn day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let text = fold(text);
    // A spreadsheet may write midnight behind it.
    let text = text.trim_end_matches(" 00:00:00").trim_end_matches(" 00:00").trim_end_matches("t00:00:00");
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts[..] else { return None };
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end));
    Date::new(year_of(year)?, month_of(month)?, ordinal.unwrap_or(day).parse().ok()?)
}

fn year_of(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

fn month_of(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if let Ok(month) = text.parse() {
        return Some(month);
    }
    let at = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(text))?;
    Some(at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::super::sheet::cell;
    use super::*;

    fn one(column: Column, text: &str) -> (Said, Vec<String>) {
        let mut cells = Cells::default();
        cells.set(column, cell(text));
        let mut problems = Vec::new();
        let said = read(&cells, &mut problems);
        (said, problems.into_iter().map(|p| p.code).collect())
    }

    #[test]
    fn roles_are_read_as_people_write_them() {
        for (text, roles) in [
            ("mentor", vec![Role::Mentor]),
            ("Lead-Mentor", vec![Role::LeadMentor]),
            ("lead_mentor; Panel member", vec![Role::LeadMentor, Role::Reviewer]),
            ("Mentors and reviewers", vec![Role::Mentor, Role::Reviewer]),
            ("reviewer / mentor, MENTOR", vec![Role::Mentor, Role::Reviewer]),
            ("ITT Coordinator", vec![Role::SchoolLead]),
            ("Headteacher", vec![Role::SchoolLead]),
        ] {
            let (said, problems) = one(Column::Role, text);
            assert_eq!((said.roles, problems.len()), (roles, 0), "{text}");
        }
        assert_eq!(one(Column::Role, "coordinator").1, ["coordinator"]);
        assert_eq!(one(Column::Role, "mentor, king").1, ["unknown_role"]);
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2026-09-01",
            "01/09/2026",
            "1/9/26",
            "1.9.2026",
            "1 September 2026",
            "1st Sept 2026",
            "01-Sep-26",
            "2026-09-01 00:00:00",
            "01/09/2026 00:00",
        ] {
            assert_eq!(one(Column::Since, text).0.since, Date::new(2026, 9, 1), "{text}");
        }
        for text in ["13/13/2026", "31/02/2026", "September 2026", "soon", "1/9/1726", "46266"] {
            assert_eq!(one(Column::Since, text).1, ["not_a_day"], "{text}");
        }
    }

    #[test]
    fn phases_schools_and_yes_are_read() {
        assert_eq!(one(Column::Phase, "PRIMARY").0.phase, Some(Phase::Primary));
        assert_eq!(one(Column::Phase, "Middle deemed secondary").0.phase, Some(Phase::Secondary));
        assert_eq!(one(Column::Phase, "All-through").1, ["unknown_phase"]);
        assert_eq!(one(Column::School, "112345").0.urn.as_deref(), Some("112345"));
        assert_eq!(one(Column::School, "URN 112345").0.urn.as_deref(), Some("112345"));
        assert_eq!(one(Column::School, "St Bega’s").0.school.unwrap().as_str(), "St Bega’s");
        assert_eq!(one(Column::Urn, "1.12E+05").1, ["not_a_number"]);
        assert!(one(Column::Leads, "Yes").0.leads);
        assert_eq!(one(Column::Leads, "perhaps").1, ["not_yes_or_no"]);
    }

    #[test]
    fn addresses_and_names_that_can_not_be_taken_are_named() {
        assert_eq!(one(Column::Email, "mailto:Ada@B.example").0.email.unwrap().as_str(), "ada@b.example");
        for text in ["lpayne.larkbeck.example", "a@b", "a b@c.example"] {
            assert_eq!(one(Column::Email, text).1, ["not_an_email"], "{text}");
        }
        assert_eq!(one(Column::GivenName, "=HYPERLINK(1)").1, ["formula"]);
        assert_eq!(one(Column::GivenName, "Si\u{7}n").1, ["unreadable"]);
        assert_eq!(one(Column::FamilyName, &"x".repeat(81)).1, ["too_long"]);
        assert_eq!(one(Column::GivenName, "\"Ada\" ‏عمر‏").0.given_name.unwrap().as_str(), "\"Ada\" عمر");
    }
}
