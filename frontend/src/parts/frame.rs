//! What every page does with what it loads, and every form with what the server says of it.

use yew::prelude::*;

use crate::api::ApiError;
use crate::hooks::{Load, LoadState};
use crate::pages::NotFound;
use crate::ui::{Coming, FormProblem, Page, Trouble};

/// A page that stands on one thing that is loaded: its shape while it comes, what came in the way, or the page.
pub fn framed<T: 'static>(load: &Load<T>, title: &'static str, show: impl FnOnce(&T) -> Html) -> Html {
    match &load.state {
        LoadState::Loading => html! { <Coming {title} label={format!("Loading: {title}")} /> },
        LoadState::Problem(error) if error.status == 404 => html! { <NotFound /> },
        LoadState::Problem(error) => html! {
            <Page {title}>
                <div class="read flow">
                    <h1>{ title }</h1>
                    <Trouble title={error.title.clone()} detail={error.sentence()} again={load.reloader()} />
                </div>
            </Page>
        },
        LoadState::Loaded(value) => show(value),
    }
}

/// What the server said of a form, field by field where `field_of` knows the field that a pointer means.
pub fn form_problems(error: &ApiError, field_of: impl Fn(&str) -> Option<AttrValue>) -> Vec<FormProblem> {
    if error.errors.is_empty() {
        return vec![FormProblem::whole(error.sentence())];
    }
    error
        .errors
        .iter()
        .map(|problem| match field_of(&problem.pointer) {
            Some(field) => FormProblem::at(field, problem.detail.clone()),
            None => FormProblem::whole(problem.detail.clone()),
        })
        .collect()
}

/// What is to be put right in the field with this id.
pub fn problem_at(problems: &[FormProblem], field: &str) -> Option<AttrValue> {
    problems.iter().find(|problem| problem.field == field).map(|problem| problem.text.clone())
}
