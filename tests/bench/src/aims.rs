//! What Cairn aims at, and whether it is there.

use std::fmt::Write;

use crate::{
    operations::{
        CERTIFICATE,
        Contestant::{self, Limit, Postgres, Sqlite},
    },
    report::Report,
    run::{DEADLINE, SAVE},
};

/// What is read by its key, or by the page.
const BY_KEY_OR_PAGE: &[&str] = &[
    "story list",
    "story list, a full page",
    "entry",
    "portfolio preview",
    "portfolio preview, 50 entries",
    "reviewer’s list",
    "review screen",
    "verify an award",
];
/// What looks over much.
const OVER_MUCH: &[&str] =
    &["coordinator’s overview", "find a person", "search, a rare word", "search, a very common word"];

/// An aim, a figure, and whether the one reaches the other.
struct Aim {
    what: String,
    found: String,
    met: bool,
}

/// A row for each aim about which something was measured.
pub fn table(report: &Report) -> String {
    let mut text = String::from("| Aim | Found | |\n|---|---|---|\n");
    for aim in aims(report) {
        let _ = writeln!(text, "| {} | {} | {} |", aim.what, aim.found, if aim.met { "met" } else { "**missed**" });
    }
    text
}

fn aims(report: &Report) -> Vec<Aim> {
    let mut aims = Vec::new();
    shares_of_the_limit(report, &mut aims);
    growth(report, &mut aims);
    let databases = [(Sqlite, "SQLite"), (Postgres, "PostgreSQL")];
    for (database, name) in databases {
        for operation in OVER_MUCH {
            let p99 = report.sizes.get(&10).and_then(|s| s.operation(operation)?.of.get(&database)).map(|f| f.p99);
            at_most(&mut aims, format!("{operation} under 50 ms at 10×, 99 in 100, {name}"), p99, 50.0, "ms");
        }
    }
    let first = report.sizes.get(&1);
    for (database, name) in databases {
        let save = first.and_then(|s| s.operation(SAVE)?.of.get(&database)).map(|f| f.p99);
        at_most(&mut aims, format!("a save under 10 ms with 32 writers, 99 in 100, {name}"), save, 10.0, "ms");
    }
    for (database, name) in databases {
        let alone = first.and_then(|s| s.operation(CERTIFICATE)?.alone.get(&database)).map(|f| f.p99);
        at_most(&mut aims, format!("a certificate under 50 ms, asked alone, 99 in 100, {name}"), alone, 50.0, "ms");
    }
    for (times, of_size) in &report.sizes {
        for (database, name) in databases {
            if let Some(burst) = of_size.operation(DEADLINE).and_then(|o| o.of.get(&database)) {
                aims.push(Aim {
                    what: format!("the deadline’s burst without an error at {times}×, {name}"),
                    found: format!("{} sent, {} not; p99 {:.0} ms", burst.answers, burst.unexpected, burst.p99),
                    met: burst.unexpected == 0 && burst.answers > 0,
                });
            }
        }
    }
    for (database, name) in databases {
        let of = first.and_then(|s| s.databases.get(&database));
        at_most(
            &mut aims,
            format!("memory under 100 MB at 1× under load, {name}"),
            of.map(|of| of.memory),
            100.0,
            "MB",
        );
        let largest = report.sizes.last_key_value().and_then(|(_, s)| s.databases.get(&database));
        let answer = largest.map(|of| of.first_answer);
        at_most(&mut aims, format!("first answer under 200 ms at the largest size, {name}"), answer, 200.0, "ms");
    }
    aims
}

fn at_most(aims: &mut Vec<Aim>, what: String, found: Option<f64>, most: f64, unit: &str) {
    if let Some(found) = found {
        let found_words = if found < 10.0 { format!("{found:.1} {unit}") } else { format!("{found:.0} {unit}") };
        aims.push(Aim { what, found: found_words, met: found < most });
    }
}

fn shares_of_the_limit(report: &Report, aims: &mut Vec<Aim>) {
    for (times, of_size) in &report.sizes {
        for operation in BY_KEY_OR_PAGE {
            if let Some(share) = of_size.operation(operation).and_then(|o| o.share(Sqlite, Limit)) {
                let what = format!("{operation}: half of the limit at {times}×, SQLite");
                aims.push(Aim { what, found: format!("{share:.2}"), met: share >= 0.5 });
            }
        }
    }
}

fn growth(report: &Report, aims: &mut Vec<Aim>) {
    let (Some(first), Some(grown)) = (report.sizes.get(&1), report.sizes.get(&100)) else { return };
    for (database, name) in [(Sqlite, "SQLite"), (Postgres, "PostgreSQL")] {
        for operation in BY_KEY_OR_PAGE {
            let rate = |of: &crate::report::OfSize, whom: Contestant| of.operation(operation)?.rate(whom);
            if let (Some(before), Some(after)) = (rate(first, database), rate(grown, database)) {
                let what = format!("{operation}: at 100× at least 0.8 of its speed at 1×, {name}");
                aims.push(Aim { what, found: format!("{:.2}", after / before), met: after >= before * 0.8 });
            }
        }
    }
}
