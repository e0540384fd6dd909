//! What a build needs from the machine: a C compiler, the WebAssembly target, rustfmt and clippy.
//!
//! Whatever rustup can add is added, and never more than that: the person's toolchain stays as it is.

use std::{env, fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{cargo, process};

/// The target that the web app is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// SQLite and PostgreSQL's client library are compiled from C.
pub fn c_compiler() -> Result<()> {
    // On Windows the build scripts find Visual Studio by other ways than the PATH, and name it themselves.
    if cfg!(windows) {
        return Ok(());
    }
    let named = env::var("CC").ok().filter(|name| !name.trim().is_empty());
    // `CC` may hold arguments, or a wrapper before the compiler: "ccache gcc".
    let compiler = named.as_deref().unwrap_or("cc");
    let mut words = compiler.split_whitespace();
    let program = words.next().unwrap_or("cc");
    if process::succeeds(Command::new(program).args(words).arg("--version")) {
        return Ok(());
    }
    match named {
        Some(_) => bail!("The C compiler that CC names, `{compiler}`, does not run: correct CC or unset it."),
        None => bail!(
            "Cairn needs a C compiler and found no `cc`: install one (on Debian: `apt-get install build-essential`, \
             on a Mac: `xcode-select --install`) and run this again."
        ),
    }
}

/// Sees to it that the web app can be compiled.
pub fn wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    println!("Adding Rust's {WASM} target (a few seconds) …");
    // `target add` installs one component for the toolchain in use. It does not update that toolchain.
    let added = Command::new("rustup").args(["target", "add", WASM]).status().is_ok_and(|status| status.success());
    if added && has_wasm_target() {
        return Ok(());
    }
    bail!(
        "Rust's {WASM} target is not installed and could not be added: run `rustup target add {WASM}` with a network, \
         or install the standard library for it from where your Rust comes from, and run this again."
    )
}

fn has_wasm_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = process::output(Command::new(rustc).args(["--print", "target-libdir", "--target", WASM]));
    // rustc names the folder whether or not there is anything in it.
    folder.is_some_and(|folder| holds_core(Path::new(&folder)))
}

fn holds_core(folder: &Path) -> bool {
    let Ok(files) = fs::read_dir(folder) else {
        return false;
    };
    files.flatten().any(|file| file.file_name().to_str().is_some_and(|name| name.starts_with("libcore-")))
}

/// Sees to it that `cargo fmt` or `cargo clippy` is there. A minimal rustup profile has neither.
pub fn component(subcommand: &str, component: &str) -> Result<()> {
    let there = || process::succeeds(cargo::cargo().args([subcommand, "--version"]));
    if there() {
        return Ok(());
    }
    println!("Adding {component} …");
    let added = Command::new("rustup").args(["component", "add", component]).status().is_ok_and(|s| s.success());
    if added && there() {
        return Ok(());
    }
    bail!("`cargo {subcommand}` is not installed and could not be added: install {component} and run this again.")
}
