//! `cargo xtask test`: every test there is, suite by suite, on both databases and in a browser.
//!
//! The first suite that fails ends the run. What was not run is named, and the last line counts the tests.

pub mod browser;
mod count;
mod report;

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use cairn_test_postgres::Postgres;

use crate::{
    cargo, chromium, node,
    prerequisites::{self, OPENSSL, POSTGRES, Prerequisite},
    process, python, toolchain, web,
};
use count::{Count, Runner};
use report::{Outcome, Report};

const WEB_APP: &str = "cairn-frontend";

/// All suites build the server with TLS to PostgreSQL, so it is compiled once; without it the linter compiles it, and
/// whoever runs Cairn.
const TLS: [&str; 2] = ["--features", "cairn-backend/pg-tls"];

/// The suites, in the order in which they run: what fails soonest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suite {
    Format,
    Lint,
    Unit,
    ApiSqlite,
    ApiPostgres,
    Browser,
}

impl Suite {
    const ALL: [Suite; 6] =
        [Suite::Format, Suite::Lint, Suite::Unit, Suite::ApiSqlite, Suite::ApiPostgres, Suite::Browser];

    fn name(self) -> &'static str {
        match self {
            Suite::Format => "format",
            Suite::Lint => "lint",
            Suite::Unit => "unit",
            Suite::ApiSqlite => "api-sqlite",
            Suite::ApiPostgres => "api-postgres",
            Suite::Browser => "browser",
        }
    }

    /// Those that the arguments name, in our order; all of them if none is named.
    fn chosen(args: &[String]) -> Result<Vec<Suite>> {
        if let Some(unknown) = args.iter().find(|arg| Suite::ALL.iter().all(|suite| suite.name() != *arg)) {
            let known: Vec<_> = Suite::ALL.iter().map(|suite| suite.name()).collect();
            bail!("There is no suite `{unknown}`: choose from {}.", known.join(", "));
        }
        let wanted = |suite: &Suite| args.is_empty() || args.iter().any(|arg| arg == suite.name());
        Ok(Suite::ALL.into_iter().filter(wanted).collect())
    }

    fn run(self) -> Result<Outcome> {
        match self {
            Suite::Format => check(&[&["fmt", "--all", "--check"]]),
            // The web app for where it runs; all else, what is added one day included, for this machine.
            Suite::Lint => check(&[
                &["clippy", "--workspace", "--exclude", WEB_APP, "--all-targets", "--", "-D", "warnings"],
                &["clippy", "--package", WEB_APP, "--target", toolchain::WASM, "--all-targets", "--", "-D", "warnings"],
            ]),
            // By exclusion, so that a crate added to the workspace can't be forgotten here.
            Suite::Unit => tests(cargo_test(&["--workspace", "--exclude", "cairn-tests"]).args(TLS), Runner::Cargo),
            Suite::ApiSqlite => {
                // No network leads to a file.
                tests(black_box()?.env("CAIRN_TEST_DATABASE", "sqlite").args(["--", "--skip", "tls::"]), Runner::Cargo)
            }
            Suite::ApiPostgres => {
                let server = Postgres::start()?;
                let mut command = black_box()?;
                command.env("CAIRN_TEST_DATABASE", "postgres").env("CAIRN_TEST_POSTGRES_URL", server.url());
                tests(&mut command, Runner::Cargo)
            }
            Suite::Browser => {
                let mut node = browser::journeys()?;
                let server = browser::prepare(&mut node, server)?;
                tests(node.env(python::VARIABLE, python::schemathesis(&server)?), Runner::Node)
            }
        }
    }
}

