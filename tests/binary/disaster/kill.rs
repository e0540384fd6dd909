//! A server is killed. `kill -9` leaves what the operating system holds; a power cut (`power.rs`) does not.

use super::{Moments, Town, everybody_works};
use cairn_tests::{Database, Served};
use std::{env, sync::atomic::Ordering::SeqCst, thread, time::Duration};

/// How often the server is killed, unless `CAIRN_TEST_KILLS` says.
const KILLS: usize = 10;

#[test]
fn what_was_acknowledged_is_there_once_however_often_the_server_is_killed() {
    let kills = env::var("CAIRN_TEST_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number of kills"));
    let database = Database::make();
    let found = everybody_works(&database, |town| {
        kill(town, kills, || Served::start(&database, &[]), || {});
        let [interrupted, put_off, _] = town.counts();
        eprintln!("{kills} kills interrupted {interrupted} requests; {put_off} were told to come back in a moment.");
        assert!(interrupted >= kills);
        Served::start(&database, &[])
    });
    eprintln!("{found}");
}

/// Kills a server so often in the middle of work, and does something each time while there is none. A kill that found
/// nobody at work proves nothing and is not counted.
pub(super) fn kill(town: &Town, kills: usize, start: impl Fn() -> Served, meanwhile: impl Fn()) {
    let (mut counted, mut idle, mut moments) = (0, 0, Moments(7));
    while counted < kills {
        let served = start();
        town.points_to(&[&served.url]);
        thread::sleep(Duration::from_millis(100) + moments.next(500));
        let before = town.interrupted.load(SeqCst);
        served.is_killed();
        town.points_to(&[]);
        meanwhile();
        // Those who were interrupted notice at once.
        thread::sleep(Duration::from_millis(50));
        match town.interrupted.load(SeqCst) - before {
            0 => idle += 1,
            _ => counted += 1,
        }
        assert!(idle <= 20 + kills / 10, "{idle} of {} kills found nobody at work", idle + counted);
    }
}
