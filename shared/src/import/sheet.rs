//! A spreadsheet's export, read: from bytes to rows of cells under the columns that are known.
//!
//! Written for what spreadsheets really write: a mark at the beginning, semicolons or tabs, quoted line breaks, and
//! Windows-1252. The `csv` crate is not used: rows are numbered here as the spreadsheet numbers them, blank ones
//! counted, and a quotation mark that is never closed is named by its row instead of swallowing the rest.

use super::{Cell, Cells, Column, Encoding, MOST_CELL, MOST_ROWS};
use crate::text::turns_around;
use std::{fmt, mem};

/// Why nothing of a file can be used. Its `Display` is the sentence that a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetProblem {
    /// There is no row in it.
    Empty,
    /// It is the workbook itself, not an export of it.
    Workbook,
    /// It is not text.
    NotText,
    /// More rows than are taken at once.
    TooManyRows {
        /// How many there are.
        has: usize,
    },
    /// The first row names neither an e-mail address nor a school.
    NoColumns {
        /// What stands in the first row.
        found: Vec<String>,
    },
    /// Two columns are meant for the same.
    TwoColumns {
        /// For what.
        column: Column,
    },
    /// A quotation mark is never closed.
    OpenQuote {
        /// The row in which it opens.
        row: u32,
    },
}

impl SheetProblem {
    /// The stable code of this problem in the API's `errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Workbook => "workbook",
            Self::NotText => "not_text",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::NoColumns { .. } => "no_columns",
            Self::TwoColumns { .. } => "two_columns",
            Self::OpenQuote { .. } => "open_quote",
        }
    }
}

impl fmt::Display for SheetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("There are no rows in this file yet. The first names the columns, and each row after it is a person."),
            Self::Workbook => f.write_str(
                "This is the workbook itself. In your spreadsheet choose “Save as” and then “CSV UTF-8”, and send that file.",
            ),
            Self::NotText => f.write_str("This is not a CSV file. In your spreadsheet choose “Save as” and then “CSV UTF-8”."),
            Self::TooManyRows { has } => {
                write!(f, "There are {has} rows in this file. Send at most {MOST_ROWS} at a time: split it in two.")
            }
            Self::NoColumns { found } => {
                f.write_str("The first row names the columns, and one of them has to be called “Email”. ")?;
                if found.is_empty() {
                    f.write_str("Here the first row is empty.")
                } else {
                    write!(f, "Here it says: {}.", found.join(", "))
                }
            }
            Self::TwoColumns { column } => {
                write!(f, "Two columns are for the {}. Take one out, or give it another name.", column.title().to_ascii_lowercase())
            }
            Self::OpenQuote { row } => {
                write!(f, "A quotation mark opens in row {row} and is never closed, so the rest can’t be read. Close it there.")
            }
        }
    }
}

impl std::error::Error for SheetProblem {}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// How its letters were written.
    pub encoding: Encoding,
    /// The columns that are used, as they stand.
    pub columns: Vec<Column>,
    /// The names of those that are not used.
    pub unused: Vec<String>,
    /// The rows with something in them, each with its number in the spreadsheet.
    pub rows: Vec<(u32, Cells)>,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// What keeps all of it from being used. What is to be put right in single rows is found later.
    pub fn read(bytes: &[u8]) -> Result<Self, SheetProblem> {
        let (text, encoding) = decode(bytes)?;
        let (text, declared, first_row) = separator_line(&text);
        let separator = declared.unwrap_or_else(|| separator_of(text));
        let mut records = records(text, separator, first_row)?.into_iter();
        let (_, names) = records.next().ok_or(SheetProblem::Empty)?;
        let (places, unused) = columns(&names)?;
        let mut rows = Vec::new();
        for (row, record) in records {
            let mut cells = Cells::default();
            for (place, raw) in record.iter().enumerate() {
                if let Some(Some(column)) = places.get(place) {
                    cells.set(*column, cell(raw));
                }
            }
            if !cells.is_blank() {
                rows.push((row, cells));
            }
        }
        match rows.len() {
            0 => Err(SheetProblem::Empty),
            has if has > MOST_ROWS => Err(SheetProblem::TooManyRows { has }),
            _ => Ok(Self { encoding, columns: places.into_iter().flatten().collect(), unused, rows }),
        }
    }
}

