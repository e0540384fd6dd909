//! Python, for the one tool that is written in it: schemathesis, which makes requests out of the OpenAPI document.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{cargo, prerequisites::Prerequisite, process};

/// For [`crate::prerequisites::provide`].
pub const PREREQUISITE: Prerequisite =
    Prerequisite { name: "Python 3 with venv", packages: &["python3", "python3-venv"], is_here };

fn is_here() -> bool {
    process::output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_some()
}

/// The environment variable that tells the journeys where schemathesis is.
pub const VARIABLE: &str = "CAIRN_SCHEMATHESIS";

/// Installs exactly what `requirements.txt` lists into an environment of its own, unless that is what lies there, and
/// says where schemathesis is. The environment stands beside the server that is tested, where builds are kept.
pub fn schemathesis(server: &Path) -> Result<PathBuf> {
    let wanted = cargo::root().join("tests/schemathesis/requirements.txt");
    let text = fs::read(&wanted).context("tests/schemathesis/requirements.txt can't be read")?;
    let folder = server.with_file_name("cairn-schemathesis");
    let (installed, program) = (folder.join("installed.txt"), folder.join("bin/schemathesis"));
    if fs::read(&installed).is_ok_and(|installed| installed == text) {
        return Ok(program);
    }
    println!("Installing schemathesis from PyPI …");
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    process::run(
        Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&wanted),
    )?;
    fs::write(installed, text)?;
    Ok(program)
}
