//! All partner schools for the coordinator; for those who lead one, the way to their own.

use cairn_shared::person::{Phase, Role};
use cairn_shared::school::{AddSchool, SchoolName, SchoolSummary};
use cairn_shared::text::Line;
use yew::prelude::*;

use crate::api;
use crate::art::OneCairn;
use crate::hooks::{LoadState, use_action, use_key, use_pages};
use crate::notices::use_notices;
use crate::pages::person::{phase_choices, phase_name, use_search};
use crate::parts::{form_problems, problem_at};
use crate::router::{Route, replace, set_query, use_query};
use crate::session::{has, use_me};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Coming, Dialog, Empty, ErrorSummary, FormProblem, Go, LoadMore, Page,
    PageHeader, RowHead, Segmented, SelectField, Skeleton, Table, TextField, Trouble,
};

/// Schools.
#[component]
pub fn Schools() -> Html {
    let me = use_me();
    if has(&me, Role::Coordinator) {
        html! { <All /> }
    } else {
        html! { <Mine /> }
    }
}

/// The schools that one leads: with one alone, its page at once.
#[component]
fn Mine() -> Html {
    let me = use_me();
    let mine: Vec<_> = me.schools.iter().filter(|stay| stay.leads).cloned().collect();
    let only = match &mine[..] {
        [one] => Some(one.school_id),
        _ => None,
    };
    use_effect_with(only, |only| {
        if let Some(id) = only {
            replace(&Route::School(id.to_string().into()));
        }
    });
    if only.is_some() {
        return html! { <Coming title="Our school" label="Opening your school" /> };
    }
    html! {
        <Page title="Our school">
            if mine.is_empty() {
                <Empty
                    title="No school is in your care"
                    text="When the coordinator notes that you lead one, its page stands here."
                    picture={html! { <OneCairn stones=2 class="cairn-s" /> }}
                    level="h1"
                >
                    <Go to={Route::Help} button={ButtonKind::Quiet}>{ "Ask the coordinator" }</Go>
                </Empty>
            } else {
                <div class="read flow">
                    <h1>{ "Our schools" }</h1>
                    <ul class="tl">
                        { for mine.iter().map(|stay| html! {
                            <li>
                                <Go to={Route::School(stay.school_id.to_string().into())}>{ stay.school_name.as_str() }</Go>
                            </li>
                        }) }
                    </ul>
                </div>
            }
        </Page>
    }
}

#[component]
fn All() -> Html {
    let query = use_query();
    let (search, onsearch) = use_search();
    let adding = use_state(|| false);
    let words = query.get("search").unwrap_or_default().to_owned();
    let phase: Option<Phase> = query.get("phase").and_then(|code| code.parse().ok());
    let filtered = !words.is_empty() || phase.is_some();
    let schools = use_pages((words, phase), |(words, phase), after| async move {
        api::school::list(&words, phase, after.as_deref()).await
    });
    let add = {
        let adding = adding.setter();
        Callback::from(move |()| adding.set(true))
    };
    let choose = {
        let query = query.clone();
        Callback::from(move |value: AttrValue| set_query(&query.with("phase", &value)))
    };
    let list = match &schools.state {
        LoadState::Loading => html! { <Skeleton label="Loading schools" lines=6 /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={schools.reload.clone()} />
        },
        LoadState::Loaded(all) if all.is_empty() => html! {
            <Empty
                title={if filtered { "No school is found by this" } else { "No school is here yet" }}
                text={if filtered { "Try part of the name, or leave out the phase." } else { "Add the first; people join it afterwards." }}
                picture={html! { <OneCairn stones=1 class="cairn-s" /> }}
            >
                <Button icon="plus" onclick={add.clone()}>{ "Add a school" }</Button>
                if !filtered { <Go to={Route::PeopleImport} button={ButtonKind::Quiet} icon="upload">{ "Import a file" }</Go> }
            </Empty>
        },
        LoadState::Loaded(all) => html! {
            <>
                { table(all) }
                if let Some(error) = &schools.trouble {
                    <Trouble title="The rest did not come" detail={error.sentence()} again={schools.reload.clone()} />
                }
                <LoadMore more={schools.more} busy={schools.busy} onmore={schools.load_more.clone()} />
            </>
        },
    };
    html! {
        <Page title="Schools">
            <div class="flow l">
                <PageHeader
                    title="Schools"
                    actions={html! {
                        <>
                            <Button icon="plus" onclick={add}>{ "Add a school" }</Button>
                            <Go to={Route::PeopleImport} button={ButtonKind::Quiet} icon="upload">{ "Import a file" }</Go>
                        </>
                    }}
                />
                <div class="filters two" role="search" aria-label="Schools">
                    <TextField id="search" label="Name or URN" kind="search" value={search} oninput={onsearch} autocomplete="off" />
                    <SelectField
                        id="phase"
                        label="Phase"
                        options={phase_choices()}
                        blank="Both"
                        value={phase.map_or(AttrValue::default(), |p| AttrValue::Static(p.code()))}
                        onchange={choose}
                    />
                </div>
                { list }
            </div>
            if *adding {
                <AddDialog
                    onclose={{ let adding = adding.setter(); Callback::from(move |()| adding.set(false)) }}
                    ondone={schools.reload.clone()}
                />
            }
        </Page>
    }
}

