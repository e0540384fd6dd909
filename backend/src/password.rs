//! Passwords: argon2id, two at a time, and the same work for an account that does not exist.

use crate::problem::{ApiError, ApiResult};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use cairn_shared::session::Password;
use std::sync::LazyLock;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes and checks passwords. The work is meant to be dear, so few may be at it at once.
pub struct Passwords {
    places: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        nobody();
        Self { places: Semaphore::new(2) }
    }
}

/// How many guesses a password has to outlast. At ten tries in a quarter of an hour (`throttle`), a million are three
/// years of trying.
const GUESSES: u64 = 1_000_000;

/// Whether somebody who knows common passwords, and what can be known of its owner, would guess it early. That is all
/// that is asked of a password besides its length: no rule says which characters are in it (NIST SP 800-63B, 3.1.1.2).
pub fn is_guessed_early(password: &Password, about: &[&str]) -> bool {
    let about: Vec<&str> = about.iter().copied().chain(["cairn", "mentor", "teacher", "school"]).collect();
    zxcvbn::zxcvbn(password.as_str(), &about).guesses() < GUESSES
}

/// What an unknown account is checked against, so that the answer takes as long. Made once, before the first is asked.
fn nobody() -> &'static str {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_of("nobody has this password"));
    &NOBODY
}

fn hash_of(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes())
        .expect("argon2 hashes any text with its default parameters")
        .to_string()
}

impl Passwords {
    /// What to keep of a password.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn hash(&self, password: Password) -> ApiResult<String> {
        let _place = self.place().await?;
        spawn_blocking(move || hash_of(password.as_str())).await.map_err(|e| ApiError::Internal(e.to_string()))
    }

    /// Whether it is the password that the hash was made of. Without a hash it never is, and takes as long.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> ApiResult<bool> {
        let _place = self.place().await?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobody().to_owned());
        let right = spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|h| Argon2::default().verify_password(password.as_str().as_bytes(), &h).is_ok())
        });
        Ok(right.await.map_err(|e| ApiError::Internal(e.to_string()))? && known)
    }

    async fn place(&self) -> ApiResult<tokio::sync::SemaphorePermit<'_>> {
        self.places.acquire().await.map_err(|e| ApiError::Internal(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_and_what_is_known_of_their_owner_are_guessed_early() {
        let early = |password: &str| {
            is_guessed_early(&Password::new(password).unwrap(), &["Ada", "Thwaite", "a.thwaite@whinfell.example"])
        };
        for password in
            ["1234567890", "qwertyuiop", "password123", "aaaaaaaaaaaa", "adathwaite", "teacher2026", "thwaite2026"]
        {
            assert!(early(password), "{password}");
        }
        for password in ["stones on the path", "korrekt hästur", "k7!mQ2zz9p", "four words only mine"] {
            assert!(!early(password), "{password}");
        }
    }
}
