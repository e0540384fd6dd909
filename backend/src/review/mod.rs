//! Reviews: a reviewer's reading of a submission, from the assignment to the view that is sent to the panel.
//!
//! Who is to read what is said by the round's coordinator (`round`), and what follows from the readings is agreed at
//! the meeting (`decision`).

pub mod actions;
mod http;
pub mod store;

pub use http::routes;
