//! Doubles the first pause ten times at most, so that no number gets too large.

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
    failures: u32,
    times: VecDeque<Duration>,
}

impl Restarts {
    pub fn new(limits: Limits) -> Self {
        Restarts { failures: 0, limits, times: VecDeque::new() }
    }

    /// The child has failed at this time, which a clock has counted from its start. It
    /// had worked for so long. Returns the pause before the restart, or `None` if there
    /// is none.
    pub fn failed(&mut self, now: Duration, worked: Duration) -> Option<Duration> {
        if worked >= self.limits.steady {
            self.failures = 0;
        }
        self.times.retain(|time| now - *time < self.limits.window);
        if self.times.len() >= self.limits.restarts {
            return None;
        }
        self.times.push_back(now);
        let pause = self.limits.first * 2u32.pow(self.failures.min(10));
        self.failures += 1;
        Some(pause.min(self.limits.longest))
    }
}
