//! One person: their name, address, phase and roles, and the schools that they are at.

use cairn_shared::ids::{PersonId, SchoolId};
use cairn_shared::person::{AccountState, EditPerson, Name, PersonSummary, SchoolMembership};
use cairn_shared::text::Email;
use cairn_shared::time::Timestamp;
use yew::prelude::*;

use super::invite::role_choices;
use super::list::{account_tag, phase_choices};
use super::second_step::LostPhone;
use super::sessions::LostDevice;
use crate::api::person::Join;
use crate::api::{self, Key, Loaded};
use crate::hooks::{use_action, use_key, use_loaded};
use crate::notices::use_notices;
use crate::pages::school::SchoolFinder;
use crate::parts::{form_problems, framed, problem_at};
use crate::router::{Hold, Route};
use crate::session::use_me;
use crate::ui::{
    Back, Button, ButtonKind, Check, ErrorSummary, FormProblem, Go, Note, Page, PageHeader, Picker, SelectField, Tag,
    TextField, Tone, Trouble,
};
use crate::words::{Day, Moment};

/// Which person.
#[derive(Properties, PartialEq)]
pub struct PersonProps {
    /// The person.
    pub id: PersonId,
}

/// One person.
#[component]
pub fn Person(props: &PersonProps) -> Html {
    let load = use_loaded(props.id, api::person::read);
    let on_person = {
        let load = load.clone();
        Callback::from(move |loaded: Loaded<PersonSummary>| load.put(loaded))
    };
    framed(&load, "Person", |loaded| {
        let person = &loaded.value;
        html! {
            <Page title={person.name.full()}>
                <div class="flow l">
                    <PageHeader
                        title={person.name.full()}
                        back={html! { <Back to={Route::People}>{ "People" }</Back> }}
                        eyebrow={html! { { person.email.as_str() } }}
                        actions={account_tag(person)}
                    />
                    if let Some(at) = person.undelivered_at { <Undelivered state={person.state} day={Day::from(at.london_date())} /> }
                    if person.state == AccountState::Invited {
                        <Invited
                            id={props.id}
                            name={person.name.given_name.to_string()}
                            at={person.invited_at}
                            again={load.reloader()}
                        />
                    }
                    if person.roles.iter().any(|role| role.writes()) && person.state != AccountState::Left {
                        <p><Go to={Route::PersonPaper(props.id.to_string().into())} button={ButtonKind::Quiet} icon="package">{ "Register a paper portfolio" }</Go></p>
                    }
                    <div class="split">
                        <Edit
                            key={loaded.etag.clone().unwrap_or_default()}
                            person={person.clone()}
                            etag={loaded.etag.clone()}
                            {on_person}
                            again={load.reloader()}
                        />
                        <Schools person={person.clone()} again={load.reloader()} />
                    </div>
                    if person.state == AccountState::Active {
                        <LostPhone id={props.id} name={person.name.given_name.to_string()} />
                        <LostDevice id={props.id} name={person.name.given_name.to_string()} />
                    }
                </div>
            </Page>
        }
    })
}

#[derive(Properties, PartialEq)]
struct UndeliveredProps {
    state: AccountState,
    day: Day,
}

/// The last letter to them did not arrive, and what can be done about it.
#[component]
fn Undelivered(props: &UndeliveredProps) -> Html {
    let what = match props.state {
        AccountState::Invited => {
            "Look whether the address below is right. Once it is put right, an invitation goes to it by itself."
        }
        AccountState::Active => {
            "Ask them which address they have now. They change it themselves, under “Your account”."
        }
        AccountState::Left => "They have left the partnership, so perhaps nobody has this address any more.",
    };
    html! {
        <Note tone={Tone::More} icon="mail" title={format!("The last letter to them could not be delivered, on {}.", props.day.long())}>
            <p>{ what }</p>
        </Note>
    }
}

#[derive(Properties, PartialEq)]
struct InvitedProps {
    id: PersonId,
    name: AttrValue,
    at: Option<Timestamp>,
    again: Callback<()>,
}

