//! Making a preview, putting its rows right, and carrying them out.

use super::{
    apply::Applying,
    store::{self, ImportRow, LineRow, Which},
};
use crate::{
    actor::Actor,
    audit::{self, Action, Stamp},
    award::certificate,
    db::{AsJson, AsText, Conn, Tx},
    http::{Answer, IfMatch, Once, Paging, Versioned, page_of},
    person::actions::Invitation,
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_print::Letters;
use cairn_shared::{
    ids::{ImportId, PersonId},
    import::{
        self as domain, Cell, Cells, Column, ImportRow as RowView, ImportStage, ImportSummary, KEPT_DAYS, PutRowRight,
        RowState, RunImport,
        plan::{Plan, Planner, school_key},
        sheet::{Sheet, SheetProblem, csv_line},
    },
    list::Page,
    text::{Email, Line},
    time::{Date, Timestamp},
};
use std::collections::HashMap;

/// How many rows are carried out in one go, unless another number is asked for.
const ROWS_AT_ONCE: u16 = 200;
/// The most rows that are carried out in one go.
const MOST_AT_ONCE: u16 = 500;
/// Beyond any number of rows.
const EVERY: i64 = i64::MAX;

fn unusable(problem: &SheetProblem) -> ApiError {
    match problem {
        SheetProblem::Workbook => ApiError::MediaType(
            "This is the workbook itself. In your spreadsheet choose “Save as” and then “CSV UTF-8”, and send that file.",
        ),
        SheetProblem::NotText => ApiError::MediaType(
            "This is not a CSV file. In your spreadsheet choose “Save as” and then “CSV UTF-8”, and send that file.",
        ),
        problem => ApiError::field("", problem.code(), problem.to_string()),
    }
}

/// Reads a file and keeps what each of its rows will do. Nothing else happens.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators; and what keeps the whole file from being used.
pub async fn make(
    state: &State,
    actor: &Actor,
    name: Line<200>,
    bytes: &[u8],
    once: Once,
) -> ApiResult<Answer<Versioned<ImportSummary>>> {
    actor.coordinates()?;
    let typefaces = state.config.letters.clone();
    state.throttle.count(format!("imports of {}", actor.person), 60, actor.now)?;
    let sheet = Sheet::read(bytes).map_err(|problem| unusable(&problem))?;
    let (id, now, stamp) = (state.fresh::<ImportId>(), actor.now, state.stamp(actor.person));
    let row = ImportRow {
        id: AsText::new(id),
        name: AsText::new(name),
        made_by: AsText::new(actor.person),
        made_at: now.into(),
        day: AsText::new(actor.viewer().today),
        encoding: AsText::new(sheet.encoding),
        uses: AsJson::new(sheet.columns),
        unused: AsJson::new(sheet.unused.into_iter().map(|name| Cell::new(name).unwrap_or_default()).collect()),
        invite: None,
        version: 1,
    };
    let mut lines: Vec<LineRow> =
        sheet.rows.into_iter().map(|(number, cells)| line(id, i64::from(number), cells)).collect();
    state
        .write_once(actor.person, once, move |tx| {
            store::forget_before(tx, now.plus_days(-KEPT_DAYS))?;
            store::add(tx, &row)?;
            plan_all(tx, &typefaces, *row.day, &mut lines)?;
            for line in &lines {
                store::add_line(tx, line)?;
            }
            audit::record(tx, &stamp, Action::ImportMade, "import", id, None)?;
            summary(tx, id)
        })
        .await
}

/// A row about which nothing is known yet.
fn line(import: ImportId, number: i64, cells: Cells) -> LineRow {
    LineRow {
        import_id: AsText::new(import),
        number,
        school_key: school_key(cells.get(Column::School)),
        cells: AsJson::new(cells),
        new_school: false,
        state: AsText::new(RowState::Needs),
        deeds: AsJson::new(Vec::new()),
        differences: AsJson::new(Vec::new()),
        problems: AsJson::new(Vec::new()),
        adds_school: None,
        person_id: None,
        done_at: None,
    }
}

/// What is known of schools, and of the people in those rows.
struct World {
    typefaces: Letters,
    planner: Planner,
    people: HashMap<Email, domain::plan::KnownPerson>,
}

impl World {
    fn load(conn: &mut Conn, typefaces: &Letters, day: Date, lines: &[LineRow]) -> ApiResult<Self> {
        let emails: Vec<Email> = lines.iter().filter_map(|line| line.cells.address()).collect();
        let planner = Planner::new(day, store::known_schools(conn)?);
        Ok(Self { typefaces: typefaces.clone(), planner, people: store::known_people(conn, &emails)? })
    }

    fn plan(&mut self, line: &LineRow) -> Plan {
        let unprintable = |name: &str| certificate::unprintable_name(&self.typefaces, name);
        self.planner.plan(line.number, &line.cells, line.new_school, &self.people, &unprintable)
    }
}

/// Plans all rows that are not done, in their order. Says which of them changed.
fn plan_all(conn: &mut Conn, typefaces: &Letters, day: Date, lines: &mut [LineRow]) -> ApiResult<Vec<usize>> {
    let mut world = World::load(conn, typefaces, day, lines)?;
    let mut changed = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        if line.done_at.is_some() {
            if let Some(email) = line.cells.address() {
                world.planner.took(line.number, email);
            }
            continue;
        }
        let plan = world.plan(line);
        if take(line, &plan) {
            changed.push(at);
        }
    }
    Ok(changed)
}

