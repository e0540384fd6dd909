//! Rows and queries of entries. Every one of them takes the owner: nobody else's entries exist.

use crate::db::{
    AsText, At, Conn, MultiBackend, Tx, among,
    schema::{entry, entry_version, evidence, standard_link},
};
use cairn_shared::{
    entry::{Anchor, EntryState, Pupils, Shows, Text, Title, VersionReason},
    fold::fold,
    framework::Standard,
    ids::{EntryId, EvidenceId, LinkId, PersonId, VersionId},
    text::{Draft, Line, Prose},
    time::{Date, Timestamp},
};
use diesel::prelude::*;

/// The columns of an [`EntryRow`]: all but the text as it is looked for, which the store alone writes.
type Columns = (
    entry::id,
    entry::owner_id,
    entry::title,
    entry::text,
    entry::happened_on,
    entry::state,
    entry::created_at,
    entry::changed_at,
    entry::binned_at,
    entry::version,
);
const COLUMNS: Columns = (
    entry::id,
    entry::owner_id,
    entry::title,
    entry::text,
    entry::happened_on,
    entry::state,
    entry::created_at,
    entry::changed_at,
    entry::binned_at,
    entry::version,
);

/// An entry.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = entry)]
pub struct EntryRow {
    /// Which.
    pub id: AsText<EntryId>,
    /// Whose.
    pub owner_id: AsText<PersonId>,
    /// Its title.
    pub title: Option<AsText<Title>>,
    /// Its text.
    pub text: AsText<Text>,
    /// The day that it tells of.
    pub happened_on: AsText<Date>,
    /// Draft or kept.
    pub state: AsText<EntryState>,
    /// When it was begun.
    pub created_at: At,
    /// When it was last changed.
    pub changed_at: At,
    /// When it was put in the bin.
    pub binned_at: Option<At>,
    /// Raised with each change of it, its links or its evidence.
    pub version: i64,
}

impl EntryRow {
    /// Title and text as they are looked for. Whoever writes them writes this with them.
    fn folded(&self) -> String {
        let title = self.title.as_ref().map_or("", |title| title.as_str());
        fold(&format!("{title}\n{}", self.text.as_str()))
    }
}

/// An earlier text.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = entry_version)]
pub struct VersionRow {
    /// Which.
    pub id: AsText<VersionId>,
    /// Of which entry.
    pub entry_id: AsText<EntryId>,
    /// The title that it had.
    pub title: Option<AsText<Title>>,
    /// The text that it had.
    pub text: AsText<Text>,
    /// When it was put aside.
    pub made_at: At,
    /// Why.
    pub reason: AsText<VersionReason>,
}

/// A tie to a standard.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = standard_link)]
pub struct LinkRow {
    /// Which.
    pub id: AsText<LinkId>,
    /// Of which entry.
    pub entry_id: AsText<EntryId>,
    /// To which standard.
    pub standard: AsText<Standard>,
    /// A finer pointer.
    pub guide: Option<String>,
    /// The words of the passage; none if the whole entry is meant.
    pub quote: Option<AsText<Prose<10_000>>>,
    /// What stands before it.
    pub quote_before: Option<AsText<Draft<32>>>,
    /// What stands after it.
    pub quote_after: Option<AsText<Draft<32>>>,
    /// Its first character.
    pub quote_start: Option<i64>,
    /// What this shows.
    pub shows: Option<AsText<Shows>>,
    /// When it was made.
    pub created_at: At,
}

impl LinkRow {
    /// The passage, if it isn't the whole entry.
    pub fn anchor(&self) -> Option<Anchor> {
        Some(Anchor {
            quote: (**self.quote.as_ref()?).clone(),
            before: self.quote_before.as_ref().map_or_else(Draft::default, |b| (**b).clone()),
            after: self.quote_after.as_ref().map_or_else(Draft::default, |a| (**a).clone()),
            start: u32::try_from(self.quote_start?).ok()?,
        })
    }

    /// The same link with its passage there.
    pub fn set_anchor(&mut self, anchor: Option<Anchor>) {
        self.quote_start = anchor.as_ref().map(|a| i64::from(a.start));
        self.quote_before = anchor.as_ref().map(|a| AsText::new(a.before.clone()));
        self.quote_after = anchor.as_ref().map(|a| AsText::new(a.after.clone()));
        self.quote = anchor.map(|a| AsText::new(a.quote));
    }
}

