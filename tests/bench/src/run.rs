//! The run: size by size, operation by operation, each contestant in turn on the same cores.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use diesel::{Connection as _, PgConnection};
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
use rusqlite::Connection;

use crate::{
    client::{self, Asker, Figures},
    data::{Copy, Data},
    grow::{self, Database},
    once,
    operations::{self, Addresses, Contestant, Look},
    report::{Draft, OfOperation, Once},
    senders,
    server::Server,
    subjects::{Subjects, Theirs},
};

/// How many look at once.
const LOOKING: usize = 16;
/// How many save at once.
const SAVING: usize = 32;
/// How many send their portfolio at once, as fast as it goes.
const SENDING: usize = 8;
/// How many upload at once.
const UPLOADING: usize = 4;
/// How many have a whole portfolio before anything is asked.
const WHOLE: usize = 16;
/// The last day before a round closes: so many portfolios in five minutes.
pub const BURST: (usize, f64) = (1020, 300.0);
/// The row of saving.
pub const SAVE: &str = "save an entry";
/// The row of sending.
pub const SUBMIT: &str = "submit a portfolio";
/// The row of the deadline.
pub const DEADLINE: &str = "the deadline’s burst";
/// The row of uploading.
pub const UPLOAD: &str = "upload a photo";

/// What is measured.
pub struct Options {
    /// Cairn, as it is released.
    pub cairn: PathBuf,
    /// Where the data are.
    pub folder: PathBuf,
    /// So many times the demonstration each.
    pub sizes: Vec<u32>,
    /// On which databases.
    pub databases: Vec<Contestant>,
    /// What has one of these in its name; all of it, if there are none.
    pub only: Vec<String>,
    /// Shorter, to see whether all of it works.
    pub quick: bool,
}

impl Options {
    /// How often, and for how long each time.
    fn turns(&self) -> (usize, Duration) {
        if self.quick { (1, Duration::from_millis(500)) } else { (3, Duration::from_secs(1)) }
    }

    /// Whether something of that name is measured.
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part))
    }

    /// How often something is done that is done once.
    fn times_once(&self) -> usize {
        if self.quick { 1 } else { 5 }
    }

    /// How many portfolios are sent as fast as it goes, and how many at the deadline's rate.
    fn sendings(&self) -> (usize, usize) {
        if self.quick { (60, 40) } else { (240, 204) }
    }

    /// How many photos are uploaded.
    fn photos(&self) -> usize {
        if self.quick { 12 } else { 60 }
    }
}

/// Says how far it is. Each part says how long it may take at the most.
fn say(line: &str) {
    eprintln!("  {line}");
}

/// Measures everything that is not in the draft yet.
///
/// # Errors
/// If something can't be measured.
pub async fn run(options: &Options, draft: &mut Draft) -> Result<()> {
    let with_postgres = options.databases.contains(&Contestant::Postgres);
    let data = Data::open(&options.cairn, &options.folder, with_postgres)?;
    for (n, times) in options.sizes.iter().enumerate() {
        eprintln!("Size {} of {}: {times} times the demonstration", n + 1, options.sizes.len());
        let result = Size { options, data: &data, times: *times }.measure(draft).await;
        data.forget();
        result?;
    }
    Ok(())
}

struct Size<'a> {
    options: &'a Options,
    data: &'a Data,
    times: u32,
}

/// Everybody who is measured at one size.
struct Field {
    floor: Server,
    limit: Server,
    cairn: Vec<(Contestant, Server, Copy)>,
}

impl Field {
    fn all(&self) -> impl Iterator<Item = (Contestant, &Server)> {
        let cairn = self.cairn.iter().map(|(whom, server, _)| (*whom, server));
        [(Contestant::Floor, &self.floor), (Contestant::Limit, &self.limit)].into_iter().chain(cairn)
    }

    fn only_cairn(&self) -> impl Iterator<Item = (Contestant, &Server)> {
        self.all().filter(|(whom, _)| whom.is_cairn())
    }
}

