//! The servers that are measured, each a process of its own: Cairn, and this program itself as floor and as limit.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::client::{Connection, request};

/// The address that Cairn is told it is reached under. Nobody asks there. It is the one in whose name the demonstration's
/// badges are signed, so that they are genuine to the server that checks them.
pub const PUBLIC_URL: &str = "https://cairn.northfell.example";
/// Whose certificates they are.
pub const PARTNERSHIP: &str = "University of Northfell Teacher Education Partnership";
/// The secret that the measured servers sign with: it protects nothing but the demonstration.
pub const SECRET: &str = "a secret of the benchmark alone, long enough for anyone";
/// A server that does not answer by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It ends with this value.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts Cairn with that database, and waits for the first answer to a question that looks into it.
    ///
    /// # Errors
    /// If it doesn't answer.
    pub async fn cairn(binary: &Path, database: &str, data: &Path) -> Result<(Self, Duration)> {
        let address = free_address()?;
        let mut command = configured(binary, address, database, data);
        command.arg("serve");
        Self::begun(command, address).await
    }

    /// Starts Cairn as [`Self::cairn`] does, with the keys in that file to sign badges with. They are made, if they aren't there.
    ///
    /// # Errors
    /// If it doesn't answer, or the keys can't be made.
    pub async fn cairn_with_keys(binary: &Path, database: &str, data: &Path, keys: &Path) -> Result<Self> {
        let address = free_address()?;
        let with_keys = || {
            let mut command = configured(binary, address, database, data);
            command.env("CAIRN_KEYS", keys).env("CAIRN_KEYS_SECRET", SECRET);
            command
        };
        if !keys.exists() {
            runs(with_keys().args(["keys", "init"]))?;
        }
        let mut command = with_keys();
        command.arg("serve");
        Ok(Self::begun(command, address).await?.0)
    }

    async fn begun(command: Command, address: SocketAddr) -> Result<(Self, Duration)> {
        let began = Instant::now();
        let server = Self { address, child: started(command)? };
        // An unknown certificate: the answer is that there is none, and the database had to be asked.
        server.answers(&request("GET", "/v/AAAAAAAAAAAAAAAAAAAAAA", &[], b"")).await?;
        Ok((server, began.elapsed()))
    }

    /// Starts the floor.
    ///
    /// # Errors
    /// If it doesn't answer.
    pub async fn floor() -> Result<Self> {
        Self::own(&["floor".into()], "/100").await
    }

    /// Starts the limit on that SQLite file.
    ///
    /// # Errors
    /// If it doesn't answer.
    pub async fn limit(database: &Path) -> Result<Self> {
        Self::own(&["limit".into(), database.to_path_buf()], "/people/nobody").await
    }

    async fn own(args: &[PathBuf], path: &str) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(env::current_exe()?);
        command.args(args).arg(address.to_string());
        let server = Self { address, child: started(command)? };
        server.answers(&request("GET", path, &[], b"")).await?;
        Ok(server)
    }

    async fn answers(&self, question: &[u8]) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection.ask(question).await.is_ok_and(|reply| reply.status < 500)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!("A server did not answer; what it said is above.")
    }

    /// The most memory that it took so far, in megabytes; nought, where the system does not say so in `/proc`.
    pub fn most_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Cairn, with nothing of the caller's own configuration.
pub fn cairn(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in env::vars_os() {
        let ours = |name: &str| name.starts_with("CAIRN_") || name == "DATABASE_URL" || name == "RUST_LOG";
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command
}

/// Cairn, told all that it needs to know.
fn configured(binary: &Path, address: SocketAddr, database: &str, data: &Path) -> Command {
    let mut command = cairn(binary);
    command
        .env("CAIRN_BIND", address.to_string())
        .env("CAIRN_PUBLIC_URL", PUBLIC_URL)
        .env("CAIRN_PARTNERSHIP", PARTNERSHIP)
        .env("CAIRN_SECRET", SECRET)
        // Nobody here has an app that shows codes.
        .env("CAIRN_SECOND_STEP", "offered")
        .env("RUST_LOG", "warn")
        .env("DATABASE_URL", database)
        .env("CAIRN_DATA", data);
    command
}

/// Runs Cairn to its end.
///
/// # Errors
/// With what it said, if it does not end well.
pub fn runs(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context("Cairn could not be started")?;
    ensure!(output.status.success(), "Cairn said: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Makes the demonstration in a folder and stops.
///
/// # Errors
/// If it is not made.
pub fn demonstrates(binary: &Path, folder: &Path) -> Result<()> {
    let mut command = cairn(binary);
    command.args(["demo", "--bind", "127.0.0.1:0", "--print-json", "--data"]).arg(folder);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("Cairn could not be started")?;
    let says = child.stdout.take().context("Cairn has no output")?;
    let ready = BufReader::new(says).lines().map_while(Result::ok).any(|line| line.contains("\"ready\":true"));
    let id = child.id().to_string();
    let asked = Command::new("sh").args(["-c", "kill -s TERM \"$0\"", &id]).status();
    let ended = child.wait()?;
    ensure!(ready && asked.is_ok() && ended.success(), "The demonstration was not made.");
    Ok(())
}

fn started(mut command: Command) -> Result<Child> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("a server could not be started")?;
    if let Some(mut says) = child.stdout.take() {
        // Read to the end, so that it never waits for somebody to listen.
        thread::spawn(move || says.read_to_end(&mut Vec::new()));
    }
    Ok(child)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
