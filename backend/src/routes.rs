//! The newcomer's index: one line for each capability.

use crate::{
    award, calendar, candidacy, celebration, conflict, credential, decision, entry, evidence, http::Routes, import,
    key, paper, person, portfolio, print_run, review, round, school, second_step, session, submission,
};
use utoipa::openapi::{OpenApi, path::PathItem};

/// Everything under `/api/v1`.
pub fn api(config: &mut impl Routes) {
    config
        .configure(session::routes)
        .configure(second_step::routes)
        .configure(entry::routes)
        .configure(evidence::routes)
        .configure(candidacy::routes)
        .configure(portfolio::routes)
        .configure(submission::routes)
        .configure(paper::routes)
        .configure(round::routes)
        .configure(conflict::routes)
        .configure(review::routes)
        .configure(decision::routes)
        .configure(award::routes)
        .configure(credential::routes)
        .configure(key::routes)
        .configure(print_run::routes)
        .configure(celebration::routes)
        .configure(calendar::routes)
        .configure(person::routes)
        .configure(school::routes)
        .configure(import::routes);
}

/// The scope of [`api`].
pub const BASE: &str = "/api/v1";

/// Which methods each address knows, so that a wrong one is answered with 405 and `Allow`. actix's route macros
/// answer 404 by themselves; this mends it once, from the document.
pub struct Methods(Vec<(Vec<String>, String)>);

impl Methods {
    /// Reads them from the document.
    pub fn new(document: &OpenApi) -> Self {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect();
        Self(document.paths.paths.iter().map(|(path, item)| (segments(path), allowed(item))).collect())
    }

    /// The methods of that address, for `Allow`, if it is one of the API's.
    pub fn of(&self, path: &str) -> Option<String> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &[String]| {
            pattern.len() == asked.len() && pattern.iter().zip(&asked).all(|(p, a)| p.starts_with('{') || p == a)
        };
        // An address that is written out wins over a pattern that also fits.
        let exact = self
            .0
            .iter()
            .find(|(pattern, _)| pattern.iter().zip(&asked).all(|(p, a)| p == a) && pattern.len() == asked.len());
        exact.or_else(|| self.0.iter().find(|(pattern, _)| fits(pattern))).map(|(_, allow)| allow.clone())
    }
}

fn allowed(item: &PathItem) -> String {
    let known = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    known.iter().filter(|(_, known)| *known).map(|(method, _)| *method).collect::<Vec<_>>().join(", ")
}
