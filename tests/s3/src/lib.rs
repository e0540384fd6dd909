//! An S3-compatible store of our own, thrown away after the tests. It is somebody else's implementation of the protocol
//! (`s3s`), so that what ours thinks of it is not judged by itself.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result};
use hyper_util::{rt::TokioIo, server::conn::auto};
use s3s::{
    S3Result,
    access::{S3Access, S3AccessContext},
    auth::SimpleAuth,
    s3_error,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use tokio::{net::TcpListener, runtime::Runtime};

const BUCKET: &str = "evidence";
const PREFIX: &str = "cairn";
const KEY_ID: &str = "CAIRNTESTS";
const SECRET: &str = "a key of tests alone";

/// A running store with one bucket. Dropping it stops the store and deletes what it holds.
pub struct S3 {
    folder: PathBuf,
    address: SocketAddr,
    /// What runs it, while it is there.
    running: Option<Runtime>,
    /// What holds its address while it says nothing.
    silent: Option<std::net::TcpListener>,
}

impl S3 {
    /// Starts one that is empty, on a free port of the loopback address.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cairn_s3_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(folder.join(BUCKET))?;
        let mut store = Self { folder, address: (Ipv4Addr::LOCALHOST, 0).into(), running: None, silent: None };
        store.comes_back()?;
        Ok(store)
    }

    /// Stops it at once, as a crash does: whoever listens to it is cut off.
    pub fn goes_away(&mut self) {
        self.silent = None;
        if let Some(running) = self.running.take() {
            running.shutdown_timeout(Duration::from_secs(10));
        }
    }

    /// Lets it say nothing more, although it can be reached.
    ///
    /// # Errors
    /// If its address can't be held.
    pub fn falls_silent(&mut self) -> Result<()> {
        self.goes_away();
        self.silent = Some(std::net::TcpListener::bind(self.address)?);
        Ok(())
    }

    /// Starts it again, with what it held.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn comes_back(&mut self) -> Result<()> {
        self.goes_away();
        let store = FileSystem::new(&self.folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut service = S3ServiceBuilder::new(store);
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        service.set_access(OneBucket);
        let running = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = running.block_on(TcpListener::bind(self.address)).context("the store has no address")?;
        self.address = listener.local_addr()?;
        running.spawn(serve(listener, service.build()));
        self.running = Some(running);
        Ok(())
    }

    /// The settings of a server that keeps its files here.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CAIRN_FILES", format!("s3://{BUCKET}/{PREFIX}")),
            ("CAIRN_S3_ENDPOINT", format!("http://{}", self.address)),
            ("CAIRN_S3_KEY_ID", KEY_ID.into()),
            ("CAIRN_S3_SECRET", SECRET.into()),
        ]
    }

    /// Where the objects that are named by a hash lie on the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn objects(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(self.folder.join(BUCKET).join(PREFIX))? {
            let folder = folder?.path();
            if folder.is_dir() {
                found.extend(fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?);
            }
        }
        found.sort();
        Ok(found)
    }

    /// What lies there beside the objects: parts of uploads that were neither ended nor given up.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn parts(&self) -> Result<Vec<PathBuf>> {
        let is_part = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(".part"));
        let all = fs::read_dir(&self.folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
        Ok(all.into_iter().filter(|path| is_part(path)).collect())
    }
}

/// Whoever signs may use the one bucket. The store by itself would make up any other.
struct OneBucket;

#[async_trait::async_trait]
impl S3Access for OneBucket {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        match (context.credentials(), context.s3_path().get_bucket_name()) {
            (None, _) => Err(s3_error!(AccessDenied)),
            (Some(_), Some(BUCKET)) => Ok(()),
            (Some(_), _) => Err(s3_error!(NoSuchBucket)),
        }
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let executor = hyper_util::rt::TokioExecutor::new();
            // Whoever hangs up is no concern of the store.
            let _ = auto::Builder::new(executor).http1_only().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.goes_away();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
