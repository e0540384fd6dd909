//! Where files lie while they are received: a folder for each running server.
//!
//! Two servers may share the disk. Each holds a lock on its own folder as long as it lives, and the system lets go of it
//! however the server ends. So a folder whose lock can be had belongs to nobody, and what a crash left in it goes at the
//! next start, while what another server is receiving stays.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The folder of this server.
pub struct Incoming {
    folder: PathBuf,
    /// Its lock goes with it.
    _held: File,
}

/// A file that is being received, gone when it is dropped.
pub struct Temporary(PathBuf);

impl Incoming {
    /// Makes a folder below that one, and clears what belongs to nobody.
    ///
    /// # Errors
    /// If the disk can't do that, or knows no locks.
    pub fn open(all: &Path) -> io::Result<Self> {
        fs::create_dir_all(all)?;
        // One server looks round at a time: a folder that is just being made has no lock on it yet.
        let turn = lock_of(all)?;
        turn.lock()?;
        for left in fs::read_dir(all)? {
            let left = left?.path();
            // A server that is just leaving takes its folder along.
            gone_is_well(clear(&left))?;
        }
        let folder = all.join(Uuid::new_v4().simple().to_string());
        fs::create_dir(&folder)?;
        let held = lock_of(&folder)?;
        held.lock()?;
        Ok(Self { folder, _held: held })
    }

    /// A place for a file.
    pub fn place(&self) -> Temporary {
        Temporary(self.folder.join(Uuid::new_v4().simple().to_string()))
    }

    /// Looks whether files can be written there, and writes none: the lock is there, and can be.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn can_be_written(&self) -> io::Result<()> {
        tokio::fs::File::options().write(true).open(self.folder.join("lock")).await.map(drop)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What stays is cleared at the next start.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Temporary {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Gone already when it was moved to its place.
        let _ = fs::remove_file(&self.0);
    }
}

/// Clears a folder that belongs to nobody.
fn clear(folder: &Path) -> io::Result<()> {
    if folder.is_dir() && lock_of(folder)?.try_lock().is_ok() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn gone_is_well(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// The file that the lock of a folder is on.
fn lock_of(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join("lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_nobody_is_cleared_and_what_another_server_receives_stays() {
        let all = std::env::temp_dir().join(format!("cairn-incoming-{}", Uuid::new_v4()));
        let running = Incoming::open(&all).unwrap();
        let receiving = running.place();
        fs::write(receiving.path(), "half of it").unwrap();
        let crashed = Incoming::open(&all).unwrap();
        let left = crashed.place();
        fs::write(left.path(), "half of it").unwrap();
        // As a crash does: nothing is tidied, and the system lets go of the lock.
        let folder = crashed.folder.clone();
        crashed._held.unlock().unwrap();
        let path = left.path().to_owned();
        std::mem::forget((crashed, left));
        let started = Incoming::open(&all).unwrap();
        assert!(!path.exists() && !folder.exists());
        assert!(receiving.path().exists());
        drop((started, running));
        fs::remove_dir_all(&all).unwrap();
    }
}
