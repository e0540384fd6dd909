//! Celebrations: who is invited and when they hear of it, answers and the waiting list, tables and lists, and what follows.

use crate::requests::{NOTHING, celebration};
use actix_web::rt::Runtime;
use cairn_backend::{celebration::actions, db::schema::invitation, mail::outbox::MailRow};
use cairn_shared::{
    celebration::{
        CelebrationDetail, CelebrationStage, CelebrationSummary, Filling, Invitation, InvitedAs, InvitedGuest, Reply,
        Table, TablePlan,
    },
    ids::{CelebrationId, InvitationId},
    list::Page,
    person::Role,
    print_run::PrintRun,
    qualification::Qualification,
    session::Me,
    time::Timestamp,
};
use cairn_tests::{Actor, House, Reply as Answered, Scene, findings};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeSet, thread};

/// The evening of all stories here is a Friday, and so is the last day for answers.
const DAY: &str = "2027-01-22";
const REPLY_BY: &str = "2027-01-15";

/// An evening for those who were awarded in autumn, from four to whom to tell it.
struct Evening<'h> {
    scene: Scene<'h>,
    /// A mentor at Whinfell, as Ada is.
    bede: Actor<'h>,
    /// A mentor at Fellside, which nobody leads.
    catrin: Actor<'h>,
    /// Leads Whinfell.
    hebe: Actor<'h>,
    id: CelebrationId,
}

impl<'h> Evening<'h> {
    /// Three portfolios are decided on, and an evening with so many places is planned. Nothing is released.
    fn planned(house: &'h House, places: u16) -> Self {
        let scene = Scene::set(house);
        let fellside = house.school("Fellside School");
        let bede = house.mentor("Bede", "Holm", scene.whinfell);
        let catrin = house.mentor("Catrin", "Tarn", fellside);
        let hebe = house.person("Hebe", "Moss", &[Role::SchoolLead], Some(scene.whinfell));
        scene.are_to_be_awarded(&[&scene.ada, &bede, &catrin]);
        let plan = planned(places);
        let plan = with(plan, "rounds", json!([scene.autumn]));
        let id = scene.coordinator.post("/celebrations", &plan).expect(201).json::<CelebrationDetail>().id;
        Self { scene, bede, catrin, hebe, id }
    }

    /// The same, released, and everybody is invited.
    fn invited(house: &'h House, places: u16) -> Self {
        let evening = Self::planned(house, places);
        evening.office().releases(evening.scene.autumn);
        evening.invites().expect(200);
        evening
    }

    fn house(&self) -> &'h House {
        self.scene.house
    }

    fn office(&self) -> &Actor<'h> {
        &self.scene.coordinator
    }

    fn ada(&self) -> &Actor<'h> {
        &self.scene.ada
    }

    fn at(&self, rest: &str) -> String {
        format!("/celebrations/{}{rest}", self.id)
    }

    fn seen_by(&self, who: &Actor<'_>) -> CelebrationDetail {
        who.sees(&self.at(""))
    }

    fn invites(&self) -> Answered {
        self.office().does(&self.at("/invitations"))
    }

    fn guests(&self) -> Vec<InvitedGuest> {
        self.office().sees::<Page<InvitedGuest>>(&self.at("/invitations?limit=100")).items
    }

    fn guest(&self, who: &Actor<'_>) -> InvitedGuest {
        self.guests().into_iter().find(|guest| guest.person.id == who.id()).expect("they are invited")
    }

    fn invitation(&self, who: &Actor<'_>) -> InvitationId {
        self.guest(who).invitation.id
    }

    fn reply_of(&self, who: &Actor<'_>) -> Reply {
        self.guest(who).invitation.reply
    }

    /// Somebody answers for somebody, perhaps themselves.
    fn tries(&self, by: &Actor<'_>, of: &Actor<'_>, answer: &Value) -> Answered {
        self.tries_having_read(by, &self.guest(of).invitation, answer)
    }

    fn tries_having_read(&self, by: &Actor<'_>, read: &Invitation, answer: &Value) -> Answered {
        by.ask("PUT", &format!("/invitations/{}/reply", read.id)).header("if-match", &read.etag).json(answer).send()
    }

    /// Somebody says that they come, with those guests.
    fn comes(&self, who: &Actor<'_>, guests: &[&str]) -> Reply {
        let said: Invitation = self.tries(who, who, &json!({"coming": true, "guests": guests})).expect(200).json();
        said.reply
    }

    fn stays_away(&self, who: &Actor<'_>) {
        self.tries(who, who, &json!({"coming": false})).expect(200);
    }

    /// The plan with something of it changed.
    fn changed(&self, places: u16, key: &str, value: Value) -> Value {
        with(with(planned(places), "rounds", json!([self.scene.autumn])), key, value)
    }

    fn changes(&self, plan: &Value) -> Answered {
        self.office().changes("PUT", &self.at(""), &self.at(""), plan)
    }

    fn sets_tables(&self, tables: &[(u16, &[InvitationId])]) -> Answered {
        let tables = tables.iter().map(|(number, who)| Table { number: *number, invitations: who.to_vec() }).collect();
        self.office().changes("PUT", &self.at(""), &self.at("/table-plan"), &TablePlan { tables })
    }

    /// The letters to somebody, the newest first.
    fn letters(&self, to: &Actor<'_>) -> Vec<MailRow> {
        self.house().outbox().into_iter().filter(|row| row.to_address == to.address()).collect()
    }

    fn newest(&self, to: &Actor<'_>) -> MailRow {
        self.letters(to).remove(0)
    }

    fn reminds(&self) -> usize {
        Runtime::new().unwrap().block_on(actions::remind(&self.house().state)).expect("guests can be reminded")
    }

    fn clears(&self) -> usize {
        Runtime::new().unwrap().block_on(actions::clear(&self.house().state)).expect("needs can be deleted")
    }
}

