//! Mentors who send a portfolio, take it back, and send it again.

use super::{Client, Recorded, Town, knows_a_password, recorded};
use cairn_backend::db::{DbError, schema::submission};
use cairn_shared::{
    edition::Hash,
    ids::{PortfolioId, SubmissionId},
    paper::ReadOn,
    qualification::Qualification,
    submission::{Declaration, SubmissionDetail, SubmitPortfolio},
};
use cairn_tests::{House, Scene};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::atomic::Ordering::SeqCst};

/// A portfolio that is ready to be sent, and whose.
pub(super) type Ready = (&'static str, PortfolioId);

/// What was acknowledged of a portfolio: each submission with the hash that it was sealed under, and the last state.
pub(super) struct Sent {
    submissions: BTreeMap<SubmissionId, Hash>,
    taken_back: usize,
}

pub(super) fn ready(scene: &Scene<'_>) -> [Ready; 2] {
    ["Elin", "Ffion"].map(|name| {
        let mentor = scene.house.mentor(name, "Roe", scene.whinfell);
        let portfolio = mentor.starts(Qualification::Qms).portfolio_id;
        let entry = mentor.notes_all_four();
        mentor.arranges(&portfolio, &[entry]);
        knows_a_password(&mentor);
        (name, portfolio)
    })
}

pub(super) struct Sender<'t> {
    town: &'t Town,
    portfolio: PortfolioId,
    client: Client<'t>,
}

impl<'t> Sender<'t> {
    pub(super) fn new(town: &'t Town, (name, portfolio): Ready) -> Self {
        Self { town, portfolio, client: Client::new(town, name) }
    }

    /// Ends with a portfolio that is sent.
    pub(super) fn sends_and_takes_back(mut self) -> Sent {
        let mut sent = Sent { submissions: BTreeMap::new(), taken_back: 0 };
        for number in 1.. {
            let submit = SubmitPortfolio { declaration: DECLARED, round_id: None, read_on: ReadOn::Electronic };
            let (path, key) =
                (format!("/api/v1/portfolios/{}/submissions", self.portfolio), format!("sends-portfolio-{number}"));
            let detail: SubmissionDetail = self.client.commands(&path, &key, &json!(submit), 201);
            let id = detail.submission.id;
            assert!(sent.submissions.insert(id, detail.hash).is_none(), "two submissions are one: {id}");
            let now: SubmissionDetail = self.client.sees(&format!("/api/v1/submissions/{id}"));
            assert_eq!((now.hash, now.edition.hash()), (detail.hash, detail.hash));
            if self.town.over.load(SeqCst) {
                break;
            }
            let (path, key) =
                (format!("/api/v1/submissions/{id}/withdrawal"), format!("takes-portfolio-back-{number}"));
            let _: SubmissionDetail = self.client.commands(&path, &key, &Value::Null, 200);
            sent.taken_back += 1;
        }
        sent
    }
}

const DECLARED: Declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };

/// Each submission that was acknowledged is there, and no other; it was sent once and taken back at most once.
pub(super) fn is_there_once(house: &House, sent: &[Sent]) -> String {
    let rows: Vec<(String, Option<i64>)> = house.does(|tx| {
        let rows = submission::table.select((submission::id, submission::withdrawn_at)).load(&mut **tx);
        Ok(rows.map_err(DbError::from)?)
    });
    let (sendings, takings) = (recorded(house, "submission_sent"), recorded(house, "submission_withdrawn"));
    let acknowledged = || sent.iter().flat_map(|one| one.submissions.keys());
    for id in acknowledged() {
        assert_eq!(rows.iter().filter(|row| row.0 == id.to_string()).count(), 1, "{id}");
        assert_eq!(sendings.get(&id.to_string()), Some(&1), "{id}");
    }
    let taken_back: usize = sent.iter().map(|one| one.taken_back).sum();
    assert!(takings.values().all(|times| *times == 1) && takings.len() == taken_back, "{takings:?}");
    assert_eq!(rows.iter().filter(|row| row.1.is_some()).count(), taken_back);
    let of_senders: Recorded = sendings.into_iter().filter(|(id, _)| takings.contains_key(id)).collect();
    assert_eq!(of_senders.len(), taken_back);
    format!("{} submissions ({taken_back} taken back)", acknowledged().count())
}
