//! A list on paper: a heading, some lines above, and a table that goes on over as many pages as it needs, its head on each.

use crate::{
    letters::{Letters, Line, Style},
    sheet::{Across, Day, Unprintable, decorate, document, draw, fill, finish, rectangle, said, settable, write},
};
use krilla::{
    page::PageSettings,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, TableHeaderScope, Tag, TagGroup, TagTree},
};
use std::num::NonZeroU16;

/// A4 upright, in points.
const WIDTH: f32 = 595.276;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 42.0;
const SIZE: f32 = 10.5;
const LEADING: f32 = 14.0;
const PADDING: f32 = 5.0;
const INK: u32 = 0x1f_2a30;
const LINE: u32 = 0xd2_d7cd;
const SUNK: u32 = 0xe6_e9e2;

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// Its share of the width; the shares of all are added up.
    pub share: f32,
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct List<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Who made it.
    pub author: &'a str,
    /// Of which day it is: a year, a month and a day of the month.
    pub day: (i32, u8, u8),
    /// Lines above the table.
    pub above: &'a [String],
    /// The columns.
    pub columns: &'a [Column<'a>],
    /// The rows: a text for each column.
    pub rows: &'a [Vec<String>],
}

/// Sets a list.
///
/// # Errors
/// [`Unprintable::Lacking`] before anything is drawn, if a letter is in no typeface.
pub fn list(letters: &Letters, list: &List<'_>) -> Result<Vec<u8>, Unprintable> {
    let texts = [list.title, list.author].into_iter().chain(list.above.iter().map(String::as_str));
    let texts =
        texts.chain(list.columns.iter().map(|c| c.heading)).chain(list.rows.iter().flatten().map(String::as_str));
    // Words alone: where a line ends in what somebody wrote, it goes on here.
    settable(letters, texts.flat_map(str::split_whitespace))?;

    let shares: f32 = list.columns.iter().map(|column| column.share).sum();
    let widths: Vec<f32> = list.columns.iter().map(|column| (WIDTH - 2.0 * MARGIN) * column.share / shares).collect();
    let cells = |texts: &mut dyn Iterator<Item = &str>, style| -> Vec<Vec<Line>> {
        texts.zip(&widths).map(|(text, width)| letters.lines(text, style, (width - 2.0 * PADDING) / SIZE)).collect()
    };
    let head = cells(&mut list.columns.iter().map(|column| column.heading), Style::SemiBold);
    let rows: Vec<_> = list.rows.iter().map(|row| cells(&mut row.iter().map(String::as_str), Style::Regular)).collect();

    let above: Vec<Line> =
        list.above.iter().flat_map(|text| letters.lines(text, Style::Regular, (WIDTH - 2.0 * MARGIN) / SIZE)).collect();
    let first_top = MARGIN + 34.0 + above.len() as f32 * LEADING + 10.0;
    let pages = paged(&rows, height(&head), first_top);

    let mut document = document();
    let mut tree = TagTree::new();
    let mut table = TagGroup::new(Tag::Table);
    for (number, page_rows) in pages.iter().enumerate() {
        let mut page = document.start_page_with(PageSettings::from_wh(WIDTH, HEIGHT).expect("A4"));
        let mut surface = page.surface();
        let mut y = MARGIN;
        if number == 0 {
            y = beginning(&mut surface, letters, list, &above, &mut tree);
        }
        // The head is read once, however often it is printed.
        let band = (MARGIN, y, WIDTH - 2.0 * MARGIN, height(&head));
        decorate(&mut surface, |surface| rectangle(surface, band, Some(fill(SUNK)), None));
        if number == 0 {
            let mut group = TagGroup::new(Tag::TR);
            cells_of(&mut surface, &head, &widths, y, Some(&mut group), true);
            table.push(group);
        } else {
            decorate(&mut surface, |surface| cells_of(surface, &head, &widths, y, None, true));
        }
        y += height(&head);
        for at in page_rows.clone() {
            let mut group = TagGroup::new(Tag::TR);
            cells_of(&mut surface, &rows[at], &widths, y, Some(&mut group), false);
            table.push(group);
            y += height(&rows[at]);
            let rule = (MARGIN, y - 0.4, WIDTH - 2.0 * MARGIN, 0.8);
            decorate(&mut surface, |surface| rectangle(surface, rule, Some(fill(LINE)), None));
        }
        let foot = letters.line(&format!("{} · page {} of {}", list.title, number + 1, pages.len()), Style::Regular);
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)));
        draw(&mut surface, &foot, 9.0, Across::Around(WIDTH / 2.0), HEIGHT - MARGIN + 14.0, INK);
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    tree.push(table);
    let day: Day = list.day;
    finish(document, list.title, list.author, day, tree, vec![(list.title.to_owned(), 0)])
}

