//! Seen from outside: what Cairn counts of itself, the private port that tells it, the traces of its requests, and the
//! lines in the log for those who look after its safety.
//!
//! Nothing here names a person. A count is told apart by words that stand in the code, never by an id, an address or
//! what somebody sent; so there are as many of them tomorrow as today. In the log, an account is a hash under a key of
//! our own ([`Accounts`]).

mod accounts;
pub mod metrics;
pub mod private;
pub mod security;
pub mod traces;

pub use accounts::Accounts;
pub use metrics::Metrics;
