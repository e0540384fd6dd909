//! Panels: two readers judge and send, change their view and send it again; the chair decides, and decides anew.

use super::{Client, Town, knows_a_password, read, recorded};
use cairn_backend::db::{DbError, schema::decision};
use cairn_shared::{
    decision::{BoardCard, Decide},
    framework::Standard,
    ids::{ReviewId, SubmissionId},
    qualification::Qualification,
    review::{ReviewDetail, ReviewDraft, ReviewState},
    round::{Dates, PlanRound, PlanYear, RoundDates},
    text::Draft,
    time::Date,
};
use cairn_tests::{House, Scene, findings, readings};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::Ordering::SeqCst;

/// A portfolio that is read, with the reviews of Rowan and Tamsin.
pub(super) type Given = (SubmissionId, [ReviewId; 2]);
/// How many portfolios a panel has before it.
const PORTFOLIOS: usize = 3;

/// The usual scene, in a round whose panel meets on that day, with one after it that is open.
pub(super) fn scene<'h>(house: &'h House, today: Date) -> Scene<'h> {
    let day = |days: i32| today.plus_days(days);
    let round = |name: &str, first: i32| PlanRound {
        name: name.parse().expect("a name"),
        dates: RoundDates::new(Dates {
            submit_by: day(first),
            review_opens: day(first + 2),
            review_by: day(first + 10),
            meeting: day(first + 12),
            tell_by: day(first + 20),
        })
        .expect("dates follow each other"),
        readers: None,
    };
    house.turns_to(&day(-14).to_string());
    Scene::set_in(house, &PlanYear { rounds: vec![round("This one", -12), round("The next", 40), round("Later", 160)] })
}

/// Portfolios that were sent and given to their readers.
pub(super) fn ready(scene: &Scene<'_>) -> [[Given; PORTFOLIOS]; 2] {
    let given = ["Gwen", "Huw"].map(|family| {
        ["Iona", "Jac", "Kit"].map(|name| {
            let mentor = scene.house.mentor(&format!("{name}{family}"), family, scene.whinfell);
            let submission = mentor.sends_a_portfolio(Qualification::Qms).submission.id;
            scene.coordinator.assigns(&scene.rowan, submission);
            let readers = scene.coordinator.assigns(&scene.tamsin, submission).readers;
            (submission, [readers[0].review_id, readers[1].review_id])
        })
    });
    [&scene.anwen, &scene.rowan, &scene.tamsin].into_iter().for_each(knows_a_password);
    given
}

/// The last that was acknowledged about a portfolio.
pub(super) struct Decided {
    submission: SubmissionId,
    reviews: [ReviewId; 2],
    draft: ReviewDraft,
    message: String,
    /// How often each review was sent.
    sendings: usize,
}

pub(super) struct Panel<'t> {
    town: &'t Town,
    given: [Given; PORTFOLIOS],
    readers: [Client<'t>; 2],
    chair: Client<'t>,
}

impl<'t> Panel<'t> {
    pub(super) fn new(town: &'t Town, given: [Given; PORTFOLIOS]) -> Self {
        let readers = ["Rowan", "Tamsin"].map(|name| Client::new(town, name));
        Self { town, given, readers, chair: Client::new(town, "Anwen") }
    }

    pub(super) fn reads_and_decides(mut self) -> Vec<Decided> {
        let mut decided: Vec<Decided> = Vec::new();
        for turn in 1.. {
            for (submission, reviews) in self.given {
                let one = self.decides(turn, submission, reviews);
                decided.retain(|before| before.submission != submission);
                decided.push(one);
                // Everything has its turn once, however early it is over.
                if self.town.over.load(SeqCst) && decided.len() == PORTFOLIOS {
                    return decided;
                }
            }
        }
        unreachable!("the loop returns")
    }

    fn decides(&mut self, turn: usize, submission: SubmissionId, reviews: [ReviewId; 2]) -> Decided {
        let open: &[Standard] = if turn.is_multiple_of(2) { &[Standard::S2] } else { &[] };
        let words = format!("Turn {turn}: a word for the panel alone.");
        let path = format!("/api/v1/submissions/{submission}/decision");
        // What was decided before is undone, so that the views are open again.
        assert_eq!(self.chair.sends("DELETE", &path, &[], b"").status, 200);
        let draft = ReviewDraft { for_panel: Draft::new(words).expect("a text"), ..readings(open) };
        for (reader, review) in self.readers.iter_mut().zip(reviews) {
            judges(reader, review, &draft);
            let (sending, key) = (format!("/api/v1/reviews/{review}/sending"), format!("sends-{review}-{turn}"));
            let now: ReviewDetail = reader.commands(&sending, &key, &Value::Null, 200);
            assert_eq!(now.review.state, ReviewState::Sent);
        }
        let message = format!("Turn {turn}: thank you for this story.");
        let decide = Decide { findings: findings(open), message: message.parse().expect("a text") };
        let headers = [("content-type", "application/json")];
        let got = self.chair.sends("PUT", &path, &headers, json!(decide).to_string().as_bytes());
        let card: BoardCard = read(&got, 200);
        assert_eq!(card.submission_id, submission);
        Decided { submission, reviews, draft, message, sendings: turn }
    }
}

fn judges(reader: &mut Client<'_>, review: ReviewId, draft: &ReviewDraft) {
    let path = format!("/api/v1/reviews/{review}");
    let now = reader.sends("GET", &path, &[], b"");
    let etag = now.headers["etag"].to_str().expect("a tag is plain text").to_owned();
    let headers = [("content-type", "application/json"), ("if-match", etag.as_str())];
    let got = reader.sends("PUT", &format!("{path}/draft"), &headers, json!(draft).to_string().as_bytes());
    // The answer to the first try may have been lost, and not its effect.
    if got.status == 412 {
        assert_eq!(reader.sees::<ReviewDetail>(&path).draft, *draft);
    } else {
        assert_eq!(got.status, 200, "{got:?}");
    }
}

/// Each reader finds their own view as they sent it last.
pub(super) fn finds_what_was_sent<'d>(town: &Town, decided: impl Iterator<Item = &'d Decided>) {
    // One sign-in each: whoever signs in too often is told to wait.
    let mut readers = ["Rowan", "Tamsin"].map(|name| Client::new(town, name));
    for one in decided {
        for (reader, review) in readers.iter_mut().zip(one.reviews) {
            let found: ReviewDetail = reader.sees(&format!("/api/v1/reviews/{review}"));
            assert_eq!((found.review.state, found.draft), (ReviewState::Sent, one.draft.clone()), "{review}");
        }
    }
}

/// Each decision is there once, as it was acknowledged last; each view was sent as often as it was acknowledged.
pub(super) fn is_there_once<'d>(house: &House, decided: impl Iterator<Item = &'d Decided>) -> String {
    let rows: Vec<(String, String)> = house.does(|tx| {
        let rows = decision::table.select((decision::submission_id, decision::message)).load(&mut **tx);
        Ok(rows.map_err(DbError::from)?)
    });
    let sendings = recorded(house, "review_sent");
    let (mut decisions, mut views) = (0, 0);
    for one in decided {
        let found: Vec<_> = rows.iter().filter(|row| row.0 == one.submission.to_string()).collect();
        assert_eq!(found, [&(one.submission.to_string(), one.message.clone())]);
        for review in one.reviews {
            assert_eq!(sendings.get(&review.to_string()), Some(&one.sendings), "{review}");
            views += one.sendings;
        }
        decisions += one.sendings;
    }
    assert_eq!(rows.len(), 2 * PORTFOLIOS);
    format!("{decisions} decisions on {} portfolios after {views} views", rows.len())
}
