//! The configuration: the only reader of the environment. Checked at start, all problems listed at once.

use crate::{db::Target, files::Place, http::client::Proxies, mail::Post};
use cairn_print::Letters;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{
    fmt, fs,
    net::{IpAddr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

/// The Cairn server.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, about = "Mentor qualifications: from a first moment to the award")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Verb,
    /// How log lines are written, on standard error: for people, or a line of JSON each, for programs.
    #[arg(long, global = true, env = "CAIRN_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A line of JSON each.
    Json,
}

/// What the server binary does.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve for real. Needs a secret and a public address.
    Serve(Settings),
    /// Serve the demonstration partnership. Everything in it is fictional.
    Demo(DemoSettings),
    /// Bring the database's schema up to date, and stop.
    Migrate(Settings),
    /// Make the first coordinator's account, and print a sign-in link.
    CreateAdmin(AdminSettings),
    /// Look whether all that is kept is whole: the database, every sealed edition, every badge, every file. Beforehand it brings the
    /// schema up to date, as `serve` does.
    Check(KeptSettings),
    /// Write everything that is kept into one archive. The server can go on serving meanwhile.
    Backup(BackupSettings),
    /// Bring everything back from an archive, into an empty database.
    Restore(RestoreSettings),
    /// Copy one database into another that is empty, from SQLite to PostgreSQL or back. Stop the server first: what it
    /// writes meanwhile isn't copied.
    Copy(CopySettings),
    /// Make the keys that badges are signed with, or add new ones.
    Keys {
        /// Which of it.
        #[command(subcommand)]
        verb: KeysVerb,
    },
    /// Print the OpenAPI document.
    Openapi,
}

/// What is done with the keys that badges are signed with.
#[derive(Debug, Subcommand)]
pub enum KeysVerb {
    /// Make the first keys, in a file of their own. Every server needs a copy of it.
    Init(Settings),
    /// Add keys, which sign from the next start on. What the keys before them signed stays genuine.
    Rotate(Settings),
}

/// What a setting says that nobody else may know. `file:PATH` stands for what is in that file, without the end of its line:
/// the environment and the command line of a process are seen by more programs than a file that only its account can open.
///
/// # Errors
/// A sentence, if the file can't be read or holds nothing.
pub fn secret(name: &str, given: &str) -> Result<String, String> {
    let Some(path) = given.strip_prefix("file:") else { return Ok(given.to_owned()) };
    match fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(format!("{name}: the file {path} is empty.")),
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(format!("{name}: the file {path} can't be read: {error}.")),
    }
}

/// How the server runs.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Where to listen.
    #[arg(long, env = "CAIRN_BIND", default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// The address under which people reach it: `https://cairn.example`.
    #[arg(long, env = "CAIRN_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The secret that sessions are signed with, at least 32 characters.
    #[arg(long, env = "CAIRN_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// The secret before it, so that changing it signs nobody out.
    #[arg(long, env = "CAIRN_SECRET_BEFORE", hide_env_values = true)]
    pub secret_before: Option<String>,
    /// The database: `sqlite:PATH` or `postgres://…`; a file in the data folder, if absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder for the database and the files.
    #[arg(long, env = "CAIRN_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Where those who look after Cairn read its counts (`/metrics`), beside `/healthz` and `/readyz`: an address that
    /// nobody else can reach. Nowhere, if absent.
    #[arg(long, env = "CAIRN_METRICS_BIND")]
    pub metrics_bind: Option<String>,
    /// The collector that traces are sent to, by OpenTelemetry's protocol over HTTP: `http://127.0.0.1:4318`. None are
    /// made, if absent.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,
    /// Where files are kept.
    #[command(flatten)]
    pub files: FilesSettings,
    /// The keys that badges are signed with.
    #[command(flatten)]
    pub keys: KeysSettings,
    /// The university's number in the UK Register of Learning Providers, which badges carry.
    #[arg(long, env = "CAIRN_UKPRN")]
    pub ukprn: Option<String>,
    /// What the partnership is called.
    #[arg(long, env = "CAIRN_PARTNERSHIP", default_value = "Teacher Education Partnership")]
    pub partnership: String,
    /// Who signs in with a second step: coordinators and chairs (`staff`), or whoever likes to (`offered`).
    #[arg(long, env = "CAIRN_SECOND_STEP", default_value = "staff")]
    pub second_step: SecondStepFor,
    /// Who signs certificates, and as what, where it is not the chair of the panel: `Dr Anwen Sorley, Dean of Education`.
    #[arg(long, env = "CAIRN_SIGNATORY")]
    pub signatory: Option<String>,
    /// Typefaces (TrueType or OpenType) for letters that names may have and ours don't: files, separated by commas.
    #[arg(long, env = "CAIRN_TYPEFACES", value_delimiter = ',')]
    pub typefaces: Vec<PathBuf>,
    /// How many threads answer requests; one for each core, if absent.
    #[arg(long, env = "CAIRN_WORKERS")]
    pub workers: Option<NonZeroUsize>,
    /// The proxies that say for whom they ask (`X-Forwarded-For`), as addresses or networks, separated by commas.
    #[arg(long, env = "CAIRN_PROXIES", default_value = "127.0.0.1,::1")]
    pub proxies: String,
    /// The mail server: `smtps://user:password@host`, or `smtp://…` for one that offers STARTTLS. Without it letters are
    /// kept and not sent.
    #[arg(long, env = "CAIRN_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom letters are from: `cairn@university.example`, which gets the partnership's name, or `Cairn <cairn@…>`.
    #[arg(long, env = "CAIRN_MAIL_FROM")]
    pub mail_from: Option<String>,
}

