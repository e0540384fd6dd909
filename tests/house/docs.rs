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

#[test]
fn every_test_that_the_threats_name_is_there() {
    let page = fs::read_to_string(root().join("docs/THREATS.md")).expect("the page of threats is there");
    let mut named = 0;
    for (file, test) in page.split('`').filter_map(|word| word.strip_prefix("tests/")?.split_once(": ")) {
        let text = fs::read_to_string(root().join("tests").join(file)).unwrap_or_else(|_| panic!("no tests/{file}"));
        let opening = if file.ends_with(".mjs") { format!("test(`{test}") } else { format!("#[test]\nfn {test}()") };
        assert!(text.contains(&opening), "tests/{file} has no test {test}");
        named += 1;
    }
    assert!(named > 25, "only {named} tests are named");
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
