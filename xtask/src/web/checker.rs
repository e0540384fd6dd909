//! The offline checker as one file (`checker/`): its page with the stylesheet, the scripts and the WebAssembly in it. Four
//! placeholders are left for the server, which fills them in when somebody takes the file along.

use std::{collections::BTreeMap, fs, io::Write, path::Path};

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use super::{Profile, bundle, template};
use crate::cargo;

/// What the file is called in the served folder, where the server alone reads it.
pub const FILE: &str = "checker.html";

/// What the server fills in.
const FOR_THE_SERVER: [&str; 4] = ["partnership", "as_of", "fresh", "snapshot"];

/// The icons that the page shows.
const ICONS: [&str; 5] = ["info", "lock", "search", "shield-check", "triangle-alert"];

/// All that goes into the file, beside the design.
pub struct Sources {
    /// The compiled crate.
    pub wasm: Vec<u8>,
    page: String,
    css: String,
    script: String,
}

impl Sources {
    /// Reads `checker/page`, for that compiled crate.
    pub fn read(wasm: Vec<u8>) -> Result<Self> {
        let read = |name: &str| {
            let path = cargo::root().join("checker/page").join(name);
            fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))
        };
        Ok(Self { wasm, page: read("index.html")?, css: read("checker.css")?, script: read("checker.js")? })
    }

    /// Every part, for a digest.
    pub fn parts(&self) -> [&[u8]; 4] {
        [&self.wasm, self.page.as_bytes(), self.css.as_bytes(), self.script.as_bytes()]
    }

    /// Has wasm-bindgen finish the crate, and puts the file together.
    pub fn assemble(&self, assets: &BTreeMap<String, Vec<u8>>, scratch: &Path, profile: Profile) -> Result<Vec<u8>> {
        Bindgen::new()
            .input_bytes("checker", self.wasm.clone())
            // A file that is opened from a disk may not import others, so all of it is one plain script.
            .no_modules(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .keep_debug(profile == Profile::Dev)
            .remove_name_section(profile == Profile::Release)
            .generate(scratch)
            .context("wasm-bindgen could not read the compiled checker")?;
        let wasm = fs::read(scratch.join("checker_bg.wasm"))?;
        let glue = fs::read_to_string(scratch.join("checker.js"))?;
        self.fill(assets, &wasm, &glue).map(String::into_bytes)
    }

    fn fill(&self, assets: &BTreeMap<String, Vec<u8>>, wasm: &[u8], glue: &str) -> Result<String> {
        let css = without_fonts(bundle::text(assets, "cairn.css")?) + &self.css;
        let script = format!("{glue}\n{}", self.script);
        for inline in [&css, &script] {
            let ends = ["</script", "</style"].iter().any(|end| inline.contains(end));
            ensure!(!ends, "a script or stylesheet of the checker would end too early");
            // Browsers would hash what they make of it.
            ensure!(!inline.contains('\r'), "a script or stylesheet of the checker has line ends of another system");
        }
        ensure!(!css.contains("url("), "the checker's stylesheet refers to other files");
        let page = template::fill(&self.page, |name| {
            Ok(match name {
                "policy" => policy(&css, &script),
                "css" => css.clone(),
                "script" => script.clone(),
                "wasm" => STANDARD.encode(packed(wasm)?),
                "icons" => icons(bundle::text(assets, "art/icons.svg")?)?,
                "logo" => bundle::text(assets, "art/logo.svg")?.trim().replacen("<svg ", "<svg class=\"logo\" ", 1),
                later if FOR_THE_SERVER.contains(&later) => format!("{{{{{later}}}}}"),
                unknown => bail!("`{{{{{unknown}}}}}` is no placeholder"),
            })
        });
        page.context("checker/page/index.html can't be filled in")
    }
}

/// What the page may do: run this script and this stylesheet. It can't load or send anything.
fn policy(css: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(css)
    )
}

/// The design's stylesheet with the fonts of the system.
fn without_fonts(css: &str) -> String {
    let rule = |line: &&str| !line.trim_start().starts_with("@font-face");
    css.lines().filter(rule).fold(String::new(), |kept, line| kept + line + "\n")
}

/// The symbols of the sprite that the page uses.
fn icons(sprite: &str) -> Result<String> {
    let mut symbols = String::new();
    for name in ICONS {
        let begin = sprite.find(&format!("<symbol id=\"i-{name}\"")).with_context(|| format!("no icon {name}"))?;
        let end = sprite[begin..].find("</symbol>").context("a symbol ends")? + "</symbol>".len();
        symbols.push_str(&sprite[begin..begin + end]);
    }
    Ok(format!("<svg hidden aria-hidden=\"true\" xmlns=\"http://www.w3.org/2000/svg\">{symbols}</svg>"))
}

fn packed(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(wasm)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(page: &str, script: &str) -> Sources {
        Sources { wasm: Vec::new(), page: page.into(), css: ".own{}".into(), script: script.into() }
    }

    fn assets() -> BTreeMap<String, Vec<u8>> {
        let symbols = ICONS.map(|name| format!("<symbol id=\"i-{name}\"/><path/></symbol>")).concat();
        [
            ("cairn.css", "@font-face{src:url(fonts/a.woff2)}\na{}".to_owned()),
            ("art/icons.svg", format!("<svg><symbol id=\"i-x\"></symbol>{symbols}</svg>")),
            ("art/logo.svg", "<svg fill=\"red\"/>\n".to_owned()),
        ]
        .map(|(path, content)| (path.to_owned(), content.into_bytes()))
        .into()
    }

    fn filled(page: &str) -> Result<String> {
        sources(page, "own()").fill(&assets(), b"\0asm", "glue()")
    }

    #[test]
    fn everything_is_in_the_file_and_what_the_server_knows_is_left_open() {
        let page = filled("{{css}}|{{script}}|{{logo}}|{{partnership}} {{as_of}} {{fresh}} {{snapshot}}").unwrap();
        let rest = "{{partnership}} {{as_of}} {{fresh}} {{snapshot}}";
        assert_eq!(page, format!("a{{}}\n.own{{}}|glue()\nown()|<svg class=\"logo\" fill=\"red\"/>|{rest}"));
        let icons = filled("{{icons}}").unwrap();
        assert!(icons.contains("i-lock") && !icons.contains("i-x\""), "{icons}");
        assert_eq!(filled("{{csss}}").unwrap_err().root_cause().to_string(), "`{{csss}}` is no placeholder");
    }

    #[test]
    fn the_policy_names_the_script_by_what_is_in_it() {
        let policy = filled("{{policy}}").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        let other = sources("{{policy}}", "other()").fill(&assets(), b"\0asm", "glue()").unwrap();
        assert_ne!(policy, other);
    }

    #[test]
    fn the_webassembly_comes_out_as_it_went_in() {
        let text = filled("{{wasm}}").unwrap();
        let bytes = STANDARD.decode(text).unwrap();
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*bytes), &mut unpacked).unwrap();
        assert_eq!(unpacked, b"\0asm");
    }

    #[test]
    fn what_would_end_the_script_or_leave_the_file_is_noticed() {
        assert!(sources("", "'</script>'").fill(&assets(), b"", "").is_err());
        assert!(sources("", "a\r\nb").fill(&assets(), b"", "").is_err());
        let mut with_picture = assets();
        with_picture.insert("cairn.css".into(), b"a{background:url(x.png)}".to_vec());
        assert!(sources("", "").fill(&with_picture, b"", "").is_err());
    }
}
