//! One entry: reading and writing it, tying its passages to standards, what goes with it, and what it said before.

pub mod passages;
pub mod places;
pub mod writing;
