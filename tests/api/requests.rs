//! For each operation something that the right person gets done with it, so that whoever may not is turned away for
//! no other reason.

use cairn_shared::{
    code::RANDOM_LETTERS,
    framework::Standard,
    ids::{PersonId, RoundId, SchoolId},
    paper::{CoverCode, RegisterPaper},
    portfolio::PortfolioForm,
    qualification::Qualification,
    round::{Dates, PlanRound, PlanYear, RoundDates},
    second_step::Code,
    submission::Declaration,
};
use cairn_tests::{Actor, Ask, House, Operation, Reply, binder, findings, readings};
use serde_json::{Value, json};

/// An id that nothing has.
pub const NOTHING: &str = "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11";

/// A code, well typed, that no cover sheet has.
pub fn no_code() -> CoverCode {
    CoverCode::make([9; RANDOM_LETTERS])
}

/// An id or a code, whichever the operation asks for, that nothing has.
pub fn nothing(operation: &Operation) -> String {
    if operation.is_by_code() { no_code().to_string() } else { NOTHING.into() }
}

/// By when paper is promised in all of these tests: still to be read, whichever round it goes to.
const PROMISED: &str = "2026-12-07";

/// A file with one person in it, in that row of the spreadsheet.
pub fn csv(row: usize, email: &str) -> String {
    let heading = "Email,Given name,Family name,Role\n";
    format!("{heading}{}{email},Robin,Import,mentor\n", "\n".repeat(row - 2))
}

/// Who and what is named in the bodies of requests.
pub struct Names {
    /// The address of somebody who signs in.
    pub address: String,
    /// A link that signs them in.
    pub link: String,
    /// Someone who reads for the panel, and has no conflict.
    pub reviewer: PersonId,
    /// Three who could be a panel.
    pub panel: [PersonId; 3],
    /// A school.
    pub school: SchoolId,
    /// A round. What was awarded in it is celebrated and printed.
    pub round: RoundId,
}

/// Who asks.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// A person, signed in.
    Person(&'a Actor<'a>),
    /// Someone with that token, or with none.
    Holder(&'a House, Option<&'a str>),
}

impl<'a> Caller<'a> {
    fn ask(self, method: &str, path: &str) -> Ask<'a> {
        match self {
            Caller::Person(actor) => actor.ask(method, path),
            Caller::Holder(house, None) => house.ask(method, path),
            Caller::Holder(house, Some(token)) => {
                house.ask(method, path).header("authorization", &format!("Bearer {token}"))
            }
        }
    }
}

/// A request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What for.
    pub operation: &'a Operation,
    /// Who and what is named in it.
    pub names: &'a Names,
    /// On what.
    pub id: &'a str,
    /// On which part of it.
    pub part: &'a str,
    /// The version that was read before.
    pub version: &'a str,
    /// What a certificate says, where one is verified.
    pub certificate: &'a Value,
    /// A number that no other request has.
    pub number: usize,
}

