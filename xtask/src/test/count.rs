//! Reading how many tests ran out of what a test runner prints.

/// Which runner's words to read.
#[derive(Clone, Copy)]
pub enum Runner {
    /// `cargo test`: one `test result:` line a binary.
    Cargo,
    /// `node --test` with the `spec` reporter: one summary at the end.
    Node,
}

/// Tests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Ran and were content.
    pub passed: usize,
    /// Ran and were not.
    pub failed: usize,
    /// Are there and were left out.
    pub left_out: usize,
}

impl Count {
    /// Takes one line of output into account.
    pub fn read(&mut self, runner: Runner, line: &str) {
        match runner {
            Runner::Cargo => self.read_cargo(line),
            Runner::Node => self.read_node(line),
        }
    }

    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
    fn read_cargo(&mut self, line: &str) {
        let Some((_verdict, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return;
        };
        for part in counts.split(';') {
            let Some((number, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<usize>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.left_out += number,
                _ => {}
            }
        }
    }

    /// `ℹ pass 12`, with `fail`, `cancelled`, `skipped` and `todo` likewise.
    fn read_node(&mut self, line: &str) {
        let plain = without_colour(line);
        let Some((what, number)) = plain.trim().strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) else {
            return;
        };
        let Ok(number) = number.trim().parse::<usize>() else {
            return;
        };
        match what {
            "pass" => self.passed += number,
            "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.left_out += number,
            _ => {}
        }
    }
}

/// Some releases of node colour their report even when nobody looks.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, behind)| behind);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(runner: Runner, output: &str) -> Count {
        let mut count = Count::default();
        output.lines().for_each(|line| count.read(runner, line));
        count
    }

    #[test]
    fn the_results_of_all_binaries_are_added_up() {
        let output = "\
running 2 tests
test a_result ... ok
test test_result ... FAILED
test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests cairn
test result: ok. 12 passed; 0 failed; 3 ignored; 4 measured; 5 filtered out; finished in 1.20s
";
        assert_eq!(count(Runner::Cargo, output), Count { passed: 13, failed: 1, left_out: 3 });
    }

    #[test]
    fn what_only_looks_like_a_result_is_none() {
        assert_eq!(count(Runner::Cargo, "note: test result: ok. 12 passed\n12 passed; 0 failed"), Count::default());
        assert_eq!(count(Runner::Node, "pass 3\n✔ ℹ pass 3\nℹ duration_ms 812.4"), Count::default());
    }

    #[test]
    fn nodes_summary_is_read_with_or_without_colour() {
        let plain = "ℹ tests 7\nℹ suites 1\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\n";
        let coloured: String = plain.lines().map(|line| format!("\u{1b}[34m{line}\u{1b}[39m\n")).collect();
        let expected = Count { passed: 3, failed: 2, left_out: 2 };
        assert_eq!(count(Runner::Node, plain), expected);
        assert_eq!(count(Runner::Node, &coloured), expected);
    }
}
