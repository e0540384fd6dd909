//! Awards as machines read them: signed, handed out in four forms, and told apart from what has ended.

use actix_web::rt::Runtime;
use cairn_backend::db::schema::{award, person};
use cairn_backend::{
    award::actions::{Grounds, draft, issue, seed, sign, sign_what_is_not},
    candidacy,
    config::KeysAt,
    db::Tx,
    key::{Bundle, Keys, actions::rotate},
    mail::Post,
    problem::{ApiError, ApiResult},
};
use cairn_credential::{
    bake,
    check::{Form, check},
    key::PublicKeys,
    proof,
    status::{LENGTH, StatusList},
};
use cairn_shared::{
    award::{AwardDetail, AwardSummary},
    credential::{BadgeCheck, BadgeVerdict},
    list::Page,
    qualification::Qualification,
};
use cairn_tests::{Actor, Database, House, Reply, Scene, findings};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Ada's award, once she heard of it.
pub fn award(scene: &Scene<'_>) -> AwardDetail {
    scene.ada_hears(&[]);
    let id = scene.ada.sees::<Page<AwardSummary>>("/awards").items[0].id;
    scene.ada.sees(&format!("/awards/{id}"))
}

pub fn badge(holder: &Actor<'_>, award: &AwardDetail, form: &str) -> Reply {
    holder.get(&format!("/awards/{}/badge?form={form}", award.award.id)).expect(200)
}

fn shows(holder: &Actor<'_>, award: &AwardDetail, in_register: bool) -> AwardDetail {
    let ask = holder.ask("PUT", &format!("/awards/{}/publication", award.award.id));
    ask.json(&json!({"in_register": in_register})).send().expect(200).json()
}

/// Why an award ends. It is for those who keep the register, and for nobody else.
const REASON: &str = "Two people of one name were taken for each other.";

/// The coordinator ends an award that was issued in error.
pub fn ends(scene: &Scene<'_>, award: &AwardDetail) {
    let reason = json!({"reason": REASON});
    scene.coordinator.post(&format!("/awards/{}/revocation", award.award.id), &reason).expect(200);
}

/// The public address of an award's badge, as this house knows it.
fn address(award: &AwardDetail) -> String {
    let id = award.credential_url.as_deref().and_then(|url| url.rsplit('/').next()).expect("it is signed");
    format!("/public/credentials/{id}")
}

/// The keys as everybody finds them.
pub fn keys(house: &House) -> PublicKeys {
    let document: Value = house.ask("GET", "//.well-known/did.json").send().expect(200).json();
    PublicKeys::from_did_document(&document).expect("the page of the keys is as it should be")
}

fn status_list(house: &House) -> StatusList {
    let keys = keys(house);
    let signed: Value = house.ask("GET", "/public/status/revocation/1").send().expect(200).json();
    let (list, _) = proof::verify(&signed, &keys).expect("the list is signed");
    let address = list["id"].as_str().expect("an address").to_owned();
    StatusList::from_json(&list, &address, &keys.did).expect("a status list").0
}

#[test]
fn an_award_is_signed_with_its_release_and_says_what_the_certificate_says_in_all_four_forms() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let keys = keys(&house);
    for (form, kind, known) in [
        ("json", "application/vc+ld+json", Form::Json),
        ("jwt", "application/vc+jwt", Form::Jwt),
        ("png", "image/png", Form::Png),
        ("svg", "image/svg+xml", Form::Svg),
    ] {
        let reply = badge(&scene.ada, &award, form);
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(reply.header("content-disposition"), Some(&*format!("attachment; filename=\"badge-qms.{form}\"")));
        let verified = check(&reply.body, &keys).unwrap();
        assert_eq!((verified.form, verified.key), (known, 1));
        assert_eq!(verified.badge.holder.name, "Ada Roe-Ashby");
        assert_eq!(verified.badge.number, award.award.number);
        assert_eq!(verified.badge.awarded_on, award.award.awarded_on);
        assert_eq!(verified.badge.name, "Qualified mentor status");
        assert!(verified.badge.holder.email.as_ref().is_some_and(|email| email.is(&scene.ada.address())));
        assert!(!status_list(&house).is_revoked(verified.badge.status.index));
    }
}

#[test]
fn nothing_in_a_badge_leads_to_its_holder_but_their_name() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let text = badge(&scene.ada, &award, "json").text();
    for private in [scene.ada.address(), award.holder.id.to_string(), award.award.id.to_string(), "Whinfell".into()] {
        assert!(!text.contains(&private), "{private}");
    }
    let token = award.verify_url.rsplit('/').next().expect("a token");
    assert!(!text.contains(token) && !text.contains(award.code.as_str()));
}

