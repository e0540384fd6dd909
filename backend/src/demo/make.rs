//! Making the demonstration: people and schools, then two academic years, lived through by the same actions that the
//! API calls, at the moments when they would have happened. So every rule of the product holds in it.

use super::{
    dice::Dice,
    names,
    texts::{Story, StoryFinding, StoryJudgement, StoryLink, StoryPaper, Texts},
};
use crate::{
    actor::Actor,
    candidacy, celebration, conflict,
    db::{AsText, Conn},
    decision,
    entry::{
        self,
        store::{EntryRow, LinkRow},
    },
    http::{IfMatch, Once},
    ids::secret,
    paper,
    person::{
        self,
        store::{MembershipRow, PersonRow},
    },
    portfolio,
    problem::{ApiError, ApiResult},
    review, round,
    school::{self, store::SchoolRow},
    second_step, session,
    state::State,
    submission,
};
use cairn_shared::{
    candidacy::StartCandidacy,
    celebration::{AnswerInvitation, PlanCelebration},
    decision::{Decide, Finding, Reply},
    entry::{Anchor, EntryState, Shows, Text, Title},
    framework::{PerStandard, Standard},
    ids::{EntryId, PersonId, PieceId, PortfolioId, ReviewId, RoundId, SchoolId, SessionId, SubmissionId},
    list::NonEmpty,
    paper::{DescribePaper, ReadOn, ReceivePaper, ReturnPaper},
    person::{AccountState, Name, Phase, Role},
    portfolio::{ArrangePortfolio, Piece, PortfolioForm},
    qualification::Qualification,
    review::{AssignReviewer, Audience, DraftJudgement, ReviewDraft, Suggestion, WriteComment},
    round::{Dates, NamePanel, PlanRound, PlanYear, RoundDates, RoundName},
    session::Device,
    submission::{Declaration, SubmitPortfolio},
    text::{Draft, Email, Line, Prose},
    time::{Date, Timestamp},
};
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

/// A printed sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct SignIn {
    /// In which role.
    pub role: String,
    /// Who.
    pub name: String,
    /// The link.
    pub url: String,
}

/// Who is printed, and as what.
const SIGN_INS: &[(&str, &str)] = &[
    ("mentor", "priya.hartnell@thornbeck.example"),
    ("mentor with an award", "beth.scarrow@hollinghow.example"),
    ("mentor adding a little", "callum.roe-ashby@ottermere.example"),
    ("mentor on paper", "ines.marlowe-tate@skelrigg.example"),
    ("lead mentor", "tom.birkwhistle@wrenthwaite.example"),
    ("reviewer", "marcus.oyelade-pike@northfell.example"),
    ("second reviewer", "helen.askew-moor@northfell.example"),
    ("chair", "anwen.sorley@northfell.example"),
    ("coordinator", "jo.fenwick-lamb@northfell.example"),
    ("school lead", "gareth.ullathorne@thornbeck.example"),
];

/// Makes the demonstration if the database is empty, and a sign-in for each role. With an anchor, it is that day.
///
/// # Errors
/// A sentence.
pub async fn prepare(state: &State, anchor: Option<&str>) -> Result<Vec<SignIn>, String> {
    let say = |error: ApiError| error.cause().unwrap_or_else(|| error.problem().detail);
    let anchor =
        anchor.map(|text| text.parse::<Date>().map_err(|problem| format!("--anchor: {problem}"))).transpose()?;
    // The afternoon of the anchor, if one is given; else the world's own time.
    let now = anchor.map_or_else(|| state.now(), |day| day.starts().plus_seconds(16 * 3600));
    let known = state.db.read(|conn| -> ApiResult<_> { Ok(person::store::any(conn)?) }).await.map_err(say)?;
    if !known {
        make(state, now.london_date(), &Size::TRUE).await?;
    }
    state.clock.turn_to(now);
    // Its secret is another after each start, so what it sealed before can't be opened any more.
    state.db.write(|tx| -> ApiResult<_> { Ok(second_step::store::drop_all(tx)?) }).await.map_err(say)?;
    sign_ins(state).await.map_err(say)
}

/// How large a demonstration is.
#[derive(Debug, Clone)]
pub struct Size {
    /// Primary and secondary schools.
    pub schools: (usize, usize),
    /// Primary and secondary mentors, those with a hand-written story among them.
    pub mentors: (usize, usize),
    /// Primary and secondary trainees.
    pub trainees: (usize, usize),
    /// How many sent for the first time, in each of the rounds of the past.
    pub past: [usize; 3],
    /// How many are in the round of today.
    pub today: usize,
    /// How many others write.
    pub writing: usize,
}

impl Size {
    /// The partnership of the talk that it all comes from.
    pub const TRUE: Self = Self {
        schools: (345, 55),
        mentors: (900, 120),
        trainees: (1010, 205),
        past: [40, 44, 42],
        today: 48,
        writing: 170,
    };
    /// The same in small, for tests that make it more than once.
    pub const SMALL: Self =
        Self { schools: (24, 6), mentors: (50, 14), trainees: (56, 20), past: [4, 4, 4], today: 12, writing: 6 };
}

/// Makes the demonstration in an empty database. It is a function of the day alone: ids, times, texts and awards are the
/// same each time. Afterwards the clock stands somewhere in it; turn it.
///
/// # Errors
/// A sentence.
pub async fn make(state: &State, anchor: Date, size: &Size) -> Result<(), String> {
    let mut numbers = Dice::new(20_160_714);
    state.ids.follow(Box::new(move || numbers.next()));
    let made = Maker::new(state, Texts::load()?, anchor, size.clone()).make().await;
    state.ids.follow_world();
    made.map_err(|error| error.cause().unwrap_or_else(|| error.problem().detail))
}

/// A link for each role, made anew at each start. In the demonstration links can be used again and again.
async fn sign_ins(state: &State) -> ApiResult<Vec<SignIn>> {
    let now = state.now();
    let tokens: Vec<String> = SIGN_INS.iter().map(|_| secret()).collect();
    let kept = tokens.clone();
    let names = state
        .db
        .write(move |tx| {
            let mut names = Vec::new();
            for ((_, email), token) in SIGN_INS.iter().zip(&kept) {
                let email = Email::new(*email).map_err(|p| ApiError::Internal(p.to_string()))?;
                let person = person::store::person_by_email(tx, &email)?.ok_or(ApiError::NotFound)?;
                let link =
                    session::actions::link_row(token, *person.id, "sign_in", Device::Own, now, now.plus_days(3650));
                session::store::add_link(tx, &link)?;
                names.push(person.name().full());
            }
            Ok::<_, ApiError>(names)
        })
        .await?;
    let made: Vec<SignIn> = SIGN_INS
        .iter()
        .zip(names.into_iter().zip(tokens))
        .map(|((role, _), (name, token))| SignIn {
            role: (*role).into(),
            name,
            url: format!("{}/sign-in/{token}", state.config.public_url),
        })
        .collect();
    Ok(PRINTED.get_or_init(|| made).clone())
}

