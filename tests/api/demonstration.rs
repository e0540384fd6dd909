//! The demonstration: a function of its day alone.

use cairn_backend::{
    db::Target,
    demo::{self, Size},
};
use cairn_tests::{House, rows_of_postgres, rows_of_sqlite};
use diesel::{Connection, PgConnection, SqliteConnection};
use std::collections::BTreeMap;

/// Every row of every table, as text. Where the house stands is chance, and is taken out of the letters.
fn made_on(day: &str) -> BTreeMap<String, Vec<String>> {
    let house = House::open();
    let runtime = actix_web::rt::Runtime::new().unwrap();
    runtime.block_on(demo::make(&house.state, day.parse().unwrap(), &Size::SMALL)).unwrap();
    let mut tables = match &house.state.config.database {
        Target::Postgres(url) => rows_of_postgres(&mut PgConnection::establish(url).unwrap()),
        Target::Sqlite(path) => rows_of_sqlite(&mut SqliteConnection::establish(&path.to_string_lossy()).unwrap()),
    };
    for rows in tables.values_mut() {
        rows.iter_mut().for_each(|row| *row = row.replace(&house.url, "https://cairn.example"));
        rows.sort();
    }
    tables
}

#[test]
fn the_same_day_makes_the_same_demonstration_to_the_last_id() {
    let (first, second) = (made_on("2026-11-24"), made_on("2026-11-24"));
    for table in ["person", "entry", "edition", "submission", "review", "decision", "award", "mail", "audit"] {
        assert!(!first[table].is_empty(), "there is no {table} in it");
    }
    for (table, rows) in &first {
        let differs = rows.iter().zip(&second[table]).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{table} differs");
        assert_eq!(rows.len(), second[table].len(), "{table} differs");
    }
}