#[test]
fn a_badge_is_there_for_everybody_while_its_holder_shows_it() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let address = address(&award);
    house.ask("GET", &address).send().problem(404, "not-found");

    let shown = shows(&scene.ada, &award, false);
    assert!(shown.publication.is_some_and(|publication| !publication.in_register));
    // Whoever checks the certificate is led to the badge, while it is shown.
    let page = award.verify_url.strip_prefix(&house.url).expect("an address of this house");
    let page = || house.ask("GET", &format!("/{page}")).send().expect(200).text();
    assert!(page().contains(&format!("{address}.json")));
    let reply = house.ask("GET", &address).send().expect(200);
    assert_eq!(reply.body, badge(&scene.ada, &award, "json").body);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert!(shows(&scene.ada, &award, true).publication.is_some_and(|publication| publication.in_register));

    scene.ada.ask("DELETE", &format!("/awards/{}/publication", award.award.id)).send().expect(204);
    house.ask("GET", &address).send().problem(404, "not-found");
    assert!(!page().contains("For other systems"));
    assert_eq!(scene.ada.sees::<AwardDetail>(&format!("/awards/{}", award.award.id)).publication, None);
}

#[test]
fn the_form_follows_from_the_ending_or_from_what_is_accepted() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    shows(&scene.ada, &award, false);
    let address = address(&award);
    for (ending, accept, kind) in [
        ("", "*/*", "application/vc+ld+json"),
        ("", "application/ld+json", "application/vc+ld+json"),
        ("", "text/plain", "application/vc+jwt"),
        ("", "application/vc+jwt, application/json", "application/vc+jwt"),
        ("", "image/png", "image/png"),
        ("", "application/json;q=0.5, text/plain;q=0.9, image/png;q=0.1", "application/vc+jwt"),
        ("", "text/plain;q=0, image/svg+xml;q=0.2", "image/svg+xml"),
        ("", "of no form at all; q=much", "application/vc+ld+json"),
        (".jwt", "application/json", "application/vc+jwt"),
        (".json", "text/plain", "application/vc+ld+json"),
        (".svg", "*/*", "image/svg+xml"),
    ] {
        let reply = house.ask("GET", &format!("{address}{ending}")).header("Accept", accept).send().expect(200);
        assert_eq!(reply.header("content-type"), Some(kind), "{ending} {accept}");
        assert_eq!(reply.header("vary"), Some("Accept"));
    }
    house.ask("GET", &format!("{address}.pdf")).send().problem(404, "not-found");
}

#[test]
fn whoever_follows_the_address_of_a_badge_that_is_shown_sees_a_page() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    let asks = || house.ask("GET", &address(&award)).header("Accept", browser).send();
    asks().problem(404, "not-found");
    shows(&scene.ada, &award, false);
    let page = asks().expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!((page.header("vary"), page.header("cache-control")), (Some("Accept"), Some("no-store")));
    let text = page.text();
    for shown in [
        "This badge is genuine and in force.",
        "Ada Roe-Ashby",
        "10 December 2026",
        &award.award.number,
        "property=\"og:title\" content=\"Ada Roe-Ashby: Qualified mentor status\"",
        &format!("property=\"og:image\" content=\"{}.png\"", award.credential_url.as_deref().expect("it is signed")),
    ] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
    for private in
        [award.code.as_str(), &scene.ada.address(), "Whinfell", award.verify_url.rsplit('/').next().expect("a token")]
    {
        assert!(!text.contains(private), "{private}");
    }
    ends(&scene, &award);
    asks().problem(404, "not-found");
}

#[test]
fn whoever_has_it_already_is_told_that_nothing_changed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    shows(&scene.ada, &award, false);
    for path in [
        address(&award),
        "/public/status/revocation/1".into(),
        "/public/issuer".into(),
        "/public/achievements/qms".into(),
        "/public/achievements/qms/image".into(),
        "//.well-known/did.json".into(),
        "//.well-known/jwks.json".into(),
        "//ims/case/v1p1/CFDocuments".into(),
    ] {
        let first = house.ask("GET", &path).send().expect(200);
        let tag = first.header("etag").expect("a tag").to_owned();
        assert_eq!(first.header("cache-control"), Some("public, max-age=30"));
        let again = house.ask("GET", &path).header("If-None-Match", &tag).send().expect(304);
        assert!(again.body.is_empty());
    }
}

