//! Nobody is let in: every operation of the document, tried by everyone, with and without a token that holds.
//!
//! Who may is said in `table`. Each row is tried by the whole cast on one thing, and nothing may change by it; then
//! the right person gets the very same thing, so that no 404 is one because the stage was set wrong.

mod stage;
mod table;

use crate::requests::{Caller, NOTHING, Names, Request, nothing};
use cairn_shared::session::SignedIn;
use cairn_tests::{Actor, House, Operation, Reply, expect_each_operation, operations};
use serde_json::{Value, json};
use stage::{Stage, Thing};
use std::{collections::BTreeMap, fmt};
use table::{
    CAST, On, Row, Rule, TABLE,
    Who::{self, Owner, OwnerOfAllRoles},
};

/// After so many rows the clock goes on by a quarter of an hour, after which sign-ins are counted anew.
const ROWS: usize = 25;

/// What a rule means for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It is done, or read.
    Done,
    /// The list comes, and it is in it.
    InIt,
    /// The list comes without it.
    WithoutIt,
    /// It is there, and for somebody else.
    ForOthers,
    /// There is nothing.
    Nothing,
    /// It is over, or never was.
    Over,
}

fn answer(rule: Rule, who: Who) -> Answer {
    let is_in = |those: &[Who]| those.contains(&who);
    match rule {
        Rule::Public | Rule::Everyone => Answer::Done,
        Rule::Only(those) | Rule::SeenBy(those, _) | Rule::Held(those) if is_in(those) => Answer::Done,
        Rule::SeenBy(_, others) if is_in(others) => Answer::ForOthers,
        Rule::Listed(those) | Rule::ListedWithin(those, _) if is_in(those) => Answer::InIt,
        Rule::ListedWithin(_, others) if is_in(others) => Answer::WithoutIt,
        Rule::Listed(_) => Answer::WithoutIt,
        Rule::Held(_) => Answer::Over,
        Rule::Only(_) | Rule::SeenBy(..) | Rule::ListedWithin(..) => Answer::Nothing,
    }
}

fn is_owned(on: On) -> bool {
    use On::*;
    !matches!(
        on,
        Nothing
            | Achievement
            | StatusList
            | PrintRun
            | Celebration
            | PlannedCelebration
            | PastCelebration
            | Invitation
            | Round
            | OpenRound
            | SettledRound
            | LostPhone
            | Invited
            | Stay
            | Import
            | School
    )
}

fn is_for_the_meeting(on: On) -> bool {
    matches!(on, On::BeforeThePanel | On::Decided | On::CarriedOver)
}

/// Everyone of the cast who tries a thing: with its owner, if it has one. What is public is asked for once.
fn cast(row: &Row, all_roles: bool) -> Vec<Who> {
    let owner = is_owned(row.1).then_some(if all_roles { OwnerOfAllRoles } else { Owner });
    let most = if matches!(row.2, Rule::Public) { 1 } else { usize::MAX };
    owner.into_iter().chain(CAST.iter().copied()).take(most).collect()
}

/// The kinds of owners that a thing is tried with.
fn kinds(on: On) -> &'static [bool] {
    if is_owned(on) { &[false, true] } else { &[false] }
}

/// Whether who gets it done uses it up. What is only looked at stays as it is.
fn uses_up(operation: &Operation) -> bool {
    operation.method != "GET"
}

/// How many things a row needs: one for each who uses one up; where parts are tried, another whose part it isn't.
fn demand(row: &Row, operation: &Operation, all_roles: bool) -> usize {
    let done = cast(row, all_roles).into_iter().filter(|who| answer(row.2, *who) == Answer::Done).count();
    let used_up = if uses_up(operation) { done } else { 0 };
    used_up.max(1) + usize::from(operation.path.contains("{part_id}"))
}

fn operation(row: &Row) -> &'static Operation {
    operations().iter().find(|operation| operation.id == row.0).unwrap_or_else(|| panic!("{} is an operation", row.0))
}

