//! `cargo xtask web`: the web app as a folder that any server can hand out, `frontend/dist`.
//!
//! cargo compiles `cairn-frontend` to WebAssembly, [`pieces`] cuts it, wasm-bindgen (as a library, so its version is the
//! lock file's) writes the JavaScript around it, [`bundle`] names every file by its content, and [`dist`] compresses and
//! puts them in place. In the same run cargo compiles `cairn-checker`, which [`checker`] makes one file of.

mod bundle;
mod checker;
mod dist;
mod fingerprint;
mod pieces;
mod template;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{cargo, process, toolchain};
use bundle::{App, Bundle};
use pieces::Pieces;

/// How much work goes into the web app's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As it is served to people: small, and slow to build.
    Release,
    /// For an edit loop: built in seconds, names kept for the browser's debugger.
    Dev,
}

impl Profile {
    /// The cargo profile of that name in the workspace's `Cargo.toml`.
    fn cargo(self) -> &'static str {
        match self {
            Profile::Release => "wasm",
            Profile::Dev => "dev",
        }
    }

    fn brotli_quality(self) -> u32 {
        match self {
            Profile::Release => 11,
            Profile::Dev => 5,
        }
    }
}

/// The command: reads its options, builds, and prints the sizes.
pub fn web(args: &[String]) -> Result<()> {
    let (mut profile, mut opt) = (Profile::Release, false);
    for arg in args {
        match arg.as_str() {
            "--dev" => profile = Profile::Dev,
            "--opt" => opt = true,
            unknown => {
                bail!("`cargo xtask web` does not know `{unknown}`: it takes --dev and --opt.")
            }
        }
    }
    toolchain::wasm_target()?;
    build(profile, opt)
}

/// Whether there is a web app in `frontend/dist`, of whatever age.
pub fn is_built() -> bool {
    dist::inputs(&folder()).is_some()
}

/// The server embeds `frontend/dist`, so the folder has to be there before anything compiles against it.
pub fn ensure_folder() -> Result<()> {
    fs::create_dir_all(folder()).context("frontend/dist could not be made")
}

/// Begins to compile the web app as it is served, beside whatever else is done; [`build`] then finds it compiled.
pub fn begin() -> Result<cargo::Building> {
    cargo::build_beside(BINARY, &arguments(Profile::Release))
}

const BINARY: &str = "cairn-frontend";

/// The checker is compiled along: most of what it is made of is in the web app, too.
const CHECKER: &str = "cairn-checker";

fn arguments(profile: Profile) -> [&'static str; 10] {
    let (target, profile) = (toolchain::WASM, profile.cargo());
    ["--package", BINARY, "--package", CHECKER, "--bin", CHECKER, "--target", target, "--profile", profile]
}

/// Builds the web app, unless what is in `frontend/dist` came from the very same inputs.
pub fn build(profile: Profile, opt: bool) -> Result<()> {
    let compiled = cargo::build(BINARY, &arguments(profile))?;
    let wasm = fs::read(&compiled).with_context(|| format!("{} can't be read", compiled.display()))?;
    let assets = read_assets(&cargo::root().join("frontend/assets"))?;
    let template = fs::read_to_string(cargo::root().join("frontend/index.html"))
        .context("frontend/index.html, the template of the page, can't be read")?;

    let beside = compiled.with_file_name(format!("{CHECKER}.wasm"));
    let checker = fs::read(&beside).with_context(|| format!("{} can't be read", beside.display()))?;
    let checker = checker::Sources::read(checker)?;

    let inputs = inputs(&wasm, &checker.parts(), &assets, &template, profile, opt);
    if dist::inputs(&folder()).as_deref() == Some(&*inputs) {
        println!("    frontend/dist is up to date");
        return Ok(());
    }

    let scratch = compiled.with_file_name("cairn-web");
    let app = bind(&wasm, &scratch, profile, opt)?;
    let mut bundle = Bundle::assemble(&template, &assets, app)?;
    bundle.files.insert(checker::FILE.to_owned(), checker.assemble(&assets, &scratch, profile)?);
    let sizes = dist::write(&folder(), &bundle, &inputs, profile.brotli_quality())?;
    print_sizes(&bundle, &sizes);
    Ok(())
}

fn folder() -> PathBuf {
    cargo::root().join("frontend/dist")
}

