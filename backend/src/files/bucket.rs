//! Files in a bucket of an S3-compatible store, so that several servers share them. Each lies under the same name as in a
//! folder: `ab/abcd…`, by its hash.
//!
//! The store keeps a file whole or not at all: large ones go in parts, which become a file at the end. Whatever is asked of
//! it is waited for so long and no longer ([`super::transport`]), and tried a few times; then it counts as away.

use super::{place::Address, transport::Transport};
use actix_web::web::Bytes;
use cairn_shared::edition::Hash;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::{
    BackoffConfig, Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use std::{error, fmt, future::Future, io, ops::Range, path, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    fs::File,
    io::AsyncReadExt,
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// What lies in every bucket that a server has used. Whoever looks whether the store answers looks for it.
const MARK: &str = "cairn.txt";
const MARK_SAYS: &str = "Cairn keeps files here. Each is named by the SHA-256 of what is in it.\n";
/// A part of a large file, in bytes. A store takes none under 5 MiB, but for the last.
const PART: u64 = 8 * MIB;
const MIB: u64 = 1024 * 1024;
/// How much of all files may be in memory on its way to the store, in MiB.
const MOST_ON_THE_WAY: usize = 64;
/// How long a file waits for the others.
const TURN: Duration = Duration::from_secs(10);
/// How long the store may take with all of a file.
const WHOLE: Duration = Duration::from_secs(120);
/// How long whoever asks whether it is there waits.
const LOOK: Duration = Duration::from_secs(4);
/// How long the next bytes of an answer are waited for.
const NEXT: Duration = Duration::from_secs(10);
/// How often something is tried again, and until when that is begun.
const RETRIES: usize = 2;
const RETRIES_END: Duration = Duration::from_secs(8);

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: AmazonS3,
    prefix: String,
    on_the_way: Arc<Semaphore>,
}

/// The store does not do what it should just now.
#[derive(Debug)]
pub struct Away(String);

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bucket of files: {}", self.0)
    }
}

impl error::Error for Away {}

fn away(why: impl Into<String>) -> io::Error {
    io::Error::other(Away(why.into()))
}

/// A file of the bucket, or a part of it.
pub struct Part {
    /// How long all of the file is, in bytes.
    pub size: u64,
    /// What was asked for.
    pub bytes: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

impl Bucket {
    /// The bucket at that address. Nothing is asked of it yet.
    ///
    /// # Errors
    /// If the address is none.
    pub fn at(address: &Address) -> io::Result<Self> {
        let retry = RetryConfig {
            backoff: BackoffConfig { max_backoff: Duration::from_secs(1), ..BackoffConfig::default() },
            max_retries: RETRIES,
            retry_timeout: RETRIES_END,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&address.bucket)
            .with_region(&address.region)
            .with_access_key_id(&address.key_id)
            .with_secret_access_key(&address.secret)
            .with_retry(retry)
            .with_http_connector(Transport);
        if let Some(endpoint) = &address.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let store = builder.build().map_err(unheard)?;
        Ok(Self { store, prefix: address.prefix.clone(), on_the_way: Arc::new(Semaphore::new(MOST_ON_THE_WAY)) })
    }