fn planned(places: u16) -> Value {
    let plan = celebration(DAY, NOTHING.parse().expect("an id"));
    with(with(plan, "places", json!(places)), "reply_by", json!(REPLY_BY))
}

fn with(mut plan: Value, key: &str, value: Value) -> Value {
    plan[key] = value;
    plan
}

fn plan_of(seen: &CelebrationDetail) -> &cairn_shared::celebration::CelebrationPlan {
    seen.plan.as_ref().expect("what its planner knows")
}

/// The lines of a calendar as they are meant: what was folded is whole again.
fn calendar(row: &MailRow) -> Vec<String> {
    let text = row.calendar.as_deref().unwrap_or_else(|| panic!("{} brings no calendar", row.subject));
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[track_caller]
fn says(row: &MailRow, lines: &[&str]) {
    let calendar = calendar(row);
    for line in lines {
        assert!(calendar.iter().any(|it| it == line), "{line} is not in {calendar:#?}");
    }
}

fn at(time: &str) -> Timestamp {
    time.parse().expect("a time")
}

#[test]
fn those_awarded_and_the_leads_of_their_schools_are_invited_once_in_working_hours() {
    let house = House::open();
    let evening = Evening::planned(&house, 100);
    let (office, ada) = (evening.office(), evening.ada());
    // Before the release nobody is awarded, and nobody but the office knows of an evening.
    let seen = evening.seen_by(office);
    assert_eq!((seen.stage, plan_of(&seen).to_invite), (CelebrationStage::Planned, 0));
    evening.invites().problem(409, "not-now");
    let knows_nothing = |who: &Actor<'_>| {
        who.get(&evening.at("")).problem(404, "not-found");
        who.get(&evening.at("/calendar")).problem(404, "not-found");
        assert!(who.sees::<Page<CelebrationSummary>>("/celebrations").items.is_empty());
        assert!(!who.sees::<Me>("/me").is_invited);
    };
    knows_nothing(ada);

    // Released on a Friday evening.
    house.turns_to("2026-12-11");
    house.waits(9 * 3600);
    office.releases(evening.scene.autumn);
    knows_nothing(ada);
    let seen = evening.seen_by(office);
    assert_eq!((plan_of(&seen).to_invite, &plan_of(&seen).without_lead[..]), (4, &["Fellside School".to_owned()][..]));
    let ask = || office.ask("POST", &evening.at("/invitations")).key("invite-1").send().expect(200);
    let first = ask();
    let seen: CelebrationDetail = first.json();
    let plan = plan_of(&seen);
    assert_eq!(seen.stage, CelebrationStage::Invited);
    assert_eq!((plan.invited, plan.unanswered, plan.to_invite, plan.heads), (4, 4, 0, 0));
    assert!(seen.invitation.is_none());
    let uid = format!("UID:{}", evening.id);
    for who in [ada, &evening.bede, &evening.catrin, &evening.hebe] {
        let letters = evening.letters(who);
        let invitations: Vec<_> =
            letters.iter().filter(|row| row.subject == "You are invited: Celebration meal").collect();
        assert_eq!(invitations.len(), 1, "{letters:?}");
        let letter = invitations[0];
        assert_eq!(Timestamp::from(letter.due_at), at("2026-12-14T08:00:00Z"), "a Monday");
        for part in
            ["You may bring a guest.", "Friday 22 January 2027, 18.00 to 22.00", "15 January 2027", &evening.at("")]
        {
            assert!(letter.body.contains(part), "{part}: {}", letter.body);
        }
        says(letter, &["METHOD:PUBLISH", &uid, "SEQUENCE:0", "DTSTART:20270122T180000Z", "STATUS:TENTATIVE"]);
        assert!(who.sees::<Me>("/me").is_invited);
    }
    assert!(evening.newest(&evening.hebe).body.contains("A mentor of Whinfell Primary was awarded"));
    // What a guest sees is theirs: nothing of how many come, or who.
    let seen = evening.seen_by(ada);
    assert!(seen.plan.is_none());
    let invitation = seen.invitation.expect("Ada's own");
    assert_eq!((invitation.invited_as, invitation.reply), (InvitedAs::Awarded, Reply::Unanswered));
    let listed = ada.sees::<Page<CelebrationSummary>>("/celebrations").items;
    assert_eq!((listed.len(), listed[0].reply, listed[0].filling), (1, Some(Reply::Unanswered), None));
    ada.get(&evening.at("/calendar")).expect(200);
    ada.get(&evening.at("/invitations")).problem(404, "not-found");
    knows_nothing(&evening.scene.rowan);

    // Once more: the same answer to the same request, and nobody hears twice.
    let letters = house.outbox().len();
    let again = ask();
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    evening.invites().problem(409, "not-now");
    assert_eq!(house.outbox().len(), letters);
    // Somebody begins to lead Fellside: they alone are invited now.
    let fellside = house.school("Fellside Annex");
    let cen = house.person("Cen", "Rigg", &[Role::SchoolLead], Some(fellside));
    assert_eq!(plan_of(&evening.seen_by(office)).to_invite, 0);
    let school = plan_school(&evening);
    office.post(&format!("/people/{}/memberships", cen.id()), &json!({"school_id": school, "leads": true})).expect(201);
    let seen = evening.seen_by(office);
    assert_eq!((plan_of(&seen).to_invite, plan_of(&seen).without_lead.len()), (1, 0));
    evening.invites().expect(200);
    assert_eq!(house.outbox().len(), letters + 1);
    assert_eq!(evening.guest(&cen).invitation.invited_as, InvitedAs::SchoolLead);
    assert_eq!(evening.guest(&cen).school.as_deref(), Some("Fellside School"));
}

/// The id of Catrin's school.
fn plan_school(evening: &Evening<'_>) -> String {
    let person: Value = evening.office().sees(&format!("/people/{}", evening.catrin.id()));
    person["schools"][0]["school_id"].as_str().unwrap_or_else(|| panic!("{person}")).to_owned()
}

