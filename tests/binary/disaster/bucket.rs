//! Two servers, each with a disk of its own, share a database and a bucket. Either of them is gone at any moment, and so is
//! the store of the bucket.

use super::{Moments, everybody_works_with};
use cairn_test_s3::S3;
use cairn_tests::{Database, Served};
use std::{fs, sync::atomic::Ordering::SeqCst, thread, time::Duration};

/// How often one of the two is killed, and how often the store goes away.
const KILLS: usize = 6;
const TIMES: usize = 3;

/// A store, and what a server with that number is told: the bucket, and a data folder of its own.
fn shared(database: &Database) -> (S3, impl Fn(usize) -> Vec<(&'static str, String)>) {
    let store = S3::start().expect("a store can be started");
    let (bucket, folder) = (store.settings(), database.folder.clone());
    let settings = move |number: usize| {
        let own = folder.join(format!("server-{number}"));
        fs::create_dir_all(&own).expect("a folder can be made");
        [bucket.clone(), vec![("CAIRN_DATA", own.to_string_lossy().into_owned())]].concat()
    };
    (store, settings)
}

fn read<'s>(settings: &'s [(&'static str, String)]) -> Vec<(&'s str, &'s str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn nothing_is_lost_when_one_of_two_servers_that_share_a_bucket_is_gone() {
    let database = Database::make();
    let (store, settings) = shared(&database);
    let found = everybody_works_with(&database, &read(&settings(0)), |town| {
        // A server that starts again has a disk that is empty, as one in a container has.
        let mut number = 0;
        let mut start = || {
            number += 1;
            Served::start(&database, &read(&settings(number)))
        };
        let mut servers = [start(), start()];
        let mut moments = Moments(13);
        for kill in 0..KILLS {
            town.points_to(&[&servers[0].url, &servers[1].url]);
            thread::sleep(Duration::from_millis(300) + moments.next(500));
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
        assert_eq!(town.signed_in.load(SeqCst), 4 + 2 + 2 * 3, "nobody was signed out");
        let [one, other] = servers;
        drop(other);
        one
    });
    assert!(!store.objects().expect("the store's disk can be read").is_empty());
    eprintln!("{found}");
}

#[test]
fn nothing_is_lost_when_the_store_of_the_bucket_is_gone_for_a_while() {
    let database = Database::make();
    let (mut store, settings) = shared(&database);
    let found = everybody_works_with(&database, &read(&settings(0)), |town| {
        let served = Served::start(&database, &read(&settings(1)));
        town.points_to(&[&served.url]);
        for _ in 0..TIMES {
            town.works_on(30);
            let before = town.put_off.load(SeqCst);
            store.goes_away();
            thread::sleep(Duration::from_secs(4));
            assert!(town.put_off.load(SeqCst) > before, "nobody was told to come back: {:?}", town.counts());
            store.comes_back().expect("the store can be started again");
        }
        town.works_on(30);
        assert_eq!(served.ask("GET", "/readyz", &[], "").status, 200);
        served
    });
    eprintln!("{found}");
}