/// Takes a plan into its row. Says whether that changes anything.
fn take(line: &mut LineRow, plan: &Plan) -> bool {
    let before = line.clone();
    line.state = AsText::new(plan.state());
    line.deeds = AsJson::new(plan.deeds.clone());
    line.differences = AsJson::new(plan.differences.clone());
    line.problems = AsJson::new(plan.problems.clone());
    line.adds_school.clone_from(&plan.adds_school);
    line.person_id = plan.person.map(AsText::new);
    let said = |line: &LineRow| (line.state.clone(), line.deeds.clone(), line.differences.clone());
    said(&before) != said(line)
        || before.problems != line.problems
        || before.adds_school != line.adds_school
        || before.person_id != line.person_id
}

fn summary(conn: &mut Conn, id: ImportId) -> ApiResult<Versioned<ImportSummary>> {
    let row = store::import(conn, id)?;
    let version = row.version;
    let summary = summaries(conn, vec![row])?.pop().ok_or(ApiError::NotFound)?;
    Ok(Versioned::new(summary, version))
}

fn summaries(conn: &mut Conn, rows: Vec<ImportRow>) -> ApiResult<Vec<ImportSummary>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let makers: Vec<String> = rows.iter().map(|row| row.made_by.to_string()).collect();
    let (counts, names) = (store::counts(conn, &ids)?, store::names(conn, &makers)?);
    rows.into_iter()
        .map(|row| {
            let counts = counts.get(&row.id).copied().unwrap_or_default();
            let stage = match row.invite {
                None => ImportStage::Preview,
                Some(_) if counts.waiting() > 0 => ImportStage::Running,
                Some(_) => ImportStage::Done,
            };
            Ok(ImportSummary {
                id: *row.id,
                name: row.name.into_inner(),
                made_at: row.made_at.into(),
                made_by: names.get(&row.made_by).cloned().ok_or(ApiError::NotFound)?,
                day: *row.day,
                encoding: *row.encoding,
                columns: row.uses.into_inner(),
                unused: row.unused.into_inner(),
                stage,
                invite: row.invite,
                counts,
            })
        })
        .collect()
}

/// Where an import stands in the list.
type ListKey = (Timestamp, ImportId);

/// Imports of the last days, the newest first.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn list(state: &State, actor: &Actor, paging: Paging) -> ApiResult<Page<ImportSummary>> {
    actor.coordinates()?;
    let (limit, after) = (paging.limit()?, paging.cursor::<ListKey>()?);
    state
        .db
        .read(move |conn| {
            let rows = store::imports(conn, after, limit)?;
            let (rows, next) = page_of(rows, limit, |row| (Timestamp::from(row.made_at), *row.id));
            Ok(Page { items: summaries(conn, rows)?, next })
        })
        .await
}

/// One import.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn read(state: &State, actor: &Actor, id: ImportId) -> ApiResult<Versioned<ImportSummary>> {
    actor.coordinates()?;
    state.db.read(move |conn| summary(conn, id)).await
}

