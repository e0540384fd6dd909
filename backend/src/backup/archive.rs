//! The archive itself: written from beginning to end, and read piece by piece.

use super::{BackupError, Carried};
use crate::db::rows::{Row, Tally};
use cairn_shared::edition::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The form of the archive. A later Cairn that writes another one gives it the next number.
const FORM: u32 = 1;
const MANIFEST: &str = "backup.json";
/// No manifest is larger, in bytes, however many files are amiss.
const MOST_MANIFEST: u64 = 64 * 1024 * 1024;

/// What the archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    form: u32,
    /// The newest migration of the database that it was made from.
    pub schema: i64,
    /// Its tables.
    pub tables: BTreeMap<String, Counted>,
    /// How many files it has.
    pub files: u64,
    /// Files that rows name and that could not be read.
    pub amiss: Vec<String>,
}

/// A table, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    rows: u64,
    /// The hash over all its rows, whatever their order ([`Tally`]).
    sha256: String,
}

impl Counted {
    /// As [`Tally::end`] gives it.
    pub fn as_pair(&self) -> (u64, String) {
        (self.rows, self.sha256.clone())
    }
}

impl Manifest {
    /// Of a database with that schema. Nothing is in it yet.
    pub fn new(schema: i64) -> Self {
        Self { form: FORM, schema, tables: BTreeMap::new(), files: 0, amiss: Vec::new() }
    }

    /// Counts a table in.
    pub fn table(&mut self, name: String, tally: Tally) {
        let (rows, sha256) = tally.end();
        self.tables.insert(name, Counted { rows, sha256 });
    }

    /// All of it together.
    pub fn carried(&self) -> Carried {
        let rows = self.tables.values().map(|table| table.rows).sum();
        Carried { rows, files: self.files, amiss: self.amiss.clone() }
    }
}

/// An archive that is being written, in a temporary place beside its own.
pub struct Writing {
    zip: ZipWriter<BufWriter<File>>,
    part: Part,
    to: PathBuf,
}

/// The temporary place, cleared when it is dropped.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Gone already when it was moved to its place.
        let _ = fs::remove_file(&self.0);
    }
}

impl Writing {
    /// Begins one.
    pub fn begin(to: &Path) -> Result<Self, BackupError> {
        if to.exists() {
            return Err(BackupError::Archive(format!("{} is there already. Give another name.", to.display())));
        }
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let file = for_us_alone().open(&part).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Archive(format!(
                "{} is being written, or was left by a backup that broke off. Remove it, or give another name.",
                part.display()
            )),
            _ => BackupError::Archive(format!("{} can't be written: {error}.", part.display())),
        })?;
        Ok(Self { zip: ZipWriter::new(BufWriter::new(file)), part: Part(part), to: to.to_owned() })
    }

    /// Begins a table.
    pub fn table(&mut self, name: &str) -> Result<(), BackupError> {
        Ok(self.zip.start_file(table_name(name), packed(CompressionMethod::Deflated))?)
    }

    /// Writes a row of the table that was begun last.
    pub fn row(&mut self, row: &Row) -> Result<(), BackupError> {
        serde_json::to_writer(&mut self.zip, row).map_err(io::Error::from)?;
        Ok(self.zip.write_all(b"\n")?)
    }

    /// Writes a file of the store. Says whether it was what its name says; else it is not in the archive.
    pub fn file(&mut self, hash: Hash, file: impl Read) -> Result<bool, BackupError> {
        // Photos, sound and documents are packed already.
        self.zip.start_file(file_name(hash), packed(CompressionMethod::Stored))?;
        let mut file = Hashing::new(file);
        io::copy(&mut file, &mut self.zip)?;
        if file.end() == hash {
            return Ok(true);
        }
        self.zip.abort_file()?;
        Ok(false)
    }

    /// Writes the manifest, flushes everything to the disk, and only then moves it to its place.
    pub fn end(mut self, manifest: &Manifest) -> Result<(), BackupError> {
        self.zip.start_file(MANIFEST, packed(CompressionMethod::Deflated))?;
        serde_json::to_writer_pretty(&mut self.zip, manifest).map_err(io::Error::from)?;
        let mut file = self.zip.finish()?;
        file.flush()?;
        file.get_ref().sync_all()?;
        fs::rename(&self.part.0, &self.to)?;
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(File::open(folder)?.sync_all()?)
    }
}

