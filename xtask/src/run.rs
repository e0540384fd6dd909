//! `cargo run`: the web app, the server, and then the demonstration.

use std::{
    env,
    io::ErrorKind,
    net::TcpListener,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    cargo, toolchain,
    web::{self, Profile},
};

const ADDRESS: &str = "127.0.0.1:8080";

/// Builds all there is and becomes the server, so that Ctrl-C reaches it and its exit code is ours.
pub fn run(args: &[String]) -> Result<()> {
    let options = Options::parse(args, env::var("CAIRN_BIND").ok())?;
    // Whatever can go wrong within a second is tried before minutes of building.
    toolchain::c_compiler()?;
    toolchain::wasm_target()?;
    must_be_free(&options.address)?;

    web::ensure_folder()?;
    let first = if web::is_built() && server_was_built() { "" } else { " (the first time takes some minutes)" };
    println!("1/3 Building the web app, and the server beside it{first} …");
    let begun = Instant::now();
    // One core builds the web app for most of its time, so the server is built on the others.
    let server = cargo::build_beside("cairn", &["--package", "cairn-backend"])?;
    web::build(options.profile, false)?;
    println!("    the web app is done in {}", seconds(begun.elapsed()));

    println!("2/3 Waiting for the server to be built …");
    let server = server.finish()?;
    println!("    both are done in {}", seconds(begun.elapsed()));

    println!("3/3 Opening the demonstration (its first start makes two years of data) …");
    become_server(&server, &options.passed_on)
}

/// What `cargo run` itself understands. The rest is for `cairn demo`.
#[derive(Debug, PartialEq)]
struct Options {
    profile: Profile,
    address: String,
    passed_on: Vec<String>,
}

impl Options {
    fn parse(args: &[String], from_environment: Option<String>) -> Result<Self> {
        let mut profile = Profile::Release;
        let mut address = from_environment.unwrap_or_else(|| ADDRESS.to_owned());
        let mut passed_on = Vec::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let (name, inline) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (arg.as_str(), None),
            };
            match name {
                "--dev" => profile = Profile::Dev,
                "--port" | "--bind" => {
                    let value = inline.or_else(|| args.next().cloned());
                    let value = value.with_context(|| format!("`{name}` needs a value after it."))?;
                    address = if name == "--port" { local_address(&value)? } else { value };
                    passed_on.extend(["--bind".to_owned(), address.clone()]);
                }
                _ => passed_on.push(arg.clone()),
            }
        }
        Ok(Self { profile, address, passed_on })
    }
}

fn local_address(port: &str) -> Result<String> {
    let port: u16 = port.parse().ok().with_context(|| format!("`{port}` is no port: give a number below 65536."))?;
    Ok(format!("127.0.0.1:{port}"))
}

fn must_be_free(address: &str) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "{address} is in use by another program: stop that one, or choose another port, \
             for example `cargo run -- --port 8081`."
        ),
        Err(error) => bail!("Cairn can't listen on {address} ({error}): choose another, `cargo run -- --port 8081`."),
    }
}

/// A server beside us in the target folder is from an earlier run, so most of the work is done.
fn server_was_built() -> bool {
    env::current_exe().is_ok_and(|xtask| xtask.with_file_name(format!("cairn{}", env::consts::EXE_SUFFIX)).exists())
}

#[cfg(unix)]
fn become_server(server: &Path, args: &[String]) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = Command::new(server).current_dir(cargo::root()).arg("demo").args(args).exec();
    Err(error).with_context(|| format!("{} could not be started", server.display()))
}

#[cfg(not(unix))]
fn become_server(server: &Path, args: &[String]) -> Result<()> {
    // The console sends Ctrl-C to both; the server stops in its own time and we say what it said.
    let status = Command::new(server).current_dir(cargo::root()).arg("demo").args(args).status()?;
    std::process::exit(status.code().unwrap_or(1))
}

/// A duration as one would say it.
pub fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..100 => format!("{} s", duration.as_secs()),
        long => format!("{} min {:02} s", long / 60, long % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Options {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        Options::parse(&args, None).expect("these options are sound")
    }

    #[test]
    fn without_options_it_is_the_usual_address() {
        assert_eq!(parse(&[]), Options { profile: Profile::Release, address: ADDRESS.into(), passed_on: vec![] });
    }

    #[test]
    fn a_port_becomes_an_address_for_the_server() {
        for args in [&["--port", "9000"][..], &["--port=9000"]] {
            let options = parse(args);
            assert_eq!(options.address, "127.0.0.1:9000");
            assert_eq!(options.passed_on, ["--bind", "127.0.0.1:9000"]);
        }
    }

    #[test]
    fn what_it_does_not_know_is_for_the_server() {
        let options = parse(&["--anchor", "2026-11-24", "--bind", "0.0.0.0:80", "--dev"]);
        assert_eq!(options.passed_on, ["--anchor", "2026-11-24", "--bind", "0.0.0.0:80"]);
        assert_eq!(options.profile, Profile::Dev);
    }

    #[test]
    fn the_command_line_beats_the_environment() {
        let environment = Some("127.0.0.1:7000".to_owned());
        assert_eq!(Options::parse(&[], environment.clone()).unwrap().address, "127.0.0.1:7000");
        let args = ["--port".to_owned(), "9000".to_owned()];
        assert_eq!(Options::parse(&args, environment).unwrap().address, "127.0.0.1:9000");
    }

    #[test]
    fn a_port_that_is_none_is_named() {
        for args in [&["--port"][..], &["--port", "lots"], &["--port", "70000"]] {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            assert!(Options::parse(&args, None).is_err(), "{args:?}");
        }
    }

    #[test]
    fn a_port_in_use_is_one_sentence() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let message = must_be_free(&address).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{address} is in use")), "{message}");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(41)), "41 s");
        assert_eq!(seconds(Duration::from_secs(163)), "2 min 43 s");
    }
}