/// What a problem says, without the id of its request.
fn said(reply: &Reply) -> String {
    let mut body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    body["instance"] = Value::Null;
    // A body that was not read to its end closes the connection, or not, as it happens.
    let names = reply.headers.keys().map(|name| name.as_str());
    let mut headers: Vec<&str> = names.filter(|name| *name != "connection").collect();
    headers.sort_unstable();
    format!("{} {body} {headers:?}", reply.status)
}

/// Tokens of people who are nobody here any more, or never were.
struct Nobodies(Vec<(&'static str, Option<String>)>);

impl Nobodies {
    /// Makes them; `old` is a token of some days ago.
    fn of(stage: &Stage<'_>, number: usize, old: &str) -> Self {
        let token = |who: &Actor<'_>| who.signs_in().json::<SignedIn>();
        let coordinator = stage.who(Who::Coordinator);
        let signed_out = token(coordinator);
        coordinator.delete(&format!("/sessions/{}", signed_out.me.session_id)).expect(204);
        let roles = cairn_shared::person::Role::ALL;
        let leaves = stage.house.person(&format!("Left{number}"), "Cast", roles, Some(stage.whinfell));
        let left = token(&leaves).access_token;
        coordinator.does(&format!("/people/{}/departure", leaves.id())).expect(200);
        let living = token(coordinator).access_token;
        let (head, signature) = living.rsplit_once('.').expect("a token has three parts");
        let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
        Self(vec![
            ("without a token", None),
            ("with nonsense for a token", Some("nonsense".into())),
            ("with a forged token", Some(forged)),
            ("with a token that is over", Some(old.into())),
            ("signed out", Some(signed_out.access_token)),
            ("having left", Some(left)),
        ])
    }
}

/// The whole table, on one stage.
struct Trial<'h> {
    stage: Stage<'h>,
    number: usize,
    wrong: Vec<String>,
}

impl<'h> Trial<'h> {
    fn set(house: &'h House) -> Self {
        let mut stage = Stage::set(house);
        let mut wanted: BTreeMap<(On, bool), usize> = BTreeMap::new();
        for row in TABLE {
            for all_roles in kinds(row.1) {
                *wanted.entry((row.1, *all_roles)).or_default() += demand(row, operation(row), *all_roles);
            }
        }
        stage.provides(&wanted);
        Self { stage, number: 0, wrong: Vec::new() }
    }

    fn tries(&mut self, rows: impl Iterator<Item = &'static Row>, old: &str) {
        let mut nobodies = Nobodies::of(&self.stage, self.number, old);
        for row in rows {
            for all_roles in kinds(row.1) {
                if self.number % ROWS == ROWS - 1 {
                    self.stage.house.waits(901);
                    nobodies = Nobodies::of(&self.stage, self.number, old);
                }
                self.tries_row(row, *all_roles, &nobodies);
            }
        }
    }

    fn tries_row(&mut self, row: &Row, all_roles: bool, nobodies: &Nobodies) {
        let operation = operation(row);
        let mut things: Vec<Thing<'h>> =
            (0..demand(row, operation, all_roles)).map(|_| self.stage.take(row.1, all_roles)).collect();
        let other = operation.path.contains("{part_id}").then(|| things.pop()).flatten();
        self.number += 1;
        let names = self.stage.names();
        let mut trial = RowTrial {
            stage: &self.stage,
            row,
            operation,
            cast: cast(row, all_roles),
            names: &names,
            number: self.number,
            wrong: Vec::new(),
        };
        trial.without_a_token_that_holds(&things[0], nobodies);
        trial.by_who_may_not(&things[0]);
        if let Some(other) = &other {
            trial.on_a_part_of_another(&things[0], other);
        }
        trial.by_who_may(&things);
        self.wrong.append(&mut trial.wrong);
    }
}

/// One row, with owners of one kind.
struct RowTrial<'t, 'h> {
    stage: &'t Stage<'h>,
    row: &'t Row,
    operation: &'t Operation,
    cast: Vec<Who>,
    names: &'t Names,
    number: usize,
    wrong: Vec<String>,
}

impl<'t, 'h> RowTrial<'t, 'h> {
    fn answer(&self, who: Who) -> Answer {
        answer(self.row.2, who)
    }

    /// Those of the cast who get such an answer.
    fn those(&self, wanted: impl Fn(Answer) -> bool) -> Vec<Who> {
        self.cast.iter().copied().filter(|who| wanted(self.answer(*who))).collect()
    }

    /// Who of the cast that is, for that thing.
    fn person(&self, thing: &'t Thing<'h>, who: Who) -> &'t Actor<'h> {
        match who {
            Owner | OwnerOfAllRoles => thing.owner.as_deref().expect("a thing with an owner"),
            who => self.stage.who(who),
        }
    }

    fn request<'r>(&'r self, thing: &'r Thing<'h>, version: &'r str) -> Request<'r> {
        Request {
            operation: self.operation,
            names: self.names,
            id: &thing.id,
            part: thing.part(self.operation).unwrap_or_default(),
            version,
            certificate: &thing.certificate,
            number: self.number,
        }
    }

    /// The version of today, as the first who may read it reads it.
    fn version(&self, thing: &'t Thing<'h>) -> String {
        if !self.operation.asks_for_version {
            return String::new();
        }
        let right = self.those(|answer| answer == Answer::Done)[0];
        let (whole, _) = self.operation.path.split_once("{id}").expect("what has a version has an id");
        let itself = operations().iter().any(|other| other.method == "GET" && other.path == self.operation.path);
        let read = |at: &str| self.person(thing, right).get(at).expect(200);
        let of_itself =
            if itself { read(&self.operation.at(&thing.id, "")).header("etag").map(str::to_owned) } else { None };
        // What is only a list on paper has the version of the whole.
        of_itself.unwrap_or_else(|| read(&format!("{whole}{}", thing.id)).etag())
    }

    fn note(&mut self, who: &dyn fmt::Debug, reply: &Reply, expected: &str) {
        let said: String = reply.text().chars().take(200).collect();
        let Row(operation, on, _) = self.row;
        self.wrong.push(format!("{operation} on {on:?} by {who:?}: {expected}, but it is {} {said}", reply.status));
    }

    fn without_a_token_that_holds(&mut self, thing: &'t Thing<'h>, nobodies: &Nobodies) {
        if self.operation.is_public {
            return;
        }
        let version = self.version(thing);
        for (how, token) in &nobodies.0 {
            let reply = self.request(thing, &version).by(Caller::Holder(self.stage.house, token.as_deref()));
            if reply.status != 401 {
                self.note(how, &reply, "401 was expected");
            }
        }
    }

    /// To who may not it is as if there were nothing, and nothing changes.
    fn by_who_may_not(&mut self, thing: &'t Thing<'h>) {
        let denied = self.those(|answer| matches!(answer, Answer::Nothing | Answer::ForOthers | Answer::Over));
        if denied.is_empty() {
            return;
        }
        let version = self.version(thing);
        let before = self.stage.house.ledger();
        let nothing = nothing(self.operation);
        for who in denied {
            let caller = Caller::Person(self.person(thing, who));
            let reply = self.request(thing, &version).by(caller);
            match self.answer(who) {
                Answer::ForOthers if reply.status != 403 => self.note(&who, &reply, "403 was expected"),
                Answer::Nothing if reply.status != 404 => self.note(&who, &reply, "404 was expected"),
                Answer::Over if reply.status != 409 => self.note(&who, &reply, "409 was expected"),
                Answer::Nothing | Answer::Over if self.operation.has_id() || !thing.id.is_empty() => {
                    let nothing = Request { id: &nothing, ..self.request(thing, &version) }.by(caller);
                    if said(&reply) != said(&nothing) {
                        self.note(&who, &reply, &format!("{} was expected, as of nothing", said(&nothing)));
                    }
                }
                _ => {}
            }
        }
        let changed = self.stage.house.ledger().differing_from(&before);
        if !changed.is_empty() {
            self.wrong.push(format!("{} on {:?} by who may not changed {changed:?}", self.row.0, self.row.1));
        }
    }

    /// A part of another whole is not there, not even for who may have both.
    fn on_a_part_of_another(&mut self, thing: &'t Thing<'h>, other: &'t Thing<'h>) {
        let right = self.those(|answer| answer == Answer::Done)[0];
        let version = self.version(thing);
        let part = other.part(self.operation).expect("it has a part of that kind");
        let reply = Request { part, ..self.request(thing, &version) }.by(Caller::Person(self.person(thing, right)));
        if reply.status != 404 {
            self.note(&right, &reply, "404 was expected for a part of another");
        }
    }

    /// Who may gets the very same thing; each further one a fresh one, because the first may have used it up.
    fn by_who_may(&mut self, things: &'t [Thing<'h>]) {
        let mut fresh = things.iter();
        for who in self.those(|answer| matches!(answer, Answer::Done | Answer::InIt | Answer::WithoutIt)) {
            let answer = self.answer(who);
            let is_fresh = answer == Answer::Done && uses_up(self.operation);
            let thing = if is_fresh { fresh.next().expect("a fresh thing") } else { &things[0] };
            let version = self.version(thing);
            let request = Request { number: self.number * 100 + who as usize, ..self.request(thing, &version) };
            let reply = match self.row.2 {
                Rule::Public => public(&request, self.stage.house, thing),
                _ => request.by(Caller::Person(self.person(thing, who))),
            };
            if !self.operation.successes.contains(&reply.status) {
                self.note(&who, &reply, &format!("{:?} was expected", self.operation.successes));
            }
            let is_in_it = reply.text().contains(&thing.id);
            match answer {
                Answer::InIt if !is_in_it => self.note(&who, &reply, "it should be in the list"),
                Answer::WithoutIt if is_in_it => self.note(&who, &reply, "it should not be in the list"),
                _ => {}
            }
        }
    }
}

