//! The standards as other systems read them: CASE 1.1.

use cairn_shared::{
    award::{AwardDetail, AwardSummary},
    list::Page,
    time::Timestamp,
};
use cairn_tests::{House, Scene};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn read(house: &House, path: &str) -> Value {
    let reply = house.ask("GET", &format!("//ims/case/v1p1/{path}")).send().expect(200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    reply.json()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The keys that CASE 1.1 names for each part, those that have to be there first (information model, section 6). Its JSON
/// schema allows no others.
const DOCUMENT: (&[&str], &[&str]) = (
    &["identifier", "uri", "creator", "title", "lastChangeDateTime", "CFPackageURI"],
    &[
        "caseVersion",
        "frameworkType",
        "officialSourceURL",
        "publisher",
        "description",
        "subject",
        "subjectURI",
        "language",
        "version",
        "adoptionStatus",
        "statusStartDate",
        "statusEndDate",
        "licenseURI",
        "notes",
        "extensions",
    ],
);
const ITEM: (&[&str], &[&str]) = (
    &["identifier", "uri", "fullStatement", "lastChangeDateTime", "CFDocumentURI"],
    &[
        "alternativeLabel",
        "CFItemType",
        "humanCodingScheme",
        "listEnumeration",
        "abbreviatedStatement",
        "conceptKeywords",
        "notes",
        "subject",
        "subjectURI",
        "language",
        "educationLevel",
        "CFItemTypeURI",
        "licenseURI",
        "statusStartDate",
        "statusEndDate",
        "extensions",
    ],
);
const ASSOCIATION: (&[&str], &[&str]) = (
    &[
        "identifier",
        "uri",
        "associationType",
        "originNodeURI",
        "destinationNodeURI",
        "lastChangeDateTime",
        "CFDocumentURI",
    ],
    &["sequenceNumber", "CFAssociationGroupingURI", "notes", "extensions"],
);

fn has_the_shape(value: &Value, (needed, allowed): (&[&str], &[&str]), packed: bool) {
    let there = keys(value);
    for key in needed {
        let leads_out = packed && matches!(*key, "CFPackageURI" | "CFDocumentURI");
        assert_eq!(there.contains(key), !leads_out, "{key} in {value}");
    }
    let odd: Vec<_> = there.iter().filter(|key| !needed.contains(key) && !allowed.contains(key)).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn every_part_of_the_framework_has_the_shape_of_case_and_is_found_by_its_own_address() {
    let house = House::open();
    let listed = read(&house, "CFDocuments");
    let document = &listed["CFDocuments"][0];
    has_the_shape(document, DOCUMENT, false);
    assert_eq!((&document["caseVersion"], &document["adoptionStatus"]), (&json!("1.1"), &json!("Adopted")));
    let id = document["identifier"].as_str().expect("an id");
    assert_eq!(&read(&house, &format!("CFDocuments/{id}")), document);

    let package = read(&house, &format!("CFPackages/{id}"));
    assert_eq!(keys(&package), BTreeSet::from(["CFAssociations", "CFDocument", "CFItems"]));
    has_the_shape(&package["CFDocument"], DOCUMENT, true);
    let (items, ties) =
        (package["CFItems"].as_array().expect("items"), package["CFAssociations"].as_array().expect("ties"));
    assert_eq!((items.len(), ties.len()), (4, 4));
    for (item, tie) in items.iter().zip(ties) {
        has_the_shape(item, ITEM, true);
        has_the_shape(tie, ASSOCIATION, true);
        let own = |part: &Value| {
            let uri = part["uri"].as_str().expect("an address");
            let (origin, path) = uri.split_once("/ims/case/v1p1/").expect("one of ours");
            assert_eq!(origin, house.state.config.issuer_url);
            read(&house, path)
        };
        let (whole, whole_tie) = (own(item), own(tie));
        // Each standard is a child of the document; whatever is pointed to has a title, an identifier and an address.
        assert_eq!(whole_tie["associationType"], "isChildOf");
        for (link, to) in [
            (&whole_tie["originNodeURI"], &whole["uri"]),
            (&whole_tie["destinationNodeURI"], &document["uri"]),
            (&whole["CFDocumentURI"], &document["uri"]),
            (&whole_tie["CFDocumentURI"], &document["uri"]),
        ] {
            assert_eq!(&link["uri"], to, "{link}");
            let said =
                ["title", "identifier", "uri"].map(|key| link[key].as_str().is_some_and(|text| !text.is_empty()));
            assert_eq!(said, [true; 3], "{link}");
        }
        for moment in [&whole["lastChangeDateTime"], &whole_tie["lastChangeDateTime"]] {
            assert!(moment.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()), "{moment}");
        }
        has_the_shape(&whole, ITEM, false);
        has_the_shape(&whole_tie, ASSOCIATION, false);
        assert_eq!(whole["fullStatement"], item["fullStatement"]);
        assert_eq!(whole_tie["originNodeURI"]["identifier"], item["identifier"]);
        assert_eq!(whole_tie["destinationNodeURI"]["identifier"], id);
        let both = read(&house, &format!("CFItemAssociations/{}", item["identifier"].as_str().expect("an id")));
        assert_eq!((&both["CFItem"], &both["CFAssociations"][0]), (&whole, &whole_tie));
    }
}

/// What a badge points to has to be there for good, under the same name.
#[test]
fn identifiers_never_change() {
    let house = House::open();
    let package = read(&house, "CFPackages/bdbaa173-98e6-5900-847d-f7f91234aedb");
    let names = |part: &str| {
        let parts = package[part].as_array().expect("a list").clone();
        parts.into_iter().map(|part| part["identifier"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("CFItems"), ITEMS);
    assert_eq!(names("CFAssociations"), TIES);
}

const ITEMS: [&str; 4] = [
    "ecd9147d-4f62-5901-962c-db8f222ab1de",
    "cd0fb588-e80a-5d1b-ab74-b09a2abc4a5b",
    "d4141159-cd8b-5453-bd8c-651714608542",
    "2f10339f-ca45-59bf-9372-b586b42238a3",
];
const TIES: [&str; 4] = [
    "cf34ce2b-7dcd-5a47-989e-e986c1ccbcf4",
    "a7dc9281-98e8-5351-a7da-2e77176e22fe",
    "57ab38e3-ce4c-597d-8520-130c1c6ea698",
    "0d6887af-8c68-5fd4-9726-842a1f17b932",
];

#[test]
fn a_badge_points_to_the_standards() {
    let house = House::open();
    let scene = Scene::set(&house);
    scene.ada_hears(&[]);
    let id = scene.ada.sees::<Page<AwardSummary>>("/awards").items[0].id;
    let award: AwardDetail = scene.ada.sees(&format!("/awards/{id}"));
    let badge: Value = scene.ada.get(&format!("/awards/{}/badge", award.award.id)).expect(200).json();
    let aligned = badge["credentialSubject"]["achievement"]["alignment"].as_array().expect("standards").clone();
    assert_eq!(aligned.len(), 4);
    for standard in aligned {
        let (_, path) =
            standard["targetUrl"].as_str().and_then(|url| url.split_once("/ims/case/v1p1/")).expect("an item");
        let item = read(&house, path);
        assert_eq!(item["humanCodingScheme"], standard["targetCode"]);
        assert_eq!(item["abbreviatedStatement"], standard["targetName"]);
    }
}

#[test]
fn what_is_not_there_and_what_can_not_be_read_is_said_in_the_words_of_1edtech() {
    let house = House::open();
    let unknown = "01985c1e-0000-7000-8000-000000000001";
    for kind in ["CFDocuments", "CFPackages", "CFItems", "CFItemAssociations", "CFAssociations"] {
        for id in [unknown, "no-id"] {
            let trouble: Value = house.ask("GET", &format!("//ims/case/v1p1/{kind}/{id}")).send().expect(404).json();
            assert_eq!(trouble["imsx_codeMajor"], "failure");
            assert_eq!(
                trouble["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"],
                "unknownobject"
            );
        }
    }
    house.ask("GET", "//ims/case/v1p1/CFDocuments?limit=-1").send().expect(400);
    let rest: Value = house.ask("GET", "//ims/case/v1p1/CFDocuments?offset=1").send().expect(200).json();
    assert_eq!(rest["CFDocuments"].as_array().map(Vec::len), Some(0));
    let listed = house.ask("GET", "//ims/case/v1p1/CFDocuments").send().expect(200);
    assert_eq!(listed.header("x-total-count"), Some("1"));
    assert!(listed.header("link").is_some_and(|link| link.contains("rel=\"first\"")));
}
