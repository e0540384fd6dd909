//! What is done once, and not asked for again and again: a round of seventy awards is issued, and its certificates are
//! printed. Each time on a fresh copy of the data, with the floor measured just before: the same signatures, and the same
//! pages, made in this program's memory with nothing around them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use cairn_credential::{check, jwt, key::KeyPair, proof};
use cairn_print::{Certificate, Letters, Medal, certificates};
use cairn_shared::{
    award::{RoundAward, SHOWN, SIGNED_AS},
    list::Page,
    qualification::Qualification,
    time::Date,
};
use diesel::{Connection as _, PgConnection};
use serde_json::{Value, json};

use crate::{
    client::{Connection, request},
    data::{Copy, Data},
    grow::Database,
    operations::{Addresses, CHECKS, Contestant, GENUINE, OCTETS},
    report::Once,
    server::{PARTNERSHIP, PUBLIC_URL, Server},
    subjects::{Subjects, Theirs, authorization, named, now, rows, sign_in},
};

/// How many awards a round has.
pub const AWARDS: usize = 70;
/// The row of issuing them.
pub const ISSUE: &str = "issue a round of awards";
/// The row of printing their certificates.
pub const PRINT: &str = "print a round’s certificates";
/// How long somebody waits between two looks at how far a print run is.
const LOOKS_EVERY: Duration = Duration::from_millis(10);
/// A print run that is not ready by then never will be.
const PATIENCE: Duration = Duration::from_secs(120);

/// A round, a server, and whoever coordinates.
struct Office<'a> {
    round: &'a Theirs,
    connection: Connection,
    authorization: String,
    addresses: Addresses,
}

/// Issues a round and prints it, on a fresh copy of the data.
///
/// # Errors
/// If something is not there that was said to be.
pub async fn turn(
    cairn: &Path,
    data: &Data,
    times: u32,
    whom: Contestant,
    subjects: &Subjects,
) -> Result<(Once, Once)> {
    let copy = data.copy(times, whom)?;
    let mut database = opened(&copy, whom)?;
    prepare(&mut *database, &data.file(times), subjects)?;
    let files = data.files().join(format!("{whom:?}"));
    let server = Server::cairn_with_keys(cairn, &copy.url, &files, &data.keys()).await?;
    let mut office = Office {
        round: &subjects.round,
        connection: Connection::open(server.address).await?,
        authorization: authorization(&subjects.round.person)?,
        addresses: Addresses::default(),
    };
    let issued = Once::of(signed_in_memory(&data.file(times))?, office.issue().await?);
    office.sees_awards(&mut *database).await?;
    let (floor, expected) = set_in_memory(&mut *database, &subjects.round.id)?;
    let (took, document) = office.print().await?;
    ensure!(
        document == expected,
        "The printed document, of {} bytes, is another than the one that is set here, of {}.",
        document.len(),
        expected.len()
    );
    Ok((issued, Once::of(floor, took)))
}

fn opened(copy: &Copy, whom: Contestant) -> Result<Box<dyn Database>> {
    Ok(match whom {
        Contestant::Postgres => Box::new(PgConnection::establish(&copy.url)?),
        _ => Box::new(rusqlite::Connection::open(&copy.file)?),
    })
}