#[test]
fn what_has_ended_stands_in_the_signed_list_at_once_and_the_badge_stays_as_it_was_signed() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    shows(&scene.ada, &award, false);
    let signed = badge(&scene.ada, &award, "jwt").body;
    let place = check(&signed, &keys(&house)).unwrap().badge.status.index;
    assert!(!status_list(&house).is_revoked(place));
    ends(&scene, &award);
    assert!(status_list(&house).is_revoked(place));
    assert_eq!(scene.ada.sees::<AwardDetail>(&format!("/awards/{}", award.award.id)).publication, None);
    let list = status_list(&house);
    assert_eq!((0..LENGTH).filter(|other| list.is_revoked(*other)).collect::<Vec<_>>(), [place]);
    assert_eq!(badge(&scene.ada, &award, "jwt").body, signed);
}

/// Whatever shows an award, shows at once that it has ended; what may be kept by browsers and proxies, they keep for half a minute.
#[test]
fn an_award_that_has_ended_says_so_everywhere_within_a_minute() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    shows(&scene.ada, &award, true);
    let png = badge(&scene.ada, &award, "png").body;
    let page = format!("/{}", award.verify_url.strip_prefix(&house.url).expect("an address of this house"));
    let in_register = || house.ask("GET", "//register").send().expect(200).text().contains("Ada Roe-Ashby");
    assert!(in_register());
    ends(&scene, &award);

    let by_qr = house.ask("GET", &page).send().expect(200);
    assert_eq!(by_qr.header("cache-control"), Some("no-store"));
    assert!(
        by_qr.text().contains("This award is no longer in force") && !by_qr.text().contains("genuine and in force")
    );
    let asked = json!({"code": award.code, "family_name": "Roe-Ashby"});
    let by_code = house.ask("POST", "/verifications").json(&asked).send().expect(200);
    assert!(by_code.text().contains("\"revoked\""));
    let checked: BadgeCheck =
        house.ask("POST", "/badge-checks").body("application/octet-stream", png).send().expect(200).json();
    assert_eq!(checked.verdict, BadgeVerdict::Revoked);
    let list = house.ask("GET", "/public/status/revocation/1").send().expect(200);
    assert_eq!(list.header("cache-control"), Some("public, max-age=30"));
    house.ask("GET", &address(&award)).send().problem(404, "not-found");
    assert!(!in_register());
    let own: AwardDetail = scene.ada.sees(&format!("/awards/{}", award.award.id));
    assert_eq!(own.award.status, cairn_shared::award::AwardStatus::Revoked);
    scene.ada.get(&format!("/awards/{}/certificate", award.award.id)).problem(409, "not-now");

    // Why, nobody is told of all who may ask.
    let said = [
        by_qr.text(),
        by_code.text(),
        list.text(),
        serde_json::to_string(&checked).expect("JSON"),
        serde_json::to_string(&own).expect("JSON"),
        scene.ada.get("/awards").expect(200).text(),
        house.outbox().iter().map(|row| row.body.clone()).collect(),
    ];
    for text in said {
        assert!(!text.contains(REASON) && !text.contains("taken for each other"), "{text}");
    }
    let reason = house.does(|tx| Ok(award::table.select(award::revoked_reason).first::<Option<String>>(&mut **tx)?));
    assert_eq!(reason.as_deref(), Some(REASON), "it is kept");
}

/// Servers with the same file and the same database say the same, whichever signed and whichever is asked.
#[test]
fn two_servers_with_one_bundle_are_one_issuer() {
    let database = Database::make();
    let begun = "2026-11-20T09:00:00Z".parse().expect("a time");
    Bundle::fresh(1, begun).write_new(&database.folder.join("keys.json"), SECRET).expect("the keys are written");
    let (one, two) = (with_keys_of_its_own(&database), with_keys_of_its_own(&database));
    let scene = Scene::set(&one);
    let award = award(&scene);
    two.turns_to("2026-12-20");
    one.turns_to("2026-12-20");
    let (ada, office) = (scene.ada.at(&two), scene.coordinator.at(&two));
    let says = |house: &House, holder: &Actor<'_>| {
        let public = ["//.well-known/did.json", "//.well-known/jwks.json", "/public/status/revocation/1"];
        let mut said: Vec<Vec<u8>> = public.iter().map(|path| house.ask("GET", path).send().expect(200).body).collect();
        said.extend(FORMS.iter().map(|form| badge(holder, &award, form).body));
        said
    };
    assert!(says(&one, &scene.ada) == says(&two, &ada));
    // What one ends, the other says at once.
    let place = check(&badge(&ada, &award, "jwt").body, &keys(&one)).unwrap().badge.status.index;
    assert!(!status_list(&one).is_revoked(place) && !status_list(&two).is_revoked(place));
    office.post(&format!("/awards/{}/revocation", award.award.id), &json!({"reason": REASON})).expect(200);
    assert!(status_list(&one).is_revoked(place) && status_list(&two).is_revoked(place));
}

