//! The `cairn` binary: reads the configuration and does what it is told.

#![expect(clippy::print_stdout, reason = "the commands answer on standard output")]

use actix_web::web::Data;
use cairn_backend::{
    backup::{self, Carried},
    check,
    clock::Clock,
    config::{
        BackupSettings, Cli, Config, CopySettings, DemoSettings, KeptSettings, KeysAt, KeysVerb, LogFormat,
        RestoreSettings, Settings, Verb, secret,
    },
    db::{Db, DbError, DbOptions, Target},
    demo,
    files::{Files, Place},
    key,
    mail::{Post, Postman, Smtp},
    openapi, second_step, server, session,
    state::State,
    tidy,
    watch::{private, traces::Traces},
};
use clap::Parser;
use std::{
    future::{Future, poll_fn},
    io::IsTerminal,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    process::ExitCode,
    task::Poll,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    log(cli.log_format);
    let done = match cli.command {
        Verb::Serve(settings) => serve(settings),
        Verb::Demo(settings) => demonstrate(settings),
        Verb::Migrate(settings) => migrate(settings),
        Verb::CreateAdmin(settings) => create_admin(settings),
        Verb::Check(settings) => check(&settings),
        Verb::Backup(settings) => backup(&settings),
        Verb::Restore(settings) => restore(&settings),
        Verb::Copy(settings) => copy(&settings),
        Verb::Keys { verb } => keys(verb),
        Verb::Openapi => {
            print!("{}", openapi::json());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                eprintln!("cairn: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}

/// What is logged where `RUST_LOG` says nothing: what somebody should look at, and what has to do with safety.
const LOGGED: &str = "warn,security=info";

/// Log lines go to standard error, where a service manager collects them; in colour only to a person's terminal.
fn log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| LOGGED.into());
    let to = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => to.init(),
        LogFormat::Json => to.json().flatten_event(true).init(),
    }
}

/// What is said at start where there are no keys.
const NO_KEYS: &str = "Awards have certificates and no badges: `cairn keys init` makes the keys for them.";

/// What is said at start where no mail server is configured.
const NO_POST: &str = "Letters are kept and not sent, and with them every link to sign in: CAIRN_SMTP_URL is not set.";

type Done = Result<(), Vec<String>>;

fn one(problem: impl std::fmt::Display) -> Vec<String> {
    vec![problem.to_string()]
}

/// One sentence of what a database says over several lines.
fn no_database(error: DbError) -> Vec<String> {
    let said = error.to_string();
    one(format!("Can't start: {}", said.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Listens on an address that a flag gave.
fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Vec<String>> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            one(format!("Something listens on {address} already. Stop it, or give another address with --{flag}."))
        }
        _ => one(format!("Can't listen on {address}: {error}.")),
    })
}

fn open(config: Config, clock: Clock) -> Result<State, Vec<String>> {
    std::fs::create_dir_all(&config.data)
        .map_err(|e| one(format!("Can't make the data folder {}: {e}.", config.data.display())))?;
    State::open(config, clock).map_err(no_database)
}

fn run(state: Data<State>, listener: TcpListener, private: Option<TcpListener>, ready: impl FnOnce()) -> Done {
    actix_web::rt::System::new().block_on(async move {
        begin(&state).await?;
        let postman = state.config.post.clone().map(|post| postman(&state, post)).transpose()?;
        let working = postman.map(Postman::start);
        let tidying = {
            let state = state.clone();
            actix_web::rt::spawn(async move { tidy::hourly(&state).await })
        };
        let watched = private.map(|listener| private::start(state.clone(), listener)).transpose().map_err(one)?;
        let watched = watched.map(|server| (server.handle(), actix_web::rt::spawn(server)));
        let mut server = server::start(state, listener).map_err(one)?;
        // Once it was asked how far it is, it takes requests and heeds signals. Not sooner is it ready.
        let served = match poll_fn(|cx| Poll::Ready(Pin::new(&mut server).poll(cx))).await {
            Poll::Ready(ended) => ended,
            Poll::Pending => {
                ready();
                server.await
            }
        };
        let served = served.map_err(one);
        tidying.abort();
        if let Some(working) = working {
            working.stop().await;
        }
        // The counts can be read to the last.
        if let Some((handle, serving)) = watched {
            handle.stop(true).await;
            let _ = serving.await;
        }
        served
    })
}

