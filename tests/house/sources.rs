//! Reading the sources of the product.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the product.
pub struct Source {
    /// Its path, from the project's root on.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

impl Source {
    /// What stands in it before its tests begin.
    pub fn product(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// Its lines of code: comments taken out, and tests.
    pub fn code(&self) -> String {
        self.product()
            .lines()
            .filter(|l| !l.trim_start().starts_with("//"))
            .fold(String::new(), |code, l| code + l + "\n")
    }
}

/// All Rust files below a folder of the project.
pub fn rust(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project's root");
    let mut found = Vec::new();
    collect(&root.join(folder), &mut found);
    assert!(!found.is_empty(), "there are sources in {folder}");
    found.sort();
    let source = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a source can be read"),
        path: path.strip_prefix(root).expect("it is in the project").to_string_lossy().into_owned(),
    };
    found.into_iter().map(source).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "node_modules" && name != "dist" && name != "target" {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}