#[test]
fn an_award_is_issued_anew_to_another_address_which_no_badge_shows() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let path = format!("/awards/{}/reissue", award.award.id);
    let hashed = |badge: &[u8]| check(badge, &keys(&house)).unwrap().badge.holder.email.expect("an address");
    let before = badge(&scene.ada, &award, "jwt").body;
    let old = scene.ada.address();
    scene.coordinator.does(&path).problem(409, "not-now");
    let (id, new) = (scene.ada.id().to_string(), "ada.roe@elsewhere.example");
    house.does(move |tx| {
        let of_ada = person::table.filter(person::id.eq(id.clone()));
        Ok(diesel::update(of_ada).set(person::email.eq(new)).execute(&mut **tx).map(drop)?)
    });
    scene.coordinator.does(&path).expect(200);
    let after = badge(&scene.ada, &award, "jwt").body;
    assert!(hashed(&before).is(&old) && !hashed(&before).is(new));
    assert!(hashed(&after).is(new) && !hashed(&after).is(&old));
    assert_ne!(hashed(&before).salt, hashed(&after).salt, "each has a salt of its own");
    let text = badge(&scene.ada, &award, "json").text();
    assert!(!text.contains(new) && !text.contains(&old));
    let asked = house.ask("POST", "/badge-checks").body("application/octet-stream", before).send().expect(200);
    assert_eq!(asked.json::<BadgeCheck>().verdict, BadgeVerdict::Replaced);
}

#[test]
fn an_award_that_has_ended_can_not_be_shown() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    ends(&scene, &award);
    let ask = scene.ada.ask("PUT", &format!("/awards/{}/publication", award.award.id));
    ask.json(&json!({"in_register": true})).send().problem(409, "not-now");
}

#[test]
fn two_awards_of_one_round_have_numbers_places_and_badges_of_their_own() {
    let house = House::open();
    let scene = Scene::set(&house);
    let bede = house.mentor("Bede", "Holm", scene.whinfell);
    let sent = [&scene.ada, &bede].map(|mentor| mentor.sends_a_portfolio(Qualification::Qms).submission.id);
    sent.iter().for_each(|submission| scene.reviewers_get(*submission));
    sent.iter().for_each(|submission| scene.reviewers_agree(*submission, &[]));
    scene.panel_meets();
    for submission in sent {
        scene.anwen.decides(submission, findings(&[]), "Thank you for this story.");
    }
    scene.coordinator.releases(scene.autumn);
    let keys = keys(&house);
    let badges = [&scene.ada, &bede].map(|mentor| {
        let id = mentor.sees::<Page<AwardSummary>>("/awards").items[0].id;
        let award: AwardDetail = mentor.sees(&format!("/awards/{id}"));
        let verified = check(&badge(mentor, &award, "jwt").body, &keys).unwrap().badge;
        assert_eq!((&verified.number, verified.holder.name), (&award.award.number, award.holder.full()));
        (verified.number, verified.status.index, verified.holder.id)
    });
    let numbers: BTreeSet<&str> = badges.iter().map(|badge| badge.0.as_str()).collect();
    assert_eq!(numbers, BTreeSet::from(["QMS-2026-0001", "QMS-2026-0002"]));
    assert_ne!(badges[0].1, badges[1].1);
    assert_ne!(badges[0].2, badges[1].2);
}

#[test]
fn what_a_badge_points_to_is_there() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let json: Value = badge(&scene.ada, &award, "json").json();
    let url = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).expect("an address").to_owned();
    let at = |url: String| url.split_once("/api/v1").expect("one of ours").1.to_owned();
    let achievement: Value = house.ask("GET", &at(url("/credentialSubject/achievement/id"))).send().expect(200).json();
    assert_eq!(achievement["name"], json["credentialSubject"]["achievement"]["name"]);
    let image = house.ask("GET", &at(url("/credentialSubject/achievement/image/id"))).send().expect(200);
    assert!(image.text().starts_with("<svg") && bake::in_svg(&image.text()).is_none());
    let issuer: Value = house.ask("GET", "/public/issuer").send().expect(200).json();
    assert_eq!(issuer["id"], json["issuer"]["id"]);
    let keys: Value = house.ask("GET", "//.well-known/jwks.json").send().expect(200).json();
    assert_eq!(keys["keys"][0]["kid"], format!("{}#key-p256-1", issuer["id"].as_str().expect("an id")));
}

