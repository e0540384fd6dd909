//! What the pages in `docs/` name is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project's root")
}

fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(root().join("docs")).expect("there is a folder of pages").flatten().map(|one| one.path());
    let of_root = ["README.md", "CHANGELOG.md"].map(|name| root().join(name));
    let pages = docs.chain(of_root).filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.map(|path| (path.clone(), fs::read_to_string(path).expect("a page can be read"))).collect()
}

/// The tests that a page names as `file: test`, in their files.
fn named_tests(page: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(page)).unwrap_or_else(|_| panic!("{page} is there"));
    let words = text.split('`').filter_map(|word| word.split_once(": "));
    let of_files = words.filter(|(file, _)| file.contains('/') && (file.ends_with(".rs") || file.ends_with(".mjs")));
    of_files.map(|(file, test)| (file.to_owned(), test.to_owned())).collect()
}

#[test]
fn every_test_that_the_pages_name_is_there() {
    for (page, least) in [("docs/THREATS.md", 25), ("docs/SECURITY.md", 60)] {
        let named = named_tests(page);
        assert!(named.len() >= least, "{page} names only {} tests", named.len());
        for (file, test) in named {
            let text = fs::read_to_string(root().join(&file)).unwrap_or_else(|_| panic!("{page}: no {file}"));
            let is_there = if file.ends_with(".mjs") {
                [format!("test(`{test}"), format!("test(\"{test}")].iter().any(|opening| text.contains(opening))
            } else {
                // The attribute stands straight above, whatever the depth of its module; a property takes arguments.
                text.split("#[test]").skip(1).any(|rest| rest.trim_start().starts_with(&format!("fn {test}(")))
            };
            assert!(is_there, "{page}: {file} has no test “{test}”");
        }
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut followed = 0;
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let target = page.parent().expect("a page is in a folder").join(path);
            assert!(target.exists(), "{} leads to {link}, which is not there", page.display());
            followed += 1;
        }
    }
    assert!(followed > 5, "only {followed} links were found");
}
