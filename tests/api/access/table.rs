//! The access table: who may do what, on what. One row or more for each operation of the document.
//!
//! How to read a row: *operation*, *what it is tried on*, and the rule. Everyone of the cast tries it on the very same
//! thing: to those who are not named in the rule it does not exist (404). Without a token that holds, everything
//! that isn't public answers 401, which is why no row says so.

use Who::*;

/// The cast. A thing that belongs to a mentor has an owner, who is at Whinfell Primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The mentor whose thing it is.
    Owner,
    /// The mentor whose thing it is, if they also lead the school, coordinate, and are on the panel.
    OwnerOfAllRoles,
    /// A mentor at another school.
    Mentor,
    /// A mentor at the owner's school.
    Colleague,
    /// A lead mentor at the owner's school.
    LeadMentor,
    /// A member of the panel who was given the submission to read.
    Reader,
    /// Another who was given it.
    OtherReader,
    /// One who was given it once, and no longer.
    FormerReader,
    /// A member of the panel who reads something else.
    PanelMember,
    /// A member of the panel who is at the owner's school, and so has a conflict.
    Conflicted,
    /// A reviewer who is on no panel of these rounds.
    Outsider,
    /// The round's chair.
    Chair,
    /// The chair's deputy, who presides where the chair has a conflict: not here.
    Deputy,
    /// A coordinator.
    Coordinator,
    /// A coordinator who is at the owner's school, and so has a conflict.
    ConflictedCoordinator,
    /// Who leads the owner's school.
    SchoolLead,
    /// Who leads another school.
    OtherLead,
}

/// Everyone but the owner, who is another person for each thing.
pub const CAST: &[Who] = &[
    Mentor,
    Colleague,
    LeadMentor,
    Reader,
    OtherReader,
    FormerReader,
    PanelMember,
    Conflicted,
    Outsider,
    Chair,
    Deputy,
    Coordinator,
    ConflictedCoordinator,
    SchoolLead,
    OtherLead,
];

/// What an operation is tried on. Each row gets a fresh one, and so does each person who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// Nothing in particular: it makes something, or is about whoever asks.
    Nothing,

    // ---- The owner's own
    /// An entry with a linked passage and an earlier version.
    Entry,
    /// A file on an entry that was never sent.
    Evidence,
    /// A candidacy, its stage not shared.
    Candidacy,
    /// A portfolio that was never sent.
    Portfolio,
    /// A signed-in device.
    Device,
    /// A link to another address, which was sent there a moment ago.
    NewAddress,
    /// The code of an app that is being set up, as it is shown now.
    NewApp,
    /// A recovery code of a second step that is in force.
    App,

    // ---- Sent
    /// A submission that can still be taken back.
    SentToday,
    /// A paper portfolio that is on its way, for a round that is open.
    SentOnPaper,
    /// The same, by the code on its cover sheet.
    CoverSheet,
    /// A paper portfolio that has arrived, for a round that is open.
    PaperHere,
    /// A paper portfolio that has arrived, and that its mentor took back.
    PaperTakenBack,
    /// The same once it went back.
    PaperGone,
    /// A paper portfolio that is on its way while its round is being read.
    PaperBeingRead,
    /// The same, by the code on its cover sheet.
    CoverSheetBeingRead,
    /// A submission that is being read.
    BeingRead,
    /// A file in a submission that is being read.
    SealedEvidence,
    /// The reader's review, with a comment for the mentor, before it is sent.
    Review,
    /// The same once it is sent.
    SentReview,
    /// The same, its comment for the panel alone.
    SentReviewForPanel,

    // ---- At the meeting
    /// A submission, both its reviews sent.
    BeforeThePanel,
    /// A submission that was decided on.
    Decided,
    /// A submission that was carried over.
    CarriedOver,

    // ---- Released
    /// A submission whose mentor was told what would help.
    Released,
    /// A suggestion to a mentor.
    Suggestion,
    /// An award.
    Award,
    /// An award whose holder is called otherwise by now.
    RenamedAward,
    /// The credential of an award that its holder shows to everybody.
    ShownCredential,
    /// What a qualification is to machines.
    Achievement,
    /// The list of credentials that have ended.
    StatusList,
    /// The certificates of a round as one document, ready to be fetched.
    PrintRun,

    // ---- Celebrated
    /// An evening to which everybody is invited who was awarded in the first round, and the leads of the owners' school.
    Celebration,
    /// An evening to which nobody is invited yet.
    PlannedCelebration,
    /// An evening that is over.
    PastCelebration,
    /// The invitation of the lead of the owners' school to an evening.
    Invitation,

    // ---- The partnership's
    /// The round in which the owner's submission is read.
    Round,
    /// A round that is still open, and empty.
    OpenRound,
    /// A round whose panel has met, with nothing left to settle.
    SettledRound,
    /// A declared conflict with the owner.
    Conflict,
    /// The owner, as a person.
    Person,
    /// Someone who signs in with a second step, and whose phone is gone.
    LostPhone,
    /// Someone who was invited and has not come yet.
    Invited,
    /// Someone's stay at a school.
    Stay,
    /// A file of people that was looked at, with one row that no other file has.
    Import,
    /// The owner's school.
    School,
}