/// A file or a web link.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = evidence)]
pub struct EvidenceRow {
    /// Which.
    pub id: AsText<EvidenceId>,
    /// Of which entry.
    pub entry_id: AsText<EntryId>,
    /// `file` or `link`.
    pub kind: String,
    /// The name that a file was sent under.
    pub name: Option<AsText<Line<200>>>,
    /// A file's media type, found by its content.
    pub media_type: Option<String>,
    /// A file's size.
    pub bytes: Option<i64>,
    /// A file's SHA-256.
    pub sha256: Option<String>,
    /// The SHA-256 of its small picture.
    pub thumbnail_sha256: Option<String>,
    /// A link's address.
    pub url: Option<String>,
    /// What it is, in the writer's words.
    pub caption: Option<AsText<Line<300>>>,
    /// The answer to "Are pupils identifiable?".
    pub pupils: AsText<Pupils>,
    /// When it was attached.
    pub created_at: At,
    /// When it was removed.
    pub removed_at: Option<At>,
}

/// What a list of entries is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// Tied to this standard.
    pub standard: Option<Standard>,
    /// Holding these words.
    pub words: Option<String>,
    /// In this state.
    pub state: Option<EntryState>,
    /// In the bin instead of in the story.
    pub binned: bool,
}

/// Where a page of entries ended: its last day and id.
pub type Behind = (Date, EntryId);

/// Entries of that owner, the newest day first, behind the given day and id.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    owner: PersonId,
    narrowed: &Narrowed,
    after: Option<Behind>,
    limit: i64,
) -> QueryResult<Vec<EntryRow>> {
    match &narrowed.words {
        None => behind(owner, narrowed, after).limit(limit).select(COLUMNS).load(conn),
        Some(words) => search(conn, owner, narrowed, words, after, limit),
    }
}

fn behind(owner: PersonId, narrowed: &Narrowed, after: Option<Behind>) -> entry::BoxedQuery<'static, MultiBackend> {
    let mut query = entry::table.filter(entry::owner_id.eq(owner.to_string())).into_boxed();
    query = if narrowed.binned {
        query.filter(entry::binned_at.is_not_null())
    } else {
        query.filter(entry::binned_at.is_null())
    };
    if let Some(state) = narrowed.state {
        query = query.filter(entry::state.eq(state.code()));
    }
    if let Some(standard) = narrowed.standard {
        query = query.filter(diesel::dsl::exists(
            standard_link::table
                .filter(standard_link::entry_id.eq(entry::id))
                .filter(standard_link::standard.eq(standard.code())),
        ));
    }
    if let Some((day, id)) = after {
        let (day, id) = (day.to_string(), id.to_string());
        query = query.filter(entry::happened_on.lt(day.clone()).or(entry::happened_on.eq(day).and(entry::id.lt(id))));
    }
    query.order((entry::happened_on.desc(), entry::id.desc()))
}

/// How many entries are looked at together.
const TOGETHER: i64 = 50;

