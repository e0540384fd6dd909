//! Cutting a text at the edges of its passages: pure, and counted in characters as the server counts them.
//!
//! Passages may overlap and may reach over several paragraphs. Each paragraph is cut into runs, so that within one run
//! the same passages hold from its first character to its last.

/// A run of characters over which the same passages hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The position of its first character in the whole text.
    pub start: usize,
    /// Its characters.
    pub text: String,
    /// The passages that hold over it, by their place in the list; the one that began first comes first.
    pub over: Vec<usize>,
    /// The passages that are seen for the first time here.
    pub opening: Vec<usize>,
    /// The passages that are seen for the last time here: their numbers go behind it.
    pub closing: Vec<usize>,
}

/// A paragraph, or a quotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Whether it is a quotation: its lines began with `>`.
    pub quote: bool,
    /// Its lines, each of some runs.
    pub lines: Vec<Vec<Run>>,
    /// What stands before the first character of its own share of the text. Shares follow each other without a gap.
    pub from: usize,
    /// What stands before the first character of the next one's share.
    pub to: usize,
}

/// Cuts a text into paragraphs and quotations, and these at the edges of passages (`start..end`, in characters).
pub fn blocks(text: &str, passages: &[(usize, usize)]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in text.split('\n') {
        let length = line.chars().count();
        let quote = line.starts_with('>');
        let skipped = match quote {
            true if line.starts_with("> ") => 2,
            true => 1,
            false => 0,
        };
        let words: String = line.chars().skip(skipped).collect();
        if words.trim().is_empty() {
            open = false;
        } else {
            if !open || blocks.last().is_none_or(|block| block.quote != quote) {
                blocks.push(Block { quote, from: at, ..Block::default() });
            }
            open = true;
            if let Some(block) = blocks.last_mut() {
                block.lines.push(runs(&words, at + skipped, passages));
            }
        }
        at += length + 1;
    }
    let starts: Vec<usize> = blocks.iter().skip(1).map(|block| block.from).chain([usize::MAX]).collect();
    for (i, (block, next)) in blocks.iter_mut().zip(starts).enumerate() {
        block.from = if i == 0 { 0 } else { block.from };
        block.to = next;
    }
    mark_ends(&mut blocks, passages.len());
    blocks
}

/// Cuts one line, whose first character stands at `at`.
fn runs(words: &str, at: usize, passages: &[(usize, usize)]) -> Vec<Run> {
    let letters: Vec<char> = words.chars().collect();
    let end = at + letters.len();
    let mut edges: Vec<usize> = passages
        .iter()
        .filter(|(from, to)| from < to)
        .flat_map(|(from, to)| [*from, *to])
        .filter(|edge| (at + 1..end).contains(edge))
        .chain([at, end])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let mut over: Vec<usize> =
                (0..passages.len()).filter(|i| passages[*i].0 <= from && to <= passages[*i].1).collect();
            over.sort_by_key(|i| (passages[*i].0, std::cmp::Reverse(passages[*i].1)));
            Run {
                start: from,
                text: letters[from - at..to - at].iter().collect(),
                over,
                opening: Vec::new(),
                closing: Vec::new(),
            }
        })
        .collect()
}

