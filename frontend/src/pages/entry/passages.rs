//! How a text and its linked passages become paragraphs, quotations and runs of letters. Pure.
//!
//! Positions count characters (Unicode scalar values) from the beginning of the text, as anchors do. What is not
//! shown (line ends, the "> " before a quotation) keeps its place in the count.

/// A passage to mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Its first character.
    pub start: usize,
    /// The one behind its last.
    pub end: usize,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ordinary paragraph.
    Paragraph,
    /// Words of somebody else: lines that begin with "> ".
    Quote,
}

/// A paragraph or a quotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Where it begins; no other block has the same.
    pub start: usize,
    /// Its lines. A line end inside a paragraph is kept.
    pub lines: Vec<Vec<Run>>,
}

impl Block {
    /// Where its last letter ends.
    pub fn end(&self) -> usize {
        self.lines.last().and_then(|line| line.last()).map_or(self.start, |run| run.start + run.text.chars().count())
    }
}

/// Letters that belong to the same passages.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The position of its first letter.
    pub start: usize,
    /// The letters.
    pub text: String,
    /// The passages that it belongs to, the widest first.
    pub marks: Vec<usize>,
    /// The passages that end with it: their numbers stand here.
    pub ends: Vec<usize>,
}

/// Lays out a text with its passages.
pub fn layout(text: &str, passages: &[Passage]) -> Vec<Block> {
    let letters: Vec<char> = text.chars().collect();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in letters.split(|letter| *letter == '\n') {
        let (start, end) = (at, at + line.len());
        at = end + 1;
        if line.iter().all(|letter| letter.is_whitespace()) {
            open = false;
            continue;
        }
        let (kind, from) = match line {
            ['>', ' ', ..] => (Kind::Quote, start + 2),
            ['>', ..] => (Kind::Quote, start + 1),
            _ => (Kind::Paragraph, start),
        };
        let runs = runs(&letters, from, end, passages);
        match blocks.last_mut().filter(|block| open && block.kind == kind) {
            Some(block) => block.lines.push(runs),
            None => blocks.push(Block { kind, start, lines: vec![runs] }),
        }
        open = true;
    }
    number_the_ends(&mut blocks, passages.len());
    blocks
}

fn runs(letters: &[char], from: usize, to: usize, passages: &[Passage]) -> Vec<Run> {
    let mut cuts = vec![from, to];
    cuts.extend(passages.iter().flat_map(|p| [p.start, p.end]).filter(|at| (from..to).contains(at)));
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .map(|cut| {
            let (start, end) = (cut[0], cut[1]);
            let mut marks: Vec<usize> =
                (0..passages.len()).filter(|&i| passages[i].start <= start && end <= passages[i].end).collect();
            marks.sort_by_key(|&i| (passages[i].start, std::cmp::Reverse(passages[i].end)));
            Run { start, text: letters[start..end].iter().collect(), marks, ends: Vec::new() }
        })
        .collect()
}

/// The number of a passage stands behind the last of its letters that is shown.
fn number_the_ends(blocks: &mut [Block], passages: usize) {
    for passage in 0..passages {
        let last = blocks
            .iter_mut()
            .flat_map(|block| block.lines.iter_mut().flatten())
            .filter(|run| run.marks.contains(&passage))
            .last();
        if let Some(run) = last {
            run.ends.push(passage);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, quote: &str) -> Passage {
        let start = text[..text.find(quote).unwrap()].chars().count();
        Passage { start, end: start + quote.chars().count() }
    }

    fn shown(blocks: &[Block]) -> Vec<(Kind, Vec<String>)> {
        let line = |line: &Vec<Run>| line.iter().map(|run| run.text.as_str()).collect();
        blocks.iter().map(|block| (block.kind, block.lines.iter().map(line).collect())).collect()
    }

    #[test]
    fn paragraphs_are_divided_by_empty_lines_and_quotations_by_their_mark() {
        let text = "One\nline\n\n\n  \nTwo\n> said\n>and said\nThree";
        assert_eq!(
            shown(&layout(text, &[])),
            [
                (Kind::Paragraph, vec!["One".into(), "line".into()]),
                (Kind::Paragraph, vec!["Two".into()]),
                (Kind::Quote, vec!["said".into(), "and said".into()]),
                (Kind::Paragraph, vec!["Three".into()]),
            ]
        );
        assert!(layout("", &[]).is_empty() && layout(" \n\n", &[]).is_empty());
    }

    #[test]
    fn a_run_knows_where_its_letters_stand_whatever_their_width() {
        let text = "👩🏽‍🏫 שלום\n> ŵyn “so”";
        let letters: Vec<char> = text.chars().collect();
        for block in layout(text, &[at(text, "ŵyn"), at(text, "לום")]) {
            for run in block.lines.iter().flatten() {
                let length = run.text.chars().count();
                assert_eq!(letters[run.start..run.start + length].iter().collect::<String>(), run.text);
            }
        }
    }

    #[test]
    fn overlapping_passages_share_their_common_letters() {
        let text = "So we started at the other end. I asked, she wrote.";
        let passages = [at(text, "at the other end. I asked"), at(text, "we started at the other end.")];
        let blocks = layout(text, &passages);
        let runs: Vec<_> =
            blocks[0].lines[0].iter().map(|r| (r.text.as_str(), r.marks.clone(), r.ends.clone())).collect();
        assert_eq!(
            runs,
            [
                ("So ", vec![], vec![]),
                ("we started ", vec![1], vec![]),
                ("at the other end.", vec![1, 0], vec![1]),
                (" I asked", vec![0], vec![0]),
                (", she wrote.", vec![], vec![]),
            ]
        );
    }

    #[test]
    fn a_passage_over_two_paragraphs_has_one_number_at_its_end() {
        let text = "First part.\n\n> Second part.\n\nThird.";
        let blocks = layout(text, &[at(text, "part.\n\n> Second part.\n")]);
        let ends: Vec<_> = blocks.iter().flat_map(|b| b.lines.iter().flatten()).map(|r| r.ends.len()).collect();
        assert_eq!(ends, [0, 0, 1, 0]);
        assert_eq!(blocks[1].end(), text.chars().count() - "\n\nThird.".len());
    }

    #[test]
    fn the_same_passage_twice_is_marked_twice() {
        let text = "I waited.";
        let blocks = layout(text, &[at(text, "waited"), at(text, "waited")]);
        assert_eq!(blocks[0].lines[0][1].marks, [0, 1]);
        assert_eq!(blocks[0].lines[0][1].ends, [0, 1]);
    }
}
