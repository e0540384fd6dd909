//! The clock: the one place that asks what time it is.

use cairn_shared::time::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A clock that follows the world, possibly at a distance. Copies of it are the same clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Microseconds that are added to the world's time. Tests and the demonstration turn it by hand.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in whole microseconds: PostgreSQL keeps no finer ones.
    pub fn now(&self) -> Timestamp {
        let world = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros() as i64);
        Timestamp::from_micros(world + self.ahead.load(Ordering::Relaxed))
    }

    /// Turns the clock so that it is that moment now. It goes on from there.
    pub fn turn_to(&self, moment: Timestamp) {
        let shift = moment.micros() - self.now().micros();
        self.ahead.fetch_add(shift, Ordering::Relaxed);
    }
}
