//! Showing an award: to everybody or to nobody, and taking its badge along.

use cairn_shared::award::{AwardDetail, BadgeForm, Publication};
use yew::prelude::*;

use super::certificate::AsPdf;
use crate::api;
use crate::browser::hand_over;
use crate::hooks::use_action;
use crate::notices::use_notices;
use crate::router::encode;
use crate::ui::{Button, ButtonKind, Check, CopyButton, Icon};

/// Which award, and whom to tell that it is shown in another way.
#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// The award.
    pub detail: AwardDetail,
    /// Told when it is shown in another way.
    pub onchange: Callback<()>,
}

/// How an award is shown, and its badge.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let Some(address) = props.detail.credential_url.clone() else {
        return html! {
            <section class="card p flow t" aria-labelledby="badge">
                <h2 id="badge" class="q2">{ "Your badge" }</h2>
                <p class="sm">{ "There is no badge for this award yet. It will stand here once the partnership signs badges." }</p>
            </section>
        };
    };
    html! {
        <section class="card p flow t" aria-labelledby="badge">
            <h2 id="badge" class="q2">{ "Your badge" }</h2>
            <p class="sm">{ "It is an Open Badge: signed, so that any system can check it without asking us. It holds your name, the award, its number and its day, and nothing else of you but a hash of your e-mail address." }</p>
            <Along detail={props.detail.clone()} />
            <Shown detail={props.detail.clone()} address={address.clone()} onchange={props.onchange.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct AlongProps {
    detail: AwardDetail,
}

/// Taking the badge along.
#[component]
fn Along(props: &AlongProps) -> Html {
    let (id, code) = (props.detail.award.id, props.detail.award.qualification.code());
    let take = use_action(
        move |form: BadgeForm| async move { api::award::badge(id, form).await.map(|text| (form, text)) },
        move |(form, text): (BadgeForm, String)| {
            let kind = if form == BadgeForm::Svg { "image/svg+xml" } else { "application/json" };
            hand_over(&format!("badge-{code}.{}", form.code()), kind, text.as_bytes());
        },
    );
    let button = |form: BadgeForm, icon: &'static str, words: &'static str| {
        html! {
            <Button kind={ButtonKind::Quiet} small=true {icon} busy={take.running} onclick={take.runner().reform(move |()| form)}>{ words }</Button>
        }
    };
    html! {
        <>
            <div class="row t">
                { button(BadgeForm::Svg, "image", "Badge picture") }
                { button(BadgeForm::Json, "download", "Wallet file") }
                <AsPdf {id} {code} words="Certificate" />
            </div>
            <p class="sm mut">{ "The wallet file goes into a wallet for credentials, such as the Learner Credential Wallet, or any system that reads Open Badges 3.0." }</p>
            if let Some(error) = &take.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    detail: AwardDetail,
    address: String,
    onchange: Callback<()>,
}

/// Whether everybody may see it, and where.
#[component]
fn Shown(props: &ShownProps) -> Html {
    let notices = use_notices();
    let id = props.detail.award.id;
    // A box shows at once what was chosen, and goes back if it could not be done.
    let wanted = use_state_eq(|| props.detail.publication);
    use_effect_with(props.detail.publication, {
        let wanted = wanted.setter();
        move |publication| wanted.set(*publication)
    });
    let change = use_action(
        move |wanted: Option<Publication>| async move {
            match wanted {
                Some(publication) => api::award::publish(id, publication).await,
                None => api::award::withdraw(id).await,
            }
            .map(|()| wanted.is_some())
        },
        {
            let onchange = props.onchange.clone();
            move |is_shown: bool| {
                onchange.emit(());
                notices.say(if is_shown {
                    "Everybody who has its address can see your badge."
                } else {
                    "Nobody else sees your badge any more."
                });
            }
        },
    );
    let shown = if change.trouble.is_some() { props.detail.publication } else { *wanted };
    let choose = {
        let (wanted, run) = (wanted.setter(), change.runner());
        Callback::from(move |publication: Option<Publication>| {
            wanted.set(publication);
            run.emit(publication);
        })
    };
    let show = choose.reform(|is_shown: bool| is_shown.then_some(Publication { in_register: false }));
    let list = choose.reform(|in_register: bool| Some(Publication { in_register }));
    html! {
        <>
            <Check checked={shown.is_some()} onchange={show} hint="Off, nobody but you can open its address. Your certificate can always be checked by whoever holds it.">
                { "Show my badge to everybody who has its address" }
            </Check>
            if let Some(publication) = shown {
                <Check checked={publication.in_register} onchange={list}>{ "List me in the " }<a href="/register">{ "public register of awards" }</a></Check>
                <div class="row t">
                    <CopyButton text={props.address.clone()} label="Copy its address" small=true />
                    <a class="btn q s" href={format!("{}.png", props.address)} download="badge.png"><Icon name="image" />{ "As a PNG" }</a>
                    <a class="btn q s" href={linked_in(&props.detail)} target="_blank" rel="noopener"><Icon name="share-2" />{ "Add to LinkedIn" }</a>
                </div>
            }
            if let Some(error) = &change.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </>
    }
}

/// Where LinkedIn takes a certificate into a profile: what its form holds already.
fn linked_in(detail: &AwardDetail) -> String {
    let on = detail.award.awarded_on;
    let (year, month) = (on.year().to_string(), on.month().to_string());
    let fields = [
        ("name", detail.award.qualification.heading()),
        ("organizationName", &detail.partnership),
        ("issueYear", &year),
        ("issueMonth", &month),
        ("certId", detail.code.as_str()),
        ("certUrl", &detail.verify_url),
    ];
    let mut address = String::from("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME");
    for (name, value) in fields {
        address.push('&');
        address.push_str(name);
        address.push('=');
        encode(value, &mut address);
    }
    address
}
