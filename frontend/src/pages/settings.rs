//! My account: who I am, how I sign in, how it looks.

mod devices;
mod name;
mod page;
mod password;

pub use page::Settings;
