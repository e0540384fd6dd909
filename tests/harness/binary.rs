//! The real `cairn` binary, run as its users run it. `CAIRN_BIN` names it; `cargo xtask test` builds it and sets that.

use super::Database;
use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};
use ureq::http::{HeaderMap, Request};

/// How long the binary is waited for, at each step.
const PATIENCE: Duration = Duration::from_secs(60);

/// A secret that is long enough.
const SECRET: &str = "a secret of tests alone, long enough for anyone";

/// The binary, with nothing of the tester's own configuration.
///
/// # Panics
/// If `CAIRN_BIN` doesn't name it.
pub fn cairn() -> Command {
    let binary = env::var_os("CAIRN_BIN").map(PathBuf::from).filter(|path| path.is_file()).expect(
        "CAIRN_BIN is needed: the path of the built server. `cargo xtask test api-sqlite` builds it and sets that.",
    );
    let mut command = Command::new(binary);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| {
            name.starts_with("CAIRN_") || name.starts_with("OTEL_") || name == "DATABASE_URL" || name == "RUST_LOG"
        }) {
            command.env_remove(name);
        }
    }
    command
}

/// The same, configured for real use with that database.
pub fn configured(database: &Database) -> Command {
    let mut command = cairn();
    command
        .env("CAIRN_BIND", "127.0.0.1:0")
        .env("CAIRN_PUBLIC_URL", "https://cairn.example")
        .env("CAIRN_SECRET", SECRET)
        // What needs a second step is shown where that is tested.
        .env("CAIRN_SECOND_STEP", "offered")
        .env("DATABASE_URL", database.url())
        .env("CAIRN_DATA", &database.folder);
    command
}

/// How a run of the binary ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; nothing, if a signal ended it.
    pub code: Option<i32>,
    /// What it said on standard output.
    pub out: String,
    /// What it said on standard error.
    pub err: String,
}

/// Runs the binary to its end.
///
/// # Panics
/// If it can't be started.
pub fn run(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().expect("the binary can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the binary says UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// What the server answered.
#[derive(Debug)]
pub struct Got {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

/// A running `cairn serve`. It ends with this value.
pub struct Served {
    /// Where it listens: `http://127.0.0.1:…`.
    pub url: String,
    /// What it said before it was ready, line by line.
    pub said: Vec<String>,
    errors: Receiver<String>,
    id: u32,
    ended: Receiver<ExitStatus>,
    has_ended: bool,
    agent: ureq::Agent,
}

impl Served {
    /// Starts it with that database, and with more settings.
    ///
    /// # Panics
    /// If it isn't ready soon; with what it said.
    #[track_caller]
    pub fn start(database: &Database, settings: &[(&str, &str)]) -> Self {
        let mut command = configured(database);
        command.arg("serve").envs(settings.iter().copied());
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the binary can be started");
        let (lines, errors) = (lines(child.stdout.take(), ""), lines(child.stderr.take(), "server: "));
        let (id, ended) = (child.id(), ended(child));
        let mut served =
            Self { url: String::new(), said: Vec::new(), errors, id, ended, has_ended: false, agent: agent() };
        // It is ready when it has said where it listens, and how letters leave.
        while let Ok(line) = lines.recv_timeout(PATIENCE) {
            if let Some((_, address)) = line.split_once(" on ") {
                served.url = format!("http://{}", address.trim_end_matches('.'));
            }
            served.said.push(line);
            if served.said.iter().any(|line| line.starts_with("Letters ")) {
                break;
            }
        }
        if served.url.is_empty() {
            panic!("the server did not start: {:#?}", served.log());
        }
        served
    }

    /// Asks it something, with headers, and a body of JSON if it isn't empty.
    ///
    /// # Panics
    /// If it doesn't answer.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let mut headers = headers.to_vec();
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        ask_at(&self.agent, &self.url, method, path, &headers, body.as_bytes())
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Ends it, and gives what it wrote on standard error, line by line.
    pub fn log(mut self) -> Vec<String> {
        if !self.has_ended {
            self.signal("KILL");
            let _ = self.ended.recv();
            self.has_ended = true;
        }
        self.errors.iter().collect()
    }

    /// Kills it, so that it can finish nothing. What it gave to the operating system stays, as it would not without power.
    ///
    /// # Panics
    /// If it can't be killed.
    pub fn is_killed(mut self) {
        self.signal("KILL");
        assert_eq!(self.ends(), None, "a signal ended it");
    }

    /// Asks it to stop, as the machine does when it shuts down.
    ///
    /// # Panics
    /// If it can't be asked.
    pub fn is_asked_to_stop(&self) {
        self.signal("TERM");
    }

    /// Waits for its end, and gives its exit code; nothing, if a signal ended it.
    ///
    /// # Panics
    /// If it doesn't end.
    #[track_caller]
    pub fn ends(&mut self) -> Option<i32> {
        let status = self.ended.recv_timeout(PATIENCE).expect("the server ends when it is asked to");
        self.has_ended = true;
        status.code()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &self.id.to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal {name} can be sent");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if !self.has_ended && self.ended.try_recv().is_err() {
            self.signal("KILL");
            let _ = self.ended.recv();
        }
    }
}

/// Asks the server at that address something, with a body if it isn't empty.
///
/// # Errors
/// Where no whole answer came.
///
/// # Panics
/// If the question isn't one of HTTP.
pub fn ask_at(
    agent: &ureq::Agent,
    url: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Got, ureq::Error> {
    let mut request = Request::builder().method(method).uri(format!("{url}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = match body {
        [] => agent.run(request.body(()).expect("a request can be built")),
        body => agent.run(request.body(body).expect("a request can be built")),
    }?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Ok(Got { status, headers, text: answer.body_mut().read_to_string()? })
}

/// A client that tells of every status, follows nothing, and begins each question with a new connection: one that is
/// kept could be dead already.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .into()
}

/// What a child says, line by line, until it ends. With a name for it, a test that does not pass shows the lines too.
fn lines(pipe: Option<impl Read + Send + 'static>, name: &'static str) -> Receiver<String> {
    let (send, receive) = channel();
    let pipe = BufReader::new(pipe.expect("the child's words are piped"));
    thread::spawn(move || {
        for line in pipe.lines().map_while(Result::ok) {
            if !name.is_empty() {
                eprintln!("{name}{line}");
            }
            // Read to the end even if nobody listens, so that the child never waits.
            let _ = send.send(line);
        }
    });
    receive
}

fn ended(mut child: Child) -> Receiver<ExitStatus> {
    let (send, receive) = channel();
    thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = send.send(status);
        }
    });
    receive
}
