//! Whom and what the benchmark asks about: some dozens of people spread over all that a database holds, so that it is
//! not always the same page that is read.

use std::{collections::HashSet, path::Path};

use anyhow::{Context, Result, ensure};
use cairn_shared::{
    ids::{PersonId, SessionId},
    time::Timestamp,
};
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    grow::Database,
    server::{PUBLIC_URL, SECRET},
    token::Tokens,
};

/// How many of each are asked about in turn.
const MANY: usize = 64;
/// The word that is found once in a story; nobody else's has it but those of the others who are asked about.
pub const RARE: &str = "zephyrine";
/// The word that is found in nearly every entry.
pub const COMMON: &str = "the";

/// Something, and who asks about it.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// Who asks.
    pub person: String,
    /// What about.
    pub id: String,
}

/// All that is asked about.
#[derive(Debug)]
pub struct Subjects {
    /// Mentors with a story, each with one of their entries.
    pub entries: Vec<Theirs>,
    /// Other entries, that the limit saves.
    pub spare: Vec<Theirs>,
    /// Portfolios.
    pub portfolios: Vec<Theirs>,
    /// Reviews that are under way or sent.
    pub reviews: Vec<Theirs>,
    /// The coordinator, with the round of today.
    pub round: Theirs,
    /// Codes of awards with their holders' family names.
    pub awards: Vec<(String, String)>,
    /// Awards, each with its holder, who asks for the certificate.
    pub certificates: Vec<Theirs>,
    /// Awards that have a badge, each with its holder.
    pub badges: Vec<Theirs>,
    /// Those badges as they are shown to whoever checks them: as JSON, and as a picture.
    pub shown: Vec<[Vec<u8>; 2]>,
    /// Family names that few have.
    pub names: Vec<String>,
    /// Mentors who have not begun to gather evidence; some of them get a whole portfolio before anything is asked.
    pub fresh: Vec<String>,
    /// Those whole portfolios, of 50 entries each.
    pub whole: Vec<Theirs>,
}

