//! Beginning a print run, seeing how far it is, and fetching its document.

use super::store::{self, PrintRunRow};
use crate::{
    actor::Actor,
    award::certificate::{self, Facts},
    celebration,
    db::AsText,
    http::{Answer, Once, Versioned},
    problem::{ApiError, ApiResult},
    round,
    state::State,
};
use cairn_print::certificates;
use cairn_shared::{
    ids::PrintRunId,
    print_run::{BeginPrintRun, PrintRun, PrintStage},
    time::Timestamp,
};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{spawn, time::timeout};

/// How often its maker tells how far it is.
const TELLING: Duration = Duration::from_millis(400);
/// Whoever says nothing for so many seconds has stopped.
const SILENCE: i64 = 60;
/// For how many days a run is kept: it can be made again at any time.
const KEPT_DAYS: i64 = 1;

/// Begins a print run. Its pages are set beside the requests.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, and if there is no such round or celebration; [`ApiError::NotNow`] if there is nothing
/// to print.
pub async fn begin(
    state: &Arc<State>,
    actor: &Actor,
    asked: BeginPrintRun,
    once: Once,
) -> ApiResult<Answer<Versioned<PrintRun>>> {
    actor.coordinates()?;
    let id: PrintRunId = state.fresh();
    let (now, by, config) = (actor.now, actor.person, state.config.clone());
    let read = state.db.read(move |conn| match (asked.round_id, asked.celebration_id) {
        (Some(round), None) => {
            round::actions::find(conn, round)?;
            certificate::of_round(conn, round, &config)
        }
        (None, Some(celebration)) => celebration::actions::certificates(conn, celebration, &config),
        _ => Err(ApiError::field("/round_id", "one_of_two", "Name a round or a celebration: one of the two.")),
    });
    let (facts, left_out): (Vec<Facts>, Vec<Facts>) =
        read.await?.into_iter().partition(|facts| facts.lacking(&state.config.letters).is_empty());
    let names: Vec<&str> = left_out.iter().map(Facts::holder).collect();
    let nothing = match (facts.is_empty(), left_out.is_empty()) {
        (false, _) => None,
        (true, true) => Some("There are no awards in force here yet, so there is nothing to print.".to_owned()),
        (true, false) => Some(format!(
            "None of these certificates can be printed, because there is no typeface here for the letters of {}. Those who look after Cairn can \
             add one.",
            names.join(", ")
        )),
    };
    let row = PrintRunRow {
        id: AsText::new(id),
        round_id: asked.round_id.map(AsText::new),
        celebration_id: asked.celebration_id.map(AsText::new),
        made_by: AsText::new(by),
        begun_at: now.into(),
        moved_at: now.into(),
        made: 0,
        total: facts.len() as i64,
        left_out: names.join("\n"),
    };
    // Said in here, so that a request that is repeated gets the answer of before, whatever was awarded or ended since.
    let written = state.write_once(by, once, move |tx| {
        if let Some(why) = &nothing {
            return Err(ApiError::not_now(why.clone()));
        }
        store::add(tx, &row)?;
        Ok(Versioned::new(view(row.clone(), false, now), 0))
    });
    let answer = written.await?;
    if !answer.repeated {
        // It goes on when this request is answered, and when its asker has gone.
        drop(spawn(make(Arc::clone(state), id, facts)));
    }
    Ok(answer)
}

/// Sets the pages, and tells every now and then how far it is.
async fn make(state: Arc<State>, id: PrintRunId, facts: Vec<Facts>) {
    let letters = state.config.letters.clone();
    let made = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&made);
    let setting = certificate::set(&state, move || {
        let pages: Vec<_> = facts.iter().map(Facts::certificate).collect();
        certificates(&letters, &pages, |so_far| counting.store(so_far, Ordering::Relaxed))
    });
    let mut setting = pin!(setting);
    let document = loop {
        match timeout(TELLING, &mut setting).await {
            Ok(done) => break done,
            Err(_) => {
                let (so_far, now) = (made.load(Ordering::Relaxed) as i64, state.now());
                let told = state.db.write(move |tx| Ok::<_, ApiError>(store::moved(tx, id, so_far, None, now)?)).await;
                if let Err(error) = told {
                    tracing::warn!(cause = error.cause(), "could not tell how far a print run is");
                }
            }
        }
    };
    let pages = made.load(Ordering::Relaxed) as i64;
    let (document, told_at) = match document {
        Ok(document) => (Some(document), state.now()),
        Err(error) => {
            tracing::error!(cause = error.cause(), "a print run could not be made");
            // Who waits for it need not wait for its silence.
            (None, Timestamp::from_micros(0))
        }
    };
    let kept =
        state.db.write(move |tx| Ok::<_, ApiError>(store::moved(tx, id, pages, document.as_deref(), told_at)?)).await;
    if let Err(error) = kept {
        tracing::error!(cause = error.cause(), "a print run could not be kept");
    }
}

fn view(row: PrintRunRow, is_ready: bool, now: Timestamp) -> PrintRun {
    let moved: Timestamp = row.moved_at.into();
    PrintRun {
        id: *row.id,
        stage: match is_ready {
            true => PrintStage::Ready,
            false if moved.plus_seconds(SILENCE) < now => PrintStage::Stopped,
            false => PrintStage::Making,
        },
        made: row.made,
        total: row.total,
        left_out: row.left_out.lines().map(str::to_owned).collect(),
        begun_at: row.begun_at.into(),
    }
}

/// How far a print run is.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, and if there is no such run (any more).
pub async fn read(state: &State, actor: &Actor, id: PrintRunId) -> ApiResult<PrintRun> {
    actor.coordinates()?;
    let now = actor.now;
    let found = state.db.read(move |conn| Ok::<_, ApiError>(store::find(conn, id)?));
    let (row, is_ready) = found.await?;
    Ok(view(row, is_ready, now))
}

/// Its document.
///
/// # Errors
/// [`ApiError::NotFound`] for who is no coordinator, and if there is no such run (any more); [`ApiError::NotNow`] while it is being made.
pub async fn document(state: &State, actor: &Actor, id: PrintRunId) -> ApiResult<Vec<u8>> {
    actor.coordinates()?;
    let found = state.db.read(move |conn| Ok::<_, ApiError>(store::document(conn, id)?));
    found
        .await?
        .ok_or_else(|| ApiError::not_now("Its pages are still being set. Ask how far it is, and then once more."))
}

/// Deletes runs that nobody fetches any more. How many.
///
/// # Errors
/// Those of the database.
pub async fn forget(state: &State) -> ApiResult<usize> {
    let before = state.now().plus_days(-KEPT_DAYS);
    state.db.write(move |tx| Ok::<_, ApiError>(store::forget(tx, before)?)).await
}