#[test]
fn answers_are_taken_while_there_is_room_and_whoever_waits_moves_up() {
    let house = House::open();
    let evening = Evening::invited(&house, 4);
    let (office, ada, bede, catrin, hebe) =
        (evening.office(), evening.ada(), &evening.bede, &evening.catrin, &evening.hebe);
    let answer = json!({
        "coming": true, "guests": ["Grace Roe"], "diet": "No nuts,\nplease", "access": "A seat near the door", "photos": true,
    });
    let said = evening.tries(ada, ada, &answer).expect(200);
    let invitation: Invitation = said.json();
    assert_eq!(said.header("etag"), Some(invitation.etag.as_str()));
    assert_eq!(evening.seen_by(ada).invitation.as_ref(), Some(&invitation));
    let read = ada.get(&format!("/invitations/{}", invitation.id)).expect(200);
    assert_eq!((read.header("etag"), read.json()), (Some(invitation.etag.as_str()), invitation.clone()));
    assert_eq!(json!(invitation)["guests"], json!(["Grace Roe"]));
    assert_eq!(
        (invitation.reply, invitation.diet.as_str(), invitation.photos),
        (Reply::Coming, "No nuts,\nplease", true)
    );
    let letter = evening.newest(ada);
    assert_eq!(letter.subject, "See you there: Celebration meal");
    assert!(letter.body.contains("with Grace Roe") && !letter.body.contains("nuts"), "{}", letter.body);
    // The same answer again is no news.
    evening.tries(ada, ada, &answer).expect(200);
    assert_eq!(evening.newest(ada).id, letter.id);

    // What is nobody's own is not there; what can't be is said beside its field.
    for (by, of) in [(bede, ada), (&evening.scene.rowan, ada), (hebe, ada)] {
        evening.tries(by, of, &json!({"coming": false})).problem(404, "not-found");
    }
    bede.ask("PUT", &format!("/invitations/{NOTHING}/reply"))
        .header("if-match", "\"v1\"")
        .json(&json!({"coming": true}))
        .send()
        .problem(404, "not-found");
    evening.tries(bede, bede, &json!({"coming": true, "guests": ["A B", "C D"]})).field("/guests", "too_many");
    evening.tries(bede, bede, &json!({"coming": true, "guests": [" "]})).problem(422, "invalid");
    evening.tries(bede, bede, &json!({"coming": true, "guests": ["A\nB"]})).problem(422, "invalid");
    for (key, value, pointer) in [
        ("guests", json!(["王 Wang"]), "/guests/0"),
        ("diet", json!("No 🥜"), "/diet"),
        ("access", json!("王"), "/access"),
    ] {
        let answer = with(json!({"coming": true}), key, value);
        evening.tries(bede, bede, &answer).field(pointer, "unprintable");
    }
    assert_eq!(evening.reply_of(bede), Reply::Unanswered);

    // Two places are left. Bede takes one, so that Catrin waits with her guest; Hebe, who comes alone, fits.
    assert_eq!(evening.comes(bede, &[]), Reply::Coming);
    assert_eq!(evening.comes(catrin, &["Dai Tarn"]), Reply::Waiting);
    assert_eq!(evening.newest(catrin).subject, "You are on the waiting list: Celebration meal");
    let letters = evening.letters(catrin).len();
    assert_eq!(evening.comes(catrin, &["Dai Tarn"]), Reply::Waiting);
    evening.tries(office, hebe, &json!({"coming": true})).expect(200);
    assert_eq!((evening.reply_of(hebe), evening.letters(catrin).len()), (Reply::Coming, letters));
    let seen = evening.seen_by(office);
    assert_eq!((plan_of(&seen).heads, plan_of(&seen).waiting), (4, 1));
    let listed = office.sees::<Page<CelebrationSummary>>("/celebrations").items;
    assert_eq!((listed[0].reply, listed[0].filling), (None, Some(Filling { heads: 4, places: 4 })));
    // Guest by guest, nobody twice and nobody left out.
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page: Page<InvitedGuest> = office.sees(&evening.at(&format!("/invitations?limit=2{after}")));
        assert!(page.items.len() <= 2);
        names.extend(page.items.into_iter().map(|guest| guest.person.full()));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    let all: Vec<String> = evening.guests().iter().map(|guest| guest.person.full()).collect();
    assert!(all.len() > 2 && names == all, "{names:?} {all:?}");
    // Full: another guest is one too many, and the answer stays.
    evening.tries(bede, bede, &json!({"coming": true, "guests": ["Ena Holm"]})).problem(409, "not-now");
    let guest = evening.guest(bede);
    assert!(guest.invitation.reply == Reply::Coming && guest.invitation.guests.is_empty());
    // A place for one is none for two.
    evening.stays_away(hebe);
    assert_eq!((evening.reply_of(hebe), evening.reply_of(catrin)), (Reply::NotComing, Reply::Waiting));
    assert_eq!(evening.letters(hebe).iter().filter(|row| row.subject.contains("See you")).count(), 1);
    evening.comes(ada, &[]);
    assert_eq!(evening.reply_of(catrin), Reply::Coming);
    let letter = evening.newest(catrin);
    assert_eq!(letter.subject, "There is room for you: Celebration meal");
    says(&letter, &["METHOD:PUBLISH", &format!("UID:{}", evening.id)]);
    assert_eq!(evening.letters(catrin).len(), letters + 1);
    // Nobody reads of anybody else.
    for who in [ada, bede, hebe] {
        let seen = who.get(&evening.at("")).expect(200).text();
        assert!(!seen.contains("Dai") && !seen.contains("Tarn"), "{seen}");
    }

    // After the last day one can still say no; for everything else there is the office.
    house.turns_to("2027-01-16");
    let late = evening.tries(hebe, hebe, &json!({"coming": true})).problem(409, "not-now");
    assert!(late.detail.contains("15 January 2027"), "{}", late.detail);
    evening.stays_away(catrin);
    evening.tries(office, hebe, &json!({"coming": true, "guests": ["Ivo Moss"]})).expect(200);
    assert_eq!(evening.newest(hebe).subject, "See you there: Celebration meal");
    assert_eq!(plan_of(&evening.seen_by(office)).heads, 4);
    // Nor is anybody invited who could not answer.
    evening.invites().problem(409, "not-now");
}