/// The keys that badges are signed with.
#[derive(Clone, Default, Args)]
pub struct KeysSettings {
    /// The file that `cairn keys init` makes; `keys.json` in the data folder, if absent.
    #[arg(id = "keys", long = "keys", env = "CAIRN_KEYS")]
    pub file: Option<PathBuf>,
    /// The secret that it is encrypted with, at least 32 characters.
    #[arg(id = "keys_secret", long = "keys-secret", env = "CAIRN_KEYS_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
}

impl fmt::Debug for KeysSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the secret.
        write!(f, "{:?}", self.file)
    }
}

/// Who signs certificates in place of the panel's chair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// The name, as it is signed.
    pub name: String,
    /// As what.
    pub role: String,
}

/// Where the keys are that badges are signed with.
#[derive(Clone)]
pub enum KeysAt {
    /// Nowhere: awards have certificates, and badges once there are keys.
    Nowhere,
    /// In a file, if it is there, that opens with the secret.
    File {
        /// The file.
        file: PathBuf,
        /// The secret.
        secret: String,
    },
    /// The demonstration's own, which everybody knows.
    Demonstration,
}

impl fmt::Debug for KeysAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the secret.
        match self {
            Self::Nowhere => f.write_str("Nowhere"),
            Self::File { file, .. } => write!(f, "File({})", file.display()),
            Self::Demonstration => f.write_str("Demonstration"),
        }
    }
}

/// Who needs a second step to sign in. Everybody may have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecondStepFor {
    /// Coordinators, and whoever chairs a round or stands in for the chair.
    Staff,
    /// Nobody.
    Offered,
}

/// Where the data are.
#[derive(Debug, Clone, Args)]
pub struct KeptSettings {
    /// The database: `sqlite:PATH` or `postgres://…`; a file in the data folder, if absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder for the database and the files.
    #[arg(long, env = "CAIRN_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Where files are kept.
    #[command(flatten)]
    pub files: FilesSettings,
}

/// Where files are kept.
#[derive(Clone, Default, Args)]
pub struct FilesSettings {
    /// The bucket that files are kept in, `s3://bucket/prefix`, which several servers may share; the data folder, if absent.
    #[arg(long, env = "CAIRN_FILES")]
    pub files: Option<String>,
    /// Where the S3-compatible store is: `https://s3.university.example`; Amazon's of the region, if absent.
    #[arg(long, env = "CAIRN_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,
    /// Its region, such as `eu-west-2`; needed for Amazon's.
    #[arg(long, env = "CAIRN_S3_REGION")]
    pub s3_region: Option<String>,
    /// The name of the key to the bucket.
    #[arg(long, env = "CAIRN_S3_KEY_ID")]
    pub s3_key_id: Option<String>,
    /// The key itself.
    #[arg(long, env = "CAIRN_S3_SECRET", hide_env_values = true)]
    pub s3_secret: Option<String>,
}

