//! Words that appear nowhere in what the product says (`domain.md`, section 3).

use crate::sources::rust;

/// As whole words, with their endings, in small letters.
const NEVER: &[&str] = &[
    "fail",
    "fails",
    "failed",
    "failing",
    "failure",
    "reject",
    "rejects",
    "rejected",
    "rejection",
    "refuse",
    "refuses",
    "refused",
    "refusal",
    "deficient",
    "deficiency",
    "grade",
    "grades",
    "graded",
    "score",
    "scores",
    "scored",
    "rank",
    "ranks",
    "ranked",
    "ranking",
    "pass",
    "passes",
    "passed",
    "incomplete",
    "missing",
    "insufficient",
    "resit",
    "overdue",
];

/// Texts that nobody reads on a screen, each with the reason why the word may stand there.
const ALLOWED: &[(&str, &str, &str)] = &[
    // (path, part of the text, why)
    ("backend/src/http/unreadable.rs", "missing field `", "serde's words, which are read there and said in others"),
    ("backend/src/case/pages.rs", "failure", "a word that 1EdTech's services answer programs with"),
];

/// The string literals of a Rust source, comments left out.
fn literals(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            'r' if matches!(chars.get(at + 1), Some('#' | '"'))
                && !chars[..at].last().is_some_and(|c| c.is_alphanumeric() || *c == '_') =>
            {
                let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
                if chars.get(at + 1 + hashes) != Some(&'"') {
                    at += 1;
                    continue;
                }
                let start = at + 2 + hashes;
                let closes = |i: usize| {
                    chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
                };
                let end = (start..chars.len()).find(|i| closes(*i)).unwrap_or(chars.len());
                found.push(chars[start..end].iter().collect());
                at = end + 1 + hashes;
            }
            '"' => {
                let mut text = String::new();
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    if chars[at] == '\\' {
                        at += 1;
                        text.push(' ');
                    } else {
                        text.push(chars[at]);
                    }
                    at += 1;
                }
                found.push(text);
                at += 1;
            }
            // A character, or a lifetime, which has no second quote nearby.
            '\'' => {
                at += match (chars.get(at + 1), chars.get(at + 2), chars.get(at + 3)) {
                    (Some('\\'), _, Some('\'')) => 4,
                    (Some(_), Some('\''), _) => 3,
                    _ => 1,
                };
            }
            _ => at += 1,
        }
    }
    found
}

fn said(text: &str) -> Option<&'static str> {
    let small = text.to_lowercase();
    if small.contains("does not meet") || small.contains("doesn’t meet") {
        return Some("does not meet");
    }
    let words = small.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find_map(|word| NEVER.iter().copied().find(|never| *never == word))
}

#[test]
fn what_the_product_says_holds_no_sad_word() {
    let mut found = Vec::new();
    for folder in
        ["frontend/src", "backend/src", "checker/src", "credential/src", "print/src", "openapi/src", "shared/src"]
    {
        for source in rust(folder) {
            for text in literals(source.product()) {
                let allowed = ALLOWED.iter().any(|(path, part, _)| source.path == *path && text.contains(part));
                if let Some(word) = said(&text).filter(|_| !allowed) {
                    found.push(format!("{}: “{word}” in {text:?}", source.path));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn literals_are_found_and_comments_are_not() {
    let code = "let a = \"one \\\" two\"; // \"three\"\nlet b = r#\"four \"five\" \"#; let c = '\"'; let d: &'static str = \"six\";";
    assert_eq!(literals(code), ["one   two", "four \"five\" ", "six"]);
    assert_eq!(said("Nothing is missing here"), Some("missing"));
    assert_eq!(said("We do not compass it"), None);
}

#[test]
fn the_committed_document_holds_no_sad_word() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    // It is written by `cargo xtask openapi`; its being there and up to date is that crate's own test.
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let found: Vec<&str> = text.lines().filter(|line| said(line).is_some()).collect();
    assert!(found.is_empty(), "{found:#?}");
}