/// Asks without a token; where a file is opened, with a ticket of its owner's.
fn public(request: &Request<'_>, house: &House, thing: &Thing<'_>) -> Reply {
    let caller = Caller::Holder(house, None);
    match (&thing.owner, request.operation.id.as_str()) {
        (Some(owner), "read_file") => {
            let ticket: Value = owner.does(&format!("/evidence/{}/tickets", thing.id)).expect(201).json();
            let ticket = ticket["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a ticket");
            Request { id: ticket, ..*request }.by(caller)
        }
        _ => request.by(caller),
    }
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    expect_each_operation(|_| true, TABLE.iter().map(|row| row.0));
}

#[test]
fn what_the_document_calls_public_is_what_the_table_does() {
    for row in TABLE {
        assert_eq!(operation(row).is_public, matches!(row.2, Rule::Public), "{}", row.0);
    }
}

#[test]
fn everyone_gets_what_is_theirs_and_nobody_else_learns_that_it_is_there() {
    let house = House::open();
    let old = house.coordinator().signs_in().json::<SignedIn>().access_token;
    let mut trial = Trial::set(&house);
    trial.tries(TABLE.iter().filter(|row| !is_for_the_meeting(row.1)), &old);
    trial.stage.meets();
    trial.tries(TABLE.iter().filter(|row| is_for_the_meeting(row.1)), &old);
    assert!(trial.wrong.is_empty(), "{} answers are wrong:\n{}", trial.wrong.len(), trial.wrong.join("\n"));
}

