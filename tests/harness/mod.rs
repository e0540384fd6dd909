//! A house with the real server in it, and the people who live there.

mod actor;
mod authenticator;
mod binary;
mod client;
mod contract;
mod database;
mod disk;
mod document;
mod exposition;
pub mod files;
mod house;
mod ledger;
mod mentor;
mod panel;
mod post_office;
mod scene;
mod shapes;
mod upload;

pub use actor::Actor;
pub use authenticator::Authenticator;
pub use binary::{Got, Ran, Served, agent, ask_at, cairn, configured, run};
pub use client::{Ask, Exchange, Reply};
pub use contract::{Contract, document};
pub use database::{Database, columns_of_postgres, columns_of_sqlite, rows_of_postgres, rows_of_sqlite};
pub use disk::Disk;
pub use document::{Operation, expect_each_operation, operations};
pub use exposition::Exposition;
pub use house::House;
pub use ledger::Ledger;
pub use mentor::binder;
pub use panel::{evidenced, findings, more_needed, readings, year};
pub use post_office::{Answer, Arrived, PostOffice};
pub use scene::Scene;
pub use shapes::Shapes;
pub use upload::{Upload, until};
