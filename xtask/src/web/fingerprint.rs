//! Names that change with the content, so that a browser may keep each file for ever; and the references to them.

use anyhow::Result;
use sha2::{Digest, Sha256};

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts the beginning of the content's SHA-256 between a file's stem and `rest`: `cairn`, `_bg.wasm` → `cairn-1f…_bg.wasm`.
pub fn named(stem: &str, rest: &str, content: &[u8]) -> String {
    format!("{stem}-{}{rest}", hex(&Sha256::digest(content)[..5]))
}

/// The same for a path with an extension: `fonts/alegreya.woff2` → `fonts/alegreya-1f….woff2`.
pub fn named_path(path: &str, content: &[u8]) -> String {
    let name_begins = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = path[name_begins..].rfind('.').map_or(path.len(), |dot| name_begins + dot);
    named(&path[..dot], &path[dot..], content)
}

/// Replaces each relative `url(…)` of a stylesheet by the address that `address_of` knows for it.
///
/// Addresses with a scheme (`data:` too), from the root, or within the page (`#…`) stay as they are.
pub fn rewrite_urls(css: &str, address_of: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut written = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("url(") {
        let Some((inside, behind)) = after.split_once(')') else {
            break;
        };
        let reference = inside.trim().trim_matches(['"', '\'']);
        written.push_str(before);
        if reference.contains(':') || reference.starts_with(['/', '#']) {
            written.push_str(&format!("url({inside})"));
        } else {
            let (path, fragment) = reference.split_at(reference.find(['#', '?']).unwrap_or(reference.len()));
            written.push_str(&format!("url({}{fragment})", address_of(path.trim_start_matches("./"))?));
        }
        rest = behind;
    }
    written.push_str(rest);
    Ok(written)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    // printf 'hello' | sha256sum
    const HELLO: &str = "2cf24dba5f";

    #[test]
    fn the_name_holds_the_first_ten_digits_of_the_hash() {
        assert_eq!(named("cairn", "_bg.wasm", b"hello"), format!("cairn-{HELLO}_bg.wasm"));
        assert_eq!(named_path("fonts/alegreya.woff2", b"hello"), format!("fonts/alegreya-{HELLO}.woff2"));
        assert_eq!(named_path("v1.2/LICENCE", b"hello"), format!("v1.2/LICENCE-{HELLO}"));
    }

    fn rewritten(css: &str) -> Result<String> {
        rewrite_urls(css, |path| match path {
            "fonts/a.woff2" => Ok("/fonts/a-1.woff2".to_owned()),
            "art/i.svg" => Ok("/art/i-2.svg".to_owned()),
            other => bail!("no {other}"),
        })
    }

    #[test]
    fn references_to_assets_follow_them() {
        let before = "@font-face{src:url(fonts/a.woff2) format('woff2')}b{background:url( \"./art/i.svg#x\" )}";
        let after = "@font-face{src:url(/fonts/a-1.woff2) format('woff2')}b{background:url(/art/i-2.svg#x)}";
        assert_eq!(rewritten(before).unwrap(), after);
    }

    #[test]
    fn other_addresses_stay() {
        for css in
            ["a{}", "a{b:url(data:image/svg+xml,%3Csvg/%3E)}", "a{b:url(#shade)}", "a{b:url('/x.svg')}", "a{b:url("]
        {
            assert_eq!(rewritten(css).unwrap(), css);
        }
    }

    #[test]
    fn a_reference_to_nothing_is_an_error() {
        assert_eq!(rewritten("a{b:url(art/gone.svg)}").unwrap_err().to_string(), "no art/gone.svg");
    }
}
