//! Two worlds: the same house, built with and without what somebody must not know of, looks the same to them.
//!
//! A person sweeps through every operation that looks, with every id that they know or could guess, and tries every
//! command on what is hidden. What comes back is written down, with ids, times and addresses of houses taken out, and
//! compared word for word. So is what is written to them.

use crate::requests::{Caller, NOTHING, Names, Request, celebration, csv, no_code, round};
use cairn_shared::{
    award::{AwardDetail, AwardSummary},
    celebration::{CelebrationDetail, InvitedGuest},
    decision::OutcomeDetail,
    framework::Standard,
    ids::{CelebrationId, ImportId, InvitationId, PersonId, PrintRunId, RoundId, SchoolId, SubmissionId},
    import::ImportSummary,
    list::Page,
    paper::{CoverCode, ReadOn},
    person::Role,
    print_run::PrintRun,
    qualification::Qualification,
    round::PlanYear,
    session::SignedIn,
    submission::SubmissionDetail,
};
use cairn_tests::{Actor, House, Operation, Reply, binder, expect_each_operation, findings, operations, readings};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
    thread,
};

/// Each operation that looks, and how it is asked: queries of lists. Those with an id are asked with each id that one
/// knows or could guess. `~` stands for a word of what is hidden.
const LOOKS: &[(&str, &[&str])] = &[
    ("list_awards", &["", "?limit=1"]),
    ("read_award", &[""]),
    ("read_badge", &[""]),
    ("read_certificate", &[""]),
    ("list_round_awards", &[""]),
    ("read_badge_keys", &[""]),
    ("read_print_run", &[""]),
    ("read_print_run_document", &[""]),
    ("list_celebrations", &["", "?limit=1"]),
    ("read_celebration", &[""]),
    ("list_guests", &["", "?limit=1"]),
    ("read_invitation", &[""]),
    ("propose_table_plan", &["", "?seats=2"]),
    ("read_caterer_list", &["", "?form=csv"]),
    ("read_door_list", &["", "?form=csv"]),
    ("read_running_list", &["", "?form=csv"]),
    ("read_celebration_calendar", &[""]),
    ("read_calendar_feed", &[""]),
    ("read_credential", &[""]),
    ("read_achievement", &[""]),
    ("read_achievement_image", &[""]),
    ("read_issuer", &[""]),
    ("read_status_list", &[""]),
    ("list_candidacies", &[""]),
    ("list_conflicts", &["", "?limit=1"]),
    ("find_paper", &[""]),
    ("list_entries", &["", "?search=~", "?search=bracken", "?standard=s1", "?state=draft", "?binned=true", "?limit=1"]),
    ("read_entry", &[""]),
    ("list_versions", &["", "?limit=1"]),
    ("read_file", &[""]),
    ("read_framework", &[""]),
    ("list_imports", &["", "?limit=1"]),
    ("read_import", &[""]),
    ("download_import_rows", &["", "?state=new"]),
    ("list_import_rows", &["", "?state=new", "?limit=1"]),
    ("read_me", &[""]),
    ("list_people", &["", "?search=~", "?role=mentor", "?limit=5"]),
    ("read_invitations", &[""]),
    ("read_person", &[""]),
    ("read_portfolio", &[""]),
    ("preview_portfolio", &[""]),
    ("list_reviews", &["", "?limit=1"]),
    ("read_review", &[""]),
    ("list_rounds", &["", "?limit=1"]),
    ("read_round", &[""]),
    ("read_board", &[""]),
    ("list_schools", &["", "?search=whinfell", "?phase=primary", "?limit=1"]),
    ("read_school", &[""]),
    ("read_second_step", &[""]),
    ("list_sessions", &[""]),
    ("read_story", &[""]),
    ("list_submissions", &["", "?limit=1"]),
    ("read_submission", &[""]),
    ("read_comments", &[""]),
    ("read_decision", &[""]),
    ("read_outcome", &[""]),
    ("read_paper", &[""]),
];

/// The nouns whose things can be hidden: every command on one of them is tried.
const HIDDEN: &[&str] = &[
    "awards",
    "candidacies",
    "celebrations",
    "cover-sheets",
    "entries",
    "evidence",
    "imports",
    "invitations",
    "portfolios",
    "print-runs",
    "public",
    "reviews",
    "sessions",
    "submissions",
    "suggestions",
];

/// How one world differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum World {
    /// Morwenna sends a portfolio, a part of it on paper, and the panel reads it and decides. Wyn does too. Somebody
    /// sends a file in which Morwenna stands.
    With,
    /// She never sends it.
    Without,
    /// The panel finds something else in both, and says it in other words.
    OtherWords,
    /// The panel does nothing at all with what Wyn sent.
    Untouched,
}

