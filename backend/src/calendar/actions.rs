//! Giving somebody an address for their calendar, taking it back, and answering at it.

use super::{
    ics::{Event, Method, Status, When, calendar},
    store::{self, RoundDays},
};
use crate::{
    actor::{Actor, Viewer},
    celebration,
    db::Conn,
    ids, person,
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_shared::{
    celebration::{CalendarFeed, CalendarFeedState},
    ids::PersonId,
    person::AccountState,
};

/// How often a caller may ask for calendars within a quarter of an hour: enough for a school behind one address.
const ASKED_AT_MOST: u32 = 600;
/// For how many days what is over stands in calendars.
const DAYS_BACK: i32 = 60;

/// Whether one's calendar has an address to ask at.
///
/// # Errors
/// Those of the database.
pub async fn read(state: &State, actor: &Actor) -> ApiResult<CalendarFeedState> {
    let who = actor.person;
    let since = state.db.read(move |conn| Ok::<_, ApiError>(store::since(conn, who)?)).await?;
    Ok(CalendarFeedState { since })
}

/// Makes an address for one's calendar. The one of before leads nowhere from now on.
///
/// # Errors
/// Those of the database.
pub async fn make(state: &State, actor: &Actor) -> ApiResult<CalendarFeed> {
    let (who, now, token) = (actor.person, actor.now, ids::secret());
    let hashed = ids::secret_hash(&token);
    state.db.write(move |tx| Ok::<_, ApiError>(store::set(tx, who, &hashed, now)?)).await?;
    Ok(CalendarFeed { url: format!("{}/calendar/{token}.ics", state.config.public_url) })
}

/// Ends it.
///
/// # Errors
/// Those of the database.
pub async fn end(state: &State, actor: &Actor) -> ApiResult<()> {
    let who = actor.person;
    state.db.write(move |tx| Ok::<_, ApiError>(store::end(tx, who).map(drop)?)).await
}

/// What is on for whoever has the address, as a calendar.
///
/// # Errors
/// [`ApiError::NotFound`] if nobody has it (any more), [`ApiError::SlowDown`] after too many questions.
pub async fn answer(state: &State, token: &str, address: &str) -> ApiResult<String> {
    let now = state.now();
    state.throttle.count(format!("calendar from {address}"), ASKED_AT_MOST, now)?;
    let (hashed, public_url, today) = (ids::secret_hash(token), state.config.public_url.clone(), now.london_date());
    let partnership = state.config.partnership.clone();
    state
        .db
        .read(move |conn| {
            let who = store::owner(conn, &hashed)?.ok_or(ApiError::NotFound)?;
            if *person::store::person(conn, who)?.state == AccountState::Left {
                return Err(ApiError::NotFound);
            }
            let mut events = celebration::actions::events(conn, Viewer { person: who, today }, &public_url, DAYS_BACK)?;
            events.extend(days_of_rounds(conn, Viewer { person: who, today }, &public_url)?);
            Ok(calendar(Method::Publish, Some(&partnership), &events))
        })
        .await
}

/// The days of rounds that somebody has to know of: the last for their portfolio, and what the panel does.
fn days_of_rounds(conn: &mut Conn, viewer: Viewer, public_url: &str) -> ApiResult<Vec<Event>> {
    let who: PersonId = viewer.person;
    let writes = person::actions::keeps_a_story(conn, who)?;
    let mut events = Vec::new();
    for (round, of_panel) in store::rounds_from(conn, viewer.today.plus_days(-DAYS_BACK), who)? {
        if writes {
            let summary = format!("{}: portfolios until midnight", round.name);
            events.push(day(&round, "submit-by", *round.submit_by, summary, format!("{public_url}/portfolio")));
        }
        if of_panel {
            let summary = format!("{}: reviews until midnight", round.name);
            events.push(day(&round, "review-by", *round.review_by, summary, format!("{public_url}/reviews")));
            let summary = format!("{}: the panel meets", round.name);
            events.push(day(&round, "meeting", *round.meeting, summary, format!("{public_url}/meeting")));
        }
    }
    Ok(events)
}

fn day(round: &RoundDays, what: &str, on: cairn_shared::time::Date, summary: String, url: String) -> Event {
    Event {
        uid: format!("{}-{what}", *round.id),
        // A feed is read as a whole each time, so what it says last counts.
        sequence: 0,
        stamp: round.created_at.into(),
        when: When::On(on),
        summary,
        place: None,
        details: String::new(),
        url,
        organiser: None,
        status: Status::Confirmed,
    }
}