#[test]
fn an_award_issued_anew_says_the_new_name_and_the_old_badge_says_that_it_was_replaced() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let before = badge(&scene.ada, &award, "jwt").body;
    let path = format!("/awards/{}/reissue", award.award.id);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Tarn-Beck"})).send().expect(200);
    scene.anwen.does(&path).problem(404, "not-found");
    shows(&scene.ada, &award, false);
    let earlier = address(&award);
    let again: AwardSummary = scene.coordinator.does(&path).expect(200).json();
    assert_eq!(again, award.award);
    let (to, subject, body) = house.letters().remove(0);
    assert_eq!((to, subject.as_str()), (scene.ada.address(), "Your award was issued anew"));
    assert!(body.contains("Dear Ada") && body.contains(&format!("/awards/{}", award.award.id)), "{body}");
    // Nothing has changed since.
    scene.coordinator.does(&path).problem(409, "not-now");
    // What holds the former name is shown to nobody any more.
    house.ask("GET", &earlier).send().problem(404, "not-found");
    let now: AwardDetail = scene.ada.sees(&format!("/awards/{}", award.award.id));
    house.ask("GET", &address(&now)).send().expect(200);

    let keys = keys(&house);
    let (old, new) =
        (check(&before, &keys).unwrap().badge, check(&badge(&scene.ada, &award, "jwt").body, &keys).unwrap().badge);
    assert_eq!((old.holder.name.as_str(), new.holder.name.as_str()), ("Ada Roe-Ashby", "Ada Tarn-Beck"));
    assert_eq!((&new.number, new.awarded_on, &new.holder.id), (&old.number, old.awarded_on, &old.holder.id));
    assert_ne!((&new.id, &new.status), (&old.id, &old.status));
    let list = status_list(&house);
    assert!(list.is_revoked(old.status.index) && !list.is_revoked(new.status.index));
    // The certificate says the new name, too.
    let code = json!({"code": award.code, "family_name": "Tarn-Beck"});
    house.ask("POST", "/verifications").json(&code).send().expect(200);
    let code = json!({"code": award.code, "family_name": "Roe-Ashby"});
    house.ask("POST", "/verifications").json(&code).send().problem(404, "not-found");
}

#[test]
fn an_award_that_has_ended_is_not_issued_anew() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    ends(&scene, &award);
    scene.coordinator.does(&format!("/awards/{}/reissue", award.award.id)).problem(409, "not-now");
}

#[test]
fn an_award_from_before_there_were_keys_is_signed_once_there_are() {
    let database = Database::make();
    let house = House::over(database.again(), |state| {
        state.keys = Keys::open(&KeysAt::Nowhere, &state.config.issuer_url).expect("no keys").into();
    });
    let scene = Scene::set(&house);
    let award = award(&scene);
    assert_eq!(award.credential_url, None);
    scene.ada.get(&format!("/awards/{}/badge", award.award.id)).problem(404, "not-found");
    house.ask("GET", "/public/status/revocation/1").send().problem(404, "not-found");
    let signs = |house: &House| {
        let runtime = Runtime::new().expect("a runtime can be made");
        runtime.block_on(sign_what_is_not(&house.state)).expect("what is not signed can be")
    };
    assert_eq!(signs(&house), 0);
    // The next start finds keys.
    let next = House::over(database.again(), |_| {});
    assert_eq!((signs(&next), signs(&next)), (1, 0));
    let award: AwardDetail = scene.ada.sees(&format!("/awards/{}", award.award.id));
    assert!(award.credential_url.is_some());
    let verified = check(&badge(&scene.ada, &award, "json").body, &keys(&house)).unwrap();
    assert_eq!(verified.badge.holder.name, "Ada Roe-Ashby");
}

const SECRET: &str = "a secret that only these servers know";

/// A server with keys of its own in a file, as one that serves for real has them.
fn with_keys_of_its_own(database: &Database) -> House {
    let at = KeysAt::File { file: database.folder.join("keys.json"), secret: SECRET.into() };
    House::over(database.again(), |state| {
        state.config.keys = at.clone();
        state.keys = Keys::open(&at, &state.config.issuer_url).expect("the keys open").into();
        state.config.post = Some(
            Post::parse("smtp://127.0.0.1", "awards@northfell.example", "Northfell")
                .expect("a mail server and an address"),
        );
    })
}

/// What whoever checks a badge gets to see: the keys, the status list, and the badge in its four forms. With
/// `CAIRN_BADGES`, it is also laid down in that folder, for the verifiers of others (`tests/badges/`).
struct Shown {
    keys: PublicKeys,
    list: StatusList,
    badge: Vec<u8>,
    forms: Vec<Vec<u8>>,
}

const FORMS: [&str; 4] = ["json", "jwt", "png", "svg"];