impl fmt::Debug for FilesSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the key.
        write!(f, "{:?} at {:?} in {:?}", self.files, self.s3_endpoint, self.s3_region)
    }
}

/// What is backed up, and where to.
#[derive(Debug, Clone, Args)]
pub struct BackupSettings {
    /// Where the data are.
    #[command(flatten)]
    pub kept: KeptSettings,
    /// The archive to write, a zip file. It holds everything that is confidential: keep it accordingly.
    pub archive: PathBuf,
}

/// What is brought back, and where to.
#[derive(Debug, Clone, Args)]
pub struct RestoreSettings {
    /// Where the data shall be.
    #[command(flatten)]
    pub kept: KeptSettings,
    /// The archive that `cairn backup` wrote.
    pub archive: PathBuf,
}

/// What is copied.
#[derive(Debug, Clone, Args)]
pub struct CopySettings {
    /// The database that holds the data: `sqlite:PATH` or `postgres://…`.
    #[arg(long)]
    pub from: String,
    /// The database that shall hold them, and holds nothing yet.
    #[arg(long)]
    pub to: String,
}

impl KeptSettings {
    /// The database.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn target(&self) -> Result<Target, String> {
        target(self.database_url.as_deref(), &self.data)
    }
}

fn target(url: Option<&str>, data: &Path) -> Result<Target, String> {
    match url {
        None => Ok(Target::Sqlite(data.join("cairn.sqlite"))),
        Some(url) => Target::parse(&secret("DATABASE_URL", url)?),
    }
}

/// How the demonstration runs.
#[derive(Debug, Clone, Args)]
pub struct DemoSettings {
    /// Where to listen. Loopback only.
    #[arg(long, env = "CAIRN_BIND", default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// The database; a file in the data folder, if absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder for the database and the files.
    #[arg(long, env = "CAIRN_DATA", default_value = "data/demo")]
    pub data: PathBuf,
    /// The day that the demonstration takes for today when it is made: `2026-11-24`; today, if absent.
    #[arg(long)]
    pub anchor: Option<String>,
    /// Print one line of JSON once it is ready, for programs.
    #[arg(long)]
    pub print_json: bool,
}

/// The first coordinator.
#[derive(Debug, Clone, Args)]
pub struct AdminSettings {
    /// How the server runs.
    #[command(flatten)]
    pub settings: Settings,
    /// Given name.
    #[arg(long)]
    pub given_name: String,
    /// Family name.
    #[arg(long)]
    pub family_name: String,
    /// The address to sign in with.
    #[arg(long)]
    pub email: String,
    /// End their second step, because the phone is gone and nobody else coordinates.
    #[arg(long)]
    pub new_second_step: bool,
}

/// The configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub bind: SocketAddr,
    /// Where the counts are told, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// The collector of traces, if there is one.
    pub traces: Option<String>,
    /// The address under which people reach the server, without a slash at its end.
    pub public_url: String,
    /// The secrets, that of today first.
    pub secrets: Vec<String>,
    /// The database.
    pub database: Target,
    /// The folder for the database and the files.
    pub data: PathBuf,
    /// Where files are kept.
    pub files: Place,
    /// Where the keys are that badges are signed with.
    pub keys: KeysAt,
    /// The address that badges carry for good: the public one; in the demonstration, of a place that exists nowhere, so
    /// that its badges are the same wherever it is opened.
    pub issuer_url: String,
    /// The university's number in the UK Register of Learning Providers.
    pub ukprn: Option<String>,
    /// What the partnership is called.
    pub partnership: String,
    /// Who signs certificates, where it is not the chair of the panel.
    pub signatory: Option<Signatory>,
    /// The letters that there are for what is printed.
    pub letters: Letters,
    /// How letters leave the house; without it they are kept and not sent.
    pub post: Option<Post>,
    /// Who needs a second step to sign in.
    pub second_step: SecondStepFor,
    /// How many threads answer requests; one for each core, if nothing is said.
    pub workers: Option<NonZeroUsize>,
    /// The proxies that say for whom they ask.
    pub proxies: Proxies,
    /// Whether this is the demonstration.
    pub demonstration: bool,
}

