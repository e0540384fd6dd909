//! The `cairn` binary: reads the configuration and does what it is told.

#![expect(clippy::print_stdout, reason = "the commands answer on standard output")]

use actix_web::web::Data;
use cairn_backend::{
    clock::Clock,
    config::{Cli, Config, DemoSettings, Settings, Verb},
    db::{Db, DbOptions},
    demo, openapi, server, session,
    state::State,
};
use clap::Parser;
use std::{net::TcpListener, process::ExitCode};

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    let done = match cli.command {
        Verb::Serve(settings) => serve(settings),
        Verb::Demo(settings) => demonstrate(settings),
        Verb::Migrate(settings) => migrate(settings),
        Verb::CreateAdmin(settings) => create_admin(settings),
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

type Done = Result<(), Vec<String>>;

fn one(problem: impl std::fmt::Display) -> Vec<String> {
    vec![problem.to_string()]
}

fn listen(config: &Config) -> Result<TcpListener, Vec<String>> {
    TcpListener::bind(config.bind).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            one(format!("Something listens on {} already. Stop it, or give another address with --bind.", config.bind))
        }
        _ => one(format!("Can't listen on {}: {error}.", config.bind)),
    })
}

fn open(config: Config, clock: Clock) -> Result<State, Vec<String>> {
    std::fs::create_dir_all(&config.data)
        .map_err(|e| one(format!("Can't make the data folder {}: {e}.", config.data.display())))?;
    State::open(config, clock).map_err(|e| one(format!("Can't open the database: {e}.")))
}

fn run(state: Data<State>, listener: TcpListener, ready: impl FnOnce()) -> Done {
    actix_web::rt::System::new().block_on(async move {
        let server = server::start(state, listener).map_err(one)?;
        ready();
        server.await.map_err(one)
    })
}

fn serve(settings: Settings) -> Done {
    let config = Config::check(settings)?;
    let listener = listen(&config)?;
    let url = config.public_url.clone();
    let state = Data::new(open(config, Clock::default())?);
    run(state, listener, || println!("Cairn serves {url}"))
}

fn demonstrate(settings: DemoSettings) -> Done {
    let mut config = Config::check_demo(&settings)?;
    let listener = listen(&config)?;
    config.bind = listener.local_addr().map_err(one)?;
    config.public_url = format!("http://{}", config.bind);
    let state = Data::new(open(config, Clock::default())?);
    let sign_ins =
        actix_web::rt::System::new().block_on(demo::prepare(&state, settings.anchor.as_deref())).map_err(one)?;
    let url = state.config.public_url.clone();
    run(state, listener, || {
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
    Db::open(&DbOptions::new(config.database)).map_err(one)?;
    println!("The schema is up to date.");
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
    ));
    println!("Sign in here, within half an hour: {}", made.map_err(|e| one(e.problem().detail))?);
    Ok(())
}
