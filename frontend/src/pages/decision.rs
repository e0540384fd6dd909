//! The panel's pages: its meeting with the board, and the words of what it finds.

mod board;
mod carry_over;
mod comments;
mod decide;
pub mod findings;
mod meeting;

pub use meeting::{Meeting, MyMeeting};
