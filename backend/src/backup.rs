//! `cairn backup`, `cairn restore` and `cairn copy`: everything in one archive, back again, and from one database to
//! another.
//!
//! An archive is a zip file. `rows/TABLE.ndjson` has a table, a row on each line, in words that both databases share
//! ([`crate::db::rows`]), so what was kept in one comes back in either. `files/HASH` has each file that a row names.
//! `backup.json`, the last, counts it all and has a hash for each table. The rows are one state of the database; the
//! files are read after them, and a file is always there before its row. So a server can go on serving meanwhile.

mod archive;

use crate::{
    check,
    db::{
        ClosureError, Conn, Db, DbError, DbOptions, Target,
        rows::{self, Loader, Row, Table, Tally},
    },
    files::{Files, Place},
};
use archive::{Archive, Manifest, Writing};
use cairn_shared::edition::Hash;
use std::{
    fmt, io,
    path::{Path, PathBuf},
};
use tokio::task::spawn_blocking;

/// Why it could not be done.
#[derive(Debug)]
pub enum BackupError {
    /// The database.
    Database(DbError),
    /// The disk, or the bucket of files.
    Disk(io::Error),
    /// The archive; the sentence says what about it.
    Archive(String),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Disk(error) => write!(f, "Files can't be read or written: {error}."),
            Self::Archive(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<DbError> for BackupError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<diesel::result::Error> for BackupError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<zip::result::ZipError> for BackupError {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) => Self::Disk(error),
            other => Self::Archive(format!("The archive can't be read: {other}.")),
        }
    }
}

impl ClosureError for BackupError {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

/// What was carried.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Carried {
    /// How many rows.
    pub rows: u64,
    /// How many files.
    pub files: u64,
    /// The names of files that a row has and the store has not, or not as they were. They can't be carried.
    pub amiss: Vec<String>,
}

/// Writes everything into a new archive at that place.
///
/// # Errors
/// If something stands there already, and those of the database and the disk. Then there is no archive.
pub async fn backup(db: &Db, files: Files, to: &Path) -> Result<Carried, BackupError> {
    let writing = Writing::begin(to)?;
    let (writing, manifest, named) = db.read(move |conn| write_rows(conn, writing)).await?;
    let written = spawn_blocking(move || write_files(writing, manifest, &files, &named));
    written.await.map_err(|_| DbError::Panicked)?
}

fn write_rows(conn: &mut Conn, mut writing: Writing) -> Result<(Writing, Manifest, Vec<String>), BackupError> {
    let mut manifest = Manifest::new(conn.schema()?);
    for table in rows::tables(conn)? {
        let mut tally = Tally::default();
        writing.table(&table.name)?;
        table.each(conn, |row| {
            tally.count(&row);
            writing.row(&row)
        })?;
        manifest.table(table.name, tally);
    }
    let named = check::named_files(conn)?.into_keys().collect();
    Ok((writing, manifest, named))
}

fn write_files(
    mut writing: Writing,
    mut manifest: Manifest,
    files: &Files,
    named: &[String],
) -> Result<Carried, BackupError> {
    for name in named {
        let found = name.parse().ok().map(|hash| write_file(&mut writing, files, hash)).transpose()?;
        match found {
            Some(true) => manifest.files += 1,
            _ => manifest.amiss.push(name.clone()),
        }
    }
    writing.end(&manifest)?;
    Ok(manifest.carried())
}

/// Writes a file, and says whether it was there, and was what its name says.
fn write_file(writing: &mut Writing, files: &Files, hash: Hash) -> Result<bool, BackupError> {
    files.reader(hash)?.map_or(Ok(false), |file| writing.file(hash, file))
}

/// Brings an archive back into a database that is empty and a store of files. Everything in the archive is held against
/// its hash before anything is written.
///
/// # Errors
/// If the archive is not whole, or was made by a newer Cairn; if the database holds data; those of the database and the
/// store of files. Then the database is as empty as before.
pub async fn restore(from: PathBuf, target: Target, place: Place, data: PathBuf) -> Result<Carried, BackupError> {
    let restored = spawn_blocking(move || restore_all(&from, &target, &place, &data));
    restored.await.map_err(|_| DbError::Panicked)?
}

fn restore_all(from: &Path, target: &Target, place: &Place, data: &Path) -> Result<Carried, BackupError> {
    let mut archive = Archive::open(from)?;
    let manifest = archive.verify(cairn_migrations::newest(target.dialect()))?;
    std::fs::create_dir_all(data)?;
    // No file goes anywhere before it is certain that the rows may.
    drop(rows::make_ready(target, manifest.schema)?);
    let files = Files::open(place, data)?;
    archive.each_file(|hash, bytes| Ok(files.take(hash, bytes)?))?;
    rows::fill(target, manifest.schema, |conn| {
        for table in known(conn, manifest.tables.keys())? {
            let mut loader = Loader::new(conn, &table);
            archive.each_row(&table.name, |row| Ok(loader.take(row)?))?;
            loader.finish()?;
            let counted = tally(conn, &table)?;
            if counted.end() != manifest.tables[&table.name].as_pair() {
                return Err(BackupError::Archive(format!("The table {} did not come back as it was.", table.name)));
            }
        }
        Ok(())
    })?;
    Ok(manifest.carried())
}

/// Copies all rows from one database to another that is empty. Files stay where they are.
///
/// # Errors
/// If the other holds data, or does not hold the same in the end; those of both databases. Then it is as empty as before.
pub async fn copy(from: &Target, to: Target) -> Result<Carried, BackupError> {
    let from = Db::as_it_is(&DbOptions::unhurried(from.clone()))?;
    from.read(move |conn| {
        let there = rows::tables(conn)?;
        let mut carried = Carried::default();
        rows::fill(&to, conn.schema()?, |other| {
            let known = known(other, there.iter().map(|table| &table.name))?;
            for (there, table) in there.iter().zip(known) {
                let mut tally_here = Tally::default();
                let mut loader = Loader::new(other, &table);
                there.each::<BackupError>(conn, |row| {
                    tally_here.count(&row);
                    Ok(loader.take(&row)?)
                })?;
                loader.finish()?;
                let here = tally_here.end();
                if tally(other, &table)?.end() != here {
                    return Err(BackupError::Archive(format!("The table {} did not arrive as it was.", table.name)));
                }
                carried.rows += here.0;
            }
            Ok(())
        })?;
        Ok(carried)
    })
    .await
}

/// The tables of a database, if they are those.
fn known<'a>(conn: &mut Conn, names: impl Iterator<Item = &'a String>) -> Result<Vec<Table>, BackupError> {
    let tables = rows::tables(conn)?;
    let names: Vec<_> = names.collect();
    if tables.iter().map(|table| &table.name).ne(names) {
        return Err(BackupError::Archive("Its tables are not those of this Cairn.".into()));
    }
    Ok(tables)
}

fn tally(conn: &mut Conn, table: &Table) -> Result<Tally, BackupError> {
    let mut tally = Tally::default();
    table.each::<BackupError>(conn, |row: Row| {
        tally.count(&row);
        Ok(())
    })?;
    Ok(tally)
}
