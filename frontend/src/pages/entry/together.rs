//! Two texts, line by line: what they share, and where each says something of its own. Pure.

/// A run of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Both have them.
    Both(Vec<&'a str>),
    /// Each has its own, or none.
    Each {
        /// Those of the first.
        first: Vec<&'a str>,
        /// Those of the second.
        second: Vec<&'a str>,
    },
}

/// More comparisons than this are not made; the middle of such texts counts as each one's own.
const MOST: usize = 1_000_000;

/// Compares two texts line by line.
pub fn compare<'a>(first: &'a str, second: &'a str) -> Vec<Part<'a>> {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.split('\n').collect(), second.split('\n').collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - head;
    let tail = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let (mid_a, mid_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut parts = Parts::default();
    a[..head].iter().for_each(|line| parts.both(line));
    middle(mid_a, mid_b, &mut parts);
    a[a.len() - tail..].iter().for_each(|line| parts.both(line));
    parts.0
}

#[derive(Default)]
struct Parts<'a>(Vec<Part<'a>>);

impl<'a> Parts<'a> {
    fn both(&mut self, line: &'a str) {
        match self.0.last_mut() {
            Some(Part::Both(lines)) => lines.push(line),
            _ => self.0.push(Part::Both(vec![line])),
        }
    }

    fn own(&mut self) -> (&mut Vec<&'a str>, &mut Vec<&'a str>) {
        if !matches!(self.0.last(), Some(Part::Each { .. })) {
            self.0.push(Part::Each { first: Vec::new(), second: Vec::new() });
        }
        match self.0.last_mut() {
            Some(Part::Each { first, second }) => (first, second),
            _ => unreachable!("it has just been put there"),
        }
    }
}

/// The longest common run of lines, in the usual way (Wagner and Fischer 1974).
fn middle<'a>(a: &[&'a str], b: &[&'a str], parts: &mut Parts<'a>) {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; if a.len() * b.len() > MOST { 0 } else { (a.len() + 1) * width }];
    if longest.is_empty() {
        a.iter().for_each(|line| parts.own().0.push(line));
        b.iter().for_each(|line| parts.own().1.push(line));
        return;
    }
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = match a[i] == b[j] {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            parts.both(a[i]);
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            parts.own().0.push(a[i]);
            i += 1;
        } else {
            parts.own().1.push(b[j]);
            j += 1;
        }
    }
}

/// Both texts in one: what they share once, and where they differ first the one, then the other.
pub fn together(first: &str, second: &str) -> String {
    let (first, second) = (first.trim_end(), second.trim_end());
    if first.is_empty() || second.is_empty() {
        return format!("{first}{second}");
    }
    let mut lines: Vec<&str> = Vec::new();
    for part in compare(first, second) {
        match part {
            Part::Both(both) => lines.extend(both),
            Part::Each { first, second } => {
                let divided = first.iter().any(|line| !line.trim().is_empty())
                    && second.iter().any(|line| !line.trim().is_empty())
                    && first.last().is_some_and(|line| !line.trim().is_empty())
                    && second.first().is_some_and(|line| !line.trim().is_empty());
                lines.extend(&first);
                if divided {
                    lines.push("");
                }
                lines.extend(&second);
            }
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stands_once() {
        let base = "One.\n\nTwo.\n\nThree.";
        assert_eq!(together(base, base), base);
        assert_eq!(
            together(&format!("{base}\n\nFrom the phone."), &format!("{base}\n\nFrom the desk.")),
            format!("{base}\n\nFrom the phone.\n\nFrom the desk.")
        );
        assert_eq!(together("One.\n\nTwo, hers.\n\nThree.", base), "One.\n\nTwo, hers.\n\nTwo.\n\nThree.");
        assert_eq!(together("", "Mine."), "Mine.");
        assert_eq!(together("Theirs.\n", ""), "Theirs.");
    }

    #[test]
    fn every_line_of_both_is_in_it() {
        let texts = ["a\nb\nc", "b\nd", "", "x\na\n\nc\nd", "d\nc\nb\na"];
        for first in texts {
            for second in texts {
                let both = together(first, second);
                let lines: Vec<&str> = both.split('\n').collect();
                for line in first.lines().chain(second.lines()) {
                    assert!(lines.contains(&line), "{first:?} {second:?} {both:?}");
                }
            }
        }
    }

    #[test]
    fn differences_are_found_line_by_line() {
        assert_eq!(
            compare("a\nb\nc", "a\nx\nc"),
            [Part::Both(vec!["a"]), Part::Each { first: vec!["b"], second: vec!["x"] }, Part::Both(vec!["c"])]
        );
        assert_eq!(compare("a", "a"), [Part::Both(vec!["a"])]);
        let long = "line\n".repeat(1_500);
        let other = "other\n".repeat(1_500);
        assert_eq!(compare(&long, &other).len(), 2);
    }
}
