//! Ids and secrets: the one place that asks for randomness.

use crate::clock::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::{Builder, ContextV7, Uuid};

/// Makes ids: UUIDs of version 7, whose order is that of their making.
pub struct Ids {
    clock: Clock,
    source: Mutex<Source>,
}

/// A stream of numbers that stand in for randomness.
pub type Numbers = Box<dyn FnMut() -> u64 + Send>;

enum Source {
    World(ContextV7),
    /// How many ids were made, and what else is in them.
    Numbers(u64, Numbers),
}

impl Ids {
    /// Makes ids by that clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, source: Mutex::new(Source::World(ContextV7::new())) }
    }

    /// From now on, everything follows from these numbers and the clock: the demonstration is the same for the same day.
    pub fn follow(&self, numbers: Numbers) {
        *self.source() = Source::Numbers(0, numbers);
    }

    /// From now on, randomness is the world's again.
    pub fn follow_world(&self) {
        *self.source() = Source::World(ContextV7::new());
    }

    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new id of any kind.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        let micros = self.clock.now().micros().max(0) as u64;
        let id = match &mut *self.source() {
            Source::World(context) => {
                let nanos = (micros % 1_000_000 * 1000) as u32;
                Uuid::new_v7(uuid::Timestamp::from_unix(&*context, micros / 1_000_000, nanos))
            }
            Source::Numbers(made, numbers) => {
                *made += 1;
                // The count stands first, in the 18 bits that version and variant leave of three bytes and in one byte
                // more, so that the order is that of the making within a millisecond too.
                let count = [(*made >> 22) as u8, (*made >> 14) as u8, (*made >> 8) as u8 & 0x3f, *made as u8];
                let [a, b, c, d, e, f, ..] = numbers().to_le_bytes();
                let [g, h, i, j] = count;
                Builder::from_unix_timestamp_millis(micros / 1000, &[g, h, i, j, a, b, c, d, e, f]).into_uuid()
            }
        };
        T::from(id)
    }

    /// Random bytes for what is kept.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        match &mut *self.source() {
            Source::World(_) => random_bytes(),
            Source::Numbers(_, numbers) => std::array::from_fn(|_| numbers() as u8),
        }
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

/// The SHA-256 of what is sent, as text: its ETag.
pub fn content_hash(content: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(content))
}

/// How a secret is kept: its SHA-256, so that who reads the database can't use it.
pub fn secret_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(count: usize) -> Vec<Uuid> {
        let clock = Clock::default();
        clock.stand_at("2026-11-24T09:00:00Z".parse().unwrap());
        let ids = Ids::new(clock);
        let mut n = 0u64;
        ids.follow(Box::new(move || {
            n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
            n
        }));
        (0..count).map(|_| ids.fresh()).collect()
    }

    #[test]
    fn ids_that_follow_numbers_are_the_same_each_time_and_in_order() {
        // Over a byte, and over the six bits that the variant leaves.
        let made = counted(70_000);
        assert_eq!(made[..100], counted(100));
        assert!(made.is_sorted() && made.windows(2).all(|two| two[0] != two[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn the_world_never_gives_the_same_twice() {
        let ids = Ids::new(Clock::default());
        assert_ne!(ids.fresh::<Uuid>(), ids.fresh::<Uuid>());
        assert_ne!(ids.bytes::<16>(), ids.bytes::<16>());
    }
}
