//! How long a supervisor pauses before it starts its child again, and when it gives up.
//!
//! `failed` is called each time the child has failed. As you get it, it always returns
//! the first pause, and never gives up. Let the pauses grow, let a child that has worked
//! long enough begin with the first pause again, and give up after too many restarts.
//!
//!     cargo exercise check supervisor/window

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
}

impl Restarts {
    pub fn new(limits: Limits) -> Self {
        Restarts { limits }
    }

    /// The child has failed at this time, which a clock has counted from its start. It
    /// had worked for so long. Returns the pause before the restart, or `None` if there
    /// is none.
    pub fn failed(&mut self, now: Duration, worked: Duration) -> Option<Duration> {
        let _ = (now, worked);
        Some(self.limits.first)
    }
}