impl World {
    const ALL: [World; 4] = [World::With, World::Without, World::OtherWords, World::Untouched];

    /// Whether somebody's view of it is compared with that of another.
    fn is_looked_at_by(self, who: Who) -> bool {
        match self {
            World::With => true,
            World::Without => who != Wyn,
            World::OtherWords => matches!(who, Coordinator | Wyn | Free),
            World::Untouched => who == Wyn,
        }
    }
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Who {
    /// On the panel, and at Morwenna's school.
    SameSchool,
    /// On the panel, and at her school until half a year ago.
    OnceSameSchool,
    /// On the panel, and supports her.
    Supporter,
    /// On the panel, and is supported by her.
    Supported,
    /// On the panel, with a declared conflict.
    Declared,
    /// The chair, with a declared conflict.
    Chair,
    /// A coordinator at her school, who keeps the logistics.
    Coordinator,
    /// Leads her school. She shares no stage.
    SchoolLead,
    /// A lead mentor at her school.
    LeadMentor,
    /// A mentor at her school, who sends a portfolio too.
    Colleague,
    /// Reads for the panel, has no conflict, and so may see the difference.
    Free,
    /// At her school, holds every role, is on the panel, and sends a portfolio too.
    Wyn,
}
use Who::*;

/// To whom a world without what Morwenna sent looks the same.
const MUST_NOT_KNOW: &[Who] =
    &[SameSchool, OnceSameSchool, Supporter, Supported, Declared, Chair, SchoolLead, LeadMentor, Colleague];

/// When one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Moment {
    /// Everything is sent, and reading has not begun.
    Open,
    /// Reading has begun: one of two has sent their view.
    Reading,
    /// The panel has decided on a part.
    Meeting,
    /// It has decided on everything.
    Decided,
    /// All is released.
    Released,
}

/// What somebody found: by when and who, what was asked and what came back.
type Found = HashMap<(Moment, Who), Vec<(String, String)>>;

/// What can be asked for, by noun: what it is, and its id.
type Known = BTreeMap<&'static str, Vec<(String, String)>>;

impl Who {
    const ALL: [Who; 12] = [
        SameSchool,
        OnceSameSchool,
        Supporter,
        Supported,
        Declared,
        Chair,
        Coordinator,
        SchoolLead,
        LeadMentor,
        Colleague,
        Free,
        Wyn,
    ];
    /// Those on the panel, beside its readers.
    const PANEL: [Who; 8] = [SameSchool, OnceSameSchool, Supporter, Supported, Declared, Chair, Free, Wyn];

    fn roles(self) -> &'static [Role] {
        match self {
            SchoolLead => &[Role::SchoolLead],
            LeadMentor => &[Role::LeadMentor],
            Colleague => &[Role::Mentor],
            Coordinator => &[Role::Coordinator],
            Wyn => Role::ALL,
            _ => &[Role::Reviewer],
        }
    }

    /// When they look: always, where they are close to what is hidden, or else when most is to be seen.
    fn moments(self) -> &'static [Moment] {
        match self {
            Declared | Chair => &ALWAYS,
            Coordinator | Wyn => &BEFORE_RELEASE,
            Free => &[Moment::Open, Moment::Reading, Moment::Meeting, Moment::Decided],
            LeadMentor | Colleague => &[Moment::Reading, Moment::Released],
            // After the release there is an award, which is the school's to celebrate.
            SchoolLead => &[Moment::Reading, Moment::Decided],
            SameSchool | OnceSameSchool | Supporter | Supported => &[Moment::Reading, Moment::Decided],
        }
    }

    fn is_at_her_school(self) -> bool {
        matches!(self, SameSchool | OnceSameSchool | Coordinator | SchoolLead | LeadMentor | Colleague | Wyn)
    }
}

/// A world in which the story is told, up to where it is.
struct Story<'h> {
    house: &'h House,
    world: World,
    office: Actor<'h>,
    deputy: Actor<'h>,
    rowan: Actor<'h>,
    tamsin: Actor<'h>,
    morwenna: Actor<'h>,
    catrin: Actor<'h>,
    who: Vec<(Who, Actor<'h>)>,
    whinfell: SchoolId,
    fellside: SchoolId,
    autumn: RoundId,
    spring: RoundId,
    /// Whose is what: their writing, and what they sent.
    written: Vec<Written>,
    /// The file in which Morwenna stands.
    import: Option<ImportId>,
    /// An evening that is planned for Morwenna, and to which nobody is invited.
    surprise: Option<CelebrationId>,
    /// An evening to which everybody is invited who was awarded.
    evening: Option<CelebrationId>,
    /// Morwenna's invitation to it.
    invitation: Option<InvitationId>,
    /// Certificates, hers among them.
    printed: Option<PrintRunId>,
}