#[test]
fn two_who_want_the_last_place_at_the_same_moment_do_not_both_get_it() {
    let house = House::open();
    let evening = Evening::invited(&house, 1);
    let both = [evening.ada(), &evening.bede];
    for _ in 0..3 {
        let read = both.map(|who| (who, evening.guest(who).invitation));
        thread::scope(|scope| {
            for (who, invitation) in &read {
                let evening = &evening;
                scope.spawn(move || evening.tries_having_read(who, invitation, &json!({"coming": true})).expect(200));
            }
        });
        let mut replies = both.map(|who| evening.reply_of(who));
        replies.sort_unstable_by_key(|reply| reply.code());
        assert_eq!(replies, [Reply::Coming, Reply::Waiting]);
        let waits = both.into_iter().find(|who| evening.reply_of(who) == Reply::Waiting).expect("one waits");
        // Whoever waits leaves first, so that nobody moves up.
        evening.stays_away(waits);
        for who in both {
            evening.stays_away(who);
        }
    }
}

#[test]
fn a_change_is_told_where_it_matters_and_calendars_know_it_by_its_number() {
    let house = House::open();
    let evening = Evening::invited(&house, 2);
    let (office, ada, bede, catrin, hebe) =
        (evening.office(), evening.ada(), &evening.bede, &evening.catrin, &evening.hebe);
    evening.comes(ada, &["Grace Roe"]);
    assert_eq!(evening.comes(bede, &["Ena Holm"]), Reply::Waiting);
    evening.stays_away(catrin);
    let path = evening.at("");
    let plan = evening.changed(2, "details", json!("Come by the back door."));
    office.ask("PUT", &path).json(&plan).send().problem(428, "needs-version");
    let before = office.get(&path).etag();
    let letters = house.outbox().len();
    evening.changes(&plan).expect(200);
    assert_eq!(house.outbox().len(), letters, "no news");
    office.ask("PUT", &path).if_match(&before).json(&plan).send().problem(412, "stale");

    // What can't be.
    evening.changes(&evening.changed(1, "details", json!(""))).field("/places", "taken");
    for (key, value, pointer, code) in [
        ("ends_at", json!(format!("{DAY}T17:00:00Z")), "/ends_at", "ends_first"),
        ("ends_at", json!("2027-01-24T17:00:00Z"), "/ends_at", "too_long"),
        ("reply_by", json!("2027-01-23"), "/reply_by", "too_late"),
        ("reply_by", json!("2026-12-09"), "/reply_by", "past"),
        ("starts_at", json!("2026-12-09T18:00:00Z"), "/ends_at", "too_long"),
        ("places", json!(2001), "/places", "out_of_range"),
        ("guests_each", json!(6), "/guests_each", "out_of_range"),
        ("rounds", json!([NOTHING]), "/rounds", "unknown"),
        ("title", json!("王"), "/title", "unprintable"),
        ("place", json!("The 🏛"), "/place", "unprintable"),
    ] {
        evening.changes(&evening.changed(2, key, value)).field(pointer, code);
    }
    evening.changes(&evening.changed(2, "rounds", json!([]))).problem(422, "invalid");
    // An evening that were over at once could never be put right.
    let mut past = evening.changed(2, "starts_at", json!("2026-12-08T18:00:00Z"));
    (past["ends_at"], past["reply_by"]) = (json!("2026-12-08T22:00:00Z"), json!("2026-12-08"));
    evening.changes(&past).field("/starts_at", "past");
    assert_eq!(house.outbox().len(), letters);

    // Another place: whoever has not said no hears it, and their calendars know which is the later one.
    let plan = evening.changed(2, "place", json!("The Old Library"));
    evening.changes(&plan).expect(200);
    for who in [ada, bede, hebe] {
        let letter = evening.newest(who);
        assert_eq!(letter.subject, "Changed: Celebration meal");
        assert_eq!(Timestamp::from(letter.due_at), house_time(&letter), "at once");
        says(&letter, &["METHOD:PUBLISH", &format!("UID:{}", evening.id), "SEQUENCE:1", "LOCATION:The Old Library"]);
    }
    assert_ne!(evening.newest(catrin).subject, "Changed: Celebration meal");
    assert_eq!(house.outbox().len(), letters + 3);
    // More room: who waits moves up, and nobody else hears of it.
    evening.changes(&with(plan, "places", json!(4))).expect(200);
    assert_eq!((evening.reply_of(bede), house.outbox().len()), (Reply::Coming, letters + 4));
    let letter = evening.newest(bede);
    assert_eq!(letter.subject, "There is room for you: Celebration meal");
    says(&letter, &["SEQUENCE:1"]);
}

/// When a letter was written.
fn house_time(row: &MailRow) -> Timestamp {
    row.written_at.into()
}

