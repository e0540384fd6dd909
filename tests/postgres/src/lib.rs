//! A PostgreSQL server of our own, thrown away after the tests.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// A running server. Dropping it stops the server and deletes its data; so does our death, of whatever kind: the
/// keeper, a small shell script, sees its standard input close.
pub struct Postgres {
    keeper: Child,
    says: BufReader<ChildStdout>,
    port: u16,
}

impl Postgres {
    /// Starts a fresh server on a free port of the loopback address.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or can't be started.
    pub fn start() -> Result<Self> {
        Self::with(None, None)
    }

    /// Starts a fresh server that takes nobody who does not come by TLS. It shows that certificate; both are PEM.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or can't be started.
    pub fn by_tls_alone(certificate: &str, key: &str) -> Result<Self> {
        Self::with(None, Some((certificate, key)))
    }

    /// Starts the server whose data are in that folder, or a fresh one there. It stops with this value; the data stay,
    /// and what is committed is on disk, as with a server that people rely on.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or can't be started.
    pub fn kept(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).context("the folder for PostgreSQL's data could not be made")?;
        let folder = folder.canonicalize()?;
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(&folder).status();
            if !given.is_ok_and(|status| status.success()) {
                bail!("The folder for PostgreSQL's data could not be given to its user `postgres`.");
            }
        }
        Self::with(Some(&folder), None)
    }

    fn with(kept: Option<&Path>, tls: Option<(&str, &str)>) -> Result<Self> {
        let programs = programs().context("PostgreSQL's server is not installed")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut keeper = keeper();
        keeper
            .args(["sh", "-c", include_str!("postgres.sh"), "cairn-postgres"])
            .arg(programs)
            .arg(port.to_string())
            .args(kept)
            .env("CAIRN_SCRATCH", scratch_of_keeper())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some((certificate, key)) = tls {
            keeper.env("CAIRN_TLS_CERTIFICATE", certificate).env("CAIRN_TLS_KEY", key);
        }
        apart(&mut keeper);
        let mut keeper = keeper.spawn().context("a throw-away PostgreSQL could not be started")?;
        let says = BufReader::new(keeper.stdout.take().context("the keeper of PostgreSQL has no output")?);
        let mut server = Self { keeper, says, port };
        server.hears("ready")?;
        Ok(server)
    }

    /// Stops it at once, as a crash does.
    ///
    /// # Errors
    /// If it can't be stopped.
    pub fn goes_away(&mut self) -> Result<()> {
        self.tells("stop", "stopped")
    }

    /// Starts it again, with the data that it had.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn comes_back(&mut self) -> Result<()> {
        self.tells("start", "ready")
    }

    fn tells(&mut self, word: &str, answer: &str) -> Result<()> {
        let keeper = self.keeper.stdin.as_mut().context("the keeper of PostgreSQL has no input")?;
        writeln!(keeper, "{word}")?;
        self.hears(answer)
    }

    fn hears(&mut self, word: &str) -> Result<()> {
        let mut line = String::new();
        self.says.read_line(&mut line)?;
        if line.trim() != word {
            bail!("A throw-away PostgreSQL could not be started; its own message is above.");
        }
        Ok(())
    }

    /// Where an administrator connects; tests make databases of their own from there.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Where to put what is thrown away: in memory (Linux's `/dev/shm`) where there is room, because nothing of it has to
/// outlive a power cut and disks are slow; otherwise where temporary files go. Whoever sets `TMPDIR` decides.
pub fn scratch() -> PathBuf {
    /// In megabytes.
    const ROOM: u64 = 4096;
    let memory = Path::new(MEMORY);
    let free = || {
        let said = Command::new("df").args(["-m", "--output=avail"]).arg(memory).output().ok()?;
        String::from_utf8_lossy(&said.stdout).lines().nth(1)?.trim().parse::<u64>().ok()
    };
    let is_mine_to_choose = env::var_os("TMPDIR").is_none_or(|folder| folder == memory.as_os_str());
    if is_mine_to_choose && free().is_some_and(|free| free >= ROOM) { memory.into() } else { env::temp_dir() }
}

const MEMORY: &str = "/dev/shm";

/// The superuser's own temporary folder, if one is set, need not be open to the keeper.
fn scratch_of_keeper() -> PathBuf {
    let scratch = scratch();
    if is_root() && scratch != Path::new(MEMORY) { "/tmp".into() } else { scratch }
}

/// PostgreSQL refuses to run as the superuser, so there it runs as the user that its package made.
fn keeper() -> Command {
    if !is_root() {
        return Command::new("env");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).env_remove("TMPDIR");
    command
}

/// Ctrl-C is for us; the keeper ends in good order when we do.
fn apart(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// The folder of `initdb` and its companions: from the PATH, or the newest of those that Debian puts aside.
pub fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").and_then(|path| env::split_paths(&path).find(|folder| holds_server(folder)));
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions
            .flatten()
            .filter_map(|version| {
                Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path().join("bin")))
            })
            .filter(|(_, folder)| holds_server(folder))
            .max()
            .map(|(_, folder)| folder)
    })
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output();
    said.is_ok_and(|said| said.stdout.trim_ascii() == b"0")
}

fn holds_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}
