//! The coordinator's pages of people: everyone, and one person with their roles and schools.

mod detail;
mod invite;
mod list;
mod second_step;
mod sessions;

pub use detail::Person;
pub use list::{People, phase_choices, phase_name, use_search};
