//! A disk that can lose its power, and one that can be full: a layer between a server and the real disk (`disk.c`).
//!
//! `kill -9` leaves whatever a server gave to the operating system, so it can't tell what was flushed to the disk. This
//! layer remembers what was flushed, and nothing else; from that a folder is made as it would be after a power cut.

use super::Database;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The layer under the folder of a database.
pub struct Disk {
    root: PathBuf,
    kept: PathBuf,
    layer: PathBuf,
}

impl Disk {
    /// Lays it under that folder. What is there now counts as flushed.
    ///
    /// # Panics
    /// If it can't be; the layer needs a C compiler and a system whose programs are told of libraries by `LD_PRELOAD`.
    pub fn under(database: &Database) -> Self {
        let root = database.folder.canonicalize().expect("the folder is there");
        let beside = |ending: &str| {
            let mut path = root.clone().into_os_string();
            path.push(ending);
            PathBuf::from(path)
        };
        let (kept, layer) = (beside("-kept"), beside("-layer.so"));
        compile(&layer);
        let disk = Self { root, kept, layer };
        disk.begins();
        disk
    }

    fn begins(&self) {
        let _ = fs::remove_dir_all(&self.kept);
        for part in ["content", "folder"] {
            fs::create_dir_all(self.kept.join(part)).expect("a folder for temporary files can be made");
        }
        // `sync` flushes each file and folder that it is told of.
        let flushed = || {
            let done = self.command("find").arg(&self.root).args(["-exec", "sync", "{}", "+"]).status();
            done.is_ok_and(|status| status.success())
        };
        // A file may vanish under its eyes, when whoever had the database open goes.
        assert!((0..10).any(|_| flushed()), "what is there can be flushed");
    }

    /// A program that works on this disk.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.settings());
        command
    }

    /// What a server is started with to work on this disk.
    ///
    /// # Panics
    /// If a path is not plain.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
        [
            ("LD_PRELOAD", text(&self.layer)),
            ("CAIRN_DISK_ROOT", text(&self.root)),
            ("CAIRN_DISK_KEPT", text(&self.kept)),
        ]
    }

    /// Takes the room away, or gives it back.
    ///
    /// # Panics
    /// If it can't.
    pub fn is_full(&self, full: bool) {
        let flag = self.kept.join("full");
        let done = if full { fs::write(flag, "") } else { fs::remove_file(flag) };
        done.expect("the disk is told");
    }

    /// Cuts the power: what was not flushed is gone. Whoever works on the disk has to be dead.
    ///
    /// # Panics
    /// If what was flushed can't be read.
    pub fn loses_power(&self) {
        let mut after = self.root.clone().into_os_string();
        after.push("-after");
        let after = PathBuf::from(after);
        self.make_folder(&after, "");
        fs::remove_dir_all(&self.root).expect("the old folder can go");
        fs::rename(&after, &self.root).expect("the new folder can come");
        self.begins();
    }

    /// Makes a folder as it was when it was last flushed; empty, if it never was.
    fn make_folder(&self, made: &Path, name: &str) {
        fs::create_dir(made).expect("a folder can be made");
        let flat = if name.is_empty() { "%".to_owned() } else { name.replace('/', "%") };
        let listed = fs::read_to_string(self.kept.join("folder").join(flat)).unwrap_or_default();
        for line in listed.lines() {
            let [inode, kind, child]: [&str; 3] =
                line.splitn(3, ' ').collect::<Vec<_>>().try_into().expect("three words on each line");
            if kind == "d" {
                self.make_folder(&made.join(child), &format!("{name}/{child}"));
            } else {
                let content = fs::read(self.kept.join("content").join(inode)).unwrap_or_default();
                fs::write(made.join(child), content).expect("a file can be made");
            }
        }
    }

    /// Every file below the folder, with its content.
    ///
    /// # Panics
    /// If one can't be read.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn add(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for one in fs::read_dir(folder).expect("a folder can be read").flatten() {
                match one.path() {
                    path if path.is_dir() => add(&path, files),
                    path => drop(files.insert(path.clone(), fs::read(path).expect("a file can be read"))),
                }
            }
        }
        let mut files = BTreeMap::new();
        add(&self.root, &mut files);
        files
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.kept);
        let _ = fs::remove_file(&self.layer);
    }
}

/// Compiles the layer.
fn compile(library: &Path) {
    let source = library.with_extension("c");
    fs::write(&source, include_str!("disk.c")).expect("a temporary file can be written");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(library).arg(&source).arg("-ldl");
    assert!(compiler.status().is_ok_and(|status| status.success()), "the C compiler makes the layer of the disk");
    let _ = fs::remove_file(source);
}