/// What a mentor wrote and sent.
struct Written {
    of: &'static str,
    entry: String,
    evidence: String,
    candidacy: String,
    portfolio: String,
    submission: Option<SubmissionId>,
    /// On the cover sheet of what is on paper.
    code: Option<CoverCode>,
}

impl<'h> Story<'h> {
    /// Everyone is there, the round is planned, and conflicts are known.
    fn begins(house: &'h House, world: World) -> Self {
        house.turns_to("2026-11-24");
        let (whinfell, fellside) = (house.school("Whinfell Primary"), house.school("Fellside School"));
        let reviewer = |given| house.person(given, "Reader", &[Role::Reviewer], None);
        let person = |who: Who| {
            let school = who.is_at_her_school().then_some(whinfell);
            (who, house.person(&format!("{who:?}"), "Looks", who.roles(), school))
        };
        let office = house.coordinator();
        let autumn = round("Autumn", ["2026-11-27", "2026-11-30", "2026-12-08", "2026-12-10", "2026-12-18"]);
        let spring = round("Spring", ["2027-02-26", "2027-02-28", "2027-03-09", "2027-03-11", "2027-03-19"]);
        let rounds = office.plans(&PlanYear { rounds: vec![autumn, spring] });
        let story = Self {
            house,
            world,
            deputy: reviewer("Idris"),
            rowan: reviewer("Rowan"),
            tamsin: reviewer("Tamsin"),
            morwenna: house.mentor("Morwenna", "Bracken", whinfell),
            catrin: house.mentor("Catrin", "Tarn", fellside),
            who: Who::ALL.map(person).into(),
            office,
            whinfell,
            fellside,
            autumn: rounds[0].id,
            spring: rounds[1].id,
            written: Vec::new(),
            import: None,
            surprise: None,
            evening: None,
            invitation: None,
            printed: None,
        };
        story.conflicts();
        let mut members: Vec<PersonId> = Who::PANEL.map(|who| story.of(who).id()).into();
        members.extend([&story.deputy, &story.rowan, &story.tamsin].map(Actor::id));
        story.office.names_panel(story.autumn, story.of(Chair).id(), Some(story.deputy.id()), &members);
        story
    }

