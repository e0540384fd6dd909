//! `cairn check`: whether all that is kept is whole. The database by its own account, every sealed edition by its hash, every
//! badge by its signatures, and every file by the hash that is its name.
//!
//! It only looks, at a schema that is up to date. The rows are read first and the files afterwards, so that it can run
//! beside a server at work: a row is never written before its file.

use crate::{
    credential::store::CredentialRow,
    db::{
        Conn, Db, DbError,
        schema::{credential, edition, edition_file, evidence},
    },
    files::{Files, Found},
    key,
};
use cairn_credential::key::{PublicKeys, PublicPair};
use cairn_shared::edition::{Edition, Hash, SealedKind};
use diesel::{QueryableByName, prelude::*, sql_query, sql_types::Text};
use std::collections::{BTreeMap, BTreeSet};
use tokio::task::spawn_blocking;

/// How many editions are held in memory at a time.
const EDITIONS_AT_ONCE: i64 = 100;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many sealed editions were looked at.
    pub editions: usize,
    /// How many badges were looked at.
    pub badges: usize,
    /// How many files were looked at, small pictures included.
    pub files: usize,
    /// Files that no row names, such as an upload leaves whose row was never written. They do no harm.
    pub strays: Vec<Hash>,
    /// What is not whole, a sentence each.
    pub problems: Vec<String>,
}