/// Nobody is let in before it is certain that what they send can be kept.
async fn begin(state: &State) -> Done {
    let Err(error) = state.files.begin().await else { return Ok(()) };
    let place = match &state.config.files {
        Place::Folder => state.config.data.display().to_string(),
        Place::Bucket(address) => address.to_string(),
    };
    Err(one(format!("Can't keep files in {place}: {error}. Look at CAIRN_FILES and the CAIRN_S3_… settings.")))
}

fn postman(state: &Data<State>, post: Post) -> Result<Postman, Vec<String>> {
    Postman::new(state.clone().into_inner(), Smtp::new(post)).map_err(one)
}

fn serve(settings: Settings) -> Done {
    let config = Config::check(settings)?;
    let listener = listen(config.bind, "bind")?;
    let private = config.metrics.map(|address| listen(address, "metrics-bind")).transpose()?;
    let told = private.as_ref().map(TcpListener::local_addr).transpose().map_err(one)?;
    let (url, address) = (config.public_url.clone(), listener.local_addr().map_err(one)?);
    let post = config.post.as_ref().map(|post| format!("Letters go to {}.", post.server.host));
    let traces = config.traces.as_deref().map(Traces::begin).transpose().map_err(one)?;
    let state = Data::new(open(config, Clock::default())?);
    let sealed = actix_web::rt::System::new().block_on(second_step::actions::seal_anew(&state));
    sealed.map_err(|error| one(error.cause().unwrap_or_else(|| error.problem().detail)))?;
    let taken_up = actix_web::rt::System::new().block_on(key::actions::take_up(&state));
    taken_up.map_err(|error| one(error.problem().detail))?.map_err(one)?;
    let signs = state.keys.newest().is_some();
    let served = run(state, listener, private, || {
        println!("Cairn serves {url} on {address}");
        if let Some(told) = told {
            println!("Counts are told at http://{told}/metrics. Keep it to yourself.");
        }
        println!("{}", post.as_deref().unwrap_or(NO_POST));
        if !signs {
            println!("{NO_KEYS}");
        }
    });
    // After the last request, and before the process ends.
    if let Some(traces) = traces {
        traces.end();
    }
    served
}

fn demonstrate(settings: DemoSettings) -> Done {
    let mut config = Config::check_demo(&settings)?;
    let listener = listen(config.bind, "bind")?;
    config.bind = listener.local_addr().map_err(one)?;
    config.public_url = format!("http://{}", config.bind);
    let state = Data::new(open(config, Clock::default())?);
    let sign_ins =
        actix_web::rt::System::new().block_on(demo::prepare(&state, settings.anchor.as_deref())).map_err(one)?;
    let url = state.config.public_url.clone();
    run(state, listener, None, || {
        if settings.print_json {
            println!("{}", serde_json::json!({ "ready": true, "url": url, "sign_ins": sign_ins }));
        } else {
            println!("\n  Cairn is ready at {url}\n  Everything in it is fictional. Sign in as\n");
            for sign_in in &sign_ins {
                println!("    {:<26} {:<22} {}", sign_in.role, sign_in.name, sign_in.url);
            }
            println!("\n  Letters that Cairn writes are kept at {url}/demo/mail\n  Ctrl-C stops it.\n");
        }
    })
}

fn migrate(settings: Settings) -> Done {
    let config = Config::check(settings)?;
    std::fs::create_dir_all(&config.data).map_err(one)?;
    Db::open(&DbOptions::new(config.database)).map_err(no_database)?;
    println!("The schema is up to date.");
    Ok(())
}

/// The database and the place of files, as they are configured.
fn kept_in(settings: &KeptSettings) -> Result<(Target, Place), Vec<String>> {
    match (settings.target(), Place::parse(&settings.files)) {
        (Ok(target), Ok(place)) => Ok((target, place)),
        (target, place) => Err(target.err().into_iter().chain(place.err().unwrap_or_default()).collect()),
    }
}

/// The same, if the database and the folder are there: to open what is not there would make it, and find
/// nothing amiss.
fn kept(settings: &KeptSettings) -> Result<(Target, Place), Vec<String>> {
    let (target, place) = kept_in(settings)?;
    let missing = match (&target, &place) {
        (Target::Sqlite(file), _) if !file.exists() => Some(file),
        (_, Place::Folder) if !settings.data.is_dir() => Some(&settings.data),
        _ => None,
    };
    match missing {
        None => Ok((target, place)),
        Some(missing) => {
            Err(one(format!("{} is not there: say where the data are, with CAIRN_DATA or --data.", missing.display())))
        }
    }
}