    fn of(&self, who: Who) -> &Actor<'h> {
        &self.who.iter().find(|(other, _)| *other == who).expect("everyone is there").1
    }

    fn conflicts(&self) {
        for who in [Declared, Chair] {
            self.office.declares(self.of(who), &self.morwenna);
        }
        let once = self.of(OnceSameSchool).id();
        self.office.delete(&format!("/people/{once}/memberships/{}?last_day=2026-05-31", self.whinfell)).expect(204);
        let (supporter, supported, her) = (self.of(Supporter).id(), self.of(Supported).id(), self.morwenna.id());
        supports(self.house, supporter, her);
        supports(self.house, her, supported);
    }

    /// Mentors write, send what they wrote, and readers are found for it.
    fn sends(&mut self) {
        let is_with = self.world != World::Without;
        let paper = || ReadOn::Mixed { paper: binder(self.house.today()) };
        self.written = vec![
            writes(self.of(Colleague), "the colleague's", Some(ReadOn::Electronic)),
            writes(&self.catrin, "Catrin's", Some(paper())),
            writes(self.of(Wyn), "Wyn's", Some(paper())),
            writes(&self.morwenna, "Morwenna's", is_with.then(paper)),
        ];
        self.import = is_with.then(|| {
            let file = csv(2, &self.morwenna.address());
            let sent = self.office.ask("POST", "/imports?name=mentors.csv").body("text/csv", file).send();
            sent.expect(201).json::<ImportSummary>().id
        });
        self.surprise = is_with.then(|| self.plans("2027-02-12"));
        for written in &self.written {
            let Some(submission) = written.submission else { continue };
            if self.is_untouched(written) {
                continue;
            }
            self.office.assigns(&self.rowan, submission);
            self.office.assigns(&self.tamsin, submission);
            if written.of == "Catrin's" {
                self.office.assigns(self.of(Declared), submission);
                self.office.assigns(self.of(Supporter), submission);
            }
        }
    }

    fn plans(&self, day: &str) -> CelebrationId {
        self.office.post("/celebrations", &celebration(day, self.autumn)).expect(201).json::<CelebrationDetail>().id
    }

    /// What was awarded is celebrated and printed.
    fn celebrates(&mut self) {
        let evening = self.plans("2027-01-22");
        let path = format!("/celebrations/{evening}/invitations");
        self.office.does(&path).expect(200);
        let guests: Page<InvitedGuest> = self.office.sees(&path);
        let hers = guests.items.iter().find(|guest| guest.person.id == self.morwenna.id());
        self.invitation = hers.map(|guest| guest.invitation.id);
        self.evening = Some(evening);
        let printed: PrintRun = self.office.post("/print-runs", &json!({"round_id": self.autumn})).expect(201).json();
        self.printed = hers.map(|_| printed.id);
    }

    fn is_untouched(&self, written: &Written) -> bool {
        self.world == World::Untouched && written.of == "Wyn's"
    }

    /// What of a portfolio would need a little more, if anything.
    fn open(&self, written: &Written) -> &'static [Standard] {
        match (written.of, self.world) {
            ("Catrin's", _) => &[Standard::S2],
            ("Wyn's" | "Morwenna's", World::OtherWords) => &[Standard::S3, Standard::S4],
            _ => &[],
        }
    }

    /// What there is on paper.
    fn on_paper(&self) -> impl Iterator<Item = SubmissionId> {
        self.written.iter().filter(|written| written.code.is_some()).filter_map(|written| written.submission)
    }

    fn reads(&self, reader: &Actor<'_>, written: &Written) {
        let Some(submission) = written.submission.filter(|_| !self.is_untouched(written)) else { return };
        let review = reader.reads(submission).review.id;
        let words = if self.world == World::OtherWords { "A little more here." } else { "This says it well." };
        for audience in ["mentor", "panel"] {
            let comment = json!({"audience": audience, "text": words});
            reader.post(&format!("/reviews/{review}/comments"), &comment).expect(201);
        }
        reader.judges(review, &readings(self.open(written)));
        reader.sends(review);
    }

    fn decides(&self, of: &str) {
        let written = self.written.iter().find(|w| w.of == of).expect("it is written");
        let Some(submission) = written.submission.filter(|_| !self.is_untouched(written)) else { return };
        let presides = if of == "Morwenna's" { &self.deputy } else { self.of(Chair) };
        presides.decides(submission, findings(self.open(written)), "Thank you for this story.");
    }

    /// Tells the story, and lets everyone look at each moment of it.
    fn told(mut self) -> Found {
        let mut found = Found::new();
        self.sends();
        self.look(Moment::Open, &mut found);

        self.house.turns_to("2026-11-30");
        for submission in self.on_paper() {
            self.office.receives(submission, "Room 12");
        }
        for written in &self.written {
            self.reads(&self.rowan, written);
        }
        for who in [Declared, Supporter] {
            let catrins = self.written[1].submission.expect("it is sent");
            self.of(who).reads(catrins);
        }
        self.look(Moment::Reading, &mut found);

        self.house.turns_to("2026-12-08");
        for written in &self.written {
            self.reads(&self.tamsin, written);
        }
        self.reads(self.of(Declared), &self.written[1]);
        self.house.turns_to("2026-12-10");
        self.decides("Morwenna's");
        self.decides("Catrin's");
        self.look(Moment::Meeting, &mut found);

        self.house.turns_to("2026-12-11");
        self.decides("the colleague's");
        self.decides("Wyn's");
        self.look(Moment::Decided, &mut found);

        if self.world != World::Untouched {
            self.house.turns_to("2026-12-18");
            self.office.releases(self.autumn);
            self.celebrates();
            for submission in self.on_paper() {
                self.office.tries_to_return(submission, "Its mentor, in person").expect(200);
            }
            self.look(Moment::Released, &mut found);
        }
        found
    }

    /// Everyone looks at everything.
    fn look(&self, moment: Moment, found: &mut Found) {
        let known = self.known();
        let looks = |who: Who| who.moments().contains(&moment) && self.world.is_looked_at_by(who);
        for (who, actor) in self.who.iter().filter(|(who, _)| looks(*who)) {
            let codes = self.written.iter().filter_map(|written| written.code.as_ref());
            let mut looks = Looks {
                house: self.house,
                token: only_session(actor),
                codes: codes.flat_map(|code| [code.to_string(), code.printed()]).collect(),
                ids: HashMap::new(),
                seen: Vec::new(),
            };
            looks.sweeps(&looks.with_own_reviews(&known));
            if MUST_NOT_KNOW.contains(who) && matches!(moment, Moment::Reading | Moment::Released) {
                looks.tries(&known, &self.names());
            }
            looks.reads_letters(&actor.address());
            found.insert((moment, *who), looks.seen);
        }
    }

    fn names(&self) -> Names {
        Names {
            address: self.catrin.address(),
            link: self.catrin.link.clone(),
            reviewer: self.of(Free).id(),
            panel: [self.of(Free).id(), self.deputy.id(), self.rowan.id()],
            school: self.fellside,
            round: self.autumn,
        }
    }

    /// What somebody knows or could guess, by noun, and what it is. What there is not in this world is nothing.
    fn known(&self) -> Known {
        let mut known = Known::new();
        let mut add = |noun, what: String, id: Option<String>| {
            known.entry(noun).or_default().push((what, id.unwrap_or_else(|| NOTHING.into())));
        };
        add("public", "a qualification".into(), Some("qms".into()));
        add("public", "the status list".into(), Some("1".into()));
        add("imports", "that names Morwenna's".into(), self.import.map(|id| id.to_string()));
        add("celebrations", "planned as a surprise of Morwenna's".into(), self.surprise.map(|id| id.to_string()));
        add("celebrations", "of autumn".into(), self.evening.map(|id| id.to_string()));
        add("invitations", "Morwenna's".into(), self.invitation.map(|id| id.to_string()));
        add("print-runs", "Morwenna's".into(), self.printed.map(|id| id.to_string()));
        let reading = self.office.round(self.autumn).submissions;
        for (written, mentor) in
            self.written.iter().zip([self.of(Colleague), &self.catrin, self.of(Wyn), &self.morwenna])
        {
            let (of, submission) = (written.of, written.submission);
            add("submissions", of.into(), submission.map(|s| s.to_string()));
            let code = written.code.clone().unwrap_or_else(no_code);
            add("cover-sheets", of.into(), Some(code.to_string()));
            let sent = reading.iter().find(|s| Some(s.id) == submission);
            let review = sent.and_then(|s| s.readers.first()).map(|r| r.review_id.to_string());
            add("reviews", format!("on {of}"), review);
            if !matches!(of, "the colleague's" | "Morwenna's") {
                continue;
            }
            add("entries", of.into(), Some(written.entry.clone()));
            add("evidence", of.into(), Some(written.evidence.clone()));
            add("candidacies", of.into(), Some(written.candidacy.clone()));
            add("portfolios", of.into(), Some(written.portfolio.clone()));
            add("people", of.into(), Some(mentor.id().to_string()));
            let edition = submission.map(|s| mentor.submission(s).edition_id.to_string());
            add("submissions", format!("the edition of {of}"), edition);
            let awards: Page<AwardSummary> = mentor.sees("/awards");
            let award = awards.items.first().map(|award| award.id.to_string());
            let address =
                award.as_ref().and_then(|id| mentor.sees::<AwardDetail>(&format!("/awards/{id}")).credential_url);
            let badge = address.and_then(|address| address.rsplit('/').next().map(str::to_owned));
            add("public", format!("the badge of {of}"), badge);
            add("awards", of.into(), award);
            let outcome = submission.map(|s| mentor.get(&format!("/submissions/{s}/outcome")));
            let outcome = outcome.filter(|reply| reply.status == 200).map(|reply| reply.json::<OutcomeDetail>());
            let suggestion = outcome.and_then(|outcome| Some(outcome.suggestions.first()?.id.to_string()));
            add("suggestions", of.into(), suggestion);
        }
        add(
            "sessions",
            "Morwenna's".into(),
            Some(self.morwenna.signs_in().json::<SignedIn>().me.session_id.to_string()),
        );
        for (what, round) in [("autumn", self.autumn), ("spring", self.spring)] {
            add("rounds", what.into(), Some(round.to_string()));
        }
        for (what, school) in [("Whinfell", self.whinfell), ("Fellside", self.fellside)] {
            add("schools", what.into(), Some(school.to_string()));
        }
        known
    }
}