impl Config {
    /// Checks the settings of a server for real.
    ///
    /// # Errors
    /// All problems, a sentence each.
    pub fn check(settings: Settings) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let bind = settings.bind.parse::<SocketAddr>();
        if bind.is_err() {
            problems.push(format!(
                "CAIRN_BIND is “{}”; it has to be an address and a port, like 127.0.0.1:8080.",
                settings.bind
            ));
        }
        let metrics = settings.metrics_bind.as_deref().map(str::parse::<SocketAddr>).transpose();
        if metrics.is_err() {
            problems.push(format!(
                "CAIRN_METRICS_BIND is “{}”; it has to be an address and a port, like 127.0.0.1:9464.",
                settings.metrics_bind.as_deref().unwrap_or_default()
            ));
        }
        let traces = settings.otlp_endpoint.filter(|endpoint| !endpoint.is_empty());
        if traces.as_ref().is_some_and(|at| !at.starts_with("http://") && !at.starts_with("https://")) {
            problems.push(
                "OTEL_EXPORTER_OTLP_ENDPOINT has to begin with http:// or https://, like http://127.0.0.1:4318.".into(),
            );
        }
        let public_url = settings.public_url.unwrap_or_default().trim_end_matches('/').to_owned();
        if !public_url.starts_with("https://") || public_url.len() < "https://a.b".len() {
            problems.push(
                "CAIRN_PUBLIC_URL is needed: the address under which people reach Cairn, beginning with https://."
                    .into(),
            );
        }
        let given = [("CAIRN_SECRET", &settings.secret), ("CAIRN_SECRET_BEFORE", &settings.secret_before)];
        let given = given.into_iter().filter_map(|(name, given)| Some(secret(name, given.as_deref()?)));
        let secrets: Result<Vec<String>, String> = given.collect();
        let secrets = secrets.map_err(|problem| problems.push(problem)).ok();
        if secrets.as_ref().is_some_and(Vec::is_empty) {
            problems.push("CAIRN_SECRET is needed: at least 32 random characters that only your servers know.".into());
        } else if secrets.iter().flatten().any(|s| s.chars().count() < 32) {
            problems.push("CAIRN_SECRET is too short: give it at least 32 random characters.".into());
        }
        let database = target(settings.database_url.as_deref(), &settings.data);
        let database = database.map_err(|problem| problems.push(problem)).ok();
        let files = Place::parse(&settings.files).map_err(|found| problems.extend(found)).ok();
        let post = match (&settings.smtp_url, &settings.mail_from) {
            (None, _) => None,
            (Some(_), None) => {
                problems.push("CAIRN_MAIL_FROM is needed with CAIRN_SMTP_URL: whom letters are from.".into());
                None
            }
            (Some(server), Some(from)) => secret("CAIRN_SMTP_URL", server)
                .map_err(|problem| vec![problem])
                .and_then(|server| Post::parse(&server, from, &settings.partnership))
                .map_err(|found| problems.extend(found))
                .ok(),
        };
        if settings.ukprn.as_ref().is_some_and(|ukprn| ukprn.len() != 8 || !ukprn.bytes().all(|b| b.is_ascii_digit())) {
            problems.push("CAIRN_UKPRN is a number of eight figures, or is left away.".into());
        }
        let letters =
            letters(&settings.typefaces).map_err(|problem| problems.push(problem)).unwrap_or_else(|()| Letters::ours());
        let signatory = settings.signatory.as_deref().map(|given| signatory(given, &letters)).transpose();
        let signatory = signatory.map_err(|problem| problems.push(problem)).unwrap_or_default();
        let lacking = letters.lacking(&settings.partnership);
        if !lacking.is_empty() {
            problems.push(format!(
                "CAIRN_PARTNERSHIP has letters that no typeface has: {}. Name one in CAIRN_TYPEFACES.",
                lacking.join(" ")
            ));
        }
        let keys = keys_at(&settings.keys, &settings.data, &public_url).map_err(|found| problems.extend(found)).ok();
        let proxies = settings.proxies.parse();
        let proxies = proxies.map_err(|problem| problems.push(format!("CAIRN_PROXIES: {problem}."))).ok();
        match (bind, metrics, secrets, database, files, keys, proxies) {
            (Ok(bind), Ok(metrics), Some(secrets), Some(database), Some(files), Some(keys), Some(proxies))
                if problems.is_empty() =>
            {
                Ok(Self {
                    bind,
                    metrics,
                    traces,
                    issuer_url: public_url.clone(),
                    public_url,
                    secrets,
                    database,
                    data: settings.data,
                    files,
                    keys,
                    ukprn: settings.ukprn,
                    partnership: settings.partnership,
                    signatory,
                    letters,
                    post,
                    proxies,
                    second_step: settings.second_step,
                    workers: settings.workers,
                    demonstration: false,
                })
            }
            _ => Err(problems),
        }
    }

    /// Checks the settings of the demonstration. Its secret is made anew at each start.
    ///
    /// # Errors
    /// All problems, a sentence each.
    pub fn check_demo(settings: &DemoSettings) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let bind = settings.bind.parse::<SocketAddr>();
        match &bind {
            Err(_) => problems.push(format!("CAIRN_BIND is “{}”; it has to be an address and a port, like 127.0.0.1:8080.", settings.bind)),
            Ok(bind) if !bind.ip().is_loopback() => problems.push("The demonstration listens on this machine alone: give CAIRN_BIND a loopback address, like 127.0.0.1:8080.".into()),
            Ok(_) => {}
        }
        let database = target(settings.database_url.as_deref(), &settings.data);
        let database = database.map_err(|problem| problems.push(problem)).ok();
        match (bind, database) {
            (Ok(bind), Some(database)) if problems.is_empty() => Ok(Self {
                bind,
                metrics: None,
                traces: None,
                public_url: format!("http://{bind}"),
                secrets: vec![crate::ids::secret()],
                database,
                data: settings.data.clone(),
                files: Place::Folder,
                keys: KeysAt::Demonstration,
                issuer_url: DEMONSTRATION_ISSUER.into(),
                ukprn: None,
                partnership: "University of Northfell Teacher Education Partnership".into(),
                signatory: None,
                letters: Letters::ours(),
                post: None,
                proxies: Proxies::default(),
                second_step: SecondStepFor::Offered,
                workers: None,
                demonstration: true,
            }),
            _ => Err(problems),
        }
    }
}

