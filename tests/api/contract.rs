//! The contract itself: that what differs from it is found, and that the document leaves nothing open.

use cairn_shared::{entry::EntryDetail, person::Role};
use cairn_tests::{Actor, Contract, Exchange, House, document};
use serde_json::{Value, json};

fn ada(house: &House) -> Actor<'_> {
    house.person("Ada", "Roe-Ashby", &[Role::Mentor], None)
}

/// A real exchange: an entry with a link, read.
fn reading() -> Exchange {
    let house = House::open();
    let ada = ada(&house);
    let entry = ada.notes_all_four();
    ada.get(&format!("/entries/{entry}")).expect(200).exchange
}

/// The same exchange with another answer.
fn answered(mut exchange: Exchange, change: impl FnOnce(&mut Value)) -> Exchange {
    let mut answer = serde_json::from_slice(&exchange.answer).expect("JSON");
    change(&mut answer);
    exchange.answer = serde_json::to_vec(&answer).expect("JSON");
    exchange
}

#[track_caller]
fn found(exchange: &Exchange, part: &str) {
    let differences = Contract::committed().differences(exchange);
    assert!(differences.iter().any(|d| d.contains(part)), "{part:?} is not among {differences:#?}");
}

#[track_caller]
fn found_nothing(exchange: &Exchange) {
    assert_eq!(Contract::committed().differences(exchange), [] as [String; 0]);
}

#[test]
fn an_answer_as_documented_differs_in_nothing() {
    found_nothing(&reading());
}

#[test]
fn a_key_too_many_is_found_wherever_it_is() {
    let reading = reading();
    found(&answered(reading.clone(), |a| a["owner_id"] = json!("somebody")), "owner_id");
    found(&answered(reading.clone(), |a| a["links"][0]["owner_id"] = json!("somebody")), "/links/0");
    found(&answered(reading, |a| a["links"][0]["anchor"]["more"] = json!(1)), "/links/0/anchor");
}

#[test]
fn a_key_too_many_is_found_in_one_of_several_shapes() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}/evidence-links", ada.notes("A moment."));
    let link = ada.post(&path, &json!({"url": "https://example.org/lesson"})).expect(201).exchange;
    found_nothing(&link);
    found(&answered(link, |a| a["evidence"][0]["bytes"] = json!(7)), "/evidence/0");
}

#[test]
fn a_key_that_is_needed_is_not_done_without() {
    let without = answered(reading(), |a| drop(a.as_object_mut().unwrap().remove("happened_on")));
    found(&without, "happened_on");
}

#[test]
fn a_value_of_another_type_is_found() {
    let reading = reading();
    found(&answered(reading.clone(), |a| a["text"] = json!(7)), "/text");
    found(&answered(reading.clone(), |a| a["id"] = json!("seven")), "/id");
    found(&answered(reading.clone(), |a| a["happened_on"] = json!("yesterday")), "/happened_on");
    found(&answered(reading.clone(), |a| a["created_at"] = json!("noon")), "/created_at");
    found(&answered(reading.clone(), |a| a["state"] = json!("Kept")), "/state");
    found(&answered(reading, |a| a["title"] = json!("x".repeat(161))), "/title");
}

#[test]
fn a_status_that_nobody_wrote_down_is_found() {
    found(&Exchange { status: 202, ..reading() }, "202 is not documented");
}

#[test]
fn a_body_of_another_kind_is_found() {
    let mut reading = reading();
    reading.headers.insert("content-type", "text/plain".parse().unwrap());
    found(&reading, "text/plain");
    reading.headers.insert("content-type", "application/json".parse().unwrap());
    found(&Exchange { answer: b"{".to_vec(), ..reading }, "no JSON");
}

#[test]
fn a_header_that_was_promised_is_not_done_without() {
    let mut reading = reading();
    reading.headers.remove("etag");
    found(&reading, "etag is documented, and not there");
    reading.headers.insert("location", "/somewhere".parse().unwrap());
    found(&reading, "location is there, and not documented");
}

#[test]
fn a_page_leads_to_the_next() {
    let house = House::open();
    let ada = ada(&house);
    for n in 0..3 {
        ada.notes(&format!("Entry {n}."));
    }
    let mut page = ada.get("/entries?limit=2").expect(200).exchange;
    found_nothing(&page);
    page.headers.insert("link", "</api/v1/entries?after=elsewhere>; rel=\"next\"".parse().unwrap());
    found(&page, "doesn't lead there");
    page.headers.remove("link");
    found(&page, "doesn't lead there");
    let mut last = ada.get("/entries").expect(200).exchange;
    last.headers.insert("link", "</api/v1/entries?after=x>; rel=\"next\"".parse().unwrap());
    found(&last, "no next page");
}

