//! PostgreSQL is on another machine, and is spoken to by TLS alone.

use cairn_test_postgres::Postgres;
use cairn_tests::{Database, Served, configured, run};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::{fs, path::PathBuf};

/// A database server, and the authority that says which one it is.
struct Elsewhere {
    database: Database,
    authority: PathBuf,
    /// Stays until the database is dropped.
    _postgres: Postgres,
}

/// An authority of that name.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Elsewhere {
    /// A server whose certificate is for `localhost`.
    fn new() -> Self {
        let issuer = authority("Authority of a university");
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let postgres = Postgres::by_tls_alone(&certificate.pem(), &key.serialize_pem()).expect("it can be started");
        let database = Database::on_server(postgres.url());
        let authority = database.folder.join("authority.crt");
        fs::write(&authority, issuer.pem()).unwrap();
        Self { database, authority, _postgres: postgres }
    }

    /// Its address, by a name of the server, with what is asked of TLS.
    fn url(&self, host: &str, asked: &str) -> String {
        format!("{}?{asked}", self.database.url().replace("127.0.0.1", host))
    }

    /// What is asked of TLS by somebody who trusts that authority.
    fn asked(&self, mode: &str) -> String {
        format!("sslmode={mode}&sslrootcert={}", self.authority.display())
    }

    /// Why a server with that address does not start.
    fn refusal(&self, url: &str) -> String {
        let ran = run(configured(&self.database).env("DATABASE_URL", url).arg("migrate"));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.err
    }
}

#[derive(QueryableByName)]
struct Spoken {
    #[diesel(sql_type = Text)]
    version: String,
}

#[test]
fn the_server_speaks_to_its_database_by_tls_alone() {
    let elsewhere = Elsewhere::new();
    let url = elsewhere.url("localhost", &elsewhere.asked("verify-full"));
    let served = Served::start(&elsewhere.database, &[("DATABASE_URL", &url)]);
    assert_eq!(served.ask("GET", "/readyz", &[], "").status, 200);
    let mut admin = PgConnection::establish(&url).unwrap();
    let spoken: Vec<Spoken> = sql_query(
        "SELECT coalesce(s.version, 'in the clear') AS version FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) \
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()",
    )
    .load(&mut admin)
    .unwrap();
    assert!(!spoken.is_empty(), "the server holds connections");
    for spoken in spoken {
        assert_eq!(spoken.version, "TLSv1.3");
    }
}

#[test]
fn a_server_that_is_not_the_one_it_is_said_to_be_gets_no_word() {
    let elsewhere = Elsewhere::new();
    // The certificate is for `localhost`, not for this address.
    let other_name = elsewhere.refusal(&elsewhere.url("127.0.0.1", &elsewhere.asked("verify-full")));
    assert!(other_name.contains("does not match"), "{other_name}");

    let other = elsewhere.database.folder.join("other.crt");
    fs::write(&other, authority("Somebody else").pem()).unwrap();
    let asked = format!("sslmode=verify-full&sslrootcert={}", other.display());
    let other_authority = elsewhere.refusal(&elsewhere.url("localhost", &asked));
    assert!(other_authority.contains("certificate verify failed"), "{other_authority}");
}

#[test]
fn a_database_that_takes_tls_alone_takes_nobody_in_the_clear() {
    let elsewhere = Elsewhere::new();
    let refusal = elsewhere.refusal(&elsewhere.url("localhost", "sslmode=disable"));
    assert!(refusal.contains("no encryption"), "{refusal}");
}