/// A scene with a file in a submission that a panel reads.
mod files {
    use super::*;
    use cairn_shared::{framework::Standard, ids::SubmissionId, qualification::Qualification};
    use cairn_tests::{Scene, findings};

    /// Ada sends a portfolio with a file, and reading begins.
    fn sends_a_file(scene: &Scene<'_>) -> (SubmissionId, String) {
        let ada = &scene.ada;
        let entry = ada.notes_all_four();
        let path = format!("/entries/{entry}/evidence?name=plan.txt");
        let file = ada.ask("POST", &path).body("application/octet-stream", "What we planned.");
        let with: Value = file.send().expect(201).json();
        let evidence = with["evidence"][0]["id"].as_str().expect("an id").to_owned();
        let nobody = json!({"pupils": "not_identifiable"});
        ada.ask("PATCH", &format!("/evidence/{evidence}")).json(&nobody).send().expect(200);
        let portfolio = ada.starts(Qualification::Qms).portfolio_id;
        ada.arranges(&portfolio, &[entry]);
        let submission = ada.submits(&portfolio).submission.id;
        scene.reviewers_get(submission);
        (submission, evidence)
    }

    /// The address, below `/api/v1`, that a ticket gives.
    fn ticket(actor: &Actor<'_>, evidence: &str) -> String {
        let ticket: Value = actor.does(&format!("/evidence/{evidence}/tickets")).expect(201).json();
        ticket["url"].as_str().and_then(|url| url.strip_prefix("/api/v1")).expect("an address").to_owned()
    }