/// The command: provides what the suites need, runs them, and ends with the table and the count.
pub fn test(args: &[String]) -> Result<ExitCode> {
    let suites = Suite::chosen(args)?;
    provide(&suites)?;

    // The browser's suite needs the web app as it is served, which one core builds for minutes: it begins now.
    let mut web_app = suites.contains(&Suite::Browser).then(web::begin).transpose()?;

    let mut report = Report::default();
    let mut rest = suites.iter();
    for suite in rest.by_ref() {
        println!("\n── {} ──", suite.name());
        let begun = Instant::now();
        let web_app = web_app.take_if(|_| *suite == Suite::Browser);
        let ready = web_app.map_or(Ok(()), |building| building.finish().map(drop));
        let outcome = ready.and_then(|()| suite.run()).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Outcome::broken()
        });
        if !report.add(suite.name(), outcome, begun.elapsed()) {
            break;
        }
    }
    report.not_run = rest.map(|suite| suite.name()).collect();
    print!("\n{report}");
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Everything that is missing is found before the first suite starts, not after twenty minutes.
fn provide(suites: &[Suite]) -> Result<()> {
    let has = |suite| suites.contains(&suite);
    if suites != [Suite::Format] {
        toolchain::c_compiler()?;
        web::ensure_folder()?;
    }
    if has(Suite::Format) {
        toolchain::component("fmt", "rustfmt")?;
    }
    if has(Suite::Lint) {
        toolchain::component("clippy", "clippy")?;
    }
    if has(Suite::Lint) || has(Suite::Browser) {
        toolchain::wasm_target()?;
    }
    let mut wanted: Vec<Prerequisite> = Vec::new();
    if suites.iter().any(|suite| !matches!(suite, Suite::Format | Suite::Lint)) {
        wanted.push(OPENSSL);
    }
    if has(Suite::ApiPostgres) {
        wanted.push(POSTGRES);
    }
    if has(Suite::Browser) {
        wanted.extend([chromium::PREREQUISITE, node::PREREQUISITE, python::PREREQUISITE]);
    }
    prerequisites::provide(&wanted)
}

fn cargo_test(args: &[&str]) -> Command {
    let mut command = cargo::cargo();
    // Every test of a suite is run and counted, also after one that fails.
    command.args(["test", "--no-fail-fast"]).args(args);
    command
}

/// The server as the suites build it.
fn server() -> Result<PathBuf> {
    cargo::build("cairn", &[["--package", "cairn-backend"], TLS].concat())
}

/// The black-box tests. Some of them run the server as its users do, so it is built, and its path handed over.
fn black_box() -> Result<Command> {
    let server = server()?;
    let mut command = cargo_test(&["--package", "cairn-tests"]);
    command.args(TLS).env("CAIRN_BIN", server);
    Ok(command)
}

/// A suite that is no test but a verdict: good if all of its commands are.
fn check(commands: &[&[&str]]) -> Result<Outcome> {
    for args in commands {
        let status = cargo::cargo().args(*args).status().context("cargo could not be started")?;
        if !status.success() {
            return Ok(Outcome::check(false));
        }
    }
    Ok(Outcome::check(true))
}

/// Runs a test runner, showing what it says and reading the counts in it.
fn tests(command: &mut Command, runner: Runner) -> Result<Outcome> {
    let started = command.stdout(Stdio::piped()).spawn();
    let mut child = started.with_context(|| format!("{} could not be started", process::line(command)))?;
    let says = child.stdout.take().context("the test runner has no output")?;
    let mut count = Count::default();
    for line in BufReader::new(says).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count.read(runner, &line);
    }
    Ok(Outcome::tests(count, child.wait()?.success()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Result<Vec<Suite>> {
        Suite::chosen(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn all_suites_run_unless_some_are_named() {
        assert_eq!(chosen(&[]).unwrap(), Suite::ALL);
        assert_eq!(chosen(&["browser", "format"]).unwrap(), [Suite::Format, Suite::Browser]);
    }

    #[test]
    fn an_unknown_suite_is_named() {
        let message = chosen(&["api"]).unwrap_err().to_string();
        assert!(message.starts_with("There is no suite `api`: choose from format, lint,"), "{message}");
    }
}
