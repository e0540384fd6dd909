//! Calling the cargo that called us, and finding what it built.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    // Cargo says at run time where the crate is, so a checkout may be moved; the compiled-in answer serves a debugger.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}

/// A cargo command in the workspace's root.
///
/// What `cargo run` tells *this* crate about itself is taken away: build scripts such as ring's watch those variables,
/// and would compile again each time that one changes between a direct `cargo build` and ours.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_this_crate) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_this_crate(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

/// Runs cargo to its end, its output in view.
pub fn run(args: &[&str], doing: &str) -> Result<()> {
    let status = cargo().args(args).status().context("cargo could not be started")?;
    if !status.success() {
        bail!("{doing} failed; cargo's message is above.");
    }
    Ok(())
}

/// Builds one binary and returns where cargo put it, whatever target folder or profile is set.
pub fn build(binary: &str, args: &[&str]) -> Result<PathBuf> {
    let mut child = cargo()
        .args(["build", "--message-format=json-render-diagnostics", "--bin", binary])
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo could not be started")?;
    let messages = child.stdout.take().context("cargo has no output")?;
    let mut built = None;
    for line in BufReader::new(messages).lines() {
        built = executable(&line?, binary).or(built);
    }
    if !child.wait()?.success() {
        bail!("`{binary}` did not build; the compiler's message is above.");
    }
    built.with_context(|| format!("cargo did not say where it put `{binary}`"))
}

/// Reads one of cargo's messages: the path of the binary, if it announces that.
fn executable(message: &str, binary: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message["reason"] == "compiler-artifact" && message["target"]["name"] == binary)
        .then(|| message["executable"].as_str().map(PathBuf::from))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"cairn"},"executable":null}"#;
        let other = r#"{"reason":"compiler-artifact","target":{"name":"xtask"},"executable":"/t/xtask"}"#;
        let binary = r#"{"reason":"compiler-artifact","target":{"name":"cairn"},"executable":"/t/cairn"}"#;
        assert_eq!(executable(library, "cairn"), None);
        assert_eq!(executable(other, "cairn"), None);
        assert_eq!(executable("not json", "cairn"), None);
        assert_eq!(executable(binary, "cairn"), Some(PathBuf::from("/t/cairn")));
    }

    #[test]
    fn only_what_describes_this_crate_is_hidden_from_cargo() {
        assert!(describes_this_crate("CARGO_PKG_NAME"));
        assert!(describes_this_crate("CARGO_MANIFEST_DIR"));
        for kept in ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "PATH"] {
            assert!(!describes_this_crate(kept), "{kept}");
        }
    }
}
