//! Whether a zip is an office document, by its list of contents alone. Nothing is unpacked.
//!
//! How long the list is stands at the file's end, and is judged before the list is read: a file of 50 MB may be nothing
//! but a list, which would take many times that in memory. Only what stands where the format says is looked at, so two
//! ends in one file, or junk behind the last, make it no document.

use super::MOST_BYTES;
use std::io::{self, Read, Seek, SeekFrom};

/// The most files in a document.
const MOST_ENTRIES: u64 = 10_000;
/// The longest list of contents, in bytes.
const LONGEST_LIST: u64 = 2 * 1024 * 1024;
/// The most that a document may unpack to, in bytes.
const MOST_UNPACKED: u64 = 20 * MOST_BYTES;

/// The end of a zip without its comment, and the longest comment, in bytes.
const END: usize = 22;
const LONGEST_COMMENT: usize = 0xffff;
/// The end of a large zip (zip64), and what points to it, in bytes.
const LARGE_END: usize = 56;
const POINTER: usize = 20;
/// The fixed part of an entry of the list, in bytes.
const ENTRY: usize = 46;
/// What stands in a field of four bytes, or of two, whose number is too large for it.
const ELSEWHERE: u64 = 0xffff_ffff;
const ELSEWHERE_SHORT: u64 = 0xffff;

/// The list of contents: where it begins, how long it is, and how many entries it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct List {
    start: u64,
    bytes: u64,
    entries: u64,
}

/// Whether a zip is an office document with that folder in it.
///
/// # Errors
/// Those of the disk.
pub fn office(file: &mut (impl Read + Seek), folder: &str) -> io::Result<bool> {
    let Some(list) = find(file)? else { return Ok(false) };
    if list.entries > MOST_ENTRIES || list.bytes > LONGEST_LIST {
        return Ok(false);
    }
    Ok(read(file, list.start, list.bytes)?.is_some_and(|bytes| is_document(&bytes, list.entries, folder)))
}

/// Where the list is, by the end of the file.
fn find(file: &mut (impl Read + Seek)) -> io::Result<Option<List>> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail = length.min((END + LONGEST_COMMENT) as u64);
    let Some(tail) = read(file, length - tail, tail)? else { return Ok(None) };
    // The comment behind it goes on to the end of the file.
    let ends = |at: &usize| {
        tail[*at..].starts_with(b"PK\x05\x06") && at + END + number(&tail, at + 20, 2) as usize == tail.len()
    };
    let Some(at) = (0..(tail.len() + 1).saturating_sub(END)).rev().find(ends) else { return Ok(None) };
    let end = length - tail.len() as u64 + at as u64;
    let list =
        List { entries: number(&tail, at + 10, 2), bytes: number(&tail, at + 12, 4), start: number(&tail, at + 16, 4) };
    let is_large = list.entries == ELSEWHERE_SHORT || list.bytes == ELSEWHERE || list.start == ELSEWHERE;
    let (list, end) = match is_large {
        true => match find_large(file, end)? {
            Some(found) => found,
            None => return Ok(None),
        },
        false => (list, end),
    };
    Ok((list.start.checked_add(list.bytes) == Some(end)).then_some(list))
}