/// The heading and the lines above the table. Returns where the table begins.
fn beginning(surface: &mut Surface<'_>, letters: &Letters, list: &List<'_>, above: &[Line], tree: &mut TagTree) -> f32 {
    let title = letters.line(list.title, Style::SemiBold);
    let size = crate::sheet::fitted(&title, 22.0, WIDTH - 2.0 * MARGIN);
    let mut heading = TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(list.title.to_owned())));
    heading.push(write(surface, &title, size, Across::From(MARGIN), MARGIN + 18.0, 0x24_523b));
    tree.push(heading);
    let mut y = MARGIN + 34.0;
    for line in above {
        let mut paragraph = TagGroup::new(Tag::P.with_actual_text(said(std::slice::from_ref(line))));
        paragraph.push(write(surface, line, SIZE, Across::From(MARGIN), y + SIZE, INK));
        tree.push(paragraph);
        y += LEADING;
    }
    y + 10.0
}

fn height(cells: &[Vec<Line>]) -> f32 {
    cells.iter().map(Vec::len).max().unwrap_or(0).max(1) as f32 * LEADING + 2.0 * PADDING
}

/// Which rows stand on which page.
fn paged(rows: &[Vec<Vec<Line>>], head: f32, first_top: f32) -> Vec<std::ops::Range<usize>> {
    let bottom = HEIGHT - MARGIN - 8.0;
    let mut pages: Vec<std::ops::Range<usize>> = std::iter::once(0..0).collect();
    let mut y = first_top + head;
    for (at, row) in rows.iter().enumerate() {
        let height = height(row);
        let page = pages.last_mut().expect("a first page");
        if y + height > bottom && page.start < page.end {
            pages.push(at..at + 1);
            y = MARGIN + head;
        } else {
            page.end = at + 1;
        }
        y += height;
    }
    pages
}

/// Writes a row: into the tree where there is a group for it, else as decoration.
fn cells_of(
    surface: &mut Surface<'_>,
    cells: &[Vec<Line>],
    widths: &[f32],
    top: f32,
    mut group: Option<&mut TagGroup>,
    is_head: bool,
) {
    let mut x = MARGIN;
    for (lines, width) in cells.iter().zip(widths) {
        let mut cell = if is_head {
            TagGroup::new(Tag::TH(TableHeaderScope::Column))
        } else {
            TagGroup::new(Tag::TD.with_actual_text(said(lines)))
        };
        for (at, line) in lines.iter().enumerate() {
            let foot = top + PADDING + at as f32 * LEADING + SIZE;
            let across = Across::From(x + PADDING);
            if group.is_some() {
                cell.push(write(surface, line, SIZE, across, foot, INK));
            } else {
                draw(surface, line, SIZE, across, foot, INK);
            }
        }
        if let Some(group) = &mut group {
            group.push(cell);
        }
        x += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_over_pages_and_no_row_is_lost() {
        let letters = Letters::ours();
        let rows: Vec<Vec<String>> = (0..120)
            .map(|at| {
                vec![
                    format!("Guest {at}"),
                    "Thornbeck Primary School".into(),
                    "A severe nut allergy; and a seat from which one hears well, please".into(),
                ]
            })
            .collect();
        let columns = [
            Column { heading: "Name", share: 2.0 },
            Column { heading: "School", share: 2.0 },
            Column { heading: "What they do not eat, or need", share: 3.0 },
        ];
        let above = ["Carrow Hall, Friday 9 July 2027, 18.00".to_owned()];
        let door = List {
            title: "Door list",
            author: "Northfell",
            day: (2027, 7, 9),
            above: &above,
            columns: &columns,
            rows: &rows,
        };
        let pdf = list(&letters, &door).unwrap();
        if let Some(folder) = std::env::var_os("CAIRN_LOOK") {
            std::fs::write(std::path::Path::new(&folder).join("list.pdf"), &pdf).unwrap();
        }
        assert!(pdf == list(&letters, &door).unwrap());
        let none = list(&letters, &List { rows: &[], ..door.clone() }).unwrap();
        assert!(none.len() < pdf.len());
        let lines = [vec!["Ada".to_owned(), "Two\nlines\tand a tab".into(), String::new()]];
        assert!(list(&letters, &List { rows: &lines, ..door.clone() }).is_ok());
        let strange = [vec!["王".to_owned(), String::new(), String::new()]];
        assert_eq!(list(&letters, &List { rows: &strange, ..door }), Err(Unprintable::Lacking("王".into())));
    }

    #[test]
    fn a_row_that_is_higher_than_a_page_is_still_there() {
        let letters = Letters::ours();
        let lines = letters.lines(&"word ".repeat(900), Style::Regular, 20.0);
        let rows = vec![vec![lines.clone()], vec![lines]];
        let pages = paged(&rows, 24.0, 100.0);
        assert_eq!(pages, [0..1, 1..2]);
    }
}
