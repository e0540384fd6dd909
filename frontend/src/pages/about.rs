//! What everyone may read: help, privacy, accessibility.

mod accessibility;
mod help;
mod privacy;

pub use accessibility::Accessibility;
pub use help::Help;
pub use privacy::Privacy;