/// The text of a file, and how its letters were written.
fn decode(bytes: &[u8]) -> Result<(String, Encoding), SheetProblem> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLD_WORKBOOK: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
    if bytes.starts_with(ZIP) || bytes.starts_with(OLD_WORKBOOK) {
        return Err(SheetProblem::Workbook);
    }
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let (text, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes), Encoding::Utf16),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes), Encoding::Utf16),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), Encoding::Utf8),
                Err(_) => (bytes.iter().copied().map(windows_1252).collect(), Encoding::Windows1252),
            }
        }
    };
    if text.contains('\0') || text.starts_with("%PDF") {
        return Err(SheetProblem::NotText);
    }
    Ok((text, encoding))
}

/// A byte as Windows in Western Europe writes it.
fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// Excel's own first line, `sep=;`, which is no row of the table; the text behind it, what it says, and the number of
/// the row that comes next.
fn separator_line(text: &str) -> (&str, Option<char>, u32) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let said = line.trim_end().strip_prefix("sep=").and_then(|s| match *s.as_bytes() {
        [one] => Some(char::from(one)),
        _ => None,
    });
    match said {
        Some(separator) => (rest, Some(separator), 2),
        None => (text, None, 1),
    }
}

/// What separates the cells: that by which the first row names most columns, or has most cells.
fn separator_of(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let worth = |separator: char| {
        let cells: Vec<&str> = first.split(separator).collect();
        let known = cells.iter().filter(|cell| Column::named(cell).is_some()).count();
        (known, cells.len())
    };
    [',', ';', '\t'].into_iter().rev().max_by_key(|separator| worth(*separator)).unwrap_or(',')
}

/// The records, each with the number of its row in the spreadsheet; rows without anything are counted and left out.
fn records(text: &str, separator: char, first_row: u32) -> Result<Vec<(u32, Vec<String>)>, SheetProblem> {
    let mut all = Vec::new();
    let (mut row, mut record, mut field) = (first_row, Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    let mut end = |record: &mut Vec<String>, field: &mut String, row: &mut u32| {
        record.push(mem::take(field));
        let record = mem::take(record);
        if record.iter().any(|field| !field.trim().is_empty()) {
            all.push((*row, record));
        }
        *row += 1;
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            _ if quoted => field.push(c),
            // A quotation mark inside of a cell that began without one is a letter like any other.
            '"' if field.trim().is_empty() => {
                field.clear();
                quoted = true;
            }
            c if c == separator => record.push(mem::take(&mut field)),
            '\r' | '\n' => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                end(&mut record, &mut field, &mut row);
            }
            c => field.push(c),
        }
    }
    if quoted {
        return Err(SheetProblem::OpenQuote { row });
    }
    if !field.is_empty() || !record.is_empty() {
        end(&mut record, &mut field, &mut row);
    }
    Ok(all)
}

/// What each place of a record is for, and the names of those that are for nothing here.
fn columns(names: &[String]) -> Result<(Vec<Option<Column>>, Vec<String>), SheetProblem> {
    let mut places: Vec<Option<Column>> = Vec::new();
    let mut unused = Vec::new();
    for name in names {
        let column = Column::named(name);
        if let Some(column) = column.filter(|column| places.contains(&Some(*column))) {
            return Err(SheetProblem::TwoColumns { column });
        }
        let shown = cell(name);
        if column.is_none() && !shown.as_str().is_empty() && unused.len() < 100 {
            unused.push(shown.into());
        }
        places.push(column);
    }
    let has = |column| places.contains(&Some(column));
    if has(Column::Email) || has(Column::School) {
        return Ok((places, unused));
    }
    let found = names.iter().map(|name| cell(name).into()).filter(|name: &String| !name.is_empty()).take(12).collect();
    Err(SheetProblem::NoColumns { found })
}

