//! The village: who gives the commands, what they know, and what is looked at after each.

use super::command::{Command, MENTORS, Open, REVIEWERS};
use crate::requests::NOTHING;
use cairn_shared::{
    award::{AwardDetail, AwardStatus, AwardSummary, Verification},
    candidacy::{CandidacySummary, Stage},
    decision::OutcomeDetail,
    edition::Hash,
    framework::{PerStandard, Standard},
    ids::{ConflictId, EntryId, PersonId, PieceId, PortfolioId, ReviewId, RoundId, SchoolId, SubmissionId},
    list::Page,
    paper::{PaperDetail, ReadOn, RegisterPaper},
    person::Role,
    portfolio::{ArrangePortfolio, Piece, PortfolioForm},
    qualification::Qualification,
    round::{Dates, NamePanel, PlanRound, PlanYear, RoundDates, RoundPhase, RoundSubmission, RoundSummary},
    submission::{Declaration, SubmissionDetail, SubmitPortfolio},
    time::{Date, Timestamp},
};
use cairn_tests::{Actor, Ask, House, Ledger, Reply, binder, findings, readings};
use serde_json::json;
use std::collections::HashMap;

/// What has to be declared, declared.
const DECLARED: Declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };

/// How often the new panel may meet until all are awarded: what an old one had decided is released first.
const MEETINGS: usize = 3;

/// A mentor, and what is known of them.
struct Mentor<'h> {
    actor: Actor<'h>,
    school: SchoolId,
    portfolio: PortfolioId,
    entries: Vec<EntryId>,
    sent: Vec<(SubmissionId, Hash)>,
    secured: PerStandard<bool>,
    has_left: bool,
}

/// A reviewer.
struct Reviewer<'h> {
    actor: Actor<'h>,
    has_left: bool,
}

/// The village.
pub struct Village<'h> {
    house: &'h House,
    office: Actor<'h>,
    mentors: Vec<Mentor<'h>>,
    reviewers: Vec<Reviewer<'h>>,
    rounds: Vec<RoundId>,
    reviews: HashMap<(usize, SubmissionId), ReviewId>,
    conflicts: Vec<ConflictId>,
    /// What the database holds, as long as nothing was done since it was read.
    ledger: Option<Ledger>,
    /// What mentors saw, as long as nothing was done since that they may see.
    seen: Option<Vec<String>>,
    looks: usize,
}

fn standards(open: Open) -> Vec<Standard> {
    Standard::ALL.iter().copied().enumerate().filter(|(bit, _)| open >> bit & 1 == 1).map(|(_, s)| s).collect()
}

/// A round that closes on that day.
fn round(name: &str, closes: Date) -> PlanRound {
    let dates = Dates {
        submit_by: closes,
        review_opens: closes.plus_days(2),
        review_by: closes.plus_days(10),
        meeting: closes.plus_days(13),
        tell_by: closes.plus_days(20),
    };
    let dates = RoundDates::new(dates).expect("dates follow each other");
    PlanRound { name: name.parse().expect("a name"), dates, readers: None }
}

impl<'h> Village<'h> {
    /// Two mentors at two schools, a panel from elsewhere, and two rounds.
    pub fn new(house: &'h House) -> Self {
        let office = house.coordinator();
        let mentors = (0..MENTORS).map(|number| {
            let school = house.school(&format!("School {number}"));
            let actor = house.mentor(&format!("Mentor{number}"), "Tarn", school);
            let portfolio = actor.starts(Qualification::Qms).portfolio_id;
            let secured = PerStandard::default();
            Mentor { actor, school, portfolio, entries: Vec::new(), sent: Vec::new(), secured, has_left: false }
        });
        let mentors = mentors.collect();
        let reviewers: Vec<Reviewer<'_>> = (0..REVIEWERS)
            .map(|number| house.person(&format!("Reviewer{number}"), "Fell", &[Role::Reviewer], None))
            .map(|actor| Reviewer { actor, has_left: false })
            .collect();
        let today = house.today();
        let year = PlanYear { rounds: vec![round("One", today.plus_days(3)), round("Two", today.plus_days(60))] };
        let rounds: Vec<RoundId> = office.plans(&year).iter().map(|round| round.id).collect();
        let people: Vec<PersonId> = reviewers.iter().map(|reviewer| reviewer.actor.id()).collect();
        for round in &rounds {
            office.names_panel(*round, people[0], Some(people[1]), &people);
        }
        Self {
            house,
            office,
            mentors,
            reviewers,
            rounds,
            reviews: HashMap::new(),
            conflicts: Vec::new(),
            ledger: None,
            seen: None,
            looks: 0,
        }
    }