/// Makes the round of today one of seventy portfolios that met yesterday, and found all four standards in each.
fn prepare(database: &mut dyn Database, file: &Path, subjects: &Subjects) -> Result<()> {
    let round = &subjects.round.id;
    let sent: Vec<(String, i64)> = rows(
        &rusqlite::Connection::open(file)?,
        &format!(
            "SELECT submission.id, number FROM submission JOIN candidacy ON submission.id = candidacy.submission_id \
             WHERE round_id = '{round}' AND state = 'submitted' AND withdrawn_at IS NULL \
             ORDER BY form = 'electronic' DESC, number, submission.id LIMIT {AWARDS}"
        ),
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let kept: Vec<String> = sent.iter().map(|(id, _)| format!("'{id}'")).collect();
    let (template, number) = sent.first().context("the round has portfolios")?;
    ensure!(*number == 1, "The round has no first portfolio of somebody.");
    // What is not of the seventy waits for the next round.
    database.run(&format!(
        "UPDATE submission SET round_id = NULL WHERE round_id = '{round}' AND id NOT IN ({})",
        kept.join(", ")
    ))?;
    for person in subjects.fresh.iter().take(AWARDS - sent.len()) {
        database.run(&one_more(person, template))?;
    }
    let today = now().london_date();
    let day = |days: i32| -> Date { today.plus_days(days) };
    let at = now().micros();
    database.run(&format!(
        "UPDATE round SET submit_by = '{}', review_opens = '{}', review_by = '{}', meeting = '{}', tell_by = '{}'
            WHERE id = '{round}';
         DELETE FROM suggestion WHERE decision_id IN (SELECT decision.id FROM decision JOIN submission s ON s.id = submission_id WHERE round_id = '{round}');
         DELETE FROM finding WHERE decision_id IN (SELECT decision.id FROM decision JOIN submission s ON s.id = submission_id WHERE round_id = '{round}');
         DELETE FROM decision WHERE submission_id IN (SELECT id FROM submission WHERE round_id = '{round}');
         INSERT INTO decision SELECT substr(s.id, 1, 14) || '8dec' || substr(s.id, 19), s.id, 'award', 'All four standards are there. Thank you for letting us read it.', r.chair_id, {at}, NULL, NULL, NULL
            FROM submission s JOIN round r ON r.id = s.round_id WHERE r.id = '{round}';
         INSERT INTO finding SELECT d.id, k.standard, 'evidenced', ''
            FROM decision d JOIN submission s ON s.id = d.submission_id
            CROSS JOIN (SELECT 's1' AS standard UNION ALL SELECT 's2' UNION ALL SELECT 's3' UNION ALL SELECT 's4') k
            WHERE s.round_id = '{round}'",
        day(-40),
        day(-35),
        day(-10),
        day(-1),
        day(6)
    ))?;
    sign_in(database, &[&subjects.round.person])
}

/// Somebody who sent the same as is in that submission, for the first time.
fn one_more(person: &str, template: &str) -> String {
    let id = |what: &str| named(&format!("{what} {person}"));
    let (candidacy, portfolio, edition, submission) =
        (id("candidacy"), id("portfolio"), id("edition"), id("submission"));
    format!(
        "INSERT INTO candidacy SELECT '{candidacy}', '{person}', c.qualification, c.state, c.secured_s1, c.secured_s2, c.secured_s3, c.secured_s4, '{submission}', NULL, NULL, c.stage_shared, c.created_at
            FROM candidacy c WHERE c.submission_id = '{template}';
         INSERT INTO portfolio SELECT '{portfolio}', '{candidacy}', p.title, p.form, p.changed_at, p.version
            FROM portfolio p JOIN candidacy c ON c.id = p.candidacy_id WHERE c.submission_id = '{template}';
         INSERT INTO edition SELECT '{edition}', '{portfolio}', e.content, e.hash, e.words, e.left_out, e.sealed_at
            FROM edition e JOIN submission s ON s.edition_id = e.id WHERE s.id = '{template}';
         INSERT INTO submission SELECT '{submission}', '{candidacy}', '{edition}', 1, s.round_id, s.form, NULL, s.quotes_agreed, s.submitted_at, NULL, NULL, NULL, s.version
            FROM submission s WHERE s.id = '{template}'"
    )
}

/// Signs as many badges as a round has, in both forms: badges of the demonstration, with keys of nobody.
fn signed_in_memory(file: &Path) -> Result<f64> {
    let found: Vec<String> = rows(
        &rusqlite::Connection::open(file)?,
        &format!("SELECT json FROM credential ORDER BY id LIMIT {AWARDS}"),
        |r| r.get(0),
    )?;
    ensure!(!found.is_empty(), "There are no badges to sign once more.");
    let badges = found.iter().map(|json| check::said(json)).collect::<Result<Vec<_>, _>>()?;
    let pair = KeyPair::new(2, &[7; 32], &[9; 32]).context("keys of nobody")?;
    let began = Instant::now();
    for badge in badges.iter().cycle().take(AWARDS) {
        let credential = proof::sign(&badge.to_json(), &badge.issuer.did, &pair, badge.valid_from)?;
        std::hint::black_box((jwt::sign(&credential, &pair)?, credential.to_string()));
    }
    Ok(millis(began))
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Sets the certificates of a round, as the server does: how long that takes, and the document.
fn set_in_memory(database: &mut dyn Database, round: &str) -> Result<(f64, Vec<u8>)> {
    let found = database.texts(&format!(
        "SELECT holder_given_name || ' ' || holder_family_name || '\t' || coalesce(school_name, '') || '\t' || coalesce(signed_by, '') \
         || '\t' || qualification || '\t' || award.number || '\t' || code || '\t' || token || '\t' || awarded_on AS text \
         FROM award JOIN submission ON submission.id = submission_id WHERE round_id = '{round}' AND status = 'in_force' \
         ORDER BY holder_family_name, holder_given_name, award.id"
    ))?;
    let mut facts = Vec::new();
    for line in &found {
        let [holder, school, signed_by, qualification, number, code, token, day]: [&str; 8] =
            line.split('\t').collect::<Vec<_>>().try_into().ok().context("a certificate’s facts")?;
        let (qualification, day): (Qualification, Date) =
            (qualification.parse().context("a qualification")?, day.parse().ok().context("a day")?);
        let verify_url = format!("{PUBLIC_URL}/v/{token}");
        facts.push((holder, school, signed_by, qualification, number, code, verify_url, day, day.in_words()));
    }
    let check_at = format!("{}/verify", PUBLIC_URL.trim_start_matches("https://"));
    let pages: Vec<Certificate<'_>> = facts
        .iter()
        .map(|(holder, school, signed_by, qualification, number, code, verify_url, day, on)| Certificate {
            partnership: PARTNERSHIP,
            holder,
            school: (!school.is_empty()).then_some(*school),
            heading: qualification.heading(),
            shown: SHOWN,
            signed_by: (!signed_by.is_empty()).then_some(*signed_by),
            signed_as: SIGNED_AS,
            on,
            day: (day.year(), day.month() as u8, day.day() as u8),
            number,
            code,
            check_at: &check_at,
            verify_url,
            medal: medal(*qualification),
        })
        .collect();
    // Typefaces are read once in a server's life.
    let letters = Letters::ours();
    let began = Instant::now();
    let document = certificates(&letters, &pages, |_| {})?;
    Ok((millis(began), document))
}

/// The server's own.
fn medal(qualification: Qualification) -> Medal<'static> {
    match qualification {
        Qualification::Qms => Medal {
            svg: include_str!("../../../frontend/assets/art/badge-qms.svg"),
            alt: "Badge: qualified mentor status, a cairn of four stones on a fell",
        },
        Qualification::Qlms => Medal {
            svg: include_str!("../../../frontend/assets/art/badge-qlms.svg"),
            alt: "Badge: qualified lead mentor status, a cairn of stones on a fell",
        },
    }
}

impl Office<'_> {
    async fn ask(&mut self, method: &str, path: &str, body: Option<Value>, expects: u16) -> Result<Vec<u8>> {
        let mut headers = vec![("Authorization", self.authorization.as_str())];
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        let asked = request(method, &format!("/api/v1{path}"), &headers, body.as_bytes());
        let reply = self.connection.ask(&asked).await?;
        let says = || String::from_utf8_lossy(&reply.body[..reply.body.len().min(300)]).into_owned();
        ensure!(reply.status == expects, "{method} {path}: {} {}", reply.status, says());
        Ok(reply.body.to_vec())
    }

    /// Releases the round, once it was looked at as somebody does who is about to.
    async fn issue(&mut self) -> Result<f64> {
        let path = format!("/rounds/{}", self.round.id);
        self.ask("GET", &path, None, 200).await?;
        let began = Instant::now();
        self.ask("POST", &format!("{path}/release"), None, 200).await?;
        Ok(millis(began))
    }

    /// Sees that every award is there, and that its badge is genuine to the server in both forms.
    async fn sees_awards(&mut self, database: &mut dyn Database) -> Result<()> {
        let round = &self.round.id;
        let listed: Page<RoundAward> =
            serde_json::from_slice(&self.ask("GET", &format!("/rounds/{round}/awards?limit=100"), None, 200).await?)?;
        ensure!(listed.items.len() == AWARDS, "There are {} awards.", listed.items.len());
        for form in ["json", "jwt"] {
            let badges = database.texts(&format!(
                "SELECT {form} AS text FROM credential JOIN award ON award.id = award_id JOIN submission ON submission.id = submission_id \
                 WHERE round_id = '{round}' AND status = 'in_force' AND ended_at IS NULL"
            ))?;
            ensure!(badges.len() == AWARDS, "There are {} badges.", badges.len());
            for badge in badges {
                let from = self.addresses.next();
                let headers = [("X-Forwarded-For", from.as_str()), ("Content-Type", OCTETS)];
                let asked = request("POST", &format!("/api/v1{CHECKS}"), &headers, badge.as_bytes());
                let reply = self.connection.ask(&asked).await?;
                let says = String::from_utf8_lossy(reply.body);
                ensure!(reply.status == 200 && says.contains(GENUINE), "a badge: {} {says}", reply.status);
            }
        }
        Ok(())
    }

    /// Prints the round: from beginning the run until its document is here.
    async fn print(&mut self) -> Result<(f64, Vec<u8>)> {
        let began = Instant::now();
        let run = self.ask("POST", "/print-runs", Some(json!({ "round_id": self.round.id })), 201).await?;
        let mut run: Value = serde_json::from_slice(&run)?;
        let path = format!("/print-runs/{}", run["id"].as_str().context("a print run has an id")?);
        while run["stage"] == "making" && began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOKS_EVERY).await;
            run = serde_json::from_slice(&self.ask("GET", &path, None, 200).await?)?;
        }
        ensure!(run["stage"] == "ready" && run["made"] == AWARDS && run["total"] == AWARDS, "The print run: {run}");
        let document = self.ask("GET", &format!("{path}/document"), None, 200).await?;
        Ok((millis(began), document))
    }
}
