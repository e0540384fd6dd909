//! Files: content-addressed, in a folder of the disk or in a bucket of an S3-compatible store.
//!
//! A file is streamed to a temporary place on the disk while its SHA-256 is taken, checked by its content, flushed, and
//! only then brought to where it is kept, under its hash; the row that refers to it is written afterwards. A crash leaves
//! either the whole file or none, and never a row without its file; the tests stop a server at each [`Step`].
//!
//! What is the same for both is here. Where they differ is [`folder`] and [`bucket`].

pub mod bucket;
mod folder;
mod incoming;
mod kind;
mod office;
mod picture;
mod place;
mod transport;

use crate::{
    db::DbError,
    problem::{ApiError, ApiResult},
};
use bucket::{Away, Bucket, Waiting};
use cairn_shared::edition::Hash;
use folder::Folder;
use futures_util::{Stream, StreamExt};
use image::ImageFormat;
use incoming::{Incoming, Temporary};
use kind::{Kind, kind_of};
pub use place::{Address, Place};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{io::AsyncWriteExt, runtime::Handle, sync::Semaphore, task::spawn_blocking};

/// The largest file, in bytes.
pub const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// What is said of a larger one.
pub const TOO_LARGE: &str =
    "A file can be up to 50 MB. Make it smaller, or put it somewhere on the web and attach its link.";
/// What is said of a file of another kind.
pub const KINDS: &str = "Cairn takes photos (JPEG, PNG, WebP), PDF, Word and PowerPoint files, plain text, and sound or film \
     (MP3, M4A, MP4, OGG, WebM). Save it as one of these, and attach it again.";
/// A step of keeping a file. Between them a crash would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All of it is on the disk, in a temporary place.
    Flushed,
    /// It is in its place.
    Settled,
}

/// The store.
pub struct Files {
    store: Store,
    incoming: Incoming,
    /// Is told of each step.
    witness: fn(Step),
    /// How many files are judged at a time: one of 50 MB may be read to its end for that.
    judging: Arc<Semaphore>,
    /// Pictures are decoded one at a time: each may ask for a quarter of a gigabyte.
    decoding: Arc<Semaphore>,
}

/// Where files are kept.
enum Store {
    Folder(Folder),
    Bucket(Bucket),
}

/// Where a file of the store is read.
pub enum Lies<'a> {
    /// There, on the disk.
    OnDisk(PathBuf),
    /// In that bucket.
    InBucket(&'a Bucket),
}

/// A file that is safely in the store.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its hash, which is its name.
    pub sha256: Hash,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its media type, found by its content.
    pub media_type: &'static str,
    /// The hash of its small picture, if it is a photo.
    pub thumbnail: Option<Hash>,
}

impl Files {
    /// The store at that place. Files are received in that folder of the data, wherever they are kept.
    ///
    /// # Errors
    /// If the folder can't be made. A bucket is asked nothing yet.
    pub fn open(place: &Place, data: &Path) -> io::Result<Self> {
        let root = data.join("files");
        let incoming = Incoming::open(&root.join("incoming"))?;
        let store = match place {
            Place::Folder => Store::Folder(Folder::at(root)),
            Place::Bucket(address) => Store::Bucket(Bucket::at(address)?),
        };
        let [judging, decoding] = [2, 1].map(|most| Arc::new(Semaphore::new(most)));
        Ok(Self { store, incoming, witness: |_| {}, judging, decoding })
    }

    /// Tells that function of each step from now on.
    pub fn tell(&mut self, witness: fn(Step)) {
        self.witness = witness;
    }

    /// Shows that files can be kept and read, before the first one comes.
    ///
    /// # Errors
    /// If they can't be.
    pub async fn begin(&self) -> io::Result<()> {
        match &self.store {
            // It was made, and is locked.
            Store::Folder(_) => Ok(()),
            Store::Bucket(bucket) => bucket.begin().await,
        }
    }

    /// Whether the store takes files: the folder that they are received in can be written in, and the bucket answers.
    /// Nothing is written for that.
    ///
    /// # Errors
    /// Those of the disk, and if the bucket is away.
    pub async fn answers(&self) -> io::Result<()> {
        self.incoming.can_be_written().await?;
        match &self.store {
            Store::Folder(_) => Ok(()),
            Store::Bucket(bucket) => bucket.answers().await,
        }
    }