    /// Carries a command out, and looks whether all is as it has to be. Whether it was done.
    pub fn carries_out(&mut self, command: Command) -> Result<bool, String> {
        if self.is_by_somebody_who_left(command) {
            return Ok(false);
        }
        if matches!(command, Command::Wait | Command::Next) {
            self.turns_the_clock(command);
            self.seen = None;
            return self.looks_around().map(|()| true);
        }
        if is_between_panel_and_office(command) && self.seen.is_none() {
            self.seen = Some(self.seen_by_mentors());
        }
        let ask = self.asks(command);
        // Whoever is about to judge has looked, which is noted.
        let known = self.ledger.take().filter(|_| !matches!(command, Command::Judge(..)));
        let before = known.unwrap_or_else(|| self.house.ledger());
        let reply = ask.send();
        if (200..300).contains(&reply.status) {
            self.learns(command, &reply);
            self.shows_nothing_early(command)?;
            self.looks_around().map(|()| true)
        } else {
            self.is_kind(command, &reply)?;
            self.changed_nothing(&before)?;
            self.ledger = Some(before);
            Ok(false)
        }
    }

    /// Mentors see nothing of what was done, if it was between panel and office.
    fn shows_nothing_early(&mut self, command: Command) -> Result<(), String> {
        if !is_between_panel_and_office(command) {
            self.seen = None;
        }
        match &self.seen {
            Some(seen) if self.seen_by_mentors() != *seen => {
                Err(format!("{command:?} shows before anything is released"))
            }
            _ => Ok(()),
        }
    }

    fn is_by_somebody_who_left(&self, command: Command) -> bool {
        use Command::*;
        match command {
            Write(m)
            | Bin(m)
            | BringBack(m)
            | Arrange(m)
            | Empty(m)
            | OnPaper(m)
            | Submit(m)
            | SubmitFor(m, _)
            | SendMixed(m)
            | SendPaper(m)
            | Describe(m)
            | Withdraw(m)
            | Reply(m) => self.mentors[m].has_left,
            Judge(r, ..)
            | Send(r, _)
            | Comment(r, _)
            | StepAside(r, _)
            | Decide(r, ..)
            | Undo(r, _)
            | CarryOver(r, _)
            | UndoCarryOver(r, _) => self.reviewers[r].has_left,
            _ => false,
        }
    }

    fn turns_the_clock(&self, command: Command) {
        let now = self.house.now();
        let moments = self.all_rounds().into_iter().flat_map(|round| {
            let Dates { submit_by, review_opens, meeting, .. } = round.dates;
            // What closes with the end of a day has closed on the next.
            [submit_by.plus_days(1), review_opens, meeting].map(|day| day.starts().plus_seconds(9 * 3600))
        });
        let next = moments.filter(|moment| *moment > now).min().unwrap_or_else(|| now.plus_days(20));
        let to = if command == Command::Wait { now.plus_seconds(5 * 3600) } else { next };
        self.house.state.clock.turn_to(to);
    }

    fn all_rounds(&self) -> Vec<RoundSummary> {
        self.office.sees::<Page<RoundSummary>>("/rounds?limit=100").items
    }