/// The letters that there are with those typefaces beside ours.
fn letters(typefaces: &[PathBuf]) -> Result<Letters, String> {
    if typefaces.is_empty() {
        return Ok(Letters::ours());
    }
    let read = |path: &PathBuf| {
        fs::read(path).map_err(|error| format!("CAIRN_TYPEFACES: the file {} can't be read: {error}.", path.display()))
    };
    let files = typefaces.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Letters::new(files).map_err(|(at, _)| {
        format!(
            "CAIRN_TYPEFACES: {} is no typeface that can be used: it has to be TrueType or OpenType.",
            typefaces[at].display()
        )
    })
}

/// Who signs certificates: a name, and as what.
fn signatory(given: &str, letters: &Letters) -> Result<Signatory, String> {
    let lacking = letters.lacking(given);
    match given.split_once(',').map(|(name, role)| (name.trim(), role.trim())) {
        Some((name, role)) if !name.is_empty() && !role.is_empty() && lacking.is_empty() => {
            Ok(Signatory { name: name.into(), role: role.into() })
        }
        _ if !lacking.is_empty() => Err(format!(
            "CAIRN_SIGNATORY has letters that no typeface has: {}. Name one in CAIRN_TYPEFACES.",
            lacking.join(" ")
        )),
        _ => Err(format!(
            "CAIRN_SIGNATORY is “{given}”; it has to be a name and what they sign as, like “Dr Anwen Sorley, Dean of Education”."
        )),
    }
}

/// The address that the demonstration's badges carry. There is no such place (RFC 2606).
pub const DEMONSTRATION_ISSUER: &str = "https://cairn.northfell.example";