/// One supports the other. Nothing public says so yet.
fn supports(house: &House, supporter: PersonId, supported: PersonId) {
    use cairn_backend::db::schema::support;
    use diesel::{ExpressionMethods, RunQueryDsl};
    let (id, since) = (house.state.fresh::<uuid::Uuid>().to_string(), house.today().to_string());
    let (supporter, supported) = (supporter.to_string(), supported.to_string());
    house.does(move |tx| {
        diesel::insert_into(support::table)
            .values((
                support::id.eq(id.clone()),
                support::supporter_id.eq(supporter.clone()),
                support::supported_id.eq(supported.clone()),
                support::since.eq(since.clone()),
            ))
            .execute(&mut **tx)?;
        Ok(())
    });
}

/// A mentor writes, attaches a file, arranges a portfolio, and sends it in some way or doesn't.
fn writes(mentor: &Actor<'_>, of: &'static str, sends: Option<ReadOn>) -> Written {
    let entry = mentor.notes_all_four();
    let file = mentor.ask("POST", &format!("/entries/{entry}/evidence?name=plan.txt"));
    let with: Value = file.body("application/octet-stream", "What we planned.").send().expect(201).json();
    let evidence = with["evidence"][0]["id"].as_str().expect("an id").to_owned();
    let nobody = json!({"pupils": "not_identifiable"});
    mentor.ask("PATCH", &format!("/evidence/{evidence}")).json(&nobody).send().expect(200);
    let started = mentor.starts(Qualification::Qms);
    let portfolio = started.portfolio_id;
    mentor.arranges(&portfolio, &[entry]);
    let sent: Option<SubmissionDetail> =
        sends.map(|read_on| mentor.tries_to_submit_on(&portfolio, read_on).expect(201).json());
    Written {
        of,
        entry: entry.to_string(),
        evidence,
        candidacy: started.id.to_string(),
        portfolio: portfolio.to_string(),
        submission: sent.as_ref().map(|sent| sent.submission.id),
        code: sent.and_then(|sent| sent.submission.paper).map(|paper| paper.code),
    }
}