/// A cell as it is kept: one line, single spaces, without what nobody sees. A control character becomes U+FFFD, as
/// does what could not be read; it is asked about later. Too much is cut, and still too long for every column.
pub(super) fn cell(raw: &str) -> Cell {
    let raw = raw.trim();
    // A spreadsheet, and we ourselves, put an apostrophe before what would be taken for a formula.
    let raw = match raw.strip_prefix('\'') {
        Some(rest) if begins_like_a_formula(rest) => rest,
        _ => raw,
    };
    let unseen = |c: &char| matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let seen: String = raw.chars().filter(|c| !unseen(c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let line: String =
        words.join(" ").chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(MOST_CELL).collect();
    Cell::new(line).unwrap_or_default()
}

/// Whether a spreadsheet would take a cell that begins so for a formula, also once what is left out of a line is left out.
pub(super) fn begins_like_a_formula(text: &str) -> bool {
    text.trim_start_matches(turns_around).starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// One line of a CSV file with these cells. What a spreadsheet would take for a formula gets an apostrophe before it.
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (n, text) in cells.into_iter().enumerate() {
        if n > 0 {
            line.push(',');
        }
        let guard = if begins_like_a_formula(text) { "'" } else { "" };
        if text.contains([',', ';', '"', '\n', '\r', '\t']) || text.trim() != text {
            line.push_str(&format!("\"{guard}{}\"", text.replace('"', "\"\"")));
        } else {
            line.push_str(guard);
            line.push_str(text);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Sheet {
        Sheet::read(text.as_bytes()).unwrap()
    }

    fn of(sheet: &Sheet, column: Column) -> Vec<(u32, &str)> {
        sheet.rows.iter().map(|(row, cells)| (*row, cells.get(column))).collect()
    }

    #[test]
    fn columns_come_in_any_order_and_spelling() {
        for header in [
            "Email,Given name,Family name",
            "E-MAIL ADDRESS,first_name,Surname",
            "work email;Forename;Last Name",
            "email\tGiven Names\tfamilyname",
            "\u{feff}Email,Given name,Family name",
            "sep=;\r\nEmail;Given name;Family name",
        ] {
            let separator = if header.contains(';') {
                ';'
            } else if header.contains('\t') {
                '\t'
            } else {
                ','
            };
            let sheet = read(&format!("{header}\r\na@b.example{separator}Ada{separator}Roe\r\n"));
            assert_eq!(sheet.columns, [Column::Email, Column::GivenName, Column::FamilyName], "{header}");
            assert_eq!(sheet.rows[0].1.get(Column::FamilyName), "Roe", "{header}");
        }
    }

    #[test]
    fn what_is_not_known_is_listed_and_not_used() {
        let sheet = read("Shoe size,Email,,Notes\n38,a@b.example,x,likes cake\n");
        assert_eq!(sheet.unused, ["Shoe size", "Notes"]);
        assert_eq!(sheet.columns, [Column::Email]);
    }

    #[test]
    fn rows_are_numbered_as_the_spreadsheet_numbers_them() {
        let text = "Email,School\r\na@b.example,\"Whinfell\r\nPrimary\"\r\n\r\n,,,\r\n\"b@b.example\",\"The \"\"Old\"\" School\"";
        let sheet = read(text);
        assert_eq!(of(&sheet, Column::School), [(2, "Whinfell Primary"), (5, "The \"Old\" School")]);
        let old_mac = read("Email\ra@b.example\rb@b.example\r");
        assert_eq!(of(&old_mac, Column::Email), [(2, "a@b.example"), (3, "b@b.example")]);
        let declared = read("sep=,\r\nEmail\r\na@b.example");
        assert_eq!(of(&declared, Column::Email), [(3, "a@b.example")]);
    }

    #[test]
    fn letters_are_read_as_windows_and_excel_write_them() {
        let windows = Sheet::read(b"Email,Given name\na@b.example,Si\xe2n O\x92Neill").unwrap();
        assert_eq!(windows.encoding, Encoding::Windows1252);
        assert_eq!(windows.rows[0].1.get(Column::GivenName), "Siân O’Neill");
        let text = "Email\tGiven name\na@b.example\tŁucja";
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let excel = Sheet::read(&little).unwrap();
        assert_eq!(excel.encoding, Encoding::Utf16);
        assert_eq!(excel.rows[0].1.get(Column::GivenName), "Łucja");
    }

    #[test]
    fn a_cell_is_one_line_without_what_nobody_sees() {
        for (raw, kept) in [
            ("  Ada \u{a0} Roe\n", "Ada Roe"),
            ("\u{202a}a@b.example\u{202c}", "a@b.example"),
            ("'=1+1", "=1+1"),
            ("'Twas", "'Twas"),
            ("Ada\u{7}", "Ada\u{fffd}"),
            ("עומר", "עומר"),
        ] {
            assert_eq!(cell(raw).as_str(), kept, "{raw:?}");
        }
        assert_eq!(cell(&"x".repeat(5000)).as_str().len(), MOST_CELL);
    }

    #[test]
    fn what_can_not_be_used_is_said_kindly() {
        let problem = |bytes: &[u8]| Sheet::read(bytes).unwrap_err();
        assert_eq!(problem(b""), SheetProblem::Empty);
        assert_eq!(problem(b"Email\n\n\n"), SheetProblem::Empty);
        assert_eq!(problem(b"PK\x03\x04rest"), SheetProblem::Workbook);
        assert_eq!(problem(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), SheetProblem::Workbook);
        assert_eq!(problem(b"%PDF-1.7"), SheetProblem::NotText);
        assert_eq!(problem(b"a\0b"), SheetProblem::NotText);
        assert_eq!(problem(b"Email,E-mail\na@b.example,x"), SheetProblem::TwoColumns { column: Column::Email });
        assert_eq!(problem(b"Email\n\"a@b.example\nb@b.example"), SheetProblem::OpenQuote { row: 2 });
        let found = vec!["a@b.example".to_owned(), "Ada".to_owned()];
        assert_eq!(problem(b"a@b.example,Ada\nb@b.example,Bede"), SheetProblem::NoColumns { found });
        let many = format!("Email\n{}", "a@b.example\n".repeat(MOST_ROWS + 1));
        assert_eq!(problem(many.as_bytes()), SheetProblem::TooManyRows { has: MOST_ROWS + 1 });
        for sad in [SheetProblem::Empty, SheetProblem::NotText, SheetProblem::OpenQuote { row: 3 }] {
            assert!(sad.to_string().ends_with('.'), "{sad}");
        }
    }

    #[test]
    fn a_written_line_is_no_formula() {
        assert_eq!(csv_line(["=1+1", "a,b", "it’s \"so\"", "-2"]), "'=1+1,\"a,b\",\"it’s \"\"so\"\"\",'-2\r\n");
        assert_eq!(csv_line(["@SUM(1;2)", " x"]), "\"'@SUM(1;2)\",\" x\"\r\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            let line = csv_line(["x@y.example", a.as_str(), b.as_str()]);
            let sheet = read(&format!("Email,Given name,School\r\n{line}"));
            prop_assert_eq!(&sheet.rows[0].1.given_name, &cell(&a));
            prop_assert_eq!(&sheet.rows[0].1.school, &cell(&b));
        }

        #[test]
        fn nothing_makes_it_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Sheet::read(&bytes);
        }
    }
}
