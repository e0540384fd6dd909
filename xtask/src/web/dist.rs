//! Writing the served folder: compressed companions beside each file, and the whole of it in one move.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    num::NonZero,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{bundle::Bundle, checker};

/// What the folder holds and was made from; for us, and for a server that renders pages of its own.
const LIST: &str = "bundle.json";

/// Below this, compression saves less than a packet.
const WORTH_COMPRESSING: usize = 1024;

/// How large a file is, in bytes, as it lies and as it travels.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Not compressed.
    pub raw: usize,
    /// As `.gz`.
    pub gzip: usize,
    /// As `.br`.
    pub brotli: usize,
}

/// The digest of what the folder was made from, if it holds a finished web app.
pub fn inputs(folder: &Path) -> Option<String> {
    let list: Value = serde_json::from_slice(&fs::read(folder.join(LIST)).ok()?).ok()?;
    Some(list["inputs"].as_str()?.to_owned())
}

/// Puts the bundle in place of whatever the folder held, and says how large its texts are.
///
/// The folder is exchanged whole, once all is written: whoever reads it sees the old files or the new, never a mixture.
pub fn write(folder: &Path, bundle: &Bundle, inputs: &str, quality: u32) -> Result<BTreeMap<String, Sizes>> {
    let fresh = Beside::new(folder, "new")?;
    let mut texts: Vec<(&str, &[u8])> = Vec::new();
    for (path, content) in &bundle.files {
        let target = fresh.0.join(path);
        fs::create_dir_all(target.parent().context("a file is in a folder")?)?;
        fs::write(&target, content)?;
        if content.len() > WORTH_COMPRESSING && is_compressible(path) {
            texts.push((path, content));
        }
    }
    let sizes = compress(&fresh.0, texts, quality)?;
    let list = json!({ "inputs": inputs, "files": bundle.names });
    fs::write(fresh.0.join(LIST), format!("{list:#}\n"))?;

    let stale = Beside::new(folder, "old")?;
    if folder.exists() {
        fs::rename(folder, stale.0.join("dist"))?;
    }
    fs::rename(&fresh.0, folder).context("frontend/dist could not be put in place")?;
    Ok(sizes)
}

/// Puts companions beside those files, on all cores: the longest first, so that none is left over at the end.
fn compress(folder: &Path, mut texts: Vec<(&str, &[u8])>, quality: u32) -> Result<BTreeMap<String, Sizes>> {
    texts.sort_by_key(|(_, content)| content.len());
    let texts = Mutex::new(texts);
    let next = || texts.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || -> Result<Vec<(String, Sizes)>> {
        let mut done = Vec::new();
        while let Some((path, content)) = next() {
            let target = folder.join(path);
            let (brotli, gzip) = (brotli(content, quality)?, gzip(content)?);
            fs::write(with_suffix(&target, ".br"), &brotli)?;
            fs::write(with_suffix(&target, ".gz"), &gzip)?;
            done.push((path.to_owned(), Sizes { raw: content.len(), gzip: gzip.len(), brotli: brotli.len() }));
        }
        Ok(done)
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut sizes = BTreeMap::new();
        for worker in workers {
            sizes.extend(worker.join().map_err(|_| anyhow!("a file could not be compressed"))??);
        }
        Ok(sizes)
    })
}

/// Fonts and photographs are compressed already, and the checker is filled in before it travels.
fn is_compressible(path: &str) -> bool {
    if path == checker::FILE {
        return false;
    }
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"].contains(&extension)
}

fn brotli(content: &[u8], quality: u32) -> io::Result<Vec<u8>> {
    let parameters =
        BrotliEncoderParams { quality: quality as i32, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// A folder next to another, hence on the same file system; whatever is left of it goes when we are done.
struct Beside(PathBuf);

impl Beside {
    fn new(folder: &Path, what: &str) -> io::Result<Self> {
        let beside = with_suffix(folder, &format!(".{what}-{}", process::id()));
        fs::create_dir_all(&beside)?;
        Ok(Self(beside))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    struct Home(PathBuf);

    impl Home {
        fn new(name: &str) -> Self {
            let home = std::env::temp_dir().join(format!("cairn-xtask-{name}-{}", process::id()));
            fs::create_dir_all(&home).unwrap();
            Self(home)
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn bundle(css: &str) -> Bundle {
        Bundle {
            files: BTreeMap::from([
                ("cairn-1.css".to_owned(), css.as_bytes().to_vec()),
                ("fonts/a-2.woff2".to_owned(), vec![7; 4096]),
                ("index.html".to_owned(), b"<html>".to_vec()),
            ]),
            names: BTreeMap::from([("cairn.css".to_owned(), "cairn-1.css".to_owned())]),
        }
    }

    fn list(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn text_of_some_length_has_companions_that_unfold_to_it() {
        let home = Home::new("companions");
        let dist = home.0.join("dist");
        let css = "a{b:c}".repeat(1000);
        let sizes = write(&dist, &bundle(&css), "digest", 5).unwrap();
        assert_eq!(
            list(&dist),
            ["bundle.json", "cairn-1.css", "cairn-1.css.br", "cairn-1.css.gz", "fonts", "index.html"]
        );
        assert_eq!(list(&dist.join("fonts")), ["a-2.woff2"]);

        let mut unfolded = String::new();
        let gzip = fs::read(dist.join("cairn-1.css.gz")).unwrap();
        flate2::read::GzDecoder::new(&*gzip).read_to_string(&mut unfolded).unwrap();
        assert_eq!(unfolded, css);
        unfolded.clear();
        let brotli = fs::read(dist.join("cairn-1.css.br")).unwrap();
        brotli::Decompressor::new(&*brotli, 4096).read_to_string(&mut unfolded).unwrap();
        assert_eq!(unfolded, css);

        let sizes = sizes["cairn-1.css"];
        assert_eq!((sizes.raw, sizes.gzip, sizes.brotli), (css.len(), gzip.len(), brotli.len()));
    }

    #[test]
    fn the_new_folder_replaces_the_old_one_whole() {
        let home = Home::new("replace");
        let dist = home.0.join("dist");
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("left-over.js"), "old").unwrap();
        assert_eq!(inputs(&dist), None);
        write(&dist, &bundle("a{}"), "digest", 5).unwrap();
        assert_eq!(inputs(&dist).as_deref(), Some("digest"));
        assert_eq!(list(&dist), ["bundle.json", "cairn-1.css", "fonts", "index.html"]);
        assert_eq!(list(&home.0), ["dist"]);
    }
}
