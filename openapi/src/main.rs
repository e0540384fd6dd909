//! Writes `openapi/openapi.json` from the routes. A test notices when the file and the routes differ.

use std::{fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    match fs::write(&path, cairn_backend::openapi::json()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openapi.json could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_document_is_that_of_the_routes() {
        let committed = include_str!("../openapi.json");
        assert!(committed == cairn_backend::openapi::json(), "run `cargo xtask openapi` and commit openapi.json");
    }
}
