//! The pages, by capability. A page is a component; its address is one line in `app.rs`.

pub mod about;
pub mod award;
pub mod celebration;
pub mod decision;
pub mod entry;
pub mod import;
mod not_found;
pub mod paper;
pub mod person;
pub mod portfolio;
pub mod review;
pub mod round;
pub mod school;
pub mod session;
pub mod settings;
pub mod story;
pub mod submission;

pub use not_found::NotFound;

use std::str::FromStr;
use yew::prelude::*;

/// The page of something with a typed id. What is no id is simply not there.
pub fn with_id<I: FromStr>(id: &crate::router::Id, page: impl FnOnce(I) -> Html) -> Html {
    id.parse().map_or_else(|_| html! { <NotFound /> }, page)
}
