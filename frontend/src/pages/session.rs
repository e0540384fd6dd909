//! Signing in.

mod link;
mod sign_in;

pub use link::SignInLink;
pub use sign_in::SignIn;
