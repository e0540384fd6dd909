//! One entry: reading and writing it, tying its passages to standards, what goes with it, and what it said before.

mod editor;
mod evidence;
mod linking;
mod links;
mod page;
pub mod places;
mod put_in;
mod reading;
mod together;
mod two_texts;
mod versions;
pub mod writing;

pub use page::EntryPage;
pub use versions::Versions;
