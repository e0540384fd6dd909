//! The limit: a bare actix server that makes the same answers straight from the same SQLite file, each by one prepared
//! statement of `questions/` whose text is the answer. Nobody signs in, and no rule is looked at.
//!
//! It is meant to be hard to beat: each worker has a connection of its own with its statements prepared and asks it
//! there and then, without a queue, a pool's lock or another thread; SQLite writes the JSON itself. Its own share of
//! the floor is reported, because a weak limit would flatter what is held against it.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use actix_web::{App, HttpResponse, HttpServer, error, http::header, rt::System, web};
use anyhow::Result;
use rusqlite::{Connection, params_from_iter};
use tokio::sync::oneshot;

/// Each question by its name. What stands for `?1` and `?2` is named in the address: `/list/{person}`.
const QUESTIONS: &[(&str, &str)] = &[
    ("list", include_str!("questions/list.sql")),
    ("entry", include_str!("questions/entry.sql")),
    ("search", include_str!("questions/search.sql")),
    ("preview", include_str!("questions/preview.sql")),
    ("reviews", include_str!("questions/reviews.sql")),
    ("review", include_str!("questions/review.sql")),
    ("round", include_str!("questions/round.sql")),
    ("people", include_str!("questions/people.sql")),
    ("award", include_str!("questions/award.sql")),
];

/// As the product's own connections are set up.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456;";

fn open(database: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(PRAGMAS)?;
    connection.set_prepared_statement_cache_capacity(QUESTIONS.len() + 4);
    Ok(connection)
}

/// Serves until the process ends.
pub fn serve(listener: TcpListener, workers: usize, database: PathBuf) -> Result<()> {
    let writer = Writer::start(&database)?;
    System::new().block_on(async move {
        HttpServer::new(move || {
            let connection = open(&database).expect("the database is there");
            App::new()
                .app_data(web::Data::new(connection))
                .app_data(web::Data::new(writer.clone()))
                .route("/save/{id}", web::patch().to(save))
                .route("/{question}/{key}", web::get().to(ask))
                .route("/{question}/{key}/{more}", web::get().to(ask_more))
        })
        .workers(workers)
        .listen(listener)?
        .run()
        .await
    })?;
    Ok(())
}

async fn ask(path: web::Path<(String, String)>, connection: web::Data<Connection>) -> actix_web::Result<HttpResponse> {
    let (question, key) = path.into_inner();
    answer(&connection, &question, &[key])
}

async fn ask_more(
    path: web::Path<(String, String, String)>,
    connection: web::Data<Connection>,
) -> actix_web::Result<HttpResponse> {
    let (question, key, more) = path.into_inner();
    answer(&connection, &question, &[key, more])
}

fn answer(connection: &Connection, question: &str, keys: &[String]) -> actix_web::Result<HttpResponse> {
    let sql = QUESTIONS.iter().find(|(name, _)| *name == question).map(|(_, sql)| *sql);
    let sql = sql.ok_or_else(|| error::ErrorNotFound("no such question"))?;
    let mut statement = connection.prepare_cached(sql).map_err(error::ErrorInternalServerError)?;
    let body: String =
        statement.query_row(params_from_iter(keys), |row| row.get(0)).map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(body))
}

/// A text to save, and who waits for it.
type Save = (String, String, oneshot::Sender<bool>);

/// The plainest save there is: one UPDATE. Those that wait are committed together, with one sync to disk.
#[derive(Clone)]
struct Writer(Sender<Save>);

impl Writer {
    fn start(database: &Path) -> Result<Self> {
        let connection = open(database)?;
        let (send, receive) = channel();
        thread::spawn(move || write(&connection, &receive));
        Ok(Self(send))
    }
}

fn write(connection: &Connection, saves: &Receiver<Save>) {
    while let Ok(first) = saves.recv() {
        let group: Vec<Save> = std::iter::once(first).chain(saves.try_iter().take(127)).collect();
        let done = write_together(connection, &group).is_ok();
        for (.., waits) in group {
            let _ = waits.send(done);
        }
    }
}

fn write_together(connection: &Connection, group: &[Save]) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut statement = connection.prepare_cached(
        "UPDATE entry SET text = ?2, folded = lower(?2), changed_at = changed_at + 1, version = version + 1 WHERE id = ?1",
    )?;
    for (id, text, _) in group {
        statement.execute((id, text))?;
    }
    connection.execute_batch("COMMIT")
}

async fn save(
    id: web::Path<String>,
    text: String,
    writer: web::Data<Writer>,
    connection: web::Data<Connection>,
) -> actix_web::Result<HttpResponse> {
    let (send, receive) = oneshot::channel();
    let id = id.into_inner();
    writer.0.send((id.clone(), text, send)).map_err(|_| error::ErrorInternalServerError("the writer is gone"))?;
    match receive.await {
        Ok(true) => answer(&connection, "entry", &[id]),
        _ => Err(error::ErrorInternalServerError("not saved")),
    }
}
