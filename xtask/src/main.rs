//! Everything that a person or the CI runs, behind two commands: `cargo run` and `cargo xtask test`.
//!
//! This file reads the command line and nothing more; each command has a module of its own.
#![expect(clippy::print_stdout, reason = "telling a person at a terminal what happens is this program's job")]

mod bench;
mod cargo;
mod chromium;
mod node;
mod prerequisites;
mod process;
mod python;
mod run;
mod shots;
mod soak;
mod speed;
mod test;
mod toolchain;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage:
  cargo run [-- OPTIONS]        build everything and open the demonstration
      --port PORT               serve on this port of 127.0.0.1 instead of 8080
      --dev                     build the web app for a quick edit loop: larger, slower, built sooner
      anything else goes to `cairn demo`
  cargo xtask test [SUITE...]   every test, or the suites named:
                                format lint unit api-sqlite api-postgres browser
  cargo xtask web [--dev] [--opt]
                                build the web app into frontend/dist (--opt: with wasm-opt)
  cargo xtask bench [OPTIONS]   requests a second, beside a floor and a limit that are measured in the same run
                                (--quick: briefly; --sizes 1,10,100; --databases sqlite,postgres)
  cargo xtask speed             how long it takes on a slow phone until a mentor can write, and what travels
  cargo xtask soak [KILLS]      kill the server in the middle of work, a thousand times on each database
  cargo xtask openapi           write openapi/openapi.json from the routes
  cargo xtask shots FOLDER [--only NAME]
                                save pictures of the pages listed in tests/browser/pages.json
  cargo xtask help              this text";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Finds the command that the arguments name. No command at all means `run`, so that plain `cargo run` works.
fn dispatch(args: &[String]) -> Result<ExitCode> {
    let (command, rest) = match args.split_first() {
        Some((first, rest)) if !first.starts_with('-') => (first.as_str(), rest),
        Some((first, _)) if matches!(first.as_str(), "-h" | "--help") => ("help", args),
        _ => ("run", args),
    };
    match command {
        "run" => run::run(rest)?,
        "web" => web::web(rest)?,
        "test" => return test::test(rest),
        "openapi" => cargo::run(&["run", "--package", "cairn-openapi"], "Writing the OpenAPI document")?,
        "bench" => bench::bench(rest)?,
        "shots" => shots::shots(rest)?,
        "soak" => soak::soak(rest)?,
        "speed" => speed::speed()?,
        "help" => println!("{USAGE}"),
        unknown => bail!("There is no command `{unknown}`.\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