#[test]
fn what_is_called_off_is_called_off_in_calendars_too() {
    let house = House::open();
    let evening = Evening::invited(&house, 100);
    let (office, ada, catrin) = (evening.office(), evening.ada(), &evening.catrin);
    evening.tries(ada, ada, &json!({"coming": true, "diet": "No nuts", "access": "A ramp"})).expect(200);
    evening.stays_away(catrin);
    let letters = house.outbox().len();
    let why = json!({"why": "The hall has no heating."});
    let cancels = |key: &str| office.ask("POST", &evening.at("/cancellation")).key(key).json(&why).send();
    let first = cancels("evening-off").expect(200);
    let seen: CelebrationDetail = first.json();
    assert_eq!(
        (seen.stage, seen.cancelled_why.as_deref()),
        (CelebrationStage::Cancelled, Some("The hall has no heating."))
    );
    assert_eq!(house.outbox().len(), letters + 3, "all but Catrin");
    let uid = format!("UID:{}", evening.id);
    for who in [ada, &evening.bede, &evening.hebe] {
        let letter = evening.newest(who);
        assert_eq!(letter.subject, "Cancelled: Celebration meal");
        assert!(letter.body.contains("no heating"), "{}", letter.body);
        says(&letter, &["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", &uid]);
    }
    assert_eq!(cancels("evening-off").expect(200).header("idempotent-replayed"), Some("true"));
    cancels("evening-again").problem(409, "not-now");
    assert_eq!(house.outbox().len(), letters + 3);
    // It is still to be seen that it was on, and nothing about it changes.
    assert_eq!(evening.seen_by(catrin).stage, CelebrationStage::Cancelled);
    let file = ada.get(&evening.at("/calendar")).expect(200).text();
    assert!(file.contains("METHOD:CANCEL\r\n") && file.contains(&uid), "{file}");
    evening.tries(ada, ada, &json!({"coming": false})).problem(409, "not-now");
    evening.changes(&evening.changed(50, "details", json!(""))).problem(409, "not-now");
    evening.invites().problem(409, "not-now");
    evening.sets_tables(&[]).problem(409, "not-now");
    // Nobody is reminded, and nobody needs to know any more who eats what.
    house.turns_to("2027-01-21");
    assert_eq!((evening.reminds(), evening.clears(), evening.clears()), (0, 1, 0));
    let invitation = evening.guest(ada).invitation;
    assert!(invitation.diet.is_blank() && invitation.access.is_blank());
    house.turns_to("2027-01-25");
    office.post(&evening.at("/thanks"), &json!({"message": "Thank you."})).problem(409, "not-now");
}

#[test]
fn tables_are_proposed_by_school_and_set_by_hand() {
    let house = House::open();
    let evening = Evening::invited(&house, 100);
    let (office, ada, bede, catrin, hebe) =
        (evening.office(), evening.ada(), &evening.bede, &evening.catrin, &evening.hebe);
    for (who, guests) in [(ada, &["Grace Roe"][..]), (bede, &[]), (catrin, &[])] {
        evening.comes(who, guests);
    }
    let [of_ada, of_bede, of_catrin, of_hebe] = [ada, bede, catrin, hebe].map(|who| evening.invitation(who));
    let proposed = |seats: &str| -> Vec<BTreeSet<InvitationId>> {
        let plan: TablePlan = office.sees(&evening.at(&format!("/table-plan/proposal{seats}")));
        assert!(plan.tables.iter().map(|table| table.number).eq(1..=plan.tables.len() as u16));
        plan.tables.into_iter().map(|table| table.invitations.into_iter().collect()).collect()
    };
    assert_eq!(proposed(""), [BTreeSet::from([of_ada, of_bede, of_catrin])]);
    assert_eq!(proposed("?seats=3"), [BTreeSet::from([of_ada, of_bede]), BTreeSet::from([of_catrin])]);
    assert_eq!(proposed("?seats=1").len(), 3, "nobody sits apart from their guests");
    for seats in ["?seats=0", "?seats=41"] {
        office.get(&evening.at(&format!("/table-plan/proposal{seats}"))).field("/seats", "out_of_range");
    }

    let stale = office.get(&evening.at("")).etag();
    // Whose table changes reads another invitation; whose does not, the same.
    let tags = || [ada, hebe].map(|who| evening.guest(who).invitation.etag);
    let before = tags();
    let reads = |who: &Actor<'_>, tag: &str| {
        who.ask("GET", &format!("/invitations/{}", evening.invitation(who))).header("if-none-match", tag).send().status
    };
    assert_eq!(reads(ada, &before[0]), 304);
    evening.sets_tables(&[(1, &[of_ada]), (7, &[of_bede, of_catrin])]).expect(200);
    assert_eq!(evening.seen_by(bede).invitation.expect("his own").table, Some(7));
    assert_eq!((reads(ada, &before[0]), reads(hebe, &before[1])), (200, 304));
    assert!(tags()[0] != before[0] && tags()[1] == before[1]);
    let none = json!({"tables": []});
    office.ask("PUT", &evening.at("/table-plan")).if_match(&stale).json(&none).send().problem(412, "stale");
    evening.sets_tables(&[(1, &[of_ada, of_hebe])]).field("/tables", "not_coming");
    evening.sets_tables(&[(1, &[of_ada]), (2, &[of_ada])]).field("/tables", "not_coming");
    for number in [0, 2001] {
        evening.sets_tables(&[(number, &[of_ada])]).field("/tables", "out_of_range");
    }
    // Whoever stays away leaves their seat, and comes back without one.
    evening.stays_away(bede);
    evening.comes(bede, &[]);
    let tables: Vec<_> = [ada, bede, catrin].map(|who| evening.guest(who).invitation.table).into();
    assert_eq!(tables, [Some(1), None, Some(7)]);
}

