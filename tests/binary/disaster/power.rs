//! The power goes. Whatever was written and not flushed is gone with it.

use super::{everybody_works, kill::kill};
use cairn_tests::{Database, Disk, Served};

const CUTS: usize = 5;

#[test]
fn what_was_acknowledged_is_there_once_however_often_the_power_goes() {
    let database = Database::make();
    // The file of the database is there before the layer looks; its writer is gone again.
    drop(Served::start(&database, &[]));
    let found = everybody_works(&database, |town| {
        let disk = Disk::under(&database);
        let settings = disk.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        kill(town, CUTS, || Served::start(&database, &settings), || disk.loses_power());
        Served::start(&database, &[])
    });
    eprintln!("{found}");
}

/// That the layer forgets what it should: without this the test above would say nothing.
#[test]
fn what_was_not_flushed_is_gone_when_the_power_goes() {
    let database = Database::empty_file();
    std::fs::create_dir(database.folder.join("old")).unwrap();
    std::fs::write(database.folder.join("old/before"), "before").unwrap();
    let disk = Disk::under(&database);
    let does = |script: &str| {
        let done = disk.command("sh").current_dir(&database.folder).args(["-ec", script]).status();
        assert!(done.unwrap().success(), "{script}");
    };
    does("printf one > written; printf two > flushed; sync flushed; printf three > named; sync named .");
    // After it was flushed, it is written on and given another name.
    does("printf four >> named; mv flushed moved; printf five > old/new; printf six > old/before; sync old/before");
    does("mkdir new; printf seven > new/file; sync new/file new");
    disk.loses_power();
    let found: Vec<(String, String)> = disk
        .files()
        .into_iter()
        .map(|(path, content)| {
            let name = path.strip_prefix(database.folder.canonicalize().unwrap()).unwrap().display().to_string();
            (name, String::from_utf8(content).unwrap())
        })
        .collect();
    let expected = [("flushed", "two"), ("named", "three"), ("old/before", "six"), ("written", "")];
    assert_eq!(found, expected.map(|(name, content)| (name.to_owned(), content.to_owned())));
}