    fn within(&self, name: &str) -> Path {
        Path::from(if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) })
    }

    fn name(&self, hash: Hash) -> Path {
        let name = hash.to_string();
        self.within(&format!("{}/{name}", &name[..2]))
    }

    /// Shows that the bucket can be written and read: leaves a mark in it, always the same.
    ///
    /// # Errors
    /// If it can't be.
    pub async fn begin(&self) -> io::Result<()> {
        self.store.put(&self.within(MARK), MARK_SAYS.into()).await.map_err(unheard)?;
        self.answers().await
    }

    /// Whether the bucket is there: looks for the mark.
    ///
    /// # Errors
    /// If it is not there, or not in time.
    pub async fn answers(&self) -> io::Result<()> {
        soon(LOOK, self.store.head(&self.within(MARK))).await?.map(drop).map_err(unheard)
    }

    /// Brings a file of the disk to its name.
    ///
    /// # Errors
    /// Those of the disk, and if the store is away. Then it is not there, unless it was before.
    pub async fn send(&self, from: &path::Path, hash: Hash) -> io::Result<()> {
        let mut file = File::open(from).await?;
        let length = file.metadata().await?.len();
        let _turn = self.turn(length).await?;
        let name = self.name(hash);
        if length <= PART {
            let bytes = next(&mut file).await?;
            return soon(WHOLE, self.store.put(&name, bytes.into())).await?.map(drop).map_err(unheard);
        }
        let mut upload = self.store.put_multipart(&name).await.map_err(unheard)?;
        let sent = soon(WHOLE, in_parts(&mut upload, &mut file)).await.flatten();
        if sent.is_err() {
            // If it isn't heard, the store clears it away one day, where it is told to.
            let _ = timeout(LOOK, upload.abort()).await;
        }
        sent
    }

    /// A share of what may be in memory.
    async fn turn(&self, length: u64) -> io::Result<SemaphorePermit<'_>> {
        let share = length.min(PART).div_ceil(MIB).max(1) as u32;
        soon(TURN, self.on_the_way.acquire_many(share)).await?.map_err(|closed| away(closed.to_string()))
    }

    /// How long the file of that hash is, in bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if it is not there, and if the store is away.
    pub async fn size(&self, hash: Hash) -> io::Result<u64> {
        Ok(self.store.head(&self.name(hash)).await.map_err(gone_or_unheard)?.size)
    }

    /// Reads the file of that hash, or a part of it that it has.
    ///
    /// # Errors
    /// As with [`Bucket::size`].
    pub async fn read(&self, hash: Hash, part: Option<Range<u64>>) -> io::Result<Part> {
        let options = GetOptions { range: part.map(GetRange::Bounded), ..GetOptions::default() };
        let got = self.store.get_opts(&self.name(hash), options).await.map_err(gone_or_unheard)?;
        Ok(Part { size: got.meta.size, bytes: Box::pin(in_time(got.into_stream())) })
    }

    /// The names of all files.
    ///
    /// # Errors
    /// If the store is away.
    pub async fn all(&self) -> io::Result<Vec<Hash>> {
        let prefix = Some(Path::from(self.prefix.as_str())).filter(|prefix| !prefix.as_ref().is_empty());
        let found = in_time(self.store.list(prefix.as_ref()));
        found
            .try_filter_map(async |found| {
                let hash = found.location.filename().and_then(|name| name.parse::<Hash>().ok());
                // What lies elsewhere under such a name is not ours.
                Ok(hash.filter(|hash| self.name(*hash) == found.location))
            })
            .try_collect()
            .await
    }
}

/// Sends all of a file, a part after the other.
async fn in_parts(upload: &mut Box<dyn MultipartUpload>, file: &mut File) -> io::Result<()> {
    loop {
        let bytes = next(file).await?;
        if bytes.is_empty() {
            return upload.complete().await.map(drop).map_err(unheard);
        }
        upload.put_part(PutPayload::from(bytes)).await.map_err(unheard)?;
    }
}

async fn next(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(PART).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Waits so long and no longer.
async fn soon<T>(patience: Duration, work: impl Future<Output = T>) -> io::Result<T> {
    timeout(patience, work).await.map_err(|_| away(format!("no answer within {} seconds", patience.as_secs())))
}

/// What the store sends, if each of it comes in time.
fn in_time<T>(from: impl Stream<Item = Result<T, Error>> + Send) -> impl Stream<Item = io::Result<T>> + Send {
    let from = Box::pin(from);
    stream::try_unfold(from, |mut from| async {
        let next = soon(NEXT, from.next()).await?;
        Ok(next.transpose().map_err(unheard)?.map(|next| (next, from)))
    })
}

fn gone_or_unheard(error: Error) -> io::Error {
    match error {
        Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, Away("the file is not there".into())),
        error => unheard(error),
    }
}

/// Why nothing came of it, without an address, and without what the store said of a key.
fn unheard(error: Error) -> io::Error {
    away(match &error {
        Error::NotFound { .. } => "it is not there, or what this server left in it is gone".to_owned(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            "the store does not take the key, or the key may not do that".to_owned()
        }
        error => {
            let mut root: &dyn error::Error = error;
            while let Some(source) = root.source() {
                root = source;
            }
            let said = root.to_string();
            said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
        }
    })
}

/// Reads a file of the bucket, and waits for it. For the threads of a runtime that may wait.
pub struct Waiting {
    runtime: Handle,
    rest: Part,
    block: Bytes,
}

impl Waiting {
    /// Begins with that.
    pub fn on(runtime: Handle, rest: Part) -> Self {
        Self { runtime, rest, block: Bytes::new() }
    }
}

impl io::Read for Waiting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.block.is_empty() {
            match self.runtime.block_on(self.rest.bytes.next()) {
                Some(block) => self.block = block?,
                None => return Ok(0),
            }
        }
        let length = into.len().min(self.block.len());
        into[..length].copy_from_slice(&self.block.split_to(length));
        Ok(length)
    }
}