/// Those that hold the words. The story is looked through, fifty entries at a time, until the page is full: an index of
/// everybody's words would have to be narrowed to one person afterwards, which takes as long as the word is common, and
/// grows with the partnership (`docs/adr/0007-a-search-looks-through-ones-own-story.md`).
fn search(
    conn: &mut Conn,
    owner: PersonId,
    narrowed: &Narrowed,
    words: &str,
    mut after: Option<Behind>,
    limit: i64,
) -> QueryResult<Vec<EntryRow>> {
    let words = fold(words);
    let words: Vec<&str> = plain_words(&words).collect();
    let mut found = Vec::new();
    if words.is_empty() {
        return Ok(found);
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    loop {
        let some: Vec<(EntryRow, String)> =
            behind(owner, narrowed, after).limit(TOGETHER).select((COLUMNS, entry::folded)).load(conn)?;
        after = some.last().map(|(row, _)| (*row.happened_on, *row.id));
        let is_last = (some.len() as i64) < TOGETHER;
        for (row, _) in some.into_iter().filter(|(_, text)| holds(text, &words)) {
            found.push(row);
            if found.len() == limit {
                return Ok(found);
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

fn plain_words(words: &str) -> impl Iterator<Item = &str> {
    words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(12)
}

/// Whether a text holds all of the words, each as a whole one; the last may be the beginning of one.
fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(n, word)| {
        let may_go_on = n + 1 == words.len();
        text.match_indices(word).any(|(at, _)| {
            let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            ends(text[..at].chars().next_back()) && (may_go_on || ends(text[at + word.len()..].chars().next()))
        })
    })
}

/// The owner's entry of that id, in the bin or not.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn entry(conn: &mut Conn, owner: PersonId, id: EntryId) -> QueryResult<EntryRow> {
    entry::table
        .filter(entry::id.eq(id.to_string()))
        .filter(entry::owner_id.eq(owner.to_string()))
        .select(COLUMNS)
        .first(conn)
}

/// Writes an entry.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, row: &EntryRow) -> QueryResult<()> {
    diesel::insert_into(entry::table).values((row.clone(), entry::folded.eq(row.folded()))).execute(&mut **tx).map(drop)
}

/// Writes an entry's changes; the row's version is that of afterwards.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, row: &EntryRow) -> QueryResult<()> {
    diesel::update(entry::table.filter(entry::id.eq(row.id.to_string())))
        .set((
            entry::title.eq(row.title.clone()),
            entry::text.eq(row.text.clone()),
            entry::folded.eq(row.folded()),
            entry::happened_on.eq(row.happened_on.clone()),
            entry::state.eq(row.state.clone()),
            entry::changed_at.eq(row.changed_at),
            entry::binned_at.eq(row.binned_at),
            entry::version.eq(row.version),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Raises an entry's version, because its links or evidence changed.
///
/// # Errors
/// Those of the database.
pub fn touch(tx: &mut Tx<'_>, id: EntryId, now: Timestamp) -> QueryResult<()> {
    diesel::update(entry::table.filter(entry::id.eq(id.to_string())))
        .set((entry::version.eq(entry::version + 1), entry::changed_at.eq(At::from(now))))
        .execute(&mut **tx)
        .map(drop)
}

/// The links of these entries, in the order of their making.
///
/// # Errors
/// Those of the database.
pub fn links(conn: &mut Conn, entries: &[String]) -> QueryResult<Vec<LinkRow>> {
    standard_link::table
        .filter(among(standard_link::entry_id, entries.to_vec()))
        .order((standard_link::created_at, standard_link::id))
        .load(conn)
}

/// Writes a link.
///
/// # Errors
/// Those of the database.
pub fn add_link(tx: &mut Tx<'_>, row: &LinkRow) -> QueryResult<()> {
    diesel::insert_into(standard_link::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes a link's changes.
///
/// # Errors
/// Those of the database.
pub fn change_link(tx: &mut Tx<'_>, row: &LinkRow) -> QueryResult<()> {
    diesel::update(standard_link::table.filter(standard_link::id.eq(row.id.to_string())))
        .set((
            standard_link::standard.eq(row.standard.clone()),
            standard_link::guide.eq(row.guide.clone()),
            standard_link::quote.eq(row.quote.clone()),
            standard_link::quote_before.eq(row.quote_before.clone()),
            standard_link::quote_after.eq(row.quote_after.clone()),
            standard_link::quote_start.eq(row.quote_start),
            standard_link::shows.eq(row.shows.clone()),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Removes a link of that entry. How many there were: one or none.
///
/// # Errors
/// Those of the database.
pub fn remove_link(tx: &mut Tx<'_>, entry: EntryId, id: LinkId) -> QueryResult<usize> {
    diesel::delete(
        standard_link::table
            .filter(standard_link::id.eq(id.to_string()))
            .filter(standard_link::entry_id.eq(entry.to_string())),
    )
    .execute(&mut **tx)
}

/// What goes with these entries, without what was removed.
///
/// # Errors
/// Those of the database.
pub fn evidence(conn: &mut Conn, entries: &[String]) -> QueryResult<Vec<EvidenceRow>> {
    evidence::table
        .filter(among(evidence::entry_id, entries.to_vec()))
        .filter(evidence::removed_at.is_null())
        .order((evidence::created_at, evidence::id))
        .load(conn)
}

/// A piece of evidence of that owner's.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn one_evidence(conn: &mut Conn, owner: PersonId, id: EvidenceId) -> QueryResult<EvidenceRow> {
    evidence::table
        .inner_join(entry::table)
        .filter(evidence::id.eq(id.to_string()))
        .filter(evidence::removed_at.is_null())
        .filter(entry::owner_id.eq(owner.to_string()))
        .select(evidence::all_columns)
        .first(conn)
}

/// Writes a piece of evidence.
///
/// # Errors
/// Those of the database.
pub fn add_evidence(tx: &mut Tx<'_>, row: &EvidenceRow) -> QueryResult<()> {
    diesel::insert_into(evidence::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// Writes the changes of a piece of evidence.
///
/// # Errors
/// Those of the database.
pub fn change_evidence(tx: &mut Tx<'_>, row: &EvidenceRow) -> QueryResult<()> {
    diesel::update(evidence::table.filter(evidence::id.eq(row.id.to_string())))
        .set((
            evidence::caption.eq(row.caption.clone()),
            evidence::pupils.eq(row.pupils.clone()),
            evidence::removed_at.eq(row.removed_at),
        ))
        .execute(&mut **tx)
        .map(drop)
}

/// Writes an earlier text.
///
/// # Errors
/// Those of the database.
pub fn add_version(tx: &mut Tx<'_>, row: &VersionRow) -> QueryResult<()> {
    diesel::insert_into(entry_version::table).values(row.clone()).execute(&mut **tx).map(drop)
}

/// The earlier texts of an entry, the newest first.
///
/// # Errors
/// Those of the database.
pub fn versions(conn: &mut Conn, entry: EntryId, after: Option<VersionId>, limit: i64) -> QueryResult<Vec<VersionRow>> {
    let mut query = entry_version::table.filter(entry_version::entry_id.eq(entry.to_string())).into_boxed();
    if let Some(after) = after {
        query = query.filter(entry_version::id.lt(after.to_string()));
    }
    query.order(entry_version::id.desc()).limit(limit).load(conn)
}

/// An earlier text of that entry.
///
/// # Errors
/// `NotFound`, and those of the database.
pub fn version(conn: &mut Conn, entry: EntryId, id: VersionId) -> QueryResult<VersionRow> {
    entry_version::table
        .filter(entry_version::entry_id.eq(entry.to_string()))
        .filter(entry_version::id.eq(id.to_string()))
        .first(conn)
}

/// Each standard with the number of the owner's explained links in kept entries.
///
/// # Errors
/// Those of the database.
pub fn stones(conn: &mut Conn, owner: PersonId) -> QueryResult<Vec<(AsText<Standard>, i64)>> {
    standard_link::table
        .inner_join(entry::table)
        .filter(entry::owner_id.eq(owner.to_string()))
        .filter(entry::binned_at.is_null())
        .filter(entry::state.eq("kept"))
        .filter(standard_link::shows.is_not_null())
        .group_by(standard_link::standard)
        .select((standard_link::standard, diesel::dsl::count(standard_link::id)))
        .load(conn)
}

/// The owner's newest kept entry between two days.
///
/// # Errors
/// Those of the database.
pub fn between(conn: &mut Conn, owner: PersonId, from: Date, to: Date) -> QueryResult<Option<EntryRow>> {
    entry::table
        .filter(entry::owner_id.eq(owner.to_string()))
        .filter(entry::binned_at.is_null())
        .filter(entry::state.eq("kept"))
        .filter(entry::happened_on.between(from.to_string(), to.to_string()))
        .order((entry::happened_on.desc(), entry::id.desc()))
        .select(COLUMNS)
        .first(conn)
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_the_last_may_go_on() {
        let found = |text: &str, words: &str| holds(text, &plain_words(words).collect::<Vec<_>>());
        let text = "the volcano's o'neill, half-term: 3,5 über";
        for words in ["volcano", "volc", "the volc", "half term", "term", "neill the", "3 5", "über"] {
            assert!(found(text, words), "{words}");
        }
        for words in ["olcano", "volc the", "erm", "ei", "volcanos", "5 3 4"] {
            assert!(!found(text, words), "{words}");
        }
        assert!(found("aaab aab", "aab"));
    }

    #[test]
    fn no_word_that_is_searched_for_is_an_operator() {
        let words = |words| plain_words(words).collect::<Vec<_>>();
        assert_eq!(words("fo\"o AND NEAR( bar"), ["fo", "o", "AND", "NEAR", "bar"]);
        assert_eq!(words("a & !b | c:*"), ["a", "b", "c"]);
        assert_eq!(words("\"'(&"), [""; 0]);
    }
}
