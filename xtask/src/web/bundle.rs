//! Which files the web app consists of, what they are called, and how they refer to each other. Pure: nothing is read
//! or written here.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use super::{fingerprint, pieces, template};

/// The two stylesheets are one file when served: the design's own, then what the app adds to it.
const STYLESHEETS: [&str; 2] = ["cairn.css", "app.css"];
/// The sprite is part of the page, where `<use href="#i-…">` finds its symbols.
const SPRITE: &str = "art/icons.svg";

/// The compiled app, cut into pieces.
pub struct App {
    /// The JavaScript that wasm-bindgen wrote.
    pub js: String,
    /// The WebAssembly that goes with it and comes first.
    pub wasm: Vec<u8>,
    /// The script that fetches the pieces.
    pub pieces_js: String,
    /// The pieces, by the names that the script has for them.
    pub pieces: BTreeMap<String, Vec<u8>>,
}

/// What is served.
pub struct Bundle {
    /// Every file by its path within the served folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// From the name that people use (`cairn.css`, `fonts/alegreya.woff2`) to the path in `files`.
    pub names: BTreeMap<String, String>,
}

impl Bundle {
    /// Names each part by its content, those first that others refer to: of `frontend/index.html`, of all of
    /// `frontend/assets` by path, and of the app.
    pub fn assemble(template: &str, assets: &BTreeMap<String, Vec<u8>>, app: App) -> Result<Self> {
        let mut bundle = Bundle { files: BTreeMap::new(), names: BTreeMap::new() };
        for (path, content) in assets {
            if path != SPRITE && !STYLESHEETS.contains(&path.as_str()) {
                bundle.add(path, fingerprint::named_path(path, content), content.clone());
            }
        }
        let css = bundle.stylesheet(assets)?;
        bundle.add("cairn.css", fingerprint::named("cairn", ".css", css.as_bytes()), css.into_bytes());
        bundle.app(app)?;
        let boot = template::fill(include_str!("boot.js"), |name| bundle.value(name, ""))?;
        bundle.add("boot.js", fingerprint::named("boot", ".js", boot.as_bytes()), boot.into_bytes());

        let sprite = sprite(assets)?;
        let page = template::fill(template, |name| bundle.value(name, &sprite))
            .context("frontend/index.html can't be filled in")?;
        bundle.files.insert("index.html".to_owned(), page.into_bytes());
        Ok(bundle)
    }

    /// The two scripts import each other, so that neither can be named by what it holds in the end: both are named by
    /// what both hold before.
    fn app(&mut self, app: App) -> Result<()> {
        self.add("cairn.wasm", fingerprint::named("cairn", "_bg.wasm", &app.wasm), app.wasm);
        let mut script = app.pieces_js;
        for (name, module) in app.pieces {
            let stem = name.strip_suffix(".wasm").unwrap_or(&name);
            let published = fingerprint::named(stem, ".wasm", &module);
            script = refer(&script, &format!("./{name}"), &format!("/{published}"))?;
            self.add(&name, published, module);
        }
        let both = [app.js.as_bytes(), script.as_bytes()].concat();
        let (main, pieces) = (fingerprint::named("cairn", ".js", &both), fingerprint::named("pieces", ".js", &both));
        let js = refer(&app.js, pieces::SCRIPT, &format!("/{pieces}"))?;
        let script = refer(&script, pieces::MAIN_SCRIPT, &format!("/{main}"))?;
        self.add("cairn.js", main, js.into_bytes());
        self.add("pieces.js", pieces, script.into_bytes());
        Ok(())
    }

    fn add(&mut self, name: &str, published: String, content: Vec<u8>) {
        self.names.insert(name.to_owned(), published.clone());
        self.files.insert(published, content);
    }

    /// From the root, because the app's own addresses have many levels.
    fn address(&self, name: &str) -> Result<String> {
        let published = self.names.get(name).with_context(|| format!("there is no frontend/assets/{name}"))?;
        Ok(format!("/{published}"))
    }