/// Looks at everything.
///
/// # Errors
/// If the database or the disk can't be read at all.
pub async fn check(db: &Db, files: Files) -> Result<Report, DbError> {
    let mut report = Report { problems: db.read(sound).await?, ..Report::default() };
    let mut last = String::new();
    loop {
        let page = db.read(move |conn| editions(conn, &last)).await?;
        let Some(end) = page.last() else { break };
        last = end.id.clone();
        report.editions += page.len();
        report.problems.extend(page.iter().filter_map(Sealed::problem));
    }
    let mut last = String::new();
    loop {
        let (page, pairs) = db.read(move |conn| badges(conn, &last)).await?;
        let Some(end) = page.last() else { break };
        last = end.id.to_string();
        report.badges += page.len();
        report.problems.extend(page.iter().filter_map(|row| altered(row, &pairs)));
    }
    let named = db.read(named_files).await?;
    let looked = spawn_blocking(move || look_at_files(&files, &named, report));
    looked.await.map_err(|_| DbError::Panicked)?.map_err(|error| DbError::Unavailable(error.to_string()))
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// What SQLite itself has to say against its file. PostgreSQL has no such question, and keeps its own watch.
fn sound(conn: &mut Conn) -> Result<Vec<String>, DbError> {
    let Conn::Sqlite(conn) = conn else { return Ok(Vec::new()) };
    let whole: Vec<Said> = sql_query("SELECT integrity_check AS said FROM pragma_integrity_check").load(conn)?;
    let leads = "SELECT \"table\" || ' ' || coalesce(rowid, '?') AS said FROM pragma_foreign_key_check";
    let nowhere: Vec<Said> = sql_query(leads).load(conn)?;
    let whole = whole.into_iter().filter(|one| one.said != "ok").map(|one| format!("SQLite says: {}.", one.said));
    Ok(whole
        .chain(nowhere.into_iter().map(|one| format!("The row {} refers to what is not there.", one.said)))
        .collect())
}

/// A sealed edition as it lies in the database.
struct Sealed {
    id: String,
    content: String,
    hash: String,
    /// Its files by the evidence that they were sealed from, as they are listed beside it.
    files: BTreeMap<String, String>,
}

fn editions(conn: &mut Conn, after: &str) -> Result<Vec<Sealed>, DbError> {
    let rows: Vec<(String, String, String)> = edition::table
        .filter(edition::id.gt(after))
        .order(edition::id)
        .limit(EDITIONS_AT_ONCE)
        .select((edition::id, edition::content, edition::hash))
        .load(conn)?;
    let ids: Vec<&String> = rows.iter().map(|row| &row.0).collect();
    let listed: Vec<(String, String, String)> = edition_file::table
        .filter(edition_file::edition_id.eq_any(ids))
        .select((edition_file::edition_id, edition_file::evidence_id, edition_file::sha256))
        .load(conn)?;
    let mut files: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (edition, evidence, sha256) in listed {
        files.entry(edition).or_default().insert(evidence, sha256);
    }
    Ok(rows
        .into_iter()
        .map(|(id, content, hash)| Sealed { files: files.remove(&id).unwrap_or_default(), id, content, hash })
        .collect())
}

fn badges(conn: &mut Conn, after: &str) -> Result<(Vec<CredentialRow>, Vec<PublicPair>), DbError> {
    let rows = credential::table
        .filter(credential::id.gt(after))
        .order(credential::id)
        .limit(EDITIONS_AT_ONCE)
        .select(credential::all_columns)
        .load(conn)?;
    Ok((rows, key::store::all(conn)?))
}

/// What is to be said of a badge that is not what was signed, in one of its two forms. Who issued it, it says itself.
fn altered(row: &CredentialRow, pairs: &[PublicPair]) -> Option<String> {
    let issuer = serde_json::from_str::<serde_json::Value>(&row.json).ok();
    let did = issuer.as_ref().and_then(|json| json["issuer"]["id"].as_str()).unwrap_or_default();
    let keys = PublicKeys::new(did.to_owned(), pairs.to_vec());
    // It is the badge of this row, and stands in the list where the row says.
    let id = row.id.to_string();
    let of_this_row = |text: &str| {
        let found = cairn_credential::check::check(text.as_bytes(), &keys).ok()?;
        let place = i64::from(found.badge.status.index);
        let key = i64::from(found.key);
        (key == row.key_number && place == row.status_index && found.badge.id.ends_with(&id)).then_some(found.badge)
    };
    let json = of_this_row(&row.json);
    let whole = json.is_some() && json == of_this_row(&row.jwt);
    (!whole).then(|| format!("The badge {} is not what was signed.", *row.id))
}

impl Sealed {
    fn problem(&self) -> Option<String> {
        let id = &self.id;
        let Ok(content) = serde_json::from_str::<Edition>(&self.content) else {
            return Some(format!("The sealed edition {id} can't be read."));
        };
        if content.hash().to_string() != self.hash {
            return Some(format!("The sealed edition {id} is not what was sealed: its hash is another."));
        }
        let sealed = content.entries().flat_map(|entry| &entry.evidence).filter_map(|one| match &one.kind {
            SealedKind::File { sha256, .. } => Some((one.id.to_string(), sha256.to_string())),
            SealedKind::Link { .. } => None,
        });
        (sealed.collect::<BTreeMap<_, _>>() != self.files)
            .then(|| format!("The list of files beside the sealed edition {id} is not the one that was sealed."))
    }
}

/// A piece of evidence, and the hashes of its file and its small picture, and the size, where it is a file.
type Attached = (String, Option<String>, Option<String>, Option<i64>);

/// Every file that a row names, with its size where a row says it, and for whom it is kept.
pub(crate) fn named_files(conn: &mut Conn) -> Result<BTreeMap<String, (Option<i64>, String)>, DbError> {
    let mut named = BTreeMap::new();
    let kept: Vec<Attached> = evidence::table
        .select((evidence::id, evidence::sha256, evidence::thumbnail_sha256, evidence::bytes))
        .load(conn)?;
    for (id, file, thumbnail, bytes) in kept {
        if let Some(thumbnail) = thumbnail {
            named.entry(thumbnail).or_insert((None, format!("the small picture of the evidence {id}")));
        }
        if let Some(file) = file {
            named.insert(file, (bytes, format!("the evidence {id}")));
        }
    }
    let sealed: Vec<(String, String)> =
        edition_file::table.select((edition_file::edition_id, edition_file::sha256)).load(conn)?;
    for (edition, file) in sealed {
        named.entry(file).or_insert((None, format!("the sealed edition {edition}")));
    }
    Ok(named)
}

fn look_at_files(
    files: &Files,
    named: &BTreeMap<String, (Option<i64>, String)>,
    mut report: Report,
) -> std::io::Result<Report> {
    let mut known = BTreeSet::new();
    for (name, (bytes, whose)) in named {
        report.files += 1;
        let Ok(hash) = name.parse::<Hash>() else {
            report.problems.push(format!("{name} is no name of a file; it stands for {whose}."));
            continue;
        };
        known.insert(hash);
        match files.look_at(hash)? {
            Found::Whole(size) if bytes.is_none_or(|bytes| i64::try_from(size) == Ok(bytes)) => {}
            Found::Whole(size) => {
                report.problems.push(format!("The file {hash} has {size} bytes, and {whose} says another number."));
            }
            Found::Altered => report.problems.push(format!("The file {hash} was altered; it is kept for {whose}.")),
            Found::Missing => report.problems.push(format!("The file {hash} is not there; it is kept for {whose}.")),
        }
    }
    report.strays = files.all()?.into_iter().filter(|hash| !known.contains(hash)).collect();
    Ok(report)
}