/// What was printed at this start, for the demonstration's own page.
static PRINTED: OnceLock<Vec<SignIn>> = OnceLock::new();

/// The sign-ins that were printed at this start.
pub fn printed() -> &'static [SignIn] {
    PRINTED.get().map_or(&[], Vec::as_slice)
}

/// Someone who writes.
#[derive(Debug, Clone)]
struct Mentor {
    id: PersonId,
    given_name: String,
    phase: Phase,
    lead: bool,
}

/// A portfolio on its way.
#[derive(Debug, Clone)]
struct Work {
    mentor: Mentor,
    portfolio: PortfolioId,
    /// The hand-written story that it tells, by its place among them.
    story: Option<usize>,
    /// The story's entries by their keys, for comments.
    entries: HashMap<String, EntryId>,
    /// What was submitted last.
    submission: Option<SubmissionId>,
    /// What the panel has secured.
    secured: PerStandard<bool>,
    /// How often it was sent.
    sent: u32,
    /// What of it is on paper.
    paper: Option<StoryPaper>,
    /// Whether all of it is on paper, so that nothing is read on a screen.
    paper_alone: bool,
}

struct Maker<'a> {
    state: &'a State,
    texts: Texts,
    dice: Dice,
    anchor: Date,
    size: Size,
    schools: Vec<(SchoolId, Phase)>,
    emails: HashSet<String>,
    people: HashMap<String, PersonId>,
    panel: Vec<PersonId>,
    coordinator: Option<PersonId>,
    mentors: Vec<Mentor>,
}

fn bad(what: &str) -> impl Fn(cairn_shared::text::TextProblem) -> ApiError + '_ {
    move |problem| ApiError::Internal(format!("the demonstration's {what}: {problem}"))
}

