//! My account: who I am, how I sign in, how it looks.

mod address;
mod devices;
mod email_link;
mod name;
mod page;
mod password;

pub use email_link::EmailLink;
pub use page::Settings;