    fn opens(scene: &Scene<'_>, ticket: &str) -> u16 {
        scene.house.ask("GET", ticket).send().status
    }

    fn opens_not(actor: &Actor<'_>, evidence: &str) {
        actor.does(&format!("/evidence/{evidence}/tickets")).problem(404, "not-found");
    }

    #[test]
    fn a_ticket_holds_for_a_minute() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        let address = ticket(&scene.rowan, &evidence);
        assert_eq!(opens(&scene, &address), 200);
        house.waits(61);
        assert_eq!(opens(&scene, &address), 404);
    }

    #[test]
    fn a_ticket_ends_with_the_session_that_asked_for_it() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        let signed_in: SignedIn = scene.rowan.signs_in().json();
        let bearer = format!("Bearer {}", signed_in.access_token);
        let asked = house.ask("POST", &format!("/evidence/{evidence}/tickets")).header("authorization", &bearer).send();
        let asked: Value = asked.expect(201).json();
        let address = asked["url"].as_str().and_then(|url| url.strip_prefix("/api/v1")).expect("an address");
        assert_eq!(opens(&scene, address), 200);
        scene.rowan.delete(&format!("/sessions/{}", signed_in.me.session_id)).expect(204);
        assert_eq!(opens(&scene, address), 404);
    }

    #[test]
    fn a_ticket_ends_with_the_right_to_open_the_file() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (submission, evidence) = sends_a_file(&scene);
        let (of_rowan, of_tamsin) = (ticket(&scene.rowan, &evidence), ticket(&scene.tamsin, &evidence));
        let review = scene.rowan.reads(submission).review.id;
        scene.rowan.post(&format!("/reviews/{review}/conflict"), &json!({})).expect(204);
        assert_eq!(opens(&scene, &of_rowan), 404);
        assert_eq!(opens(&scene, &of_tamsin), 200);
    }

    #[test]
    fn a_ticket_is_no_access_token_and_an_access_token_no_ticket() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        let address = ticket(&scene.rowan, &evidence);
        let token = address.strip_prefix("/files/").expect("the address of a file");
        house.ask("GET", "/me").header("authorization", &format!("Bearer {token}")).send().problem(401, "sign-in");
        let access = scene.rowan.signs_in().json::<SignedIn>().access_token;
        house.ask("GET", &format!("/files/{access}")).send().problem(404, "not-found");
    }

    #[test]
    fn a_file_of_a_submission_is_opened_only_by_who_may_read_it() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        for reads in [&scene.rowan, &scene.tamsin, &scene.anwen, &scene.ada] {
            assert_eq!(opens(&scene, &ticket(reads, &evidence)), 200, "{}", reads.name.full());
        }
        for other in [&scene.idris, &scene.mair, &scene.coordinator] {
            opens_not(other, &evidence);
        }
    }

    #[test]
    fn the_deputy_opens_a_file_where_the_chair_has_a_conflict() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        opens_not(&scene.idris, &evidence);
        scene.coordinator.declares(&scene.anwen, &scene.ada);
        opens_not(&scene.anwen, &evidence);
        assert_eq!(opens(&scene, &ticket(&scene.idris, &evidence)), 200);
    }

    #[test]
    fn whoever_no_longer_reads_for_the_panel_opens_nothing() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (_, evidence) = sends_a_file(&scene);
        for reader in [&scene.rowan, &scene.anwen] {
            ticket(reader, &evidence);
            let path = format!("/people/{}", reader.id());
            scene.coordinator.changes("PATCH", &path, &path, &json!({"roles": ["mentor"]})).expect(200);
            opens_not(reader, &evidence);
        }
    }

    #[test]
    fn what_was_taken_back_is_open_to_its_mentor_alone() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (submission, evidence) = sends_a_file(&scene);
        house.turns_to("2026-11-26");
        scene.ada.does(&format!("/submissions/{submission}/withdrawal")).expect(200);
        scene.reading_begins();
        for other in [&scene.rowan, &scene.anwen] {
            opens_not(other, &evidence);
        }
        assert_eq!(opens(&scene, &ticket(&scene.ada, &evidence)), 200);
    }

    #[test]
    fn a_released_submission_stays_open_to_its_readers() {
        let house = House::open();
        let scene = Scene::set(&house);
        let (submission, evidence) = sends_a_file(&scene);
        scene.reviewers_agree(submission, &[]);
        scene.panel_meets();
        scene.anwen.decides(submission, findings(&[Standard::S2]), "Nearly there.");
        scene.coordinator.releases(scene.autumn);
        assert_eq!(opens(&scene, &ticket(&scene.rowan, &evidence)), 200);
        opens_not(&scene.mair, &evidence);
    }
}