/// The same in a large zip, whose own end lies before the common one.
fn find_large(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<(List, u64)>> {
    let Some(pointer) = end.checked_sub(POINTER as u64) else { return Ok(None) };
    let Some(points) = read(file, pointer, POINTER as u64)? else { return Ok(None) };
    let large = number(&points, 8, 8);
    let (true, true) = (points.starts_with(b"PK\x06\x07"), large < pointer) else { return Ok(None) };
    let Some(bytes) = read(file, large, LARGE_END as u64)? else { return Ok(None) };
    let list = List { entries: number(&bytes, 32, 8), bytes: number(&bytes, 40, 8), start: number(&bytes, 48, 8) };
    Ok(bytes.starts_with(b"PK\x06\x06").then_some((list, large)))
}

/// Whether the list names what makes an office document, and no more than may be.
fn is_document(list: &[u8], entries: u64, folder: &str) -> bool {
    let (mut rest, mut unpacked, mut has) = (list, 0u64, (false, false));
    for _ in 0..entries {
        let Some((entry, behind)) = rest.split_at_checked(ENTRY).filter(|(e, _)| e.starts_with(b"PK\x01\x02")) else {
            return false;
        };
        let [name, extra, comment] = [28, 30, 32].map(|at| number(entry, at, 2) as usize);
        let Some((texts, next)) = behind.split_at_checked(name + extra + comment) else { return false };
        let (name, extra) = (&texts[..name], &texts[name..name + extra]);
        let size = match number(entry, 24, 4) {
            ELSEWHERE => large_size(extra).unwrap_or(u64::MAX),
            size => size,
        };
        unpacked = unpacked.saturating_add(size);
        has.0 |= name == b"[Content_Types].xml";
        has.1 |= name.starts_with(folder.as_bytes());
        rest = next;
    }
    has.0 && has.1 && unpacked < MOST_UNPACKED
}

/// The size of an entry that is too large for its own field, which is the first number in the extra field 1.
fn large_size(mut extra: &[u8]) -> Option<u64> {
    loop {
        let (head, behind) = extra.split_at_checked(4)?;
        let (field, next) = behind.split_at_checked(number(head, 2, 2) as usize)?;
        if number(head, 0, 2) == 1 {
            return (field.len() >= 8).then(|| number(field, 0, 8));
        }
        extra = next;
    }
}

/// So many bytes from there on, if the file has them.
fn read(file: &mut (impl Read + Seek), from: u64, bytes: u64) -> io::Result<Option<Vec<u8>>> {
    file.seek(SeekFrom::Start(from))?;
    let mut found = Vec::new();
    file.by_ref().take(bytes).read_to_end(&mut found)?;
    Ok((found.len() as u64 == bytes).then_some(found))
}

/// A number of so many bytes, the smallest first.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn written(names: &[&str], options: SimpleFileOptions, comment: &str) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.set_comment(comment);
        for name in names {
            zip.start_file(*name, options).unwrap();
            zip.write_all(b"content").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const NAMES: [&str; 2] = ["[Content_Types].xml", "word/document.xml"];

    /// Counts what is read of it.
    struct Counted<R>(R, u64);

    impl<R: Read> Read for Counted<R> {
        fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(block)?;
            self.1 += read as u64;
            Ok(read)
        }
    }

    impl<R: Seek> Seek for Counted<R> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    /// Whether it is taken, and how many of its bytes were read to know that.
    fn judged(bytes: &[u8]) -> (bool, u64) {
        let mut file = Counted(Cursor::new(bytes), 0);
        (office(&mut file, "word/").unwrap(), file.1)
    }

    /// A list with so many entries, each an empty file of its own.
    fn list(entries: u64) -> Vec<u8> {
        let mut list = Vec::new();
        for entry in 0..entries {
            let name = NAMES.get(entry as usize).map_or_else(|| format!("word/{entry}"), ToString::to_string);
            let mut head = [0; ENTRY];
            head[..4].copy_from_slice(b"PK\x01\x02");
            head[28..30].copy_from_slice(&(name.len() as u16).to_le_bytes());
            list.extend_from_slice(&head);
            list.extend_from_slice(name.as_bytes());
        }
        list
    }

    /// A zip that is only that list, as a common one or as a large one, with that number of entries.
    fn only(list: &[u8], entries: u64, is_large: bool) -> Vec<u8> {
        let mut zip = b"PK\x03\x04".to_vec();
        let start = zip.len() as u64;
        zip.extend_from_slice(list);
        let (large, bytes) = (zip.len() as u64, list.len() as u64);
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        if is_large {
            zip.extend_from_slice(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
            [entries, entries, bytes, start].iter().for_each(|number| zip.extend_from_slice(&number.to_le_bytes()));
            zip.extend_from_slice(b"PK\x06\x07\0\0\0\0");
            zip.extend_from_slice(&large.to_le_bytes());
            zip.extend_from_slice(&1u32.to_le_bytes());
            end.resize(20, 0xff);
        } else {
            [entries as u16; 2].iter().for_each(|number| end.extend_from_slice(&number.to_le_bytes()));
            [bytes as u32, start as u32].iter().for_each(|number| end.extend_from_slice(&number.to_le_bytes()));
        }
        zip.extend_from_slice(&end);
        zip.extend_from_slice(&[0, 0]);
        zip
    }

    #[test]
    fn what_other_programs_write_is_taken() {
        let plain = SimpleFileOptions::default();
        for (options, comment) in [(plain, ""), (plain, "PK\x05\x06, a comment"), (plain.large_file(true), "")] {
            assert!(judged(&written(&NAMES, options, comment)).0, "{comment}");
            assert!(!judged(&written(&NAMES[..1], options, comment)).0);
            assert!(!judged(&written(&["[Content_Types].xml", "xl/workbook.xml"], options, comment)).0);
        }
        for is_large in [false, true] {
            assert!(judged(&only(&list(2), 2, is_large)).0, "{is_large}");
            assert!(judged(&only(&list(MOST_ENTRIES), MOST_ENTRIES, is_large)).0, "{is_large}");
        }
    }

    #[test]
    fn a_list_of_50_mb_is_not_read() {
        let list = list(MOST_BYTES / 60);
        assert!(list.len() as u64 > MOST_BYTES * 9 / 10);
        let entries = MOST_BYTES / 60;
        // As it is; in a zip that says only a part of it; in one that is too old to say it.
        for zip in [only(&list, entries, true), only(&list, 5_000, true), only(&list, 5_000, false)] {
            let (taken, read) = judged(&zip);
            assert!(!taken);
            assert!(read < 128 * 1024, "{read} bytes were read");
        }
    }

    #[test]
    fn more_entries_than_may_be_are_not_counted() {
        for is_large in [false, true] {
            let (taken, read) = judged(&only(&list(MOST_ENTRIES + 1), MOST_ENTRIES + 1, is_large));
            assert!(!taken && read < 128 * 1024, "{read} bytes were read");
        }
    }

    #[test]
    fn what_is_not_as_the_format_has_it_is_no_document() {
        let whole = written(&NAMES, SimpleFileOptions::default(), "");
        for cut in 0..whole.len() {
            assert!(!judged(&whole[..cut]).0, "{cut}");
        }
        assert!(!judged(&[whole.as_slice(), b"junk"].concat()).0);
        assert!(!judged(&[b"junk", whole.as_slice()].concat()).0);
        // It says that it has more entries, or fewer bytes, than it has.
        assert!(!judged(&only(&list(3), 4, false)).0);
        assert!(!judged(&only(&[list(2), vec![0; 40]].concat(), 3, false)).0);
        // No number in it leads out of it.
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut other = whole.clone();
                other[at] = byte;
                judged(&other);
            }
        }
    }

    #[test]
    fn what_unpacks_to_more_than_may_be_is_no_document() {
        let mut list = list(2);
        list[24..28].copy_from_slice(&(MOST_UNPACKED as u32).to_le_bytes());
        assert!(!judged(&only(&list, 2, false)).0);
        // It says that its size stands elsewhere, and it does not.
        list[24..28].copy_from_slice(&[0xff; 4]);
        assert!(!judged(&only(&list, 2, false)).0);
    }

    proptest! {
        #[test]
        fn however_a_document_is_broken_it_is_judged_and_little_is_read(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = written(&["[Content_Types].xml", "word/document.xml"], SimpleFileOptions::default(), "");
            prop_assert!(judged(&bytes).0);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            prop_assert!(judged(&bytes).1 < 4 * 1024 * 1024);
            bytes.truncate(cut.index(bytes.len()));
            judged(&bytes);
        }
    }
}