fn table(schools: &[SchoolSummary]) -> Html {
    let columns =
        vec![Column::new("School"), Column::new("Phase"), Column::number("Mentors"), Column::number("Awards")];
    html! {
        <Table caption="Schools" {columns}>
            { for schools.iter().map(|school| html! {
                <tr>
                    <RowHead>
                        <Go to={Route::School(school.id.to_string().into())}>{ school.name.as_str() }</Go>
                        if let Some(urn) = &school.urn { <br /><span class="sm mut thin">{ format!("URN {urn}") }</span> }
                    </RowHead>
                    <Cell label="Phase">{ phase_name(school.phase) }</Cell>
                    <Cell label="Mentors" number=true>{ school.mentors }</Cell>
                    <Cell label="Awards" number=true>{ school.awards }</Cell>
                </tr>
            }) }
        </Table>
    }
}

#[derive(Properties, PartialEq)]
struct AddDialogProps {
    onclose: Callback<()>,
    ondone: Callback<()>,
}

const NAME: &str = "school-name";
const PHASE: &str = "school-phase";
const URN: &str = "school-urn";

/// Adding a school.
#[component]
fn AddDialog(props: &AddDialogProps) -> Html {
    let notices = use_notices();
    let name = use_state(String::new);
    let phase = use_state(|| None::<AttrValue>);
    let urn = use_state(String::new);
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let key = use_key();
    let add = {
        let (onclose, ondone) = (props.onclose.clone(), props.ondone.clone());
        use_action(
            move |school: AddSchool| {
                let key = key.clone();
                async move { api::school::add(&school, &key).await }
            },
            move |school: SchoolSummary| {
                notices.say(format!("{} is added.", school.name));
                ondone.emit(());
                onclose.emit(());
            },
        )
    };
    let mut shown = (*problems).clone();
    if let Some(error) = &add.trouble {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/name" => Some(AttrValue::Static(NAME)),
            "/phase" => Some(AttrValue::Static(PHASE)),
            "/urn" => Some(AttrValue::Static(URN)),
            _ => None,
        }));
    }
    let onsubmit = {
        let (name, phase, urn) = ((*name).clone(), (*phase).clone(), (*urn).clone());
        let (problems, sent, add) = (problems.setter(), sent.clone(), add.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut needs = Vec::new();
            let name = SchoolName::new(name.clone()).map_err(|e| needs.push(FormProblem::at(NAME, e.to_string())));
            let phase = phase.as_ref().and_then(|code| code.parse::<Phase>().ok());
            if phase.is_none() {
                needs.push(FormProblem::at(PHASE, "Choose the phase."));
            }
            let urn = match urn.trim() {
                "" => Ok(None),
                text => Line::new(text).map(Some).map_err(|e| needs.push(FormProblem::at(URN, e.to_string()))),
            };
            match (name, phase, urn) {
                (Ok(name), Some(phase), Ok(urn)) => add.run(AddSchool { name, phase, urn }),
                _ => add.clear(),
            }
            problems.set(needs);
            sent.set(*sent + 1);
        })
    };
    let write = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |text: String| state.set(text))
    };
    let phases: Vec<Choice> = phase_choices();
    html! {
        <Dialog open=true title="Add a school" onclose={props.onclose.clone()}>
            <form class="flow" novalidate=true {onsubmit}>
                <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(add.trouble.is_some())} />
                <TextField id={NAME} label="Name" maxlength={160} autocomplete="off" value={(*name).clone()} oninput={write(&name)} error={problem_at(&shown, NAME)} />
                <Segmented
                    id={PHASE}
                    legend="Phase"
                    options={phases}
                    value={(*phase).clone()}
                    onchange={{ let phase = phase.setter(); Callback::from(move |code| phase.set(Some(code))) }}
                    error={problem_at(&shown, PHASE)}
                />
                <TextField id={URN} label="Unique reference number (URN)" aside="If you have it" maxlength={12} inputmode="numeric" autocomplete="off" value={(*urn).clone()} oninput={write(&urn)} error={problem_at(&shown, URN)} />
                <div class="row">
                    <Button submit=true busy={add.running}>{ "Add it" }</Button>
                    <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                </div>
            </form>
        </Dialog>
    }
}
