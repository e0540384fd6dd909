//! The harness of the black-box tests: a house with the real server in it, and people who use its public API.
//!
//! What is tested stands in `api/`, by capability, and in `house/`, the rules of this code base.

mod harness;

pub use harness::*;
