//! The figures as people read them: tables in Markdown, for a terminal and for `docs/PERFORMANCE.md`.

use std::fmt::Write;

use crate::{
    aims, once,
    operations::Contestant::{self, Floor, Limit, Postgres, Sqlite},
    report::{OfOperation, OfSize, Report},
    run::DEADLINE,
};

/// Before the tables in the page.
pub const BEGINS: &str = "<!-- tables: written by `cargo xtask bench` -->";
/// Behind them.
pub const ENDS: &str = "<!-- end of the tables -->";

/// All tables.
pub fn all(report: &Report) -> String {
    let mut text = String::new();
    let m = &report.machine;
    let _ = writeln!(
        text,
        "\nMeasured at {} on {} cores ({}) with {} GB, Linux {}, {}; its load was {:.1} when the run began.\n",
        m.commit, m.cores, m.processor, m.memory, m.kernel, m.rustc, m.load
    );
    held(report, &mut text);
    for (times, of_size) in &report.sizes {
        let _ = writeln!(text, "### {times}× the demonstration\n");
        for database in of_size.databases.keys() {
            operations(&of_size.operations, *database, &mut text);
        }
        done_once(of_size, &mut text);
    }
    growth(report, &mut text);
    web(report, &mut text);
    let _ = writeln!(text, "### The aims\n\n{}", aims::table(report));
    text
}

fn name(of: Contestant) -> &'static str {
    match of {
        Floor => "floor",
        Limit => "limit",
        Sqlite => "SQLite",
        Postgres => "PostgreSQL",
    }
}

fn held(report: &Report, text: &mut String) {
    text.push_str(
        "| Size | Rows | People | Entries | Sent | Database | MB | Made in | First answer | Memory | With uploads |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (times, of_size) in &report.sizes {
        for (database, of) in &of_size.databases {
            let h = &of_size.held;
            let _ = writeln!(
                text,
                "| {times}× | {} | {} | {} | {} | {} | {:.0} | {:.0} s | {:.0} ms | {:.0} MB | {:.0} MB |",
                h.rows,
                h.people,
                h.entries,
                h.submissions,
                name(*database),
                of.megabytes,
                of.made_in_seconds,
                of.first_answer,
                of.memory,
                of.memory_with_uploads
            );
        }
    }
    text.push('\n');
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".into(), |share| format!("{:.0} %", share * 100.0))
}

fn operations(of: &[OfOperation], database: Contestant, text: &mut String) {
    let _ = writeln!(
        text,
        "| {} | Bytes | Floor /s | Limit /s | of floor | Cairn /s | of floor | **of limit** | p50 ms | p99 ms | alone p50 | alone p99 |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|",
        name(database)
    );
    for o in of {
        let Some(figures) = o.of.get(&database) else { continue };
        let rate = |of| o.rate(of).map_or_else(|| "–".into(), |rate| format!("{rate:.0}"));
        let alone = o.alone.get(&database);
        let alone =
            |of: fn(&crate::client::Figures) -> f64| alone.map_or_else(|| "–".into(), |f| format!("{:.2}", of(f)));
        let unexpected =
            if figures.unexpected > 0 { format!(" ({} unexpected)", figures.unexpected) } else { String::new() };
        let at_once = if o.at_once == 0 { String::new() } else { format!(", {} at once", o.at_once) };
        let _ = writeln!(
            text,
            "| {}{at_once}{unexpected} | {} | {} | {} | {} | {:.*} | {} | **{}** | {:.2} | {:.2} | {} | {} |",
            o.name,
            o.bytes,
            rate(Floor),
            rate(Limit),
            percent(o.share(Limit, Floor)),
            usize::from(figures.rate < 100.0),
            figures.rate,
            percent(o.share(database, Floor)),
            percent(o.share(database, Limit)),
            figures.p50,
            figures.p99,
            alone(|f| f.p50),
            alone(|f| f.p99)
        );
    }
    text.push('\n');
}

fn done_once(of_size: &OfSize, text: &mut String) {
    if of_size.once.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "| Done once, {} of them | Database | Floor ms | Cairn ms | longest | times the floor | each, ms |\n\
         |---|---|---|---|---|---|---|",
        once::AWARDS
    );
    for (what, of) in &of_size.once {
        for (database, found) in of {
            let _ = writeln!(
                text,
                "| {what} | {} | {:.0} | {:.0} | {:.0} | **{:.1}** | {:.1} |",
                name(*database),
                found.floor,
                found.took,
                found.longest,
                found.took / found.floor,
                found.took / once::AWARDS as f64
            );
        }
    }
    text.push('\n');
}

fn growth(report: &Report, text: &mut String) {
    let Some((_, first)) = report.sizes.first_key_value().filter(|_| report.sizes.len() > 1) else { return };
    let sizes: Vec<&u32> = report.sizes.keys().collect();
    let heads = sizes.iter().map(|times| format!(" {times}× |")).collect::<String>();
    let _ = writeln!(text, "### How it grows\n\nAnswers a second, and their share of those at the first size.\n");
    let _ = writeln!(text, "| | Database |{heads}\n|---|---|{}", "---|".repeat(sizes.len()));
    for o in first.operations.iter().filter(|o| o.name != DEADLINE) {
        for database in o.of.keys().filter(|whom| **whom != Floor) {
            let cells = report.sizes.values().map(|of_size| {
                let rate = of_size.operation(&o.name).and_then(|o| o.rate(*database));
                rate.map_or_else(
                    || " – |".into(),
                    |rate| format!(" {rate:.0} ({}) |", percent(o.rate(*database).map(|first| rate / first))),
                )
            });
            let _ = writeln!(text, "| {} | {} |{}", o.name, name(*database), cells.collect::<String>());
        }
    }
    text.push('\n');
}

fn web(report: &Report, text: &mut String) {
    if report.web.is_empty() && report.phone.is_empty() {
        return;
    }
    text.push_str("### The web app\n\n| | |\n|---|---|\n");
    for (what, bytes) in &report.web {
        let _ = writeln!(text, "| {what} | {:.1} kB |", *bytes as f64 / 1000.0);
    }
    for (what, millis) in &report.phone {
        let _ = writeln!(text, "| {what} | {:.1} s |", millis / 1000.0);
    }
    text.push('\n');
}
