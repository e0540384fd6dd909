//! Where a request ends, when somebody writes it so that two programs could differ about it.

use cairn_tests::{Database, Served};
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

/// What is answered to bytes that hold a second request where the body of the first may or may not be.
fn answers(served: &Served, head: &str, body: &str) -> Vec<String> {
    let mut line = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).unwrap();
    let bytes = format!("POST /api/v1/sign-in-links HTTP/1.1\r\nhost: cairn.example\r\n{head}\r\n{body}");
    // The line may be closed in the face of whoever sends this.
    let _ = line.write_all(bytes.as_bytes());
    let _ = line.shutdown(Shutdown::Write);
    let mut got = Vec::new();
    let _ = line.read_to_end(&mut got);
    let got = String::from_utf8_lossy(&got).into_owned();
    got.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].to_owned()).collect()
}

#[test]
fn a_request_that_says_twice_where_it_ends_is_not_taken_and_nothing_behind_it_is_read() {
    let database = Database::make();
    let served = Served::start(&database, &[]);
    let second = "GET /healthz HTTP/1.1\r\nhost: cairn.example\r\n\r\n";
    // Two requests one after the other are two answers: so would a hidden one be seen.
    assert_eq!(answers(&served, "content-length: 2\r\n", &format!("{{}}{second}")).last().unwrap(), "200");
    for (what, head, body) in [
        ("two lengths", "content-length: 2\r\ncontent-length: 60\r\n", format!("{{}}{second}")),
        ("two lengths in one", "content-length: 2, 60\r\n", format!("{{}}{second}")),
        ("a length with a sign", "content-length: +2\r\n", format!("{{}}{second}")),
        ("a length and chunks", "content-length: 2\r\ntransfer-encoding: chunked\r\n", format!("0\r\n\r\n{second}")),
        ("chunks that are not the last", "transfer-encoding: chunked, identity\r\n", format!("0\r\n\r\n{second}")),
        ("chunks under another name", "transfer-encoding: xchunked\r\n", format!("0\r\n\r\n{second}")),
        ("a space in a name", "content-length : 2\r\n", format!("{{}}{second}")),
        ("a folded line", "content-length:\r\n 2\r\n", format!("{{}}{second}")),
        ("a chunk without a size", "transfer-encoding: chunked\r\n", format!("x\r\n\r\n{second}")),
    ] {
        let answers = answers(&served, head, &body);
        assert!(!answers.contains(&"200".to_owned()), "{what}: the second request was answered: {answers:?}");
        assert!(answers.len() <= 1 && answers.iter().all(|status| status.starts_with('4')), "{what}: {answers:?}");
    }
}
