//! Everything that the database holds, so that a test can say that nothing was changed.

use super::{House, columns_of_postgres, columns_of_sqlite, database::Columns};
use actix_web::rt::Runtime;
use cairn_backend::{
    db::{Conn, DbError},
    problem::ApiError,
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

/// What changes when somebody signs in, which people here do without being asked to.
const OF_SIGNING_IN: &[&str] = &["session", "refresh_token"];

/// What is written beside the requests, at a time of its own: how far a print run is, and what comes of it.
const BESIDE: &[&str] = &["print_run.made", "print_run.moved_at", "print_run.document"];

/// Everything that the database holds, table by table, but for who is signed in and what is written beside the requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger(BTreeMap<String, String>);

impl Ledger {
    /// The tables that hold something else than in another ledger.
    pub fn differing_from(&self, other: &Self) -> Vec<String> {
        let differs = |(table, rows): &(&String, &String)| other.0.get(*table) != Some(*rows);
        self.0.iter().filter(differs).map(|(table, _)| table.clone()).collect()
    }
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    content: String,
}

fn tables(columns: &Columns) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut tables: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let asked = columns.keys().filter(|name| !BESIDE.contains(&name.as_str()));
    for (table, column) in asked.filter_map(|name| name.split_once('.')) {
        tables.entry(table).or_default().insert(column);
    }
    tables.retain(|table, _| !OF_SIGNING_IN.contains(table));
    tables
}

fn rows_of(table: &str) -> &'static str {
    match table {
        "audit" => " WHERE action NOT IN ('signed_in', 'signed_out')",
        _ => "",
    }
}

/// All of SQLite's tables in one query: its schema is the same in every house.
fn of_sqlite(columns: &Columns) -> String {
    let table = |(table, columns): (&str, BTreeSet<&str>)| {
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        format!(
            "SELECT '{table}' AS name, COALESCE(group_concat(line, char(10)), '') AS content \
             FROM (SELECT {} AS line FROM \"{table}\"{} ORDER BY 1)",
            quoted.join(" || ' ' || "),
            rows_of(table)
        )
    };
    tables(columns).into_iter().map(table).collect::<Vec<_>>().join(" UNION ALL ")
}

/// All of PostgreSQL's.
fn of_postgres(columns: &Columns) -> String {
    let table = |(table, columns): (&str, BTreeSet<&str>)| {
        let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        format!(
            "SELECT '{table}' AS name, COALESCE(string_agg(line, chr(10) ORDER BY line), '') AS content \
             FROM (SELECT ROW({})::text AS line FROM \"{table}\"{}) AS lines",
            quoted.join(", "),
            rows_of(table)
        )
    };
    tables(columns).into_iter().map(table).collect::<Vec<_>>().join(" UNION ALL ")
}

fn read(conn: &mut Conn) -> Result<Vec<Table>, DbError> {
    static QUERY: OnceLock<String> = OnceLock::new();
    Ok(match conn {
        Conn::Sqlite(c) => {
            let query = QUERY.get_or_init(|| of_sqlite(&columns_of_sqlite(c)));
            sql_query(query).load(c)?
        }
        Conn::Postgres(c) => {
            let query = QUERY.get_or_init(|| of_postgres(&columns_of_postgres(c)));
            sql_query(query).load(c)?
        }
    })
}

impl House {
    /// Everything that the database holds now.
    ///
    /// # Panics
    /// If it can't be read.
    pub fn ledger(&self) -> Ledger {
        let runtime = Runtime::new().expect("a runtime can be made");
        let tables = runtime.block_on(self.state.db.read(|conn| read(conn).map_err(ApiError::from)));
        let tables = tables.unwrap_or_else(|error| panic!("the database can be read: {:?}", error.cause()));
        Ledger(tables.into_iter().map(|table| (table.name, table.content)).collect())
    }
}
