//! Calling the cargo that called us, and finding what it built.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
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
    build_with(cargo(), binary, args)
}

/// As [`build`], by a cargo command that knows more.
pub fn build_with(cargo: Command, binary: &str, args: &[&str]) -> Result<PathBuf> {
    Building::begin(cargo, binary, args, Stdio::inherit())?.finish()
}

/// Begins to build one binary beside whatever else is done. What the compiler says is kept until [`Building::finish`].
///
/// Two builds do not wait for each other as long as their target or profile differs.
pub fn build_beside(binary: &str, args: &[&str]) -> Result<Building> {
    Building::begin(cargo(), binary, args, Stdio::piped())
}

/// A build that is under way. Dropped, it ends.
pub struct Building {
    binary: String,
    child: Child,
    /// What the compiler says, where it is kept; read from the beginning, so that the compiler never waits for us.
    said: Option<JoinHandle<String>>,
    built: Option<JoinHandle<Option<PathBuf>>>,
}

impl Building {
    fn begin(mut cargo: Command, binary: &str, args: &[&str], speech: Stdio) -> Result<Self> {
        let mut child = cargo
            .args(["build", "--message-format=json-render-diagnostics", "--bin", binary])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(speech)
            .spawn()
            .context("cargo could not be started")?;
        let messages = child.stdout.take().context("cargo has no output")?;
        let name = binary.to_owned();
        let built = thread::spawn(move || {
            let lines = BufReader::new(messages).lines().map_while(Result::ok);
            lines.filter_map(|line| executable(&line, &name)).last()
        });
        let said = child.stderr.take().map(|mut speech| {
            thread::spawn(move || {
                let mut said = Vec::new();
                let _ = speech.read_to_end(&mut said);
                String::from_utf8_lossy(&said).into_owned()
            })
        });
        Ok(Self { binary: binary.to_owned(), child, said, built: Some(built) })
    }

    /// Waits for its end. If it did not build, what the compiler said is shown.
    pub fn finish(self) -> Result<PathBuf> {
        Ok(self.end()?.0)
    }

    /// Waits for its end, and takes no warning either.
    pub fn finish_clean(self) -> Result<PathBuf> {
        let (built, said) = self.end()?;
        if said.lines().any(|line| line.starts_with("warning")) {
            eprint!("{said}");
            bail!("The compiler warns of something, above.");
        }
        Ok(built)
    }

    /// What was built, and what the compiler said, where it is kept.
    fn end(mut self) -> Result<(PathBuf, String)> {
        let succeeded = self.child.wait()?.success();
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        let built = self.built.take().and_then(|built| built.join().ok()).flatten();
        if !succeeded {
            eprint!("{said}");
            bail!("`{}` did not build; the compiler's message is above.", self.binary);
        }
        Ok((built.with_context(|| format!("cargo did not say where it put `{}`", self.binary))?, said))
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        // Ended already, if somebody waited for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
    fn a_build_that_does_not_succeed_says_so() {
        let building = build_beside("no-such-binary", &["--package", "xtask"]).unwrap();
        let message = building.finish().unwrap_err().to_string();
        assert_eq!(message, "`no-such-binary` did not build; the compiler's message is above.");
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
