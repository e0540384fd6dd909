//! What may be done in the village, and the dice that make sequences of it.

/// One of the mentors.
pub type Mentor = usize;
/// One of the reviewers. The first chairs, and the second is the deputy.
pub type Reviewer = usize;
/// The standards that would need a little more: a bit for each.
pub type Open = u8;

/// How many mentors there are.
pub const MENTORS: usize = 2;
/// How many beginnings there are.
const BEGINNINGS: u64 = 8;
/// How many reviewers there are.
pub const REVIEWERS: usize = 6;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $(($($field:ty),+))?,)*) => {
        /// A command, as somebody may give it at any time.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Command {
            $($(#[$doc])* $name $(($($field),+))?,)*
        }

        impl Command {
            /// What each is called.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// What it is called.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                }
            }
        }
    };
}

commands! {
    // ---- Mentors
    /// Keeps an entry with a passage for a standard.
    Write(Mentor),
    /// Bins their first entry.
    Bin(Mentor),
    /// Brings it back.
    BringBack(Mentor),
    /// Puts everything that they wrote in the portfolio.
    Arrange(Mentor),
    /// Takes everything out of it.
    Empty(Mentor),
    /// Says that it is on paper.
    OnPaper(Mentor),
    /// Sends the portfolio.
    Submit(Mentor),
    /// Sends it, and asks for the round of that number.
    SubmitFor(Mentor, usize),
    /// Sends it with a part of it on paper.
    SendMixed(Mentor),
    /// Registers paper alone.
    SendPaper(Mentor),
    /// Changes what its cover sheet says.
    Describe(Mentor),
    /// Takes back what they sent last.
    Withdraw(Mentor),
    /// Says something to the first suggestion.
    Reply(Mentor),

    // ---- The office
    /// Assigns a reviewer to what a mentor sent last.
    Assign(Reviewer, Mentor),
    /// Takes that back.
    TakeBack(Reviewer, Mentor),
    /// Reminds a reviewer.
    Remind(Reviewer, Mentor),
    /// Registers a mentor's paper for them.
    Register(Mentor),
    /// Notes that paper arrived.
    Receive(Mentor),
    /// Undoes that.
    UndoReceipt(Mentor),
    /// Notes that paper went back.
    Return(Mentor),
    /// Undoes that.
    UndoReturn(Mentor),
    /// Declares a conflict.
    Declare(Reviewer, Mentor),
    /// Withdraws the one that was declared last.
    WithdrawConflict,
    /// A reviewer comes to a mentor's school.
    Come(Reviewer, Mentor),
    /// A reviewer leaves that school.
    Go(Reviewer, Mentor),
    /// A mentor leaves the partnership.
    MentorLeaves(Mentor),
    /// A reviewer leaves the partnership.
    ReviewerLeaves(Reviewer),
    /// Whoever left is invited back.
    InviteBack,
    /// A reviewer reads no longer for the panel.
    TakeRole(Reviewer),
    /// A reviewer reads for it again.
    GiveRole(Reviewer),
    /// A further round is planned.
    Plan,
    /// A round's dates move by so many days, from the date of that number on.
    MoveDates(usize, usize, i8),
    /// A round's panel is named anew, with somebody else in the chair and some of its people.
    NamePanel(usize, Reviewer, usize),
    /// A round is released.
    Release(usize),
    /// A released decision is corrected.
    Correct(Mentor, Open),
    /// An award ends.
    Revoke(Mentor),

    // ---- Reviewers and chairs
    /// A reviewer writes what they find.
    Judge(Reviewer, Mentor, Open),
    /// A reviewer sends it.
    Send(Reviewer, Mentor),
    /// A reviewer writes a comment.
    Comment(Reviewer, Mentor),
    /// A reviewer steps aside.
    StepAside(Reviewer, Mentor),
    /// Records a decision.
    Decide(Reviewer, Mentor, Open),
    /// Undoes it.
    Undo(Reviewer, Mentor),
    /// Carries over to the next round.
    CarryOver(Reviewer, Mentor),
    /// Undoes that.
    UndoCarryOver(Reviewer, Mentor),

    // ---- The clock
    /// Some hours go by.
    Wait,
    /// It is the next day on which something changes in a round.
    Next,
}

