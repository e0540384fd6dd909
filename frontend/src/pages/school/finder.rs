//! Finding one school among hundreds: a few letters of its name, then a choice.

use cairn_shared::ids::SchoolId;
use cairn_shared::list::Page;
use cairn_shared::school::SchoolSummary;
use yew::prelude::*;

use crate::api;
use crate::browser::Timer;
use crate::hooks::{LoadState, use_loaded};
use crate::pages::person::phase_name;
use crate::ui::{Choice, SelectField, TextField};

/// Which school.
#[derive(Properties, PartialEq)]
pub struct SchoolFinderProps {
    /// The id of the choice, where the error summary leads.
    pub id: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// Small words after the label.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// The school that is chosen.
    pub value: Option<SchoolId>,
    /// Told which is chosen now.
    pub onchange: Callback<Option<SchoolId>>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
}

/// Finding one school.
#[component]
pub fn SchoolFinder(props: &SchoolFinderProps) -> Html {
    let text = use_state(String::new);
    let sought = use_state(String::new);
    let timer = use_mut_ref(|| None::<Timer>);
    // What was chosen stays in the list while one looks for others.
    let chosen = use_mut_ref(|| None::<SchoolSummary>);
    let found = use_loaded((*sought).clone(), |words| async move { api::school::list(&words, None, None).await });
    let schools = match &found.state {
        LoadState::Loaded(page) => Page::<SchoolSummary>::clone(page),
        _ => Page { items: Vec::new(), next: None },
    };
    let mut all = schools.items.clone();
    if let Some(school) = chosen.borrow().as_ref().filter(|s| props.value == Some(s.id))
        && !all.iter().any(|s| s.id == school.id)
    {
        all.insert(0, school.clone());
    }
    let options: Vec<Choice> = all
        .iter()
        .map(|school| {
            Choice::new(
                school.id.to_string(),
                format!("{}, {}", school.name, phase_name(school.phase).to_ascii_lowercase()),
            )
        })
        .collect();
    let hint = match &found.state {
        LoadState::Problem(error) => error.sentence(),
        LoadState::Loaded(_) if all.is_empty() => "No school is found by these letters.".to_owned(),
        LoadState::Loaded(_) if schools.next.is_some() => "There are more: write a few letters of the name.".to_owned(),
        _ => String::new(),
    };
    let oninput = {
        let (text, sought) = (text.setter(), sought.setter());
        Callback::from(move |typed: String| {
            text.set(typed.clone());
            let sought = sought.clone();
            *timer.borrow_mut() = Some(Timer::after(300, move || sought.set(typed)));
        })
    };
    let onchange = {
        let onchange = props.onchange.clone();
        Callback::from(move |code: AttrValue| {
            let id = code.parse::<SchoolId>().ok();
            *chosen.borrow_mut() = all.iter().find(|s| Some(s.id) == id).cloned();
            onchange.emit(id);
        })
    };
    html! {
        <div class="flow t">
            <TextField
                id={format!("{}-letters", props.id)}
                label={format!("{}: find it by its name", props.label)}
                kind="search"
                autocomplete="off"
                value={(*text).clone()}
                {oninput}
            />
            <SelectField
                id={props.id.clone()}
                label={props.label.clone()}
                aside={props.aside.clone()}
                hint={(!hint.is_empty()).then(|| AttrValue::from(hint))}
                {options}
                blank="None chosen"
                value={props.value.map(|id| id.to_string()).unwrap_or_default()}
                {onchange}
                error={props.error.clone()}
            />
        </div>
    }
}
