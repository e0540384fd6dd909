//! Who reads and decides in a round, and naming them.

use cairn_shared::ids::PersonId;
use cairn_shared::person::{PersonName, PersonSummary};
use cairn_shared::round::{NamePanel, RoundDetail, RoundPhase};
use yew::prelude::*;

use crate::api::{self, Loaded};
use crate::hooks::{LoadState, use_action, use_loaded};
use crate::notices::use_notices;
use crate::parts::{form_problems, problem_at};
use crate::ui::{
    Button, ButtonKind, Check, CheckGroup, Choice, Details, Dialog, ErrorSummary, FormProblem, Note, SelectField,
    Skeleton, Tone, Trouble,
};
use crate::words::{count, number, sentence};

/// The panel of a round.
#[derive(Properties, PartialEq)]
pub struct PanelProps {
    /// The round.
    pub detail: RoundDetail,
    /// The tag that an edit must name.
    pub etag: Option<String>,
    /// Whether the person may name the panel.
    pub coordinates: bool,
    /// Told how the round stands.
    pub on_round: Callback<Loaded<RoundDetail>>,
    /// Loads the round anew.
    pub again: Callback<()>,
}

/// Who reads and decides.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let PanelProps { detail, .. } = props;
    let naming = use_state(|| false);
    let named = !detail.panel.is_empty();
    html! {
        <section class="card p flow t" aria-labelledby="panel">
            <h2 id="panel" class="q2">{ "Panel" }</h2>
            if named {
                <dl class="kv">
                    if let Some(chair) = &detail.chair { <dt>{ "Chair" }</dt><dd>{ chair.full() }</dd> }
                    if let Some(deputy) = &detail.deputy { <dt>{ "Deputy" }</dt><dd>{ deputy.full() }</dd> }
                </dl>
                <Details
                    summary={format!("{}, and what they read", count(detail.panel.len(), "member", "members"))}
                    open={detail.panel.len() <= 7}
                >
                    <ul class="members">
                        { for detail.panel.iter().map(|member| html! {
                            <li key={member.person.id.to_string()} class="row x t">
                                <span>{ member.person.full() }</span>
                                <span class="sm mut nw">
                                    { match (member.assigned, member.sent) {
                                        (0, _) => "nothing to read yet".to_owned(),
                                        (assigned, sent) => format!("{sent} of {assigned} views in"),
                                    } }
                                </span>
                            </li>
                        }) }
                    </ul>
                </Details>
            } else {
                <p class="mut">{ "Nobody is named yet. Deciding needs the chair and three more." }</p>
            }
            if props.coordinates && detail.round.phase != RoundPhase::Released {
                <Button
                    kind={ButtonKind::Quiet}
                    small=true
                    icon="users"
                    class="start"
                    onclick={{ let naming = naming.setter(); Callback::from(move |()| naming.set(true)) }}
                >
                    { if named { "Change the panel" } else { "Name the panel" } }
                </Button>
            }
            if *naming {
                <PanelDialog
                    detail={detail.clone()}
                    etag={props.etag.clone()}
                    on_round={props.on_round.clone()}
                    again={props.again.clone()}
                    onclose={{ let naming = naming.setter(); Callback::from(move |()| naming.set(false)) }}
                />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PanelDialogProps {
    detail: RoundDetail,
    etag: Option<String>,
    on_round: Callback<Loaded<RoundDetail>>,
    again: Callback<()>,
    onclose: Callback<()>,
}

const MEMBERS: &str = "panel-members";
const CHAIR: &str = "panel-chair";
const DEPUTY: &str = "panel-deputy";

/// Someone who may be named, with a line that says where they are from.
#[derive(Clone, PartialEq)]
struct Candidate {
    person: PersonName,
    from: String,
}

fn candidates(people: &[PersonSummary], detail: &RoundDetail) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = people
        .iter()
        .map(|person| Candidate {
            person: person.name.clone(),
            from: person.schools.iter().map(|s| s.school_name.to_string()).collect::<Vec<_>>().join(", "),
        })
        .collect();
    // Someone who was named stays in sight, also where the role has ended since.
    for member in &detail.panel {
        if !all.iter().any(|c| c.person.id == member.person.id) {
            all.push(Candidate { person: member.person.clone(), from: String::new() });
        }
    }
    all.sort_by_key(|c| (c.person.family_name.to_string().to_ascii_lowercase(), c.person.given_name.to_string()));
    all
}

fn complete(members: &[PersonId], chair: &str, deputy: &str) -> Result<NamePanel, Vec<FormProblem>> {
    let mut needs = Vec::new();
    if members.is_empty() {
        needs.push(FormProblem::at(MEMBERS, "Tick those who read and decide."));
    }
    let on_panel = |id: &PersonId| members.contains(id);
    let chair = chair.parse::<PersonId>().ok().filter(on_panel);
    if chair.is_none() {
        needs.push(FormProblem::at(CHAIR, "Choose who chairs, from those that you ticked."));
    }
    let deputy = deputy.parse::<PersonId>().ok().filter(on_panel);
    if deputy.is_some() && deputy == chair {
        needs.push(FormProblem::at(DEPUTY, "The deputy stands in for the chair, so choose someone else."));
    }
    match chair {
        Some(chair) if needs.is_empty() => Ok(NamePanel { chair, deputy, members: members.to_vec() }),
        _ => Err(needs),
    }
}

#[component]
fn PanelDialog(props: &PanelDialogProps) -> Html {
    let PanelDialogProps { detail, .. } = props;
    let notices = use_notices();
    let people = use_loaded((), |()| api::person::reviewers());
    let members = use_state(|| detail.panel.iter().map(|m| m.person.id).collect::<Vec<_>>());
    let code = |who: &Option<PersonName>| AttrValue::from(who.as_ref().map(|p| p.id.to_string()).unwrap_or_default());
    let chair = use_state(|| code(&detail.chair));
    let deputy = use_state(|| code(&detail.deputy));
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    let name = {
        let (id, etag) = (detail.round.id, props.etag.clone().unwrap_or_default());
        let (on_round, onclose) = (props.on_round.clone(), props.onclose.clone());
        use_action(
            move |panel: NamePanel| {
                let etag = etag.clone();
                async move { api::round::name_panel(id, &panel, &etag).await }
            },
            move |loaded| {
                on_round.emit(loaded);
                onclose.emit(());
                notices.say("The panel is named.");
            },
        )
    };
    use_effect_with(name.trouble.clone(), {
        let again = props.again.clone();
        move |trouble| {
            if trouble.as_ref().is_some_and(|e| e.is_stale()) {
                again.emit(());
            }
        }
    });
    let mut shown = (*problems).clone();
    if let Some(error) = &name.trouble {
        shown.extend(form_problems(error, |pointer| match pointer.split('/').nth(1) {
            Some("chair") => Some(AttrValue::Static(CHAIR)),
            Some("deputy") => Some(AttrValue::Static(DEPUTY)),
            Some("members") => Some(AttrValue::Static(MEMBERS)),
            _ => None,
        }));
    }
    let onsubmit = {
        let (members, chair, deputy) = ((*members).clone(), (*chair).clone(), (*deputy).clone());
        let (problems, sent, name) = (problems.setter(), sent.clone(), name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match complete(&members, &chair, &deputy) {
                Ok(panel) => {
                    problems.set(Vec::new());
                    name.run(panel);
                }
                Err(needs) => {
                    name.clear();
                    problems.set(needs);
                }
            }
        })
    };
    let body = match &people.state {
        LoadState::Loading => html! { <Skeleton label="Loading those who may read" card=false /> },
        LoadState::Problem(error) => html! {
            <Trouble title={error.title.clone()} detail={error.sentence()} again={people.reloader()} />
        },
        LoadState::Loaded(people) => {
            let all = candidates(people, detail);
            let ticked: Vec<Choice> = all
                .iter()
                .filter(|c| members.contains(&c.person.id))
                .map(|c| Choice::new(c.person.id.to_string(), c.person.full()))
                .collect();
            let choose = |state: &UseStateHandle<AttrValue>| {
                let state = state.setter();
                Callback::from(move |value| state.set(value))
            };
            html! {
                <form class="flow" novalidate=true {onsubmit}>
                    <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(name.trouble.is_some())} />
                    if all.is_empty() {
                        <Note tone={Tone::More}><p>{ "Nobody has the role “Panel member” yet. Give it to people first." }</p></Note>
                    }
                    <CheckGroup
                        legend={format!("Who reads and decides? {} so far", sentence(&number(members.len())))}
                        error={problem_at(&shown, MEMBERS)}
                    >
                        <div class="columns">
                            { for all.iter().enumerate().map(|(i, candidate)| {
                                let id = candidate.person.id;
                                let onchange = {
                                    let members = members.clone();
                                    Callback::from(move |on: bool| {
                                        let mut now: Vec<_> = members.iter().copied().filter(|m| *m != id).collect();
                                        if on {
                                            now.push(id);
                                        }
                                        members.set(now);
                                    })
                                };
                                let hint = (!candidate.from.is_empty()).then(|| AttrValue::from(candidate.from.clone()));
                                html! {
                                    <Check
                                        key={id.to_string()}
                                        id={(i == 0).then_some(AttrValue::Static(MEMBERS))}
                                        checked={members.contains(&id)}
                                        {hint}
                                        {onchange}
                                    >
                                        { candidate.person.full() }
                                    </Check>
                                }
                            }) }
                        </div>
                    </CheckGroup>
                    <div class="g2">
                        <SelectField
                            id={CHAIR}
                            label="Who chairs?"
                            options={ticked.clone()}
                            blank="Choose from those ticked"
                            value={(*chair).clone()}
                            onchange={choose(&chair)}
                            error={problem_at(&shown, CHAIR)}
                        />
                        <SelectField
                            id={DEPUTY}
                            label="Who stands in?"
                            aside="For what the chair may not decide"
                            options={ticked}
                            blank="Nobody yet"
                            value={(*deputy).clone()}
                            onchange={choose(&deputy)}
                            error={problem_at(&shown, DEPUTY)}
                        />
                    </div>
                    <p class="sm mut">{ "Deciding on a portfolio needs the chair, or the deputy, and three more without a conflict. Six or seven make that easy." }</p>
                    <div class="row">
                        <Button submit=true busy={name.running}>{ "Name this panel" }</Button>
                        <Button kind={ButtonKind::Text} onclick={props.onclose.clone()}>{ "Not now" }</Button>
                    </div>
                </form>
            }
        }
    };
    html! {
        <Dialog open=true class="wide" title={format!("The panel of {}", detail.round.name)} onclose={props.onclose.clone()}>
            { body }
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> PersonId {
        format!("00000000-0000-7000-8000-{n:012}").parse().unwrap()
    }

    #[test]
    fn a_panel_has_members_and_a_chair_among_them() {
        let fields = |result: Result<NamePanel, Vec<FormProblem>>| -> Vec<String> {
            result.unwrap_err().into_iter().map(|p| p.field.to_string()).collect()
        };
        assert_eq!(fields(complete(&[], "", "")), [MEMBERS, CHAIR]);
        assert_eq!(fields(complete(&[id(1)], &id(2).to_string(), "")), [CHAIR]);
        assert_eq!(fields(complete(&[id(1)], &id(1).to_string(), &id(1).to_string())), [DEPUTY]);
        let panel = complete(&[id(1), id(2)], &id(1).to_string(), &id(2).to_string()).unwrap();
        assert_eq!((panel.chair, panel.deputy), (id(1), Some(id(2))));
    }
}
