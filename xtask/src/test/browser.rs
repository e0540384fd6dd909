//! What the browser journeys need before node can run them, for the tests and for the pictures alike.

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, bail};

use crate::{chromium, node, prerequisites, process, toolchain, web};

/// What the machine has to have.
pub fn provide() -> Result<()> {
    toolchain::c_compiler()?;
    toolchain::wasm_target()?;
    prerequisites::provide(&[chromium::PREREQUISITE, node::PREREQUISITE])
}

/// Builds the web app as it is served to people, and the server that carries it, tells a node command where things are,
/// and says where the server is.
pub fn prepare(node: &mut Command, server: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    web::build(web::Profile::Release, false)?;
    let server = server()?;
    node::install_packages()?;
    let chromium = chromium::find().context("Chromium is not installed")?;
    let demonstration = make_demonstration(&server)?;
    node.current_dir(node::folder()).env("CAIRN_BIN", &server).env(chromium::VARIABLE, chromium);
    node.env("CAIRN_DEMO_DATA", demonstration);
    Ok(server)
}

/// Makes the demonstration anew, once for all houses. Each takes a copy, which costs less than its half minute.
fn make_demonstration(server: &Path) -> Result<PathBuf> {
    println!("    making the demonstration …");
    let folder = server.with_file_name("cairn-demonstration");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the demonstration of the last run can't be removed")?;
    }
    let mut node = Command::new("node");
    node.current_dir(node::folder()).env("CAIRN_BIN", server);
    process::run(node.arg("demonstration.mjs").arg(&folder))?;
    Ok(folder)
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
    // Each file has a house of its own and mostly waits for it, so no core is left over, as node would by itself.
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    node.args(["--test", "--test-reporter=spec", &format!("--test-concurrency={at_once}")]).args(files);
    Ok(node)
}
