//! Uploads that are written by hand: in parts, broken off, too large. The test client is too well-behaved for that.

use super::House;
use cairn_shared::ids::EntryId;
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// A file on its way to an entry, under the name `notes.txt`.
pub struct Upload(TcpStream);

impl Upload {
    /// Sends the head of the request. `framing` is the header that says how long the body is.
    ///
    /// # Panics
    /// If the server can't be reached.
    pub fn begin(house: &House, access_token: &str, entry: EntryId, framing: &str) -> Self {
        let host = house.url.strip_prefix("http://").expect("the house has an address");
        let mut stream = TcpStream::connect(host).expect("the house can be reached");
        write!(
            stream,
            "POST /api/v1/entries/{entry}/evidence?name=notes.txt HTTP/1.1\r\nhost: {host}\r\n\
             authorization: Bearer {access_token}\r\ncontent-type: application/octet-stream\r\n{framing}\r\n\
             connection: close\r\n\r\n"
        )
        .expect("the head can be sent");
        Self(stream)
    }

    /// Sends bytes of the body as they are.
    ///
    /// # Panics
    /// If the server doesn't take them.
    pub fn sends(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the server takes them");
    }

    /// Sends a chunk of so many bytes, and says whether the server took it.
    pub fn sends_chunk(&mut self, size: usize) -> bool {
        let mut chunk = format!("{size:x}\r\n").into_bytes();
        chunk.resize(chunk.len() + size, b'x');
        chunk.extend_from_slice(b"\r\n");
        self.0.write_all(&chunk).is_ok()
    }

    /// Hangs up.
    pub fn breaks_off(self) {
        // It may be closed already.
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// What the server answers, as it came over the wire.
    pub fn answer(mut self) -> String {
        let mut answer = Vec::new();
        // What came before the line broke counts.
        let _ = self.0.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// Waits for something that another thread is about to do.
///
/// # Panics
/// If it hasn't come to be after a minute.
#[track_caller]
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < patience, "{what} did not come to be");
        thread::yield_now();
    }
}
