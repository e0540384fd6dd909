//! My story: the timeline, adding to it, and the bin.

mod bin;
pub mod capture;
pub mod glance;
mod months;
mod new;
mod page;
mod start;

pub use bin::Bin;
pub use new::StoryNew;
pub use page::{Story, let_suggest, suggests};