/// Dice that always fall alike: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA).
pub struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.roll() % most as u64) as usize
    }

    /// None open, half of the time.
    fn open(&mut self) -> Open {
        if self.below(2) == 0 { 0 } else { self.below(16) as Open }
    }
}

/// A portfolio is sent, in some way.
fn send(dice: &mut Dice, mentor: Mentor) -> Command {
    use Command::*;
    [Submit, Submit, SendMixed, SendPaper, Register][dice.below(5)](mentor)
}

/// A mentor sends a portfolio, two reviewers read it, and the panel's day comes.
fn to_the_meeting(dice: &mut Dice, mentor: Mentor) -> Vec<Command> {
    use Command::*;
    let mut commands = vec![Write(mentor), Arrange(mentor), send(dice, mentor), Assign(2, mentor), Assign(3, mentor)];
    commands.extend([Next, Receive(mentor), Next]);
    for reviewer in [2, 3] {
        commands.extend([Judge(reviewer, mentor, 0b0110), Send(reviewer, mentor)]);
    }
    commands.extend([Next, Next]);
    commands
}

/// Where a story stands when the dice take over: each of these in turn, so that nothing that may be done is left out.
fn beginning(dice: &mut Dice, which: u64) -> Vec<Command> {
    use Command::*;
    let m = dice.below(MENTORS);
    let met = |dice: &mut Dice, then: &[Command]| [to_the_meeting(dice, m), then.to_vec()].concat();
    let by_hand = [Write(m), Arrange(m), SendMixed(m), Describe(m), Receive(m), UndoReceipt(m), Withdraw(m)];
    match which {
        0 => Vec::new(),
        1 => vec![
            Write(m),
            Arrange(m),
            Submit(m),
            Assign(2, m),
            Next,
            Next,
            Remind(2, m),
            Comment(2, m),
            Assign(3, m),
            TakeBack(3, m),
            StepAside(2, m),
        ],
        2 => met(dice, &[CarryOver(0, m), UndoCarryOver(0, m), Decide(0, m, 0b0110), Undo(0, m)]),
        3 => met(dice, &[CarryOver(0, m), Release(0)]),
        4 => met(dice, &[Decide(0, m, 0b0110), Release(0), Reply(m), Correct(m, 0b0100), Correct(m, 0)]),
        5 => met(dice, &[Decide(0, m, 0), Release(0), Return(m), Revoke(m), SendPaper(m)]),
        6 => [&by_hand[..], &[SubmitFor(m, 1), TakeRole(4), MentorLeaves(m), InviteBack]].concat(),
        _ => vec![Register(m), Receive(m), Withdraw(m), Return(m), UndoReturn(m), Empty(m), OnPaper(m), SendPaper(m)],
    }
}

/// A sequence: a beginning, and so many commands.
pub fn sequence(seed: u64, length: usize) -> Vec<Command> {
    let mut dice = Dice(seed);
    let mut commands = beginning(&mut dice, seed % BEGINNINGS);
    let length = commands.len() + length;
    while commands.len() < length {
        if dice.below(6) == 0 {
            commands.extend(run(&mut dice));
        } else {
            commands.push(any(&mut dice));
        }
    }
    commands.truncate(length);
    commands
}