#[test]
fn an_address_and_a_method_are_the_documents() {
    let reading = reading();
    let path = "/api/v1/nothing/here".to_owned();
    found(&Exchange { path, ..reading.clone() }, "no such path");
    found(&Exchange { method: "PUT".into(), ..reading }, "no such method");
    let house = House::open();
    let mut other = house.ask("PUT", "/me").send().expect(405).exchange;
    found_nothing(&other);
    other.headers.insert("allow", "GET".parse().unwrap());
    found(&other, "Allow is");
}

#[test]
fn a_problem_says_who_what_and_when() {
    let house = House::open();
    let problem = house.ask("GET", "/me").send().expect(401).exchange;
    found_nothing(&problem);
    found(&answered(problem.clone(), |p| p["status"] = json!(403)), "another status");
    found(&answered(problem.clone(), |p| p["instance"] = json!("1")), "another request");
    found(&answered(problem.clone(), |p| p["trace"] = json!("at line 7")), "trace");
    let mut plain = problem.clone();
    plain.headers.insert("content-type", "application/json".parse().unwrap());
    found(&plain, "no application/problem+json");
    found(&Exchange { status: 503, ..problem.clone() }, "Retry-After");
    found(&Exchange { status: 500, ..problem }, "a mistake of its own");
}

#[test]
fn what_the_server_took_is_as_documented() {
    let house = House::open();
    let ada = ada(&house);
    let taken = ada.post("/entries", &json!({"text": "Words."})).expect(201).exchange;
    found_nothing(&taken);
    let with = |body: Value| Exchange { sent: serde_json::to_vec(&body).unwrap(), ..taken.clone() };
    found(&with(json!({"text": "Words.", "owner_id": "me"})), "taken");
    found(&with(json!({"text": 7})), "/text");
    let page = ada.get("/entries?limit=2&standard=s1&binned=false").expect(200).exchange;
    found_nothing(&page);
    let asked = |query: &str| Exchange { path: format!("/api/v1/entries?{query}"), ..page.clone() };
    found(&asked("limit=101"), "limit=101");
    found(&asked("standard=s9"), "standard=s9");
    found(&asked("owner_id=me"), "owner_id= was taken");
}

#[test]
fn a_change_says_which_version_it_means() {
    let house = House::open();
    let ada = ada(&house);
    let path = format!("/entries/{}", ada.notes("Words."));
    let mut edit = ada.changes("PATCH", &path, &path, &json!({"text": "Others."})).expect(200).exchange;
    found_nothing(&edit);
    edit.asked.retain(|(name, _)| name != "if-match");
    found(&edit, "If-Match is needed");
}

#[test]
fn the_document_that_is_served_is_the_one_that_is_committed() {
    let house = House::open();
    let served = house.ask("GET", "/openapi.json").send().expect(200);
    let served: Value = served.json();
    assert!(served == document(), "run `cargo xtask openapi` and commit openapi.json");
}

// ---- What the document has to say

/// Every schema of the document, and where it is.
fn schemas(document: &Value) -> Vec<(String, Value)> {
    fn collect(at: &str, value: &Value, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) => {
                if map.contains_key("type") || map.contains_key("oneOf") || map.contains_key("allOf") {
                    found.push((at.to_owned(), value.clone()));
                }
                for (key, value) in map.iter().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples")) {
                    collect(&format!("{at}/{key}"), value, found);
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter().enumerate() {
                    collect(&format!("{at}/{index}"), value, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect("", &document["paths"], &mut found);
    collect("", &document["components"]["schemas"], &mut found);
    found
}

/// Every operation: its method, its path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let each = |(path, item): (&String, &Value)| -> Vec<(String, String, Value)> {
        let operations = item.as_object().expect("operations");
        operations.iter().map(|(method, said)| (method.to_uppercase(), path.clone(), said.clone())).collect()
    };
    paths.iter().flat_map(each).collect()
}

#[test]
fn no_object_is_free_form() {
    let is_object = |schema: &Value| match &schema["type"] {
        Value::String(kind) => kind == "object",
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "object"),
        _ => false,
    };
    let says_what = |schema: &Value| {
        let map = &schema["additionalProperties"];
        schema["properties"].is_object() || map.as_object().is_some_and(|map| !map.is_empty())
    };
    let document = document();
    let free: Vec<String> = schemas(&document)
        .into_iter()
        .filter(|(_, schema)| is_object(schema) && !says_what(schema))
        .map(|(at, _)| at)
        .collect();
    assert!(free.is_empty(), "{free:#?}");
}

