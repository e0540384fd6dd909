//! The public page on which anybody checks a badge: a file, or what is in it. It is made here, and works without JavaScript.

use super::actions;
use crate::{
    http::client,
    problem::{ApiError, ApiResult},
    state::State,
    web::{
        escape,
        icons::{ALERT, INFO, SEARCH, SHIELD, icon},
        page,
    },
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post,
    web::{Data, ServiceConfig},
};
use cairn_shared::credential::{BadgeCheck, BadgeVerdict, CheckedBadge};
use futures_util::StreamExt;

/// The largest form that is looked at, in bytes: some ten times our own pictures.
const MOST_BYTES: usize = 1024 * 1024;
/// What a part of a form counts for beside what is in it, so that a form of empty parts ends as well.
const PART_BYTES: usize = 1024;

/// The pages of this slice, outside of the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(ask).service(check);
}

/// Why a form could not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unreadable {
    /// There is neither a file nor a text in it.
    Empty,
    /// There is too much in it.
    TooLarge,
    /// It did not arrive as a form.
    Broken,
}

/// The form.
#[get("/verify/badge")]
async fn ask(state: Data<State>) -> HttpResponse {
    answer(&state, StatusCode::OK, "Check a badge", "")
}

/// The form's answer.
#[post("/verify/badge")]
async fn check(state: Data<State>, request: HttpRequest, form: Multipart) -> ApiResult<HttpResponse> {
    let shown = match read(form).await {
        Ok(shown) => shown,
        Err(why) => return Ok(unreadable(&state, why)),
    };
    match actions::check(&state, &shown, client::address(&request)).await {
        Ok(found) => Ok(answer(&state, StatusCode::OK, "Check a badge", &verdict(&found))),
        Err(ApiError::SlowDown { retry_after }) => {
            let words = note(
                "more",
                ALERT,
                "That was a few too many tries.",
                &format!("Please wait {retry_after} seconds, then try again."),
            );
            let mut response = answer(&state, StatusCode::TOO_MANY_REQUESTS, "Problem: check a badge", &words);
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
            Ok(response)
        }
        Err(other) => Err(other),
    }
}

/// What is in the form: the file, or the text where there is no file.
async fn read(mut form: Multipart) -> Result<Vec<u8>, Unreadable> {
    let (mut file, mut text, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| Unreadable::Broken)?;
        bytes += PART_BYTES;
        let is_file = field.name() == Some("file");
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|_| Unreadable::Broken)?;
            bytes += chunk.len();
            if bytes > MOST_BYTES + 4 * PART_BYTES {
                return Err(Unreadable::TooLarge);
            }
            if is_file { &mut file } else { &mut text }.extend_from_slice(&chunk);
        }
    }
    let shown = if file.is_empty() { text } else { file };
    if shown.trim_ascii().is_empty() { Err(Unreadable::Empty) } else { Ok(shown) }
}

fn unreadable(state: &State, why: Unreadable) -> HttpResponse {
    let (status, title, detail) = match why {
        Unreadable::Empty => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "There is no badge yet.",
            "Choose the badge’s file, or paste what is in it.",
        ),
        Unreadable::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "That file is larger than any badge.",
            "A badge has at most 1 MB. Choose the picture or the file that its holder gave you.",
        ),
        Unreadable::Broken => {
            (StatusCode::BAD_REQUEST, "The form did not arrive.", "Please choose the file once more.")
        }
    };
    answer(state, status, "Problem: check a badge", &note("more", ALERT, title, detail))
}

fn note(class: &str, paths: &str, title: &str, detail: &str) -> String {
    format!(
        "<div class=\"note {class}\" role=\"alert\">{}<div class=\"grow\"><p><strong>{title}</strong></p><p>{detail}</p></div></div>",
        icon(paths)
    )
}

