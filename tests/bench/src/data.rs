//! Where the grown databases are: in a folder of `target/`, kept for the next run, and copied before anything is asked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, ensure};
use cairn_migrations::Dialect;
use cairn_test_postgres::Postgres;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt,
};

use crate::{grow, operations::Contestant, report::OfDatabase, server};

/// After so long the demonstration is made anew: its rounds are of the days around the day of its making.
const TOO_OLD: Duration = Duration::from_secs(20 * 24 * 3600);

/// The grown databases.
pub struct Data {
    cairn: PathBuf,
    folder: PathBuf,
    postgres: Option<Postgres>,
}

/// A copy of one of them, to be used up.
pub struct Copy {
    /// Where it is, as Cairn is told.
    pub url: String,
    /// The file, if it is one.
    pub file: PathBuf,
}

impl Data {
    /// Opens the folder, and makes the demonstration, if it isn't there or is of another schema.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn open(cairn: &Path, folder: &Path, with_postgres: bool) -> Result<Self> {
        let (schema, made) = (folder.join("schema"), folder.join("made"));
        let newest = format!("{}", cairn_migrations::newest(Dialect::Sqlite));
        let age = fs::metadata(&schema)
            .and_then(|m| m.modified())
            .ok()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        if fs::read_to_string(&schema).ok().as_deref() != Some(&newest) || age.is_none_or(|age| age > TOO_OLD) {
            if folder.exists() {
                fs::remove_dir_all(folder).context("the data of earlier runs could not be deleted")?;
            }
            fs::create_dir_all(&made)?;
            eprintln!("Making the demonstration …");
            server::demonstrates(cairn, &made)?;
            // What the server left in the log beside the file goes into it, because the file alone is copied.
            rusqlite::Connection::open(made.join("cairn.sqlite"))?.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            fs::write(&schema, newest)?;
        }
        let postgres = with_postgres.then(|| Postgres::kept(&folder.join("postgres"))).transpose()?;
        Ok(Self { cairn: cairn.to_owned(), folder: folder.to_owned(), postgres })
    }

    /// The folder that a measured server keeps its files in.
    pub fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// The keys that badges are signed with where some are issued.
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    /// The SQLite file of that size.
    pub fn file(&self, times: u32) -> PathBuf {
        match times {
            1 => self.folder.join("made").join("cairn.sqlite"),
            times => self.folder.join(format!("{times}.db")),
        }
    }

    /// Sees to it that the data of that size are there, and says how large they are and how long it took.
    ///
    /// # Errors
    /// If they can't be made.
    pub fn provide(&self, times: u32, database: Contestant) -> Result<OfDatabase> {
        let noted = self
            .folder
            .join(format!("{times}-{}.seconds", if database == Contestant::Sqlite { "sqlite" } else { "postgres" }));
        if let Some(seconds) = fs::read_to_string(&noted).ok().and_then(|text| text.parse().ok()) {
            return self.measured(times, database, seconds);
        }
        let began = Instant::now();
        let says = |line: &str| eprintln!("    {line}");
        eprintln!("  Making {times} times the demonstration for {database:?}; it is kept for the next run …");
        match database {
            Contestant::Postgres => self.grow_postgres(times, says)?,
            _ if times > 1 => grow::grow_file(&self.file(1), &self.file(times), times, says)?,
            _ => {}
        }
        let seconds = began.elapsed().as_secs_f64();
        fs::write(noted, seconds.to_string())?;
        self.measured(times, database, seconds)
    }

    fn measured(&self, times: u32, database: Contestant, made_in_seconds: f64) -> Result<OfDatabase> {
        #[derive(QueryableByName)]
        struct Size {
            #[diesel(sql_type = BigInt)]
            bytes: i64,
        }
        let bytes = match database {
            Contestant::Postgres => {
                let sql = format!("SELECT pg_database_size('size_{times}') AS bytes");
                sql_query(sql).get_result::<Size>(&mut self.administrator()?)?.bytes as u64
            }
            _ => fs::metadata(self.file(times))?.len(),
        };
        Ok(OfDatabase { megabytes: bytes as f64 / 1e6, made_in_seconds, ..OfDatabase::default() })
    }

    fn grow_postgres(&self, times: u32, says: impl FnMut(&str)) -> Result<()> {
        let mut administrator = self.administrator()?;
        administrator.batch_execute(&format!("DROP DATABASE IF EXISTS size_{times}"))?;
        if times == 1 {
            administrator.batch_execute("CREATE DATABASE size_1")?;
            let mut copy = server::cairn(&self.cairn);
            let from = format!("sqlite:{}", self.file(1).display());
            return server::runs(copy.args(["copy", "--from", &from, "--to", &self.url("size_1")?]));
        }
        self.provide(1, Contestant::Postgres)?;
        administrator.batch_execute(&format!("CREATE DATABASE size_{times} TEMPLATE size_1"))?;
        grow::grow_postgres(&self.file(1), &self.url(&format!("size_{times}"))?, times, says)
    }

    fn url(&self, name: &str) -> Result<String> {
        let url = self.postgres.as_ref().context("PostgreSQL is not running")?.url();
        let (server, _) = url.rsplit_once('/').context("an address has a path")?;
        Ok(format!("{server}/{name}"))
    }

    fn administrator(&self) -> Result<PgConnection> {
        Ok(PgConnection::establish(&self.url("postgres")?)?)
    }

    /// Copies the data of that size, to be used up.
    ///
    /// # Errors
    /// If there is no room, say.
    pub fn copy(&self, times: u32, database: Contestant) -> Result<Copy> {
        let file = self.folder.join("used.db");
        if database == Contestant::Postgres {
            self.administrator()?.batch_execute("DROP DATABASE IF EXISTS used (FORCE)")?;
            self.administrator()?.batch_execute(&format!("CREATE DATABASE used TEMPLATE size_{times}"))?;
            return Ok(Copy { url: self.url("used")?, file });
        }
        self.forget_file();
        // As a file is copied that is nowhere open; where the file system can, without its blocks.
        let copied = Command::new("cp").arg("--reflink=auto").arg(self.file(times)).arg(&file).status();
        ensure!(copied.is_ok_and(|status| status.success()), "The database could not be copied.");
        Ok(Copy { url: format!("sqlite:{}", file.display()), file })
    }

    fn forget_file(&self) {
        for ending in ["", "-wal", "-shm"] {
            fs::remove_file(self.folder.join(format!("used.db{ending}"))).ok();
        }
    }

    /// Deletes the copies and the files that were uploaded.
    pub fn forget(&self) {
        self.forget_file();
        fs::remove_dir_all(self.files()).ok();
        if let Ok(mut administrator) = self.administrator() {
            administrator.batch_execute("DROP DATABASE IF EXISTS used (FORCE)").ok();
        }
    }
}
