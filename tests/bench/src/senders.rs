//! Portfolios to be sent: of 50 entries, each linked, with 20 files that were uploaded before.

use std::path::Path;

use anyhow::{Result, ensure};
use rusqlite::Connection;

use crate::{
    grow::Database,
    subjects::{Theirs, named, rows},
};

/// Entries of a portfolio that is sent.
pub const ENTRIES: usize = 50;
/// Files in it.
pub const FILES: usize = 20;

/// Gives these people a portfolio each, ready to be sent, and says which. The texts are those of entries that are there.
/// Each call takes another figure, of which ids are made.
///
/// # Errors
/// Those of the database.
pub fn make(database: &mut dyn Database, file: &Path, figure: &str, people: &[String]) -> Result<Vec<Theirs>> {
    let c = Connection::open(file)?;
    let templates: Vec<(String, String)> = rows(
        &c,
        &format!(
            "SELECT entry.id, min(standard_link.id) FROM entry JOIN standard_link ON entry_id = entry.id \
             WHERE state = 'kept' AND binned_at IS NULL AND shows IS NOT NULL GROUP BY entry.id ORDER BY entry.id LIMIT {ENTRIES}"
        ),
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    ensure!(templates.len() == ENTRIES, "There are too few entries to write portfolios with.");
    let senders: Vec<(String, String, String)> = people
        .iter()
        .map(|p| {
            (p.clone(), named(&format!("candidacy {p}")).to_string(), named(&format!("portfolio {p}")).to_string())
        })
        .collect();
    let sender = senders.iter().enumerate().map(|(n, (person, candidacy, portfolio))| {
        format!("('{figure}{n:04}', '{person}', '{candidacy}', '{portfolio}')")
    });
    let place = templates.iter().enumerate().map(|(n, (entry, link))| format!("({n}, '{n:03}', '{entry}', '{link}')"));
    let of = |kind: u8| format!("'01900000-0000-7000-8e{kind:02}-0000' || s.digits || p.digits");
    let (entry, link, evidence, piece) = (of(1), of(2), of(3), of(4));
    let sha = "s.digits || p.digits || '00000000000000000000000000000000000000000000000000000000'";
    database.run(&format!(
        "BEGIN;
         CREATE TEMP TABLE sender (digits TEXT NOT NULL, person TEXT NOT NULL, candidacy TEXT NOT NULL, portfolio TEXT NOT NULL);
         CREATE TEMP TABLE place (n BIGINT NOT NULL, digits TEXT NOT NULL, entry TEXT NOT NULL, link TEXT NOT NULL);
         INSERT INTO sender VALUES {};
         INSERT INTO place VALUES {};
         INSERT INTO candidacy SELECT candidacy, person, 'qms', 'gathering', p.no, p.no, p.no, p.no, NULL, NULL, NULL, p.no, 0
            FROM sender CROSS JOIN (SELECT stage_shared AS no FROM candidacy WHERE NOT stage_shared LIMIT 1) p;
         INSERT INTO portfolio SELECT portfolio, candidacy, 'Fifty moments', 'electronic', 0, 1 FROM sender;
         INSERT INTO entry SELECT {entry}, s.person, t.title, t.text, t.happened_on, 'kept', t.created_at, t.changed_at, NULL, 1, t.folded
            FROM sender s CROSS JOIN place p JOIN entry t ON t.id = p.entry;
         INSERT INTO standard_link SELECT {link}, {entry}, t.standard, t.guide, t.quote, t.quote_before, t.quote_after, t.quote_start, t.shows, t.created_at
            FROM sender s CROSS JOIN place p JOIN standard_link t ON t.id = p.link;
         INSERT INTO evidence SELECT {evidence}, {entry}, 'file', 'photo.jpg', 'image/jpeg', 240000, {sha}, NULL, NULL, 'The board after the lesson', 'not_identifiable', 0, NULL
            FROM sender s CROSS JOIN place p WHERE p.n < {FILES};
         INSERT INTO piece SELECT s.portfolio, {piece}, p.n, 'entry', NULL, NULL, {entry} FROM sender s CROSS JOIN place p;
         DROP TABLE sender; DROP TABLE place;
         COMMIT",
        sender.collect::<Vec<_>>().join(", "),
        place.collect::<Vec<_>>().join(", "),
    ))?;
    Ok(senders.into_iter().map(|(person, _, id)| Theirs { person, id }).collect())
}
