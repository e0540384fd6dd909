//! `cargo xtask speed`: how long it takes on a phone until a mentor can write.

use std::process::Command;

use anyhow::Result;

use crate::{cargo, process, test};

/// Builds the web app and the server as they are released, and lets `tests/browser/speed.mjs` measure.
pub fn speed() -> Result<()> {
    let mut node = Command::new("node");
    node.arg("speed.mjs");
    test::browser::provide()?;
    test::browser::prepare(&mut node, || cargo::build("cairn", &["--release", "--package", "cairn-backend"]))?;
    process::run(&mut node)
}