fn shown(house: &House, holder: &Actor<'_>, award: &AwardDetail, moment: &str) -> Shown {
    let list =
        |accept: &str| house.ask("GET", "/public/status/revocation/1").header("Accept", accept).send().expect(200).body;
    let file = |name: &str, content: &[u8]| {
        if let Some(folder) = std::env::var_os("CAIRN_BADGES") {
            let folder = std::path::Path::new(&folder).join(moment);
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(folder.join(name), content).expect("the file can be written");
        }
    };
    file("did.json", &house.ask("GET", "//.well-known/did.json").send().expect(200).body);
    file("jwks.json", &house.ask("GET", "//.well-known/jwks.json").send().expect(200).body);
    file("status.json", &list("application/vc+ld+json"));
    file("status.jwt", &list("application/vc+jwt"));
    let forms = FORMS.map(|form| badge(holder, award, form).body).to_vec();
    for (form, content) in FORMS.iter().zip(&forms) {
        file(&format!("badge.{form}"), content);
    }
    Shown { keys: keys(house), list: status_list(house), badge: badge(holder, award, "jwt").body, forms }
}

/// What was signed stays genuine through a rotation of the keys and a restart, until it is replaced.
#[test]
fn a_new_key_signs_from_then_on_and_what_the_old_one_signed_stays_genuine() {
    let database = Database::make();
    let begun = "2026-11-20T09:00:00Z".parse().expect("a time");
    Bundle::fresh(1, begun).write_new(&database.folder.join("keys.json"), SECRET).expect("the keys are written");
    let house = with_keys_of_its_own(&database);
    let scene = Scene::set(&house);
    let award = award(&scene);
    let first = shown(&house, &scene.ada, &award, "1-signed");
    let checked = check(&first.badge, &first.keys).unwrap();
    assert_eq!(checked.badge.issuer.email.as_deref(), Some("awards@northfell.example"), "where letters come from");
    let place = checked.badge.status.index;

    // A start changes nothing, and neither does a rotation.
    let restarted = with_keys_of_its_own(&database);
    let again = shown(&restarted, &scene.ada.at(&restarted), &award, "1-restarted");
    assert!(again.forms == first.forms && again.keys == first.keys);
    assert_eq!(rotate(&house.state), Ok(2));
    let next = with_keys_of_its_own(&database);
    next.turns_to("2027-03-01");
    let (ada, coordinator) = (scene.ada.at(&next), scene.coordinator.at(&next));
    let rotated = shown(&next, &ada, &award, "2-rotated");
    assert!(rotated.forms == first.forms);
    assert_eq!(check(&first.badge, &rotated.keys).unwrap().key, 1);
    assert!(!rotated.list.is_revoked(place));

    ada.ask("PATCH", "/me").json(&json!({"given_name": "Adah"})).send().expect(200);
    coordinator.does(&format!("/awards/{}/reissue", award.award.id)).expect(200);
    let replaced = shown(&next, &ada, &award, "3-replaced");
    let again = check(&replaced.badge, &replaced.keys).unwrap();
    assert_eq!((again.key, &again.badge.number), (2, &award.award.number));
    assert!(replaced.list.is_revoked(place) && !replaced.list.is_revoked(again.badge.status.index));
}

fn checked(house: &House, shown: &[u8]) -> BadgeCheck {
    house.ask("POST", "/badge-checks").body("application/octet-stream", shown).send().expect(200).json()
}

#[test]
fn anybody_can_hold_a_badge_against_the_keys_and_the_register() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let signed = badge(&scene.ada, &award, "png").body;
    for form in ["json", "jwt", "png", "svg"] {
        let found = checked(&house, &badge(&scene.ada, &award, form).body);
        assert_eq!(found.verdict, BadgeVerdict::InForce, "{form}");
        let said = found.badge.expect("it can be believed");
        assert_eq!((said.holder.as_str(), &said.number), ("Ada Roe-Ashby", &award.award.number));
    }
    let text = badge(&scene.ada, &award, "json").text();
    let altered = checked(&house, text.replace("Ada Roe-Ashby", "Eve Roe-Ashby").as_bytes());
    assert_eq!((altered.verdict, altered.badge), (BadgeVerdict::Altered, None));
    let elsewhere = checked(&house, text.replace("did:web:cairn.northfell", "did:web:elsewhere").as_bytes());
    assert_eq!(elsewhere.verdict, BadgeVerdict::NotOurs);
    assert_eq!(checked(&house, b"a holiday picture").verdict, BadgeVerdict::NotABadge);

    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Tarn"})).send().expect(200);
    scene.coordinator.does(&format!("/awards/{}/reissue", award.award.id)).expect(200);
    assert_eq!(checked(&house, &signed).verdict, BadgeVerdict::Replaced);
    let signed = badge(&scene.ada, &award, "svg").body;
    ends(&scene, &award);
    assert_eq!(checked(&house, &signed).verdict, BadgeVerdict::Revoked);
}