fn initials(dice: &mut Dice) -> String {
    format!(
        "{}.",
        dice.pick(&["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "W"])
    )
}

impl<'a> Maker<'a> {
    fn new(state: &'a State, texts: Texts, anchor: Date, size: Size) -> Self {
        Self {
            state,
            texts,
            dice: Dice::new(20_190_612),
            anchor,
            size,
            schools: Vec::new(),
            emails: HashSet::new(),
            people: HashMap::new(),
            panel: Vec::new(),
            coordinator: None,
            mentors: Vec::new(),
        }
    }

    fn turn(&self, day: i32, hour: i64) {
        self.state.clock.stand_at(self.anchor.plus_days(day).starts().plus_seconds(hour * 3600));
    }

    fn actor(&self, person: PersonId, roles: &[Role]) -> Actor {
        let session = SessionId::new(person.uuid());
        Actor { person, session, roles: roles.to_vec(), now: self.state.now() }
    }

    fn coordinator(&self) -> ApiResult<Actor> {
        let id = self.coordinator.ok_or_else(|| ApiError::Internal("no coordinator yet".into()))?;
        Ok(self.actor(id, &[Role::Coordinator]))
    }

    async fn make(&mut self) -> ApiResult<()> {
        self.turn(-480, 9);
        self.add_schools().await?;
        self.add_people().await?;
        let rounds = self.plan_rounds().await?;
        let mut waiting: Vec<Work> = Vec::new();
        let mut fresh = self.mentors_in_order();
        for (index, (round, dates)) in rounds.iter().enumerate().take(3) {
            waiting = self.live_through(index, *round, dates, waiting, &mut fresh).await?;
        }
        let (round, dates) = &rounds[3];
        self.live_now(*round, dates, waiting, &mut fresh).await?;
        self.write_on(&mut fresh).await?;
        self.celebrate(rounds[1].0, rounds[2].0).await
    }

    // ---- People and schools

    async fn add_schools(&mut self) -> ApiResult<()> {
        let mut named: Vec<(String, Phase)> = Vec::new();
        for story in &self.texts.stories {
            let phase = story.phase.parse().unwrap_or(Phase::Primary);
            if !named.iter().any(|(name, _)| *name == story.school) {
                named.push((story.school.clone(), phase));
            }
        }
        let mut made = Vec::new();
        for place in names::PLACES {
            for kind in names::PRIMARY {
                made.push((format!("{place} {kind}"), Phase::Primary));
            }
        }
        self.dice.shuffle(&mut made);
        made.truncate(self.size.schools.0.saturating_sub(named.len()));
        for (n, place) in names::PLACES.iter().enumerate().take(self.size.schools.1) {
            made.push((format!("{place} {}", names::SECONDARY[n % names::SECONDARY.len()]), Phase::Secondary));
        }
        named.extend(made);
        let now = self.state.now();
        let mut rows = Vec::new();
        for (n, (name, phase)) in named.iter().enumerate() {
            let id: SchoolId = self.state.fresh();
            self.schools.push((id, *phase));
            rows.push(SchoolRow {
                id: AsText::new(id),
                name: AsText::new(name.parse().map_err(bad("school"))?),
                phase: AsText::new(*phase),
                urn: Some(format!("{}", 112_000 + n)),
                created_at: now.into(),
            });
        }
        self.state
            .db
            .write(move |tx| {
                rows.iter().try_for_each(|row| school::store::add(tx, row))?;
                Ok::<_, ApiError>(())
            })
            .await
    }

    fn school_of(&self, story: &Story) -> usize {
        let mut seen: Vec<&str> = Vec::new();
        for other in &self.texts.stories {
            if !seen.contains(&other.school.as_str()) {
                seen.push(&other.school);
            }
        }
        seen.iter().position(|name| *name == story.school).unwrap_or(0)
    }

    fn email(&mut self, given: &str, family: &str, host: &str) -> String {
        let plain = |name: &str| {
            name.chars()
                .map(|c| match c {
                    'Ł' | 'ł' => 'l',
                    ' ' | '’' | '\'' => '-',
                    c => c.to_ascii_lowercase(),
                })
                .collect::<String>()
        };
        let (given, family) = (plain(given), plain(family));
        (1..)
            .map(|n| {
                if n == 1 {
                    format!("{given}.{family}@{host}.example")
                } else {
                    format!("{given}.{family}{n}@{host}.example")
                }
            })
            .find(|email| self.emails.insert(email.clone()))
            .unwrap_or_default()
    }

    async fn add_people(&mut self) -> ApiResult<()> {
        let mut rows: Vec<(PersonRow, Vec<Role>, Vec<MembershipRow>)> = Vec::new();
        let panel = [
            ("anwen", "Anwen", "Sorley"),
            ("marcus", "Marcus", "Oyelade-Pike"),
            ("helen", "Helen", "Askew-Moor"),
            ("rowan", "Rowan", "Tysoe"),
            ("dele", "Dele", "Fairclough"),
        ];
        self.coordinator = Some(self.add_one(
            &mut rows,
            ("Jo", "Fenwick-Lamb", "northfell"),
            None,
            &[Role::Coordinator],
            None,
            false,
        )?);
        for (key, given, family) in panel {
            let id = self.add_one(&mut rows, (given, family, "northfell"), None, &[Role::Reviewer], None, false)?;
            self.people.insert(key.into(), id);
            self.panel.push(id);
        }
        self.add_one(
            &mut rows,
            ("Gareth", "Ullathorne", "thornbeck"),
            Some(Phase::Primary),
            &[Role::SchoolLead],
            self.school_named("Thornbeck Primary School"),
            true,
        )?;
        let stories = self.texts.stories.clone();
        for story in &stories {
            let (given, family) = story.name.split_once(' ').unwrap_or((&story.name, "Mentor"));
            let lead = story.qualification == "qlms";
            let role = if lead { Role::LeadMentor } else { Role::Mentor };
            let phase: Phase = story.phase.parse().unwrap_or(Phase::Primary);
            let host = story.school.split(' ').next().unwrap_or("school").to_lowercase();
            let school = self.school_of(story);
            let id = self.add_one(&mut rows, (given, family, &host), Some(phase), &[role], Some(school), false)?;
            self.people.insert(story.key.clone(), id);
        }
        // The panel's other fifteen: half of them are experienced mentors at a school.
        for n in 0..15 {
            let (given, family) = self.invented_name();
            let school = (n % 2 == 0).then(|| self.dice.below(self.schools.len()));
            let host = if school.is_some() { "school" } else { "northfell" };
            let id = self.add_one(&mut rows, (&given, &family, host), None, &[Role::Reviewer], school, false)?;
            self.panel.push(id);
        }
        let primary: Vec<usize> = (0..self.schools.len()).filter(|i| self.schools[*i].1 == Phase::Primary).collect();
        let secondary: Vec<usize> =
            (0..self.schools.len()).filter(|i| self.schools[*i].1 == Phase::Secondary).collect();
        let told = |phase: &str| stories.iter().filter(|s| s.phase == phase).count();
        for (phase, count, schools) in [
            (Phase::Primary, self.size.mentors.0 - told("primary"), &primary),
            (Phase::Secondary, self.size.mentors.1 - told("secondary"), &secondary),
        ] {
            for n in 0..count {
                let (given, family) = self.invented_name();
                let lead = n % 18 == 0;
                let role = if lead { Role::LeadMentor } else { Role::Mentor };
                let school = schools[n % schools.len()];
                let id =
                    self.add_one(&mut rows, (&given, &family, "school"), Some(phase), &[role], Some(school), false)?;
                self.mentors.push(Mentor { id, given_name: given, phase, lead });
            }
        }
        let now = self.state.now();
        let placements = self.placements();
        self.state
            .db
            .write(move |tx| {
                for (row, roles, memberships) in &rows {
                    person::store::add(tx, row)?;
                    roles.iter().try_for_each(|role| person::store::grant(tx, *row.id, *role, now))?;
                    memberships.iter().try_for_each(|m| person::store::begin_membership(tx, m))?;
                }
                placements.iter().try_for_each(|p| super::store::add_placement(tx, p))?;
                Ok::<_, ApiError>(())
            })
            .await?;
        self.declare("marcus", "tom", "We taught together until 2024.").await?;
        self.declare("dele", "beth", "I am the link tutor at Hollinghow.").await
    }

    fn school_named(&self, name: &str) -> Option<usize> {
        self.texts.stories.iter().find(|s| s.school == name).map(|s| self.school_of(s))
    }

    fn invented_name(&mut self) -> (String, String) {
        let given = (*self.dice.pick(names::GIVEN)).to_owned();
        let family = *self.dice.pick(names::FAMILY);
        let other = *self.dice.pick(names::FAMILY);
        let family =
            if self.dice.chance(12) && family != other { format!("{family}-{other}") } else { family.to_owned() };
        (given, family)
    }

    fn add_one(
        &mut self,
        rows: &mut Vec<(PersonRow, Vec<Role>, Vec<MembershipRow>)>,
        (given, family, host): (&str, &str, &str),
        phase: Option<Phase>,
        roles: &[Role],
        school: Option<usize>,
        leads: bool,
    ) -> ApiResult<PersonId> {
        let id: PersonId = self.state.fresh();
        let email = self.email(given, family, host);
        let row = PersonRow {
            id: AsText::new(id),
            given_name: AsText::new(Name::new(given).map_err(bad("name"))?),
            family_name: AsText::new(Name::new(family).map_err(bad("name"))?),
            email: AsText::new(Email::new(email).map_err(bad("address"))?),
            phase: phase.map(AsText::new),
            state: AsText::new(AccountState::Active),
            password_hash: None,
            created_at: self.state.now().into(),
            version: 1,
        };
        let memberships = school
            .map(|index| MembershipRow {
                id: AsText::new(self.state.fresh()),
                person_id: AsText::new(id),
                school_id: AsText::new(self.schools[index].0),
                since: AsText::new(self.anchor.plus_days(-900)),
                until: None,
                conflict_until: None,
                leads,
            })
            .into_iter()
            .collect();
        rows.push((row, roles.to_vec(), memberships));
        Ok(id)
    }

    /// Over 1,000 primary and 200 secondary trainees: some mentors have two.
    fn placements(&mut self) -> Vec<super::store::PlacementRow> {
        let since = self.anchor.plus_days(-75);
        let (mut primary, mut secondary) = (0, 0);
        let mut rows = Vec::new();
        for round in 0..2 {
            for mentor in self.mentors.clone() {
                let (count, most) = match mentor.phase {
                    Phase::Primary => (&mut primary, self.size.trainees.0),
                    Phase::Secondary => (&mut secondary, self.size.trainees.1),
                };
                if *count < most && (round == 0 || mentor.phase == Phase::Secondary || self.dice.chance(20)) {
                    *count += 1;
                    rows.push(super::store::PlacementRow {
                        id: self.state.fresh::<uuid::Uuid>().to_string(),
                        mentor_id: AsText::new(mentor.id),
                        initials: initials(&mut self.dice),
                        phase: AsText::new(mentor.phase),
                        since: AsText::new(since),
                        until: None,
                    });
                }
            }
        }
        rows
    }

    async fn declare(&self, person: &str, mentor: &str, reason: &str) -> ApiResult<()> {
        let (Some(&person_id), Some(&mentor_id)) = (self.people.get(person), self.people.get(mentor)) else {
            return Ok(());
        };
        let declare = cairn_shared::conflict::DeclareConflict {
            person_id,
            mentor_id,
            reason: Some(reason.parse().map_err(bad("reason"))?),
        };
        conflict::actions::declare(self.state, &self.coordinator()?, Once::default(), declare).await.map(drop)
    }

    // ---- Rounds

    async fn plan_rounds(&mut self) -> ApiResult<Vec<(RoundId, Dates)>> {
        let mut planned = Vec::new();
        for closes in [-376, -270, -159, -11, 94, 206] {
            let day = |offset: i32| self.anchor.plus_days(closes + offset);
            let dates = Dates {
                submit_by: day(0),
                review_opens: day(1),
                review_by: day(17),
                meeting: day(20),
                tell_by: day(28),
            };
            let season = match dates.meeting.month() {
                1..=4 => "Spring",
                5..=8 => "Summer",
                _ => "Autumn",
            };
            planned.push(PlanRound {
                name: RoundName::new(format!("{season} {}", dates.meeting.year())).map_err(bad("round"))?,
                dates: RoundDates::new(dates).map_err(|e| ApiError::Internal(e.to_string()))?,
                readers: Some(2),
            });
        }
        let dates: Vec<Dates> = planned.iter().map(|p| p.dates.into()).collect();
        let answer =
            round::actions::plan_year(self.state, &self.coordinator()?, Once::default(), PlanYear { rounds: planned })
                .await?;
        let mut rounds = Vec::new();
        for dates in dates {
            let round = answer.value.value.items.iter().find(|r| r.dates == dates).ok_or(ApiError::NotFound)?;
            rounds.push((round.id, dates));
            let members: Vec<PersonId> = self.panel.clone();
            let name = NamePanel { chair: members[0], deputy: Some(members[2]), members };
            round::actions::name_panel(self.state, &self.coordinator()?, round.id, IfMatch(1), name).await?;
        }
        Ok(rounds)
    }

    fn mentors_in_order(&mut self) -> Vec<Mentor> {
        let mut mentors = self.mentors.clone();
        self.dice.shuffle(&mut mentors);
        mentors
    }

    /// A round of the past: sent, read, decided and released. Returns what is sent again next time.
    async fn live_through(
        &mut self,
        index: usize,
        round: RoundId,
        dates: &Dates,
        mut again: Vec<Work>,
        fresh: &mut Vec<Mentor>,
    ) -> ApiResult<Vec<Work>> {
        let day = |date: Date| date.days_since(self.anchor);
        let (closes, meets, tells) = (day(dates.submit_by), day(dates.meeting), day(dates.tell_by));
        self.turn(closes - 4, 10);
        let mut works = Vec::new();
        for work in &mut again {
            self.add_a_little(work, closes - 10).await?;
        }
        works.append(&mut again);
        if index == 2 {
            for story in 0..self.texts.stories.len() {
                let state = self.texts.stories[story].state.clone();
                if matches!(state.as_str(), "awarded" | "paper_awarded" | "further_evidence" | "resubmitted") {
                    works.push(self.tell_story(story, closes).await?);
                }
            }
        }
        for _ in 0..self.size.past[index] {
            let Some(mentor) = fresh.pop() else { break };
            let qualification = if mentor.lead { Qualification::Qlms } else { Qualification::Qms };
            works.push(self.invent(mentor, qualification, closes - 6, 9, true).await?);
        }
        for work in &mut works {
            self.submit(work).await?;
        }
        let mut reviews = Vec::new();
        for work in &works {
            reviews.push(self.assign(work).await?);
        }
        self.turn(closes + 3, 17);
        for (work, readers) in works.iter().zip(&reviews) {
            let open_most = if self.dice.chance(38) && !self.must_be_awarded(work) { 2 } else { 0 };
            for (place, (reviewer, review)) in readers.iter().enumerate() {
                let open = if open_most == 0 { 0 } else { 1 + self.dice.below(open_most) * usize::from(place == 0) };
                self.read(work, *reviewer, *review, open, place, true).await?;
            }
        }
        self.turn(meets, 14);
        for work in &mut works {
            self.decide(work).await?;
        }
        self.turn(tells, 8);
        decision::actions::release(self.state, &self.coordinator()?, round, Once::default()).await?;
        self.give_back(&works).await?;
        Ok(works
            .into_iter()
            .filter(|work| work.secured.iter().any(|(_, secured)| !secured))
            .filter(|work| match work.story {
                Some(story) => self.texts.stories[story].state == "resubmitted",
                None => work.sent < 3 && !work.mentor.given_name.starts_with(['A', 'B', 'C']),
            })
            .collect())
    }

    fn must_be_awarded(&self, work: &Work) -> bool {
        work.story.is_some_and(|s| self.texts.stories[s].state.ends_with("awarded"))
    }

    /// The round of today: sent and partly read.
    async fn live_now(
        &mut self,
        round: RoundId,
        dates: &Dates,
        mut works: Vec<Work>,
        fresh: &mut Vec<Mentor>,
    ) -> ApiResult<()> {
        let closes = dates.submit_by.days_since(self.anchor);
        self.turn(closes - 1, 10);
        for work in &mut works {
            self.add_a_little(work, closes - 5).await?;
        }
        for story in 0..self.texts.stories.len() {
            if matches!(self.texts.stories[story].state.as_str(), "in_review" | "paper_in_review") {
                works.push(self.tell_story(story, closes).await?);
            }
        }
        let mut on_paper = on_paper();
        while works.len() < self.size.today {
            let Some(mentor) = fresh.pop() else { break };
            let qualification = if mentor.lead { Qualification::Qlms } else { Qualification::Qms };
            let mut work = self.invent(mentor, qualification, closes - 6, 10, true).await?;
            work.paper = on_paper.pop();
            work.paper_alone = work.paper.is_some();
            works.push(work);
        }
        for work in &mut works {
            self.submit(work).await?;
        }
        let mut reviews = Vec::new();
        for work in &works {
            reviews.push(self.assign(work).await?);
        }
        self.turn(-2, 17);
        for (work, readers) in works.iter().zip(&reviews) {
            // Of ten portfolios, five are seen as enough by both, two by one of them, three by neither yet.
            let suggesting = match self.dice.below(10) {
                0..5 => 0,
                5..7 => 1,
                _ => 2,
            };
            for (place, (reviewer, review)) in readers.iter().enumerate() {
                let told = work.story.is_some();
                let is_coming = work.paper.as_ref().is_some_and(|paper| paper.shelf.is_none());
                if is_coming {
                    continue;
                }
                if told || self.dice.chance(62) {
                    let open = usize::from(place < suggesting);
                    let send = told || self.dice.chance(85);
                    self.read(work, *reviewer, *review, open, place, send).await?;
                }
            }
        }
        let _ = round;
        Ok(())
    }

    /// Those who write and have sent nothing yet.
    async fn write_on(&mut self, fresh: &mut Vec<Mentor>) -> ApiResult<()> {
        self.turn(-1, 18);
        let priya = self.texts.stories.iter().position(|s| s.state == "writing");
        if let Some(story) = priya {
            self.tell_story(story, 0).await?;
        }
        for _ in 0..self.size.writing {
            let Some(mentor) = fresh.pop() else { break };
            let count = 1 + self.dice.below(8);
            self.invent(mentor, Qualification::Qms, -1, count, false).await?;
        }
        Ok(())
    }

    /// An evening for the awards of the last two rounds that are released: invitations are out, and some have answered.
    async fn celebrate(&mut self, earlier: RoundId, later: RoundId) -> ApiResult<()> {
        self.turn(-1, 19);
        let day = self.anchor.plus_days(17);
        let plan = PlanCelebration {
            title: Line::new("Celebration meal").map_err(bad("celebration"))?,
            place: Line::new("Carrow Hall, Northfell").map_err(bad("celebration"))?,
            details: Draft::new("Supper, a few words, and your certificate by hand. There is parking behind the hall, and the door is step-free.")
                .map_err(bad("celebration"))?,
            starts_at: day.at(18, 0),
            ends_at: day.at(21, 30),
            reply_by: day.plus_days(-8),
            places: 60,
            guests_each: 1,
            rounds: NonEmpty::new(vec![earlier, later]).map_err(|_| ApiError::NotFound)?,
        };
        let planned = celebration::actions::plan(self.state, &self.coordinator()?, plan, Once::default()).await?;
        let id = planned.value.value.id;
        celebration::actions::invite(self.state, &self.coordinator()?, id, Once::default()).await?;
        let read = self.state.db.read(move |conn| celebration::actions::invited(conn, id));
        let guests = read.await?;
        let read = self.state.db.read(|conn| -> ApiResult<_> {
            let mut found = HashSet::new();
            for (_, email) in SIGN_INS {
                let email = Email::new(*email).map_err(bad("address"))?;
                found.extend(person::store::person_by_email(conn, &email)?.map(|row| *row.id));
            }
            Ok(found)
        });
        // Who signs in here has not answered, so that they can.
        let left_alone = read.await?;
        for guest in guests {
            if left_alone.contains(&guest.name.id) || self.dice.chance(22) {
                continue;
            }
            let coming = self.dice.chance(85);
            let brings = coming && self.dice.chance(60);
            let companion = format!(
                "{} {}",
                self.dice.pick(&["Sam", "Alex", "Robin", "Jo", "Kit", "Nye", "Mo", "Lee"]),
                guest.name.family_name
            );
            let diet = if coming && self.dice.chance(25) {
                self.dice.pick(&[
                    "Vegetarian",
                    "Vegan, both of us",
                    "No nuts, please: a severe allergy",
                    "Halal",
                    "No gluten",
                ])
            } else {
                ""
            };
            let answer = AnswerInvitation {
                coming,
                guests: if brings { vec![Line::new(companion).map_err(bad("guest"))?] } else { Vec::new() },
                diet: Draft::new(diet).map_err(bad("diet"))?,
                access: Draft::new(if coming && self.dice.chance(8) { "A seat from which one hears well" } else { "" })
                    .map_err(bad("needs"))?,
                photos: coming && self.dice.chance(70),
            };
            let who = self.actor(guest.name.id, &[]);
            let read = IfMatch(guest.row.version);
            celebration::actions::answer(self.state, &who, *guest.row.id, read, answer).await?;
        }
        Ok(())
    }

    // ---- Writing

    async fn start(&self, mentor: Mentor, qualification: Qualification) -> ApiResult<Work> {
        let actor = self.actor(mentor.id, &[Role::Mentor]);
        let start = StartCandidacy { qualification };
        let answer = candidacy::actions::start(self.state, &actor, Once::default(), start).await?;
        let summary = answer.value.value;
        Ok(Work {
            mentor,
            portfolio: summary.portfolio_id,
            story: None,
            entries: HashMap::new(),
            submission: None,
            secured: PerStandard::default(),
            sent: 0,
            paper: None,
            paper_alone: false,
        })
    }

    async fn tell_story(&mut self, index: usize, latest: i32) -> ApiResult<Work> {
        let story = self.texts.stories[index].clone();
        let id = self.people[&story.key];
        let (given, _) = story.name.split_once(' ').unwrap_or((&story.name, ""));
        let phase = story.phase.parse().unwrap_or(Phase::Primary);
        let qualification: Qualification = story.qualification.parse().unwrap_or(Qualification::Qms);
        let mentor = Mentor { id, given_name: given.into(), phase, lead: qualification == Qualification::Qlms };
        let mut work = self.start(mentor, qualification).await?;
        work.story = Some(index);
        work.paper = story.paper.clone();
        let written: Vec<_> = story.entries.iter().filter(|e| e.day <= latest).collect();
        let mut rows = Vec::new();
        for entry in &written {
            let (entry_id, row, links) =
                self.rows(id, &entry.title, entry.text.trim(), entry.day, &entry.time, entry.draft, &entry.links)?;
            work.entries.insert(entry.key.clone(), entry_id);
            rows.push((row, links));
        }
        self.keep(rows).await?;
        self.arrange_story(&work, &story).await?;
        Ok(work)
    }

    async fn arrange_story(&self, work: &Work, story: &Story) -> ApiResult<()> {
        let mut pieces = Vec::new();
        for piece in &story.portfolio.run {
            let id: PieceId = self.state.fresh();
            if let Some(title) = &piece.part {
                pieces.push(Piece::Part { id, title: title.parse().map_err(bad("part"))? });
            } else if let Some(text) = &piece.narrative {
                pieces.push(Piece::Narrative { id, text: text.trim().parse().map_err(bad("narrative"))? });
            } else if let Some(entry_id) = piece.entry.as_ref().and_then(|key| work.entries.get(key)) {
                pieces.push(Piece::Entry { id, entry_id: *entry_id });
            }
        }
        let form = if story.paper.is_some() { PortfolioForm::Mixed } else { PortfolioForm::Electronic };
        self.arrange(work, &story.portfolio.title, form, pieces).await
    }

    async fn arrange(&self, work: &Work, title: &str, form: PortfolioForm, pieces: Vec<Piece>) -> ApiResult<()> {
        let actor = self.actor(work.mentor.id, &[Role::Mentor]);
        let version = portfolio::actions::read(self.state, &actor, work.portfolio).await?.version;
        let arrange = ArrangePortfolio { title: title.parse().map_err(bad("title"))?, form, pieces };
        portfolio::actions::arrange(self.state, &actor, work.portfolio, IfMatch(version), arrange).await.map(drop)
    }

    /// A portfolio out of the stock of passages, none of them twice.
    async fn invent(
        &mut self,
        mentor: Mentor,
        qualification: Qualification,
        last_day: i32,
        count: usize,
        arranged: bool,
    ) -> ApiResult<Work> {
        let mut work = self.start(mentor, qualification).await?;
        let phase = work.mentor.phase.code();
        let mut fitting: Vec<usize> = (0..self.texts.passages.len())
            .filter(|&i| {
                let passage = &self.texts.passages[i];
                (passage.phase == phase || passage.phase == "either")
                    && (passage.level == qualification.code() || passage.level == "qms")
            })
            .collect();
        self.dice.shuffle(&mut fitting);
        // Those of the qualification's own level come first.
        fitting.sort_by_key(|&i| self.texts.passages[i].level != qualification.code());
        let mut chosen = cover(&self.texts, &fitting, count);
        chosen.sort_unstable();
        let trainee = initials(&mut self.dice);
        let mut rows = Vec::new();
        let mut ids = Vec::new();
        for (n, index) in chosen.iter().enumerate() {
            let passage = self.texts.passages[*index].clone();
            let day = last_day - (((count - n) * 84) / count) as i32 - self.dice.below(4) as i32;
            let time = format!("{:02}:{:02}", 12 + self.dice.below(9), self.dice.below(60));
            let draft = !arranged && n + 1 == count && self.dice.chance(30);
            let text = passage.text.replace("{T}", &trainee);
            let (id, row, links) =
                self.rows(work.mentor.id, &passage.title, &text, day, &time, draft, &passage.links)?;
            rows.push((row, links));
            ids.push(id);
        }
        self.keep(rows).await?;
        if arranged {
            let title = self.dice.pick(&self.texts.portfolios).clone();
            let pieces = self.arranged(&ids)?;
            self.arrange(&work, &title, PortfolioForm::Electronic, pieces).await?;
        }
        work.entries = ids.iter().enumerate().map(|(n, id)| (n.to_string(), *id)).collect();
        Ok(work)
    }

    /// Two parts with a linking passage at the head of each.
    fn arranged(&mut self, ids: &[EntryId]) -> ApiResult<Vec<Piece>> {
        let half = ids.len().div_ceil(2);
        let mut pieces = Vec::new();
        for part in [&ids[..half], &ids[half..]] {
            let title = self.dice.pick(&self.texts.parts).parse().map_err(bad("part"))?;
            let text = self.dice.pick(&self.texts.narratives).parse().map_err(bad("narrative"))?;
            pieces.push(Piece::Part { id: self.state.fresh(), title });
            pieces.push(Piece::Narrative { id: self.state.fresh(), text });
            pieces.extend(part.iter().map(|id| Piece::Entry { id: self.state.fresh(), entry_id: *id }));
        }
        Ok(pieces)
    }

    #[expect(clippy::too_many_arguments, reason = "these are an entry's own fields")]
    fn rows(
        &self,
        owner: PersonId,
        title: &str,
        text: &str,
        day: i32,
        time: &str,
        draft: bool,
        links: &[StoryLink],
    ) -> ApiResult<(EntryId, EntryRow, Vec<LinkRow>)> {
        let day = self.anchor.plus_days(day);
        let (hour, minute) = time.split_once(':').unwrap_or(("16", "30"));
        let seconds = hour.parse::<i64>().unwrap_or(16) * 3600 + minute.parse::<i64>().unwrap_or(30) * 60;
        let written: Timestamp = day.starts().plus_seconds(seconds);
        let id: EntryId = self.state.fresh();
        let row = EntryRow {
            id: AsText::new(id),
            owner_id: AsText::new(owner),
            title: Some(AsText::new(Title::new(title).map_err(bad("title"))?)),
            text: AsText::new(Text::new(text).map_err(bad("text"))?),
            happened_on: AsText::new(day),
            state: AsText::new(if draft { EntryState::Draft } else { EntryState::Kept }),
            created_at: written.into(),
            changed_at: written.into(),
            binned_at: None,
            version: 1,
        };
        let mut made = Vec::new();
        for link in links {
            let anchor = text.find(&link.quote).and_then(|at| {
                let start = text[..at].chars().count();
                Anchor::at(text, start, start + link.quote.chars().count())
            });
            let mut row = LinkRow {
                id: AsText::new(self.state.fresh()),
                entry_id: AsText::new(id),
                standard: AsText::new(link.standard.parse().unwrap_or(Standard::S1)),
                guide: None,
                quote: None,
                quote_before: None,
                quote_after: None,
                quote_start: None,
                shows: Some(AsText::new(Shows::new(link.shows.clone()).map_err(bad("sentence"))?)),
                created_at: written.into(),
            };
            row.set_anchor(anchor);
            made.push(row);
        }
        Ok((id, row, made))
    }

    async fn keep(&self, rows: Vec<(EntryRow, Vec<LinkRow>)>) -> ApiResult<()> {
        self.state
            .db
            .write(move |tx| {
                for (row, links) in &rows {
                    entry::store::add(tx, row)?;
                    links.iter().try_for_each(|link| entry::store::add_link(tx, link))?;
                }
                Ok::<_, ApiError>(())
            })
            .await
    }

    /// One or two entries more, and a reply to each suggestion: what a resubmission brings.
    async fn add_a_little(&mut self, work: &mut Work, day: i32) -> ApiResult<()> {
        let actor = self.actor(work.mentor.id, &[Role::Mentor]);
        if let Some(story) = work.story {
            let story = self.texts.stories[story].clone();
            let late: Vec<_> = story.entries.iter().filter(|e| !work.entries.contains_key(&e.key)).collect();
            let mut rows = Vec::new();
            for entry in late {
                let (id, row, links) = self.rows(
                    work.mentor.id,
                    &entry.title,
                    entry.text.trim(),
                    entry.day,
                    &entry.time,
                    entry.draft,
                    &entry.links,
                )?;
                work.entries.insert(entry.key.clone(), id);
                rows.push((row, links));
            }
            self.keep(rows).await?;
            self.arrange_story(work, &story).await?;
        } else {
            let open: Vec<Standard> = work.secured.iter().filter(|(_, s)| !**s).map(|(s, _)| s).collect();
            let detail = portfolio::actions::read(self.state, &actor, work.portfolio).await?;
            let used: HashSet<String> = detail.value.entries.iter().map(|e| e.title.clone()).collect();
            let trainee = initials(&mut self.dice);
            let mut rows = Vec::new();
            let mut pieces = detail.value.pieces.clone();
            for standard in open {
                let fitting: Vec<usize> = (0..self.texts.passages.len())
                    .filter(|&i| {
                        let passage = &self.texts.passages[i];
                        !used.contains(&passage.title)
                            && passage.level == "qms"
                            && passage.phase != other(work.mentor.phase)
                            && passage.links.iter().any(|l| l.standard == standard.code())
                    })
                    .collect();
                let passage = self.texts.passages[*self.dice.pick(&fitting)].clone();
                if rows.iter().any(|(row, _): &(EntryRow, Vec<LinkRow>)| {
                    row.title.as_ref().is_some_and(|t| t.as_str() == passage.title)
                }) {
                    continue;
                }
                let text = passage.text.replace("{T}", &trainee);
                let (id, row, links) =
                    self.rows(work.mentor.id, &passage.title, &text, day, "16:40", false, &passage.links)?;
                rows.push((row, links));
                pieces.push(Piece::Entry { id: self.state.fresh(), entry_id: id });
            }
            self.keep(rows).await?;
            self.arrange(work, detail.value.title.as_str(), detail.value.form, pieces).await?;
        }
        let Some(sent) = work.submission else { return Ok(()) };
        let outcome = decision::actions::outcome(self.state, &actor, sent).await?;
        for suggested in outcome.suggestions {
            let reply = work
                .story
                .and_then(|s| self.texts.stories[s].replies.iter().find(|r| r.standard == suggested.standard.code()))
                .map_or("I have added an entry that I hope shows this.", |r| r.text.as_str());
            let reply = Reply { text: Draft::new(reply.trim()).map_err(bad("reply"))? };
            decision::actions::reply(self.state, &actor, suggested.id, reply).await?;
        }
        Ok(())
    }

    // ---- The panel

    async fn submit(&self, work: &mut Work) -> ApiResult<()> {
        let actor = self.actor(work.mentor.id, &[Role::Mentor]);
        let declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: work.sent == 0 };
        let submit = SubmitPortfolio { declaration, round_id: None, read_on: self.read_on(work)? };
        let answer = submission::actions::submit(self.state, &actor, work.portfolio, Once::default(), submit).await?;
        work.submission = Some(answer.value.value.submission.id);
        work.sent += 1;
        let shelf = work.paper.as_ref().and_then(|paper| paper.shelf.clone());
        if let (Some(shelf), Some(id)) = (shelf, work.submission) {
            let receive = ReceivePaper { shelf: shelf.parse().map_err(bad("shelf"))? };
            paper::actions::receive(self.state, &self.coordinator()?, id, Once::default(), receive).await?;
        }
        Ok(())
    }

    fn read_on(&self, work: &Work) -> ApiResult<ReadOn> {
        let Some(words) = &work.paper else { return Ok(ReadOn::Electronic) };
        let paper = DescribePaper {
            parts: words.parts.parse().map_err(bad("paper"))?,
            hand_in: words.hand_in.parse().map_err(bad("paper"))?,
            promised_for: self.state.now().london_date().plus_days(2),
            note: Draft::new(words.note.trim()).map_err(bad("paper"))?,
        };
        Ok(if work.paper_alone { ReadOn::Paper { paper } } else { ReadOn::Mixed { paper } })
    }

    /// What is on paper goes back, once its mentor has heard.
    async fn give_back(&self, works: &[Work]) -> ApiResult<()> {
        for work in works {
            let given_to = work.paper.as_ref().and_then(|paper| paper.given_to.clone());
            if let (Some(given_to), Some(id)) = (given_to, work.submission) {
                let give = ReturnPaper { given_to: given_to.parse().map_err(bad("paper"))? };
                paper::actions::give_back(self.state, &self.coordinator()?, id, Once::default(), give).await?;
            }
        }
        Ok(())
    }

    /// Two readers: those of the story where it names them, and others in turn, none with a conflict.
    async fn assign(&mut self, work: &Work) -> ApiResult<Vec<(PersonId, ReviewId)>> {
        let Some(submission) = work.submission else { return Ok(Vec::new()) };
        let mut readers: Vec<PersonId> = work
            .story
            .map(|s| {
                self.texts.stories[s].reviews.iter().filter_map(|r| self.people.get(&r.reviewer).copied()).collect()
            })
            .unwrap_or_default();
        let mut others = self.panel.clone();
        self.dice.shuffle(&mut others);
        readers.extend(others);
        // Those who read it before have it already.
        let today = self.state.now().london_date();
        let given = move |conn: &mut Conn| review::actions::readings(conn, &[submission], today);
        let mut assigned: Vec<(PersonId, ReviewId)> =
            self.state.db.read(given).await?.into_iter().map(|r| (r.reviewer.id, r.review)).collect();
        let mut asked = HashSet::new();
        for reviewer_id in readers {
            if assigned.len() >= 2 || !asked.insert(reviewer_id) {
                continue;
            }
            let assign = AssignReviewer { reviewer_id };
            // Someone with a conflict is passed over for the next.
            if let Ok(answer) =
                round::actions::assign(self.state, &self.coordinator()?, submission, Once::default(), assign).await
            {
                let readers = &answer.value.value.readers;
                assigned
                    .extend(readers.iter().find(|r| r.person.id == reviewer_id).map(|r| (reviewer_id, r.review_id)));
            }
        }
        Ok(assigned)
    }

    async fn read(
        &mut self,
        work: &Work,
        reviewer: PersonId,
        id: ReviewId,
        open: usize,
        place: usize,
        send: bool,
    ) -> ApiResult<()> {
        let actor = self.actor(reviewer, &[Role::Reviewer]);
        let review = review::actions::read(self.state, &actor, id).await?;
        let told = work.story.and_then(|s| {
            let key = self.people.iter().find(|(_, id)| **id == reviewer).map(|(key, _)| key.clone())?;
            self.texts.stories[s].reviews.iter().find(|r| r.reviewer == key).cloned()
        });
        let resubmission = work.sent > 1;
        let mut draft = ReviewDraft::default();
        let mut send = send;
        let open_standards: Vec<Standard> = work.secured.iter().filter(|(_, s)| !**s).map(|(s, _)| s).collect();
        match &told {
            Some(told) if !resubmission => {
                for (standard, judgement) in [
                    (Standard::S1, &told.s1),
                    (Standard::S2, &told.s2),
                    (Standard::S3, &told.s3),
                    (Standard::S4, &told.s4),
                ] {
                    *draft.judgements.get_mut(standard) = judgement.as_ref().map(story_judgement).transpose()?;
                }
                draft.for_panel = Draft::new(told.for_panel.clone().unwrap_or_default()).map_err(bad("note"))?;
                send = told.sent;
            }
            _ => {
                for (n, standard) in open_standards.iter().enumerate() {
                    // The standards that most often stay open are the third and the fourth.
                    let stays_open = !resubmission
                        && open > 0
                        && n + open >= open_standards.len()
                        && !(place == 1 && self.dice.chance(25));
                    *draft.judgements.get_mut(*standard) =
                        Some(if stays_open { self.more(*standard)? } else { DraftJudgement::Evidenced });
                }
            }
        }
        let version = review.version;
        let mut version = review::actions::save_draft(self.state, &actor, id, IfMatch(version), draft).await?.version;
        let comments: Vec<WriteComment> = match &told {
            Some(told) if !resubmission => {
                told.comments.iter().map(|c| story_comment(c, work, &review.value.edition)).collect::<ApiResult<_>>()?
            }
            _ if self.dice.chance(40) => {
                let entry_id = review.value.edition.entries().next().map(|e| e.id);
                let place = work.paper_alone.then(|| "Page 12".parse()).transpose().map_err(bad("place"))?;
                let text = Prose::new(self.dice.pick(&self.texts.comments).clone()).map_err(bad("comment"))?;
                vec![WriteComment { entry_id, passage: None, place, audience: Audience::Mentor, text }]
            }
            _ => Vec::new(),
        };
        for comment in comments {
            version = review::actions::comment(self.state, &actor, id, Once::default(), comment).await?.value.version;
        }
        let _ = version;
        if send {
            review::actions::send(self.state, &actor, id, Once::default()).await?;
        }
        Ok(())
    }

    fn more(&mut self, standard: Standard) -> ApiResult<DraftJudgement> {
        let fitting: Vec<_> = self.texts.suggestions.iter().filter(|s| s.standard == standard.code()).collect();
        let chosen = self.dice.pick(&fitting);
        Ok(DraftJudgement::MoreNeeded {
            already_there: Draft::new(chosen.already_there.clone()).map_err(bad("suggestion"))?,
            would_help: Draft::new(chosen.would_help.clone()).map_err(bad("suggestion"))?,
        })
    }

    /// The panel agrees: as the story says, or on what all its readers suggest.
    async fn decide(&mut self, work: &mut Work) -> ApiResult<()> {
        let Some(submission) = work.submission else { return Ok(()) };
        let told = work.story.and_then(|s| self.texts.stories[s].decision.clone()).filter(|_| work.sent == 1);
        let chair = self.actor(self.panel[0], &[Role::Reviewer]);
        let (findings, message) = match told {
            Some(told) => {
                let finding = |f: &StoryFinding| story_finding(f);
                let findings = PerStandard {
                    s1: finding(&told.s1)?,
                    s2: finding(&told.s2)?,
                    s3: finding(&told.s3)?,
                    s4: finding(&told.s4)?,
                };
                (findings, told.message.trim().to_owned())
            }
            None => {
                let look_up = move |conn: &mut Conn| -> ApiResult<_> { Ok(super::store::suggested(conn, submission)?) };
                let suggested = self.state.db.read(look_up).await?;
                let mut open = 0;
                let mut made = Vec::new();
                for standard in Standard::ALL {
                    let of_standard: Vec<&Suggestion> =
                        suggested.iter().filter(|(s, _)| s == standard).map(|(_, s)| s).collect();
                    // Where readers differed, the room found it evidenced as often as not.
                    let agreed = of_standard.len() > 1 || (of_standard.len() == 1 && self.dice.chance(50));
                    made.push(if agreed && !*work.secured.get(*standard) && !self.must_be_awarded(work) {
                        open += 1;
                        Finding::MoreNeeded { suggestions: NonEmpty::one(of_standard[0].clone()) }
                    } else {
                        let notes: Vec<_> =
                            self.texts.findings.iter().filter(|f| f.standard == standard.code()).collect();
                        Finding::Evidenced {
                            note: Draft::new(self.dice.pick(&notes).text.clone()).map_err(bad("finding"))?,
                        }
                    });
                }
                let mut made = made.into_iter();
                let mut next = || made.next().ok_or_else(|| ApiError::Internal("four findings".into()));
                let findings = PerStandard { s1: next()?, s2: next()?, s3: next()?, s4: next()? };
                let name = &work.mentor.given_name;
                let message = if open == 0 {
                    self.dice.pick(&self.texts.messages).replace("{NAME}", name)
                } else {
                    format!(
                        "Dear {name},\n\nThank you for your portfolio. We enjoyed reading it, and much of it is clearly there. We would like to hear a little more from you, as we say below, and look forward to reading you again.\n\nWith warm good wishes,\nAnwen Sorley\nfor the portfolio review panel"
                    )
                };
                (findings, message)
            }
        };
        for (standard, finding) in findings.iter() {
            *work.secured.get_mut(standard) |= matches!(finding, Finding::Evidenced { .. });
        }
        let decide = Decide { findings, message: Draft::new(message).map_err(bad("message"))? };
        // Where the chair has a conflict, the deputy decides.
        let decided = decision::actions::decide(self.state, &chair, submission, decide.clone()).await;
        if decided.is_err() {
            let deputy = self.actor(self.panel[2], &[Role::Reviewer]);
            decision::actions::decide(self.state, &deputy, submission, decide).await?;
        }
        Ok(())
    }
}

fn other(phase: Phase) -> &'static str {
    match phase {
        Phase::Primary => "secondary",
        Phase::Secondary => "primary",
    }
}