/// How a file is made that only its owner can read.
fn for_us_alone() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn packed(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600)
}

fn table_name(table: &str) -> String {
    format!("rows/{table}.ndjson")
}

fn file_name(hash: Hash) -> String {
    format!("files/{hash}")
}

/// Reads through, and takes the hash of what was read.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    fn end(self) -> Hash {
        Hash::from_bytes(self.hash.finalize().into())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(block)?;
        self.hash.update(&block[..read]);
        Ok(read)
    }
}

/// An archive that is read.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
}

impl Archive {
    /// Opens one.
    pub fn open(from: &Path) -> Result<Self, BackupError> {
        let file = File::open(from)
            .map_err(|error| BackupError::Archive(format!("{} can't be read: {error}.", from.display())))?;
        Ok(Self { zip: ZipArchive::new(BufReader::new(file))? })
    }

    /// Reads all of it, and says what it holds if all of it is what it was when it was written.
    pub fn verify(&mut self, newest: i64) -> Result<Manifest, BackupError> {
        let manifest = self.manifest()?;
        if manifest.form != FORM || manifest.schema > newest {
            return Err(BackupError::Archive("A newer Cairn made this archive. Bring it back with that one.".into()));
        }
        let mut names: BTreeSet<String> = self.zip.file_names().map(str::to_owned).collect();
        names.remove(MANIFEST);
        let mut named = BTreeSet::new();
        for (table, counted) in &manifest.tables {
            names.remove(&table_name(table));
            let mut tally = Tally::default();
            self.each_row(table, |row| {
                tally.count(row);
                if ["evidence", "edition_file"].contains(&table.as_str()) {
                    let files = ["sha256", "thumbnail_sha256"].iter().filter_map(|column| row.get(*column)?.as_str());
                    named.extend(files.map(str::to_owned));
                }
                Ok(())
            })?;
            if tally.end() != counted.as_pair() {
                return Err(BackupError::Archive(format!("The archive was altered: the table {table} is another.")));
            }
        }
        let mut files = 0;
        self.each_file(|hash, bytes| {
            let mut bytes = Hashing::new(bytes);
            io::copy(&mut bytes, &mut io::sink())?;
            if bytes.end() != hash {
                return Err(BackupError::Archive(format!("The archive was altered: the file {hash} is another.")));
            }
            files += 1;
            named.remove(&hash.to_string());
            names.remove(&file_name(hash));
            Ok(())
        })?;
        for amiss in &manifest.amiss {
            named.remove(amiss);
        }
        if files != manifest.files || !names.is_empty() || !named.is_empty() {
            return Err(BackupError::Archive("The archive was altered: its list of files is another.".into()));
        }
        Ok(manifest)
    }

    fn manifest(&mut self) -> Result<Manifest, BackupError> {
        let no_backup = |_| BackupError::Archive("This is no backup of Cairn.".into());
        let entry = self.zip.by_name(MANIFEST).map_err(no_backup)?;
        let mut text = String::new();
        entry.take(MOST_MANIFEST).read_to_string(&mut text)?;
        serde_json::from_str(&text)
            .map_err(|error| BackupError::Archive(format!("What the archive says of itself can't be read: {error}.")))
    }

    /// Tells of each row of a table.
    pub fn each_row(
        &mut self,
        table: &str,
        mut tell: impl FnMut(&Row) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        for line in BufReader::new(self.zip.by_name(&table_name(table))?).lines() {
            let row = serde_json::from_str(&line?).map_err(|error| {
                BackupError::Archive(format!("The archive was altered: a row of {table} can't be read: {error}."))
            })?;
            tell(&row)?;
        }
        Ok(())
    }

    /// Tells of each file.
    pub fn each_file(
        &mut self,
        mut tell: impl FnMut(Hash, &mut dyn Read) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        for index in 0..self.zip.len() {
            let mut entry = self.zip.by_index(index)?;
            let Some(hash) = entry.name().strip_prefix("files/").and_then(|name| name.parse().ok()) else { continue };
            tell(hash, &mut entry)?;
        }
        Ok(())
    }
}