/// Whoever signs with stolen keys is still in no register.
#[test]
fn a_badge_that_is_signed_and_not_in_the_register_is_told_apart() {
    let house = House::open();
    let other = House::open();
    let scene = Scene::set(&other);
    let award = award(&scene);
    let found = checked(&house, &badge(&scene.ada, &award, "jwt").body);
    assert_eq!((found.verdict, found.badge), (BadgeVerdict::NotRegistered, None));

    // Not even under the id of a badge that is: what counts is what we signed.
    let document: Value = badge(&scene.ada, &award, "json").json();
    let mut forged = check(document.to_string().as_bytes(), &keys(&other)).unwrap().badge;
    forged.holder.name = "Eve Roe-Ashby".into();
    let stolen = Keys::open(&KeysAt::Demonstration, &other.state.config.issuer_url).expect("everybody has these keys");
    let pair = stolen.newest().expect("there are keys");
    let forged = proof::sign(&forged.to_json(), &stolen.did, pair, forged.valid_from).expect("it can be signed");
    assert!(
        check(forged.to_string().as_bytes(), &keys(&other)).is_ok_and(|found| found
            .badge
            .holder
            .name
            .starts_with("Eve"))
    );
    let found = checked(&other, forged.to_string().as_bytes());
    assert_eq!((found.verdict, found.badge), (BadgeVerdict::NotRegistered, None));
}

#[test]
fn the_page_for_badges_takes_a_file_or_a_text_without_a_script() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let form = |name: &str, content: &[u8]| {
        let head = format!("--end\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"badge\"\r\n\r\n");
        let body = [head.as_bytes(), content, b"\r\n--end--\r\n"].concat();
        house.ask("POST", "//verify/badge").body("multipart/form-data; boundary=end", body).send()
    };
    assert!(house.ask("GET", "//verify/badge").send().expect(200).text().contains("Check a badge"));
    let page = form("file", &badge(&scene.ada, &award, "png").body).expect(200).text();
    assert!(page.contains("This badge is genuine and in force.") && page.contains("Ada Roe-Ashby"), "{page}");
    let page = form("text", &badge(&scene.ada, &award, "jwt").body).expect(200).text();
    assert!(page.contains("This badge is genuine and in force."), "{page}");
    assert!(form("file", b"GIF89a").expect(200).text().contains("There is no badge in this."));
    assert!(form("file", b"").expect(422).text().contains("There is no badge yet."));
    assert!(form("file", &vec![b' '; 1_100_000]).expect(413).text().contains("larger than any badge"));
    let broken = house.ask("POST", "//verify/badge").body("text/plain", "a badge").send();
    assert!(broken.expect(400).text().contains("The form did not arrive."));
}

#[test]
fn checking_badges_without_end_is_slowed_down() {
    let house = House::open();
    let tried = || house.ask("POST", "/badge-checks").body("application/octet-stream", "{}").send().status;
    assert!((0..60).all(|_| tried() == 200));
    assert_eq!(tried(), 429);
    let page = house.ask("POST", "//verify/badge");
    let page = page.body(
        "multipart/form-data; boundary=end",
        "--end\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n{}\r\n--end--\r\n",
    );
    assert!(page.send().expect(429).text().contains("too many tries"));
}

#[test]
fn the_register_names_who_wants_it_while_the_award_is_in_force() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    let register = || house.ask("GET", "//register").send().expect(200).text();
    assert!(register().contains("Nobody stands in the register yet"));
    shows(&scene.ada, &award, false);
    assert!(!register().contains("Ada Roe-Ashby"));
    shows(&scene.ada, &award, true);
    let listed = register();
    assert!(listed.contains("Ada Roe-Ashby") && listed.contains("Qualified mentor status (QMS)"), "{listed}");
    for private in [scene.ada.address(), award.award.number.clone(), award.code.to_string(), "Whinfell".into()] {
        assert!(!listed.contains(&private), "{private}");
    }
    // What is no question that can be answered, or no name, leads to the beginning.
    for odd in [
        "?after=nonsense",
        "?limit=0",
        "?limit=many",
        "?name=a&name=b",
        "?name=",
        "?name=%CC%81",
        "?name=%E2%80%AE",
        "?name=a%0Ab",
    ] {
        let first = house.ask("GET", &format!("//register{odd}")).send().expect(200).text();
        assert!(first.contains("Ada Roe-Ashby") && !first.contains("See all"), "{odd}");
    }
    // By a name, however it is written; and what it was looked for by stays text.
    let found = |name: &str| house.ask("GET", &format!("//register?name={name}")).send().expect(200).text();
    for name in ["ashby%20ada", "ROE", "Ad%C3%A1", "%E2%81%A8Ada%20Roe-Ashby%E2%81%A9"] {
        assert!(found(name).contains("<th scope=\"row\">Ada Roe-Ashby"), "{name}");
    }
    for name in ["bede", "ada%20holm", "%25", "%ff", "%3Cb%3Eada"] {
        let none = found(name);
        assert!(none.contains("Nobody stands in the register under") && !none.contains("Ada Roe-Ashby"), "{none}");
    }
    assert!(found("%3Cb%3Eada").contains("&lt;b&gt;ada"));
    assert!(!found("%E2%80%AEabc").contains('\u{202e}'));
    let look = || house.ask("GET", "//register?name=ada").send().status;
    assert_eq!(
        (0..400).map(|_| look()).find(|status| *status != 200),
        Some(429),
        "whoever looks without end is slowed down"
    );
    assert_eq!(house.ask("GET", "//register").send().status, 200);
    ends(&scene, &award);
    assert!(!register().contains("Ada Roe-Ashby"));
}