#[test]
fn a_list_says_of_what() {
    let document = document();
    let open: Vec<String> = schemas(&document)
        .into_iter()
        .filter(|(_, schema)| schema["type"] == "array" && schema["items"].is_null())
        .map(|(at, _)| at)
        .collect();
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn what_makes_something_can_be_repeated_without_harm() {
    // What these make is gone by itself after a minute, or half an hour.
    let short_lived = ["open_evidence", "sign_in"];
    let open: Vec<String> = operations(&document())
        .into_iter()
        .filter(|(method, _, said)| method == "POST" && said["responses"]["201"].is_object())
        .filter(|(_, _, said)| !short_lived.contains(&said["operationId"].as_str().unwrap_or_default()))
        .filter(|(_, _, said)| {
            let parameters = said["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().all(|p| p["name"] != "Idempotency-Key")
        })
        .map(|(_, path, _)| path)
        .collect();
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let mut names: Vec<String> = operations(&document())
        .into_iter()
        .map(|(_, path, said)| said["operationId"].as_str().unwrap_or_else(|| panic!("{path} has a name")).to_owned())
        .collect();
    for name in &names {
        assert!(name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn every_problem_is_written_as_problems_are() {
    let document = document();
    let resolved = |response: &Value| match response["$ref"].as_str() {
        Some(to) => document.pointer(to.trim_start_matches('#')).cloned().unwrap_or_else(|| panic!("{to} is there")),
        None => response.clone(),
    };
    for (method, path, said) in operations(&document) {
        for (status, response) in said["responses"].as_object().expect("responses") {
            let kinds: Vec<String> =
                resolved(response)["content"].as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect();
            if status.as_str() >= "400" {
                assert_eq!(kinds, ["application/problem+json"], "{method} {path} {status}");
            }
        }
    }
}

#[test]
fn a_list_has_1_to_100_things_at_a_time() {
    let house = House::open();
    let coordinator = house.coordinator();
    let mut asked = 0;
    for (method, path, said) in operations(&document()) {
        let pages = said["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["name"] == "limit"));
        if method != "GET" || !pages || path.contains('{') {
            continue;
        }
        let path = path.strip_prefix("/api/v1").expect("an address of the API");
        for limit in ["0", "101", "-1", "many", "1e1"] {
            coordinator.get(&format!("{path}?limit={limit}")).problem(422, "invalid");
        }
        coordinator.get(&format!("{path}?after=nonsense")).problem(422, "invalid");
        coordinator.get(&format!("{path}?limit=1")).expect(200);
        coordinator.get(&format!("{path}?limit=100")).expect(200);
        asked += 1;
    }
    assert!(asked >= 7, "{asked} lists were asked");
}

#[test]
fn an_address_whose_id_is_none_is_just_not_there() {
    let house = House::open();
    let ada = ada(&house);
    let entry: EntryDetail = ada.post("/entries", &json!({"text": "Words."})).expect(201).json();
    for id in ["x", "%00", "0", "-1", "..%2F..", "%F0%9F%91%A9", &format!("{}0", entry.id), &"9".repeat(3000)] {
        ada.get(&format!("/entries/{id}")).problem(404, "not-found");
        ada.get(&format!("/entries/{id}/versions")).problem(404, "not-found");
        ada.delete(&format!("/entries/{}/links/{id}", entry.id)).problem(404, "not-found");
    }
}

#[test]
fn every_operation_stands_under_a_heading_that_the_document_explains() {
    let document = document();
    let headings: Vec<&Value> = document["tags"].as_array().expect("headings").iter().map(|tag| &tag["name"]).collect();
    let items = document["paths"].as_object().expect("paths").values();
    for operation in items.flat_map(|item| item.as_object().into_iter().flat_map(|item| item.values())) {
        assert!(headings.contains(&&operation["tags"][0]), "{} is under no heading", operation["operationId"]);
    }
}
