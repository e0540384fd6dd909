//! The demonstration's own pages: `/demo` (sign in as anybody, move the clock on) and `/demo/mail` (the letters that
//! Cairn would have sent).

use super::make::{self, SignIn};
use crate::{
    actor::Actor,
    http::Paging,
    mail,
    problem::{ApiError, ApiResult},
    round,
    state::State,
    web::{escape, page, sentence},
};
use actix_web::{
    HttpResponse, get,
    http::header,
    post,
    web::{Data, Form, ServiceConfig},
};
use cairn_shared::{
    round::{RoundPhase, RoundSummary},
    time::{Date, Timestamp},
};
use serde::Deserialize;

/// The pages of the demonstration.
pub fn pages(config: &mut ServiceConfig) {
    config.service(demonstration).service(turn_clock).service(letters);
}

/// Who can be signed in as, and what time it is.
#[get("/demo")]
async fn demonstration(state: Data<State>) -> ApiResult<HttpResponse> {
    let now = state.now();
    let rounds = round::actions::list(&state, &anybody(now), Paging { limit: Some(100), after: None }).await?.items;
    let (hour, minute) = now.london_clock();
    let mut body = format!(
        "<div class=\"flow l\"><div class=\"flow t\"><h1>The demonstration</h1><p class=\"mut\">Everything here is fictional. \
         It is {}, {hour:02}.{minute:02}.</p></div><div class=\"split\"><section class=\"flow t\"><h2 class=\"q1\">Sign in as</h2><ul class=\"tl\">",
        now.london_date().in_words()
    );
    for SignIn { role, name, url } in make::printed() {
        body.push_str(&format!(
            "<li><span><a href=\"{}\">{}</a><br><span class=\"sm mut\">{}</span></span></li>",
            escape(url),
            escape(name),
            escape(&sentence(role))
        ));
    }
    body.push_str("</ul></section><section class=\"flow t\"><h2 class=\"q1\">Move the clock on</h2><p class=\"mut\">A round takes months. Here it need not: go on to its next day. The clock only goes forward.</p><ul class=\"tl\">");
    for (label, day) in next_days(&rounds, now.london_date()) {
        body.push_str(&format!(
            "<li><span>{}<br><span class=\"sm mut\">{}</span></span><form method=\"post\" action=\"/demo/clock\">\
             <button class=\"btn q s\" name=\"day\" value=\"{day}\">Go there<span class=\"vh\">: {}</span></button></form></li>",
            escape(&label),
            day.in_words(),
            escape(&label)
        ));
    }
    body.push_str("</ul><p><a href=\"/demo/mail\">Letters that Cairn wrote</a></p></section></div></div>");
    Ok(page(&state.config.partnership, "The demonstration", &body))
}

/// Someone who is nobody in particular: rounds are there for all to see.
fn anybody(now: Timestamp) -> Actor {
    let nobody = uuid::Uuid::nil();
    Actor { person: nobody.into(), session: nobody.into(), roles: Vec::new(), now }
}

/// The days that lie ahead in the rounds that are under way, the nearest first.
fn next_days(rounds: &[RoundSummary], today: Date) -> Vec<(String, Date)> {
    let mut days: Vec<(String, Date)> = rounds
        .iter()
        .filter(|round| round.phase != RoundPhase::Released)
        .flat_map(|round| {
            [
                (format!("{} closes, and its reading begins", round.name), round.dates.review_opens),
                (format!("The panel of {} meets", round.name), round.dates.meeting),
                (format!("Mentors of {} hear", round.name), round.dates.tell_by),
            ]
        })
        .filter(|(_, day)| *day > today)
        .collect();
    days.sort_by_key(|(_, day)| *day);
    days.truncate(6);
    days
}

#[derive(Deserialize)]
struct TurnClock {
    day: String,
}

/// Moves the demonstration's clock on to the morning of a day.
#[post("/demo/clock")]
async fn turn_clock(state: Data<State>, form: Form<TurnClock>) -> ApiResult<HttpResponse> {
    let day: Date =
        form.day.parse().map_err(|_| ApiError::field("/day", "not_a_day", "Choose one of the days on the page."))?;
    let morning = day.starts().plus_seconds(9 * 3600);
    if morning > state.now() {
        state.clock.turn_to(morning);
    }
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/demo")).finish())
}

/// The newest letters.
#[get("/demo/mail")]
async fn letters(state: Data<State>) -> ApiResult<HttpResponse> {
    let rows = state.db.read(|conn| -> ApiResult<_> { Ok(mail::newest(conn, 100)?) }).await?;
    let mut body = String::from(
        "<div class=\"read flow\"><h1>Letters</h1><p class=\"mut\">The demonstration sends no letters. These are what people would have found in their post, the newest first. <a href=\"/demo\">Back to the demonstration</a></p>",
    );
    if rows.is_empty() {
        body.push_str("<p>No letter has been written yet. Ask for a sign-in link, and look here again.</p>");
    }
    for row in rows {
        let written: Timestamp = row.written_at.into();
        let (hour, minute) = written.london_clock();
        body.push_str(&format!(
            "<article class=\"card flow t\"><h2 class=\"q2\">{}</h2><p class=\"sm mut\">To {} · {}, {hour:02}.{minute:02}</p>{}</article>",
            escape(&row.subject),
            escape(&row.to_address),
            written.london_date().in_words(),
            paragraphs(&row.body, &state.config.public_url)
        ));
    }
    body.push_str("</div>");
    Ok(page(&state.config.partnership, "Letters", &body))
}

/// A letter's text as paragraphs; a word that is an address of this server becomes a link.
fn paragraphs(text: &str, public_url: &str) -> String {
    text.split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| {
            let words = paragraph.split(' ').map(|word| {
                let safe = escape(word);
                if word.starts_with(public_url) && !word.contains(char::is_whitespace) {
                    format!("<a href=\"{safe}\">{safe}</a>")
                } else {
                    safe
                }
            });
            format!("<p>{}</p>", words.collect::<Vec<_>>().join(" ").replace('\n', "<br>"))
        })
        .collect()
}
