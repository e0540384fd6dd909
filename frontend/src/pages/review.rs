//! The reviewer's pages: what is given to them, the reading itself, and what has changed since the last time.

mod aside;
mod changes;
mod chapters;
mod comment;
mod folder;
mod list;
mod notes;
mod read;
mod story;

pub use changes::ReviewChanges;
pub use list::Reviews;
pub use read::Review;