    /// Receives a file: streams it to disk, finds out what it is, removes a photo's hidden data, and keeps it.
    ///
    /// # Errors
    /// If it is too large, empty, of another kind, or breaks off.
    pub async fn receive<B: AsRef<[u8]>, E>(
        &self,
        name: &str,
        mut body: impl Stream<Item = Result<B, E>> + Unpin,
    ) -> ApiResult<Kept> {
        let temporary = self.incoming.place();
        let mut file = tokio::fs::File::create(temporary.path()).await.map_err(troubled)?;
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|_| {
                ApiError::Malformed("The file broke off on its way. Nothing was kept; send it again.".into())
            })?;
            let chunk = chunk.as_ref();
            bytes += chunk.len() as u64;
            if bytes > MOST_BYTES {
                return Err(ApiError::TooLarge(TOO_LARGE));
            }
            hash.update(chunk);
            file.write_all(chunk).await.map_err(troubled)?;
        }
        if bytes == 0 {
            return Err(ApiError::field("", "empty_file", "This file is empty. Choose it again."));
        }
        // The last write goes on behind our back; only `flush` tells how it ended, and `sync_all` would not.
        file.flush().await.map_err(troubled)?;
        file.sync_all().await.map_err(troubled)?;
        drop(file);
        let hash = Hash::from_bytes(hash.finalize().into());
        match self.kind(&temporary, name).await? {
            Kind::Other(media_type) => {
                self.settle(temporary, hash).await?;
                Ok(Kept { sha256: hash, bytes, media_type, thumbnail: None })
            }
            Kind::Picture(format) => self.keep_picture(&temporary, format).await,
        }
    }

    async fn kind(&self, temporary: &Temporary, name: &str) -> ApiResult<Kind> {
        let place = Arc::clone(&self.judging).acquire_owned().await.map_err(|e| ApiError::Internal(e.to_string()))?;
        let (path, name) = (temporary.path().to_owned(), name.to_owned());
        let kind = spawn_blocking(move || {
            let kind = kind_of(&mut BufReader::new(fs::File::open(path)?), &name);
            drop(place);
            kind
        });
        kind.await.map_err(|e| ApiError::Internal(e.to_string()))?.map_err(troubled)?.ok_or(ApiError::MediaType(KINDS))
    }

    async fn keep_picture(&self, temporary: &Temporary, format: ImageFormat) -> ApiResult<Kept> {
        let place = Arc::clone(&self.decoding).acquire_owned().await.map_err(|e| ApiError::Internal(e.to_string()))?;
        let path = temporary.path().to_owned();
        // The place goes along: whoever hangs up ends this future, and not the work.
        let made = spawn_blocking(move || {
            let made = picture::rewrite(&path, format);
            drop(place);
            made
        });
        let (picture, media_type, thumbnail) =
            made.await.map_err(|e| ApiError::Internal(e.to_string()))?.map_err(|_| {
                ApiError::MediaType("This photo can’t be opened. Save it again as a JPEG, and attach that.")
            })?;
        let bytes = picture.len() as u64;
        let sha256 = self.put(&picture).await?;
        Ok(Kept { sha256, bytes, media_type, thumbnail: Some(self.put(&thumbnail).await?) })
    }

    /// Keeps bytes that are in memory already.
    ///
    /// # Errors
    /// Those of the disk, and if the bucket is away.
    pub async fn put(&self, bytes: &[u8]) -> ApiResult<Hash> {
        let hash = Hash::of(bytes);
        let temporary = self.incoming.place();
        let write = || {
            let mut file = fs::File::create(temporary.path())?;
            io::Write::write_all(&mut file, bytes)?;
            file.sync_all()
        };
        write().map_err(troubled)?;
        self.settle(temporary, hash).await?;
        Ok(hash)
    }

    /// Brings a flushed file to where it is kept.
    async fn settle(&self, temporary: Temporary, hash: Hash) -> ApiResult<()> {
        self.bring(temporary, hash).await.map_err(troubled)
    }

    async fn bring(&self, temporary: Temporary, hash: Hash) -> io::Result<()> {
        (self.witness)(Step::Flushed);
        match &self.store {
            Store::Folder(folder) => folder.settle(temporary.path(), hash)?,
            Store::Bucket(bucket) => {
                let bucket = bucket.clone();
                // Whoever hangs up ends this future, and not the work: a file that is half sent would be left so.
                let sent = tokio::spawn(async move { bucket.send(temporary.path(), hash).await });
                sent.await.map_err(io::Error::other)??;
            }
        }
        (self.witness)(Step::Settled);
        Ok(())
    }

    /// Where the file of that hash is read, if it is there.
    pub fn lies(&self, hash: Hash) -> Lies<'_> {
        match &self.store {
            Store::Folder(folder) => Lies::OnDisk(folder.path(hash)),
            Store::Bucket(bucket) => Lies::InBucket(bucket),
        }
    }
}