/// A token of the one session that somebody has: how often they signed in before tells nothing.
fn only_session(actor: &Actor<'_>) -> String {
    let signed_in: SignedIn = actor.signs_in().json();
    let ask = |method: &str, path: &str| {
        actor.house.ask(method, path).header("authorization", &format!("Bearer {}", signed_in.access_token)).send()
    };
    let sessions: Value = ask("GET", "/sessions").expect(200).json();
    for session in sessions["items"].as_array().expect("a list") {
        if session["current"] != true {
            ask("DELETE", &format!("/sessions/{}", session["id"].as_str().expect("an id"))).expect(204);
        }
    }
    signed_in.access_token
}

/// Somebody who looks, and writes down what they see.
struct Looks<'h> {
    house: &'h House,
    token: String,
    /// The codes on cover sheets, as they are written.
    codes: Vec<String>,
    ids: HashMap<String, usize>,
    seen: Vec<(String, String)>,
}

impl Looks<'_> {
    fn sweeps(&mut self, known: &Known) {
        let nothing = vec![("nothing".to_owned(), NOTHING.to_owned())];
        let here = vec![(String::new(), String::new())];
        for operation in operations().iter().filter(|operation| operation.method == "GET") {
            let (_, queries) = LOOKS.iter().find(|(id, _)| *id == operation.id).expect("it is known how to look");
            let things = match operation.has_id() {
                true => known.get(operation.noun()).expect("things of that noun are known"),
                false if operation.path.contains('{') => &nothing,
                false => &here,
            };
            for (what, id) in things {
                for query in *queries {
                    self.gets(operation, what, id, query);
                }
            }
        }
    }

    /// What is known to all, and the reviews that one is given.
    fn with_own_reviews(&self, known: &Known) -> Known {
        let mut known = known.clone();
        let reviews: Value = self.ask("GET", "/reviews").expect(200).json();
        for (number, review) in reviews["items"].as_array().into_iter().flatten().enumerate() {
            let id = review["id"].as_str().expect("an id").to_owned();
            known.entry("reviews").or_default().push((format!("one's own, {number}"), id));
        }
        known
    }

    /// Gets something; of a list, page after page to its end.
    fn gets(&mut self, operation: &Operation, what: &str, id: &str, query: &str) {
        let path = format!("{}{}", operation.at(id, ""), query.replace('~', "Morwenna"));
        let mut after = String::new();
        for page in 1.. {
            let reply = self.ask("GET", &format!("{path}{after}"));
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            self.write(format!("{} {what} {query} page {page}", operation.id), &reply);
            match body["next"].as_str() {
                Some(next) => after = format!("{}after={next}", if path.contains('?') { "&" } else { "?" }),
                None => return,
            }
        }
    }

    /// Tries every command on what is hidden: there is nothing, whatever one tries.
    fn tries(&mut self, known: &Known, names: &Names) {
        let commands = operations().iter().filter(|o| o.method != "GET" && o.has_id() && HIDDEN.contains(&o.noun()));
        for operation in commands {
            let hidden =
                known.get(operation.noun()).into_iter().flatten().filter(|(what, _)| what.ends_with("Morwenna's"));
            for (what, id) in hidden {
                let request = Request {
                    operation,
                    names,
                    id,
                    part: if operation.noun() == "imports" { "2" } else { NOTHING },
                    version: "\"v1\"",
                    certificate: &Value::Null,
                    number: 0,
                };
                let token = self.token.clone();
                let reply = request.by(Caller::Holder(self.house, Some(&token)));
                reply.problem(404, "not-found");
                self.write(format!("{} {what}", operation.id), &reply);
            }
        }
    }

    fn reads_letters(&mut self, address: &str) {
        for (_, subject, body) in self.house.letters().into_iter().filter(|(to, ..)| to == address) {
            let text = self.without_what_differs(&format!("{subject}\n{body}"));
            self.seen.push(("a letter".into(), text));
        }
    }

    fn ask(&self, method: &str, path: &str) -> Reply {
        self.house.ask(method, path).header("authorization", &format!("Bearer {}", self.token)).send()
    }

    fn write(&mut self, label: String, reply: &Reply) {
        let mut headers: Vec<(&str, &str)> =
            reply.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("~"))).collect();
        headers.sort_unstable();
        let mut text = format!("{}\n", reply.status);
        for (name, value) in headers {
            let value = match name {
                // They follow from what is in the body, or from the moment; whether a body that nobody wants is read
                // to its end, so that the connection stays, is chance.
                "connection" => continue,
                "date" | "content-length" | "x-request-id" | "link" => "~",
                "etag" if !is_version(value) => "~",
                _ => value,
            };
            text.push_str(&format!("{name}: {value}\n"));
        }
        match reply.exchange.content_type() {
            // Set from facts that are looked at in other forms; its code and the picture of it are random.
            "application/pdf" => text.push_str("a document"),
            // Where a line is cut depends on how long the address of the house is.
            "text/calendar" => text.push_str(&reply.text().replace("\r\n ", "")),
            _ => text.push_str(&reply.text()),
        }
        let text = self.without_what_differs(&text);
        self.seen.push((label, text));
    }

    /// The text with what differs between any two houses taken out: where the house is, ids (each is numbered as it
    /// first comes up), the time of a day, hashes over ids, cursors, and what is random on a certificate, in a badge or on a cover sheet.
    fn without_what_differs(&mut self, text: &str) -> String {
        let mut text = text.replace(&self.house.url, "house:");
        for key in ["next", "code", "verify_url", "qr_svg", "salt", "statusListIndex", "proofValue"] {
            text = blank(&text, key);
        }
        // A badge's place in the status list is random, and stands in its status's id as well.
        let mut parts = text.split("/status/revocation/1#");
        let mut without_places = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            without_places.push_str("/status/revocation/1#~");
            without_places.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        text = without_places;
        for code in &self.codes {
            text = text.replace(code, "code");
        }
        // When a calendar's entry was written down: the second of a day.
        let lines =
            text.split_inclusive('\n').map(|line| if line.starts_with("DTSTAMP:") { "DTSTAMP:~\n" } else { line });
        text = lines.collect();
        let (mut rest, mut out) = (text.as_str(), String::with_capacity(text.len()));
        // Whatever is taken out begins with a figure of a number.
        while let Some(plain) = rest.find(|c: char| c.is_ascii_hexdigit()) {
            out.push_str(&rest[..plain]);
            rest = &rest[plain..];
            let hex = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
            if hex == 8
                && let Some(id) = rest.get(..36).filter(|id| uuid::Uuid::try_parse(id).is_ok())
            {
                let count = self.ids.len();
                out.push_str(&format!("id{}", self.ids.entry(id.to_owned()).or_insert(count)));
                rest = &rest[36..];
            } else if hex >= 32 {
                out.push_str("hash");
                rest = &rest[hex..];
            } else if hex == 4 && is_time(rest) {
                out.push_str(&format!("{}T~", &rest[..10]));
                rest = &rest[rest.find('Z').map_or(19, |end| end + 1)..];
            } else {
                out.push_str(&rest[..hex]);
                rest = &rest[hex..];
            }
        }
        out + rest
    }
}

