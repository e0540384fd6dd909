//! `cargo xtask test`: every test there is, suite by suite, on both databases and in a browser.
//!
//! The first suite that fails ends the run. What was not run is named, and the last line counts the tests.

pub mod browser;
mod count;
mod lint;
mod report;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use cairn_test_postgres::{Postgres, scratch};

use crate::{
    cargo, chromium, node,
    prerequisites::{self, OPENSSL, POSTGRES, Prerequisite},
    process, python, toolchain, web,
};
use count::{Count, Runner};
use report::{Outcome, Report};

/// What all suites are compiled as: the whole workspace, so that no crate is compiled twice because another choice of
/// crates asks other features of it; and the server with TLS to PostgreSQL.
const WHOLE: [&str; 3] = ["--workspace", "--features", "cairn-backend/pg-tls"];

/// The programs with tests of their own.
const PROGRAMS: [&str; 6] = ["--bin", "cairn-bench", "--bin", "cairn-openapi", "--bin", "xtask"];

/// The server. The web app's program is in no list: it does nothing but start the library.
const SERVER: [&str; 2] = ["--bin", "cairn"];

/// The test that lays badges down where `CAIRN_BADGES` says.
const SIGNS_BADGES: &str = "credential::a_new_key_signs_from_then_on_and_what_the_old_one_signed_stays_genuine";

/// The tests that know the product from outside alone, and those of the house's rules.
const BLACK_BOX: [&str; 6] = ["--test", "api", "--test", "binary", "--test", "house"];

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
            Suite::Format => check(&["fmt", "--all", "--check"]),
            Suite::Lint => {
                Ok(Outcome::check(lint::is_clean(&[&WHOLE[..], &["--tests"], &SERVER, &PROGRAMS].concat())?))
            }
            Suite::Unit => tests(&mut cargo_test(&[&["--lib"], &PROGRAMS[..]].concat()), Runner::Cargo),
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
                for tool in [python::SCHEMATHESIS, python::BADGES] {
                    node.env(tool.variable, tool.install(&server)?);
                }
                node.env("CAIRN_BADGES", badges(&server)?);
                tests(node.env("TMPDIR", scratch()), Runner::Node)
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
        let ready = web_app.map_or(Ok(()), |building| building.finish_clean().map(drop));
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
    if has(Suite::Browser) {
        toolchain::wasm_target()?;
    }
    let mut wanted: Vec<Prerequisite> = Vec::new();
    if suites != [Suite::Format] {
        lint::provide()?;
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
    let mut command = lint::cargo();
    // Every test of a suite is run and counted, also after one that fails.
    command.args(["test", "--no-fail-fast"]).args(WHOLE).args(args).env("TMPDIR", scratch());
    command
}

/// The server as the suites build it.
fn server() -> Result<PathBuf> {
    cargo::build_with(lint::cargo(), "cairn", &WHOLE)
}

/// The black-box tests. Some of them run the server as its users do, so it is built, and its path handed over.
fn black_box() -> Result<Command> {
    let server = server()?;
    let mut command = cargo_test(&BLACK_BOX);
    command.env("CAIRN_BIN", server);
    // Half of the time such a test waits for its server.
    if env::var_os("RUST_TEST_THREADS").is_none() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        command.env("RUST_TEST_THREADS", (2 * cores).to_string());
    }
    Ok(command)
}

/// Has the test that signs badges lay them down, for the verifiers of others, and says where.
fn badges(server: &Path) -> Result<PathBuf> {
    let folder = server.with_file_name("cairn-badges");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the badges of the last run can't be removed")?;
    }
    let mut command = black_box()?;
    command.args(["--quiet", "--", "--exact", SIGNS_BADGES]).env("CAIRN_TEST_DATABASE", "sqlite");
    process::run(command.env("CAIRN_BADGES", &folder).stdout(Stdio::null()))?;
    ensure!(folder.exists(), "{SIGNS_BADGES} lays no badges down any more");
    Ok(folder)
}

/// A suite that is no test but a verdict.
fn check(args: &[&str]) -> Result<Outcome> {
    let status = cargo::cargo().args(args).status().context("cargo could not be started")?;
    Ok(Outcome::check(status.success()))
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

    /// The suite `unit` runs what is in libraries and programs; folders of tests are run by name.
    #[test]
    fn no_crate_has_tests_that_no_suite_runs() {
        let workspace = fs::read_to_string(cargo::root().join("Cargo.toml")).unwrap();
        let members = workspace.split_once("members = [").unwrap().1.split_once(']').unwrap().0;
        let members: Vec<&str> = members.split(',').map(|member| member.trim().trim_matches('"')).collect();
        assert!(members.contains(&"tests") && members.contains(&"backend"), "{members:?}");
        for member in members {
            let manifest = fs::read_to_string(cargo::root().join(member).join("Cargo.toml")).unwrap();
            let names = manifest.split("[[test]]").skip(1).map(|test| test.split('"').nth(1).unwrap());
            for name in names {
                assert!(BLACK_BOX.contains(&name), "{member} has tests, {name}, that no suite runs");
            }
            let found = fs::read_dir(cargo::root().join(member).join("tests")).into_iter().flatten();
            let files = found.flatten().any(|file| file.path().extension().is_some_and(|kind| kind == "rs"));
            assert!(manifest.contains("autotests = false") || !files, "{member}/tests has tests that no suite runs");
            let program = fs::read_to_string(cargo::root().join(member).join("src/main.rs")).unwrap_or_default();
            let package = manifest.split("name = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            let listed = PROGRAMS.contains(&package) || !program.contains("#[cfg(test)]");
            assert!(listed, "{member}/src/main.rs has tests that no suite runs");
            let is_program = !manifest.contains("[lib]") && !cargo::root().join(member).join("src/lib.rs").exists();
            assert!(
                is_program || manifest.contains("doctest = false"),
                "{member} may have examples in comments, which no suite runs"
            );
        }
    }

    #[test]
    fn an_unknown_suite_is_named() {
        let message = chosen(&["api"]).unwrap_err().to_string();
        assert!(message.starts_with("There is no suite `api`: choose from format, lint,"), "{message}");
    }
}
