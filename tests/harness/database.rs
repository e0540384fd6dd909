//! A database for each test: a file of SQLite, or a clone of a migrated template on a PostgreSQL server.

use cairn_backend::db::Target;
use cairn_migrations::Dialect;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Bool, Text},
};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

/// A database that is thrown away with this value, and a folder beside it.
pub struct Database {
    /// Where the server keeps files, and SQLite its data.
    pub folder: PathBuf,
    server: Option<(String, String)>,
    /// Whether somebody else throws it away.
    lent: bool,
}

impl Database {
    /// Makes one, of the kind that `CAIRN_TEST_DATABASE` names: `sqlite`, if absent, or `postgres`.
    ///
    /// # Panics
    /// If it can't be made; the message says what is needed.
    pub fn make() -> Self {
        Self::made(clone_template)
    }

    /// Makes one that holds nothing yet, not even a schema.
    ///
    /// # Panics
    /// If it can't be made; the message says what is needed.
    pub fn empty() -> Self {
        Self::made(|admin, name| {
            let mut connection = PgConnection::establish(admin).expect("CAIRN_TEST_POSTGRES_URL can be reached");
            connection.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
        })
    }

    /// Makes one on a PostgreSQL server of its own, with the schema.
    ///
    /// # Panics
    /// If it can't be made.
    pub fn on_server(admin: String) -> Self {
        let name = fresh_name();
        PgConnection::establish(&admin)
            .expect("the server can be reached")
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("a database can be made");
        let folder = folder(&name);
        Self { folder, server: Some((admin, name)), lent: false }
    }

    /// The same once more, in the hands of somebody else: it is there when this value is gone.
    pub fn again(&self) -> Self {
        Self { folder: self.folder.clone(), server: self.server.clone(), lent: true }
    }

    /// Makes a file of SQLite that holds nothing yet, whichever database is tested.
    ///
    /// # Panics
    /// If it can't be made.
    pub fn empty_file() -> Self {
        Self { folder: folder(&fresh_name()), server: None, lent: false }
    }

    fn made(on_postgres: impl FnOnce(&str, &str)) -> Self {
        let name = fresh_name();
        let folder = folder(&name);
        let server = server().map(|admin| (admin, name));
        if let Some((admin, name)) = &server {
            on_postgres(admin, name);
        }
        Self { folder, server, lent: false }
    }

    /// The one that was made with that folder, perhaps by another process. It is there when this value is gone.
    ///
    /// # Panics
    /// If no folder of ours is called that.
    pub fn lent(folder: &Path) -> Self {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("the folder has the database's name");
        let server = server().map(|admin| (admin, name.to_owned()));
        Self { folder: folder.to_owned(), server, lent: true }
    }

    /// Where the server finds it, for `DATABASE_URL`.
    pub fn url(&self) -> String {
        match self.target() {
            Target::Sqlite(path) => format!("sqlite:{}", path.display()),
            Target::Postgres(url) => url,
        }
    }

    /// Where the server finds it.
    pub fn target(&self) -> Target {
        match &self.server {
            None => Target::Sqlite(self.folder.join("cairn.sqlite")),
            Some((admin, name)) => Target::Postgres(on(admin, name)),
        }
    }
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("cairn_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("a folder for temporary files can be made");
    folder
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.lent {
            return;
        }
        let _ = fs::remove_dir_all(&self.folder);
        if let Some((admin, name)) = &self.server {
            let dropped = PgConnection::establish(admin).map(|mut connection| {
                connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            });
            if !matches!(dropped, Ok(Ok(()))) {
                eprintln!("the database {name} could not be dropped");
            }
        }
    }
}

/// The administrator's address of the PostgreSQL server, if that is what is tested.
fn server() -> Option<String> {
    match env::var("CAIRN_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => None,
        Ok("postgres") => {
            Some(env::var("CAIRN_TEST_POSTGRES_URL").expect(
                "CAIRN_TEST_POSTGRES_URL is needed with CAIRN_TEST_DATABASE=postgres: an administrator's address",
            ))
        }
        Ok(other) => panic!("CAIRN_TEST_DATABASE is {other}; it has to be sqlite or postgres"),
    }
}

/// The address of another database of the same server.
fn on(admin: &str, name: &str) -> String {
    let (server, _) = admin.rsplit_once('/').expect("CAIRN_TEST_POSTGRES_URL ends with /database");
    format!("{server}/{name}")
}

/// One clone after the other: PostgreSQL copies a template while nobody else uses it.
static TEMPLATE: LazyLock<Mutex<Option<String>>> = LazyLock::new(Mutex::default);