/// Whether a tag is that of a version, `"v3"`, which says how often something was changed, and no hash over ids.
fn is_version(tag: &str) -> bool {
    let number = tag.strip_prefix("\"v").and_then(|tag| tag.strip_suffix('"'));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// Whether a text begins with a time: `2026-11-24T09:00:00`.
fn is_time(text: &str) -> bool {
    text.get(..19).is_some_and(|time| format!("{time}Z").parse::<cairn_shared::time::Timestamp>().is_ok())
}

/// JSON with the text of a key taken out.
fn blank(json: &str, key: &str) -> String {
    let opening = format!("\"{key}\":\"");
    let mut parts = json.split(opening.as_str());
    let mut blank = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut escaped = false;
        let end = part.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        blank.push_str(&format!("{opening}~{}", &part[end.unwrap_or(0)..]));
    }
    blank
}

/// What everyone found in a world. All are built once, beside each other, for all tests.
fn found(world: World) -> &'static Found {
    static FOUND: LazyLock<Vec<Found>> = LazyLock::new(|| {
        let tell = |world| {
            let house = House::open();
            Story::begins(&house, world).told()
        };
        thread::scope(|scope| {
            let told = World::ALL.map(|world| scope.spawn(move || tell(world)));
            told.into_iter().map(|told| told.join().expect("the story is told to its end")).collect()
        })
    });
    &FOUND[world as usize]
}

