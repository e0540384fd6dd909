//! Two servers work on the same database and the same files, and either of them is gone at any moment.

use super::{Moments, everybody_works};
use cairn_tests::{Database, Served};
use std::{sync::atomic::Ordering::SeqCst, thread, time::Duration};

/// How often one of the two is killed.
const KILLS: usize = 8;

#[test]
fn nobody_is_signed_out_and_nothing_is_lost_when_one_of_two_servers_is_gone() {
    let database = Database::make();
    let found = everybody_works(&database, |town| {
        let start = || Served::start(&database, &[]);
        let mut servers = [start(), start()];
        let mut moments = Moments(11);
        for kill in 0..KILLS {
            town.points_to(&[&servers[0].url, &servers[1].url]);
            thread::sleep(Duration::from_millis(200) + moments.next(500));
            // The balancer learns of it from those who were not answered.
            let [first, second] = servers;
            let (gone, stays) = if kill.is_multiple_of(2) { (first, second) } else { (second, first) };
            gone.is_killed();
            town.points_to(&[&stays.url]);
            town.works_on(20);
            servers = [start(), stays];
        }
        let [interrupted, put_off, _] = town.counts();
        eprintln!("{KILLS} kills of one of two interrupted {interrupted} requests; {put_off} were to come back.");
        assert!(interrupted > 0);
        // Four writers, two who send, and twice three of a panel: each signed in once, on whichever server.
        assert_eq!(town.signed_in.load(SeqCst), 4 + 2 + 2 * 3, "nobody was signed out");
        let [one, other] = servers;
        drop(other);
        one
    });
    eprintln!("{found}");
}
