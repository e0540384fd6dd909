//! Awards, and whether a certificate is genuine.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{
    award::{AwardCode, AwardDetail, AwardStatus, AwardSummary, Verification},
    candidacy::Stage,
    list::Page,
    qualification::Qualification,
};
use cairn_tests::{House, Scene};
use serde_json::json;

fn award(scene: &Scene<'_>) -> AwardDetail {
    scene.ada_hears(&[]);
    let id = scene.ada.sees::<Page<AwardSummary>>("/awards").items[0].id;
    scene.ada.sees(&format!("/awards/{id}"))
}

fn verify(house: &House, code: &str, family_name: &str) -> cairn_tests::Reply {
    house.ask("POST", "/verifications").json(&json!({"code": code, "family_name": family_name})).send()
}

#[test]
fn a_code_and_the_family_name_show_the_four_facts() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let reply = verify(&house, award.code.as_str(), "Roe-Ashby").expect(200);
    let found: Verification = reply.json();
    assert_eq!(found.holder, "Ada Roe-Ashby");
    assert_eq!(found.qualification, award.award.qualification);
    assert_eq!(found.awarded_on, award.award.awarded_on);
    assert_eq!(found.status, AwardStatus::InForce);
    for private in [award.holder.id.to_string(), scene.ada.address(), "Whinfell".into()] {
        assert!(!reply.text().contains(&private));
    }
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let code = award(&scene).code;
    let typed = code.as_str().to_lowercase().replace('-', " ");
    verify(&house, &typed, "roe ashby").expect(200);
}

#[test]
fn a_code_without_the_right_name_shows_nothing() {
    let house = House::open();
    let scene = Scene::set(&house);
    let code = award(&scene).code;
    let wrong_name = verify(&house, code.as_str(), "Somebody");
    let other = cairn_shared::award::AwardCode::make(cairn_shared::qualification::Qualification::Qms, 2026, [7; 7]);
    let wrong_code = verify(&house, other.as_str(), "Roe-Ashby");
    let strip = |mut p: cairn_shared::problem::Problem| {
        p.instance.clear();
        p
    };
    assert_eq!(strip(wrong_name.problem(404, "not-found")), strip(wrong_code.problem(404, "not-found")));
}

#[test]
fn guessing_is_slowed_down() {
    let house = House::open();
    let statuses: Vec<u16> = (0..40).map(|_| verify(&house, "QM26-2345-6789", "Somebody").status).collect();
    assert_eq!(statuses, [[404; 30].as_slice(), &[429; 10]].concat());
    // The form counts with it.
    let body = "code=QM26-2345-6789&family_name=Somebody";
    let page = house.ask("POST", "//verify").body("application/x-www-form-urlencoded", body).send().expect(429);
    assert!(page.header("retry-after").is_some() && page.text().contains("too many tries"), "{}", page.text());
}

#[test]
fn what_a_qr_code_leads_to_can_not_be_guessed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    scene.are_to_be_awarded(&[&scene.ada, &bede]);
    scene.coordinator.releases(scene.autumn);
    let tokens = [&scene.ada, &bede].map(|who| {
        let id = who.sees::<Page<AwardSummary>>("/awards").items[0].id;
        let award: AwardDetail = who.sees(&format!("/awards/{id}"));
        let token = award.verify_url.rsplit('/').next().expect("a token").to_owned();
        for known in
            [award.award.id.to_string(), award.holder.id.to_string(), award.award.number, award.code.to_string()]
        {
            assert!(!known.contains(&token) && !token.contains(&known), "{known} {token}");
        }
        // 22 letters of 64 hold 128 bits (RFC 4648, section 5).
        assert_eq!(URL_SAFE_NO_PAD.decode(&token).expect("base64url").len(), 16, "{token}");
        token
    });
    assert_ne!(tokens[0], tokens[1]);
}

/// Neither words nor shape tell a code that there is from one that there is not.
#[test]
fn the_form_says_the_same_of_a_wrong_name_and_of_a_code_that_is_none() {
    let house = House::open();
    let scene = Scene::set(&house);
    let code = award(&scene).code;
    let other = AwardCode::make(Qualification::Qms, 2026, [7; 7]);
    let says = |code: &str, name: &str| {
        let body = format!("code={code}&family_name={name}");
        let page = house.ask("POST", "//verify").body("application/x-www-form-urlencoded", body).send().expect(404);
        page.text().replace(code, "CODE").replace(name, "NAME")
    };
    let wrong_name = says(code.as_str(), "Somebody");
    assert!(wrong_name.contains("value=\"CODE\"") && !wrong_name.contains("Ada"), "{wrong_name}");
    assert_eq!(says(other.as_str(), "Roe-Ashby"), wrong_name);
    assert_eq!(says("QM26-2345-6780", "Roe-Ashby"), wrong_name, "not even a code");
}

#[test]
fn the_address_of_the_qr_code_shows_the_page() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let path = award.verify_url.strip_prefix(&house.url).expect("an address of this house");
    let page = house.ask("GET", &format!("/{path}")).send().expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(page.text().contains("Ada Roe-Ashby"), "{}", page.text());
    assert!(award.qr_svg.contains("<svg"));
    for private in [award.holder.id.to_string(), award.award.id.to_string(), scene.ada.address(), "Whinfell".into()] {
        assert!(!page.text().contains(&private), "{private}");
    }
    let none = house.ask("GET", "//v/AAAAAAAAAAAAAAAAAAAAAA").send().expect(404);
    assert!(none.text().contains("There is no award behind this address."), "{}", none.text());
}

#[test]
fn the_form_answers_with_a_page() {
    let house = House::open();
    let scene = Scene::set(&house);
    let code = award(&scene).code;
    house.ask("GET", "//verify").send().expect(200);
    let body = format!("code={code}&family_name=Roe-Ashby");
    let page = house.ask("POST", "//verify").body("application/x-www-form-urlencoded", body).send().expect(200);
    assert!(page.text().contains("Ada Roe-Ashby"), "{}", page.text());
}

#[test]
fn the_award_of_somebody_else_is_not_there() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    bede.get(&format!("/awards/{}", award.award.id)).problem(404, "not-found");
}

#[test]
fn an_award_issued_in_error_is_ended_with_a_reason_and_the_page_says_so() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let path = format!("/awards/{}/revocation", award.award.id);
    let reason = json!({"reason": "Two people of one name were taken for each other."});
    scene.anwen.post(&path, &reason).problem(404, "not-found");
    let ended: AwardSummary = scene.coordinator.post(&path, &reason).expect(200).json();
    assert_eq!(ended.status, AwardStatus::Revoked);
    let found: Verification = verify(&house, award.code.as_str(), "Roe-Ashby").expect(200).json();
    assert_eq!(found.status, AwardStatus::Revoked);
    assert_eq!(scene.ada.candidacies()[0].stage, Stage::FurtherEvidence);
}

#[test]
fn the_certificate_keeps_the_name_that_it_was_issued_under() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Newname"})).send().expect(200);
    verify(&house, award.code.as_str(), "Roe-Ashby").expect(200);
}
