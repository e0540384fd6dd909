//! Importing people and schools from a file: the coordinator's. A file becomes a preview, row by row, and the rows are
//! carried out some at a time, each lot in a transaction of its own.
//!
//! What a row means is the domain's (`cairn_shared::import`); people and schools are added by their own slices.

pub mod actions;
mod apply;
mod http;
pub mod store;

pub use http::routes;
