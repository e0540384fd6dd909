//! The schema: the same on both databases, and as diesel knows it.

use cairn_backend::db::{Conn, Target, schema};
use cairn_migrations::Dialect;
use cairn_tests::{House, columns_of_postgres, columns_of_sqlite};
use diesel::{Connection, PgConnection, SqliteConnection, prelude::*};
use std::{collections::BTreeMap, fs, path::Path};

fn of_fresh_sqlite() -> BTreeMap<String, String> {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    cairn_migrations::run(&mut connection, Dialect::Sqlite).unwrap();
    columns_of_sqlite(&mut connection)
}

/// The columns that `backend/src/db/schema.rs` declares, in the words of SQLite.
fn of_diesel() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src/db/schema.rs");
    let source = fs::read_to_string(path).unwrap();
    let mut columns = BTreeMap::new();
    for table in source.split("diesel::table! {").skip(1) {
        let body = table.split("\n}").next().unwrap();
        let lines = || body.lines().map(str::trim).filter(|l| !l.starts_with("//"));
        let name = lines().find_map(|l| l.split_once(" (")).unwrap().0;
        for (column, kind) in lines().filter_map(|l| l.trim_end_matches(',').split_once(" -> ")) {
            let bare = kind.trim_start_matches("Nullable<").trim_end_matches('>');
            let sqlite = match bare {
                "Text" => "TEXT",
                "BigInt" | "Bool" => "INTEGER",
                other => panic!("{other} is not a type of the map"),
            };
            let null = if kind == bare { " NOT NULL" } else { "" };
            columns.insert(format!("{name}.{column}"), format!("{sqlite}{null}"));
        }
    }
    columns
}

#[test]
fn diesel_knows_every_column_as_it_is() {
    let mut database = of_fresh_sqlite();
    database.retain(|column, _| !column.starts_with("migration."));
    let mut diesel = of_diesel();
    // A view has no table of its own.
    diesel.retain(|column, _| !column.starts_with("conflict_between."));
    assert_eq!(diesel, database);
}

#[test]
fn the_running_database_has_the_schema_of_a_fresh_file_of_sqlite() {
    let house = House::open();
    let running = match &house.state.config.database {
        Target::Postgres(url) => columns_of_postgres(&mut PgConnection::establish(url).unwrap()),
        Target::Sqlite(path) => columns_of_sqlite(&mut SqliteConnection::establish(&path.to_string_lossy()).unwrap()),
    };
    assert_eq!(running, of_fresh_sqlite());
}

macro_rules! every_table {
    ($($table:ident)*) => {
        fn read_every_table(connection: &mut Conn) -> Vec<(&'static str, QueryResult<usize>)> {
            vec![$((
                stringify!($table),
                schema::$table::table.select(schema::$table::all_columns).limit(1).execute(connection),
            )),*]
        }
    };
}

every_table! {
    audit award calendar_feed candidacy celebration celebration_round conflict_between credential decision declared_conflict edition edition_file entry entry_version evidence
    finding idempotent_reply import import_row invitation judgement mail membership panel_member paper person piece placement portfolio print_run publication recovery_code refresh_token
    review review_comment role_grant round school second_step session sign_in_link signing_key standard_link submission suggestion
    suggestion_reply support
}

#[test]
fn diesel_reads_every_table() {
    let house = House::open();
    let read: Vec<(&str, Option<String>)> = house.does(|tx| {
        Ok(read_every_table(&mut *tx).into_iter().map(|(t, r)| (t, r.err().map(|e| e.to_string()))).collect())
    });
    let odd: Vec<_> = read.iter().filter(|(_, error)| error.is_some()).collect();
    assert!(odd.is_empty(), "{odd:?}");
    let mut known: Vec<String> = of_diesel().keys().map(|c| c.split('.').next().unwrap().to_owned()).collect();
    known.dedup();
    assert_eq!(read.iter().map(|(t, _)| *t).collect::<Vec<_>>(), known);
}

#[test]
fn the_audit_log_is_append_only() {
    let house = House::open();
    house.person("Ada", "Roe", &[cairn_shared::person::Role::Mentor], None).signs_in();
    for change in ["UPDATE audit SET action = 'x'", "DELETE FROM audit"] {
        let answer: Option<String> = house.does(move |tx| {
            use diesel::connection::SimpleConnection;
            tx.batch_execute("SAVEPOINT attempt")?;
            let result = tx.batch_execute(change);
            tx.batch_execute("ROLLBACK TO SAVEPOINT attempt")?;
            Ok(result.err().map(|e| e.to_string()))
        });
        assert!(answer.is_some_and(|a| a.contains("append-only")), "{change}");
    }
}