/// Where the keys are, from the settings of a server for real.
fn keys_at(settings: &KeysSettings, data: &Path, public_url: &str) -> Result<KeysAt, Vec<String>> {
    let Some(given) = &settings.secret else {
        return match &settings.file {
            None => Ok(KeysAt::Nowhere),
            Some(_) => {
                Err(vec!["CAIRN_KEYS_SECRET is needed with CAIRN_KEYS: what the keys are encrypted with.".into()])
            }
        };
    };
    let mut problems = Vec::new();
    let secret = secret("CAIRN_KEYS_SECRET", given).map_err(|problem| problems.push(problem)).unwrap_or_default();
    if problems.is_empty() && secret.chars().count() < 32 {
        problems.push("CAIRN_KEYS_SECRET is too short: give it at least 32 random characters.".into());
    }
    let address = public_url.trim_start_matches("https://").to_lowercase();
    let host = address.split(['/', ':']).next().unwrap_or_default();
    // The keys are looked for at the root of the host (did:web), and an IPv6 address begins with a bracket.
    let will_last = !address.contains('/') && !host.starts_with('[') && host.parse::<IpAddr>().is_err();
    if host == "localhost" || host.ends_with(".localhost") || !will_last {
        problems.push(format!(
            "CAIRN_PUBLIC_URL is {public_url}, and badges carry it for good: give it the name of a host that people will \
             always find Cairn under, without a path, or leave CAIRN_KEYS_SECRET away."
        ));
    }
    let file = settings.file.clone().unwrap_or_else(|| data.join("keys.json"));
    if problems.is_empty() { Ok(KeysAt::File { file, secret }) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badges_are_not_signed_for_an_address_that_will_not_last() {
        let settings = KeysSettings { file: None, secret: Some("s".repeat(32)) };
        let at = |url: &str| keys_at(&settings, Path::new("data"), url);
        for lasting in ["https://cairn.university.example", "https://cairn.university.example:8443"] {
            assert!(matches!(at(lasting), Ok(KeysAt::File { .. })), "{lasting}");
        }
        for passing in [
            "https://localhost",
            "https://localhost:8080",
            "https://cairn.localhost",
            "https://127.0.0.1",
            "https://[::1]",
            "https://LOCALHOST",
            "https://uni.example/cairn",
        ] {
            assert!(at(passing).is_err(), "{passing}");
        }
        assert!(matches!(
            keys_at(&KeysSettings::default(), Path::new("data"), "https://localhost"),
            Ok(KeysAt::Nowhere)
        ));
    }

    #[test]
    fn typefaces_bring_letters_and_a_signatory_is_a_name_and_a_role() {
        let one = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../print/src/one-letter.ttf"));
        let more = letters(&[one]).unwrap();
        assert!(more.lacking("王").is_empty() && !Letters::ours().lacking("王").is_empty());
        let none = letters(&[PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))]).unwrap_err();
        assert!(none.contains("no typeface that can be used"), "{none}");
        assert!(letters(&["no-such-file.ttf".into()]).unwrap_err().contains("can't be read"));
        let by = signatory("Dr Anwen Sorley, Dean of Education", &more).unwrap();
        assert_eq!((by.name.as_str(), by.role.as_str()), ("Dr Anwen Sorley", "Dean of Education"));
        assert!(signatory("Dr Anwen Sorley", &more).is_err() && signatory("小明, Dean", &more).is_err());
    }

    #[test]
    fn all_problems_are_listed_at_once() {
        let settings = Settings {
            bind: "nowhere".into(),
            otlp_endpoint: Some("127.0.0.1:4318".into()),
            metrics_bind: Some("nowhere either".into()),
            public_url: Some("http://cairn.example".into()),
            secret: Some("short".into()),
            secret_before: None,
            database_url: Some("mysql://x".into()),
            data: "data".into(),
            files: FilesSettings { files: Some("evidence".into()), ..FilesSettings::default() },
            keys: KeysSettings { file: Some("keys.json".into()), secret: None },
            ukprn: Some("a number".into()),
            partnership: "P".into(),
            proxies: "somewhere".into(),
            second_step: SecondStepFor::Staff,
            signatory: Some("nobody in particular".into()),
            typefaces: vec!["no-such-file.ttf".into()],
            workers: None,
            smtp_url: Some("smtp://x".into()),
            mail_from: None,
        };
        assert_eq!(Config::check(settings).unwrap_err().len(), 15);
    }
}