    fn stylesheet(&self, assets: &BTreeMap<String, Vec<u8>>) -> Result<String> {
        let mut joined = String::new();
        for name in STYLESHEETS {
            let css = text(assets, name)?;
            let css = fingerprint::rewrite_urls(css, |path| self.address(path));
            joined.push_str(&css.with_context(|| format!("frontend/assets/{name} refers to what is not there"))?);
            joined.push('\n');
        }
        Ok(joined)
    }

    /// What a placeholder of the page or the loader stands for.
    fn value(&self, placeholder: &str, sprite: &str) -> Result<String> {
        match placeholder {
            "icons" => Ok(sprite.to_owned()),
            "css" | "js" | "wasm" => self.address(&format!("cairn.{placeholder}")),
            "boot" | "pieces" => self.address(&format!("{placeholder}.js")),
            other => match other.split_once(':') {
                Some(("font", name)) => self.address(&format!("fonts/{name}")),
                Some(("art", name)) => self.address(&format!("art/{name}")),
                Some(("asset", path)) => self.address(path),
                _ => bail!("`{{{{{other}}}}}` is no placeholder"),
            },
        }
    }
}

/// A script that imports or fetches another file by its published name. Only where it is quoted whole: the name is also
/// the key under which the WebAssembly asks for it, which stays.
fn refer(script: &str, name: &str, address: &str) -> Result<String> {
    let mut referred = false;
    let mut changed = String::with_capacity(script.len());
    for line in script.split_inclusive('\n') {
        let here = line.contains(" from ") || line.contains("new URL(");
        let quoted = ['"', '\''].map(|quote| format!("{quote}{name}{quote}"));
        match quoted.iter().find(|quoted| here && line.contains(quoted.as_str())) {
            Some(quoted) => {
                referred = true;
                changed.push_str(&line.replace(quoted.as_str(), &format!("\"{address}\"")));
            }
            None => changed.push_str(line),
        }
    }
    ensure!(referred, "the app's scripts no longer refer to {name} as `cargo xtask web` expects");
    Ok(changed)
}

fn sprite(assets: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    Ok(text(assets, SPRITE)?.trim().replacen("<svg", "<svg hidden aria-hidden=\"true\"", 1))
}

