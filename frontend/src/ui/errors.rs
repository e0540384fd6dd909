//! The summary above a form that needs something: it takes the focus, and each line leads to its field.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::{document, focus};

/// One thing that needs putting right.
#[derive(Clone, Debug, PartialEq)]
pub struct FormProblem {
    /// The id of the field, empty where it is about the whole form.
    pub field: AttrValue,
    /// The same words as at the field.
    pub text: AttrValue,
}

impl FormProblem {
    /// About one field.
    pub fn at(field: impl Into<AttrValue>, text: impl Into<AttrValue>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    /// About the whole form.
    pub fn whole(text: impl Into<AttrValue>) -> Self {
        Self::at("", text)
    }
}

/// What needs putting right.
#[derive(Properties, PartialEq)]
pub struct ErrorSummaryProps {
    /// One line each. Shows nothing where there is none.
    pub problems: Vec<FormProblem>,
    /// How often the form was sent: with each time the summary takes the focus again.
    #[prop_or_default]
    pub sent: u32,
    /// Its heading.
    #[prop_or(AttrValue::Static("There is a problem"))]
    pub title: AttrValue,
}

/// The summary above a form that needs something.
#[component]
pub fn ErrorSummary(props: &ErrorSummaryProps) -> Html {
    let summary = use_node_ref();
    use_effect_with((props.sent, props.problems.is_empty()), {
        let summary = summary.clone();
        move |(_, none)| {
            const PREFIX: &str = "Problem: ";
            let document = document();
            let plain = |title: &str| title.strip_prefix(PREFIX).unwrap_or(title).to_owned();
            let title = plain(&document.title());
            if *none {
                document.set_title(&title);
            } else {
                document.set_title(&format!("{PREFIX}{title}"));
                if let Some(summary) = summary.cast::<HtmlElement>() {
                    let _ = summary.focus();
                }
            }
            move || document.set_title(&plain(&document.title()))
        }
    });
    if props.problems.is_empty() {
        return Html::default();
    }
    html! {
        <div ref={summary} class="sum" role="alert" tabindex="-1">
            <h2 class="q2">{ &props.title }</h2>
            <ul>
                { for props.problems.iter().map(|problem| {
                    let onclick = {
                        let field = problem.field.clone();
                        Callback::from(move |event: MouseEvent| {
                            event.prevent_default();
                            focus(&field);
                        })
                    };
                    html! {
                        <li>
                            if problem.field.is_empty() {
                                { &problem.text }
                            } else {
                                <a href={format!("#{}", problem.field)} {onclick}>{ &problem.text }</a>
                            }
                        </li>
                    }
                }) }
            </ul>
        </div>
    }
}