impl Subjects {
    /// Chooses them.
    ///
    /// # Errors
    /// Those of the database, or if there are too few.
    pub fn choose(file: &Path, fresh: usize) -> Result<Self> {
        let c = Connection::open(file)?;
        let mut entries = theirs(
            &c,
            "SELECT owner_id, min(id) FROM entry WHERE binned_at IS NULL AND state = 'kept' GROUP BY owner_id HAVING count(*) >= 8 ORDER BY owner_id",
        )?;
        ensure!(entries.len() >= 40, "There are too few stories to ask about.");
        let spare = spread(&entries.split_off(entries.len() * 4 / 5), MANY);
        let portfolios = theirs(
            &c,
            "SELECT mentor_id, portfolio.id FROM portfolio JOIN candidacy ON candidacy.id = candidacy_id \
             JOIN piece ON piece.portfolio_id = portfolio.id WHERE kind = 'entry' GROUP BY portfolio.id HAVING count(*) >= 8 ORDER BY portfolio.id",
        )?;
        let reviews = theirs(
            &c,
            "SELECT reviewer_id, review.id FROM review JOIN submission ON submission.id = submission_id \
             WHERE ended_at IS NULL AND opened_at IS NOT NULL AND withdrawn_at IS NULL AND form = 'electronic' ORDER BY review.id",
        )?;
        let round = theirs(
            &c,
            "SELECT (SELECT min(person_id) FROM role_grant WHERE role = 'coordinator'), round_id FROM submission \
             JOIN round ON round.id = round_id WHERE released_at IS NULL GROUP BY round_id ORDER BY count(*) DESC LIMIT 1",
        )?;
        // The awards of the demonstration itself: whoever looks at a certificate looks at any.
        let awards = rows(
            &c,
            "SELECT code, holder_family_name FROM award WHERE status = 'in_force' ORDER BY length(number), number LIMIT 64",
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let certificates =
            theirs(&c, "SELECT person_id, id FROM award WHERE status = 'in_force' ORDER BY length(number), number")?;
        // Those of the demonstration itself have one: what is signed is not copied.
        let badges = theirs(
            &c,
            "SELECT person_id, award.id FROM award JOIN credential ON award_id = award.id \
             WHERE status = 'in_force' AND ended_at IS NULL ORDER BY number",
        )?;
        let names = rows(
            &c,
            "SELECT lower(family_name) FROM person WHERE family_name NOT GLOB '*[^A-Za-z]*' AND length(family_name) > 6 \
             GROUP BY family_name ORDER BY count(*), family_name LIMIT 16",
            |r| r.get(0),
        )?;
        let free = rows(
            &c,
            "SELECT person_id FROM role_grant WHERE role = 'mentor' AND person_id NOT IN (SELECT mentor_id FROM candidacy) \
             AND person_id NOT IN (SELECT owner_id FROM entry) ORDER BY person_id",
            |r| r.get(0),
        )?;
        Ok(Self {
            entries: spread(&entries, MANY),
            spare,
            portfolios: spread(&portfolios, MANY),
            reviews: spread(&reviews, MANY),
            round: round.into_iter().next().context("a round of today")?,
            awards,
            certificates: spread(&certificates, MANY),
            badges: spread(&badges, MANY),
            shown: Vec::new(),
            names,
            fresh: spread(&free, fresh),
            whole: Vec::new(),
        })
    }

    /// Everybody who asks, each once.
    pub fn people(&self) -> Vec<&str> {
        let of = [&self.entries, &self.spare, &self.portfolios, &self.reviews, &self.certificates, &self.badges];
        let asking = of.into_iter().flatten().chain([&self.round]).map(|t| t.person.as_str());
        let mut seen = HashSet::new();
        asking.chain(self.fresh.iter().map(String::as_str)).filter(|p| seen.insert(*p)).collect()
    }

    /// Signs everybody in, and gives those with a story an entry with the rare word.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle(&self, database: &mut dyn Database) -> Result<()> {
        let now = now().micros();
        let entries: Vec<String> = self
            .entries
            .iter()
            .map(|t| {
                let text = format!("A {RARE} afternoon: we stood at the back and only listened.");
                let (id, folded) = (named(&format!("rare {}", t.person)), text.to_lowercase());
                format!(
                    "('{id}', '{}', NULL, '{text}', '2026-01-08', 'kept', {now}, {now}, NULL, 1, '{folded}')",
                    t.person
                )
            })
            .collect();
        sign_in(database, &self.people())?;
        database.run(&format!("INSERT INTO entry VALUES {}", entries.join(", ")))
    }
}

/// Signs these people in.
///
/// # Errors
/// Those of the database.
pub fn sign_in(database: &mut dyn Database, people: &[&str]) -> Result<()> {
    let now = now().micros();
    let session = |p: &&str| format!("('{}', '{p}', 'own', 'the benchmark', {now}, {now}, NULL)", session_of(p));
    let sessions: Vec<String> = people.iter().map(session).collect();
    database.run(&format!("INSERT INTO session VALUES {}", sessions.join(", ")))
}

/// So many of them, from all over.
fn spread<T: Clone>(of: &[T], many: usize) -> Vec<T> {
    let many = many.min(of.len());
    (0..many).map(|n| of[n * of.len() / many].clone()).collect()
}

fn theirs(c: &Connection, sql: &str) -> Result<Vec<Theirs>> {
    rows(c, sql, |r| Ok(Theirs { person: r.get(0)?, id: r.get(1)? }))
}

/// Rows of a query.
///
/// # Errors
/// Those of the database.
pub fn rows<T>(c: &Connection, sql: &str, of: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    Ok(c.prepare(sql)?.query_map([], of)?.collect::<Result<_, _>>()?)
}

/// An id that follows from a name.
pub fn named(name: &str) -> Uuid {
    let hash = Sha256::digest(name);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn session_of(person: &str) -> Uuid {
    named(&format!("session {person}"))
}

/// Now.
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(since.as_micros() as i64)
}

/// The Authorization of somebody who is signed in by [`Subjects::settle`], for the next minutes.
///
/// # Errors
/// If it isn't a person's id.
pub fn authorization(person: &str) -> Result<String> {
    let tokens = Tokens::new(PUBLIC_URL, &[SECRET.to_owned()]);
    let (who, session) = (PersonId::from(person.parse::<Uuid>()?), SessionId::from(session_of(person)));
    Ok(format!("Bearer {}", tokens.sign(who, session, "benchmark".into(), now())))
}