/// So many passages that together touch all four standards, as far as the stock goes.
fn cover(texts: &Texts, fitting: &[usize], count: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    for standard in Standard::ALL.iter().cycle().take(count) {
        let touches = |i: &&usize| texts.passages[**i].links.iter().any(|l| l.standard == standard.code());
        let next = fitting.iter().filter(|i| !chosen.contains(i)).find(touches);
        chosen.extend(next.or_else(|| fitting.iter().find(|i| !chosen.contains(i))));
    }
    chosen
}

fn story_judgement(judgement: &StoryJudgement) -> ApiResult<DraftJudgement> {
    if judgement.judgement == "evidenced" {
        return Ok(DraftJudgement::Evidenced);
    }
    Ok(DraftJudgement::MoreNeeded {
        already_there: Draft::new(judgement.already_there.clone().unwrap_or_default()).map_err(bad("judgement"))?,
        would_help: Draft::new(judgement.would_help.clone().unwrap_or_default()).map_err(bad("judgement"))?,
    })
}

fn story_finding(finding: &StoryFinding) -> ApiResult<Finding> {
    if finding.outcome == "evidenced" {
        return Ok(Finding::Evidenced {
            note: Draft::new(finding.note.clone().unwrap_or_default()).map_err(bad("finding"))?,
        });
    }
    Ok(Finding::MoreNeeded {
        suggestions: NonEmpty::one(Suggestion {
            already_there: Draft::new(finding.already_there.clone().unwrap_or_default()).map_err(bad("finding"))?,
            would_help: Prose::new(finding.would_help.clone().unwrap_or_default()).map_err(bad("finding"))?,
            who_can_help: None,
        }),
    })
}

