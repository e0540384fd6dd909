//! The stage of the access table: the cast, and a fresh thing for each try, in the state that the row asks for.

use super::table::{
    CAST, On,
    Who::{self, *},
};
use crate::requests::{Names, celebration, csv, open_round, round};
use cairn_shared::{
    award::{AwardDetail, AwardSummary},
    celebration::{CelebrationDetail, InvitedGuest},
    entry::EntryDetail,
    framework::Standard,
    ids::{EntryId, PersonId, PortfolioId, RoundId, SchoolId, SubmissionId},
    import::ImportSummary,
    list::Page,
    paper::ReadOn,
    person::{PersonSummary, Role},
    print_run::{PrintRun, PrintStage},
    qualification::Qualification,
    review::ReviewDetail,
    round::PlanYear,
    session::SignedIn,
    submission::SubmissionDetail,
};
use cairn_tests::{Actor, Authenticator, House, Operation, binder, findings, readings, until};
use serde_json::{Value, json};
use std::{collections::BTreeMap, rc::Rc};

/// When everything is written and sent.
const WRITING: &str = "2026-11-24";
/// When what was sent for the first round is read.
const FIRST_READING: &str = "2026-11-25";
/// When the panel of the first round meets.
const FIRST_MEETING: &str = "2026-11-27";
/// When something is celebrated that is over when things are tried.
const BEFORE_READING: &str = "2026-11-28";
/// When something is celebrated that is still to come then.
const LATER: &str = "2027-01-15";
/// When what was sent for autumn is read. What the first panel decided is released.
const READING: &str = "2026-11-30";
/// When the panel of autumn meets.
const MEETING: &str = "2026-12-10";

/// So many people sign in before the clock goes on by a quarter of an hour, after which sign-ins are counted anew.
const SIGN_INS: usize = 60;

/// Something that is tried.
pub struct Thing<'h> {
    /// Whose it is, if it is a mentor's.
    pub owner: Option<Rc<Actor<'h>>>,
    /// Its id.
    pub id: String,
    /// Its parts, by what they are called in addresses.
    pub parts: BTreeMap<&'static str, String>,
    /// What its certificate says, if it is an award.
    pub certificate: Value,
}

impl<'h> Thing<'h> {
    /// The part of it that an operation is about, if it is about one.
    pub fn part(&self, operation: &Operation) -> Option<&str> {
        let (before, _) = operation.path.split_once("/{part_id}")?;
        self.parts.get(before.rsplit('/').next()?).map(String::as_str)
    }

    fn new(owner: Option<&Rc<Actor<'h>>>, id: impl ToString) -> Self {
        Self { owner: owner.cloned(), id: id.to_string(), parts: BTreeMap::new(), certificate: Value::Null }
    }

    fn with(mut self, part: &'static str, id: impl ToString) -> Self {
        self.parts.insert(part, id.to_string());
        self
    }
}

/// A mentor's writing.
struct Written {
    entry: EntryDetail,
    candidacy: String,
    portfolio: PortfolioId,
}

/// The rounds.
pub struct Rounds {
    /// Released before anything is tried.
    first: RoundId,
    /// Read, and then before the panel, while things are tried.
    pub autumn: RoundId,
    /// Open all the while.
    spring: RoundId,
}

/// The stage.
pub struct Stage<'h> {
    /// Where.
    pub house: &'h House,
    /// The owners' school.
    pub whinfell: SchoolId,
    /// The rounds.
    pub rounds: Rounds,
    cast: Vec<(Who, Actor<'h>)>,
    private: Vec<Rc<Actor<'h>>>,
    stock: BTreeMap<(On, bool), Vec<Thing<'h>>>,
    count: usize,
}

fn settled_round() -> PlanYear {
    let days = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-20"];
    PlanYear { rounds: vec![round("Last term", days)] }
}