/// The rows of an import, or those of one kind, in their order.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn rows(
    state: &State,
    actor: &Actor,
    id: ImportId,
    kind: Option<RowState>,
    paging: Paging,
) -> ApiResult<Page<RowView>> {
    actor.coordinates()?;
    let (limit, after) = (paging.limit()?, paging.cursor::<i64>()?);
    state
        .db
        .read(move |conn| {
            store::import(conn, id)?;
            let which = kind.map_or(Which::All, Which::In);
            let rows = store::lines(conn, id, which, after.unwrap_or(0), limit + 1)?;
            let (rows, next) = page_of(rows, limit, |row| row.number);
            Ok(Page { items: rows.into_iter().map(view).collect(), next })
        })
        .await
}

fn view(line: LineRow) -> RowView {
    RowView {
        row: line.number,
        cells: line.cells.into_inner(),
        state: *line.state,
        done: line.done_at.is_some(),
        deeds: line.deeds.into_inner(),
        differences: line.differences.into_inner(),
        problems: line.problems.into_inner(),
        person_id: line.person_id.map(AsText::into_inner),
    }
}

/// The rows of an import, or those of one kind, as a CSV file whose last column says what to put right.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn file(state: &State, actor: &Actor, id: ImportId, kind: Option<RowState>) -> ApiResult<String> {
    actor.coordinates()?;
    state
        .db
        .read(move |conn| {
            let import = store::import(conn, id)?;
            let lines = store::lines(conn, id, kind.map_or(Which::All, Which::In), 0, EVERY)?;
            let titles = import.uses.iter().map(|column| column.title()).chain(["What to put right"]);
            // The mark at the beginning tells a spreadsheet that this is UTF-8.
            let mut csv = format!("\u{feff}{}", csv_line(titles));
            for line in lines {
                let advice: Vec<&str> = line.problems.iter().map(|problem| problem.detail.as_str()).collect();
                let advice = advice.join(" ");
                let cells = import.uses.iter().map(|column| line.cells.get(*column));
                csv.push_str(&csv_line(cells.chain([advice.as_str()])));
            }
            Ok(csv)
        })
        .await
}

/// Puts a row right, and looks at all of them again, because one may decide over others. What is said of a school
/// holds for every row that names it so.
///
/// # Errors
/// If it is done already, or the import was changed in the meantime.
pub async fn put_right(
    state: &State,
    actor: &Actor,
    id: ImportId,
    number: i64,
    if_match: IfMatch,
    change: PutRowRight,
) -> ApiResult<Versioned<RowView>> {
    actor.coordinates()?;
    let typefaces = state.config.letters.clone();
    state
        .db
        .write(move |tx| {
            let mut import = store::import(tx, id)?;
            let mut lines = store::lines(tx, id, Which::All, 0, EVERY)?;
            let at = lines.iter().position(|line| line.number == number).ok_or(ApiError::NotFound)?;
            if_match.check(import.version)?;
            if lines[at].done_at.is_some() {
                return Err(ApiError::not_now(
                    "This row is done. What should be otherwise can be changed on the person’s own page.",
                ));
            }
            let mut touched = write_change(&mut lines, at, &change);
            touched.extend(plan_all(tx, &typefaces, *import.day, &mut lines)?);
            touched.sort_unstable();
            touched.dedup();
            for at in touched {
                store::change_line(tx, &lines[at])?;
            }
            import.version += 1;
            store::change(tx, &import)?;
            Ok(Versioned::new(view(lines.swap_remove(at)), import.version))
        })
        .await
}

/// Writes a change into its row, and what it says of a school into all that name the same. Says which they are.
fn write_change(lines: &mut [LineRow], at: usize, change: &PutRowRight) -> Vec<usize> {
    let (school, about_school) = (lines[at].school_key.clone(), change.about_school());
    let same = |line: &LineRow| line.done_at.is_none() && !school.is_empty() && line.school_key == school;
    let mut touched = Vec::new();
    for (other, line) in lines.iter_mut().enumerate() {
        let change = match &about_school {
            _ if other == at => change.clone(),
            Some(about_school) if same(line) => about_school.clone(),
            _ => continue,
        };
        line.new_school = change.new_school.unwrap_or(line.new_school);
        let mut cells = (*line.cells).clone();
        change.apply(&mut cells);
        line.school_key = school_key(cells.get(Column::School));
        line.cells = AsJson::new(cells);
        touched.push(other);
    }
    touched
}

