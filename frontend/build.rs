//! Asks the linker to leave in the WebAssembly where each function refers to another. `cargo xtask web` needs it to cut
//! the app into pieces, and what is served no longer has it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