/// Has not signed in yet; may be invited, or invited once more.
#[component]
fn Invited(props: &InvitedProps) -> Html {
    let notices = use_notices();
    let key = use_key();
    let again = {
        let (id, name, first, reload) = (props.id, props.name.clone(), props.at.is_none(), props.again.clone());
        use_action(
            move |()| {
                let key = key.clone();
                async move { api::person::invite_again(id, &key).await }
            },
            move |()| {
                notices.say(match first {
                    true => format!("An invitation is on its way to {name}."),
                    false => format!("Another invitation is on its way to {name}."),
                });
                reload.emit(());
            },
        )
    };
    let (title, words) = match props.at {
        None => (format!("{} has not been invited yet.", props.name), "Send the invitation"),
        Some(at) => {
            let day = Moment::from(at).day().long();
            (format!("{} was invited on {day}, and has not signed in yet.", props.name), "Send the invitation again")
        }
    };
    html! {
        <Note tone={Tone::More} icon="mail" {title}>
            if let Some(error) = &again.trouble { <p>{ error.sentence() }</p> }
            <p class="row t">
                <Button small=true kind={ButtonKind::Quiet} busy={again.running} onclick={again.runner()}>{ words }</Button>
            </p>
        </Note>
    }
}

const GIVEN: &str = "given-name";
const FAMILY: &str = "family-name";
const EMAIL: &str = "email";
const PHASE: &str = "phase";
const ROLES: &str = "roles";

#[derive(Properties, PartialEq)]
struct EditProps {
    person: PersonSummary,
    etag: Option<String>,
    on_person: Callback<Loaded<PersonSummary>>,
    again: Callback<()>,
}

