//! The public API, capability by capability, as people and programs use it.

mod award;
mod conflict;
mod decision;
mod demonstration;
mod entry;
mod journey;
mod manners;
mod panel;
mod person;
mod review;
mod schema;
mod school;
mod session;
mod submission;
