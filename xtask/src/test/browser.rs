//! What the browser journeys need before node can run them, for the tests and for the pictures alike.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail};

use crate::{cargo, chromium, node, prerequisites, toolchain, web};

/// What the machine has to have.
pub fn provide() -> Result<()> {
    toolchain::c_compiler()?;
    toolchain::wasm_target()?;
    prerequisites::provide(&[chromium::PREREQUISITE, node::PREREQUISITE])
}

/// Builds the web app as it is served to people, and the server, and tells a node command where things are.
pub fn prepare(node: &mut Command) -> Result<&mut Command> {
    web::build(web::Profile::Release, false)?;
    let server = cargo::build("cairn", &["--package", "cairn-backend"])?;
    node::install_packages()?;
    let chromium = chromium::find().context("Chromium is not installed")?;
    Ok(node.current_dir(node::folder()).env("CAIRN_BIN", server).env(chromium::VARIABLE, chromium))
}

/// Node's own test runner over every journey there is. The files are named, because what the runner finds by itself
/// differs between its releases.
pub fn journeys() -> Result<Command> {
    let mut files = Vec::new();
    for entry in fs::read_dir(node::folder()).context("tests/browser can't be read")? {
        let Ok(name) = entry?.file_name().into_string() else {
            continue;
        };
        if name.ends_with(".test.mjs") {
            files.push(name);
        }
    }
    if files.is_empty() {
        bail!("tests/browser holds no journey.");
    }
    files.sort();
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]).args(files);
    Ok(node)
}
