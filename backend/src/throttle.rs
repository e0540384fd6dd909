//! How often something may be tried: so many times within a quarter of an hour, for each account and each address.
//!
//! The counts live in this server's memory. Trying is slowed down, never locked: the owner's own link by e-mail
//! works all the while.

use crate::problem::{ApiError, ApiResult};
use cairn_shared::time::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
};
use std::{collections::HashMap, sync::Mutex};

const WINDOW_SECONDS: i64 = 15 * 60;
/// When so many keys are known, those that are over are dropped.
const TIDY_AT: usize = 10_000;

/// What is tried: how a key begins, before the word that says whose it is; and the word for it in the counts.
pub const WHAT: &[(&str, &str)] = &[
    ("sign in from", "sign_ins_of_a_caller"),
    ("password of", "passwords_of_an_account"),
    ("link from", "links_of_a_caller"),
    ("link to", "links_to_an_address"),
    ("new address of", "new_addresses_of_a_person"),
    ("new address", "new_addresses"),
    ("link to the new address of", "confirmations_of_a_person"),
    ("invitation of", "invitations"),
    ("code of", "codes_of_a_person"),
    ("secret of", "apps_of_a_person"),
    ("imports of", "imports"),
    ("uploads of", "uploads_of_a_person"),
    ("verification from", "verifications_of_a_caller"),
    ("badge from", "badges_of_a_caller"),
    ("calendar from", "calendars_of_a_caller"),
    ("register from", "register_of_a_caller"),
];

/// What was tried too often, as it is counted: a word of [`WHAT`], or `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct What {
    kind: &'static str,
}

impl What {
    fn of(key: &str) -> Self {
        let begins = key.rsplit_once(' ').map_or(key, |(begins, _)| begins);
        Self { kind: WHAT.iter().find(|(what, _)| *what == begins).map_or("other", |(_, word)| word) }
    }
}

/// Counts tries.
pub struct Throttle {
    tries: Mutex<HashMap<String, (Timestamp, u32)>>,
    slowed_down: Family<What, Counter>,
}

impl Default for Throttle {
    fn default() -> Self {
        let slowed_down = Family::default();
        for kind in WHAT.iter().map(|(_, word)| *word).chain(["other"]) {
            drop(Family::<What, Counter>::get_or_create(&slowed_down, &What { kind }));
        }
        Self { tries: Mutex::default(), slowed_down }
    }
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
        let what = What::of(&key);
        let (began, count) = tries.entry(key).or_insert((now, 0));
        if began.plus_seconds(WINDOW_SECONDS) <= now {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        if *count <= most {
            return Ok(());
        }
        self.slowed_down.get_or_create(&what).inc();
        let left = began.plus_seconds(WINDOW_SECONDS).micros() - now.micros();
        Err(ApiError::SlowDown { retry_after: (left / 1_000_000).max(1) as u32 })
    }
}

impl Throttle {
    /// How many tries were too many, by what was tried.
    pub const fn slowed_down(&self) -> &Family<What, Counter> {
        &self.slowed_down
    }

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
    fn what_was_tried_is_counted_and_never_by_whom() {
        let words = ["password of ada@cairn.example", "new address x@y.example", "new address of 7", "stones of ada"];
        let kinds = ["passwords_of_an_account", "new_addresses", "new_addresses_of_a_person", "other"];
        assert_eq!(words.map(|key| What::of(key).kind), kinds);
    }

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
