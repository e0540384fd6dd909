//! Files in a folder of the disk. Each lies under its hash, below the hash's first two letters.

use cairn_shared::edition::Hash;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at that place.
    pub fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Moves a flushed file to the place that its hash names, and flushes the folder.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn settle(&self, from: &Path, hash: Hash) -> io::Result<()> {
        let to = self.path(hash);
        let folder = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        fs::rename(from, &to)?;
        fs::File::open(folder)?.sync_all()?;
        fs::File::open(&self.root)?.sync_all()
    }

    /// Where the file of that hash lies.
    pub fn path(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.root.join(&name[..2]).join(name)
    }

    /// The names of all files that are in their places.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn all(&self) -> io::Result<Vec<Hash>> {
        let mut all = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            // Those that are being received lie in a folder with a longer name.
            if folder.file_name().len() != 2 || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                all.extend(file?.file_name().to_str().and_then(|name| name.parse::<Hash>().ok()));
            }
        }
        Ok(all)
    }
}
