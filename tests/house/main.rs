//! The rules of this house, kept by reading its sources.

mod dependencies;
mod docs;
mod import_law;
mod sources;
mod words;
