//! The public register: the awards in force whose holders want to stand in it. It is made here, and works without JavaScript.

use super::actions;
use crate::{
    http::{Paging, client},
    problem::{ApiError, ApiResult},
    state::State,
    web::{escape, page},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web::{Data, Query, ServiceConfig},
};
use cairn_shared::{award::RegisteredAward, fold::fold, list::Page, text::Line};
use serde::Deserialize;

/// The page of the register.
pub fn pages(config: &mut ServiceConfig) {
    config.service(register);
}

/// So many who bear a name are shown at the most: enough for a family, and a reason to write more of it.
const FOUND_AT_MOST: usize = 100;
/// A name that is looked for has so many characters at the most.
const LONGEST_NAME: usize = 160;

/// What is asked of the register.
#[derive(Default, Deserialize)]
struct Asked {
    /// Words of a name.
    name: Option<String>,
    /// From where on.
    after: Option<String>,
}

/// What the register answers.
enum Answer {
    /// A page of all who stand in it.
    All(Page<RegisteredAward>),
    /// Who bears that name; and whether there are more of them.
    Found { name: String, awards: Vec<RegisteredAward>, more: bool },
    /// There were too many questions for that name and others.
    Later { name: String, seconds: u32 },
}

/// The register, the newest awards first: a page at a time, or those who bear a name.
#[get("/register")]
async fn register(state: Data<State>, request: HttpRequest, asked: Option<Query<Asked>>) -> ApiResult<HttpResponse> {
    // An address that somebody changed by hand leads to the beginning.
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    // A name is taken as a name is written here: without what would turn the words around it.
    let name = asked.name.and_then(|name| Line::<LONGEST_NAME>::new(name).ok());
    let name = name.filter(|name| !fold(name.as_str()).trim().is_empty());
    let answer = match name.map(String::from) {
        Some(name) => match actions::find_in_register(&state, &name, FOUND_AT_MOST, client::address(&request)).await {
            Err(ApiError::SlowDown { retry_after }) => Answer::Later { name, seconds: retry_after },
            found => found.map(|(awards, more)| Answer::Found { name, awards, more })?,
        },
        None => {
            let first = Paging { limit: None, after: None };
            Answer::All(match actions::register(&state, Paging { limit: None, after: asked.after }).await {
                Err(ApiError::Invalid(_) | ApiError::Malformed(_)) => actions::register(&state, first).await?,
                found => found?,
            })
        }
    };
    let mut response = page(&state.config.partnership, "Register of awards", &body(&state.config.partnership, &answer));
    if let Answer::Later { seconds, .. } = &answer {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    Ok(response)
}

fn search(name: &str) -> String {
    format!(
        "<form class=\"row\" role=\"search\" method=\"get\" action=\"/register\"><div class=\"f\"><label for=\"name\">Look for a name</label>\
         <input id=\"name\" name=\"name\" type=\"search\" value=\"{}\" maxlength=\"{LONGEST_NAME}\" autocomplete=\"off\" spellcheck=\"false\"></div>\
         <button class=\"btn q end\">Look</button></form>",
        escape(name)
    )
}

fn note(words: &str) -> String {
    format!("<p class=\"note\" role=\"status\"><span>{words}</span></p>")
}

fn body(partnership: &str, answer: &Answer) -> String {
    let (awards, form, next) = match answer {
        Answer::All(found) => {
            let next = found.next.as_deref().map(|next| {
                format!(
                    "<p><a class=\"btn q\" rel=\"next\" href=\"/register?after={}\">Earlier awards</a></p>",
                    escape(next)
                )
            });
            (found.items.as_slice(), search(""), next.unwrap_or_default())
        }
        Answer::Found { name, awards, more } => {
            let more =
                if *more { note("There are more of this name. Write more of it to see them.") } else { String::new() };
            (awards.as_slice(), search(name), format!("{more}<p><a class=\"btn q\" href=\"/register\">See all</a></p>"))
        }
        Answer::Later { name, .. } => (&[][..], search(name), String::new()),
    };
    let rows: String = awards
        .iter()
        .map(|award| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{} ({})</td><td class=\"nw\">{}</td></tr>",
                escape(&award.holder),
                award.qualification.heading(),
                award.qualification.letters(),
                award.awarded_on.in_words()
            )
        })
        .collect();
    let table = match (rows.as_str(), answer) {
        ("", Answer::All(_)) => note("Nobody stands in the register yet. Holders choose it beside their award."),
        ("", Answer::Found { name, .. }) => note(&format!(
            "Nobody stands in the register under “{}”. That says nothing of an award: who holds one chooses whether to be named here.",
            escape(name)
        )),
        ("", Answer::Later { .. }) => note("That was a lot at once. Please wait a quarter of an hour, and look again."),
        (rows, _) => format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Register of awards\"><table class=\"t\"><caption class=\"vh\">Register of awards</caption><thead><tr><th scope=\"col\">Name</th>\
             <th scope=\"col\">Award</th><th scope=\"col\">Awarded</th></tr></thead><tbody>{rows}</tbody></table></div>"
        ),
    };
    format!(
        "<div class=\"read flow\"><h1>Register of awards</h1><p class=\"big-lead\">Mentors to whom {} awarded a status that is in \
         force, and who want to be named here.</p>{}{table}{next}<p>Somebody is not here? An award counts without it: \
         <a href=\"/verify\">check a certificate</a>, or <a href=\"/verify/badge\">check a badge</a>.</p></div>",
        escape(partnership),
        // Where nobody stands, there is nobody to look for.
        if rows.is_empty() && matches!(answer, Answer::All(_)) { "" } else { &form },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::qualification::Qualification;

    #[test]
    fn names_stay_text_and_an_empty_register_says_so() {
        let one = RegisteredAward {
            holder: "Ada <b>Roe</b>".into(),
            qualification: Qualification::Qlms,
            awarded_on: "2027-03-11".parse().unwrap(),
        };
        let all = |items: Vec<RegisteredAward>, next: Option<&str>| {
            Answer::All(Page { items, next: next.map(str::to_owned) })
        };
        let said = body("Northfell & Partners", &all(vec![one.clone()], Some("a\"b")));
        assert!(
            said.contains("Ada &lt;b&gt;Roe") && said.contains("(QLMS)") && said.contains("11 March 2027"),
            "{said}"
        );
        assert!(said.contains("after=a&quot;b") && said.contains("Northfell &amp; Partners"));
        let empty = body("N", &all(Vec::new(), None));
        assert!(empty.contains("Nobody stands in the register yet") && !empty.contains("<form"), "{empty}");
        let found =
            |awards: Vec<RegisteredAward>, more| body("N", &Answer::Found { name: "<i>Roe".into(), awards, more });
        let none = found(Vec::new(), false);
        assert!(none.contains("under “&lt;i&gt;Roe”") && none.contains("value=\"&lt;i&gt;Roe\""), "{none}");
        assert!(found(vec![one], true).contains("There are more of this name"));
    }
}