/// Where two worlds differ for somebody at some moments.
fn differences(one: World, other: World, who: Who, moments: &[Moment]) -> Vec<String> {
    let (one, other) = (found(one), found(other));
    let mut differences = Vec::new();
    for moment in moments.iter().filter(|moment| who.moments().contains(moment)) {
        let (one, other) = (&one[&(*moment, who)], &other[&(*moment, who)]);
        for (number, (label, text)) in one.iter().enumerate() {
            let there = other.get(number);
            if there.is_none_or(|(other_label, other_text)| other_label != label || other_text != text) {
                let there = there.map_or("nothing", |(_, text)| text.as_str());
                differences.push(format!("{who:?} at {moment:?}: {label}\n--- one\n{text}\n--- other\n{there}\n"));
            }
        }
        if other.len() > one.len() {
            differences.push(format!("{who:?} at {moment:?}: {} more in the other", other.len() - one.len()));
        }
    }
    differences
}

/// Goes on if there are none.
fn expect_none(differences: &[String]) {
    let first: Vec<&String> = differences.iter().take(4).collect();
    assert!(
        differences.is_empty(),
        "{} differences; the first are:\n{}",
        differences.len(),
        first.iter().fold(String::new(), |text, one| text + one + "\n")
    );
}

/// Before anything is released.
const BEFORE_RELEASE: [Moment; 4] = [Moment::Open, Moment::Reading, Moment::Meeting, Moment::Decided];
/// All of the story.
const ALWAYS: [Moment; 5] = [Moment::Open, Moment::Reading, Moment::Meeting, Moment::Decided, Moment::Released];

#[test]
fn every_operation_that_looks_is_looked_with() {
    expect_each_operation(|operation| operation.method == "GET", LOOKS.iter().map(|(id, _)| *id));
}

#[test]
fn every_noun_of_the_document_is_hidden_or_known_to_all() {
    let known_to_all = ["conflicts", "people", "rounds", "schools"];
    for operation in operations().iter().filter(|operation| operation.has_id()) {
        let noun = operation.noun();
        assert!(HIDDEN.contains(&noun) || known_to_all.contains(&noun), "{}: can a `{noun}` be hidden?", operation.id);
    }
}

#[test]
fn to_who_has_a_conflict_the_submission_does_not_exist() {
    for who in MUST_NOT_KNOW {
        expect_none(&differences(World::With, World::Without, *who, &ALWAYS));
    }
}

#[test]
fn a_coordinator_with_a_conflict_learns_nothing_of_what_readers_and_panel_say() {
    expect_none(&differences(World::With, World::OtherWords, Coordinator, &BEFORE_RELEASE));
}

#[test]
fn of_what_one_sent_oneself_one_learns_nothing_before_release_whatever_roles_one_holds() {
    for other in [World::OtherWords, World::Untouched] {
        expect_none(&differences(World::With, other, Wyn, &BEFORE_RELEASE));
    }
}

/// So that none of the others can be right by accident.
#[test]
fn who_has_no_conflict_sees_the_difference() {
    for moment in [Moment::Reading, Moment::Meeting, Moment::Decided] {
        assert!(!differences(World::With, World::Without, Free, &[moment]).is_empty(), "{moment:?}");
    }
    assert!(!differences(World::With, World::OtherWords, Free, &[Moment::Decided]).is_empty());
    assert!(!differences(World::With, World::Without, Coordinator, &[Moment::Open]).is_empty());
}
