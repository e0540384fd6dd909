//! The database goes away, and comes back.

use super::{Town, everybody_works};
use cairn_backend::db::Target;
use cairn_test_postgres::Postgres;
use cairn_tests::{Database, Served};
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use std::{sync::atomic::Ordering::SeqCst, thread, time::Duration};

const TIMES: usize = 3;
/// How long it is away.
const AWAY: Duration = Duration::from_secs(6);

#[test]
fn everyone_is_told_to_come_back_while_the_database_is_away_and_the_server_goes_on() {
    let database = Database::make();
    let found = match database.target() {
        Target::Sqlite(file) => everybody_works(&database, |town| {
            let served = Served::start(&database, &[]);
            town.points_to(&[&served.url]);
            for _ in 0..TIMES {
                town.works_on(30);
                // Another program holds the file for longer than anybody waits for it.
                let mut other = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
                other.batch_execute("PRAGMA busy_timeout = 20000").unwrap();
                town.points_to(&[]);
                other.batch_execute("BEGIN IMMEDIATE").unwrap();
                town.points_to(&[&served.url]);
                away(town, &served, Duration::from_secs(7));
                other.batch_execute("COMMIT").unwrap();
            }
            town.works_on(30);
            served
        }),
        Target::Postgres(_) => {
            let mut server = Postgres::start().expect("a PostgreSQL of its own can be started");
            let database = Database::on_server(server.url());
            everybody_works(&database, |town| {
                let served = Served::start(&database, &[]);
                town.points_to(&[&served.url]);
                for _ in 0..TIMES {
                    town.works_on(30);
                    server.goes_away().unwrap();
                    away(town, &served, AWAY);
                    server.comes_back().unwrap();
                }
                town.works_on(30);
                served
            })
        }
    };
    eprintln!("{found}");
}

/// While it is away requests are answered, by 503; the server is there, and says that it is not ready.
fn away(town: &Town, served: &Served, long: Duration) {
    let before = town.put_off.load(SeqCst);
    thread::sleep(long);
    assert!(town.put_off.load(SeqCst) > before, "nobody was told to come back: {:?}", town.counts());
    assert_eq!(served.ask("GET", "/healthz", &[], "").status, 200);
}