impl On {
    /// Whether it is, or belongs to, a portfolio on paper.
    pub fn is_paper(self) -> bool {
        use On::*;
        matches!(
            self,
            SentOnPaper | CoverSheet | PaperHere | PaperTakenBack | PaperGone | PaperBeingRead | CoverSheetBeingRead
        )
    }
}

/// Who may.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Anyone at all, without a token.
    Public,
    /// Everyone who is signed in, about themselves or about what all may know.
    Everyone,
    /// Those alone.
    Only(&'static [Who]),
    /// The first do it. The second see that it is there, and hear that it is for somebody else (403).
    SeenBy(&'static [Who], &'static [Who]),
    /// Those alone. To everyone else it is like one that is over, or never was (409).
    Held(&'static [Who]),
    /// Everyone who is signed in gets a list, and it stands in the lists of those alone.
    Listed(&'static [Who]),
    /// The list itself exists for the first and the second alone, and it stands in those of the first.
    ListedWithin(&'static [Who], &'static [Who]),
}

use Rule::*;

/// An operation, what it is tried on, and who may.
pub struct Row(pub &'static str, pub On, pub Rule);

/// The mentor whose thing it is, whatever else they do.
const OWNER: &[Who] = &[Owner, OwnerOfAllRoles];
/// The mentor whose paper it is, and the office, which keeps it.
const OWNER_AND_OFFICE: &[Who] = &[Owner, OwnerOfAllRoles, Coordinator, ConflictedCoordinator];
/// They, and who reads it.
const WITH_READERS: &[Who] = &[Owner, OwnerOfAllRoles, Coordinator, ConflictedCoordinator, Reader, OtherReader];
/// Mentors and lead mentors.
const WRITERS: &[Who] = &[Mentor, Colleague, LeadMentor];
/// Everyone of the cast who keeps no story.
const OTHERS: &[Who] = &[
    Reader,
    OtherReader,
    FormerReader,
    PanelMember,
    Conflicted,
    Outsider,
    Chair,
    Deputy,
    Coordinator,
    ConflictedCoordinator,
    SchoolLead,
    OtherLead,
];
/// The office, whatever conflicts its people have.
const OFFICE: &[Who] = &[Coordinator, ConflictedCoordinator];
/// The office, and one of those who are invited.
const WITH_GUESTS: &[Who] = &[Coordinator, ConflictedCoordinator, SchoolLead];
/// Those who know of a submission at the meeting and don't preside over it.
const AT_THE_TABLE: &[Who] = &[Reader, OtherReader, FormerReader, PanelMember, Deputy, Coordinator];
/// The round's panel, but for who has a conflict.
const WITHOUT_A_CONFLICT: &[Who] = &[Reader, OtherReader, FormerReader, PanelMember, Chair, Deputy];
/// The round's panel.
const PANEL: &[Who] = &[Reader, OtherReader, FormerReader, PanelMember, Conflicted, Chair, Deputy];

/// The table.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    // ---- Signing in, and oneself
    Row("send_sign_in_link",    On::Nothing,            Public),
    Row("sign_in",              On::Nothing,            Public),
    Row("refresh_session",      On::Nothing,            Public),
    Row("sign_out",             On::Nothing,            Public),
    Row("list_sessions",        On::Device,             Listed(OWNER)),
    Row("end_session",          On::Device,             Only(OWNER)),
    Row("read_me",              On::Nothing,            Everyone),
    Row("edit_me",              On::Nothing,            Everyone),
    Row("set_password",         On::Nothing,            Everyone),
    Row("ask_for_email_change", On::Nothing,            Everyone),
    Row("confirm_email_change", On::NewAddress,         Held(OWNER)),
    Row("keep_email",           On::Nothing,            Everyone),
    Row("read_second_step",     On::Nothing,            Everyone),
    Row("confirm_second_step",  On::NewApp,             Held(OWNER)),
    Row("end_second_step",      On::App,                Held(OWNER)),
    // After the two before it: whoever began has something to confirm.
    Row("ask_for_second_step_secret", On::Nothing,      Everyone),
    Row("end_second_step_for_somebody", On::LostPhone,  Only(OFFICE)),
    Row("end_sessions_of_somebody", On::Invited,        Only(OFFICE)),

    // ---- The story: its mentor's alone
    Row("read_story",           On::Nothing,            Everyone),
    Row("list_entries",         On::Entry,              Listed(OWNER)),
    Row("begin_entry",          On::Nothing,            SeenBy(WRITERS, OTHERS)),
    Row("read_entry",           On::Entry,              Only(OWNER)),
    Row("edit_entry",           On::Entry,              Only(OWNER)),
    Row("bin_entry",            On::Entry,              Only(OWNER)),
    Row("restore_entry",        On::Entry,              Only(OWNER)),
    Row("link_passage",         On::Entry,              Only(OWNER)),
    Row("edit_link",            On::Entry,              Only(OWNER)),
    Row("unlink_passage",       On::Entry,              Only(OWNER)),
    Row("list_versions",        On::Entry,              Only(OWNER)),
    Row("restore_version",      On::Entry,              Only(OWNER)),
    Row("attach_file",          On::Entry,              Only(OWNER)),
    Row("attach_link",          On::Entry,              Only(OWNER)),
    Row("edit_evidence",        On::Evidence,           Only(OWNER)),
    Row("edit_evidence",        On::SealedEvidence,     Only(OWNER)),
    Row("remove_evidence",      On::Evidence,           Only(OWNER)),
    Row("remove_evidence",      On::SealedEvidence,     Only(OWNER)),
    Row("open_evidence",        On::Evidence,           Only(OWNER)),
    Row("open_evidence",        On::SealedEvidence,     Only(&[Owner, OwnerOfAllRoles, Reader, OtherReader, Chair])),
    Row("read_file",            On::Evidence,           Public), // with a ticket, of which `a_ticket…` tells
    Row("read_framework",       On::Nothing,            Public),

    // ---- Candidacies and portfolios: their mentor's alone
    Row("list_candidacies",     On::Candidacy,          Listed(OWNER)),
    Row("start_candidacy",      On::Nothing,            SeenBy(WRITERS, OTHERS)),
    Row("share_stage",          On::Candidacy,          Only(OWNER)),
    Row("read_portfolio",       On::Portfolio,          Only(OWNER)),
    Row("arrange_portfolio",    On::Portfolio,          Only(OWNER)),
    Row("preview_portfolio",    On::Portfolio,          Only(OWNER)),
    Row("submit_portfolio",     On::Portfolio,          Only(OWNER)),

    // ---- What was sent, as its mentor has it
    Row("list_submissions",     On::BeingRead,          Listed(OWNER)),
    Row("read_submission",      On::BeingRead,          Only(OWNER)),
    Row("read_submission",      On::Released,           Only(OWNER)),
    Row("withdraw_submission",  On::SentToday,          Only(OWNER)),
    Row("read_outcome",         On::Released,           Only(OWNER)),
    Row("reply_to_suggestion",  On::Suggestion,         Only(OWNER)),

    // ---- Rounds: everyone knows when they are; what is in them, the office and the chair
    Row("list_rounds",          On::Nothing,            Everyone),
    Row("plan_year",            On::Nothing,            Only(OFFICE)),
    Row("read_round",           On::Round,              Only(&[Coordinator, ConflictedCoordinator, Chair])),
    Row("move_dates",           On::OpenRound,          Only(OFFICE)),
    Row("name_panel",           On::OpenRound,          Only(OFFICE)),
    Row("release_round",        On::SettledRound,       Only(OFFICE)),
    Row("assign_reviewer",      On::BeingRead,          Only(OFFICE)),
    Row("end_assignment",       On::Review,             Only(OFFICE)),
    Row("nudge_reviewer",       On::Review,             Only(OFFICE)),

    // ---- Paper: the office keeps it; its mentor and, once reading has begun, its readers know where it is
    Row("register_paper",       On::Person,             SeenBy(OFFICE, &[OwnerOfAllRoles])),
    Row("find_paper",           On::CoverSheet,         Only(OWNER_AND_OFFICE)),
    Row("find_paper",           On::CoverSheetBeingRead, Only(WITH_READERS)),
    Row("read_paper",           On::SentOnPaper,        Only(OWNER_AND_OFFICE)),
    Row("read_paper",           On::PaperBeingRead,     Only(WITH_READERS)),
    Row("describe_paper",       On::SentOnPaper,        Only(OWNER_AND_OFFICE)),
    Row("describe_paper",       On::PaperBeingRead,     SeenBy(OWNER_AND_OFFICE, &[Reader, OtherReader])),
    Row("receive_paper",        On::SentOnPaper,        Only(OFFICE)),
    Row("receive_paper",        On::PaperBeingRead,     Only(OFFICE)),
    Row("undo_receipt",         On::PaperHere,          Only(OFFICE)),
    Row("return_paper",         On::PaperTakenBack,     Only(OFFICE)),
    Row("undo_return",          On::PaperGone,          Only(OFFICE)),

    // ---- Conflicts: the office's
    Row("list_conflicts",       On::Conflict,           ListedWithin(OFFICE, &[OwnerOfAllRoles])),
    Row("declare_conflict",     On::Person,             SeenBy(OFFICE, &[OwnerOfAllRoles])),
    Row("withdraw_conflict",    On::Conflict,           Only(OFFICE)),

    // ---- Reviews: their reader's
    Row("list_reviews",         On::Review,             Listed(&[Reader])),
    Row("read_review",          On::Review,             Only(&[Reader])),
    Row("read_review",          On::SentReview,         Only(&[Reader])),
    Row("save_review",          On::Review,             Only(&[Reader])),
    Row("send_review",          On::Review,             Only(&[Reader])),
    Row("step_aside",           On::Review,             Only(&[Reader])),
    Row("write_comment",        On::Review,             Only(&[Reader])),
    Row("edit_comment",         On::Review,             Only(&[Reader])),
    Row("edit_comment",         On::SentReview,         Only(&[Reader, Chair])),
    Row("edit_comment",         On::SentReviewForPanel, SeenBy(&[Reader], &[Chair])),
    Row("remove_comment",       On::Review,             Only(&[Reader])),
    Row("remove_comment",       On::SentReview,         Only(&[Reader])),

    // ---- The meeting: the panel watches, whoever presides records
    Row("read_board",           On::Round,              Only(PANEL)),
    Row("read_comments",        On::BeingRead,          Only(WITHOUT_A_CONFLICT)),
    Row("read_comments",        On::BeforeThePanel,     Only(WITHOUT_A_CONFLICT)),
    Row("record_decision",      On::BeforeThePanel,     SeenBy(&[Chair], AT_THE_TABLE)),
    Row("undo_decision",        On::Decided,            SeenBy(&[Chair], AT_THE_TABLE)),
    Row("carry_over",           On::BeforeThePanel,     SeenBy(&[Chair], AT_THE_TABLE)),
    Row("undo_carry_over",      On::CarriedOver,        SeenBy(&[Chair], AT_THE_TABLE)),
    Row("read_decision",        On::Decided,            SeenBy(&[], &[ConflictedCoordinator])),
    Row("read_decision",        On::Released,           SeenBy(&[Coordinator], &[ConflictedCoordinator])),
    Row("correct_decision",     On::Released,           SeenBy(&[Coordinator], &[ConflictedCoordinator])),

    // ---- Awards: their holder's; the register is the office's
    Row("list_awards",          On::Award,              Listed(OWNER)),
    Row("read_award",           On::Award,              Only(OWNER)),
    Row("revoke_award",         On::Award,              SeenBy(&[Coordinator], &[ConflictedCoordinator, OwnerOfAllRoles])),
    Row("verify_award",         On::Award,              Public),
    Row("read_badge",           On::Award,              Only(OWNER)),
    Row("publish_award",        On::Award,              Only(OWNER)),
    Row("withdraw_award",       On::Award,              Only(OWNER)),
    Row("reissue_award",        On::RenamedAward,            SeenBy(&[Coordinator], &[ConflictedCoordinator, OwnerOfAllRoles])),

    Row("read_certificate",     On::Award,              Only(OWNER)),
    Row("list_round_awards",    On::Round,              Only(OFFICE)),
    Row("read_badge_keys",      On::Nothing,            Only(OFFICE)),
    Row("begin_print_run",      On::Nothing,            Only(OFFICE)),
    Row("read_print_run",       On::PrintRun,           Only(OFFICE)),
    Row("read_print_run_document", On::PrintRun,        Only(OFFICE)),

    // ---- Celebrations: the office plans them; of one's own invitation one knows oneself
    Row("list_celebrations",    On::Celebration,        Listed(WITH_GUESTS)),
    Row("list_celebrations",    On::PlannedCelebration, Listed(OFFICE)),
    Row("plan_celebration",     On::Nothing,            Only(OFFICE)),
    Row("read_celebration",     On::Celebration,        Only(WITH_GUESTS)),
    Row("read_celebration",     On::PlannedCelebration, Only(OFFICE)),
    Row("edit_celebration",     On::Celebration,        Only(OFFICE)),
    Row("cancel_celebration",   On::PlannedCelebration, Only(OFFICE)),
    Row("invite_guests",        On::PlannedCelebration, Only(OFFICE)),
    Row("list_guests",          On::Celebration,        Only(OFFICE)),
    Row("read_invitation",      On::Invitation,         Only(WITH_GUESTS)),
    Row("answer_invitation",    On::Invitation,         Only(WITH_GUESTS)),
    Row("propose_table_plan",   On::Celebration,        Only(OFFICE)),
    Row("set_table_plan",       On::Celebration,        Only(OFFICE)),
    Row("set_running_list",     On::Celebration,        Only(OFFICE)),
    Row("read_caterer_list",    On::Celebration,        Only(OFFICE)),
    Row("read_door_list",       On::Celebration,        Only(OFFICE)),
    Row("read_running_list",    On::Celebration,        Only(OFFICE)),
    Row("read_celebration_calendar", On::Celebration,   Only(WITH_GUESTS)),
    Row("read_celebration_calendar", On::PlannedCelebration, Only(OFFICE)),
    Row("thank_guests",         On::PastCelebration,    Only(OFFICE)),
    Row("read_calendar_feed",   On::Nothing,            Everyone),
    Row("make_calendar_feed",   On::Nothing,            Everyone),
    Row("end_calendar_feed",    On::Nothing,            Everyone),

    // ---- What machines read of awards that their holders show to everybody
    Row("read_credential",      On::ShownCredential,    Public),
    Row("check_badge",          On::Nothing,            Public),
    Row("read_achievement",     On::Achievement,        Public),
    Row("read_achievement_image", On::Achievement,      Public),
    Row("read_issuer",          On::Nothing,            Public),
    Row("read_status_list",     On::StatusList,         Public),

    // ---- People and schools: the office's, and a school its lead's
    Row("list_people",          On::Invited,            ListedWithin(OFFICE, &[])),
    Row("invite_person",        On::Nothing,            Only(OFFICE)),
    Row("read_person",          On::Invited,            Only(OFFICE)),
    Row("edit_person",          On::Invited,            Only(OFFICE)),
    Row("invite_person_again",  On::Invited,            Only(OFFICE)),
    Row("read_invitations",     On::Nothing,            Only(OFFICE)),
    Row("write_invitations",    On::Nothing,            Only(OFFICE)),
    Row("depart_person",        On::Invited,            Only(OFFICE)),
    Row("begin_membership",     On::Invited,            Only(OFFICE)),
    Row("end_membership",       On::Stay,               Only(OFFICE)),
    Row("list_imports",         On::Import,             ListedWithin(OFFICE, &[])),
    Row("make_import",          On::Nothing,            Only(OFFICE)),
    Row("read_import",          On::Import,             Only(OFFICE)),
    Row("list_import_rows",     On::Import,             Only(OFFICE)),
    Row("put_import_row_right", On::Import,             Only(OFFICE)),
    Row("download_import_rows", On::Import,             Only(OFFICE)),
    Row("preview_import",       On::Import,             Only(OFFICE)),
    Row("run_import",           On::Import,             Only(OFFICE)),
    Row("list_schools",         On::School,             Listed(&[Coordinator, ConflictedCoordinator, SchoolLead])),
    Row("add_school",           On::Nothing,            Only(OFFICE)),
    Row("read_school",          On::School,             Only(&[Coordinator, ConflictedCoordinator, SchoolLead])),
];
