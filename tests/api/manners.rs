//! The manners of the API: what every address answers to what it can't read.

use cairn_shared::person::Role;
use cairn_tests::{Actor, House};
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
};

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

#[test]
fn malformed_json_is_named_as_such() {
    let house = House::open();
    let ada = ada(&house);
    for body in ["{", "{\"text\":}", "nonsense", "{\"text\":\"x\"} more"] {
        ada.ask("POST", "/entries").body("application/json", body).send().problem(400, "malformed");
    }
    ada.ask("POST", "/entries").body("application/json", vec![b'"', 0xff, b'"']).send().problem(400, "malformed");
}

#[test]
fn a_value_that_does_not_fit_is_named_by_its_place() {
    let house = House::open();
    let ada = ada(&house);
    let body = r#"{"text":"x","standards":["s1","s9"]}"#;
    ada.ask("POST", "/entries").body("application/json", body).send().field("/standards/1", "invalid");
    let body = r#"{"text":"x","owner_id":"me"}"#;
    ada.ask("POST", "/entries").body("application/json", body).send().problem(422, "invalid");
}

#[test]
fn a_body_of_another_kind_is_told_what_to_be() {
    let house = House::open();
    let ada = ada(&house);
    ada.ask("POST", "/entries").body("text/plain", "{\"text\":\"x\"}").send().problem(415, "media-type");
}

#[test]
fn ten_megabytes_of_text_are_too_many() {
    let house = House::open();
    let token = ada(&house).signs_in().json::<cairn_shared::session::SignedIn>().access_token;
    let size = 10 * 1024 * 1024;
    let mut stream = TcpStream::connect(house.url.strip_prefix("http://").unwrap()).unwrap();
    write!(
        stream,
        "POST /api/v1/entries HTTP/1.1\r\nhost: cairn\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut sender = stream.try_clone().unwrap();
    // The server answers before it has read all, and need not read on.
    let sending = thread::spawn(move || {
        let block = vec![b'x'; 64 * 1024];
        for _ in 0..size / block.len() {
            if sender.write_all(&block).is_err() {
                break;
            }
        }
    });
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    sending.join().unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("/problems#too-large"), "{answer}");
}

#[test]
fn an_unknown_address_is_a_problem_as_well() {
    let house = House::open();
    let ada = ada(&house);
    ada.get("/nothing/here").problem(404, "not-found");
    ada.get("/entries/not-an-id").problem(404, "not-found");
    house.ask("GET", "/nothing/here").send().problem(404, "not-found");
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let house = House::open();
    let ada = ada(&house);
    let reply = ada.delete("/me");
    reply.problem(405, "method");
    let allow = reply.header("allow").unwrap();
    assert!(allow.contains("GET") && allow.contains("PATCH"), "{allow}");
}

#[test]
fn answers_are_kept_by_nobody() {
    let house = House::open();
    let reply = ada(&house).get("/me").expect(200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert!(reply.header("x-request-id").is_some());
}

#[test]
fn the_document_is_served_and_every_operation_needs_a_token_or_says_it_does_not() {
    let house = House::open();
    let document: serde_json::Value = house.ask("GET", "/openapi.json").send().expect(200).json();
    let paths = document["paths"].as_object().expect("paths");
    let mut asked = 0;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("operations") {
            let open = operation["security"].as_array().is_none_or(Vec::is_empty);
            if open || !path.starts_with("/api/v1") || operation["operationId"].is_null() {
                continue;
            }
            let id = "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11";
            let address = path.replace("{id}", id).replace("{part_id}", id);
            let ask = house.ask(&method.to_uppercase(), &format!("/{address}")).header("if-match", "\"v1\"");
            let ask = if method == "get" || method == "delete" { ask } else { ask.body("application/json", "{}") };
            ask.send().problem(401, "sign-in");
            asked += 1;
        }
    }
    assert!(asked > 40, "{asked} operations ask who is calling");
}
