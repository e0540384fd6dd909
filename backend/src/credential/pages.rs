//! The public page on which anybody checks a badge: a file, or what is in it. It is made here, and works without JavaScript.
//! And the checker that they take along from it, for when there is no such page any more.

use super::actions::{self, Signatures};
use crate::{
    http::{client, public},
    ids::content_hash,
    problem::{ApiError, ApiResult},
    state::State,
    web::{
        asset, escape,
        icons::{ALERT, INFO, SEARCH, SHIELD, icon},
        page, page_with,
    },
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    post,
    web::{Data, ServiceConfig},
};
use cairn_credential::{
    check::{self as checking, MOST_BYTES},
    words::{self, Tone, Words},
};
use cairn_shared::{
    credential::{BadgeCheck, CheckedBadge},
    ids::CredentialId,
    qualification::Qualification,
};
use futures_util::StreamExt;

/// What a part of a form counts for beside what is in it, so that a form of empty parts ends as well.
const PART_BYTES: usize = 1024;

/// The pages of this slice, outside of the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(ask).service(check).service(checker);
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

/// The checker: a file that checks badges where there is neither a network nor this server.
#[get("/verify/checker.html")]
async fn checker(state: Data<State>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let template = state.checker.as_ref().ok_or(ApiError::NotFound)?;
    let snapshot = actions::snapshot(&state).await?;
    let address = format!("{}/verify/badge", state.config.public_url);
    let mut response = public::answer(&request, "text/html; charset=utf-8", template.fill(&snapshot, &address).into());
    let name = format!("attachment; filename=\"badge-checker-{}.html\"", snapshot.made_at.london_date());
    let headers = response.headers_mut();
    for (header, value) in [(header::CONTENT_DISPOSITION, &*name), (HeaderName::from_static("x-robots-tag"), "noindex")]
    {
        headers.insert(header, HeaderValue::from_str(value).map_err(|e| ApiError::Internal(e.to_string()))?);
    }
    Ok(response)
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
    let (status, words) = match why {
        Unreadable::Empty => (StatusCode::UNPROCESSABLE_ENTITY, told(&Words::empty())),
        Unreadable::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, told(&Words::too_large())),
        Unreadable::Broken => {
            let words = note("more", ALERT, "The form did not arrive.", "Please choose the file once more.");
            (StatusCode::BAD_REQUEST, words)
        }
    };
    answer(state, status, "Problem: check a badge", &words)
}

/// A sentence about a badge, in its colour and with its sign.
fn told(words: &Words) -> String {
    let (class, paths) = match words.tone {
        Tone::Good => ("good", SHIELD),
        Tone::Note => ("", INFO),
        Tone::Other => ("more", INFO),
        Tone::First => ("more", ALERT),
        Tone::Bad => ("bad", ALERT),
    };
    note(class, paths, &words.title, &words.detail)
}

fn note(class: &str, paths: &str, title: &str, detail: &str) -> String {
    format!(
        "<div class=\"note {class}\" role=\"alert\">{}<div class=\"grow\"><p><strong>{title}</strong></p><p>{detail}</p></div></div>",
        icon(paths)
    )
}

/// What a badge turned out to be, in words.
fn verdict(found: &BadgeCheck) -> String {
    let words = told(&words::verdict(found.verdict));
    let facts = found.badge.as_ref().map(facts).unwrap_or_default();
    let at = words::moment(found.checked_at);
    format!("<div class=\"flow t\">{words}{facts}<p class=\"sm mut\">Checked on {at}.</p></div>")
}

