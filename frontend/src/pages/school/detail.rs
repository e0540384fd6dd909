//! One school, as its lead and the coordinator see it: its mentors, their awards, and how far they are where they agreed
//! to show it. Never what they write.

use cairn_shared::award::AwardStatus;
use cairn_shared::candidacy::Stage;
use cairn_shared::ids::SchoolId;
use cairn_shared::person::Role;
use cairn_shared::school::{SchoolDetail, SchoolMentor};
use yew::prelude::*;

use crate::api;
use crate::art::OneCairn;
use crate::hooks::use_loaded;
use crate::pages::person::phase_name;
use crate::parts::framed;
use crate::router::Route;
use crate::session::{has, use_me};
use crate::ui::{Back, Cell, Column, Empty, Go, Page, PageHeader, RowHead, Table, Tag, Tone};
use crate::words::{Day, count, number, sentence};

/// Which school.
#[derive(Properties, PartialEq)]
pub struct SchoolProps {
    /// The school.
    pub id: SchoolId,
}

/// One school.
#[component]
pub fn School(props: &SchoolProps) -> Html {
    let me = use_me();
    let coordinates = has(&me, Role::Coordinator);
    let load = use_loaded(props.id, api::school::read);
    framed(&load, "School", |detail| show(detail, coordinates, me.schools.len() > 1))
}

fn show(detail: &SchoolDetail, coordinates: bool, several: bool) -> Html {
    let school = &detail.school;
    let mentors = detail.mentors.len();
    let holders = detail.mentors.iter().filter(|m| m.awards.iter().any(|a| a.status == AwardStatus::InForce)).count();
    let lead = match mentors {
        0 => "Nobody mentors here just now.".to_owned(),
        1 => "One of your teachers mentors. What they write stays theirs; this page shows how far they are where they agreed to show it.".to_owned(),
        n => sentence(&format!(
            "{} of your teachers mentor. What they write stays theirs; this page shows how far each is where they agreed to show it.",
            number(n)
        )),
    };
    let lead = if coordinates { lead.replace("of your teachers ", "of its teachers ") } else { lead };
    let back = if coordinates {
        html! { <Back to={Route::Schools}>{ "Schools" }</Back> }
    } else if several {
        html! { <Back to={Route::Schools}>{ "Our schools" }</Back> }
    } else {
        Html::default()
    };
    html! {
        <Page title={school.name.to_string()}>
            <div class="flow l">
                <PageHeader
                    title={school.name.to_string()}
                    {back}
                    eyebrow={html! { { match &school.urn {
                        Some(urn) => format!("{} · URN {urn}", phase_name(school.phase)),
                        None => phase_name(school.phase).to_owned(),
                    } } }}
                    lead={html! { { lead } }}
                />
                if detail.mentors.is_empty() {
                    <Empty
                        title="No mentors yet"
                        text="They stand here as soon as the coordinator has added them to the school."
                        picture={html! { <OneCairn stones=0 class="cairn-s" /> }}
                    >
                        if coordinates { <Go to={Route::People}>{ "Open people" }</Go> } else { <Go to={Route::Help}>{ "Ask the coordinator" }</Go> }
                    </Empty>
                } else {
                    <div class="split">
                        <section class="flow" aria-labelledby="mentors">
                            <h2 id="mentors" class="q1">{ if coordinates { "Its mentors" } else { "Our mentors" } }</h2>
                            { table(detail, coordinates) }
                        </section>
                        <aside class="flow" aria-label="At a glance">
                            <section class="card p flow t">
                                <OneCairn stones=4 class="cairn-s centre" />
                                <h2 class="q2">{ match holders {
                                    0 => "The first award is still to come".to_owned(),
                                    1 => "One mentor holds an award".to_owned(),
                                    n => sentence(&format!("{} mentors hold an award", number(n))),
                                } }</h2>
                                <p class="sm mut">{ count(mentors, "mentor in all.", "mentors in all.") }</p>
                            </section>
                            <section class="card p flow t">
                                <h2 class="q2">{ "What helps most" }</h2>
                                <p class="sm">{ "A little time, kept free, and being asked to tell one story at a staff meeting." }</p>
                                <p class="sm"><Go to={Route::Help}>{ "What happens on the way to an award" }</Go></p>
                            </section>
                        </aside>
                    </div>
                }
            </div>
        </Page>
    }
}

fn stage_tag(stage: Stage, letters: &str) -> Html {
    let (tone, icon, words) = match stage {
        Stage::Gathering => (Tone::Plain, "pencil-line", "Writing"),
        Stage::Submitted => (Tone::Info, "send", "Sent"),
        Stage::InReview => (Tone::Info, "send", "With the panel"),
        Stage::FurtherEvidence => (Tone::More, "circle-plus", "Adding a little"),
        Stage::Awarded => (Tone::Good, "award", "Awarded"),
    };
    html! { <Tag {tone} {icon}>{ format!("{words}, {letters}") }</Tag> }
}

fn on_the_path(mentor: &SchoolMentor) -> Html {
    let shown = mentor.stages.iter().filter(|stage| stage.stage != Stage::Awarded);
    let tags: Vec<Html> = shown.map(|stage| stage_tag(stage.stage, stage.qualification.letters())).collect();
    if tags.is_empty() {
        return html! { <span class="mut">{ "Not shown" }</span> };
    }
    html! { <span class="row t">{ for tags }</span> }
}

fn table(detail: &SchoolDetail, coordinates: bool) -> Html {
    let columns = vec![Column::new("Mentor"), Column::new("Awards"), Column::new("On the path")];
    html! {
        <Table caption={format!("Mentors at {}", detail.school.name)} {columns}>
            { for detail.mentors.iter().map(|mentor| {
                let id = mentor.person.id.to_string();
                html! {
                    <tr>
                        <RowHead>
                            if coordinates {
                                <Go to={Route::Person(id.into())}>{ mentor.person.full() }</Go>
                            } else {
                                { mentor.person.full() }
                            }
                        </RowHead>
                        <Cell label="Awards">
                            if mentor.awards.is_empty() {
                                <span class="mut">{ "None yet" }</span>
                            } else {
                                <span class="row t">
                                    { for mentor.awards.iter().filter(|a| a.status == AwardStatus::InForce).map(|award| html! {
                                        <Tag tone={Tone::Good} icon="award">
                                            { format!("{}, {}", award.qualification.letters(), Day::from(award.awarded_on).with_year()) }
                                        </Tag>
                                    }) }
                                </span>
                            }
                        </Cell>
                        <Cell label="On the path">{ on_the_path(mentor) }</Cell>
                    </tr>
                }
            }) }
        </Table>
    }
}
