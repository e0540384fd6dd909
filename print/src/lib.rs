//! What Cairn puts on paper: certificates, and the lists of an evening.
//!
//! Everything is PDF/UA-1 (ISO 14289-1): tagged, with a title, a language and words for each picture. The same facts make the
//! same bytes. Nothing here knows of a database or a network, and a letter that no typeface has is never a box on paper: what
//! can't be set is said first, by [`Letters::lacking`].

mod certificate;
mod letters;
mod list;
mod picture;
mod sheet;

pub use certificate::{Certificate, Medal, certificates};
pub use letters::{Letters, NoTypeface};
pub use list::{Column, List, list};
pub use sheet::Unprintable;
