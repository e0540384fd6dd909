//! How often something may be tried: so many times within a quarter of an hour, for each account and each address.
//!
//! The counts live in this server's memory. Trying is slowed down, never locked: the owner's own link by e-mail
//! works all the while.

use crate::problem::{ApiError, ApiResult};
use cairn_shared::time::Timestamp;
use std::{collections::HashMap, sync::Mutex};

const WINDOW_SECONDS: i64 = 15 * 60;
/// When so many keys are known, those that are over are dropped.
const TIDY_AT: usize = 10_000;

/// Counts tries.
#[derive(Default)]
pub struct Throttle {
    tries: Mutex<HashMap<String, (Timestamp, u32)>>,
}

impl Throttle {
    /// Counts a try under that key, of which `most` are allowed in a window.
    ///
    /// # Errors
    /// [`ApiError::SlowDown`] if there were more.
    pub fn count(&self, key: String, most: u32, now: Timestamp) -> ApiResult<()> {
        let mut tries = self.tries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if tries.len() >= TIDY_AT {
            tries.retain(|_, (began, _)| began.plus_seconds(WINDOW_SECONDS) > now);
        }
        let (began, count) = tries.entry(key).or_insert((now, 0));
        if began.plus_seconds(WINDOW_SECONDS) <= now {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        if *count <= most {
            return Ok(());
        }
        let left = began.plus_seconds(WINDOW_SECONDS).micros() - now.micros();
        Err(ApiError::SlowDown { retry_after: (left / 1_000_000).max(1) as u32 })
    }
}

impl Throttle {
    /// Takes a try back that came to nothing by no doing of the one who tried: the database was away, say.
    pub fn forgive(&self, key: &str) {
        let mut tries = self.tries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, count)) = tries.get_mut(key) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_slowed_down_and_allowed_again_after_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        let now = Timestamp::from_micros(0);
        for _ in 0..3 {
            assert!(throttle.count("a".into(), 3, now).is_ok());
        }
        assert!(matches!(
            throttle.count("a".into(), 3, now.plus_seconds(60)),
            Err(ApiError::SlowDown { retry_after: 840 })
        ));
        throttle.forgive("a");
        throttle.forgive("a");
        assert!(throttle.count("a".into(), 3, now.plus_seconds(60)).is_ok());
        assert!(throttle.count("a".into(), 3, now.plus_seconds(60)).is_err());
        throttle.forgive("nobody");
        assert!(throttle.count("b".into(), 3, now).is_ok());
        assert!(throttle.count("a".into(), 3, now.plus_seconds(900)).is_ok());
    }
}
