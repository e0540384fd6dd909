//! Python, for the two tools that are written in it: schemathesis, which makes requests out of the OpenAPI document, and a
//! verifier of badges that is not ours.

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

/// A program in Python that the journeys run: where its requirements are listed, what is run of it, and the environment
/// variable that tells them where that is.
pub struct Tool {
    requirements: &'static str,
    program: &'static str,
    /// The environment variable.
    pub variable: &'static str,
}

/// Makes requests out of the OpenAPI document.
pub const SCHEMATHESIS: Tool = Tool {
    requirements: "tests/schemathesis/requirements.txt",
    program: "schemathesis",
    variable: "CAIRN_SCHEMATHESIS",
};

/// Runs the verifier of badges.
pub const BADGES: Tool =
    Tool { requirements: "tests/badges/requirements.txt", program: "python", variable: "CAIRN_BADGE_PYTHON" };

impl Tool {
    /// Installs exactly what is listed into an environment of its own, unless that is what lies there, and says where the
    /// program is. The environment stands beside the server that is tested, where builds are kept.
    pub fn install(&self, server: &Path) -> Result<PathBuf> {
        let wanted = cargo::root().join(self.requirements);
        let text = fs::read(&wanted).with_context(|| format!("{} can't be read", self.requirements))?;
        let folder = server.with_file_name(self.variable.to_lowercase().replace('_', "-"));
        let (installed, program) = (folder.join("installed.txt"), folder.join("bin").join(self.program));
        if fs::read(&installed).is_ok_and(|installed| installed == text) {
            return Ok(program);
        }
        println!("Installing {} from PyPI …", self.requirements);
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        process::run(
            Command::new(folder.join("bin/pip"))
                .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
                .arg(&wanted),
        )?;
        fs::write(installed, text)?;
        Ok(program)
    }
}
