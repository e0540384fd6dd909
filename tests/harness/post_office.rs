//! A stand-in for a mail server: it speaks enough SMTP to take letters, and says what a test tells it to say.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use cairn_backend::mail::{Post, Security};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a letter is waited for that is on its way: half of the time after which the outbox is looked into unasked.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the mail server does at some word of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Says this, and goes on if it begins with 2 or 3.
    Says(&'static str),
    /// Says nothing more and goes away.
    HangsUp,
    /// Takes the letter, and goes away before saying so. At the end of a text only.
    TakesAndHangsUp,
}

/// A letter that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The address that it came from, as the envelope has it.
    pub from: String,
    /// The address that it is to, as the envelope has it.
    pub to: String,
    /// Headers and text, line ends as they came.
    pub raw: String,
}

impl Arrived {
    /// The value of a header, its lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.raw.split_once("\r\n\r\n")?;
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{}:", name.to_lowercase());
        let line = unfolded.split("\r\n").find(|line| line.to_lowercase().starts_with(&prefix))?;
        Some(line[prefix.len()..].trim().to_owned())
    }

    /// The text as its reader sees it.
    ///
    /// # Panics
    /// If it is encoded in a way that this stand-in does not know.
    pub fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").expect("a letter has a head and a text");
        let plain = match self.header("content-transfer-encoding").as_deref() {
            None | Some("7bit" | "8bit") => body.as_bytes().to_vec(),
            Some("quoted-printable") => unquoted(body),
            Some("base64") => BASE64.decode(body.replace("\r\n", "")).expect("base64"),
            Some(other) => panic!("the text is encoded as {other}"),
        };
        String::from_utf8(plain).expect("the text is UTF-8").replace("\r\n", "\n")
    }

    /// Its parts, if it has several, each with a head and a text of its own.
    ///
    /// # Panics
    /// If it has only one.
    pub fn parts(&self) -> Vec<Self> {
        let kind = self.header("content-type").expect("a letter says what it is");
        let boundary = kind.split("boundary=").nth(1).expect("a letter of several parts").trim_matches('"');
        let (_, body) = self.raw.split_once("\r\n\r\n").expect("a letter has a head and a text");
        let between = format!("--{boundary}");
        let parts = body.split(&between).skip(1).take_while(|part| !part.starts_with("--"));
        let part = |raw: &str| Self { raw: raw.trim_start_matches("\r\n").to_owned(), ..self.clone() };
        parts.map(part).collect()
    }
}

/// Undoes quoted-printable (RFC 2045, section 6.7).
fn unquoted(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut parts = joined.split('=');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        plain.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
        plain.extend(rest.bytes());
    }
    plain
}

#[derive(Default)]
struct Desk {
    letters: Vec<Arrived>,
    heard: Vec<String>,
    /// What is said at the next word of that kind, in order.
    next: VecDeque<(&'static str, Answer)>,
    /// What is said at each word of that kind.
    always: Vec<(&'static str, &'static str)>,
}

impl Desk {
    fn answer(&mut self, word: &str, usual: &'static str) -> Answer {
        if let Some(at) = self.next.iter().position(|(next, _)| *next == word) {
            return self.next.remove(at).map_or(Answer::HangsUp, |(_, answer)| answer);
        }
        let always = self.always.iter().find(|(always, _)| *always == word);
        Answer::Says(always.map_or(usual, |(_, says)| says))
    }
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    arrived: Condvar,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stand-in for a mail server. It closes with this value.
pub struct PostOffice {
    address: SocketAddr,
    shared: Arc<Shared>,
    counter: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl PostOffice {
    /// Opens one on a free port.
    ///
    /// # Panics
    /// If there is no port to be had.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
        let address = listener.local_addr().expect("a listener has an address");
        let mut office = Self { address, shared: Arc::default(), counter: None };
        office.serve(listener);
        office
    }

