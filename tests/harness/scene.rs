//! A scene that many stories share: a school, a panel from elsewhere, a planned year, and a mentor.

use super::{Actor, House, findings, year};
use cairn_shared::{
    framework::Standard,
    ids::{RoundId, SchoolId, SubmissionId},
    person::Role,
    qualification::Qualification,
    round::PlanYear,
};

/// A school, a panel from elsewhere, a planned year, and a mentor.
pub struct Scene<'h> {
    /// Where.
    pub house: &'h House,
    /// The university's office.
    pub coordinator: Actor<'h>,
    /// Chairs, and is at no school.
    pub anwen: Actor<'h>,
    /// Reviews, from Thornbeck.
    pub rowan: Actor<'h>,
    /// Reviews, from Thornbeck as well.
    pub tamsin: Actor<'h>,
    /// On the panel, to be quorate.
    pub idris: Actor<'h>,
    /// On the panel, to be quorate.
    pub mair: Actor<'h>,
    /// A mentor at Whinfell.
    pub ada: Actor<'h>,
    /// The mentor's school.
    pub whinfell: SchoolId,
    /// The reviewers' school.
    pub thornbeck: SchoolId,
    /// Closes on 27 November 2026; reading begins on the 30th; the panel meets on 10 December.
    pub autumn: RoundId,
    /// Closes on 26 February 2027; reading begins on the 28th; the panel meets on 11 March.
    pub spring: RoundId,
}

impl<'h> Scene<'h> {
    /// Sets the scene.
    #[track_caller]
    pub fn set(house: &'h House) -> Self {
        Self::set_in(house, &year())
    }

    /// Sets the scene in a year that is planned so; its first two rounds are `autumn` and `spring`.
    #[track_caller]
    pub fn set_in(house: &'h House, year: &PlanYear) -> Self {
        let (whinfell, thornbeck) = (house.school("Whinfell Primary"), house.school("Thornbeck School"));
        let reviewer = |given, family, school| house.person(given, family, &[Role::Reviewer], school);
        let coordinator = house.coordinator();
        let anwen = reviewer("Anwen", "Pugh", None);
        let rowan = reviewer("Rowan", "Ash", Some(thornbeck));
        let tamsin = reviewer("Tamsin", "Birk", Some(thornbeck));
        let idris = reviewer("Idris", "Cole", None);
        let mair = reviewer("Mair", "Dene", None);
        let ada = house.mentor("Ada", "Roe-Ashby", whinfell);
        let rounds = coordinator.plans(year);
        let (autumn, spring) = (rounds[0].id, rounds[1].id);
        for round in &rounds {
            let members = [anwen.id(), rowan.id(), tamsin.id(), idris.id(), mair.id()];
            coordinator.names_panel(round.id, anwen.id(), Some(idris.id()), &members);
        }
        Self { house, coordinator, anwen, rowan, tamsin, idris, mair, ada, whinfell, thornbeck, autumn, spring }
    }

    /// Turns to the day on which reading begins in autumn.
    pub fn reading_begins(&self) {
        self.house.turns_to("2026-11-30");
    }

    /// Turns to the day on which the panel of autumn meets.
    pub fn panel_meets(&self) {
        self.house.turns_to("2026-12-10");
    }

    /// Ada sends a portfolio for autumn.
    #[track_caller]
    pub fn ada_submits(&self) -> SubmissionId {
        self.ada.sends_a_portfolio(Qualification::Qms).submission.id
    }

    /// Rowan and Tamsin are to read it, and reading begins.
    #[track_caller]
    pub fn reviewers_get(&self, submission: SubmissionId) {
        self.coordinator.assigns(&self.rowan, submission);
        self.coordinator.assigns(&self.tamsin, submission);
        self.reading_begins();
    }

    /// Rowan and Tamsin read and agree, with those standards open.
    #[track_caller]
    pub fn reviewers_agree(&self, submission: SubmissionId, open: &[Standard]) {
        self.rowan.reviews_with_open(submission, open);
        self.tamsin.reviews_with_open(submission, open);
    }

    /// From sending to the decision that each of those mentors is awarded; nothing is released yet.
    #[track_caller]
    pub fn are_to_be_awarded(&self, mentors: &[&Actor<'_>]) {
        let sends = |mentor: &&Actor<'_>| mentor.sends_a_portfolio(Qualification::Qms).submission.id;
        let sent: Vec<SubmissionId> = mentors.iter().map(sends).collect();
        for submission in &sent {
            self.reviewers_get(*submission);
        }
        for submission in &sent {
            self.reviewers_agree(*submission, &[]);
        }
        self.panel_meets();
        for submission in sent {
            self.anwen.decides(submission, findings(&[]), "Thank you for this story.");
        }
    }

    /// From sending to the panel's decision, with those standards open; nothing is released yet.
    #[track_caller]
    pub fn ada_is_decided_on(&self, open: &[Standard]) -> SubmissionId {
        let submission = self.ada_submits();
        self.reviewers_get(submission);
        self.reviewers_agree(submission, open);
        self.panel_meets();
        self.anwen.decides(submission, findings(open), "Dear Ada, thank you for this story.");
        submission
    }

    /// From sending to the release, with those standards open.
    #[track_caller]
    pub fn ada_hears(&self, open: &[Standard]) -> SubmissionId {
        let submission = self.ada_is_decided_on(open);
        self.coordinator.releases(self.autumn);
        submission
    }
}
