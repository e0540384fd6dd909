//! Passwords: argon2id, two at a time, and the same work for an account that does not exist.

use crate::problem::{ApiError, ApiResult};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes and checks passwords. The work is meant to be dear, so few may be at it at once.
pub struct Passwords {
    places: Semaphore,
    /// What an unknown account is checked against, so that the answer takes as long.
    nobody: String,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Semaphore::new(2), nobody: hash_of("nobody has this password") }
    }
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
    pub async fn hash(&self, password: String) -> ApiResult<String> {
        let _place = self.place().await?;
        spawn_blocking(move || hash_of(&password)).await.map_err(|e| ApiError::Internal(e.to_string()))
    }

    /// Whether it is the password that the hash was made of. Without a hash it never is, and takes as long.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn verify(&self, password: String, hash: Option<String>) -> ApiResult<bool> {
        let _place = self.place().await?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let right = spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
        });
        Ok(right.await.map_err(|e| ApiError::Internal(e.to_string()))? && known)
    }

    async fn place(&self) -> ApiResult<tokio::sync::SemaphorePermit<'_>> {
        self.places.acquire().await.map_err(|e| ApiError::Internal(e.to_string()))
    }
}
