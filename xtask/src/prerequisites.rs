//! Programs that the tests need and cargo can't build. Debian's package manager brings what is missing; elsewhere one
//! sentence says what to install. Nothing is skipped for want of a program.

use std::{fs, process::Command};

use anyhow::{Result, bail};

use crate::process;

/// A program from outside, and how to get it.
pub struct Prerequisite {
    /// What a person calls it.
    pub name: &'static str,
    /// Debian's packages for it.
    pub packages: &'static [&'static str],
    /// Whether it is here, in a version that will do.
    pub is_here: fn() -> bool,
}

/// For whatever needs a throw-away PostgreSQL.
pub const POSTGRES: Prerequisite = Prerequisite {
    name: "PostgreSQL's server",
    packages: &["postgresql"],
    is_here: || cairn_test_postgres::programs().is_some(),
};

/// For TLS to PostgreSQL.
pub const OPENSSL: Prerequisite = Prerequisite {
    name: "OpenSSL's headers",
    packages: &["libssl-dev", "pkg-config"],
    is_here: || {
        let found = Command::new("pkg-config").args(["--exists", "openssl"]).status();
        found.is_ok_and(|status| status.success())
    },
};

/// Sees to it that all of them are here, or says in one sentence what to do.
pub fn provide(wanted: &[Prerequisite]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    if can_install() {
        let packages: Vec<&str> = missing.iter().flat_map(|one| one.packages).copied().collect();
        println!("Installing {} …", packages.join(" "));
        // Should this fail, the sentence below says what is still missing.
        let _ = install(&packages);
    }
    refuse(&self::missing(wanted))
}

fn missing(wanted: &[Prerequisite]) -> Vec<&Prerequisite> {
    wanted.iter().filter(|one| !(one.is_here)()).collect()
}

fn refuse(missing: &[&Prerequisite]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|one| one.name).collect();
    let packages: Vec<_> = missing.iter().flat_map(|one| one.packages).copied().collect();
    bail!(
        "The tests need {}, which this machine does not have: install it (on Debian: `apt-get install {}`) and run \
         this again.",
        names.join(" and "),
        packages.join(" ")
    )
}

fn can_install() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    is_debian(&system) && process::is_root() && process::find_on_path("apt-get").is_some()
}

/// Debian itself. Its descendants name packages differently (Ubuntu's Chromium is a snap).
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line.trim().replace('"', "") == "ID=debian")
}

fn install(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
        apt
    };
    process::run(apt().arg("update"))?;
    process::run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Prerequisite = Prerequisite { name: "a shell", packages: &["dash"], is_here: || true };
    const GONE: Prerequisite = Prerequisite { name: "PostgreSQL", packages: &["postgresql"], is_here: || false };
    const ALSO: Prerequisite = Prerequisite { name: "Node.js", packages: &["nodejs", "npm"], is_here: || false };

    #[test]
    fn only_what_is_missing_is_asked_for() {
        assert!(refuse(&missing(&[HERE])).is_ok());
        let message = refuse(&missing(&[HERE, GONE, ALSO])).unwrap_err().to_string();
        assert!(message.starts_with("The tests need PostgreSQL and Node.js, which"), "{message}");
        assert!(message.contains("`apt-get install postgresql nodejs npm`"), "{message}");
    }

    #[test]
    fn debian_is_recognised_and_its_descendants_are_not() {
        assert!(is_debian("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"));
        assert!(is_debian("ID=\"debian\""));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }
}
