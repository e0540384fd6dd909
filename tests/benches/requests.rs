//! How many requests a second the story's list answers, beside a floor: a bare actix answer of the same bytes, asked by
//! the same client in the same run. Absolute figures are the machine's; the ratio is ours.
//!
//! `cargo xtask bench`

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use actix_web::{App, HttpResponse, HttpServer, rt::System, web};
use cairn_shared::{framework::Standard, session::SignedIn};
use cairn_tests::House;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How many clients ask at once, each on a connection that stays open.
const CLIENTS: usize = 16;
/// How long one measurement takes.
const TIME: Duration = Duration::from_secs(3);
/// How often each is measured, in turn, so that a busy moment of the machine meets both.
const ROUNDS: usize = 3;
/// How many moments the mentor has written: the upper end of what a portfolio holds.
const ENTRIES: usize = 60;

fn main() {
    let house = House::open();
    let school = house.school("Thornbeck Primary School");
    let ada = house.mentor("Ada", "Thwaite", school);
    for n in 0..ENTRIES {
        let text = format!("Moment {n}. I listened before I spoke, and the trainee found the question without me.");
        let entry = ada.notes(&text);
        ada.links(&entry, "listened before I spoke", Standard::S1, "That I listen first.");
    }
    let path = "/api/v1/entries?limit=20";
    let token = ada.signs_in().json::<SignedIn>().access_token;
    let body = ada.get("/entries?limit=20").expect(200).body;
    let size = body.len();
    let floor = floor(body);
    let server: SocketAddr = house.url.trim_start_matches("http://").parse().expect("an address");

    let (mut floors, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(measure(floor, "/", &token, size));
        lists.push(measure(server, path, &token, size));
    }
    println!("{CLIENTS} clients, {size} bytes an answer, median of {ROUNDS} × {} s", TIME.as_secs());
    println!("{:<34} {:>10} {:>9} {:>9}", "", "a second", "p50 ms", "p99 ms");
    let (floor, list) = (median(floors), median(lists));
    for (name, figures) in [("a bare actix answer", &floor), ("the story's list, 20 of 60", &list)] {
        println!("{name:<34} {:>10.0} {:>9.2} {:>9.2}", figures.rate, figures.p50, figures.p99);
    }
    println!("the list answers {:.1} % of the floor's requests", 100.0 * list.rate / floor.rate);
}

/// A server that answers these bytes and does nothing else.
fn floor(body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("a listener has an address");
    let (send, receive) = mpsc::channel();
    let body = web::Bytes::from(body);
    thread::spawn(move || {
        System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let body = body.clone();
                let answer = move || {
                    let body = body.clone();
                    async move { HttpResponse::Ok().content_type("application/json").body(body) }
                };
                App::new().route("/", web::get().to(answer))
            });
            let server = server.listen(listener).expect("it can listen").run();
            send.send(()).expect("the bench waits");
            server.await.expect("it ends with the process");
        });
    });
    receive.recv().expect("it starts");
    address
}

struct Figures {
    rate: f64,
    p50: f64,
    p99: f64,
}

fn median(mut figures: Vec<Figures>) -> Figures {
    figures.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = figures.len() / 2;
    figures.swap_remove(middle)
}

fn measure(server: SocketAddr, path: &str, token: &str, size: usize) -> Figures {
    let request = format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nAuthorization: Bearer {token}\r\n\r\n");
    let began = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let request = request.clone();
            thread::spawn(move || ask_again_and_again(server, &request, size).expect("the server answers"))
        })
        .collect();
    let mut took: Vec<f64> = clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect();
    let seconds = began.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    Figures { rate: took.len() as f64 / seconds, p50: at(0.5), p99: at(0.99) }
}

/// Asks on one connection until the time is up. How many milliseconds each answer took.
fn ask_again_and_again(server: SocketAddr, request: &str, size: usize) -> io::Result<Vec<f64>> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut took, mut body) = (Vec::new(), vec![0; size]);
    let began = Instant::now();
    while began.elapsed() < TIME {
        let asked = Instant::now();
        stream.write_all(request.as_bytes())?;
        read_headers(&mut reader, size)?;
        reader.read_exact(&mut body)?;
        took.push(asked.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(took)
}

/// Reads up to the body, and sees to it that it is the answer that is measured, and no problem.
fn read_headers(reader: &mut impl BufRead, size: usize) -> io::Result<()> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if !line.contains(" 200 ") {
        return Err(io::Error::other(format!("the server answered {line}")));
    }
    let expected = format!("content-length: {size}");
    let mut sized = false;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" if sized => return Ok(()),
            "" => return Err(io::Error::other("the answer has another size than before")),
            header => sized |= header.eq_ignore_ascii_case(&expected),
        }
    }
}