/// Looks at all rows again that are not done: somebody may have changed people or schools.
///
/// # Errors
/// [`ApiError::NotFound`] for everyone but coordinators.
pub async fn look_again(state: &State, actor: &Actor, id: ImportId) -> ApiResult<Versioned<ImportSummary>> {
    actor.coordinates()?;
    let typefaces = state.config.letters.clone();
    state
        .db
        .write(move |tx| {
            let mut import = store::import(tx, id)?;
            let mut lines = store::lines(tx, id, Which::All, 0, EVERY)?;
            let changed = plan_all(tx, &typefaces, *import.day, &mut lines)?;
            if !changed.is_empty() {
                for at in changed {
                    store::change_line(tx, &lines[at])?;
                }
                import.version += 1;
                store::change(tx, &import)?;
            }
            summary(tx, id)
        })
        .await
}

/// Carries out the next rows that wait, in one transaction. Each is planned once more inside of it: what would do
/// anything that the preview did not show is held back. Asked again when all is done, it does nothing.
///
/// # Errors
/// If it was begun with another choice of letters.
pub async fn run(
    state: &State,
    actor: &Actor,
    id: ImportId,
    run: RunImport,
    once: Once,
) -> ApiResult<Answer<Versioned<ImportSummary>>> {
    actor.coordinates()?;
    let rows = match run.rows.unwrap_or(ROWS_AT_ONCE) {
        rows @ 1..=MOST_AT_ONCE => rows,
        _ => return Err(ApiError::field("/rows", "out_of_range", "Ask for 1 to 500 rows at a time.")),
    };
    let stamp = state.stamp(actor.person);
    let typefaces = state.config.letters.clone();
    let letters = if run.invite { rows } else { 0 };
    let invitations: Vec<Invitation> = (0..letters).map(|_| Invitation::new(state)).collect();
    state
        .write_once(actor.person, once, move |tx| {
            let mut import = store::import(tx, id)?;
            begin(tx, &stamp, &mut import, run.invite)?;
            let mut lines = store::lines(tx, id, Which::Waiting, 0, i64::from(rows))?;
            let mut world = World::load(tx, &typefaces, *import.day, &lines)?;
            for (at, line) in lines.iter_mut().enumerate() {
                carry_out(tx, &stamp, &mut world, line, invitations.get(at))?;
                store::change_line(tx, line)?;
            }
            if !lines.is_empty() {
                import.version += 1;
                store::change(tx, &import)?;
            }
            summary(tx, id)
        })
        .await
}

/// Notes with which choice it was begun. Another choice later would make it two different imports.
fn begin(tx: &mut Tx<'_>, stamp: &Stamp, import: &mut ImportRow, invite: bool) -> ApiResult<()> {
    match import.invite {
        Some(begun) if begun == invite => Ok(()),
        Some(true) => Err(ApiError::field("/invite", "begun_otherwise", "It was begun with letters. Go on with them.")),
        Some(false) => Err(ApiError::field(
            "/invite",
            "begun_otherwise",
            "It was begun without letters. Go on without them, and write to everyone from the page of people.",
        )),
        None => {
            import.invite = Some(invite);
            store::change(tx, import)?;
            Ok(audit::record(tx, stamp, Action::ImportBegun, "import", *import.id, None)?)
        }
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    world: &mut World,
    line: &mut LineRow,
    invitation: Option<&Invitation>,
) -> ApiResult<()> {
    let plan = world.plan(line);
    if !plan.keeps_to(&line.deeds) {
        take(line, &plan.held_back());
        return Ok(());
    }
    let shown = (line.state.clone(), line.adds_school.clone());
    let person: Option<PersonId> =
        Applying { line, plan: &plan, stamp, invitation }.carry_out(tx, &mut world.planner)?;
    take(line, &plan);
    // What the row was for stays said of it, also where somebody else, or a row before, did it first.
    (line.state, line.adds_school) = shown;
    line.person_id = person.map(AsText::new);
    line.done_at = Some(stamp.now.into());
    Ok(())
}