/// Two of the round of today that are on paper alone: one has arrived, the other is on its way.
fn on_paper() -> Vec<StoryPaper> {
    let paper = |parts: &str, hand_in: &str, note: &str, shelf: Option<&str>| StoryPaper {
        parts: parts.into(),
        hand_in: hand_in.into(),
        note: note.into(),
        shelf: shelf.map(str::to_owned),
        given_to: None,
    };
    vec![
        paper("One display folder of 22 sleeves", "The school office, with the university’s post", "", None),
        paper(
            "One ring binder and a sketchbook",
            "The university’s front desk",
            "The binder tells the year in its order; the sketchbook is best read beside it, page by page.",
            Some("Room 12, the green shelf"),
        ),
    ]
}

fn story_comment(
    comment: &super::texts::StoryComment,
    work: &Work,
    edition: &cairn_shared::edition::Edition,
) -> ApiResult<WriteComment> {
    let entry_id = comment.entry.as_ref().and_then(|key| work.entries.get(key)).copied();
    let entry = edition.entries().find(|e| Some(e.id) == entry_id);
    let passage = entry.zip(comment.quote.as_ref()).and_then(|(entry, quote)| {
        let at = entry.text.find(quote.as_str())?;
        let start = entry.text[..at].chars().count() as u32;
        Some(cairn_shared::edition::Passage { start, end: start + quote.chars().count() as u32 })
    });
    Ok(WriteComment {
        entry_id: entry.map(|e| e.id),
        passage,
        place: None,
        audience: if comment.to == "mentor" { Audience::Mentor } else { Audience::Panel },
        text: Prose::new(comment.text.clone()).map_err(bad("comment"))?,
    })
}
