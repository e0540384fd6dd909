//! One award: what it says, how anybody can check it, and its certificate.

use cairn_shared::award::{AwardDetail, AwardStatus};
use cairn_shared::ids::AwardId;
use yew::prelude::*;

use super::share::Share;
use super::{picture, printed};
use crate::api;
use crate::art::{Badge, Contours};
use crate::hooks::use_loaded;
use crate::parts::framed;
use crate::router::Route;
use crate::ui::{Back, ButtonKind, CopyButton, Go, Note, Page, PageHeader, Tone};
use crate::words::Day;

/// Which award.
#[derive(Properties, PartialEq)]
pub struct AwardProps {
    /// Its id.
    pub id: AwardId,
}

/// One award.
#[component]
pub fn Award(props: &AwardProps) -> Html {
    let load = use_loaded(props.id, |id| async move { api::award::read(id).await });
    framed(&load, "Your award", |detail| show(detail, load.reloader()))
}

fn show(detail: &AwardDetail, onchange: Callback<()>) -> Html {
    let award = &detail.award;
    let heading = award.qualification.heading();
    let revoked = award.status == AwardStatus::Revoked;
    html! {
        <Page title={heading}>
            <div class="flow l">
                <div class="flow">
                    <PageHeader
                        back={html! { <Back to={Route::Awards}>{ "Awards" }</Back> }}
                        title={heading}
                        eyebrow={html! { { format!("{} · {}", detail.holder.full(), Day::from(award.awarded_on).with_year()) } }}
                    />
                </div>
                if revoked {
                    <Note tone={Tone::Info} title="This award is no longer in force">
                        <p>{ "It was issued in error. Your coordinator has told you why, and what you wrote stays yours: what the panel found evidenced is secured." }</p>
                    </Note>
                }
                <div class="split">
                    <section class="card hero flow award-card">
                        <Contours seed=18 levels=9 />
                        <div class="row top-line">
                            <Badge kind={award.qualification.code()} size=220 alt={format!("Your badge: {heading}")} />
                            <dl class="kv grow">
                                <dt>{ "Holder" }</dt><dd class="b">{ detail.holder.full() }</dd>
                                if let Some(school) = &detail.school { <dt>{ "School" }</dt><dd>{ school }</dd> }
                                <dt>{ "Awarded by" }</dt><dd>{ &detail.partnership }</dd>
                                <dt>{ "On" }</dt><dd>{ Day::from(award.awarded_on).long_with_year() }</dd>
                                <dt>{ "Number" }</dt><dd class="num">{ &award.number }</dd>
                                if let Some(by) = &detail.signed_by { <dt>{ "Signed by" }</dt><dd>{ by }</dd> }
                            </dl>
                        </div>
                        if !revoked {
                            <div class="row">
                                <Go to={Route::Certificate(award.id.to_string().into())} button={ButtonKind::Main} icon="award">{ "See your certificate" }</Go>
                                <Go to={Route::SubmissionOutcome(detail.submission_id.to_string().into())} button={ButtonKind::Quiet}>{ "The panel’s letter" }</Go>
                            </div>
                        }
                    </section>
                    <aside class="flow" aria-label="Showing it">
                    if !revoked { <Share detail={detail.clone()} {onchange} /> }
                    <section class="card p flow t" aria-labelledby="check">
                        <h2 id="check" class="q2">{ "Anybody can check it" }</h2>
                        <p class="sm">{ "With the picture or its address, or with the code and your family name. They see your name, what was awarded, when, and whether it is in force, and nothing else, unless you show your badge." }</p>
                        <img class="qr" src={picture(&detail.qr_svg)} alt="QR code that leads to the check of this award" width="140" height="140" />
                        <p class="sm"><a href={detail.verify_url.clone()} target="_blank" rel="noopener">{ printed(&detail.verify_url) }</a></p>
                        <CopyButton text={detail.verify_url.clone()} label="Copy the address" small=true />
                        <p>{ "Code " }<strong class="num nw">{ detail.code.as_str() }</strong></p>
                    </section>
                    </aside>
                </div>
            </div>
        </Page>
    }
}