#[test]
fn only_what_is_for_everybody_may_be_read_by_pages_of_other_sites() {
    let house = House::open();
    let scene = Scene::set(&house);
    let award = award(&scene);
    shows(&scene.ada, &award, true);
    let allowed = |reply: Reply| reply.header("access-control-allow-origin").map(str::to_owned);
    let ask = |path: &str| house.ask("GET", path).header("Origin", "https://elsewhere.example").send();
    for path in [
        address(&award),
        "/public/issuer".into(),
        "/public/achievements/qms".into(),
        "/public/achievements/qms/image".into(),
        "/public/status/revocation/1".into(),
        "//.well-known/did.json".into(),
        "//.well-known/jwks.json".into(),
        "//ims/case/v1p1/CFDocuments".into(),
    ] {
        assert_eq!(allowed(ask(&path).expect(200)).as_deref(), Some("*"), "{path}");
    }
    for path in ["/framework", "/openapi.json", "//verify", "//register", "/awards"] {
        assert_eq!(allowed(ask(path)), None, "{path}");
    }
    for path in ["/awards".to_owned(), format!("/awards/{}/badge", award.award.id)] {
        let reply = scene.ada.ask("GET", &path).header("Origin", "https://elsewhere.example").send().expect(200);
        assert_eq!(allowed(reply), None, "{path}");
    }
}

/// A round that changes while it is released is not released: what was signed would say something else than the register.
#[test]
fn an_award_that_would_be_drawn_up_in_another_way_by_now_is_not_issued() {
    let house = House::open();
    let scene = Scene::set(&house);
    let submission = scene.ada_is_decided_on(&[]);
    let (id, stamp) = (scene.ada.candidacies()[0].id, house.state.stamp(scene.coordinator.id()));
    let (awarded_on, chair) = (house.today(), scene.anwen.name.clone());
    let with_grounds = move |tx: &mut Tx<'_>, run: &mut dyn FnMut(&mut Tx<'_>, Grounds<'_>) -> ApiResult<()>| {
        let candidacy = candidacy::actions::load(tx, id)?;
        run(tx, Grounds { submission, candidacy: &candidacy, awarded_on, signed_by: &chair })
    };
    let seed = seed(&house.state);
    let drawn_up = {
        let with_grounds = with_grounds.clone();
        house.does(move |tx| {
            let mut drawn_up = None;
            with_grounds(tx, &mut |tx, grounds| {
                drawn_up = Some(draft(tx, &stamp, &seed, grounds, &[])?);
                Ok(())
            })?;
            drawn_up.ok_or(ApiError::NotFound)
        })
    };
    let runtime = Runtime::new().expect("a runtime can be made");
    let signing = sign(&house.state, vec![drawn_up], Vec::new(), house.now());
    let ready = runtime.block_on(signing).expect("it can be signed").remove(0);
    scene.ada.ask("PATCH", "/me").json(&json!({"family_name": "Tarn"})).send().expect(200);
    let issuing = house
        .state
        .db
        .write(move |tx| with_grounds(tx, &mut |tx, grounds| issue(tx, &stamp, Some(&ready), grounds).map(drop)));
    let issued = runtime.block_on(issuing);
    assert!(matches!(issued, Err(ApiError::NotNow(_))), "{:?}", issued.map_err(|error| error.problem().detail));
    // Nothing is left of it, and the next release goes through.
    scene.coordinator.releases(scene.autumn);
    let award = scene.ada.sees::<Page<AwardSummary>>("/awards").items[0].id;
    assert_eq!(scene.ada.sees::<AwardDetail>(&format!("/awards/{award}")).holder.full(), "Ada Tarn");
}
