//! The clock: the one place that asks what time it is.

use cairn_shared::time::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A clock that follows the world, possibly at a distance. Copies of it are the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Microseconds that are added to the world's time. Tests and the demonstration turn it by hand.
    ahead: Arc<AtomicI64>,
    /// The moment at which it stands; [`GOES`] if it goes on.
    still: Arc<AtomicI64>,
}

/// No moment at all: the clock goes on.
const GOES: i64 = i64::MIN;

impl Default for Clock {
    fn default() -> Self {
        Self { ahead: Arc::default(), still: Arc::new(AtomicI64::new(GOES)) }
    }
}

impl Clock {
    /// Now, in whole microseconds: PostgreSQL keeps no finer ones.
    pub fn now(&self) -> Timestamp {
        let still = self.still.load(Ordering::Relaxed);
        if still != GOES {
            return Timestamp::from_micros(still);
        }
        Timestamp::from_micros(world() + self.ahead.load(Ordering::Relaxed))
    }

    /// Now, as every other clock has it, however this one was turned.
    pub fn world() -> Timestamp {
        Timestamp::from_micros(world())
    }

    /// A moment as programs from outside want it.
    pub fn of_the_world(moment: Timestamp) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(moment.micros().max(0) as u64)
    }

    /// Turns the clock so that it is that moment now. It goes on from there.
    pub fn turn_to(&self, moment: Timestamp) {
        self.ahead.store(moment.micros() - world(), Ordering::Relaxed);
        self.still.store(GOES, Ordering::Relaxed);
    }

    /// Stops the clock at that moment: it stands until it is turned. While the demonstration is made, how long that
    /// takes has no part in it.
    pub fn stand_at(&self, moment: Timestamp) {
        self.still.store(moment.micros(), Ordering::Relaxed);
    }
}

fn world() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_it_is_turned() {
        let clock = Clock::default();
        let nine = "2026-11-24T09:00:00Z".parse().unwrap();
        clock.stand_at(nine);
        assert_eq!((clock.now(), clock.now()), (nine, nine));
        clock.turn_to(nine);
        assert!(clock.now() >= nine && clock.now() < nine.plus_seconds(60));
    }
}
