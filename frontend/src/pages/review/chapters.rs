//! A sealed portfolio, cut into pages: one entry each, with the linking passages that lead to it.

use cairn_shared::edition::{Edition, SealedPiece};
use cairn_shared::ids::EntryId;

use crate::parts::entry_name;

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// What it is called.
    pub title: String,
    /// The part of the portfolio that it belongs to.
    pub part: Option<String>,
    /// Its entry. A page may have none, where a portfolio ends, or consists, in linking passages.
    pub entry: Option<EntryId>,
    /// Its pieces in the run: from the first to the one behind the last.
    pub pieces: (usize, usize),
    /// How many words it has.
    pub words: usize,
}

fn words(pieces: &[SealedPiece]) -> usize {
    let count = |text: &str| text.split_whitespace().count();
    pieces
        .iter()
        .map(|piece| match piece {
            SealedPiece::Part { .. } => 0,
            SealedPiece::Narrative { text } => count(text),
            SealedPiece::Entry(entry) => count(&entry.text),
        })
        .sum()
}

/// The pages of an edition, in its order.
pub fn of(edition: &Edition) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut part: Option<String> = None;
    let mut from = 0;
    for (at, piece) in edition.pieces.iter().enumerate() {
        match piece {
            SealedPiece::Part { title } => {
                // What stood before a new part belongs to the old one.
                if words(&edition.pieces[from..at]) > 0 {
                    close(&mut chapters, edition, &part, from, at);
                }
                from = at;
                part = Some(title.clone());
            }
            SealedPiece::Narrative { .. } => {}
            SealedPiece::Entry(entry) => {
                chapters.push(Chapter {
                    title: entry_name(entry),
                    part: part.clone(),
                    entry: Some(entry.id),
                    pieces: (from, at + 1),
                    words: words(&edition.pieces[from..=at]),
                });
                from = at + 1;
            }
        }
    }
    if words(&edition.pieces[from..]) > 0 {
        close(&mut chapters, edition, &part, from, edition.pieces.len());
    }
    chapters
}

/// Linking passages behind the last entry of a part: they go with it, or make a page where there is none.
fn close(chapters: &mut Vec<Chapter>, edition: &Edition, part: &Option<String>, from: usize, to: usize) {
    match chapters.last_mut() {
        Some(last) if last.part == *part && last.pieces.1 == from => {
            last.pieces.1 = to;
            last.words += words(&edition.pieces[from..to]);
        }
        _ => chapters.push(Chapter {
            title: part.clone().unwrap_or_else(|| edition.title.clone()),
            part: None,
            entry: None,
            pieces: (from, to),
            words: words(&edition.pieces[from..to]),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::edition::SealedEntry;
    use cairn_shared::qualification::Qualification;
    use cairn_shared::time::Date;

    fn part(title: &str) -> SealedPiece {
        SealedPiece::Part { title: title.into() }
    }

    fn narrative(text: &str) -> SealedPiece {
        SealedPiece::Narrative { text: text.into() }
    }

    fn entry(n: u128, title: &str) -> SealedPiece {
        SealedPiece::Entry(SealedEntry {
            id: format!("00000000-0000-7000-8000-{n:012}").parse().unwrap(),
            title: Some(title.into()),
            happened_on: Date::new(2026, 11, 24).unwrap(),
            text: "Two words".into(),
            links: Vec::new(),
            evidence: Vec::new(),
        })
    }

    fn cut(pieces: Vec<SealedPiece>) -> Vec<(String, Option<String>, (usize, usize))> {
        let edition = Edition {
            format: 1,
            framework: "ns-2016".into(),
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            pieces,
        };
        of(&edition).into_iter().map(|c| (c.title, c.part, c.pieces)).collect()
    }

    #[test]
    fn each_entry_is_a_page_and_takes_what_leads_to_it() {
        let pages =
            cut(vec![part("Autumn"), narrative("It began."), entry(1, "A"), entry(2, "B"), narrative("So it was.")]);
        assert_eq!(pages, [("A".into(), Some("Autumn".into()), (0, 3)), ("B".into(), Some("Autumn".into()), (3, 5)),]);
    }

    #[test]
    fn a_part_without_entries_is_a_page_of_its_own() {
        let pages = cut(vec![part("Before"), narrative("Why I began."), part("Autumn"), entry(1, "A")]);
        assert_eq!(pages, [("Before".into(), None, (0, 2)), ("A".into(), Some("Autumn".into()), (2, 4))]);
        assert_eq!(cut(vec![narrative("All in one.")]), [("Learning to wait".into(), None, (0, 1))]);
        assert!(cut(vec![]).is_empty());
        assert!(cut(vec![part("Empty")]).is_empty());
    }

    #[test]
    fn no_text_is_lost_between_the_pages() {
        let pages = cut(vec![
            narrative("One."),
            entry(1, "A"),
            narrative("Two."),
            part("P"),
            narrative("Three."),
            part("Q"),
            entry(2, "B"),
        ]);
        assert_eq!(pages.iter().map(|p| p.2).collect::<Vec<_>>(), [(0, 3), (3, 5), (5, 7)]);
    }
}