/// What a badge turned out to be, in words.
fn verdict(found: &BadgeCheck) -> String {
    let words = match found.verdict {
        BadgeVerdict::InForce => note(
            "good",
            SHIELD,
            "This badge is genuine and in force.",
            "The partnership signed what it says, and the award holds.",
        ),
        BadgeVerdict::Replaced => note(
            "",
            INFO,
            "This badge is genuine, and there is a newer one.",
            "The award was issued anew, to another name or e-mail address. Ask its holder for the current badge.",
        ),
        BadgeVerdict::Revoked => note(
            "bad",
            ALERT,
            "This award is no longer in force.",
            "The partnership signed this badge, and has ended the award since. Please ask the partnership if you would \
             like to know more.",
        ),
        BadgeVerdict::NotRegistered => note(
            "bad",
            ALERT,
            "This badge is not in our register.",
            "Please don’t rely on it, and tell the partnership about it.",
        ),
        BadgeVerdict::NotOurs => note(
            "more",
            INFO,
            "Somebody else issued this badge.",
            "It names another issuer, whose own page can tell whether it is genuine.",
        ),
        BadgeVerdict::Altered => note(
            "bad",
            ALERT,
            "This is not what the partnership signed.",
            "Something in it is different, if only a letter. Ask its holder for the file as they have it, or check the code \
             on the certificate.",
        ),
        BadgeVerdict::NotABadge => note(
            "more",
            INFO,
            "There is no badge in this.",
            "A badge is a picture with a credential inside, or the credential’s own file. Pictures lose it when they are \
             copied or made smaller: ask for the file as it was downloaded.",
        ),
    };
    let facts = found.badge.as_ref().map(facts).unwrap_or_default();
    let (hour, minute) = found.checked_at.london_clock();
    format!(
        "<div class=\"flow t\">{words}{facts}<p class=\"sm mut\">Checked on {}, {hour}.{minute:02}.</p></div>",
        found.checked_at.london_date().in_words()
    )
}

fn facts(badge: &CheckedBadge) -> String {
    format!(
        "<section class=\"card flow t\"><h2>{}</h2><p class=\"big-lead\">{}</p><dl class=\"kv\"><dt>Awarded</dt><dd>{}</dd>\
         <dt>Awarded by</dt><dd>{}</dd><dt>Number</dt><dd class=\"num\">{}</dd><dt>Badge signed</dt><dd>{}</dd></dl></section>",
        escape(&badge.holder),
        escape(&badge.name),
        badge.awarded_on.in_words(),
        escape(&badge.awarded_by),
        escape(&badge.number),
        badge.signed_at.london_date().in_words(),
    )
}

fn answer(state: &State, status: StatusCode, title: &str, said: &str) -> HttpResponse {
    let body = format!(
        "<div class=\"read flow\"><h1>Check a badge</h1>\
         <p class=\"big-lead\">A badge is signed: whether it is genuine can be told from the file alone, and whether it is in \
         force from our list.</p>{said}\
         <form class=\"card flow\" method=\"post\" action=\"/verify/badge\" enctype=\"multipart/form-data\">\
         <div class=\"f\"><label for=\"file\">The badge’s file</label><span class=\"hint\" id=\"file-hint\">PNG, SVG, JSON or JWT, at most \
         1 MB</span><input id=\"file\" name=\"file\" type=\"file\" \
         accept=\".png,.svg,.json,.jwt,.txt,image/png,image/svg+xml,application/json\" aria-describedby=\"file-hint\"></div>\
         <div class=\"f\"><label for=\"text\">Or paste what is in it</label><textarea id=\"text\" name=\"text\" rows=\"4\" \
         spellcheck=\"false\" autocomplete=\"off\"></textarea></div>\
         <button class=\"btn start\">{}Check</button></form>\
         <p>You have a certificate on paper? <a href=\"/verify\">Check its code</a>.</p></div>",
        icon(SEARCH)
    );
    let mut response = page(&state.config.partnership, title, &body);
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_badge_says_stays_text_and_only_one_verdict_calls_it_in_force() {
        let badge = CheckedBadge {
            holder: "Ada <b>Roe</b>".into(),
            name: "Qualified mentor status".into(),
            awarded_on: "2027-03-11".parse().unwrap(),
            awarded_by: "Northfell & Partners".into(),
            number: "QMS-2027-0001".into(),
            signed_at: "2027-03-18T12:00:00Z".parse().unwrap(),
        };
        for kind in BadgeVerdict::ALL.iter().copied() {
            let found = BadgeCheck {
                verdict: kind,
                badge: Some(badge.clone()),
                checked_at: "2027-06-16T09:14:00Z".parse().unwrap(),
            };
            let said = verdict(&found);
            assert_eq!(said.contains("genuine and in force"), kind == BadgeVerdict::InForce, "{said}");
            assert!(said.contains("Ada &lt;b&gt;Roe") && said.contains("16 June 2027, 10.14"), "{said}");
            assert!(!said.contains("style=") && !said.contains("<script"));
        }
    }
}