    /// The request that a command is.
    fn asks(&self, command: Command) -> Ask<'h> {
        use Command::*;
        match command {
            Write(_) | Bin(_) | BringBack(_) | Arrange(_) | Empty(_) | OnPaper(_) | Submit(_) | SubmitFor(..)
            | SendMixed(_) | SendPaper(_) | Describe(_) | Withdraw(_) | Reply(_) => self.asks_as_mentor(command),
            Judge(..) | Send(..) | Comment(..) | StepAside(..) | Decide(..) | Undo(..) | CarryOver(..)
            | UndoCarryOver(..) => self.asks_as_panel(command),
            _ => self.asks_as_office(command),
        }
    }

    fn asks_as_mentor(&self, command: Command) -> Ask<'h> {
        use Command::*;
        let arrange = |mentor: &Mentor<'h>, form, entries: &[EntryId]| {
            let piece = |entry: &EntryId| Piece::Entry { id: PieceId::new(uuid::Uuid::now_v7()), entry_id: *entry };
            let pieces = entries.iter().map(piece).collect();
            let path = format!("/portfolios/{}", mentor.portfolio);
            let version = mentor.actor.get(&path).expect(200).etag();
            let arrange = ArrangePortfolio { title: "Waiting".parse().expect("a title"), form, pieces };
            mentor.actor.ask("PUT", &path).if_match(&version).json(&arrange)
        };
        let submit = |mentor: &Mentor<'h>, round_id: Option<RoundId>, read_on: ReadOn| {
            let submit = SubmitPortfolio { declaration: DECLARED, round_id, read_on };
            mentor.actor.ask("POST", &format!("/portfolios/{}/submissions", mentor.portfolio)).json(&submit)
        };
        let paper = || binder(self.house.today());
        let first = |mentor: &Mentor<'h>| mentor.entries.first().map_or(NOTHING.into(), EntryId::to_string);
        match command {
            Write(m) => {
                let standards = ["s1", "s2", "s3", "s4"];
                let text = "I listened before I spoke.";
                let begin = json!({"text": text, "state": "kept", "standards": standards});
                self.mentors[m].actor.ask("POST", "/entries").json(&begin)
            }
            Bin(m) => self.mentors[m].actor.ask("DELETE", &format!("/entries/{}", first(&self.mentors[m]))),
            BringBack(m) => {
                self.mentors[m].actor.ask("POST", &format!("/entries/{}/restoration", first(&self.mentors[m])))
            }
            Arrange(m) => arrange(&self.mentors[m], PortfolioForm::Electronic, &self.mentors[m].entries),
            Empty(m) => arrange(&self.mentors[m], PortfolioForm::Electronic, &[]),
            OnPaper(m) => arrange(&self.mentors[m], PortfolioForm::Paper, &[]),
            Submit(m) => submit(&self.mentors[m], None, ReadOn::Electronic),
            SubmitFor(m, round) => submit(&self.mentors[m], Some(self.round(round)), ReadOn::Electronic),
            SendMixed(m) => submit(&self.mentors[m], None, ReadOn::Mixed { paper: paper() }),
            SendPaper(m) => submit(&self.mentors[m], None, ReadOn::Paper { paper: paper() }),
            Describe(m) => {
                let path = format!("/submissions/{}/paper", self.last_sent(m));
                let mentor = &self.mentors[m].actor;
                let version = mentor.get(&path).header("etag").unwrap_or("\"v1\"").to_owned();
                mentor.ask("PUT", &path).if_match(&version).json(&paper())
            }
            Withdraw(m) => self.mentors[m].actor.ask("POST", &format!("/submissions/{}/withdrawal", self.last_sent(m))),
            Reply(m) => {
                let mentor = &self.mentors[m].actor;
                let outcome = mentor.get(&format!("/submissions/{}/outcome", self.last_sent(m)));
                let first = (outcome.status == 200).then(|| outcome.json::<OutcomeDetail>());
                let first = first.and_then(|outcome| Some(outcome.suggestions.first()?.id.to_string()));
                let path = format!("/suggestions/{}/reply", first.unwrap_or_else(|| NOTHING.into()));
                mentor.ask("PUT", &path).json(&json!({"text": "There is more on page four."}))
            }
            _ => unreachable!("no mentor does that"),
        }
    }

    fn asks_as_panel(&self, command: Command) -> Ask<'h> {
        use Command::*;
        let as_reader = |r: usize, method: &str, m: usize, what: &str| {
            self.reviewers[r].actor.ask(method, &format!("/reviews/{}{what}", self.review(r, m)))
        };
        let as_chair = |r: usize, method: &str, m: usize, what: &str| {
            self.reviewers[r].actor.ask(method, &format!("/submissions/{}/{what}", self.last_sent(m)))
        };
        match command {
            Judge(r, m, open) => {
                let read = self.reviewers[r].actor.get(&format!("/reviews/{}", self.review(r, m)));
                let version = read.header("etag").unwrap_or("\"v1\"").to_owned();
                as_reader(r, "PUT", m, "/draft").if_match(&version).json(&readings(&standards(open)))
            }
            Send(r, m) => as_reader(r, "POST", m, "/sending"),
            Comment(r, m) => {
                as_reader(r, "POST", m, "/comments").json(&json!({"audience": "mentor", "text": "This says it well."}))
            }
            StepAside(r, m) => as_reader(r, "POST", m, "/conflict").json(&json!({})),
            Decide(r, m, open) => {
                let decide = json!({"findings": findings(&standards(open)), "message": "Thank you for this story."});
                as_chair(r, "PUT", m, "decision").json(&decide)
            }
            Undo(r, m) => as_chair(r, "DELETE", m, "decision"),
            CarryOver(r, m) => as_chair(r, "POST", m, "carry-over").json(&json!({"message": "We need more time."})),
            UndoCarryOver(r, m) => as_chair(r, "DELETE", m, "carry-over"),
            _ => unreachable!("no panel does that"),
        }
    }

    fn asks_as_office(&self, command: Command) -> Ask<'h> {
        use Command::*;
        let office = &self.office;
        let on_sent = |m: usize, what: &str| office.ask("POST", &format!("/submissions/{}/{what}", self.last_sent(m)));
        let leave = |who: PersonId| office.ask("POST", &format!("/people/{who}/departure"));
        let roles = |r: usize, roles: &[Role]| {
            let path = format!("/people/{}", self.reviewers[r].actor.id());
            let version = office.get(&path).expect(200).etag();
            office.ask("PATCH", &path).if_match(&version).json(&json!({"roles": roles}))
        };
        match command {
            Assign(r, m) => on_sent(m, "assignments").json(&json!({"reviewer_id": self.reviewers[r].actor.id()})),
            TakeBack(r, m) => office.ask("DELETE", &format!("/reviews/{}", self.review(r, m))),
            Remind(r, m) => office.ask("POST", &format!("/reviews/{}/nudges", self.review(r, m))),
            Register(m) => {
                let register = RegisterPaper {
                    qualification: Qualification::Qms,
                    title: "Waiting".parse().expect("a title"),
                    paper: binder(self.house.today()),
                    declaration: DECLARED,
                    round_id: None,
                };
                office.ask("POST", &format!("/people/{}/submissions", self.mentors[m].actor.id())).json(&register)
            }
            Receive(m) => on_sent(m, "receipt").json(&json!({"shelf": "Room 12"})),
            UndoReceipt(m) => office.ask("DELETE", &format!("/submissions/{}/receipt", self.last_sent(m))),
            Return(m) => on_sent(m, "return").json(&json!({"given_to": "Its mentor, in person"})),
            UndoReturn(m) => office.ask("DELETE", &format!("/submissions/{}/return", self.last_sent(m))),
            Declare(r, m) => {
                let (person, mentor) = (self.reviewers[r].actor.id(), self.mentors[m].actor.id());
                office.ask("POST", "/conflicts").json(&json!({"person_id": person, "mentor_id": mentor}))
            }
            WithdrawConflict => {
                let last = self.conflicts.last().map_or(NOTHING.into(), ConflictId::to_string);
                office.ask("DELETE", &format!("/conflicts/{last}"))
            }
            Come(r, m) => {
                let path = format!("/people/{}/memberships", self.reviewers[r].actor.id());
                office.ask("POST", &path).json(&json!({"school_id": self.mentors[m].school}))
            }
            Go(r, m) => {
                let (who, school) = (self.reviewers[r].actor.id(), self.mentors[m].school);
                office.ask("DELETE", &format!("/people/{who}/memberships/{school}"))
            }
            MentorLeaves(m) => leave(self.mentors[m].actor.id()),
            ReviewerLeaves(r) => leave(self.reviewers[r].actor.id()),
            InviteBack => {
                let who = self.somebody_who_left().map_or(NOTHING.into(), |who| who.to_string());
                office.ask("POST", &format!("/people/{who}/invitations"))
            }
            TakeRole(r) => roles(r, &[Role::SchoolLead]),
            GiveRole(r) => roles(r, &[Role::Reviewer]),
            Plan => {
                let plan = round(&format!("Round {}", self.rounds.len() + 1), self.house.today().plus_days(4));
                office.ask("POST", "/rounds").json(&PlanYear { rounds: vec![plan] })
            }
            MoveDates(number, from, days) => self.asks_to_move(number, from, days),
            NamePanel(number, chair, without) => {
                let people: Vec<PersonId> = self.reviewers.iter().map(|reviewer| reviewer.actor.id()).collect();
                let members = (0..REVIEWERS).filter(|r| *r == chair || *r != without).map(|r| people[r]).collect();
                self.asks_for_panel(self.round(number), people[chair], members)
            }
            Release(number) => office.ask("POST", &format!("/rounds/{}/release", self.round(number))),
            Correct(m, open) => on_sent(m, "corrections").json(&json!({
                "findings": findings(&standards(open)), "message": "It was there.", "reason": "A page was overlooked.",
            })),
            Revoke(m) => {
                let award = self.candidacy(m).and_then(|candidacy| candidacy.award_id);
                let award = award.map_or(NOTHING.into(), |award| award.to_string());
                office.ask("POST", &format!("/awards/{award}/revocation")).json(&json!({"reason": "A namesake."}))
            }
            _ => unreachable!("no office does that"),
        }
    }

    fn asks_to_move(&self, number: usize, from: usize, days: i8) -> Ask<'h> {
        let path = format!("/rounds/{}", self.round(number));
        let reply = self.office.get(&path).expect(200);
        let round: cairn_shared::round::RoundDetail = reply.json();
        let mut dates = round.round.dates;
        let Dates { submit_by, review_opens, review_by, meeting, tell_by } = &mut dates;
        for date in [submit_by, review_opens, review_by, meeting, tell_by].into_iter().skip(from) {
            *date = date.plus_days(i32::from(days));
        }
        self.office.ask("PATCH", &path).if_match(&reply.etag()).json(&json!({"dates": dates}))
    }

    fn asks_for_panel(&self, round: RoundId, chair: PersonId, members: Vec<PersonId>) -> Ask<'h> {
        let path = format!("/rounds/{round}");
        let version = self.office.get(&path).expect(200).etag();
        let deputy = members.iter().copied().find(|member| *member != chair);
        let panel = NamePanel { chair, deputy, members };
        self.office.ask("PUT", &format!("{path}/panel")).if_match(&version).json(&panel)
    }

    fn round(&self, number: usize) -> RoundId {
        self.rounds[number % self.rounds.len()]
    }

    fn last_sent(&self, mentor: usize) -> String {
        self.mentors[mentor].sent.last().map_or(NOTHING.into(), |(id, _)| id.to_string())
    }

    fn review(&self, reviewer: usize, mentor: usize) -> String {
        let last = self.mentors[mentor].sent.last();
        let review = last.and_then(|(submission, _)| self.reviews.get(&(reviewer, *submission)));
        review.map_or(NOTHING.into(), ReviewId::to_string)
    }

    fn somebody_who_left(&self) -> Option<PersonId> {
        let mentors = self.mentors.iter().filter(|mentor| mentor.has_left).map(|mentor| mentor.actor.id());
        let reviewers = self.reviewers.iter().filter(|reviewer| reviewer.has_left).map(|reviewer| reviewer.actor.id());
        mentors.chain(reviewers).next()
    }

    fn candidacy(&self, mentor: usize) -> Option<CandidacySummary> {
        let mentor = &self.mentors[mentor];
        if mentor.has_left { None } else { mentor.actor.candidacies().pop() }
    }

    /// What follows from a command that was done, for those who give further ones.
    fn learns(&mut self, command: Command, reply: &Reply) {
        use Command::*;
        match command {
            Write(m) => {
                let entry: cairn_shared::entry::EntryDetail = reply.json();
                self.mentors[m].entries.push(entry.id);
            }
            Submit(m) | SubmitFor(m, _) | SendMixed(m) | SendPaper(m) => {
                let sent: SubmissionDetail = reply.json();
                self.mentors[m].sent.push((sent.submission.id, sent.hash));
            }
            Register(m) => {
                let sheet: PaperDetail = reply.json();
                let sent = self.mentors[m].actor.submission(sheet.submission_id);
                self.mentors[m].sent.push((sent.submission.id, sent.hash));
            }
            Assign(r, _) => {
                let submission: RoundSubmission = reply.json();
                let who = self.reviewers[r].actor.id();
                let mine = submission.readers.iter().find(|reader| reader.person.id == who).expect("it is assigned");
                self.reviews.insert((r, submission.id), mine.review_id);
            }
            Declare(..) => {
                let conflict: cairn_shared::conflict::DeclaredConflict = reply.json();
                self.conflicts.push(conflict.id);
            }
            WithdrawConflict => drop(self.conflicts.pop()),
            MentorLeaves(m) => self.mentors[m].has_left = true,
            ReviewerLeaves(r) => self.reviewers[r].has_left = true,
            InviteBack => {
                // They sign in again: what they were signed in with has ended.
                self.house.waits(121);
                let who = self.somebody_who_left();
                for mentor in self.mentors.iter_mut().filter(|mentor| Some(mentor.actor.id()) == who) {
                    mentor.actor.signs_in();
                    mentor.has_left = false;
                }
                for reviewer in self.reviewers.iter_mut().filter(|reviewer| Some(reviewer.actor.id()) == who) {
                    reviewer.actor.signs_in();
                    reviewer.has_left = false;
                }
            }
            Plan => self.rounds.extend(reply.json::<Page<RoundSummary>>().items.iter().map(|round| round.id)),
            _ => {}
        }
    }

    /// What can't be done is said as a problem, and kindly.
    fn is_kind(&self, command: Command, reply: &Reply) -> Result<(), String> {
        let problem = || format!("{command:?} is answered with {} {}", reply.status, reply.text());
        if !matches!(reply.status, 403 | 404 | 409 | 422) {
            return Err(problem());
        }
        let said: cairn_shared::problem::Problem = serde_json::from_slice(&reply.body).map_err(|_| problem())?;
        let is_problem = reply.header("content-type") == Some("application/problem+json");
        let is_whole = said.status == reply.status && said.kind.starts_with("/problems#") && said.detail.ends_with('.');
        if is_problem && is_whole { Ok(()) } else { Err(problem()) }
    }

    fn changed_nothing(&self, before: &Ledger) -> Result<(), String> {
        let changed = self.house.ledger().differing_from(before);
        if changed.is_empty() { Ok(()) } else { Err(format!("what could not be done changed {changed:?}")) }
    }

    /// What mentors see of where they are.
    fn seen_by_mentors(&self) -> Vec<String> {
        let here = self.mentors.iter().filter(|mentor| !mentor.has_left);
        here.flat_map(|mentor| ["/candidacies", "/submissions"].map(|path| mentor.actor.get(path).expect(200).text()))
            .collect()
    }

    /// Whether all is as it has to be, whatever was done.
    fn looks_around(&mut self) -> Result<(), String> {
        self.looks += 1;
        for number in 0..MENTORS {
            let Some(candidacy) = self.candidacy(number) else { continue };
            let mentor = &mut self.mentors[number];
            for (standard, secured) in mentor.secured.iter() {
                if *secured && !candidacy.secured.get(standard) {
                    return Err(format!("standard {standard} of mentor {number} was secured and is open again"));
                }
            }
            if (candidacy.stage == Stage::Awarded) != candidacy.award_id.is_some() {
                return Err(format!("mentor {number} is {:?} with award {:?}", candidacy.stage, candidacy.award_id));
            }
            mentor.secured = candidacy.secured;
            let sent = mentor.sent.len();
            if sent > 0 && self.looks.is_multiple_of(4) {
                self.is_what_was_sealed(number, self.looks / 4 % sent)?;
            }
        }
        Ok(())
    }

    fn is_what_was_sealed(&self, mentor: usize, sent: usize) -> Result<(), String> {
        let mentor = &self.mentors[mentor];
        let (submission, hash) = mentor.sent[sent];
        let now = mentor.actor.submission(submission);
        if now.hash == hash && now.edition.hash() == hash {
            Ok(())
        } else {
            Err(format!("the edition of {submission} is no longer what was sealed"))
        }
    }

    /// Everyone comes back, a new panel takes over, and each mentor is awarded.
    pub fn ends_happily(&mut self) -> Result<(), String> {
        while self.somebody_who_left().is_some() {
            // So that no more than some invitations are sent within a quarter of an hour.
            self.house.waits(3600);
            let reply = self.asks(Command::InviteBack).send().expect(202);
            self.learns(Command::InviteBack, &reply);
        }
        let panel: Vec<Actor<'h>> =
            (0..5).map(|number| self.house.person(&format!("New{number}"), "Beck", &[Role::Reviewer], None)).collect();
        for _ in 0..MEETINGS {
            self.house.waits(3600);
            for mentor in 0..MENTORS {
                self.sends_if_it_is_needed(mentor);
            }
            for round in self.rounds_to_settle() {
                self.settles(round, &panel);
            }
            self.looks_around()?;
        }
        (0..MENTORS).try_for_each(|mentor| self.is_awarded(mentor))
    }

    fn sends_if_it_is_needed(&mut self, number: usize) {
        let stage = self.candidacy(number).map(|candidacy| candidacy.stage);
        if !matches!(stage, Some(Stage::Gathering | Stage::FurtherEvidence)) {
            return;
        }
        for command in [Command::Write(number), Command::BringBack(number), Command::Arrange(number)] {
            let reply = self.asks(command).send();
            assert!((200..300).contains(&reply.status), "{command:?}: {} {}", reply.status, reply.text());
            self.learns(command, &reply);
        }
        let reply = self.asks(Command::Submit(number)).send().expect(201);
        self.learns(Command::Submit(number), &reply);
    }

    /// The rounds in which something of the mentors' waits, by their meetings. What waits for a round gets one.
    fn rounds_to_settle(&mut self) -> Vec<RoundId> {
        let waits = |village: &Self| {
            let sent = village.mentors.iter().filter_map(|mentor| {
                let candidacy = mentor.actor.candidacies().pop()?;
                let is_sent = matches!(candidacy.stage, Stage::Submitted | Stage::InReview);
                is_sent.then(|| mentor.actor.submission(candidacy.submission_id?).submission.round.into()).flatten()
            });
            sent.collect::<Vec<Option<RoundSummary>>>()
        };
        if waits(self).iter().any(Option::is_none) {
            let reply = self.asks(Command::Plan).send().expect(201);
            self.learns(Command::Plan, &reply);
        }
        let mut rounds: Vec<(Date, RoundId)> = waits(self)
            .into_iter()
            .map(|round| round.expect("it has a round by now"))
            .map(|r| (r.dates.meeting, r.id))
            .collect();
        rounds.sort_unstable();
        rounds.dedup();
        rounds.into_iter().map(|(_, id)| id).collect()
    }

    /// The new panel reads what is in a round, meets, and decides that nothing is open where the old one had not decided
    /// yet; all is released.
    fn settles(&self, round: RoundId, panel: &[Actor<'h>]) {
        let members: Vec<PersonId> = panel.iter().map(Actor::id).collect();
        self.asks_for_panel(round, members[0], members).send().expect(200);
        let dates = self.office.round(round).round.dates;
        let reads = dates.review_opens.starts().plus_seconds(9 * 3600);
        let meets = dates.meeting.starts().plus_seconds(9 * 3600);
        self.not_before(reads);
        for submission in self.office.round(round).submissions {
            if submission.decided {
                continue;
            }
            for reader in &panel[1..3] {
                self.office.assigns(reader, submission.id);
            }
            if submission.form != PortfolioForm::Electronic {
                self.office.receives(submission.id, "Room 12");
            }
            for reader in &panel[1..3] {
                reader.reviews_with_open(submission.id, &[]);
            }
        }
        self.not_before(meets);
        let chair = &panel[0];
        for submission in self.office.round(round).submissions.iter().filter(|submission| !submission.decided) {
            if submission.carried_over {
                chair.delete(&format!("/submissions/{}/carry-over", submission.id)).expect(200);
            }
            chair.decides(submission.id, findings(&[]), "Thank you for this story.");
        }
        let released = self.office.releases(round);
        assert_eq!(released.round.phase, RoundPhase::Released);
    }

    fn not_before(&self, moment: Timestamp) {
        let now = self.house.now();
        // A quarter of an hour at the least, so that sign-ins are counted anew.
        self.house.state.clock.turn_to(now.plus_seconds(901).max(moment));
    }

    fn is_awarded(&self, number: usize) -> Result<(), String> {
        let mentor = &self.mentors[number].actor;
        let candidacy = self.candidacy(number).ok_or("a mentor is away")?;
        if candidacy.stage != Stage::Awarded {
            return Err(format!("mentor {number} is not awarded, but {:?}", candidacy.stage));
        }
        for sent in 0..self.mentors[number].sent.len() {
            self.is_what_was_sealed(number, sent)?;
        }
        let in_force = mentor.sees::<Page<AwardSummary>>("/awards").items;
        let in_force: Vec<_> = in_force.iter().filter(|award| award.status == AwardStatus::InForce).collect();
        if in_force.len() != 1 || Some(in_force[0].id) != candidacy.award_id {
            return Err(format!("mentor {number} holds {} awards", in_force.len()));
        }
        let award: AwardDetail = mentor.sees(&format!("/awards/{}", in_force[0].id));
        let ask = json!({"code": award.code, "family_name": mentor.name.family_name});
        let verified: Verification = self.house.ask("POST", "/verifications").json(&ask).send().expect(200).json();
        assert_eq!(verified.status, AwardStatus::InForce);
        Ok(())
    }
}

/// Whether a command is one of those of which mentors see nothing before a release.
fn is_between_panel_and_office(command: Command) -> bool {
    use Command::*;
    matches!(
        command,
        Assign(..)
            | TakeBack(..)
            | Remind(..)
            | Declare(..)
            | WithdrawConflict
            | NamePanel(..)
            | Judge(..)
            | Send(..)
            | Comment(..)
            | StepAside(..)
            | Decide(..)
            | Undo(..)
            | CarryOver(..)
            | UndoCarryOver(..)
    )
}
