//! The lists of an evening: for the kitchen, for the door, and for whoever calls people up. As PDF, or for a spreadsheet.

use super::{letters::About, store::InvitationRow};
use cairn_print::{Column, Letters, List, Unprintable, list};
use cairn_shared::{
    celebration::{EveningList, InvitedAs, Reply, called_up},
    import::sheet::csv_line,
    person::PersonName,
    qualification::Qualification,
    time::Timestamp,
};

/// Somebody who comes, as lists need them.
pub struct Guest {
    /// The invitation.
    pub row: InvitationRow,
    /// Who.
    pub name: PersonName,
    /// What they were awarded.
    pub awards: Vec<Qualification>,
}

/// A list as rows of cells.
pub struct Sheet {
    title: &'static str,
    above: Vec<String>,
    columns: Vec<(&'static str, f32)>,
    rows: Vec<Vec<String>>,
}

/// Puts guests, who come by name, in the order in which they are called up.
pub fn in_running_order(guests: &mut [Guest]) {
    guests.sort_by_cached_key(|guest| called_up(guest.row.running_order, guest.row.school_name.as_deref()));
}

fn table(row: &InvitationRow) -> String {
    row.table_number.map(|number| number.to_string()).unwrap_or_default()
}

/// Makes a list of those who come. `guests` are all who are invited, by name.
pub fn make(which: EveningList, about: &About, mut guests: Vec<Guest>) -> Sheet {
    guests.retain(|guest| *guest.row.reply == Reply::Coming);
    let heads: u32 = guests.iter().map(|guest| u32::from(guest.row.heads())).sum();
    let mut above: Vec<String> = vec![about.row.title.as_str().to_owned()];
    above.extend(about.when_and_where().lines().map(str::to_owned));
    match which {
        EveningList::Caterer => {
            let needs = guests.iter().filter(|guest| !guest.row.diet.is_blank());
            let rows: Vec<Vec<String>> = needs
                .map(|guest| {
                    vec![
                        table(&guest.row),
                        guest.name.full(),
                        guest.row.heads().to_string(),
                        guest.row.diet.to_string(),
                    ]
                })
                .collect();
            above.push(format!(
                "{heads} people. {}",
                match rows.len() {
                    0 => "Nobody told us of anything that they do not eat.".to_owned(),
                    1 => "One party told us what they do not eat.".to_owned(),
                    parties => format!("{parties} parties told us what they do not eat."),
                }
            ));
            Sheet {
                title: "For the kitchen",
                above,
                columns: vec![("Table", 1.0), ("Name", 3.0), ("People", 1.0), ("What they do not eat", 5.0)],
                rows,
            }
        }
        EveningList::Door => {
            above.push(format!("{heads} people."));
            let rows = guests
                .iter()
                .map(|guest| {
                    let row = &guest.row;
                    let as_what = match *row.invited_as {
                        InvitedAs::Awarded => "Awarded",
                        InvitedAs::SchoolLead => "School lead",
                    };
                    let photos = if row.photos { "Yes" } else { "No" };
                    vec![
                        guest.name.full(),
                        row.guests.lines().collect::<Vec<_>>().join(", "),
                        row.school_name.clone().unwrap_or_default(),
                        as_what.into(),
                        table(row),
                        photos.into(),
                        row.access.to_string(),
                    ]
                })
                .collect();
            let columns = vec![
                ("Name", 3.0),
                ("Guests", 3.0),
                ("School", 3.0),
                ("Comes as", 2.0),
                ("Table", 1.2),
                ("Photos", 1.3),
                ("Needs", 3.0),
            ];
            Sheet { title: "Door list", above, columns, rows }
        }
        EveningList::Running => {
            guests.retain(|guest| !guest.awards.is_empty());
            in_running_order(&mut guests);
            let rows = guests
                .iter()
                .enumerate()
                .map(|(at, guest)| {
                    let awards: Vec<&str> = guest.awards.iter().map(|award| award.letters()).collect();
                    let school = guest.row.school_name.clone().unwrap_or_default();
                    vec![(at + 1).to_string(), guest.name.full(), school, awards.join(", "), table(&guest.row)]
                })
                .collect();
            Sheet {
                title: "Running list",
                above,
                columns: vec![("No.", 1.0), ("Name", 4.0), ("School", 4.0), ("Award", 2.0), ("Table", 1.2)],
                rows,
            }
        }
    }
}

impl Sheet {
    /// The list for a spreadsheet: UTF-8 with a mark that spreadsheets look for, and nothing in it is a formula.
    pub fn csv(&self) -> Vec<u8> {
        let mut text = String::from('\u{feff}');
        text.push_str(&csv_line(self.columns.iter().map(|(heading, _)| *heading)));
        for row in &self.rows {
            text.push_str(&csv_line(row.iter().map(String::as_str)));
        }
        text.into_bytes()
    }

    /// The list on paper.
    ///
    /// # Errors
    /// If a letter is in no typeface.
    pub fn pdf(&self, letters: &Letters, about: &About) -> Result<Vec<u8>, Unprintable> {
        let starts: Timestamp = about.row.starts_at.into();
        let day = starts.london_date();
        let columns: Vec<Column<'_>> =
            self.columns.iter().map(|(heading, share)| Column { heading, share: *share }).collect();
        list(
            letters,
            &List {
                title: self.title,
                author: &about.partnership,
                day: (day.year(), day.month() as u8, day.day() as u8),
                above: &self.above,
                columns: &columns,
                rows: &self.rows,
            },
        )
    }
}