impl Request<'_> {
    /// Asks.
    pub fn by(&self, caller: Caller<'_>) -> Reply {
        let mut path = self.operation.at(self.id, self.part);
        match self.operation.id.as_str() {
            "attach_file" => path.push_str("?name=notes.txt"),
            "make_import" => path.push_str("?name=mentors.csv"),
            "list_people" => path.push_str("?search=invited&limit=100"),
            _ if self.operation.has_pages => path.push_str("?limit=100"),
            _ => {}
        }
        let mut ask = caller.ask(&self.operation.method, &path);
        if self.operation.asks_for_version {
            ask = ask.if_match(self.version);
        }
        match self.operation.id.as_str() {
            "attach_file" => ask.body("application/octet-stream", "What we said.").send(),
            "check_badge" => ask.body("application/octet-stream", "{}").send(),
            "make_import" => ask.body("text/csv", csv(2, &format!("file{}@cairn.example", self.number))).send(),
            _ => match self.says() {
                Some(body) => ask.json(&body).send(),
                None => ask.send(),
            },
        }
    }

    fn says(&self) -> Option<Value> {
        let (names, number) = (self.names, self.number);
        Some(match self.operation.id.as_str() {
            "send_sign_in_link" => json!({"email": names.address}),
            "sign_in" => json!({"token": names.link}),
            "edit_me" => json!({"family_name": "Cast"}),
            "ask_for_second_step_secret" => json!({}),
            "confirm_second_step" | "end_second_step" => {
                // What is none can’t be sent as one.
                json!({"code": Code::new(self.id).map_or_else(|_| "000000".to_owned(), String::from)})
            }
            "end_second_step_for_somebody" => json!({}),
            "set_password" => json!({"new": "stones on the path"}),
            "ask_for_email_change" => json!({"email": format!("asked{number}@cairn.example")}),
            "confirm_email_change" => json!({"token": self.id}),
            "begin_entry" => json!({"text": "A word at the gate."}),
            "edit_entry" => json!({"text": "I listened before I spoke, and counted to eight."}),
            "link_passage" => json!({"standard": "s2", "shows": "That we plan together."}),
            "edit_link" => json!({"shows": "That I listen first."}),
            "attach_link" => json!({"url": "https://school.example/plan"}),
            "edit_evidence" => json!({"caption": "What we planned"}),
            "start_candidacy" => json!({"qualification": "qlms"}),
            "share_stage" => json!({"stage_shared": true}),
            "arrange_portfolio" => json!({"title": "Waiting", "form": PortfolioForm::Electronic, "pieces": []}),
            "submit_portfolio" => json!({"declaration": {"own_work": true, "nobody_identifiable": true}}),
            "register_paper" => json!(RegisterPaper {
                qualification: Qualification::Qms,
                title: "A year at the harbour".parse().expect("a title"),
                paper: binder(PROMISED.parse().expect("a day")),
                declaration: Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false },
                round_id: None,
            }),
            "describe_paper" => json!(binder(PROMISED.parse().expect("a day"))),
            "receive_paper" => json!({"shelf": "Room 12"}),
            "return_paper" => json!({"given_to": "Its mentor, in person"}),
            "reply_to_suggestion" => json!({"text": "There is more on page four."}),
            "plan_year" => json!(open_round()),
            "move_dates" => {
                let mut dates = json!(open_round().rounds[0].dates);
                dates["tell_by"] = json!("2027-07-16");
                json!({"dates": dates})
            }
            "name_panel" => json!({"chair": names.panel[0], "deputy": names.panel[1], "members": names.panel}),
            "assign_reviewer" => json!({"reviewer_id": names.reviewer}),
            "declare_conflict" => json!({"person_id": names.panel[2], "mentor_id": self.id}),
            "save_review" => json!(readings(&[Standard::S3])),
            "step_aside" => json!({}),
            "write_comment" => json!({"audience": "panel", "text": "See the second page."}),
            "edit_comment" => json!({"text": "This says it very well."}),
            "record_decision" => json!({"findings": findings(&[Standard::S4]), "message": "Nearly there."}),
            "carry_over" => json!({"message": "We would like to read this with more time."}),
            "correct_decision" => {
                json!({"findings": findings(&[]), "message": "It was there.", "reason": "A page was overlooked."})
            }
            "revoke_award" => json!({"reason": "It was issued to a namesake."}),
            "publish_award" => json!({"in_register": false}),
            "verify_award" => self.certificate.clone(),
            "begin_print_run" => json!({"round_id": names.round}),
            "plan_celebration" => celebration("2027-01-22", names.round),
            "edit_celebration" => celebration("2027-01-29", names.round),
            "cancel_celebration" => json!({"why": "The hall has no heating."}),
            "answer_invitation" => json!({"coming": true, "photos": true}),
            "set_table_plan" => json!({"tables": []}),
            "set_running_list" => json!({"invitations": []}),
            "thank_guests" => json!({"message": "It was lovely to have you with us."}),
            "invite_person" => json!({
                "given_name": "New", "family_name": "Mentor", "roles": ["mentor"],
                "email": format!("new{number}@cairn.example"),
            }),
            "edit_person" => json!({"phase": "secondary"}),
            "begin_membership" => json!({"school_id": names.school}),
            "put_import_row_right" => json!({"given_name": "Sandy"}),
            "run_import" => json!({"invite": false}),
            "add_school" => json!({"name": format!("School {number}"), "phase": "primary"}),
            _ => return None,
        })
    }
}

/// A round that closes on the first of those days, begins to be read on the second, and so on.
pub fn round(name: &str, days: [&str; 5]) -> PlanRound {
    let [submit_by, review_opens, review_by, meeting, tell_by] = days.map(|day| day.parse().expect("a day"));
    let dates = RoundDates::new(Dates { submit_by, review_opens, review_by, meeting, tell_by });
    PlanRound { name: name.parse().expect("a name"), dates: dates.expect("dates follow each other"), readers: None }
}

/// An evening on that day, from six to ten, for what was awarded in that round.
pub fn celebration(day: &str, round: RoundId) -> Value {
    json!({
        "title": "Celebration meal", "place": "Carrow Hall", "details": "The door opens at half past five.",
        "starts_at": format!("{day}T18:00:00Z"), "ends_at": format!("{day}T22:00:00Z"), "reply_by": day,
        "places": 500, "guests_each": 1, "rounds": [round],
    })
}

/// A round that is open in all of these tests.
pub fn open_round() -> PlanYear {
    let days = ["2027-06-18", "2027-06-20", "2027-06-29", "2027-07-01", "2027-07-09"];
    PlanYear { rounds: vec![round("Summer 2027", days)] }
}