/// Finds for each passage the first and the last run in which it is seen.
fn mark_ends(blocks: &mut [Block], passages: usize) {
    for passage in 0..passages {
        let mut seen = blocks
            .iter_mut()
            .flat_map(|block| block.lines.iter_mut().flatten())
            .filter(|run| run.over.contains(&passage) && !run.text.trim().is_empty());
        if let Some(first) = seen.next() {
            first.opening.push(passage);
            match seen.last() {
                Some(last) => last.closing.push(passage),
                // There is one run alone; the borrow of it is still in hand.
                None => first.closing.push(passage),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(block: &Block) -> Vec<String> {
        block.lines.iter().map(|line| line.iter().map(|run| run.text.as_str()).collect()).collect()
    }

    fn all(blocks: &[Block]) -> Vec<&Run> {
        blocks.iter().flat_map(|block| block.lines.iter().flatten()).collect()
    }

    #[test]
    fn paragraphs_lines_and_quotations() {
        let text = "One.\nStill one.\n\n> “Two.”\n>Two again.\nThree.\n\n\n> Four.";
        let cut = blocks(text, &[]);
        assert_eq!(cut.iter().map(|b| b.quote).collect::<Vec<_>>(), [false, true, false, true]);
        assert_eq!(lines(&cut[0]), ["One.", "Still one."]);
        assert_eq!(lines(&cut[1]), ["“Two.”", "Two again."]);
        assert_eq!(lines(&cut[2]), ["Three."]);
        assert_eq!(lines(&cut[3]), ["Four."]);
    }

    #[test]
    fn an_empty_text_has_no_paragraph() {
        assert!(blocks("", &[(0, 3)]).is_empty());
        assert!(blocks(" \n\n> \n", &[]).is_empty());
    }

    #[test]
    fn every_run_stands_where_it_says() {
        let text = "Ŵyn 🪨 said:\n\n> “Wait.”\nAnd she did.";
        let letters: Vec<char> = text.chars().collect();
        let cut = blocks(text, &[(4, 5), (2, 20), (20, 26)]);
        for run in all(&cut) {
            let there: String = letters[run.start..run.start + run.text.chars().count()].iter().collect();
            assert_eq!(there, run.text);
        }
    }

    #[test]
    fn overlapping_passages_are_cut_at_each_edge() {
        //          0123456789
        let cut = blocks("abcdefghij", &[(2, 6), (4, 8)]);
        let seen: Vec<_> = all(&cut).iter().map(|run| (run.text.as_str(), run.over.clone())).collect();
        assert_eq!(seen, [("ab", vec![]), ("cd", vec![0]), ("ef", vec![0, 1]), ("gh", vec![1]), ("ij", vec![])]);
        let runs = all(&cut);
        assert_eq!((&runs[1].opening, &runs[2].closing), (&vec![0], &vec![0]));
        assert_eq!((&runs[2].opening, &runs[3].closing), (&vec![1], &vec![1]));
    }

    #[test]
    fn a_passage_inside_another_comes_second_and_twins_keep_their_order() {
        let cut = blocks("abcdefghij", &[(4, 6), (2, 8), (2, 8)]);
        let runs = all(&cut);
        assert_eq!(runs[2].over, [1, 2, 0]);
        assert_eq!(runs[3].closing, [1, 2]);
    }

    #[test]
    fn a_passage_over_two_paragraphs_is_numbered_once_at_its_end() {
        let text = "first one\n\nand the second";
        let cut = blocks(text, &[(6, 18)]);
        let runs = all(&cut);
        let closing: Vec<_> = runs.iter().filter(|run| !run.closing.is_empty()).map(|run| run.text.as_str()).collect();
        let opening: Vec<_> = runs.iter().filter(|run| !run.opening.is_empty()).map(|run| run.text.as_str()).collect();
        assert_eq!((opening, closing), (vec!["one"], vec!["and the"]));
    }

    #[test]
    fn a_passage_that_begins_in_the_mark_of_a_quotation_is_still_seen() {
        let cut = blocks("> “Wait.” I said", &[(0, 9)]);
        let runs = all(&cut);
        assert_eq!((runs[0].text.as_str(), runs[0].over.len()), ("“Wait.”", 1));
        assert_eq!(runs[0].closing, [0]);
    }

    #[test]
    fn what_lies_outside_the_text_or_is_empty_does_no_harm() {
        let cut = blocks("abc", &[(2, 900), (3, 3), (5, 2), (700, 800)]);
        let runs = all(&cut);
        assert_eq!(runs.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(), ["ab", "c"]);
        assert_eq!((&runs[1].over, &runs[1].closing), (&vec![0], &vec![0]));
    }

    #[test]
    fn shares_follow_each_other_without_a_gap() {
        let cut = blocks("\n\none\n\n\ntwo\n\nthree\n", &[]);
        assert_eq!(cut[0].from, 0);
        assert!(cut.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(cut.last().map(|block| block.to), Some(usize::MAX));
    }
}
