//! My account: who I am, how I sign in, how it looks.

mod address;
mod calendar;
mod devices;
mod email_link;
mod name;
mod once_more;
mod page;
mod password;
mod second_step;

pub use email_link::EmailLink;
pub use page::Settings;
