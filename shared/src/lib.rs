//! The domain of Cairn: its terms, its rules, and the shapes in which server and browser speak of them.
//!
//! Everything here is pure. There is no input or output, no clock, no randomness and no environment in this
//! crate: what a rule needs to know, it is told. That is why the same rule can run in the browser, before the
//! server is asked, and on the server, where it binds.
//!
//! Each module is one noun of the domain. It holds the noun's types and rules first, and then, under the heading
//! *On the wire*, the commands (verbs) and views (nouns) of the HTTP API.

pub mod award;
pub mod candidacy;
pub mod celebration;
pub mod code;
pub mod conflict;
pub mod credential;
pub mod decision;
pub mod edition;
pub mod entry;
pub mod fold;
pub mod framework;
pub mod ids;
pub mod import;
pub mod list;
pub mod paper;
pub mod person;
pub mod portfolio;
pub mod print_run;
pub mod problem;
pub mod qualification;
pub mod review;
pub mod round;
pub mod school;
pub mod second_step;
pub mod session;
pub mod submission;
pub mod text;
pub mod time;
