//! The public page that says whether an award is genuine. It is made here, works without JavaScript, and shows four
//! facts: the holder's name, the qualification, the day, and whether it is in force.

use super::actions;
use crate::{
    http::client,
    problem::{ApiError, ApiResult},
    state::State,
    web::{
        asset, escape,
        icons::{ALERT, INFO, SEARCH, SHIELD, icon},
        page,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue, RETRY_AFTER},
    },
    post,
    web::{Data, Form, Path, ServiceConfig},
};
use cairn_shared::{
    award::{AwardStatus, Verification, VerifyCode},
    framework::Standard,
    qualification::Qualification,
    text::TextProblem,
    time::Timestamp,
};

/// The pages of this slice, outside of the API.
pub fn pages(config: &mut ServiceConfig) {
    config.service(ask).service(check).service(by_token).configure(super::register::pages);
}

/// The fields of the form, as a browser sends them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    code: String,
    #[serde(default)]
    family_name: String,
}

/// What is said above the form.
enum Said {
    /// Nothing: it is only asked.
    Nothing,
    /// There is no such award, by code and name.
    NoneLikeIt,
    /// Nothing stands behind the address.
    NothingThere,
    /// Wait a moment.
    SlowDown(u32),
    /// The fields need something.
    Fields(Option<TextProblem>, Option<TextProblem>),
    /// The form didn't arrive as one.
    Unreadable,
}

/// The form.
#[get("/verify")]
async fn ask(state: Data<State>) -> HttpResponse {
    form_page(&state, &Asked::default(), &Said::Nothing)
}

/// The form's answer.
#[post("/verify")]
async fn check(
    state: Data<State>,
    request: HttpRequest,
    form: Result<Form<Asked>, actix_web::Error>,
) -> ApiResult<HttpResponse> {
    let Ok(Form(asked)) = form else {
        return Ok(form_page(&state, &Asked::default(), &Said::Unreadable));
    };
    let question = match (asked.code.parse(), asked.family_name.parse()) {
        (Ok(code), Ok(family_name)) => VerifyCode { code, family_name },
        (code, family_name) => return Ok(form_page(&state, &asked, &Said::Fields(code.err(), family_name.err()))),
    };
    match actions::verify(&state, question, client::address(&request)).await {
        Ok(found) => Ok(award_page(&state, &found)),
        Err(ApiError::NotFound) => Ok(form_page(&state, &asked, &Said::NoneLikeIt)),
        Err(ApiError::SlowDown { retry_after }) => Ok(form_page(&state, &asked, &Said::SlowDown(retry_after))),
        Err(other) => Err(other),
    }
}

/// Where the QR code of a certificate leads.
#[get("/v/{token}")]
async fn by_token(state: Data<State>, token: Path<String>) -> ApiResult<HttpResponse> {
    match actions::look_up(&state, token.into_inner()).await {
        Ok(found) => Ok(award_page(&state, &found)),
        Err(ApiError::NotFound) => Ok(form_page(&state, &Asked::default(), &Said::NothingThere)),
        Err(other) => Err(other),
    }
}

fn answer(state: &State, title: &str, body: &str, status: StatusCode) -> HttpResponse {
    let mut response = page(&state.config.partnership, title, body);
    *response.status_mut() = status;
    let quiet = HeaderValue::from_static("noindex, nofollow, noarchive");
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), quiet);
    response
}

fn award_page(state: &State, found: &Verification) -> HttpResponse {
    answer(state, "Verify an award", &award_body(found), StatusCode::OK)
}