impl<'h> Stage<'h> {
    /// Sets the stage.
    pub fn set(house: &'h House) -> Self {
        house.turns_to(WRITING);
        let whinfell = house.school("Whinfell Primary");
        let (thornbeck, fellside) = (house.school("Thornbeck School"), house.school("Fellside School"));
        let person = |who: Who| {
            let (roles, school): (&[Role], _) = match who {
                Owner | OwnerOfAllRoles => unreachable!("an owner is another person for each thing"),
                Mentor => (&[Role::Mentor], Some(fellside)),
                Colleague => (&[Role::Mentor], Some(whinfell)),
                LeadMentor => (&[Role::LeadMentor], Some(whinfell)),
                Reader | OtherReader => (&[Role::Reviewer], Some(thornbeck)),
                FormerReader | PanelMember | Outsider | Chair | Deputy => (&[Role::Reviewer], None),
                Conflicted => (&[Role::Reviewer], Some(whinfell)),
                Coordinator => (&[Role::Coordinator], None),
                ConflictedCoordinator => (&[Role::Coordinator], Some(whinfell)),
                SchoolLead => (&[Role::SchoolLead], Some(whinfell)),
                OtherLead => (&[Role::SchoolLead], Some(thornbeck)),
            };
            (who, house.person(&format!("{who:?}"), "Cast", roles, school))
        };
        let cast: Vec<(Who, Actor<'_>)> = CAST.iter().map(|who| person(*who)).collect();
        let office = cast.iter().find(|(who, _)| *who == Coordinator).map(|(_, actor)| actor);
        let planned = office.expect("a coordinator").plans(&PlanYear {
            rounds: vec![
                round("First", ["2026-11-24", "2026-11-25", "2026-11-26", FIRST_MEETING, "2026-12-01"]),
                round("Autumn", ["2026-11-25", READING, "2026-12-08", MEETING, "2026-12-18"]),
                round("Spring", ["2027-02-26", "2027-02-28", "2027-03-09", "2027-03-11", "2027-03-19"]),
            ],
        });
        let rounds = Rounds { first: planned[0].id, autumn: planned[1].id, spring: planned[2].id };
        Self { house, whinfell, rounds, cast, private: Vec::new(), stock: BTreeMap::new(), count: 0 }
    }

    /// Who and what is named in requests.
    pub fn names(&self) -> Names {
        let mentor = self.who(Mentor);
        Names {
            address: mentor.address(),
            link: mentor.link.clone(),
            reviewer: self.who(Outsider).id(),
            panel: [Chair, Deputy, PanelMember].map(|who| self.who(who).id()),
            school: self.whinfell,
            round: self.rounds.first,
        }
    }

    /// One of the cast.
    pub fn who(&self, who: Who) -> &Actor<'h> {
        let found = self.cast.iter().find(|(other, _)| *other == who);
        &found.unwrap_or_else(|| panic!("{who:?} is of the cast")).1
    }

