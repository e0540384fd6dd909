//! `cargo xtask bench`: builds the server as it is released, and the benchmark, and runs the one on the other.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    cargo,
    prerequisites::{self, POSTGRES},
    process, web,
};

/// The command. Its options are the benchmark's own; it needs PostgreSQL unless only SQLite is named.
pub fn bench(args: &[String]) -> Result<()> {
    if args.iter().all(|arg| arg != "--databases") || args.iter().any(|arg| arg.contains("postgres")) {
        prerequisites::provide(&[POSTGRES])?;
    }
    web::ensure_folder()?;
    let server = released("cairn", "cairn-backend")?;
    let bench = released("cairn-bench", "cairn-bench")?;
    let mut command = std::process::Command::new(bench);
    process::run(command.args(args).env("CAIRN_BIN", server).current_dir(cargo::root()))
}

fn released(binary: &str, package: &str) -> Result<PathBuf> {
    cargo::build(binary, &["--release", "--package", package])
}