fn check(settings: &KeptSettings) -> Done {
    let (target, place) = kept(settings)?;
    let db = Db::open(&DbOptions::unhurried(target)).map_err(no_database)?;
    let files = Files::open(&place, &settings.data).map_err(one)?;
    let report = actix_web::rt::System::new().block_on(check::check(&db, files)).map_err(no_database)?;
    println!(
        "{} sealed editions, {} badges and {} files were looked at.",
        report.editions, report.badges, report.files
    );
    if !report.strays.is_empty() {
        println!(
            "{} files belong to nothing, as an upload leaves that broke off. They do no harm.",
            report.strays.len()
        );
    }
    if report.problems.is_empty() {
        println!("All of it is whole.");
        return Ok(());
    }
    Err(report.problems)
}

fn backup(settings: &BackupSettings) -> Done {
    let (target, place) = kept(&settings.kept)?;
    let db = Db::as_it_is(&DbOptions::unhurried(target)).map_err(no_database)?;
    let files = Files::open(&place, &settings.kept.data).map_err(one)?;
    let backing_up = backup::backup(&db, files, &settings.archive);
    let Carried { rows, files, amiss } = actix_web::rt::System::new().block_on(backing_up).map_err(one)?;
    println!("{rows} rows and {files} files are in {}.", settings.archive.display());
    if amiss.is_empty() {
        return Ok(());
    }
    Err(one(format!(
        "{} files are not in it: they are gone from the store, or were altered. `cairn check` says whose they are.",
        amiss.len()
    )))
}

fn restore(settings: &RestoreSettings) -> Done {
    let (target, place) = kept_in(&settings.kept)?;
    let restoring = backup::restore(settings.archive.clone(), target, place, settings.kept.data.clone());
    let Carried { rows, files, amiss } = actix_web::rt::System::new().block_on(restoring).map_err(one)?;
    println!("{rows} rows and {files} files are back.");
    if !amiss.is_empty() {
        println!("{} files were not in the archive: they were gone when it was made.", amiss.len());
    }
    check(&settings.kept)
}

fn copy(settings: &CopySettings) -> Done {
    let address = |name, given| secret(name, given).and_then(|url| Target::parse(&url)).map_err(one);
    let (from, to) = (address("--from", &settings.from)?, address("--to", &settings.to)?);
    if let Target::Sqlite(file) = &from
        && !file.exists()
    {
        return Err(one(format!("{} is not there.", file.display())));
    }
    let carried = actix_web::rt::System::new().block_on(backup::copy(&from, to)).map_err(one)?;
    println!("{} rows are in the other database, and each of its tables has the same hash.", carried.rows);
    Ok(())
}

fn keys(verb: KeysVerb) -> Done {
    let (KeysVerb::Init(settings) | KeysVerb::Rotate(settings)) = &verb;
    let config = Config::check(settings.clone())?;
    let KeysAt::File { file, .. } = config.keys.clone() else {
        return Err(one(
            "CAIRN_KEYS_SECRET is needed: at least 32 random characters that the keys are encrypted with.",
        ));
    };
    let state = open(config, Clock::default())?;
    match verb {
        KeysVerb::Init(_) => {
            let number = actix_web::rt::System::new().block_on(key::actions::init(&state)).map_err(one)?;
            println!("The badge keys of number {number} are in {}.", file.display());
            println!("Give every server a copy of it, and keep one apart from the database and from its secret.");
        }
        KeysVerb::Rotate(_) => {
            let number = key::actions::rotate(&state).map_err(one)?;
            println!("The badge keys of number {number} are in {}, beside those before them.", file.display());
            println!("Give every server a copy of it, and start each again: from then on they sign with the new ones.");
        }
    }
    Ok(())
}

fn create_admin(settings: cairn_backend::config::AdminSettings) -> Done {
    let config = Config::check(settings.settings)?;
    let state = open(config, Clock::default())?;
    let made = actix_web::rt::System::new().block_on(session::actions::create_coordinator(
        &state,
        &settings.given_name,
        &settings.family_name,
        &settings.email,
        settings.new_second_step,
    ));
    let made = made.map_err(|error| one(error.problem().detail))?;
    if let Some(name) = made.known {
        println!("That address is {name}’s already: they are a coordinator, and their name stays as it is.");
    }
    println!("Sign in here, within half an hour: {}", made.url);
    Ok(())
}
