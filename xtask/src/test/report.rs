//! The end of a test run: a table of the suites, what was left out, and one line that counts.

use std::{fmt, time::Duration};

use super::count::Count;

/// How one suite ended.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    count: Count,
    is_check: bool,
    trouble: Option<&'static str>,
}

impl Outcome {
    /// A verdict on the sources; not a test.
    pub fn check(good: bool) -> Self {
        let count = Count { passed: good.into(), failed: (!good).into(), left_out: 0 };
        Self { count, is_check: true, trouble: None }
    }

    /// Tests that a runner counted, and whether that runner was content.
    pub fn tests(mut count: Count, content: bool) -> Self {
        let mut trouble = None;
        if count.passed + count.failed == 0 {
            trouble = Some(if content { "no test in it" } else { "it could not be run" });
        } else if !content && count.failed == 0 {
            trouble = Some("its runner failed after the tests");
        }
        // Trouble counts as one, so that no failed run ends in "0 failed".
        count.failed += usize::from(trouble.is_some());
        Self { count, is_check: false, trouble }
    }

    /// The suite did not get as far as its runner.
    pub fn broken() -> Self {
        Self::tests(Count::default(), false)
    }

    fn is_good(&self) -> bool {
        self.count.failed == 0
    }
}

/// All suites of a run, as far as it went.
#[derive(Default)]
pub struct Report {
    suites: Vec<(&'static str, Outcome, Duration)>,
    /// Suites that were wanted and did not have their turn.
    pub not_run: Vec<&'static str>,
}

impl Report {
    /// Notes how a suite ended; `false` if the run should end too.
    pub fn add(&mut self, suite: &'static str, outcome: Outcome, took: Duration) -> bool {
        self.suites.push((suite, outcome, took));
        outcome.is_good()
    }

    /// Whether every suite was run and was content.
    pub fn is_good(&self) -> bool {
        self.not_run.is_empty() && self.suites.iter().all(|(_, outcome, _)| outcome.is_good())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{:<14}{:>7}{:>8}{:>9}", "suite", "passed", "failed", "seconds")?;
        for (name, Outcome { count, trouble, .. }, took) in &self.suites {
            let note = trouble.map(|trouble| format!("   {trouble}")).unwrap_or_default();
            let took = took.as_secs_f64();
            writeln!(f, "{name:<14}{:>7}{:>8}{took:>9.1}{note}", count.passed, count.failed)?;
        }
        for (name, Outcome { count, .. }, _) in &self.suites {
            if count.left_out > 0 {
                writeln!(f, "Left out in {name}: {} that are marked so in the source.", count.left_out)?;
            }
        }
        if !self.not_run.is_empty() {
            writeln!(f, "Not run: {}.", self.not_run.join(", "))?;
        }
        // A check is no test: it is not counted unless it failed, which the last line must not hide.
        let counted = |(_, outcome, _): &&(&str, Outcome, Duration)| !(outcome.is_check && outcome.is_good());
        let (passed, failed) = self.suites.iter().filter(counted).fold((0, 0), |(passed, failed), (_, outcome, _)| {
            (passed + outcome.count.passed, failed + outcome.count.failed)
        });
        writeln!(f, "{passed} passed, {failed} failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOK: Duration = Duration::from_millis(1500);

    fn count(passed: usize, failed: usize, left_out: usize) -> Count {
        Count { passed, failed, left_out }
    }

    #[test]
    fn a_good_run_ends_with_the_number_of_tests() {
        let mut report = Report::default();
        assert!(report.add("format", Outcome::check(true), TOOK));
        assert!(report.add("unit", Outcome::tests(count(40, 0, 2), true), TOOK));
        assert!(report.add("browser", Outcome::tests(count(2, 0, 0), true), TOOK));
        assert!(report.is_good());
        assert_eq!(
            report.to_string(),
            "\
suite          passed  failed  seconds
format              1       0      1.5
unit               40       0      1.5
browser             2       0      1.5
Left out in unit: 2 that are marked so in the source.
42 passed, 0 failed
"
        );
    }

    #[test]
    fn a_failing_suite_ends_the_run_and_the_rest_is_named() {
        let mut report = Report::default();
        assert!(!report.add("unit", Outcome::tests(count(3, 1, 0), false), TOOK));
        report.not_run = vec!["api-sqlite", "browser"];
        assert!(!report.is_good());
        let text = report.to_string();
        assert!(text.ends_with("Not run: api-sqlite, browser.\n3 passed, 1 failed\n"), "{text}");
    }

    #[test]
    fn no_failed_run_ends_in_none_failed() {
        for (outcome, words) in [
            (Outcome::check(false), ""),
            (Outcome::tests(count(0, 0, 0), true), "no test in it"),
            (Outcome::tests(count(0, 0, 3), true), "no test in it"),
            (Outcome::tests(count(0, 0, 0), false), "it could not be run"),
            (Outcome::tests(count(5, 0, 0), false), "its runner failed after the tests"),
            (Outcome::broken(), "it could not be run"),
        ] {
            let mut report = Report::default();
            assert!(!report.add("suite", outcome, TOOK));
            let text = report.to_string();
            assert!(text.contains(words) && text.ends_with("passed, 1 failed\n"), "{text}");
        }
    }
}