    fn serve(&mut self, listener: TcpListener) {
        let closed = Arc::new(AtomicBool::new(false));
        let (shared, closes) = (Arc::clone(&self.shared), Arc::clone(&closed));
        let counter = thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                if closes.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                thread::spawn(move || converse(visitor, &shared));
            }
        });
        self.counter = Some((closed, counter));
    }

    /// Closes: from now on nobody answers there.
    pub fn closes(&mut self) {
        if let Some((closed, counter)) = self.counter.take() {
            closed.store(true, Ordering::SeqCst);
            // A visitor wakes the one who waits for visitors.
            let _ = TcpStream::connect(self.address);
            let _ = counter.join();
        }
    }

    /// Opens again, at the same place.
    ///
    /// # Panics
    /// If the place was taken in the meantime.
    pub fn opens_again(&mut self) {
        self.closes();
        let listener = TcpListener::bind(self.address).expect("the port is still free");
        self.serve(listener);
    }

    /// Its address, for `CAIRN_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// How letters get there, from the partnership.
    pub fn post(&self) -> Post {
        self.post_of(&self.url())
    }

    /// The same, with a user and a password.
    pub fn post_with_login(&self, user: &str, password: &str) -> Post {
        self.post_of(&format!("smtp://{user}:{password}@{}", self.address))
    }

    /// The same, as if it were far away: no letter without STARTTLS.
    pub fn post_from_afar(&self) -> Post {
        let mut post = self.post_with_login("cairn", "a-secret");
        post.server.security = Security::StartTls;
        post
    }

    fn post_of(&self, url: &str) -> Post {
        Post::parse(url, "cairn@northfell.example", "Northfell Partnership").expect("an address of a mail server")
    }

    /// What it does at the next word of that kind (`GREETING`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, or `TEXT` for
    /// the end of a letter's text). Told several times, it does one after the other.
    pub fn next(&self, word: &'static str, answer: Answer) {
        self.shared.desk().next.push_back((word, answer));
    }

    /// What it says at each word of that kind.
    pub fn always(&self, word: &'static str, says: &'static str) {
        self.shared.desk().always.push((word, says));
    }

    /// The letters that arrived, in order.
    pub fn letters(&self) -> Vec<Arrived> {
        self.shared.desk().letters.clone()
    }

    /// Everything that was said to it, line by line, but for the letters' texts.
    pub fn heard(&self) -> Vec<String> {
        self.shared.desk().heard.clone()
    }

    /// Waits until so many letters have arrived.
    ///
    /// # Panics
    /// If they don't come.
    #[track_caller]
    pub fn waits_for(&self, letters: usize) -> Vec<Arrived> {
        let desk = self.shared.desk();
        let waited = self.shared.arrived.wait_timeout_while(desk, PATIENCE, |desk| desk.letters.len() < letters);
        let (desk, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "{} of {letters} letters came; heard: {:#?}", desk.letters.len(), desk.heard);
        desk.letters.clone()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.closes();
    }
}

/// One visitor, until either goes. An error is the visitor's hanging up.
fn converse(mut visitor: TcpStream, shared: &Shared) -> Option<()> {
    let mut lines = BufReader::new(visitor.try_clone().ok()?);
    let (mut from, mut to) = (String::new(), String::new());
    say(&mut visitor, shared, "GREETING", "220 post.example")?;
    loop {
        let line = read_line(&mut lines)?;
        shared.desk().heard.push(line.clone());
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => {
                say(&mut visitor, shared, "EHLO", "250-post.example\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000")?
            }
            "STARTTLS" => say(&mut visitor, shared, "STARTTLS", "220 go ahead")?,
            "AUTH" => say(&mut visitor, shared, "AUTH", "235 welcome")?,
            "MAIL" => {
                from = address(&line);
                say(&mut visitor, shared, "MAIL", "250 from there")?
            }
            "RCPT" => {
                to = address(&line);
                say(&mut visitor, shared, "RCPT", "250 to there")?
            }
            "DATA" => {
                if !say(&mut visitor, shared, "DATA", "354 go on")? {
                    continue;
                }
                let raw = read_text(&mut lines)?;
                let answer = shared.desk().answer("TEXT", "250 taken");
                let takes = matches!(answer, Answer::TakesAndHangsUp | Answer::Says("250 taken"));
                if takes {
                    shared.desk().letters.push(Arrived { from: from.clone(), to: to.clone(), raw });
                }
                let gone = match answer {
                    Answer::Says(says) => write!(visitor, "{says}\r\n").is_err(),
                    Answer::HangsUp | Answer::TakesAndHangsUp => true,
                };
                shared.arrived.notify_all();
                if gone {
                    return None;
                }
                true
            }
            "QUIT" => {
                let _ = write!(visitor, "221 goodbye\r\n");
                return None;
            }
            _ => say(&mut visitor, shared, "NOOP", "250 well")?,
        };
    }
}

/// Says what it is told to say at that word, or what is usual. Whether that was good news; nothing, if it hung up.
fn say(visitor: &mut TcpStream, shared: &Shared, word: &str, usual: &'static str) -> Option<bool> {
    match shared.desk().answer(word, usual) {
        Answer::Says(says) => {
            write!(visitor, "{says}\r\n").ok()?;
            Some(says.starts_with(['2', '3']))
        }
        Answer::HangsUp | Answer::TakesAndHangsUp => None,
    }
}

fn read_line(lines: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    match lines.read_until(b'\n', &mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
    }
}

/// The text up to its dot, with the dots that were doubled made single again.
fn read_text(lines: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        match lines.read_line(&mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) if line == ".\r\n" => return Some(text),
            Ok(_) => text.push_str(line.strip_prefix('.').unwrap_or(&line)),
        }
    }
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