impl Size<'_> {
    async fn measure(&self, draft: &mut Draft) -> Result<()> {
        let Self { options, data, times } = self;
        let of_size = draft.report.sizes.entry(*times).or_default();
        if of_size.operation(UPLOAD).is_some() && of_size.once.contains_key(once::PRINT) {
            say("All of it was measured before.");
            return Ok(());
        }
        // The limit and whom to ask about come from the file, whichever database is measured.
        let file = data.provide(*times, Contestant::Sqlite)?;
        of_size.held = grow::held(&data.file(*times))?;
        say(&format!("{} rows, {} people, {} entries", of_size.held.rows, of_size.held.people, of_size.held.entries));
        let fresh = options.sendings().0 + options.sendings().1 + WHOLE;
        let mut subjects = Subjects::choose(&data.file(*times), fresh)?;
        ensure!(subjects.fresh.len() == fresh, "There are too few people to send portfolios.");
        let copy = data.copy(*times, Contestant::Sqlite)?;
        subjects.whole = self.settle(&subjects, &mut Connection::open(&copy.file)?)?;
        let limit = Server::limit(&copy.file).await?;
        let floor = Server::floor().await?;
        let mut field = Field { floor, limit, cairn: Vec::new() };
        let mut copy = Some(copy);
        for database in &options.databases {
            let mut found =
                if *database == Contestant::Sqlite { file.clone() } else { data.provide(*times, *database)? };
            let copy = if *database == Contestant::Sqlite {
                copy.take().context("the file is copied once")?
            } else {
                let copy = data.copy(*times, *database)?;
                self.settle(&subjects, &mut PgConnection::establish(&copy.url)?)?;
                copy
            };
            let files = data.files().join(format!("{database:?}"));
            let mut starts = Vec::new();
            for _ in 0..3 {
                starts.push(Server::cairn(&options.cairn, &copy.url, &files).await?.1.as_secs_f64() * 1000.0);
            }
            starts.sort_by(f64::total_cmp);
            found.first_answer = starts[1];
            let (server, _) = Server::cairn(&options.cairn, &copy.url, &files).await?;
            let kept = of_size.databases.entry(*database).or_insert(found);
            say(&format!("{database:?}: {:.0} MB, first answer after {:.0} ms", kept.megabytes, kept.first_answer));
            field.cairn.push((*database, server, copy));
        }
        let (_, cairn, _) = field.cairn.first().context("a database is measured")?;
        subjects.shown = operations::badges(cairn, &subjects.badges).await?;
        let mut looks = operations::looks(&subjects);
        let addresses = Addresses::default();
        let parts = looks.len() + 5;
        for (n, look) in looks.iter_mut().enumerate() {
            if options.wants(look.name) && draft.report.sizes[times].operation(look.name).is_none() {
                self.announce(n + 1, parts, look.name, self.time_of_a_look(&field));
                let (_, cairn, _) = field.cairn.first().context("a database is measured")?;
                look.tries(cairn, &field.limit, &addresses).await?;
                let found = self.look(&field, look, &addresses).await?;
                self.note(draft, found)?;
            }
        }
        self.change(&field, draft, &subjects, parts).await?;
        // What is done once has the cores, and a copy of the data, for itself.
        drop(field);
        self.once(draft, &subjects, parts).await
    }

    async fn once(&self, draft: &mut Draft, subjects: &Subjects, parts: usize) -> Result<()> {
        let Self { options, data, times } = self;
        if !(options.wants(once::ISSUE) || options.wants(once::PRINT)) {
            return Ok(());
        }
        let turns = options.times_once();
        let at_most = (options.databases.len() * turns * 30) as u64;
        self.announce(parts, parts, &format!("{}, {}", once::ISSUE, once::PRINT), at_most);
        for whom in &options.databases {
            let (mut issued, mut printed) = (Vec::new(), Vec::new());
            for _ in 0..turns {
                let (one, other) = once::turn(&options.cairn, data, *times, *whom, subjects).await?;
                issued.push(one);
                printed.push(other);
            }
            for (name, turns) in [(once::ISSUE, issued), (once::PRINT, printed)] {
                let found = Once::median(&turns);
                say(&format!(
                    "    {whom:?}: {name}, {} of them: {:.0} ms ({:.0} at the most), floor {:.0} ms",
                    once::AWARDS,
                    found.took,
                    found.longest,
                    found.floor
                ));
                let of_size = draft.report.sizes.entry(*times).or_default();
                of_size.once.entry(name.into()).or_default().insert(*whom, found);
            }
        }
        draft.keep()
    }

    /// Signs everybody in, and gives some of them a whole portfolio.
    fn settle(&self, subjects: &Subjects, database: &mut dyn Database) -> Result<Vec<Theirs>> {
        subjects.settle(database)?;
        senders::make(database, &self.data.file(self.times), "0", &subjects.fresh[..WHOLE])
    }

    fn announce(&self, part: usize, parts: usize, name: &str, at_most: u64) {
        say(&format!("{}×, part {part} of {parts}: {name} (at most {at_most} s)", self.times));
    }

    fn time_of_a_look(&self, field: &Field) -> u64 {
        let (turns, time) = self.options.turns();
        let each = time.as_secs_f64() + 0.5;
        (field.all().count() as f64 * turns as f64 * each + field.cairn.len() as f64 * each + 5.0).ceil() as u64
    }

    fn note(&self, draft: &mut Draft, found: OfOperation) -> Result<()> {
        for (whom, figures) in &found.of {
            let first = figures.first_unexpected.as_deref().unwrap_or_default();
            let amiss = if figures.unexpected > 0 {
                format!("   {} unexpected: {first}", figures.unexpected)
            } else {
                String::new()
            };
            say(&format!(
                "    {:<9} {:>8.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms{amiss}",
                format!("{whom:?}"),
                figures.rate,
                figures.p50,
                figures.p99
            ));
        }
        draft.report.sizes.entry(self.times).or_default().operations.push(found);
        draft.keep()
    }

    async fn look(&self, field: &Field, look: &Look, addresses: &Addresses) -> Result<OfOperation> {
        let (turns, time) = self.options.turns();
        let mut found = OfOperation { name: look.name.into(), at_once: LOOKING, ..OfOperation::default() };
        (found.bytes, found.limit_bytes) = look.bytes();
        if look.left_out > 0 {
            say(&format!("    {} questions are left out: not there for who asks", look.left_out));
        }
        let asked = || field.all().filter(|(whom, _)| look.is_asked_of(*whom));
        let mut all: Vec<(Contestant, Vec<Figures>)> = asked().map(|(whom, _)| (whom, Vec::new())).collect();
        for _ in 0..turns {
            for ((whom, server), (_, figures)) in asked().zip(&mut all) {
                let askers = look.askers(whom, LOOKING, addresses)?;
                figures.push(client::as_fast_as_it_goes(server.address, askers, time).await?);
            }
        }
        found.of = all.into_iter().filter_map(|(whom, figures)| Some((whom, median(figures)?))).collect();
        for (whom, server) in field.only_cairn() {
            let alone = client::as_fast_as_it_goes(server.address, look.askers(whom, 1, addresses)?, time).await?;
            found.alone.insert(whom, alone);
        }
        Ok(found)
    }

    async fn change(&self, field: &Field, draft: &mut Draft, subjects: &Subjects, parts: usize) -> Result<()> {
        let (turns, time) = self.options.turns();
        if self.options.wants(SAVE) && draft.report.sizes[&self.times].operation(SAVE).is_none() {
            self.announce(parts - 4, parts, SAVE, self.time_of_a_look(field));
            let mut found = OfOperation {
                name: SAVE.into(),
                at_once: SAVING,
                bytes: 1500,
                limit_bytes: 1500,
                ..OfOperation::default()
            };
            let mut all: Vec<(Contestant, Vec<Figures>)> = field.all().map(|(whom, _)| (whom, Vec::new())).collect();
            for _ in 0..turns {
                for ((whom, server), (_, figures)) in field.all().zip(&mut all) {
                    let entries = if whom.is_cairn() { &subjects.entries } else { &subjects.spare };
                    let savers = operations::savers(whom, server, entries, SAVING).await?;
                    figures.push(client::as_fast_as_it_goes(server.address, savers, time).await?);
                }
            }
            found.of = all.into_iter().filter_map(|(whom, figures)| Some((whom, median(figures)?))).collect();
            self.note(draft, found)?;
        }
        if self.options.wants(SUBMIT) || self.options.wants(DEADLINE) {
            self.submit(field, draft, subjects, parts).await?;
        }
        if draft.report.sizes[&self.times].operation(UPLOAD).is_some() {
            return Ok(());
        }
        for (whom, server) in field.only_cairn() {
            let of_size = draft.report.sizes.entry(self.times).or_default();
            of_size.databases.entry(whom).or_default().memory = server.most_memory();
        }
        if !self.options.wants(UPLOAD) {
            return Ok(());
        }
        self.announce(parts - 1, parts, UPLOAD, 120);
        let mut found = OfOperation { name: UPLOAD.into(), at_once: UPLOADING, ..OfOperation::default() };
        for (whom, server) in field.only_cairn() {
            let pictures = (0..self.options.photos()).map(picture).collect::<Result<Vec<_>>>()?;
            found.bytes = pictures[0].len();
            let heap = operations::uploads(&subjects.entries, &pictures)?;
            found.of.insert(whom, drained(server, operations::takers(heap, UPLOADING)).await?);
            let of_size = draft.report.sizes.entry(self.times).or_default();
            of_size.databases.entry(whom).or_default().memory_with_uploads = server.most_memory();
        }
        self.note(draft, found)
    }

    async fn submit(&self, field: &Field, draft: &mut Draft, subjects: &Subjects, parts: usize) -> Result<()> {
        if draft.report.sizes[&self.times].operation(DEADLINE).is_some() {
            return Ok(());
        }
        let (fast, paced) = self.options.sendings();
        let mut portfolios: Vec<(Contestant, Vec<Theirs>)> = Vec::new();
        for (whom, _, copy) in &field.cairn {
            let mut database: Box<dyn Database> = match whom {
                Contestant::Postgres => Box::new(PgConnection::establish(&copy.url)?),
                _ => Box::new(Connection::open(&copy.file)?),
            };
            let of = senders::make(&mut *database, &self.data.file(self.times), "1", &subjects.fresh[WHOLE..])?;
            portfolios.push((*whom, of));
        }
        self.announce(parts - 3, parts, SUBMIT, 120);
        let mut found = OfOperation { name: SUBMIT.into(), at_once: SENDING, ..OfOperation::default() };
        for ((whom, server), (_, of)) in field.only_cairn().zip(&portfolios) {
            let heap = operations::sendings(&of[..fast])?;
            found.of.insert(whom, drained(server, operations::takers(heap, SENDING)).await?);
        }
        let quick = found;
        let rate = BURST.0 as f64 / BURST.1;
        self.announce(parts - 2, parts, DEADLINE, (paced as f64 / rate) as u64 * field.cairn.len() as u64 + 30);
        let mut found = OfOperation { name: DEADLINE.into(), ..OfOperation::default() };
        for ((whom, server), (_, of)) in field.only_cairn().zip(&portfolios) {
            let askers = operations::sendings(&of[fast..])?.into_iter().map(|one| operations::takers([one].into(), 1));
            let askers: Vec<Box<dyn Asker>> = askers.flatten().collect();
            found.of.insert(whom, client::at_a_pace(server.address, askers, rate).await?);
        }
        self.note(draft, quick)?;
        self.note(draft, found)
    }
}

