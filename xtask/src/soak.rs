//! `cargo xtask soak`: the test that kills the server in the middle of work, a thousand times on each database. What it
//! finds is written into `docs/soak.txt`, to be committed.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use cairn_test_postgres::Postgres;

use crate::{
    cargo,
    prerequisites::{self, POSTGRES},
    process, toolchain, web,
};

const KILLS: &str = "1000";
const REPORT: &str = "docs/soak.txt";

/// The command. Takes the number of kills, if there shall be others than a thousand.
pub fn soak(args: &[String]) -> Result<()> {
    let kills = match args {
        [] => KILLS,
        [kills] if kills.parse::<u32>().is_ok() => kills,
        _ => bail!("`cargo xtask soak` takes one number: how often the server is killed."),
    };
    toolchain::c_compiler()?;
    web::ensure_folder()?;
    prerequisites::provide(&[POSTGRES])?;
    let built = cargo::build("cairn", &["--package", "cairn-backend"])?;
    // A copy, so that whoever goes on working meanwhile does not change what is killed.
    let server = env::temp_dir().join(format!("cairn-soak-{}", std::process::id()));
    fs::copy(&built, &server).context("the server could not be copied")?;
    let mut report = format!("{kills} kills on each database, by `cargo xtask soak`, at {}.\n", commit()?);
    for database in ["sqlite", "postgres"] {
        let throw_away = (database == "postgres").then(Postgres::start).transpose()?;
        let mut command = cargo::cargo();
        command
            .args(["test", "--package", "cairn-tests", "--test", "binary", "--", "--nocapture", "disaster::kill"])
            .env("CAIRN_BIN", &server)
            .env("CAIRN_TEST_KILLS", kills)
            .env("CAIRN_TEST_DATABASE", database);
        if let Some(throw_away) = &throw_away {
            command.env("CAIRN_TEST_POSTGRES_URL", throw_away.url());
        }
        let begun = Instant::now();
        let said = listen(&mut command)?;
        report.push_str(&format!("\n{database}, {} minutes:\n", begun.elapsed().as_secs() / 60));
        said.iter().for_each(|line| report.push_str(&format!("  {line}\n")));
    }
    fs::remove_file(&server).ok();
    fs::write(cargo::root().join(REPORT), &report)?;
    print!("\n{report}");
    Ok(())
}

/// Runs the test, showing what it says, and returns what it counted.
fn listen(command: &mut Command) -> Result<Vec<String>> {
    let started = command.stderr(Stdio::piped()).spawn();
    let mut child = started.with_context(|| format!("{} could not be started", process::line(command)))?;
    let says = child.stderr.take().context("the test has no output")?;
    let mut counted = Vec::new();
    for line in BufReader::new(says).lines() {
        let line = line?;
        eprintln!("{line}");
        if line.contains(" kills interrupted ") || line.starts_with("There once: ") {
            counted.push(line);
        }
    }
    if !child.wait()?.success() || counted.len() != 2 {
        bail!("The test did not pass; its own message is above.");
    }
    Ok(counted)
}

fn commit() -> Result<String> {
    let said = Command::new("git").args(["log", "-1", "--format=%h of %cs"]).current_dir(cargo::root()).output();
    Ok(String::from_utf8(said.context("git could not be started")?.stdout)?.trim().to_owned())
}
