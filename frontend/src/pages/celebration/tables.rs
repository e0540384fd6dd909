//! Who sits where, and in which order those awarded are called up.

use std::collections::BTreeMap;

use cairn_shared::celebration::{CelebrationDetail, InvitedGuest, Reply, RunningList, Table, TablePlan, called_up};
use cairn_shared::ids::{CelebrationId, InvitationId};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::browser::focus;
use crate::hooks::{use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::framed;
use crate::router::{Hold, Route};
use crate::ui::{Back, Button, ButtonKind, Choice, Empty, Icon, Page, PageHeader, SelectField, TextField, Trouble};
use crate::words::count;

/// Of which celebration.
#[derive(Properties, PartialEq)]
pub struct TablesProps {
    /// Its id.
    pub id: CelebrationId,
}

/// What the page stands on: the celebration, and who comes.
#[derive(Clone, PartialEq)]
struct Coming {
    celebration: Loaded<CelebrationDetail>,
    guests: Vec<InvitedGuest>,
}

/// Who sits where, and who is called up when.
#[component]
pub fn Tables(props: &TablesProps) -> Html {
    let load = use_loaded(props.id, |id| async move {
        let celebration = api::celebration::read(id).await?;
        let mut guests = api::celebration::guests(id).await?;
        guests.retain(|guest| guest.invitation.reply == Reply::Coming);
        Ok(Coming { celebration, guests })
    });
    // What was saved here last has another version than what was loaded.
    let saved = use_state_eq(|| None::<String>);
    let onsaved = {
        let saved = saved.setter();
        Callback::from(move |loaded: Loaded<CelebrationDetail>| saved.set(loaded.etag))
    };
    framed(&load, "Tables and order", |coming| {
        let detail = &coming.celebration.value;
        let etag = (*saved).clone().or_else(|| coming.celebration.etag.clone()).unwrap_or_default();
        html! {
            <Page title="Tables and order">
                <div class="flow l">
                    <PageHeader
                        title="Tables and order"
                        back={html! { <Back to={Route::Celebration(detail.id.to_string().into())}>{ detail.title.to_string() }</Back> }}
                    />
                    if let Some(error) = &load.trouble {
                        <Trouble title="What you see may be a little old" detail={error.sentence()} again={load.reloader()} />
                    }
                    if coming.guests.is_empty() {
                        <Empty title="Nobody comes yet" text="Once guests have answered, you can plan here who sits where." picture={html! {}} />
                    } else {
                        <div class="split">
                            // A change of the one leaves what is not saved of the other.
                            <Seats key="seats" guests={coming.guests.clone()} celebration={detail.id} etag={etag.clone()} onsaved={onsaved.clone()} />
                            <Order key="order" guests={coming.guests.clone()} celebration={detail.id} {etag} onsaved={onsaved.clone()} />
                        </div>
                    }
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct PartProps {
    guests: Vec<InvitedGuest>,
    celebration: CelebrationId,
    etag: String,
    onsaved: Callback<Loaded<CelebrationDetail>>,
}

fn heads(guest: &InvitedGuest) -> usize {
    1 + guest.invitation.guests.len()
}

/// Who sits at which table; nobody's table is 0.
type Seating = BTreeMap<InvitationId, u16>;

fn plan_of(seating: &Seating) -> TablePlan {
    let mut tables: BTreeMap<u16, Vec<InvitationId>> = BTreeMap::new();
    for (guest, table) in seating.iter().filter(|(_, table)| **table > 0) {
        tables.entry(*table).or_default().push(*guest);
    }
    TablePlan { tables: tables.into_iter().map(|(number, invitations)| Table { number, invitations }).collect() }
}

/// Who sits where: proposed by school, and changed by hand.
#[component]
fn Seats(props: &PartProps) -> Html {
    let notices = use_notices();
    let (guests, id) = (&props.guests, props.celebration);
    let seating = use_state(|| -> Seating {
        guests.iter().map(|guest| (guest.invitation.id, guest.invitation.table.unwrap_or(0))).collect()
    });
    let seats = use_state(|| "8".to_owned());
    // Whoever was given another table stands at another place of the page, and the one who chose stays with them.
    let moved = use_state_eq(|| None::<InvitationId>);
    use_effect_with(((*seating).clone(), *moved), |(_, moved)| {
        if let Some(guest) = moved {
            focus(&format!("seat-{guest}"));
        }
    });
    let hold = use_mut_ref(|| None::<Hold>);
    let set = {
        let (seating, hold) = (seating.setter(), hold.clone());
        Callback::from(move |now: Seating| {
            hold.borrow_mut().get_or_insert_with(Hold::new);
            seating.set(now);
        })
    };
    let propose = {
        let (set, all) = (set.clone(), guests.iter().map(|guest| guest.invitation.id).collect::<Vec<_>>());
        use_action(
            move |seats: u16| async move { api::celebration::propose(id, seats).await },
            move |plan: TablePlan| {
                let mut now: Seating = all.iter().map(|guest| (*guest, 0)).collect();
                for table in plan.tables {
                    now.extend(table.invitations.into_iter().map(|guest| (guest, table.number)));
                }
                set.emit(now);
            },
        )
    };
    let save = {
        let (etag, onsaved) = (props.etag.clone(), props.onsaved.clone());
        use_action(
            move |plan: TablePlan| {
                let etag = etag.clone();
                async move { api::celebration::seat(id, &plan, &etag).await }
            },
            move |loaded| {
                hold.take();
                notices.say("The tables are saved. Everybody sees their own.");
                onsaved.emit(loaded);
            },
        )
    };
    let last = seating.values().copied().max().unwrap_or(0);
    let numbers: Vec<u16> = (0..=last).collect();
    let choices: Vec<Choice> = std::iter::once(Choice::new("0", "No table yet"))
        .chain((1..=last + 1).map(|number| Choice::new(number.to_string(), format!("Table {number}"))))
        .collect();
    let onpropose = {
        let (propose, seats) = (propose.clone(), seats.parse::<u16>().unwrap_or(8).clamp(1, 40));
        Callback::from(move |()| propose.run(seats))
    };
    let onsave = {
        let (save, plan) = (save.clone(), plan_of(&seating));
        Callback::from(move |()| save.run(plan.clone()))
    };
    html! {
        <section class="flow" aria-labelledby="tables">
            <h2 id="tables" class="q1">{ "Tables" }</h2>
            <div class="row stretch">
                <TextField id="seats" kind="number" min="1" max="40" inputmode="numeric" class="narrow" label="Seats at a table" value={(*seats).clone()} oninput={{ let seats = seats.setter(); Callback::from(move |value: String| seats.set(value)) }} />
                <Button kind={ButtonKind::Quiet} icon="users" class="end" busy={propose.running} onclick={onpropose}>{ "Propose by school" }</Button>
            </div>
            if let Some(error) = propose.trouble.as_ref().or(save.trouble.as_ref()) { <p class="msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
            { for numbers.into_iter().map(|number| {
                let here: Vec<&InvitedGuest> = guests.iter().filter(|guest| seating.get(&guest.invitation.id).copied().unwrap_or(0) == number).collect();
                if here.is_empty() {
                    return html! {};
                }
                let people: usize = here.iter().map(|guest| heads(guest)).sum();
                html! {
                    <section class="card p flow t" key={number} aria-labelledby={format!("table-{number}")}>
                        <div class="row x">
                            <h3 id={format!("table-{number}")} class="q2">{ if number == 0 { "No table yet".to_owned() } else { format!("Table {number}") } }</h3>
                            <span class="sm mut">{ count(people, "person", "people") }</span>
                        </div>
                        <ul class="tl seats">
                            { for here.into_iter().map(|guest| {
                                let (seating, set, id, moved) = (seating.clone(), set.clone(), guest.invitation.id, moved.setter());
                                let onchange = Callback::from(move |value: AttrValue| {
                                    let mut now = (*seating).clone();
                                    now.insert(id, value.parse().unwrap_or(0));
                                    moved.set(Some(id));
                                    set.emit(now);
                                });
                                html! {
                                    <li key={id.to_string()}>
                                        <span><span dir="auto">{ guest.person.full() }</span>
                                            if !guest.invitation.guests.is_empty() { <span class="sm mut">{ format!(" with {}", guest.invitation.guests.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")) }</span> }
                                            <br /><span class="sm mut">{ guest.school.clone().unwrap_or_default() }</span>
                                        </span>
                                        <SelectField id={format!("seat-{id}")} label={format!("Table of {}", guest.person.full())} quiet=true options={choices.clone()} value={number.to_string()} {onchange} />
                                    </li>
                                }
                            }) }
                        </ul>
                    </section>
                }
            }) }
            <Button class="start" busy={save.running} onclick={onsave}>{ "Save the tables" }</Button>
        </section>
    }
}

/// In which order those awarded are called up: moved with buttons.
#[component]
fn Order(props: &PartProps) -> Html {
    let notices = use_notices();
    let id = props.celebration;
    let order = use_state(|| {
        // Whoever was invited as a school's lead may have been awarded since.
        let mut awarded: Vec<InvitedGuest> =
            props.guests.iter().filter(|guest| !guest.awards.is_empty()).cloned().collect();
        awarded.sort_by_cached_key(|guest| called_up(guest.running_order, guest.school.as_deref()));
        awarded
    });
    let said = use_state_eq(String::new);
    let hold = use_mut_ref(|| None::<Hold>);
    let save = {
        let hold = hold.clone();
        let (etag, onsaved) = (props.etag.clone(), props.onsaved.clone());
        use_action(
            move |list: RunningList| {
                let etag = etag.clone();
                async move { api::celebration::order(id, &list, &etag).await }
            },
            move |loaded| {
                hold.take();
                notices.say("The running list is saved. Certificates are printed in this order.");
                onsaved.emit(loaded);
            },
        )
    };
    let shift = |from: usize, to: usize| {
        let (order, said, hold) = (order.clone(), said.setter(), hold.clone());
        Callback::from(move |()| {
            // At its end a guest stays where they are.
            if from == to {
                return;
            }
            hold.borrow_mut().get_or_insert_with(Hold::new);
            let mut now = (*order).clone();
            let guest = now.remove(from);
            said.set(format!("{} is number {} of {}.", guest.person.full(), to + 1, now.len() + 1));
            now.insert(to, guest);
            order.set(now);
        })
    };
    let onsave = {
        let (save, list) =
            (save.clone(), RunningList { invitations: order.iter().map(|guest| guest.invitation.id).collect() });
        Callback::from(move |()| save.run(list.clone()))
    };
    let last = order.len().saturating_sub(1);
    html! {
        <section class="flow" aria-labelledby="order">
            <h2 id="order" class="q1">{ "Running list" }</h2>
            <p class="sm mut">{ "In this order people are called up, and certificates are printed." }</p>
            <p class="vh" role="status">{ (*said).clone() }</p>
            <ol class="tl">
                { for order.iter().enumerate().map(|(at, guest)| {
                    let name = guest.person.full();
                    let (up, down) = (shift(at, at.saturating_sub(1)), shift(at, (at + 1).min(last)));
                    html! {
                        <li key={guest.invitation.id.to_string()}>
                            <span><span class="num">{ format!("{}. ", at + 1) }</span><span dir="auto">{ &name }</span><br />
                                <span class="sm mut">{ [guest.school.clone().unwrap_or_default(), guest.awards.iter().map(|a| a.letters()).collect::<Vec<_>>().join(", ")].join(" · ") }</span>
                            </span>
                            <span class="row t n">
                                <Button kind={ButtonKind::Quiet} small=true onclick={up}><Icon name="arrow-up" /><span class="vh">{ format!("{name} earlier") }</span></Button>
                                <Button kind={ButtonKind::Quiet} small=true onclick={down}><Icon name="arrow-down" /><span class="vh">{ format!("{name} later") }</span></Button>
                            </span>
                        </li>
                    }
                }) }
            </ol>
            if let Some(error) = &save.trouble { <p class="msg" role="status"><Icon name="triangle-alert" />{ error.sentence() }</p> }
            <Button class="start" busy={save.running} onclick={onsave}>{ "Save the order" }</Button>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_the_tables_at_which_somebody_sits() {
        let guest = |n: u128| InvitationId::new(uuid::Uuid::from_u128(n));
        let seating: Seating = [(guest(1), 2), (guest(2), 0), (guest(3), 2), (guest(4), 1)].into();
        let plan = plan_of(&seating);
        assert_eq!(
            plan.tables.iter().map(|table| (table.number, table.invitations.len())).collect::<Vec<_>>(),
            [(1, 1), (2, 2)]
        );
    }
}
