//! The public register: the awards in force whose holders want to stand in it. It is made here, and works without JavaScript.

use super::actions;
use crate::{
    http::{Paging, Query},
    problem::{ApiError, ApiResult},
    state::State,
    web::{escape, page},
};
use actix_web::{
    HttpResponse, get,
    web::{Data, ServiceConfig},
};
use cairn_shared::{award::RegisteredAward, list::Page};

/// The page of the register.
pub fn pages(config: &mut ServiceConfig) {
    config.service(register);
}

/// The register, the newest awards first, a page at a time.
#[get("/register")]
async fn register(state: Data<State>, paging: Result<Query<Paging>, ApiError>) -> ApiResult<HttpResponse> {
    // An address that somebody changed by hand leads to the beginning.
    let Query(paging) = paging.unwrap_or(Query(Paging { limit: None, after: None }));
    let found = match actions::register(&state, paging).await {
        Err(ApiError::Invalid(_) | ApiError::Malformed(_)) => {
            actions::register(&state, Paging { limit: None, after: None }).await?
        }
        found => found?,
    };
    Ok(page(&state.config.partnership, "Register of awards", &body(&state.config.partnership, &found)))
}

fn body(partnership: &str, found: &Page<RegisteredAward>) -> String {
    let rows: String = found
        .items
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
    let table = match rows.as_str() {
        "" => "<p class=\"note\"><span>Nobody stands in the register yet. Holders choose it beside their award.</span></p>".to_owned(),
        rows => format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Register of awards\"><table class=\"t\"><caption class=\"vh\">Register of awards</caption><thead><tr><th scope=\"col\">Name</th>\
             <th scope=\"col\">Award</th><th scope=\"col\">Awarded</th></tr></thead><tbody>{rows}</tbody></table></div>"
        ),
    };
    let next = match &found.next {
        Some(next) => format!(
            "<p><a class=\"btn q\" rel=\"next\" href=\"/register?after={}\">Earlier awards</a></p>",
            escape(next)
        ),
        None => String::new(),
    };
    format!(
        "<div class=\"read flow\"><h1>Register of awards</h1><p class=\"big-lead\">Mentors to whom {} awarded a status that is in \
         force, and who want to be named here.</p>{table}{next}<p>Somebody is not here? An award counts without it: \
         <a href=\"/verify\">check a certificate</a>, or <a href=\"/verify/badge\">check a badge</a>.</p></div>",
        escape(partnership)
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
        let said = body("Northfell & Partners", &Page { items: vec![one], next: Some("a\"b".into()) });
        assert!(
            said.contains("Ada &lt;b&gt;Roe") && said.contains("(QLMS)") && said.contains("11 March 2027"),
            "{said}"
        );
        assert!(said.contains("after=a&quot;b") && said.contains("Northfell &amp; Partners"));
        assert!(body("N", &Page { items: Vec::new(), next: None }).contains("Nobody stands in the register yet"));
    }
}