/// Some commands that people do give one after the other, so that a sequence gets somewhere.
fn run(dice: &mut Dice) -> Vec<Command> {
    use Command::*;
    let (mentor, reader, round) = (dice.below(MENTORS), 2 + dice.below(2), dice.below(3));
    let sends = vec![Write(mentor), Arrange(mentor), Submit(mentor), Assign(reader, mentor), Next, Next];
    let meets = vec![Next, Next, Decide(0, 0, dice.open()), Decide(0, 1, dice.open()), Release(round)];
    match dice.below(11) {
        0 => [sends, vec![Judge(reader, mentor, dice.open()), Comment(reader, mentor), Send(reader, mentor)]].concat(),
        1 => {
            let sent_again = [Withdraw(mentor), SubmitFor(mentor, round)];
            [&sends[..3], &sent_again, &sends[3..], &[StepAside(reader, mentor)]].concat()
        }
        2 => {
            let sent = [SendMixed, SendPaper, Register][dice.below(3)](mentor);
            let reads = vec![Judge(reader, mentor, dice.open()), Send(reader, mentor), UndoReceipt(mentor)];
            [sends[..2].to_vec(), vec![sent], sends[3..].to_vec(), vec![Receive(mentor)], reads].concat()
        }
        3 | 4 => meets,
        5 => [SendPaper(mentor), Describe(mentor), Receive(mentor), UndoReceipt(mentor), Describe(mentor)].into(),
        6 => [Register(mentor), Receive(mentor), Withdraw(mentor), Return(mentor), UndoReturn(mentor)].into(),
        7 => vec![CarryOver(0, mentor), UndoCarryOver(0, mentor), Decide(0, mentor, 0), Undo(0, mentor)],
        8 => [Empty(mentor), Submit(mentor), OnPaper(mentor), SendMixed(mentor), Arrange(mentor)].into(),
        9 => vec![Reply(mentor), Correct(mentor, dice.open()), Correct(mentor, 0), Revoke(mentor), Submit(mentor)],
        _ => vec![Declare(reader, mentor), WithdrawConflict, Come(reader, mentor), Go(reader, mentor)],
    }
}

/// Something that is done with paper, once it is sent.
fn paper(dice: &mut Dice, mentor: Mentor) -> Command {
    use Command::*;
    [Describe, Receive, UndoReceipt, Return, UndoReturn][dice.below(5)](mentor)
}

/// Any command. What the panel and the mentors do most comes most.
fn any(dice: &mut Dice) -> Command {
    use Command::*;
    let (mentor, reviewer, round) = (dice.below(MENTORS), dice.below(REVIEWERS), dice.below(3));
    // The deputy tries now and then.
    let (chair, open) = (usize::from(dice.below(5) == 0), dice.open());
    let reader = 2 + dice.below(2);
    match dice.below(100) {
        0..5 => Write(mentor),
        5..7 => Bin(mentor),
        7..9 => BringBack(mentor),
        9..14 => Arrange(mentor),
        14..15 => Empty(mentor),
        15..16 => OnPaper(mentor),
        16..17 => paper(dice, mentor),
        17..22 => Submit(mentor),
        22..23 => send(dice, mentor),
        23..25 => SubmitFor(mentor, round),
        25..28 => Withdraw(mentor),
        28..30 => Reply(mentor),
        30..35 => Assign(reader, mentor),
        35..37 => TakeBack(reader, mentor),
        37..38 => Remind(reader, mentor),
        38..39 => paper(dice, mentor),
        39..40 => Receive(mentor),
        40..42 => Declare(reviewer, mentor),
        42..43 => WithdrawConflict,
        43..44 => Come(reviewer, mentor),
        44..45 => Go(reviewer, mentor),
        45..46 => MentorLeaves(mentor),
        46..47 => ReviewerLeaves(reviewer),
        47..49 => InviteBack,
        49..50 => TakeRole(reviewer),
        50..51 => GiveRole(reviewer),
        51..53 => Plan,
        53..55 => MoveDates(round, dice.below(5), dice.below(30) as i8 - 10),
        55..57 => NamePanel(round, reviewer, dice.below(REVIEWERS)),
        57..63 => Release(round),
        63..66 => Correct(mentor, open),
        66..68 => Revoke(mentor),
        68..71 => Judge(reader, mentor, open),
        71..74 => Send(reader, mentor),
        74..75 => Comment(reader, mentor),
        75..76 => StepAside(reader, mentor),
        76..84 => Decide(chair, mentor, open),
        84..86 => Undo(chair, mentor),
        86..89 => CarryOver(chair, mentor),
        89..90 => UndoCarryOver(chair, mentor),
        90..92 => Wait,
        _ => Next,
    }
}
