//! Fields: label above, hint, then what needs putting right, then the control, which names both.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Choice, Icon};

/// The frame around a control.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The control's id; the hint is `{id}-hint` and the problem `{id}-msg`.
    pub id: AttrValue,
    /// The label.
    pub label: AttrValue,
    /// Small words after the label, such as "If you like".
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Whether the label is for readers of screens alone.
    #[prop_or_default]
    pub quiet: bool,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// The control. It should carry `aria-describedby={described(…)}` and `aria-invalid`.
    pub children: Html,
}

/// What a control's `aria-describedby` should be.
pub(super) fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-msg")),
        (true, true) => Some(format!("{id}-hint {id}-msg")),
    }
}

/// Label, hint and problem around any control.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { id, label, .. } = props;
    html! {
        <div class={classes!("f", props.error.is_some().then_some("bad"), props.class.clone())}>
            <label for={id} class={classes!(props.quiet.then_some("vh"))}>
                { label }
                if let Some(aside) = &props.aside { { " " }<span class="hint">{ aside }</span> }
            </label>
            if let Some(hint) = &props.hint { <span class="hint" id={format!("{id}-hint")}>{ hint }</span> }
            if let Some(error) = &props.error {
                <span class="msg" id={format!("{id}-msg")}><Icon name="triangle-alert" />{ error }</span>
            }
            { props.children.clone() }
        </div>
    }
}

/// A field of one line.
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Its id, where the error summary leads.
    pub id: AttrValue,
    /// The label.
    pub label: AttrValue,
    /// What stands in it.
    pub value: AttrValue,
    /// Told what stands in it now.
    pub oninput: Callback<String>,
    /// Told when it is left.
    #[prop_or_default]
    pub onblur: Callback<()>,
    /// `text`, `email`, `password`, `date`, `number`, `search`, `url`.
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    /// Small words after the label.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// What the browser may fill in, such as `email`.
    #[prop_or_default]
    pub autocomplete: Option<AttrValue>,
    /// The keyboard to offer, such as `numeric`.
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    /// An example. Never the label.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// The most letters.
    #[prop_or_default]
    pub maxlength: Option<u32>,
    /// The least, for a number or a date.
    #[prop_or_default]
    pub min: Option<AttrValue>,
    /// The most, for a number or a date.
    #[prop_or_default]
    pub max: Option<AttrValue>,
    /// Whether a dialog that it stands in gives it the focus as it opens.
    #[prop_or_default]
    pub autofocus: bool,
    /// Whether spelling is checked.
    #[prop_or(true)]
    pub spellcheck: bool,
    /// Whether the label is for readers of screens alone.
    #[prop_or_default]
    pub quiet: bool,
    /// More classes for the frame (`narrow`, `grow`).
    #[prop_or_default]
    pub class: Classes,
}

/// A field of one line: text, e-mail, password, date, number.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let oninput = props.oninput.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let onblur = props.onblur.reform(|_: FocusEvent| ());
    html! {
        <Field
            id={props.id.clone()}
            label={props.label.clone()}
            aside={props.aside.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            quiet={props.quiet}
            class={props.class.clone()}
        >
            <input
                id={props.id.clone()}
                type={props.kind.clone()}
                value={props.value.clone()}
                {oninput}
                {onblur}
                autocomplete={props.autocomplete.clone()}
                inputmode={props.inputmode.clone()}
                placeholder={props.placeholder.clone()}
                maxlength={props.maxlength.map(|n| n.to_string())}
                min={props.min.clone()}
                max={props.max.clone()}
                autofocus={props.autofocus}
                spellcheck={(!props.spellcheck).then_some("false")}
                aria-describedby={described(&props.id, props.hint.is_some(), props.error.is_some())}
                aria-invalid={props.error.is_some().then_some("true")}
            />
        </Field>
    }
}

/// A field that offers a list.
#[derive(Properties, PartialEq)]
pub struct SelectFieldProps {
    /// Its id, where the error summary leads.
    pub id: AttrValue,
    /// The label.
    pub label: AttrValue,
    /// What to choose from.
    pub options: Vec<Choice>,
    /// The value that is chosen.
    pub value: AttrValue,
    /// Told what is chosen now.
    pub onchange: Callback<AttrValue>,
    /// A first line for "nothing chosen yet", with an empty value.
    #[prop_or_default]
    pub blank: Option<AttrValue>,
    /// Small words after the label.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Whether the label is for readers of screens alone.
    #[prop_or_default]
    pub quiet: bool,
    /// More classes for the frame.
    #[prop_or_default]
    pub class: Classes,
}

/// A field that offers a list.
#[component]
pub fn SelectField(props: &SelectFieldProps) -> Html {
    let onchange = props
        .onchange
        .reform(|event: Event| AttrValue::from(event.target_unchecked_into::<HtmlSelectElement>().value()));
    html! {
        <Field
            id={props.id.clone()}
            label={props.label.clone()}
            aside={props.aside.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            quiet={props.quiet}
            class={props.class.clone()}
        >
            <select
                id={props.id.clone()}
                {onchange}
                aria-describedby={described(&props.id, props.hint.is_some(), props.error.is_some())}
                aria-invalid={props.error.is_some().then_some("true")}
            >
                if let Some(blank) = &props.blank {
                    <option value="" selected={props.value.is_empty()}>{ blank }</option>
                }
                { for props.options.iter().map(|option| html! {
                    <option key={option.value.as_str()} value={option.value.clone()} selected={option.value == props.value}>
                        { &option.label }
                    </option>
                }) }
            </select>
        </Field>
    }
}
