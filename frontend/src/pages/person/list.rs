//! Everyone in the partnership, found by name, phase and role.

use cairn_shared::person::{AccountState, PersonSummary, Phase, Role};
use yew::prelude::*;

use super::invite::InviteDialog;
use crate::api;
use crate::api::person::PeopleFilter;
use crate::art::OneCairn;
use crate::browser::Timer;
use crate::hooks::{LoadState, use_pages};
use crate::pages::import::Letters;
use crate::router::{Route, set_query, use_query};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Empty, Go, LoadMore, Page, PageHeader, RowHead, SelectField, Skeleton,
    Table, Tag, TextField, Tone, Trouble,
};

/// "Primary".
pub fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Primary => "Primary",
        Phase::Secondary => "Secondary",
    }
}

/// The two phases to choose from.
pub fn phase_choices() -> Vec<Choice> {
    Phase::ALL.iter().map(|phase| Choice::new(phase.code(), phase_name(*phase))).collect()
}

/// Where an account stands.
pub fn account_tag(person: &PersonSummary) -> Html {
    match person.state {
        AccountState::Invited if person.invited_at.is_none() => {
            html! { <Tag tone={Tone::More} icon="circle-dashed">{ "To be invited" }</Tag> }
        }
        AccountState::Invited => html! { <Tag tone={Tone::More} icon="mail">{ "Invited" }</Tag> },
        AccountState::Active => html! { <Tag tone={Tone::Good} icon="circle-check">{ "In use" }</Tag> },
        AccountState::Left => html! { <Tag icon="door-open">{ "Has left" }</Tag> },
    }
}

/// What is written behind the question mark, a moment after the last key.
#[hook]
pub fn use_search() -> (String, Callback<String>) {
    let query = use_query();
    let text = use_state(|| query.get("search").unwrap_or_default().to_owned());
    let timer = use_mut_ref(|| None::<Timer>);
    let latest = use_mut_ref(|| query.clone());
    *latest.borrow_mut() = query;
    let oninput = {
        let text = text.setter();
        Callback::from(move |typed: String| {
            text.set(typed.clone());
            let latest = latest.clone();
            *timer.borrow_mut() = Some(Timer::after(300, move || {
                let query = latest.borrow().with("search", typed.trim());
                set_query(&query);
            }));
        })
    };
    ((*text).clone(), oninput)
}

/// Everyone.
#[component]
pub fn People() -> Html {
    let query = use_query();
    let (search, onsearch) = use_search();
    let inviting = use_state(|| false);
    let filter = PeopleFilter {
        search: query.get("search").unwrap_or_default().to_owned(),
        phase: query.get("phase").and_then(|code| code.parse().ok()),
        role: query.get("role").and_then(|code| code.parse().ok()),
    };
    let filtered = filter != PeopleFilter::default();
    let people =
        use_pages(filter.clone(), |filter, after| async move { api::person::list(&filter, after.as_deref()).await });
    let choose = |key: &'static str| {
        let query = query.clone();
        Callback::from(move |value: AttrValue| set_query(&query.with(key, &value)))
    };
    let invite = {
        let inviting = inviting.setter();
        Callback::from(move |()| inviting.set(true))
    };
    let roles: Vec<Choice> = Role::ALL.iter().map(|role| Choice::new(role.code(), role.title())).collect();
    let list = match &people.state {
        LoadState::Loading => html! { <Skeleton label="Loading people" lines=6 /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={people.reload.clone()} />
        },
        LoadState::Loaded(all) if all.is_empty() => html! {
            <Empty
                title={if filtered { "Nobody is found by this" } else { "Nobody is here yet" }}
                text={if filtered { "Try part of the name, or leave out the phase or the role." } else { "Add the first person; they hear by e-mail." }}
                picture={html! { <OneCairn stones=1 class="cairn-s" /> }}
            >
                <Button icon="plus" onclick={invite.clone()}>{ "Add someone" }</Button>
                if !filtered { <Go to={Route::PeopleImport} button={ButtonKind::Quiet} icon="upload">{ "Import a file" }</Go> }
            </Empty>
        },
        LoadState::Loaded(all) => html! {
            <>
                { table(all) }
                if let Some(error) = &people.trouble {
                    <Trouble title="The rest did not come" detail={error.sentence()} again={people.reload.clone()} />
                }
                <LoadMore more={people.more} busy={people.busy} onmore={people.load_more.clone()} />
            </>
        },
    };
    html! {
        <Page title="People">
            <div class="flow l">
                <PageHeader
                    title="People"
                    lead={html! { { "Everyone in the partnership. What they write stays theirs; here are their names, roles and schools." } }}
                    actions={html! {
                        <>
                            <Button icon="plus" onclick={invite}>{ "Add someone" }</Button>
                            <Go to={Route::PeopleImport} button={ButtonKind::Quiet} icon="upload">{ "Import a file" }</Go>
                        </>
                    }}
                />
                <Letters ondone={people.reload.clone()} />
                <div class="filters" role="search" aria-label="People">
                    <TextField id="search" label="Name or e-mail address" kind="search" value={search} oninput={onsearch} autocomplete="off" />
                    <SelectField
                        id="phase"
                        label="Phase"
                        options={phase_choices()}
                        blank="Both"
                        value={filter.phase.map_or(AttrValue::default(), |p| AttrValue::Static(p.code()))}
                        onchange={choose("phase")}
                    />
                    <SelectField
                        id="role"
                        label="Role"
                        options={roles}
                        blank="Any"
                        value={filter.role.map_or(AttrValue::default(), |r| AttrValue::Static(r.code()))}
                        onchange={choose("role")}
                    />
                </div>
                { list }
            </div>
            if *inviting {
                <InviteDialog
                    onclose={{ let inviting = inviting.setter(); Callback::from(move |()| inviting.set(false)) }}
                    ondone={people.reload.clone()}
                />
            }
        </Page>
    }
}

fn table(people: &[PersonSummary]) -> Html {
    let columns = vec![
        Column::new("Name"),
        Column::new("School"),
        Column::new("Phase"),
        Column::new("Roles"),
        Column::new("Account"),
    ];
    html! {
        <Table caption="People" {columns}>
            { for people.iter().map(|person| {
                let id = person.name.id.to_string();
                let schools: Vec<_> = person.schools.iter().map(|s| s.school_name.to_string()).collect();
                let roles: Vec<_> = person.roles.iter().map(|role| role.title()).collect();
                html! {
                    <tr>
                        <RowHead>
                            <Go to={Route::Person(id.into())}>{ person.name.full() }</Go>
                            <br /><span class="sm mut thin">{ person.email.as_str() }</span>
                        </RowHead>
                        <Cell label="School">{ if schools.is_empty() { "–".to_owned() } else { schools.join(", ") } }</Cell>
                        <Cell label="Phase">{ person.phase.map_or("–", phase_name) }</Cell>
                        <Cell label="Roles">{ if roles.is_empty() { "–".to_owned() } else { roles.join(", ") } }</Cell>
                        <Cell label="Account">
                            { account_tag(person) }
                            if person.undelivered_at.is_some() { { " " }<Tag tone={Tone::More} icon="mail">{ "Letter came back" }</Tag> }
                        </Cell>
                    </tr>
                }
            }) }
        </Table>
    }
}
