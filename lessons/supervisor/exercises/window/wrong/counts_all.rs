//! Counts all restarts, however long ago.

use std::collections::VecDeque;
use std::time::Duration;

pub struct Limits {
    /// The first pause. Each further one is twice as long as the one before.
    pub first: Duration,
    /// No pause is longer than this.
    pub longest: Duration,
    /// After a child has worked this long, the next pause is the first one again.
    pub steady: Duration,
    /// There are at most this many restarts ...
    pub restarts: usize,
    /// ... in any span of time as long as this.
    pub window: Duration,
}

pub struct Restarts {
    limits: Limits,
    pause: Duration,
    times: VecDeque<Duration>,
}

impl Restarts {
    pub fn new(limits: Limits) -> Self {
        Restarts { pause: limits.first, limits, times: VecDeque::new() }
    }

    /// The child has failed at this time, which a clock has counted from its start. It
    /// had worked for so long. Returns the pause before the restart, or `None` if there
    /// is none.
    pub fn failed(&mut self, now: Duration, worked: Duration) -> Option<Duration> {
        if worked >= self.limits.steady {
            self.pause = self.limits.first;
        }
        if self.times.len() >= self.limits.restarts {
            return None;
        }
        self.times.push_back(now);
        let pause = self.pause.min(self.limits.longest);
        self.pause = 2 * pause;
        Some(pause)
    }
}