/// Ids that stand in a body are no way around.
mod bodies {
    use super::*;
    use cairn_tests::Scene;

    #[test]
    fn an_entry_of_somebody_else_is_as_unknown_as_one_that_is_not() {
        let house = House::open();
        let scene = Scene::set(&house);
        let bede = house.mentor("Bede", "Holm", scene.whinfell);
        let foreign = bede.notes("A word at the gate.").to_string();
        let path =
            format!("/portfolios/{}", scene.ada.starts(cairn_shared::qualification::Qualification::Qms).portfolio_id);
        let arrange = |entry: &str| {
            let piece = json!({"kind": "entry", "id": NOTHING, "entry_id": entry});
            let run = json!({"title": "Mine", "form": "electronic", "pieces": [piece]});
            scene.ada.changes("PUT", &path, &path, &run)
        };
        arrange(&foreign).field("/pieces/0/entry_id", "not_yours");
        assert_eq!(said(&arrange(&foreign)), said(&arrange(NOTHING)));
        arrange(&scene.ada.notes("Mine.").to_string()).expect(200);
    }

    #[test]
    fn a_comment_stands_only_in_what_one_reads() {
        let house = House::open();
        let scene = Scene::set(&house);
        let submission = scene.ada_submits();
        scene.reviewers_get(submission);
        let read = scene.rowan.reads(submission);
        let not_sent = scene.ada.notes("Not sent.").to_string();
        let path = format!("/reviews/{}/comments", read.review.id);
        let comment =
            |entry: &str| scene.rowan.post(&path, &json!({"entry_id": entry, "audience": "panel", "text": "Lovely."}));
        comment(&not_sent).field("/entry_id", "unknown");
        assert_eq!(said(&comment(&not_sent)), said(&comment(NOTHING)));
        let sealed = read.edition.entries().next().expect("an entry").id.to_string();
        comment(&sealed).expect(201);
    }
}