/// How a file of the store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is what its name says, with so many bytes.
    Whole(u64),
    /// It is there, and is something else.
    Altered,
    /// It is not there.
    Missing,
}

/// For commands, which read and write everything and have the time for it. They run in the threads of a runtime that may
/// wait ([`spawn_blocking`]).
impl Files {
    /// Takes a file that is known by its hash, as a backup has it, and keeps it if it is what that says.
    ///
    /// # Errors
    /// Those of the store and of what is read; [`io::ErrorKind::InvalidData`] if it is something else.
    pub fn take(&self, hash: Hash, bytes: &mut dyn Read) -> io::Result<()> {
        let temporary = self.incoming.place();
        let mut file = fs::File::create(temporary.path())?;
        io::copy(bytes, &mut file)?;
        file.sync_all()?;
        if hash_of(&mut fs::File::open(temporary.path())?)?.0 != hash {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the file {hash} is another")));
        }
        Handle::current().block_on(self.bring(temporary, hash))
    }

    /// A file of the store, to be read, if it is there.
    ///
    /// # Errors
    /// If it is there and can't be read, and if the bucket is away.
    pub fn reader(&self, hash: Hash) -> io::Result<Option<Box<dyn Read>>> {
        let opened = match &self.store {
            Store::Folder(folder) => fs::File::open(folder.path(hash)).map(|file| Box::new(file) as Box<dyn Read>),
            Store::Bucket(bucket) => {
                let runtime = Handle::current();
                let part = runtime.block_on(bucket.read(hash, None));
                part.map(|part| Box::new(Waiting::on(runtime, part)) as Box<dyn Read>)
            }
        };
        match opened {
            Ok(reader) => Ok(Some(reader)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a file of the store to its end, and says whether it is what its name says.
    ///
    /// # Errors
    /// If it is there and can't be read.
    pub fn look_at(&self, hash: Hash) -> io::Result<Found> {
        let Some(mut file) = self.reader(hash)? else { return Ok(Found::Missing) };
        let (found, bytes) = hash_of(&mut file)?;
        Ok(if found == hash { Found::Whole(bytes) } else { Found::Altered })
    }

    /// The names of all files that are in their places.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn all(&self) -> io::Result<Vec<Hash>> {
        match &self.store {
            Store::Folder(folder) => folder.all(),
            Store::Bucket(bucket) => Handle::current().block_on(bucket.all()),
        }
    }
}

/// The hash of what is read to its end, and its length in bytes.
fn hash_of(file: &mut impl Read) -> io::Result<(Hash, u64)> {
    let mut digest = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    let mut bytes = 0u64;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok((Hash::from_bytes(digest.finalize().into()), bytes));
        }
        bytes += read as u64;
        digest.update(&block[..read]);
    }
}

/// What went wrong with the store, by what to do about it.
pub fn troubled(error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ApiError::Full,
        _ if error.get_ref().is_some_and(|inner| inner.is::<Away>()) => {
            ApiError::Database(DbError::Unavailable(error.to_string()))
        }
        _ => ApiError::Internal(format!("the disk answered: {error}")),
    }
}
