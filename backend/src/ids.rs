//! Ids and secrets: the one place that asks for randomness.

use crate::clock::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use uuid::{ContextV7, Uuid};

/// Makes ids: UUIDs of version 7, whose order is that of their making.
pub struct Ids {
    clock: Clock,
    context: Mutex<ContextV7>,
}

impl Ids {
    /// Makes ids by that clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, context: Mutex::new(ContextV7::new()) }
    }

    /// A new id of any kind.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        let micros = self.clock.now().micros().max(0) as u64;
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let stamp = uuid::Timestamp::from_unix(&*context, micros / 1_000_000, (micros % 1_000_000 * 1000) as u32);
        T::from(Uuid::new_v7(stamp))
    }
}

/// Random bytes from the operating system.
///
/// # Panics
/// If the operating system has none to give, because nothing secret could be made then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A secret that a person carries in a link or a cookie: 256 random bits as text.
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// How a secret is kept: its SHA-256, so that who reads the database can't use it.
pub fn secret_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
