//! The certificate: the same on a phone, on a desk, and on one page of A4.

use cairn_shared::award::{AwardDetail, AwardStatus, SHOWN};
use cairn_shared::ids::AwardId;
use yew::prelude::*;

use super::{picture, printed};
use crate::api;
use crate::art::{Badge, Contours, Logo};
use crate::browser::{hand_over, window};
use crate::hooks::{use_action, use_loaded};
use crate::parts::framed;
use crate::router::Route;
use crate::ui::{Back, Button, ButtonKind, Icon, Note, Page, Tone};
use crate::words::Day;

/// Of which award.
#[derive(Properties, PartialEq)]
pub struct CertificateProps {
    /// Its id.
    pub id: AwardId,
}

/// The certificate of an award.
#[component]
pub fn Certificate(props: &CertificateProps) -> Html {
    let load = use_loaded(props.id, |id| async move { api::award::read(id).await });
    framed(&load, "Certificate", show)
}

fn show(detail: &AwardDetail) -> Html {
    let award = &detail.award;
    let heading = award.qualification.heading();
    let name = detail.holder.full();
    let on = Day::from(award.awarded_on).with_year();
    let to = Route::Award(award.id.to_string().into());
    if award.status == AwardStatus::Revoked {
        return html! {
            <Page title="Certificate">
                <div class="read flow">
                    <Back {to}>{ "Your award" }</Back>
                    <h1>{ "Certificate" }</h1>
                    <Note tone={Tone::Info}><p>{ "This award is no longer in force, so it has no certificate. Your coordinator can tell you more." }</p></Note>
                </div>
            </Page>
        };
    }
    let print = Callback::from(|()| {
        let _ = window().print();
    });
    let address = printed(&detail.verify_url);
    let host = address.split('/').next().unwrap_or(address);
    let awarded = match &detail.school {
        Some(school) => format!("of {school} has been awarded"),
        None => "has been awarded".to_owned(),
    };
    html! {
        <Page title={format!("Certificate, {name}")}>
            <div class="certificate flow">
                <div class="row x np">
                    <Back {to}>{ "Your award" }</Back>
                    <span class="row t">
                        <AsPdf id={award.id} code={award.qualification.code()} />
                        <Button icon="printer" onclick={print}>{ "Print on A4" }</Button>
                    </span>
                </div>
                <h1 class="vh">{ format!("Certificate of {}, {name}", award.qualification.title()) }</h1>
                <section class="cert" aria-label="Certificate">
                    <Contours width=1188 height=840 seed=18 levels=11 />
                    <div>
                        <p class="row t by"><Logo />{ &detail.partnership }</p>
                        <p class="certify">{ "This is to certify that" }</p>
                        <p class={classes!("nm", name_size(&name))}>{ &name }</p>
                        <p class="of">{ awarded }</p>
                        <p class="aw">{ heading }</p>
                        <p class="shown">{ SHOWN }</p>
                        <div class="ft">
                            <div class="signed-by">
                                if let Some(by) = &detail.signed_by { <p class="hand">{ by }</p> }
                                <p class="under">{ &detail.signed_as }<br />{ &on }<br />{ format!("No. {}", award.number) }</p>
                            </div>
                            <Badge kind={award.qualification.code()} size=400 class="seal" alt={format!("{heading} badge")} />
                            <div class="check">
                                <p>{ "Check this award at" }<br />{ format!("{host}/verify") }<br /><strong class="nw">{ detail.code.as_str() }</strong></p>
                                <img class="qr" src={picture(&detail.qr_svg)} alt="QR code that leads to the check of this award" width="200" height="200" />
                            </div>
                        </div>
                    </div>
                </section>
                <div class="hd card p np">
                    <p class="b">{ &name }</p>
                    <p>{ format!("{heading}, awarded {on}. Code {}.", detail.code) }</p>
                </div>
            </div>
        </Page>
    }
}

/// Of which award.
#[derive(Properties, PartialEq)]
pub struct AsPdfProps {
    /// Its id.
    pub id: AwardId,
    /// The code of its qualification.
    pub code: &'static str,
    /// What the button says; a small one, where something stands here.
    #[prop_or_default]
    pub words: Option<AttrValue>,
}

/// The certificate as a document, to keep or to send to a printer.
#[component]
pub fn AsPdf(props: &AsPdfProps) -> Html {
    let (id, code) = (props.id, props.code);
    let take = use_action(
        move |()| async move { api::award::certificate(id).await },
        move |pdf: Vec<u8>| {
            hand_over(&format!("certificate-{code}.pdf"), "application/pdf", &pdf);
        },
    );
    html! {
        <>
            <Button kind={ButtonKind::Quiet} small={props.words.is_some()} icon="download" busy={take.running} onclick={take.runner()}>{ props.words.clone().unwrap_or(AttrValue::Static("PDF")) }</Button>
            if let Some(error) = &take.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </>
    }
}

/// A long name is set smaller, so that it stays on one line.
fn name_size(name: &str) -> Option<&'static str> {
    match name.chars().count() {
        0..=20 => None,
        21..=30 => Some("nm2"),
        31..=44 => Some("nm3"),
        _ => Some("nm4"),
    }
}
