//! Cutting the compiled app into the pieces that `frontend/src/pieces.rs` marks.
//!
//! `wasm_split_cli_support` works out which function is reached only through which piece. It gives the module that comes
//! first (for wasm-bindgen to finish), a module for each piece, and a script that fetches pieces when the app asks.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, anyhow, ensure};

/// What wasm-bindgen's script will be called before it is named by its content; the pieces' script imports it.
pub const MAIN_SCRIPT: &str = "./cairn.js";
/// What the first module calls the pieces' script.
pub const SCRIPT: &str = "./pieces.js";

/// The app, cut.
pub struct Pieces {
    /// The module that comes first, for wasm-bindgen.
    pub main: Vec<u8>,
    /// The script that fetches the others.
    pub script: String,
    /// The others, by the names that the script has for them.
    pub modules: BTreeMap<String, Vec<u8>>,
}

/// Cuts a module that was linked with `--emit-relocs`.
pub fn cut(wasm: &[u8], scratch: &Path, keep_names: bool) -> Result<Pieces> {
    let main = scratch.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.main_module = MAIN_SCRIPT;
    options.link_name = SCRIPT;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the web app could not be cut into pieces: {error:#}"))?;
    let mut modules = BTreeMap::new();
    for path in cut.split_modules {
        let name = path.file_name().and_then(|name| name.to_str()).context("a piece has a name")?;
        let module = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        modules.insert(name.to_owned(), if keep_names { module } else { without_custom_sections(&module)? });
    }
    let script = quiet(&fs::read_to_string(scratch.join(SCRIPT))?)?;
    Ok(Pieces { main: fs::read(&main)?, script, modules })
}

/// The script, without its word to the console when a piece doesn't come: the page says it, with another try beside it,
/// and whoever leaves a page while a piece is on its way has nothing to complain of.
fn quiet(script: &str) -> Result<String> {
    const COMPLAINT: &str = "console.error(e);";
    ensure!(script.contains(COMPLAINT), "the script that fetches the pieces says nothing any more: drop this step");
    Ok(script.replace(COMPLAINT, ""))
}

/// A module without its custom sections: names of functions and the like, which only a debugger reads.
fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    ensure!(module.starts_with(b"\0asm") && module.len() >= HEADER, "a piece is no WebAssembly module");
    let mut kept = module[..HEADER].to_vec();
    let mut at = HEADER;
    while let Some(&id) = module.get(at) {
        let (length, length_bytes) = leb128(&module[at + 1..]).context("a section of a piece has no length")?;
        let end = at + 1 + length_bytes + length;
        let section = module.get(at..end).context("a section of a piece ends early")?;
        if id != 0 {
            kept.extend_from_slice(section);
        }
        at = end;
    }
    Ok(kept)
}

/// A number as WebAssembly writes it (core specification, 5.2.2), and how many bytes that took.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_go_and_the_rest_stays() {
        let module = b"\0asm\x01\0\0\0\x01\x02ab\x00\x81\x00n\x03\x01c";
        assert_eq!(without_custom_sections(module).unwrap(), b"\0asm\x01\0\0\0\x01\x02ab\x03\x01c");
        assert!(without_custom_sections(b"\0asm\x01\0\0\0\x01\x7fab").is_err());
        assert!(without_custom_sections(b"not a module").is_err());
    }

    #[test]
    fn the_script_keeps_its_complaint_to_itself() {
        assert_eq!(quiet("catch (e) { console.error(e); done = false; }").unwrap(), "catch (e) {  done = false; }");
        assert!(quiet("catch (e) { done = false; }").is_err());
    }

    #[test]
    fn lengths_of_more_than_one_byte_are_read() {
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26]), Some((624_485, 3)));
        assert_eq!(leb128(&[0x80]), None);
    }
}