/// Cuts the app into pieces and runs wasm-bindgen on the first, and wasm-opt on all of them if wanted.
fn bind(compiled: &[u8], scratch: &Path, profile: Profile, opt: bool) -> Result<App> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let Pieces { main, script, mut modules } = pieces::cut(compiled, scratch, profile == Profile::Dev)?;
    Bindgen::new()
        .input_bytes("cairn", main)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The pieces import what the first module exports.
        .keep_lld_exports(true)
        .keep_debug(profile == Profile::Dev)
        .remove_name_section(profile == Profile::Release)
        .generate(scratch)
        .context("wasm-bindgen could not read the compiled web app")?;
    // A crate may bring JavaScript of its own. None does; if one begins to, its files need names by content too.
    ensure!(
        !scratch.join("snippets").exists(),
        "A crate of the web app brings JavaScript files, which `cargo xtask web` does not bundle yet."
    );
    let mut wasm = fs::read(scratch.join("cairn_bg.wasm"))?;
    if opt {
        for module in modules.values_mut().chain([&mut wasm]) {
            *module = optimised(module, &scratch.join("to-optimise.wasm"))?;
        }
    }
    Ok(App { js: fs::read_to_string(scratch.join("cairn.js"))?, wasm, pieces_js: script, pieces: modules })
}

/// Saves some 8 % of the raw size and 1 % of what travels, so it is by choice.
fn optimised(module: &[u8], file: &Path) -> Result<Vec<u8>> {
    let Some(wasm_opt) = process::find_on_path("wasm-opt") else {
        bail!("--opt needs Binaryen's `wasm-opt` on the PATH: install it, or leave --opt away.");
    };
    // Named one by one: `--all-features` lets wasm-opt emit what no browser reads yet.
    let features = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    fs::write(file, module)?;
    process::run(Command::new(wasm_opt).arg("-Oz").args(features).arg("-o").arg(file).arg(file))?;
    Ok(fs::read(file)?)
}

/// Every file under `frontend/assets`, by its path there with forward slashes.
fn read_assets(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    fn walk(folder: &Path, prefix: &str, assets: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { bail!("{:?} is no name for an asset", entry.path()) };
            if name.starts_with('.') {
                continue;
            }
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &format!("{prefix}{name}/"), assets)?;
            } else {
                assets.insert(format!("{prefix}{name}"), fs::read(entry.path())?);
            }
        }
        Ok(())
    }
    let mut assets = BTreeMap::new();
    walk(folder, "", &mut assets)?;
    Ok(assets)
}

/// One digest over all that the result depends on, this recipe included.
fn inputs(
    wasm: &[u8],
    checker: &[&[u8]],
    assets: &BTreeMap<String, Vec<u8>>,
    template: &str,
    profile: Profile,
    opt: bool,
) -> String {
    const RECIPE: [&str; 8] = [
        include_str!("web.rs"),
        include_str!("web/boot.js"),
        include_str!("web/bundle.rs"),
        include_str!("web/checker.rs"),
        include_str!("web/dist.rs"),
        include_str!("web/fingerprint.rs"),
        include_str!("web/pieces.rs"),
        include_str!("web/template.rs"),
    ];
    let mut digest = Sha256::new();
    // Each part is hashed by itself first, so that no two lists of parts run together to the same bytes.
    let mut add = |part: &[u8]| digest.update(Sha256::digest(part));
    RECIPE.iter().for_each(|part| add(part.as_bytes()));
    add(format!("{profile:?} {opt}").as_bytes());
    add(template.as_bytes());
    add(wasm);
    checker.iter().for_each(|part| add(part));
    for (path, content) in assets {
        add(path.as_bytes());
        add(content);
    }
    fingerprint::hex(&digest.finalize())
}

fn print_sizes(bundle: &Bundle, sizes: &BTreeMap<String, dist::Sizes>) {
    println!("    {:<24} {:>9} {:>9} {:>9}   bytes", "", "raw", "gzip", "brotli");
    let told = |name: &&String| [".wasm", ".js", ".css"].iter().any(|ending| name.ends_with(ending));
    for name in bundle.names.keys().filter(told) {
        if let Some(sizes) = sizes.get(&bundle.names[name]) {
            println!("    {name:<24} {:>9} {:>9} {:>9}", sizes.raw, sizes.gzip, sizes.brotli);
        }
    }
    if let Some(file) = bundle.files.get(checker::FILE) {
        println!("    {:<24} {:>9}", checker::FILE, file.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_input_that_changes_changes_the_digest() {
        let assets = BTreeMap::from([("app.css".to_owned(), b"a{}".to_vec())]);
        let renamed = BTreeMap::from([("app.cssa".to_owned(), b"{}".to_vec())]);
        let usual = inputs(b"wasm", &[], &assets, "<html>", Profile::Release, false);
        assert_eq!(usual, inputs(b"wasm", &[], &assets, "<html>", Profile::Release, false));
        for other in [
            inputs(b"wasm", &[b"checker"], &assets, "<html>", Profile::Release, false),
            inputs(b"wasn", &[], &assets, "<html>", Profile::Release, false),
            inputs(b"wasm", &[], &renamed, "<html>", Profile::Release, false),
            inputs(b"wasm", &[], &assets, "<html lang>", Profile::Release, false),
            inputs(b"wasm", &[], &assets, "<html>", Profile::Dev, false),
            inputs(b"wasm", &[], &assets, "<html>", Profile::Release, true),
        ] {
            assert_ne!(usual, other);
        }
    }
}