    /// Takes a fresh thing. If it has an owner, they hold all roles, or only that of a mentor.
    pub fn take(&mut self, on: On, all_roles: bool) -> Thing<'h> {
        let stock = self.stock.get_mut(&(on, all_roles));
        let thing = stock.and_then(Vec::pop).unwrap_or_else(|| panic!("there is a {on:?} in stock"));
        match on {
            On::NewAddress => self.with_a_link(thing),
            On::NewApp => self.with_a_code(thing),
            On::App => self.with_a_recovery_code(thing),
            _ => thing,
        }
    }

    /// A link to another address doesn't hold for as long as all this takes: it is asked for at the moment.
    fn with_a_link(&self, thing: Thing<'h>) -> Thing<'h> {
        let owner = thing.owner.as_ref().expect("whose address it is");
        let address = format!("moved-{}", owner.address());
        owner.post("/me/email-changes", &json!({"email": address})).expect(200);
        Thing { id: self.house.token_in("/email-change/", &address), ..thing }
    }

    /// Nor does what an app shows.
    fn with_a_code(&self, thing: Thing<'h>) -> Thing<'h> {
        let app = Authenticator::begin(thing.owner.as_ref().expect("whose app it is"));
        Thing { id: app.shows(self.house.now()), ..thing }
    }

    fn with_a_recovery_code(&self, thing: Thing<'h>) -> Thing<'h> {
        let app = Authenticator::set_up(thing.owner.as_ref().expect("whose app it is"));
        Thing { id: app.recovery[0].clone(), ..thing }
    }

    /// Writes, sends, assigns and decides so much of each, and turns to the day on which reading for autumn begins.
    pub fn provides(&mut self, wanted: &BTreeMap<(On, bool), usize>) {
        self.private = vec![self.owner(false), self.owner(true)];
        for (&(on, all_roles), &count) in wanted {
            let things = (0..count).map(|_| self.begun(on, all_roles)).collect();
            self.stock.insert((on, all_roles), things);
        }
        self.panels();
        self.assigns();
        self.house.turns_to(FIRST_READING);
        self.both_read(
            self.rounds.first,
            &[On::Released, On::Suggestion, On::Award, On::RenamedAward, On::ShownCredential],
        );
        self.house.turns_to(FIRST_MEETING);
        self.releases();
        self.celebrates();
        self.house.turns_to(READING);
        self.reads();
        self.both_read(self.rounds.autumn, &[On::BeforeThePanel, On::Decided, On::CarriedOver]);
    }

    /// Turns to the day on which the panel of autumn meets.
    pub fn meets(&mut self) {
        self.house.turns_to(MEETING);
        for (on, thing) in self.things(&[On::Decided, On::CarriedOver]) {
            let chair = self.who(Chair);
            match on {
                On::Decided => drop(chair.decides(thing, findings(&[Standard::S2]), "Nearly there.")),
                _ => {
                    let words = json!({"message": "We would like more time for this."});
                    chair.post(&format!("/submissions/{thing}/carry-over"), &words).expect(200);
                }
            }
        }
    }

    /// The submissions in stock of those kinds.
    fn things(&self, kinds: &[On]) -> Vec<(On, SubmissionId)> {
        let of = |((on, _), things): (&(On, bool), &Vec<Thing<'_>>)| {
            let on = *on;
            things.iter().map(move |thing| (on, thing.id.parse().expect("a submission"))).collect::<Vec<_>>()
        };
        self.stock.iter().filter(|((on, _), _)| kinds.contains(on)).flat_map(of).collect()
    }

    fn owner(&mut self, all_roles: bool) -> Rc<Actor<'h>> {
        self.count += 1;
        if self.count.is_multiple_of(SIGN_INS) {
            self.house.waits(901);
        }
        let roles: &[Role] = if all_roles { Role::ALL } else { &[Role::Mentor] };
        Rc::new(self.house.person(&format!("Owner{}", self.count), "Thrang", roles, Some(self.whinfell)))
    }

    fn begun(&mut self, on: On, all_roles: bool) -> Thing<'h> {
        match on {
            // Those of what is celebrated are found once there is something.
            On::Nothing
            | On::PrintRun
            | On::Celebration
            | On::PlannedCelebration
            | On::PastCelebration
            | On::Invitation => Thing::new(None, ""),
            On::Entry | On::Evidence | On::Device => self.private_thing(on, all_roles),
            On::Candidacy | On::Portfolio => {
                let owner = self.owner(all_roles);
                let written = writes(&owner);
                match on {
                    On::Candidacy => Thing::new(Some(&owner), written.candidacy),
                    _ => Thing::new(Some(&owner), written.portfolio),
                }
            }
            On::SentToday | On::SentOnPaper | On::CoverSheet | On::PaperHere | On::PaperTakenBack | On::PaperGone => {
                self.sent(on, all_roles, self.rounds.spring)
            }
            On::BeingRead
            | On::PaperBeingRead
            | On::CoverSheetBeingRead
            | On::SealedEvidence
            | On::Review
            | On::SentReview
            | On::SentReviewForPanel
            | On::BeforeThePanel
            | On::Decided
            | On::CarriedOver => self.sent(on, all_roles, self.rounds.autumn),
            On::Released | On::Suggestion | On::Award | On::RenamedAward | On::ShownCredential => {
                self.sent(on, all_roles, self.rounds.first)
            }
            On::Achievement => Thing::new(None, "qms"),
            On::StatusList => Thing::new(None, 1),
            On::Round => Thing::new(None, self.rounds.autumn),
            On::OpenRound => Thing::new(None, self.who(Coordinator).plans(&open_round())[0].id),
            On::SettledRound => Thing::new(None, self.who(Coordinator).plans(&settled_round())[0].id),
            On::Conflict => {
                let owner = self.owner(all_roles);
                let conflict = self.who(Coordinator).declares(self.who(PanelMember), &owner);
                Thing::new(Some(&owner), conflict.id)
            }
            On::Person | On::NewAddress | On::NewApp | On::App => {
                let owner = self.owner(all_roles);
                Thing::new(Some(&owner), owner.id())
            }
            On::LostPhone => {
                let owner = self.owner(all_roles);
                Authenticator::set_up(&owner);
                Thing::new(None, owner.id())
            }
            On::Invited => Thing::new(None, self.invited(None)),
            On::Stay => {
                let school = self.house.school("A school of their own");
                Thing::new(None, self.invited(Some(school))).with("memberships", school)
            }
            On::Import => self.import(),
            On::School => Thing::new(None, self.whinfell),
        }
    }

    fn import(&mut self) -> Thing<'h> {
        self.count += 1;
        let row = 1 + self.count;
        let file = csv(row, &format!("row{row}@cairn.example"));
        let ask = self.who(Coordinator).ask("POST", "/imports?name=mentors.csv").body("text/csv", file);
        Thing::new(None, ask.send().expect(201).json::<ImportSummary>().id).with("rows", row)
    }

    fn invited(&mut self, school: Option<SchoolId>) -> PersonId {
        self.count += 1;
        let person = json!({
            "given_name": "Invited", "family_name": "Person", "email": format!("invited{}@cairn.example", self.count),
            "roles": ["mentor"], "school_id": school,
        });
        self.who(Coordinator).post("/people", &person).expect(201).json::<PersonSummary>().name.id
    }

    fn private_thing(&self, on: On, all_roles: bool) -> Thing<'h> {
        let owner = &self.private[usize::from(all_roles)];
        match on {
            On::Device => {
                let device: SignedIn = owner.signs_in().json();
                Thing::new(Some(owner), device.me.session_id)
            }
            On::Evidence => {
                let entry = with_evidence(owner, &owner.notes("A photo of the plan, with what came of it."));
                Thing::new(Some(owner), entry.evidence[0].id)
            }
            _ => {
                let entry = owner.notes("I listened before I spoke, and counted to seven.");
                let links = owner.links(&entry, "listened before I spoke", Standard::S1, "That I listen.").links;
                // Written on another device at the same time: it is kept as a version.
                let path = format!("/entries/{entry}");
                let other =
                    owner.ask("PATCH", &path).if_match("\"v0\"").json(&json!({"text": "Another way to say it."}));
                other.send().problem(412, "stale");
                let versions: Value = owner.sees(&format!("{path}/versions"));
                let version = versions["items"][0]["id"].as_str().expect("a version");
                Thing::new(Some(owner), entry).with("links", links[0].id).with("versions", version)
            }
        }
    }

    fn sent(&mut self, on: On, all_roles: bool, round: RoundId) -> Thing<'h> {
        let owner = self.owner(all_roles);
        let written = writes(&owner);
        if on == On::SealedEvidence {
            let evidence = with_evidence(&owner, &written.entry.id).evidence[0].id;
            let nobody = json!({"pupils": "not_identifiable"});
            owner.ask("PATCH", &format!("/evidence/{evidence}")).json(&nobody).send().expect(200);
        }
        let declared = json!({"own_work": true, "nobody_identifiable": true});
        let read_on =
            if on.is_paper() { ReadOn::Paper { paper: binder(self.house.today()) } } else { ReadOn::Electronic };
        let submit = json!({"declaration": declared, "round_id": round, "read_on": read_on});
        let path = format!("/portfolios/{}/submissions", written.portfolio);
        let sent: SubmissionDetail = owner.post(&path, &submit).expect(201).json();
        let id = sent.submission.id;
        self.hands_in(on, &owner, id);
        match on {
            On::CoverSheet | On::CoverSheetBeingRead => Thing::new(Some(&owner), owner.paper(id).paper.code),
            _ => Thing::new(Some(&owner), id),
        }
    }

    /// The paper comes in, and goes back, as far as it is to have got.
    fn hands_in(&self, on: On, owner: &Actor<'_>, submission: SubmissionId) {
        let office = self.who(Coordinator);
        if matches!(on, On::PaperHere | On::PaperTakenBack | On::PaperGone) {
            office.receives(submission, "Room 12");
        }
        if matches!(on, On::PaperTakenBack | On::PaperGone) {
            owner.does(&format!("/submissions/{submission}/withdrawal")).expect(200);
        }
        if on == On::PaperGone {
            office.tries_to_return(submission, "Its mentor, in person").expect(200);
        }
    }

    fn panels(&self) {
        let mut members: Vec<PersonId> = [Reader, OtherReader, FormerReader, PanelMember, Conflicted, Chair, Deputy]
            .map(|w| self.who(w).id())
            .into();
        let read = [
            On::BeingRead,
            On::PaperBeingRead,
            On::CoverSheetBeingRead,
            On::BeforeThePanel,
            On::Decided,
            On::CarriedOver,
        ];
        let owners = read.map(|on| self.stock.get(&(on, true)));
        members.extend(owners.into_iter().flatten().flatten().filter_map(|t| t.owner.as_ref()).map(|o| o.id()));
        for round in [self.rounds.first, self.rounds.autumn] {
            let (chair, deputy) = (self.who(Chair).id(), self.who(Deputy).id());
            self.who(Coordinator).names_panel(round, chair, Some(deputy), &members);
        }
    }

    /// Everything that was sent for the first round and for autumn gets its readers; one of them is taken back.
    fn assigns(&self) {
        for round in [self.rounds.first, self.rounds.autumn] {
            for submission in self.who(Coordinator).round(round).submissions {
                for reader in [Reader, OtherReader] {
                    self.who(Coordinator).assigns(self.who(reader), submission.id);
                }
                let with = self.who(Coordinator).assigns(self.who(FormerReader), submission.id);
                let former = with.readers.iter().find(|r| r.person.id == self.who(FormerReader).id());
                let review = former.expect("the third reader").review_id;
                self.who(Coordinator).delete(&format!("/reviews/{review}")).expect(204);
            }
        }
    }

    /// Both readers of what is in stock of those kinds send what they find.
    fn both_read(&self, round: RoundId, kinds: &[On]) {
        let wanted: Vec<SubmissionId> = self.things(kinds).into_iter().map(|(_, submission)| submission).collect();
        let submissions = self.who(Coordinator).round(round).submissions;
        let readers = submissions.iter().filter(|s| wanted.contains(&s.id)).flat_map(|s| &s.readers);
        for reading in readers {
            let both = [Reader, OtherReader].map(|who| self.who(who));
            let reader = both.into_iter().find(|reader| reader.id() == reading.person.id).expect("one of the two");
            reader.judges(reading.review_id, &readings(&[]));
            reader.sends(reading.review_id);
        }
    }

    /// The first panel decides on everything, and all is released.
    fn releases(&mut self) {
        for (on, submission) in
            self.things(&[On::Released, On::Suggestion, On::Award, On::RenamedAward, On::ShownCredential])
        {
            let open: &[Standard] =
                if matches!(on, On::Award | On::RenamedAward | On::ShownCredential) { &[] } else { &[Standard::S2] };
            self.who(Chair).decides(submission, findings(open), "Thank you for this story.");
        }
        self.who(Coordinator).releases(self.rounds.first);
        for ((on, _), things) in &mut self.stock {
            for thing in things {
                let Some(owner) = thing.owner.clone() else { continue };
                match on {
                    On::Suggestion => {
                        let submission: SubmissionId = thing.id.parse().expect("a submission");
                        thing.id = owner.hears(submission).suggestions[0].id.to_string();
                    }
                    On::Award | On::RenamedAward => {
                        if *on == On::RenamedAward {
                            owner.ask("PATCH", "/me").json(&json!({"given_name": "Renamed"})).send().expect(200);
                        }
                        let award = owner.sees::<Page<AwardSummary>>("/awards").items[0].id;
                        let award: AwardDetail = owner.sees(&format!("/awards/{award}"));
                        thing.id = award.award.id.to_string();
                        thing.certificate = json!({"code": award.code, "family_name": award.holder.family_name});
                    }
                    On::ShownCredential => {
                        let award = owner.sees::<Page<AwardSummary>>("/awards").items[0].id;
                        let shown = owner.ask("PUT", &format!("/awards/{award}/publication"));
                        let shown: AwardDetail = shown.json(&json!({"in_register": false})).send().expect(200).json();
                        let address = shown.credential_url.expect("it is signed");
                        thing.id = address.rsplit('/').next().expect("an id").to_owned();
                    }
                    _ => {}
                }
            }
        }
    }

    /// What was awarded is printed and celebrated: one evening for all who look at one, because a whole round is invited to it.
    fn celebrates(&mut self) {
        let (printed, evening) = (self.prints(), self.plans(LATER));
        let path = format!("/celebrations/{evening}/invitations");
        self.who(Coordinator).does(&path).expect(200);
        let guests: Page<InvitedGuest> = self.who(Coordinator).sees(&format!("{path}?limit=100"));
        let leads = guests.items.iter().find(|guest| guest.person.id == self.who(SchoolLead).id());
        let invitation = leads.expect("who leads the school is invited").invitation.id.to_string();
        let mut stock = std::mem::take(&mut self.stock);
        for ((on, _), things) in &mut stock {
            for thing in things {
                match on {
                    On::PrintRun => thing.id.clone_from(&printed),
                    On::Celebration => thing.id.clone_from(&evening),
                    On::Invitation => thing.id.clone_from(&invitation),
                    On::PlannedCelebration => thing.id = self.plans(LATER),
                    On::PastCelebration => thing.id = self.plans(BEFORE_READING),
                    _ => {}
                }
            }
        }
        self.stock = stock;
    }

    fn prints(&self) -> String {
        let office = self.who(Coordinator);
        let begun: PrintRun = office.post("/print-runs", &json!({"round_id": self.rounds.first})).expect(201).json();
        let path = format!("/print-runs/{}", begun.id);
        until("the certificates are printed", || office.sees::<PrintRun>(&path).stage == PrintStage::Ready);
        begun.id.to_string()
    }

    fn plans(&self, day: &str) -> String {
        let plan = celebration(day, self.rounds.first);
        self.who(Coordinator).post("/celebrations", &plan).expect(201).json::<CelebrationDetail>().id.to_string()
    }

    /// What is read begins to be read: a comment, a draft, and where the row asks for it a review that is sent.
    fn reads(&mut self) {
        let submissions = self.who(Coordinator).round(self.rounds.autumn).submissions;
        let mut stock = std::mem::take(&mut self.stock);
        for ((on, _), things) in &mut stock {
            for thing in things {
                let submission = submissions.iter().find(|s| s.id.to_string() == thing.id);
                match (on, submission) {
                    (On::Review | On::SentReview | On::SentReviewForPanel, Some(submission)) => {
                        let readers = submission.readers.iter();
                        let mine = readers.filter(|r| r.person.id == self.who(Reader).id()).map(|r| r.review_id).next();
                        let review = mine.expect("the reader reads it");
                        let audience = if *on == On::SentReviewForPanel { "panel" } else { "mentor" };
                        thing.id = review.to_string();
                        let comment = self.reads_one(&thing.id, audience, *on != On::Review);
                        thing.parts.insert("comments", comment);
                    }
                    (On::SealedEvidence, Some(_)) => {
                        let owner = thing.owner.as_ref().expect("its mentor");
                        let sent: SubmissionDetail = owner.sees(&format!("/submissions/{}", thing.id));
                        let evidence = sent.edition.entries().flat_map(|entry| &entry.evidence).next();
                        thing.id = evidence.expect("it was sealed").id.to_string();
                    }
                    _ => {}
                }
            }
        }
        self.stock = stock;
    }

    fn reads_one(&self, review: &str, audience: &str, sends: bool) -> String {
        let (reader, path) = (self.who(Reader), format!("/reviews/{review}"));
        let comment = json!({"audience": audience, "text": "This says it well."});
        let read: ReviewDetail = reader.post(&format!("{path}/comments"), &comment).expect(201).json();
        reader.judges(review.parse().expect("a review"), &readings(&[]));
        if sends {
            reader.sends(review.parse().expect("a review"));
        }
        read.comments[0].id.to_string()
    }
}

/// A mentor writes, and arranges what they wrote.
fn writes(owner: &Actor<'_>) -> Written {
    let entry: EntryId = owner.notes("I listened before I spoke. We planned the lesson together.");
    let started = owner.starts(Qualification::Qms);
    let portfolio = started.portfolio_id;
    owner.arranges(&portfolio, &[entry]);
    Written { entry: owner.entry(&entry), candidacy: started.id.to_string(), portfolio }
}

/// An entry gets a file.
fn with_evidence(owner: &Actor<'_>, entry: &EntryId) -> EntryDetail {
    let path = format!("/entries/{entry}/evidence?name=plan.txt");
    owner.ask("POST", &path).body("application/octet-stream", "What we planned.").send().expect(201).json()
}
