//! After whatever mentors, reviewers, chairs and coordinators did, and however late it is, an award can be reached.
//!
//! Dice make sequences of commands, and a village carries them out through the public API. After each command it is
//! looked whether all is as it has to be: what can't be done says so and changes nothing, a secured standard stays
//! secured, an edition is what was sealed, and nothing of what the panel does shows before it is released. At the end
//! a new panel takes over, and every mentor is awarded. A sequence after which something isn't so is made as short
//! as it can be, and printed.

mod command;
mod village;

use cairn_tests::House;
use command::{Command, sequence};
use std::{
    collections::BTreeMap,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread,
};
use village::Village;

/// How many sequences there are, unless `CAIRN_TEST_SEQUENCES` says otherwise.
const SEQUENCES: u64 = 10;
/// How many commands each has, behind its beginning.
const COMMANDS: usize = 40;
/// How many sequences go on beside each other.
const AT_ONCE: usize = 2;

/// How often each kind of command was done, and how often it could not be.
type Count = BTreeMap<&'static str, (usize, usize)>;

/// Carries a sequence out, and brings it to its happy end.
fn carry_out(commands: &[Command], count: &mut Count) -> Result<(), String> {
    let told = catch_unwind(AssertUnwindSafe(|| {
        let house = House::open();
        let mut village = Village::new(&house);
        for (number, command) in commands.iter().enumerate() {
            let done = village.carries_out(*command).map_err(|why| format!("after command {number}: {why}"))?;
            let (yes, no) = count.entry(command.name()).or_default();
            *(if done { yes } else { no }) += 1;
        }
        village.ends_happily()
    }));
    told.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default())
    })
}

/// The same, as short as it can be.
fn shortened(mut commands: Vec<Command>) -> Vec<Command> {
    let mut at = commands.len();
    while at > 0 {
        at -= 1;
        let mut without = commands.clone();
        without.remove(at);
        if carry_out(&without, &mut Count::new()).is_err() {
            commands = without;
        }
    }
    commands
}

#[test]
fn whatever_was_done_every_mentor_can_still_be_awarded() {
    let wanted = env::var("CAIRN_TEST_SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(SEQUENCES);
    let seeds = Mutex::new(0..wanted);
    let (count, wrong) = (Mutex::new(Count::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(seed) = { seeds.lock().expect("nobody panics with it").next() } {
                    let commands = sequence(seed, COMMANDS);
                    let mut counted = Count::new();
                    if let Err(why) = carry_out(&commands, &mut counted) {
                        wrong.lock().expect("nobody panics with it").push((seed, commands, why));
                    }
                    let mut count = count.lock().expect("nobody panics with it");
                    for (name, (done, not_done)) in counted {
                        let (all_done, all_not_done) = count.entry(name).or_default();
                        *all_done += done;
                        *all_not_done += not_done;
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("nobody panicked with it");
    if let Some((seed, commands, why)) = wrong.first() {
        let short = shortened(commands.clone());
        let again = carry_out(&short, &mut Count::new()).err().unwrap_or_default();
        panic!(
            "{} of {wanted} sequences did not end well. The first is that of seed {seed}: {why}\n\
             As short as it can be, it is {short:#?}, and ends so: {again}",
            wrong.len()
        );
    }
    let count = count.into_inner().expect("nobody panicked with it");
    let never: Vec<&&str> = count.iter().filter(|(_, (done, _))| *done == 0).map(|(name, _)| name).collect();
    assert!(
        never.is_empty(),
        "commands that were never done, so that nothing is known of them: {never:?} of {count:?}"
    );
    let unknown: Vec<&&str> = Command::NAMES.iter().filter(|name| !count.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "commands that were never tried: {unknown:?}");
}