fn form_page(state: &State, asked: &Asked, said: &Said) -> HttpResponse {
    let (status, title) = match said {
        Said::Nothing => (StatusCode::OK, "Verify an award"),
        Said::NoneLikeIt | Said::NothingThere => (StatusCode::NOT_FOUND, "Problem: verify an award"),
        Said::SlowDown(_) => (StatusCode::TOO_MANY_REQUESTS, "Problem: verify an award"),
        Said::Fields(..) => (StatusCode::UNPROCESSABLE_ENTITY, "Problem: verify an award"),
        Said::Unreadable => (StatusCode::BAD_REQUEST, "Problem: verify an award"),
    };
    let mut response = answer(state, title, &form_body(asked, said), status);
    if let Said::SlowDown(seconds) = said {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

const CONTOURS: &str = include_str!("contours.svg");

fn badge(qualification: Qualification) -> String {
    asset(&format!("art/badge-{}.svg", qualification.code()))
}

/// The form, with what stands in it: in a row, or one below the other.
fn form(asked: &Asked, problems: (Option<&TextProblem>, Option<&TextProblem>), in_a_row: bool) -> String {
    let (class, place) = if in_a_row { ("row", "end") } else { ("flow", "start") };
    let field = |id: &str, name: &str, label: &str, value: &str, more: &str, problem: Option<&TextProblem>| {
        let (bad, message, described) = match problem {
            Some(problem) => (
                " bad",
                format!("<span class=\"msg\" id=\"{id}-msg\">{}{}</span>", icon(ALERT), escape(&problem.to_string())),
                format!(" aria-describedby=\"{id}-msg\" aria-invalid=\"true\""),
            ),
            None => ("", String::new(), String::new()),
        };
        format!(
            "<div class=\"f{bad}\"><label for=\"{id}\">{label}</label>{message}\
             <input id=\"{id}\" name=\"{name}\" value=\"{}\" required autocomplete=\"off\" spellcheck=\"false\"{more}{described}></div>",
            escape(value)
        )
    };
    format!(
        "<form class=\"{class}\" role=\"search\" method=\"post\" action=\"/verify\">{}{}\
         <button class=\"btn {place}\">{}Check</button></form>",
        field(
            "code",
            "code",
            "Code on the certificate",
            &asked.code,
            " maxlength=\"40\" placeholder=\"QM27-8H3T-K4W3\"",
            problems.0
        ),
        field(
            "family-name",
            "family_name",
            "Holder’s family name",
            &asked.family_name,
            " maxlength=\"80\"",
            problems.1
        ),
        icon(SEARCH)
    )
}

fn form_body(asked: &Asked, said: &Said) -> String {
    let note = |title: &str, detail: &str| {
        format!(
            "<div class=\"note more\" role=\"alert\">{}<div class=\"grow\"><p><strong>{title}</strong></p><p>{detail}</p></div></div>",
            icon(INFO)
        )
    };
    let above = match said {
        Said::Nothing | Said::Fields(..) => String::new(),
        Said::NoneLikeIt => note(
            "There is no award with this code and this family name.",
            "Look at the certificate once more. A code never has I, O, 0 or 1 behind its first four signs, and the \
             family name is the one on the certificate.",
        ),
        Said::NothingThere => note(
            "There is no award behind this address.",
            "If you came by the QR code of a certificate, scan it once more, or type its code here.",
        ),
        Said::SlowDown(seconds) => {
            note("That was a few too many tries.", &format!("Please wait {seconds} seconds, then try again."))
        }
        Said::Unreadable => note("The form did not arrive.", "Please fill it in again."),
    };
    let problems = match said {
        Said::Fields(code, family_name) => (code.as_ref(), family_name.as_ref()),
        _ => (None, None),
    };
    format!(
        "<div class=\"flow l\"><div class=\"read flow\"><h1>Verify an award</h1>\
         <p class=\"big-lead\">Every certificate of a mentor has a QR code and a short code. Scan the one, or type the other here, \
         and see whether the award is genuine and in force.</p>{above}\
         <section class=\"card\">{}</section><p>You have a badge, a picture or a file? <a href=\"/verify/badge\">Check a badge</a>. Who holds an award, \
         and wants to be named, stands in <a href=\"/register\">the register</a>.</p></div>{}</div>",
        form(asked, problems, false),
        two_awards()
    )
}

fn award_body(found: &Verification) -> String {
    let qualification = found.qualification;
    let (hour, minute) = found.checked_at.london_clock();
    format!(
        "<div class=\"flow l\"><div class=\"hero card\">{CONTOURS}<div class=\"g2 wide-gap\">\
         <img class=\"medal centre\" src=\"{badge}\" alt=\"Badge: {heading}\" width=\"400\" height=\"400\"><div class=\"flow\">{status}\
         <div><h1>{holder}</h1><p class=\"big-lead\">{heading} ({letters})</p></div>\
         <dl class=\"kv\"><dt>Awarded</dt><dd>{awarded_on}</dd><dt>Awarded by</dt><dd>{awarded_by}</dd>\
         <dt>Code</dt><dd class=\"num\">{code}</dd><dt>Checked</dt><dd>{checked_on}, {hour}.{minute:02}</dd></dl></div></div></div>\
         <div class=\"g2\">{meaning}{beside}</div>{two_awards}\
         <section class=\"flow\"><h2 class=\"q1\">Another certificate</h2>{form}</section></div>",
        badge = badge(qualification),
        heading = qualification.heading(),
        letters = qualification.letters(),
        status = status(found),
        holder = escape(&found.holder),
        awarded_on = found.awarded_on.in_words(),
        awarded_by = escape(&found.awarded_by),
        code = escape(found.code.as_str()),
        checked_on = day(found.checked_at),
        meaning = meaning(qualification),
        beside = found.credential_url.as_deref().map_or_else(|| compare().to_owned(), for_other_systems),
        two_awards = two_awards(),
        form = form(&Asked::default(), (None, None), true),
    )
}

fn day(moment: Timestamp) -> String {
    moment.london_date().in_words()
}

fn status(found: &Verification) -> String {
    match found.status {
        AwardStatus::InForce => format!(
            "<p class=\"note good start\">{}<strong>This award is genuine and in force.</strong></p>",
            icon(SHIELD)
        ),
        AwardStatus::Revoked => format!(
            "<div class=\"note bad\">{}<div class=\"grow\"><p><strong>This award is no longer in force.</strong></p>\
             <p>Cairn issued this certificate, and the partnership has ended the award since. Please ask the \
             partnership if you would like to know more.</p></div></div>",
            icon(ALERT)
        ),
    }
}

fn meaning(qualification: Qualification) -> String {
    let who = match qualification {
        Qualification::Qms => "A qualified mentor supports beginning teachers in school.",
        Qualification::Qlms => {
            "A qualified lead mentor supports other mentors in school, and the beginning teachers with them."
        }
    };
    let standards: String = Standard::ALL
        .iter()
        .map(|standard| {
            format!(
                "<li><span class=\"std {}\"><b>{}</b>{}</span></li>",
                standard.code(),
                standard.number(),
                escape(standard.short_title())
            )
        })
        .collect();
    format!(
        "<section class=\"flow t\"><h2 class=\"q1\">What the award means</h2><p>{who} A panel of experienced mentors and \
         tutors reads a portfolio of reflection and evidence, and awards the status when it finds all four national \
         mentor standards in it.</p><ul class=\"row t\">{standards}</ul>\
         <p class=\"sm mut\">The portfolio itself is private.</p></section>"
    )
}

fn compare() -> &'static str {
    "<section class=\"flow t\"><h2 class=\"q1\">What to compare</h2><p>The name, the status, the day and the code on this \
     page are those on the certificate. Look at the address in your browser too: it is the partnership’s own.</p>\
     <p class=\"sm mut\">This page shows what stands on the certificate, and nothing else of its holder.</p></section>"
}

fn for_other_systems(address: &str) -> String {
    let address = escape(address);
    format!(
        "<section class=\"flow t\"><h2 class=\"q1\">For other systems</h2><p>This is an Open Badges 3.0 credential. It is signed, so you \
         can check it without asking us.</p><p class=\"row\"><a class=\"btn q s\" href=\"{address}.json\" download>Credential file</a>\
         <a class=\"btn q s\" href=\"{address}.png\" download>Badge picture</a></p>\
         <p class=\"sm mut\">Its holder chose to show it.</p></section>"
    )
}

fn two_awards() -> String {
    let one = |qualification: Qualification| {
        format!(
            "<div class=\"row n\"><img src=\"{}\" alt=\"\" width=\"96\" height=\"96\"><p><strong>{}</strong><br>\
             <span class=\"sm mut\">{}</span></p></div>",
            badge(qualification),
            qualification.heading(),
            qualification.scope()
        )
    };
    format!(
        "<section class=\"card flow\"><h2 class=\"q1\">The two awards</h2><div class=\"g2\">{}{}</div></section>",
        one(Qualification::Qms),
        one(Qualification::Qlms)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(status: AwardStatus) -> Verification {
        Verification {
            holder: "Priya <b>Hartnell</b>".into(),
            qualification: Qualification::Qms,
            awarded_on: "2027-03-11".parse().unwrap(),
            status,
            awarded_by: "Northfell & Partners".into(),
            code: cairn_shared::award::AwardCode::make(Qualification::Qms, 2027, [1; 7]),
            checked_at: "2027-06-16T09:14:00Z".parse().unwrap(),
            credential_url: None,
        }
    }

    #[test]
    fn the_page_shows_the_facts_and_nothing_that_was_written_becomes_markup() {
        let body = award_body(&found(AwardStatus::InForce));
        for shown in [
            "Priya &lt;b&gt;Hartnell&lt;/b&gt;",
            "Northfell &amp; Partners",
            "11 March 2027",
            "16 June 2027, 10.14",
            "This award is genuine and in force.",
        ] {
            assert!(body.contains(shown), "{shown}");
        }
        assert!(!body.contains("<b>Hartnell"));
    }

    #[test]
    fn a_revoked_award_is_never_called_genuine() {
        let body = award_body(&found(AwardStatus::Revoked));
        assert!(body.contains("no longer in force") && !body.contains("genuine"));
    }

    #[test]
    fn what_was_typed_stands_in_the_form_again_and_stays_text() {
        let asked = Asked { code: "\"><script>".into(), family_name: "O'Neill".into() };
        let body = form_body(&asked, &Said::NoneLikeIt);
        assert!(body.contains("value=\"&quot;&gt;&lt;script&gt;\"") && body.contains("O&#39;Neill"));
    }

    #[test]
    fn the_security_policy_finds_nothing_to_stop() {
        let (fields, asked) = (Said::Fields(Some(TextProblem::Empty), None), Asked::default());
        for body in [award_body(&found(AwardStatus::InForce)), form_body(&asked, &fields)] {
            assert!(!body.contains("style=") && !body.contains("<script"), "nothing inline");
        }
    }
}