fn clone_template(admin: &str, name: &str) {
    let mut template = TEMPLATE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut connection = PgConnection::establish(admin).expect("CAIRN_TEST_POSTGRES_URL can be reached");
    // Several test programs may run at once: each takes its turn with the server's lock.
    connection.batch_execute("SELECT pg_advisory_lock(20261124)").expect("a lock can be taken");
    let template = template.get_or_insert_with(|| make_template(admin, &mut connection)).clone();
    connection
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .expect("the template can be cloned");
}

/// The template is migrated once for each process, whose number it carries; those of processes before it go.
fn make_template(admin: &str, connection: &mut PgConnection) -> String {
    let name = format!("cairn_template_{}", process::id());
    connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).expect("an old template can go");
    connection.batch_execute(&format!("CREATE DATABASE {name}")).expect("a template can be made");
    let mut inside = PgConnection::establish(&on(admin, &name)).expect("the template can be reached");
    cairn_migrations::run(&mut inside, Dialect::Postgres).expect("the schema can be made");
    name
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    compulsory: bool,
}

/// Every column: `table.column` to its type, in the words of SQLite, and whether it may be null.
pub type Columns = BTreeMap<String, String>;

fn columns(rows: Vec<Column>) -> Columns {
    rows.into_iter()
        .map(|c| {
            let null = if c.compulsory { " NOT NULL" } else { "" };
            (format!("{}.{}", c.table_name, c.column_name), format!("{}{null}", c.data_type))
        })
        .collect()
}

/// The columns of all tables of a SQLite connection.
///
/// # Panics
/// If they can't be read.
pub fn columns_of_sqlite(connection: &mut SqliteConnection) -> Columns {
    let rows = sql_query(
        "SELECT t.name AS table_name, c.name AS column_name, c.type AS data_type, c.\"notnull\" AS compulsory \
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    );
    columns(rows.load(connection).expect("the schema of SQLite can be read"))
}

/// The columns of all tables of a PostgreSQL connection, their types in the words of SQLite.
///
/// # Panics
/// If they can't be read, or a type isn't one of the map.
pub fn columns_of_postgres(connection: &mut PgConnection) -> Columns {
    let rows = sql_query(
        "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name, \
                upper(c.data_type::text) AS data_type, c.is_nullable = 'NO' AS compulsory \
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'",
    );
    let rows: Vec<Column> = rows.load(connection).expect("the schema of PostgreSQL can be read");
    let in_sqlite = |common: String| {
        let found = cairn_migrations::SQLITE_TYPES.iter().find(|(word, _)| *word == common);
        found.map_or(common, |(_, sqlite)| (*sqlite).to_owned())
    };
    columns(rows.into_iter().map(|c| Column { data_type: in_sqlite(c.data_type), ..c }).collect())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

/// Every row of every table of a SQLite file, as text, in an order of its own.
///
/// # Panics
/// If they can't be read.
pub fn rows_of_sqlite(connection: &mut SqliteConnection) -> BTreeMap<String, Vec<String>> {
    every_row(&columns_of_sqlite(connection), |table, columns| {
        let values: Vec<_> = columns.iter().map(|column| format!("coalesce(quote({column}), '-')")).collect();
        let query = format!("SELECT {} AS row FROM {table} ORDER BY 1", values.join(" || '|' || "));
        sql_query(query).load(connection).expect("a table of SQLite can be read")
    })
}

/// Every row of every table of a PostgreSQL database, as text, in an order of its own.
///
/// # Panics
/// If they can't be read.
pub fn rows_of_postgres(connection: &mut PgConnection) -> BTreeMap<String, Vec<String>> {
    every_row(&columns_of_postgres(connection), |table, _| {
        let query = format!("SELECT row_to_json(t)::text AS row FROM {table} t ORDER BY 1");
        sql_query(query).load(connection).expect("a table of PostgreSQL can be read")
    })
}

/// The rows of each table but the list of migrations, which tells when they ran.
fn every_row(columns: &Columns, mut rows: impl FnMut(&str, &[&str]) -> Vec<Row>) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (table, column) in columns.keys().filter_map(|name| name.split_once('.')) {
        tables.entry(table).or_default().push(column);
    }
    tables.remove("migration");
    let texts = |rows: Vec<Row>| rows.into_iter().map(|row| row.row).collect();
    tables.into_iter().map(|(table, columns)| (table.to_owned(), texts(rows(table, &columns)))).collect()
}
