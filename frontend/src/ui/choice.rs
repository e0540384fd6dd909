//! Choosing: one of two or three (`Segmented`), one of several with words (`RadioCards`), any of a few (`Picker`).

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Icon;
use crate::hooks::use_id;

/// One thing to choose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// What the form calls it.
    pub value: AttrValue,
    /// What the person reads.
    pub label: AttrValue,
    /// A second line.
    pub detail: Option<AttrValue>,
    /// A picture that shows when it is chosen.
    pub icon: Option<AttrValue>,
    /// A number or letter in a stone before the words.
    pub mark: Option<AttrValue>,
    /// A class that gives its colour (`s1`…`s4`, `good`, `more`).
    pub class: &'static str,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// With a second line.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<AttrValue>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a picture that shows when it is chosen.
    #[must_use]
    pub fn icon(mut self, icon: impl Into<AttrValue>) -> Self {
        self.icon = Some(icon.into());
        self
    }

    /// With a number in a stone.
    #[must_use]
    pub fn mark(mut self, mark: impl Into<AttrValue>) -> Self {
        self.mark = Some(mark.into());
        self
    }

    /// With a class that gives its colour.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// One of a few.
#[derive(Properties, PartialEq)]
pub struct OneOfProps {
    /// The id of the group, where the error summary leads (its first input has it).
    pub id: AttrValue,
    /// The question.
    pub legend: AttrValue,
    /// Whether the question is only heard.
    #[prop_or_default]
    pub quiet: bool,
    /// Small words after the question.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// What to choose from.
    pub options: Vec<Choice>,
    /// What is chosen; neither at first.
    #[prop_or_default]
    pub value: Option<AttrValue>,
    /// Told what is chosen now.
    pub onchange: Callback<AttrValue>,
}

/// Question, hint and problem above a group.
fn legend(
    id: &str,
    text: &AttrValue,
    quiet: bool,
    aside: Option<&AttrValue>,
    hint: Option<&AttrValue>,
    error: Option<&AttrValue>,
) -> Html {
    html! {
        <>
            <legend class={classes!(quiet.then_some("vh"))}>
                { text }
                if let Some(aside) = aside { { " " }<span class="hint">{ aside }</span> }
            </legend>
            if let Some(hint) = hint { <p class="hint" id={format!("{id}-hint")}>{ hint }</p> }
            if let Some(error) = error {
                <p class="msg" id={format!("{id}-msg")}><Icon name="triangle-alert" />{ error }</p>
            }
        </>
    }
}

fn picked(onchange: &Callback<AttrValue>, value: &AttrValue) -> Callback<Event> {
    let value = value.clone();
    onchange.reform(move |_: Event| value.clone())
}

/// One of two or three, side by side.
#[component]
pub fn Segmented(props: &OneOfProps) -> Html {
    let name = use_id("one-of");
    let OneOfProps { id, hint, error, .. } = props;
    html! {
        <fieldset class={classes!("group", error.is_some().then_some("bad"))} aria-describedby={super::field::described(id, hint.is_some(), error.is_some())}>
            { legend(id, &props.legend, props.quiet, props.aside.as_ref(), hint.as_ref(), error.as_ref()) }
            <div class="seg">
                { for props.options.iter().enumerate().map(|(i, option)| html! {
                    <label key={option.value.as_str()} class={classes!("pick", option.class)}>
                        <input
                            id={(i == 0).then(|| id.clone())}
                            type="radio"
                            name={name.clone()}
                            value={option.value.clone()}
                            checked={props.value.as_ref() == Some(&option.value)}
                            onchange={picked(&props.onchange, &option.value)}
                        />
                        <Icon name={option.icon.clone().unwrap_or(AttrValue::Static("check"))} />
                        { &option.label }
                    </label>
                }) }
            </div>
        </fieldset>
    }
}

/// One of several, each with a line that explains it.
#[component]
pub fn RadioCards(props: &OneOfProps) -> Html {
    let name = use_id("card-of");
    let OneOfProps { id, hint, error, .. } = props;
    html! {
        <fieldset class={classes!("group", error.is_some().then_some("bad"))} aria-describedby={super::field::described(id, hint.is_some(), error.is_some())}>
            { legend(id, &props.legend, props.quiet, props.aside.as_ref(), hint.as_ref(), error.as_ref()) }
            <div class="flow t">
                { for props.options.iter().enumerate().map(|(i, option)| html! {
                    <label key={option.value.as_str()} class="card p row n">
                        <input
                            id={(i == 0).then(|| id.clone())}
                            type="radio"
                            name={name.clone()}
                            value={option.value.clone()}
                            checked={props.value.as_ref() == Some(&option.value)}
                            onchange={picked(&props.onchange, &option.value)}
                        />
                        <span>
                            <strong>{ &option.label }</strong>
                            if let Some(detail) = &option.detail { <br /><span class="mut sm">{ detail }</span> }
                        </span>
                    </label>
                }) }
            </div>
        </fieldset>
    }
}

/// Any of a few.
#[derive(Properties, PartialEq)]
pub struct PickerProps {
    /// The id of the group, where the error summary leads (its first input has it).
    pub id: AttrValue,
    /// The question.
    pub legend: AttrValue,
    /// Whether the question is only heard.
    #[prop_or_default]
    pub quiet: bool,
    /// Small words after the question.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// What to choose from.
    pub options: Vec<Choice>,
    /// What is chosen.
    pub chosen: Vec<AttrValue>,
    /// Told what is chosen now, in the order of the options.
    pub onchange: Callback<Vec<AttrValue>>,
    /// Whether only one may be chosen.
    #[prop_or_default]
    pub one: bool,
}

/// Any of a few, or one of them, as pills.
#[component]
pub fn Picker(props: &PickerProps) -> Html {
    let name = use_id("any-of");
    let one = props.one;
    let PickerProps { id, hint, error, .. } = props;
    html! {
        <fieldset class={classes!("group", error.is_some().then_some("bad"))} aria-describedby={super::field::described(id, hint.is_some(), error.is_some())}>
            { legend(id, &props.legend, props.quiet, props.aside.as_ref(), hint.as_ref(), error.as_ref()) }
            <div class="row t">
                { for props.options.iter().enumerate().map(|(i, option)| {
                    let onchange = {
                        let (options, chosen, value) = (props.options.clone(), props.chosen.clone(), option.value.clone());
                        props.onchange.reform(move |event: Event| {
                            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
                            let wanted = |v: &AttrValue| if *v == value { on } else { !one && chosen.contains(v) };
                            options.iter().map(|o| o.value.clone()).filter(|v| wanted(v)).collect()
                        })
                    };
                    html! {
                        <label key={option.value.as_str()} class={classes!("pick", option.class)}>
                            <input
                                id={(i == 0).then(|| id.clone())}
                                type={if one { "radio" } else { "checkbox" }}
                                name={one.then(|| name.clone())}
                                value={option.value.clone()}
                                checked={props.chosen.contains(&option.value)}
                                {onchange}
                            />
                            if let Some(mark) = &option.mark { <b>{ mark }</b> } else { <Icon name="check" /> }
                            { &option.label }
                        </label>
                    }
                }) }
            </div>
        </fieldset>
    }
}
