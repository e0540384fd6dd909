//! The awards of a round, once it is released: issuing one anew, printing their certificates, and how the badge keys stand.

use cairn_shared::award::{AwardStatus, AwardSummary, RoundAward};
use cairn_shared::credential::BadgeKeys;
use cairn_shared::ids::{AwardId, RoundId};
use cairn_shared::print_run::BeginPrintRun;
use yew::prelude::*;

use crate::api;
use crate::hooks::{LoadState, use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::parts::Printing;
use crate::router::Route;
use crate::ui::{Button, ButtonKind, Cell, Column, Go, Icon, Note, RowHead, Skeleton, Table, Tag, Tone, Trouble};
use crate::words::{Moment, count};

/// Of which round.
#[derive(Properties, PartialEq)]
pub struct AwardsOfRoundProps {
    /// Its id.
    pub id: RoundId,
}

#[derive(Clone, PartialEq)]
struct Awarded {
    awards: Vec<RoundAward>,
    keys: BadgeKeys,
}

/// The awards of a round.
#[component]
pub fn AwardsOfRound(props: &AwardsOfRoundProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let awards = api::award::of_round(id).await?;
        Ok(Awarded { awards, keys: api::award::keys().await? })
    });
    html! {
        <section class="flow" aria-labelledby="awards">
            <h2 id="awards" class="q1">{ "Awards" }</h2>
            { match &load.state {
                LoadState::Loading => html! { <Skeleton label="Loading the awards" lines=3 /> },
                LoadState::Problem(error) => html! { <Trouble title="The awards did not come" detail={error.sentence()} again={load.reloader()} /> },
                LoadState::Loaded(awarded) if awarded.awards.is_empty() => html! { <p class="mut">{ "No award came from this round. Everybody goes on with what is secured." }</p> },
                LoadState::Loaded(awarded) => html! {
                    <>
                        <div class="row x top-line">
                            <Printing of={BeginPrintRun { round_id: Some(props.id), celebration_id: None }} label="Print all certificates" />
                            <Go to={Route::CelebrationNew} button={ButtonKind::Quiet} icon="utensils">{ "Plan a celebration" }</Go>
                        </div>
                        { list(&awarded.awards, &load.reloader()) }
                        <p class="sm mut">{ "An award that was issued in error is ended under “Correct the decision”, at its portfolio below." }</p>
                        { keys(&awarded.keys) }
                    </>
                },
            } }
        </section>
    }
}

fn list(awards: &[RoundAward], again: &Callback<()>) -> Html {
    html! {
        <Table caption="Awards of this round" columns={vec![Column::new("Holder"), Column::new("Award"), Column::new("Number"), Column::new("How it stands"), Column::quiet("What to do")]}>
            { for awards.iter().map(|one| html! {
                <tr key={one.award.id.to_string()}>
                    <RowHead>
                        <Go to={Route::Person(one.holder.id.to_string().into())}><span dir="auto">{ one.holder.full() }</span></Go>
                        if let Some(school) = &one.school { <><br /><span class="sm mut">{ school }</span></> }
                    </RowHead>
                    <Cell label="Award">{ one.award.qualification.letters() }</Cell>
                    <Cell label="Number"><span class="num nw">{ &one.award.number }</span></Cell>
                    <Cell label="How it stands">{ stands(one) }</Cell>
                    <Cell>if one.can_be_issued_anew { <IssueAnew id={one.award.id} name={one.holder.full()} again={again.clone()} /> }</Cell>
                </tr>
            }) }
        </Table>
    }
}

fn stands(one: &RoundAward) -> Html {
    html! {
        <span class="row t">
            if one.award.status == AwardStatus::Revoked {
                <Tag icon="info">{ "No longer in force" }</Tag>
            } else {
                <Tag tone={Tone::Good} icon="circle-check">{ "In force" }</Tag>
                if !one.has_badge { <Tag icon="circle-dashed">{ "No badge yet" }</Tag> }
                if one.can_be_issued_anew { <Tag tone={Tone::More} icon="pencil-line">{ "New name or address" }</Tag> }
                if !one.lacking.is_empty() { <Tag tone={Tone::More} icon="printer">{ format!("No typeface for {}", one.lacking.join(" ")) }</Tag> }
            }
        </span>
    }
}

#[derive(Properties, PartialEq)]
struct IssueAnewProps {
    id: AwardId,
    name: AttrValue,
    again: Callback<()>,
}

/// Issuing an award anew, to the name of today.
#[component]
fn IssueAnew(props: &IssueAnewProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let issue = {
        let (id, again, name) = (props.id, props.again.clone(), props.name.clone());
        use_action(
            move |()| {
                let key = key.clone();
                async move { api::award::reissue(id, &key).await }
            },
            move |_: AwardSummary| {
                notices.say(format!("The award of {name} is issued anew. They hear by e-mail."));
                again.emit(());
            },
        )
    };
    html! {
        <>
            <Button kind={ButtonKind::Quiet} small=true icon="refresh-cw" busy={issue.running} onclick={issue.runner()}>
                { "Issue anew" }<span class="vh">{ format!(" – {}", props.name) }</span>
            </Button>
            if let Some(error) = &issue.trouble { <p class="sm msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
        </>
    }
}

/// How the badge keys stand.
fn keys(keys: &BadgeKeys) -> Html {
    let signs = keys.keys.iter().find(|key| key.signs);
    html! {
        <section class="card p flow t" aria-labelledby="badge-keys">
            <h3 id="badge-keys" class="q2"><Icon name="key-round" />{ " Badge keys" }</h3>
            if let Some(key) = signs {
                <p class="sm">{ format!("Badges are signed with keys number {}, since {}. What earlier keys signed stays genuine.", key.number, Moment::from(key.since).day().with_year()) }</p>
            } else {
                <Note tone={Tone::Info} title="No badges are signed here">
                    <p>{ "This server has no keys. Awards have certificates, and get badges by themselves once those who look after Cairn have made keys." }</p>
                </Note>
            }
            if keys.without_badge > 0 && signs.is_some() {
                <p class="sm">{ format!("{} in force without a badge: they are signed within the hour.", count(usize::try_from(keys.without_badge).unwrap_or(0), "award is", "awards are")) }</p>
            }
            if keys.keys.len() > 1 {
                <ul class="plain-list sm">
                    { for keys.keys.iter().map(|key| html! {
                        <li key={key.number}>{ format!("Number {}, since {}: {}", key.number, Moment::from(key.since).day().with_year(), count(usize::try_from(key.badges).unwrap_or(0), "badge", "badges")) }</li>
                    }) }
                </ul>
            }
            <p class="sm mut">{ "Issuer " }<span class="brk">{ &keys.issuer }</span></p>
        </section>
    }
}
