//! The linter's suite, which leaves behind, compiled, all that the suites after it run.
//!
//! clippy's compiler is rustc with more lints. `cargo clippy` lets it look at the workspace's crates and throws away what
//! it made of them, and then all is compiled once more to be run. Here it looks at them while they are compiled, so one
//! pass serves both. Clippy's book warns that its compiler may leave out optimisations: in tests there are none.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{cargo, process, toolchain};

/// A cargo command whose compiler lints. A test that does not hold names its line by itself; the lines of a backtrace through our own
/// crates are not worth the time that it takes to compile them in.
pub fn cargo() -> Command {
    let mut command = cargo::cargo();
    command.env("RUSTC_WORKSPACE_WRAPPER", compiler()).env("CARGO_PROFILE_DEV_DEBUG", "false");
    // What is compiled from nothing has nothing to go on from, and to keep that for later takes time as well. Whoever has compiled before goes
    // on as before.
    if !has_compiled_before() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Whether the server was compiled here before, in steps that can be gone on from.
fn has_compiled_before() -> bool {
    let steps = fs::read_dir(cargo::root().join("target/debug/incremental"));
    let mut names = steps.into_iter().flatten().flatten().map(|step| step.file_name());
    names.any(|name| name.to_string_lossy().starts_with("cairn_backend-"))
}

/// Sees to it that there is such a compiler.
pub fn provide() -> Result<()> {
    toolchain::component("clippy", "clippy")
}

/// clippy's compiler, which rustup keeps beside rustc.
fn compiler() -> PathBuf {
    let name = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = process::output(Command::new(rustc).args(["--print", "sysroot"]));
    let beside = sysroot.map(|sysroot| Path::new(&sysroot).join("bin").join(&name));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| name.into())
}

/// Compiles what the arguments name, and shows what the compiler says. Whether it compiled, and nothing was said: cargo
/// repeats what it said of crates that did not change, so a warning stays until it is heeded.
pub fn is_clean(args: &[&str]) -> Result<bool> {
    let mut child = cargo()
        .args(["build", "--message-format=json"])
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo could not be started")?;
    let messages = child.stdout.take().context("cargo has no output")?;
    let mut said = 0_usize;
    for line in BufReader::new(messages).lines() {
        if let Some(words) = diagnostic(&line?) {
            eprint!("{words}");
            said += 1;
        }
    }
    Ok(child.wait()?.success() && said == 0)
}

/// What the compiler says in one of cargo's messages, as it would show it.
fn diagnostic(message: &str) -> Option<String> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message["reason"] == "compiler-message").then(|| message["message"]["rendered"].as_str().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compiler_says_is_found_among_cargos_messages() {
        let warning = r#"{"reason":"compiler-message","message":{"level":"warning","rendered":"warning: unused\n"}}"#;
        let built = r#"{"reason":"compiler-artifact","target":{"name":"cairn"},"executable":null}"#;
        assert_eq!(diagnostic(warning).as_deref(), Some("warning: unused\n"));
        assert_eq!(diagnostic(built), None);
        assert_eq!(diagnostic("not json"), None);
    }

    #[test]
    fn the_compiler_lints() {
        assert!(process::output(Command::new(compiler()).arg("--version")).is_some_and(|v| v.starts_with("clippy")));
    }
}