#[test]
fn the_lists_of_the_evening_hold_who_comes_and_nothing_that_a_spreadsheet_would_run() {
    let house = House::open();
    let evening = Evening::invited(&house, 100);
    let (office, ada, bede, catrin, hebe) =
        (evening.office(), evening.ada(), &evening.bede, &evening.catrin, &evening.hebe);
    let list = |name: &str| {
        let reply = office.get(&evening.at(&format!("/{name}?form=csv"))).expect(200);
        assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = reply.text();
        text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{text:?}")).to_owned()
    };
    // While nobody comes, they are there and empty.
    assert_eq!(list("caterer-list"), "Table,Name,People,What they do not eat\r\n");
    let formula = "=HYPERLINK(\"https://evil.example\",\"click\")";
    let answer = json!({"coming": true, "guests": [formula], "diet": "+1 nut allergy\nno milk", "access": "@door", "photos": true});
    evening.tries(ada, ada, &answer).expect(200);
    evening.comes(bede, &["W".repeat(80).as_str()]);
    evening.comes(catrin, &[]);
    evening.tries(hebe, hebe, &json!({"coming": true, "diet": "No fish"})).expect(200);
    let [of_ada, of_bede, of_catrin, of_hebe] = [ada, bede, catrin, hebe].map(|who| evening.invitation(who));
    evening.sets_tables(&[(3, &[of_ada])]).expect(200);
    assert_eq!(
        list("caterer-list"),
        "Table,Name,People,What they do not eat\r\n,Hebe Moss,1,No fish\r\n3,Ada Roe-Ashby,2,\"'+1 nut allergy\nno milk\"\r\n"
    );
    let door = list("door-list");
    let of_ada_at_the_door = "Ada Roe-Ashby,\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"click\"\")\",Whinfell Primary,Awarded,3,Yes,'@door\r\n";
    assert!(door.contains(of_ada_at_the_door), "{door}");
    assert!(door.contains("Hebe Moss,,Whinfell Primary,School lead,,No,\r\n"), "{door}");
    // By school and name, until somebody says otherwise.
    let called = || -> Vec<String> {
        list("running-list").lines().skip(1).map(|row| row.split(',').take(2).collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(called(), ["1 Catrin Tarn", "2 Bede Holm", "3 Ada Roe-Ashby"]);
    let orders = |order: &[InvitationId]| {
        let order = json!({"invitations": order});
        office.changes("PUT", &evening.at(""), &evening.at("/running-list"), &order)
    };
    orders(&[of_bede]).expect(200);
    assert_eq!(called(), ["1 Bede Holm", "2 Catrin Tarn", "3 Ada Roe-Ashby"]);
    orders(&[of_ada, of_hebe]).field("/invitations", "not_coming");
    orders(&[of_ada, of_ada]).field("/invitations", "not_coming");
    orders(&[of_ada, of_bede, of_catrin]).expect(200);
    assert_eq!(called(), ["1 Ada Roe-Ashby", "2 Bede Holm", "3 Catrin Tarn"]);
    // Who was invited as the lead of a school, and awarded since, is called up as well.
    let invited_first = of_bede.to_string();
    house.does(move |tx| {
        let theirs = invitation::table.find(invited_first.clone());
        diesel::update(theirs).set(invitation::invited_as.eq("school_lead")).execute(&mut **tx)?;
        Ok(())
    });
    orders(&[of_ada, of_bede, of_catrin]).expect(200);
    // Certificates lie in the order in which their holders are called up.
    let (id, config) = (evening.id, house.state.config.clone());
    let printed = house.does(move |tx| actions::certificates(tx, id, &config));
    let holders: Vec<&str> = printed.iter().map(|facts| facts.holder()).collect();
    assert_eq!(holders, ["Ada Roe-Ashby", "Bede Holm", "Catrin Tarn"]);
    let run: PrintRun = office.post("/print-runs", &json!({"celebration_id": evening.id})).expect(201).json();
    assert_eq!((run.total, run.left_out.len()), (3, 0));
    // On paper, whatever people wrote, and each time the same.
    for name in ["caterer-list", "door-list", "running-list"] {
        let reply = office.get(&evening.at(&format!("/{name}"))).expect(200);
        assert_eq!(reply.header("content-type"), Some("application/pdf"));
        assert!(reply.body.starts_with(b"%PDF-"), "{name}");
        assert!(reply.body == office.get(&evening.at(&format!("/{name}?form=pdf"))).expect(200).body, "{name}");
    }
    office.get(&evening.at("/door-list?form=xlsx")).problem(422, "invalid");
}

#[test]
fn reminders_go_once_and_in_time_and_thanks_come_after() {
    let house = House::open();
    let evening = Evening::invited(&house, 100);
    let (office, ada, bede, hebe) = (evening.office(), evening.ada(), &evening.bede, &evening.hebe);
    // A second evening, on a Sunday, to which everybody is invited in the new year.
    let mut sunday = evening.changed(100, "title", json!("Sunday walk"));
    for (key, value) in
        [("starts_at", "2027-02-07T13:00:00Z"), ("ends_at", "2027-02-07T16:00:00Z"), ("reply_by", "2027-01-29")]
    {
        sunday[key] = json!(value);
    }
    let walk = office.post("/celebrations", &sunday).expect(201).json::<CelebrationDetail>().id;
    evening.tries(ada, ada, &json!({"coming": true, "diet": "No nuts", "access": "A ramp"})).expect(200);
    evening.sets_tables(&[(2, &[evening.invitation(ada)])]).expect(200);
    house.turns_to("2027-01-09");
    assert_eq!(evening.reminds(), 0);
    // A Sunday, five days before the last one for answers.
    house.turns_to("2027-01-10");
    assert_eq!((evening.reminds(), evening.reminds()), (3, 0), "who has not answered, once");
    let letter = evening.newest(bede);
    assert_eq!(letter.subject, "Are you coming? Celebration meal");
    assert_eq!(Timestamp::from(letter.due_at), at("2027-01-11T08:00:00Z"));
    evening.comes(bede, &[]);
    evening.stays_away(hebe);
    house.turns_to("2027-01-19");
    assert_eq!(evening.reminds(), 0);
    house.turns_to("2027-01-20");
    assert_eq!((evening.reminds(), evening.reminds()), (2, 0), "who comes, once");
    let letter = evening.newest(ada);
    assert_eq!(letter.subject, "Soon: Celebration meal");
    assert!(letter.body.contains("You are at table 2."), "{}", letter.body);
    assert!(!evening.newest(bede).body.contains("table"));

    // Thanks come after, to those who came, in working hours, and once.
    let thanks = |key: &str| {
        let message = json!({"message": "It was lovely to have you with us."});
        office.ask("POST", &evening.at("/thanks")).key(key).json(&message).send()
    };
    thanks("thanks-early").problem(409, "not-now");
    house.turns_to("2027-01-23");
    assert_eq!(evening.seen_by(ada).stage, CelebrationStage::Over);
    let letters = house.outbox().len();
    let thanked: CelebrationDetail = thanks("thanks-late").expect(200).json();
    assert_eq!(plan_of(&thanked).thanked_at.map(|at| at.london_date().to_string()).as_deref(), Some("2027-01-23"));
    assert_eq!(thanks("thanks-late").expect(200).header("idempotent-replayed"), Some("true"));
    thanks("thanks-later").problem(409, "not-now");
    assert_eq!(house.outbox().len(), letters + 2);
    let letter = evening.newest(ada);
    assert_eq!(letter.body, "Dear Ada,\n\nIt was lovely to have you with us.\n\nNorthfell Partnership\n");
    assert_eq!(Timestamp::from(letter.due_at), at("2027-01-25T08:00:00Z"), "a Monday");
    // It is over: nothing about it changes.
    evening.tries(ada, ada, &json!({"coming": false})).problem(409, "not-now");
    evening.changes(&evening.changed(100, "details", json!(""))).problem(409, "not-now");
    evening.invites().problem(409, "not-now");
    // What they do not eat and what they need is kept for a day, and no longer. That they came is not forgotten.
    assert_eq!(evening.clears(), 0);
    assert_eq!(evening.guest(ada).invitation.diet.as_str(), "No nuts");
    house.turns_to("2027-01-24");
    assert_eq!((evening.clears(), evening.clears()), (1, 0));
    let invitation = evening.guest(ada).invitation;
    assert!(invitation.diet.is_blank() && invitation.access.is_blank() && invitation.reply == Reply::Coming);

    // The Sunday: nobody is nudged who was invited a moment ago, and a reminder leaves before the weekend, or not at all.
    house.turns_to("2027-01-26");
    let walk = Evening { id: walk, ..evening };
    walk.invites().expect(200);
    assert_eq!(walk.reminds(), 0);
    walk.comes(walk.ada(), &[]);
    house.turns_to("2027-01-30");
    assert_eq!(walk.reminds(), 0, "it is too late to answer");
    house.turns_to("2027-02-04");
    assert_eq!(walk.reminds(), 0);
    house.turns_to("2027-02-05");
    assert_eq!(walk.reminds(), 1);
    let letter = walk.newest(walk.ada());
    assert_eq!(letter.subject, "Soon: Sunday walk");
    assert_eq!(Timestamp::from(letter.due_at).london_date().to_string(), "2027-02-05");
    // Somebody for whom the office answers on the Saturday would read it on the Monday.
    house.turns_to("2027-02-06");
    walk.tries(walk.office(), &walk.bede, &json!({"coming": true})).expect(200);
    assert_eq!(walk.reminds(), 0);
}

#[test]
fn an_evening_is_planned_once_and_only_where_it_can_be() {
    let house = House::open();
    let scene = Scene::set(&house);
    let office = &scene.coordinator;
    let plan = with(planned(80), "rounds", json!([scene.autumn, scene.spring, scene.autumn]));
    scene.anwen.post("/celebrations", &plan).problem(404, "not-found");
    let plans = || office.ask("POST", "/celebrations").key("evening-plan").json(&plan).send().expect(201);
    let (first, again) = (plans(), plans());
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    let made: CelebrationDetail = first.json();
    assert_eq!(first.header("location"), Some(format!("/api/v1/celebrations/{}", made.id).as_str()));
    assert_eq!(plan_of(&made).rounds.iter().map(|round| round.id).collect::<Vec<_>>(), [scene.autumn, scene.spring]);
    for (key, value, pointer, code) in [
        ("starts_at", json!("2026-11-23T18:00:00Z"), "/ends_at", "too_long"),
        ("reply_by", json!("2026-11-23"), "/reply_by", "past"),
        ("rounds", json!([NOTHING]), "/rounds", "unknown"),
        ("title", json!("Evening of the 王"), "/title", "unprintable"),
        ("places", json!(0), "/places", "out_of_range"),
    ] {
        office.post("/celebrations", &with(plan.clone(), key, value)).field(pointer, code);
    }
    office.post("/celebrations", &with(plan.clone(), "title", json!("Meal\r\nBcc: all"))).problem(422, "invalid");
    office.post("/celebrations", &with(plan.clone(), "menu", json!("fish"))).problem(422, "invalid");
    // The latest first, page by page.
    let earlier = with(plan.clone(), "reply_by", json!("2027-01-01"));
    let earlier =
        with(with(earlier, "starts_at", json!("2027-01-08T18:00:00Z")), "ends_at", json!("2027-01-08T22:00:00Z"));
    let earlier = office.post("/celebrations", &earlier).expect(201).json::<CelebrationDetail>().id;
    let page: Page<CelebrationSummary> = office.sees("/celebrations?limit=1");
    let next = page.next.expect("another page");
    let rest: Page<CelebrationSummary> = office.sees(&format!("/celebrations?limit=1&after={next}"));
    assert_eq!((page.items[0].id, rest.items[0].id, rest.next), (made.id, earlier, None));
}

#[test]
fn one_evening_celebrates_the_awards_of_several_rounds_and_invites_nobody_twice() {
    let house = House::open();
    let evening = Evening::planned(&house, 100);
    let (scene, office) = (&evening.scene, evening.office());
    office.releases(scene.autumn);
    // Fay is awarded in spring, at Ada's school, and Ada a second time.
    let fay = house.mentor("Fay", "Lund", scene.whinfell);
    house.turns_to("2027-01-15");
    let sent = [
        fay.sends_a_portfolio(Qualification::Qms).submission.id,
        evening.ada().sends_a_portfolio(Qualification::Qlms).submission.id,
    ];
    for submission in sent {
        office.assigns(&scene.rowan, submission);
        office.assigns(&scene.tamsin, submission);
    }
    house.turns_to("2027-02-28");
    for submission in sent {
        scene.reviewers_agree(submission, &[]);
    }
    house.turns_to("2027-03-11");
    for submission in sent {
        scene.anwen.decides(submission, findings(&[]), "Thank you for this story.");
    }
    office.releases(scene.spring);

    let plan = with(celebration("2027-05-21", scene.autumn), "rounds", json!([scene.autumn, scene.spring]));
    let plan = with(with(plan, "reply_by", json!("2027-05-10")), "places", json!(50));
    let id = office.post("/celebrations", &plan).expect(201).json::<CelebrationDetail>().id;
    let path = format!("/celebrations/{id}");
    let planned: CelebrationDetail = office.sees(&path);
    let rounds: Vec<_> = plan_of(&planned).rounds.iter().map(|round| round.id).collect();
    assert_eq!(rounds, [scene.autumn, scene.spring]);
    let invited: CelebrationDetail = office.does(&format!("{path}/invitations")).expect(200).json();
    let guests = office.sees::<Page<InvitedGuest>>(&format!("{path}/invitations?limit=100")).items;
    assert_eq!((plan_of(&planned).to_invite, plan_of(&invited).invited), (guests.len() as i64, guests.len() as i64));
    let people: BTreeSet<_> = guests.iter().map(|guest| guest.person.id).collect();
    assert_eq!(people.len(), guests.len(), "each of them once");
    let awards =
        |who: &Actor<'_>| guests.iter().find(|guest| guest.person.id == who.id()).expect("invited").awards.len();
    assert_eq!((awards(evening.ada()), awards(&fay), awards(&evening.bede)), (2, 1, 1));
    // Whoever comes and was awarded twice is called up once, and has two certificates printed.
    for guest in guests.iter().filter(|guest| !guest.awards.is_empty()) {
        evening.tries_having_read(office, &guest.invitation, &json!({"coming": true})).expect(200);
    }
    let running = office.get(&format!("{path}/running-list?form=csv")).expect(200).text();
    let rows: Vec<&str> = running.split_terminator("\r\n").skip(1).collect();
    let awarded = guests.iter().filter(|guest| !guest.awards.is_empty());
    assert_eq!(rows.len(), awarded.clone().count(), "{running}");
    assert!(rows.iter().any(|row| row.contains("Fay Lund")) && running.contains("\"QLMS, QMS\""), "{running}");
    let begun: PrintRun = office.post("/print-runs", &json!({"celebration_id": id})).expect(201).json();
    assert_eq!(usize::try_from(begun.total).unwrap_or(0), awarded.map(|guest| guest.awards.len()).sum::<usize>());
}

#[test]
fn an_answer_that_was_changed_in_the_meantime_is_not_written_over() {
    let house = House::open();
    let evening = Evening::invited(&house, 10);
    let (office, ada) = (evening.office(), evening.ada());
    let read = evening.guest(ada).invitation;
    let answers = |by: &Actor<'_>, read: &Invitation, answer: Value| evening.tries_having_read(by, read, &answer);
    answers(ada, &read, json!({"coming": true, "diet": "No nuts, please: severe"})).expect(200);
    answers(office, &read, json!({"coming": true, "photos": true})).problem(412, "stale");
    let path = format!("/invitations/{}/reply", read.id);
    ada.ask("PUT", &path).json(&json!({"coming": false})).send().problem(428, "needs-version");
    let now = evening.guest(ada).invitation;
    assert_eq!((now.diet.as_str(), now.photos), ("No nuts, please: severe", false));
    answers(office, &now, json!({"coming": true, "photos": true, "diet": now.diet})).expect(200);
    // Whoever was reminded meanwhile answers the invitation that they have read.
    let (catrin, read) = (&evening.catrin, evening.guest(&evening.catrin).invitation);
    house.turns_to("2027-01-12");
    assert!(evening.reminds() > 0);
    answers(catrin, &read, json!({"coming": true})).expect(200);
}

#[test]
fn nothing_that_follows_an_invitation_leaves_before_it() {
    let house = House::open();
    let evening = Evening::planned(&house, 10);
    evening.office().releases(evening.scene.autumn);
    // A Friday evening: invitations wait for Monday morning, and the hall burns down on Saturday.
    house.turns_to("2026-12-11");
    house.waits(10 * 3600);
    evening.invites().expect(200);
    let invitation = evening.newest(evening.ada());
    assert!(invitation.subject.starts_with("You are invited"));
    house.turns_to("2026-12-12");
    evening.office().post(&evening.at("/cancellation"), &json!({"why": "The hall burned down."})).expect(200);
    let off = evening.newest(evening.ada());
    assert_eq!(off.subject, "Cancelled: Celebration meal");
    assert!(Timestamp::from(off.due_at) >= Timestamp::from(invitation.due_at));
    assert_eq!(Timestamp::from(invitation.due_at), at("2026-12-14T08:00:00Z"));
}

#[test]
fn whoever_leaves_comes_to_no_evening_and_who_waits_moves_up() {
    let house = House::open();
    let evening = Evening::invited(&house, 1);
    let (ada, bede) = (evening.ada(), &evening.bede);
    assert_eq!((evening.comes(ada, &[]), evening.comes(bede, &[])), (Reply::Coming, Reply::Waiting));
    evening.office().does(&format!("/people/{}/departure", ada.id())).expect(200);
    assert_eq!((evening.reply_of(ada), evening.reply_of(bede)), (Reply::NotComing, Reply::Coming));
    assert_eq!(evening.newest(bede).subject, "There is room for you: Celebration meal");
    house.turns_to("2027-01-20");
    evening.reminds();
    assert_ne!(evening.newest(ada).subject, "Soon: Celebration meal");
}