/// An asset that is text.
pub fn text<'a>(assets: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Result<&'a str> {
    let content = assets.get(name).with_context(|| format!("there is no frontend/assets/{name}"))?;
    std::str::from_utf8(content).with_context(|| format!("frontend/assets/{name} is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> BTreeMap<String, Vec<u8>> {
        [
            ("cairn.css", "@font-face{src:url(fonts/a.woff2)}"),
            ("app.css", ".own{}"),
            ("art/icons.svg", "<svg xmlns=\"x\"><symbol id=\"i-x\"/></svg>\n"),
            ("art/icon.svg", "<svg/>"),
            ("fonts/a.woff2", "font"),
        ]
        .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
        .into()
    }

    fn assemble(template: &str, assets: &BTreeMap<String, Vec<u8>>) -> Result<Bundle> {
        Bundle::assemble(template, assets, app())
    }

    fn app() -> App {
        App {
            js: "import * as more from './pieces.js'\nimports['./pieces.js'] = more\nexport default init".to_owned(),
            wasm: b"\0asm".to_vec(),
            pieces_js: "import { initSync } from \"./cairn.js\";\nfetch(new URL(\"./split_x.wasm\", import.meta.url))"
                .to_owned(),
            pieces: BTreeMap::from([("split_x.wasm".to_owned(), b"\0asm piece".to_vec())]),
        }
    }

    fn content<'a>(bundle: &'a Bundle, name: &str) -> &'a str {
        std::str::from_utf8(&bundle.files[&bundle.names[name]]).unwrap()
    }

    #[test]
    fn the_page_refers_to_every_file_by_its_published_name() {
        let template = "{{css}} {{boot}} {{js}} {{wasm}} {{font:a.woff2}} {{art:icon.svg}} {{asset:fonts/a.woff2}}";
        let bundle = assemble(template, &assets()).unwrap();
        let page = std::str::from_utf8(&bundle.files["index.html"]).unwrap();
        for address in page.split(' ') {
            let path = address.strip_prefix('/').expect("addresses are from the root");
            assert!(bundle.files.contains_key(path), "{path} is not served");
        }
    }

    #[test]
    fn the_stylesheets_are_one_and_find_their_fonts() {
        let bundle = assemble("", &assets()).unwrap();
        let css = content(&bundle, "cairn.css");
        assert_eq!(css, format!("@font-face{{src:url(/{})}}\n.own{{}}\n", bundle.names["fonts/a.woff2"]));
        assert!(!bundle.names.contains_key("app.css"));
    }

    #[test]
    fn the_loader_knows_both_halves() {
        let bundle = assemble("", &assets()).unwrap();
        let boot = content(&bundle, "boot.js");
        assert!(boot.contains(&format!("import init from \"/{}\"", bundle.names["cairn.js"])));
        assert!(boot.contains(&format!("module_or_path: \"/{}\"", bundle.names["cairn.wasm"])));
    }

    #[test]
    fn the_two_scripts_find_each_other_and_the_pieces() {
        let bundle = assemble("{{pieces}}", &assets()).unwrap();
        let (js, script) = (content(&bundle, "cairn.js"), content(&bundle, "pieces.js"));
        assert!(js.starts_with(&format!("import * as more from \"/{}\"", bundle.names["pieces.js"])), "{js}");
        // The key under which the WebAssembly knows it is its own.
        assert!(js.contains("imports['./pieces.js']"), "{js}");
        assert!(script.contains(&format!("from \"/{}\"", bundle.names["cairn.js"])), "{script}");
        assert!(script.contains(&format!("new URL(\"/{}\"", bundle.names["split_x.wasm"])), "{script}");
    }

    #[test]
    fn another_piece_renames_whoever_refers_to_it() {
        let before = assemble("", &assets()).unwrap();
        let mut changed = app();
        changed.pieces.insert("split_x.wasm".to_owned(), b"\0asm other".to_vec());
        let after = Bundle::assemble("", &assets(), changed).unwrap();
        for name in ["split_x.wasm", "pieces.js", "cairn.js", "boot.js"] {
            assert_ne!(before.names[name], after.names[name], "{name}");
        }
        assert_eq!(before.names["cairn.wasm"], after.names["cairn.wasm"]);
    }

    #[test]
    fn scripts_of_another_shape_are_noticed() {
        let mut other = app();
        other.pieces_js = "nothing".to_owned();
        assert!(Bundle::assemble("", &assets(), other).is_err());
    }

    #[test]
    fn the_sprite_is_in_the_page_and_nowhere_else() {
        let bundle = assemble("<body>{{icons}}</body>", &assets()).unwrap();
        assert_eq!(
            std::str::from_utf8(&bundle.files["index.html"]).unwrap(),
            "<body><svg hidden aria-hidden=\"true\" xmlns=\"x\"><symbol id=\"i-x\"/></svg></body>"
        );
        assert!(!bundle.names.contains_key(SPRITE));
    }

    #[test]
    fn another_font_renames_the_stylesheet_too() {
        let before = assemble("", &assets()).unwrap();
        let mut changed = assets();
        changed.insert("fonts/a.woff2".to_owned(), b"another font".to_vec());
        let after = assemble("", &changed).unwrap();
        assert_ne!(before.names["fonts/a.woff2"], after.names["fonts/a.woff2"]);
        assert_ne!(before.names["cairn.css"], after.names["cairn.css"]);
        assert_eq!(before.names["art/icon.svg"], after.names["art/icon.svg"]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let message = |template: &str| format!("{:#}", assemble(template, &assets()).err().unwrap());
        assert!(message("{{font:gone.woff2}}").ends_with("there is no frontend/assets/fonts/gone.woff2"));
        assert!(message("{{csss}}").ends_with("`{{csss}}` is no placeholder"));
        let mut without = assets();
        without.remove("app.css");
        assert_eq!(assemble("", &without).err().unwrap().to_string(), "there is no frontend/assets/app.css");
    }
}