/// Name, phase and roles.
#[component]
fn Edit(props: &EditProps) -> Html {
    let EditProps { person, .. } = props;
    // Who has signed in changes their address themselves.
    let invited = person.state == AccountState::Invited;
    let notices = use_notices();
    let given = use_state(|| person.name.given_name.to_string());
    let family = use_state(|| person.name.family_name.to_string());
    let email = use_state(|| person.email.to_string());
    let phase = use_state(|| person.phase.map_or(AttrValue::default(), |p| AttrValue::Static(p.code())));
    let roles = use_state(|| person.roles.iter().map(|r| AttrValue::Static(r.code())).collect::<Vec<_>>());
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let hold = use_mut_ref(|| None::<Hold>);
    let keep = {
        let (id, etag, hold, on_person) = (person.name.id, props.etag.clone(), hold.clone(), props.on_person.clone());
        use_action(
            move |change: EditPerson| {
                let etag = etag.clone();
                async move { api::person::edit(id, &change, etag.as_deref()).await }
            },
            move |loaded: Loaded<PersonSummary>| {
                hold.take();
                notices.say(format!("{} is up to date.", loaded.value.name.full()));
                on_person.emit(loaded);
            },
        )
    };
    let stale = keep.trouble.as_ref().is_some_and(|e| e.is_stale());
    let mut shown = (*problems).clone();
    if let Some(error) = keep.trouble.as_ref().filter(|_| !stale) {
        shown.extend(form_problems(error, |pointer| match pointer.split('/').nth(1) {
            Some("given_name") => Some(AttrValue::Static(GIVEN)),
            Some("family_name") => Some(AttrValue::Static(FAMILY)),
            Some("email") => Some(AttrValue::Static(EMAIL)),
            Some("phase") => Some(AttrValue::Static(PHASE)),
            Some("roles") => Some(AttrValue::Static(ROLES)),
            _ => None,
        }));
    }
    let touch = move || {
        hold.borrow_mut().get_or_insert_with(Hold::new);
    };
    let onsubmit = {
        let (given, family, phase, roles) = ((*given).clone(), (*family).clone(), (*phase).clone(), (*roles).clone());
        let email = invited.then(|| (*email).clone());
        let (problems, sent, keep) = (problems.setter(), sent.clone(), keep.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let given = Name::new(given.clone()).map_err(|e| needs.push(FormProblem::at(GIVEN, e.to_string())));
            let family = Name::new(family.clone()).map_err(|e| needs.push(FormProblem::at(FAMILY, e.to_string())));
            let email = email.clone().map(Email::new).transpose();
            let email = email.map_err(|e| needs.push(FormProblem::at(EMAIL, e.to_string())));
            match (given, family, email) {
                (Ok(given), Ok(family), Ok(email)) => keep.run(EditPerson {
                    given_name: Some(given),
                    family_name: Some(family),
                    email,
                    phase: phase.parse().ok(),
                    roles: Some(roles.iter().filter_map(|code| code.parse().ok()).collect()),
                }),
                _ => keep.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = |state: &UseStateHandle<String>| {
        let (state, touch) = (state.setter(), touch.clone());
        Callback::from(move |text: String| {
            touch();
            state.set(text);
        })
    };
    html! {
        <form class="card flow" novalidate=true aria-labelledby="who" {onsubmit}>
            <h2 id="who" class="q1">{ if invited { "Name, address, phase and roles" } else { "Name, phase and roles" } }</h2>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(keep.trouble.is_some())} />
            if stale {
                <Trouble
                    title="Somebody else changed this in the meantime"
                    detail="What you wrote is still here. Load what is there now, and write it again."
                    label="Load what is there now"
                    again={props.again.clone()}
                />
            }
            <div class="g2">
                <TextField id={GIVEN} label="Given name" maxlength={80} autocomplete="off" value={(*given).clone()} oninput={write(&given)} error={problem_at(&shown, GIVEN)} />
                <TextField id={FAMILY} label="Family name" maxlength={80} autocomplete="off" value={(*family).clone()} oninput={write(&family)} error={problem_at(&shown, FAMILY)} />
            </div>
            if invited {
                <TextField id={EMAIL} label="Email" hint={person.invited_at.map(|_| "If you change it, another invitation goes to the new address.")} kind="email" autocomplete="off" spellcheck=false value={(*email).clone()} oninput={write(&email)} error={problem_at(&shown, EMAIL)} />
            }
            <SelectField
                id={PHASE}
                label="Phase"
                options={phase_choices()}
                blank={person.phase.is_none().then_some(AttrValue::Static("Not said"))}
                value={(*phase).clone()}
                onchange={{
                    let (phase, touch) = (phase.setter(), touch.clone());
                    Callback::from(move |code| { touch(); phase.set(code); })
                }}
                error={problem_at(&shown, PHASE)}
            />
            <Picker
                id={ROLES}
                legend="What may they do?"
                hint="One person may hold several. Who chairs a panel is said by each round."
                options={role_choices()}
                chosen={(*roles).clone()}
                onchange={{
                    let (roles, touch) = (roles.setter(), touch.clone());
                    Callback::from(move |chosen| { touch(); roles.set(chosen); })
                }}
                error={problem_at(&shown, ROLES)}
            />
            <Button submit=true class="start" busy={keep.running}>{ "Keep it" }</Button>
        </form>
    }
}

const SCHOOL: &str = "join-school";
const SINCE: &str = "join-since";

#[derive(Properties, PartialEq)]
struct SchoolsProps {
    person: PersonSummary,
    again: Callback<()>,
}

/// Stays of today. One that ends today gives way to one at the same school that goes on.
fn now_at(stays: &[SchoolMembership]) -> impl Iterator<Item = &SchoolMembership> {
    let goes_on = |id: SchoolId| stays.iter().any(|stay| stay.school_id == id && stay.until.is_none());
    stays.iter().filter(move |stay| stay.until.is_none() || !goes_on(stay.school_id))
}

/// The schools that they are at: joining and leaving.
#[component]
fn Schools(props: &SchoolsProps) -> Html {
    let SchoolsProps { person, .. } = props;
    let me = use_me();
    let notices = use_notices();
    let id = person.name.id;
    let school = use_state(|| None::<SchoolId>);
    let since = use_state(|| me.today.to_string());
    let leads = use_state(|| false);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let join = {
        let (again, school, leads, notices) = (props.again.clone(), school.setter(), leads.setter(), notices.clone());
        use_action(
            move |join: Join| {
                let key = key.clone();
                async move { api::person::join_school(id, &join, &key).await }
            },
            move |()| {
                notices.say("The school is added.");
                school.set(None);
                leads.set(false);
                again.emit(());
            },
        )
    };
    let back = {
        let again = props.again.clone();
        use_action(
            move |stay: SchoolMembership| async move {
                let join = Join { school_id: stay.school_id, since: Some(stay.since), leads: stay.leads };
                api::person::join_school(id, &join, &Key::new()).await
            },
            move |()| again.emit(()),
        )
    };
    let leave = {
        let (again, back) = (props.again.clone(), back.runner());
        use_action(
            move |stay: SchoolMembership| async move { api::person::leave_school(id, stay.school_id).await.map(|()| stay) },
            move |stay: SchoolMembership| {
                let words = format!("Has left {}. It stays on record, for conflicts of interest.", stay.school_name);
                notices.say_with_undo(words, back.reform(move |()| stay.clone()));
                again.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &join.trouble {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/school_id" => Some(AttrValue::Static(SCHOOL)),
            "/since" => Some(AttrValue::Static(SINCE)),
            _ => None,
        }));
    }
    let onsubmit = {
        let (school, since, leads) = (*school, (*since).clone(), *leads);
        let (problems, sent, join) = (problems.setter(), sent.clone(), join.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            if school.is_none() {
                needs.push(FormProblem::at(SCHOOL, "Choose a school."));
            }
            let first = match since.as_str() {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| {
                    needs.push(FormProblem::at(SINCE, "Give the first day, or leave it empty for today."))
                }),
            };
            match (school, first) {
                (Some(school_id), Ok(since)) => join.run(Join { school_id, since, leads }),
                _ => join.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    html! {
        <aside class="flow" aria-label="Schools">
            <section class="card p flow t">
                <h2 class="q2">{ "Schools" }</h2>
                if let Some(error) = leave.trouble.as_ref().or(back.trouble.as_ref()) {
                    <Trouble title="That did not go through" detail={error.sentence()} again={props.again.clone()} />
                }
                if person.schools.is_empty() {
                    <p class="mut">{ "At no school just now." }</p>
                } else {
                    <ul class="tl">
                        { for now_at(&person.schools).map(|stay| {
                            let gone = stay.clone();
                            let until = stay.until.map(|until| format!(" until {}", Day::from(until).with_year())).unwrap_or_default();
                            html! {
                                <li>
                                    <span>
                                        <Go to={Route::School(stay.school_id.to_string().into())}>{ stay.school_name.as_str() }</Go>
                                        <br /><span class="sm mut">{ format!("Since {}{until}", Day::from(stay.since).with_year()) }</span>
                                        if stay.leads { <br /><Tag tone={Tone::Info} icon="school">{ "Leads" }</Tag> }
                                    </span>
                                    if stay.until.is_none() {
                                        <Button small=true kind={ButtonKind::Text} busy={leave.running} onclick={leave.runner().reform(move |()| gone.clone())}>
                                            { "Has left" }<span class="vh">{ format!(" {}", stay.school_name) }</span>
                                        </Button>
                                    }
                                </li>
                            }
                        }) }
                    </ul>
                }
            </section>
            <form class="card p flow" novalidate=true aria-labelledby="join" {onsubmit}>
                <h2 id="join" class="q2">{ "Add a school" }</h2>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(join.trouble.is_some())} />
                <SchoolFinder
                    id={SCHOOL}
                    label="School"
                    value={*school}
                    onchange={{ let school = school.setter(); Callback::from(move |id| school.set(id)) }}
                    error={problem_at(&shown, SCHOOL)}
                />
                <TextField
                    id={SINCE}
                    label="First day there"
                    kind="date"
                    value={(*since).clone()}
                    oninput={{ let since = since.setter(); Callback::from(move |text| since.set(text)) }}
                    error={problem_at(&shown, SINCE)}
                />
                <Check
                    checked={*leads}
                    onchange={{ let leads = leads.setter(); Callback::from(move |on| leads.set(on)) }}
                    hint="Sees the school’s page: its people, awards, and stages where they agreed."
                >
                    { "Leads the school, or its work with trainees" }
                </Check>
                <Button submit=true kind={ButtonKind::Quiet} class="start" busy={join.running}>{ "Add it" }</Button>
            </form>
        </aside>
    }
}