/// Asks until nothing is left to ask.
async fn drained(server: &Server, askers: Vec<Box<dyn Asker>>) -> Result<Figures> {
    Ok(client::all_of(server.address, askers).await?)
}

/// That of the turns which was neither the quickest nor the slowest.
fn median(mut figures: Vec<Figures>) -> Option<Figures> {
    figures.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let unexpected = figures.iter().map(|f| f.unexpected).sum();
    let first_unexpected = figures.iter().find_map(|f| f.first_unexpected.clone());
    let middle = figures.len() / 2;
    let median = figures.into_iter().nth(middle)?;
    Some(Figures { unexpected, first_unexpected, ..median })
}

/// A photo as a phone takes it, of which no two are alike: JPEG, 1600 by 1200, some 300 kB.
fn picture(n: usize) -> Result<Vec<u8>> {
    let (width, height) = (1600u32, 1200u32);
    let mut noise = 0x9e37_79b9u32.wrapping_mul(n as u32 + 1) | 1;
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let grain = (noise & 0x1f) as u8;
            pixels.extend([(x / 8) as u8 ^ grain, (y / 6) as u8 | grain, ((x + y) / 12) as u8 ^ (grain >> 1)]);
        }
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60).write_image(&pixels, width, height, ExtendedColorType::Rgb8)?;
    Ok(jpeg)
}
