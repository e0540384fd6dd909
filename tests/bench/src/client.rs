//! The client that asks: one thread with many connections that stay open, so that asking takes little of the cores that
//! the servers answer on, and takes the same of each.

use std::{
    cell::RefCell,
    io,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
    time::{sleep_until, timeout},
};

/// An answer that takes longer counts as none.
const PATIENCE: Duration = Duration::from_secs(30);
/// For how long each measurement asks before it begins to count.
const WARM_UP: Duration = Duration::from_millis(300);

/// What came back.
pub struct Reply<'a> {
    /// The status.
    pub status: u16,
    /// The ETag, if there is one.
    pub etag: Option<String>,
    /// The body.
    pub body: &'a [u8],
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Opens it.
    ///
    /// # Errors
    /// If nobody listens there.
    pub async fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Asks, and waits for the whole answer.
    ///
    /// # Errors
    /// If none comes, or one that isn't HTTP.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        timeout(PATIENCE, self.exchange(request)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, etag, begins, length) = loop {
            self.more().await?;
            if let Some(head) = head(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < begins + length {
            self.more().await?;
        }
        Ok(Reply { status, etag, body: &self.buffer[begins..begins + length] })
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

type Head = (u16, Option<String>, usize, usize);

/// Status, ETag, where the body begins, and how long it is; nothing, if more has to come.
fn head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(begins) = response.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let header = |name: &str| {
        let found = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
        found.and_then(|h| std::str::from_utf8(h.value).ok())
    };
    let length = header("content-length").map_or(Ok(0), str::parse).map_err(io::Error::other)?;
    Ok(Some((response.code.unwrap_or_default(), header("etag").map(str::to_owned), begins, length)))
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: cairn\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !body.is_empty() {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Someone who asks, one question after another.
pub trait Asker {
    /// The next question; nothing, if there is none left.
    fn next(&mut self) -> Option<&[u8]>;

    /// Hears the answer, and says whether it is the one that is measured.
    fn hears(&mut self, reply: &Reply<'_>) -> bool;
}

/// How a server did.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Answers a second.
    pub rate: f64,
    /// The median, in milliseconds.
    pub p50: f64,
    /// The 99th percentile, in milliseconds.
    pub p99: f64,
    /// How many were counted.
    pub answers: usize,
    /// How many answers were others than expected.
    pub unexpected: usize,
    /// The first of those.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_unexpected: Option<String>,
}

#[derive(Default)]
struct Tally {
    took: Vec<f64>,
    unexpected: usize,
    first: Option<String>,
}

impl Tally {
    fn amiss(&mut self, what: impl FnOnce() -> String) {
        self.unexpected += 1;
        self.first.get_or_insert_with(what);
    }

    fn figures(mut self, seconds: f64) -> Figures {
        self.took.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let last = self.took.len().checked_sub(1)?;
            self.took.get((last as f64 * share).round() as usize).copied()
        };
        Figures {
            rate: self.took.len() as f64 / seconds,
            p50: at(0.5).unwrap_or_default(),
            p99: at(0.99).unwrap_or_default(),
            answers: self.took.len(),
            unexpected: self.unexpected,
            first_unexpected: self.first,
        }
    }
}

async fn one(
    connection: &mut Connection,
    asker: &mut dyn Asker,
    tally: Option<&RefCell<Tally>>,
    since: Instant,
) -> bool {
    let Some(question) = asker.next() else { return false };
    let question = question.to_vec();
    match connection.ask(&question).await {
        Ok(reply) => {
            let took = since.elapsed().as_secs_f64() * 1000.0;
            let expected = asker.hears(&reply);
            if let Some(tally) = tally {
                let mut tally = tally.borrow_mut();
                if expected {
                    tally.took.push(took);
                } else {
                    tally.amiss(|| format!("{} {}", reply.status, shortened(reply.body)));
                }
            }
            true
        }
        Err(error) => {
            if let Some(tally) = tally {
                tally.borrow_mut().amiss(|| error.to_string());
            }
            false
        }
    }
}

fn shortened(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned()
}

/// Asks for so long, each asker on a connection of its own as fast as answers come.
///
/// # Errors
/// If the server takes no connections.
pub async fn as_fast_as_it_goes(
    server: SocketAddr,
    askers: Vec<Box<dyn Asker>>,
    time: Duration,
) -> io::Result<Figures> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let tasks = LocalSet::new();
    let counts = Instant::now() + WARM_UP;
    let ends = counts + time;
    for mut asker in askers {
        let mut connection = Connection::open(server).await?;
        let tally = Rc::clone(&tally);
        tasks.spawn_local(async move {
            loop {
                let now = Instant::now();
                let counted = (now >= counts).then_some(&*tally);
                if now >= ends || !one(&mut connection, &mut *asker, counted, now).await {
                    break;
                }
            }
        });
    }
    tasks.await;
    let seconds = counts.elapsed().as_secs_f64().min(time.as_secs_f64()).max(0.001);
    Ok(Rc::try_unwrap(tally).map(RefCell::into_inner).unwrap_or_default().figures(seconds))
}

/// Asks until nobody has a question left, and counts all of it.
///
/// # Errors
/// If the server takes no connections.
pub async fn all_of(server: SocketAddr, askers: Vec<Box<dyn Asker>>) -> io::Result<Figures> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let tasks = LocalSet::new();
    let began = Instant::now();
    for mut asker in askers {
        let mut connection = Connection::open(server).await?;
        let tally = Rc::clone(&tally);
        tasks
            .spawn_local(async move { while one(&mut connection, &mut *asker, Some(&tally), Instant::now()).await {} });
    }
    tasks.await;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Rc::try_unwrap(tally).map(RefCell::into_inner).unwrap_or_default().figures(seconds))
}

/// Asks at a steady pace whether or not answers come, as people do, and counts from when each question was due.
///
/// # Errors
/// If the server takes no connections.
pub async fn at_a_pace(server: SocketAddr, askers: Vec<Box<dyn Asker>>, a_second: f64) -> io::Result<Figures> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let tasks = LocalSet::new();
    let begins = Instant::now();
    for (n, mut asker) in askers.into_iter().enumerate() {
        let tally = Rc::clone(&tally);
        tasks.spawn_local(async move {
            let due = begins + Duration::from_secs_f64(n as f64 / a_second);
            sleep_until(due.into()).await;
            match Connection::open(server).await {
                Ok(mut connection) => {
                    one(&mut connection, &mut *asker, Some(&tally), due).await;
                }
                Err(error) => tally.borrow_mut().amiss(|| error.to_string()),
            }
        });
    }
    tasks.await;
    let seconds = begins.elapsed().as_secs_f64();
    Ok(Rc::try_unwrap(tally).map(RefCell::into_inner).unwrap_or_default().figures(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\netag: \"v7\"\r\n\r\n{}";
        assert!(head(&whole[..30]).unwrap().is_none());
        let (status, etag, begins, length) = head(whole).unwrap().unwrap();
        assert_eq!((status, etag.as_deref(), &whole[begins..], length), (200, Some("\"v7\""), &b"{}"[..], 2));
        assert!(head(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn percentiles_are_those_of_what_was_counted() {
        let tally = Tally { took: (0..=100).rev().map(f64::from).collect(), ..Tally::default() };
        let figures = tally.figures(10.0);
        assert_eq!((figures.p50, figures.p99, figures.answers), (50.0, 99.0, 101));
        assert_eq!(Tally::default().figures(1.0).p99, 0.0);
    }
}
