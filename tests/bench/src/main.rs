//! `cargo xtask bench`: what Cairn answers in a second, beside a floor and a limit that are measured in the same run on
//! the same cores. `docs/PERFORMANCE.md` says what is measured and why.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

mod aims;
mod client;
mod data;
mod floor;
mod grow;
mod limit;
mod once;
mod operations;
mod report;
mod run;
mod senders;
mod server;
mod subjects;
mod table;
/// The server's own, so that people can be signed in whom the benchmark never asked for a link. It is this one file:
/// with all of the server in it, the benchmark would be built as slowly as the server, and anew with each change there.
#[path = "../../../backend/src/token.rs"]
#[expect(dead_code, reason = "the benchmark signs and never verifies")]
mod token;

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitCode,
    thread::available_parallelism,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use operations::Contestant;
use report::{Draft, Machine, Report};
use run::Options;

const USAGE: &str = "\
Usage: cargo xtask bench [OPTIONS]
  --sizes 1,10,100               so many times the demonstration
  --databases sqlite,postgres    on which databases
  --only certificate,badge       only what has one of these in its name; nothing is written into docs/
  --quick                        everything once and briefly, to see whether it works; nothing is written into docs/
  --again                        begin anew, whatever an earlier run that was broken off has found
  --paste                        measure nothing: write the tables of docs/performance.json into docs/PERFORMANCE.md";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let cores = available_parallelism()?.get();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor", address] => floor::serve(TcpListener::bind(address)?, cores),
        ["limit", database, address] => limit::serve(TcpListener::bind(address)?, cores, database.into()),
        ["--paste"] => paste(),
        _ => bench(&args, cores),
    }
}

/// The project's root folder.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

fn bench(args: &[String], cores: usize) -> Result<()> {
    let target = root().join("target").join("bench");
    let mut options = Options {
        cairn: env::var_os("CAIRN_BIN").map(PathBuf::from).context("CAIRN_BIN is needed: the released server")?,
        folder: target.join("data"),
        sizes: vec![1, 10, 100],
        databases: vec![Contestant::Sqlite, Contestant::Postgres],
        only: Vec::new(),
        quick: false,
    };
    let mut again = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => options.quick = true,
            "--again" => again = true,
            "--only" => options.only = args.next().context(USAGE)?.split(',').map(str::to_owned).collect(),
            "--sizes" => options.sizes = sizes(args.next())?,
            "--databases" => options.databases = databases(args.next())?,
            other => bail!("`cargo xtask bench` does not know {other}.\n\n{USAGE}"),
        }
    }
    fs::create_dir_all(&target)?;
    if again {
        fs::remove_file(target.join("unfinished.json")).ok();
    }
    let binary = fs::read(&options.cairn).context("Cairn is not there")?;
    let digest = Sha256::digest(&binary).iter().take(6).map(|b| format!("{b:02x}")).collect::<String>();
    let is_whole = !options.quick && options.only.is_empty();
    let key = format!("{digest}{} {}", if options.quick { " quick" } else { "" }, options.only.join(","));
    let mut draft = Draft::open(&target, key, Machine::this(cores));
    if !draft.report.sizes.is_empty() {
        eprintln!("An earlier run of the same server was broken off. It goes on where it was; --again begins anew.");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run::run(&options, &mut draft))?;
    let there = if is_whole { root().join("docs").join("performance.json") } else { target.join("part.json") };
    let report = draft.finish(&there)?;
    print!("{}", table::all(&report));
    if is_whole {
        paste()?;
    }
    println!("\nWritten to {}.", there.strip_prefix(root()).unwrap_or(&there).display());
    Ok(())
}

fn sizes(given: Option<&String>) -> Result<Vec<u32>> {
    let sizes: Vec<u32> = given.context(USAGE)?.split(',').map(str::parse).collect::<Result<_, _>>().context(USAGE)?;
    // A copy's number has three digits, and the marks of hexadecimal ids have room for it.
    ensure!(sizes.iter().all(|n| (1..=999).contains(n)), "Sizes go from 1 to 999.");
    Ok(sizes)
}

fn databases(given: Option<&String>) -> Result<Vec<Contestant>> {
    let one = |name: &str| match name {
        "sqlite" => Ok(Contestant::Sqlite),
        "postgres" => Ok(Contestant::Postgres),
        _ => bail!("{USAGE}"),
    };
    given.context(USAGE)?.split(',').map(one).collect()
}

/// Writes the tables of `docs/performance.json` into `docs/PERFORMANCE.md`, between its two marks.
fn paste() -> Result<()> {
    let docs = root().join("docs");
    let report: Report = serde_json::from_slice(&fs::read(docs.join("performance.json"))?)?;
    let page = docs.join("PERFORMANCE.md");
    let text = fs::read_to_string(&page)?;
    let (before, rest) = text.split_once(table::BEGINS).context("docs/PERFORMANCE.md has no place for the tables")?;
    let (_, after) = rest.split_once(table::ENDS).context("docs/PERFORMANCE.md has no end of the tables")?;
    fs::write(page, format!("{before}{}\n{}{}{after}", table::BEGINS, table::all(&report), table::ENDS))?;
    Ok(())
}