/// The page of a badge that its holder shows to everybody, for whoever follows its address with a browser. Where it is passed on, those who preview it
/// find a title and the picture (The Open Graph protocol).
///
/// # Errors
/// [`ApiError::Internal`] if what was signed can't be read.
pub(super) fn shown(
    state: &State,
    id: CredentialId,
    qualification: Qualification,
    signed: &Signatures,
) -> ApiResult<HttpResponse> {
    let badge =
        checking::said(&signed.json).map_err(|_| ApiError::Internal("a badge that we signed can't be read".into()))?;
    let badge = CheckedBadge::from(badge);
    let address = escape(&format!("{}/api/v1/public/credentials/{id}", state.config.public_url));
    let title = format!("{}: {}", badge.holder, badge.name);
    let head = format!(
        "<meta property=\"og:type\" content=\"website\"><meta property=\"og:title\" content=\"{}\">\
         <meta property=\"og:description\" content=\"Awarded on {} by {}. Genuine, and in force.\">\
         <meta property=\"og:image\" content=\"{address}.png\"><meta property=\"og:url\" content=\"{address}\">",
        escape(&title),
        badge.awarded_on.in_words(),
        escape(&badge.awarded_by),
    );
    let rows = words::facts(&badge).map(|(term, fact)| {
        let class = if term == "Number" { " class=\"num\"" } else { "" };
        format!("<dt>{term}</dt><dd{class}>{}</dd>", escape(&fact))
    });
    let body = format!(
        "<div class=\"flow l\"><div class=\"hero card\">{contours}<div class=\"g2 wide-gap\">\
         <img class=\"medal centre\" src=\"{picture}\" alt=\"Badge: {name}\" width=\"400\" height=\"400\"><div class=\"flow\">\
         <p class=\"note good start\">{shield}<strong>This badge is genuine and in force.</strong></p>\
         <div><h1>{holder}</h1><p class=\"big-lead\">{name}</p></div><dl class=\"kv\">{rows}</dl></div></div></div>\
         <div class=\"g2\"><section class=\"flow t\"><h2 class=\"q1\">What the award means</h2><p>A panel of experienced mentors and tutors reads a \
         portfolio of reflection and evidence, and awards the status when it finds all four national mentor standards in it.</p>\
         <p class=\"sm mut\">The portfolio itself is private. The holder chose to show this page.</p></section>\
         <section class=\"flow t\"><h2 class=\"q1\">For other systems</h2><p>This is an Open Badges 3.0 credential. It is signed, so you can check it \
         without asking us, or here: <a href=\"/verify/badge\">check a badge</a>.</p><p class=\"row\"><a class=\"btn q s\" href=\"{address}.json\" \
         download>Credential file</a><a class=\"btn q s\" href=\"{address}.png\" download>Badge picture</a></p></section></div></div>",
        contours = include_str!("../award/contours.svg"),
        picture = asset(&format!("art/badge-{}.svg", qualification.code())),
        shield = icon(SHIELD),
        holder = escape(&badge.holder),
        name = escape(&badge.name),
        rows = rows.concat(),
    );
    let tag = format!("\"{}\"", &content_hash(format!("{head}{body}").as_bytes())[..22]);
    let mut response = page_with(&state.config.partnership, &title, &head, &body);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn facts(badge: &CheckedBadge) -> String {
    let rows = words::facts(badge).map(|(term, fact)| {
        let class = if term == "Number" { " class=\"num\"" } else { "" };
        format!("<dt>{term}</dt><dd{class}>{}</dd>", escape(&fact))
    });
    format!(
        "<section class=\"card flow t\"><h2>{}</h2><p class=\"big-lead\">{}</p><dl class=\"kv\">{}</dl></section>",
        escape(&badge.holder),
        escape(&badge.name),
        rows.concat()
    )
}

fn answer(state: &State, status: StatusCode, title: &str, said: &str) -> HttpResponse {
    let keep = match (&state.checker, state.keys.newest()) {
        (Some(_), Some(_)) => {
            "<p><a href=\"/verify/checker.html\" download>Keep a checker</a>: one file that checks badges without us, and \
             without the internet.</p>"
        }
        _ => "",
    };
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
         <p>You have a certificate on paper? <a href=\"/verify\">Check its code</a>.</p>{keep}</div>",
        icon(SEARCH)
    );
    let mut response = page(&state.config.partnership, title, &body);
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::credential::BadgeVerdict;

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
