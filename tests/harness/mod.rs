//! A house with the real server in it, and the people who live there.

mod actor;
mod client;
mod database;
mod house;
mod mentor;
mod panel;
mod scene;

pub use actor::Actor;
pub use client::{Ask, Exchange, Reply};
pub use database::{Database, columns_of_postgres, columns_of_sqlite, rows_of_postgres, rows_of_sqlite};
pub use house::House;
pub use panel::{evidenced, findings, more_needed, readings, year};
pub use scene::Scene;
