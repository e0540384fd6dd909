//! The cover sheet itself: it prints on the top of one A4 sheet, with its QR code at 35 mm.

use cairn_shared::paper::PaperDetail;
use yew::prelude::*;

use crate::art::Logo;
use crate::pages::award::picture;
use crate::parts::day;

/// Of which paper.
#[derive(Properties, PartialEq)]
pub struct SlipProps {
    /// The paper.
    pub detail: PaperDetail,
}

/// The cover sheet.
#[component]
pub fn Slip(props: &SlipProps) -> Html {
    let detail = &props.detail;
    let paper = &detail.paper;
    let code = paper.code.printed();
    let round = match &detail.round {
        Some(round) => format!("{}, heard by {}", round.name, day(round.dates.tell_by)),
        None => "The next one".to_owned(),
    };
    html! {
        <section class="card slip" aria-label="Cover sheet">
            <div class="row x">
                <div class="flow t about">
                    <p class="row n t b"><Logo />{ format!("Cairn · {}", detail.partnership) }</p>
                    <h2 dir="auto">{ &detail.title }</h2>
                    <dl class="kv">
                        <dt>{ "Mentor" }</dt><dd>{ detail.mentor.full() }</dd>
                        if let Some(school) = &detail.school { <dt>{ "School" }</dt><dd>{ school.as_str() }</dd> }
                        <dt>{ "Towards" }</dt><dd>{ detail.qualification.heading() }</dd>
                        <dt>{ "Round" }</dt><dd>{ round }</dd>
                        <dt>{ "Parts" }</dt><dd dir="auto">{ paper.parts.as_str() }</dd>
                        <dt>{ "Hand in" }</dt><dd dir="auto">{ format!("{}, by {}", paper.hand_in, day(paper.promised_for)) }</dd>
                    </dl>
                </div>
                <div class="centre-text">
                    <img class="qr" src={picture(&detail.qr_svg)} alt="QR code of this cover sheet" width="132" height="132" />
                    <p class="b num code">{ code }</p>
                    <p class="sm mut">{ format!("Cover sheet {}", paper.number) }</p>
                </div>
            </div>
            <hr class="dashed" />
            <p class="sm mut">
                { format!("Please keep this slip on the front. If found, return to {}. It may contain confidential reflections.", detail.partnership) }
            </p>
        </section>
    }
}
