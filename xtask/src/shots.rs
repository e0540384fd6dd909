//! `cargo xtask shots`: pictures of the pages, for looking at them beside the design.

use std::{env, process::Command};

use anyhow::{Result, bail};

use crate::{cargo, process, test};

/// Builds what is needed and lets `tests/browser/shots.mjs` take the pictures.
pub fn shots(args: &[String]) -> Result<()> {
    let (folder, only) = match args {
        [folder] => (folder, None),
        [folder, flag, name] if flag == "--only" => (folder, Some(name)),
        _ => bail!("Say where to: `cargo xtask shots FOLDER [--only NAME]`."),
    };
    let mut node = Command::new("node");
    node.arg("shots.mjs").arg(env::current_dir()?.join(folder)).args(only);
    test::browser::provide()?;
    test::browser::prepare(&mut node, || cargo::build("cairn", &["--package", "cairn-backend"]))?;
    process::run(&mut node)
}
