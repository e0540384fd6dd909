//! Node.js, which drives the browser: whether it is here, and the two packages that the journeys use.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{cargo, prerequisites::Prerequisite, process};

/// The oldest release whose test runner and whose Playwright do what the journeys ask of them.
const OLDEST: (u32, u32) = (18, 19);

/// For [`crate::prerequisites::provide`].
pub const PREREQUISITE: Prerequisite =
    Prerequisite { name: "Node.js (18.19 or newer) with npm", packages: &["nodejs", "npm"], is_here };

fn is_here() -> bool {
    let version = process::output(Command::new("node").arg("--version"));
    version.as_deref().and_then(parse_version).is_some_and(|version| version >= OLDEST)
        && process::find_on_path("npm").is_some()
}

fn parse_version(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The folder of the journeys.
pub fn folder() -> PathBuf {
    cargo::root().join("tests/browser")
}

/// Installs exactly what `package-lock.json` lists, unless that is what lies there.
pub fn install_packages() -> Result<()> {
    let lock = fs::read(folder().join("package-lock.json")).context("tests/browser/package-lock.json can't be read")?;
    let installed = folder().join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the journeys' packages from npm …");
    process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder()))?;
    fs::write(installed, lock)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(parse_version("v20.9.0\n"), Some((20, 9)));
        assert!(parse_version("v18.20.4").unwrap() >= OLDEST);
        assert!(parse_version("v18.9.1").unwrap() < OLDEST);
        assert_eq!(parse_version("command not found"), None);
    }
}
